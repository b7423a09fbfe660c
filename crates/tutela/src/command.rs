//! One file per command.

pub(crate) mod anonymize;
pub(crate) mod backup;
mod detect;
mod doctor;
pub(crate) mod journal;
pub(crate) mod key;
pub(crate) mod mask;
mod scan;
mod serve;
mod text;
mod up;
mod uploads;
mod watch;

use std::str::FromStr;

use anyhow::{Result, anyhow};
use clap::ArgMatches;
use tutela_detect::{Engine, Entity, Options};
use tutela_words::{Arg, Words};

use crate::{Done, law};

pub(crate) fn run(matches: &ArgMatches, words: &Words) -> Result<Done> {
    match matches.subcommand() {
        Some(("scan", m)) => scan::run(m, words),
        Some(("detect", m)) => detect::run(m, words),
        Some(("text", m)) => text::run(m, words),
        Some(("mask", m)) => mask::run(m, words),
        Some(("anonymize", m)) => anonymize::run(m, words),
        Some(("law", m)) => law::run(m, words),
        Some(("journal", m)) => journal::run(m, words),
        Some(("doctor", m)) => doctor::run(m, words),
        Some(("up", m)) => up::run(m, words),
        Some(("serve", m)) => serve::run(m, words),
        Some(("backup", m)) => backup::backup(m, words),
        Some(("restore", m)) => backup::restore(m, words),
        Some(("unlock", m)) => key::unlock(m, words),
        Some(("key", m)) => key::run(m, words),
        _ => Err(anyhow!(words.get("cli-no-command"))),
    }
}

/// A reader in a process of its own, for the parent that started it.
pub(crate) fn read_worker() -> Result<Done> {
    tutela_extract::serve_isolated(&mut std::io::stdin().lock(), &mut std::io::stdout().lock())?;
    Ok(Done::Well)
}

/// The engine that `--only` and `--min-score` ask for.
fn engine(matches: &ArgMatches, words: &Words) -> Result<Engine> {
    let only = match matches.get_one::<String>("only") {
        Some(list) => {
            types(list).map_err(|name| anyhow!(words.with("cli-unknown-type", &[("x", Arg::Text(&name))])))?
        }
        None => Vec::new(),
    };
    let min_score = matches.get_one("min-score").copied().unwrap_or(0.5);
    Ok(Engine::new(Options { only, min_score }))
}

/// Reads a comma list of types and groups; fails with the name that is neither.
fn types(list: &str) -> Result<Vec<Entity>, String> {
    let mut only = Vec::new();
    for name in list.split(',').map(str::trim).filter(|n| !n.is_empty()) {
        let group: Vec<_> = Entity::ALL
            .iter()
            .copied()
            .filter(|e| e.group().as_str().eq_ignore_ascii_case(name))
            .collect();
        if group.is_empty() {
            only.push(Entity::from_str(name).map_err(|()| name.to_owned())?);
        } else {
            only.extend(group);
        }
    }
    Ok(only)
}

/// Worker threads: `--threads`, else as many as the machine has.
fn threads(matches: &ArgMatches) -> usize {
    let asked = matches.get_one::<u64>("threads").and_then(|&n| usize::try_from(n).ok());
    asked.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_groups_can_be_mixed() {
        let only = types("sensitive, person,EMAIL_ADDRESS").unwrap();
        assert!(only.contains(&Entity::Health) && only.contains(&Entity::Person) && !only.contains(&Entity::Address));
        assert_eq!(types("PERSON,NOBODY"), Err("NOBODY".to_owned()));
    }
}
