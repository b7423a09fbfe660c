//! Fields: what a register asks for, what it takes as an answer, and how it refuses nonsense.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use tutela_vault::index::Kind as IndexKind;

use crate::error::Refusal;
use crate::kernel::body::Body;
use crate::kernel::card::Card;
use crate::kernel::clock::Reckoner;
use crate::kernel::evidence::MAX_AT_ONCE;

/// Values of fields by name.
pub type Values = Map<String, Value>;

/// Longest line that a field takes, in characters.
const MAX_LINE: usize = 300;
/// Longest text that a field takes, in characters.
const MAX_TEXT: usize = 20_000;
/// Most values that a field with several values takes.
const MAX_MANY: usize = 200;

/// One field of a register or of an act.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Machine name; the label is the text `field-<name>`.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Whether it must be given.
    pub required: bool,
    /// Whether it says something about a person: it then lies in the vault, never in the open card.
    pub personal: bool,
    /// How it is found without opening the vault.
    pub index: Option<IndexKind>,
    /// Whether equal values of this field mean the same person.
    pub identity: bool,
    /// Which words of a choice a form offers; all of them when absent.
    pub offer: Option<fn(&Offer<'_>, &str) -> bool>,
}

/// What decides whether a form offers a word of a choice: the law where and when the body is. An act is checked by its rule
/// all the same.
#[derive(Debug)]
pub struct Offer<'a> {
    /// The law.
    pub law: &'a Reckoner,
    /// The body.
    pub body: &'a Body,
    /// The card that the form is about.
    pub card: Option<&'a Card>,
    /// When.
    pub now: Timestamp,
}

impl Offer<'_> {
    /// The day where the body is.
    pub fn today(&self) -> Date {
        self.now.to_zoned_datetime(self.body.zone.clone()).date()
    }
}

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One line of text.
    Line,
    /// Text of several lines.
    Text,
    /// A date.
    Date,
    /// A date and time of day in the zone of the body.
    Instant,
    /// A whole number between two bounds.
    Number(i64, i64),
    /// One of these words; labels are the texts `choice-<word>`.
    Choice(&'static [&'static str]),
    /// Any of these words.
    Choices(&'static [&'static str]),
    /// Yes or no.
    Flag,
    /// A card of another register.
    Card(&'static str),
    /// Cards of another register.
    Cards(&'static str),
    /// An address of electronic mail.
    Email,
    /// A file, which was taken in before and waits for the act; see [`crate::kernel::evidence`]. The card holds what is known
    /// of it, as a list of one: several acts add to it. It lies in the vault whatever the field says.
    File,
    /// Several files.
    Files,
}

impl Field {
    /// A field that may be left empty, not personal.
    pub const fn new(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            required: false,
            personal: false,
            index: None,
            identity: false,
            offer: None,
        }
    }

    /// It must be given.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// It lies in the vault.
    #[must_use]
    pub const fn personal(mut self) -> Self {
        self.personal = true;
        self
    }

    /// It lies in the vault and is found by the words of a name.
    #[must_use]
    pub const fn name_index(mut self) -> Self {
        self.personal = true;
        self.index = Some(IndexKind::Name);
        self
    }

    /// It lies in the vault and is found by its number, which says nothing of whose card it is.
    #[must_use]
    pub const fn number_index(mut self) -> Self {
        self.personal = true;
        self.index = Some(IndexKind::Number);
        self
    }

    /// It lies in the vault, is found by its number, and equal numbers mean the same person.
    #[must_use]
    pub const fn identity(mut self) -> Self {
        self.personal = true;
        self.index = Some(IndexKind::Number);
        self.identity = true;
        self
    }

    /// A form offers the words for which this holds.
    #[must_use]
    pub const fn offered(mut self, offer: fn(&Offer<'_>, &str) -> bool) -> Self {
        self.offer = Some(offer);
        self
    }

    /// Whether it takes several values.
    pub const fn is_many(&self) -> bool {
        matches!(self.kind, Kind::Choices(_) | Kind::Cards(_) | Kind::Files)
    }

    /// Whether it takes files.
    pub const fn is_file(&self) -> bool {
        matches!(self.kind, Kind::File | Kind::Files)
    }

    fn refuse(&self, key: &'static str) -> Refusal {
        Refusal::new(key).field(self.name)
    }

    /// Reads what was typed or sent. None for an empty answer that may be empty.
    pub fn read(&self, given: &[String], zone: &TimeZone) -> Result<Option<Value>, Refusal> {
        let mut given: Vec<&str> = given.iter().map(|g| g.trim()).filter(|g| !g.is_empty()).collect();
        if self.kind == Kind::Flag {
            let on = given.iter().any(|g| matches!(*g, "1" | "on" | "true" | "yes"));
            if self.required && !on {
                return Err(self.refuse("refusal-must-agree"));
            }
            return Ok(Some(Value::Bool(on)));
        }
        let Some(first) = given.first().copied() else {
            return if self.required {
                Err(self.refuse("refusal-required"))
            } else {
                Ok(None)
            };
        };
        if self.is_many() {
            if given.len() > if self.is_file() { MAX_AT_ONCE } else { MAX_MANY } {
                return Err(self.refuse("refusal-too-many"));
            }
            given.sort_unstable();
            given.dedup();
            let all = given.iter().map(|g| self.one(g, zone)).collect::<Result<_, _>>()?;
            return Ok(Some(Value::Array(all)));
        }
        if given.len() > 1 {
            return Err(self.refuse("refusal-too-many"));
        }
        self.one(first, zone).map(Some)
    }

    fn one(&self, given: &str, zone: &TimeZone) -> Result<Value, Refusal> {
        let text = |max: usize, lines: bool| {
            if given.chars().count() > max {
                return Err(self.refuse("refusal-too-long").arg("max", max.to_string()));
            }
            // Control characters have no place in a card, a form or a file made from it.
            if given
                .chars()
                .any(|c| c.is_control() && !(lines && matches!(c, '\n' | '\r' | '\t')))
            {
                return Err(self.refuse("refusal-control"));
            }
            Ok(Value::String(given.replace("\r\n", "\n")))
        };
        match self.kind {
            Kind::Line => text(MAX_LINE, false),
            Kind::Text => text(MAX_TEXT, true),
            Kind::Email => {
                let sound = given.split_once('@').is_some_and(|(who, host)| {
                    !who.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
                });
                if !sound || given.contains(char::is_whitespace) {
                    return Err(self.refuse("refusal-email"));
                }
                text(MAX_LINE, false)
            }
            Kind::Date => {
                let date: Date = given.parse().map_err(|_| self.refuse("refusal-date"))?;
                if !(1900..=2200).contains(&date.year()) {
                    return Err(self.refuse("refusal-date"));
                }
                Ok(Value::String(date.to_string()))
            }
            Kind::Instant => {
                let instant = read_instant(given, zone).ok_or_else(|| self.refuse("refusal-instant"))?;
                Ok(Value::String(instant.to_string()))
            }
            Kind::Number(from, to) => {
                let number: i64 = given.parse().map_err(|_| self.refuse("refusal-number"))?;
                if !(from..=to).contains(&number) {
                    return Err(self
                        .refuse("refusal-range")
                        .arg("from", from.to_string())
                        .arg("to", to.to_string()));
                }
                Ok(Value::from(number))
            }
            Kind::Choice(words) | Kind::Choices(words) => {
                if words.contains(&given) {
                    Ok(Value::String(given.to_owned()))
                } else {
                    Err(self.refuse("refusal-choice"))
                }
            }
            Kind::Card(_) | Kind::Cards(_) | Kind::File | Kind::Files => {
                // Whether the card or the file is there, and in this body, the record finds out.
                let sound = given.len() <= 40 && given.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
                if sound {
                    Ok(Value::String(given.to_ascii_lowercase()))
                } else {
                    Err(self.refuse("refusal-choice"))
                }
            }
            Kind::Flag => Ok(Value::Bool(true)),
        }
    }
}

/// An instant as a form gives it, in the zone of the body, or as an interface gives it, with its own.
fn read_instant(given: &str, zone: &TimeZone) -> Option<Timestamp> {
    let instant = match given.parse::<Timestamp>() {
        Ok(instant) => instant,
        Err(_) => given
            .parse::<DateTime>()
            .ok()?
            .to_zoned_datetime(zone.clone())
            .ok()?
            .timestamp(),
    };
    let year = instant.to_zoned_datetime(zone.clone()).year();
    (1900..=2200).contains(&year).then_some(instant)
}

/// All words of a value, for a list or a paper: several values are joined.
pub fn words_of(value: &Value) -> Vec<&str> {
    match value {
        Value::String(s) => vec![s],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(field: &Field, given: &[&str]) -> Result<Option<Value>, &'static str> {
        let given: Vec<String> = given.iter().map(|g| (*g).to_owned()).collect();
        field.read(&given, &TimeZone::UTC).map_err(|r| r.key)
    }

    #[test]
    fn nonsense_is_refused() {
        const WORDS: &[&str] = &["a", "b"];
        let line = Field::new("x", Kind::Line).required();
        assert_eq!(read(&line, &["  "]), Err("refusal-required"));
        assert_eq!(read(&line, &["a\u{7}b"]), Err("refusal-control"));
        assert_eq!(read(&line, &["a", "b"]), Err("refusal-too-many"));
        assert_eq!(read(&line, &[&"я".repeat(301)]), Err("refusal-too-long"));
        assert_eq!(read(&line, &[" Нгуен "]), Ok(Some("Нгуен".into())));
        let date = Field::new("x", Kind::Date);
        for bad in ["2026-02-30", "0026-01-01", "tomorrow", "2026-1-1"] {
            assert_eq!(read(&date, &[bad]), Err("refusal-date"), "{bad}");
        }
        assert_eq!(read(&date, &[]), Ok(None));
        let number = Field::new("x", Kind::Number(1, 5));
        assert_eq!(read(&number, &["6"]), Err("refusal-range"));
        assert_eq!(read(&number, &["1e3"]), Err("refusal-number"));
        let choice = Field::new("x", Kind::Choices(WORDS));
        assert_eq!(read(&choice, &["b", "a", "b"]), Ok(Some(vec!["a", "b"].into())));
        assert_eq!(read(&choice, &["c"]), Err("refusal-choice"));
        let card = Field::new("x", Kind::Card("y"));
        assert_eq!(read(&card, &["' OR 1=1"]), Err("refusal-choice"));
        assert_eq!(read(&Field::new("x", Kind::Email), &["a@b"]), Err("refusal-email"));
    }

    #[test]
    fn an_instant_is_read_in_the_zone_of_the_body() {
        let zone = TimeZone::fixed(jiff::tz::Offset::constant(7));
        let field = Field::new("x", Kind::Instant);
        let value = field.read(&["2026-11-24T09:00".to_owned()], &zone);
        assert_eq!(value, Ok(Some("2026-11-24T02:00:00Z".into())));
    }
}
