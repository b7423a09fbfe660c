//! Running text out of markup: lines with marks, and what stands beside the text.

use super::builder::Builder;
use super::{Piece, escapes};
use crate::context::Ctx;
use crate::{Mark, Step};

/// Text as it is read, and beside it the values of attributes and comments, which follow below the sentence they stand in.
#[derive(Default)]
pub(super) struct Flow {
    pub(super) out: Builder,
    marks: Vec<Mark>,
    beside: Builder,
    beside_marks: Vec<Mark>,
    /// Line of the file at `counted` of the present piece.
    pub(super) line: u64,
    counted: usize,
    /// Whether a new place begins with the next text.
    fresh: bool,
}

impl Flow {
    /// A new piece begins.
    pub(super) fn piece(&mut self, piece: &Piece<'_>) {
        self.line = piece.line;
        self.counted = 0;
    }

    /// The line of the file at this offset of the piece. Asked in rising order.
    pub(super) fn line_at(&mut self, piece: &Piece<'_>, at: usize) -> u64 {
        if let Some(between) = piece.text.as_bytes().get(self.counted..at) {
            self.line += memchr::memchr_iter(b'\n', between).count() as u64;
            self.counted = at;
        }
        self.line
    }

    /// A block begins or ends: the sentence is over.
    pub(super) fn block(&mut self) {
        self.out.fresh_line();
        if !self.beside.is_empty() {
            let start = self.out.append(&mut self.beside);
            self.marks.extend(self.beside_marks.drain(..).map(|m| Mark {
                start: m.start + start,
                ..m
            }));
            self.out.fresh_line();
        }
        self.fresh = true;
    }

    pub(super) fn is_fresh(&self) -> bool {
        self.fresh || self.out.is_empty()
    }

    /// Before text is written: tells the place where a line begins.
    pub(super) fn mark(&mut self, steps: impl FnOnce() -> Vec<Step>) {
        if self.is_fresh() {
            self.marks.push(Mark {
                start: self.out.len(),
                steps: steps(),
            });
            self.fresh = false;
        }
    }

    /// Opens a line beside the text.
    pub(super) fn beside(&mut self, steps: Vec<Step>) -> &mut Builder {
        self.beside.fresh_line();
        self.beside_marks.push(Mark {
            start: self.beside.len(),
            steps,
        });
        &mut self.beside
    }

    /// Gives the text that has grown to this length.
    pub(super) fn flush(&mut self, from: usize, ctx: &mut Ctx<'_>) {
        if self.out.len() + self.beside.len() >= from {
            self.block();
            self.out.give_marked(&mut self.marks, ctx);
        }
    }
}

/// How white space is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blanks {
    /// As it stands.
    Keep,
    /// Any run of it as one blank.
    One,
}

/// Writes text with its entities decoded.
pub(super) fn write(out: &mut Builder, piece: &Piece<'_>, from: usize, to: usize, blanks: Blanks) {
    let bytes = piece.text.as_bytes();
    let one = blanks == Blanks::One;
    let (mut at, mut kept) = (from, from);
    while at < to {
        let b = bytes[at];
        if b == b'&' {
            let entity = piece.text.get(at..to).and_then(escapes::entity);
            if let Some((shown, used)) = entity {
                out.same(piece, kept, at);
                out.unit(&shown, piece, at);
                at += used;
                kept = at;
                continue;
            }
        } else if one && matches!(b, b' ' | b'\t' | b'\n' | b'\r') {
            let run = bytes[at..to]
                .iter()
                .take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'))
                .count();
            out.same(piece, kept, at);
            let open = out.text.is_empty() || out.text.ends_with([' ', '\n', '\t']);
            if open {
                // Nothing is shown of it.
            } else if run == 1 && b == b' ' {
                out.same(piece, at, at + 1);
            } else {
                out.unit(" ", piece, at);
            }
            at += run;
            kept = at;
            continue;
        }
        at += 1;
    }
    out.same(piece, kept, to);
}

/// The text of an attribute or a name, with its entities decoded.
pub(super) fn decoded(raw: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(raw.len()), raw);
    while let Some(and) = rest.find('&') {
        let (before, entity) = rest.split_at(and);
        out.push_str(before);
        match escapes::entity(entity) {
            Some((shown, used)) => {
                out.push_str(&shown);
                rest = entity.get(used..).unwrap_or_default();
            }
            None => {
                out.push('&');
                rest = entity.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}
