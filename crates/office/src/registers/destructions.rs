//! Destruction: a case from its reason to the certificate of what was destroyed (R29, R55, R63–R67). Nothing is destroyed
//! unless a person prepares it, the head approves it and another person carries it out; never while a hold stands, while a
//! storage term runs, or while a record belongs to a case that is still open.

mod papers;
mod rules;
#[cfg(test)]
mod tests;

use crate::error::Refusal;
use crate::kernel::field::{Field, Kind};
use crate::kernel::register::{Case, Operation, Outcome, Reaction, Register, State};
use crate::kernel::rights::Right;

const REASONS: &[&str] = &[
    "withdrawal",
    "purpose-reached",
    "unlawful",
    "term-over",
    "request",
    "emergency-over",
];
const HOLDS: &[&str] = &[
    "hold-contract",
    "hold-law",
    "hold-court",
    "hold-inquiry",
    "hold-archive",
];
const CARRIERS: &[&str] = &["carrier-paper", "carrier-disk", "carrier-database", "carrier-backup"];
const PAPER: &[&str] = &["shred", "burn", "pulp"];
const DISK: &[&str] = &["overwrite", "degauss", "break-up", "crypto-erase"];
const DATABASE: &[&str] = &["erase-rows", "crypto-erase"];
const BACKUP: &[&str] = &["erase-copies", "crypto-erase", "overwritten-in-turn"];

/// What is destroyed in this office: the personal data of these cards.
const RECORDS: Field = Field::new("records", Kind::Cards(""));
/// Whom or what it concerns without being destroyed here.
const ABOUT: Field = Field::new("records_about", Kind::Cards(""));
const ACTIVITIES: Field = Field::new("activities", Kind::Cards("processing"));
const REASON: Field = Field::new("destruction_reason", Kind::Choice(REASONS)).required();
/// What lies outside of this office: files, cabinets, databases.
const OUTSIDE: Field = Field::new("outside_set", Kind::Text).personal();
const REACHED: Field = Field::new("reason_since", Kind::Instant);
const KEPT: Field = Field::new("kept_until", Kind::Date);
const HOLD: Field = Field::new("hold_kind", Kind::Choice(HOLDS)).required();
const HOLD_REASON: Field = Field::new("hold_reason", Kind::Text).required().personal();
const HOLD_UNTIL: Field = Field::new("hold_until", Kind::Date);
const SPARED: Field = Field::new("spared", Kind::Cards("")).required();
const SPARE_REASON: Field = Field::new("spare_reason", Kind::Text).required().personal();
const CARRIER: Field = Field::new("carriers", Kind::Choices(CARRIERS)).required();
const METHOD_PAPER: Field = Field::new("method_paper", Kind::Choice(PAPER));
const METHOD_DISK: Field = Field::new("method_disk", Kind::Choice(DISK));
const METHOD_DATABASE: Field = Field::new("method_database", Kind::Choice(DATABASE));
const METHOD_BACKUP: Field = Field::new("method_backup", Kind::Choice(BACKUP));
const SHEETS: Field = Field::new("sheets", Kind::Number(0, 10_000_000));
const MEDIA: Field = Field::new("media_numbers", Kind::Text);
const SYSTEM: Field = Field::new("system_name", Kind::Line);
const COMMISSION: Field = Field::new("commission", Kind::Text).required().personal();
const NUMBER: Field = Field::new("order_number", Kind::Line).required();
const DATE: Field = Field::new("order_date", Kind::Date).required();
const EXECUTED: Field = Field::new("executed_at", Kind::Instant).required();
const EXECUTORS: Field = Field::new("executors", Kind::Text).required().personal();
const LATE: Field = Field::new("late_reason", Kind::Text).personal();
const CERTIFICATE: Field = Field::new("certificate_number", Kind::Line).required();
const CERTIFICATE_DATE: Field = Field::new("certificate_date", Kind::Date).required();
/// The certificate as it was signed, and what belongs to it.
const CERTIFICATE_FILES: Field = Field::new("certificate_files", Kind::Files);
const LOG_EXTRACT: Field = Field::new("log_extract", Kind::Flag);
const TOLD: Field = Field::new("told_on", Kind::Instant).required();

const FIELDS: &[Field] = &[REASON, RECORDS, ACTIVITIES, OUTSIDE, REACHED, KEPT];
const CARD_FIELDS: &[Field] = &[REASON, RECORDS, ABOUT, ACTIVITIES, OUTSIDE, REACHED, KEPT];
const METHODS: &[Field] = &[
    CARRIER,
    METHOD_PAPER,
    METHOD_DISK,
    METHOD_DATABASE,
    METHOD_BACKUP,
    SHEETS,
    MEDIA,
    SYSTEM,
    COMMISSION,
];

const fn operation(
    name: &'static str,
    from: &'static [&'static str],
    right: Right,
    fields: &'static [Field],
    papers: &'static [&'static str],
    decide: fn(&Case<'_>) -> Result<Outcome, Refusal>,
) -> Operation {
    Operation {
        name,
        from,
        right,
        fields,
        papers,
        looks_at_person: false,
        despite_block: true,
        decide,
    }
}

const OPEN: &[&str] = &["due", "held", "prepared", "approved"];
const ACT: &[&str] = &["destruction-act"];

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "destructions",
    see: Right::SeeRegisters,
    fields: CARD_FIELDS,
    columns: &["destruction_reason", "activities", "kept_until", "executed_at"],
    label: None,
    states: &[
        State {
            name: "due",
            closed: false,
        },
        State {
            name: "held",
            closed: false,
        },
        State {
            name: "prepared",
            closed: false,
        },
        State {
            name: "approved",
            closed: false,
        },
        State {
            name: "executed",
            closed: true,
        },
        State {
            name: "certified",
            closed: true,
        },
        State {
            name: "dropped",
            closed: true,
        },
    ],
    operations: &[
        operation("open", &[], Right::Destroy, FIELDS, &[], rules::open),
        // Done for an activity whose purpose is reached: what points to it and to no other is collected.
        operation(
            "close-purpose",
            &[],
            Right::Destroy,
            CARD_FIELDS,
            &[],
            rules::close_purpose,
        ),
        // Done for what concerns a card that itself stays.
        operation("open-about", &[], Right::Destroy, CARD_FIELDS, &[], rules::open_about),
        operation(
            "hold",
            &["due", "prepared", "approved"],
            Right::Destroy,
            &[HOLD, HOLD_REASON, HOLD_UNTIL],
            &[],
            rules::hold,
        ),
        operation(
            "release",
            &["held"],
            Right::Approve,
            &[],
            &[],
            |_| Ok(rules::released()),
        ),
        operation("hold-over", &["held"], Right::Destroy, &[], &[], rules::hold_over),
        operation(
            "spare",
            OPEN,
            Right::Approve,
            &[SPARED, SPARE_REASON],
            &[],
            rules::spare,
        ),
        operation(
            "prepare",
            &["due", "prepared"],
            Right::Destroy,
            METHODS,
            ACT,
            rules::prepare,
        ),
        operation("approve", OPEN, Right::Approve, &[NUMBER, DATE], ACT, rules::approve),
        operation(
            "execute",
            OPEN,
            Right::Destroy,
            &[EXECUTED, EXECUTORS, LATE],
            ACT,
            rules::execute,
        ),
        operation(
            "certify",
            &["executed"],
            Right::Destroy,
            &[CERTIFICATE, CERTIFICATE_DATE, CERTIFICATE_FILES, LOG_EXTRACT],
            ACT,
            rules::certify,
        ),
        operation(
            "told",
            &["executed", "certified"],
            Right::Destroy,
            &[TOLD, LATE],
            &[],
            rules::told,
        ),
        operation("drop", OPEN, Right::Approve, &[SPARE_REASON], &[], rules::drop_case),
    ],
    reacts: &[
        Reaction {
            to: "consents.withdraw",
            operation: "open",
            values: rules::of_withdrawn,
        },
        Reaction {
            to: "consents.withdraw",
            operation: "open-about",
            values: rules::of_part,
        },
        Reaction {
            to: "consents.withdraw-part",
            operation: "open-about",
            values: rules::of_part,
        },
        Reaction {
            to: "consents.expire",
            operation: "open",
            values: rules::of_expired,
        },
        Reaction {
            to: "requests.destroy",
            operation: "open",
            values: rules::of_requested,
        },
        Reaction {
            to: "processing.end",
            operation: "close-purpose",
            values: rules::of_ended,
        },
    ],
    papers: Some(papers::values),
};
