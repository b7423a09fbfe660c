//! Chinese: every character is a token, and words of the lexicon lie over them.

use super::{Cover, EDGE, Emit, LONGEST, Piece};
use crate::hash::{EMPTY, pair};
use crate::lexicon::{self, Flags, Lexicon};
use crate::token::{Shape, Sort};

/// Features of a token.
pub const COUNT: usize = 46;

/// Templates that name characters and words, counted from 0.
pub(super) fn lexical(feature: usize) -> bool {
    feature < 14
}

impl Piece {
    pub(super) fn prepare_han(&mut self, lexicon: &Lexicon<'_>) {
        let n = self.tokens.len();
        self.begins.clear();
        self.begins.resize(n, (0, 0, 0));
        self.ends.clear();
        self.ends.resize(n, (0, 0, 0));
        for i in 0..n {
            let Some(token) = self.tokens.get_mut(i) else { break };
            if token.sort != Sort::Han {
                if token.sort == Sort::Word {
                    token.flags = lexicon.get(token.hash);
                }
                continue;
            }
            let mut hash = pair(EMPTY, token.hash);
            let alone = lexicon.get(hash);
            token.flags = alone;
            let mut best = (hash, alone, 1_u8);
            let longest = if alone & lexicon::PHRASE == 0 { 1 } else { LONGEST };
            for len in 2..=longest {
                let Some(next) = self.tokens.get(i + len - 1).filter(|t| t.sort == Sort::Han) else {
                    break;
                };
                hash = pair(hash, next.hash);
                let flags = lexicon.get(hash);
                if flags & !lexicon::PHRASE != 0 {
                    best = (hash, flags, len as u8);
                    if let Some(end) = self.ends.get_mut(i + len - 1)
                        && end.2 < len as u8
                    {
                        *end = best;
                    }
                    // The longest word over a character, the first of two that are as long.
                    for place in 0..len {
                        if let Some(c) = self.cover.get_mut(i + place)
                            && c.len < len as u8
                        {
                            *c = Cover {
                                flags,
                                place: place as u8 + 1,
                                len: len as u8,
                            };
                        }
                    }
                }
                // No word of the list goes on from here.
                if flags & lexicon::PHRASE == 0 {
                    break;
                }
            }
            if let Some(begin) = self.begins.get_mut(i) {
                *begin = best;
            }
            if let Some(end) = self.ends.get_mut(i)
                && end.2 == 0
            {
                *end = (pair(EMPTY, self.tokens.get(i).map_or(0, |t| t.hash)), alone, 1);
            }
        }
        for i in 0..n {
            let open = match self.at(i, 0).sort {
                Sort::Han => true,
                Sort::Word => self.at(i, 0).shape.capital(),
                Sort::Mark => {
                    self.at(i, 0).shape == Shape::Dash
                        && self.at(i, -1).sort == Sort::Han
                        && self.at(i, 1).sort == Sort::Han
                }
                _ => false,
            };
            if let Some(slot) = self.open.get_mut(i) {
                *slot = open;
            }
        }
    }

    fn begin(&self, i: usize, by: isize) -> (u64, Flags, u8) {
        let there = i.checked_add_signed(by).and_then(|i| self.begins.get(i)).copied();
        there.filter(|b| b.2 > 0).unwrap_or((self.at(i, by).hash, 0, 0))
    }

    fn end(&self, i: usize, by: isize) -> (u64, Flags, u8) {
        let there = i.checked_add_signed(by).and_then(|i| self.ends.get(i)).copied();
        there.filter(|b| b.2 > 0).unwrap_or((self.at(i, by).hash, 0, 0))
    }

    pub(super) fn han_features(&self, i: usize, emit: &mut Emit<'_>) {
        let c = |by: isize| self.at(i, by).hash;
        let (p2, p1, c0, n1, n2) = (c(-2), c(-1), c(0), c(1), c(2));
        emit.put(c0);
        emit.put(p1);
        emit.put(n1);
        emit.put(p2);
        emit.put(n2);
        emit.two(p1, c0);
        emit.two(c0, n1);
        emit.two(p2, p1);
        emit.two(n1, n2);
        emit.two(p1, n1);
        emit.three(p1, c0, n1);
        emit.three(p2, p1, c0);
        emit.three(c0, n1, n2);
        emit.put(c(3));
        // Words that end before the character, cover it, begin behind it.
        let (before, here, after) = (self.end(i, -1), self.begin(i, 0), self.begin(i, 1));
        let here_ends = self.end(i, 0);
        let after2 = self.begin(i, 2);
        let before2 = self.end(i, -2);
        emit.put(before.0);
        emit.put(after.0);
        emit.put(before2.0);
        emit.put(after2.0);
        emit.put(self.begin(i, 3).0);
        emit.put(self.end(i, -3).0);
        let cover = |by: isize| {
            let c = i
                .checked_add_signed(by)
                .and_then(|i| self.cover.get(i))
                .copied()
                .unwrap_or_default();
            (u64::from(c.flags), u64::from(c.place) << 4 | u64::from(c.len))
        };
        let (k0, k1, m1) = (cover(0), cover(1), cover(-1));
        emit.two(k0.0, k0.1);
        emit.two(k0.1, k1.1);
        emit.two(m1.1, k0.1);
        emit.three(m1.1, k0.1, k1.1);
        emit.two(pair(m1.0, m1.1), pair(k0.0, k0.1));
        emit.two(pair(k0.0, k0.1), pair(k1.0, k1.1));
        emit.two(u64::from(here.2), u64::from(before.2));
        emit.two(u64::from(here_ends.2), u64::from(after.2));
        let f = |by: isize| u64::from(self.at(i, by).flags);
        let (f0, fp, fn1) = (f(0), f(-1), f(1));
        emit.put(f0);
        emit.two(fp, f0);
        emit.two(f0, fn1);
        emit.three(fp, f0, fn1);
        emit.three(f(-2), fp, f0);
        emit.three(f0, fn1, f(2));
        emit.two(f0, k0.1);
        emit.two(fp, k0.1);
        // What the words around are.
        let (bf, af) = (u64::from(before.1), u64::from(after.1));
        emit.two(bf, f0);
        emit.two(af, f0);
        emit.three(bf, f0, fn1);
        emit.three(fp, f0, af);
        emit.three(u64::from(before2.1), fp, f0);
        emit.three(f0, fn1, u64::from(after2.1));
        // Shapes, for what is not Han.
        let s = |by: isize| self.at(i, by).shape as u64;
        emit.three(s(-1), s(0), s(1));
        emit.three(s(-2), s(-1), s(0));
        emit.two(
            c0,
            u64::from(self.at(i, -1).hash == EDGE.hash || self.at(i, -1).shape != Shape::Han),
        );
        emit.two(
            c0,
            u64::from(self.at(i, 1).hash == EDGE.hash || self.at(i, 1).shape != Shape::Han),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;

    #[test]
    fn every_character_has_the_same_number_of_features() {
        let bytes = lexicon::table(&[], 4).unwrap();
        let lexicon = Lexicon::new(&bytes, 4).unwrap();
        let text = "王伟在约翰·史密斯的ABC公司工作。";
        let mut piece = Piece::default();
        crate::token::read(text, 0, &mut piece.tokens);
        piece.prepare(text, Language::Zh, &lexicon);
        for i in 0..piece.tokens.len() {
            let mut out = Vec::new();
            piece.features(text, i, Language::Zh, 18, &mut out);
            assert_eq!(out.len(), COUNT);
        }
        assert!(!piece.open[piece.tokens.len() - 1], "a full stop is no part of a name");
    }
}
