//! Registers of the office. Nothing in one imports another: they meet through the kernel.

mod campaigns;
mod consents;
mod destructions;
mod disclosures;
mod identity_openings;
mod keep;
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
mod source_notices;
mod staff;
pub(crate) mod statements;
#[cfg(test)]
mod texts_tests;

use tutela_law::Pack;

use crate::kernel::daily::Day;
use crate::kernel::record::Group;
use crate::kernel::register::Register;
use crate::papers::PaperCase;

pub(crate) use campaigns::report::campaign_report;
#[cfg(test)]
pub(crate) use campaigns::tests as tests_of_campaigns;
pub use consents::{ConsentCheck, ConsentCount};

pub(crate) use requests::public::{Progress, Receipt};

/// All registers, in the order of the menu.
pub(crate) const REGISTERS: &[&Register] = &[
    &processing::REGISTER,
    &consents::REGISTER,
    &orders::REGISTER,
    &posts::REGISTER,
    &staff::REGISTER,
    &permits::REGISTER,
    &campaigns::REGISTER,
    &statements::REGISTER,
    &recalls::REGISTER,
    &destructions::REGISTER,
    &reports::REGISTER,
    &identity_openings::REGISTER,
    &requests::REGISTER,
    &disclosures::REGISTER,
    &refusal_explanations::REGISTER,
    &source_notices::REGISTER,
];

/// Operations that every page offers: register, operation.
pub(crate) const AT_HAND: &[(&str, &str)] = &[("reports", "report")];

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
        register: "campaigns",
        field: "campaign_until",
        operation: "overdue",
    },
    Day {
        register: "recalls",
        field: "recall_until",
        operation: "overdue",
    },
];

/// What cards are counted by beside their states.
pub(crate) const GROUPS: &[Group] = &[Group {
    register: "statements",
    owner: "campaign",
    part: "unit",
}];

/// The norm that stands beside a choice of a form, by the pack in force.
pub(crate) fn norm_beside<'a>(pack: &'a Pack, field: &str, word: &str) -> Option<&'a str> {
    processing::norms::beside_choice(pack, field, word)
}

/// An activity as a row of the list of personal data.
fn sheet_row(sheet: &PaperCase<'_>, activity: &crate::kernel::card::Card) -> serde_json::Value {
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
