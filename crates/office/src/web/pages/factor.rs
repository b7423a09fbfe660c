//! The second factor of the own account: turned on, renewed, turned off.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use qrcodegen::{QrCode, QrCodeEcc};
use tutela_words::Locale;

use crate::error::{Error, Refusal};
use crate::kernel::people::Session;
use crate::kernel::people::factor::{FactorState, NewFactor};
use crate::kernel::people::passkey::Made;
use crate::office::now;
use crate::show as shown_as;
use crate::web::Site;
use crate::web::frame::{Frame, refusal_text, render};
use crate::web::guard::{OwnOrigin, SignedIn, Submitted};
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
    passkeys: Passkeys,
}

/// A passkey as a row.
struct Row {
    id: String,
    name: String,
    created: String,
    used: String,
}

/// The passkeys of the account beside the codes of a telephone.
struct Passkeys {
    /// Whether they are shown at all: not while a secret is on the page.
    shown: bool,
    /// Whether the address of the office is one that a passkey can belong to.
    offered: bool,
    /// Whether the body demands a second factor that is missing.
    must: bool,
    /// Whether there is a password to be asked for.
    password: bool,
    /// Whether recovery codes are renewed here, because no telephone is there.
    codes: bool,
    rows: Vec<Row>,
}

async fn passkeys(site: &Site, session: &Session, stage: &Stage, offered: bool) -> Result<Passkeys, Error> {
    let account = &session.account;
    let body = site.office.body(&account.body).await?;
    let zone = body.map_or(jiff::tz::TimeZone::UTC, |b| b.zone);
    let held = site.office.passkeys(account).await?;
    let at = |instant| shown_as::instant(account.locale, instant, &zone);
    let rows: Vec<_> = held
        .into_iter()
        .map(|held| Row {
            created: at(held.created),
            used: held.used.map(at).unwrap_or_default(),
            id: held.id,
            name: held.name,
        })
        .collect();
    Ok(Passkeys {
        shown: matches!(stage, Stage::Off | Stage::On),
        offered,
        // Once a factor is there, the session may be older than it.
        must: session.must_factor && rows.is_empty() && !matches!(stage, Stage::Codes(_)),
        password: session.has_password,
        codes: matches!(stage, Stage::Off) && !rows.is_empty(),
        rows,
    })
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

async fn show(
    site: &Site,
    session: &Session,
    stage: Stage,
    refused: Option<&Refusal>,
    offered: bool,
) -> Result<Response, Error> {
    let locale = session.account.locale;
    let words = site.office.words(locale);
    let frame = Frame::new(site, Some(session), locale, words.get("page-factor"), "/account/factor");
    let status = if refused.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let problem = refused.map(|r| refusal_text(words, r));
    let passkeys = passkeys(site, session, &stage, offered).await?;
    Ok(render(
        status,
        &Factor {
            frame,
            problem,
            stage,
            passkeys,
        },
    ))
}

async fn standing(site: &Site, session: &Session) -> Result<Stage, Error> {
    Ok(match site.office.factor(&session.account.id).await?.0 {
        FactorState::On => Stage::On,
        FactorState::None | FactorState::Pending => Stage::Off,
    })
}

/// The page.
pub(crate) async fn page(
    State(site): State<Site>,
    SignedIn(session): SignedIn,
    OwnOrigin(origin): OwnOrigin,
) -> Response {
    show_standing(&site, &session, None, origin.is_some()).await
}

/// The page as things stand, with what was refused.
async fn show_standing(site: &Site, session: &Session, refused: Option<&Refusal>, offered: bool) -> Response {
    let shown = match standing(site, session).await {
        Ok(stage) => show(site, session, stage, refused, offered).await,
        Err(error) => Err(error),
    };
    shown.unwrap_or_else(|error| message::failed(site, Some(session), &error))
}

/// A step: `begin`, `confirm`, `codes`, `end`.
pub(crate) async fn submit(
    State(site): State<Site>,
    Path(step): Path<String>,
    OwnOrigin(origin): OwnOrigin,
    submitted: Submitted,
) -> Response {
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
    finish(&site, &session, done, step == "confirm", origin.is_some()).await
}

/// What a step leads to: the next stage, the account, or the same page with what was refused.
async fn finish(
    site: &Site,
    session: &Session,
    done: Result<Option<Stage>, Error>,
    begun: bool,
    offered: bool,
) -> Response {
    let refused = match done {
        Ok(Some(stage)) => {
            return show(site, session, stage, None, offered)
                .await
                .unwrap_or_else(|error| message::failed(site, Some(session), &error));
        }
        Ok(None) => return Redirect::to("/account").into_response(),
        Err(error) => match shown(error) {
            Ok(refused) => refused,
            Err(error) => return message::failed(site, Some(session), &error),
        },
    };
    if begun {
        return show(site, session, Stage::Begun(None), refused.first(), offered)
            .await
            .unwrap_or_else(|error| message::failed(site, Some(session), &error));
    }
    show_standing(site, session, refused.first(), offered).await
}

/// What an authenticator is asked for, to make a passkey.
pub(crate) async fn begin_passkey(
    State(site): State<Site>,
    OwnOrigin(origin): OwnOrigin,
    submitted: Submitted,
) -> Response {
    let Submitted { session, input } = submitted;
    let account = &session.account;
    let asked = match &origin {
        Some(origin) => {
            site.office
                .begin_passkey(account, one(&input, "old_password"), origin, now())
                .await
        }
        None => Err(Refusal::new("refusal-passkey-elsewhere").into()),
    };
    options(&site, account.locale, asked)
}

/// A new passkey.
pub(crate) async fn add_passkey(
    State(site): State<Site>,
    OwnOrigin(origin): OwnOrigin,
    submitted: Submitted,
) -> Response {
    let Submitted { session, input } = submitted;
    let made = Made {
        client_data: one(&input, "passkey_client_data"),
        attestation: one(&input, "passkey_attestation"),
    };
    let done = match &origin {
        Some(origin) => {
            site.office
                .add_passkey(&session.account, one(&input, "passkey_name"), made, origin, now())
                .await
        }
        None => Err(Refusal::new("refusal-passkey-elsewhere").into()),
    };
    let done = done.map(|codes| (!codes.is_empty()).then_some(Stage::Codes(codes)));
    finish(&site, &session, done, false, origin.is_some()).await
}

/// A passkey is taken away.
pub(crate) async fn remove_passkey(
    State(site): State<Site>,
    OwnOrigin(origin): OwnOrigin,
    submitted: Submitted,
) -> Response {
    let Submitted { session, input } = submitted;
    let (password, id) = (one(&input, "old_password"), one(&input, "passkey"));
    let done = site.office.remove_passkey(&session.account, password, id, now()).await;
    finish(&site, &session, done.map(|()| None), false, origin.is_some()).await
}

/// A passkey is called otherwise. The page comes again, so that the new name is seen.
pub(crate) async fn rename_passkey(
    State(site): State<Site>,
    OwnOrigin(origin): OwnOrigin,
    submitted: Submitted,
) -> Response {
    let Submitted { session, input } = submitted;
    let (id, name) = (one(&input, "passkey"), one(&input, "passkey_name"));
    match site.office.rename_passkey(&session.account, id, name, now()).await {
        Ok(()) => Redirect::to("/account/factor").into_response(),
        Err(error) => finish(&site, &session, Err(error), false, origin.is_some()).await,
    }
}

/// What an authenticator is asked for, as the script of a page reads it.
pub(crate) fn options(site: &Site, locale: Locale, asked: Result<serde_json::Value, Error>) -> Response {
    let words = site.office.words(locale);
    let problem = match asked {
        Ok(options) => return axum::Json(options).into_response(),
        Err(error) => match shown(error) {
            Ok(refused) => refused.first().map(|r| refusal_text(words, r)).unwrap_or_default(),
            Err(Error::Locked(_)) => words.get("refusal-locked"),
            Err(fault) => {
                site.office.report(&fault);
                words.get("refusal-fault")
            }
        },
    };
    let problem = serde_json::json!({ "problem": problem });
    (StatusCode::UNPROCESSABLE_ENTITY, axum::Json(problem)).into_response()
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
