//! Unlocking the vault: the first page of a day on which no key file opens it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::error::{Error, Refusal};
use crate::kernel::field::{Field, Kind};
use crate::kernel::people::Session;
use crate::kernel::record::Input;
use crate::office::now;
use crate::web::Site;
use crate::web::frame::{Entry, Frame};
use crate::web::guard::{SignedIn, Submitted};
use crate::web::pages::plain::{asks, one, shown};
use crate::web::pages::{form, message};

const BODY: Field = Field::new("unlock_body", Kind::Line).required();
const PASSPHRASE: Field = Field::new("vault_password", Kind::Line).required();

async fn show(site: &Site, session: &Session, given: &Input, refused: &[Refusal]) -> Result<Response, Error> {
    let account = &session.account;
    let words = site.office.words(account.locale);
    let bodies = site.office.unlockable(&account.actor()).await?;
    if bodies.is_empty() {
        if site.office.keys.of(&account.body).is_ok() {
            return Ok(Redirect::to("/").into_response());
        }
        // Somebody else must do it.
        let mut response = message::failed(site, Some(session), &Error::Locked(account.body.clone()));
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        return Ok(response);
    }
    let mut input = given.clone();
    if let Some(first) = bodies.first() {
        input
            .entry(BODY.name.to_owned())
            .or_insert_with(|| vec![first.id.clone()]);
    }
    let mut asks = asks(words, &[BODY, PASSPHRASE], &input, refused, |field| {
        if field.name == BODY.name {
            bodies.iter().map(|b| (b.id.clone(), b.name.clone())).collect()
        } else {
            Vec::new()
        }
    });
    for ask in asks.iter_mut().filter(|a| a.name == BODY.name) {
        ask.kind = "one";
    }
    let frame = Frame::new(site, Some(session), account.locale, words.get("page-unlock"), "/unlock");
    let back = Entry {
        href: "/account".to_owned(),
        text: words.get("form-back"),
        current: false,
    };
    let about = words.get("page-unlock-about");
    Ok(form::plain(frame, "/unlock".to_owned(), back, about, asks, refused))
}

/// The page.
pub(crate) async fn page(State(site): State<Site>, SignedIn(session): SignedIn) -> Response {
    show(&site, &session, &Input::new(), &[])
        .await
        .unwrap_or_else(|error| message::failed(&site, Some(&session), &error))
}

/// A passphrase.
pub(crate) async fn submit(State(site): State<Site>, submitted: Submitted) -> Response {
    let Submitted { session, input } = submitted;
    let done = site
        .office
        .unlock_by_passphrase(
            &session.account.actor(),
            now(),
            one(&input, BODY.name),
            one(&input, PASSPHRASE.name),
        )
        .await;
    let answer = match done {
        Ok(()) => Ok(Redirect::to("/").into_response()),
        Err(error) => match shown(error) {
            Ok(refused) => show(&site, &session, &input, &refused).await,
            Err(error) => Err(error),
        },
    };
    answer.unwrap_or_else(|error| message::failed(&site, Some(&session), &error))
}
