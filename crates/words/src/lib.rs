//! Everything a user reads, in Vietnamese, Russian, Chinese and English.
//!
//! Texts live in `texts/<locale>/*.ftl` (Fluent); they are compiled into the program.

use std::fmt;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

/// The language of screens and reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Locale {
    /// Vietnamese.
    Vi,
    /// Russian.
    Ru,
    /// Chinese (simplified).
    Zh,
    /// English.
    En,
}

impl Locale {
    /// All locales.
    pub const ALL: [Self; 4] = [Self::Vi, Self::Ru, Self::Zh, Self::En];

    /// The ISO 639-1 code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::Ru => "ru",
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// Reads `vi`, `vi_VN.UTF-8`, `zh-CN` and the like.
    pub fn from_code(code: &str) -> Option<Self> {
        let code = code.split(['-', '_', '.']).next()?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|l| l.code() == code)
    }

    fn sources(self) -> &'static [&'static str] {
        macro_rules! texts {
            ($code:literal) => {
                &[
                    include_str!(concat!("../texts/", $code, "/cli.ftl")),
                    include_str!(concat!("../texts/", $code, "/analyzer.ftl")),
                    include_str!(concat!("../texts/", $code, "/anonymize.ftl")),
                    include_str!(concat!("../texts/", $code, "/mask.ftl")),
                    include_str!(concat!("../texts/", $code, "/entities.ftl")),
                    include_str!(concat!("../texts/", $code, "/reasons.ftl")),
                    include_str!(concat!("../texts/", $code, "/journal.ftl")),
                    include_str!(concat!("../texts/", $code, "/papers.ftl")),
                    include_str!(concat!("../texts/", $code, "/places.ftl")),
                    include_str!(concat!("../texts/", $code, "/report.ftl")),
                    include_str!(concat!("../texts/", $code, "/engine.ftl")),
                    include_str!(concat!("../texts/", $code, "/law.ftl")),
                    include_str!(concat!("../texts/", $code, "/office.ftl")),
                    include_str!(concat!("../texts/", $code, "/office-interface.ftl")),
                    include_str!(concat!("../texts/", $code, "/registers.ftl")),
                    include_str!(concat!("../texts/", $code, "/office-people.ftl")),
                    include_str!(concat!("../texts/", $code, "/office-staff.ftl")),
                    include_str!(concat!("../texts/", $code, "/office-requests.ftl")),
                    include_str!(concat!("../texts/", $code, "/office-storage.ftl")),
                    include_str!(concat!("../texts/", $code, "/office-keep.ftl")),
                    include_str!(concat!("../texts/", $code, "/office-parts.ftl")),
                    include_str!(concat!("../texts/", $code, "/office-control.ftl")),
                    include_str!(concat!("../texts/", $code, "/office-evidence.ftl")),
                    include_str!(concat!("../texts/", $code, "/office-inspection.ftl")),
                    include_str!(concat!("../texts/", $code, "/office-inventory.ftl")),
                    include_str!(concat!("../texts/", $code, "/office-sign.ftl")),
                    include_str!(concat!("../texts/", $code, "/office-dossiers.ftl")),
                    include_str!(concat!("../texts/", $code, "/office-violations.ftl")),
                    include_str!(concat!("../texts/", $code, "/office-campaigns.ftl")),
                    include_str!(concat!("../texts/", $code, "/office-compliance.ftl")),
                    include_str!(concat!("../texts/", $code, "/office-desk.ftl")),
                    include_str!(concat!("../texts/", $code, "/workstation.ftl")),
                ]
            };
        }
        match self {
            Self::Vi => texts!("vi"),
            Self::Ru => texts!("ru"),
            Self::Zh => texts!("zh"),
            Self::En => texts!("en"),
        }
    }
}

/// The texts of one locale.
pub struct Words {
    locale: Locale,
    bundle: FluentBundle<FluentResource>,
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Words")
            .field("locale", &self.locale)
            .finish_non_exhaustive()
    }
}

impl Words {
    /// Loads the texts of a locale.
    pub fn new(locale: Locale) -> Self {
        let mut bundle = FluentBundle::new_concurrent(locale.code().parse().into_iter().collect());
        // Isolation marks would end up in files and in terminals that do not know them.
        bundle.set_use_isolating(false);
        for source in locale.sources() {
            // A text that does not parse is left out here and found by this crate's tests.
            let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(partial, _)| partial);
            bundle.add_resource_overriding(resource);
        }
        Self { locale, bundle }
    }

    /// The locale.
    pub fn locale(&self) -> Locale {
        self.locale
    }

    /// The text of a message without arguments. A missing key shows itself as the key.
    pub fn get(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// Whether there is a text for this key.
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// The text of a message with its arguments.
    pub fn with(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        let mut fluent = FluentArgs::with_capacity(args.len());
        for (name, arg) in args {
            let value = match arg {
                Arg::Text(s) => FluentValue::from(*s),
                Arg::Number(n) => FluentValue::from(*n),
            };
            fluent.set(*name, value);
        }
        let Some(pattern) = self.bundle.get_message(key).and_then(|m| m.value()) else {
            return key.to_owned();
        };
        let mut errors = Vec::new();
        self.bundle
            .format_pattern(pattern, Some(&fluent), &mut errors)
            .into_owned()
    }
}

/// An argument of a message.
#[derive(Debug, Clone, Copy)]
pub enum Arg<'a> {
    /// Text, put in as it is.
    Text(&'a str),
    /// A number, which also chooses the plural form.
    Number(u64),
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn keys(locale: Locale) -> BTreeSet<String> {
        let mut keys = BTreeSet::new();
        for source in locale.sources() {
            let resource = FluentResource::try_new((*source).to_owned())
                .unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", locale.code()));
            for line in resource.source().lines() {
                if let Some((key, _)) = line.split_once(" =")
                    && key.starts_with(|c: char| c.is_ascii_lowercase())
                {
                    assert!(keys.insert(key.to_owned()), "{}: '{key}' stands twice", locale.code());
                }
            }
        }
        keys
    }

    #[test]
    fn every_locale_has_the_same_messages() {
        let english = keys(Locale::En);
        for locale in Locale::ALL {
            let own = keys(locale);
            let missing: Vec<_> = english.symmetric_difference(&own).collect();
            assert!(missing.is_empty(), "{} differs from en in: {missing:?}", locale.code());
        }
    }
}
