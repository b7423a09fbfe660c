//! Permits (R42, R44, R46): to copy, to record, to take out, to work after hours. Asked for by anyone, given by the head to
//! an admitted employee until a day, and given back; what is not given back is overdue on the day after.

mod papers;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use serde_json::Value;

use crate::error::Refusal;
use crate::kernel::field::{Field, Kind, Values, words_of};
use crate::kernel::register::{Case, Outcome, Register, State, operation};
use crate::kernel::rights::Right;

const KINDS: &[&str] = &["copy", "recording", "take-out", "after-hours", "unprotected-channel"];

const PERMIT_KIND: Field = Field::new("permit_kind", Kind::Choice(KINDS)).required();
const EMPLOYEE: Field = Field::new("employee", Kind::Card("staff")).required();
const WHAT: Field = Field::new("permit_for", Kind::Text).required().personal();
const PLACE: Field = Field::new("permit_place", Kind::Text).personal();
const UNTIL: Field = Field::new("permit_until", Kind::Date).required();
const WHY_NOT: Field = Field::new("permit_refused_because", Kind::Text).required().personal();
const BACK: Field = Field::new("returned_on", Kind::Date).required();

const FIELDS: &[Field] = &[PERMIT_KIND, EMPLOYEE, WHAT, PLACE, UNTIL];

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "permits",
    see: Right::SeeRegisters,
    fields: FIELDS,
    columns: &["permit_kind", "employee", "permit_until", "returned_on"],
    label: None,
    states: &[
        State {
            name: "permit-asked",
            closed: false,
        },
        State {
            name: "permit-granted",
            closed: false,
        },
        State {
            name: "permit-overdue",
            closed: false,
        },
        State {
            name: "permit-returned",
            closed: true,
        },
        State {
            name: "permit-refused",
            closed: true,
        },
    ],
    operations: &[
        // Whoever may report may ask: every employee of the body, and nobody from outside.
        operation("ask", &[], Right::Report, FIELDS, |case| {
            admitted(case)?;
            coming(case)?;
            Ok(Outcome::taking_input().state("permit-asked"))
        })
        .with_papers(&["permit"]),
        operation("grant", &["permit-asked"], Right::Approve, &[UNTIL], grant).with_papers(&["permit"]),
        operation("refuse", &["permit-asked"], Right::Approve, &[WHY_NOT], |_| {
            Ok(Outcome::taking_input().state("permit-refused"))
        }),
        operation(
            "extend",
            &["permit-granted", "permit-overdue"],
            Right::Approve,
            &[UNTIL],
            |case| {
                admitted(case)?;
                coming(case)?;
                Ok(Outcome::taking_input().state("permit-granted"))
            },
        )
        .with_papers(&["permit"]),
        operation(
            "give-back",
            &["permit-granted", "permit-overdue"],
            Right::KeepStaff,
            &[BACK],
            give_back,
        ),
        // Done on the day after the last one.
        operation("overdue", &["permit-granted"], Right::KeepStaff, &[], |case| {
            let over = case
                .of_card("permit_until")
                .parse()
                .is_ok_and(|last: Date| last < case.today());
            if !over {
                return Err(Refusal::new("refusal-day-not-passed"));
            }
            Ok(Outcome::new().state("permit-overdue"))
        }),
    ],
    papers: Some(papers::values),
    reacts: &[],
};

/// Only who is admitted on this day gets documents or media into the hand.
fn admitted(case: &Case<'_>) -> Result<(), Refusal> {
    if case.related_in("staff").all(|e| e.state == "admitted") {
        return Ok(());
    }
    Err(Refusal::new("refusal-not-admitted").field("employee"))
}

fn coming(case: &Case<'_>) -> Result<(), Refusal> {
    if case.date("permit_until").is_some_and(|d| d < case.today()) {
        return Err(Refusal::new("refusal-past").field("permit_until"));
    }
    Ok(())
}

fn grant(case: &Case<'_>) -> Result<Outcome, Refusal> {
    admitted(case)?;
    coming(case)?;
    let asked: Option<Date> = case.of_card("permit_until").parse().ok();
    if case.date("permit_until") > asked {
        return Err(Refusal::new("refusal-longer-than-asked").field("permit_until"));
    }
    Ok(with_open_permits(
        case,
        Outcome::taking_input().state("permit-granted"),
        true,
    ))
}

fn give_back(case: &Case<'_>) -> Result<Outcome, Refusal> {
    if case.date("returned_on").is_some_and(|d| d > case.today()) {
        return Err(Refusal::new("refusal-future").field("returned_on"));
    }
    Ok(with_open_permits(
        case,
        Outcome::taking_input().state("permit-returned"),
        false,
    ))
}

/// The employee's card tells what is out, so that nobody leaves with it.
fn with_open_permits(case: &Case<'_>, mut outcome: Outcome, out: bool) -> Outcome {
    let Some(own) = case.card else { return outcome };
    for employee in case.held_cards("employee") {
        let held = employee.data.get("open_permits").map(words_of).unwrap_or_default();
        let mut open: Vec<Value> = held.into_iter().filter(|id| *id != own.id).map(Value::from).collect();
        if out {
            open.push(Value::from(own.id.as_str()));
        }
        let mut set = Values::new();
        set.insert("open_permits".to_owned(), open.into());
        outcome = outcome.follow(&employee.id, None, set);
    }
    outcome
}
