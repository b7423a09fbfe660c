//! Who must have a second factor: a body says so for everybody or for roles. Whoever has none is led to it before anything else.

use jiff::Timestamp;
use sqlx::AnyConnection;

use crate::error::{Error, Refusal};
use crate::kernel::field::Values;
use crate::kernel::people::{Account, account_event, roles_text};
use crate::kernel::record::Actor;
use crate::kernel::rights::{Right, Role, any_allows};
use crate::kernel::store::text;
use crate::office::Office;

/// The word for everybody, in the store and in forms.
const ALL: &str = "all";

/// Who must have a second factor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Demand {
    /// Nobody.
    #[default]
    Nobody,
    /// Whoever has one of these roles.
    Roles(Vec<Role>),
    /// Everybody.
    Everybody,
}

impl Demand {
    /// Reads what is stored. A word that is not known demands it of everybody: a newer program meant somebody by it.
    pub(crate) fn from_text(text: &str) -> Self {
        let words: Vec<_> = text.split_whitespace().collect();
        if words.is_empty() {
            return Self::Nobody;
        }
        words
            .into_iter()
            .map(Role::from_word)
            .collect::<Option<Vec<_>>>()
            .map_or(Self::Everybody, Self::Roles)
    }

    /// As it is stored.
    pub fn to_text(&self) -> String {
        match self {
            Self::Nobody => String::new(),
            Self::Roles(roles) => roles_text(roles),
            Self::Everybody => ALL.to_owned(),
        }
    }

    /// Whether it is demanded of somebody with these roles.
    pub fn holds(&self, roles: &[Role]) -> bool {
        match self {
            Self::Nobody => false,
            Self::Roles(named) => roles.iter().any(|r| named.contains(r)),
            Self::Everybody => true,
        }
    }
}

/// What a body demands.
async fn of(connection: &mut AnyConnection, body: &str) -> Result<Demand, Error> {
    let row = sqlx::query("SELECT factor_roles FROM body WHERE id = $1")
        .bind(body)
        .fetch_optional(connection)
        .await?;
    let text = row.as_ref().map(|r| text(r, "factor_roles")).transpose()?;
    Ok(text.as_deref().map(Demand::from_text).unwrap_or_default())
}

/// Whether the body of an account demands a second factor of it.
pub(crate) async fn demanded(connection: &mut AnyConnection, account: &Account) -> Result<bool, Error> {
    Ok(of(connection, &account.body).await?.holds(&account.roles))
}

impl Office {
    /// Of whom a body demands a second factor, for whoever keeps accounts.
    pub async fn demand(&self, actor: &Actor, body: &str) -> Result<Demand, Error> {
        self.kept_body(actor, body).await?;
        let mut connection = self.db.read().acquire().await?;
        of(&mut connection, body).await
    }

    /// Says of whom a body demands a second factor. It counts from the next page on, also for whoever is signed in.
    pub async fn set_demand(&self, actor: &Actor, now: Timestamp, body: &str, demand: &Demand) -> Result<(), Error> {
        if !any_allows(&actor.roles, Right::ManageInstallation) {
            return Err(Refusal::new("refusal-right").into());
        }
        self.kept_body(actor, body).await?;
        let mut tx = self.db.write().await?;
        sqlx::query("UPDATE body SET factor_roles = $2 WHERE id = $1")
            .bind(body)
            .bind(demand.to_text())
            .execute(&mut *tx)
            .await?;
        let mut open = Values::new();
        open.insert("factor_roles".to_owned(), demand.to_text().into());
        account_event(&mut tx, actor, body, now, "body.factor", body, &open).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }
}
