//! `tutela journal timestamp`: asks an authority to stamp the checkpoint with the time, through files or over HTTP.
//!
//! The only place in the program that opens a connection, and only when `--service` asks for it. What goes out is a hash and a
//! random number. Plain HTTP is enough: the answer carries its own signature.

use std::io::{self, Write as _};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use clap::ArgMatches;
use tutela_journal::{Error, Folder, MAX_STAMP, Stamped, accept_stamp, ask_for_stamp};
use tutela_words::{Arg, Words};

use super::{certificates, given, path, read, remember, tell, told};
use crate::Done;

/// How long an authority may take.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) fn run(matches: &ArgMatches, words: &Words) -> Result<Done> {
    let root = path(matches, "journal");
    if !root.is_dir() {
        // An archive cannot take up what is to be kept beside the journal.
        let path = tutela_scan::shown(root);
        return tell(Err(Error::NoJournal { path }), words);
    }
    let store = Folder::new(root);
    let trusted = certificates(matches, words)?;
    if let Some(file) = given(matches, "request") {
        let asked = tell(ask_for_stamp(&store), words)?;
        let shown = tutela_scan::shown(file);
        remember(file, &asked.request)
            .map_err(|e| anyhow::Error::from(e).context(words.with("cli-cannot-write", &[("x", Arg::Text(&shown))])))?;
        let size = asked.size.to_string();
        writeln!(
            io::stdout().lock(),
            "{}",
            words.with(
                "journal-stamp-asked",
                &[("x", Arg::Text(&size)), ("y", Arg::Text(&shown))]
            )
        )?;
        return Ok(Done::Well);
    }
    let answer = match matches.get_one::<String>("service") {
        Some(url) => {
            let asked = tell(ask_for_stamp(&store), words)?;
            send(url, &asked.request, words)?
        }
        None => read(given(matches, "token").map_or(Path::new("-"), |p| p), MAX_STAMP, words)?,
    };
    let (file, size, stamp) = tell(accept_stamp(&store, &answer, &trusted), words)?;
    let text = told::stamp(&Stamped { file, size, stamp }, words);
    writeln!(io::stdout().lock(), "{text}")?;
    Ok(Done::Well)
}

/// Sends a request to an authority as RFC 3161, section 3.4, says, and gives its answer.
fn send(url: &str, request: &[u8], words: &Words) -> Result<Vec<u8>> {
    // An address can carry a password: it is not repeated in a message.
    if !url.starts_with("http://") {
        return Err(anyhow!(words.get("journal-stamp-http")));
    }
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .max_redirects(3)
        .build()
        .into();
    let sent = agent
        .post(url)
        .header("content-type", "application/timestamp-query")
        .header("accept", "application/timestamp-reply")
        .send(request)
        .and_then(|mut answer| answer.body_mut().with_config().limit(MAX_STAMP as u64).read_to_vec());
    sent.with_context(|| words.get("journal-stamp-unreachable"))
}
