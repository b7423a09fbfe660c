//! A program that shares no code with this crate (`independent.py`) opens what it seals, and seals what it opens.
#![expect(clippy::print_stderr, reason = "whoever has no Python is told")]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use tutela_vault::{BodyKey, KeyFile, Lock, Place, Sealed};

/// Runs the script with this input; None where there is no Python.
fn python(input: &str) -> Option<Output> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/independent.py");
    let child = Command::new("python3")
        .args(["-B", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        eprintln!("python3 is not installed: the independent program was not run");
        return None;
    };
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    Some(child.wait_with_output().unwrap())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn unhex(text: &str) -> Vec<u8> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    assert!(rest.is_empty());
    let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    pairs.iter().map(|pair| byte(pair)).collect()
}

#[test]
fn an_independent_program_agrees() {
    let key = BodyKey::generate().unwrap();
    let place = Place {
        body: "sở-y-tế",
        record: "карточка-17",
    };
    for length in [0, 1, 251, 252, 253, 5000] {
        let plain: Vec<u8> = (0..=250).cycle().take(length).collect();
        let sealed = key.create(&place, &plain).unwrap();
        let file = KeyFile::generate().unwrap();
        let locked = key.lock(&Lock::KeyFile(file.bytes())).unwrap();
        let mut input = String::new();
        for line in key.recovery().expose_str().unwrap().lines().skip(1) {
            let (_, groups) = line.split_once(": ").unwrap();
            writeln!(input, "recovery {groups}").unwrap();
        }
        for (name, value) in [
            ("key_file", file.to_text().expose()),
            ("locked", locked.as_bytes()),
            ("body", place.body.as_bytes()),
            ("record", place.record.as_bytes()),
            ("wrapped_key", &sealed.wrapped_key),
            ("content", &sealed.content),
            ("field", "поле".as_bytes()),
            ("word", "слово".as_bytes()),
        ] {
            writeln!(input, "{name} {}", hex(value)).unwrap();
        }
        let Some(output) = python(&input) else { return };
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let output = String::from_utf8(output.stdout).unwrap();
        let told: BTreeMap<_, _> = output.lines().filter_map(|line| line.split_once(' ')).collect();
        assert_eq!(told["plain"], hex(&plain));
        assert_eq!(told["token"], key.token("поле", "слово").to_string());
        let theirs = Sealed {
            wrapped_key: unhex(told["wrapped_key"]),
            content: unhex(told["content"]),
        };
        assert_eq!(
            key.open(&place, &theirs).unwrap().expose(),
            b"sealed by another program"
        );

        // The script refuses too, so that its agreement means something.
        let mut changed = sealed.content.clone();
        changed[40] ^= 1;
        let input = input.replace(&hex(&sealed.content), &hex(&changed));
        assert!(!python(&input).unwrap().status.success());
    }
}
