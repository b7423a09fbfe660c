//! JSON and JSON lines: values with the path of their keys.
//!
//! A member stands on a line of its own as `key: value`, so that the key is read as the label of the value. Records (a list of objects
//! of plain values, or lines of them) are given as a table with their keys as the names of its columns. Nothing is expected to be well-formed: what does not
//! fit is given as it stands.

mod records;
mod scan;
mod strings;

use self::records::Table;
use self::scan::{End, Item, List};
use self::strings::string_text;
use super::builder::Builder;
use super::{PART, Piece, Shape, Used, escapes};
use crate::context::Ctx;
use crate::{Mark, Step, Why};

/// Levels of nesting whose keys are kept; deeper values are given all the same.
const DEPTH: usize = 512;
/// Longest path that is told, in bytes.
const LONGEST_PATH: usize = 512;

/// A list or an object that is open.
#[derive(Default)]
struct Frame {
    array: bool,
    /// The outermost: values one after the other.
    root: bool,
    /// Whether its elements are rows of a table.
    records: bool,
    /// Whether it is such a row.
    row: bool,
    /// Length of its own path.
    base: usize,
    index: u64,
    key: String,
    has_key: bool,
    /// Whether the last element was a number on the same line.
    number: bool,
}

pub(super) struct Json {
    lines: bool,
    out: Builder,
    marks: Vec<Mark>,
    stack: Vec<Frame>,
    /// Open levels below [`DEPTH`].
    deeper: usize,
    /// Path of the present value.
    path: String,
    table: Table,
    /// The last member named `text`, as it stands in the file.
    said: String,
    /// A string that was too long for one piece goes on.
    in_string: bool,
    /// Number of the line of the present value of the root.
    line: u64,
    started: bool,
}

impl Json {
    pub(super) fn new(lines: bool) -> Self {
        Self {
            lines,
            out: Builder::default(),
            marks: Vec::new(),
            stack: vec![Frame {
                array: true,
                root: true,
                ..Frame::default()
            }],
            deeper: 0,
            path: String::new(),
            table: Table::default(),
            said: String::new(),
            in_string: false,
            line: 1,
            started: false,
        }
    }
}

impl Shape for Json {
    fn by_lines(&self) -> bool {
        false
    }

    fn take(&mut self, piece: Piece<'_>, ctx: &mut Ctx<'_>) -> Result<Used, Why> {
        let bytes = piece.text.as_bytes();
        let (mut at, mut counted) = (0, 0);
        self.line = piece.line;
        if self.in_string {
            match self.go_on(&piece) {
                Some(end) => at = end,
                None => {
                    self.flush(PART, ctx);
                    return Ok(piece.all());
                }
            }
        }
        while let Some(&b) = bytes.get(at) {
            let next = match b {
                b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' => at + 1,
                b'{' | b'[' => {
                    if self.stack.len() == 1 {
                        self.line += memchr::memchr_iter(b'\n', &bytes[counted..at]).count() as u64;
                        counted = at;
                    }
                    match self.open(&piece, at, ctx) {
                        Some(next) => next,
                        None => break,
                    }
                }
                b'}' | b']' => {
                    self.close(b == b']');
                    at + 1
                }
                _ => match self.value(&piece, at, ctx) {
                    Some(next) => next,
                    None => break,
                },
            };
            at = next;
            if self.out.len() >= PART || self.table.out.len() >= PART {
                self.flush(PART, ctx);
                ctx.tick()?;
            }
        }
        Ok(piece.used(at))
    }

    fn finish(&mut self, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        self.flush(0, ctx);
        Ok(())
    }
}

impl Json {
    /// Gives what has grown to this length.
    fn flush(&mut self, from: usize, ctx: &mut Ctx<'_>) {
        if self.out.len() >= from {
            self.out.fresh_line();
            self.out.give_marked(&mut self.marks, ctx);
        }
        if self.table.out.len() >= from {
            self.table.out.fresh_line();
            let Table {
                out,
                cells,
                columns,
                steps,
                ..
            } = &mut self.table;
            out.give_table(steps, cells, columns, ctx);
        }
    }

    /// The path steps on to the element or member whose value begins.
    fn enter(&mut self) {
        let Some(frame) = self.stack.last_mut() else { return };
        if frame.array && !frame.root {
            self.path.truncate(frame.base);
            if self.path.len() < LONGEST_PATH {
                self.path.push_str(&format!("[{}]", frame.index));
            }
        } else if frame.root && !frame.has_key {
            self.path.clear();
        }
    }

    /// Counts the value that has ended.
    fn leave(&mut self) {
        if let Some(frame) = self.stack.last_mut() {
            frame.index += 1;
            frame.has_key = false;
        }
    }

    fn mark(&mut self) {
        let mut steps = Vec::with_capacity(2);
        if self.lines {
            steps.push(Step::Line(self.line));
        }
        if !self.path.is_empty() {
            steps.push(Step::Key(self.path.clone()));
        }
        self.marks.push(Mark {
            start: self.out.len(),
            steps,
        });
    }

    /// An object or a list begins. Returns where to go on, nothing where more text is needed.
    fn open(&mut self, piece: &Piece<'_>, at: usize, ctx: &mut Ctx<'_>) -> Option<usize> {
        let bytes = piece.text.as_bytes();
        let array = bytes[at] == b'[';
        let top = self.stack.last()?;
        // A member of an object without a key cannot be an object: the one before was never closed.
        if !array && !top.array && !top.has_key && self.deeper == 0 {
            self.stack.truncate(1);
            self.leave();
        }
        if self.stack.len() >= DEPTH {
            self.deeper += 1;
            return Some(at + 1);
        }
        if !self.started {
            self.started = true;
            if self.lines
                && scan::records(bytes, at)
                && let Some(root) = self.stack.first_mut()
            {
                root.records = true;
            }
        }
        let top = self.stack.last()?;
        let row = top.records && !array && self.deeper == 0;
        let key_in_row = top.row && top.has_key;
        if array && top.has_key && bytes.get(at + 1) != Some(&b']') {
            match scan::split_text(bytes, at + 1) {
                List::Text(mut items, end) => {
                    self.once(piece, &mut items);
                    self.split_text(piece, &items, key_in_row);
                    return Some(end);
                }
                List::Waits if piece.may_wait() => return None,
                _ => {}
            }
        }
        self.enter();
        if key_in_row {
            self.key_line();
        }
        // A list inside an element of a list comes once a record: too small to be a table of its own.
        let outermost = !self.lines && self.stack.iter().all(|f| f.root || !f.array);
        let records = array && outermost && scan::records(bytes, at + 1);
        if records {
            self.begin_table(ctx);
        }
        if row {
            self.table.out.fresh_line();
            self.table.last = usize::MAX;
        } else if !array || !self.out.text.ends_with(": ") {
            // The first value of a list stands behind its key.
            self.out.fresh_line();
        }
        self.stack.push(Frame {
            array,
            records,
            row,
            base: self.path.len(),
            ..Frame::default()
        });
        Some(at + 1)
    }

    fn close(&mut self, array: bool) {
        if self.deeper > 0 {
            self.deeper -= 1;
            return;
        }
        // A bracket that fits no open one is passed over; one that fits an outer one closes those within.
        let Some(depth) = self.stack.iter().rposition(|f| !f.root && f.array == array) else {
            return;
        };
        if self.stack.len() - depth > 2 {
            return;
        }
        while self.stack.len() > depth {
            let Some(frame) = self.stack.pop() else { break };
            self.path.truncate(frame.base);
            if frame.row {
                self.table.row = self.table.row.saturating_add(1);
            } else {
                self.out.fresh_line();
            }
        }
        self.leave();
    }

    /// A string, a number, a word or a comment. Returns where to go on, nothing where more text is needed.
    fn value(&mut self, piece: &Piece<'_>, at: usize, ctx: &mut Ctx<'_>) -> Option<usize> {
        let bytes = piece.text.as_bytes();
        let string = bytes[at] == b'"';
        if bytes[at] == b'/' && matches!(bytes.get(at + 1), Some(b'/' | b'*')) {
            return self.comment(piece, at);
        }
        let (from, to, next) = if string {
            match scan::string_end(bytes, at + 1, self.lines) {
                End::Quote(end) => (at + 1, end, end + 1),
                End::Line(end) => {
                    let value = bytes[at + 1..end].trim_ascii_end();
                    (at + 1, at + 1 + value.strip_suffix(b",").unwrap_or(value).len(), end)
                }
                End::Open if piece.may_wait() => return None,
                End::Open => {
                    self.in_string = !piece.last;
                    (at + 1, bytes.len(), bytes.len())
                }
            }
        } else {
            // At least one byte, whatever it is.
            let end = scan::word_end(bytes, at).max(at + 1);
            (at, end, end)
        };
        let after = scan::skip_blanks(bytes, next);
        if after >= bytes.len() && piece.may_wait() && !self.in_string {
            return None;
        }
        let keyed = self.deeper == 0 && self.stack.last().is_some_and(|f| (!f.array || f.root) && !f.has_key);
        if keyed && bytes.get(after) == Some(&b':') && !self.in_string {
            self.key(piece, from, to, string);
            return Some(after + 1);
        }
        self.scalar(piece, from, to, string, ctx);
        Some(next)
    }

    fn key(&mut self, piece: &Piece<'_>, from: usize, to: usize, string: bool) {
        let Some(frame) = self.stack.last_mut() else { return };
        let raw = piece.text.get(from..to).unwrap_or_default();
        frame.key.clear();
        if string && raw.contains('\\') {
            escapes::json_text(raw, &mut frame.key);
        } else {
            frame.key.push_str(raw);
        }
        frame.has_key = true;
        frame.number = false;
        let row = frame.row;
        if !row {
            self.step_to_key();
            self.out.fresh_line();
            self.mark();
            string_text(piece, from, to, string, "\n", &mut self.out);
            self.out.put(": ");
        }
    }

    /// The path steps on to the key of the present object.
    fn step_to_key(&mut self) {
        let Some(frame) = self.stack.last() else { return };
        self.path.truncate(frame.base);
        if self.path.len() < LONGEST_PATH {
            if !self.path.is_empty() {
                self.path.push('.');
            }
            match frame.key.char_indices().nth(LONGEST_PATH) {
                Some((end, _)) => self.path.push_str(frame.key.get(..end).unwrap_or_default()),
                None => self.path.push_str(&frame.key),
            }
        }
    }

    /// The key of a member of a row whose value does not fit into a cell.
    fn key_line(&mut self) {
        self.step_to_key();
        self.out.fresh_line();
        self.mark();
        if let Some(frame) = self.stack.last() {
            self.out.put(&frame.key);
            self.out.put(": ");
        }
    }

    fn scalar(&mut self, piece: &Piece<'_>, from: usize, to: usize, string: bool, ctx: &mut Ctx<'_>) {
        self.enter();
        let raw = piece.text.get(from..to).unwrap_or_default();
        if string && raw.starts_with("data:image/") {
            if self.stack.last().is_some_and(|f| f.row) {
                self.step_to_key();
            }
            let step = Step::Key(self.path.clone());
            super::data_uri::picture(raw, step, ctx);
        }
        if string && self.stack.last().is_some_and(|f| f.has_key && f.key == "text") {
            self.said.clear();
            self.said.push_str(raw);
        }
        let Some(frame) = self.stack.last_mut() else { return };
        if frame.row && frame.has_key && !self.in_string {
            let key = std::mem::take(&mut frame.key);
            let column = self.column(&key);
            if let Some(frame) = self.stack.last_mut() {
                frame.key = key;
            }
            if let Some(column) = column {
                self.cell(column, piece, from, to, string);
            } else {
                self.key_line();
                string_text(piece, from, to, string, "\n", &mut self.out);
            }
        } else if frame.row && frame.has_key {
            self.key_line();
            string_text(piece, from, to, string, "\n", &mut self.out);
        } else if frame.has_key {
            string_text(piece, from, to, string, "\n", &mut self.out);
        } else if frame.array && !frame.root {
            if frame.number && !string {
                self.out.put(", ");
            } else {
                frame.number = !string;
                // The first element stands behind the key of its list.
                if frame.index > 0 || !self.out.text.ends_with(": ") {
                    self.out.fresh_line();
                }
                self.mark();
            }
            string_text(piece, from, to, string, "\n", &mut self.out);
        } else {
            // Not where a value belongs: running text.
            if self.out.text.is_empty() || self.out.text.ends_with('\n') {
                self.mark();
            } else {
                self.out.put(" ");
            }
            string_text(piece, from, to, string, "\n", &mut self.out);
        }
        self.leave();
    }

    /// Messengers write a text twice: as it is, and cut into the stretches of one form. The second is left out where it says the same.
    fn once(&mut self, piece: &Piece<'_>, items: &mut Vec<(usize, Item)>) {
        let key = self.stack.last().map_or("", |f| f.key.as_str());
        if !matches!(key, "text" | "text_entities") {
            return;
        }
        let mut whole = String::new();
        for (_, item) in items.iter() {
            if let Item::Text(from, to) = item {
                whole.push_str(piece.text.get(*from..*to).unwrap_or_default());
            }
        }
        if key == "text" {
            self.said = whole;
        } else if whole == self.said {
            items.retain(|(_, item)| matches!(item, Item::Beside(..)));
        }
    }

    /// One text out of strings and objects; what else the objects hold follows below it.
    fn split_text(&mut self, piece: &Piece<'_>, items: &[(usize, Item)], key_in_row: bool) {
        if key_in_row {
            self.key_line();
        }
        for (_, item) in items {
            if let Item::Text(from, to) = item {
                string_text(piece, *from, *to, true, "\n", &mut self.out);
            }
        }
        let len = self.path.len();
        for (element, item) in items {
            if let Item::Beside(key_from, key_to, from, to) = item {
                self.out.fresh_line();
                let key = piece.text.get(*key_from..*key_to).unwrap_or_default();
                self.path.push_str(&format!("[{element}].{key}"));
                self.mark();
                self.path.truncate(len);
                self.out.same(piece, *key_from, *key_to);
                self.out.put(": ");
                string_text(piece, *from, *to, true, "\n", &mut self.out);
            }
        }
        self.out.fresh_line();
        self.leave();
    }

    fn comment(&mut self, piece: &Piece<'_>, at: usize) -> Option<usize> {
        let bytes = piece.text.as_bytes();
        let end = if bytes[at + 1] == b'/' {
            memchr::memchr(b'\n', &bytes[at..]).map(|i| at + i)
        } else {
            memchr::memmem::find(&bytes[at..], b"*/").map(|i| at + i + 2)
        };
        if end.is_none() && piece.may_wait() {
            return None;
        }
        let end = end.unwrap_or(bytes.len());
        self.out.fresh_line();
        self.marks.push(Mark {
            start: self.out.len(),
            steps: vec![Step::Source],
        });
        self.out.same(piece, at, end);
        self.out.put("\n");
        Some(end)
    }

    /// The rest of a string that began in an earlier piece. Returns where it ends.
    fn go_on(&mut self, piece: &Piece<'_>) -> Option<usize> {
        let bytes = piece.text.as_bytes();
        let (end, next) = match scan::string_end(bytes, 0, self.lines) {
            End::Quote(end) => (end, Some(end + 1)),
            End::Line(end) => (end, Some(end)),
            End::Open => (bytes.len(), None),
        };
        string_text(piece, 0, end, true, "\n", &mut self.out);
        self.in_string = next.is_none();
        next
    }
}

#[cfg(test)]
mod tests;
