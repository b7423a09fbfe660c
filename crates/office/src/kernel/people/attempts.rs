//! Failed attempts: what they share is locked for a while. A name from one address is locked after few failures, so that a
//! stranger elsewhere does not lock its owner out; a name as a whole and an address as a whole after many.

use jiff::{SignedDuration, Timestamp};
use sqlx::AnyConnection;

use crate::error::Error;
use crate::kernel::people::stored_token;
use crate::kernel::store::int;

/// For how long something is locked.
const LOCKED: SignedDuration = SignedDuration::from_mins(15);
/// After how long without a failure they are forgotten.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(1);
/// Failures of one name from one address.
pub(crate) const MAX_PAIR: i64 = 5;
/// Failures of one name from anywhere: more than a few addresses together can make.
pub(crate) const MAX_NAME: i64 = 30;
/// Failures from one address with any name: an office behind one address has many people.
pub(crate) const MAX_ADDRESS: i64 = 50;
/// Wrong codes of a second factor.
pub(crate) const MAX_CODE: i64 = 5;

/// Something that attempts share, and how many failures it bears.
pub(crate) struct Limit {
    name: String,
    most: i64,
}

/// What an attempt to sign in shares with others. An empty address stands for this machine, whose user is not limited by it.
pub(crate) fn limits(login: &str, from: &str) -> Vec<Limit> {
    let mut limits = vec![
        Limit {
            name: stored_token(&format!("pair\n{login}\n{from}")),
            most: MAX_PAIR,
        },
        Limit {
            name: stored_token(&format!("name\n{login}")),
            most: MAX_NAME,
        },
    ];
    if !from.is_empty() {
        limits.push(Limit {
            name: stored_token(&format!("from\n{from}")),
            most: MAX_ADDRESS,
        });
    }
    limits
}

/// What attempts at a second factor or at the password of a session under way share.
pub(crate) fn code_limit(account: &str) -> Vec<Limit> {
    vec![Limit {
        name: stored_token(&format!("code\n{account}")),
        most: MAX_CODE,
    }]
}

/// Whether one of these is locked.
pub(crate) async fn locked(connection: &mut AnyConnection, limits: &[Limit], now: Timestamp) -> Result<bool, Error> {
    for limit in limits {
        let row = sqlx::query("SELECT locked_until FROM sign_in_failure WHERE name = $1")
            .bind(&limit.name)
            .fetch_optional(&mut *connection)
            .await?;
        if let Some(row) = row
            && int(&row, "locked_until")? > now.as_microsecond()
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Counts a failure. Tells whether something is locked by it.
pub(crate) async fn failed(tx: &mut AnyConnection, limits: &[Limit], now: Timestamp) -> Result<bool, Error> {
    sqlx::query("DELETE FROM sign_in_failure WHERE forget_at < $1")
        .bind(now.as_microsecond())
        .execute(&mut *tx)
        .await?;
    let mut locks = false;
    for limit in limits {
        let row = sqlx::query(
            "INSERT INTO sign_in_failure (name, failures, locked_until, forget_at) VALUES ($1, 1, 0, $2) \
             ON CONFLICT (name) DO UPDATE SET failures = sign_in_failure.failures + 1, forget_at = excluded.forget_at \
             RETURNING failures",
        )
        .bind(&limit.name)
        .bind((now + FORGOTTEN).as_microsecond())
        .fetch_one(&mut *tx)
        .await?;
        if int(&row, "failures")? >= limit.most {
            sqlx::query("UPDATE sign_in_failure SET failures = 0, locked_until = $2 WHERE name = $1")
                .bind(&limit.name)
                .bind((now + LOCKED).as_microsecond())
                .execute(&mut *tx)
                .await?;
            locks = true;
        }
    }
    Ok(locks)
}

/// Forgets failures of what is proved now. Those of an address stay: one account of its own must not wash it clean.
pub(crate) async fn forget(tx: &mut AnyConnection, limits: &[Limit]) -> Result<(), Error> {
    for limit in limits.iter().filter(|l| l.most != MAX_ADDRESS) {
        sqlx::query("DELETE FROM sign_in_failure WHERE name = $1")
            .bind(&limit.name)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}
