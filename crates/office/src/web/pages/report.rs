//! The safe channel: a page on which anybody reports a violation without an account, a name or an address, adds to it, and
//! reads what was answered. Nothing of where a request comes from is kept; it counts for the limit of the hour only.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::http::header::{HeaderMap, SET_COOKIE};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use tutela_words::Locale;

use super::ask::{Language, address, cookie, is_open, locale, new_token, set_cookie};
use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::record::Input;
use crate::office::now;
use crate::registers::{Receipt, Told, report_kinds};
use crate::web::Site;
use crate::web::frame::{Frame, refusal_text, render};
use crate::web::guard::{read_form, same};
use crate::web::limit::Limit;
use crate::web::sign_in::asked_language;

/// Longest form, in bytes.
const MAX_FORM: usize = 64 << 10;
/// Reports and additions in an hour: by one address, and by all.
const REPORTS: (u32, u32) = (10, 200);
/// Look-ups in an hour: by one address, and by all.
const LOOKS: (u32, u32) = (60, 6_000);

#[derive(Debug, Clone)]
struct Channel {
    site: Site,
    reports: Arc<Limit>,
    looks: Arc<Limit>,
}

/// The public pages.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>(site: Site) -> Router<S> {
    let channel = Channel {
        site,
        reports: Arc::new(Limit::new(REPORTS.0, REPORTS.1)),
        looks: Arc::new(Limit::new(LOOKS.0, LOOKS.1)),
    };
    Router::new()
        .route("/report", get(choose))
        .route("/report/{body}", get(page).post(submit))
        .route("/report/{body}/state", post(state))
        .route("/report/{body}/add", post(add))
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .with_state(channel)
}

#[derive(Template)]
#[template(path = "report_choose.html")]
struct Choose<'a> {
    frame: Frame<'a>,
    bodies: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    frame: Frame<'a>,
    body: &'a str,
    path: String,
    token: String,
    problems: Vec<String>,
    kinds: Vec<(&'static str, String, bool)>,
    text: String,
    receipt: Option<Receipt>,
    added: bool,
    told: Option<Told>,
}

/// What the page says beside the form.
#[derive(Default)]
struct Said {
    given: Input,
    refused: Vec<Refusal>,
    receipt: Option<Receipt>,
    added: bool,
    told: Option<Told>,
}

/// A form from our own page, of somebody who does not send too many.
struct Form {
    body: Body,
    locale: Locale,
    token: String,
    input: Input,
}

impl Form {
    fn one(&self, name: &str) -> &str {
        self.input.get(name).and_then(|v| v.first()).map_or("", String::as_str)
    }
}

async fn choose(State(channel): State<Channel>, Query(asked): Query<Language>, headers: HeaderMap) -> Response {
    let locale = locale(&asked, &headers);
    let bodies = match channel.bodies().await {
        Ok(bodies) => bodies,
        Err(error) => return channel.fault(locale, &error),
    };
    if let [body] = bodies.as_slice() {
        return Redirect::to(&format!("/report/{}?language={}", body.id, locale.code())).into_response();
    }
    let words = channel.site.office.words(locale);
    let bodies = bodies
        .into_iter()
        .map(|b| (format!("/report/{}?language={}", b.id, locale.code()), b.name));
    let page = Choose {
        frame: Frame::new(&channel.site, None, locale, words.get("page-report"), "/report"),
        bodies: bodies.collect(),
    };
    render(StatusCode::OK, &page)
}

async fn page(
    State(channel): State<Channel>,
    Path(body): Path<String>,
    Query(asked): Query<Language>,
    headers: HeaderMap,
) -> Response {
    let locale = locale(&asked, &headers);
    let body = match channel.body(&body).await {
        Ok(body) => body,
        Err(error) => return channel.fault(locale, &error),
    };
    let token = match cookie(&headers, channel.site.secure).map_or_else(new_token, Ok) {
        Ok(token) => token,
        Err(error) => return channel.fault(locale, &error),
    };
    channel.show(&body, locale, &token, StatusCode::OK, Said::default())
}

impl Channel {
    async fn bodies(&self) -> Result<Vec<Body>, Error> {
        let mut connection = self.site.office.db.read().acquire().await?;
        let mut bodies = Body::all(&mut connection).await?;
        bodies.retain(is_open);
        Ok(bodies)
    }

    async fn body(&self, id: &str) -> Result<Body, Error> {
        let body = self.site.office.body(id).await?.filter(is_open);
        body.ok_or_else(|| Refusal::new("refusal-no-page").into())
    }

    async fn read(&self, id: &str, request: Request, limit: &Limit) -> Result<Form, Response> {
        let headers = request.headers().clone();
        let from = address(request.extensions());
        let input = read_form(request).await?;
        let one = |name: &str| input.get(name).and_then(|v| v.first()).map_or("", String::as_str);
        let locale = Locale::from_code(one("language")).unwrap_or_else(|| asked_language(&headers));
        let body = self.body(id).await.map_err(|e| self.fault(locale, &e))?;
        let token = cookie(&headers, self.site.secure).unwrap_or_default();
        let refused = if token.is_empty() || !same(one("token"), &token) {
            // The secret in the form must be the one in the cookie, which no other site can read or set.
            Some((StatusCode::FORBIDDEN, "refusal-ask-form"))
        } else if !limit.take(from, now()) {
            Some((StatusCode::TOO_MANY_REQUESTS, "refusal-ask-many"))
        } else if !one("website").is_empty() {
            // A field that no person sees: only a program fills it in.
            Some((StatusCode::UNPROCESSABLE_ENTITY, "refusal-ask-form"))
        } else {
            None
        };
        if let Some((status, key)) = refused {
            let said = Said {
                refused: vec![Refusal::new(key)],
                given: input,
                ..Said::default()
            };
            let token = new_token().unwrap_or_default();
            return Err(self.show(&body, locale, &token, status, said));
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
        let given = |name: &str| {
            said.given
                .get(name)
                .and_then(|v| v.first())
                .cloned()
                .unwrap_or_default()
        };
        let chosen = given("report_kind");
        let path = format!("/report/{}", body.id);
        let problem = |refusal: &Refusal| {
            let text = refusal_text(words, refusal);
            match refusal.field.as_deref() {
                Some(field) => format!("{}: {text}", words.get(&format!("field-{field}"))),
                None => text,
            }
        };
        let page = Page {
            problems: said.refused.iter().map(problem).collect(),
            kinds: report_kinds()
                .iter()
                .map(|k| (*k, words.get(&format!("choice-{k}")), *k == chosen))
                .collect(),
            text: given("report_text"),
            frame: Frame::new(&self.site, None, locale, words.get("page-report"), &path),
            body: &body.name,
            path,
            token: token.to_owned(),
            receipt: said.receipt,
            added: said.added,
            told: said.told.map(|told| Told {
                state: words.get(&format!("state-{}", told.state)),
                ..told
            }),
        };
        let cookie = set_cookie(self.site.secure, token);
        ([(SET_COOKIE, cookie)], render(status, &page)).into_response()
    }

    /// Faults are told without anything about the report.
    fn fault(&self, locale: Locale, error: &Error) -> Response {
        crate::web::pages::message::told(&self.site, locale, error)
    }

    /// What an act answers. The code is never sent back in a page.
    fn answer(&self, mut form: Form, done: Result<Said, Error>) -> Response {
        form.input.remove("code");
        let (status, said) = match done {
            Ok(said) => (StatusCode::OK, said),
            Err(Error::Invalid(refused)) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                Said {
                    refused,
                    given: form.input,
                    ..Said::default()
                },
            ),
            Err(Error::Refused(refusal)) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                Said {
                    refused: vec![refusal],
                    given: form.input,
                    ..Said::default()
                },
            ),
            Err(error) => return self.fault(form.locale, &error),
        };
        self.show(&form.body, form.locale, &form.token, status, said)
    }
}

async fn submit(State(channel): State<Channel>, Path(body): Path<String>, request: Request) -> Response {
    let form = match channel.read(&body, request, &channel.reports).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    let receipt = channel
        .site
        .office
        .report_without_name(&form.body, now(), &form.input)
        .await;
    let done = receipt.map(|receipt| Said {
        receipt: Some(receipt),
        ..Said::default()
    });
    channel.answer(form, done)
}

async fn state(State(channel): State<Channel>, Path(body): Path<String>, request: Request) -> Response {
    let form = match channel.read(&body, request, &channel.looks).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    let named = (form.one("number"), form.one("code"));
    let told = channel.site.office.report_told(&form.body, now(), named).await;
    let done = told.map(|told| Said {
        told: Some(told),
        ..Said::default()
    });
    channel.answer(form, done)
}

async fn add(State(channel): State<Channel>, Path(body): Path<String>, request: Request) -> Response {
    let form = match channel.read(&body, request, &channel.reports).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    let named = (form.one("number"), form.one("code"));
    let added = channel
        .site
        .office
        .add_to_report(&form.body, now(), named, &form.input)
        .await;
    let done = added.map(|()| Said {
        added: true,
        ..Said::default()
    });
    channel.answer(form, done)
}
