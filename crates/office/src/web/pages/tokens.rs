//! Ways in for other programs: tokens of the interface, the address of the calendar, where reminders go. A secret is shown once.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use tutela_words::Words;

use crate::error::{Error, Refusal};
use crate::ical::{self, End, Event};
use crate::kernel::body::Body;
use crate::kernel::duties::DutyItem;
use crate::kernel::people::{Account, Session};
use crate::kernel::token::Scope;
use crate::office::now;
use crate::show;
use crate::web::Site;
use crate::web::frame::{Frame, refusal_text, render};
use crate::web::guard::{SignedIn, Submitted};
use crate::web::pages::message;

/// How far ahead the calendar looks: two years hold every term but storage terms.
const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 730);
/// How far back: what is late stays in it.
const BEHIND: SignedDuration = SignedDuration::from_hours(24 * 365);
/// Duties in a calendar at most.
const MOST: i64 = 2000;

/// A token in the list.
struct Line {
    id: String,
    name: String,
    scope: String,
    expires: String,
    used: String,
}

#[derive(Template)]
#[template(path = "tokens.html")]
struct Tokens<'a> {
    frame: Frame<'a>,
    problem: Option<String>,
    made: Option<String>,
    calendar_made: Option<String>,
    has_calendar: bool,
    address: String,
    mail_ready: bool,
    tokens: Vec<Line>,
}

/// What a form did.
#[derive(Default)]
struct Shown {
    problem: Option<String>,
    made: Option<String>,
    calendar_made: Option<String>,
}

/// The page.
pub(crate) async fn page(State(site): State<Site>, SignedIn(session): SignedIn) -> Response {
    answer(&site, &session, Shown::default()).await
}

async fn answer(site: &Site, session: &Session, shown: Shown) -> Response {
    match build(site, session, shown).await {
        Ok(response) => response,
        Err(error) => message::failed(site, Some(session), &error),
    }
}

async fn build(site: &Site, session: &Session, shown: Shown) -> Result<Response, Error> {
    let account = &session.account;
    let words = site.office.words(account.locale);
    let body = site.office.body(&account.body).await?;
    let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
    let at = |t| show::instant(account.locale, t, &body.zone);
    let tokens = site.office.tokens(account, now()).await?;
    let tokens = tokens
        .into_iter()
        .map(|t| Line {
            scope: words.get(&format!("scope-{}", t.scope.as_str())),
            expires: at(t.expires),
            used: t.used.map_or_else(|| words.get("token-unused"), at),
            id: t.id,
            name: t.name,
        })
        .collect();
    let status = if shown.problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let page = Tokens {
        frame: Frame::new(site, Some(session), account.locale, words.get("page-tokens"), "/tokens"),
        problem: shown.problem,
        made: shown.made,
        calendar_made: shown.calendar_made,
        has_calendar: site.office.has_calendar(account).await?,
        address: site.office.mail_address(account).await?.unwrap_or_default(),
        mail_ready: cfg!(feature = "mail") && site.office.mail_settings().await?.is_some(),
        tokens,
    };
    Ok(render(status, &page))
}

/// Shows what a form did, or why it was refused.
async fn after(site: &Site, session: &Session, done: Result<Shown, Error>) -> Response {
    match done {
        Ok(shown) if shown.made.is_none() && shown.calendar_made.is_none() => Redirect::to("/tokens").into_response(),
        Ok(shown) => answer(site, session, shown).await,
        Err(Error::Refused(refusal)) if refusal.key != "refusal-no-page" => {
            let words = site.office.words(session.account.locale);
            let problem = Some(refusal_text(words, &refusal));
            answer(
                site,
                session,
                Shown {
                    problem,
                    ..Shown::default()
                },
            )
            .await
        }
        Err(error) => message::failed(site, Some(session), &error),
    }
}

fn one<'a>(submitted: &'a Submitted, name: &str) -> &'a str {
    submitted
        .input
        .get(name)
        .and_then(|v| v.first())
        .map_or("", String::as_str)
}

/// A new token.
pub(crate) async fn create(State(site): State<Site>, submitted: Submitted) -> Response {
    let done = async {
        let scope = Scope::from_word(one(&submitted, "scope"));
        let scope = scope.ok_or_else(|| Refusal::new("refusal-choice").field("scope"))?;
        let days = one(&submitted, "token_days").trim().parse();
        let days = days.map_err(|_| Refusal::new("refusal-number").field("token_days"))?;
        let account = &submitted.session.account;
        let name = one(&submitted, "token_name");
        let token = site.office.create_token(account, now(), name, scope, days).await?;
        Ok(Shown {
            made: Some(token),
            ..Shown::default()
        })
    };
    let done = done.await;
    after(&site, &submitted.session, done).await
}

/// Ends a token.
pub(crate) async fn revoke(State(site): State<Site>, Path(id): Path<String>, submitted: Submitted) -> Response {
    let done = site.office.revoke_token(&submitted.session.account, now(), &id).await;
    after(&site, &submitted.session, done.map(|()| Shown::default())).await
}

/// Makes the address of the calendar, or ends it.
pub(crate) async fn calendar(State(site): State<Site>, submitted: Submitted) -> Response {
    let account = &submitted.session.account;
    let done = async {
        if one(&submitted, "end") == "1" {
            site.office.revoke_calendar(account, now()).await?;
            return Ok(Shown::default());
        }
        let token = site.office.create_calendar(account, now()).await?;
        Ok(Shown {
            calendar_made: Some(format!("/calendar.ics?token={token}")),
            ..Shown::default()
        })
    };
    let done = done.await;
    after(&site, &submitted.session, done).await
}

/// Sets where reminders go.
pub(crate) async fn address(State(site): State<Site>, submitted: Submitted) -> Response {
    let account = &submitted.session.account;
    let done = site
        .office
        .set_mail_address(account, one(&submitted, "mail_address"))
        .await;
    after(&site, &submitted.session, done.map(|()| Shown::default())).await
}

#[derive(Debug, Deserialize)]
pub(crate) struct Key {
    token: Option<String>,
}

/// The calendar of an account, by its secret address.
pub(crate) async fn ics(State(site): State<Site>, Query(key): Query<Key>) -> Response {
    let made = async {
        let token = key.token.unwrap_or_default();
        let account = site.office.calendar_account(&token).await?;
        let account = account.ok_or_else(|| Refusal::new("refusal-no-page"))?;
        make_ics(&site, &account, now()).await
    };
    match made.await {
        Ok(text) => (
            [
                (CONTENT_TYPE, "text/calendar; charset=utf-8"),
                (CACHE_CONTROL, "private, no-store"),
            ],
            text,
        )
            .into_response(),
        // A program asks here: it needs the status, not a page. Why it failed is told to the log.
        Err(Error::Refused(_)) => StatusCode::NOT_FOUND.into_response(),
        Err(Error::Locked(_)) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Err(error) => {
            site.office.report(&error);
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn make_ics(site: &Site, account: &Account, now: Timestamp) -> Result<String, Error> {
    let words = site.office.words(account.locale);
    let body = site.office.body(&account.body).await?;
    let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
    let items = site
        .office
        .duties(&account.actor(), now - BEHIND, now + AHEAD, MOST)
        .await?;
    let events: Vec<_> = items.iter().map(|item| event(site, words, &body, item)).collect();
    let name = format!("Tutela: {}", body.name);
    Ok(ical::calendar(words, now, &name, &events))
}

/// A duty as an event: what is to be done, the register and the number of the record, and nothing of a person.
fn event(site: &Site, words: &Words, body: &Body, item: &DutyItem) -> Event {
    let due = item.clock.due(&site.office.reckoner, body).ok();
    let hours = site.office.counts_hours(&item.clock);
    let end = match due.as_ref().and_then(|d| d.last_day) {
        Some(day) if !hours => End::Day(day),
        _ => End::Instant(item.at, hours),
    };
    Event {
        uid: format!("{}@tutela", item.clock.id),
        summary: duty_title(words, item),
        description: due.map(|d| d.cite).unwrap_or_default(),
        url: None,
        end,
        sequence: i64::try_from(item.clock.facts.events.len() + item.clock.facts.extensions.len()).unwrap_or(0),
    }
}

/// What is to be done, and for which record.
pub(crate) fn duty_title(words: &Words, item: &DutyItem) -> String {
    format!(
        "{} · {} {}",
        words.get(&format!("duty-{}", item.clock.duty)),
        words.get(&format!("register-{}", item.register.name)),
        item.number
    )
}
