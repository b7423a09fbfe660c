//! The parts of Russian addresses, and the regions and towns that they name.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::super::chain::Level;
use super::super::lower::Lower;
use super::super::ru::Russia;
use super::super::tokens::Tokens;
use super::{AddressPart, AddressParts, at, bytes, grow, walk};
use crate::Lang;

/// A region: code, full name, the stem by which it is told in any case.
#[derive(Debug)]
struct Region {
    code: &'static str,
    full: String,
    stem: String,
}

struct Tables {
    regions: Vec<Region>,
    /// The regions of a town by its name in lower case; towns of one name lie in several.
    towns: HashMap<String, Vec<usize>>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut tables = Tables {
        regions: Vec::with_capacity(90),
        towns: HashMap::with_capacity(1200),
    };
    for line in include_str!("../../../data/addresses/ru-units.txt")
        .lines()
        .filter(|l| !l.starts_with('#'))
    {
        if let Some(town) = line.strip_prefix("- ") {
            if let Some(region) = tables.regions.len().checked_sub(1) {
                tables.towns.entry(fold(town)).or_default().push(region);
            }
            continue;
        }
        let mut words = line.splitn(3, ' ');
        let (Some(code), Some(kind), Some(name)) = (words.next(), words.next(), words.next()) else {
            continue;
        };
        let full = match kind {
            "обл" => format!("{name} область"),
            "край" => format!("{name} край"),
            "АО" => format!("{name} автономный округ"),
            "Аобл" => format!("{name} автономная область"),
            "г" => format!("г. {name}"),
            _ if name.ends_with("ая") => format!("{name} Республика"),
            _ => format!("Республика {name}"),
        };
        if kind == "г" {
            tables.towns.entry(fold(name)).or_default().push(tables.regions.len());
        }
        tables.regions.push(Region {
            code,
            full,
            stem: stem(&fold(name)),
        });
    }
    tables
});

/// In lower case, ё as е.
fn fold(name: &str) -> String {
    Lower::of(name).all().replace('ё', "е")
}

/// A name without the ending of its case: воронежская, воронежской.
fn stem(name: &str) -> String {
    let first = name.split([' ', '(']).next().unwrap_or_default();
    let endings = [
        "ская",
        "ской",
        "скую",
        "ский",
        "ского",
        "скому",
        "ском",
        "ским",
        "ая",
        "ой",
        "ую",
        "ый",
        "ого",
        "ом",
        "ия",
        "ии",
        "ию",
        "ей",
        "а",
        "ы",
        "е",
        "у",
        "я",
        "и",
        "ь",
    ];
    let cut = endings
        .iter()
        .find_map(|e| first.strip_suffix(e))
        .filter(|s| s.chars().count() >= 3);
    cut.unwrap_or(first).to_owned()
}

/// The region of a name in any case.
fn region(name: &str) -> Option<&'static Region> {
    let words: Vec<String> = fold(name)
        .split(|c: char| !c.is_alphabetic() && c != '-')
        .filter(|w| {
            !matches!(
                *w,
                "обл"
                    | "область"
                    | "области"
                    | "областью"
                    | "респ"
                    | "республика"
                    | "республики"
                    | "республике"
                    | "край"
                    | "края"
                    | "крае"
                    | "ао"
                    | "автономный"
                    | "автономная"
                    | "округ"
                    | "округа"
                    | ""
                    | "г"
                    | "город"
                    | "в"
            )
        })
        .map(str::to_owned)
        .collect();
    let first = stem(words.first()?);
    // "Московская область" is not Moscow: the city stands among the towns.
    let mut fits = TABLES
        .regions
        .iter()
        .filter(|r| r.stem == first && !r.full.starts_with("г. "));
    let found = fits.next()?;
    match fits.next() {
        // Республика Алтай, Алтайский край.
        Some(other) => {
            let republic = fold(name).contains("респ");
            [found, other]
                .into_iter()
                .find(|r| r.full.contains("Республика") == republic)
        }
        None => Some(found),
    }
}

/// Nominatives that the prepositional of a town may have.
fn towns(name: &str) -> Vec<String> {
    let low = fold(name);
    let low = [
        "город ",
        "городе ",
        "города ",
        "городу ",
        "гор. ",
        "гор ",
        "г. ",
        "г.",
        "г ",
    ]
    .iter()
    .find_map(|k| low.strip_prefix(k))
    .unwrap_or(&low)
    .trim()
    .to_owned();
    let mut all = vec![low.clone()];
    for (ending, instead) in [
        ("е", ""),
        ("е", "а"),
        ("и", "ь"),
        ("и", "я"),
        ("а", ""),
        ("ы", "а"),
        ("у", ""),
        ("ом", ""),
        ("ске", "ск"),
        ("ове", "ов"),
    ] {
        if let Some(stem) = low.strip_suffix(ending) {
            all.push(format!("{stem}{instead}"));
        }
    }
    all
}

pub(super) fn read(value: &str, lower: &Lower) -> AddressParts {
    let t = Tokens::read(value, lower, 0, value.len());
    let mut out = AddressParts::of(Lang::Ru);
    for (level, from, to) in walk(&Russia, &t) {
        let Some(range) = bytes(&t, from, to) else { continue };
        match level {
            Level::Country => out.country = at(value, range),
            Level::Province => out.province = out.province.take().or_else(|| at(value, range)),
            Level::District | Level::Ward => out.district = out.district.take().or_else(|| at(value, range)),
            Level::Town | Level::Place => out.city = out.city.take().or_else(|| at(value, range)),
            Level::Hamlet => out.settlement = out.settlement.take().or_else(|| at(value, range)),
            Level::Street | Level::Bare => out.street = out.street.take().or_else(|| at(value, range)),
            Level::House => out.house = out.house.take().or_else(|| at(value, range)),
            Level::Unit => {
                let word = t.low(from);
                let flat = ["кв", "оф", "ком", "каб", "пом"].iter().any(|w| word.starts_with(w));
                grow(value, if flat { &mut out.flat } else { &mut out.building }, range);
            }
            Level::Index | Level::Box => out.postcode = out.postcode.take().or_else(|| at(value, range)),
        }
    }
    resolve(&mut out);
    out
}

fn resolve(out: &mut AddressParts) {
    if let Some(part) = &mut out.province
        && let Some(region) = region(&part.name)
    {
        part.code = Some(region.code.to_owned());
        part.name.clone_from(&region.full);
    }
    let Some(city) = &mut out.city else { return };
    let names = towns(&city.name);
    let found = names.iter().find_map(|n| TABLES.towns.get(n).map(|r| (n, r)));
    if let Some((name, regions)) = found {
        let mut written = String::new();
        // The name as it stands in the nominative, with its capitals.
        for (i, piece) in name.split_inclusive(['-', ' ']).enumerate() {
            let small = i > 0 && matches!(piece, "на-" | "на " | "де-" | "ла-");
            let mut chars = piece.chars();
            match chars.next() {
                Some(c) if !small => written.extend(c.to_uppercase().chain(chars)),
                Some(c) => written.extend(std::iter::once(c).chain(chars)),
                None => {}
            }
        }
        city.name = format!("г. {written}");
        if out.province.is_none()
            && let [one] = regions.as_slice()
            && let Some(region) = TABLES.regions.get(*one)
        {
            out.province = Some(AddressPart {
                range: None,
                code: Some(region.code.to_owned()),
                name: region.full.clone(),
            });
        }
    }
}
