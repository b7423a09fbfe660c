//! Office Open XML: which parts come into the copy, and their relationships.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use tutela_extract::Kind;

use super::super::edits::Edits;
use super::super::members::Work;
use super::super::{Cleaned, Refused, What};
use super::flow::{self, Style};
use super::package::{Writer, Zipped};
use super::xml::{self, Item, Xml};
use super::{PLACEHOLDER, sheet};

/// What a part is in the copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Text in runs: documents, headers, slides, charts, drawings.
    Flow,
    /// Form alone: styles, themes, fonts, lists.
    Form,
    /// Settings of a document, of which a few stay.
    Settings,
    /// A picture.
    Picture,
    Workbook,
    Sheet,
    /// The table of strings of a workbook, which is written anew.
    Strings,
}

/// The role of a part by the last word of the type of the relationship that leads to it; nothing for what does not come into a copy.
fn role(kind: &str) -> Result<Role, What> {
    Ok(match kind {
        "header" | "footer" | "footnotes" | "endnotes" | "slide" | "slideLayout" | "slideMaster" | "chart"
        | "drawing" | "diagramData" | "diagramDrawing" | "chartUserShapes" => Role::Flow,
        "styles" | "numbering" | "fontTable" | "theme" | "themeOverride" | "diagramLayout" | "diagramQuickStyle"
        | "diagramColors" | "tableStyles" | "stylesWithEffects" => Role::Form,
        "settings" => Role::Settings,
        "image" => Role::Picture,
        "worksheet" => Role::Sheet,
        "sharedStrings" => Role::Strings,
        "comments" | "commentsExtended" | "commentsIds" | "commentsExtensible" | "commentAuthors" | "people"
        | "person" | "threadedComment" | "authors" => return Err(What::Comments),
        "core-properties" | "extended-properties" | "custom-properties" | "classificationlabels" => {
            return Err(What::Properties);
        }
        "thumbnail" => return Err(What::Thumbnails),
        "hyperlink" | "externalLink" | "externalLinkPath" | "attachedTemplate" | "mailMergeSource" => {
            return Err(What::Links);
        }
        "oleObject" | "package" | "control" | "aFChunk" | "subDocument" | "audio" | "video" | "media" => {
            return Err(What::Objects);
        }
        "font" => return Err(What::Fonts),
        "notesSlide" | "notesMaster" | "handoutMaster" => return Err(What::Notes),
        "pivotCacheDefinition" | "pivotTable" | "table" | "queryTable" | "slicer" | "slicerCache" => {
            return Err(What::Rules);
        }
        "origin" | "signature" => return Err(What::Signatures),
        "chartsheet" | "dialogsheet" | "xlMacrosheet" => return Err(What::Objects),
        _ => return Err(What::ProgramData),
    })
}

/// One relationship that stays.
#[derive(Debug, Clone)]
pub(super) struct Rel {
    pub(super) id: String,
    kind: String,
    pub(super) target: String,
    role: Role,
}

/// The relationships of a part: those that stay, and the identifiers of those that go.
#[derive(Debug, Default)]
pub(super) struct Rels {
    pub(super) kept: Vec<Rel>,
    pub(super) gone: BTreeSet<String>,
}

/// A package on its way into its copy.
pub(super) struct Copy<'p> {
    pub(super) package: Zipped<'p>,
    pub(super) cleaned: Cleaned,
    types: Types,
    /// Parts that are written, with their new names and types.
    out: BTreeMap<String, (Vec<u8>, String)>,
    rels: BTreeMap<String, Vec<Rel>>,
    pictures: BTreeMap<String, String>,
}

/// A copy of an Office Open XML file.
pub(in super::super) fn redact(kind: Kind, bytes: &[u8], work: &mut Work<'_>) -> Result<(Vec<u8>, Cleaned), Refused> {
    // Encrypted files lie in another container.
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(Refused::Encrypted);
    }
    let mut package = Zipped::open(bytes, work.limits, work.left)?;
    if package
        .names()
        .iter()
        .any(|n| n.to_lowercase().ends_with("vbaproject.bin"))
    {
        return Err(Refused::Macros);
    }
    let types = Types::read(&package.get("[Content_Types].xml")?.unwrap_or_default())?;
    let mut copy = Copy {
        package,
        cleaned: Cleaned::default(),
        types,
        out: BTreeMap::new(),
        rels: BTreeMap::new(),
        pictures: BTreeMap::new(),
    };
    let done = copy.make(kind, work);
    work.left = copy.package.left();
    done?;
    let bytes = copy.write()?;
    Ok((bytes, copy.cleaned))
}

impl Copy<'_> {
    fn make(&mut self, kind: Kind, work: &mut Work<'_>) -> Result<(), Refused> {
        let main = self.main(kind)?;
        if self.types.of(&main).contains("macroEnabled") {
            return Err(Refused::Macros);
        }
        self.rels.insert(
            String::new(),
            vec![Rel {
                id: "rId1".into(),
                kind: OFFICE_DOCUMENT.into(),
                target: main.clone(),
                role: Role::Flow,
            }],
        );
        let first = if kind == Kind::Xlsx { Role::Workbook } else { Role::Flow };
        let mut todo = VecDeque::from([(main.clone(), first)]);
        let mut seen = BTreeSet::from([main.clone()]);
        let mut books = sheet::Book::default();
        let style = self.hidden_styles(&main)?;
        while let Some((name, role)) = todo.pop_front() {
            if matches!(role, Role::Picture | Role::Strings) {
                continue;
            }
            let Some(bytes) = self.package.get(&name)? else {
                return Err(Refused::Damaged("a part is missing".into()));
            };
            let text = xml::text_of(&bytes)?;
            let mut rels = self.relations(&name)?;
            if kind == Kind::Pptx && name == main {
                self.hide_slides(&mut rels)?;
            }
            let made = match role {
                Role::Workbook => {
                    if !rels.kept.iter().any(|r| r.role == Role::Strings) {
                        // What is cut becomes a string of the workbook, also where it has had none.
                        let kind = SHARED_STRINGS.to_owned();
                        rels.kept.push(Rel {
                            id: "strings".into(),
                            kind,
                            target: "xl/sharedStrings.xml".into(),
                            role: Role::Strings,
                        });
                    }
                    let strings = rels
                        .kept
                        .iter()
                        .find(|r| r.role == Role::Strings)
                        .map(|r| r.target.clone());
                    let strings = strings
                        .map(|s| self.package.get(&s))
                        .transpose()?
                        .flatten()
                        .unwrap_or_default();
                    let forms = rels
                        .kept
                        .iter()
                        .find(|r| r.kind.ends_with("/styles"))
                        .map(|r| r.target.clone());
                    let forms = forms
                        .map(|s| self.package.get(&s))
                        .transpose()?
                        .flatten()
                        .unwrap_or_default();
                    books.open(&strings, &forms)?;
                    books.workbook(&text, &mut rels, work.decide, &mut self.cleaned)?
                }
                Role::Sheet => books.sheet(&text, &rels, work.decide, &mut self.cleaned)?,
                Role::Settings => settings(&text)?,
                Role::Form => form(&text, &rels, &mut self.cleaned)?,
                _ => flow::part(&text, &rels, &style, work.decide, &mut self.cleaned)?,
            };
            for rel in &mut rels.kept {
                if rel.role == Role::Picture {
                    rel.target = self.picture(&rel.target, work)?;
                } else if seen.insert(rel.target.clone()) {
                    todo.push_back((rel.target.clone(), rel.role));
                }
            }
            let kind_of = self.types.of(&name).to_owned();
            self.out.insert(name.clone(), (made.into_bytes(), kind_of));
            self.rels.insert(name, rels.kept);
        }
        if let Some(name) = self.strings_name() {
            self.out.insert(name, (books.strings().into_bytes(), STRINGS.into()));
        }
        Ok(())
    }

    /// The main part, and what else the file leads to at its root.
    fn main(&mut self, kind: Kind) -> Result<String, Refused> {
        let usual = match kind {
            Kind::Xlsx => "xl/workbook.xml",
            Kind::Pptx => "ppt/presentation.xml",
            _ => "word/document.xml",
        };
        let mut main = usual.to_owned();
        for (_, rel_kind, target, external) in self.read_rels("")? {
            let last = rel_kind.rsplit('/').next().unwrap_or_default();
            if last == "officeDocument" {
                if !external && self.package.has(&target) {
                    main = target;
                }
            } else if let Err(what) = role(last) {
                self.cleaned.add(what, 1);
            }
        }
        if self.package.has(&main) {
            Ok(main)
        } else {
            Err(Refused::Damaged("the main part is missing".into()))
        }
    }

    fn read_rels(&mut self, part: &str) -> Result<Vec<(String, String, String, bool)>, Refused> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let name = if folder.is_empty() {
            format!("_rels/{file}.rels")
        } else {
            format!("{folder}/_rels/{file}.rels")
        };
        let Some(bytes) = self.package.get(&name)? else {
            return Ok(Vec::new());
        };
        let text = xml::text_of(&bytes)?;
        let mut xml = Xml::new(&text);
        let mut out = Vec::new();
        while let Some(item) = xml.next()? {
            let Item::Open(tag) = item else { continue };
            if tag.local() == "Relationship" {
                let get = |name: &str| tag.get(name).unwrap_or_default();
                let external = get("TargetMode") == "External";
                let target = if external {
                    String::new()
                } else {
                    resolved(folder, &get("Target"))
                };
                out.push((get("Id"), get("Type"), target, external));
            }
        }
        Ok(out)
    }

    fn relations(&mut self, part: &str) -> Result<Rels, Refused> {
        let mut rels = Rels::default();
        for (id, kind, target, external) in self.read_rels(part)? {
            let last = kind.rsplit('/').next().unwrap_or_default();
            match role(last) {
                Ok(role) if !external && self.package.has(&target) => rels.kept.push(Rel { id, kind, target, role }),
                Ok(_) => {
                    rels.gone.insert(id);
                    self.cleaned.add(What::Links, 1);
                }
                Err(what) => {
                    rels.gone.insert(id);
                    self.cleaned.add(what, 1);
                }
            }
        }
        Ok(rels)
    }

    /// Slides that are not shown go.
    fn hide_slides(&mut self, rels: &mut Rels) -> Result<(), Refused> {
        let mut hidden = BTreeSet::new();
        for rel in rels.kept.iter().filter(|r| r.kind.ends_with("/slide")) {
            let Some(bytes) = self.package.get(&rel.target)? else {
                continue;
            };
            let text = xml::text_of(&bytes)?;
            let mut xml = Xml::new(&text);
            while let Some(item) = xml.next()? {
                if let Item::Open(tag) = item {
                    if tag.get("show").is_some_and(|s| matches!(s.as_str(), "0" | "false")) {
                        hidden.insert(rel.id.clone());
                    }
                    break;
                }
            }
        }
        self.cleaned.add(What::HiddenSlides, hidden.len() as u64);
        rels.kept.retain(|r| !hidden.contains(&r.id));
        rels.gone.extend(hidden);
        Ok(())
    }

    /// Styles of a document that hide their text.
    fn hidden_styles(&mut self, main: &str) -> Result<Style, Refused> {
        let mut style = Style::default();
        let parts: Vec<String> = self
            .read_rels(main)?
            .into_iter()
            .filter(|(_, kind, _, external)| kind.ends_with("/styles") && !external)
            .map(|(_, _, target, _)| target)
            .collect();
        for part in parts {
            if let Some(bytes) = self.package.get(&part)? {
                style.read(&xml::text_of(&bytes)?)?;
            }
        }
        Ok(style)
    }

    /// The new name of a picture, which is looked into or replaced.
    fn picture(&mut self, name: &str, work: &mut Work<'_>) -> Result<String, Refused> {
        if let Some(known) = self.pictures.get(name) {
            return Ok(known.clone());
        }
        let bytes = self.package.get(name)?.unwrap_or_default();
        let (bytes, ending, media) = work.picture(&bytes, &mut self.cleaned);
        let folder = name
            .split('/')
            .next()
            .filter(|f| matches!(*f, "word" | "xl" | "ppt"))
            .unwrap_or("word");
        let new = format!("{folder}/media/image{}.{ending}", self.pictures.len() + 1);
        self.out.insert(new.clone(), (bytes, media.to_owned()));
        self.pictures.insert(name.to_owned(), new.clone());
        Ok(new)
    }

    fn strings_name(&self) -> Option<String> {
        self.rels
            .values()
            .flatten()
            .find(|r| r.role == Role::Strings)
            .map(|r| r.target.clone())
    }

    /// The copy as bytes.
    fn write(&mut self) -> Result<Vec<u8>, Refused> {
        let mut zip = Writer::new();
        let mut types = String::from(concat!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">",
            "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>",
            "<Default Extension=\"xml\" ContentType=\"application/xml\"/>",
        ));
        for (name, (_, kind)) in &self.out {
            types.push_str(&format!(
                "<Override PartName=\"/{}\" ContentType=\"{}\"/>",
                xml::escaped(name),
                xml::escaped(kind)
            ));
        }
        types.push_str("</Types>");
        zip.add("[Content_Types].xml", types.as_bytes())?;
        for (part, rels) in &self.rels {
            if rels.is_empty() {
                continue;
            }
            let mut text = String::from(concat!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n",
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">",
            ));
            for rel in rels {
                // A part that was left out for itself leaves no way to it.
                if self.out.contains_key(&rel.target) {
                    let (id, kind, target) = (
                        xml::escaped(&rel.id),
                        xml::escaped(&rel.kind),
                        xml::escaped(&rel.target),
                    );
                    text.push_str(&format!(
                        "<Relationship Id=\"{id}\" Type=\"{kind}\" Target=\"/{target}\"/>"
                    ));
                }
            }
            text.push_str("</Relationships>");
            let (folder, file) = part
                .rsplit_once('/')
                .map_or((String::new(), part.as_str()), |(f, n)| (format!("{f}/"), n));
            zip.add(&format!("{folder}_rels/{file}.rels"), text.as_bytes())?;
        }
        for (name, (bytes, kind)) in &self.out {
            if kind.starts_with("image/") {
                zip.store(name, bytes)?;
            } else {
                zip.add(name, bytes)?;
            }
        }
        zip.end()
    }
}

const OFFICE_DOCUMENT: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument";
const SHARED_STRINGS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings";
const STRINGS: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml";

/// A target as the name of a member.
fn resolved(folder: &str, target: &str) -> String {
    let target = target.split('#').next().unwrap_or_default();
    let mut parts: Vec<&str> = if target.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').filter(|p| !p.is_empty()).collect()
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The types of the parts.
#[derive(Debug, Default)]
struct Types {
    overrides: BTreeMap<String, String>,
    endings: BTreeMap<String, String>,
}

impl Types {
    fn read(bytes: &[u8]) -> Result<Self, Refused> {
        let text = xml::text_of(bytes)?;
        let mut xml = Xml::new(&text);
        let mut types = Self::default();
        while let Some(item) = xml.next()? {
            let Item::Open(tag) = item else { continue };
            let kind = tag.get("ContentType").unwrap_or_default();
            match tag.local() {
                "Override" => {
                    let name = tag.get("PartName").unwrap_or_default();
                    types
                        .overrides
                        .insert(name.trim_start_matches('/').to_lowercase(), kind);
                }
                "Default" => {
                    types
                        .endings
                        .insert(tag.get("Extension").unwrap_or_default().to_lowercase(), kind);
                }
                _ => {}
            }
        }
        Ok(types)
    }

    fn of(&self, name: &str) -> &str {
        let name = name.to_lowercase();
        let ending = name.rsplit('.').next().unwrap_or_default();
        let kind = self.overrides.get(&name).or_else(|| self.endings.get(ending));
        kind.map_or("application/xml", String::as_str)
    }
}

/// Settings of a document that shape its pages; everything else there is about those who wrote it.
const SETTINGS: &[&str] = &[
    "zoom",
    "mirrorMargins",
    "alignBordersAndEdges",
    "bordersDoNotSurroundHeader",
    "bordersDoNotSurroundFooter",
    "gutterAtTop",
    "defaultTabStop",
    "autoHyphenation",
    "consecutiveHyphenLimit",
    "hyphenationZone",
    "doNotHyphenateCaps",
    "evenAndOddHeaders",
    "bookFoldPrinting",
    "drawingGridHorizontalSpacing",
    "drawingGridVerticalSpacing",
    "displayHorizontalDrawingGridEvery",
    "displayVerticalDrawingGridEvery",
    "characterSpacingControl",
    "noLineBreaksAfter",
    "noLineBreaksBefore",
    "footnotePr",
    "endnotePr",
    "compat",
    "themeFontLang",
    "clrSchemeMapping",
    "decimalSymbol",
    "listSeparator",
    "displayBackgroundShape",
];

fn settings(text: &str) -> Result<String, Refused> {
    let mut xml = Xml::new(text);
    let mut edits = Edits::default();
    let mut depth = 0_usize;
    while let Some(item) = xml.next()? {
        match item {
            Item::Open(tag) if depth == 1 && !SETTINGS.contains(&tag.local()) => {
                let end = xml.skip(&tag)?;
                edits.drop(tag.range.start..end);
            }
            Item::Open(tag) => depth += usize::from(!tag.empty),
            Item::Close { .. } => depth = depth.saturating_sub(1),
            Item::Other(range) if range.start > 0 => edits.drop(range),
            _ => {}
        }
    }
    finish(text, edits)
}

/// A part of form: as it is, without extensions, embedded fonts and what leads to parts that went.
fn form(text: &str, rels: &Rels, cleaned: &mut Cleaned) -> Result<String, Refused> {
    let mut xml = Xml::new(text);
    let mut edits = Edits::default();
    while let Some(item) = xml.next()? {
        match item {
            Item::Open(tag) => {
                let leads_nowhere = tag
                    .attributes()
                    .any(|a| a.name.contains(':') && rels.gone.contains(a.raw));
                if leads_nowhere || matches!(tag.local(), "extLst" | "rsid" | "rsids") {
                    if tag.local().starts_with("embed") {
                        cleaned.add(What::Fonts, 1);
                    }
                    let end = xml.skip(&tag)?;
                    edits.drop(tag.range.start..end);
                    continue;
                }
                for a in tag.attributes().filter(|a| a.local().starts_with("rsid")) {
                    edits.drop(a.whole);
                }
            }
            Item::Other(range) if range.start > 0 => edits.drop(range),
            _ => {}
        }
    }
    finish(text, edits)
}

/// The text with its changes.
pub(super) fn finish(text: &str, edits: Edits) -> Result<String, Refused> {
    String::from_utf8(edits.apply(text.as_bytes())).map_err(|_| Refused::Failed)
}

/// A picture that stands for another one.
pub(in super::super) fn placeholder() -> (Vec<u8>, &'static str, &'static str) {
    (PLACEHOLDER.to_vec(), "png", "image/png")
}
