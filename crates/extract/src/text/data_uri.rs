//! Pictures that stand in a text as `data:` addresses.

use crate::context::Ctx;
use crate::{Step, encoded};

/// Shortest picture that is worth a look, in bytes of base64.
const SHORTEST: usize = 200;

/// Hands the picture that a `data:` address holds to its reader. Whether it was one.
pub(super) fn picture(address: &str, step: Step, ctx: &mut Ctx<'_>) -> bool {
    let Some((head, data)) = address.strip_prefix("data:").and_then(|a| a.split_once(',')) else {
        return false;
    };
    if !head.starts_with("image/") || !head.ends_with(";base64") || data.len() < SHORTEST || head.contains("svg") {
        return false;
    }
    let (bytes, _) = encoded::base64(data.as_bytes());
    if let Err(why) = ctx.spend(bytes.len() as u64) {
        ctx.unread(&[step], why);
        return true;
    }
    ctx.child(step, "", &bytes);
    true
}
