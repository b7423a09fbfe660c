use std::collections::BTreeSet;
use std::time::Duration;

use tutela_law::Country;

use super::check::{ENV, Other, check, prepared};
use crate::error::Error;
use crate::kernel::record::{Actor, Command, Done, Input};
use crate::kernel::rights::Role;
use crate::kernel::store::{Db, text};
use crate::office::{Office, now};
use crate::world::World;

/// How often the program is killed.
const KILLS: usize = 30;

async fn act(
    office: &Office,
    actor: &Actor,
    what: (&str, &str, Option<&str>),
    given: &[(&str, &str)],
) -> Result<Done, Error> {
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
    office.act(actor, now(), command).await
}

/// Takes a destruction from whatever it was left at to its end; gives the places in the journal. The head is another person
/// than who carries it out.
async fn destroy(office: &Office, actor: &Actor, case: &str) -> Result<Vec<i64>, Error> {
    let head = Actor {
        account: "head".to_owned(),
        body: actor.body.clone(),
        roles: vec![Role::Head],
    };
    let instant = now().to_string();
    let today = now()
        .to_zoned_datetime(jiff::tz::TimeZone::fixed(jiff::tz::Offset::constant(3)))
        .date()
        .to_string();
    let methods = [(
        "commission",
        "Trần Thử, chuyên viên\nLê Thử, chuyên viên\nPhạm Thử, chuyên viên",
    )];
    let order = [("order_number", "31"), ("order_date", today.as_str())];
    let done = [
        ("executed_at", instant.as_str()),
        ("executors", "Trần Thử, chuyên viên"),
    ];
    let row = sqlx::query("SELECT state FROM card WHERE id = $1").bind(case);
    let state = text(&row.fetch_one(office.db.read()).await.unwrap(), "state").unwrap();
    let mut places = Vec::new();
    if state == "due" {
        let what = ("destructions", "prepare", Some(case));
        places.push(act(office, actor, what, &methods).await?.seq);
    }
    if matches!(state.as_str(), "due" | "prepared") {
        let what = ("destructions", "approve", Some(case));
        places.push(act(office, &head, what, &order).await?.seq);
    }
    let what = ("destructions", "execute", Some(case));
    places.push(act(office, actor, what, &done).await?.seq);
    Ok(places)
}

/// Opens the office that this program was told of.
pub(super) async fn told() -> (Office, Actor, String) {
    let [folder, url, account, body, activity] = ENV.map(|name| std::env::var(name).unwrap());
    let folder = std::path::Path::new(&folder);
    let office = if url.starts_with("sqlite") {
        Office::open(folder).await.unwrap()
    } else {
        Office::with(Db::open(&url).await.unwrap(), folder).await.unwrap()
    };
    assert!(office.unlock_by_key_file().await.unwrap().is_empty());
    let actor = Actor {
        account,
        body,
        roles: vec![Role::ProtectionOfficer, Role::Officer, Role::SecurityOfficer],
    };
    (office, actor, activity)
}

/// Does acts and publishes them, and tells each one when it is acknowledged, until the program is ended or an act fails.
async fn work() {
    let (office, actor, activity) = told().await;
    println!("told ready");
    for n in 0_u32.. {
        let document = format!("0791{n:08}");
        let given = [
            ("subject_name", "Nguyễn Thị Hoa"),
            ("subject_document", document.as_str()),
            ("processing", activity.as_str()),
            ("given_on", "2026-03-02"),
            ("way", "paper"),
        ];
        let done = match act(&office, &actor, ("consents", "register", None), &given).await {
            Ok(done) => done,
            Err(fault) => {
                println!("told fault {fault}");
                return;
            }
        };
        println!("told {}", done.seq);
        if n % 3 == 0 {
            // A file comes in and is taken by an act; now and then it has more than one part.
            let length = if n == 3 { 1_100_000 } else { 3_000 };
            let content = [b"%PDF-1.7 ".as_slice(), &vec![7; length]].concat();
            let done = match office.take_file(&actor, now(), "a.pdf", content).await {
                Ok(file) => {
                    let given = [
                        ("report_kind", "lost-media"),
                        ("report_text", "A stick"),
                        ("report_files", file.as_str()),
                    ];
                    act(&office, &actor, ("reports", "report", None), &given).await
                }
                Err(fault) => Err(fault),
            };
            match done {
                Ok(done) => println!("told {}", done.seq),
                Err(fault) => {
                    println!("told fault {fault}");
                    return;
                }
            }
        }
        if n % 3 == 1 {
            // The whole way to a destroyed record.
            let withdrawn = now().to_string();
            let what = ("consents", "withdraw", Some(done.card.as_str()));
            let done = match act(&office, &actor, what, &[("withdrawn_at", &withdrawn)]).await {
                Ok(done) => done,
                Err(fault) => {
                    println!("told fault {fault}");
                    return;
                }
            };
            println!("told {}", done.seq);
            let row = sqlx::query("SELECT id FROM card WHERE register = 'destructions' AND state = 'due'");
            let case = text(&row.fetch_one(office.db.read()).await.unwrap(), "id").unwrap();
            let done = match destroy(&office, &actor, &case).await {
                Ok(done) => done,
                Err(fault) => {
                    println!("told fault {fault}");
                    return;
                }
            };
            for seq in done {
                println!("told {seq}");
            }
        }
        if let Err(fault) = office.publish(now()).await {
            println!("told fault {fault}");
            return;
        }
    }
}

#[tokio::test]
#[ignore = "a program of its own for the tests beside it"]
async fn worker() {
    work().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whenever_it_is_killed_everything_acknowledged_is_there() {
    let (place, given) = prepared(World::new(Country::Ru).await).await;
    let mut acknowledged = BTreeSet::new();
    for _ in 0..KILLS {
        let mut other = Other::start("faults::kill::worker", &given, "");
        assert_eq!(
            other.lines.recv_timeout(Duration::from_secs(60)).as_deref(),
            Ok("ready")
        );
        let mut random = [0; 2];
        getrandom::fill(&mut random).unwrap();
        for _ in 0..random[0] % 8 {
            acknowledged.insert(
                other
                    .lines
                    .recv_timeout(Duration::from_secs(60))
                    .unwrap()
                    .parse()
                    .unwrap(),
            );
        }
        // Then at an instant that nobody chose, between any two steps.
        let waiting = Duration::from_micros(u64::from(random[1]) * 100);
        if let Ok(line) = other.lines.recv_timeout(waiting) {
            acknowledged.insert(line.parse().unwrap());
        }
        other.process.kill().unwrap();
        other.process.wait().unwrap();
        acknowledged.extend(other.lines.iter().map(|l| l.parse::<i64>().unwrap()));
        // A destruction that was opened and not executed is taken up first, as a person would.
        let office = place.open().await.unwrap();
        office.unlock_by_key_file().await.unwrap();
        check(&office, &acknowledged).await;
        let rows = sqlx::query(
            "SELECT id FROM card WHERE register = 'destructions' AND state NOT IN ('executed', 'certified', 'dropped')",
        );
        for row in rows.fetch_all(office.db.read()).await.unwrap() {
            let actor = Actor {
                account: given[2].clone(),
                body: given[3].clone(),
                roles: vec![Role::SecurityOfficer],
            };
            destroy(&office, &actor, &text(&row, "id").unwrap()).await.unwrap();
        }
        office.close(now()).await.unwrap();
    }
    assert!(
        acknowledged.len() > KILLS,
        "the program did something between its starts"
    );
}
