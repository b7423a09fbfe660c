//! Whether consents exist for the people processed: activities that rest on consent alone, with counts.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::error::Error;
use crate::kernel::people::Session;
use crate::registers::ConsentCount;
use crate::web::Site;
use crate::web::frame::{Entry, Frame, render};
use crate::web::guard::SignedIn;
use crate::web::pages::{list, message};

#[derive(Template)]
#[template(path = "check.html")]
struct Check<'a> {
    frame: Frame<'a>,
    lines: Vec<(Entry, ConsentCount)>,
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
    let checks = site.office.consent_check(&account.actor()).await?;
    let lines = checks.into_iter().map(|check| {
        let entry = Entry {
            href: format!("/registers/{}/{}", check.activity.register, check.activity.id),
            text: list::title(site, session, &check.activity),
            current: false,
        };
        (entry, check.count)
    });
    let lines = lines.collect();
    let title = site.office.words(account.locale).get("check-title");
    let frame = Frame::new(site, Some(session), account.locale, title, "/consents/check");
    Ok(render(StatusCode::OK, &Check { frame, lines }))
}
