//! `tutela backup` and `tutela restore`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Command, value_parser};
use tutela_office::backup::{self, Restore, Seal, Unseal};
use tutela_office::config::Config;
use tutela_office::kernel::store::Db;
use tutela_office::office;
use tutela_words::{Arg as Given, Words};

use super::up::{default_folder, say};
use crate::Done;
use crate::cli::{flag, path_arg, value};

/// Arguments of `backup`.
pub(crate) fn backup_args(command: Command, words: &Words) -> Command {
    place(command, words)
        .arg(folder("to", words).required(true))
        .arg(value("recipient", "AGE1…", words).action(ArgAction::Append))
        .arg(file("passphrase-file", words))
        .group(
            ArgGroup::new("seal")
                .args(["recipient", "passphrase-file"])
                .required(true),
        )
}

/// Arguments of `restore`.
pub(crate) fn restore_args(command: Command, words: &Words) -> Command {
    place(command, words)
        .arg(path_arg("backup", "FILE", words).required(true))
        .arg(file("identity", words))
        .arg(file("passphrase-file", words))
        .group(
            ArgGroup::new("unseal")
                .args(["identity", "passphrase-file"])
                .required(true),
        )
        .arg(file("destroyed", words).action(ArgAction::Append))
        .arg(folder("old-data", words))
        .arg(file("checkpoint", words))
        .arg(flag("older", words))
}

fn place(command: Command, words: &Words) -> Command {
    command
        .arg(file("config", words))
        .arg(folder("data", words).conflicts_with("config"))
}

fn file(name: &'static str, words: &Words) -> Arg {
    value(name, "FILE", words).value_parser(value_parser!(PathBuf))
}

fn folder(name: &'static str, words: &Words) -> Arg {
    value(name, "DIR", words).value_parser(value_parser!(PathBuf))
}

/// The data folder, and the address of the database where it lies on a server.
fn where_it_lies(matches: &ArgMatches) -> Result<(PathBuf, Option<String>)> {
    if let Some(path) = matches.get_one::<PathBuf>("config") {
        let config = Config::read(path)?;
        let database = config.database_url()?;
        return Ok((config.data, database));
    }
    let folder = matches.get_one::<PathBuf>("data").cloned();
    Ok((folder.map_or_else(default_folder, Ok)?, None))
}

/// The passphrase in a file: its first line.
fn passphrase(path: &Path) -> Result<String> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let line = text.lines().next().unwrap_or_default();
    Ok(line.to_owned())
}

/// `tutela backup`, whether a server runs or not.
pub(crate) fn backup(matches: &ArgMatches, words: &Words) -> Result<Done> {
    let (folder, database) = where_it_lies(matches)?;
    let to = matches.get_one::<PathBuf>("to").context("a folder")?;
    let seal = match matches.get_one::<PathBuf>("passphrase-file") {
        Some(path) => {
            let passphrase = passphrase(path)?;
            if passphrase.chars().count() < 16 {
                return Err(anyhow!(words.get("cli-backup-short")));
            }
            Seal::passphrase(&passphrase)
        }
        None => Seal::recipients(
            matches
                .get_many::<String>("recipient")
                .into_iter()
                .flatten()
                .map(String::as_str),
        )?,
    };
    if database.is_none() && !folder.join("office.sqlite").is_file() {
        let x = folder.display().to_string();
        return Err(anyhow!(words.with("cli-backup-none", &[("x", Given::Text(&x))])));
    }
    let taken = tokio::runtime::Runtime::new()?.block_on(async {
        let db = match &database {
            // The tables stay as they are: an older server may be running on them.
            Some(url) => Db::connect(url).await?,
            None => Db::connect(&Db::embedded_url(&folder)).await?,
        };
        let taken = backup::take(&db, &folder, to, &seal, office::now()).await;
        db.close().await;
        taken
    })?;
    let x = taken.file.display().to_string();
    let (rows, entries) = (taken.rows, u64::try_from(taken.entries).unwrap_or_default());
    say(&words.with(
        "cli-backup-done",
        &[
            ("x", Given::Text(&x)),
            ("rows", Given::Number(rows)),
            ("entries", Given::Number(entries)),
        ],
    ))?;
    Ok(Done::Well)
}

/// `tutela restore`.
pub(crate) fn restore(matches: &ArgMatches, words: &Words) -> Result<Done> {
    let (folder, database) = where_it_lies(matches)?;
    let path = |name: &str| matches.get_one::<PathBuf>(name).map(PathBuf::as_path);
    let unseal = match (path("passphrase-file"), path("identity")) {
        (Some(file), _) => Unseal::passphrase(&passphrase(file)?),
        (None, Some(file)) => {
            Unseal::identity(&std::fs::read_to_string(file).with_context(|| file.display().to_string())?)?
        }
        (None, None) => return Err(anyhow!(words.get("cli-no-command"))),
    };
    let destroyed: Vec<PathBuf> = matches
        .get_many::<PathBuf>("destroyed")
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    let what = Restore {
        from: path("backup").context("a backup")?,
        unseal: &unseal,
        to: &folder,
        database: database.as_deref(),
        destroyed: &destroyed,
        old: path("old-data"),
        checkpoint: path("checkpoint"),
        older: matches.get_flag("older"),
        now: office::now(),
    };
    let done = tokio::runtime::Runtime::new()?.block_on(backup::restore(&what))?;
    let number = |n: i64| Given::Number(u64::try_from(n).unwrap_or_default());
    let x = folder.display().to_string();
    say(&words.with(
        "cli-restore-done",
        &[
            ("x", Given::Text(&x)),
            ("rows", Given::Number(done.rows)),
            ("entries", number(done.entries)),
            ("again", Given::Number(done.destroyed_again)),
        ],
    ))?;
    if done.lost > 0 {
        crate::complain(&words.with("cli-restore-lost", &[("n", number(done.lost))]));
    }
    say(&words.get("cli-restore-key"))?;
    Ok(Done::Well)
}
