//! The list of terms, and one pass over a text that finds them.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, Anchored, Input, MatchKind, StartKind};

use crate::addresses::lower::{Lower, spaced};
use crate::{Entity, Lang};

/// How a word of the list is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Strong,
    Weak,
    Label,
    Lead,
    /// Binds a weak term to a person.
    Tie,
    /// Speaks of the matter, not of a person.
    General,
    /// A title or role: a name has to follow.
    Person,
}

/// One meaning of a word; a word may have several (`đảng viên` is a term and a label).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) role: Use,
    /// What it tells; nothing for ties, general words and persons.
    pub(super) kind: Option<Entity>,
    pub(super) lang: Lang,
}

/// A word of the list.
#[derive(Debug)]
struct Word {
    text: &'static str,
    /// Whether an ending may follow.
    stem: bool,
    meanings: Vec<Meaning>,
}

/// The most letters of an ending behind a stem.
const ENDING: usize = 5;

/// The list, ready to search.
pub(super) struct Terms {
    automaton: AhoCorasick,
    words: Vec<Word>,
    starts: Starts,
    /// Values behind leads and labels, by kind.
    values: HashMap<Entity, HashSet<&'static str>>,
    /// Labels, for headers.
    labels: HashMap<&'static str, Entity>,
}

static TERMS: LazyLock<Option<Terms>> = LazyLock::new(|| Terms::parse(include_str!("../../data/sensitive/terms.txt")));

fn kind(name: &str) -> Option<Entity> {
    Some(match name {
        "health" => Entity::Health,
        "ethnicity" => Entity::Ethnicity,
        "religion" => Entity::Religion,
        "political-opinion" => Entity::PoliticalOpinion,
        "trade-union" => Entity::TradeUnion,
        "criminal-record" => Entity::CriminalRecord,
        "sex-life" => Entity::SexLife,
        "biometric" => Entity::Biometric,
        "genetic" => Entity::Genetic,
        "financial" => Entity::Financial,
        "child" => Entity::Child,
        _ => return None,
    })
}

/// What a heading announces: a meaning, or values of a kind.
enum Heading {
    Meaning(Meaning),
    Values(Entity),
}

fn heading(line: &str) -> Option<Heading> {
    let mut words = line.strip_prefix('[')?.strip_suffix(']')?.split(' ');
    let first = words.next()?;
    let lang = Lang::from_code(words.next()?)?;
    let bound = |role| Some(Heading::Meaning(Meaning { role, kind: None, lang }));
    match first {
        "tie" => return bound(Use::Tie),
        "general" => return bound(Use::General),
        "person" => return bound(Use::Person),
        _ => {}
    }
    let entity = kind(first)?;
    let role = match words.next()? {
        "strong" => Use::Strong,
        "weak" => Use::Weak,
        "label" => Use::Label,
        "lead" => Use::Lead,
        "value" => return Some(Heading::Values(entity)),
        _ => return None,
    };
    Some(Heading::Meaning(Meaning {
        role,
        kind: Some(entity),
        lang,
    }))
}

impl Terms {
    /// The list that comes with the program.
    pub(super) fn get() -> Option<&'static Self> {
        TERMS.as_ref()
    }

    fn parse(file: &'static str) -> Option<Self> {
        let mut words: Vec<Word> = Vec::with_capacity(2000);
        let mut index: HashMap<&str, usize> = HashMap::with_capacity(2000);
        let mut values: HashMap<Entity, HashSet<&str>> = HashMap::new();
        let mut labels = HashMap::new();
        let mut now = None;
        for line in file
            .lines()
            .map(str::trim)
            .filter(|l| !l.is_empty() && !l.starts_with('#'))
        {
            if line.starts_with('[') {
                now = heading(line);
                debug_assert!(now.is_some(), "unknown heading {line}");
                continue;
            }
            match &now {
                Some(Heading::Values(entity)) => {
                    values.entry(*entity).or_default().insert(line);
                }
                Some(Heading::Meaning(meaning)) => {
                    if let (Use::Label, Some(entity)) = (meaning.role, meaning.kind) {
                        labels.entry(line).or_insert(entity);
                    }
                    let text = line.strip_suffix('*').unwrap_or(line);
                    let at = *index.entry(text).or_insert_with(|| {
                        words.push(Word {
                            text,
                            stem: false,
                            meanings: Vec::new(),
                        });
                        words.len() - 1
                    });
                    if let Some(slot) = words.get_mut(at) {
                        slot.stem |= text.len() < line.len();
                        slot.meanings.push(*meaning);
                    }
                }
                None => {}
            }
        }
        let automaton = AhoCorasickBuilder::new()
            .match_kind(MatchKind::LeftmostLongest)
            .start_kind(StartKind::Anchored)
            .build(words.iter().map(|w| w.text))
            .ok()?;
        Some(Self {
            automaton,
            starts: Starts::of(words.iter().map(|w| w.text)),
            words,
            values,
            labels,
        })
    }

    /// Whether a value is known for a kind.
    pub(super) fn is_value(&self, kind: Entity, value: &str) -> bool {
        self.values.get(&kind).is_some_and(|v| v.contains(value))
    }

    /// The kind that a header or caption announces.
    pub(super) fn header(&self, header: &str) -> Option<(&'static str, Entity)> {
        if header.is_empty() || header.len() > 90 {
            return None;
        }
        let lower = Lower::of(header);
        let lower = lower.all();
        let name = lower.trim_matches(|c: char| !c.is_alphanumeric());
        let whole = name
            .split(['(', '（', ',', '/', ':', '：', '_', '\n'])
            .map(str::trim)
            .find_map(|piece| self.labels.get_key_value(piece));
        whole.map(|(word, kind)| (*word, *kind)).or_else(|| {
            // "Chẩn đoán ra viện", "Основной диагноз": the label at the head of a few words.
            self.find(lower, lower.as_bytes())
                .into_iter()
                .filter(|hit| hit.start <= 12 && lower.len() <= 60)
                .find_map(|hit| hit.of(Use::Label).and_then(|m| m.kind).map(|kind| (hit.word, kind)))
        })
    }

    /// All words of the list in a text, at word borders. The automaton is asked only where a word begins and its first bytes are those of a
    /// term: most of a text is passed over at the cost of one look into a table a word.
    pub(super) fn find<'t>(&'t self, text: &str, lower: &[u8]) -> Vec<Hit<'t>> {
        let mut hits = Vec::new();
        let (mut i, mut inside) = (0, false);
        while let Some(rest @ [lead, ..]) = lower.get(i..) {
            let (length, letter, every) = match lead {
                b'a'..=b'z' | b'A'..=b'Z' => (1, true, false),
                0..0x80 => (1, false, false),
                0xC3..=0xDF => (2, true, false),
                0x80..=0xC2 => (2, false, false),
                0xE1 => (3, true, false),
                // Han characters: a word may begin at each of them.
                0xE3..=0xE9 => (3, false, true),
                0xE0..=0xEF => (3, false, false),
                _ => (4, false, false),
            };
            if (letter && !inside || every)
                && self.starts.may(rest)
                && let Some(hit) = self.at(text, lower, i)
            {
                i = hit.end;
                inside = false;
                hits.push(hit);
                continue;
            }
            inside = letter;
            i += length;
        }
        hits
    }

    /// The longest word of the list that begins at an offset and ends at a border.
    fn at(&self, text: &str, lower: &[u8], at: usize) -> Option<Hit<'_>> {
        let input = Input::new(lower).range(at..).anchored(Anchored::Yes);
        let m = self.automaton.find(input)?;
        let entry = self.words.get(m.pattern().as_usize())?;
        let mut end = m.end();
        if entry.stem {
            let rest = text.get(end..)?;
            end += rest
                .chars()
                .take(ENDING)
                .take_while(|&c| spaced(c))
                .map(char::len_utf8)
                .sum::<usize>();
        }
        let after = text.get(end..)?.chars().next();
        // "lớp 1" is not the beginning of "lớp 12".
        let torn = if entry.text.ends_with(|c: char| c.is_ascii_digit()) {
            after.is_some_and(|c| c.is_ascii_digit())
        } else {
            !entry.text.ends_with(han) && after.is_some_and(spaced)
        };
        (!torn).then_some(Hit {
            start: at,
            end,
            word: entry.text,
            meanings: &entry.meanings,
        })
    }
}

/// The first bytes of all terms, as bits of a small table: it may say yes without need, never no.
#[derive(Debug)]
struct Starts {
    /// By the first four bytes.
    long: Vec<u64>,
    /// By the first two, for terms shorter than four.
    short: Vec<u64>,
}

impl Starts {
    fn of<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        let mut starts = Self {
            long: vec![0; 1024],
            short: vec![0; 1024],
        };
        for word in words.map(str::as_bytes) {
            let (table, key) = match (word.first_chunk::<4>(), word.first_chunk::<2>()) {
                (Some(four), _) => (&mut starts.long, Self::key(*four)),
                (None, Some(two)) => (&mut starts.short, usize::from(u16::from_le_bytes(*two))),
                (None, None) => continue,
            };
            if let Some(bits) = table.get_mut(key / 64) {
                *bits |= 1 << (key % 64);
            }
        }
        starts
    }

    fn key(four: [u8; 4]) -> usize {
        (u32::from_le_bytes(four).wrapping_mul(0x9E37_79B1) >> 16) as usize
    }

    fn may(&self, text: &[u8]) -> bool {
        let bit = |table: &[u64], key: usize| table.get(key / 64).is_some_and(|b| b >> (key % 64) & 1 == 1);
        text.first_chunk::<4>()
            .is_some_and(|four| bit(&self.long, Self::key(*four)))
            || text
                .first_chunk::<2>()
                .is_some_and(|two| bit(&self.short, usize::from(u16::from_le_bytes(*two))))
    }
}

pub(super) fn han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}')
}

/// A word of the list in the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit<'t> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) word: &'static str,
    pub(super) meanings: &'t [Meaning],
}

impl Hit<'_> {
    /// The first meaning of this use.
    pub(super) fn of(&self, role: Use) -> Option<Meaning> {
        self.meanings.iter().find(|m| m.role == role).copied()
    }
}
