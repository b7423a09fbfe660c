//! What annotations and fields of forms show on a page. It becomes part of the page.

use hayro::hayro_syntax::object::{Array, Dict, Name, Object, Rect, Stream};
use hayro::hayro_syntax::page::Page;
use tutela_extract::pdf::Matrix;

use super::layers::Layers;
use super::marks::bounds;

/// Annotations of one page.
pub(super) const MAX_MARKS: usize = 50_000;

/// What is drawn over a page, and the map from its space (before its own matrix) to the page.
pub(super) type Over<'a> = (Stream<'a>, Matrix);

/// What the annotations of a page show.
pub(super) fn shown<'a>(page: &Page<'a>, layers: &Layers) -> Vec<Over<'a>> {
    let Some(list) = page.raw().get::<Array<'a>>("Annots") else {
        return Vec::new();
    };
    list.iter::<Dict<'a>>()
        .take(MAX_MARKS)
        .filter_map(|mark| one(&mark, layers))
        .collect()
}

fn one<'a>(mark: &Dict<'a>, layers: &Layers) -> Option<Over<'a>> {
    let subtype = mark.get::<Name<'_>>("Subtype")?;
    // Windows, notes that are an icon, media, and links, which have a border at most.
    if matches!(
        subtype.as_ref(),
        b"Popup" | b"Link" | b"Text" | b"FileAttachment" | b"Sound" | b"Movie" | b"Screen" | b"3D" | b"RichMedia"
    ) {
        return None;
    }
    let flags = mark.get::<i64>("F").unwrap_or(0);
    // Hidden, or not to be viewed.
    if flags & (2 | 32) != 0 {
        return None;
    }
    if let Some(layer) = mark.get::<Dict<'_>>("OC")
        && layers.is_hidden(mark.get_ref("OC").map(Into::into), &layer)
    {
        return None;
    }
    let stream = match mark.get::<Dict<'a>>("AP")?.get::<Object<'a>>("N")? {
        Object::Stream(stream) => stream,
        Object::Dict(states) => states.get::<Stream<'a>>(mark.get::<Name<'_>>("AS")?)?,
        _ => return None,
    };
    let rect = mark.get::<Rect>("Rect")?;
    let frame = stream.dict().get::<Rect>("BBox")?;
    let own = stream.dict().get::<[f64; 6]>("Matrix").map_or(Matrix::IDENTITY, Matrix);
    let corners = [
        (frame.x0, frame.y0),
        (frame.x1, frame.y0),
        (frame.x1, frame.y1),
        (frame.x0, frame.y1),
    ];
    let [left, bottom, right, top] = bounds(corners.map(|(x, y)| own.point(x, y)));
    let scale = |from: f64, to: f64| if from.abs() > 1e-9 { to / from } else { 1.0 };
    let (sx, sy) = (
        scale(right - left, rect.x1 - rect.x0),
        scale(top - bottom, rect.y1 - rect.y0),
    );
    let place = Matrix([sx, 0.0, 0.0, sy, rect.x0 - left * sx, rect.y0 - bottom * sy]);
    place.0.iter().all(|n| n.is_finite()).then_some((stream, place))
}
