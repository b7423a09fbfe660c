//! A list of questions as a file: laid as if its text had been pasted.

use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Redirect, Response};

use crate::error::{Error, Refusal};
use crate::kernel::people::Session;
use crate::kernel::record::{Command, Input};
use crate::kernel::rights::{Right, any_allows};
use crate::office::now;
use crate::web::Site;
use crate::web::frame::{Entry, Frame};
use crate::web::guard::{SignedIn, read_form, same};
use crate::web::pages::form::{self, Ask};
use crate::web::pages::message;

/// Longest file of a list, in bytes: a list is at most 200,000 characters.
const LONGEST: usize = 800_000;
/// Where lists are laid by file.
const PATH: &str = "/checks/lists";
/// The field of the file.
const FILE: &str = "list_file";

/// The page.
pub(crate) async fn page(State(site): State<Site>, SignedIn(session): SignedIn) -> Response {
    show(&site, &session, &[])
}

fn show(site: &Site, session: &Session, refused: &[Refusal]) -> Response {
    let account = &session.account;
    if !any_allows(&account.roles, Right::Control) {
        return message::failed(site, Some(session), &Refusal::new("refusal-right").into());
    }
    let words = site.office.words(account.locale);
    let title = words.get("lists-file");
    let frame = Frame::new(site, Some(session), account.locale, title, "/registers/check-lists");
    let back = Entry {
        href: "/registers/check-lists".to_owned(),
        text: words.get("form-back"),
        current: false,
    };
    let file = Ask {
        name: FILE,
        kind: "file",
        label: words.get("field-list_file"),
        hint: words.get("hint-list_file"),
        value: String::new(),
        options: Vec::new(),
        required: true,
        personal: false,
        open_text: false,
        problem: None,
    };
    let about = words.get("operation-check-lists-lay-about");
    form::plain(frame, PATH.to_owned(), back, about, vec![file], refused)
}

/// A file comes in.
pub(crate) async fn submit(State(site): State<Site>, SignedIn(session): SignedIn, request: Request) -> Response {
    match lay(&site, &session, request).await {
        Ok(card) => Redirect::to(&format!("/registers/check-lists/{card}")).into_response(),
        Err(Failed::Answer(response)) => response,
        Err(Failed::Error(Error::Refused(r))) if !matches!(r.key, "refusal-right" | "refusal-csrf") => {
            // The field of the text is not on this page: what is wrong with it stands above.
            let above: Vec<Refusal> = r.each().into_iter().map(unfielded).collect();
            show(&site, &session, &above)
        }
        Err(Failed::Error(Error::Invalid(all))) => {
            let above: Vec<Refusal> = all.iter().map(unfielded).collect();
            show(&site, &session, &above)
        }
        Err(Failed::Error(error)) => message::failed(&site, Some(&session), &error),
    }
}

fn unfielded(refusal: &Refusal) -> Refusal {
    Refusal {
        field: None,
        and: Vec::new(),
        ..refusal.clone()
    }
}

/// Why a file was not laid.
enum Failed {
    Error(Error),
    Answer(Response),
}

impl From<Refusal> for Failed {
    fn from(refusal: Refusal) -> Self {
        Self::Error(refusal.into())
    }
}

async fn lay(site: &Site, session: &Session, request: Request) -> Result<String, Failed> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let in_pieces = kind.is_some_and(|k| k.to_ascii_lowercase().starts_with("multipart/form-data"));
    let (csrf, file) = if in_pieces {
        pieces(request).await?
    } else {
        let form = read_form(request).await.map_err(Failed::Answer)?;
        let csrf = form.get("csrf").and_then(|v| v.first()).cloned();
        (csrf.unwrap_or_default(), None)
    };
    if !same(&csrf, &session.csrf) {
        return Err(Refusal::new("refusal-csrf").into());
    }
    let bytes = file.filter(|f| !f.is_empty());
    let bytes = bytes.ok_or_else(|| Refusal::new("refusal-required"))?;
    let text = String::from_utf8(bytes).map_err(|_| Refusal::new("refusal-list-encoding"))?;
    let mut input = Input::new();
    input.insert("list_text".to_owned(), vec![text.replace('\t', ";")]);
    let command = Command {
        register: "check-lists",
        operation: "lay",
        card: None,
        version: None,
        input,
    };
    let done = site.office.act(&session.account.actor(), now(), command).await;
    done.map(|d| d.card).map_err(Failed::Error)
}

/// The secret and the file of a form in pieces.
async fn pieces(request: Request) -> Result<(String, Option<Vec<u8>>), Failed> {
    let broken = || Refusal::new("refusal-file-form");
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| broken())?;
    let (mut csrf, mut file) = (String::new(), None);
    while let Some(mut piece) = form.next_field().await.map_err(|_| broken())? {
        let name = piece.name().unwrap_or_default().to_owned();
        let mut read = Vec::new();
        while let Some(chunk) = piece.chunk().await.map_err(|_| broken())? {
            if read.len() + chunk.len() > LONGEST {
                return Err(Refusal::new("refusal-too-long").arg("max", "200000").into());
            }
            read.extend_from_slice(&chunk);
        }
        match name.as_str() {
            "csrf" => csrf = String::from_utf8(read).map_err(|_| broken())?,
            FILE => file = Some(read),
            _ => {}
        }
    }
    Ok((csrf, file))
}
