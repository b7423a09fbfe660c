//! Tables: `|= widths`, `|~ widths` without lines, `|! head`, `|* list | cells`, `| cells`.

use super::{Node, Parser, RowKind};
use crate::error::Error;
use crate::form::Kind;

/// Columns of a table; more do not fit a sheet.
const MAX_COLUMNS: usize = 20;

/// Cells of a row, divided by `|`; one at the end may stand or not.
pub(super) fn cells(text: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut chars = text.trim().chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '|' => {
                if chars.peek().is_some() {
                    cells.push(String::new());
                }
            }
            '\\' => {
                if let Some(cell) = cells.last_mut() {
                    // The mark goes on to the reader of the text, except before the divider, which only this one knows.
                    match chars.next() {
                        Some('|') => cell.push('|'),
                        other => {
                            cell.push('\\');
                            cell.extend(other);
                        }
                    }
                }
            }
            c => {
                if let Some(cell) = cells.last_mut() {
                    cell.push(c);
                }
            }
        }
    }
    cells.into_iter().map(|c| c.trim().to_owned()).collect()
}

impl Parser<'_> {
    pub(super) fn row(&mut self, line: &str) -> Result<Node, Error> {
        let (sign, rest) = line.split_once(' ').unwrap_or((line, ""));
        if let "|=" | "|~" = sign {
            let widths: Result<Vec<u16>, _> = rest.split_whitespace().map(str::parse).collect();
            let widths = widths.map_err(|_| self.error("widths of columns are whole numbers"))?;
            if widths.is_empty() || widths.len() > MAX_COLUMNS || widths.iter().any(|w| !(1..=100).contains(w)) {
                return Err(self.error("a table has 1 to 20 columns of widths from 1 to 100"));
            }
            self.columns = Some(widths.len());
            return Ok(Node::TableStart {
                widths,
                plain: sign == "|~",
            });
        }
        let columns = self
            .columns
            .ok_or_else(|| self.error("a row without a table: '|= widths' begins one"))?;
        let (kind, rest) = match sign {
            "|" => (RowKind::Plain, rest),
            "|!" => (RowKind::Head, rest),
            "|*" => {
                let (list, rest) = rest
                    .split_once('|')
                    .ok_or_else(|| self.error("'|*' names a list, then its cells"))?;
                (RowKind::Each(self.name(list.trim(), Some(Kind::List), false)?), rest)
            }
            _ => return Err(self.error(format!("'{sign}' begins no row"))),
        };
        let mut outer = None;
        if let RowKind::Each(list) = &kind {
            outer = Some(
                self.scope
                    .enter(&list.full)
                    .ok_or_else(|| self.error("rows within rows are not known"))?,
            );
        }
        let texts = cells(rest);
        if texts.len() != columns {
            return Err(self.error(format!("{} cells in a table of {columns} columns", texts.len())));
        }
        let mut cells = Vec::with_capacity(columns);
        for text in texts {
            cells.push(self.inline(&text)?);
        }
        if let Some(outer) = outer {
            self.scope = outer;
        }
        Ok(Node::Row { kind, cells })
    }
}
