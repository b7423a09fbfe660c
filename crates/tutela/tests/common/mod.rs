//! Runs the built program as a user does.
#![allow(dead_code, reason = "every test file uses its own part of this")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// Runs the program with these arguments and this standard input.
pub(crate) fn tutela(args: &[&str], stdin: &[u8]) -> Output {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache");
    let mut child = Command::new(env!("CARGO_BIN_EXE_tutela"))
        .args(args)
        .env("XDG_CACHE_HOME", cache)
        .env("LANG", "C.UTF-8")
        .env_remove("LC_ALL")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let bytes = stdin.to_vec();
    let writer = std::thread::spawn(move || {
        // A program that refuses its arguments does not read.
        let _ = input.write_all(&bytes);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// Every line of standard output as JSON.
pub(crate) fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines()
        .map(|l| serde_json::from_str(l).unwrap_or_else(|e| panic!("{e}: {l}")))
        .collect()
}

/// The exit status.
pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// Scans a path and gives the lines of the answer.
pub(crate) fn scan_jsonl(path: &Path, more: &[&str]) -> (Vec<Value>, Output) {
    let mut args = vec!["scan", "--format", "jsonl", "--no-cache", path.to_str().unwrap()];
    args.extend(more);
    let output = tutela(&args, b"");
    (lines(&output), output)
}
