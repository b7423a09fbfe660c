use std::collections::BTreeMap;
use std::str::FromStr;

use tutela_detect::Entity;

/// What a label means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// A finding of one of these types is right.
    Types(Vec<Entity>),
    /// Its spans are left out.
    Left,
    /// Its spans are left out, and so is what is found there.
    Aside,
}

/// A table of labels.
#[derive(Debug, Clone)]
pub struct Labels {
    table: BTreeMap<String, Meaning>,
}

/// A line of a table that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongTable {
    /// The line, counted from 1.
    pub line: usize,
    /// The type that is not known; empty where the line is not `LABEL = TYPE, TYPE`.
    pub unknown: String,
}

/// The table of the corpora that are in common use.
const COMMON: &str = include_str!("labels.txt");

impl Labels {
    /// The table of the corpora that are in common use.
    pub fn common() -> Self {
        let mut labels = Self { table: BTreeMap::new() };
        // That it can be read, a test shows.
        let _ = labels.extend(COMMON);
        labels
    }

    /// Takes a table in; its lines count more than those before. `LABEL = TYPE, TYPE`, `LABEL = -` or `LABEL = ~` on a line.
    pub fn extend(&mut self, table: &str) -> Result<(), WrongTable> {
        for (n, line) in table.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let wrong = |unknown: &str| WrongTable {
                line: n + 1,
                unknown: unknown.to_owned(),
            };
            let (label, types) = line.split_once('=').ok_or_else(|| wrong(""))?;
            let meaning = match types.trim() {
                "-" => Meaning::Left,
                "~" => Meaning::Aside,
                types => {
                    let one = |t: &str| Entity::from_str(t.trim()).map_err(|()| wrong(t.trim()));
                    let mut types = types.split(',').map(one).collect::<Result<Vec<_>, _>>()?;
                    types.sort();
                    types.dedup();
                    Meaning::Types(types)
                }
            };
            if label.trim().is_empty() {
                return Err(wrong(""));
            }
            self.table.insert(label.trim().to_owned(), meaning);
        }
        Ok(())
    }

    /// What a label means; none, if nobody has said so.
    pub fn meaning(&self, label: &str) -> Option<Meaning> {
        let own = || Entity::from_str(label).ok().map(|e| Meaning::Types(vec![e]));
        self.table.get(label).cloned().or_else(own)
    }

    /// The table as it stands, label by label.
    pub fn rows(&self) -> impl Iterator<Item = (&str, &Meaning)> {
        self.table.iter().map(|(label, meaning)| (label.as_str(), meaning))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_table_can_be_read_and_extended() {
        let mut labels = Labels { table: BTreeMap::new() };
        labels.extend(COMMON).unwrap();
        assert_eq!(labels.meaning("ORG"), Some(Meaning::Types(vec![Entity::Organization])));
        assert_eq!(labels.meaning("MISC"), Some(Meaning::Left));
        assert_eq!(labels.meaning("PERSON_NOMINAL"), Some(Meaning::Aside));
        assert_eq!(
            labels.meaning("RU_INN"),
            Some(Meaning::Types(vec![Entity::RuInn])),
            "a type is its own label"
        );
        assert_eq!(labels.meaning("NOVEL"), None);
        labels.extend("NOVEL = AGE, AGE\nMISC = ORGANIZATION").unwrap();
        assert_eq!(labels.meaning("NOVEL"), Some(Meaning::Types(vec![Entity::Age])));
        for (table, line, unknown) in [("A = AGE\nB = WHAT", 2, "WHAT"), ("A", 1, ""), (" = AGE", 1, "")] {
            let wrong = labels.extend(table).unwrap_err();
            assert_eq!((wrong.line, wrong.unknown.as_str()), (line, unknown));
        }
    }
}
