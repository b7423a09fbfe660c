//! Grounds on which a request of a data subject may be refused: data of the packs, with their articles.

use jiff::civil::Date;
use serde::Deserialize;

use crate::Mark;

/// One `[[ground]]` of a `refusals.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    /// Name within all packs; its text is `choice-<id>`.
    pub id: String,
    /// The kinds of request that may be refused on it; none means all.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Article; none where whoever refuses must name the norm.
    pub cite: Option<String>,
    /// Whether it holds only for a request that came again too early.
    #[serde(default)]
    pub repeat: bool,
    /// First day on which it may be used; the pack's when absent.
    pub from: Option<Date>,
    /// Last day on which it may be used; the pack's when absent.
    pub to: Option<Date>,
    /// How sure this is.
    pub mark: Mark,
}

impl Ground {
    /// Whether a kind of request may be refused on it on a day.
    pub fn holds_for(&self, kind: &str, on: Date) -> bool {
        let kinds = self.kinds.is_empty() || self.kinds.iter().any(|k| k == kind);
        kinds && self.from.is_none_or(|from| on >= from) && self.to.is_none_or(|to| on <= to)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    ground: Vec<Ground>,
}

/// Reads a file of grounds.
pub(crate) fn parse(text: &str) -> Result<Vec<Ground>, toml::de::Error> {
    Ok(toml::from_str::<File>(text)?.ground)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::embedded::PACKS;
    use crate::{Country, Law};

    #[test]
    fn every_file_of_grounds_is_sound() {
        let mut names = BTreeSet::new();
        for files in PACKS {
            let all = parse(files.grounds.1).unwrap_or_else(|e| panic!("{}: {e}", files.grounds.0));
            assert!(!all.is_empty(), "{}", files.grounds.0);
            for ground in all {
                assert!(ground.cite.is_some() || !ground.repeat, "{}", ground.id);
                assert!(names.insert(ground.id.clone()), "{} stands twice", ground.id);
            }
        }
    }

    #[test]
    fn grounds_follow_the_day() {
        let law = Law::embedded();
        let ids = |country, day: &str, kind: &str| -> Vec<String> {
            let day = day.parse().unwrap();
            law.grounds(country, day)
                .filter(|g| g.holds_for(kind, day))
                .map(|g| g.id.clone())
                .collect()
        };
        assert!(ids(Country::Ru, "2026-11-24", "provide").contains(&"ru-repeat".to_owned()));
        assert!(!ids(Country::Ru, "2026-11-24", "erase").contains(&"ru-repeat".to_owned()));
        assert!(ids(Country::Vn, "2025-12-31", "erase").contains(&"vn-a-erase".to_owned()));
        assert!(ids(Country::Vn, "2026-01-01", "erase").contains(&"vn-b-erase".to_owned()));
        assert!(!ids(Country::Vn, "2026-01-01", "erase").contains(&"vn-a-erase".to_owned()));
        assert!(ids(Country::Cn, "2026-11-24", "erase").contains(&"cn-erase-term".to_owned()));
    }
}
