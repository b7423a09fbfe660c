//! A database for one test. Tests run on SQLite; with the address of a server in `TUTELA_TEST_POSTGRES` they run there, each
//! in a database of its own that is copied from a template with all tables.

use sha2::{Digest, Sha256};
use sqlx::{Connection, Executor, PgConnection};

use crate::kernel::new_id;
use crate::kernel::store::{Db, MIGRATIONS};

/// The variable with the address of a server.
const SERVER: &str = "TUTELA_TEST_POSTGRES";
/// Only one test at a time makes the template, whatever its process.
const TURN: i64 = 0x7475_7465;

/// A database that is gone when the test is.
pub(crate) struct Database {
    pub(crate) url: String,
    name: String,
}

impl Database {
    /// A database with all tables; none where the tests run on the embedded one.
    pub(crate) async fn new() -> Option<Self> {
        let server = std::env::var(SERVER).ok()?;
        let mut admin = PgConnection::connect(&server).await.unwrap();
        let template = template(&mut admin, &server).await;
        Some(Self::create(&mut admin, &server, &format!("TEMPLATE {template}")).await)
    }

    /// A database without tables.
    #[allow(dead_code, reason = "only tests of damage begin with none")]
    pub(crate) async fn empty() -> Option<Self> {
        let server = std::env::var(SERVER).ok()?;
        let mut admin = PgConnection::connect(&server).await.unwrap();
        Some(Self::create(&mut admin, &server, "ENCODING 'UTF8' TEMPLATE template0").await)
    }

    async fn create(admin: &mut PgConnection, server: &str, how: &str) -> Self {
        let name = format!("test_{}", new_id().replace('-', ""));
        // Copying needs the template for itself for a moment.
        admin
            .execute(sqlx::AssertSqlSafe(format!("SELECT pg_advisory_lock({TURN})")))
            .await
            .unwrap();
        admin
            .execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name} {how}")))
            .await
            .unwrap();
        admin
            .execute(sqlx::AssertSqlSafe(format!("SELECT pg_advisory_unlock({TURN})")))
            .await
            .unwrap();
        Self {
            url: with_name(server, &name),
            name,
        }
    }
}

/// The name of a template that has the tables of this program, made when it is not there.
async fn template(admin: &mut PgConnection, server: &str) -> String {
    let text: String = MIGRATIONS.iter().map(|(_, _, sql)| *sql).collect();
    let digest: String = Sha256::digest(text.as_bytes())
        .iter()
        .take(8)
        .map(|b| format!("{b:02x}"))
        .collect();
    let name = format!("template_{digest}");
    admin
        .execute(sqlx::AssertSqlSafe(format!("SELECT pg_advisory_lock({TURN})")))
        .await
        .unwrap();
    let there = sqlx::query("SELECT 1 FROM pg_database WHERE datname = $1")
        .bind(&name)
        .fetch_optional(&mut *admin)
        .await;
    if there.unwrap().is_none() {
        let half = format!("{name}_half");
        for sql in [
            format!("DROP DATABASE IF EXISTS {half}"),
            format!("CREATE DATABASE {half}"),
        ] {
            admin.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
        }
        let db = Db::open(&with_name(server, &half)).await.unwrap();
        db.close().await;
        admin
            .execute(sqlx::AssertSqlSafe(format!("ALTER DATABASE {half} RENAME TO {name}")))
            .await
            .unwrap();
    }
    admin
        .execute(sqlx::AssertSqlSafe(format!("SELECT pg_advisory_unlock({TURN})")))
        .await
        .unwrap();
    name
}

/// The address of another database of the same server.
fn with_name(server: &str, name: &str) -> String {
    let (before, query) = server.split_once('?').unwrap_or((server, ""));
    let (base, _) = before.rsplit_once('/').unwrap();
    format!("{base}/{name}?{query}")
}

impl Drop for Database {
    fn drop(&mut self) {
        let Ok(server) = std::env::var(SERVER) else { return };
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // The test's own runtime may be ending.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let mut admin = PgConnection::connect(&server).await.unwrap();
                admin.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
            });
        });
        let _ = dropped.join();
    }
}
