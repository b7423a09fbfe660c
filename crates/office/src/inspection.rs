//! The inspection folder: what an inspector takes home of a period, in one signed archive that is checked offline.
//!
//! Registers, clocks, acts and protocols, what the journal says of them with its proofs, and a list of hashes that the key of
//! the journal signs. It is written file after file into a file without a name; nothing of it is in memory as a whole.
//! Personal fields go into it for a stated purpose only; every card that is opened for it is recorded like any look, and the
//! making of the folder before anything is given out.

mod changes;
mod pack;
mod papers;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::fs::File;

use askama::Template;
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::{AssertSqlSafe, Row};
use tutela_journal::{Checkpoint, Folder, LIST, ProofFile, Reader, SEAL, Sealed, WITHIN, export};
use tutela_law::Mark;
use tutela_words::{Arg, Locale, Words};

use crate::error::{Error, Refusal};
use crate::export::{Texts, fields_of, heads, row, safe};
use crate::kernel::body::Body;
use crate::kernel::card::{Card, Personal};
use crate::kernel::clock::{Clock, State};
use crate::kernel::field::Values;
use crate::kernel::people::{Account, account_event};
use crate::kernel::record::{Actor, CARD_COLUMNS, card_from_row};
use crate::kernel::register::Register;
use crate::kernel::rights::{Right, any_allows};
use crate::kernel::store::{int, text};
use crate::office::Office;
use crate::web::event_text;

use pack::Pack;

/// Rows that are read at a time.
const ROWS: i64 = 500;
/// Proofs in one folder at most; the journal in it proves the rest.
const MAX_PROOFS: i64 = 10_000;
/// How often the copy of the journal is begun again when it grew meanwhile.
const TRIES: usize = 3;
/// The longest period, in days.
const MAX_DAYS: i32 = 3_660;

/// What an inspection folder is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Inspection<'a> {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// For which purpose personal fields go into it; without one they stay closed.
    pub purpose: Option<&'a str>,
    /// Which part, from 1: a folder holds so many papers at most, and further parts hold the others.
    pub part: u32,
}

#[derive(Template)]
#[template(path = "inspection.html")]
struct Index<'a> {
    languages: Vec<(Locale, &'a Words)>,
    body: &'a str,
    from: Date,
    to: Date,
    made: Timestamp,
    personal: bool,
    key: String,
    checkpoint: String,
    registers: Vec<(&'static str, String)>,
    /// The day as of which registers stand in it.
    stands: Date,
    /// Which part of how many.
    parts: (u64, u64),
}

impl Index<'_> {
    fn stands(&self, words: &Words) -> String {
        let day = self.stands.to_string();
        words.with("inspection-stands", &[("day", Arg::Text(&day))])
    }

    fn in_parts(&self, words: &Words) -> String {
        let (part, parts) = self.parts;
        let args = [("part", Arg::Number(part)), ("parts", Arg::Number(parts))];
        words.with("inspection-in-parts", &args)
    }
}

/// Whether somebody with these roles may take an inspection folder.
pub(crate) fn may_inspect(actor: &Actor) -> bool {
    any_allows(&actor.roles, Right::ReadJournal) && any_allows(&actor.roles, Right::Export)
}

impl Office {
    /// Makes the inspection folder of a period of the body of whoever asks, as a ZIP archive.
    pub async fn inspection(&self, account: &Account, now: Timestamp, asked: &Inspection<'_>) -> Result<File, Error> {
        // It does much one after another, and whoever waits for it need not carry all of that.
        Box::pin(self.make_inspection(account, now, asked)).await
    }

    async fn make_inspection(&self, account: &Account, now: Timestamp, asked: &Inspection<'_>) -> Result<File, Error> {
        let actor = account.actor();
        if !may_inspect(&actor) || (asked.purpose.is_some() && !any_allows(&actor.roles, Right::OpenPersonal)) {
            return Err(Refusal::new("refusal-right").into());
        }
        let body = self.body(&account.body).await?;
        let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
        if asked.to < asked.from {
            return Err(Refusal::new("refusal-inspection-period").field("inspection_to").into());
        }
        if (asked.to - asked.from).get_days() > MAX_DAYS {
            return Err(Refusal::new("refusal-inspection-long").field("inspection_from").into());
        }
        let edge = |day: Date, field: &str| -> Result<i64, Error> {
            let here = day
                .to_datetime(jiff::civil::Time::midnight())
                .to_zoned_datetime(body.zone.clone());
            let here = here.map_err(|_| Refusal::new("refusal-date").field(field.to_owned()))?;
            Ok(here.timestamp().as_microsecond())
        };
        let after = asked.to.tomorrow();
        let after = after.map_err(|_| Refusal::new("refusal-date").field("inspection_to"))?;
        let _turn = self.inspection_turn()?;
        self.record_inspection(&actor, now, asked).await?;
        let mut making = Making {
            office: self,
            account,
            actor,
            now,
            asked: *asked,
            from: edge(asked.from, "inspection_from")?,
            to: edge(after, "inspection_to")?,
            words: self.words(body.locale),
            body,
            pack: Pack::new()?,
            left: Vec::new(),
            papers: self.limits().papers.max(1),
            parts: 1,
        };
        making.registers().await?;
        making.changes().await?;
        making.clocks().await?;
        making.files().await?;
        making.papers().await?;
        making.entries().await?;
        // Everything that was recorded for the folder is in the journal that lies in it.
        self.publish(now).await?;
        Box::pin(making.seal()).await
    }

    async fn record_inspection(&self, actor: &Actor, now: Timestamp, asked: &Inspection<'_>) -> Result<(), Error> {
        let mut open = Values::new();
        open.insert("from".to_owned(), asked.from.to_string().into());
        open.insert("to".to_owned(), asked.to.to_string().into());
        if asked.part > 1 {
            open.insert("part".to_owned(), asked.part.into());
        }
        if let Some(purpose) = asked.purpose {
            open.insert("purpose".to_owned(), purpose.into());
        }
        let mut tx = self.db.write().await?;
        account_event(
            &mut tx,
            actor,
            &actor.body,
            now,
            "inspection.make",
            &actor.account,
            &open,
        )
        .await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }
}

/// A folder under way.
struct Making<'a> {
    office: &'a Office,
    account: &'a Account,
    actor: Actor,
    now: Timestamp,
    asked: Inspection<'a>,
    /// The first instant of the period, and the first after it, in microseconds.
    from: i64,
    to: i64,
    words: &'a Words,
    body: Body,
    pack: Pack,
    /// What is not in it: what, and why.
    left: Vec<[String; 2]>,
    /// Papers in a part.
    papers: usize,
    /// How many parts the folder of the period has.
    parts: usize,
}

impl Making<'_> {
    fn seen(&self) -> Vec<&'static Register> {
        let roles = &self.actor.roles;
        self.office
            .registers()
            .iter()
            .copied()
            .filter(|r| any_allows(roles, r.see))
            .collect()
    }

    fn title(&self, register: &str, number: &str) -> String {
        format!("{} {number}", self.words.get(&format!("register-{register}-one")))
    }

    fn at(&self, micros: Option<i64>) -> String {
        let at = micros.and_then(|m| Timestamp::from_microsecond(m).ok());
        at.map_or_else(String::new, |t| {
            let here = t.to_zoned_datetime(self.body.zone.clone());
            format!(
                "{} {:02}:{:02}:{:02}",
                here.date(),
                here.hour(),
                here.minute(),
                here.second()
            )
        })
    }

    /// Begins a table: UTF-8 with its mark, as spreadsheets open it right.
    fn table(&mut self, name: &str, heads: &[&[String]]) -> Result<(), Error> {
        self.pack.begin(name)?;
        self.pack.write(&[0xEF, 0xBB, 0xBF])?;
        heads.iter().try_for_each(|h| self.line(h))
    }

    fn line(&mut self, cells: &[String]) -> Result<(), Error> {
        let failed = |e: String| Error::Installation(format!("the table could not be written: {e}"));
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(Vec::new());
        writer
            .write_record(cells.iter().map(|c| safe(c)))
            .map_err(|e| failed(e.to_string()))?;
        let bytes = writer.into_inner().map_err(|e| failed(e.to_string()))?;
        self.pack.write(&bytes)
    }

    fn names(&self, keys: &[&str]) -> Vec<String> {
        keys.iter().map(|k| self.words.get(k)).collect()
    }

    /// Every register: cards that were there before the end of the period and changed since its beginning, oldest first. They
    /// stand as of today, since what a card lost is not kept with its events; where one was changed after the period, that is
    /// told, and the list of changes tells what the acts of the period gave.
    async fn registers(&mut self) -> Result<(), Error> {
        for register in self.seen() {
            let fields = fields_of(register);
            let mut top = heads(self.words, &fields);
            top.titles.push(self.words.get("inspection-changed-after"));
            top.names.push("changed_after".to_owned());
            self.table(&format!("registers/{}.csv", register.name), &[&top.titles, &top.names])?;
            let mut texts = Texts::new(self.words);
            let mut numbers = HashMap::new();
            let mut after = String::new();
            loop {
                let rows = sqlx::query(AssertSqlSafe(format!(
                    "SELECT {CARD_COLUMNS} FROM card c LEFT JOIN vault_record v ON v.card = c.id WHERE c.body = $1 \
                     AND c.register = $2 AND c.id > $3 AND c.created_at < $4 AND c.updated_at >= $5 ORDER BY c.id LIMIT $6"
                )))
                .bind(&self.body.id)
                .bind(register.name)
                .bind(&after)
                .bind(self.to)
                .bind(self.from)
                .bind(ROWS)
                .fetch_all(self.office.db.read())
                .await?;
                let Some(last) = rows.last() else { break };
                after = text(last, "id")?;
                for found in &rows {
                    let card = self.opened(card_from_row(found)?).await?;
                    self.office.numbers(&self.body, &fields, &card, &mut numbers).await?;
                    let mut cells = row(&mut texts, &self.body, &fields, &card, &numbers);
                    let changed = Some(card.updated.as_microsecond()).filter(|at| *at >= self.to);
                    cells.push(self.at(changed));
                    self.line(&cells)?;
                }
                // Numbers of cards that others point to are kept for a page only.
                numbers.clear();
            }
        }
        Ok(())
    }

    /// A card with its personal fields, where the purpose of the folder opens it.
    async fn opened(&mut self, card: Card) -> Result<Card, Error> {
        let (Some(purpose), Personal::Closed) = (self.asked.purpose, &card.personal) else {
            return Ok(card);
        };
        match self.office.open_card(&self.actor, self.now, &card.id, purpose).await {
            Ok(opened) => Ok(opened),
            // A purpose that nobody knows opens nothing at all.
            Err(Error::Refused(r)) if r.key == "refusal-purpose-unknown" => Err(r.into()),
            Err(Error::Refused(r)) => {
                let what = self.title(&card.register, &card.number);
                self.leave(what, &r);
                Ok(card)
            }
            Err(error) => Err(error),
        }
    }

    fn leave(&mut self, what: String, why: &Refusal) {
        let why = crate::web::refusal_text(self.words, why);
        self.left.push([what, why]);
    }

    /// Clocks that ran in the period, with where they stand.
    async fn clocks(&mut self) -> Result<(), Error> {
        let heads = self.names(&[
            "inspection-record",
            "inspection-duty",
            "inspection-norm",
            "inspection-due",
            "inspection-done",
            "column-state",
        ]);
        self.table("clocks.csv", &[&heads])?;
        let seen: BTreeSet<&str> = self.seen().iter().map(|r| r.name).collect();
        let mut after = String::new();
        loop {
            let rows = sqlx::query(
                "SELECT k.*, c.number AS card_number FROM clock k JOIN card c ON c.id = k.card WHERE k.body = $1 AND k.id > $2 \
                 AND c.created_at < $3 AND (k.done_at IS NULL OR k.done_at >= $4) ORDER BY k.id LIMIT $5",
            )
            .bind(&self.body.id)
            .bind(&after)
            .bind(self.to)
            .bind(self.from)
            .bind(ROWS)
            .fetch_all(self.office.db.read())
            .await?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = text(last, "id")?;
            for found in &rows {
                let clock = Clock::from_row(found)?;
                if !seen.contains(clock.register.as_str()) {
                    continue;
                }
                let norm = match clock.due(&self.office.reckoner, &self.body) {
                    Ok(due) if due.mark != Mark::Check => due.cite,
                    // What is not sure yet is never printed as the law.
                    Ok(due) => format!("{} ({})", due.cite, self.words.get("inspection-unsure")),
                    Err(_) => clock.problem.clone().unwrap_or_default(),
                };
                let state = match clock.state {
                    State::Running if clock.due_at.is_some_and(|d| d < self.now) => "overdue",
                    other => other.as_str(),
                };
                let cells = [
                    self.title(&clock.register, &text(found, "card_number")?),
                    self.words.get(&format!("duty-{}", clock.duty)),
                    norm,
                    self.at(clock.due_at.map(Timestamp::as_microsecond)),
                    self.at(clock.done_at.map(Timestamp::as_microsecond)),
                    self.words.get(&format!("inspection-{state}")),
                ];
                self.line(&cells)?;
            }
        }
    }

    /// What is known of files that came in during the period.
    async fn files(&mut self) -> Result<(), Error> {
        let heads = self.names(&[
            "inspection-record",
            "inspection-field",
            "inspection-kind",
            "inspection-size",
            "inspection-hash",
            "inspection-at",
            "inspection-destroyed",
        ]);
        self.table("files.csv", &[&heads])?;
        let seen: BTreeSet<&str> = self.seen().iter().map(|r| r.name).collect();
        let mut after = String::new();
        loop {
            let rows = sqlx::query(
                "SELECT e.id, e.field, e.media, e.size, e.sha256, e.created_at, e.destroyed_at, c.register, c.number \
                 FROM evidence e JOIN card c ON c.id = e.card WHERE e.body = $1 AND e.id > $2 AND e.created_at < $3 \
                 AND e.created_at >= $4 ORDER BY e.id LIMIT $5",
            )
            .bind(&self.body.id)
            .bind(&after)
            .bind(self.to)
            .bind(self.from)
            .bind(ROWS)
            .fetch_all(self.office.db.read())
            .await?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = text(last, "id")?;
            for found in &rows {
                let register = text(found, "register")?;
                if !seen.contains(register.as_str()) {
                    continue;
                }
                let cells = [
                    self.title(&register, &text(found, "number")?),
                    self.words.get(&format!("field-{}", text(found, "field")?)),
                    text(found, "media")?,
                    int(found, "size")?.to_string(),
                    text(found, "sha256")?,
                    self.at(Some(int(found, "created_at")?)),
                    self.at(found.try_get("destroyed_at")?),
                ];
                self.line(&cells)?;
            }
        }
    }

    /// What the journal says of the period.
    async fn entries(&mut self) -> Result<(), Error> {
        let heads = self.names(&["ledger-seq", "ledger-at", "ledger-what", "ledger-object", "ledger-who"]);
        self.table("entries.csv", &[&heads])?;
        let mut after = -1;
        loop {
            let rows = sqlx::query(
                "SELECT e.seq, e.at, e.kind, e.actor, c.register, c.number FROM event e LEFT JOIN card c ON c.id = e.card \
                 AND c.body = e.body WHERE e.body = $1 AND e.seq > $2 AND e.at >= $3 AND e.at < $4 ORDER BY e.seq LIMIT $5",
            )
            .bind(&self.body.id)
            .bind(after)
            .bind(self.from)
            .bind(self.to)
            .bind(ROWS)
            .fetch_all(self.office.db.read())
            .await?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = int(last, "seq")?;
            for found in &rows {
                let register: Option<String> = found.try_get("register")?;
                let number: Option<String> = found.try_get("number")?;
                let object = register.zip(number).map(|(r, n)| self.title(&r, &n));
                let cells = [
                    int(found, "seq")?.to_string(),
                    self.at(Some(int(found, "at")?)),
                    event_text(self.words, &text(found, "kind")?),
                    object.unwrap_or_default(),
                    // The name of an account is personal; the journal knows its identifier only.
                    text(found, "actor")?,
                ];
                self.line(&cells)?;
            }
        }
    }

    /// The journal with its proofs, the explanation, the list of hashes and the note that signs it.
    async fn seal(mut self) -> Result<File, Error> {
        let rows =
            sqlx::query("SELECT seq FROM event e WHERE e.body = $1 AND e.at >= $2 AND e.at < $3 ORDER BY seq LIMIT $4")
                .bind(&self.body.id)
                .bind(self.from)
                .bind(self.to)
                .bind(MAX_PROOFS + 1)
                .fetch_all(self.office.db.read())
                .await?;
        let mut proven = Vec::with_capacity(rows.len());
        for found in &rows {
            proven.push(u64::try_from(int(found, "seq")?).unwrap_or(u64::MAX));
        }
        if i64::try_from(proven.len()).unwrap_or(i64::MAX) > MAX_PROOFS {
            proven.pop();
            let why = Refusal::new("refusal-inspection-proofs").arg("max", MAX_PROOFS.to_string());
            self.leave(self.words.get("inspection-proofs"), &why);
        }
        let row = sqlx::query("SELECT MAX(seq) AS seq FROM event WHERE body = $1 AND at >= $2 AND at < $3")
            .bind(&self.body.id)
            .bind(self.from)
            .bind(self.to)
            .fetch_one(self.office.db.read())
            .await?;
        let last: Option<i64> = row.try_get("seq")?;
        let last = last.and_then(|l| u64::try_from(l).ok());
        let heads = self.names(&["inspection-what", "inspection-why"]);
        self.table("left-out.csv", &[&heads])?;
        for line in std::mem::take(&mut self.left) {
            self.line(&line)?;
        }
        let folder = self.office.published.folder().to_owned();
        let mut pack = self.pack;
        let (mut pack, checkpoint) = tokio::task::spawn_blocking(move || {
            let checkpoint = journal(&mut pack, &folder, &proven, last)?;
            Ok::<_, Error>((pack, checkpoint))
        })
        .await
        .map_err(|_| Error::Installation("the work on the journal was broken off".to_owned()))??;
        let roles = &self.actor.roles;
        let registers = self.office.registers().iter().filter(|r| any_allows(roles, r.see));
        let index = Index {
            languages: Locale::ALL.iter().map(|l| (*l, self.office.words(*l))).collect(),
            body: &self.body.name,
            from: self.asked.from,
            to: self.asked.to,
            made: self.now,
            personal: self.asked.purpose.is_some(),
            key: self.office.published.public_key().to_text(),
            checkpoint: checkpoint.to_text(),
            registers: registers.map(|r| (r.name, format!("register-{}", r.name))).collect(),
            stands: self.now.to_zoned_datetime(self.body.zone.clone()).date(),
            parts: (
                u64::from(self.asked.part),
                u64::try_from(self.parts).unwrap_or(u64::MAX),
            ),
        };
        let index = index
            .render()
            .map_err(|e| Error::Installation(format!("the explanation could not be written: {e}")))?;
        pack.add("index.html", index.as_bytes())?;
        let (list, files) = pack.list();
        let sealed = Sealed {
            made: self.now.to_string(),
            period: (self.asked.from.to_string(), self.asked.to.to_string()),
            files,
            list: sha2::Digest::finalize(<sha2::Sha256 as sha2::Digest>::new_with_prefix(&list)).into(),
            size: checkpoint.size,
            root: checkpoint.root,
        };
        let note = self
            .office
            .published
            .seal(&sealed)
            .ok_or_else(|| Error::Installation("the inspection folder could not be signed".to_owned()))?;
        pack.add(LIST, list.as_bytes())?;
        pack.add(SEAL, note.to_text().as_bytes())?;
        pack.finish()
    }
}

/// Copies the stretch of the journal that the period has, and a proof for each of these entries, into the archive.
fn journal(pack: &mut Pack, folder: &std::path::Path, proven: &[u64], last: Option<u64>) -> Result<Checkpoint, Error> {
    let store = Folder::new(folder);
    let mut tries = 0;
    let copied = loop {
        let target = tempfile::tempdir().map_err(|e| Error::file(&std::env::temp_dir(), e))?;
        // A period without entries has the newest one: the checkpoint is of some use only with the way to it.
        let size = Reader::open(&store)?.checkpoint().size;
        let end = last.map_or(size, |l| l.saturating_add(1)).min(size);
        let begin = proven
            .first()
            .copied()
            .unwrap_or(end.saturating_sub(1))
            .min(end.saturating_sub(1));
        match export(&store, &Folder::new(target.path()), begin, end) {
            Ok(_) => break target,
            Err(error) => {
                tries += 1;
                if tries == TRIES {
                    return Err(error.into());
                }
            }
        }
    };
    pack.add_folder(copied.path(), WITHIN)?;
    let copy = Folder::new(copied.path());
    let reader = Reader::open(&copy)?;
    for seq in proven.iter().filter(|s| **s < reader.checkpoint().size) {
        let file = ProofFile {
            proven: reader.prove(*seq)?,
            checkpoint: reader.checkpoint().clone(),
        };
        pack.add(&format!("proofs/{seq}.proof"), file.to_text().as_bytes())?;
    }
    Ok(reader.checkpoint().clone())
}

/// What a page offers as the period: the year until today.
pub(crate) fn offered(body: &Body, now: Timestamp) -> (Date, Date) {
    let today = now.to_zoned_datetime(body.zone.clone()).date();
    (today.first_of_year(), today)
}

/// The name of the archive.
pub(crate) fn file_name(asked: &Inspection<'_>) -> String {
    let part = if asked.part > 1 {
        format!("-{}", asked.part)
    } else {
        String::new()
    };
    format!("inspection-{}-{}{part}.zip", asked.from, asked.to)
}
