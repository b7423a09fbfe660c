//! Languages that write words with spaces.

use super::{Cover, Emit, LONGEST, Piece, look_up, lowered};
use crate::Language;
use crate::hash::{EMPTY, pair, with};
use crate::lexicon::{self, Flags, Lexicon};
use crate::token::{Shape, Sort, Token};

/// Features of a token.
pub const COUNT: usize = 61;

/// Templates that name words, counted from 0.
pub(super) fn lexical(feature: usize) -> bool {
    feature < 14
}

/// Tokens without a capital that a name may go on over: of the, de la.
const BRIDGE: usize = 2;

/// Small words that may follow the head of an organisation: Министерство внутренних дел.
const TAIL: usize = 4;

/// A line of so many bytes was broken by the width of the page, not by its writer.
const WRAPPED: usize = 60;

/// Bits of what is true of a whole line and of a place in it.
const CAPITALS: u8 = 1;
const QUOTED: u8 = 2;
const FIRST: u8 = 4;
const NO_CAPITALS: u8 = 8;

impl Piece {
    pub(super) fn prepare_words(&mut self, text: &str, language: Language, lexicon: &Lexicon<'_>) {
        let n = self.tokens.len();
        self.stems.resize(n, 0);
        for i in 0..n {
            let Some(token) = self.tokens.get(i).copied() else {
                break;
            };
            if token.sort == Sort::Word {
                let (flags, key) = look_up(text, &token, language, lexicon);
                if let (Some(t), Some(s)) = (self.tokens.get_mut(i), self.stems.get_mut(i)) {
                    t.flags = flags;
                    *s = key;
                }
            }
        }
        self.phrases(lexicon);
        self.lines();
        self.open_words(language);
        self.runs();
    }

    /// Lays the phrases of the lexicon over the tokens, the longest first come.
    fn phrases(&mut self, lexicon: &Lexicon<'_>) {
        let mut i = 0;
        while let Some(token) = self.tokens.get(i) {
            if token.flags & lexicon::PHRASE == 0 {
                i += 1;
                continue;
            }
            let (mut hash, mut best) = (token.hash, (0_usize, 0 as Flags));
            for len in 2..=LONGEST {
                let Some(next) = self.tokens.get(i + len - 1) else {
                    break;
                };
                hash = pair(hash, next.hash);
                let flags = lexicon.get(hash);
                if flags & !lexicon::PHRASE != 0 {
                    best = (len, flags);
                }
            }
            for place in 0..best.0 {
                if let Some(c) = self.cover.get_mut(i + place) {
                    *c = Cover {
                        flags: best.1,
                        place: place as u8 + 1,
                        len: best.0 as u8,
                    };
                }
            }
            i += best.0.max(1);
        }
    }

    fn lines(&mut self) {
        self.about.clear();
        self.about.resize(self.tokens.len(), 0);
        let mut from = 0;
        while from < self.tokens.len() {
            let to = self.tokens.iter().skip(from).position(|t| t.sort == Sort::Line);
            let to = to.map_or(self.tokens.len(), |n| from + n);
            let line = self.tokens.get(from..to).unwrap_or_default();
            let count = |f: fn(&Token) -> bool| line.iter().filter(|t| f(t)).count();
            let small = count(|t| t.shape == Shape::Small);
            let upper = count(|t| t.shape == Shape::Upper);
            let other = count(|t| matches!(t.shape, Shape::Title | Shape::Mixed));
            let whole = if upper >= 2 && small == 0 && other == 0 {
                CAPITALS
            } else if upper + other == 0 {
                NO_CAPITALS
            } else {
                0
            };
            let (mut quoted, mut first) = (false, true);
            for (token, about) in line.iter().zip(self.about.iter_mut().skip(from)) {
                *about = whole | if quoted { QUOTED } else { 0 } | if first { FIRST } else { 0 };
                if token.sort == Sort::Word || token.sort == Sort::Number {
                    first = false;
                }
                match token.shape {
                    Shape::Quote => quoted = !quoted,
                    Shape::Stop => first = true,
                    _ => {}
                }
            }
            from = to + 1;
        }
    }

    /// Opens the tokens that can be part of a name.
    fn open_words(&mut self, language: Language) {
        let n = self.tokens.len();
        for i in 0..n {
            let Some(token) = self.tokens.get(i).copied() else {
                break;
            };
            let open = token.sort == Sort::Han
                || token.sort == Sort::Word && (token.shape.capital() || self.small(i, &token, language));
            if open && let Some(slot) = self.open.get_mut(i) {
                *slot = true;
            }
        }
        // What stands between two of them is open, too, and small words behind the head of an organisation.
        let mut last: Option<usize> = None;
        let mut body: Option<usize> = None;
        let mut line = self.tokens.first().map_or(0, |t| t.start);
        for i in 0..n {
            let Some(token) = self.tokens.get(i).copied() else {
                break;
            };
            if token.sort == Sort::Line {
                if token.start.saturating_sub(line) < WRAPPED || token.end - token.start > 2 {
                    (last, body) = (None, None);
                }
                line = token.end;
                continue;
            }
            if self.open.get(i).copied().unwrap_or_default() {
                if let Some(last) = last
                    && i - last <= BRIDGE + 1
                {
                    for slot in self.open.iter_mut().take(i).skip(last) {
                        *slot = true;
                    }
                }
                last = Some(i);
                if token.flags & lexicon::BODY != 0 && token.shape.capital() {
                    body = Some(i);
                }
            } else if let Some(head) = body {
                let goes_on = token.sort == Sort::Word || token.shape == Shape::Dash;
                if goes_on && i - head <= TAIL {
                    if let Some(slot) = self.open.get_mut(i) {
                        *slot = true;
                    }
                } else {
                    body = None;
                }
            }
        }
    }

    /// Whether a small word is open: a known name in a text without capitals.
    fn small(&self, i: usize, token: &Token, language: Language) -> bool {
        let named = lexicon::GIVEN | lexicon::FAMILY | lexicon::MIDDLE;
        let covered = self
            .cover
            .get(i)
            .is_some_and(|c| c.flags & (lexicon::PLACE | lexicon::RENOWN) != 0);
        if token.shape != Shape::Small {
            return false;
        }
        if language == Language::Vi {
            // Syllables of names are common words as well: a family name and another name must stand together.
            let name = |by: isize| self.at(i, by).flags & named != 0 && self.at(i, by).shape == Shape::Small;
            let family =
                |by: isize| self.at(i, by).flags & lexicon::FAMILY != 0 && self.at(i, by).shape == Shape::Small;
            return family(0) && name(1) || family(-1) && name(0) || family(-2) && name(-1) && name(0) || covered;
        }
        let known = lexicon::GIVEN | lexicon::COUNTRY | lexicon::PATRONYMIC;
        (token.flags & known != 0 || token.flags & named != 0 && self.at(i, -1).flags & named != 0)
            && token.flags & lexicon::WORD == 0
            && token.end - token.start >= 3
            || covered
    }

    fn runs(&mut self) {
        self.run.clear();
        let n = self.tokens.len();
        let mut i = 0;
        while i < n {
            let mut to = i;
            while let Some(t) = self.tokens.get(to) {
                let inside = to > i
                    && (t.shape == Shape::Dash && !t.spaced
                        || t.shape == Shape::Stop && self.at(to, -1).shape == Shape::Single)
                    && self.at(to, 1).shape.capital();
                if !(t.shape.capital() || inside) {
                    break;
                }
                to += 1;
            }
            let end = to.max(i + 1);
            for _ in i..end {
                self.run.push((i as u32, end as u32));
            }
            i = end;
        }
    }

    pub(super) fn word_features(&self, text: &str, i: usize, language: Language, emit: &mut Emit<'_>) {
        let (t0, p1, p2, n1, n2) = (
            self.at(i, 0),
            self.at(i, -1),
            self.at(i, -2),
            self.at(i, 1),
            self.at(i, 2),
        );
        let (from, to) = self.run.get(i).map_or((i, i + 1), |r| (r.0 as usize, r.1 as usize));
        let left = from.checked_sub(1).map_or(self.at(0, -1), |j| self.at(j, 0));
        let right = self.at(to, 0);
        let stem = |j: usize, t: &Token| match language {
            Language::Ru => self.stems.get(j).copied().filter(|s| *s != 0).unwrap_or(t.hash),
            _ => t.hash,
        };
        // Words.
        emit.put(t0.hash);
        emit.put(p1.hash);
        emit.put(n1.hash);
        emit.put(p2.hash);
        emit.put(n2.hash);
        emit.two(p1.hash, t0.hash);
        emit.two(t0.hash, n1.hash);
        emit.two(p1.hash, n1.hash);
        emit.two(p2.hash, p1.hash);
        emit.two(n1.hash, n2.hash);
        emit.put(stem(i, t0));
        emit.put(i.checked_sub(1).map_or(0, |j| stem(j, p1)));
        emit.put(stem(i + 1, n1));
        emit.two(stem(i, t0), t0.shape as u64);
        // Parts of words.
        let mut room = [' '; 24];
        let word = lowered(text, t0, &mut room);
        let mut prefix = EMPTY;
        let mut suffix = EMPTY;
        let (mut prefixes, mut suffixes) = ([0; 4], [0; 5]);
        for (k, (slot, c)) in prefixes.iter_mut().zip(word).enumerate() {
            prefix = with(prefix, *c);
            *slot = prefix ^ k as u64;
        }
        for (slot, c) in suffixes.iter_mut().zip(word.iter().rev()) {
            suffix = with(suffix, *c);
            *slot = suffix;
        }
        let shape = t0.shape as u64;
        let [_, b2, b3, b4] = prefixes;
        let [_, e2, e3, e4, e5] = suffixes;
        for part in [b2, b3, b4] {
            emit.put(part);
        }
        for part in [e2, e3, e4, e5] {
            emit.two(part, shape);
        }
        let ending = |t: &Token| {
            let mut room = [' '; 24];
            let word = lowered(text, t, &mut room);
            word.iter().rev().take(3).fold(EMPTY, |h, c| with(h, *c))
        };
        let (end_before, end_after) = (ending(p1), ending(n1));
        emit.put(end_before);
        emit.put(end_after);
        emit.two(end_before, shape);
        emit.two(e3, end_after);
        emit.two(end_before, e3);
        // Shapes.
        let s = |t: &Token| t.shape as u64 * 2 + u64::from(t.spaced);
        let length = word.len().min(9) as u64;
        emit.two(s(t0), length);
        emit.two(s(p1), s(t0));
        emit.two(s(t0), s(n1));
        emit.three(s(p1), s(t0), s(n1));
        emit.three(s(p2), s(p1), s(t0));
        emit.three(s(t0), s(n1), s(n2));
        emit.two(p1.hash, s(t0));
        emit.two(n1.hash, s(t0));
        // What the lexicon says.
        let f = |t: &Token| u64::from(t.flags & !lexicon::PHRASE);
        let c = |by: isize| {
            let c = i
                .checked_add_signed(by)
                .and_then(|i| self.cover.get(i))
                .copied()
                .unwrap_or_default();
            u64::from(c.flags) << 8 | u64::from(c.place.min(2)) << 1 | u64::from(c.place == c.len)
        };
        emit.two(f(t0), shape);
        emit.put(f(p1));
        emit.put(f(n1));
        emit.two(f(p1), f(t0));
        emit.two(f(t0), f(n1));
        emit.three(f(p1), f(t0), f(n1));
        emit.three(f(p2), f(p1), f(t0));
        emit.three(f(t0), f(n1), f(n2));
        emit.two(shape, f(p1));
        emit.two(c(0), shape);
        emit.two(c(-1), c(0));
        emit.two(c(0), c(1));
        emit.two(e3, f(t0));
        // What stands around the whole run of capitals.
        let (before, after) = ((i - from).min(4) as u64, (to - i).min(5) as u64);
        emit.two(left.hash, before);
        emit.two(right.hash, after);
        emit.two(f(left), before);
        emit.two(f(right), after);
        emit.three(before, after, shape);
        emit.three(f(left), f(t0), before);
        emit.three(f(right), f(t0), after);
        emit.two(left.hash, f(t0));
        emit.two(right.hash, f(t0));
        emit.two(ending(left), f(t0));
        // Line and sentence.
        let about = u64::from(self.about.get(i).copied().unwrap_or_default());
        emit.two(about, shape);
        emit.three(about, f(t0), shape);
        emit.three(about & u64::from(QUOTED), left.hash, before);
        emit.three(about, f(n1), f(t0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash;

    #[test]
    fn every_token_has_the_same_number_of_features() {
        let entries = [(hash::word("смирнов"), lexicon::FAMILY)];
        let bytes = lexicon::table(&entries, 4).unwrap();
        let lexicon = Lexicon::new(&bytes, 4).unwrap();
        let text = "А. Смирнов, ООО «Ромашка»\nANNA O'NEIL de la x";
        for language in [Language::Ru, Language::En, Language::Vi] {
            let mut piece = Piece::default();
            crate::token::read(text, 0, &mut piece.tokens);
            piece.prepare(text, language, &lexicon);
            for i in 0..piece.tokens.len() {
                let mut out = Vec::new();
                piece.features(text, i, language, 18, &mut out);
                assert_eq!(out.len(), COUNT);
                assert!(out.iter().all(|f| *f < 1 << 18));
            }
        }
    }

    #[test]
    fn small_words_between_names_are_open_and_others_are_not() {
        let bytes = lexicon::table(&[], 4).unwrap();
        let lexicon = Lexicon::new(&bytes, 4).unwrap();
        let text = "the Bank of the West was closed then in May";
        let mut piece = Piece::default();
        crate::token::read(text, 0, &mut piece.tokens);
        piece.prepare(text, Language::En, &lexicon);
        let open: Vec<&str> = piece
            .tokens
            .iter()
            .zip(&piece.open)
            .filter(|t| *t.1)
            .filter_map(|t| text.get(t.0.start..t.0.end))
            .collect();
        assert_eq!(open, ["Bank", "of", "the", "West", "May"]);
    }
}
