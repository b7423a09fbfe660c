//! Requests from the public page: taken in without an account, and looked up by number and secret code.

use jiff::Timestamp;

use super::KINDS;
use super::duties::{self, ENDED_BY_DECISION};
use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::clock::{Clock, State};
use crate::kernel::code::{PROGRAM, Receipt};
use crate::kernel::public::{Sent, texts};
use crate::kernel::record::{Command, Input};
use crate::office::Office;

/// What the public page asks for.
const ASKED: &[&str] = &[
    "request_kind",
    "subject_name",
    "subject_document",
    "subject_contact",
    "request_text",
];
/// What may come beside: a signed letter with its annexes, and what shows that somebody may act for another.
pub(crate) const FILES: &[&str] = &["request_files", "authority_files"];

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

    /// Takes in a request from the public page. Nothing but what the page asks for is taken out of the form; identifiers of
    /// files least of all, since other citizens' files wait too.
    pub(crate) async fn ask(
        &self,
        body: &Body,
        now: Timestamp,
        given: &Input,
        files: Vec<Sent>,
    ) -> Result<Receipt, Error> {
        let (mut input, mut refused) = texts(given, ASKED);
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
        self.take_in(body, now, command, files).await
    }

    /// How far a request is, for whoever has its number and its code.
    pub(crate) async fn asked(&self, body: &Body, number: &str, code: &str) -> Result<Progress, Error> {
        let card = self.card_of_code(body, "requests", (number, code)).await?;
        let mut connection = self.db.read().acquire().await?;
        let clocks = Clock::of_card(&mut connection, &card.id).await?;
        let of_request = |c: &&Clock| c.duty != "request-reply" && ENDED_BY_DECISION.contains(&c.duty.as_str());
        let running = clocks.iter().filter(|c| c.state == State::Running).filter(of_request);
        Ok(Progress {
            due: running.filter_map(|c| c.due_at).min(),
            state: card.state,
        })
    }
}
