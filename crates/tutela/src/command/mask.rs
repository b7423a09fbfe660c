//! `tutela mask`: de-identified copies of files.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use clap::builder::PossibleValuesParser;
use clap::{ArgMatches, Command, value_parser};
use serde_json::{Value, json};
use tutela_deid::copy::{self, Masker, Options, Refused, Report};
use tutela_deid::operator::{Key, Operators};
use tutela_deid::policy::{Audience, Policy};
use tutela_detect::{Engine, Options as EngineOptions};
use tutela_words::{Arg, Words};

use crate::cli::{flag, format_arg, path_arg, value};
use crate::{Done, complain};

/// Deepest folder that is walked.
const DEEPEST: usize = 128;

/// Arguments of the command.
pub(crate) fn args(command: Command, words: &Words) -> Command {
    let said = |arg: clap::Arg, key: &str| arg.help(words.get(&format!("cli-arg-{key}")));
    command
        .arg(
            said(path_arg("paths", "PATH", words), "mask-paths")
                .num_args(1..)
                .required(true),
        )
        .arg(
            said(value("to", "DIR", words), "mask-to")
                .short('o')
                .value_parser(value_parser!(PathBuf))
                .required(true),
        )
        .arg(value("policy", "FILE|NAME", words).default_value("default"))
        .arg(
            value("audience", "AUDIENCE", words)
                .value_parser(PossibleValuesParser::new(Audience::ALL.map(Audience::as_str)))
                .default_value(Audience::Public.as_str()),
        )
        .arg(said(value("key", "FILE", words), "mask-key").value_parser(value_parser!(PathBuf)))
        .arg(value("scope", "NAME", words).default_value(""))
        .arg(flag("force", words))
        .arg(format_arg(&["text", "json"], words))
}

/// A file that is to be copied, and the folder that its copy goes to.
struct Todo {
    file: PathBuf,
    folders: Vec<String>,
}

/// Runs the command.
pub(crate) fn run(matches: &ArgMatches, words: &Words) -> Result<Done> {
    let policy = policy(matches, words)?;
    let audience = matches
        .get_one::<String>("audience")
        .and_then(|a| Audience::from_name(a))
        .unwrap_or(Audience::Public);
    let key = match matches.get_one::<PathBuf>("key") {
        Some(path) => {
            let bytes = zeroize::Zeroizing::new(fs::read(path).with_context(|| path.display().to_string())?);
            Some(Key::from_file(&bytes).ok_or_else(|| anyhow!(words.get("mask-bad-key")))?)
        }
        None if policy.needs_key(audience) => return Err(anyhow!(words.get("mask-needs-key"))),
        None => None,
    };
    let Some(to) = matches.get_one::<PathBuf>("to") else {
        return Err(anyhow!(words.get("cli-no-command")));
    };
    fs::create_dir_all(to).with_context(|| to.display().to_string())?;
    let options = Options {
        force: matches.get_flag("force"),
        ..Options::default()
    };
    let scope = matches.get_one::<String>("scope").map_or("", String::as_str);
    let mut operators = Operators::new(key, scope);
    let engine = Engine::new(EngineOptions::default());
    let reader = super::scan::reader(&options.limits);
    let as_json = matches.get_one::<String>("format").is_some_and(|f| f == "json");
    let quiet = matches.get_flag("quiet");
    let mut out = io::stdout().lock();
    if !as_json && !quiet {
        let audience = audience.as_str();
        let args = [
            ("name", Arg::Text(policy.name())),
            ("source", Arg::Text(policy.source())),
            ("audience", Arg::Text(audience)),
        ];
        writeln!(out, "{}", words.with("mask-policy", &args))?;
    }
    let mut walk = Walk {
        todo: Vec::new(),
        skip: fs::canonicalize(to).ok(),
        unread: Vec::new(),
    };
    for path in crate::cli::paths(matches) {
        walk.path(&path, &[], 0);
    }
    let (mut done, mut refused, mut values) = (0_u64, walk.unread.len() as u64, 0_u64);
    let mut files = Vec::new();
    for (path, why) in &walk.unread {
        tell_refused(path, why, as_json, &mut files, words);
    }
    if walk.todo.is_empty() && walk.unread.is_empty() {
        return Err(anyhow!(words.get("mask-none")));
    }
    for Todo { file, folders } in walk.todo {
        let mut masker = Masker::new(&engine, &policy, audience, &mut operators);
        let mut into = to.clone();
        into.extend(folders.iter().map(|f| copy::masked_name(f, &mut masker)));
        let result = fs::create_dir_all(&into)
            .map_err(|e| Refused::from_io(&e))
            .and_then(|()| copy::mask(&file, &into, &mut masker, &reader, &options));
        match result {
            Ok(report) => {
                done += 1;
                values += report.replaced.values().sum::<u64>();
                if as_json {
                    files.push(as_value(&file, &report));
                } else if !quiet {
                    tell(&mut out, &file, &report, words)?;
                }
            }
            Err(why) => {
                refused += 1;
                tell_refused(&file, &why, as_json, &mut files, words);
            }
        }
    }
    if as_json {
        let result = json!({
            "policy": policy.name(), "source": policy.source(), "audience": audience.as_str(), "files": files,
            "total": { "copied": done, "refused": refused, "replaced": values },
        });
        writeln!(out, "{result}")?;
    } else if !quiet {
        let args = [
            ("done", Arg::Number(done)),
            ("refused", Arg::Number(refused)),
            ("values", Arg::Number(values)),
        ];
        writeln!(out, "{}", words.with("mask-totals", &args))?;
    }
    Ok(if refused == 0 { Done::Well } else { Done::Partly })
}

/// The policy that a name or a file gives.
fn policy(matches: &ArgMatches, words: &Words) -> Result<Policy> {
    let name = matches.get_one::<String>("policy").map_or("default", String::as_str);
    if let Some(policy) = Policy::preset(name) {
        return Ok(policy);
    }
    let text = match fs::read_to_string(name) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let presets = Policy::presets();
            let list = presets.iter().map(Policy::name).collect::<Vec<_>>().join(", ");
            let args = [("name", Arg::Text(name)), ("list", Arg::Text(&list))];
            return Err(anyhow!(words.with("mask-no-policy", &args)));
        }
        Err(error) => return Err(error).with_context(|| name.to_owned()),
    };
    Policy::parse(&text).map_err(|why| anyhow!(words.with("mask-bad-policy", &[("why", Arg::Text(&why.to_string()))])))
}

/// The files below the paths that were given, in the order of their names.
struct Walk {
    todo: Vec<Todo>,
    /// The folder of the copies, which is not copied itself.
    skip: Option<PathBuf>,
    unread: Vec<(PathBuf, Refused)>,
}

impl Walk {
    fn path(&mut self, path: &Path, folders: &[String], depth: usize) {
        let meta = match fs::metadata(path) {
            Ok(meta) => meta,
            Err(error) => {
                self.unread.push((path.to_owned(), Refused::from_io(&error)));
                return;
            }
        };
        if meta.is_file() {
            self.todo.push(Todo {
                file: path.to_owned(),
                folders: folders.to_vec(),
            });
            return;
        }
        if !meta.is_dir() || depth > DEEPEST || self.skip.is_some() && fs::canonicalize(path).ok() == self.skip {
            return;
        }
        let list = fs::read_dir(path).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
        let mut entries = match list {
            Ok(entries) => entries,
            Err(error) => {
                self.unread.push((path.to_owned(), Refused::from_io(&error)));
                return;
            }
        };
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let inner = entry.path();
            // A link inside of a folder may lead anywhere, also round in a circle.
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_symlink() {
                continue;
            }
            let mut folders = folders.to_vec();
            if kind.is_dir() {
                folders.push(entry.file_name().to_string_lossy().into_owned());
            }
            self.path(&inner, &folders, depth + 1);
        }
    }
}

/// Names and counts in one line.
fn list(counts: impl Iterator<Item = (String, u64)>) -> String {
    counts
        .map(|(name, count)| format!("{name} {count}"))
        .collect::<Vec<_>>()
        .join("; ")
}

fn tell(out: &mut dyn Write, file: &Path, report: &Report, words: &Words) -> Result<()> {
    let (from, to) = (file.display().to_string(), report.to.display().to_string());
    writeln!(
        out,
        "{}",
        words.with("mask-done", &[("from", Arg::Text(&from)), ("to", Arg::Text(&to))])
    )?;
    let entity =
        |e: &tutela_detect::Entity| words.get(&format!("entity-{}", e.as_str().to_ascii_lowercase().replace('_', "-")));
    let replaced = list(report.replaced.iter().map(|(e, n)| (entity(e), *n)));
    if replaced.is_empty() {
        writeln!(out, "{}", words.get("mask-kept-none"))?;
    } else {
        writeln!(
            out,
            "{}",
            words.with("mask-replaced", &[("list", Arg::Text(&replaced))])
        )?;
    }
    let cleaned = list(
        report
            .cleaned
            .iter()
            .map(|(w, n)| (words.get(&format!("mask-cleaned-{}", w.as_str())), n)),
    );
    if !cleaned.is_empty() {
        writeln!(out, "{}", words.with("mask-cleaned", &[("list", Arg::Text(&cleaned))]))?;
    }
    Ok(())
}

fn as_value(file: &Path, report: &Report) -> Value {
    let replaced: BTreeMap<&str, u64> = report.replaced.iter().map(|(e, n)| (e.as_str(), *n)).collect();
    let cleaned: BTreeMap<&str, u64> = report.cleaned.iter().map(|(w, n)| (w.as_str(), n)).collect();
    json!({
        "path": file.display().to_string(), "to": report.to.display().to_string(), "kind": report.kind.as_str(),
        "replaced": replaced, "cleaned": cleaned,
    })
}

fn tell_refused(file: &Path, why: &Refused, as_json: bool, files: &mut Vec<Value>, words: &Words) {
    let from = file.display().to_string();
    if as_json {
        let key = why.key().trim_start_matches("mask-refused-");
        files.push(json!({ "path": from, "refused": key, "why": why.to_string() }));
        return;
    }
    let said = words.with(why.key(), &[("x", Arg::Text(&why.argument()))]);
    complain(&words.with(
        "mask-not-done",
        &[("from", Arg::Text(&from)), ("why", Arg::Text(&said))],
    ));
}
