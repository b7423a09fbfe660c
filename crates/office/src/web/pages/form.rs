//! Forms: what an operation asks for, and everything that is wrong with an answer at once.

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::Value;
use tutela_words::Arg;

use crate::error::{Error, Refusal};
use crate::kernel::card::Card;
use crate::kernel::field::{Field, Kind, Offer, words_of};
use crate::kernel::people::Session;
use crate::kernel::record::{Command, Input};
use crate::kernel::register::{Operation, Register};
use crate::kernel::rights::any_allows;
use crate::office::now;
use crate::registers::norm_beside;
use crate::web::Site;
use crate::web::files::{Filled, filled};
use crate::web::frame::{Entry, Frame, refusal_text, render};
use crate::web::guard::{SignedIn, Submitted};
use crate::web::pages::{card, list, message};

/// An input of a form.
pub(crate) struct Ask {
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) label: String,
    pub(crate) hint: String,
    pub(crate) value: String,
    pub(crate) options: Vec<Choice>,
    pub(crate) required: bool,
    pub(crate) personal: bool,
    /// Whether it takes free text that lies outside the vault, where nothing about a person belongs.
    pub(crate) open_text: bool,
    pub(crate) problem: Option<String>,
}

/// A choice of an input.
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) text: String,
    pub(crate) chosen: bool,
}

#[derive(Template)]
#[template(path = "form.html")]
struct Form<'a> {
    frame: Frame<'a>,
    path: String,
    back: Entry,
    about: String,
    problems: Vec<String>,
    asks: Vec<Ask>,
    /// Whether it takes files.
    files: bool,
    version: Option<i64>,
}

/// The form of an operation that creates a card.
pub(crate) async fn create(
    State(site): State<Site>,
    SignedIn(session): SignedIn,
    Path((register, operation)): Path<(String, String)>,
) -> Response {
    answer(
        &site,
        &session,
        show(&site, &session, &register, None, &operation, &Input::new(), &[]).await,
    )
}

/// The form of an operation with a card.
pub(crate) async fn change(
    State(site): State<Site>,
    SignedIn(session): SignedIn,
    Path((register, card, operation)): Path<(String, String, String)>,
) -> Response {
    answer(
        &site,
        &session,
        show(&site, &session, &register, Some(&card), &operation, &Input::new(), &[]).await,
    )
}

/// A new card.
pub(crate) async fn submit_create(
    State(site): State<Site>,
    SignedIn(session): SignedIn,
    Path((register, operation)): Path<(String, String)>,
    request: Request,
) -> Response {
    let found = site.office.find_operation(&register, &operation).map(|(_, o)| o);
    match filled(&site, session, found, request).await {
        Ok(form) => submit(&site, form, &register, None, &operation).await,
        Err(response) => response,
    }
}

/// An act with a card.
pub(crate) async fn submit_change(
    State(site): State<Site>,
    SignedIn(session): SignedIn,
    Path((register, card, operation)): Path<(String, String, String)>,
    request: Request,
) -> Response {
    let found = site.office.find_operation(&register, &operation).map(|(_, o)| o);
    match filled(&site, session, found, request).await {
        Ok(form) => submit(&site, form, &register, Some(&card), &operation).await,
        Err(response) => response,
    }
}

/// A form that belongs to no register. Problems with a field stand beside it, all others above.
pub(crate) fn plain(
    frame: Frame<'_>,
    path: String,
    back: Entry,
    about: String,
    asks: Vec<Ask>,
    refused: &[Refusal],
) -> Response {
    let problems = refused
        .iter()
        .filter(|r| !r.field.as_ref().is_some_and(|f| asks.iter().any(|a| a.name == f)))
        .map(|r| refusal_text(frame.words, r))
        .collect();
    let status = if refused.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    render(
        status,
        &Form {
            frame,
            path,
            back,
            about,
            problems,
            files: has_files(&asks),
            asks,
            version: None,
        },
    )
}

fn answer(site: &Site, session: &Session, built: Result<Response, Error>) -> Response {
    built.unwrap_or_else(|error| message::failed(site, Some(session), &error))
}

async fn submit(site: &Site, form: Filled, register: &str, card: Option<&str>, operation: &str) -> Response {
    let Filled { submitted, refused } = form;
    let Submitted { session, input } = submitted;
    if !refused.is_empty() {
        // The files that were taken wait; nothing is done without those that were not.
        let shown = show(site, &session, register, card, operation, &input, &refused).await;
        return answer(site, &session, shown);
    }
    let version = input
        .get("version")
        .and_then(|v| v.first())
        .and_then(|v| v.parse().ok());
    let command = Command {
        register,
        operation,
        card,
        version,
        input: input.clone(),
    };
    let refused = match site.office.act(&session.account.actor(), now(), command).await {
        Ok(done) => {
            let seen = site
                .office
                .register(register)
                .is_some_and(|r| any_allows(&session.account.roles, r.see));
            // Who may not read the register, such as one who reports, is told that it was taken in.
            return if seen {
                Redirect::to(&format!("/registers/{register}/{}", done.card)).into_response()
            } else {
                message::taken_in(site, &session, &done.number)
            };
        }
        Err(Error::Invalid(all)) => all,
        // Rights and missing cards have a page of their own; a rule is told beside the form.
        Err(Error::Refused(r)) if !matches!(r.key, "refusal-right" | "refusal-no-page" | "refusal-state") => r
            .each()
            .into_iter()
            .map(|each| Refusal {
                and: Vec::new(),
                ..each.clone()
            })
            .collect(),
        Err(error) => return message::failed(site, Some(&session), &error),
    };
    answer(
        site,
        &session,
        show(site, &session, register, card, operation, &input, &refused).await,
    )
}

async fn show(
    site: &Site,
    session: &Session,
    register: &str,
    id: Option<&str>,
    operation: &str,
    given: &Input,
    refused: &[Refusal],
) -> Result<Response, Error> {
    let (register, operation) = site.office.find_operation(register, operation)?;
    let account = &session.account;
    if !any_allows(&account.roles, operation.right) {
        return Err(Refusal::new("refusal-right").into());
    }
    if !site.office.by_hand(register, operation) {
        return Err(Refusal::new("refusal-no-page").into());
    }
    let held = match id {
        Some(id) => Some(card::load(site, session, register.name, id).await?.1),
        None => None,
    };
    if let Some(card) = &held {
        if !operation.from.contains(&card.state.as_str()) {
            return Err(Refusal::new("refusal-state").into());
        }
    } else if !operation.creates() {
        return Err(Refusal::new("refusal-no-page").into());
    }
    let words = site.office.words(account.locale);
    let asks = asks(site, session, register, operation, held.as_ref(), given, refused).await?;
    let problems = refused
        .iter()
        .filter(|r| !r.field.as_ref().is_some_and(|f| asks.iter().any(|a| a.name == f)))
        .map(|r| refusal_text(words, r))
        .collect();
    let list = format!("/registers/{}", register.name);
    let (path, back) = match &held {
        Some(card) => (
            format!("{list}/{}/{}", card.id, operation.name),
            format!("{list}/{}", card.id),
        ),
        None => (format!("{list}/new/{}", operation.name), list),
    };
    let key = format!("operation-{}-{}", register.name, operation.name);
    let about = format!("{key}-about");
    let status = if refused.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let form = Form {
        frame: Frame::new(site, Some(session), account.locale, words.get(&key), &path),
        back: Entry {
            href: back,
            text: words.get("form-back"),
            current: false,
        },
        about: if words.has(&about) {
            words.get(&about)
        } else {
            String::new()
        },
        problems,
        files: has_files(&asks),
        asks,
        version: held.map(|c| c.version),
        path,
    };
    Ok(render(status, &form))
}

async fn asks(
    site: &Site,
    session: &Session,
    register: &Register,
    operation: &Operation,
    held: Option<&Card>,
    given: &Input,
    refused: &[Refusal],
) -> Result<Vec<Ask>, Error> {
    let words = site.office.words(session.account.locale);
    let body = site.office.body(&session.account.body).await?;
    let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
    let offer = Offer {
        law: &site.office.reckoner,
        body: &body,
        card: held,
        now: now(),
    };
    let today = offer.now.to_zoned_datetime(body.zone.clone()).date();
    let pack = site.office.reckoner.law.pack(body.country, today);
    let mut asks = Vec::new();
    for field in operation.fields {
        let values: Vec<String> = match given.get(field.name) {
            Some(values) => values.clone(),
            None if given.is_empty() => held.map(|c| held_values(c, field)).unwrap_or_default(),
            None => Vec::new(),
        };
        let mut options = Vec::new();
        let chosen = |value: &str| values.iter().any(|v| v == value);
        match field.kind {
            Kind::Choice(all) | Kind::Choices(all) => {
                for value in all.iter().filter(|v| field.offer.is_none_or(|f| f(&offer, v))) {
                    let mut text = words.get(&format!("choice-{value}"));
                    if let Some(norm) = pack.and_then(|p| norm_beside(p, field.name, value)) {
                        text = format!("{text} ({norm})");
                    }
                    options.push(Choice {
                        value: (*value).to_owned(),
                        text,
                        chosen: chosen(value),
                    });
                }
            }
            Kind::Account => {
                for (id, display) in site.office.account_names(&session.account.actor()).await? {
                    options.push(Choice {
                        chosen: chosen(&id),
                        text: display,
                        value: id,
                    });
                }
            }
            Kind::Card(name) | Kind::Cards(name) => {
                for target in site
                    .office
                    .registers()
                    .iter()
                    .filter(|r| name.is_empty() || r.name == name)
                {
                    if name.is_empty() && target.name == register.name {
                        continue;
                    }
                    let actor = session.account.actor();
                    // A field for several cards of any register asks for the data in them.
                    let found = if matches!(field.kind, Kind::Cards("")) {
                        site.office.choices_with_data(&actor, target).await?
                    } else {
                        site.office.choices(&actor, target).await?
                    };
                    for listed in found {
                        let title = list::title(site, session, &listed.card);
                        let label = listed.label.map(|l| format!(" · {l}")).unwrap_or_default();
                        options.push(Choice {
                            chosen: chosen(&listed.card.id),
                            text: format!("{title}{label}"),
                            value: listed.card.id,
                        });
                    }
                }
            }
            Kind::File | Kind::Files => {
                let ids: Vec<&str> = values.iter().map(String::as_str).collect();
                for file in site.office.waiting_files(&session.account.actor(), &ids).await? {
                    options.push(Choice {
                        text: crate::show::value(words, Some(field), &file.facts(), &body.zone),
                        value: file.id,
                        chosen: true,
                    });
                }
            }
            _ => {}
        }
        let problem = refused.iter().find(|r| r.field.as_deref() == Some(field.name));
        let hint = format!("hint-{}", field.name);
        asks.push(Ask {
            name: field.name,
            kind: input_kind(field.kind),
            label: words.get(&format!("field-{}", field.name)),
            hint: if words.has(&hint) {
                words.get(&hint)
            } else if field.is_file() {
                let most = (site.office.limits().file >> 20).to_string();
                words.with("form-file-hint", &[("max", Arg::Text(&most))])
            } else {
                String::new()
            },
            value: values.first().cloned().unwrap_or_default(),
            options,
            required: field.required,
            personal: field.personal,
            open_text: field.kind == Kind::Text && !field.personal,
            problem: problem.map(|r| refusal_text(words, r)),
        });
    }
    Ok(asks)
}

fn has_files(asks: &[Ask]) -> bool {
    asks.iter().any(|a| matches!(a.kind, "file" | "files"))
}

pub(crate) fn input_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Line => "text",
        Kind::Text => "area",
        Kind::Date => "date",
        Kind::Instant => "datetime-local",
        Kind::Number(..) => "number",
        Kind::Choice(_) | Kind::Card(_) | Kind::Account => "one",
        Kind::Choices(_) | Kind::Cards(_) => "many",
        Kind::Flag => "flag",
        Kind::Email => "email",
        Kind::File => "file",
        Kind::Files => "files",
    }
}

/// What a card holds in a field already. Personal fields are not shown unasked.
fn held_values(card: &Card, field: &Field) -> Vec<String> {
    match card.data.get(field.name) {
        Some(Value::Number(n)) => vec![n.to_string()],
        Some(Value::Bool(true)) => vec!["1".to_owned()],
        Some(value) => words_of(value).into_iter().map(str::to_owned).collect(),
        None => Vec::new(),
    }
}
