//! Requests from the public page: taken in without an account, and looked up by number and secret code.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::KINDS;
use super::duties::{self, ENDED_BY_DECISION};
use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::clock::{Clock, State};
use crate::kernel::record::{Command, Input, load_card};
use crate::kernel::store::text;
use crate::office::Office;

/// Who acts in the journal when a citizen does.
const PROGRAM: &str = "public-page";
/// The signs of a code: none that are taken for each other.
const SIGNS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Signs of a code: a hundred bits, which nobody guesses.
const LENGTH: usize = 20;
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

/// What a citizen gets for a request: it is shown once.
pub(crate) struct Receipt {
    /// The number of the request.
    pub(crate) number: String,
    /// The secret code, in groups.
    pub(crate) code: String,
}

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
        let code = new_code()?;
        let done = self.act_unattended((PROGRAM, &body.id), now, command).await?;
        let mut tx = self.db.write().await?;
        sqlx::query("INSERT INTO ask_code (code, body, card, created_at) VALUES ($1, $2, $3, $4)")
            .bind(hash(&code))
            .bind(&body.id)
            .bind(&done.card)
            .bind(now.as_microsecond())
            .execute(&mut *tx)
            .await?;
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
        let row = sqlx::query("SELECT card FROM ask_code WHERE code = $1 AND body = $2")
            .bind(hash(code))
            .bind(&body.id)
            .fetch_optional(&mut *connection)
            .await?;
        let card = match row {
            Some(row) => load_card(&mut connection, &body.id, &text(&row, "card")?).await?,
            None => None,
        };
        let card = card.filter(|c| c.number == number.trim()).ok_or_else(unknown)?;
        let clocks = Clock::of_card(&mut connection, &card.id).await?;
        let of_request = |c: &&Clock| c.duty != "request-reply" && ENDED_BY_DECISION.contains(&c.duty.as_str());
        let running = clocks.iter().filter(|c| c.state == State::Running).filter(of_request);
        Ok(Progress {
            due: running.filter_map(|c| c.due_at).min(),
            state: card.state,
        })
    }
}

fn new_code() -> Result<String, Error> {
    let mut bytes = [0_u8; LENGTH];
    getrandom::fill(&mut bytes).map_err(|e| Error::Installation(format!("the system gives no random numbers: {e}")))?;
    let mut code = String::new();
    for (at, byte) in bytes.iter().enumerate() {
        if at > 0 && at % 5 == 0 {
            code.push('-');
        }
        let sign = SIGNS.get(usize::from(byte % 32)).copied().unwrap_or(b'2');
        code.push(char::from(sign));
    }
    Ok(code)
}

/// The code as it is kept. A code is random and long, so that one hash hides it.
fn hash(code: &str) -> String {
    let plain: String = code
        .chars()
        .take(100)
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    Sha256::digest(plain.as_bytes())
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_long_and_forgive_how_they_are_written() {
        let code = new_code().unwrap();
        assert_eq!(code.len(), LENGTH + 3);
        assert_ne!(code, new_code().unwrap());
        assert_eq!(hash(&code), hash(&code.to_lowercase().replace('-', " ")));
        assert_ne!(hash(&code), hash(&code.replace('-', "2")));
    }
}
