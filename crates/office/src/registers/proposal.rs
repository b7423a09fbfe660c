//! Proposals: what is approved changes by an order only. A change of it waits beside what holds until the order comes
//! (R13).

use serde_json::Value;

use crate::kernel::field::Field;
use crate::kernel::register::{Case, Outcome};

/// Where a proposal waits in the card.
pub(super) const PROPOSAL: &str = "proposal";

/// A change: at once where nothing was approved yet, else as a proposal in the state `waits`.
pub(super) fn change(case: &Case<'_>, fields: &[Field], approved: bool, waits: &'static str) -> Outcome {
    if approved {
        return Outcome::new()
            .state(waits)
            .set(PROPOSAL, Value::Object(case.input.clone()));
    }
    let mut outcome = Outcome::taking_input();
    for name in emptied(fields, case.input) {
        outcome = outcome.unset(name);
    }
    outcome
}

/// The order has come: what was proposed holds now.
pub(super) fn settle(case: &Case<'_>, fields: &[Field], state: &'static str) -> Outcome {
    let mut outcome = Outcome::taking_input().state(state).unset(PROPOSAL);
    if let Some(proposal) = case.card.and_then(|c| c.data.get(PROPOSAL)).and_then(Value::as_object) {
        for name in emptied(fields, proposal) {
            outcome = outcome.unset(name);
        }
        for (name, value) in proposal {
            outcome = outcome.set(name, value.clone());
        }
    }
    outcome
}

/// Fields that were given nothing.
fn emptied(fields: &[Field], given: &serde_json::Map<String, Value>) -> Vec<&'static str> {
    fields
        .iter()
        .map(|f| f.name)
        .filter(|n| !given.contains_key(*n))
        .collect()
}
