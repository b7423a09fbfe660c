//! A card: its fields, its clocks with every step of the count, what can be done with it, and what happened to it.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use tutela_words::Arg;

use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::card::{Card, Personal, is_drill};
use crate::kernel::clock::Clock;
use crate::kernel::evidence::{Read, Scan, media};
use crate::kernel::field::{Kind, words_of};
use crate::kernel::near::near;
use crate::kernel::open::PURPOSES;
use crate::kernel::people::Session;
use crate::kernel::record::{history, load_card};
use crate::kernel::register::Register;
use crate::kernel::rights::{Right, any_allows};
use crate::office::now;
use crate::papers::{forms_of, names_others};
use crate::registers::BESIDE;
use crate::show;
use crate::web::Site;
use crate::web::files::attachment;
use crate::web::frame::{Entry, Frame, languages, render};
use crate::web::guard::{SignedIn, Submitted};
use crate::web::pages::today::{DutyLine, lines};
use crate::web::pages::{inventory, list, message};
use crate::web::work::{self, Shown};

/// Pages about a card of a register beside this one: the register, where they stand, their title.
const PAGES: &[(&str, &str, &str)] = &[("campaigns", "campaigns", "campaign-count-title")];
/// What a card keeps for its rules and no reader understands.
const UNSHOWN: &[&str] = &["asked_questions"];

/// A line of a card.
pub(crate) struct Line {
    pub(crate) label: String,
    pub(crate) value: String,
    pub(crate) personal: bool,
}

/// A line of its past.
pub(crate) struct Event {
    pub(crate) at: String,
    pub(crate) what: String,
    pub(crate) who: String,
}

/// A file of it.
pub(crate) struct File {
    pub(crate) id: String,
    pub(crate) field: String,
    pub(crate) kind: String,
    pub(crate) length: String,
    pub(crate) hash: String,
    pub(crate) at: String,
    /// What was found in it, in words.
    pub(crate) scan: String,
    pub(crate) destroyed: bool,
}

#[derive(Template)]
#[template(path = "card.html")]
struct Page<'a> {
    frame: Frame<'a>,
    path: String,
    register: Entry,
    state: String,
    blocked: bool,
    destroyed: Option<String>,
    closed: bool,
    may_open: bool,
    purposes: Vec<(String, String)>,
    /// Whether a paper is asked for with a purpose.
    paper_purpose: bool,
    lines: Vec<Line>,
    files: Vec<File>,
    /// What the inventory says beside the card, as markup.
    beside: String,
    duties: Vec<DutyLine>,
    operations: Vec<Entry>,
    /// Cards that belong to this one, such as the lines of a case: where, what, in which state.
    near: Vec<(String, String, String)>,
    pages: Vec<Entry>,
    past: Vec<Event>,
    work: Vec<Shown>,
    papers: Vec<(&'static str, String)>,
    languages: Vec<(&'static str, &'static str, bool)>,
}

/// The page, personal fields closed.
pub(crate) async fn page(
    State(site): State<Site>,
    SignedIn(session): SignedIn,
    Path((name, id)): Path<(String, String)>,
) -> Response {
    match load(&site, &session, &name, &id).await {
        Ok((register, card)) => match build(&site, &session, register, card).await {
            Ok(response) => response,
            Err(error) => message::failed(&site, Some(&session), &error),
        },
        Err(error) => message::failed(&site, Some(&session), &error),
    }
}

/// The page with personal fields opened for a purpose. The look is recorded before anything is shown.
pub(crate) async fn open(
    State(site): State<Site>,
    Path((name, id)): Path<(String, String)>,
    submitted: Submitted,
) -> Response {
    let session = &submitted.session;
    let purpose = submitted
        .input
        .get("purpose")
        .and_then(|v| v.first())
        .cloned()
        .unwrap_or_default();
    let opened = async {
        let (register, _) = load(&site, session, &name, &id).await?;
        let card = site
            .office
            .open_card(&session.account.actor(), now(), &id, &purpose)
            .await?;
        build(&site, session, register, card).await
    };
    match opened.await {
        Ok(response) => response,
        Err(error) => message::failed(&site, Some(session), &error),
    }
}

/// A file of the card, for a purpose. The look is recorded before anything is sent.
pub(crate) async fn download(
    State(site): State<Site>,
    Path((name, id)): Path<(String, String)>,
    submitted: Submitted,
) -> Response {
    let session = &submitted.session;
    let one = |name: &str| {
        let given = submitted.input.get(name).and_then(|v| v.first());
        given.map_or("", String::as_str)
    };
    let opened = async {
        load(&site, session, &name, &id).await?;
        let actor = session.account.actor();
        site.office
            .open_file(&actor, now(), (&id, one("file")), one("purpose"))
            .await
    };
    match opened.await {
        Ok(file) => attachment(&site, file),
        Err(error) => message::failed(&site, Some(session), &error),
    }
}

/// A card that whoever is signed in may see.
pub(crate) async fn load(
    site: &Site,
    session: &Session,
    name: &str,
    id: &str,
) -> Result<(&'static Register, Card), Error> {
    let register = site
        .office
        .register(name)
        .ok_or_else(|| Refusal::new("refusal-no-page"))?;
    let account = &session.account;
    if !any_allows(&account.roles, register.see) {
        return Err(Refusal::new("refusal-right").into());
    }
    let mut connection = site.office.db.read().acquire().await?;
    let card = load_card(&mut connection, &account.body, id).await?;
    let card = card
        .filter(|c| c.register == name)
        .ok_or_else(|| Refusal::new("refusal-no-page"))?;
    Ok((register, card))
}

async fn build(site: &Site, session: &Session, register: &'static Register, card: Card) -> Result<Response, Error> {
    let account = &session.account;
    let words = site.office.words(account.locale);
    let body = site
        .office
        .body(&account.body)
        .await?
        .ok_or_else(|| Refusal::new("refusal-no-page"))?;
    let path = format!("/registers/{}/{}", register.name, card.id);

    let mut shown: Vec<&str> = register.fields.iter().map(|f| f.name).collect();
    let opened = match &card.personal {
        Personal::Open(values) => Some(values),
        _ => None,
    };
    for name in card.data.keys().chain(opened.into_iter().flat_map(|v| v.keys())) {
        // What a rule keeps for itself is not for reading.
        let own = name.starts_with('_') || UNSHOWN.contains(&name.as_str());
        if !own && !shown.contains(&name.as_str()) {
            shown.push(name);
        }
    }
    let mut fields = Vec::new();
    for name in shown {
        let field = register.field(name);
        let personal = field.is_some_and(|f| f.personal);
        let value = match (card.value(name), field.map(|f| f.kind)) {
            (Some(value), _)
                if let Some(told) = crate::registers::dossiers::told(words, register.name, name, value) =>
            {
                told
            }
            (Some(_), Some(Kind::Card(_) | Kind::Cards(_))) => list::titles(site, session, &card.cards(name)).await?,
            (Some(value), Some(Kind::Account)) => {
                let id = value.as_str().unwrap_or_default();
                let who = site.office.account(&account.body, id).await?;
                who.map(|a| a.display).unwrap_or_default()
            }
            (Some(serde_json::Value::Object(proposed)), _) => {
                let mut lines = Vec::new();
                for (name, value) in proposed {
                    // What was sent about another card is told by the words of that card's register.
                    let of_other = || site.office.registers().iter().find_map(|r| r.field(name));
                    let field = register.field(name).or_else(of_other);
                    let text = match field.map(|f| f.kind) {
                        Some(Kind::Card(_) | Kind::Cards(_)) => list::titles(site, session, &words_of(value)).await?,
                        _ => show::value(words, field, value, &body.zone),
                    };
                    // Only what would change is of interest.
                    if card.data.get(name) != Some(value) {
                        lines.push(format!("{}: {text}", words.get(&format!("field-{name}"))));
                    }
                }
                lines.join("\n")
            }
            // Who did something: an account, shown as everywhere by the name of its person.
            (Some(value), None) if name.ends_with("_account") => {
                let id = value.as_str().unwrap_or_default();
                let who = site.office.account(&account.body, id).await?;
                who.map_or_else(|| program(words, id.to_owned()), |a| a.display)
            }
            (Some(value), _) => show::value(words, field, value, &body.zone),
            (None, _) => String::new(),
        };
        let hidden = personal && matches!(card.personal, Personal::Closed);
        if value.is_empty() && !hidden {
            continue;
        }
        fields.push(Line {
            label: words.get(&format!("field-{name}")),
            value,
            personal: hidden,
        });
    }

    let mut connection = site.office.db.read().acquire().await?;
    let clocks = Clock::of_card(&mut connection, &card.id).await?;
    let past = history(&mut connection, &card.id).await?;
    let (belonging, _) = near(
        &mut connection,
        site.office.near(),
        &account.body,
        register.name,
        Some(&card.id),
        (&[], &[]),
    )
    .await?;
    let (beside, _) = near(
        &mut connection,
        BESIDE,
        &account.body,
        register.name,
        Some(&card.id),
        (&[], &[]),
    )
    .await?;
    drop(connection);
    let mut belongs = Vec::new();
    for other in belonging.into_iter().chain(beside) {
        let Some(its) = site
            .office
            .register(&other.register)
            .filter(|r| any_allows(&account.roles, r.see))
        else {
            continue;
        };
        let said = its.columns.iter().filter_map(|column| {
            let field = its
                .field(column)
                .filter(|f| !matches!(f.kind, Kind::Card(_) | Kind::Cards(_)));
            field.and_then(|f| Some(show::value(words, Some(f), other.data.get(*column)?, &body.zone)))
        });
        let one = words.get(&format!("register-{}-one", its.name));
        let text: Vec<String> = std::iter::once(format!("{one} {}", other.number)).chain(said).collect();
        belongs.push((
            format!("/registers/{}/{}", its.name, other.id),
            text.join(" · "),
            words.get(&format!("state-{}", other.state)),
        ));
    }
    let running = clocks.into_iter().filter(|c| c.done_at.is_none()).collect();
    let duties = lines(site, session, now(), running).await?;

    let operations = register.operations.iter().filter(|o| {
        !o.creates()
            && o.from.contains(&card.state.as_str())
            && any_allows(&account.roles, o.right)
            && site.office.by_hand(register, o)
            && (!card.blocked || o.despite_block)
    });
    let walk = super::walk::entry(words, &account.roles, &card);
    let mut operations: Vec<_> = operations
        .map(|o| Entry {
            href: format!("{path}/{}", o.name),
            text: words.get(&format!("operation-{}-{}", register.name, o.name)),
            current: false,
        })
        .chain(walk)
        .collect();

    if register.name == "dossiers" {
        operations.push(Entry {
            href: format!("{path}/files"),
            text: words.get("dossier-files"),
            current: false,
        });
    }

    let mut people = BTreeMap::new();
    for event in &past {
        // Few people act on one card; each is asked for once.
        if !people.contains_key(&event.actor) {
            let who = site.office.account(&account.body, &event.actor).await?;
            people.insert(event.actor.clone(), who.map(|a| a.display));
        }
    }
    let mut events = Vec::new();
    for event in past {
        let who = people.get(&event.actor).cloned().flatten();
        events.push(Event {
            at: show::instant(account.locale, event.at, &body.zone),
            what: event_text(words, &event.kind),
            who: who.unwrap_or_else(|| program(words, event.actor)),
        });
    }

    let mut purposes: Vec<_> = PURPOSES
        .iter()
        .map(|p| ((*p).to_owned(), words.get(&format!("purpose-{p}"))))
        .collect();
    let named = card.cards("processing");
    if let Some(activities) = site.office.register("processing") {
        for activity in site.office.choices(&account.actor(), activities).await? {
            if named.is_empty() || named.contains(&activity.card.id.as_str()) {
                let title = list::title(site, session, &activity.card);
                purposes.push((activity.card.id, title));
            }
        }
    }

    let mut title = format!(
        "{} {}",
        words.get(&format!("register-{}-one", register.name)),
        card.number
    );
    let beside = inventory::beside(site, session, &card).await?;
    if is_drill(&card) {
        title = format!("{} · {title}", words.get("field-drill"));
    }
    let papers = forms_of(&site.office, (register, &card), &body, now(), body.locale);
    let frame = Frame::new(site, Some(session), account.locale, title, &path);
    let page = Page {
        frame,
        register: Entry {
            href: format!("/registers/{}", register.name),
            text: words.get(&format!("register-{}", register.name)),
            current: false,
        },
        state: words.get(&format!("state-{}", card.state)),
        blocked: card.blocked,
        destroyed: match card.personal {
            Personal::Destroyed(at) => Some(show::instant(account.locale, at, &body.zone)),
            _ => None,
        },
        closed: matches!(card.personal, Personal::Closed),
        may_open: any_allows(&account.roles, Right::OpenPersonal),
        purposes,
        paper_purpose: matches!(card.personal, Personal::Closed) || names_others(register),
        lines: fields,
        files: files(site, session, &card.id, &body).await?,
        beside,
        duties,
        operations,
        near: belongs,
        pages: PAGES
            .iter()
            .filter(|(of, _, _)| *of == register.name)
            .map(|(_, folder, key)| Entry {
                href: format!("/{folder}/{}", card.id),
                text: words.get(key),
                current: false,
            })
            .collect(),
        past: events,
        work: work::shown(site, session, words, &card).await?,
        papers,
        languages: languages(body.locale),
        path,
    };
    Ok(render(StatusCode::OK, &page))
}

/// The files of a card, closed.
async fn files(site: &Site, session: &Session, card: &str, body: &Body) -> Result<Vec<File>, Error> {
    let words = site.office.words(session.account.locale);
    let files = site.office.files_of(&session.account.actor(), card).await?;
    let lines = files.into_iter().map(|file| File {
        field: words.get(&format!("field-{}", file.field)),
        kind: media::short(&file.media),
        length: show::length(file.size),
        at: show::instant(session.account.locale, file.at, &body.zone),
        scan: found(words, &file.scan),
        destroyed: file.destroyed.is_some(),
        hash: file.sha256,
        id: file.id,
    });
    Ok(lines.collect())
}

/// What was found in a file. Nothing found in a file that nobody read is not told as nothing found.
fn found(words: &tutela_words::Words, scan: &Scan) -> String {
    let classes: Vec<_> = scan
        .classes
        .iter()
        .map(|(class, n)| {
            let key = format!("entity-{class}");
            let name = if words.has(&key) {
                words.get(&key)
            } else {
                class.clone()
            };
            format!("{name}: {n}")
        })
        .collect();
    let classes = classes.join(&words.get("list-separator"));
    let key = match (scan.read, classes.is_empty()) {
        (Read::Never, _) => "scan-never",
        (Read::Not, _) => "scan-not",
        (Read::Partly, true) => "scan-partly-none",
        (Read::Partly, false) => "scan-partly",
        (Read::Whole, true) => "scan-whole-none",
        (Read::Whole, false) => "scan-whole",
    };
    words.with(key, &[("classes", Arg::Text(&classes))])
}

/// What happened, in words: an operation of a register, or something that the kernel did.
pub(crate) fn event_text(words: &tutela_words::Words, kind: &str) -> String {
    let kernel = kind.split('/').next().unwrap_or(kind);
    let key = format!("event-{}", kernel.replace('.', "-"));
    if words.has(&key) {
        words.get(&key)
    } else {
        let operation = format!("operation-{}", kind.replace('.', "-"));
        if words.has(&operation) {
            words.get(&operation)
        } else {
            kind.to_owned()
        }
    }
}

/// The name of a part of the program that acted.
fn program(words: &tutela_words::Words, actor: String) -> String {
    let key = format!("actor-{actor}");
    if words.has(&key) { words.get(&key) } else { actor }
}
