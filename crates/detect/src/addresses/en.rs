//! Addresses as the English-speaking countries write them, and the commonest orders of the rest of Europe in English text.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::chain::{Chain, Grammar, Level, Part, mark};
use super::tokens::{Kind, Tokens, house_number};

/// Words at the end of a street's name that hardly mean anything else.
const TYPES: &str = " street st str road rd avenue ave av boulevard blvd lane ln drive dr terrace parkway pkwy highway hwy crescent cres turnpike tpke alley expressway freeway mews causeway esplanade \
                     promenade ";

/// Words that also mean other things: more than a number has to stand beside them.
const SOFT: &str = " way court ct place pl square sq circle cir close trail trl row park gardens hill grove walk green path pass loop plaza point ridge view quay wharf bypass union gate mall \
                    gateway mill fort ter common commons crossing ";

/// Words before the name, in the Romance and Slavic order.
const FIRST: &str = " rue via viale vicolo piazza calle avenida rua ul ulica utca largo paseo plaza avenue boulevard corso strada jalan quai impasse ";

/// Endings of one-word names in the Germanic and Nordic languages.
const ENDINGS: &[&str] = &[
    "straße", "strasse", "weg", "platz", "allee", "gasse", "gade", "vej", "vägen", "gatan", "straat", "laan", "katu",
    "tie", "veien", "gata", "ring", "damm", "ufer",
];

const UNITS: &str = " apt apartment suite ste unit flat room rm floor bldg building ";

const STATES: &str = " al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy dc pr ap ae aa on qc bc ab mb sk ns nb nl \
                      nsw vic qld tas act nt sa ";

/// Words that make "23 Supreme Court" no house.
const BODIES: &str =
    " supreme high district county federal appeals appeal crown circuit municipal trial moot world first second third ";

/// The lists that a word stands in, as bits in the order of [`LISTS`].
static CLASSES: LazyLock<HashMap<&'static str, u8>> = LazyLock::new(|| {
    let mut map = HashMap::new();
    for (n, list) in LISTS.iter().enumerate() {
        for word in list.split_whitespace() {
            *map.entry(word).or_default() |= 1 << n;
        }
    }
    map
});

const LISTS: [&str; 6] = [TYPES, SOFT, FIRST, UNITS, STATES, BODIES];

/// One of the lists.
#[derive(Debug, Clone, Copy)]
enum List {
    Types,
    Soft,
    First,
    Units,
    States,
    Bodies,
}

/// Whether a word stands in a list.
fn among(list: List, word: &str) -> bool {
    (2..=12).contains(&word.len()) && word.is_ascii() && CLASSES.get(word).is_some_and(|c| c >> list as u8 & 1 == 1)
}

fn ordinal(low: &str) -> bool {
    low.starts_with(|c: char| c.is_ascii_digit()) && ["st", "nd", "rd", "th"].iter().any(|e| low.ends_with(e))
}

/// The street that begins at a token: index behind it, and whether its word is one of the soft ones.
fn street(t: &Tokens<'_>, i: usize, numbered: bool) -> Option<(usize, bool)> {
    let mut names = 0;
    let mut small = false;
    for n in 0..6 {
        let low = t.low(i + n);
        let (hard, soft) = (among(List::Types, low), among(List::Soft, low));
        if n > 0 && names > 0 && (hard || soft) {
            if soft && among(List::Bodies, t.low(i + n - 1)) {
                return None;
            }
            // "12 Park Avenue": the last word counts.
            if t.is_name(i + n + 1) && (among(List::Types, t.low(i + n + 1)) || among(List::Soft, t.low(i + n + 1))) {
                continue;
            }
            let mut end = i + n + 1;
            // "St." is short, "Street." ends a sentence.
            if low.len() <= 4 && t.is_mark(end, '.') {
                end += 1;
            }
            if matches!(t.low(end), "n" | "s" | "e" | "w" | "ne" | "nw" | "se" | "sw") && t.is_name(end) {
                end += 1;
            }
            // Without capitals only what is hardly anything else will do alone.
            let plain = small && !matches!(low, "st" | "rd" | "ave" | "blvd" | "ln" | "street" | "avenue");
            return Some((end, soft || plain));
        }
        let name = t.is_name(i + n)
            || ordinal(low)
            || n > 0 && matches!(low, "of" | "the" | "de" | "la" | "du" | "di" | "del");
        // Without capitals only a short name right behind the number will do.
        if !(name || numbered && n < 2 && t.is_word(i + n) && low.len() > 1) {
            return None;
        }
        if low.starts_with("00") || small && matches!(low, "the" | "of") {
            return None;
        }
        names += usize::from(low.len() > 1);
        small |= !t.is_name(i + n) && !ordinal(low);
        if n == 0 && matches!(low, "of" | "the" | "in" | "on" | "and" | "to" | "at" | "for" | "or") {
            return None;
        }
        // "12 N. Main St"
        if low.len() == 1 && t.is_mark(i + n + 1, '.') {
            return street(t, i + n + 2, numbered);
        }
    }
    None
}

/// A number, `Flat`, `Apt`: index behind a unit.
fn unit(t: &Tokens<'_>, i: usize) -> Option<usize> {
    if t.is_mark(i, '#') && t.is_number(i + 1) {
        return Some(i + 2);
    }
    if !among(List::Units, t.low(i)) {
        return None;
    }
    let next = t.after_stop(i + 1);
    let letter = t.is_name(next) && t.raw(next).len() <= 2;
    (t.is_number(next) && t.raw(next).len() <= 6 || letter).then_some(next + 1)
}

/// Box at the post office, at home or of the forces.
fn post_box(t: &Tokens<'_>, i: usize) -> Option<usize> {
    let at = if t.low(i) == "p" && t.low(t.after_stop(i + 1)) == "o" {
        t.after_stop(t.after_stop(i + 1) + 1)
    } else if t.low(i) == "po" {
        t.after_stop(i + 1)
    } else if matches!(t.low(i), "psc" | "unit" | "cmr") && t.is_number(i + 1) {
        i + 2 + usize::from(t.is_mark(i + 2, ','))
    } else {
        return (t.low(i) == "pobox" && t.is_number(i + 1)).then_some(i + 2);
    };
    (t.low(at) == "box" && t.is_number(at + 1)).then_some(at + 2)
}

fn digits(raw: &str, n: std::ops::RangeInclusive<usize>) -> bool {
    n.contains(&raw.len()) && raw.bytes().all(|b| b.is_ascii_digit())
}

/// A postal code: `94105`, `94105-1234`, `TX 75001`, `NW1 6XE`, `K1A 0B1`.
fn code(t: &Tokens<'_>, i: usize, state_only: bool) -> Option<usize> {
    let (raw, low) = (t.raw(i), t.low(i));
    let zip = |k: usize| {
        let raw = t.raw(k);
        digits(raw, 5..=5)
            || raw
                .split_once('-')
                .is_some_and(|(a, b)| digits(a, 5..=5) && digits(b, 4..=4))
    };
    let state =
        t.is_name(i) && raw.len() <= 3 && raw.bytes().all(|b| b.is_ascii_uppercase()) && among(List::States, low);
    if state {
        let next = i + 1 + usize::from(t.is_mark(i + 1, ','));
        return (zip(next) || digits(t.raw(next), 4..=4) && raw.len() == 3)
            .then_some(next + 1)
            .or(state_only.then_some(i + 1));
    }
    // British and Canadian: an area of letters and digits, then a digit and two letters.
    let outward = t.is_name(i)
        && (2..=4).contains(&raw.len())
        && raw.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        && raw.bytes().any(|b| b.is_ascii_digit());
    let inward = t.raw(i + 1).as_bytes();
    if outward
        && matches!(inward, [d, l, r] if d.is_ascii_digit() && l.is_ascii_uppercase() && (r.is_ascii_uppercase() || r.is_ascii_digit()))
    {
        return Some(i + 2);
    }
    None
}

/// Whether a line some way on ends the block with a code.
fn code_ahead(t: &Tokens<'_>, i: usize) -> bool {
    (i..i + 10).any(|k| {
        code(t, k, false).is_some()
            || digits(t.raw(k), 4..=6) && !matches!(t.get(k + 1).map(|t| t.kind), Some(Kind::Word | Kind::Mark('-')))
    })
}

/// Rules of English text.
#[derive(Debug)]
pub(super) struct English;

impl Grammar for English {
    fn part(&self, t: &Tokens<'_>, i: usize, open: u16) -> Option<Part> {
        if let Some(end) = post_box(t, i) {
            return Some((Level::Box, end));
        }
        if let Some(end) = unit(t, i) {
            return Some((Level::Unit, end));
        }
        if matches!(t.low(i), "apo" | "fpo" | "dpo") && code(t, i + 1, false).is_some() {
            return Some((Level::Index, i + 3));
        }
        let begun = Level::Bare as u16 | Level::Box as u16 | Level::Street as u16 | Level::House as u16;
        if open & (begun | Level::Unit as u16) != 0 {
            if let Some(end) = code(t, i, open & Level::Place as u16 != 0) {
                return Some((Level::Index, end));
            }
            let alone = t.is_number(i) && digits(t.raw(i), 4..=6) && open & Level::Place as u16 != 0;
            if alone && !t.is_mark(i + 1, '-') {
                return Some((Level::Index, i + 1));
            }
        }
        if t.is_number(i) && house_number(t.raw(i)) {
            if let Some((end, soft)) = street(t, i + 1, true) {
                return Some((if soft { Level::House } else { Level::Bare }, end));
            }
            if among(List::First, t.low(i + 1)) {
                let n = names(t, i + 2, 5);
                if n > 0 {
                    let number = usize::from(t.is_number(i + 2 + n) && house_number(t.raw(i + 2 + n)));
                    return Some((Level::Bare, i + 2 + n + number));
                }
            }
            // "20789 Allika 46 Suite 501": the order of other countries, told by the flat behind it.
            let n = foreign(t, i + 1);
            let after = i + 1 + n;
            let own = t.is_number(after) && house_number(t.raw(after));
            let end = t.after_stop(after + usize::from(own));
            let flat = (end..end + 3)
                .find(|&k| t.is_word(k))
                .is_some_and(|k| unit(t, k).is_some());
            // "5638 Aasa 43", then a line with a town and its code.
            let block = own
                && n > 0
                && !month(t.low(i + 1))
                && matches!(t.get(end).map(|t| t.kind), Some(Kind::Line))
                && code_ahead(t, end);
            // "8 SCC 733" is a volume of law reports.
            let word = (i + 1..after).any(|k| t.low(k).len() > 3);
            return (word && own && (flat || block)).then_some((Level::Bare, end));
        }
        if !t.is_name(i) {
            return None;
        }
        let low = t.low(i);
        if ENDINGS.iter().any(|e| low.ends_with(e) && low.len() > e.len() + 2)
            && t.is_number(i + 1)
            && house_number(t.raw(i + 1))
        {
            return Some((Level::Bare, i + 2));
        }
        if low.len() > 5 && low.ends_with("str") && t.is_mark(i + 1, '.') && t.is_number(i + 2) {
            return Some((Level::Bare, i + 3));
        }
        if among(List::First, low) {
            let at = t.after_stop(i + 1);
            let n = names(t, at, 4);
            if n > 0 && t.is_number(at + n) && house_number(t.raw(at + n)) {
                return Some((Level::Bare, at + n + 1));
            }
        }
        if let Some((end, false)) = street(t, i, false) {
            return Some((Level::Street, end));
        }
        if open & (begun | Level::Unit as u16) == 0 {
            return None;
        }
        let n = (0..5)
            .take_while(|&n| t.is_name(i + n) && code(t, i + n, false).is_none())
            .count();
        let (before, after) = (i.checked_sub(1).and_then(|b| t.get(b)), t.get(i + n).map(|t| t.kind));
        let new_line = before.is_some_and(|b| matches!(b.kind, Kind::Line | Kind::Mark('>' | '?')));
        let ends =
            matches!(after, None | Some(Kind::Line | Kind::Mark(_) | Kind::Number)) || code(t, i + n, true).is_some();
        let fits = (1..=4).contains(&n)
            && ends
            && if new_line {
                code_ahead(t, i + n)
            } else {
                before.is_some_and(|b| b.kind == Kind::Mark(',')) || code_ahead(t, i + n)
            };
        fits.then_some((Level::Place, i + n))
    }

    fn gap(&self, t: &Tokens<'_>, i: usize) -> usize {
        match t.get(i).map(|t| t.kind) {
            Some(Kind::Line) => 1,
            Some(Kind::Mark('.')) => usize::from(i > 0 && t.raw(i - 1).len() <= 3),
            // Quoted mail.
            Some(Kind::Mark('>' | '?')) => usize::from(
                i > 0
                    && t.get(i - 1)
                        .is_some_and(|b| matches!(b.kind, Kind::Line | Kind::Mark('>' | '?'))),
            ),
            _ => mark(t, i),
        }
    }

    fn single(&self) -> u16 {
        Level::Bare as u16 | Level::Index as u16 | Level::Street as u16 | Level::House as u16
    }
}

/// The name of a street of any language: a capital word first, then words and full stops up to a number; 0 where no number follows.
fn foreign(t: &Tokens<'_>, i: usize) -> usize {
    let n = (0..8)
        .take_while(|&n| t.is_word(i + n) && !among(List::Units, t.low(i + n)) || t.is_mark(i + n, '.'))
        .count();
    if t.is_name(i) && n < 8 && t.is_number(i + n) {
        n
    } else {
        0
    }
}

fn month(low: &str) -> bool {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    low.len() >= 3 && MONTHS.iter().any(|m| low.starts_with(m))
}

/// How many capital words follow, small words of names between them.
fn names(t: &Tokens<'_>, i: usize, most: usize) -> usize {
    let small = |k: usize| {
        matches!(
            t.low(k),
            "de" | "la" | "du" | "des" | "di" | "del" | "da" | "do" | "och" | "van" | "von" | "le" | "u"
        )
    };
    let n = (0..most)
        .take_while(|&n| t.is_name(i + n) && !among(List::Units, t.low(i + n)) || small(i + n) && t.is_word(i + n))
        .count();
    if n > 0 && small(i + n - 1) && !t.is_name(i + n - 1) {
        n - 1
    } else {
        n
    }
}

/// How sure a chain is an address.
pub(super) fn judge(chain: &Chain, labelled: bool) -> Option<(f32, &'static str)> {
    let more = chain.any(Level::Index as u16 | Level::Unit as u16 | Level::Place as u16);
    if chain.has(Level::Bare) {
        return Some(if more {
            (0.9, "house, street, town")
        } else {
            (0.7, "house, street")
        });
    }
    if chain.has(Level::House) && (more || labelled) {
        return Some((0.75, "house, street, town"));
    }
    if chain.has(Level::Box) {
        return Some((0.8, "post box"));
    }
    if chain.has(Level::Street) && (chain.any(Level::Index as u16 | Level::Unit as u16) || labelled) {
        return Some((0.7, "street, postal code"));
    }
    if labelled && chain.has(Level::Unit) && more && chain.parts > 1 {
        return Some((0.7, "flat, town"));
    }
    None
}
