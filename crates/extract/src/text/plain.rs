//! Text as it stands, told by lines.

use super::{Piece, Shape, Used};
use crate::context::Ctx;
use crate::{Grain, Part, Why};

/// Gives every piece as it is.
pub(super) struct Plain;

impl Shape for Plain {
    fn take(&mut self, piece: Piece<'_>, ctx: &mut Ctx<'_>) -> Result<Used, Why> {
        let used = piece.all();
        ctx.part(Part {
            place: ctx.place().clone(),
            text: piece.text,
            grain: Grain::Lines { first: piece.line },
            map: piece.map,
            columns: Vec::new(),
            caption: None,
        });
        Ok(used)
    }
}

/// Whether a short text is a value (a number, a date, an address of mail) and not the name of something.
pub(super) fn looks_like_value(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    text.len() > 120 || text.contains('@') || text.starts_with("http") || digits > letters || digits >= 6
}
