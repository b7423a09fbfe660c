use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;
use sqlx::Row;
use tutela_law::Country;

use super::*;
use crate::kernel::record::{Command, Done, Input};
use crate::kernel::rights::Role;
use crate::world::World;

const PDF: &[u8] = b"%PDF-1.7\n% a certificate of an invented office\n";

/// A report with these files.
async fn report(world: &World, files: &[&str]) -> Result<Done, Error> {
    let mut given = vec![
        ("report_kind", "lost-media"),
        ("report_text", "A stick lay in the corridor"),
    ];
    given.extend(files.iter().map(|f| ("report_files", *f)));
    world.act(Role::Officer, ("reports", "report", None), &given).await
}

async fn file(world: &World, name: &str, content: &[u8]) -> Result<String, Error> {
    let actor = world.actor(Role::Officer);
    world.office.take_file(&actor, world.now, name, content.to_vec()).await
}

fn key(error: Error) -> &'static str {
    match error {
        Error::Refused(refusal) => refusal.key,
        other => panic!("{other}"),
    }
}

async fn destroy_record(world: &World, card: &str) {
    let mut tx = world.office.db.write().await.unwrap();
    assert!(vault::destroy(&mut tx, card, world.now).await.unwrap());
    tx.commit().await.unwrap();
}

async fn number(world: &World, sql: &'static str) -> i64 {
    let row = sqlx::query(sql).fetch_one(world.office.db.read()).await.unwrap();
    row.try_get(0).unwrap()
}

/// A file that is longer than one part.
fn long() -> Vec<u8> {
    let mut content = b"%PDF-1.7\n".to_vec();
    content.extend((0..2_500_000_u32).map(|n| u8::try_from(n % 251).unwrap()));
    content
}

#[tokio::test]
async fn a_file_lies_in_the_vault_and_opens_for_a_purpose_only() {
    let world = World::new(Country::Vn).await;
    let (office, content) = (&world.office, long());
    let id = file(&world, "C:\\Nguyễn Thị Thử.pdf", &content).await.unwrap();
    let done = report(&world, &[&id]).await.unwrap();
    let card = world.card(&done.card).await;
    let facts = &card.data["report_files"][0];
    let hash: String = Sha256::digest(&content).iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(facts["sha256"], hash);
    assert_eq!(facts["type"], "application/pdf");
    assert_eq!(facts["size"], i64::try_from(content.len()).unwrap());
    let security = world.actor(Role::ProtectionOfficer);
    let files = office.files_of(&security, &done.card).await.unwrap();
    assert_eq!((files.len(), files[0].field.as_str()), (1, "report_files"));
    assert_eq!(files[0].scan, Scan::default(), "nobody looked");

    // Neither the name nor the content lies anywhere in the clear, nor who brought it.
    let rows =
        sqlx::query("SELECT e.account, e.name, p.content FROM evidence e JOIN evidence_part p ON p.evidence = e.id");
    let rows = rows.fetch_all(office.db.read()).await.unwrap();
    assert_eq!(rows.len(), 3);
    for row in &rows {
        let name: Vec<u8> = row.try_get("name").unwrap();
        let part: Vec<u8> = row.try_get("content").unwrap();
        assert!(!String::from_utf8_lossy(&name).contains("Thử"));
        assert!(part.len() <= 1 << 21 && !part.windows(9).any(|w| w == &content[..9]));
        assert_eq!(text(row, "account").unwrap(), "");
    }
    assert!(!card.data.values().any(|v| v.to_string().contains("Thử")));

    let what = (done.card.as_str(), id.as_str());
    let mut opened = office.open_file(&security, world.now, what, "violation").await.unwrap();
    assert_eq!(opened.name, "Nguyễn Thị Thử.pdf");
    assert_eq!(opened.whole(&office.db).await.unwrap(), content);
    let row = sqlx::query("SELECT kind, data FROM event ORDER BY seq DESC LIMIT 1");
    let row = row.fetch_one(office.db.read()).await.unwrap();
    assert_eq!(text(&row, "kind").unwrap(), "vault.file");
    let data = text(&row, "data").unwrap();
    assert!(
        data.contains(&id) && data.contains("violation") && !data.contains("Thử"),
        "{data}"
    );

    let refused = office.open_file(&security, world.now, what, "curiosity").await;
    assert_eq!(key(refused.unwrap_err()), "refusal-purpose-unknown");
    let press = world.actor(Role::PressOfficer);
    let refused = office.open_file(&press, world.now, what, "violation").await;
    assert_eq!(key(refused.unwrap_err()), "refusal-right");
    let other = office.create_body(crate::world::a_body(Country::Ru)).await.unwrap();
    let stranger = world.join(&other.id, Role::ProtectionOfficer).await.actor();
    let refused = office.open_file(&stranger, world.now, what, "violation").await;
    assert_eq!(key(refused.unwrap_err()), "refusal-no-page");
    assert!(office.files_of(&stranger, &done.card).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_journal_commits_to_the_hash_of_a_file() {
    let world = World::new(Country::Vn).await;
    let id = file(&world, "a.pdf", PDF).await.unwrap();
    let done = report(&world, &[&id]).await.unwrap();
    let row = sqlx::query(
        "SELECT e.data, e.salt, j.entry FROM event e JOIN journal_entry j ON j.seq = e.seq WHERE e.seq = $1",
    )
    .bind(done.seq)
    .fetch_one(world.office.db.read())
    .await
    .unwrap();
    let open: Values = serde_json::from_str(&text(&row, "data").unwrap()).unwrap();
    assert_eq!(open["report_files"][0]["sha256"].as_str().unwrap().len(), 64);
    let (_, entry) = tutela_journal::Entry::decode(&bytes(&row, "entry").unwrap()).unwrap();
    assert!(entry.commitments.iter().any(|c| c.field == "report_files"));
}

#[tokio::test]
async fn destroying_a_record_destroys_its_files_and_takes_nothing_personal_after() {
    let world = World::new(Country::Vn).await;
    let office = &world.office;
    let id = file(&world, "a.pdf", PDF).await.unwrap();
    let done = report(&world, &[&id]).await.unwrap();
    let bytes_kept = "SELECT value FROM counter WHERE name = 'evidence/bytes'";
    assert_eq!(number(&world, bytes_kept).await, i64::try_from(PDF.len()).unwrap());
    destroy_record(&world, &done.card).await;
    assert_eq!(number(&world, "SELECT COUNT(*) FROM evidence_part").await, 0);
    assert_eq!(number(&world, bytes_kept).await, 0);
    let security = world.actor(Role::ProtectionOfficer);
    let what = (done.card.as_str(), id.as_str());
    let refused = office.open_file(&security, world.now, what, "violation").await;
    assert_eq!(key(refused.unwrap_err()), "refusal-no-file");
    let files = office.files_of(&security, &done.card).await.unwrap();
    assert!(
        files[0].destroyed.is_some() && files[0].sha256.len() == 64,
        "what there was stays known"
    );

    let what = ("reports", "reject", Some(done.card.as_str()));
    let finding = [("report_finding", "It was the stick of the archive")];
    let refused = world.refused(Role::SecurityOfficer, what, &finding).await;
    assert_eq!(refused, ["refusal-record-destroyed"]);
    assert_eq!(world.card(&done.card).await.state, "reported", "nothing was half done");
}

#[tokio::test]
async fn files_are_bounded_and_belong_to_who_brought_them() {
    let mut world = World::new(Country::Vn).await;
    let limits = Limits {
        file: 1 << 20,
        per_card: 2,
        per_body: 1 << 30,
        papers: 1,
    };
    Arc::get_mut(&mut world.office).unwrap().set_limits(limits);
    let refused = file(&world, "a.pdf", &long()).await;
    assert_eq!(key(refused.unwrap_err()), "refusal-file-size");
    assert_eq!(
        key(file(&world, "run.sh", b"#!/bin/sh").await.unwrap_err()),
        "refusal-file-runs"
    );
    assert_eq!(number(&world, "SELECT COUNT(*) FROM evidence").await, 0);

    let head = world.actor(Role::Head);
    let of_head = world
        .office
        .take_file(&head, world.now, "a.pdf", PDF.to_vec())
        .await
        .unwrap();
    assert_eq!(key(report(&world, &[&of_head]).await.unwrap_err()), "refusal-file-gone");
    let id = file(&world, "a.pdf", PDF).await.unwrap();
    report(&world, &[&id]).await.unwrap();
    assert_eq!(
        key(report(&world, &[&id]).await.unwrap_err()),
        "refusal-file-gone",
        "a file is used once"
    );
    let unknown = new_id();
    assert_eq!(key(report(&world, &[&unknown]).await.unwrap_err()), "refusal-file-gone");
    assert_eq!(
        number(&world, "SELECT COUNT(*) FROM card").await,
        1,
        "nothing was half done"
    );

    let full = Limits { per_body: 60, ..limits };
    Arc::get_mut(&mut world.office).unwrap().set_limits(full);
    assert_eq!(key(file(&world, "b.pdf", PDF).await.unwrap_err()), "refusal-files-body");

    // A file that nobody used is forgotten after a day.
    world.now += SignedDuration::from_hours(25);
    Arc::get_mut(&mut world.office).unwrap().set_limits(limits);
    let new = file(&world, "b.pdf", PDF).await.unwrap();
    assert_eq!(
        number(&world, "SELECT COUNT(*) FROM evidence WHERE card IS NULL").await,
        1
    );
    assert_eq!(
        world
            .office
            .waiting_files(&world.actor(Role::Officer), &[&new])
            .await
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_card_has_so_many_files_and_keeps_the_earlier_ones() {
    let mut world = World::new(Country::Vn).await;
    let limits = Limits {
        per_card: 3,
        ..Limits::default()
    };
    Arc::get_mut(&mut world.office).unwrap().set_limits(limits);
    let at = world.now.to_string();
    let given = [
        ("channel", "counter"),
        ("request_kind", "provide"),
        ("received_at", at.as_str()),
        ("subject_name", "Nguyễn Thị Thử"),
        ("subject_document", "079183000123"),
        ("subject_document_date", "2021-01-01"),
        ("subject_document_issuer", "Police"),
        ("relation_evidence", "Contract 5"),
        ("signed", "1"),
        ("request_text", "What do you hold?"),
    ];
    let request = world
        .act(Role::Officer, ("requests", "receive", None), &given)
        .await
        .unwrap()
        .card;
    for round in 1..=3 {
        let files = [
            file(&world, "a.pdf", PDF).await.unwrap(),
            file(&world, "b.txt", b"text").await.unwrap(),
        ];
        let given = [
            ("proof", "Two papers"),
            ("proof_at", at.as_str()),
            ("proof_files", files[0].as_str()),
            ("proof_files", files[1].as_str()),
        ];
        let done = world
            .act(Role::Officer, ("requests", "prove", Some(&request)), &given)
            .await;
        if round == 1 {
            done.unwrap();
        } else {
            assert_eq!(key(done.unwrap_err()), "refusal-files-card");
        }
    }
    let one = file(&world, "c.txt", b"more").await.unwrap();
    let given = [
        ("proof", "One more"),
        ("proof_at", at.as_str()),
        ("proof_files", one.as_str()),
    ];
    world
        .act(Role::Officer, ("requests", "prove", Some(&request)), &given)
        .await
        .unwrap();
    let card = world.card(&request).await;
    assert_eq!(files_in(&card.data["proof_files"]).len(), 3);
}

#[tokio::test]
async fn the_same_request_with_its_file_sent_again_is_done_once() {
    let world = World::new(Country::Vn).await;
    let actor = world.actor(Role::Officer);
    let mut answers = Vec::new();
    for content in [PDF, PDF, b"another text"] {
        let id = file(&world, "a", content).await.unwrap();
        let mut input = Input::new();
        for (name, value) in [
            ("report_kind", "lost-media"),
            ("report_text", "x"),
            ("report_files", &id),
        ] {
            input.insert(name.to_owned(), vec![value.to_owned()]);
        }
        let command = Command {
            register: "reports",
            operation: "report",
            card: None,
            version: None,
            input,
        };
        answers.push(world.office.act_once(&actor, world.now, &command, "k").await);
    }
    let other = answers.pop().unwrap();
    assert_eq!(key(other.unwrap_err()), "refusal-idempotency");
    let [first, again] = [&answers[0], &answers[1]].map(|a| a.as_ref().unwrap());
    assert!(first.1 && !again.1);
    assert_eq!(first.0, again.0);
}

#[derive(Debug)]
struct Knows(bool);

impl Scanner for Knows {
    fn scan(&self, media: &str, content: &[u8]) -> Scan {
        assert!(self.0, "a scanner that breaks");
        assert_eq!(media, "text/plain");
        let n = u64::try_from(content.len()).unwrap();
        Scan {
            read: Read::Whole,
            classes: BTreeMap::from([("phone-number".to_owned(), n), ("Nguyễn Thị Thử".to_owned(), 1)]),
        }
    }
}

#[tokio::test]
async fn what_a_scanner_found_is_kept_without_values() {
    for (sound, read) in [(true, Read::Partly), (false, Read::Not)] {
        let world = World::new(Country::Vn).await;
        world.office.set_scanner(Arc::new(Knows(sound)));
        let id = file(&world, "a.txt", b"text").await.unwrap();
        let done = report(&world, &[&id]).await.unwrap();
        let files = world
            .office
            .files_of(&world.actor(Role::SecurityOfficer), &done.card)
            .await;
        let scan = &files.unwrap()[0].scan;
        assert_eq!(scan.read, read);
        let expected: &[(&str, u64)] = if sound { &[("phone-number", 4)] } else { &[] };
        let classes: Vec<_> = scan.classes.iter().map(|(c, n)| (c.as_str(), *n)).collect();
        assert_eq!(classes, expected, "what could be a value is not kept");
    }
}

#[tokio::test]
async fn a_part_that_was_changed_or_left_out_is_told() {
    let world = World::new(Country::Vn).await;
    let office = &world.office;
    let id = file(&world, "a.pdf", &long()).await.unwrap();
    let done = report(&world, &[&id]).await.unwrap();
    let security = world.actor(Role::ProtectionOfficer);
    let what = (done.card.as_str(), id.as_str());
    for damage in [
        "UPDATE evidence_part SET number = 9 - number",
        "UPDATE evidence SET parts = 2",
        "DELETE FROM evidence_part WHERE number = 8",
    ] {
        sqlx::query(damage).execute(office.db.read()).await.unwrap();
        let mut opened = office.open_file(&security, world.now, what, "violation").await.unwrap();
        assert!(opened.whole(&office.db).await.is_err(), "{damage}");
    }
}
