//! The inventory: all stores and what lies in them, the differences from the approved list, and the way in for a scan.

mod beside;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequest, Multipart, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use tutela_words::{Arg, Words};

use crate::error::{Error, Refusal};
use crate::inventory::{Cell, InStore, Incoming, MAX_REPORT, Overview};
use crate::kernel::people::Session;
use crate::kernel::rights::{Right, any_allows};
use crate::office::now;
use crate::show;
use crate::web::Site;
use crate::web::frame::{Entry, Frame, refusal_text, render};
use crate::web::guard::{SignedIn, Submitted, same};
use crate::web::pages::form::Choice;
use crate::web::pages::message;

pub(crate) use beside::beside;

/// Longest answer of the form for a report: the report and what surrounds it.
pub(crate) const MAX_UPLOAD: usize = MAX_REPORT as usize + (64 << 10);
/// Gaps that the page names; the register has them all.
const GAPS: usize = 200;
/// Width of the longest bar, in units of the drawing.
const LENGTH: i64 = 300;
/// Height of a bar with its gap.
const STEP: usize = 24;

/// A cell of the table, in words.
struct Shown {
    number: String,
    sensitive: bool,
    unsure: bool,
    /// The gap that stands for it.
    gap: Option<String>,
    title: String,
}

/// A store as a row.
struct Row {
    href: String,
    title: String,
    state: String,
    day: String,
    /// What was not read, in words; empty where everything was.
    unread: String,
    cells: Vec<Option<Shown>>,
}

/// A bar: a category and how much of it lies anywhere.
struct Bar {
    y: usize,
    text_y: usize,
    label: String,
    number: String,
    number_x: i64,
    /// Width of all findings, and of the sensitive ones among them.
    width: i64,
    sensitive: i64,
}

#[derive(Template)]
#[template(path = "inventory.html")]
struct Page<'a> {
    frame: Frame<'a>,
    may_scan: bool,
    columns: Vec<String>,
    rows: Vec<Row>,
    bars: Vec<Bar>,
    height: usize,
    said: String,
    gaps: Vec<(Entry, String)>,
}

#[derive(Template)]
#[template(path = "inventory_scan.html")]
struct Form<'a> {
    frame: Frame<'a>,
    problem: Option<String>,
    stores: Vec<Choice>,
}

fn date(words: &Words, day: &str) -> String {
    day.parse()
        .map_or_else(|_| day.to_owned(), |d| show::date(words.locale(), d))
}

fn count(number: i64) -> Arg<'static> {
    Arg::Number(u64::try_from(number).unwrap_or_default())
}

/// What was not read of a store, in words.
fn unread(words: &Words, store: &InStore) -> String {
    if store.day.is_none() {
        return words.get("inventory-never");
    }
    if store.not_read == 0 {
        return String::new();
    }
    let (partial, none) = store.unread_files;
    words.with(
        "inventory-unread",
        &[
            ("n", count(store.not_read)),
            ("partial", count(partial)),
            ("none", count(none)),
        ],
    )
}

/// The types of a cell, in words.
fn types(words: &Words, cell: &Cell) -> String {
    let all = cell.types.iter().map(|(entity, number)| {
        let key = format!("entity-{}", entity.to_ascii_lowercase().replace('_', "-"));
        format!("{}: {number}", words.get(&key))
    });
    all.collect::<Vec<_>>().join("; ")
}

fn shown(words: &Words, cell: &Cell) -> Shown {
    Shown {
        number: cell.findings.to_string(),
        sensitive: cell.sensitive > 0,
        unsure: cell.sensitive == 0 && cell.unsure > 0,
        gap: cell.gap.as_ref().map(|id| format!("/registers/gaps/{id}")),
        title: types(words, cell),
    }
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
    let overview = site.office.inventory(&account.actor()).await?;
    let title_of = |id: &str| {
        let store = overview.stores.iter().find(|s| s.card.id == id);
        store.map(|s| s.card.text("title").to_owned()).unwrap_or_default()
    };
    let gaps = overview.gaps.iter().take(GAPS).map(|gap| {
        let choice = |field: &str| match gap.text(field) {
            "" => String::new(),
            word => words.get(&format!("choice-{word}")),
        };
        let about: Vec<_> = [choice("gap_category"), title_of(gap.text("gap_store"))]
            .into_iter()
            .filter(|t| !t.is_empty())
            .collect();
        let entry = Entry {
            href: format!("/registers/gaps/{}", gap.id),
            text: format!("{} {}: {}", gap.number, choice("gap_kind"), about.join(" · ")),
            current: false,
        };
        (entry, words.get(&format!("state-{}", gap.state)))
    });
    let gaps = gaps.collect();
    let bars = bars(words, &overview);
    let said: Vec<_> = bars.iter().map(|b| format!("{}: {}", b.label, b.number)).collect();
    let columns = overview.categories.iter().map(|c| words.get(&format!("choice-{c}")));
    let page = Page {
        frame: Frame::new(
            site,
            Some(session),
            account.locale,
            words.get("page-inventory"),
            "/inventory",
        ),
        may_scan: any_allows(&account.roles, Right::KeepProcessing),
        columns: columns.collect(),
        rows: overview.stores.iter().map(|s| row(words, &overview, s)).collect(),
        height: bars.len() * STEP + 8,
        said: said.join("; "),
        bars,
        gaps,
    };
    Ok(render(StatusCode::OK, &page))
}

fn row(words: &Words, overview: &Overview, store: &InStore) -> Row {
    let cells = overview.categories.iter().map(|c| store.cells.get(*c));
    Row {
        href: format!("/registers/stores/{}", store.card.id),
        title: store.card.text("title").to_owned(),
        state: words.get(&format!("state-{}", store.card.state)),
        day: store.day.as_deref().map(|d| date(words, d)).unwrap_or_default(),
        unread: unread(words, store),
        cells: cells.map(|cell| cell.map(|c| shown(words, c))).collect(),
    }
}

fn bars(words: &Words, overview: &Overview) -> Vec<Bar> {
    let sums = overview.categories.iter().map(|category| {
        let cells = overview.stores.iter().filter_map(|s| s.cells.get(*category));
        let (all, sensitive) = cells.fold((0_i64, 0_i64), |sum, c| {
            (sum.0.saturating_add(c.findings), sum.1.saturating_add(c.sensitive))
        });
        (*category, all, sensitive.min(all))
    });
    let sums: Vec<_> = sums.collect();
    let most = sums.iter().map(|s| s.1).max().unwrap_or(0).max(1);
    // One finding among a million is still seen.
    let width = |n: i64| {
        if n > 0 {
            (n.saturating_mul(LENGTH) / most).max(2)
        } else {
            0
        }
    };
    let drawn = sums
        .into_iter()
        .enumerate()
        .map(|(at, (category, all, sensitive))| Bar {
            y: at * STEP + 4,
            text_y: at * STEP + 17,
            label: words.get(&format!("choice-{category}")),
            number: if sensitive > 0 {
                words.with(
                    "inventory-bar-sensitive",
                    &[("n", count(all)), ("sensitive", count(sensitive))],
                )
            } else {
                all.to_string()
            },
            number_x: 206 + width(all),
            width: width(all),
            sensitive: width(sensitive),
        });
    drawn.collect()
}

/// Holds the inventory against the list as it is now.
pub(crate) async fn compare(State(site): State<Site>, submitted: Submitted) -> Response {
    let session = &submitted.session;
    match site.office.compare(&session.account.actor(), now()).await {
        Ok(_) => Redirect::to("/inventory").into_response(),
        Err(error) => message::failed(&site, Some(session), &error),
    }
}

/// Which store is chosen already.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Chosen {
    store: Option<String>,
}

/// The form for the report of a scan.
pub(crate) async fn form(
    State(site): State<Site>,
    SignedIn(session): SignedIn,
    chosen: Result<Query<Chosen>, QueryRejection>,
) -> Response {
    let store = chosen.ok().and_then(|Query(c)| c.store).unwrap_or_default();
    show_form(&site, &session, &store, None)
        .await
        .unwrap_or_else(|error| message::failed(&site, Some(&session), &error))
}

async fn show_form(site: &Site, session: &Session, store: &str, problem: Option<&Refusal>) -> Result<Response, Error> {
    let account = &session.account;
    if !any_allows(&account.roles, Right::KeepProcessing) {
        return Err(Refusal::new("refusal-right").into());
    }
    let words = site.office.words(account.locale);
    let overview = site.office.inventory(&account.actor()).await?;
    let live = overview.stores.iter().filter(|s| s.card.state == "store-live");
    let stores = live.map(|s| Choice {
        value: s.card.id.clone(),
        text: format!("{} {}", s.card.number, s.card.text("title")),
        chosen: s.card.id == store,
    });
    let form = Form {
        stores: stores.collect(),
        problem: problem.map(|r| refusal_text(words, r)),
        frame: Frame::new(
            site,
            Some(session),
            account.locale,
            words.get("page-scan"),
            "/inventory/scan",
        ),
    };
    let status = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(render(status, &form))
}

/// The report of a scan.
pub(crate) async fn upload(State(site): State<Site>, SignedIn(session): SignedIn, request: Request) -> Response {
    let mut store = String::new();
    let done = match take(&site, &session, request, &mut store).await {
        Err(Error::Refused(r)) if !matches!(r.key, "refusal-right" | "refusal-csrf") => {
            show_form(&site, &session, &store, Some(&r)).await
        }
        other => other,
    };
    done.unwrap_or_else(|error| message::failed(&site, Some(&session), &error))
}

async fn take(site: &Site, session: &Session, request: Request, store: &mut String) -> Result<Response, Error> {
    // A form of another kind has no secret in it that could be read here.
    let form = Multipart::from_request(request, site).await;
    let mut form = form.map_err(|_| Refusal::new("refusal-csrf"))?;
    let actor = session.account.actor();
    if !any_allows(&actor.roles, Right::KeepProcessing) {
        return Err(Refusal::new("refusal-right").into());
    }
    let broken = || Refusal::new("refusal-scan-broken");
    let mut trusted = false;
    let mut found = None;
    while let Some(mut field) = form.next_field().await.map_err(|_| broken())? {
        match field.name().unwrap_or_default() {
            "csrf" => trusted = same(&field.text().await.map_err(|_| broken())?, &session.csrf),
            "store" if trusted => *store = field.text().await.map_err(|_| broken())?,
            // The secret and the store come first: a report without them is not even read.
            "file" if trusted => {
                site.office.store_named(&actor, store).await?;
                let incoming = Incoming::begin();
                while let Some(piece) = field.chunk().await.map_err(|_| broken())? {
                    if !incoming.piece(piece).await {
                        break;
                    }
                }
                found = Some(incoming.end().await?);
                break;
            }
            _ => {}
        }
    }
    if !trusted {
        return Err(Refusal::new("refusal-csrf").into());
    }
    let found = found.ok_or_else(|| Refusal::new("refusal-scan-none").field("file"))?;
    let named = site.office.store_named(&actor, store).await?;
    let taken = site.office.take_scan(&actor, now(), &named.id, &found).await?;
    Ok(Redirect::to(&format!("/registers/stores/{}", taken.store)).into_response())
}
