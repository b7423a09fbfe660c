//! Telephone numbers of Vietnam, Russia, China, North America, and international ones with a plus.

use std::borrow::Cow;

use crate::checks;
use crate::context::Context;
use crate::labels::Topic;
use crate::numbers::{Candidate, Number};
use crate::{Entity, Reason};

/// Telephone numbers of the countries that the product knows, and international ones with `+`.
pub(crate) fn phone(context: &Context<'_>, n: &Number<'_>) -> Option<Candidate> {
    let text = context.bytes;
    let d = n.digits();
    if !(9..=15).contains(&d.len()) {
        return None;
    }
    // An opening bracket and a plus belong to the number.
    let mut start = n.start;
    let mut plus = false;
    let back = |at: usize| at.checked_sub(1).and_then(|i| text.get(i)).copied();
    let inside_closes = (0..n.runs.len().saturating_sub(1)).any(|i| n.gap(text, i).contains(&b')'));
    let inside_opens = (0..n.runs.len().saturating_sub(1)).any(|i| n.gap(text, i).contains(&b'('));
    if back(start) == Some(b'+') {
        plus = true;
        start -= 1;
    }
    if back(start) == Some(b'(') && inside_closes && !inside_opens {
        start -= 1;
        if !plus && back(start) == Some(b'+') {
            plus = true;
            start -= 1;
        }
    } else if inside_closes && !inside_opens {
        return None;
    }
    // Separators must be those of telephone numbers.
    for i in 0..n.runs.len().saturating_sub(1) {
        let gap = n.gap(text, i);
        let good = matches!(
            gap,
            b" " | b"-"
                | b"."
                | b") "
                | b" ("
                | b")"
                | b"("
                | b") -"
                | b")-"
                | b"-("
                | [0xC2, 0xA0]
                | [0xE2, 0x80, 0x91..=0x93]
        );
        if !good {
            return None;
        }
    }
    if checks::uniform(&d[d.len() - 7..]) {
        return None;
    }
    let runs = n.runs.len();
    let (country, base): (&'static str, f32) = match d {
        // Vietnam
        [b'8', b'4', rest @ ..] if plus && vn_mobile(rest) => ("VN", 0.9),
        [b'8', b'4', rest @ ..] if plus && vn_landline(rest) => ("VN", 0.8),
        [b'0', rest @ ..] if !plus && vn_mobile(rest) && (n.runs[0].len() >= 3 || runs == 1) => {
            ("VN", if runs == 1 { 0.65 } else { 0.75 })
        }
        [b'0', rest @ ..]
            if !plus && vn_landline(rest) && (runs > 1 || context.is(n.start, &[Topic::Phone])) && vn_area_run(n) =>
        {
            ("VN", 0.6)
        }
        // Russia
        [b'7', rest @ ..] if plus && ru_number(rest) => ("RU", 0.9),
        [b'8', rest @ ..] if !plus && ru_number(rest) && ru_written(n, text) => {
            ("RU", if runs == 1 { 0.6 } else { 0.85 })
        }
        // China
        [b'8', b'6', rest @ ..] if plus && cn_mobile(rest) => ("CN", 0.9),
        [b'8', b'6', rest @ ..] if plus && rest.len() >= 9 && cn_landline(&[b"0", rest].concat()) => ("CN", 0.8),
        _ if !plus && cn_mobile(d) && (runs == 1 || n.shape(&[3, 4, 4])) => {
            ("CN", if context.chinese { 0.75 } else { 0.6 })
        }
        _ if !plus
            && n.runs.len() == 2
            && matches!(n.gap(text, 0), b"-")
            && (3..=4).contains(&n.runs[0].len())
            && cn_landline(d) =>
        {
            ("CN", if context.chinese { 0.75 } else { 0.55 })
        }
        // North America
        [b'1', rest @ ..] if nanp(rest) && (plus || n.runs[0].len() == 1 && runs == 4) && nanp_written(n, 1) => {
            ("US", 0.8)
        }
        _ if !plus && nanp(d) && runs == 3 && nanp_written(n, 0) => ("US", 0.7),
        // Local numbers in brackets: (473) 276-63-64
        _ if !plus && d.len() == 10 && start < n.start && context.russian && n.shape(&[3, 3, 2, 2]) => ("RU", 0.7),
        // Anything else that announces itself as international
        _ if plus
            && d[0] != b'0'
            && !matches!(d, [b'7' | b'8', b'0', ..])
            && d.len() >= 10
            && !matches!(d[0], b'7') =>
        {
            ("international", 0.6)
        }
        _ => return None,
    };
    let mut why = vec![Reason::Issuer(Cow::Borrowed(country))];
    let score = context.weigh(n.start, n.end, base, &[Topic::Phone], &mut why);
    Some(Candidate {
        entity: Entity::PhoneNumber,
        start,
        end: n.end,
        score,
        validated: false,
        why,
    })
}

fn vn_mobile(rest: &[u8]) -> bool {
    rest.len() == 9
        && matches!(
            rest,
            [b'3', b'2'..=b'9', ..]
                | [b'5', b'2' | b'5' | b'6' | b'8' | b'9', ..]
                | [b'7', b'0' | b'6'..=b'9', ..]
                | [b'8', b'1'..=b'9', ..]
                | [b'9', ..]
        )
}

/// Area codes of fixed lines since 2017: 24 and 28 take eight digits, the others seven.
fn vn_landline(rest: &[u8]) -> bool {
    if rest.len() != 10 || rest[0] != b'2' {
        return false;
    }
    matches!(rest[1], b'4' | b'8') && rest[2] != b'0'
        || {
            let area = checks::number(&rest[..3]);
            matches!(area, 203..=216 | 218..=222 | 225..=229 | 232..=239 | 251..=252 | 254..=263 | 269..=277 | 290..=294 | 296..=297 | 299)
        }
}

fn vn_area_run(n: &Number<'_>) -> bool {
    n.runs.len() == 1 || matches!(n.runs[0].len(), 3 | 4)
}

fn ru_number(rest: &[u8]) -> bool {
    rest.len() == 10 && matches!(rest[0], b'3' | b'4' | b'8' | b'9') && !rest.starts_with(b"80")
}

fn ru_written(n: &Number<'_>, text: &[u8]) -> bool {
    match n.runs.len() {
        1 => n.digits().get(1) == Some(&b'9'),
        4 | 5 => n.runs[0].len() == 1 && matches!(n.gap(text, 0), b" (" | b"-" | b" " | b"("),
        _ => n.runs[0].len() == 4 && text[n.runs[0].start] == b'8',
    }
}

fn cn_mobile(d: &[u8]) -> bool {
    d.len() == 11 && d[0] == b'1' && (b'3'..=b'9').contains(&d[1])
}

fn cn_landline(d: &[u8]) -> bool {
    match d {
        [b'0', b'1', b'0', rest @ ..] | [b'0', b'2', b'0'..=b'9', rest @ ..] => {
            rest.len() == 8 && matches!(rest[0], b'2'..=b'9')
        }
        [b'0', b'3'..=b'9', _, _, rest @ ..] => matches!(rest.len(), 7 | 8) && matches!(rest[0], b'2'..=b'9'),
        _ => false,
    }
}

fn nanp(d: &[u8]) -> bool {
    d.len() == 10
        && (b'2'..=b'9').contains(&d[0])
        && (b'2'..=b'9').contains(&d[3])
        && d[1..3] != *b"11"
        && d[4..6] != *b"11"
}

fn nanp_written(n: &Number<'_>, lead: usize) -> bool {
    let rest = n.runs.get(lead..).unwrap_or_default();
    rest.len() == 3 && rest.iter().map(|r| r.len()).eq([3, 3, 4]) || lead == 1 && n.runs.len() == 1
}
