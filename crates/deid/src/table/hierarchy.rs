//! What every value of a column becomes at each level of coarseness.

use std::io::Read;

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use super::Error;

/// A hierarchy. Level 0 is the value itself; the last level usually says nothing any more (`*`).
#[derive(Debug, Clone)]
pub struct Hierarchy {
    /// Values of level 0, by code.
    codes: HashMap<Vec<u8>, u32, RandomState>,
    levels: Vec<Level>,
}

/// One level.
#[derive(Debug, Clone)]
pub(super) struct Level {
    /// The code at this level of a value of level 0.
    pub(super) of: Vec<u32>,
    /// The texts of the codes of this level.
    pub(super) texts: Vec<String>,
    /// How many values of level 0 have each code: how wide it is.
    pub(super) width: Vec<u32>,
}

impl Hierarchy {
    /// A hierarchy out of its lines: a value, and what it becomes at level 1, 2, … Every line has the same number of levels, no
    /// value stands twice, and values that are one at a level stay one at all coarser levels.
    pub fn new(lines: Vec<Vec<String>>) -> Result<Self, Error> {
        let wrong = |line: usize, what| Error::Hierarchy { line: line + 1, what };
        let depth = lines.first().map_or(0, Vec::len);
        if depth == 0 {
            return Err(wrong(0, "there is nothing in it"));
        }
        let mut codes = HashMap::with_capacity_and_hasher(lines.len(), RandomState::default());
        let mut levels: Vec<Level> = (0..depth)
            .map(|_| Level {
                of: Vec::with_capacity(lines.len()),
                texts: Vec::new(),
                width: Vec::new(),
            })
            .collect();
        let mut known: Vec<HashMap<String, u32, RandomState>> = vec![HashMap::default(); depth];
        for (at, line) in lines.into_iter().enumerate() {
            if line.len() != depth {
                return Err(wrong(at, "it has another number of levels than the first line"));
            }
            let own = u32::try_from(at).map_err(|_| wrong(at, "there are too many values"))?;
            let mut finer: Option<u32> = None;
            for (depth, text) in line.into_iter().enumerate() {
                if depth == 0 && codes.insert(text.clone().into_bytes(), own).is_some() {
                    return Err(wrong(at, "its value stood in an earlier line"));
                }
                let level = &mut levels[depth];
                let next = u32::try_from(level.texts.len()).map_err(|_| wrong(at, "there are too many values"))?;
                let code = match known[depth].get(&text) {
                    Some(code) => *code,
                    None => {
                        known[depth].insert(text.clone(), next);
                        level.texts.push(text);
                        level.width.push(0);
                        next
                    }
                };
                level.of.push(code);
                level.width[code as usize] += 1;
                // The first value with the finer code says what this code must be.
                if let Some(finer) = finer {
                    let before = &levels[depth - 1].of;
                    let first = before.iter().position(|c| *c == finer).unwrap_or(at);
                    if levels[depth].of[first] != code {
                        return Err(wrong(at, "values that are one at a level are two at a coarser level"));
                    }
                }
                finer = Some(code);
            }
        }
        Ok(Self { codes, levels })
    }

    /// Reads a hierarchy from text: a line for each value, its levels separated by `separator`.
    pub fn read(text: impl Read, separator: u8) -> Result<Self, Error> {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .from_reader(text);
        let mut lines = Vec::new();
        for (at, record) in reader.records().enumerate() {
            let record = record.map_err(|_| Error::Hierarchy {
                line: at + 1,
                what: "it cannot be read as text with separators in UTF-8",
            })?;
            lines.push(record.iter().map(str::to_owned).collect());
        }
        Self::new(lines)
    }

    /// How many levels there are, level 0 among them.
    pub fn levels(&self) -> usize {
        self.levels.len()
    }

    /// How many values it knows.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether it knows no value; one that was made has some.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// The code of a value.
    pub(super) fn code(&self, value: &[u8]) -> Option<u32> {
        self.codes.get(value).copied()
    }

    pub(super) fn level(&self, level: usize) -> &Level {
        &self.levels[level]
    }

    /// What a value becomes at a level.
    pub fn text(&self, value: &[u8], level: usize) -> Option<&str> {
        let level = self.levels.get(level)?;
        let code = *level.of.get(self.code(value)? as usize)?;
        level.texts.get(code as usize).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Result<Hierarchy, Error> {
        Hierarchy::read(text.as_bytes(), b';')
    }

    #[test]
    fn a_value_becomes_what_its_line_says() {
        let hierarchy = lines("17;10-19;*\n18;10-19;*\n25;20-29;*\n").unwrap();
        assert_eq!((hierarchy.levels(), hierarchy.len()), (3, 3));
        assert_eq!(hierarchy.text(b"18", 0), Some("18"));
        assert_eq!(hierarchy.text(b"18", 1), Some("10-19"));
        assert_eq!(hierarchy.text(b"25", 2), Some("*"));
        assert_eq!(hierarchy.text(b"19", 1), None);
        assert_eq!(hierarchy.level(1).width, [2, 1]);
    }

    #[test]
    fn a_hierarchy_that_is_none_is_told_by_its_line() {
        for (text, line) in [("", 1), ("1;*\n2\n", 2), ("1;*\n1;*\n", 2), ("1;a;x\n2;a;y\n", 2)] {
            assert!(
                matches!(lines(text), Err(Error::Hierarchy { line: at, .. }) if at == line),
                "{text}"
            );
        }
        assert!(matches!(
            Hierarchy::read(&b"ok;*\n\xff;*\n"[..], b';'),
            Err(Error::Hierarchy { line: 2, .. })
        ));
    }
}
