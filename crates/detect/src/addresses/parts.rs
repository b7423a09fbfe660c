//! Addresses in their parts: country, region, district, ward, street, house, flat, each with its place in the value and its official code.
//!
//! The grammars that find addresses in a text read them a second time here, part by part; the tables of administrative units then say
//! which unit is meant, add what follows from it (the region of a town), and translate the communes of Viet Nam of before July 2025
//! into those of today. [`generalise`] keeps the region or the district and drops the rest.

mod en;
mod ru;
mod units;
mod vi;
mod zh;

#[cfg(test)]
mod tests;

use std::ops::Range;

use super::chain::Grammar;
use super::lower::Lower;
use super::tokens::Tokens;
use crate::{Lang, language};

/// One part of an address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AddressPart {
    /// Where it stands in the value, with the word of its kind; nothing where it follows from another part.
    pub range: Option<Range<usize>>,
    /// The official code: of the statistics office of Viet Nam (two digits, three, five), of the subjects of Russia (two digits), of
    /// GB/T 2260 (six digits).
    pub code: Option<String>,
    /// The full name in the tables, or what stands in the value.
    pub name: String,
}

/// A unit of the tables: code and full name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The official code.
    pub code: String,
    /// The name with its kind, as official texts write it.
    pub name: String,
}

/// The parts of an address; what a value does not have is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressParts {
    /// The language by whose custom it is written.
    pub lang: Lang,
    /// Country.
    pub country: Option<AddressPart>,
    /// Province, region, state.
    pub province: Option<AddressPart>,
    /// City above or beside the districts: 市, г., a town of the English-speaking world.
    pub city: Option<AddressPart>,
    /// District, county, town under a province.
    pub district: Option<AddressPart>,
    /// Ward, commune, township.
    pub ward: Option<AddressPart>,
    /// Village, hamlet, quarter.
    pub settlement: Option<AddressPart>,
    /// Street, lane, road.
    pub street: Option<AddressPart>,
    /// House number.
    pub house: Option<AddressPart>,
    /// Building, block, entrance, floor.
    pub building: Option<AddressPart>,
    /// Flat, room, office.
    pub flat: Option<AddressPart>,
    /// Postal code or box.
    pub postcode: Option<AddressPart>,
    /// Viet Nam: the communes of today in which the ward lies; several where it was divided, none where the address is of today.
    pub today: Vec<Unit>,
    /// Viet Nam: the province of today, where it is another one.
    pub province_today: Option<Unit>,
}

impl AddressParts {
    fn of(lang: Lang) -> Self {
        Self {
            lang,
            country: None,
            province: None,
            city: None,
            district: None,
            ward: None,
            settlement: None,
            street: None,
            house: None,
            building: None,
            flat: None,
            postcode: None,
            today: Vec::new(),
            province_today: None,
        }
    }

    fn is_empty(&self) -> bool {
        [
            &self.country,
            &self.province,
            &self.city,
            &self.district,
            &self.ward,
            &self.settlement,
            &self.street,
            &self.house,
            &self.building,
            &self.flat,
            &self.postcode,
        ]
        .into_iter()
        .all(Option::is_none)
    }
}

/// How much of an address is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// The province, region or state alone.
    Province,
    /// The district or town with its province; the province alone where the country knows no level between it and the commune.
    District,
}

/// The longest value that is read, in bytes.
const LONGEST: usize = 1024;

/// Takes an address apart. `lang` is the language of the text around it, where that is known; else the value tells.
/// Nothing where no part is recognised.
pub fn parts(value: &str, lang: Option<Lang>) -> Option<AddressParts> {
    if value.len() > LONGEST {
        return None;
    }
    // The script decides: a Russian text quotes Chinese addresses too. Between Vietnamese and English the words do.
    let own = language::main(value);
    let lang = match (own, lang) {
        (Lang::Ru | Lang::Zh | Lang::Vi, _) => own,
        (Lang::En, Some(Lang::Vi)) => Lang::Vi,
        (Lang::En, _) => match vi::likely(value) {
            true => Lang::Vi,
            false => Lang::En,
        },
    };
    let lower = Lower::of(value);
    let found = match lang {
        Lang::Vi => vi::read(value, &lower),
        Lang::Ru => ru::read(value, &lower),
        Lang::Zh => zh::read(value),
        Lang::En => en::read(value, &lower),
    };
    (!found.is_empty()).then_some(found)
}

/// An address with everything below a level dropped, in the order and words of its language: `quận Ba Đình, thành phố Hà Nội`,
/// `Воронежская область`, `广东省深圳市`. Nothing where not even the province is known: then the whole has to go.
pub fn generalise(value: &str, lang: Option<Lang>, level: Level) -> Option<String> {
    let parts = parts(value, lang)?;
    let name = |part: &Option<AddressPart>| part.as_ref().map(|p| p.name.clone());
    let province = name(&parts.province);
    let text = match (parts.lang, level) {
        (Lang::Vi, Level::Province) => province?,
        (Lang::Vi, Level::District) => match (name(&parts.district), province) {
            (Some(district), Some(province)) => format!("{district}, {province}"),
            (None, province) => province?,
            // A district whose province is not known may be any of several.
            (Some(_), None) => return None,
        },
        (Lang::Ru, Level::Province) => province.or_else(|| name(&parts.country))?,
        (Lang::Ru, Level::District) => {
            let below = name(&parts.city).or_else(|| name(&parts.district));
            match (province, below) {
                (Some(province), Some(below)) if province != below => format!("{province}, {below}"),
                (Some(province), _) => province,
                (None, Some(below)) => below,
                (None, None) => return None,
            }
        }
        (Lang::Zh, Level::Province) => province?,
        (Lang::Zh, Level::District) => {
            let province = province?;
            let mut out = province.clone();
            for below in [name(&parts.city), name(&parts.district)].into_iter().flatten() {
                if below != province {
                    out.push_str(&below);
                }
            }
            out
        }
        (Lang::En, Level::Province) => province.or_else(|| name(&parts.country))?,
        (Lang::En, Level::District) => {
            let all: Vec<String> = [name(&parts.city), province, name(&parts.country)]
                .into_iter()
                .flatten()
                .collect();
            if all.is_empty() {
                return None;
            }
            all.join(", ")
        }
    };
    Some(text)
}

/// A part that stands in the value.
fn at(value: &str, range: Range<usize>) -> Option<AddressPart> {
    let name = value.get(range.clone())?.trim();
    (!name.is_empty()).then(|| AddressPart {
        range: Some(range),
        code: None,
        name: name.to_owned(),
    })
}

/// Makes a part longer, or sets it where it is not there yet.
fn grow(value: &str, slot: &mut Option<AddressPart>, range: Range<usize>) {
    let whole = match slot.as_ref().and_then(|p| p.range.clone()) {
        Some(old) => old.start.min(range.start)..old.end.max(range.end),
        None => range,
    };
    *slot = at(value, whole);
}

/// All parts that a grammar finds: the level, the indices of the first token and the one behind.
fn walk(grammar: &impl Grammar, t: &Tokens<'_>) -> Vec<(super::chain::Level, usize, usize)> {
    let (mut found, mut has, mut i) = (Vec::new(), 0_u16, 0);
    while i < t.list.len() {
        match grammar.part(t, i, has) {
            Some((level, next)) => {
                let next = next.max(i + 1);
                found.push((level, i, next));
                has |= level as u16;
                i = next;
            }
            None => i += 1,
        }
    }
    found
}

/// The bytes of some tokens.
fn bytes(t: &Tokens<'_>, from: usize, to: usize) -> Option<Range<usize>> {
    Some(t.get(from)?.start..t.get(to.checked_sub(1)?)?.end)
}
