//! A transformation carried out: what every row becomes, and how easily its person could still be found.

use super::group::{Classes, Room};
use super::model::Checks;
use super::{Cells, Error, Goal, Optimum};

/// What rows become under a transformation.
#[derive(Debug)]
pub struct Release<'a> {
    cells: &'a Cells,
    levels: Vec<u8>,
    suppressed: Vec<bool>,
    risk: Risk,
}

/// How easily the person behind a row of the released table could be found by somebody who knows that the person is in it
/// (the *prosecutor*; El Emam 2013). The chance for a row is one divided by the rows of its class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Risk {
    /// Rows that are released.
    pub rows: u64,
    /// Rows of the smallest class.
    pub smallest: u32,
    /// The chance for the row that is easiest to find.
    pub highest: f64,
    /// The mean chance over all rows: also what share of them somebody with data on everybody finds (the *marketer*).
    pub average: f64,
    /// The share of rows of the whole table that stood alone before.
    pub alone_before: f64,
    /// The mean chance before.
    pub average_before: f64,
}

impl<'a> Release<'a> {
    /// Carries out the transformation that was found for a goal.
    pub fn new(cells: &'a Cells, goal: &Goal, way: &Optimum) -> Result<Self, Error> {
        let checks = Checks::new(cells, &goal.models)?;
        let depth = cells.hierarchies.iter().map(super::Hierarchy::levels);
        if way.levels.len() != cells.hierarchies.len()
            || way.levels.iter().zip(depth).any(|(l, d)| usize::from(*l) >= d)
        {
            return Err(Error::Goal("the levels are not of this table"));
        }
        let finest = Classes::finest(cells);
        let mut room = Room::default();
        let classes = finest.coarser(cells, &way.levels, &mut room);
        let stays: Vec<bool> = (0..classes.of.len())
            .map(|class| {
                let size = classes.size[class];
                size >= checks.least && checks.meets(&classes.values, class, size)
            })
            .collect();
        let kept: Vec<u32> = classes
            .size
            .iter()
            .zip(&stays)
            .filter(|(_, s)| **s)
            .map(|(n, _)| *n)
            .collect();
        let rows: u64 = kept.iter().map(|n| u64::from(*n)).sum();
        let smallest = kept.iter().copied().min().unwrap_or(0);
        let all = cells.rows.max(1) as f64;
        let alone = cells.counts.iter().filter(|n| **n == 1).count();
        let risk = Risk {
            rows,
            smallest,
            highest: if smallest == 0 { 0.0 } else { 1.0 / f64::from(smallest) },
            average: kept.len() as f64 / rows.max(1) as f64,
            alone_before: alone as f64 / all,
            average_before: cells.counts.len() as f64 / all,
        };
        Ok(Self {
            cells,
            levels: way.levels.clone(),
            suppressed: room
                .into_classes()
                .iter()
                .map(|class| !stays[*class as usize])
                .collect(),
            risk,
        })
    }

    /// How easily rows could still be found.
    pub fn risk(&self) -> Risk {
        self.risk
    }

    /// What the quasi-identifiers of a row become; none where the row is suppressed. The row must be one of the table.
    pub fn row(&self, quasi: &[&[u8]]) -> Result<Option<Vec<&str>>, Error> {
        let tuple = self.cells.find(quasi)?;
        if self.suppressed[tuple as usize] {
            return Ok(None);
        }
        let columns = self.cells.hierarchies.iter().zip(&self.cells.codes).zip(&self.levels);
        let texts = columns.map(|((hierarchy, codes), level)| {
            let level = hierarchy.level(usize::from(*level));
            level.texts[level.of[codes[tuple as usize] as usize] as usize].as_str()
        });
        Ok(Some(texts.collect()))
    }
}

#[cfg(test)]
mod tests {
    use crate::table::{Hierarchy, Measure, Model, optimum};

    use super::*;

    #[test]
    fn rows_become_coarse_or_are_suppressed() {
        let ages = "31;30-39;*\n34;30-39;*\n47;40-49;*\n45;40-49;*\n90;90-99;*\n";
        let age = Hierarchy::read(ages.as_bytes(), b';').unwrap();
        let mut cells = Cells::new(vec![("age".into(), age)], Vec::new());
        for row in ["31", "34", "47", "45", "90"] {
            cells.push(&[row.as_bytes()], &[]).unwrap();
        }
        let goal = Goal {
            models: vec![Model::KAnonymity(2)],
            measure: Measure::Loss,
            suppress: 0.2,
        };
        let way = optimum(&cells, &goal).unwrap().unwrap();
        let release = Release::new(&cells, &goal, &way).unwrap();
        assert_eq!(release.row(&[b"34"]).unwrap(), Some(vec!["30-39"]));
        assert_eq!(release.row(&[b"90"]).unwrap(), None);
        assert!(release.row(&[b"35"]).is_err(), "no row of the table");
        let risk = release.risk();
        assert_eq!((risk.rows, risk.smallest, risk.highest, risk.average), (4, 2, 0.5, 0.5));
        assert_eq!((risk.alone_before, risk.average_before), (1.0, 1.0));
        let other = Optimum { levels: vec![7], ..way };
        assert!(Release::new(&cells, &goal, &other).is_err());
    }
}
