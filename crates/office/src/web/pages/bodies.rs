//! The body and those below it: for whoever keeps the installation.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use tutela_words::{Locale, Words};

use crate::error::{Error, Refusal};
use crate::kernel::body::keep::{self, ZONE};
use crate::kernel::body::{Body, ZONES};
use crate::kernel::field::{Field, Kind};
use crate::kernel::people::Session;
use crate::kernel::record::Input;
use crate::office::now;
use crate::web::Site;
use crate::web::frame::{Entry, Frame, native_name, render};
use crate::web::guard::{SignedIn, Submitted};
use crate::web::pages::form::Ask;
use crate::web::pages::plain::{asks, one, shown};
use crate::web::pages::{form, message};

const ABOVE: Field = Field::new("body_above", Kind::Line).required();

/// A body in the tree.
struct Row {
    href: String,
    name: String,
    depth: usize,
    country: String,
    zone: String,
    key: String,
}

#[derive(Template)]
#[template(path = "bodies.html")]
struct Tree<'a> {
    frame: Frame<'a>,
    rows: Vec<Row>,
}

/// How deep each body lies below the first, and in which order a tree is read: each before those below it.
fn in_order(bodies: &[Body]) -> Vec<(usize, &Body)> {
    let mut order = Vec::with_capacity(bodies.len());
    let mut open: Vec<(usize, &Body)> = bodies.first().map(|b| (0, b)).into_iter().collect();
    while let Some((depth, body)) = open.pop() {
        order.push((depth, body));
        let below = bodies.iter().filter(|b| b.parent.as_deref() == Some(body.id.as_str()));
        open.extend(below.rev().map(|b| (depth + 1, b)));
    }
    order
}

/// The tree.
pub(crate) async fn page(State(site): State<Site>, SignedIn(session): SignedIn) -> Response {
    let account = &session.account;
    match site.office.kept_bodies(&account.actor()).await {
        Ok(bodies) => {
            let words = site.office.words(account.locale);
            let rows = in_order(&bodies)
                .into_iter()
                .map(|(depth, body)| Row {
                    href: format!("/bodies/{}", body.id),
                    name: body.name.clone(),
                    depth: depth.min(6),
                    country: words.get(&format!("country-{}", body.country.code())),
                    zone: body.zone_name.clone(),
                    key: words.get(if site.office.keys.of(&body.id).is_ok() {
                        "body-unlocked"
                    } else {
                        "body-locked"
                    }),
                })
                .collect();
            let frame = Frame::new(
                &site,
                Some(&session),
                account.locale,
                words.get("page-bodies"),
                "/bodies",
            );
            render(StatusCode::OK, &Tree { frame, rows })
        }
        Err(error) => message::failed(&site, Some(&session), &error),
    }
}

/// Options of fields of a body: time zones as they are called, languages in their own words, countries by name.
pub(crate) fn body_options(words: &Words, field: &Field) -> Vec<(String, String)> {
    match (field.name, field.kind) {
        ("body_zone", _) => ZONES.iter().map(|z| ((*z).to_owned(), (*z).to_owned())).collect(),
        ("body_language", _) => Locale::ALL
            .map(|l| (l.code().to_owned(), native_name(l).to_owned()))
            .into(),
        ("body_country", Kind::Choice(all)) => all
            .iter()
            .map(|c| ((*c).to_owned(), words.get(&format!("country-{c}"))))
            .collect(),
        _ => Vec::new(),
    }
}

fn respond(
    site: &Site,
    session: &Session,
    page: (&str, String, String),
    asks: Vec<Ask>,
    refused: &[Refusal],
) -> Response {
    let (title, path, about) = page;
    let words = site.office.words(session.account.locale);
    let frame = Frame::new(site, Some(session), session.account.locale, words.get(title), &path);
    let back = Entry {
        href: "/bodies".to_owned(),
        text: words.get("form-back"),
        current: false,
    };
    form::plain(frame, path, back, about, asks, refused)
}

async fn show_new(site: &Site, session: &Session, given: &Input, refused: &[Refusal]) -> Result<Response, Error> {
    let words = site.office.words(session.account.locale);
    let bodies = site.office.kept_bodies(&session.account.actor()).await?;
    let mut fields = vec![ABOVE, ZONE];
    fields.extend(keep::fields());
    let mut asks = asks(words, &fields, given, refused, |field| match field.name {
        "body_above" => bodies.iter().map(|b| (b.id.clone(), b.name.clone())).collect(),
        _ => body_options(words, field),
    });
    for ask in asks.iter_mut().filter(|a| a.name == ABOVE.name) {
        ask.kind = "one";
    }
    let page = (
        "page-body-new",
        "/bodies/new".to_owned(),
        words.get("page-body-new-about"),
    );
    Ok(respond(site, session, page, asks, refused))
}

/// The form for a body below.
pub(crate) async fn create(State(site): State<Site>, SignedIn(session): SignedIn) -> Response {
    let mut given = Input::new();
    if let Ok(Some(body)) = site.office.body(&session.account.body).await {
        given.insert(ABOVE.name.to_owned(), vec![body.id]);
        given.insert(ZONE.name.to_owned(), vec![body.zone_name]);
    }
    show_new(&site, &session, &given, &[])
        .await
        .unwrap_or_else(|error| message::failed(&site, Some(&session), &error))
}

/// A body below.
pub(crate) async fn submit_create(State(site): State<Site>, submitted: Submitted) -> Response {
    let Submitted { session, input } = submitted;
    let made = site
        .office
        .add_body(&session.account.actor(), now(), one(&input, ABOVE.name), &input)
        .await;
    let answer = match made {
        Ok(_) => Ok(Redirect::to("/bodies").into_response()),
        Err(error) => match shown(error) {
            Ok(refused) => show_new(&site, &session, &input, &refused).await,
            Err(error) => Err(error),
        },
    };
    answer.unwrap_or_else(|error| message::failed(&site, Some(&session), &error))
}

async fn show_change(
    site: &Site,
    session: &Session,
    id: &str,
    given: Option<&Input>,
    refused: &[Refusal],
) -> Result<Response, Error> {
    let body = site.office.kept_body(&session.account.actor(), id).await?;
    let words = site.office.words(session.account.locale);
    let held = keep::given(&body);
    let asks = asks(words, &keep::fields(), given.unwrap_or(&held), refused, |field| {
        body_options(words, field)
    });
    let page = (
        "page-body",
        format!("/bodies/{}", body.id),
        words.get("page-body-about"),
    );
    Ok(respond(site, session, page, asks, refused))
}

/// The details of a body.
pub(crate) async fn change(State(site): State<Site>, SignedIn(session): SignedIn, Path(id): Path<String>) -> Response {
    show_change(&site, &session, &id, None, &[])
        .await
        .unwrap_or_else(|error| message::failed(&site, Some(&session), &error))
}

/// Other details.
pub(crate) async fn submit_change(State(site): State<Site>, Path(id): Path<String>, submitted: Submitted) -> Response {
    let Submitted { session, input } = submitted;
    let answer = match site
        .office
        .change_body(&session.account.actor(), now(), &id, &input)
        .await
    {
        Ok(_) => Ok(Redirect::to("/bodies").into_response()),
        Err(error) => match shown(error) {
            Ok(refused) => show_change(&site, &session, &id, Some(&input), &refused).await,
            Err(error) => Err(error),
        },
    };
    answer.unwrap_or_else(|error| message::failed(&site, Some(&session), &error))
}
