//! Property sets of compound files: title, authors, company, properties of one's own ([MS-OLEPS]).

use super::bytes::{size_at, slice, u16_at, u32_at, utf16_until_zero};
use super::codepage;
use super::compound::Compound;
use crate::context::Ctx;
use crate::{Part, Step, Why};

const SUMMARY: &str = "/\u{5}SummaryInformation";
const DOCUMENT: &str = "/\u{5}DocumentSummaryInformation";

/// Strings by their number in the first set of each stream. What names the program, not people, is left out.
const SUMMARY_NAMES: &[(u32, &str)] = &[
    (2, "title"),
    (3, "subject"),
    (4, "creator"),
    (5, "keywords"),
    (6, "description"),
    (7, "template"),
    (8, "lastModifiedBy"),
];
const DOCUMENT_NAMES: &[(u32, &str)] = &[
    (2, "category"),
    (13, "titlesOfParts"),
    (14, "manager"),
    (15, "company"),
    (27, "contentStatus"),
];

/// Most properties of one set, and most strings of one property.
const MOST: usize = 4096;

/// Gives every property that is text as a part of its own.
pub(super) fn read(file: &mut Compound<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    for (stream, names) in [(SUMMARY, SUMMARY_NAMES), (DOCUMENT, DOCUMENT_NAMES)] {
        let Some(bytes) = file.stream(stream, ctx)? else {
            continue;
        };
        for (name, value) in parse(&bytes, names) {
            ctx.tick()?;
            give(&name, &value, ctx);
        }
    }
    Ok(())
}

/// Gives one property.
pub(super) fn give(name: &str, value: &str, ctx: &mut Ctx<'_>) {
    let value = value.trim();
    if value.is_empty() {
        return;
    }
    let mut part = Part::whole(ctx.place().with(Step::Property(name.to_owned())), value);
    part.caption = Some(name.to_owned());
    ctx.part(part);
}

/// Names and values of the text properties of a stream.
fn parse(bytes: &[u8], names: &[(u32, &str)]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    if u16_at(bytes, 0) != Some(0xfffe) {
        return found;
    }
    let sets = size_at(bytes, 24).unwrap_or(0).min(8);
    for set in 0..sets {
        let Some(at) = size_at(bytes, 28 + 20 * set + 16) else {
            break;
        };
        let Some(section) = bytes.get(at..) else { continue };
        // The second set of a stream holds the properties that the user named.
        properties(section, names, set > 0, &mut found);
    }
    found
}

fn properties(section: &[u8], names: &[(u32, &str)], custom: bool, found: &mut Vec<(String, String)>) {
    let count = size_at(section, 4).unwrap_or(0).min(MOST);
    let entries: Vec<(u32, usize)> = (0..count)
        .map_while(|i| Some((u32_at(section, 8 + 8 * i)?, size_at(section, 12 + 8 * i)?)))
        .collect();
    let value = |id: u32| entries.iter().find(|e| e.0 == id).and_then(|e| section.get(e.1..));
    let page = value(1)
        .filter(|v| u16_at(v, 0) == Some(2))
        .and_then(|v| u16_at(v, 4))
        .map_or(codepage::WESTERN, u32::from);
    let dictionary = if custom {
        value(0).map(|v| dictionary(v, page)).unwrap_or_default()
    } else {
        Vec::new()
    };
    for &(id, at) in &entries {
        let name = if custom {
            dictionary.iter().find(|d| d.0 == id).map(|d| d.1.as_str())
        } else {
            names.iter().find(|n| n.0 == id).map(|n| n.1)
        };
        let (Some(name), Some(bytes)) = (name, section.get(at..)) else {
            continue;
        };
        let text = strings(bytes, page).join("\n");
        if !text.is_empty() {
            found.push((name.to_owned(), text));
        }
    }
}

/// Names of the properties of one's own.
fn dictionary(bytes: &[u8], page: u32) -> Vec<(u32, String)> {
    let count = size_at(bytes, 0).unwrap_or(0).min(MOST);
    let mut at = 4;
    let mut names = Vec::new();
    for _ in 0..count {
        let (Some(id), Some(len)) = (u32_at(bytes, at), size_at(bytes, at + 4)) else {
            break;
        };
        let wide = page == 1200;
        let size = if wide { len.saturating_mul(2) } else { len };
        let Some(name) = slice(bytes, at + 8, size) else { break };
        names.push((id, string(name, page)));
        at += 8 + if wide { size.next_multiple_of(4) } else { size };
    }
    names
}

fn string(bytes: &[u8], page: u32) -> String {
    if page == 1200 {
        utf16_until_zero(bytes)
    } else {
        codepage::decode(super::bytes::until_zero(bytes), page).into_owned()
    }
}

/// The strings of a value; none for numbers, dates and pictures.
fn strings(bytes: &[u8], page: u32) -> Vec<String> {
    let Some(kind) = u16_at(bytes, 0) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    match kind {
        0x1e | 0x1f => {
            one(bytes, 4, kind, page, &mut found);
        }
        0x101e | 0x101f => {
            let mut at = 8;
            for _ in 0..size_at(bytes, 4).unwrap_or(0).min(MOST) {
                let Some(next) = one(bytes, at, kind & 0xff, page, &mut found) else {
                    break;
                };
                at = next;
            }
        }
        _ => {}
    }
    found.retain(|s| !s.is_empty());
    found
}

fn one(bytes: &[u8], at: usize, kind: u16, page: u32, found: &mut Vec<String>) -> Option<usize> {
    let len = size_at(bytes, at)?;
    if kind == 0x1f {
        let size = len.checked_mul(2)?;
        found.push(utf16_until_zero(slice(bytes, at + 4, size)?));
        Some(at + 4 + size.next_multiple_of(4))
    } else {
        found.push(string(slice(bytes, at + 4, len)?, page));
        // Strings of a vector stand close to each other, or at multiples of four in the files of some programs.
        Some(at + 4 + len)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::testing::wide;
    use super::*;

    /// A property set stream with one set.
    pub(crate) fn set(page: u16, values: &[(u32, &[u8])]) -> Vec<u8> {
        let mut body = Vec::new();
        let mut entries = vec![(1_u32, 0_usize)];
        body.extend([2, 0, 0, 0]);
        body.extend(page.to_le_bytes());
        body.extend([0, 0]);
        for (id, text) in values {
            entries.push((*id, body.len()));
            body.extend(0x1e_u32.to_le_bytes());
            body.extend((text.len() as u32 + 1).to_le_bytes());
            body.extend(*text);
            body.push(0);
            while !body.len().is_multiple_of(4) {
                body.push(0);
            }
        }
        let head = 8 + 8 * entries.len();
        let mut section = Vec::new();
        section.extend(((head + body.len()) as u32).to_le_bytes());
        section.extend((entries.len() as u32).to_le_bytes());
        for (id, at) in entries {
            section.extend(id.to_le_bytes());
            section.extend(((head + at) as u32).to_le_bytes());
        }
        section.extend(body);
        let mut stream = vec![0xfe, 0xff, 0, 0];
        stream.extend([0; 20]);
        stream.extend(1_u32.to_le_bytes());
        stream.extend([0; 16]);
        stream.extend(48_u32.to_le_bytes());
        stream.extend(section);
        stream
    }

    #[test]
    fn strings_are_decoded_by_the_code_page_of_the_set() {
        let found = parse(
            &set(
                1251,
                &[(4, b"\xc8\xe2\xe0\xed \xcf\xe5\xf2\xf0\xee\xe2"), (18, b"Program")],
            ),
            SUMMARY_NAMES,
        );
        assert_eq!(found, [("creator".to_owned(), "Иван Петров".to_owned())]);
        let mut name = wide("Nguyễn Văn Mẫu");
        name.push(0);
        let found = parse(&set(1200, &[(8, &name)]), SUMMARY_NAMES);
        assert_eq!(found, [("lastModifiedBy".to_owned(), "Nguyễn Văn Mẫu".to_owned())]);
    }

    #[test]
    fn hostile_lengths_end_quietly() {
        let mut stream = set(1252, &[(4, b"A B")]);
        for i in 0..stream.len() {
            let old = std::mem::replace(&mut stream[i], 0xff);
            parse(&stream, SUMMARY_NAMES);
            stream[i] = old;
        }
        assert_eq!(parse(&stream[..60], SUMMARY_NAMES), []);
    }
}
