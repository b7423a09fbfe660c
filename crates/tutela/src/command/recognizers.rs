//! Files of recognisers (`--recognizers`), for every command that runs the engine.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use clap::ArgMatches;
use tutela_detect::{Entity, Recognizer};
use tutela_recognizers::{Fault, Form, MAX_FILE, Seat, Why, read_file};
use tutela_words::{Arg, Words};

use crate::complain;

/// Recognisers of the user's own.
#[derive(Default)]
pub(super) struct Loaded {
    pub(super) seats: Vec<Arc<Seat>>,
    source: String,
}

impl Loaded {
    /// Reads the files that the command line names.
    pub(super) fn read(matches: &ArgMatches, words: &Words) -> Result<Self> {
        Self::files(matches.get_many::<PathBuf>("recognizers").into_iter().flatten(), words)
    }

    /// Reads files.
    pub(super) fn files<'p>(paths: impl IntoIterator<Item = &'p PathBuf>, words: &Words) -> Result<Self> {
        let mut loaded = Self::default();
        for path in paths {
            loaded.file(path, words)?;
        }
        Ok(loaded)
    }

    fn file(&mut self, path: &Path, words: &Words) -> Result<()> {
        let shown = tutela_scan::shown(path);
        let text = text_of(path).with_context(|| words.with("cli-cannot-open", &[("x", Arg::Text(&shown))]))?;
        let told = |fault: Fault| anyhow!(told(&shown, &fault, words));
        let form = Form::of_ending(path.extension().and_then(|e| e.to_str()).unwrap_or_default());
        let source = &mut self.source;
        source.push_str(&text);
        // Lists lie beside the file that names them.
        let mut lists = |name: &str| {
            let beside = path.parent().unwrap_or(Path::new("")).join(name);
            let list = text_of(&beside).map_err(|e| e.to_string())?;
            source.push('\u{0}');
            source.push_str(&list);
            Ok(list)
        };
        let set = read_file(&text, form, &mut lists).map_err(told)?;
        source.push('\u{0}');
        let over: Vec<_> = set.passed_over().iter().map(|p| p.name.as_str()).collect();
        if !over.is_empty() {
            let names = over.join(", ");
            let args = [("x", Arg::Text(&shown)), ("y", Arg::Text(&names))];
            complain(&words.with("recognizer-passed-over", &args));
        }
        self.seats.push(Arc::new(set.seat().map_err(told)?));
        Ok(())
    }

    /// Everything in the files that shapes what is found.
    pub(super) fn source(&self) -> &str {
        &self.source
    }

    /// Their types.
    pub(super) fn types(&self) -> Vec<Entity> {
        let mut types: Vec<_> = self.seats.iter().flat_map(|s| s.types()).collect();
        types.retain(|t| matches!(t, Entity::Custom(_)));
        types.sort();
        types.dedup();
        types
    }

    /// The recognisers, for the engine.
    pub(super) fn seated(&self) -> Vec<Arc<dyn Recognizer>> {
        self.seats
            .iter()
            .map(|s| Arc::clone(s) as Arc<dyn Recognizer>)
            .collect()
    }
}

/// One line: the file, the line in it, what is wrong and what to do.
fn told(file: &str, fault: &Fault, words: &Words) -> String {
    let why = words.with(fault.why.key(), &[("x", Arg::Text(&fault.why.argument()))]);
    match fault.line {
        0 => format!("{file}: {why}"),
        line => format!("{file}:{line}: {why}"),
    }
}

/// The text of a file that is not longer than a file of recognisers may be.
fn text_of(path: &Path) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE {
        let why = Why::TooLong(MAX_FILE >> 20).to_string();
        return Err(std::io::Error::other(why));
    }
    String::from_utf8(bytes).map_err(|_| std::io::Error::other("not UTF-8"))
}
