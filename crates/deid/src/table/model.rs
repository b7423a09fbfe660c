//! When a class is large and mixed enough.

use super::group::Values;
use super::{Cells, Error};

/// A model of privacy: what every class that stays in the table must meet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Model {
    /// At least so many rows (Samarati and Sweeney 1998).
    KAnonymity(u32),
    /// Enough different values of a sensitive column: its number in the table, from 0 (Machanavajjhala et al. 2007; Li et al.
    /// 2007).
    Diverse(usize, Sensitive),
}

/// What the values of a sensitive column must be in a class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sensitive {
    /// So many different values: distinct ℓ-diversity.
    Distinct(u32),
    /// The entropy of so many equally frequent values: entropy ℓ-diversity, by the plug-in estimate.
    Entropy(f64),
    /// The most frequent value stands less than `c` times as often as all from the ℓ-th most frequent on: recursive
    /// (c, ℓ)-diversity.
    Recursive {
        /// The factor.
        c: f64,
        /// The rank.
        l: u32,
    },
    /// At most this far from the whole table, any two values being equally far from each other: t-closeness.
    Close(f64),
    /// At most this far from the whole table, by the hierarchy of the column: two values are as far from each other as the
    /// level at which they become one is high.
    CloseByHierarchy(f64),
}

/// The tolerance of what is compared as a fraction: far below what one row can change.
const EVEN: f64 = 1e-12;

/// The models as classes are checked by them.
#[derive(Debug)]
pub(super) struct Checks<'a> {
    cells: &'a Cells,
    /// How many rows a class has at least: what all models together ask for.
    pub(super) least: u32,
    sensitive: Vec<(usize, Sensitive)>,
}

impl<'a> Checks<'a> {
    pub(super) fn new(cells: &'a Cells, models: &[Model]) -> Result<Self, Error> {
        let mut checks = Self {
            cells,
            least: 1,
            sensitive: Vec::new(),
        };
        for model in models {
            match *model {
                Model::KAnonymity(k) => {
                    if k == 0 {
                        return Err(Error::Goal("k is at least 1"));
                    }
                    checks.least = checks.least.max(k);
                }
                Model::Diverse(column, of) => {
                    let Some(kept) = cells.sensitive.get(column) else {
                        return Err(Error::Goal("there is no such sensitive column"));
                    };
                    match of {
                        Sensitive::Distinct(l) | Sensitive::Recursive { l, .. } if l == 0 => {
                            return Err(Error::Goal("l is at least 1"));
                        }
                        Sensitive::Entropy(l) if !(l.is_finite() && l >= 1.0) => {
                            return Err(Error::Goal("l is at least 1"));
                        }
                        Sensitive::Recursive { c, .. } if !(c.is_finite() && c > 0.0) => {
                            return Err(Error::Goal("c is above 0"));
                        }
                        Sensitive::Close(t) | Sensitive::CloseByHierarchy(t) if !(0.0..=1.0).contains(&t) => {
                            return Err(Error::Goal("t is between 0 and 1"));
                        }
                        Sensitive::CloseByHierarchy(_) if kept.hierarchy.is_none() => {
                            return Err(Error::Goal("this model needs a hierarchy of the sensitive column"));
                        }
                        // So many different values need so many rows.
                        Sensitive::Distinct(l) | Sensitive::Recursive { l, .. } => checks.least = checks.least.max(l),
                        _ => {}
                    }
                    checks.sensitive.push((column, of));
                }
            }
        }
        Ok(checks)
    }

    /// Whether a class of enough rows meets the models that ask for more.
    pub(super) fn meets(&self, values: &[Values], class: usize, size: u32) -> bool {
        self.sensitive.iter().all(|(column, of)| {
            let (codes, counts) = values[*column].of(class);
            self.mixed(*column, *of, codes, counts, size)
        })
    }

    fn mixed(&self, column: usize, of: Sensitive, codes: &[u32], counts: &[u32], size: u32) -> bool {
        let all = &self.cells.sensitive[column];
        match of {
            Sensitive::Distinct(l) => counts.len() >= l as usize,
            Sensitive::Entropy(l) => {
                let size = f64::from(size);
                let entropy: f64 = counts.iter().map(|n| f64::from(*n) / size).map(|p| -p * p.ln()).sum();
                entropy >= l.ln() * (1.0 - EVEN)
            }
            Sensitive::Recursive { c, l } => {
                let mut sorted = counts.to_vec();
                sorted.sort_unstable_by(|a, b| b.cmp(a));
                let rest: u64 = sorted.iter().skip(l as usize - 1).map(|n| u64::from(*n)).sum();
                sorted.len() >= l as usize && f64::from(sorted[0]) < c * rest as f64
            }
            Sensitive::Close(t) => {
                // Half of what the frequencies differ by in all; values that the class lacks count as a whole.
                let rows = self.cells.rows as f64;
                let size = f64::from(size);
                let mut seen = 0.0;
                let mut far = 0.0;
                for (code, count) in codes.iter().zip(counts) {
                    let whole = all.counts[*code as usize] as f64 / rows;
                    seen += whole;
                    far += (f64::from(*count) / size - whole).abs();
                }
                (far + (1.0 - seen).max(0.0)) / 2.0 <= t + EVEN
            }
            Sensitive::CloseByHierarchy(t) => self.far(column, codes, counts, size) <= t + EVEN,
        }
    }

    /// How far a class is from the whole table by the hierarchy of the column (earth mover's distance; Li et al. 2007, 5.2).
    fn far(&self, column: usize, codes: &[u32], counts: &[u32], size: u32) -> f64 {
        let all = &self.cells.sensitive[column];
        let Some(hierarchy) = &all.hierarchy else { return 1.0 };
        let height = hierarchy.levels() - 1;
        if height == 0 {
            return 0.0;
        }
        let (rows, own) = (i128::from(self.cells.rows), i128::from(size));
        // What each value has too much, in parts of rows × size: whole numbers, so that nothing is rounded.
        let mut extra: Vec<i128> = all.counts.iter().map(|n| -i128::from(*n) * own).collect();
        for (code, count) in codes.iter().zip(counts) {
            extra[*code as usize] += i128::from(*count) * rows;
        }
        // A child's surplus and lack meet in its parent: what they share is moved there.
        let mut at: Vec<i128> = extra.clone();
        let mut cost = 0.0;
        for depth in 1..=height {
            let level = hierarchy.level(depth);
            let below = hierarchy.level(depth - 1);
            let mut plus = vec![0_i128; level.texts.len()];
            let mut minus = vec![0_i128; level.texts.len()];
            let mut first = vec![false; at.len()];
            for (value, code) in below.of.iter().enumerate() {
                let child = *code as usize;
                if std::mem::replace(&mut first[child], true) {
                    continue;
                }
                let parent = level.of[value] as usize;
                if at[child] > 0 {
                    plus[parent] += at[child];
                } else {
                    minus[parent] -= at[child];
                }
            }
            let moved: i128 = plus.iter().zip(&minus).map(|(p, m)| *p.min(m)).sum();
            cost += moved as f64 * depth as f64 / height as f64;
            at = plus.iter().zip(&minus).map(|(p, m)| p - m).collect();
        }
        cost / (rows as f64 * own as f64)
    }
}
