//! Destruction: a case from its reason to its act (R63–R66).

use crate::kernel::card::Card;
use crate::kernel::field::{Field, Kind, Values};
use crate::kernel::register::{Operation, Outcome, Reaction, Register, State};
use crate::kernel::rights::Right;

const REASONS: &[&str] = &["withdrawal", "purpose-reached", "unlawful", "term-over", "request"];

const RECORDS: Field = Field::new("records", Kind::Cards("")).required();
const REASON: Field = Field::new("destruction_reason", Kind::Choice(REASONS)).required();

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "destructions",
    see: Right::SeeRegisters,
    fields: &[RECORDS, REASON],
    columns: &["destruction_reason", "records"],
    label: None,
    states: &[
        State {
            name: "due",
            closed: false,
        },
        State {
            name: "executed",
            closed: true,
        },
    ],
    operations: &[
        Operation {
            name: "open",
            from: &[],
            right: Right::Destroy,
            fields: &[RECORDS, REASON],
            papers: &[],
            looks_at_person: false,
            despite_block: true,
            decide: |_| Ok(Outcome::taking_input().state("due")),
        },
        Operation {
            name: "execute",
            from: &["due"],
            right: Right::Destroy,
            fields: &[],
            papers: &["destruction-act"],
            looks_at_person: false,
            despite_block: true,
            decide: |case| {
                let mut outcome = Outcome::new().state("executed");
                for card in case.related {
                    outcome = outcome.destroy(&card.id);
                }
                Ok(outcome)
            },
        },
    ],
    reacts: &[Reaction {
        to: "consents.withdraw",
        operation: "open",
        values: withdrawn,
    }],
};

fn withdrawn(consent: &Card) -> Option<Values> {
    consent.data.get("destroy")?;
    let mut values = Values::new();
    values.insert("records".to_owned(), vec![consent.id.clone()].into());
    values.insert("destruction_reason".to_owned(), "withdrawal".into());
    Some(values)
}
