//! The file information block: where everything lies.

use crate::Why;
use crate::legacy::bytes::{size_at, slice, u16_at, u32_at};

/// Tables by their number in the block.
#[derive(Debug, Clone, Copy)]
pub(super) enum Table {
    Styles = 1,
    Comments = 4,
    CommentTexts = 5,
    Headers = 11,
    CharacterPages = 12,
    ParagraphPages = 13,
    Fonts = 15,
    Clx = 33,
    CommentAuthors = 36,
    Revisers = 51,
}

/// Where the pairs of offset and length begin.
const TABLES: usize = 154;

/// What the readers need of the block.
#[derive(Debug, Clone, Default)]
pub(super) struct Fib {
    pub(super) encrypted: bool,
    /// Word 6 or 95: text of one byte a character, tables in the stream of the text.
    pub(super) older: bool,
    /// Language of the program that wrote the file.
    pub(super) language: u16,
    /// Whether the text is in pieces although it is an older file.
    pub(super) complex: bool,
    /// Where the text of an older file begins.
    pub(super) text: usize,
    /// Characters of each story, in their order.
    pub(super) stories: [u32; 8],
    second_table: bool,
    tables: Vec<(usize, usize)>,
}

impl Fib {
    pub(super) fn read(word: &[u8]) -> Result<Self, Why> {
        let short = || Why::Damaged("head of the document".into());
        let mark = u16_at(word, 0).ok_or_else(short)?;
        let version = u16_at(word, 2).ok_or_else(short)?;
        let flags = u16_at(word, 10).ok_or_else(short)?;
        if !matches!(mark, 0xa5ec | 0xa5dc | 0xa699 | 0xa5db) {
            return Err(short());
        }
        if matches!(mark, 0xa5db | 0xa699) || version < 101 {
            return Err(Why::Unsupported("Word 2 document".into()));
        }
        let older = mark == 0xa5dc || version <= 105;
        let mut fib = Self {
            encrypted: flags & 0x100 != 0,
            older,
            language: u16_at(word, 6).ok_or_else(short)?,
            complex: flags & 4 != 0,
            text: size_at(word, 0x18).ok_or_else(short)?,
            second_table: flags & 0x200 != 0,
            ..Self::default()
        };
        if fib.encrypted {
            return Ok(fib);
        }
        let lengths = if older { 0x34 } else { 76 };
        for (i, story) in fib.stories.iter_mut().enumerate() {
            *story = u32_at(word, lengths + 4 * i).ok_or_else(short)?.min(i32::MAX as u32);
        }
        if older {
            // The one table that matters here stands at a place of its own.
            let mut tables = vec![(0, 0); Table::Clx as usize + 1];
            if let (Some(at), Some(len), Some(last)) = (size_at(word, 0x160), size_at(word, 0x164), tables.last_mut()) {
                *last = (at, len);
            }
            fib.tables = tables;
        } else {
            let count = usize::from(u16_at(word, 152).ok_or_else(short)?);
            fib.tables = (0..count)
                .map_while(|i| Some((size_at(word, TABLES + 8 * i)?, size_at(word, TABLES + 8 * i + 4)?)))
                .collect();
        }
        Ok(fib)
    }

    /// The stream that holds the tables.
    pub(super) fn table_stream(&self) -> &'static str {
        if self.second_table { "/1Table" } else { "/0Table" }
    }

    /// The bytes of a table, empty where there is none.
    pub(super) fn table<'t>(&self, stream: &'t [u8], table: Table) -> &'t [u8] {
        let Some(&(at, len)) = self.tables.get(table as usize) else {
            return &[];
        };
        slice(stream, at, len).unwrap_or_default()
    }
}
