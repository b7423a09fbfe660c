//! The inspection folder: a period, whether personal fields go into it and for what, and the archive.

use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;

use crate::error::{Error, Refusal};
use crate::inspection::{Inspection, file_name, may_inspect, offered};
use crate::kernel::open::PURPOSES;
use crate::kernel::people::Session;
use crate::kernel::record::Input;
use crate::kernel::rights::{Right, any_allows};
use crate::office::now;
use crate::web::Site;
use crate::web::frame::{Entry, Frame};
use crate::web::guard::{SignedIn, Submitted};
use crate::web::pages::form::{Ask, Choice, plain};
use crate::web::pages::{journal, list, message};

const PATH: &str = "/inspection";

/// The page.
pub(crate) async fn page(State(site): State<Site>, SignedIn(session): SignedIn) -> Response {
    show(&site, &session, &Input::new(), &[])
        .await
        .unwrap_or_else(|error| message::failed(&site, Some(&session), &error))
}

async fn show(site: &Site, session: &Session, given: &Input, refused: &[Refusal]) -> Result<Response, Error> {
    let account = &session.account;
    if !may_inspect(&account.actor()) {
        return Err(Refusal::new("refusal-right").into());
    }
    let words = site.office.words(account.locale);
    let body = site.office.body(&account.body).await?;
    let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
    let (from, to) = offered(&body, now());
    let value = |name: &str, first: String| given.get(name).and_then(|v| v.first()).cloned().unwrap_or(first);
    let ask = |name: &'static str, kind: &'static str, value: String, options: Vec<Choice>, required: bool| Ask {
        name,
        kind,
        label: words.get(&format!("field-{name}")),
        hint: if words.has(&format!("hint-{name}")) {
            words.get(&format!("hint-{name}"))
        } else {
            String::new()
        },
        value,
        options,
        required,
        personal: false,
        open_text: false,
        problem: refused
            .iter()
            .find(|r| r.field.as_deref() == Some(name))
            .map(|r| crate::web::refusal_text(words, r)),
    };
    let mut asks = vec![
        ask(
            "inspection_from",
            "date",
            value("inspection_from", from.to_string()),
            Vec::new(),
            true,
        ),
        ask(
            "inspection_to",
            "date",
            value("inspection_to", to.to_string()),
            Vec::new(),
            true,
        ),
    ];
    asks.push(ask(
        "inspection_part",
        "number",
        value("inspection_part", "1".to_owned()),
        Vec::new(),
        false,
    ));
    if any_allows(&account.roles, Right::OpenPersonal) {
        let chosen = value("purpose", String::new());
        let mut options = Vec::new();
        for purpose in PURPOSES {
            options.push(((*purpose).to_owned(), words.get(&format!("purpose-{purpose}"))));
        }
        if let Some(activities) = site.office.register("processing") {
            for activity in site.office.choices(&account.actor(), activities).await? {
                let title = list::title(site, session, &activity.card);
                options.push((activity.card.id, title));
            }
        }
        let options = options.into_iter().map(|(value, text)| Choice {
            chosen: value == chosen,
            value,
            text,
        });
        let mut purpose = ask("purpose", "one", String::new(), options.collect(), false);
        purpose.label = words.get("field-inspection_purpose");
        purpose.hint = words.get("hint-inspection_purpose");
        asks.push(purpose);
    }
    let frame = Frame::new(site, Some(session), account.locale, words.get("page-inspection"), PATH);
    let back = Entry {
        href: "/journal".to_owned(),
        text: words.get("page-journal"),
        current: false,
    };
    let about = words.get("inspection-about");
    Ok(plain(frame, PATH.to_owned(), back, about, asks, refused))
}

/// Reads the period, the purpose and the part; without one the first is meant.
pub(crate) fn asked<'a>(from: &str, to: &str, purpose: &'a str, part: &str) -> Result<Inspection<'a>, Refusal> {
    let day = |text: &str, field: &'static str| -> Result<Date, Refusal> {
        let day: Option<Date> = text.parse().ok();
        day.filter(|d| (1900..=2200).contains(&d.year()))
            .ok_or_else(|| Refusal::new("refusal-date").field(field))
    };
    Ok(Inspection {
        from: day(from, "inspection_from")?,
        to: day(to, "inspection_to")?,
        purpose: Some(purpose).filter(|p| !p.is_empty()),
        part: match part {
            "" => 1,
            part => {
                let part: Option<u32> = part.parse().ok();
                part.filter(|p| *p > 0)
                    .ok_or_else(|| Refusal::new("refusal-number").field("inspection_part"))?
            }
        },
    })
}

/// The archive.
pub(crate) async fn submit(State(site): State<Site>, submitted: Submitted) -> Response {
    let session = &submitted.session;
    let one = |name: &str| {
        let given = submitted.input.get(name).and_then(|v| v.first());
        given.map_or("", String::as_str)
    };
    let made = async {
        let (from, to) = (one("inspection_from"), one("inspection_to"));
        let asked = asked(from, to, one("purpose"), one("inspection_part"))?;
        let made = site.office.inspection(&session.account, now(), &asked).await?;
        Ok(journal::file(made, &file_name(&asked)))
    };
    let answer = match made.await {
        Err(Error::Refused(r)) if r.key != "refusal-right" => {
            show(&site, session, &submitted.input, std::slice::from_ref(&r)).await
        }
        other => other,
    };
    answer.unwrap_or_else(|error: Error| message::failed(&site, Some(session), &error))
}
