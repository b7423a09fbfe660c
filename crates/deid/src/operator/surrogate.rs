//! Invented values that read like real ones, the same for the same value and key.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use tutela_detect::name::Gender;
use tutela_detect::{Entity, Lang};

use super::date;
use super::key::Draw;

/// Lists of parts of names under their headings.
static PARTS: LazyLock<BTreeMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let mut parts: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let mut heading = "";
    for line in include_str!("../../data/surrogates.txt").lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            heading = name;
        } else if !line.starts_with('#') {
            parts.entry(heading).or_default().extend(line.split_whitespace());
        }
    }
    parts
});

/// An invented value; nothing where none can be made up for this type.
pub(super) fn value(entity: Entity, text: &str, lang: Lang, draw: &mut Draw) -> Option<String> {
    match entity {
        Entity::Person => person(text, lang, draw),
        Entity::EmailAddress => Some(format!("user{}@example.org", 10_000 + draw.below(90_000))),
        Entity::Username => Some(format!("user{}", 10_000 + draw.below(90_000))),
        Entity::DateOfBirth => {
            date::year(text)?;
            let days = 30 + draw.below(300) as i64;
            date::shifted(text, if draw.below(2) == 0 { days } else { -days })
        }
        Entity::IpAddress => Some(format!("192.0.2.{}", 1 + draw.below(254))),
        _ => None,
    }
}

fn pick(name: &str, draw: &mut Draw) -> Option<&'static str> {
    draw.one(PARTS.get(name)?)
}

/// A name of the same language, sex and number of parts.
fn person(text: &str, lang: Lang, draw: &mut Draw) -> Option<String> {
    let letter = text.chars().find(|c| c.is_alphabetic())?;
    let words: Vec<&str> = text.split_whitespace().collect();
    if ('\u{3400}'..='\u{9fff}').contains(&letter) {
        let sex = if draw.below(2) == 0 { "zh-male" } else { "zh-female" };
        return Some(format!("{}{}", pick("zh-family", draw)?, pick(sex, draw)?));
    }
    if ('\u{400}'..='\u{4ff}').contains(&letter) {
        return russian(text, &words, draw);
    }
    let vietnamese = lang == Lang::Vi || PARTS.get("vi-family")?.iter().any(|f| words.first() == Some(f));
    if vietnamese {
        let gender = tutela_detect::name::parts(text, Some(Lang::Vi)).and_then(|p| p.gender);
        let female = gender.map_or_else(|| draw.below(2) == 0, |g| g == Gender::Female);
        let (middle, given) = if female {
            ("vi-female-middle", "vi-female")
        } else {
            ("vi-male-middle", "vi-male")
        };
        return Some(match words.len() {
            1 => pick(given, draw)?.to_owned(),
            2 => format!("{} {}", pick("vi-family", draw)?, pick(given, draw)?),
            _ => format!(
                "{} {} {}",
                pick("vi-family", draw)?,
                pick(middle, draw)?,
                pick(given, draw)?
            ),
        });
    }
    let given = if draw.below(2) == 0 { "en-male" } else { "en-female" };
    Some(match words.len() {
        1 => pick(given, draw)?.to_owned(),
        _ => format!("{} {}", pick(given, draw)?, pick("en-family", draw)?),
    })
}

fn russian(text: &str, words: &[&str], draw: &mut Draw) -> Option<String> {
    let gender = tutela_detect::name::parts(text, Some(Lang::Ru)).and_then(|p| p.gender);
    let female = gender.map_or_else(|| draw.below(2) == 0, |g| g == Gender::Female);
    let family = pick("ru-family", draw)?;
    let family = if female {
        format!("{family}а")
    } else {
        family.to_owned()
    };
    let (given, patronymic) = if female {
        ("ru-female", "ru-female-patronymic")
    } else {
        ("ru-male", "ru-male-patronymic")
    };
    let (given, patronymic) = (pick(given, draw)?, pick(patronymic, draw)?);
    let first = |word: &str| word.chars().next().map(String::from).unwrap_or_default();
    Some(if text.contains('.') {
        format!("{family} {}. {}.", first(given), first(patronymic))
    } else {
        match words.len() {
            1 => family,
            2 => format!("{family} {given}"),
            _ => format!("{family} {given} {patronymic}"),
        }
    })
}
