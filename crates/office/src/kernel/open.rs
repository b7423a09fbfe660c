//! Opening personal data: for a stated purpose only, and every look is recorded before anything is shown.

use jiff::Timestamp;

use crate::error::{Error, Refusal};
use crate::kernel::card::{Card, Personal};
use crate::kernel::field::Values;
use crate::kernel::journal::{self, Root};
use crate::kernel::record::{Actor, load_card, write_event};
use crate::kernel::rights::{Right, any_allows};
use crate::kernel::vault;
use crate::office::Office;

/// Purposes that every body has by law, beside those that it registers itself. Texts: `purpose-<word>`.
pub const PURPOSES: &[&str] = &["request", "correction", "control", "violation", "destruction"];

impl Office {
    /// Opens the personal fields of a card for a purpose: one of [`PURPOSES`], or a processing activity of the body. A card
    /// that names its processing activities opens for these only; a look for another purpose is refused, and that is
    /// recorded too.
    pub async fn open_card(&self, actor: &Actor, now: Timestamp, id: &str, purpose: &str) -> Result<Card, Error> {
        if !any_allows(&actor.roles, Right::OpenPersonal) {
            return Err(Refusal::new("refusal-right").into());
        }
        let mut tx = self.db.write().await?;
        let card = load_card(&mut tx, &actor.body, id).await?;
        let mut card = card.ok_or_else(|| Refusal::new("refusal-no-page"))?;
        let general = PURPOSES.contains(&purpose);
        if !general {
            let activity = load_card(&mut tx, &actor.body, purpose).await?;
            if activity.is_none_or(|a| a.register != "processing") {
                return Err(Refusal::new("refusal-purpose-unknown").field("purpose").into());
            }
        }
        let named = card.cards("processing");
        let refused = if card.blocked && purpose != "request" && purpose != "control" {
            Some("refusal-blocked")
        } else if !general && !named.is_empty() && !named.contains(&purpose) {
            Some("refusal-purpose")
        } else {
            None
        };
        let kind = if refused.is_some() {
            "vault.refuse"
        } else {
            "vault.open"
        };
        let mut open = Values::new();
        open.insert("purpose".to_owned(), purpose.into());
        let seq = journal::next(&mut tx).await?;
        let salt = Root::random()?;
        let commitments = journal::commitments(&salt, &open)?;
        write_event(
            &mut tx,
            seq,
            &actor.body,
            actor,
            now,
            kind,
            &card.id,
            &open,
            &salt,
            commitments,
        )
        .await?;
        if refused.is_none() {
            let (stored, _) = vault::load(&mut tx, id).await?;
            if let Some(stored) = stored {
                let key = self.keys.of(&actor.body)?;
                card.personal = Personal::Open(vault::open(&key, &actor.body, id, &stored)?.now);
            }
        }
        tx.commit().await?;
        self.wake.notify_one();
        match refused {
            Some(key) => Err(Refusal::new(key).field("purpose").into()),
            None => Ok(card),
        }
    }
}
