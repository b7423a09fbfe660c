//! The calendar: a month with its days off and what is due on each day.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use tutela_law::DayKind;
use tutela_words::{Arg, Locale, Words};

use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::duties::DutyItem;
use crate::kernel::people::Session;
use crate::office::now;
use crate::show;
use crate::web::Site;
use crate::web::frame::{Frame, render};
use crate::web::guard::SignedIn;
use crate::web::pages::message;
use crate::web::pages::tokens::duty_title;

/// Duties in a month at most.
const MOST: i64 = 2000;
/// Duties shown in a day; the rest is counted.
const IN_A_DAY: usize = 8;

/// A day of the grid.
struct Day {
    number: i8,
    full: String,
    iso: String,
    /// Within the month that is shown.
    inside: bool,
    today: bool,
    class: &'static str,
    /// Why it is a day off, or why it is worked.
    note: String,
    /// Whether it has a name of its own, so that a phone shows it although nothing is due.
    named: bool,
    duties: Vec<Line>,
    more: String,
}

/// A duty in a day.
struct Line {
    href: String,
    text: String,
    class: &'static str,
}

#[derive(Template)]
#[template(path = "calendar.html")]
struct Month<'a> {
    frame: Frame<'a>,
    month: String,
    before: Option<String>,
    after: Option<String>,
    problems: Vec<String>,
    weekdays: Vec<String>,
    weeks: Vec<Vec<Day>>,
    none: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    month: Option<String>,
}

/// The page.
pub(crate) async fn page(
    State(site): State<Site>,
    SignedIn(session): SignedIn,
    Query(asked): Query<Asked>,
) -> Response {
    match build(&site, &session, now(), asked.month.as_deref()).await {
        Ok(response) => response,
        Err(error) => message::failed(&site, Some(&session), &error),
    }
}

/// The first day of a month as an address names it.
fn first_of(month: &str) -> Option<Date> {
    let date: Date = format!("{month}-01").parse().ok()?;
    (1900..=2200).contains(&date.year()).then_some(date)
}

fn month_name(words: &Words, first: Date) -> String {
    words.with(
        "calendar-month",
        &[
            ("month", Arg::Text(&words.get(&format!("month-{}", first.month())))),
            ("year", Arg::Text(&first.year().to_string())),
        ],
    )
}

fn address(first: Date) -> Option<String> {
    let month = format!("{:04}-{:02}", first.year(), first.month());
    first_of(&month).map(|_| format!("/calendar?month={month}"))
}

async fn build(site: &Site, session: &Session, now: Timestamp, asked: Option<&str>) -> Result<Response, Error> {
    let account = &session.account;
    let words = site.office.words(account.locale);
    let body = site.office.body(&account.body).await?;
    let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
    let today = now.to_zoned_datetime(body.zone.clone()).date();
    let first = match asked {
        Some(month) => first_of(month).ok_or_else(|| Refusal::new("refusal-date"))?,
        None => today.first_of_month(),
    };
    let last = first.last_of_month();
    // Whole weeks, from Monday.
    let from = shift(first, -i64::from(first.weekday().to_monday_zero_offset()))?;
    let to = shift(last, 6 - i64::from(last.weekday().to_monday_zero_offset()))?;
    let begin = instant(from, &body)?;
    let end = instant(shift(to, 1)?, &body)?;
    // A term that ends with a day ends at the first instant of the next: it belongs to the day that it ends.
    let second = SignedDuration::from_secs(1);
    let items = site.office.duties(&account.actor(), begin, end + second, MOST).await?;
    let mut weeks = Vec::new();
    let mut problems = Vec::new();
    let mut day = from;
    while day <= to {
        let mut week = Vec::with_capacity(7);
        for _ in 0..7 {
            let mut shown = a_day(site, words, &body, day, &mut problems);
            shown.inside = day.month() == first.month();
            shown.today = day == today;
            duties_of(site, words, &body, now, &items, &mut shown, day);
            week.push(shown);
            day = shift(day, 1)?;
        }
        weeks.push(week);
    }
    let page = Month {
        frame: Frame::new(
            site,
            Some(session),
            account.locale,
            words.get("page-calendar"),
            "/calendar",
        ),
        month: month_name(words, first),
        before: shift(first, -1).ok().and_then(|d| address(d.first_of_month())),
        after: shift(last, 1).ok().and_then(address),
        problems,
        weekdays: (1..=7).map(|n| words.get(&format!("weekday-{n}"))).collect(),
        none: !weeks.iter().flatten().any(|d| d.inside && !d.duties.is_empty()),
        weeks,
    };
    Ok(render(StatusCode::OK, &page))
}

fn shift(date: Date, days: i64) -> Result<Date, Error> {
    let moved = date.checked_add(jiff::Span::new().days(days));
    moved.map_err(|_| Refusal::new("refusal-date").into())
}

fn instant(date: Date, body: &Body) -> Result<Timestamp, Error> {
    let zoned = date.at(0, 0, 0, 0).to_zoned_datetime(body.zone.clone());
    Ok(zoned.map_err(|_| Refusal::new("refusal-date"))?.timestamp())
}

fn a_day(site: &Site, words: &Words, body: &Body, day: Date, problems: &mut Vec<String>) -> Day {
    let kind = site
        .office
        .reckoner
        .calendars
        .day(body.country, body.region.as_deref(), day);
    let (class, note) = match &kind {
        Ok(DayKind::Working) => ("", String::new()),
        Ok(DayKind::Weekend) => ("off", words.get("day-weekend")),
        Ok(DayKind::Holiday(note)) => ("off", note.name.clone()),
        Ok(DayKind::MadeUp(note)) => ("", format!("{}: {}", words.get("day-made-up"), note.name)),
        Ok(DayKind::Doubtful(note)) => ("", format!("{}: {}", words.get("day-doubtful"), note.name)),
        Err(missing) => {
            let year = missing.year.to_string();
            let text = words.with("calendar-missing", &[("year", Arg::Text(&year))]);
            if !problems.contains(&text) {
                problems.push(text);
            }
            ("unknown", words.get("day-unknown"))
        }
    };
    let named = matches!(
        kind,
        Ok(DayKind::Holiday(_) | DayKind::MadeUp(_) | DayKind::Doubtful(_))
    );
    Day {
        named,
        number: day.day(),
        full: full_date(words, day),
        iso: day.to_string(),
        inside: true,
        today: false,
        class,
        note,
        duties: Vec::new(),
        more: String::new(),
    }
}

/// The day of the week and the date, for whoever hears the page.
fn full_date(words: &Words, day: Date) -> String {
    let weekday = words.get(&format!("weekday-{}", day.weekday().to_monday_one_offset()));
    let separator = if words.locale() == Locale::Zh { "，" } else { ", " };
    format!("{weekday}{separator}{}", show::date(words.locale(), day))
}

fn duties_of(site: &Site, words: &Words, body: &Body, now: Timestamp, items: &[DutyItem], shown: &mut Day, day: Date) {
    let mut more = 0_u64;
    for item in items {
        let last = item
            .clock
            .due(&site.office.reckoner, body)
            .ok()
            .and_then(|d| d.last_day);
        let last = last.unwrap_or_else(|| item.at.to_zoned_datetime(body.zone.clone()).date());
        if last != day {
            continue;
        }
        if shown.duties.len() >= IN_A_DAY {
            more += 1;
            continue;
        }
        let (left, tone) = show::left(words, now, item.at);
        shown.duties.push(Line {
            href: format!("/registers/{}/{}", item.register.name, item.clock.card),
            text: format!("{} ({left})", duty_title(words, item)),
            class: tone.class(),
        });
    }
    if more > 0 {
        shown.more = words.with("calendar-more", &[("n", Arg::Number(more))]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_named_by_four_and_two_digits() {
        assert_eq!(first_of("2026-11"), Some(jiff::civil::date(2026, 11, 1)));
        for bad in ["2026-13", "1800-01", "26-1", "2026-11-01", "", "9999-12"] {
            assert_eq!(first_of(bad), None, "{bad}");
        }
        assert_eq!(
            address(jiff::civil::date(2200, 12, 1)).as_deref(),
            Some("/calendar?month=2200-12")
        );
        assert_eq!(address(jiff::civil::date(2201, 1, 1)), None);
    }
}
