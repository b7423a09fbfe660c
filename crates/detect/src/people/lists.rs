//! Columns and lists of names: where most of the cells, lines or items are names beyond doubt, the others that can be names are too; and
//! single words that only might be names are none in a column of something else.

use super::dict;
use super::fields::{LONGEST, Like, like, trimmed};
use super::{han, pattern, russian};
use crate::scene::Scene;
use crate::{Cell, Entity, Finding};

/// Cells of a column that are weighed.
const SAMPLE: u32 = 400;
/// Columns that are weighed.
const MOST_COLUMNS: usize = 4096;
/// The longest item of a list in a line, in bytes.
const ITEM: usize = 64;
/// Items that are followed from one name in a line.
const MOST_ITEMS: usize = 2000;

/// Whether a whole value is a name beyond doubt: a family name and more, by the dictionaries of its language, and no place.
fn sure(value: &str) -> bool {
    if value.chars().any(han::han) {
        return han::like_name(value) && !han::is_word(value) && !han::is_place(value);
    }
    if like(value) != Like::Known || dict::kinds_of(value) & (dict::PLACE | dict::VI_PLACE) != 0 {
        return false;
    }
    let words: Vec<&str> = value
        .split([' ', ',', '.', '\u{a0}'])
        .filter(|w| !w.is_empty())
        .collect();
    let (Some(first), Some(last)) = (words.first(), words.last()) else {
        return false;
    };
    if !(2..=5).contains(&words.len()) || !words.iter().all(|w| w.chars().next().is_some_and(char::is_uppercase)) {
        return false;
    }
    let kinds = |w: &str| dict::kinds_of(w);
    let office = dict::VI_ORG | dict::RU_ORG | dict::RU_OFFICE | dict::BEFORE_PLACE | dict::TITLE;
    if first.chars().any(|c| ('\u{400}'..='\u{52F}').contains(&c)) {
        let known = words
            .iter()
            .filter(|w| russian::kinds(w) & (russian::GIVEN | russian::PATRONYMIC) != 0)
            .count();
        let letters = words.iter().filter(|w| w.chars().count() == 1).count();
        let family = words
            .iter()
            .any(|w| russian::kinds(w) & (russian::SURNAME | russian::SUFFIX) != 0);
        return family && known + letters >= 1 && kinds(first) & office == 0;
    }
    let vietnamese = kinds(first) & (dict::VI_SURNAME | dict::VI_RARE | dict::PLAIN_SURNAME) != 0
        && kinds(last) & (dict::VI_GIVEN | dict::VI_MIDDLE | dict::PLAIN_GIVEN) != 0
        && (words.len() >= 3 || kinds(first) & dict::VI_SURNAME != 0)
        && kinds(first) & dict::VI_ORG == 0;
    let western = kinds(first) & (dict::EN_GIVEN | dict::EN_RARE) != 0
        && kinds(last) & dict::EN_SURNAME != 0
        && kinds(last) & (dict::NOT_PERSON | dict::EN_ORG | dict::BEFORE_PLACE) == 0;
    vietnamese || western
}

/// Whether a value can be a name where those around it are: written like one, and no place, office or thing by any dictionary.
fn possible(value: &str) -> bool {
    if value.chars().any(han::han) {
        return han::like_name(value) && !han::is_place(value) && (2..=4).contains(&value.chars().count());
    }
    let words: Vec<&str> = value.split([' ', '.', '\u{a0}']).filter(|w| !w.is_empty()).collect();
    let never = dict::NEVER
        | dict::VI_ORG
        | dict::RU_ORG
        | dict::RU_OFFICE
        | dict::EN_ORG
        | dict::UNIT
        | dict::NOT_PERSON
        | dict::BEFORE_PLACE;
    let names = dict::EN_GIVEN | dict::EN_SURNAME | dict::VI_SURNAME | dict::VI_GIVEN | dict::VI_RARE | dict::VI_MIDDLE;
    like(value) >= Like::Possible
        && (2..=5).contains(&words.len())
        && words.iter().all(|w| w.chars().next().is_some_and(char::is_uppercase))
        && dict::kinds_of(value) & (dict::PLACE | dict::VI_PLACE) == 0
        && words
            .iter()
            .all(|w| dict::kinds_of(w) & never == 0 || dict::kinds_of(w) & names != 0)
}

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    seen: u32,
    sure: u32,
    /// Cells that cannot be a name.
    not: u32,
}

impl Tally {
    fn take(&mut self, value: &str) {
        if value.is_empty() || self.seen >= SAMPLE {
            return;
        }
        self.seen += 1;
        self.sure += u32::from(sure(value));
        self.not += u32::from(!possible(value));
    }

    fn names(self) -> bool {
        self.sure >= 3 && self.sure * 5 >= self.seen * 3 && self.not * 3 <= self.seen
    }
}

/// Columns of tables and lines of numbered lists.
pub(super) fn find(scene: &Scene<'_>, out: &mut Vec<Finding>) {
    if scene.cells.is_empty() {
        numbered(scene.text, out);
    } else {
        columns(scene, scene.cells, out);
    }
    items(scene.text, out);
}

fn columns(scene: &Scene<'_>, cells: &[Cell], out: &mut Vec<Finding>) {
    let width = cells
        .iter()
        .map(|c| c.col as usize + 1)
        .max()
        .unwrap_or(0)
        .min(MOST_COLUMNS);
    let mut tally = vec![Tally::default(); width];
    for cell in cells {
        if let Some(t) = tally.get_mut(cell.col as usize) {
            t.take(scene.text_of(cell).trim());
        }
    }
    // A single word that only might be a name is none where the column holds something else.
    out.retain(|f| {
        f.entity != Entity::Person
            || f.score >= 0.7
            || scene.cell(f.start).is_none_or(|cell| {
                let whole = scene.text_of(cell).trim();
                let one = scene.text.get(f.start..f.end) == Some(whole) && !whole.contains([' ', '.']);
                let t = tally.get(cell.col as usize).copied().unwrap_or_default();
                !(one && t.seen >= 2 && t.sure * 2 < t.seen)
            })
    });
    for cell in cells {
        if tally.get(cell.col as usize).is_some_and(|t| t.names()) {
            add(scene.text, cell.start, cell.end, "column of names", 0.8, out);
        }
    }
}

/// Adds a value as a name if it can be one.
fn add(text: &str, start: usize, end: usize, why: &'static str, score: f32, out: &mut Vec<Finding>) -> bool {
    let Some((from, to, value)) = trimmed(text, start, end) else {
        return false;
    };
    if value.len() > LONGEST || !possible(value) {
        return false;
    }
    out.push(Finding {
        entity: Entity::Person,
        start: from,
        end: to,
        score,
        validated: false,
        why: vec![pattern(why)],
    });
    true
}

/// Where the item of a numbered or dotted line begins and ends, as offsets in the line: up to a comma, a bracket, a colon or a gap.
fn item(line: &str) -> Option<(usize, usize)> {
    let body = line.trim_start();
    let lead = line.len() - body.len();
    let digits = body.bytes().take(4).take_while(u8::is_ascii_digit).count();
    let rest = body.get(digits..)?;
    let mark = if digits > 0 {
        [". ", ") ", "、", "．", ".", ")"]
            .into_iter()
            .find(|m| rest.starts_with(m))?
    } else {
        ["- ", "• ", "* ", "– ", "+ "]
            .into_iter()
            .find(|m| rest.starts_with(m))?
    };
    let start = lead + digits + mark.len();
    let value = line.get(start..)?;
    let value = value.get(value.len() - value.trim_start().len()..)?;
    let start = line.len() - value.len();
    let length = value
        .find([',', ';', '(', '（', '，', '；', ':', '：', '\t', '—', '–'])
        .or_else(|| value.find(" - "))
        .unwrap_or(value.len());
    let digits = |c: char| c.is_ascii_digit();
    (length > 0 && !value.get(..length)?.contains(digits)).then_some((start, start + length))
}

/// Runs of numbered lines.
fn numbered(text: &str, out: &mut Vec<Finding>) {
    let mut run: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    let mut end_run = |run: &mut Vec<(usize, usize)>| {
        if run.len() >= 2 {
            let mut tally = Tally::default();
            for &(start, end) in run.iter() {
                tally.take(text.get(start..end).unwrap_or_default().trim());
            }
            if tally.names() || tally.sure >= 2 && tally.sure + 1 >= tally.seen {
                for &(start, end) in run.iter() {
                    add(text, start, end, "list of names", 0.72, out);
                }
            }
        }
        run.clear();
    };
    for line in text.split_inclusive('\n') {
        let body = line.trim_end();
        // Long lines are no items; the first byte tells most lines apart at once.
        let may = body.len() <= 4 * LONGEST
            && body
                .trim_start()
                .bytes()
                .next()
                .is_some_and(|b| b.is_ascii_digit() || matches!(b, b'-' | b'*' | b'+' | 0xE2));
        match may.then(|| item(body)).flatten() {
            Some((from, to)) => run.push((at + from, at + to)),
            None => end_run(&mut run),
        }
        at += line.len();
    }
    end_run(&mut run);
}

/// What stands between the items of a list in a line.
const BETWEEN: &[&str] = &[", ", "、", "; ", " và ", " и ", " and ", "，", ",\n", " - "];

/// Items of a list in a line: from two names with a mark between them, or one at either side, the neighbours are looked at.
fn items(text: &str, out: &mut Vec<Finding>) {
    let mut known: Vec<(usize, usize)> = out
        .iter()
        .filter(|f| f.entity == Entity::Person && f.score >= 0.7)
        .map(|f| (f.start, f.end))
        .collect();
    known.sort_unstable();
    known.dedup();
    let between = |at: usize| {
        text.get(at..)
            .and_then(|rest| BETWEEN.iter().find(|b| rest.starts_with(**b)))
            .map(|b| b.len())
    };
    let mut steps = 0;
    let mut added = Vec::new();
    // Names one after the other with nothing but a mark between them.
    let mut chain = 0;
    let mut done = 0;
    for i in 0..known.len() {
        let Some(&(start, mut end)) = known.get(i) else { break };
        if start < done {
            continue;
        }
        let follows = i > 0
            && known
                .get(i - 1)
                .is_some_and(|p| between(p.1).is_some_and(|n| p.1 + n == start));
        chain = if follows { chain + 1 } else { 1 };
        let (first, known_end) = (chain == 1, end);
        let mut gaps = 0;
        while steps < MOST_ITEMS && gaps < 2 {
            let Some(gap) = between(end) else { break };
            let from = end + gap;
            if known.binary_search_by_key(&from, |k| k.0).is_ok() {
                break;
            }
            steps += 1;
            let rest = text.get(from..).unwrap_or_default();
            let window = rest.get(..rest.floor_char_boundary(ITEM)).unwrap_or_default();
            let length = window
                .char_indices()
                .find(|(n, c)| {
                    matches!(c, ',' | ';' | '、' | '，' | '。' | '\n' | '(' | ':') || *c == '.' && ends_item(window, *n)
                })
                .map_or(window.len(), |(n, _)| n);
            let to = from + length;
            // An item between two names, or the last of a list of names.
            let next = between(to).is_some_and(|n| known.binary_search_by_key(&(to + n), |k| k.0).is_ok());
            let last = chain >= 2
                && rest
                    .get(length..)
                    .is_some_and(|r| r.is_empty() || r.starts_with(['.', '。', '\n', ';']));
            if !(next || last || chain >= 3) || length == window.len() && rest.len() > length {
                break;
            }
            let before = added.len();
            if !add(text, from, to, "list of names", 0.66, &mut added) {
                break;
            }
            chain += usize::from(added.len() > before);
            gaps += 1;
            end = to;
            done = to;
        }
        // The item before the first of them.
        let next = between(known_end).is_some_and(|n| known.binary_search_by_key(&(known_end + n), |k| k.0).is_ok());
        if first
            && (next || gaps > 0)
            && steps < MOST_ITEMS
            && let Some(head) = text.get(..start)
            && let Some(mark) = BETWEEN.iter().find(|b| head.ends_with(**b))
        {
            steps += 1;
            let to = start - mark.len();
            let window = text
                .get(text.ceil_char_boundary(to.saturating_sub(ITEM))..to)
                .unwrap_or_default();
            let from = window
                .char_indices()
                .rfind(|(_, c)| matches!(c, ',' | ';' | '、' | '，' | '。' | '\n' | '(' | ':' | '：'))
                .map(|(n, c)| to - window.len() + n + c.len_utf8());
            if let Some(from) = from.or((window.len() == to).then_some(0)) {
                add(text, from, to, "list of names", 0.66, &mut added);
            }
        }
    }
    out.append(&mut added);
}

/// Whether a full stop ends an item: not that of an initial.
fn ends_item(window: &str, at: usize) -> bool {
    window
        .get(..at)
        .is_none_or(|w| w.chars().rev().take_while(|c| c.is_alphabetic()).count() > 1)
}
