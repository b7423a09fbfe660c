//! Text of all kinds: tables, trees, markup. The bytes of the file stay as they are but for what is cut, in the encoding that it has.
//!
//! The readers say for every piece of text which bytes of the file it came from, so one writer serves all kinds. A cut whose bytes are not
//! known, because its text was written in another form (base64 in JSON), refuses the file.

mod markup;
mod output;

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use tutela_detect::{Cell, Input};
use tutela_extract::{Charset, Grain, Kind, OffsetMap, Part, Reader, Run, Sink, Unread};

use self::output::Output;
use super::{Cleaned, Cut, Decide, Refused};

pub(super) use self::markup::clean as clean_markup;

/// Bytes of the file that are kept back before they are written, since markup tells some of its text late.
const LATE: u64 = 8 << 20;
/// Bytes at the beginning by which an encoding is told.
const HEAD: usize = 256 << 10;

/// Where the text is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source<'a> {
    Bytes(&'a [u8]),
    File(&'a Path),
}

/// Writes the text without what is cut.
pub(super) fn redact(
    kind: Kind,
    name: &str,
    source: Source<'_>,
    reader: &Reader,
    decide: &mut dyn Decide,
    out: &mut dyn Write,
) -> Result<(), Refused> {
    let io = |e: std::io::Error| Refused::from_io(&e);
    let mut head = Vec::new();
    let file = match source {
        Source::Bytes(bytes) => {
            head.extend_from_slice(bytes.get(..HEAD).unwrap_or(bytes));
            None
        }
        Source::File(path) => {
            let mut file = File::open(path).map_err(io)?;
            (&mut file).take(HEAD as u64).read_to_end(&mut head).map_err(io)?;
            Some(file)
        }
    };
    let charset = Charset::of(&head, matches!(kind, Kind::Html | Kind::Xml));
    let mut rewriter = Rewriter {
        input: match (file, source) {
            (Some(file), _) => From::File(file),
            (None, Source::Bytes(bytes)) => From::Bytes(bytes),
            (None, Source::File(_)) => From::Bytes(&[]),
        },
        charset,
        decide,
        out: Output::new(out, kind, charset),
        edits: Vec::new(),
        at: 0,
        failed: None,
    };
    match source {
        Source::Bytes(bytes) => reader.read_bytes(name, bytes, &mut rewriter),
        Source::File(path) => reader.read_path(path, &mut rewriter),
    };
    rewriter.flush(u64::MAX);
    match rewriter.failed {
        Some(why) => Err(why),
        None => rewriter.out.end().map_err(io),
    }
}

/// A way to the bytes of the file.
enum From<'a> {
    Bytes(&'a [u8]),
    File(File),
}

impl From<'_> {
    /// Bytes from `at`, as many as there are up to `len`.
    fn bytes(&mut self, at: u64, len: u64) -> std::io::Result<Vec<u8>> {
        match self {
            Self::Bytes(all) => {
                let start = usize::try_from(at).unwrap_or(all.len()).min(all.len());
                let end = usize::try_from(at.saturating_add(len))
                    .unwrap_or(all.len())
                    .min(all.len());
                Ok(all.get(start..end).unwrap_or_default().to_vec())
            }
            Self::File(file) => {
                file.seek(SeekFrom::Start(at))?;
                let mut bytes = Vec::new();
                file.take(len).read_to_end(&mut bytes)?;
                Ok(bytes)
            }
        }
    }
}

/// One change of the file.
struct Edit {
    start: u64,
    end: u64,
    /// What stands there; text that the output escapes and encodes.
    with: String,
    /// Whether the bytes that go are UTF-8 whatever the rest of the file is.
    utf8: bool,
}

struct Rewriter<'a, 'o> {
    input: From<'a>,
    charset: Charset,
    decide: &'a mut dyn Decide,
    out: Output<'o>,
    edits: Vec<Edit>,
    /// Bytes of the file that are written.
    at: u64,
    failed: Option<Refused>,
}

impl Sink for Rewriter<'_, '_> {
    fn part(&mut self, part: Part<'_>) {
        if self.failed.is_some() {
            return;
        }
        let cells: Vec<Cell> = match &part.grain {
            Grain::Cells(marks) => marks
                .iter()
                .map(|m| Cell {
                    start: m.start,
                    end: m.end,
                    row: m.row,
                    col: m.col,
                })
                .collect(),
            _ => Vec::new(),
        };
        let input = Input {
            text: &part.text,
            lang: None,
            cells: &cells,
            columns: &part.columns,
            caption: part.caption.as_deref(),
        };
        let cuts = self.decide.cuts(&input);
        if let Err(why) = self.place(&part, &cuts) {
            self.failed = Some(why);
            return;
        }
        if let Some(first) = part.map.to_file(0) {
            self.flush(first.saturating_sub(LATE));
        }
    }

    fn unread(&mut self, unread: Unread) {
        self.failed.get_or_insert(Refused::Unread(unread.why));
    }
}

impl Rewriter<'_, '_> {
    /// Turns cuts of a text into changes of the file.
    fn place(&mut self, part: &Part<'_>, cuts: &[Cut]) -> Result<(), Refused> {
        let whole;
        let runs = match &part.map {
            _ if cuts.is_empty() => return Ok(()),
            OffsetMap::None => return Err(Refused::Leftover(cuts.len() as u64)),
            OffsetMap::Same(file) => {
                whole = [Run {
                    text: 0,
                    file: *file,
                    same: true,
                }];
                &whole
            }
            OffsetMap::Runs(runs) => runs.as_slice(),
        };
        // What the text came from, read once: its runs may stand in any order.
        let mut span = (u64::MAX, 0);
        for (i, run) in runs.iter().enumerate() {
            let end = runs.get(i + 1).map_or(part.text.len(), |n| n.text);
            span.0 = span.0.min(run.file);
            span.1 = span.1.max(run.file + end.saturating_sub(run.text) as u64 + 16);
        }
        let bytes = self
            .input
            .bytes(span.0, span.1.saturating_sub(span.0))
            .map_err(|e| Refused::from_io(&e))?;
        let at = |file: u64| {
            usize::try_from(file - span.0)
                .ok()
                .and_then(|i| bytes.get(i..))
                .unwrap_or_default()
        };
        for cut in cuts {
            let mut with = Some(cut.with.clone());
            let first = runs.partition_point(|r| r.text <= cut.range.start).saturating_sub(1);
            for (i, run) in runs.iter().enumerate().skip(first) {
                if run.text >= cut.range.end {
                    break;
                }
                let end = runs.get(i + 1).map_or(part.text.len(), |n| n.text).min(cut.range.end);
                let start = run.text.max(cut.range.start);
                let Some(text) = part.text.get(start..end).filter(|t| !t.is_empty()) else {
                    continue;
                };
                let file = run.file + if run.same { (start - run.text) as u64 } else { 0 };
                let len = if run.same {
                    // Separators that the reader put in stand nowhere in the file.
                    let same = text.bytes().zip(at(file)).take_while(|(a, b)| a == *b).count();
                    if text.get(same..).is_none_or(|rest| rest.contains(char::is_alphanumeric)) {
                        return Err(Refused::Leftover(1));
                    }
                    same
                } else {
                    unit(self.charset, at(file))
                };
                let gone = at(file).get(..len).unwrap_or_default();
                if len > 0 {
                    let utf8 = run.same && !gone.is_ascii();
                    self.edits.push(Edit {
                        start: file,
                        end: file + len as u64,
                        with: with.take().unwrap_or_default(),
                        utf8,
                    });
                }
            }
            if with.is_some() {
                return Err(Refused::Leftover(1));
            }
        }
        Ok(())
    }

    /// Writes the file up to the last change that begins before `limit`.
    fn flush(&mut self, limit: u64) {
        if self.failed.is_some() || (limit != u64::MAX && self.edits.first().is_none_or(|e| e.start >= limit)) {
            return;
        }
        if let Err(why) = self.write(limit) {
            self.failed = Some(why);
        }
    }

    fn write(&mut self, limit: u64) -> Result<(), Refused> {
        self.edits.sort_by_key(|e| (e.start, std::cmp::Reverse(e.end)));
        let ready = self.edits.partition_point(|e| e.start < limit);
        let edits: Vec<Edit> = self.edits.drain(..ready).collect();
        for (i, edit) in edits.iter().enumerate() {
            if edit.start < self.at {
                // Two texts may show the same bytes; what reaches further goes too. What is written cannot be taken back.
                if i == 0 {
                    return Err(Refused::Failed);
                }
                self.at = self.at.max(edit.end);
                continue;
            }
            self.copy(edit.start)?;
            let gone = self
                .input
                .bytes(edit.start, (edit.end - edit.start).min(64))
                .map_err(|e| Refused::from_io(&e))?;
            let next = self.input.bytes(edit.end, 1).map_err(|e| Refused::from_io(&e))?;
            self.out.replace(&edit.with, &gone, next.first().copied(), edit.utf8);
            self.at = edit.end;
        }
        if limit == u64::MAX {
            self.copy(u64::MAX)?;
        }
        Ok(())
    }

    /// Copies the file up to this byte.
    fn copy(&mut self, to: u64) -> Result<(), Refused> {
        while self.at < to {
            let bytes = self
                .input
                .bytes(self.at, (to - self.at).min(1 << 20))
                .map_err(|e| Refused::from_io(&e))?;
            if bytes.is_empty() {
                return Ok(());
            }
            self.at += bytes.len() as u64;
            self.out.copy(&bytes).map_err(|e| Refused::from_io(&e))?;
        }
        Ok(())
    }
}

/// Bytes of what one character of the text came from: an escape, an entity, a run of blanks, a character of the encoding.
fn unit(charset: Charset, bytes: &[u8]) -> usize {
    let Some(&first) = bytes.first().filter(|_| charset.is_narrow()) else {
        return charset.unit(bytes);
    };
    let hex = |from: usize, n: usize| {
        bytes
            .get(from..from + n)
            .is_some_and(|b| b.iter().all(u8::is_ascii_hexdigit))
    };
    match first {
        b'&' => bytes.iter().take(40).position(|b| *b == b';').map_or(1, |i| i + 1),
        b'\\' => match bytes.get(1) {
            Some(b'u')
                if bytes.get(6..8) == Some(b"\\u")
                    && hex(2, 4)
                    && bytes.get(2..4).is_some_and(|b| {
                        b.eq_ignore_ascii_case(b"d8")
                            || b.eq_ignore_ascii_case(b"d9")
                            || b.eq_ignore_ascii_case(b"da")
                            || b.eq_ignore_ascii_case(b"db")
                    }) =>
            {
                12
            }
            Some(b'u') if hex(2, 4) => 6,
            Some(b'U') if hex(2, 8) => 10,
            Some(b'x') if hex(2, 2) => 4,
            Some(_) => 2,
            None => 1,
        },
        b'"' | b'\'' if bytes.get(1) == Some(&first) => 2,
        b'%' if hex(1, 2) => {
            let lead = bytes
                .get(1..3)
                .and_then(|b| std::str::from_utf8(b).ok())
                .and_then(|h| u8::from_str_radix(h, 16).ok());
            3 * match lead {
                Some(0xC2..=0xDF) => 2,
                Some(0xE0..=0xEF) => 3,
                Some(0xF0..=0xF4) => 4,
                _ => 1,
            }
        }
        b' ' | b'\t' | b'\r' | b'\n' => bytes
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'))
            .count(),
        _ => charset.unit(bytes),
    }
    .min(bytes.len())
}

/// Text in memory, cleaned first where it is markup.
pub(super) fn redact_bytes(
    kind: Kind,
    name: &str,
    bytes: &[u8],
    reader: &Reader,
    decide: &mut dyn Decide,
) -> Result<(Vec<u8>, Cleaned), Refused> {
    let mut cleaned = Cleaned::default();
    let owned;
    let bytes = if matches!(kind, Kind::Html | Kind::Xml) {
        owned = clean_markup(kind, bytes, &mut cleaned)?;
        &owned
    } else {
        bytes
    };
    let mut out = Vec::with_capacity(bytes.len());
    redact(kind, name, Source::Bytes(bytes), reader, decide, &mut out)?;
    Ok((out, cleaned))
}
