//! Registers of the office. Nothing in one imports another: they meet through the kernel.

mod consents;
mod destructions;
mod identity_openings;
mod keep;
mod orders;
#[cfg(test)]
mod pages_tests;
mod permits;
mod posts;
mod processing;
mod proposal;
mod reports;
mod sheet;
mod staff;
#[cfg(test)]
mod texts_tests;

use tutela_law::Pack;

use crate::kernel::daily::Day;
use crate::kernel::register::Register;
use crate::papers::PaperCase;

pub use consents::{ConsentCheck, ConsentCount};

/// All registers, in the order of the menu.
pub(crate) const REGISTERS: &[&Register] = &[
    &processing::REGISTER,
    &consents::REGISTER,
    &orders::REGISTER,
    &posts::REGISTER,
    &staff::REGISTER,
    &permits::REGISTER,
    &destructions::REGISTER,
    &reports::REGISTER,
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
];

/// The norm that stands beside a choice of a form, by the pack in force.
pub(crate) fn norm_beside<'a>(pack: &'a Pack, field: &str, word: &str) -> Option<&'a str> {
    processing::norms::beside_choice(pack, field, word)
}

/// An activity as a row of the list of personal data.
fn sheet_row(sheet: &PaperCase<'_>, activity: &crate::kernel::card::Card) -> serde_json::Value {
    processing::row(sheet, activity)
}
