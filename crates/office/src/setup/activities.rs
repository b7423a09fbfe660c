//! Typical processing activities, drafted from twelve questions.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use serde::Deserialize;

use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::record::{Actor, Command, Done, Input};
use crate::office::Office;

/// Kinds of bodies.
pub const KINDS: &[&str] = &["state-office", "hospital", "school", "other-body"];

static TYPICAL: LazyLock<Result<Typical, String>> =
    LazyLock::new(|| toml::from_str(include_str!("activities.toml")).map_err(|e| e.to_string()));

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Typical {
    norm: BTreeMap<String, BTreeMap<String, String>>,
    activity: Vec<Activity>,
}

/// A typical activity.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    /// Its word in forms and texts.
    pub id: String,
    /// Kinds of bodies that usually have it.
    pub usual: Vec<String>,
    /// What it rests on.
    pub basis: String,
    subjects: Vec<String>,
    data: Vec<String>,
    #[serde(default)]
    keep: BTreeMap<String, Keep>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keep {
    from: String,
    length: u32,
    unit: String,
}

fn typical() -> Result<&'static Typical, Error> {
    TYPICAL
        .as_ref()
        .map_err(|why| Error::Installation(format!("typical activities: {why}")))
}

/// All typical activities, in the order of the questions.
pub fn all() -> Result<&'static [Activity], Error> {
    Ok(&typical()?.activity)
}

/// The draft of an activity for a body, as it would be typed into the form.
fn draft(office: &Office, body: &Body, activity: &Activity, now: Timestamp) -> Result<Input, Error> {
    let country = body.country.code();
    let norm = typical()?.norm.get(&activity.basis).and_then(|n| n.get(country));
    let norm = norm.ok_or_else(|| Error::Installation(format!("no norm for {} in {country}", activity.basis)))?;
    let words = office.words(body.locale);
    let keep = activity.keep.get(country).cloned().unwrap_or(Keep {
        from: "purpose-reached".to_owned(),
        length: 0,
        unit: "days".to_owned(),
    });
    let today = now.to_zoned_datetime(body.zone.clone()).date();
    let one = |name: &str, value: String| (name.to_owned(), vec![value]);
    Ok(Input::from([
        one("title", words.get(&format!("activity-{}-title", activity.id))),
        one("purpose", words.get(&format!("activity-{}-purpose", activity.id))),
        one("bases", activity.basis.clone()),
        one("norm", norm.clone()),
        ("subject_categories".to_owned(), activity.subjects.clone()),
        ("data_categories".to_owned(), activity.data.clone()),
        one("keep_from", keep.from),
        one("keep_length", keep.length.to_string()),
        one("keep_unit", keep.unit),
        one("started_on", today.to_string()),
    ]))
}

/// Drafts the activities that were ticked. Gives the cards.
pub async fn draft_all(office: &Office, actor: &Actor, now: Timestamp, ticked: &[String]) -> Result<Vec<Done>, Error> {
    let body = office
        .body(&actor.body)
        .await?
        .ok_or_else(|| Refusal::new("refusal-no-page"))?;
    let mut drafted = Vec::new();
    for activity in all()?.iter().filter(|a| ticked.contains(&a.id)) {
        let command = Command {
            register: "processing",
            operation: "draft",
            card: None,
            version: None,
            input: draft(office, &body, activity, now)?,
        };
        drafted.push(office.act(actor, now, command).await?);
    }
    Ok(drafted)
}
