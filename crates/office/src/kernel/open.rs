//! Opening personal data: for a stated purpose only, and every look is recorded before anything is shown.

use jiff::Timestamp;

use crate::error::{Error, Refusal};
use crate::kernel::card::{Card, Personal};
use crate::kernel::field::Values;
use crate::kernel::journal::{self, Root};
use crate::kernel::record::{Actor, CARD_COLUMNS, card_from_row, follow_up, history, load_card, write_event};
use crate::kernel::register::FollowUp;
use crate::kernel::rights::{Right, any_allows};
use crate::kernel::store::Tx;
use crate::kernel::vault;
use crate::office::Office;

/// Purposes that every body has by law, beside those that it registers itself. Texts: `purpose-<word>`.
pub const PURPOSES: &[&str] = &["request", "correction", "control", "violation", "destruction"];

/// The mark on a card whose person nobody may know alone: it opens only with an opening that a second person granted, its
/// initials stand in no list and no search finds it.
pub const HIDDEN: &str = "identity_hidden";
/// The field of an opening that names the record.
pub(crate) const RECORD: &str = "opening_record";
/// The field of an opening that says until when it is good.
pub(crate) const GRANTED_UNTIL: &str = "granted_until";
/// The event of asking for an opening.
pub(crate) const ASK: &str = "identity-openings.ask";

/// Whether two persons are needed to open a card.
pub fn is_hidden(card: &Card) -> bool {
    card.data.get(HIDDEN).and_then(serde_json::Value::as_bool) == Some(true)
}

/// A look at what lies in the vault.
pub(crate) struct Look<'a> {
    /// At which card.
    pub(crate) card: &'a str,
    /// For which purpose.
    pub(crate) purpose: &'a str,
    /// At a file of it, not at its fields.
    pub(crate) file: Option<&'a str>,
}

impl Office {
    /// Opens the personal fields of a card for a purpose: one of [`PURPOSES`], or a processing activity of the body. A card
    /// that names its processing activities opens for these only; a look for another purpose is refused, and that is
    /// recorded too. A card with a hidden identity opens only with a granted opening, which the look uses up.
    pub async fn open_card(&self, actor: &Actor, now: Timestamp, id: &str, purpose: &str) -> Result<Card, Error> {
        let look = Look {
            card: id,
            purpose,
            file: None,
        };
        let (mut tx, mut card) = self.look(actor, now, &look).await?;
        let (stored, _) = vault::load(&mut tx, id).await?;
        if let Some(stored) = stored {
            let key = self.keys.of(&actor.body)?;
            card.personal = Personal::Open(vault::open(&key, &actor.body, id, &stored)?.now);
        }
        tx.commit().await?;
        self.wake.notify_one();
        Ok(card)
    }

    /// Asks whether a look is allowed and records it. Gives the transaction in which it stands: what is looked at is read in
    /// it, and nothing is shown before it is committed. A look that is refused is recorded at once.
    pub(crate) async fn look(&self, actor: &Actor, now: Timestamp, look: &Look<'_>) -> Result<(Tx, Card), Error> {
        let Look { card: id, purpose, .. } = *look;
        if !any_allows(&actor.roles, Right::OpenPersonal) {
            return Err(Refusal::new("refusal-right").into());
        }
        let mut tx = self.db.write().await?;
        let card = load_card(&mut tx, &actor.body, id).await?;
        let card = card.ok_or_else(|| Refusal::new("refusal-no-page"))?;
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
        } else if is_hidden(&card) {
            let (back, opened) = self.use_opening(tx, actor, now, &card.id).await?;
            tx = back;
            if opened { None } else { Some("refusal-two-persons") }
        } else {
            None
        };
        let kind = match (refused, look.file) {
            (Some(_), _) => "vault.refuse",
            (None, Some(_)) => "vault.file",
            (None, None) => "vault.open",
        };
        let mut open = Values::new();
        open.insert("purpose".to_owned(), purpose.into());
        if let Some(file) = look.file {
            open.insert("file".to_owned(), file.into());
        }
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
        let Some(key) = refused else { return Ok((tx, card)) };
        tx.commit().await?;
        self.wake.notify_one();
        Err(Refusal::new(key).field("purpose").into())
    }

    /// Uses up the opening that somebody else granted to this person for a card, if there is one that is still good.
    async fn use_opening(&self, mut tx: Tx, actor: &Actor, now: Timestamp, card: &str) -> Result<(Tx, bool), Error> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {CARD_COLUMNS} FROM card_link l JOIN card c ON c.id = l.source LEFT JOIN vault_record v ON v.card = c.id \
             WHERE l.target = $1 AND l.field = $2 AND c.body = $3 AND c.register = 'identity-openings' \
             AND c.state = 'opening-granted' ORDER BY c.id"
        )))
        .bind(card)
        .bind(RECORD)
        .bind(&actor.body)
        .fetch_all(&mut *tx)
        .await?;
        for row in &rows {
            let opening = card_from_row(row)?;
            let until: Option<Timestamp> = opening.text(GRANTED_UNTIL).parse().ok();
            let past = history(&mut tx, &opening.id).await?;
            let own = past.iter().any(|p| p.kind == ASK && p.actor == actor.account);
            if !own || until.is_none_or(|until| until < now) {
                continue;
            }
            let follow = FollowUp {
                card: opening.id,
                state: Some("opening-used"),
                set: Values::new(),
            };
            tx = follow_up(self, tx, actor, now, "vault.open", follow).await?;
            return Ok((tx, true));
        }
        Ok((tx, false))
    }
}
