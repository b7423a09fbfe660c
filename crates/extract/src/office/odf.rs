//! OpenDocument: texts, workbooks, presentations.

mod content;
mod sheet;

use std::collections::{BTreeMap, BTreeSet};

use super::ooxml::{is_picture, looks_like_xml};
use super::package::{Package, give, settle};
use super::{props, xml};
use crate::context::{Ctx, Source};
use crate::{Kind, Step, Why};

/// What the parts of one file have in common.
#[derive(Debug, Default)]
struct Seen {
    /// Names of people that the file keeps as authors.
    authors: BTreeSet<String>,
    /// Styles whose text, sheet or slide the program hides.
    hidden: BTreeSet<String>,
    /// Author and text of tracked changes by their identifiers.
    changes: BTreeMap<String, (String, String)>,
}

pub(super) fn read(kind: Kind, source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let mut package = Package::open(source, ctx)?;
    let manifest = package.bytes("META-INF/manifest.xml", ctx)?.unwrap_or_default();
    if xml::decode(&manifest).contains("encryption-data") || package.has("encrypted-package") {
        return Err(Why::Encrypted);
    }
    let mut seen = Seen::default();
    // Styles first: they say which text is hidden. They also hold page headers and master pages.
    for name in ["styles.xml", "content.xml"] {
        part(kind, &mut package, name, Vec::new(), &mut seen, ctx)?;
    }
    if let Some(bytes) = package.bytes("meta.xml", ctx)? {
        settle(props::read(&xml::decode(&bytes), ctx), "meta.xml", ctx)?;
    }
    for (number, name) in package.rest() {
        ctx.tick()?;
        if package.is_taken(&name) {
            continue;
        }
        let lower = name.to_lowercase();
        if is_technical(&lower) {
            package.pass(number);
            continue;
        }
        // An object inside the document is a document of its own.
        if lower.ends_with("/content.xml") || lower.ends_with("/styles.xml") {
            let steps = vec![Step::Member(name.clone())];
            part(Kind::Odt, &mut package, &name, steps, &mut seen, ctx)?;
            continue;
        }
        let Some(bytes) = package.number(number, ctx)? else {
            continue;
        };
        if lower.ends_with("/meta.xml") {
            settle(props::read(&xml::decode(&bytes), ctx), &name, ctx)?;
        } else if is_picture(&lower) || lower.starts_with("pictures/") {
            package.image(&name, &bytes, ctx);
        } else if looks_like_xml(&bytes) {
            let file = name.rsplit('/').next().unwrap_or(&name).to_owned();
            ctx.child(Step::Member(name), &file, &bytes);
        } else if !bytes.is_empty() {
            let file = name.rsplit('/').next().unwrap_or(&name).to_owned();
            ctx.child(Step::Attachment(name), &file, &bytes);
        }
    }
    for author in seen.authors {
        let step = Step::Property("author".into());
        give(&[step], &author, Some("author".into()), ctx);
    }
    if package.has("content.xml") {
        Ok(())
    } else {
        Err(Why::Damaged("the main part is missing".into()))
    }
}

/// Reads one part with content.
fn part(
    kind: Kind,
    package: &mut Package<'_>,
    name: &str,
    steps: Vec<Step>,
    seen: &mut Seen,
    ctx: &mut Ctx<'_>,
) -> Result<(), Why> {
    let Some(bytes) = package.bytes(name, ctx)? else {
        return Ok(());
    };
    let result = content::read(kind, &xml::decode(&bytes), steps, seen, ctx);
    settle(result, name, ctx)
}

/// Parts that programs write about form. The pictures that stand in for objects show what the objects hold.
fn is_technical(name: &str) -> bool {
    matches!(
        name,
        "mimetype" | "settings.xml" | "meta-inf/manifest.xml" | "layout-cache" | "manifest.rdf"
    ) || name.ends_with("/settings.xml")
        || name.ends_with("/mimetype")
        || name.starts_with("configurations2/")
        || name.starts_with("objectreplacements/")
        || name.starts_with("pictures/tablepreview")
        || name.starts_with("fonts/")
}
