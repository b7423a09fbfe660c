//! Workbooks: cells are decided upon as tables, and the strings of the workbook are written anew, so that none stays that no cell shows.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use tutela_detect::{Cell, Input};

use super::super::edits::Edits;
use super::super::{Cleaned, Decide, Refused, What};
use super::ooxml::{Rels, finish};
use super::unit::{LONG, Unit};
use super::xml::{self, Item, Tag, Xml};

/// Elements of a sheet that stay.
const SHEET: &[&str] = &[
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "mergeCells",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "drawing",
];
/// Elements of a workbook that stay.
const BOOK: &[&str] = &["workbookPr", "bookViews", "sheets", "calcPr"];
/// The last column and row of a workbook.
const MOST_COLUMNS: u32 = 16_384;
const MOST_ROWS: u32 = 1_048_576;

/// A workbook under way.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// The strings as they are: their XML without readings, and their text.
    old: Vec<(String, String)>,
    /// Styles of cells that show dates.
    dates: BTreeSet<usize>,
    /// The strings of the copy.
    new: Vec<String>,
    /// From old strings and from new texts to the strings of the copy.
    kept: HashMap<usize, usize>,
    made: HashMap<String, usize>,
    count: u64,
    /// The prefix of the vocabulary in the table of strings, and the beginning of that table.
    prefix: String,
    root: String,
}

/// What a cell shows.
#[derive(Debug)]
enum Shown {
    Nothing,
    /// A string of the workbook.
    Shared(usize),
    /// Another text.
    Text(String),
    /// A number with what it shows, a truth value, an error: written as it was.
    Value {
        kind: Option<String>,
        raw: String,
        shown: String,
    },
}

#[derive(Debug)]
struct CellAt {
    row: u32,
    col: u32,
    reference: String,
    style: Option<String>,
    /// The prefix of the vocabulary in this sheet.
    prefix: String,
    range: Range<usize>,
    shown: Shown,
    /// What a cut left of it.
    cut: Option<String>,
}

impl Book {
    /// Reads strings and styles.
    pub(super) fn open(&mut self, strings: &[u8], styles: &[u8]) -> Result<(), Refused> {
        let strings = xml::text_of(strings)?;
        if let Some((prefix, root)) = root(&strings)? {
            (self.prefix, self.root) = (prefix, root);
        } else {
            self.root = "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"".to_owned();
        }
        self.old = shared(&strings)?;
        self.dates = dates(&xml::text_of(styles)?)?;
        Ok(())
    }

    /// The workbook itself: its sheets without the hidden ones, under names without what is cut.
    pub(super) fn workbook(
        &mut self,
        text: &str,
        rels: &mut Rels,
        decide: &mut dyn Decide,
        cleaned: &mut Cleaned,
    ) -> Result<String, Refused> {
        let mut xml = Xml::new(text);
        let (mut edits, mut depth, mut names) = (Edits::default(), 0_usize, BTreeSet::new());
        let (mut shown, mut hidden) = (0, Vec::new());
        while let Some(item) = xml.next()? {
            match item {
                Item::Open(tag) if depth == 1 && !BOOK.contains(&tag.local()) => {
                    cleaned.add(
                        if tag.local() == "definedNames" {
                            What::Rules
                        } else {
                            What::ProgramData
                        },
                        1,
                    );
                    let end = xml.skip(&tag)?;
                    edits.drop(tag.range.start..end);
                }
                Item::Open(tag) => {
                    depth += usize::from(!tag.empty);
                    if tag.local() == "sheet" {
                        let id = tag
                            .attributes()
                            .find(|a| a.local() == "id" && a.name.contains(':'))
                            .map(|a| a.raw.to_owned());
                        let id = id.unwrap_or_default();
                        let is_hidden = tag.get("state").is_some_and(|s| s != "visible");
                        if is_hidden || !rels.kept.iter().any(|r| r.id == id) {
                            hidden.push(id);
                            let end = xml.skip(&tag)?;
                            depth -= usize::from(!tag.empty);
                            edits.drop(tag.range.start..end);
                            continue;
                        }
                        shown += 1;
                        if let Some(name) = tag.attributes().find(|a| a.name == "name") {
                            let new = sheet_name(&name.text(), shown, decide, &mut names);
                            edits.replace(name.value, xml::escaped(&new));
                        }
                    }
                    for a in tag.attributes() {
                        if matches!(
                            a.local(),
                            "codeName" | "activeTab" | "firstSheet" | "filterPrivacy" | "uid"
                        ) && tag.local() != "sheet"
                        {
                            edits.drop(a.whole);
                        }
                    }
                }
                Item::Close { .. } => depth = depth.saturating_sub(1),
                Item::Other(range) if range.start > 0 => edits.drop(range),
                _ => {}
            }
        }
        if shown == 0 {
            return Err(Refused::Damaged("no sheet that is shown".into()));
        }
        cleaned.add(What::HiddenSheets, hidden.len() as u64);
        rels.kept.retain(|r| !hidden.contains(&r.id));
        finish(text, edits)
    }

    /// One sheet.
    pub(super) fn sheet(
        &mut self,
        text: &str,
        rels: &Rels,
        decide: &mut dyn Decide,
        cleaned: &mut Cleaned,
    ) -> Result<String, Refused> {
        let mut xml = Xml::new(text);
        let mut edits = Edits::default();
        let mut depth = 0_usize;
        let mut hidden: Vec<Range<u32>> = Vec::new();
        let mut beside = Unit::default();
        while let Some(item) = xml.next()? {
            match item {
                Item::Open(tag) if depth == 1 && !SHEET.contains(&tag.local()) => {
                    let what = match tag.local() {
                        "hyperlinks" => What::Links,
                        "oleObjects" | "controls" | "picture" => What::Objects,
                        "legacyDrawing" | "legacyDrawingHF" => What::Comments,
                        "phoneticPr" => What::HiddenText,
                        _ => What::Rules,
                    };
                    cleaned.add(what, 1);
                    let end = xml.skip(&tag)?;
                    edits.drop(tag.range.start..end);
                }
                Item::Open(tag) if tag.local() == "sheetData" && depth == 1 => {
                    if !tag.empty {
                        self.cells(text, &mut xml, &hidden, &mut edits, decide, cleaned)?;
                    }
                }
                Item::Open(tag) => {
                    depth += usize::from(!tag.empty);
                    if tag.local() == "col" && is_true(&tag, "hidden") {
                        let at = |name| {
                            tag.get(name)
                                .and_then(|v| v.parse::<u32>().ok())
                                .unwrap_or(1)
                                .clamp(1, MOST_COLUMNS)
                        };
                        hidden.push(at("min") - 1..at("max"));
                    }
                    let nowhere = tag
                        .attributes()
                        .any(|a| a.name.contains(':') && rels.gone.contains(a.raw));
                    for a in tag.attributes() {
                        if matches!(a.local(), "codeName" | "uid" | "hidden") || a.name.contains(':') && nowhere {
                            edits.drop(a.whole);
                        }
                    }
                }
                Item::Close { .. } => depth = depth.saturating_sub(1),
                // Lines at the head and foot of printed pages.
                Item::Text(range) if depth == 3 => {
                    beside.push(text, range);
                    beside.line();
                }
                Item::Other(range) if range.start > 0 => edits.drop(range),
                Item::Text(_) | Item::Other(_) => {}
            }
        }
        beside.decide(text, decide, &mut edits);
        finish(text, edits)
    }

    /// The cells of a sheet: read in blocks of rows, decided upon, written again.
    fn cells(
        &mut self,
        text: &str,
        xml: &mut Xml<'_>,
        hidden: &[Range<u32>],
        edits: &mut Edits,
        decide: &mut dyn Decide,
        cleaned: &mut Cleaned,
    ) -> Result<(), Refused> {
        let mut block: Vec<CellAt> = Vec::new();
        let (mut row, mut col, mut length) = (0_u32, 0_u32, 0);
        let mut columns = Vec::new();
        let mut row_hidden = false;
        while let Some(item) = xml.next()? {
            match item {
                Item::Open(tag) if tag.local() == "row" => {
                    row = tag.get("r").and_then(|r| r.parse().ok()).unwrap_or(row + 1);
                    col = 0;
                    if row > MOST_ROWS {
                        return Err(Refused::Damaged("number of a row".into()));
                    }
                    row_hidden = is_true(&tag, "hidden") && !tag.empty;
                    if row_hidden {
                        cleaned.add(What::HiddenCells, 1);
                    }
                    for a in tag.attributes() {
                        if matches!(a.local(), "hidden" | "dyDescent" | "spans" | "collapsed") {
                            edits.drop(a.whole);
                        }
                    }
                }
                Item::Open(tag) if tag.local() == "c" => {
                    let cell = self.cell(text, xml, &tag, row, &mut col, cleaned)?;
                    if row_hidden || hidden.iter().any(|h| h.contains(&cell.col)) {
                        cleaned.add(What::HiddenCells, u64::from(!row_hidden));
                        edits.drop(cell.range);
                        continue;
                    }
                    length += match &cell.shown {
                        Shown::Shared(i) => self.old.get(*i).map_or(0, |(_, t)| t.len()),
                        Shown::Text(t) => t.len(),
                        Shown::Value { shown, .. } => shown.len(),
                        Shown::Nothing => 0,
                    };
                    block.push(cell);
                }
                Item::Open(tag) => {
                    let end = xml.skip(&tag)?;
                    edits.drop(tag.range.start..end);
                }
                Item::Close { name, .. } if xml::local(name) == "sheetData" => break,
                Item::Close { .. } if length > LONG => {
                    self.block(&mut block, &mut columns, edits, decide);
                    length = 0;
                }
                Item::Other(range) => edits.drop(range),
                _ => {}
            }
        }
        self.block(&mut block, &mut columns, edits, decide);
        Ok(())
    }

    /// One cell, read to its end.
    fn cell(
        &self,
        text: &str,
        xml: &mut Xml<'_>,
        tag: &Tag<'_>,
        row: u32,
        col: &mut u32,
        cleaned: &mut Cleaned,
    ) -> Result<CellAt, Refused> {
        let reference = tag.get("r").unwrap_or_default();
        let at = column(&reference).unwrap_or(*col);
        *col = at + 1;
        let kind = tag.get("t");
        let style = tag.get("s");
        let (mut value, mut inline) = (String::new(), String::new());
        let mut end = tag.range.end;
        if !tag.empty {
            loop {
                match xml.next()? {
                    Some(Item::Open(inner)) => match inner.local() {
                        "v" if !inner.empty => {
                            while let Some(Item::Text(range)) = xml.next()? {
                                value.push_str(&xml::decoded(text.get(range).unwrap_or_default()));
                            }
                        }
                        "is" if !inner.empty => {
                            let (from, end) = (inner.range.end, xml.skip(&inner)?);
                            inline = plain(text.get(from..end).unwrap_or_default())?;
                        }
                        _ => {
                            if inner.local() == "f" {
                                cleaned.add(What::Formulas, 1);
                            }
                            xml.skip(&inner)?;
                        }
                    },
                    Some(Item::Close { range, .. }) => {
                        end = range.end;
                        break;
                    }
                    Some(_) => {}
                    None => return Err(Refused::Damaged("XML".into())),
                }
            }
        }
        let shown = match kind.as_deref() {
            Some("s") => value.trim().parse().map_or(Shown::Nothing, Shown::Shared),
            Some("inlineStr") if inline.is_empty() => Shown::Nothing,
            Some("inlineStr") => Shown::Text(inline),
            Some("str") if !value.is_empty() => Shown::Text(value),
            _ if value.trim().is_empty() => Shown::Nothing,
            Some("b" | "e" | "d") => Shown::Value {
                kind,
                shown: value.clone(),
                raw: value,
            },
            _ => {
                let date = style
                    .as_deref()
                    .and_then(|s| s.parse().ok())
                    .is_some_and(|s| self.dates.contains(&s));
                Shown::Value {
                    kind: None,
                    shown: number(&value, date),
                    raw: value,
                }
            }
        };
        let range = tag.range.start..end;
        Ok(CellAt {
            row,
            col: at,
            reference,
            style,
            prefix: prefix(tag.name),
            range,
            shown,
            cut: None,
        })
    }

    /// Decides about a block of rows and writes its cells.
    fn block(
        &mut self,
        block: &mut Vec<CellAt>,
        columns: &mut Vec<String>,
        edits: &mut Edits,
        decide: &mut dyn Decide,
    ) {
        let (mut text, mut cells, mut last) = (String::new(), Vec::new(), None);
        for (i, cell) in block.iter().enumerate() {
            let shown = match &cell.shown {
                Shown::Nothing => continue,
                Shown::Shared(i) => self.old.get(*i).map_or("", |(_, t)| t.as_str()),
                Shown::Text(t) => t,
                Shown::Value { shown, .. } => shown,
            };
            if let Some(last) = last {
                text.push(if last == cell.row { '\t' } else { '\n' });
            }
            last = Some(cell.row);
            let start = text.len();
            // A cell is one line of the table.
            text.extend(
                shown
                    .chars()
                    .map(|c| if matches!(c, '\n' | '\t' | '\r') { ' ' } else { c }),
            );
            cells.push((
                i,
                Cell {
                    start,
                    end: text.len(),
                    row: cell.row,
                    col: cell.col,
                },
            ));
        }
        let places: Vec<Cell> = cells.iter().map(|(_, c)| *c).collect();
        let input = Input {
            text: &text,
            lang: None,
            cells: &places,
            columns,
            caption: None,
        };
        let mut cuts = decide.cuts(&input).into_iter().peekable();
        for (i, place) in &cells {
            let (mut out, mut at) = (String::new(), place.start);
            // A cut that crosses cells takes from each what it covers.
            while let Some(cut) = cuts.peek() {
                if cut.range.start >= place.end {
                    break;
                }
                out.push_str(text.get(at..cut.range.start.max(at)).unwrap_or_default());
                if cut.range.start >= place.start {
                    out.push_str(&cut.with);
                }
                at = cut.range.end.min(place.end).max(at);
                if cut.range.end > place.end {
                    break;
                }
                cuts.next();
            }
            if at > place.start {
                out.push_str(text.get(at..place.end).unwrap_or_default());
                if let Some(cell) = block.get_mut(*i) {
                    cell.cut = Some(out);
                }
            }
        }
        if columns.is_empty() {
            *columns = headers(&text, &places);
        }
        for cell in block.drain(..) {
            let written = self.written(&cell);
            edits.replace(cell.range, written);
        }
    }

    /// A cell as XML.
    fn written(&mut self, cell: &CellAt) -> String {
        let p = &cell.prefix;
        let mut out = format!("<{p}c");
        for (name, value) in [
            ("r", Some(&cell.reference).filter(|r| !r.is_empty())),
            ("s", cell.style.as_ref()),
        ] {
            if let Some(value) = value {
                out.push_str(&format!(" {name}=\"{}\"", xml::escaped(value)));
            }
        }
        let string = match (&cell.cut, &cell.shown) {
            (Some(text), _) => Some(self.text(text)),
            (None, Shown::Shared(i)) => self.shared(*i),
            (None, Shown::Text(text)) => Some(self.text(text)),
            (None, Shown::Value { kind, raw, .. }) => {
                let kind = kind.as_ref().map(|k| format!(" t=\"{k}\"")).unwrap_or_default();
                return format!("{out}{kind}><{p}v>{}</{p}v></{p}c>", xml::escaped(raw));
            }
            (None, Shown::Nothing) => None,
        };
        match string {
            Some(i) => format!("{out} t=\"s\"><{p}v>{i}</{p}v></{p}c>"),
            None => format!("{out}/>"),
        }
    }

    /// The place of a plain text among the strings of the copy.
    fn text(&mut self, text: &str) -> usize {
        self.count += 1;
        if let Some(known) = self.made.get(text) {
            return *known;
        }
        let i = self.new.len();
        self.new
            .push(format!("<si><t xml:space=\"preserve\">{}</t></si>", xml::escaped(text)));
        self.made.insert(text.to_owned(), i);
        i
    }

    fn shared(&mut self, old: usize) -> Option<usize> {
        self.count += 1;
        if let Some(known) = self.kept.get(&old) {
            return Some(*known);
        }
        let string = self.old.get(old)?.0.clone();
        let i = self.new.len();
        self.new.push(string);
        self.kept.insert(old, i);
        Some(i)
    }

    /// The strings of the copy.
    pub(super) fn strings(&self) -> String {
        let mut out = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n{} count=\"{}\" uniqueCount=\"{}\">",
            self.root,
            self.count,
            self.new.len()
        );
        for string in &self.new {
            out.push_str(string);
        }
        out.push_str(&format!("</{}sst>", self.prefix));
        out
    }
}

/// The prefix of the table of strings, and its first tag without end and counts.
fn root(text: &str) -> Result<Option<(String, String)>, Refused> {
    let mut xml = Xml::new(text);
    while let Some(item) = xml.next()? {
        let Item::Open(tag) = item else { continue };
        let mut out = format!("<{}", tag.name);
        for a in tag.attributes().filter(|a| a.name.starts_with("xmlns")) {
            out.push_str(&format!(" {}=\"{}\"", a.name, a.raw));
        }
        return Ok(Some((prefix(tag.name), out)));
    }
    Ok(None)
}

/// The prefix of a name, with its colon.
fn prefix(name: &str) -> String {
    name.split_once(':').map(|(p, _)| format!("{p}:")).unwrap_or_default()
}

fn is_true(tag: &Tag<'_>, name: &str) -> bool {
    tag.get(name).is_some_and(|v| matches!(v.as_str(), "1" | "true"))
}

/// The column of a reference such as `AB12`, counted from 0.
fn column(reference: &str) -> Option<u32> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic);
    let number = letters
        .take(4)
        .fold(0_u32, |n, b| n * 26 + u32::from(b.to_ascii_uppercase() - b'A') + 1);
    (1..=MOST_COLUMNS).contains(&number).then(|| number - 1)
}

/// The names of the columns, for blocks behind the first.
fn headers(text: &str, cells: &[Cell]) -> Vec<String> {
    let Some(first) = cells.first().map(|c| c.row) else {
        return Vec::new();
    };
    let mut names = BTreeMap::new();
    for cell in cells.iter().take_while(|c| c.row < first + 8) {
        let name = text.get(cell.start..cell.end).unwrap_or_default().trim();
        if !name.is_empty() && name.len() < 200 && !name.bytes().any(|b| b.is_ascii_digit()) {
            names.entry(cell.col).or_insert_with(|| name.to_owned());
        }
    }
    let Some((&last, _)) = names.last_key_value() else {
        return Vec::new();
    };
    (0..=last).map(|col| names.remove(&col).unwrap_or_default()).collect()
}

/// A name of a sheet without what is cut: at most 31 characters, none of those that programs refuse, no other sheet's.
fn sheet_name(name: &str, number: u32, decide: &mut dyn Decide, names: &mut BTreeSet<String>) -> String {
    let (mut out, mut at) = (String::new(), 0);
    for cut in decide.cuts(&Input::text(name)) {
        out.push_str(name.get(at..cut.range.start).unwrap_or_default());
        out.push_str(&cut.with);
        at = cut.range.end;
    }
    out.push_str(name.get(at..).unwrap_or_default());
    let allowed = |c: char| match c {
        '[' => '(',
        ']' => ')',
        ':' | '\\' | '/' | '?' | '*' => '_',
        c => c,
    };
    let mut out: String = out.chars().map(allowed).take(31).collect();
    if out.trim().is_empty() || !names.insert(out.to_lowercase()) {
        out = format!("{number}_{}", out.chars().take(20).collect::<String>());
        names.insert(out.to_lowercase());
    }
    out
}

/// What a number shows: dates by their style, long numbers without an exponent.
fn number(raw: &str, date: bool) -> String {
    let Ok(value) = raw.trim().parse::<f64>() else {
        return raw.to_owned();
    };
    if date && (1.0..2_958_466.0).contains(&value) {
        // Days since 30 December 1899.
        let days = value as i64 + 693_899;
        let (year, month, day) = civil(days);
        return format!("{year:04}-{month:02}-{day:02}");
    }
    if value.fract() == 0.0 && value.abs() < 1e18 && (raw.contains(['e', 'E', '.'])) {
        return format!("{value:.0}");
    }
    raw.to_owned()
}

/// The date of a number of days since 1 March of the year 0.
fn civil(days: i64) -> (i64, i64, i64) {
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let m = (5 * of_year + 2) / 153;
    let month = if m < 10 { m + 3 } else { m - 9 };
    (
        year_of_era + era * 400 + i64::from(month < 3),
        month,
        of_year - (153 * m + 2) / 5 + 1,
    )
}

/// The strings of a workbook: XML without readings, and text.
fn shared(text: &str) -> Result<Vec<(String, String)>, Refused> {
    let mut xml = Xml::new(text);
    let mut out = Vec::new();
    while let Some(item) = xml.next()? {
        let Item::Open(tag) = item else { continue };
        if tag.local() == "si" {
            let end = xml.skip(&tag)?;
            let si = text.get(tag.range.start..end).unwrap_or_default();
            let mut edits = Edits::default();
            let mut inner = Xml::new(si);
            while let Some(item) = inner.next()? {
                match item {
                    Item::Open(tag) if matches!(tag.local(), "rPh" | "phoneticPr" | "extLst") => {
                        let end = inner.skip(&tag)?;
                        edits.drop(tag.range.start..end);
                    }
                    Item::Other(range) => edits.drop(range),
                    _ => {}
                }
            }
            let clean = if edits.is_empty() {
                si.to_owned()
            } else {
                finish(si, edits)?
            };
            let shown = plain(&clean)?;
            out.push((clean, shown));
        }
    }
    Ok(out)
}

/// The text of a string: that of its runs.
fn plain(si: &str) -> Result<String, Refused> {
    let mut out = String::new();
    let mut at = 0;
    // The pieces of a string are no whole document: they are read tag by tag.
    while let Some(open) = si.get(at..).and_then(|rest| rest.find('<')) {
        let start = at + open;
        let rest = si.get(start..).unwrap_or_default();
        let end = rest.find('>').map_or(si.len(), |i| start + i + 1);
        let tag = si.get(start..end).unwrap_or_default();
        let name = tag
            .trim_start_matches('<')
            .split(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
            .next()
            .unwrap_or_default();
        at = end;
        if xml::local(name) == "t" && !tag.ends_with("/>") && !tag.starts_with("</") {
            let len = si.get(end..).and_then(|rest| rest.find('<')).unwrap_or(si.len() - end);
            out.push_str(&xml::decoded(si.get(end..end + len).unwrap_or_default()));
            at = end + len;
        } else if xml::local(name) == "rPh" && !tag.starts_with("</") {
            at = si
                .get(end..)
                .and_then(|rest| rest.find("rPh>"))
                .map_or(si.len(), |i| end + i + 4);
        }
    }
    Ok(out)
}

/// Styles of cells that show dates.
fn dates(text: &str) -> Result<BTreeSet<usize>, Refused> {
    let mut xml = Xml::new(text);
    let (mut own, mut out, mut number, mut inside) = (BTreeSet::new(), BTreeSet::new(), 0, false);
    while let Some(item) = xml.next()? {
        match item {
            Item::Open(tag) => match tag.local() {
                "numFmt" => {
                    let code = tag.get("formatCode").unwrap_or_default().to_lowercase();
                    let mut quoted = false;
                    let plain: String = code
                        .chars()
                        .filter(|c| {
                            quoted ^= *c == '"';
                            !quoted && *c != '"'
                        })
                        .collect();
                    let plain = plain.split(['[', ']']).step_by(2).collect::<String>();
                    if plain.contains('y') || plain.contains('d') && plain.contains('m') {
                        own.extend(tag.get("numFmtId").and_then(|n| n.parse::<u32>().ok()));
                    }
                }
                "cellXfs" => inside = !tag.empty,
                "xf" if inside => {
                    let format = tag
                        .get("numFmtId")
                        .and_then(|n| n.parse::<u32>().ok())
                        .unwrap_or_default();
                    if matches!(format, 14..=17 | 22 | 27..=31 | 36 | 50..=54 | 57 | 58) || own.contains(&format) {
                        out.insert(number);
                    }
                    number += 1;
                }
                _ => {}
            },
            Item::Close { name, .. } if xml::local(name) == "cellXfs" => inside = false,
            _ => {}
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_show_what_the_program_shows() {
        assert_eq!(number("31857", true), "1987-03-21");
        assert_eq!(number("60", true), "1900-02-28");
        assert_eq!(number("1.3812341234E10", false), "13812341234");
        assert_eq!(number("0.5", false), "0.5");
        assert_eq!(column("AB12"), Some(27));
        assert_eq!(column("12"), None);
    }
}
