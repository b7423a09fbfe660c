//! Reading a document, deciding about it, and writing it anew.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;

use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Dict, Rect};
use hayro::hayro_syntax::page::{Page, Rotation};
use image::GrayImage;
use tutela_extract::pdf::Matrix;
use tutela_extract::pdf::trace::{self, Needs, Tracer};
use tutela_extract::{Limits, Why};

use super::Pictures;
use super::book::Book;
use super::content::Role;
use super::document::{self, Outline};
use super::guard::Guard;
use super::layers::Layers;
use super::marks::{Area, Key, Marks, Placed, placed, square};
use super::out::{self, Id};
use super::over::{self, Over};
use super::resources::{Kind, Used};
use super::scan::{self, Drawn};
use super::values::{Finder, Values};
use crate::copy::{Cleaned, Cut, Decide, Refused, What};
use crate::image::seen::{Seen, Turn};
use crate::lines;

/// Pictures of one document that are read.
const MAX_PICTURES: usize = 100_000;

/// A page that was read.
struct PageRead<'a> {
    page: &'a Page<'a>,
    text: String,
    cuts: Vec<Range<usize>>,
    over: Vec<Over<'a>>,
    pictures: Vec<Placed>,
    drawn: Option<Drawn>,
}

/// A picture that was read.
struct Look {
    seen: Seen,
    turn: Turn,
    /// Its size as it is stored.
    size: (u32, u32),
}

/// A document that is being read.
pub(super) struct Reading<'a> {
    pdf: &'a Pdf,
    guard: Guard,
    layers: Layers,
    limits: Limits,
    with_pictures: Pictures,
    tracer: Tracer<'a>,
    marks: Marks,
    pages: Vec<PageRead<'a>>,
    looks: HashMap<u32, Look>,
    /// Pictures that nobody could read: they are painted over whole.
    blind: HashSet<u32>,
    pub(super) values: Values,
    cleaned: Cleaned,
}

impl<'a> Reading<'a> {
    pub(super) fn new(pdf: &'a Pdf, guard: Guard, layers: Layers, limits: Limits, with_pictures: Pictures) -> Self {
        Self {
            pdf,
            guard,
            layers,
            tracer: Tracer::new(limits.clone()),
            limits,
            with_pictures,
            marks: Marks::default(),
            pages: Vec::new(),
            looks: HashMap::new(),
            blind: HashSet::new(),
            values: Values::default(),
            cleaned: Cleaned::default(),
        }
    }

    /// Reads all pages and decides about them.
    pub(super) fn read(&mut self, decide: &mut dyn Decide) -> Result<(), Refused> {
        for (number, page) in (1_u32..).zip(self.pdf.pages().iter()) {
            self.guard.tick()?;
            let read = self.page(number, page, decide)?;
            self.pages.push(read);
        }
        Ok(())
    }

    fn page(&mut self, number: u32, page: &'a Page<'a>, decide: &mut dyn Decide) -> Result<PageRead<'a>, Refused> {
        if let Some(data) = page.page_stream() {
            self.guard.spend(data.len() as u64)?;
        }
        let over = over::shown(page, &self.layers);
        for (stream, _) in &over {
            self.guard.check(stream)?;
        }
        let traced = self.tracer.page(page, &over);
        let mut read = PageRead {
            page,
            text: String::new(),
            cuts: Vec::new(),
            over,
            pictures: Vec::new(),
            drawn: None,
        };
        match &traced.problem {
            None => {}
            // What is broken in one place can still be drawn where it is not.
            Some(Why::Damaged(_)) => return self.drawn(read, number, decide),
            Some(why) => return Err(Refused::Unread(why.clone())),
        }
        let pictures = placed(number, &traced);
        // A picture inside the content has no number by which it could be read.
        let has_nameless = pictures.iter().any(|p| p.id == 0 && is_worth(p.size));
        if traced.needs == Needs::Drawing || has_nameless {
            return self.drawn(read, number, decide);
        }
        self.marks.note(number, &traced);
        let cuts = decided(decide, &traced.text, &mut self.values)?;
        let labelled: Vec<(Range<usize>, Option<String>)> = cuts
            .iter()
            .map(|cut| (cut.range.clone(), (!cut.with.is_empty()).then(|| cut.with.clone())))
            .collect();
        self.marks.cut(number, &traced, &labelled);
        if let Needs::Pictures { layered } = traced.needs {
            self.pictures(page, &pictures, layered, decide)?;
        }
        read.cuts = cuts.into_iter().map(|cut| cut.range).collect();
        read.text = traced.text;
        read.pictures = pictures;
        Ok(read)
    }

    /// Keeps a page as a picture.
    fn drawn(&mut self, mut read: PageRead<'a>, number: u32, decide: &mut dyn Decide) -> Result<PageRead<'a>, Refused> {
        let drawn = scan::draw(read.page, number, decide, &self.limits)?;
        for (value, entity) in &drawn.seen.values {
            self.values.add(value, *entity)?;
        }
        self.cleaned.add(What::Pages, 1);
        self.cleaned.add(What::Codes, drawn.seen.codes);
        self.cleaned.add(What::Faces, drawn.seen.faces);
        self.guard.spend(u64::from(u16::MAX))?;
        read.drawn = Some(drawn);
        Ok(read)
    }

    /// Reads the pictures of a page that were not read yet.
    fn pictures(
        &mut self,
        page: &'a Page<'a>,
        pictures: &[Placed],
        layered: bool,
        decide: &mut dyn Decide,
    ) -> Result<(), Refused> {
        let wanted: BTreeSet<u32> = pictures
            .iter()
            .filter(|p| is_worth(p.size) && !self.looks.contains_key(&p.id) && !self.blind.contains(&p.id))
            .map(|p| p.id)
            .collect();
        if wanted.is_empty() {
            return Ok(());
        }
        if self.looks.len() + wanted.len() > MAX_PICTURES {
            return Err(Refused::Limits);
        }
        self.blind.extend(&wanted);
        if self.with_pictures == Pictures::Cover {
            return Ok(());
        }
        let mut result = Ok(());
        let (looks, blind, values, cleaned) = (&mut self.looks, &mut self.blind, &mut self.values, &mut self.cleaned);
        let limits = &self.limits;
        trace::pictures(page, limits, &mut |id, gray: GrayImage| {
            if result.is_err() || !wanted.contains(&id) {
                return;
            }
            let Some(place) = pictures.iter().find(|p| p.id == id) else {
                return;
            };
            let turn = Turn::of(place.on_page.0);
            let size = gray.dimensions();
            match Seen::look(&turn.done(gray), !layered, decide, limits) {
                Ok(seen) => {
                    for (value, entity) in &seen.values {
                        if let Err(refused) = values.add(value, *entity) {
                            result = Err(refused);
                        }
                    }
                    cleaned.add(What::Codes, seen.codes);
                    cleaned.add(What::Faces, seen.faces);
                    blind.remove(&id);
                    looks.insert(id, Look { seen, turn, size });
                }
                Err(refused) => result = Err(refused),
            }
        });
        result
    }

    /// Cuts what was cut elsewhere from the texts where it was not decided upon.
    fn everywhere(&mut self, finder: &Finder) -> Result<(), Refused> {
        for (number, read) in (1_u32..).zip(&mut self.pages) {
            self.guard.tick()?;
            if let Some(drawn) = &mut read.drawn {
                drawn.seen.cut(&finder.find(&drawn.seen.text));
                continue;
            }
            let more: Vec<(Range<usize>, Option<String>)> = finder
                .find(&read.text)
                .into_iter()
                .filter(|hit| !read.cuts.iter().any(|cut| cut.start <= hit.start && hit.end <= cut.end))
                .map(|hit| (hit, None))
                .collect();
            if !more.is_empty() {
                let traced = self.tracer.page(read.page, &read.over);
                self.marks.cut(number, &traced, &more);
            }
            read.text = String::new();
        }
        for look in self.looks.values_mut().collect::<Vec<_>>() {
            look.seen.cut(&finder.find(&look.seen.text));
        }
        let mut covered = HashSet::new();
        for placed in self.pages.iter().flat_map(|read| &read.pictures) {
            let areas: Vec<Area> = match self.looks.get(&placed.id) {
                Some(look) => {
                    let areas = look.seen.areas.iter();
                    areas.map(|&area| look.turn.back(area, look.size)).collect()
                }
                None if self.blind.contains(&placed.id) => vec![[0.0, 0.0, 1.0, 1.0]],
                None => Vec::new(),
            };
            let is_new = covered.insert((placed.key, placed.op));
            for area in areas {
                self.marks.paint_area(placed.key, placed.op, area);
                if is_new {
                    self.marks.cover(placed.key, placed.op, square(placed.in_stream, area));
                }
            }
        }
        Ok(())
    }

    /// Writes the document anew.
    pub(super) fn write(
        mut self,
        root: &Dict<'a>,
        outline: Outline,
        decide: &mut dyn Decide,
    ) -> Result<(Vec<u8>, Values, Cleaned), Refused> {
        let links = document::links(self.pdf, root, decide, &mut self.values)?;
        let finder = self.values.finder()?;
        self.everywhere(&finder)?;
        let mut book = Book::new(self.guard, self.cleaned, self.marks, self.layers);
        let ids: Vec<Id> = self.pages.iter().map(|_| book.out.reserve()).collect();
        let tree = book.out.reserve();
        for ((number, read), id) in (1_u32..).zip(self.pages).zip(&ids) {
            book.guard.tick()?;
            let mut entries = format!("<</Type/Page/Parent {tree} 0 R").into_bytes();
            match read.drawn {
                Some(drawn) => write_drawn(&mut book, drawn, &mut entries)?,
                None => write_page(&mut book, number, &read, &mut entries)?,
            }
            let marks = document::write_links(&mut book, links.of(number), &ids, &finder);
            if !marks.is_empty() {
                entries.extend_from_slice(b"/Annots[");
                entries.extend_from_slice(&marks);
                entries.push(b']');
            }
            entries.extend_from_slice(b">>");
            book.out.object(*id, &entries);
        }
        book.write_fonts()?;
        let mut kids = Vec::new();
        for id in &ids {
            out::reference(&mut kids, *id);
            kids.push(b' ');
        }
        let mut body = format!("<</Type/Pages/Count {}/Kids[", ids.len()).into_bytes();
        body.extend_from_slice(&kids);
        body.extend_from_slice(b"]>>");
        book.out.object(tree, &body);
        let mut catalog = format!("<</Type/Catalog/Pages {tree} 0 R").into_bytes();
        document::write_catalog(&mut book, root, outline, &ids, &finder, &mut catalog);
        catalog.extend_from_slice(b">>");
        let root = book.out.add(&catalog);
        Ok((book.out.finish(root), self.values, book.cleaned))
    }
}

/// What is to go from a text, with its values remembered.
pub(super) fn decided(decide: &mut dyn Decide, text: &str, values: &mut Values) -> Result<Vec<Cut>, Refused> {
    let cuts = lines::decided(decide, text)?;
    for cut in &cuts {
        values.add(text.get(cut.range.clone()).unwrap_or_default(), cut.entity)?;
    }
    Ok(cuts)
}

/// Whether text may be on a picture of this size.
fn is_worth((width, height): (u32, u32)) -> bool {
    width.min(height) >= 16 && width.max(height) >= 40
}

fn write_page<'a>(book: &mut Book<'a>, number: u32, read: &PageRead<'a>, entries: &mut Vec<u8>) -> Result<(), Refused> {
    let page = read.page;
    let marks = book.marks.take(Key::Page(number)).unwrap_or_default();
    let data = page.page_stream().unwrap_or_default();
    let (mut content, mut used) = book.rewritten(data, page.resources(), Role::Read, marks, None)?;
    for (stream, Matrix(place)) in &read.over {
        if let Some(id) = book.form(stream, None, None)? {
            let name = used.reference(Kind::Object, id);
            content.extend_from_slice(b"q ");
            out::numbers(&mut content, place);
            content.extend_from_slice(b" cm ");
            out::name(&mut content, &name);
            content.extend_from_slice(b" Do Q\n");
        }
    }
    frame(entries, "MediaBox", page.media_box());
    frame(entries, "CropBox", page.crop_box());
    let turn = match page.rotation() {
        Rotation::None => 0,
        Rotation::Horizontal => 90,
        Rotation::Flipped => 180,
        Rotation::FlippedHorizontal => 270,
    };
    if turn != 0 {
        entries.extend_from_slice(format!("/Rotate {turn}").as_bytes());
    }
    if let Some(unit) = page.raw().get::<f64>("UserUnit").filter(|unit| *unit > 0.0) {
        entries.extend_from_slice(b"/UserUnit ");
        out::number(entries, unit);
    }
    if let Some(group) = page.raw().get::<Dict<'a>>("Group") {
        entries.extend_from_slice(&book.group(&group));
    }
    finish(book, &content, &used, entries);
    Ok(())
}

fn write_drawn(book: &mut Book<'_>, drawn: Drawn, entries: &mut Vec<u8>) -> Result<(), Refused> {
    let (width, height) = (f64::from(drawn.size.0), f64::from(drawn.size.1));
    let (jpeg, across, down) = drawn.finished()?;
    let id = book.out.reserve();
    let head = format!(
        "/Type/XObject/Subtype/Image/Width {across}/Height {down}/BitsPerComponent 8/ColorSpace/DeviceRGB/Filter/DCTDecode"
    );
    book.out.stored(id, head.as_bytes(), &jpeg);
    let mut used = Used::default();
    let name = used.reference(Kind::Object, id);
    let mut content = b"q ".to_vec();
    out::numbers(&mut content, &[width, 0.0, 0.0, height, 0.0, 0.0]);
    content.extend_from_slice(b" cm ");
    out::name(&mut content, &name);
    content.extend_from_slice(b" Do Q\n");
    entries.extend_from_slice(b"/MediaBox[0 0 ");
    out::numbers(entries, &[width, height]);
    entries.push(b']');
    finish(book, &content, &used, entries);
    Ok(())
}

fn finish(book: &mut Book<'_>, content: &[u8], used: &Used, entries: &mut Vec<u8>) {
    let id = book.out.reserve();
    book.out.stream(id, b"", content);
    entries.extend_from_slice(format!("/Contents {id} 0 R/Resources").as_bytes());
    entries.extend_from_slice(&used.dict());
}

fn frame(entries: &mut Vec<u8>, key: &str, rect: Rect) {
    entries.extend_from_slice(format!("/{key}[").as_bytes());
    out::numbers(entries, &[rect.x0, rect.y0, rect.x1, rect.y1]);
    entries.push(b']');
}
