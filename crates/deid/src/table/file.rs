//! A table in a file: read, made anonymous, written beside and put in place when it is whole.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use csv::{ByteRecord, ReaderBuilder, WriterBuilder};

use super::{Cells, Error, Goal, Hierarchy, Kind, Optimum, Release, Risk, optimum};

/// Different values in a column without a hierarchy at most.
const VALUES: usize = 1_000_000;
/// Separators that are recognised.
const SEPARATORS: [u8; 4] = *b";,\t|";

/// What the columns of a table are. Columns that are not named are removed: who says nothing of a column does not release it.
#[derive(Debug, Clone, Default)]
pub struct Roles {
    /// By what a person could be found: made coarser.
    pub quasi: Vec<String>,
    /// What is to be learnt of nobody: released as it is, if the models allow it.
    pub sensitive: Vec<String>,
    /// Released as it is.
    pub keep: Vec<String>,
}

/// What became of a table.
#[derive(Debug)]
pub struct Made {
    /// The transformation.
    pub way: Optimum,
    /// How easily rows could still be found.
    pub risk: Risk,
    /// For each quasi-identifier what its values were taken for, where it came without a hierarchy.
    pub taken_for: Vec<Option<Kind>>,
    /// How many levels each quasi-identifier has.
    pub levels: Vec<usize>,
    /// Columns that were removed.
    pub removed: Vec<String>,
    /// Rows that were read.
    pub rows: u64,
}

/// Why a file is not made anonymous. Nothing is left under its final name.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// A file.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Text that is no table. The row is counted from 1, the head not among them.
    #[error("row {0} cannot be read as a row of the table: another number of cells, or no UTF-8")]
    Row(u64),
    /// A column that is not there, or stands twice.
    #[error("the table has no column {0}, or more than one")]
    Column(String),
    /// A column with two roles.
    #[error("the column {0} has more than one role")]
    Role(String),
    /// Too many values to make a hierarchy of.
    #[error("the column {0} has more than a million different values: give it a hierarchy, or remove it")]
    Values(String),
    /// The table, its hierarchies or the goal.
    #[error(transparent)]
    Table(#[from] Error),
    /// The file was changed while it was read.
    #[error("the file changed while it was read; nothing was written")]
    Changed,
}

/// Makes a table anonymous: `input` is read, `output` is written as a whole or not at all. None where no transformation does
/// what the goal asks for; then nothing is written. `hierarchy` gives that of a column, if there is one.
pub fn anonymize(
    input: &Path,
    output: &Path,
    roles: &Roles,
    goal: &Goal,
    mut hierarchy: impl FnMut(&str) -> Result<Option<Hierarchy>, FileError>,
) -> Result<Option<Made>, FileError> {
    let table = Table::open(input, roles)?;
    let mut given = Vec::new();
    for name in &roles.quasi {
        given.push(hierarchy(name)?);
    }
    let made = table.made(roles, &given)?;
    let mut taken_for = Vec::new();
    let mut quasi = Vec::new();
    for ((name, given), made) in roles.quasi.iter().zip(given).zip(made) {
        let (hierarchy, kind) = match (given, made) {
            (Some(given), _) => (given, None),
            (None, values) if values.is_empty() => return Err(Error::NO_ROWS.into()),
            (None, values) => {
                let values: Vec<String> = values.into_iter().collect();
                let (hierarchy, kind) = Hierarchy::made(&values)?;
                (hierarchy, Some(kind))
            }
        };
        taken_for.push(kind);
        quasi.push((name.clone(), hierarchy));
    }
    let levels = quasi.iter().map(|(_, h)| h.levels()).collect();
    let mut sensitive = Vec::new();
    for name in &roles.sensitive {
        sensitive.push((name.clone(), hierarchy(name)?));
    }
    let mut cells = Cells::new(quasi, sensitive);
    table.each(|record| {
        let quasi: Vec<&[u8]> = table.quasi.iter().map(|at| &record[*at]).collect();
        let secret: Vec<&[u8]> = table.sensitive.iter().map(|at| &record[*at]).collect();
        Ok(cells.push(&quasi, &secret)?)
    })?;
    let Some(way) = optimum(&cells, goal)? else {
        return Ok(None);
    };
    let release = Release::new(&cells, goal, &way)?;
    table.write(output, &release)?;
    Ok(Some(Made {
        risk: release.risk(),
        way,
        taken_for,
        levels,
        removed: table.removed(),
        rows: cells.rows(),
    }))
}

/// A table in a file, with the places of its columns.
struct Table {
    path: PathBuf,
    separator: u8,
    heads: Vec<String>,
    quasi: Vec<usize>,
    sensitive: Vec<usize>,
    keep: Vec<usize>,
}

impl Table {
    fn open(path: &Path, roles: &Roles) -> Result<Self, FileError> {
        let fault = |source| FileError::Io {
            path: path.to_owned(),
            source,
        };
        // The first line says how cells are separated.
        let mut begin = vec![0; 64 << 10];
        let mut file = File::open(path).map_err(fault)?;
        let mut read = 0;
        while read < begin.len() {
            match file.read(&mut begin[read..]).map_err(fault)? {
                0 => break,
                n => read += n,
            }
        }
        let line = begin[..read].split(|b| *b == b'\n').next().unwrap_or_default();
        let often = |separator: &u8| line.iter().filter(|b| *b == separator).count();
        // Of two that stand equally often, the first.
        let separator = SEPARATORS.into_iter().rev().max_by_key(often).unwrap_or(b';');
        let mut table = Self {
            path: path.to_owned(),
            separator,
            heads: Vec::new(),
            quasi: Vec::new(),
            sensitive: Vec::new(),
            keep: Vec::new(),
        };
        let mut reader = table.reader()?;
        let heads = reader.headers().map_err(|_| FileError::Row(0))?;
        table.heads = heads
            .iter()
            .map(|h| h.trim_start_matches('\u{feff}').trim().to_owned())
            .collect();
        let all = || roles.quasi.iter().chain(&roles.sensitive).chain(&roles.keep);
        let mut seen = BTreeSet::new();
        if let Some(twice) = all().find(|name| !seen.insert(*name)) {
            return Err(FileError::Role(twice.clone()));
        }
        table.quasi = table.places(&roles.quasi)?;
        table.sensitive = table.places(&roles.sensitive)?;
        table.keep = table.places(&roles.keep)?;
        Ok(table)
    }

    fn places(&self, names: &[String]) -> Result<Vec<usize>, FileError> {
        let place = |name: &String| {
            let mut places = self.heads.iter().enumerate().filter(|(_, head)| *head == name);
            match (places.next(), places.next()) {
                (Some((at, _)), None) => Ok(at),
                _ => Err(FileError::Column(name.clone())),
            }
        };
        names.iter().map(place).collect()
    }

    fn removed(&self) -> Vec<String> {
        let used = |at: &usize| {
            [&self.quasi, &self.sensitive, &self.keep]
                .iter()
                .any(|all| all.contains(at))
        };
        let heads = self.heads.iter().enumerate();
        heads
            .filter(|(at, _)| !used(at))
            .map(|(_, head)| head.clone())
            .collect()
    }

    fn reader(&self) -> Result<csv::Reader<BufReader<File>>, FileError> {
        let file = File::open(&self.path).map_err(|source| FileError::Io {
            path: self.path.clone(),
            source,
        })?;
        let reader = BufReader::with_capacity(1 << 20, file);
        Ok(ReaderBuilder::new().delimiter(self.separator).from_reader(reader))
    }

    /// Goes over the rows.
    fn each(&self, mut take: impl FnMut(&ByteRecord) -> Result<(), FileError>) -> Result<(), FileError> {
        let mut reader = self.reader()?;
        let mut record = ByteRecord::new();
        let mut row = 0;
        loop {
            row += 1;
            match reader.read_byte_record(&mut record) {
                Ok(true) => take(&record)?,
                Ok(false) => return Ok(()),
                Err(error) => {
                    return Err(match error.into_kind() {
                        csv::ErrorKind::Io(source) => FileError::Io {
                            path: self.path.clone(),
                            source,
                        },
                        _ => FileError::Row(row),
                    });
                }
            }
        }
    }

    /// The different values of each quasi-identifier without a hierarchy.
    fn made(&self, roles: &Roles, given: &[Option<Hierarchy>]) -> Result<Vec<BTreeSet<String>>, FileError> {
        let mut values = vec![BTreeSet::new(); given.len()];
        if given.iter().all(Option::is_some) {
            return Ok(values);
        }
        let mut row = 0;
        self.each(|record| {
            row += 1;
            for (column, at) in self.quasi.iter().enumerate().filter(|(c, _)| given[*c].is_none()) {
                let value = std::str::from_utf8(&record[*at]).map_err(|_| FileError::Row(row))?;
                if !values[column].contains(value) {
                    values[column].insert(value.to_owned());
                    if values[column].len() > VALUES {
                        return Err(FileError::Values(roles.quasi[column].clone()));
                    }
                }
            }
            Ok(())
        })?;
        Ok(values)
    }

    /// Writes what is released, beside first.
    fn write(&self, output: &Path, release: &Release<'_>) -> Result<(), FileError> {
        let fault = |source| FileError::Io {
            path: output.to_owned(),
            source,
        };
        let folder = output.parent().filter(|p| !p.as_os_str().is_empty());
        let beside = tempfile::NamedTempFile::new_in(folder.unwrap_or_else(|| Path::new("."))).map_err(fault)?;
        let mut writer = WriterBuilder::new()
            .delimiter(self.separator)
            .buffer_capacity(1 << 20)
            .from_writer(beside);
        let broken = |error: csv::Error| match error.into_kind() {
            csv::ErrorKind::Io(source) => fault(source),
            _ => FileError::Changed,
        };
        // Columns stay in their order.
        let places = self.quasi.iter().chain(&self.sensitive).chain(&self.keep);
        let shown: BTreeSet<usize> = places.copied().collect();
        writer
            .write_record(shown.iter().map(|at| self.heads[*at].as_bytes()))
            .map_err(broken)?;
        self.each(|record| {
            let quasi: Vec<&[u8]> = self.quasi.iter().map(|at| &record[*at]).collect();
            // Every row was taken in before: one that is not known now is another.
            let Some(texts) = release.row(&quasi).map_err(|_| FileError::Changed)? else {
                return Ok(());
            };
            for at in &shown {
                let cell = match self.quasi.iter().position(|q| q == at) {
                    Some(column) => texts[column].as_bytes(),
                    None => &record[*at],
                };
                writer.write_field(cell).map_err(broken)?;
            }
            writer.write_record(None::<&[u8]>).map_err(broken)
        })?;
        let beside = writer.into_inner().map_err(|error| fault(error.into_error()))?;
        beside.as_file().sync_all().map_err(fault)?;
        beside.persist(output).map_err(|error| fault(error.error))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::table::{Measure, Model};

    use super::*;

    fn goal(k: u32, suppress: f64) -> Goal {
        Goal {
            models: vec![Model::KAnonymity(k)],
            measure: Measure::Loss,
            suppress,
        }
    }

    fn roles(quasi: &[&str], keep: &[&str]) -> Roles {
        let names = |all: &[&str]| all.iter().map(|n| (*n).to_owned()).collect();
        Roles {
            quasi: names(quasi),
            sensitive: Vec::new(),
            keep: names(keep),
        }
    }

    fn none(_: &str) -> Result<Option<Hierarchy>, FileError> {
        Ok(None)
    }

    #[test]
    fn a_table_comes_out_coarse_in_its_order_and_without_names() {
        let folder = tempfile::tempdir().unwrap();
        let (input, output) = (folder.path().join("in.csv"), folder.path().join("out.csv"));
        let rows = "\u{feff}name,age,sex,visit\nAn,31,f,\"a, b\"\nBình,33,f,x\nCúc,48,m,y\nDũng,45,m,z\n";
        std::fs::write(&input, rows).unwrap();
        let made = anonymize(
            &input,
            &output,
            &roles(&["age", "sex"], &["visit"]),
            &goal(2, 0.0),
            none,
        );
        let made = made.unwrap().unwrap();
        assert_eq!(made.removed, ["name"]);
        assert_eq!(made.taken_for, [Some(Kind::Number), Some(Kind::Word)]);
        assert_eq!((made.rows, made.risk.smallest), (4, 2));
        let text = std::fs::read_to_string(&output).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[0], "age,sex,visit");
        assert_eq!(lines[1], "30–34,f,\"a, b\"");
        assert_eq!(lines[3], "45–49,m,y");
        for name in ["An", "Bình", "31", "48"] {
            assert!(!text.contains(name), "{name}");
        }
    }

    #[test]
    fn nothing_is_written_where_nothing_does_or_something_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let (input, output) = (folder.path().join("in.csv"), folder.path().join("out.csv"));
        let try_it = |text: &[u8], roles: &Roles, goal: &Goal| {
            std::fs::write(&input, text).unwrap();
            let made = anonymize(&input, &output, roles, goal, none);
            assert!(!output.exists());
            assert_eq!(
                std::fs::read_dir(folder.path()).unwrap().count(),
                1,
                "nothing is left beside"
            );
            made
        };
        let by_age = roles(&["age"], &[]);
        assert!(try_it(b"age\n31\n", &by_age, &goal(2, 0.0)).unwrap().is_none());
        let refused = |made: Result<Option<Made>, FileError>| made.unwrap_err().to_string();
        assert!(refused(try_it(b"", &by_age, &goal(2, 0.0))).contains("column age"));
        assert!(refused(try_it(b"age;x\n1;2\n3\n", &by_age, &goal(2, 0.0))).contains("row 2"));
        assert!(refused(try_it(b"age;x\n\xff\xfe;2\n", &by_age, &goal(2, 0.0))).contains("row 1"));
        assert!(refused(try_it(b"age;age\n1;2\n", &by_age, &goal(2, 0.0))).contains("column age"));
        assert!(refused(try_it(b"age\n", &by_age, &goal(2, 0.0))).contains("no rows"));
        assert!(refused(try_it(b"age\n1\n", &roles(&["age"], &["age"]), &goal(2, 0.0))).contains("role"));
        assert!(refused(try_it(b"age\n1\n", &roles(&[], &["age"]), &goal(2, 0.0))).contains("quasi"));
    }

    #[test]
    fn rows_that_are_suppressed_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let (input, output) = (folder.path().join("in.csv"), folder.path().join("out.csv"));
        std::fs::write(&input, "sex\tward\nf\tA\nf\tA\nf\tA\nm\tB\n").unwrap();
        let made = anonymize(&input, &output, &roles(&["sex", "ward"], &[]), &goal(3, 0.25), none);
        assert_eq!(made.unwrap().unwrap().way.suppressed, 1);
        let text = std::fs::read_to_string(&output).unwrap();
        assert_eq!(text, "sex\tward\nf\tA\nf\tA\nf\tA\n");
    }
}
