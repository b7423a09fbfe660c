//! The journal: what it fixes, what happened, proofs and copies; and how reminders are sent.

use askama::Template;
use axum::body::Body as Stream;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use tokio_util::io::ReaderStream;

use tutela_words::Arg;

use crate::error::{Error, Refusal};
use crate::inspection::may_inspect;
use crate::kernel::people::Session;
use crate::kernel::register::Register;
use crate::kernel::rights::{Right, any_allows};
use crate::office::now;
use crate::reminders::MailTls;
use crate::show;
use crate::web::Site;
use crate::web::frame::{Frame, languages, refusal_text, render};
use crate::web::guard::{SignedIn, Submitted};
use crate::web::pages::{card, message};

/// The register whose journal is printed, and the paper that prints it.
const REQUESTS: (&str, &str) = ("requests", "requests-journal");

/// An entry as a row.
struct Row {
    seq: i64,
    at: String,
    what: String,
    who: String,
    object: String,
    href: String,
    published: bool,
}

/// A volume of the journal of requests: the newest card of it stands for it.
struct Year {
    year: i16,
    /// The year, and the volume where there are several.
    name: String,
    /// Whether it is the first of its year, beside which the proofs of the year stand.
    first: bool,
    card: String,
}

#[derive(Template)]
#[template(path = "journal.html")]
struct Journal<'a> {
    frame: Frame<'a>,
    /// Whether the inspection folder is offered.
    inspects: bool,
    size: u64,
    checkpoint: String,
    rows: Vec<Row>,
    next: Option<i64>,
    years: Vec<Year>,
    register: &'static str,
    form: &'static str,
    languages: Vec<(&'static str, &'static str, bool)>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    before: Option<i64>,
}

/// The page.
pub(crate) async fn page(
    State(site): State<Site>,
    SignedIn(session): SignedIn,
    Query(asked): Query<Asked>,
) -> Response {
    build(&site, &session, asked.before)
        .await
        .unwrap_or_else(|error| message::failed(&site, Some(&session), &error))
}

async fn build(site: &Site, session: &Session, before: Option<i64>) -> Result<Response, Error> {
    let account = &session.account;
    let words = site.office.words(account.locale);
    let body = site.office.body(&account.body).await?;
    let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
    let (lines, next) = site.office.ledger(&account.actor(), before).await?;
    let checkpoint = site.office.published.checkpoint();
    let mut known = std::collections::HashMap::new();
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        if !known.contains_key(&line.actor) {
            let who = site.office.account(&account.body, &line.actor).await?;
            known.insert(
                line.actor.clone(),
                who.map_or_else(|| line.actor.clone(), |a| a.display),
            );
        }
        let (object, href) = match &line.card {
            Some((register, number)) => {
                let visible = site.office.register(register);
                let visible = visible.is_some_and(|r| any_allows(&account.roles, r.see));
                let href = if visible {
                    format!("/registers/{register}/{}", line.object)
                } else {
                    String::new()
                };
                (format!("{} {number}", words.get(&format!("register-{register}"))), href)
            }
            None => (String::new(), String::new()),
        };
        rows.push(Row {
            seq: line.seq,
            at: show::instant(account.locale, line.at, &body.zone),
            what: card::event_text(words, &line.kind),
            who: known.get(&line.actor).cloned().unwrap_or_default(),
            object,
            href,
            published: u64::try_from(line.seq).is_ok_and(|s| s < checkpoint.size),
        });
    }
    let page = Journal {
        frame: Frame::new(
            site,
            Some(session),
            account.locale,
            words.get("page-journal"),
            "/journal",
        ),
        inspects: may_inspect(&account.actor()),
        size: checkpoint.size,
        checkpoint: checkpoint.to_text(),
        rows,
        next,
        years: years(site, session).await?,
        register: REQUESTS.0,
        form: REQUESTS.1,
        languages: languages(body.locale),
    };
    Ok(render(StatusCode::OK, &page))
}

/// The register of requests, if this office keeps one that prints its journal.
fn requests(site: &Site, session: &Session) -> Option<&'static Register> {
    let register = site.office.register(REQUESTS.0)?;
    let prints = register.operations.iter().any(|o| o.papers.contains(&REQUESTS.1));
    (prints && any_allows(&session.account.roles, register.see)).then_some(register)
}

/// Years whose journal of requests can be printed, newest first.
async fn years(site: &Site, session: &Session) -> Result<Vec<Year>, Error> {
    let roles = &session.account.roles;
    let Some(register) = requests(site, session).filter(|_| any_allows(roles, Right::OpenPersonal)) else {
        return Ok(Vec::new());
    };
    let volumes = site.office.volumes(&session.account.actor(), register).await?;
    // A year of one volume is named by the year alone.
    let several: Vec<i16> = volumes.iter().filter(|v| v.1 > 1).map(|v| v.0).collect();
    let words = site.office.words(session.account.locale);
    let name = |year: i16, volume: i64| {
        if several.contains(&year) {
            let (year, volume) = (year.to_string(), volume.to_string());
            words.with(
                "ledger-volume",
                &[("year", Arg::Text(&year)), ("n", Arg::Text(&volume))],
            )
        } else {
            year.to_string()
        }
    };
    let years = volumes.into_iter().map(|(year, volume, card)| Year {
        name: name(year, volume),
        first: volume == 1,
        year,
        card,
    });
    Ok(years.collect())
}

pub(crate) fn file(file: std::fs::File, name: &str) -> Response {
    let stream = ReaderStream::new(tokio::fs::File::from_std(file));
    let headers = [
        (CONTENT_TYPE, "application/zip".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, Stream::from_stream(stream)).into_response()
}

/// A copy of the journal.
pub(crate) async fn download(State(site): State<Site>, submitted: Submitted) -> Response {
    let actor = submitted.session.account.actor();
    match site.office.export_journal(&actor, now()).await {
        Ok(copy) => file(copy, "journal.zip"),
        Err(error) => message::failed(&site, Some(&submitted.session), &error),
    }
}

/// The proof of one entry.
pub(crate) async fn proof(State(site): State<Site>, SignedIn(session): SignedIn, Path(seq): Path<i64>) -> Response {
    match site.office.entry_proof(&session.account.actor(), seq).await {
        Ok(Some(text)) => (
            [
                (CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
                (CONTENT_DISPOSITION, format!("attachment; filename=\"{seq}.proof\"")),
            ],
            text,
        )
            .into_response(),
        Ok(None) => message::failed(&site, Some(&session), &Refusal::new("ledger-wait").into()),
        Err(error) => message::failed(&site, Some(&session), &error),
    }
}

/// Proofs for the rows of the journal of requests.
pub(crate) async fn proofs(State(site): State<Site>, submitted: Submitted) -> Response {
    let session = &submitted.session;
    let year = submitted.input.get("year").and_then(|v| v.first());
    let made = async {
        let register = requests(&site, session).ok_or_else(|| Refusal::new("refusal-no-page"))?;
        let year: i16 = year
            .and_then(|y| y.parse().ok())
            .ok_or_else(|| Refusal::new("refusal-number").field("year"))?;
        let actor = session.account.actor();
        let proofs = site.office.register_proofs(&actor, register, year).await?;
        Ok(file(proofs, &format!("{}-{year}-proofs.zip", register.name)))
    };
    made.await
        .unwrap_or_else(|error: Error| message::failed(&site, Some(session), &error))
}

#[derive(Template)]
#[template(path = "mail.html")]
struct Mail<'a> {
    frame: Frame<'a>,
    problem: Option<String>,
    host: String,
    port: String,
    from: String,
    /// How the connection may be secured: word, text, whether it is.
    tls: Vec<(&'static str, String, bool)>,
}

fn mail_page(site: &Site, session: &Session, problem: Option<&Refusal>, given: [String; 4]) -> Response {
    let locale = session.account.locale;
    let words = site.office.words(locale);
    let [host, port, from, tls] = given;
    let tls = MailTls::ALL.map(|t| {
        (
            t.as_str(),
            words.get(&format!("choice-{}", t.as_str())),
            t.as_str() == tls,
        )
    });
    let page = Mail {
        frame: Frame::new(site, Some(session), locale, words.get("page-mail"), "/settings/mail"),
        problem: problem.map(|r| refusal_text(words, r)),
        host,
        port,
        from,
        tls: tls.into(),
    };
    let status = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    render(status, &page)
}

/// How reminders are sent.
pub(crate) async fn mail(State(site): State<Site>, SignedIn(session): SignedIn) -> Response {
    if !any_allows(&session.account.roles, Right::ManageInstallation) {
        return message::failed(&site, Some(&session), &Refusal::new("refusal-right").into());
    }
    match site.office.mail_settings().await {
        Ok(settings) => {
            let settings = settings.map(|s| (s.host, s.port.to_string(), s.from, s.tls));
            let (host, port, from, tls) =
                settings.unwrap_or((String::new(), "587".to_owned(), String::new(), MailTls::Start));
            mail_page(&site, &session, None, [host, port, from, tls.as_str().to_owned()])
        }
        Err(error) => message::failed(&site, Some(&session), &error),
    }
}

/// Says how reminders are sent.
pub(crate) async fn set_mail(State(site): State<Site>, submitted: Submitted) -> Response {
    let session = &submitted.session;
    let given = ["mail_host", "mail_port", "mail_from", "mail_tls"].map(|name| {
        let given = submitted.input.get(name).and_then(|v| v.first());
        given.cloned().unwrap_or_default()
    });
    let [host, port, from, tls] = &given;
    let actor = session.account.actor();
    match site.office.set_mail_settings(&actor, (host, port, tls), from).await {
        Ok(()) => Redirect::to("/settings/mail").into_response(),
        Err(Error::Refused(r)) if r.key != "refusal-right" => mail_page(&site, session, Some(&r), given),
        Err(error) => message::failed(&site, Some(session), &error),
    }
}
