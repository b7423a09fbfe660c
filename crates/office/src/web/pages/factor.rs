//! The second factor of the own account: turned on, renewed, turned off.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use qrcodegen::{QrCode, QrCodeEcc};

use crate::error::{Error, Refusal};
use crate::kernel::people::Session;
use crate::kernel::people::factor::{FactorState, NewFactor};
use crate::office::now;
use crate::web::Site;
use crate::web::frame::{Frame, refusal_text, render};
use crate::web::guard::{SignedIn, Submitted};
use crate::web::pages::message;
use crate::web::pages::plain::{one, shown};

/// Modules of the empty border that a reader needs.
const QUIET: i32 = 4;

/// What the page shows.
enum Stage {
    /// Nothing is on: the password begins it.
    Off,
    /// A secret, shown once; a code must come back. Without the picture after a wrong code.
    Begun(Option<Shown>),
    /// It is on.
    On,
    /// Recovery codes, shown once.
    Codes(Vec<String>),
}

/// A secret as it is shown.
struct Shown {
    secret: String,
    link: String,
    side: i32,
    path: String,
}

#[derive(Template)]
#[template(path = "factor.html")]
struct Factor<'a> {
    frame: Frame<'a>,
    problem: Option<String>,
    stage: Stage,
}

/// A code in two dimensions as the path of a picture: one square for each dark module. Nothing where the text is too long.
fn picture(text: &str) -> Option<(i32, String)> {
    use std::fmt::Write;
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET).ok()?;
        }
    }
    Some((code.size() + 2 * QUIET, path))
}

fn shown_secret(new: NewFactor) -> Shown {
    let (side, path) = picture(&new.link).unwrap_or_default();
    Shown {
        secret: new.secret,
        link: new.link,
        side,
        path,
    }
}

fn show(site: &Site, session: &Session, stage: Stage, refused: Option<&Refusal>) -> Response {
    let locale = session.account.locale;
    let words = site.office.words(locale);
    let frame = Frame::new(site, Some(session), locale, words.get("page-factor"), "/account/factor");
    let status = if refused.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let problem = refused.map(|r| refusal_text(words, r));
    render(status, &Factor { frame, problem, stage })
}

async fn standing(site: &Site, session: &Session) -> Result<Stage, Error> {
    Ok(match site.office.factor(&session.account.id).await?.0 {
        FactorState::On => Stage::On,
        FactorState::None | FactorState::Pending => Stage::Off,
    })
}

/// The page.
pub(crate) async fn page(State(site): State<Site>, SignedIn(session): SignedIn) -> Response {
    match standing(&site, &session).await {
        Ok(stage) => show(&site, &session, stage, None),
        Err(error) => message::failed(&site, Some(&session), &error),
    }
}

/// A step: `begin`, `confirm`, `codes`, `end`.
pub(crate) async fn submit(State(site): State<Site>, Path(step): Path<String>, submitted: Submitted) -> Response {
    let Submitted { session, input } = submitted;
    let account = &session.account;
    let password = one(&input, "old_password");
    let done = match step.as_str() {
        "begin" => site
            .office
            .begin_factor(account, password, now())
            .await
            .map(|new| Some(Stage::Begun(Some(shown_secret(new))))),
        "confirm" => site
            .office
            .confirm_factor(account, one(&input, "factor_code"), now())
            .await
            .map(|c| Some(Stage::Codes(c))),
        "codes" => site
            .office
            .renew_codes(account, password, now())
            .await
            .map(|c| Some(Stage::Codes(c))),
        "end" => site.office.end_factor(account, password, now()).await.map(|()| None),
        _ => Err(Refusal::new("refusal-no-page").into()),
    };
    let refused = match done {
        Ok(Some(stage)) => return show(&site, &session, stage, None),
        Ok(None) => return Redirect::to("/account").into_response(),
        Err(error) => match shown(error) {
            Ok(refused) => refused,
            Err(error) => return message::failed(&site, Some(&session), &error),
        },
    };
    let stage = if step == "confirm" {
        Ok(Stage::Begun(None))
    } else {
        standing(&site, &session).await
    };
    match stage {
        Ok(stage) => show(&site, &session, stage, refused.first()),
        Err(error) => message::failed(&site, Some(&session), &error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_drawn_with_its_border() {
        let (side, path) = picture("otpauth://totp/Tutela:anna?secret=MZXW6YTBOI&issuer=Tutela").unwrap();
        assert!(side >= 21 + 2 * QUIET);
        // The finder pattern begins at the border.
        assert!(path.starts_with("M4 4h1v1h-1z"));
        assert!(picture(&"x".repeat(5000)).is_none());
    }
}
