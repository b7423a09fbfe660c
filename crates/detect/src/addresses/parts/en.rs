//! The parts of addresses of English-speaking countries.

use std::ops::Range;

use super::super::chain::Level;
use super::super::en::English;
use super::super::lower::Lower;
use super::super::tokens::Tokens;
use super::{AddressPart, AddressParts, at, bytes, walk};
use crate::Lang;

/// States and provinces that end an address: the short form and the name.
const STATES: &[(&str, &str)] = &[
    ("AL", "Alabama"),
    ("AK", "Alaska"),
    ("AZ", "Arizona"),
    ("AR", "Arkansas"),
    ("CA", "California"),
    ("CO", "Colorado"),
    ("CT", "Connecticut"),
    ("DE", "Delaware"),
    ("DC", "District of Columbia"),
    ("FL", "Florida"),
    ("GA", "Georgia"),
    ("HI", "Hawaii"),
    ("ID", "Idaho"),
    ("IL", "Illinois"),
    ("IN", "Indiana"),
    ("IA", "Iowa"),
    ("KS", "Kansas"),
    ("KY", "Kentucky"),
    ("LA", "Louisiana"),
    ("ME", "Maine"),
    ("MD", "Maryland"),
    ("MA", "Massachusetts"),
    ("MI", "Michigan"),
    ("MN", "Minnesota"),
    ("MS", "Mississippi"),
    ("MO", "Missouri"),
    ("MT", "Montana"),
    ("NE", "Nebraska"),
    ("NV", "Nevada"),
    ("NH", "New Hampshire"),
    ("NJ", "New Jersey"),
    ("NM", "New Mexico"),
    ("NY", "New York"),
    ("NC", "North Carolina"),
    ("ND", "North Dakota"),
    ("OH", "Ohio"),
    ("OK", "Oklahoma"),
    ("OR", "Oregon"),
    ("PA", "Pennsylvania"),
    ("RI", "Rhode Island"),
    ("SC", "South Carolina"),
    ("SD", "South Dakota"),
    ("TN", "Tennessee"),
    ("TX", "Texas"),
    ("UT", "Utah"),
    ("VT", "Vermont"),
    ("VA", "Virginia"),
    ("WA", "Washington"),
    ("WV", "West Virginia"),
    ("WI", "Wisconsin"),
    ("WY", "Wyoming"),
    ("PR", "Puerto Rico"),
    ("ON", "Ontario"),
    ("QC", "Quebec"),
    ("BC", "British Columbia"),
    ("AB", "Alberta"),
    ("MB", "Manitoba"),
    ("SK", "Saskatchewan"),
    ("NS", "Nova Scotia"),
    ("NB", "New Brunswick"),
    ("NL", "Newfoundland and Labrador"),
    ("PE", "Prince Edward Island"),
    ("NSW", "New South Wales"),
    ("VIC", "Victoria"),
    ("QLD", "Queensland"),
    ("TAS", "Tasmania"),
    ("ACT", "Australian Capital Territory"),
    ("NT", "Northern Territory"),
];

const COUNTRIES: &[&str] = &[
    "united states of america",
    "united states",
    "usa",
    "u.s.a.",
    "us",
    "united kingdom",
    "uk",
    "great britain",
    "england",
    "scotland",
    "wales",
    "northern ireland",
    "ireland",
    "canada",
    "australia",
    "new zealand",
    "vietnam",
    "viet nam",
    "china",
    "russia",
    "singapore",
    "germany",
    "france",
];

/// Words of a flat; other units of a house are its building.
const FLATS: &[&str] = &["apt", "apartment", "suite", "ste", "unit", "flat", "room", "rm"];

pub(super) fn read(value: &str, lower: &Lower) -> AddressParts {
    let t = Tokens::read(value, lower, 0, value.len());
    let mut out = AddressParts::of(Lang::En);
    for (level, from, to) in walk(&English, &t) {
        let Some(range) = bytes(&t, from, to) else { continue };
        match level {
            Level::Bare | Level::House => {
                let number = (from..to).take_while(|&i| t.is_number(i)).take(1).count();
                if number > 0 {
                    out.house = out
                        .house
                        .take()
                        .or_else(|| bytes(&t, from, from + number).and_then(|r| at(value, r)));
                }
                out.street = out
                    .street
                    .take()
                    .or_else(|| bytes(&t, from + number, to).and_then(|r| at(value, r)));
            }
            Level::Street => out.street = out.street.take().or_else(|| at(value, range)),
            Level::Unit => {
                let slot = if FLATS.contains(&t.low(from)) || t.is_mark(from, '#') {
                    &mut out.flat
                } else {
                    &mut out.building
                };
                *slot = slot.take().or_else(|| at(value, range));
            }
            Level::Box => out.postcode = at(value, range),
            _ => {}
        }
    }
    ends(value, lower, &mut out);
    out
}

/// The segments behind the street, from the end: country, postal code and state, town.
fn ends(value: &str, lower: &Lower, out: &mut AddressParts) {
    let mut segments: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    for (i, c) in value.char_indices().chain([(value.len(), ',')]) {
        if matches!(c, ',' | '\n' | ';') {
            let piece = value.get(start..i).unwrap_or_default();
            let from = start + (piece.len() - piece.trim_start().len());
            let to = start + piece.trim_end_matches([' ', '.', '\r']).len();
            if from < to {
                segments.push(from..to);
            }
            start = i + c.len_utf8();
        }
    }
    // What holds the street or the flat is no town.
    let taken = [&out.street, &out.flat, &out.building, &out.house]
        .into_iter()
        .flatten()
        .filter_map(|p| p.range.as_ref().map(|r| r.end))
        .max()
        .unwrap_or(0);
    segments.retain(|s| s.start >= taken || s.end > taken && taken == 0);
    if let Some(last) = segments.last().cloned()
        && lower.get(last.clone()).is_some_and(|l| COUNTRIES.contains(&l))
    {
        out.country = at(value, last);
        segments.pop();
    }
    while let Some(last) = segments.last().cloned() {
        let text = value.get(last.clone()).unwrap_or_default();
        let code = code(text);
        if let Some(n) = code {
            out.postcode = at(value, last.end - n..last.end);
        }
        let rest = text
            .get(..text.len() - code.unwrap_or(0))
            .unwrap_or_default()
            .trim_end();
        let word = rest.rsplit(' ').next().unwrap_or_default();
        let state = STATES.iter().find(|s| s.0 == word || s.1.eq_ignore_ascii_case(rest));
        let mut town = rest;
        if let Some((short, name)) = state.filter(|_| out.province.is_none()) {
            let length = if *short == word { word.len() } else { rest.len() };
            town = rest.get(..rest.len() - length).unwrap_or_default().trim_end();
            out.province = Some(AddressPart {
                range: Some(last.start + rest.len() - length..last.start + rest.len()),
                code: Some((*short).to_owned()),
                name: (*name).to_owned(),
            });
        }
        segments.pop();
        let words = town.split(' ').count();
        if !town.is_empty() && words <= 4 && !town.bytes().any(|b| b.is_ascii_digit()) {
            out.city = at(value, last.start..last.start + town.len());
            break;
        }
        if code.is_none() && state.is_none() {
            break;
        }
    }
}

/// The length of a postal code at the end of a text.
fn code(text: &str) -> Option<usize> {
    let mut words = text.rsplit(' ');
    let last = words.next()?;
    let digits = |s: &str, n: usize| s.len() == n && s.bytes().all(|b| b.is_ascii_digit());
    if digits(last, 5) || digits(last, 4) || last.split_once('-').is_some_and(|(a, b)| digits(a, 5) && digits(b, 4)) {
        return Some(last.len());
    }
    let before = words.next()?;
    let inward = matches!(last.as_bytes(), [d, a, b] if d.is_ascii_digit() && a.is_ascii_uppercase() && b.is_ascii_alphanumeric());
    let outward = (2..=4).contains(&before.len())
        && before.starts_with(|c: char| c.is_ascii_uppercase())
        && before.bytes().any(|b| b.is_ascii_digit())
        && before.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    (inward && outward).then_some(before.len() + 1 + last.len())
}
