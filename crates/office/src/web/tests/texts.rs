//! Every text that the pages ask for by name is there: a missing one would show itself as its key.

use std::collections::BTreeSet;
use std::path::Path;

use tutela_words::{Locale, Words};

use crate::kernel::people::manage::Standing;
use crate::kernel::rights::Role;
use crate::registers::REGISTERS;

/// All files below a folder.
fn files(folder: &Path, into: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs" || e == "html") {
            into.push(std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// The keys that sources and templates name as a whole.
fn named() -> BTreeSet<String> {
    let mut sources = Vec::new();
    for folder in ["src", "templates"] {
        files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut sources);
    }
    let mut keys = BTreeSet::new();
    for source in &sources {
        for before in [
            "frame.t(\"",
            "words.get(\"",
            "Refusal::new(\"",
            "self.refuse(\"",
            ".refuse(\"",
        ] {
            for part in source.split(before).skip(1) {
                let Some((key, after)) = part.split_once('"') else {
                    continue;
                };
                // What goes on behind the quote is put together elsewhere.
                if after.starts_with(')') && key.contains('-') {
                    keys.insert(key.to_owned());
                }
            }
        }
    }
    assert!(keys.len() > 100, "{}", keys.len());
    keys
}

#[test]
fn every_text_that_is_named_is_there() {
    let mut keys = named();
    for role in Role::ALL {
        keys.insert(format!("role-{}", role.as_str()));
    }
    for standing in [Standing::Active, Standing::Waiting, Standing::Disabled] {
        keys.insert(format!("account-{}", standing.as_str()));
    }
    for step in [
        "roles",
        "reset",
        "drop-factor",
        "disable",
        "enable",
        "confirm",
        "decline",
    ] {
        keys.insert(format!("account-do-{step}"));
        keys.insert(format!("event-account-{step}"));
    }
    for event in [
        "create",
        "sign-in",
        "lock",
        "password",
        "end-sessions",
        "factor-on",
        "factor-off",
        "recovery-codes",
        "recovery-used",
    ] {
        keys.insert(format!("event-account-{event}"));
    }
    for field in crate::setup::fields() {
        keys.insert(format!("field-{}", field.name));
    }
    let openings = REGISTERS.iter().find(|r| r.name == "identity-openings").unwrap();
    keys.extend(["", "-one", "-about"].map(|end| format!("register-{}{end}", openings.name)));
    keys.extend(openings.states.iter().map(|s| format!("state-{}", s.name)));
    for operation in openings.operations {
        keys.insert(format!("operation-{}-{}", openings.name, operation.name));
    }
    for field in openings
        .fields
        .iter()
        .chain(openings.operations.iter().flat_map(|o| o.fields))
    {
        keys.insert(format!("field-{}", field.name));
        if let crate::kernel::field::Kind::Choice(words) = field.kind {
            keys.extend(words.iter().map(|w| format!("choice-{w}")));
        }
    }
    keys.insert(format!("field-{}", crate::kernel::open::HIDDEN));
    for locale in Locale::ALL {
        let words = Words::new(locale);
        let missing: Vec<_> = keys.iter().filter(|k| !words.has(k)).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", locale.code());
    }
}
