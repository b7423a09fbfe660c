//! Fills the tables of an office: rows of many cards in one statement, each with an identifier, key and salt of its own.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use sqlx::{AnyConnection, AssertSqlSafe, Row};
use tutela_office::kernel::body::Body;
use tutela_office::kernel::new_id;
use tutela_office::kernel::people::Account;
use tutela_office::{Error, Office, office::now};
use tutela_vault::{BodyKey, Place, index};

/// Cards in one transaction.
const BATCH: u64 = 20_000;
/// Values in one statement. SQLite looks every `$n` up among those before it, so many more would be slower.
const VALUES: usize = 900;

/// Cards made by acts that the others are copied from.
pub(crate) struct Samples {
    /// A consent that was given.
    pub(crate) given: String,
    /// A consent that was withdrawn: its clock runs.
    pub(crate) withdrawn: String,
    /// An employee.
    pub(crate) employee: String,
}

/// The given names of the people that are made up, and their family names.
const NAMES: [&[&str]; 2] = [
    &[
        "анна",
        "иван",
        "мария",
        "пётр",
        "ольга",
        "сергей",
        "елена",
        "андрей",
        "ирина",
        "павел",
    ],
    &[
        "петров",
        "иванов",
        "сидоров",
        "козлов",
        "орлов",
        "волков",
        "зайцев",
        "соколов",
        "лебедев",
        "попов",
    ],
];

/// A value of a row.
enum Cell {
    Text(String),
    Int(i64),
    Blob(Vec<u8>),
}

/// Rows that wait for their statement.
struct Rows {
    head: &'static str,
    tail: &'static str,
    columns: usize,
    cells: Vec<Cell>,
}

impl Rows {
    fn new(head: &'static str, tail: &'static str, columns: usize) -> Self {
        Self {
            head,
            tail,
            columns,
            cells: Vec::new(),
        }
    }

    async fn put(&mut self, tx: &mut AnyConnection, row: Vec<Cell>) -> Result<(), Error> {
        self.cells.extend(row);
        if self.cells.len() + self.columns > VALUES {
            self.flush(tx).await?;
        }
        Ok(())
    }

    async fn flush(&mut self, tx: &mut AnyConnection) -> Result<(), Error> {
        if self.cells.is_empty() {
            return Ok(());
        }
        let rows = self.cells.len() / self.columns;
        let row = |r: usize| {
            let all: Vec<_> = (1..=self.columns)
                .map(|c| format!("${}", r * self.columns + c))
                .collect();
            format!("({})", all.join(", "))
        };
        let rows: Vec<_> = (0..rows).map(row).collect();
        let sql = format!("INSERT INTO {} VALUES {} {}", self.head, rows.join(", "), self.tail);
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for cell in self.cells.drain(..) {
            query = match cell {
                Cell::Text(text) => query.bind(text),
                Cell::Int(n) => query.bind(n),
                Cell::Blob(bytes) => query.bind(bytes),
            };
        }
        query.execute(tx).await?;
        Ok(())
    }
}

/// What a sample says of itself.
struct Sample {
    register: &'static str,
    state: String,
    data: String,
    /// The activity that it belongs to, if any.
    activity: String,
}

async fn sample(office: &Office, register: &'static str, id: &str) -> Result<Sample, Error> {
    let row = sqlx::query("SELECT state, data FROM card WHERE id = $1");
    let row = row.bind(id).fetch_one(office.db.read()).await?;
    let link = sqlx::query("SELECT target FROM card_link WHERE source = $1 AND field = 'processing'");
    let link = link.bind(id).fetch_optional(office.db.read()).await?;
    Ok(Sample {
        register,
        state: row.try_get("state")?,
        data: row.try_get("data")?,
        activity: link.map(|l| l.try_get("target")).transpose()?.unwrap_or_default(),
    })
}

/// Fills a body with consents and employees.
pub(crate) async fn fill(
    office: &Office,
    body: &Body,
    account: &Account,
    samples: &Samples,
    cards: u64,
    employees: u64,
) -> Result<(), Error> {
    let consent = sample(office, "consents", &samples.given).await?;
    let employee = sample(office, "staff", &samples.employee).await?;
    let clock = sqlx::query("SELECT duty, rule, facts, due_at, reckoned_by FROM clock WHERE card = $1")
        .bind(&samples.withdrawn)
        .fetch_one(office.db.read())
        .await?;
    let text = |column: &str| clock.try_get::<String, _>(column);
    let clock = (
        text("duty")?,
        text("rule")?,
        text("facts")?,
        clock.try_get::<Option<i64>, _>("due_at")?.unwrap_or_default(),
        text("reckoned_by")?,
    );
    let key = office.keys.of(&body.id)?;
    let today = now().to_zoned_datetime(body.zone.clone()).date();
    // Employees last: the newest cards are read first, and both are.
    for (sample, count) in [(&consent, cards), (&employee, employees)] {
        let mut done = 0;
        while done < count {
            let mut tx = office.db.write().await?;
            let some = BATCH.min(count - done);
            let seq = places(&mut tx, some).await?;
            let mut tables = Tables::new();
            for n in 0..some {
                let number = done + n;
                let card = Card {
                    sample,
                    number,
                    seq: seq + i64::try_from(n).unwrap_or_default(),
                    at: now(),
                    body: &body.id,
                    account: &account.id,
                };
                tables.card(&mut tx, &key, &card, today, &clock).await?;
            }
            tables.flush(&mut tx).await?;
            // What the office counts beside the cards.
            for (day, waiting) in &tables.days {
                add(&mut tx, &body.id, &format!("day/consents/expires_on/{day}"), *waiting).await?;
            }
            let state = format!("cards/{}/{}", sample.register, sample.state);
            add(&mut tx, &body.id, &state, some).await?;
            tx.commit().await?;
            done += some;
        }
    }
    Ok(())
}

async fn add(tx: &mut AnyConnection, body: &str, name: &str, by: u64) -> Result<(), Error> {
    tutela_office::kernel::store::tally(tx, body, name, i64::try_from(by).unwrap_or_default()).await
}

async fn places(tx: &mut AnyConnection, count: u64) -> Result<i64, Error> {
    let count = i64::try_from(count).unwrap_or_default();
    let row = sqlx::query("UPDATE journal_head SET next = next + $1 WHERE id = 1 RETURNING next");
    let row = row.bind(count).fetch_one(tx).await?;
    Ok(row.try_get::<i64, _>("next")? - count)
}

struct Card<'a> {
    sample: &'a Sample,
    number: u64,
    seq: i64,
    at: Timestamp,
    body: &'a str,
    account: &'a str,
}

struct Tables {
    card: Rows,
    record: Rows,
    index: Rows,
    day: Rows,
    link: Rows,
    keep: Rows,
    event: Rows,
    entry: Rows,
    clock: Rows,
    /// How many cards wait for each day.
    days: BTreeMap<String, u64>,
}

impl Tables {
    fn new() -> Self {
        Self {
            card: Rows::new(
                "card (id, body, register, number, state, version, blocked, data, created_at, updated_at)",
                "",
                10,
            ),
            record: Rows::new(
                "vault_record (card, body, record_key, content, label_key, label)",
                "",
                6,
            ),
            index: Rows::new("blind_index (body, token, card)", "ON CONFLICT DO NOTHING", 3),
            day: Rows::new("card_day (body, card, register, field, day)", "", 5),
            link: Rows::new("card_link (body, source, field, target)", "ON CONFLICT DO NOTHING", 4),
            days: BTreeMap::new(),
            keep: Rows::new("card_keep (body, card, activity, made, seen)", "", 5),
            event: Rows::new("event (seq, body, card, kind, actor, at, data, salt)", "", 8),
            entry: Rows::new("journal_entry (seq, entry)", "", 2),
            clock: Rows::new(
                "clock (id, body, card, register, duty, rule, facts, state, due_at, reckoned_by, late_reason)",
                "",
                11,
            ),
        }
    }

    async fn card(
        &mut self,
        tx: &mut AnyConnection,
        key: &BodyKey,
        card: &Card<'_>,
        today: jiff::civil::Date,
        clock: &(String, String, String, i64, String),
    ) -> Result<(), Error> {
        use Cell::{Blob, Int, Text};
        let id = new_id();
        let body = || Text(card.body.to_owned());
        let own = || Text(id.clone());
        let register = card.sample.register;
        let pick = |of: usize, by: u64| NAMES[of][usize::try_from(card.number / by % 10).unwrap_or_default()];
        let (given, family) = (pick(0, 1), pick(1, 10));
        let (document, prefix) = match register {
            "staff" => (format!("47{:08}", card.number), "employee"),
            _ => (format!("46{:08}", card.number), "subject"),
        };
        let secret = serde_json::json!({ "now": {
            (format!("{prefix}_name")): format!("{family} {given}"), (format!("{prefix}_document")): document
        } });
        let place = Place {
            body: card.body,
            record: &id,
        };
        let sealed = key.create(&place, secret.to_string().as_bytes())?;
        let record = format!("{id}/label");
        let place = Place {
            body: card.body,
            record: &record,
        };
        let label = key.create(&place, "П.А.".as_bytes())?;
        // Five years of ends; one in 1826 ended yesterday, and the nightly run has it before it.
        let days = i64::try_from(card.number % 1826).unwrap_or_default() - 1;
        let day = today.checked_add(jiff::Span::new().days(days)).unwrap_or(today);
        let data = match (register, card.sample.data.strip_suffix('}')) {
            ("consents", Some(begin)) => format!("{begin},\"expires_on\":\"{day}\"}}"),
            _ => card.sample.data.clone(),
        };
        let row = vec![
            own(),
            body(),
            Text(register.to_owned()),
            Text(format!("2025-{}", card.number + 1)),
            Text(card.sample.state.clone()),
            Int(1),
            Int(0),
            Text(data),
            Int(card.at.as_microsecond()),
            Int(card.at.as_microsecond()),
        ];
        self.card.put(tx, row).await?;
        // Rows that point to a card come after it: what waits of cards is written first when another table is full.
        let row = vec![
            own(),
            body(),
            Blob(sealed.wrapped_key),
            Blob(sealed.content),
            Blob(label.wrapped_key),
            Blob(label.content),
        ];
        self.after_cards(tx, |t| &mut t.record, row).await?;
        let names = key.field("name");
        let words = index::words(index::Kind::Name, &format!("{family} {given}"));
        let mut tokens: Vec<String> = words.iter().map(|w| names.token(w).to_string()).collect();
        let numbers = key.field("number");
        let words = index::words(index::Kind::Number, &document);
        tokens.extend(words.iter().map(|w| numbers.token(w).to_string()));
        for token in tokens {
            self.after_cards(tx, |t| &mut t.index, vec![body(), Text(token), own()])
                .await?;
        }
        if register == "consents" {
            let row = vec![
                body(),
                own(),
                Text(register.to_owned()),
                Text("expires_on".to_owned()),
                Text(day.to_string()),
            ];
            self.after_cards(tx, |t| &mut t.day, row).await?;
            *self.days.entry(day.to_string()).or_default() += 1;
            let activity = || Text(card.sample.activity.clone());
            let row = vec![body(), own(), Text("processing".to_owned()), activity()];
            self.after_cards(tx, |t| &mut t.link, row).await?;
            let row = vec![body(), own(), activity(), Text("2026-03-02".to_owned()), Int(0)];
            self.after_cards(tx, |t| &mut t.keep, row).await?;
        }
        let salt = tutela_journal::Salt::random()?;
        let kind = match register {
            "staff" => "staff.propose",
            _ => "consents.register",
        };
        let entry = tutela_journal::Entry {
            at: card.at.as_microsecond(),
            actor: card.account.to_owned(),
            kind: kind.to_owned(),
            object: id.clone(),
            commitments: vec![
                tutela_journal::Commitment::new(&salt, "given_on", b"2026-03-02")?,
                tutela_journal::Commitment::new(&salt, "name", b"x")?,
                tutela_journal::Commitment::new(&salt, "way", b"paper")?,
            ],
        };
        let row = vec![
            Int(card.seq),
            body(),
            own(),
            Text(kind.to_owned()),
            Text(card.account.to_owned()),
            Int(card.at.as_microsecond()),
            Text("{\"given_on\":\"2026-03-02\",\"way\":\"paper\"}".to_owned()),
            Blob(salt.0.to_vec()),
        ];
        self.event.put(tx, row).await?;
        let entry = entry.encode(u64::try_from(card.seq).unwrap_or_default())?;
        self.entry.put(tx, vec![Int(card.seq), Blob(entry)]).await?;
        if register == "consents" && card.number.is_multiple_of(100) {
            let (duty, rule, facts, due, reckoned_by) = clock;
            let earlier = SignedDuration::from_secs(i64::try_from(card.number).unwrap_or_default());
            let row = vec![
                Text(new_id()),
                body(),
                own(),
                Text(register.to_owned()),
                Text(duty.clone()),
                Text(rule.clone()),
                Text(facts.clone()),
                Text("running".to_owned()),
                Int(due - i64::try_from(earlier.as_micros()).unwrap_or_default()),
                Text(reckoned_by.clone()),
                Int(0),
            ];
            self.after_cards(tx, |t| &mut t.clock, row).await?;
        }
        Ok(())
    }

    async fn after_cards(
        &mut self,
        tx: &mut AnyConnection,
        of: impl Fn(&mut Self) -> &mut Rows,
        row: Vec<Cell>,
    ) -> Result<(), Error> {
        let rows = of(self);
        if rows.cells.len() + 2 * rows.columns > VALUES {
            self.card.flush(tx).await?;
        }
        of(self).put(tx, row).await
    }

    async fn flush(&mut self, tx: &mut AnyConnection) -> Result<(), Error> {
        for rows in [
            &mut self.card,
            &mut self.record,
            &mut self.index,
            &mut self.day,
            &mut self.link,
            &mut self.keep,
            &mut self.event,
            &mut self.entry,
            &mut self.clock,
        ] {
            rows.flush(tx).await?;
        }
        Ok(())
    }
}
