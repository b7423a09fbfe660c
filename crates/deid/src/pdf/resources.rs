//! Resources of content, copied by an allow list: only what content uses, and of that only what changes how it looks.

use std::collections::{BTreeMap, HashMap};

use hayro::hayro_syntax::object::{Array, Dict, Name, Object, Stream};
use hayro::hayro_syntax::page::Resources;
use tutela_extract::pdf::strings::identity;

use super::book::Book;
use super::content::Role;
use super::marks::StreamMarks;
use super::out::{self, Id};
use crate::copy::Refused;

/// Levels of functions and colour spaces inside each other.
const MAX_DEPTH: usize = 8;
/// Numbers of one array.
const MAX_NUMBERS: usize = 100_000;

/// Kinds of resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Kind {
    ColorSpace,
    State,
    Font,
    Object,
    Pattern,
    Shading,
}

impl Kind {
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::ColorSpace => ("ColorSpace", "C"),
            Self::State => ("ExtGState", "G"),
            Self::Font => ("Font", "F"),
            Self::Object => ("XObject", "X"),
            Self::Pattern => ("Pattern", "P"),
            Self::Shading => ("Shading", "S"),
        }
    }
}

/// The resources that one stream uses, under new names: the old ones may say something.
#[derive(Default)]
pub(super) struct Used {
    known: HashMap<(Kind, Vec<u8>), Option<Vec<u8>>>,
    references: HashMap<(Kind, Id), Vec<u8>>,
    entries: BTreeMap<Kind, Vec<Vec<u8>>>,
    fonts: HashMap<Vec<u8>, usize>,
}

impl Used {
    fn enter(&mut self, kind: Kind, value: Vec<u8>) -> Vec<u8> {
        let list = self.entries.entry(kind).or_default();
        list.push(value);
        format!("{}{}", kind.names().1, list.len()).into_bytes()
    }

    /// The name for an object that was written.
    pub(super) fn reference(&mut self, kind: Kind, id: Id) -> Vec<u8> {
        if let Some(name) = self.references.get(&(kind, id)) {
            return name.clone();
        }
        let name = self.enter(kind, format!("{id} 0 R").into_bytes());
        self.references.insert((kind, id), name.clone());
        name
    }

    /// The dictionary of all of them.
    pub(super) fn dict(&self) -> Vec<u8> {
        let mut out = b"<<".to_vec();
        for (kind, list) in &self.entries {
            let (long, short) = kind.names();
            out.extend_from_slice(format!("/{long}<<").as_bytes());
            for (number, value) in (1..).zip(list) {
                out.extend_from_slice(format!("/{short}{number} ").as_bytes());
                out.extend_from_slice(value);
            }
            out.extend_from_slice(b">>");
        }
        out.extend_from_slice(b">>");
        out
    }
}

/// The new name of a graphics state, and the font that it chooses.
pub(super) type State = (Vec<u8>, Option<usize>);

/// A colour space, copied.
pub(super) struct Space {
    pub(super) written: Vec<u8>,
    /// Numbers of one colour.
    pub(super) components: u8,
    pub(super) is_indexed: bool,
}

impl Space {
    pub(super) fn device(components: u8) -> Option<Self> {
        let name: &[u8] = match components {
            1 => b"/DeviceGray",
            3 => b"/DeviceRGB",
            4 => b"/DeviceCMYK",
            _ => return None,
        };
        Some(Self {
            written: name.to_vec(),
            components,
            is_indexed: false,
        })
    }
}

impl<'a> Book<'a> {
    /// The new name of a resource; nothing if it is not known or not allowed.
    pub(super) fn named(
        &mut self,
        used: &mut Used,
        kind: Kind,
        resources: &Resources<'a>,
        name: &[u8],
    ) -> Result<Option<Vec<u8>>, Refused> {
        let key = (kind, name.to_vec());
        if let Some(known) = used.known.get(&key) {
            return Ok(known.clone());
        }
        let value = match kind {
            Kind::ColorSpace => resources
                .color_spaces
                .get::<Object<'a>>(name)
                .and_then(|object| self.color_space(&object, None, 0))
                .map(|space| space.written),
            Kind::Pattern => match resources.patterns.get::<Object<'a>>(name) {
                Some(object) => self.pattern(&object)?,
                None => None,
            },
            Kind::Shading => match resources.shadings.get::<Object<'a>>(name) {
                Some(object) => self.shading(&object)?,
                None => None,
            },
            Kind::State | Kind::Font | Kind::Object => None,
        };
        let new = value.map(|value| used.enter(kind, value));
        used.known.insert(key, new.clone());
        Ok(new)
    }

    /// The new name of a font, and its place among the fonts of the document.
    pub(super) fn font(&mut self, used: &mut Used, resources: &Resources<'a>, name: &[u8]) -> Option<(Vec<u8>, usize)> {
        if let Some(&font) = used.fonts.get(name) {
            let id = self.fonts.id(font)?;
            return Some((used.reference(Kind::Font, id), font));
        }
        let dict = resources.fonts.get::<Dict<'a>>(name)?;
        let (font, id) = self.use_font(&dict);
        used.fonts.insert(name.to_vec(), font);
        Some((used.reference(Kind::Font, id), font))
    }

    fn use_font(&mut self, dict: &Dict<'a>) -> (usize, Id) {
        let out = &mut self.out;
        self.fonts.place(dict, || out.reserve())
    }

    /// The new name of a graphics state, and the font that it chooses.
    pub(super) fn graphics_state(
        &mut self,
        used: &mut Used,
        resources: &Resources<'a>,
        name: &[u8],
    ) -> Result<Option<State>, Refused> {
        let Some(dict) = resources.ext_g_states.get::<Dict<'a>>(name) else {
            return Ok(None);
        };
        let font = dict.get::<Array<'a>>("Font").and_then(|list| {
            let mut items = list.flex_iter();
            let font = items.next::<Dict<'a>>()?;
            Some((self.use_font(&font), items.next::<f64>()?))
        });
        let chosen = font.map(|((place, _), _)| place);
        let key = (Kind::State, name.to_vec());
        if let Some(known) = used.known.get(&key) {
            return Ok(known.clone().map(|name| (name, chosen)));
        }
        let mut written = self.state(&dict)?;
        if let Some(((_, id), size)) = font {
            written.extend_from_slice(format!("/Font[{id} 0 R ").as_bytes());
            out::number(&mut written, size);
            written.push(b']');
        }
        written.extend_from_slice(b">>");
        let new = used.enter(Kind::State, written);
        used.known.insert(key, Some(new.clone()));
        Ok(Some((new, chosen)))
    }

    /// A graphics state without its end.
    fn state(&mut self, dict: &Dict<'a>) -> Result<Vec<u8>, Refused> {
        let mut written = b"<<".to_vec();
        copy_numbers(
            &mut written,
            dict,
            &["LW", "LC", "LJ", "ML", "OPM", "FL", "SM", "CA", "ca"],
        );
        copy_flags(&mut written, dict, &["OP", "op", "SA", "AIS", "TK"]);
        if let Some(dash) = dict.get::<Array<'_>>("D") {
            let mut items = dash.flex_iter();
            if let (Some(list), Some(phase)) = (items.next::<Array<'_>>(), items.next::<f64>()) {
                written.extend_from_slice(b"/D[[");
                out::numbers(&mut written, &numbers(&list));
                written.extend_from_slice(b"] ");
                out::number(&mut written, phase);
                written.push(b']');
            }
        }
        let modes = match dict.get::<Object<'_>>("BM") {
            Some(Object::Name(name)) => Some(name),
            Some(Object::Array(list)) => list.iter::<Name<'_>>().next(),
            _ => None,
        };
        if let Some(mode) = modes.filter(|mode| is_blend_mode(mode)) {
            written.extend_from_slice(b"/BM");
            out::name(&mut written, &mode);
        }
        match dict.get::<Object<'a>>("SMask") {
            Some(Object::Name(name)) if name.as_ref() == b"None" => written.extend_from_slice(b"/SMask/None"),
            Some(Object::Dict(mask)) => {
                if let Some(mask) = self.soft_mask(&mask)? {
                    written.extend_from_slice(b"/SMask");
                    written.extend_from_slice(&mask);
                }
            }
            _ => {}
        }
        Ok(written)
    }

    fn soft_mask(&mut self, mask: &Dict<'a>) -> Result<Option<Vec<u8>>, Refused> {
        let Some(group) = mask.get::<Stream<'a>>("G") else {
            return Ok(None);
        };
        let Some(id) = self.silent_form(&group)? else {
            return Ok(None);
        };
        let is_alpha = mask.get::<Name<'_>>("S").is_some_and(|n| n.as_ref() == b"Alpha");
        let mut written = format!("<</S/{}/G {id} 0 R", if is_alpha { "Alpha" } else { "Luminosity" }).into_bytes();
        copy_lists(&mut written, mask, &["BC"]);
        if let Some(function) = mask
            .get::<Object<'a>>("TR")
            .and_then(|object| self.function(&object, 0))
        {
            written.extend_from_slice(b"/TR ");
            written.extend_from_slice(&function);
        }
        written.extend_from_slice(b">>");
        Ok(Some(written))
    }

    /// Copies a colour space. Profiles of devices are left out: they may hold anything, and the colours are as good as without them.
    pub(super) fn color_space(
        &mut self,
        object: &Object<'a>,
        resources: Option<&Resources<'a>>,
        depth: usize,
    ) -> Option<Space> {
        if depth > MAX_DEPTH {
            return None;
        }
        let list = match object {
            Object::Name(name) => {
                return match name.as_ref() {
                    b"DeviceGray" | b"G" | b"CalGray" => Space::device(1),
                    b"DeviceRGB" | b"RGB" | b"CalRGB" => Space::device(3),
                    b"DeviceCMYK" | b"CMYK" => Space::device(4),
                    b"Pattern" => Some(Space {
                        written: b"/Pattern".to_vec(),
                        components: 0,
                        is_indexed: false,
                    }),
                    name => {
                        let named = resources?.color_spaces.get::<Object<'a>>(name)?;
                        self.color_space(&named, None, depth + 1)
                    }
                };
            }
            Object::Array(list) => list,
            _ => return None,
        };
        let items: Vec<Object<'a>> = list.iter::<Object<'a>>().take(MAX_DEPTH).collect();
        let Some(Object::Name(family)) = items.first() else {
            return None;
        };
        match (family.as_ref(), items.as_slice()) {
            (b"ICCBased", [_, Object::Stream(profile), ..]) => Space::device(profile.dict().get::<u8>("N")?),
            (b"CalGray", _) => Space::device(1),
            (b"CalRGB", _) => Space::device(3),
            (b"Lab", [_, Object::Dict(dict), ..]) => {
                let mut written = b"[/Lab<<".to_vec();
                copy_lists(&mut written, dict, &["WhitePoint", "BlackPoint", "Range"]);
                written.extend_from_slice(b">>]");
                Some(Space {
                    written,
                    components: 3,
                    is_indexed: false,
                })
            }
            (b"Indexed" | b"I", [_, base, Object::Number(most), table, ..]) => {
                let base = self.color_space(base, resources, depth + 1)?;
                let most = usize::try_from(most.as_i64()).ok()?.min(255);
                let len = (most + 1) * usize::from(base.components);
                let mut colors = match table {
                    Object::String(bytes) => bytes.as_bytes().to_vec(),
                    Object::Stream(stream) => self.guard.decoded(stream).ok()??,
                    _ => return None,
                };
                colors.truncate(len);
                let mut written = b"[/Indexed ".to_vec();
                written.extend_from_slice(&base.written);
                written.extend_from_slice(format!(" {most}").as_bytes());
                out::string(&mut written, &colors);
                written.push(b']');
                Some(Space {
                    written,
                    components: 1,
                    is_indexed: true,
                })
            }
            (b"Separation", [_, Object::Name(colorant), other, function, ..]) => {
                let written = self.tinted(&[colorant.as_ref()], other, function, false, depth)?;
                Some(Space {
                    written,
                    components: 1,
                    is_indexed: false,
                })
            }
            (b"DeviceN", [_, Object::Array(colorants), other, function, ..]) => {
                let names: Vec<Name<'_>> = colorants.iter::<Name<'_>>().take(32).collect();
                let names: Vec<&[u8]> = names.iter().map(|n| n.as_ref()).collect();
                let written = self.tinted(&names, other, function, true, depth)?;
                Some(Space {
                    written,
                    components: u8::try_from(names.len()).ok()?,
                    is_indexed: false,
                })
            }
            (b"Pattern", [_, base, ..]) => {
                let base = self.color_space(base, resources, depth + 1)?;
                let mut written = b"[/Pattern ".to_vec();
                written.extend_from_slice(&base.written);
                written.push(b']');
                Some(Space {
                    written,
                    components: base.components,
                    is_indexed: false,
                })
            }
            (_, [only]) => self.color_space(only, resources, depth + 1),
            _ => None,
        }
    }

    /// A colour space of colorants. Their names are kept where they mean something to a device, else they are numbered.
    fn tinted(
        &mut self,
        names: &[&[u8]],
        other: &Object<'a>,
        function: &Object<'a>,
        several: bool,
        depth: usize,
    ) -> Option<Vec<u8>> {
        let other = self.color_space(other, None, depth + 1)?;
        let function = self.function(function, 0)?;
        let mut written = if several {
            b"[/DeviceN[".to_vec()
        } else {
            b"[/Separation".to_vec()
        };
        for (number, &name) in names.iter().enumerate() {
            match name {
                b"All" | b"None" | b"Cyan" | b"Magenta" | b"Yellow" | b"Black" => out::name(&mut written, name),
                _ => written.extend_from_slice(format!("/Spot{number}").as_bytes()),
            }
        }
        if several {
            written.push(b']');
        }
        written.push(b' ');
        written.extend_from_slice(&other.written);
        written.push(b' ');
        written.extend_from_slice(&function);
        written.push(b']');
        Some(written)
    }

    /// Copies a function, or a list of them.
    fn function(&mut self, object: &Object<'a>, depth: usize) -> Option<Vec<u8>> {
        if depth > MAX_DEPTH {
            return None;
        }
        let (dict, stream) = match object {
            Object::Name(name) if name.as_ref() == b"Identity" => return Some(b"/Identity".to_vec()),
            Object::Array(list) => {
                let mut written = b"[".to_vec();
                for item in list.iter::<Object<'a>>().take(64) {
                    written.extend_from_slice(&self.function(&item, depth + 1)?);
                    written.push(b' ');
                }
                written.push(b']');
                return Some(written);
            }
            Object::Dict(dict) => (dict, None),
            Object::Stream(stream) => (stream.dict(), Some(stream)),
            _ => return None,
        };
        let kind = dict.get::<i32>("FunctionType")?;
        let mut entries = format!("/FunctionType {kind}").into_bytes();
        copy_lists(
            &mut entries,
            dict,
            &["Domain", "Range", "C0", "C1", "Bounds", "Encode", "Decode", "Size"],
        );
        copy_numbers(&mut entries, dict, &["N", "BitsPerSample", "Order"]);
        match (kind, stream) {
            (2, _) => {}
            (3, _) => {
                let parts = self.function(&dict.get::<Object<'a>>("Functions")?, depth + 1)?;
                entries.extend_from_slice(b"/Functions ");
                entries.extend_from_slice(&parts);
            }
            (0, Some(stream)) => {
                let data = self.guard.decoded(stream).ok()??;
                return Some(self.stream(&entries, &data));
            }
            (4, Some(stream)) => {
                let data = program(&self.guard.decoded(stream).ok()??);
                return Some(self.stream(&entries, &data));
            }
            _ => return None,
        }
        let mut written = b"<<".to_vec();
        written.extend_from_slice(&entries);
        written.extend_from_slice(b">>");
        Some(written)
    }

    fn stream(&mut self, entries: &[u8], data: &[u8]) -> Vec<u8> {
        let id = self.out.reserve();
        self.out.stream(id, entries, data);
        format!("{id} 0 R").into_bytes()
    }

    fn pattern(&mut self, object: &Object<'a>) -> Result<Option<Vec<u8>>, Refused> {
        let dict = match object {
            Object::Dict(dict) => dict,
            Object::Stream(stream) => stream.dict(),
            _ => return Ok(None),
        };
        if let Some(id) = self.shared.get(&identity(dict)) {
            return Ok(Some(format!("{id} 0 R").into_bytes()));
        }
        let mut entries = Vec::new();
        copy_lists(&mut entries, dict, &["Matrix"]);
        let id = match object {
            Object::Stream(stream) if dict.get::<i32>("PatternType") == Some(1) => {
                entries.extend_from_slice(b"/PatternType 1");
                copy_lists(&mut entries, dict, &["BBox"]);
                copy_numbers(&mut entries, dict, &["PaintType", "TilingType", "XStep", "YStep"]);
                let id = self.out.reserve();
                if !self.content(id, stream, None, &entries, Role::Silent, silent(), None)? {
                    return Ok(None);
                }
                id
            }
            _ => {
                let Some(shading) = dict.get::<Object<'a>>("Shading") else {
                    return Ok(None);
                };
                let Some(shading) = self.shading(&shading)? else {
                    return Ok(None);
                };
                entries.extend_from_slice(b"/PatternType 2/Shading ");
                entries.extend_from_slice(&shading);
                let mut written = b"<<".to_vec();
                written.extend_from_slice(&entries);
                written.extend_from_slice(b">>");
                self.out.add(&written)
            }
        };
        self.shared.insert(identity(dict), id);
        Ok(Some(format!("{id} 0 R").into_bytes()))
    }

    fn shading(&mut self, object: &Object<'a>) -> Result<Option<Vec<u8>>, Refused> {
        let (dict, stream) = match object {
            Object::Dict(dict) => (dict, None),
            Object::Stream(stream) => (stream.dict(), Some(stream)),
            _ => return Ok(None),
        };
        if let Some(id) = self.shared.get(&identity(dict)) {
            return Ok(Some(format!("{id} 0 R").into_bytes()));
        }
        let Some(space) = dict
            .get::<Object<'a>>("ColorSpace")
            .and_then(|object| self.color_space(&object, None, 0))
        else {
            return Ok(None);
        };
        let mut entries = b"/ColorSpace ".to_vec();
        entries.extend_from_slice(&space.written);
        copy_lists(
            &mut entries,
            dict,
            &["Background", "BBox", "Coords", "Domain", "Matrix", "Decode"],
        );
        copy_numbers(
            &mut entries,
            dict,
            &[
                "ShadingType",
                "BitsPerCoordinate",
                "BitsPerComponent",
                "BitsPerFlag",
                "VerticesPerRow",
            ],
        );
        copy_flags(&mut entries, dict, &["AntiAlias"]);
        if let Some(extend) = dict.get::<Array<'_>>("Extend") {
            let flags: Vec<&str> = extend
                .iter::<Object<'_>>()
                .take(2)
                .map(|o| if o.into_bool() == Some(true) { "true" } else { "false" })
                .collect();
            entries.extend_from_slice(format!("/Extend[{}]", flags.join(" ")).as_bytes());
        }
        if let Some(function) = dict.get::<Object<'a>>("Function").and_then(|f| self.function(&f, 0)) {
            entries.extend_from_slice(b"/Function ");
            entries.extend_from_slice(&function);
        }
        let id = self.out.reserve();
        match stream {
            Some(stream) => {
                let Some(data) = self.guard.decoded(stream)? else {
                    return Ok(None);
                };
                self.out.stream(id, &entries, &data);
            }
            None => {
                let mut written = b"<<".to_vec();
                written.extend_from_slice(&entries);
                written.extend_from_slice(b">>");
                self.out.object(id, &written);
            }
        }
        self.shared.insert(identity(dict), id);
        Ok(Some(format!("{id} 0 R").into_bytes()))
    }
}

/// Marks of a stream from which nothing is cut since none of its text is copied.
pub(super) fn silent() -> StreamMarks {
    StreamMarks {
        done: u32::MAX,
        ..StreamMarks::default()
    }
}

fn is_blend_mode(mode: &[u8]) -> bool {
    matches!(
        mode,
        b"Normal"
            | b"Compatible"
            | b"Multiply"
            | b"Screen"
            | b"Overlay"
            | b"Darken"
            | b"Lighten"
            | b"ColorDodge"
            | b"ColorBurn"
            | b"HardLight"
            | b"SoftLight"
            | b"Difference"
            | b"Exclusion"
            | b"Hue"
            | b"Saturation"
            | b"Color"
            | b"Luminosity"
    )
}

/// A program of a function: only the words that such programs have.
fn program(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    for line in data.split(|b| matches!(b, b'\n' | b'\r')) {
        let code = line.split(|&b| b == b'%').next().unwrap_or_default();
        let spaced: Vec<u8> = code
            .iter()
            .flat_map(|&b| match b {
                b'{' | b'}' => vec![b' ', b, b' '],
                b => vec![b],
            })
            .collect();
        for word in spaced.split(u8::is_ascii_whitespace).filter(|w| !w.is_empty()) {
            let is_number = word.iter().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'-' | b'+'));
            if is_number || is_program_word(word) {
                out.extend_from_slice(word);
                out.push(b' ');
            }
        }
    }
    out
}

fn is_program_word(word: &[u8]) -> bool {
    const WORDS: &[&str] = &[
        "{", "}", "abs", "add", "and", "atan", "bitshift", "ceiling", "copy", "cos", "cvi", "cvr", "div", "dup", "eq",
        "exch", "exp", "false", "floor", "ge", "gt", "idiv", "if", "ifelse", "index", "le", "ln", "log", "lt", "mod",
        "mul", "ne", "neg", "not", "or", "pop", "roll", "round", "sin", "sqrt", "sub", "true", "truncate", "xor",
    ];
    WORDS.iter().any(|known| known.as_bytes() == word)
}

/// The numbers of an array.
pub(super) fn numbers(list: &Array<'_>) -> Vec<f64> {
    list.iter::<Object<'_>>()
        .take(MAX_NUMBERS)
        .filter_map(|o| o.into_number().map(|n| n.as_f64()))
        .collect()
}

/// Copies entries that are numbers.
pub(super) fn copy_numbers(written: &mut Vec<u8>, dict: &Dict<'_>, keys: &[&str]) {
    for key in keys {
        if let Some(n) = dict.get::<f64>(*key) {
            written.extend_from_slice(format!("/{key} ").as_bytes());
            out::number(written, n);
        }
    }
}

/// Copies entries that are true or false.
pub(super) fn copy_flags(written: &mut Vec<u8>, dict: &Dict<'_>, keys: &[&str]) {
    for key in keys {
        if let Some(flag) = dict.get::<bool>(*key) {
            written.extend_from_slice(format!("/{key} {flag}").as_bytes());
        }
    }
}

/// Copies entries that are lists of numbers.
pub(super) fn copy_lists(written: &mut Vec<u8>, dict: &Dict<'_>, keys: &[&str]) {
    for key in keys {
        if let Some(list) = dict.get::<Array<'_>>(*key) {
            written.extend_from_slice(format!("/{key}[").as_bytes());
            out::numbers(written, &numbers(&list));
            written.push(b']');
        }
    }
}
