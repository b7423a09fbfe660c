//! Of whom the body demands a second factor.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use crate::error::{Error, Refusal};
use crate::kernel::field::{Field, Kind};
use crate::kernel::people::Session;
use crate::kernel::people::demand::Demand;
use crate::kernel::record::Input;
use crate::kernel::rights::Role;
use crate::office::now;
use crate::web::Site;
use crate::web::frame::{Entry, Frame};
use crate::web::guard::{SignedIn, Submitted};
use crate::web::pages::plain::{asks, shown};
use crate::web::pages::{form, message};

const EVERYBODY: &str = "all";
const WORDS: &[&str] = &[
    EVERYBODY,
    "head",
    "protection-officer",
    "security-officer",
    "officer",
    "press-officer",
    "administrator",
    "inspector",
];
const FIELD: Field = Field::new("factor_roles", Kind::Choices(WORDS));

async fn show(site: &Site, session: &Session, id: &str, refused: &[Refusal]) -> Result<Response, Error> {
    let account = &session.account;
    let demand = site.office.demand(&account.actor(), id).await?;
    let words = site.office.words(account.locale);
    let mut given = Input::new();
    given.insert(
        FIELD.name.to_owned(),
        demand.to_text().split_whitespace().map(str::to_owned).collect(),
    );
    let asks = asks(words, &[FIELD], &given, refused, |_| {
        let text = |w: &&str| match *w {
            EVERYBODY => words.get("factor-everybody"),
            role => words.get(&format!("role-{role}")),
        };
        WORDS.iter().map(|w| ((*w).to_owned(), text(w))).collect()
    });
    let path = format!("/bodies/{id}/factor");
    let frame = Frame::new(site, Some(session), account.locale, words.get("page-demand"), &path);
    let back = Entry {
        href: format!("/bodies/{id}"),
        text: words.get("form-back"),
        current: false,
    };
    Ok(form::plain(
        frame,
        path,
        back,
        words.get("page-demand-about"),
        asks,
        refused,
    ))
}

/// The page.
pub(crate) async fn page(State(site): State<Site>, SignedIn(session): SignedIn, Path(id): Path<String>) -> Response {
    show(&site, &session, &id, &[])
        .await
        .unwrap_or_else(|error| message::failed(&site, Some(&session), &error))
}

fn read(input: &Input) -> Result<Demand, Refusal> {
    let given = input.get(FIELD.name).map(Vec::as_slice).unwrap_or_default();
    let mut roles = Vec::new();
    for word in given.iter().filter(|w| !w.is_empty()) {
        if word == EVERYBODY {
            return Ok(Demand::Everybody);
        }
        roles.push(Role::from_word(word).ok_or_else(|| Refusal::new("refusal-choice").field(FIELD.name))?);
    }
    Ok(if roles.is_empty() {
        Demand::Nobody
    } else {
        Demand::Roles(roles)
    })
}

/// Another demand.
pub(crate) async fn submit(State(site): State<Site>, Path(id): Path<String>, submitted: Submitted) -> Response {
    let Submitted { session, input } = submitted;
    let done = match read(&input) {
        Ok(demand) => {
            site.office
                .set_demand(&session.account.actor(), now(), &id, &demand)
                .await
        }
        Err(refusal) => Err(refusal.into()),
    };
    let answer = match done {
        Ok(()) => Ok(Redirect::to("/bodies").into_response()),
        Err(error) => match shown(error) {
            Ok(refused) => show(&site, &session, &id, &refused).await,
            Err(error) => Err(error),
        },
    };
    answer.unwrap_or_else(|error| message::failed(&site, Some(&session), &error))
}
