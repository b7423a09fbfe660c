//! Search for a person: by the words of a name, or a number. What is asked never stands in an address.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::error::{Error, Refusal};
use crate::kernel::people::Session;
use crate::kernel::rights::{Right, any_allows};
use crate::web::Site;
use crate::web::frame::{Frame, refusal_text, render};
use crate::web::guard::{SignedIn, Submitted};
use crate::web::pages::list::{Row, rows};
use crate::web::pages::message;

#[derive(Template)]
#[template(path = "search.html")]
struct Search<'a> {
    frame: Frame<'a>,
    query: String,
    asked: bool,
    problem: Option<String>,
    found: Vec<(String, Vec<Row>)>,
}

/// The empty page.
pub(crate) async fn page(State(site): State<Site>, SignedIn(session): SignedIn) -> Response {
    if !any_allows(&session.account.roles, Right::SearchPersons) {
        return message::failed(&site, Some(&session), &Refusal::new("refusal-right").into());
    }
    show(&site, &session, String::new(), false, None, Vec::new())
}

/// A search.
pub(crate) async fn submit(State(site): State<Site>, submitted: Submitted) -> Response {
    let session = &submitted.session;
    let query = submitted
        .input
        .get("q")
        .and_then(|v| v.first())
        .cloned()
        .unwrap_or_default();
    match find(&site, session, &query).await {
        Ok(found) => show(&site, session, query, true, None, found),
        Err(Error::Refused(refusal)) if refusal.field.is_some() => {
            let problem = refusal_text(site.office.words(session.account.locale), &refusal);
            show(&site, session, query, false, Some(problem), Vec::new())
        }
        Err(error) => message::failed(&site, Some(session), &error),
    }
}

async fn find(site: &Site, session: &Session, query: &str) -> Result<Vec<(String, Vec<Row>)>, Error> {
    let listed = site.office.search(&session.account.actor(), query).await?;
    let words = site.office.words(session.account.locale);
    let mut found = Vec::new();
    for register in site.office.registers() {
        let own: Vec<_> = listed
            .iter()
            .filter(|l| l.card.register == register.name)
            .cloned()
            .collect();
        if !own.is_empty() {
            let title = words.get(&format!("register-{}", register.name));
            found.push((title, rows(site, session, register, own).await?));
        }
    }
    Ok(found)
}

fn show(
    site: &Site,
    session: &Session,
    query: String,
    asked: bool,
    problem: Option<String>,
    found: Vec<(String, Vec<Row>)>,
) -> Response {
    let locale = session.account.locale;
    let title = site.office.words(locale).get("page-search");
    let frame = Frame::new(site, Some(session), locale, title, "/search");
    render(
        StatusCode::OK,
        &Search {
            frame,
            query,
            asked,
            problem,
            found,
        },
    )
}
