//! The content of a page: what it shows and where, whether it can be seen or not.
//!
//! Text is taken from all layers, inside and outside the page, in any rendering mode and under anything that is drawn over it: whoever
//! gets the file can get at it.

mod quick;

use std::collections::HashSet;
use std::rc::Rc;

use hayro::hayro_syntax::content::TypedIter;
use hayro::hayro_syntax::content::ops::TypedInstruction as Op;
use hayro::hayro_syntax::object::{Array, Dict, Name, Object, ObjectIdentifier, Stream, String as PdfString};
use hayro::hayro_syntax::page::Resources;

use super::font::{Fonts, PageFont, Shown};
use super::matrix::{Matrix, hypotenuse};
use super::strings;
use super::tokens::{Found, Tokens};
use crate::Why;
use crate::context::Ctx;

/// Levels of form objects that draw each other.
pub(super) const MAX_DEPTH: usize = 16;
/// Glyphs of one page. A dense page of a newspaper has 30,000.
const MAX_GLYPHS: usize = 2_000_000;
/// States that content may save at a time, and spans of marked content inside each other.
const MAX_STATES: usize = 4096;
/// Instructions between two looks at the clock.
const TICK: u32 = 4096;

/// A glyph on the page. Coordinates run right and down.
#[derive(Debug, Clone)]
pub(super) struct Glyph {
    pub(super) x: f64,
    pub(super) y: f64,
    /// The way to the next glyph.
    pub(super) dx: f64,
    pub(super) dy: f64,
    /// Height of the font on the page.
    pub(super) size: f64,
    pub(super) shown: Shown,
}

/// A picture on the page.
#[derive(Debug, Clone)]
pub(super) struct Drawn {
    /// Area that it takes on the page.
    pub(super) area: f64,
    /// Pixels.
    pub(super) width: u32,
    pub(super) height: u32,
}

/// Everything that a page shows.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub(super) glyphs: Vec<Glyph>,
    pub(super) drawn: Vec<Drawn>,
    /// Replacement texts that stand beside readable glyphs.
    pub(super) replacements: Vec<String>,
    /// Glyphs that no one can see: an OCR layer, or hidden text.
    pub(super) invisible: usize,
    /// Glyphs whose characters are unknown and whose shapes are not in the file.
    pub(super) lost: usize,
    /// Curves and lines that were drawn: text may be among them.
    pub(super) paths: usize,
    /// Streams that could not be decoded.
    pub(super) broken: usize,
}

#[derive(Clone)]
struct State<'a> {
    ctm: Matrix,
    font: Option<Rc<PageFont<'a>>>,
    size: f64,
    char_space: f64,
    word_space: f64,
    scale: f64,
    leading: f64,
    rise: f64,
    mode: i64,
}

/// Where a glyph was shown: the run of a stream, the instruction in it, the string of the instruction, the bytes of the string.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    pub(super) invocation: u32,
    pub(super) op: u32,
    pub(super) item: u32,
    pub(super) start: u32,
    pub(super) len: u32,
    /// What a number in an array of strings must be to move on as this glyph does.
    pub(super) shift: f64,
    pub(super) vertical: bool,
}

/// One run of a stream: the page's own content, or a form each time that it is drawn.
#[derive(Debug, Clone)]
pub(super) struct Invocation {
    /// The form; none for the page.
    pub(super) form: Option<ObjectIdentifier>,
    /// From the space of the stream to the page.
    pub(super) base: Matrix,
    /// Instructions that were done.
    pub(super) done: u32,
}

/// A picture that an instruction draws.
#[derive(Debug, Clone)]
pub(super) struct Picture {
    pub(super) invocation: u32,
    pub(super) op: u32,
    pub(super) id: u32,
    pub(super) size: (u32, u32),
    /// From the unit square to the page.
    pub(super) matrix: Matrix,
}

/// Where everything came from, for whoever wants to write the content anew.
#[derive(Debug, Default)]
pub(super) struct Traced {
    /// As many as glyphs.
    pub(super) origins: Vec<Origin>,
    pub(super) invocations: Vec<Invocation>,
    pub(super) pictures: Vec<Picture>,
}

/// Where the interpreter is.
#[derive(Debug, Default, Clone, Copy)]
struct Here {
    invocation: u32,
    op: u32,
    item: u32,
}

struct Marked {
    from: usize,
    actual: Option<String>,
}

/// Runs through content and collects what it shows.
pub(super) struct Interpreter<'f, 'a> {
    fonts: &'f mut Fonts<'a>,
    state: State<'a>,
    stack: Vec<State<'a>>,
    text: Matrix,
    line: Matrix,
    marked: Vec<Marked>,
    running: HashSet<ObjectIdentifier>,
    depth: usize,
    ops: u32,
    here: Here,
    traced: Option<Traced>,
    pub(super) content: Content,
}

impl<'f, 'a> Interpreter<'f, 'a> {
    pub(super) fn new(fonts: &'f mut Fonts<'a>, base: Matrix) -> Self {
        Self {
            fonts,
            state: State {
                ctm: base,
                font: None,
                size: 1.0,
                char_space: 0.0,
                word_space: 0.0,
                scale: 1.0,
                leading: 0.0,
                rise: 0.0,
                mode: 0,
            },
            stack: Vec::new(),
            text: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
            marked: Vec::new(),
            running: HashSet::new(),
            depth: 0,
            ops: 0,
            here: Here::default(),
            traced: None,
            content: Content::default(),
        }
    }

    /// One that remembers where everything came from.
    pub(super) fn traced(fonts: &'f mut Fonts<'a>, base: Matrix) -> Self {
        let mut new = Self::new(fonts, base);
        new.traced = Some(Traced::default());
        new.enter(None);
        new
    }

    /// What was remembered.
    pub(super) fn into_traced(self) -> (Content, Traced) {
        (self.content, self.traced.unwrap_or_default())
    }

    /// Begins a run of a stream. Gives where the interpreter was.
    fn enter(&mut self, form: Option<ObjectIdentifier>) -> Here {
        let outer = self.here;
        if let Some(traced) = &mut self.traced {
            let invocation = u32::try_from(traced.invocations.len()).unwrap_or(u32::MAX);
            traced.invocations.push(Invocation {
                form,
                base: self.state.ctm,
                done: 0,
            });
            self.here = Here {
                invocation,
                op: 0,
                item: 0,
            };
        }
        outer
    }

    /// Notes how far the run of a stream came.
    fn note(&mut self, done: u32) {
        let at = self.here.invocation as usize;
        if let Some(invocation) = self.traced.as_mut().and_then(|t| t.invocations.get_mut(at)) {
            invocation.done = done;
        }
    }

    /// Runs a content stream.
    pub(super) fn run(&mut self, data: &[u8], resources: &Resources<'a>, ctx: &Ctx<'_>) -> Result<(), Why> {
        let (bottom, marked) = (self.stack.len(), self.marked.len());
        let mut tokens = Tokens::new(data);
        let mut names = quick::FontNames::default();
        while let Some(found) = tokens.next() {
            match found {
                Found::Instruction(instruction) => {
                    self.count(ctx)?;
                    if self.quick(&instruction, bottom, &names) {
                        continue;
                    }
                    let mut ops = TypedIter::new(instruction.source);
                    let Some(op) = ops.next() else {
                        self.note(self.here.op - 1);
                        break;
                    };
                    self.step(&op, resources, bottom, ctx)?;
                    if let Op::TextFont(_) = op {
                        names.learn(&instruction, self.state.font.as_ref());
                    }
                }
                Found::Rest(rest) => self.run_slowly(rest, resources, bottom, ctx)?,
            }
        }
        self.finish(bottom, marked);
        Ok(())
    }

    /// Closes what a stream left open.
    pub(super) fn finish(&mut self, bottom: usize, marked: usize) {
        while self.marked.len() > marked {
            self.end_marked();
        }
        self.stack.truncate(bottom);
    }

    /// Runs content as the library reads it.
    pub(super) fn run_slowly(
        &mut self,
        data: &[u8],
        resources: &Resources<'a>,
        bottom: usize,
        ctx: &Ctx<'_>,
    ) -> Result<(), Why> {
        let mut ops = TypedIter::new(data);
        while let Some(op) = ops.next() {
            self.count(ctx)?;
            self.step(&op, resources, bottom, ctx)?;
        }
        Ok(())
    }

    /// Counts an instruction, and looks at the limits.
    fn count(&mut self, ctx: &Ctx<'_>) -> Result<(), Why> {
        self.ops = self.ops.wrapping_add(1);
        self.here.op = self.here.op.saturating_add(1);
        self.here.item = 0;
        self.note(self.here.op);
        if self.ops.is_multiple_of(TICK) {
            ctx.tick()?;
        }
        if self.content.glyphs.len() > MAX_GLYPHS {
            return Err(Why::TooMany(MAX_GLYPHS as u64));
        }
        Ok(())
    }

    fn step(&mut self, op: &Op<'_, '_>, resources: &Resources<'a>, bottom: usize, ctx: &Ctx<'_>) -> Result<(), Why> {
        match op {
            Op::SaveState(_) => self.save(),
            Op::RestoreState(_) => self.restore(bottom),
            Op::Transform(t) => {
                let [a, b, c, d, e, f] = [t.0, t.1, t.2, t.3, t.4, t.5].map(|n| n.as_f64());
                self.state.ctm = self.state.ctm.before(Matrix([a, b, c, d, e, f]));
            }
            Op::BeginText(_) => {
                self.text = Matrix::IDENTITY;
                self.line = Matrix::IDENTITY;
            }
            Op::SetTextMatrix(m) => {
                self.line = Matrix([m.0, m.1, m.2, m.3, m.4, m.5].map(|n| n.as_f64()));
                self.text = self.line;
            }
            Op::TextFont(t) => {
                self.state.size = t.1.as_f64();
                self.state.font = resources.get_font(t.0).map(|dict| self.fonts.get(&dict));
            }
            Op::SetGraphicsState(g) => {
                if let Some(font) = resources.get_ext_g_state(g.0).and_then(|d| d.get::<Array<'_>>("Font")) {
                    let mut items = font.flex_iter();
                    if let Some(dict) = items.next::<Dict<'_>>() {
                        self.state.font = Some(self.fonts.get(&dict));
                        self.state.size = items.next::<f64>().unwrap_or(self.state.size);
                    }
                }
            }
            Op::CharacterSpacing(n) => self.state.char_space = n.0.as_f64(),
            Op::WordSpacing(n) => self.state.word_space = n.0.as_f64(),
            Op::HorizontalScaling(n) => self.state.scale = n.0.as_f64() / 100.0,
            Op::TextLeading(n) => self.state.leading = n.0.as_f64(),
            Op::TextRise(n) => self.state.rise = n.0.as_f64(),
            Op::TextRenderingMode(n) => self.state.mode = n.0.as_i64(),
            Op::NextLine(n) => self.next_line(n.0.as_f64(), n.1.as_f64()),
            Op::NextLineAndSetLeading(n) => {
                self.state.leading = -n.1.as_f64();
                self.next_line(n.0.as_f64(), n.1.as_f64());
            }
            Op::NextLineUsingLeading(_) => self.next_line(0.0, -self.state.leading),
            Op::ShowText(s) => self.show(s.0.as_bytes()),
            Op::NextLineAndShowText(s) => {
                self.next_line(0.0, -self.state.leading);
                self.show(s.0.as_bytes());
            }
            Op::ShowTextWithParameters(s) => {
                self.state.word_space = s.0.as_f64();
                self.state.char_space = s.1.as_f64();
                self.next_line(0.0, -self.state.leading);
                self.show(s.2.as_bytes());
            }
            Op::ShowTexts(s) => {
                for (number, item) in (0_u32..).zip(s.0.iter::<Object<'_>>()) {
                    self.here.item = number;
                    match item {
                        Object::Number(n) => self.adjust(n.as_f64()),
                        Object::String(text) => self.show(text.as_bytes()),
                        _ => {}
                    }
                }
            }
            Op::BeginMarkedContent(_) => self.begin_marked(None),
            Op::BeginMarkedContentWithProperties(m) => {
                let actual = match m.1 {
                    Object::Dict(dict) => dict.get::<PdfString<'_>>("ActualText").map(|s| s.as_bytes().to_vec()),
                    Object::Name(name) => resources
                        .properties
                        .get::<Dict<'_>>(name)
                        .and_then(|dict| dict.get::<PdfString<'_>>("ActualText").map(|s| s.as_bytes().to_vec())),
                    _ => None,
                };
                self.begin_marked(actual.map(|bytes| strings::decode(&bytes)));
            }
            Op::EndMarkedContent(_) => self.end_marked(),
            Op::XObject(x) => self.object(x.0, resources, ctx)?,
            Op::InlineImage(image) => self.image(image.0.dict()),
            Op::CubicTo(_) | Op::CubicStartTo(_) | Op::CubicEndTo(_) | Op::LineTo(_) => self.content.paths += 1,
            _ => {}
        }
        Ok(())
    }

    /// Saves the state. Deeper than any writer goes it is not: a bomb of saved states must not take all memory.
    fn save(&mut self) {
        if self.stack.len() < MAX_STATES {
            self.stack.push(self.state.clone());
        }
    }

    /// Restores the state that this stream saved last.
    fn restore(&mut self, bottom: usize) {
        if self.stack.len() > bottom
            && let Some(state) = self.stack.pop()
        {
            self.state = state;
        }
    }

    fn object(&mut self, name: &Name<'_>, resources: &Resources<'a>, ctx: &Ctx<'_>) -> Result<(), Why> {
        let Some(stream) = resources.get_x_object(name) else {
            return Ok(());
        };
        let dict = stream.dict();
        match dict.get::<Name<'_>>("Subtype").as_deref() {
            Some(b"Form") => self.form(&stream, resources, ctx),
            Some(b"Image") => {
                self.image(dict);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Draws a form object: content of its own inside the content.
    pub(super) fn form(&mut self, stream: &Stream<'a>, resources: &Resources<'a>, ctx: &Ctx<'_>) -> Result<(), Why> {
        let id = stream.obj_id();
        if self.depth >= MAX_DEPTH || !self.running.insert(id) {
            return Ok(());
        }
        let result = match stream.decoded_data() {
            Ok(data) => {
                let dict = stream.dict();
                let saved = (self.state.clone(), self.text, self.line);
                if let Some(matrix) = dict.get::<[f64; 6]>("Matrix") {
                    self.state.ctm = self.state.ctm.before(Matrix(matrix));
                }
                let own = dict.get::<Dict<'_>>("Resources").map(Resources::new);
                let outer = self.enter(Some(id));
                self.depth += 1;
                let result = self.run(&data, own.as_ref().unwrap_or(resources), ctx);
                self.depth -= 1;
                self.here = outer;
                (self.state, self.text, self.line) = saved;
                result
            }
            Err(_) => {
                self.content.broken += 1;
                Ok(())
            }
        };
        self.running.remove(&id);
        result
    }

    /// Applies a matrix before what is drawn next (the place of an annotation).
    pub(super) fn place(&mut self, matrix: Matrix) {
        self.state.ctm = self.state.ctm.before(matrix);
    }

    /// Begins with a stream that is drawn over the page, as on an empty page under this matrix.
    pub(super) fn begin_over(&mut self, ctm: Matrix) {
        self.stack.clear();
        self.state = State {
            ctm,
            font: None,
            size: 1.0,
            char_space: 0.0,
            word_space: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
            mode: 0,
        };
    }

    fn image(&mut self, dict: &Dict<'_>) {
        let number = |long: &str, short: &str| dict.get::<u32>(long).or_else(|| dict.get::<u32>(short)).unwrap_or(0);
        let (width, height) = (number("Width", "W"), number("Height", "H"));
        if let Some(traced) = &mut self.traced {
            traced.pictures.push(Picture {
                invocation: self.here.invocation,
                op: self.here.op,
                id: dict.obj_id().map_or(0, |id| id.obj_number),
                size: (width, height),
                matrix: self.state.ctm,
            });
        }
        if self.content.drawn.len() < 10_000 {
            self.content.drawn.push(Drawn {
                area: self.state.ctm.area(),
                width,
                height,
            });
        }
    }

    fn next_line(&mut self, tx: f64, ty: f64) {
        self.line = self.line.moved(tx, ty);
        self.text = self.line;
    }

    fn adjust(&mut self, amount: f64) {
        let shift = -amount / 1000.0 * self.state.size;
        let horizontal = self.state.font.as_ref().is_none_or(|f| f.is_horizontal());
        self.text = if horizontal {
            self.text.moved(shift * self.state.scale, 0.0)
        } else {
            self.text.moved(0.0, shift)
        };
    }

    fn show(&mut self, bytes: &[u8]) {
        // Without a font that the page names, codes are mostly plain ASCII.
        let font = self.state.font.clone();
        let horizontal = font.as_ref().is_none_or(|f| f.is_horizontal());
        let has_shapes = font.as_ref().is_some_and(|f| f.has_shapes());
        // Along a string only the place changes, not how glyphs are turned and scaled.
        let full = self.state.ctm.before(self.text);
        let (sx, sy) = full.vector(0.0, self.state.size);
        let size = hypotenuse(sx, sy);
        let mut rest = bytes;
        let mut start = 0_usize;
        while !rest.is_empty() && self.content.glyphs.len() <= MAX_GLYPHS {
            let (shown, advance, len, is_blank) = match &font {
                Some(font) => {
                    let code = font.next(rest);
                    (code.shown, code.advance, code.len, code.is_blank)
                }
                None => {
                    let byte = rest.first().copied().unwrap_or(0);
                    let shown = if (0x20..0x7F).contains(&byte) {
                        Shown::Char(char::from(byte))
                    } else {
                        Shown::Unknown
                    };
                    (shown, 500.0, 1, byte == 32)
                }
            };
            rest = rest.get(len..).unwrap_or_default();
            let (from, len) = (start, len.min(bytes.len() - start));
            start += len;
            let state = &self.state;
            let spacing = state.char_space + if is_blank { state.word_space } else { 0.0 };
            let own = advance / 1000.0 * state.size;
            let way = |length: f64| {
                if horizontal {
                    (length * state.scale, 0.0)
                } else {
                    (0.0, length)
                }
            };
            let (x, y) = state.ctm.moved_to(full, self.text).point(0.0, state.rise);
            let (wx, wy) = way(own);
            let (dx, dy) = full.vector(wx, wy);
            if shown == Shown::Unknown && !has_shapes {
                self.content.lost += 1;
            }
            if x.is_finite() && y.is_finite() && dx.is_finite() && dy.is_finite() {
                self.content.glyphs.push(Glyph {
                    x,
                    y,
                    dx,
                    dy,
                    size,
                    shown,
                });
                if state.mode == 3 {
                    self.content.invisible += 1;
                }
                if let Some(traced) = &mut self.traced {
                    let short = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
                    let shift = -(advance + spacing * 1000.0 / state.size);
                    traced.origins.push(Origin {
                        invocation: self.here.invocation,
                        op: self.here.op,
                        item: self.here.item,
                        start: short(from),
                        len: short(len),
                        shift: if shift.is_finite() { shift } else { 0.0 },
                        vertical: !horizontal,
                    });
                }
            }
            let (tx, ty) = way(own + spacing);
            self.text = self.text.moved(tx, ty);
        }
    }

    fn begin_marked(&mut self, actual: Option<String>) {
        if self.marked.len() < MAX_STATES {
            self.marked.push(Marked {
                from: self.content.glyphs.len(),
                actual,
            });
        }
    }

    /// Ends marked content. A replacement text stands for glyphs that cannot be read; beside readable ones it is kept as well.
    fn end_marked(&mut self) {
        let Some(Marked {
            from,
            actual: Some(actual),
        }) = self.marked.pop()
        else {
            return;
        };
        let glyphs = self.content.glyphs.get_mut(from..).unwrap_or_default();
        if glyphs.iter().any(|g| g.shown == Shown::Unknown) {
            let mut text = Shown::Text(actual.as_str().into());
            for glyph in glyphs {
                glyph.shown = std::mem::replace(&mut text, Shown::Char('\u{200B}'));
            }
        } else if !actual.trim().is_empty() {
            self.content.replacements.push(actual);
        }
    }
}
