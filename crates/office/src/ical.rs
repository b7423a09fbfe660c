//! Duties as a calendar (RFC 5545), for the calendar program of whoever has them. Nothing in it says anything of a person.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use tutela_words::{Arg, Words};

/// Longest line in octets, without its end.
const LINE: usize = 75;

/// One duty.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// Names the duty for ever: a program that fetches the calendar again finds the event that it has.
    pub(crate) uid: String,
    /// What is to be done, and for which record.
    pub(crate) summary: String,
    /// The norm.
    pub(crate) description: String,
    /// Where the record is seen, if the address of the office is known.
    pub(crate) url: Option<String>,
    /// When it ends.
    pub(crate) end: End,
    /// The state of the record that it belongs to; grows.
    pub(crate) sequence: i64,
}

/// When a duty ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// With a day.
    Day(Date),
    /// At an instant; the flag tells that hours count.
    Instant(Timestamp, bool),
}

/// The calendar.
pub(crate) fn calendar(words: &Words, now: Timestamp, name: &str, events: &[Event]) -> String {
    let mut out = String::new();
    let mut line = |text: &str| fold(text, &mut out);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line("PRODID:-//Tutela//Office//EN");
    line("CALSCALE:GREGORIAN");
    line("METHOD:PUBLISH");
    line(&format!("X-WR-CALNAME:{}", escape(name)));
    line("REFRESH-INTERVAL;VALUE=DURATION:PT1H");
    line("X-PUBLISHED-TTL:PT1H");
    for event in events {
        line("BEGIN:VEVENT");
        line(&format!("UID:{}", escape(&event.uid)));
        line(&format!("DTSTAMP:{}", utc(now)));
        line(&format!("SEQUENCE:{}", event.sequence));
        let alarms: &[(&str, u64)] = match event.end {
            End::Day(day) => {
                line(&format!("DTSTART;VALUE=DATE:{}", compact(day)));
                if let Ok(next) = day.tomorrow() {
                    line(&format!("DTEND;VALUE=DATE:{}", compact(next)));
                }
                &[("D", 30), ("D", 7), ("D", 1)]
            }
            End::Instant(at, hours) => {
                // The event is the end itself: the last quarter of an hour is shown, so that calendars draw it.
                let from = at - SignedDuration::from_mins(15);
                line(&format!("DTSTART:{}", utc(from)));
                line(&format!("DTEND:{}", utc(at)));
                if hours {
                    &[("H", 24), ("H", 6), ("H", 1)]
                } else {
                    &[("D", 30), ("D", 7), ("D", 1)]
                }
            }
        };
        line(&format!("SUMMARY:{}", escape(&event.summary)));
        line(&format!("DESCRIPTION:{}", escape(&event.description)));
        if let Some(url) = &event.url {
            line(&format!("URL:{url}"));
        }
        line("CATEGORIES:Tutela");
        line("TRANSP:TRANSPARENT");
        line("CLASS:PRIVATE");
        for (unit, number) in alarms {
            line("BEGIN:VALARM");
            line("ACTION:DISPLAY");
            let (trigger, key) = match *unit {
                "H" => (format!("-PT{number}H"), "left-hours"),
                _ => (format!("-P{number}D"), "left-days"),
            };
            // For a whole day the trigger counts from its beginning, for an instant from its end.
            match event.end {
                End::Day(_) => line(&format!("TRIGGER:{trigger}")),
                End::Instant(..) => line(&format!("TRIGGER;RELATED=END:{trigger}")),
            }
            let left = words.with(key, &[("n", Arg::Number(*number))]);
            line(&format!(
                "DESCRIPTION:{}",
                escape(&format!("{left}: {}", event.summary))
            ));
            line("END:VALARM");
        }
        line("END:VEVENT");
    }
    line("END:VCALENDAR");
    out
}

fn compact(day: Date) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

fn utc(at: Timestamp) -> String {
    let here = at.to_zoned_datetime(jiff::tz::TimeZone::UTC);
    format!(
        "{}T{:02}{:02}{:02}Z",
        compact(here.date()),
        here.hour(),
        here.minute(),
        here.second()
    )
}

/// A text as a value: what has a meaning of its own in the format is marked, other control characters are left out.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Writes a line, folded so that no part is longer than 75 octets and no character is cut.
fn fold(line: &str, out: &mut String) {
    let mut used = 0;
    for c in line.chars() {
        if used + c.len_utf8() > LINE {
            out.push_str("\r\n ");
            used = 1;
        }
        out.push(c);
        used += c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use tutela_words::Locale;

    use super::*;

    /// Pseudo-random texts, the same in every run.
    fn texts() -> impl Iterator<Item = String> {
        let letters: Vec<char> = "aZ ,;:\\\"đệЖщ测试😀\u{301}\t\n".chars().collect();
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        (0..2000).map(move |n| {
            (0..n % 400)
                .map(|_| {
                    state ^= state << 13;
                    state ^= state >> 7;
                    state ^= state << 17;
                    letters[usize::try_from(state % letters.len() as u64).unwrap()]
                })
                .collect()
        })
    }

    #[test]
    fn folded_lines_are_short_and_unfold_to_what_they_were() {
        for text in texts() {
            let text = text.replace('\n', "");
            let mut out = String::new();
            fold(&text, &mut out);
            assert!(out.ends_with("\r\n"));
            for (at, line) in out.trim_end_matches("\r\n").split("\r\n").enumerate() {
                assert!(line.len() <= LINE, "{}: {line}", line.len());
                assert!(at == 0 || line.starts_with(' '));
            }
            assert_eq!(out.replace("\r\n ", "").trim_end_matches("\r\n"), text);
        }
    }

    fn unescape(text: &str) -> String {
        let mut out = String::new();
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some('n') => out.push('\n'),
                    Some(other) => out.push(other),
                    None => panic!("a mark of nothing"),
                },
                ';' | ',' => panic!("not marked: {text}"),
                other => out.push(other),
            }
        }
        out
    }

    #[test]
    fn texts_come_back_out_of_their_marks() {
        for text in texts() {
            assert_eq!(unescape(&escape(&text)), text.replace('\t', ""));
        }
    }

    fn sample(locale: Locale) -> String {
        let words = Words::new(locale);
        let now: Timestamp = "2026-11-24T02:00:00Z".parse().unwrap();
        let event = |uid: &str, end| Event {
            uid: uid.to_owned(),
            summary: "Ответить на запрос, срок; Обращения 2026-1 — очень длинное название обязанности".to_owned(),
            description: "Статья 20\nч. 1".to_owned(),
            url: None,
            end,
            sequence: 3,
        };
        let events = [
            event("a@tutela", End::Day(jiff::civil::date(2026, 12, 31))),
            event("b@tutela", End::Instant("2026-11-25T10:30:00Z".parse().unwrap(), true)),
            event("c@tutela", End::Instant("2026-12-25T10:30:00Z".parse().unwrap(), false)),
        ];
        calendar(&words, now, "Tutela", &events)
    }

    #[test]
    fn the_last_day_of_a_year_ends_in_the_next() {
        let text = sample(Locale::Ru);
        assert!(text.contains("DTSTART;VALUE=DATE:20261231\r\n"));
        assert!(text.contains("DTEND;VALUE=DATE:20270101\r\n"));
        assert!(text.contains("DTEND:20261125T103000Z\r\n"));
        assert_eq!(text.matches("TRIGGER;RELATED=END:-PT6H\r\n").count(), 1);
        assert_eq!(text.matches("TRIGGER:-P7D\r\n").count(), 1);
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
    }

    #[test]
    fn another_program_reads_the_calendar() {
        let script = "import sys, icalendar\n\
            c = icalendar.Calendar.from_ical(sys.stdin.buffer.read())\n\
            for e in c.walk('VEVENT'):\n\
            \x20   assert not e.errors, e.errors\n\
            \x20   t = [a['TRIGGER'].dt.total_seconds() for a in e.walk('VALARM')]\n\
            \x20   print(e['UID'], e['SUMMARY'], e['DTSTART'].dt, e['DTEND'].dt, t, sep='|')";
        for locale in Locale::ALL {
            let Some(out) = crate::world::python("icalendar", script, sample(locale).as_bytes()) else {
                return;
            };
            let summary = "Ответить на запрос, срок; Обращения 2026-1 — очень длинное название обязанности";
            let lines: Vec<_> = out.lines().collect();
            assert_eq!(
                lines[0],
                format!("a@tutela|{summary}|2026-12-31|2027-01-01|[-2592000.0, -604800.0, -86400.0]")
            );
            assert_eq!(
                lines[1],
                format!(
                    "b@tutela|{summary}|2026-11-25 10:15:00+00:00|2026-11-25 10:30:00+00:00|[-86400.0, -21600.0, -3600.0]"
                )
            );
            assert_eq!(lines.len(), 3);
        }
    }
}
