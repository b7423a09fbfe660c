//! Files: taken in before the act that names them, listed with a card, given out for a purpose.

use axum::Json;
use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base64ct::{Base64, Encoding};
use serde_json::{Value, json};

use crate::error::{Error, Refusal};
use crate::kernel::evidence::{Evidence, MAX_AT_ONCE};
use crate::kernel::field::Field;
use crate::kernel::record::Input;
use crate::kernel::register::Operation;
use crate::kernel::rights::any_allows;
use crate::office::now;
use crate::web::Site;
use crate::web::api::caller::{Caller, Sent};
use crate::web::api::cards;
use crate::web::files::{attachment, take};

/// A file as JSON. Its name lies in the vault and is told with its content only.
fn file_json(file: &Evidence) -> Value {
    json!({
        "file": file.id,
        "field": if file.field.is_empty() { Value::Null } else { file.field.clone().into() },
        "type": file.media,
        "size": file.size,
        "sha256": file.sha256,
        "at": file.at.to_string(),
        "destroyed": file.destroyed.map(|at| at.to_string()),
        "scan": file.scan,
    })
}

/// Whether somebody with these roles may do anything that takes a file.
fn takes_files(site: &Site, caller: &Caller) -> bool {
    let operations = site.office.registers().iter().flat_map(|r| r.operations);
    operations
        .filter(|o| o.fields.iter().any(|f| f.is_file()))
        .any(|o| any_allows(&caller.account.roles, o.right))
}

/// Files in pieces of a form. They wait a day for an act that names them.
pub(crate) async fn upload(State(site): State<Site>, caller: Caller, request: Request) -> Response {
    let answer = async {
        caller.may_write()?;
        if !takes_files(&site, &caller) {
            return Err(Refusal::new("refusal-right").into());
        }
        let broken = || Refusal::new("refusal-body");
        let mut form = Multipart::from_request(request, &()).await.map_err(|_| broken())?;
        let actor = caller.actor();
        let mut ids = Vec::new();
        while let Some(piece) = form.next_field().await.map_err(|_| broken())? {
            if ids.len() >= MAX_AT_ONCE {
                return Err(Refusal::new("refusal-too-many").into());
            }
            ids.extend(take(&site, &actor, piece).await?);
        }
        if ids.is_empty() {
            return Err(Refusal::new("refusal-file-empty").into());
        }
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let files = site.office.waiting_files(&actor, &ids).await?;
        let files: Vec<_> = files.iter().map(file_json).collect();
        Ok((StatusCode::OK, Json(json!({ "files": files }))).into_response())
    };
    answer.await.unwrap_or_else(|error: Error| caller.failed(&site, &error))
}

/// The files of a card, closed.
pub(crate) async fn list(
    State(site): State<Site>,
    caller: Caller,
    Path((name, id)): Path<(String, String)>,
) -> Response {
    let answer = async {
        cards::load(&site, &caller, &name, &id).await?;
        let files = site.office.files_of(&caller.actor(), &id).await?;
        let files: Vec<_> = files.iter().map(file_json).collect();
        Ok(Json(json!({ "files": files })).into_response())
    };
    answer.await.unwrap_or_else(|error: Error| caller.failed(&site, &error))
}

/// A file of a card, for a purpose; the look is recorded.
pub(crate) async fn give(State(site): State<Site>, Path((name, id)): Path<(String, String)>, sent: Sent) -> Response {
    let answer = async {
        sent.caller.may_write()?;
        sent.only(&["file", "purpose"])?;
        cards::load(&site, &sent.caller, &name, &id).await?;
        let text = |name: &str| sent.text(name).unwrap_or_default();
        let actor = sent.caller.actor();
        let opened = site
            .office
            .open_file(&actor, now(), (&id, text("file")), text("purpose"))
            .await?;
        Ok(attachment(&site, opened))
    };
    answer
        .await
        .unwrap_or_else(|error: Error| sent.caller.failed(&site, &error))
}

/// The values of an act, with files that lie in it taken in.
pub(crate) async fn input_of(site: &Site, sent: &Sent, operation: &Operation) -> Result<Input, Error> {
    let (files, plain): (Vec<&Field>, Vec<&Field>) = operation.fields.iter().partition(|f| f.is_file());
    let known: Vec<_> = plain.iter().map(|f| f.name).collect();
    let apart: Vec<_> = files.iter().map(|f| f.name).collect();
    let mut input = sent.values(&known, &apart)?;
    let given = sent.object.get("values").and_then(Value::as_object);
    // Whoever may not do the act brings no files either.
    if !any_allows(&sent.caller.account.roles, operation.right) {
        return Err(Refusal::new("refusal-right").into());
    }
    let actor = sent.caller.actor();
    for name in apart {
        let all = match given.and_then(|g| g.get(name)) {
            None | Some(Value::Null) => continue,
            Some(Value::Array(all)) => all.iter().collect(),
            Some(one) => vec![one],
        };
        let mut ids = Vec::new();
        for value in all {
            if ids.len() >= MAX_AT_ONCE {
                return Err(Refusal::new("refusal-too-many").field(name).into());
            }
            let body = || Refusal::new("refusal-body").field(name);
            ids.push(match value {
                Value::String(id) => id.clone(),
                Value::Object(file) => {
                    let text = |part: &str| file.get(part).and_then(Value::as_str);
                    if file.keys().any(|k| k != "name" && k != "base64") {
                        return Err(body().into());
                    }
                    let content = text("base64")
                        .and_then(|t| Base64::decode_vec(t).ok())
                        .ok_or_else(body)?;
                    let _turn = site.office.upload_turn()?;
                    let file_name = text("name").unwrap_or_default();
                    let taken = site.office.take_file(&actor, now(), file_name, content).await;
                    match taken {
                        Err(Error::Refused(refusal)) => return Err(refusal.field(name).into()),
                        other => other?,
                    }
                }
                _ => return Err(body().into()),
            });
        }
        input.insert(name.to_owned(), ids);
    }
    Ok(input)
}
