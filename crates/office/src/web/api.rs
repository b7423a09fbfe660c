//! The interface for other programs: the same acts under the same rights as the pages, as JSON.

mod caller;
mod cards;
mod compliance;
mod dossiers;
mod error;
mod files;
mod inspection;
pub(crate) mod openapi;
mod registers;
mod scans;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};

use crate::error::Refusal;
use crate::web::Site;

/// Words that stand where a register stands in an address.
#[cfg(test)]
pub(crate) const RESERVED: &[&str] = &[
    "registers",
    "duties",
    "search",
    "export",
    "files",
    "inspection",
    "scans",
    "compliance",
];
/// Words that stand where an operation stands in an address.
#[cfg(test)]
pub(crate) const RESERVED_OPERATIONS: &[&str] = &["open", "papers", "files", "export", "import"];

/// The addresses of the interface.
pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/api/openapi.json", get(openapi::serve))
        .route("/api/v1/registers", get(registers::all))
        .route("/api/v1/duties", get(cards::duties))
        .route("/api/v1/export", get(registers::export))
        .route("/api/v1/compliance", get(compliance::roll_up))
        .route("/api/v1/search", post(cards::search))
        .route("/api/v1/inspection", get(inspection::give))
        .route(
            "/api/v1/files",
            post(files::upload).layer(axum::extract::DefaultBodyLimit::max(crate::web::files::MAX_FILES)),
        )
        .route("/api/v1/scans", post(scans::take))
        .route("/api/v1/{register}", get(cards::page).post(cards::create))
        .route("/api/v1/{register}/{card}", get(cards::one))
        .route("/api/v1/{register}/{card}/open", post(cards::open))
        .route(
            "/api/v1/{register}/{card}/papers",
            get(cards::papers).post(cards::paper),
        )
        .route("/api/v1/{register}/{card}/files", get(files::list).post(files::give))
        .route("/api/v1/dossiers/{card}/export", post(dossiers::export))
        .route("/api/v1/dossiers/{card}/import", post(dossiers::import))
        .route("/api/v1/{register}/{card}/{operation}", post(cards::act))
        .route("/api/{*rest}", get(nothing).post(nothing))
}

/// There is no such address: told as JSON like everything here.
async fn nothing(headers: axum::http::HeaderMap, axum::extract::State(site): axum::extract::State<Site>) -> Response {
    let locale = crate::web::sign_in::asked_language(&headers);
    error::failed(&site, locale, &Refusal::new("refusal-no-page").into())
}
