//! What a form shows of other cards: everything that was found about one person, or a register as a whole.
//!
//! Each of these cards is opened for the purpose and recorded, like every other look.

use jiff::Timestamp;
use serde_json::Value;
use sqlx::Row;

use crate::error::Error;
use crate::kernel::card::Card;
use crate::kernel::field::Values;
use crate::kernel::record::{Actor, CARD_COLUMNS, card_from_row, load_card};
use crate::kernel::seen::{Subject, seen_by};
use crate::office::Office;

/// Forms for one person that show what is held: the field of the card that points to it. Other people are masked in it.
const FOR_PERSON: &[(&str, &str)] = &[("request-answer", "found")];
/// Forms that show a register: the volume of the year in which the card stands.
const WHOLE: &[&str] = &["requests-journal"];
/// Cards of a volume, by their number in the year: the most that one paper shows.
pub(crate) const VOLUME: i64 = 2_000;

/// The volume of a year in which a number such as `2026-17` stands, from 1.
pub(crate) fn volume_of(number: &str) -> Option<i64> {
    let within: i64 = number.split_once('-')?.1.parse().ok()?;
    (within > 0).then(|| (within - 1) / VOLUME + 1)
}

/// Another card as a form shows it.
pub struct Seen {
    /// The card, its personal fields closed.
    pub card: Card,
    /// What may be shown of it.
    pub values: Values,
    /// The place in the journal of what made it.
    pub mark: Option<i64>,
}

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seen")
            .field("card", &self.card.id)
            .finish_non_exhaustive()
    }
}

impl Office {
    /// The other cards that a form shows.
    pub(super) async fn seen_by_form(
        &self,
        actor: &Actor,
        now: Timestamp,
        (form, purpose): (&str, &str),
        card: &Card,
    ) -> Result<Vec<Seen>, Error> {
        if let Some((_, field)) = FOR_PERSON.iter().find(|(name, _)| *name == form) {
            return self.seen_by_person(actor, now, purpose, card, field).await;
        }
        if WHOLE.contains(&form) {
            return self.seen_whole(actor, now, purpose, card).await;
        }
        Ok(Vec::new())
    }

    async fn seen_by_person(
        &self,
        actor: &Actor,
        now: Timestamp,
        purpose: &str,
        card: &Card,
        field: &str,
    ) -> Result<Vec<Seen>, Error> {
        let subject = Subject::new(card.text("subject_name"), &[card.text("subject_document")]);
        let mut all = Vec::new();
        for id in card.cards(field) {
            let closed = self.closed(actor, id).await?;
            let Some(register) = closed.as_ref().and_then(|c| self.register(&c.register)) else {
                continue;
            };
            let opened = self.open_card(actor, now, id, purpose).await?;
            all.push(Seen {
                values: seen_by(register, &opened, &subject, self.engine()),
                mark: self.mark(id).await?,
                card: closed.unwrap_or(opened),
            });
        }
        Ok(all)
    }

    /// The cards of the card's register, year and volume, oldest first, with their personal fields.
    async fn seen_whole(&self, actor: &Actor, now: Timestamp, purpose: &str, card: &Card) -> Result<Vec<Seen>, Error> {
        let volume = volume_of(&card.number).unwrap_or(1);
        let bounds = ((volume - 1) * VOLUME + 1, volume * VOLUME);
        self.seen_between(actor, now, purpose, card, bounds).await
    }

    /// Those with these numbers within the year, both included.
    pub(crate) async fn seen_between(
        &self,
        actor: &Actor,
        now: Timestamp,
        purpose: &str,
        card: &Card,
        (first, last): (i64, i64),
    ) -> Result<Vec<Seen>, Error> {
        let year = card.number.split('-').next().unwrap_or_default();
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {CARD_COLUMNS} FROM card c LEFT JOIN vault_record v ON v.card = c.id \
             WHERE c.body = $1 AND c.register = $2 AND c.number LIKE $3 \
             AND CAST(SUBSTR(c.number, 6) AS BIGINT) BETWEEN $4 AND $5 ORDER BY c.id"
        )))
        .bind(&actor.body)
        .bind(&card.register)
        .bind(format!("{year}-%"))
        .bind(first)
        .bind(last)
        .fetch_all(self.db.read())
        .await?;
        let mut all = Vec::new();
        for row in &rows {
            let closed = card_from_row(row)?;
            let opened = self.open_card(actor, now, &closed.id, purpose).await?;
            let mut values = opened.data.clone();
            if let crate::kernel::card::Personal::Open(personal) = &opened.personal {
                values.extend(personal.clone());
            }
            all.push(Seen {
                values,
                mark: self.mark(&closed.id).await?,
                card: closed,
            });
        }
        Ok(all)
    }

    async fn closed(&self, actor: &Actor, id: &str) -> Result<Option<Card>, Error> {
        let mut connection = self.db.read().acquire().await?;
        load_card(&mut connection, &actor.body, id).await
    }

    async fn mark(&self, id: &str) -> Result<Option<i64>, Error> {
        let row = sqlx::query("SELECT seq FROM event WHERE card = $1 ORDER BY seq LIMIT 1")
            .bind(id)
            .fetch_optional(self.db.read())
            .await?;
        row.map(|r| r.try_get("seq")).transpose().map_err(Error::from)
    }
}

impl Seen {
    /// The text of a value; empty where there is none.
    pub fn text(&self, field: &str) -> &str {
        self.values.get(field).and_then(Value::as_str).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use tutela_law::Country;

    use super::*;
    use crate::kernel::rights::Role;
    use crate::world::World;

    #[test]
    fn a_year_is_cut_into_volumes() {
        for (number, volume) in [
            ("2026-1", Some(1)),
            ("2026-2000", Some(1)),
            ("2026-2001", Some(2)),
            ("2026-6001", Some(4)),
            ("2026-0", None),
            ("2026", None),
            ("2026-x", None),
        ] {
            assert_eq!(volume_of(number), volume, "{number}");
        }
    }

    #[tokio::test]
    async fn a_volume_holds_its_numbers_and_no_others() {
        let world = World::new(Country::Vn).await;
        for n in 0..4 {
            let title = format!("Ann {n}");
            let given = [
                ("channel", "counter"),
                ("request_kind", "provide"),
                ("received_at", "2026-11-20T10:00"),
                ("subject_name", title.as_str()),
            ];
            world
                .act(Role::Officer, ("requests", "receive", None), &given)
                .await
                .unwrap();
        }
        let officer = world.actor(Role::ProtectionOfficer);
        let register = world.office.register("requests").unwrap();
        let cards = world.office.page(&officer, register, None, None).await.unwrap().cards;
        let newest = &cards[0].card;
        let seen = world
            .office
            .seen_between(&officer, world.now, "control", newest, (2, 3));
        let numbers: Vec<_> = seen.await.unwrap().into_iter().map(|s| s.card.number).collect();
        assert_eq!(numbers, ["2026-2", "2026-3"]);
        let inspector = world.actor(Role::Inspector);
        let volumes = world.office.volumes(&inspector, register).await.unwrap();
        assert_eq!(volumes, [(2026, 1, newest.id.clone())]);
    }
}
