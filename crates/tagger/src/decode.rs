//! From scores of tokens to labels: the likeliest sequence, and how likely each of its labels is.

use crate::{LABELS, LANES};

/// Scores of the labels of one token.
pub type Row = [f32; LANES];

/// Scores of one label behind another; a label that cannot stand there has a very low one.
pub type Moves = [Row; LANES];

/// The score of what cannot be.
pub const NEVER: f32 = -1.0e4;

/// Whether a label may stand behind another: the inside of a name only behind its beginning.
pub fn may_follow(before: usize, label: usize) -> bool {
    match label {
        2 | 4 | 6 => before == label || before == label - 1,
        _ => true,
    }
}

/// Moves with what cannot be set so.
pub fn with_rules(mut moves: Moves) -> Moves {
    for (before, row) in moves.iter_mut().enumerate() {
        for (label, m) in row.iter_mut().enumerate() {
            if label >= LABELS || before >= LABELS || !may_follow(before, label) {
                *m = NEVER;
            }
        }
    }
    moves
}

/// Room for the decoding of a run of tokens.
#[derive(Debug, Default)]
pub struct Decoder {
    back: Vec<[u8; LANES]>,
    forward: Vec<Row>,
    chances: Vec<Row>,
    /// The likeliest labels.
    pub labels: Vec<u8>,
    /// How likely each of them is.
    pub sure: Vec<f32>,
}

impl Decoder {
    /// Labels a run of tokens between tokens that are no part of a name. `chances` are the exponentials of `moves`.
    pub fn run(&mut self, scores: &[Row], moves: &Moves, chances: &Moves) {
        self.best(scores, moves);
        self.likely(scores, chances);
    }

    /// The likeliest sequence (Viterbi).
    fn best(&mut self, scores: &[Row], moves: &Moves) {
        self.back.clear();
        let mut now = [NEVER; LANES];
        now[0] = 0.0;
        for row in scores {
            let (mut next, mut back) = ([f32::MIN; LANES], [0_u8; LANES]);
            for (before, (had, out)) in now.iter().zip(moves).enumerate() {
                for label in 0..LANES {
                    let score = had + out[label];
                    if score > next[label] {
                        next[label] = score;
                        back[label] = before as u8;
                    }
                }
            }
            for (n, s) in next.iter_mut().zip(row) {
                *n += s;
            }
            self.back.push(back);
            now = next;
        }
        let mut label = 0;
        let mut best = f32::MIN;
        for (i, (had, out)) in now.iter().zip(moves).enumerate().take(LABELS) {
            if had + out[0] > best {
                best = had + out[0];
                label = i as u8;
            }
        }
        self.labels.clear();
        self.labels.resize(scores.len(), 0);
        for (slot, back) in self.labels.iter_mut().zip(&self.back).rev() {
            *slot = label;
            label = back.get(usize::from(label)).copied().unwrap_or_default();
        }
    }

    /// How likely the labels of the best sequence are (forward and backward).
    fn likely(&mut self, scores: &[Row], chances: &Moves) {
        self.forward.clear();
        self.chances.clear();
        let mut now: Row = [0.0; LANES];
        now[0] = 1.0;
        for row in scores {
            let top = row.iter().take(LABELS).copied().fold(f32::MIN, f32::max);
            let mut chance = [0.0; LANES];
            for (c, s) in chance.iter_mut().zip(row).take(LABELS) {
                *c = (s - top).exp();
            }
            let mut next = [0.0; LANES];
            for (had, out) in now.iter().zip(chances) {
                for label in 0..LANES {
                    next[label] += had * out[label];
                }
            }
            for (n, c) in next.iter_mut().zip(&chance) {
                *n *= c;
            }
            let sum: f32 = next.iter().sum::<f32>().max(f32::MIN_POSITIVE);
            for n in &mut next {
                *n /= sum;
            }
            self.forward.push(next);
            self.chances.push(chance);
            now = next;
        }
        self.sure.clear();
        self.sure.resize(scores.len(), 0.0);
        let mut after: Row = [0.0; LANES];
        for (a, out) in after.iter_mut().zip(chances) {
            *a = out[0];
        }
        for (i, slot) in self.sure.iter_mut().enumerate().rev() {
            let (Some(forward), Some(chance)) = (self.forward.get(i), self.chances.get(i)) else {
                break;
            };
            let mut here = [0.0; LANES];
            for ((h, f), a) in here.iter_mut().zip(forward).zip(&after) {
                *h = f * a;
            }
            let sum: f32 = here.iter().sum::<f32>().max(f32::MIN_POSITIVE);
            let label = self.labels.get(i).map_or(0, |l| usize::from(*l));
            *slot = here.get(label).copied().unwrap_or_default() / sum;
            let mut before = [0.0; LANES];
            let mut most = f32::MIN_POSITIVE;
            for (b, out) in before.iter_mut().zip(chances) {
                for label in 0..LANES {
                    *b += out[label] * chance[label] * after[label];
                }
                most = most.max(*b);
            }
            for b in &mut before {
                *b /= most;
            }
            after = before;
        }
    }
}

/// The exponentials of moves.
pub fn chances(moves: &Moves) -> Moves {
    moves.map(|row| row.map(f32::exp))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All sequences of labels, their scores by the definition.
    fn all(scores: &[Row], moves: &Moves) -> Vec<(Vec<usize>, f32)> {
        let mut sequences = vec![(Vec::new(), 0.0, 0_usize)];
        for row in scores {
            sequences = sequences
                .into_iter()
                .flat_map(|(s, total, before): (Vec<usize>, f32, usize)| {
                    (0..LABELS).map(move |l| {
                        let mut next = s.clone();
                        next.push(l);
                        (next, total + moves[before][l] + row[l], l)
                    })
                })
                .collect();
        }
        sequences.into_iter().map(|(s, t, l)| (s, t + moves[l][0])).collect()
    }

    #[test]
    fn the_best_sequence_and_its_likelihood_are_those_of_the_definition() {
        let mut state = 7_u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 40) as f32 / 16_777_216.0 * 4.0 - 2.0
        };
        for _ in 0..20 {
            let moves = with_rules([[(); LANES]; LANES].map(|r| r.map(|()| random())));
            let scores: Vec<Row> = (0..4).map(|_| [(); LANES].map(|()| random())).collect();
            let sequences = all(&scores, &moves);
            let best = sequences.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
            let mut decoder = Decoder::default();
            decoder.run(&scores, &moves, &chances(&moves));
            let labels: Vec<usize> = decoder.labels.iter().map(|l| usize::from(*l)).collect();
            assert_eq!(labels, best.0);
            let total: f32 = sequences.iter().map(|s| s.1.exp()).sum();
            for (i, sure) in decoder.sure.iter().enumerate() {
                let share: f32 = sequences
                    .iter()
                    .filter(|s| s.0[i] == labels[i])
                    .map(|s| s.1.exp())
                    .sum();
                assert!((sure - share / total).abs() < 1e-3, "{sure} {}", share / total);
            }
        }
    }
}
