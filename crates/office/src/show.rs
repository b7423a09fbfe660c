//! Values as people of each language write them.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;
use tutela_words::{Arg, Locale, Words};

use crate::kernel::evidence::media;
use crate::kernel::field::{Field, Kind};

/// A date as an office writes it.
pub(crate) fn date(locale: Locale, date: Date) -> String {
    let (y, m, d) = (date.year(), date.month(), date.day());
    match locale {
        Locale::Vi => format!("{d:02}/{m:02}/{y}"),
        Locale::Ru => format!("{d:02}.{m:02}.{y}"),
        Locale::Zh => format!("{y}年{m}月{d}日"),
        Locale::En => format!("{y}-{m:02}-{d:02}"),
    }
}

/// A date with the time of day, where the body is.
pub(crate) fn instant(locale: Locale, at: Timestamp, zone: &TimeZone) -> String {
    let here = at.to_zoned_datetime(zone.clone());
    format!("{} {:02}:{:02}", date(locale, here.date()), here.hour(), here.minute())
}

/// A value of a field for reading.
pub(crate) fn value(words: &Words, field: Option<&Field>, value: &Value, zone: &TimeZone) -> String {
    match value {
        Value::Bool(on) => words.get(if *on { "word-yes" } else { "word-no" }),
        Value::Number(n) => n.to_string(),
        Value::Array(all) => {
            let joined: Vec<_> = all.iter().map(|v| self::value(words, field, v, zone)).collect();
            joined.join(words.get("list-separator").as_str())
        }
        Value::String(s) => match field.map(|f| f.kind) {
            Some(Kind::Choice(_) | Kind::Choices(_)) => words.get(&format!("choice-{s}")),
            Some(Kind::Date) => s.parse().map_or_else(|_| s.clone(), |d| date(words.locale(), d)),
            Some(Kind::Instant) => s
                .parse()
                .map_or_else(|_| s.clone(), |t| instant(words.locale(), t, zone)),
            _ => s.clone(),
        },
        Value::Object(facts) if field.is_some_and(Field::is_file) => file(words, facts),
        Value::Null | Value::Object(_) => String::new(),
    }
}

/// What is known of a file without opening it.
fn file(words: &Words, facts: &serde_json::Map<String, Value>) -> String {
    let text = |name: &str| facts.get(name).and_then(Value::as_str).unwrap_or_default();
    let size = facts.get("size").and_then(Value::as_i64).unwrap_or_default();
    words.with(
        "file-facts",
        &[
            ("kind", Arg::Text(&media::short(text("type")))),
            ("size", Arg::Text(&length(size))),
            ("hash", Arg::Text(text("sha256"))),
        ],
    )
}

/// A length as people read it.
pub(crate) fn length(bytes: i64) -> String {
    match bytes {
        ..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KB", bytes.div_euclid(1024)),
        _ => format!(
            "{}.{} MB",
            bytes.div_euclid(1 << 20),
            bytes.rem_euclid(1 << 20) * 10 / (1 << 20)
        ),
    }
}

/// How much time is left, or by how much it is late: in days when there are two or more, else in hours.
pub(crate) fn left(words: &Words, now: Timestamp, due: Timestamp) -> (String, Tone) {
    let seconds = due.as_second() - now.as_second();
    let late = seconds < 0;
    let hours = seconds.unsigned_abs() / 3600;
    let (unit, number) = if hours >= 48 {
        ("days", hours / 24)
    } else {
        ("hours", hours)
    };
    let key = format!("{}-{unit}", if late { "late" } else { "left" });
    let tone = match (late, hours) {
        (true, _) => Tone::Late,
        (false, 0..72) => Tone::Near,
        _ => Tone::Calm,
    };
    (words.with(&key, &[("n", Arg::Number(number))]), tone)
}

/// The same to the minute, for terms that the law counts in hours.
pub(crate) fn left_exactly(words: &Words, now: Timestamp, due: Timestamp) -> (String, Tone) {
    let (_, tone) = left(words, now, due);
    let minutes = (due.as_second() - now.as_second()).unsigned_abs() / 60;
    let clock = format!("{}:{:02}", minutes / 60, minutes % 60);
    let key = if due < now { "late-clock" } else { "left-clock" };
    (words.with(key, &[("time", Arg::Text(&clock))]), tone)
}

/// How urgent something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Late,
    Near,
    Calm,
}

impl Tone {
    /// The class in the style sheet; words always say the same beside it.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::Near => "near",
            Self::Calm => "calm",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_in_hours_are_told_to_the_minute() {
        let now: Timestamp = "2026-11-24T02:00:00Z".parse().unwrap();
        let after = |minutes: i64| now + jiff::SignedDuration::from_mins(minutes);
        for (locale, left, late) in [
            (Locale::En, "71:59 h left", "late by 0:05 h"),
            (Locale::Ru, "осталось 71:59 ч", "просрочено на 0:05 ч"),
            (Locale::Vi, "còn 71:59 giờ", "quá hạn 0:05 giờ"),
            (Locale::Zh, "剩余71:59小时", "逾期0:05小时"),
        ] {
            let words = Words::new(locale);
            let plain = |text: String| text.replace(['\u{2068}', '\u{2069}'], "");
            assert_eq!(plain(left_exactly(&words, now, after(72 * 60 - 1)).0), left);
            let (text, tone) = left_exactly(&words, now, after(-5));
            assert_eq!((plain(text).as_str(), tone), (late, Tone::Late));
        }
    }
}
