//! The database: SQLite in the data folder, or PostgreSQL. Only this module knows which of them is behind.

use std::path::Path;
use std::sync::Once;
use std::time::Duration;

use sqlx::any::{AnyPoolOptions, AnyRow};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Any, AnyConnection, AnyPool, Connection, Executor, Row, Transaction};

use crate::error::Error;

/// Connections kept open at most. Readers of SQLite do not wait for its one writer.
const CONNECTIONS: u32 = 8;
/// How long an act waits for its turn to write.
const BUSY_MS: u32 = 15_000;

/// The file of the embedded database.
pub(crate) const EMBEDDED: &str = "office.sqlite";

/// Versions of the tables, oldest first: number, what it brings, its text. A text that was released never changes.
pub(crate) const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "office", include_str!("../../migrations/0001_office.sql")),
    (2, "requests", include_str!("../../migrations/0002_requests.sql")),
    (3, "people", include_str!("../../migrations/0003_people.sql")),
    (4, "storage", include_str!("../../migrations/0004_storage.sql")),
    (5, "staff", include_str!("../../migrations/0005_staff.sql")),
    (6, "interface", include_str!("../../migrations/0006_interface.sql")),
    (7, "evidence", include_str!("../../migrations/0007_evidence.sql")),
    (8, "sign", include_str!("../../migrations/0008_sign.sql")),
    (9, "inventory", include_str!("../../migrations/0009_inventory.sql")),
    (11, "retention", include_str!("../../migrations/0011_retention.sql")),
    (13, "control", include_str!("../../migrations/0013_control.sql")),
    (14, "camp", include_str!("../../migrations/0014_camp.sql")),
    (15, "desk", include_str!("../../migrations/0015_desk.sql")),
    (16, "work", include_str!("../../migrations/0016_work.sql")),
    (17, "watch", include_str!("../../migrations/0017_watch.sql")),
];

/// Which database is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// In the data folder.
    Sqlite,
    /// A server.
    Postgres,
}

/// The database of the office.
#[derive(Debug, Clone)]
pub struct Db {
    pool: AnyPool,
    backend: Backend,
}

/// A transaction that writes.
pub type Tx = Transaction<'static, Any>;

impl Db {
    /// Opens the database at a URL (`sqlite:…` or `postgres:…`) and brings its tables up to date.
    pub async fn open(url: &str) -> Result<Self, Error> {
        let db = Self::connect(url).await?;
        db.migrate(MIGRATIONS).await?;
        Ok(db)
    }

    /// Opens the database at a URL as it is, without a look at its tables.
    pub async fn connect(url: &str) -> Result<Self, Error> {
        static DRIVERS: Once = Once::new();
        DRIVERS.call_once(sqlx::any::install_default_drivers);
        let backend = if url.starts_with("sqlite:") {
            Backend::Sqlite
        } else {
            Backend::Postgres
        };
        // The pool would try again and again and say only that it took too long; one connection says why.
        let mut first = AnyConnection::connect(url).await?;
        set_up(&mut first, backend).await?;
        first.close().await?;
        let pool = AnyPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(Duration::from_secs(30))
            .after_connect(move |connection, _| Box::pin(set_up(connection, backend)))
            .connect(url)
            .await?;
        Ok(Self { pool, backend })
    }

    /// Opens the embedded database in a data folder.
    pub async fn embedded(folder: &Path) -> Result<Self, Error> {
        Self::open(&Self::embedded_url(folder)).await
    }

    /// The URL of the embedded database in a data folder.
    pub fn embedded_url(folder: &Path) -> String {
        format!("sqlite:{}?mode=rwc", folder.join(EMBEDDED).display())
    }

    /// Brings the tables up to date. Every version is one transaction: a start that was broken off is taken up again.
    pub(crate) async fn migrate(&self, versions: &[(i64, &'static str, &'static str)]) -> Result<(), Error> {
        if self.backend == Backend::Postgres {
            let row = sqlx::query("SELECT current_setting('server_encoding') AS encoding")
                .fetch_one(&self.pool)
                .await?;
            let encoding = text(&row, "encoding")?;
            if encoding != "UTF8" {
                return Err(Error::Installation(format!(
                    "the database is in the encoding {encoding}: make one with ENCODING 'UTF8'"
                )));
            }
            // The one word of the schema that PostgreSQL lacks. Two servers may start at once.
            let known = sqlx::query("SELECT 1 FROM pg_type WHERE typname = 'blob'")
                .fetch_optional(&self.pool)
                .await?;
            if known.is_none() {
                let made = self.pool.execute("CREATE DOMAIN blob AS bytea").await;
                let again = sqlx::query("SELECT 1 FROM pg_type WHERE typname = 'blob'")
                    .fetch_optional(&self.pool)
                    .await?;
                if again.is_none() {
                    made?;
                }
            }
        }
        let migrations = versions.iter().map(|&(version, what, text)| {
            let text = sqlx::SqlStr::from_static(text);
            Migration::new(version, what.into(), MigrationType::Simple, text, false)
        });
        let migrator = Migrator {
            migrations: migrations.collect::<Vec<_>>().into(),
            ..Migrator::DEFAULT
        };
        migrator.run(&self.pool).await?;
        Ok(())
    }

    /// Whether the database holds tables of an office.
    pub(crate) async fn has_tables(&self) -> Result<bool, Error> {
        let sql = match self.backend {
            Backend::Sqlite => "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'card'",
            Backend::Postgres => {
                "SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'card'"
            }
        };
        Ok(sqlx::query(sql).fetch_optional(&self.pool).await?.is_some())
    }

    /// Which database is behind.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Begins to write. Writers take turns on both databases, and each takes its turn at once: on SQLite one that began as
    /// a reader would fail instead of waiting, on PostgreSQL two that wait for each other's rows would. The turn costs
    /// nothing, since every act ends with the one next place in the journal.
    pub async fn write(&self) -> Result<Tx, Error> {
        match self.backend {
            Backend::Sqlite => Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?),
            Backend::Postgres => {
                let mut tx = self.pool.begin().await?;
                tx.execute("SELECT next FROM journal_head WHERE id = 1 FOR UPDATE")
                    .await?;
                Ok(tx)
            }
        }
    }

    /// Begins to read: everything that is read is of one instant, however long it takes.
    pub async fn snapshot(&self) -> Result<Tx, Error> {
        let begin = match self.backend {
            Backend::Sqlite => "BEGIN",
            Backend::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        Ok(self.pool.begin_with(begin).await?)
    }

    /// Connections for reading.
    pub fn read(&self) -> &AnyPool {
        &self.pool
    }

    /// Leaves nothing of what was overwritten in the files of the embedded database: pages as they were before stand in its
    /// write-ahead log until that is emptied. False while somebody still reads from the log. What a server keeps of old rows
    /// is its own affair (`docs/backup.md`).
    pub async fn scrub(&self) -> Result<bool, Error> {
        if self.backend == Backend::Postgres {
            return Ok(true);
        }
        let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .fetch_one(&self.pool)
            .await?;
        let busy: i64 = row.try_get(0)?;
        Ok(busy == 0)
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Makes a connection keep what it acknowledges.
async fn set_up(connection: &mut AnyConnection, backend: Backend) -> Result<(), sqlx::Error> {
    match backend {
        Backend::Sqlite => {
            let busy = sqlx::AssertSqlSafe(format!("PRAGMA busy_timeout = {BUSY_MS}"));
            connection.execute(busy).await?;
            connection
                .execute(
                    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
                     PRAGMA secure_delete = ON; PRAGMA cache_size = -4000",
                )
                .await?;
        }
        Backend::Postgres => {
            // What is acknowledged is on the disk of the server, whatever its own setting says.
            connection
                .execute(
                    "SELECT set_config('synchronous_commit', 'on', false) \
                     WHERE current_setting('synchronous_commit') = 'off'",
                )
                .await?;
        }
    }
    Ok(())
}

/// A setting of the installation.
pub async fn setting(connection: &mut AnyConnection, name: &str) -> Result<Option<String>, Error> {
    let row = sqlx::query("SELECT value FROM setting WHERE name = $1")
        .bind(name)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(|r| text(r, "value")).transpose()
}

/// Keeps a setting that is not there yet, and gives the one that is.
pub async fn first_setting(connection: &mut AnyConnection, name: &str, value: &str) -> Result<String, Error> {
    sqlx::query("INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
        .bind(name)
        .bind(value)
        .execute(&mut *connection)
        .await?;
    Ok(setting(connection, name).await?.unwrap_or_else(|| value.to_owned()))
}

/// Keeps a setting, in the place of the one that was there.
pub async fn keep_setting(connection: &mut AnyConnection, name: &str, value: &str) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(name)
    .bind(value)
    .execute(connection)
    .await?;
    Ok(())
}

/// The next value of a counter of a body, from 1.
pub async fn count(tx: &mut AnyConnection, body: &str, name: &str) -> Result<i64, Error> {
    count_many(tx, body, name, 1).await
}

/// The last of so many next values of a counter.
pub async fn count_many(tx: &mut AnyConnection, body: &str, name: &str, by: i64) -> Result<i64, Error> {
    let row = sqlx::query(
        "INSERT INTO counter (body, name, value) VALUES ($1, $2, $3) \
         ON CONFLICT (body, name) DO UPDATE SET value = counter.value + $3 RETURNING value",
    )
    .bind(body)
    .bind(name)
    .bind(by)
    .fetch_one(tx)
    .await?;
    Ok(row.try_get("value")?)
}

/// Adds to a tally of a body: how many cards of a register stand in a state.
pub async fn tally(tx: &mut AnyConnection, body: &str, name: &str, by: i64) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO counter (body, name, value) VALUES ($1, $2, $3) \
         ON CONFLICT (body, name) DO UPDATE SET value = counter.value + $3",
    )
    .bind(body)
    .bind(name)
    .bind(by)
    .execute(tx)
    .await?;
    Ok(())
}

/// A column of text.
pub fn text(row: &AnyRow, column: &str) -> Result<String, Error> {
    Ok(row.try_get(column)?)
}

/// A column of a whole number.
pub fn int(row: &AnyRow, column: &str) -> Result<i64, Error> {
    Ok(row.try_get(column)?)
}

/// A column of bytes.
pub fn bytes(row: &AnyRow, column: &str) -> Result<Vec<u8>, Error> {
    Ok(row.try_get(column)?)
}
