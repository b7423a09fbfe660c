//! Keeping accounts: an administrator makes them, gives roles, ends them, resets what was lost. What would let an administrator
//! look at personal data through somebody else's account waits for another person to confirm it.

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::field::Values;
use crate::kernel::people::factor::{FactorState, forget_factor};
use crate::kernel::people::{Account, NewAccount, account_event, passkey, roles_text, sign_in};
use crate::kernel::record::Actor;
use crate::kernel::rights::{Right, Role, allows, any_allows};
use crate::kernel::store::{Tx, text};
use crate::office::Office;

/// Where an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It signs in.
    Active,
    /// Somebody must confirm it first.
    Waiting,
    /// It does not sign in.
    Disabled,
}

impl Standing {
    /// The word in the store and in texts: `account-…`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Waiting => "waiting",
            Self::Disabled => "disabled",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Active, Self::Waiting, Self::Disabled]
            .into_iter()
            .find(|s| s.as_str() == word)
    }
}

/// An account as it is kept.
#[derive(Debug, Clone)]
pub struct Managed {
    /// The account.
    pub account: Account,
    /// Where it stands.
    pub standing: Standing,
    /// Its second factor.
    pub factor: FactorState,
    /// Roles that somebody asked for.
    pub wanted: Option<Vec<Role>>,
    /// Who asked for what waits.
    pub asked_by: Option<String>,
    /// Who the person is at providers of identities.
    pub links: Vec<Link>,
}

/// Who a person is at a provider of identities. Which identity it is stays a hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The name of the provider.
    pub provider: String,
    /// Whether it counts; otherwise it waits for a second person.
    pub confirmed: bool,
}

impl Managed {
    /// Whether something waits for a second person.
    pub fn waits(&self) -> bool {
        self.standing == Standing::Waiting || self.wanted.is_some() || self.link_waits()
    }

    fn link_waits(&self) -> bool {
        self.links.iter().any(|l| !l.confirmed)
    }
}

/// Whether a role opens personal data or signs for the body: nobody gives it alone.
pub fn needs_second_person(role: Role) -> bool {
    [Right::OpenPersonal, Right::OpenIdentity, Right::Approve]
        .into_iter()
        .any(|right| allows(role, right))
}

/// What is done with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keeping {
    /// Other roles.
    Roles(Vec<Role>),
    /// It no longer signs in; its sessions end.
    Disable,
    /// It signs in again.
    Enable,
    /// The password is forgotten and a one-time link made.
    Reset,
    /// The second factor is forgotten.
    DropFactor,
    /// The person is also this identity at a provider.
    Link {
        /// The name of the provider.
        provider: String,
        /// The identity, hashed.
        identity: String,
    },
    /// The person is nobody at a provider any more.
    Unlink {
        /// The name of the provider.
        provider: String,
    },
    /// A second person confirms what waits.
    Confirm,
    /// What waits is refused.
    Decline,
}

impl Keeping {
    fn kind(&self) -> &'static str {
        match self {
            Self::Roles(_) => "account.roles",
            Self::Disable => "account.disable",
            Self::Enable => "account.enable",
            Self::Reset => "account.reset",
            Self::DropFactor => "account.drop-factor",
            Self::Link { .. } => "account.link",
            Self::Unlink { .. } => "account.unlink",
            Self::Confirm => "account.confirm",
            Self::Decline => "account.decline",
        }
    }

    /// Who may do it.
    pub fn right(&self) -> Right {
        match self {
            Self::Confirm | Self::Decline => Right::ConfirmAccounts,
            _ => Right::ManageAccounts,
        }
    }
}

/// How the row of an account changes.
struct Change {
    standing: Standing,
    roles: Vec<Role>,
    wanted: Option<Vec<Role>>,
    asked_by: Option<String>,
}

/// The providers at which an account is somebody.
async fn links(connection: &mut AnyConnection, account: &str) -> Result<Vec<Link>, Error> {
    let rows = sqlx::query("SELECT provider, state FROM provider_identity WHERE account = $1 ORDER BY provider, state")
        .bind(account)
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Link {
                provider: text(row, "provider")?,
                confirmed: text(row, "state")? == "confirmed",
            })
        })
        .collect()
}

impl Office {
    async fn managed(&self, connection: &mut AnyConnection, row: &AnyRow) -> Result<Managed, Error> {
        let account = self.account_from_row(row)?;
        let damaged = |what| Error::Damaged {
            table: "account",
            id: account.id.clone(),
            what,
        };
        let standing = Standing::from_word(&text(row, "state")?).ok_or_else(|| damaged("state"))?;
        let wanted: Option<String> = row.try_get("roles_wanted")?;
        let wanted = wanted.map(|w| w.split_whitespace().map(Role::from_word).collect::<Option<Vec<_>>>());
        let wanted = match wanted {
            Some(roles) => Some(roles.ok_or_else(|| damaged("roles"))?),
            None => None,
        };
        let factor = match passkey::count(connection, &account.id).await? {
            0 => FactorState::from_word(&text(row, "factor_state")?),
            _ => FactorState::On,
        };
        Ok(Managed {
            standing,
            factor,
            links: links(connection, &account.id).await?,
            wanted,
            asked_by: row.try_get("asked_by")?,
            account,
        })
    }

    /// The providers at which an account is somebody.
    pub async fn links(&self, account: &Account) -> Result<Vec<Link>, Error> {
        let mut connection = self.db.read().acquire().await?;
        links(&mut connection, &account.id).await
    }

    /// The accounts of a body and of the bodies below it.
    pub async fn managed_accounts(&self, actor: &Actor) -> Result<Vec<(Body, Vec<Managed>)>, Error> {
        must_keep(actor)?;
        let mut connection = self.db.read().acquire().await?;
        let mut all = Vec::new();
        for body in Body::within(&mut connection, &actor.body).await? {
            let rows = sqlx::query("SELECT * FROM account WHERE body = $1 ORDER BY id")
                .bind(&body.id)
                .fetch_all(&mut *connection)
                .await?;
            let mut accounts = Vec::with_capacity(rows.len());
            for row in &rows {
                accounts.push(self.managed(&mut connection, row).await?);
            }
            all.push((body, accounts));
        }
        Ok(all)
    }

    /// An account of the own body or of one below it. Any other is not there.
    pub async fn managed_account(&self, actor: &Actor, id: &str) -> Result<Managed, Error> {
        must_keep(actor)?;
        let mut connection = self.db.read().acquire().await?;
        self.managed_in(&mut connection, actor, id).await
    }

    async fn managed_in(&self, connection: &mut AnyConnection, actor: &Actor, id: &str) -> Result<Managed, Error> {
        let row = sqlx::query("SELECT * FROM account WHERE id = $1")
            .bind(id)
            .fetch_optional(&mut *connection)
            .await?;
        let row = row.ok_or_else(|| Refusal::new("refusal-no-page"))?;
        let within = Body::within(connection, &actor.body).await?;
        let body = text(&row, "body")?;
        if !within.iter().any(|b| b.id == body) {
            return Err(Refusal::new("refusal-no-page").into());
        }
        self.managed(connection, &row).await
    }

    /// A new account with a one-time link, which is shown once. With roles that need a second person the link is good only
    /// after somebody else has confirmed the account.
    pub async fn new_account(
        &self,
        actor: &Actor,
        now: Timestamp,
        new: NewAccount<'_>,
    ) -> Result<(Account, String), Error> {
        if !any_allows(&actor.roles, Right::ManageAccounts) {
            return Err(Refusal::new("refusal-right").into());
        }
        let mut connection = self.db.read().acquire().await?;
        let within = Body::within(&mut connection, &actor.body).await?;
        drop(connection);
        if !within.iter().any(|b| b.id == new.body) {
            return Err(Refusal::new("refusal-choice").field("account_body").into());
        }
        if new.roles.is_empty() {
            return Err(Refusal::new("refusal-required").field("account_roles").into());
        }
        if new.display.trim().is_empty()
            || new.display.chars().count() > 120
            || new.display.chars().any(char::is_control)
        {
            return Err(Refusal::new("refusal-required").field("account_display").into());
        }
        let waits = new.roles.iter().any(|r| needs_second_person(*r));
        let mut tx = self.db.write().await?;
        let account = self.insert_account(&mut tx, actor, now, &new, None).await?;
        sqlx::query("UPDATE account SET state = $2, asked_by = $3, must_change = 1 WHERE id = $1")
            .bind(&account.id)
            .bind(if waits { "waiting" } else { "active" })
            .bind(waits.then_some(actor.account.as_str()))
            .execute(&mut *tx)
            .await?;
        let link = sign_in::link(&mut tx, &account, now).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok((account, link))
    }

    /// Does something with an account. A reset gives a one-time link, which is shown once.
    pub async fn keep_account(
        &self,
        actor: &Actor,
        now: Timestamp,
        id: &str,
        keeping: Keeping,
    ) -> Result<Option<String>, Error> {
        if !any_allows(&actor.roles, keeping.right()) {
            return Err(Refusal::new("refusal-right").into());
        }
        let mut tx = self.db.write().await?;
        let before = self.managed_in(&mut tx, actor, id).await?;
        if before.account.id == actor.account {
            return Err(Refusal::new("refusal-own-account").into());
        }
        let change = decide(actor, &before, &keeping)?;
        sqlx::query("UPDATE account SET state = $2, roles = $3, roles_wanted = $4, asked_by = $5 WHERE id = $1")
            .bind(id)
            .bind(change.standing.as_str())
            .bind(roles_text(&change.roles))
            .bind(change.wanted.as_deref().map(roles_text))
            .bind(change.asked_by.as_deref())
            .execute(&mut *tx)
            .await?;
        let link = self.carry_out(&mut tx, &before, &change, now, &keeping).await?;
        let mut open = Values::new();
        if let Keeping::Link { provider, .. } | Keeping::Unlink { provider } = &keeping {
            open.insert("provider".to_owned(), provider.clone().into());
        }
        if let Keeping::Roles(roles) = &keeping {
            open.insert("roles".to_owned(), roles_text(roles).into());
        }
        account_event(&mut tx, actor, &before.account.body, now, keeping.kind(), id, &open).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(link)
    }

    /// What a step does beside the row.
    async fn carry_out(
        &self,
        tx: &mut Tx,
        before: &Managed,
        change: &Change,
        now: Timestamp,
        keeping: &Keeping,
    ) -> Result<Option<String>, Error> {
        let account = &before.account;
        match keeping {
            Keeping::Disable | Keeping::Decline => {
                end_sessions(tx, &account.id).await?;
                sqlx::query("DELETE FROM provider_identity WHERE account = $1 AND state = 'waiting'")
                    .bind(&account.id)
                    .execute(&mut **tx)
                    .await?;
            }
            Keeping::Reset => {
                end_sessions(tx, &account.id).await?;
                sqlx::query("UPDATE account SET password = NULL, must_change = 1 WHERE id = $1")
                    .bind(&account.id)
                    .execute(&mut **tx)
                    .await?;
                return Ok(Some(sign_in::link(tx, account, now).await?));
            }
            Keeping::DropFactor => {
                end_sessions(tx, &account.id).await?;
                forget_factor(tx, &account.id).await?;
            }
            Keeping::Link { provider, identity } => {
                let state = if change.asked_by.is_some() {
                    "waiting"
                } else {
                    "confirmed"
                };
                let made = sqlx::query(
                    "INSERT INTO provider_identity (identity, account, provider, state, created_at) \
                     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (identity) DO NOTHING",
                )
                .bind(identity)
                .bind(&account.id)
                .bind(provider)
                .bind(state)
                .bind(now.as_microsecond())
                .execute(&mut **tx)
                .await?;
                if made.rows_affected() != 1 {
                    return Err(Refusal::new("refusal-provider-taken").field("provider_subject").into());
                }
            }
            Keeping::Unlink { provider } => {
                end_sessions(tx, &account.id).await?;
                sqlx::query("DELETE FROM provider_identity WHERE account = $1 AND provider = $2")
                    .bind(&account.id)
                    .bind(provider)
                    .execute(&mut **tx)
                    .await?;
            }
            Keeping::Confirm => {
                sqlx::query("UPDATE provider_identity SET state = 'confirmed' WHERE account = $1")
                    .bind(&account.id)
                    .execute(&mut **tx)
                    .await?;
            }
            Keeping::Roles(_) | Keeping::Enable => {}
        }
        Ok(None)
    }
}

fn must_keep(actor: &Actor) -> Result<(), Refusal> {
    let may = [Right::ManageAccounts, Right::ConfirmAccounts];
    if may.into_iter().any(|right| any_allows(&actor.roles, right)) {
        Ok(())
    } else {
        Err(Refusal::new("refusal-right"))
    }
}

/// The rule: what becomes of an account.
fn decide(actor: &Actor, before: &Managed, keeping: &Keeping) -> Result<Change, Refusal> {
    let mut change = Change {
        standing: before.standing,
        roles: before.account.roles.clone(),
        wanted: before.wanted.clone(),
        asked_by: before.asked_by.clone(),
    };
    let second = before.account.roles.iter().any(|r| needs_second_person(*r));
    // What one person asked for is not confirmed by that person because another asked for something else meanwhile.
    let others = before.waits() && before.asked_by.as_deref() != Some(actor.account.as_str());
    let adds = match keeping {
        Keeping::Link { .. } | Keeping::Reset | Keeping::DropFactor => true,
        Keeping::Roles(_) | Keeping::Unlink { .. } => before.link_waits(),
        Keeping::Disable | Keeping::Enable | Keeping::Confirm | Keeping::Decline => false,
    };
    if others && adds {
        return Err(Refusal::new("refusal-waits"));
    }
    match keeping {
        Keeping::Roles(roles) => {
            if roles.is_empty() {
                return Err(Refusal::new("refusal-required").field("account_roles"));
            }
            let gains = roles
                .iter()
                .any(|r| needs_second_person(*r) && !before.account.roles.contains(r));
            change.wanted = None;
            if before.standing == Standing::Waiting {
                // Nobody has confirmed the account yet: it is confirmed with these roles or not at all.
                change.roles.clone_from(roles);
                change.asked_by = Some(actor.account.clone());
            } else if gains {
                change.wanted = Some(roles.clone());
                change.asked_by = Some(actor.account.clone());
            } else {
                change.roles.clone_from(roles);
                if !before.link_waits() {
                    change.asked_by = None;
                }
            }
        }
        Keeping::Link { .. } => {
            if before.standing == Standing::Disabled {
                return Err(Refusal::new("refusal-state"));
            }
            // Whoever says who a person is elsewhere could say that it is themselves.
            if second || before.waits() {
                change.asked_by = Some(actor.account.clone());
            }
        }
        Keeping::Unlink { provider } => {
            if !before.links.iter().any(|l| l.provider == *provider) {
                return Err(Refusal::new("refusal-state"));
            }
            let rest = before.links.iter().any(|l| !l.confirmed && l.provider != *provider);
            if before.standing != Standing::Waiting && before.wanted.is_none() && !rest {
                change.asked_by = None;
            }
        }
        Keeping::Disable => {
            change.standing = Standing::Disabled;
            change.wanted = None;
            change.asked_by = None;
        }
        Keeping::Enable => {
            if before.standing != Standing::Disabled {
                return Err(Refusal::new("refusal-state"));
            }
            change.standing = if second { Standing::Waiting } else { Standing::Active };
            change.asked_by = second.then(|| actor.account.clone());
        }
        Keeping::Reset | Keeping::DropFactor => {
            if before.standing == Standing::Disabled {
                return Err(Refusal::new("refusal-state"));
            }
            // Whoever takes away what a person signs in with could sign in as that person. With a second factor that stays,
            // a new link alone does not do.
            let alone = *keeping == Keeping::Reset && before.factor == FactorState::On;
            if second && !alone {
                change.standing = Standing::Waiting;
                change.asked_by = Some(actor.account.clone());
            }
        }
        Keeping::Confirm => {
            if !before.waits() {
                return Err(Refusal::new("refusal-state"));
            }
            if before.asked_by.as_deref() == Some(actor.account.as_str()) {
                return Err(Refusal::new("refusal-second-person"));
            }
            if let Some(wanted) = change.wanted.take() {
                change.roles = wanted;
            }
            // A link to somebody who was disabled since does not bring them back.
            if before.standing == Standing::Waiting {
                change.standing = Standing::Active;
            }
            change.asked_by = None;
        }
        Keeping::Decline => {
            if !before.waits() {
                return Err(Refusal::new("refusal-state"));
            }
            if before.standing == Standing::Waiting {
                change.standing = Standing::Disabled;
            }
            change.wanted = None;
            change.asked_by = None;
        }
    }
    Ok(change)
}

/// Ends every session of an account, with links and half sessions.
async fn end_sessions(tx: &mut AnyConnection, account: &str) -> Result<(), Error> {
    sqlx::query("DELETE FROM session WHERE account = $1")
        .bind(account)
        .execute(tx)
        .await?;
    Ok(())
}
