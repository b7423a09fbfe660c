//! The yearly wheel of duties: drawn here, without script, and the same as a table below.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use tutela_words::{Arg, Words};

use crate::compliance::Mark;
use crate::error::Error;
use crate::kernel::people::Session;
use crate::office::now;
use crate::web::Site;
use crate::web::frame::{Frame, render};
use crate::web::guard::SignedIn;
use crate::web::pages::message;
use crate::year::{Month, YEARS};

/// Radii of the ring.
const OUTER: f64 = 190.0;
const INNER: f64 = 80.0;
/// The middle of the drawing.
const MIDDLE: f64 = 200.0;

/// A sector of the wheel.
struct Sector {
    path: String,
    class: &'static str,
    href: String,
    name: String,
    number: u64,
    x: String,
    y: String,
    below: String,
}

/// A line of a month.
struct Line {
    text: String,
    page: String,
    cite: String,
    open: bool,
}

/// A month of the table.
struct Part {
    id: String,
    name: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "year.html")]
struct Page<'a> {
    frame: Frame<'a>,
    year: i16,
    before: Option<i16>,
    after: Option<i16>,
    about: String,
    sectors: Vec<Sector>,
    parts: Vec<Part>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    year: Option<String>,
}

/// The page.
pub(crate) async fn page(
    State(site): State<Site>,
    SignedIn(session): SignedIn,
    Query(asked): Query<Asked>,
) -> Response {
    match build(&site, &session, asked.year.as_deref()).await {
        Ok(response) => response,
        Err(error) => message::failed(&site, Some(&session), &error),
    }
}

async fn build(site: &Site, session: &Session, asked: Option<&str>) -> Result<Response, Error> {
    let account = &session.account;
    let words = site.office.words(account.locale);
    let body = site.office.body(&account.body).await?;
    let zone = body.map_or(jiff::tz::TimeZone::UTC, |b| b.zone);
    let today = now().to_zoned_datetime(zone).date();
    let year = match asked {
        Some(text) => text.parse().unwrap_or_default(),
        None => today.year(),
    };
    let (body, months) = site.office.year(&account.actor(), year).await?;
    let current = |month: usize| today.year() == year && i8::try_from(month + 1) == Ok(today.month());
    let mut sectors = Vec::with_capacity(12);
    let mut parts = Vec::with_capacity(12);
    for (at, month) in months.iter().enumerate() {
        let name = words.get(&format!("month-{}", at + 1));
        sectors.push(sector(words, at, month, current(at)));
        parts.push(Part {
            id: format!("month-{}", at + 1),
            lines: lines(words, month),
            name,
        });
    }
    let number = year.to_string();
    let about = words.with(
        "year-about",
        &[("year", Arg::Text(&number)), ("body", Arg::Text(&body.name))],
    );
    let neighbour = |y: i16| (YEARS.0..=YEARS.1).contains(&y).then_some(y);
    let page = Page {
        frame: Frame::new(site, Some(session), account.locale, words.get("page-year"), "/year"),
        year,
        before: neighbour(year - 1),
        after: neighbour(year + 1),
        about,
        sectors,
        parts,
    };
    Ok(render(StatusCode::OK, &page))
}

fn lines(words: &Words, month: &Month) -> Vec<Line> {
    let recurring = month.recurring.iter().map(|r| Line {
        text: r.text(words.locale()).to_owned(),
        page: r.page.clone(),
        cite: r.cite.clone(),
        open: r.mark == Mark::Check,
    });
    let counted = |what: String, n: u64| {
        let text = words.with("year-counted", &[("what", Arg::Text(&what)), ("n", Arg::Number(n))]);
        Line {
            text,
            page: String::new(),
            cite: String::new(),
            open: false,
        }
    };
    let due = month
        .due
        .iter()
        .map(|(duty, n)| counted(words.get(&format!("duty-{duty}")), *n));
    let days = month.days.iter().map(|(register, field, n)| {
        let of = words.get(&format!("register-{register}"));
        Line {
            page: format!("/registers/{register}"),
            ..counted(format!("{of}: {}", words.get(&format!("field-{field}"))), *n)
        }
    });
    recurring.chain(due).chain(days).collect()
}

/// A point of the circle: the year begins at the top and goes round as a clock does.
fn point(radius: f64, twelfths: f64) -> (f64, f64) {
    let angle = twelfths / 12.0 * std::f64::consts::TAU;
    (MIDDLE + radius * angle.sin(), MIDDLE - radius * angle.cos())
}

fn sector(words: &Words, at: usize, month: &Month, current: bool) -> Sector {
    let from = f64::from(u32::try_from(at).unwrap_or_default());
    let (x1, y1) = point(OUTER, from);
    let (x2, y2) = point(OUTER, from + 1.0);
    let (x3, y3) = point(INNER, from + 1.0);
    let (x4, y4) = point(INNER, from);
    let (x, y) = point((OUTER + INNER) / 2.0, from + 0.5);
    let number = month.number();
    Sector {
        path: format!(
            "M{x1:.1} {y1:.1}A{OUTER} {OUTER} 0 0 1 {x2:.1} {y2:.1}L{x3:.1} {y3:.1}A{INNER} {INNER} 0 0 0 {x4:.1} {y4:.1}Z"
        ),
        class: if current { "now" } else { "" },
        href: format!("#month-{}", at + 1),
        name: words.get(&format!("month-short-{}", at + 1)),
        number,
        x: format!("{x:.1}"),
        y: format!("{:.1}", y - 2.0),
        below: format!("{:.1}", y + 16.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wheel_goes_round_as_a_clock_does() {
        let close = |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).abs() < 0.01 && (a.1 - b.1).abs() < 0.01;
        assert!(close(point(100.0, 0.0), (200.0, 100.0)), "January begins at the top");
        assert!(close(point(100.0, 3.0), (300.0, 200.0)), "April begins at the right");
        assert!(close(point(100.0, 12.0), point(100.0, 0.0)));
    }
}
