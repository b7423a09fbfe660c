//! Numbers as the sheet shows them.

use crate::calendar;

/// What a format does to a number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Format {
    /// Digits as they are.
    #[default]
    General,
    /// A date, a time, or both.
    Date { day: bool, time: bool },
    /// At least so many digits, and the text between them where they are grouped like a phone number.
    Digits(String),
}

impl Format {
    /// Of a number that every Excel knows.
    pub(super) fn built_in(number: u16) -> Self {
        match number {
            14..=17 | 27..=31 | 34..=36 | 50..=58 => Self::Date { day: true, time: false },
            18..=21 | 32 | 33 | 45..=47 => Self::Date { day: false, time: true },
            22 => Self::Date { day: true, time: true },
            _ => Self::General,
        }
    }

    /// Of a format that the workbook defines.
    pub(super) fn parse(code: &str) -> Self {
        let section = code.split(';').next().unwrap_or_default();
        let mut plain = String::new();
        let mut pattern = String::new();
        let mut chars = section.chars();
        while let Some(c) = chars.next() {
            match c {
                '"' => pattern.extend(chars.by_ref().take_while(|&c| c != '"').filter(|&c| c != '0')),
                '\\' => pattern.extend(chars.next().filter(|&c| c != '0')),
                '_' | '*' => {
                    chars.next();
                }
                '[' => {
                    let inside: String = chars.by_ref().take_while(|&c| c != ']').collect();
                    // Elapsed hours, minutes and seconds stand in brackets; so do colours and languages.
                    if matches!(inside.to_lowercase().as_str(), "h" | "hh" | "m" | "mm" | "s" | "ss") {
                        plain.push_str(&inside.to_lowercase());
                    }
                }
                c => {
                    plain.extend(c.to_lowercase());
                    pattern.push(c);
                }
            }
        }
        if plain.contains("general") || plain.contains('@') {
            return Self::General;
        }
        let day = plain.contains(['y', 'd']);
        let time = plain.contains(['h', 's']);
        if day || time || plain.contains("mmm") {
            return Self::Date {
                day: day || !time,
                time,
            };
        }
        let zeros = pattern.matches('0').count();
        let only_digits = pattern
            .chars()
            .all(|c| c == '0' || !matches!(c, '#' | '.' | ',' | '%' | '?' | 'E' | 'e' | '/'));
        if zeros >= 2 && only_digits {
            return Self::Digits(pattern);
        }
        Self::General
    }

    /// The number as it is shown; `later` counts days from 1904 instead of 1900.
    pub(super) fn show(&self, value: f64, later: bool) -> String {
        match self {
            Self::Date { day, time } if (0.0..2_958_466.0).contains(&value) => date(value, *day, *time, later),
            Self::Digits(pattern) if (0.0..1e15).contains(&value) && value.fract() == 0.0 => digits(pattern, value),
            _ => general(value),
        }
    }
}

/// All digits, never an exponent where the number is whole: long numbers are codes.
fn general(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e17 {
        return format!("{value:.0}");
    }
    // Fifteen digits are what Excel keeps; more would show the noise of binary fractions.
    let text = format!("{value:.15}");
    let short = format!("{value}");
    if short.len() <= 17 {
        return short;
    }
    let places = 15_usize.saturating_sub(text.find('.').unwrap_or(15)).min(15);
    let rounded = format!("{value:.places$}");
    if rounded.contains('.') {
        rounded.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        rounded
    }
}

fn date(value: f64, day: bool, time: bool, later: bool) -> String {
    let seconds = (value * 86_400.0).round() as i64;
    let days = seconds.div_euclid(86_400);
    let second = seconds.rem_euclid(86_400);
    let clock = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
    if !day {
        return clock;
    }
    let (year, month, of_month) = calendar::date(calendar::of_workbook(days, later));
    // The day before the month, as the countries of our users write it.
    let date = format!("{of_month:02}/{month:02}/{year:04}");
    if time { format!("{date} {clock}") } else { date }
}

fn digits(pattern: &str, value: f64) -> String {
    let number = format!("{value:.0}");
    let zeros = pattern.matches('0').count();
    let padded = format!("{number:0>zeros$}");
    // More digits than places stand before the first place.
    let mut rest = padded.chars();
    let ahead: String = rest.by_ref().take(padded.len() - zeros).collect();
    let mut shown = String::new();
    let mut first = true;
    for c in pattern.chars() {
        if c == '0' {
            if std::mem::take(&mut first) {
                shown.push_str(&ahead);
            }
            shown.extend(rest.next());
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_the_sheet_shows_them() {
        let show = |code: &str, value: f64| Format::parse(code).show(value, false);
        assert_eq!(show("000000000000", 1_098_004_321.0), "001098004321");
        assert_eq!(show("0000\\ 000\\ 000", 912_000_111.0), "0912 000 111");
        assert_eq!(show("General", 79_098_004_321.0), "79098004321");
        assert_eq!(show("#,##0.00", 1234.5), "1234.5");
        assert_eq!(show("0.00", 0.1 + 0.2), "0.3");
        assert_eq!(show("dd/mm/yyyy", 32_994.0), "01/05/1990");
        assert_eq!(show("[$-42A]dd mmmm yyyy;@", 60.0 + 1.0), "01/03/1900");
        assert_eq!(show("yyyy-mm-dd hh:mm", 32_994.5), "01/05/1990 12:00:00");
        assert_eq!(show("[Red]0", 7.0), "7");
        assert_eq!(Format::built_in(14).show(0.0, true), "01/01/1904");
        assert_eq!(show("0", -5.0), "-5");
        assert_eq!(show("dd/mm/yyyy", f64::NAN), "NaN");
        assert_eq!(show("00", 1e300), format!("{:.0}", 1e300));
    }
}
