//! Every type of identifier: texts in which it must be found with its exact borders, and texts in which it must not be found.
//!
//! A value that must be found stands between ⟦ and ⟧. All people and numbers are invented.

mod china;
mod general;
mod properties;
mod russia;
mod tables;
mod vietnam;

use std::sync::LazyLock;

use tutela_detect::{Engine, Entity, Finding, Group, Input, Options};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let only = Entity::ALL.iter().copied();
    Engine::new(Options {
        only: only.filter(|e| e.group() == Group::Identifiers).collect(),
        min_score: 0.5,
    })
});

fn find(text: &str) -> Vec<Finding> {
    ENGINE.find(&Input::text(text))
}

/// What was found, to read in a failure.
fn told(text: &str, found: &[Finding]) -> String {
    found
        .iter()
        .map(|f| {
            let why: Vec<_> = f.why.iter().map(ToString::to_string).collect();
            let value = text.get(f.start..f.end).unwrap_or("torn");
            format!("\n  {} {value:?} {:.2} {why:?}", f.entity, f.score)
        })
        .collect()
}

/// Removes the marks; the text and the marked ranges.
fn marked(text: &str) -> (String, Vec<(usize, usize)>) {
    let (mut plain, mut ranges, mut start) = (String::new(), Vec::new(), 0);
    for c in text.chars() {
        match c {
            '⟦' => start = plain.len(),
            '⟧' => ranges.push((start, plain.len())),
            c => plain.push(c),
        }
    }
    (plain, ranges)
}

/// All marked values are found as this type, with these borders, and nothing else is found as it.
fn yes(entity: Entity, texts: &[&str]) {
    assert!(texts.len() >= 5, "{entity}: too few texts");
    let mut wrong = String::new();
    for text in texts {
        let (plain, want) = marked(text);
        assert!(!want.is_empty(), "nothing marked in {text}");
        let found = find(&plain);
        let got: Vec<_> = found
            .iter()
            .filter(|f| f.entity == entity)
            .map(|f| (f.start, f.end))
            .collect();
        if got != want {
            wrong += &format!("\n{entity} in {text:?}:{}", told(&plain, &found));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Nothing is found as this type.
fn no(entity: Entity, texts: &[&str]) {
    assert!(texts.len() >= 5, "{entity}: too few texts");
    let mut wrong = String::new();
    for text in texts {
        let found = find(text);
        if found.iter().any(|f| f.entity == entity) {
            wrong += &format!("\n{entity} in {text:?}:{}", told(text, &found));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// No identifier at all is found.
fn nothing(texts: &[&str]) {
    let mut wrong = String::new();
    for text in texts {
        let found = find(text);
        if !found.is_empty() {
            wrong += &format!("\nin {text:?}:{}", told(text, &found));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
