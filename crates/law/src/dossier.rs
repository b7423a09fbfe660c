//! Dossiers: which assessments and notices a law wants for a processing activity, who is exempt, what each asks, where it goes
//! and what makes an update of it due. Data of the packs, with articles; the questions themselves stand once for all packs.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::civil::Date;
use serde::Deserialize;

use crate::{Mark, embedded};

/// A text in the four languages of users, by the code of the language.
pub type Texts = BTreeMap<String, String>;

/// One `[[dossier]]` of a `dossiers.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dossier {
    /// Its kind: one word for all packs.
    pub kind: String,
    /// What it rests on.
    pub cite: String,
    /// How sure this is.
    pub mark: Mark,
    /// First day on which it is wanted; the pack's when absent.
    pub from: Option<Date>,
    /// Last day on which it is wanted; the pack's when absent.
    pub to: Option<Date>,
    /// The duty that runs until it is made, or filed where it is filed.
    pub duty: Option<String>,
    /// The question whose answer, a date, starts that duty; the start of processing or of the transfer when absent.
    pub counts_from: Option<String>,
    /// The official form.
    pub form: Option<String>,
    /// The official form of a change.
    pub change_form: Option<String>,
    /// Whether it is sent to an authority.
    pub filed: bool,
    /// The duty to keep it once it is approved.
    pub keep: Option<String>,
    /// The duty of the authority to answer when it is filed.
    pub result: Option<String>,
    /// The duty to complete it when the authority asks.
    pub complete: Option<String>,
    /// The duty to tell that the transfer was made.
    pub done_notice: Option<String>,
    /// Facts of which one makes it needed; none: every activity needs it.
    #[serde(default)]
    pub when: Vec<Condition>,
    /// Facts of which each exempts from it.
    #[serde(default)]
    pub exempt: Vec<Condition>,
    /// Where it goes.
    #[serde(default)]
    pub recipient: Vec<Addressee>,
    /// What makes an update due.
    #[serde(default)]
    pub change: Vec<Change>,
    /// What it asks, in order.
    pub section: Vec<Section>,
}

/// A fact with its consequence.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The fact.
    pub fact: String,
    /// The answer that counts.
    #[serde(default = "yes")]
    pub is: bool,
    /// Facts under which it does not count.
    #[serde(default)]
    pub unless: Vec<String>,
    /// What this rests on.
    pub cite: String,
    /// How sure this is.
    pub mark: Mark,
}

const fn yes() -> bool {
    true
}

/// Who gets a dossier.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addressee {
    /// Its official name.
    pub name: String,
    /// Through whom it goes.
    pub through: Option<String>,
    /// What this rests on.
    pub cite: String,
    /// How sure this is.
    pub mark: Mark,
    /// Whether a rule of the body's own, not the law, names it.
    #[serde(default)]
    pub source: Origin,
}

/// Who says something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The law.
    #[default]
    Law,
    /// An act of the body or of a body above it.
    Body,
}

/// A change that makes an update due.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Fields of the activity and events of the body that count.
    pub of: Vec<String>,
    /// The duty that starts; none: the dossier is to be looked at again, and no term is named.
    pub duty: Option<String>,
    /// What this rests on.
    pub cite: String,
    /// How sure this is.
    pub mark: Mark,
}

/// Questions that belong together.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its name; the title is in the file of the questions.
    pub name: String,
    /// The questions.
    pub ask: Vec<Asked>,
}

/// A question as a pack asks it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// The question.
    pub id: String,
    /// Whether it may stay without an answer.
    #[serde(default)]
    pub optional: bool,
    /// The fact under which alone it is asked.
    pub only_if: Option<String>,
    /// What this rests on.
    pub cite: Option<String>,
    /// How sure this is; as the dossier when absent.
    pub mark: Option<Mark>,
}

/// Whom the designation of a unit and an officer for data protection is reported to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Designation {
    /// What it rests on.
    pub cite: String,
    /// How sure this is.
    pub mark: Mark,
    /// When the report is owed: a body for which it does not hold drops it, with that reason.
    pub condition: Option<String>,
    /// Where it goes.
    pub recipient: Vec<Addressee>,
}

/// What the law says of the need of a dossier, as far as the facts are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It must be had.
    Needed {
        /// The article.
        cite: String,
        /// How sure this is.
        mark: Mark,
    },
    /// The body or the activity is exempt.
    Exempt {
        /// The fact that exempts.
        fact: String,
        /// The article.
        cite: String,
        /// How sure this is.
        mark: Mark,
    },
    /// Nothing makes it needed.
    NotNeeded {
        /// The article that says when it would be.
        cite: String,
        /// How sure this is.
        mark: Mark,
    },
    /// It hangs on facts that nobody has stated yet.
    Unknown {
        /// Which.
        facts: Vec<String>,
    },
}

impl Dossier {
    /// The name of its set of questions within all packs.
    pub fn set(&self, pack: &str) -> String {
        format!("{pack}/{}", self.kind)
    }

    /// Whether it is wanted on a day on which its pack is in force.
    pub fn holds_on(&self, on: Date) -> bool {
        self.from.is_none_or(|from| on >= from) && self.to.is_none_or(|to| on <= to)
    }

    /// Facts that decide on it, in the order of the file.
    pub fn facts(&self) -> Vec<&str> {
        let of_questions = self.asked().filter_map(|a| a.only_if.as_deref());
        let conditions = self.when.iter().chain(&self.exempt);
        let named = conditions.flat_map(|c| std::iter::once(&c.fact).chain(&c.unless).map(String::as_str));
        let mut facts: Vec<&str> = Vec::new();
        for fact in named.chain(of_questions) {
            if !facts.contains(&fact) {
                facts.push(fact);
            }
        }
        facts
    }

    /// All its questions.
    pub fn asked(&self) -> impl Iterator<Item = &Asked> {
        self.section.iter().flat_map(|s| &s.ask)
    }

    /// What the law says, as far as the facts are known. What is open in the law exempts nobody.
    pub fn verdict(&self, known: &dyn Fn(&str) -> Option<bool>) -> Verdict {
        let mut open: Vec<String> = Vec::new();
        let mut needed = self.when.is_empty().then(|| (self.cite.clone(), self.mark));
        for condition in &self.when {
            match condition.holds(known) {
                Ok(true) => {
                    needed.get_or_insert((condition.cite.clone(), condition.mark));
                }
                Ok(false) => {}
                Err(facts) => add(&mut open, facts),
            }
        }
        let Some((cite, mark)) = needed else {
            return if open.is_empty() {
                Verdict::NotNeeded {
                    cite: self.cite.clone(),
                    mark: self.mark,
                }
            } else {
                Verdict::Unknown { facts: open }
            };
        };
        // What makes it needed is known; what else could is of no interest any more.
        open.clear();
        for condition in self.exempt.iter().filter(|c| c.mark != Mark::Check) {
            match condition.holds(known) {
                Ok(true) => {
                    return Verdict::Exempt {
                        fact: condition.fact.clone(),
                        cite: condition.cite.clone(),
                        mark: condition.mark,
                    };
                }
                Ok(false) => {}
                Err(facts) => add(&mut open, facts),
            }
        }
        if open.is_empty() {
            Verdict::Needed { cite, mark }
        } else {
            Verdict::Unknown { facts: open }
        }
    }
}

/// Adds facts that are not named yet.
fn add(open: &mut Vec<String>, facts: Vec<String>) {
    for fact in facts {
        if !open.contains(&fact) {
            open.push(fact);
        }
    }
}

impl Condition {
    /// Whether it holds, or the facts that must be known first.
    fn holds(&self, known: &dyn Fn(&str) -> Option<bool>) -> Result<bool, Vec<String>> {
        let own = known(&self.fact);
        if own.is_some_and(|fact| fact != self.is) || self.unless.iter().any(|f| known(f) == Some(true)) {
            return Ok(false);
        }
        let all = std::iter::once(&self.fact).chain(&self.unless);
        let open: Vec<String> = all.filter(|f| known(f).is_none()).cloned().collect();
        if open.is_empty() { Ok(true) } else { Err(open) }
    }
}

/// A fact that decides on dossiers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// Its name.
    pub id: String,
    /// From what the office knows it.
    pub known: Option<String>,
    /// Words for which it certainly holds.
    #[serde(default)]
    pub yes: Vec<String>,
    /// Words for which it certainly does not.
    #[serde(default)]
    pub no: Vec<String>,
    /// The question.
    pub ask: Texts,
    /// Help for whoever answers.
    #[serde(default)]
    pub help: Texts,
}

/// What a question takes as an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// One line.
    Line,
    /// Text.
    Text,
    /// A date.
    Date,
    /// A whole number, not negative.
    Number,
    /// One of its options.
    Choice,
}

/// A question.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its name, the same in all packs.
    pub id: String,
    /// What it takes.
    pub kind: Answer,
    /// From what the answer is taken where the office knows it.
    pub prefill: Option<String>,
    /// The field of the forms that it fills.
    pub field: Option<String>,
    /// Its number in the files of the PIA software of the CNIL.
    pub cnil: Option<u32>,
    /// The question.
    pub ask: Texts,
    /// Help for whoever answers.
    #[serde(default)]
    pub help: Texts,
    /// What can be chosen: `id`, and a text in each language.
    #[serde(default)]
    pub option: Vec<Texts>,
}

/// The questions of all packs.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Questions {
    /// Titles of sections.
    pub section: BTreeMap<String, Texts>,
    /// Facts.
    pub fact: Vec<Fact>,
    /// Questions.
    pub question: Vec<Question>,
}

impl Questions {
    /// The questions that come with the program; this crate's tests check them.
    pub fn embedded() -> &'static Self {
        static QUESTIONS: OnceLock<Questions> = OnceLock::new();
        QUESTIONS.get_or_init(|| toml::from_str(embedded::DOSSIER_QUESTIONS.1).unwrap_or_default())
    }

    /// A question.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.question.iter().find(|q| q.id == id)
    }

    /// A fact.
    pub fn fact(&self, id: &str) -> Option<&Fact> {
        self.fact.iter().find(|f| f.id == id)
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub(crate) dossier: Vec<Dossier>,
    pub(crate) designation: Option<Designation>,
}

impl File {
    /// A pack without dossiers.
    pub(crate) const NONE: Self = Self {
        dossier: Vec::new(),
        designation: None,
    };
}

/// Reads a file of dossiers.
pub(crate) fn parse(text: &str) -> Result<File, toml::de::Error> {
    toml::from_str(text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::embedded::PACKS;
    use crate::{Country, Law};

    #[test]
    fn every_file_of_dossiers_is_sound() {
        let questions: Questions = toml::from_str(embedded::DOSSIER_QUESTIONS.1).unwrap_or_else(|e| panic!("{e}"));
        let law = Law::embedded();
        for files in PACKS {
            let (name, text) = files.dossiers;
            let all = parse(text).unwrap_or_else(|e| panic!("{name}: {e}")).dossier;
            let pack = law.by_id(files.pack.0.split('/').nth(1).unwrap()).unwrap();
            assert_eq!(pack.dossiers().len(), all.len());
            let duties: BTreeSet<_> = law.clocks(pack.country()).map(|c| c.rule.duty.as_str()).collect();
            let mut kinds = BTreeSet::new();
            for dossier in &all {
                assert!(kinds.insert(&dossier.kind), "{name}: {} stands twice", dossier.kind);
                assert_eq!(dossier.filed, !dossier.recipient.is_empty(), "{name}: {}", dossier.kind);
                for fact in dossier.facts() {
                    assert!(questions.fact(fact).is_some(), "{name}: fact {fact}");
                }
                let named = [
                    &dossier.duty,
                    &dossier.keep,
                    &dossier.result,
                    &dossier.complete,
                    &dossier.done_notice,
                ];
                for duty in named
                    .into_iter()
                    .chain(dossier.change.iter().map(|c| &c.duty))
                    .flatten()
                {
                    assert!(duties.contains(duty.as_str()), "{name}: duty {duty}");
                }
                for section in &dossier.section {
                    assert!(
                        questions.section.contains_key(&section.name),
                        "{name}: {}",
                        section.name
                    );
                }
                let mut asked = BTreeSet::new();
                for question in dossier.asked() {
                    assert!(questions.question(&question.id).is_some(), "{name}: {}", question.id);
                    assert!(asked.insert(&question.id), "{name}: {} asked twice", question.id);
                }
                let from = dossier.counts_from.as_ref();
                assert!(from.is_none_or(|q| asked.contains(q)), "{name}: {from:?}");
            }
        }
    }

    #[test]
    fn a_designation_is_reported_under_the_decree_only() {
        let law = Law::embedded();
        let to = |day: &str| {
            let pack = law.pack(Country::Vn, day.parse().unwrap()).unwrap();
            pack.designation().map_or(0, |d| d.recipient.len())
        };
        assert_eq!((to("2025-12-31"), to("2026-01-01")), (2, 0));
    }

    #[test]
    fn every_question_is_asked_in_four_languages() {
        let questions: Questions = toml::from_str(embedded::DOSSIER_QUESTIONS.1).unwrap_or_else(|e| panic!("{e}"));
        let languages: BTreeSet<&str> = ["vi", "ru", "zh", "en"].into();
        let of = |texts: &Texts| -> BTreeSet<String> { texts.keys().cloned().collect() };
        let all: BTreeSet<String> = languages.iter().map(|l| (*l).to_owned()).collect();
        let facts = questions.fact.iter().map(|f| (&f.id, &f.ask, &f.help));
        let asked = questions.question.iter().map(|q| (&q.id, &q.ask, &q.help));
        let mut ids = BTreeSet::new();
        for (id, ask, help) in facts.chain(asked) {
            assert!(ids.insert(id), "{id} stands twice");
            assert_eq!(of(ask), all, "{id}");
            assert!(help.is_empty() || of(help) == all, "{id}");
        }
        for question in &questions.question {
            assert_eq!(
                question.kind == Answer::Choice,
                !question.option.is_empty(),
                "{}",
                question.id
            );
            for option in &question.option {
                assert_eq!(option.len(), 5, "{}: {option:?}", question.id);
            }
        }
        assert!(questions.section.values().all(|t| of(t) == all));
    }

    fn verdict(country: Country, day: &str, kind: &str, facts: &[(&str, bool)]) -> Verdict {
        let law = Law::embedded();
        let pack = law.pack(country, day.parse().unwrap()).unwrap();
        let dossier = pack.dossiers().iter().find(|d| d.kind == kind).unwrap();
        dossier.verdict(&|name| facts.iter().find(|(f, _)| *f == name).map(|(_, is)| *is))
    }

    fn exempt(fact: &str, cite: &str) -> Verdict {
        Verdict::Exempt {
            fact: fact.to_owned(),
            cite: cite.to_owned(),
            mark: Mark::Sure,
        }
    }

    #[test]
    fn a_state_agency_is_exempt_from_the_first_of_january_on() {
        let agency = [("state-agency", true)];
        assert_eq!(
            verdict(Country::Vn, "2025-12-31", "dossier-impact", &agency),
            Verdict::Needed {
                cite: "D13 24.1".to_owned(),
                mark: Mark::Sure
            }
        );
        assert_eq!(
            verdict(Country::Vn, "2026-01-01", "dossier-impact", &agency),
            exempt("state-agency", "L91 21.6")
        );
        let hospital = [("state-agency", false), ("micro-firm", false)];
        assert!(matches!(
            verdict(Country::Vn, "2026-01-01", "dossier-impact", &hospital),
            Verdict::Needed { .. }
        ));
    }

    #[test]
    fn what_is_not_known_is_asked() {
        assert_eq!(
            verdict(Country::Vn, "2026-01-01", "dossier-impact", &[("micro-firm", false)]),
            Verdict::Unknown {
                facts: vec!["state-agency".to_owned()]
            }
        );
        // Nothing of the exemptions matters while nobody says that data go abroad.
        assert_eq!(
            verdict(Country::Vn, "2026-01-01", "dossier-transfer", &[]),
            Verdict::Unknown {
                facts: vec!["abroad".to_owned()]
            }
        );
        assert!(matches!(
            verdict(Country::Vn, "2026-01-01", "dossier-transfer", &[("abroad", false)]),
            Verdict::NotNeeded { .. }
        ));
        // One trigger is enough; the others need no answer.
        assert!(matches!(
            verdict(Country::Cn, "2026-01-01", "dossier-assessment", &[("sensitive", true)]),
            Verdict::Needed { .. }
        ));
    }

    #[test]
    fn an_exemption_by_numbers_does_not_reach_a_state_organ() {
        let facts = [
            ("abroad", true),
            ("export-100k", false),
            ("state-agency", false),
            ("critical-operator", false),
        ];
        assert_eq!(
            verdict(Country::Cn, "2026-11-24", "dossier-transfer", &facts),
            exempt("export-100k", "《促进和规范数据跨境流动规定》")
        );
        let organ = [("abroad", true), ("state-agency", true), ("export-100k", false)];
        assert!(matches!(
            verdict(Country::Cn, "2026-11-24", "dossier-transfer", &organ),
            Verdict::Needed { .. }
        ));
    }
}
