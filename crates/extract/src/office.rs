//! Reader of this family.

use crate::context::{Ctx, Source};
use crate::{Kind, Why};

pub(crate) fn read(kind: Kind, source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let _ = (source, ctx);
    Err(Why::Unsupported(kind.as_str().to_owned()))
}
