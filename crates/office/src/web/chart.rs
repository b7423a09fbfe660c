//! Duties per week as bars, drawn here: no script, and the same in words beside it.

use askama::Template;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use tutela_words::{Arg, Words};

use crate::error::Error;
use crate::kernel::body::Body;
use crate::kernel::people::Account;
use crate::office::Office;
use crate::show;

/// Weeks that are drawn.
const WEEKS: usize = 8;
/// Duties that are counted at most.
const MOST: i64 = 10_000;
/// Height of the highest bar, in units of the drawing.
const HEIGHT: usize = 100;
/// Width of a bar with its gap.
const STEP: usize = 70;

/// A bar.
struct Bar {
    x: usize,
    middle: usize,
    y: usize,
    height: usize,
    class: &'static str,
    label: String,
    number: u64,
    number_y: usize,
}

#[derive(Template)]
#[template(path = "chart.html")]
struct Chart {
    title: String,
    text: String,
    width: usize,
    bars: Vec<Bar>,
}

/// How many duties are late, and how many end in each of the next weeks, as a picture with its words. Empty if there is none.
pub(crate) async fn weeks(office: &Office, account: &Account, body: &Body, now: Timestamp) -> Result<String, Error> {
    let words = office.words(account.locale);
    let before = now + SignedDuration::from_hours(24 * 7 * (WEEKS as i64 + 1));
    let items = office.duties(&account.actor(), Timestamp::MIN, before, MOST).await?;
    let ends: Vec<_> = items.iter().map(|i| i.at).collect();
    Ok(draw(words, body, now, &ends))
}

fn draw(words: &Words, body: &Body, now: Timestamp, ends: &[Timestamp]) -> String {
    if ends.is_empty() {
        return String::new();
    }
    let today = now.to_zoned_datetime(body.zone.clone()).date();
    let offset = i64::from(today.weekday().to_monday_zero_offset());
    let monday = today.checked_sub(jiff::Span::new().days(offset)).unwrap_or(today);
    let mut late = 0_u64;
    let mut counts = [0_u64; WEEKS];
    for end in ends {
        if *end < now {
            late += 1;
            continue;
        }
        // What ends at midnight ends with the day before it.
        let last = (*end - SignedDuration::from_secs(1))
            .to_zoned_datetime(body.zone.clone())
            .date();
        let days = last.since(monday).map_or(0, |s| i64::from(s.get_days()));
        if let Some(count) = usize::try_from(days.max(0) / 7).ok().and_then(|w| counts.get_mut(w)) {
            *count += 1;
        }
    }
    let mut columns = vec![(words.get("chart-late"), late, "late")];
    for (week, count) in counts.iter().enumerate() {
        let begins = monday
            .checked_add(jiff::Span::new().days(7 * i64::try_from(week).unwrap_or(0)))
            .unwrap_or(monday);
        let class = if week == 0 { "near" } else { "calm" };
        columns.push((short(words, begins), *count, class));
    }
    let text: Vec<_> = columns
        .iter()
        .filter(|c| c.1 > 0)
        .map(|(label, number, _)| format!("{label}: {number}"))
        .collect();
    let text = words.with("chart-text", &[("weeks", Arg::Text(&text.join("; ")))]);
    bars(words.get("chart-title"), text, columns)
}

/// Numbers as bars: label, number and class of each, under a title and with words that say the same.
pub(crate) fn bars(title: String, text: String, columns: Vec<(String, u64, &'static str)>) -> String {
    let most = columns.iter().map(|c| c.1).max().unwrap_or(0).max(1);
    let width = columns.len() * STEP;
    let bars = columns.into_iter().enumerate().map(|(at, (label, number, class))| {
        let share = usize::try_from(number.saturating_mul(HEIGHT as u64) / most).unwrap_or(HEIGHT);
        // One duty among thousands is still seen.
        let height = if number > 0 { share.max(2) } else { 0 };
        Bar {
            x: at * STEP + 10,
            middle: at * STEP + STEP / 2,
            y: 20 + HEIGHT - height,
            height,
            class,
            label,
            number,
            number_y: 15 + HEIGHT - height,
        }
    });
    let chart = Chart {
        title,
        text,
        width,
        bars: bars.collect(),
    };
    chart.render().unwrap_or_default()
}

/// The Monday with which a week begins.
fn short(words: &Words, date: Date) -> String {
    let whole = show::date(words.locale(), date);
    words.with("chart-week", &[("day", Arg::Text(&whole))])
}

#[cfg(test)]
mod tests {
    use tutela_law::Country;
    use tutela_words::Locale;

    use super::*;

    #[test]
    fn a_bar_stands_for_a_week_and_words_say_the_same() {
        let body = crate::world::a_body(Country::Vn);
        let words = Words::new(Locale::En);
        // A Tuesday morning in Ha Noi; the week began on 23 November.
        let now: Timestamp = "2026-11-24T02:00:00Z".parse().unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let ends = [
            at("2026-11-20T00:00:00Z"),
            at("2026-11-29T17:00:00Z"),
            at("2026-11-29T17:00:01Z"),
            at("2026-11-30T03:00:00Z"),
        ];
        let drawn = draw(&words, &body, now, &ends);
        assert!(
            drawn.contains("2026-11-23: 1"),
            "the end of Sunday belongs to its week: {drawn}"
        );
        assert!(drawn.contains("2026-11-30: 2"), "{drawn}");
        assert_eq!(drawn.matches("<rect").count(), 3);
        assert_eq!(draw(&words, &body, now, &[]), "");
    }
}
