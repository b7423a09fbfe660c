use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde::Deserialize;
use tutela_law::{Country, Mark};
use tutela_words::Locale;

use crate::catalogue::{self, Dictionary, Entry};
use crate::document::Document;
use crate::error::Error;
use crate::template::{self, Template};
use crate::value::Values;
use crate::{embedded, fill};

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Text.
    Text,
    /// A day.
    Date,
    /// Yes or no.
    Flag,
    /// Rows.
    List,
}

/// Which pages bear a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Numbering {
    /// All but the first, as letters and orders have it.
    #[default]
    Later,
    /// All, with the number of all: registers whose sheets are counted.
    Every,
}

/// A field that a form names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name in `Values`; fields of rows are named `list.field`.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// What a user reads, in the language of the form.
    pub label: String,
    /// Whether the paper is complete without it: it is left for the hand, or the part that needs it is left out.
    pub optional: bool,
}

/// One form under one law pack in one language.
#[derive(Debug, Clone)]
pub struct Form {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) pack: String,
    pub(crate) country: Country,
    pub(crate) locale: Locale,
    pub(crate) cite: String,
    pub(crate) official: bool,
    pub(crate) mark: Mark,
    pub(crate) landscape: bool,
    pub(crate) numbering: Numbering,
    pub(crate) sheet_mark: Option<String>,
    pub(crate) template: Template,
    pub(crate) labels: BTreeMap<String, String>,
}

impl Form {
    /// Its name in all languages and packs.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The law pack that it follows.
    pub fn pack(&self) -> &str {
        &self.pack
    }

    /// The country of the pack.
    pub fn country(&self) -> Country {
        self.country
    }

    /// Its language.
    pub fn locale(&self) -> Locale {
        self.locale
    }

    /// The article or annex that sets its contents.
    pub fn cite(&self) -> &str {
        &self.cite
    }

    /// Whether an act of the state sets its contents and this is the language of the state. A translation, a form of the body's own
    /// and what is in doubt never are official.
    pub fn official(&self) -> bool {
        self.official && self.mark != Mark::Check && !self.translation()
    }

    /// Whether it is a translation of the form in the language of the state.
    pub fn translation(&self) -> bool {
        own_locale(self.country) != self.locale
    }

    /// How sure the norm behind it is.
    pub fn mark(&self) -> Mark {
        self.mark
    }

    /// The fields that it names, in the order of the paper.
    pub fn fields(&self) -> &[Field] {
        &self.template.fields
    }

    /// Names among the values that the form does not know: a field that was misspelt would otherwise show as missing only.
    pub fn unknown<'v>(&self, values: &'v Values) -> Vec<&'v str> {
        let knows = |name: &str| self.fields().iter().any(|f| f.name == name);
        values
            .iter()
            .map(|(name, _)| name)
            .filter(|name| !knows(name))
            .collect()
    }

    /// The paper with these values. What is missing stands as a ruled gap with the words that it is to be supplied.
    pub fn fill(&self, values: &Values) -> Document {
        fill::fill(self, values)
    }
}

/// The language in which the offices of a country write.
pub(crate) fn own_locale(country: Country) -> Locale {
    match country {
        Country::Vn => Locale::Vi,
        Country::Ru => Locale::Ru,
        Country::Cn => Locale::Zh,
    }
}

/// The country of a pack, by its name.
pub(crate) fn country(pack: &str) -> Option<Country> {
    Country::from_code(pack.split('-').next().unwrap_or(pack))
}

/// All forms. A copy shares them.
#[derive(Debug, Clone)]
pub struct Forms {
    forms: Arc<[Form]>,
}

impl Forms {
    /// The forms that come with the program, read once. They are checked by this crate's tests; one that did not parse would be left out.
    pub fn embedded() -> Self {
        static EMBEDDED: OnceLock<Arc<[Form]>> = OnceLock::new();
        let forms = EMBEDDED.get_or_init(|| parse_all().into_iter().filter_map(Result::ok).collect());
        Self {
            forms: Arc::clone(forms),
        }
    }

    /// A form by its name, under a law pack, in a language.
    pub fn find(&self, id: &str, pack: &str, locale: Locale) -> Option<&Form> {
        self.forms
            .iter()
            .find(|f| f.id == id && f.pack == pack && f.locale == locale)
    }

    /// All forms, in the order of the catalogue.
    pub fn all(&self) -> impl Iterator<Item = &Form> {
        self.forms.iter()
    }
}

pub(crate) fn parse_all() -> Vec<Result<Form, Error>> {
    let (entries, dictionary) = match (
        catalogue::forms(embedded::CATALOGUE),
        catalogue::fields(embedded::FIELDS),
    ) {
        (Ok(entries), Ok(dictionary)) => (entries, dictionary),
        (Err(e), _) | (_, Err(e)) => return vec![Err(e)],
    };
    let mut forms = Vec::new();
    for entry in &entries {
        let Some((_, texts)) = embedded::FORMS.iter().find(|(id, _)| *id == entry.id) else {
            forms.push(Err(Error::Form {
                file: "forms.toml".to_owned(),
                line: 0,
                reason: format!("'{}' has no files", entry.id),
            }));
            continue;
        };
        for (locale, (file, text)) in Locale::ALL.into_iter().zip(texts) {
            for pack in entry.packs.keys() {
                forms.push(parse(file, text, entry, pack, locale, &dictionary));
            }
        }
    }
    forms
}

/// Reads one form.
pub(crate) fn parse(
    file: &str,
    text: &str,
    entry: &Entry,
    pack: &str,
    locale: Locale,
    dictionary: &Dictionary,
) -> Result<Form, Error> {
    let refuse = |reason: String| Error::Form {
        file: file.to_owned(),
        line: 0,
        reason,
    };
    let country = country(pack).ok_or_else(|| refuse(format!("pack '{pack}' is of no country")))?;
    let standing = entry
        .packs
        .get(pack)
        .ok_or_else(|| refuse(format!("pack '{pack}' is not in the catalogue")))?;
    let parts = embedded::part(locale);
    let source = template::Source {
        file,
        text,
        parts,
        pack,
        locale,
        dictionary,
    };
    let template = template::parse(&source)?;
    if let Some(mark) = entry
        .sheet_mark
        .as_deref()
        .filter(|mark| !template.fields.iter().any(|f| f.name == *mark))
    {
        return Err(refuse(format!("the sheet mark '{mark}' is no field of the form")));
    }
    let labels = template
        .fields
        .iter()
        .map(|f| (f.name.clone(), f.label.clone()))
        .collect();
    Ok(Form {
        id: entry.id.clone(),
        title: template.title.clone(),
        pack: pack.to_owned(),
        country,
        locale,
        cite: standing.cite.clone(),
        official: standing.official,
        mark: standing.mark,
        landscape: entry.landscape,
        numbering: entry.numbering,
        sheet_mark: entry.sheet_mark.clone(),
        template,
        labels,
    })
}
