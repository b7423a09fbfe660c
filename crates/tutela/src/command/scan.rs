//! `tutela scan`: finds personal data in files, folders and archives.

mod send;

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use clap::ArgMatches;
use indicatif::{ProgressBar, ProgressStyle};
use tutela_detect::{Engine, Lang};
use tutela_extract::{Limits, Reader};
use tutela_law::Class;
use tutela_scan::report::{self, Format, Report};
use tutela_scan::{About, Cache, Options, Scanner, Totals, shown};
use tutela_words::{Arg, Words};

use super::recognizers::Loaded;
use send::Sending;
pub(crate) use send::args as send_args;

use super::{engine, threads};
use crate::law::Classes;
use crate::spool::Spooled;
use crate::{Done, cli, complain};

/// A reader whose parsers of foreign formats run in processes of their own: this program again.
pub(crate) fn reader(limits: &Limits) -> Reader {
    let reader = Reader::new(limits.clone());
    match std::env::current_exe() {
        Ok(program) => reader.isolated(program, vec![cli::READ_WORKER.into()]),
        Err(_) => reader,
    }
}

pub(crate) fn run(matches: &ArgMatches, words: &Words) -> Result<Done> {
    let job = Job::new(matches, words)?;
    let paths = cli::paths(matches);
    if matches.get_flag("watch") {
        return super::watch::run(&job, &paths);
    }
    let mut out = job.output()?;
    // What stands in the way of sending is told before hours of scanning, not after.
    let mut sending = Sending::new(matches, words)?;
    let (totals, stopped) = job.scan(&Spooled::new(paths)?, &mut out, sending.as_mut())?;
    out.flush()?;
    if let Some(error) = stopped {
        return Err(error.into());
    }
    if let Some(sending) = sending {
        complain(&sending.send(words)?);
    }
    Ok(job.done(&totals))
}

/// Everything that one scan was asked for.
pub(crate) struct Job<'a> {
    pub(crate) words: &'a Words,
    pub(crate) format: Format,
    reader: Reader,
    engine: Engine,
    classes: Classes,
    cache: Option<Cache>,
    options: Options,
    fail_on: Option<Class>,
    output: Option<PathBuf>,
    quiet: bool,
    verbose: bool,
    colour: bool,
}

impl<'a> Job<'a> {
    fn new(matches: &ArgMatches, words: &'a Words) -> Result<Self> {
        let format = matches
            .get_one::<String>("format")
            .and_then(|f| Format::from_name(f))
            .unwrap_or(Format::Text);
        let output = matches.get_one::<PathBuf>("output").cloned();
        let terminal = io::stdout().is_terminal();
        let reveal = matches.get_flag("reveal");
        if reveal {
            if output.is_none() && !terminal {
                bail!(words.get("cli-reveal-refused"));
            }
            complain(&words.get("cli-reveal-warning"));
        }
        if format == Format::Xlsx && output.is_none() && terminal {
            bail!(words.get("cli-xlsx-needs-output"));
        }
        let watch = matches.get_flag("watch");
        if watch && !matches!(format, Format::Text | Format::Jsonl) {
            bail!(words.get("cli-watch-format"));
        }
        let number = |name: &str| matches.get_one::<u64>(name).copied().unwrap_or_default();
        let limits = Limits {
            max_file: number("max-file") << 20,
            max_time: Duration::from_secs(number("max-seconds")),
            ..Limits::default()
        };
        let classes = Classes::new(matches, words)?;
        let own = Loaded::read(matches, words)?;
        let max_hits = matches.get_one::<usize>("max-findings").copied().unwrap_or(usize::MAX);
        let options = Options {
            threads: threads(matches),
            reveal,
            max_hits,
        };
        let cache = if matches.get_flag("no-cache") || reveal {
            None
        } else {
            let shaped_by = format!(
                "{}|{:?}|{:?}|{:?}|{:?}|{}|{limits:?}|{max_hits}|{}",
                env!("CARGO_PKG_VERSION"),
                program_stamp(),
                matches.get_one::<String>("only"),
                matches.get_one::<f32>("min-score"),
                matches.get_one::<String>("law"),
                classes.packs,
                own.source(),
            );
            open_cache(&shaped_by, words)
        };
        Ok(Self {
            words,
            format,
            reader: reader(&limits),
            engine: engine(matches, words, &own)?,
            classes,
            cache,
            options,
            fail_on: matches.get_one::<String>("fail-on").map(|c| match c.as_str() {
                "sensitive" => Class::Sensitive,
                _ => Class::Basic,
            }),
            colour: terminal && output.is_none() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
            output,
            quiet: matches.get_flag("quiet") || watch,
            verbose: matches.get_flag("verbose"),
        })
    }

    fn output(&self) -> Result<Box<dyn Write>> {
        Ok(match &self.output {
            Some(path) => {
                let file = create_private(path)
                    .with_context(|| self.words.with("cli-cannot-write", &[("x", Arg::Text(&shown(path)))]))?;
                Box::new(BufWriter::with_capacity(1 << 18, file))
            }
            None => Box::new(BufWriter::with_capacity(1 << 18, io::stdout().lock())),
        })
    }

    /// Scans the paths and writes the report of this format. The second value is the error that ended it early.
    pub(crate) fn scan(
        &self,
        input: &Spooled,
        out: &mut dyn Write,
        mut sending: Option<&mut Sending>,
    ) -> Result<(Totals, Option<io::Error>)> {
        let class_of = |entity, lang: Lang| self.classes.of(entity, lang);
        let scanner = Scanner {
            reader: &self.reader,
            engine: &self.engine,
            class_of: &class_of,
            cache: self.cache.as_ref(),
            options: self.options.clone(),
        };
        let mut report = self.report();
        let progress = self.progress();
        let (files, bytes, found) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
        let mut stopped = None;
        let seen = |path: &Path| {
            if self.verbose {
                progress.suspend(|| complain(&shown(path)));
            }
        };
        let mut totals = scanner.scan(&input.paths, &seen, |mut file| {
            file.path = input.name(file.path);
            let n = files.fetch_add(1, Ordering::Relaxed) + 1;
            let mb = (bytes.fetch_add(file.bytes, Ordering::Relaxed) + file.bytes) >> 20;
            let hits = file.counts.values().sum::<u64>();
            let found = found.fetch_add(hits, Ordering::Relaxed) + hits;
            if !progress.is_hidden() {
                let args = [
                    ("n", Arg::Number(n)),
                    ("mb", Arg::Number(mb)),
                    ("found", Arg::Number(found)),
                ];
                progress.set_message(self.words.with("cli-progress", &args));
            }
            let counted = sending.as_mut().map_or(Ok(()), |s| s.file(&file));
            match counted.and_then(|()| report.file(out, file)) {
                Ok(()) => true,
                Err(e) => {
                    stopped = Some(e);
                    false
                }
            }
        });
        progress.finish_and_clear();
        for missing in &mut totals.not_read {
            missing.path = input.name(std::mem::take(&mut missing.path));
        }
        if stopped.is_none() {
            report.end(out, &self.about(input, &totals), &totals)?;
            if let Some(sending) = sending {
                sending.end(&totals)?;
            }
        }
        Ok((totals, stopped))
    }

    /// A writer of reports in the format asked for.
    pub(crate) fn report(&self) -> Box<dyn Report + 'a> {
        report::new(
            self.format,
            self.words,
            report::Style {
                colour: self.colour,
                verbose: self.verbose,
                width: width(),
            },
        )
    }

    fn about(&self, input: &Spooled, totals: &Totals) -> About {
        let norm = |(&entity, countries): (&_, &_)| (entity, self.classes.norm(entity, countries, self.words));
        About {
            paths: input.paths.iter().map(|p| input.name(shown(p))).collect(),
            pack: self.classes.packs.clone(),
            norms: totals.laws.iter().map(norm).collect(),
            on: self.classes.on.to_string(),
            at: jiff::ZonedDateTime::now().strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    fn progress(&self) -> ProgressBar {
        if self.quiet || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {wide_msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        bar
    }

    /// The exit status that these totals come to.
    pub(crate) fn done(&self, totals: &Totals) -> Done {
        if !totals.not_read.is_empty() {
            return Done::Partly;
        }
        match self.fail_on {
            Some(class) if totals.classes.keys().any(|&c| c >= class) => Done::Matched,
            _ => Done::Well,
        }
    }
}

/// Columns of the terminal, as the shell tells them.
fn width() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
    told.filter(|&w| w >= 40).unwrap_or(100)
}

/// Creates the file of a report, readable for its owner only.
fn create_private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// Size and time of the running program: a new build reads everything anew.
fn program_stamp() -> Option<(u64, std::time::SystemTime)> {
    let meta = std::fs::metadata(std::env::current_exe().ok()?).ok()?;
    Some((meta.len(), meta.modified().ok()?))
}

/// The folder of kept results: `$XDG_CACHE_HOME/tutela/scan` or `~/.cache/tutela/scan`.
pub(crate) fn cache_folder() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let base = set("XDG_CACHE_HOME")
        .or_else(|| set("HOME").map(|h| h.join(".cache")))
        .or_else(|| set("LOCALAPPDATA"))?;
    Some(base.join("tutela").join("scan"))
}

fn open_cache(shaped_by: &str, words: &Words) -> Option<Cache> {
    let opened = cache_folder()
        .ok_or_else(|| anyhow!("HOME"))
        .and_then(|f| Ok(Cache::open(&f, shaped_by)?));
    opened
        .map_err(|e| complain(&words.with("cli-cache-off", &[("x", Arg::Text(&e.to_string()))])))
        .ok()
}
