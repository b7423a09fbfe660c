//! Names where their place says that they are names: values of labels and keys, senders of chats, addresses of mail.

use std::borrow::Cow;

use super::dict::{self, Hash, Kinds};
use super::software::{maker, software};
use super::words::spelt;
use super::{han, russian};
use crate::scene::Scene;
use crate::{Entity, Finding, Reason};

/// Longest value that is taken for a name, in bytes.
pub(super) const LONGEST: usize = 96;

/// What a header, a key or a caption says of the values under it.
pub(super) fn kinds_of(header: &str) -> Kinds {
    let header = header.trim().trim_matches(['*', ':', '：', '.', '"', '\'', '(', ')']);
    if header.is_empty() || header.len() > dict::LONGEST {
        return 0;
    }
    let wanted = dict::LABEL | dict::GENERIC_LABEL | dict::MAIL;
    let whole = dict::kinds(Hash::of(header)) & wanted;
    if whole != 0 {
        return whole;
    }
    // "ФИО (полностью)", "Họ và tên / Full name", "dc:creator"
    let parts = header
        .split(['(', '/', ':', '\n', '|'])
        .map(|p| p.trim().trim_end_matches([')', '.', ' ']));
    for part in parts {
        let kinds = dict::kinds(Hash::of(part)) & (dict::LABEL | dict::MAIL);
        if kinds != 0 {
            return kinds;
        }
    }
    // "фио_сотрудника", "Họ và tên học sinh": a label of names and more words.
    let mut end = header.len();
    while let Some(at) = header.get(..end).and_then(|h| h.rfind([' ', '_'])) {
        let head = header.get(..at).unwrap_or_default();
        if dict::kinds(Hash::of(head)) & dict::LABEL != 0 && (head.contains([' ', '_']) || head.chars().count() <= 3) {
            return dict::LABEL;
        }
        end = at;
    }
    if header.ends_with("姓名") || header.ends_with("_name") && dict::kinds(Hash::of(header)) & dict::LABEL != 0 {
        return dict::LABEL;
    }
    0
}

/// How much a whole value reads like a name of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Like {
    /// Digits, signs, too many words.
    Not,
    /// Nothing speaks against it.
    Possible,
    /// A dictionary holds a part of it.
    Known,
}

/// Words that stand in cells for nothing.
const NOTHING: &[&str] = &[
    "null",
    "none",
    "nil",
    "n/a",
    "na",
    "unknown",
    "undefined",
    "true",
    "false",
    "нет",
    "не указано",
    "không",
    "không có",
    "无",
    "未知",
    "暂无",
    "test",
    "admin",
    "system",
    "root",
    "total",
    "итого",
    "всего",
    "tổng cộng",
    "合计",
    "user",
    "string",
    "text",
    "hidden",
    "anonymous",
    "аноним",
    "匿名",
    "неизвестно",
    "архив",
    "all",
    "guest",
];

/// Whether a value that no dictionary knows is at least written like a name or a login: words with capital letters, or one word with
/// a full stop or hyphen between its parts (james.xu), never small words side by side.
fn written(value: &str) -> bool {
    let mut words = value
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|w| !w.is_empty());
    let (Some(first), second) = (words.next(), words.next()) else {
        return false;
    };
    let named =
        |w: &str| w.chars().next().is_some_and(|c| !c.is_lowercase()) || dict::kinds_of(w) & dict::PARTICLE != 0;
    match second {
        None => {
            named(first)
                || dict::kinds_of(first) & (dict::EN_SURNAME | dict::EN_GIVEN) != 0
                || first.contains('.') && !first.ends_with('.')
        }
        Some(second) => named(first) && named(second) && words.all(named),
    }
}

pub(super) fn like(value: &str) -> Like {
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    let allowed =
        |c: char| c.is_alphabetic() || matches!(c, ' ' | '.' | '-' | '\'' | '’' | '·' | ',' | '‑' | '\u{A0}' | '`');
    if letters < 2 || value.len() > LONGEST || !value.chars().all(allowed) {
        return Like::Not;
    }
    if NOTHING.contains(&value.to_lowercase().as_str()) {
        return Like::Not;
    }
    if value.chars().any(han::han) {
        let n = value.chars().filter(|c| *c != '·').count();
        return if han::like_name(value) {
            Like::Known
        } else if value.contains('·') || (2..=4).contains(&n) && !han::is_word(value) {
            Like::Possible
        } else {
            Like::Not
        };
    }
    let mut count = 0;
    let mut known = false;
    for word in value
        .split(|c: char| !spelt(c) && c != '\'' && c != '-')
        .filter(|w| !w.is_empty())
    {
        count += 1;
        let kinds = dict::kinds_of(word);
        if kinds & (dict::VI_ORG | dict::RU_ORG | dict::RU_OFFICE | dict::EN_ORG | dict::UNIT) != 0
            && kinds & (dict::EN_GIVEN | dict::EN_SURNAME | dict::VI_SURNAME | dict::VI_GIVEN | dict::VI_RARE) == 0
        {
            return Like::Not;
        }
        known |= kinds & (dict::EN_GIVEN | dict::VI_SURNAME | dict::PLAIN_SURNAME | dict::VI_GIVEN | dict::VI_RARE)
            != 0
            || kinds & (dict::EN_SURNAME | dict::EN_RARE) != 0 && kinds & dict::EN_WORD == 0
            || russian::kinds(word) & (russian::GIVEN | russian::SURNAME | russian::PATRONYMIC) != 0;
    }
    if software(value)
        && !(known && count == 2 && value.chars().all(|c| c.is_alphabetic() || c == ' ') && !maker(value))
    {
        return Like::Not;
    }
    match count {
        1..=6 if known => Like::Known,
        1..=4 if written(value) => Like::Possible,
        _ => Like::Not,
    }
}

fn push(out: &mut Vec<Finding>, start: usize, end: usize, score: f32, why: Reason) {
    out.push(Finding {
        entity: Entity::Person,
        start,
        end,
        score,
        validated: false,
        why: vec![why],
    });
}

/// The part of a value without spaces around it and titles before it, as offsets.
pub(super) fn trimmed(text: &str, start: usize, end: usize) -> Option<(usize, usize, &str)> {
    let value = text.get(start..end)?;
    let lead = value.len()
        - value
            .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '.' | '_' | '…'))
            .len();
    let body = value.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '_' | '…' | ';' | ','));
    let body = body.trim_start_matches(['.', '"', '\'', ' ', '_']);
    let mut from = start + lead;
    let mut body = body;
    // Mr. Smith, ông Nguyễn Văn A: the title is no part of the name.
    for _ in 0..2 {
        let Some((word, rest)) = body.split_once(' ') else {
            break;
        };
        let bare = word.trim_end_matches('.');
        let kinds = dict::kinds_of(bare);
        if kinds & (dict::TITLE | dict::KIN) == 0
            || kinds & (dict::EN_GIVEN | dict::VI_SURNAME | dict::VI_GIVEN | dict::VI_RARE) != 0 && !word.ends_with('.')
            || rest.trim().is_empty()
        {
            break;
        }
        from += word.len() + 1 + (rest.len() - rest.trim_start().len());
        body = rest.trim_start();
    }
    // The full stop of a sentence; that of an initial stays.
    let body = match body.strip_suffix('.') {
        Some(cut) if cut.ends_with('.') => cut,
        Some(cut) if cut.rsplit([' ', '.']).next().is_some_and(|w| w.chars().count() > 2) => cut,
        _ => body,
    };
    Some((from, from + body.len(), body))
}

/// One value that ought to be a name, or several separated by commas or semicolons.
pub(super) fn value(
    text: &str,
    start: usize,
    end: usize,
    kinds: Kinds,
    whole: bool,
    word: &str,
    out: &mut Vec<Finding>,
) {
    let Some(raw) = text.get(start..end) else { return };
    if raw.len() > 8 * LONGEST {
        return;
    }
    let why = || {
        let word = Cow::Owned(word.trim().to_lowercase());
        if whole {
            Reason::Column(word)
        } else {
            Reason::Label(word)
        }
    };
    if kinds & dict::MAIL != 0 && raw.contains(['@', '<']) {
        mail(text, start, end, word, out);
        return;
    }
    let mut at = start;
    let separators: &[char] = if raw.contains(['@', '<']) || kinds & dict::MAIL != 0 {
        &[';', '，', '、', '/', '\n']
    } else {
        &[';', '、', '，', '/', '\n', '（', '(', '<', '–', '—', '|']
    };
    for piece in raw.split(separators) {
        let from = at;
        at += piece.len()
            + text
                .get(at + piece.len()..)
                .and_then(|t| t.chars().next())
                .map_or(0, char::len_utf8);
        // "Last, First" has one comma and short parts; else commas separate.
        let commas = piece.matches(',').count();
        let parts: Vec<&str> = if commas == 0
            || commas == 1
                && piece.split(',').all(|p| p.split_whitespace().count() <= 2)
                && like(piece.trim()) == Like::Known
        {
            vec![piece]
        } else {
            piece.split(',').collect()
        };
        let mut inner = from;
        for part in parts {
            let here = inner;
            inner += part.len() + 1;
            let Some((a, b, body)) = trimmed(text, here, here + part.len()) else {
                continue;
            };
            let score = match like(body) {
                Like::Known if kinds & dict::LABEL != 0 => 0.95,
                Like::Known => 0.85,
                Like::Possible if kinds & dict::LABEL != 0 && whole => 0.82,
                Like::Possible
                    if kinds & dict::LABEL != 0
                        && body.chars().next().is_some_and(|c| c.is_uppercase() || han::han(c)) =>
                {
                    0.72
                }
                _ => continue,
            };
            push(out, a, b, score, why());
        }
    }
}

/// Names before addresses in a header of mail: "Bugs Bunny" <bugs@example.org>, Иванов И. И. <…>.
fn mail(text: &str, start: usize, end: usize, word: &str, out: &mut Vec<Finding>) {
    let Some(raw) = text.get(start..end) else { return };
    let mut from = 0;
    for (open, _) in raw.match_indices('<').take(200) {
        let head = raw.get(from..open).unwrap_or_default();
        let name = head.trim_start_matches([',', ';', ' ', '\t', '\n', '\r', '>', '"', '\'']);
        let at = start + open - name.len();
        let name = name.trim_end_matches([' ', '"', '\'', '\t']);
        match like(name) {
            Like::Known => push(
                out,
                at,
                at + name.len(),
                0.93,
                Reason::Label(word.to_lowercase().into()),
            ),
            Like::Possible if name.contains(' ') || name.chars().any(han::han) => {
                push(
                    out,
                    at,
                    at + name.len(),
                    0.75,
                    Reason::Label(word.to_lowercase().into()),
                );
            }
            _ => {}
        }
        from = raw
            .get(open..)
            .and_then(|t| t.find('>'))
            .map_or(raw.len(), |i| open + i + 1);
    }
}

/// One pass over the colons and equals signs: labels, keys, senders of chats.
pub(super) fn labels(scene: &Scene<'_>, out: &mut Vec<Finding>) {
    let text = scene.text;
    let bytes = text.as_bytes();
    let mut done = 0;
    for at in memchr::memchr2_iter(b':', b'=', bytes) {
        if at < done {
            continue;
        }
        let key_end = match bytes.get(..at) {
            Some([.., b'"' | b'\'' | b' ' | b')']) => at - 1,
            _ => at,
        };
        if let Some(end) = after(text, key_end, at + 1, bytes[at] == b'=', out) {
            done = end;
        } else if bytes[at] == b':' {
            sender(text, at, out);
        }
    }
    if text.contains('：') {
        for (at, _) in text.match_indices('：') {
            after(text, at, at + 3, false, out);
        }
    }
}

/// The value behind a label; gives its end if the label is one of names.
fn after(text: &str, key_end: usize, from: usize, equals: bool, out: &mut Vec<Finding>) -> Option<usize> {
    let last = text.get(..key_end)?.chars().next_back()?;
    if !last.is_alphabetic() && !matches!(last, '.' | ')') {
        return None;
    }
    let cue = super::cues::before(text, from);
    let mut kinds = cue.kinds & (dict::LABEL | dict::GENERIC_LABEL | dict::MAIL);
    let mut word = cue.phrase;
    if kinds == 0 && han::han(last) {
        let head = text.get(..key_end)?;
        for (i, (at, c)) in head.char_indices().rev().enumerate() {
            if i == 8 || !han::han(c) {
                break;
            }
            let phrase = head.get(at..)?;
            let found = dict::kinds_of(phrase) & (dict::LABEL | dict::MAIL);
            if found != 0 {
                kinds = found;
                word = phrase;
            }
        }
    }
    if kinds == 0 {
        return None;
    }
    let rest = text.get(from..)?;
    let bytes = rest.as_bytes();
    let skip = bytes
        .iter()
        .take(16)
        .take_while(|b| matches!(b, b' ' | b'\t' | b'.' | b'_' | b'*'))
        .count();
    let quote = bytes.get(skip).copied().filter(|b| matches!(b, b'"' | b'\''));
    let start = from + skip + usize::from(quote.is_some());
    let body = text.get(start..)?;
    let stop = |c: char| match quote {
        Some(q) => c == q as char || c == '\n',
        None if kinds & dict::MAIL != 0 => c == '\n',
        None => {
            matches!(
                c,
                '\n' | '\t' | ';' | '|' | '{' | '[' | '"' | '。' | '；' | '，' | '<' | '(' | '（' | '&'
            ) || c.is_ascii_digit()
                || equals && c == ','
        }
    };
    let len = body
        .char_indices()
        .find(|(i, c)| stop(*c) || *i > 4 * LONGEST)
        .map_or(body.len(), |(i, _)| i);
    let mut end = start + len;
    // "Bugs Bunny" <bugs@example.org>
    let tail = text.get(end..).unwrap_or_default();
    if kinds & dict::MAIL != 0
        && quote.is_some()
        && tail
            .get(1..)
            .is_some_and(|t| t.trim_start_matches(' ').starts_with('<'))
    {
        let line = tail.find('\n').map_or(text.len(), |i| end + i);
        mail(text, from + skip, line, word, out);
        return Some(end);
    }
    // An address, a number or a path begins with letters too.
    let glued = body.get(..len).is_some_and(|b| {
        b.contains(['@', '_', '\\']) || b.ends_with(|c: char| c.is_alphabetic() || matches!(c, '.' | '-'))
    }) && body
        .get(len..)
        .is_some_and(|b| b.starts_with(|c: char| c.is_ascii_digit()));
    if glued {
        return None;
    }
    if kinds & dict::MAIL != 0 && quote.is_none() {
        if body.get(..len).is_some_and(|b| b.contains('<')) {
            mail(text, from + skip, end, word, out);
            return Some(end);
        }
        if kinds & dict::LABEL == 0 {
            return None;
        }
    }
    if quote.is_none() {
        end = start + clause(text.get(start..end)?, equals);
    }
    // A generic key must hold a known name of at least two words.
    let held = text.get(start..end)?.trim();
    if kinds & dict::LABEL == 0 {
        let two = held.split_whitespace().count() >= 2 || han::like_name(held);
        if !(two && like(held) == Like::Known && (quote.is_some() || equals || named(held))) {
            return None;
        }
    }
    // A common word behind a name begins the next sentence: Full name: Betty Scott Item A-1 …
    if quote.is_none() {
        let held = text.get(start..end)?.trim_end();
        if let Some((head, tail)) = held.rsplit_once(' ')
            && head.contains(' ')
            && dict::kinds_of(tail) & dict::EN_WORD != 0
            && dict::kinds_of(tail) & (dict::EN_SURNAME | dict::EN_GIVEN | dict::EN_RARE | dict::PLAIN_GIVEN) == 0
        {
            end = start + head.trim_end().len();
        }
    }
    value(text, start, end, kinds, false, word, out);
    Some(end)
}

/// Whether every word of a value begins with a capital letter.
fn named(value: &str) -> bool {
    value
        .split_whitespace()
        .all(|w| w.chars().next().is_some_and(|c| c.is_uppercase() || han::han(c)))
}

/// How long a name at the beginning of a value is: up to two spaces, a comma, the end of a sentence, or a word in lower case after words
/// with capital letters.
fn clause(value: &str, equals: bool) -> usize {
    let mut end = 0;
    let mut initials = 0;
    let capital = value.chars().next().is_some_and(char::is_uppercase);
    let mut at = 0;
    let mut last = 0;
    for (count, piece) in value.split_inclusive(' ').enumerate() {
        let word = piece.trim_end();
        let Some(first) = word.chars().next() else { break };
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        let dots = word.matches('.').count();
        let small =
            capital && !first.is_uppercase() && dict::kinds_of(word.trim_end_matches(',')) & dict::PARTICLE == 0;
        // The word before one in small letters begins a sentence.
        if small && count >= 3 && first.is_alphabetic() {
            return value.get(..last).map_or(end, |v| v.trim_end().len());
        }
        // Иванов И. И. is over, whatever follows.
        if count == 6 || word.contains(['=', ':']) || small || equals && count == 4 || initials >= 2 && count > initials
        {
            break;
        }
        if dots > 0 && letters == dots {
            initials += dots;
        }
        last = at;
        end = at + word.len();
        at += piece.len();
        if word.ends_with([',', '!', '?']) || word.ends_with('.') && letters > 3 {
            break;
        }
    }
    end
}

/// The sender at the beginning of a line of a chat: `[20/03/2025, 11:40:09] Лена: …`, `20.03.25, 11:40 - Лена: …`.
fn sender(text: &str, colon: usize, out: &mut Vec<Finding>) {
    let window = colon.saturating_sub(LONGEST + 40);
    let Some(from) = (window..=colon).find(|&i| text.is_char_boundary(i)) else {
        return;
    };
    let Some(head) = text.get(from..colon) else { return };
    let line = head.rsplit('\n').next().unwrap_or_default();
    let plain = line.trim_start_matches(['\u{200E}', '\u{FEFF}', ' ']);
    if !plain.starts_with(|c: char| c == '[' || c.is_ascii_digit()) {
        return;
    }
    let name = match plain.split_once("] ") {
        Some((stamp, name)) if stamp.starts_with('[') => name,
        _ => match plain.split_once(" - ") {
            Some((stamp, name)) if stamp.contains(':') => name,
            _ => return,
        },
    };
    let stamped = plain
        .get(..plain.len() - name.len())
        .is_some_and(|s| s.bytes().filter(u8::is_ascii_digit).count() >= 6);
    let name = name.trim_start_matches(['~', ' ', '\u{200E}', '\u{A0}']);
    let start = colon - name.len();
    if !stamped || name.contains(':') || name.split_whitespace().count() > 4 {
        return;
    }
    let score = match like(name) {
        Like::Known => 0.9,
        Like::Possible if name.chars().next().is_some_and(|c| c.is_uppercase() || han::han(c)) => 0.7,
        _ => return,
    };
    push(out, start, colon, score, Reason::Label("sender".into()));
}
