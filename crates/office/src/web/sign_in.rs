//! Signing in and out.

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::{ACCEPT_LANGUAGE, HeaderMap, SET_COOKIE};
use axum::response::{IntoResponse, Redirect, Response};
use tutela_words::Locale;

use crate::error::Error;
use crate::office::now;
use crate::web::Site;
use crate::web::frame::{Frame, refusal_text, render};
use crate::web::guard::{Submitted, Visitor, read_form};
use crate::web::pages::message;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn<'a> {
    frame: Frame<'a>,
    login: String,
    problem: Option<String>,
}

/// The language that a browser asks for.
pub(crate) fn asked_language(headers: &HeaderMap) -> Locale {
    let asked = headers.get(ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or("");
    asked
        .split(',')
        .filter_map(|part| Locale::from_code(part.split(';').next()?.trim()))
        .next()
        .unwrap_or(Locale::En)
}

fn show(site: &Site, locale: Locale, login: String, problem: Option<String>) -> Response {
    let title = site.office.words(locale).get("page-sign-in");
    let status = if problem.is_some() {
        StatusCode::UNAUTHORIZED
    } else {
        StatusCode::OK
    };
    let frame = Frame::new(site, None, locale, title, "/sign-in");
    render(status, &SignIn { frame, login, problem })
}

/// The page.
pub(crate) async fn page(State(site): State<Site>, Visitor(session): Visitor, headers: HeaderMap) -> Response {
    if session.is_some() {
        return Redirect::to("/today").into_response();
    }
    show(&site, asked_language(&headers), String::new(), None)
}

/// Name and password.
pub(crate) async fn submit(State(site): State<Site>, headers: HeaderMap, request: Request) -> Response {
    let locale = asked_language(&headers);
    let input = match read_form(request).await {
        Ok(input) => input,
        Err(response) => return response,
    };
    let one = |name: &str| input.get(name).and_then(|v| v.first()).cloned().unwrap_or_default();
    let login = one("login");
    match site.office.sign_in(&login, &one("password"), now()).await {
        Ok(token) => signed_in(&site, &token),
        Err(Error::Refused(refusal)) => {
            let problem = refusal_text(site.office.words(locale), &refusal);
            show(&site, locale, login, Some(problem))
        }
        Err(error) => message::failed(&site, None, &error),
    }
}

/// A one-time link.
pub(crate) async fn by_link(State(site): State<Site>, headers: HeaderMap, Path(token): Path<String>) -> Response {
    match site.office.sign_in_by_link(&token, now()).await {
        Ok(token) => signed_in(&site, &token),
        Err(Error::Refused(refusal)) => {
            let locale = asked_language(&headers);
            let problem = refusal_text(site.office.words(locale), &refusal);
            show(&site, locale, String::new(), Some(problem))
        }
        Err(error) => message::failed(&site, None, &error),
    }
}

fn signed_in(site: &Site, token: &str) -> Response {
    ([(SET_COOKIE, site.secure.cookie(token))], Redirect::to("/today")).into_response()
}

/// Ends the session.
pub(crate) async fn sign_out(State(site): State<Site>, submitted: Submitted) -> Response {
    match site.office.sign_out(&submitted.session).await {
        Ok(()) => ([(SET_COOKIE, site.secure.cookie(""))], Redirect::to("/sign-in")).into_response(),
        Err(error) => message::failed(&site, Some(&submitted.session), &error),
    }
}

/// Changes the language of pages.
pub(crate) async fn language(State(site): State<Site>, submitted: Submitted) -> Response {
    let one = |name: &str| {
        submitted
            .input
            .get(name)
            .and_then(|v| v.first())
            .cloned()
            .unwrap_or_default()
    };
    let Some(locale) = Locale::from_code(&one("language")) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    match site.office.set_language(&submitted.session.account.id, locale).await {
        Ok(()) => Redirect::to("/today").into_response(),
        Err(error) => message::failed(&site, Some(&submitted.session), &error),
    }
}
