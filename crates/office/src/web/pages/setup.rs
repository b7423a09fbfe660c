//! The first hour: the page that makes an office of an empty installation, and the questions that draft its first register.

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::{HeaderMap, SET_COOKIE};
use axum::response::{IntoResponse, Redirect, Response};
use tutela_words::Locale;

use crate::error::{Error, Refusal};
use crate::kernel::people::Session;
use crate::kernel::record::Input;
use crate::kernel::rights::{Right, any_allows};
use crate::office::now;
use crate::setup::{self, activities};
use crate::web::Site;
use crate::web::frame::{Entry, Frame, render};
use crate::web::guard::{Caller, SignedIn, Submitted, read_form};
use crate::web::pages::bodies::body_options;
use crate::web::pages::plain::{PASSWORD, PASSWORD_AGAIN, asks, shown};
use crate::web::pages::{form, message};
use crate::web::sign_in::asked_language;

#[derive(Template)]
#[template(path = "set_up_done.html")]
struct Done<'a> {
    frame: Frame<'a>,
    body: String,
    head_login: String,
    head_link: String,
}

#[derive(Template)]
#[template(path = "questions.html")]
struct Questions<'a> {
    frame: Frame<'a>,
    questions: Vec<(String, String, bool)>,
}

fn show(site: &Site, locale: Locale, token: &str, given: &Input, refused: &[Refusal]) -> Response {
    let words = site.office.words(locale);
    let mut fields = setup::fields();
    fields.extend([PASSWORD, PASSWORD_AGAIN]);
    let asks = asks(words, &fields, given, refused, |field| body_options(words, field));
    let path = format!("/set-up/{token}");
    let frame = Frame::new(site, None, locale, words.get("page-set-up"), &path);
    let back = Entry {
        href: "/sign-in".to_owned(),
        text: words.get("page-sign-in"),
        current: false,
    };
    form::plain(frame, path, back, words.get("page-set-up-about"), asks, refused)
}

/// What a browser's language suggests.
fn suggested(locale: Locale) -> Input {
    let (country, zone) = match locale {
        Locale::Vi => ("vn", "Asia/Ho_Chi_Minh"),
        Locale::Ru => ("ru", "Europe/Moscow"),
        Locale::Zh => ("cn", "Asia/Shanghai"),
        Locale::En => ("", ""),
    };
    let given = [
        ("body_country", country),
        ("body_zone", zone),
        ("body_language", locale.code()),
    ];
    given
        .into_iter()
        .map(|(n, v)| (n.to_owned(), vec![v.to_owned()]))
        .collect()
}

/// The page.
pub(crate) async fn page(State(site): State<Site>, headers: HeaderMap, Path(token): Path<String>) -> Response {
    let locale = asked_language(&headers);
    let may = async {
        let mut connection = site.office.db.read().acquire().await?;
        setup::may_set_up(&mut connection, &token, now()).await
    };
    match may.await {
        Ok(true) => show(&site, locale, &token, &suggested(locale), &[]),
        Ok(false) => message::failed(&site, None, &Refusal::new("refusal-link").into()),
        Err(error) => message::failed(&site, None, &error),
    }
}

/// The answers. Whoever gives them is signed in as the first officer.
pub(crate) async fn submit(
    State(site): State<Site>,
    caller: Caller,
    headers: HeaderMap,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    let input = match read_form(request).await {
        Ok(input) => input,
        Err(response) => return response,
    };
    match setup::set_up(&site.office, now(), &token, &input, &caller.client).await {
        Ok(done) => finished(&site, done)
            .await
            .unwrap_or_else(|error| message::failed(&site, None, &error)),
        Err(error) => match shown(error) {
            Ok(refused) => show(&site, asked_language(&headers), &token, &input, &refused),
            Err(error) => message::failed(&site, None, &error),
        },
    }
}

async fn finished(site: &Site, done: setup::Done) -> Result<Response, Error> {
    let session = site.office.session(&done.session, now()).await?;
    let locale = done.body.locale;
    let title = site.office.words(locale).get("page-set-up-done");
    let page = Done {
        frame: Frame::new(site, session.as_ref(), locale, title, ""),
        body: done.body.name,
        head_login: done.head_login,
        head_link: format!("/sign-in/{}", done.head_link),
    };
    let cookie = [(SET_COOKIE, site.secure.cookie(&done.session))];
    Ok((cookie, render(StatusCode::OK, &page)).into_response())
}

async fn ask(site: &Site, session: &Session) -> Result<Response, Error> {
    let account = &session.account;
    if !any_allows(&account.roles, Right::KeepProcessing) {
        return Err(Refusal::new("refusal-right").into());
    }
    let body = site
        .office
        .body(&account.body)
        .await?
        .ok_or_else(|| Refusal::new("refusal-no-page"))?;
    let words = site.office.words(account.locale);
    let kind = body.detail("kind");
    let questions = activities::all()?.iter().map(|activity| {
        let text = words.get(&format!("activity-{}-question", activity.id));
        (activity.id.clone(), text, activity.usual.iter().any(|k| k == kind))
    });
    let frame = Frame::new(
        site,
        Some(session),
        account.locale,
        words.get("page-questions"),
        "/registers/processing",
    );
    Ok(render(
        StatusCode::OK,
        &Questions {
            frame,
            questions: questions.collect(),
        },
    ))
}

/// The questions.
pub(crate) async fn questions(State(site): State<Site>, SignedIn(session): SignedIn) -> Response {
    ask(&site, &session)
        .await
        .unwrap_or_else(|error| message::failed(&site, Some(&session), &error))
}

/// The answers to them.
pub(crate) async fn submit_questions(State(site): State<Site>, submitted: Submitted) -> Response {
    let Submitted { session, input } = submitted;
    let ticked = input.get("activity").map(Vec::as_slice).unwrap_or_default();
    match activities::draft_all(&site.office, &session.account.actor(), now(), ticked).await {
        Ok(_) => Redirect::to("/registers/processing").into_response(),
        Err(error) => message::failed(&site, Some(&session), &error),
    }
}
