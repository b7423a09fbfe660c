//! Cards that point to what an act is about: the rule of a register may need them although its own card does not name them,
//! such as a hold that stands on a record, or the lines of a case.

use std::collections::BTreeSet;

use sqlx::{AnyConnection, AssertSqlSafe};

use crate::error::Error;
use crate::kernel::card::Card;
use crate::kernel::record::load_cards;
use crate::kernel::store::text;

/// How many such cards of one kind a rule is shown.
const MOST: usize = 500;
/// Targets that are asked for at a time.
const MANY: usize = 200;

/// Which cards a rule sees.
#[derive(Debug, Clone, Copy)]
pub struct Near {
    /// Acts with cards of this register see them.
    pub acts_of: &'static str,
    /// The register of the cards.
    pub register: &'static str,
    /// The field in which they point to the card of the act, or to a card that it points to.
    pub field: &'static str,
    /// Their states; empty: any.
    pub states: &'static [&'static str],
    /// Whether those count too that point to what these cards point to.
    pub further: bool,
}

/// The cards near an act with a card of a register, closed; and whether there are more than are shown.
pub(crate) async fn near(
    connection: &mut AnyConnection,
    all: &[Near],
    body: &str,
    register: &str,
    own: Option<&str>,
    (pointed, further): (&[String], &[String]),
) -> Result<(Vec<Card>, bool), Error> {
    let mut found = BTreeSet::new();
    let mut many = false;
    let targets: Vec<&str> = own.into_iter().chain(pointed.iter().map(String::as_str)).collect();
    let mut wide = targets.clone();
    wide.extend(further.iter().map(String::as_str));
    for near in all.iter().filter(|n| n.acts_of == register) {
        let mut ids = BTreeSet::new();
        let targets = if near.further { &wide } else { &targets };
        for some in targets.chunks(MANY) {
            ids.extend(pointing(connection, near, body, some).await?);
        }
        many |= ids.len() > MOST;
        found.extend(ids.into_iter().rev().take(MOST).filter(|id| Some(id.as_str()) != own));
    }
    let ids: Vec<&str> = found.iter().map(String::as_str).collect();
    let cards = load_cards(connection, body, &ids).await?;
    Ok((cards.into_values().collect(), many))
}

async fn pointing(
    connection: &mut AnyConnection,
    near: &Near,
    body: &str,
    targets: &[&str],
) -> Result<Vec<String>, Error> {
    let places = |from: usize, number: usize| -> String {
        let named: Vec<_> = (from..from + number).map(|n| format!("${n}")).collect();
        named.join(", ")
    };
    let states = if near.states.is_empty() {
        String::new()
    } else {
        format!(" AND c.state IN ({})", places(4 + targets.len(), near.states.len()))
    };
    let sql = format!(
        "SELECT DISTINCT l.source FROM card_link l JOIN card c ON c.id = l.source WHERE l.target IN ({}) \
         AND c.body = $1 AND c.register = $2 AND l.field = $3{states} ORDER BY l.source DESC LIMIT {}",
        places(4, targets.len()),
        MOST + 1
    );
    let mut query = sqlx::query(AssertSqlSafe(sql))
        .bind(body)
        .bind(near.register)
        .bind(near.field);
    for target in targets {
        query = query.bind(*target);
    }
    for state in near.states {
        query = query.bind(*state);
    }
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(|row| text(row, "source")).collect()
}
