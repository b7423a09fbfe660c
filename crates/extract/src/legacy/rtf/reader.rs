//! The walk over bytes, groups and text.

use super::fonts::Fonts;
use crate::context::Ctx;
use crate::encoded::hex;
use crate::legacy::codepage::{self, Face};
use crate::legacy::fields::Fields;
use crate::legacy::flow::{Flow, Look};
use crate::legacy::{bytes, objects, pictures, properties};
use crate::{Step, Why};

/// Deepest groups whose formatting is told apart.
const DEEPEST: usize = 65_536;
/// Deepest notes inside notes.
pub(super) const FLOWS: usize = 64;
/// Longest property or name.
const LONGEST: usize = 1 << 20;

/// Where the text of a group goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The text that is read.
    Text,
    /// Nowhere, whatever stands inside.
    Skip,
    /// Nowhere, but pictures inside are read.
    Quiet,
    Fonts,
    /// A property of this name.
    Property(&'static str),
    /// The name of a property of one's own, and its value.
    PropertyName,
    PropertyValue,
    /// Who wrote the comment that follows.
    Author,
    /// Names of those who changed the text.
    Revisers,
    /// The code of a field.
    Code,
    Picture,
    Object,
}

/// What a picture is told to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    File,
    Bitmap,
    Drawing(&'static str),
}

/// What a group inherits and its end restores.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    pub(super) target: Target,
    /// Where text went before a group with two forms of the same text.
    pub(super) outer: Target,
    pub(super) font: i32,
    /// Fallback characters after a Unicode one.
    pub(super) fallback: usize,
    pub(super) hidden: bool,
    pub(super) deleted: bool,
    pub(super) inserted: bool,
    pub(super) deleter: i32,
    pub(super) inserter: i32,
    /// The group is a field.
    pub(super) field: bool,
    /// The group has a flow of its own.
    pub(super) flow: bool,
    /// The group decides what becomes of what it gathered.
    pub(super) gathers: bool,
    /// The destination may be unknown to old readers.
    pub(super) starred: bool,
}

pub(super) struct Reader<'a, 'c, 's> {
    bytes: &'a [u8],
    at: usize,
    pub(super) ctx: &'c mut Ctx<'s>,
    pub(super) group: Group,
    stack: Vec<Group>,
    /// Groups beyond the deepest that is told apart.
    beyond: u64,
    pub(super) flows: Vec<Flow>,
    pub(super) fields: Fields,
    pub(super) fonts: Fonts,
    pub(super) page: u32,
    pub(super) default_font: i32,
    /// Bytes that wait to be decoded, and where they begin.
    raw: Vec<u8>,
    raw_at: usize,
    /// Fallback characters still to be passed over.
    skip: usize,
    surrogate: Option<u16>,
    /// Text of a property or a name.
    pub(super) gathered: String,
    pub(super) property: String,
    pub(super) author: String,
    pub(super) revisers: Vec<String>,
    data: Vec<u8>,
    nibble: Option<u8>,
    pub(super) format: Format,
    images: u32,
    objects: u32,
    steps: u32,
}

impl<'a, 'c, 's> Reader<'a, 'c, 's> {
    pub(super) fn new(bytes: &'a [u8], ctx: &'c mut Ctx<'s>) -> Self {
        Self {
            bytes,
            at: 0,
            ctx,
            group: Group {
                target: Target::Text,
                outer: Target::Text,
                font: 0,
                fallback: 1,
                hidden: false,
                deleted: false,
                inserted: false,
                deleter: 0,
                inserter: 0,
                field: false,
                flow: false,
                gathers: false,
                starred: false,
            },
            stack: Vec::new(),
            beyond: 0,
            flows: vec![Flow::new(Vec::new(), true)],
            fields: Fields::default(),
            fonts: Fonts::default(),
            page: codepage::WESTERN,
            default_font: 0,
            raw: Vec::new(),
            raw_at: 0,
            skip: 0,
            surrogate: None,
            gathered: String::new(),
            property: String::new(),
            author: String::new(),
            revisers: Vec::new(),
            data: Vec::new(),
            nibble: None,
            format: Format::File,
            images: 0,
            objects: 0,
            steps: 0,
        }
    }

    /// Reads everything; what stands before a failure is given all the same.
    pub(super) fn run(mut self) -> Result<(), Why> {
        let result = self.walk();
        self.flush();
        if let Some(rest) = self.fields.close() {
            self.push(&rest);
        }
        while let Some(mut flow) = self.flows.pop() {
            flow.give(self.ctx);
        }
        result
    }

    fn walk(&mut self) -> Result<(), Why> {
        while let Some(&byte) = self.bytes.get(self.at) {
            self.steps = self.steps.wrapping_add(1);
            if self.steps.is_multiple_of(1024) {
                self.ctx.tick()?;
                if let Some(flow) = self.flows.last_mut() {
                    flow.relieve(self.ctx);
                }
            }
            let from = self.at;
            self.at += 1;
            match byte {
                b'{' => {
                    self.flush();
                    self.skip = 0;
                    self.open();
                }
                b'}' => {
                    self.flush();
                    self.skip = 0;
                    if !self.close()? {
                        return Ok(());
                    }
                }
                b'\\' => self.control(from)?,
                b'\r' | b'\n' | 0 => {}
                byte => self.text(byte, from),
            }
        }
        if self.stack.is_empty() {
            Ok(())
        } else {
            Err(Why::Damaged("text is cut off".into()))
        }
    }

    fn open(&mut self) {
        if self.stack.len() >= DEEPEST {
            self.beyond += 1;
            return;
        }
        self.stack.push(self.group);
        self.group.field = false;
        self.group.flow = false;
        self.group.gathers = false;
        self.group.starred = false;
    }

    /// Ends a group; `false` once the document itself ends.
    fn close(&mut self) -> Result<bool, Why> {
        if self.beyond > 0 {
            self.beyond -= 1;
            return Ok(true);
        }
        let ended = self.group;
        let Some(outer) = self.stack.pop() else {
            return Ok(false);
        };
        if ended.gathers {
            self.gathered_all(ended.target)?;
        }
        if ended.field
            && let Some(told) = self.fields.end()
        {
            self.push(&told);
        }
        if ended.flow
            && self.flows.len() > 1
            && let Some(mut flow) = self.flows.pop()
        {
            flow.give(self.ctx);
        }
        self.group = outer;
        Ok(!self.stack.is_empty())
    }

    /// A control word or symbol.
    fn control(&mut self, from: usize) -> Result<(), Why> {
        let Some(&first) = self.bytes.get(self.at) else {
            return Ok(());
        };
        if first == b'\'' {
            let digits = bytes::slice(self.bytes, self.at + 1, 2).unwrap_or_default();
            let byte = digits.iter().try_fold(0_u8, |n, &d| Some(n << 4 | hex(d)?));
            self.at += 1;
            if let (Some(byte), 2) = (byte, digits.len()) {
                self.at += 2;
                self.text(byte, from);
            }
            return Ok(());
        }
        if !first.is_ascii_alphabetic() {
            self.at += 1;
            if self.skip > 0 {
                self.skip -= 1;
                return Ok(());
            }
            self.symbol(first, from);
            return Ok(());
        }
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let name = rest.iter().take(64).take_while(|b| b.is_ascii_alphabetic()).count();
        let name_bytes = rest.get(..name).unwrap_or_default();
        let mut used = name;
        let negative = rest.get(used) == Some(&b'-');
        used += usize::from(negative);
        let digits = rest.get(used..).unwrap_or_default();
        let count = digits.iter().take(11).take_while(|b| b.is_ascii_digit()).count();
        let number = digits
            .iter()
            .take(count)
            .fold(0_i64, |n, d| n * 10 + i64::from(d - b'0'));
        let number = (count > 0).then(|| i32::try_from(if negative { -number } else { number }).unwrap_or(i32::MAX));
        used += count;
        used += usize::from(rest.get(used) == Some(&b' '));
        self.at += used;
        let word = std::str::from_utf8(name_bytes).unwrap_or_default();
        if word == "bin" {
            return self.binary(number);
        }
        if word == "u" {
            self.unicode(number.unwrap_or(0), from);
            return Ok(());
        }
        if self.skip > 0 {
            self.skip -= 1;
            return Ok(());
        }
        self.flush();
        self.word(word, number)
    }

    /// Bytes as they are.
    fn binary(&mut self, number: Option<i32>) -> Result<(), Why> {
        let len = usize::try_from(number.unwrap_or(0)).unwrap_or(0);
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let data = rest.get(..len).unwrap_or(rest);
        if matches!(self.group.target, Target::Picture | Target::Object) {
            self.ctx.spend(data.len() as u64)?;
            self.data.extend_from_slice(data);
        }
        self.at += data.len();
        Ok(())
    }

    fn unicode(&mut self, number: i32, from: usize) {
        self.flush();
        self.skip = self.group.fallback;
        if let Ok(code) = u32::try_from(number)
            && code > 0xffff
        {
            let c = char::from_u32(code).unwrap_or('\u{fffd}');
            self.show(c.encode_utf8(&mut [0; 4]), from, false);
            return;
        }
        // Codes above 32,767 are written as negative numbers.
        let unit = (number & 0xffff) as u16;
        let high = self.surrogate.take();
        if (0xd800..0xdc00).contains(&unit) {
            self.surrogate = Some(unit);
            return;
        }
        let units = [high.unwrap_or(unit), unit];
        let units = units.get(usize::from(high.is_none())..).unwrap_or_default();
        for c in char::decode_utf16(units.iter().copied()) {
            let c = c.unwrap_or('\u{fffd}');
            self.show(c.encode_utf8(&mut [0; 4]), from, false);
        }
    }

    /// A byte of text, as it stands or as two digits.
    fn text(&mut self, byte: u8, from: usize) {
        if self.skip > 0 {
            self.skip -= 1;
            return;
        }
        match self.group.target {
            Target::Skip | Target::Quiet => return,
            Target::Fonts => return self.fonts.name(byte),
            Target::Picture | Target::Object => {
                if let Some(digit) = hex(byte) {
                    match self.nibble.take() {
                        Some(high) => self.data.push(high << 4 | digit),
                        None => self.nibble = Some(digit),
                    }
                }
                return;
            }
            _ => {}
        }
        let (page, _) = self.fonts.get(self.group.font, self.page);
        let whole = page == 1258 || page == 65001;
        let waits = self.raw.len() == 1 && self.raw.first().is_some_and(|&b| codepage::is_lead(page, b));
        let same_sort = self.raw.last().is_none_or(|b| b.is_ascii() == byte.is_ascii());
        let follows = !byte.is_ascii() || self.raw_at + self.raw.len() == from;
        let together = whole || waits || same_sort && follows;
        if !together {
            self.flush();
        }
        if self.raw.is_empty() {
            self.raw_at = from;
        }
        self.raw.push(byte);
        // Every character beyond ASCII is a unit of its own.
        let complete = waits || !byte.is_ascii() && !codepage::is_lead(page, byte);
        if !whole && complete {
            self.flush();
        }
    }

    /// Decodes the bytes that wait.
    pub(super) fn flush(&mut self) {
        if self.raw.is_empty() {
            return;
        }
        let raw = std::mem::take(&mut self.raw);
        let (page, _) = self.fonts.get(self.group.font, self.page);
        let at = self.raw_at;
        let same = raw.is_ascii() && self.bytes.get(at..).is_some_and(|b| b.starts_with(&raw));
        let text = codepage::decode(&raw, page);
        self.show(&text, at, same);
    }

    /// Text without a place.
    pub(super) fn push(&mut self, text: &str) {
        let look = self.look();
        if let Some(flow) = self.flows.last_mut() {
            flow.push(text, &look);
        }
    }

    /// Text at a place of the file.
    pub(super) fn show(&mut self, text: &str, at: usize, same: bool) {
        match self.group.target {
            Target::Text | Target::Code => {
                // All characters of a piece belong to the same field.
                let mut taken = false;
                for c in text.chars() {
                    taken = self.fields.take(c);
                }
                if taken || self.group.target == Target::Code {
                    return;
                }
                let look = self.look();
                if let Some(flow) = self.flows.last_mut() {
                    flow.push_at(text, &look, at as u64, same);
                }
            }
            Target::Property(_) | Target::PropertyName | Target::PropertyValue | Target::Author | Target::Revisers
                if self.gathered.len() < LONGEST =>
            {
                self.gathered.push_str(text);
            }
            _ => {}
        }
    }

    fn look(&self) -> Look {
        let who = |n: i32| {
            let name = usize::try_from(n).ok().and_then(|n| self.revisers.get(n));
            name.filter(|n| *n != "Unknown").cloned().unwrap_or_default()
        };
        let change = if self.group.deleted {
            Some(Step::Deleted(who(self.group.deleter)))
        } else if self.group.inserted {
            Some(Step::Inserted(who(self.group.inserter)))
        } else {
            None
        };
        let (_, face): (_, Face) = self.fonts.get(self.group.font, self.page);
        Look {
            hidden: self.group.hidden,
            change,
            face,
        }
    }

    /// What becomes of what a group gathered.
    fn gathered_all(&mut self, target: Target) -> Result<(), Why> {
        let text = std::mem::take(&mut self.gathered);
        match target {
            Target::Property(name) => properties::give(name, &text, self.ctx),
            Target::PropertyName => self.property = text,
            Target::PropertyValue => {
                let name = std::mem::take(&mut self.property);
                properties::give(&name, &text, self.ctx);
            }
            Target::Author => {
                properties::give("commentAuthor", &text, self.ctx);
                text.trim().clone_into(&mut self.author);
            }
            Target::Revisers => {
                self.revisers = text.split(';').map(|n| n.trim().to_owned()).collect();
            }
            Target::Picture => return self.picture(),
            Target::Object => return self.object(),
            _ => {}
        }
        Ok(())
    }

    fn take_data(&mut self) -> Result<Vec<u8>, Why> {
        self.nibble = None;
        let data = std::mem::take(&mut self.data);
        self.ctx.spend(data.len() as u64)?;
        Ok(data)
    }

    fn picture(&mut self) -> Result<(), Why> {
        let data = self.take_data()?;
        if data.is_empty() {
            return Ok(());
        }
        self.images = self.images.saturating_add(1);
        let step = Step::Image(self.images);
        match self.format {
            Format::File => self.ctx.child(step, "", &data),
            Format::Bitmap => match pictures::bitmap_file(&data) {
                Some(file) => self.ctx.child(step, "", &file),
                None => self.ctx.unread(&[step], Why::Damaged("bitmap".into())),
            },
            Format::Drawing(name) => self.ctx.unread(&[step], Why::Unsupported(name.into())),
        }
        Ok(())
    }

    fn object(&mut self) -> Result<(), Why> {
        let data = self.take_data()?;
        self.objects = self.objects.saturating_add(1);
        let name = format!("object {}", self.objects);
        match native(&data) {
            Some((true, body)) => match objects::labelled(body) {
                Some((name, data)) => self.ctx.child(Step::Attachment(name.clone()), &name, data),
                None => self
                    .ctx
                    .unread(&[Step::Attachment(name)], Why::Damaged("embedded object".into())),
            },
            Some((false, body)) => self.ctx.child(Step::Attachment(name), "", body),
            None if data.is_empty() => {}
            None => self
                .ctx
                .unread(&[Step::Attachment(name)], Why::Damaged("embedded object".into())),
        }
        Ok(())
    }
}

/// The data of an embedded object of the first version of OLE, and whether it is a package.
fn native(data: &[u8]) -> Option<(bool, &[u8])> {
    let mut at = 8;
    let class_len = bytes::size_at(data, at)?;
    let class = bytes::slice(data, at + 4, class_len)?;
    // Class, topic and item, each with its length.
    for _ in 0..3 {
        at = at.checked_add(4)?.checked_add(bytes::size_at(data, at)?)?;
    }
    let len = bytes::size_at(data, at)?;
    let body = data.get(at.checked_add(4)?..)?;
    Some((
        bytes::until_zero(class).eq_ignore_ascii_case(b"package"),
        body.get(..len).unwrap_or(body),
    ))
}
