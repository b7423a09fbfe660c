//! Texts as runs of open tokens: their features, and the labels that each may have.

use tutela_tagger::features::{self, Piece};
use tutela_tagger::lexicon::Lexicon;
use tutela_tagger::token::Shape;
use tutela_tagger::{Kind, LABELS, Language, piece_end, token};

use crate::corpus::{Doc, Label};

/// All runs of a set, flat: each has a number of tokens, each of these a fixed number of features.
#[derive(Debug, Default)]
pub(crate) struct Samples {
    pub(crate) features: Vec<u32>,
    /// Labels that a token may have, a bit each.
    pub(crate) allowed: Vec<u8>,
    /// First token of each run, and the end of the last.
    pub(crate) runs: Vec<u32>,
    /// Names, and those of them that lie under a token that is not open.
    pub(crate) names: usize,
    pub(crate) shut: usize,
}

const OUTSIDE: u8 = 1;
const NOT_PERSON: u8 = 0b111_1001;

fn begin(label: Label) -> u8 {
    match label {
        Label::Of(kind) => 1 << kind.begin(),
        Label::Thing => 1 << Kind::Location.begin() | 1 << Kind::Organization.begin(),
        Label::Any => Kind::ALL.iter().map(|k| 1 << k.begin()).sum(),
    }
}

/// Whether a token is small or begins a sentence.
fn starts(piece: &Piece, i: usize) -> bool {
    let small = !piece.tokens[i].shape.capital();
    let before = i.checked_sub(1).map_or(Shape::Line, |i| piece.tokens[i].shape);
    small || matches!(before, Shape::Line | Shape::Stop | Shape::Quote | Shape::Dash)
}

impl Samples {
    pub(crate) fn new() -> Self {
        Self {
            runs: vec![0],
            ..Self::default()
        }
    }

    pub(crate) fn add(&mut self, doc: &Doc, language: Language, lexicon: &Lexicon<'_>, bits: u32) {
        let text = doc.text.as_str();
        let mut piece = Piece::default();
        let mut at = 0;
        let mut span = 0;
        while at < text.len() {
            let end = piece_end(text, at, text.len());
            piece.tokens.clear();
            token::read(&text[at..end], at, &mut piece.tokens);
            piece.prepare(text, language, lexicon);
            let mut last_open = false;
            for (i, t) in piece.tokens.iter().enumerate() {
                while doc.spans.get(span).is_some_and(|s| s.1 <= t.start) {
                    span += 1;
                }
                let over = doc.spans.get(span).filter(|s| s.0 < t.end);
                let open = piece.open[i];
                let first = over.is_some_and(|s| s.0 >= t.start || i == 0 || piece.tokens[i - 1].end <= s.0);
                if first {
                    self.names += 1;
                    self.shut += usize::from(!open);
                }
                if open {
                    let mask = match over {
                        Some(s) if first || !last_open => begin(s.2),
                        Some(s) => begin(s.2) << 1,
                        // A capital that the beginning of a sentence explains, and small words, are taken for what they mostly are.
                        None if doc.partial && !starts(&piece, i) => NOT_PERSON,
                        None => OUTSIDE,
                    };
                    self.allowed.push(mask);
                    piece.features(text, i, language, bits, &mut self.features);
                } else if last_open {
                    self.runs.push(self.allowed.len() as u32);
                }
                last_open = open;
            }
            if last_open {
                self.runs.push(self.allowed.len() as u32);
            }
            at = end;
        }
        debug_assert_eq!(self.features.len(), self.allowed.len() * features::count(language));
        debug_assert!(usize::from(NOT_PERSON) < 1 << LABELS);
    }
}
