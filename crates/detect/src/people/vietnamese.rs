//! Vietnamese names: family name, middle names, given name; with and without diacritics; given names behind words of kinship.

use super::cues::{self, Cue};
use super::dict;
use super::words::{self, Shape, Word};
use super::{Match, pattern, word_reason};

/// Syllables of a name at most.
const MOST: usize = 5;

/// A word that can be a syllable of a Vietnamese name.
fn syllable(w: &Word) -> bool {
    !w.cyrillic && matches!(w.shape, Shape::Title | Shape::Upper) && w.letters <= 7 && w.letters >= 2
}

fn name_word(w: &Word) -> bool {
    w.kinds & (dict::VI_GIVEN | dict::VI_MIDDLE | dict::VI_SURNAME) != 0
}

fn known_place(text: &str, words: &[Word]) -> bool {
    words.len() >= 2 && dict::kinds(words::phrase(text, words)) & (dict::VI_PLACE | dict::PLACE) != 0
}

/// Words that begin family names and are also plain English or common syllables without diacritics.
const AMBIGUOUS_PLAIN: &[&str] = &[
    "do", "ho", "le", "ha", "mai", "cao", "chu", "ta", "ly", "lam", "thai", "luu", "dao", "bui", "vo", "vu", "dinh",
];

/// Whether the name of a street, a river, a mountain begins here, written without its marks: Pho Tran Hung Dao, Song Hong. Duong is
/// a family name too: only a whole name behind it tells.
pub(crate) fn plain_street(text: &str, words: &[Word], i: usize) -> bool {
    let plain = |w: &Word| syllable(w) && !w.marked && w.kinds & (dict::PLAIN_GIVEN | dict::PLAIN_SURNAME) != 0;
    let Some(rest) = words.get(i + 1..) else { return false };
    let Some(first) = words.get(i).and_then(|w| text.get(w.start..w.end)) else {
        return false;
    };
    let known = !rest.is_empty() && rest.iter().all(plain);
    match first {
        "Pho" | "Song" | "Nui" | "Cau" | "PHO" | "SONG" | "NUI" | "CAU" => known,
        "Duong" | "DUONG" => {
            known && rest.len() >= 3 && rest.first().is_some_and(|w| w.kinds & dict::PLAIN_SURNAME != 0)
        }
        _ => false,
    }
}

/// Rarer family names without their marks; names only among Vietnamese words.
const RARE_PLAIN: &[&str] = &[
    "giap", "quach", "tang", "kieu", "tong", "mac", "to", "chau", "nghiem", "doan", "la", "khuat", "phung", "trieu",
    "diep", "hua", "vi", "quan", "ma", "nong", "be", "luc", "au", "ton", "lai", "mau", "tieu", "thach", "danh", "son",
    "kim", "truong", "cu", "thai", "luong", "am", "dam", "phi", "nhu", "than", "bach",
];

/// The place where the name of a street, school or commune begins: no person. But a post of a people's committee of a
/// place that does not exist is the post of the person named behind it.
pub(crate) fn of_place(text: &str, words: &[Word], i: usize, cue: &Cue<'_>) -> bool {
    if cue.has(dict::VI_ORG) && !cue.has(dict::UNIT) {
        return !cue.colon && !cue.comma && !cue.newline;
    }
    if !cue.has(dict::BEFORE_PLACE) || cue.colon || cue.comma || cue.newline {
        return false;
    }
    let before = cues::before(text, cue.start);
    let unit = before.has(dict::UNIT) && cues::before(text, before.start).has(dict::TITLE);
    if !unit {
        return true;
    }
    let name = words.get(i..).unwrap_or_default();
    let longest = name.len().min(3);
    (2..=longest).any(|n| known_place(text, &name[..n])) || name.first().is_none_or(|w| w.kinds & dict::VI_SURNAME == 0)
}

/// Whether a word before a name says that it is that of a settlement or an administrative unit.
pub(crate) fn settlement(phrase: &str) -> bool {
    const UNITS: &[&str] = &[
        "tỉnh",
        "thành phố",
        "tp",
        "quận",
        "huyện",
        "thị xã",
        "phường",
        "xã",
        "thị trấn",
        "thôn",
        "ấp",
        "bản",
        "làng",
    ];
    UNITS
        .iter()
        .any(|u| phrase.eq_ignore_ascii_case(u) || phrase.to_lowercase() == *u)
}

/// Whether what stands behind the word for a settlement is the name of one: not "bản ĐI" (a copy), "tổ ĐẾN", nor a heading.
pub(crate) fn settled(name: &[Word], cue: &Cue<'_>) -> bool {
    let copy = matches!(cue.phrase.to_lowercase().as_str(), "bản" | "làng" | "ấp" | "tp");
    let shouted = name.iter().all(|w| w.shape == Shape::Upper) && !cue.phrase.chars().any(char::is_uppercase);
    let known = name
        .iter()
        .any(|w| w.kinds & (dict::NEVER | dict::VI_ORG | dict::TITLE | dict::LABEL) == 0);
    // VĂN BẢN HÀNH CHÍNH, VĂN BẢN ĐI
    let paper = cue.phrase == "BẢN";
    known && !(shouted || paper || copy && name.len() < 2)
}

/// A person's name that begins at word `i` of a chain.
pub(crate) fn find(text: &str, words: &[Word], i: usize, cue: &Cue<'_>, vietnamese: bool) -> Option<Match> {
    let w = words.get(i)?;
    if w.cyrillic {
        return None;
    }
    if w.kinds & (dict::VI_SURNAME | dict::VI_RARE) != 0
        && let Some(found) = marked(text, words, i, cue, vietnamese)
    {
        return Some(found);
    }
    if let Some(found) = plain(text, words, i, cue) {
        return Some(found);
    }
    if vietnamese && let Some(found) = letters(text, words, i, cue) {
        return Some(found);
    }
    if vietnamese && let Some(found) = minority(text, words, i, cue) {
        return Some(found);
    }
    called(text, words, i, cue, vietnamese)
}

/// Whether small letters or a number follow after one space.
fn goes_on(text: &str, end: usize) -> bool {
    text.get(end..)
        .and_then(|t| t.strip_prefix(' '))
        .is_some_and(|t| t.starts_with(|c: char| c.is_lowercase() || c.is_ascii_digit()))
}

/// Whether a post, an office or a label of at least two words begins at word `i`: a name in front of it is over. Its other words may be
/// in small letters.
fn opens_cue(text: &str, words: &[Word], i: usize) -> bool {
    let Some(rest) = words.get(i).and_then(|w| text.get(w.start..)) else {
        return false;
    };
    let ends = rest
        .char_indices()
        .take(40)
        .filter(|(_, c)| !words::spelt(*c))
        .take_while(|(_, c)| *c == ' ' || matches!(c, '.' | ',' | ':' | '\n'))
        .map(|(at, _)| at)
        .chain((rest.len() <= dict::LONGEST).then_some(rest.len()))
        .take(4);
    let wanted = dict::TITLE | dict::LABEL | dict::VI_ORG | dict::UNIT;
    // Văn Thư, Minh Chủ Tịch: two words that are names themselves say nothing.
    ends.skip(1)
        .filter_map(|end| rest.get(..end))
        .any(|p| !p.contains(['.', ',', ':', '\n']) && dict::kinds_of(p) & wanted != 0)
}

/// Family name first, with diacritics (or without, where the words have none).
fn marked(text: &str, words: &[Word], i: usize, cue: &Cue<'_>, vietnamese: bool) -> Option<Match> {
    let w = words.get(i)?;
    if !syllable(w) {
        return None;
    }
    let strong = w.kinds & dict::VI_SURNAME != 0;
    // Ông, Bà: a form of address, though some bear it as a name.
    if !strong && w.kinds & (dict::TITLE | dict::KIN) != 0 {
        return None;
    }
    let mut n = 1;
    let mut known = 0;
    let mut diacritics = w.marked;
    while n < MOST {
        let Some(next) = words.get(i + n) else { break };
        let letter = next.shape == Shape::Initial && n >= 1;
        if !(syllable(next) || letter) || next.shape == Shape::Upper && w.shape == Shape::Title && !letter {
            break;
        }
        if w.shape == Shape::Upper && next.shape == Shape::Title {
            break;
        }
        if n > 1 && opens_cue(text, words, i + n) || n >= 4 && !name_word(next) && !letter {
            break;
        }
        // Văn Mẫu, Cán Bộ: whoever has a family name and one more may be called by any word, but a heading goes on with small
        // letters or a number.
        if next.kinds & (dict::NEVER | dict::VI_ORG) != 0 && !name_word(next) && (n > 2 || goes_on(text, next.end)) {
            break;
        }
        // Two names after each other without a comma.
        if n >= 3 && next.kinds & dict::VI_SURNAME != 0 && words.get(i + n + 1).is_some_and(name_word) {
            break;
        }
        known += usize::from(name_word(next) || letter);
        diacritics |= next.marked;
        n += 1;
        if letter {
            break;
        }
    }
    let name = words.get(i..i + n)?;
    let whole = i == 0 && i + n == words.len();
    // A single letter stands for a name only behind a title or as in Nguyễn Văn A.
    let letters = name.iter().filter(|w| w.shape == Shape::Initial).count();
    if letters > 0 && n < 3 && !cue.title() && !cue.has(dict::KIN) {
        return None;
    }
    if !vietnamese && !diacritics {
        return None;
    }
    let sure = cue.title() || cue.has(dict::KIN) && !cue.comma;
    if n == 1 {
        return None;
    }
    if known_place(text, name) && !sure {
        return None;
    }
    if w.kinds & dict::VI_PLACE != 0 {
        return None;
    }
    let rest = n - 1;
    let why = |name: &'static str| {
        let mut why = vec![pattern(name), word_reason("family name")];
        if sure {
            why.insert(0, cue.reason());
        }
        why
    };
    let last_known = name.last().is_some_and(|w| name_word(w) || w.shape == Shape::Initial);
    // Headings in capital letters hold every syllable.
    if w.shape == Shape::Upper && !sure {
        let fits = strong && known == rest && last_known && rest >= 2 && whole;
        let small = name.last().is_some_and(|l| in_sentence(text, w.start, l.end));
        let score = if small && rest >= 2 && last_known && (strong || known == rest) {
            0.8
        } else if fits {
            0.85
        } else if strong && whole && known == rest {
            0.62
        } else {
            return None;
        };
        return Some(Match::new(i, n, score, why("family-middle-given")));
    }
    let score = match (strong, rest, known, last_known) {
        _ if sure && (strong || known == rest) => 0.95,
        _ if sure => 0.75,
        (true, 2.., k, true) if k == rest => 0.9,
        (true, 2.., k, _) if k >= 1 => 0.82,
        (true, 2.., ..) => 0.6,
        (true, 1, 1, true) => 0.78,
        (true, 1, ..) => 0.5,
        (false, 2.., k, true) if k == rest && !cue.sentence_start => 0.72,
        (false, 2.., k, true) if k == rest && whole => 0.6,
        _ => return None,
    };
    Some(Match::new(i, n, score, why("family-middle-given")))
}

/// Names without diacritics: Nguyen Van An; Tuan Anh Nguyen.
fn plain(text: &str, words: &[Word], i: usize, cue: &Cue<'_>) -> Option<Match> {
    let piece = |w: &Word| text.get(w.start..w.end).unwrap_or_default();
    let sure_surname = |w: &Word| {
        w.kinds & dict::PLAIN_SURNAME != 0
            && !w.marked
            && !AMBIGUOUS_PLAIN.iter().any(|a| piece(w).eq_ignore_ascii_case(a))
    };
    let w = words.get(i)?;
    if !syllable(w) || w.marked || w.shape == Shape::Initial {
        return None;
    }
    let fits = |w: &Word| syllable(w) && !w.marked && w.kinds & (dict::PLAIN_GIVEN | dict::PLAIN_SURNAME) != 0;
    let mut n = 1;
    while n < 4 && words.get(i + n).is_some_and(|next| fits(next) && next.shape == w.shape) {
        n += 1;
    }
    let letter = n >= 2 && words.get(i + n).is_some_and(|w| w.shape == Shape::Initial);
    let n = n + usize::from(letter);
    let name = words.get(i..i + n)?;
    if n < 2 || known_place(text, name) {
        return None;
    }
    let strong = sure_surname(w);
    let near = name.last().is_some_and(|l| among_plain(text, w.start, l.end));
    let rare = n >= 3 && near && RARE_PLAIN.iter().any(|r| piece(w).eq_ignore_ascii_case(r));
    let weak = w.kinds & dict::PLAIN_SURNAME != 0 || rare;
    let english = name.iter().filter(|w| w.kinds & dict::EN_WORD != 0).count();
    let sure = cue.title() || cue.has(dict::KIN);
    let score = if strong {
        if n >= 3 || sure { 0.88 } else { 0.72 }
    } else if weak && n >= 3 && (english <= 1 || near) {
        if sure { 0.88 } else { 0.72 }
    } else if name.last().is_some_and(sure_surname) && w.kinds & dict::PLAIN_GIVEN != 0 {
        0.75
    } else {
        return None;
    };
    if w.shape == Shape::Upper && words.len() > n && !sure {
        return None;
    }
    Some(Match::new(
        i,
        n,
        score,
        vec![pattern("family-middle-given"), word_reason("family name")],
    ))
}

/// Whether a common Vietnamese word without its marks stands directly before or behind: one that is none of English.
fn among_plain(text: &str, start: usize, end: usize) -> bool {
    const WORDS: &[&str] = &[
        "cua", "nop", "theo", "viec", "nguoi", "nhan", "duoc", "khong", "sinh", "ngay", "tru", "voi", "va", "da",
        "lam", "la", "ong", "ba", "anh", "chi", "ve", "tai", "cho", "co", "phan", "cong", "ky", "dang", "noi", "giao",
        "gui", "hien", "thuoc", "tren", "duoi", "trong", "ngoai", "cung", "tu", "vao", "ra", "kinh", "xin", "de",
        "nghi", "chuyen", "thu", "tra", "hoc", "day", "biet", "nam",
    ];
    let before = text
        .get(..start)
        .and_then(|t| t.strip_suffix(' '))
        .and_then(|t| t.rsplit([' ', '\n']).next());
    let behind = text
        .get(end..)
        .and_then(|t| t.strip_prefix(' '))
        .and_then(|t| t.split([' ', '\n', ',', '.']).next());
    [before, behind].into_iter().flatten().any(|w| WORDS.contains(&w))
}

/// Initials before a given name: N.V. An, Đ. T. Yến.
fn letters(text: &str, words: &[Word], i: usize, cue: &Cue<'_>) -> Option<Match> {
    let dotted = |w: &Word| {
        let stopped = text.as_bytes().get(w.end - 1) == Some(&b'.');
        w.shape == Shape::Initial && !w.cyrillic && stopped
    };
    let n = words.get(i..)?.iter().take(3).take_while(|w| dotted(w)).count();
    let last = words.get(i + n)?;
    let given = last.shape == Shape::Title && last.kinds & (dict::VI_GIVEN | dict::VI_MIDDLE) != 0;
    let sure = cue.title() || cue.has(dict::KIN) && !cue.comma;
    let family = words.get(i).and_then(|w| text.get(w.start..w.end)).is_some_and(|w| {
        // Letters with which family names begin.
        w.starts_with([
            'N', 'T', 'L', 'P', 'H', 'V', 'Đ', 'B', 'D', 'C', 'M', 'Q', 'K', 'G', 'S', 'Â', 'Ô', 'A', 'U', 'X',
        ])
    });
    if !given || !family || n == 0 || n == 1 && !sure || words.get(i + n + 1).is_some_and(name_word) {
        return None;
    }
    let score = if sure { 0.85 } else { 0.72 };
    Some(Match::new(i, n + 1, score, vec![pattern("initials")]))
}

/// Whether a line goes on in small letters directly before or behind words in capital letters: a sentence, no heading.
fn in_sentence(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).and_then(|t| t.strip_suffix(' '));
    let behind = text.get(end..).and_then(|t| t.strip_prefix(' '));
    before.is_some_and(|t| t.ends_with(char::is_lowercase)) || behind.is_some_and(|t| t.starts_with(char::is_lowercase))
}

/// Names of ethnic minorities: Y Bih Niê, H'Hen Niê, K'Brêu.
fn minority(text: &str, words: &[Word], i: usize, cue: &Cue<'_>) -> Option<Match> {
    let w = words.get(i)?;
    let piece = text.get(w.start..w.end)?;
    let title = |n: usize| {
        words
            .get(i + n)
            .is_some_and(|w| w.shape == Shape::Title && w.letters <= 8)
    };
    let y = matches!(piece, "Y" | "H" | "K") && title(1);
    let joined = ["H'", "K'", "H’", "K’"].iter().any(|p| piece.starts_with(p)) && w.letters >= 2;
    if y {
        let n = if title(2) { 3 } else { 2 };
        if n == 3 || cue.title() || cue.has(dict::KIN) {
            return Some(Match::new(i, n, 0.75, vec![pattern("minority name")]));
        }
    }
    if joined {
        let n = if title(1) { 2 } else { 1 };
        return Some(Match::new(
            i,
            n,
            if n == 2 { 0.8 } else { 0.65 },
            vec![pattern("minority name")],
        ));
    }
    None
}

/// A given name, or any name, behind a word of address: anh Tuấn, ông Lộc, bà Merkel.
fn called(text: &str, words: &[Word], i: usize, cue: &Cue<'_>, vietnamese: bool) -> Option<Match> {
    let w = words.get(i)?;
    if !(cue.has(dict::KIN | dict::TITLE) || cue.label() || cue.has(dict::GREET) && vietnamese)
        || cue.newline && !cue.label()
        || cue.comma
        || !vietnamese && !w.marked
        || w.kinds & (dict::NEVER | dict::VI_ORG | dict::UNIT) != 0 && !name_word(w)
        || cue.colon && !cue.label()
    {
        return None;
    }
    if !matches!(w.shape, Shape::Title | Shape::Mixed) {
        return None;
    }
    // A post is followed by an office more often than by a bare given name.
    let post = cue.phrase.contains(' ') || cue.phrase.chars().count() > 4;
    let mut n = 1;
    while n < 4
        && words
            .get(i + n)
            .is_some_and(|w| w.shape == Shape::Title && w.kinds & (dict::VI_ORG | dict::TITLE | dict::NOT_PERSON) == 0)
    {
        n += 1;
    }
    let name = words.get(i..i + n)?;
    if known_place(text, name) {
        return None;
    }
    let all_known = name.iter().all(name_word);
    // Thủ tướng Chính phủ, anh hùng Lao động: the second syllable of a compound is small.
    let goes_on = text
        .get(name.last()?.end..)
        .and_then(|t| t.strip_prefix(' '))
        .is_some_and(|t| t.starts_with(char::is_lowercase));
    if post && goes_on && !cue.speech_after && (n == 1 || !all_known) || n == 1 && w.kinds & dict::VI_ORG != 0 {
        return None;
    }
    let score = match (n, all_known, post) {
        (1, true, false) => 0.85,
        (1, true, true) => 0.62,
        (2.., true, _) => 0.88,
        (_, false, false) if !cue.has(dict::GREET) => 0.62,
        (2.., false, true) if name.iter().any(name_word) || !name.iter().any(|w| w.marked) => 0.6,
        _ => return None,
    };
    Some(Match::new(i, n, score, vec![cue.reason(), word_reason("given name")]))
}
