//! Identifiers that letters and signs lead to: e-mail addresses, IBAN.

use std::borrow::Cow;

use crate::checks;
use crate::context::Context;
use crate::labels::Topic;
use crate::trigger::Run;
use crate::{Entity, Finding, Reason};

/// Looks at every `@`.
pub(crate) fn read(context: &Context<'_>, ats: &[usize], out: &mut Vec<Finding>) {
    for &at in ats {
        if let Some((start, end)) = email(context.bytes, at).or_else(|| cyrillic_email(context.text, at)) {
            let mut why = vec![Reason::Layout(Cow::Borrowed("e-mail"))];
            let score = context.weigh(start, 0.95, &[Topic::Email], &mut why).max(0.9);
            out.push(Finding {
                entity: Entity::EmailAddress,
                start,
                end,
                score,
                validated: false,
                why,
            });
        }
    }
}

/// A run of digits with a letter beside it: an IBAN, if two capital letters stand before it. Tells where it ends.
pub(crate) fn lettered(context: &Context<'_>, run: Run, out: &mut Vec<Finding>) -> Option<usize> {
    let text = context.bytes;
    let start = run.start.checked_sub(2)?;
    if !text[start].is_ascii_uppercase()
        || !text[start + 1].is_ascii_uppercase()
        || context.byte_before(start).is_ascii_alphanumeric()
        || context.cyrillic_before(start)
    {
        return None;
    }
    let end = iban(text, start)?;
    let mut why = vec![Reason::Checksum(Cow::Borrowed("mod 97"))];
    let score = context
        .weigh(start, 0.9, &[Topic::Iban, Topic::BankAccount], &mut why)
        .max(0.7);
    out.push(Finding {
        entity: Entity::IbanCode,
        start,
        end,
        score,
        validated: true,
        why,
    });
    Some(end)
}

/// Sites where the first part of the path is a person's page, and paths there that are not.
const PROFILES: &[&str] = &[
    "facebook.com",
    "fb.com",
    "m.facebook.com",
    "instagram.com",
    "twitter.com",
    "x.com",
    "t.me",
    "vk.com",
    "m.vk.com",
    "ok.ru",
    "zalo.me",
    "linkedin.com/in",
    "tiktok.com/@",
    "weibo.com/u",
    "weibo.com",
    "space.bilibili.com",
    "zhihu.com/people",
    "github.com",
    "wa.me",
    "youtube.com/@",
];
const NOT_PERSONS: &[&str] = &[
    "share",
    "sharer",
    "sharer.php",
    "login",
    "home",
    "groups",
    "pages",
    "watch",
    "events",
    "search",
    "hashtag",
    "intent",
    "p",
    "reel",
    "explore",
    "about",
    "help",
    "settings",
    "joinchat",
    "s",
    "video",
    "wall",
    "club",
    "public",
    "share.php",
    "plugins",
    "dialog",
    "tr",
    "policies",
    "legal",
    "privacy",
    "topics",
    "features",
];

/// Longest URL that is read, in bytes.
const LONGEST_URL: usize = 2048;

/// A URL that carries a name and a password or is a person's page. `at` is the place of its `://`.
pub(crate) fn url(context: &Context<'_>, at: usize) -> Option<Finding> {
    let bytes = context.bytes;
    if !bytes.get(at..)?.starts_with(b"://") {
        return None;
    }
    let scheme = bytes
        .get(..at)?
        .iter()
        .rev()
        .take(12)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-'))
        .count();
    let start = at - scheme;
    if scheme == 0 {
        return None;
    }
    let mut last = context.bytes.len().min(at + 3 + LONGEST_URL);
    while !context.text.is_char_boundary(last) {
        last -= 1;
    }
    let rest = context.text.get(at + 3..last)?;
    let end = rest
        .find(|c: char| {
            c.is_whitespace() || c > '~' || matches!(c, '"' | '<' | '>' | '\'' | ')' | ']' | '}' | '|' | '`' | ',')
        })
        .unwrap_or(rest.len());
    let rest = rest.get(..end)?.trim_end_matches(['.', ';', ':', '!', '?']);
    let authority = rest.split(['/', '?', '#']).next()?;
    let finding = |score, name: &'static str| {
        let why = vec![Reason::Layout(Cow::Borrowed(name))];
        Some(Finding {
            entity: Entity::Url,
            start,
            end: at + 3 + rest.len(),
            score,
            validated: false,
            why,
        })
    };
    if let Some((user, host)) = authority.rsplit_once('@')
        && !host.is_empty()
        && user.split_once(':').is_some_and(|(name, secret)| {
            !name.is_empty() && !secret.is_empty() && !secret.starts_with(['$', '{', '<'])
        })
    {
        return finding(0.99, "URL with credentials");
    }
    // Secrets and personal values in the query.
    let host = authority.strip_prefix("www.").unwrap_or(authority).to_ascii_lowercase();
    let path = rest.get(authority.len()..)?.trim_start_matches('/');
    let page = PROFILES.iter().any(|p| match p.split_once('/') {
        Some((site, lead)) => {
            site == host
                && path.strip_prefix(lead).is_some_and(|r| {
                    r.trim_start_matches('/')
                        .starts_with(|c: char| c.is_ascii_alphanumeric())
                })
        }
        None if *p == host => {
            let first = path.split(['/', '?', '#']).next().unwrap_or_default();
            first.len() >= 3
                && !NOT_PERSONS.contains(&first.to_ascii_lowercase().as_str())
                && (first != "profile.php" || path.contains("id="))
        }
        None => false,
    });
    if page { finding(0.6, "personal page") } else { None }
}

fn local(b: u8) -> bool {
    b.is_ascii_alphanumeric()
        || matches!(
            b,
            b'.' | b'_'
                | b'%'
                | b'+'
                | b'-'
                | b'\''
                | b'='
                | b'&'
                | b'~'
                | b'!'
                | b'#'
                | b'*'
                | b'/'
                | b'^'
                | b'{'
                | b'}'
                | b'|'
                | b'`'
                | b'?'
                | b'$'
        )
}

/// Endings of file names that look like domains (`icon@2x.png`).
const NOT_DOMAINS: &[&[u8]] = &[
    b"png", b"jpg", b"jpeg", b"gif", b"svg", b"webp", b"bmp", b"ico", b"css", b"js", b"html", b"json", b"xml", b"pdf",
    b"tiff",
];

/// An address around the sign at `at` (RFC 5321: local part up to 64 bytes, domain with at least one dot).
pub(crate) fn email(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let mut start = at;
    while start > 0 && at - start < 64 && local(text[start - 1]) {
        start -= 1;
    }
    // What a sentence or markup may put before an address is not part of it.
    while start < at && !(text[start].is_ascii_alphanumeric() || text[start] == b'_') {
        start += 1;
    }
    if let Some(quote) = text[start..at]
        .iter()
        .rposition(|&b| matches!(b, b'\'' | b'=' | b'/' | b'|' | b'{' | b'`' | b'?' | b'*'))
    {
        let cut = start + quote + 1;
        // A quote or an assignment sign stands before the address far more often than inside it.
        if text[cut..at].iter().any(u8::is_ascii_alphanumeric)
            && !matches!(text[start + quote], b'\'' if quote > 0 && text[start + quote - 1].is_ascii_alphabetic())
        {
            start = cut;
        }
    }
    let last = *text[start..at].last()?;
    if last == b'.' || text[start..at].windows(2).any(|w| w == b"..") {
        return None;
    }
    let mut end = at + 1;
    let mut dots = 0;
    let mut label = end;
    while end < text.len() && end - at < 255 {
        let b = text[end];
        if b.is_ascii_alphanumeric() || b == b'-' {
            end += 1;
        } else if b == b'.' && end > label && text.get(end + 1).is_some_and(u8::is_ascii_alphanumeric) {
            dots += 1;
            end += 1;
            label = end;
        } else {
            break;
        }
    }
    while end > label && text[end - 1] == b'-' {
        end -= 1;
    }
    let top = &text[label..end];
    let host_ok = text[at + 1..end].first().is_some_and(u8::is_ascii_alphanumeric);
    let top_ok = (2..=24).contains(&top.len()) && (top.iter().all(u8::is_ascii_alphabetic) || top.starts_with(b"xn--"));
    let file = NOT_DOMAINS.iter().any(|n| n.eq_ignore_ascii_case(top));
    (dots > 0 && host_ok && top_ok && !file).then_some((start, end))
}

/// An address in a Cyrillic domain or with a Cyrillic name: `иван@почта.рф` (RFC 6531).
fn cyrillic_email(text: &str, at: usize) -> Option<(usize, usize)> {
    let cyrillic = |c: char| matches!(c, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё');
    let word = |c: char| c.is_ascii_alphanumeric() || cyrillic(c) || matches!(c, '-' | '_');
    let head = text.get(..at)?;
    let local = head
        .chars()
        .rev()
        .take(64)
        .take_while(|&c| word(c) || c == '.')
        .map(char::len_utf8);
    let mut start = at - local.sum::<usize>();
    start += head.get(start..)?.len() - head.get(start..)?.trim_start_matches(['.', '-']).len();
    let tail = text.get(at + 1..)?;
    let domain = tail
        .chars()
        .take(128)
        .take_while(|&c| word(c) || c == '.')
        .map(char::len_utf8);
    let domain = tail.get(..domain.sum())?.trim_end_matches(['.', '-']);
    let (site, top) = domain.rsplit_once('.')?;
    let letters = top.chars().count();
    let good = start < at
        && !head.ends_with('.')
        && !site.is_empty()
        && !site.starts_with('.')
        && !domain.contains("..")
        && (2..=24).contains(&letters)
        && (top.chars().all(cyrillic) || top.chars().all(|c| c.is_ascii_alphabetic()))
        && (domain.chars().any(cyrillic) || head.get(start..)?.chars().any(cyrillic));
    good.then_some((start, at + 1 + domain.len()))
}

/// An IBAN whose country letters begin at `start`: compact, or in groups of four.
pub(crate) fn iban(text: &[u8], start: usize) -> Option<usize> {
    let country = [*text.get(start)?, *text.get(start + 1)?];
    let want = checks::iban_length(country)?;
    let mut compact = [0_u8; 34];
    let (mut n, mut at) = (0, start);
    let spaced = text.get(start + 4) == Some(&b' ');
    while n < want {
        let b = *text.get(at)?;
        if b == b' ' && spaced && n % 4 == 0 && n > 0 {
            at += 1;
            continue;
        }
        if !(b.is_ascii_digit() || b.is_ascii_uppercase()) {
            return None;
        }
        compact[n] = b;
        n += 1;
        at += 1;
    }
    let ends = !text.get(at).is_some_and(u8::is_ascii_alphanumeric);
    (ends && checks::iban(&compact[..n])).then_some(at)
}
