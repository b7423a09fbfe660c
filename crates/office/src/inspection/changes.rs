//! What the acts of a period gave: each act, each open field with its value.

use std::collections::BTreeSet;

use super::{Making, ROWS};
use crate::error::Error;
use crate::kernel::field::{Kind, Values, words_of};
use crate::kernel::record::load_cards;
use crate::kernel::store::{int, text};
use crate::show;
use crate::web::event_text;

impl Making<'_> {
    /// What the acts of the period gave to cards: open fields, each with its value.
    pub(super) async fn changes(&mut self) -> Result<(), Error> {
        let heads = self.names(&[
            "ledger-seq",
            "ledger-at",
            "ledger-what",
            "inspection-record",
            "inspection-field",
            "inspection-value",
        ]);
        self.table("changes.csv", &[&heads])?;
        let seen: BTreeSet<&str> = self.seen().iter().map(|r| r.name).collect();
        let mut after = -1;
        loop {
            let rows = sqlx::query(
                "SELECT e.seq, e.at, e.kind, e.data, c.register, c.number FROM event e JOIN card c ON c.id = e.card \
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
                let name = text(found, "register")?;
                let Some(register) = self.office.register(&name).filter(|r| seen.contains(r.name)) else {
                    continue;
                };
                let given: Values = serde_json::from_str(&text(found, "data")?).map_err(|_| Error::Damaged {
                    table: "event",
                    id: int(found, "seq").unwrap_or_default().to_string(),
                    what: "data",
                })?;
                let act = [
                    int(found, "seq")?.to_string(),
                    self.at(Some(int(found, "at")?)),
                    event_text(self.words, &text(found, "kind")?),
                    self.title(&name, &text(found, "number")?),
                ];
                let cards: Vec<&str> = given
                    .iter()
                    .filter(|(n, _)| {
                        let kind = register.field(n).map(|f| f.kind);
                        matches!(kind, Some(Kind::Card(_) | Kind::Cards(_)))
                    })
                    .flat_map(|(_, value)| words_of(value))
                    .collect();
                let mut connection = self.office.db.read().acquire().await?;
                let cards = load_cards(&mut connection, &self.body.id, &cards).await?;
                drop(connection);
                // Whatever could be personal never stands in an event; what only a rule reads is told by no one.
                for (field, value) in given.iter().filter(|(n, _)| !n.starts_with('_')) {
                    let known = register.field(field);
                    let value = if matches!(known.map(|f| f.kind), Some(Kind::Card(_) | Kind::Cards(_))) {
                        let titles = words_of(value).into_iter().filter_map(|id| cards.get(id));
                        let titles: Vec<String> = titles.map(|c| self.title(&c.register, &c.number)).collect();
                        titles.join("; ")
                    } else {
                        show::value(self.words, known, value, &self.body.zone)
                    };
                    let mut cells = act.to_vec();
                    cells.push(self.words.get(&format!("field-{field}")));
                    cells.push(value);
                    self.line(&cells)?;
                }
            }
        }
    }
}
