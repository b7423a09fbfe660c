//! Reader of this family.

use crate::context::{Ctx, Source};
use crate::Why;

pub(crate) fn read(source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let _ = (source, ctx);
    Err(Why::Unsupported("PDF".to_owned()))
}
