//! Properties of documents: each is told under its name, which is also its caption.

use super::package::{give, link};
use super::xml::{Item, Xml};
use crate::context::Ctx;
use crate::{Step, Why};

/// What programs write about themselves and count.
const TECHNICAL: &[&str] = &[
    "revision",
    "version",
    "created",
    "modified",
    "lastPrinted",
    "creation-date",
    "date",
    "print-date",
    "generator",
    "editing-cycles",
    "editing-duration",
    "document-statistic",
    "TotalTime",
    "Pages",
    "Words",
    "Characters",
    "CharactersWithSpaces",
    "Lines",
    "Paragraphs",
    "Slides",
    "Notes",
    "HiddenSlides",
    "MMClips",
    "Application",
    "AppVersion",
    "DocSecurity",
    "ScaleCrop",
    "LinksUpToDate",
    "SharedDoc",
    "HyperlinksChanged",
    "HeadingPairs",
    "PresentationFormat",
    "language",
];

/// Reads a part of properties: core, extended, custom, or the metadata of OpenDocument.
pub(super) fn read(text: &str, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let mut xml = Xml::new(text);
    let mut name = String::new();
    let mut value = String::new();
    // In OpenDocument the properties lie one level deeper than elsewhere.
    let mut base = 1;
    let result = loop {
        let item = match xml.next(ctx) {
            Ok(Some(item)) => item,
            Ok(None) => break Ok(()),
            Err(why) => break Err(why),
        };
        match item {
            Item::Open(tag) => {
                if tag.name() == "meta" && xml.depth() == 2 {
                    base = 2;
                } else if xml.depth() == base + 1 {
                    tag.attr("name").as_deref().unwrap_or(tag.name()).clone_into(&mut name);
                    if let Some(target) = tag.attr("href") {
                        give(&[Step::Property(name.clone())], &link(&target), None, ctx);
                    }
                }
            }
            Item::Close(_) => {
                let depth = xml.depth();
                if depth == base {
                    if !TECHNICAL.contains(&name.as_str()) {
                        let caption = (!name.is_empty()).then(|| name.clone());
                        give(&[Step::Property(name.clone())], value.trim(), caption, ctx);
                    }
                    name.clear();
                    value.clear();
                } else if depth > base && !value.ends_with('\n') {
                    // Lists hold one value a line.
                    value.push('\n');
                }
            }
            Item::Text(piece) if xml.depth() > base => value.push_str(&piece),
            Item::Text(_) => {}
        }
    };
    if result.is_err() {
        give(&[Step::Property(name)], value.trim(), None, ctx);
    }
    result
}
