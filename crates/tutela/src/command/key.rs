//! `tutela unlock` and `tutela key`: what opens the keys of bodies.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use clap::{Arg, ArgMatches, Command, value_parser};
use tutela_office::Office;
use tutela_office::config::Config;
use tutela_office::kernel::unlock::Means;
use tutela_words::{Arg as Given, Words};
use zeroize::Zeroizing;

use super::journal::ask_passphrase;
use super::up::{default_folder, say};
use crate::Done;
use crate::cli::value;

fn place(command: Command, words: &Words) -> Command {
    command
        .arg(value("config", "FILE", words).value_parser(value_parser!(PathBuf)))
        .arg(
            value("data", "DIR", words)
                .value_parser(value_parser!(PathBuf))
                .conflicts_with("config"),
        )
        .arg(value("passphrase-file", "FILE", words).value_parser(value_parser!(PathBuf)))
        .arg(value("body", "NAME", words))
}

/// Arguments of `unlock`.
pub(crate) fn unlock_args(command: Command, words: &Words) -> Command {
    place(command, words)
}

/// Arguments of `key`.
pub(crate) fn key_args(command: Command, sub: &dyn Fn(&'static str, &str) -> Command, words: &Words) -> Command {
    let lock = place(sub("lock", "key-lock"), words).arg(
        Arg::new("with")
            .long("with")
            .value_name("MEANS")
            .required(true)
            .value_parser(["passphrase", "key-file", "module"])
            .help(words.get("cli-arg-with")),
    );
    command
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(lock)
}

fn configuration(matches: &ArgMatches) -> Result<Option<Config>> {
    let path = matches.get_one::<PathBuf>("config");
    Ok(path.map(|p| Config::read(p)).transpose()?)
}

fn folder(matches: &ArgMatches, config: Option<&Config>) -> Result<PathBuf> {
    if let Some(config) = config {
        return Ok(config.data.clone());
    }
    let given = matches.get_one::<PathBuf>("data").cloned();
    given.map_or_else(default_folder, Ok)
}

/// A passphrase out of a file, its first line, or typed on the terminal.
fn passphrase(matches: &ArgMatches, question: &str, words: &Words) -> Result<Zeroizing<String>> {
    let Some(path) = matches.get_one::<PathBuf>("passphrase-file") else {
        return ask_passphrase(question, words);
    };
    let text = Zeroizing::new(std::fs::read_to_string(path).with_context(|| path.display().to_string())?);
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}

/// `tutela unlock`: asks the office that runs on the data folder.
#[cfg(unix)]
pub(crate) fn unlock(matches: &ArgMatches, words: &Words) -> Result<Done> {
    use tutela_office::kernel::unlock::socket::{Answer, ask};
    let folder = folder(matches, configuration(matches)?.as_ref())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let asked = |unlock: Option<(&str, &str)>| {
        runtime.block_on(ask(&folder, unlock)).map_err(|e| {
            let (x, y) = (folder.display().to_string(), e.to_string());
            anyhow!(words.with("cli-unlock-none", &[("x", Given::Text(&x)), ("y", Given::Text(&y))]))
        })
    };
    let named = matches.get_one::<String>("body");
    let locked = match asked(None)? {
        Answer::Locked(all) => all,
        Answer::Failed(why) => return Err(anyhow!(why)),
        Answer::Wrong => Vec::new(),
    };
    let mut wanted = locked.iter().filter(|b| named.is_none_or(|n| *n == b.name)).peekable();
    if wanted.peek().is_none() {
        say(&words.get("cli-unlock-nothing"))?;
        return Ok(Done::Well);
    }
    for body in wanted {
        let question = words.with("cli-unlock-ask", &[("x", Given::Text(&body.name))]);
        let typed = passphrase(matches, &question, words)?;
        match asked(Some((&body.id, &typed)))? {
            Answer::Locked(_) => say(&words.with("cli-unlock-done", &[("x", Given::Text(&body.name))]))?,
            Answer::Wrong => return Err(anyhow!(words.get("cli-unlock-wrong"))),
            Answer::Failed(why) => return Err(anyhow!(why)),
        }
    }
    Ok(Done::Well)
}

/// `tutela unlock`: on this system the page of the office does it.
#[cfg(not(unix))]
pub(crate) fn unlock(_: &ArgMatches, words: &Words) -> Result<Done> {
    Err(anyhow!(words.get("cli-no-command")))
}

/// `tutela key`.
pub(crate) fn run(matches: &ArgMatches, words: &Words) -> Result<Done> {
    match matches.subcommand() {
        Some(("lock", m)) => lock(m, words),
        _ => Err(anyhow!(words.get("cli-no-command"))),
    }
}

/// `tutela key lock`: by another means, while the office is stopped.
fn lock(matches: &ArgMatches, words: &Words) -> Result<Done> {
    let config = configuration(matches)?;
    let folder = folder(matches, config.as_ref())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(relock(matches, config.as_ref(), &folder, words))
}

async fn relock(matches: &ArgMatches, config: Option<&Config>, folder: &Path, words: &Words) -> Result<Done> {
    let office = match config {
        Some(config) => config.open().await?,
        None => Office::open(folder).await?,
    };
    let module = config.and_then(|c| c.module.as_ref());
    office.unlock_at_start(module).await?;
    let bodies = office.bodies().await?;
    let named = matches.get_one::<String>("body");
    let mut fitting = bodies.iter().filter(|b| named.is_none_or(|n| *n == b.name));
    let (Some(body), None) = (fitting.next(), fitting.next()) else {
        let names: Vec<_> = bodies.iter().map(|b| b.name.as_str()).collect();
        return Err(anyhow!(
            words.with("cli-key-body", &[("x", Given::Text(&names.join(", ")))])
        ));
    };
    if office.keys.of(&body.id).is_err() {
        // Its present means is a passphrase, or something that is not here.
        let question = words.with("cli-unlock-ask", &[("x", Given::Text(&body.name))]);
        let typed = ask_passphrase(&question, words)?;
        office.open_with_passphrase(body, &typed).await.map_err(|e| {
            let x = e.to_string();
            anyhow!(words.with("cli-key-locked", &[("x", Given::Text(&x))]))
        })?;
    }
    let means = matches
        .get_one::<String>("with")
        .map(String::as_str)
        .unwrap_or_default();
    let lock = match means {
        "passphrase" => {
            let question = words.with("cli-unlock-ask", &[("x", Given::Text(&body.name))]);
            let first = passphrase(matches, &question, words)?;
            let again = passphrase(matches, &words.get("cli-key-again"), words)?;
            if first != again {
                return Err(anyhow!(words.get("cli-key-differ")));
            }
            Means::Passphrase(first)
        }
        "module" => Means::Module(module.cloned().with_context(|| words.get("cli-key-module"))?),
        _ => Means::KeyFile,
    };
    office.relock(body, &lock)?;
    say(&words.with(
        "cli-key-done",
        &[("x", Given::Text(&body.name)), ("y", Given::Text(means))],
    ))?;
    office.close(tutela_office::office::now()).await?;
    Ok(Done::Well)
}
