//! The first body and its people: a demo that is there to be looked at.

mod script;

use jiff::{SignedDuration, Timestamp};
use tutela_law::Country;
use tutela_words::Locale;

use crate::error::Error;
use crate::kernel::body::{Body, zone};
use crate::kernel::new_id;
use crate::kernel::people::{Account, NewAccount};
use crate::kernel::record::Actor;
use crate::kernel::rights::Role;
use crate::office::Office;

/// How long ago the office of a demo was opened.
const BEGUN: SignedDuration = SignedDuration::from_hours(24 * 130);

/// The script of a language: the body with its people, and what each part of the office adds.
fn script(locale: Locale) -> Result<script::Script, Error> {
    macro_rules! parts {
        ($base:literal $(, $part:literal)* $(,)?) => {
            match locale {
                Locale::Vi => script::parse(include_str!(concat!("../demo/", $base, "vi.toml")), &[$(include_str!(concat!("../demo/", $part, ".vi.toml"))),*]),
                Locale::Ru => script::parse(include_str!(concat!("../demo/", $base, "ru.toml")), &[$(include_str!(concat!("../demo/", $part, ".ru.toml"))),*]),
                Locale::Zh => script::parse(include_str!(concat!("../demo/", $base, "zh.toml")), &[$(include_str!(concat!("../demo/", $part, ".zh.toml"))),*]),
                Locale::En => script::parse(include_str!(concat!("../demo/", $base, "en.toml")), &[$(include_str!(concat!("../demo/", $part, ".en.toml"))),*]),
            }
        };
    }
    parts!("", "keep", "control", "inventory", "dossiers", "violations", "camp")
}

/// The report of a scan that a script names: of the sample files of its language, or of the broken ones. They are made of
/// `samples/` by the scanner, which a test of its crate holds them against; the office itself reads no files.
fn report(locale: Locale, name: &str) -> Option<&'static str> {
    match (name, locale) {
        ("files", Locale::Vi) => Some(include_str!("../demo/scan.vi.jsonl")),
        ("files", Locale::Ru) => Some(include_str!("../demo/scan.ru.jsonl")),
        ("files", Locale::Zh) => Some(include_str!("../demo/scan.zh.jsonl")),
        ("files", Locale::En) => Some(include_str!("../demo/scan.en.jsonl")),
        ("broken", _) => Some(include_str!("../demo/scan.broken.jsonl")),
        _ => None,
    }
}

/// Whether nobody has an account yet.
pub async fn is_empty(office: &Office) -> Result<bool, Error> {
    let row = sqlx::query("SELECT id FROM account LIMIT 1")
        .fetch_optional(office.db.read())
        .await?;
    Ok(row.is_none())
}

/// Makes the demo body of a language, with its people and everything that they did. Gives the people; all have the password.
/// Who signs in first is the data protection officer.
pub async fn make(office: &Office, now: Timestamp, locale: Locale, password: &str) -> Result<Vec<Account>, Error> {
    let script = script(locale)?;
    let wrong = |what: &str| Error::Installation(format!("the script of the demo: {what}"));
    let body = Body {
        id: new_id(),
        parent: None,
        name: script.body.name.clone(),
        country: Country::from_code(&script.body.country).ok_or_else(|| wrong("country"))?,
        zone: zone(&script.body.zone).ok_or_else(|| wrong("time zone"))?,
        zone_name: script.body.zone.clone(),
        region: script.body.region.clone(),
        locale,
        key_id: String::new(),
        details: script
            .body
            .details
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().into()))
            .collect(),
        created: now - BEGUN,
    };
    let body = office.create_body(body).await?;
    // Before everything that the script tells.
    let begin = now - BEGUN;
    let actor = Actor {
        account: "setup".to_owned(),
        body: body.id.clone(),
        roles: Vec::new(),
    };
    let mut people = Vec::new();
    for role in Role::ALL {
        let display = script.people.get(role.as_str()).ok_or_else(|| wrong(role.as_str()))?;
        let new = NewAccount {
            body: &body.id,
            login: role.as_str(),
            display,
            roles: &[role],
            locale,
            password: Some(password),
        };
        people.push(office.create_account(&actor, begin, new).await?);
    }
    script::play(office, &body, &people, &script, now).await?;
    people.sort_by_key(|p| !p.roles.contains(&Role::ProtectionOfficer));
    Ok(people)
}

#[cfg(test)]
mod tests {
    use tutela_words::Locale;

    use crate::kernel::clock::Clock;
    use crate::office::Office;

    #[tokio::test]
    async fn every_demo_plays_to_its_end_on_any_day() {
        for (locale, now) in [
            (Locale::Vi, "2026-11-24T02:00:00Z"),
            (Locale::Ru, "2026-07-06T06:00:00Z"),
            (Locale::Zh, "2026-04-13T01:00:00Z"),
            (Locale::En, "2026-09-21T02:00:00Z"),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let office = Office::open(folder.path()).await.unwrap();
            let now = now.parse().unwrap();
            let people = super::make(&office, now, locale, "a-long-password").await.unwrap();
            let mut connection = office.db.read().acquire().await.unwrap();
            let clocks = Clock::running(
                &mut connection,
                &people[0].body,
                now + jiff::SignedDuration::from_hours(24 * 40),
                100,
            );
            assert!(clocks.await.unwrap().len() > 2, "{locale:?}: some terms are near");
            drop(connection);
            // The sample files were found in one store, the broken ones were not read in the other.
            let inventory = office.inventory(&people[0].actor()).await.unwrap();
            assert_eq!(inventory.stores.len(), 2, "{locale:?}");
            assert!(inventory.categories.contains(&"health"), "{locale:?}");
            for kind in ["found-not-approved", "not-read"] {
                let gap = inventory.gaps.iter().any(|g| g.text("gap_kind") == kind);
                assert!(gap, "{locale:?}: {kind}");
            }
            office.published.publish(office.db.read()).await.unwrap();
        }
    }
}
