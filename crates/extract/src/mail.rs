//! Mail: single messages (EML, MHTML), mailboxes (MBOX), and the formats that mail programs put inside.
//!
//! Our own walk over the parts of a message: bytes whose charset is wrong or missing have to be guessed from the bytes themselves, text that
//! stands in the file as it is keeps its offsets, and a mailbox of any size is read message by message.

mod charset;
mod decode;
mod fields;
mod mbox;
mod message;
mod plain;
mod smime;
#[cfg(test)]
mod tests;
mod tnef;

use crate::context::{Ctx, Source};
use crate::{Kind, Why};

pub(crate) fn read(kind: Kind, source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    match kind {
        Kind::Eml => {
            let bytes = source.bytes(ctx.limits)?;
            message::read(&bytes, ctx)
        }
        Kind::Mbox => mbox::read(source, ctx),
        _ => Err(Why::Unsupported(kind.as_str().to_owned())),
    }
}
