//! Whether consents exist for the people processed (R30): activities that rest on consent alone, with what stands in the
//! register for each.

mod people;

use sqlx::AssertSqlSafe;

use crate::error::{Error, Refusal};
use crate::kernel::card::Card;
use crate::kernel::record::{Actor, CARD_COLUMNS, card_from_row};
use crate::kernel::rights::{Right, any_allows};
use crate::kernel::store::int;
use crate::office::Office;

pub use people::{ListCheck, PeopleCheck};

/// Activities that are read at once.
const MOST: i64 = 500;

/// An activity that rests on consent alone.
#[derive(Debug)]
pub struct ConsentCheck {
    /// The activity.
    pub activity: Card,
    /// What there is for it.
    pub count: ConsentCount,
}

/// What there is for an activity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ConsentCount {
    /// Consents in force, as a whole or in part.
    pub given: i64,
    /// Consents that were withdrawn as a whole.
    pub withdrawn: i64,
    /// Consents that are out of date.
    pub expired: i64,
    /// Records with personal data in other registers that belong to the activity.
    pub others: i64,
}

impl Office {
    /// Activities of the actor's body that rest on consent alone and are not over, with their consents.
    pub async fn consent_check(&self, actor: &Actor) -> Result<Vec<ConsentCheck>, Error> {
        if !any_allows(&actor.roles, Right::SeeRegisters) {
            return Err(Refusal::new("refusal-right").into());
        }
        let sql = format!(
            "SELECT {CARD_COLUMNS} FROM card c LEFT JOIN vault_record v ON v.card = c.id WHERE c.body = $1 \
             AND c.register = 'processing' AND c.state <> 'ended' ORDER BY c.id DESC LIMIT $2"
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(&actor.body)
            .bind(MOST)
            .fetch_all(self.db.read())
            .await?;
        let mut checks = Vec::new();
        for row in &rows {
            let activity = card_from_row(row)?;
            if activity.cards("bases") != ["consent"] {
                continue;
            }
            let count = self.consents_of(actor, &activity.id).await?;
            checks.push(ConsentCheck { activity, count });
        }
        Ok(checks)
    }

    async fn consents_of(&self, actor: &Actor, activity: &str) -> Result<ConsentCount, Error> {
        use sqlx::Row;
        let rows = sqlx::query(
            "SELECT c.register, c.state, COUNT(*) AS number FROM card_link l JOIN card c ON c.id = l.source \
             JOIN vault_record v ON v.card = c.id WHERE l.body = $1 AND l.target = $2 AND l.field = 'processing' \
             AND v.destroyed_at IS NULL GROUP BY c.register, c.state",
        )
        .bind(&actor.body)
        .bind(activity)
        .fetch_all(self.db.read())
        .await?;
        let mut count = ConsentCount::default();
        for row in &rows {
            let number = int(row, "number")?;
            let (register, state): (String, String) = (row.try_get("register")?, row.try_get("state")?);
            match (register.as_str(), state.as_str()) {
                ("consents", "given" | "partly-withdrawn") => count.given += number,
                ("consents", "withdrawn") => count.withdrawn += number,
                ("consents", "expired") => count.expired += number,
                _ => count.others += number,
            }
        }
        Ok(count)
    }
}
