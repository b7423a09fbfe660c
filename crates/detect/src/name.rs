//! What the parts of a person's name are, and when two ways of writing one are the same name.
//!
//! [`parts`] takes a value that is known to be a name (a finding, a cell) apart: each part is a byte range of the value as given, so
//! that it can be masked or shown alone. [`normal`] gives what names are compared by: the nominative of Russian names, Vietnamese names
//! with and without their marks, the readings of Chinese ones, and one Latin key for names of all scripts.

mod cases;
mod han;
mod latin;
mod pieces;
mod russian;
mod vietnamese;
mod western;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

use crate::Lang;
use crate::people::dict;
use pieces::{Piece, Pieces};

/// The grammatical or social gender that a name or its title shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Gender {
    /// As in `Иванова`, `Thị`, `Mrs`.
    Female,
    /// As in `Иванович`, `ông`, `Mr`.
    Male,
}

/// By which custom a name is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Style {
    /// Family, middle, given: `Nguyễn Văn A`, with or without marks.
    Vietnamese,
    /// Given name, patronymic, family name in any order and case.
    Russian,
    /// Han characters: family, given; or parts of a transcription with a point between them.
    Chinese,
    /// A Chinese name in Latin letters.
    Pinyin,
    /// Given, middle, family, or `Family, Given`.
    Western,
}

/// The parts of a name as byte ranges of the value. What a value does not have is `None`; adjacent words of one part are one range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameParts {
    /// How the name is built.
    pub style: Style,
    /// Family name, or its initial.
    pub family: Option<Range<usize>>,
    /// Middle names or their initials; never a patronymic.
    pub middle: Option<Range<usize>>,
    /// Given name, or its initial.
    pub given: Option<Range<usize>>,
    /// Patronymic, or its initial.
    pub patronymic: Option<Range<usize>>,
    /// Title or form of address, before the name or (in Chinese) behind it.
    pub title: Option<Range<usize>>,
    /// What stands behind a name and belongs to it: Jr., III, оглы.
    pub suffix: Option<Range<usize>>,
    /// The gender, where the name or the title shows it.
    pub gender: Option<Gender>,
}

impl NameParts {
    fn of(style: Style) -> Self {
        Self {
            style,
            family: None,
            middle: None,
            given: None,
            patronymic: None,
            title: None,
            suffix: None,
            gender: None,
        }
    }

    /// The parts that are there, in the order of the value.
    pub fn ranges(&self) -> Vec<Range<usize>> {
        let mut all: Vec<Range<usize>> = [
            &self.family,
            &self.middle,
            &self.given,
            &self.patronymic,
            &self.title,
            &self.suffix,
        ]
        .into_iter()
        .flatten()
        .cloned()
        .collect();
        all.sort_by_key(|r| r.start);
        all
    }
}

/// What names are compared by. All keys are in lower case with single spaces, family name first.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NameKey {
    /// With all marks, Russian names in the nominative. Vietnamese tones stand at the end of their syllable, whichever vowel bore them.
    pub exact: String,
    /// The same without marks, ё as е.
    pub plain: String,
    /// In Latin letters, the same for the usual transcriptions: `Юрий`, `Yuri`, `Iurii`; `张伟`, `Zhang Wei`.
    pub latin: String,
}

impl NameKey {
    /// Whether two keys may be of one name: equal, or one of the two lacks its marks, or they are of different scripts and read alike.
    pub fn agrees(&self, other: &Self) -> bool {
        if self.exact == other.exact {
            return true;
        }
        let unmarked = |k: &Self| k.exact == k.plain;
        if self.plain == other.plain {
            return unmarked(self) || unmarked(other);
        }
        script(&self.exact) != script(&other.exact) && self.latin == other.latin
    }
}

/// The script of the first letter: 0 Latin, 1 Cyrillic, 2 Han.
fn script(text: &str) -> u8 {
    match text.chars().find(|c| c.is_alphabetic()) {
        Some('\u{400}'..='\u{52F}') => 1,
        Some(c) if han::is(c) => 2,
        _ => 0,
    }
}

/// The longest value that is taken for a name, in bytes.
const LONGEST: usize = 192;

/// Takes a name apart. `lang` is the language of the text around it, where that is known; the script and the words decide first.
/// Nothing for what cannot be a name: digits, signs, too many words.
pub fn parts(value: &str, lang: Option<Lang>) -> Option<NameParts> {
    read(value, lang).map(|n| n.parts)
}

/// What a name is compared by; see [`NameKey`].
pub fn normal(value: &str, lang: Option<Lang>) -> Option<NameKey> {
    read(value, lang).map(|n| n.key())
}

/// One part as it is compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Part {
    /// In lower case, the nominative, with marks.
    pub(crate) exact: String,
    /// Without marks; of a Russian family name the masculine form.
    pub(crate) plain: String,
    /// Whether only the first letter is known.
    pub(crate) initial: bool,
}

impl Part {
    fn new(exact: String, plain: String, initial: bool) -> Self {
        Self { exact, plain, initial }
    }
}

/// A name that was read: its parts with their normal forms.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    pub(crate) parts: NameParts,
    pub(crate) family: Option<Part>,
    pub(crate) given: Option<Part>,
    /// Middle names or the patronymic.
    pub(crate) middle: Option<Part>,
    /// Other masculine forms that the family name may have: Скорохода is of Скороход and of Скорохода.
    pub(crate) families: Vec<String>,
    /// Whether the name can be of a woman, of a man, in any case that its form allows.
    pub(crate) possible: (bool, bool),
}

impl Name {
    /// The name with parts that have no normal form yet.
    fn of(parts: NameParts) -> Self {
        Self {
            parts,
            family: None,
            given: None,
            middle: None,
            families: Vec::new(),
            possible: (true, true),
        }
    }

    pub(crate) fn key(&self) -> NameKey {
        let join = |what: fn(&Part) -> &str, glue: &str| {
            let mut out = String::new();
            let order = match self.parts.style {
                Style::Vietnamese => [&self.family, &self.middle, &self.given],
                _ => [&self.family, &self.given, &self.middle],
            };
            for part in order.into_iter().flatten() {
                if !out.is_empty() {
                    out.push_str(glue);
                }
                out.push_str(what(part));
            }
            out
        };
        let glue = if self.parts.style == Style::Chinese && self.parts.family.as_ref().is_some_and(|f| f.len() <= 6) {
            ""
        } else {
            " "
        };
        let exact = join(|p| &p.exact, glue);
        // A family name of a woman is written with its own ending: the masculine form serves for grouping only.
        let plain = latin::plain(&exact);
        let latin = match self.parts.style {
            Style::Chinese => [&self.family, &self.given, &self.middle]
                .into_iter()
                .flatten()
                .map(|p| han::reading(&p.exact, std::ptr::eq(p, self.family.as_ref().unwrap_or(p))))
                .collect::<Vec<_>>()
                .join(" "),
            _ => plain.clone(),
        };
        let latin = latin::key(&latin);
        NameKey { exact, plain, latin }
    }
}

/// Reads a name.
pub(crate) fn read(value: &str, lang: Option<Lang>) -> Option<Name> {
    if value.len() > LONGEST {
        return None;
    }
    let mut pieces = Pieces::of(value)?;
    let mut name = if pieces.list.iter().all(|p| p.word.chars().all(han::is)) {
        han::read(value, &pieces)
    } else {
        let title = title(&mut pieces);
        let mut name = if pieces.list.iter().any(|p| script(&p.word) == 1) {
            russian::read(&pieces)
        } else if vietnamese::like(&pieces, lang) {
            vietnamese::read(&pieces)
        } else if han::pinyin(&pieces, lang) {
            han::read_pinyin(&pieces)
        } else {
            western::read(&pieces)
        }?;
        if let Some((range, gender)) = title {
            name.parts.title = Some(range);
            name.parts.gender = gender.or(name.parts.gender);
        }
        Some(name)
    }?;
    // A whole that has no part is nothing.
    if name.parts.family.is_none() && name.parts.given.is_none() && name.parts.patronymic.is_none() {
        return None;
    }
    name.families.dedup();
    Some(name)
}

/// Takes the title off the pieces: where it stands and what gender it shows.
fn title(pieces: &mut Pieces<'_>) -> Option<(Range<usize>, Option<Gender>)> {
    let (mut end, mut taken, mut gender) = (None, 0, None);
    let start = pieces.list.first()?.start;
    while taken + 1 < pieces.list.len() {
        let rest = pieces.list.get(taken..)?;
        let Some(n) = (1..=3.min(rest.len() - 1))
            .rev()
            .find(|&n| titled(rest.get(..n).unwrap_or_default()))
        else {
            break;
        };
        let words = rest.get(..n)?;
        gender = words.iter().find_map(|w| gender_of_title(&w.word)).or(gender);
        end = words.last().map(|w| w.end);
        taken += n;
    }
    pieces.list.drain(..taken);
    if let Some(comma) = &mut pieces.comma {
        *comma = comma.saturating_sub(taken);
    }
    end.map(|end| (start..end, gender))
}

fn titled(words: &[Piece<'_>]) -> bool {
    let phrase: Vec<&str> = words.iter().map(|w| w.word.as_ref()).collect();
    let kinds = dict::kinds_of(&phrase.join(" "));
    let name = dict::VI_SURNAME | dict::RU_GIVEN | dict::EN_GIVEN | dict::VI_RARE;
    let stopped = words.last().is_some_and(|w| w.stop && !w.initial);
    kinds & (dict::TITLE | dict::KIN) != 0
        && (kinds & name == 0 || stopped || words.iter().all(|w| gender_of_title(&w.word).is_some()))
}

fn gender_of_title(word: &str) -> Option<Gender> {
    const FEMALE: &[&str] = &[
        "bà",
        "chị",
        "cô",
        "dì",
        "mợ",
        "thím",
        "mẹ",
        "má",
        "vợ",
        "mrs",
        "ms",
        "miss",
        "madam",
        "lady",
        "queen",
        "princess",
        "sister",
        "aunt",
        "г-жа",
        "госпожа",
        "госпожи",
        "госпоже",
        "госпожу",
        "госпожой",
        "гражданка",
        "гражданки",
        "гражданке",
        "гражданку",
        "гражданкой",
        "гр-ка",
        "пациентка",
        "пациентки",
        "пациентке",
        "студентка",
        "ученица",
        "учительница",
        "журналистка",
        "императрица",
    ];
    const MALE: &[&str] = &[
        "ông",
        "anh",
        "chú",
        "cậu",
        "thằng",
        "bố",
        "cha",
        "chồng",
        "mr",
        "sir",
        "lord",
        "king",
        "prince",
        "uncle",
        "father",
        "г-н",
        "господин",
        "господина",
        "господину",
        "господином",
        "гражданин",
        "гражданина",
        "гражданину",
        "гражданином",
        "гр-н",
    ];
    let lower = word.to_lowercase();
    if FEMALE.contains(&lower.as_str()) {
        Some(Gender::Female)
    } else if MALE.contains(&lower.as_str()) {
        Some(Gender::Male)
    } else {
        None
    }
}

/// The range of some pieces next to each other.
fn span(pieces: &[Piece<'_>]) -> Option<Range<usize>> {
    Some(pieces.first()?.start..pieces.last()?.end)
}

/// The words of some pieces in lower case with a space between them, as a part that has no grammar.
fn plain_part(pieces: &[Piece<'_>]) -> Option<Part> {
    let words: Vec<Cow<'_, str>> = pieces.iter().map(|p| p.word.to_lowercase().into()).collect();
    let exact = words.join(" ");
    let plain = latin::plain(&exact);
    (!exact.is_empty()).then(|| Part::new(exact, plain, pieces.iter().all(|p| p.initial)))
}
