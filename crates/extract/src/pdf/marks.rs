//! Annotations: what readers wrote on a page, where links lead, what is attached to a place.

use hayro::hayro_syntax::object::{Array, Dict, Name, Object, Rect, Stream};
use hayro::hayro_syntax::page::{Page, Resources};

use super::content::Interpreter;
use super::font::Fonts;
use super::form::{self, Fields};
use super::matrix::Matrix;
use super::{contains, document, give_named, give_text, layout, strings};
use crate::context::Ctx;
use crate::{Step, Why};

/// Annotations of one page.
const MAX_MARKS: usize = 50_000;

/// Gives all annotations of a page.
pub(super) fn read<'a>(page: &'a Page<'a>, number: u32, fonts: &mut Fonts<'a>, fields: &mut Fields, ctx: &mut Ctx<'_>) {
    let Some(list) = page.raw().get::<Array<'a>>("Annots") else {
        return;
    };
    let steps = [Step::Page(number), Step::Annotation];
    for (n, mark) in list.iter::<Dict<'a>>().enumerate() {
        if n >= MAX_MARKS {
            ctx.unread(&steps, Why::TooMany(MAX_MARKS as u64));
            return;
        }
        if let Err(why) = ctx.tick() {
            ctx.unread(&steps, why);
            return;
        }
        read_one(&mark, page, &steps, fonts, fields, ctx);
    }
}

fn read_one<'a>(
    mark: &Dict<'a>,
    page: &Page<'a>,
    steps: &[Step],
    fonts: &mut Fonts<'a>,
    fields: &mut Fields,
    ctx: &mut Ctx<'_>,
) {
    let subtype = mark.get::<Name<'_>>("Subtype");
    let kind: &[u8] = subtype.as_ref().map_or(b"", |n| n.as_ref());
    let is_widget = kind == b"Widget";
    let mut told = String::new();
    if is_widget {
        form::read_widget(mark, fields, ctx);
        // The value stands in the field; its appearance is compared with it.
        let of_parent = mark.get::<Dict<'_>>("Parent").and_then(|p| p.get::<Object<'_>>("V"));
        told.extend(
            mark.get::<Object<'_>>("V")
                .or(of_parent)
                .and_then(|v| form::value(v, None)),
        );
    } else {
        let rich = mark
            .get::<Object<'_>>("RC")
            .and_then(strings::of_object)
            .map(|xml| form::plain(&xml));
        for text in strings::text(mark, "Contents").into_iter().chain(rich) {
            if !contains(&told, &text) {
                told.push_str(&text);
                give_text(steps, text, ctx);
            }
        }
        for (key, name) in [("T", "author"), ("Subj", "subject")] {
            if let Some(text) = strings::text(mark, key) {
                give_named(steps, name, text, ctx);
            }
        }
    }
    if let Some(file) = mark.get::<Dict<'_>>("FS") {
        document::attachment(&file, steps, ctx);
    }
    for action in ["A", "PA"] {
        if let Some(action) = mark.get::<Dict<'_>>(action) {
            document::action(&action, steps, ctx);
        }
    }
    if let Some(actions) = mark.get::<Dict<'_>>("AA") {
        for (key, _) in actions.entries() {
            if let Some(action) = actions.get::<Dict<'_>>(key) {
                document::action(&action, steps, ctx);
            }
        }
    }
    // Links have a border at most.
    if kind == b"Link" || kind == b"Popup" {
        return;
    }
    match appearance(mark, page, fonts, ctx) {
        Ok(text) if !text.trim().is_empty() && !contains(&told, &text) => give_text(steps, text, ctx),
        Ok(_) => {}
        Err(why) => ctx.unread(steps, why),
    }
}

/// The text that the annotation shows on the page.
fn appearance<'a>(mark: &Dict<'a>, page: &Page<'a>, fonts: &mut Fonts<'a>, ctx: &Ctx<'_>) -> Result<String, Why> {
    let Some(shapes) = mark.get::<Dict<'a>>("AP") else {
        return Ok(String::new());
    };
    let stream = match shapes.get::<Object<'a>>("N") {
        Some(Object::Stream(stream)) => Some(stream),
        Some(Object::Dict(states)) => mark
            .get::<Name<'_>>("AS")
            .and_then(|state| states.get::<Stream<'a>>(state)),
        _ => None,
    };
    let Some(stream) = stream else {
        return Ok(String::new());
    };
    let mut interpreter = Interpreter::new(fonts, Matrix(page.initial_transform(true).as_coeffs()));
    if let Some(rect) = mark.get::<Rect>("Rect") {
        interpreter.place(Matrix::translate(rect.x0, rect.y0));
    }
    interpreter.form(&stream, &Resources::new(Dict::empty()), ctx)?;
    if interpreter.content.broken > 0 {
        return Err(Why::Damaged("appearance of the annotation".into()));
    }
    Ok(layout::text(&interpreter.content.glyphs))
}
