//! Measures the office with many cards: `cargo run --release -p tutela-office --example load -- [CARDS] [FOLDER|postgres:URL] [EMPLOYEES]`.
//!
//! With 0 cards it measures once more what it filled before. An activity, consents and an employee are made by acts. Then rows are copied from them (`fill`):
//! card, sealed record, blind index, watched day, event, journal entry, and a running clock for every hundredth, each with its own
//! identifier, key and salt. What is measured afterwards goes through the pages as a browser asks for them; then come the
//! nightly run and all registers as one workbook.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a program that measures, for people"
)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body as HttpBody, to_bytes};
use axum::http::{Request, StatusCode};
use jiff::SignedDuration;
use sqlx::Row;
use tower::ServiceExt;
use tutela_law::Country;
use tutela_office::kernel::body::{Body, zone};
use tutela_office::kernel::field::Values;
use tutela_office::kernel::new_id;
use tutela_office::kernel::people::{Account, NewAccount};
use tutela_office::kernel::record::{Actor, Command, Input};
use tutela_office::kernel::rights::Role;
use tutela_office::kernel::store::{Backend, Db};
use tutela_office::web::{Secure, Site, router};
use tutela_office::{Error, Office, office::now};

mod fill;

/// People at once.
const USERS: usize = 200;
/// Pages that each of them asks for.
const EACH: usize = 5;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let mut args = std::env::args().skip(1);
    let cards: u64 = args.next().and_then(|a| a.parse().ok()).unwrap_or(1_000_000);
    let place = args.next().unwrap_or_else(|| "load-data".to_owned());
    let employees: u64 = args.next().and_then(|a| a.parse().ok()).unwrap_or(cards / 100);
    let (office, folder) = if place.starts_with("postgres:") {
        let folder = PathBuf::from("load-data-postgres");
        (Office::with(Db::open(&place).await?, &folder).await?, folder)
    } else {
        let folder = PathBuf::from(place);
        (Office::open(&folder).await?, folder)
    };
    let office = Arc::new(office);
    if cards == 0 {
        // Once more what was filled before.
        office.unlock_by_key_file().await?;
        let row = sqlx::query("SELECT id, body FROM account WHERE login LIKE 'measured-%' ORDER BY id DESC LIMIT 1")
            .fetch_one(office.db.read())
            .await?;
        let account = office
            .account(&row.try_get::<String, _>("body")?, &row.try_get::<String, _>("id")?)
            .await?;
        measure(&office, &account.expect("an account")).await?;
        return office.close(now()).await;
    }
    let (body, account) = first(&office).await?;
    let activity = activity(&office, &account).await?;
    println!("database: {:?}, folder: {}", office.db.backend(), folder.display());
    appends(&office, &folder, &account, &activity).await?;
    let begun = Instant::now();
    let samples = samples(&office, &account, &activity).await?;
    // An office has had its first night long before it has that many cards.
    office.expire(now()).await?;
    fill::fill(&office, &body, &account, &samples, cards, employees).await?;
    println!(
        "filled with {cards} cards and {employees} employees in {:.0} s",
        begun.elapsed().as_secs_f64()
    );
    let begun = Instant::now();
    let entries = office.publish(now()).await?;
    println!("published {entries} entries in {:.1} s", begun.elapsed().as_secs_f64());
    measure(&office, &account).await?;
    office.close(now()).await
}

async fn measure(office: &Arc<Office>, account: &Account) -> Result<(), Error> {
    pages(office, account).await?;
    println!("resident memory: {} MB", resident());
    let begun = Instant::now();
    let changed = office.expire(now()).await?;
    println!(
        "nightly run: {changed} cards whose day has passed, {:.1} s",
        begun.elapsed().as_secs_f64()
    );
    let begun = Instant::now();
    let file = office.export_all(account, now()).await?;
    let taken = begun.elapsed().as_secs_f64();
    let rows: i64 =
        sqlx::query("SELECT CAST(SUM(value) AS BIGINT) AS n FROM counter WHERE body = $1 AND name LIKE 'cards/%'")
            .bind(&account.body)
            .fetch_one(office.db.read())
            .await?
            .try_get("n")?;
    let megabytes = file.metadata().map_or(0, |m| m.len() >> 20);
    println!(
        "all registers as a workbook: {rows} rows, {megabytes} MB, {taken:.1} s, {:.0} rows/s; resident memory: {} MB",
        rows as f64 / taken,
        resident()
    );
    Ok(())
}

/// Cards that stand for all that are copied.
async fn samples(office: &Office, account: &Account, activity: &str) -> Result<fill::Samples, Error> {
    let withdrawn = consent(office, account, activity, 90_000_000).await?;
    let at = (now() - SignedDuration::from_hours(24)).to_string();
    act(
        office,
        account,
        ("consents", "withdraw", Some(&withdrawn)),
        &[("withdrawn_at", &at)],
    )
    .await?;
    let given = consent(office, account, activity, 90_000_001).await?;
    let post = [
        ("title", "Reception officer"),
        ("unit", "Office"),
        ("allowed_processing", activity),
        ("allowed_rooms", "105"),
    ];
    let post = act(office, account, ("posts", "propose", None), &post).await?;
    let order = [("order_number", "13"), ("order_date", "2026-01-12")];
    act(office, account, ("posts", "approve", Some(&post)), &order).await?;
    let employee = [
        ("employee_name", "Орлов Пётр Ильич"),
        ("employee_document", "4599999999"),
        ("post", post.as_str()),
        ("unit", "Office"),
    ];
    let employee = act(office, account, ("staff", "propose", None), &employee).await?;
    Ok(fill::Samples {
        given,
        withdrawn,
        employee,
    })
}

async fn first(office: &Office) -> Result<(Body, Account), Error> {
    let body = Body {
        id: new_id(),
        parent: None,
        name: "Measured body".to_owned(),
        country: Country::Ru,
        zone_name: "+03:00".to_owned(),
        zone: zone("+03:00").expect("an offset"),
        region: None,
        locale: tutela_words::Locale::En,
        key_id: String::new(),
        details: Values::new(),
        created: now(),
    };
    let body = office.create_body(body).await?;
    let setup = Actor {
        account: "setup".to_owned(),
        body: body.id.clone(),
        roles: Vec::new(),
    };
    let login = format!("measured-{}", body.id);
    let new = NewAccount {
        body: &body.id,
        login: &login,
        display: "Measured Officer",
        roles: &[Role::ProtectionOfficer, Role::Head, Role::Officer],
        locale: tutela_words::Locale::En,
        password: None,
    };
    let account = office.create_account(&setup, now(), new).await?;
    Ok((body, account))
}

async fn act(
    office: &Office,
    account: &Account,
    what: (&str, &str, Option<&str>),
    given: &[(&str, &str)],
) -> Result<String, Error> {
    let mut input = Input::new();
    for (name, value) in given {
        input.entry((*name).to_owned()).or_default().push((*value).to_owned());
    }
    let (register, operation, card) = what;
    let command = Command {
        register,
        operation,
        card,
        version: None,
        input,
    };
    Ok(office.act(&account.actor(), now(), command).await?.card)
}

async fn activity(office: &Office, account: &Account) -> Result<String, Error> {
    let given = [
        ("title", "Receiving citizens"),
        ("purpose", "Answering letters"),
        ("norm", "Article 1"),
        ("subject_categories", "citizens"),
        ("data_categories", "identity"),
        ("keep_from", "purpose-reached"),
        ("keep_length", "5"),
        ("keep_unit", "years"),
        ("started_on", "2026-01-12"),
        ("bases", "consent"),
    ];
    let card = act(office, account, ("processing", "draft", None), &given).await?;
    let order = [("order_number", "12"), ("order_date", "2026-01-12")];
    act(office, account, ("processing", "approve", Some(&card)), &order).await
}

async fn consent(office: &Office, account: &Account, activity: &str, n: u64) -> Result<String, Error> {
    let document = format!("45{n:08}");
    let given = [
        ("subject_name", "Петрова Анна Ивановна"),
        ("subject_document", document.as_str()),
        ("processing", activity),
        ("given_on", "2026-03-02"),
        ("way", "paper"),
    ];
    act(office, account, ("consents", "register", None), &given).await
}

/// Acts beside bare inserts of rows of the size of their journal entries, each its own transaction, both flushed to the disk.
async fn appends(office: &Office, folder: &Path, account: &Account, activity: &str) -> Result<(), Error> {
    const ACTS: u64 = 200;
    let begun = Instant::now();
    for n in 0..ACTS {
        consent(office, account, activity, n).await?;
    }
    let acts = begun.elapsed();
    let row = sqlx::query("SELECT entry FROM journal_entry ORDER BY seq DESC LIMIT 1")
        .fetch_one(office.db.read())
        .await?;
    let entry: Vec<u8> = row.try_get("entry")?;
    // The journal alone: a place and an entry in a transaction.
    let begun = Instant::now();
    for _ in 0..ACTS {
        let mut tx = office.db.write().await?;
        sqlx::query("UPDATE counter SET value = value + 1 WHERE name = 'measured'")
            .execute(&mut *tx)
            .await?;
        sqlx::query("INSERT INTO counter (body, name, value) VALUES ($1, $2, 0)")
            .bind(new_id())
            .bind("x".repeat(entry.len()))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
    }
    let appends = begun.elapsed();
    let bare = if office.db.backend() == Backend::Sqlite {
        bare(&folder.join("bare.sqlite"), &entry, ACTS).await?
    } else {
        Duration::ZERO
    };
    let per = |d: Duration| format!("{:.2} ms", d.as_secs_f64() * 1e3 / ACTS as f64);
    println!(
        "one act with everything: {}; place and entry of {} bytes: {}; bare insert of the same size: {}",
        per(acts),
        entry.len(),
        per(appends),
        per(bare)
    );
    Ok(())
}

async fn bare(path: &Path, entry: &[u8], times: u64) -> Result<Duration, Error> {
    use sqlx::Connection;
    let mut connection = sqlx::AnyConnection::connect(&format!("sqlite:{}?mode=rwc", path.display())).await?;
    for sql in [
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "CREATE TABLE bare (seq INTEGER PRIMARY KEY, entry BLOB NOT NULL)",
    ] {
        sqlx::query(sql).execute(&mut connection).await?;
    }
    let begun = Instant::now();
    for _ in 0..times {
        sqlx::query("INSERT INTO bare (entry) VALUES ($1)")
            .bind(entry.to_vec())
            .execute(&mut connection)
            .await?;
    }
    let taken = begun.elapsed();
    connection.close().await?;
    Ok(taken)
}

async fn pages(office: &Arc<Office>, account: &Account) -> Result<(), Error> {
    let link = office.one_time_link(account, now()).await?;
    let token = office.sign_in_by_link(&link, now()).await?;
    let site = Site {
        office: Arc::clone(office),
        secure: Secure::Local,
    };
    let app = router(site);
    let page = office
        .page(
            &account.actor(),
            office.register("consents").expect("a register"),
            None,
            None,
        )
        .await?;
    let card = format!("/registers/consents/{}", page.cards[7].card.id);
    let middle = page
        .next
        .map(|id| format!("/registers/consents?before={id}"))
        .unwrap_or_default();
    let mut paths: Vec<String> = [
        "/today",
        "/registers/consents",
        middle.as_str(),
        card.as_str(),
        "/registers/consents/new/register",
    ]
    .map(str::to_owned)
    .into();
    // Everything else that the menu leads to, alone only.
    let first = paths.len();
    for href in menu(app.clone(), &token).await {
        if !paths.contains(&href) {
            paths.push(href);
        }
    }
    for (at_path, path) in paths.iter().map(String::as_str).enumerate() {
        let mut alone = Vec::new();
        for _ in 0..40 {
            alone.push(ask(app.clone(), path.to_owned(), token.clone()).await);
        }
        if at_path >= first {
            println!(
                "{path}: alone p50 {:.1} ms, p99 {:.1} ms",
                at(&mut alone, 50),
                at(&mut alone, 99)
            );
            continue;
        }
        let p50 = at(&mut alone, 50);
        let shown = if path.contains("before=") {
            "/registers/consents, second page"
        } else {
            path.split("/0").next().unwrap_or(path)
        };
        print!("{shown}: alone p50 {p50:.1} ms; ");
        std::io::stdout().flush().expect("an output");
        let begun = Instant::now();
        let tasks: Vec<_> = (0..USERS)
            .map(|_| {
                let (app, path, token) = (app.clone(), path.to_owned(), token.clone());
                tokio::spawn(async move {
                    let mut taken = Vec::new();
                    for _ in 0..EACH {
                        taken.push(ask(app.clone(), path.clone(), token.clone()).await);
                    }
                    taken
                })
            })
            .collect();
        let mut together = Vec::new();
        for task in tasks {
            together.extend(task.await.expect("a page"));
        }
        let rate = together.len() as f64 / begun.elapsed().as_secs_f64();
        let p99 = at(&mut together, 99);
        println!(
            "{USERS} at once: p50 {:.1} ms, p99 {p99:.1} ms, {rate:.0} pages/s, p99 / p50 alone {:.0}, p99 / p50 {:.1}",
            at(&mut together, 50),
            p99 / p50,
            p99 / at(&mut together, 50)
        );
    }
    Ok(())
}

/// Where the menu leads.
async fn menu(app: axum::Router, token: &str) -> Vec<String> {
    let request = Request::get("/today").header("cookie", format!("tutela={token}"));
    let response = app.oneshot(request.body(HttpBody::empty()).expect("a request"));
    let bytes = to_bytes(response.await.expect("an answer").into_body(), 64 << 20).await;
    let page = String::from_utf8_lossy(&bytes.expect("a page")).into_owned();
    let menu = page
        .split("<nav")
        .nth(1)
        .and_then(|m| m.split("</nav>").next())
        .unwrap_or("");
    menu.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|href| href.starts_with('/'))
        .map(str::to_owned)
        .collect()
}

async fn ask(app: axum::Router, path: String, token: String) -> f64 {
    let request = Request::get(path)
        .header("cookie", format!("tutela={token}"))
        .body(HttpBody::empty());
    let begun = Instant::now();
    let response = app.oneshot(request.expect("a request")).await.expect("an answer");
    assert_eq!(response.status(), StatusCode::OK);
    let bytes = to_bytes(response.into_body(), 64 << 20).await.expect("a page");
    assert!(bytes.len() > 1000);
    begun.elapsed().as_secs_f64() * 1e3
}

fn at(times: &mut [f64], percent: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    times[(times.len() * percent / 100).min(times.len() - 1)]
}

/// Resident memory in megabytes, where the system tells.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
    let kilobytes: u64 = line
        .and_then(|l| l.trim().trim_end_matches(" kB").trim().parse().ok())
        .unwrap_or(0);
    kilobytes / 1024
}
