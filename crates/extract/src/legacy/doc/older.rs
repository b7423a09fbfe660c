//! Word 6 and 95: text of one byte a character in the code page of the language, in one stretch or in pieces.

use super::fib::{Fib, Table};
use super::pieces::Pieces;
use crate::Why;
use crate::context::Ctx;
use crate::legacy::bytes::slice;
use crate::legacy::codepage;
use crate::legacy::fields::Fields;
use crate::legacy::flow::{Flow, Look};

pub(super) fn read(word: &[u8], fib: &Fib, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let total: u32 = fib.stories.iter().fold(0, |sum, n| sum.saturating_add(*n));
    let mut bytes = Vec::new();
    if fib.complex {
        // Places of pieces are told in bytes here, so the bit for narrow text is never set.
        let pieces = Pieces::read_narrow(fib.table(word, Table::Clx), word)?;
        for piece in &pieces.list {
            let len = (piece.to - piece.from) as usize;
            ctx.spend(len as u64)?;
            bytes.extend_from_slice(slice(word, piece.at, len).unwrap_or_default());
        }
    } else {
        let len = total as usize;
        match slice(word, fib.text, len) {
            Some(text) => bytes.extend_from_slice(text),
            None => {
                bytes.extend_from_slice(word.get(fib.text..).unwrap_or_default());
                ctx.unread(&[], Why::Damaged("text is cut off".into()));
            }
        }
    }
    let page = codepage::of_language(fib.language);
    let look = Look::default();
    let mut flow = Flow::new(Vec::new(), true);
    let mut fields = Fields::default();
    for c in codepage::decode(&bytes, page).chars() {
        match c {
            '\u{13}' => fields.begin(),
            '\u{14}' => fields.separate(),
            '\u{15}' => flow.push(&fields.end().unwrap_or_default(), &look),
            c if fields.take(c) => {}
            '\r' | '\u{c}' | '\u{e}' => {
                ctx.tick()?;
                flow.end_paragraph(ctx);
            }
            '\u{7}' if flow.last() == Some('\t') => {
                flow.take_back('\t');
                flow.end_paragraph(ctx);
            }
            '\u{7}' => flow.push_char('\t', &look),
            '\u{b}' => flow.push_char('\n', &look),
            '\u{1e}' => flow.push_char('-', &look),
            c if c < ' ' && c != '\t' => {}
            c => flow.push_char(c, &look),
        }
    }
    if let Some(rest) = fields.close() {
        flow.push(&rest, &look);
    }
    flow.give(ctx);
    Ok(())
}
