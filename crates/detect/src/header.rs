//! Headers of columns: in tables with cells, and in delimited lines of running text.

use memchr::{memchr, memchr_iter, memrchr};

use crate::Cell;
use crate::labels::{self, Label};

/// Longest header of a column, in bytes.
const LONGEST: usize = 160;

/// How far back a header row is looked for in running text, and the longest line that is read as a row, in bytes.
const BACK: usize = 4096;

/// Most columns whose headers are kept.
const COLUMNS: usize = 4096;

fn digits(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit())
}

fn of_cell(text: &str) -> Option<Label> {
    let text = text.trim_matches(['"', ' ', '\r']);
    (text.len() <= LONGEST && !digits(text))
        .then(|| labels::of_header(text))
        .flatten()
}

/// Header rows of a table, in order: the first row, and the labels of its columns.
pub(crate) type Rows = Vec<(u32, Vec<Option<Label>>)>;

/// Finds the header rows: rows without digits in which a label stands and, where the table has several columns, more than one cell is filled
/// (a title over the table is no header).
pub(crate) fn rows(text: &str, cells: &[Cell]) -> Rows {
    let mut found: Rows = Vec::new();
    let wide = cells.iter().any(|c| c.col != cells[0].col);
    for row in cells.chunk_by(|a, b| a.row == b.row) {
        let of = |c: &Cell| text.get(c.start..c.end).unwrap_or_default();
        let filled = row.iter().filter(|c| !of(c).trim().is_empty()).count();
        if filled < 1 + usize::from(wide) || row.iter().any(|c| digits(of(c))) {
            continue;
        }
        let mut labels: Vec<Option<Label>> = Vec::new();
        for cell in row {
            let col = cell.col as usize;
            if let Some(label) = of_cell(of(cell)).filter(|_| col < COLUMNS) {
                if labels.len() <= col {
                    labels.resize(col + 1, None);
                }
                if let Some(slot) = labels.get_mut(col) {
                    *slot = Some(label);
                }
            }
        }
        if labels.is_empty() {
            continue;
        }
        // A header of two rows: what the second one does not name, the first one does. Later ones begin a table of their own.
        let first = row.first().map_or(0, |c| c.row);
        match found.last_mut() {
            Some((above, old)) if first <= *above + 1 => {
                if old.len() < labels.len() {
                    old.resize(labels.len(), None);
                }
                for (slot, label) in old.iter_mut().zip(labels) {
                    *slot = label.or(*slot);
                }
                *above = first;
            }
            // One label among the words of a list is a word, not a header.
            Some(_) if labels.iter().flatten().count() * 2 < filled => {}
            _ => found.push((first, labels)),
        }
    }
    found
}

/// Delimited lines of running text that belong together, as far as they were looked at.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    /// Range of the lines that were last read as a table; those of a line that is no row have no labels.
    start: usize,
    end: usize,
    delimiter: u8,
    width: usize,
    labels: Vec<Option<Label>>,
}

/// Delimiters of a row, those inside quotes left out.
fn width(row: &[u8], delimiter: u8) -> usize {
    if memchr(b'"', row).is_none() {
        return memchr_iter(delimiter, row).count();
    }
    let mut quoted = false;
    row.iter()
        .filter(|&&b| {
            quoted ^= b == b'"';
            b == delimiter && !quoted
        })
        .count()
}

/// The delimiter of a row.
fn delimiter(row: &[u8]) -> Option<(u8, usize)> {
    [b';', b'\t', b'|', b',']
        .into_iter()
        .filter(|&d| memchr(d, row).is_some())
        .map(|d| (d, width(row, d)))
        .find(|&(_, w)| w >= 2)
}

/// The fields of a row.
fn fields(row: &str, delimiter: u8) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    row.split(move |c: char| {
        quoted ^= c == '"';
        c == char::from(delimiter) && !quoted
    })
}

impl Lines {
    /// The header over a value at this offset.
    pub(crate) fn header(&mut self, text: &str, at: usize) -> Option<Label> {
        let bytes = text.as_bytes();
        if !(self.start..self.end).contains(&at) {
            self.look(text, at)?;
        }
        if self.labels.is_empty() {
            return None;
        }
        let line = memrchr(b'\n', bytes.get(self.start..at)?).map_or(self.start, |i| self.start + i + 1);
        let column = width(bytes.get(line..at)?, self.delimiter);
        self.labels.get(column).copied().flatten()
    }

    /// Reads the line at this offset and, if it is a row, the rows above it.
    fn look(&mut self, text: &str, at: usize) -> Option<()> {
        let bytes = text.as_bytes();
        let from = at.saturating_sub(BACK);
        let start = match memrchr(b'\n', bytes.get(from..at)?) {
            Some(i) => from + i + 1,
            None if from == 0 => 0,
            None => return None,
        };
        let to = bytes.len().min(at + BACK);
        let end = match memchr(b'\n', bytes.get(at..to)?) {
            Some(i) => at + i + 1,
            None if to == bytes.len() => to,
            None => return None,
        };
        let row = bytes.get(start..end)?;
        // Objects and lists of JSON have commas, too, but their keys stand beside the values.
        let json = matches!(row.trim_ascii_start(), [b'{' | b'[', ..]);
        let Some((delimiter, fields)) = delimiter(row).filter(|_| !json) else {
            *self = Self {
                start,
                end,
                ..Self::default()
            };
            return None;
        };
        // Upwards while the rows are as wide.
        let (mut top, mut labels) = (start, Vec::new());
        while top > 0 && start - top < BACK {
            if top == self.end && (self.delimiter, self.width) == (delimiter, fields) {
                self.end = end;
                return Some(());
            }
            let edge = top - 1;
            let lowest = edge.saturating_sub(BACK);
            let above = match memrchr(b'\n', bytes.get(lowest..edge)?) {
                Some(i) => lowest + i + 1,
                None if lowest == 0 => 0,
                None => break,
            };
            let row = text.get(above..edge)?;
            if width(row.as_bytes(), delimiter) != fields {
                break;
            }
            top = above;
            if !digits(row) {
                let found: Vec<_> = self::fields(row, delimiter).map(of_cell).collect();
                if found.iter().any(Option::is_some) {
                    labels = found;
                    break;
                }
            }
        }
        *self = Self {
            start: top,
            end,
            delimiter,
            width: fields,
            labels,
        };
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels::Topic;

    fn topic(text: &str, value: &str) -> Option<Topic> {
        let at = text.find(value).unwrap_or_default();
        Lines::default().header(text, at).map(|l| l.topic)
    }

    #[test]
    fn rows_as_wide_as_the_header_have_its_labels() {
        let csv = "STT,Họ và tên,Số điện thoại,CCCD\n1,\"An, Nguyễn\",0912,04918\n2,Bình,0913,04919\n";
        assert_eq!(topic(csv, "0912"), Some(Topic::Phone));
        assert_eq!(topic(csv, "04919"), Some(Topic::CitizenId));
        assert_eq!(topic(csv, "2,Bình"), None);
        let other = format!("{csv}\nmột, hai, ba 77\n");
        assert_eq!(topic(&other, "77"), None);
    }

    #[test]
    fn the_header_is_kept_over_many_rows() {
        let mut text = "id;телефон;город\n".to_owned();
        let mut lines = Lines::default();
        let mut at = Vec::new();
        for i in 0..2000 {
            at.push(text.len() + i.to_string().len() + 1);
            text += &format!("{i};{};x\n", 9_120_000_000_u64 + i);
        }
        for at in at {
            assert_eq!(lines.header(&text, at).map(|l| l.topic), Some(Topic::Phone), "{at}");
        }
    }
}
