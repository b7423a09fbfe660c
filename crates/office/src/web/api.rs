//! The interface for other programs: the same acts under the same rights as the pages, as JSON.

mod caller;
mod cards;
mod compliance;
mod error;
pub(crate) mod openapi;
mod registers;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};

use crate::error::Refusal;
use crate::web::Site;

/// Words that stand where a register stands in an address.
#[cfg(test)]
pub(crate) const RESERVED: &[&str] = &["registers", "duties", "search", "compliance"];
/// Words that stand where an operation stands in an address.
#[cfg(test)]
pub(crate) const RESERVED_OPERATIONS: &[&str] = &["open", "papers"];

/// The addresses of the interface.
pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/api/openapi.json", get(openapi::serve))
        .route("/api/v1/registers", get(registers::all))
        .route("/api/v1/duties", get(cards::duties))
        .route("/api/v1/compliance", get(compliance::roll_up))
        .route("/api/v1/search", post(cards::search))
        .route("/api/v1/{register}", get(cards::page).post(cards::create))
        .route("/api/v1/{register}/{card}", get(cards::one))
        .route("/api/v1/{register}/{card}/open", post(cards::open))
        .route(
            "/api/v1/{register}/{card}/papers",
            get(cards::papers).post(cards::paper),
        )
        .route("/api/v1/{register}/{card}/{operation}", post(cards::act))
        .route("/api/{*rest}", get(nothing).post(nothing))
}

/// There is no such address: told as JSON like everything here.
async fn nothing(headers: axum::http::HeaderMap, axum::extract::State(site): axum::extract::State<Site>) -> Response {
    let locale = crate::web::sign_in::asked_language(&headers);
    error::failed(&site, locale, &Refusal::new("refusal-no-page").into())
}
