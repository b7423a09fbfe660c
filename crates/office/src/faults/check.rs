//! Whether an office agrees with itself, and a program of its own that does acts until it is ended.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command as Program, Stdio};
use std::sync::mpsc::{Receiver, channel};

use sqlx::Row;
use tutela_journal::{Folder, PrivateKey, Trust};

use crate::kernel::destroyed;
use crate::kernel::record::{drill_tally_name, tally_name};
use crate::kernel::store::{int, text};
use crate::office::{Layout, Office};
use crate::world::{Place, World};

/// What a program of its own works on: the folder, the database, the account, the body, an activity.
pub(super) const ENV: [&str; 5] = [
    "TUTELA_CHILD_FOLDER",
    "TUTELA_CHILD_URL",
    "TUTELA_CHILD_ACCOUNT",
    "TUTELA_CHILD_BODY",
    "TUTELA_CHILD_ACTIVITY",
];

/// A program of its own, which is a test of this one that is left out otherwise.
pub(super) struct Other {
    pub(super) process: Child,
    pub(super) lines: Receiver<String>,
}

impl Other {
    /// Starts a test of this program by name; a shell line before it sets what it may use.
    pub(super) fn start(test: &str, given: &[String], before: &str) -> Self {
        let this = std::env::current_exe().unwrap();
        let mut program = Program::new("/bin/sh");
        program.args(["-c", &format!("{before} exec \"$0\" \"$@\"")]).arg(this);
        program.args([test, "--exact", "--ignored", "--nocapture", "--test-threads=1"]);
        for (name, value) in ENV.iter().zip(given) {
            program.env(name, value);
        }
        let mut process = program.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let out = BufReader::new(process.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                // The test runner may have begun the line.
                if let Some((_, told)) = line.split_once("told ") {
                    let _ = sender.send(told.to_owned());
                }
            }
        });
        Self { process, lines }
    }
}

/// An office with an activity, for programs of their own; it is ended here.
pub(super) async fn prepared(world: World) -> (Place, Vec<String>) {
    let activity = world.activity(&["consent"]).await;
    let body = world.body.id.clone();
    // One person who may do everything that the program does.
    let account = world
        .accounts
        .iter()
        .find(|a| a.roles == [crate::kernel::rights::Role::ProtectionOfficer])
        .unwrap();
    let account = account.id.clone();
    let url = world.place.url();
    let place = world.end().await;
    let folder = place.path().display().to_string();
    (place, vec![folder, url, account, body, activity])
}

/// Checks that cards, vault, clocks, history and journal tell the same, that what was acknowledged is there, and that the
/// published journal verifies. Gives the number of entries.
pub(super) async fn check(office: &Office, acknowledged: &BTreeSet<i64>) -> i64 {
    // Whoever was ended may have had the turn to publish; it is not waited for.
    let later = crate::office::now() + jiff::SignedDuration::from_mins(5);
    office.publish(later).await.unwrap();
    let db = office.db.read();
    let rows = sqlx::query("SELECT seq FROM journal_entry ORDER BY seq")
        .fetch_all(db)
        .await
        .unwrap();
    let entries: Vec<i64> = rows.iter().map(|r| int(r, "seq").unwrap()).collect();
    let next = i64::try_from(entries.len()).unwrap();
    assert_eq!(
        entries,
        (0..next).collect::<Vec<_>>(),
        "no place of the journal is empty"
    );
    for seq in acknowledged {
        assert!(*seq < next, "entry {seq} was acknowledged and is lost");
    }
    let row = sqlx::query("SELECT next FROM journal_head")
        .fetch_one(db)
        .await
        .unwrap();
    assert_eq!(int(&row, "next").unwrap(), next);
    let rows = sqlx::query("SELECT seq FROM event ORDER BY seq")
        .fetch_all(db)
        .await
        .unwrap();
    let events: Vec<i64> = rows.iter().map(|r| int(r, "seq").unwrap()).collect();
    assert_eq!(events, entries, "every event has its entry and the other way round");

    // A card counts its changes; each of them is an event.
    let rows = sqlx::query("SELECT card, COUNT(*) AS n FROM event WHERE kind NOT LIKE 'vault.%' GROUP BY card");
    let changes: BTreeMap<String, i64> = rows
        .fetch_all(db)
        .await
        .unwrap()
        .iter()
        .map(|r| (text(r, "card").unwrap(), int(r, "n").unwrap()))
        .collect();
    let cards = sqlx::query("SELECT id, body, register, state, version, data FROM card")
        .fetch_all(db)
        .await
        .unwrap();
    let mut standing: BTreeMap<(String, String), i64> = BTreeMap::new();
    for card in &cards {
        let id = text(card, "id").unwrap();
        assert_eq!(int(card, "version").unwrap(), changes[&id], "card {id}");
        let (register, state) = (text(card, "register").unwrap(), text(card, "state").unwrap());
        let name = if text(card, "data").unwrap().contains("\"drill\":true") {
            drill_tally_name(&register, &state)
        } else {
            tally_name(&register, &state)
        };
        *standing.entry((text(card, "body").unwrap(), name)).or_default() += 1;
    }
    for ((body, name), n) in standing {
        let row = sqlx::query("SELECT value FROM counter WHERE body = $1 AND name = $2")
            .bind(body)
            .bind(&name);
        assert_eq!(int(&row.fetch_one(db).await.unwrap(), "value").unwrap(), n, "{name}");
    }

    let rows = sqlx::query("SELECT card, body, record_key, content, destroyed_at FROM vault_record")
        .fetch_all(db)
        .await;
    let mut gone = BTreeSet::new();
    for row in rows.unwrap() {
        let card = text(&row, "card").unwrap();
        let key: Option<Vec<u8>> = row.try_get("record_key").unwrap();
        let destroyed: Option<i64> = row.try_get("destroyed_at").unwrap();
        assert_eq!(key.is_none(), destroyed.is_some());
        if destroyed.is_some() {
            gone.insert(card);
            continue;
        }
        let (stored, _) = {
            let mut connection = db.acquire().await.unwrap();
            crate::kernel::vault::load(&mut connection, &card).await.unwrap()
        };
        let body = text(&row, "body").unwrap();
        let key = office.keys.of(&body).unwrap();
        let stored = stored.unwrap();
        let content = crate::kernel::vault::open(&key, &body, &card, &stored).unwrap();
        let files = files(office, (&body, &card), &stored.record_key).await;
        assert!(!content.now.is_empty() || files > 0);
    }
    no_files_without_record(office, &gone).await;
    let rows = sqlx::query("SELECT card FROM event WHERE kind = 'vault.destroy'")
        .fetch_all(db)
        .await
        .unwrap();
    let told: BTreeSet<String> = rows.iter().map(|r| text(r, "card").unwrap()).collect();
    assert_eq!(told, gone);
    let listed = destroyed::read(&office.folder().join(Layout::DESTROYED)).unwrap().0;
    assert!(
        gone.iter().all(|card| listed.contains_key(card)),
        "the list outside knows them"
    );
    let row = sqlx::query(
        "SELECT COUNT(*) AS n FROM blind_index b JOIN vault_record v ON v.card = b.card WHERE v.destroyed_at > 0",
    );
    assert_eq!(int(&row.fetch_one(db).await.unwrap(), "n").unwrap(), 0);

    sound(office, next);
    next
}

/// Checks the published journal as an outsider does.
pub(super) fn sound(office: &Office, size: i64) {
    let key = PrivateKey::read(&office.folder().join(Layout::JOURNAL_KEY)).unwrap();
    let trust = Trust {
        key: Some(key.public().clone()),
        ..Trust::default()
    };
    let store = Folder::new(&office.folder().join(Layout::JOURNAL));
    let report = tutela_journal::verify(&store, &trust, 1, &|_| {}).unwrap();
    assert!(report.is_sound(), "{:?}", report.damages);
    assert_eq!(i64::try_from(report.checkpoint.unwrap().size).unwrap(), size);
}

/// Opens every file of a card, whole, and compares its hash; gives how many there are.
async fn files(office: &Office, (body, card): (&str, &str), record_key: &[u8]) -> usize {
    let rows = sqlx::query("SELECT * FROM evidence WHERE card = $1").bind(card);
    let rows = rows.fetch_all(office.db.read()).await.unwrap();
    for row in &rows {
        let hash = crate::kernel::evidence::hash_of(office, (body, card), record_key, row).await;
        assert_eq!(hash.unwrap(), text(row, "sha256").unwrap());
    }
    rows.len()
}

/// What was destroyed has no files, and every part belongs to a file that waits or whose record is there.
async fn no_files_without_record(office: &Office, gone: &BTreeSet<String>) {
    let rows = sqlx::query("SELECT DISTINCT e.card FROM evidence e JOIN evidence_part p ON p.evidence = e.id");
    for row in rows.fetch_all(office.db.read()).await.unwrap() {
        let card: Option<String> = row.try_get("card").unwrap();
        assert!(card.is_none_or(|c| !gone.contains(&c)), "files outlived their record");
    }
    let row = sqlx::query("SELECT COUNT(*) AS n FROM evidence WHERE destroyed_at IS NOT NULL AND file_key IS NOT NULL");
    assert_eq!(int(&row.fetch_one(office.db.read()).await.unwrap(), "n").unwrap(), 0);
}
