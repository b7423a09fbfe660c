//! A new file, object by object: one revision, one table of objects, nothing that was not asked for.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// The number of an object.
pub(super) type Id = u32;

/// The file that is being written.
pub(super) struct Out {
    bytes: Vec<u8>,
    /// Where each object begins, by its number less one; nothing for a number that was only reserved.
    offsets: Vec<Option<usize>>,
}

impl Out {
    pub(super) fn new() -> Self {
        let mut bytes = b"%PDF-1.7\n%".to_vec();
        // Bytes above ASCII tell programs that move files that this is no text.
        bytes.extend_from_slice(&[0xE2, 0xE3, 0xCF, 0xD3, b'\n']);
        Self {
            bytes,
            offsets: Vec::new(),
        }
    }

    /// A number for an object that is written later.
    pub(super) fn reserve(&mut self) -> Id {
        self.offsets.push(None);
        Id::try_from(self.offsets.len()).unwrap_or(Id::MAX)
    }

    /// Writes an object.
    pub(super) fn object(&mut self, id: Id, body: &[u8]) {
        self.begin(id);
        self.bytes.extend_from_slice(body);
        self.bytes.extend_from_slice(b"\nendobj\n");
    }

    /// Writes an object under a new number.
    pub(super) fn add(&mut self, body: &[u8]) -> Id {
        let id = self.reserve();
        self.object(id, body);
        id
    }

    /// Writes a stream: its entries without those that tell its length and compression.
    pub(super) fn stream(&mut self, id: Id, entries: &[u8], data: &[u8]) {
        let mut packed = ZlibEncoder::new(Vec::with_capacity(data.len() / 3 + 64), Compression::new(4));
        let compressed = packed.write_all(data).and_then(|()| packed.finish());
        match compressed {
            Ok(packed) => {
                let mut entries = entries.to_vec();
                entries.extend_from_slice(b"/Filter/FlateDecode");
                self.stored(id, &entries, &packed);
            }
            // Memory does not refuse bytes; if it ever did, the stream is as good uncompressed.
            Err(_) => self.stored(id, entries, data),
        }
    }

    /// Writes a stream whose bytes are stored as they are.
    pub(super) fn stored(&mut self, id: Id, entries: &[u8], data: &[u8]) {
        self.begin(id);
        self.bytes.extend_from_slice(b"<<");
        self.bytes.extend_from_slice(entries);
        self.bytes
            .extend_from_slice(format!("/Length {}>>stream\n", data.len()).as_bytes());
        self.bytes.extend_from_slice(data);
        self.bytes.extend_from_slice(b"\nendstream\nendobj\n");
    }

    fn begin(&mut self, id: Id) {
        if let Some(offset) = self.offsets.get_mut(id as usize - 1) {
            *offset = Some(self.bytes.len());
        }
        self.bytes.extend_from_slice(format!("{id} 0 obj\n").as_bytes());
    }

    /// Ends the file.
    pub(super) fn finish(mut self, root: Id) -> Vec<u8> {
        let start = self.bytes.len();
        let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", self.offsets.len() + 1);
        for offset in &self.offsets {
            match offset {
                Some(at) => table.push_str(&format!("{at:010} 00000 n \n")),
                None => table.push_str("0000000000 65535 f \n"),
            }
        }
        table.push_str(&format!(
            "trailer\n<</Size {}/Root {root} 0 R>>\nstartxref\n{start}\n%%EOF\n",
            self.offsets.len() + 1
        ));
        self.bytes.extend_from_slice(table.as_bytes());
        self.bytes
    }
}

/// Writes a name.
pub(super) fn name(out: &mut Vec<u8>, name: &[u8]) {
    out.push(b'/');
    for &byte in name {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'+' | b'*' | b':' | b',') {
            out.push(byte);
        } else {
            out.extend_from_slice(format!("#{byte:02X}").as_bytes());
        }
    }
}

/// Writes a number, with as many digits as pages need.
pub(super) fn number(out: &mut Vec<u8>, number: f64) {
    if !number.is_finite() {
        out.push(b'0');
        return;
    }
    if number.fract() == 0.0 && number.abs() < 1e15 {
        out.extend_from_slice(format!("{number:.0}").as_bytes());
        return;
    }
    let text = format!("{number:.5}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    out.extend_from_slice(if matches!(text, "" | "-" | "-0") {
        b"0"
    } else {
        text.as_bytes()
    });
}

/// Writes numbers, parted by blanks.
pub(super) fn numbers(out: &mut Vec<u8>, list: &[f64]) {
    for (at, n) in list.iter().enumerate() {
        if at > 0 {
            out.push(b' ');
        }
        number(out, *n);
    }
}

/// Writes bytes as a string.
pub(super) fn string(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'<');
    for byte in bytes {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
    }
    out.push(b'>');
}

/// Writes a text as a string: UTF-16 with its mark.
pub(super) fn text(out: &mut Vec<u8>, text: &str) {
    let mut bytes = vec![0xFE, 0xFF];
    for unit in text.encode_utf16() {
        bytes.extend_from_slice(&unit.to_be_bytes());
    }
    string(out, &bytes);
}

/// Writes a reference.
pub(super) fn reference(out: &mut Vec<u8>, id: Id) {
    out.extend_from_slice(format!("{id} 0 R").as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn values_are_written_so_that_they_are_read_as_the_same() {
        assert_eq!(written(|o| number(o, -0.000_001)), "0");
        assert_eq!(written(|o| number(o, 12.5)), "12.5");
        assert_eq!(written(|o| number(o, f64::NAN)), "0");
        assert_eq!(written(|o| number(o, -3.0)), "-3");
        assert_eq!(written(|o| name(o, "A b#ж".as_bytes())), "/A#20b#23#D0#B6");
        assert_eq!(written(|o| text(o, "Ж")), "<FEFF0416>");
    }
}
