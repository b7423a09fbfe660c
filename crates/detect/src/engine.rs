use std::sync::Arc;

use crate::context::Context;
use crate::labels::Endings;
use crate::normal::Normal;
use crate::scene::Scene;
use crate::spans::Spans;
use crate::trigger::{self, Run, Seen};
use crate::{
    Cell, Entity, Finding, Group, Input, Lang, Reason, Recognizer, cards, codes, dates, geo, labelled, language, names,
    network, numbers, plates, resolve,
};

/// What to look for.
#[derive(Debug, Clone)]
pub struct Options {
    /// Types to report; empty means all.
    pub only: Vec<Entity>,
    /// Findings below this score are dropped.
    pub min_score: f32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            only: Vec::new(),
            min_score: 0.5,
        }
    }
}

/// The recogniser of all types, built once and shared between threads.
pub struct Engine {
    options: Options,
    /// Whether anything beyond identifiers is wanted.
    names: Vec<Box<dyn names::NameFinder>>,
    /// Recognisers from outside.
    seats: Vec<Arc<dyn Recognizer>>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// Builds the engine for these options.
    pub fn new(options: Options) -> Self {
        let wide = |e: &Entity| e.group() != Group::Identifiers && !matches!(e, Entity::Custom(_));
        let wide = options.only.is_empty() || options.only.iter().any(wide);
        let names = if wide { names::finders() } else { Vec::new() };
        Self {
            options,
            names,
            seats: Vec::new(),
        }
    }

    /// Seats recognisers from outside; they look after those of the engine, in this order.
    #[must_use]
    pub fn with(mut self, recognizers: impl IntoIterator<Item = Arc<dyn Recognizer>>) -> Self {
        self.seats.extend(recognizers);
        self
    }

    /// The main language of a text.
    pub fn language(&self, text: &str) -> Lang {
        language::main(text)
    }

    /// Finds personal data in one piece of text. Findings are sorted by `start` and do not overlap.
    pub fn find(&self, input: &Input<'_>) -> Vec<Finding> {
        let normal = Normal::of(input.text);
        let moved: Vec<Cell>;
        let cells = if normal.is_same() {
            input.cells
        } else {
            moved = input
                .cells
                .iter()
                .map(|c| Cell {
                    start: normal.forward(c.start),
                    end: normal.forward(c.end),
                    ..*c
                })
                .collect();
            &moved
        };
        let mut found = self.find_normal(&normal.text, input, cells);
        if !normal.is_same() {
            for f in &mut found {
                (f.start, f.end) = (normal.start(f.start), normal.end(f.end));
                for why in &mut f.why {
                    if let Reason::Tied { start, end, .. } = why {
                        (*start, *end) = (normal.start(*start), normal.end(*end));
                    }
                }
            }
        }
        found
    }

    fn find_normal(&self, text: &str, input: &Input<'_>, cells: &[Cell]) -> Vec<Finding> {
        let lang = input.lang.unwrap_or_else(|| language::main(text));
        let context = Context::new(text, lang, cells, input.columns, input.caption);
        let mut found = Vec::new();
        let mut sink = Digits {
            context: &context,
            out: &mut found,
            done: 0,
            signs: labelled::Signs::default(),
            rare: Rare::default(),
            ages: &dates::AGES,
        };
        trigger::scan(context.bytes, &mut sink);
        let rare = sink.rare;
        network::read(&context, &rare.ats, &mut found);
        labelled::read(&context, &rare.keys, &rare.bars, &mut found);
        cards::read(&context, &rare.fillers, &mut found);
        geo::read(&context, &rare.degrees, &mut found);
        if !self.names.is_empty() {
            found.retain(|f| f.score >= self.options.min_score);
            resolve::overlaps(&mut found);
            let identifiers = found.clone();
            let scene = Scene {
                text,
                lang,
                cells,
                columns: input.columns,
                caption: input.caption,
                identifiers: &identifiers,
                lower: std::cell::OnceCell::new(),
            };
            for finder in &self.names {
                finder.find(&scene, &mut found);
            }
            // "II группы", "中共党员": an office that only a model saw does not hide what a sensitive term says.
            let sensitive = found.iter().filter(|f| f.entity.group() == Group::Sensitive);
            let sensitive = Spans::new(sensitive.map(|f| (f.start, f.end)));
            found.retain(|f| {
                f.why != [Reason::Model] || f.entity == Entity::Person || !sensitive.overlap(f.start, f.end)
            });
        }
        if !self.seats.is_empty() {
            let seen = Input {
                text,
                lang: Some(lang),
                cells,
                ..*input
            };
            for seat in &self.seats {
                seat.find(&seen, &mut found);
            }
            // What comes from outside is not taken at its word: an offset beyond the text or inside a character would do harm later.
            found.retain(|f| f.start < f.end && text.get(f.start..f.end).is_some());
        }
        found.retain(|f| f.score >= self.options.min_score && self.wants(f.entity));
        resolve::overlaps(&mut found);
        found
    }

    fn wants(&self, entity: Entity) -> bool {
        self.options.only.is_empty() || self.options.only.contains(&entity)
    }
}

/// Whether a short run can be one of the few that mean something, told by the bytes in and around it. There are very many of them and no
/// order in them, so that this is reckoned through without a branch.
#[inline]
fn short_of_note(context: &Context<'_>, ages: &Endings, run: Run) -> bool {
    let bytes = context.bytes;
    let (Some(before), Some(after), Some(&[a, b])) = (
        run.start
            .checked_sub(8)
            .and_then(|from| bytes.get(from..run.start)?.as_array()),
        bytes.get(run.end..run.end + 3).and_then(|b| b.as_array()),
        bytes.get(run.start..run.start + 2),
    ) else {
        // At the edges of the text.
        return true;
    };
    let year = (run.len() == 4) & ((a == b'1') & (b == b'9') | (a == b'2') & (b == b'0'));
    let age = (run.len() <= 3) & (context.ages | dates::may_be_age(ages, before, after));
    let plate = (run.len() == 3) & (before[5] == 0xD0) & (after[0] == b' ') | (before[7] == 0xB7);
    year | age | plate
}

impl Digits<'_, '_> {
    /// A year, an age, a part of a plate.
    fn read_short(&mut self, run: Run) {
        let context = self.context;
        // Parts of times, dates, versions, codes: most short runs. Neither an age nor a year nor a plate begins behind these.
        let part = match context.byte_before(run.start) {
            b'.' | b'-' | b'/' | b'[' | b'$' | b'_' => true,
            b':' => context.byte_before(run.start - 1).is_ascii_digit(),
            b',' => run.len() < 4,
            b => b.is_ascii_alphabetic() && run.len() < 4,
        };
        if part {
            return;
        }
        let found = match run.len() {
            4 => dates::year(context, run),
            3 if context.byte(run.end) == b' ' => dates::age(context, run).or_else(|| plates::spaced(context, run)),
            1..=3 => dates::age(context, run),
            _ => None,
        };
        if let Some(found) = found.or_else(|| plates::after_dot(context, run)) {
            found.push(context, self.out);
        }
    }
}

struct Digits<'c, 't> {
    context: &'c Context<'t>,
    out: &'c mut Vec<Finding>,
    /// End of the last token of letters and digits that was looked at.
    done: usize,
    signs: labelled::Signs,
    rare: Rare,
    /// Ends of the labels of ages.
    ages: &'static Endings,
}

/// Places of what is rare, kept until the scan is done: searching for each of them would be a pass of its own over the text.
#[derive(Default)]
struct Rare {
    /// Signs of e-mail addresses.
    ats: Vec<usize>,
    /// Double fillers of machine-readable zones.
    fillers: Vec<usize>,
    /// Tabs and bars, where no cells are known.
    bars: Vec<usize>,
    /// Beginnings of keys in the form of RFC 7468.
    keys: Vec<usize>,
    /// Degree signs.
    degrees: Vec<usize>,
}

impl Seen for Digits<'_, '_> {
    #[inline]
    fn short(&mut self, run: Run) {
        if short_of_note(self.context, self.ages, run) {
            self.read_short(run);
        }
    }

    fn glued(&mut self, run: Run) {
        if run.start < self.done {
            return;
        }
        self.done = match network::lettered(self.context, run, self.out) {
            Some(end) => end,
            None => codes::read(self.context, run, self.out),
        };
    }

    #[inline]
    fn sign(&mut self, at: usize) {
        self.signs.read(self.context, at, self.out);
    }

    fn rare(&mut self, at: usize) {
        let context = self.context;
        match context.byte(at) {
            b'@' => self.rare.ats.push(at),
            b'<' if context.byte(at + 1) == b'<' => self.rare.fillers.push(at),
            b'|' | b'\t' if context.cells.is_empty() => self.rare.bars.push(at),
            b'B' if context.byte_before(at) == b'-' => self.rare.keys.extend(labelled::key_begins(context.bytes, at)),
            0xB0 if context.byte_before(at) == 0xC2 => self.rare.degrees.push(at - 1),
            _ => {}
        }
    }

    fn cluster(&mut self, runs: &[Run]) {
        numbers::read(self.context, runs, self.out);
    }
}
