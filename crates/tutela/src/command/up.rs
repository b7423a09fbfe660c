//! `tutela up`: the office on this machine.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use clap::ArgMatches;
use tokio::task::JoinSet;
use tutela_office::config::Level;
use tutela_office::web::{Secure, Site, router};
use tutela_office::{Office, office, setup};
use tutela_words::{Arg, Words};

use crate::Done;

/// Runs until it is told to stop.
pub(crate) fn run(matches: &ArgMatches, words: &Words) -> Result<Done> {
    super::serve::log(Level::Warn);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(matches, words))
}

async fn serve(matches: &ArgMatches, words: &Words) -> Result<Done> {
    let folder = matches.get_one::<PathBuf>("data").cloned();
    let folder = folder.map_or_else(default_folder, Ok)?;
    let listen = *matches.get_one::<SocketAddr>("listen").context("an address")?;
    let office = Arc::new(Office::open(&folder).await?);
    office.set_scanner(Arc::new(super::uploads::Uploads::new()));
    let locked = office.unlock_by_key_file().await?;
    for body in locked {
        crate::complain(&words.with("cli-up-locked", &[("x", Arg::Text(&body.name))]));
    }
    let first = setup::first(&office, office::now(), words.locale(), matches.get_flag("demo")).await?;
    let listener = tokio::net::TcpListener::bind(listen).await.map_err(|e| {
        anyhow!(words.with(
            "cli-up-address",
            &[("x", Arg::Text(&listen.to_string())), ("y", Arg::Text(&e.to_string()))]
        ))
    })?;
    let address = listener.local_addr()?;
    let mut jobs = start_jobs(&office);
    let site = Site {
        office: Arc::clone(&office),
        secure: Secure::Local,
    };
    say(&words.with("cli-up-ready", &[("x", Arg::Text(&format!("http://{address}/")))]))?;
    say(&words.with(
        "cli-up-link",
        &[("x", Arg::Text(&format!("http://{address}{}", first.path)))],
    ))?;
    if let Some(password) = &first.demo_password {
        say(&words.with("cli-up-demo", &[("x", Arg::Text(password))]))?;
    }
    tutela_office::web::serve(listener, router(site), stopped()).await?;
    jobs.shutdown().await;
    office.close(office::now()).await?;
    Ok(Done::Well)
}

/// Starts what the office does by itself: publishing the journal, acting on days that pass, reminding.
pub(super) fn start_jobs(office: &Arc<Office>) -> JoinSet<()> {
    let mut jobs = JoinSet::new();
    let publisher = Arc::clone(office);
    jobs.spawn(async move { publisher.publish_for_ever(|fault| tracing::error!("{fault}")).await });
    let days = Arc::clone(office);
    jobs.spawn(async move { days.expire_for_ever(|fault| tracing::error!("{fault}")).await });
    jobs.spawn(tutela_office::reminders::remind_for_ever(Arc::clone(office)));
    jobs
}

/// The data folder of whoever runs the program.
pub(super) fn default_folder() -> Result<PathBuf> {
    let home = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    home("XDG_DATA_HOME")
        .or_else(|| home("HOME").map(|h| h.join(".local/share")))
        .or_else(|| home("APPDATA"))
        .map(|d| d.join("tutela"))
        .context("neither HOME nor XDG_DATA_HOME is set: name a folder with --data")
}

/// Until somebody interrupts the program or the system ends it.
pub(super) async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}

pub(super) fn say(line: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}
