//! Sheets for those who have not answered: by unit, with names and a personal code for each. Making one is a look at personal
//! data and recorded as such.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::error::{Error, Refusal};
use crate::kernel::card::{Card, Personal};
use crate::kernel::field::Values;
use crate::kernel::journal::{self, Root};
use crate::kernel::record::{Actor, CARD_COLUMNS, card_from_row, load_card, write_event};
use crate::kernel::rights::{Right, any_allows};
use crate::office::Office;

/// Persons on a sheet.
pub(crate) const PERSONS: usize = 50;
/// Statements that are read at a time.
const BATCH: i64 = 500;
/// The signs of a code: none that are taken for each other.
const SIGNS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Signs of a code: a hundred bits, which nobody guesses.
const LENGTH: usize = 20;

/// A sheet.
pub(crate) struct Sheet {
    /// Its rows.
    pub(crate) rows: Vec<Row>,
    /// After which statement the next sheet begins; none at the end.
    pub(crate) next: Option<String>,
}

/// A person on a sheet.
pub(crate) struct Row {
    /// The number of the statement.
    pub(crate) number: String,
    /// The name; none where the record cannot be opened.
    pub(crate) name: Option<String>,
    /// The code, in groups: it is shown here only.
    pub(crate) code: String,
}

impl Office {
    /// The next persons of a unit who have not answered, each with a new code. Earlier codes of theirs end.
    pub(crate) async fn statement_sheet(
        &self,
        actor: &Actor,
        now: Timestamp,
        campaign: &str,
        unit: &str,
        after: &str,
    ) -> Result<Sheet, Error> {
        let may = [Right::KeepStaff, Right::OpenPersonal];
        if !may.into_iter().all(|right| any_allows(&actor.roles, right)) {
            return Err(Refusal::new("refusal-right").into());
        }
        let mut connection = self.db.read().acquire().await?;
        let card = load_card(&mut connection, &actor.body, campaign).await?;
        let card = card.filter(|c| c.register == "campaigns");
        let card = card.ok_or_else(|| Refusal::new("refusal-no-page"))?;
        drop(connection);
        let (statements, next) = self.unanswered(actor, &card.id, unit, after).await?;
        let mut rows = Vec::with_capacity(statements.len());
        let mut codes = Vec::with_capacity(statements.len());
        for statement in statements {
            let name = match self.open_card(actor, now, statement.text("employee"), "control").await {
                Ok(employee) => match employee.personal {
                    Personal::Open(_) => Some(employee.text("employee_name").to_owned()),
                    _ => None,
                },
                // A hidden identity or a blocked record gets its sheet by number.
                Err(Error::Refused(_)) => None,
                Err(error) => return Err(error),
            };
            let code = new_code()?;
            rows.push(Row {
                number: statement.number.clone(),
                name,
                code: grouped(&code),
            });
            codes.push((statement.id, code));
        }
        self.keep_codes(actor, now, &card, &codes).await?;
        Ok(Sheet { rows, next })
    }

    /// Open statements of a unit after one, and after which the next are found.
    async fn unanswered(
        &self,
        actor: &Actor,
        campaign: &str,
        unit: &str,
        after: &str,
    ) -> Result<(Vec<Card>, Option<String>), Error> {
        let sql = format!(
            "SELECT {CARD_COLUMNS} FROM card_link l JOIN card c ON c.id = l.source LEFT JOIN vault_record v ON v.card = c.id \
             WHERE l.target = $1 AND l.source > $2 AND l.field = 'campaign' AND l.body = $3 AND c.register = 'statements' \
             AND c.state IN ('statement-sent', 'statement-overdue') ORDER BY l.source LIMIT $4"
        );
        let mut found: Vec<Card> = Vec::new();
        let mut after = after.to_owned();
        loop {
            let rows = sqlx::query(sqlx::AssertSqlSafe(sql.as_str()))
                .bind(campaign)
                .bind(&after)
                .bind(&actor.body)
                .bind(BATCH)
                .fetch_all(self.db.read())
                .await?;
            if rows.is_empty() {
                return Ok((found, None));
            }
            for row in &rows {
                let card = card_from_row(row)?;
                after.clone_from(&card.id);
                if card.text("unit") != unit {
                    continue;
                }
                if found.len() == PERSONS {
                    let last = found.last().map(|c| c.id.clone());
                    return Ok((found, last));
                }
                found.push(card);
            }
        }
    }

    async fn keep_codes(
        &self,
        actor: &Actor,
        now: Timestamp,
        campaign: &Card,
        codes: &[(String, String)],
    ) -> Result<(), Error> {
        let mut tx = self.db.write().await?;
        for (statement, code) in codes {
            sqlx::query(
                "INSERT INTO answer_code (code, body, card, created_at) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (card) DO UPDATE SET code = excluded.code, created_at = excluded.created_at",
            )
            .bind(hash(code))
            .bind(&actor.body)
            .bind(statement)
            .bind(now.as_microsecond())
            .execute(&mut *tx)
            .await?;
        }
        let mut open = Values::new();
        open.insert("persons".to_owned(), codes.len().into());
        let seq = journal::next(&mut tx).await?;
        let salt = Root::random()?;
        let commitments = journal::commitments(&salt, &open)?;
        write_event(
            &mut tx,
            seq,
            &actor.body,
            actor,
            now,
            "paper.links",
            &campaign.id,
            &open,
            &salt,
            commitments,
        )
        .await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }
}

fn new_code() -> Result<String, Error> {
    let mut bytes = [0_u8; LENGTH];
    getrandom::fill(&mut bytes).map_err(|_| Error::Installation("the system gives no random numbers".to_owned()))?;
    let sign = |b: &u8| SIGNS.get(usize::from(b % 32)).copied().map_or('2', char::from);
    Ok(bytes.iter().map(sign).collect())
}

/// In groups of five, to be read and typed.
fn grouped(code: &str) -> String {
    let signs: Vec<char> = code.chars().collect();
    let groups: Vec<String> = signs.chunks(5).map(|g| g.iter().collect()).collect();
    groups.join("-")
}

/// How a code is stored: however it was typed.
pub(crate) fn hash(code: &str) -> String {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
    let digest = Sha256::digest(format!("answer/{}", plain.to_ascii_uppercase()).as_bytes());
    digest.iter().map(|b| format!("{b:02x}")).collect()
}
