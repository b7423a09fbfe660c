//! What the program does for whoever has no account: it takes in what the public pages ask for, and finds it again by number
//! and secret code.

use jiff::Timestamp;

use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::card::Card;
use crate::kernel::code::{self, PROGRAM, Receipt};
use crate::kernel::evidence::discard_waiting;
use crate::kernel::record::{Actor, Command, Input, Recording};
use crate::office::Office;

/// Longest text from a public page, in characters.
const MAX_TEXT: usize = 4_000;

/// A file that came with a public form, in memory.
#[derive(Debug)]
pub(crate) struct Sent {
    /// The field that takes it.
    pub(crate) field: &'static str,
    /// What it was called.
    pub(crate) name: String,
    /// What it holds.
    pub(crate) content: Vec<u8>,
}

/// Takes these texts out of a form, and nothing else: each must be there, and not be too long.
pub(crate) fn texts(given: &Input, fields: &[&'static str]) -> (Input, Vec<Refusal>) {
    let mut refused = Vec::new();
    let mut input = Input::new();
    for field in fields {
        let values = given.get(*field).cloned().unwrap_or_default();
        if values.iter().all(|v| v.trim().is_empty()) {
            refused.push(Refusal::new("refusal-required").field(*field));
        }
        if values.iter().any(|v| v.chars().count() > MAX_TEXT) {
            let long = Refusal::new("refusal-too-long").arg("max", MAX_TEXT.to_string());
            refused.push(long.field(*field));
        }
        input.insert((*field).to_owned(), values);
    }
    (input, refused)
}

/// The program in the place of whoever has no account.
pub(crate) fn nobody(body: &Body) -> Actor {
    Actor {
        account: PROGRAM.to_owned(),
        body: body.id.clone(),
        roles: Vec::new(),
    }
}

impl Office {
    /// Makes a card for whoever has no account, with the files that came beside, and gives its number and secret code. The
    /// code is kept by the same transaction: a card without one nobody could find again.
    pub(crate) async fn take_in(
        &self,
        body: &Body,
        now: Timestamp,
        mut command: Command<'_>,
        files: Vec<Sent>,
    ) -> Result<Receipt, Error> {
        let actor = nobody(body);
        let mut taken = Vec::new();
        let mut done = Ok(());
        for file in files {
            match self.take_file(&actor, now, &file.name, file.content).await {
                Ok(id) => {
                    command.input.entry(file.field.to_owned()).or_default().push(id.clone());
                    taken.push(id);
                }
                Err(Error::Refused(refusal)) => {
                    done = Err(Error::Invalid(vec![refusal.field(file.field)]));
                    break;
                }
                Err(error) => {
                    done = Err(error);
                    break;
                }
            }
        }
        let done = match done {
            Ok(()) => self.take_in_card(&actor, now, &command).await,
            Err(error) => Err(error),
        };
        if done.is_err() && !taken.is_empty() {
            // Nobody can name them again: they would only fill the room of others for a day.
            let mut tx = self.db.write().await?;
            discard_waiting(&mut tx, &actor, &taken).await?;
            tx.commit().await?;
        }
        done
    }

    async fn take_in_card(&self, actor: &Actor, now: Timestamp, command: &Command<'_>) -> Result<Receipt, Error> {
        let code = code::new_code()?;
        let tx = self.db.write().await?;
        let mut recording = Recording::begin(self, tx, actor, now).await?;
        let done = recording.unattended(command).await?;
        code::keep(&mut recording.tx, (&actor.body, &done.card), &code, now).await?;
        let destroyed = recording.destroyed;
        recording.tx.commit().await?;
        self.recorded(now, destroyed).await;
        Ok(Receipt {
            number: done.number,
            code,
        })
    }

    /// The card of a register for whoever has its number and its code. A wrong number and a wrong code are the same answer.
    pub(crate) async fn card_of_code(&self, body: &Body, register: &str, named: (&str, &str)) -> Result<Card, Error> {
        let mut connection = self.db.read().acquire().await?;
        let card = code::find(&mut connection, (&body.id, register), named).await?;
        Ok(card.ok_or_else(|| Refusal::new("refusal-ask-unknown"))?)
    }
}
