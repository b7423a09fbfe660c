use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::clock::{self, Clock};
use crate::dossier::{self, Designation, Dossier};
use crate::ground::{self, Ground};
use crate::{Class, Country};

/// How sure a statement of a pack is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// Read in the instrument.
    Sure,
    /// From good secondary sources.
    Likely,
    /// Open: never shown as official.
    Check,
}

/// An act that a pack rests on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    /// Short name used in citations.
    pub short: String,
    /// Official title.
    pub title: String,
    /// Day of issue.
    pub issued: Date,
    /// First day in force.
    pub from: Date,
    /// How sure this is.
    pub mark: Mark,
}

/// A category of personal data in the words of the law.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Code within the pack.
    pub code: String,
    /// Its class.
    pub class: Class,
    /// The official term.
    pub term: String,
    /// The term in English.
    pub english: String,
    /// Article, in the citation form of the pack.
    pub article: String,
    /// How sure this is.
    pub mark: Mark,
}

/// A term that the law sets.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// Name within all packs.
    pub id: String,
    /// What is to be done.
    pub what: String,
    /// By when.
    pub term: String,
    /// On which form.
    pub form: Option<String>,
    /// Articles.
    pub cite: String,
    /// How sure this is.
    pub mark: Mark,
}

/// What the law says of a type of finding.
#[derive(Debug, Clone, Copy)]
pub struct Classification<'a> {
    /// The class.
    pub class: Class,
    /// The official term of the category.
    pub term: &'a str,
    /// Code of the category.
    pub code: &'a str,
    /// Article.
    pub article: &'a str,
    /// How sure this is.
    pub mark: Mark,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    country: Country,
    from: Date,
    to: Option<Date>,
    title: String,
    name: BTreeMap<String, String>,
    #[serde(default)]
    instrument: Vec<Instrument>,
    category: Vec<Category>,
    types: BTreeMap<String, String>,
    #[serde(default)]
    duty: Vec<Duty>,
}

/// One law pack.
#[derive(Debug, Clone)]
pub struct Pack {
    file: File,
    /// Position of the category of every type that is named.
    types: BTreeMap<String, usize>,
    /// Position of the category of all other types.
    other: usize,
    /// Files of clocks that come with the program. They are read when first asked for: a scan needs none.
    later: ClockFiles,
    grounds: Vec<Ground>,
    /// The file of dossiers, read when first asked for, as the clocks are.
    dossiers_later: &'static str,
    dossiers: OnceLock<dossier::File>,
    clocks: OnceLock<Vec<Clock>>,
}

/// Files of clocks: name and text.
type ClockFiles = &'static [(&'static str, &'static str)];

/// Why a pack is refused; the file is named first.
#[derive(Debug, Error)]
#[error("{file}: {reason}")]
pub struct PackError {
    file: String,
    reason: String,
}

impl PackError {
    pub(crate) fn new(file: &str, reason: String) -> Self {
        Self {
            file: file.to_owned(),
            reason,
        }
    }
}

impl Pack {
    /// Reads and checks a pack; `file` is named in errors.
    pub fn parse(file: &str, text: &str) -> Result<Self, PackError> {
        let refuse = |reason: String| PackError::new(file, reason);
        let parsed: File = toml::from_str(text).map_err(|e| refuse(e.to_string().trim_end().replace('\n', " ")))?;
        let find = |code: &str| {
            let at = parsed.category.iter().position(|c| c.code == code);
            at.ok_or_else(|| refuse(format!("[types] names category '{code}', which does not exist")))
        };
        let mut types = BTreeMap::new();
        for (name, code) in &parsed.types {
            types.insert(name.clone(), find(code)?);
        }
        let other = types
            .remove("other")
            .ok_or_else(|| refuse("[types] needs 'other'".to_owned()))?;
        for code in parsed.category.iter().map(|c| &c.code) {
            if parsed.category.iter().filter(|c| c.code == *code).count() > 1 {
                return Err(refuse(format!("category '{code}' stands twice")));
            }
        }
        for locale in ["vi", "ru", "zh", "en"] {
            if !parsed.name.contains_key(locale) {
                return Err(refuse(format!("name.{locale} is missing")));
            }
        }
        if parsed.to.is_some_and(|to| to < parsed.from) {
            return Err(refuse("'to' lies before 'from'".to_owned()));
        }
        Ok(Self {
            file: parsed,
            types,
            other,
            later: &[],
            grounds: Vec::new(),
            dossiers_later: "",
            dossiers: OnceLock::new(),
            clocks: OnceLock::new(),
        })
    }

    /// Names the files of clocks that come with the program; this crate's tests check them.
    pub(crate) fn with_clocks_later(mut self, files: ClockFiles) -> Self {
        self.later = files;
        self
    }

    /// Takes the grounds for refusing a request that come with the program; this crate's tests check them.
    pub(crate) fn with_grounds(mut self, text: &str) -> Self {
        self.grounds = ground::parse(text).unwrap_or_default();
        self
    }

    /// Names the file of dossiers that comes with the program; this crate's tests check it.
    pub(crate) fn with_dossiers_later(mut self, text: &'static str) -> Self {
        self.dossiers_later = text;
        self
    }

    /// The dossiers that it wants, in the order of the file.
    pub fn dossiers(&self) -> &[Dossier] {
        &self.dossier_file().dossier
    }

    /// Whom the designation of an officer is reported to; none where the law wants no report.
    pub fn designation(&self) -> Option<&Designation> {
        self.dossier_file().designation.as_ref()
    }

    fn dossier_file(&self) -> &dossier::File {
        self.dossiers
            .get_or_init(|| dossier::parse(self.dossiers_later).unwrap_or(dossier::File::NONE))
    }

    /// The grounds on which a request of a data subject may be refused.
    pub fn grounds(&self) -> &[Ground] {
        &self.grounds
    }

    /// Adds a file of clocks.
    pub fn with_clocks(mut self, file: &str, text: &str) -> Result<Self, PackError> {
        let new = self.read_clocks(file, text)?;
        let mut all = self.clocks().to_vec();
        if let Some(twice) = new.iter().find(|n| all.iter().any(|c| c.id() == n.id())) {
            return Err(PackError::new(file, format!("clock '{}' stands twice", twice.id())));
        }
        all.extend(new);
        self.clocks = OnceLock::from(all);
        Ok(self)
    }

    fn read_clocks(&self, file: &str, text: &str) -> Result<Vec<Clock>, PackError> {
        clock::check::parse(file, text, self.id(), self.country(), (self.from(), self.to()))
    }

    /// The terms that can be counted.
    pub fn clocks(&self) -> &[Clock] {
        self.clocks.get_or_init(|| {
            let read = self
                .later
                .iter()
                .filter_map(|(file, text)| self.read_clocks(file, text).ok());
            read.flatten().collect()
        })
    }

    /// Name of the pack.
    pub fn id(&self) -> &str {
        &self.file.id
    }

    /// Country.
    pub fn country(&self) -> Country {
        self.file.country
    }

    /// First day.
    pub fn from(&self) -> Date {
        self.file.from
    }

    /// Last day; none while it is in force.
    pub fn to(&self) -> Option<Date> {
        self.file.to
    }

    /// Official title.
    pub fn title(&self) -> &str {
        &self.file.title
    }

    /// Name in a language, by its ISO 639-1 code; English for others.
    pub fn name(&self, locale: &str) -> &str {
        self.file
            .name
            .get(locale)
            .or_else(|| self.file.name.get("en"))
            .map_or("", String::as_str)
    }

    /// The acts that it rests on.
    pub fn instruments(&self) -> &[Instrument] {
        &self.file.instrument
    }

    /// All categories.
    pub fn categories(&self) -> &[Category] {
        &self.file.category
    }

    /// The terms that it names.
    pub fn duties(&self) -> &[Duty] {
        &self.file.duty
    }

    /// Whether it decides on this day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.file.from <= day && self.file.to.is_none_or(|to| day <= to)
    }

    /// What the law says of a type of finding, by the type's name. Types that the law does not name fall into its residual category.
    pub fn classify(&self, entity: &str) -> Classification<'_> {
        let at = self.types.get(entity).copied().unwrap_or(self.other);
        let Some(c) = self.file.category.get(at) else {
            return Classification {
                class: Class::Basic,
                term: "",
                code: "",
                article: "",
                mark: Mark::Check,
            };
        };
        Classification {
            class: c.class,
            term: &c.term,
            code: &c.code,
            article: &c.article,
            mark: c.mark,
        }
    }
}
