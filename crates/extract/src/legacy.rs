//! Old office files and Outlook messages: DOC, XLS, PPT, RTF, MSG.
//!
//! All but RTF are compound files: a small file system whose streams are read by [`compound`] under the limits. What the formats
//! share stands beside them: bytes, code pages, property sets, pictures, embedded objects, and [`flow`], which gathers running text
//! into parts with marks.

mod bytes;
pub(crate) mod codepage;
mod compound;
mod doc;
mod fields;
mod flow;
mod msg;
mod objects;
mod pictures;
mod ppt;
mod properties;
mod rtf;
mod xls;

use crate::context::{Ctx, Source};
use crate::{Kind, Why};

/// Reads a file of one of these kinds.
pub(crate) fn read(kind: Kind, source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    match kind {
        Kind::Rtf => rtf::read(source, ctx),
        Kind::Doc => doc::read(source, ctx),
        Kind::Xls => xls::read(source, ctx),
        Kind::Ppt => ppt::read(source, ctx),
        Kind::Msg => msg::read(source, ctx),
        _ => Err(Why::Unsupported(kind.as_str().to_owned())),
    }
}

#[cfg(test)]
mod testing;

#[cfg(test)]
mod tests {
    use crate::testing::Kept;

    /// Files of every format with bytes changed here and there: the readers may complain, never fail.
    #[test]
    fn changed_bytes_never_make_a_reader_fail() {
        let files: [(&str, &[u8]); 4] = [
            ("a.doc", include_bytes!("../tests/data/legacy.doc")),
            ("b.doc", include_bytes!("../tests/data/legacy-changes.doc")),
            ("c.xls", include_bytes!("../tests/data/legacy.xls")),
            ("d.rtf", include_bytes!("../tests/data/legacy.rtf")),
        ];
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as usize
        };
        for (name, whole) in files {
            for round in 0..200 {
                let mut bytes = whole.to_vec();
                for _ in 0..=round % 8 {
                    let at = random() % bytes.len();
                    bytes[at] = match random() % 4 {
                        0 => 0xff,
                        1 => 0,
                        _ => (random() & 0xff) as u8,
                    };
                }
                if round % 10 == 0 {
                    bytes.truncate(random() % bytes.len());
                }
                let got = Kept::of(name, &bytes);
                let failed = got.problems().iter().any(|p| p.contains("reader failed"));
                assert!(!failed, "{name}, round {round}: {:?}", got.problems());
            }
        }
    }
}
