//! Answering statements: whoever has an account sees the own ones; everybody else has a personal code from a sheet.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, Request, State};
use axum::http::header::HeaderMap;
use axum::http::{Extensions, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use tutela_words::{Arg, Locale, Words};

use crate::error::{Error, Refusal};
use crate::kernel::people::Session;
use crate::kernel::record::Input;
use crate::office::now;
use crate::registers::questions::asked;
use crate::registers::recalls::CHANNELS;
use crate::registers::statements::answering::{Answerer, Waiting, question_name};
use crate::registers::statements::{DEVICES, answers_of};
use crate::show;
use crate::web::frame::{Frame, refusal_text, render};
use crate::web::guard::{SignedIn, Submitted, Visitor, read_form, same};
use crate::web::limit::Limit;
use crate::web::pages::message;
use crate::web::sign_in::asked_language;
use crate::web::{Client, Site};

/// Longest form of an answer, in bytes.
const MAX_FORM: usize = 128 << 10;
/// Looks and answers in an hour: by one address, behind which a whole office may be, and by all. No code can be guessed; the
/// limit keeps the office from being kept busy.
const TRIES: (u32, u32) = (3_000, 100_000);
/// States in which a statement waits for its answer.
const OPEN: [&str; 2] = ["statement-sent", "statement-overdue"];

#[derive(Debug, Clone)]
struct Doors {
    site: Site,
    tries: Arc<Limit>,
}

/// The pages with a code.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>(site: Site) -> Router<S> {
    let doors = Doors {
        site,
        tries: Arc::new(Limit::new(TRIES.0, TRIES.1)),
    };
    Router::new()
        .route("/answer", get(enter).post(find))
        .route("/answer/{code}", get(by_code).post(submit_by_code))
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .with_state(doors)
}

/// A choice with its words.
struct Choice {
    value: String,
    text: String,
    chosen: bool,
}

/// A question of the page.
struct Ask {
    name: String,
    text: String,
    hint: bool,
    options: Vec<Choice>,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "answer.html")]
struct Page<'a> {
    frame: Frame<'a>,
    body: &'a str,
    path: String,
    title: String,
    text: String,
    until: String,
    late: bool,
    self_check: bool,
    workstation: bool,
    answers: Vec<Choice>,
    answer_problem: Option<String>,
    devices: Vec<Choice>,
    devices_problem: Option<String>,
    questions: Vec<Ask>,
    channels: Vec<Choice>,
    may_bind: bool,
    problems: Vec<String>,
    given: Given,
    thanks: Option<String>,
}

/// What was typed, to be typed no second time.
struct Given {
    refused_because: String,
    workstation_result: String,
    recall_recipient: String,
    recall_what: String,
    signed: bool,
    bind: bool,
}

#[derive(Template)]
#[template(path = "answers.html")]
struct Own<'a> {
    frame: Frame<'a>,
    bound: bool,
    lines: Vec<(String, String, String, bool)>,
}

#[derive(Template)]
#[template(path = "answer_code.html")]
struct Enter<'a> {
    frame: Frame<'a>,
    problem: Option<String>,
}

/// The statements of whoever is signed in.
pub(crate) async fn own(State(site): State<Site>, SignedIn(session): SignedIn) -> Response {
    match own_page(&site, &session).await {
        Ok(response) => response,
        Err(error) => message::failed(&site, Some(&session), &error),
    }
}

async fn own_page(site: &Site, session: &Session) -> Result<Response, Error> {
    let account = &session.account;
    let words = site.office.words(account.locale);
    let bound = site.office.employee_of(account).await?.is_some();
    let mut lines = Vec::new();
    for statement in site.office.own_statements(account).await? {
        let waiting = site.office.own_statement(account, &statement.id).await?;
        lines.push((
            format!("/answers/{}", statement.id),
            waiting.campaign.text("title").to_owned(),
            until(words, &waiting),
            statement.state == OPEN[1],
        ));
    }
    let frame = Frame::new(
        site,
        Some(session),
        account.locale,
        words.get("page-answers"),
        "/answers",
    );
    Ok(render(StatusCode::OK, &Own { frame, bound, lines }))
}

/// A statement of whoever is signed in.
pub(crate) async fn own_one(State(site): State<Site>, SignedIn(session): SignedIn, Path(id): Path<String>) -> Response {
    match site.office.own_statement(&session.account, &id).await {
        Ok(waiting) => {
            let path = format!("/answers/{id}");
            show(
                &site,
                Some(&session),
                session.account.locale,
                &waiting,
                &path,
                Said::default(),
            )
        }
        Err(error) => message::failed(&site, Some(&session), &error),
    }
}

/// An answer from the own account.
pub(crate) async fn submit_own(State(site): State<Site>, Path(id): Path<String>, submitted: Submitted) -> Response {
    let Submitted { session, input } = submitted;
    let account = &session.account;
    let waiting = match site.office.own_statement(account, &id).await {
        Ok(waiting) => waiting,
        Err(error) => return message::failed(&site, Some(&session), &error),
    };
    let path = format!("/answers/{id}");
    let who = Answerer::Account(account);
    take(&site, Some(&session), account.locale, &who, &waiting, &path, input).await
}

impl Doors {
    fn fault(&self, locale: Locale, session: Option<&Session>, error: &Error) -> Response {
        match session {
            Some(_) => message::failed(&self.site, session, error),
            None => message::told(&self.site, locale, error),
        }
    }

    fn allows(&self, extensions: &Extensions) -> bool {
        self.tries.take(address(extensions), now())
    }
}

/// From where a request comes; nobody's where only a server in front is known.
fn address(extensions: &Extensions) -> Option<IpAddr> {
    if let Some(Client(address)) = extensions.get::<Client>() {
        return Some(*address);
    }
    let ConnectInfo(socket) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    Some(socket.ip()).filter(|a| !a.to_canonical().is_loopback())
}

fn locale_of(session: Option<&Session>, headers: &HeaderMap) -> Locale {
    session.map_or_else(|| asked_language(headers), |s| s.account.locale)
}

fn enter_page(doors: &Doors, session: Option<&Session>, locale: Locale, problem: Option<Refusal>) -> Response {
    let words = doors.site.office.words(locale);
    let status = if problem.is_some() {
        StatusCode::NOT_FOUND
    } else {
        StatusCode::OK
    };
    let page = Enter {
        frame: Frame::new(&doors.site, session, locale, words.get("answer-page"), "/answer"),
        problem: problem.map(|r| refusal_text(words, &r)),
    };
    render(status, &page)
}

/// Where a code is typed.
async fn enter(State(doors): State<Doors>, headers: HeaderMap, request: Request) -> Response {
    let session = visitor(&doors, request).await;
    enter_page(&doors, session.as_ref(), locale_of(session.as_ref(), &headers), None)
}

async fn visitor(doors: &Doors, request: Request) -> Option<Session> {
    use axum::extract::FromRequestParts;
    let (mut parts, _) = request.into_parts();
    let visitor = Visitor::from_request_parts(&mut parts, &doors.site).await;
    visitor.ok().and_then(|v| v.0).filter(|s| !s.must_change)
}

async fn find(State(doors): State<Doors>, headers: HeaderMap, request: Request) -> Response {
    let locale = asked_language(&headers);
    if !doors.allows(request.extensions()) {
        return doors.fault(locale, None, &Refusal::new("refusal-answer-many").into());
    }
    let input = match read_form(request).await {
        Ok(input) => input,
        Err(response) => return response,
    };
    let code: String = one(&input, "code")
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(64)
        .collect();
    match doors.site.office.statement_of_code(&code).await {
        Ok(_) => Redirect::to(&format!("/answer/{code}")).into_response(),
        Err(Error::Refused(refusal)) => enter_page(&doors, None, locale, Some(refusal)),
        Err(error) => doors.fault(locale, None, &error),
    }
}

async fn by_code(
    State(doors): State<Doors>,
    Path(code): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let allowed = doors.allows(request.extensions());
    let session = visitor(&doors, request).await;
    let session = session.as_ref();
    let locale = locale_of(session, &headers);
    if !allowed {
        return doors.fault(locale, session, &Refusal::new("refusal-answer-many").into());
    }
    match doors.site.office.statement_of_code(&code).await {
        Ok(waiting) => {
            let path = format!("/answer/{code}");
            show(&doors.site, session, locale, &waiting, &path, Said::default())
        }
        Err(Error::Refused(refusal)) => enter_page(&doors, session, locale, Some(refusal)),
        Err(error) => doors.fault(locale, session, &error),
    }
}

async fn submit_by_code(
    State(doors): State<Doors>,
    Path(code): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let allowed = doors.allows(request.extensions());
    let (parts, body) = request.into_parts();
    let copy = Request::from_parts(parts.clone(), axum::body::Body::empty());
    let session = visitor(&doors, copy).await;
    let session = session.as_ref();
    let locale = locale_of(session, &headers);
    if !allowed {
        return doors.fault(locale, session, &Refusal::new("refusal-answer-many").into());
    }
    let input = match read_form(Request::from_parts(parts, body)).await {
        Ok(input) => input,
        Err(response) => return response,
    };
    let waiting = match doors.site.office.statement_of_code(&code).await {
        Ok(waiting) => waiting,
        Err(Error::Refused(refusal)) => return enter_page(&doors, session, locale, Some(refusal)),
        Err(error) => return doors.fault(locale, session, &error),
    };
    // The account is bound by its owner only: another site that sends this form does not know the secret of the session.
    if let Some(session) = session.filter(|_| !one(&input, "bind").is_empty()) {
        if !same(one(&input, "csrf"), &session.csrf) {
            return doors.fault(locale, Some(session), &Refusal::new("refusal-csrf").into());
        }
        if let Err(error) = doors.site.office.bind_employee(&session.account, &waiting, now()).await {
            return doors.fault(locale, Some(session), &error);
        }
    }
    let path = format!("/answer/{code}");
    take(&doors.site, session, locale, &Answerer::Code, &waiting, &path, input).await
}

fn one<'a>(given: &'a Input, name: &str) -> &'a str {
    given.get(name).and_then(|v| v.first()).map_or("", String::as_str)
}

async fn take(
    site: &Site,
    session: Option<&Session>,
    locale: Locale,
    who: &Answerer<'_>,
    waiting: &Waiting,
    path: &str,
    given: Input,
) -> Response {
    let words = site.office.words(locale);
    let refused = match site.office.answer_statement(who, waiting, words, now(), &given).await {
        Ok(done) => {
            let thanks = words.with("answer-thanks", &[("number", Arg::Text(&done.number))]);
            let said = Said {
                thanks: Some(thanks),
                ..Said::default()
            };
            return show(site, session, locale, waiting, path, said);
        }
        Err(Error::Invalid(refused)) => refused,
        Err(Error::Refused(refusal)) => vec![refusal],
        Err(error) if session.is_some() => return message::failed(site, session, &error),
        Err(error) => return message::told(site, locale, &error),
    };
    let said = Said {
        given,
        refused,
        thanks: None,
    };
    show(site, session, locale, waiting, path, said)
}

/// What the page says beside the questions.
#[derive(Default)]
struct Said {
    given: Input,
    refused: Vec<Refusal>,
    thanks: Option<String>,
}

fn until(words: &Words, waiting: &Waiting) -> String {
    let day = waiting.campaign.text("campaign_until");
    day.parse()
        .map_or_else(|_| day.to_owned(), |d| show::date(words.locale(), d))
}

fn show(site: &Site, session: Option<&Session>, locale: Locale, waiting: &Waiting, path: &str, said: Said) -> Response {
    let words = site.office.words(locale);
    let open = OPEN.contains(&waiting.statement.state.as_str());
    if !open && said.thanks.is_none() && said.refused.is_empty() {
        let error: Error = Refusal::new("refusal-answer-unknown").into();
        return match session {
            Some(_) => message::failed(site, session, &error),
            None => message::told(site, locale, &error),
        };
    }
    let kind = waiting.statement.text("campaign_kind");
    let options = |name: &str, all: &mut dyn Iterator<Item = &'static str>, key: &str| -> Vec<Choice> {
        let chosen = said.given.get(name).map(Vec::as_slice).unwrap_or_default();
        all.map(|word| Choice {
            value: word.to_owned(),
            text: words.get(&format!("{key}{word}")),
            chosen: chosen.iter().any(|c| c == word),
        })
        .collect()
    };
    let problem = |name: &str| {
        let refusal = said.refused.iter().find(|r| r.field.as_deref() == Some(name));
        refusal.map(|r| refusal_text(words, r))
    };
    let questions = asked(&waiting.campaign, locale)
        .into_iter()
        .enumerate()
        .map(|(at, question)| {
            let name = question_name(at);
            Ask {
                text: question.text,
                hint: question.yes_acts,
                options: options(&name, &mut ["yes", "no", "na"].into_iter(), "answer-"),
                problem: problem(&name),
                name,
            }
        });
    let questions: Vec<_> = questions.collect();
    let beside = |r: &Refusal| {
        r.field
            .as_deref()
            .is_some_and(|f| f == "answer" || f == "devices_checked" || questions.iter().any(|q| q.name == f))
    };
    let told = said
        .refused
        .iter()
        .filter(|r| !beside(r))
        .map(|r| match r.field.as_deref() {
            Some(field) => format!("{}: {}", words.get(&format!("field-{field}")), refusal_text(words, r)),
            None => refusal_text(words, r),
        });
    let text = |name: &str| one(&said.given, name).to_owned();
    let page = Page {
        problems: told.collect(),
        body: &waiting.body.name,
        path: path.to_owned(),
        title: waiting.campaign.text("title").to_owned(),
        text: waiting.campaign.text("campaign_text").to_owned(),
        until: until(words, waiting),
        late: waiting.statement.state == OPEN[1],
        self_check: kind == "campaign-self-check",
        workstation: matches!(kind, "campaign-workstation" | "campaign-self-check"),
        answers: options("answer", &mut answers_of(kind), "choice-"),
        answer_problem: problem("answer"),
        devices: options("devices_checked", &mut DEVICES.iter().copied(), "choice-"),
        devices_problem: problem("devices_checked"),
        channels: options("recall_channel", &mut CHANNELS.iter().copied(), "choice-"),
        may_bind: session.is_some_and(|s| s.account.body == waiting.body.id) && path.starts_with("/answer/"),
        given: Given {
            refused_because: text("answer_refused_because"),
            workstation_result: text("workstation_result"),
            recall_recipient: text("recall_recipient"),
            recall_what: text("recall_what"),
            signed: !text("statement_signed").is_empty(),
            bind: !text("bind").is_empty(),
        },
        frame: Frame::new(site, session, locale, words.get("answer-page"), path),
        questions,
        thanks: said.thanks,
    };
    let status = if said.refused.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    render(status, &page)
}
