//! To a provider of identities and back.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{COOKIE, HeaderMap, SET_COOKIE};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{Visit, asked_language, signed_in};
use crate::error::Error;
use crate::kernel::people::provider::Back;
use crate::office::now;
use crate::web::guard::{Caller, OwnOrigin};
use crate::web::pages::message;
use crate::web::{Secure, Site};

/// For how many seconds a browser remembers that it was sent away.
const AWAY: u32 = 600;

fn cookie_name(secure: Secure) -> &'static str {
    match secure {
        Secure::Local => "tutela-away",
        Secure::Tls => "__Host-tutela-away",
    }
}

/// The cookie of a browser that was sent away; an empty token ends it. It must come back from another site, so it is lax.
fn cookie(secure: Secure, token: &str) -> String {
    let name = cookie_name(secure);
    let age = if token.is_empty() { 0 } else { AWAY };
    let tls = if secure == Secure::Tls { "; Secure" } else { "" };
    format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{tls}")
}

fn told(site: &Site, headers: &HeaderMap, origin: &OwnOrigin, error: &Error) -> Response {
    match error {
        Error::Refused(refusal) if refusal.key != "refusal-no-page" => {
            Visit::new(headers, origin).refused(site, refusal)
        }
        error => message::told(site, asked_language(headers), error),
    }
}

/// Sends somebody to a provider.
pub(crate) async fn away(
    State(site): State<Site>,
    Path(name): Path<String>,
    origin: OwnOrigin,
    headers: HeaderMap,
) -> Response {
    if headers.contains_key("sec-purpose") {
        return StatusCode::NO_CONTENT.into_response();
    }
    match site.office.begin_at_provider(&name, now()).await {
        Ok(sent) => (
            [(SET_COOKIE, cookie(site.secure, &sent.browser))],
            Redirect::to(&sent.location),
        )
            .into_response(),
        Err(error) => told(&site, &headers, &origin, &error),
    }
}

/// What a provider puts into the address on the way back.
#[derive(Deserialize)]
pub(crate) struct Answer {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    error: String,
    #[serde(default)]
    iss: String,
}

/// Takes somebody back.
pub(crate) async fn back(
    State(site): State<Site>,
    Path(name): Path<String>,
    Query(answer): Query<Answer>,
    caller: Caller,
    origin: OwnOrigin,
    headers: HeaderMap,
) -> Response {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|v| v.to_str().ok());
    let browser = cookies
        .flat_map(|c| c.split(';'))
        .filter_map(|c| c.trim().split_once('='))
        .find(|(n, _)| *n == cookie_name(site.secure))
        .map_or("", |(_, value)| value);
    let back = Back {
        browser,
        state: &answer.state,
        code: &answer.code,
        error: &answer.error,
        issuer: &answer.iss,
    };
    let mut response = match site.office.end_at_provider(&name, back, caller.from(), now()).await {
        Ok(token) => signed_in(&site, &token).await,
        Err(error) => told(&site, &headers, &origin, &error),
    };
    if let Ok(ended) = cookie(site.secure, "").parse() {
        response.headers_mut().append(SET_COOKIE, ended);
    }
    response
}

/// Ends the session of a provider, for somebody who has signed out here.
pub(crate) async fn end(
    State(site): State<Site>,
    Path(name): Path<String>,
    origin: OwnOrigin,
    headers: HeaderMap,
) -> Response {
    match site.office.end_of_provider(&name, now()).await {
        Ok(Some(there)) => Redirect::to(&there).into_response(),
        Ok(None) => Redirect::to("/sign-in").into_response(),
        Err(error) => told(&site, &headers, &origin, &error),
    }
}
