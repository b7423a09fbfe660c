use std::collections::BTreeMap;

use jiff::civil::Date;

/// What stands in a field of a form.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text. Line ends are kept; a text without a visible character counts as missing.
    Text(String),
    /// A day, written as the offices of the country write it.
    Date(Date),
    /// Yes or no: a box that is checked or not.
    Flag(bool),
    /// Rows, each with fields of its own. A row of one text only has it under `text`.
    List(Vec<Values>),
    /// Known to be needed and not known yet.
    Missing,
}

impl Value {
    /// A list of plain texts.
    pub fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::List(
            texts
                .into_iter()
                .map(|t| Values::new().with("text", t.into()))
                .collect(),
        )
    }

    /// Whether there is nothing to show.
    pub fn is_missing(&self) -> bool {
        match self {
            Self::Missing => true,
            Self::Text(text) => text
                .chars()
                .all(|c| c.is_whitespace() || c.is_control() || leaves_no_trace(c)),
            Self::Date(_) | Self::Flag(_) | Self::List(_) => false,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Date> for Value {
    fn from(date: Date) -> Self {
        Self::Date(date)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Vec<Values>> for Value {
    fn from(rows: Vec<Values>) -> Self {
        Self::List(rows)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Missing, Into::into)
    }
}

/// The values of a form, by the names of its fields, in the order of names.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Values(BTreeMap<String, Value>);

impl Values {
    /// No values.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a value in, in the place of an earlier one.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.0.insert(name.into(), value.into());
    }

    /// The same, to be chained.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.set(name, value);
        self
    }

    /// The value of a field; none when nothing was said of it.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// All values, in the order of names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl<N: Into<String>, V: Into<Value>> FromIterator<(N, V)> for Values {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(iter: I) -> Self {
        Self(iter.into_iter().map(|(n, v)| (n.into(), v.into())).collect())
    }
}

/// The longest text that one field may hold, in characters: a paper is no archive.
const MAX_CHARS: usize = 200_000;

/// A text as it may stand on a paper: without characters that XML and typesetting refuse, and without marks that turn the direction
/// of writing, which could make a paper read otherwise than it was filled.
pub(crate) fn clean(text: &str) -> String {
    if text.len() <= MAX_CHARS && text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        return text.to_owned();
    }
    let kept = text.chars().filter_map(|c| match c {
        '\n' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\t' => Some(' '),
        c if c.is_control() || leaves_no_trace(c) => None,
        c => Some(c),
    });
    let mut kept = kept.peekable();
    let mut out: String = kept.by_ref().take(MAX_CHARS).collect();
    if kept.peek().is_some() {
        out.push_str(" […]");
    }
    out
}

/// Marks of direction and of width zero, and what is no character.
fn leaves_no_trace(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_a_visible_character_is_missing() {
        assert!(Value::from(" \u{200b}\n").is_missing() && Value::from(None::<&str>).is_missing());
        assert!(!Value::from("а").is_missing() && !Value::from(false).is_missing());
    }

    #[test]
    fn a_text_that_is_too_long_shows_that_it_goes_on() {
        assert!(clean(&"x".repeat(MAX_CHARS)).ends_with('x'));
        assert!(clean(&"x".repeat(MAX_CHARS + 1)).ends_with("x […]"));
    }

    #[test]
    fn marks_that_turn_the_writing_do_not_reach_the_paper() {
        assert_eq!(clean("a\u{202e}b\u{0}\tc\r\nd"), "ab c\nd");
    }
}
