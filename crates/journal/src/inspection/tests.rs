use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::entry::Entry;
use crate::export::export;
use crate::journal::Journal;
use crate::key::Role;
use crate::reader::Reader;

fn key() -> PrivateKey {
    PrivateKey::from_seed("example.org/journal", Role::Journal, &[1; 32]).unwrap()
}

/// An inspection folder with a part of a journal of 700 entries.
fn folder(root: &Path) -> PathBuf {
    let whole = root.join("whole");
    let mut journal = Journal::create(&whole, key()).unwrap();
    let entry = |n: u64| Entry {
        at: i64::try_from(n).unwrap(),
        actor: "u:1".into(),
        kind: "act".into(),
        object: format!("card/{n}"),
        commitments: Vec::new(),
    };
    journal.append(&(0..700).map(entry).collect::<Vec<_>>()).unwrap();
    journal.publish().unwrap();
    let made = root.join("made");
    let store = Folder::new(&whole);
    export(&store, &Folder::new(&made.join("journal")), 300, 320).unwrap();
    let reader = Reader::open(&store).unwrap();
    let proof = ProofFile {
        proven: reader.prove(310).unwrap(),
        checkpoint: reader.checkpoint().clone(),
    };
    fs::create_dir_all(made.join("proofs")).unwrap();
    fs::create_dir_all(made.join("registers")).unwrap();
    fs::write(made.join("proofs/310.proof"), proof.to_text()).unwrap();
    fs::write(made.join("registers/consents.csv"), "number;state\n2026-1;given\n").unwrap();
    fs::write(made.join("index.html"), vec![b'x'; 200_000]).unwrap();
    seal_it(&made, reader.checkpoint(), &key());
    made
}

/// Writes list and note over whatever lies there.
fn seal_it(made: &Path, checkpoint: &Checkpoint, key: &PrivateKey) {
    let store = Folder::new(made);
    let mut list = String::new();
    let mut files = 0;
    store
        .walk(&mut |name| {
            if name != LIST && name != SEAL {
                list.push_str(&format!("{}  {name}\n", hex(&store.digest(name)?.unwrap())));
                files += 1;
            }
            Ok(())
        })
        .unwrap();
    let sealed = Sealed {
        made: "2026-11-24T02:00:00Z".to_owned(),
        period: ("2026-01-01".to_owned(), "2026-11-24".to_owned()),
        files,
        list: Sha256::digest(&list).into(),
        size: checkpoint.size,
        root: checkpoint.root,
    };
    fs::write(made.join(LIST), list).unwrap();
    fs::write(made.join(SEAL), sealed.sign(key).unwrap().to_text()).unwrap();
}

fn check(path: &Path) -> Report {
    let trust = Trust {
        key: Some(key().public().clone()),
        ..Trust::default()
    };
    verify_at(path, &trust, 2, &|_| ()).unwrap()
}

fn told(report: &Report) -> Vec<(&str, Fault)> {
    report.damages.iter().map(|d| (d.file.as_str(), d.what)).collect()
}

fn zipped(made: &Path, inside: &str) -> PathBuf {
    let path = made.with_extension("zip");
    let mut zip = zip::ZipWriter::new(File::create(&path).unwrap());
    let store = Folder::new(made);
    store
        .walk(&mut |name| {
            let options = zip::write::SimpleFileOptions::default();
            zip.start_file(format!("{inside}{name}"), options).unwrap();
            std::io::Write::write_all(&mut zip, &store.read(name, 1 << 24)?.unwrap()).unwrap();
            Ok(())
        })
        .unwrap();
    zip.finish().unwrap();
    path
}

#[test]
fn a_folder_and_an_archive_of_it_are_sound() {
    let dir = tempfile::tempdir().unwrap();
    let made = folder(dir.path());
    let tar = dir.path().join("made.tar");
    let mut out = tar::Builder::new(File::create(&tar).unwrap());
    out.append_dir_all("x", &made).unwrap();
    out.into_inner().unwrap();
    for path in [made.clone(), zipped(&made, ""), zipped(&made, "taken home/"), tar] {
        let report = check(&path);
        assert_eq!(told(&report), [], "{}", path.display());
        let sealed = report.folder.unwrap();
        assert_eq!(
            (sealed.files, sealed.size),
            (u64::try_from(walked(&made)).unwrap() - 2, 700)
        );
        assert_eq!(report.covered, (256, 512));
    }
    // The journal alone is still checked as one.
    let report = check(&made.join("journal"));
    assert!(report.is_sound() && report.folder.is_none());
}

fn walked(made: &Path) -> usize {
    let mut n = 0;
    Folder::new(made)
        .walk(&mut |_| {
            n += 1;
            Ok(())
        })
        .unwrap();
    n
}

#[test]
fn whatever_is_changed_taken_away_or_added_is_told_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let made = folder(dir.path());
    let mut names = Vec::new();
    Folder::new(&made)
        .walk(&mut |name| {
            names.push(name.to_owned());
            Ok(())
        })
        .unwrap();
    for name in &names {
        let path = made.join(name);
        let before = fs::read(&path).unwrap();
        for at in [0, before.len() / 2, before.len() - 1] {
            let mut bent = before.clone();
            bent[at] ^= 1;
            fs::write(&path, bent).unwrap();
            for check_at in [made.clone(), zipped(&made, "")] {
                let report = check(&check_at);
                let named = told(&report).iter().any(|(file, _)| file == name);
                assert!(named, "{name} at {at}: {:?}", report.damages);
            }
        }
        fs::remove_file(&path).unwrap();
        let report = check(&made);
        assert!(
            told(&report).iter().any(|(file, _)| file == name),
            "{name}: {:?}",
            report.damages
        );
        fs::write(&path, before).unwrap();
    }
    assert_eq!(told(&check(&made)), []);
    fs::write(made.join("registers/more.csv"), "slipped in").unwrap();
    assert_eq!(told(&check(&made)), [("registers/more.csv", Fault::Unlisted)]);
}

#[test]
fn a_folder_sealed_by_somebody_else_or_around_another_journal_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let made = folder(dir.path());
    let store = Folder::new(&dir.path().join("whole"));
    let checkpoint = Reader::open(&store).unwrap().checkpoint().clone();
    let other = PrivateKey::from_seed("example.org/journal", Role::Journal, &[2; 32]).unwrap();
    fs::write(made.join("registers/consents.csv"), "forged").unwrap();
    seal_it(&made, &checkpoint, &other);
    assert_eq!(told(&check(&made)), [(SEAL, Fault::Unsigned)]);
    let named = PrivateKey::from_seed("example.org/other", Role::Journal, &[2; 32]).unwrap();
    seal_it(&made, &checkpoint, &named);
    assert_eq!(told(&check(&made)), [(SEAL, Fault::Origin)]);
    let later = Checkpoint::signed(701, checkpoint.root, &key()).unwrap();
    seal_it(&made, &later, &key());
    assert_eq!(told(&check(&made)), [(SEAL, Fault::Root)]);
    // A proof of another journal does not pass as one of this.
    let mut proof = ProofFile::parse(&fs::read(made.join("proofs/310.proof")).unwrap()).unwrap();
    proof.checkpoint = Checkpoint::signed(311, checkpoint.root, &key()).unwrap();
    fs::write(made.join("proofs/310.proof"), proof.to_text()).unwrap();
    seal_it(&made, &checkpoint, &key());
    assert!(told(&check(&made)).iter().any(|(file, _)| *file == "proofs/310.proof"));
}

#[test]
fn a_list_leads_to_no_file_outside_the_folder() {
    for name in [
        "../secret",
        "/etc/passwd",
        "a//b",
        "a/../b",
        "C:x",
        "a\\b",
        ".",
        "",
        "a\u{7}",
    ] {
        assert!(!is_name(name), "{name}");
    }
    assert!(is_name("papers/orders/2026-1/order-admission.vi.pdf"));
    let note = Sealed {
        made: "now".to_owned(),
        period: ("a b".to_owned(), "c".to_owned()),
        files: 0,
        list: [0; 32],
        size: 0,
        root: Hash::of_nothing(),
    };
    assert!(
        note.sign(&key()).is_none(),
        "a day with a space would be read otherwise"
    );
}
