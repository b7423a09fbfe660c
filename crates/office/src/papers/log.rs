//! The extract of the journal that a paper shows: what was done with a card, with what belongs to it and with what it
//! destroyed. Each entry is provable by its number.

use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use crate::error::Error;
use crate::kernel::card::Card;
use crate::kernel::near::near;
use crate::kernel::store::{int, text};
use crate::office::Office;

/// Forms that extract the journal.
const EXTRACTS: &[&str] = &["destruction-act", "destruction-log"];
/// Entries that are shown at most; the journal itself holds all.
const MOST: usize = 1000;

/// An entry of the journal.
#[derive(Debug, Clone)]
pub struct Logged {
    /// Its place.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub kind: String,
    /// To which card.
    pub card: String,
}

impl Office {
    /// Cards that point to a card and belong to it, closed.
    pub(super) async fn belonging(&self, card: &Card) -> Result<Vec<Card>, Error> {
        let mut connection = self.db.read().acquire().await?;
        let own = Some(card.id.as_str());
        let (found, _) = near(
            &mut connection,
            self.near(),
            &card.body,
            &card.register,
            own,
            (&[], &[]),
        )
        .await?;
        Ok(found)
    }

    /// The same, for tests.
    #[cfg(test)]
    pub(crate) async fn near_of(&self, card: &Card) -> Vec<Card> {
        self.belonging(card).await.unwrap()
    }

    /// The entries that a form extracts, oldest first: everything of the card itself, what was done to the cards that belong
    /// to it, and the destruction of keys of all that it names.
    pub(super) async fn log_for_form(&self, form: &str, card: &Card, related: &[Card]) -> Result<Vec<Logged>, Error> {
        if !EXTRACTS.contains(&form) {
            return Ok(Vec::new());
        }
        let mut ids: Vec<&str> = vec![&card.id];
        ids.extend(card.cards("records"));
        ids.extend(
            related
                .iter()
                .filter(|r| r.cards("line_case").contains(&card.id.as_str()))
                .map(|r| r.id.as_str()),
        );
        let lines: Vec<&str> = ids
            .iter()
            .copied()
            .filter(|id| !card.cards("records").contains(id))
            .collect();
        let mut all = Vec::new();
        for some in ids.chunks(200) {
            let places: Vec<_> = (1..=some.len()).map(|n| format!("${n}")).collect();
            let sql = format!(
                "SELECT seq, at, kind, card FROM event WHERE card IN ({}) ORDER BY seq",
                places.join(", ")
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for id in some {
                query = query.bind(*id);
            }
            for row in query.fetch_all(self.db.read()).await? {
                let (kind, of) = (text(&row, "kind")?, text(&row, "card")?);
                // Of a record only its destruction is of interest; looks and prints are no acts with the data.
                let own = lines.contains(&of.as_str()) && kind.starts_with("destruction");
                if !own && kind != "vault.destroy" {
                    continue;
                }
                all.push(Logged {
                    seq: int(&row, "seq")?,
                    at: Timestamp::from_microsecond(int(&row, "at")?).map_err(|_| Error::Damaged {
                        table: "event",
                        id: of.clone(),
                        what: "instant",
                    })?,
                    kind,
                    card: of,
                });
            }
        }
        all.sort_by_key(|l| l.seq);
        all.truncate(MOST);
        Ok(all)
    }
}
