//! Office Open XML: finding the parts of a file by its relationships, and everything that no reader took.

use super::flow::{self, Seen};
use super::package::{Package, Rels, give, give_lines, link, settle};
use super::xml::{self, Item, Xml};
use super::{macros, props};
use crate::context::{Ctx, Source};
use crate::{Kind, Step, Why};

/// An Office Open XML file under way.
pub(super) struct Doc<'a> {
    pub(super) package: Package<'a>,
    pub(super) seen: Seen,
}

pub(super) fn read(kind: Kind, source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let mut doc = Doc {
        package: Package::open(source, ctx)?,
        seen: Seen::default(),
    };
    let result = doc.read(kind, ctx);
    for author in std::mem::take(&mut doc.seen.authors) {
        let step = Step::Property("author".into());
        give(&[step], &author, Some("author".into()), ctx);
    }
    result
}

impl Doc<'_> {
    fn read(&mut self, kind: Kind, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        let root = self.package.rels("", ctx)?;
        let usual = match kind {
            Kind::Xlsx => "xl/workbook.xml",
            Kind::Pptx => "ppt/presentation.xml",
            _ => "word/document.xml",
        };
        let main = root
            .of("officeDocument")
            .find(|m| self.package.has(m))
            .unwrap_or(usual)
            .to_owned();
        let found = self.package.has(&main);
        if found {
            let result = match kind {
                Kind::Xlsx => self.workbook(&main, ctx),
                Kind::Pptx => self.slides(&main, ctx),
                _ => self.word(&main, ctx),
            };
            settle(result, &main, ctx)?;
        }
        self.rest(ctx)?;
        if found {
            Ok(())
        } else {
            Err(Why::Damaged("the main part is missing".into()))
        }
    }

    /// A document: its styles first, as they may hide text, then the body.
    fn word(&mut self, main: &str, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        let rels = self.package.rels(main, ctx)?;
        for styles in rels.of("styles") {
            if let Some(bytes) = self.package.bytes(styles, ctx)? {
                let result = hidden_styles(&xml::decode(&bytes), &mut self.seen, ctx);
                settle(result, styles, ctx)?;
            }
        }
        self.flow_with(main, Vec::new(), &rels, false, ctx)
    }

    /// Reads a part of running text at these steps.
    pub(super) fn flow(&mut self, part: &str, steps: Vec<Step>, prompts: bool, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        let rels = self.package.rels(part, ctx)?;
        self.flow_with(part, steps, &rels, prompts, ctx)
    }

    /// The same, with the relationships of the part at hand.
    pub(super) fn flow_with(
        &mut self,
        part: &str,
        steps: Vec<Step>,
        rels: &Rels,
        prompts: bool,
        ctx: &mut Ctx<'_>,
    ) -> Result<(), Why> {
        let Some(bytes) = self.package.bytes(part, ctx)? else {
            return Ok(());
        };
        let result = flow::read(&xml::decode(&bytes), steps, rels, prompts, &mut self.seen, ctx);
        settle(result, part, ctx)
    }

    /// Everything that was not read yet: parts by their root elements, pictures, embedded files.
    fn rest(&mut self, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        let smart_art = self.package.names().any(|n| n.contains("diagrams/data"));
        let mut rels_left = Vec::new();
        for (number, name) in self.package.rest() {
            ctx.tick()?;
            let lower = name.to_lowercase();
            if lower.ends_with(".rels") {
                rels_left.push((number, name));
                continue;
            }
            if self.package.is_taken(&name) {
                continue;
            }
            if is_technical(&lower) || (smart_art && lower.contains("diagrams/drawing")) {
                self.package.pass(number);
                continue;
            }
            let Some(bytes) = self.package.number(number, ctx)? else {
                continue;
            };
            if is_picture(&lower) {
                self.package.image(&name, &bytes, ctx);
            } else if looks_like_xml(&bytes) {
                self.part(&name, &bytes, ctx)?;
            } else if !bytes.is_empty() {
                let file = name.rsplit('/').next().unwrap_or(&name).to_owned();
                if lower.ends_with("vbaproject.bin") {
                    settle(macros::read(&file, &bytes, ctx), &name, ctx)?;
                    continue;
                }
                ctx.child(Step::Attachment(file.clone()), &file, &bytes);
            }
        }
        // The relationships of parts that have no running text: only what leads out of the file matters.
        for (_, name) in rels_left {
            if self.package.is_taken(&name) {
                continue;
            }
            let (folder, file) = name.rsplit_once('/').unwrap_or(("", &name));
            let folder = folder.trim_end_matches("_rels").trim_end_matches('/');
            let owner = file.trim_end_matches(".rels");
            let slash = if folder.is_empty() { "" } else { "/" };
            let rels = self.package.rels(&format!("{folder}{slash}{owner}"), ctx)?;
            let targets = rels.all.iter().filter(|r| r.external);
            let lines: Vec<_> = targets.map(|r| (Vec::new(), link(&r.target))).collect();
            if !lines.is_empty() {
                give_lines(&[Step::Member(name)], lines, ctx);
            }
        }
        Ok(())
    }

    /// An XML part by its root element.
    fn part(&mut self, name: &str, bytes: &[u8], ctx: &mut Ctx<'_>) -> Result<(), Why> {
        let text = xml::decode(bytes);
        let root = xml::root(&text, ctx).unwrap_or_default();
        let own = || vec![Step::Member(name.to_owned())];
        let mut prompts = false;
        let steps = match root.as_str() {
            "document" | "cmLst" | "comments" => Vec::new(),
            "hdr" => vec![Step::Header],
            "ftr" => vec![Step::Footer],
            "footnotes" => vec![Step::Footnote],
            "endnotes" => vec![Step::Endnote],
            "sldMaster" | "sldLayout" | "notesMaster" | "handoutMaster" => {
                prompts = true;
                own()
            }
            "glossaryDocument" | "sld" | "notes" | "wsDr" | "userShapes" | "chartSpace" | "dataModel" | "drawing"
            | "xml" => own(),
            "coreProperties" | "Properties" => return settle(props::read(&text, ctx), name, ctx),
            // The names of the columns of a table stand in its cells.
            "table" | "tabularSlicerCacheDefinition" => return Ok(()),
            "people" | "settings" => {
                let result = self.attributes(&text, name, ctx);
                return settle(result, name, ctx);
            }
            _ => {
                let file = name.rsplit('/').next().unwrap_or(name);
                ctx.child(Step::Member(name.to_owned()), file, bytes);
                return Ok(());
            }
        };
        let rels = self.package.rels(name, ctx)?;
        let result = flow::read(&text, steps, &rels, prompts, &mut self.seen, ctx);
        settle(result, name, ctx)
    }

    /// Parts whose values stand in attributes: people who wrote, variables of a document, sources of mail merge.
    fn attributes(&mut self, text: &str, name: &str, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        let mut xml = Xml::new(text);
        let mut lines = Vec::new();
        let result = loop {
            let tag = match xml.next(ctx) {
                Ok(Some(Item::Open(tag))) => tag,
                Ok(Some(_)) => continue,
                Ok(None) => break Ok(()),
                Err(why) => break Err(why),
            };
            match tag.name() {
                "person" => self.seen.author(&tag.text("author")),
                "presenceInfo" => lines.push((Vec::new(), tag.text("userId"))),
                "docVar" => {
                    let key = tag.text("name");
                    let step = Step::Property(key.clone());
                    give(&[step], &tag.text("val"), Some(key), ctx);
                }
                "connectString" | "query" | "addressFieldName" | "mailSubject" | "udl" | "table" => {
                    lines.push((Vec::new(), tag.text("val")));
                }
                _ => {}
            }
        };
        if lines.iter().any(|(_, l)| !l.trim().is_empty()) {
            give_lines(&[Step::Member(name.to_owned())], lines, ctx);
        }
        result
    }
}

/// Styles that hide their text.
fn hidden_styles(text: &str, seen: &mut Seen, ctx: &Ctx<'_>) -> Result<(), Why> {
    let mut xml = Xml::new(text);
    let mut style = String::new();
    while let Some(item) = xml.next(ctx)? {
        match item {
            Item::Open(tag) => match tag.name() {
                "style" => style = tag.text("styleId"),
                "vanish" if !style.is_empty() && tag.switch("val", true) => {
                    seen.hidden_styles.insert(style.clone());
                }
                _ => {}
            },
            Item::Close(tag) if tag.name() == "style" => style.clear(),
            _ => {}
        }
    }
    Ok(())
}

/// Parts that programs write about form, in which no person writes.
fn is_technical(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let stem = file
        .split('.')
        .next()
        .unwrap_or(file)
        .trim_end_matches(|c: char| c.is_ascii_digit());
    name == "[content_types].xml"
        || matches!(
            stem,
            "styles"
                | "styleswitheffects"
                | "fonttable"
                | "websettings"
                | "numbering"
                | "calcchain"
                | "presprops"
                | "viewprops"
                | "tablestyles"
                | "itemprops"
                | "printersettings"
                | "commentsids"
                | "commentsextended"
                | "commentsextensible"
                | "volatiledependencies"
                | "metadata"
        )
        || name.contains("/theme/")
        || name.contains("/fonts/")
        || name.contains("diagrams/layout")
        || name.contains("diagrams/quickstyle")
        || name.contains("diagrams/colors")
        || (name.contains("/charts/") && matches!(stem, "style" | "colors"))
        || name.ends_with(".odttf")
        || name.ends_with(".fntdata")
}

/// Pictures by the ending of their names; what they are, their content tells.
pub(super) fn is_picture(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, e)| e);
    matches!(
        ending,
        "png"
            | "jpg"
            | "jpeg"
            | "jfif"
            | "gif"
            | "bmp"
            | "tif"
            | "tiff"
            | "webp"
            | "emf"
            | "wmf"
            | "emz"
            | "wmz"
            | "svg"
            | "wdp"
    )
}

/// Whether a member is XML, whatever its name.
pub(super) fn looks_like_xml(bytes: &[u8]) -> bool {
    let head = bytes.get(..64).unwrap_or(bytes);
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    head.starts_with(b"<") || head.starts_with(b"\xff\xfe<") || head.starts_with(b"\xfe\xff\0<")
}
