//! Destruction: a case from its reason to the certificate of what was destroyed (R29, R55, R63–R67). Nothing is destroyed
//! unless a person prepares it, the head approves it and another person carries it out; never while a hold stands, while a
//! storage term runs, or while a record belongs to a case that is still open.

mod carriers;
mod certificate;
mod finish;
mod holds;
pub(super) mod lines;
mod papers;
pub(super) mod parts;
mod places;
mod rules;
#[cfg(test)]
pub(super) mod tests;

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
const HOLD_NORM: Field = Field::new("hold_norm", Kind::Line).required();
const HOLD_END: Field = Field::new("hold_end", Kind::Choice(&["hold-ended", "hold-mistaken"])).required();
const POSTPONE_REASON: Field = Field::new("postpone_reason", Kind::Text).required().personal();
const SPARED: Field = Field::new("spared", Kind::Cards("")).required();
const SPARE_REASON: Field = Field::new("spare_reason", Kind::Text).required().personal();
/// The usual carriers, each with one way; lines take all others.
const CARRIER: Field = Field::new("carriers", Kind::Choices(CARRIERS));
const METHOD_PAPER: Field = Field::new("method_paper", Kind::Choice(PAPER));
const METHOD_DISK: Field = Field::new("method_disk", Kind::Choice(DISK));
const METHOD_DATABASE: Field = Field::new("method_database", Kind::Choice(DATABASE));
const METHOD_BACKUP: Field = Field::new("method_backup", Kind::Choice(BACKUP));
const SHEETS: Field = Field::new("sheets", Kind::Number(0, 10_000_000));
const MEDIA: Field = Field::new("media_numbers", Kind::Text);
const SYSTEM: Field = Field::new("system_name", Kind::Line);
const COMMISSION: Field = Field::new("commission", Kind::Text).required().personal();
/// Who holds what is destroyed: not a member of the commission.
const HOLDER: Field = Field::new("data_holder", Kind::Line).personal();
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
const ACT_DATE: Field = Field::new("act_approved_on", Kind::Date).required();
const TOLD: Field = Field::new("told_on", Kind::Instant).required();

/// The month in which the terms of its records were found to be over: `2026-11`.
const MONTH: Field = Field::new("expired_in", Kind::Line);

const RECORDS_DESTROYED: Field = Field::new("records_destroyed", Kind::Number(0, i64::MAX));
const RECORDS_LEFT: Field = Field::new("records_left", Kind::Number(0, i64::MAX));
/// The list of the records of all parts, made by the program when the last one was carried out.
const ANNEX: Field = Field::new("annex_files", Kind::Files);

const FIELDS: &[Field] = &[REASON, RECORDS, ACTIVITIES, OUTSIDE, REACHED, KEPT];
const CARD_FIELDS: &[Field] = &[
    REASON,
    RECORDS,
    ABOUT,
    ACTIVITIES,
    OUTSIDE,
    REACHED,
    KEPT,
    Field::new("lines_all", Kind::Number(0, i64::MAX)),
    Field::new("lines_open", Kind::Number(0, i64::MAX)),
    Field::new("act_kept_until", Kind::Date),
    Field::new("parts_all", Kind::Number(0, i64::MAX)),
    Field::new("records_all", Kind::Number(0, i64::MAX)),
    RECORDS_DESTROYED,
    RECORDS_LEFT,
    Field::new("executed_to", Kind::Instant),
    ANNEX,
];
/// What the daily run gives.
const EXPIRED: &[Field] = &[RECORDS, ACTIVITIES, REACHED, MONTH];
const FOUND: &[Field] = &[REASON, RECORDS, ABOUT, ACTIVITIES, OUTSIDE, REACHED, KEPT];
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
    HOLDER,
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
const PAPERS: &[&str] = &["destruction-act", "destruction-log"];

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "destructions",
    see: Right::SeeRegisters,
    fields: CARD_FIELDS,
    columns: &[
        "destruction_reason",
        "activities",
        "kept_until",
        "lines_open",
        "executed_at",
    ],
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
            name: "executing",
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
            name: "act-approved",
            closed: true,
        },
        State {
            name: "act-over",
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
        operation("close-purpose", &[], Right::Destroy, FOUND, &[], rules::close_purpose),
        // Done for what concerns a card that itself stays.
        operation("open-about", &[], Right::Destroy, FOUND, &[], rules::open_about),
        // Done by the daily run for what expired by rule.
        operation("expired", &[], Right::Destroy, EXPIRED, &[], rules::expired),
        operation(
            "take-in",
            &["due"],
            Right::Destroy,
            &[RECORDS.required()],
            &[],
            rules::take_in,
        ),
        operation(
            "hold",
            &["due", "prepared", "approved", "executing"],
            Right::Destroy,
            &[HOLD, HOLD_NORM, HOLD_REASON, HOLD_UNTIL],
            &[],
            holds::hold,
        ),
        operation("release", &["held"], Right::Approve, &[HOLD_END], &[], holds::release),
        operation("hold-over", &["held"], Right::Destroy, &[], &[], holds::hold_over),
        operation(
            "postpone",
            &["due", "prepared", "approved"],
            Right::Destroy,
            &[POSTPONE_REASON],
            &[],
            rules::postpone,
        ),
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
            finish::execute,
        ),
        // Done by the program when the last part was carried out.
        operation(
            "parts-over",
            &["executing"],
            Right::Destroy,
            &[RECORDS_DESTROYED, RECORDS_LEFT, ANNEX],
            &[],
            finish::parts_over,
        ),
        operation(
            "certify",
            &["executed"],
            Right::Destroy,
            &[CERTIFICATE, CERTIFICATE_DATE, CERTIFICATE_FILES, LOG_EXTRACT],
            PAPERS,
            finish::certify,
        ),
        // Two persons stand behind an act: who destroyed, and who approves.
        operation(
            "approve-act",
            &["certified"],
            Right::Approve,
            &[ACT_DATE],
            PAPERS,
            finish::approve_act,
        ),
        operation(
            "act-over",
            &["act-approved"],
            Right::Destroy,
            &[],
            &[],
            finish::act_over,
        ),
        operation(
            "told",
            &["executed", "certified", "act-approved"],
            Right::Destroy,
            &[TOLD, LATE],
            &[],
            finish::told,
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
        // The act itself is kept for the term of the law, and then holds personal data without need.
        Reaction {
            to: "destructions.act-over",
            operation: "open",
            values: rules::of_act,
        },
    ],
    papers: Some(papers::values),
};
