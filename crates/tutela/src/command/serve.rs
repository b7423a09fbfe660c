//! `tutela serve`: the office as a server, by a configuration.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use clap::ArgMatches;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tutela_office::config::{Config, Level};
use tutela_office::office;
use tutela_office::web::tls::{self, Identity, Listener};
use tutela_office::web::{Router, Site, router};
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

/// Takes an address.
async fn listen(address: SocketAddr, words: &Words) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|e| {
        let (x, y) = (address.to_string(), e.to_string());
        anyhow!(words.with("cli-serve-address", &[("x", Arg::Text(&x)), ("y", Arg::Text(&y))]))
    })
}

/// Serves pages until the program is told to stop: over TLS where there is a certificate, which is read again when it changes.
pub(super) async fn open_doors(
    listener: TcpListener,
    router: Router,
    identity: Option<Arc<Identity>>,
    jobs: &mut JoinSet<()>,
) -> Result<()> {
    match identity {
        Some(identity) => {
            let listener = Listener::new(listener, identity.acceptor()?)?;
            jobs.spawn(identity.keep());
            tutela_office::web::serve_tls(listener, router, stopped()).await?;
        }
        None => tutela_office::web::serve(listener, router, stopped()).await?,
    }
    Ok(())
}

async fn serve(config: &Config, words: &Words) -> Result<Done> {
    tls::install();
    // Before anything is opened: a file of recognisers that is not sound is told at once.
    let analyzer = config
        .analyzer
        .as_ref()
        .map(|a| super::listen::beside(a, words))
        .transpose()?;
    let office = Arc::new(config.open().await?);
    office.set_scanner(Arc::new(super::uploads::Uploads::new()));
    for body in office.unlock_at_start(config.module.as_ref()).await? {
        crate::complain(&words.with("cli-up-locked", &[("x", Arg::Text(&body.name))]));
    }
    let identity = match &config.tls {
        Some(tls) => Some(Identity::load(tls.certificate.clone(), tls.key.clone())?),
        None => None,
    };
    let listener = listen(config.listen, words).await?;
    let redirect = match config.tls.as_ref().and_then(|t| t.redirect) {
        Some(address) => Some(listen(address, words).await?),
        None => None,
    };
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
    if let (Some(listener), Some(public)) = (redirect, office.edge().public.clone()) {
        jobs.spawn(async move {
            let done = tutela_office::web::redirect(listener, public, std::future::pending()).await;
            if let Err(fault) = done {
                tracing::error!("nobody is sent on to TLS any more: {fault}");
            }
        });
    }
    let mut pages = router(site);
    if let Some(analyzer) = analyzer {
        pages = pages.merge(analyzer);
    }
    open_doors(listener, pages, identity, &mut jobs).await?;
    jobs.shutdown().await;
    office.close(office::now()).await?;
    Ok(Done::Well)
}
