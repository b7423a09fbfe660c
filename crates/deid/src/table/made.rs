//! Hierarchies made of the values themselves, for columns that come without one.

use super::{Error, Hierarchy};

/// What the values of a column are taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers: ranges that double in width.
    Number,
    /// Days: month, year, decade.
    Date,
    /// Codes of one length, such as postal codes: from the right, character after character is hidden.
    Code,
    /// Words: all or nothing.
    Word,
}

/// Numbers that ranges are made of, so that doubling never runs over.
const LARGEST: i64 = 1 << 40;
/// The fewest and the most characters that a code has.
const CODE: std::ops::RangeInclusive<usize> = 3..=12;

impl Hierarchy {
    /// A hierarchy of the values of a column, empty ones among them, and what they were taken for.
    pub fn made(values: &[String]) -> Result<(Self, Kind), Error> {
        let kind = kind_of(values);
        let widths = widths(values);
        let longest = values.iter().map(|v| v.chars().count()).max().unwrap_or(0);
        let line = |value: &String| {
            let mut line = vec![value.clone()];
            match kind {
                Kind::Number => line.extend(widths.iter().map(|width| range(value, *width))),
                Kind::Date => line.extend(coarser_days(value)),
                Kind::Code => line.extend((1..longest).map(|hidden| masked(value, hidden))),
                Kind::Word => {}
            }
            line.push("*".to_owned());
            line
        };
        Ok((Self::new(values.iter().map(line).collect())?, kind))
    }
}

fn kind_of(values: &[String]) -> Kind {
    let filled = || values.iter().filter(|v| !v.is_empty());
    if filled().next().is_none() {
        return Kind::Word;
    }
    if filled().all(|v| day(v).is_some()) {
        return Kind::Date;
    }
    let length = filled().map(|v| v.chars().count()).max().unwrap_or(0);
    let same = filled().all(|v| v.chars().count() == length);
    let digits = filled().all(|v| v.bytes().all(|b| b.is_ascii_digit()));
    // Digits that begin with 0 are no number, and codes have one length.
    let code = same && digits && CODE.contains(&length) && (length > 3 || filled().any(|v| v.starts_with('0')));
    if code {
        return Kind::Code;
    }
    if filled().all(|v| number(v).is_some()) {
        return Kind::Number;
    }
    Kind::Word
}

fn number(value: &str) -> Option<i64> {
    value.parse::<i64>().ok().filter(|n| (-LARGEST..LARGEST).contains(n))
}

/// How wide ranges are, each twice the one before: from some fortieth of what there is to all of it.
fn widths(values: &[String]) -> Vec<i64> {
    let numbers: Vec<i64> = values.iter().filter_map(|v| number(v)).collect();
    let (Some(least), Some(most)) = (numbers.iter().min(), numbers.iter().max()) else {
        return Vec::new();
    };
    let span = most - least;
    let mut width = 5;
    while width * 40 < span {
        width *= 10;
    }
    let mut widths = Vec::new();
    while width < span {
        widths.push(width);
        width *= 2;
    }
    widths
}

fn range(value: &str, width: i64) -> String {
    let Some(n) = number(value) else { return String::new() };
    let low = n.div_euclid(width) * width;
    format!("{low}–{}", low + width - 1)
}

/// Month, year, decade of a day.
fn coarser_days(value: &str) -> [String; 3] {
    let Some((year, month, _)) = day(value) else {
        return [String::new(), String::new(), String::new()];
    };
    let decade = year - year % 10;
    [
        format!("{year:04}-{month:02}"),
        format!("{year:04}"),
        format!("{decade:04}–{:04}", decade + 9),
    ]
}

/// A day as offices write it: 1987-03-21, 1987/3/21, 21.03.1987, 21/03/1987, 1987年3月21日.
fn day(value: &str) -> Option<(u16, u8, u8)> {
    let parts: Vec<&str> = value
        .split(['-', '/', '.', '年', '月', '日'])
        .filter(|p| !p.is_empty())
        .collect();
    let [a, b, c] = parts.as_slice() else { return None };
    let digits = |p: &str| p.bytes().all(|b| b.is_ascii_digit());
    if ![a, b, c].iter().all(|p| digits(p)) || b.len() > 2 {
        return None;
    }
    let (year, day) = match (a.len(), c.len()) {
        (4, 1 | 2) => (a, c),
        (1 | 2, 4) => (c, a),
        _ => return None,
    };
    let month: u8 = b.parse().ok()?;
    let day: u8 = day.parse().ok()?;
    let last = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=last).contains(&day).then_some((year.parse().ok()?, month, day))
}

fn masked(value: &str, hidden: usize) -> String {
    let length = value.chars().count();
    let shown = length.saturating_sub(hidden);
    value
        .chars()
        .take(shown)
        .chain(std::iter::repeat_n('*', length - shown))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(values: &[&str]) -> (Hierarchy, Kind) {
        let values: Vec<_> = values.iter().map(|v| (*v).to_owned()).collect();
        Hierarchy::made(&values).unwrap()
    }

    fn line(hierarchy: &Hierarchy, value: &str) -> Vec<String> {
        let levels = 0..hierarchy.levels();
        levels
            .map(|l| hierarchy.text(value.as_bytes(), l).unwrap().to_owned())
            .collect()
    }

    #[test]
    fn numbers_become_ranges() {
        let (ages, kind) = made(&["17", "18", "25", "64", "-3", ""]);
        assert_eq!(kind, Kind::Number);
        assert_eq!(line(&ages, "17"), ["17", "15–19", "10–19", "0–19", "0–39", "*"]);
        assert_eq!(line(&ages, "-3")[1], "-5–-1");
        assert_eq!(line(&ages, "")[1], "");
    }

    #[test]
    fn days_become_months_years_and_decades() {
        for day in ["1987-03-21", "21.03.1987", "21/3/1987", "1987年3月21日"] {
            let (days, kind) = made(&[day]);
            assert_eq!(kind, Kind::Date);
            assert_eq!(line(&days, day)[1..], ["1987-03", "1987", "1980–1989", "*"]);
        }
        assert_eq!(
            made(&["21.03.1987", "03/21/1987"]).1,
            Kind::Word,
            "there is no month 21"
        );
        assert_eq!(made(&["31.04.1987"]).1, Kind::Word);
    }

    #[test]
    fn codes_are_hidden_from_the_right() {
        let (codes, kind) = made(&["650000", "650107"]);
        assert_eq!(kind, Kind::Code);
        assert_eq!(line(&codes, "650107")[1..3], ["65010*", "6501**"]);
        assert_eq!(made(&["001", "079"]).1, Kind::Code);
        assert_eq!(made(&["101", "979"]).1, Kind::Number);
    }

    #[test]
    fn words_are_shown_or_not() {
        let (words, kind) = made(&["Nam", "Nữ", ""]);
        assert_eq!(kind, Kind::Word);
        assert_eq!(line(&words, "Nữ"), ["Nữ", "*"]);
        assert_eq!(made(&[""]).1, Kind::Word);
    }

    #[test]
    fn no_value_makes_it_panic() {
        for value in [
            "9223372036854775807",
            "-9223372036854775808",
            "....",
            "年月日",
            "0000-00-00",
            "\u{0}",
            "٣",
        ] {
            made(&[value]);
            made(&[value, "1"]);
        }
    }
}
