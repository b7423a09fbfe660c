//! One file per command.

pub(crate) mod anonymize;
pub(crate) mod backup;
mod detect;
mod doctor;
pub(crate) mod eval;
pub(crate) mod journal;
pub(crate) mod key;
mod listen;
pub(crate) mod mask;
mod recognizers;
mod scan;
mod serve;
mod text;
mod up;
mod uploads;
mod watch;

pub(crate) use scan::send_args;

use std::str::FromStr;

use anyhow::{Result, anyhow};
use clap::ArgMatches;
use tutela_detect::{Engine, Entity, Options};
use tutela_words::{Arg, Words};

pub(crate) use self::listen::args as listen_args;
use self::recognizers::Loaded;
use crate::{Done, law};

pub(crate) fn run(matches: &ArgMatches, words: &Words) -> Result<Done> {
    match matches.subcommand() {
        Some(("scan", m)) => scan::run(m, words),
        Some(("detect", m)) => detect::run(m, words),
        Some(("eval", m)) => eval::run(m, words),
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

/// The engine that `--only`, `--min-score` and the files of recognisers ask for.
fn engine(matches: &ArgMatches, words: &Words, own: &Loaded) -> Result<Engine> {
    let only = match matches.get_one::<String>("only") {
        Some(list) => types(list, &own.types())
            .map_err(|name| anyhow!(words.with("cli-unknown-type", &[("x", Arg::Text(&name))])))?,
        None => Vec::new(),
    };
    let min_score = matches.get_one("min-score").copied().unwrap_or(0.5);
    Ok(Engine::new(Options { only, min_score }).with(own.seated()))
}

/// Reads a comma list of types and groups; fails with the name that is neither. `own` are the types of a user's own recognisers.
fn types(list: &str, own: &[Entity]) -> Result<Vec<Entity>, String> {
    let mut only = Vec::new();
    for name in list.split(',').map(str::trim).filter(|n| !n.is_empty()) {
        let all = Entity::ALL.iter().chain(own).copied();
        let group: Vec<_> = all.filter(|e| e.group().as_str().eq_ignore_ascii_case(name)).collect();
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
        let only = types("sensitive, person,EMAIL_ADDRESS", &[]).unwrap();
        assert!(only.contains(&Entity::Health) && only.contains(&Entity::Person) && !only.contains(&Entity::Address));
        let own = Entity::Custom(tutela_detect::Custom::declare("OWN_SENSITIVE", true).unwrap());
        assert!(types("sensitive", &[own]).unwrap().contains(&own));
        assert_eq!(types("own_sensitive", &[own]), Ok(vec![own]));
        assert_eq!(types("PERSON,NOBODY", &[]), Err("NOBODY".to_owned()));
    }
}
