//! Text of all kinds: encodings, tables, trees, markup.

use crate::context::{Ctx, Source};
use crate::{Grain, Kind, OffsetMap, Part, Why};

pub(crate) fn read(kind: Kind, source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let _ = kind;
    let bytes = source.bytes(ctx.limits)?;
    let text = String::from_utf8_lossy(&bytes);
    ctx.part(Part {
        place: ctx.place().clone(),
        text,
        grain: Grain::Lines { first: 1 },
        map: OffsetMap::Same(0),
        columns: Vec::new(),
        caption: None,
    });
    Ok(())
}
