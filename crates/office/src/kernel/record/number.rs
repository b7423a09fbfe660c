//! Numbers of papers that the body gives itself: each is given once within a kind of paper and a year. Prefix and suffix are
//! part of the number, so an office that keeps two series of one kind tells them apart as it always has: `12` and `12-К`.

use sqlx::AnyConnection;

use super::{Recording, load_card};
use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::card::Card;
use crate::kernel::field::Values;
use crate::kernel::record::load::{CARD_COLUMNS, card_from_row};
use crate::kernel::register::Claim;
use crate::kernel::store::{int, tally, text};

/// Cards that are read at a time when the numbers given before are taken up.
const AT_A_TIME: i64 = 500;

/// Papers whose numbers are a series of the body's own.
#[derive(Debug, Clone, Copy)]
pub struct Numbered {
    /// The register.
    pub register: &'static str,
    /// The open field that holds the number.
    pub number: &'static str,
    /// The open field that holds the day of the paper: its year is that of the series.
    pub date: &'static str,
    /// The series that a card's paper belongs to.
    pub series: fn(&Card) -> &'static str,
}

impl Numbered {
    /// The word that the paper of a card takes for itself; none while it has no number.
    fn claim(&self, card: &Card) -> Option<Claim> {
        let day: jiff::civil::Date = card.text(self.date).parse().ok()?;
        let word = plain(card.text(self.number));
        (!word.is_empty()).then(|| Claim {
            scope: format!("{}/{}", (self.series)(card), day.year()),
            word,
            field: self.number,
        })
    }
}

/// A number however it was typed: `№ 12 / П` is `12/п`.
pub(super) fn plain(number: &str) -> String {
    let number: String = number.split_whitespace().collect();
    number.trim_start_matches('№').to_lowercase()
}

impl Recording<'_> {
    /// The paper of a card takes its number, if this act gave it one.
    pub(super) async fn take_number(&mut self, card: &Card, set: &Values) -> Result<(), Error> {
        let Some(numbered) = self.office.numbered(&card.register) else {
            return Ok(());
        };
        if !set.contains_key(numbered.number) && !set.contains_key(numbered.date) {
            return Ok(());
        }
        let Some(claim) = numbered.claim(card) else {
            return Ok(());
        };
        take_up(&mut self.tx, &self.body.id, numbered, &card.id).await?;
        // A paper has one number: whatever it had before, in another year too, is given back.
        sqlx::query("DELETE FROM claimed WHERE body = $1 AND card = $2 AND scope LIKE $3")
            .bind(&self.body.id)
            .bind(&card.id)
            .bind(format!("{}/%", (numbered.series)(card)))
            .execute(&mut *self.tx)
            .await?;
        self.claim(card, claim).await
    }

    /// What refuses a word that another card has: which card it is and of which day, never who.
    pub(super) async fn used(&mut self, claim: &Claim) -> Result<Refusal, Error> {
        let refusal = Refusal::new("refusal-number-used").field(claim.field);
        let row = sqlx::query("SELECT card FROM claimed WHERE body = $1 AND scope = $2 AND word = $3")
            .bind(&self.body.id)
            .bind(&claim.scope)
            .bind(&claim.word)
            .fetch_optional(&mut *self.tx)
            .await?;
        let other = match &row {
            Some(row) => load_card(&mut self.tx, &self.body.id, &text(row, "card")?).await?,
            None => None,
        };
        let Some(other) = other else {
            return Ok(refusal.arg("number", "—").arg("day", "—"));
        };
        let day = self.office.numbered(&other.register).map(|n| other.text(n.date));
        let made = || created_on(&self.body, &other);
        let day = day.filter(|d| !d.is_empty()).map_or_else(made, str::to_owned);
        Ok(refusal.arg("number", &other.number).arg("day", day))
    }
}

/// The day on which a card was made, where the body is.
fn created_on(body: &Body, card: &Card) -> String {
    card.created.to_zoned_datetime(body.zone.clone()).date().to_string()
}

/// Takes up the numbers that were given before the program watched them: once for a body and a series, by the act that gives
/// the first number after it. Of two papers that have the same number already, the older keeps it; the other is left as it is.
async fn take_up(tx: &mut AnyConnection, body: &str, numbered: &Numbered, but: &str) -> Result<(), Error> {
    let mark = format!("numbered/{}", numbered.register);
    let row = sqlx::query("SELECT value FROM counter WHERE body = $1 AND name = $2")
        .bind(body)
        .bind(&mark)
        .fetch_optional(&mut *tx)
        .await?;
    if row.as_ref().map(|r| int(r, "value")).transpose()?.unwrap_or(0) > 0 {
        return Ok(());
    }
    let mut after = String::new();
    loop {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {CARD_COLUMNS} FROM card c LEFT JOIN vault_record v ON v.card = c.id \
             WHERE c.body = $1 AND c.register = $2 AND c.id > $3 ORDER BY c.id LIMIT {AT_A_TIME}"
        )))
        .bind(body)
        .bind(numbered.register)
        .bind(&after)
        .fetch_all(&mut *tx)
        .await?;
        let Some(last) = rows.last() else { break };
        after = text(last, "id")?;
        for row in &rows {
            let card = card_from_row(row)?;
            let Some(claim) = numbered.claim(&card).filter(|_| card.id != but) else {
                continue;
            };
            sqlx::query(
                "INSERT INTO claimed (body, scope, word, card) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (body, scope, word) DO NOTHING",
            )
            .bind(body)
            .bind(&claim.scope)
            .bind(&claim.word)
            .bind(&card.id)
            .execute(&mut *tx)
            .await?;
        }
    }
    tally(tx, body, &mark, 1).await
}
