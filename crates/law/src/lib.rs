//! Law packs: what the law calls a type of personal data, by regime and date.
//!
//! The packs are the files under `law/`; this crate holds no law. It knows types only by their names.

mod calendar;
mod clock;
pub mod dossier;
mod due;
mod embedded;
mod ground;
mod pack;
mod questions;

use std::fmt::Write;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use calendar::{Act, Calendar, Calendars, DayKind, NoCalendar, Note};
pub use clock::{
    Begin, Bound, Case, Choose, Clock, Counting, DayEnds, Ends, Event, Extension, PauseRule, Recipient, Rule, Source,
    Start, Unit,
};
pub use due::{Body, Due, DueError, Extended, Facts, Pause, RecipientDue, Refused, Standing, Step, StepArg, due};
pub use ground::Ground;
pub use pack::{Category, Classification, Duty, Instrument, Mark, Pack, PackError};
pub use questions::{BadList, MOST_QUESTIONS, Norm, Question, QuestionList, Texts, text_in};

/// The class of a type of personal data under a law pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Ordinary personal data.
    Basic,
    /// Sensitive or special personal data.
    Sensitive,
}

impl Class {
    /// The word in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Sensitive => "sensitive",
        }
    }
}

/// A country whose law a pack states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Country {
    /// Viet Nam.
    Vn,
    /// Russia.
    Ru,
    /// China.
    Cn,
}

impl Country {
    /// The code in files and on the command line.
    pub fn code(self) -> &'static str {
        match self {
            Self::Vn => "vn",
            Self::Ru => "ru",
            Self::Cn => "cn",
        }
    }

    /// Reads a code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Vn, Self::Ru, Self::Cn].into_iter().find(|c| c.code() == code)
    }
}

/// Names the state of the packs and calendars that come with the program: another text gives another name.
pub fn fingerprint() -> String {
    format!("{:016x}", embedded::fingerprint())
}

/// All packs that are loaded.
#[derive(Debug, Clone)]
pub struct Law {
    packs: Vec<Pack>,
}

impl Law {
    /// The packs that come with the program. They are checked by this crate's tests; one that did not parse would be left out.
    pub fn embedded() -> Self {
        Self {
            packs: embedded::PACKS
                .iter()
                .filter_map(|files| {
                    let pack = Pack::parse(files.pack.0, files.pack.1).ok()?;
                    Some(
                        pack.with_grounds(files.grounds.1)
                            .with_dossiers_later(files.dossiers.1)
                            .with_clocks_later(files.clocks),
                    )
                })
                .collect(),
        }
    }

    /// All packs, in order of country and first day.
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// The pack of a country that is in force on a day; none before its first regime.
    pub fn pack(&self, country: Country, on: Date) -> Option<&Pack> {
        self.packs.iter().find(|p| p.country() == country && p.holds_on(on))
    }

    /// All clocks of a country.
    pub fn clocks(&self, country: Country) -> impl Iterator<Item = &Clock> {
        let own = self.packs.iter().filter(move |p| p.country() == country);
        own.flat_map(Pack::clocks)
    }

    /// When a duty falls due. `name` is a clock, or a duty that several regimes know: then every clock in force on the day that it says
    /// counts answers, so that two may hold at once. Beside a rule of a body stands the clock of the law that goes before it.
    pub fn due(
        &self,
        country: Country,
        name: &str,
        facts: &Facts,
        body: &Body,
        calendars: &Calendars,
    ) -> Result<Vec<Due>, DueError> {
        if let Some(clock) = self.clocks(country).find(|c| c.id() == name) {
            let mut own = due(clock, facts, body, calendars)?;
            let Some(statute) = clock.rule.yields_to.as_deref() else {
                return Ok(vec![own]);
            };
            let mut all = match self.due(country, statute, facts, body, calendars) {
                // The law has no such term on that day: the body's own stands alone.
                Err(DueError::NotInForce { .. } | DueError::NoEvent { .. }) => Vec::new(),
                other => other?,
            };
            let earlier = all.iter().find(|d| match (&d.at, &own.at) {
                (Some(law), Some(own)) => law < own,
                _ => false,
            });
            own.overruled_by = earlier.map(|d| d.clock.clone());
            all.insert(0, own);
            return Ok(all);
        }
        let mut all = Vec::new();
        let mut error = None;
        for clock in self.clocks(country) {
            if clock.rule.duty != name || clock.rule.source != Source::Law {
                continue;
            }
            match due(clock, facts, body, calendars) {
                Ok(found) => all.push(found),
                // Clocks of another regime: if none holds, the event that one of them lacks is the better answer.
                Err(e @ DueError::NoEvent { .. }) => error = Some(e),
                Err(e @ DueError::NotInForce { .. }) => {
                    error.get_or_insert(e);
                }
                Err(e) => return Err(e),
            }
        }
        if all.is_empty() {
            return Err(error.unwrap_or_else(|| DueError::NoClock {
                name: name.to_owned(),
                country,
            }));
        }
        Ok(all)
    }

    /// The grounds on which a request may be refused by the law of a country in force on a day.
    pub fn grounds(&self, country: Country, on: Date) -> impl Iterator<Item = &Ground> {
        self.pack(country, on).into_iter().flat_map(Pack::grounds)
    }

    /// The pack of this name.
    pub fn by_id(&self, id: &str) -> Option<&Pack> {
        self.packs.iter().find(|p| p.id() == id)
    }
}

impl Pack {
    /// The pack as text for a screen: norms, categories, duties. What is open is said to be so.
    pub fn render(&self, locale: &str, to_be_confirmed: &str) -> String {
        let mut out = String::new();
        let until = self.to().map(|d| d.to_string()).unwrap_or_default();
        // Writing to a string does not fail.
        let _ = writeln!(
            out,
            "{}  {}\n{}\n{} – {until}\n",
            self.id(),
            self.name(locale),
            self.title(),
            self.from()
        );
        for i in self.instruments() {
            let _ = writeln!(out, "  {}  {} ({} → {})", i.short, i.title, i.issued, i.from);
        }
        out.push('\n');
        for c in self.categories() {
            let open = if c.mark == Mark::Check {
                format!("  [{to_be_confirmed}]")
            } else {
                String::new()
            };
            let term = if locale == "en" { &c.english } else { &c.term };
            let _ = writeln!(
                out,
                "  {:10} {:9}  {}  ({}){open}",
                c.code,
                c.class.as_str(),
                term,
                c.article
            );
        }
        out.push('\n');
        for d in self.duties() {
            let open = if d.mark == Mark::Check {
                format!("  [{to_be_confirmed}]")
            } else {
                String::new()
            };
            let form = d.form.as_deref().map(|f| format!("; {f}")).unwrap_or_default();
            let _ = writeln!(out, "  {}: {} – {} ({}{form}){open}", d.id, d.what, d.term, d.cite);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_pack_is_sound() {
        for files in &embedded::PACKS {
            let (name, text) = files.pack;
            let mut pack = Pack::parse(name, text).unwrap_or_else(|e| panic!("{e}"));
            for (name, text) in files.clocks {
                pack = pack.with_clocks(name, text).unwrap_or_else(|e| panic!("{e}"));
            }
            let later = Law::embedded().by_id(pack.id()).map(|p| p.clocks().len());
            assert_eq!(
                later,
                Some(pack.clocks().len()),
                "{name}: as many clocks when they are read later"
            );
        }
        assert_eq!(Law::embedded().packs().len(), embedded::PACKS.len());
    }

    #[test]
    fn the_day_decides_the_regime() {
        let law = Law::embedded();
        let id = |country, y, m, d| law.pack(country, Date::constant(y, m, d)).map(Pack::id);
        assert_eq!(id(Country::Vn, 2023, 6, 30), None);
        assert_eq!(id(Country::Vn, 2023, 7, 1), Some("vn-a"));
        assert_eq!(id(Country::Vn, 2025, 12, 31), Some("vn-a"));
        assert_eq!(id(Country::Vn, 2026, 1, 1), Some("vn-b"));
        assert_eq!(id(Country::Ru, 2026, 11, 23), Some("ru"));
        assert_eq!(id(Country::Cn, 2021, 10, 31), None);
    }

    #[test]
    fn classes_follow_the_articles() {
        let law = Law::embedded();
        let class = |pack: &str, entity: &str| {
            let c = law.by_id(pack).unwrap().classify(entity);
            (c.class, c.article.to_owned())
        };
        assert_eq!(class("vn-b", "HEALTH"), (Class::Sensitive, "D356 4.1(d)".into()));
        assert_eq!(class("vn-a", "HEALTH"), (Class::Sensitive, "D13 2.4(b)".into()));
        assert_eq!(class("vn-b", "PERSON"), (Class::Basic, "D356 3.1".into()));
        assert_eq!(
            class("ru", "CRIMINAL_RECORD"),
            (Class::Sensitive, "152-ФЗ 10(3)".into())
        );
        assert_eq!(class("cn", "CHILD").0, Class::Sensitive);
        assert_eq!(class("ru", "SOMETHING_NEW").0, Class::Basic);
    }

    #[test]
    fn a_broken_pack_is_refused_with_file_and_reason() {
        let good = embedded::PACKS[2].pack.1;
        for (from, to, word) in [
            ("country = \"ru\"", "country = \"xx\"", "country"),
            ("mark = \"likely\"", "mark = \"maybe\"", "mark"),
            ("other = \"pd\"", "other = \"nowhere\"", "nowhere"),
            ("from = \"2022-09-01\"", "from = \"2022-13-01\"", "from"),
            ("id = \"ru\"", "id = \"ru\"\nodd = 1", "odd"),
        ] {
            let error = Pack::parse("x/pack.toml", &good.replacen(from, to, 1))
                .unwrap_err()
                .to_string();
            assert!(error.starts_with("x/pack.toml") && error.contains(word), "{error}");
        }
    }
}
