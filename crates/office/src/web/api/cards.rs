//! Cards, acts, duties, searches and papers.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderMap, LOCATION};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use tutela_law::Mark;
use tutela_words::Locale;

use crate::error::{Error, Refusal};
use crate::kernel::card::{Card, Personal};
use crate::kernel::find::Listed;
use crate::kernel::record::{Command, Done, load_card};
use crate::kernel::register::Register;
use crate::kernel::rights::any_allows;
use crate::office::now;
use crate::papers::{Format, Wanted, forms_of};
use crate::web::Site;
use crate::web::api::caller::{Asking, Caller, Sent};
use crate::web::api::files::input_of;

/// Duties in one answer at most.
const MOST: i64 = 1000;
/// How many days ahead duties are asked for at most.
const MAX_DAYS: i64 = 3660;

/// A card as JSON. Personal fields are in it only when they were opened.
fn card_json(card: &Card) -> Value {
    let (personal, opened) = match &card.personal {
        Personal::None => ("none", None),
        Personal::Closed => ("closed", None),
        Personal::Open(values) => ("open", Some(values)),
        Personal::Destroyed(_) => ("destroyed", None),
    };
    json!({
        "id": card.id,
        "register": card.register,
        "number": card.number,
        "state": card.state,
        "version": card.version,
        "blocked": card.blocked,
        "created": card.created.to_string(),
        "updated": card.updated.to_string(),
        "values": card.data,
        "personal": personal,
        "personal_values": opened,
        "destroyed": match card.personal {
            Personal::Destroyed(at) => Some(at.to_string()),
            _ => None,
        },
    })
}

fn listed_json(listed: &Listed) -> Value {
    let mut card = card_json(&listed.card);
    card["initials"] = listed.label.clone().into();
    card
}

fn done_json(done: &Done) -> Value {
    json!({ "card": done.card, "number": done.number, "version": done.version, "journal": done.seq })
}

fn register_of(site: &Site, name: &str) -> Result<&'static Register, Error> {
    Ok(site
        .office
        .register(name)
        .ok_or_else(|| Refusal::new("refusal-no-page"))?)
}

pub(crate) async fn load(
    site: &Site,
    caller: &Caller,
    name: &str,
    id: &str,
) -> Result<(&'static Register, Card), Error> {
    let register = register_of(site, name)?;
    if !any_allows(&caller.account.roles, register.see) {
        return Err(Refusal::new("refusal-right").into());
    }
    let mut connection = site.office.db.read().acquire().await?;
    let card = load_card(&mut connection, &caller.account.body, id).await?;
    let card = card
        .filter(|c| c.register == name)
        .ok_or_else(|| Refusal::new("refusal-no-page"))?;
    Ok((register, card))
}

/// Which page of a register.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    state: Option<String>,
    before: Option<String>,
}

/// A page of a register.
pub(crate) async fn page(
    State(site): State<Site>,
    caller: Caller,
    Path(name): Path<String>,
    Asking(asked): Asking<Asked>,
) -> Response {
    let answer = async {
        let register = register_of(&site, &name)?;
        if let Some(state) = &asked.state
            && !register.states.iter().any(|s| s.name == state)
        {
            return Err(Refusal::new("refusal-choice").field("state").into());
        }
        let page = site
            .office
            .page(
                &caller.actor(),
                register,
                asked.state.as_deref(),
                asked.before.as_deref(),
            )
            .await?;
        let tallies: serde_json::Map<_, _> = page
            .tallies
            .iter()
            .map(|(state, number)| ((*state).to_owned(), Value::from(*number)))
            .collect();
        let cards: Vec<_> = page.cards.iter().map(listed_json).collect();
        Ok(
            Json(json!({ "cards": cards, "next": page.next, "tallies": tallies, "drills": page.drills }))
                .into_response(),
        )
    };
    answer.await.unwrap_or_else(|error: Error| caller.failed(&site, &error))
}

/// One card, personal fields closed.
pub(crate) async fn one(
    State(site): State<Site>,
    caller: Caller,
    Path((name, id)): Path<(String, String)>,
) -> Response {
    match load(&site, &caller, &name, &id).await {
        Ok((_, card)) => Json(card_json(&card)).into_response(),
        Err(error) => caller.failed(&site, &error),
    }
}

/// One card with its personal fields, for a purpose.
pub(crate) async fn open(State(site): State<Site>, Path((name, id)): Path<(String, String)>, sent: Sent) -> Response {
    let answer = async {
        sent.caller.may_write()?;
        sent.only(&["purpose"])?;
        load(&site, &sent.caller, &name, &id).await?;
        let purpose = sent
            .text("purpose")
            .ok_or_else(|| Refusal::new("refusal-purpose-unknown").field("purpose"))?;
        let card = site.office.open_card(&sent.caller.actor(), now(), &id, purpose).await?;
        Ok(Json(card_json(&card)).into_response())
    };
    answer
        .await
        .unwrap_or_else(|error: Error| sent.caller.failed(&site, &error))
}

/// The key of a request that may come twice.
fn key_of(headers: &HeaderMap) -> Option<Result<&str, Error>> {
    let key = headers.get("idempotency-key")?;
    Some(
        key.to_str()
            .map_err(|_| Refusal::new("refusal-idempotency-form").field("Idempotency-Key").into()),
    )
}

async fn done(site: &Site, sent: &Sent, headers: &HeaderMap, command: Command<'_>) -> Result<(Done, bool), Error> {
    let actor = sent.caller.actor();
    match key_of(headers) {
        Some(key) => site.office.act_once(&actor, now(), &command, key?).await,
        None => Ok((site.office.act(&actor, now(), command).await?, true)),
    }
}

/// A new card.
pub(crate) async fn create(
    State(site): State<Site>,
    Path(name): Path<String>,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let answer = async {
        sent.caller.may_write()?;
        sent.only(&["operation", "values"])?;
        let register = register_of(&site, &name)?;
        let operation = sent.text("operation").and_then(|o| register.operation(o));
        let operation = operation
            .filter(|o| o.creates())
            .ok_or_else(|| Refusal::new("refusal-choice").field("operation"))?;
        let command = Command {
            register: register.name,
            operation: operation.name,
            card: None,
            version: None,
            input: input_of(&site, &sent, operation).await?,
        };
        let (done, new) = done(&site, &sent, &headers, command).await?;
        let status = if new { StatusCode::CREATED } else { StatusCode::OK };
        let place = format!("/api/v1/{}/{}", register.name, done.card);
        Ok((status, [(LOCATION, place)], Json(done_json(&done))).into_response())
    };
    answer
        .await
        .unwrap_or_else(|error: Error| sent.caller.failed(&site, &error))
}

/// An act with a card.
pub(crate) async fn act(
    State(site): State<Site>,
    Path((name, id, operation)): Path<(String, String, String)>,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let answer = async {
        sent.caller.may_write()?;
        sent.only(&["version", "values"])?;
        let (register, operation) = site.office.find_operation(&name, &operation)?;
        if operation.creates() {
            return Err(Refusal::new("refusal-no-page").into());
        }
        let command = Command {
            register: register.name,
            operation: operation.name,
            card: Some(&id),
            version: sent.version()?,
            input: input_of(&site, &sent, operation).await?,
        };
        let (done, _) = done(&site, &sent, &headers, command).await?;
        Ok(Json(done_json(&done)).into_response())
    };
    answer
        .await
        .unwrap_or_else(|error: Error| sent.caller.failed(&site, &error))
}

/// How far ahead.
#[derive(Debug, Deserialize)]
pub(crate) struct Ahead {
    days: Option<i64>,
}

/// What is due, soonest first; what is late comes first of all.
pub(crate) async fn duties(State(site): State<Site>, caller: Caller, Asking(ahead): Asking<Ahead>) -> Response {
    let answer = async {
        let days = ahead.days.unwrap_or(30);
        if !(0..=MAX_DAYS).contains(&days) {
            return Err(Refusal::new("refusal-range")
                .arg("from", "0")
                .arg("to", MAX_DAYS.to_string())
                .field("days")
                .into());
        }
        let body = site.office.body(&caller.account.body).await?;
        let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
        let before = now() + SignedDuration::from_hours(24 * days);
        let items = site
            .office
            .duties(&caller.actor(), Timestamp::MIN, before, MOST)
            .await?;
        let words = site.office.words(caller.locale);
        let duties: Vec<_> = items
            .iter()
            .map(|item| {
                let due = item.clock.due(&site.office.reckoner, &body).ok();
                json!({
                    "duty": item.clock.duty,
                    "title": words.get(&format!("duty-{}", item.clock.duty)),
                    "rule": item.clock.rule,
                    "register": item.register.name,
                    "card": item.clock.card,
                    "number": item.number,
                    "due": item.at.to_string(),
                    "last_day": due.as_ref().and_then(|d| d.last_day).map(|d| d.to_string()),
                    "norm": due.as_ref().map(|d| d.cite.clone()),
                    "norm_confirmed": due.as_ref().map(|d| d.mark != Mark::Check),
                })
            })
            .collect();
        Ok(Json(json!({ "duties": duties })).into_response())
    };
    answer.await.unwrap_or_else(|error: Error| caller.failed(&site, &error))
}

/// Cards of a person. What is asked stands in the body of the request, never in an address.
pub(crate) async fn search(State(site): State<Site>, sent: Sent) -> Response {
    let answer = async {
        sent.only(&["query"])?;
        let query = sent.text("query").unwrap_or_default();
        let found = site.office.search(&sent.caller.actor(), query).await?;
        let cards: Vec<_> = found.iter().map(listed_json).collect();
        Ok(Json(json!({ "cards": cards })).into_response())
    };
    answer
        .await
        .unwrap_or_else(|error: Error| sent.caller.failed(&site, &error))
}

/// The papers that a card may have.
pub(crate) async fn papers(
    State(site): State<Site>,
    caller: Caller,
    Path((name, id)): Path<(String, String)>,
) -> Response {
    let answer = async {
        let (register, card) = load(&site, &caller, &name, &id).await?;
        let body = site.office.body(&caller.account.body).await?;
        let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
        let forms: Vec<_> = forms_of(&site.office, (register, &card), &body, now(), caller.locale)
            .into_iter()
            .map(|(form, title)| json!({ "form": form, "title": title }))
            .collect();
        Ok(Json(json!({ "papers": forms })).into_response())
    };
    answer.await.unwrap_or_else(|error: Error| caller.failed(&site, &error))
}

/// A paper of a card as a file. It shows personal data, so it needs a purpose.
pub(crate) async fn paper(State(site): State<Site>, Path((name, id)): Path<(String, String)>, sent: Sent) -> Response {
    let answer = async {
        sent.caller.may_write()?;
        sent.only(&["form", "format", "language", "purpose"])?;
        let (_, card) = load(&site, &sent.caller, &name, &id).await?;
        let choice = |field: &str| Refusal::new("refusal-choice").field(field.to_owned());
        let format = sent.text("format").and_then(Format::from_word);
        let format = format.ok_or_else(|| choice("format"))?;
        let locale = sent
            .text("language")
            .map_or(Some(sent.caller.locale), Locale::from_code);
        let form = sent.text("form").ok_or_else(|| choice("form"))?;
        let wanted = Wanted {
            card: &id,
            form,
            locale: locale.ok_or_else(|| choice("language"))?,
            purpose: sent.text("purpose").unwrap_or_default(),
            format,
        };
        let at = now();
        let bytes = site.office.paper_file(&sent.caller.account, at, &wanted).await?;
        let file = format!("attachment; filename=\"{form}-{}.{}\"", card.number, format.as_str());
        let file = HeaderValue::from_str(&file).map_err(|_| choice("form"))?;
        let kind = HeaderValue::from_static(format.media_type());
        Ok(([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, file)], bytes).into_response())
    };
    answer
        .await
        .unwrap_or_else(|error: Error| sent.caller.failed(&site, &error))
}
