//! A register: its cards, newest first, with what can be begun in it.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::error::{Error, Refusal};
use crate::kernel::card::{Card, Personal};
use crate::kernel::field::Kind;
use crate::kernel::find::Listed;
use crate::kernel::people::Session;
use crate::kernel::record::load_cards;
use crate::kernel::register::Register;
use crate::kernel::rights::{Right, any_allows};
use crate::show;
use crate::web::Site;
use crate::web::frame::{Entry, Frame, render};
use crate::web::guard::SignedIn;
use crate::web::pages::{exchange, message};

/// A card as a row.
pub(crate) struct Row {
    pub(crate) href: String,
    pub(crate) number: String,
    pub(crate) label: String,
    pub(crate) state: String,
    pub(crate) blocked: bool,
    pub(crate) destroyed: bool,
    pub(crate) values: Vec<String>,
}

#[derive(Template)]
#[template(path = "list.html")]
struct List<'a> {
    frame: Frame<'a>,
    about: String,
    columns: Vec<String>,
    has_label: bool,
    rows: Vec<Row>,
    begin: Vec<Entry>,
    tallies: Vec<(Entry, i64)>,
    drills: i64,
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    state: Option<String>,
    before: Option<String>,
}

/// The page.
pub(crate) async fn page(
    State(site): State<Site>,
    SignedIn(session): SignedIn,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    match build(&site, &session, &name, &asked).await {
        Ok(response) => response,
        Err(error) => message::failed(&site, Some(&session), &error),
    }
}

async fn build(site: &Site, session: &Session, name: &str, asked: &Asked) -> Result<Response, Error> {
    let register = site
        .office
        .register(name)
        .ok_or_else(|| Refusal::new("refusal-no-page"))?;
    let account = &session.account;
    let words = site.office.words(account.locale);
    let state = asked
        .state
        .as_deref()
        .filter(|s| register.states.iter().any(|k| k.name == *s));
    let page = site
        .office
        .page(&account.actor(), register, state, asked.before.as_deref())
        .await?;
    let path = format!("/registers/{name}");
    let rows = rows(site, session, register, page.cards).await?;
    let mut tallies = Vec::new();
    let all = page.tallies.iter().map(|t| t.1).sum();
    let entry = |href: String, text: String, current| Entry { href, text, current };
    tallies.push((entry(path.clone(), words.get("state-all"), state.is_none()), all));
    for (word, number) in &page.tallies {
        let href = format!("{path}?state={word}");
        tallies.push((
            entry(href, words.get(&format!("state-{word}")), state == Some(word)),
            *number,
        ));
    }
    let begin = register
        .operations
        .iter()
        .filter(|o| o.creates() && any_allows(&account.roles, o.right) && site.office.by_hand(register, o));
    let mut begin: Vec<_> = begin
        .map(|o| {
            let text = words.get(&format!("operation-{name}-{}", o.name));
            entry(format!("{path}/new/{}", o.name), text, false)
        })
        .collect();
    if matches!(name, "destructions" | "holds") {
        begin.push(entry("/due-for-destruction".to_owned(), words.get("keep-title"), false));
    }
    if name == "check-lists" && any_allows(&account.roles, Right::Control) {
        begin.push(entry("/checks/lists".to_owned(), words.get("lists-file"), false));
    }
    if exchange::offers(site, session, register) {
        begin.push(entry(format!("{path}/exchange"), words.get("page-exchange"), false));
    }
    let next = page.next.map(|id| match state {
        Some(state) => format!("{path}?state={state}&before={id}"),
        None => format!("{path}?before={id}"),
    });
    let frame = Frame::new(
        site,
        Some(session),
        account.locale,
        words.get(&format!("register-{name}")),
        &path,
    );
    let list = List {
        frame,
        about: words.get(&format!("register-{name}-about")),
        columns: register
            .columns
            .iter()
            .map(|c| words.get(&format!("field-{c}")))
            .collect(),
        has_label: register.label.is_some(),
        rows,
        begin,
        tallies,
        drills: page.drills,
        next,
    };
    Ok(render(StatusCode::OK, &list))
}

/// Cards of one register as rows.
pub(crate) async fn rows(
    site: &Site,
    session: &Session,
    register: &Register,
    cards: Vec<Listed>,
) -> Result<Vec<Row>, Error> {
    let account = &session.account;
    let words = site.office.words(account.locale);
    let body = site
        .office
        .body(&account.body)
        .await?
        .ok_or_else(|| Refusal::new("refusal-no-page"))?;
    let points = |column: &&str| register.field(column).is_some_and(|f| is_card(f.kind));
    let columns: Vec<&str> = register.columns.iter().copied().filter(|c| points(c)).collect();
    let mut named = Vec::new();
    for listed in &cards {
        for column in &columns {
            named.extend(listed.card.cards(column));
        }
    }
    let mut connection = site.office.db.read().acquire().await?;
    let pointed = load_cards(&mut connection, &account.body, &named).await?;
    drop(connection);
    let mut rows = Vec::with_capacity(cards.len());
    for listed in cards {
        let card = listed.card;
        let mut values = Vec::new();
        for column in register.columns {
            let field = register.field(column);
            let value = card.data.get(*column);
            let text = match (field.map(|f| f.kind), value) {
                (Some(kind), Some(_)) if is_card(kind) => joined(site, session, &card.cards(column), &pointed),
                (_, Some(value)) => show::value(words, field, value, &body.zone),
                (_, None) => String::new(),
            };
            values.push(text);
        }
        rows.push(Row {
            href: format!("/registers/{}/{}", card.register, card.id),
            label: listed.label.unwrap_or_default(),
            state: words.get(&format!("state-{}", card.state)),
            blocked: card.blocked,
            destroyed: matches!(card.personal, Personal::Destroyed(_)),
            number: card.number,
            values,
        });
    }
    Ok(rows)
}

/// What a card is called where another points to it: its title, or its register and number.
pub(crate) fn title(site: &Site, session: &Session, card: &Card) -> String {
    let words = site.office.words(session.account.locale);
    match card.data.get("title").and_then(serde_json::Value::as_str) {
        Some(title) => title.to_owned(),
        None => format!("{} {}", words.get(&format!("register-{}", card.register)), card.number),
    }
}

/// The titles of cards.
pub(crate) async fn titles(site: &Site, session: &Session, ids: &[&str]) -> Result<String, Error> {
    let mut connection = site.office.db.read().acquire().await?;
    let pointed = load_cards(&mut connection, &session.account.body, ids).await?;
    Ok(joined(site, session, ids, &pointed))
}

/// Whether a field points to cards.
fn is_card(kind: Kind) -> bool {
    matches!(kind, Kind::Card(_) | Kind::Cards(_))
}

fn joined(site: &Site, session: &Session, ids: &[&str], pointed: &BTreeMap<String, Card>) -> String {
    let titles: Vec<_> = ids
        .iter()
        .filter_map(|id| pointed.get(*id))
        .map(|c| title(site, session, c))
        .collect();
    titles.join(&site.office.words(session.account.locale).get("list-separator"))
}
