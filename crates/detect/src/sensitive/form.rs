//! Values that a label, a header or a caption tells, and amounts of money.

use std::borrow::Cow;

use super::finding;
use super::terms::{Hit, Terms, Use, han};
use crate::addresses::lower::Lower;
use crate::scene::{self, Scene};
use crate::{Entity, Finding, Reason};

/// The longest value under a label, in bytes.
const LONGEST: usize = 160;

/// The length of the known value that a text (lower case) begins with.
pub(super) fn known_value(terms: &Terms, kind: Entity, text: &str) -> Option<usize> {
    let mut end = 0;
    let mut best = None;
    for (n, c) in text.chars().take(28).enumerate() {
        end += c.len_utf8();
        let next = text.get(end..).and_then(|t| t.chars().next());
        let border = han(c) || !next.is_some_and(char::is_alphabetic);
        if border && n + 1 >= 1 && terms.is_value(kind, text.get(..end)?) {
            best = Some(end);
        }
        if c == '\n' {
            break;
        }
    }
    best
}

/// The value behind a label with a colon.
pub(super) fn labelled(scene: &Scene<'_>, terms: &Terms, lower: &Lower, hits: &[Hit<'_>], i: usize) -> Option<Finding> {
    let hit = hits.get(i)?;
    let meaning = hit.of(Use::Label)?;
    let kind = meaning.kind?;
    let text = scene.text;
    let rest = text.get(hit.end..)?;
    // A few words or a bracket may stand before the colon: "Tôn giáo (nếu có):", "Диагноз при поступлении:".
    let colon = rest
        .char_indices()
        .take(36)
        .take_while(|(_, c)| !matches!(c, '\n' | '\t' | '.' | ';' | '。' | '，' | '|'))
        .find(|(_, c)| matches!(c, ':' | '：' | '='));
    let why = vec![Reason::Label(Cow::Borrowed(hit.word))];
    let Some((at, c)) = colon else {
        // A code of the International Classification of Diseases right behind a label of health.
        let (start, end) = (kind == Entity::Health).then(|| icd(text, hit.end)).flatten()?;
        return Some(finding(kind, start, end, 0.85, why));
    };
    let words = rest.get(..at)?;
    if words.split_whitespace().count() > 4 || words.contains(',') && !words.contains('(') {
        return None;
    }
    // The label begins its line, its cell, its clause; "не имеет судимости: …" in a sentence does not.
    let from = hit.end + at + c.len_utf8();
    let behind = text.get(from..)?;
    let trimmed = behind.trim_start_matches([' ', '"', '\'', '\u{a0}', '\t', '“']);
    let start = from + (behind.len() - trimmed.len());
    let mut end = value_end(text, start);
    if matches!(kind, Entity::Ethnicity | Entity::Religion | Entity::PoliticalOpinion) {
        // One word or name; what follows a comma is the next field.
        end = text.get(start..end)?.find([',', '，', '、']).map_or(end, |n| start + n);
    }
    let piece = text.get(start..end)?;
    fits(terms, kind, piece, lower.get(start..end)?).then(|| finding(kind, start, end, 0.85, why))
}

/// Where a value ends: at its line, at a strong mark, before the next label.
fn value_end(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let quoted = text.get(..start).is_some_and(|t| t.ends_with(['"', '“']));
    let mut end = 0;
    for (at, c) in rest.char_indices() {
        let stop = matches!(c, '\n' | '\t' | ';' | '|' | '。' | '；' | '{' | '}')
            || matches!(c, '"' | '”') && quoted
            || c == '.'
                && rest.get(at + 1..).is_some_and(|r| {
                    r.is_empty() || r.starts_with([' ', '\n']) && !rest.get(..at).is_some_and(short_word)
                })
            || at >= LONGEST;
        if stop {
            break;
        }
        end = at + c.len_utf8();
    }
    let piece = rest.get(..end).unwrap_or_default();
    if let Some(colon) = piece.find([':', '：', '=']) {
        let head = piece.get(..colon).unwrap_or_default();
        end = head
            .rfind([',', '，', '、', ';'])
            .max(head.rfind(". "))
            .max(head.rfind("  "))
            .max(head.rfind(" - "))
            .unwrap_or(0);
    }
    start
        + rest
            .get(..end)
            .unwrap_or_default()
            .trim_end_matches([' ', ',', '.', '"', '，', '-'])
            .len()
}

/// Whether an abbreviation ends a piece: "C. ", "II ст. ".
fn short_word(piece: &str) -> bool {
    piece.chars().rev().take_while(|c| c.is_alphabetic()).count() <= 2
}

/// Whether a value can be one of this kind: no blank to fill in, no sentence, an amount where money is spoken of.
fn fits(terms: &Terms, kind: Entity, piece: &str, lower: &str) -> bool {
    let letters = piece.chars().filter(|c| c.is_alphanumeric()).count();
    let blank = ["..", "__", "…", "{{", "___"].iter().any(|b| piece.contains(b));
    if letters == 0 || blank || piece.starts_with('[') || piece.starts_with('(') && letters < 3 {
        return false;
    }
    let words = piece.split_whitespace().count();
    let glyphs = piece.chars().count();
    match kind {
        Entity::Ethnicity | Entity::Religion | Entity::PoliticalOpinion => {
            known_value(terms, kind, lower).is_some()
                || words <= 2 && glyphs <= 24 && !piece.starts_with(han)
                || words <= 4
                    && glyphs <= 32
                    && (piece.starts_with(char::is_uppercase)
                        || piece.starts_with(han) && glyphs <= 8
                        || piece.starts_with(|c: char| c.is_ascii_digit()))
                || terms
                    .find(piece, lower.as_bytes())
                    .iter()
                    .any(|h| h.start == 0 && h.meanings.iter().any(|m| m.kind == Some(kind)))
        }
        Entity::Financial => piece.bytes().any(|b| b.is_ascii_digit()) && words <= 10,
        Entity::Health => words <= 24 && (letters > 1 || matches!(lower.trim_end_matches(['+', '-']), "a" | "b" | "o")),
        _ => words <= 14,
    }
}

/// A code such as `B20`, `E11.9` within a few bytes.
fn icd(text: &str, at: usize) -> Option<(usize, usize)> {
    let rest = text.get(at..)?;
    let code = rest.trim_start_matches([' ', '(', '-', '–', '№']);
    let start = at + (rest.len() - code.len());
    let bytes = code.as_bytes();
    let [letter, a, b, ..] = bytes else { return None };
    if start - at > 6 || !letter.is_ascii_uppercase() || !a.is_ascii_digit() || !b.is_ascii_digit() {
        return None;
    }
    let more = match bytes.get(3..) {
        Some([b'.', d, e, ..]) if d.is_ascii_digit() && e.is_ascii_digit() => 3,
        Some([b'.', d, ..]) if d.is_ascii_digit() => 2,
        _ => 0,
    };
    let end = 3 + more;
    (!bytes.get(end).is_some_and(u8::is_ascii_alphanumeric)).then_some((start, start + end))
}

/// The end of an amount of money behind a word: at least three digits, or a word of thousands and millions.
pub(super) fn amount(text: &str, from: usize, to: usize) -> Option<usize> {
    let mut to = to;
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    let piece = text.get(from..to)?;
    let first = piece.find(|c: char| c.is_ascii_digit())?;
    let tail = piece.get(first..)?;
    let length: usize = tail
        .char_indices()
        .take_while(|&(at, c)| {
            c.is_ascii_digit()
                || matches!(c, '.' | ',' | ' ' | '\u{a0}')
                    && tail
                        .get(at + c.len_utf8()..)
                        .is_some_and(|r| r.starts_with(|d: char| d.is_ascii_digit()))
        })
        .map(|(_, c)| c.len_utf8())
        .sum();
    let digits = tail.get(..length)?.bytes().filter(u8::is_ascii_digit).count();
    let rest = tail.get(length..)?;
    let unit = rest.trim_start_matches([' ', '\u{a0}']);
    let space = rest.len() - unit.len();
    let lower = unit.to_lowercase();
    const UNITS: &[&str] = &[
        "triệu đồng",
        "tỷ đồng",
        "nghìn đồng",
        "triệu",
        "tỷ",
        "đồng",
        "vnđ",
        "vnd",
        "đ",
        "тыс. руб",
        "млн руб",
        "тыс",
        "млн",
        "рублей",
        "рубля",
        "руб",
        "₽",
        "万元",
        "千元",
        "元",
        "万",
        "亿",
        "usd",
        "eur",
        "dollars",
        "k",
        "million",
        "€",
        "$",
    ];
    let named = UNITS.iter().find(|u| {
        lower.starts_with(**u)
            && !lower
                .get(u.len()..)
                .is_some_and(|r| r.starts_with(|c: char| c.is_alphabetic() && !han(c)) && u.len() <= 2)
    });
    let sign = piece.get(..first)?.trim_end().ends_with(['$', '€', '£', '¥', '￥']);
    let end = from + first + length;
    match named {
        Some(unit) => Some(end + space + unit.len()).filter(|&e| text.is_char_boundary(e)),
        // Six digits alone may be money, unless they number an account or a contract.
        None => (sign || digits >= 6 && !numbers_a_thing(piece.get(..first)?)).then_some(end),
    }
}

/// Words between a word of money and a number that is no amount.
fn numbers_a_thing(between: &str) -> bool {
    let lower = Lower::of(between);
    [
        "account",
        "no.",
        "nos",
        "number",
        "счет",
        "счёт",
        "договор",
        "№",
        "hợp đồng",
        "tài khoản",
        "số ",
        "账",
        "编号",
        "合同",
    ]
    .iter()
    .any(|word| lower.all().contains(word))
}

/// Cells under a header that tells their kind, and a whole text under such a caption.
pub(super) fn columns(scene: &Scene<'_>, terms: &Terms, out: &mut Vec<Finding>) {
    let known = scene::labels_of_columns(scene, |h| terms.header(h));
    let mut take = |label: (&'static str, Entity), start: usize, end: usize| {
        let piece = scene.text.get(start..end).unwrap_or_default();
        let from = start + (piece.len() - piece.trim_start().len());
        let to = from + piece.trim().len();
        let piece = piece.trim();
        let lower = Lower::of(piece);
        if to > from && to - from <= 400 && fits(terms, label.1, piece, lower.all()) {
            out.push(finding(
                label.1,
                from,
                to,
                0.85,
                vec![Reason::Column(Cow::Borrowed(label.0))],
            ));
        }
    };
    for cell in scene.cells {
        let Some(label) = known.get(&cell.col).map(|l| l.what) else {
            continue;
        };
        // The header is no value of its own column.
        if terms
            .header(scene.text_of(cell))
            .is_none_or(|h| h.1 != label.1 || known_value(terms, label.1, h.0).is_some())
        {
            take(label, cell.start, cell.end);
        }
    }
    if scene.cells.is_empty()
        && let Some(label) = scene.caption.and_then(|c| terms.header(c))
    {
        take(label, 0, scene.text.len());
    }
}
