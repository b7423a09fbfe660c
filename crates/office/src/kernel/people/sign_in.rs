//! Signing in: with a password, with a one-time link, with a second factor; and the sessions that come of it.

use jiff::{SignedDuration, Timestamp};
use sqlx::{AnyConnection, Row};

use crate::error::{Error, Refusal};
use crate::kernel::field::Values;
use crate::kernel::people::demand::Demand;
use crate::kernel::people::password::{blocking, password_fits};
use crate::kernel::people::{
    Account, Session, account_event, attempts, directory, own_event, passkey, random_token, stored_token,
};
use crate::kernel::store::{int, text};
use crate::office::Office;

/// A session ends after this long without a page.
const IDLE: SignedDuration = SignedDuration::from_hours(2);
/// A session ends after this long in any case.
const LONGEST: SignedDuration = SignedDuration::from_hours(12);
/// A one-time link is good for this long.
const LINK: SignedDuration = SignedDuration::from_hours(24);
/// How long a password waits for its second factor.
const HALF: SignedDuration = SignedDuration::from_mins(5);
/// Longest name of a browser that is kept, in characters.
const MAX_CLIENT: usize = 60;

/// What a token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Somebody who is signed in.
    Session,
    /// A password that was right; the second factor is missing.
    Half,
    /// An address that signs in once.
    Link,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Half => "half",
            Self::Link => "link",
        }
    }

    fn longest(self) -> SignedDuration {
        match self {
            Self::Session => LONGEST,
            Self::Half => HALF,
            Self::Link => LINK,
        }
    }
}

/// From where somebody signs in.
#[derive(Debug, Clone, Copy, Default)]
pub struct From<'a> {
    /// The address, as attempts are counted by; empty for this machine.
    pub address: &'a str,
    /// The name of the browser.
    pub client: &'a str,
}

/// A session in the list of its owner.
#[derive(Debug, Clone)]
pub struct Held {
    /// Its stored name.
    pub stored: String,
    /// When it began.
    pub created: Timestamp,
    /// When a page was asked for last.
    pub seen: Timestamp,
    /// The browser.
    pub client: String,
}

impl Office {
    /// Signs in with name and password on this machine.
    pub async fn sign_in(&self, login: &str, password: &str, now: Timestamp) -> Result<String, Error> {
        self.sign_in_from(login, password, From::default(), now).await
    }

    /// Signs in with name and password. A wrong name, a wrong password and an account without a password look the same,
    /// take the same time and are locked the same way. The token is of a session, or, where the account has a second
    /// factor, of half a one, which [`Office::second_factor`] makes whole.
    pub async fn sign_in_from(
        &self,
        login: &str,
        password: &str,
        from: From<'_>,
        now: Timestamp,
    ) -> Result<String, Error> {
        let login = login.trim().to_lowercase();
        let limits = attempts::limits(&login, from.address);
        let mut connection = self.db.read().acquire().await?;
        if attempts::locked(&mut connection, &limits, now).await? {
            return Err(Refusal::new("refusal-sign-in-locked").into());
        }
        let row = sqlx::query("SELECT * FROM account WHERE login = $1")
            .bind(&login)
            .fetch_optional(&mut *connection)
            .await?;
        drop(connection);
        let hash: Option<String> = match &row {
            Some(row) if text(row, "state")? == "active" => row.try_get("password")?,
            _ => None,
        };
        let asked = match &hash {
            // Names that nobody has here go the same way as those that somebody has.
            None if !password.is_empty() => directory::fits(self.folder(), &login, password).await?,
            _ => None,
        };
        let fits = match asked {
            Some(fits) => fits && row.as_ref().map(|r| text(r, "state")).transpose()?.as_deref() == Some("active"),
            None => {
                let known = hash.is_some();
                let hash = hash.unwrap_or_else(|| self.decoy_hash.clone());
                blocking(password, move |p| password_fits(p, &hash)).await? && known
            }
        };
        let mut tx = self.db.write().await?;
        let Some(row) = row.filter(|_| fits) else {
            let locks = attempts::failed(&mut tx, &limits, now).await?;
            // Recorded for whoever has such an account; the journal names it by its identifier only.
            if locks && let Some(account) = account_of(&mut tx, &login).await? {
                let (id, body) = account;
                let actor = crate::kernel::record::Actor {
                    account: id.clone(),
                    body: body.clone(),
                    roles: Vec::new(),
                };
                account_event(&mut tx, &actor, &body, now, "account.lock", &id, &Values::new()).await?;
            }
            tx.commit().await?;
            return Err(Refusal::new("refusal-sign-in").into());
        };
        attempts::forget(&mut tx, &limits).await?;
        let account = self.account_from_row(&row)?;
        if asked.is_some() {
            // The password is kept and changed in the directory.
            sqlx::query("UPDATE account SET must_change = 0 WHERE id = $1")
                .bind(&account.id)
                .execute(&mut *tx)
                .await?;
        }
        let factor = text(&row, "factor_state")?;
        let token = begin_first(&mut tx, &account, &factor, from.client, now).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(token)
    }

    /// A link that signs an account in once.
    pub async fn one_time_link(&self, account: &Account, now: Timestamp) -> Result<String, Error> {
        let mut tx = self.db.write().await?;
        let token = link(&mut tx, account, now).await?;
        tx.commit().await?;
        Ok(token)
    }

    /// Signs in by a one-time link, which is used up by it. A second factor is asked for even so: who gave the link away
    /// is not in yet.
    pub async fn sign_in_by_link(&self, token: &str, now: Timestamp) -> Result<String, Error> {
        self.sign_in_by_link_from(token, From::default(), now).await
    }

    /// The same, from a browser.
    pub async fn sign_in_by_link_from(&self, token: &str, from: From<'_>, now: Timestamp) -> Result<String, Error> {
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
        let row = account.ok_or_else(|| Refusal::new("refusal-link"))?;
        let account = self.account_from_row(&row)?;
        let factor = text(&row, "factor_state")?;
        let token = begin_first(&mut tx, &account, &factor, from.client, now).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(token)
    }

    /// Whose half session a token is.
    pub async fn half_session(&self, token: &str, now: Timestamp) -> Result<Option<Account>, Error> {
        let row = sqlx::query(
            "SELECT a.* FROM session s JOIN account a ON a.id = s.account \
             WHERE s.token = $1 AND s.kind = 'half' AND s.expires_at > $2 AND a.state = 'active'",
        )
        .bind(stored_token(token))
        .bind(now.as_microsecond())
        .fetch_optional(self.db.read())
        .await?;
        row.as_ref().map(|r| self.account_from_row(r)).transpose()
    }

    /// Makes half a session whole with a code of the second factor or a recovery code. The half is used up, and the token
    /// is a new one.
    pub async fn second_factor(&self, half: &str, code: &str, from: From<'_>, now: Timestamp) -> Result<String, Error> {
        let account = self.half_session(half, now).await?;
        let account = account.ok_or_else(|| Refusal::new("refusal-half"))?;
        let limits = attempts::code_limit(&account.id);
        let mut tx = self.db.write().await?;
        if attempts::locked(&mut tx, &limits, now).await? {
            return Err(Refusal::new("refusal-sign-in-locked").into());
        }
        if !self.use_code(&mut tx, &account, code, now).await? {
            let locks = attempts::failed(&mut tx, &limits, now).await?;
            if locks {
                let actor = account.actor();
                account_event(
                    &mut tx,
                    &actor,
                    &actor.body,
                    now,
                    "account.lock",
                    &account.id,
                    &Values::new(),
                )
                .await?;
            }
            tx.commit().await?;
            return Err(Refusal::new("refusal-factor-code").field("factor_code").into());
        }
        attempts::forget(&mut tx, &limits).await?;
        sqlx::query("DELETE FROM session WHERE token = $1")
            .bind(stored_token(half))
            .execute(&mut *tx)
            .await?;
        let token = begin(&mut tx, &account, Kind::Session, from.client, now).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(token)
    }

    /// The session of a token, if it is under way.
    pub async fn session(&self, token: &str, now: Timestamp) -> Result<Option<Session>, Error> {
        let stored = stored_token(token);
        let row = sqlx::query(
            "SELECT a.*, s.csrf, s.seen_at, b.factor_roles, \
             (SELECT COUNT(*) FROM passkey p WHERE p.account = a.id) AS passkeys \
             FROM session s JOIN account a ON a.id = s.account JOIN body b ON b.id = a.body \
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
        let account = self.account_from_row(&row)?;
        let lacks = text(&row, "factor_state")? != "on" && int(&row, "passkeys")? == 0;
        Ok(Some(Session {
            must_factor: lacks && Demand::from_text(&text(&row, "factor_roles")?).holds(&account.roles),
            account,
            csrf: text(&row, "csrf")?,
            stored,
            must_change: int(&row, "must_change")? != 0,
            has_password: row.try_get::<Option<String>, _>("password")?.is_some(),
        }))
    }

    /// The sessions of an account, the last seen first.
    pub async fn sessions(&self, account: &str, now: Timestamp) -> Result<Vec<Held>, Error> {
        let rows = sqlx::query(
            "SELECT token, created_at, seen_at, client FROM session WHERE account = $1 AND kind = 'session' \
             AND expires_at > $2 AND seen_at > $3 ORDER BY seen_at DESC LIMIT 100",
        )
        .bind(account)
        .bind(now.as_microsecond())
        .bind((now - IDLE).as_microsecond())
        .fetch_all(self.db.read())
        .await?;
        let instant = |micros: i64| Timestamp::from_microsecond(micros).unwrap_or_default();
        rows.iter()
            .map(|row| {
                Ok(Held {
                    stored: text(row, "token")?,
                    created: instant(int(row, "created_at")?),
                    seen: instant(int(row, "seen_at")?),
                    client: text(row, "client")?,
                })
            })
            .collect()
    }

    /// Ends a session.
    pub async fn sign_out(&self, session: &Session) -> Result<(), Error> {
        self.end_session(&session.account.id, &session.stored).await
    }

    /// Ends one session of an account by its stored name; nothing happens to those of others.
    pub async fn end_session(&self, account: &str, stored: &str) -> Result<(), Error> {
        let mut tx = self.db.write().await?;
        sqlx::query("DELETE FROM session WHERE token = $1 AND account = $2")
            .bind(stored)
            .bind(account)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ends every session of whoever is signed in but the one that asks, with every link that was not used.
    pub async fn end_other_sessions(&self, session: &Session, now: Timestamp) -> Result<(), Error> {
        let account = &session.account;
        let mut tx = self.db.write().await?;
        sqlx::query("DELETE FROM session WHERE account = $1 AND token <> $2")
            .bind(&account.id)
            .bind(&session.stored)
            .execute(&mut *tx)
            .await?;
        own_event(&mut tx, account, now, "account.end-sessions").await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }
}

/// What a right password, a link or a provider begins: half a session where there is a second factor.
pub(crate) async fn begin_first(
    tx: &mut AnyConnection,
    account: &Account,
    factor_state: &str,
    client: &str,
    now: Timestamp,
) -> Result<String, Error> {
    let kind = if factor_state == "on" || passkey::count(tx, &account.id).await? > 0 {
        Kind::Half
    } else {
        Kind::Session
    };
    begin(tx, account, kind, client, now).await
}

/// The account of a name, if there is one: identifier and body.
async fn account_of(tx: &mut AnyConnection, login: &str) -> Result<Option<(String, String)>, Error> {
    let row = sqlx::query("SELECT id, body FROM account WHERE login = $1")
        .bind(login)
        .fetch_optional(tx)
        .await?;
    row.map(|r| Ok((text(&r, "id")?, text(&r, "body")?))).transpose()
}

/// A session for an account that has just been made.
pub(crate) async fn begin_session(
    tx: &mut AnyConnection,
    account: &Account,
    client: &str,
    now: Timestamp,
) -> Result<String, Error> {
    begin(tx, account, Kind::Session, client, now).await
}

/// A link for an account.
pub(crate) async fn link(tx: &mut AnyConnection, account: &Account, now: Timestamp) -> Result<String, Error> {
    begin(tx, account, Kind::Link, "", now).await
}

/// Begins a session or a link, with a token that nobody had before: a token from before the sign-in is never taken over.
async fn begin(
    tx: &mut AnyConnection,
    account: &Account,
    kind: Kind,
    client: &str,
    now: Timestamp,
) -> Result<String, Error> {
    let token = random_token()?;
    sqlx::query("DELETE FROM session WHERE expires_at < $1")
        .bind(now.as_microsecond())
        .execute(&mut *tx)
        .await?;
    let client: String = client.chars().filter(|c| !c.is_control()).take(MAX_CLIENT).collect();
    sqlx::query(
        "INSERT INTO session (token, account, csrf, kind, created_at, seen_at, expires_at, client) \
         VALUES ($1, $2, $3, $4, $5, $5, $6, $7)",
    )
    .bind(stored_token(&token))
    .bind(&account.id)
    .bind(random_token()?)
    .bind(kind.as_str())
    .bind(now.as_microsecond())
    .bind((now + kind.longest()).as_microsecond())
    .bind(client)
    .execute(&mut *tx)
    .await?;
    if kind == Kind::Session {
        own_event(tx, account, now, "account.sign-in").await?;
    }
    Ok(token)
}
