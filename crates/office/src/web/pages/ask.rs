//! The public page for citizens: rights, a request, how far it is. Nobody signs in; nothing is told of what the body holds.

#[cfg(test)]
mod tests;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, Query, Request, State};
use axum::http::header::{COOKIE, HeaderMap, SET_COOKIE};
use axum::http::{Extensions, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use tutela_words::Locale;

use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::record::Input;
use crate::office::now;
use crate::registers::{Progress, Receipt};
use crate::show;
use crate::web::frame::{Frame, refusal_text, render};
use crate::web::guard::{Secure, read_form, same};
use crate::web::limit::Limit;
use crate::web::sign_in::asked_language;
use crate::web::{Client, Site};

/// Longest form of a citizen, in bytes.
const MAX_FORM: usize = 64 << 10;
/// Requests in an hour: by one address, and by all.
const REQUESTS: (u32, u32) = (10, 300);
/// Look-ups in an hour: by one address, and by all.
const LOOKS: (u32, u32) = (60, 6_000);

/// What these pages work with.
#[derive(Debug, Clone)]
struct Ask {
    site: Site,
    requests: Arc<Limit>,
    looks: Arc<Limit>,
}

/// The public pages.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>(site: Site) -> Router<S> {
    let ask = Ask {
        site,
        requests: Arc::new(Limit::new(REQUESTS.0, REQUESTS.1)),
        looks: Arc::new(Limit::new(LOOKS.0, LOOKS.1)),
    };
    Router::new()
        .route("/ask", get(choose))
        .route("/ask/{body}", get(page).post(submit))
        .route("/ask/{body}/state", post(state))
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .with_state(ask)
}

#[derive(Template)]
#[template(path = "ask_choose.html")]
struct Choose<'a> {
    frame: Frame<'a>,
    bodies: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "ask.html")]
struct Page<'a> {
    frame: Frame<'a>,
    body: &'a str,
    path: String,
    token: String,
    problems: Vec<String>,
    asks: Vec<Asked>,
    kinds: Vec<(&'static str, String, bool)>,
    kind_problem: Option<String>,
    receipt: Option<Receipt>,
    progress: Option<Shown>,
}

/// A field of the form.
struct Asked {
    name: &'static str,
    label: String,
    value: String,
    long: bool,
    problem: Option<String>,
}

/// How far a request is, in words.
struct Shown {
    state: String,
    due: String,
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Language {
    pub(super) language: Option<String>,
}

pub(super) fn locale(asked: &Language, headers: &HeaderMap) -> Locale {
    let chosen = asked.language.as_deref().and_then(Locale::from_code);
    chosen.unwrap_or_else(|| asked_language(headers))
}

/// A public page is open unless the body has closed it.
pub(super) fn is_open(body: &Body) -> bool {
    body.detail("public_page") != "off"
}

/// Which body is asked; with one body there is no choice.
async fn choose(State(ask): State<Ask>, Query(asked): Query<Language>, headers: HeaderMap) -> Response {
    let locale = locale(&asked, &headers);
    let bodies = match ask.bodies().await {
        Ok(bodies) => bodies,
        Err(error) => return ask.fault(locale, &error),
    };
    if let [body] = bodies.as_slice() {
        return Redirect::to(&format!("/ask/{}?language={}", body.id, locale.code())).into_response();
    }
    let words = ask.site.office.words(locale);
    let bodies = bodies
        .into_iter()
        .map(|b| (format!("/ask/{}?language={}", b.id, locale.code()), b.name));
    let page = Choose {
        frame: Frame::new(&ask.site, None, locale, words.get("page-ask"), "/ask"),
        bodies: bodies.collect(),
    };
    render(StatusCode::OK, &page)
}

async fn page(
    State(ask): State<Ask>,
    Path(body): Path<String>,
    Query(asked): Query<Language>,
    headers: HeaderMap,
) -> Response {
    let locale = locale(&asked, &headers);
    let body = match ask.body(&body).await {
        Ok(body) => body,
        Err(error) => return ask.fault(locale, &error),
    };
    let token = match cookie(&headers, ask.site.secure) {
        Some(token) => token,
        None => match new_token() {
            Ok(token) => token,
            Err(error) => return ask.fault(locale, &error),
        },
    };
    ask.show(&body, locale, &token, StatusCode::OK, Said::default())
}

/// What the page says beside the form.
#[derive(Default)]
struct Said {
    given: Input,
    refused: Vec<Refusal>,
    receipt: Option<Receipt>,
    progress: Option<Progress>,
}

/// A form of a citizen: from our own page, and from somebody who does not send too many.
struct Form {
    body: Body,
    locale: Locale,
    token: String,
    input: Input,
}

impl Ask {
    async fn bodies(&self) -> Result<Vec<Body>, Error> {
        let mut connection = self.site.office.db.read().acquire().await?;
        let mut bodies = Body::all(&mut connection).await?;
        bodies.retain(is_open);
        Ok(bodies)
    }

    async fn body(&self, id: &str) -> Result<Body, Error> {
        let body = self.site.office.body(id).await?;
        let body = body.filter(is_open);
        body.ok_or_else(|| Refusal::new("refusal-no-page").into())
    }

    async fn read(&self, id: &str, request: Request, limit: &Limit) -> Result<Form, Response> {
        let headers = request.headers().clone();
        let address = address(request.extensions());
        let locale = asked_language(&headers);
        let input = read_form(request).await?;
        let one = |name: &str| input.get(name).and_then(|v| v.first()).map_or("", String::as_str);
        let locale = Locale::from_code(one("language")).unwrap_or(locale);
        let body = self.body(id).await.map_err(|e| self.fault(locale, &e))?;
        let token = cookie(&headers, self.site.secure).unwrap_or_default();
        let refuse = |status, key| {
            let said = Said {
                given: input.clone(),
                refused: vec![Refusal::new(key)],
                ..Said::default()
            };
            let token = new_token().unwrap_or_default();
            self.show(&body, locale, &token, status, said)
        };
        // The secret in the form must be the one in the cookie, which no other site can read or set.
        if token.is_empty() || !same(one("token"), &token) {
            return Err(refuse(StatusCode::FORBIDDEN, "refusal-ask-form"));
        }
        if !limit.take(address, now()) {
            return Err(refuse(StatusCode::TOO_MANY_REQUESTS, "refusal-ask-many"));
        }
        // A field that no person sees: only a program fills it in.
        if !one("website").is_empty() {
            return Err(refuse(StatusCode::UNPROCESSABLE_ENTITY, "refusal-ask-form"));
        }
        Ok(Form {
            body,
            locale,
            token,
            input,
        })
    }

    fn show(&self, body: &Body, locale: Locale, token: &str, status: StatusCode, said: Said) -> Response {
        let words = self.site.office.words(locale);
        let one = |name: &str| {
            said.given
                .get(name)
                .and_then(|v| v.first())
                .cloned()
                .unwrap_or_default()
        };
        let problem = |name: &str| {
            let refusal = said.refused.iter().find(|r| r.field.as_deref() == Some(name));
            refusal.map(|r| refusal_text(words, r))
        };
        let fields = [
            ("subject_name", "ask-name", false),
            ("subject_document", "ask-document", false),
            ("subject_contact", "ask-contact", false),
            ("request_text", "ask-text", true),
        ];
        let asks = fields.map(|(name, label, long)| Asked {
            name,
            label: words.get(label),
            value: one(name),
            long,
            problem: problem(name),
        });
        let chosen = one("request_kind");
        let kinds = self.site.office.kinds_asked(body, now());
        let named = |r: &Refusal| {
            r.field
                .as_deref()
                .is_some_and(|f| f == "request_kind" || asks.iter().any(|a| a.name == f))
        };
        let path = format!("/ask/{}", body.id);
        let page = Page {
            problems: said
                .refused
                .iter()
                .filter(|r| !named(r))
                .map(|r| refusal_text(words, r))
                .collect(),
            kind_problem: problem("request_kind"),
            kinds: kinds
                .into_iter()
                .map(|k| (k, words.get(&format!("choice-{k}")), k == chosen))
                .collect(),
            asks: asks.into(),
            frame: Frame::new(&self.site, None, locale, words.get("page-ask"), &path),
            body: &body.name,
            path,
            token: token.to_owned(),
            receipt: said.receipt,
            progress: said.progress.map(|p| Shown {
                state: words.get(&format!("state-{}", p.state)),
                due: match p.due {
                    Some(due) => last_day(locale, &body.zone, due),
                    None => words.get("ask-due-none"),
                },
                next: (p.state == "incomplete").then(|| words.get("ask-next-incomplete")),
            }),
        };
        let cookie = set_cookie(self.site.secure, token);
        ([(SET_COOKIE, cookie)], render(status, &page)).into_response()
    }

    /// Faults are told without anything about the request.
    fn fault(&self, locale: Locale, error: &Error) -> Response {
        crate::web::pages::message::told(&self.site, locale, error)
    }

    /// What an act answers.
    fn answer(&self, form: &Form, done: Result<Said, Error>) -> Response {
        let (status, said) = match done {
            Ok(said) => (StatusCode::OK, said),
            Err(Error::Invalid(refused)) => (StatusCode::UNPROCESSABLE_ENTITY, self.refused(form, refused)),
            Err(Error::Refused(refusal)) => (StatusCode::UNPROCESSABLE_ENTITY, self.refused(form, vec![refusal])),
            Err(error) => return self.fault(form.locale, &error),
        };
        self.show(&form.body, form.locale, &form.token, status, said)
    }

    fn refused(&self, form: &Form, refused: Vec<Refusal>) -> Said {
        Said {
            given: form.input.clone(),
            refused,
            ..Said::default()
        }
    }
}

async fn submit(State(ask): State<Ask>, Path(body): Path<String>, request: Request) -> Response {
    let form = match ask.read(&body, request, &ask.requests).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    let receipt = ask.site.office.ask(&form.body, now(), &form.input).await;
    let done = receipt.map(|receipt| Said {
        receipt: Some(receipt),
        ..Said::default()
    });
    ask.answer(&form, done)
}

async fn state(State(ask): State<Ask>, Path(body): Path<String>, request: Request) -> Response {
    let mut form = match ask.read(&body, request, &ask.looks).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    let one = |name: &str| {
        form.input
            .get(name)
            .and_then(|v| v.first())
            .cloned()
            .unwrap_or_default()
    };
    let (number, code) = (one("number"), one("code"));
    let progress = ask.site.office.asked(&form.body, &number, &code).await;
    // The code is not sent back in a page.
    form.input.clear();
    let done = progress.map(|progress| Said {
        progress: Some(progress),
        ..Said::default()
    });
    ask.answer(&form, done)
}

/// The last day of a term. A day that ends at midnight ends at 0:00 of the next: the page names the day itself.
fn last_day(locale: Locale, zone: &TimeZone, due: Timestamp) -> String {
    let before = Timestamp::from_microsecond(due.as_microsecond() - 1).unwrap_or(due);
    show::date(locale, before.to_zoned_datetime(zone.clone()).date())
}

/// From where a request comes: what the server in front says, if it is trusted, else the other end of the connection. A
/// connection from this machine is a server in front that says nothing: its address is nobody's.
pub(super) fn address(extensions: &Extensions) -> Option<IpAddr> {
    if let Some(Client(address)) = extensions.get::<Client>() {
        return Some(*address);
    }
    let ConnectInfo(socket) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    Some(socket.ip()).filter(|a| !a.to_canonical().is_loopback())
}

fn cookie_name(secure: Secure) -> &'static str {
    match secure {
        Secure::Local => "tutela-ask",
        Secure::Tls => "__Host-tutela-ask",
    }
}

pub(super) fn set_cookie(secure: Secure, token: &str) -> String {
    let tls = if secure == Secure::Tls { "; Secure" } else { "" };
    format!(
        "{}={token}; Path=/; HttpOnly; SameSite=Strict{tls}",
        cookie_name(secure)
    )
}

/// The secret in the cookie, if it is one of ours.
pub(super) fn cookie(headers: &HeaderMap, secure: Secure) -> Option<String> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|v| v.to_str().ok());
    let mut pairs = cookies
        .flat_map(|c| c.split(';'))
        .filter_map(|c| c.trim().split_once('='));
    let (_, token) = pairs.find(|(name, _)| *name == cookie_name(secure))?;
    let sound = token.len() == 32 && token.bytes().all(|b| b.is_ascii_hexdigit());
    sound.then(|| token.to_owned())
}

pub(super) fn new_token() -> Result<String, Error> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|e| Error::Installation(format!("the system gives no random numbers: {e}")))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}
