//! Taking in a scan from another program: the report streams in, counts are kept.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::json;

use crate::error::{Error, Refusal};
use crate::inventory::Incoming;
use crate::kernel::rights::{Right, any_allows};
use crate::office::now;
use crate::web::Site;
use crate::web::api::caller::{Asking, Caller};

/// For which store.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    store: Option<String>,
}

/// The report of a scan.
pub(crate) async fn take(
    State(site): State<Site>,
    caller: Caller,
    Asking(asked): Asking<Asked>,
    request: Request,
) -> Response {
    let answer = async {
        caller.may_write()?;
        // Whoever may not take it in need not send it.
        if !any_allows(&caller.account.roles, Right::KeepProcessing) {
            return Err(Refusal::new("refusal-right").into());
        }
        let named = asked.store.as_deref().unwrap_or("");
        let store = site.office.store_named(&caller.actor(), named).await?;
        let incoming = Incoming::begin();
        let mut pieces = request.into_body().into_data_stream();
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|_| Refusal::new("refusal-scan-broken"))?;
            if !incoming.piece(piece).await {
                break;
            }
        }
        let found = incoming.end().await?;
        let taken = site.office.take_scan(&caller.actor(), now(), &store.id, &found).await?;
        let categories: serde_json::Map<_, _> = found
            .categories
            .iter()
            .map(|(category, of)| ((*category).to_owned(), of.findings().into()))
            .collect();
        let told = json!({
            "store": taken.store,
            "day": taken.day,
            "files": found.files,
            "findings": found.findings,
            "not_read": found.not_read(),
            "complete": found.is_complete(),
            "categories": categories,
            "gaps_opened": taken.opened,
            "gaps_closed": taken.closed,
            "journal": taken.seq,
        });
        Ok(Json(told).into_response())
    };
    answer.await.unwrap_or_else(|error: Error| caller.failed(&site, &error))
}
