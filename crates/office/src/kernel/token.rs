//! Ways in for other programs: tokens of the interface and of the calendar, and where reminders go.

use jiff::{SignedDuration, Timestamp};
use sqlx::Row;
use tutela_vault::{Place, Sealed};

use crate::error::{Error, Refusal};
use crate::kernel::field::{Field, Kind, Values};
use crate::kernel::new_id;
use crate::kernel::people::{Account, account_event, random_token, stored_token};
use crate::kernel::store::{int, text};
use crate::office::Office;

/// Tokens that one account may have at a time.
const MOST: usize = 20;
/// Longest name of a token.
const MAX_NAME: usize = 40;
/// Longest life of a token, in days.
const MAX_DAYS: i64 = 366;

/// What a token allows, within the rights of its account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// To read what lies open: registers, cards with their personal fields closed, what is due, searches.
    Read,
    /// To act as well, and to look at personal data, which leaves a trace in the journal.
    Write,
}

impl Scope {
    /// The word in the store and in texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    /// Reads a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Read, Self::Write].into_iter().find(|s| s.as_str() == word)
    }
}

/// A token as it is kept; the token itself is known only to whoever made it.
#[derive(Debug, Clone)]
pub struct Token {
    /// Its identifier.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// What it allows.
    pub scope: Scope,
    /// When it was made.
    pub created: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
    /// When it was used last, to the hour.
    pub used: Option<Timestamp>,
}

fn instant(micros: i64, id: &str) -> Result<Timestamp, Error> {
    Timestamp::from_microsecond(micros).map_err(|_| Error::Damaged {
        table: "api_token",
        id: id.to_owned(),
        what: "instant",
    })
}

fn mail_record(account: &str) -> String {
    format!("mail/{account}")
}

impl Office {
    /// Makes a token of an account and gives it, once.
    pub async fn create_token(
        &self,
        account: &Account,
        now: Timestamp,
        name: &str,
        scope: Scope,
        days: i64,
    ) -> Result<String, Error> {
        let name = name.trim();
        // The name of a program, not of a person: it is shown in the open.
        let sound = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.');
        if name.is_empty() || name.len() > MAX_NAME || !name.bytes().all(sound) {
            return Err(Refusal::new("refusal-token-name")
                .arg("max", MAX_NAME.to_string())
                .field("token_name")
                .into());
        }
        if !(1..=MAX_DAYS).contains(&days) {
            return Err(Refusal::new("refusal-range")
                .arg("from", "1")
                .arg("to", MAX_DAYS.to_string())
                .field("token_days")
                .into());
        }
        if self.tokens(account, now).await?.len() >= MOST {
            return Err(Refusal::new("refusal-token-many").arg("max", MOST.to_string()).into());
        }
        let token = random_token()?;
        let id = new_id();
        let mut tx = self.db.write().await?;
        sqlx::query(
            "INSERT INTO api_token (id, account, name, token, scope, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&id)
        .bind(&account.id)
        .bind(name)
        .bind(stored_token(&token))
        .bind(scope.as_str())
        .bind(now.as_microsecond())
        .bind((now + SignedDuration::from_hours(24 * days)).as_microsecond())
        .execute(&mut *tx)
        .await?;
        let mut open = Values::new();
        open.insert("token".to_owned(), id.into());
        open.insert("scope".to_owned(), scope.as_str().into());
        let actor = account.actor();
        account_event(&mut tx, &actor, &account.body, now, "token.create", &account.id, &open).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(token)
    }

    /// The tokens of an account that are good.
    pub async fn tokens(&self, account: &Account, now: Timestamp) -> Result<Vec<Token>, Error> {
        let rows = sqlx::query(
            "SELECT * FROM api_token WHERE account = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY id",
        )
        .bind(&account.id)
        .bind(now.as_microsecond())
        .fetch_all(self.db.read())
        .await?;
        rows.iter()
            .map(|row| {
                let id = text(row, "id")?;
                let used: Option<i64> = row.try_get("used_at")?;
                Ok(Token {
                    name: text(row, "name")?,
                    scope: Scope::from_word(&text(row, "scope")?).ok_or_else(|| Error::Damaged {
                        table: "api_token",
                        id: id.clone(),
                        what: "scope",
                    })?,
                    created: instant(int(row, "created_at")?, &id)?,
                    expires: instant(int(row, "expires_at")?, &id)?,
                    used: used.map(|u| instant(u, &id)).transpose()?,
                    id,
                })
            })
            .collect()
    }

    /// Ends a token of an account.
    pub async fn revoke_token(&self, account: &Account, now: Timestamp, id: &str) -> Result<(), Error> {
        let mut tx = self.db.write().await?;
        let done =
            sqlx::query("UPDATE api_token SET revoked_at = $3 WHERE id = $1 AND account = $2 AND revoked_at IS NULL")
                .bind(id)
                .bind(&account.id)
                .bind(now.as_microsecond())
                .execute(&mut *tx)
                .await?;
        if done.rows_affected() != 1 {
            return Err(Refusal::new("refusal-no-page").into());
        }
        let mut open = Values::new();
        open.insert("token".to_owned(), id.into());
        let actor = account.actor();
        account_event(&mut tx, &actor, &account.body, now, "token.revoke", &account.id, &open).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }

    /// Whose token this is and what it allows; none for a token that is not good.
    pub async fn bearer(&self, token: &str, now: Timestamp) -> Result<Option<(Account, Scope)>, Error> {
        let stored = stored_token(token);
        let row = sqlx::query(
            "SELECT a.*, t.id AS token_id, t.scope, t.used_at FROM api_token t JOIN account a ON a.id = t.account \
             WHERE t.token = $1 AND t.revoked_at IS NULL AND t.expires_at > $2 AND a.state = 'active'",
        )
        .bind(&stored)
        .bind(now.as_microsecond())
        .fetch_optional(self.db.read())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let id = text(&row, "token_id")?;
        let scope = Scope::from_word(&text(&row, "scope")?).ok_or_else(|| Error::Damaged {
            table: "api_token",
            id: id.clone(),
            what: "scope",
        })?;
        let used: Option<i64> = row.try_get("used_at")?;
        let hour = SignedDuration::from_hours(1);
        if used.is_none_or(|u| u < (now - hour).as_microsecond()) {
            let mut tx = self.db.write().await?;
            sqlx::query("UPDATE api_token SET used_at = $2 WHERE id = $1")
                .bind(&id)
                .bind(now.as_microsecond())
                .execute(&mut *tx)
                .await?;
            tx.commit().await?;
        }
        Ok(Some((self.account_from_row(&row)?, scope)))
    }

    /// Makes the secret address of an account's calendar and gives its token, once. An older address ends by it.
    pub async fn create_calendar(&self, account: &Account, now: Timestamp) -> Result<String, Error> {
        let token = random_token()?;
        self.set_calendar(account, now, Some(&token)).await?;
        Ok(token)
    }

    /// Ends the secret address of an account's calendar.
    pub async fn revoke_calendar(&self, account: &Account, now: Timestamp) -> Result<(), Error> {
        self.set_calendar(account, now, None).await
    }

    async fn set_calendar(&self, account: &Account, now: Timestamp, token: Option<&str>) -> Result<(), Error> {
        let mut tx = self.db.write().await?;
        sqlx::query("UPDATE account SET calendar_token = $2 WHERE id = $1")
            .bind(&account.id)
            .bind(token.map(stored_token))
            .execute(&mut *tx)
            .await?;
        let kind = if token.is_some() {
            "calendar.create"
        } else {
            "calendar.revoke"
        };
        let actor = account.actor();
        account_event(&mut tx, &actor, &account.body, now, kind, &account.id, &Values::new()).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(())
    }

    /// Whether an account's calendar has an address.
    pub async fn has_calendar(&self, account: &Account) -> Result<bool, Error> {
        let row = sqlx::query("SELECT calendar_token FROM account WHERE id = $1")
            .bind(&account.id)
            .fetch_one(self.db.read())
            .await?;
        let token: Option<String> = row.try_get("calendar_token")?;
        Ok(token.is_some())
    }

    /// Whose calendar a token opens.
    pub async fn calendar_account(&self, token: &str) -> Result<Option<Account>, Error> {
        let row = sqlx::query("SELECT * FROM account WHERE calendar_token = $1 AND state = 'active'")
            .bind(stored_token(token))
            .fetch_optional(self.db.read())
            .await?;
        row.as_ref().map(|r| self.account_from_row(r)).transpose()
    }

    /// Where an account's reminders go.
    pub async fn mail_address(&self, account: &Account) -> Result<Option<String>, Error> {
        let row = sqlx::query("SELECT address, address_key FROM mail_address WHERE account = $1")
            .bind(&account.id)
            .fetch_optional(self.db.read())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let sealed = Sealed {
            wrapped_key: row.try_get("address_key")?,
            content: row.try_get("address")?,
        };
        let record = mail_record(&account.id);
        let place = Place {
            body: &account.body,
            record: &record,
        };
        let secret = self.keys.of(&account.body)?.open(&place, &sealed)?;
        Ok(secret.expose_str().map(str::to_owned))
    }

    /// Sets where an account's reminders go; an empty address ends them.
    pub async fn set_mail_address(&self, account: &Account, address: &str) -> Result<(), Error> {
        let field = Field::new("mail_address", Kind::Email);
        let given = field.read(&[address.to_owned()], &jiff::tz::TimeZone::UTC)?;
        let mut tx = self.db.write().await?;
        match given.as_ref().and_then(|v| v.as_str()) {
            Some(address) => {
                let record = mail_record(&account.id);
                let place = Place {
                    body: &account.body,
                    record: &record,
                };
                let sealed = self.keys.of(&account.body)?.create(&place, address.as_bytes())?;
                sqlx::query(
                    "INSERT INTO mail_address (account, address, address_key) VALUES ($1, $2, $3) \
                     ON CONFLICT (account) DO UPDATE SET address = excluded.address, address_key = excluded.address_key",
                )
                .bind(&account.id)
                .bind(sealed.content)
                .bind(sealed.wrapped_key)
                .execute(&mut *tx)
                .await?;
            }
            None => {
                sqlx::query("DELETE FROM mail_address WHERE account = $1")
                    .bind(&account.id)
                    .execute(&mut *tx)
                    .await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }
}
