//! `tutela journal` as an inspector, a witness and an officer meet it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod common;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Output;

use common::{code, tutela};
use serde_json::Value;
use tutela_journal::{Commitment, Entry, Journal, PrivateKey, Role, Salt};

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn key() -> PrivateKey {
    PrivateKey::from_seed("example.org/journal", Role::Journal, &[1; 32]).unwrap()
}

/// Appends entries and publishes them, in a new journal or an old one.
fn grow(root: &Path, entries: u64) {
    grow_with(root, entries, "u:7");
}

fn grow_with(root: &Path, entries: u64, actor: &str) {
    let mut journal = match Journal::create(root, key()) {
        Ok(journal) => journal,
        Err(_) => Journal::open(root, key()).unwrap().0,
    };
    let at = journal.size();
    let entry = |n: u64| Entry {
        at: 1_790_000_000_000_000 + n as i64,
        actor: actor.into(),
        kind: "consent.given".into(),
        object: format!("card/{n}"),
        commitments: vec![Commitment::new(&Salt([3; 32]), "purpose", b"staff").unwrap()],
    };
    journal
        .append(&(at..at + entries).map(entry).collect::<Vec<_>>())
        .unwrap();
    journal.publish().unwrap();
}

/// A folder with a journal of 700 entries and its public key.
fn office() -> (tempfile::TempDir, String, String) {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("journal");
    grow(&root, 700);
    let public = dir.path().join("published.vkey");
    fs::write(&public, format!("{}\n", key().public().to_text())).unwrap();
    let (root, public) = (root.to_str().unwrap().to_owned(), public.to_str().unwrap().to_owned());
    (dir, root, public)
}

#[test]
fn an_inspector_checks_a_copy_and_sees_where_it_was_changed() {
    let (_dir, root, public) = office();
    let output = tutela(&["journal", "verify", &root, "--key", &public, "--format", "json"], b"");
    assert_eq!(code(&output), 0, "{}", text(&output));
    let report = json(&output);
    assert_eq!(
        (
            report["size"].as_u64(),
            report["sound"].as_bool(),
            report["key_given"].as_bool()
        ),
        (Some(700), Some(true), Some(true))
    );
    for lang in ["vi", "ru", "zh", "en"] {
        let output = tutela(&["journal", "verify", &root, "--lang", lang], b"");
        assert_eq!(code(&output), 0);
        assert!(
            text(&output).contains("example.org/journal") && !text(&output).contains("journal-"),
            "{lang}"
        );
    }
    let bundle = Path::new(&root).join("tile/entries/001");
    let mut bytes = fs::read(&bundle).unwrap();
    let place = bytes.windows(8).position(|w| w == b"card/300").unwrap();
    bytes[place + 7] = b'1';
    fs::write(&bundle, bytes).unwrap();
    let output = tutela(&["journal", "verify", &root, "--key", &public, "--format", "json"], b"");
    assert_eq!(code(&output), 2);
    let damage = &json(&output)["damages"][0];
    assert_eq!(
        (damage["file"].as_str(), damage["fault"].as_str()),
        (Some("tile/entries/001"), Some("changed"))
    );
    assert_eq!((damage["from"].as_u64(), damage["to"].as_u64()), (Some(300), Some(301)));
    let shown = text(&tutela(&["journal", "verify", &root, "--key", &public], b""));
    assert!(
        shown.contains("tile/entries/001") && shown.contains("entry 300"),
        "{shown}"
    );
}

#[test]
fn a_proof_travels_alone() {
    let (dir, root, public) = office();
    let file = dir.path().join("one.tlog-proof");
    let file = file.to_str().unwrap();
    assert_eq!(code(&tutela(&["journal", "prove", &root, "431", "-o", file], b"")), 0);
    let output = tutela(&["journal", "verify-proof", file, "--key", &public], b"");
    assert_eq!(code(&output), 0);
    assert!(
        text(&output).contains("431") && text(&output).contains("card/431"),
        "{}",
        text(&output)
    );
    let changed = fs::read_to_string(file).unwrap().replace("index 431", "index 430");
    let output = tutela(&["journal", "verify-proof", "-", "--key", &public], changed.as_bytes());
    assert_eq!((code(&output), text(&output).as_str()), (2, ""));
    let output = tutela(&["journal", "prove", &root, "700"], b"");
    assert_eq!(code(&output), 2);
    assert!(String::from_utf8_lossy(&output.stderr).contains("700"));
}

#[test]
fn evidence_is_exported_packed_and_accepted() {
    let (dir, root, public) = office();
    let out = dir.path().join("evidence");
    let shown = out.to_str().unwrap();
    let output = tutela(
        &["journal", "export", &root, "-o", shown, "--from", "300", "--to", "310"],
        b"",
    );
    assert_eq!(code(&output), 0, "{}", text(&output));
    let output = tutela(&["journal", "verify", shown, "--key", &public, "--format", "json"], b"");
    let report = json(&output);
    assert_eq!(
        (code(&output), report["from"].as_u64(), report["to"].as_u64()),
        (0, Some(256), Some(512))
    );
    assert_eq!(
        code(&tutela(&["journal", "export", &root, "-o", shown], b"")),
        2,
        "an export is never overwritten"
    );

    // The same in a ZIP archive, inside a folder, as a person would pack it.
    let packed = dir.path().join("evidence.zip");
    let mut zip = zip::ZipWriter::new(fs::File::create(&packed).unwrap());
    let mut folders = vec![out.clone()];
    while let Some(folder) = folders.pop() {
        for child in fs::read_dir(folder).unwrap() {
            let path = child.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = format!("evidence/{}", path.strip_prefix(&out).unwrap().to_str().unwrap());
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(&fs::read(path).unwrap()).unwrap();
        }
    }
    zip.finish().unwrap();
    let output = tutela(
        &[
            "journal",
            "verify",
            packed.to_str().unwrap(),
            "--key",
            &public,
            "--format",
            "json",
        ],
        b"",
    );
    assert_eq!((code(&output), &json(&output)), (0, &report));
}

#[test]
fn a_witness_signs_only_what_continues_what_it_signed() {
    let (dir, root, public) = office();
    let file = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let (secret, state) = (file("witness.key"), file("seen"));
    let made = tutela(
        &[
            "journal",
            "keygen",
            "example.org/witness",
            "--as-witness",
            "-o",
            &secret,
        ],
        b"",
    );
    assert_eq!(code(&made), 0);
    let witness = file("witness.vkey");
    fs::write(&witness, text(&made)).unwrap();
    let sign = |root: &str| {
        tutela(
            &[
                "journal",
                "cosign",
                root,
                "--key",
                &public,
                "--sign-with",
                &secret,
                "--state",
                &state,
            ],
            b"",
        )
    };
    let first = sign(&root);
    assert_eq!(code(&first), 0, "{}", String::from_utf8_lossy(&first.stderr));
    let asked = ["journal", "verify", &root, "--key", &public, "--witness", &witness];
    assert_eq!(
        code(&tutela(&asked, b"")),
        2,
        "the witness has not signed in the journal yet"
    );
    fs::write(Path::new(&root).join("checkpoint"), &first.stdout).unwrap();
    let output = tutela(&asked, b"");
    assert_eq!(code(&output), 0);
    assert!(text(&output).contains("example.org/witness"));

    // The journal grows and is signed again; another history by the same key, and one that was cut back, are not.
    let other = file("other");
    grow_with(Path::new(&other), 900, "u:8");
    let short = file("short");
    grow(Path::new(&short), 100);
    for wrong in [&other, &short] {
        let refused = sign(wrong);
        assert_eq!((code(&refused), text(&refused).as_str()), (2, ""));
    }
    grow(Path::new(&root), 100);
    assert_eq!(code(&sign(&root)), 0);
}

#[test]
fn a_checkpoint_is_a_few_lines_that_fix_what_comes_later() {
    let (dir, root, public) = office();
    let output = tutela(&["journal", "checkpoint", &root, "--key", &public], b"");
    assert_eq!((code(&output), text(&output).lines().count()), (0, 5));
    let old = dir.path().join("old");
    fs::write(&old, &output.stdout).unwrap();
    grow(Path::new(&root), 50);
    let output = tutela(
        &[
            "journal",
            "verify",
            &root,
            "--since",
            old.to_str().unwrap(),
            "--format",
            "json",
        ],
        b"",
    );
    assert_eq!((code(&output), json(&output)["since"].as_u64()), (0, Some(700)));
    let nothing = dir.path().join("nothing");
    fs::create_dir(&nothing).unwrap();
    assert_eq!(code(&tutela(&["journal", "verify", nothing.to_str().unwrap()], b"")), 2);
}

#[cfg(unix)]
#[test]
fn a_key_locked_by_a_passphrase_signs_only_with_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let (dir, root, public) = office();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let (secret, right, wrong) = (path("witness.key"), path("right"), path("wrong"));
    for (file, words) in [(&right, "bốn từ không ai đoán"), (&wrong, "bốn từ ai cũng đoán")] {
        fs::write(file, format!("{words}\n")).unwrap();
        fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
    }
    let make = [
        "journal",
        "keygen",
        "example.org/witness",
        "--as-witness",
        "-o",
        &secret,
    ];
    let output = tutela(
        &[&make[..], &["--passphrase"]].concat(),
        "bốn từ không ai đoán\n".as_bytes(),
    );
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        code(&output) == 2 && told.contains("--passphrase-file"),
        "no terminal: {told}"
    );
    assert!(!Path::new(&secret).exists());
    assert_eq!(
        code(&tutela(&[&make[..], &["--passphrase-file", &right]].concat(), b"")),
        0
    );
    assert!(
        fs::read_to_string(&secret)
            .unwrap()
            .starts_with("LOCKED+KEY+example.org/witness+")
    );

    let state = path("state");
    let sign = [
        "--lang",
        "en",
        "journal",
        "cosign",
        &root,
        "--key",
        &public,
        "--sign-with",
        &secret,
        "--state",
        &state,
    ];
    for (more, says) in [
        (&[][..], "--passphrase-file"),
        (&["--passphrase-file", &wrong], "passphrase is wrong"),
    ] {
        let output = tutela(&[&sign[..], more].concat(), b"");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            code(&output) == 2 && told.contains(says) && !told.contains("đoán"),
            "{told}"
        );
        assert!(!Path::new(&state).exists(), "nothing was signed");
    }
    let output = tutela(&[&sign[..], &["--passphrase-file", &right]].concat(), b"");
    assert_eq!(code(&output), 0, "{}", String::from_utf8_lossy(&output.stderr));
    assert!(text(&output).contains("— example.org/witness "));
    fs::set_permissions(&right, fs::Permissions::from_mode(0o644)).unwrap();
    let output = tutela(&[&sign[..], &["--passphrase-file", &right]].concat(), b"");
    assert_eq!(code(&output), 2, "a passphrase that others can read is none");
}
