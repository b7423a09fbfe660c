//! Campaigns to every employee (R104, R68): check your own chat applications and devices, read a document, renew passwords. A
//! campaign is announced by the head to units and posts; everybody addressed gets a statement to answer, by one act.

mod papers;
pub(super) mod report;
#[cfg(test)]
pub(crate) mod tests;

use jiff::civil::Date;
use serde_json::Value;

use crate::error::Refusal;
use crate::kernel::card::Card;
use crate::kernel::field::{Field, Kind, Values};
use crate::kernel::register::{self, Case, Each, Operation, Outcome, Over, Register, state};
use crate::kernel::rights::Right;
use crate::registers::questions::{self, KINDS, lines};

/// Employees who are addressed.
const AT_WORK: &[&str] = &["candidate", "admitted", "suspended"];
/// Own questions at most.
const MAX_OWN: usize = 30;

const TITLE: Field = Field::new("title", Kind::Line).required();
const KIND: Field = Field::new("campaign_kind", Kind::Choice(KINDS)).required();
const TEXT: Field = Field::new("campaign_text", Kind::Text).required();
const UNITS: Field = Field::new("audience_units", Kind::Text);
const POSTS: Field = Field::new("audience_posts", Kind::Cards("posts"));
const FROM: Field = Field::new("campaign_from", Kind::Date).required();
const UNTIL: Field = Field::new("campaign_until", Kind::Date).required();
const OWN_QUESTIONS: Field = Field::new("own_questions", Kind::Text);
const NUMBER: Field = Field::new("order_number", Kind::Line);
const DATE: Field = Field::new("order_date", Kind::Date);
const WHY: Field = Field::new("closed_because", Kind::Text).personal();

const FIELDS: &[Field] = &[TITLE, KIND, TEXT, UNITS, POSTS, FROM, UNTIL, OWN_QUESTIONS];

const fn operation(
    name: &'static str,
    from: &'static [&'static str],
    right: Right,
    fields: &'static [Field],
    papers: &'static [&'static str],
    decide: fn(&Case<'_>) -> Result<Outcome, Refusal>,
) -> Operation {
    register::operation(name, from, right, fields, decide).with_papers(papers)
}

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "campaigns",
    see: Right::SeeRegisters,
    fields: FIELDS,
    columns: &["title", "campaign_kind", "campaign_from", "campaign_until"],
    label: None,
    states: &[
        state("campaign-draft", false),
        state("campaign-announced", false),
        state("campaign-over", false),
        state("campaign-closed", true),
        state("campaign-dropped", true),
    ],
    operations: &[
        operation(
            "draft",
            &[],
            Right::PrepareActs,
            FIELDS,
            &["campaign-announcement"],
            |case| {
                sound(case)?;
                Ok(Outcome::taking_input().state("campaign-draft"))
            },
        ),
        operation("change", &["campaign-draft"], Right::PrepareActs, FIELDS, &[], change),
        operation(
            "announce",
            &["campaign-draft"],
            Right::Approve,
            &[NUMBER, DATE],
            &["campaign-announcement"],
            announce,
        ),
        operation(
            "send-rest",
            &["campaign-announced", "campaign-over"],
            Right::KeepStaff,
            &[],
            &[],
            |_| Ok(Outcome::new().each(SEND)),
        ),
        operation(
            "remind",
            &["campaign-announced", "campaign-over"],
            Right::KeepStaff,
            &[],
            &[],
            remind,
        ),
        operation(
            "prolong",
            &["campaign-announced", "campaign-over"],
            Right::Approve,
            &[UNTIL],
            &[],
            prolong,
        ),
        // Done on the day after the last one.
        operation("overdue", &["campaign-announced"], Right::KeepStaff, &[], &[], |case| {
            if !case
                .of_card("campaign_until")
                .parse()
                .is_ok_and(|last: Date| last < case.today())
            {
                return Err(Refusal::new("refusal-day-not-passed"));
            }
            Ok(Outcome::new().state("campaign-over").each(OVERDUE))
        }),
        operation("close", &["campaign-over"], Right::Approve, &[WHY], &[], |_| {
            Ok(Outcome::taking_input().state("campaign-closed").each(LAPSE))
        }),
        operation("drop", &["campaign-draft"], Right::PrepareActs, &[], &[], |_| {
            Ok(Outcome::new().state("campaign-dropped"))
        }),
    ],
    papers: Some(papers::values),
    reacts: &[],
};

/// A statement for everybody addressed who has none yet.
pub(super) const SEND: Each = Each {
    register: "statements",
    operation: "send",
    over: Over::For {
        register: "staff",
        states: AT_WORK,
        fields: ("campaign", "employee"),
        values: addressed,
    },
};

/// Statements that were not answered in time.
pub(super) const OVERDUE: Each = Each {
    register: "statements",
    operation: "overdue",
    over: Over::Pointing { field: "campaign" },
};

/// Statements that nobody will answer any more.
pub(super) const LAPSE: Each = Each {
    register: "statements",
    operation: "lapse",
    over: Over::Pointing { field: "campaign" },
};

/// Statements that have time again.
pub(super) const AGAIN: Each = Each {
    register: "statements",
    operation: "again",
    over: Over::Pointing { field: "campaign" },
};

/// Whether an employee is addressed, and what the statement says of it. Without units and posts everybody is.
fn addressed(campaign: &Card, employee: &Card) -> Option<Values> {
    let unit = employee.text("unit").trim();
    let posts = campaign.cards("audience_posts");
    let units = campaign.text("audience_units");
    let all = posts.is_empty() && lines(units).next().is_none();
    let same = |line: &str| line.to_lowercase() == unit.to_lowercase();
    if !all && !lines(units).any(same) && !posts.contains(&employee.text("post")) {
        return None;
    }
    let mut values = Values::new();
    values.insert("campaign_kind".to_owned(), campaign.text("campaign_kind").into());
    if !unit.is_empty() {
        values.insert("unit".to_owned(), unit.into());
    }
    Some(values)
}

fn sound(case: &Case<'_>) -> Result<(), Refusal> {
    if case.date("campaign_until") < case.date("campaign_from") {
        return Err(Refusal::new("refusal-before-start").field("campaign_until"));
    }
    if lines(case.text("own_questions")).count() > MAX_OWN {
        let refusal = Refusal::new("refusal-questions-many").arg("max", MAX_OWN.to_string());
        return Err(refusal.field("own_questions"));
    }
    if case
        .given_cards("audience_posts")
        .into_iter()
        .any(|p| case.is_closed(p))
    {
        return Err(Refusal::new("refusal-post-off").field("audience_posts"));
    }
    Ok(())
}

fn change(case: &Case<'_>) -> Result<Outcome, Refusal> {
    sound(case)?;
    let mut outcome = Outcome::taking_input();
    // What was emptied is gone: an audience that stayed would address people whom nobody means.
    for field in FIELDS {
        if !case.input.contains_key(field.name) {
            outcome = outcome.unset(field.name);
        }
    }
    Ok(outcome)
}

fn announce(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let until: Option<Date> = case.of_card("campaign_until").parse().ok();
    if until.is_none_or(|d| d < case.today()) {
        return Err(Refusal::new("refusal-campaign-past"));
    }
    if case.date("order_date").is_some_and(|d| d > case.today()) {
        return Err(Refusal::new("refusal-future").field("order_date"));
    }
    // The questions that are asked stay the same while the campaign lasts, whatever a later version of the list says.
    let asked: Vec<Value> = questions::of_kind(case.of_card("campaign_kind"))
        .map(|q| Value::from(q.id.as_str()))
        .collect();
    Ok(Outcome::taking_input()
        .state("campaign-announced")
        .set("asked_questions", asked)
        .each(SEND))
}

fn remind(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let today = case.today().to_string();
    let mut days: Vec<Value> = case
        .card
        .and_then(|c| c.data.get("reminded_on"))
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    if days.iter().any(|d| d.as_str() == Some(&today)) {
        return Err(Refusal::new("refusal-reminded-today"));
    }
    days.push(today.into());
    Ok(Outcome::new().set("reminded_on", days))
}

fn prolong(case: &Case<'_>) -> Result<Outcome, Refusal> {
    let before: Option<Date> = case.of_card("campaign_until").parse().ok();
    let until = case.date("campaign_until");
    if until <= before || until < Some(case.today()) {
        return Err(Refusal::new("refusal-not-longer").field("campaign_until"));
    }
    Ok(Outcome::taking_input().state("campaign-announced").each(AGAIN))
}
