//! What stands directly before a place where a name may begin.

use super::dict::{self, Hash, Kinds};
use super::words::spelt;
use crate::Reason;

/// Words of a cue at most.
const MOST_WORDS: usize = 5;

/// Bytes between a cue and a name at most.
const GAP: usize = 16;

/// All kinds of words that a cue may be.
const CUES: Kinds = dict::TITLE
    | dict::KIN
    | dict::GREET
    | dict::LABEL
    | dict::GENERIC_LABEL
    | dict::MAIL
    | dict::BEFORE_PLACE
    | dict::UNIT
    | dict::VI_ORG
    | dict::RU_ORG
    | dict::RU_OFFICE;

/// The cue before a name.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cue<'t> {
    pub(crate) kinds: Kinds,
    /// The words as they stand in the text.
    pub(crate) phrase: &'t str,
    /// Where the phrase begins.
    pub(crate) start: usize,
    pub(crate) colon: bool,
    pub(crate) comma: bool,
    pub(crate) newline: bool,
    /// Whether a sentence, a line or a quotation begins here.
    pub(crate) sentence_start: bool,
    /// Whether a preposition of place stands directly before: a name of one word is that of a place then.
    pub(crate) inside: bool,
    /// Whether quotation marks open directly before.
    pub(crate) quoted: bool,
    /// Whether a bracket or a quotation opens directly before.
    pub(crate) opened: bool,
    /// Whether a verb of speech stands directly before.
    pub(crate) speech_before: bool,
    /// Whether the line ends behind the chain.
    pub(crate) line_end: bool,
    /// Whether a verb of speech follows.
    pub(crate) speech_after: bool,
}

impl Cue<'_> {
    pub(crate) fn has(&self, kinds: Kinds) -> bool {
        self.kinds & kinds != 0
    }

    /// A post or form of address directly before.
    pub(crate) fn title(&self) -> bool {
        self.has(dict::TITLE) || self.label()
    }

    pub(crate) fn label(&self) -> bool {
        self.colon && self.has(dict::LABEL)
    }

    pub(crate) fn greeting(&self) -> bool {
        self.has(dict::GREET) && !self.colon
    }

    /// A title or a label, so that a name must follow.
    pub(crate) fn sure(&self) -> bool {
        self.title() && !self.comma
    }

    /// Why it counts.
    pub(crate) fn reason(&self) -> Reason {
        let phrase = self.phrase.to_lowercase();
        if self.label() {
            Reason::Label(phrase.into())
        } else {
            Reason::Title(phrase.into())
        }
    }
}

/// Whether a character can stand inside a word of a cue.
fn inside(c: char) -> bool {
    spelt(c) || matches!(c, '-' | '/' | '.' | '\'' | '’' | '_')
}

/// The cue that ends before `start`.
pub(crate) fn before(text: &str, start: usize) -> Cue<'_> {
    let mut cue = Cue {
        sentence_start: true,
        ..Cue::default()
    };
    let Some(head) = text.get(..start) else { return cue };
    let mut end = start;
    let mut close = true;
    for (at, c) in head.char_indices().rev() {
        match c {
            ' ' | '\t' | '\u{A0}' | '\r' | '*' => {}
            '\n' => cue.newline = true,
            ':' | '=' | '：' => cue.colon = true,
            ',' => cue.comma = true,
            '.' => close = close && !cue.newline,
            '"' | '“' | '«' | '\'' | '(' | '‘' | '[' => {}
            _ => {
                end = at + c.len_utf8();
                break;
            }
        }
        if start - at > GAP {
            return cue;
        }
        end = at;
    }
    let gap = text.get(end..start).unwrap_or_default();
    let last = text.get(..end).and_then(|t| t.chars().next_back());
    cue.sentence_start = end == 0
        || cue.newline
        || gap.contains(['.', '"', '“', '«', '‘'])
        // Behind a word in small letters or a comma a sentence goes on.
        || last.is_some_and(|c| !(c.is_lowercase() || c == ',' || c == '%' || c.is_uppercase()));
    // The starts of the last words, the nearest first.
    let mut starts = [0; MOST_WORDS];
    let mut n = 0;
    let mut in_word = false;
    let mut word = end;
    for (at, c) in text.get(..end).unwrap_or_default().char_indices().rev() {
        if end - at > dict::LONGEST {
            in_word = false;
            break;
        }
        if inside(c) {
            in_word = true;
            word = at;
            continue;
        }
        if in_word {
            if let Some(slot) = starts.get_mut(n) {
                *slot = word;
            }
            n += 1;
            in_word = false;
        }
        if n == MOST_WORDS || !matches!(c, ' ' | ',' | '(' | ')' | '\u{A0}') {
            break;
        }
    }
    if in_word && n < MOST_WORDS {
        starts[n] = word;
        n += 1;
    }
    let near = starts
        .first()
        .filter(|_| n > 0)
        .and_then(|from| text.get(*from..end))
        .unwrap_or_default();
    cue.inside = gap == " "
        && matches!(
            near,
            "в" | "во" | "на" | "из" | "В" | "На" | "Из" | "под" | "через" | "in" | "at" | "ở" | "tại"
        );
    cue.quoted = gap.contains('«');
    cue.opened = gap.contains(['(', '"', '“', '«', '[']);
    cue.speech_before = (gap == " " || gap == ", ") && dict::kinds(Hash::of(near)) & dict::SPEECH != 0;
    for &from in starts.iter().take(n).rev() {
        let phrase = text
            .get(from..end)
            .unwrap_or_default()
            .trim_end_matches('.')
            .trim_matches(['-', '(', ')', '*', '_']);
        let kinds = dict::kinds(Hash::of(phrase)) & CUES;
        if kinds != 0 {
            // С. Покровское is a village, «с Покровским» is not.
            let bare = phrase.chars().count() == 1 && !gap.starts_with('.');
            cue.kinds = if bare { kinds & !dict::BEFORE_PLACE } else { kinds };
            cue.phrase = phrase;
            cue.start = from;
            break;
        }
    }
    // A full stop ends a sentence, except behind an abbreviation that is a cue.
    if cue.kinds != 0 && gap.trim_start().starts_with('.') && !cue.newline {
        let short = abbreviated(cue.phrase);
        if short {
            cue.sentence_start = false;
        } else {
            cue.kinds = 0;
        }
    }
    if cue.newline && !close {
        cue.kinds = 0;
    }
    cue
}

/// Whether a full stop may belong to the last word before it: ул., đ/c., Mr.; a sentence that ends with "реки." is over.
fn abbreviated(phrase: &str) -> bool {
    let letters = phrase.chars().count();
    if phrase.chars().any(|c| ('\u{400}'..='\u{52F}').contains(&c)) {
        const WHOLE: &[&str] = &[
            "парк",
            "край",
            "храм",
            "город",
            "театр",
            "музей",
            "завод",
            "орден",
            "район",
            "штат",
            "хутор",
            "врач",
            "судья",
            "поэт",
            "мэр",
            "король",
            "принц",
            "князь",
            "царь",
        ];
        let lower = phrase.to_lowercase();
        let vowel = lower.ends_with(['а', 'е', 'ё', 'и', 'о', 'у', 'ы', 'э', 'ю', 'я', 'ь']);
        return letters <= 5 && (letters <= 2 || !vowel && !WHOLE.contains(&lower.as_str()));
    }
    // Vietnamese words with their marks are written out.
    letters <= 5 && !phrase.chars().any(|c| !c.is_ascii() && !matches!(c, 'đ' | 'Đ'))
}

/// Whether a verb of speech stands after `end`.
pub(crate) fn speech(text: &str, end: usize) -> bool {
    let Some(rest) = text.get(end..).and_then(|t| t.strip_prefix(' ')) else {
        return false;
    };
    let mut ends = rest.char_indices().filter(|(_, c)| !spelt(*c)).map(|(i, _)| i).take(2);
    let first = ends.next().unwrap_or(rest.len());
    let second = ends.next().unwrap_or(rest.len());
    if first == 0 || first > 40 || second > 60 {
        return false;
    }
    [first, second]
        .into_iter()
        .filter_map(|n| rest.get(..n))
        .any(|p| dict::kinds_of(p) & dict::SPEECH != 0)
}
