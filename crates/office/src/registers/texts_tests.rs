//! Every text that a register asks for exists, and every refusal has its words.

use std::path::Path;

use tutela_words::{Locale, Words};

use super::{DAYS, REGISTERS};
use crate::kernel::field::Kind;

fn keys_of_registers() -> Vec<String> {
    let mut keys = Vec::new();
    for register in REGISTERS.iter() {
        let name = register.name;
        keys.extend([
            format!("register-{name}"),
            format!("register-{name}-one"),
            format!("register-{name}-about"),
        ]);
        keys.extend(register.states.iter().map(|s| format!("state-{}", s.name)));
        keys.extend(
            register
                .operations
                .iter()
                .map(|o| format!("operation-{name}-{}", o.name)),
        );
        keys.extend(register.columns.iter().map(|c| format!("field-{c}")));
        for field in register
            .fields
            .iter()
            .chain(register.operations.iter().flat_map(|o| o.fields))
        {
            keys.push(format!("field-{}", field.name));
            if let Kind::Choice(words) | Kind::Choices(words) = field.kind {
                keys.extend(words.iter().map(|w| format!("choice-{w}")));
            }
        }
    }
    // Values that rules set without a field.
    for name in [
        "proposal",
        "basis_norms",
        "law_pack",
        "acquaintances",
        "records_destroyed",
        "destroy",
    ] {
        keys.push(format!("field-{name}"));
    }
    keys.extend(["daily", "unnamed", "setup"].map(|a| format!("actor-{a}")));
    keys
}

/// Every `"refusal-…"` in the source of the registers.
fn refusals(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            refusals(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            for part in text.split("\"refusal-").skip(1) {
                let word = part.split('"').next().unwrap();
                // A register and a paper of that name are no refusals.
                if word.starts_with("explanation") {
                    continue;
                }
                if word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.is_empty() {
                    found.push(format!("refusal-{word}"));
                }
            }
        }
    }
}

#[test]
fn nothing_shows_as_a_key() {
    let mut keys = keys_of_registers();
    refusals(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/registers"), &mut keys);
    assert!(keys.iter().filter(|k| k.starts_with("refusal-")).count() > 60);
    for locale in Locale::ALL {
        let words = Words::new(locale);
        let missing: std::collections::BTreeSet<_> = keys.iter().filter(|k| !words.has(k)).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", locale.code());
    }
}

#[test]
fn watched_days_are_dates_of_their_register() {
    for day in DAYS {
        let register = REGISTERS.iter().find(|r| r.name == day.register).unwrap();
        let field = register.field(day.field).unwrap();
        assert_eq!(field.kind, Kind::Date, "{}", day.field);
        assert!(
            !field.personal,
            "{}: a personal day would lie open in an index",
            day.field
        );
        let operation = register.operation(day.operation).unwrap();
        assert!(
            !operation.creates() && operation.fields.iter().all(|f| !f.required),
            "{}",
            day.operation
        );
    }
}

#[test]
fn states_that_operations_start_from_exist() {
    for register in REGISTERS {
        for state in register.operations.iter().flat_map(|o| o.from) {
            assert!(
                register.states.iter().any(|s| s.name == *state),
                "{}: {state}",
                register.name
            );
        }
        for column in register.columns {
            let field = register.field(column);
            assert!(field.is_some_and(|f| !f.personal), "{}: {column}", register.name);
        }
    }
}
