//! Accounts and sessions: who acts.

pub(crate) mod attempts;
pub mod demand;
pub mod directory;
pub mod factor;
pub mod manage;
pub mod passkey;
pub mod password;
#[cfg(feature = "oidc")]
pub mod provider;
pub mod sign_in;
pub(crate) mod signature;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use tutela_vault::{Place, Sealed};
use tutela_words::Locale;

use crate::error::{Error, Refusal};
use crate::kernel::field::Values;
use crate::kernel::journal::{self, Root};
use crate::kernel::new_id;
use crate::kernel::record::{Actor, write_event};
use crate::kernel::rights::{Right, Role, any_allows};
use crate::kernel::store::{Tx, text};
use crate::office::Office;

/// A person who may sign in.
#[derive(Debug, Clone)]
pub struct Account {
    /// Identifier: what the journal knows of the person.
    pub id: String,
    /// Body.
    pub body: String,
    /// Name to sign in with.
    pub login: String,
    /// Name to be shown to the person and to colleagues.
    pub display: String,
    /// Roles.
    pub roles: Vec<Role>,
    /// Language of pages.
    pub locale: Locale,
}

impl Account {
    /// As who acts.
    pub fn actor(&self) -> Actor {
        Actor {
            account: self.id.clone(),
            body: self.body.clone(),
            roles: self.roles.clone(),
        }
    }
}

/// A session under way.
#[derive(Debug, Clone)]
pub struct Session {
    /// Whose.
    pub account: Account,
    /// What every form must send back.
    pub csrf: String,
    /// The stored name of the session: a hash of its token.
    pub stored: String,
    /// Whether a password must be chosen before anything else.
    pub must_change: bool,
    /// Whether there is a password at all.
    pub has_password: bool,
    /// Whether the body demands a second factor that there is not yet.
    pub must_factor: bool,
}

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount<'a> {
    /// Body.
    pub body: &'a str,
    /// Name to sign in with.
    pub login: &'a str,
    /// Name to be shown.
    pub display: &'a str,
    /// Roles.
    pub roles: &'a [Role],
    /// Language of pages.
    pub locale: Locale,
    /// Password; without one the person signs in by a one-time link and sets it.
    pub password: Option<&'a str>,
}

/// A random token that fits into an address: 32 bytes as hexadecimal digits.
pub fn random_token() -> Result<String, Error> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|_| Error::Installation("the system gives no random numbers".to_owned()))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

/// How a token is stored: whoever reads the table cannot sign in.
pub fn stored_token(token: &str) -> String {
    Sha256::digest(token.as_bytes())
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

fn display_record(account: &str) -> String {
    format!("account/{account}")
}

impl Office {
    /// Makes an account, recorded in the journal by its identifier and roles.
    pub async fn create_account(&self, actor: &Actor, now: Timestamp, new: NewAccount<'_>) -> Result<Account, Error> {
        let password = match new.password {
            Some(password) => Some(password::blocking(password, password::hash_password).await??),
            None => None,
        };
        let mut tx = self.db.write().await?;
        let account = self.insert_account(&mut tx, actor, now, &new, password).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(account)
    }

    /// Writes an account with the hash of its password.
    pub(crate) async fn insert_account(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        now: Timestamp,
        new: &NewAccount<'_>,
        password: Option<String>,
    ) -> Result<Account, Error> {
        let account = Account {
            id: new_id(),
            body: new.body.to_owned(),
            login: read_login(new.login)?,
            display: new.display.trim().to_owned(),
            roles: new.roles.to_vec(),
            locale: new.locale,
        };
        let key = self.keys.of(new.body)?;
        let record = display_record(&account.id);
        let place = Place {
            body: new.body,
            record: &record,
        };
        let display = key.create(&place, account.display.as_bytes())?;
        let roles = roles_text(&account.roles);
        let made = sqlx::query(
            "INSERT INTO account (id, body, login, display, display_key, roles, language, password, state, failures, \
             locked_until, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'active', 0, 0, $9)",
        )
        .bind(&account.id)
        .bind(&account.body)
        .bind(&account.login)
        .bind(display.content)
        .bind(display.wrapped_key)
        .bind(&roles)
        .bind(account.locale.code())
        .bind(password)
        .bind(now.as_microsecond())
        .execute(&mut **tx)
        .await;
        if let Err(error) = made {
            return Err(match error.as_database_error() {
                Some(e) if e.is_unique_violation() => Refusal::new("refusal-login-taken").field("login").into(),
                _ => error.into(),
            });
        }
        let mut open = Values::new();
        open.insert("roles".to_owned(), roles.into());
        account_event(tx, actor, new.body, now, "account.create", &account.id, &open).await?;
        Ok(account)
    }

    pub(crate) fn account_from_row(&self, row: &AnyRow) -> Result<Account, Error> {
        let id = text(row, "id")?;
        let body = text(row, "body")?;
        let damaged = |what| Error::Damaged {
            table: "account",
            id: id.clone(),
            what,
        };
        let record = display_record(&id);
        let sealed = Sealed {
            wrapped_key: row.try_get("display_key")?,
            content: row.try_get("display")?,
        };
        let display = match self.keys.of(&body) {
            Ok(key) => {
                let secret = key.open(
                    &Place {
                        body: &body,
                        record: &record,
                    },
                    &sealed,
                )?;
                secret.expose_str().unwrap_or_default().to_owned()
            }
            // While the vault is locked an administrator may still sign in, to unlock it.
            Err(_) => text(row, "login")?,
        };
        let roles = text(row, "roles")?;
        let roles = roles
            .split_whitespace()
            .map(Role::from_word)
            .collect::<Option<Vec<_>>>();
        Ok(Account {
            login: text(row, "login")?,
            display,
            roles: roles.ok_or_else(|| damaged("roles"))?,
            locale: Locale::from_code(&text(row, "language")?).ok_or_else(|| damaged("language"))?,
            id,
            body,
        })
    }

    /// The account of this identifier, in this body.
    pub async fn account(&self, body: &str, id: &str) -> Result<Option<Account>, Error> {
        let row = sqlx::query("SELECT * FROM account WHERE id = $1 AND body = $2")
            .bind(id)
            .bind(body)
            .fetch_optional(self.db.read())
            .await?;
        row.as_ref().map(|r| self.account_from_row(r)).transpose()
    }

    /// Names of the accounts of a body by identifier, for whoever keeps the list of employees.
    pub(crate) async fn account_names(&self, actor: &Actor) -> Result<Vec<(String, String)>, Error> {
        if !any_allows(&actor.roles, Right::KeepStaff) {
            return Err(Refusal::new("refusal-right").into());
        }
        let rows = sqlx::query("SELECT * FROM account WHERE body = $1 ORDER BY id")
            .bind(&actor.body)
            .fetch_all(self.db.read())
            .await?;
        let mut names = Vec::with_capacity(rows.len());
        for row in &rows {
            let account = self.account_from_row(row)?;
            names.push((account.id, account.display));
        }
        Ok(names)
    }

    /// Changes the language of an account's pages.
    pub async fn set_language(&self, account: &str, locale: Locale) -> Result<(), Error> {
        let mut tx = self.db.write().await?;
        sqlx::query("UPDATE account SET language = $2 WHERE id = $1")
            .bind(account)
            .bind(locale.code())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }
}

/// A name to sign in with: letters without marks, digits and a few signs, so that nobody mistakes one for another.
pub(crate) fn read_login(given: &str) -> Result<String, Refusal> {
    let login = given.trim().to_lowercase();
    let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | '+');
    if login.is_empty() || login.len() > 80 || !login.chars().all(sound) {
        return Err(Refusal::new("refusal-login").field("login"));
    }
    Ok(login)
}

/// Roles as they are stored.
pub(crate) fn roles_text(roles: &[Role]) -> String {
    let mut words: Vec<_> = roles.iter().map(|r| r.as_str()).collect();
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}

/// Records what a person did to the own account.
pub(crate) async fn own_event(
    tx: &mut AnyConnection,
    account: &Account,
    now: Timestamp,
    kind: &str,
) -> Result<(), Error> {
    let actor = account.actor();
    account_event(tx, &actor, &actor.body, now, kind, &account.id, &Values::new()).await
}

/// Records what happened to an account.
pub(crate) async fn account_event(
    tx: &mut AnyConnection,
    actor: &Actor,
    body: &str,
    now: Timestamp,
    kind: &str,
    account: &str,
    open: &Values,
) -> Result<(), Error> {
    let seq = journal::next(tx).await?;
    let salt = Root::random()?;
    let commitments = journal::commitments(&salt, open)?;
    write_event(tx, seq, body, actor, now, kind, account, open, &salt, commitments).await
}
