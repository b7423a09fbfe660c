//! The search for the transformation that loses least.
//!
//! Before any class is counted, what a transformation loses at least is known: for loss and entropy every column by itself, by
//! how often its values stand in the table. Each transformation that is counted teaches more (`Lesson`): what suppression
//! costs there can only be more in finer ones. So transformations are taken by what they lose at least, the smallest first,
//! until that is no less than the best found. Under way a path of ever coarser transformations is bisected, since coarse ones
//! are counted fast and one of them can rule out all that are finer (the idea of Flash, Kohlmayer et al. 2012).

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashSet};

use super::group::{Classes, Room};
use super::measure::{Lesson, Ruler, Way};
use super::model::Checks;
use super::{Cells, Error, Measure, Model};

/// Transformations that are searched to the end at most.
const MOST: u128 = 20_000_000;
/// Classes that are kept to count coarser ones from, in all.
const KEPT: usize = 16_000_000;

/// What is wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    /// What every class must meet.
    pub models: Vec<Model>,
    /// What is to be least.
    pub measure: Measure,
    /// The share of rows that may be suppressed, between 0 and 1.
    pub suppress: f64,
}

/// The best transformation.
#[derive(Debug, Clone, PartialEq)]
pub struct Optimum {
    /// The level of each quasi-identifier, in the order of the columns.
    pub levels: Vec<u8>,
    /// What it loses, by the measure asked for.
    pub loss: f64,
    /// Rows that are suppressed.
    pub suppressed: u64,
    /// Classes that stay.
    pub classes: u64,
    /// How many transformations were counted to find it.
    pub counted: usize,
    /// How many there are.
    pub lattice: u128,
}

/// The transformation with the least loss that does what the goal asks for, or none where none does. Of several with the same
/// loss it is any.
pub fn optimum(cells: &Cells, goal: &Goal) -> Result<Option<Optimum>, Error> {
    let checks = Checks::new(cells, &goal.models)?;
    let ruler = Ruler::new(cells, goal.measure, checks.least, goal.suppress)?;
    if cells.rows == 0 {
        return Err(Error::NO_ROWS);
    }
    let depth: Vec<u8> = cells
        .hierarchies
        .iter()
        .map(|h| u8::try_from(h.levels()).map_err(|_| Error::Goal("a hierarchy has more than 255 levels")))
        .collect::<Result<_, _>>()?;
    if depth.is_empty() {
        return Err(Error::Goal("the table has no quasi-identifier"));
    }
    let lattice = depth.iter().fold(1_u128, |all, d| all.saturating_mul(u128::from(*d)));
    if lattice > MOST {
        return Err(Error::Lattice(lattice));
    }
    let mut search = Search {
        cells,
        checks,
        ruler,
        depth,
        lessons: Vec::new(),
        counted: HashSet::new(),
        kept: vec![(vec![0; cells.hierarchies.len()], Classes::finest(cells))],
        held: 0,
        room: Room::default(),
        best: None,
    };
    search.run();
    search.refine();
    Ok(search.best.map(|best| Optimum {
        levels: best.levels,
        loss: best.score,
        suppressed: best.suppressed,
        classes: best.classes,
        counted: search.lessons.len(),
        lattice,
    }))
}

struct Search<'a> {
    cells: &'a Cells,
    checks: Checks<'a>,
    ruler: Ruler<'a>,
    /// How many levels each column has.
    depth: Vec<u8>,
    lessons: Vec<Lesson>,
    counted: HashSet<Vec<u8>>,
    /// Classes of transformations, the finest first.
    kept: Vec<(Vec<u8>, Classes)>,
    /// How many classes are kept beside the finest.
    held: usize,
    room: Room,
    best: Option<Way>,
}

/// A transformation that waits, by what it loses at least.
#[derive(Debug, PartialEq)]
struct Waiting {
    bound: f64,
    place: u64,
}

impl Eq for Waiting {}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        // The least is taken first.
        other
            .bound
            .total_cmp(&self.bound)
            .then_with(|| other.place.cmp(&self.place))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Search<'_> {
    fn run(&mut self) {
        let all: u64 = self.depth.iter().map(|d| u64::from(*d)).product();
        let mut levels = vec![0; self.depth.len()];
        let mut waiting: Vec<Waiting> = Vec::with_capacity(usize::try_from(all).unwrap_or_default());
        for place in 0..all {
            self.levels_at(place, &mut levels);
            let bound = self.ruler.bound(&levels, &self.ruler.unknown(&levels));
            waiting.push(Waiting { bound, place });
        }
        let mut waiting = BinaryHeap::from(waiting);
        while let Some(first) = waiting.pop() {
            // All others lose no less.
            if !self.is_better(first.bound) {
                break;
            }
            self.levels_at(first.place, &mut levels);
            if self.counted.contains(&levels) {
                continue;
            }
            let Some(bound) = self.bound(&levels).filter(|b| self.is_better(*b)) else {
                continue;
            };
            if bound > first.bound {
                waiting.push(Waiting { bound, ..first });
                continue;
            }
            self.bisect(&levels);
            if let Some(bound) = self.bound(&levels).filter(|b| self.is_better(*b))
                && !self.counted.contains(&levels)
            {
                waiting.push(Waiting { bound, ..first });
            }
        }
    }

    /// Goes down from the best as long as that loses no more: of several that lose the same, a finer one.
    fn refine(&mut self) {
        let Some(mut best) = self.best.take() else { return };
        let mut column = 0;
        while column < self.depth.len() {
            let mut levels = best.levels.clone();
            if levels[column] > 0 {
                levels[column] -= 1;
                // Without a best of its own, every transformation that does is taken.
                self.best = None;
                self.count(&levels);
                if let Some(finer) = self.best.take().filter(|way| way.score <= best.score) {
                    best = finer;
                    continue;
                }
            }
            column += 1;
        }
        self.best = Some(best);
    }

    fn levels_at(&self, mut place: u64, levels: &mut [u8]) {
        for (level, depth) in levels.iter_mut().zip(&self.depth) {
            let depth = u64::from(*depth);
            *level = u8::try_from(place % depth).unwrap_or_default();
            place /= depth;
        }
    }

    fn is_better(&self, bound: f64) -> bool {
        self.best.as_ref().is_none_or(|best| bound < best.score)
    }

    /// What a transformation loses at least, by everything that was learnt; none where it cannot do.
    fn bound(&self, levels: &[u8]) -> Option<f64> {
        let mut known = self.ruler.unknown(levels);
        for lesson in &self.lessons {
            if !self.ruler.learn(&mut known, levels, lesson) {
                return None;
            }
        }
        Some(self.ruler.bound(levels, &known))
    }

    /// Counts some transformations on a path from this one to the coarsest: it is ruled out by one of them, or counted itself.
    fn bisect(&mut self, head: &[u8]) {
        let path = self.path(head);
        let (mut low, mut high) = (0, path.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if !self.counted.contains(&path[middle]) {
                self.count(&path[middle]);
            }
            let open = !self.counted.contains(head) && self.bound(head).is_some_and(|b| self.is_better(b));
            if open {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
    }

    /// From a transformation to the coarsest, each step to the one that loses least as far as is known.
    fn path(&self, head: &[u8]) -> Vec<Vec<u8>> {
        let mut path = vec![head.to_vec()];
        let mut at = head.to_vec();
        loop {
            let mut next: Option<(f64, usize)> = None;
            for column in 0..at.len() {
                if at[column] + 1 == self.depth[column] {
                    continue;
                }
                at[column] += 1;
                let bound = self.ruler.bound(&at, &self.ruler.unknown(&at));
                at[column] -= 1;
                if next.is_none_or(|(least, _)| bound < least) {
                    next = Some((bound, column));
                }
            }
            let Some((_, column)) = next else { return path };
            at[column] += 1;
            path.push(at.clone());
        }
    }

    /// Counts the classes of a transformation, from the fewest classes of a finer one that are kept.
    fn count(&mut self, levels: &[u8]) {
        let finer = |other: &[u8]| other.iter().zip(levels).all(|(a, b)| a <= b);
        let from = self.kept.iter().filter(|(other, _)| finer(other));
        let Some((_, from)) = from.min_by_key(|(_, classes)| classes.of.len()) else {
            return;
        };
        let classes = from.coarser(self.cells, levels, &mut self.room);
        let (lesson, way) = self.ruler.judge(levels, &classes, &self.checks);
        self.lessons.push(lesson);
        self.counted.insert(levels.to_vec());
        if let Some(way) = way.filter(|way| self.is_better(way.score)) {
            self.best = Some(way);
        }
        self.keep(levels, classes);
    }

    /// Keeps classes to count coarser ones from; the oldest go when there are too many. The finest always stay.
    fn keep(&mut self, levels: &[u8], classes: Classes) {
        self.held += classes.of.len();
        self.kept.push((levels.to_vec(), classes));
        while self.held > KEPT && self.kept.len() > 2 {
            let (_, gone) = self.kept.remove(1);
            self.held -= gone.of.len();
        }
    }
}

#[cfg(test)]
mod tests;
