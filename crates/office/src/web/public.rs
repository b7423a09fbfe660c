//! What the public pages stand on: a form from our own page, of somebody who does not send too many, without a session.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::to_bytes;
use axum::extract::{ConnectInfo, FromRequest, Multipart, Request};
use axum::http::header::{COOKIE, HeaderMap, SET_COOKIE};
use axum::http::{Extensions, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tutela_words::Locale;

use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::public::Sent;
use crate::kernel::record::Input;
use crate::office::now;
use crate::web::files::{bounded, drain, is_multipart};
use crate::web::guard::{Secure, read_form, same};
use crate::web::limit::Limit;
use crate::web::pages::message;
use crate::web::sign_in::asked_language;
use crate::web::{Client, Site};

/// Longest form, in bytes, without its files.
pub(crate) const MAX_FORM: usize = 64 << 10;
/// Longest form with its files.
pub(crate) const MAX_SENT: usize = 16 << 20;
/// Pieces of a form with files at most.
const MAX_PIECES: usize = 40;
/// Files of one form at most.
const MAX_FILES: usize = 5;
/// Bytes of one file at most, if the office takes no less.
const MAX_FILE: usize = 10 << 20;
/// How long a form with files may take to come: whoever sends slowly holds a turn.
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(Debug, Deserialize)]
pub(crate) struct Language {
    language: Option<String>,
}

impl Language {
    /// The language that the address names, else what the browser asks for.
    pub(crate) fn locale(&self, headers: &HeaderMap) -> Locale {
        let chosen = self.language.as_deref().and_then(Locale::from_code);
        chosen.unwrap_or_else(|| asked_language(headers))
    }
}

/// A public page of bodies.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    pub(crate) site: Site,
    /// Its address.
    pub(crate) at: &'static str,
}

/// A form from our own page, of somebody who does not send too many.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) body: Body,
    pub(crate) locale: Locale,
    pub(crate) token: String,
    pub(crate) input: Input,
    pub(crate) files: Vec<Sent>,
    /// The turn to have them in memory, held as long as they are.
    pub(crate) turn: Option<OwnedSemaphorePermit>,
}

impl Form {
    pub(crate) fn one(&self, name: &str) -> &str {
        one(&self.input, name)
    }
}

/// What is done with a form that is not taken.
#[derive(Debug)]
pub(crate) enum Away {
    /// There is nothing to show it on.
    Answer(Response),
    /// The page is shown again, with what was given.
    Again(Box<Again>),
}

/// A form that is shown again. Its page gets a new secret.
#[derive(Debug)]
pub(crate) struct Again {
    pub(crate) body: Body,
    pub(crate) locale: Locale,
    pub(crate) token: String,
    pub(crate) status: StatusCode,
    pub(crate) input: Input,
    pub(crate) refusal: Refusal,
}

/// Which files a form may bring, how often, and how many at once. The turns are those of the public page alone: nobody from
/// outside takes them from officers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Uploads<'a> {
    pub(crate) fields: &'a [&'static str],
    pub(crate) limit: &'a Limit,
    pub(crate) turns: &'a Arc<Semaphore>,
}

fn one<'a>(input: &'a Input, name: &str) -> &'a str {
    input.get(name).and_then(|v| v.first()).map_or("", String::as_str)
}

/// A public page is open unless the body has closed it.
fn is_open(body: &Body) -> bool {
    body.detail("public_page") != "off"
}

/// What was read of a form so far.
#[derive(Default)]
struct Read {
    input: Input,
    files: Vec<Sent>,
    turn: Option<OwnedSemaphorePermit>,
    refused: Option<(StatusCode, Refusal)>,
    /// Whether the limit was asked already.
    counted: bool,
}

impl Door {
    /// The bodies whose page is open.
    pub(crate) async fn bodies(&self) -> Result<Vec<Body>, Error> {
        let mut connection = self.site.office.db.read().acquire().await?;
        let mut bodies = Body::all(&mut connection).await?;
        bodies.retain(is_open);
        Ok(bodies)
    }

    /// A body whose page is open.
    pub(crate) async fn body(&self, id: &str) -> Result<Body, Error> {
        let body = self.site.office.body(id).await?.filter(is_open);
        body.ok_or_else(|| Refusal::new("refusal-no-page").into())
    }

    /// Which body is meant: addresses and names. With one body there is no choice, and the answer leads on.
    pub(crate) async fn choice(&self, locale: Locale) -> Result<Vec<(String, String)>, Response> {
        let bodies = self.bodies().await.map_err(|e| self.fault(locale, &e))?;
        let href = |body: &Body| format!("{}/{}?language={}", self.at, body.id, locale.code());
        if let [body] = bodies.as_slice() {
            return Err(Redirect::to(&href(body)).into_response());
        }
        Ok(bodies.into_iter().map(|b| (href(&b), b.name)).collect())
    }

    /// The body of a page that is asked for, and the secret of its forms.
    pub(crate) async fn enter(
        &self,
        id: &str,
        locale: Locale,
        headers: &HeaderMap,
    ) -> Result<(Body, String), Response> {
        let body = self.body(id).await;
        let token = cookie(headers, self.site.secure).map_or_else(new_token, Ok);
        body.and_then(|body| Ok((body, token?)))
            .map_err(|e| self.fault(locale, &e))
    }

    /// Faults are told without anything about what was sent.
    pub(crate) fn fault(&self, locale: Locale, error: &Error) -> Response {
        message::told(&self.site, locale, error)
    }

    /// Reads a form.
    pub(crate) async fn read(
        &self,
        id: &str,
        request: Request,
        limit: &Limit,
        uploads: Option<Uploads<'_>>,
    ) -> Result<Form, Away> {
        let headers = request.headers().clone();
        let from = address(request.extensions());
        let token = cookie(&headers, self.site.secure).unwrap_or_default();
        let locale = asked_language(&headers);
        let mut read = match uploads {
            Some(uploads) if is_multipart(&request) => {
                // A body that is not there takes no files.
                self.body(id).await.map_err(|e| Away::Answer(self.fault(locale, &e)))?;
                let pieces = self.pieces(request, (&token, from, limit), uploads);
                let read = match tokio::time::timeout(PATIENCE, pieces).await {
                    Ok(read) => read,
                    Err(_) => return Err(Away::Answer(StatusCode::REQUEST_TIMEOUT.into_response())),
                };
                read.map_err(|e| Away::Answer(self.fault(locale, &e)))?
            }
            _ => Read {
                input: short_form(request).await.map_err(Away::Answer)?,
                ..Read::default()
            },
        };
        let locale = Locale::from_code(one(&read.input, "language")).unwrap_or(locale);
        let body = self.body(id).await.map_err(|e| Away::Answer(self.fault(locale, &e)))?;
        let refused = if token.is_empty() || !same(one(&read.input, "token"), &token) {
            // The secret in the form must be the one in the cookie, which no other site can read or set.
            Some((StatusCode::FORBIDDEN, Refusal::new("refusal-ask-form")))
        } else if read.refused.is_some() {
            read.refused.take()
        } else if !read.counted && !limit.take(from, now()) {
            Some((StatusCode::TOO_MANY_REQUESTS, Refusal::new("refusal-ask-many")))
        } else if !one(&read.input, "website").is_empty() {
            // A field that no person sees: only a program fills it in.
            Some((StatusCode::UNPROCESSABLE_ENTITY, Refusal::new("refusal-ask-form")))
        } else {
            None
        };
        if let Some((status, refusal)) = refused {
            return Err(Away::Again(Box::new(Again {
                body,
                locale,
                token: new_token().unwrap_or_default(),
                status,
                input: read.input,
                refusal,
            })));
        }
        Ok(Form {
            body,
            locale,
            token,
            input: read.input,
            files: read.files,
            turn: read.turn,
        })
    }

    /// Reads a form with files. The secret comes first and the limits are asked before a file is read: what is refused is
    /// read to its end, since a browser listens only then, but not kept.
    async fn pieces(
        &self,
        request: Request,
        (token, from, limit): (&str, Option<IpAddr>, &Limit),
        uploads: Uploads<'_>,
    ) -> Result<Read, Error> {
        let broken = || Refusal::new("refusal-file-form");
        let mut form = Multipart::from_request(request, &()).await.map_err(|_| broken())?;
        let mut read = Read::default();
        let (mut number, mut text_bytes) = (0, 0);
        while let Some(piece) = form.next_field().await.map_err(|_| broken())? {
            number += 1;
            let name = piece.name().unwrap_or_default().to_owned();
            if number > MAX_PIECES || name.contains('\0') {
                return Err(broken().into());
            }
            if piece.file_name().is_none() {
                let text = bounded(piece, MAX_FORM.saturating_sub(text_bytes)).await?;
                let text = text
                    .and_then(|t| String::from_utf8(t).ok())
                    .filter(|t| !t.contains('\0'));
                let text = text.ok_or_else(broken)?;
                text_bytes += text.len();
                read.input.entry(name).or_default().push(text);
                continue;
            }
            let called = piece.file_name().unwrap_or_default().to_owned();
            let field = uploads.fields.iter().copied().find(|f| *f == name);
            let trusted = !token.is_empty() && same(one(&read.input, "token"), token);
            let (Some(field), true) = (field, trusted) else {
                drain(piece).await?;
                read.refused = Some((StatusCode::FORBIDDEN, Refusal::new("refusal-ask-form")));
                continue;
            };
            if called.is_empty() {
                // No file was chosen here.
                drain(piece).await?;
                continue;
            }
            // One turn for the whole form: its files are in memory together.
            if read.refused.is_none() && read.turn.is_none() {
                let allowed = limit.take(from, now()) && uploads.limit.take(from, now());
                read.counted = true;
                if allowed {
                    match Arc::clone(uploads.turns).try_acquire_owned() {
                        Ok(turn) => read.turn = Some(turn),
                        Err(_) => {
                            let busy = Refusal::new("refusal-files-busy");
                            read.refused = Some((StatusCode::SERVICE_UNAVAILABLE, busy));
                        }
                    }
                } else {
                    read.refused = Some((StatusCode::TOO_MANY_REQUESTS, Refusal::new("refusal-ask-many")));
                }
            }
            if read.refused.is_none() && read.files.len() >= MAX_FILES {
                let many = Refusal::new("refusal-ask-files").arg("max", MAX_FILES.to_string());
                read.refused = Some((StatusCode::UNPROCESSABLE_ENTITY, many.field(field)));
            }
            if read.refused.is_some() {
                drain(piece).await?;
                continue;
            }
            let most = MAX_FILE.min(self.site.office.limits().file);
            match bounded(piece, most).await? {
                Some(content) => read.files.push(Sent {
                    field,
                    name: called,
                    content,
                }),
                None => {
                    let long = Refusal::new("refusal-file-size").arg("max", (most >> 20).to_string());
                    read.refused = Some((StatusCode::UNPROCESSABLE_ENTITY, long.field(field)));
                }
            }
        }
        if read.refused.is_some() {
            read.files.clear();
        }
        Ok(read)
    }
}

/// A form without files, which is short.
async fn short_form(request: Request) -> Result<Input, Response> {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, MAX_FORM).await;
    let bytes = bytes.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
    read_form(Request::from_parts(parts, bytes.into())).await
}

/// What an act answers: what was refused of the fields of the form is said on the page, anything else is a fault.
pub(crate) fn refusals(error: Error) -> Result<Vec<Refusal>, Error> {
    match error {
        Error::Invalid(refused) => Ok(refused),
        Error::Refused(refusal) => Ok(vec![refusal]),
        error => Err(error),
    }
}

/// From where a request comes: what the server in front says, if it is trusted, else the other end of the connection. A
/// connection from this machine is a server in front that says nothing: its address is nobody's.
fn address(extensions: &Extensions) -> Option<IpAddr> {
    if let Some(Client(address)) = extensions.get::<Client>() {
        return Some(*address);
    }
    let ConnectInfo(socket) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    Some(socket.ip()).filter(|a| !a.to_canonical().is_loopback())
}

fn cookie_name(secure: Secure) -> &'static str {
    match secure {
        Secure::Local => "tutela-ask",
        Secure::Tls => "__Host-tutela-ask",
    }
}

/// An answer that sets the secret.
pub(crate) fn with_secret(secure: Secure, token: &str, page: Response) -> Response {
    let tls = if secure == Secure::Tls { "; Secure" } else { "" };
    let cookie = format!(
        "{}={token}; Path=/; HttpOnly; SameSite=Strict{tls}",
        cookie_name(secure)
    );
    ([(SET_COOKIE, cookie)], page).into_response()
}

/// The secret in the cookie, if it is one of ours.
fn cookie(headers: &HeaderMap, secure: Secure) -> Option<String> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|v| v.to_str().ok());
    let mut pairs = cookies
        .flat_map(|c| c.split(';'))
        .filter_map(|c| c.trim().split_once('='));
    let (_, token) = pairs.find(|(name, _)| *name == cookie_name(secure))?;
    let sound = token.len() == 32 && token.bytes().all(|b| b.is_ascii_hexdigit());
    sound.then(|| token.to_owned())
}

fn new_token() -> Result<String, Error> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|e| Error::Installation(format!("the system gives no random numbers: {e}")))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}
