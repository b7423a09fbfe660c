//! How much a transformation loses.

use super::group::Classes;
use super::model::Checks;
use super::{Cells, Error};

/// What is to be least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// How much of its hierarchy a value covers, as geometric mean over the columns (Iyengar 2002, as ARX has it).
    Loss,
    /// The same as arithmetic mean.
    LossArithmetic,
    /// Rows for each class (`LeFevre` et al. 2006): average equivalence class size.
    ClassSize,
    /// Pairs of rows that cannot be told apart (Bayardo and Agrawal 2005): discernibility.
    Discernibility,
    /// Bits that the values lose (Gionis and Tassa 2009): non-uniform entropy.
    Entropy,
}

/// Decimals that a column's loss is cut to, so that two programs that add in another order agree.
const DECIMALS: f64 = 1e10;

/// What was learnt of a transformation when its classes were counted.
#[derive(Debug, Clone)]
pub(super) struct Lesson {
    pub(super) levels: Vec<u8>,
    /// What suppressing classes that are too small costs in each column. It can only be more for finer transformations.
    pub(super) penalty: Vec<f64>,
    /// Rows in classes that are too small. There can only be more in finer transformations.
    pub(super) small: u64,
    /// How many classes that are large enough the classes could be divided into at most.
    pub(super) capacity: u64,
    /// How many classes there are. Coarser transformations can only have fewer.
    pub(super) classes: u64,
    /// Sum of the squares of their sizes. Coarser transformations can only have more.
    pub(super) squares: f64,
    /// Whether no finer transformation can do, since this one does not.
    pub(super) hopeless: bool,
}

/// A transformation that does.
#[derive(Debug, Clone)]
pub(super) struct Way {
    pub(super) levels: Vec<u8>,
    pub(super) score: f64,
    pub(super) suppressed: u64,
    pub(super) classes: u64,
}

/// The measure on a table.
#[derive(Debug)]
pub(super) struct Ruler<'a> {
    cells: &'a Cells,
    measure: Measure,
    /// What each level of each column loses by itself.
    own: Vec<Vec<f64>>,
    least: u32,
    allowed: u64,
}

/// What is known of a transformation before its classes are counted.
#[derive(Debug)]
pub(super) struct Known {
    penalty: Vec<f64>,
    small: u64,
    capacity: u64,
    classes: u64,
    squares: f64,
}

impl<'a> Ruler<'a> {
    pub(super) fn new(cells: &'a Cells, measure: Measure, least: u32, suppress: f64) -> Result<Self, Error> {
        if !(0.0..=1.0).contains(&suppress) {
            return Err(Error::Goal(
                "the share of rows that may be suppressed is between 0 and 1",
            ));
        }
        let own = (0..cells.hierarchies.len())
            .map(|column| own(cells, measure, column))
            .collect();
        // The product is a little below a whole number for shares such as 0.07 of 100.
        let allowed = (cells.rows as f64 * suppress + 1e-9).floor() as u64;
        Ok(Self {
            cells,
            measure,
            own,
            least,
            allowed,
        })
    }

    /// Nothing known yet.
    pub(super) fn unknown(&self, levels: &[u8]) -> Known {
        let domains = levels.iter().zip(&self.cells.hierarchies);
        let most = domains.fold(1_u64, |product, (level, hierarchy)| {
            product.saturating_mul(hierarchy.level(usize::from(*level)).texts.len() as u64)
        });
        Known {
            penalty: vec![0.0; levels.len()],
            small: 0,
            capacity: self.cells.rows / u64::from(self.least),
            classes: most.min(self.cells.distinct() as u64),
            squares: 0.0,
        }
    }

    /// Takes a lesson into account; false where it says that this transformation cannot do.
    pub(super) fn learn(&self, known: &mut Known, levels: &[u8], lesson: &Lesson) -> bool {
        let mut finer = true;
        let mut coarser = true;
        for (own, other) in levels.iter().zip(&lesson.levels) {
            finer &= own <= other;
            coarser &= own >= other;
        }
        if finer {
            if lesson.hopeless {
                return false;
            }
            for (known, penalty) in known.penalty.iter_mut().zip(&lesson.penalty) {
                *known = known.max(*penalty);
            }
            known.small = known.small.max(lesson.small);
            known.capacity = known.capacity.min(lesson.capacity);
        }
        if coarser {
            known.classes = known.classes.min(lesson.classes);
            known.squares = known.squares.max(lesson.squares);
        }
        true
    }

    /// What a transformation loses at least.
    pub(super) fn bound(&self, levels: &[u8], known: &Known) -> f64 {
        let rows = self.cells.rows as f64;
        match self.measure {
            Measure::ClassSize => {
                let suppressed = u64::from(self.allowed > 0);
                let kept = (known.capacity + suppressed).min(known.classes);
                rows / (kept as f64).max(1.0)
            }
            Measure::Discernibility => {
                let small = known.small as f64;
                known.squares.max(rows * small + f64::from(self.least) * (rows - small))
            }
            _ => self.separable(levels, &known.penalty),
        }
    }

    /// Loss that every column has by itself, and what suppressing adds to it.
    fn separable(&self, levels: &[u8], penalty: &[f64]) -> f64 {
        let columns = levels.iter().zip(&self.own).zip(penalty);
        let losses = columns.enumerate().map(|(column, ((level, own), penalty))| {
            let sum = own[usize::from(*level)] + penalty;
            self.cut(column, sum)
        });
        let columns = levels.len() as f64;
        match self.measure {
            Measure::Entropy => losses.sum(),
            Measure::LossArithmetic => losses.sum::<f64>() / columns,
            _ => losses.map(|x| x + 1.0).product::<f64>().powf(1.0 / columns) - 1.0,
        }
    }

    fn cut(&self, column: usize, sum: f64) -> f64 {
        let value = match self.measure {
            Measure::Entropy => sum,
            _ => {
                let rows = self.cells.rows as f64;
                let width = self.cells.hierarchies[column].len() as f64;
                // A column with one value cannot lose any.
                if width < 2.0 || rows == 0.0 {
                    0.0
                } else {
                    (sum - rows) / (rows * (width - 1.0))
                }
            }
        };
        (value.max(0.0) * DECIMALS).floor() / DECIMALS
    }

    /// Looks at the classes of a transformation: what is learnt, and whether it does.
    pub(super) fn judge(&self, levels: &[u8], classes: &Classes, checks: &Checks<'_>) -> (Lesson, Option<Way>) {
        let mut small = Spared::default();
        let mut refused = Spared::default();
        let mut kept = 0_u64;
        let mut capacity = 0_u64;
        let mut squares = 0.0;
        let mut squares_kept = 0.0;
        for (class, (tuple, size)) in classes.of.iter().zip(&classes.size).enumerate() {
            let square = f64::from(*size) * f64::from(*size);
            squares += square;
            capacity += u64::from(*size / self.least);
            if *size < self.least {
                small.add(*tuple, *size);
            } else if checks.meets(&classes.values, class, *size) {
                kept += 1;
                squares_kept += square;
            } else {
                refused.add(*tuple, *size);
            }
        }
        let suppressed = small.rows + refused.rows;
        let penalty = self.penalty(levels, &[&small]);
        let does = suppressed <= self.allowed;
        let lesson = Lesson {
            levels: levels.to_vec(),
            small: small.rows,
            capacity,
            classes: classes.of.len() as u64,
            squares,
            // Without suppression every model here, once met, stays met when classes are joined.
            hopeless: small.rows > self.allowed || (self.allowed == 0 && !does),
            penalty: penalty.clone(),
        };
        if !does {
            return (lesson, None);
        }
        let rows = self.cells.rows as f64;
        let score = match self.measure {
            Measure::ClassSize => rows / (kept + u64::from(suppressed > 0)) as f64,
            Measure::Discernibility => squares_kept + rows * suppressed as f64,
            _ if refused.rows == 0 => self.separable(levels, &penalty),
            _ => self.separable(levels, &self.penalty(levels, &[&small, &refused])),
        };
        let way = Way {
            levels: levels.to_vec(),
            score,
            suppressed,
            classes: kept,
        };
        (lesson, Some(way))
    }

    /// What suppressing costs in each column.
    fn penalty(&self, levels: &[u8], suppressed: &[&Spared]) -> Vec<f64> {
        if matches!(self.measure, Measure::ClassSize | Measure::Discernibility) {
            return vec![0.0; levels.len()];
        }
        let columns = levels.iter().zip(&self.cells.hierarchies).zip(&self.cells.codes);
        columns
            .map(|((level, hierarchy), codes)| {
                let level = hierarchy.level(usize::from(*level));
                let all = suppressed.iter().flat_map(|s| &s.classes);
                if self.measure == Measure::Entropy {
                    let mut counts = vec![0_u64; level.texts.len()];
                    for (tuple, size) in all {
                        counts[level.of[codes[*tuple as usize] as usize] as usize] += u64::from(*size);
                    }
                    let sum: u64 = counts.iter().sum();
                    return x_log_x(sum) - counts.into_iter().map(x_log_x).sum::<f64>();
                }
                // A suppressed value covers the whole of its hierarchy.
                let width = hierarchy.len() as u64;
                let cost = all.map(|(tuple, size)| {
                    let own = level.width[level.of[codes[*tuple as usize] as usize] as usize];
                    (width - u64::from(own)) * u64::from(*size)
                });
                cost.sum::<u64>() as f64
            })
            .collect()
    }
}

/// Classes that are suppressed.
#[derive(Debug, Default)]
struct Spared {
    classes: Vec<(u32, u32)>,
    rows: u64,
}

impl Spared {
    fn add(&mut self, tuple: u32, size: u32) {
        self.classes.push((tuple, size));
        self.rows += u64::from(size);
    }
}

fn x_log_x(n: u64) -> f64 {
    if n == 0 { 0.0 } else { n as f64 * (n as f64).log2() }
}

/// What each level of a column loses by itself.
fn own(cells: &Cells, measure: Measure, column: usize) -> Vec<f64> {
    let hierarchy = &cells.hierarchies[column];
    let mut counts = vec![0_u64; hierarchy.len()];
    for (code, count) in cells.codes[column].iter().zip(&cells.counts) {
        counts[*code as usize] += u64::from(*count);
    }
    (0..hierarchy.levels())
        .map(|level| {
            let level = hierarchy.level(level);
            match measure {
                Measure::ClassSize | Measure::Discernibility => 0.0,
                Measure::Entropy => {
                    let mut joined = vec![0_u64; level.texts.len()];
                    for (code, count) in level.of.iter().zip(&counts) {
                        joined[*code as usize] += count;
                    }
                    let bits = level.of.iter().zip(&counts).filter(|(_, n)| **n > 0);
                    bits.map(|(code, n)| *n as f64 * (joined[*code as usize] as f64 / *n as f64).log2())
                        .sum()
                }
                Measure::Loss | Measure::LossArithmetic => {
                    let covered = level.of.iter().zip(&counts);
                    covered
                        .map(|(code, n)| u64::from(level.width[*code as usize]) * n)
                        .sum::<u64>() as f64
                }
            }
        })
        .collect()
}
