use crate::context::Context;
use crate::normal::Normal;
use crate::scene::Scene;
use crate::trigger::{self, Run, Seen};
use crate::{
    Cell, Entity, Finding, Group, Input, Lang, cards, codes, dates, geo, labelled, language, names, network, numbers,
    plates, resolve,
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
        let wide = options.only.is_empty() || options.only.iter().any(|e| e.group() != Group::Identifiers);
        let names = if wide { names::finders() } else { Vec::new() };
        Self { options, names }
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
        }
        found.retain(|f| f.score >= self.options.min_score && self.wants(f.entity));
        resolve::overlaps(&mut found);
        found
    }

    fn wants(&self, entity: Entity) -> bool {
        self.options.only.is_empty() || self.options.only.contains(&entity)
    }
}

impl Digits<'_, '_> {
    /// A year, an age, a part of a plate.
    fn read_short(&mut self, run: Run) {
        let context = self.context;
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
        let context = self.context;
        // Parts of times, dates, versions, codes: most short runs. Neither an age nor a year nor a plate begins behind these.
        let before = context.byte_before(run.start);
        let part = match before {
            b'.' | b'-' | b'/' | b'[' | b'$' | b'_' => true,
            b':' => context.byte_before(run.start - 1).is_ascii_digit(),
            b',' => run.len() < 4,
            b => b.is_ascii_alphabetic() && run.len() < 4,
        };
        if part {
            return;
        }
        // What hardly any of the others is, told by a few bytes around it.
        let maybe = match run.len() {
            4 => context.byte(run.start) == b'1' && context.byte(run.start + 1) == b'9' || context.byte(run.start) == b'2',
            1..=3 => dates::may_be_age(context, run) || run.len() == 3 && plates::may_be_spaced(context, run),
            _ => false,
        };
        if maybe || before == 0xB7 {
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
