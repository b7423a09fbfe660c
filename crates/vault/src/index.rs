//! The words under which a value is found, and which a query is made of.
//!
//! One function prepares both: whoever looks asks for the records that have **all** words of the query. So each word of a
//! value is one that any sensible part of the value, taken as a query, gives again:
//!
//! * letters: compatibility forms (full width) as plain ones, lower case, without marks (Vietnamese vowels and tones, `ё` as
//!   `е`, `й` as `и`), `đ` as `d`, invisible characters and apostrophes away;
//! * [`Kind::Name`]: every word, and its first letter with a full stop, so that `Иванов И. И.` finds `Иванов Иван Ильич`;
//! * Han, kana and hangul, which are written without spaces: every two, three and four characters that stand together, so a
//!   name of up to four characters also as a whole; spaces and middle dots between them do not matter;
//! * [`Kind::Number`]: digits and letters, upper case, Cyrillic letters as the Latin ones that look alike; the whole, and the
//!   last four behind `…`;
//! * [`phone`]: the last nine digits and the last four behind `…`, so that a number is the same with the code of its
//!   country, with the digit that is dialled instead of it, and with neither; an extension behind it is left away;
//! * [`Kind::Text`]: like names, without first letters, and of Han the pairs only.
//!
//! What is given is bounded, sorted, and has no word twice.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The name of a person or an organisation.
    Name,
    /// The number of a document, an account, a car.
    Number,
    /// Any other text. Many words of one record tell much together: index short fields only.
    Text,
}

/// The longest value that is looked at, in characters; what is behind is not indexed.
pub const MAX_VALUE: usize = 20_000;
/// The longest word in characters; a longer one is cut, in the value and in the query alike.
pub const MAX_WORD: usize = 64;
/// The most words of a name or a number.
pub const MAX_NAME_WORDS: usize = 128;
/// The most words of a text.
pub const MAX_TEXT_WORDS: usize = 2_000;

/// How many of the last characters of a number are a word of their own.
const ENDING: usize = 4;

/// How many of the last digits of a telephone number do not change with the way it is dialled.
const SUBSCRIBER: usize = 9;

/// The search words of a value, or of a query.
pub fn words(kind: Kind, value: &str) -> Vec<String> {
    let value = value.chars().take(MAX_VALUE);
    match kind {
        Kind::Number => number(value),
        Kind::Name => Words::of(value, Style::NAME),
        Kind::Text => Words::of(value, Style::TEXT),
    }
}

/// The last characters, marked as such.
fn ending(whole: &[char], length: usize) -> String {
    let skipped = whole.len().saturating_sub(length);
    ['…'].into_iter().chain(whole.iter().copied().skip(skipped)).collect()
}

/// The search words of a telephone number, or of a query for one: the last nine digits and the last four, so that it is found
/// however it is dialled.
pub fn phone(value: &str) -> Vec<String> {
    let mut digits = Vec::new();
    for c in value.chars().take(MAX_VALUE).nfkc() {
        if c.is_ascii_digit() {
            digits.push(c);
        } else if c.is_alphabetic() && digits.len() >= SUBSCRIBER - 2 {
            break;
        }
    }
    let mut words = match digits.len() {
        0 => Vec::new(),
        1..=ENDING => vec![ending(&digits, ENDING)],
        _ => vec![ending(&digits, SUBSCRIBER), ending(&digits, ENDING)],
    };
    words.sort_unstable();
    words
}

/// The one form of a number: what two writings of one number have in common. Unlike the words of a number it has no ending in
/// it, so two values with the same form are the same number. `None` if there is neither digit nor letter, or more than a
/// number has ([`MAX_WORD`]).
pub fn whole(value: &str) -> Option<String> {
    let mut rest = letters_and_digits(value.chars().take(MAX_VALUE));
    let whole: String = rest.by_ref().take(MAX_WORD).collect();
    (!whole.is_empty() && rest.next().is_none()).then_some(whole)
}

fn letters_and_digits(value: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    value
        .nfkc()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .map(latin_twin)
}

fn number(value: impl Iterator<Item = char>) -> Vec<String> {
    let whole: Vec<char> = letters_and_digits(value).collect();
    let ending = ending(&whole, ENDING);
    let mut words = match whole.len() {
        0 => Vec::new(),
        // Four characters alone are asked for as an ending.
        1..=ENDING => vec![ending],
        _ => vec![whole.into_iter().take(MAX_WORD).collect(), ending],
    };
    words.sort_unstable();
    words
}

/// The Latin letter that a Cyrillic capital looks like: series of documents and number plates are typed in either.
fn latin_twin(c: char) -> char {
    match c {
        'А' => 'A',
        'В' => 'B',
        'Е' | 'Ё' => 'E',
        'К' => 'K',
        'М' => 'M',
        'Н' => 'H',
        'О' => 'O',
        'Р' => 'P',
        'С' => 'C',
        'Т' => 'T',
        'У' => 'Y',
        'Х' => 'X',
        other => other,
    }
}

/// What is made of a text beside its words.
#[derive(Clone, Copy)]
struct Style {
    initials: bool,
    longest_gram: usize,
    most: usize,
}

impl Style {
    const NAME: Self = Self {
        initials: true,
        longest_gram: 4,
        most: MAX_NAME_WORDS,
    };
    const TEXT: Self = Self {
        initials: false,
        longest_gram: 2,
        most: MAX_TEXT_WORDS,
    };
}

struct Words {
    style: Style,
    found: BTreeSet<String>,
    /// The letters of the word or the run of Han that is being read.
    run: Vec<char>,
    dense: bool,
}

impl Words {
    fn of(value: impl Iterator<Item = char>, style: Style) -> Vec<String> {
        let mut this = Self {
            style,
            found: BTreeSet::new(),
            run: Vec::new(),
            dense: false,
        };
        // By way of the capitals all small forms of a letter become one: `ß` is `ss`, `ı` is `i`, `ς` is `σ`.
        let small = value.nfkc().flat_map(char::to_uppercase).flat_map(char::to_lowercase);
        let letters = small.nfd().filter(|&c| !unseen(c));
        // Without marks there is nothing left to compose but the syllables of hangul, which are whole again.
        for c in letters.nfc() {
            this.take(c);
        }
        this.close();
        this.found.into_iter().collect()
    }

    fn take(&mut self, c: char) {
        let dense = is_dense(c);
        if dense || c.is_alphanumeric() {
            if dense != self.dense {
                self.close();
                self.dense = dense;
            }
            match plain(c) {
                Ok(letter) => self.run.push(letter),
                Err(letters) => self.run.extend(letters.chars()),
            }
        } else if !(self.dense && joins(c)) {
            self.close();
        }
    }

    fn close(&mut self) {
        let run = std::mem::take(&mut self.run);
        if self.dense {
            self.grams(&run);
        } else {
            self.word(&run);
        }
        self.dense = false;
    }

    fn word(&mut self, run: &[char]) {
        let Some(&first) = run.first() else { return };
        if self.style.initials {
            self.add([first, '.'].into_iter());
        }
        if run.len() > 1 || !self.style.initials {
            self.add(run.iter().copied().take(MAX_WORD));
        }
    }

    fn grams(&mut self, run: &[char]) {
        if run.len() == 1 {
            self.add(run.iter().copied());
        }
        for start in 0..run.len() {
            for length in 2..=self.style.longest_gram {
                if let Some(gram) = run.get(start..start + length) {
                    self.add(gram.iter().copied());
                }
            }
        }
    }

    fn add(&mut self, word: impl Iterator<Item = char>) {
        if self.found.len() < self.style.most {
            self.found.insert(word.collect());
        }
    }
}

/// Marks over and under letters, characters that are not seen, and apostrophes: a word is the same with and without them.
fn unseen(c: char) -> bool {
    is_combining_mark(c)
        || matches!(c, '\'' | '’' | '‘' | 'ʼ' | 'ʹ' | '`' | '´' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Letters that have no decomposition, as they are typed without them.
fn plain(c: char) -> Result<char, &'static str> {
    match c {
        'đ' | 'ð' => Ok('d'),
        'ł' => Ok('l'),
        'ø' => Ok('o'),
        'æ' => Err("ae"),
        'œ' => Err("oe"),
        'þ' => Err("th"),
        other => Ok(other),
    }
}

/// Characters of scripts that are written without spaces between words.
fn is_dense(c: char) -> bool {
    matches!(c,
        '\u{2e80}'..='\u{2fdf}' | '々' | '〇'
        | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// What may stand inside a name written without spaces: `王 小明`, `买买提·艾力`.
fn joins(c: char) -> bool {
    c.is_whitespace() || matches!(c, '·' | '•' | '・' | '‧')
}

#[cfg(test)]
mod tests;
