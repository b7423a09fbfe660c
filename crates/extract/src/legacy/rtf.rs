//! Rich text: groups, control words, text in the code page of its font.
//!
//! [`reader`] walks the bytes with a stack of its own, so that no nesting can exhaust that of the program; [`words`] is what the
//! control words mean.

mod fonts;
mod reader;
mod words;

use crate::Why;
use crate::context::{Ctx, Source};

pub(super) fn read(source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let bytes = source.bytes(ctx.limits)?;
    reader::Reader::new(&bytes, ctx).run()
}

#[cfg(test)]
mod tests;
