//! Telephone numbers of Vietnam, Russia, China, North America, and international ones with a plus.

use crate::checks;
use crate::context::Context;
use crate::labels::{self, Topic};
use crate::numbers::{Gap, Number};
use crate::trigger::Run;
use crate::{Entity, Finding, Reason};

const PHONE: &[Topic] = &[Topic::Phone];

/// What stands around the digits.
struct Form {
    /// Where the number begins: a plus and an opening bracket belong to it.
    start: usize,
    plus: bool,
    /// Its first group stands in brackets.
    bracket: bool,
}

/// Reads a number as a telephone number.
pub(crate) fn phone(context: &Context<'_>, n: &Number<'_>) -> Option<Finding> {
    let d = n.digits();
    if !(6..=15).contains(&d.len()) || checks::uniform(&d[d.len().saturating_sub(7)..]) {
        return None;
    }
    let form = form(context, n)?;
    if !form.plus && dated(context, n) {
        return None;
    }
    let (country, base) = if d.len() >= 9 {
        national(context, n, &form)
            .or_else(|| international(d, &form))
            .or_else(|| named(context, n, &form))?
    } else {
        local(context, n, &form)?
    };
    let mut why = vec![Reason::Issuer(country.into())];
    let score = context.weigh(n.start, base, PHONE, &mut why);
    Some(Finding {
        entity: Entity::PhoneNumber,
        start: form.start,
        end: n.end,
        score,
        validated: false,
        why,
    })
}

/// Whether the first three runs are a date that others follow: `2025-07-01 15`.
fn dated(context: &Context<'_>, n: &Number<'_>) -> bool {
    let Some(&[a, b, c, ..]) = n.runs.first_chunk::<4>() else {
        return false;
    };
    let number = |r: Run| checks::number(context.bytes.get(r.start..r.end).unwrap_or_default());
    let whole = match [a.len(), b.len(), c.len()] {
        [4, 2, 2] => checks::date(number(a), number(b), number(c)),
        [2, 2, 4] => checks::date(number(c), number(b), number(a)),
        _ => false,
    };
    whole && matches!(n.gaps(), [Gap::Hyphen | Gap::Slash | Gap::Dot, second, ..] if n.gaps().first() == Some(second))
}

/// The plus and brackets, and whether all separators are those of telephone numbers.
fn form(context: &Context<'_>, n: &Number<'_>) -> Option<Form> {
    let text = context.bytes;
    let (mut opens, mut closes) = (false, false);
    for (gap, pair) in n.gaps().iter().zip(n.runs.windows(2)) {
        let bytes = text.get(pair[0].end..pair[1].start)?;
        match gap {
            Gap::Space | Gap::Hyphen | Gap::Dot => {}
            Gap::Slash | Gap::Numero => return None,
            Gap::Other => {
                let known = matches!(
                    bytes,
                    b") "
                        | b" ("
                        | b")"
                        | b"("
                        | b") -"
                        | b")-"
                        | b"-("
                        | b") - "
                        | b") ("
                        | b")("
                        | b"  "
                        | b"-  "
                        | b". "
                        | [b')', 0xC2, 0xA0]
                        | [0xC2, 0xA0, b'(']
                );
                if !known {
                    return None;
                }
                opens |= bytes.contains(&b'(');
                closes |= bytes.contains(&b')');
            }
        }
    }
    let back = |at: usize| at.checked_sub(1).and_then(|i| text.get(i)).copied();
    let mut start = n.start;
    let mut plus = back(start) == Some(b'+');
    if plus {
        start -= 1;
    }
    let mut bracket = false;
    if back(start) == Some(b'(') && closes {
        start -= 1;
        bracket = true;
        if !plus && back(start) == Some(b'+') {
            plus = true;
            start -= 1;
        }
    } else if closes && !opens || opens && !closes {
        return None;
    }
    Some(Form { start, plus, bracket })
}

/// Numbers of the countries that the product knows best.
fn national(context: &Context<'_>, n: &Number<'_>, form: &Form) -> Option<(&'static str, f32)> {
    let d = n.digits();
    let runs = n.runs.len();
    let first = n.runs.first()?.len();
    let (plus, single) = (form.plus, runs == 1);
    let named = || context.is(n.start, PHONE);
    // 00 instead of the plus.
    let (d, plus) = match d {
        [b'0', b'0', rest @ ..] if !plus && matches!(rest, [b'8', b'4' | b'6', ..] | [b'7', ..]) => (rest, true),
        _ => (d, plus),
    };
    Some(match d {
        // Vietnam; a zero that stays behind the code of the country is common: +84 (0)905…
        [b'8', b'4', b'0', rest @ ..] if plus && (vn_mobile(rest) || vn_landline(rest)) => ("VN", 0.85),
        [b'8', b'4', rest @ ..] if plus && vn_mobile(rest) => ("VN", 0.9),
        [b'8', b'4', rest @ ..] if plus && vn_landline(rest) => ("VN", 0.8),
        [b'8', b'4', rest @ ..] if !plus && vn_mobile(rest) && (single || first == 2) => (
            "VN",
            if form.bracket || context.vietnamese || named() {
                0.55
            } else {
                0.45
            },
        ),
        [b'0', rest @ ..] if !plus && vn_mobile(rest) && (single || first >= 3 || first == 2 && runs >= 3) => {
            ("VN", if single { 0.65 } else { 0.75 })
        }
        [b'0', rest @ ..]
            if !plus && vn_landline(rest) && (runs > 1 || named()) && (single || matches!(first, 3 | 4)) =>
        {
            ("VN", 0.6)
        }
        // The eleven digits of mobile telephones before 2018.
        [b'0', b'1', b'2' | b'6' | b'8' | b'9', ..] if !plus && d.len() == 11 && named() => ("VN", 0.5),
        // Russia, and Kazakhstan, which has the same code
        [b'7', rest @ ..] if plus && ru_number(rest) => ("RU", 0.9),
        [b'7', b'6' | b'7', rest @ ..] if plus && rest.len() == 9 => ("KZ", 0.75),
        [b'8', rest @ ..] if !plus && ru_number(rest) && ru_written(n, form) => ("RU", if single { 0.6 } else { 0.85 }),
        [b'7', b'9', _, _, _, _, _, _, _, _, _] if !plus && (context.russian || named()) => ("RU", 0.55),
        [b'9', _, _, _, _, _, _, _, _, _] if !plus && n.shape(&[3, 3, 2, 2]) && context.russian => ("RU", 0.6),
        // China
        [b'8', b'6', rest @ ..] if plus && cn_mobile(rest) => ("CN", 0.9),
        [b'8', b'6', b'0', rest @ ..] if plus && cn_landline(&d[2..]) && rest.len() >= 9 => ("CN", 0.8),
        [b'8', b'6', rest @ ..] if plus && rest.len() >= 9 && cn_landline(&[b"0", rest].concat()) => ("CN", 0.8),
        [b'8', b'6', rest @ ..] if !plus && cn_mobile(rest) && (context.chinese || named()) => ("CN", 0.55),
        _ if !plus && cn_mobile(d) && (single || n.shape(&[3, 4, 4]) || named()) => {
            // Eleven digits that begin with 1 are many things where nobody writes Chinese.
            let base = match () {
                () if context.chinese => 0.75,
                () if context.han() => 0.6,
                () => 0.45,
            };
            ("CN", base)
        }
        _ if !plus
            && cn_landline(d)
            && (runs == 2 || n.shape(&[3, 4, 4]) || n.shape(&[4, 4, 4]) || n.shape(&[4, 3, 4]) || named())
            && (n.gaps().first() == Some(&Gap::Hyphen) || form.bracket || named()) =>
        {
            ("CN", if context.chinese { 0.75 } else { 0.55 })
        }
        // North America
        [b'1', rest @ ..] if nanp(rest) && (plus || first == 1 && runs == 4) && nanp_written(n, 1) => ("US", 0.8),
        // 400-… and 800-… are hotlines of firms in China.
        _ if !plus
            && nanp(d)
            && runs == 3
            && nanp_written(n, 0)
            && !(context.chinese && matches!(d, [b'4' | b'8', b'0', b'0', ..])) =>
        {
            ("US", 0.7)
        }
        // Local numbers in brackets: (473) 276-63-64
        _ if !plus && d.len() == 10 && form.bracket && context.russian && n.shape(&[3, 3, 2, 2]) => ("RU", 0.7),
        _ if !plus
            && d.len() == 10
            && form.bracket
            && context.russian
            && (n.shape(&[4, 2, 2, 2]) || n.shape(&[5, 1, 2, 2])) =>
        {
            ("RU", 0.65)
        }
        // Britain
        [b'4', b'4', b'0', rest @ ..] if plus && matches!(rest.len(), 9 | 10) => ("GB", 0.7),
        [b'0', b'7', b'1'..=b'9', ..]
            if !plus && d.len() == 11 && (n.shape(&[5, 6]) || n.shape(&[5, 3, 3]) || named()) =>
        {
            ("GB", 0.55)
        }
        _ => return None,
    })
}

/// Codes of countries that ITU-T E.164 has assigned.
fn country(d: &[u8]) -> bool {
    match d {
        [b'1' | b'7', ..] => false,
        [b'2', b'0' | b'7', ..]
        | [b'3', b'0' | b'1' | b'2' | b'3' | b'4' | b'6' | b'9', ..]
        | [b'4', b'0' | b'1' | b'3'..=b'9', ..]
        | [b'5', b'1'..=b'8', ..]
        | [b'6', b'0'..=b'6', ..]
        | [b'8', b'1' | b'2' | b'4' | b'6', ..]
        | [b'9', b'0'..=b'5' | b'8', ..] => true,
        [b'2', b'1', c, ..] => matches!(c, b'1'..=b'3' | b'6' | b'8'),
        [b'2', b'2'..=b'6', ..] => true,
        [b'2', b'9', c, ..] => matches!(c, b'0' | b'1' | b'7'..=b'9'),
        [b'3', b'5' | b'7', ..] => true,
        [b'3', b'8', c, ..] => matches!(c, b'0'..=b'3' | b'5'..=b'7' | b'9'),
        [b'4', b'2', c, ..] => matches!(c, b'0' | b'1' | b'3'),
        [b'5', b'0' | b'9', ..] => true,
        [b'6', b'7', c, ..] => matches!(c, b'0' | b'2'..=b'9'),
        [b'6', b'8', c, ..] => matches!(c, b'0'..=b'3' | b'5'..=b'9'),
        [b'6', b'9', c, ..] => matches!(c, b'0'..=b'2'),
        [b'8', b'5', c, ..] => matches!(c, b'0' | b'2' | b'3' | b'5' | b'6'),
        [b'8', b'8', c, ..] => matches!(c, b'0' | b'6'),
        [b'9', b'6', c, ..] => matches!(c, b'0'..=b'8'),
        [b'9', b'7', c, ..] => matches!(c, b'0'..=b'7'),
        [b'9', b'9', c, ..] => matches!(c, b'2'..=b'6' | b'8'),
        _ => false,
    }
}

/// Anything else that announces itself as international, within the lengths of E.164.
fn international(d: &[u8], form: &Form) -> Option<(&'static str, f32)> {
    let known = form.plus && (9..=15).contains(&d.len()) && country(d);
    // Where the plan of the country is known, a number that does not fit it is none.
    let planned = matches!(d, [b'8', b'4' | b'6', ..]);
    (known && !planned).then_some(("international", 0.65))
}

/// A number of nine digits or more that only its label tells.
fn named(context: &Context<'_>, n: &Number<'_>, form: &Form) -> Option<(&'static str, f32)> {
    let d = n.digits();
    let fits = match d {
        _ if form.plus || d.len() > 12 => false,
        // Hotlines of firms are nobody's.
        [b'1', b'8' | b'9', b'0', b'0', ..] | [b'8', b'8', b'0', b'0', ..] | [b'4' | b'8', b'0', b'0', ..] => false,
        [b'0', b'1'..=b'9', ..] => (9..=11).contains(&d.len()),
        [b'2'..=b'9', ..] => d.len() == 10 || d.len() == 11 && d[0] == b'8' && context.russian || d.len() == 9,
        _ => false,
    };
    (fits && near(context, n)).then_some(("by label", 0.4))
}

/// How near a label must be to make a few digits a telephone number, in bytes.
const NEAR: usize = 14;

fn near(context: &Context<'_>, n: &Number<'_>) -> bool {
    context.is(n.start, PHONE)
        && labels::within(context.text, n.start, NEAR).is_none_or(|p| p.label.topic == Topic::Phone)
}

/// Numbers within a town, six to eight digits, with a label directly before them.
fn local(context: &Context<'_>, n: &Number<'_>, form: &Form) -> Option<(&'static str, f32)> {
    let written = n.single()
        || [
            &[2, 2, 2][..],
            &[3, 2, 2],
            &[1, 2, 2, 2],
            &[3, 4],
            &[4, 4],
            &[3, 3],
            &[4, 3],
            &[2, 3, 2],
            &[2, 2, 3],
        ]
        .iter()
        .any(|s| n.shape(s));
    let d = n.digits();
    // Dates and amounts: 12.05.24, 300.000, 300 000.
    let dotted = n.gaps().contains(&Gap::Dot) && n.shape(&[2, 2, 2]) || n.shape(&[3, 3]) && n.gaps() != [Gap::Hyphen];
    if form.plus || !written || dotted || matches!(d, [b'0', ..] | [b'1', b'8' | b'9', b'0', b'0', ..]) {
        return None;
    }
    if context.topic(n.start) != Some(Topic::Phone) {
        return None;
    }
    let label = labels::within(context.text, n.start, NEAR)?;
    (label.label.topic == Topic::Phone).then_some(("local", if n.single() && d.len() == 6 { 0.25 } else { 0.35 }))
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

fn ru_number(rest: &[u8]) -> bool {
    rest.len() == 10 && matches!(rest[0], b'3' | b'4' | b'8' | b'9') && !rest.starts_with(b"80")
}

fn ru_written(n: &Number<'_>, form: &Form) -> bool {
    let mobile = n.digits().get(1) == Some(&b'9');
    match n.runs {
        [_] => mobile,
        [first, ..] if first.len() == 1 => mobile || n.runs.len() >= 4 || n.gaps().first() == Some(&Gap::Other),
        [first, ..] => first.len() == 4 && (mobile || n.runs.len() >= 3) || form.bracket,
        [] => false,
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
