//! Whether consents exist for the people processed: activities that rest on consent alone, with counts, and person by person.

use askama::Template;
use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use tutela_words::{Arg, Words};

use crate::error::{Error, Refusal};
use crate::import::{MAX_COLUMNS, MAX_FILE, read_table};
use crate::kernel::card::Card;
use crate::kernel::find::Listed;
use crate::kernel::people::Session;
use crate::kernel::record::load_card;
use crate::kernel::rights::{Right, any_allows};
use crate::office::{Office, now};
use crate::registers::{ConsentCount, ListCheck, PeopleCheck};
use crate::web::Site;
use crate::web::frame::{Entry, Frame, refusal_text, render};
use crate::web::guard::{SignedIn, Submitted, same};
use crate::web::pages::{list, message};

/// Columns of a list that can be chosen.
const COLUMNS: usize = 30;
/// Rows that are named at most.
const NAMED: usize = 500;

#[derive(Template)]
#[template(path = "check.html")]
struct Check<'a> {
    frame: Frame<'a>,
    may_open: bool,
    lines: Vec<(Entry, ConsentCount, String)>,
}

/// A record, with initials.
struct Record {
    href: String,
    text: String,
    state: String,
    unknown: bool,
}

#[derive(Template)]
#[template(path = "check_people.html")]
struct People<'a> {
    frame: Frame<'a>,
    path: String,
    activity: Entry,
    problem: Option<String>,
    /// What came of it, in words.
    said: Vec<String>,
    checked: bool,
    records: Vec<Record>,
    rows: Vec<(String, String)>,
    columns: Vec<usize>,
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
        let path = format!("/consents/check/{}", check.activity.id);
        (entry(site, session, &check.activity), check.count, path)
    });
    let lines = lines.collect();
    let title = site.office.words(account.locale).get("check-title");
    let frame = Frame::new(site, Some(session), account.locale, title, "/consents/check");
    let may_open = any_allows(&account.roles, Right::OpenPersonal);
    Ok(render(StatusCode::OK, &Check { frame, may_open, lines }))
}

fn entry(site: &Site, session: &Session, activity: &Card) -> Entry {
    Entry {
        href: format!("/registers/{}/{}", activity.register, activity.id),
        text: list::title(site, session, activity),
        current: false,
    }
}

/// The records of an activity, person by person. The check is recorded before anything is shown.
pub(crate) async fn people(State(site): State<Site>, Path(id): Path<String>, submitted: Submitted) -> Response {
    let session = &submitted.session;
    let done = site.office.consent_people(&session.account.actor(), now(), &id).await;
    match done {
        Ok(check) => tell_people(&site, session, check),
        Err(error) => message::failed(&site, Some(session), &error),
    }
}

fn number(n: usize) -> Arg<'static> {
    Arg::Number(u64::try_from(n).unwrap_or(u64::MAX))
}

fn page_of<'a>(site: &'a Site, session: &'a Session, activity: &Card) -> People<'a> {
    let locale = session.account.locale;
    let title = site.office.words(locale).get("check-people-title");
    People {
        frame: Frame::new(site, Some(session), locale, title, "/consents/check"),
        path: format!("/consents/check/{}/list", activity.id),
        activity: entry(site, session, activity),
        problem: None,
        said: Vec::new(),
        checked: false,
        records: Vec::new(),
        rows: Vec::new(),
        columns: (1..=COLUMNS.min(MAX_COLUMNS)).collect(),
    }
}

fn tell_people(site: &Site, session: &Session, check: PeopleCheck) -> Response {
    let words = site.office.words(session.account.locale);
    let mut page = page_of(site, session, &check.activity);
    page.checked = true;
    page.said.push(words.with(
        "check-people-summary",
        &[
            ("all", number(check.all)),
            ("without", number(check.without.len())),
            ("unknown", number(check.unknown.len())),
        ],
    ));
    if check.cut {
        page.said
            .push(words.with("check-people-cut", &[("max", number(Office::most_people()))]));
    }
    let record = |listed: Listed, unknown: bool| {
        let card = listed.card;
        let one = words.get(&format!("register-{}-one", card.register));
        let label = listed.label.map(|l| format!(" · {l}")).unwrap_or_default();
        Record {
            href: format!("/registers/{}/{}", card.register, card.id),
            text: format!("{one} {}{label}", card.number),
            state: words.get(&format!("state-{}", card.state)),
            unknown,
        }
    };
    // A page that shows more than anybody reads shows nothing.
    let all = check.without.into_iter().map(|l| (l, false));
    let all = all.chain(check.unknown.into_iter().map(|l| (l, true)));
    page.records = all.take(NAMED).map(|(l, unknown)| record(l, unknown)).collect();
    render(StatusCode::OK, &page)
}

/// A list of people, held against the consents. It is read in memory, and forgotten.
pub(crate) async fn list(
    State(site): State<Site>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let mut activity = None;
    let done = check_list(&site, &session, &id, request, &mut activity).await;
    match (done, activity) {
        (Ok(check), Some(activity)) => tell_list(&site, &session, &activity, &check),
        (Err(Error::Refused(r)), Some(activity))
            if !matches!(r.key, "refusal-right" | "refusal-csrf" | "refusal-check-activity") =>
        {
            let mut page = page_of(&site, &session, &activity);
            page.problem = Some(refusal_text(site.office.words(session.account.locale), &r));
            render(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        (Err(error), _) => message::failed(&site, Some(&session), &error),
        (Ok(_), None) => message::failed(&site, Some(&session), &Refusal::new("refusal-no-page").into()),
    }
}

async fn check_list(
    site: &Site,
    session: &Session,
    id: &str,
    request: Request,
    activity: &mut Option<Card>,
) -> Result<ListCheck, Error> {
    let actor = session.account.actor();
    let mut connection = site.office.db.read().acquire().await?;
    *activity = load_card(&mut connection, &actor.body, id).await?;
    drop(connection);
    if activity.is_none() {
        return Err(Refusal::new("refusal-no-page").into());
    }
    if !any_allows(&actor.roles, Right::OpenPersonal) {
        return Err(Refusal::new("refusal-right").into());
    }
    let form = Multipart::from_request(request, site).await;
    let mut form = form.map_err(|_| Refusal::new("refusal-csrf"))?;
    let too_large = || Refusal::new("refusal-import-size").arg("max", (MAX_FILE >> 20).to_string());
    let mut trusted = false;
    let (mut document, mut name, mut bytes) = (None, None, None);
    // Columns are counted from 1 where people read them.
    let column = |given: String| given.trim().parse::<usize>().ok().and_then(|c| c.checked_sub(1));
    while let Some(field) = form.next_field().await.map_err(|_| too_large())? {
        match field.name().unwrap_or_default() {
            "csrf" => trusted = same(&field.text().await.map_err(|_| too_large())?, &session.csrf),
            "document" => document = column(field.text().await.map_err(|_| too_large())?),
            "name" => name = column(field.text().await.map_err(|_| too_large())?),
            // The secret comes first: a file without it is not even read.
            "file" if trusted => bytes = Some(field.bytes().await.map_err(|_| too_large())?),
            _ => {}
        }
    }
    if !trusted {
        return Err(Refusal::new("refusal-csrf").into());
    }
    let bytes = bytes.ok_or_else(|| Refusal::new("refusal-import-empty"))?;
    // A fault of a library that reads foreign files is a file that cannot be read.
    let rows = tokio::task::spawn_blocking(move || read_table(&bytes))
        .await
        .map_err(|_| Refusal::new("refusal-import-format"))??;
    let (_, check) = site
        .office
        .consent_list(&actor, now(), id, &rows, (document, name))
        .await?;
    Ok(check)
}

fn tell_list(site: &Site, session: &Session, activity: &Card, check: &ListCheck) -> Response {
    let words = site.office.words(session.account.locale);
    let mut page = page_of(site, session, activity);
    page.said.push(words.with(
        "check-list-summary",
        &[
            ("all", number(check.all)),
            ("without", number(check.without.len())),
            ("named", number(check.named.len())),
            ("unknown", number(check.unknown.len())),
        ],
    ));
    let lists = [
        ("check-list-rows", &check.without),
        ("check-list-named", &check.named),
        ("check-list-unknown", &check.unknown),
    ];
    let told = lists.into_iter().filter(|(_, rows)| !rows.is_empty());
    page.rows = told.map(|(key, rows)| (words.get(key), joined(words, rows))).collect();
    render(StatusCode::OK, &page)
}

/// Numbers of rows; those that follow each other are drawn together.
fn joined(words: &Words, rows: &[usize]) -> String {
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for row in rows {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == *row => *last = *row,
            _ => parts.push((*row, *row)),
        }
    }
    let more = parts.len().saturating_sub(NAMED);
    let named = parts.iter().take(NAMED).map(|(from, to)| {
        if from == to {
            from.to_string()
        } else {
            format!("{from}–{to}")
        }
    });
    let mut text: Vec<_> = named.collect();
    if more > 0 {
        text.push(words.with("check-list-more", &[("n", number(more))]));
    }
    text.join(", ")
}
