//! Runs the readers and the engine over many files on several threads.
//!
//! Workers take files from one queue. The text of a large file is cut into chunks that any free worker may take,
//! so that one large file keeps all of them busy; the worker that reads the file helps with its own chunks whenever the
//! queue is full, so nothing waits for ever and memory stays bounded.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded, select, unbounded};
use tutela_detect::{Cell, Engine, Entity, Finding, Input, Lang, Reason};
use tutela_extract::{Grain, Kind, Part, Place, ReadState, Reader, Sink, Step, Unread, Why};
use tutela_law::{Class, Country};

use crate::assess::{self, Subjects};
use crate::cache::Cache;
use crate::places::Names;
use crate::walk::{Found, Walk, shown};
use crate::{FileReport, Hit, NotRead, Totals};
use tutela_deid::operator::masked;

/// Files above this size, in bytes, are cut into chunks for all workers.
const SHARED_FILE: u64 = 8 << 20;

/// How to scan.
#[derive(Debug, Clone)]
pub struct Options {
    /// Worker threads, at least one.
    pub threads: usize,
    /// Whether to keep the values themselves (never in the cache).
    pub reveal: bool,
    /// Findings listed per file; the rest is only counted. Bounds memory for files with millions of findings.
    pub max_hits: usize,
}

/// Everything a scan needs, shared between its threads.
pub struct Scanner<'a> {
    /// Reads files.
    pub reader: &'a Reader,
    /// Finds personal data.
    pub engine: &'a Engine,
    /// The class of a type in a text of this language, and the country whose law says so; given by the caller.
    pub class_of: &'a (dyn Fn(Entity, Lang) -> (Country, Class) + Sync),
    /// Results of earlier scans.
    pub cache: Option<&'a Cache>,
    /// How to scan.
    pub options: Options,
}

/// What one part of a file came to.
#[derive(Default)]
struct PartResult {
    hits: Vec<Hit>,
    counts: BTreeMap<Entity, u64>,
    classes: BTreeMap<Entity, Class>,
    subjects: Subjects,
    /// Where the engine failed: a defect, told like anything else that was not read.
    failed: Option<Place>,
}

/// A part of a large file on its way to a free worker.
struct Chunk {
    part: Part<'static>,
    index: u64,
    reply: Sender<(u64, PartResult)>,
}

/// What the threads of one scan share.
struct Shared {
    /// Finds everything in the names of places, whatever the scan is to find in texts.
    everything: Engine,
    /// Set once the caller wants no more.
    stop: AtomicBool,
    /// Files found and not yet done; while there are any, idle workers wait for chunks.
    open: AtomicU64,
    chunk_in: Sender<Chunk>,
    chunks: Receiver<Chunk>,
}

impl Scanner<'_> {
    /// Scans everything below `paths`. `each` gets the report of every file as it is done, from one thread at a
    /// time, and answers whether to go on. `seen` is told every path as it is taken up.
    pub fn scan(
        &self,
        paths: &[PathBuf],
        seen: &(dyn Fn(&Path) + Sync),
        mut each: impl FnMut(FileReport) -> bool,
    ) -> Totals {
        let began = Instant::now();
        let threads = self.options.threads.max(1);
        let (todo_in, todo) = bounded::<Found>(threads * 64);
        let (chunk_in, chunks) = bounded::<Chunk>(threads * 2);
        let (done_in, done) = bounded::<(FileReport, bool)>(threads * 64);
        let shared = Shared {
            everything: Engine::new(tutela_detect::Options::default()),
            stop: AtomicBool::new(false),
            open: AtomicU64::new(0),
            chunk_in,
            chunks,
        };
        let mut totals = Totals::default();
        std::thread::scope(|scope| {
            let (shared, walk) = (&shared, Walk::new(paths));
            scope.spawn(move || {
                // Held open until the walk ends, so that no worker leaves while files may still come.
                shared.open.fetch_add(1, Ordering::SeqCst);
                for found in walk {
                    shared.open.fetch_add(1, Ordering::SeqCst);
                    if shared.stop.load(Ordering::SeqCst) || todo_in.send(found).is_err() {
                        break;
                    }
                }
                shared.open.fetch_sub(1, Ordering::SeqCst);
            });
            for _ in 0..threads {
                let (todo, done_in) = (todo.clone(), done_in.clone());
                scope.spawn(move || {
                    let worker = Worker {
                        scanner: self,
                        names: Names::new(&shared.everything),
                        shared,
                        alone: threads == 1,
                    };
                    worker.run(&todo, seen, &done_in);
                });
            }
            drop((todo, done_in));
            for (report, cached) in done {
                add(&mut totals, &report, cached);
                if !each(report) {
                    shared.stop.store(true, Ordering::SeqCst);
                    break;
                }
            }
        });
        totals.seconds = began.elapsed().as_secs_f64();
        totals
    }
}

/// One thread of a scan.
struct Worker<'a> {
    scanner: &'a Scanner<'a>,
    names: Names<'a>,
    shared: &'a Shared,
    alone: bool,
}

impl Worker<'_> {
    fn run(&self, todo: &Receiver<Found>, seen: &(dyn Fn(&Path) + Sync), done: &Sender<(FileReport, bool)>) {
        loop {
            // A chunk of a file under way goes first, so that files finish and memory is given back.
            if let Ok(chunk) = self.shared.chunks.try_recv() {
                self.chunk(chunk);
                continue;
            }
            select! {
                recv(self.shared.chunks) -> chunk => if let Ok(chunk) = chunk { self.chunk(chunk) },
                recv(todo) -> found => {
                    let Ok(found) = found else { break };
                    if self.shared.stop.load(Ordering::SeqCst) {
                        return;
                    }
                    seen(match &found { Found::File(path) | Found::Not(path, _) => path });
                    let report = self.found(&found);
                    self.shared.open.fetch_sub(1, Ordering::SeqCst);
                    if done.send(report).is_err() {
                        return;
                    }
                }
            }
        }
        while self.shared.open.load(Ordering::SeqCst) > 0 && !self.shared.stop.load(Ordering::SeqCst) {
            if let Ok(chunk) = self.shared.chunks.recv_timeout(Duration::from_millis(5)) {
                self.chunk(chunk);
            }
        }
    }

    fn chunk(&self, chunk: Chunk) {
        let Chunk { part, index, reply } = chunk;
        let result = self.examine(&part);
        // The owner is gone only when the scan was stopped.
        let _ = reply.send((index, result));
    }

    /// The report of one file, and whether it came from the cache.
    fn found(&self, found: &Found) -> (FileReport, bool) {
        let path = match found {
            Found::File(path) => path,
            Found::Not(path, why) => {
                let unread = vec![Unread {
                    place: Place::root(),
                    why: why.clone(),
                }];
                return (blank(shown(path), Kind::Other, 0, ReadState::None, unread), false);
            }
        };
        let name = shown(path);
        // A file that cannot be read for its key cannot be read at all: the reader says why.
        let cache = self
            .scanner
            .cache
            .and_then(|cache| Some((cache, cache.key(path).ok()?)));
        if let Some((cache, key)) = cache
            && let Some(report) = cache.get(key, &name)
        {
            return (report, true);
        }
        let mut sink = FileSink::new(self, std::fs::metadata(path).is_ok_and(|m| m.len() > SHARED_FILE));
        let outcome = self.scanner.reader.read_path(path, &mut sink);
        let Gathered {
            hits,
            counts,
            classes,
            subjects,
            unread,
            failed,
        } = sink.finish();
        let mut report = blank(name, outcome.kind, outcome.bytes, outcome.read, unread);
        for place in failed {
            report.unread.push(Unread {
                place,
                why: Why::ReaderFailed,
            });
            report.read = report.read.max(ReadState::Partial);
        }
        report.counts = counts;
        report.hits = hits.into_values().flatten().collect();
        report.omitted = report.counts.values().sum::<u64>() - report.hits.len() as u64;
        report.subjects = subjects.estimate(!report.counts.is_empty());
        report.class = classes.values().copied().max();
        let class_of = |e: Entity| classes.get(&e).copied().unwrap_or(Class::Basic);
        report.risk = assess::risk(&report.counts, class_of, report.subjects);
        if let Some((cache, key)) = cache {
            // A cache that cannot be written costs time on the next run, nothing else.
            let _ = cache.put(key, &report);
        }
        (report, false)
    }

    /// Finds personal data in one part.
    fn examine(&self, part: &Part<'_>) -> PartResult {
        let scanner = self.scanner;
        let cells: Vec<Cell> = match &part.grain {
            Grain::Cells(cells) => cells
                .iter()
                .map(|c| Cell {
                    start: c.start,
                    end: c.end,
                    row: c.row,
                    col: c.col,
                })
                .collect(),
            _ => Vec::new(),
        };
        let caption = part.caption.as_deref();
        let input = Input {
            text: &part.text,
            lang: None,
            cells: &cells,
            columns: &part.columns,
            caption,
        };
        let mut result = PartResult::default();
        // The engine does not fail; should it do so all the same, one part is lost and told, not the scan.
        let Ok(findings) = catch_unwind(AssertUnwindSafe(|| scanner.engine.find(&input))) else {
            result.failed = Some(self.place(part.place.clone()));
            return result;
        };
        if findings.is_empty() {
            return result;
        }
        let lang = scanner.engine.language(&part.text);
        let mut lines = Lines::default();
        for finding in findings {
            let Some(value) = part.text.get(finding.start..finding.end) else {
                continue;
            };
            *result.counts.entry(finding.entity).or_default() += 1;
            result.subjects.add(finding.entity, value);
            let (law, class) = (scanner.class_of)(finding.entity, lang);
            result.classes.insert(finding.entity, class);
            if result.hits.len() >= scanner.options.max_hits {
                continue;
            }
            let Finding {
                entity,
                start,
                score,
                validated,
                why,
                ..
            } = finding;
            result.hits.push(Hit {
                entity,
                law,
                class,
                score,
                validated,
                place: self.place(lines.place(part, start)),
                offset: part.map.to_file(start),
                masked: masked(entity, value),
                why: self.reasons(why, part),
                value: scanner.options.reveal.then(|| value.to_owned()),
            });
        }
        result
    }

    /// A place as a report may show it.
    fn place(&self, place: Place) -> Place {
        if self.scanner.options.reveal {
            place
        } else {
            self.names.place(place)
        }
    }

    /// Reasons as a report may show them. The person to whom a sensitive finding is tied is shown as its own finding is: type, shape, place.
    fn reasons(&self, why: Vec<Reason>, part: &Part<'_>) -> Vec<Reason> {
        why.into_iter()
            .map(|reason| match reason {
                Reason::Tied { entity, start, end } => {
                    let value = part.text.get(start..end).unwrap_or_default();
                    let mut shown = format!("{entity} {}", masked(entity, value));
                    if let Some(offset) = part.map.to_file(start) {
                        shown.push_str(&format!(" @ {offset}"));
                    }
                    Reason::TiedTo(shown.into())
                }
                reason if self.scanner.options.reveal => reason,
                reason => self.names.reason(reason),
            })
            .collect()
    }
}

/// Counts the lines of a part once, however many findings ask for theirs.
#[derive(Default)]
struct Lines {
    counted: usize,
    breaks: u64,
}

impl Lines {
    /// The place of the byte at `offset`; offsets must not fall.
    fn place(&mut self, part: &Part<'_>, offset: usize) -> Place {
        let Grain::Lines { first } = part.grain else {
            return part.place_at(offset);
        };
        let between = part.text.as_bytes().get(self.counted..offset).unwrap_or_default();
        self.breaks += between.iter().filter(|&&b| b == b'\n').count() as u64;
        self.counted = offset;
        part.place.with(Step::Line(first + self.breaks))
    }
}

/// Takes the parts of one file and finds in them, here or on other workers.
struct FileSink<'a> {
    worker: &'a Worker<'a>,
    /// Whether other workers get parts of this file.
    spread: bool,
    next: u64,
    waiting: u64,
    reply_in: Sender<(u64, PartResult)>,
    reply: Receiver<(u64, PartResult)>,
    kept: usize,
    gathered: Gathered,
}

/// What the parts of one file came to.
#[derive(Default)]
struct Gathered {
    /// Findings by the number of their part, since parts may be done out of order.
    hits: BTreeMap<u64, Vec<Hit>>,
    counts: BTreeMap<Entity, u64>,
    classes: BTreeMap<Entity, Class>,
    subjects: Subjects,
    unread: Vec<Unread>,
    failed: Vec<Place>,
}

impl<'a> FileSink<'a> {
    fn new(worker: &'a Worker<'a>, large: bool) -> Self {
        let (reply_in, reply) = unbounded();
        Self {
            worker,
            spread: large && !worker.alone,
            next: 0,
            waiting: 0,
            reply_in,
            reply,
            kept: 0,
            gathered: Gathered::default(),
        }
    }

    fn keep(&mut self, index: u64, result: PartResult) {
        let all = &mut self.gathered;
        for (entity, n) in result.counts {
            *all.counts.entry(entity).or_default() += n;
        }
        for (entity, class) in result.classes {
            let highest = all.classes.entry(entity).or_insert(class);
            *highest = class.max(*highest);
        }
        all.subjects.merge(result.subjects);
        all.failed.extend(result.failed);
        if result.hits.is_empty() {
            return;
        }
        self.kept += result.hits.len();
        all.hits.insert(index, result.hits);
        // Beyond the limit the latest findings are counted only.
        while self.kept > self.worker.scanner.options.max_hits {
            let Some(mut last) = all.hits.last_entry() else { break };
            let over = self.kept - self.worker.scanner.options.max_hits;
            let hits = last.get_mut();
            let left = hits.len().saturating_sub(over);
            self.kept -= hits.len() - left;
            if left == 0 {
                last.remove();
            } else {
                hits.truncate(left);
                hits.shrink_to_fit();
            }
        }
    }

    fn finish(mut self) -> Gathered {
        while self.waiting > 0 {
            select! {
                recv(self.reply) -> done => if let Ok((index, result)) = done {
                    self.waiting -= 1;
                    self.keep(index, result);
                },
                recv(self.worker.shared.chunks) -> chunk => if let Ok(chunk) = chunk { self.worker.chunk(chunk) },
            }
        }
        self.gathered
    }
}

impl Sink for FileSink<'_> {
    fn part(&mut self, part: Part<'_>) {
        let index = self.next;
        self.next += 1;
        while let Ok((index, result)) = self.reply.try_recv() {
            self.waiting -= 1;
            self.keep(index, result);
        }
        let part = if self.spread && !self.worker.shared.chunk_in.is_full() {
            let chunk = Chunk {
                part: part.into_owned(),
                index,
                reply: self.reply_in.clone(),
            };
            match self.worker.shared.chunk_in.try_send(chunk) {
                Ok(()) => {
                    self.waiting += 1;
                    return;
                }
                Err(TrySendError::Full(chunk) | TrySendError::Disconnected(chunk)) => chunk.part,
            }
        } else {
            part
        };
        let result = self.worker.examine(&part);
        self.keep(index, result);
    }

    fn unread(&mut self, mut unread: Unread) {
        unread.place = self.worker.place(unread.place);
        self.gathered.unread.push(unread);
    }
}

fn blank(path: String, kind: Kind, bytes: u64, read: ReadState, unread: Vec<Unread>) -> FileReport {
    FileReport {
        path,
        kind,
        bytes,
        read,
        unread,
        hits: Vec::new(),
        omitted: 0,
        counts: BTreeMap::new(),
        subjects: 0,
        class: None,
        risk: 0.0,
    }
}

fn add(totals: &mut Totals, report: &FileReport, cached: bool) {
    totals.files += 1;
    totals.bytes += report.bytes;
    *totals.read.entry(report.read).or_default() += 1;
    let not_read = report.unread.iter().map(|u| NotRead {
        path: report.path.clone(),
        unread: u.clone(),
    });
    totals.not_read.extend(not_read);
    for (&entity, &n) in &report.counts {
        totals.findings += n;
        *totals.counts.entry(entity).or_default() += n;
    }
    for hit in &report.hits {
        totals.laws.entry(hit.entity).or_default().insert(hit.law);
    }
    if let Some(class) = report.class {
        *totals.classes.entry(class).or_default() += 1;
    }
    totals.subjects += report.subjects;
    totals.cached += u64::from(cached);
}
