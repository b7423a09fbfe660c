//! Dates inside values: their year, and the same date some days later in the same writing.

/// One run of digits of a value.
#[derive(Debug, Clone, Copy)]
struct Number {
    start: usize,
    end: usize,
    value: i64,
}

fn numbers(text: &str) -> Vec<Number> {
    let (mut out, mut open): (Vec<Number>, bool) = (Vec::new(), false);
    for (i, c) in text.char_indices() {
        let Some(digit) = c.to_digit(10).filter(|_| c.is_ascii()) else {
            open = false;
            continue;
        };
        match out.last_mut().filter(|_| open) {
            Some(last) if last.end - last.start < 8 => {
                last.end = i + 1;
                last.value = last.value * 10 + i64::from(digit);
            }
            _ => out.push(Number {
                start: i,
                end: i + 1,
                value: i64::from(digit),
            }),
        }
        open = true;
    }
    out
}

/// The year in a date of any writing.
pub(super) fn year(text: &str) -> Option<i64> {
    let found = numbers(text);
    let year = found
        .iter()
        .find(|n| n.end - n.start == 4 && (1850..=2150).contains(&n.value))
        .map(|n| n.value);
    // `19870321`.
    year.or_else(|| found.iter().find(|n| n.end - n.start == 8).map(|n| n.value / 10_000))
        .filter(|y| (1850..=2150).contains(y))
}

/// The date so many days later, in the same writing. Nothing where it is no full date in digits.
pub(super) fn shifted(text: &str, days: i64) -> Option<String> {
    let found = numbers(text);
    let [a, b, c] = found.as_slice() else { return None };
    // Year first, or day first; a month above twelve shows that the month stands first.
    let (y, m, d) = if a.end - a.start == 4 {
        (a, b, c)
    } else if c.end - c.start == 4 {
        if b.value > 12 { (c, a, b) } else { (c, b, a) }
    } else {
        return None;
    };
    let valid = (1..=12).contains(&m.value) && (1..=31).contains(&d.value);
    let (year, month, day) = date(day_number(y.value, m.value, d.value) + days);
    let mut parts = [(y, year), (m, month), (d, day)];
    parts.sort_by_key(|(n, _)| n.start);
    let (mut out, mut at) = (String::new(), 0);
    for (number, value) in parts {
        out.push_str(text.get(at..number.start)?);
        out.push_str(&format!("{value:0width$}", width = number.end - number.start));
        at = number.end;
    }
    out.push_str(text.get(at..)?);
    valid.then_some(out)
}

/// Days since 1 March of the year 0, in the Gregorian calendar.
fn day_number(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March, so that the day that leap years add is the last.
    let (y, m) = if month < 3 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    y * 365 + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400) + (m * 153 + 2) / 5 + day - 1
}

fn date(number: i64) -> (i64, i64, i64) {
    let era = number.div_euclid(146_097);
    let of_era = number.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let m = (5 * of_year + 2) / 153;
    let day = of_year - (153 * m + 2) / 5 + 1;
    let month = if m < 10 { m + 3 } else { m - 9 };
    (year_of_era + era * 400 + i64::from(month < 3), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_move_in_their_own_writing() {
        for (from, days, to) in [
            ("28.02.2024", 1, "29.02.2024"),
            ("28/2/2023", 1, "01/3/2023"),
            ("1999-12-31", 1, "2000-01-01"),
            ("2000年1月1日", -1, "1999年12月31日"),
            ("03/21/1987", 10, "03/31/1987"),
            ("ngày 1 tháng 3 năm 1900", -1, "ngày 28 tháng 2 năm 1900"),
        ] {
            let moved = shifted(from, days).unwrap();
            let plain = |t: &str| numbers(t).iter().map(|n| n.value).collect::<Vec<_>>();
            assert_eq!(plain(&moved), plain(to), "{moved}");
        }
        assert_eq!(shifted("21 марта 1987", 3), None);
        assert_eq!(year("21 марта 1987 г."), Some(1987));
        assert_eq!(year("19870321"), Some(1987));
        assert_eq!(year("12.03"), None);
    }
}
