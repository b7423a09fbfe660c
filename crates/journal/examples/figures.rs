//! Figures of the journal: appends beside bare flushed writes, proofs in a large journal, speed of the check.
//!
//! `cargo run --release -p tutela-journal --example figures -- FOLDER [ENTRIES]`
//!
//! The folder is left behind; where it is there already only proofs and the check are measured.
#![expect(clippy::print_stdout, reason = "this is what it is for")]
#![expect(clippy::unwrap_used, reason = "a bench stops at the first fault")]

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use tutela_journal::{
    Commitment, Entry, Folder, Journal, KEY_FILE, PrivateKey, PublicKey, Reader, Role, Salt, Trust, verify,
};

fn entry(n: u64, salt: &Salt) -> Entry {
    let commit = |field, value: u64| Commitment::new(salt, field, &value.to_be_bytes()).unwrap();
    Entry {
        at: 1_790_000_000_000_000 + i64::try_from(n).unwrap(),
        actor: format!("u:{}", n % 40),
        kind: "consent.given".into(),
        object: format!("card/{n:08}"),
        commitments: vec![commit("purpose", n % 9), commit("subject", n)],
    }
}

/// Seconds that `work` takes for each of `times`.
fn seconds(times: u64, mut work: impl FnMut(u64)) -> f64 {
    let start = Instant::now();
    (0..times).for_each(&mut work);
    start.elapsed().as_secs_f64() / times as f64
}

/// Processor time of this process so far, as Linux tells it to the microsecond; 0 elsewhere.
fn processor_seconds() -> f64 {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let run = |thread: std::fs::DirEntry| -> Option<f64> {
        let text = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse().ok()
    };
    // Threads that have ended are only in the total, which comes in hundredths.
    let alive: f64 = threads.filter_map(run).sum::<f64>() / 1e9;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
    let total = fields
        .skip(11)
        .take(2)
        .filter_map(|f| f.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0;
    alive.max(total)
}

fn main() {
    let mut args = std::env::args().skip(1);
    let root = PathBuf::from(args.next().unwrap());
    let size: u64 = args.next().map_or(10_000_000, |n| n.parse().unwrap());
    if !root.exists() {
        build(&root, size);
    }
    look(&root);
}

/// Appends in batches of several sizes, then loads the rest.
fn build(root: &Path, size: u64) {
    let salt = Salt::random().unwrap();
    let key = PrivateKey::generate("example.org/bench", Role::Journal).unwrap();
    let mut journal = Journal::create(root, key).unwrap();
    let bytes = entry(0, &salt).encode(0).unwrap();
    println!("entries of {} bytes", bytes.len());

    for batch in [1_u64, 10, 100, 1000] {
        let rounds = (400 / batch).max(40);
        let mut bare = File::create(root.join("bare.tmp")).unwrap();
        let raw = bytes.repeat(usize::try_from(batch).unwrap());
        // Both in turn, so that other work on the machine falls on both.
        let (mut ours, mut theirs) = (0.0, 0.0);
        let mut busy = 0.0;
        for _ in 0..rounds {
            let at = journal.size();
            let entries: Vec<_> = (at..at + batch).map(|n| entry(n, &salt)).collect();
            let before = processor_seconds();
            ours += seconds(1, |_| assert!(!journal.append(&entries).unwrap().is_empty()));
            busy += processor_seconds() - before;
            theirs += seconds(1, |_| {
                bare.write_all(&raw).unwrap();
                bare.sync_data().unwrap();
            });
        }
        let each = (rounds * batch) as f64;
        println!(
            "batch {batch:4}: {:9.0} acknowledged appends/s, {:.1} µs of processor time each · bare write and flush {:9.0}/s · ratio {:.2}",
            each / ours,
            busy / each * 1e6,
            each / theirs,
            theirs / ours
        );
    }
    std::fs::remove_file(root.join("bare.tmp")).unwrap();
    let publish = seconds(1, |_| assert!(journal.publish().unwrap().size > 0));
    println!("checkpoint over them: {:.1} ms", publish * 1e3);

    let (start, first) = (Instant::now(), journal.size());
    while journal.size() < size {
        let at = journal.size();
        let entries: Vec<_> = (at..(at + 10_000).min(size)).map(|n| entry(n, &salt)).collect();
        journal.append(&entries).unwrap();
    }
    journal.publish().unwrap();
    let loaded = size.saturating_sub(first) as f64 / start.elapsed().as_secs_f64();
    println!("{size} entries loaded, building them, tiles and checkpoints included: {loaded:.0}/s");
}

/// Proves entries and checks everything, on one thread and on two.
fn look(root: &Path) {
    let store = Folder::new(root);
    let size = Reader::open(&store).unwrap().checkpoint().size;
    let key = PublicKey::read(&root.join(KEY_FILE)).unwrap();
    let trust = Trust {
        key: Some(key),
        ..Trust::default()
    };
    let mut worst = 0.0_f64;
    let before = processor_seconds();
    let proof = seconds(1000, |n| {
        let place = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) % size;
        let start = Instant::now();
        let reader = Reader::open(&store).unwrap();
        reader.prove(place).unwrap();
        worst = worst.max(start.elapsed().as_secs_f64());
    });
    let busy = processor_seconds() - before;
    println!(
        "proof of one entry of {size}, opened anew each time: {:.3} ms ({:.3} ms of processor time), worst of 1000 {:.3} ms",
        proof * 1e3,
        busy,
        worst * 1e3
    );

    for threads in [1, 2] {
        let (start, cpu) = (Instant::now(), processor_seconds());
        let report = verify(&store, &trust, threads, &|_| ()).unwrap();
        assert!(report.is_sound());
        let (wall, cpu) = (start.elapsed().as_secs_f64(), processor_seconds() - cpu);
        println!(
            "check on {threads} threads: {:.0} entries/s, {:.0} for each processor second",
            size as f64 / wall,
            size as f64 / cpu
        );
    }
}
