//! Fonts of a PDF: from the codes of a string to characters and widths.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use hayro::hayro_syntax::object::{Array, Dict, Name, Stream, String as PdfString};
use hayro_font::hayro_cmap::{BfString, CMap, CMapName, CidFamily, load_embedded};
use hayro_font::{CMapResolverFn, Font, FontCache, FontGlyph, FontQuery, FontResolverFn};

use super::strings;
use crate::legacy::codepage::Face;

/// What a code of a font shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shown {
    /// One character.
    Char(char),
    /// Several: a ligature, a letter with its marks.
    Text(Rc<str>),
    /// The font does not say.
    Unknown,
}

/// One code, decoded.
#[derive(Debug, Clone)]
pub(super) struct Code {
    pub(super) shown: Shown,
    /// Advance in thousandths of the size, along the writing direction.
    pub(super) advance: f64,
    /// Bytes of the code.
    pub(super) len: usize,
    /// Whether word spacing applies.
    pub(super) is_blank: bool,
}

/// Fonts of a document that were used so far.
pub(super) struct Fonts<'a> {
    cache: FontCache<'a>,
    resolver: FontResolverFn,
    cmaps: CMapResolverFn,
    loaded: HashMap<strings::Identity, Rc<PageFont<'a>>>,
    collections: HashMap<&'static str, Option<Rc<CMap>>>,
}

impl<'a> Fonts<'a> {
    pub(super) fn new() -> Self {
        Self {
            cache: FontCache::new(),
            resolver: Arc::new(|query| match query {
                FontQuery::Standard(s) => Some(s.get_font_data()),
                FontQuery::Fallback(f) => Some(f.pick_standard_font().get_font_data()),
            }),
            cmaps: Arc::new(load_embedded),
            loaded: HashMap::new(),
            collections: HashMap::new(),
        }
    }

    /// The font of this dictionary.
    pub(super) fn get(&mut self, dict: &Dict<'a>) -> Rc<PageFont<'a>> {
        let key = strings::identity(dict);
        if let Some(font) = self.loaded.get(&key) {
            return font.clone();
        }
        let font = Rc::new(self.load(dict));
        self.loaded.insert(key, font.clone());
        font
    }

    fn load(&mut self, dict: &Dict<'a>) -> PageFont<'a> {
        let composite = dict.get::<Name<'_>>("Subtype").is_some_and(|n| n.as_ref() == b"Type0");
        let font = self.cache.font(dict, &self.resolver, &self.cmaps);
        let has_unicode = dict.contains_key("ToUnicode");
        // The library knows the table of a font it can load; without one, the table alone still gives the text.
        let to_unicode = if font.is_none() || composite {
            dict.get::<Stream<'_>>("ToUnicode")
                .and_then(|s| s.decoded_data().ok()?.into_owned().into())
                .and_then(|data: Vec<u8>| CMap::parse(&data, load_embedded))
        } else {
            None
        };
        let mut font = PageFont {
            face: Face::Plain,
            has_shapes: has_shapes(dict),
            collection: if composite { self.collection(dict) } else { None },
            font,
            composite,
            has_unicode,
            to_unicode,
            codes: Default::default(),
            near: Default::default(),
        };
        let face = face(dict);
        if face != Face::Plain && !font.is_unicode() {
            font.face = face;
        }
        font
    }

    /// The character collection behind a composite font of Chinese, Japanese or Korean: its characters are known even
    /// where the file has no table of its own.
    fn collection(&mut self, dict: &Dict<'a>) -> Option<Collection> {
        let descendant = dict.get::<Array<'_>>("DescendantFonts")?.iter::<Dict<'_>>().next()?;
        let info = descendant.get::<Dict<'_>>("CIDSystemInfo")?;
        let string = |key: &str| info.get::<PdfString<'_>>(key);
        let family = CidFamily::from_registry_ordering(&string("Registry")?, &string("Ordering")?);
        let name = match family {
            CidFamily::AdobeGB1 => "GB1",
            CidFamily::AdobeCNS1 => "CNS1",
            CidFamily::AdobeJapan1 => "Japan1",
            CidFamily::AdobeKorea1 => "Korea1",
            _ => return None,
        };
        let characters = self
            .collections
            .entry(name)
            .or_insert_with(|| {
                let data = load_embedded(family.ucs2_cmap()?)?;
                CMap::parse(data, load_embedded).map(Rc::new)
            })
            .clone()?;
        let encoding = match dict.get::<Name<'_>>("Encoding") {
            Some(n) if n.as_ref().starts_with(b"Identity") => None,
            Some(n) => Some(CMap::parse(
                load_embedded(CMapName::from_bytes(n.as_ref()))?,
                load_embedded,
            )?),
            None => Some(CMap::parse(
                &dict.get::<Stream<'_>>("Encoding")?.decoded_data().ok()?,
                load_embedded,
            )?),
        };
        Some(Collection { encoding, characters })
    }
}

/// The Vietnamese encoding older than Unicode that the font is made for, by its name (`ABCDEF+.VnTime`).
fn face(dict: &Dict<'_>) -> Face {
    let Some(name) = dict.get::<Name<'_>>("BaseFont") else {
        return Face::Plain;
    };
    let name = String::from_utf8_lossy(name.as_ref());
    // A font of which a part was embedded has six letters before its name, and its style behind it.
    let name = name.split_once('+').map_or(&*name, |(_, name)| name);
    Face::of_font(name.split_once(',').map_or(name, |(name, _)| name))
}

/// Whether a font brings its own shapes, as programs or as content.
fn has_shapes(dict: &Dict<'_>) -> bool {
    let holds = |dict: &Dict<'_>| {
        dict.contains_key("CharProcs")
            || dict.get::<Dict<'_>>("FontDescriptor").is_some_and(|d| {
                ["FontFile", "FontFile2", "FontFile3"]
                    .iter()
                    .any(|k| d.contains_key(*k))
            })
    };
    holds(dict)
        || dict
            .get::<Array<'_>>("DescendantFonts")
            .is_some_and(|list| list.iter::<Dict<'_>>().any(|d| holds(&d)))
}

struct Collection {
    /// From codes to numbers of characters; none where both are the same.
    encoding: Option<CMap>,
    characters: Rc<CMap>,
}

/// A font as a page uses it.
pub(super) struct PageFont<'a> {
    font: Option<Font<'a>>,
    composite: bool,
    face: Face,
    has_shapes: bool,
    has_unicode: bool,
    to_unicode: Option<CMap>,
    collection: Option<Collection>,
    codes: RefCell<HashMap<(u32, u8), Code>>,
    near: RefCell<Near>,
}

/// Codes that were shown a moment ago, by the one or two bytes that they are written with.
#[derive(Default)]
struct Near(Vec<Option<([u8; 2], Code)>>);

impl Near {
    /// Places, of which each code has one; two codes for the same place take turns.
    const PLACES: usize = 256;

    fn place([first, second]: [u8; 2]) -> usize {
        usize::from(first.wrapping_mul(31) ^ second)
    }

    fn get(&self, key: [u8; 2]) -> Option<&Code> {
        match self.0.get(Self::place(key))? {
            Some((known, code)) if *known == key => Some(code),
            _ => None,
        }
    }

    fn keep(&mut self, key: [u8; 2], code: &Code) {
        if self.0.is_empty() {
            self.0.resize(Self::PLACES, None);
        }
        if let Some(place) = self.0.get_mut(Self::place(key)) {
            *place = Some((key, code.clone()));
        }
    }
}

impl PageFont<'_> {
    /// Whether the file has the shapes of the characters. Without them nobody can draw what the codes mean.
    pub(super) fn has_shapes(&self) -> bool {
        self.has_shapes
    }

    /// Whether the text runs from left to right.
    pub(super) fn is_horizontal(&self) -> bool {
        self.font.as_ref().is_none_or(Font::is_horizontal)
    }

    /// Whether the font shows a Vietnamese letter that only Unicode has: then its other letters are what they say as well.
    fn is_unicode(&self) -> bool {
        let codes = if self.composite { 0..2048 } else { 0x20..0x100 };
        let len = if self.composite { 2 } else { 1 };
        codes
            .map(|code| self.decode(code, len, usize::from(len)).shown)
            .any(|shown| matches!(shown, Shown::Char('ơ' | 'ư' | 'đ' | 'ă' | '\u{1ea0}'..='\u{1ef9}')))
    }

    /// The code at the beginning of these bytes, which are not empty.
    pub(super) fn next(&self, bytes: &[u8]) -> Code {
        // A code of two bytes depends on no others, and one of a simple font only on its byte.
        let key = match *bytes {
            [first, second, ..] if self.composite => Some([first, second]),
            [first, ..] if !self.composite => Some([first, 0]),
            _ => None,
        };
        if let Some(code) = key.and_then(|key| self.near.borrow().get(key).cloned()) {
            return code;
        }
        let code = self.look_up(bytes);
        if let Some(key) = key
            && code.len == if self.composite { 2 } else { 1 }
        {
            self.near.borrow_mut().keep(key, &code);
        }
        code
    }

    fn look_up(&self, bytes: &[u8]) -> Code {
        let (code, len) = match &self.font {
            Some(font) => font.read_code(bytes, 0),
            None if self.composite => match *bytes {
                [high, low, ..] => (u32::from(u16::from_be_bytes([high, low])), 2),
                _ => (bytes.first().copied().unwrap_or(0).into(), 1),
            },
            None => (bytes.first().copied().unwrap_or(0).into(), 1),
        };
        let len = len.clamp(1, 4).min(bytes.len().max(1));
        #[expect(clippy::cast_possible_truncation, reason = "between 1 and 4")]
        let key = (code, len as u8);
        if let Some(known) = self.codes.borrow().get(&key) {
            return known.clone();
        }
        let decoded = self.decode(code, key.1, len);
        self.codes.borrow_mut().insert(key, decoded.clone());
        decoded
    }

    fn decode(&self, code: u32, byte_len: u8, len: usize) -> Code {
        let advance = match &self.font {
            Some(font) => {
                let v = font.code_advance(code);
                if font.is_horizontal() { v.x } else { v.y }
            }
            None if self.composite => 1000.0,
            None => 500.0,
        };
        let known = self
            .font
            .as_ref()
            .and_then(|font| match font.glyph(font.map_code(code), code) {
                FontGlyph::Outline(glyph) => glyph.as_unicode(),
                FontGlyph::Type3(glyph) => glyph.as_unicode(),
            })
            .or_else(|| self.to_unicode.as_ref()?.lookup_bf_string(code))
            .or_else(|| {
                let collection = self.collection.as_ref()?;
                let cid = match &collection.encoding {
                    Some(encoding) => encoding.lookup_cid_code(code, byte_len)?,
                    None => code,
                };
                collection.characters.lookup_bf_string(cid)
            });
        let shown = match known {
            Some(BfString::Char(c)) => shown_char(c),
            Some(BfString::String(s)) => shown_text(&s),
            // A simple font that could not be loaded, or whose table has holes, mostly keeps to ASCII.
            None if !self.composite && (self.font.is_none() || self.has_unicode) && (0x20..0x7F).contains(&code) => {
                char::from_u32(code).map_or(Shown::Unknown, Shown::Char)
            }
            None => Shown::Unknown,
        };
        // The encoding that such fonts are put under has a hyphen where they have a letter.
        let shown = match shown {
            Shown::Char('-') if self.face != Face::Plain && code == 0xAD => Shown::Char('\u{AD}'),
            shown => shown,
        };
        let shown = match (self.face, shown) {
            (Face::Plain, shown) => shown,
            (face, Shown::Char(c)) => match face.glyph(c) {
                Some(letters) => shown_text(&letters),
                None => Shown::Char(c),
            },
            (_, shown) => shown,
        };
        Code {
            shown,
            advance,
            len,
            is_blank: code == 32 && len == 1,
        }
    }
}

/// Presentation forms and private codes as what they mean.
fn shown_char(c: char) -> Shown {
    match c {
        '\u{FB00}'..='\u{FB06}' => shown_text(ligature(c)),
        // Private codes mean something only together with their font.
        '\u{E000}'..='\u{F8FF}' | '\u{FFFD}' => Shown::Unknown,
        '\u{F0000}'.. => Shown::Unknown,
        '\0' => Shown::Unknown,
        '\u{A0}' | '\t' | '\n' | '\r' => Shown::Char(' '),
        c if c.is_control() => Shown::Char('\u{200B}'),
        c => Shown::Char(c),
    }
}

fn shown_text(s: &str) -> Shown {
    let usable = s
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{FFFD}'));
    let text: String = usable.collect();
    if text.is_empty() {
        Shown::Unknown
    } else {
        Shown::Text(text.into())
    }
}

fn ligature(c: char) -> &'static str {
    match c {
        '\u{FB00}' => "ff",
        '\u{FB01}' => "fi",
        '\u{FB02}' => "fl",
        '\u{FB03}' => "ffi",
        '\u{FB04}' => "ffl",
        _ => "st",
    }
}
