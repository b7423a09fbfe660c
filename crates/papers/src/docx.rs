//! Papers as DOCX that an office can go on editing: paragraphs with styles, real tables, page numbers as fields.

mod body;
mod parts;

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::document::{Document, Meta};
use crate::error::Error;

impl Document {
    /// The paper as DOCX. The same paper and the same `meta` give the same bytes.
    pub fn to_docx(&self, meta: &Meta) -> Result<Vec<u8>, Error> {
        let files = [
            ("[Content_Types].xml", parts::CONTENT_TYPES.to_owned()),
            ("_rels/.rels", parts::ROOT_RELS.to_owned()),
            ("docProps/core.xml", parts::core(self, meta)),
            ("docProps/app.xml", parts::APP.to_owned()),
            ("word/document.xml", body::document(self)),
            ("word/_rels/document.xml.rels", parts::DOCUMENT_RELS.to_owned()),
            ("word/styles.xml", parts::styles(self)),
            ("word/settings.xml", parts::SETTINGS.to_owned()),
            ("word/header1.xml", parts::header(self)),
            ("word/footer1.xml", parts::footer(self)),
        ];
        pack(files.iter().map(|(name, text)| (*name, text.as_bytes())), stamp(meta))
    }
}

/// The time of the members of the container; ZIP knows none before 1980.
fn stamp(meta: &Meta) -> DateTime {
    let at = meta.created;
    let [month, day, hour, minute, second] =
        [at.month(), at.day(), at.hour(), at.minute(), at.second()].map(i8::unsigned_abs);
    let year = u16::try_from(at.year()).unwrap_or_default();
    DateTime::from_date_and_time(year, month, day, hour, minute, second).unwrap_or_default()
}

pub(crate) fn pack<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>, at: DateTime) -> Result<Vec<u8>, Error> {
    let refuse = |e: &dyn std::fmt::Display| Error::Pack(e.to_string());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(at);
    for (name, bytes) in files {
        zip.start_file(name, options).map_err(|e| refuse(&e))?;
        zip.write_all(bytes).map_err(|e| refuse(&e))?;
    }
    Ok(zip.finish().map_err(|e| refuse(&e))?.into_inner())
}
