//! The roll-up for the body above: counts, dates and a checkpoint.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

use crate::office::now;
use crate::web::Site;
use crate::web::api::caller::Caller;

/// How the body stands, line by line.
pub(crate) async fn roll_up(State(site): State<Site>, caller: Caller) -> Response {
    match site.office.roll_up(&caller.actor(), now()).await {
        Ok(roll_up) => Json(roll_up).into_response(),
        Err(error) => caller.failed(&site, &error),
    }
}
