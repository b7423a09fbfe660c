//! The public page for citizens: rights, a request, how far it is. Nobody signs in; nothing is told of what the body holds.

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
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::Semaphore;
use tutela_words::Locale;

use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::record::Input;
use crate::office::now;
use crate::registers::{Progress, REQUEST_FILES, Receipt};
use crate::show;
use crate::web::Site;
use crate::web::frame::{Frame, refusal_text, render};
use crate::web::limit::Limit;
use crate::web::public::{Away, Door, Form, Language, MAX_FORM, MAX_SENT, Uploads, refusals, with_secret};

/// Requests in an hour: by one address, and by all.
const REQUESTS: (u32, u32) = (10, 300);
/// Requests with files in an hour: by one address, and by all. They are kept, and room is not endless.
const WITH_FILES: (u32, u32) = (5, 60);
/// Requests with files that are read at once: each is in memory until it is sealed.
const AT_ONCE: usize = 3;
/// Look-ups in an hour: by one address, and by all.
const LOOKS: (u32, u32) = (60, 6_000);

/// What these pages work with.
#[derive(Debug, Clone)]
struct Ask {
    door: Door,
    requests: Arc<Limit>,
    with_files: Arc<Limit>,
    turns: Arc<Semaphore>,
    looks: Arc<Limit>,
}

/// The public pages.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>(site: Site) -> Router<S> {
    let ask = Ask {
        door: Door { site, at: "/ask" },
        requests: Arc::new(Limit::new(REQUESTS.0, REQUESTS.1)),
        with_files: Arc::new(Limit::new(WITH_FILES.0, WITH_FILES.1)),
        turns: Arc::new(Semaphore::new(AT_ONCE)),
        looks: Arc::new(Limit::new(LOOKS.0, LOOKS.1)),
    };
    Router::new()
        .route("/ask", get(choose))
        .route(
            "/ask/{body}",
            get(page).post(submit).layer(DefaultBodyLimit::max(MAX_SENT + MAX_FORM)),
        )
        .route("/ask/{body}/state", post(state).layer(DefaultBodyLimit::max(MAX_FORM)))
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
    files: Vec<Files>,
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

/// Files that the form takes.
struct Files {
    name: &'static str,
    label: String,
    problem: Option<String>,
}

/// How far a request is, in words.
struct Shown {
    state: String,
    due: String,
    next: Option<String>,
}

/// Which body is asked; with one body there is no choice.
async fn choose(State(ask): State<Ask>, Query(asked): Query<Language>, headers: HeaderMap) -> Response {
    let locale = asked.locale(&headers);
    let bodies = match ask.door.choice(locale).await {
        Ok(bodies) => bodies,
        Err(response) => return response,
    };
    let site = &ask.door.site;
    let title = site.office.words(locale).get("page-ask");
    let page = Choose {
        frame: Frame::new(site, None, locale, title, "/ask"),
        bodies,
    };
    render(StatusCode::OK, &page)
}

async fn page(
    State(ask): State<Ask>,
    Path(body): Path<String>,
    Query(asked): Query<Language>,
    headers: HeaderMap,
) -> Response {
    let locale = asked.locale(&headers);
    match ask.door.enter(&body, locale, &headers).await {
        Ok((body, token)) => ask.show(&body, locale, &token, StatusCode::OK, Said::default()),
        Err(response) => response,
    }
}

/// What the page says beside the form.
#[derive(Default)]
struct Said {
    given: Input,
    refused: Vec<Refusal>,
    receipt: Option<Receipt>,
    progress: Option<Progress>,
}

impl Ask {
    fn show(&self, body: &Body, locale: Locale, token: &str, status: StatusCode, said: Said) -> Response {
        let site = &self.door.site;
        let words = site.office.words(locale);
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
        let files = REQUEST_FILES.iter().map(|name| Files {
            name,
            label: words.get(&format!("field-{name}")),
            problem: problem(name),
        });
        let files: Vec<_> = files.collect();
        let chosen = one("request_kind");
        let kinds = site.office.kinds_asked(body, now());
        let named = |r: &Refusal| {
            r.field
                .as_deref()
                .is_some_and(|f| f == "request_kind" || asks.iter().any(|a| a.name == f) || REQUEST_FILES.contains(&f))
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
            files,
            frame: Frame::new(site, None, locale, words.get("page-ask"), &path),
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
        with_secret(site.secure, token, render(status, &page))
    }

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

    /// What an act answers.
    fn answer(&self, form: Form, done: Result<Said, Error>) -> Response {
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

async fn submit(State(ask): State<Ask>, Path(body): Path<String>, request: Request) -> Response {
    let uploads = Uploads {
        fields: REQUEST_FILES,
        limit: &ask.with_files,
        turns: &ask.turns,
    };
    let mut form = match ask.door.read(&body, request, &ask.requests, Some(uploads)).await {
        Ok(form) => form,
        Err(away) => return ask.again(away),
    };
    let files = std::mem::take(&mut form.files);
    // Held until the files are sealed.
    let _turn = form.turn.take();
    let with_files = !files.is_empty();
    let receipt = ask.door.site.office.ask(&form.body, now(), &form.input, files).await;
    let done = receipt.map(|receipt| Said {
        receipt: Some(receipt),
        ..Said::default()
    });
    let done = match done.map_err(refusals) {
        Ok(said) => Ok(said),
        // A browser forgets the files when the page comes again: whoever sent some is told.
        Err(Ok(mut refused)) => {
            if with_files {
                refused.push(Refusal::new("refusal-ask-files-again"));
            }
            Err(Error::Invalid(refused))
        }
        Err(Err(error)) => Err(error),
    };
    ask.answer(form, done)
}

async fn state(State(ask): State<Ask>, Path(body): Path<String>, request: Request) -> Response {
    let mut form = match ask.door.read(&body, request, &ask.looks, None).await {
        Ok(form) => form,
        Err(away) => return ask.again(away),
    };
    let office = &ask.door.site.office;
    let progress = office.asked(&form.body, form.one("number"), form.one("code")).await;
    // The code is not sent back in a page.
    form.input.clear();
    let done = progress.map(|progress| Said {
        progress: Some(progress),
        ..Said::default()
    });
    ask.answer(form, done)
}

/// The last day of a term. A day that ends at midnight ends at 0:00 of the next: the page names the day itself.
fn last_day(locale: Locale, zone: &TimeZone, due: Timestamp) -> String {
    let before = Timestamp::from_microsecond(due.as_microsecond() - 1).unwrap_or(due);
    show::date(locale, before.to_zoned_datetime(zone.clone()).date())
}
