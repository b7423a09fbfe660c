use std::collections::BTreeMap;

use super::*;
use crate::table::{Hierarchy, Sensitive};

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// A hierarchy over `0..values`: halves at each level, then everything.
fn halves(values: u64, levels: u32) -> Vec<Vec<String>> {
    let line = |v: u64| {
        let mut line: Vec<String> = (0..levels).map(|l| format!("{l}:{}", v >> l)).collect();
        line[0] = v.to_string();
        line.push("*".to_owned());
        line
    };
    (0..values).map(line).collect()
}

struct Table {
    lines: Vec<Vec<Vec<String>>>,
    rows: Vec<Vec<u64>>,
    secret: Vec<u64>,
}

impl Table {
    fn random(dice: &mut Dice) -> Self {
        let columns = 2 + dice.roll(3);
        let lines: Vec<_> = (0..columns)
            .map(|_| halves(2 + dice.roll(11), 1 + u32::try_from(dice.roll(3)).unwrap()))
            .collect();
        let rows = 20 + dice.roll(120);
        let rows: Vec<Vec<u64>> = (0..rows)
            .map(|_| {
                let one = |lines: &Vec<Vec<String>>| {
                    let sides = lines.len() as u64;
                    dice.roll(sides).min(dice.roll(sides))
                };
                lines.iter().map(one).collect()
            })
            .collect();
        let secret = rows.iter().map(|_| dice.roll(6).min(dice.roll(6))).collect();
        Self { lines, rows, secret }
    }

    fn cells(&self) -> Cells {
        let named = |lines: &Vec<Vec<String>>| ("q".to_owned(), Hierarchy::new(lines.clone()).unwrap());
        let secret = Hierarchy::new(halves(6, 2)).unwrap();
        let mut cells = Cells::new(
            self.lines.iter().map(named).collect(),
            vec![("s".to_owned(), Some(secret))],
        );
        for (row, secret) in self.rows.iter().zip(&self.secret) {
            let texts: Vec<_> = row.iter().map(u64::to_string).collect();
            let bytes: Vec<_> = texts.iter().map(String::as_bytes).collect();
            cells.push(&bytes, &[secret.to_string().as_bytes()]).unwrap();
        }
        cells
    }

    /// The best score of all transformations, each looked at by itself, by the definitions as they are written.
    fn plainly(&self, goal: &Goal) -> Option<f64> {
        let depths: Vec<_> = self.lines.iter().map(|l| l[0].len()).collect();
        let mut best: Option<f64> = None;
        let mut levels = vec![0; depths.len()];
        loop {
            if let Some(score) = self.score(goal, &levels) {
                best = Some(best.map_or(score, |b: f64| b.min(score)));
            }
            let Some(at) = (0..depths.len()).find(|at| levels[*at] + 1 < depths[*at]) else {
                return best;
            };
            levels[at] += 1;
            levels[..at].fill(0);
        }
    }

    fn score(&self, goal: &Goal, levels: &[usize]) -> Option<f64> {
        let n = self.rows.len() as f64;
        let coarse = |row: &Vec<u64>| -> Vec<String> {
            let cells = row.iter().zip(&self.lines).zip(levels);
            cells
                .map(|((v, lines), l)| lines[usize::try_from(*v).unwrap()][*l].clone())
                .collect()
        };
        let mut classes: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
        for (at, row) in self.rows.iter().enumerate() {
            classes.entry(coarse(row)).or_default().push(at);
        }
        let (kept, gone): (Vec<_>, Vec<_>) = classes.into_values().partition(|rows| self.meets(goal, rows));
        let gone: Vec<usize> = gone.concat();
        if gone.len() as f64 > goal.suppress * n + 1e-9 {
            return None;
        }
        let columns = 0..self.lines.len();
        let cut = |x: f64| (x.max(0.0) * 1e10).floor() / 1e10;
        Some(match goal.measure {
            Measure::ClassSize => n / (kept.len() + usize::from(!gone.is_empty())) as f64,
            Measure::Discernibility => {
                let kept: usize = kept.iter().map(|rows| rows.len() * rows.len()).sum();
                kept as f64 + n * gone.len() as f64
            }
            Measure::Entropy => columns
                .map(|c| {
                    let text = |row: usize, l: usize| &self.lines[c][usize::try_from(self.rows[row][c]).unwrap()][l];
                    let all = |l: usize, v: &String| (0..self.rows.len()).filter(|r| text(*r, l) == v).count() as f64;
                    let own: f64 = (0..self.rows.len())
                        .map(|r| (all(levels[c], text(r, levels[c])) / all(0, text(r, 0))).log2())
                        .sum();
                    let in_gone = |v: &String| gone.iter().filter(|r| text(**r, levels[c]) == v).count() as f64;
                    let lost: f64 = gone
                        .iter()
                        .map(|r| (gone.len() as f64 / in_gone(text(*r, levels[c]))).log2())
                        .sum();
                    cut(own + lost)
                })
                .sum(),
            Measure::Loss | Measure::LossArithmetic => {
                let losses: Vec<f64> = columns
                    .map(|c| {
                        let lines = &self.lines[c];
                        let width = lines.len() as f64;
                        let share = |row: usize| {
                            let text = &lines[usize::try_from(self.rows[row][c]).unwrap()][levels[c]];
                            lines.iter().filter(|l| &l[levels[c]] == text).count() as f64 / width
                        };
                        let sum: f64 = (0..self.rows.len())
                            .map(|r| if gone.contains(&r) { 1.0 } else { share(r) })
                            .sum();
                        cut((sum - n / width) / (n - n / width))
                    })
                    .collect();
                let number = losses.len() as f64;
                if goal.measure == Measure::Loss {
                    losses.iter().map(|x| x + 1.0).product::<f64>().powf(1.0 / number) - 1.0
                } else {
                    losses.iter().sum::<f64>() / number
                }
            }
        })
    }

    fn meets(&self, goal: &Goal, rows: &[usize]) -> bool {
        let size = rows.len() as f64;
        let mut counts = [0_usize; 6];
        for row in rows {
            counts[usize::try_from(self.secret[*row]).unwrap()] += 1;
        }
        let whole: Vec<f64> = (0..6_u64)
            .map(|v| self.secret.iter().filter(|s| **s == v).count() as f64 / self.secret.len() as f64)
            .collect();
        let far: Vec<f64> = counts.iter().zip(&whole).map(|(n, p)| *n as f64 / size - p).collect();
        goal.models.iter().all(|model| match model {
            Model::KAnonymity(k) => rows.len() >= *k as usize,
            Model::Diverse(_, Sensitive::Distinct(l)) => counts.iter().filter(|n| **n > 0).count() >= *l as usize,
            Model::Diverse(_, Sensitive::Entropy(l)) => {
                let present = counts.iter().filter(|n| **n > 0).map(|n| *n as f64 / size);
                present.map(|p| -p * p.ln()).sum::<f64>() >= l.ln() - 1e-12
            }
            Model::Diverse(_, Sensitive::Recursive { c, l }) => {
                let mut sorted = counts;
                sorted.sort_unstable_by(|a, b| b.cmp(a));
                let rest: usize = sorted[*l as usize - 1..].iter().sum();
                sorted[*l as usize - 1] > 0 && (sorted[0] as f64) < c * rest as f64
            }
            Model::Diverse(_, Sensitive::Close(t)) => far.iter().map(|x| x.abs()).sum::<f64>() / 2.0 <= t + 1e-12,
            // Values 0..6 in pairs, then all: what a pair settles within itself is near, the rest is far.
            Model::Diverse(_, Sensitive::CloseByHierarchy(t)) => {
                let pairs: Vec<&[f64]> = far.chunks(2).collect();
                let near: f64 = pairs
                    .iter()
                    .map(|p| {
                        p.iter()
                            .filter(|x| **x > 0.0)
                            .sum::<f64>()
                            .min(-p.iter().filter(|x| **x < 0.0).sum::<f64>())
                    })
                    .sum();
                let wide: f64 = pairs.iter().map(|p| p.iter().sum::<f64>()).filter(|x| *x > 0.0).sum();
                near / 2.0 + wide <= t + 1e-12
            }
        })
    }
}

#[test]
fn no_transformation_is_better_than_the_one_found() {
    let mut dice = Dice(0x5eed_1234_9876_4321);
    let measures = [
        Measure::Loss,
        Measure::LossArithmetic,
        Measure::ClassSize,
        Measure::Discernibility,
        Measure::Entropy,
    ];
    let diverse = |of| Model::Diverse(0, of);
    let more = [
        None,
        Some(diverse(Sensitive::Distinct(3))),
        Some(diverse(Sensitive::Entropy(2.5))),
        Some(diverse(Sensitive::Recursive { c: 2.0, l: 2 })),
        Some(diverse(Sensitive::Close(0.3))),
        Some(diverse(Sensitive::CloseByHierarchy(0.25))),
    ];
    let mut found = 0;
    for _ in 0..10 {
        let table = Table::random(&mut dice);
        let cells = table.cells();
        for measure in measures {
            for suppress in [0.0, 0.04, 0.3, 1.0] {
                let model = more[usize::try_from(dice.roll(6)).unwrap()];
                let k = 1 + u32::try_from(dice.roll(6)).unwrap();
                let models = std::iter::once(Model::KAnonymity(k)).chain(model).collect();
                let goal = Goal {
                    models,
                    measure,
                    suppress,
                };
                let best = optimum(&cells, &goal).unwrap();
                let plain = table.plainly(&goal);
                match (&best, plain) {
                    (Some(best), Some(plain)) => {
                        assert!(
                            (best.loss - plain).abs() <= 1e-9 * plain.abs().max(1.0),
                            "{goal:?}: {best:?} {plain}"
                        );
                        found += 1;
                    }
                    (None, None) => {}
                    _ => panic!("{goal:?}: {best:?} {plain:?}"),
                }
            }
        }
    }
    assert!(found > 120, "{found}");
}

#[test]
fn what_cannot_be_asked_for_is_told() {
    let mut cells = Cells::new(
        vec![("q".into(), Hierarchy::new(halves(4, 2)).unwrap())],
        vec![("s".into(), None)],
    );
    let goal = |models, suppress| Goal {
        models,
        measure: Measure::Loss,
        suppress,
    };
    let five = vec![Model::KAnonymity(5)];
    assert!(
        matches!(optimum(&cells, &goal(five.clone(), 0.0)), Err(Error::Goal(_))),
        "no rows"
    );
    cells.push(&[b"1"], &[b"x"]).unwrap();
    assert_eq!(
        optimum(&cells, &goal(five.clone(), 0.0)).unwrap(),
        None,
        "one row is never five"
    );
    let best = optimum(&cells, &goal(five, 1.0)).unwrap().unwrap();
    assert_eq!((best.suppressed, best.classes), (1, 0));
    let close = vec![Model::Diverse(0, Sensitive::CloseByHierarchy(0.2))];
    for models in [
        vec![Model::KAnonymity(0)],
        vec![Model::Diverse(1, Sensitive::Distinct(2))],
        vec![Model::Diverse(0, Sensitive::Close(1.5))],
        close,
    ] {
        assert!(matches!(optimum(&cells, &goal(models, 0.0)), Err(Error::Goal(_))));
    }
    assert!(matches!(
        optimum(&cells, &goal(Vec::new(), f64::NAN)),
        Err(Error::Goal(_))
    ));
    let many = (0..30).map(|n| (n.to_string(), Hierarchy::new(halves(16, 4)).unwrap()));
    let mut wide = Cells::new(many.collect(), Vec::new());
    wide.push(&[&b"1"[..]; 30], &[]).unwrap();
    assert!(matches!(optimum(&wide, &goal(Vec::new(), 0.0)), Err(Error::Lattice(_))));
}

#[test]
fn combinations_beyond_a_number_are_compared() {
    // Ten columns of a hundred values: 10^20 places.
    let column = || halves(100, 1);
    let lines: Vec<_> = (0..10).map(|_| column()).collect();
    let mut dice = Dice(77);
    let rows: Vec<Vec<u64>> = (0..60).map(|_| (0..10).map(|_| dice.roll(3)).collect()).collect();
    let table = Table {
        secret: rows.iter().map(|_| 0).collect(),
        lines,
        rows,
    };
    let cells = table.cells();
    let goal = Goal {
        models: vec![Model::KAnonymity(2)],
        measure: Measure::Discernibility,
        suppress: 0.5,
    };
    let best = optimum(&cells, &goal).unwrap().unwrap();
    assert!((best.loss - table.plainly(&goal).unwrap()).abs() < 1e-6);
}
