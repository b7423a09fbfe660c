//! Precision and recall of a model on a set, by strict borders and by overlap.

use tutela_tagger::{Kind, Model, Name, Tagger};

use crate::corpus::{Doc, Label};

/// Hits, misses and false alarms of one kind.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Count {
    found: f32,
    missed: f32,
    right: f32,
    wrong: f32,
    strict: f32,
}

impl Count {
    pub(crate) fn overlap(&self) -> (f32, f32, f32) {
        f1(
            self.right,
            self.right + self.wrong,
            self.found,
            self.found + self.missed,
        )
    }

    pub(crate) fn strict(&self) -> (f32, f32, f32) {
        f1(
            self.strict,
            self.right + self.wrong,
            self.strict,
            self.found + self.missed,
        )
    }

    pub(crate) fn names(&self) -> f32 {
        self.found + self.missed
    }
}

fn f1(right: f32, of: f32, found: f32, all: f32) -> (f32, f32, f32) {
    let (p, r) = (right / of.max(1.0), found / all.max(1.0));
    (p, r, 2.0 * p * r / (p + r).max(1.0e-9))
}

/// Counts for each kind; the errors go to `show`.
pub(crate) fn measure(
    model: &Model<'_>,
    docs: &[Doc],
    mut show: impl FnMut(&str, &Doc, usize, usize, Kind),
) -> [Count; 3] {
    let mut counts = [Count::default(); 3];
    let mut tagger = Tagger::default();
    let mut found: Vec<Name> = Vec::new();
    for doc in docs {
        found.clear();
        tagger.names(model, &doc.text, 0, doc.text.len(), &mut found);
        for (kind, count) in Kind::ALL.into_iter().zip(&mut counts) {
            let gold = doc.spans.iter().filter(|s| s.2 == Label::Of(kind));
            let got: Vec<&Name> = found.iter().filter(|n| n.kind == kind).collect();
            for s in gold.clone() {
                if got.iter().any(|n| n.start < s.1 && s.0 < n.end) {
                    count.found += 1.0;
                } else {
                    count.missed += 1.0;
                    show("missed", doc, s.0, s.1, kind);
                }
            }
            for n in got {
                if gold.clone().any(|s| n.start < s.1 && s.0 < n.end) {
                    count.right += 1.0;
                } else {
                    count.wrong += 1.0;
                    show("false", doc, n.start, n.end, kind);
                }
                count.strict += f32::from(u8::from(gold.clone().any(|s| n.start == s.0 && s.1 == n.end)));
            }
        }
    }
    counts
}
