//! Signing in and out.

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, HeaderMap, SET_COOKIE};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use tutela_words::Locale;

use crate::error::{Error, Refusal};
use crate::kernel::record::Input;
use crate::office::now;
use crate::web::Site;
use crate::web::frame::{Entry, Frame, refusal_text, render};
use crate::web::guard::{Caller, Submitted, Token, Visitor, read_form};
use crate::web::pages::{form, message, plain};

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
        return Redirect::to("/").into_response();
    }
    show(&site, asked_language(&headers), String::new(), None)
}

/// Name and password.
pub(crate) async fn submit(State(site): State<Site>, caller: Caller, headers: HeaderMap, request: Request) -> Response {
    let locale = asked_language(&headers);
    let input = match read_form(request).await {
        Ok(input) => input,
        Err(response) => return response,
    };
    let one = |name: &str| input.get(name).and_then(|v| v.first()).cloned().unwrap_or_default();
    let login = one("login");
    match site
        .office
        .sign_in_from(&login, &one("password"), caller.from(), now())
        .await
    {
        Ok(token) => signed_in(&site, &token).await,
        Err(Error::Refused(refusal)) => {
            let problem = refusal_text(site.office.words(locale), &refusal);
            show(&site, locale, login, Some(problem))
        }
        Err(error) => message::failed(&site, None, &error),
    }
}

/// A one-time link.
pub(crate) async fn by_link(
    State(site): State<Site>,
    caller: Caller,
    method: Method,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Response {
    // What only looks at an address beforehand must not use it up.
    if method == Method::HEAD || headers.contains_key("sec-purpose") {
        return StatusCode::NO_CONTENT.into_response();
    }
    match site.office.sign_in_by_link_from(&token, caller.from(), now()).await {
        Ok(token) => signed_in(&site, &token).await,
        Err(Error::Refused(refusal)) => {
            let locale = asked_language(&headers);
            let problem = refusal_text(site.office.words(locale), &refusal);
            show(&site, locale, String::new(), Some(problem))
        }
        Err(error) => message::failed(&site, None, &error),
    }
}

/// Sets the cookie. A token of half a session leads to the second factor.
async fn signed_in(site: &Site, token: &str) -> Response {
    let next = match site.office.half_session(token, now()).await {
        Ok(Some(_)) => "/sign-in/code",
        Ok(None) => "/",
        Err(error) => return message::failed(site, None, &error),
    };
    ([(SET_COOKIE, site.secure.cookie(token))], Redirect::to(next)).into_response()
}

fn show_code(site: &Site, locale: Locale, problem: Option<Refusal>) -> Response {
    let words = site.office.words(locale);
    let frame = Frame::new(site, None, locale, words.get("page-code"), "/sign-in/code");
    let refused: Vec<_> = problem.into_iter().collect();
    let asks = plain::asks(words, &[plain::CODE], &Input::new(), &refused, |_| Vec::new());
    let back = Entry {
        href: "/sign-in".to_owned(),
        text: words.get("form-back"),
        current: false,
    };
    form::plain(
        frame,
        "/sign-in/code".to_owned(),
        back,
        words.get("page-code-about"),
        asks,
        &refused,
    )
}

/// The page that asks for the second factor.
pub(crate) async fn code_page(State(site): State<Site>, Token(token): Token) -> Response {
    match site.office.half_session(&token, now()).await {
        Ok(Some(account)) => show_code(&site, account.locale, None),
        Ok(None) => Redirect::to("/sign-in").into_response(),
        Err(error) => message::failed(&site, None, &error),
    }
}

/// A code of the second factor.
pub(crate) async fn submit_code(
    State(site): State<Site>,
    Token(token): Token,
    caller: Caller,
    request: Request,
) -> Response {
    let input = match read_form(request).await {
        Ok(input) => input,
        Err(response) => return response,
    };
    let code = input
        .get("factor_code")
        .and_then(|v| v.first())
        .cloned()
        .unwrap_or_default();
    match site.office.half_session(&token, now()).await {
        Ok(Some(account)) => match site.office.second_factor(&token, &code, caller.from(), now()).await {
            Ok(token) => signed_in(&site, &token).await,
            Err(Error::Refused(refusal)) => show_code(&site, account.locale, Some(refusal)),
            Err(error) => message::failed(&site, None, &error),
        },
        Ok(None) => Redirect::to("/sign-in").into_response(),
        Err(error) => message::failed(&site, None, &error),
    }
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
        Ok(()) => Redirect::to("/").into_response(),
        Err(error) => message::failed(&site, Some(&submitted.session), &error),
    }
}
