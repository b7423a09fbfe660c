//! Today: what is due, soonest first, and by which article.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::{SignedDuration, Timestamp};
use tutela_law::{Bound, Mark};

use crate::error::{Error, Refusal};
use crate::kernel::card::is_drill;
use crate::kernel::clock::Clock;
use crate::kernel::people::Session;
use crate::kernel::record::load_cards;
use crate::kernel::rights::{Right, any_allows};
use crate::office::now;
use crate::show::{self, Tone};
use crate::web::frame::{Frame, render};
use crate::web::guard::SignedIn;
use crate::web::pages::message;
use crate::web::{Site, chart};

/// How far ahead the page looks.
const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 30);
/// Duties shown at most.
const MOST: i64 = 200;

/// A duty in a list.
pub(crate) struct DutyLine {
    pub(crate) href: String,
    pub(crate) number: String,
    pub(crate) register: String,
    pub(crate) what: String,
    pub(crate) by: String,
    pub(crate) left: String,
    pub(crate) tone: Tone,
    pub(crate) cite: String,
    pub(crate) open: bool,
    pub(crate) problem: Option<String>,
}

#[derive(Template)]
#[template(path = "today.html")]
struct Today<'a> {
    frame: Frame<'a>,
    lines: Vec<DutyLine>,
    stopped: Vec<DutyLine>,
    late: usize,
    near: usize,
    days: Vec<DayLine>,
    chart: String,
}

/// A day that the office watches, in a list.
pub(crate) struct DayLine {
    pub(crate) href: String,
    pub(crate) record: String,
    pub(crate) what: String,
    pub(crate) day: String,
    pub(crate) passed: bool,
}

/// The first page: what is due, or, for whoever sees no registers, what they keep.
pub(crate) async fn home(SignedIn(session): SignedIn) -> Response {
    let roles = &session.account.roles;
    let first = if any_allows(roles, Right::SeeDuties) {
        "/today"
    } else if any_allows(roles, Right::ManageAccounts) {
        "/accounts"
    } else {
        "/account"
    };
    Redirect::to(first).into_response()
}

/// The page.
pub(crate) async fn page(State(site): State<Site>, SignedIn(session): SignedIn) -> Response {
    match build(&site, &session, now()).await {
        Ok(response) => response,
        Err(error) => message::failed(&site, Some(&session), &error),
    }
}

async fn build(site: &Site, session: &Session, now: Timestamp) -> Result<Response, Error> {
    let account = &session.account;
    if !any_allows(&account.roles, Right::SeeDuties) {
        return Err(Refusal::new("refusal-right").into());
    }
    let mut connection = site.office.db.read().acquire().await?;
    let clocks = Clock::running(&mut connection, &account.body, now + AHEAD, MOST).await?;
    let stopped = Clock::without_end(&mut connection, &account.body, MOST).await?;
    drop(connection);
    let lines = lines(site, session, now, clocks).await?;
    let stopped = self::lines(site, session, now, stopped).await?;
    let late = lines.iter().filter(|l| l.tone == Tone::Late).count();
    let near = lines.iter().filter(|l| l.tone == Tone::Near).count();
    let days = days(site, session, now).await?;
    let body = site.office.body(&account.body).await?;
    let chart = match &body {
        Some(body) => chart::weeks(&site.office, account, body, now).await?,
        None => String::new(),
    };
    let title = site.office.words(account.locale).get("page-today");
    let frame = Frame::new(site, Some(session), account.locale, title, "/today");
    Ok(render(
        StatusCode::OK,
        &Today {
            frame,
            lines,
            stopped,
            late,
            near,
            days,
            chart,
        },
    ))
}

/// Days that the office watches, as lines of a list.
async fn days(site: &Site, session: &Session, now: Timestamp) -> Result<Vec<DayLine>, Error> {
    let account = &session.account;
    let words = site.office.words(account.locale);
    let body = site.office.body(&account.body).await?;
    let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
    let today = now.to_zoned_datetime(body.zone.clone()).date();
    let until = (now + AHEAD).to_zoned_datetime(body.zone.clone()).date();
    let ahead = site.office.days_ahead(&account.actor(), until).await?;
    let lines = ahead.into_iter().map(|ahead| DayLine {
        href: format!("/registers/{}/{}", ahead.card.register, ahead.card.id),
        record: format!(
            "{} {}",
            words.get(&format!("register-{}-one", ahead.card.register)),
            ahead.card.number
        ),
        what: words.get(&format!("field-{}", ahead.field)),
        day: show::date(account.locale, ahead.day),
        passed: ahead.day < today,
    });
    Ok(lines.collect())
}

/// Duties as lines of a list.
pub(crate) async fn lines(
    site: &Site,
    session: &Session,
    now: Timestamp,
    clocks: Vec<Clock>,
) -> Result<Vec<DutyLine>, Error> {
    let account = &session.account;
    let words = site.office.words(account.locale);
    let body = site
        .office
        .body(&account.body)
        .await?
        .ok_or_else(|| Refusal::new("refusal-no-page"))?;
    let mut connection = site.office.db.read().acquire().await?;
    let of_clocks: Vec<&str> = clocks.iter().map(|c| c.card.as_str()).collect();
    let cards = load_cards(&mut connection, &account.body, &of_clocks).await?;
    drop(connection);
    let mut lines = Vec::with_capacity(clocks.len());
    for clock in clocks {
        // A card may have several clocks.
        let Some(card) = cards.get(&clock.card).cloned() else {
            continue;
        };
        let due = clock.due(&site.office.reckoner, &body).ok();
        let (by, left, tone) = match clock.due_at {
            Some(at) => {
                let exact = due.as_ref().is_some_and(|d| d.unit.is_exact());
                let (mut left, mut tone) = if exact {
                    show::left_exactly(words, now, at)
                } else {
                    show::left(words, now, at)
                };
                // What must be waited for, or kept until then, is never late.
                if due.as_ref().is_some_and(|d| d.bound == Bound::AtLeast) {
                    tone = Tone::Calm;
                    if at < now {
                        left = words.get("left-passed");
                    }
                }
                let by = match due.as_ref().and_then(|d| d.last_day) {
                    Some(day) => show::date(account.locale, day),
                    None => show::instant(account.locale, at, &body.zone),
                };
                (by, left, tone)
            }
            None => (String::new(), words.get("left-none"), Tone::Near),
        };
        let duty = words.get(&format!("duty-{}", clock.duty));
        lines.push(DutyLine {
            href: format!("/registers/{}/{}", card.register, card.id),
            register: words.get(&format!("register-{}", card.register)),
            what: if is_drill(&card) {
                format!("{} · {duty}", words.get("field-drill"))
            } else {
                duty
            },
            number: card.number,
            by,
            left,
            tone,
            cite: due.as_ref().map(|d| d.cite.clone()).unwrap_or_default(),
            open: due.as_ref().is_some_and(|d| d.mark == Mark::Check),
            problem: clock.problem,
        });
    }
    Ok(lines)
}
