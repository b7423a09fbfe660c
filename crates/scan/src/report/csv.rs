//! One row a finding (RFC 4180, UTF-8 with a byte order mark so that spreadsheet programs read it). The header row holds stable English
//! names: scripts rely on it. Cells that a spreadsheet program would take for a formula begin with an apostrophe.

use std::io::{self, Write};

use super::Report;
use crate::{About, FileReport, Totals};

const HEADER: [&str; 10] = [
    "path", "kind", "read", "type", "class", "score", "place", "masked", "why", "not_read",
];

#[derive(Default)]
pub(super) struct Csv {
    begun: bool,
}

fn row(out: &mut dyn Write, cells: &[&str]) -> io::Result<()> {
    for (i, cell) in cells.iter().enumerate() {
        if i > 0 {
            out.write_all(b",")?;
        }
        let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        let guard = if formula { "'" } else { "" };
        if formula || cell.contains([',', '"', '\n', '\r']) {
            write!(out, "\"{guard}{}\"", cell.replace('"', "\"\""))?;
        } else {
            out.write_all(cell.as_bytes())?;
        }
    }
    out.write_all(b"\r\n")
}

impl Csv {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.begun {
            return Ok(());
        }
        self.begun = true;
        out.write_all("\u{feff}".as_bytes())?;
        row(out, &HEADER)
    }
}

impl Report for Csv {
    fn file(&mut self, out: &mut dyn Write, file: FileReport) -> io::Result<()> {
        self.begin(out)?;
        let (kind, read) = (file.kind.as_str(), file.read.as_str());
        for hit in &file.hits {
            let (score, place) = (format!("{:.2}", hit.score), hit.place.to_string());
            let why: Vec<_> = hit.why.iter().map(ToString::to_string).collect();
            let shown = hit.value.as_deref().unwrap_or(&hit.masked);
            let cells = [
                &file.path,
                kind,
                read,
                hit.entity.as_str(),
                hit.class.as_str(),
                &score,
                &place,
                shown,
                &why.join("; "),
                "",
            ];
            row(out, &cells)?;
        }
        if file.omitted > 0 {
            let note = format!("{} more", file.omitted);
            row(out, &[&file.path, kind, read, "", "", "", "", &note, "", ""])?;
        }
        for unread in &file.unread {
            let (place, why) = (unread.place.to_string(), unread.why.to_string());
            row(out, &[&file.path, kind, read, "", "", "", &place, "", "", &why])?;
        }
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write, _: &About, _: &Totals) -> io::Result<()> {
        self.begin(out)
    }
}
