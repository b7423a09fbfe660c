//! From characters to text: marks of paragraphs, cells and fields.

use super::Document;
use super::formatting::{Characters, Paragraph};
use crate::context::Ctx;
use crate::legacy::bytes::u16_at;
use crate::legacy::codepage;
use crate::legacy::fields::Fields;
use crate::legacy::flow::{Flow, Look};
use crate::{Step, Why};

impl Document {
    /// The text of a range of characters.
    pub(super) fn story(&self, range: (u32, u32), flow: &mut Flow, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        let mut fields = Fields::default();
        let mut look = Look::default();
        let first = self.pieces.list.partition_point(|p| p.to <= range.0);
        for piece in self.pieces.list.get(first..).unwrap_or_default() {
            if piece.from >= range.1 {
                break;
            }
            let (from, to) = (piece.from.max(range.0), piece.to.min(range.1));
            let size = if piece.narrow { 1 } else { 2 };
            let mut at = piece.at + (from - piece.from) as usize * size;
            let end = piece.at + (to - piece.from) as usize * size;
            ctx.spend((end - at) as u64)?;
            let change = piece.change.and_then(|n| self.pieces.changes.get(n));
            let mut until = 0;
            let (mut paragraph, mut paragraph_until) = (Paragraph::default(), 0);
            while at < end {
                if at >= until || at >= paragraph_until {
                    ctx.tick()?;
                    let (mut characters, to) = self.formatting.characters(at);
                    until = to;
                    (paragraph, paragraph_until) = self.formatting.paragraph(at);
                    if let Some(change) = change {
                        characters.apply(change);
                    }
                    look = self.look(characters, paragraph);
                }
                let (c, used) = self.character(at, end, piece.narrow);
                at += used;
                match c {
                    '\u{13}' => fields.begin(),
                    '\u{14}' => fields.separate(),
                    '\u{15}' => flow.push(&fields.end().unwrap_or_default(), &look),
                    c if fields.take(c) => {}
                    '\r' | '\u{c}' | '\u{e}' => flow.end_paragraph(ctx),
                    '\u{7}' if paragraph.ends_row => {
                        flow.take_back('\t');
                        flow.end_paragraph(ctx);
                    }
                    '\u{7}' => flow.push_char('\t', &look),
                    '\u{b}' => flow.push_char('\n', &look),
                    '\u{1e}' => flow.push_char('-', &look),
                    '\t' => flow.push_char('\t', &look),
                    // Optional hyphens and anchors of pictures, notes and comments are no text.
                    c if c < ' ' => {}
                    c => flow.push_char(c, &look),
                }
            }
            flow.relieve(ctx);
        }
        if let Some(rest) = fields.close() {
            flow.push(&rest, &look);
        }
        Ok(())
    }

    fn look(&self, characters: Characters, paragraph: Paragraph) -> Look {
        let change = if characters.deleted {
            Some(Step::Deleted(self.formatting.reviser(characters)))
        } else if characters.inserted {
            Some(Step::Inserted(self.formatting.reviser(characters)))
        } else {
            None
        };
        Look {
            hidden: characters.hidden == Some(true),
            change,
            face: self.formatting.face(characters, paragraph),
        }
    }

    /// The character at a byte, and how many bytes it takes.
    fn character(&self, at: usize, end: usize, narrow: bool) -> (char, usize) {
        if narrow {
            let byte = self.word.get(at).copied().unwrap_or(0);
            if !(0x80..0xa0).contains(&byte) {
                return (char::from(byte), 1);
            }
            let text = codepage::decode(std::slice::from_ref(&byte), codepage::WESTERN);
            return (text.chars().next().unwrap_or('\u{fffd}'), 1);
        }
        let unit = u16_at(&self.word, at).unwrap_or(0xfffd);
        if (0xd800..0xdc00).contains(&unit)
            && at + 4 <= end
            && let Some(low) = u16_at(&self.word, at + 2)
            && let Some(Ok(c)) = char::decode_utf16([unit, low]).next()
        {
            return (c, 4);
        }
        (char::from_u32(u32::from(unit)).unwrap_or('\u{fffd}'), 2)
    }
}
