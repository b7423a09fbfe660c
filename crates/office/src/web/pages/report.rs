//! The safe channel: a page on which anybody reports a violation without an account, a name or an address, adds to it, and
//! reads what was answered. Nothing of where a request comes from is kept; it counts for the limit of the hour only.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::http::header::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use tutela_words::Locale;

use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::record::Input;
use crate::office::now;
use crate::registers::{Receipt, Told, report_kinds};
use crate::web::Site;
use crate::web::frame::{Frame, refusal_text, render};
use crate::web::limit::Limit;
use crate::web::public::{Away, Door, Form, Language, MAX_FORM, refusals, with_secret};

/// Reports and additions in an hour: by one address, and by all.
const REPORTS: (u32, u32) = (10, 200);
/// Look-ups in an hour: by one address, and by all.
const LOOKS: (u32, u32) = (60, 6_000);

#[derive(Debug, Clone)]
struct Channel {
    door: Door,
    reports: Arc<Limit>,
    looks: Arc<Limit>,
}

/// The public pages.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>(site: Site) -> Router<S> {
    let channel = Channel {
        door: Door { site, at: "/report" },
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

async fn choose(State(channel): State<Channel>, Query(asked): Query<Language>, headers: HeaderMap) -> Response {
    let locale = asked.locale(&headers);
    let bodies = match channel.door.choice(locale).await {
        Ok(bodies) => bodies,
        Err(response) => return response,
    };
    let site = &channel.door.site;
    let title = site.office.words(locale).get("page-report");
    let page = Choose {
        frame: Frame::new(site, None, locale, title, "/report"),
        bodies,
    };
    render(StatusCode::OK, &page)
}

async fn page(
    State(channel): State<Channel>,
    Path(body): Path<String>,
    Query(asked): Query<Language>,
    headers: HeaderMap,
) -> Response {
    let locale = asked.locale(&headers);
    match channel.door.enter(&body, locale, &headers).await {
        Ok((body, token)) => channel.show(&body, locale, &token, StatusCode::OK, Said::default()),
        Err(response) => response,
    }
}

impl Channel {
    /// A form that was not taken.
    fn again(&self, away: Away) -> Response {
        match away {
            Away::Answer(response) => response,
            Away::Again(again) => {
                let said = Said {
                    given: again.input,
                    refused: vec![again.refusal],
                    ..Said::default()
                };
                self.show(&again.body, again.locale, &again.token, again.status, said)
            }
        }
    }

    fn show(&self, body: &Body, locale: Locale, token: &str, status: StatusCode, said: Said) -> Response {
        let site = &self.door.site;
        let words = site.office.words(locale);
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
            frame: Frame::new(site, None, locale, words.get("page-report"), &path),
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
        with_secret(site.secure, token, render(status, &page))
    }

    /// What an act answers. The code is never sent back in a page.
    fn answer(&self, mut form: Form, done: Result<Said, Error>) -> Response {
        form.input.remove("code");
        let (status, said) = match done {
            Ok(said) => (StatusCode::OK, said),
            Err(error) => match refusals(error) {
                Ok(refused) => {
                    let said = Said {
                        given: form.input,
                        refused,
                        ..Said::default()
                    };
                    (StatusCode::UNPROCESSABLE_ENTITY, said)
                }
                Err(error) => return self.door.fault(form.locale, &error),
            },
        };
        self.show(&form.body, form.locale, &form.token, status, said)
    }
}

async fn submit(State(channel): State<Channel>, Path(body): Path<String>, request: Request) -> Response {
    let form = match channel.door.read(&body, request, &channel.reports, None).await {
        Ok(form) => form,
        Err(away) => return channel.again(away),
    };
    let receipt = channel
        .door
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
    let form = match channel.door.read(&body, request, &channel.looks, None).await {
        Ok(form) => form,
        Err(away) => return channel.again(away),
    };
    let named = (form.one("number"), form.one("code"));
    let told = channel.door.site.office.report_told(&form.body, now(), named).await;
    let done = told.map(|told| Said {
        told: Some(told),
        ..Said::default()
    });
    channel.answer(form, done)
}

async fn add(State(channel): State<Channel>, Path(body): Path<String>, request: Request) -> Response {
    let form = match channel.door.read(&body, request, &channel.reports, None).await {
        Ok(form) => form,
        Err(away) => return channel.again(away),
    };
    let named = (form.one("number"), form.one("code"));
    let added = channel
        .door
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
