//! Who is spoken of: the evidence that a sentence, a row, a record is about a person.

use std::borrow::Cow;

use super::record;
use super::terms::{Hit, Use, han};
use crate::scene::Scene;
use crate::{Entity, Finding, Lang, Reason};

/// Identifiers that belong to one person.
fn personal(entity: Entity) -> bool {
    use Entity as E;
    matches!(
        entity,
        E::Person
            | E::PhoneNumber
            | E::DateOfBirth
            | E::PatientCode
            | E::PersonCode
            | E::VnCitizenId
            | E::VnOldId
            | E::VnHealthInsurance
            | E::VnSocialInsurance
            | E::VnPassport
            | E::VnDriverLicence
            | E::RuPassport
            | E::RuForeignPassport
            | E::RuSnils
            | E::RuOms
            | E::RuInn
            | E::RuDriverLicence
            | E::RuBirthCertificate
            | E::RuMilitaryId
            | E::CnResidentId
            | E::CnPassport
            | E::CnTravelPermit
            | E::CnMilitaryId
            | E::HkId
            | E::UsSsn
            | E::Mrz
    )
}

/// A place that speaks of a person, and what it is.
#[derive(Debug, Clone, Copy)]
struct Mark {
    at: usize,
    end: usize,
    /// The type of the finding; nothing where a title stands before a name that no finder took.
    entity: Option<Entity>,
}

/// What ties a term to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tie {
    /// A finding: its type and place.
    Finding(Entity, usize, usize),
    /// Evidence that no finding holds, in words.
    Words(&'static str, usize),
}

impl Tie {
    pub(super) fn reason(self) -> Reason {
        match self {
            Self::Finding(entity, start, end) => Reason::Tied { entity, start, end },
            Self::Words(what, _) => Reason::TiedTo(Cow::Borrowed(what)),
        }
    }

    /// Where the evidence ends.
    pub(super) fn end(self) -> usize {
        match self {
            Self::Finding(_, _, end) | Self::Words(_, end) => end,
        }
    }
}

/// All evidence of a text, in order.
#[derive(Debug)]
pub(super) struct Persons {
    marks: Vec<Mark>,
    /// Whether surnames with initials are looked for.
    russian: bool,
}

/// The score from which on a finding is one.
const SURE: f32 = 0.5;

impl Persons {
    pub(super) fn of(scene: &Scene<'_>, found: &[Finding], hits: &[Hit<'_>]) -> Self {
        let mut marks: Vec<Mark> = found
            .iter()
            .filter(|f| personal(f.entity) && f.score >= SURE)
            .map(|f| Mark {
                at: f.start,
                end: f.end,
                entity: Some(f.entity),
            })
            .collect();
        for hit in hits {
            if let Some(meaning) = hit.of(Use::Person)
                && named(scene.text, hit, meaning.lang)
            {
                marks.push(Mark {
                    at: hit.start,
                    end: hit.end,
                    entity: None,
                });
            }
        }
        marks.sort_by_key(|m| m.at);
        Self {
            marks,
            russian: scene.lang == Lang::Ru,
        }
    }

    /// Whether the text may speak of a person at all.
    pub(super) fn any(&self) -> bool {
        self.russian || !self.marks.is_empty()
    }

    /// The evidence in a window that a term at an offset is about a person: the nearest name, then any identifier, then what has no
    /// finding. Of two as near the one before counts, since sentences name whom they speak of first.
    pub(super) fn within(&self, scene: &Scene<'_>, from: usize, to: usize, at: usize) -> Option<Tie> {
        let text = scene.text;
        let i = self.marks.partition_point(|m| m.at < from);
        let inside = self.marks.get(i..)?.iter().take_while(|m| m.at < to).take(MANY);
        let near = |m: &&Mark| {
            let kind = match m.entity {
                Some(Entity::Person) => 0,
                Some(_) => 1,
                None => 2,
            };
            let away = if m.at <= at { at - m.at } else { 2 * (m.at - at) };
            (kind, away)
        };
        let mark = inside.min_by_key(near).map(|m| match m.entity {
            Some(entity) => Tie::Finding(entity, m.at, m.end),
            None => Tie::Words("a title with a name", m.end),
        });
        let own = || {
            // "в моём диагнозе": whoever writes of himself is known where the same part names him or holds his number.
            let lower = scene.lower().get(from..to);
            (!self.marks.is_empty() && lower.is_some_and(own)).then_some(Tie::Words("the writer", from))
        };
        mark.or_else(|| {
            (self.russian && initials(text.get(from..to)?)).then_some(Tie::Words("surname and initials", from))
        })
        .or_else(own)
    }

    /// The person of whom the sentences or lines before speak, where a sentence goes on about the same one: it begins with a pronoun, a
    /// role or a verb without a subject of its own. No blank line stands between them.
    pub(super) fn before(&self, scene: &Scene<'_>, from: usize, term: usize) -> Option<Tie> {
        let i = self.marks.partition_point(|m| m.at < from);
        let mark = self
            .marks
            .get(..i)?
            .iter()
            .rev()
            .take(4)
            .find(|m| m.entity == Some(Entity::Person))?;
        if from - mark.at > RECORD {
            return None;
        }
        let between = scene.text.get(mark.end..from)?;
        let ends = between.matches(['.', '。', '\n', '!', '?']).count();
        let goes_on = scene.lower().get(from..term).is_some_and(record::goes_on)
            || term == from
            || scene.lower().ahead(from, 24).is_some_and(record::goes_on);
        (ends <= 4 && !between.contains("\n\n") && !between.contains("\n\r\n") && goes_on).then_some(Tie::Finding(
            Entity::Person,
            mark.at,
            mark.end,
        ))
    }
}

/// Marks that are weighed in one window; a window is a sentence or a row.
const MANY: usize = 64;
/// How far before its sentence the person of a record may stand, in bytes.
const RECORD: usize = 400;

/// Words by which writers speak of themselves.
const OWN: &[&str] = &[
    "я",
    "меня",
    "мне",
    "мной",
    "мой",
    "моя",
    "моё",
    "мое",
    "мои",
    "моего",
    "моей",
    "моему",
    "моём",
    "моем",
    "моих",
    "моим",
    "мою",
    "tôi",
    "mình",
    "i",
    "i'm",
    "i've",
    "my",
    "me",
    "mine",
];

/// Whether a piece of text in lower case speaks in the first person.
fn own(lower: &str) -> bool {
    if lower.chars().any(han) {
        return lower.contains("本人") || lower.contains('我') && !lower.contains("我国") && !lower.contains("我们");
    }
    lower
        .split(|c: char| !c.is_alphabetic() && c != '\'')
        .any(|w| OWN.contains(&w))
}

/// Whether a name stands beside a title or role.
fn named(text: &str, hit: &Hit<'_>, lang: Lang) -> bool {
    let after = text.get(hit.end..).unwrap_or_default();
    let before = text.get(..hit.start).unwrap_or_default();
    if lang == Lang::Zh {
        // "患者张某", "张先生"
        let surname = |c: char| SURNAMES.contains(c);
        let behind = after.trim_start_matches([':', '：', ' ']).starts_with(surname);
        let ahead =
            matches!(hit.word, "先生" | "女士" | "同学" | "老师" | "同志") && before.chars().rev().take(3).any(surname);
        return behind || ahead;
    }
    let next = after.strip_prefix('.').unwrap_or(after);
    let Some(next) = next.strip_prefix(' ') else {
        return false;
    };
    let word = next.split([' ', ',', '.', ':', ';', '\n']).next().unwrap_or_default();
    let mut chars = word.chars();
    let capital = chars.next().is_some_and(char::is_uppercase);
    // A role is not followed by the name of a body in capitals alone, nor by one letter that numbers a thing.
    capital
        && !word.chars().all(|c| c.is_ascii_digit())
        && (word.chars().count() > 1 || next.get(1..).is_some_and(|r| r.starts_with('.')) || word.chars().count() == 1)
}

/// The surnames of nine in ten people in China.
const SURNAMES: &str = "王李张刘陈杨黄吴赵周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭肖蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤";

/// Surname and initials in Russian: `Иванов И.И.`, `И. И. Иванов`.
fn initials(sentence: &str) -> bool {
    let mut words = sentence.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let surname = |w: &str| {
            let w = w.trim_matches([',', '(', ')', '«', '»']);
            w.chars().count() >= 3
                && w.chars().next().is_some_and(cyrillic_capital)
                && w.chars().skip(1).all(|c| c.is_lowercase() || c == '-')
        };
        if let Some(next) = words.peek()
            && (surname(word) && pair(next) || pair(word) && surname(next))
        {
            return true;
        }
    }
    false
}

fn cyrillic_capital(c: char) -> bool {
    matches!(c, 'А'..='Я' | 'Ё')
}

/// `И.И.`, `И.`
fn pair(word: &str) -> bool {
    let mut chars = word.chars();
    matches!((chars.next(), chars.next()), (Some(c), Some('.')) if cyrillic_capital(c))
        && match (chars.next(), chars.next()) {
            (Some(c), Some('.')) => cyrillic_capital(c),
            (None | Some(',' | ')'), _) => true,
            _ => false,
        }
}

/// The most cells of a row to each side of a term.
const WIDE: usize = 256;
/// The longest sentence to each side of a term, in bytes.
const REACH: usize = 260;

/// The window in which a term and a person belong together: the row of the table, else the sentence.
pub(super) fn window(scene: &Scene<'_>, start: usize, end: usize) -> (usize, usize) {
    if let Some(cell) = scene.cell(start) {
        let row = cell.row;
        let first = scene.cells.partition_point(|c| c.start <= start);
        let before = scene
            .cells
            .get(..first)
            .unwrap_or_default()
            .iter()
            .rev()
            .take(WIDE)
            .take_while(|c| c.row == row)
            .last();
        let after = scene
            .cells
            .get(first..)
            .unwrap_or_default()
            .iter()
            .take(WIDE)
            .take_while(|c| c.row == row)
            .last();
        let from = before.map_or(cell.start, |c| c.start);
        let to = after.map_or(cell.end, |c| c.end);
        if to - from <= 8192 {
            return (from, to.max(end));
        }
    }
    let text = scene.text;
    let mut from = start;
    for (at, c) in text.get(..start).unwrap_or_default().char_indices().rev() {
        if start - at > REACH || stop(text, at, c) {
            break;
        }
        from = at;
    }
    let mut to = end;
    for (at, c) in text.get(end..).unwrap_or_default().char_indices() {
        if at > REACH || stop(text, end + at, c) {
            break;
        }
        to = end + at + c.len_utf8();
    }
    (from, to)
}

/// Whether a character ends a sentence.
fn stop(text: &str, at: usize, c: char) -> bool {
    match c {
        '\n' | '。' | '！' | '？' | '!' | '?' => true,
        '.' => {
            let mut after = text.get(at + 1..).unwrap_or_default().chars();
            let spaced = after.next().is_none_or(char::is_whitespace)
                && after
                    .next()
                    .is_none_or(|c| c.is_uppercase() || c.is_whitespace() || han(c) || c == '-');
            let word = text
                .get(..at)
                .unwrap_or_default()
                .chars()
                .rev()
                .take(4)
                .take_while(|c| c.is_alphanumeric())
                .count();
            spaced && word >= 3
        }
        _ => false,
    }
}
