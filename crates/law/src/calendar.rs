//! Calendars: which days are worked, by country, region and year, as gazetted.
//!
//! A year without a file is an error that the caller shows; nothing is derived by rule.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::embedded;
use crate::{Country, Mark, PackError};

/// Longest run of days in one entry: a holiday is never a season.
const LONGEST_RUN: usize = 31;

/// An act that a calendar rests on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// Official title.
    pub title: String,
    /// How sure this is.
    pub mark: Mark,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct OffRow {
    from: Date,
    to: Option<Date>,
    region: Option<String>,
    name: String,
    cite: String,
    mark: Mark,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WorkRow {
    day: Date,
    region: Option<String>,
    name: String,
    cite: String,
    mark: Mark,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    country: Country,
    year: i16,
    weekend: Vec<Day>,
    act: Vec<Act>,
    #[serde(default)]
    off: Vec<OffRow>,
    #[serde(default)]
    work: Vec<WorkRow>,
}

/// A day of the week as calendars write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Day {
    fn weekday(self) -> Weekday {
        match self {
            Self::Monday => Weekday::Monday,
            Self::Tuesday => Weekday::Tuesday,
            Self::Wednesday => Weekday::Wednesday,
            Self::Thursday => Weekday::Thursday,
            Self::Friday => Weekday::Friday,
            Self::Saturday => Weekday::Saturday,
            Self::Sunday => Weekday::Sunday,
        }
    }
}

/// Why a day is what it is, where the week alone does not say so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Name of the holiday or of the transfer, in the language of the act.
    pub name: String,
    /// The norm.
    pub cite: String,
    /// How sure this is.
    pub mark: Mark,
}

/// What a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind<'a> {
    /// A working day as the week has it.
    Working,
    /// A day of the weekend that is worked in exchange for another.
    MadeUp(&'a Note),
    /// The weekly rest.
    Weekend,
    /// A public holiday, or a day of rest moved here.
    Holiday(&'a Note),
    /// Perhaps a day of rest: the norm is open. It counts as worked, because the earlier end is the safe one.
    Doubtful(&'a Note),
}

impl DayKind<'_> {
    /// Whether the day is worked.
    pub fn is_working(self) -> bool {
        matches!(self, Self::Working | Self::MadeUp(_) | Self::Doubtful(_))
    }
}

#[derive(Debug, Clone)]
enum Entry {
    Off(Note),
    Work(Note),
}

/// The calendar of one country for one year.
#[derive(Debug, Clone)]
pub struct Calendar {
    country: Country,
    year: i16,
    weekend: Vec<Weekday>,
    acts: Vec<Act>,
    /// What is said of a day, for the whole country (an empty region) and for regions.
    days: BTreeMap<(Date, String), Entry>,
}

impl Calendar {
    /// Reads and checks a calendar; `file` is named in errors.
    pub fn parse(file: &str, text: &str) -> Result<Self, PackError> {
        let refuse = |reason: String| PackError::new(file, reason);
        let parsed: File = toml::from_str(text).map_err(|e| refuse(e.to_string().trim_end().replace('\n', " ")))?;
        if parsed.act.is_empty() {
            return Err(refuse("names no act that gazetted it".to_owned()));
        }
        let weekend: Vec<_> = parsed.weekend.iter().map(|d| d.weekday()).collect();
        if weekend.len() > 3 {
            return Err(refuse("has a weekend of more than three days".to_owned()));
        }
        let mut days = BTreeMap::new();
        let mut enter = |day: Date, region: Option<String>, entry: Entry| {
            if day.year() != parsed.year {
                return Err(refuse(format!("{day} does not lie in {}", parsed.year)));
            }
            match days.insert((day, region.unwrap_or_default()), entry) {
                Some(_) => Err(refuse(format!("{day} stands twice"))),
                None => Ok(()),
            }
        };
        for row in parsed.off {
            let to = row.to.unwrap_or(row.from);
            if to < row.from {
                return Err(refuse(format!("'to' lies before 'from' at {}", row.from)));
            }
            let note = Note {
                name: row.name,
                cite: row.cite,
                mark: row.mark,
            };
            for (n, day) in row.from.series(jiff::Span::new().days(1)).enumerate() {
                if day > to {
                    break;
                }
                if n == LONGEST_RUN {
                    return Err(refuse(format!("more than {LONGEST_RUN} days from {}", row.from)));
                }
                enter(day, row.region.clone(), Entry::Off(note.clone()))?;
            }
        }
        for row in parsed.work {
            if !weekend.contains(&row.day.weekday()) {
                return Err(refuse(format!(
                    "{} is made up, but it is no day of the weekend",
                    row.day
                )));
            }
            let note = Note {
                name: row.name,
                cite: row.cite,
                mark: row.mark,
            };
            enter(row.day, row.region, Entry::Work(note))?;
        }
        Ok(Self {
            country: parsed.country,
            year: parsed.year,
            weekend,
            acts: parsed.act,
            days,
        })
    }

    /// Country.
    pub fn country(&self) -> Country {
        self.country
    }

    /// Year.
    pub fn year(&self) -> i16 {
        self.year
    }

    /// The acts that gazetted it.
    pub fn acts(&self) -> &[Act] {
        &self.acts
    }

    /// What a day of this year is, in a region or in the country at large. What a region says goes before what the country says.
    pub fn day(&self, day: Date, region: Option<&str>) -> DayKind<'_> {
        let own = region.and_then(|r| self.days.get(&(day, r.to_owned())));
        let entry = own.or_else(|| self.days.get(&(day, String::new())));
        let rest = self.weekend.contains(&day.weekday());
        match entry {
            Some(Entry::Off(note)) if note.mark == Mark::Check && rest => DayKind::Weekend,
            Some(Entry::Off(note)) if note.mark == Mark::Check => DayKind::Doubtful(note),
            Some(Entry::Off(note)) => DayKind::Holiday(note),
            Some(Entry::Work(note)) => DayKind::MadeUp(note),
            None if rest => DayKind::Weekend,
            None => DayKind::Working,
        }
    }
}

/// There is no calendar for a year that a term needs.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no calendar of {} for {year}: add {}", country.code(), self.file())]
pub struct NoCalendar {
    /// The country.
    pub country: Country,
    /// The year.
    pub year: i16,
}

impl NoCalendar {
    /// Where the file belongs.
    pub fn file(&self) -> String {
        format!("law/calendars/{}/{}.toml", self.country.code(), self.year)
    }
}

/// All calendars that are loaded.
#[derive(Debug, Clone, Default)]
pub struct Calendars {
    years: BTreeMap<(Country, i16), Calendar>,
}

impl Calendars {
    /// The calendars that come with the program. They are checked by this crate's tests; one that did not parse would be a missing year.
    pub fn embedded() -> Self {
        let mut all = Self::default();
        for (name, text) in embedded::CALENDARS {
            if let Ok(calendar) = Calendar::parse(name, text) {
                all.add(calendar);
            }
        }
        all
    }

    /// Adds a calendar; it takes the place of one for the same country and year.
    pub fn add(&mut self, calendar: Calendar) {
        self.years.insert((calendar.country, calendar.year), calendar);
    }

    /// All calendars, by country and year.
    pub fn iter(&self) -> impl Iterator<Item = &Calendar> {
        self.years.values()
    }

    /// What a day is, or the error that its year is missing.
    pub fn day(&self, country: Country, region: Option<&str>, day: Date) -> Result<DayKind<'_>, NoCalendar> {
        let year = day.year();
        let calendar = self.years.get(&(country, year)).ok_or(NoCalendar { country, year })?;
        Ok(calendar.day(day, region))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const REGIONAL: &str = r#"
country = "ru"
year = 2026
weekend = ["saturday", "sunday"]
[[act]]
title = "an act"
mark = "sure"
[[off]]
from = "2026-10-07"
region = "xx"
name = "day of the region"
cite = "law of the region"
mark = "sure"
[[work]]
day = "2026-10-10"
name = "made up"
cite = "act"
mark = "sure"
"#;

    fn working_days(country: Country, year: i16) -> usize {
        let all = Calendars::embedded();
        date(year, 1, 1)
            .series(jiff::Span::new().days(1))
            .take_while(|d| d.year() == year)
            .filter(|d| all.day(country, None, *d).unwrap().is_working())
            .count()
    }

    #[test]
    fn every_embedded_calendar_is_sound() {
        for (name, text) in embedded::CALENDARS {
            let calendar = Calendar::parse(name, text).unwrap_or_else(|e| panic!("{e}"));
            let no = NoCalendar {
                country: calendar.country(),
                year: calendar.year(),
            };
            assert_eq!(no.file(), *name, "the file stands where its country and year belong");
        }
        assert_eq!(Calendars::embedded().iter().count(), embedded::CALENDARS.len());
    }

    /// The yearly totals that each country publishes, or that follow from its notice.
    #[test]
    fn years_have_as_many_working_days_as_published() {
        for (country, year, days) in [
            (Country::Ru, 2022, 247),
            (Country::Ru, 2023, 247),
            (Country::Ru, 2024, 248),
            (Country::Ru, 2025, 247),
            (Country::Ru, 2026, 247),
            (Country::Cn, 2021, 250),
            (Country::Cn, 2022, 249),
            (Country::Cn, 2023, 249),
            (Country::Cn, 2024, 251),
            (Country::Cn, 2025, 248),
            (Country::Cn, 2026, 248),
        ] {
            assert_eq!(working_days(country, year), days, "{} {year}", country.code());
        }
    }

    #[test]
    fn moved_and_made_up_days_are_as_gazetted() {
        let all = Calendars::embedded();
        let worked = |c, y, m, d| all.day(c, None, date(y, m, d)).unwrap().is_working();
        assert!(
            !worked(Country::Ru, 2026, 1, 9) && !worked(Country::Ru, 2026, 3, 9) && !worked(Country::Ru, 2026, 12, 31)
        );
        assert!(worked(Country::Ru, 2025, 11, 1) && worked(Country::Ru, 2024, 4, 27));
        assert!(
            worked(Country::Cn, 2026, 1, 4) && worked(Country::Cn, 2026, 10, 10) && !worked(Country::Cn, 2026, 10, 7)
        );
        assert!(
            worked(Country::Vn, 2026, 8, 22) && !worked(Country::Vn, 2026, 8, 31) && !worked(Country::Vn, 2026, 4, 27)
        );
    }

    #[test]
    fn a_doubtful_holiday_is_worked_and_says_so() {
        let all = Calendars::embedded();
        let kind = all.day(Country::Vn, None, date(2026, 11, 24)).unwrap();
        assert!(matches!(kind, DayKind::Doubtful(_)) && kind.is_working());
    }

    #[test]
    fn a_missing_year_is_an_error_that_says_what_to_add() {
        let error = Calendars::embedded()
            .day(Country::Ru, None, date(2031, 1, 2))
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "no calendar of ru for 2031: add law/calendars/ru/2031.toml"
        );
    }

    #[test]
    fn a_region_has_days_of_its_own() {
        let calendar = Calendar::parse("x.toml", REGIONAL).unwrap();
        assert!(calendar.day(date(2026, 10, 7), None).is_working());
        assert!(!calendar.day(date(2026, 10, 7), Some("xx")).is_working());
        assert!(calendar.day(date(2026, 10, 7), Some("yy")).is_working());
        assert!(calendar.day(date(2026, 10, 10), Some("xx")).is_working());
    }

    #[test]
    fn a_broken_calendar_is_refused_with_file_and_reason() {
        for (from, to, word) in [
            ("year = 2026", "year = 2027", "2026-10-07"),
            ("day = \"2026-10-10\"", "day = \"2026-10-09\"", "weekend"),
            ("day = \"2026-10-10\"", "day = \"2026-10-10\"\nodd = 1", "odd"),
            ("region = \"xx\"", "to = \"2026-10-01\"", "before"),
            ("region = \"xx\"", "to = \"9999-12-31\"", "31 days"),
            (
                "from = \"2026-10-07\"\nregion = \"xx\"",
                "from = \"2026-10-10\"",
                "twice",
            ),
            ("[\"saturday\", \"sunday\"]", "[\"someday\"]", "someday"),
        ] {
            let text = REGIONAL.replacen(from, to, 1);
            assert_ne!(text, REGIONAL);
            let error = Calendar::parse("x.toml", &text).unwrap_err().to_string();
            assert!(error.starts_with("x.toml") && error.contains(word), "{error}");
        }
    }
}
