//! Requests of data subjects and of the regulator (R48–R62): taken in, completed, searched for, answered or refused in
//! time, carried out, told to the subject and to past recipients. Also the journal of requests: its sheets are the numbered
//! entries of the journal of the body.

mod duties;
mod handling;
mod intake;
mod measures;
mod papers;
pub(super) mod public;
pub(super) mod stores;
#[cfg(test)]
mod tests;

use crate::kernel::categories::CATEGORIES;
use crate::kernel::field::{Field, Kind, Offer};
use crate::kernel::register::{Register, State, operation};
use crate::kernel::rights::Right;

const CHANNELS: &[&str] = &["counter", "letter", "e-office", "public-page", "regulator"];
/// Everything that a person may ask in one of the regimes; which of them a body knows, the law in force there decides.
pub(crate) const KINDS: &[&str] = &[
    "provide",
    "view",
    "rectify",
    "erase",
    "restrict",
    "withdraw",
    "object",
    "stop",
    "protect",
    "transfer",
    "explain",
    "automated",
    "promotion",
    "regulator",
];
const MISSING: &[&str] = &[
    "missing-document",
    "missing-issue",
    "missing-relation",
    "missing-signature",
    "missing-authority",
];
const HANDED: &[&str] = &["counter", "letter", "e-office"];
/// Grounds for a refusal in all packs of the law; which of them may be used, the pack in force decides.
const GROUNDS: &[&str] = &[
    "ru-repeat",
    "ru-third-persons",
    "ru-operational",
    "ru-detained",
    "ru-laundering",
    "ru-transport",
    "ru-not-proved",
    "ru-other-basis",
    "ru-other-law",
    "vn-a-erase",
    "vn-a-rectify-impossible",
    "vn-a-other-law",
    "vn-b-without-consent",
    "vn-b-erase",
    "vn-b-erase-impossible",
    "vn-b-rectify-impossible",
    "vn-b-harm",
    "vn-b-conduct",
    "vn-b-other-law",
    "cn-secrecy",
    "cn-erase-term",
    "cn-transfer-conditions",
    "cn-other-law",
];

const CHANNEL: Field = Field::new("channel", Kind::Choice(CHANNELS)).required();
const KIND: Field = Field::new("request_kind", Kind::Choice(KINDS))
    .required()
    .offered(duties::is_offered);
const RECEIVED: Field = Field::new("received_at", Kind::Instant).required();
const NAME: Field = Field::new("subject_name", Kind::Line).name_index();
const DOCUMENT: Field = Field::new("subject_document", Kind::Line).identity();
const DOCUMENT_DATE: Field = Field::new("subject_document_date", Kind::Date).personal();
const DOCUMENT_ISSUER: Field = Field::new("subject_document_issuer", Kind::Line).personal();
const CONTACT: Field = Field::new("subject_contact", Kind::Line).personal();
const RELATION: Field = Field::new("relation_evidence", Kind::Text).personal();
/// What shows the relation, as it was handed in.
const RELATION_FILES: Field = Field::new("relation_files", Kind::Files);
const SIGNED: Field = Field::new("signed", Kind::Flag);
const REPRESENTATIVE: Field = Field::new("representative_name", Kind::Line).name_index();
const REPRESENTATIVE_DOCUMENT: Field = Field::new("representative_document", Kind::Line).number_index();
const AUTHORITY: Field = Field::new("representative_authority", Kind::Line).personal();
/// The power of attorney or other authority, as it was handed in.
const AUTHORITY_FILES: Field = Field::new("authority_files", Kind::Files);
const MINOR: Field = Field::new("minor", Kind::Flag);
const TEXT: Field = Field::new("request_text", Kind::Text).personal();
const PROOF: Field = Field::new("proof", Kind::Text).personal();
/// The letter and its annexes.
const REQUEST_FILES: Field = Field::new("request_files", Kind::Files);
const PROOF_FILES: Field = Field::new("proof_files", Kind::Files);
const REPEAT_REASON: Field = Field::new("repeat_reason", Kind::Text).personal();
const THIRD_PARTY: Field = Field::new("third_party", Kind::Flag);
const REGULATOR: Field = Field::new("authority_name", Kind::Line);
const REGULATOR_NUMBER: Field = Field::new("authority_number", Kind::Line);

const MISSING_ELEMENTS: Field = Field::new("missing", Kind::Choices(MISSING));
const PREVIOUS: Field = Field::new("previous", Kind::Card("requests"));
const REPEAT_FROM: Field = Field::new("repeat_from", Kind::Instant);
const FOUND: Field = Field::new("found", Kind::Cards(""));
const RECIPIENTS: Field = Field::new("told_of", Kind::Cards("disclosures"));
const BLOCKED: Field = Field::new("blocked_cards", Kind::Cards(""));
const DESTROYED: Field = Field::new("destroy_cards", Kind::Cards(""));

/// Of which kind the data are that the person asks for; all kinds where none is named.
const ASKED: Field = Field::new("asked_categories", Kind::Choices(CATEGORIES));

const LATE_REASON: Field = Field::new("late_reason", Kind::Text).personal();

/// What is asked for when a request is taken in.
const INTAKE: &[Field] = &[
    CHANNEL,
    KIND,
    RECEIVED,
    NAME,
    DOCUMENT,
    DOCUMENT_DATE,
    DOCUMENT_ISSUER,
    RELATION,
    RELATION_FILES,
    SIGNED,
    CONTACT,
    REPRESENTATIVE,
    REPRESENTATIVE_DOCUMENT,
    AUTHORITY,
    AUTHORITY_FILES,
    MINOR,
    TEXT,
    REQUEST_FILES,
    PROOF,
    PROOF_FILES,
    REPEAT_REASON,
    THIRD_PARTY,
    REGULATOR,
    REGULATOR_NUMBER,
];

const FIELDS: &[Field] = &[
    CHANNEL,
    KIND,
    RECEIVED,
    NAME,
    DOCUMENT,
    DOCUMENT_DATE,
    DOCUMENT_ISSUER,
    RELATION,
    RELATION_FILES,
    SIGNED,
    CONTACT,
    REPRESENTATIVE,
    REPRESENTATIVE_DOCUMENT,
    AUTHORITY,
    AUTHORITY_FILES,
    MINOR,
    TEXT,
    REQUEST_FILES,
    PROOF,
    PROOF_FILES,
    REPEAT_REASON,
    THIRD_PARTY,
    REGULATOR,
    REGULATOR_NUMBER,
    MISSING_ELEMENTS,
    PREVIOUS,
    REPEAT_FROM,
    FOUND,
    RECIPIENTS,
    BLOCKED,
    DESTROYED,
    Field::new("completed_at", Kind::Instant),
    Field::new("searched_at", Kind::Instant),
    ASKED,
    Field::new(stores::NOTHING, Kind::Line),
    Field::new(stores::HELD, Kind::Line),
    Field::new(stores::EXCLUDED, Kind::Line),
    Field::new(stores::REMARKS, Kind::Text).personal(),
    Field::new("found_cut", Kind::Flag),
    Field::new("refusal_norm", Kind::Line),
    Field::new("refusal_norm_open", Kind::Flag),
    Field::new("unlawful", Kind::Flag),
];

/// Completing asks for what was missing only.
const COMPLETION: &[Field] = &[
    Field::new("completed_at", Kind::Instant).required(),
    DOCUMENT,
    DOCUMENT_DATE,
    DOCUMENT_ISSUER,
    RELATION,
    RELATION_FILES,
    SIGNED,
    AUTHORITY,
    AUTHORITY_FILES,
];

const INCOMPLETE: &[&str] = &["incomplete"];
const IN_WORK: &[&str] = &["in-work"];
const DECIDED: &[&str] = &["answered", "refused"];

/// Whether the law in force lets such a request be refused on a ground.
fn is_ground(offer: &Offer<'_>, word: &str) -> bool {
    let day = offer.today();
    let kind = offer.card.map_or("", |c| c.text("request_kind"));
    let mut grounds = offer.law.law.grounds(offer.body.country, day);
    grounds.any(|g| g.id == word && g.holds_for(kind, day))
}

/// The register.
pub(super) static REGISTER: Register = Register {
    name: "requests",
    see: Right::SeeRegisters,
    fields: FIELDS,
    columns: &["request_kind", "channel", "received_at"],
    label: Some("subject_name"),
    states: &[
        State {
            name: "incomplete",
            closed: false,
        },
        State {
            name: "in-work",
            closed: false,
        },
        State {
            name: "answered",
            closed: false,
        },
        State {
            name: "refused",
            closed: false,
        },
        State {
            name: "closed",
            closed: true,
        },
    ],
    // A block never stands in the way of the person's own request.
    operations: &[
        operation("receive", &[], Right::TakeRequests, INTAKE, intake::receive)
            .with_papers(&["request-receipt"])
            .despite_block()
            .looking_at_person(),
        operation(
            "ask-missing",
            INCOMPLETE,
            Right::TakeRequests,
            &[Field::new("noticed_at", Kind::Instant).required()],
            intake::ask_missing,
        )
        .with_papers(&["request-not-complete"])
        .despite_block(),
        operation(
            "complete",
            INCOMPLETE,
            Right::TakeRequests,
            COMPLETION,
            intake::complete,
        )
        .with_papers(&["request-receipt"])
        .despite_block()
        .looking_at_person(),
        operation(
            "acknowledge",
            IN_WORK,
            Right::TakeRequests,
            &[Field::new("acknowledged_at", Kind::Instant).required(), LATE_REASON],
            intake::acknowledge,
        )
        .with_papers(&["request-receipt"])
        .despite_block(),
        operation(
            "search",
            IN_WORK,
            Right::AnswerRequests,
            &[
                ASKED,
                Field::new("found_also", Kind::Cards("")),
                Field::new("searched_elsewhere", Kind::Text).personal(),
            ],
            handling::search,
        )
        .despite_block()
        .looking_at_person(),
        operation(
            "search-stores",
            IN_WORK,
            Right::AnswerRequests,
            stores::FIELDS,
            stores::tick,
        )
        .despite_block(),
        operation(
            "prove",
            IN_WORK,
            Right::TakeRequests,
            &[
                PROOF.required(),
                PROOF_FILES,
                Field::new("proof_at", Kind::Instant).required(),
            ],
            measures::prove,
        )
        .despite_block(),
        operation(
            "block",
            IN_WORK,
            Right::AnswerRequests,
            &[Field::new("blocked_at", Kind::Instant).required()],
            measures::block,
        )
        .despite_block(),
        operation("unblock", IN_WORK, Right::AnswerRequests, &[], measures::unblock).despite_block(),
        operation(
            "confirm-inaccurate",
            IN_WORK,
            Right::AnswerRequests,
            &[
                Field::new("confirmed_at", Kind::Instant).required(),
                Field::new("rectify_what", Kind::Text).required().personal(),
            ],
            measures::confirm_inaccurate,
        )
        .despite_block(),
        operation(
            "rectify",
            IN_WORK,
            Right::AnswerRequests,
            &[
                Field::new("rectified_at", Kind::Instant).required(),
                Field::new("rectified_where", Kind::Text).required().personal(),
                LATE_REASON,
            ],
            measures::rectify,
        )
        .with_papers(&["rectification-notice"])
        .despite_block(),
        operation(
            "find-unlawful",
            IN_WORK,
            Right::AnswerRequests,
            &[Field::new("detected_at", Kind::Instant).required(), LATE_REASON],
            measures::find_unlawful,
        )
        .despite_block(),
        operation(
            "destroy",
            IN_WORK,
            Right::AnswerRequests,
            &[Field::new("destroy_started_at", Kind::Instant).required()],
            measures::destroy,
        )
        .despite_block(),
        operation(
            "confirm-destroyed",
            IN_WORK,
            Right::AnswerRequests,
            &[Field::new("destroyed_at", Kind::Instant).required(), LATE_REASON],
            measures::confirm_destroyed,
        )
        .with_papers(&["rectification-notice"])
        .despite_block(),
        operation(
            "extend",
            IN_WORK,
            Right::AnswerRequests,
            &[
                Field::new("extension_days", Kind::Number(1, 60)).required(),
                Field::new("extension_reason", Kind::Text).required().personal(),
                Field::new("extension_noticed_at", Kind::Instant).required(),
            ],
            handling::extend,
        )
        .with_papers(&["extension-notice"])
        .despite_block(),
        operation(
            "answer",
            IN_WORK,
            Right::AnswerRequests,
            &[
                Field::new("answered_at", Kind::Instant).required(),
                Field::new("answer_text", Kind::Text).personal(),
                Field::new("in_full", Kind::Flag),
                LATE_REASON,
            ],
            handling::answer,
        )
        .with_papers(&["request-answer"])
        .despite_block(),
        operation(
            "refuse",
            IN_WORK,
            Right::AnswerRequests,
            &[
                Field::new("refused_at", Kind::Instant).required(),
                Field::new("refusal_ground", Kind::Choice(GROUNDS))
                    .required()
                    .offered(is_ground),
                Field::new("refusal_other_norm", Kind::Line),
                Field::new("refusal_motive", Kind::Text).required().personal(),
                Field::new("granted_part", Kind::Text).personal(),
                LATE_REASON,
            ],
            handling::refuse,
        )
        .with_papers(&["request-refusal"])
        .despite_block(),
        operation(
            "tell",
            &["in-work", "answered", "refused"],
            Right::AnswerRequests,
            &[
                Field::new("told_at", Kind::Instant).required(),
                Field::new("told_recipients", Kind::Cards("disclosures")),
            ],
            measures::tell,
        )
        .with_papers(&["rectification-notice"])
        .despite_block(),
        operation(
            "hand-over",
            DECIDED,
            Right::TakeRequests,
            &[
                Field::new("handed_at", Kind::Instant).required(),
                Field::new("handed_way", Kind::Choice(HANDED)).required(),
                Field::new("handed_against", Kind::Line).personal(),
            ],
            handling::hand_over,
        )
        .despite_block(),
        operation(
            "take-back",
            &["incomplete", "in-work"],
            Right::TakeRequests,
            &[Field::new("taken_back_at", Kind::Instant).required()],
            handling::take_back,
        )
        .despite_block(),
        operation("close", DECIDED, Right::AnswerRequests, &[], handling::close)
            .with_papers(&["requests-journal"])
            .despite_block(),
    ],
    papers: Some(papers::values),
    reacts: &[],
};
