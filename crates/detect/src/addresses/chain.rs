//! Parts of an address that stand one after the other.

use super::tokens::{Kind, Tokens};

/// What a part of an address points to. Values are bits of [`Chain::has`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub(super) enum Level {
    /// Postal code.
    Index = 1,
    Country = 1 << 1,
    Province = 1 << 2,
    District = 1 << 3,
    /// Ward, commune, township.
    Ward = 1 << 4,
    /// A town or city; in Russia any settlement with a mark of its own.
    Town = 1 << 5,
    /// Village, hamlet, quarter, garden society: people live there without streets.
    Hamlet = 1 << 6,
    Street = 1 << 7,
    /// A street that only its place after a house number tells.
    Bare = 1 << 8,
    House = 1 << 9,
    /// Flat, office, building of a house.
    Unit = 1 << 10,
    /// A place that only its name tells.
    Place = 1 << 11,
    /// Box at the post office.
    Box = 1 << 12,
}

/// Bits of units of administration.
pub(super) const ADMIN: u16 = Level::Province as u16
    | Level::District as u16
    | Level::Ward as u16
    | Level::Town as u16
    | Level::Place as u16
    | Level::Index as u16;

/// An address in the making.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chain {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Which levels it has.
    pub(super) has: u16,
    pub(super) parts: u8,
}

impl Chain {
    pub(super) fn has(&self, level: Level) -> bool {
        self.has & level as u16 != 0
    }

    pub(super) fn any(&self, bits: u16) -> bool {
        self.has & bits != 0
    }

    /// How many of these levels it has.
    pub(super) fn count(&self, bits: u16) -> u32 {
        (self.has & bits).count_ones()
    }
}

/// One part: its level and the index of the token behind it.
pub(super) type Part = (Level, usize);

/// The rules of a country.
pub(super) trait Grammar {
    /// The part that begins at a token; `open` holds the levels of the chain so far, 0 where there is none.
    fn part(&self, t: &Tokens<'_>, i: usize, open: u16) -> Option<Part>;
    /// How many tokens at `i` may stand between two parts.
    fn gap(&self, t: &Tokens<'_>, i: usize) -> usize;
    /// Levels that end a chain if they come twice.
    fn single(&self) -> u16;
}

/// Between two parts: at most so many tokens.
const GAP: usize = 6;

/// Reads all chains of a stretch.
pub(super) fn read(grammar: &impl Grammar, t: &Tokens<'_>, mut each: impl FnMut(Chain)) {
    let mut open: Option<Chain> = None;
    let (mut i, mut gap) = (0, 0);
    while i < t.list.len() {
        let has = open.map_or(0, |c| c.has);
        if let Some((level, next)) = grammar.part(t, i, has)
            && let (Some(first), Some(last)) = (t.get(i), next.checked_sub(1).and_then(|l| t.get(l)))
        {
            if has & grammar.single() & level as u16 != 0
                && let Some(chain) = open.take()
            {
                each(chain);
            }
            let chain = open.get_or_insert(Chain {
                start: first.start,
                end: last.end,
                has: 0,
                parts: 0,
            });
            chain.end = last.end;
            chain.has |= level as u16;
            chain.parts = chain.parts.saturating_add(1);
            gap = 0;
            i = next.max(i + 1);
            continue;
        }
        let step = if open.is_some() { grammar.gap(t, i) } else { 0 };
        gap += step;
        if step == 0 || gap > GAP {
            if let Some(chain) = open.take() {
                each(chain);
            }
            gap = 0;
        }
        i += step.max(1);
    }
    if let Some(chain) = open {
        each(chain);
    }
}

/// The marks and the line break that may stand between parts.
pub(super) fn mark(t: &Tokens<'_>, i: usize) -> usize {
    let Some(token) = t.get(i) else { return 0 };
    match token.kind {
        Kind::Mark(',' | '-' | '–' | '—' | '(' | ')' | '，' | '·') => 1,
        // The next line goes on with the address where a comma or hyphen ends this one.
        Kind::Line => usize::from(i > 0 && (t.is_mark(i - 1, ',') || t.is_mark(i - 1, '-'))),
        _ => 0,
    }
}
