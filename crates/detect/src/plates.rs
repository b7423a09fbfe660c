//! Registration plates of vehicles: Vietnam, Russia, China.

use std::borrow::Cow;

use crate::codes::{Found, Token};
use crate::context::Context;
use crate::labels::Topic;
use crate::trigger::Run;
use crate::{Entity, Reason};

const PLATE: &[Topic] = &[Topic::Plate];

fn found(entity: Entity, start: usize, end: usize, base: f32, layout: &'static str) -> Found {
    Found {
        entity,
        start,
        end,
        base,
        validated: false,
        topics: PLATE,
        why: vec![Reason::Layout(Cow::Borrowed(layout))],
    }
}

/// A plate in or around a token of Latin capitals and digits.
pub(crate) fn read(context: &Context<'_>, token: Token<'_>) -> Option<Found> {
    if !(2..=10).contains(&token.text.len()) || token.upper > 5 {
        return None;
    }
    vietnamese(context, token)
        .or_else(|| russian(context, token, false))
        .or_else(|| chinese(context, token))
}

/// A plate in a token with Cyrillic letters.
pub(crate) fn cyrillic(context: &Context<'_>, token: Token<'_>) -> Option<Found> {
    russian(context, token, token.upper == 0)
}

/// Province marks that are in use: 11 to 99 without these.
fn vn_mark(digits: &[u8]) -> bool {
    matches!(digits, [a @ b'1'..=b'9', b] if b.is_ascii_digit() && !matches!([*a, *b], [b'1', b'0' | b'3'] | [b'4', b'2' | b'4' | b'5' | b'6'] | [b'8', b'7'] | [b'9', b'1' | b'6']))
}

/// `51F-123.45`, `59-X1 123.45`, `29A1 234.56`, `29A-1234`, `80-NG-123-45`.
fn vietnamese(context: &Context<'_>, token: Token<'_>) -> Option<Found> {
    let text = context.bytes;
    let mut start = token.start;
    let bytes = token.text.as_bytes();
    // Series: one or two letters, perhaps one digit; the mark of the province before it.
    let series = if matches!(bytes, [b'0'..=b'9', b'0'..=b'9', b'A'..=b'Z', ..]) {
        bytes.get(2..)?
    } else {
        let mark = start.checked_sub(3)?;
        if text.get(start - 1) != Some(&b'-') || !vn_mark(text.get(mark..mark + 2)?) {
            return None;
        }
        if mark
            .checked_sub(1)
            .and_then(|i| text.get(i))
            .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'.'))
            || !context.vietnamese && !context.is(mark, PLATE)
        {
            return None;
        }
        start = mark;
        bytes
    };
    if !vn_mark(text.get(start..start + 2)?) {
        return None;
    }
    let letters = series.iter().take_while(|b| b.is_ascii_uppercase()).count();
    if !matches!(letters, 1 | 2) {
        return None;
    }
    let rest = series.get(letters..)?;
    if !rest.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let (serial_at, compact) = match rest.len() {
        0 | 1 => (token.end, false),
        // 30F12345 or 29A112345, all in one.
        4..=6 => (token.end - rest.len(), true),
        _ => return None,
    };
    if compact {
        // Without a label the same form is that of many codes.
        return context
            .is(start, PLATE)
            .then(|| found(Entity::VnPlate, start, token.end, 0.5, "plate"));
    }
    let mut at = serial_at;
    let separator = *text.get(at)?;
    if matches!(separator, b'-' | b' ' | b'.') {
        at += 1;
    } else {
        return None;
    }
    let digits = |from: usize| {
        text.get(from..)
            .unwrap_or_default()
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    let n = digits(at);
    let (end, base) = match n {
        3 if matches!(text.get(at + 3), Some(b'.' | b'-' | b' ')) && digits(at + 4) == 2 => (at + 6, 0.75),
        5 => (at + 5, if separator == b'-' { 0.5 } else { 0.35 }),
        4 => (at + 4, if separator == b'-' { 0.45 } else { 0.3 }),
        _ => return None,
    };
    let labelled = context.is(start, PLATE);
    let base = if context.vietnamese || labelled {
        base
    } else {
        base - 0.15
    };
    if text
        .get(end)
        .is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'/' || *b == b'-')
    {
        return None;
    }
    Some(found(Entity::VnPlate, start, end, base, "plate"))
}

/// The letters of Russian plates, those that exist in both alphabets, and whether they are Cyrillic.
fn ru_letter(c: char) -> Option<bool> {
    match c {
        'А' | 'В' | 'Е' | 'К' | 'М' | 'Н' | 'О' | 'Р' | 'С' | 'Т' | 'У' | 'Х' | 'а' | 'в' | 'е' | 'к' | 'м' | 'н'
        | 'о' | 'р' | 'с' | 'т' | 'у' | 'х' => Some(true),
        'A' | 'B' | 'E' | 'K' | 'M' | 'H' | 'O' | 'P' | 'C' | 'T' | 'Y' | 'X' => Some(false),
        _ => None,
    }
}

/// `А123ВС77`, `АВ12377` (taxi), `АВ123477` (trailer), `1234АВ77` (motorcycle, military).
fn russian(context: &Context<'_>, token: Token<'_>, cyrillic: bool) -> Option<Found> {
    let mut shape = [0_u8; 11];
    let mut len = 0;
    for c in token.text.chars() {
        *shape.get_mut(len)? = if c.is_ascii_digit() {
            b'9'
        } else {
            ru_letter(c)?;
            b'A'
        };
        len += 1;
    }
    let start = token.start;
    let base = match &shape[..len] {
        b"A999AA99" | b"A999AA999" if cyrillic => 0.8,
        b"A999AA99" | b"A999AA999" if context.russian || context.is(start, PLATE) => 0.5,
        b"A999AA" | b"AA99999" | b"AA999999" | b"9999AA99" | b"9999AA" | b"AA999999999" | b"9999AA999"
        | b"AA9999999"
            if context.is(start, PLATE) =>
        {
            0.5
        }
        _ => return None,
    };
    (shape[0] == b'9' || !token.text.contains("000")).then(|| found(Entity::RuPlate, start, token.end, base, "plate"))
}

/// Whether three digits can be those of such a plate: a quick look.
#[inline]
pub(crate) fn may_be_spaced(context: &Context<'_>, run: Run) -> bool {
    context.byte(run.end) == b' ' && run.start >= 3 && context.bytes.get(run.start - 3) == Some(&0xD0)
}

/// `А 123 ВС 77`: a plate written with spaces, seen from its three digits.
pub(crate) fn spaced(context: &Context<'_>, run: Run) -> Option<Found> {
    if run.len() != 3 || !may_be_spaced(context, run) {
        return None;
    }
    let start = run.start.checked_sub(3)?;
    let text = context.text;
    let first = text.get(start..run.start - 1)?.chars().next()?;
    let alone = !context.char_before(start).is_some_and(char::is_alphanumeric);
    if !alone || !first.is_uppercase() || ru_letter(first) != Some(true) {
        return None;
    }
    let rest = text.get(run.end..)?.strip_prefix(' ')?;
    let series = rest.get(..4)?;
    if !series.chars().all(|c| ru_letter(c) == Some(true)) {
        return None;
    }
    let region = rest.get(4..)?.strip_prefix(' ')?;
    let digits = region.bytes().take_while(u8::is_ascii_digit).count();
    matches!(digits, 2 | 3).then(|| found(Entity::RuPlate, start, run.end + 6 + digits, 0.75, "plate"))
}

const CN_PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使";

/// `京A12345`, `京A·12345`, `粤BD12345`, `粤B12345D`, `京A1234学`.
fn chinese(context: &Context<'_>, token: Token<'_>) -> Option<Found> {
    let bytes = token.text.as_bytes();
    let before = context.char_before(token.start);
    if before.is_none_or(|c| c.is_ascii() && c != ' ') {
        return None;
    }
    // 京A·12345: the token is what follows the dot.
    if matches!(before, Some('·' | '•' | ' ')) {
        let dot = before.map_or(0, char::len_utf8);
        return cn_after_dot(context, token.start, token.start - dot, token.end);
    }
    let province = before.filter(|&c| CN_PROVINCES.contains(c))?;
    let start = token.start - province.len_utf8();
    let serial = bytes.get(1..)?;
    let office = matches!(bytes.first(), Some(b'A'..=b'H' | b'J'..=b'Z'));
    cn_serial(context, serial, token.end)
        .filter(|_| office)
        .map(|end| found(Entity::CnPlate, start, end, 0.8, "plate"))
}

/// A run of digits after a raised dot: `京A·12345`.
pub(crate) fn after_dot(context: &Context<'_>, run: Run) -> Option<Found> {
    let dot = run.start.checked_sub(2)?;
    if context.bytes.get(dot..run.start) != Some("·".as_bytes()) {
        return None;
    }
    cn_after_dot(context, run.start, dot, run.end)
}

fn cn_after_dot(context: &Context<'_>, serial: usize, dot: usize, end: usize) -> Option<Found> {
    let letter = *context.bytes.get(dot.checked_sub(1)?)?;
    let province = context.char_before(dot - 1).filter(|&c| CN_PROVINCES.contains(c))?;
    let start = dot - 1 - province.len_utf8();
    let end = cn_serial(context, context.bytes.get(serial..end)?, end)?;
    matches!(letter, b'A'..=b'H' | b'J'..=b'Z').then(|| found(Entity::CnPlate, start, end, 0.8, "plate"))
}

/// Five characters, or six for new-energy vehicles; or four and a Han suffix.
fn cn_serial(context: &Context<'_>, serial: &[u8], end: usize) -> Option<usize> {
    let good = serial
        .iter()
        .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase() && !matches!(b, b'I' | b'O'));
    let digits = serial.iter().filter(|b| b.is_ascii_digit()).count();
    let after = context.text.get(end..)?.chars().next();
    match serial.len() {
        _ if !good => None,
        5 if digits >= 2 => Some(end),
        6 if digits >= 5 && (serial[0].is_ascii_uppercase() || matches!(serial[5], b'D' | b'F')) => Some(end),
        4 if digits >= 2 && after.is_some_and(|c| "学警港澳挂领".contains(c)) => Some(end + 3),
        _ => None,
    }
}
