//! `tutela serve`: the office as a server, by a configuration.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use clap::ArgMatches;
use tutela_office::config::{Config, Level};
use tutela_office::office;
use tutela_office::web::{Site, router};
use tutela_words::{Arg, Words};

use super::up::{say, start_jobs, stopped};
use crate::Done;

/// Runs until it is told to stop.
pub(crate) fn run(matches: &ArgMatches, words: &Words) -> Result<Done> {
    let path = matches.get_one::<PathBuf>("config").context("a configuration")?;
    let config = Config::read(path)?;
    log(config.log);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(&config, words))
}

/// The log goes to standard error, where the system that runs the server keeps it. It holds no personal data.
pub(super) fn log(level: Level) {
    let level = match level {
        Level::Error => tracing::Level::ERROR,
        Level::Warn => tracing::Level::WARN,
        Level::Info => tracing::Level::INFO,
        Level::Debug => tracing::Level::DEBUG,
    };
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(false)
        .with_target(false)
        .with_writer(std::io::stderr)
        .init();
}

async fn serve(config: &Config, words: &Words) -> Result<Done> {
    let office = Arc::new(config.open().await?);
    office.set_scanner(Arc::new(super::uploads::Uploads::new()));
    for body in office.unlock_by_key_file().await? {
        crate::complain(&words.with("cli-up-locked", &[("x", Arg::Text(&body.name))]));
    }
    let listener = tokio::net::TcpListener::bind(config.listen).await.map_err(|e| {
        let (x, y) = (config.listen.to_string(), e.to_string());
        anyhow!(words.with("cli-serve-address", &[("x", Arg::Text(&x)), ("y", Arg::Text(&y))]))
    })?;
    let mut jobs = start_jobs(&office);
    if let Some(plan) = config.nightly()? {
        let office = Arc::clone(&office);
        jobs.spawn(async move {
            let told = |taken| match taken {
                Ok(tutela_office::backup::Taken { file, rows, .. }) => {
                    tracing::info!("backup of {rows} rows: {}", file.display());
                }
                Err(fault) => tracing::error!("no backup was taken: {fault}"),
            };
            office.back_up_every_night(&plan, told).await;
        });
    }
    let site = Site {
        office: Arc::clone(&office),
        secure: config.secure(),
    };
    say(&words.with("cli-up-ready", &[("x", Arg::Text(&config.public_url))]))?;
    tutela_office::web::serve(listener, router(site), stopped()).await?;
    jobs.shutdown().await;
    office.close(office::now()).await?;
    Ok(Done::Well)
}
