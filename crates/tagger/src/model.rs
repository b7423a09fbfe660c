//! The file of a model, and the use of it.
//!
//! ```text
//!  0  "TUTAGGER"            8 bytes
//!  8  version of the format, language, bits of rows, bits of the lexicon: a byte each
//! 12  what one step of a weight is worth: f32
//! 16  scores of one label behind another: 8 × 8 f32
//! 272 sum of what follows: u64
//! 280 rows of weights: 2^bits × 8 i8
//!     lexicon: 2^bits × 4 bytes
//! ```
//!
//! Numbers are little-endian. The file has exactly the length that its head announces.

use std::fmt;

use crate::decode::{self, Decoder, Moves, Row};
use crate::features::Piece;
use crate::lexicon::{self, Lexicon};
use crate::token;
use crate::{Kind, LABELS, LANES, Language, Name};

const MAGIC: &[u8; 8] = b"TUTAGGER";

/// The version of the format and of the features: a model of another one is refused.
const VERSION: u8 = 1;

const MOVES: usize = 16;
const SUM: usize = MOVES + LANES * LANES * 4;
const BODY: usize = SUM + 8;

/// Bits of rows at most: 128 MB.
const MOST_BITS: u32 = 24;

/// Bytes of text that are tokens at once, and what is added to end at a line or a space.
const PIECE: usize = 4096;
const SLACK: usize = 1024;

/// Why bytes are no model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// They do not begin as a model does.
    Strange,
    /// The model is of another version.
    Version(u8),
    /// A number in the head is out of its range.
    Head,
    /// There are more or fewer bytes than the head announces.
    Length,
    /// The sum is wrong: something was changed.
    Sum,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Strange => write!(f, "this is not a model"),
            Self::Version(v) => write!(f, "the model is of version {v}, not {VERSION}"),
            Self::Head => write!(f, "the head of the model is damaged"),
            Self::Length => write!(f, "the model is cut short or too long"),
            Self::Sum => write!(f, "the model is damaged"),
        }
    }
}

impl std::error::Error for Broken {}

/// The head of a model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Head {
    /// The language.
    pub language: Language,
    /// Bits of an index of rows.
    pub bits: u32,
    /// Bits of an index of the lexicon.
    pub lexicon_bits: u32,
    /// What one step of a weight is worth.
    pub step: f32,
}

/// What a model is made of, for writing.
#[derive(Debug, Clone)]
pub struct Parts<'p> {
    /// The head.
    pub head: Head,
    /// Scores of one label behind another.
    pub moves: Moves,
    /// Rows of weights.
    pub rows: &'p [[i8; LANES]],
    /// The table of the lexicon.
    pub lexicon: &'p [u8],
}

impl Parts<'_> {
    /// The bytes of the file.
    pub fn write(&self) -> Vec<u8> {
        let code = Language::ALL
            .iter()
            .position(|l| *l == self.head.language)
            .unwrap_or_default();
        let mut out = Vec::with_capacity(BODY + self.rows.len() * LANES + self.lexicon.len());
        out.extend_from_slice(MAGIC);
        out.extend([VERSION, code as u8, self.head.bits as u8, self.head.lexicon_bits as u8]);
        out.extend(self.head.step.to_le_bytes());
        for row in &self.moves {
            for m in row {
                out.extend(m.to_le_bytes());
            }
        }
        let mut body = Vec::with_capacity(self.rows.len() * LANES + self.lexicon.len());
        body.extend(self.rows.iter().flatten().map(|w| w.to_le_bytes()[0]));
        body.extend_from_slice(self.lexicon);
        out.extend(sum(&body).to_le_bytes());
        out.extend(body);
        out
    }
}

/// A sum over bytes that notices a change.
fn sum(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks();
    let sum = words
        .iter()
        .fold(crate::hash::EMPTY, |h, w| crate::hash::pair(h, u64::from_le_bytes(*w)));
    rest.iter().fold(sum, |h, b| crate::hash::pair(h, u64::from(*b)))
}

/// A model inside its bytes.
#[derive(Debug, Clone)]
pub struct Model<'m> {
    head: Head,
    rows: &'m [[u8; LANES]],
    lexicon: Lexicon<'m>,
    moves: Moves,
    chances: Moves,
    body: &'m [u8],
    sum: u64,
}

impl<'m> Model<'m> {
    /// Reads the head of a model and checks that the rest has the right length. The sum is not looked at: that would read all of it.
    ///
    /// # Errors
    ///
    /// If the bytes are no model of this version.
    pub fn read(bytes: &'m [u8]) -> Result<Self, Broken> {
        let (start, rest) = bytes.split_first_chunk::<8>().ok_or(Broken::Strange)?;
        if start != MAGIC {
            return Err(Broken::Strange);
        }
        let (&[version, code, bits, lexicon_bits], rest) = rest.split_first_chunk::<4>().ok_or(Broken::Length)?;
        if version != VERSION {
            return Err(Broken::Version(version));
        }
        let language = *Language::ALL.get(usize::from(code)).ok_or(Broken::Head)?;
        let (bits, lexicon_bits) = (u32::from(bits), u32::from(lexicon_bits));
        if !(4..=MOST_BITS).contains(&bits) || !(1..=MOST_BITS).contains(&lexicon_bits) {
            return Err(Broken::Head);
        }
        let (step, mut rest) = rest.split_first_chunk::<4>().ok_or(Broken::Length)?;
        let step = f32::from_le_bytes(*step);
        let mut moves = [[0.0; LANES]; LANES];
        for m in moves.as_flattened_mut() {
            let (number, behind) = rest.split_first_chunk::<4>().ok_or(Broken::Length)?;
            *m = f32::from_le_bytes(*number);
            rest = behind;
        }
        if !step.is_finite() || step <= 0.0 || moves.as_flattened().iter().any(|m| !m.is_finite()) {
            return Err(Broken::Head);
        }
        let (sum, body) = rest.split_first_chunk::<8>().ok_or(Broken::Length)?;
        let weights = LANES << bits;
        let table = lexicon::SLOT << lexicon_bits;
        if body.len() != weights + table {
            return Err(Broken::Length);
        }
        let (rows, table) = body.split_at_checked(weights).ok_or(Broken::Length)?;
        let moves = decode::with_rules(moves.map(|r| r.map(|m| m.clamp(-50.0, 50.0))));
        Ok(Self {
            head: Head {
                language,
                bits,
                lexicon_bits,
                step,
            },
            rows: rows.as_chunks().0,
            lexicon: Lexicon::new(table, lexicon_bits).ok_or(Broken::Length)?,
            moves,
            chances: decode::chances(&moves),
            body,
            sum: u64::from_le_bytes(*sum),
        })
    }

    /// Reads all of the model and checks its sum: for a model from outside.
    ///
    /// # Errors
    ///
    /// If a byte was changed.
    pub fn check(&self) -> Result<(), Broken> {
        if sum(self.body) == self.sum {
            Ok(())
        } else {
            Err(Broken::Sum)
        }
    }

    /// The head.
    pub fn head(&self) -> Head {
        self.head
    }

    /// The word lists of the model.
    pub fn lexicon(&self) -> Lexicon<'m> {
        self.lexicon
    }

    /// Scores of the labels of a token by its features.
    #[inline]
    fn score(&self, features: &[u32]) -> Row {
        let mut total = [0_i32; LANES];
        for f in features {
            if let Some(row) = self.rows.get(*f as usize) {
                for (t, w) in total.iter_mut().zip(row) {
                    *t += i32::from(w.cast_signed());
                }
            }
        }
        total.map(|t| t as f32 * self.head.step)
    }
}

/// Room that is used again from piece to piece.
#[derive(Debug, Default)]
pub struct Tagger {
    piece: Piece,
    features: Vec<u32>,
    scores: Vec<Row>,
    decoder: Decoder,
}

impl Tagger {
    /// Adds the names in a part of a text, which begins and ends between characters; offsets are of the whole text.
    /// The time is linear in the length.
    pub fn names(&mut self, model: &Model<'_>, text: &str, from: usize, to: usize, out: &mut Vec<Name>) {
        let mut at = from;
        while at < to {
            let end = piece_end(text, at, to);
            if end <= at {
                break;
            }
            self.piece.tokens.clear();
            token::read(text.get(at..end).unwrap_or_default(), at, &mut self.piece.tokens);
            self.read(model, text, out);
            at = end;
        }
    }

    fn read(&mut self, model: &Model<'_>, text: &str, out: &mut Vec<Name>) {
        let language = model.head.language;
        self.piece.prepare(text, language, &model.lexicon);
        let n = self.piece.tokens.len();
        let mut i = 0;
        while i < n {
            if !self.piece.open.get(i).copied().unwrap_or_default() {
                i += 1;
                continue;
            }
            let first = i;
            self.scores.clear();
            while i < n && self.piece.open.get(i).copied().unwrap_or_default() {
                self.features.clear();
                self.piece
                    .features(text, i, language, model.head.bits, &mut self.features);
                self.scores.push(model.score(&self.features));
                i += 1;
            }
            self.decoder.run(&self.scores, &model.moves, &model.chances);
            self.collect(first, out);
        }
    }

    /// The names that the labels of a run tell.
    fn collect(&self, first: usize, out: &mut Vec<Name>) {
        let mut open: Option<Name> = None;
        let tokens = self.piece.tokens.iter().skip(first);
        for ((token, &label), &sure) in tokens.zip(&self.decoder.labels).zip(&self.decoder.sure) {
            let label = usize::from(label);
            match (Kind::of(label), &mut open) {
                (Some(kind), Some(name)) if name.kind == kind && label == kind.begin() + 1 => {
                    name.end = token.end;
                    name.sure = name.sure.min(sure);
                }
                (kind, _) => {
                    out.extend(open.take());
                    open = kind.map(|kind| Name {
                        start: token.start,
                        end: token.end,
                        kind,
                        sure,
                    });
                }
            }
        }
        out.extend(open);
    }
}

/// Where a piece ends that begins here: behind an empty line or a line, else behind a space, else anywhere between characters.
pub fn piece_end(text: &str, at: usize, to: usize) -> usize {
    if to - at <= PIECE {
        return to;
    }
    let bytes = text.as_bytes();
    let (least, most) = (at + PIECE - SLACK, (at + PIECE).min(to));
    let within = bytes.get(least..most).unwrap_or_default();
    let behind = |found: Option<usize>| found.map(|i| least + i + 1);
    let line = behind(within.iter().rposition(|b| *b == b'\n'));
    let mut end = line
        .or_else(|| behind(within.iter().rposition(|b| b.is_ascii_whitespace())))
        .unwrap_or(most);
    while end > at && !text.is_char_boundary(end) {
        end -= 1;
    }
    end
}

const _: () = assert!(LABELS < LANES);

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Vec<u8> {
        let mut rows = vec![[0_i8; LANES]; 1 << 10];
        for (i, row) in rows.iter_mut().enumerate() {
            for (l, w) in row.iter_mut().enumerate().take(LABELS) {
                *w = ((i * 31 + l * 17) % 11) as i8 - 5;
            }
        }
        let lexicon = lexicon::table(&[(crate::hash::word("anna"), lexicon::GIVEN)], 4).unwrap();
        Parts {
            head: Head {
                language: Language::En,
                bits: 10,
                lexicon_bits: 4,
                step: 0.01,
            },
            moves: [[0.1; LANES]; LANES],
            rows: &rows,
            lexicon: &lexicon,
        }
        .write()
    }

    #[test]
    fn a_model_is_read_as_it_was_written() {
        let bytes = small();
        let model = Model::read(&bytes).unwrap();
        assert_eq!(model.head().bits, 10);
        assert_eq!(model.lexicon().get(crate::hash::word("Anna")), lexicon::GIVEN);
        model.check().unwrap();
    }

    #[test]
    fn damaged_models_are_told() {
        let bytes = small();
        for n in [0, 4, 8, 11, 15, 100, BODY, bytes.len() - 1] {
            assert!(Model::read(&bytes[..n]).is_err(), "{n}");
        }
        for (at, value) in [
            (0, b'X'),
            (8, 9),
            (9, 4),
            (10, 63),
            (11, 0),
            (15, 0xFF),
            (BODY - 9, 0xFF),
        ] {
            let mut bad = bytes.clone();
            bad[at] = value;
            assert!(
                Model::read(&bad).is_err() || Model::read(&bad).unwrap().check().is_err() || value == 0xFF,
                "{at}"
            );
        }
        let mut bad = bytes;
        *bad.last_mut().unwrap() ^= 1;
        assert_eq!(Model::read(&bad).unwrap().check(), Err(Broken::Sum));
    }
}
