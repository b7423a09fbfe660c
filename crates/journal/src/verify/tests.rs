use std::collections::BTreeMap;

use super::*;
use crate::entry::{Commitment, Entry, Salt};
use crate::journal::{Journal, KEY_FILE};
use crate::key::{PrivateKey, Role};
use crate::store::Folder;
use crate::tile::{Kind, Tile};

/// A store in memory, so that damage is quickly done.
#[derive(Clone, Default)]
struct Memory(BTreeMap<String, Vec<u8>>);

impl Store for Memory {
    fn name(&self) -> String {
        "memory".into()
    }

    fn read(&self, path: &str, max: usize) -> Result<Option<Vec<u8>>, Error> {
        match self.0.get(path) {
            Some(bytes) if bytes.len() > max => Err(Error::damaged(path, Fault::Length)),
            found => Ok(found.cloned()),
        }
    }

    fn walk(&self, visit: &mut dyn FnMut(&str) -> Result<(), Error>) -> Result<(), Error> {
        self.0.keys().try_for_each(|name| visit(name))
    }
}

fn load(root: &std::path::Path) -> Memory {
    let folder = Folder::new(root);
    let mut memory = Memory::default();
    folder
        .walk(&mut |name| {
            let bytes = folder.read(name, usize::MAX)?.unwrap_or_default();
            memory.0.insert(name.to_owned(), bytes);
            Ok(())
        })
        .unwrap();
    memory
}

fn key() -> PrivateKey {
    PrivateKey::from_seed("example.org/journal", Role::Journal, &[1; 32]).unwrap()
}

fn witness() -> PrivateKey {
    PrivateKey::from_seed("example.org/witness", Role::Witness, &[2; 32]).unwrap()
}

fn entries(from: u64, to: u64) -> Vec<Entry> {
    let salt = Salt([9; 32]);
    let entry = |n: u64| Entry {
        at: 1_790_000_000_000_000 + n as i64,
        actor: format!("u:{}", n % 7),
        kind: "request.received".into(),
        object: format!("card/{n}"),
        commitments: vec![Commitment::new(&salt, "subject", &n.to_be_bytes()).unwrap()],
    };
    (from..to).map(entry).collect()
}

/// A journal published at these sizes; cosigned at the first; with three entries that wait in the log.
fn journal(sizes: &[u64]) -> Memory {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::create(dir.path(), key()).unwrap();
    for (i, size) in sizes.iter().enumerate() {
        journal.append(&entries(journal.size(), *size)).unwrap();
        let mut checkpoint = journal.publish().unwrap().clone();
        if i == 0 || i + 1 == sizes.len() {
            checkpoint.note.sign(&witness(), 1_790_000_000 + i as u64);
            journal.add_cosignature(&checkpoint, witness().public()).unwrap();
        }
    }
    journal.append(&entries(journal.size(), journal.size() + 3)).unwrap();
    load(dir.path())
}

fn check(memory: &Memory) -> Report {
    let trust = Trust {
        key: Some(key().public().clone()),
        ..Trust::default()
    };
    verify(memory, &trust, 2, &|_| ()).unwrap()
}

#[test]
fn a_sound_journal_is_sound_whatever_its_size() {
    for sizes in [
        &[1][..],
        &[255, 256],
        &[256],
        &[257],
        &[100, 300, 700],
        &[65_536],
        &[65_535, 66_200],
    ] {
        let memory = journal(sizes);
        let report = check(&memory);
        assert!(report.is_sound(), "{sizes:?}: {:?}", report.damages);
        assert_eq!(
            (report.covered, report.pending, report.backwards),
            ((0, *sizes.last().unwrap()), 3, 0)
        );
        assert_eq!(report.witnesses.len(), 1);
        assert!(
            report.unknown.is_empty() && report.foreign.is_empty(),
            "{:?}",
            report.foreign
        );
    }
}

/// Changes one bit and checks that the damage is found in that file, and, in entries, at that entry.
fn flip(memory: &Memory, name: &str, at: usize, bit: u8) {
    let mut bad = memory.clone();
    bad.0.get_mut(name).unwrap()[at] ^= 1 << bit;
    let report = check(&bad);
    let told = report.damages.iter().find(|d| d.file == name);
    assert!(told.is_some(), "{name}: byte {at} bit {bit}: {:?}", report.damages);
    if let Some(Tile {
        kind: Kind::Entries,
        index,
        width: 256,
    }) = Tile::parse(name)
    {
        // Which entry the byte is in, by walking the sound bundle.
        let (mut end, mut entry) = (0, index * 256);
        for sound in crate::bundle::Entries::new(&memory.0[name]) {
            end += 2 + sound.unwrap().len();
            if at < end {
                break;
            }
            entry += 1;
        }
        let (from, to) = told.unwrap().entries.unwrap();
        assert!(
            (from..to).contains(&entry),
            "{name}: byte {at} is in entry {entry}, told {from}..{to}"
        );
        assert!(
            report.damages.iter().all(|d| d.file == name),
            "only this file: {:?}",
            report.damages
        );
    }
}

#[test]
fn every_changed_byte_of_a_small_journal_is_found_and_located() {
    let memory = journal(&[3, 5]);
    for (name, bytes) in &memory.0 {
        for at in 0..bytes.len() {
            flip(&memory, name, at, (at % 8) as u8);
        }
    }
}

#[test]
fn changed_bytes_all_over_a_larger_journal_are_found_and_located() {
    let memory = journal(&[100, 300, 900]);
    for (name, bytes) in &memory.0 {
        for at in (0..bytes.len()).step_by(bytes.len() / 40 + 1) {
            flip(&memory, name, at, (at % 8) as u8);
        }
    }
}

#[test]
fn damage_on_every_level_of_a_high_tree_is_blamed_on_the_right_file() {
    let memory = journal(&[66_200]);
    for name in [
        "tile/0/000",
        "tile/0/255",
        "tile/0/257",
        "tile/0/258.p/152",
        "tile/1/000",
        "tile/1/001.p/2",
        "tile/2/000.p/1",
        "tile/entries/000",
        "tile/entries/258.p/152",
    ] {
        let mut bad = memory.clone();
        let bytes = bad.0.get_mut(name).unwrap();
        let at = bytes.len() / 2;
        bytes[at] ^= 4;
        let report = check(&bad);
        assert_eq!(
            report.damages.iter().map(|d| d.file.as_str()).collect::<Vec<_>>(),
            [name]
        );
        let (from, to) = report.damages[0].entries.unwrap();
        let span = Tile::parse(name).unwrap().span();
        assert!(span.0 <= from && to <= span.1 && to > from);
        if name == "tile/1/000" {
            assert_eq!((from, to), (128 * 256, 129 * 256), "the place of the changed hash");
        }
    }
}

#[test]
fn missing_and_cut_files_are_named() {
    let memory = journal(&[900]);
    for name in memory.0.keys().filter(|n| Tile::parse(n).is_some()) {
        let mut bad = memory.clone();
        bad.0.remove(name);
        let damages = check(&bad).damages;
        assert!(
            damages.iter().any(|d| d.file == *name && d.what == Fault::Missing),
            "{name}: {damages:?}"
        );
        for cut in [0, 1, 33] {
            let mut bad = memory.clone();
            let bytes = bad.0.get_mut(name).unwrap();
            bytes.truncate(bytes.len().saturating_sub(1).min(cut));
            assert!(
                check(&bad).damages.iter().any(|d| d.file == *name),
                "{name} cut to {cut}"
            );
        }
    }
    for name in [KEY_FILE, crate::publish::CHECKPOINT] {
        let mut bad = memory.clone();
        bad.0.remove(name);
        let result = verify(&bad, &Trust::default(), 1, &|_| ());
        assert!(result.is_err() || !result.unwrap().is_sound(), "{name}");
    }
}

#[test]
fn two_damages_are_told_apart() {
    let memory = journal(&[66_200]);
    let mut bad = memory;
    bad.0.get_mut("tile/1/000").unwrap()[32 * 7] ^= 1;
    bad.0.get_mut("tile/0/200").unwrap()[0] ^= 1;
    bad.0.get_mut("tile/entries/100").unwrap()[50] ^= 1;
    let report = check(&bad);
    let told: Vec<_> = report
        .damages
        .iter()
        .map(|d| (d.file.as_str(), d.entries.unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            ("tile/0/200", (51_200, 51_201)),
            ("tile/1/000", (1792, 2048)),
            ("tile/entries/100", (25_600, 25_601))
        ]
    );
}

#[test]
fn whoever_rewrites_entries_with_all_hashes_cannot_sign() {
    let dir = tempfile::tempdir().unwrap();
    let forger = PrivateKey::from_seed("example.org/journal", Role::Journal, &[8; 32]).unwrap();
    let mut journal = Journal::create(dir.path(), forger).unwrap();
    journal.append(&entries(0, 300)).unwrap();
    journal.publish().unwrap();
    drop(journal);
    let report = check(&load(dir.path()));
    let told: Vec<_> = report.damages.iter().map(|d| (d.file.as_str(), d.what)).collect();
    assert_eq!(told, [("checkpoint", Fault::Unsigned), (KEY_FILE, Fault::Changed)]);
}

#[test]
fn entries_rewritten_with_their_hashes_do_not_fit_the_checkpoint() {
    let dir = tempfile::tempdir().unwrap();
    let mut other = Journal::create(dir.path(), key()).unwrap();
    let mut forged = entries(0, 600);
    forged[5].actor = "u:other".into();
    other.append(&forged).unwrap();
    other.publish().unwrap();
    drop(other);
    let other = load(dir.path());
    let mut bad = journal(&[600]);
    for name in ["tile/entries/000", "tile/0/000"] {
        bad.0.insert(name.into(), other.0[name].clone());
    }
    let told: Vec<_> = check(&bad).damages;
    assert_eq!(
        told.iter().map(|d| (d.file.as_str(), d.what)).collect::<Vec<_>>(),
        [("tile/entries/000", Fault::Rewritten)]
    );
    // The tile above as well: now the root is another.
    bad.0.insert("tile/1/000.p/2".into(), other.0["tile/1/000.p/2"].clone());
    let told = check(&bad).damages;
    assert_eq!(
        told.iter().map(|d| (d.file.as_str(), d.what)).collect::<Vec<_>>(),
        [("checkpoint", Fault::Root)]
    );
}

#[test]
fn an_older_checkpoint_must_be_the_beginning() {
    let memory = journal(&[100, 300]);
    let signed = |size, root| Some(Checkpoint::signed(size, root, &key()).unwrap());
    let own = check(&memory).checkpoint.unwrap();
    let root = crate::reader::Reader::at(&memory, own.clone()).root_at(100).unwrap();
    let ask = |since| {
        verify(
            &memory,
            &Trust {
                key: Some(key().public().clone()),
                since,
                ..Trust::default()
            },
            1,
            &|_| (),
        )
        .unwrap()
    };
    let good = ask(signed(100, root));
    assert!(good.is_sound() && good.since == Some(100));
    let other = ask(signed(100, Hash::of_nothing()));
    assert_eq!(other.damages[0].what, Fault::Root);
    let later = ask(signed(301, own.root));
    assert_eq!(later.damages[0].what, Fault::Beyond, "the journal was cut back");
}

#[test]
fn a_witness_that_is_asked_for_must_have_signed() {
    let memory = journal(&[10]);
    let stranger = PrivateKey::from_seed("example.org/archive", Role::Witness, &[5; 32]).unwrap();
    let ask = |w: &PrivateKey| {
        verify(
            &memory,
            &Trust {
                witnesses: vec![w.public().clone()],
                ..Trust::default()
            },
            1,
            &|_| (),
        )
        .unwrap()
    };
    assert!(ask(&witness()).is_sound());
    assert_eq!(ask(&stranger).damages[0].what, Fault::Unsigned);
}

#[test]
fn a_clock_that_was_set_back_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::create(dir.path(), key()).unwrap();
    let mut all = entries(0, 9000);
    all[300].at -= 1_000_000_000;
    all[4096].at -= 1_000_000_000;
    journal.append(&all).unwrap();
    journal.publish().unwrap();
    let report = check(&load(dir.path()));
    assert!(report.is_sound());
    assert_eq!(report.backwards, 2);
}

#[test]
fn a_checkpoint_that_speaks_of_endless_entries_ends_the_check() {
    let mut memory = Memory::default();
    let endless = Checkpoint::signed(crate::tree::MAX_SIZE - 77, Hash::of_nothing(), &key()).unwrap();
    memory.0.insert("checkpoint".into(), endless.to_text().into_bytes());
    let report = check(&memory);
    assert!(!report.is_sound());
    assert!(report.damages.iter().any(|d| d.what == Fault::Unchecked));
}

proptest::proptest! {
    #[test]
    fn hostile_bytes_never_break_the_check(name in 0_usize..20, at in proptest::num::usize::ANY, bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..60)) {
        static SOUND: std::sync::OnceLock<Memory> = std::sync::OnceLock::new();
        let mut memory = SOUND.get_or_init(|| journal(&[3, 300])).clone();
        let names: Vec<_> = memory.0.keys().cloned().collect();
        let name = &names[name % names.len()];
        let file = memory.0.get_mut(name).unwrap();
        let before = file.clone();
        let at = at % (file.len() + 1);
        let end = (at + bytes.len()).min(file.len());
        file.splice(at..end, bytes);
        let sound = verify(&memory, &Trust { key: Some(key().public().clone()), ..Trust::default() }, 1, &|_| ()).is_ok_and(|r| r.is_sound() && r.foreign.is_empty());
        // The lock is empty and says nothing; whatever lies in it is of no account.
        proptest::prop_assert!(!sound || memory.0[name] == before || name == "lock", "{}", name);
    }
}
