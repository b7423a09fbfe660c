//! Coordinates of places and cadastral numbers.

use std::borrow::Cow;

use crate::codes::Found;
use crate::context::Context;
use crate::labels::Topic;
use crate::trigger::Run;
use crate::{Entity, Finding, Reason};

const GEO: &[Topic] = &[Topic::Geo];

/// A decimal number with at least four decimals at the beginning of a text: its length and value.
fn decimal(text: &str) -> Option<(usize, f64)> {
    let sign = usize::from(text.starts_with('-'));
    let whole = text.get(sign..)?.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text.get(sign + whole..)?.strip_prefix('.')?;
    let decimals = rest.bytes().take_while(u8::is_ascii_digit).count();
    let end = sign + whole + 1 + decimals;
    if !(1..=3).contains(&whole) || !(4..=15).contains(&decimals) {
        return None;
    }
    Some((end, text.get(..end)?.parse().ok()?))
}

/// A pair `latitude, longitude` (WGS 84) of at least four decimals each, which is some ten metres; or one of them under its label.
pub(crate) fn decimal_pair(context: &Context<'_>, first: Run) -> Option<Found> {
    let negative = first
        .start
        .checked_sub(1)
        .is_some_and(|i| context.bytes.get(i) == Some(&b'-'));
    let start = first.start - usize::from(negative);
    if context
        .char_before(start)
        .is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '$' | '€'))
    {
        return None;
    }
    let text = context.text.get(start..)?;
    let (n, a) = decimal(text)?;
    let found = |end, base, name: &'static str| {
        Some(Found {
            entity: Entity::Geolocation,
            start,
            end,
            base,
            validated: false,
            topics: GEO,
            why: vec![Reason::Layout(Cow::Borrowed(name))],
        })
    };
    let rest = text.get(n..)?;
    let gap = rest.len() - rest.trim_start_matches([',', ';', ' ', '/', '|']).len();
    if (1..=3).contains(&gap)
        && let Some((m, b)) = rest.get(gap..).and_then(decimal)
        && (a.abs() <= 90.0 && b.abs() <= 180.0 || a.abs() <= 180.0 && b.abs() <= 90.0)
        && !text
            .get(n + gap + m..)?
            .starts_with(|c: char| c.is_alphanumeric() || c == '.')
    {
        return found(start + n + gap + m, 0.7, "latitude, longitude");
    }
    (a.abs() <= 180.0 && context.is(start, GEO) && !rest.starts_with(|c: char| c.is_alphanumeric()))
        .then(|| found(start + n, 0.45, "degrees"))
        .flatten()
}

/// Looks at every degree sign.
pub(crate) fn read(context: &Context<'_>, signs: &[usize], out: &mut Vec<Finding>) {
    let mut done = 0;
    for &at in signs {
        if at >= done
            && let Some(found) = degrees(context, at)
        {
            done = found.end;
            found.push(context, out);
        }
    }
}

/// Degrees, minutes and seconds around a degree sign: `21°01'42"N 105°51'15"E`.
fn degrees(context: &Context<'_>, sign: usize) -> Option<Found> {
    let (start, mut end) = angle(context, sign)?;
    let rest = context.text.get(end..)?;
    let gap = rest.len() - rest.trim_start_matches([',', ';', ' ']).len();
    if gap <= 3
        && let Some(next) = rest.find('°').filter(|&at| at <= gap + 4)
        && let Some((_, second)) = angle(context, end + next)
    {
        end = second;
    }
    Some(Found {
        entity: Entity::Geolocation,
        start,
        end,
        base: 0.75,
        validated: false,
        topics: GEO,
        why: vec![Reason::Layout(Cow::Borrowed("degrees, minutes, seconds"))],
    })
}

/// One angle with minutes and a point of the compass; without them it may be a temperature or a slope.
fn angle(context: &Context<'_>, sign: usize) -> Option<(usize, usize)> {
    let digits = context
        .bytes
        .get(..sign)?
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_digit())
        .count();
    if !(1..=3).contains(&digits) {
        return None;
    }
    let after = context.text.get(sign + '°'.len_utf8()..)?;
    let tail: String = after.chars().take(24).collect();
    let trimmed = tail.trim_start_matches(' ');
    let minutes = trimmed.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=2).contains(&minutes) {
        return None;
    }
    let mut length = tail.len() - trimmed.len();
    for c in trimmed.chars() {
        match c {
            '0'..='9' | '\'' | '"' | '′' | '″' | '’' | '”' | '.' | ',' | ' ' => length += c.len_utf8(),
            'N' | 'S' | 'E' | 'W' | 'B' | 'Đ' | 'с' | 'ю' | 'в' | 'з' | '北' | '南' | '东' | '西' => {
                let end = sign + '°'.len_utf8() + length + c.len_utf8();
                return Some((sign - digits, end));
            }
            _ => return None,
        }
    }
    None
}

/// Russian cadastral number at its first colon: `77:01:0001001:1234`.
pub(crate) fn cadastral(context: &Context<'_>, colon: usize) -> Option<Found> {
    let start = colon.checked_sub(2)?;
    let bytes = context.bytes;
    if context
        .char_before(start)
        .is_some_and(|c| c.is_alphanumeric() || c == ':' && context.byte_before(start - 1).is_ascii_hexdigit())
    {
        return None;
    }
    let tail = bytes.get(start..)?;
    let digits = |from: usize| {
        tail.get(from..)
            .unwrap_or_default()
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    if digits(0) != 2 || digits(3) != 2 || tail.get(5) != Some(&b':') {
        return None;
    }
    let block = digits(6);
    if !matches!(block, 6 | 7) || tail.get(6 + block) != Some(&b':') {
        return None;
    }
    let object = digits(7 + block);
    (1..=9).contains(&object).then(|| Found {
        entity: Entity::RuCadastralNumber,
        start,
        end: start + 7 + block + object,
        base: 0.85,
        validated: true,
        topics: &[Topic::CadastralNumber],
        why: vec![Reason::Layout(Cow::Borrowed("cadastral number"))],
    })
}
