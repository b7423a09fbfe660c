//! Words that stand before a match, in the header of its column or in its caption, and make it surer.

use tutela_detect::{Input, Lang};

use crate::lists::fold;
use crate::rule::{ContextWord, Rule};

/// What a context word adds, and the least that a match with one comes to: the figures of Presidio.
const ADDED: f32 = 0.35;
const LEAST: f32 = 0.4;

/// Words before a match that count.
const WORDS_BEFORE: usize = 5;

/// Bytes before a match that are looked at.
const REACH: usize = 256;

/// What is known about the place of a match.
pub(crate) struct Surroundings<'a> {
    input: &'a Input<'a>,
    /// The folded text.
    folded: &'a str,
    /// The caption and what the caller says besides, folded.
    caption: String,
    columns: Vec<String>,
    /// Row of the first cell, whose texts are taken for headers.
    first_row: u32,
}

impl<'a> Surroundings<'a> {
    pub(crate) fn new(input: &'a Input<'a>, folded: &'a str, more: &[String]) -> Self {
        let mut caption = input.caption.map(fold).unwrap_or_default();
        for word in more {
            caption.push(' ');
            caption.push_str(&fold(word));
        }
        Self {
            input,
            folded,
            caption,
            columns: input.columns.iter().map(|c| fold(c)).collect(),
            first_row: input.cells.first().map_or(0, |c| c.row),
        }
    }

    /// The score of a match after its surroundings, and the word that helped.
    pub(crate) fn weigh<'r>(
        &self,
        rule: &'r Rule,
        start: usize,
        score: f32,
        lang: Option<Lang>,
    ) -> (f32, Option<&'r str>) {
        if rule.context.is_empty() {
            return (score, None);
        }
        let before = self.before(start);
        let header = self.header(start);
        let helps = |word: &str| {
            before.contains(word) || self.caption.contains(word) || header.is_some_and(|h| h.contains(word))
        };
        let speaks = |w: &&ContextWord| w.lang.is_none() || lang.is_none() || w.lang == lang;
        let word = rule.context.iter().filter(speaks).find(|w| helps(&w.word));
        match word {
            Some(word) => ((score + ADDED).clamp(LEAST, 1.0), Some(&word.word)),
            None => (score, None),
        }
    }

    /// The last words before a match.
    fn before(&self, start: usize) -> &'a str {
        let from = (start.saturating_sub(REACH)..=start).find(|&i| self.folded.is_char_boundary(i));
        let near = from.and_then(|from| self.folded.get(from..start)).unwrap_or_default();
        let (mut words, mut inside) = (0, false);
        for (at, c) in near.char_indices().rev() {
            if c.is_alphanumeric() {
                words += usize::from(!inside);
                inside = true;
                if words > WORDS_BEFORE {
                    return near.get(at + c.len_utf8()..).unwrap_or_default();
                }
            } else {
                inside = false;
            }
        }
        near
    }

    /// The header of the column that a match stands in.
    fn header(&self, start: usize) -> Option<&str> {
        let cells = self.input.cells;
        let at = cells.partition_point(|c| c.start <= start).checked_sub(1)?;
        let cell = cells.get(at).filter(|c| start < c.end)?;
        if let Some(header) = self.columns.get(cell.col as usize) {
            return Some(header);
        }
        let mut first = cells.iter().take_while(|c| c.row == self.first_row);
        let header = first.find(|c| c.col == cell.col && c.row != cell.row)?;
        self.folded.get(header.start..header.end)
    }
}
