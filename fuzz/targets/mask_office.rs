//! Copies of office files: the bytes are the main part of a document, of a workbook's sheet, of an OpenDocument text, or the package itself.
#![no_main]

use std::io::{Cursor, Write};
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tutela_deid::copy::{Masker, Options, Refused, mask};
use tutela_deid::operator::Operators;
use tutela_deid::policy::{Audience, Policy};
use tutela_detect::Engine;
use tutela_extract::Reader;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(tutela_detect::Options::default()));
static POLICY: LazyLock<Policy> = LazyLock::new(|| Policy::preset("default").unwrap());

const REL: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn package(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        zip.start_file(*name, stored).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn root(target: &str) -> String {
    format!("<Relationships><Relationship Id=\"r\" Type=\"{REL}/officeDocument\" Target=\"{target}\"/></Relationships>")
}

fuzz_target!(|data: &[u8]| {
    let Some((&choice, data)) = data.split_first() else { return };
    let (name, bytes) = match choice % 4 {
        0 => {
            let root = root("word/document.xml");
            let all: &[(&str, &[u8])] =
                &[("[Content_Types].xml", b"<Types/>"), ("_rels/.rels", root.as_bytes()), ("word/document.xml", data)];
            ("a.docx", package(all))
        }
        1 => {
            let root = root("xl/workbook.xml");
            let own = format!("<Relationships><Relationship Id=\"r\" Type=\"{REL}/worksheet\" Target=\"s.xml\"/></Relationships>");
            let book = b"<workbook xmlns:r=\"r\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"r\"/></sheets></workbook>";
            let all: &[(&str, &[u8])] = &[
                ("[Content_Types].xml", b"<Types/>"),
                ("_rels/.rels", root.as_bytes()),
                ("xl/workbook.xml", book),
                ("xl/_rels/workbook.xml.rels", own.as_bytes()),
                ("xl/s.xml", data),
            ];
            ("a.xlsx", package(all))
        }
        2 => {
            let all: &[(&str, &[u8])] = &[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", data)];
            ("a.odt", package(all))
        }
        _ => ("a.docx", data.to_vec()),
    };
    let dir = tempfile::tempdir().unwrap();
    let (file, out) = (dir.path().join(name), dir.path().join("out"));
    std::fs::write(&file, bytes).unwrap();
    std::fs::create_dir(&out).unwrap();
    let mut operators = Operators::new(None, "");
    let mut masker = Masker::new(&ENGINE, &POLICY, Audience::Public, &mut operators);
    let done = mask(&file, &out, &mut masker, &Reader::default(), &Options::default());
    assert_ne!(done, Err(Refused::Failed));
});
