//! Accounts of the body and of those below it: who signs in, with which roles, and what waits for a second person.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use tutela_words::Locale;

use crate::error::{Error, Refusal};
use crate::kernel::field::{Field, Kind};
use crate::kernel::people::factor::FactorState;
use crate::kernel::people::manage::{Keeping, Managed, Standing};
use crate::kernel::people::{NewAccount, Session};
use crate::kernel::record::{Input, history};
use crate::kernel::rights::{Right, Role, any_allows};
use crate::office::now;
use crate::show;
use crate::web::Site;
use crate::web::frame::{Entry, Frame, render};
use crate::web::guard::{SignedIn, Submitted};
use crate::web::pages::bodies::body_options;
use crate::web::pages::card::{Event, event_text};
use crate::web::pages::form::Choice;
use crate::web::pages::plain::{asks, one, shown};
use crate::web::pages::{form, message};
use crate::web::sign_in::labels;

const ROLES: &[&str] = &[
    "head",
    "protection-officer",
    "security-officer",
    "officer",
    "press-officer",
    "administrator",
    "inspector",
];
const FIELDS: &[Field] = &[
    Field::new("account_body", Kind::Line).required(),
    Field::new("account_display", Kind::Line).required(),
    Field::new("login", Kind::Line).required(),
    Field::new("account_roles", Kind::Choices(ROLES)).required(),
    Field::new("body_language", Kind::Choice(&["vi", "ru", "zh", "en"])).required(),
];

/// An account as a row.
struct Row {
    href: String,
    login: String,
    display: String,
    roles: String,
    wanted: String,
    standing: String,
    waits: bool,
    factor: bool,
}

#[derive(Template)]
#[template(path = "accounts.html")]
struct List<'a> {
    frame: Frame<'a>,
    may_create: bool,
    bodies: Vec<(String, Vec<Row>)>,
}

#[derive(Template)]
#[template(path = "account.html")]
struct Page<'a> {
    frame: Frame<'a>,
    path: String,
    row: Row,
    body: String,
    /// A link that is shown this once.
    link: Option<String>,
    keeps: Vec<(&'static str, String)>,
    confirms: bool,
    roles: Vec<Choice>,
    /// Providers to link with: name, what it is called.
    providers: Vec<(String, String)>,
    /// What is linked: provider, what it is called, whether it waits.
    links: Vec<(String, String, bool)>,
    past: Vec<Event>,
}

fn roles_in(site: &Site, locale: Locale, roles: &[Role]) -> String {
    let words = site.office.words(locale);
    let all: Vec<_> = roles
        .iter()
        .map(|r| words.get(&format!("role-{}", r.as_str())))
        .collect();
    all.join(&words.get("list-separator"))
}

fn row(site: &Site, locale: Locale, managed: &Managed) -> Row {
    let words = site.office.words(locale);
    Row {
        href: format!("/accounts/{}", managed.account.id),
        login: managed.account.login.clone(),
        display: managed.account.display.clone(),
        roles: roles_in(site, locale, &managed.account.roles),
        wanted: managed
            .wanted
            .as_deref()
            .map(|w| roles_in(site, locale, w))
            .unwrap_or_default(),
        standing: words.get(&format!("account-{}", managed.standing.as_str())),
        waits: managed.waits(),
        factor: managed.factor == FactorState::On,
    }
}

/// The list.
pub(crate) async fn page(State(site): State<Site>, SignedIn(session): SignedIn) -> Response {
    let account = &session.account;
    match site.office.managed_accounts(&account.actor()).await {
        Ok(all) => {
            let rows = |accounts: &[Managed]| accounts.iter().map(|m| row(&site, account.locale, m)).collect();
            let bodies = all
                .iter()
                .map(|(body, accounts)| (body.name.clone(), rows(accounts)))
                .collect();
            let title = site.office.words(account.locale).get("page-accounts");
            let frame = Frame::new(&site, Some(&session), account.locale, title, "/accounts");
            let may_create = any_allows(&account.roles, Right::ManageAccounts);
            render(
                StatusCode::OK,
                &List {
                    frame,
                    may_create,
                    bodies,
                },
            )
        }
        Err(error) => message::failed(&site, Some(&session), &error),
    }
}

async fn show_new(site: &Site, session: &Session, given: &Input, refused: &[Refusal]) -> Result<Response, Error> {
    let account = &session.account;
    if !any_allows(&account.roles, Right::ManageAccounts) {
        return Err(Refusal::new("refusal-right").into());
    }
    let words = site.office.words(account.locale);
    let bodies: Vec<_> = site
        .office
        .managed_accounts(&account.actor())
        .await?
        .into_iter()
        .map(|(b, _)| b)
        .collect();
    let mut asks = asks(words, FIELDS, given, refused, |field| match field.name {
        "account_body" => bodies.iter().map(|b| (b.id.clone(), b.name.clone())).collect(),
        "account_roles" => ROLES
            .iter()
            .map(|r| ((*r).to_owned(), words.get(&format!("role-{r}"))))
            .collect(),
        _ => body_options(words, field),
    });
    for ask in asks.iter_mut().filter(|a| a.name == "account_body") {
        ask.kind = "one";
    }
    let frame = Frame::new(
        site,
        Some(session),
        account.locale,
        words.get("page-account-new"),
        "/accounts/new",
    );
    let back = Entry {
        href: "/accounts".to_owned(),
        text: words.get("form-back"),
        current: false,
    };
    let about = words.get("page-account-new-about");
    Ok(form::plain(
        frame,
        "/accounts/new".to_owned(),
        back,
        about,
        asks,
        refused,
    ))
}

/// The form for a new account.
pub(crate) async fn create(State(site): State<Site>, SignedIn(session): SignedIn) -> Response {
    let mut given = Input::new();
    given.insert("account_body".to_owned(), vec![session.account.body.clone()]);
    given.insert(
        "body_language".to_owned(),
        vec![session.account.locale.code().to_owned()],
    );
    show_new(&site, &session, &given, &[])
        .await
        .unwrap_or_else(|error| message::failed(&site, Some(&session), &error))
}

fn read_roles(input: &Input) -> Result<Vec<Role>, Refusal> {
    let given = input.get("account_roles").map(Vec::as_slice).unwrap_or_default();
    let roles = given
        .iter()
        .filter(|r| !r.is_empty())
        .map(|r| Role::from_word(r))
        .collect::<Option<Vec<_>>>();
    let mut roles = roles.ok_or_else(|| Refusal::new("refusal-choice").field("account_roles"))?;
    roles.sort_unstable();
    roles.dedup();
    Ok(roles)
}

async fn make(site: &Site, session: &Session, input: &Input) -> Result<Response, Error> {
    let locale = Locale::from_code(one(input, "body_language"));
    let locale = locale.ok_or_else(|| Refusal::new("refusal-choice").field("body_language"))?;
    let roles = read_roles(input)?;
    let new = NewAccount {
        body: one(input, "account_body"),
        login: one(input, "login"),
        display: one(input, "account_display"),
        roles: &roles,
        locale,
        password: None,
    };
    let (account, link) = site.office.new_account(&session.account.actor(), now(), new).await?;
    show_account(site, session, &account.id, Some(link)).await
}

/// A new account. Its link is in the answer, this once.
pub(crate) async fn submit_create(State(site): State<Site>, submitted: Submitted) -> Response {
    let Submitted { session, input } = submitted;
    let answer = match make(&site, &session, &input).await {
        Ok(response) => Ok(response),
        Err(error) => match shown(error) {
            Ok(refused) => show_new(&site, &session, &input, &refused).await,
            Err(error) => Err(error),
        },
    };
    answer.unwrap_or_else(|error| message::failed(&site, Some(&session), &error))
}

async fn show_account(site: &Site, session: &Session, id: &str, link: Option<String>) -> Result<Response, Error> {
    let own = &session.account;
    let words = site.office.words(own.locale);
    let managed = site.office.managed_account(&own.actor(), id).await?;
    let body = site
        .office
        .body(&managed.account.body)
        .await?
        .ok_or_else(|| Refusal::new("refusal-no-page"))?;
    let mut connection = site.office.db.read().acquire().await?;
    let past = history(&mut connection, id).await?;
    drop(connection);
    let mut events = Vec::new();
    // The last ones are enough here; all of them are in the journal.
    for event in past.into_iter().rev().take(50) {
        let who = match site.office.managed_account(&own.actor(), &event.actor).await {
            Ok(who) => who.account.display,
            Err(Error::Refused(_)) => event.actor,
            Err(error) => return Err(error),
        };
        events.push(Event {
            at: show::instant(own.locale, event.at, &body.zone),
            what: event_text(words, &event.kind),
            who,
        });
    }
    let others = managed.account.id != own.id;
    let manages = others && any_allows(&own.roles, Right::ManageAccounts);
    let mut keeps = Vec::new();
    if manages {
        let all: &[&str] = match managed.standing {
            Standing::Disabled => &["enable"],
            Standing::Active | Standing::Waiting => &["reset", "drop-factor", "disable"],
        };
        for step in all {
            if *step != "drop-factor" || managed.factor != FactorState::None {
                keeps.push((*step, words.get(&format!("account-do-{step}"))));
            }
        }
    }
    let wanted = managed.wanted.as_ref().unwrap_or(&managed.account.roles);
    let roles = Role::ALL.map(|role| Choice {
        value: role.as_str().to_owned(),
        text: words.get(&format!("role-{}", role.as_str())),
        chosen: wanted.contains(&role),
    });
    let labels = labels(site);
    let links = managed.links.iter().map(|link| {
        let label = labels.iter().find(|(name, _)| *name == link.provider);
        let label = label.map_or_else(|| link.provider.clone(), |(_, label)| label.clone());
        (link.provider.clone(), label, !link.confirmed)
    });
    let path = format!("/accounts/{id}");
    let second = others && managed.waits() && managed.asked_by.as_deref() != Some(own.id.as_str());
    let page = Page {
        frame: Frame::new(site, Some(session), own.locale, managed.account.login.clone(), &path),
        row: row(site, own.locale, &managed),
        body: body.name.clone(),
        link,
        keeps,
        confirms: second && any_allows(&own.roles, Right::ConfirmAccounts),
        links: links.collect(),
        providers: if manages { labels } else { Vec::new() },
        roles: if manages { roles.into() } else { Vec::new() },
        past: events,
        path,
    };
    Ok(render(StatusCode::OK, &page))
}

/// An account.
pub(crate) async fn account(State(site): State<Site>, SignedIn(session): SignedIn, Path(id): Path<String>) -> Response {
    show_account(&site, &session, &id, None)
        .await
        .unwrap_or_else(|error| message::failed(&site, Some(&session), &error))
}

/// Who a person is at a provider, as an administrator typed it.
#[cfg(feature = "oidc")]
fn linked(site: &Site, input: &Input) -> Result<Keeping, Refusal> {
    let provider = site.office.provider(one(input, "provider"));
    let provider = provider.ok_or_else(|| Refusal::new("refusal-choice").field("provider"))?;
    let subject = one(input, "provider_subject").trim();
    if subject.is_empty() || subject.len() > 255 {
        return Err(Refusal::new("refusal-required").field("provider_subject"));
    }
    Ok(Keeping::Link {
        provider: provider.name.clone(),
        identity: crate::kernel::people::provider::identity(&provider.issuer, subject),
    })
}

#[cfg(not(feature = "oidc"))]
fn linked(_: &Site, _: &Input) -> Result<Keeping, Refusal> {
    Err(Refusal::new("refusal-choice").field("provider"))
}

/// Something is done with an account.
pub(crate) async fn keep(
    State(site): State<Site>,
    Path((id, keeping)): Path<(String, String)>,
    submitted: Submitted,
) -> Response {
    let Submitted { session, input } = submitted;
    let keeping = match keeping.as_str() {
        "roles" => read_roles(&input).map(Keeping::Roles),
        "disable" => Ok(Keeping::Disable),
        "enable" => Ok(Keeping::Enable),
        "reset" => Ok(Keeping::Reset),
        "drop-factor" => Ok(Keeping::DropFactor),
        // An account of another body is not there, whatever is asked for.
        "link" => match site.office.managed_account(&session.account.actor(), &id).await {
            Ok(_) => linked(&site, &input),
            Err(Error::Refused(refusal)) => Err(refusal),
            Err(error) => return message::failed(&site, Some(&session), &error),
        },
        "unlink" => Ok(Keeping::Unlink {
            provider: one(&input, "provider").to_owned(),
        }),
        "confirm" => Ok(Keeping::Confirm),
        "decline" => Ok(Keeping::Decline),
        _ => Err(Refusal::new("refusal-no-page")),
    };
    let done = match keeping {
        Ok(keeping) => {
            site.office
                .keep_account(&session.account.actor(), now(), &id, keeping)
                .await
        }
        Err(refusal) => Err(refusal.into()),
    };
    let answer = match done {
        Ok(Some(link)) => show_account(&site, &session, &id, Some(link)).await,
        Ok(None) => Ok(Redirect::to(&format!("/accounts/{}", percent(&id))).into_response()),
        Err(error) => Err(error),
    };
    answer.unwrap_or_else(|error| message::failed(&site, Some(&session), &error))
}

/// An identifier in an address: what is none of ours does not get there.
fn percent(id: &str) -> String {
    id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}
