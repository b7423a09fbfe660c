//! Leases: which of several servers on one database does what only one may do.

use jiff::{SignedDuration, Timestamp};
use sqlx::AnyConnection;

use crate::error::Error;
use crate::kernel::store::int;

/// How long a lease is good when its holder is not heard of again.
const GOOD: SignedDuration = SignedDuration::from_secs(30);

/// Takes or renews a lease. Gives its term, which counts how often the holder changed; none while another server has it.
///
/// The row stays locked until the transaction ends, so whoever works within it is alone even where the clocks of two servers
/// differ: the instant only decides who comes next.
pub async fn hold(tx: &mut AnyConnection, name: &str, holder: &str, now: Timestamp) -> Result<Option<i64>, Error> {
    let row = sqlx::query(
        "INSERT INTO lease (name, holder, term, good_until) VALUES ($1, $2, 1, $4) \
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, good_until = excluded.good_until, \
         term = lease.term + CASE WHEN lease.holder = excluded.holder THEN 0 ELSE 1 END \
         WHERE lease.holder = excluded.holder OR lease.good_until < $3 RETURNING term",
    )
    .bind(name)
    .bind(holder)
    .bind(now.as_microsecond())
    .bind((now + GOOD).as_microsecond())
    .fetch_optional(tx)
    .await?;
    row.as_ref().map(|r| int(r, "term")).transpose()
}

/// Gives a lease up, so that another server need not wait for its end.
pub async fn give_up(tx: &mut AnyConnection, name: &str, holder: &str) -> Result<(), Error> {
    sqlx::query("UPDATE lease SET good_until = 0 WHERE name = $1 AND holder = $2")
        .bind(name)
        .bind(holder)
        .execute(tx)
        .await?;
    Ok(())
}
