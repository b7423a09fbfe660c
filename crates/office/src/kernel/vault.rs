//! Personal fields of cards in the vault: what lies in a record, how it is sealed, found and destroyed.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use tutela_vault::index::{self, Kind};
use tutela_vault::{BodyKey, Place, Sealed};

use crate::error::Error;
use crate::kernel::card::Personal;
use crate::kernel::evidence;
use crate::kernel::field::{Values, words_of};
use crate::kernel::register::Register;

/// The keys of bodies that are unlocked. They live in memory only.
#[derive(Debug, Default)]
pub struct Keys(RwLock<HashMap<String, Arc<BodyKey>>>);

impl Keys {
    /// The key of a body.
    pub fn of(&self, body: &str) -> Result<Arc<BodyKey>, Error> {
        let keys = self.0.read().unwrap_or_else(PoisonError::into_inner);
        keys.get(body).cloned().ok_or_else(|| Error::Locked(body.to_owned()))
    }

    /// Takes up the key of a body.
    pub fn unlock(&self, body: &str, key: BodyKey) {
        let mut keys = self.0.write().unwrap_or_else(PoisonError::into_inner);
        keys.insert(body.to_owned(), Arc::new(key));
    }

    /// Forgets the key of a body.
    pub fn lock(&self, body: &str) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(body);
    }
}

/// What a record of the vault holds: the fields as they are, and what each act gave, with the salt of its commitments.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Content {
    pub(crate) now: Values,
    #[serde(default)]
    pub(crate) past: Vec<Given>,
}

/// What one act gave.
#[derive(Serialize, Deserialize)]
pub(crate) struct Given {
    pub(crate) seq: i64,
    pub(crate) salt: String,
    pub(crate) set: Values,
}

/// A record as it is stored.
pub(crate) struct Stored {
    pub(crate) record_key: Vec<u8>,
    pub(crate) content: Vec<u8>,
}

fn place<'a>(body: &'a str, card: &'a str) -> Place<'a> {
    Place { body, record: card }
}

/// How sealed bytes say that they are a label, not a record.
fn label_record(card: &str) -> String {
    format!("{card}/label")
}

/// Opens a record.
pub(crate) fn open(key: &BodyKey, body: &str, card: &str, stored: &Stored) -> Result<Content, Error> {
    let sealed = Sealed {
        wrapped_key: stored.record_key.clone(),
        content: stored.content.clone(),
    };
    let secret = key.open(&place(body, card), &sealed)?;
    serde_json::from_slice(secret.expose()).map_err(|_| Error::Damaged {
        table: "vault_record",
        id: card.to_owned(),
        what: "content",
    })
}

/// Opens the initials that stand for a card in lists.
pub fn open_label(key: &BodyKey, body: &str, card: &str, row: &AnyRow) -> Result<Option<String>, Error> {
    let wrapped_key: Option<Vec<u8>> = row.try_get("label_key")?;
    let content: Option<Vec<u8>> = row.try_get("label")?;
    let (Some(wrapped_key), Some(content)) = (wrapped_key, content) else {
        return Ok(None);
    };
    let record = label_record(card);
    let secret = key.open(&place(body, &record), &Sealed { wrapped_key, content })?;
    Ok(secret.expose_str().map(str::to_owned))
}

/// The stored record of a card, and whether it was destroyed.
pub(crate) async fn load(
    connection: &mut AnyConnection,
    card: &str,
) -> Result<(Option<Stored>, Option<Timestamp>), Error> {
    let row = sqlx::query("SELECT record_key, content, destroyed_at FROM vault_record WHERE card = $1")
        .bind(card)
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok((None, None)) };
    let destroyed: Option<i64> = row.try_get("destroyed_at")?;
    if let Some(at) = destroyed {
        return Ok((None, Timestamp::from_microsecond(at).ok()));
    }
    let stored = Stored {
        record_key: row.try_get("record_key")?,
        content: row.try_get("content")?,
    };
    Ok((Some(stored), None))
}

/// What is known of the personal fields without opening them.
pub(crate) fn closed(has_record: bool, destroyed: Option<Timestamp>) -> Personal {
    match destroyed {
        Some(at) => Personal::Destroyed(at),
        None if has_record => Personal::Closed,
        None => Personal::None,
    }
}

/// Seals and keeps a record with its label and its words in the blind index.
pub(crate) async fn keep(
    connection: &mut AnyConnection,
    key: &BodyKey,
    (body, card): (&str, &str),
    register: &Register,
    content: &Content,
    before: Option<&Stored>,
) -> Result<(), Error> {
    let plain = serde_json::to_vec(content).map_err(|_| Error::Damaged {
        table: "vault_record",
        id: card.to_owned(),
        what: "values",
    })?;
    let place = place(body, card);
    let sealed = match before {
        Some(stored) => key.replace(&place, &stored.record_key, &plain)?,
        None => key.create(&place, &plain)?,
    };
    let label = register
        .label
        .and_then(|field| content.now.get(field))
        .and_then(Value::as_str)
        .map(initials);
    let record = label_record(card);
    let label = label
        .map(|l| key.create(&Place { body, record: &record }, l.as_bytes()))
        .transpose()?;
    let (label_key, label) = label.map(|l| (l.wrapped_key, l.content)).unzip();
    sqlx::query(
        "INSERT INTO vault_record (card, body, record_key, content, label_key, label) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (card) DO UPDATE SET record_key = excluded.record_key, content = excluded.content, \
         label_key = excluded.label_key, label = excluded.label",
    )
    .bind(card)
    .bind(body)
    .bind(sealed.wrapped_key)
    .bind(sealed.content)
    .bind(label_key)
    .bind(label)
    .execute(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM blind_index WHERE card = $1")
        .bind(card)
        .execute(&mut *connection)
        .await?;
    for token in tokens(key, register, &content.now) {
        sqlx::query("INSERT INTO blind_index (body, token, card) VALUES ($1, $2, $3)")
            .bind(body)
            .bind(token)
            .bind(card)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Destroys the keys of a record and everything that could find it. Its sealed content goes with them.
pub(crate) async fn destroy(connection: &mut AnyConnection, card: &str, at: Timestamp) -> Result<bool, Error> {
    let done = sqlx::query(
        "UPDATE vault_record SET record_key = NULL, content = NULL, label_key = NULL, label = NULL, destroyed_at = $2 \
         WHERE card = $1 AND destroyed_at IS NULL",
    )
    .bind(card)
    .bind(at.as_microsecond())
    .execute(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM blind_index WHERE card = $1")
        .bind(card)
        .execute(&mut *connection)
        .await?;
    evidence::destroy(connection, card, at).await?;
    Ok(done.rows_affected() > 0)
}

/// Which part of the blind index a kind of field belongs to. Fields of one kind share it, so that one search finds a person
/// in every register.
fn part(kind: Kind) -> &'static str {
    match kind {
        Kind::Name => "name",
        Kind::Number => "number",
        Kind::Text => "text",
    }
}

/// All tokens of the indexed fields.
fn tokens(key: &BodyKey, register: &Register, values: &Values) -> BTreeSet<String> {
    let mut tokens = BTreeSet::new();
    for (name, value) in values {
        let Some(field) = register.field(name) else { continue };
        let Some(kind) = field.index else { continue };
        let indexed = key.field(part(kind));
        for text in words_of(value) {
            tokens.extend(index::words(kind, text).iter().map(|w| indexed.token(w).to_string()));
        }
        if field.identity {
            tokens.extend(identity(key, value));
        }
    }
    tokens
}

/// Tokens that are equal only for the same person.
fn identity(key: &BodyKey, value: &Value) -> Vec<String> {
    let indexed = key.field("identity");
    words_of(value)
        .into_iter()
        .filter_map(index::whole)
        .map(|w| indexed.token(&w).to_string())
        .collect()
}

/// The tokens of the person that these values name.
pub(crate) fn identity_tokens(key: &BodyKey, register: &Register, values: &Values) -> BTreeSet<String> {
    values
        .iter()
        .filter(|(name, _)| register.field(name).is_some_and(|f| f.identity))
        .flat_map(|(_, value)| identity(key, value))
        .collect()
}

/// The tokens that a search must find all of.
pub(crate) fn query_tokens(key: &BodyKey, kind: Kind, query: &str) -> BTreeSet<String> {
    let indexed = key.field(part(kind));
    index::words(kind, query)
        .iter()
        .map(|w| indexed.token(w).to_string())
        .collect()
}

/// What stands for a name in a list: the first letter of every word.
fn initials(name: &str) -> String {
    let mut out = String::new();
    for word in name.split_whitespace().take(6) {
        if let Some(first) = word.chars().next() {
            out.extend(first.to_uppercase());
            out.push('.');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_shows_initials_only() {
        assert_eq!(initials("Nguyễn Văn An"), "N.V.A.");
        assert_eq!(initials("иванова анна"), "И.А.");
        assert_eq!(initials("李雷"), "李.");
    }
}
