//! What a sentence says of its person: whether it goes on about the one before, denies, or only speaks of a matter.

use super::phrases::{
    ABOUT, BEFORE_NAME, BEHIND_NAME, BREAKS, GOES_ON, GOES_ON_HAN, NOT, NOT_BEHIND, NOT_HAN, NOT_HAN_BEHIND, ONLY,
    SAID, THING,
};
use super::terms::han;
use crate::addresses::lower::Lower;

/// Whether a sentence in lower case goes on about the person of the one before.
pub(super) fn goes_on(sentence: &str) -> bool {
    let sentence = sentence.trim_start_matches([
        ' ', '\n', '\r', '\t', '-', '•', '–', '—', '*', ')', '.', '。', ',', '，',
    ]);
    if sentence.starts_with(han) {
        return GOES_ON_HAN.iter().any(|w| sentence.starts_with(w));
    }
    GOES_ON.iter().any(|w| {
        sentence.strip_prefix(w).is_some_and(|rest| {
            // Stems of Russian verbs have endings; other words end.
            let stem = [
                "страда",
                "состо",
                "являет",
                "диагност",
                "выявлен",
                "обнаружен",
                "перен",
                "наход",
                "лечит",
                "suffer",
                "установлен",
            ]
            .contains(w);
            stem || !rest.starts_with(char::is_alphabetic)
        })
    })
}

/// Words of a clause that are looked at before a term.
const WORDS: usize = 6;
/// How far behind a term its denial may begin, in bytes.
const BEHIND: usize = 96;

/// Whether a sentence in lower case denies a term: "không có tiền án", "ранее не судим", "无犯罪记录".
pub(super) fn denied(lower: &Lower, from: usize, start: usize, end: usize, to: usize) -> bool {
    let before = lower.get(from..start).unwrap_or_default();
    let behind = lower.get(end..to).unwrap_or_default();
    let term = lower.get(start..end).unwrap_or_default();
    if term.starts_with(han) {
        return denied_han(before, behind);
    }
    // "không có tiền án, tiền sự": the comma of a list parts nothing.
    let list = before.trim_end().strip_suffix(',').unwrap_or(before);
    let clause = list
        .rsplit([',', ';', ':', '(', '"', '—', '–'])
        .next()
        .unwrap_or_default();
    let mut words = clause
        .split(|c: char| c.is_whitespace())
        .filter(|w| !w.is_empty())
        .rev()
        .take(WORDS)
        .peekable();
    let mut later = "";
    while let Some(word) = words.next() {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '\'' && c != '-');
        if BREAKS.contains(&word) {
            break;
        }
        // Of two words: phủ nhận, âm tính, loại trừ.
        let pair = words.peek().map(|first| format!("{first} {word}")).unwrap_or_default();
        if (NOT.contains(&word) || NOT.contains(&pair.as_str())) && !ONLY.contains(&later) {
            return true;
        }
        later = word;
    }
    let tail = behind.get(..behind.floor_char_boundary(BEHIND)).unwrap_or_default();
    let tail = tail.split([',', ';', '.', '\n']).next().unwrap_or_default();
    // "судимость Громова Антона Ильича отсутствует": a name may stand between.
    NOT_BEHIND.iter().any(|n| {
        tail.find(n)
            .and_then(|at| tail.get(..at))
            .is_some_and(|head| (head.is_empty() || head.ends_with(' ')) && head.split_whitespace().count() <= 3)
    })
}

fn denied_han(before: &str, behind: &str) -> bool {
    let clause = before
        .rsplit(['，', ',', '；', ';', '。', '：', ':', '但', '而'])
        .next()
        .unwrap_or_default();
    let near = NOT_HAN.iter().any(|(word, most)| {
        clause.rfind(word).is_some_and(|at| {
            let rest = clause.get(at + word.len()..).unwrap_or_default();
            let thing =
                *word == "无" && rest.starts_with(['业', '锡', '证', '法', '故', '论', '为', '偿', '效', '线', '限']);
            !thing && (rest.chars().count() <= *most || rest.contains('、') && rest.chars().count() <= 3 * most)
        })
    });
    let head = behind.trim_start_matches([' ', '检', '测', '史', '抗', '体', '结', '果', '为', '呈']);
    near || NOT_HAN_BEHIND.iter().any(|w| head.starts_with(w))
}

/// Whether between a person and a term stands a word that makes the term a matter of which the person speaks.
pub(super) fn spoken_of(lower: &Lower, from: usize, term: usize) -> bool {
    let between = lower.get(from..term).unwrap_or_default();
    !between.is_empty()
        && ABOUT.iter().any(|w| {
            between.match_indices(w).any(|(at, _)| {
                w.starts_with(han) || !between.get(..at).is_some_and(|t| t.ends_with(char::is_alphabetic))
            })
        })
}

/// Whether between a term and the person behind it stands a verb of speech.
pub(super) fn said_by(lower: &Lower, term: usize, person: usize) -> bool {
    let between = lower.get(term..person).unwrap_or_default();
    SAID.iter().any(|w| between.contains(w))
}

/// Whether a term begins the name of a thing: fingerprint scanner, 虹膜识别设备.
pub(super) fn of_thing(lower: &Lower, end: usize) -> bool {
    let Some(behind) = lower.ahead(end, 24) else {
        return false;
    };
    let behind = behind.strip_prefix(' ').unwrap_or(behind);
    THING.iter().any(|w| {
        behind
            .strip_prefix(w)
            .is_some_and(|rest| w.starts_with(han) || !rest.starts_with(char::is_alphabetic))
    })
}

/// Whether a person is named by such a title.
pub(super) fn professional(lower: &Lower, start: usize, end: usize) -> bool {
    let mut from = start.saturating_sub(32);
    while from < start && lower.get(from..start).is_none() {
        from += 1;
    }
    let before = lower.get(from..start).unwrap_or_default().trim_end_matches([' ', '.']);
    let title = BEFORE_NAME.iter().any(|t| {
        before
            .strip_suffix(t)
            .is_some_and(|head| !head.ends_with(char::is_alphabetic))
    });
    let behind = lower.ahead(end, 12).unwrap_or_default();
    title || BEHIND_NAME.iter().any(|t| behind.starts_with(t))
}
