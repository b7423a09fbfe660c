//! What the body must send, and to whom (R4, R80–R86): one obligation for each case, regime and recipient. Other registers
//! make them by their acts; each counts its own term, keeps what was sent when and by which way, and the proofs of it.
//!
//! What a filing is about may answer what becomes of it: if the register of that card has an operation `filing-sent`,
//! `filing-received`, `filing-returned`, `filing-supplemented` or `filing-dropped` from the state in which the card is, it is
//! done by the same act.

mod papers;
mod rules;
#[cfg(test)]
mod tests;

use crate::kernel::field::{Field, Kind};
use crate::kernel::register::{Register, operation, state};
use crate::kernel::rights::Right;

/// What is sent.
const KINDS: &[&str] = &[
    "breach-notice",
    "breach-result",
    "incident-report",
    "incident-summary",
    "subjects-notice",
    "controller-notice",
    "remedy-notice",
    "designation-letter",
    "impact-dossier",
    "transfer-dossier",
    "dossier-update",
    "periodic-report",
    "other-filing",
];
/// Law packs.
const REGIMES: &[&str] = &["vn-a", "vn-b", "ru", "cn"];
/// Events from which a term counts.
const EVENTS: &[&str] = &[
    "event-occurred",
    "event-detected",
    "event-resolved",
    "event-confirmed",
    "event-authority-asked",
    "event-processing-started",
    "event-transfer-started",
    "event-changed",
    "event-filed",
    "event-threshold-reached",
    "event-approved",
    "event-last-done",
];
/// How something is sent.
const WAYS: &[&str] = &[
    "way-portal",
    "way-post",
    "way-courier",
    "way-in-person",
    "way-e-document",
    "way-secure-mail",
    "way-own-channel",
    "way-message",
    "way-announcement",
];
/// Why the start that counts is the one that it is (R85).
const WHYS: &[&str] = &["start-by-law", "start-other-unknown", "start-by-own-rule"];

const ABOUT: Field = Field::new("filing_about", Kind::Card("")).required();
const KIND: Field = Field::new("filing_kind", Kind::Choice(KINDS)).required();
const REGIME: Field = Field::new("filing_regime", Kind::Choice(REGIMES));
// An authority or a body, never a person: lists show it.
const TO: Field = Field::new("filing_to", Kind::Line).required();
const ADDRESS: Field = Field::new("filing_address", Kind::Line);
const THROUGH: Field = Field::new("filing_through", Kind::Line);
const RULE: Field = Field::new("filing_rule", Kind::Line);
const EVENT: Field = Field::new("filing_event", Kind::Choice(EVENTS));
const SINCE: Field = Field::new("filing_since", Kind::Instant);
const EVENT_ALSO: Field = Field::new("filing_event_also", Kind::Choice(EVENTS));
const SINCE_ALSO: Field = Field::new("filing_since_also", Kind::Instant);
const DRILL: Field = Field::new("drill", Kind::Flag);

const SENT_AT: Field = Field::new("filing_sent_at", Kind::Instant).required();
const WAY: Field = Field::new("filing_way", Kind::Choice(WAYS)).required();
const NUMBER: Field = Field::new("filing_number", Kind::Line);
const HASH: Field = Field::new("filing_hash", Kind::Line);
// A proof may name who signed for it.
const SENT_PROOF: Field = Field::new("filing_sent_proof", Kind::Line).personal();
const SENT_FILES: Field = Field::new("filing_sent_files", Kind::Files);
const RECEIVED_FILES: Field = Field::new("filing_received_files", Kind::Files);
const LATE: Field = Field::new("late_reason", Kind::Text).personal();
const RECEIVED_AT: Field = Field::new("filing_received_at", Kind::Instant).required();
const RECEIVED_NUMBER: Field = Field::new("filing_received_number", Kind::Line);
const RECEIVED_PROOF: Field = Field::new("filing_received_proof", Kind::Line).personal();
const RETURNED_AT: Field = Field::new("filing_returned_at", Kind::Instant).required();
const RETURNED_WHY: Field = Field::new("filing_returned_why", Kind::Text).required().personal();
const CHANGES: Field = Field::new("filing_changes", Kind::Text).required().personal();
const DROP_WHY: Field = Field::new("filing_drop_why", Kind::Text).required().personal();
const DROP_NORM: Field = Field::new("filing_drop_norm", Kind::Line);
const PRACTISED_AT: Field = Field::new("filing_practised_at", Kind::Instant).required();

/// What lies in the vault of the content as it was sent last, and before that.
const CONTENT: Field = Field::new("filing_content", Kind::Text).personal();
const CONTENT_BEFORE: Field = Field::new("filing_content_before", Kind::Text).personal();

const CARD_FIELDS: &[Field] = &[
    ABOUT,
    KIND,
    REGIME,
    TO,
    ADDRESS,
    THROUGH,
    DRILL,
    RULE,
    Field::new("filing_norm", Kind::Line),
    Field::new("filing_form", Kind::Line),
    Field::new("filing_start", Kind::Choice(EVENTS)),
    Field::new("filing_start_why", Kind::Choice(WHYS)),
    EVENT,
    SINCE,
    EVENT_ALSO,
    SINCE_ALSO,
    Field::new("filing_version", Kind::Number(1, 1_000_000)),
    CONTENT,
    CONTENT_BEFORE,
];

/// Forms that are called as the kind of filing that they are for.
const PAPERS: &[&str] = &[
    "breach-notice",
    "breach-result",
    "incident-report",
    "incident-summary",
    "subjects-notice",
    "controller-notice",
];

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "filings",
    see: Right::SeeRegisters,
    fields: CARD_FIELDS,
    columns: &["filing_kind", "filing_to", "filing_regime", "filing_sent_at", "drill"],
    label: None,
    states: &[
        state("filing-due", false),
        state("filing-sent", false),
        state("filing-sent-late", false),
        state("filing-received", true),
        state("filing-returned", false),
        state("filing-supplemented", false),
        state("filing-not-needed", true),
        state("filing-practised", true),
    ],
    operations: &[
        operation(
            "open",
            &[],
            Right::PrepareActs,
            &[
                ABOUT, KIND, REGIME, TO, ADDRESS, THROUGH, RULE, EVENT, SINCE, EVENT_ALSO, SINCE_ALSO, DRILL,
            ],
            rules::open,
        ),
        operation(
            "readdress",
            &["filing-due"],
            Right::HandleViolations,
            &[TO, ADDRESS, THROUGH],
            rules::readdress,
        ),
        operation(
            "send",
            &["filing-due"],
            Right::HandleViolations,
            &[SENT_AT, WAY, NUMBER, HASH, SENT_PROOF, SENT_FILES, LATE],
            rules::send,
        )
        .with_papers(PAPERS),
        operation(
            "receive",
            &["filing-sent", "filing-sent-late", "filing-supplemented"],
            Right::HandleViolations,
            &[RECEIVED_AT, RECEIVED_NUMBER, RECEIVED_PROOF, RECEIVED_FILES],
            rules::receive,
        ),
        operation(
            "return",
            &[
                "filing-sent",
                "filing-sent-late",
                "filing-received",
                "filing-supplemented",
            ],
            Right::HandleViolations,
            &[RETURNED_AT, RETURNED_WHY, RECEIVED_FILES],
            rules::give_back,
        ),
        operation(
            "supplement",
            &[
                "filing-sent",
                "filing-sent-late",
                "filing-received",
                "filing-returned",
                "filing-supplemented",
            ],
            Right::HandleViolations,
            &[SENT_AT, WAY, CHANGES, NUMBER, HASH, SENT_PROOF, SENT_FILES],
            rules::supplement,
        ),
        operation(
            "drop",
            &["filing-due"],
            Right::HandleViolations,
            &[DROP_WHY, DROP_NORM],
            rules::drop,
        ),
        operation(
            "practise",
            &["filing-due"],
            Right::HandleViolations,
            &[PRACTISED_AT],
            rules::practise,
        ),
        // Done by what the filing is about, when an instant from which it counts was corrected there.
        operation("recount", &["filing-due"], Right::HandleViolations, &[], rules::recount),
    ],
    papers: Some(papers::values),
    reacts: &[],
};
