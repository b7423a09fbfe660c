//! The questions of campaigns, for the campaigns and for those who answer: data that come with the program, in the languages of
//! the pages, and the questions that a body adds.

use std::sync::LazyLock;

use serde::Deserialize;
use tutela_words::Locale;

use crate::kernel::card::Card;
use crate::kernel::field::words_of;

/// Kinds of campaign.
pub(super) const KINDS: &[&str] = &[
    "campaign-self-check",
    "campaign-acquaintance",
    "campaign-password",
    "campaign-workstation",
];

const TEXT: &str = include_str!("../../../../law/campaigns/questions.toml");

/// A question.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Question {
    /// Its name in the store.
    pub(super) id: String,
    /// For which kinds of campaign.
    kinds: Vec<String>,
    /// What "yes" means: `fine`, or `act` when something is to be done.
    yes: Yes,
    vi: String,
    ru: String,
    zh: String,
    en: String,
}

/// What an answer "yes" means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Yes {
    /// All is well.
    Fine,
    /// Something is to be done.
    Act,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    question: Vec<Question>,
}

static QUESTIONS: LazyLock<Vec<Question>> = LazyLock::new(|| {
    // The file is part of the program; a test reads it.
    toml::from_str::<File>(TEXT).map(|f| f.question).unwrap_or_default()
});

impl Question {
    /// Its text.
    fn text(&self, locale: Locale) -> &str {
        match locale {
            Locale::Vi => &self.vi,
            Locale::Ru => &self.ru,
            Locale::Zh => &self.zh,
            Locale::En => &self.en,
        }
    }
}

/// The questions of a kind of campaign.
pub(super) fn of_kind(kind: &str) -> impl Iterator<Item = &'static Question> {
    QUESTIONS.iter().filter(move |q| q.kinds.iter().any(|k| k == kind))
}

/// The question of this name.
fn named(id: &str) -> Option<&'static Question> {
    QUESTIONS.iter().find(|q| q.id == id)
}

/// A question as it is asked.
pub(crate) struct Asked {
    /// Its text.
    pub(crate) text: String,
    /// Whether "yes" means that something is to be done.
    pub(crate) yes_acts: bool,
}

/// The questions of a campaign as they are asked: those of the list that it was announced with, or would be, and its own.
pub(crate) fn asked(campaign: &Card, locale: Locale) -> Vec<Asked> {
    let listed: Vec<&Question> = match campaign.data.get("asked_questions") {
        Some(ids) => words_of(ids).into_iter().filter_map(named).collect(),
        None => of_kind(campaign.text("campaign_kind")).collect(),
    };
    let listed = listed.into_iter().map(|q| Asked {
        text: q.text(locale).to_owned(),
        yes_acts: q.yes == Yes::Act,
    });
    let own = lines(campaign.text("own_questions")).map(|line| Asked {
        text: line.to_owned(),
        yes_acts: false,
    });
    listed.chain(own).collect()
}

/// The questions as rows of a paper.
pub(super) fn rows(campaign: &Card, locale: Locale) -> Vec<serde_json::Value> {
    let asked = asked(campaign, locale);
    asked
        .into_iter()
        .map(|q| serde_json::json!({ "text": q.text }))
        .collect()
}

/// Lines of a text that say something.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|l| !l.is_empty())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_list_reads_and_every_kind_has_questions() {
        let file: File = toml::from_str(TEXT).unwrap();
        let ids: BTreeSet<_> = file.question.iter().map(|q| &q.id).collect();
        assert_eq!(ids.len(), file.question.len(), "an id twice");
        for question in &file.question {
            for kind in &question.kinds {
                assert!(KINDS.contains(&kind.as_str()), "{kind}");
            }
            for locale in Locale::ALL {
                assert!(question.text(locale).len() > 5, "{}", question.id);
            }
        }
        for kind in KINDS {
            assert!(of_kind(kind).next().is_some(), "{kind}");
        }
        assert!(named("chat-groups").is_some_and(|q| q.yes == Yes::Act));
    }
}
