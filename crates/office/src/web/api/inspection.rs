//! The inspection folder of a period.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use crate::error::Error;
use crate::inspection::file_name;
use crate::office::now;
use crate::web::Site;
use crate::web::api::caller::{Asking, Caller};
use crate::web::pages::{inspection, journal};

/// Which period, and for which purpose personal fields are asked for.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    from: String,
    to: String,
    purpose: Option<String>,
    part: Option<String>,
}

/// The archive. Personal fields go into it for a purpose only, and not for a token for reading.
pub(crate) async fn give(State(site): State<Site>, caller: Caller, Asking(asked): Asking<Asked>) -> Response {
    let answer = async {
        let purpose = asked.purpose.as_deref().unwrap_or_default();
        if !purpose.is_empty() {
            caller.may_write()?;
        }
        let part = asked.part.as_deref().unwrap_or_default();
        let asked = inspection::asked(&asked.from, &asked.to, purpose, part)?;
        let made = site.office.inspection(&caller.account, now(), &asked).await?;
        Ok(journal::file(made, &file_name(&asked)))
    };
    answer.await.unwrap_or_else(|error: Error| caller.failed(&site, &error))
}
