//! `tutela detect --listen`: the engine behind the interface of Presidio, alone.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use clap::{Arg as Argument, ArgMatches, value_parser};
use tokio::net::TcpListener;
use tutela_analyzer::{Limits, Service, Tokens};
use tutela_office::config::{Analyzer, Level};
use tutela_office::web::Router;
use tutela_words::{Arg, Words};

use super::recognizers::Loaded;
use super::threads;
use super::up::{say, stopped};
use crate::Done;
use crate::cli::{flag, value};

/// Longest file of tokens, in bytes.
const MAX_TOKENS: u64 = 1 << 20;

/// The arguments of the interface.
pub(crate) fn args(words: &Words) -> [Argument; 4] {
    [
        value("listen", "ADDR", words)
            .value_parser(value_parser!(SocketAddr))
            .conflicts_with_all(["paths", "jsonl"])
            .help(words.get("cli-arg-detect-listen")),
        value("tokens", "FILE", words)
            .value_parser(value_parser!(PathBuf))
            .requires("listen"),
        flag("open", words).requires("listen"),
        value("max-body", "MB", words)
            .value_parser(value_parser!(u16).range(1..=256))
            .default_value("16")
            .requires("listen"),
    ]
}

/// Runs until it is told to stop.
pub(super) fn run(address: SocketAddr, own: &Loaded, matches: &ArgMatches, words: &Words) -> Result<Done> {
    let tokens = matches.get_one::<PathBuf>("tokens");
    // Whoever reaches the address may send texts and spend the time of this machine.
    if !address.ip().is_loopback() && tokens.is_none() && !matches.get_flag("open") {
        bail!(words.get("cli-listen-refused"));
    }
    let max_body = matches.get_one::<u16>("max-body").copied().unwrap_or(16);
    let service = Service {
        seats: own.seats.clone(),
        min_score: matches.get_one("min-score").copied().unwrap_or(0.5),
        limits: Limits {
            body: usize::from(max_body) << 20,
            at_once: 2 * threads(matches),
            ..Limits::default()
        },
        tokens: tokens.map(|path| read_tokens(path, words)).transpose()?,
    };
    super::serve::log(Level::Warn);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(address).await.map_err(|e| {
            let (x, y) = (address.to_string(), e.to_string());
            anyhow!(words.with("cli-up-address", &[("x", Arg::Text(&x)), ("y", Arg::Text(&y))]))
        })?;
        let address = format!("http://{}/", listener.local_addr()?);
        say(&words.with("cli-listen-ready", &[("x", Arg::Text(&address))]))?;
        tutela_analyzer::serve(listener, service, stopped()).await?;
        Ok(Done::Well)
    })
}

/// The interface beside the pages of an office, for programs with a token.
pub(super) fn beside(config: &Analyzer, words: &Words) -> Result<Router> {
    let limits = Limits::default();
    Ok(tutela_analyzer::router(Service {
        seats: Loaded::files(&config.recognizers, words)?.seats,
        min_score: 0.5,
        limits: Limits {
            body: config.max_body_mb.map_or(limits.body, |n| usize::from(n) << 20),
            ..limits
        },
        tokens: Some(read_tokens(&config.tokens_file, words)?),
    }))
}

/// Reads a file of tokens.
pub(super) fn read_tokens(path: &Path, words: &Words) -> Result<Tokens> {
    let shown = tutela_scan::shown(path);
    let cannot = || words.with("cli-cannot-open", &[("x", Arg::Text(&shown))]);
    if std::fs::metadata(path).with_context(cannot)?.len() > MAX_TOKENS {
        bail!("{shown}: > 1 MB");
    }
    let text = std::fs::read_to_string(path).with_context(cannot)?;
    Tokens::read(&text).map_err(|why| {
        let why = why.to_string();
        anyhow!(words.with("cli-tokens-wrong", &[("x", Arg::Text(&shown)), ("y", Arg::Text(&why))]))
    })
}
