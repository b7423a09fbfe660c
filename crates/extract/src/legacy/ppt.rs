//! x
use crate::Why;
use crate::context::{Ctx, Source};
pub(super) fn read(source: &Source<'_>, _ctx: &mut Ctx<'_>) -> Result<(), Why> { let _ = source; Err(Why::Unsupported("xls".into())) }
