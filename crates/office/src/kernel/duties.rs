//! What is due in a body, for whoever may see it.

use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Row};
use tutela_law::Unit;

use crate::error::{Error, Refusal};
use crate::kernel::clock::Clock;
use crate::kernel::record::Actor;
use crate::kernel::register::Register;
use crate::kernel::rights::{Right, any_allows};
use crate::kernel::store::{int, text};
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

    /// How many running duties of the actor's body end before `now`, and how many in each of the spans that end with these
    /// instants, the end belonging to the span: only those of registers that the actor may see.
    pub(crate) async fn count_duties(
        &self,
        actor: &Actor,
        now: Timestamp,
        spans: &[Timestamp],
    ) -> Result<(u64, Vec<u64>), Error> {
        if !any_allows(&actor.roles, Right::SeeDuties) {
            return Err(Refusal::new("refusal-right").into());
        }
        let mut counts = vec![0; spans.len()];
        let Some(last) = spans.last() else {
            return Ok((0, counts));
        };
        let whens: Vec<_> = (0..spans.len())
            .map(|n| format!("WHEN due_at <= ${} THEN {}", n + 4, n + 1))
            .collect();
        // The index alone answers this, however many duties there are.
        let sql = format!(
            "SELECT register, CAST(CASE WHEN due_at < $3 THEN 0 {} END AS BIGINT) AS span, COUNT(*) AS n FROM clock \
             WHERE body = $1 AND state = 'running' AND due_at <= $2 GROUP BY register, span",
            whens.join(" ")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql))
            .bind(&actor.body)
            .bind(last.max(&now).as_microsecond())
            .bind(now.as_microsecond());
        for end in spans {
            query = query.bind(end.as_microsecond());
        }
        let mut late = 0;
        for row in &query.fetch_all(self.db.read()).await? {
            let register = self.register(row.try_get("register")?);
            if !register.is_some_and(|r| any_allows(&actor.roles, r.see)) {
                continue;
            }
            let n = u64::try_from(int(row, "n")?).unwrap_or_default();
            match usize::try_from(int(row, "span")?).unwrap_or_default() {
                0 => late += n,
                span => {
                    if let Some(count) = counts.get_mut(span - 1) {
                        *count += n;
                    }
                }
            }
        }
        Ok((late, counts))
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
