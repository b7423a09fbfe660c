//! The source of macros inside modern office files: modules of a VBA project, compressed inside a compound file.
//!
//! Layouts of forms are not read; their captions stand in the code only where the code sets them.

use std::io::Cursor;

use encoding_rs::Encoding;

use super::package::give;
use crate::context::Ctx;
use crate::expand::read_all;
use crate::{Step, Why};

/// Bytes that one chunk expands to.
const CHUNK: usize = 4096;

/// Reads a project and gives the source of every module.
pub(super) fn read(name: &str, bytes: &[u8], ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let damaged = |_| Why::Damaged("macro project".into());
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(damaged)?;
    let streams: Vec<_> = file
        .walk()
        .filter(cfb::Entry::is_stream)
        .map(|e| (e.path().to_path_buf(), e.len()))
        .collect();
    let mut modules = Vec::new();
    let mut encoding = encoding_rs::WINDOWS_1252;
    for (path, len) in streams {
        let mut stream = file.open_stream(&path).map_err(damaged)?;
        let data = read_all(&mut stream, len, ctx)?;
        let stem = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if stem.eq_ignore_ascii_case("dir") {
            encoding = code_page(&expand(&data, ctx)?).unwrap_or(encoding);
        } else if let Some(source) = source_of(&data) {
            modules.push((stem, expand(source, ctx)?));
        }
    }
    if modules.is_empty() {
        return Err(Why::Unsupported("macros".into()));
    }
    for (module, source) in modules {
        let steps = [Step::Attachment(name.to_owned()), Step::Member(module), Step::Source];
        give(&steps, &encoding.decode_without_bom_handling(&source).0, None, ctx);
    }
    Ok(())
}

/// The compressed source of a module: every source begins with the word `Attribute`, whose first eight letters the
/// compression leaves as they are, after its sign, the length of the chunk, and a byte of flags.
fn source_of(data: &[u8]) -> Option<&[u8]> {
    let at = memchr::memmem::find(data, b"\0Attribut")?.checked_sub(3)?;
    data.get(at..).filter(|d| d.first() == Some(&1))
}

/// Expands a compressed container of a project; what is broken ends it.
fn expand(data: &[u8], ctx: &mut Ctx<'_>) -> Result<Vec<u8>, Why> {
    let mut out = Vec::new();
    let mut rest = data.get(1..).unwrap_or_default();
    while let Some((header, after)) = rest.split_first_chunk::<2>() {
        let header = u16::from_le_bytes(*header);
        let size = usize::from(header & 0x0FFF) + 1;
        let body = after.get(..size).unwrap_or(after);
        rest = after.get(size..).unwrap_or_default();
        let before = out.len();
        if header & 0x8000 == 0 {
            out.extend_from_slice(body.get(..CHUNK).unwrap_or(body));
        } else {
            expand_chunk(body, &mut out);
        }
        ctx.spend((out.len() - before) as u64)?;
    }
    Ok(out)
}

fn expand_chunk(body: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    let mut bytes = body.iter().copied();
    while let Some(flags) = bytes.next() {
        for bit in 0..8 {
            if out.len() - start >= CHUNK {
                return;
            }
            if flags >> bit & 1 == 0 {
                match bytes.next() {
                    Some(literal) => out.push(literal),
                    None => return,
                }
                continue;
            }
            let (Some(low), Some(high)) = (bytes.next(), bytes.next()) else {
                return;
            };
            let token = u16::from_le_bytes([low, high]);
            // The further the chunk is filled, the more bits of a token tell how far back to copy from.
            let filled = (out.len() - start).max(1);
            let bits = (usize::BITS - (filled - 1).leading_zeros()).clamp(4, 12);
            let length = usize::from(token & (0xFFFF >> bits)) + 3;
            let back = usize::from(token >> (16 - bits)) + 1;
            for _ in 0..length {
                let Some(&byte) = out
                    .len()
                    .checked_sub(back)
                    .filter(|at| *at >= start)
                    .and_then(|at| out.get(at))
                else {
                    return;
                };
                out.push(byte);
            }
        }
    }
}

/// The code page that the directory of a project names.
fn code_page(dir: &[u8]) -> Option<&'static Encoding> {
    let mut rest = dir;
    loop {
        let (head, after) = rest.split_first_chunk::<6>()?;
        let id = u16::from_le_bytes([head[0], head[1]]);
        let size = u32::from_le_bytes([head[2], head[3], head[4], head[5]]) as usize;
        let data = after.get(..size)?;
        if id == 3 {
            let page = u16::from_le_bytes([*data.first()?, *data.get(1)?]);
            let label = match page {
                874 | 1250..=1258 => format!("windows-{page}"),
                932 => "shift_jis".to_owned(),
                936 => "gbk".to_owned(),
                949 => "euc-kr".to_owned(),
                950 => "big5".to_owned(),
                65001 => "utf-8".to_owned(),
                _ => return None,
            };
            return Encoding::for_label(label.as_bytes());
        }
        rest = after.get(size..)?;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::Limits;
    use crate::testing::Kept;

    /// A container of literals only: eight a flag byte.
    fn literals(text: &[u8]) -> Vec<u8> {
        let body: Vec<u8> = text.chunks(8).flat_map(|c| [&[0], c].concat()).collect();
        let mut out = vec![1];
        out.extend((0xB000 | (body.len() as u16 - 1)).to_le_bytes());
        out.extend(body);
        out
    }

    #[test]
    fn copies_reach_back_by_the_fill_of_the_chunk() {
        // "#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa", the example of the published format.
        let data = [
            0x01, 0x2F, 0xB0, 0x00, 0x23, 0x61, 0x61, 0x61, 0x62, 0x63, 0x64, 0x65, 0x82, 0x66, 0x00, 0x70, 0x61, 0x67,
            0x68, 0x69, 0x6A, 0x01, 0x38, 0x08, 0x61, 0x6B, 0x6C, 0x00, 0x30, 0x6D, 0x6E, 0x6F, 0x70, 0x06, 0x71, 0x02,
            0x70, 0x04, 0x10, 0x72, 0x73, 0x74, 0x75, 0x76, 0x10, 0x77, 0x78, 0x79, 0x7A, 0x00, 0x3C,
        ];
        let (limits, mut seen) = (Limits::default(), Kept::default());
        let mut ctx = Ctx::new(&limits, &mut seen);
        let text = expand(&data, &mut ctx).unwrap();
        assert_eq!(text, b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa");
        assert!(expand(&[1, 0xFF, 0xBF, 0xFF, 0xFF, 0xFF], &mut ctx).unwrap().is_empty());
    }

    #[test]
    fn modules_are_read_in_the_code_page_of_the_project() {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        file.create_storage("/VBA").unwrap();
        let dir = [1, 0, 4, 0, 0, 0, 1, 0, 0, 0, 3, 0, 2, 0, 0, 0, 0xE3, 0x04];
        file.create_stream("/VBA/dir")
            .unwrap()
            .write_all(&literals(&dir))
            .unwrap();
        let mut module = vec![9, 9, 9];
        module.extend(literals(b"Attribute VB_Name\r\npw = \"\xCF\xE0\xF0\xEE\xEB\xFC\""));
        file.create_stream("/VBA/Module1").unwrap().write_all(&module).unwrap();
        let bytes = file.into_inner().into_inner();
        let (limits, mut seen) = (Limits::default(), Kept::default());
        read("vbaProject.bin", &bytes, &mut Ctx::new(&limits, &mut seen)).unwrap();
        let module = seen.part_at("attachment 'vbaProject.bin', member 'Module1', source");
        assert!(module.text.ends_with("pw = \"Пароль\""));
        let mut ctx = Ctx::new(&limits, &mut seen);
        assert!(read("x", b"no compound file", &mut ctx).is_err());
    }
}
