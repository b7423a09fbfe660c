//! Passphrases of private keys: out of a file, or asked on the terminal and not shown.

use std::path::Path;

use anyhow::{Result, anyhow};
use clap::ArgMatches;
use console::Term;
use tutela_journal::{Error, KeyFault, PrivateKey, read_passphrase};
use tutela_words::{Arg, Words};
use zeroize::Zeroizing;

use super::{given, tell};

/// How often a passphrase that does not fit may be typed.
const TRIES: usize = 3;

/// Asks on the terminal; what is typed is not shown. The question goes to standard error, so that output can be piped.
pub(crate) fn ask(question: &str, words: &Words) -> Result<Zeroizing<String>> {
    let terminal = Term::stderr();
    if !terminal.is_term() {
        return Err(anyhow!(words.get("journal-passphrase-no-terminal")));
    }
    terminal.write_str(&format!("{question} "))?;
    Ok(Zeroizing::new(terminal.read_secure_line()?))
}

/// The passphrase for a new key; None where it is not to be locked.
pub(super) fn new(matches: &ArgMatches, words: &Words) -> Result<Option<Zeroizing<String>>> {
    if let Some(file) = given(matches, "passphrase-file") {
        return tell(read_passphrase(file).map(Some), words);
    }
    if !matches.get_flag("passphrase") {
        return Ok(None);
    }
    let first = ask(&words.get("journal-passphrase-new"), words)?;
    let second = ask(&words.get("journal-passphrase-again"), words)?;
    if first == second {
        Ok(Some(first))
    } else {
        Err(anyhow!(words.get("journal-passphrase-differs")))
    }
}

/// Reads a private key, with its passphrase where it is locked.
pub(super) fn private_key(path: &Path, matches: &ArgMatches, words: &Words) -> Result<PrivateKey> {
    let locked =
        |result: &Result<PrivateKey, Error>, fault| matches!(result, Err(Error::Key { what, .. }) if *what == fault);
    let plain = PrivateKey::read(path);
    if !locked(&plain, KeyFault::Locked) {
        return tell(plain, words);
    }
    if let Some(file) = given(matches, "passphrase-file") {
        let secret = tell(read_passphrase(file), words)?;
        return tell(PrivateKey::read_locked(path, &secret), words);
    }
    let shown = tutela_scan::shown(path);
    let question = words.with("journal-passphrase-of", &[("x", Arg::Text(&shown))]);
    for _ in 1..TRIES {
        let key = PrivateKey::read_locked(path, &ask(&question, words)?);
        if !locked(&key, KeyFault::Passphrase) {
            return tell(key, words);
        }
        crate::complain(&words.get("journal-passphrase-wrong"));
    }
    tell(PrivateKey::read_locked(path, &ask(&question, words)?), words)
}
