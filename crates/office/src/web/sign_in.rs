//! Signing in and out.

use askama::Template;
use axum::extract::{Path, Query, Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, HeaderMap, SET_COOKIE};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use tutela_words::{Arg, Locale};

use crate::error::{Error, Refusal};
use crate::kernel::people::Account;
use crate::kernel::people::passkey::Used;
use crate::kernel::record::Input;
use crate::office::now;
use crate::web::Site;
use crate::web::frame::{Frame, refusal_text, render};
use crate::web::guard::{Caller, OwnOrigin, Submitted, Token, Visitor, read_form};
use crate::web::pages::plain::one;
use crate::web::pages::{factor, message};

#[cfg(feature = "oidc")]
pub(crate) mod provider;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn<'a> {
    frame: Frame<'a>,
    login: String,
    problem: Option<String>,
    /// Whether a passkey may sign in.
    passkey: bool,
    /// Who else signs people in: an address and what its button says.
    providers: Vec<(String, String)>,
    /// Where somebody who has signed out here ends the session of a provider.
    ends: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "code.html")]
struct Code<'a> {
    frame: Frame<'a>,
    problem: Option<String>,
    passkey: bool,
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

/// A visit to the page: in which language, with what was typed and what is wrong with it.
pub(crate) struct Visit {
    pub(crate) locale: Locale,
    pub(crate) login: String,
    pub(crate) problem: Option<String>,
    pub(crate) passkey: bool,
    pub(crate) ended: Option<String>,
}

impl Visit {
    pub(crate) fn new(headers: &HeaderMap, origin: &OwnOrigin) -> Self {
        Self {
            locale: asked_language(headers),
            login: String::new(),
            problem: None,
            passkey: origin.0.is_some(),
            ended: None,
        }
    }

    /// The page again, with why nobody was signed in.
    pub(crate) fn refused(mut self, site: &Site, refusal: &Refusal) -> Response {
        self.problem = Some(refusal_text(site.office.words(self.locale), refusal));
        self.show(site)
    }

    fn show(self, site: &Site) -> Response {
        let words = site.office.words(self.locale);
        let status = if self.problem.is_some() {
            StatusCode::UNAUTHORIZED
        } else {
            StatusCode::OK
        };
        let frame = Frame::new(site, None, self.locale, words.get("page-sign-in"), "/sign-in");
        let providers = labels(site);
        let with = |key: &str, label: &str| words.with(key, &[("name", Arg::Text(label))]);
        let ended = self
            .ended
            .and_then(|name| providers.iter().find(|(n, _)| *n == name).cloned());
        let ends = ended.map(|(name, label)| (format!("/sign-out/with/{name}"), with("provider-sign-out", &label)));
        let providers = providers
            .iter()
            .map(|(name, label)| (format!("/sign-in/with/{name}"), with("provider-sign-in", label)))
            .collect();
        render(
            status,
            &SignIn {
                frame,
                login: self.login,
                problem: self.problem,
                passkey: self.passkey,
                providers,
                ends,
            },
        )
    }
}

/// The providers by name, with what they are called.
#[cfg(feature = "oidc")]
pub(crate) fn labels(site: &Site) -> Vec<(String, String)> {
    let all = site.office.edge().providers.iter();
    all.map(|p| (p.name.clone(), p.label.clone())).collect()
}

/// The providers by name: there are none without the feature.
#[cfg(not(feature = "oidc"))]
pub(crate) fn labels(_: &Site) -> Vec<(String, String)> {
    Vec::new()
}

/// What the address of the page may say.
#[derive(serde::Deserialize)]
pub(crate) struct Asked {
    /// The provider whose session may still go on.
    from: Option<String>,
}

/// The page.
pub(crate) async fn page(
    State(site): State<Site>,
    Visitor(session): Visitor,
    Query(asked): Query<Asked>,
    origin: OwnOrigin,
    headers: HeaderMap,
) -> Response {
    if session.is_some() {
        return Redirect::to("/").into_response();
    }
    let mut visit = Visit::new(&headers, &origin);
    visit.ended = asked.from;
    visit.show(&site)
}

/// Name and password.
pub(crate) async fn submit(
    State(site): State<Site>,
    caller: Caller,
    origin: OwnOrigin,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let mut visit = Visit::new(&headers, &origin);
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
            visit.login = login;
            visit.refused(&site, &refusal)
        }
        Err(error) => message::failed(&site, None, &error),
    }
}

/// A one-time link.
pub(crate) async fn by_link(
    State(site): State<Site>,
    caller: Caller,
    method: Method,
    origin: OwnOrigin,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Response {
    // What only looks at an address beforehand must not use it up.
    if method == Method::HEAD || headers.contains_key("sec-purpose") {
        return StatusCode::NO_CONTENT.into_response();
    }
    match site.office.sign_in_by_link_from(&token, caller.from(), now()).await {
        Ok(token) => signed_in(&site, &token).await,
        Err(Error::Refused(refusal)) => Visit::new(&headers, &origin).refused(&site, &refusal),
        Err(error) => message::failed(&site, None, &error),
    }
}

/// Sets the cookie. A token of half a session leads to the second factor.
pub(crate) async fn signed_in(site: &Site, token: &str) -> Response {
    let next = match site.office.half_session(token, now()).await {
        Ok(Some(_)) => "/sign-in/code",
        Ok(None) => "/",
        Err(error) => return message::failed(site, None, &error),
    };
    ([(SET_COOKIE, site.secure.cookie(token))], Redirect::to(next)).into_response()
}

async fn show_code(site: &Site, account: &Account, problem: Option<Refusal>, origin: &OwnOrigin) -> Response {
    let words = site.office.words(account.locale);
    let passkeys = match site.office.passkeys(account).await {
        Ok(held) => held,
        Err(error) => return message::failed(site, None, &error),
    };
    let frame = Frame::new(site, None, account.locale, words.get("page-code"), "/sign-in/code");
    let status = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let page = Code {
        frame,
        problem: problem.map(|r| refusal_text(words, &r)),
        passkey: origin.0.is_some() && !passkeys.is_empty(),
    };
    render(status, &page)
}

/// The page that asks for the second factor.
pub(crate) async fn code_page(State(site): State<Site>, Token(token): Token, origin: OwnOrigin) -> Response {
    match site.office.half_session(&token, now()).await {
        Ok(Some(account)) => show_code(&site, &account, None, &origin).await,
        Ok(None) => Redirect::to("/sign-in").into_response(),
        Err(error) => message::failed(&site, None, &error),
    }
}

/// What an authenticator is asked for, by somebody whose name is not known yet.
pub(crate) async fn begin_passkey(State(site): State<Site>, origin: OwnOrigin, headers: HeaderMap) -> Response {
    let asked = match &origin.0 {
        Some(origin) => site.office.begin_sign_in_by_passkey(origin, now()).await,
        None => Err(Refusal::new("refusal-passkey-elsewhere").into()),
    };
    factor::options(&site, asked_language(&headers), asked)
}

fn used(input: &Input) -> Used<'_> {
    Used {
        id: one(input, "passkey_id"),
        client_data: one(input, "passkey_client_data"),
        data: one(input, "passkey_data"),
        signature: one(input, "passkey_signature"),
        owner: one(input, "passkey_owner"),
    }
}

/// A passkey alone.
pub(crate) async fn submit_passkey(
    State(site): State<Site>,
    caller: Caller,
    origin: OwnOrigin,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let input = match read_form(request).await {
        Ok(input) => input,
        Err(response) => return response,
    };
    let done = match &origin.0 {
        Some(here) => {
            site.office
                .sign_in_by_passkey(used(&input), here, caller.from(), now())
                .await
        }
        None => Err(Refusal::new("refusal-passkey-elsewhere").into()),
    };
    match done {
        Ok(token) => signed_in(&site, &token).await,
        Err(Error::Refused(refusal)) => Visit::new(&headers, &origin).refused(&site, &refusal),
        Err(error) => message::told(&site, asked_language(&headers), &error),
    }
}

/// What an authenticator is asked for, as the second factor.
pub(crate) async fn begin_code_passkey(
    State(site): State<Site>,
    Token(token): Token,
    origin: OwnOrigin,
    headers: HeaderMap,
) -> Response {
    let asked = match (&origin.0, site.office.half_session(&token, now()).await) {
        (_, Err(error)) => Err(error),
        (None, _) => Err(Refusal::new("refusal-passkey-elsewhere").into()),
        (_, Ok(None)) => Err(Refusal::new("refusal-half").into()),
        (Some(origin), Ok(Some(account))) => site.office.begin_second_by_passkey(&account, origin, now()).await,
    };
    factor::options(&site, asked_language(&headers), asked)
}

/// A passkey as the second factor.
pub(crate) async fn submit_code_passkey(
    State(site): State<Site>,
    Token(token): Token,
    caller: Caller,
    origin: OwnOrigin,
    request: Request,
) -> Response {
    let input = match read_form(request).await {
        Ok(input) => input,
        Err(response) => return response,
    };
    let account = match site.office.half_session(&token, now()).await {
        Ok(Some(account)) => account,
        Ok(None) => return Redirect::to("/sign-in").into_response(),
        Err(error) => return message::failed(&site, None, &error),
    };
    let done = match &origin.0 {
        Some(here) => {
            site.office
                .second_by_passkey(&token, used(&input), here, caller.from(), now())
                .await
        }
        None => Err(Refusal::new("refusal-passkey-elsewhere").into()),
    };
    match done {
        Ok(token) => signed_in(&site, &token).await,
        Err(Error::Refused(refusal)) => show_code(&site, &account, Some(refusal), &origin).await,
        Err(error) => message::told(&site, account.locale, &error),
    }
}

/// A code of the second factor.
pub(crate) async fn submit_code(
    State(site): State<Site>,
    Token(token): Token,
    caller: Caller,
    origin: OwnOrigin,
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
            Err(Error::Refused(refusal)) => show_code(&site, &account, Some(refusal), &origin).await,
            Err(error) => message::told(&site, account.locale, &error),
        },
        Ok(None) => Redirect::to("/sign-in").into_response(),
        Err(error) => message::failed(&site, None, &error),
    }
}

/// Ends the session. Whoever may have come from a provider is shown the way to end its session too.
pub(crate) async fn sign_out(State(site): State<Site>, submitted: Submitted) -> Response {
    let ended = match site.office.sign_out(&submitted.session).await {
        Ok(()) => site.office.links(&submitted.session.account).await,
        Err(error) => Err(error),
    };
    match ended {
        Ok(links) => {
            let known = labels(&site);
            let link = links
                .into_iter()
                .find(|l| l.confirmed && known.iter().any(|(n, _)| *n == l.provider));
            let next = link.map_or("/sign-in".to_owned(), |l| format!("/sign-in?from={}", l.provider));
            ([(SET_COOKIE, site.secure.cookie(""))], Redirect::to(&next)).into_response()
        }
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
