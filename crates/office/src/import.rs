//! Tables that come in: read within bounds, tried row by row, and done as acts like any other.

mod read;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::Row;
use tutela_vault::{Place, Sealed};
use tutela_words::Locale;

use crate::error::{Error, Refusal};
use crate::export::unsafe_again;
use crate::kernel::batch::{Keep, Progress};
use crate::kernel::body::Body;
use crate::kernel::field::{Field, Kind, Values};
use crate::kernel::new_id;
use crate::kernel::people::{Account, account_event};
use crate::kernel::record::{Command, Input};
use crate::kernel::register::{Operation, Register};
use crate::kernel::rights::{Right, any_allows};
use crate::kernel::store::{int, text};
use crate::office::Office;

pub use read::{MAX_COLUMNS, MAX_FILE, MAX_ROWS, read_table};

/// How long an uploaded table is kept for its import.
const KEPT: SignedDuration = SignedDuration::from_hours(1);
/// Rows that are done in one transaction, all or none: everybody else waits for a turn to write meanwhile.
pub const PART: usize = 200;
/// Rows that are tried at a time, for the same reason.
const TRIED: usize = 250;
/// Refused rows that are told.
pub const TOLD: usize = 200;

/// A table as it was uploaded.
#[derive(Clone, Serialize, Deserialize)]
pub struct Uploaded {
    /// Names of columns, as people or programs have them.
    pub heads: Vec<String>,
    /// The row of the file in which the data begin, from 1.
    pub first: usize,
    /// The data.
    pub rows: Vec<Vec<String>>,
}

impl std::fmt::Debug for Uploaded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Uploaded")
            .field("rows", &self.rows.len())
            .finish_non_exhaustive()
    }
}

/// An import under way.
#[derive(Debug)]
pub struct Pending {
    /// Its identifier.
    pub id: String,
    /// Into which register.
    pub register: &'static Register,
    /// By which operation.
    pub operation: &'static Operation,
    /// The table.
    pub table: Uploaded,
    /// Which column goes into which field.
    pub mapping: Vec<Option<&'static Field>>,
    /// Rows that are imported already: an import that was broken off goes on behind them.
    pub done: usize,
}

/// What trying or doing an import told.
#[derive(Debug, Default)]
pub struct Report {
    /// Rows with what refuses them, as many as are told.
    pub refused: Vec<(usize, Vec<Refusal>)>,
    /// How many rows are refused.
    pub bad: usize,
    /// How many records were made.
    pub done: usize,
    /// Where an import in parts stopped: the row of the file.
    pub stopped: Option<usize>,
}

impl Report {
    fn take(&mut self, row: usize, error: Error) -> Result<(), Error> {
        let refusals = match error {
            Error::Refused(refusal) => vec![refusal],
            Error::Invalid(all) => all,
            fault => return Err(fault),
        };
        self.bad += 1;
        if self.refused.len() < TOLD {
            self.refused.push((row, refusals));
        }
        Ok(())
    }
}

fn record(id: &str) -> String {
    format!("import/{id}")
}

impl Office {
    /// What a table can be imported by, for whoever asks: the operations that create cards.
    pub fn import_operations(&self, account: &Account, register: &'static Register) -> Vec<&'static Operation> {
        if !any_allows(&account.roles, Right::Import) {
            return Vec::new();
        }
        register
            .operations
            .iter()
            .filter(|o| o.creates() && any_allows(&account.roles, o.right) && self.by_hand(register, o))
            .collect()
    }

    fn importable(&self, account: &Account, register: &str, operation: &str) -> Result<(), Error> {
        let register = self.register(register).ok_or_else(|| Refusal::new("refusal-no-page"))?;
        let known = self.import_operations(account, register);
        if known.iter().any(|o| o.name == operation) {
            Ok(())
        } else {
            Err(Refusal::new("refusal-right").into())
        }
    }

    /// Keeps a table for its import, sealed, for an hour. Gives its identifier.
    pub async fn keep_upload(
        &self,
        account: &Account,
        now: Timestamp,
        (register, operation): (&str, &str),
        mut rows: Vec<Vec<String>>,
    ) -> Result<String, Error> {
        self.importable(account, register, operation)?;
        let (found, _) = self.find_operation(register, operation)?;
        if rows.is_empty() {
            return Err(Refusal::new("refusal-import-empty").into());
        }
        let mut heads = rows.remove(0);
        let mut first = 2;
        // A table that came out of this office has a second row for programs.
        if rows.first().is_some_and(|r| are_names(found, r)) {
            heads = rows.remove(0);
            first = 3;
        }
        if rows.is_empty() {
            return Err(Refusal::new("refusal-import-empty").into());
        }
        let table = Uploaded { heads, first, rows };
        let plain = serde_json::to_vec(&table).map_err(|_| Refusal::new("refusal-import-format"))?;
        let id = new_id();
        let record = record(&id);
        let place = Place {
            body: &account.body,
            record: &record,
        };
        let sealed = self.keys.of(&account.body)?.create(&place, &plain)?;
        let mut tx = self.db.write().await?;
        sqlx::query("DELETE FROM import_file WHERE created_at < $1")
            .bind((now - KEPT).as_microsecond())
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "INSERT INTO import_file (id, account, body, register, operation, content, content_key, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(&id)
        .bind(&account.id)
        .bind(&account.body)
        .bind(register)
        .bind(operation)
        .bind(sealed.content)
        .bind(sealed.wrapped_key)
        .bind(now.as_microsecond())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(id)
    }

    /// An import under way, with the mapping that was used last for such a table, or a guess by the names of columns.
    pub async fn upload(&self, account: &Account, now: Timestamp, id: &str) -> Result<Pending, Error> {
        let row = sqlx::query("SELECT * FROM import_file WHERE id = $1 AND account = $2 AND created_at >= $3")
            .bind(id)
            .bind(&account.id)
            .bind((now - KEPT).as_microsecond())
            .fetch_optional(self.db.read())
            .await?;
        let row = row.ok_or_else(|| Refusal::new("refusal-import-gone"))?;
        let (register, operation) = (text(&row, "register")?, text(&row, "operation")?);
        self.importable(account, &register, &operation)?;
        let (register, operation) = self.find_operation(&register, &operation)?;
        let sealed = Sealed {
            wrapped_key: row.try_get("content_key")?,
            content: row.try_get("content")?,
        };
        let record = record(id);
        let place = Place {
            body: &account.body,
            record: &record,
        };
        let secret = self.keys.of(&account.body)?.open(&place, &sealed)?;
        let table: Uploaded = serde_json::from_slice(secret.expose()).map_err(|_| Error::Damaged {
            table: "import_file",
            id: id.to_owned(),
            what: "content",
        })?;
        let remembered = self.remembered(&account.body, register, operation).await?;
        let mapping = self.guess(operation, &table.heads, &remembered);
        let done = usize::try_from(int(&row, "done")?).unwrap_or(usize::MAX);
        Ok(Pending {
            done: done.min(table.rows.len()),
            id: id.to_owned(),
            register,
            operation,
            table,
            mapping,
        })
    }

    async fn remembered(
        &self,
        body: &str,
        register: &Register,
        operation: &Operation,
    ) -> Result<HashMap<String, String>, Error> {
        let row =
            sqlx::query("SELECT mapping FROM import_mapping WHERE body = $1 AND register = $2 AND operation = $3")
                .bind(body)
                .bind(register.name)
                .bind(operation.name)
                .fetch_optional(self.db.read())
                .await?;
        let Some(row) = row else { return Ok(HashMap::new()) };
        serde_json::from_str(&text(&row, "mapping")?).map_err(|_| Error::Damaged {
            table: "import_mapping",
            id: body.to_owned(),
            what: "mapping",
        })
    }

    /// Which column goes into which field: what was remembered, else machine names, else names in any language.
    fn guess(
        &self,
        operation: &'static Operation,
        heads: &[String],
        remembered: &HashMap<String, String>,
    ) -> Vec<Option<&'static Field>> {
        let mut used: Vec<&str> = Vec::new();
        let mut mapping = Vec::with_capacity(heads.len());
        for head in heads {
            let head = head.trim();
            let wanted = remembered.get(&head_key(head)).map_or(head, String::as_str);
            let field = operation.fields.iter().find(|f| {
                f.name == wanted
                    || Locale::ALL.iter().any(|l| {
                        let title = self.words(*l).get(&format!("field-{}", f.name));
                        title.to_lowercase() == wanted.to_lowercase()
                    })
            });
            let field = field.filter(|f| !used.contains(&f.name));
            used.extend(field.map(|f| f.name));
            mapping.push(field);
        }
        mapping
    }

    /// Takes another mapping: a name of a field for every column, or an empty text.
    pub fn map_columns(&self, pending: &mut Pending, names: &[String]) -> Result<(), Error> {
        let mut mapping = Vec::with_capacity(pending.table.heads.len());
        let mut used: Vec<&str> = Vec::new();
        for at in 0..pending.table.heads.len() {
            let name = names.get(at).map_or("", String::as_str);
            if name.is_empty() {
                mapping.push(None);
                continue;
            }
            let field = pending.operation.fields.iter().find(|f| f.name == name);
            let field = field.ok_or_else(|| Refusal::new("refusal-choice"))?;
            if used.contains(&field.name) {
                return Err(Refusal::new("refusal-import-twice").into());
            }
            used.push(field.name);
            mapping.push(Some(field));
        }
        pending.mapping = mapping;
        Ok(())
    }

    /// Tries every row that is not imported yet and keeps nothing. Rows do not see each other beyond a few hundred, so what
    /// only a row far above would refuse shows when the import is done.
    pub async fn try_import(&self, account: &Account, now: Timestamp, pending: &Pending) -> Result<Report, Error> {
        let inputs = self.inputs(account, pending).await?;
        let mut report = Report::default();
        let mut row = pending.table.first + pending.done;
        for part in inputs.get(pending.done..).unwrap_or_default().chunks(TRIED) {
            self.part(account, now, pending, part, None, row, &mut report).await?;
            row += part.len();
        }
        report.done = 0;
        Ok(report)
    }

    /// Does it. A table of one part is done as a whole or not at all. Of a longer one every row is tried first, and nothing is
    /// done while one is refused; then it is done part by part, so that nobody waits long. How far it is, is kept by the same
    /// transaction as each part: whatever breaks it off, the next run goes on behind what is done, and no row is done twice.
    pub async fn run_import(&self, account: &Account, now: Timestamp, pending: &Pending) -> Result<Report, Error> {
        let inputs = self.inputs(account, pending).await?;
        let left = inputs.get(pending.done..).unwrap_or_default();
        if left.len() > PART {
            let report = self.try_import(account, now, pending).await?;
            if report.bad > 0 {
                return Ok(report);
            }
        }
        let mut report = Report::default();
        let mut done = pending.done;
        for part in left.chunks(PART) {
            let row = pending.table.first + done;
            let step = Progress {
                import: &pending.id,
                from: done,
                to: done + part.len(),
            };
            self.part(account, now, pending, part, Some(step), row, &mut report)
                .await?;
            if report.bad > 0 {
                report.stopped = (done > 0).then_some(row);
                break;
            }
            done += part.len();
        }
        // Broken off between the last part and the end: what is left is to say so.
        let left_over = left.is_empty() && done > 0;
        if report.done > 0 || left_over {
            self.finish(account, now, pending, done, report.bad == 0).await?;
        }
        Ok(report)
    }

    #[expect(clippy::too_many_arguments, reason = "a part of an import has that many sides")]
    async fn part(
        &self,
        account: &Account,
        now: Timestamp,
        pending: &Pending,
        inputs: &[Result<Input, Refusal>],
        step: Option<Progress<'_>>,
        first: usize,
        report: &mut Report,
    ) -> Result<(), Error> {
        let mut commands = Vec::with_capacity(inputs.len());
        let mut rows = Vec::with_capacity(inputs.len());
        let mut unread = Vec::new();
        for (at, input) in inputs.iter().enumerate() {
            match input {
                Ok(input) => {
                    rows.push(first + at);
                    commands.push(Command {
                        register: pending.register.name,
                        operation: pending.operation.name,
                        card: None,
                        version: None,
                        input: input.clone(),
                    });
                }
                Err(refusal) => unread.push((first + at, refusal.clone())),
            }
        }
        let keep = match step {
            Some(step) if unread.is_empty() => Keep::AllOrNothing(Some(step)),
            _ => Keep::Nothing,
        };
        for (row, refusal) in unread {
            report.take(row, refusal.into())?;
        }
        let mut bad = report.bad > 0;
        let answers = self.act_all(&account.actor(), now, &commands, keep).await?;
        let count = answers.len();
        for (row, answer) in rows.into_iter().zip(answers) {
            if let Err(error) = answer {
                bad = true;
                report.take(row, error)?;
            }
        }
        if keep != Keep::Nothing && !bad {
            report.done += count;
        }
        report.refused.sort_by_key(|r| r.0);
        Ok(())
    }

    /// Remembers the mapping, forgets the table if nothing of it is left, and records that it was imported.
    async fn finish(
        &self,
        account: &Account,
        now: Timestamp,
        pending: &Pending,
        done: usize,
        whole: bool,
    ) -> Result<(), Error> {
        let heads = pending.table.heads.iter().zip(&pending.mapping);
        let mapping: HashMap<String, &str> = heads
            .filter_map(|(head, field)| Some((head_key(head.trim()), field.as_ref()?.name)))
            .collect();
        let mapping = serde_json::to_string(&mapping).map_err(|_| Refusal::new("refusal-import-format"))?;
        let mut open = Values::new();
        open.insert("register".to_owned(), pending.register.name.into());
        open.insert("operation".to_owned(), pending.operation.name.into());
        open.insert("rows".to_owned(), done.into());
        let mut tx = self.db.write().await?;
        sqlx::query(
            "INSERT INTO import_mapping (body, register, operation, mapping) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (body, register, operation) DO UPDATE SET mapping = excluded.mapping",
        )
        .bind(&account.body)
        .bind(pending.register.name)
        .bind(pending.operation.name)
        .bind(mapping)
        .execute(&mut *tx)
        .await?;
        if whole {
            sqlx::query("DELETE FROM import_file WHERE id = $1")
                .bind(&pending.id)
                .execute(&mut *tx)
                .await?;
        }
        let actor = account.actor();
        account_event(&mut tx, &actor, &actor.body, now, "register.import", &account.id, &open).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }

    /// Rows as acts would be given them.
    async fn inputs(&self, account: &Account, pending: &Pending) -> Result<Vec<Result<Input, Refusal>>, Error> {
        let body = self.body(&account.body).await?;
        let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
        let choices = self.choice_words(pending.operation);
        let mut cards = HashMap::new();
        let mut inputs = Vec::with_capacity(pending.table.rows.len());
        for row in &pending.table.rows {
            let mut input = Input::new();
            let mut refused = None;
            for (field, cell) in pending.mapping.iter().zip(row) {
                let Some(field) = field else { continue };
                let cell = unsafe_again(cell.trim());
                if cell.is_empty() {
                    continue;
                }
                let parts: Vec<&str> = if field.is_many() {
                    cell.split([';', '\n'])
                        .map(str::trim)
                        .filter(|p| !p.is_empty())
                        .collect()
                } else {
                    vec![cell]
                };
                let mut given = Vec::with_capacity(parts.len());
                for part in parts {
                    match field.kind {
                        Kind::Card(target) | Kind::Cards(target) => {
                            match self.card_named(&body, target, part, &mut cards).await? {
                                Some(id) => given.push(id),
                                None => {
                                    refused.get_or_insert(Refusal::new("refusal-no-card").field(field.name));
                                }
                            }
                        }
                        _ => given.push(given_as(field, part, &choices)),
                    }
                }
                input.insert(field.name.to_owned(), given);
            }
            inputs.push(refused.map_or(Ok(input), Err));
        }
        Ok(inputs)
    }

    /// What people call the choices of an operation's fields, in every language.
    fn choice_words(&self, operation: &Operation) -> HashMap<String, &'static str> {
        let mut known = HashMap::new();
        for field in operation.fields {
            let (Kind::Choice(all) | Kind::Choices(all)) = field.kind else {
                continue;
            };
            for word in all {
                for locale in Locale::ALL {
                    let title = self.words(locale).get(&format!("choice-{word}")).to_lowercase();
                    known.entry(format!("{}/{title}", field.name)).or_insert(*word);
                }
            }
        }
        known
    }

    /// A card by its number, or by its identifier.
    async fn card_named(
        &self,
        body: &Body,
        register: &str,
        name: &str,
        known: &mut HashMap<(String, String), Option<String>>,
    ) -> Result<Option<String>, Error> {
        let key = (register.to_owned(), name.to_owned());
        if let Some(found) = known.get(&key) {
            return Ok(found.clone());
        }
        let rows = sqlx::query(
            "SELECT id FROM card WHERE body = $1 AND (register = $2 OR $2 = '') AND (number = $3 OR id = $3) LIMIT 2",
        )
        .bind(&body.id)
        .bind(register)
        .bind(name)
        .fetch_all(self.db.read())
        .await?;
        let found = match rows.as_slice() {
            [row] => Some(text(row, "id")?),
            _ => None,
        };
        known.insert(key, found.clone());
        Ok(found)
    }
}

/// How the name of a column is remembered: names of columns may name persons, so only their hash is kept.
fn head_key(head: &str) -> String {
    crate::kernel::people::stored_token(&head.to_lowercase())
}

/// Whether a row holds names for programs: every cell that is filled is one, and one at least is.
fn are_names(register: &Register, row: &[String]) -> bool {
    let mut filled = row.iter().map(|c| c.trim()).filter(|c| !c.is_empty()).peekable();
    filled.peek().is_some() && filled.all(|c| c.starts_with("card.") || register.field(c).is_some())
}

/// A cell as a form would give it.
fn given_as(field: &Field, cell: &str, choices: &HashMap<String, &'static str>) -> String {
    match field.kind {
        Kind::Choice(words) | Kind::Choices(words) if !words.contains(&cell) => {
            let title = format!("{}/{}", field.name, cell.to_lowercase());
            choices.get(&title).map_or(cell, |w| w).to_owned()
        }
        Kind::Date => date(cell).unwrap_or_else(|| cell.to_owned()),
        Kind::Instant => match cell.split_once(' ') {
            Some((day, time)) => match date(day) {
                Some(day) => format!("{day}T{time}"),
                None => cell.to_owned(),
            },
            // A day alone has no time of day: the field refuses it.
            None => cell.to_owned(),
        },
        Kind::Flag => match cell.to_lowercase().as_str() {
            "1" | "true" | "yes" | "x" | "có" | "да" | "是" => "1".to_owned(),
            _ => String::new(),
        },
        _ => cell.to_owned(),
    }
}

/// A date as offices write it: 31.12.2026, 31/12/2026, 2026年12月31日, 2026-12-31.
fn date(cell: &str) -> Option<String> {
    let parts: Vec<i16> = cell
        .split(['.', '/', '-', '年', '月', '日'])
        .filter(|p| !p.is_empty())
        .map(|p| p.trim().parse().ok())
        .collect::<Option<_>>()?;
    let [a, b, c] = *parts.as_slice() else { return None };
    let (year, month, day) = if cell.contains('年') || cell.contains('-') {
        (a, b, c)
    } else {
        (c, b, a)
    };
    let date = jiff::civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some(date.to_string())
}
