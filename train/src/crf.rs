//! Training: a linear-chain conditional random field by stochastic gradient with `AdaGrad`, or an averaged perceptron, over hashed features.
#![expect(clippy::needless_range_loop, reason = "labels index several rows at once")]

use tutela_tagger::decode::{self, Decoder, Moves, Row};
use tutela_tagger::{LABELS, LANES, Language, features};

use crate::random::Random;
use crate::sample::Samples;

/// How the weights are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Crf,
    Perceptron,
}

/// What training is told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) method: Method,
    pub(crate) epochs: usize,
    pub(crate) rate: f32,
    /// How much weights shrink.
    pub(crate) decay: f32,
    /// A feature is left out in so many cases of a hundred, and all that name words at once in so many.
    pub(crate) drop: u64,
    pub(crate) drop_words: u64,
    /// Features seen more rarely are not learnt.
    pub(crate) least: u16,
    /// What the sum of squares of a weight begins with: the larger, the less a rare feature learns.
    pub(crate) floor: f32,
    pub(crate) seed: u64,
}

/// Weights that were learnt.
#[derive(Debug, Clone)]
pub(crate) struct Weights {
    pub(crate) rows: Vec<Row>,
    pub(crate) moves: Moves,
}

struct State {
    rows: Vec<Row>,
    grown: Vec<Row>,
    moves: Moves,
    moves_grown: Moves,
}

pub(crate) fn train(samples: &Samples, language: Language, bits: u32, plan: &Plan) -> Weights {
    let width = features::count(language);
    let mut seen = vec![0_u16; 1 << bits];
    for f in &samples.features {
        seen[*f as usize] = seen[*f as usize].saturating_add(1);
    }
    let mut state = State {
        rows: vec![[0.0; LANES]; 1 << bits],
        grown: vec![[plan.floor; LANES]; 1 << bits],
        moves: [[0.0; LANES]; LANES],
        moves_grown: [[plan.floor; LANES]; LANES],
    };
    // The perceptron's average: what each update would have been worth if it had been made at the end.
    let mut late =
        (plan.method == Method::Perceptron).then(|| (vec![[0.0_f32; LANES]; 1 << bits], [[0.0_f32; LANES]; LANES]));
    let mut random = Random::new(plan.seed);
    let mut order: Vec<usize> = (0..samples.runs.len() - 1).collect();
    let mut scores: Vec<Row> = Vec::new();
    let mut kept: Vec<u32> = Vec::new();
    let mut ends: Vec<usize> = Vec::new();
    let mut decoder = Decoder::default();
    let mut step = 0.0_f32;
    let total = (plan.epochs * order.len()) as f32;
    for epoch in 0..plan.epochs {
        random.shuffle(&mut order);
        let mut loss = 0.0_f64;
        for &run in &order {
            step += 1.0;
            let (from, to) = (samples.runs[run] as usize, samples.runs[run + 1] as usize);
            let allowed = &samples.allowed[from..to];
            scores.clear();
            kept.clear();
            ends.clear();
            let wordless = random.percent(plan.drop_words);
            let gain = 100.0 / (100 - plan.drop.min(90)) as f32;
            for t in from..to {
                let mut score = [0.0; LANES];
                for (k, f) in samples.features[t * width..(t + 1) * width].iter().enumerate() {
                    let out = seen[*f as usize] < plan.least
                        || wordless && features::lexical(language, k)
                        || random.percent(plan.drop);
                    if out {
                        continue;
                    }
                    kept.push(*f);
                    for (s, w) in score.iter_mut().zip(&state.rows[*f as usize]) {
                        *s += w;
                    }
                }
                ends.push(kept.len());
                scores.push(score.map(|s| s * gain));
            }
            let moves = decode::with_rules(state.moves);
            match plan.method {
                Method::Crf => {
                    let free = marginals(&scores, &moves, None);
                    let held = marginals(&scores, &moves, Some(allowed));
                    loss += f64::from(free.total - held.total);
                    let rate = plan.rate * (1.0 - 0.9 * step / total);
                    let mut k = 0;
                    for (t, end) in ends.iter().enumerate() {
                        let mut gradient = [0.0; LANES];
                        for l in 0..LABELS {
                            gradient[l] = held.labels[t][l] - free.labels[t][l];
                        }
                        if gradient.iter().any(|g| g.abs() > 1.0e-3) {
                            for f in &kept[k..*end] {
                                let (row, grown) = (&mut state.rows[*f as usize], &mut state.grown[*f as usize]);
                                for l in 0..LABELS {
                                    let g = gradient[l] - plan.decay * row[l];
                                    grown[l] += g * g;
                                    row[l] += rate * g / grown[l].sqrt();
                                }
                            }
                        }
                        k = *end;
                    }
                    for a in 0..LABELS {
                        for b in 0..LABELS {
                            let g = held.moves[a][b] - free.moves[a][b];
                            state.moves_grown[a][b] += g * g;
                            state.moves[a][b] += rate * g / state.moves_grown[a][b].sqrt();
                        }
                    }
                }
                Method::Perceptron => {
                    let chances = decode::chances(&moves);
                    decoder.run(&scores, &moves, &chances);
                    let got: Vec<usize> = decoder.labels.iter().map(|l| usize::from(*l)).collect();
                    if got.iter().zip(allowed).all(|(l, a)| a >> l & 1 == 1) {
                        continue;
                    }
                    loss += 1.0;
                    let mut tied = scores.clone();
                    for (row, a) in tied.iter_mut().zip(allowed) {
                        for (l, s) in row.iter_mut().enumerate() {
                            if a >> l & 1 == 0 {
                                *s = decode::NEVER;
                            }
                        }
                    }
                    decoder.run(&tied, &moves, &chances);
                    let want: Vec<usize> = decoder.labels.iter().map(|l| usize::from(*l)).collect();
                    let Some((late_rows, late_moves)) = &mut late else {
                        continue;
                    };
                    let mut k = 0;
                    let (mut a, mut b) = (0, 0);
                    for (t, end) in ends.iter().enumerate() {
                        let (w, g) = (want[t], got[t]);
                        if w != g {
                            for f in &kept[k..*end] {
                                let (row, lates) = (&mut state.rows[*f as usize], &mut late_rows[*f as usize]);
                                row[w] += 0.05;
                                row[g] -= 0.05;
                                lates[w] += 0.05 * step;
                                lates[g] -= 0.05 * step;
                            }
                        }
                        state.moves[a][w] += 0.05;
                        late_moves[a][w] += 0.05 * step;
                        state.moves[b][g] -= 0.05;
                        late_moves[b][g] -= 0.05 * step;
                        (a, b) = (w, g);
                        k = *end;
                    }
                }
            }
        }
        if epoch + 1 == plan.epochs {
            crate::say(&format!(
                "    epoch {} loss {:.3}",
                epoch + 1,
                loss / order.len() as f64
            ));
        }
    }
    if let Some((rows, moves)) = late {
        for (row, late) in state.rows.iter_mut().zip(rows) {
            for (w, l) in row.iter_mut().zip(late) {
                *w -= l / step.max(1.0);
            }
        }
        for (row, late) in state.moves.iter_mut().zip(moves) {
            for (w, l) in row.iter_mut().zip(late) {
                *w -= l / step.max(1.0);
            }
        }
    }
    Weights {
        rows: state.rows,
        moves: decode::with_rules(state.moves),
    }
}

struct Marginals {
    labels: Vec<Row>,
    moves: Moves,
    /// The logarithm of the sum over all sequences.
    total: f32,
}

/// How likely labels and moves are, over all sequences or over those that are allowed.
fn marginals(scores: &[Row], moves: &Moves, allowed: Option<&[u8]>) -> Marginals {
    let chances = decode::chances(moves);
    let n = scores.len();
    let mut emit = vec![[0.0_f32; LANES]; n];
    let mut forward = vec![[0.0_f32; LANES]; n];
    let mut total = 0.0_f32;
    let mut now = [0.0_f32; LANES];
    now[0] = 1.0;
    for t in 0..n {
        let top = scores[t].iter().take(LABELS).copied().fold(f32::MIN, f32::max);
        for l in 0..LABELS {
            if allowed.is_none_or(|a| a[t] >> l & 1 == 1) {
                emit[t][l] = (scores[t][l] - top).exp();
            }
        }
        let mut next = [0.0_f32; LANES];
        for (had, out) in now.iter().zip(&chances) {
            for l in 0..LANES {
                next[l] += had * out[l];
            }
        }
        for l in 0..LANES {
            next[l] *= emit[t][l];
        }
        let sum = next.iter().sum::<f32>().max(1.0e-30);
        total += sum.ln() + top;
        for v in &mut next {
            *v /= sum;
        }
        forward[t] = next;
        now = next;
    }
    let mut after = [0.0_f32; LANES];
    for l in 0..LANES {
        after[l] = chances[l][0];
    }
    total += now
        .iter()
        .zip(&after)
        .map(|(a, b)| a * b)
        .sum::<f32>()
        .max(1.0e-30)
        .ln();
    let mut labels = vec![[0.0_f32; LANES]; n];
    let mut counts = [[0.0_f32; LANES]; LANES];
    let ending: f32 = now.iter().zip(&after).map(|(a, b)| a * b).sum::<f32>().max(1.0e-30);
    for l in 0..LABELS {
        counts[l][0] += now[l] * after[l] / ending;
    }
    for t in (0..n).rev() {
        let mut sum = 0.0;
        for l in 0..LABELS {
            labels[t][l] = forward[t][l] * after[l];
            sum += labels[t][l];
        }
        for l in 0..LABELS {
            labels[t][l] /= sum.max(1.0e-30);
        }
        let before = if t == 0 {
            let mut start = [0.0; LANES];
            start[0] = 1.0;
            start
        } else {
            forward[t - 1]
        };
        let mut pairs = [[0.0_f32; LANES]; LANES];
        let mut sum = 0.0;
        for a in 0..LABELS {
            for b in 0..LABELS {
                pairs[a][b] = before[a] * chances[a][b] * emit[t][b] * after[b];
                sum += pairs[a][b];
            }
        }
        let mut earlier = [0.0_f32; LANES];
        for a in 0..LABELS {
            for b in 0..LABELS {
                counts[a][b] += pairs[a][b] / sum.max(1.0e-30);
                earlier[a] += chances[a][b] * emit[t][b] * after[b];
            }
        }
        let most = earlier.iter().copied().fold(1.0e-30, f32::max);
        for v in &mut earlier {
            *v /= most;
        }
        after = earlier;
    }
    Marginals {
        labels,
        moves: counts,
        total,
    }
}
