use std::time::Duration;

use sqlx::Row;

use super::check::{ENV, Other};
use crate::error::Error;
use crate::kernel::store::{Db, MIGRATIONS, int};
use crate::world::Database;

/// A version of the tables that takes its time: many steps, each of which can be the last.
fn slow() -> Vec<(i64, &'static str, &'static str)> {
    let mut sql = "CREATE TABLE slow (n BIGINT PRIMARY KEY);".to_owned();
    for part in 0..60 {
        sql.push_str(&format!(
            "INSERT INTO slow (n) WITH RECURSIVE s (n) AS (SELECT {part} * 1000 UNION ALL SELECT n + 1 FROM s \
             WHERE n < {part} * 1000 + 999) SELECT n FROM s;"
        ));
    }
    let mut all = MIGRATIONS.to_vec();
    all.push((9000, "slow", Box::leak(sql.into_boxed_str())));
    all
}

#[tokio::test]
#[ignore = "a program of its own for the test beside it"]
async fn migrates() {
    let db = Db::connect(&std::env::var(ENV[1]).unwrap()).await.unwrap();
    println!("told ready");
    db.migrate(&slow()).await.unwrap();
    println!("told done");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bringing_tables_up_to_date_is_taken_up_again_when_it_was_broken_off() {
    let mut broken = 0;
    for round in 0..6_u64 {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::empty().await;
        let url = database
            .as_ref()
            .map_or_else(|| Db::embedded_url(folder.path()), |d| d.url.clone());
        if round % 2 == 1 {
            Db::open(&url).await.unwrap().close().await;
        }
        let mut other = Other::start("faults::tables::migrates", &[String::new(), url.clone()], "");
        assert_eq!(
            other.lines.recv_timeout(Duration::from_secs(60)).as_deref(),
            Ok("ready")
        );
        let done = other.lines.recv_timeout(Duration::from_millis(10 + round * 15)).is_ok();
        other.process.kill().unwrap();
        other.process.wait().unwrap();
        let db = Db::connect(&url).await.unwrap();
        // A version is there as a whole or not at all.
        if let Ok(row) = sqlx::query("SELECT COUNT(*) AS n FROM slow").fetch_one(db.read()).await {
            assert_eq!(int(&row, "n").unwrap(), 60_000);
        } else {
            assert!(!done);
            broken += 1;
        }
        db.migrate(&slow()).await.unwrap();
        let row = sqlx::query("SELECT COUNT(*) AS n FROM slow")
            .fetch_one(db.read())
            .await
            .unwrap();
        assert_eq!(int(&row, "n").unwrap(), 60_000);
        let row = sqlx::query("SELECT next FROM journal_head WHERE id = 1")
            .fetch_one(db.read())
            .await
            .unwrap();
        assert_eq!(row.try_get::<i64, _>("next").unwrap(), 0);
        db.close().await;
    }
    assert!(broken > 0, "it was broken off at least once");
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::empty().await;
    let url = database
        .as_ref()
        .map_or_else(|| Db::embedded_url(folder.path()), |d| d.url.clone());
    let mut newer = MIGRATIONS.to_vec();
    newer.push((9001, "newer", "CREATE TABLE newer (id TEXT PRIMARY KEY)"));
    let db = Db::connect(&url).await.unwrap();
    db.migrate(&newer).await.unwrap();
    db.close().await;
    let Err(Error::Installation(told)) = Db::open(&url).await else {
        panic!("not refused")
    };
    assert!(told.contains("9001") && told.contains("newer program"), "{told}");
    let db = Db::connect(&url).await.unwrap();
    sqlx::query("SELECT id FROM newer").fetch_all(db.read()).await.unwrap();
    db.close().await;
}
