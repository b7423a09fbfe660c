//! `tutela scan --to`: the counts of a scan go to an office. What leaves this machine is, for each file, its size, how much was
//! read and how often each type was found: no value, no place, no path.

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use clap::{Arg, ArgMatches, value_parser};
use serde::Deserialize;
use serde_json::json;
use tutela_extract::ReadState;
use tutela_scan::{FileReport, Totals, shown};
use tutela_words::{Arg as Word, Words};
use zeroize::Zeroizing;

/// How long one attempt may take.
const PATIENCE: Duration = Duration::from_secs(30 * 60);
/// How long is waited before each further attempt.
const WAITS: [Duration; 3] = [Duration::from_secs(2), Duration::from_secs(10), Duration::from_secs(60)];
/// The longest report that an office takes, in bytes.
const MAX_REPORT: u64 = 1 << 30;
/// The longest answer that is read.
const MAX_ANSWER: u64 = 1 << 20;
/// The longest token.
const MAX_TOKEN: u64 = 4 << 10;
/// Characters of an answer of the office that are shown.
const MAX_TOLD: usize = 500;

fn asked(name: &'static str, shown: &'static str, help: &str, words: &Words) -> Arg {
    Arg::new(name).long(name).value_name(shown).help(words.get(help))
}

/// The arguments.
pub(crate) fn args(words: &Words) -> [Arg; 4] {
    let file = || value_parser!(PathBuf);
    [
        asked("to", "URL", "cli-scan-to", words)
            .requires("token")
            .requires("store")
            .conflicts_with_all(["watch", "reveal"]),
        asked("token", "FILE", "cli-scan-token", words)
            .requires("to")
            .value_parser(file()),
        asked("store", "ID", "cli-scan-store", words).requires("to"),
        asked("root", "FILE", "cli-scan-root", words)
            .requires("to")
            .value_parser(file()),
    ]
}

/// A report of counts on its way to an office.
pub(crate) struct Sending {
    url: String,
    token: Zeroizing<String>,
    agent: ureq::Agent,
    counts: BufWriter<File>,
    written: u64,
    waits: &'static [Duration],
}

/// What the office says it stored.
#[derive(Debug, Deserialize)]
struct Stored {
    day: String,
    files: u64,
    findings: u64,
    not_read: u64,
    gaps_opened: u64,
    gaps_closed: u64,
    journal: i64,
}

/// Why an attempt came to nothing.
enum Failed {
    /// The office says no: another attempt would be told the same.
    Refused(String),
    /// The line, or an office that is busy or away.
    Away(String),
}

impl Sending {
    /// Checks what sending needs; none where nothing is to be sent.
    pub(super) fn new(matches: &ArgMatches, words: &Words) -> Result<Option<Self>> {
        let Some(to) = matches.get_one::<String>("to") else {
            return Ok(None);
        };
        let store = matches.get_one::<String>("store").map_or("", String::as_str);
        let url = address(to, store).ok_or_else(|| anyhow!(words.get("cli-to-address")))?;
        let token = match matches.get_one::<PathBuf>("token") {
            Some(file) => token(file, words)?,
            None => bail!(words.get("cli-to-token")),
        };
        let root = matches.get_one::<PathBuf>("root").map(PathBuf::as_path);
        let agent = tutela_office::web::tls::client::agent(root, PATIENCE)?;
        Ok(Some(Self {
            url,
            token,
            agent,
            counts: BufWriter::new(tempfile::tempfile()?),
            written: 0,
            waits: &WAITS,
        }))
    }

    fn line(&mut self, line: &serde_json::Value) -> io::Result<()> {
        let line = format!("{line}\n");
        self.written = self.written.saturating_add(line.len() as u64);
        if self.written > MAX_REPORT {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.counts.write_all(line.as_bytes())
    }

    /// One file is done. Its path says what people called it, so a mark stands in its place.
    pub(super) fn file(&mut self, file: &FileReport) -> io::Result<()> {
        self.line(&json!({
            "path": "",
            "bytes": file.bytes,
            "read": file.read,
            "counts": file.counts,
            "subjects": file.subjects,
        }))
    }

    /// All files are done.
    pub(super) fn end(&mut self, totals: &Totals) -> io::Result<()> {
        let read = |state| totals.read.get(&state).copied().unwrap_or_default();
        self.line(&json!({ "total": {
            "files": totals.files,
            "bytes": totals.bytes,
            "read": {
                "full": read(ReadState::Full),
                "partial": read(ReadState::Partial),
                "none": read(ReadState::None),
            },
            // How many, not which.
            "not_read": vec![0; totals.not_read.len()],
            "findings": totals.findings,
            "counts": totals.counts,
        }}))
    }

    /// Sends the counts, again where the line breaks, and tells what was stored.
    pub(super) fn send(mut self, words: &Words) -> Result<String> {
        self.counts.flush()?;
        let mut waits = self.waits.iter();
        let (_held, never) = mpsc::channel::<()>();
        let told = loop {
            match self.attempt() {
                Ok(stored) => break stored,
                Err(Failed::Refused(why)) => bail!(words.with("cli-to-refused", &[("x", Word::Text(&why))])),
                Err(Failed::Away(why)) => match waits.next() {
                    // Nobody sends: the wait always ends by its time.
                    Some(wait) => {
                        let _ = never.recv_timeout(*wait);
                    }
                    None => bail!(words.with("cli-to-away", &[("x", Word::Text(&why))])),
                },
            }
        };
        let (opened, closed) = (told.gaps_opened, told.gaps_closed);
        let journal = told.journal.to_string();
        Ok(words.with(
            "cli-to-stored",
            &[
                ("day", Word::Text(&told.day)),
                ("files", Word::Number(told.files)),
                ("found", Word::Number(told.findings)),
                ("unread", Word::Number(told.not_read)),
                ("opened", Word::Number(opened)),
                ("closed", Word::Number(closed)),
                ("journal", Word::Text(&journal)),
            ],
        ))
    }

    fn attempt(&mut self) -> Result<Stored, Failed> {
        let away = |e: &dyn std::fmt::Display| Failed::Away(e.to_string());
        let file = self.counts.get_mut();
        file.rewind().map_err(|e| away(&e))?;
        let sent = self
            .agent
            .post(&self.url)
            .header("authorization", format!("Bearer {}", self.token.as_str()))
            .header("content-type", "application/x-ndjson")
            .header("accept", "application/json")
            .send(&*file);
        let mut answer = sent.map_err(|e| away(&e))?;
        let status = answer.status();
        let mut body = Vec::new();
        let read = answer.body_mut().as_reader().take(MAX_ANSWER).read_to_end(&mut body);
        if status.is_success() {
            read.map_err(|e| away(&e))?;
            return serde_json::from_slice(&body).map_err(|e| Failed::Refused(e.to_string()));
        }
        let why = format!("{} {}", status.as_u16(), said(&body));
        // Busy, or a server in front that does not reach the office: later it may be otherwise.
        Err(match status.as_u16() {
            408 | 429 | 500 | 502 | 503 | 504 => Failed::Away(why),
            _ => Failed::Refused(why),
        })
    }
}

/// What an office says about a refusal; nothing of an answer that is none of an office.
fn said(body: &[u8]) -> String {
    let text = serde_json::from_slice::<serde_json::Value>(body).ok().and_then(|v| {
        let text = v.get("text").or_else(|| v.get("error")?.get("text"))?;
        Some(text.as_str()?.to_owned())
    });
    let shown = text.unwrap_or_default();
    shown.chars().filter(|c| !c.is_control()).take(MAX_TOLD).collect()
}

/// Where the counts go. Only by TLS, or within this machine: a token is not sent in the clear.
fn address(office: &str, store: &str) -> Option<String> {
    let office = office.trim_end_matches('/');
    let (clear, rest) = match office.split_once("://")? {
        ("https", rest) => (false, rest),
        ("http", rest) => (true, rest),
        _ => return None,
    };
    let strange = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '@' | '?' | '#' | '\\');
    if rest.is_empty() || rest.starts_with('/') || rest.contains(strange) || store.is_empty() {
        return None;
    }
    let host = rest.split('/').next().unwrap_or_default();
    let named = match host.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    if clear && !matches!(named, "localhost" | "127.0.0.1" | "::1") {
        return None;
    }
    let store: String = store
        .bytes()
        .map(|b| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(b).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    Some(format!("{office}/api/v1/scans?store={store}"))
}

/// The token out of its file.
fn token(file: &Path, words: &Words) -> Result<Zeroizing<String>> {
    let unread = || words.with("cli-to-token-file", &[("x", Word::Text(&shown(file)))]);
    let mut text = Zeroizing::new(String::new());
    let opened = File::open(file).with_context(unread)?;
    opened.take(MAX_TOKEN).read_to_string(&mut text).with_context(unread)?;
    let token = Zeroizing::new(text.trim().to_owned());
    // It goes into a header: anything else in it would be another header.
    if token.is_empty() || !token.bytes().all(|b| b.is_ascii_graphic()) {
        bail!(words.get("cli-to-token"));
    }
    Ok(token)
}
