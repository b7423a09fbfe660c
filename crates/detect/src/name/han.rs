//! Chinese names in Han characters and in Latin letters.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::pieces::{Piece, Pieces};
use super::{Gender, Name, NameParts, Part, Style, latin, plain_part, span};
use crate::Lang;
use crate::people::{dict, han};

/// Readings of characters, and all readings there are.
struct Readings {
    by_char: HashMap<char, &'static str>,
    all: HashSet<&'static str>,
    /// Readings of family names.
    families: HashSet<String>,
}

/// Characters that are read otherwise as a family name.
const FAMILY: &[(&str, &str)] = &[
    ("单", "shan"),
    ("曾", "zeng"),
    ("仇", "qiu"),
    ("解", "xie"),
    ("查", "zha"),
    ("任", "ren"),
    ("盖", "ge"),
    ("区", "ou"),
    ("乐", "yue"),
    ("朴", "piao"),
    ("翟", "zhai"),
    ("卜", "bu"),
    ("缪", "miao"),
    ("繁", "po"),
    ("尉迟", "yuchi"),
    ("长孙", "zhangsun"),
    ("万俟", "moqi"),
    ("宓", "mi"),
    ("冼", "xian"),
    ("折", "she"),
    ("秘", "bi"),
    ("员", "yun"),
    ("召", "shao"),
    ("隗", "wei"),
    ("澹台", "tantai"),
    ("洗", "xian"),
    ("华", "hua"),
    ("纪", "ji"),
    ("令狐", "linghu"),
    ("盛", "sheng"),
    ("石", "shi"),
    ("沈", "shen"),
    ("柏", "bai"),
    ("覃", "qin"),
    ("种", "chong"),
    ("黑", "he"),
    ("重", "chong"),
    ("哈", "ha"),
    ("幺", "yao"),
    ("臧", "zang"),
    ("牟", "mou"),
];

static READINGS: LazyLock<Readings> = LazyLock::new(|| {
    let mut by_char = HashMap::with_capacity(7000);
    let mut all = HashSet::with_capacity(420);
    for line in include_str!("../../data/names/zh-readings.txt")
        .lines()
        .filter(|l| !l.starts_with('#'))
    {
        let Some((reading, chars)) = line.split_once(' ') else {
            continue;
        };
        all.insert(reading);
        for c in chars.chars() {
            by_char.insert(c, reading);
        }
    }
    let families = han::families()
        .map(|c| {
            special(&c.to_string())
                .or_else(|| by_char.get(&c).copied())
                .unwrap_or_default()
                .to_owned()
        })
        .chain(
            [
                "ouyang",
                "sima",
                "shangguan",
                "zhuge",
                "situ",
                "dongfang",
                "murong",
                "huangfu",
                "xiahou",
                "linghu",
            ]
            .map(str::to_owned),
        )
        .filter(|r| !r.is_empty())
        .collect();
    Readings { by_char, all, families }
});

fn special(family: &str) -> Option<&'static str> {
    FAMILY.iter().find(|f| f.0 == family).map(|f| f.1)
}

/// A Han character.
pub(super) fn is(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}' | '〇')
}

/// How a part is read, in Latin letters without spaces; characters without a reading stay.
pub(super) fn reading(part: &str, family: bool) -> String {
    if family && let Some(reading) = special(part) {
        return yu(reading);
    }
    let mut out = String::new();
    for c in part.chars() {
        match READINGS.by_char.get(&c) {
            Some(reading) => out.push_str(&yu(reading)),
            None => out.push(c),
        }
    }
    out
}

/// Passports write lü as lyu; keyboards as lv.
fn yu(reading: &str) -> String {
    if reading.starts_with("lv") || reading.starts_with("nv") {
        reading.replacen('v', "yu", 1)
    } else {
        reading.to_owned()
    }
}

const TITLES: &[(&str, Option<Gender>)] = &[
    ("先生", Some(Gender::Male)),
    ("女士", Some(Gender::Female)),
    ("小姐", Some(Gender::Female)),
    ("太太", Some(Gender::Female)),
    ("夫人", Some(Gender::Female)),
    ("阿姨", Some(Gender::Female)),
    ("叔叔", Some(Gender::Male)),
    ("大爷", Some(Gender::Male)),
    ("教授", None),
    ("老师", None),
    ("同志", None),
    ("同学", None),
    ("主任", None),
    ("经理", None),
    ("总经理", None),
    ("医生", None),
    ("律师", None),
    ("局长", None),
    ("院长", None),
    ("校长", None),
    ("处长", None),
    ("科长", None),
    ("书记", None),
    ("警官", None),
    ("师傅", None),
];

/// Reads a name in Han characters; several pieces are the parts of a transcription.
pub(super) fn read(value: &str, pieces: &Pieces<'_>) -> Option<Name> {
    let mut parts = NameParts::of(Style::Chinese);
    if pieces.list.len() >= 2 && value.contains(['·', '•', '‧', '.']) {
        parts.given = pieces.list.first().map(|p| p.start..p.end);
        let (last, between) = pieces.list.get(1..)?.split_last()?;
        parts.family = Some(last.start..last.end);
        parts.middle = span(between);
        let mut name = Name::of(parts);
        name.given = plain_part(pieces.list.get(..1)?);
        name.family = plain_part(std::slice::from_ref(last));
        name.middle = plain_part(between);
        return Some(name);
    }
    // 张 伟: forms set two characters apart.
    let chars: Vec<(usize, char)> = pieces
        .list
        .iter()
        .flat_map(|p| {
            value
                .get(p.start..p.end)
                .unwrap_or_default()
                .char_indices()
                .map(|(i, c)| (p.start + i, c))
        })
        .collect();
    let mut chars = chars.as_slice();
    let text = |cs: &[(usize, char)]| cs.iter().map(|c| c.1).collect::<String>();
    let range = |cs: &[(usize, char)]| Some(cs.first()?.0..cs.last()?.0 + cs.last()?.1.len_utf8());
    let all = text(chars);
    // 老张, 小李, 阿明: how colleagues are called.
    let familiar = chars.len() == 2 && matches!(chars.first()?.1, '老' | '小' | '阿');
    if let Some((title, gender)) = TITLES
        .iter()
        .filter(|t| all.len() > t.0.len() && all.ends_with(t.0))
        .max_by_key(|t| t.0.len())
    {
        let n = title.chars().count();
        let (head, tail) = chars.split_at(chars.len() - n);
        parts.title = range(tail);
        parts.gender = *gender;
        chars = head;
    } else if familiar && chars.get(1).is_some_and(|c| han::family(c.1)) {
        parts.title = range(chars.get(..1)?);
        chars = chars.get(1..)?;
    }
    let family = if chars.len() >= 3 && han::compound(&text(chars.get(..2)?))
        || chars.len() == 2 && parts.title.is_some() && han::compound(&text(chars))
    {
        2
    } else if chars.len() <= 4 && chars.first().is_some_and(|c| han::family(c.1)) {
        1
    } else {
        0
    };
    let (head, rest) = chars.split_at(family.min(chars.len()));
    parts.family = range(head);
    parts.given = range(rest);
    let mut name = Name::of(parts);
    let part = |cs: &[(usize, char)]| {
        let text = text(cs);
        (!text.is_empty()).then(|| Part::new(text.clone(), text, false))
    };
    name.family = part(head);
    // 张某, 刘某某: the given name is held back.
    name.given = part(rest).map(|p| Part {
        initial: p.exact.chars().all(|c| c == '某'),
        ..p
    });
    Some(name)
}

/// Cuts a word in Latin letters into syllables of Mandarin; how many there are.
fn syllables(word: &str) -> Option<usize> {
    let word = word.to_lowercase().replace(['-', '\'', '’'], "");
    if !word.is_ascii() || word.len() > 24 {
        return None;
    }
    let word = word.replace("lyu", "lv").replace("nyu", "nv").replace('ü', "v");
    // The fewest syllables from each letter to the end.
    let mut best: Vec<Option<usize>> = vec![None; word.len() + 1];
    if let Some(end) = best.last_mut() {
        *end = Some(0);
    }
    for from in (0..word.len()).rev() {
        let fewest = (1..=6)
            .filter(|n| word.get(from..from + n).is_some_and(|s| READINGS.all.contains(s)))
            .filter_map(|n| best.get(from + n).copied().flatten())
            .min();
        if let Some(slot) = best.get_mut(from) {
            *slot = fewest.map(|n| n + 1);
        }
    }
    best.first().copied().flatten()
}

fn family_like(p: &Piece<'_>) -> bool {
    let word = p.word.to_lowercase().replace("lyu", "lv").replace('ü', "v");
    READINGS.families.contains(word.as_str())
}

/// Whether a name in Latin letters is Chinese: a family name and one to two syllables.
pub(super) fn pinyin(pieces: &Pieces<'_>, lang: Option<Lang>) -> bool {
    let list = &pieces.list;
    if !(2..=3).contains(&list.len()) || list.iter().any(|p| p.initial) {
        return false;
    }
    let count: Option<usize> = list.iter().map(|p| syllables(&p.word)).sum();
    let Some(count) = count else { return false };
    let family = list.first().is_some_and(family_like) || list.last().is_some_and(family_like);
    let english = list.iter().any(|p| {
        dict::kinds_of(&p.word) & dict::EN_GIVEN != 0
            || p.word.len() > 3 && dict::kinds_of(&p.word) & dict::EN_WORD != 0
    });
    (2..=4).contains(&count) && family && (lang == Some(Lang::Zh) || !english)
}

pub(super) fn read_pinyin(pieces: &Pieces<'_>) -> Option<Name> {
    let list = &pieces.list;
    let n = list.len();
    let mut parts = NameParts::of(Style::Pinyin);
    // Weiming Zhang: the order of other languages, where only the last word can be a family name or the first is of two syllables.
    let first_family =
        list.first().is_some_and(family_like) && list.first().and_then(|p| syllables(&p.word)) == Some(1);
    let compound = list.first().is_some_and(family_like);
    let capital_last = list
        .last()
        .is_some_and(|p| p.word.len() > 2 && !p.word.chars().any(char::is_lowercase))
        && list.first().is_some_and(|p| p.word.chars().any(char::is_lowercase));
    let turned =
        pieces.comma.is_none() && list.last().is_some_and(family_like) && (capital_last || !first_family && !compound);
    let (family, given) = if turned { (n - 1..n, 0..n - 1) } else { (0..1, 1..n) };
    let of = |range: std::ops::Range<usize>| list.get(range).unwrap_or_default();
    parts.family = span(of(family.clone()));
    parts.given = span(of(given.clone()));
    let mut name = Name::of(parts);
    let part = |list: &[Piece<'_>]| {
        let exact: String = list
            .iter()
            .map(|p| {
                p.word
                    .to_lowercase()
                    .replace(['-', '\'', '’'], "")
                    .replace("lv", "lyu")
                    .replace("lü", "lyu")
                    .replace("nü", "nyu")
            })
            .collect();
        let plain = latin::plain(&exact);
        (!exact.is_empty()).then(|| Part::new(exact, plain, false))
    };
    name.family = part(of(family));
    name.given = part(of(given));
    Some(name)
}
