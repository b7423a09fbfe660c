use std::path::Path;

use sqlx::{Connection, Either, Executor, PgConnection, SqlStr, Statement};

use crate::world::{Place, World};

/// Words of statements that are for one of the two databases only; the store has them.
const ONE_ONLY: &[&str] = &[
    "sqlite_master",
    "information_schema",
    "pg_type",
    "pg_database",
    "current_setting",
    "set_config",
    "FOR UPDATE",
    "BEGIN",
    "slow",
    "newer",
];

/// Every statement in the sources that stands there as a whole.
fn statements(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            statements(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let source = std::fs::read_to_string(&path).unwrap();
            for literal in literals(&source) {
                let verb = ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM "]
                    .iter()
                    .any(|v| literal.starts_with(v));
                if verb && literal.len() > 20 && !literal.contains('{') && !ONE_ONLY.iter().any(|w| literal.contains(w))
                {
                    found.push((path.display().to_string(), literal));
                }
            }
        }
    }
}

/// The texts between quotes, with the ends of lines that a backslash takes away.
fn literals(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut chars = source.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\'' && chars.peek() == Some(&'"') {
            chars.next();
        }
        if c != '"' {
            continue;
        }
        let mut text = String::new();
        while let Some(c) = chars.next() {
            match c {
                '"' => break,
                '\\' => match chars.next() {
                    Some('\n') => while chars.next_if(|c| c.is_whitespace()).is_some() {},
                    Some(other) => text.push(other),
                    None => break,
                },
                _ => text.push(c),
            }
        }
        found.push(text);
    }
    found
}

fn count<K>(places: Option<Either<&[K], usize>>) -> usize {
    match places {
        Some(Either::Left(kinds)) => kinds.len(),
        Some(Either::Right(n)) => n,
        None => 0,
    }
}

#[tokio::test]
async fn every_statement_is_understood_by_the_database() {
    let mut found = Vec::new();
    statements(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 50, "{}", found.len());
    let place = Place::new().await;
    let office = place.open().await.unwrap();
    let mut connection = office.db.read().acquire().await.unwrap();
    // The common driver has no name for kinds of a place that a server's own driver has.
    let mut server = match &place.database {
        Some(database) => Some(PgConnection::connect(&database.url).await.unwrap()),
        None => None,
    };
    for (file, sql) in found {
        // Preparing checks tables, columns, types and the number of places.
        let text = SqlStr::from_static(Box::leak(sql.clone().into_boxed_str()));
        let places = match &mut server {
            Some(server) => server.prepare(text).await.map(|p| count(p.parameters())),
            None => connection.prepare(text).await.map(|p| count(p.parameters())),
        };
        let places = places.unwrap_or_else(|e| panic!("{file}: {sql}: {e}"));
        assert_eq!(
            places,
            (1..30).filter(|n| sql.contains(&format!("${n}"))).count(),
            "{sql}"
        );
    }
}

#[tokio::test]
async fn what_is_nothing_stays_nothing_of_its_kind() {
    let world = World::new(tutela_law::Country::Ru).await;
    let mut tx = world.office.db.write().await.unwrap();
    sqlx::query(
        "INSERT INTO account (id, body, login, display, display_key, roles, language, password, second_factor, state, failures, \
         locked_until, calendar_token, created_at) VALUES ('x', $1, 'x', $2, $2, '', 'en', $3, $4, 'active', 0, 0, $3, $5)",
    )
    .bind(&world.body.id)
    .bind(vec![0_u8, 255])
    .bind(None::<String>)
    .bind(None::<Vec<u8>>)
    .bind(i64::MAX)
    .execute(&mut *tx)
    .await
    .unwrap();
    let row = sqlx::query("SELECT * FROM account WHERE id = 'x'")
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    use sqlx::Row;
    assert_eq!(row.try_get::<Option<String>, _>("password").unwrap(), None);
    assert_eq!(row.try_get::<Option<Vec<u8>>, _>("second_factor").unwrap(), None);
    assert_eq!(row.try_get::<Vec<u8>, _>("display").unwrap(), [0, 255]);
    assert_eq!(row.try_get::<i64, _>("created_at").unwrap(), i64::MAX);
}
