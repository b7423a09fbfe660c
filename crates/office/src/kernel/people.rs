//! Accounts and sessions: who acts.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use jiff::{SignedDuration, Timestamp};
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
use crate::kernel::rights::Role;
use crate::kernel::store::{int, text};
use crate::office::Office;

/// Shortest password.
pub const MIN_PASSWORD: usize = 10;
/// A session ends after this long without a page.
const IDLE: SignedDuration = SignedDuration::from_hours(2);
/// A session ends after this long in any case.
const LONGEST: SignedDuration = SignedDuration::from_hours(12);
/// A one-time link is good for this long.
const LINK: SignedDuration = SignedDuration::from_hours(24);
/// Failed attempts before an account is locked.
const MAX_FAILURES: i64 = 5;
/// For how long it is locked.
const LOCKED: SignedDuration = SignedDuration::from_mins(15);

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

/// The hash of a password (Argon2id). It takes its time: call it where it may block.
pub fn hash_password(password: &str) -> Result<String, Error> {
    if password.chars().count() < MIN_PASSWORD {
        let refusal = Refusal::new("refusal-password-short").arg("min", MIN_PASSWORD.to_string());
        return Err(refusal.field("password").into());
    }
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|h| h.to_string())
        .map_err(|_| Error::Installation("the password could not be hashed".to_owned()))
}

/// Whether a password is the one with this hash.
pub fn password_fits(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|h| Argon2::default().verify_password(password.as_bytes(), &h).is_ok())
}

fn display_record(account: &str) -> String {
    format!("account/{account}")
}

impl Office {
    /// Makes an account, recorded in the journal by its identifier and roles.
    pub async fn create_account(&self, actor: &Actor, now: Timestamp, new: NewAccount<'_>) -> Result<Account, Error> {
        let password = match new.password {
            Some(password) => Some(blocking(password, hash_password).await??),
            None => None,
        };
        let account = Account {
            id: new_id(),
            body: new.body.to_owned(),
            login: new.login.trim().to_lowercase(),
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
        let mut tx = self.db.write().await?;
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
        .execute(&mut *tx)
        .await;
        if let Err(error) = made {
            return Err(match error.as_database_error() {
                Some(e) if e.is_unique_violation() => Refusal::new("refusal-login-taken").field("login").into(),
                _ => error.into(),
            });
        }
        let mut open = Values::new();
        open.insert("roles".to_owned(), roles.into());
        account_event(&mut tx, actor, new.body, now, "account.create", &account.id, &open).await?;
        tx.commit().await?;
        self.wake.notify_one();
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

    /// Signs in with name and password. A wrong name, a wrong password and an account without a password look the same and
    /// take the same time.
    pub async fn sign_in(&self, login: &str, password: &str, now: Timestamp) -> Result<String, Error> {
        let row = sqlx::query("SELECT * FROM account WHERE login = $1 AND state = 'active'")
            .bind(login.trim().to_lowercase())
            .fetch_optional(self.db.read())
            .await?;
        let hash: Option<String> = match &row {
            Some(row) => row.try_get("password")?,
            None => None,
        };
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy_hash.clone());
        let password = password.to_owned();
        let fits = blocking(&password, move |p| password_fits(p, &hash)).await? && known;
        let Some(row) = row else {
            return Err(Refusal::new("refusal-sign-in").into());
        };
        let id = text(&row, "id")?;
        if int(&row, "locked_until")? > now.as_microsecond() {
            return Err(Refusal::new("refusal-sign-in-locked").into());
        }
        let mut tx = self.db.write().await?;
        if !fits {
            let failures = int(&row, "failures")? + 1;
            let locked = if failures >= MAX_FAILURES {
                (now + LOCKED).as_microsecond()
            } else {
                0
            };
            sqlx::query("UPDATE account SET failures = $2, locked_until = $3 WHERE id = $1")
                .bind(&id)
                .bind(if locked > 0 { 0 } else { failures })
                .bind(locked)
                .execute(&mut *tx)
                .await?;
            if locked > 0 {
                let actor = self.account_from_row(&row)?.actor();
                account_event(&mut tx, &actor, &actor.body, now, "account.lock", &id, &Values::new()).await?;
            }
            tx.commit().await?;
            return Err(Refusal::new("refusal-sign-in").into());
        }
        sqlx::query("UPDATE account SET failures = 0, locked_until = 0 WHERE id = $1")
            .bind(&id)
            .execute(&mut *tx)
            .await?;
        let account = self.account_from_row(&row)?;
        let token = begin_session(&mut tx, &account, now, "session").await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(token)
    }

    /// A link that signs an account in once.
    pub async fn one_time_link(&self, account: &Account, now: Timestamp) -> Result<String, Error> {
        let mut tx = self.db.write().await?;
        let token = begin_session(&mut tx, account, now, "link").await?;
        tx.commit().await?;
        Ok(token)
    }

    /// Signs in by a one-time link, which is used up by it.
    pub async fn sign_in_by_link(&self, token: &str, now: Timestamp) -> Result<String, Error> {
        let mut tx = self.db.write().await?;
        let row =
            sqlx::query("DELETE FROM session WHERE token = $1 AND kind = 'link' AND expires_at > $2 RETURNING account")
                .bind(stored_token(token))
                .bind(now.as_microsecond())
                .fetch_optional(&mut *tx)
                .await?;
        let row = row.ok_or_else(|| Refusal::new("refusal-link"))?;
        let account = sqlx::query("SELECT * FROM account WHERE id = $1 AND state = 'active'")
            .bind(text(&row, "account")?)
            .fetch_optional(&mut *tx)
            .await?;
        let account = account.ok_or_else(|| Refusal::new("refusal-link"))?;
        let account = self.account_from_row(&account)?;
        let token = begin_session(&mut tx, &account, now, "session").await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(token)
    }

    /// The session of a token, if it is under way.
    pub async fn session(&self, token: &str, now: Timestamp) -> Result<Option<Session>, Error> {
        let stored = stored_token(token);
        let row = sqlx::query(
            "SELECT a.*, s.csrf, s.seen_at FROM session s JOIN account a ON a.id = s.account \
             WHERE s.token = $1 AND s.kind = 'session' AND s.expires_at > $2 AND s.seen_at > $3 AND a.state = 'active'",
        )
        .bind(&stored)
        .bind(now.as_microsecond())
        .bind((now - IDLE).as_microsecond())
        .fetch_optional(self.db.read())
        .await?;
        let Some(row) = row else { return Ok(None) };
        // Once a minute is often enough to know that somebody is there.
        if int(&row, "seen_at")? < (now - SignedDuration::from_mins(1)).as_microsecond() {
            let mut tx = self.db.write().await?;
            sqlx::query("UPDATE session SET seen_at = $2 WHERE token = $1")
                .bind(&stored)
                .bind(now.as_microsecond())
                .execute(&mut *tx)
                .await?;
            tx.commit().await?;
        }
        Ok(Some(Session {
            account: self.account_from_row(&row)?,
            csrf: text(&row, "csrf")?,
            stored,
        }))
    }

    /// Ends a session.
    pub async fn sign_out(&self, session: &Session) -> Result<(), Error> {
        let mut tx = self.db.write().await?;
        sqlx::query("DELETE FROM session WHERE token = $1")
            .bind(&session.stored)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
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

/// Roles as they are stored.
pub(crate) fn roles_text(roles: &[Role]) -> String {
    let mut words: Vec<_> = roles.iter().map(|r| r.as_str()).collect();
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}

/// Begins a session or a link, with a token that nobody had before: a token from before the sign-in is never taken over.
async fn begin_session(tx: &mut AnyConnection, account: &Account, now: Timestamp, kind: &str) -> Result<String, Error> {
    let token = random_token()?;
    let longest = if kind == "link" { LINK } else { LONGEST };
    sqlx::query("DELETE FROM session WHERE expires_at < $1")
        .bind(now.as_microsecond())
        .execute(&mut *tx)
        .await?;
    sqlx::query(
        "INSERT INTO session (token, account, csrf, kind, created_at, seen_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $5, $6)",
    )
    .bind(stored_token(&token))
    .bind(&account.id)
    .bind(random_token()?)
    .bind(kind)
    .bind(now.as_microsecond())
    .bind((now + longest).as_microsecond())
    .execute(&mut *tx)
    .await?;
    if kind == "session" {
        let actor = account.actor();
        account_event(
            tx,
            &actor,
            &actor.body,
            now,
            "account.sign-in",
            &account.id,
            &Values::new(),
        )
        .await?;
    }
    Ok(token)
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

/// Does slow work on a password where it does not hold up pages.
async fn blocking<T: Send + 'static>(
    password: &str,
    work: impl FnOnce(&str) -> T + Send + 'static,
) -> Result<T, Error> {
    let password = password.to_owned();
    tokio::task::spawn_blocking(move || work(&password))
        .await
        .map_err(|_| Error::Installation("the work on a password was broken off".to_owned()))
}
