//! Fonts, copied without what they say of characters that are no more.
//!
//! The program of a font that was embedded in part holds the shapes of the letters of the document, often in the order in which they
//! first stand in it; its tables say which letters these are. So tables are written anew for the codes that are still shown, widths
//! of others are taken out, and shapes of others are taken out of TrueType and CFF programs. The program of a Type 1 font is
//! encrypted and stays whole; it lists its letters by name.

mod cff;
mod truetype;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use hayro::hayro_syntax::object::{Array, Dict, Name, Object, Stream, String as PdfString};
use hayro::hayro_syntax::page::Resources;
use hayro_font::hayro_cmap::{BfString, CMap, load_embedded};
use tutela_extract::pdf::strings::{Identity, identity};

use super::book::Book;
use super::content::Role;
use super::out::{self, Id};
use super::resources::{copy_lists, copy_numbers, numbers, silent};
use crate::copy::Refused;

/// Glyphs that a font of a document has at most.
const MAX_CODES: u32 = 65_536;
/// Entries of a list of widths or names.
const MAX_ENTRIES: usize = 200_000;

/// How many bytes a code has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Width {
    One,
    Two,
    /// As a table of the font says: all codes count as used.
    Table,
}

struct FontUse<'a> {
    dict: Dict<'a>,
    id: Id,
    width: Width,
    used: Vec<u64>,
}

/// The fonts of the document, with the codes of them that are shown.
#[derive(Default)]
pub(super) struct Fonts<'a> {
    list: Vec<FontUse<'a>>,
    places: HashMap<Identity, usize>,
}

impl<'a> Fonts<'a> {
    /// The place of a font among those of the document, and its number.
    pub(super) fn place(&mut self, dict: &Dict<'a>, reserve: impl FnOnce() -> Id) -> (usize, Id) {
        if let Some(&place) = self.places.get(&identity(dict))
            && let Some(font) = self.list.get(place)
        {
            return (place, font.id);
        }
        let id = reserve();
        let width = width(dict);
        let place = self.list.len();
        self.list.push(FontUse {
            dict: dict.clone(),
            id,
            width,
            used: vec![0; if width == Width::Two { 1024 } else { 4 }],
        });
        self.places.insert(identity(dict), place);
        (place, id)
    }

    pub(super) fn id(&self, place: usize) -> Option<Id> {
        self.list.get(place).map(|font| font.id)
    }

    /// Notes the codes of a string that is shown.
    pub(super) fn mark(&mut self, place: Option<usize>, bytes: &[u8]) {
        let Some(font) = place.and_then(|place| self.list.get_mut(place)) else {
            return;
        };
        let used = &mut font.used;
        let mut set = |code: usize| {
            if let Some(word) = used.get_mut(code >> 6) {
                *word |= 1 << (code & 63);
            }
        };
        match font.width {
            Width::One => bytes.iter().for_each(|&b| set(usize::from(b))),
            Width::Two => {
                let (pairs, _) = bytes.as_chunks::<2>();
                pairs
                    .iter()
                    .for_each(|&pair| set(usize::from(u16::from_be_bytes(pair))));
            }
            Width::Table => {}
        }
    }
}

fn width(dict: &Dict<'_>) -> Width {
    if dict.get::<Name<'_>>("Subtype").is_none_or(|n| n.as_ref() != b"Type0") {
        return Width::One;
    }
    match dict.get::<Name<'_>>("Encoding") {
        Some(name) if matches!(name.as_ref(), b"Identity-H" | b"Identity-V") => Width::Two,
        _ => Width::Table,
    }
}

impl FontUse<'_> {
    fn is_used(&self, code: u32) -> bool {
        self.width == Width::Table
            || self
                .used
                .get((code >> 6) as usize)
                .is_some_and(|word| word & (1 << (code & 63)) != 0)
    }

    /// The codes that are shown; nothing if nobody knows.
    fn codes(&self) -> Option<BTreeSet<u32>> {
        let most = match self.width {
            Width::One => 256,
            Width::Two => MAX_CODES,
            Width::Table => return None,
        };
        Some((0..most).filter(|&code| self.is_used(code)).collect())
    }
}

impl<'a> Book<'a> {
    /// Writes all fonts, once everything that shows text is written.
    pub(super) fn write_fonts(&mut self) -> Result<(), Refused> {
        // Glyphs of Type 3 fonts are content and may bring further fonts.
        let mut at = 0;
        while let Some(font) = self.fonts.list.get(at) {
            self.guard.tick()?;
            let font = FontUse {
                dict: font.dict.clone(),
                id: font.id,
                width: font.width,
                used: font.used.clone(),
            };
            self.write_font(&font)?;
            at += 1;
        }
        Ok(())
    }

    fn write_font(&mut self, font: &FontUse<'a>) -> Result<(), Refused> {
        let dict = &font.dict;
        let subtype = dict.get::<Name<'_>>("Subtype");
        let mut written = b"<</Type/Font".to_vec();
        match subtype.as_deref() {
            Some(b"Type0") => self.composite(font, &mut written)?,
            Some(b"Type3") => self.type3(font, &mut written)?,
            other => {
                written.extend_from_slice(match other {
                    Some(b"TrueType") => b"/Subtype/TrueType",
                    Some(b"MMType1") => b"/Subtype/MMType1",
                    _ => b"/Subtype/Type1",
                });
                copy_name(&mut written, dict, "BaseFont");
                simple_entries(font, &mut written);
                let glyphs = Glyphs::OfCodes(font.codes().unwrap_or_default(), unicode(font));
                if let Some(descriptor) = dict.get::<Dict<'a>>("FontDescriptor") {
                    let id = self.descriptor(&descriptor, &glyphs)?;
                    written.extend_from_slice(format!("/FontDescriptor {id} 0 R").as_bytes());
                }
            }
        }
        if let Some(table) = to_unicode(font) {
            let id = self.out.reserve();
            self.out.stream(id, b"", &table);
            written.extend_from_slice(format!("/ToUnicode {id} 0 R").as_bytes());
        }
        written.extend_from_slice(b">>");
        self.out.object(font.id, &written);
        Ok(())
    }

    fn composite(&mut self, font: &FontUse<'a>, written: &mut Vec<u8>) -> Result<(), Refused> {
        let dict = &font.dict;
        written.extend_from_slice(b"/Subtype/Type0");
        copy_name(written, dict, "BaseFont");
        match dict.get::<Object<'a>>("Encoding") {
            Some(Object::Name(name)) => {
                written.extend_from_slice(b"/Encoding");
                out::name(written, &name);
            }
            Some(Object::Stream(stream)) => {
                if let Some(data) = self.guard.decoded(&stream)? {
                    let mut entries = b"/Type/CMap".to_vec();
                    copy_name(&mut entries, stream.dict(), "CMapName");
                    copy_numbers(&mut entries, stream.dict(), &["WMode"]);
                    copy_name(&mut entries, stream.dict(), "UseCMap");
                    let id = self.out.reserve();
                    self.out.stream(id, &entries, &without_comments(&data));
                    written.extend_from_slice(format!("/Encoding {id} 0 R").as_bytes());
                }
            }
            _ => {}
        }
        let Some(descendant) = dict
            .get::<Array<'a>>("DescendantFonts")
            .and_then(|list| list.iter::<Dict<'a>>().next())
        else {
            return Ok(());
        };
        let is_truetype = descendant
            .get::<Name<'_>>("Subtype")
            .is_some_and(|n| n.as_ref() == b"CIDFontType2");
        let mut inner = b"<</Type/Font/Subtype".to_vec();
        inner.extend_from_slice(if is_truetype {
            b"/CIDFontType2"
        } else {
            b"/CIDFontType0"
        });
        copy_name(&mut inner, &descendant, "BaseFont");
        copy_numbers(&mut inner, &descendant, &["DW"]);
        copy_lists(&mut inner, &descendant, &["DW2"]);
        system_info(&mut inner, &descendant);
        for key in ["W", "W2"] {
            if let Some(list) = descendant.get::<Array<'_>>(key) {
                widths(&mut inner, key, &list, font);
            }
        }
        let codes = font.codes();
        let mut glyphs = codes.map_or(Glyphs::All, Glyphs::Cids);
        if is_truetype {
            match descendant.get::<Object<'a>>("CIDToGIDMap") {
                Some(Object::Stream(stream)) => {
                    let Some(mut map) = self.guard.decoded(&stream)? else {
                        return Ok(());
                    };
                    map.truncate(2 * MAX_CODES as usize);
                    let mut gids = BTreeSet::new();
                    let (pairs, _) = map.as_chunks_mut::<2>();
                    for (code, pair) in (0_u32..).zip(pairs) {
                        if font.is_used(code) {
                            gids.insert(u32::from(u16::from_be_bytes(*pair)));
                        } else {
                            *pair = [0, 0];
                        }
                    }
                    let id = self.out.reserve();
                    self.out.stream(id, b"", &map);
                    inner.extend_from_slice(format!("/CIDToGIDMap {id} 0 R").as_bytes());
                    if matches!(glyphs, Glyphs::Cids(_)) {
                        glyphs = Glyphs::Gids(gids);
                    }
                }
                _ => {
                    inner.extend_from_slice(b"/CIDToGIDMap/Identity");
                    if let Glyphs::Cids(cids) = glyphs {
                        glyphs = Glyphs::Gids(cids);
                    }
                }
            }
        }
        if let Some(descriptor) = descendant.get::<Dict<'a>>("FontDescriptor") {
            let id = self.descriptor(&descriptor, &glyphs)?;
            inner.extend_from_slice(format!("/FontDescriptor {id} 0 R").as_bytes());
        }
        inner.extend_from_slice(b">>");
        let id = self.out.add(&inner);
        written.extend_from_slice(format!("/DescendantFonts[{id} 0 R]").as_bytes());
        Ok(())
    }

    fn type3(&mut self, font: &FontUse<'a>, written: &mut Vec<u8>) -> Result<(), Refused> {
        let dict = &font.dict;
        written.extend_from_slice(b"/Subtype/Type3");
        copy_lists(written, dict, &["FontBBox", "FontMatrix"]);
        simple_entries(font, written);
        let Some(shapes) = dict.get::<Dict<'a>>("CharProcs") else {
            return Ok(());
        };
        let parent = dict.get::<Dict<'a>>("Resources").map(Resources::new);
        written.extend_from_slice(b"/CharProcs<<");
        let mut done = BTreeSet::new();
        for (code, name) in differences(dict) {
            if !font.is_used(code) || !done.insert(name.clone()) {
                continue;
            }
            let Some(stream) = shapes.get::<Stream<'a>>(name.as_slice()) else {
                continue;
            };
            let id = self.out.reserve();
            if self.content(id, &stream, parent.as_ref(), b"", Role::Silent, silent(), None)? {
                out::name(written, &name);
                written.extend_from_slice(format!(" {id} 0 R").as_bytes());
            }
        }
        written.extend_from_slice(b">>/Resources<<>>");
        Ok(())
    }

    fn descriptor(&mut self, descriptor: &Dict<'a>, glyphs: &Glyphs) -> Result<Id, Refused> {
        let mut written = b"<</Type/FontDescriptor".to_vec();
        copy_name(&mut written, descriptor, "FontName");
        copy_name(&mut written, descriptor, "FontStretch");
        copy_lists(&mut written, descriptor, &["FontBBox"]);
        copy_numbers(
            &mut written,
            descriptor,
            &[
                "Flags",
                "ItalicAngle",
                "Ascent",
                "Descent",
                "CapHeight",
                "XHeight",
                "StemV",
                "StemH",
                "Leading",
                "AvgWidth",
                "MaxWidth",
                "MissingWidth",
                "FontWeight",
            ],
        );
        for key in ["FontFile", "FontFile2", "FontFile3"] {
            let Some(stream) = descriptor.get::<Stream<'a>>(key) else {
                continue;
            };
            let Some(data) = self.guard.decoded(&stream)? else {
                continue;
            };
            let mut entries = Vec::new();
            let data = match key {
                "FontFile" => {
                    copy_numbers(&mut entries, stream.dict(), &["Length1", "Length2", "Length3"]);
                    data
                }
                "FontFile2" => {
                    let data = truetype::without(&data, glyphs).unwrap_or(data);
                    entries.extend_from_slice(format!("/Length1 {}", data.len()).as_bytes());
                    data
                }
                _ => {
                    copy_name(&mut entries, stream.dict(), "Subtype");
                    program_without(data, glyphs)
                }
            };
            let id = self.out.reserve();
            self.out.stream(id, &entries, &data);
            written.extend_from_slice(format!("/{key} {id} 0 R").as_bytes());
            break;
        }
        written.extend_from_slice(b">>");
        Ok(self.out.add(&written))
    }
}

/// The glyphs of a program that are still shown.
pub(super) enum Glyphs {
    /// Nobody knows.
    All,
    /// By their places in the program.
    Gids(BTreeSet<u32>),
    /// By their numbers in a character collection.
    Cids(BTreeSet<u32>),
    /// By the codes of a simple font and the characters that these mean.
    OfCodes(BTreeSet<u32>, BTreeSet<u32>),
}

/// A CFF program, or an OpenType font around one or around TrueType shapes.
fn program_without(data: Vec<u8>, glyphs: &Glyphs) -> Vec<u8> {
    let without = if data.starts_with(b"OTTO") {
        truetype::cff_inside(&data, |cff| cff::without(cff, glyphs))
    } else if data.starts_with(&[0, 1, 0, 0]) || data.starts_with(b"true") {
        truetype::without(&data, glyphs)
    } else {
        cff::without(&data, glyphs)
    };
    without.unwrap_or(data)
}

fn copy_name(written: &mut Vec<u8>, dict: &Dict<'_>, key: &str) {
    if let Some(name) = dict.get::<Name<'_>>(key) {
        out::name(written, key.as_bytes());
        out::name(written, &name);
    }
}

/// Widths and encoding of a simple font, without the codes that are no more.
fn simple_entries(font: &FontUse<'_>, written: &mut Vec<u8>) {
    let dict = &font.dict;
    let first = dict.get::<u32>("FirstChar").unwrap_or(0).min(255);
    if let Some(list) = dict.get::<Array<'_>>("Widths") {
        let mut list = numbers(&list);
        list.truncate(256 - first as usize);
        for (code, width) in (first..).zip(&mut list) {
            if !font.is_used(code) {
                *width = 0.0;
            }
        }
        let last = first as usize + list.len().max(1) - 1;
        written.extend_from_slice(format!("/FirstChar {first}/LastChar {last}/Widths[").as_bytes());
        out::numbers(written, &list);
        written.push(b']');
    }
    match dict.get::<Object<'_>>("Encoding") {
        Some(Object::Name(name)) if is_encoding(&name) => {
            written.extend_from_slice(b"/Encoding");
            out::name(written, &name);
        }
        Some(Object::Dict(encoding)) => {
            written.extend_from_slice(b"/Encoding<</Type/Encoding");
            if let Some(base) = encoding.get::<Name<'_>>("BaseEncoding").filter(|n| is_encoding(n)) {
                written.extend_from_slice(b"/BaseEncoding");
                out::name(written, &base);
            }
            written.extend_from_slice(b"/Differences[");
            for (code, name) in differences(dict) {
                if font.is_used(code) {
                    written.extend_from_slice(format!("{code}").as_bytes());
                    out::name(written, &name);
                    written.push(b' ');
                }
            }
            written.extend_from_slice(b"]>>");
        }
        _ => {}
    }
}

fn is_encoding(name: &[u8]) -> bool {
    matches!(
        name,
        b"WinAnsiEncoding" | b"MacRomanEncoding" | b"MacExpertEncoding" | b"StandardEncoding" | b"PDFDocEncoding"
    )
}

/// The names of glyphs by code that an encoding lists.
fn differences(dict: &Dict<'_>) -> BTreeMap<u32, Vec<u8>> {
    let mut names = BTreeMap::new();
    let Some(list) = dict
        .get::<Dict<'_>>("Encoding")
        .and_then(|encoding| encoding.get::<Array<'_>>("Differences"))
    else {
        return names;
    };
    let mut code = 0_u32;
    for item in list.iter::<Object<'_>>().take(MAX_ENTRIES) {
        match item {
            Object::Number(n) => code = u32::try_from(n.as_i64()).unwrap_or(u32::MAX),
            Object::Name(name) => {
                if code < 256 {
                    names.insert(code, name.as_ref().to_vec());
                }
                code = code.saturating_add(1);
            }
            _ => {}
        }
    }
    names
}

/// The character collection of a composite font.
fn system_info(written: &mut Vec<u8>, descendant: &Dict<'_>) {
    let info = descendant.get::<Dict<'_>>("CIDSystemInfo").unwrap_or_default();
    let plain = |key: &str, default: &str| {
        let text = info.get::<PdfString<'_>>(key);
        let text = text.as_ref().and_then(|s| std::str::from_utf8(s.as_bytes()).ok());
        let known = text.filter(|t| {
            matches!(
                *t,
                "Adobe" | "Identity" | "GB1" | "CNS1" | "Japan1" | "Japan2" | "Korea1" | "KR" | "UCS"
            )
        });
        known.unwrap_or(default).to_owned()
    };
    let (registry, ordering) = (plain("Registry", "Adobe"), plain("Ordering", "Identity"));
    let supplement = info.get::<i32>("Supplement").unwrap_or(0);
    written.extend_from_slice(
        format!("/CIDSystemInfo<</Registry({registry})/Ordering({ordering})/Supplement {supplement}>>").as_bytes(),
    );
}

/// Widths of a composite font, without the codes that are no more. Codes are numbers of characters only where they are the same.
fn widths(written: &mut Vec<u8>, key: &str, list: &Array<'_>, font: &FontUse<'_>) {
    let per = if key == "W2" { 3 } else { 1 };
    written.extend_from_slice(format!("/{key}[").as_bytes());
    let mut items = list.iter::<Object<'_>>().take(MAX_ENTRIES);
    while let Some(first) = items.next() {
        let Some(first) = first.into_number().and_then(|n| u32::try_from(n.as_i64()).ok()) else {
            continue;
        };
        match items.next() {
            Some(Object::Array(list)) => {
                for (code, width) in (first..).zip(numbers(&list).chunks_exact(per)) {
                    if font.is_used(code) {
                        written.extend_from_slice(format!("{code}[").as_bytes());
                        out::numbers(written, width);
                        written.push(b']');
                    }
                }
            }
            Some(Object::Number(last)) => {
                let last = u32::try_from(last.as_i64()).unwrap_or(0).min(MAX_CODES);
                let width: Vec<f64> = items
                    .by_ref()
                    .take(per)
                    .filter_map(|o| o.into_number().map(|n| n.as_f64()))
                    .collect();
                if font.width == Width::Table {
                    written.extend_from_slice(format!("{first} {last} ").as_bytes());
                    out::numbers(written, &width);
                    written.push(b' ');
                    continue;
                }
                for code in (first..=last).filter(|&code| font.is_used(code)) {
                    written.extend_from_slice(format!("{code} {code} ").as_bytes());
                    out::numbers(written, &width);
                    written.push(b' ');
                }
            }
            _ => break,
        }
    }
    written.push(b']');
}

/// The table from codes to characters, written anew for the codes that are still shown.
fn to_unicode(font: &FontUse<'_>) -> Option<Vec<u8>> {
    let table = table(font)?;
    let codes: Vec<u32> = font.codes()?.into_iter().collect();
    let digits = if font.width == Width::One { 2 } else { 4 };
    let most = "F".repeat(digits);
    let zero = "0".repeat(digits);
    let mut lines = Vec::new();
    for code in codes {
        let text = match table.lookup_bf_string(code) {
            Some(BfString::Char(c)) => c.to_string(),
            Some(BfString::String(s)) => s.to_string(),
            None => continue,
        };
        let units: String = text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
        lines.push(format!("<{code:0digits$X}> <{units}>\n"));
    }
    let mut out = format!(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) \
         /Supplement 0>> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<{zero}> \
         <{most}>\nendcodespacerange\n"
    );
    for block in lines.chunks(100) {
        out.push_str(&format!("{} beginbfchar\n", block.len()));
        out.extend(block.iter().map(String::as_str));
        out.push_str("endbfchar\n");
    }
    out.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    Some(out.into_bytes())
}

fn table(font: &FontUse<'_>) -> Option<CMap> {
    let stream = font.dict.get::<Stream<'_>>("ToUnicode")?;
    // A table is small; one that could be a bomb is not opened.
    if stream.raw_data().len() > 256 << 10 {
        return None;
    }
    CMap::parse(&stream.decoded_data().ok()?, load_embedded)
}

/// What the codes of a simple font that are still shown mean.
fn unicode(font: &FontUse<'_>) -> BTreeSet<u32> {
    let mut out = BTreeSet::new();
    let table = table(font);
    let listed = differences(&font.dict);
    for code in font.codes().unwrap_or_default() {
        let known = table.as_ref().and_then(|table| table.lookup_bf_string(code));
        match known {
            Some(BfString::Char(c)) => {
                out.insert(u32::from(c));
            }
            Some(BfString::String(s)) => out.extend(s.chars().map(u32::from)),
            None => {}
        }
        // Windows' and the Macintosh's code pages agree with Latin-1 where most text is.
        let byte = u8::try_from(code).unwrap_or(0);
        for encoding in [encoding_rs::WINDOWS_1252, encoding_rs::MACINTOSH] {
            out.extend(encoding.decode_without_bom_handling(&[byte]).0.chars().map(u32::from));
        }
        // Names of glyphs that say their character: `uni0416`, `A`.
        if let Some(name) = listed.get(&code).and_then(|name| std::str::from_utf8(name).ok()) {
            let hex = name.strip_prefix("uni").or_else(|| name.strip_prefix('u'));
            out.extend(hex.and_then(|hex| u32::from_str_radix(hex, 16).ok()));
            if name.chars().count() == 1 {
                out.extend(name.chars().map(u32::from));
            }
        }
    }
    out
}

/// A program in the language of tables of codes, without comments.
fn without_comments(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    for line in data.split(|b| matches!(b, b'\n' | b'\r')) {
        out.extend_from_slice(line.split(|&b| b == b'%').next().unwrap_or_default());
        out.push(b'\n');
    }
    out
}
