//! The walk of a check: every question at every workplace, on a telephone. It works without script as a plain form, and with
//! script also without a network: what is saved then lies encrypted on the device until it is sent here. Sending is safe to
//! repeat, and what somebody else wrote meanwhile is never written over unseen.

use askama::Template;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{ACCEPT, CONTENT_TYPE, HeaderMap};
use axum::response::{IntoResponse, Redirect, Response};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tutela_law::{QuestionList, text_in};
use tutela_words::Words;

use crate::error::{Error, Refusal};
use crate::kernel::card::Card;
use crate::kernel::people::Session;
use crate::kernel::record::{Command, Input, load_cards};
use crate::kernel::rights::{Right, Role, any_allows};
use crate::office::now;
use crate::registers::{Answer, Answers, questions_of_check, read_answers, write_answers};
use crate::web::Site;
use crate::web::frame::{Entry, Frame, refusal_text, render};
use crate::web::guard::{SignedIn, Submitted};
use crate::web::pages::plain::one;
use crate::web::pages::{card, message};

/// States in which workplaces are written down.
const OPEN: [&str; 2] = ["check-in-work", "check-returned"];
/// Words of answers, in the order in which they are offered.
const ANSWERS: [&str; 3] = ["yes", "no", "na"];
/// The purpose for which remarks are opened to be changed.
const PURPOSE: &str = "control";

/// A question as it is asked.
struct Asked {
    n: usize,
    id: String,
    ask: String,
    help: String,
    evidence: String,
    cite: String,
    answer: String,
    remark: String,
}

/// A workplace that was written down.
struct Place {
    card: String,
    name: String,
    violations: String,
}

#[derive(Template)]
#[template(path = "walk.html")]
struct Walk<'a> {
    frame: Frame<'a>,
    check: &'a str,
    unit: &'a str,
    subject: &'a str,
    list: String,
    shell: bool,
    questions: Vec<Asked>,
    answers: Vec<(&'static str, String)>,
    places: Vec<Place>,
    problems: Vec<String>,
    place: String,
    version: String,
    place_name: String,
}

/// What is in the form when it is shown.
#[derive(Default)]
struct Given {
    place: String,
    version: String,
    place_name: String,
    answers: Answers,
    problems: Vec<String>,
}

/// A check that is in work, with its questions and workplaces.
struct Open {
    check: Card,
    list: QuestionList,
    places: Vec<Card>,
    /// The law pack in force.
    pack: String,
}

/// The button on the card of a check that leads here.
pub(crate) fn entry(words: &Words, roles: &[Role], card: &Card) -> Option<Entry> {
    let open = card.register == "checks" && OPEN.contains(&card.state.as_str());
    (open && any_allows(roles, Right::Control)).then(|| Entry {
        href: format!("/checks/{}/walk", card.id),
        text: words.get("walk-open"),
        current: false,
    })
}

async fn load(site: &Site, session: &Session, id: &str) -> Result<Open, Error> {
    let (_, check) = card::load(site, session, "checks", id).await?;
    if !any_allows(&session.account.roles, Right::Control) {
        return Err(Refusal::new("refusal-right").into());
    }
    if !OPEN.contains(&check.state.as_str()) {
        return Err(Refusal::new("refusal-check-not-open").into());
    }
    let named: Vec<&str> = check
        .cards("question_list")
        .into_iter()
        .chain(check.cards("check_places"))
        .collect();
    let mut connection = site.office.db.read().acquire().await?;
    let pointed = load_cards(&mut connection, &check.body, &named).await?;
    drop(connection);
    let (lists, places): (Vec<Card>, Vec<Card>) = pointed.into_values().partition(|c| c.register == "check-lists");
    let list = questions_of_check(&check, &lists).ok_or_else(|| Refusal::new("refusal-no-questions"))?;
    let mut places: Vec<Card> = places.into_iter().filter(|p| p.state == "place-filled").collect();
    places.sort_by(|a, b| a.text("place_name").cmp(b.text("place_name")));
    let body = site.office.body(&check.body).await?;
    let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
    let today = now().to_zoned_datetime(body.zone.clone()).date();
    let pack = site.office.reckoner.law.pack(body.country, today);
    Ok(Open {
        check,
        list,
        places,
        pack: pack.map(|p| p.id().to_owned()).unwrap_or_default(),
    })
}

fn build(site: &Site, session: &Session, open: &Open, given: Given, shell: bool) -> Response {
    let locale = session.account.locale;
    let words = site.office.words(locale);
    let language = locale.code();
    let questions = open.list.questions.iter().enumerate().map(|(n, q)| {
        let answer = given.answers.get(&q.id);
        Asked {
            n: n + 1,
            id: q.id.clone(),
            ask: text_in(&q.ask, language).to_owned(),
            help: text_in(&q.help, language).to_owned(),
            evidence: text_in(&q.evidence, language).to_owned(),
            cite: q.cite(&open.pack).unwrap_or_default().to_owned(),
            answer: answer.map(|a| a.word.to_owned()).unwrap_or_default(),
            remark: answer.map(|a| a.remark.clone()).unwrap_or_default(),
        }
    });
    let places = open.places.iter().map(|p| Place {
        card: p.id.clone(),
        name: p.text("place_name").to_owned(),
        violations: p.data.get("violations").map(ToString::to_string).unwrap_or_default(),
    });
    let status = if given.problems.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let title = words.get("walk-title");
    // Without a network nobody is signed in on the page: it names nobody.
    let visitor = (!shell).then_some(session);
    let page = Walk {
        frame: Frame::new(site, visitor, locale, title, "/registers/checks"),
        check: &open.check.id,
        unit: open.check.text("unit"),
        subject: open.check.text("check_subject"),
        list: format!("{} · {}", text_in(&open.list.title, language), open.list.version),
        shell,
        questions: questions.collect(),
        answers: ANSWERS.map(|w| (w, words.get(&format!("answer-{w}")))).to_vec(),
        places: places.collect(),
        problems: given.problems,
        place: given.place,
        version: given.version,
        place_name: given.place_name,
    };
    render(status, &page)
}

/// The page.
pub(crate) async fn page(State(site): State<Site>, SignedIn(session): SignedIn, Path(id): Path<String>) -> Response {
    match load(&site, &session, &id).await {
        Ok(open) => build(&site, &session, &open, Given::default(), false),
        Err(error) => message::failed(&site, Some(&session), &error),
    }
}

/// The page as it is kept for the time without a network: questions, and nothing of who asks or what was answered.
pub(crate) async fn shell(State(site): State<Site>, SignedIn(session): SignedIn, Path(id): Path<String>) -> Response {
    match load(&site, &session, &id).await {
        Ok(open) => build(&site, &session, &open, Given::default(), true),
        Err(error) => message::failed(&site, Some(&session), &error),
    }
}

/// The program that keeps the page at hand. Its scope is the walk of one check.
pub(crate) async fn worker(SignedIn(_): SignedIn) -> Response {
    let kind = [(CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (kind, include_str!("../../../static/worker.js")).into_response()
}

/// What only this session can give for this check: keyed by its secret.
fn given_by(session: &Session, what: &str, check: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(session.csrf.as_bytes()) else {
        return String::new();
    };
    mac.update(format!("walk/{what}/{}/{check}", session.account.id).as_bytes());
    mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect()
}

/// Who owns what waits on a device: the same for every session of one person, and nothing that tells who it is.
fn owner(session: &Session, check: &str) -> String {
    use sha2::Digest;
    let digest = Sha256::digest(format!("walk/owner/{}/{check}", session.account.id));
    digest.iter().take(16).map(|b| format!("{b:02x}")).collect()
}

/// What the page needs to begin: the secret of its forms, the key for what it keeps on the device, and whose that is.
pub(crate) async fn state(State(site): State<Site>, SignedIn(session): SignedIn, Path(id): Path<String>) -> Response {
    match load(&site, &session, &id).await {
        Ok(open) => Json(json!({
            "csrf": session.csrf,
            "key": given_by(&session, "key", &open.check.id),
            "owner": owner(&session, &open.check.id),
            "open": true,
        }))
        .into_response(),
        Err(Error::Refused(refusal)) if refusal.key == "refusal-check-not-open" => Json(json!({
            "csrf": session.csrf,
            "owner": owner(&session, &id),
            "open": false,
        }))
        .into_response(),
        Err(error) => message::failed(&site, Some(&session), &error),
    }
}

/// A workplace to be changed: opened for the purpose of the check, which is recorded. Whoever may not open remarks sees the
/// answers alone.
pub(crate) async fn edit(State(site): State<Site>, Path(id): Path<String>, submitted: Submitted) -> Response {
    let session = &submitted.session;
    let place = one(&submitted.input, "place");
    let shown = async {
        let open = load(&site, session, &id).await?;
        let held = open.places.iter().find(|p| p.id == place);
        let held = held.ok_or_else(|| Refusal::new("refusal-no-page"))?;
        let answers = if any_allows(&session.account.roles, Right::OpenPersonal) {
            let opened = site
                .office
                .open_card(&session.account.actor(), now(), place, PURPOSE)
                .await?;
            read_answers(opened.text("place_answers"))?
        } else {
            said(held)
        };
        let given = Given {
            place: held.id.clone(),
            version: held.version.to_string(),
            place_name: held.text("place_name").to_owned(),
            answers,
            problems: Vec::new(),
        };
        Ok::<_, Error>(build(&site, session, &open, given, false))
    };
    match shown.await {
        Ok(response) => response,
        Err(error) => message::failed(&site, Some(session), &error),
    }
}

/// The open answers of a workplace, without remarks.
fn said(place: &Card) -> Answers {
    let held = place.data.get("_answers").and_then(Value::as_object);
    let words = held.into_iter().flatten().filter_map(|(id, word)| {
        let word = ANSWERS.into_iter().find(|w| word.as_str() == Some(*w))?;
        let remark = String::new();
        Some((id.clone(), Answer { word, remark }))
    });
    words.collect()
}

/// The answers of the form, by the questions of the check.
fn answered(list: &QuestionList, input: &Input) -> Answers {
    let mut answers = Answers::new();
    for question in &list.questions {
        let given = one(input, &format!("a_{}", question.id));
        if let Some(word) = ANSWERS.into_iter().find(|w| *w == given) {
            let remark = one(input, &format!("r_{}", question.id)).trim().to_owned();
            answers.insert(question.id.clone(), Answer { word, remark });
        }
    }
    answers
}

/// What became of a workplace that was sent.
enum Sent {
    /// It is written down.
    Saved(Card),
    /// It was already: an answer that did not arrive the first time.
    Same(Card),
    /// Somebody else has written it down, or changed it since.
    Conflict(Card),
}

/// A workplace comes in: from the form, or from a device that kept it.
pub(crate) async fn submit(
    State(site): State<Site>,
    Path(id): Path<String>,
    headers: HeaderMap,
    submitted: Submitted,
) -> Response {
    let Submitted { session, input } = &submitted;
    let by_program = headers
        .get(ACCEPT)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.contains("application/json"));
    let open = match load(&site, session, &id).await {
        Ok(open) => open,
        Err(error) if by_program => return told(&site, session, error),
        Err(error) => return message::failed(&site, Some(session), &error),
    };
    let sent = send(&site, session, &open, input).await;
    if by_program {
        return match sent {
            Ok(sent) => Json(told_of(&sent)).into_response(),
            Err(error) => told(&site, session, error),
        };
    }
    let words = site.office.words(session.account.locale);
    let problems = match sent {
        Ok(Sent::Saved(_) | Sent::Same(_)) => {
            return Redirect::to(&format!("/checks/{}/walk", open.check.id)).into_response();
        }
        Ok(Sent::Conflict(_)) => vec![words.get("refusal-place-conflict")],
        Err(Error::Refused(refusal)) => refusal.each().iter().map(|r| single(words, r)).collect(),
        Err(Error::Invalid(all)) => all.iter().map(|r| refusal_text(words, r)).collect(),
        Err(error) => return message::failed(&site, Some(session), &error),
    };
    let given = Given {
        place: one(input, "place").to_owned(),
        version: one(input, "version").to_owned(),
        place_name: one(input, "place_name").to_owned(),
        answers: answered(&open.list, input),
        problems,
    };
    build(&site, session, &open, given, false)
}

/// One refusal without those that it holds.
fn single(words: &Words, refusal: &Refusal) -> String {
    let alone = Refusal {
        and: Vec::new(),
        ..refusal.clone()
    };
    refusal_text(words, &alone)
}

/// What a device is told of what it sent.
fn told_of(sent: &Sent) -> Value {
    let (outcome, place) = match sent {
        Sent::Saved(place) => ("saved", place),
        Sent::Same(place) => ("same", place),
        Sent::Conflict(place) => ("conflict", place),
    };
    json!({
        "outcome": outcome,
        "card": place.id,
        "version": place.version,
        "name": place.text("place_name"),
        "answers": place.data.get("_answers"),
    })
}

/// What a device is told when it was not taken. Faults of the machine are told to the log, and the device tries again.
fn told(site: &Site, session: &Session, error: Error) -> Response {
    let words = site.office.words(session.account.locale);
    let texts: Vec<String> = match error {
        Error::Refused(refusal) => refusal.each().iter().map(|r| single(words, r)).collect(),
        Error::Invalid(all) => all.iter().map(|r| refusal_text(words, r)).collect(),
        other => return message::failed(site, Some(session), &other),
    };
    Json(json!({ "outcome": "refused", "text": texts.join("\n") })).into_response()
}

async fn send(site: &Site, session: &Session, open: &Open, input: &Input) -> Result<Sent, Error> {
    let client = one(input, "client_id").to_ascii_lowercase();
    let revision = one(input, "client_rev");
    let place = one(input, "place");
    let version: Option<i64> = one(input, "version").parse().ok();
    let text = write_answers(&open.list, &answered(&open.list, input));
    let mut given = Input::new();
    let mut put = |name: &str, value: &str| given.insert(name.to_owned(), vec![value.to_owned()]);
    put("place_answers", &text);
    put("client_rev", revision);
    let known = |places: &[Card], is: &dyn Fn(&Card) -> bool| places.iter().find(|p| is(p)).cloned();
    let (operation, register, target, version) = if place.is_empty() {
        put("place_name", one(input, "place_name"));
        if !client.is_empty() {
            put("client_id", &client);
        }
        ("fill", "checks", open.check.id.as_str(), None)
    } else {
        // A change without the version that it was made on would write over what came since.
        let version = version.ok_or_else(|| Refusal::new("refusal-changed"))?;
        ("refill", "check-places", place, Some(version))
    };
    if !place.is_empty() && open.places.iter().all(|p| p.id != place) {
        return Err(Refusal::new("refusal-no-card").into());
    }
    let command = Command {
        register,
        operation,
        card: Some(target),
        version,
        input: given,
    };
    let done = site.office.act(&session.account.actor(), now(), command).await;
    let refusal = match done {
        Ok(_) => None,
        Err(Error::Refused(r))
            if matches!(
                r.key,
                "refusal-place-known" | "refusal-place-conflict" | "refusal-changed"
            ) =>
        {
            Some(r)
        }
        Err(error) => return Err(error),
    };
    // Looked at again: what was written now, or by somebody else meanwhile.
    let after = load(site, session, &open.check.id).await?;
    let name = plain(one(input, "place_name"));
    let found = if !place.is_empty() {
        known(&after.places, &|p| p.id == place)
    } else if client.is_empty() || refusal.as_ref().is_some_and(|r| r.key == "refusal-place-conflict") {
        known(&after.places, &|p| plain(p.text("place_name")) == name)
    } else {
        known(&after.places, &|p| p.text("_client_id") == client)
    };
    let Some(found) = found else {
        return Err(refusal.unwrap_or_else(|| Refusal::new("refusal-no-card")).into());
    };
    Ok(match refusal {
        None => Sent::Saved(found),
        Some(_) if !revision.is_empty() && found.text("_client_rev") == revision => Sent::Same(found),
        Some(_) => Sent::Conflict(found),
    })
}

/// The name of a place however it was typed.
fn plain(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
