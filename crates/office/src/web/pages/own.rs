//! The own account: who one is here, the password, the sessions.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::error::{Error, Refusal};
use crate::kernel::people::Session;
use crate::kernel::people::factor::FactorState;
use crate::kernel::record::Input;
use crate::office::now;
use crate::show;
use crate::web::Site;
use crate::web::frame::{Entry, Frame, render};
use crate::web::guard::{SignedIn, Submitted};
use crate::web::pages::plain::{OLD_PASSWORD, PASSWORD, PASSWORD_AGAIN, asks, one, shown};
use crate::web::pages::{form, message};

/// A session as a row.
struct Row {
    stored: String,
    client: String,
    began: String,
    seen: String,
    own: bool,
}

#[derive(Template)]
#[template(path = "own.html")]
struct Own<'a> {
    frame: Frame<'a>,
    lines: Vec<(String, String)>,
    sessions: Vec<Row>,
}

/// The page.
pub(crate) async fn page(State(site): State<Site>, SignedIn(session): SignedIn) -> Response {
    match build(&site, &session).await {
        Ok(response) => response,
        Err(error) => message::failed(&site, Some(&session), &error),
    }
}

async fn build(site: &Site, session: &Session) -> Result<Response, Error> {
    let account = &session.account;
    let words = site.office.words(account.locale);
    let body = site
        .office
        .body(&account.body)
        .await?
        .ok_or_else(|| Refusal::new("refusal-no-page"))?;
    let (factor, codes) = site.office.factor(&account.id).await?;
    let roles: Vec<_> = account
        .roles
        .iter()
        .map(|r| words.get(&format!("role-{}", r.as_str())))
        .collect();
    let factor = match factor {
        FactorState::On => format!(
            "{} ({}: {codes})",
            words.get("factor-on"),
            words.get("factor-codes-left")
        ),
        FactorState::None | FactorState::Pending => words.get("factor-off"),
    };
    let lines = vec![
        (words.get("field-account_display"), account.display.clone()),
        (words.get("field-login"), account.login.clone()),
        (
            words.get("field-account_roles"),
            roles.join(&words.get("list-separator")),
        ),
        (words.get("field-account_body"), body.name.clone()),
        (words.get("page-factor"), factor),
    ];
    let held = site.office.sessions(&account.id, now()).await?;
    let sessions = held
        .into_iter()
        .map(|s| Row {
            own: s.stored == session.stored,
            client: if s.client.is_empty() {
                words.get("session-unknown")
            } else {
                s.client
            },
            began: show::instant(account.locale, s.created, &body.zone),
            seen: show::instant(account.locale, s.seen, &body.zone),
            stored: s.stored,
        })
        .collect();
    let frame = Frame::new(
        site,
        Some(session),
        account.locale,
        words.get("page-account"),
        "/account",
    );
    Ok(render(StatusCode::OK, &Own { frame, lines, sessions }))
}

fn show_password(site: &Site, session: &Session, refused: &[Refusal]) -> Response {
    let words = site.office.words(session.account.locale);
    let mut fields = vec![PASSWORD, PASSWORD_AGAIN];
    if session.has_password && !session.must_change {
        fields.insert(0, OLD_PASSWORD);
    }
    let about = if session.must_change {
        words.get("page-password-must")
    } else {
        words.get("page-password-about")
    };
    let asks = asks(words, &fields, &Input::new(), refused, |_| Vec::new());
    let back = Entry {
        href: "/account".to_owned(),
        text: words.get("form-back"),
        current: false,
    };
    let frame = Frame::new(
        site,
        Some(session),
        session.account.locale,
        words.get("page-password"),
        "/account/password",
    );
    form::plain(frame, "/account/password".to_owned(), back, about, asks, refused)
}

/// The form for a new password.
pub(crate) async fn password(State(site): State<Site>, SignedIn(session): SignedIn) -> Response {
    show_password(&site, &session, &[])
}

/// A new password.
pub(crate) async fn submit_password(State(site): State<Site>, submitted: Submitted) -> Response {
    let Submitted { session, input } = submitted;
    let (old, new) = (one(&input, "old_password"), one(&input, "password"));
    if new != one(&input, "password_again") {
        let refusal = Refusal::new("refusal-password-again").field("password_again");
        return show_password(&site, &session, &[refusal]);
    }
    match site.office.change_password(&session, old, new, now()).await {
        Ok(()) => Redirect::to("/").into_response(),
        Err(error) => match shown(error) {
            Ok(refused) => show_password(&site, &session, &refused),
            Err(error) => message::failed(&site, Some(&session), &error),
        },
    }
}

/// Ends one session.
pub(crate) async fn end_session(State(site): State<Site>, submitted: Submitted) -> Response {
    let stored = one(&submitted.input, "session");
    match site.office.end_session(&submitted.session.account.id, stored).await {
        Ok(()) => Redirect::to("/account").into_response(),
        Err(error) => message::failed(&site, Some(&submitted.session), &error),
    }
}

/// Ends every other session.
pub(crate) async fn end_sessions(State(site): State<Site>, submitted: Submitted) -> Response {
    match site.office.end_other_sessions(&submitted.session, now()).await {
        Ok(()) => Redirect::to("/account").into_response(),
        Err(error) => message::failed(&site, Some(&submitted.session), &error),
    }
}
