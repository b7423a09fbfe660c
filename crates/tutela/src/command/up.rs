//! `tutela up`: the office on this machine.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use clap::{Arg as ClapArg, ArgAction, ArgMatches, Command};
use tutela_office::web::{Secure, Site, router};
use tutela_office::{Error, Office, demo, office};
use tutela_words::{Arg, Words};

use crate::Done;

/// Where the office listens unless told otherwise: this machine only.
const LISTEN: &str = "127.0.0.1:8443";

pub(crate) fn command(words: &Words) -> Command {
    Command::new("up")
        .about(words.get("cli-up"))
        .after_help(words.get("cli-up-more"))
        .arg(
            ClapArg::new("demo")
                .long("demo")
                .action(ArgAction::SetTrue)
                .help(words.get("cli-arg-demo")),
        )
        .arg(
            ClapArg::new("data")
                .long("data")
                .value_name("DIR")
                .value_parser(clap::value_parser!(PathBuf))
                .help(words.get("cli-arg-data")),
        )
        .arg(
            ClapArg::new("listen")
                .long("listen")
                .value_name("ADDR")
                .default_value(LISTEN)
                .value_parser(clap::value_parser!(SocketAddr))
                .help(words.get("cli-arg-listen")),
        )
}

/// Runs until it is told to stop.
pub(crate) fn run(matches: &ArgMatches, words: &Words) -> Result<Done> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(matches, words))
}

async fn serve(matches: &ArgMatches, words: &Words) -> Result<Done> {
    let folder = matches.get_one::<PathBuf>("data").cloned();
    let folder = folder.map_or_else(default_folder, Ok)?;
    let listen = *matches.get_one::<SocketAddr>("listen").context("an address")?;
    let office = Arc::new(Office::open(&folder).await?);
    let locked = office.unlock_by_key_file().await?;
    for body in locked {
        crate::warn(&words.with("cli-up-locked", &[("x", Arg::Text(&body.name))]));
    }
    let account = demo::first_account(&office, office::now(), words.locale(), matches.get_flag("demo")).await?;
    let listener = tokio::net::TcpListener::bind(listen)
        .await
        .map_err(|e| anyhow!(words.with("cli-up-address", &[("x", Arg::Text(&listen.to_string())), ("y", Arg::Text(&e.to_string()))])))?;
    let address = listener.local_addr()?;
    let link = office.one_time_link(&account, office::now()).await?;
    let publisher = Arc::clone(&office);
    let publishing = tokio::spawn(async move { publisher.publish_for_ever(|e| crate::warn(&e.to_string())).await });
    let site = Site {
        office: Arc::clone(&office),
        secure: Secure::Local,
    };
    crate::say(&words.with("cli-up-ready", &[("x", Arg::Text(&format!("http://{address}/")))]))?;
    crate::say(&words.with("cli-up-link", &[("x", Arg::Text(&format!("http://{address}/sign-in/{link}")))]))?;
    tutela_office::web::serve(listener, router(site)).await?;
    publishing.abort();
    office.published.publish(office.db.read()).await.map_err(|e: Error| anyhow!(e))?;
    office.db.close().await;
    Ok(Done::All)
}

/// The data folder of whoever runs the program.
fn default_folder() -> Result<PathBuf> {
    let home = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    home("XDG_DATA_HOME")
        .or_else(|| home("HOME").map(|h| h.join(".local/share")))
        .or_else(|| home("APPDATA"))
        .map(|d| d.join("tutela"))
        .context("neither HOME nor XDG_DATA_HOME is set: name a folder with --data")
}
