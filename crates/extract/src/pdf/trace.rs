//! The text of a page together with where every letter of it came from, for whoever writes the page anew.
//!
//! It is read by the same interpreter and put in order by the same layout as the text that is searched, so what is found can be taken out.

use std::ops::Range;

use hayro::hayro_syntax::object::{Dict, ObjectIdentifier, Stream};
use hayro::hayro_syntax::page::{Page, Resources};

use image::GrayImage;

use super::content::{Content, Interpreter, MAX_DEPTH};
use super::font::Fonts;
use super::layout::{self, NO_GLYPH};
use super::matrix::Matrix;
use super::scan::{self, Plan};
use crate::context::Ctx;
use crate::{Limits, Part, Sink, Unread, Why};

/// Forms that may draw each other; deeper ones are not read.
pub const MAX_FORMS: usize = MAX_DEPTH;

/// A glyph on the page, and the bytes that show it.
#[derive(Debug, Clone, Copy)]
pub struct Glyph {
    /// Its origin on the page; coordinates run right and down.
    pub at: (f64, f64),
    /// The way to the next glyph.
    pub way: (f64, f64),
    /// Height of the font on the page.
    pub size: f64,
    /// The run of a stream that shows it: an index of [`Traced::streams`].
    pub stream: u32,
    /// The instruction, counted from 1 in its stream.
    pub op: u32,
    /// The string, among the items of an array of strings.
    pub item: u32,
    /// Its first byte in the string.
    pub start: u32,
    /// Bytes of its code.
    pub len: u32,
    /// What a number in an array of strings must be to move on as this glyph does.
    pub shift: f64,
    /// Whether it is written downwards, with its origin in the middle of its upper edge.
    pub vertical: bool,
}

/// One run of a stream.
#[derive(Debug, Clone)]
pub struct Run {
    /// The form that is drawn; none for the page's own content.
    pub form: Option<ObjectIdentifier>,
    /// From the space of the stream to the page.
    pub base: Matrix,
    /// Instructions that could be read.
    pub done: u32,
}

/// A picture on the page.
#[derive(Debug, Clone, Copy)]
pub struct Picture {
    /// The run of a stream that draws it.
    pub stream: u32,
    /// The instruction, counted from 1.
    pub op: u32,
    /// The number of the picture in the file; 0 for one inside the content.
    pub id: u32,
    /// Its pixels, across and down.
    pub size: (u32, u32),
    /// From the unit square to the page.
    pub matrix: Matrix,
}

/// What has to be done so that a page is read in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Its text is all.
    Nothing,
    /// It is drawn, or its characters are unknown: only a picture of it can be read.
    Drawing,
    /// It has pictures on which text may be.
    Pictures {
        /// Whether a layer of text that was read from them lies over or under them.
        layered: bool,
    },
}

/// A page, read.
#[derive(Debug)]
pub struct Traced {
    /// Its text in reading order.
    pub text: String,
    /// For each character of the text the glyph that shows it, where one does.
    of_chars: Vec<u32>,
    /// Pairs of glyphs of which the second goes where the first goes.
    pub joined: Vec<(u32, u32)>,
    /// All glyphs, in the order in which they are drawn.
    pub glyphs: Vec<Glyph>,
    /// The runs of streams; the first is the page itself.
    pub streams: Vec<Run>,
    /// All pictures.
    pub pictures: Vec<Picture>,
    /// What else has to be read.
    pub needs: Needs,
    /// Why not all of it could be read.
    pub problem: Option<Why>,
}

impl Traced {
    /// The glyphs of stretches of the text, which are given by their bytes, sorted and apart from each other.
    pub fn glyphs_of(&self, ranges: &[Range<usize>]) -> Vec<Vec<u32>> {
        let mut letters = self.text.char_indices().zip(&self.of_chars).peekable();
        let mut all = Vec::with_capacity(ranges.len());
        for range in ranges {
            let mut glyphs = Vec::new();
            while let Some(((at, _), glyph)) = letters.next_if(|((at, _), _)| *at < range.end) {
                if at >= range.start && *glyph != NO_GLYPH {
                    glyphs.push(*glyph);
                }
            }
            all.push(glyphs);
        }
        all
    }
}

/// Takes nothing: what a page says is returned, not given.
struct Nobody;

impl Sink for Nobody {
    fn part(&mut self, _: Part<'_>) {}
    fn unread(&mut self, _: Unread) {}
}

/// Reads pages of one document.
pub struct Tracer<'a> {
    fonts: Fonts<'a>,
    limits: Limits,
}

impl<'a> Tracer<'a> {
    /// A reader that knows no fonts yet.
    pub fn new(limits: Limits) -> Self {
        Self {
            fonts: Fonts::new(),
            limits,
        }
    }

    /// Reads a page, and after it streams that are drawn over it at their places: what annotations show.
    pub fn page(&mut self, page: &'a Page<'a>, over: &[(Stream<'a>, Matrix)]) -> Traced {
        let mut nobody = Nobody;
        let ctx = Ctx::new(&self.limits, &mut nobody);
        let base = Matrix(page.initial_transform(true).as_coeffs());
        let mut interpreter = Interpreter::traced(&mut self.fonts, base);
        let mut problem = match page.page_stream() {
            Some(data) => interpreter.run(data, page.resources(), &ctx).err(),
            None if page.raw().contains_key("Contents") => Some(Why::Damaged("content of the page".into())),
            None => None,
        };
        let none = Resources::new(Dict::empty());
        for (stream, place) in over {
            interpreter.begin_over(base.before(*place));
            problem = interpreter.form(stream, &none, &ctx).err().or(problem);
        }
        let (content, traced) = interpreter.into_traced();
        if content.broken > 0 && problem.is_none() {
            problem = Some(Why::Damaged("content of the page".into()));
        }
        let needs = needs(page, &content);
        let (text, sources) = layout::text_with_sources(&content.glyphs);
        let glyphs = content.glyphs.iter().zip(&traced.origins).map(|(g, o)| Glyph {
            at: (g.x, g.y),
            way: (g.dx, g.dy),
            size: g.size,
            stream: o.invocation,
            op: o.op,
            item: o.item,
            start: o.start,
            len: o.len,
            shift: o.shift,
            vertical: o.vertical,
        });
        Traced {
            text,
            of_chars: sources.of_chars,
            joined: sources.joined,
            glyphs: glyphs.collect(),
            streams: traced
                .invocations
                .into_iter()
                .map(|i| Run {
                    form: i.form,
                    base: i.base,
                    done: i.done,
                })
                .collect(),
            pictures: traced
                .pictures
                .into_iter()
                .map(|p| Picture {
                    stream: p.invocation,
                    op: p.op,
                    id: p.id,
                    size: p.size,
                    matrix: p.matrix,
                })
                .collect(),
            needs,
            problem,
        }
    }
}

/// Gives the pictures that a page draws, in grey and as they are stored, each once, by their numbers in the file.
pub fn pictures<'a>(page: &'a Page<'a>, limits: &Limits, each: &mut dyn FnMut(u32, GrayImage)) {
    scan::grays(page, limits, each);
}

fn needs(page: &Page<'_>, content: &Content) -> Needs {
    // Characters that nobody can read and nobody can draw cannot be decided upon either.
    if content.lost > scan::FEW_UNKNOWN {
        return Needs::Drawing;
    }
    match scan::plan(page, content) {
        Plan::Nothing => Needs::Nothing,
        // One picture that fills the page is read itself.
        Plan::WholePage if content.drawn.len() == 1 && content.glyphs.is_empty() && content.paths < 1000 => {
            Needs::Pictures { layered: false }
        }
        Plan::WholePage => Needs::Drawing,
        Plan::Pictures { with_text } => Needs::Pictures { layered: !with_text },
    }
}
