//! Pages that say why there is no other: what happened and what to do.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use tutela_words::{Arg, Locale};

use crate::error::{Error, Refusal};
use crate::kernel::people::Session;
use crate::web::Site;
use crate::web::frame::{Frame, refusal_text, render};
use crate::web::guard::Visitor;
use crate::web::sign_in::asked_language;

#[derive(Template)]
#[template(path = "message.html")]
struct Message<'a> {
    frame: Frame<'a>,
    text: String,
}

fn show(site: &Site, session: Option<&Session>, locale: Locale, status: StatusCode, text: String) -> Response {
    let title = site.office.words(locale).get("page-message");
    let frame = Frame::new(site, session, locale, title, "");
    render(status, &Message { frame, text })
}

/// What a failed act answers. Faults of the machine are told to the log without personal data, and to the user in one line.
pub(crate) fn failed(site: &Site, session: Option<&Session>, error: &Error) -> Response {
    tell(site, session, session.map_or(Locale::En, |s| s.account.locale), error)
}

/// The same for somebody who is not signed in, in the language that was asked for.
pub(crate) fn told(site: &Site, locale: Locale, error: &Error) -> Response {
    tell(site, None, locale, error)
}

fn tell(site: &Site, session: Option<&Session>, locale: Locale, error: &Error) -> Response {
    let words = site.office.words(locale);
    match error {
        Error::Refused(refusal) => {
            let status = match refusal.key {
                "refusal-no-page" | "refusal-no-card" => StatusCode::NOT_FOUND,
                "refusal-right" | "refusal-csrf" => StatusCode::FORBIDDEN,
                "refusal-changed" => StatusCode::CONFLICT,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            show(site, session, locale, status, refusal_text(words, refusal))
        }
        Error::Invalid(all) => {
            let texts: Vec<_> = all.iter().map(|r| refusal_text(words, r)).collect();
            show(
                site,
                session,
                locale,
                StatusCode::UNPROCESSABLE_ENTITY,
                texts.join("\n"),
            )
        }
        Error::Locked(_) => show(
            site,
            session,
            locale,
            StatusCode::SERVICE_UNAVAILABLE,
            words.get("refusal-locked"),
        ),
        fault => {
            site.office.report(fault);
            let status = match fault {
                Error::Busy => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            };
            show(site, session, locale, status, words.get(fault_text(fault)))
        }
    }
}

/// An act was done in a register that whoever did it may not read.
pub(crate) fn taken_in(site: &Site, session: &Session, number: &str) -> Response {
    let locale = session.account.locale;
    let text = site
        .office
        .words(locale)
        .with("message-taken-in", &[("number", Arg::Text(number))]);
    show(site, Some(session), locale, StatusCode::OK, text)
}

/// There is no such page.
pub(crate) async fn not_found(State(site): State<Site>, Visitor(session): Visitor, headers: HeaderMap) -> Response {
    if let Some(session) = &session {
        return failed(&site, Some(session), &Refusal::new("refusal-no-page").into());
    }
    let locale = asked_language(&headers);
    let text = site.office.words(locale).get("refusal-no-page");
    show(&site, None, locale, StatusCode::NOT_FOUND, text)
}

/// What a user reads of a fault of the machine; the log has the rest.
fn fault_text(fault: &Error) -> &'static str {
    match fault {
        Error::Busy => "refusal-busy-office",
        Error::Full(_) => "refusal-full",
        Error::Corrupt(_) => "refusal-corrupt",
        _ => "refusal-fault",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_a_text_in_every_language() {
        let broken = || sqlx::Error::PoolClosed;
        for fault in [
            Error::from(sqlx::Error::PoolTimedOut),
            Error::Full(broken()),
            Error::Corrupt(broken()),
            Error::Database(broken()),
        ] {
            for words in Locale::ALL.map(tutela_words::Words::new) {
                assert!(words.has(fault_text(&fault)), "{fault}");
            }
        }
    }
}
