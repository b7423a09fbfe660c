//! Tables out of a register and into it.

use askama::Template;
use axum::body::Body;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use tokio_util::io::ReaderStream;
use tutela_words::Arg;

use crate::error::{Error, Refusal};
use crate::export::{Form, write};
use crate::import::{MAX_FILE, Pending, Report, TOLD, read_table};
use crate::kernel::open::PURPOSES;
use crate::kernel::people::Session;
use crate::kernel::register::Register;
use crate::kernel::rights::{Right, any_allows};
use crate::office::now;
use crate::web::Site;
use crate::web::frame::{Entry, Frame, refusal_text, render};
use crate::web::guard::{SignedIn, Submitted, same};
use crate::web::pages::form::Choice;
use crate::web::pages::{list, message};

/// Longest answer of the form for a file: the file and what surrounds it.
pub(crate) const MAX_UPLOAD: usize = MAX_FILE + (64 << 10);

#[derive(Template)]
#[template(path = "exchange.html")]
struct Exchange<'a> {
    frame: Frame<'a>,
    back: Entry,
    path: String,
    problem: Option<String>,
    may_export: bool,
    purposes: Vec<(String, String)>,
    operations: Vec<(&'static str, String)>,
}

/// A column of the table with the field that it goes into.
struct Column {
    head: String,
    sample: String,
    options: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "import.html")]
struct Import<'a> {
    frame: Frame<'a>,
    back: Entry,
    path: String,
    problem: Option<String>,
    summary: String,
    clean: bool,
    columns: Vec<Column>,
    refused: Vec<(usize, String)>,
    shown: String,
}

fn register_of(site: &Site, session: &Session, name: &str) -> Result<&'static Register, Error> {
    let register = site.office.register(name);
    let register = register.ok_or_else(|| Refusal::new("refusal-no-page"))?;
    if any_allows(&session.account.roles, register.see) {
        Ok(register)
    } else {
        Err(Refusal::new("refusal-right").into())
    }
}

/// Whether there is anything on the page for these roles.
pub(crate) fn offers(site: &Site, session: &Session, register: &'static Register) -> bool {
    any_allows(&session.account.roles, Right::Export)
        || !site.office.import_operations(&session.account, register).is_empty()
}

fn back(site: &Site, session: &Session, register: &Register) -> Entry {
    Entry {
        href: format!("/registers/{}", register.name),
        text: site
            .office
            .words(session.account.locale)
            .get(&format!("register-{}", register.name)),
        current: false,
    }
}

/// The page.
pub(crate) async fn page(State(site): State<Site>, SignedIn(session): SignedIn, Path(name): Path<String>) -> Response {
    show(&site, &session, &name, None)
        .await
        .unwrap_or_else(|error| message::failed(&site, Some(&session), &error))
}

async fn show(site: &Site, session: &Session, name: &str, problem: Option<&Refusal>) -> Result<Response, Error> {
    let register = register_of(site, session, name)?;
    if !offers(site, session, register) {
        return Err(Refusal::new("refusal-right").into());
    }
    let account = &session.account;
    let words = site.office.words(account.locale);
    let mut purposes = Vec::new();
    if any_allows(&account.roles, Right::OpenPersonal) {
        purposes.extend(
            PURPOSES
                .iter()
                .map(|p| ((*p).to_owned(), words.get(&format!("purpose-{p}")))),
        );
        if let Some(activities) = site.office.register("processing") {
            for activity in site.office.choices(&account.actor(), activities).await? {
                let title = list::title(site, session, &activity.card);
                purposes.push((activity.card.id, title));
            }
        }
    }
    let path = format!("/registers/{name}/exchange");
    let title = words.get(&format!("register-{name}"));
    let operations = site.office.import_operations(account, register);
    let page = Exchange {
        frame: Frame::new(site, Some(session), account.locale, title, &path),
        back: back(site, session, register),
        problem: problem.map(|r| refusal_text(words, r)),
        may_export: any_allows(&account.roles, Right::Export),
        purposes,
        operations: operations
            .iter()
            .map(|o| (o.name, words.get(&format!("operation-{name}-{}", o.name))))
            .collect(),
        path: format!("/registers/{name}"),
    };
    let status = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(render(status, &page))
}

/// What went wrong on the page: a refusal is told beside its forms.
async fn answer(site: &Site, session: &Session, name: &str, done: Result<Response, Error>) -> Response {
    let shown = match done {
        Err(Error::Refused(r)) if !matches!(r.key, "refusal-right" | "refusal-no-page" | "refusal-csrf") => {
            show(site, session, name, Some(&r)).await
        }
        other => other,
    };
    shown.unwrap_or_else(|error| message::failed(site, Some(session), &error))
}

/// The register as a file.
pub(crate) async fn export(State(site): State<Site>, Path(name): Path<String>, submitted: Submitted) -> Response {
    let session = &submitted.session;
    let one = |name: &str| {
        submitted
            .input
            .get(name)
            .and_then(|v| v.first())
            .map_or("", String::as_str)
    };
    let done = async {
        let register = register_of(&site, session, &name)?;
        let form = Form::from_word(one("format"));
        let form = form.ok_or_else(|| Refusal::new("refusal-choice").field("format"))?;
        let purpose = Some(one("purpose")).filter(|p| !p.is_empty());
        let at = now();
        let table = site
            .office
            .export(&session.account, at, register, form, purpose)
            .await?;
        let title = site
            .office
            .words(session.account.locale)
            .get(&format!("register-{name}"));
        let bytes = tokio::task::spawn_blocking(move || write(&table, form, &title))
            .await
            .map_err(|_| Error::Installation("the table was broken off".to_owned()))??;
        let day = at.to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
        let file = format!("attachment; filename=\"{}-{day}.{}\"", register.name, form.as_str());
        Ok((
            [
                (CONTENT_TYPE, form.media_type().to_owned()),
                (CONTENT_DISPOSITION, file),
            ],
            bytes,
        )
            .into_response())
    };
    let done = done.await;
    answer(&site, session, &name, done).await
}

/// All registers as one workbook.
pub(crate) async fn export_all(State(site): State<Site>, submitted: Submitted) -> Response {
    let session = &submitted.session;
    let at = now();
    match site.office.export_all(&session.account, at).await {
        Ok(file) => workbook(file, at),
        Err(error) => message::failed(&site, Some(session), &error),
    }
}

/// A workbook that lies in a file.
pub(crate) fn workbook(file: std::fs::File, at: jiff::Timestamp) -> Response {
    let day = at.to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
    let headers = [
        (CONTENT_TYPE, Form::Xlsx.media_type().to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"registers-{day}.xlsx\""),
        ),
    ];
    let stream = ReaderStream::new(tokio::fs::File::from_std(file));
    (headers, Body::from_stream(stream)).into_response()
}

/// A file that somebody uploads.
pub(crate) async fn upload(
    State(site): State<Site>,
    SignedIn(session): SignedIn,
    Path(name): Path<String>,
    form: Multipart,
) -> Response {
    let done = take(&site, &session, &name, form).await;
    answer(&site, &session, &name, done).await
}

async fn take(site: &Site, session: &Session, name: &str, mut form: Multipart) -> Result<Response, Error> {
    register_of(site, session, name)?;
    let too_large = || Refusal::new("refusal-import-size").arg("max", (MAX_FILE >> 20).to_string());
    let mut trusted = false;
    let mut operation = String::new();
    let mut bytes = None;
    while let Some(field) = form.next_field().await.map_err(|_| too_large())? {
        match field.name().unwrap_or_default() {
            "csrf" => {
                let given = field.text().await.map_err(|_| too_large())?;
                trusted = same(&given, &session.csrf);
            }
            "operation" => operation = field.text().await.map_err(|_| too_large())?,
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
    let id = site
        .office
        .keep_upload(&session.account, now(), (name, &operation), rows)
        .await?;
    Ok(Redirect::to(&format!("/registers/{name}/import/{id}")).into_response())
}

/// The import under way: its columns, and what would be refused.
pub(crate) async fn pending(
    State(site): State<Site>,
    SignedIn(session): SignedIn,
    Path((name, id)): Path<(String, String)>,
) -> Response {
    let done = async {
        let pending = site.office.upload(&session.account, now(), &id).await?;
        try_it(&site, &session, &name, &pending, None).await
    };
    let done = done.await;
    answer(&site, &session, &name, done).await
}

/// Another mapping, or the import itself.
pub(crate) async fn submit(
    State(site): State<Site>,
    Path((name, id)): Path<(String, String)>,
    submitted: Submitted,
) -> Response {
    let session = &submitted.session;
    let one = |name: &str| {
        submitted
            .input
            .get(name)
            .and_then(|v| v.first())
            .cloned()
            .unwrap_or_default()
    };
    let done = async {
        let mut pending = site.office.upload(&session.account, now(), &id).await?;
        let names: Vec<_> = (0..pending.table.heads.len())
            .map(|at| one(&format!("column-{at}")))
            .collect();
        match site.office.map_columns(&mut pending, &names) {
            Ok(()) => {}
            Err(Error::Refused(refusal)) => return try_it(&site, session, &name, &pending, Some(&refusal)).await,
            Err(error) => return Err(error),
        }
        if one("act") != "run" {
            return try_it(&site, session, &name, &pending, None).await;
        }
        let report = site.office.run_import(&session.account, now(), &pending).await?;
        tell(&site, session, &name, &pending, &report, None, true)
    };
    let done = done.await;
    answer(&site, session, &name, done).await
}

async fn try_it(
    site: &Site,
    session: &Session,
    name: &str,
    pending: &Pending,
    problem: Option<&Refusal>,
) -> Result<Response, Error> {
    let report = site.office.try_import(&session.account, now(), pending).await?;
    tell(site, session, name, pending, &report, problem, false)
}

fn tell(
    site: &Site,
    session: &Session,
    name: &str,
    pending: &Pending,
    report: &Report,
    problem: Option<&Refusal>,
    ran: bool,
) -> Result<Response, Error> {
    if pending.register.name != name {
        return Err(Refusal::new("refusal-no-page").into());
    }
    let account = &session.account;
    let words = site.office.words(account.locale);
    let number = |n: usize| Arg::Number(u64::try_from(n).unwrap_or(u64::MAX));
    let mut summary = if ran && report.done > 0 {
        words.with("import-done", &[("n", number(report.done))])
    } else {
        words.with(
            "import-summary",
            &[("rows", number(pending.table.rows.len())), ("bad", number(report.bad))],
        )
    };
    if !ran && pending.done > 0 {
        let (done, row) = (pending.done, pending.table.first + pending.done);
        summary.push(' ');
        summary.push_str(&words.with("import-resume", &[("n", number(done)), ("row", number(row))]));
    }
    if let Some(row) = report.stopped {
        summary.push(' ');
        summary.push_str(&words.with("import-rest", &[("row", number(row))]));
    }
    let finished = ran && report.bad == 0;
    let columns = pending.table.heads.iter().enumerate().map(|(at, head)| {
        let mapped = pending.mapping.get(at).copied().flatten();
        Column {
            head: head.clone(),
            // A sample would show personal data of one row; how many cells are filled says enough.
            sample: pending
                .table
                .rows
                .iter()
                .filter(|r| r.get(at).is_some_and(|c| !c.trim().is_empty()))
                .count()
                .to_string(),
            options: pending
                .operation
                .fields
                .iter()
                .map(|f| Choice {
                    value: f.name.to_owned(),
                    text: words.get(&format!("field-{}", f.name)),
                    chosen: mapped.is_some_and(|m| m.name == f.name),
                })
                .collect(),
        }
    });
    let refused = report.refused.iter().map(|(row, refusals)| {
        let texts: Vec<_> = refusals
            .iter()
            .map(|r| {
                let text = refusal_text(words, r);
                match &r.field {
                    Some(field) => format!("{}: {text}", words.get(&format!("field-{field}"))),
                    None => text,
                }
            })
            .collect();
        (*row, texts.join(" "))
    });
    let path = format!("/registers/{name}/import/{}", pending.id);
    let page = Import {
        frame: Frame::new(site, Some(session), account.locale, words.get("page-import"), &path),
        back: back(site, session, pending.register),
        problem: problem.map(|r| refusal_text(words, r)),
        summary,
        clean: report.bad == 0 && !finished,
        columns: if finished { Vec::new() } else { columns.collect() },
        refused: refused.collect(),
        shown: if report.bad > report.refused.len() {
            words.with("import-shown", &[("n", number(TOLD))])
        } else {
            String::new()
        },
        path,
    };
    let status = if problem.is_some() || (ran && report.bad > 0) {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(render(status, &page))
}
