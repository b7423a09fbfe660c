//! A walk over the elements of one XML part, bounded in depth and time.
//!
//! Elements and attributes are told by their local names: producers choose prefixes freely, and the strict and the
//! transitional form of Office Open XML differ in namespaces only. Entities are never defined by a document: the five
//! predefined ones and characters by number are resolved, others stay as they are written.

use std::borrow::Cow;

use quick_xml::events::{BytesEnd, BytesStart, Event};
use quick_xml::{Reader, escape};

use crate::Why;
use crate::context::Ctx;

/// Levels of elements; nothing here recurses, so the bound only guards memory.
const DEEPEST: usize = 4096;
/// Events between two looks at the clock.
const STRIDE: u32 = 1024;

/// What comes next in a part.
pub(super) enum Item<'a> {
    /// An element begins.
    Open(Tag<'a>),
    /// An element ends.
    Close(EndTag<'a>),
    /// Text, in pieces as they come.
    Text(Cow<'a, str>),
}

/// The beginning of an element.
pub(super) struct Tag<'a>(BytesStart<'a>);

/// The end of an element.
pub(super) struct EndTag<'a>(BytesEnd<'a>);

impl EndTag<'_> {
    /// The name without prefix.
    pub(super) fn name(&self) -> &str {
        local(self.0.name().into_inner())
    }
}

fn local(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, l)| l)
}

impl Tag<'_> {
    /// The name without prefix.
    pub(super) fn name(&self) -> &str {
        local(self.0.name().into_inner())
    }

    /// Whether the name has this prefix.
    pub(super) fn is_prefixed(&self, prefix: &str) -> bool {
        let name = self.0.name().into_inner();
        name.split_once(':').is_some_and(|(p, _)| p == prefix)
    }

    /// All attributes: the full name and the value. A broken one ends the list.
    pub(super) fn attrs(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        let mut attributes = self.0.attributes();
        attributes.with_checks(false);
        attributes
            .map_while(Result::ok)
            .map(|a| (a.key.into_inner(), value(a.value)))
    }

    /// The value of the first attribute with this local name.
    pub(super) fn attr(&self, name: &str) -> Option<Cow<'_, str>> {
        self.attrs().find(|(key, _)| local(key) == name).map(|(_, v)| v)
    }

    /// The value of the first prefixed attribute with this local name: `r:id` beside `id`.
    pub(super) fn prefixed(&self, name: &str) -> Option<Cow<'_, str>> {
        self.attrs()
            .find(|(key, _)| key.split_once(':').is_some_and(|(_, l)| l == name))
            .map(|(_, v)| v)
    }

    /// Whether an attribute that switches something says yes; `absent` where it is missing.
    pub(super) fn switch(&self, name: &str, absent: bool) -> bool {
        self.attr(name)
            .map_or(absent, |v| !matches!(&*v, "0" | "false" | "off" | "none"))
    }

    /// The value of an attribute as a number.
    pub(super) fn number(&self, name: &str) -> Option<u32> {
        self.attr(name)?.trim().parse().ok()
    }

    /// The value of an attribute, empty where it is missing.
    pub(super) fn text(&self, name: &str) -> String {
        self.attr(name).unwrap_or_default().into_owned()
    }
}

fn value(raw: Cow<'_, str>) -> Cow<'_, str> {
    if !raw.contains('&') {
        return raw;
    }
    // A value that cannot be unescaped is given as it is written.
    match escape::unescape(&raw) {
        Ok(plain) => Cow::Owned(plain.into_owned()),
        Err(_) => raw,
    }
}

/// A walk over one part.
pub(super) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    depth: usize,
    events: u32,
    /// Whether an element was seen: bytes without any are no XML.
    any: bool,
}

impl<'a> Xml<'a> {
    /// Begins a walk over text from [`decode`].
    pub(super) fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        Self {
            reader,
            depth: 0,
            events: 0,
            any: false,
        }
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// The next event; nothing at the end of a whole part.
    pub(super) fn next(&mut self, ctx: &Ctx<'_>) -> Result<Option<Item<'a>>, Why> {
        loop {
            self.events += 1;
            if self.events.is_multiple_of(STRIDE) {
                ctx.tick()?;
            }
            let event = self
                .reader
                .read_event()
                .map_err(|_| Why::Damaged(format!("XML near byte {}", self.reader.error_position())))?;
            return Ok(Some(match event {
                Event::Start(start) => {
                    self.depth += 1;
                    self.any = true;
                    if self.depth > DEEPEST {
                        return Err(Why::Damaged(format!("elements nested deeper than {DEEPEST}")));
                    }
                    Item::Open(Tag(start))
                }
                Event::End(end) => {
                    self.depth = self.depth.saturating_sub(1);
                    Item::Close(EndTag(end))
                }
                Event::Text(text) => Item::Text(text.into_inner()),
                Event::CData(text) => Item::Text(text.into_inner()),
                Event::GeneralRef(name) => Item::Text(match name.resolve_char_ref() {
                    Ok(Some(c)) => Cow::Owned(c.to_string()),
                    _ => resolve(&name.into_inner()),
                }),
                Event::Eof if self.depth > 0 => return Err(Why::Damaged("XML ends too early".into())),
                Event::Eof if !self.any => return Err(Why::Damaged("no XML".into())),
                Event::Eof => return Ok(None),
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => continue,
            }));
        }
    }

    /// Everything up to the end of the element that was opened last is passed over.
    pub(super) fn skip(&mut self, ctx: &Ctx<'_>) -> Result<(), Why> {
        let outer = self.depth.saturating_sub(1);
        while self.depth > outer && self.next(ctx)?.is_some() {}
        Ok(())
    }

    /// The text up to the end of the element that was opened last, nested elements included.
    pub(super) fn text(&mut self, ctx: &Ctx<'_>) -> Result<String, Why> {
        let outer = self.depth.saturating_sub(1);
        let mut all = String::new();
        while self.depth > outer {
            match self.next(ctx)? {
                Some(Item::Text(t)) => all.push_str(&t),
                Some(_) => {}
                None => break,
            }
        }
        Ok(all)
    }
}

/// The text of a named reference: a predefined entity; others stay as they are written.
fn resolve(name: &str) -> Cow<'static, str> {
    Cow::Borrowed(match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => return Cow::Owned(format!("&{name};")),
    })
}

/// The bytes of a part as text: by its mark or declaration, else UTF-8. Broken bytes become U+FFFD.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode_with_bom_removal(bytes).0;
    }
    // UTF-16 without a mark shows itself by the zero beside its first `<`.
    if bytes.starts_with(b"<\0") {
        return encoding_rs::UTF_16LE.decode_without_bom_handling(bytes).0;
    }
    if bytes.starts_with(b"\0<") {
        return encoding_rs::UTF_16BE.decode_without_bom_handling(bytes).0;
    }
    if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    declared(bytes)
        .unwrap_or(encoding_rs::UTF_8)
        .decode_without_bom_handling(bytes)
        .0
}

/// The encoding that the declaration of a part names.
fn declared(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let head = bytes.get(..bytes.len().min(200))?;
    let end = head.windows(2).position(|w| w == b"?>")?;
    let head = head.get(..end)?;
    let from = head.windows(9).position(|w| w == b"encoding=")? + 10;
    let rest = head.get(from..)?;
    let close = rest.iter().position(|&b| b == b'"' || b == b'\'')?;
    encoding_rs::Encoding::for_label(rest.get(..close)?)
}

/// The local name of the root element, without reading further.
pub(super) fn root(text: &str, ctx: &Ctx<'_>) -> Option<String> {
    let mut xml = Xml::new(text);
    loop {
        match xml.next(ctx) {
            Ok(Some(Item::Open(tag))) => return Some(tag.name().to_owned()),
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => return None,
        }
    }
}
