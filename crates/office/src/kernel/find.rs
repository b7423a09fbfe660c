//! Lists and searches: pages of cards, found by their place, their state, or the blind index.

use sqlx::{AnyConnection, Row};
use tutela_vault::index::Kind;

use crate::error::{Error, Refusal};
use crate::kernel::card::Card;
use crate::kernel::open::is_hidden;
use crate::kernel::record::{Actor, CARD_COLUMNS, card_from_row, drill_tally_name, tally_name};
use crate::kernel::register::Register;
use crate::kernel::rights::{Right, any_allows};
use crate::kernel::store::int;
use crate::kernel::vault;
use crate::office::Office;

/// Cards on a page of a register.
pub const PAGE: i64 = 50;
/// Cards that a search shows at most.
const MAX_FOUND: i64 = 100;

/// Cards that a form lets choose from at most.
const MAX_CHOICES: i64 = 500;

/// A card in a list, with the initials that stand for its person.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The card, closed.
    pub card: Card,
    /// Initials.
    pub label: Option<String>,
}

/// A page of a register.
#[derive(Debug)]
pub struct Page {
    /// Its cards, newest first.
    pub cards: Vec<Listed>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many cards stand in every state.
    pub tallies: Vec<(&'static str, i64)>,
    /// How many cards of drills there are, which are not among them.
    pub drills: i64,
}

impl Office {
    /// A page of a register: newest first, before a card, in a state.
    pub async fn page(
        &self,
        actor: &Actor,
        register: &'static Register,
        state: Option<&str>,
        before: Option<&str>,
    ) -> Result<Page, Error> {
        if !any_allows(&actor.roles, register.see) {
            return Err(Refusal::new("refusal-right").into());
        }
        // Identifiers of version 7 never reach the letter z.
        let before = before.unwrap_or("z");
        let select = format!(
            "SELECT {CARD_COLUMNS}, v.label_key, v.label FROM card c LEFT JOIN vault_record v ON v.card = c.id \
             WHERE c.body = $1 AND c.register = $2 AND c.id < $3"
        );
        let rows = match state {
            Some(state) => {
                sqlx::query(sqlx::AssertSqlSafe(format!(
                    "{select} AND c.state = $5 ORDER BY c.id DESC LIMIT $4"
                )))
                .bind(&actor.body)
                .bind(register.name)
                .bind(before)
                .bind(PAGE + 1)
                .bind(state)
                .fetch_all(self.db.read())
                .await?
            }
            None => {
                sqlx::query(sqlx::AssertSqlSafe(format!("{select} ORDER BY c.id DESC LIMIT $4")))
                    .bind(&actor.body)
                    .bind(register.name)
                    .bind(before)
                    .bind(PAGE + 1)
                    .fetch_all(self.db.read())
                    .await?
            }
        };
        let mut cards = self.listed(actor, &rows)?;
        let next = if cards.len() > usize::try_from(PAGE).unwrap_or(usize::MAX) {
            cards.pop();
            cards.last().map(|l| l.card.id.clone())
        } else {
            None
        };
        let mut connection = self.db.read().acquire().await?;
        let tallies = tallies(&mut connection, &actor.body, register).await?;
        let drills = drills(&mut connection, &actor.body, register).await?;
        Ok(Page {
            cards,
            next,
            tallies,
            drills,
        })
    }

    /// Cards out of their rows, with initials.
    pub(crate) fn listed(&self, actor: &Actor, rows: &[sqlx::any::AnyRow]) -> Result<Vec<Listed>, Error> {
        // While the vault is locked, cards are listed without the initials of their persons.
        let key = self.keys.of(&actor.body).ok();
        rows.iter()
            .map(|row| {
                let card = card_from_row(row)?;
                let label = match &key {
                    Some(key) if !is_hidden(&card) => vault::open_label(key, &actor.body, &card.id, row)?,
                    _ => None,
                };
                Ok(Listed { card, label })
            })
            .collect()
    }

    /// Cards of every register that the actor may see, found by the words of a name or by a number, through the blind index:
    /// nothing is decrypted to find them.
    pub async fn search(&self, actor: &Actor, query: &str) -> Result<Vec<Listed>, Error> {
        if !any_allows(&actor.roles, Right::SearchPersons) {
            return Err(Refusal::new("refusal-right").into());
        }
        let key = self.keys.of(&actor.body)?;
        let kind = if query.chars().any(|c| c.is_ascii_digit()) {
            Kind::Number
        } else {
            Kind::Name
        };
        let tokens: Vec<String> = vault::query_tokens(&key, kind, query).into_iter().collect();
        let Some((first, rest)) = tokens.split_first() else {
            return Err(Refusal::new("refusal-query").field("q").into());
        };
        let mut sql = format!(
            "SELECT {CARD_COLUMNS}, v.label_key, v.label FROM blind_index b JOIN card c ON c.id = b.card \
             LEFT JOIN vault_record v ON v.card = c.id WHERE b.body = $1 AND b.token = $2"
        );
        // Every word must be found: a search for two words is narrower than for one.
        for at in 0..rest.len() {
            let place = at + 4;
            sql.push_str(&format!(
                " AND EXISTS (SELECT 1 FROM blind_index x WHERE x.body = $1 AND x.card = b.card AND x.token = ${place})"
            ));
        }
        sql.push_str(" ORDER BY c.id DESC LIMIT $3");
        let mut found = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(&actor.body)
            .bind(first)
            .bind(MAX_FOUND);
        for token in rest {
            found = found.bind(token);
        }
        let rows = found.fetch_all(self.db.read()).await?;
        let mut listed = self.listed(actor, &rows)?;
        // A search for a name must not tell whose identity is hidden.
        listed.retain(|l| !is_hidden(&l.card));
        listed.retain(|l| {
            self.register(&l.card.register)
                .is_some_and(|r| any_allows(&actor.roles, r.see))
        });
        Ok(listed)
    }

    /// The cards of a register that can be chosen in a form: identifier, number and a title.
    pub async fn choices(&self, actor: &Actor, register: &Register) -> Result<Vec<Listed>, Error> {
        // Closed cards are left out by the database: else they would crowd out those that can be chosen.
        let open: Vec<_> = register.states.iter().filter(|s| !s.closed).collect();
        let places: Vec<_> = (4..open.len() + 4).map(|n| format!("${n}")).collect();
        if open.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT {CARD_COLUMNS}, v.label_key, v.label FROM card c LEFT JOIN vault_record v ON v.card = c.id \
             WHERE c.body = $1 AND c.register = $2 AND c.state IN ({}) ORDER BY c.id DESC LIMIT $3",
            places.join(", ")
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(&actor.body)
            .bind(register.name)
            .bind(MAX_CHOICES);
        for state in open {
            query = query.bind(state.name);
        }
        let rows = query.fetch_all(self.db.read()).await?;
        let listed = self.listed(actor, &rows)?;
        Ok(listed)
    }

    /// Cards of a register whose data are still there, newest first, whether or not work on them is over: a hold stops their
    /// destruction too.
    pub async fn choices_with_data(&self, actor: &Actor, register: &Register) -> Result<Vec<Listed>, Error> {
        let sql = format!(
            "SELECT {CARD_COLUMNS}, v.label_key, v.label FROM card c LEFT JOIN vault_record v ON v.card = c.id \
             WHERE c.body = $1 AND c.register = $2 AND v.destroyed_at IS NULL ORDER BY c.id DESC LIMIT $3"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(&actor.body)
            .bind(register.name)
            .bind(MAX_CHOICES)
            .fetch_all(self.db.read())
            .await?;
        self.listed(actor, &rows)
    }
}

/// How many cards of drills a register has.
async fn drills(connection: &mut AnyConnection, body: &str, register: &Register) -> Result<i64, Error> {
    let names: Vec<_> = register
        .states
        .iter()
        .map(|s| drill_tally_name(register.name, s.name))
        .collect();
    let values = counters(connection, body, &names).await?;
    Ok(values.iter().sum())
}

/// How many cards of a register stand in every state, those of drills aside.
pub async fn tallies(
    connection: &mut AnyConnection,
    body: &str,
    register: &Register,
) -> Result<Vec<(&'static str, i64)>, Error> {
    let names: Vec<_> = register
        .states
        .iter()
        .map(|s| tally_name(register.name, s.name))
        .collect();
    let values = counters(connection, body, &names).await?;
    Ok(register.states.iter().map(|s| s.name).zip(values).collect())
}

/// The values of counters, in the order of their names; nothing was counted where there is none.
async fn counters(connection: &mut AnyConnection, body: &str, names: &[String]) -> Result<Vec<i64>, Error> {
    let places: Vec<_> = (2..names.len() + 2).map(|n| format!("${n}")).collect();
    let sql = format!(
        "SELECT name, value FROM counter WHERE body = $1 AND name IN ({})",
        places.join(", ")
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(body);
    for name in names {
        query = query.bind(name);
    }
    let mut values = vec![0; names.len()];
    for row in query.fetch_all(connection).await? {
        let name: String = row.try_get("name")?;
        if let Some(at) = names.iter().position(|n| *n == name)
            && let Some(value) = values.get_mut(at)
        {
            *value = int(&row, "value")?;
        }
    }
    Ok(values)
}
