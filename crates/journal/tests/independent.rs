//! A verifier that shares no code with this crate (`independent.py`) accepts what it writes, and refuses what was changed.
#![expect(clippy::print_stderr, reason = "whoever has no Python is told")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tutela_journal::{Commitment, Entry, Folder, Journal, PrivateKey, ProofFile, Reader, Role, Salt};

/// Runs the script; None where there is no Python.
fn python(args: &[&Path]) -> Option<Output> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/independent.py");
    let output = Command::new("python3").arg("-B").arg(script).args(args).output();
    if output.is_err() {
        eprintln!("python3 is not installed: the independent verifier was not run");
    }
    output.ok()
}

#[test]
fn an_independent_verifier_agrees() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("journal");
    let key = PrivateKey::generate("example.org/journal", Role::Journal).unwrap();
    let witness = PrivateKey::generate("example.org/witness", Role::Witness).unwrap();
    let (vkey, wkey) = (dir.path().join("journal.vkey"), dir.path().join("witness.vkey"));
    fs::write(&vkey, format!("{}\n", key.public().to_text())).unwrap();
    fs::write(&wkey, format!("{}\n", witness.public().to_text())).unwrap();
    let mut journal = Journal::create(&root, key).unwrap();
    let salt = Salt::random().unwrap();
    for batch in [3_u64, 600, 400] {
        let at = journal.size();
        let entry = |n: u64| Entry {
            at: n as i64,
            actor: "u:1".into(),
            kind: "act".into(),
            object: format!("card/{n}"),
            commitments: vec![Commitment::new(&salt, "field", &n.to_be_bytes()).unwrap()],
        };
        journal
            .append(&(at..at + batch).map(entry).collect::<Vec<_>>())
            .unwrap();
        let mut checkpoint = journal.publish().unwrap().clone();
        checkpoint.note.sign(&witness, 1_790_000_000);
        journal.add_cosignature(&checkpoint, witness.public()).unwrap();
    }
    let Some(output) = python(&[Path::new("journal"), &root, &vkey, &wkey]) else {
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "accepted: 1003 entries, 2 levels of tiles\n"
    );

    let store = Folder::new(&root);
    let reader = Reader::open(&store).unwrap();
    let proof = dir.path().join("one.tlog-proof");
    for index in [0, 255, 256, 777, 1002] {
        let file = ProofFile {
            proven: reader.prove(index).unwrap(),
            checkpoint: reader.checkpoint().clone(),
        };
        fs::write(&proof, file.to_text()).unwrap();
        let output = python(&[Path::new("proof"), &proof, &vkey]).unwrap();
        assert!(
            output.status.success(),
            "{index}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let moved = fs::read_to_string(&proof).unwrap().replace("index 1002", "index 1001");
    fs::write(&proof, moved).unwrap();
    assert!(!python(&[Path::new("proof"), &proof, &vkey]).unwrap().status.success());

    let tile = root.join("tile/1/000.p/3");
    let mut bytes = fs::read(&tile).unwrap();
    bytes[40] ^= 1;
    fs::write(&tile, bytes).unwrap();
    assert!(
        !python(&[Path::new("journal"), &root, &vkey, &wkey])
            .unwrap()
            .status
            .success()
    );
}
