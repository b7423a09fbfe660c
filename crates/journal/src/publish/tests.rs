use std::cell::Cell;
use std::convert::Infallible;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Mutex;

use super::*;
use crate::entry::Entry;
use crate::key::Role;
use crate::reader::Reader;
use crate::store::Folder;
use crate::verify::{Trust, verify};

fn key() -> PrivateKey {
    PrivateKey::from_seed("example.org/journal", Role::Journal, &[1; 32]).unwrap()
}

/// The row of a table.
fn row(n: u64) -> Vec<u8> {
    let entry = Entry {
        at: n as i64,
        actor: "u:1".into(),
        kind: "act".into(),
        object: format!("card/{n}"),
        commitments: Vec::new(),
    };
    entry.encode(n).unwrap()
}

/// The rows of a table of this size from a place on.
fn rows(from: u64, to: u64) -> impl Iterator<Item = Result<Vec<u8>, Infallible>> {
    (from..to).map(|n| Ok(row(n)))
}

fn sound(root: &Path) -> u64 {
    let store = Folder::new(root);
    let trust = Trust {
        key: Some(key().public().clone()),
        ..Trust::default()
    };
    let report = verify(&store, &trust, 1, &|_| ()).unwrap();
    assert!(report.is_sound(), "{:?}", report.damages);
    report.checkpoint.unwrap().size
}

/// A folder whose program is killed after so many steps. A step is half a file, a whole file, a file put in the place of
/// another, or a removal. What was half done stays on the disk.
struct Dying<'a> {
    folder: Folder,
    root: &'a Path,
    left: Mutex<Cell<u32>>,
}

impl<'a> Dying<'a> {
    fn new(root: &'a Path, steps: u32) -> Self {
        Self {
            folder: Folder::new(root),
            root,
            left: Mutex::new(Cell::new(steps)),
        }
    }

    /// Whether the program still lives; one step of its life is taken.
    fn step(&self) -> Result<(), Error> {
        let left = self.left.lock().unwrap();
        match left.get() {
            0 => Err(Error::io("killed", io::ErrorKind::Interrupted.into())),
            n => {
                left.set(n - 1);
                Ok(())
            }
        }
    }

    fn lay(&self, name: &str, bytes: &[u8]) {
        let path = self.root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

impl Store for Dying<'_> {
    fn name(&self) -> String {
        self.folder.name()
    }

    fn read(&self, path: &str, max: usize) -> Result<Option<Vec<u8>>, Error> {
        self.folder.read(path, max)
    }

    fn walk(&self, visit: &mut dyn FnMut(&str) -> Result<(), Error>) -> Result<(), Error> {
        self.folder.walk(visit)
    }
}

impl Writable for Dying<'_> {
    fn write(&self, files: &[(String, Vec<u8>)]) -> Result<(), Error> {
        for (name, bytes) in files {
            self.step()?;
            // A new file can be seen half written; one that is there is never touched in place.
            if !self.root.join(name).exists() {
                self.lay(name, &bytes[..bytes.len() / 2]);
                self.step()?;
            }
            self.folder.write(&[(name.clone(), bytes.clone())])?;
        }
        self.step()
    }

    fn replace(&self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        self.step()?;
        self.lay(&format!("{path}.new"), &bytes[..bytes.len() / 2]);
        self.step()?;
        self.lay(&format!("{path}.new"), bytes);
        self.step()?;
        self.folder.replace(path, bytes)?;
        self.step()
    }

    fn remove_partial(&self, tile: Tile) -> Result<(), Error> {
        self.step()?;
        self.folder.remove_partial(tile)
    }
}

/// What a program does: takes up the journal, then publishes the table as it grows through these sizes.
fn live(store: &dyn Writable, sizes: &[u64]) -> Result<(), Error> {
    let mut publisher = Publisher::start(store, &key())?;
    if let Some(last) = publisher.last(store)? {
        assert_eq!(last, row(publisher.size() - 1));
    }
    for &size in sizes.iter().filter(|s| **s >= publisher.size()).collect::<Vec<_>>() {
        let from = publisher.size();
        match publisher.publish_from(store, &key(), rows(from, size)) {
            Ok(checkpoint) => assert_eq!(checkpoint.size, size),
            Err(FeedError::Journal(error)) => return Err(error),
            Err(other) => panic!("{other}"),
        }
    }
    Ok(())
}

#[test]
fn killed_between_any_two_steps_nothing_is_lost_and_nothing_is_there_twice() {
    let sizes = [2, 256, 300];
    let mut kills = 0;
    loop {
        let dir = tempfile::tempdir().unwrap();
        let alive = live(&Dying::new(dir.path(), kills), &sizes).is_ok();
        if dir.path().join(CHECKPOINT).exists() {
            // Whoever reads meanwhile sees a journal that is whole.
            let size = sound(dir.path());
            assert!(size == 0 || sizes.contains(&size), "{size}");
        }
        // It is killed a second time while it takes up what is there, and then lives.
        let _ = live(&Dying::new(dir.path(), kills % 11), &sizes);
        live(&Folder::new(dir.path()), &sizes).unwrap();
        assert_eq!(sound(dir.path()), 300);
        let store = Folder::new(dir.path());
        let reader = Reader::open(&store).unwrap();
        for n in [0, 1, 255, 256, 299] {
            assert_eq!(reader.prove(n).unwrap().entry, row(n));
        }
        if alive {
            break;
        }
        kills += 1;
    }
    assert!(kills > 40, "{kills} steps are too few to be all of them");
}

#[test]
fn a_disk_that_fails_for_a_while_holds_nothing_up_for_good() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::new(dir.path());
    let mut publisher = Publisher::start(&folder, &key()).unwrap();
    for steps in 0..9 {
        let full = Dying::new(dir.path(), steps);
        let (from, to) = (publisher.size(), publisher.published().size + 100);
        assert!(matches!(
            publisher.publish_from(&full, &key(), rows(from, to)),
            Err(FeedError::Journal(Error::Io { .. }))
        ));
        // What was taken up is not asked for again, and no more is taken before it is written.
        let taken = publisher.size();
        let again = publisher.publish_from(&Dying::new(dir.path(), 0), &key(), rows(taken, taken + 100));
        assert!(again.is_err() || taken == from);
        assert!(publisher.size() <= to);
        let from = publisher.size();
        assert_eq!(
            publisher.publish_from(&folder, &key(), rows(from, to)).unwrap().size,
            to
        );
        assert_eq!(sound(dir.path()), to);
    }
}

#[test]
fn what_comes_before_a_fault_of_the_table_is_published() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::new(dir.path());
    let mut publisher = Publisher::start(&folder, &key()).unwrap();
    // A row that another transaction has not committed yet is a gap.
    let gap = [Ok::<_, &str>(row(0)), Ok(row(1)), Ok(row(3))];
    assert!(matches!(
        publisher.publish_from(&folder, &key(), gap),
        Err(FeedError::Entry {
            index: 2,
            what: BadEntry::Form
        })
    ));
    assert_eq!((sound(dir.path()), publisher.size()), (2, 2));
    let failing = [Ok(row(2)), Err("connection lost"), Ok(row(3))];
    assert!(matches!(
        publisher.publish_from(&folder, &key(), failing),
        Err(FeedError::Source("connection lost"))
    ));
    assert_eq!(publisher.publish_from(&folder, &key(), rows(3, 5)).unwrap().size, 5);
    // Nothing new: the checkpoint stays as it is.
    let before = publisher.published().clone();
    assert_eq!(*publisher.publish_from(&folder, &key(), rows(5, 5)).unwrap(), before);
}

#[test]
fn a_table_that_was_restored_gets_back_what_it_lost() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::new(dir.path());
    let mut publisher = Publisher::start(&folder, &key()).unwrap();
    assert_eq!(publisher.last(&folder).unwrap(), None);
    publisher.publish_from(&folder, &key(), rows(0, 600)).unwrap();
    drop(publisher);
    let publisher = Publisher::start(&folder, &key()).unwrap();
    assert_eq!(
        (publisher.size(), publisher.last(&folder).unwrap()),
        (600, Some(row(599)))
    );
    let reader = Reader::open(&folder).unwrap();
    let lost: Vec<_> = reader.entries(590).map(|e| e.unwrap().entry).collect();
    assert_eq!(lost, (590..600).map(row).collect::<Vec<_>>());
}

#[test]
fn only_the_same_key_takes_up_a_journal_and_nothing_is_begun_on_what_is_left_of_one() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::new(&dir.path().join("made by the start"));
    let mut publisher = Publisher::start(&folder, &key()).unwrap();
    publisher.publish_from(&folder, &key(), rows(0, 3)).unwrap();
    let fault = |key: PrivateKey| match Publisher::start(&folder, &key) {
        Err(Error::Key { what, .. }) => what,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        fault(PrivateKey::generate("example.org/journal", Role::Journal).unwrap()),
        KeyFault::Other
    );
    assert_eq!(
        fault(PrivateKey::generate("example.org/journal", Role::Witness).unwrap()),
        KeyFault::Type
    );
    let held = folder.lock().unwrap();
    assert!(matches!(folder.lock(), Err(Error::InUse { .. })));
    drop(held);
    assert!(folder.lock().is_ok());
    fs::remove_file(folder.path(CHECKPOINT)).unwrap();
    assert!(matches!(Publisher::start(&folder, &key()), Err(Error::Missing { .. })));
}

#[test]
fn a_witness_signs_what_a_table_publishes() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::new(dir.path());
    let witness = PrivateKey::from_seed("example.org/witness", Role::Witness, &[2; 32]).unwrap();
    let mut publisher = Publisher::start(&folder, &key()).unwrap();
    let mut seen = publisher.publish_from(&folder, &key(), rows(0, 9)).unwrap().clone();
    seen.note.sign(&witness, 1_790_000_000);
    publisher.add_cosignature(&folder, &seen, witness.public()).unwrap();
    assert_eq!(sound(dir.path()), 9);
    // The power went after the cosigned copy and before the checkpoint: it follows at the next start.
    let plain = Checkpoint::signed(9, seen.root, &key()).unwrap();
    folder.replace(CHECKPOINT, plain.to_text().as_bytes()).unwrap();
    assert_eq!(*Publisher::start(&folder, &key()).unwrap().published(), seen);
}
