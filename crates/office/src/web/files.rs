//! Files that come in with a form, and files that go out.

use axum::body::{Body, to_bytes};
use axum::extract::multipart::Field as Piece;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::error::{Error, Refusal};
use crate::kernel::evidence::{MAX_AT_ONCE, OpenFile};
use crate::kernel::people::Session;
use crate::kernel::record::{Actor, Input};
use crate::kernel::register::Operation;
use crate::kernel::rights::any_allows;
use crate::office::now;
use crate::web::guard::{Submitted, read_form, same};
use crate::web::pages::message;
use crate::web::{MAX_FORM, Site};

/// Longest form with files, whatever the bounds of single files are: they are read one after another.
pub(crate) const MAX_FILES: usize = 512 << 20;
/// Pieces of a form at most.
pub(crate) const MAX_PIECES: usize = 2_000;

/// A form of an operation, which may bring files.
pub(crate) struct Filled {
    pub(crate) submitted: Submitted,
    /// Files that were not taken, by their field.
    pub(crate) refused: Vec<Refusal>,
}

pub(crate) fn is_multipart(request: &Request) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
    kind.is_some_and(|k| k.trim_start().to_ascii_lowercase().starts_with("multipart/form-data"))
}

/// Reads the form of an operation. Files are taken in as they come, if this person may do the operation, and wait for it; the
/// form then names them as if they had been chosen from a list.
pub(crate) async fn filled(
    site: &Site,
    session: Session,
    operation: Result<&'static Operation, Error>,
    request: Request,
) -> Result<Filled, Response> {
    let (input, refused) = if is_multipart(&request) {
        let operation = operation.map_err(|e| message::failed(site, Some(&session), &e))?;
        match pieces(site, &session, operation, request).await {
            Ok(read) => read,
            Err(error) => return Err(message::failed(site, Some(&session), &error)),
        }
    } else {
        let (parts, body) = request.into_parts();
        let bytes = to_bytes(body, MAX_FORM).await;
        let bytes = bytes.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
        (
            read_form(Request::from_parts(parts, Body::from(bytes))).await?,
            Vec::new(),
        )
    };
    let given = input.get("csrf").and_then(|v| v.first()).map(String::as_str);
    if !given.is_some_and(|g| same(g, &session.csrf)) {
        let error: Error = Refusal::new("refusal-csrf").into();
        return Err(message::failed(site, Some(&session), &error));
    }
    Ok(Filled {
        submitted: Submitted { session, input },
        refused,
    })
}

/// Reads a form in pieces.
async fn pieces(
    site: &Site,
    session: &Session,
    operation: &'static Operation,
    request: Request,
) -> Result<(Input, Vec<Refusal>), Error> {
    if !any_allows(&session.account.roles, operation.right) {
        return Err(Refusal::new("refusal-right").into());
    }
    let broken = || Refusal::new("refusal-file-form");
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| broken())?;
    let actor = session.account.actor();
    let mut input = Input::new();
    let mut refused = Vec::new();
    let (mut number, mut text_bytes, mut files) = (0, 0, 0);
    let mut trusted = false;
    while let Some(piece) = form.next_field().await.map_err(|_| broken())? {
        number += 1;
        let name = piece.name().unwrap_or_default().to_owned();
        let field = operation.fields.iter().find(|f| f.name == name && f.is_file());
        if number > MAX_PIECES || name.contains('\0') {
            return Err(broken().into());
        }
        if let (Some(field), Some(_)) = (field, piece.file_name()) {
            // The secret comes first: a file without it is not even read.
            if !trusted {
                return Err(Refusal::new("refusal-csrf").into());
            }
            files += 1;
            let taken = if files > MAX_AT_ONCE {
                drain(piece).await?;
                Err(Refusal::new("refusal-too-many").into())
            } else {
                take(site, &actor, piece).await
            };
            match taken {
                Ok(Some(id)) => input.entry(name).or_default().push(id),
                Ok(None) => {}
                Err(Error::Refused(refusal)) => refused.push(refusal.field(field.name)),
                Err(error) => return Err(error),
            }
            continue;
        }
        let text = bounded(piece, MAX_FORM.saturating_sub(text_bytes)).await?;
        let text = text
            .and_then(|t| String::from_utf8(t).ok())
            .filter(|t| !t.contains('\0'));
        let text = text.ok_or_else(broken)?;
        text_bytes += text.len();
        if name == "csrf" {
            trusted = same(&text, &session.csrf);
        }
        input.entry(name).or_default().push(text);
    }
    Ok((input, refused))
}

/// Reads a piece that is not longer than this; none if it is.
pub(crate) async fn bounded(mut piece: Piece<'_>, most: usize) -> Result<Option<Vec<u8>>, Error> {
    let mut read = Vec::new();
    let mut whole = true;
    while let Some(chunk) = piece.chunk().await.map_err(|_| Refusal::new("refusal-file-form"))? {
        // What is too long is read to its end all the same: a browser listens only when it has sent everything.
        whole &= read.len() + chunk.len() <= most;
        if whole {
            read.extend_from_slice(&chunk);
        } else {
            read = Vec::new();
        }
    }
    Ok(whole.then_some(read))
}

pub(crate) async fn drain(piece: Piece<'_>) -> Result<(), Error> {
    bounded(piece, 0).await.map(|_| ())
}

/// Takes one file of a form in. None where no file was chosen.
pub(crate) async fn take(site: &Site, actor: &Actor, piece: Piece<'_>) -> Result<Option<String>, Error> {
    let name = piece.file_name().unwrap_or_default().to_owned();
    let most = site.office.limits().file;
    let turn = site.office.upload_turn();
    let content = bounded(piece, if turn.is_ok() { most } else { 0 }).await?;
    if name.is_empty() && content.as_ref().is_none_or(Vec::is_empty) {
        return Ok(None);
    }
    let _turn = turn?;
    let content = content.ok_or_else(|| site.office.limits().too_long())?;
    site.office.take_file(actor, now(), &name, content).await.map(Some)
}

/// A file as an answer: saved, never shown within the page.
pub(crate) fn attachment(site: &Site, file: OpenFile) -> Response {
    let disposition = disposition(&file.name);
    let (kind, size) = (file.media.clone(), file.size);
    let office = std::sync::Arc::clone(&site.office);
    let parts = futures_util::stream::try_unfold((file, office), |(mut file, office)| async move {
        match file.next(&office.db).await {
            Ok(Some(part)) => Ok(Some((part, (file, office)))),
            Ok(None) => Ok(None),
            Err(fault) => {
                office.report(&fault);
                // The answer breaks off; nobody takes what came for the whole file.
                Err(std::io::Error::other("the file could not be read to its end"))
            }
        }
    });
    let mut response = Body::from_stream(parts).into_response();
    let headers = response.headers_mut();
    let kind = HeaderValue::from_str(&kind).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(CONTENT_TYPE, kind);
    headers.insert(CONTENT_LENGTH, HeaderValue::from(size));
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(CONTENT_DISPOSITION, value);
    } else {
        headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    }
    response
}

/// How a browser is told to save a file under its name (RFC 6266).
fn disposition(name: &str) -> String {
    let ending = name.rsplit_once('.').map_or("bin", |(_, e)| e);
    let coded: String = name
        .bytes()
        .map(|b| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(b).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    format!("attachment; filename=\"file.{ending}\"; filename*=UTF-8''{coded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_in_a_header_without_breaking_it() {
        let told = disposition("Đơn \"x\";\r\n.pdf");
        assert!(
            told.is_ascii() && !told.contains('\r') && !told.contains('\n'),
            "{told}"
        );
        assert!(told.starts_with("attachment; filename=\"file.pdf\"; filename*=UTF-8''%C4%90%C6%A1n%20%22x%22%3B"));
    }
}
