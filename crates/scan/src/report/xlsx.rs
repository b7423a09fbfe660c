//! A workbook: summary, files, findings, what was not read.

use std::io::{self, Write};

use rust_xlsxwriter::{Format as Cell, Workbook, Worksheet, XlsxError};
use tutela_extract::ReadState;
use tutela_words::Words;

use super::{Report, class_name, entity_name, place, reasons, two, visible, why_unread};
use crate::{About, FileReport, Totals};

/// Rows that a sheet can hold, less the header.
const MAX_ROWS: u32 = 1_048_575;
/// The paper size A4, as the format counts them.
const A4: u8 = 9;
/// Characters that a cell can hold.
const MAX_CELL: usize = 32_767;

pub(super) struct Xlsx<'a> {
    words: &'a Words,
    book: Workbook,
    files: u32,
    findings: u32,
    broken: Option<XlsxError>,
}

const SUMMARY: usize = 0;
const FILES: usize = 1;
const FINDINGS: usize = 2;
const NOT_READ: usize = 3;

#[expect(clippy::needless_pass_by_value, reason = "`map_err` hands the error over")]
fn io_error(e: XlsxError) -> io::Error {
    io::Error::other(e.to_string())
}

fn cell(text: &str) -> String {
    visible(text).chars().take(MAX_CELL).collect()
}

impl<'a> Xlsx<'a> {
    pub(super) fn new(words: &'a Words) -> Self {
        let mut this = Self {
            words,
            book: Workbook::new(),
            files: 0,
            findings: 0,
            broken: None,
        };
        this.broken = this.begin().err();
        this
    }

    fn begin(&mut self) -> Result<(), XlsxError> {
        let bold = Cell::new().set_bold();
        let words = self.words;
        let sheet = |book: &mut Workbook, name: &str, columns: &[(&str, f64)], plain: bool| -> Result<(), XlsxError> {
            // Rows go to a temporary file as they come, so that millions of findings need no memory.
            let sheet = if plain {
                book.add_worksheet()
            } else {
                book.add_worksheet_with_constant_memory()?
            };
            sheet.set_name(words.get(name))?;
            for (i, (key, width)) in columns.iter().enumerate() {
                let col = u16::try_from(i).unwrap_or(u16::MAX);
                sheet.set_column_width(col, *width)?;
                if !key.is_empty() {
                    sheet.write_with_format(0, col, words.get(key), &bold)?;
                }
            }
            // On paper: A4, as wide as the page, the header on every page.
            sheet.set_paper_size(A4).set_print_fit_to_pages(1, 0);
            if !plain {
                sheet.set_landscape().set_repeat_rows(0, 0)?;
                sheet.set_freeze_panes(1, 0)?;
            }
            Ok(())
        };
        sheet(
            &mut self.book,
            "report-sheet-summary",
            &[("", 44.0), ("", 30.0), ("", 60.0)],
            true,
        )?;
        let files = [
            ("report-path", 60.0),
            ("report-kind", 12.0),
            ("report-bytes", 14.0),
            ("report-read-state", 20.0),
            ("report-class", 18.0),
            ("report-risk-head", 12.0),
            ("report-subjects-head", 24.0),
            ("report-findings-head", 18.0),
        ];
        sheet(&mut self.book, "report-sheet-files", &files, false)?;
        let findings = [
            ("report-path", 60.0),
            ("report-place", 30.0),
            ("report-type", 30.0),
            ("report-class", 18.0),
            ("report-score", 16.0),
            ("report-masked", 30.0),
            ("report-why", 60.0),
        ];
        sheet(&mut self.book, "report-sheet-findings", &findings, false)?;
        let missing = [("report-path", 60.0), ("report-place", 30.0), ("report-why", 80.0)];
        sheet(&mut self.book, "report-sheet-not-read", &missing, false)
    }

    fn sheet(&mut self, index: usize) -> Result<&mut Worksheet, XlsxError> {
        self.book.worksheet_from_index(index)
    }

    fn add(&mut self, file: &FileReport) -> Result<(), XlsxError> {
        let words = self.words;
        let decimals = Cell::new().set_num_format("0.00");
        if self.files < MAX_ROWS {
            self.files += 1;
            let row = self.files;
            let read = words.get(&format!("read-{}", file.read.as_str()));
            let sheet = self.sheet(FILES)?;
            sheet
                .write(row, 0, cell(&file.path))?
                .write(row, 1, file.kind.as_str())?
                .write(row, 2, file.bytes as f64)?;
            sheet
                .write(row, 3, read)?
                .write(row, 4, class_name(words, file.class))?;
            sheet
                .write_with_format(row, 5, two(file.risk), &decimals)?
                .write(row, 6, file.subjects as f64)?;
            sheet.write(row, 7, file.counts.values().sum::<u64>() as f64)?;
        }
        for hit in &file.hits {
            if self.findings == MAX_ROWS {
                break;
            }
            self.findings += 1;
            let row = self.findings;
            let sheet = self.sheet(FINDINGS)?;
            sheet
                .write(row, 0, cell(&file.path))?
                .write(row, 1, cell(&place(words, &hit.place)))?;
            sheet
                .write(row, 2, entity_name(words, hit.entity))?
                .write(row, 3, class_name(words, Some(hit.class)))?;
            sheet.write_with_format(row, 4, two(hit.score), &decimals)?;
            // Strings are written as strings: nothing from a file can become a formula.
            sheet.write_string(row, 5, cell(hit.value.as_deref().unwrap_or(&hit.masked)))?;
            sheet.write_string(row, 6, cell(&reasons(words, &hit.why)))?;
        }
        Ok(())
    }

    fn finish(&mut self, about: &About, totals: &Totals) -> Result<Vec<u8>, XlsxError> {
        let words = self.words;
        let (files, findings) = (self.files, self.findings);
        self.sheet(FILES)?.autofilter(0, 0, files, 7)?;
        self.sheet(FINDINGS)?.autofilter(0, 0, findings, 6)?;
        for (row, missing) in (1..=MAX_ROWS).zip(&totals.not_read) {
            let why = cell(&why_unread(words, &missing.unread));
            let at = cell(&place(words, &missing.unread.place));
            self.sheet(NOT_READ)?
                .write(row, 0, cell(&missing.path))?
                .write(row, 1, at)?
                .write(row, 2, why)?;
        }
        let bold = Cell::new().set_bold();
        let mut row = 0;
        let sheet = self.sheet(SUMMARY)?;
        sheet.write_with_format(row, 0, words.get("report-title"), &bold)?;
        for (key, value) in [
            ("report-scanned", about.paths.join(", ")),
            ("report-at", about.at.clone()),
            ("report-pack", format!("{} ({})", about.pack, about.on)),
            ("report-version", about.version.clone()),
        ] {
            row += 1;
            sheet.write(row, 0, words.get(key))?.write(row, 1, cell(&value))?;
        }
        row += 1;
        for (key, n) in [
            ("report-files-head", totals.files),
            ("read-full", totals.read.get(&ReadState::Full).copied().unwrap_or(0)),
            (
                "read-partial",
                totals.read.get(&ReadState::Partial).copied().unwrap_or(0),
            ),
            ("read-none", totals.read.get(&ReadState::None).copied().unwrap_or(0)),
            ("report-findings-head", totals.findings),
            ("report-subjects-head", totals.subjects),
        ] {
            row += 1;
            sheet.write(row, 0, words.get(key))?.write(row, 1, n as f64)?;
        }
        row += 1;
        for (entity, n) in &totals.counts {
            row += 1;
            sheet
                .write(row, 0, entity_name(words, *entity))?
                .write(row, 1, *n as f64)?
                .write(row, 2, cell(about.norms.get(entity).map_or("", String::as_str)))?;
        }
        self.book.save_to_buffer()
    }
}

impl Report for Xlsx<'_> {
    fn file(&mut self, _: &mut dyn Write, file: FileReport) -> io::Result<()> {
        if let Some(e) = self.broken.take() {
            return Err(io_error(e));
        }
        self.add(&file).map_err(io_error)
    }

    fn end(&mut self, out: &mut dyn Write, about: &About, totals: &Totals) -> io::Result<()> {
        if let Some(e) = self.broken.take() {
            return Err(io_error(e));
        }
        out.write_all(&self.finish(about, totals).map_err(io_error)?)
    }
}
