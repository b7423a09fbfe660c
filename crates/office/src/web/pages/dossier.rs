//! Dossiers: the guided questions of the law in force, and the ways in and out for other programs.

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Multipart, Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde_json::{Map, Value};
use tutela_law::Mark;
use tutela_law::dossier::{Answer, Questions, Texts};

use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::card::{Card, Personal};
use crate::kernel::field::Values;
use crate::kernel::open::PURPOSES;
use crate::kernel::people::{Account, Session};
use crate::kernel::record::{Input, load_card};
use crate::kernel::rights::any_allows;
use crate::office::{Office, now};
use crate::registers::dossiers::{ACTIVITY, Answered, Asking, Sheet, cnil, dpv};
use crate::web::Site;
use crate::web::frame::{Entry, Frame, refusal_text, render};
use crate::web::guard::{SignedIn, Submitted, same};
use crate::web::pages::form::Choice;
use crate::web::pages::{card, list, message};

/// The register.
const DOSSIERS: &str = "dossiers";
/// What stands before the name of a question in a form.
const PREFIX: &str = "q.";

/// The addresses of dossiers beside those that every register has.
pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/registers/dossiers/{card}/answer", get(questions).post(submit))
        .route("/registers/dossiers/{card}/import-pia", get(import_page).post(to_files))
        .route("/registers/dossiers/{card}/files", get(files))
        .route("/registers/dossiers/{card}/files/export", post(export))
        .route(
            "/registers/dossiers/{card}/files/import",
            post(import).layer(DefaultBodyLimit::max(cnil::MAX_PIA + (64 << 10))),
        )
}

/// A question of the page.
struct Ask {
    id: String,
    kind: &'static str,
    label: String,
    help: String,
    norm: String,
    /// The law is open here.
    open: bool,
    required: bool,
    older: bool,
    value: String,
    options: Vec<Choice>,
    problem: Option<String>,
}

/// A fact that the office knows by itself.
struct KnownFact {
    label: String,
    value: String,
}

struct Part {
    title: String,
    known: Vec<KnownFact>,
    asks: Vec<Ask>,
}

#[derive(Template)]
#[template(path = "dossier.html")]
struct Page<'a> {
    frame: Frame<'a>,
    path: String,
    back: Entry,
    law: String,
    verdict: String,
    verdict_norm: String,
    verdict_open: bool,
    done: usize,
    all: usize,
    closed: bool,
    purposes: Vec<(String, String)>,
    problems: Vec<String>,
    parts: Vec<Part>,
    version: i64,
}

#[derive(Template)]
#[template(path = "dossier_files.html")]
struct Files<'a> {
    frame: Frame<'a>,
    path: String,
    back: Entry,
    purposes: Vec<(String, String)>,
    may_import: bool,
    problem: Option<String>,
    taken: bool,
    aside: Vec<String>,
    version: i64,
}

fn of<'a>(texts: &'a Texts, code: &str) -> &'a str {
    texts.get(code).map_or("", String::as_str)
}

fn one<'a>(input: &'a Input, name: &str) -> &'a str {
    input.get(name).and_then(|v| v.first()).map_or("", String::as_str)
}

/// The activity of a dossier, closed.
pub(crate) async fn activity(office: &Office, account: &Account, dossier: &Card) -> Result<Option<Card>, Error> {
    let id = dossier.text(ACTIVITY.name);
    if id.is_empty() {
        return Ok(None);
    }
    let mut connection = office.db.read().acquire().await?;
    load_card(&mut connection, &account.body, id).await
}

/// For what a dossier may be opened: purposes by law, and its own activity.
async fn purposes(site: &Site, session: &Session, dossier: &Card) -> Result<Vec<(String, String)>, Error> {
    let words = site.office.words(session.account.locale);
    let by_law = PURPOSES.iter();
    let mut all: Vec<_> = by_law
        .map(|p| ((*p).to_owned(), words.get(&format!("purpose-{p}"))))
        .collect();
    if let Some(activity) = activity(&site.office, &session.account, dossier).await? {
        let title = list::title(site, session, &activity);
        all.push((activity.id, title));
    }
    Ok(all)
}

async fn body_of(site: &Site, session: &Session) -> Result<Body, Error> {
    let body = site.office.body(&session.account.body).await?;
    Ok(body.ok_or_else(|| Refusal::new("refusal-no-page"))?)
}

fn back(site: &Site, session: &Session, dossier: &Card) -> Entry {
    let words = site.office.words(session.account.locale);
    Entry {
        href: format!("/registers/{DOSSIERS}/{}", dossier.id),
        text: format!("{} {}", words.get("register-dossiers-one"), dossier.number),
        current: false,
    }
}

/// Whether whoever is signed in may do an operation of dossiers: asked first, as for every operation of a register.
fn check_right(site: &Site, session: &Session, operation: &str) -> Result<(), Error> {
    let (_, operation) = site.office.find_operation(DOSSIERS, operation)?;
    if any_allows(&session.account.roles, operation.right) {
        Ok(())
    } else {
        Err(Refusal::new("refusal-right").into())
    }
}

/// The questions, closed: what stands in the vault is asked for with a purpose first.
async fn questions(State(site): State<Site>, SignedIn(session): SignedIn, Path(id): Path<String>) -> Response {
    let shown = async {
        check_right(&site, &session, "answer")?;
        let (_, dossier) = card::load(&site, &session, DOSSIERS, &id).await?;
        show(&site, &session, &dossier, &Input::new(), &[]).await
    };
    shown
        .await
        .unwrap_or_else(|error| message::failed(&site, Some(&session), &error))
}

/// The questions opened, or answers saved.
async fn submit(State(site): State<Site>, Path(id): Path<String>, submitted: Submitted) -> Response {
    let Submitted { session, input } = submitted;
    let done = async {
        check_right(&site, &session, "answer")?;
        let (_, dossier) = card::load(&site, &session, DOSSIERS, &id).await?;
        let actor = session.account.actor();
        if one(&input, "step") != "save" {
            let opened = site
                .office
                .open_card(&actor, now(), &id, one(&input, "purpose"))
                .await?;
            return show(&site, &session, &opened, &Input::new(), &[]).await;
        }
        let mut answers = Map::new();
        for (name, given) in &input {
            if let Some(question) = name.strip_prefix(PREFIX) {
                answers.insert(question.to_owned(), given.first().map_or("", String::as_str).into());
            }
        }
        let mut values = Values::new();
        values.insert("answers".to_owned(), Value::Object(answers));
        let version = one(&input, "version").parse().ok();
        let saved = site
            .office
            .act_with(&actor, now(), (DOSSIERS, "answer"), (Some(&id), version), values)
            .await;
        match saved {
            Ok(_) => Ok(Redirect::to(&format!("/registers/{DOSSIERS}/{id}")).into_response()),
            Err(Error::Refused(r)) if !matches!(r.key, "refusal-right" | "refusal-no-page" | "refusal-state") => {
                let each: Vec<Refusal> = r.each().into_iter().cloned().collect();
                show(&site, &session, &dossier, &input, &each).await
            }
            Err(error) => Err(error),
        }
    };
    done.await
        .unwrap_or_else(|error| message::failed(&site, Some(&session), &error))
}

async fn show(
    site: &Site,
    session: &Session,
    dossier: &Card,
    given: &Input,
    refused: &[Refusal],
) -> Result<Response, Error> {
    let words = site.office.words(session.account.locale);
    let code = session.account.locale.code();
    let body = body_of(site, session).await?;
    let today = now().to_zoned_datetime(body.zone.clone()).date();
    let pack = site.office.reckoner.law.pack(body.country, today);
    let activity = activity(&site.office, &session.account, dossier).await?;
    let answers = match &dossier.personal {
        Personal::Open(values) => values
            .get("answers")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default(),
        _ => Values::new(),
    };
    let kind = dossier.text("dossier_kind");
    let sheet = Sheet::new(pack, kind, today, (&body, activity.as_ref()), &answers)
        .ok_or_else(|| Refusal::new("refusal-dossier-law"))?;
    // A refused form shows what was typed, not what is kept.
    let closed = matches!(dossier.personal, Personal::Closed) && given.is_empty();
    let problem = |id: &str| {
        let field = format!("answers.{id}");
        let found = refused.iter().find(|r| r.field.as_deref() == Some(field.as_str()));
        found.map(|r| {
            refusal_text(
                words,
                &Refusal {
                    and: Vec::new(),
                    ..r.clone()
                },
            )
        })
    };
    let held = |id: &str| {
        let kept = answers.get(id).and_then(|a| a.get("text")).and_then(Value::as_str);
        let typed = given
            .get(&format!("{PREFIX}{id}"))
            .and_then(|v| v.first())
            .map(String::as_str);
        typed.or(kept).unwrap_or("").to_owned()
    };
    let questions = Questions::embedded();
    let mut parts = Vec::new();
    parts.push(facts(site, session, &sheet, &held, &problem));
    for section in &sheet.dossier.section {
        let title = questions
            .section
            .get(&section.name)
            .map_or("", |t| of(t, code))
            .to_owned();
        let asks: Vec<Ask> = section
            .ask
            .iter()
            .map(|asked| Asking {
                answered: sheet.stands(asked),
                asked,
            })
            .filter(|a| a.answered != Answered::NotAsked)
            .filter_map(|Asking { asked, answered }| {
                let question = questions.question(&asked.id)?;
                let value = held(&asked.id);
                let options = question.option.iter().filter_map(|o| {
                    let id = o.get("id")?;
                    Some(Choice {
                        value: id.clone(),
                        text: of(o, code).to_owned(),
                        chosen: *id == value,
                    })
                });
                Some(Ask {
                    kind: input_kind(question.kind),
                    label: of(&question.ask, code).to_owned(),
                    help: of(&question.help, code).to_owned(),
                    norm: asked.cite.clone().unwrap_or_default(),
                    open: asked.mark.unwrap_or(sheet.dossier.mark) == Mark::Check,
                    required: !asked.optional,
                    older: answered == Answered::Older,
                    options: options.collect(),
                    problem: problem(&asked.id),
                    id: asked.id.clone(),
                    value,
                })
            })
            .collect();
        parts.push(Part {
            title,
            known: Vec::new(),
            asks,
        });
    }
    let problems = refused
        .iter()
        .filter(|r| !r.field.as_deref().is_some_and(|f| f.starts_with("answers.")))
        .map(|r| {
            refusal_text(
                words,
                &Refusal {
                    and: Vec::new(),
                    ..r.clone()
                },
            )
        })
        .collect();
    let path = format!("/registers/{DOSSIERS}/{}/answer", dossier.id);
    let (done, all) = progress(dossier, &sheet);
    let title = words.get(&format!("choice-{kind}"));
    let page = Page {
        frame: Frame::new(site, Some(session), session.account.locale, title, &path),
        back: back(site, session, dossier),
        law: sheet.pack.name(code).to_owned(),
        verdict: match dossier.text("verdict") {
            "" => String::new(),
            word => words.get(&format!("choice-{word}")),
        },
        verdict_norm: dossier.text("verdict_norm").to_owned(),
        verdict_open: dossier.data.get("verdict_open").and_then(Value::as_bool) == Some(true),
        done,
        all,
        closed,
        purposes: purposes(site, session, dossier).await?,
        problems,
        parts: if closed { Vec::new() } else { parts },
        version: dossier.version,
        path,
    };
    let status = if refused.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    Ok(render(status, &page))
}

/// How far it is: as the card says while it is closed.
fn progress(dossier: &Card, sheet: &Sheet<'_>) -> (usize, usize) {
    let said = dossier.text("answered").split_once('/');
    let said = said.and_then(|(done, all)| Some((done.parse().ok()?, all.parse().ok()?)));
    match dossier.personal {
        Personal::Open(_) => sheet.progress(),
        _ => said.unwrap_or_else(|| sheet.progress()),
    }
}

/// What decides on the dossier: what the office knows is told, the rest is asked.
fn facts(
    site: &Site,
    session: &Session,
    sheet: &Sheet<'_>,
    held: &dyn Fn(&str) -> String,
    problem: &dyn Fn(&str) -> Option<String>,
) -> Part {
    let words = site.office.words(session.account.locale);
    let code = session.account.locale.code();
    let questions = Questions::embedded();
    let mut part = Part {
        title: questions.section.get("facts").map_or("", |t| of(t, code)).to_owned(),
        known: Vec::new(),
        asks: Vec::new(),
    };
    for id in sheet.dossier.facts() {
        let Some(fact) = questions.fact(id) else { continue };
        let label = of(&fact.ask, code).to_owned();
        let yes_no = |on: bool| words.get(if on { "word-yes" } else { "word-no" });
        if let Some(on) = sheet.known.derived(fact) {
            part.known.push(KnownFact {
                label,
                value: yes_no(on),
            });
            continue;
        }
        let value = held(id);
        let conditions = sheet.dossier.when.iter().chain(&sheet.dossier.exempt);
        let condition = conditions.into_iter().find(|c| c.fact == id);
        part.asks.push(Ask {
            id: id.to_owned(),
            kind: "one",
            label,
            help: of(&fact.help, code).to_owned(),
            norm: condition.map(|c| c.cite.clone()).unwrap_or_default(),
            open: condition.is_some_and(|c| c.mark == Mark::Check),
            required: false,
            older: false,
            options: [("yes", true), ("no", false)]
                .map(|(word, on)| Choice {
                    value: word.to_owned(),
                    text: yes_no(on),
                    chosen: value == word,
                })
                .into(),
            problem: problem(id),
            value,
        });
    }
    part
}

fn input_kind(kind: Answer) -> &'static str {
    match kind {
        Answer::Line => "text",
        Answer::Text => "area",
        Answer::Date => "date",
        Answer::Number => "number",
        Answer::Choice => "one",
    }
}

/// The page of files.
async fn files(State(site): State<Site>, SignedIn(session): SignedIn, Path(id): Path<String>) -> Response {
    let shown = async {
        let (_, dossier) = card::load(&site, &session, DOSSIERS, &id).await?;
        show_files(&site, &session, &dossier, None, None).await
    };
    shown
        .await
        .unwrap_or_else(|error| message::failed(&site, Some(&session), &error))
}

/// The page of files, for whoever takes one in.
async fn import_page(State(site): State<Site>, SignedIn(session): SignedIn, Path(id): Path<String>) -> Response {
    match check_right(&site, &session, "import-pia") {
        Ok(()) => files(State(site), SignedIn(session), Path(id)).await,
        Err(error) => message::failed(&site, Some(&session), &error),
    }
}

/// An import needs a file: the page of files has a form for it.
async fn to_files(State(site): State<Site>, Path(id): Path<String>, submitted: Submitted) -> Response {
    let session = &submitted.session;
    let found = async {
        check_right(&site, session, "import-pia")?;
        card::load(&site, session, DOSSIERS, &id).await
    };
    match found.await {
        Ok(_) => Redirect::to(&format!("/registers/{DOSSIERS}/{id}/files")).into_response(),
        Err(error) => message::failed(&site, Some(session), &error),
    }
}

async fn show_files(
    site: &Site,
    session: &Session,
    dossier: &Card,
    problem: Option<&Refusal>,
    aside: Option<Vec<String>>,
) -> Result<Response, Error> {
    let words = site.office.words(session.account.locale);
    let path = format!("/registers/{DOSSIERS}/{}/files", dossier.id);
    let (_, operation) = site.office.find_operation(DOSSIERS, "import-pia")?;
    let may_import =
        operation.from.contains(&dossier.state.as_str()) && any_allows(&session.account.roles, operation.right);
    let page = Files {
        frame: Frame::new(
            site,
            Some(session),
            session.account.locale,
            words.get("dossier-files"),
            &path,
        ),
        back: back(site, session, dossier),
        purposes: purposes(site, session, dossier).await?,
        may_import,
        problem: problem.map(|r| refusal_text(words, r)),
        taken: aside.is_some(),
        aside: aside.unwrap_or_default(),
        version: dossier.version,
        path,
    };
    let status = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(render(status, &page))
}

/// A dossier as a file for other programs: media type, name and text. It shows personal data: the look is recorded.
pub(crate) async fn exported(
    office: &Office,
    account: &Account,
    id: &str,
    (format, purpose): (&str, &str),
) -> Result<(&'static str, String, String), Error> {
    let media_type = match format {
        "cnil" => "application/json",
        "dpv" => dpv::MEDIA_TYPE,
        _ => return Err(Refusal::new("refusal-choice").field("format").into()),
    };
    let body = office.body(&account.body).await?;
    let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
    let dossier = office.open_card(&account.actor(), now(), id, purpose).await?;
    let activity = activity(office, account, &dossier).await?;
    let activity = activity.ok_or_else(|| Refusal::new("refusal-no-card"))?;
    let made = if format == "cnil" {
        cnil::write(&dossier, activity.text("title"))
    } else {
        dpv::write(office.words(body.locale), &body, &dossier, &activity)
    };
    let suffix = if format == "cnil" { "pia.json" } else { "dpv.jsonld" };
    let name = format!("dossier-{}.{suffix}", dossier.number);
    let text = serde_json::to_string_pretty(&made).map_err(|e| Error::Installation(e.to_string()))?;
    Ok((media_type, name, text))
}

async fn export(State(site): State<Site>, Path(id): Path<String>, submitted: Submitted) -> Response {
    let Submitted { session, input } = submitted;
    let done = async {
        let (_, dossier) = card::load(&site, &session, DOSSIERS, &id).await?;
        let wanted = (one(&input, "format"), one(&input, "purpose"));
        match exported(&site.office, &session.account, &id, wanted).await {
            Ok((kind, name, text)) => {
                let file = format!("attachment; filename=\"{name}\"");
                Ok(([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, file)], text).into_response())
            }
            Err(Error::Refused(r)) if !matches!(r.key, "refusal-right" | "refusal-no-page") => {
                show_files(&site, &session, &dossier, Some(&r), None).await
            }
            Err(error) => Err(error),
        }
    };
    done.await
        .unwrap_or_else(|error| message::failed(&site, Some(&session), &error))
}

/// Takes an assessment in from a file. Gives the names of what was kept aside.
pub(crate) async fn taken_in(
    office: &Office,
    account: &Account,
    (id, version): (&str, Option<i64>),
    bytes: Vec<u8>,
) -> Result<Vec<String>, Error> {
    let read = tokio::task::spawn_blocking(move || cnil::read(&bytes))
        .await
        .map_err(|_| Error::Installation("reading the file was broken off".to_owned()))??;
    office
        .act_with(
            &account.actor(),
            now(),
            (DOSSIERS, "import-pia"),
            (Some(id), version),
            read.values,
        )
        .await?;
    Ok(read.aside)
}

async fn import(
    State(site): State<Site>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    form: Multipart,
) -> Response {
    let done = async {
        let (_, dossier) = card::load(&site, &session, DOSSIERS, &id).await?;
        match upload(&site, &session, &id, form).await {
            Ok(aside) => {
                let (_, dossier) = card::load(&site, &session, DOSSIERS, &id).await?;
                show_files(&site, &session, &dossier, None, Some(aside)).await
            }
            Err(Error::Refused(r)) if !matches!(r.key, "refusal-right" | "refusal-no-page" | "refusal-csrf") => {
                show_files(&site, &session, &dossier, Some(&r), None).await
            }
            Err(error) => Err(error),
        }
    };
    done.await
        .unwrap_or_else(|error| message::failed(&site, Some(&session), &error))
}

async fn upload(site: &Site, session: &Session, id: &str, mut form: Multipart) -> Result<Vec<String>, Error> {
    let too_large = || Refusal::new("refusal-pia-size").arg("max", (cnil::MAX_PIA >> 10).to_string());
    let mut trusted = false;
    let mut version = None;
    let mut bytes = None;
    while let Some(field) = form.next_field().await.map_err(|_| too_large())? {
        match field.name().unwrap_or_default() {
            "csrf" => trusted = same(&field.text().await.map_err(|_| too_large())?, &session.csrf),
            "version" => version = field.text().await.map_err(|_| too_large())?.parse().ok(),
            // The secret comes first: a file without it is not even read.
            "file" if trusted => bytes = Some(field.bytes().await.map_err(|_| too_large())?),
            _ => {}
        }
    }
    if !trusted {
        return Err(Refusal::new("refusal-csrf").into());
    }
    let bytes = bytes
        .filter(|b| !b.is_empty())
        .ok_or_else(|| Refusal::new("refusal-pia-empty"))?;
    taken_in(&site.office, &session.account, (id, version), bytes.to_vec()).await
}
