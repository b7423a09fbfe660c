//! Lists of questions of the body's own (R96): laid from a file in the format of `law/questions`, or from a table. A list never
//! changes once it is laid; a new version takes its place, and checks keep the version that they used.

mod read;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use serde_json::Value;
use tutela_law::{QuestionList, text_in};

use crate::error::Refusal;
use crate::kernel::card::Card;
use crate::kernel::field::{Field, Kind};
use crate::kernel::register::{Case, Outcome, Register, State, operation};
use crate::kernel::rights::Right;

/// Longest list that is taken, in characters.
const LONGEST: usize = 200_000;

const TITLE: Field = Field::new("title", Kind::Line);
const TEXT: Field = Field::new("list_text", Kind::Text).required().longest(LONGEST);
const REPLACES: Field = Field::new("replaces_list", Kind::Card("check-lists"));
const ID: Field = Field::new("list_id", Kind::Line);
const VERSION: Field = Field::new("list_version", Kind::Line);
const NUMBER: Field = Field::new("list_questions", Kind::Number(1, 100));

/// The list that comes with the program: its name.
pub(super) const BUILT_IN: &str = "internal-control";

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "check-lists",
    see: Right::SeeRegisters,
    fields: &[TITLE, ID, VERSION, NUMBER, REPLACES],
    columns: &["title", "list_id", "list_version", "list_questions"],
    label: None,
    states: &[
        State {
            name: "list-laid",
            closed: false,
        },
        State {
            name: "list-replaced",
            closed: true,
        },
        State {
            name: "list-withdrawn",
            closed: true,
        },
    ],
    operations: &[
        operation("lay", &[], Right::Control, &[TEXT, REPLACES], lay),
        operation("withdraw", &["list-laid"], Right::Control, &[], |_| {
            Ok(Outcome::new().state("list-withdrawn"))
        }),
    ],
    papers: None,
    reacts: &[],
};

fn lay(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let language = case.body.locale.code();
    let list = read::list(case.text("list_text"), language).map_err(|why| why.refusal())?;
    let questions = serde_json::to_value(&list).map_err(|_| {
        Refusal::new("refusal-list-unreadable")
            .field("list_text")
            .arg("why", "")
    })?;
    let mut outcome = Outcome::new()
        .state("list-laid")
        .set("title", text_in(&list.title, language))
        .set("list_id", list.id.as_str())
        .set("list_version", list.version.as_str())
        .set("list_questions", list.questions.len())
        .set("_list", questions)
        // The same name and version are always the same questions.
        .claim(&format!("check-list/{}", list.id), "list_text", &list.version);
    for old in case.given_cards("replaces_list") {
        if old.state != "list-laid" {
            return Err(Refusal::new("refusal-list-not-laid").field("replaces_list"));
        }
        outcome = outcome.set("replaces_list", old.id.as_str()).follow(
            &old.id,
            Some("list-replaced"),
            serde_json::Map::new(),
        );
    }
    Ok(outcome)
}

/// The lists that come with the program.
fn built_in() -> &'static [QuestionList] {
    static LISTS: OnceLock<Vec<QuestionList>> = OnceLock::new();
    LISTS.get_or_init(QuestionList::embedded)
}

/// The newest version of the list that comes with the program.
pub(crate) fn newest() -> Option<&'static QuestionList> {
    built_in().iter().rev().find(|l| l.id == BUILT_IN)
}

/// The list that a card of lists holds.
pub(crate) fn held(card: &Card) -> Option<QuestionList> {
    let value: &Value = card.data.get("_list")?;
    serde_json::from_value(value.clone()).ok()
}

/// The questions of a check in the version that it used: from the list of the body that it names, or from the program.
pub(crate) fn of_check(check: &Card, own: Option<&Card>) -> Option<QuestionList> {
    match own {
        Some(card) => held(card),
        None => {
            let (id, version) = (check.text("list_id"), check.text("list_version"));
            built_in().iter().find(|l| l.id == id && l.version == version).cloned()
        }
    }
}
