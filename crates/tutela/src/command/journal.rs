//! `tutela journal`: checks a journal, exports evidence, proves one entry, signs as a witness.

mod args;
mod passphrase;
mod stamp;
mod told;

pub(crate) use args::args;

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use clap::ArgMatches;
use indicatif::{ProgressBar, ProgressStyle};
use tutela_journal::{
    Certificate, Checkpoint, Error, Folder, MAX_NOTE, MAX_PROOF, PrivateKey, ProofFile, PublicKey, Reader, Report,
    Role, Store, Trust,
};
use tutela_words::{Arg, Words};

use super::threads;
use crate::Done;

pub(crate) fn run(matches: &ArgMatches, words: &Words) -> Result<Done> {
    match matches.subcommand() {
        Some(("verify", m)) => verify(m, words),
        Some(("export", m)) => export(m, words),
        Some(("prove", m)) => prove(m, words),
        Some(("verify-proof", m)) => verify_proof(m, words),
        Some(("checkpoint", m)) => checkpoint(m, words),
        Some(("cosign", m)) => cosign(m, words),
        Some(("timestamp", m)) => stamp::run(m, words),
        Some(("keygen", m)) => keygen(m, words),
        _ => Err(anyhow!(words.get("cli-no-command"))),
    }
}

/// An error in the language of the user.
fn tell<T>(result: Result<T, Error>, words: &Words) -> Result<T> {
    result.map_err(|error| anyhow!(told::error(&error, words)))
}

fn path<'a>(matches: &'a ArgMatches, name: &str) -> &'a Path {
    matches.get_one::<PathBuf>(name).map_or(Path::new(""), PathBuf::as_path)
}

fn store(matches: &ArgMatches, words: &Words) -> Result<Box<dyn Store>> {
    tell(tutela_journal::open(path(matches, "journal")), words)
}

/// A path that this subcommand may take and the user may have given.
fn given<'a>(matches: &'a ArgMatches, name: &str) -> Option<&'a PathBuf> {
    matches.try_get_one(name).ok().flatten()
}

/// What the command line asks to trust.
fn trust(matches: &ArgMatches, words: &Words) -> Result<Trust> {
    let key = given(matches, "key")
        .map(|p| tell(public_key(p, Role::Journal), words))
        .transpose()?;
    let mut witnesses = Vec::new();
    for path in matches
        .try_get_many::<PathBuf>("witness")
        .ok()
        .flatten()
        .into_iter()
        .flatten()
    {
        witnesses.push(tell(public_key(path, Role::Witness), words)?);
    }
    let since = given(matches, "since").map(|p| read_checkpoint(p, words)).transpose()?;
    Ok(Trust {
        key,
        witnesses,
        since,
        authorities: certificates(matches, words)?,
    })
}

/// The certificates of authorities that were given.
fn certificates(matches: &ArgMatches, words: &Words) -> Result<Vec<Certificate>> {
    let mut all = Vec::new();
    let paths = matches.try_get_many::<PathBuf>("certificate").ok().flatten();
    for path in paths.into_iter().flatten() {
        all.extend(tell(Certificate::read(path), words)?);
    }
    Ok(all)
}

fn public_key(path: &Path, role: Role) -> Result<PublicKey, Error> {
    let key = PublicKey::read(path)?;
    if key.role() == role {
        Ok(key)
    } else {
        Err(Error::Key {
            path: tutela_scan::shown(path),
            what: tutela_journal::KeyFault::Type,
        })
    }
}

/// Reads a small file, or standard input where the path is `-`.
fn read(path: &Path, max: usize, words: &Words) -> Result<Vec<u8>> {
    let cannot = |e: io::Error| {
        let shown = tutela_scan::shown(path);
        anyhow::Error::from(e).context(words.with("cli-cannot-open", &[("x", Arg::Text(&shown))]))
    };
    let mut bytes = Vec::new();
    let limit = max as u64 + 1;
    if path == Path::new("-") {
        io::stdin().lock().take(limit).read_to_end(&mut bytes).map_err(cannot)?;
    } else {
        fs::File::open(path)
            .and_then(|f| f.take(limit).read_to_end(&mut bytes))
            .map_err(cannot)?;
    }
    Ok(bytes)
}

fn read_checkpoint(path: &Path, words: &Words) -> Result<Checkpoint> {
    let bytes = read(path, MAX_NOTE, words)?;
    tell(
        Checkpoint::parse(&bytes).map_err(|what| Error::damaged(&tutela_scan::shown(path), what)),
        words,
    )
}

/// Checks a store.
fn check(store: &dyn Store, trust: &Trust, matches: &ArgMatches, words: &Words) -> Result<Report> {
    with_bar(matches, words, |progress| {
        tutela_journal::verify(store, trust, threads(matches), progress)
    })
}

/// Shows on a terminal how far a check is.
fn with_bar(
    matches: &ArgMatches,
    words: &Words,
    check: impl FnOnce(&(dyn Fn(u64) + Sync)) -> Result<Report, Error>,
) -> Result<Report> {
    let bar = if matches.get_flag("quiet") {
        ProgressBar::hidden()
    } else {
        ProgressBar::no_length()
    };
    let template = words.with("journal-progress", &[("n", Arg::Text("{human_pos}"))]);
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style);
    }
    let report = check(&|n| bar.inc(n));
    bar.finish_and_clear();
    tell(report, words)
}

fn verify(matches: &ArgMatches, words: &Words) -> Result<Done> {
    let trust = trust(matches, words)?;
    let place = path(matches, "journal");
    let report = with_bar(matches, words, |progress| {
        tutela_journal::verify_at(place, &trust, threads(matches), progress)
    })?;
    show(&report, matches, words)
}

fn show(report: &Report, matches: &ArgMatches, words: &Words) -> Result<Done> {
    let mut out = io::stdout().lock();
    if matches
        .try_get_one::<String>("format")
        .ok()
        .flatten()
        .is_some_and(|f| f == "json")
    {
        writeln!(out, "{}", told::report_json(report))?;
    } else {
        out.write_all(told::report(report, words).as_bytes())?;
    }
    Ok(if report.is_sound() { Done::Well } else { Done::Partly })
}

fn export(matches: &ArgMatches, words: &Words) -> Result<Done> {
    let store = store(matches, words)?;
    let from = matches.get_one::<u64>("from").copied().unwrap_or(0);
    // The last entry is named by its own number, as people do.
    let to = matches.get_one::<u64>("to").map_or(u64::MAX, |n| n.saturating_add(1));
    let out = Folder::new(path(matches, "output"));
    tell(tutela_journal::export(store.as_ref(), &out, from, to), words)?;
    let report = check(&out, &trust(matches, words)?, matches, words)?;
    show(&report, matches, words)
}

fn prove(matches: &ArgMatches, words: &Words) -> Result<Done> {
    let store = store(matches, words)?;
    let index = matches.get_one::<u64>("entry").copied().unwrap_or(0);
    let reader = tell(Reader::open(store.as_ref()), words)?;
    let proven = tell(reader.prove(index), words)?;
    let text = ProofFile {
        proven,
        checkpoint: reader.checkpoint().clone(),
    }
    .to_text();
    match matches.get_one::<PathBuf>("output") {
        None => io::stdout().lock().write_all(text.as_bytes())?,
        Some(path) => {
            let shown = tutela_scan::shown(path);
            let cannot = || words.with("cli-cannot-write", &[("x", Arg::Text(&shown))]);
            fs::write(path, text).map_err(|e| anyhow::Error::from(e).context(cannot()))?;
        }
    }
    Ok(Done::Well)
}

fn verify_proof(matches: &ArgMatches, words: &Words) -> Result<Done> {
    let trust = trust(matches, words)?;
    let bytes = read(path(matches, "proof"), MAX_PROOF, words)?;
    let judged = ProofFile::parse(&bytes).and_then(|file| match &trust.key {
        Some(key) => file.check(key).map(|()| file),
        // The argument is required, so there always is one.
        None => Err(tutela_journal::ProofFault::Format),
    });
    let file = judged.map_err(|fault| anyhow!(told::proof_fault(fault, words)))?;
    let missing = trust
        .witnesses
        .iter()
        .find(|w| !matches!(file.checkpoint.note.verdict(w), tutela_journal::Verdict::Good(_)));
    if let Some(witness) = missing {
        return Err(anyhow!(
            words.with("journal-no-witness", &[("x", Arg::Text(witness.name()))])
        ));
    }
    io::stdout().lock().write_all(told::proof(&file, words).as_bytes())?;
    Ok(Done::Well)
}

fn checkpoint(matches: &ArgMatches, words: &Words) -> Result<Done> {
    let store = store(matches, words)?;
    let reader = tell(Reader::open(store.as_ref()), words)?;
    if let Some(key) = trust(matches, words)?.key {
        tell(
            reader
                .checkpoint()
                .check(&key)
                .map_err(|what| Error::damaged("checkpoint", what)),
            words,
        )?;
    }
    io::stdout()
        .lock()
        .write_all(reader.checkpoint().to_text().as_bytes())?;
    Ok(Done::Well)
}

/// A witness signs a journal that is sound and continues what the witness saw before.
fn cosign(matches: &ArgMatches, words: &Words) -> Result<Done> {
    let store = store(matches, words)?;
    let own = passphrase::private_key(path(matches, "sign-with"), matches, words)?;
    if own.public().role() != Role::Witness {
        let what = tutela_journal::KeyFault::Type;
        return tell(
            Err(Error::Key {
                path: tutela_scan::shown(path(matches, "sign-with")),
                what,
            }),
            words,
        );
    }
    let memory = path(matches, "state");
    let mut trust = trust(matches, words)?;
    match fs::symlink_metadata(memory) {
        Ok(_) => trust.since = Some(read_checkpoint(memory, words)?),
        Err(e) if e.kind() == io::ErrorKind::NotFound => (),
        Err(e) => return Err(anyhow::Error::from(e).context(tutela_scan::shown(memory))),
    }
    let report = check(store.as_ref(), &trust, matches, words)?;
    // A part of a journal is enough to believe its entries, not to vouch for all of them.
    let whole = report
        .checkpoint
        .clone()
        .filter(|c| report.is_sound() && report.covered == (0, c.size));
    let Some(mut checkpoint) = whole else {
        crate::complain(told::report(&report, words).trim_end());
        return Ok(Done::Partly);
    };
    let now = u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or(0);
    checkpoint.note.sign(&own, now);
    // What was signed is remembered before it is given away: another history can never be signed afterwards.
    remember(memory, checkpoint.to_text().as_bytes()).map_err(|e| {
        anyhow::Error::from(e).context(words.with("cli-cannot-write", &[("x", Arg::Text(&tutela_scan::shown(memory)))]))
    })?;
    io::stdout().lock().write_all(checkpoint.to_text().as_bytes())?;
    Ok(Done::Well)
}

fn remember(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|p| *p != Path::new("")).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map(|_| ()).map_err(|e| e.error)
}

fn keygen(matches: &ArgMatches, words: &Words) -> Result<Done> {
    let role = if matches.get_flag("as-witness") {
        Role::Witness
    } else {
        Role::Journal
    };
    let name = matches.get_one::<String>("name").map_or("", String::as_str);
    let secret = passphrase::new(matches, words)?;
    let key = tell(PrivateKey::generate(name, role), words)?;
    let output = path(matches, "output");
    let written = match &secret {
        Some(secret) => key.write_locked(output, secret),
        None => key.write(output),
    };
    tell(written, words)?;
    writeln!(io::stdout().lock(), "{}", key.public().to_text())?;
    Ok(Done::Well)
}

#[cfg(test)]
mod tests {
    use tutela_journal::{Fault, KeyFault, StampFault};
    use tutela_words::Locale;

    #[test]
    fn every_argument_and_every_fault_has_its_words() {
        for locale in Locale::ALL {
            let words = tutela_words::Words::new(locale);
            let mut command = crate::cli::command(&words);
            let journal = command.find_subcommand_mut("journal").unwrap();
            for sub in journal.get_subcommands_mut() {
                let help = sub.render_long_help().to_string();
                assert!(
                    !help.contains("journal-") && !help.contains("cli-"),
                    "{}: {help}",
                    locale.code()
                );
            }
            for fault in Fault::ALL {
                assert!(words.has(&format!("journal-fault-{}", fault.code())), "{fault}");
            }
            for fault in StampFault::ALL {
                assert!(words.has(&format!("journal-fault-{}", fault.code())), "{fault}");
            }
            for fault in KeyFault::ALL {
                assert!(words.has(&format!("journal-key-{}", fault.code())), "{fault}");
            }
        }
    }
}
