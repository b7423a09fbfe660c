//! Text that is put together out of stretches of a file, with the way back.

use std::borrow::Cow;

use super::Piece;
use crate::context::Ctx;
use crate::{CellMark, Grain, Mark, OffsetMap, Part, Run, Step};

/// Text on the way out.
#[derive(Default)]
pub(super) struct Builder {
    pub(super) text: String,
    runs: Vec<Run>,
}

impl Builder {
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    fn run(&mut self, file: u64, same: bool) {
        let text = self.text.len();
        if let Some(last) = self.runs.last_mut() {
            if same && last.same && last.file + (text - last.text) as u64 == file {
                return;
            }
            if last.text == text {
                *last = Run { text, file, same };
                return;
            }
        }
        self.runs.push(Run { text, file, same });
    }

    /// A stretch of the piece that stays as it is.
    pub(super) fn same(&mut self, piece: &Piece<'_>, from: usize, to: usize) {
        let Some(stretch) = piece.text.get(from..to).filter(|s| !s.is_empty()) else {
            return;
        };
        match &piece.map {
            OffsetMap::None => {}
            OffsetMap::Same(base) => self.run(base + from as u64, true),
            OffsetMap::Runs(runs) => {
                // The runs of the encoding that lie inside the stretch move along.
                let first = runs.partition_point(|r| r.text <= from).saturating_sub(1);
                let start = self.text.len();
                for run in runs.iter().skip(first).take_while(|r| r.text < to) {
                    let at = run.text.max(from);
                    let file = run.file + if run.same { (at - run.text) as u64 } else { 0 };
                    self.runs.push(Run {
                        text: start + (at - from),
                        file,
                        same: run.same,
                    });
                }
            }
        }
        self.text.push_str(stretch);
    }

    /// A character or a mark that stands for what is at `from` of the piece.
    pub(super) fn unit(&mut self, shown: &str, piece: &Piece<'_>, from: usize) {
        if shown.is_empty() {
            return;
        }
        if let Some(file) = piece.map.to_file(from) {
            self.run(file, false);
        }
        self.text.push_str(shown);
    }

    /// Text that stands elsewhere in the file, or a separator that stands nowhere.
    pub(super) fn put(&mut self, shown: &str) {
        self.text.push_str(shown);
    }

    /// A break of lines, where the text is not at the beginning of one.
    pub(super) fn fresh_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// What another builder holds, behind the text of this one. Returns where it begins.
    pub(super) fn append(&mut self, other: &mut Self) -> usize {
        let start = self.text.len();
        self.text.push_str(&other.text);
        self.runs.extend(other.runs.drain(..).map(|r| Run {
            text: r.text + start,
            ..r
        }));
        other.text.clear();
        start
    }

    /// The map of the text; the runs are gone from the builder.
    fn take_map(&mut self) -> OffsetMap {
        let next = Vec::with_capacity(self.runs.len());
        let runs = std::mem::replace(&mut self.runs, next);
        match runs.as_slice() {
            [] => OffsetMap::None,
            [one] if one.same && one.text == 0 => OffsetMap::Same(one.file),
            _ => OffsetMap::Runs(runs),
        }
    }

    /// The text and its map; the builder is empty again.
    pub(super) fn take(&mut self) -> (String, OffsetMap) {
        let map = self.take_map();
        (std::mem::take(&mut self.text), map)
    }

    /// Gives the text as a part with marks.
    pub(super) fn give_marked(&mut self, marks: &mut Vec<Mark>, ctx: &mut Ctx<'_>) {
        let marks = std::mem::take(marks);
        if self.is_empty() {
            return;
        }
        let map = self.take_map();
        ctx.part(Part {
            place: ctx.place().clone(),
            text: Cow::Borrowed(&self.text),
            grain: Grain::Marks(marks),
            map,
            columns: Vec::new(),
            caption: None,
        });
        self.text.clear();
    }

    /// Gives the text as a table, at these steps below the place of the file.
    pub(super) fn give_table(
        &mut self,
        steps: &[Step],
        cells: &mut Vec<CellMark>,
        columns: &[String],
        ctx: &mut Ctx<'_>,
    ) {
        let cells = std::mem::take(cells);
        if self.is_empty() {
            return;
        }
        let map = self.take_map();
        let mut place = ctx.place().clone();
        place.steps.extend_from_slice(steps);
        ctx.part(Part {
            place,
            text: Cow::Borrowed(&self.text),
            grain: Grain::Cells(cells),
            map,
            columns: columns.to_vec(),
            caption: None,
        });
        self.text.clear();
    }
}
