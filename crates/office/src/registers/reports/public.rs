//! The safe channel (R93): a report from a page that asks for no account, no name and no address. Whoever sent it reads the
//! answers and adds to it by number and secret code.

use jiff::Timestamp;
use serde_json::Value;

use crate::error::Error;
use crate::kernel::body::Body;
use crate::kernel::code::{PROGRAM, Receipt};
use crate::kernel::field::Values;
use crate::kernel::journal::{self, Root};
use crate::kernel::public::{nobody, texts};
use crate::kernel::record::{Command, Input, write_event};
use crate::kernel::vault;
use crate::office::Office;

/// How far a report is, and what was said since.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// Its state.
    pub(crate) state: String,
    /// What whoever reported added.
    pub(crate) additions: String,
    /// What was answered.
    pub(crate) answers: String,
}

/// The kinds of report.
pub(crate) fn kinds() -> &'static [&'static str] {
    super::KINDS
}

fn check(given: &Input, fields: &[&'static str]) -> Result<Input, Error> {
    let (input, refused) = texts(given, fields);
    if refused.is_empty() {
        Ok(input)
    } else {
        Err(Error::Invalid(refused))
    }
}

impl Office {
    /// Takes in a report from the public page. Nothing but what the page asks for is taken out of the form.
    pub(crate) async fn report_without_name(
        &self,
        body: &Body,
        now: Timestamp,
        given: &Input,
    ) -> Result<Receipt, Error> {
        let mut input = check(given, &["report_kind", "report_text"])?;
        input.insert("without_name".to_owned(), vec!["1".to_owned()]);
        let command = Command {
            register: "reports",
            operation: "report",
            card: None,
            version: None,
            input,
        };
        self.take_in(body, now, command, Vec::new()).await
    }

    /// Adds to a report, for whoever has its number and its code.
    pub(crate) async fn add_to_report(
        &self,
        body: &Body,
        now: Timestamp,
        named: (&str, &str),
        given: &Input,
    ) -> Result<(), Error> {
        let card = self.card_of_code(body, "reports", named).await?;
        let input = check(given, &["report_addition"])?;
        let command = Command {
            register: "reports",
            operation: "add",
            card: Some(&card.id),
            version: None,
            input,
        };
        self.act_unattended((PROGRAM, &body.id), now, command).await?;
        Ok(())
    }

    /// How far a report is and what was answered. The look is recorded before anything is shown, as every look is; who
    /// looked is not told.
    pub(crate) async fn report_told(&self, body: &Body, now: Timestamp, named: (&str, &str)) -> Result<Told, Error> {
        let card = self.card_of_code(body, "reports", named).await?;
        let mut open = Values::new();
        open.insert("purpose".to_owned(), "violation".into());
        let actor = nobody(body);
        let mut tx = self.db.write().await?;
        let seq = journal::next(&mut tx).await?;
        let salt = Root::random()?;
        let commitments = journal::commitments(&salt, &open)?;
        write_event(
            &mut tx,
            seq,
            &body.id,
            &actor,
            now,
            "vault.open",
            &card.id,
            &open,
            &salt,
            commitments,
        )
        .await?;
        let (stored, _) = vault::load(&mut tx, &card.id).await?;
        tx.commit().await?;
        self.wake.notify_one();
        let key = self.keys.of(&body.id)?;
        let said = match stored {
            Some(stored) => vault::open(&key, &body.id, &card.id, &stored)?.now,
            // It was destroyed: nothing is left to be read.
            None => Values::new(),
        };
        let text = |name: &str| said.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(Told {
            additions: text("report_additions"),
            answers: text("report_answers"),
            state: card.state,
        })
    }
}
