use std::io::Read;
use std::path::{Path, PathBuf};

use tutela_journal::{Fault, Report, Trust, verify_at};
use tutela_law::Country;

use super::*;
use crate::kernel::rights::Role;
use crate::world::World;

fn year(purpose: Option<&str>) -> Inspection<'_> {
    Inspection {
        from: "2026-01-01".parse().unwrap(),
        to: "2026-12-31".parse().unwrap(),
        purpose,
        part: 1,
    }
}

/// A world in which something happened: a consent that was withdrawn, an order, a report with a file.
async fn world() -> World {
    let world = World::new(Country::Vn).await;
    world.withdrawn_consent().await;
    let officer = world.actor(Role::Officer);
    let file = world
        .office
        .take_file(&officer, world.now, "a.pdf", b"%PDF-1.7".to_vec())
        .await
        .unwrap();
    let given = [
        ("report_kind", "lost-media"),
        ("report_text", "A stick"),
        ("report_files", file.as_str()),
    ];
    world
        .act(Role::Officer, ("reports", "report", None), &given)
        .await
        .unwrap();
    world
}

/// Makes a folder and writes it to the disk.
async fn made(world: &World, role: Role, asked: &Inspection<'_>, into: &Path) -> PathBuf {
    let account = world.account(role);
    let mut file = world.office.inspection(account, world.now, asked).await.unwrap();
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).unwrap();
    let path = into.join(file_name(asked));
    std::fs::write(&path, bytes).unwrap();
    path
}

fn check(world: &World, path: &Path) -> Report {
    let trust = Trust {
        key: Some(world.office.published.public_key().clone()),
        ..Trust::default()
    };
    verify_at(path, &trust, 2, &|_| ()).unwrap()
}

fn members(path: &Path) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(File::open(path).unwrap()).unwrap();
    let mut all = Vec::new();
    for at in 0..archive.len() {
        let mut member = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).unwrap();
        all.push((member.name().unwrap().into_owned(), bytes));
    }
    all
}

fn one(members: &[(String, Vec<u8>)], name: &str) -> String {
    let found = members.iter().find(|(n, _)| n == name);
    String::from_utf8(found.unwrap_or_else(|| panic!("{name}")).1.clone()).unwrap()
}

#[tokio::test]
async fn a_folder_holds_the_period_and_is_sound_offline() {
    let world = world().await;
    let dir = tempfile::tempdir().unwrap();
    let path = made(&world, Role::Head, &year(None), dir.path()).await;
    let report = check(&world, &path);
    assert!(report.is_sound(), "{:?}", report.damages);
    let folder = report.folder.unwrap();
    assert_eq!(folder.period, ("2026-01-01".to_owned(), "2026-12-31".to_owned()));
    let all = members(&path);
    assert_eq!(folder.files, u64::try_from(all.len()).unwrap() - 2);
    let consents = one(&all, "registers/consents.csv");
    assert!(
        consents.starts_with('\u{feff}') && consents.lines().count() == 3,
        "{consents}"
    );
    assert!(one(&all, "files.csv").contains("application/pdf"));
    assert!(one(&all, "clocks.csv").lines().count() > 1);
    let entries = one(&all, "entries.csv").lines().count() - 1;
    let proofs = all.iter().filter(|(n, _)| n.starts_with("proofs/")).count();
    assert_eq!(proofs, entries, "every entry of the period has its proof");
    let index = one(&all, "index.html");
    for word in ["Hồ sơ thanh tra", "Проверочная папка", "检查卷宗", "Inspection folder"] {
        assert!(index.contains(word), "{word}");
    }
    assert!(!index.contains("<script") && index.contains(&world.office.published.public_key().to_text()));
    // Nothing in it says who somebody is.
    for (name, bytes) in &all {
        let text = String::from_utf8_lossy(bytes);
        for secret in ["Thị Thử", "079183000123", "A stick"] {
            assert!(!text.contains(secret), "{name}: {secret}");
        }
    }
    // The making itself is recorded before anything is given out, and so in the folder.
    assert!(one(&all, "entries.csv").contains("Lập hồ sơ thanh tra"));
}

#[tokio::test]
async fn personal_fields_need_the_choice_the_right_and_are_recorded() {
    let world = world().await;
    let dir = tempfile::tempdir().unwrap();
    let path = made(&world, Role::Head, &year(Some("control")), dir.path()).await;
    assert!(check(&world, &path).is_sound());
    let all = members(&path);
    assert!(one(&all, "registers/consents.csv").contains("079183000123"));
    let row = sqlx::query("SELECT COUNT(*) AS n FROM event WHERE kind = 'vault.open'");
    let looks = int(&row.fetch_one(world.office.db.read()).await.unwrap(), "n").unwrap();
    assert!(looks > 0, "every look is recorded");
    let papers = all.iter().filter(|(n, _)| n.starts_with("papers/")).count();
    assert!(papers > 0, "{:?}", all.iter().map(|(n, _)| n).collect::<Vec<_>>());

    let office = &world.office;
    let refused = |role, asked: Inspection<'static>| {
        let account = world.account(role).clone();
        async move {
            match office.inspection(&account, world.now, &asked).await {
                Err(Error::Refused(r)) => r.key,
                other => panic!("{other:?}"),
            }
        }
    };
    assert_eq!(refused(Role::Inspector, year(Some("control"))).await, "refusal-right");
    assert_eq!(refused(Role::Officer, year(None)).await, "refusal-right");
    assert_eq!(
        refused(Role::Head, year(Some("curiosity"))).await,
        "refusal-purpose-unknown"
    );
    let back = Inspection {
        to: "2025-12-31".parse().unwrap(),
        ..year(None)
    };
    assert_eq!(refused(Role::Head, back).await, "refusal-inspection-period");
    let path = made(&world, Role::Inspector, &year(None), dir.path()).await;
    assert!(
        check(&world, &path).is_sound(),
        "an inspector takes it without personal fields"
    );
}

#[tokio::test]
async fn a_period_without_acts_and_another_body_are_empty_and_sound() {
    let world = world().await;
    let dir = tempfile::tempdir().unwrap();
    let asked = Inspection {
        from: "2020-01-01".parse().unwrap(),
        to: "2020-12-31".parse().unwrap(),
        purpose: None,
        part: 1,
    };
    let path = made(&world, Role::Head, &asked, dir.path()).await;
    assert!(check(&world, &path).is_sound());
    assert_eq!(one(&members(&path), "registers/consents.csv").lines().count(), 2);
    let other = world
        .office
        .create_body(crate::world::a_body(Country::Ru))
        .await
        .unwrap();
    let stranger = world.join(&other.id, Role::Head).await;
    let mut file = world
        .office
        .inspection(&stranger, world.now, &year(None))
        .await
        .unwrap();
    let path = dir.path().join("other.zip");
    std::io::copy(&mut file, &mut File::create(&path).unwrap()).unwrap();
    assert!(check(&world, &path).is_sound());
    let all = members(&path);
    assert_eq!(one(&all, "registers/consents.csv").lines().count(), 2);
    assert_eq!(one(&all, "files.csv").lines().count(), 1);
}

#[tokio::test]
async fn whatever_is_changed_in_it_is_told_by_name() {
    let world = world().await;
    let dir = tempfile::tempdir().unwrap();
    let path = made(&world, Role::Head, &year(None), dir.path()).await;
    let all = members(&path);
    let folder = dir.path().join("unpacked");
    for (name, bytes) in &all {
        let place = folder.join(name);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(place, bytes).unwrap();
    }
    assert!(check(&world, &folder).is_sound());
    for (name, bytes) in all.iter().filter(|(n, _)| !n.starts_with("proofs/")) {
        let mut bent = bytes.clone();
        let at = bent.len() / 2;
        bent[at] ^= 1;
        std::fs::write(folder.join(name), bent).unwrap();
        let report = check(&world, &folder);
        assert!(
            report.damages.iter().any(|d| d.file == *name),
            "{name}: {:?}",
            report.damages
        );
        std::fs::write(folder.join(name), bytes).unwrap();
    }
    std::fs::write(folder.join("papers-added.html"), "x").unwrap();
    let report = check(&world, &folder);
    assert_eq!(report.damages.len(), 1);
    assert_eq!(report.damages[0].what, Fault::Unlisted);
}

#[tokio::test]
async fn papers_come_in_parts_and_registers_say_as_of_when_they_stand() {
    let mut world = world().await;
    // Consents given in the period; one of them is changed after it.
    let activity = world.activity(&["consent"]).await;
    let mut cards = Vec::new();
    for _ in 0..4 {
        cards.push(world.consent(&activity).await);
    }
    world.now = "2027-01-15T02:00:00Z".parse().unwrap();
    let at = world.now.to_string();
    let what = ("consents", "withdraw", Some(cards[0].as_str()));
    world.act(Role::Officer, what, &[("withdrawn_at", &at)]).await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let whole = members(&made(&world, Role::Head, &year(Some("control")), dir.path()).await);
    let papers = |all: &[(String, Vec<u8>)]| -> BTreeSet<String> {
        let names = all.iter().map(|(n, _)| n.clone());
        names.filter(|n| n.starts_with("papers/")).collect()
    };
    let all = papers(&whole);
    assert!(all.len() > 3, "{all:?}");
    let registers = one(&whole, "registers/consents.csv");
    let late: Vec<_> = registers
        .lines()
        .filter(|l| l.contains("2027-01-15 09:00:00"))
        .collect();
    assert_eq!(late.len(), 1, "{registers}");
    assert!(one(&whole, "index.html").contains("The registers stand as of 2027-01-15"));
    let changes = one(&whole, "changes.csv");
    assert!(changes.contains("Receiving citizens"), "what the acts gave: {changes}");
    assert!(!changes.contains("079183000123") && !changes.contains("2027-01-15 09:00"));

    let limits = crate::kernel::evidence::Limits {
        papers: 2,
        ..world.office.limits()
    };
    std::sync::Arc::get_mut(&mut world.office).unwrap().set_limits(limits);
    let listed = one(&whole, "papers.csv").lines().count() - 1;
    let parts = listed.div_ceil(2);
    let mut together = BTreeSet::new();
    for part in 1..=parts {
        let asked = Inspection {
            part: u32::try_from(part).unwrap(),
            ..year(Some("control"))
        };
        let path = made(&world, Role::Head, &asked, dir.path()).await;
        assert!(check(&world, &path).is_sound());
        let one_part = members(&path);
        assert_eq!(
            one(&one_part, "papers.csv").lines().count() - 1,
            listed,
            "every part lists all"
        );
        let papers = papers(&one_part);
        assert!(papers.len() <= 2 && papers.is_disjoint(&together));
        together.extend(papers);
    }
    assert_eq!(together, all, "all parts together hold what one would");
    let beyond = Inspection {
        part: u32::try_from(parts + 1).unwrap(),
        ..year(None)
    };
    match world
        .office
        .inspection(world.account(Role::Head), world.now, &beyond)
        .await
    {
        Err(Error::Refused(r)) => assert_eq!(r.key, "refusal-inspection-part"),
        other => panic!("{other:?}"),
    }
}
