//! Passwords: how they are kept, checked and changed.

use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use jiff::{SignedDuration, Timestamp};
use sqlx::Row;
use tokio::sync::Semaphore;

use crate::error::{Error, Refusal};
use crate::kernel::people::{Account, Session, attempts, directory, own_event};
use crate::office::Office;

/// Shortest password, in characters.
pub const MIN_PASSWORD: usize = 10;
/// Longest password, in bytes: more would only cost time.
const MAX_PASSWORD: usize = 1024;

/// For how long having signed in is proof enough of an account that has no password.
const FRESH: SignedDuration = SignedDuration::from_mins(10);

/// Passwords that are worked on at the same time: each takes about 20 MiB of memory.
static HASHING: Semaphore = Semaphore::const_new(2);
/// How many wait for that.
static WAITING: AtomicUsize = AtomicUsize::new(0);
/// How many may wait: everybody after them is asked to come again, so that a flood of attempts holds up nothing else.
const MAX_WAITING: usize = 64;

/// Whether a new password is good enough, told before anything is done with it.
pub fn check_password(password: &str) -> Result<(), Refusal> {
    if password.chars().count() < MIN_PASSWORD {
        return Err(Refusal::new("refusal-password-short")
            .arg("min", MIN_PASSWORD.to_string())
            .field("password"));
    }
    if password.len() > MAX_PASSWORD {
        return Err(Refusal::new("refusal-too-long")
            .arg("max", MAX_PASSWORD.to_string())
            .field("password"));
    }
    // One character again and again, or digits counted up, is found by the first guess.
    let mut characters: Vec<char> = password.chars().collect();
    characters.sort_unstable();
    characters.dedup();
    if characters.len() < 4 {
        return Err(Refusal::new("refusal-password-plain").field("password"));
    }
    Ok(())
}

/// The hash of a password (Argon2id). It takes its time: call it where it may block.
pub fn hash_password(password: &str) -> Result<String, Error> {
    check_password(password)?;
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|h| h.to_string())
        .map_err(|_| Error::Installation("the password could not be hashed".to_owned()))
}

/// Whether a password is the one with this hash.
pub fn password_fits(password: &str, hash: &str) -> bool {
    password.len() <= MAX_PASSWORD
        && PasswordHash::new(hash).is_ok_and(|h| Argon2::default().verify_password(password.as_bytes(), &h).is_ok())
}

/// Somebody who waits for work on a password; counted as long as it lives.
struct Waiting;

impl Waiting {
    fn begin() -> Result<Self, Refusal> {
        if WAITING.fetch_add(1, Ordering::Relaxed) >= MAX_WAITING {
            WAITING.fetch_sub(1, Ordering::Relaxed);
            return Err(Refusal::new("refusal-busy"));
        }
        Ok(Self)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        WAITING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Does slow work on a password where it does not hold up pages.
pub(crate) async fn blocking<T: Send + 'static>(
    password: &str,
    work: impl FnOnce(&str) -> T + Send + 'static,
) -> Result<T, Error> {
    let broken = || Error::Installation("the work on a password was broken off".to_owned());
    let waiting = Waiting::begin()?;
    let turn = HASHING.acquire().await.map_err(|_| broken())?;
    let password = password.to_owned();
    let done = tokio::task::spawn_blocking(move || work(&password))
        .await
        .map_err(|_| broken());
    drop((turn, waiting));
    done
}

impl Office {
    /// Whether a password is the one of an account.
    pub(crate) async fn knows_password(&self, account: &str, password: &str) -> Result<bool, Error> {
        let row = sqlx::query("SELECT password FROM account WHERE id = $1")
            .bind(account)
            .fetch_optional(self.db.read())
            .await?;
        let hash: Option<String> = match &row {
            Some(row) => row.try_get("password")?,
            None => None,
        };
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy_hash.clone());
        Ok(blocking(password, move |p| password_fits(p, &hash)).await? && known)
    }

    /// Whether whoever sits at a session is its owner: asked before anything that would keep a stranger in. Wrong answers
    /// are counted.
    pub(crate) async fn prove(&self, account: &Account, password: &str, now: Timestamp) -> Result<(), Error> {
        let limits = attempts::code_limit(&account.id);
        let mut connection = self.db.read().acquire().await?;
        if attempts::locked(&mut connection, &limits, now).await? {
            return Err(Refusal::new("refusal-sign-in-locked").into());
        }
        drop(connection);
        let fits = self.is_owner(account, password, now).await?;
        let mut tx = self.db.write().await?;
        if fits {
            attempts::forget(&mut tx, &limits).await?;
        } else {
            attempts::failed(&mut tx, &limits, now).await?;
        }
        tx.commit().await?;
        if fits {
            Ok(())
        } else {
            Err(Refusal::new("refusal-password-wrong").field("old_password").into())
        }
    }

    /// An account without a password of its own is asked for at the directory; where there is none either, it signs in by a link or
    /// at a provider, and having done so just now is the proof.
    async fn is_owner(&self, account: &Account, password: &str, now: Timestamp) -> Result<bool, Error> {
        let row = sqlx::query(
            "SELECT a.password, (SELECT MAX(s.created_at) FROM session s WHERE s.account = a.id AND s.kind = 'session') AS began \
             FROM account a WHERE a.id = $1",
        )
        .bind(&account.id)
        .fetch_optional(self.db.read())
        .await?;
        let Some(row) = row else { return Ok(false) };
        if row.try_get::<Option<String>, _>("password")?.is_some() {
            return self.knows_password(&account.id, password).await;
        }
        if !password.is_empty()
            && let Some(fits) = directory::fits(self.folder(), &account.login, password).await?
        {
            return Ok(fits);
        }
        if directory::is_set(self.folder())? {
            return Ok(false);
        }
        let began: Option<i64> = row.try_get("began")?;
        Ok(began.is_some_and(|at| at > (now - FRESH).as_microsecond()))
    }

    /// Changes the password of whoever is signed in. The old one must be given, except where an administrator reset it or
    /// there was none. Every other session of the account ends.
    pub async fn change_password(&self, session: &Session, old: &str, new: &str, now: Timestamp) -> Result<(), Error> {
        let account = &session.account;
        check_password(new)?;
        if new.to_lowercase() == account.login {
            return Err(Refusal::new("refusal-password-plain").field("password").into());
        }
        if session.has_password && !session.must_change {
            self.prove(account, old, now).await?;
        }
        let hash = blocking(new, hash_password).await??;
        let mut tx = self.db.write().await?;
        sqlx::query("UPDATE account SET password = $2, must_change = 0 WHERE id = $1")
            .bind(&account.id)
            .bind(hash)
            .execute(&mut *tx)
            .await?;
        sqlx::query("DELETE FROM session WHERE account = $1 AND token <> $2")
            .bind(&account.id)
            .bind(&session.stored)
            .execute(&mut *tx)
            .await?;
        own_event(&mut tx, account, now, "account.password").await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }
}
