//! What identity documents carry for machines: the zone of ICAO 9303 and the text of the Vietnamese card's QR code.

use std::borrow::Cow;

use memchr::{memchr, memrchr};

use crate::checks;
use crate::context::Context;
use crate::{Entity, Finding, Reason};

fn filler(b: u8) -> bool {
    b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'<'
}

/// The line around an offset, without its line break and outer spaces.
fn line(bytes: &[u8], at: usize) -> (usize, usize) {
    let mut start = memrchr(b'\n', bytes.get(..at).unwrap_or_default()).map_or(0, |i| i + 1);
    let mut end = memchr(b'\n', bytes.get(at..).unwrap_or_default()).map_or(bytes.len(), |i| at + i);
    while start < end && bytes[start].is_ascii_whitespace() {
        start += 1;
    }
    while end > start && bytes[end - 1].is_ascii_whitespace() {
        end -= 1;
    }
    (start, end)
}

/// Looks at every double filler.
pub(crate) fn read(context: &Context<'_>, fillers: &[usize], out: &mut Vec<Finding>) {
    let mut done = 0;
    for &at in fillers {
        if at >= done {
            done = mrz(context, at, out).max(at + 2);
        }
    }
}

/// Machine-readable zones: groups of lines of 30, 36 or 44 characters with fillers. `at` is the place of a `<<`; returns where
/// the search goes on.
fn mrz(context: &Context<'_>, at: usize, out: &mut Vec<Finding>) -> usize {
    let bytes = context.bytes;
    let (mut start, mut end) = line(bytes, at);
    let zone = |(a, b): (usize, usize)| {
        let l = bytes.get(a..b).unwrap_or_default();
        // OCR may lose or add a filler.
        ((28..=32).contains(&l.len()) || (34..=38).contains(&l.len()) || (42..=46).contains(&l.len()))
            && l.iter().all(|&b| filler(b))
    };
    if !zone((start, end)) {
        return end.max(at + 2);
    }
    let mut lines = vec![(start, end)];
    // Lines before it, without double fillers, and after it.
    while lines.len() < 3 {
        let Some(above) = bytes
            .get(..start)
            .and_then(|b| memrchr(b'\n', b))
            .map(|i| line(bytes, i))
        else {
            break;
        };
        if above.1 >= start || !zone(above) {
            break;
        }
        lines.insert(0, above);
        start = above.0;
    }
    while lines.len() < 3 && end < bytes.len() {
        let Some(next) = bytes
            .get(end..)
            .and_then(|b| memchr(b'\n', b))
            .map(|i| line(bytes, end + i + 1))
        else {
            break;
        };
        if next.0 <= end || !zone(next) {
            break;
        }
        lines.push(next);
        end = next.1;
    }
    let length = lines.first().map_or(0, |(a, b)| b - a);
    if lines.len() < 2 {
        return end;
    }
    let checked = lines.iter().any(|&(a, b)| {
        let l = bytes.get(a..b).unwrap_or_default();
        let digit = |from: usize, to: usize, check: usize| {
            l.get(from..to)
                .is_some_and(|s| l.get(check).is_some_and(|&c| checks::icao(s, c)) && s.iter().any(u8::is_ascii_digit))
        };
        // Date of birth with its check digit: second line of TD1; of TD2 and TD3 after the number and country.
        digit(0, 6, 6) && digit(8, 14, 14) || digit(13, 19, 19) && digit(21, 27, 27)
    });
    let name: &'static str = match (lines.len(), length) {
        (3, 28..=32) => "TD1",
        (2.., 34..=38) => "TD2",
        (2.., 42..=46) => "TD3",
        _ => return end,
    };
    let mut why = vec![Reason::Layout(Cow::Borrowed(name))];
    if checked {
        why.insert(0, Reason::Checksum(Cow::Borrowed("ICAO 9303")));
    }
    let score = if checked { 0.97 } else { 0.8 };
    out.push(Finding {
        entity: Entity::Mrz,
        start,
        end,
        score,
        validated: true,
        why,
    });
    end
}

/// Longest text of a QR code, in bytes.
const LONGEST_QR: usize = 1024;

/// The text of the QR code on Vietnamese identity cards: `number|old number|name|ddmmyyyy|sex|address|ddmmyyyy`, perhaps more.
/// `start` and `end` are those of the first twelve digits.
pub(crate) fn qr(context: &Context<'_>, start: usize, end: usize, out: &mut Vec<Finding>) -> Option<()> {
    if context.byte(end) != b'|' {
        return None;
    }
    let mut last = context.bytes.len().min(end + LONGEST_QR);
    while !context.text.is_char_boundary(last) {
        last -= 1;
    }
    let rest = context.text.get(end + 1..last)?;
    let rest = rest.split(['\n', '\r']).next()?;
    let fields: Vec<&str> = rest.split('|').take(12).collect();
    let date = |f: &str| {
        let d = f.as_bytes();
        d.len() == 8
            && d.iter().all(u8::is_ascii_digit)
            && checks::date(
                checks::number(&d[4..]),
                checks::number(&d[2..4]),
                checks::number(&d[..2]),
            )
    };
    let (old, name, birth, address) = (fields.first()?, fields.get(1)?, fields.get(2)?, fields.get(4)?);
    if fields.len() < 6
        || !date(birth)
        || !(old.is_empty() || old.len() == 9 && old.bytes().all(|b| b.is_ascii_digit()))
    {
        return None;
    }
    checks::vn_citizen(context.bytes.get(start..end)?)?;
    let at = |f: &str| f.as_ptr() as usize - context.text.as_ptr() as usize;
    let reason = || vec![Reason::Layout(Cow::Borrowed("QR code of an identity card"))];
    for (entity, field) in [
        (Entity::VnOldId, old),
        (Entity::Person, name),
        (Entity::DateOfBirth, birth),
        (Entity::Address, address),
    ] {
        if !field.is_empty() {
            let start = at(field);
            out.push(Finding {
                entity,
                start,
                end: start + field.len(),
                score: 0.97,
                validated: true,
                why: reason(),
            });
        }
    }
    out.push(Finding {
        entity: Entity::VnCitizenId,
        start,
        end,
        score: 0.98,
        validated: true,
        why: reason(),
    });
    Some(())
}
