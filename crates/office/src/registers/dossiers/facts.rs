//! What decides on a dossier, as far as the office knows it: from the body, from the activity, from answers. Nothing is
//! guessed: what nobody has stated is unknown.

use serde_json::Value;
use tutela_law::dossier::{Dossier, Fact, Questions, Verdict};
use tutela_law::{Mark, Pack};

use super::answers;
use crate::kernel::body::Body;
use crate::kernel::card::Card;
use crate::kernel::field::Values;
use crate::kernel::register::Outcome;

/// What the law in force says of a kind of dossier: its pack with it.
pub(super) fn wanted<'a>(pack: Option<&'a Pack>, kind: &str, on: jiff::civil::Date) -> Option<(&'a Pack, &'a Dossier)> {
    let pack = pack?;
    let found = pack.dossiers().iter().find(|d| d.kind == kind && d.holds_on(on))?;
    Some((pack, found))
}

/// What is known of one activity of one body.
pub(crate) struct Known<'a> {
    pub(crate) body: &'a Body,
    pub(crate) activity: Option<&'a Card>,
    pub(crate) answers: &'a Values,
}

impl Known<'_> {
    /// Whether a fact holds; none when nobody has stated it.
    pub(crate) fn holds(&self, id: &str) -> Option<bool> {
        let fact = Questions::embedded().fact(id)?;
        self.derived(fact).or_else(|| self.answered(id))
    }

    /// What follows from what the office holds, with certainty.
    pub(crate) fn derived(&self, fact: &Fact) -> Option<bool> {
        let source = fact.known.as_deref()?;
        if source == "body" {
            let kind = self.body.detail("kind");
            let among = |words: &[String]| words.iter().any(|w| w == kind);
            return match (among(&fact.yes), among(&fact.no)) {
                (true, false) => Some(true),
                (false, true) => Some(false),
                _ => None,
            };
        }
        let activity = self.activity?;
        match source {
            // Which categories are sensitive, the pack in force said when the activity was described.
            "sensitive" => Some(!activity.cards("sensitive_categories").is_empty()),
            "other-basis" => Some(activity.cards("bases").iter().any(|b| *b != "consent")),
            "abroad" => match activity.text("abroad") {
                "goes-abroad" => Some(true),
                "stays-here" => Some(false),
                _ => None,
            },
            // An empty field says nothing: it may not have been thought of.
            "entrusted" => (!activity.text("processors").trim().is_empty()).then_some(true),
            "provided" => (!activity.text("recipients").trim().is_empty()).then_some(true),
            _ => None,
        }
    }

    fn answered(&self, id: &str) -> Option<bool> {
        match answers::text(self.answers, id) {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        }
    }

    /// What the law says.
    pub(crate) fn verdict(&self, dossier: &Dossier) -> Verdict {
        dossier.verdict(&|fact| self.holds(fact))
    }
}

/// The word of a verdict, its article, and whether the law is open there.
pub(super) fn word(verdict: &Verdict) -> (&'static str, &str, bool) {
    match verdict {
        Verdict::Needed { cite, mark } => ("dossier-needed", cite, *mark == Mark::Check),
        Verdict::Exempt { cite, mark, .. } => ("dossier-exempt", cite, *mark == Mark::Check),
        Verdict::NotNeeded { cite, mark } => ("dossier-not-needed", cite, *mark == Mark::Check),
        Verdict::Unknown { .. } => ("dossier-unknown", "", false),
    }
}

/// Writes what the law says into the card.
pub(super) fn told(outcome: Outcome, verdict: &Verdict) -> Outcome {
    let (word, cite, open) = word(verdict);
    let missing: Vec<Value> = match verdict {
        Verdict::Unknown { facts } => facts.iter().map(|f| Value::from(f.as_str())).collect(),
        _ => Vec::new(),
    };
    outcome
        .set("verdict", word)
        .set("verdict_norm", cite)
        .set("verdict_open", open)
        .set("facts_missing", missing)
}
