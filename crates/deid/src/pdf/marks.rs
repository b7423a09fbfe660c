//! What goes from each stream: glyphs that are cut, boxes that are drawn in their place, areas of pictures that are painted over.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use hayro::hayro_syntax::object::ObjectIdentifier;
use tutela_extract::pdf::Matrix;
use tutela_extract::pdf::trace::{Glyph, Picture, Traced};

/// How far a glyph reaches over and under its line, in heights of the font. Boxes of neighbouring lines should not touch.
const ABOVE: f64 = 0.9;
const BELOW: f64 = 0.22;
/// Steps, in heights of the font, in which the width of a box is rounded up: it must not tell the letters by their widths.
const STEP: f64 = 0.25;
/// Glyphs between two that are cut together which go with them: blanks and marks that are no part of the text.
const MAX_BETWEEN: u32 = 2;

/// A stream with content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// The content of a page, by its number from 1.
    Page(u32),
    /// A form: content that is drawn from other content.
    Form(ObjectIdentifier),
}

/// A glyph that is cut, by its place: the instruction, the string in it, the byte in the string.
pub(super) type Place = (u32, u32, u32);

/// How long the code of a glyph is, and how far it moves on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gone {
    pub(super) len: u32,
    pub(super) shift: f64,
}

/// A box over the place of glyphs, in the space of its stream.
#[derive(Debug, Clone)]
pub(super) struct Cover {
    /// The instruction that showed the first glyph.
    pub(super) op: u32,
    /// From the lower left corner on, around.
    pub(super) corners: [(f64, f64); 4],
    /// What is written on it.
    pub(super) label: Option<String>,
}

/// An area of a picture: left, bottom, right and top in the unit square.
pub(super) type Area = [f64; 4];

/// What goes from one stream.
#[derive(Debug, Default)]
pub(super) struct StreamMarks {
    /// Instructions that were read; what follows nobody has seen, so it is not copied.
    pub(super) done: u32,
    pub(super) gone: BTreeMap<Place, Gone>,
    pub(super) covers: Vec<Cover>,
    /// Areas of pictures, by the instruction that draws the picture.
    pub(super) paints: BTreeMap<u32, Vec<Area>>,
}

/// What goes from all streams of a document.
#[derive(Debug, Default)]
pub(super) struct Marks {
    streams: HashMap<Key, StreamMarks>,
}

impl Marks {
    /// What goes from a stream that was read.
    pub(super) fn take(&mut self, key: Key) -> Option<StreamMarks> {
        self.streams.remove(&key)
    }

    /// Notes which streams a page has, and how far they were read.
    pub(super) fn note(&mut self, page: u32, traced: &Traced) {
        for run in &traced.streams {
            let marks = self.streams.entry(key(page, run.form)).or_insert(StreamMarks {
                done: u32::MAX,
                ..StreamMarks::default()
            });
            marks.done = marks.done.min(run.done);
        }
    }

    /// Marks what stands for stretches of the text of a page. They are sorted and apart from each other. Gives the boxes on the page.
    pub(super) fn cut(&mut self, page: u32, traced: &Traced, cuts: &[(Range<usize>, Option<String>)]) -> usize {
        if cuts.is_empty() {
            return 0;
        }
        let ranges: Vec<Range<usize>> = cuts.iter().map(|(range, _)| range.clone()).collect();
        let mut of_glyph = together(traced, traced.glyphs_of(&ranges));
        let boxes = boxes(traced, &of_glyph);
        over_boxes(traced, &boxes, &mut of_glyph);
        let mut new: HashSet<(u32, u32)> = HashSet::new();
        for (&glyph, &cut) in sorted(&of_glyph) {
            let Some(glyph) = traced.glyphs.get(glyph as usize) else {
                continue;
            };
            let Some(run) = traced.streams.get(glyph.stream as usize) else {
                continue;
            };
            let Some(marks) = self.streams.get_mut(&key(page, run.form)) else {
                continue;
            };
            let gone = Gone {
                len: glyph.len,
                shift: glyph.shift,
            };
            if marks.gone.insert((glyph.op, glyph.item, glyph.start), gone).is_none() {
                new.insert((glyph.stream, cut));
            }
        }
        let mut labelled = HashSet::new();
        for one in &boxes {
            let Some(run) = traced.streams.get(one.stream as usize) else {
                continue;
            };
            self.paint(page, traced, one);
            let Some(back) = run.base.inverse() else { continue };
            // A form that is drawn again has its boxes already.
            if !new.contains(&(one.stream, one.cut)) {
                continue;
            }
            let label = cuts.get(one.cut as usize).and_then(|(_, label)| label.clone());
            let label = label.filter(|_| labelled.insert(one.cut));
            if let Some(marks) = self.streams.get_mut(&key(page, run.form)) {
                marks.covers.push(Cover {
                    op: one.op,
                    corners: one.corners.map(|(x, y)| back.point(x, y)),
                    label,
                });
            }
        }
        boxes.len()
    }

    /// Paints over what lies under or over a box in the pictures of a page.
    fn paint(&mut self, page: u32, traced: &Traced, one: &Boxed) {
        for picture in &traced.pictures {
            let Some(back) = picture.matrix.inverse() else { continue };
            let Some(run) = traced.streams.get(picture.stream as usize) else {
                continue;
            };
            let area = bounds(one.corners.map(|(x, y)| back.point(x, y)));
            self.paint_area(key(page, run.form), picture.op, area);
        }
    }

    /// Paints over an area of the picture that an instruction draws.
    pub(super) fn paint_area(&mut self, key: Key, op: u32, area: Area) {
        let [left, bottom, right, top] = area;
        let inside = [left.max(0.0), bottom.max(0.0), right.min(1.0), top.min(1.0)];
        let [left, bottom, right, top] = inside;
        if left >= right || bottom >= top {
            return;
        }
        if let Some(marks) = self.streams.get_mut(&key) {
            let areas = marks.paints.entry(op).or_default();
            if !areas.contains(&inside) {
                areas.push(inside);
            }
        }
    }

    /// Draws a box in the space of a stream, after everything that the stream draws.
    pub(super) fn cover(&mut self, key: Key, op: u32, corners: [(f64, f64); 4]) {
        if let Some(marks) = self.streams.get_mut(&key) {
            marks.covers.push(Cover {
                op,
                corners,
                label: None,
            });
        }
    }
}

/// Pictures of a page with their places, so that more of them can be painted over when the page is no more at hand.
pub(super) fn placed(page: u32, traced: &Traced) -> Vec<Placed> {
    let place = |picture: &Picture| {
        let run = traced.streams.get(picture.stream as usize)?;
        Some(Placed {
            key: key(page, run.form),
            op: picture.op,
            id: picture.id,
            size: picture.size,
            on_page: picture.matrix,
            in_stream: run.base.inverse()?.before(picture.matrix),
        })
    };
    traced.pictures.iter().filter_map(place).collect()
}

/// A picture at its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed {
    pub(super) key: Key,
    pub(super) op: u32,
    /// Its number in the file; 0 for one inside the content.
    pub(super) id: u32,
    pub(super) size: (u32, u32),
    /// From the unit square to the page.
    pub(super) on_page: Matrix,
    /// From the unit square to the space of the stream.
    pub(super) in_stream: Matrix,
}

fn key(page: u32, form: Option<ObjectIdentifier>) -> Key {
    form.map_or(Key::Page(page), Key::Form)
}

fn sorted(of_glyph: &HashMap<u32, u32>) -> BTreeMap<&u32, &u32> {
    of_glyph.iter().collect()
}

/// The glyphs of each cut with those that go where they go.
fn together(traced: &Traced, glyphs: Vec<Vec<u32>>) -> HashMap<u32, u32> {
    let mut of_glyph: HashMap<u32, u32> = HashMap::new();
    for (cut, glyphs) in (0_u32..).zip(glyphs) {
        of_glyph.extend(glyphs.into_iter().map(|glyph| (glyph, cut)));
    }
    // Three rounds: a double may itself be joined with what shows nothing of its own.
    for _ in 0..3 {
        let mut more = Vec::new();
        for &(a, b) in &traced.joined {
            match (of_glyph.get(&a), of_glyph.get(&b)) {
                (Some(&cut), None) => more.push((b, cut)),
                (None, Some(&cut)) => more.push((a, cut)),
                _ => {}
            }
        }
        if more.is_empty() {
            break;
        }
        of_glyph.extend(more);
    }
    let drawn: Vec<(u32, u32)> = sorted(&of_glyph).into_iter().map(|(&g, &c)| (g, c)).collect();
    for pair in drawn.windows(2) {
        let [(a, cut), (b, other)] = *pair else { continue };
        if cut == other && b - a > 1 && b - a <= MAX_BETWEEN + 1 {
            of_glyph.extend((a + 1..b).map(|glyph| (glyph, cut)));
        }
    }
    of_glyph
}

/// A box over glyphs of one cut on one line.
#[derive(Debug)]
struct Boxed {
    cut: u32,
    stream: u32,
    op: u32,
    corners: [(f64, f64); 4],
    /// The height of its font.
    size: f64,
}

/// A line of glyphs that grows.
struct Line<'g> {
    cut: u32,
    first: &'g Glyph,
    along: (f64, f64),
    from: f64,
    to: f64,
    size: f64,
}

impl<'g> Line<'g> {
    fn new(cut: u32, first: &'g Glyph, along: (f64, f64)) -> Self {
        let mut line = Self {
            cut,
            first,
            along,
            from: 0.0,
            to: 0.0,
            size: first.size,
        };
        line.add(first);
        line
    }

    /// How far a point lies along the line and across it.
    fn place(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let (dx, dy) = (x - self.first.at.0, y - self.first.at.1);
        let (ux, uy) = self.along;
        (dx * ux + dy * uy, dy * ux - dx * uy)
    }

    fn takes(&self, glyph: &Glyph, cut: u32, along: (f64, f64)) -> bool {
        let (at, across) = self.place(glyph.at);
        let size = self.size.max(glyph.size).max(1e-3);
        self.cut == cut
            && self.first.stream == glyph.stream
            && self.first.vertical == glyph.vertical
            && (self.along.0 * along.0 + self.along.1 * along.1) > 0.99
            && across.abs() < 0.6 * size
            && at < self.to + 2.0 * size
            && at > self.from - 2.0 * size
    }

    fn add(&mut self, glyph: &Glyph) {
        let (at, _) = self.place(glyph.at);
        let end = at + glyph.way.0 * self.along.0 + glyph.way.1 * self.along.1;
        self.from = self.from.min(at).min(end);
        self.to = self.to.max(at).max(end);
        self.size = self.size.max(glyph.size);
    }

    fn boxed(&self) -> Boxed {
        let (ux, uy) = self.along;
        let size = self.size.max(1e-3);
        let steps = ((self.to - self.from) / (STEP * size)).ceil().max(1.0);
        let to = self.from + steps * STEP * size;
        // Coordinates run down, so what is above a line that runs right is its left-hand side turned up.
        let (above, below) = if self.first.vertical {
            (0.5 * size, 0.5 * size)
        } else {
            (ABOVE * size, BELOW * size)
        };
        let corner = |along: f64, over: f64| {
            let (x, y) = self.first.at;
            (x + along * ux + over * uy, y + along * uy - over * ux)
        };
        Boxed {
            cut: self.cut,
            stream: self.first.stream,
            op: self.first.op,
            corners: [
                corner(self.from, -below),
                corner(to, -below),
                corner(to, above),
                corner(self.from, above),
            ],
            size,
        }
    }
}

/// Boxes over all glyphs that are cut.
fn boxes(traced: &Traced, of_glyph: &HashMap<u32, u32>) -> Vec<Boxed> {
    let mut out = Vec::new();
    let mut open: Option<Line<'_>> = None;
    let mut along = (1.0, 0.0);
    let mut by_cut: Vec<(u32, u32)> = of_glyph.iter().map(|(&g, &c)| (c, g)).collect();
    by_cut.sort_unstable();
    for (cut, number) in by_cut {
        let Some(glyph) = traced.glyphs.get(number as usize) else {
            continue;
        };
        let length = glyph.way.0.hypot(glyph.way.1);
        if length > 1e-6 {
            along = (glyph.way.0 / length, glyph.way.1 / length);
        }
        match &mut open {
            Some(line) if line.takes(glyph, cut, along) => line.add(glyph),
            _ => {
                out.extend(open.take().map(|line| line.boxed()));
                open = Some(Line::new(cut, glyph, along));
            }
        }
    }
    out.extend(open.map(|line| line.boxed()));
    out
}

/// Cuts every other glyph that stands under or over a box: text that was drawn again, a layer from a scan that was read with mistakes.
fn over_boxes(traced: &Traced, boxes: &[Boxed], of_glyph: &mut HashMap<u32, u32>) {
    let mut by_height: Vec<(f64, u32)> = (0_u32..)
        .zip(&traced.glyphs)
        .map(|(number, glyph)| (middle(glyph).1, number))
        .collect();
    by_height.sort_by(|a, b| a.0.total_cmp(&b.0));
    for one in boxes {
        let [_, top, _, bottom] = bounds(one.corners);
        let from = by_height.partition_point(|(y, _)| *y < top);
        let near = by_height.get(from..).unwrap_or_default();
        for &(_, number) in near.iter().take_while(|(y, _)| *y <= bottom) {
            if let Some(glyph) = traced.glyphs.get(number as usize)
                && !of_glyph.contains_key(&number)
                && inside(one, middle(glyph))
            {
                of_glyph.insert(number, one.cut);
            }
        }
    }
}

/// The middle of a glyph.
fn middle(glyph: &Glyph) -> (f64, f64) {
    let (x, y) = (glyph.at.0 + glyph.way.0 / 2.0, glyph.at.1 + glyph.way.1 / 2.0);
    let length = glyph.way.0.hypot(glyph.way.1);
    if length < 1e-6 || glyph.vertical {
        return (x, y);
    }
    let up = 0.3 * glyph.size / length;
    (x + glyph.way.1 * up, y - glyph.way.0 * up)
}

/// Whether a point lies in a box, a little inside its ends: what its width was rounded up by belongs to the next word.
fn inside(one: &Boxed, (x, y): (f64, f64)) -> bool {
    let [(ax, ay), (bx, by), _, (dx, dy)] = one.corners;
    let ((ux, uy), (vx, vy)) = ((bx - ax, by - ay), (dx - ax, dy - ay));
    let (px, py) = (x - ax, y - ay);
    let (width, height) = (ux.hypot(uy), vx.hypot(vy));
    if width < 1e-9 || height < 1e-9 {
        return false;
    }
    let along = (px * ux + py * uy) / width;
    let across = (px * vx + py * vy) / height;
    along > 0.0 && along < width - STEP * one.size && across > 0.0 && across < height
}

/// The upright rectangle around points: left, least, right, most.
pub(super) fn bounds(points: [(f64, f64); 4]) -> Area {
    points.iter().fold(
        [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY],
        |[l, b, r, t], &(x, y)| [l.min(x), b.min(y), r.max(x), t.max(y)],
    )
}

/// The corners of the unit square under a map.
pub(super) fn square(matrix: Matrix, [left, bottom, right, top]: Area) -> [(f64, f64); 4] {
    [(left, bottom), (right, bottom), (right, top), (left, top)].map(|(x, y)| matrix.point(x, y))
}
