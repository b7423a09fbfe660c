//! Values that only their label tells: user names, passwords, bank codes, codes of patients and staff; and what colons stand in:
//! hardware addresses, IPv6, cadastral numbers.

use std::borrow::Cow;
use std::net::Ipv6Addr;
use std::sync::LazyLock;

use memchr::{memchr_iter, memchr3, memmem, memrchr3};

use crate::context::Context;
use crate::labels::{self, Tails, Topic};
use crate::{Entity, Finding, Reason, block, geo, network};

/// Topics whose values have no form of their own.
fn entity(topic: Topic) -> Option<Entity> {
    Some(match topic {
        Topic::Username => Entity::Username,
        Topic::Password => Entity::Password,
        Topic::Swift => Entity::SwiftCode,
        Topic::Patient => Entity::PatientCode,
        Topic::PersonCode => Entity::PersonCode,
        Topic::HealthInsurance => Entity::VnHealthInsurance,
        Topic::MilitaryId => Entity::CnMilitaryId,
        _ => return None,
    })
}

/// Ends of the labels of interest.
static ENDINGS: LazyLock<Tails> = LazyLock::new(|| Tails::of(|t| entity(t).is_some()));

/// Colons and equals signs, in order.
pub(crate) struct Signs {
    endings: &'static Tails,
    /// End of what was read last.
    done: usize,
}

impl Default for Signs {
    fn default() -> Self {
        Self {
            endings: &ENDINGS,
            done: 0,
        }
    }
}

impl Signs {
    /// Looks at one of them.
    #[inline]
    pub(crate) fn read(&mut self, context: &Context<'_>, at: usize, out: &mut Vec<Finding>) {
        if at < self.done {
            return;
        }
        let bytes = context.bytes;
        let before = context.byte_before(at);
        let after = context.byte(at + 1);
        let colon = context.byte(at) == b':';
        if colon && (before.is_ascii_hexdigit() && part(after) || after == b':') {
            if let Some(end) = time(bytes, at) {
                self.done = end;
                return;
            }
            if let Some(end) = groups(context, at, out) {
                self.done = end;
                return;
            }
        }
        if colon && after == b'/' && context.byte(at + 2) == b'/' {
            out.extend(network::url(context, at));
            return;
        }
        let key = at - usize::from(matches!(before, b'"' | b'\'' | b' ') && at > 0);
        if self.endings.may(bytes, key) {
            after_label(context, at, at + 1, out);
        }
    }
}

/// Groups with colons between them; where they end if the colon belongs to no label.
fn groups(context: &Context<'_>, at: usize, out: &mut Vec<Finding>) -> Option<usize> {
    let rest = context.bytes.get(at..).unwrap_or_default();
    let end = at + rest.iter().take(46).take_while(|b| part(**b)).count();
    let group = context.bytes.get(at..end).unwrap_or_default();
    // Times of the day: two or three groups, none of them empty.
    if memchr_iter(b':', group).count() < 3 && memmem::find(group, b"::").is_none() {
        return Some(end);
    }
    if let Some(found) = network_address(context, at) {
        let end = found.end;
        out.push(found);
        return Some(end);
    }
    let found = geo::cadastral(context, at)?;
    let end = found.end;
    found.push(context, out);
    Some(end)
}

/// What the signs do not lead to: full-width colons, keys, columns. `keys` are the places of [`key_begins`], `bars` those of tabs and bars.
pub(crate) fn read(context: &Context<'_>, keys: &[usize], bars: &[usize], out: &mut Vec<Finding>) {
    let bytes = context.bytes;
    if context.chinese {
        for at in block::triples(bytes, [0xEF, 0xBC, 0x9A]) {
            after_label(context, at, at + 3, out);
        }
    }
    private_keys(context, keys, out);
    columns(context, out);
    pairs(context, bars, out);
}

/// Longest cell that is read as a label of the cell right of it, in bytes.
const LONGEST_NAME: usize = 64;

/// Values whose label stands in the cell left of them, perhaps with other words: `Mật khẩu tệp<TAB>…`.
fn pairs(context: &Context<'_>, bars: &[usize], out: &mut Vec<Finding>) {
    let bytes = context.bytes;
    let mut pair = |left: &str, start: usize, end: usize| {
        let Some(text) = context.text.get(start..end) else {
            return;
        };
        let trimmed = text.trim();
        // Most cells are words or numbers: a code has digits and something else, and no spaces.
        let digits = trimmed.bytes().filter(u8::is_ascii_digit).count();
        if digits == 0
            || digits == trimmed.len()
            || trimmed.len() > LONGEST
            || trimmed.contains(' ')
            || left.len() > LONGEST_NAME
            || left.bytes().any(|b| b.is_ascii_digit())
        {
            return;
        }
        let Some(label) = labels::of_header(left) else { return };
        let Some(entity) = entity(label.topic) else { return };
        if value(entity, trimmed, false) == Some(trimmed.len()) {
            let start = start + (text.len() - text.trim_start().len());
            let why = Reason::Label(Cow::Borrowed(label.word));
            push(entity, start, start + trimmed.len(), why, out);
        }
    };
    for two in context.cells.windows(2) {
        if let [left, right] = two
            && left.row == right.row
            && left.col + 1 == right.col
            && let Some(text) = context.text.get(left.start..left.end)
        {
            pair(text, right.start, right.end);
        }
    }
    for &at in bars {
        let from = at.saturating_sub(LONGEST_NAME);
        let before = bytes.get(from..at).unwrap_or_default();
        let start = match memrchr3(b'\t', b'\n', b'|', before) {
            Some(i) => from + i + 1,
            None if from == 0 => 0,
            None => continue,
        };
        let rest = bytes.get(at + 1..).unwrap_or_default();
        let rest = rest.get(..rest.len().min(LONGEST)).unwrap_or_default();
        let length = memchr3(b'\t', b'\n', b'|', rest).unwrap_or(rest.len());
        if let Some(left) = context.text.get(start..at) {
            pair(left, at + 1, at + 1 + length);
        }
    }
}

/// The end of a time of the day around its first colon: `12:30`, `12:30:45`. Most colons between digits are these.
#[inline]
fn time(bytes: &[u8], colon: usize) -> Option<usize> {
    let two = |a: u8, b: u8| a.is_ascii_digit() && b.is_ascii_digit();
    let Some(&[a, b, _, c, d]) = bytes.get(colon.checked_sub(2)?..colon + 3) else {
        return None;
    };
    if !two(a, b) || !two(c, d) || colon > 2 && part(bytes[colon - 3]) {
        return None;
    }
    match bytes.get(colon + 3..).unwrap_or_default() {
        [b':', a, b, rest @ ..] if two(*a, *b) => (!rest.first().is_some_and(|b| part(*b))).then_some(colon + 6),
        rest => (!rest.first().is_some_and(|b| part(*b))).then_some(colon + 3),
    }
}

/// Longest value with its signs, in bytes.
const LONGEST: usize = 400;

/// Longest block of a private key, in bytes.
const LONGEST_KEY: usize = 16 * 1024;

/// Where a key in the form of RFC 7468 begins, if the `B` at this place is that of its first line.
pub(crate) fn key_begins(bytes: &[u8], at: usize) -> Option<usize> {
    let start = at.checked_sub(5)?;
    bytes.get(start..)?.starts_with(b"-----BEGIN ").then_some(start)
}

/// Private keys in the form of RFC 7468; one that is cut off counts to the end of its line.
fn private_keys(context: &Context<'_>, keys: &[usize], out: &mut Vec<Finding>) {
    let mut done = 0;
    for &start in keys {
        if start < done {
            continue;
        }
        let last = context.bytes.len().min(start + LONGEST_KEY);
        let block = context.bytes.get(start..last).unwrap_or_default();
        let head = block.get(..block.len().min(64)).unwrap_or_default();
        let Some(title) = memmem::find(head, b"PRIVATE KEY-----") else {
            continue;
        };
        let foot = memmem::find(block, b"-----END ").and_then(|at| {
            let rest = block.get(at + 9..)?;
            Some(at + 9 + memmem::find(rest.get(..rest.len().min(64))?, b"-----")? + 5)
        });
        let end = start + foot.unwrap_or(title + 16);
        done = end;
        out.push(Finding {
            entity: Entity::Password,
            start,
            end,
            score: 0.95,
            validated: foot.is_some(),
            why: vec![Reason::Layout(Cow::Borrowed("private key"))],
        });
    }
}

/// The value behind a label and its colon.
fn after_label(context: &Context<'_>, colon: usize, from: usize, out: &mut Vec<Finding>) {
    let Some(label) = labels::ending_at(context.bytes, colon) else {
        return;
    };
    let Some(entity) = entity(label.topic) else { return };
    let mut last = context.bytes.len().min(from + LONGEST);
    while !context.text.is_char_boundary(last) {
        last -= 1;
    }
    let Some(rest) = context.text.get(from..last) else {
        return;
    };
    let skip: usize = rest
        .chars()
        .take(4)
        .take_while(|c| matches!(c, ' ' | '\t' | '"' | '\'' | '=' | '>' | '“'))
        .map(char::len_utf8)
        .sum();
    let quoted = rest.get(..skip).is_some_and(|s| s.ends_with(['"', '\'', '“']));
    let assigned = skip == 0 && context.bytes.get(colon) == Some(&b'=');
    let start = from + skip;
    if let Some(len) = value(
        entity,
        context.text.get(start..last).unwrap_or_default(),
        quoted || assigned,
    ) {
        push(
            entity,
            start,
            start + len,
            Reason::Label(Cow::Borrowed(label.word)),
            out,
        );
    }
}

fn push(entity: Entity, start: usize, end: usize, why: Reason, out: &mut Vec<Finding>) {
    let score = match entity {
        Entity::VnHealthInsurance => 0.99,
        Entity::Password => 0.85,
        _ => 0.75,
    };
    out.push(Finding {
        entity,
        start,
        end,
        score,
        validated: entity == Entity::VnHealthInsurance,
        why: vec![why],
    });
}

/// Cells under a header, and a whole text under a caption, that say what their values are.
fn columns(context: &Context<'_>, out: &mut Vec<Finding>) {
    let mut take = |label: labels::Label, start: usize, end: usize| {
        let Some(entity) = entity(label.topic) else { return };
        let Some(text) = context.text.get(start..end) else {
            return;
        };
        let trimmed = text.trim();
        let start = start + (text.len() - text.trim_start().len());
        // A header is not a value of its own column.
        if labels::of_header(trimmed).is_some_and(|l| l.topic == label.topic) {
            return;
        }
        if value(entity, trimmed, true) == Some(trimmed.len()) {
            push(
                entity,
                start,
                start + trimmed.len(),
                Reason::Column(Cow::Borrowed(label.word)),
                out,
            );
        }
    };
    if context.columns().any(|l| entity(l.topic).is_some()) {
        for cell in context.cells {
            if let Some(label) = context.column(cell) {
                take(label, cell.start, cell.end);
            }
        }
    }
    if let Some(label) = context.caption {
        take(label, 0, context.text.len());
    }
}

/// Length of the value of this type at the beginning of a text. `sure`: quotes or a column say where it ends.
fn value(entity: Entity, text: &str, sure: bool) -> Option<usize> {
    let stop =
        |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '，' | '；' | '。' | '）' | '”' | '、');
    let mut len = text.find(stop).unwrap_or(text.len());
    if entity != Entity::Password || !sure {
        len = text.get(..len)?.find([',', ';', '|', ')', '(']).unwrap_or(len);
    }
    let word = text.get(..len)?.trim_end_matches(['.', ',', ';', ':']);
    let chars = word.chars().count();
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let placeholder = [
        "null",
        "none",
        "nil",
        "n/a",
        "true",
        "false",
        "undefined",
        "string",
        "required",
        "optional",
        "не",
        "нет",
        "không",
        "无",
    ]
    .contains(&word.to_lowercase().as_str())
        || word.starts_with(['$', '{', '<', '%'])
        || chars > 1
            && word
                .chars()
                .all(|c| matches!(c, '*' | 'x' | 'X' | '•' | '.' | '_' | '-'));
    if placeholder {
        return None;
    }
    let good = match entity {
        Entity::Password => {
            let mixed = digits > 0
                || word.chars().any(|c| c.is_ascii_punctuation())
                || word.chars().any(char::is_uppercase) && word.chars().any(char::is_lowercase);
            (4..=256).contains(&chars) && word.is_ascii() && (mixed && digits > 0 || sure)
        }
        Entity::Username => {
            let plain = word.strip_prefix('@').unwrap_or(word);
            (3..=128).contains(&chars)
                && plain
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'@' | b'/' | b':'))
                && (sure || word.starts_with('@') || digits > 0 || word.contains(['_', '.', '-']))
                && !word.starts_with("http")
        }
        // ISO 9362: bank, country, place, perhaps branch.
        Entity::SwiftCode => {
            matches!(word.len(), 8 | 11)
                && word.bytes().take(6).all(|b| b.is_ascii_uppercase())
                && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        }
        Entity::PatientCode | Entity::PersonCode => {
            (3..=32).contains(&word.len())
                && digits >= 2
                && word
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'/' | b'_'))
        }
        // The card's groups may stand apart: DN 4 01 01 23456789.
        Entity::VnHealthInsurance => {
            let whole = text
                .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, ' ' | '-')))
                .next()
                .unwrap_or_default()
                .trim_end();
            let compact: Vec<u8> = whole.bytes().filter(u8::is_ascii_alphanumeric).take(15).collect();
            let fits = matches!(compact.as_slice(), [a, b, rest @ ..] if a.is_ascii_uppercase() && b.is_ascii_uppercase() && rest.len() == 13 && rest.iter().all(u8::is_ascii_digit));
            if fits {
                let mut seen = 0;
                return whole
                    .find(|c: char| {
                        seen += usize::from(c.is_ascii_alphanumeric());
                        seen == 15
                    })
                    .map(|at| at + 1);
            }
            false
        }
        // 军字第1234567号 and its like.
        Entity::CnMilitaryId => {
            let end = text.find('号').filter(|&at| at <= 40)? + '号'.len_utf8();
            let id = text.get(..end)?;
            return (id.contains("字第") && id.bytes().filter(u8::is_ascii_digit).count() >= 4).then_some(end);
        }
        _ => false,
    };
    good.then_some(word.len())
}

/// A byte of a hardware or IPv6 address.
fn part(b: u8) -> bool {
    b.is_ascii_hexdigit() || b == b':'
}

/// A MAC address or an IPv6 address around its first colon.
fn network_address(context: &Context<'_>, colon: usize) -> Option<Finding> {
    let bytes = context.bytes;
    let start = colon
        - bytes
            .get(..colon)?
            .iter()
            .rev()
            .take(5)
            .take_while(|b| b.is_ascii_hexdigit())
            .count();
    if context
        .char_before(start)
        .is_some_and(|c| c.is_alphanumeric() || matches!(c, ':' | '.' | '_'))
    {
        return None;
    }
    let mut end = colon + bytes.get(colon..)?.iter().take(45).take_while(|b| part(**b)).count();
    let mac = bytes.get(start..end)?;
    if mac.len() == 17 && mac.iter().enumerate().all(|(i, b)| (i % 3 == 2) == (*b == b':')) {
        let nobody =
            mac.iter().all(|b| matches!(b, b'0' | b':')) || mac.iter().all(|b| matches!(b, b'f' | b'F' | b':'));
        return (!nobody).then(|| Finding {
            entity: Entity::MacAddress,
            start,
            end,
            score: 0.9,
            validated: true,
            why: vec![Reason::Layout(Cow::Borrowed("EUI-48"))],
        });
    }
    // An IPv4 tail, and a colon that ends a sentence.
    let dotted = bytes
        .get(end..)?
        .iter()
        .take(16)
        .take_while(|b| b.is_ascii_digit() || **b == b'.')
        .count();
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end += dotted;
    }
    while end > start && bytes[end - 1] == b':' && !bytes.get(..end)?.ends_with(b"::") {
        end -= 1;
    }
    let text = context.text.get(start..end)?;
    let colons = text.bytes().filter(|b| *b == b':').count();
    if colons < 2
        || text.len() < 6
        || context
            .text
            .get(end..)?
            .starts_with(|c: char| c.is_alphanumeric() || c == '_')
    {
        return None;
    }
    // "::" alone stands in source code; an address of someone has at least three groups with a digit.
    let groups = text.split(':').filter(|g| !g.is_empty()).count();
    let address: Ipv6Addr = text.parse().ok()?;
    (groups >= 3 && text.bytes().any(|b| b.is_ascii_digit()) && !address.is_loopback() && !address.is_unspecified())
        .then(|| Finding {
            entity: Entity::IpAddress,
            start,
            end,
            score: 0.85,
            validated: true,
            why: vec![Reason::Layout(Cow::Borrowed("IPv6"))],
        })
}
