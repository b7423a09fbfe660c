//! Registers of the office. Nothing in one imports another: they meet through the kernel.

mod breach;
mod campaigns;
mod check_lists;
mod check_places;
mod check_plans;
mod checks;
mod consents;
mod destructions;
mod disclosures;
pub(crate) mod dossiers;
mod filings;
mod gaps;
mod holds;
mod identity_openings;
mod keep;
mod measures;
mod orders;
#[cfg(test)]
mod pages_tests;
mod permits;
mod posts;
mod processing;
mod proposal;
pub(crate) mod questions;
pub(crate) mod recalls;
mod refusal_explanations;
mod reports;
mod requests;
mod sheet;
mod signing;
mod source_notices;
mod staff;
pub(crate) mod statements;
mod stores;
mod takedowns;
#[cfg(test)]
mod texts_tests;
mod violations;

use tutela_law::{Pack, QuestionList};

use crate::kernel::card::Card;
use crate::kernel::daily::Day;
use crate::kernel::near::Near;
use crate::kernel::record::{Group, Numbered};
use crate::kernel::register::{Each, Register};
use crate::kernel::retention::Retained;
use crate::papers::PaperCase;

pub(crate) use campaigns::report::campaign_report;
#[cfg(test)]
pub(crate) use campaigns::tests as tests_of_campaigns;
#[cfg(test)]
pub(crate) use destructions::tests::parts as tests_of_parts;
pub(crate) use keep::sweep::{MonthCase, MonthHold, MonthRule};

#[cfg(test)]
pub(crate) use gaps::KINDS as GAP_KINDS;

pub use consents::{ConsentCheck, ConsentCount, ListCheck, PeopleCheck};

pub(crate) use check_places::{Answer, Answers, parse as read_answers, write as write_answers};
pub(crate) use reports::public::{Told, kinds as report_kinds};
pub(crate) use requests::public::{FILES as REQUEST_FILES, Progress};
pub(crate) use requests::stores::{StoreResult, search_result};

pub(crate) use crate::kernel::code::Receipt;

/// All registers, in the order of the menu.
pub(crate) const REGISTERS: &[&Register] = &[
    &processing::REGISTER,
    &stores::REGISTER,
    &gaps::REGISTER,
    &dossiers::REGISTER,
    &consents::REGISTER,
    &orders::REGISTER,
    &posts::REGISTER,
    &staff::REGISTER,
    &permits::REGISTER,
    &campaigns::REGISTER,
    &statements::REGISTER,
    &recalls::REGISTER,
    &destructions::REGISTER,
    &destructions::lines::REGISTER,
    &destructions::parts::REGISTER,
    &holds::REGISTER,
    &reports::REGISTER,
    &violations::REGISTER,
    &filings::REGISTER,
    &takedowns::REGISTER,
    &identity_openings::REGISTER,
    &requests::REGISTER,
    &disclosures::REGISTER,
    &refusal_explanations::REGISTER,
    &source_notices::REGISTER,
    &check_plans::REGISTER,
    &checks::REGISTER,
    &check_places::REGISTER,
    &measures::REGISTER,
    &check_lists::REGISTER,
];

/// Operations that every page offers: register, operation.
pub(crate) const AT_HAND: &[(&str, &str)] = &[("reports", "report")];

/// Operations that no page and no interface offers: the program does them by itself, after what somebody did.
const BY_PROGRAM: &[(&str, &str)] = &[
    ("stores", "scan"),
    ("gaps", "open"),
    ("gaps", "see"),
    ("gaps", "settle"),
    ("destructions", "expired"),
    ("destructions", "take-in"),
    ("destruction-lines", "find"),
    ("destructions", "parts-over"),
    ("destruction-parts", "take"),
    ("destruction-parts", "destroy"),
    ("destruction-parts", "give-back"),
];

/// What acts leave to be done with many cards.
pub(crate) const WORKS: &[Each] = &[
    campaigns::SEND,
    campaigns::OVERDUE,
    campaigns::LAPSE,
    campaigns::AGAIN,
    destructions::parts::DESTROY,
    destructions::parts::GIVE_BACK,
];

/// Whether people do an operation, and not the program by itself.
pub(crate) fn by_hand(register: &str, operation: &str) -> bool {
    !BY_PROGRAM.contains(&(register, operation))
}

/// Operations whose rule looks at all cards of another register on which work goes on: register, operation, the other.
pub(crate) const LOOKS_OVER: &[(&str, &str, &str)] = &[("requests", "answer", "stores")];

/// Days in cards that the office watches.
pub(crate) const DAYS: &[Day] = &[
    Day {
        register: "consents",
        field: "expires_on",
        operation: "expire",
    },
    Day {
        register: "orders",
        field: "office_to",
        operation: "expire",
    },
    Day {
        register: "staff",
        field: "training_until",
        operation: "training-over",
    },
    Day {
        register: "permits",
        field: "permit_until",
        operation: "overdue",
    },
    Day {
        register: "destructions",
        field: "hold_until",
        operation: "hold-over",
    },
    Day {
        register: "destructions",
        field: "act_kept_until",
        operation: "act-over",
    },
    Day {
        register: "holds",
        field: "hold_until",
        operation: "over",
    },
    Day {
        register: "dossiers",
        field: "measure_due",
        operation: "measure-late",
    },
    Day {
        register: "violations",
        field: "measures_until",
        operation: "measures-over",
    },
    Day {
        register: "takedowns",
        field: "spread_check_on",
        operation: "check-over",
    },
    Day {
        register: "campaigns",
        field: "campaign_until",
        operation: "overdue",
    },
    Day {
        register: "recalls",
        field: "recall_until",
        operation: "overdue",
    },
    Day {
        register: "check-plans",
        field: "next_plan_by",
        operation: "overdue",
    },
    Day {
        register: "checks",
        field: "planned_until",
        operation: "overdue",
    },
    Day {
        register: "measures",
        field: "measure_until",
        operation: "overdue",
    },
];

/// States in which a day that has passed still waits for a person.
pub(crate) const OVERDUE: &[(&str, &str)] = &[
    ("permits", "permit-overdue"),
    ("recalls", "recall-overdue"),
    ("takedowns", "spread-to-check"),
];

const fn near(acts_of: &'static str, register: &'static str, field: &'static str) -> Near {
    Near {
        acts_of,
        register,
        field,
        states: &[],
        further: false,
    }
}

/// A hold stops the destruction of what it names, and of what serves only what it names.
const fn standing(field: &'static str) -> Near {
    Near {
        states: &["hold-standing"],
        further: true,
        ..near("destructions", "holds", field)
    }
}

/// Cards that rules see although their own does not name them.
pub(crate) const NEAR: &[Near] = &[
    near("destructions", "destruction-lines", "line_case"),
    near("destructions", "destruction-lines", "line_activity"),
    near("destructions", "destructions", "records"),
    near("destructions", "disclosures", "processing"),
    near("destructions", "disclosures", "about_cards"),
    near("destructions", "requests", "found"),
    Near {
        states: &["store-live"],
        ..near("destructions", "stores", "serves")
    },
    standing("hold_cards"),
    standing("hold_activities"),
    near("destruction-lines", "destruction-lines", "line_case"),
    near("destructions", "destruction-parts", "records"),
    near("destruction-parts", "destruction-parts", "records"),
    near("destruction-parts", "destructions", "records"),
    near("destruction-parts", "requests", "found"),
    Near {
        acts_of: "destruction-parts",
        ..standing("hold_cards")
    },
    Near {
        acts_of: "destruction-parts",
        ..standing("hold_activities")
    },
];

const fn retained(register: &'static str, made: &'static str) -> Retained {
    Retained {
        register,
        activities: "processing",
        made,
    }
}

/// Registers whose cards are kept by the storage rules of activities, with the day from which "document made" counts.
pub(crate) const RETAINED: &[Retained] = &[
    retained("consents", "given_on"),
    retained("refusal-explanations", "explained_on"),
    retained("source-notices", "noticed_at"),
    retained("disclosures", "disclosed_at"),
    // Whoever is still there serves no activity in this sense: the field is filled when somebody has left.
    retained("staff", "left_on"),
];

/// Cards that a page lists beside its own although no rule looks at them.
pub(crate) const BESIDE: &[Near] = &[near("processing", "dossiers", "activity")];

/// What cards are counted by beside their states.
pub(crate) const GROUPS: &[Group] = &[Group {
    register: "statements",
    owner: "campaign",
    part: "unit",
}];

/// Papers whose numbers are a series of the body's own: none is given twice in a year.
pub(crate) const NUMBERED: &[Numbered] = &[
    Numbered {
        register: "orders",
        number: "order_number",
        date: "order_date",
        series: orders::series,
    },
    Numbered {
        register: "checks",
        number: "protocol_number",
        date: "protocol_date",
        series: |_| "check-protocol",
    },
    Numbered {
        register: "destructions",
        number: "certificate_number",
        date: "certificate_date",
        series: |_| "destruction-act",
    },
];

/// The norm that stands beside a choice of a form, by the pack in force.
pub(crate) fn norm_beside<'a>(pack: &'a Pack, field: &str, word: &str) -> Option<&'a str> {
    processing::norms::beside_choice(pack, field, word)
}

/// The newest list of questions that comes with the program.
pub(crate) fn check_list_of_program() -> Option<&'static QuestionList> {
    check_lists::newest()
}

/// The list of questions that a card of lists holds.
fn check_list_of(card: &Card) -> Option<QuestionList> {
    check_lists::held(card)
}

/// The questions of a check in the version that it used; a list of the body's own is among the related cards.
pub(crate) fn questions_of_check(check: &Card, related: &[Card]) -> Option<QuestionList> {
    let named = check.text("question_list");
    if named.is_empty() {
        return check_lists::of_check(check, None);
    }
    check_lists::of_check(check, Some(related.iter().find(|c| c.id == named)?))
}

/// An activity as a row of the list of personal data.
fn sheet_row(sheet: &PaperCase<'_>, activity: &Card) -> serde_json::Value {
    processing::row(sheet, activity)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use tutela_law::{Country, Law};
    use tutela_words::{Locale, Words};

    use super::REGISTERS;
    use crate::kernel::field::Kind;
    use crate::kernel::register::Register;
    use crate::kernel::rights::Role;

    /// Every key that the pages of a register ask for.
    fn keys(register: &Register) -> BTreeSet<String> {
        let name = register.name;
        let mut keys = BTreeSet::from([
            format!("register-{name}"),
            format!("register-{name}-one"),
            format!("register-{name}-about"),
        ]);
        keys.extend(register.states.iter().map(|s| format!("state-{}", s.name)));
        keys.extend(
            register
                .operations
                .iter()
                .map(|o| format!("operation-{name}-{}", o.name)),
        );
        for field in register
            .fields
            .iter()
            .chain(register.operations.iter().flat_map(|o| o.fields))
        {
            keys.insert(format!("field-{}", field.name));
            if let Kind::Choice(words) | Kind::Choices(words) = field.kind {
                keys.extend(words.iter().map(|w| format!("choice-{w}")));
            }
        }
        keys
    }

    #[test]
    fn every_word_of_a_register_has_a_text() {
        let words = Words::new(Locale::En);
        let mut missing = BTreeSet::new();
        let mut keys: BTreeSet<_> = REGISTERS.iter().flat_map(|r| keys(r)).collect();
        let law = Law::embedded();
        for country in [Country::Vn, Country::Ru, Country::Cn] {
            keys.extend(law.clocks(country).map(|c| format!("duty-{}", c.rule.duty)));
        }
        keys.extend(Role::ALL.map(|r| format!("role-{}", r.as_str())));
        for key in keys {
            if !words.has(&key) {
                missing.insert(key);
            }
        }
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn what_the_program_does_is_offered_to_nobody() {
        for (register, operation) in super::BY_PROGRAM {
            let found = REGISTERS.iter().find(|r| r.name == *register).unwrap();
            assert!(found.operation(operation).is_some(), "{register}.{operation}");
            assert!(!super::by_hand(register, operation));
        }
        // Cases and lines that the nightly run and a case itself make.
        for (register, operation) in [
            ("destructions", "expired"),
            ("destructions", "take-in"),
            ("destruction-lines", "find"),
        ] {
            assert!(!super::by_hand(register, operation), "{register}.{operation}");
        }
        for (register, state) in super::OVERDUE {
            let found = REGISTERS.iter().find(|r| r.name == *register).unwrap();
            assert!(found.states.iter().any(|s| s.name == *state && !s.closed), "{state}");
        }
    }

    #[test]
    fn a_register_is_sound() {
        for register in REGISTERS {
            let states: BTreeSet<_> = register.states.iter().map(|s| s.name).collect();
            assert_eq!(states.len(), register.states.len(), "{}: a state twice", register.name);
            for operation in register.operations {
                for state in operation.from {
                    assert!(states.contains(state), "{}.{}: {state}", register.name, operation.name);
                }
                for field in operation.fields {
                    let again = register.field(field.name).unwrap();
                    assert_eq!(again.personal, field.personal, "{}: {}", register.name, field.name);
                }
            }
            for column in register.columns {
                let field = register.field(column);
                assert!(
                    field.is_none_or(|f| !f.personal),
                    "{}: {column} is personal",
                    register.name
                );
            }
            if let Some(label) = register.label {
                assert!(
                    register.field(label).is_some_and(|f| f.personal),
                    "{}: {label}",
                    register.name
                );
            }
        }
    }
}
