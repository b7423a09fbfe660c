//! What is due in a body, for whoever may see it.

use jiff::Timestamp;
use sqlx::Row;
use tutela_law::Unit;

use crate::error::{Error, Refusal};
use crate::kernel::clock::Clock;
use crate::kernel::record::Actor;
use crate::kernel::register::Register;
use crate::kernel::rights::{Right, any_allows};
use crate::kernel::store::text;
use crate::office::Office;

/// A running duty with the card that it belongs to.
#[derive(Debug, Clone)]
pub struct DutyItem {
    /// The clock.
    pub clock: Clock,
    /// The register of the card.
    pub register: &'static Register,
    /// The number of the card.
    pub number: String,
    /// When it falls due.
    pub at: Timestamp,
}

impl Office {
    /// The running duties of the actor's body with an end in `from..before`, soonest first: only those of registers that the
    /// actor may see.
    pub async fn duties(
        &self,
        actor: &Actor,
        from: Timestamp,
        before: Timestamp,
        limit: i64,
    ) -> Result<Vec<DutyItem>, Error> {
        if !any_allows(&actor.roles, Right::SeeDuties) {
            return Err(Refusal::new("refusal-right").into());
        }
        let rows = sqlx::query(
            "SELECT k.*, c.number FROM clock k JOIN card c ON c.id = k.card WHERE k.body = $1 AND k.state = 'running' \
             AND k.due_at >= $2 AND k.due_at < $3 ORDER BY k.due_at, k.id LIMIT $4",
        )
        .bind(&actor.body)
        .bind(from.as_microsecond())
        .bind(before.as_microsecond())
        .bind(limit)
        .fetch_all(self.db.read())
        .await?;
        let mut items = Vec::with_capacity(rows.len());
        for row in &rows {
            let register = self.register(row.try_get("register")?);
            let Some(register) = register.filter(|r| any_allows(&actor.roles, r.see)) else {
                continue;
            };
            let clock = Clock::from_row(row)?;
            let Some(at) = clock.due_at else { continue };
            items.push(DutyItem {
                number: text(row, "number")?,
                register,
                clock,
                at,
            });
        }
        Ok(items)
    }

    /// Whether a duty is counted in hours or minutes, so that a day before its end is early.
    pub fn counts_hours(&self, clock: &Clock) -> bool {
        let law = &self.reckoner.law;
        let countries = [
            tutela_law::Country::Vn,
            tutela_law::Country::Ru,
            tutela_law::Country::Cn,
        ];
        countries
            .into_iter()
            .flat_map(|c| law.clocks(c))
            .any(|c| c.id() == clock.rule && matches!(c.rule.unit, Unit::Hours | Unit::Minutes))
    }
}
