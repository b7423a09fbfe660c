//! OpenDocument: texts, workbooks, presentations. Content, styles and pictures come into the copy; everything else stays behind.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use tutela_detect::Cell;

use super::super::edits::Edits;
use super::super::members::Work;
use super::super::{Cleaned, Decide, Refused, What};
use super::ooxml::finish;
use super::package::{Writer, Zipped};
use super::unit::{LONG, Unit};
use super::xml::{self, Item, Tag, Xml};

/// A copy of an OpenDocument file.
pub(in super::super) fn redact(bytes: &[u8], work: &mut Work<'_>) -> Result<(Vec<u8>, Cleaned), Refused> {
    let mut package = Zipped::open(bytes, work.limits, work.left)?;
    let mut cleaned = Cleaned::default();
    let manifest = package.get("META-INF/manifest.xml")?.unwrap_or_default();
    if memchr::memmem::find(&manifest, b"encryption-data").is_some() {
        return Err(Refused::Encrypted);
    }
    for name in package.names().to_vec() {
        let lower = name.to_lowercase();
        if lower.starts_with("basic/") && lower.ends_with(".xba")
            || lower.starts_with("scripts/") && !lower.ends_with('/')
        {
            return Err(Refused::Macros);
        }
        let what = match lower.as_str() {
            "meta.xml" | "manifest.rdf" => What::Properties,
            "settings.xml" => What::ProgramData,
            "meta-inf/documentsignatures.xml" => What::Signatures,
            n if n.starts_with("thumbnails/") => What::Thumbnails,
            n if n.starts_with("versions/") || n == "versionlist.xml" => What::Versions,
            n if n.starts_with("object") && n.ends_with("/content.xml") => What::Objects,
            n if n.starts_with("fonts/") => What::Fonts,
            _ => continue,
        };
        cleaned.add(what, 1);
    }
    let kind = package.get("mimetype")?.unwrap_or_default();
    let kind = String::from_utf8_lossy(&kind).trim().to_owned();
    if !kind.starts_with("application/vnd.oasis.opendocument.") || kind.len() > 80 {
        return Err(Refused::Damaged("type of the document".into()));
    }
    let mut pictures = BTreeMap::new();
    let mut out: BTreeMap<String, (Vec<u8>, String)> = BTreeMap::new();
    for name in ["content.xml", "styles.xml"] {
        let Some(bytes) = package.get(name)? else {
            if name == "content.xml" {
                return Err(Refused::Damaged("the main part is missing".into()));
            }
            continue;
        };
        let text = xml::text_of(&bytes)?;
        xml::usual(&text, &VOCABULARIES)?;
        let hidden = hidden_styles(&text)?;
        let mut part = Part {
            text: &text,
            hidden,
            edits: Edits::default(),
            unit: Unit::default(),
            open: Vec::new(),
            sheet: kind.ends_with("spreadsheet"),
            row: 0,
            col: 0,
            values: Vec::new(),
            cleaned: &mut cleaned,
        };
        let used = part.read(work.decide)?;
        let made = part.edits;
        let mut edits = made;
        for (range, target) in used {
            let new = match pictures.get(&target) {
                Some(new) => Some(String::clone(new)),
                None => match package.get(&target)? {
                    Some(bytes) if target.starts_with("Pictures/") => {
                        let (bytes, ending, media) = work.picture(&bytes, &mut cleaned);
                        let new = format!("Pictures/{}.{ending}", pictures.len() + 1);
                        out.insert(new.clone(), (bytes, media.to_owned()));
                        pictures.insert(target, new.clone());
                        Some(new)
                    }
                    _ => None,
                },
            };
            edits.replace(range, new.unwrap_or_default());
        }
        out.insert(
            name.to_owned(),
            (finish(&text, edits)?.into_bytes(), "text/xml".to_owned()),
        );
    }
    work.left = package.left();
    let mut zip = Writer::new();
    // The type stands first and is not compressed: by it the file is told.
    zip.store("mimetype", kind.as_bytes())?;
    let mut manifest = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" manifest:version=\"1.2\"><manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"{}\"/>",
        xml::escaped(&kind)
    );
    for (name, (bytes, media)) in &out {
        manifest.push_str(&format!(
            "<manifest:file-entry manifest:full-path=\"{name}\" manifest:media-type=\"{media}\"/>"
        ));
        zip.add(name, bytes)?;
    }
    manifest.push_str("</manifest:manifest>");
    zip.add("META-INF/manifest.xml", manifest.as_bytes())?;
    Ok((zip.end()?, cleaned))
}

/// The vocabularies by whose prefixes elements are told here.
const VOCABULARIES: [(&str, &str); 10] = [
    ("urn:oasis:names:tc:opendocument:xmlns:office:1.0", "office"),
    ("urn:oasis:names:tc:opendocument:xmlns:text:1.0", "text"),
    ("urn:oasis:names:tc:opendocument:xmlns:table:1.0", "table"),
    ("urn:oasis:names:tc:opendocument:xmlns:style:1.0", "style"),
    ("urn:oasis:names:tc:opendocument:xmlns:drawing:1.0", "draw"),
    ("urn:oasis:names:tc:opendocument:xmlns:presentation:1.0", "presentation"),
    ("urn:oasis:names:tc:opendocument:xmlns:form:1.0", "form"),
    ("urn:oasis:names:tc:opendocument:xmlns:script:1.0", "script"),
    ("urn:oasis:names:tc:opendocument:xmlns:animation:1.0", "anim"),
    ("urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0", "svg"),
];

/// Styles that hide: text, tables, slides.
fn hidden_styles(text: &str) -> Result<BTreeSet<String>, Refused> {
    let mut xml = Xml::new(text);
    let (mut style, mut hidden) = (String::new(), BTreeSet::new());
    while let Some(item) = xml.next()? {
        let Item::Open(tag) = item else { continue };
        match tag.name {
            "style:style" => style = tag.get("name").unwrap_or_default(),
            "style:text-properties" | "style:table-properties" | "style:drawing-page-properties" => {
                let hides = |a: xml::Attribute<'_>| {
                    matches!(
                        (a.name, a.raw),
                        ("text:display", "none") | ("table:display", "false") | ("presentation:visibility", "hidden")
                    )
                };
                if tag.attributes().any(hides) {
                    hidden.insert(style.clone());
                }
            }
            _ => {}
        }
    }
    Ok(hidden)
}

/// What becomes of an element.
enum Act {
    Keep,
    Drop(What),
    Unwrap(What),
}

fn act(name: &str) -> Act {
    match name {
        "office:annotation" | "office:annotation-end" => Act::Drop(What::Comments),
        "text:tracked-changes" | "text:change" | "text:change-start" | "text:change-end" | "table:tracked-changes" => {
            Act::Drop(What::TrackedChanges)
        }
        "text:bookmark"
        | "text:bookmark-start"
        | "text:bookmark-end"
        | "text:reference-mark"
        | "text:reference-mark-start"
        | "text:reference-mark-end" => Act::Drop(What::Bookmarks),
        "text:hidden-text" | "text:hidden-paragraph" => Act::Drop(What::HiddenText),
        "text:ruby-text" => Act::Drop(What::HiddenText),
        "office:scripts" | "office:event-listeners" | "script:event-listener" | "presentation:event-listener" => {
            Act::Drop(What::Scripts)
        }
        "office:forms" | "form:form" => Act::Drop(What::Forms),
        "presentation:notes" => Act::Drop(What::Notes),
        "svg:desc" | "svg:title" => Act::Drop(What::AltTexts),
        "draw:object"
        | "draw:object-ole"
        | "draw:plugin"
        | "draw:applet"
        | "draw:floating-frame"
        | "text:section-source"
        | "table:table-source"
        | "table:cell-range-source"
        | "office:dde-source"
        | "text:dde-connection-decls" => Act::Drop(What::Objects),
        "table:named-expressions"
        | "table:database-ranges"
        | "table:content-validations"
        | "table:data-pilot-tables"
        | "table:consolidation"
        | "table:dde-links"
        | "table:scenario"
        | "table:calculation-settings"
        | "calcext:conditional-formats"
        | "table:label-ranges" => Act::Drop(What::Rules),
        "office:settings"
        | "text:variable-decls"
        | "text:user-field-decls"
        | "text:sequence-decls"
        | "text:alphabetical-index-auto-mark-file"
        | "anim:par"
        | "presentation:settings"
        | "presentation:animations"
        | "text:meta"
        | "office:meta" => Act::Drop(What::ProgramData),
        "text:a" | "draw:a" => Act::Unwrap(What::Links),
        // Fields about those who wrote, about files and databases: what they show stays as text.
        n if n.starts_with("text:author-")
            || n.starts_with("text:sender-")
            || n.starts_with("text:user-")
            || n.starts_with("text:database-")
            || n.starts_with("text:variable-")
            || n.starts_with("text:printed-")
            || n.starts_with("text:creation-")
            || n.starts_with("text:modification-")
            || matches!(
                n,
                "text:initial-creator"
                    | "text:creator"
                    | "text:description"
                    | "text:title"
                    | "text:subject"
                    | "text:keywords"
                    | "text:file-name"
                    | "text:template-name"
                    | "text:expression"
                    | "text:text-input"
                    | "text:placeholder"
                    | "text:conditional-text"
                    | "text:bookmark-ref"
                    | "text:reference-ref"
                    | "text:editing-cycles"
                    | "text:editing-duration"
                    | "text:script"
                    | "text:drop-down"
                    | "text:meta-field"
            ) =>
        {
            Act::Unwrap(What::Fields)
        }
        _ => Act::Keep,
    }
}

/// An element that is open.
#[derive(Default)]
struct Open {
    unwrapped: bool,
    /// Whether it is a paragraph or lies in one, so that its text is text.
    text: bool,
    hidden: bool,
}

/// The value of a cell beside its text.
struct Value {
    /// The cell's text in the unit.
    cell: usize,
    /// The attributes that hold a value.
    ranges: Vec<Range<usize>>,
    /// The attribute that says what kind of value it is.
    kind: Option<Range<usize>>,
    /// Whether the value tells more than a short number.
    telling: bool,
}

struct Part<'p, 'c> {
    text: &'p str,
    hidden: BTreeSet<String>,
    edits: Edits,
    unit: Unit,
    open: Vec<Open>,
    sheet: bool,
    row: u32,
    col: u32,
    values: Vec<Value>,
    cleaned: &'c mut Cleaned,
}

impl Part<'_, '_> {
    /// Reads the part; returns the places of the names of pictures.
    fn read(&mut self, decide: &mut dyn Decide) -> Result<Vec<(Range<usize>, String)>, Refused> {
        let mut xml = Xml::new(self.text);
        let mut pictures = Vec::new();
        while let Some(item) = xml.next()? {
            match item {
                Item::Open(tag) => {
                    if let Some(what) = self.begin(&tag, &mut pictures) {
                        let end = xml.skip(&tag)?;
                        self.edits.drop(tag.range.start..end);
                        self.cleaned.add(what, 1);
                    }
                }
                Item::Text(range) if self.open.last().is_some_and(|o| o.text) => {
                    if self.open.iter().any(|o| o.hidden) {
                        self.edits.drop(range);
                        self.cleaned.add(What::HiddenText, 1);
                    } else {
                        self.unit.push(self.text, range);
                    }
                }
                Item::Text(_) => {}
                Item::Close { name, range } => self.end(name, range, decide),
                Item::Other(range) if range.start > 0 => self.edits.drop(range),
                Item::Other(_) => {}
            }
        }
        self.decide(decide);
        Ok(pictures)
    }

    fn begin(&mut self, tag: &Tag<'_>, pictures: &mut Vec<(Range<usize>, String)>) -> Option<What> {
        let unwrapped = match act(tag.name) {
            Act::Drop(what) => return Some(what),
            Act::Unwrap(what) => {
                self.cleaned.add(what, 1);
                self.edits.drop(tag.range.clone());
                true
            }
            Act::Keep => false,
        };
        let style = || {
            tag.attributes()
                .find(|a| matches!(a.local(), "style-name"))
                .map(|a| a.raw)
        };
        let is_hidden = style().is_some_and(|s| self.hidden.contains(s));
        let visibility = tag.attributes().find(|a| a.name == "table:visibility").map(|a| a.raw);
        match tag.name {
            "table:table" if is_hidden => return Some(What::HiddenSheets),
            "draw:page" if is_hidden => return Some(What::HiddenSlides),
            "table:table-row" if visibility.is_some_and(|v| v != "visible") => return Some(What::HiddenCells),
            "table:table" => {
                self.row = 0;
                self.unit.line();
            }
            "table:table-row" => self.col = 0,
            "table:table-cell" | "table:covered-table-cell" => self.cell(tag),
            "text:s" => {
                let count = tag.get("c").and_then(|c| c.parse::<usize>().ok()).unwrap_or(1).min(64);
                for _ in 0..count {
                    self.unit.between(' ');
                }
            }
            "text:tab" => self.unit.between('\t'),
            "text:line-break" => self.unit.between('\n'),
            _ => {}
        }
        for a in tag.attributes() {
            match a.name {
                "xlink:href"
                    if tag.name == "draw:image"
                        || tag.name == "style:background-image"
                        || tag.name == "draw:fill-image" =>
                {
                    pictures.push((a.value.clone(), a.text().into_owned()));
                }
                "xlink:href"
                | "xlink:title"
                | "office:target-frame-name"
                | "draw:name"
                | "table:print-ranges"
                | "xml:id"
                | "office:title"
                | "text:id"
                | "text:condition"
                | "draw:id" => self.edits.drop(a.whole),
                "table:formula" | "table:content-validation-name" => {
                    self.cleaned.add(What::Formulas, u64::from(a.name == "table:formula"));
                    self.edits.drop(a.whole);
                }
                n if n.starts_with("loext:") || n.starts_with("officeooo:") => self.edits.drop(a.whole),
                _ => {}
            }
        }
        if !tag.empty {
            let inside = self.open.last().is_some_and(|o| o.text);
            let text = matches!(tag.name, "text:p" | "text:h")
                || inside && !tag.name.starts_with("draw:") && !tag.name.starts_with("table:");
            self.open.push(Open {
                unwrapped,
                text,
                hidden: is_hidden && text,
            });
        }
        None
    }

    /// A cell begins: what its attributes hold beside its text.
    fn cell(&mut self, tag: &Tag<'_>) {
        let mut value = Value {
            cell: self.unit.cells.len(),
            ranges: Vec::new(),
            kind: None,
            telling: false,
        };
        for a in tag.attributes() {
            match a.name {
                "office:value" => {
                    value.telling |= a.raw.bytes().filter(u8::is_ascii_digit).count() >= 6;
                    value.ranges.push(a.whole);
                }
                "office:date-value" | "office:string-value" | "office:time-value" => {
                    value.telling = true;
                    value.ranges.push(a.whole);
                }
                "office:value-type" => value.kind = Some(a.value),
                "calcext:value-type" => value.ranges.push(a.whole),
                _ => {}
            }
        }
        self.values.push(value);
        if self.sheet {
            let start = self.unit.text.len();
            self.unit.cells.push(Cell {
                start,
                end: start,
                row: self.row,
                col: self.col,
            });
        }
        let repeated = tag
            .get("number-columns-repeated")
            .and_then(|n| n.parse::<u32>().ok())
            .unwrap_or(1);
        self.col = self.col.saturating_add(repeated);
        if tag.empty {
            self.end_cell();
        }
    }

    fn end_cell(&mut self) {
        while self.unit.text.ends_with('\n') && self.unit.cells.last().is_none_or(|c| c.start < self.unit.text.len()) {
            self.unit.text.pop();
        }
        if self.sheet
            && let Some(cell) = self.unit.cells.last_mut()
        {
            cell.end = self.unit.text.len().max(cell.start);
        }
        self.unit.between('\t');
    }

    fn end(&mut self, name: &str, range: Range<usize>, decide: &mut dyn Decide) {
        if self.open.pop().is_some_and(|o| o.unwrapped) {
            self.edits.drop(range);
        }
        match name {
            "text:p" | "text:h" => {
                if self.unit.text.is_empty() || !self.unit.text.ends_with(['\n', '\t']) {
                    self.unit.between('\n');
                }
                if self.unit.text.len() > LONG && !self.open.iter().any(|o| o.text) && self.unit.cells.is_empty() {
                    self.decide(decide);
                }
            }
            "table:table-cell" | "table:covered-table-cell" => self.end_cell(),
            "table:table-row" => {
                if self.unit.text.ends_with('\t') {
                    self.unit.text.pop();
                }
                self.unit.between('\n');
                self.row = self.row.saturating_add(1);
                if self.unit.text.len() > LONG && self.sheet {
                    self.decide(decide);
                }
            }
            _ => {}
        }
    }

    /// Decides about the unit; cells become text where a value stands behind them that tells more than they show.
    fn decide(&mut self, decide: &mut dyn Decide) {
        for value in std::mem::take(&mut self.values) {
            if !value.telling {
                continue;
            }
            let _ = value.cell;
            for range in value.ranges {
                self.edits.drop(range);
            }
            if let Some(kind) = value.kind {
                self.edits.replace(kind, *b"string");
            }
        }
        // Cells without text tell nothing.
        self.unit.cells.retain(|c| c.end > c.start);
        self.unit.decide(self.text, decide, &mut self.edits);
    }
}
