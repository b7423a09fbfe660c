//! What went wrong, as JSON: a code that does not change, and a text in the language that was asked for.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_LANGUAGE, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tutela_words::{Locale, Words};

use crate::error::{Error, Refusal};
use crate::web::Site;
use crate::web::frame::refusal_text;

/// A refusal as JSON.
pub(crate) fn refusal_json(words: &Words, refusal: &Refusal) -> Value {
    let text = refusal_text(
        words,
        &Refusal {
            norm: None,
            ..refusal.clone()
        },
    );
    json!({ "code": refusal.key, "field": refusal.field, "text": text, "norm": refusal.norm })
}

/// The status of a refusal.
fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal.key {
        "refusal-token" => StatusCode::UNAUTHORIZED,
        "refusal-right" | "refusal-scope" => StatusCode::FORBIDDEN,
        "refusal-no-page" => StatusCode::NOT_FOUND,
        "refusal-changed" | "refusal-state" | "refusal-idempotency" => StatusCode::CONFLICT,
        "refusal-body" | "refusal-query-part" => StatusCode::BAD_REQUEST,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// The answer to what failed. Faults of the machine are told to the log; the caller reads that nothing was changed.
pub(crate) fn failed(site: &Site, locale: Locale, error: &Error) -> Response {
    let words = site.office.words(locale);
    let (status, errors) = match error {
        Error::Refused(refusal) => (status_of(refusal), vec![refusal_json(words, refusal)]),
        Error::Invalid(all) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            all.iter().map(|r| refusal_json(words, r)).collect(),
        ),
        Error::Locked(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            vec![refusal_json(words, &Refusal::new("refusal-locked"))],
        ),
        Error::Busy => {
            site.office.report(&Error::Busy);
            (
                StatusCode::SERVICE_UNAVAILABLE,
                vec![refusal_json(words, &Refusal::new("refusal-busy-office"))],
            )
        }
        fault => {
            site.office.report(fault);
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                vec![refusal_json(words, &Refusal::new("refusal-fault"))],
            )
        }
    };
    let body = Json(json!({ "errors": errors }));
    let mut response = (status, [(CONTENT_LANGUAGE, locale.code())], body).into_response();
    if status == StatusCode::UNAUTHORIZED {
        let challenge = axum::http::HeaderValue::from_static("Bearer");
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}
