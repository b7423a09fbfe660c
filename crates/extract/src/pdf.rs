//! Reader of this family.

use crate::Why;
use crate::context::{Ctx, Source};

pub(crate) fn read(source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let _ = (source, ctx);
    Err(Why::Unsupported("PDF".to_owned()))
}
