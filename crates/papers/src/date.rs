//! Days as offices write them.

use jiff::civil::Date;
use tutela_words::Locale;

const RU: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];
const EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn month(names: &[&'static str; 12], day: Date) -> &'static str {
    names
        .get(usize::from(day.month().unsigned_abs()).wrapping_sub(1))
        .copied()
        .unwrap_or("")
}

/// A day in a text. Vietnamese offices write days below 10 and the months 1 and 2 with a zero.
pub(crate) fn long(day: Date, locale: Locale) -> String {
    let (y, m, d) = (day.year(), day.month(), day.day());
    match locale {
        Locale::Vi if m < 3 => format!("ngày {d:02} tháng {m:02} năm {y}"),
        Locale::Vi => format!("ngày {d:02} tháng {m} năm {y}"),
        Locale::Ru => format!("«{d:02}» {} {y} г.", month(&RU, day)),
        Locale::Zh => format!("{y}年{m}月{d}日"),
        Locale::En => format!("{d} {} {y}", month(&EN, day)),
    }
}

/// A day in a table.
pub(crate) fn short(day: Date, locale: Locale) -> String {
    let (y, m, d) = (day.year(), day.month(), day.day());
    match locale {
        Locale::Vi => format!("{d:02}/{m:02}/{y}"),
        Locale::Ru => format!("{d:02}.{m:02}.{y}"),
        Locale::Zh | Locale::En => format!("{y}-{m:02}-{d:02}"),
    }
}

/// A day that is to be written in by hand: text and the widths of gaps, in characters.
pub(crate) fn blank(locale: Locale) -> &'static str {
    match locale {
        Locale::Vi => "ngày ____ tháng ____ năm ______",
        Locale::Ru => "«____» ______________ 20____ г.",
        Locale::Zh => "______年____月____日",
        Locale::En => "____ ______________ 20____",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_the_offices_write_them() {
        let day = Date::constant(2026, 2, 5);
        assert_eq!(long(day, Locale::Vi), "ngày 05 tháng 02 năm 2026");
        assert_eq!(
            long(Date::constant(2026, 11, 24), Locale::Vi),
            "ngày 24 tháng 11 năm 2026"
        );
        assert_eq!(long(day, Locale::Ru), "«05» февраля 2026 г.");
        assert_eq!(long(day, Locale::Zh), "2026年2月5日");
        assert_eq!(long(day, Locale::En), "5 February 2026");
        assert_eq!(
            Locale::ALL.map(|l| short(day, l)),
            ["05/02/2026", "05.02.2026", "2026-02-05", "2026-02-05"]
        );
    }
}
