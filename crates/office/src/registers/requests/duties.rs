//! Which duties a request starts, by its kind and country, and what is known when. The terms themselves are the law's.

use jiff::Timestamp;
use serde_json::Value;
use tutela_law::{Country, Event, Source};

use crate::error::Refusal;
use crate::kernel::body::Body;
use crate::kernel::card::Card;
use crate::kernel::clock::{self, Reckoner};
use crate::kernel::field::{Offer, Values};
use crate::kernel::register::{Case, Outcome};

/// How the packs of the law name, in the condition of a clock, that only a request in due form starts it.
pub(super) const PROPER: &str = "received in the proper procedure";

/// The case of clocks for requests that somebody else must help to carry out.
const THIRD_PARTY: &str = "third-party";

/// Every duty that an answer or a refusal ends.
pub(super) const ENDED_BY_DECISION: &[&str] = &[
    "request-reply",
    "request-provide",
    "request-view",
    "request-rectify",
    "request-erase",
    "request-restrict",
    "request-withdraw",
    "request-object",
    "request-stop",
    "request-protect",
    "request-automated",
    "request-promotion",
    "request-refuse",
    "regulator-answer",
];

/// The duty of a kind of request. None: the law of that country knows no such request.
pub(super) fn of_kind(country: Country, kind: &str) -> Option<&'static str> {
    match (country, kind) {
        (_, "regulator") => Some("regulator-answer"),
        // One term for every kind of request.
        (Country::Cn, "provide" | "view" | "rectify" | "erase" | "restrict" | "withdraw" | "transfer" | "explain") => {
            Some("request-provide")
        }
        // An answer with what the law lists, and the data to look at, are one duty.
        (Country::Ru, "provide" | "view") | (Country::Vn, "provide") => Some("request-provide"),
        (Country::Vn, "view") => Some("request-view"),
        (Country::Vn | Country::Ru, "rectify") => Some("request-rectify"),
        (Country::Vn | Country::Ru, "erase") => Some("request-erase"),
        (Country::Vn, "restrict") => Some("request-restrict"),
        (Country::Ru, "restrict") => Some("block"),
        (Country::Vn | Country::Ru, "withdraw") => Some("request-withdraw"),
        (Country::Vn, "object") => Some("request-object"),
        (Country::Vn, "protect") => Some("request-protect"),
        (Country::Ru, "stop") => Some("request-stop"),
        (Country::Ru, "automated") => Some("request-automated"),
        (Country::Ru, "promotion") => Some("request-promotion"),
        _ => None,
    }
}

/// Everything known of a request: what its card holds, with what is given now before it.
pub(super) struct Known<'a> {
    card: Option<&'a Card>,
    input: &'a Values,
}

impl<'a> Known<'a> {
    pub(super) fn of(case: &'a Case<'_>) -> Self {
        Self {
            card: case.card,
            input: case.input,
        }
    }

    pub(super) fn value(&self, field: &str) -> Option<&'a Value> {
        self.input.get(field).or_else(|| self.card.and_then(|c| c.value(field)))
    }

    pub(super) fn text(&self, field: &str) -> &'a str {
        self.value(field).and_then(Value::as_str).unwrap_or("")
    }

    pub(super) fn flag(&self, field: &str) -> bool {
        // A box that was left empty now does not take back what was ticked before.
        let given = self.input.get(field).and_then(Value::as_bool).unwrap_or(false);
        given || self.card.is_some_and(|c| c.value(field) == Some(&Value::Bool(true)))
    }

    pub(super) fn instant(&self, field: &str) -> Option<Timestamp> {
        self.text(field).parse().ok()
    }
}

/// What the law or the rules of the body want to be in a request and is not (R48), as the clerk is told it.
pub(super) fn missing(country: Country, known: &Known<'_>) -> Vec<&'static str> {
    let empty = |field: &str| known.text(field).trim().is_empty();
    let mut missing = Vec::new();
    let representative = !empty("representative_name");
    if empty("subject_document") && (!representative || empty("representative_document")) {
        missing.push("missing-document");
    }
    // 152-ФЗ 14(3) names date and issuer of the document and the relation with the body; the other two regimes ask only
    // that the person be identified.
    if country == Country::Ru {
        if empty("subject_document_date") || empty("subject_document_issuer") {
            missing.push("missing-issue");
        }
        if empty("relation_evidence") {
            missing.push("missing-relation");
        }
    }
    if !known.flag("signed") {
        missing.push("missing-signature");
    }
    if representative && empty("representative_authority") {
        missing.push("missing-authority");
    }
    missing
}

/// Starts the duties of a request that came in. `complete` tells since when it is in due form, if it is.
pub(super) fn start(
    case: &Case<'_>,
    mut outcome: Outcome,
    kind: &str,
    received: Timestamp,
    complete: Option<Timestamp>,
) -> Result<Outcome, Refusal> {
    let known = Known::of(case);
    let Some(duty) = of_kind(case.body.country, kind) else {
        return Err(Refusal::new("refusal-kind-unknown").field("request_kind"));
    };
    if kind == "regulator" {
        return Ok(outcome.start(duty, &[(Event::AuthorityAsked, received), (Event::Received, received)]));
    }
    let third_party = known.flag("third_party").then_some(THIRD_PARTY);
    let from = if only_proper(case, duty, received) {
        complete
    } else {
        Some(received)
    };
    let proved = !known.text("proof").trim().is_empty();
    match from {
        Some(from) if proved || !needs_proof(case.body.country, kind) => {
            let events = [
                (Event::Received, from),
                (Event::Withdrawn, from),
                (Event::ProofReceived, from),
            ];
            let has_case = third_party.filter(|name| has_case(case, duty, from, name));
            outcome = outcome.start_case(duty, &events, has_case);
        }
        // Without evidence the term of the measure does not run, that of a reasoned answer does.
        Some(from) => outcome = outcome.start("request-refuse", &[(Event::Received, from)]),
        None => {}
    }
    Ok(outcome)
}

/// Whether the term of a measure runs from the evidence, not from the request.
pub(super) fn needs_proof(country: Country, kind: &str) -> bool {
    country == Country::Ru && matches!(kind, "rectify" | "erase")
}

/// Whether the law in force lets a duty run only from a request in due form.
fn only_proper(case: &Case<'_>, duty: &str, on: Timestamp) -> bool {
    let day = on.to_zoned_datetime(case.body.zone.clone()).date();
    let mut clocks = case.law.law.clocks(case.body.country);
    clocks.any(|c| {
        c.rule.duty == duty
            && c.rule.source == Source::Law
            && c.holds_on(day)
            && c.rule.condition.as_deref() == Some(PROPER)
    })
}

/// Whether the law in force has another length for such a case.
fn has_case(case: &Case<'_>, duty: &str, on: Timestamp, name: &str) -> bool {
    let day = on.to_zoned_datetime(case.body.zone.clone()).date();
    let mut clocks = case.law.law.clocks(case.body.country);
    clocks.any(|c| c.rule.duty == duty && c.holds_on(day) && c.rule.case.iter().any(|k| k.name == name))
}

/// Whether the law in force on a day has any term for this kind of request.
pub(super) fn is_known(law: &Reckoner, body: &Body, kind: &str, received: Timestamp) -> bool {
    let Some(duty) = of_kind(body.country, kind) else {
        return false;
    };
    // What the regulator asks is answered everywhere, also where the law names no term.
    if kind == "regulator" {
        return true;
    }
    let events = [
        (Event::Received, received),
        (Event::Withdrawn, received),
        (Event::ProofReceived, received),
    ];
    match clock::ask(law, body, duty, &events) {
        Ok(all) => !all.is_empty(),
        // A year without a calendar: the law is there, its days are not.
        Err(_) => true,
    }
}

/// Whether a form offers a kind of request.
pub(super) fn is_offered(offer: &Offer<'_>, kind: &str) -> bool {
    is_known(offer.law, offer.body, kind, offer.now)
}
