//! Places and organisations, where a dictionary or a sure pattern names them; postal addresses are found elsewhere.

use std::borrow::Cow;

use aho_corasick::{AhoCorasick, MatchKind};
use std::sync::LazyLock;

use super::cues::Cue;
use super::words::{self, Shape, Word};
use super::{dict, han, pattern, russian, word_reason};
use crate::{Entity, Finding, Reason};

/// Longest name of an organisation, in bytes.
const LONGEST: usize = 160;

fn push(entity: Entity, start: usize, end: usize, score: f32, why: Reason, out: &mut Vec<Finding>) {
    out.push(Finding {
        entity,
        start,
        end,
        score,
        validated: false,
        why: vec![why],
    });
}

/// A place or organisation that begins at word `i` of a chain, where no person does; gives the words it takes.
pub(super) fn find(
    text: &str,
    chain: &[Word],
    i: usize,
    cue: &Cue<'_>,
    vietnamese: bool,
    out: &mut Vec<Finding>,
) -> Option<usize> {
    let w = chain.get(i)?;
    if w.cyrillic {
        return cyrillic(text, chain, i, cue, out);
    }
    // XÃ HỘI, Quốc hội: the second syllable of another word.
    let second = i > 0 && w.letters <= 3 && chain.get(i - 1).is_some_and(|p| before_society(text, p));
    if w.kinds & dict::VI_ORG != 0 && !second && (vietnamese || w.marked)
        || cue.has(dict::VI_ORG) && vietnamese && i == 0 && !cue.colon
    {
        let start = if w.kinds & dict::VI_ORG != 0 {
            w.start
        } else {
            cue.start
        };
        if let Some(end) = vietnamese_office(text, start) {
            push(Entity::Organization, start, end, 0.76, pattern("organisation"), out);
            return Some(chain.iter().skip(i).take_while(|w| w.end <= end).count().max(1));
        }
    }
    // Bank of America, University of the West
    if w.kinds & dict::EN_ORG != 0
        && !vietnamese
        && w.shape == Shape::Title
        && let Some(end) = of_something(text, w.end)
    {
        push(Entity::Organization, w.start, end, 0.72, pattern("organisation"), out);
        return Some(1);
    }
    for n in [3, 2, 1] {
        let Some(name) = chain.get(i..i + n) else { continue };
        let kinds = if n == 1 {
            w.kinds
        } else {
            dict::kinds(words::phrase(text, name))
        };
        if kinds & dict::PLACE != 0 && (n > 1 || w.shape != Shape::Initial) && w.letters > 1 {
            let end = name.last().map_or(w.end, |w| w.end);
            push(Entity::Location, w.start, end, 0.65, word_reason("place"), out);
            return Some(n);
        }
    }
    // Acme Logistics Ltd, Lakeside Primary School
    let last = (i..chain.len())
        .rev()
        .find(|n| *n > i && chain.get(*n).is_some_and(|w| w.kinds & dict::EN_ORG != 0))?;
    if last - i <= 6 && !vietnamese {
        let end = chain.get(last)?.end;
        push(Entity::Organization, w.start, end, 0.68, pattern("organisation"), out);
        return Some(last + 1 - i);
    }
    None
}

fn cyrillic(text: &str, chain: &[Word], i: usize, cue: &Cue<'_>, out: &mut Vec<Finding>) -> Option<usize> {
    let w = chain.get(i)?;
    if w.kinds & dict::RU_ORG != 0 {
        let end = quoted(text, w.end)?;
        push(
            Entity::Organization,
            w.start,
            end,
            0.8,
            pattern("legal form and name"),
            out,
        );
        return Some(chain.iter().skip(i).take_while(|w| w.end <= end).count().max(1));
    }
    if cue.quoted && cue.has(dict::RU_ORG) && i == 0 {
        let end = quoted(text, cue.start + cue.phrase.len())?;
        push(
            Entity::Organization,
            cue.start,
            end,
            0.75,
            pattern("legal form and name"),
            out,
        );
        return Some(chain.iter().skip(i).take_while(|w| w.end <= end).count().max(1));
    }
    // администрации США, правительства Республики Карелия
    if i == 0
        && cue.has(dict::RU_OFFICE)
        && !(cue.colon || cue.comma || cue.newline || cue.opened || cue.sentence_start)
        && w.ru & russian::PLACE != 0
        && w.ru & (russian::SURNAME | russian::GIVEN) == 0
    {
        push(
            Entity::Organization,
            cue.start,
            w.end,
            0.72,
            pattern("public body"),
            out,
        );
        return Some(1);
    }
    let two = chain.get(i..i + 2).map_or(0, |p| dict::kinds(words::phrase(text, p)));
    if two & dict::PLACE != 0 {
        push(
            Entity::Location,
            w.start,
            chain.get(i + 1)?.end,
            0.7,
            word_reason("place"),
            out,
        );
        return Some(2);
    }
    if w.kinds & dict::RU_OFFICE != 0 && (w.shape == Shape::Upper || w.letters >= 8 || i > 0) {
        let end = office(text, chain, i);
        // A word for any office (служба, комитет) names one only together with what follows.
        let short = w.shape == Shape::Upper && w.letters <= 6;
        if end > w.end || short && w.letters <= 5 || w.shape == Shape::Title && w.letters >= 8 {
            push(
                Entity::Organization,
                w.start,
                end,
                if end > w.end { 0.74 } else { 0.6 },
                pattern("public body"),
                out,
            );
            return Some(chain.iter().skip(i).take_while(|w| w.end <= end).count().max(1));
        }
        return Some(1);
    }
    let name = w.ru & (russian::SURNAME | russian::GIVEN) != 0;
    if w.ru & russian::PLACE != 0 && (!name || cue.inside || cue.has(dict::BEFORE_PLACE)) && w.letters > 1 {
        push(
            Entity::Location,
            w.start,
            w.end,
            if name { 0.6 } else { 0.7 },
            word_reason("place"),
            out,
        );
        return Some(1);
    }
    // Свердловской области, Приморский край
    if w.ru & russian::ADJECTIVE != 0 {
        let rest = text.get(w.end..)?.strip_prefix(' ')?;
        let next = rest.split(|c: char| !c.is_alphabetic()).next()?;
        if ["област", "кра", "район", "республик", "округ"]
            .iter()
            .any(|s| next.starts_with(s))
        {
            push(
                Entity::Location,
                w.start,
                w.end + 1 + next.len(),
                0.68,
                pattern("region"),
                out,
            );
            return Some(1);
        }
    }
    None
}

/// Endings of words in the genitive: what follows the word for an office.
const GENITIVE: &[&str] = &[
    "ия", "ии", "ства", "ости", "ов", "ей", "ной", "ской", "ого", "его", "ых", "их", "ны", "ды", "ции", "ка", "ра",
    "та", "да", "ала",
];

/// The end of the name of a Russian public body that begins at word `i`: words in the genitive, "и" between them.
fn office(text: &str, chain: &[Word], i: usize) -> usize {
    let Some(w) = chain.get(i) else { return 0 };
    let mut end = w.end;
    let mut at = w.end;
    for _ in 0..6 {
        let Some(rest) = text.get(at..).and_then(|t| t.strip_prefix(' ')) else {
            break;
        };
        let len = rest.find(|c: char| !words::spelt(c)).unwrap_or(rest.len());
        let word = rest.get(..len).unwrap_or_default();
        let lower = word.to_lowercase();
        at += 1 + len;
        if lower == "и" || lower == "по" {
            continue;
        }
        let genitive = len >= 8 && GENITIVE.iter().any(|e| lower.ends_with(e));
        let initials = (2..=4).contains(&word.chars().count()) && word.chars().all(char::is_uppercase);
        if !(genitive || initials || russian::kinds(word) & russian::PLACE != 0 && len >= 4) {
            break;
        }
        end = at;
    }
    end
}

/// The end of "of America", "of the Interior" behind the word for an organisation.
fn of_something(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?.strip_prefix(" of ")?;
    let bare = rest.strip_prefix("the ").unwrap_or(rest);
    let skipped = " of ".len() + (rest.len() - bare.len());
    let (mut end, mut at) = (0, 0);
    for piece in bare.split_inclusive(' ').take(5) {
        let word = piece.trim_end_matches([' ', '.', ',', ';', ':', ')', '\n', '?', '!', '"']);
        if !word.starts_with(|c: char| c.is_uppercase()) || !word.chars().all(char::is_alphabetic) {
            break;
        }
        end = at + word.len();
        at += piece.len();
        if piece.len() != word.len() + 1 || !piece.ends_with(' ') {
            break;
        }
    }
    (end > 0).then_some(from + skipped + end)
}

/// The end of a name in quotation marks behind an offset, with the closing mark.
fn quoted(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    let open = rest.trim_start_matches([' ', '\u{A0}']);
    let close = match open.chars().next()? {
        '«' => '»',
        '"' => '"',
        '“' | '„' => '”',
        _ => return None,
    };
    let skipped = rest.len() - open.len();
    let first = open.chars().next()?.len_utf8();
    let body = open.get(first..)?;
    let len = body
        .char_indices()
        .take_while(|(i, c)| *i < LONGEST && *c != '\n')
        .find(|(_, c)| *c == close)
        .map(|(i, _)| i)?;
    (len > 0).then_some(from + skipped + first + len + close.len_utf8())
}

/// Whether a word makes "hội" the second half of another word: xã hội, cơ hội.
fn before_society(text: &str, w: &Word) -> bool {
    text.get(w.start..w.end)
        .is_some_and(|t| matches!(t.to_lowercase().as_str(), "xã" | "cơ" | "lễ" | "đại" | "vũ"))
}

/// Small words that go on with the sentence, never with the name of an office.
const GOES_ON: &[&str] = &[
    "có", "đã", "sẽ", "của", "là", "cho", "về", "tại", "ở", "trong", "với", "từ", "đến", "để", "được", "bị", "không",
    "cũng", "vừa", "đang", "yêu", "ban", "ký", "gửi", "đề", "cần", "phải", "theo", "như", "này", "trên", "khi", "nếu",
    "mà", "thì", "do", "vào", "ra", "còn", "nên", "hay", "hoặc", "các", "những", "một", "ngày", "nói", "trình", "giao",
    "xin", "trả", "đó", "bằng", "mời", "lập", "quy",
];

/// The end of the name of a Vietnamese office or company that begins at `start`: words with capital letters, the small syllables
/// behind them, and "và".
fn vietnamese_office(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    let mut end = 0;
    let mut at = 0;
    let mut capitals = 0;
    let mut small = 0;
    for piece in rest.split_inclusive([' ', '\n', ',', '.', ';', ')', '(', ':']) {
        let word = piece.trim_end_matches([' ', '\n', ',', '.', ';', ')', '(', ':']);
        let Some(first) = word.chars().next() else { break };
        let capital = first.is_uppercase();
        // Bộ luật and trường hợp are no offices.
        if at > 0 && at < 16 && matches!(word.to_lowercase().as_str(), "luật" | "hợp" | "hành") {
            return None;
        }
        // The head itself may be of two syllables, the second small: Công ty.
        if capital {
            capitals += 1;
            small = 0;
        } else if GOES_ON.contains(&word) || small >= 1 && word != "và" || capitals == 0 || !first.is_alphabetic() {
            break;
        } else if word != "và" {
            small += 1;
        }
        if word != "và" {
            end = at + word.len();
        }
        at += piece.len();
        if !piece.ends_with(' ') || at > LONGEST {
            break;
        }
    }
    (capitals >= 2).then_some(start + end)
}

/// Ends of names of Chinese organisations.
const ENDS: &[&str] = &[
    "有限公司",
    "公司",
    "集团",
    "银行",
    "大学",
    "学院",
    "医院",
    "法院",
    "检察院",
    "委员会",
    "公安局",
    "派出所",
    "研究所",
    "研究院",
    "中学",
    "小学",
    "协会",
    "出版社",
    "政府",
    "教育局",
    "律师事务所",
    "管理局",
    "税务局",
    "幼儿园",
    "基金会",
    "俱乐部",
    "电视台",
];

/// Words at which the name of an organisation cannot go on to the left.
const STOPS: &str = "的在和与是为由到从向据了及于被将对等我你他她有该本各这那去来给把让家个所位年月日";

static AUTOMATON: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(ENDS)
        .ok()
});

/// Chinese organisations by how they end.
pub(super) fn chinese(text: &str, out: &mut Vec<Finding>) {
    let Some(automaton) = AUTOMATON.as_ref() else { return };
    for m in automaton.find_iter(text) {
        let head = text.get(..m.start()).unwrap_or_default();
        let mut start = m.start();
        for (at, c) in head.char_indices().rev().take(16) {
            if !han::han(c) || STOPS.contains(c) {
                break;
            }
            start = at;
        }
        let chars = (m.start() - start) / 3;
        if (2..=15).contains(&chars) {
            let why = Reason::Pattern(Cow::Borrowed("organisation"));
            // Above the place that such names begin with.
            push(Entity::Organization, start, m.end(), 0.66, why, out);
        }
    }
}
