//! Text of all kinds: encodings, tables, trees, markup.
//!
//! Text streams: it is read, decoded and handed in pieces of about [`PART`] bytes to a [`Shape`], which knows one kind of structure and
//! gives the parts. What a shape does not take comes again with more text behind it, so that a file of any size takes little memory. A
//! line longer than [`LONGEST`] is cut at a blank or, failing that, at a character. What no shape can take is given as plain text: nothing is lost.

mod builder;
mod charset;
mod csv;
mod data_uri;
mod encoding;
mod escapes;
mod flow;
mod guess;
mod html;
mod json;
mod legacy;
mod markup;
mod plain;
mod sql;
mod table;
mod vcard;
mod xml;
mod yaml;

use std::borrow::Cow;
use std::fs::File;
use std::io::{Read, SeekFrom};

pub use self::charset::Charset;
use self::encoding::Encoding;
pub(crate) use self::guess::guess;
use crate::context::{Ctx, ReadSeek, Source};
use crate::{Kind, OffsetMap, Run, Why, sniff, sparse};

/// Bytes of one part.
const PART: usize = 1 << 20;
/// Longest line, record or token that is kept whole, in bytes.
const LONGEST: usize = 4 << 20;

/// A stretch of decoded text, with the way back to its bytes.
struct Piece<'a> {
    text: Cow<'a, str>,
    map: OffsetMap,
    /// The byte of the file behind the piece.
    end: u64,
    /// Number of its first line.
    line: u64,
    /// Whether nothing follows.
    last: bool,
    /// Whether no more text can be added: a shape that waits for an end has to do without it.
    forced: bool,
}

/// How much of a piece was taken.
struct Used {
    text: usize,
    file: u64,
    lines: u64,
}

impl Piece<'_> {
    fn used(&self, text: usize) -> Used {
        let head = self.text.as_bytes().get(..text).unwrap_or_default();
        Used {
            text,
            file: if text >= self.text.len() {
                self.end
            } else {
                self.map.to_file(text).unwrap_or(self.end)
            },
            lines: memchr::memchr_iter(b'\n', head).count() as u64,
        }
    }

    fn all(&self) -> Used {
        self.used(self.text.len())
    }

    /// Whether a token that is not complete may be so once more text has come.
    fn may_wait(&self) -> bool {
        !self.last && !self.forced
    }
}

/// Knows one kind of structure: gets text, gives parts.
trait Shape {
    /// Takes text from the start of the piece, as much as is complete.
    fn take(&mut self, piece: Piece<'_>, ctx: &mut Ctx<'_>) -> Result<Used, Why>;

    /// Gives what it still holds, after the last piece.
    fn finish(&mut self, _ctx: &mut Ctx<'_>) -> Result<(), Why> {
        Ok(())
    }

    /// Whether a piece has to end at a line break.
    fn by_lines(&self) -> bool {
        true
    }
}

fn shape(kind: Kind, head: &str) -> Box<dyn Shape> {
    match kind {
        Kind::Csv => Box::new(csv::Csv::default()),
        Kind::Json | Kind::Jsonl => Box::new(json::Json::new(kind == Kind::Jsonl)),
        Kind::Xml => Box::new(xml::Xml::default()),
        Kind::Yaml => Box::new(yaml::Yaml::default()),
        Kind::Text if vcard::begins(head) => Box::new(vcard::Cards::default()),
        Kind::Sql => Box::new(sql::Sql::default()),
        Kind::Html => Box::new(html::Html::new()),
        _ => Box::new(plain::Plain),
    }
}

pub(crate) fn read(kind: Kind, source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let (mut stream, file) = open(source)?;
    let mut buffer: Vec<u8> = Vec::with_capacity(PART + (64 << 10));
    let mut state = State {
        kind,
        encoding: None,
        shape: None,
        line: 1,
        offset: 0,
        zeros: 0,
        in_hole: false,
    };
    loop {
        ctx.tick()?;
        let before = buffer.len();
        let room = PART.max(before + PART / 2) - before;
        let got = stream
            .by_ref()
            .take(room as u64)
            .read_to_end(&mut buffer)
            .map_err(|e| Why::from_io(&e))?;
        if got == 0 {
            let mut rest = buffer.as_slice();
            while !rest.is_empty() {
                ctx.tick()?;
                let used = state.piece(rest, true, false, ctx)?;
                rest = rest.get(used..).unwrap_or_default();
            }
            return state.finish(ctx);
        }
        // A hole holds no text: what stands before it is given, and reading goes on behind it.
        let mut solid = 0;
        while let Some(hole) = state.hole(buffer.get(solid..).unwrap_or_default()) {
            let end = solid + hole.0;
            while solid < end {
                ctx.tick()?;
                solid += state.piece(buffer.get(solid..end).unwrap_or_default(), false, true, ctx)?;
            }
            state.skip(hole.1 as u64);
            solid += hole.1;
            state.in_hole = solid >= buffer.len();
        }
        if solid > 0 {
            buffer.drain(..solid);
        }
        if buffer.is_empty() {
            if let Some((file, len)) = &file {
                state.pass_hole(file, *len, &mut *stream)?;
            }
            continue;
        }
        let encoding = state.encoding(&buffer);
        let by_lines = state.shape.as_ref().is_none_or(|s| s.by_lines());
        let mut from = 0;
        if let Some(cut) = cut(&buffer, encoding, by_lines) {
            from = state.piece(&buffer[..cut], false, buffer.len() >= LONGEST, ctx)?;
        }
        let keep = buffer.len() - from;
        buffer.copy_within(from.., 0);
        buffer.truncate(keep);
    }
}

/// A stream to read, and the file behind it with its length where there is one.
type Opened<'s> = (Box<dyn ReadSeek + 's>, Option<(File, u64)>);

fn open<'s>(source: &Source<'s>) -> Result<Opened<'s>, Why> {
    let Source::File(path, len) = *source else {
        return Ok((source.open()?, None));
    };
    let file = File::open(path).map_err(|e| Why::from_io(&e))?;
    let stream = file.try_clone().map_err(|e| Why::from_io(&e))?;
    Ok((Box::new(stream), Some((file, len))))
}

/// Where to end a piece: after the last line break; for an endless line at a blank or a character.
fn cut(bytes: &[u8], encoding: Encoding, by_lines: bool) -> Option<usize> {
    let wide = encoding.is_wide();
    let at = if wide {
        bytes
            .chunks_exact(2)
            .rposition(|p| encoding.is_break(p))
            .map(|i| 2 * i + 2)
    } else {
        memchr::memrchr(b'\n', bytes).map(|i| i + 1)
    };
    // A line break far from the end is of no use where the next one is out of sight.
    if at.is_some_and(|at| bytes.len() - at < LONGEST / 2) || (by_lines && bytes.len() < LONGEST) {
        return at;
    }
    if wide {
        let end = bytes.len() / 2 * 2;
        // Not between the halves of a surrogate pair.
        let high = end.checked_sub(2).and_then(|i| bytes.get(i..end)).is_some_and(|p| {
            let b = if encoding == (Encoding::Utf16 { little: true }) {
                p[1]
            } else {
                p[0]
            };
            (0xD8..0xDC).contains(&b)
        });
        return Some(if high { end - 2 } else { end }).filter(|&e| e > 0);
    }
    let tail = bytes.len().saturating_sub(64 * 1024);
    let blank = bytes[tail..]
        .iter()
        .rposition(|b| matches!(b, b' ' | b'\t' | b',' | b';'))
        .map(|i| tail + i + 1);
    // Not inside a character: in UTF-8 before a byte that does not continue; elsewhere before a byte that is never the second of two.
    blank
        .or_else(|| {
            (tail.max(1)..bytes.len()).rev().find(|&i| match encoding {
                Encoding::Utf8 => bytes[i] < 0x80 || bytes[i] >= 0xC0,
                _ => bytes[i] < 0x30,
            })
        })
        .or(Some(bytes.len()))
}

struct State {
    kind: Kind,
    encoding: Option<Encoding>,
    shape: Option<Box<dyn Shape>>,
    /// Number of the next line.
    line: u64,
    /// Offset of the next byte.
    offset: u64,
    /// Zero bytes that were skipped.
    zeros: u64,
    /// Whether the last bytes that were looked at are those of a hole, which may go on.
    in_hole: bool,
}

impl State {
    fn encoding(&mut self, bytes: &[u8]) -> Encoding {
        let marked = matches!(self.kind, Kind::Html | Kind::Xml);
        *self.encoding.get_or_insert_with(|| encoding::detect(bytes, marked))
    }

    /// The next hole of a sparse file, or of a log whose room was laid out before it was written: where it begins and how long it is.
    fn hole(&mut self, bytes: &[u8]) -> Option<(usize, usize)> {
        if bytes.is_empty() || self.encoding.is_some_and(Encoding::is_wide) {
            return None;
        }
        let zeros = if self.in_hole { sniff::zeros(bytes) } else { 0 };
        if zeros > 0 {
            return Some((0, zeros));
        }
        self.in_hole = false;
        let hole = sniff::hole(bytes)?;
        // Text of two bytes a character has zeros of its own; its encoding is told before the first hole is cut out.
        let solid = bytes.get(..hole.0).filter(|s| !s.is_empty());
        (!solid.is_some_and(|s| self.encoding(s).is_wide())).then_some(hole)
    }

    fn skip(&mut self, zeros: u64) {
        self.zeros += zeros;
        self.offset += zeros;
    }

    /// In a hole: goes on where the file was written again, without reading what the system only makes up.
    fn pass_hole(&mut self, file: &File, len: u64, stream: &mut dyn ReadSeek) -> Result<(), Why> {
        let end = len.max(self.offset);
        let next = sparse::written(file, self.offset, len).map_or(end, |stretch| stretch.start);
        // Asking for holes moves the place where the file is read.
        stream.seek(SeekFrom::Start(next)).map_err(|e| Why::from_io(&e))?;
        self.skip(next - self.offset);
        Ok(())
    }

    /// Hands bytes to the shape and returns how many of them it took.
    fn piece(&mut self, bytes: &[u8], last: bool, forced: bool, ctx: &mut Ctx<'_>) -> Result<usize, Why> {
        let encoding = self.encoding(bytes);
        let base = self.offset;
        let skip = if base == 0 { encoding.mark(bytes) } else { 0 };
        let body = bytes.get(skip..).unwrap_or_default();
        let (text, map) = match encoding.decode(body) {
            encoding::Decoded::Same(text) => (Cow::Borrowed(text), OffsetMap::Same(base + skip as u64)),
            encoding::Decoded::Mapped(text, runs) => (Cow::Owned(text), shift(runs, base + skip as u64)),
        };
        if text.is_empty() {
            self.offset += bytes.len() as u64;
            return Ok(bytes.len());
        }
        if self.shape.is_none() && encoding.is_wide() && self.kind == Kind::Text {
            // The type was told from bytes, and every second of them is zero.
            let head = text.as_bytes();
            let told = sniff::kind(sniff::head(head), &Source::Bytes(head), "");
            self.kind = Some(told).filter(|k| !k.is_foreign()).unwrap_or(Kind::Text);
        }
        let kind = self.kind;
        let end = base + bytes.len() as u64;
        let (text, map) = match kind {
            Kind::Text | Kind::Log | Kind::Markdown | Kind::Yaml | Kind::Csv | Kind::Sql => {
                escapes::loose(text, map, end)
            }
            _ => (text, map),
        };
        let shape = self.shape.get_or_insert_with(|| shape(kind, &text));
        let piece = Piece {
            text,
            map,
            end,
            line: self.line,
            last,
            forced,
        };
        let used = shape.take(piece, ctx)?;
        if used.text > 0 {
            return Ok(self.advance(&used, bytes.len()));
        }
        if !last && !forced {
            return Ok(0);
        }
        // The shape is at a loss. What it holds is given, the rest is read as plain text.
        shape.finish(ctx)?;
        self.shape = Some(Box::new(plain::Plain));
        self.piece(bytes, last, forced, ctx)
    }

    fn advance(&mut self, used: &Used, len: usize) -> usize {
        let taken = usize::try_from(used.file.saturating_sub(self.offset)).map_or(len, |n| n.clamp(1, len));
        self.offset += taken as u64;
        self.line += used.lines;
        taken
    }

    fn finish(&mut self, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        if self.zeros > 0 && self.zeros == self.offset {
            return Err(Why::Damaged("only zero bytes".into()));
        }
        self.shape.as_mut().map_or(Ok(()), |s| s.finish(ctx))
    }
}

/// Offsets within a piece to offsets within the file.
fn shift(mut runs: Vec<Run>, base: u64) -> OffsetMap {
    for run in &mut runs {
        run.file += base;
    }
    OffsetMap::Runs(runs)
}

/// Text set in a Vietnamese font older than Unicode, as the letters that the font shows: `vni` for the two-byte VNI fonts, else TCVN3.
pub(crate) fn from_vietnamese_font(text: &str, vni: bool) -> String {
    let legacy = if vni {
        legacy::Legacy::Vni
    } else {
        legacy::Legacy::Tcvn3
    };
    letters(legacy, text)
}

/// What one glyph of a VNI font shows: a letter, or marks that combine with the letter before it.
pub(crate) fn vni_glyph(c: char) -> Option<String> {
    legacy::vni_glyph(c)
}

/// The same where the font is not known: by the words that a right decoding shows; nothing where the text is as it should be.
pub(crate) fn from_vietnamese(text: &str) -> Option<String> {
    legacy::in_unicode(text).map(|legacy| letters(legacy, text))
}

fn letters(legacy: legacy::Legacy, text: &str) -> String {
    match legacy.decode(text.as_bytes()) {
        encoding::Decoded::Same(text) => text.to_owned(),
        encoding::Decoded::Mapped(text, _) => text,
    }
}

#[cfg(test)]
mod testing;
