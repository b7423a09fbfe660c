//! Russian addresses: parts in any order, their words before or after the name, short or inflected.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::chain::{ADMIN, Chain, Grammar, Level, Part, mark};
use super::tokens::{Tokens, house_number};

/// Where the word of a part stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Before the name.
    Before,
    /// On either side.
    Either,
    /// Before a number or one letter.
    Number,
}

const WORDS: &[(Level, Side, &str)] = &[
    (
        Level::Province,
        Side::Either,
        "обл область области областью респ республика республики республике край края крае ао",
    ),
    (
        Level::District,
        Side::Either,
        "р-н р-на р-не район района районе р-он округ округа округе улус",
    ),
    (Level::Town, Side::Before, "г гор город города городе городу гор.окр"),
    (
        Level::Hamlet,
        Side::Before,
        "с село села селе дер деревня деревни деревне д пос п поселок посёлок поселка посёлка поселке посёлке пгт рп ст-ца станица станицы станице х хутор хутора хуторе аул аула ауле сл слобода с/п \
         снт днт днп снп гск мкр мкрн микрорайон микрорайона микрорайоне кв-л квартал жк военгородок кп дп",
    ),
    (
        Level::Street,
        Side::Either,
        "ул улица улицы улице улицу пр-т пр-кт просп пр проспект проспекта проспекте пер переулок переулка переулке б-р бул бульвар бульвара бульваре ш шоссе \
         наб набережная набережной пл площадь площади проезд проезда проезде пр-д туп тупик аллея аллее линия линии тракт тракта тер",
    ),
    (
        Level::House,
        Side::Number,
        "д дом дома доме вл влд владение двлд домовладение зд здание",
    ),
    (
        Level::Unit,
        Side::Number,
        "к корп корпус корпусе стр строение лит литер литера литера кв квартира квартиры квартире оф офис офисе ком комн комната каб кабинет пом помещ помещение эт этаж под подъезд \
         блок секция бокс",
    ),
];

static TABLE: LazyLock<HashMap<&'static str, Vec<(Level, Side)>>> = LazyLock::new(|| {
    let mut map: HashMap<&str, Vec<(Level, Side)>> = HashMap::new();
    for &(level, side, words) in WORDS {
        for word in words.split_whitespace() {
            map.entry(word).or_default().push((level, side));
        }
    }
    map
});

/// Towns that addresses name without `г.`: those of about a hundred thousand people and more, with the forms after `в`.
static TOWNS: LazyLock<HashMap<&'static str, ()>> = LazyLock::new(|| {
    include_str!("../../data/addresses/ru-towns.txt")
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
        .map(|l| (l, ()))
        .collect()
});

fn meanings(t: &Tokens<'_>, i: usize) -> &'static [(Level, Side)] {
    if t.is_word(i) {
        TABLE.get(t.low(i)).map(Vec::as_slice).unwrap_or_default()
    } else {
        &[]
    }
}

/// Number or single letter of a house, a flat: the index behind it.
fn numbered(t: &Tokens<'_>, i: usize, letters: bool) -> Option<usize> {
    let mut i = t.after_stop(i);
    if t.is_mark(i, '№') {
        i += 1;
    }
    if t.is_number(i) && house_number(t.raw(i)) {
        // "12 А", "5 / 2"
        let letter =
            t.is_word(i + 1) && t.is_name(i + 1) && t.raw(i + 1).chars().count() == 1 && !t.is_mark(i + 2, '.');
        if letter {
            return Some(i + 2);
        }
        if t.is_mark(i + 1, '/') && t.is_number(i + 2) && house_number(t.raw(i + 2)) {
            return Some(i + 3);
        }
        return Some(i + 1);
    }
    let quoted = usize::from(t.is_mark(i, '"') || t.is_mark(i, '«'));
    // "помещ. III"
    let roman = letters && t.is_name(i) && t.raw(i).len() <= 5 && t.raw(i).bytes().all(|b| b"IVXLC".contains(&b));
    if roman {
        return Some(i + 1);
    }
    (letters && t.is_word(i + quoted) && t.raw(i + quoted).chars().count() == 1).then_some(i + 1 + 2 * quoted)
}

/// A name behind its word: capitals, ordinals, `им. Ленина`, `8 Марта`, names in quotes.
fn name(t: &Tokens<'_>, from: usize, level: Level) -> Option<usize> {
    let mut i = t.after_stop(from);
    let stopped = i > from;
    if t.is_mark(i, '«') || t.is_mark(i, '"') {
        let close = (i + 1..i + 7).find(|&k| t.is_mark(k, '»') || t.is_mark(k, '"'))?;
        return (close > i + 1).then_some(close + 1);
    }
    if matches!(t.low(i), "им" | "имени") {
        i = t.after_stop(i + 1);
    }
    let title = matches!(
        t.low(i),
        "реки"
            | "канала"
            | "академика"
            | "маршала"
            | "генерала"
            | "адмирала"
            | "героя"
            | "героев"
            | "космонавта"
            | "летчика"
            | "лётчика"
    );
    if title && level == Level::Street && t.is_name(i + 1) {
        i += 1;
    }
    let first = i;
    if level == Level::Street && t.is_number(i) {
        // "ул. 8 Марта", "ул. 50 лет Октября", "ул. 1-я Советская", "ул. 9-го Января"
        i += 1;
        if t.low(i) == "лет" {
            i += 1;
        }
        if !t.is_word(i) {
            return t.low(first).contains('-').then_some(i);
        }
    }
    // Initials.
    while level == Level::Street && t.is_name(i) && t.raw(i).chars().count() == 1 && t.is_mark(i + 1, '.') {
        i += 2;
    }
    let most = if level == Level::Street { 4 } else { 2 };
    let mut n = 0;
    while n < most && t.is_name(i + n) && (n == 0 || !starts_part(t, i + n)) {
        n += 1;
    }
    // Numbers belong to some names: "мкр. Северный-2", "мкр 5", "кв-л 12".
    if n == 0
        && level == Level::Hamlet
        && t.is_number(i)
        && matches!(t.low(from - 1), "мкр" | "мкрн" | "микрорайон" | "кв-л" | "квартал")
    {
        return Some(i + 1);
    }
    if n == 0 && t.is_word(i) && !t.is_name(i) && t.low(i).chars().count() > 2 && meanings(t, i).is_empty() {
        // A text without capitals: only after a word of some length or with a full stop.
        let word = t.low(from - 1);
        if stopped || matches!(word, "ул" | "улица" | "улице" | "пер" | "просп" | "пр-т") {
            n = 1;
        }
    }
    (n > 0).then_some(i + n)
}

/// Whether a word of a part begins here, with its full stop, number or name.
fn starts_part(t: &Tokens<'_>, i: usize) -> bool {
    !meanings(t, i).is_empty()
        && (t.is_mark(i + 1, '.') || t.is_number(i + 1) || t.is_name(i + 1) || t.low(i).chars().count() > 2)
}

/// A name before its word: `Невский проспект`, `Воронежская обл.`, `5-я линия`, `Нижний Кисловский пер.`.
fn name_first(t: &Tokens<'_>, i: usize) -> Option<Part> {
    if !(t.is_name(i) || t.is_number(i) && t.raw(i).contains('-')) {
        return None;
    }
    for n in 1..=3 {
        if n > 1 && !t.is_name(i + n - 1) {
            return None;
        }
        let side = meanings(t, i + n).iter().find(|m| m.1 == Side::Either);
        if let Some(&(level, _)) = side {
            let capital = t.is_name(i + n) && !t.raw(i).chars().nth(1).is_some_and(char::is_uppercase);
            // Another name behind the word, and the word short: it belongs to that one ("Ленина пер. Садовый" ends before).
            let belongs =
                t.is_name(t.after_stop(i + n + 1)) && t.is_mark(i + n + 1, '.') && !adjective(t.low(i + n - 1));
            if capital && level != Level::Province || belongs || !adjective(t.low(i + n - 1)) && level != Level::Street
            {
                return None;
            }
            return Some((level, t.after_stop(i + n + 1)));
        }
    }
    None
}

/// Endings of names that agree with their word.
fn adjective(low: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "ая", "яя", "ой", "ий", "ый", "ого", "его", "ом", "ем", "ую", "ое", "ее", "-я", "-й", "ей",
    ];
    ENDINGS.iter().any(|e| low.ends_with(e))
}

/// Rules of Russia.
#[derive(Debug)]
pub(super) struct Russia;

impl Grammar for Russia {
    fn part(&self, t: &Tokens<'_>, i: usize, open: u16) -> Option<Part> {
        if t.is_number(i) {
            let raw = t.raw(i);
            if raw.len() == 6 && raw.bytes().all(|b| b.is_ascii_digit()) && matches!(raw.as_bytes()[0], b'1'..=b'6') {
                return Some((Level::Index, i + 1));
            }
            // The house right behind its street.
            let behind = open & (Level::Street as u16 | Level::Hamlet as u16) != 0
                && open & Level::House as u16 == 0
                && house_number(raw)
                && raw.bytes().take_while(u8::is_ascii_digit).count() <= 4
                && !starts_name(t, i);
            if behind {
                return numbered(t, i, false).map(|n| (Level::House, n));
            }
            return name_first(t, i);
        }
        if !t.is_word(i) {
            return None;
        }
        if t.low(i) == "а/я" {
            return numbered(t, i + 1, false).map(|n| (Level::Box, n));
        }
        // "2010 г.", "5 д." are years and days.
        let after_number = i > 0 && t.is_number(i - 1) && !t.is_mark(i, ',');
        for &(level, side) in meanings(t, i) {
            if after_number && t.low(i).chars().count() == 1 && open == 0 {
                return None;
            }
            // "Г. Ибсен", "С. Маршак": initials, not a town and a village.
            let next = t.after_stop(i + 1);
            let initial = t.is_name(i)
                && t.low(i).chars().count() == 1
                && side != Side::Number
                && t.raw(next).chars().nth(1).is_some_and(char::is_lowercase)
                && !TOWNS.contains_key(t.low(next));
            if initial {
                continue;
            }
            let found = match side {
                Side::Number => numbered(t, i + 1, level == Level::Unit && open != 0),
                Side::Before | Side::Either => name(t, i + 1, level).filter(|_| {
                    t.low(i).chars().count() > 2 || t.is_mark(i + 1, '.') || t.is_name(i + 1) || t.is_mark(i + 1, '«')
                }),
            };
            if let Some(end) = found {
                return Some((level, end));
            }
        }
        if let Some(part) = name_first(t, i) {
            return Some(part);
        }
        if t.is_name(i) {
            for n in (1..=2).rev() {
                let two;
                let name = if n == 2 {
                    two = format!("{} {}", t.low(i), t.low(i + 1));
                    two.as_str()
                } else {
                    t.low(i)
                };
                match name {
                    "россия" | "рф" | "российская федерация" | "россии" => {
                        return Some((Level::Country, i + n));
                    }
                    _ if TOWNS.contains_key(name) => return Some((Level::Place, i + n)),
                    _ => {}
                }
            }
        }
        None
    }

    fn gap(&self, t: &Tokens<'_>, i: usize) -> usize {
        match t.low(i) {
            // "в городе Воронеже, на улице Ленина"
            "в" | "на" | "по" => 1,
            "." => usize::from(starts_part(t, i + 1) && i > 0 && t.raw(i - 1).chars().count() <= 4),
            _ => mark(t, i),
        }
    }

    fn single(&self) -> u16 {
        Level::Province as u16 | Level::Town as u16 | Level::Street as u16 | Level::House as u16 | Level::Index as u16
    }
}

/// "8 Марта", "1-я Советская ул.": a number that begins the name of a street.
fn starts_name(t: &Tokens<'_>, i: usize) -> bool {
    t.is_name(i + 1) && t.raw(i + 1).chars().count() > 1 && !starts_part(t, i + 1) || name_first(t, i).is_some()
}

/// How sure a chain is an address.
pub(super) fn judge(chain: &Chain, labelled: bool) -> Option<(f32, &'static str)> {
    let places = chain.count(ADMIN | Level::Hamlet as u16);
    let house = chain.has(Level::House);
    if chain.has(Level::Street) && house {
        return Some(if places > 0 {
            (0.95, "settlement, street, house")
        } else {
            (0.8, "street, house")
        });
    }
    if chain.has(Level::Hamlet) && house {
        return Some((0.8, "settlement, house"));
    }
    if chain.has(Level::Box) && (places > 0 || labelled) {
        return Some((0.85, "box, settlement"));
    }
    if chain.has(Level::Index) && places >= 2 {
        return Some((0.85, "postal code, settlement"));
    }
    if labelled
        && chain.any(!(Level::Country as u16))
        && (chain.parts > 1 || !chain.any(Level::Index as u16 | Level::Unit as u16))
    {
        return Some((if chain.parts > 1 { 0.8 } else { 0.65 }, "part of an address"));
    }
    if chain.has(Level::Street) && chain.any(Level::Town as u16 | Level::Hamlet as u16 | Level::Place as u16) {
        return Some((0.65, "settlement, street"));
    }
    if chain.has(Level::Province) && chain.has(Level::District) && chain.has(Level::Hamlet) {
        return Some((0.65, "region, district, settlement"));
    }
    None
}
