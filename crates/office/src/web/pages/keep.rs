//! What is due for destruction: the monthly list of terms that are over by rule, with the cases and the holds.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;
use tutela_words::{Arg, Words};

use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::card::Card;
use crate::kernel::people::Session;
use crate::kernel::rights::{Right, any_allows};
use crate::office::now;
use crate::registers::{MonthCase, MonthHold, MonthRule};
use crate::show;
use crate::web::Site;
use crate::web::frame::{Frame, render};
use crate::web::guard::{SignedIn, Submitted};
use crate::web::pages::{list, message};

const PATH: &str = "/due-for-destruction";

struct RuleRow {
    href: String,
    title: String,
    rule: String,
    held: bool,
    over: i64,
    ahead: i64,
}

struct CaseRow {
    href: String,
    number: String,
    reason: String,
    records: usize,
    lines: String,
    due: String,
    left: String,
    class: &'static str,
    state: String,
}

struct HoldRow {
    href: String,
    number: String,
    kind: String,
    norm: String,
    days: String,
    what: String,
    by: String,
}

#[derive(Template)]
#[template(path = "keep.html")]
struct Page<'a> {
    frame: Frame<'a>,
    month: String,
    before: Option<String>,
    after: Option<String>,
    done: String,
    may_run: bool,
    rules: Vec<RuleRow>,
    cases: Vec<CaseRow>,
    holds: Vec<HoldRow>,
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
    match build(&site, &session, asked.month.as_deref(), None).await {
        Ok(response) => response,
        Err(error) => message::failed(&site, Some(&session), &error),
    }
}

/// Looks at the terms now, not at night.
pub(crate) async fn run(State(site): State<Site>, submitted: Submitted) -> Response {
    let session = &submitted.session;
    let ran = async {
        if !any_allows(&session.account.roles, Right::Destroy) {
            return Err(Refusal::new("refusal-right").into());
        }
        let body = body_of(&site, session).await?;
        let put = site.office.sweep(&body, now()).await?;
        build(&site, session, None, Some(put)).await
    };
    match ran.await {
        Ok(response) => response,
        Err(error) => message::failed(&site, Some(session), &error),
    }
}

async fn body_of(site: &Site, session: &Session) -> Result<Body, Error> {
    let body = site.office.body(&session.account.body).await?;
    body.ok_or_else(|| Refusal::new("refusal-no-page").into())
}

/// The first day of a month as an address names it.
fn first_of(month: &str) -> Option<Date> {
    let date: Date = format!("{month}-01").parse().ok()?;
    (1900..=2200).contains(&date.year()).then_some(date)
}

fn address(first: Date) -> Option<String> {
    let month = format!("{:04}-{:02}", first.year(), first.month());
    first_of(&month).map(|_| format!("{PATH}?month={month}"))
}

async fn build(site: &Site, session: &Session, asked: Option<&str>, put: Option<u64>) -> Result<Response, Error> {
    let account = &session.account;
    let words = site.office.words(account.locale);
    let body = body_of(site, session).await?;
    let today = now().to_zoned_datetime(body.zone.clone()).date();
    let first = match asked {
        Some(month) => first_of(month).ok_or_else(|| Refusal::new("refusal-date"))?,
        None => today.first_of_month(),
    };
    let month = site.office.month(&account.actor(), &body, today, first).await?;
    let mut holds = Vec::new();
    for hold in month.holds {
        let who = site.office.account(&account.body, &hold.by).await?;
        holds.push(hold_row(words, &hold, who.map(|a| a.display).unwrap_or_default()));
    }
    let name = [
        ("month", Arg::Text(&words.get(&format!("month-{}", first.month())))),
        ("year", Arg::Text(&first.year().to_string())),
    ];
    let page = Page {
        frame: Frame::new(site, Some(session), account.locale, words.get("keep-title"), PATH),
        month: words.with("calendar-month", &name),
        before: first.yesterday().ok().and_then(|d| address(d.first_of_month())),
        after: first.last_of_month().tomorrow().ok().and_then(address),
        done: put.map_or_else(String::new, |n| words.with("keep-done", &[("n", Arg::Number(n))])),
        may_run: any_allows(&account.roles, Right::Destroy),
        rules: month
            .rules
            .into_iter()
            .map(|rule| rule_row(site, session, &rule))
            .collect(),
        cases: month.cases.iter().map(|case| case_row(words, &body, case)).collect(),
        holds,
    };
    Ok(render(StatusCode::OK, &page))
}

fn href(card: &Card) -> String {
    format!("/registers/{}/{}", card.register, card.id)
}

fn choice(words: &Words, card: &Card, field: &str) -> String {
    match card.text(field) {
        "" => String::new(),
        word => words.get(&format!("choice-{word}")),
    }
}

fn rule_row(site: &Site, session: &Session, rule: &MonthRule) -> RuleRow {
    let words = site.office.words(session.account.locale);
    let activity = &rule.activity;
    let length = activity.data.get("keep_length").and_then(Value::as_i64).unwrap_or(0);
    RuleRow {
        href: href(activity),
        title: list::title(site, session, activity),
        rule: format!(
            "{} · {length} {}",
            choice(words, activity, "keep_from"),
            choice(words, activity, "keep_unit")
        ),
        held: rule.held,
        over: rule.over,
        ahead: rule.ahead,
    }
}

fn case_row(words: &Words, body: &Body, case: &MonthCase) -> CaseRow {
    let card = &case.card;
    let number = |name: &str| card.data.get(name).and_then(Value::as_i64).unwrap_or(0);
    let (left, class) = match case.due {
        Some(at) => {
            let (left, tone) = show::left(words, now(), at);
            (left, tone.class())
        }
        None => (String::new(), ""),
    };
    CaseRow {
        href: href(card),
        number: card.number.clone(),
        reason: choice(words, card, "destruction_reason"),
        records: card.cards("records").len(),
        lines: match number("lines_all") {
            0 => String::new(),
            all => format!("{} / {all}", number("lines_open")),
        },
        due: case
            .due
            .map(|at| show::instant(words.locale(), at, &body.zone))
            .unwrap_or_default(),
        left,
        class,
        state: words.get(&format!("state-{}", card.state)),
    }
}

fn hold_row(words: &Words, hold: &MonthHold, by: String) -> HoldRow {
    let card = &hold.card;
    let day = |field: &str| card.text(field).parse().ok().map(|d| show::date(words.locale(), d));
    let until = day("hold_until").unwrap_or_else(|| words.get("keep-open-end"));
    HoldRow {
        href: href(card),
        number: card.number.clone(),
        kind: choice(words, card, "hold_kind"),
        norm: card.text("hold_norm").to_owned(),
        days: format!("{} – {until}", day("hold_from").unwrap_or_default()),
        what: (card.cards("hold_cards").len() + card.cards("hold_activities").len()).to_string(),
        by,
    }
}
