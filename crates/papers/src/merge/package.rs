//! The container of a template, read under limits.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::{DateTime, ZipArchive};

use crate::docx;
use crate::error::Error;

/// The largest template, in bytes: a letterhead with its pictures is far below.
const MAX_TEMPLATE: usize = 32 << 20;
/// The most members of the container.
const MAX_MEMBERS: usize = 4096;
/// The most bytes of all members together once they are expanded.
const MAX_EXPANDED: u64 = 128 << 20;

pub(super) fn refuse(why: impl Into<String>) -> Error {
    Error::Template(why.into())
}

#[derive(Debug)]
pub(super) struct Package {
    members: Vec<(String, Vec<u8>)>,
}

impl Package {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_TEMPLATE {
            return Err(refuse("it is larger than 32 MB"));
        }
        let broken = |_| refuse("it is no DOCX, or it is damaged");
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
        if zip.len() > MAX_MEMBERS {
            return Err(refuse("it has too many parts"));
        }
        let mut members = BTreeMap::new();
        let mut order = Vec::new();
        let mut left = MAX_EXPANDED;
        for at in 0..zip.len() {
            let member = zip.by_index(at).map_err(broken)?;
            if member.is_dir() {
                continue;
            }
            let name = member.name().map_err(broken)?.into_owned();
            if name.starts_with('/') || name.contains('\\') || name.split('/').any(|part| part == "..") {
                return Err(refuse("the name of a part leads out of it"));
            }
            if name.to_ascii_lowercase().contains("vbaproject") {
                return Err(refuse("it holds macros"));
            }
            let mut content = Vec::new();
            member
                .take(left + 1)
                .read_to_end(&mut content)
                .map_err(|_| refuse("a part of it is damaged"))?;
            let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
            left = left
                .checked_sub(size)
                .ok_or_else(|| refuse("it expands to more than 128 MB"))?;
            order.push(name.clone());
            if members.insert(name, content).is_some() {
                return Err(refuse("a part stands in it twice"));
            }
        }
        if !members.contains_key("word/document.xml") || !members.contains_key("[Content_Types].xml") {
            return Err(refuse("it is no DOCX: the main text is missing"));
        }
        let members: Vec<(String, Vec<u8>)> = order
            .into_iter()
            .filter_map(|name| members.remove(&name).map(|content| (name, content)))
            .collect();
        for (name, content) in &members {
            if name.ends_with(".rels") {
                nothing_from_outside(content)?;
            }
        }
        Ok(Self { members })
    }

    /// The parts that hold text, with their names.
    pub(super) fn texts(&self) -> Result<Vec<(String, String)>, Error> {
        let mut texts = Vec::new();
        for (name, content) in &self.members {
            let Some(part) = name.strip_prefix("word/").and_then(|n| n.strip_suffix(".xml")) else {
                continue;
            };
            let kind = part.trim_end_matches(|c: char| c.is_ascii_digit());
            if matches!(kind, "document" | "header" | "footer" | "footnotes" | "endnotes") {
                texts.push((name.clone(), utf8(content)?.to_owned()));
            }
        }
        Ok(texts)
    }

    pub(super) fn replace(&mut self, name: &str, text: String) {
        if let Some((_, content)) = self.members.iter_mut().find(|(n, _)| n == name) {
            *content = text.into_bytes();
        }
    }

    pub(super) fn write(&self) -> Result<Vec<u8>, Error> {
        let files = self
            .members
            .iter()
            .map(|(name, content)| (name.as_str(), content.as_slice()));
        docx::pack(files, DateTime::default())
    }
}

fn utf8(content: &[u8]) -> Result<&str, Error> {
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    std::str::from_utf8(content).map_err(|_| refuse("its text is not in UTF-8"))
}

/// A paper that loads a picture or a template from elsewhere when it is opened tells elsewhere that it was opened. Links that a reader
/// clicks are no such thing.
fn nothing_from_outside(rels: &[u8]) -> Result<(), Error> {
    let mut reader = Reader::from_str(utf8(rels)?);
    loop {
        match reader
            .read_event()
            .map_err(|_| refuse("its list of parts is damaged"))?
        {
            Event::Start(e) | Event::Empty(e) => {
                let (mut external, mut link) = (false, false);
                for attribute in e.attributes() {
                    let attribute = attribute.map_err(|_| refuse("its list of parts is damaged"))?;
                    match attribute.key.0 {
                        "TargetMode" => external = attribute.value.eq_ignore_ascii_case("external"),
                        "Type" => link = attribute.value.ends_with("/hyperlink"),
                        _ => {}
                    }
                }
                if external && !link {
                    return Err(refuse("it loads something from outside when it is opened"));
                }
            }
            Event::DocType(_) => return Err(refuse("it declares a document type")),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}
