//! Every dependency is under a licence that a public body may ship, and is named in `docs/dependencies.md`.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

/// Licences that are accepted without a word. All are permissive.
const ACCEPTED: &[&str] = &[
    "MIT",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "Unlicense",
    "CC0-1.0",
    "Unicode-3.0",
    "BSL-1.0",
    "MIT-0",
    "Apache-2.0 WITH LLVM-exception",
    "bzip2-1.0.6",
    "Unicode-DFS-2016",
];

/// Whether an SPDX expression leaves a choice of accepted licences only: every AND part needs one accepted OR part.
fn accepted(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ").replace(['(', ')'], "");
    expression
        .split(" AND ")
        .all(|part| part.split(" OR ").any(|l| ACCEPTED.contains(&l.trim())))
}

fn metadata() -> Value {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn all_licences_are_permissive() {
    let mut refused = Vec::new();
    for package in metadata()["packages"].as_array().unwrap() {
        let licence = package["license"].as_str().unwrap_or("none");
        if !accepted(licence) {
            refused.push(format!("{} {}: {licence}", package["name"], package["version"]));
        }
    }
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn every_direct_dependency_has_its_line() {
    let document = include_str!("../../../docs/dependencies.md");
    let metadata = metadata();
    let mut missing = BTreeSet::new();
    for package in metadata["packages"].as_array().unwrap() {
        if !package["source"].is_null() {
            continue;
        }
        for dependency in package["dependencies"].as_array().unwrap() {
            let name = dependency["name"].as_str().unwrap();
            if !dependency["source"].is_null() && !document.contains(&format!("`{name}`")) {
                missing.insert(name.to_owned());
            }
        }
    }
    assert!(missing.is_empty(), "not in docs/dependencies.md: {missing:?}");
}

#[test]
fn expressions_are_read_as_spdx_means_them() {
    assert!(
        accepted("MIT OR GPL-3.0-only")
            && accepted("MIT/Apache-2.0")
            && accepted("(MIT OR Apache-2.0) AND Unicode-3.0")
    );
    assert!(!accepted("GPL-3.0-only") && !accepted("MIT AND GPL-3.0-only") && !accepted("none"));
}
