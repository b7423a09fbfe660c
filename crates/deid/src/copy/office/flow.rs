//! Parts that hold running text: documents, headers, slides, charts, drawings.
//!
//! Elements are told by their local names: the vocabularies of documents, slides and drawings do not use one name for two things that
//! would be treated differently here.

use std::collections::BTreeSet;

use super::super::edits::Edits;
use super::super::{Cleaned, Decide, Refused, What};
use super::ooxml::{Rels, finish};
use super::unit::{LONG, Unit};
use super::xml::{self, Item, Tag, Xml};

/// Styles that hide their text.
#[derive(Debug, Default)]
pub(super) struct Style {
    hidden: BTreeSet<String>,
}

impl Style {
    pub(super) fn read(&mut self, text: &str) -> Result<(), Refused> {
        let mut xml = Xml::new(text);
        let mut style = String::new();
        while let Some(item) = xml.next()? {
            match item {
                Item::Open(tag) if tag.local() == "style" => style = tag.get("styleId").unwrap_or_default(),
                Item::Open(tag) if tag.local() == "vanish" && is_on(&tag) && !style.is_empty() => {
                    self.hidden.insert(style.clone());
                }
                Item::Close { name, .. } if name.ends_with(":style") => style.clear(),
                _ => {}
            }
        }
        Ok(())
    }
}

/// The vocabulary of documents, in its two editions.
const WORD: [(&str, &str); 2] = [
    ("http://schemas.openxmlformats.org/wordprocessingml/2006/main", "w"),
    ("http://purl.oclc.org/ooxml/wordprocessingml/main", "w"),
];

/// Whether a switch of a style is on.
fn is_on(tag: &Tag<'_>) -> bool {
    tag.get("val")
        .is_none_or(|v| !matches!(v.as_str(), "0" | "false" | "off"))
}

/// What becomes of an element.
enum Act {
    Keep,
    /// It goes with all it holds.
    Drop(What),
    /// Its tags go, what it holds stays.
    Unwrap(What),
}

fn act(tag: &Tag<'_>) -> Act {
    let word = tag.name.starts_with("w:");
    match tag.local() {
        "del" | "moveFrom" | "ins" | "moveTo" if !word => Act::Keep,
        "del" | "moveFrom" | "delText" | "delInstrText" | "rPrChange" | "pPrChange" | "sectPrChange"
        | "tblPrChange" | "tblPrExChange" | "trPrChange" | "tcPrChange" | "tblGridChange" | "numberingChange"
        | "cellIns" | "cellDel" | "cellMerge" | "moveFromRangeStart" | "moveFromRangeEnd" | "moveToRangeStart"
        | "moveToRangeEnd" => Act::Drop(What::TrackedChanges),
        "ins" | "moveTo" => Act::Unwrap(What::TrackedChanges),
        "commentRangeStart" | "commentRangeEnd" | "commentReference" | "cmAuthorLst" => Act::Drop(What::Comments),
        "bookmarkStart" | "bookmarkEnd" => Act::Drop(What::Bookmarks),
        "proofErr"
        | "permStart"
        | "permEnd"
        | "sdtPr"
        | "sdtEndPr"
        | "smartTagPr"
        | "customXmlPr"
        | "extLst"
        | "custDataLst"
        | "custShowLst"
        | "timing"
        | "transition"
        | "legacyDrawing"
        | "AlternateContentProperties"
        | "ffData"
        | "modifyVerifier"
        | "photoAlbum"
        | "kinsoku"
        | "writeProtection" => Act::Drop(What::ProgramData),
        name if name.starts_with("customXml") && name.contains("Range") => Act::Drop(What::ProgramData),
        "altChunk" | "object" | "OLEObject" | "control" | "controls" | "subDoc" | "contentPart" | "oleObj"
        | "externalData" | "audioFile" | "videoFile" | "audioCd" | "wavAudioFile" | "quickTimeFile" | "snd"
        | "sndAc" | "clientData" => Act::Drop(What::Objects),
        "Fallback" => Act::Drop(What::Alternatives),
        "hlinkClick" | "hlinkHover" | "hlinkMouseOver" => Act::Drop(What::Links),
        "hyperlink" if word => Act::Unwrap(What::Links),
        "smartTag" | "customXml" if word => Act::Unwrap(What::ProgramData),
        "tblCaption" | "tblDescription" => Act::Drop(What::AltTexts),
        _ => Act::Keep,
    }
}

/// Codes of fields that show nothing but numbers of pages and of items.
const FIELDS: [&str; 5] = ["PAGE", "NUMPAGES", "SECTIONPAGES", "SEQ", "SECTION"];

fn is_harmless(code: &str) -> bool {
    let mut words = code.split_whitespace();
    words
        .next()
        .is_some_and(|w| FIELDS.contains(&w.to_ascii_uppercase().as_str()))
        && !code.contains('"')
}

/// A field under way: where its marks and code stand, and the code.
#[derive(Default)]
struct Field {
    marks: Vec<std::ops::Range<usize>>,
    code: String,
}

struct Part<'p> {
    text: &'p str,
    edits: Edits,
    unit: Unit,
    /// For every open run and paragraph, whether its text is hidden.
    runs: Vec<bool>,
    paragraphs: Vec<bool>,
    /// Open elements whose tags go.
    unwrapped: Vec<bool>,
    fields: Vec<Field>,
    tables: usize,
}

/// A part with its texts cut and everything beside them cleaned.
pub(super) fn part(
    text: &str,
    rels: &Rels,
    style: &Style,
    decide: &mut dyn Decide,
    cleaned: &mut Cleaned,
) -> Result<String, Refused> {
    xml::usual(text, &WORD)?;
    let rows = deleted_rows(text)?;
    let mut part = Part {
        text,
        edits: Edits::default(),
        unit: Unit::default(),
        runs: Vec::new(),
        paragraphs: Vec::new(),
        unwrapped: Vec::new(),
        fields: Vec::new(),
        tables: 0,
    };
    let mut xml = Xml::new(text);
    while let Some(item) = xml.next()? {
        match item {
            Item::Open(tag) => {
                if tag.name == "w:tr" && rows.contains(&tag.range.start) {
                    let end = xml.skip(&tag)?;
                    part.edits.drop(tag.range.start..end);
                    cleaned.add(What::TrackedChanges, 1);
                    continue;
                }
                if let Some(what) = part.open(&tag, rels, style, cleaned) {
                    let end = xml.skip(&tag)?;
                    let with = if tag.local() == "rt" {
                        format!("<{}/>", tag.name)
                    } else {
                        String::new()
                    };
                    part.edits.replace(tag.range.start..end, with);
                    cleaned.add(what, 1);
                } else if matches!(tag.local(), "t" | "v" | "instrText" | "f") && !tag.empty {
                    part.texts(&tag, &mut xml, cleaned)?;
                }
            }
            Item::Close { name, range } => part.close(name, range, decide),
            Item::Text(_) => {}
            Item::Other(range) if range.start > 0 => part.edits.drop(range),
            Item::Other(_) => {}
        }
    }
    part.unit.decide(text, decide, &mut part.edits);
    // A field that never ends shows what it shows; its code goes.
    while let Some(field) = part.fields.pop() {
        part.end_field(field, cleaned);
    }
    finish(text, part.edits)
}

/// Rows of tables that a tracked change deleted, by where they begin.
fn deleted_rows(text: &str) -> Result<BTreeSet<usize>, Refused> {
    let mut rows = BTreeSet::new();
    if !text.contains("<w:trPr") {
        return Ok(rows);
    }
    let mut xml = Xml::new(text);
    let (mut open, mut inside) = (Vec::new(), false);
    while let Some(item) = xml.next()? {
        match item {
            Item::Open(tag) if tag.name == "w:tr" && !tag.empty => open.push(tag.range.start),
            Item::Open(tag) if tag.name == "w:trPr" => inside = !tag.empty,
            Item::Open(tag) if tag.name == "w:del" && inside => rows.extend(open.last()),
            Item::Close { name: "w:tr", .. } => {
                open.pop();
            }
            Item::Close { name: "w:trPr", .. } => inside = false,
            _ => {}
        }
    }
    Ok(rows)
}

impl Part<'_> {
    /// An element begins. Tells why it goes with all it holds, if it does.
    fn open(&mut self, tag: &Tag<'_>, rels: &Rels, style: &Style, cleaned: &mut Cleaned) -> Option<What> {
        match act(tag) {
            Act::Drop(what) => return Some(what),
            Act::Unwrap(what) => {
                cleaned.add(what, 1);
                self.edits.drop(tag.range.clone());
                if !tag.empty {
                    self.unwrapped.push(true);
                }
                return None;
            }
            Act::Keep => {}
        }
        let gone = tag
            .attributes()
            .find(|a| a.name.contains(':') && rels.gone.contains(a.raw));
        if let Some(attribute) = gone {
            if matches!(tag.local(), "blip" | "imagedata" | "fill" | "stroke") || attribute.local() == "link" {
                self.edits.drop(attribute.whole);
            } else {
                return Some(What::Links);
            }
        }
        let is_hidden =
            || self.runs.last().copied().unwrap_or_default() || self.paragraphs.last().copied().unwrap_or_default();
        match tag.local() {
            "t" | "tab" | "br" | "cr" | "sym" | "noBreakHyphen" | "drawing" | "pict"
                if is_hidden() && !self.runs.is_empty() =>
            {
                return Some(What::HiddenText);
            }
            // The reading of a name above its characters.
            "rt" if tag.name.starts_with("w:") => return Some(What::HiddenText),
            "fldSimple" if !is_harmless(&tag.get("instr").unwrap_or_default()) => {
                cleaned.add(What::Fields, 1);
                self.edits.drop(tag.range.clone());
                if !tag.empty {
                    self.unwrapped.push(true);
                }
                return None;
            }
            "fldChar" => self.field(tag, cleaned),
            "r" if !tag.empty => self.runs.push(false),
            "p" if !tag.empty => self.paragraphs.push(false),
            "vanish" | "webHidden" | "specVanish" if is_on(tag) => {
                if let Some(run) = self.runs.last_mut() {
                    *run = true;
                }
            }
            "rStyle" if tag.get("val").is_some_and(|v| style.hidden.contains(&v)) => {
                if let Some(run) = self.runs.last_mut() {
                    *run = true;
                }
            }
            "pStyle" if tag.get("val").is_some_and(|v| style.hidden.contains(&v)) => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    *paragraph = true;
                }
            }
            "tab" if !self.runs.is_empty() => self.unit.between('\t'),
            "br" | "cr" => self.unit.between('\n'),
            "noBreakHyphen" => self.unit.between('-'),
            "tbl" if !tag.empty => self.tables += 1,
            _ => {}
        }
        self.attributes(tag, cleaned);
        if matches!(tag.local(), "fldSimple") && !tag.empty {
            self.unwrapped.push(false);
        }
        None
    }

    /// Attributes that tell of those who wrote, and texts in attributes.
    fn attributes(&mut self, tag: &Tag<'_>, cleaned: &mut Cleaned) {
        for attribute in tag.attributes() {
            let local = attribute.local();
            let named = matches!(tag.local(), "docPr" | "cNvPr");
            match local {
                _ if local.starts_with("rsid") => self.edits.drop(attribute.whole),
                "paraId" | "textId" | "author" | "initials" | "editId" | "anchorId" | "gfxdata" | "userId"
                | "macro" | "textlink"
                    if attribute.name.contains(':') || matches!(local, "macro" | "textlink") =>
                {
                    self.edits.drop(attribute.whole);
                }
                "descr" | "title" if named => {
                    cleaned.add(What::AltTexts, 1);
                    self.edits.drop(attribute.whole);
                }
                // Names of pictures are often those of their files.
                "name" if named => self.edits.replace(attribute.value, *b"Object"),
                "alt" | "title" | "href" | "target" | "relid" | "althref" | "string"
                    if matches!(
                        tag.local(),
                        "shape"
                            | "imagedata"
                            | "rect"
                            | "group"
                            | "line"
                            | "oval"
                            | "roundrect"
                            | "textpath"
                            | "shapetype"
                    ) =>
                {
                    cleaned.add(What::AltTexts, 1);
                    // The text of a word art is its attribute.
                    if local == "string" {
                        self.edits.replace(attribute.value, Vec::new());
                    } else {
                        self.edits.drop(attribute.whole);
                    }
                }
                _ => {}
            }
        }
    }

    /// A mark of a field.
    fn field(&mut self, tag: &Tag<'_>, cleaned: &mut Cleaned) {
        match tag.get("fldCharType").as_deref() {
            Some("begin") => self.fields.push(Field {
                marks: vec![self.whole(tag)],
                code: String::new(),
            }),
            Some("separate") => {
                let range = self.whole(tag);
                if let Some(field) = self.fields.last_mut() {
                    field.marks.push(range);
                }
            }
            Some("end") => {
                let range = self.whole(tag);
                if let Some(mut field) = self.fields.pop() {
                    field.marks.push(range);
                    self.end_field(field, cleaned);
                }
            }
            _ => {}
        }
    }

    /// The element of a mark, which may hold data of a form.
    fn whole(&self, tag: &Tag<'_>) -> std::ops::Range<usize> {
        if tag.empty {
            return tag.range.clone();
        }
        let close = format!("</{}>", tag.name);
        let end = self.text.get(tag.range.end..).and_then(|rest| rest.find(&close));
        tag.range.start..end.map_or(tag.range.end, |i| tag.range.end + i + close.len())
    }

    fn end_field(&mut self, field: Field, cleaned: &mut Cleaned) {
        if is_harmless(&field.code) {
            return;
        }
        cleaned.add(What::Fields, 1);
        for range in field.marks {
            self.edits.drop(range);
        }
    }

    /// The text inside of an element that holds text alone.
    fn texts(&mut self, tag: &Tag<'_>, xml: &mut Xml<'_>, cleaned: &mut Cleaned) -> Result<(), Refused> {
        loop {
            match xml.next()? {
                Some(Item::Text(range)) => {
                    match tag.local() {
                        "instrText" => {
                            let code = self.text.get(range.clone()).unwrap_or_default();
                            let end = self.element_end(tag, range.end);
                            match self.fields.last_mut() {
                                Some(field) if field.code.len() < 4096 => {
                                    field.code.push_str(code);
                                    field.marks.push(tag.range.start..end);
                                }
                                _ => {
                                    self.edits.drop(range);
                                    cleaned.add(What::Fields, 1);
                                }
                            }
                        }
                        // The place in a workbook that a chart shows: names of sheets, and of nothing that the copy needs.
                        "f" => self.edits.replace(range, *b"#REF!"),
                        _ => self.unit.push(self.text, range),
                    }
                }
                Some(Item::Other(range)) => self.edits.drop(range),
                Some(Item::Close { .. }) => break,
                // What holds texts holds no elements, or it is another element of that name.
                Some(Item::Open(inner)) => {
                    let end = xml.skip(&inner)?;
                    self.edits.drop(inner.range.start..end);
                }
                None => break,
            }
        }
        Ok(())
    }

    fn element_end(&self, tag: &Tag<'_>, at: usize) -> usize {
        let close = format!("</{}>", tag.name);
        self.text
            .get(at..)
            .and_then(|rest| rest.find(&close))
            .map_or(at, |i| at + i + close.len())
    }

    fn close(&mut self, name: &str, range: std::ops::Range<usize>, decide: &mut dyn Decide) {
        let local = xml::local(name);
        let wrapper = matches!(
            name,
            "w:ins" | "w:moveTo" | "w:hyperlink" | "w:smartTag" | "w:customXml"
        ) || local == "fldSimple";
        if wrapper && self.unwrapped.pop() == Some(true) {
            self.edits.drop(range);
        }
        match local {
            "r" => {
                self.runs.pop();
            }
            "p" => {
                self.paragraphs.pop();
                self.unit.line();
                if self.tables == 0 && self.unit.text.len() > LONG {
                    self.unit.decide(self.text, decide, &mut self.edits);
                }
            }
            "pt" => self.unit.line(),
            "tc" => {
                if self.unit.text.ends_with('\n') {
                    self.unit.text.pop();
                }
                self.unit.between('\t');
            }
            "tr" => {
                if self.unit.text.ends_with('\t') {
                    self.unit.text.pop();
                }
                self.unit.between('\n');
            }
            "tbl" => self.tables = self.tables.saturating_sub(1),
            _ => {}
        }
    }
}
