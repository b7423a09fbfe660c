//! Whole files, written here part by part, through the public reader.

mod damage;
mod opendocument;
mod sheets;
mod slides;
mod texts;

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;

use crate::testing::Kept;
use crate::{Grain, Kind, ReadState, Why};

fn zip_of(members: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in members {
        let stored = *name == "mimetype";
        let method = if stored {
            zip::CompressionMethod::Stored
        } else {
            zip::CompressionMethod::Deflated
        };
        zip.start_file(*name, SimpleFileOptions::default().compression_method(method))
            .unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn read(kind: Kind, members: &[(&str, &str)]) -> Kept {
    let seen = Kept::of("file", &zip_of(members));
    assert_eq!(seen.kind(), Some(kind));
    seen
}

fn rels(list: &[(&str, &str, &str)]) -> String {
    let mut xml = String::from("<Relationships>");
    for (id, kind, target) in list {
        let mode = if target.contains(':') {
            " TargetMode='External'"
        } else {
            ""
        };
        let _ = write!(
            xml,
            "<Relationship Id='{id}' Type='http://purl.oclc.org/x/{kind}' Target='{target}'{mode}/>"
        );
    }
    xml + "</Relationships>"
}

fn docx(body: &str, more: &[(&str, &str)]) -> Kept {
    let root = rels(&[
        ("a", "officeDocument", "/word/document2.xml"),
        ("b", "core-properties", "docProps/core.xml"),
    ]);
    let body = format!("<w:document xmlns:w='w'><w:body>{body}</w:body></w:document>");
    let mut members = vec![("_rels/.rels", root.as_str()), ("word/document2.xml", &body)];
    members.extend_from_slice(more);
    read(Kind::Docx, &members)
}

fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}
