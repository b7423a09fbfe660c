//! Requests from the public page: taken in without an account, and looked up by number and secret code.

use jiff::Timestamp;

use super::KINDS;
use super::duties::{self, ENDED_BY_DECISION};
use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::clock::{Clock, State};
use crate::kernel::code::{self, PROGRAM, Receipt};
use crate::kernel::record::{Command, Input};
use crate::office::Office;

/// Longest text of a request from the public page, in characters.
const MAX_TEXT: usize = 4_000;
/// What the public page asks for.
const ASKED: &[&str] = &[
    "request_kind",
    "subject_name",
    "subject_document",
    "subject_contact",
    "request_text",
];

/// How far a request is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    /// Its state.
    pub(crate) state: String,
    /// When it is to be answered, where the term runs.
    pub(crate) due: Option<Timestamp>,
}

impl Office {
    /// The kinds of request that the public page of a body offers.
    pub(crate) fn kinds_asked(&self, body: &Body, now: Timestamp) -> Vec<&'static str> {
        let known = |kind: &&&str| **kind != "regulator" && duties::is_known(&self.reckoner, body, kind, now);
        KINDS.iter().filter(known).copied().collect()
    }

    /// Takes in a request from the public page. Nothing but what the page asks for is taken out of the form.
    pub(crate) async fn ask(&self, body: &Body, now: Timestamp, given: &Input) -> Result<Receipt, Error> {
        let mut refused = Vec::new();
        let mut input = Input::new();
        for field in ASKED {
            let values = given.get(*field).cloned().unwrap_or_default();
            if values.iter().all(|v| v.trim().is_empty()) {
                refused.push(Refusal::new("refusal-required").field(*field));
            }
            if values.iter().any(|v| v.chars().count() > MAX_TEXT) {
                refused.push(
                    Refusal::new("refusal-too-long")
                        .arg("max", MAX_TEXT.to_string())
                        .field(*field),
                );
            }
            input.insert((*field).to_owned(), values);
        }
        let kind = input
            .get("request_kind")
            .and_then(|v| v.first())
            .map_or("", String::as_str);
        if !kind.is_empty() && !self.kinds_asked(body, now).contains(&kind) {
            refused.push(Refusal::new("refusal-choice").field("request_kind"));
        }
        if !refused.is_empty() {
            return Err(Error::Invalid(refused));
        }
        input.insert("channel".to_owned(), vec![PROGRAM.to_owned()]);
        input.insert("received_at".to_owned(), vec![now.to_string()]);
        let command = Command {
            register: "requests",
            operation: "receive",
            card: None,
            version: None,
            input,
        };
        let code = code::new_code()?;
        let done = self.act_unattended((PROGRAM, &body.id), now, command).await?;
        let mut tx = self.db.write().await?;
        code::keep(&mut tx, (&body.id, &done.card), &code, now).await?;
        tx.commit().await?;
        Ok(Receipt {
            number: done.number,
            code,
        })
    }

    /// How far a request is, for whoever has its number and its code. A wrong number and a wrong code are the same answer.
    pub(crate) async fn asked(&self, body: &Body, number: &str, code: &str) -> Result<Progress, Error> {
        let unknown = || Error::from(Refusal::new("refusal-ask-unknown"));
        let mut connection = self.db.read().acquire().await?;
        let card = code::find(&mut connection, (&body.id, "requests"), (number, code)).await?;
        let card = card.ok_or_else(unknown)?;
        let clocks = Clock::of_card(&mut connection, &card.id).await?;
        let of_request = |c: &&Clock| c.duty != "request-reply" && ENDED_BY_DECISION.contains(&c.duty.as_str());
        let running = clocks.iter().filter(|c| c.state == State::Running).filter(of_request);
        Ok(Progress {
            due: running.filter_map(|c| c.due_at).min(),
            state: card.state,
        })
    }
}
