//! What the model knows of a token: hashed features of the word, of its neighbours and of the lexicon. Training and use share this code.
//!
//! Every token of one language has the same number of features in the same order, so that training can leave out a kind of them.

mod han;
mod words;

use crate::Language;
use crate::hash::{mix, pair};
use crate::lexicon::{self, Flags, Lexicon};
use crate::stem;
use crate::token::{Shape, Sort, Token};

pub use han::COUNT as HAN;
pub use words::COUNT as WORDS;

/// Features of one token.
pub fn count(language: Language) -> usize {
    if language == Language::Zh { HAN } else { WORDS }
}

/// Features that name a word itself: training leaves them out now and then, so that the model learns to do without.
pub fn lexical(language: Language, feature: usize) -> bool {
    if language == Language::Zh {
        han::lexical(feature)
    } else {
        words::lexical(feature)
    }
}

/// What is behind the edges of a piece.
const EDGE: Token = Token {
    start: 0,
    end: 0,
    sort: Sort::Line,
    shape: Shape::Edge,
    spaced: true,
    hash: 1,
    flags: 0,
};

/// Longest phrase of the lexicon, in tokens.
const LONGEST: usize = 6;

/// Where a phrase of the lexicon lies over a token.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Cover {
    /// What the longest phrase over the token is.
    flags: Flags,
    /// Place in it, counted from 1.
    place: u8,
    /// Its length.
    len: u8,
}

/// The tokens of a piece with all that features need, kept from piece to piece to save room.
#[derive(Debug, Default)]
pub struct Piece {
    /// The tokens.
    pub tokens: Vec<Token>,
    /// Tokens that can be part of a name; the others are known to be none.
    pub open: Vec<bool>,
    cover: Vec<Cover>,
    /// The longest word of the lexicon that begins at a token, and the longest that ends there, with their lengths (Chinese).
    begins: Vec<(u64, Flags, u8)>,
    ends: Vec<(u64, Flags, u8)>,
    /// The run of capital words that a token is in: first, and one past the last.
    run: Vec<(u32, u32)>,
    /// What is true of the whole line of a token, and whether it stands in quotes.
    about: Vec<u8>,
    /// The key of the stem of a token (Russian).
    stems: Vec<u64>,
}

impl Piece {
    /// Looks up the tokens of this text and opens those that can be part of a name.
    pub fn prepare(&mut self, text: &str, language: Language, lexicon: &Lexicon<'_>) {
        let n = self.tokens.len();
        self.cover.clear();
        self.cover.resize(n, Cover::default());
        self.stems.clear();
        self.open.clear();
        self.open.resize(n, false);
        if language == Language::Zh {
            self.prepare_han(lexicon);
        } else {
            self.prepare_words(text, language, lexicon);
        }
    }

    fn at(&self, i: usize, by: isize) -> &Token {
        i.checked_add_signed(by)
            .and_then(|i| self.tokens.get(i))
            .unwrap_or(&EDGE)
    }

    /// Adds the features of a token as indices of rows, of which there are two to the power of `bits`.
    pub fn features(&self, text: &str, i: usize, language: Language, bits: u32, out: &mut Vec<u32>) {
        let mut emit = Emit {
            out,
            shift: 64 - bits.clamp(1, 32),
            template: 0,
        };
        if language == Language::Zh {
            self.han_features(i, &mut emit);
        } else {
            self.word_features(text, i, language, &mut emit);
        }
    }
}

/// The keys under which an entry of a word list stands: of the whole, and of its beginnings, which are marked as such.
/// Nothing if it has more tokens than a phrase may have.
pub fn keys(entry: &str, language: Language) -> Option<(u64, Vec<u64>)> {
    let mut tokens = Vec::new();
    crate::token::read(entry, 0, &mut tokens);
    let (first, rest) = tokens.split_first()?;
    if tokens.len() > LONGEST || tokens.iter().any(|t| t.sort == Sort::Line) {
        return None;
    }
    let mut key = if language == Language::Zh && first.sort == Sort::Han {
        pair(crate::hash::EMPTY, first.hash)
    } else {
        first.hash
    };
    let mut beginnings = Vec::new();
    for token in rest {
        beginnings.push(key);
        key = pair(key, token.hash);
    }
    Some((key, beginnings))
}

struct Emit<'o> {
    out: &'o mut Vec<u32>,
    shift: u32,
    template: u64,
}

impl Emit<'_> {
    /// The next feature; the templates count themselves.
    #[inline]
    fn put(&mut self, value: u64) {
        self.template += 1;
        self.out.push((mix(pair(self.template, value)) >> self.shift) as u32);
    }

    #[inline]
    fn two(&mut self, a: u64, b: u64) {
        self.put(pair(a, b));
    }

    #[inline]
    fn three(&mut self, a: u64, b: u64, c: u64) {
        self.put(pair(pair(a, b), c));
    }
}

/// What a word of running text may be; for Russian by its stem as well, which is returned.
fn look_up(text: &str, token: &Token, language: Language, lexicon: &Lexicon<'_>) -> (Flags, u64) {
    let mut flags = lexicon.get(token.hash);
    let mut key = token.hash;
    if language == Language::Ru && token.sort == Sort::Word {
        let mut word = [' '; 24];
        let word = lowered(text, token, &mut word);
        let (soft, hard) = stem::keys(word);
        key = hard.unwrap_or(soft);
        flags |= lexicon.get(soft) | hard.map_or(0, |h| lexicon.get(h));
        if stem::patronymic(word) {
            flags |= lexicon::PATRONYMIC;
        }
    }
    (flags, key)
}

/// The letters of a token in lower case, as many as there is room for.
fn lowered<'b>(text: &str, token: &Token, room: &'b mut [char; 24]) -> &'b [char] {
    let mut n = 0;
    for (slot, c) in room
        .iter_mut()
        .zip(text.get(token.start..token.end).unwrap_or_default().chars())
    {
        *slot = crate::hash::lower(c);
        n += 1;
    }
    room.get(..n).unwrap_or_default()
}
