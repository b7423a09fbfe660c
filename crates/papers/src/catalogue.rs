//! What is said of every form and every field once, for all languages: `forms.toml` and `fields.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;
use tutela_law::Mark;
use tutela_words::Locale;

use crate::embedded;
use crate::error::Error;
use crate::form::{Kind, Numbering};

/// Facts of a form under one pack.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Standing {
    /// The norm that sets the contents.
    pub(crate) cite: String,
    pub(crate) mark: Mark,
    /// Whether the contents are set by an act of the state; other forms are the body's own.
    #[serde(default)]
    pub(crate) official: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) landscape: bool,
    #[serde(default)]
    pub(crate) numbering: Numbering,
    /// A field that stands at the foot of every sheet, so that a loose one can be told.
    pub(crate) sheet_mark: Option<String>,
    /// By pack, in the order of names.
    pub(crate) packs: BTreeMap<String, Standing>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FormsFile {
    form: Vec<Entry>,
}

/// A field in the dictionary.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Word {
    pub(crate) kind: Kind,
    vi: String,
    ru: String,
    zh: String,
    en: String,
}

impl Word {
    pub(crate) fn label(&self, locale: Locale) -> &str {
        match locale {
            Locale::Vi => &self.vi,
            Locale::Ru => &self.ru,
            Locale::Zh => &self.zh,
            Locale::En => &self.en,
        }
    }
}

/// All fields, by name; fields of rows as `list.field`.
pub(crate) type Dictionary = BTreeMap<String, Word>;

pub(crate) fn forms(text: &str) -> Result<Vec<Entry>, Error> {
    let file: FormsFile = toml::from_str(text).map_err(|e| broken("forms.toml", &e))?;
    Ok(file.form)
}

pub(crate) fn fields(text: &str) -> Result<Dictionary, Error> {
    toml::from_str(text).map_err(|e| broken("fields.toml", &e))
}

/// The dictionary that comes with the program, read once; this crate's tests check it.
pub(crate) fn dictionary() -> &'static Dictionary {
    static DICTIONARY: OnceLock<Dictionary> = OnceLock::new();
    DICTIONARY.get_or_init(|| fields(embedded::FIELDS).unwrap_or_default())
}

fn broken(file: &str, error: &toml::de::Error) -> Error {
    Error::Form {
        file: file.to_owned(),
        line: 0,
        reason: error.to_string().trim_end().replace('\n', " "),
    }
}
