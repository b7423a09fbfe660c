//! The table as it is searched: every distinct combination of quasi-identifiers once, with how often it stands in the table.

use foldhash::fast::RandomState;
use hashbrown::{HashMap, HashTable};
use std::hash::{BuildHasher, Hasher};

use super::{Error, Hierarchy};

/// A table, row by row folded into its distinct combinations: its size in memory grows with these and not with the rows.
#[derive(Debug)]
pub struct Cells {
    pub(super) names: Vec<String>,
    pub(super) hierarchies: Vec<Hierarchy>,
    /// The codes of each combination, one column after the other.
    pub(super) codes: Vec<Vec<u32>>,
    /// How often each combination stands in the table.
    pub(super) counts: Vec<u32>,
    pub(super) sensitive: Vec<Column>,
    pub(super) rows: u64,
    known: HashTable<u32>,
    hasher: RandomState,
    row: Vec<u32>,
}

/// A sensitive column: what is to be learnt of nobody.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    /// For models that know how near values are to each other.
    pub(super) hierarchy: Option<Hierarchy>,
    codes: HashMap<Vec<u8>, u32, RandomState>,
    /// How often a combination stands with a value.
    pub(super) pairs: HashMap<(u32, u32), u32, RandomState>,
    /// How often each value stands in the table.
    pub(super) counts: Vec<u64>,
}

impl Cells {
    /// An empty table with these quasi-identifiers and sensitive columns. A sensitive column needs a hierarchy for a model
    /// that asks how near its values are.
    pub fn new(quasi: Vec<(String, Hierarchy)>, sensitive: Vec<(String, Option<Hierarchy>)>) -> Self {
        let (names, hierarchies): (Vec<_>, Vec<_>) = quasi.into_iter().unzip();
        Self {
            codes: vec![Vec::new(); names.len()],
            row: Vec::with_capacity(names.len()),
            names,
            hierarchies,
            counts: Vec::new(),
            sensitive: sensitive
                .into_iter()
                .map(|(name, hierarchy)| Column {
                    name,
                    hierarchy,
                    codes: HashMap::default(),
                    pairs: HashMap::default(),
                    counts: Vec::new(),
                })
                .collect(),
            rows: 0,
            known: HashTable::new(),
            hasher: RandomState::default(),
        }
    }

    /// Takes in a row: its quasi-identifiers and its sensitive values, in the order of the columns.
    pub fn push(&mut self, quasi: &[&[u8]], sensitive: &[&[u8]]) -> Result<(), Error> {
        let row = self.rows + 1;
        if quasi.len() != self.hierarchies.len() || sensitive.len() != self.sensitive.len() {
            return Err(Error::Width { row });
        }
        self.row.clear();
        for (at, value) in quasi.iter().enumerate() {
            let code = self.hierarchies[at].code(value).ok_or_else(|| Error::Unknown {
                row,
                column: self.names[at].clone(),
            })?;
            self.row.push(code);
        }
        // Values are looked up before anything is counted, so that a row is taken in as a whole or not at all.
        for (column, value) in self.sensitive.iter().zip(sensitive) {
            if column.hierarchy.as_ref().is_some_and(|h| h.code(value).is_none()) {
                return Err(Error::Unknown {
                    row,
                    column: column.name.clone(),
                });
            }
        }
        let tuple = self.tuple()?;
        self.counts[tuple as usize] = self.counts[tuple as usize].checked_add(1).ok_or(Error::Goal(
            "a combination stands in the table more than four billion times",
        ))?;
        for (column, value) in self.sensitive.iter_mut().zip(sensitive) {
            let code = column.code(value);
            *column.pairs.entry((tuple, code)).or_insert(0) += 1;
            column.counts[code as usize] += 1;
        }
        self.rows = row;
        Ok(())
    }

    /// The number of the combination in `row`, a new one where it was not seen yet.
    fn tuple(&mut self) -> Result<u32, Error> {
        let (codes, row) = (&self.codes, &self.row);
        let same = |tuple: &u32| {
            row.iter()
                .zip(codes)
                .all(|(code, column)| column[*tuple as usize] == *code)
        };
        let hash = hashed(&self.hasher, row.iter().copied());
        if let Some(tuple) = self.known.find(hash, same) {
            return Ok(*tuple);
        }
        let tuple = u32::try_from(self.counts.len())
            .map_err(|_| Error::Goal("the table has more than four billion distinct combinations"))?;
        for (column, code) in self.codes.iter_mut().zip(&self.row) {
            column.push(*code);
        }
        self.counts.push(0);
        let (codes, hasher) = (&self.codes, &self.hasher);
        self.known.insert_unique(hash, tuple, |tuple| {
            hashed(hasher, codes.iter().map(|column| column[*tuple as usize]))
        });
        Ok(tuple)
    }

    /// The combination of a row that was taken in.
    pub(super) fn find(&self, quasi: &[&[u8]]) -> Result<u32, Error> {
        let unknown = |at: usize| Error::Unknown {
            row: 0,
            column: self.names.get(at).cloned().unwrap_or_default(),
        };
        if quasi.len() != self.hierarchies.len() {
            return Err(Error::Width { row: 0 });
        }
        let codes: Vec<u32> = quasi
            .iter()
            .enumerate()
            .map(|(at, value)| self.hierarchies[at].code(value).ok_or_else(|| unknown(at)))
            .collect::<Result<_, _>>()?;
        let same = |tuple: &u32| {
            codes
                .iter()
                .zip(&self.codes)
                .all(|(code, column)| column[*tuple as usize] == *code)
        };
        let found = self.known.find(hashed(&self.hasher, codes.iter().copied()), same);
        found.copied().ok_or_else(|| unknown(0))
    }

    /// How many rows were taken in.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// How many distinct combinations of quasi-identifiers there are.
    pub fn distinct(&self) -> usize {
        self.counts.len()
    }
}

/// The hash of a combination.
fn hashed(hasher: &RandomState, codes: impl Iterator<Item = u32>) -> u64 {
    let mut state = hasher.build_hasher();
    for code in codes {
        state.write_u32(code);
    }
    state.finish()
}

impl Column {
    fn code(&mut self, value: &[u8]) -> u32 {
        if let Some(hierarchy) = &self.hierarchy {
            self.counts.resize(hierarchy.len(), 0);
            return hierarchy.code(value).unwrap_or_default();
        }
        if let Some(code) = self.codes.get(value) {
            return *code;
        }
        let code = u32::try_from(self.codes.len()).unwrap_or(u32::MAX);
        self.codes.insert(value.to_vec(), code);
        self.counts.push(0);
        code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers() -> Hierarchy {
        Hierarchy::read(&b"1;*\n2;*\n3;*\n"[..], b';').unwrap()
    }

    #[test]
    fn equal_rows_are_kept_once() {
        let mut cells = Cells::new(
            vec![("a".into(), numbers()), ("b".into(), numbers())],
            vec![("s".into(), None)],
        );
        for (a, b, s) in [("1", "2", "x"), ("1", "2", "y"), ("2", "1", "x"), ("1", "2", "x")] {
            cells.push(&[a.as_bytes(), b.as_bytes()], &[s.as_bytes()]).unwrap();
        }
        assert_eq!((cells.rows(), cells.distinct()), (4, 2));
        assert_eq!(cells.counts, [3, 1]);
        assert_eq!(cells.sensitive[0].counts, [3, 1]);
        assert_eq!(cells.sensitive[0].pairs[&(0, 0)], 2);
    }

    #[test]
    fn a_row_that_does_not_fit_is_told_without_its_value() {
        let mut cells = Cells::new(vec![("a".into(), numbers())], Vec::new());
        cells.push(&[b"1"], &[]).unwrap();
        let told = cells.push(&[b"Nguyen Van A"], &[]).unwrap_err();
        assert!(told.to_string().contains("row 2, column a") && !told.to_string().contains("Nguyen"));
        assert!(matches!(cells.push(&[b"1", b"2"], &[]), Err(Error::Width { row: 2 })));
        assert_eq!(cells.rows(), 1, "nothing of a refused row is kept");
    }
}
