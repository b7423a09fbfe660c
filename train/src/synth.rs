//! Texts that are made up: letters, lists, forms, chats with invented names, in all the ways in which names are written.

mod en;
mod ru;
mod vi;
mod zh;

use tutela_tagger::{Kind, Language};

use crate::corpus::{Doc, Label};
use crate::lexicon::plain;
use crate::random::Random;

pub(crate) use ru::transcribed;

/// A piece of a text and what it is the name of.
type Part = (String, Option<Kind>);

/// What fills the slots of the patterns of one language.
trait Filler {
    /// What a slot stands for.
    fn fill(&self, slot: &str, random: &mut Random) -> Part;
    /// Sentences and lines.
    fn patterns(&self) -> &'static [&'static str];
    /// Lines that are repeated to lists, tables and forms; the first line of each may be a head (before a bar).
    fn rows(&self) -> &'static [&'static str];
    /// What stands between two sentences.
    fn space(&self) -> &'static str {
        " "
    }
}

/// Fills the slots of a pattern: `{P}` and the like.
fn filled(filler: &dyn Filler, pattern: &str, random: &mut Random, out: &mut Vec<Part>) {
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        out.push((before.to_owned(), None));
        let (slot, behind) = after.split_once('}').unwrap_or((after, ""));
        out.push(filler.fill(slot, random));
        rest = behind;
    }
    out.push((rest.to_owned(), None));
}

/// So many texts in a language; `real` are texts in which persons get other names.
pub(crate) fn make(language: Language, count: usize, real: &[Doc]) -> Vec<Doc> {
    let mut random = Random::new(0x7475_7465_6C61 ^ language as u64);
    let filler: Box<dyn Filler> = match language {
        Language::Vi => Box::new(vi::Vi::new()),
        Language::Ru => Box::new(ru::Ru::new()),
        Language::Zh => Box::new(zh::Zh::new()),
        Language::En => Box::new(en::En::new()),
    };
    let mut docs = Vec::with_capacity(count);
    for _ in 0..count {
        let mut parts = Vec::new();
        let list = random.percent(35);
        if list {
            let row = random.pick(filler.rows());
            let (head, row) = row.split_once('|').map_or(("", *row), |(h, r)| (h, r));
            if !head.is_empty() {
                parts.push((format!("{head}\n"), None));
            }
            for n in 0..1 + random.below(7) {
                if random.percent(30) && row.starts_with("{#}") {
                    parts.push((format!("{}. ", n + 1), None));
                }
                filled(&*filler, row.trim_start_matches("{#}"), &mut random, &mut parts);
                parts.push(("\n".to_owned(), None));
            }
        } else {
            for n in 0..1 + random.below(3) {
                if n > 0 {
                    parts.push((filler.space().to_owned(), None));
                }
                let pattern = *random.pick(filler.patterns());
                filled(&*filler, pattern, &mut random, &mut parts);
            }
        }
        restyle(language, &mut parts, &mut random);
        docs.push(joined(parts));
    }
    docs.extend(renamed(language, &*filler, real, &mut random));
    docs
}

/// Capitals, small letters, no diacritics, the noise of a scanner: now and then.
fn restyle(language: Language, parts: &mut [Part], random: &mut Random) {
    let all = |parts: &mut [Part], f: &dyn Fn(&str) -> String| {
        for p in parts {
            p.0 = f(&p.0);
        }
    };
    let dice = random.below(100);
    match language {
        Language::Zh => {}
        Language::Vi => {
            if dice < 22 {
                all(parts, &plain);
            }
            match random.below(100) {
                0..8 => all(parts, &|t| t.to_uppercase()),
                8..14 => all(parts, &|t| t.to_lowercase()),
                14..22 => upper_names(parts),
                _ => {}
            }
        }
        _ => match dice {
            0..7 => all(parts, &|t| t.to_uppercase()),
            7..12 => all(parts, &|t| t.to_lowercase()),
            12..18 => upper_names(parts),
            _ => {}
        },
    }
    if random.percent(4) {
        for p in parts.iter_mut() {
            p.0 =
                p.0.chars()
                    .map(|c| match c {
                        'o' if random.percent(5) => '0',
                        'l' if random.percent(5) => '1',
                        'п' if random.percent(5) => 'н',
                        'и' if random.percent(3) => 'н',
                        c => c,
                    })
                    .collect();
        }
    }
}

fn upper_names(parts: &mut [Part]) {
    for p in parts.iter_mut().filter(|p| p.1 == Some(Kind::Person)) {
        p.0 = p.0.to_uppercase();
    }
}

fn joined(parts: Vec<Part>) -> Doc {
    let mut doc = Doc::default();
    for (text, kind) in parts {
        let start = doc.text.len();
        doc.text += &text;
        if let Some(kind) = kind {
            doc.spans.push((start, doc.text.len(), Label::Of(kind)));
        }
    }
    doc
}

/// Real texts in which some persons bear other names.
fn renamed(language: Language, filler: &dyn Filler, real: &[Doc], random: &mut Random) -> Vec<Doc> {
    // A Russian name stands in a case that is not known here.
    if language == Language::Ru {
        return Vec::new();
    }
    let person = Label::Of(Kind::Person);
    let mut docs = Vec::new();
    for doc in real
        .iter()
        .filter(|d| d.spans.iter().any(|s| s.2 == person) && d.text.len() < 4000)
    {
        let mut new = Doc {
            partial: doc.partial,
            ..Doc::default()
        };
        let mut at = 0;
        for s in &doc.spans {
            new.text += &doc.text[at..s.0];
            let start = new.text.len();
            let old = &doc.text[s.0..s.1];
            let words = old.split(' ').count();
            let slot = match (language, old.chars().count(), words) {
                (Language::Zh, n @ 2..=4, _) if old.chars().all(tutela_tagger::token::han) => ["P2", "P3", "P4"][n - 2],
                (Language::En, _, 1) => "1",
                (Language::En, _, 2) => "2",
                (Language::En, _, 3) => "3",
                _ => "",
            };
            if s.2 == person && !slot.is_empty() && random.percent(80) {
                let name = filler.fill(slot, random).0;
                new.text += &if old.chars().all(|c| !c.is_lowercase()) {
                    name.to_uppercase()
                } else if old.chars().all(|c| !c.is_uppercase()) {
                    name.to_lowercase()
                } else {
                    name
                };
            } else {
                new.text += old;
            }
            new.spans.push((start, new.text.len(), s.2));
            at = s.1;
        }
        new.text += &doc.text[at..];
        docs.push(new);
    }
    docs
}

/// A day, written in one of the usual ways.
fn day(random: &mut Random) -> String {
    let (d, m, y) = (1 + random.below(28), 1 + random.below(12), 1950 + random.below(76));
    match random.below(3) {
        0 => format!("{d:02}.{m:02}.{y}"),
        1 => format!("{d:02}/{m:02}/{y}"),
        _ => format!("{y}-{m:02}-{d:02}"),
    }
}

fn digits(n: usize, random: &mut Random) -> String {
    (0..n).map(|_| char::from(b'0' + random.below(10) as u8)).collect()
}
