//! The list of what many acts destroyed, as a table file: each record by its number, when its key was destroyed, and at which place
//! of the journal that stands. It names nobody; a record that was left out is told too.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::{AnyConnection, AssertSqlSafe, Row};
use tutela_words::Words;

use super::Actor;
use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::card::Card;
use crate::kernel::evidence::MAX_AT_ONCE;
use crate::kernel::record::{CARD_COLUMNS, card_from_row, load_card};
use crate::kernel::register::{Each, Over};
use crate::kernel::store::{int, text};
use crate::office::Office;

/// Cards that are read at a time.
const SOME: i64 = 100;
/// Records that are asked for at a time.
const MANY: usize = 200;
/// What is left free in a file beside its rows.
const SPARE: usize = 64 << 10;

/// The columns, as keys of their titles.
const COLUMNS: &[&str] = &["list-part", "list-record", "list-state", "list-at", "list-journal"];

/// The next cards of a register that point to one in a field, closed.
pub(super) async fn pointing(
    connection: &mut AnyConnection,
    body: &str,
    (to, field): (&str, &str),
    register: &str,
    after: &str,
) -> Result<Vec<Card>, Error> {
    let sql = format!(
        "SELECT {CARD_COLUMNS} FROM card_link l JOIN card c ON c.id = l.source LEFT JOIN vault_record v ON v.card = c.id \
         WHERE l.target = $1 AND l.source > $2 AND l.field = $3 AND l.body = $4 AND c.register = $5 \
         ORDER BY l.source LIMIT {SOME}"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(to)
        .bind(after)
        .bind(field)
        .bind(body)
        .bind(register)
        .fetch_all(connection)
        .await?;
    rows.iter().map(card_from_row).collect()
}

/// A list under way: text as far as it goes into one file, and the files before.
struct Table<'a> {
    words: &'a Words,
    body: &'a Body,
    limit: usize,
    text: String,
    files: Vec<Vec<u8>>,
}

impl Table<'_> {
    fn begin(&mut self) {
        let titles: Vec<String> = COLUMNS.iter().map(|c| cell(&self.words.get(c))).collect();
        self.text = format!("\u{feff}{}\r\n", titles.join(","));
    }

    fn add(&mut self, cells: [&str; 5]) {
        if self.text.len() >= self.limit {
            let full = std::mem::take(&mut self.text);
            self.files.push(full.into_bytes());
            self.begin();
        }
        let cells: Vec<String> = cells.iter().map(|c| cell(c)).collect();
        self.text.push_str(&cells.join(","));
        self.text.push_str("\r\n");
    }

    /// The records of one card, in their order.
    async fn records(&mut self, connection: &mut AnyConnection, of: &Card, field: &str) -> Result<(), Error> {
        let ids = of.cards(field);
        let mut known = BTreeMap::new();
        for some in ids.chunks(MANY) {
            let places: Vec<_> = (2..some.len() + 2).map(|n| format!("${n}")).collect();
            let sql = format!(
                "SELECT c.id, c.body, c.register, c.number, e.seq, e.at FROM card c LEFT JOIN event e ON e.card = c.id \
                 AND e.kind = $1 WHERE c.id IN ({})",
                places.join(", ")
            );
            let mut query = sqlx::query(AssertSqlSafe(sql)).bind("vault.destroy");
            for id in some {
                query = query.bind(*id);
            }
            for row in query.fetch_all(&mut *connection).await? {
                if text(&row, "body")? != self.body.id {
                    continue;
                }
                let seq: Option<i64> = row.try_get("seq")?;
                let at = seq.map(|_| int(&row, "at")).transpose()?;
                let of = (text(&row, "register")?, text(&row, "number")?);
                known.insert(text(&row, "id")?, (of, seq.zip(at)));
            }
        }
        for id in ids {
            let Some(((register, number), gone)) = known.get(id) else {
                continue;
            };
            let record = format!("{} {number}", self.words.get(&format!("register-{register}-one")));
            if let Some((seq, at)) = gone {
                let at = Timestamp::from_microsecond(*at).map_err(|_| Error::Damaged {
                    table: "event",
                    id: id.to_owned(),
                    what: "instant",
                })?;
                let at = at.to_zoned_datetime(self.body.zone.clone());
                let at = at.strftime("%Y-%m-%d %H:%M:%S %:z").to_string();
                let state = self.words.get("list-destroyed");
                self.add([&of.number, &record, &state, &at, &seq.to_string()]);
            } else {
                let state = self.words.get("list-left");
                self.add([&of.number, &record, &state, "", ""]);
            }
        }
        Ok(())
    }
}

/// A value in quotes: no sign in it can end its cell.
fn cell(value: &str) -> String {
    format!("\"{}\"", value.replace('"', "\"\""))
}

impl Office {
    /// Makes the list of the records of a card and of the many that point to it, and takes it in as files that wait for an act.
    pub(super) async fn list_of_destroyed(
        &self,
        program: &Actor,
        now: Timestamp,
        owner: &str,
        each: &Each,
        records: &str,
    ) -> Result<Vec<String>, Error> {
        let Over::Apart { field, .. } = each.over else {
            return Ok(Vec::new());
        };
        let mut connection = self.db.read().acquire().await?;
        let body = Body::load(&mut connection, &program.body).await?;
        let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
        let own = load_card(&mut connection, &body.id, owner).await?;
        let own = own.ok_or_else(|| Refusal::new("refusal-no-card"))?;
        let mut table = Table {
            words: self.words(body.locale),
            body: &body,
            limit: self.limits.file.saturating_sub(SPARE),
            text: String::new(),
            files: Vec::new(),
        };
        table.begin();
        table.records(&mut connection, &own, records).await?;
        let mut after = String::new();
        loop {
            let some = pointing(&mut connection, &body.id, (owner, field), each.register, &after).await?;
            let Some(last) = some.last() else { break };
            after.clone_from(&last.id);
            for one in &some {
                table.records(&mut connection, one, records).await?;
            }
        }
        drop(connection);
        let mut files = table.files;
        files.push(table.text.into_bytes());
        if files.len() > MAX_AT_ONCE {
            return Err(Refusal::new("refusal-too-many").into());
        }
        let mut ids = Vec::new();
        for (n, file) in files.into_iter().enumerate() {
            let name = format!("{}-{}.csv", own.number, n + 1);
            ids.push(self.take_file(program, now, &name, file).await?);
        }
        Ok(ids)
    }
}
