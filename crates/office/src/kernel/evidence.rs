//! Files as evidence: what an act takes beside its fields.
//!
//! A file comes in before the act that takes it: it is read whole, its kind is told by its content, a picture loses what its camera wrote
//! beside it, it is scanned for personal
//! data if somebody can, and it is kept sealed without a card for a day. The act names it in a field of the kind
//! [`Kind::File`](crate::kernel::field::Kind::File), and from then on its key is wrapped under the key of the card's record.
//! The card holds only what says nothing of a person: kind, size, hash, instant; the journal commits to these. Every look at
//! a file is for a stated purpose and recorded before the first byte is given out.

pub mod media;
mod scan;
mod strip;
#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use tutela_vault::{BodyKey, MAX_PART, PartKey, Place};

use crate::error::{Error, Refusal};
use crate::kernel::field::Values;
use crate::kernel::new_id;
use crate::kernel::open::Look;
use crate::kernel::record::Actor;
use crate::kernel::store::{Db, bytes, int, tally, text};
use crate::kernel::vault;
use crate::office::Office;

pub use scan::{Read, Scan, Scanner};

/// Files that one act takes in one field at most.
pub const MAX_AT_ONCE: usize = 20;
/// How long a file waits for an act.
const WAITS: SignedDuration = SignedDuration::from_hours(24);
/// Files of one account that wait at most.
const MAX_WAITING: i64 = 60;
/// The tally of bytes that a body keeps in files.
const BYTES: &str = "evidence/bytes";

/// How much is taken in files, and put into one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one file.
    pub file: usize,
    /// Files of one card.
    pub per_card: i64,
    /// Bytes of all files of a body.
    pub per_body: i64,
    /// Papers in one part of an inspection folder.
    pub papers: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file: 32 << 20,
            per_card: 200,
            per_body: 100 << 30,
            papers: 2_000,
        }
    }
}

impl Limits {
    /// Refuses a file that is too long.
    pub fn refuse_longer(&self, length: usize) -> Result<(), Refusal> {
        if length > self.file {
            Err(self.too_long())
        } else {
            Ok(())
        }
    }

    /// What refuses a file that is too long.
    pub fn too_long(&self) -> Refusal {
        Refusal::new("refusal-file-size").arg("max", (self.file >> 20).to_string())
    }
}

/// A file of a card, closed: what may be known without a purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Its identifier.
    pub id: String,
    /// The field of the card that took it; empty while it waits.
    pub field: String,
    /// Its kind.
    pub media: String,
    /// Its length in bytes.
    pub size: i64,
    /// Its hash, in hexadecimal digits.
    pub sha256: String,
    /// What was found in it.
    pub scan: Scan,
    /// When it came in.
    pub at: Timestamp,
    /// When it was destroyed.
    pub destroyed: Option<Timestamp>,
}

impl Evidence {
    /// What a card and the journal hold of it.
    pub fn facts(&self) -> Value {
        json!({
            "file": self.id,
            "type": self.media,
            "size": self.size,
            "sha256": self.sha256,
            "at": self.at.to_string(),
        })
    }

    fn from_row(row: &AnyRow) -> Result<Self, Error> {
        let id = text(row, "id")?;
        let damaged = |what| Error::Damaged {
            table: "evidence",
            id: id.clone(),
            what,
        };
        let instant = |at| Timestamp::from_microsecond(at).map_err(|_| damaged("instant"));
        let destroyed: Option<i64> = row.try_get("destroyed_at")?;
        Ok(Self {
            field: text(row, "field")?,
            media: text(row, "media")?,
            size: int(row, "size")?,
            sha256: text(row, "sha256")?,
            scan: serde_json::from_str(&text(row, "scan")?).map_err(|_| damaged("scan"))?,
            at: instant(int(row, "created_at")?)?,
            destroyed: destroyed.map(instant).transpose()?,
            id,
        })
    }
}

/// The identifiers of files in a value of a card.
pub fn files_in(value: &Value) -> Vec<&str> {
    let all = value.as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter()
        .filter_map(|f| f.get("file").and_then(Value::as_str))
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// How the vault calls a file.
fn thing(id: &str) -> String {
    format!("evidence/{id}")
}

/// A file that was opened for a purpose: its parts come one after another, so that no file is ever in memory as a whole.
#[derive(Debug)]
pub struct OpenFile {
    /// What it is called.
    pub name: String,
    /// Its kind.
    pub media: String,
    /// Its length in bytes.
    pub size: i64,
    id: String,
    key: PartKey,
    parts: i64,
    next: i64,
}

impl OpenFile {
    /// The next part; none after the last.
    pub async fn next(&mut self, db: &Db) -> Result<Option<Vec<u8>>, Error> {
        if self.next >= self.parts {
            return Ok(None);
        }
        let row = sqlx::query("SELECT content FROM evidence_part WHERE evidence = $1 AND number = $2")
            .bind(&self.id)
            .bind(self.next)
            .fetch_optional(db.read())
            .await?;
        let row = row.ok_or_else(|| Error::Damaged {
            table: "evidence_part",
            id: self.id.clone(),
            what: "a part is not there",
        })?;
        let last = self.next + 1 == self.parts;
        let number = u64::try_from(self.next).unwrap_or_default();
        let part = self.key.open(number, last, &bytes(&row, "content")?)?;
        self.next += 1;
        Ok(Some(part.expose().to_vec()))
    }

    /// The whole file; for what is short or must be looked at as one.
    pub async fn whole(&mut self, db: &Db) -> Result<Vec<u8>, Error> {
        let mut all = Vec::new();
        while let Some(part) = self.next(db).await? {
            all.extend(part);
        }
        Ok(all)
    }
}

/// What is known of a file's content before it is kept.
struct Known {
    media: &'static str,
    sha256: String,
    scan: Scan,
}

impl Office {
    /// Takes a file in. It waits for an act of the same account; gives its identifier, which the act names in its field.
    /// Whether this account may do that act, the caller has asked.
    pub async fn take_file(
        &self,
        actor: &Actor,
        now: Timestamp,
        name: &str,
        content: Vec<u8>,
    ) -> Result<String, Error> {
        self.limits.refuse_longer(content.len())?;
        let scanner = self.scanner();
        let name = name.to_owned();
        let looked = tokio::task::spawn_blocking(move || {
            let media = media::kind_of(&name, &content)?;
            let name = media::clean_name(&name, media);
            let content = strip::stripped(media, content)?;
            let sha256 = hex(&Sha256::digest(&content));
            let scan = scan::scan(scanner.as_deref(), media, &content);
            let known = Known { media, sha256, scan };
            Ok::<_, Refusal>((name, content, known))
        });
        let looked = looked.await;
        let (name, content, known) =
            looked.map_err(|_| Error::Installation("looking at an uploaded file was broken off".to_owned()))??;
        let key = self.keys.of(&actor.body)?;
        let mut tx = self.db.write().await?;
        forget_waiting(&mut tx, (now - WAITS).as_microsecond()).await?;
        let row =
            sqlx::query("SELECT COUNT(*) AS n FROM evidence WHERE account = $1 AND card IS NULL AND created_at >= $2")
                .bind(&actor.account)
                .bind((now - WAITS).as_microsecond())
                .fetch_one(&mut *tx)
                .await?;
        if int(&row, "n")? >= MAX_WAITING {
            return Err(Refusal::new("refusal-files-waiting").into());
        }
        self.refuse_full(&mut tx, &actor.body, content.len()).await?;
        let id = keep(&mut tx, &key, actor, now, &name, &content, &known).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Refuses what a body has no room for.
    pub(crate) async fn refuse_full(&self, tx: &mut AnyConnection, body: &str, more: usize) -> Result<(), Error> {
        let row = sqlx::query("SELECT value FROM counter WHERE body = $1 AND name = $2")
            .bind(body)
            .bind(BYTES)
            .fetch_optional(tx)
            .await?;
        let kept = row.as_ref().map(|r| int(r, "value")).transpose()?.unwrap_or(0);
        if kept.saturating_add(i64::try_from(more).unwrap_or(i64::MAX)) > self.limits.per_body {
            return Err(Refusal::new("refusal-files-body")
                .arg("max", (self.limits.per_body >> 30).to_string())
                .into());
        }
        Ok(())
    }

    /// The files of a card of the actor's body, oldest first.
    pub async fn files_of(&self, actor: &Actor, card: &str) -> Result<Vec<Evidence>, Error> {
        let rows = sqlx::query("SELECT * FROM evidence WHERE card = $1 AND body = $2 ORDER BY id")
            .bind(card)
            .bind(&actor.body)
            .fetch_all(self.db.read())
            .await?;
        rows.iter().map(Evidence::from_row).collect()
    }

    /// Files of an account that wait for an act, out of these.
    pub async fn waiting_files(&self, actor: &Actor, ids: &[&str]) -> Result<Vec<Evidence>, Error> {
        let mut found = Vec::new();
        for id in ids.iter().take(MAX_AT_ONCE) {
            let mut connection = self.db.read().acquire().await?;
            found.extend(waiting(&mut connection, actor, id).await?);
        }
        Ok(found)
    }

    /// Opens a file of a card for a purpose, as [`Office::open_card`] opens a card; the look is recorded before anything is
    /// given out.
    pub async fn open_file(
        &self,
        actor: &Actor,
        now: Timestamp,
        (card, file): (&str, &str),
        purpose: &str,
    ) -> Result<OpenFile, Error> {
        let look = Look {
            card,
            purpose,
            file: Some(file),
        };
        let (mut tx, _) = self.look(actor, now, &look).await?;
        let row =
            sqlx::query("SELECT * FROM evidence WHERE id = $1 AND card = $2 AND body = $3 AND destroyed_at IS NULL")
                .bind(file)
                .bind(card)
                .bind(&actor.body)
                .fetch_optional(&mut *tx)
                .await?;
        let row = row.ok_or_else(|| Refusal::new("refusal-no-file"))?;
        let (stored, _) = vault::load(&mut tx, card).await?;
        let stored = stored.ok_or_else(|| Refusal::new("refusal-no-file"))?;
        let key = self.keys.of(&actor.body)?;
        let key = file_key(&key, &actor.body, card, &stored.record_key, &row)?;
        let sealed: Vec<u8> = bytes(&row, "name")?;
        let opened = OpenFile {
            name: key.open_name(&sealed)?.expose_str().unwrap_or("file").to_owned(),
            media: text(&row, "media")?,
            size: int(&row, "size")?,
            parts: int(&row, "parts")?,
            id: file.to_owned(),
            key,
            next: 0,
        };
        tx.commit().await?;
        self.wake.notify_one();
        Ok(opened)
    }
}

/// The key of a file of a card.
fn file_key(key: &BodyKey, body: &str, card: &str, record_key: &[u8], row: &AnyRow) -> Result<PartKey, Error> {
    let thing = thing(&text(row, "id")?);
    let thing = Place { body, record: &thing };
    let record = Place { body, record: card };
    let attached = bytes(row, "file_key")?;
    Ok(key.attached_thing((&record, record_key), (&thing, &attached))?)
}

/// The hash of what a file of a card holds, read part by part.
#[cfg(test)]
pub(crate) async fn hash_of(
    office: &Office,
    (body, card): (&str, &str),
    record_key: &[u8],
    row: &AnyRow,
) -> Result<String, Error> {
    let key = office.keys.of(body)?;
    let mut opened = OpenFile {
        name: String::new(),
        media: text(row, "media")?,
        size: int(row, "size")?,
        parts: int(row, "parts")?,
        id: text(row, "id")?,
        key: file_key(&key, body, card, record_key, row)?,
        next: 0,
    };
    let mut hasher = Sha256::new();
    while let Some(part) = opened.next(&office.db).await? {
        hasher.update(part);
    }
    Ok(hex(&hasher.finalize()))
}

/// Writes a file that waits.
async fn keep(
    tx: &mut AnyConnection,
    key: &BodyKey,
    actor: &Actor,
    now: Timestamp,
    name: &str,
    content: &[u8],
    known: &Known,
) -> Result<String, Error> {
    let id = new_id();
    let thing = thing(&id);
    let place = Place {
        body: &actor.body,
        record: &thing,
    };
    let (part_key, waiting) = key.create_thing(&place)?;
    let parts = content.chunks(MAX_PART).len();
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let scan = serde_json::to_string(&known.scan).map_err(|_| Error::Damaged {
        table: "evidence",
        id: id.clone(),
        what: "scan",
    })?;
    sqlx::query(
        "INSERT INTO evidence (id, body, account, field, media, size, sha256, parts, file_key, name, scan, created_at) \
         VALUES ($1, $2, $3, '', $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(&id)
    .bind(&actor.body)
    .bind(&actor.account)
    .bind(known.media)
    .bind(number(content.len()))
    .bind(&known.sha256)
    .bind(number(parts))
    .bind(waiting)
    .bind(part_key.seal_name(name)?)
    .bind(scan)
    .bind(now.as_microsecond())
    .execute(&mut *tx)
    .await?;
    for (at, part) in content.chunks(MAX_PART).enumerate() {
        let sealed = part_key.seal(u64::try_from(at).unwrap_or(u64::MAX), at + 1 == parts, part)?;
        sqlx::query("INSERT INTO evidence_part (evidence, number, content) VALUES ($1, $2, $3)")
            .bind(&id)
            .bind(number(at))
            .bind(sealed)
            .execute(&mut *tx)
            .await?;
    }
    Ok(id)
}

/// Deletes files that no act took.
async fn forget_waiting(tx: &mut AnyConnection, before: i64) -> Result<(), Error> {
    sqlx::query(
        "DELETE FROM evidence_part WHERE evidence IN (SELECT id FROM evidence WHERE card IS NULL AND created_at < $1)",
    )
    .bind(before)
    .execute(&mut *tx)
    .await?;
    sqlx::query("DELETE FROM evidence WHERE card IS NULL AND created_at < $1")
        .bind(before)
        .execute(tx)
        .await?;
    Ok(())
}

/// Deletes files of an account that no act will take.
pub(crate) async fn discard_waiting(tx: &mut AnyConnection, actor: &Actor, ids: &[String]) -> Result<(), Error> {
    const OWN: &str = "SELECT id FROM evidence WHERE id = $1 AND body = $2 AND account = $3 AND card IS NULL";
    for id in ids {
        for sql in [
            format!("DELETE FROM evidence_part WHERE evidence IN ({OWN})"),
            format!("DELETE FROM evidence WHERE id IN ({OWN})"),
        ] {
            sqlx::query(sqlx::AssertSqlSafe(sql))
                .bind(id)
                .bind(&actor.body)
                .bind(&actor.account)
                .execute(&mut *tx)
                .await?;
        }
    }
    Ok(())
}

/// A file of an account that waits for an act.
pub(crate) async fn waiting(tx: &mut AnyConnection, actor: &Actor, id: &str) -> Result<Option<Evidence>, Error> {
    let row = sqlx::query("SELECT * FROM evidence WHERE id = $1 AND body = $2 AND account = $3 AND card IS NULL")
        .bind(id)
        .bind(&actor.body)
        .bind(&actor.account)
        .fetch_optional(tx)
        .await?;
    row.as_ref().map(Evidence::from_row).transpose()
}

/// How many files a card has.
pub(crate) async fn number_of(tx: &mut AnyConnection, card: &str) -> Result<i64, Error> {
    let row = sqlx::query("SELECT COUNT(*) AS n FROM evidence WHERE card = $1")
        .bind(card)
        .fetch_one(tx)
        .await?;
    int(&row, "n")
}

/// Gives a file that waits to a card: its key goes under the key of the card's record.
pub(crate) async fn attach(
    tx: &mut AnyConnection,
    key: &BodyKey,
    (body, card): (&str, &str),
    record_key: &[u8],
    field: &str,
    id: &str,
) -> Result<(), Error> {
    let row = sqlx::query("SELECT file_key, size FROM evidence WHERE id = $1 AND body = $2 AND card IS NULL")
        .bind(id)
        .bind(body)
        .fetch_optional(&mut *tx)
        .await?;
    let row = row.ok_or_else(|| Refusal::new("refusal-file-gone").field(field))?;
    let thing = thing(id);
    let attached = key.attach_thing(
        (&Place { body, record: card }, record_key),
        (&Place { body, record: &thing }, &bytes(&row, "file_key")?),
    )?;
    // Who brought it the journal tells, unless nobody is to know; so it is not kept here.
    sqlx::query("UPDATE evidence SET card = $2, field = $3, file_key = $4, account = '' WHERE id = $1")
        .bind(id)
        .bind(card)
        .bind(field)
        .bind(attached)
        .execute(&mut *tx)
        .await?;
    tally(tx, body, BYTES, int(&row, "size")?).await
}

/// Destroys the files of a card with its record. What lies open of them stays: it says what there was.
pub(crate) async fn destroy(tx: &mut AnyConnection, card: &str, at: Timestamp) -> Result<(), Error> {
    let rows = sqlx::query("SELECT body, size FROM evidence WHERE card = $1 AND destroyed_at IS NULL")
        .bind(card)
        .fetch_all(&mut *tx)
        .await?;
    let Some(first) = rows.first() else { return Ok(()) };
    let body = text(first, "body")?;
    let mut size = 0_i64;
    for row in &rows {
        size = size.saturating_add(int(row, "size")?);
    }
    sqlx::query("DELETE FROM evidence_part WHERE evidence IN (SELECT id FROM evidence WHERE card = $1)")
        .bind(card)
        .execute(&mut *tx)
        .await?;
    sqlx::query("UPDATE evidence SET file_key = NULL, name = NULL, destroyed_at = $2 WHERE card = $1")
        .bind(card)
        .bind(at.as_microsecond())
        .execute(&mut *tx)
        .await?;
    tally(tx, &body, BYTES, -size).await
}

/// The facts of files in a set of values, by field: what an act gives to a card.
pub(crate) fn facts_in(values: &Values) -> impl Iterator<Item = (&str, Vec<&str>)> {
    values.iter().map(|(name, value)| (name.as_str(), files_in(value)))
}
