//! The database: SQLite in the data folder, or PostgreSQL. Only this module knows which of them is behind.

use std::path::Path;
use std::sync::Once;
use std::time::Duration;

use sqlx::any::{AnyPoolOptions, AnyRow};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Any, AnyConnection, AnyPool, Executor, Row, Transaction};

use crate::error::Error;

/// Connections kept open at most. Readers of SQLite do not wait for its one writer.
const CONNECTIONS: u32 = 8;
/// How long an act waits for its turn to write.
const BUSY_MS: u32 = 15_000;

/// Versions of the tables, oldest first: number, what it brings, its text. A text that was released never changes.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "office", include_str!("../../migrations/0001_office.sql")),
    (6, "interface", include_str!("../../migrations/0006_interface.sql")),
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
        static DRIVERS: Once = Once::new();
        DRIVERS.call_once(sqlx::any::install_default_drivers);
        let backend = if url.starts_with("sqlite:") {
            Backend::Sqlite
        } else {
            Backend::Postgres
        };
        let pool = AnyPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(Duration::from_secs(30))
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    if backend == Backend::Sqlite {
                        connection
                            .execute(
                                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
                                 PRAGMA secure_delete = ON; PRAGMA cache_size = -16000",
                            )
                            .await?;
                        let busy = sqlx::AssertSqlSafe(format!("PRAGMA busy_timeout = {BUSY_MS}"));
                        connection.execute(busy).await?;
                    }
                    Ok(())
                })
            })
            .connect(url)
            .await?;
        let db = Self { pool, backend };
        db.migrate().await?;
        Ok(db)
    }

    /// Opens the embedded database in a data folder.
    pub async fn embedded(folder: &Path) -> Result<Self, Error> {
        let path = folder.join("office.sqlite");
        Self::open(&format!("sqlite:{}?mode=rwc", path.display())).await
    }

    async fn migrate(&self) -> Result<(), Error> {
        if self.backend == Backend::Postgres {
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
        let migrations = MIGRATIONS.iter().map(|&(version, what, text)| {
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

    /// Which database is behind.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Begins to write. On SQLite the transaction takes its turn at once: one that began as a reader would fail
    /// instead of waiting.
    pub async fn write(&self) -> Result<Tx, Error> {
        let begin = match self.backend {
            Backend::Sqlite => "BEGIN IMMEDIATE",
            Backend::Postgres => "BEGIN",
        };
        Ok(self.pool.begin_with(begin).await?)
    }

    /// Connections for reading.
    pub fn read(&self) -> &AnyPool {
        &self.pool
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// The next value of a counter of a body, from 1.
pub async fn count(tx: &mut AnyConnection, body: &str, name: &str) -> Result<i64, Error> {
    let row = sqlx::query(
        "INSERT INTO counter (body, name, value) VALUES ($1, $2, 1) \
         ON CONFLICT (body, name) DO UPDATE SET value = counter.value + 1 RETURNING value",
    )
    .bind(body)
    .bind(name)
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
