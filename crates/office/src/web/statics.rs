//! Files that pages load: one style sheet, one script, one picture.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

/// A file by name.
pub(crate) async fn file(Path(name): Path<String>) -> Response {
    let (kind, text) = match name.as_str() {
        "style.css" => ("text/css; charset=utf-8", include_str!("../../static/style.css")),
        "paper.css" => ("text/css; charset=utf-8", tutela_papers::STYLE),
        "app.js" => ("text/javascript; charset=utf-8", include_str!("../../static/app.js")),
        "walk.js" => ("text/javascript; charset=utf-8", include_str!("../../static/walk.js")),
        "walk.webmanifest" => (
            "application/manifest+json",
            include_str!("../../static/walk.webmanifest"),
        ),
        "passkey.js" => (
            "text/javascript; charset=utf-8",
            include_str!("../../static/passkey.js"),
        ),
        "icon.svg" => ("image/svg+xml", include_str!("../../static/icon.svg")),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    // Checked again with every version of the program: the name does not change, so it is kept for an hour only.
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "max-age=3600")], text).into_response()
}
