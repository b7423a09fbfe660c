//! Content written anew: instruction by instruction, only those that are known, without the glyphs that go, and with boxes in their place.
//!
//! Marked content is left out with everything that it says (replacement texts, alternative texts, tags); in layers that are not shown
//! nothing is painted. Instructions that the reader did not come to are not copied.

use std::collections::HashSet;

use hayro::hayro_syntax::content::UntypedIter;
use hayro::hayro_syntax::object::{Dict, Name, Object, Stream};
use hayro::hayro_syntax::page::Resources;
use tutela_extract::pdf::tokens::{Found, Instruction, Operand, Tokens};

use super::book::Book;
use super::marks::{Cover, Gone, StreamMarks};
use super::out;
use super::resources::{Kind, Used};
use crate::copy::{Refused, What};

/// States that content may save at a time.
const MAX_STATES: usize = 4096;
/// Instructions between two looks at the clock.
const TICK: u32 = 4096;
/// Steps, in thousandths of the size, in which the gap of glyphs that went is rounded up: it must not tell the letters by their widths.
const STEP: f64 = 250.0;

/// What a stream of content is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A page or a form, whose text was read.
    Read,
    /// A glyph or a tile, whose text nobody read: it is not copied.
    Silent,
}

/// An operand.
enum Arg {
    Number(f64),
    Text(Vec<u8>),
    Name(Vec<u8>),
    Items(Vec<Item>),
    Other,
}

enum Item {
    Number(f64),
    Text(Vec<u8>),
    Other,
}

/// Writes one stream anew.
pub(super) struct Rewriter<'b, 'a> {
    book: &'b mut Book<'a>,
    resources: &'b Resources<'a>,
    role: Role,
    marks: StreamMarks,
    used: Used,
    out: Vec<u8>,
    op: u32,
    /// The font in use: its place among the fonts of the document.
    font: Option<usize>,
    saved: Vec<Option<usize>>,
    /// For each span of marked content whether it is a layer that is not shown.
    spans: Vec<bool>,
    /// Instructions that would have painted in such a layer.
    hidden: HashSet<u32>,
    in_text: bool,
}

impl<'b, 'a> Rewriter<'b, 'a> {
    pub(super) fn new(
        book: &'b mut Book<'a>,
        resources: &'b Resources<'a>,
        role: Role,
        marks: StreamMarks,
        font: Option<usize>,
    ) -> Self {
        Self {
            book,
            resources,
            role,
            marks,
            used: Used::default(),
            out: Vec::new(),
            op: 0,
            font,
            saved: Vec::new(),
            spans: Vec::new(),
            hidden: HashSet::new(),
            in_text: false,
        }
    }

    /// Writes the stream. Gives its new content and the resources that this uses.
    pub(super) fn run(mut self, data: &[u8]) -> Result<(Vec<u8>, Used), Refused> {
        self.out.reserve(data.len());
        if self.role == Role::Read {
            self.out.extend_from_slice(b"q\n");
        }
        let mut tokens = Tokens::new(data);
        while let Some(found) = tokens.next() {
            match found {
                Found::Instruction(instruction) => {
                    if !self.count()? {
                        break;
                    }
                    if !self.quick(&instruction) {
                        let args = args_of(&instruction);
                        self.step(instruction.operator, args)?;
                    }
                }
                Found::Rest(rest) => {
                    self.run_slowly(rest)?;
                    break;
                }
            }
        }
        if self.in_text {
            self.out.extend_from_slice(b"ET\n");
        }
        for _ in 0..self.saved.len() {
            self.out.extend_from_slice(b"Q\n");
        }
        if self.role == Role::Read {
            self.out.extend_from_slice(b"Q\n");
            self.draw_covers();
        }
        Ok((self.out, self.used))
    }

    fn run_slowly(&mut self, data: &[u8]) -> Result<(), Refused> {
        let mut ops = UntypedIter::new(data);
        while let Some(instruction) = ops.next() {
            if !self.count()? {
                return Ok(());
            }
            let mut args = Vec::new();
            let mut picture = None;
            for operand in instruction.operands() {
                args.push(match operand {
                    Object::Number(n) => Arg::Number(n.as_f64()),
                    Object::String(s) => Arg::Text(s.as_bytes().to_vec()),
                    Object::Name(n) => Arg::Name(n.as_ref().to_vec()),
                    Object::Array(list) => Arg::Items(
                        list.iter::<Object<'_>>()
                            .map(|item| match item {
                                Object::Number(n) => Item::Number(n.as_f64()),
                                Object::String(s) => Item::Text(s.as_bytes().to_vec()),
                                _ => Item::Other,
                            })
                            .collect(),
                    ),
                    Object::Stream(stream) => {
                        picture = Some(stream.clone());
                        Arg::Other
                    }
                    _ => Arg::Other,
                });
            }
            match picture {
                Some(stream) => self.inline(&stream)?,
                None => self.step(instruction.operator, args)?,
            }
        }
        Ok(())
    }

    /// Counts an instruction. Says whether the reader came to it.
    fn count(&mut self) -> Result<bool, Refused> {
        self.op = self.op.saturating_add(1);
        if self.op.is_multiple_of(TICK) {
            self.book.guard.tick()?;
        }
        Ok(self.op <= self.marks.done)
    }

    fn is_hidden(&self) -> bool {
        self.spans.contains(&true)
    }

    /// Whether glyphs of this instruction go.
    fn is_marked(&self) -> bool {
        self.marks
            .gone
            .range((self.op, 0, 0)..)
            .next()
            .is_some_and(|(place, _)| place.0 == self.op)
    }

    /// Copies an instruction as it is written, if it is one of those that most content is made of and nothing in it goes.
    fn quick(&mut self, instruction: &Instruction<'_, '_>) -> bool {
        let source = instruction.source.trim_ascii();
        // A comment may say anything.
        if memchr::memchr(b'%', source).is_some() {
            return false;
        }
        let operands = instruction.operands;
        match instruction.operator {
            b"Tj" | b"TJ" => {
                if self.role != Role::Read || self.is_hidden() || self.is_marked() {
                    return false;
                }
                match operands {
                    [Operand::Text(at)] if instruction.operator == b"Tj" => {
                        let bytes = instruction.bytes.get(at.clone()).unwrap_or_default();
                        self.book.fonts.mark(self.font, bytes);
                    }
                    [Operand::Items(at)] if instruction.operator == b"TJ" => {
                        for item in instruction.items.get(at.clone()).unwrap_or_default() {
                            if let Operand::Text(at) = item {
                                let bytes = instruction.bytes.get(at.clone()).unwrap_or_default();
                                self.book.fonts.mark(self.font, bytes);
                            }
                        }
                    }
                    _ => return false,
                }
            }
            operator => {
                let Some(count) = numbers_of(operator) else {
                    return false;
                };
                if operands.len() != count || !operands.iter().all(|o| matches!(o, Operand::Number(_))) {
                    return false;
                }
            }
        }
        self.out.extend_from_slice(source);
        self.out.push(b'\n');
        true
    }

    fn step(&mut self, operator: &[u8], args: Vec<Arg>) -> Result<(), Refused> {
        if let Some(count) = numbers_of(operator) {
            self.numbers(operator, &args, count);
            return Ok(());
        }
        match operator {
            b"q" if self.saved.len() < MAX_STATES => {
                self.saved.push(self.font);
                self.word(b"q");
            }
            b"Q" => {
                if let Some(font) = self.saved.pop() {
                    self.font = font;
                    self.word(b"Q");
                }
            }
            b"BT" => {
                if !self.in_text {
                    self.word(b"BT");
                }
                self.in_text = true;
            }
            b"ET" => {
                if self.in_text {
                    self.word(b"ET");
                }
                self.in_text = false;
            }
            b"S" | b"s" | b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" => {
                let hidden = self.is_hidden();
                self.word(if hidden { b"n" } else { operator });
            }
            b"n" | b"h" | b"W" | b"W*" => self.word(operator),
            b"d" => {
                if let [.., Arg::Items(items), Arg::Number(phase)] = args.as_slice() {
                    let list: Vec<f64> = items.iter().filter_map(Item::number).collect();
                    self.out.push(b'[');
                    out::numbers(&mut self.out, &list);
                    self.out.extend_from_slice(b"] ");
                    out::number(&mut self.out, *phase);
                    self.out.extend_from_slice(b" d\n");
                }
            }
            b"ri" => {
                if let [.., Arg::Name(name)] = args.as_slice()
                    && matches!(
                        name.as_slice(),
                        b"AbsoluteColorimetric" | b"RelativeColorimetric" | b"Saturation" | b"Perceptual"
                    )
                {
                    out::name(&mut self.out, name);
                    self.out.extend_from_slice(b" ri\n");
                }
            }
            b"CS" | b"cs" => {
                if let [.., Arg::Name(name)] = args.as_slice() {
                    self.color_space(operator, name)?;
                }
            }
            b"SC" | b"sc" | b"SCN" | b"scn" => self.color(operator, &args)?,
            b"gs" => {
                if let [.., Arg::Name(name)] = args.as_slice()
                    && let Some((new, font)) = self.book.graphics_state(&mut self.used, self.resources, name)?
                {
                    self.font = font.or(self.font);
                    self.named(&new, b"gs");
                }
            }
            b"sh" => {
                if let [.., Arg::Name(name)] = args.as_slice()
                    && !self.is_hidden()
                    && let Some(new) = self.book.named(&mut self.used, Kind::Shading, self.resources, name)?
                {
                    self.named(&new, b"sh");
                }
            }
            b"Tf" => {
                if let [.., Arg::Name(name), Arg::Number(size)] = args.as_slice()
                    && let Some((new, font)) = self.book.font(&mut self.used, self.resources, name)
                {
                    self.font = Some(font);
                    out::name(&mut self.out, &new);
                    self.out.push(b' ');
                    out::number(&mut self.out, *size);
                    self.out.extend_from_slice(b" Tf\n");
                }
            }
            b"Do" => {
                if let [.., Arg::Name(name)] = args.as_slice() {
                    self.object(name)?;
                }
            }
            b"Tj" | b"TJ" | b"'" | b"\"" => self.show(operator, args),
            b"BMC" => self.begin(false),
            b"BDC" => {
                let hidden = match args.as_slice() {
                    [.., Arg::Name(tag), Arg::Name(name)] if tag == b"OC" => self.is_hidden_layer(name),
                    _ => false,
                };
                self.begin(hidden);
            }
            b"EMC" => {
                self.spans.pop();
            }
            // What is not known is not copied: marks, compatibility sections, damage.
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, hidden: bool) {
        if self.spans.len() < MAX_STATES {
            self.spans.push(hidden);
            if hidden {
                self.book.cleaned.add(What::HiddenLayers, 1);
            }
        }
    }

    fn is_hidden_layer(&self, name: &[u8]) -> bool {
        let properties = &self.resources.properties;
        let id = properties.get_ref(name).map(Into::into);
        properties
            .get::<Dict<'_>>(name)
            .is_some_and(|layer| self.book.layers.is_hidden(id, &layer))
    }

    fn word(&mut self, word: &[u8]) {
        self.out.extend_from_slice(word);
        self.out.push(b'\n');
    }

    fn named(&mut self, name: &[u8], operator: &[u8]) {
        out::name(&mut self.out, name);
        self.out.push(b' ');
        self.word(operator);
    }

    fn numbers(&mut self, operator: &[u8], args: &[Arg], count: usize) {
        let from = args.len().saturating_sub(count);
        let list: Vec<f64> = args
            .get(from..)
            .unwrap_or_default()
            .iter()
            .filter_map(Arg::number)
            .collect();
        if list.len() == count {
            out::numbers(&mut self.out, &list);
            if count > 0 {
                self.out.push(b' ');
            }
            self.word(operator);
        }
    }

    fn color_space(&mut self, operator: &[u8], name: &[u8]) -> Result<(), Refused> {
        if matches!(name, b"DeviceGray" | b"DeviceRGB" | b"DeviceCMYK" | b"Pattern") {
            self.named(name, operator);
        } else if let Some(new) = self
            .book
            .named(&mut self.used, Kind::ColorSpace, self.resources, name)?
        {
            self.named(&new, operator);
        }
        Ok(())
    }

    fn color(&mut self, operator: &[u8], args: &[Arg]) -> Result<(), Refused> {
        let list: Vec<f64> = args.iter().filter_map(Arg::number).collect();
        let pattern = match args.last() {
            Some(Arg::Name(name)) => match self.book.named(&mut self.used, Kind::Pattern, self.resources, name)? {
                Some(new) => Some(new),
                None => return Ok(()),
            },
            _ => None,
        };
        out::numbers(&mut self.out, &list);
        self.out.push(b' ');
        if let Some(pattern) = pattern {
            out::name(&mut self.out, &pattern);
            self.out.push(b' ');
        }
        self.word(operator);
        Ok(())
    }

    fn object(&mut self, name: &[u8]) -> Result<(), Refused> {
        if self.is_hidden() {
            self.hidden.insert(self.op);
            return Ok(());
        }
        let Some(stream) = self.resources.x_objects.get::<Stream<'a>>(name) else {
            return Ok(());
        };
        let dict = stream.dict();
        if let Some(layer) = dict.get::<Dict<'_>>("OC")
            && self.book.layers.is_hidden(dict.get_ref("OC").map(Into::into), &layer)
        {
            self.book.cleaned.add(What::HiddenLayers, 1);
            return Ok(());
        }
        let id = match dict.get::<Name<'_>>("Subtype").as_deref() {
            Some(b"Form") if self.role == Role::Read => self.book.form(&stream, Some(self.resources), self.font)?,
            Some(b"Image") => {
                let areas = self.marks.paints.get(&self.op).cloned().unwrap_or_default();
                self.book.picture(&stream, self.resources, &areas)?
            }
            _ => None,
        };
        if let Some(id) = id {
            let new = self.used.reference(Kind::Object, id);
            self.named(&new, b"Do");
        }
        Ok(())
    }

    /// A picture inside the content becomes one outside of it.
    fn inline(&mut self, stream: &Stream<'_>) -> Result<(), Refused> {
        if self.is_hidden() {
            self.hidden.insert(self.op);
            return Ok(());
        }
        let areas = self.marks.paints.get(&self.op).cloned().unwrap_or_default();
        if let Some(id) = self.book.inline_picture(stream, self.resources, &areas)? {
            let new = self.used.reference(Kind::Object, id);
            self.named(&new, b"Do");
        }
        Ok(())
    }

    /// Shows text without the glyphs that go. Their place stays empty: one step for each stretch, rounded.
    fn show(&mut self, operator: &[u8], args: Vec<Arg>) {
        let mut args = args;
        let items = match args.pop() {
            Some(Arg::Text(bytes)) if operator != b"TJ" => vec![Item::Text(bytes)],
            Some(Arg::Items(items)) if operator == b"TJ" => items,
            _ => return,
        };
        if self.role != Role::Read {
            return;
        }
        match (operator, args.as_slice()) {
            (b"'", _) => self.word(b"T*"),
            (b"\"", [.., Arg::Number(word), Arg::Number(letter)]) => {
                let (word, letter) = (*word, *letter);
                out::number(&mut self.out, word);
                self.out.extend_from_slice(b" Tw ");
                out::number(&mut self.out, letter);
                self.out.extend_from_slice(b" Tc T*\n");
            }
            (b"\"", _) => return,
            _ => {}
        }
        if self.is_hidden() {
            self.hidden.insert(self.op);
            return;
        }
        let mut line = Line::default();
        for (number, item) in (0_u32..).zip(&items) {
            match item {
                Item::Number(n) => line.gap += n,
                Item::Text(bytes) => {
                    let from = (self.op, number, 0);
                    let to = (self.op, number, u32::MAX);
                    let mut at = 0_usize;
                    for (place, gone) in self.marks.gone.range(from..=to) {
                        let start = place.2 as usize;
                        line.text(bytes.get(at..start).unwrap_or_default(), self.font, self.book);
                        line.gone(*gone);
                        at = start.saturating_add(gone.len as usize);
                    }
                    line.text(bytes.get(at..).unwrap_or_default(), self.font, self.book);
                }
                Item::Other => {}
            }
        }
        line.flush();
        if !line.out.is_empty() {
            self.out.push(b'[');
            self.out.extend_from_slice(&line.out);
            self.out.extend_from_slice(b"]TJ\n");
        }
    }

    /// Draws the boxes, over everything, as on an empty page.
    fn draw_covers(&mut self) {
        let mut covers = std::mem::take(&mut self.marks.covers);
        covers.retain(|cover| !self.hidden.contains(&cover.op));
        if covers.is_empty() {
            return;
        }
        self.out.extend_from_slice(b"q 0 g\n");
        for cover in &covers {
            for (at, (x, y)) in cover.corners.iter().enumerate() {
                out::numbers(&mut self.out, &[*x, *y]);
                self.out.extend_from_slice(if at == 0 { b" m " } else { b" l " });
            }
            self.out.extend_from_slice(b"h f\n");
        }
        for cover in &covers {
            self.draw_label(cover);
        }
        self.out.extend_from_slice(b"Q\n");
    }

    /// Writes the label on a box, where it can be read there.
    fn draw_label(&mut self, cover: &Cover) {
        let Some(label) = cover.label.as_deref().filter(|l| !l.trim().is_empty()) else {
            return;
        };
        let [(ax, ay), (bx, by), _, (dx, dy)] = cover.corners;
        let (width, height) = ((bx - ax).hypot(by - ay), (dx - ax).hypot(dy - ay));
        let Some(text) = super::label::encoded(label) else {
            return;
        };
        let size = (height * 0.7).min(width * 0.94 / super::label::width(&text).max(0.01));
        // Smaller than this nobody reads it.
        if size < height * 0.25 || size < 1e-6 {
            return;
        }
        let (ux, uy) = ((bx - ax) / width, (by - ay) / width);
        let (vx, vy) = ((dx - ax) / height, (dy - ay) / height);
        let inset = (width - super::label::width(&text) * size) / 2.0;
        let lift = (height - 0.7 * size) / 2.0;
        let font = self.book.label_font();
        let name = self.used.reference(Kind::Font, font);
        self.out.extend_from_slice(b"BT 1 g 0 Tr 0 Tc 0 Tw 100 Tz 0 Ts ");
        out::name(&mut self.out, &name);
        self.out.extend_from_slice(b" 1 Tf ");
        out::numbers(
            &mut self.out,
            &[
                ux * size,
                uy * size,
                vx * size,
                vy * size,
                ax + ux * inset + vx * lift,
                ay + uy * inset + vy * lift,
            ],
        );
        self.out.extend_from_slice(b" Tm ");
        out::string(&mut self.out, &text);
        self.out.extend_from_slice(b" Tj ET\n");
    }
}

/// A line of text that is written.
#[derive(Default)]
struct Line {
    out: Vec<u8>,
    gap: f64,
    has_gone: bool,
}

impl Line {
    fn gone(&mut self, gone: Gone) {
        self.gap += gone.shift;
        self.has_gone = true;
    }

    fn text(&mut self, bytes: &[u8], font: Option<usize>, book: &mut Book<'_>) {
        if bytes.is_empty() {
            return;
        }
        self.flush();
        book.fonts.mark(font, bytes);
        out::string(&mut self.out, bytes);
    }

    /// Writes the gap since the last text. One that glyphs left is rounded, away from what stands before it.
    fn flush(&mut self) {
        let gap = if self.has_gone {
            (self.gap.abs() / STEP).ceil() * STEP * self.gap.signum()
        } else {
            self.gap
        };
        if gap != 0.0 {
            out::number(&mut self.out, gap);
        }
        self.gap = 0.0;
        self.has_gone = false;
    }
}

impl Arg {
    fn number(&self) -> Option<f64> {
        match self {
            Self::Number(n) => Some(*n),
            _ => None,
        }
    }
}

impl Item {
    fn number(&self) -> Option<f64> {
        match self {
            Self::Number(n) => Some(*n),
            _ => None,
        }
    }
}

/// How many numbers, and nothing else, stand before an instruction.
fn numbers_of(operator: &[u8]) -> Option<usize> {
    Some(match operator {
        b"w" | b"J" | b"j" | b"M" | b"i" | b"g" | b"G" | b"Tc" | b"Tw" | b"Tz" | b"TL" | b"Ts" | b"Tr" => 1,
        b"m" | b"l" | b"Td" | b"TD" | b"d0" => 2,
        b"rg" | b"RG" => 3,
        b"re" | b"v" | b"y" | b"k" | b"K" => 4,
        b"c" | b"cm" | b"Tm" | b"d1" => 6,
        b"T*" => 0,
        _ => return None,
    })
}

fn args_of(instruction: &Instruction<'_, '_>) -> Vec<Arg> {
    let text = |at: &std::ops::Range<usize>| instruction.bytes.get(at.clone()).unwrap_or_default().to_vec();
    let operand = |operand: &Operand<'_>| match operand {
        Operand::Number(n) => Arg::Number(*n),
        Operand::Text(at) => Arg::Text(text(at)),
        Operand::Name(name) => Arg::Name(name.to_vec()),
        Operand::Items(at) => Arg::Items(
            instruction
                .items
                .get(at.clone())
                .unwrap_or_default()
                .iter()
                .map(|item| match item {
                    Operand::Number(n) => Item::Number(*n),
                    Operand::Text(at) => Item::Text(text(at)),
                    _ => Item::Other,
                })
                .collect(),
        ),
        Operand::Dict(_) | Operand::Array => Arg::Other,
    };
    instruction.operands.iter().map(operand).collect()
}
