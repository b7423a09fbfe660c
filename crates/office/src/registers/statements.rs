//! Statements (R68, R104): what each employee answers in a campaign, with the signature. They are sent all at once by the
//! campaign; a person answers from the own account, by a personal link, or on paper that the office enters.

pub(crate) mod answering;
pub(crate) mod sheets;
#[cfg(test)]
mod tests;

use jiff::civil::Date;

use crate::error::Refusal;
use crate::kernel::field::{Field, Kind, Offer};
use crate::kernel::register::{Case, Outcome, Register, operation, state};
use crate::kernel::rights::Right;
use crate::registers::questions::{self, KINDS};

/// What can be answered.
pub(crate) const ANSWERS: &[&str] = &["answer-clean", "answer-deleted", "answer-done", "answer-refused"];
/// Devices that were looked at.
pub(crate) const DEVICES: &[&str] = &["device-phone", "device-tablet", "device-office", "device-home"];
/// How an answer came.
const WAYS: &[&str] = &["own-account", "personal-link", "paper"];
/// Why nobody answers.
const EXCUSES: &[&str] = &["excuse-left", "excuse-absent", "excuse-not-concerned"];
/// What the check of a workstation told.
const WORKSTATION: &[&str] = &["workstation-sound", "workstation-faults", "workstation-unknown"];

const CAMPAIGN: Field = Field::new("campaign", Kind::Card("campaigns")).required();
const EMPLOYEE: Field = Field::new("employee", Kind::Card("staff")).required();
const UNIT: Field = Field::new("unit", Kind::Line);
const KIND: Field = Field::new("campaign_kind", Kind::Choice(KINDS));
const ANSWER: Field = Field::new("answer", Kind::Choice(ANSWERS)).required().offered(fits);
const CHECKED: Field = Field::new("devices_checked", Kind::Choices(DEVICES));
const QUESTIONS: Field = Field::new("question_answers", Kind::Text).personal();
const REFUSED: Field = Field::new("answer_refused_because", Kind::Text).personal();
const RESULT: Field = Field::new("workstation_result", Kind::Text).personal();
const SIGNED: Field = Field::new("statement_signed", Kind::Flag);
const ON: Field = Field::new("statement_answered_on", Kind::Date).required();
const WAY: Field = Field::new("answer_way", Kind::Choice(WAYS)).required();
const EXCUSED: Field = Field::new("excused_because", Kind::Choice(EXCUSES)).required();
const REOPENED: Field = Field::new("reopened_because", Kind::Text).required().personal();
/// Set by the rule out of the result.
const TOLD: Field = Field::new("workstation_state", Kind::Choice(WORKSTATION));

const SEND: &[Field] = &[CAMPAIGN, EMPLOYEE, UNIT];
const ANSWERED: &[Field] = &[ANSWER, CHECKED, QUESTIONS, REFUSED, RESULT, SIGNED, ON, WAY];
const OPEN: &[&str] = &["statement-sent", "statement-overdue"];

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "statements",
    see: Right::SeeRegisters,
    fields: &[CAMPAIGN, EMPLOYEE, UNIT, KIND, TOLD],
    columns: &["campaign", "employee", "unit", "statement_answered_on"],
    label: None,
    states: &[
        state("statement-sent", false),
        state("statement-overdue", false),
        state("statement-unanswered", true),
        state("statement-clean", true),
        state("statement-deleted", true),
        state("statement-done", true),
        state("statement-refused", true),
        state("statement-excused", true),
    ],
    operations: &[
        operation("send", &[], Right::KeepStaff, SEND, send).with_papers(&["campaign-statement"]),
        operation("answer", OPEN, Right::KeepStaff, ANSWERED, answer).with_papers(&["campaign-statement"]),
        operation("excuse", OPEN, Right::KeepStaff, &[EXCUSED], |_| {
            Ok(Outcome::taking_input().state("statement-excused"))
        })
        .with_papers(&["campaign-statement"]),
        operation(
            "reopen",
            &[
                "statement-clean",
                "statement-deleted",
                "statement-done",
                "statement-refused",
                "statement-excused",
            ],
            Right::KeepStaff,
            &[REOPENED],
            |case| {
                let open = if is_over(case) {
                    "statement-overdue"
                } else {
                    "statement-sent"
                };
                running(case)?;
                Ok(Outcome::taking_input().state(open))
            },
        )
        .with_papers(&["campaign-statement"]),
        // These are done for all statements of a campaign at once: when its last day has passed or was moved, and when it ends.
        operation("lapse", OPEN, Right::KeepStaff, &[], |case| {
            if !is_over(case) {
                return Err(Refusal::new("refusal-day-not-passed"));
            }
            Ok(Outcome::new().state("statement-unanswered"))
        })
        .with_papers(&["campaign-statement"]),
        operation("overdue", &["statement-sent"], Right::KeepStaff, &[], |case| {
            if !is_over(case) {
                return Err(Refusal::new("refusal-day-not-passed"));
            }
            Ok(Outcome::new().state("statement-overdue"))
        })
        .with_papers(&["campaign-statement"]),
        operation("again", &["statement-overdue"], Right::KeepStaff, &[], |case| {
            if is_over(case) {
                return Err(Refusal::new("refusal-campaign-past"));
            }
            Ok(Outcome::new().state("statement-sent"))
        })
        .with_papers(&["campaign-statement"]),
    ],
    papers: Some(papers),
    reacts: &[],
};

/// Whether an answer is one that the kind of campaign knows.
fn fits_kind(kind: &str, answer: &str) -> bool {
    match answer {
        "answer-clean" | "answer-deleted" => kind == "campaign-self-check",
        "answer-done" => kind != "campaign-self-check",
        _ => true,
    }
}

/// The answers that a kind of campaign knows.
pub(crate) fn answers_of(kind: &str) -> impl Iterator<Item = &'static str> {
    ANSWERS.iter().copied().filter(move |a| fits_kind(kind, a))
}

fn fits(offer: &Offer<'_>, answer: &str) -> bool {
    fits_kind(offer.card.map_or("", |c| c.text("campaign_kind")), answer)
}

/// Whether the last day of the campaign has passed.
fn is_over(case: &Case<'_>) -> bool {
    let mut campaigns = case.related_in("campaigns");
    campaigns.any(|c| {
        c.text("campaign_until")
            .parse()
            .is_ok_and(|last: Date| last < case.today())
    })
}

fn running(case: &Case<'_>) -> Result<(), Refusal> {
    let open = ["campaign-announced", "campaign-over"];
    // While the campaign is being announced, it is a draft that the same act announces.
    let running = case.related_in("campaigns").all(|c| open.contains(&c.state.as_str()));
    if running {
        Ok(())
    } else {
        Err(Refusal::new("refusal-campaign-not-running").field("campaign"))
    }
}

fn send(case: &Case<'_>) -> Result<Outcome, Refusal> {
    running(case)?;
    if case.related_in("staff").any(|e| case.is_closed(e)) {
        return Err(Refusal::new("refusal-employee-left").field("employee"));
    }
    let kind = case
        .related_in("campaigns")
        .next()
        .map_or("", |c| c.text("campaign_kind"));
    Ok(Outcome::taking_input()
        .set("campaign_kind", kind)
        .state(if is_over(case) {
            "statement-overdue"
        } else {
            "statement-sent"
        }))
}

fn answer(case: &Case<'_>) -> Result<Outcome, Refusal> {
    running(case)?;
    if case.date("statement_answered_on").is_some_and(|d| d > case.today()) {
        return Err(Refusal::new("refusal-future").field("statement_answered_on"));
    }
    let answer = case.text("answer");
    if !fits_kind(case.of_card("campaign_kind"), answer) {
        return Err(Refusal::new("refusal-answer-kind").field("answer"));
    }
    let refuses = answer == "answer-refused";
    if refuses && case.text("answer_refused_because").is_empty() {
        return Err(Refusal::new("refusal-required").field("answer_refused_because"));
    }
    // A statement binds whoever signs it; a refusal is recorded as it is.
    if !refuses && !case.flag("statement_signed") {
        return Err(Refusal::new("refusal-statement-unsigned").field("statement_signed"));
    }
    if matches!(answer, "answer-clean" | "answer-deleted") && !case.input.contains_key("devices_checked") {
        return Err(Refusal::new("refusal-required").field("devices_checked"));
    }
    let mut outcome = Outcome::taking_input().unset("workstation_state");
    // Nothing of an answer that was taken back stays.
    for field in ANSWERED.iter().filter(|f| !case.input.contains_key(f.name)) {
        outcome = outcome.unset(field.name);
    }
    let result = case.text("workstation_result");
    if !result.is_empty() {
        let told = tutela_workstation::Report::parse(result)
            .map_err(|_| Refusal::new("refusal-workstation-result").field("workstation_result"))?;
        outcome = outcome.set(
            "workstation_state",
            match told.verdict() {
                tutela_workstation::Verdict::Sound => "workstation-sound",
                tutela_workstation::Verdict::Faults => "workstation-faults",
                tutela_workstation::Verdict::Unknown => "workstation-unknown",
            },
        );
    } else if case.of_card("campaign_kind") == "campaign-workstation" && !refuses {
        return Err(Refusal::new("refusal-required").field("workstation_result"));
    }
    Ok(outcome.state(match answer {
        "answer-clean" => "statement-clean",
        "answer-deleted" => "statement-deleted",
        "answer-done" => "statement-done",
        _ => "statement-refused",
    }))
}

/// The statement as a paper to be signed.
fn papers(sheet: &crate::papers::PaperCase<'_>, paper: &str) -> crate::kernel::field::Values {
    use crate::registers::sheet::put;
    let mut values = crate::kernel::field::Values::new();
    if paper != "campaign-statement" {
        return values;
    }
    let card = sheet.card;
    for employee in sheet.cards(card, "employee") {
        put(&mut values, "employee_name", employee.text("employee_name"));
        for post in sheet.cards(employee, "post") {
            put(&mut values, "employee_post", post.text("title"));
        }
    }
    for campaign in sheet.cards(card, "campaign") {
        crate::papers::PaperCase::take(
            &mut values,
            campaign,
            &[
                ("title", "campaign_title"),
                ("campaign_text", "campaign_text"),
                ("campaign_until", "until_date"),
            ],
        );
        let rows = questions::rows(campaign, sheet.words.locale());
        values.insert("campaign_questions".to_owned(), rows.into());
    }
    let kind = card.text("campaign_kind");
    values.insert("campaign_self_check".to_owned(), (kind == "campaign-self-check").into());
    for (word, flag) in [
        ("answer-clean", "statement_clean"),
        ("answer-deleted", "statement_deleted"),
        ("answer-done", "statement_done"),
        ("answer-refused", "statement_refused"),
    ] {
        values.insert(flag.to_owned(), (card.text("answer") == word).into());
    }
    put(&mut values, "sign_date", card.text("statement_answered_on"));
    values
}
