//! Cards as they are opened for an act, made and written by it.

use serde_json::Value;

use super::{Actor, Changing, Recording, files, further, load_card, tally_name, tally_of, write_event};
use crate::error::{Error, Refusal};
use crate::kernel::card::{Card, Personal};
use crate::kernel::field::{Kind, Values, words_of};
use crate::kernel::journal::{self, Root};
use crate::kernel::new_id;
use crate::kernel::register::Register;
use crate::kernel::retention;
use crate::kernel::store::{count, tally};
use crate::kernel::vault::{self, Content, Given};

/// Whether a value says nothing.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(all) => all.is_empty(),
        Value::Bool(true) | Value::Number(_) | Value::Object(_) => false,
    }
}

impl Recording<'_> {
    /// A card with its record opened for the rule. A record that was destroyed stays closed.
    pub(super) async fn load(&mut self, id: &str, register: &Register) -> Result<Changing, Error> {
        let card = load_card(&mut self.tx, &self.body.id, id).await?;
        let card = card.filter(|c| c.register == register.name);
        self.opened(card.ok_or_else(|| Refusal::new("refusal-no-page"))?).await
    }

    pub(super) async fn opened(&mut self, mut card: Card) -> Result<Changing, Error> {
        let (stored, _) = vault::load(&mut self.tx, &card.id).await?;
        let content = match &stored {
            Some(stored) => vault::open(&self.key, &self.body.id, &card.id, stored)?,
            None => Content::default(),
        };
        if stored.is_some() {
            card.personal = Personal::Open(content.now.clone());
        }
        Ok(Changing { card, content, stored })
    }

    pub(super) async fn create(&mut self, register: &Register, state: Option<&'static str>) -> Result<Changing, Error> {
        let year = self.now.to_zoned_datetime(self.body.zone.clone()).year();
        let number = count(&mut self.tx, &self.body.id, &format!("number/{}/{year}", register.name)).await?;
        let state = state.or(register.states.first().map(|s| s.name)).unwrap_or_default();
        let card = Card {
            id: new_id(),
            body: self.body.id.clone(),
            register: register.name.to_owned(),
            number: format!("{year}-{number}"),
            state: state.to_owned(),
            version: 0,
            blocked: false,
            data: Values::new(),
            personal: Personal::None,
            created: self.now,
            updated: self.now,
        };
        sqlx::query(
            "INSERT INTO card (id, body, register, number, state, version, blocked, data, created_at, updated_at) \
             VALUES ($1, $2, $3, $4, $5, 0, 0, '{}', $6, $6)",
        )
        .bind(&card.id)
        .bind(&card.body)
        .bind(&card.register)
        .bind(&card.number)
        .bind(&card.state)
        .bind(self.now.as_microsecond())
        .execute(&mut *self.tx)
        .await?;
        tally(&mut self.tx, &card.body, &tally_name(register.name, state), 1).await?;
        Ok(Changing {
            card,
            content: Content::default(),
            stored: None,
        })
    }

    /// Writes what an act sets: open fields into the card, personal ones into the vault, all of them committed to in the
    /// journal.
    #[expect(
        clippy::too_many_arguments,
        reason = "one act has that many sides, and they are named here only"
    )]
    pub(super) async fn change(
        &mut self,
        register: &Register,
        changing: Changing,
        seq: i64,
        kind: &str,
        set: &Values,
        unset: &[&str],
        state: Option<&'static str>,
    ) -> Result<Card, Error> {
        let Changing {
            mut card,
            mut content,
            stored,
        } = changing;
        let (grouped, tallied) = (self.group_of(&card), tally_of(&card));
        let is_personal = |name: &str| register.field(name).is_some_and(|f| f.personal);
        let (personal, open): (Values, Values) = set.clone().into_iter().partition(|(name, _)| is_personal(name));
        for name in unset {
            card.data.remove(*name);
            content.now.remove(*name);
            sqlx::query("DELETE FROM card_link WHERE source = $1 AND field = $2")
                .bind(&card.id)
                .bind(*name)
                .execute(&mut *self.tx)
                .await?;
        }
        let destroyed = matches!(card.personal, Personal::Destroyed(_));
        if destroyed && let Some((name, _)) = personal.iter().find(|(_, v)| !is_nothing(v)) {
            // There is nothing left to seal it under, and dropping it would look as if it had been kept.
            return Err(Refusal::new("refusal-record-destroyed").field(name.clone()).into());
        }
        let salt = Root::random()?;
        let personal_is_empty = personal.is_empty();
        let mut commitments = journal::commitments(&salt, &open)?;
        let with_files = files::keep_facts(register, &mut card, &open);
        if !personal.is_empty() && !destroyed {
            let secret = Root::random()?;
            commitments.extend(journal::commitments(&secret, &personal)?);
            content.now.extend(personal.clone());
            content.past.push(Given {
                seq,
                salt: secret.hex(),
                set: personal,
            });
        }
        // An act that gives nothing personal leaves the sealed record as it is.
        let touched = !personal_is_empty || with_files || unset.iter().any(|name| is_personal(name));
        if !content.past.is_empty() || with_files {
            if touched {
                let keyed = (self.body.id.as_str(), card.id.as_str());
                vault::keep(&mut self.tx, &self.key, keyed, register, &content, stored.as_ref()).await?;
            }
            card.personal = Personal::Open(content.now);
        }
        if with_files {
            self.attach(register, &card, &open).await?;
        }
        self.links(&card, register).await?;
        self.accounts(&card, register).await?;
        retention::keep(&mut self.tx, self.office.retained(), &self.body, &card).await?;
        self.put(&mut card, &tallied, state).await?;
        self.days(&card).await?;
        let grouped_now = self.group_of(&card);
        if grouped != grouped_now {
            let moved = [(grouped, -1), (grouped_now, 1)];
            self.regroup(moved.into_iter().filter_map(|(g, by)| Some((g?, by))))
                .await?;
        }
        self.event(seq, kind, &card.id, &open, &salt, commitments).await?;
        Ok(card)
    }

    /// Writes the row of a card with its next version, if nobody was faster.
    async fn put(&mut self, card: &mut Card, tallied: &str, state: Option<&'static str>) -> Result<(), Error> {
        if let Some(state) = state {
            state.clone_into(&mut card.state);
        }
        card.version += 1;
        card.updated = self.now;
        let done = sqlx::query(
            "UPDATE card SET state = $2, version = $3, blocked = $4, data = $5, updated_at = $6 WHERE id = $1 AND version = $7",
        )
        .bind(&card.id)
        .bind(&card.state)
        .bind(card.version)
        .bind(i64::from(card.blocked))
        .bind(Value::Object(card.data.clone()).to_string())
        .bind(self.now.as_microsecond())
        .bind(card.version - 1)
        .execute(&mut *self.tx)
        .await?;
        if done.rows_affected() != 1 {
            return Err(Refusal::new("refusal-changed").into());
        }
        let now = tally_of(card);
        if now != tallied {
            tally(&mut self.tx, &card.body, tallied, -1).await?;
            tally(&mut self.tx, &card.body, &now, 1).await?;
        }
        Ok(())
    }

    pub(super) async fn event(
        &mut self,
        seq: i64,
        kind: &str,
        card: &str,
        open: &Values,
        salt: &Root,
        commitments: Vec<tutela_journal::Commitment>,
    ) -> Result<(), Error> {
        let unnamed = Actor {
            account: further::UNNAMED.to_owned(),
            ..self.actor.clone()
        };
        let actor = if self.unnamed { &unnamed } else { self.actor };
        write_event(
            &mut self.tx,
            seq,
            &self.body.id,
            actor,
            self.now,
            kind,
            card,
            open,
            salt,
            commitments,
        )
        .await
    }

    /// Keeps which cards a card points to.
    pub(super) async fn links(&mut self, card: &Card, register: &Register) -> Result<(), Error> {
        for (name, value) in &card.data {
            let Some(field) = register.field(name) else { continue };
            if !matches!(field.kind, Kind::Card(_) | Kind::Cards(_)) {
                continue;
            }
            sqlx::query("DELETE FROM card_link WHERE source = $1 AND field = $2")
                .bind(&card.id)
                .bind(name)
                .execute(&mut *self.tx)
                .await?;
            for target in words_of(value) {
                sqlx::query("INSERT INTO card_link (body, source, field, target) VALUES ($1, $2, $3, $4)")
                    .bind(&card.body)
                    .bind(&card.id)
                    .bind(name)
                    .bind(target)
                    .execute(&mut *self.tx)
                    .await?;
            }
        }
        Ok(())
    }
}
