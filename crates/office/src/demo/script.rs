//! A demo body as a script: what its people did, told in days before the first start, so that some terms are near and some
//! are over whenever it is shown.
//!
//! The scripts are `demo/<language>.toml`, with `demo/<part>.<language>.toml` for what a part of the office adds. Everything goes through the same acts as in a real office, so the demo has a
//! journal, clocks and a vault like one. The card of an act is one that an earlier act is called by, or `register/word@name`: one
//! that came by itself, points to that card and holds the word. In values, `@name` is the card that an earlier act is called by, `{-30d}` a date so
//! many days before today, and `{-2d 09:30}` an instant, `{year}` the year of today; `@account-head` is the account of a role.

use std::collections::BTreeMap;

use jiff::civil::Time;
use jiff::{SignedDuration, Span, Timestamp};
use serde::Deserialize;

use crate::error::Error;
use crate::inventory;
use crate::kernel::body::Body;
use crate::kernel::people::Account;
use crate::kernel::record::{Command, Input};
use crate::kernel::rights::Role;
use crate::kernel::store::text;
use crate::office::Office;

/// A demo.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Script {
    /// The body.
    pub(super) body: BodyText,
    /// Who works there: name to be shown, by role.
    pub(super) people: BTreeMap<String, String>,
    /// What was done, in order.
    pub(super) act: Vec<Act>,
}

/// The body of a demo.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BodyText {
    pub(super) name: String,
    pub(super) country: String,
    pub(super) zone: String,
    pub(super) region: Option<String>,
    #[serde(default)]
    pub(super) details: BTreeMap<String, String>,
}

/// One act.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Act {
    /// Which role does it.
    #[serde(rename = "as")]
    role: String,
    /// When: `-30d 09:00`.
    at: String,
    /// `register.operation`.
    #[serde(rename = "do")]
    what: String,
    /// With which card, by its name in the script.
    with: Option<String>,
    /// What the card is called from now on.
    name: Option<String>,
    /// What is given.
    #[serde(default)]
    values: BTreeMap<String, Given>,
}

/// A value, or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Given {
    One(String),
    Many(Vec<String>),
    Flag(bool),
    Number(i64),
}

/// What a part of the office adds to a script.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Further {
    act: Vec<Act>,
}

/// Reads a script and its further parts.
pub(super) fn parse(text: &str, further: &[&str]) -> Result<Script, Error> {
    let wrong = |e: &toml::de::Error| Error::Installation(format!("the script of the demo: {}", e.message()));
    let mut script: Script = toml::from_str(text).map_err(|e| wrong(&e))?;
    for text in further {
        let part: Further = toml::from_str(text).map_err(|e| wrong(&e))?;
        script.act.extend(part.act);
    }
    Ok(script)
}

/// `-30d 09:00`: a day before or after, and the time on it.
fn moment(text: &str) -> Option<(i64, Time)> {
    let (days, time) = text.split_once(' ').unwrap_or((text, "09:00"));
    Some((days.strip_suffix('d')?.parse().ok()?, time.parse().ok()?))
}

/// Does everything that a script says, as of `now`.
pub(super) async fn play(
    office: &Office,
    body: &Body,
    people: &[Account],
    script: &Script,
    now: Timestamp,
) -> Result<(), Error> {
    let mut cards: BTreeMap<String, String> = BTreeMap::new();
    for person in people {
        let named = person
            .roles
            .iter()
            .map(|r| (format!("account-{}", r.as_str()), person.id.clone()));
        cards.extend(named);
    }
    // In the order of their instants, those of one instant as they are written; what cannot be read comes first and is told.
    let mut acts: Vec<&Act> = script.act.iter().collect();
    acts.sort_by_key(|act| instant(&act.at, body, now));
    for (number, act) in acts.into_iter().enumerate() {
        let wrong = |what: &str| {
            Error::Installation(format!(
                "the script of the demo, act {} ({}): {what}",
                number + 1,
                act.what
            ))
        };
        let at = instant(&act.at, body, now).ok_or_else(|| wrong("its time"))?;
        let (register, operation) = act.what.split_once('.').ok_or_else(|| wrong("its name"))?;
        let actor = Role::from_word(&act.role).and_then(|role| people.iter().find(|p| p.roles.contains(&role)));
        let actor = actor.ok_or_else(|| wrong("its actor"))?.actor();
        let mut input = Input::new();
        for (field, given) in &act.values {
            let texts = match given {
                Given::One(text) => vec![text.clone()],
                Given::Many(texts) => texts.clone(),
                Given::Flag(on) => vec![String::from(if *on { "1" } else { "" })],
                Given::Number(n) => vec![n.to_string()],
            };
            let mut values = Vec::new();
            for text in texts {
                values.push(value(&text, body, now, &cards).ok_or_else(|| wrong(&format!("the value of {field}")))?);
            }
            input.insert(field.clone(), values);
        }
        let card = match &act.with {
            Some(name) => {
                let found = match cards.get(name) {
                    Some(card) => Some(card.clone()),
                    None => came(office, name, &cards).await?,
                };
                Some(found.ok_or_else(|| wrong("its card"))?)
            }
            None => None,
        };
        // A scan is no form: its report is taken in as somebody would upload it.
        if (register, operation) == ("stores", "scan") {
            let report = input.get("report").and_then(|r| r.first());
            let report = report.and_then(|r| super::report(body.locale, r));
            let found = inventory::read(report.ok_or_else(|| wrong("its report"))?.as_bytes());
            let found = found.map_err(|r| wrong(r.key))?;
            let store = card.as_deref().ok_or_else(|| wrong("its card"))?;
            let taken = office.take_scan(&actor, at, store, &found).await;
            taken.map_err(|e| wrong(&told(&e)))?;
            continue;
        }
        let command = Command {
            register,
            operation,
            card: card.as_deref(),
            version: None,
            input,
        };
        let done = office.act(&actor, at, command).await.map_err(|e| wrong(&told(&e)))?;
        if let Some(name) = &act.name {
            cards.insert(name.clone(), done.card);
        }
    }
    Ok(())
}

/// A card that came by itself: `register/word@name` is the newest card of the register that points to the card of that name
/// and holds the word in one of its open fields.
async fn came(office: &Office, name: &str, cards: &BTreeMap<String, String>) -> Result<Option<String>, Error> {
    let parts = name
        .split_once('@')
        .and_then(|(what, of)| Some((what.split_once('/')?, of)));
    let Some(((register, word), of)) = parts else {
        return Ok(None);
    };
    let Some(target) = cards.get(of) else { return Ok(None) };
    let rows = sqlx::query(
        "SELECT c.id, c.data FROM card_link l JOIN card c ON c.id = l.source WHERE l.target = $1 AND c.register = $2 \
         ORDER BY c.id DESC",
    )
    .bind(target)
    .bind(register)
    .fetch_all(office.db.read())
    .await?;
    for row in &rows {
        let data: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&text(row, "data")?).unwrap_or_default();
        if data.values().any(|v| v.as_str() == Some(word)) {
            return text(row, "id").map(Some);
        }
    }
    Ok(None)
}

/// What refused an act of a script, for whoever writes it.
fn told(error: &Error) -> String {
    match error {
        Error::Refused(r) => format!("{} {:?} {:?}", r.key, r.field, r.args),
        Error::Invalid(all) => all
            .iter()
            .map(|r| format!("{} {:?}", r.key, r.field))
            .collect::<Vec<_>>()
            .join(", "),
        other => other.to_string(),
    }
}

/// `-30d 09:00` before `now`, where the body is; or so long before it, such as `-20h 30m`, for what must be near its term at
/// whatever hour the demo begins.
fn instant(text: &str, body: &Body, now: Timestamp) -> Option<Timestamp> {
    if let Some(before) = span(text) {
        return Some(now + before);
    }
    let (days, time) = moment(text)?;
    let day = now
        .to_zoned_datetime(body.zone.clone())
        .date()
        .checked_add(Span::new().days(days))
        .ok()?;
    let at = day
        .to_datetime(time)
        .to_zoned_datetime(body.zone.clone())
        .ok()?
        .timestamp();
    // What happens today happened before now.
    Some(if days == 0 { at.min(now) } else { at })
}

/// A span of hours and minutes.
fn span(text: &str) -> Option<SignedDuration> {
    text.parse().ok()
}

/// A value with its names and days filled in.
fn value(text: &str, body: &Body, now: Timestamp, cards: &BTreeMap<String, String>) -> Option<String> {
    if let Some(name) = text.strip_prefix('@') {
        return cards.get(name).cloned();
    }
    let Some(inner) = text.strip_prefix('{').and_then(|t| t.strip_suffix('}')) else {
        return Some(text.to_owned());
    };
    if inner == "year" {
        return Some(now.to_zoned_datetime(body.zone.clone()).year().to_string());
    }
    let at = instant(inner, body, now)?;
    if inner.contains(' ') || span(inner).is_some() {
        Some(at.to_string())
    } else {
        Some(at.to_zoned_datetime(body.zone.clone()).date().to_string())
    }
}
