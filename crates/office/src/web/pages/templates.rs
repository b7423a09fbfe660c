//! A body's own templates: which there are, a new one, one to begin with.

use askama::Template;
use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use tutela_words::Locale;

use crate::error::{Error, Refusal};
use crate::kernel::people::Session;
use crate::office::now;
use crate::papers::{Format, forms, pack_on};
use crate::show;
use crate::templates::{MAX_TEMPLATE, may_keep};
use crate::web::Site;
use crate::web::frame::{Frame, native_name, refusal_text, render};
use crate::web::guard::{SignedIn, Submitted, same};
use crate::web::pages::message;

/// Longest form with a template.
pub(crate) const MAX_UPLOAD: usize = MAX_TEMPLATE + (64 << 10);
const PATH: &str = "/settings/templates";

/// A template that is there.
struct Row {
    choice: String,
    title: String,
    language: &'static str,
    length: String,
    hash: String,
    at: String,
}

#[derive(Template)]
#[template(path = "form_templates.html")]
struct Page<'a> {
    frame: Frame<'a>,
    problem: Option<String>,
    rows: Vec<Row>,
    choices: Vec<(String, String, bool)>,
    most: String,
}

/// The page.
pub(crate) async fn page(State(site): State<Site>, SignedIn(session): SignedIn) -> Response {
    show_page(&site, &session, "", None)
        .await
        .unwrap_or_else(|error| message::failed(&site, Some(&session), &error))
}

/// How a choice of a form in a language is written, and read.
fn choice(form: &str, locale: Locale) -> String {
    format!("{form}/{}", locale.code())
}

fn chosen(choice: &str) -> Result<(&str, Locale), Refusal> {
    let wrong = || Refusal::new("refusal-choice").field("template_form");
    let (form, code) = choice.split_once('/').ok_or_else(wrong)?;
    let locale = Locale::ALL.into_iter().find(|l| l.code() == code);
    Ok((form, locale.ok_or_else(wrong)?))
}

async fn show_page(site: &Site, session: &Session, given: &str, problem: Option<&Refusal>) -> Result<Response, Error> {
    let account = &session.account;
    let actor = account.actor();
    let words = site.office.words(account.locale);
    let body = site.office.body(&account.body).await?;
    let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
    let templates = site.office.templates(&actor).await?;
    let pack = pack_on(&site.office, &body, now()).unwrap_or_default();
    let mut known: Vec<_> = forms().all().filter(|f| f.pack() == pack).collect();
    known.sort_by_key(|f| (f.title(), f.locale()));
    let choices = known.iter().map(|f| {
        let value = choice(f.id(), f.locale());
        let current = value == given;
        (value, format!("{} · {}", f.title(), native_name(f.locale())), current)
    });
    let rows = templates.iter().filter_map(|t| {
        let locale = Locale::from_code(&t.locale)?;
        let form = known.iter().find(|f| f.id() == t.form && f.locale() == locale);
        Some(Row {
            choice: choice(&t.form, locale),
            title: form.map_or_else(|| t.form.clone(), |f| f.title().to_owned()),
            language: native_name(locale),
            length: show::length(t.size),
            hash: t.sha256.clone(),
            at: show::instant(account.locale, t.at, &body.zone),
        })
    });
    let page = Page {
        rows: rows.collect(),
        choices: choices.collect(),
        problem: problem.map(|r| refusal_text(words, r)),
        most: (MAX_TEMPLATE >> 20).to_string(),
        frame: Frame::new(site, Some(session), account.locale, words.get("page-templates"), PATH),
    };
    let status = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(render(status, &page))
}

async fn answer(site: &Site, session: &Session, given: &str, done: Result<Response, Error>) -> Response {
    let shown = match done {
        Err(Error::Refused(r)) if !matches!(r.key, "refusal-right" | "refusal-csrf" | "refusal-no-page") => {
            show_page(site, session, given, Some(&r)).await
        }
        other => other,
    };
    shown.unwrap_or_else(|error| message::failed(site, Some(session), &error))
}

/// A template that somebody uploads.
pub(crate) async fn upload(State(site): State<Site>, SignedIn(session): SignedIn, request: Request) -> Response {
    let mut given = String::new();
    let done = take(&site, &session, request, &mut given).await;
    answer(&site, &session, &given, done).await
}

async fn take(site: &Site, session: &Session, request: Request, given: &mut String) -> Result<Response, Error> {
    let actor = session.account.actor();
    if !may_keep(&actor) {
        return Err(Refusal::new("refusal-right").into());
    }
    let broken = || Refusal::new("refusal-file-form");
    // A form of another kind has no secret that could be looked at.
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|_| Refusal::new("refusal-csrf"))?;
    let mut trusted = false;
    let mut content = None;
    while let Some(piece) = form.next_field().await.map_err(|_| broken())? {
        let name = piece.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "csrf" => trusted = same(&piece.text().await.map_err(|_| broken())?, &session.csrf),
            "template_form" => *given = piece.text().await.map_err(|_| broken())?,
            // The secret comes first: a file without it is not even read.
            "file" if trusted => content = Some(piece.bytes().await.map_err(|_| broken())?),
            _ => {}
        }
    }
    if !trusted {
        return Err(Refusal::new("refusal-csrf").into());
    }
    let content = content.filter(|c| !c.is_empty());
    let content = content.ok_or_else(|| Refusal::new("refusal-file-empty").field("file"))?;
    let what = chosen(given)?;
    site.office.set_template(&actor, now(), what, content.to_vec()).await?;
    Ok(Redirect::to(PATH).into_response())
}

/// Saves or removes a template, or gives one to begin with.
pub(crate) async fn act(State(site): State<Site>, Path(act): Path<String>, submitted: Submitted) -> Response {
    let session = &submitted.session;
    let given = submitted.input.get("template_form").and_then(|v| v.first());
    let given = given.map_or("", String::as_str);
    let done = async {
        let what = chosen(given)?;
        match act.as_str() {
            "remove" => {
                let actor = session.account.actor();
                site.office.remove_template(&actor, now(), what).await?;
                Ok(Redirect::to(PATH).into_response())
            }
            "download" => {
                let bytes = site.office.template_file(&session.account, now(), what).await?;
                let file = format!("attachment; filename=\"{}-{}.docx\"", what.0, what.1.code());
                let kind = Format::Docx.media_type().to_owned();
                Ok(([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, file)], bytes).into_response())
            }
            _ => Err(Refusal::new("refusal-no-page").into()),
        }
    };
    let done = done.await;
    answer(&site, session, given, done).await
}
