//! `tutela scan --watch`: scans, then scans again what changes.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::{Result, anyhow};
use notify::{EventKind, RecursiveMode, Watcher};
use tutela_words::Arg;

use super::scan::Job;
use crate::spool::Spooled;
use crate::{Done, complain};

/// A file is scanned once it has been quiet for this long, so that half-written ones are left to finish.
const QUIET: Duration = Duration::from_millis(500);

/// Scans once, then follows changes until the program is stopped.
pub(crate) fn run(job: &Job<'_>, paths: &[PathBuf]) -> Result<Done> {
    let failed = |e: notify::Error| anyhow!(job.words.with("cli-watch-failed", &[("x", Arg::Text(&e.to_string()))]));
    // Watching begins before the first scan: what changes during it is scanned again.
    let (told, changes) = channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if let Ok(event) = event
            && matches!(event.kind, EventKind::Create(_) | EventKind::Modify(_))
        {
            // The receiver is gone only when the program ends.
            let _ = told.send(event.paths);
        }
    })
    .map_err(failed)?;
    for path in paths {
        watcher.watch(path, RecursiveMode::Recursive).map_err(failed)?;
    }
    let mut out = io::stdout().lock();
    one(job, paths.to_vec(), &mut out)?;
    complain(&job.words.get("cli-watching"));
    let mut waiting: BTreeSet<PathBuf> = BTreeSet::new();
    loop {
        match changes.recv_timeout(QUIET) {
            Ok(paths) => waiting.extend(paths),
            Err(RecvTimeoutError::Timeout) if waiting.is_empty() => {}
            Err(RecvTimeoutError::Timeout) => {
                // What was deleted again in the meantime is nobody's concern.
                let changed: Vec<_> = std::mem::take(&mut waiting)
                    .into_iter()
                    .filter(|p| p.is_file())
                    .collect();
                if !changed.is_empty() {
                    one(job, changed, &mut out)?;
                }
            }
            Err(RecvTimeoutError::Disconnected) => return Ok(Done::Well),
        }
    }
}

fn one(job: &Job<'_>, paths: Vec<PathBuf>, out: &mut dyn Write) -> Result<()> {
    let (_, stopped) = job.scan(&Spooled::new(paths)?, out, None)?;
    out.flush()?;
    stopped.map_or(Ok(()), |e| Err(e.into()))
}
