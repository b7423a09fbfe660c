//! Dossiers for other programs: out as an assessment of the PIA software or as linked data, in from the former.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::error::{Error, Refusal};
use crate::web::Site;
use crate::web::api::caller::Sent;
use crate::web::api::cards::load;
use crate::web::pages::dossier::{exported, taken_in};

/// A dossier as a file. It shows personal data, so it needs a purpose.
pub(crate) async fn export(State(site): State<Site>, Path(id): Path<String>, sent: Sent) -> Response {
    let answer = async {
        sent.caller.may_write()?;
        sent.only(&["format", "purpose"])?;
        load(&site, &sent.caller, "dossiers", &id).await?;
        let wanted = (
            sent.text("format").unwrap_or_default(),
            sent.text("purpose").unwrap_or_default(),
        );
        let (kind, name, text) = exported(&site.office, &sent.caller.account, &id, wanted).await?;
        let file = format!("attachment; filename=\"{name}\"");
        Ok(([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, file)], text).into_response())
    };
    answer
        .await
        .unwrap_or_else(|error: Error| sent.caller.failed(&site, &error))
}

/// An assessment taken in. What has no place in a dossier is told by name, and kept.
pub(crate) async fn import(State(site): State<Site>, Path(id): Path<String>, sent: Sent) -> Response {
    let answer = async {
        sent.caller.may_write()?;
        sent.only(&["version", "file"])?;
        load(&site, &sent.caller, "dossiers", &id).await?;
        let file = sent.object.get("file").filter(|f| f.is_object());
        let file = file.ok_or_else(|| Refusal::new("refusal-pia-format").field("file"))?;
        let bytes = Value::to_string(file).into_bytes();
        let aside = taken_in(&site.office, &sent.caller.account, (&id, sent.version()?), bytes).await?;
        Ok(Json(json!({ "card": id, "kept_aside": aside })).into_response())
    };
    answer
        .await
        .unwrap_or_else(|error: Error| sent.caller.failed(&site, &error))
}
