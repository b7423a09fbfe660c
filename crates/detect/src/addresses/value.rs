//! Addresses that their label, header or caption tells.

use std::borrow::Cow;

use super::lower::Lower;
use super::words::{self, Sighting};
use super::zh;
use crate::scene::{self, Scene};
use crate::{Entity, Finding, Reason};

/// The longest value under a label, in bytes.
const LONGEST: usize = 240;

fn finding(start: usize, end: usize, score: f32, why: Reason) -> Finding {
    Finding {
        entity: Entity::Address,
        start,
        end,
        score,
        validated: false,
        why: vec![why],
    }
}

/// Labels with a colon: the value is what stands behind it.
pub(super) fn labelled(scene: &Scene<'_>, lower: &Lower, seen: &Sighting, out: &mut Vec<Finding>) {
    let text = scene.text;
    out.sort_by_key(|f| f.start);
    let chains = out.len();
    for label in &seen.labels {
        let Some(rest) = text.get(label.end..) else { continue };
        let Some(from) = behind_label(rest).map(|n| label.end + n) else {
            continue;
        };
        if label.word.starts_with("zip") || label.word.starts_with("post") {
            if let Some((start, end)) = postal_code(text, from) {
                out.push(finding(start, end, 0.7, Reason::Label(Cow::Borrowed(label.word))));
            }
            continue;
        }
        let Some((start, end)) = value(text, from) else {
            continue;
        };
        let next = scene.identifiers.partition_point(|f| f.start <= start);
        let end = match scene.identifiers.get(next) {
            Some(f) if f.start < end => before_label(text, start, f.start),
            _ => end,
        };
        let known = out.get(..chains).unwrap_or_default();
        let first = known.partition_point(|f| f.start < start);
        let chain = known
            .get(first..)
            .unwrap_or_default()
            .iter()
            .take_while(|f| f.start < end)
            .map(|f| f.end)
            .max();
        let why = Reason::Label(Cow::Borrowed(label.word));
        if let Some(chain_end) = chain {
            out.push(finding(
                start,
                chain_end.max(trim(text, start, end.min(chain_end))),
                0.9,
                why,
            ));
        } else {
            let end = trim(text, start, end);
            let piece = text.get(start..end).unwrap_or_default();
            if likely(piece, lower.get(start..end).unwrap_or_default()) {
                out.push(finding(start, end, 0.65, why));
            }
        }
    }
}

/// How far behind a label its value may begin: behind a colon, before which up to four words, a bracket or a quote may stand
/// ("Địa chỉ (hiện nay):", `"address": "`), or behind "is" in an English sentence.
fn behind_label(rest: &str) -> Option<usize> {
    let colon = rest
        .char_indices()
        .take(40)
        .take_while(|(_, c)| *c != '\n')
        .find(|(_, c)| matches!(c, ':' | '：' | '='));
    if let Some((at, c)) = colon {
        let words = rest.get(..at)?;
        if !words.contains(['.', ',', ';', '。', '，']) && words.split_whitespace().count() <= 4 {
            return Some(at + c.len_utf8());
        }
    }
    [" is: ", " is "]
        .iter()
        .find(|w| rest.starts_with(**w))
        .map(|w| w.len())
}

/// A postal code behind its label.
fn postal_code(text: &str, from: usize) -> Option<(usize, usize)> {
    let rest = text.get(from..)?;
    let value = rest.trim_start_matches([' ', '"', '\t']);
    let start = from + (rest.len() - value.len());
    let length = value
        .bytes()
        .take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'-' | b' '))
        .take(12)
        .count();
    let piece = value.get(..length)?.trim_end_matches([' ', '-']);
    let digits = piece.bytes().filter(u8::is_ascii_digit).count();
    let torn = value
        .get(piece.len()..)
        .is_some_and(|r| r.starts_with(char::is_alphanumeric));
    ((2..=9).contains(&digits) && piece.len() <= 10 && !torn).then_some((start, start + piece.len()))
}

/// The value behind a colon: to the end of its line or the next label.
fn value(text: &str, from: usize) -> Option<(usize, usize)> {
    let rest = text.get(from..)?;
    let trimmed = rest.trim_start_matches([' ', '"', '\'', '\t', '\u{a0}', '“']);
    // The value may stand on the next line, where the label ends its own.
    let trimmed = trimmed.strip_prefix('\n').map_or(trimmed, str::trim_start);
    let start = from + (rest.len() - trimmed.len());
    let quoted = text.get(..start)?.ends_with(['"', '“']);
    let mut end = start;
    let mut chars = trimmed.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let stop = match c {
            '\n' | '\t' | ';' | '|' | '。' | '；' => true,
            '"' | '”' => quoted,
            // A full stop before a space and a capital ends it, if a word of some length stands before.
            '.' => {
                let head = trimmed.get(..at)?;
                let word = head.rsplit([' ', ',', '.']).next().unwrap_or_default();
                word.chars().count() > 5 && chars.peek().is_none_or(|n| n.1 == ' ')
            }
            _ => at > LONGEST,
        };
        if stop {
            break;
        }
        end = start + at + c.len_utf8();
    }
    // The next label on the same line.
    if let Some(colon) = text.get(start..end)?.find([':', '：', '=']) {
        end = before_label(text, start, start + colon);
    }
    (end > start).then_some((start, end))
}

/// Where the value ends if a label or an identifier begins before `at`: at the last mark before it.
fn before_label(text: &str, start: usize, at: usize) -> usize {
    let piece = text.get(start..at).unwrap_or_default();
    let cut = piece
        .rfind([',', ';', '，', '；', '(', '（'])
        .max(piece.rfind(" - "))
        .max(piece.rfind(". "))
        .max(piece.rfind("  "));
    start + cut.unwrap_or(0)
}

fn trim(text: &str, start: usize, end: usize) -> usize {
    let piece = text.get(start..end).unwrap_or_default();
    start
        + piece
            .trim_end_matches([' ', ',', '.', ';', '-', '–', '"', '”', '，', '\u{a0}'])
            .len()
}

/// Whether a value can be an address: letters, and a capital, a digit or a Chinese unit; no blank to fill in, no link, no sentence.
fn likely(piece: &str, lower: &str) -> bool {
    let letters = piece.chars().filter(|c| c.is_alphabetic()).count();
    let blank = piece.matches("..").count()
        + piece.matches("__").count()
        + piece.matches('…').count()
        + piece.matches("{{").count();
    if letters < 2
        || blank > 0
        || piece.len() > LONGEST
        || lower.contains("http")
        || lower.contains("www.")
        || lower.contains('@')
    {
        return false;
    }
    if piece.chars().any(|c| matches!(c, '\u{3400}'..='\u{9FFF}')) {
        return piece.chars().count() <= 60 && zh::plausible(piece);
    }
    let words = piece.split_whitespace().count();
    let capitals = piece
        .split([' ', ',', '.', '-'])
        .filter(|w| w.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()))
        .count();
    // "2407 tawastintie 6, sé, portugal": a number at the head and another one in a text without capitals.
    let numbers = piece
        .split([' ', ','])
        .filter(|w| w.starts_with(|c: char| c.is_ascii_digit()))
        .count();
    if (3..=16).contains(&words) && numbers >= 2 && piece.starts_with(|c: char| c.is_ascii_digit()) {
        return true;
    }
    // Sentences have few capitals.
    words <= 24
        && capitals * 2 >= words.min(12)
        && piece.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || c.is_alphabetic() && numbers > 0)
}

/// Cells under a header of addresses, and a whole text under such a caption.
pub(super) fn columns(scene: &Scene<'_>, out: &mut Vec<Finding>) {
    let known = scene::labels_of_columns(scene, words::of_header);
    for cell in scene.cells {
        let Some(word) = known.get(&cell.col).map(|l| l.what) else {
            continue;
        };
        let piece = scene.text_of(cell);
        // The header itself is no value.
        if words::of_header(piece).is_some() && !piece.bytes().any(|b| b.is_ascii_digit()) && !piece.contains(',') {
            continue;
        }
        push(scene.text, cell.start, cell.end, word, out);
    }
    if scene.cells.is_empty()
        && scene.text.len() <= LONGEST
        && let Some(word) = scene.caption.and_then(words::of_header)
    {
        push(scene.text, 0, scene.text.len(), word, out);
    }
}

fn push(text: &str, start: usize, end: usize, word: &'static str, out: &mut Vec<Finding>) {
    let piece = text.get(start..end).unwrap_or_default();
    let from = start + (piece.len() - piece.trim_start().len());
    let end = trim(text, from, end);
    let piece = text.get(from..end).unwrap_or_default();
    let letters = piece.chars().filter(|c| c.is_alphabetic()).count();
    let digits = piece.bytes().filter(u8::is_ascii_digit).count();
    let code = (word.starts_with("zip") || word.starts_with("post")) && (3..=9).contains(&digits);
    let link = piece.contains('@') || piece.contains("://");
    let blank = piece.contains("..") || piece.contains("__");
    if (letters >= 2 || code) && piece.len() <= LONGEST && !link && !blank {
        out.push(finding(from, end, 0.85, Reason::Column(Cow::Borrowed(word))));
    }
}
