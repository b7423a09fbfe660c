//! Presentations of Office Open XML.

use super::ooxml::Doc;
use super::package::settle;
use super::xml::{self, Item, Xml};
use crate::context::Ctx;
use crate::{Step, Why};

impl Doc<'_> {
    /// A presentation: authors first, then the slides in the order of the show, each with its notes and comments.
    pub(super) fn slides(&mut self, main: &str, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        let rels = self.package.rels(main, ctx)?;
        for part in rels.of("commentAuthors").chain(rels.of("authors")) {
            if let Some(bytes) = self.package.bytes(part, ctx)? {
                let result = self.slide_authors(&xml::decode(&bytes), ctx);
                settle(result, part, ctx)?;
            }
        }
        let mut order = Vec::new();
        if let Some(bytes) = self.package.bytes(main, ctx)? {
            let result = slide_list(&xml::decode(&bytes), &mut order, ctx);
            settle(result, main, ctx)?;
        }
        let mut parts: Vec<String> = order
            .iter()
            .filter_map(|id| rels.get(id))
            .map(|r| r.target.clone())
            .collect();
        // Slides that the list does not name any more still lie in the file.
        let mut orphans: Vec<String> = rels.of("slide").map(str::to_owned).collect();
        orphans.extend(self.package.rest().into_iter().map(|(_, name)| name).filter(|n| {
            let lower = n.to_lowercase();
            lower.contains("slides/slide") && lower.ends_with(".xml")
        }));
        let listed = parts.len();
        for orphan in orphans {
            if !parts.contains(&orphan) {
                parts.push(orphan);
            }
        }
        for (i, part) in parts.iter().enumerate() {
            self.slide(part, i + 1, i >= listed, ctx)?;
        }
        Ok(())
    }

    fn slide(&mut self, part: &str, number: usize, orphan: bool, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let rels = self.package.rels(part, ctx)?;
        let Some(bytes) = self.package.bytes(part, ctx)? else {
            if !self.package.has(part) {
                let step = Step::Slide { number, hidden: false };
                ctx.unread(&[step], Why::Damaged("the slide is missing".into()));
            }
            return Ok(());
        };
        let text = xml::decode(&bytes);
        let hidden = orphan || is_hidden(&text, ctx);
        let step = Step::Slide { number, hidden };
        let result = super::flow::read(&text, vec![step.clone()], &rels, false, &mut self.seen, ctx);
        settle(result, part, ctx)?;
        for notes in rels.of("notesSlide") {
            self.flow(notes, vec![step.clone(), Step::Notes], false, ctx)?;
        }
        let hanging = ["comments", "chart", "diagramData", "chartEx", "vmlDrawing"];
        for part in hanging.iter().flat_map(|kind| rels.of(kind)) {
            self.flow(part, vec![step.clone()], false, ctx)?;
        }
        Ok(())
    }

    /// Authors of comments, in the old and the new form.
    fn slide_authors(&mut self, text: &str, ctx: &Ctx<'_>) -> Result<(), Why> {
        let mut xml = Xml::new(text);
        while let Some(item) = xml.next(ctx)? {
            if let Item::Open(tag) = item
                && matches!(tag.name(), "cmAuthor" | "author")
            {
                let name = tag.text("name");
                self.seen.author(&name);
                self.seen.author(&tag.text("userId"));
                self.seen.author_ids.insert(tag.text("id"), name);
            }
        }
        Ok(())
    }
}

/// The relationships of the slides in their order.
fn slide_list(text: &str, order: &mut Vec<String>, ctx: &Ctx<'_>) -> Result<(), Why> {
    let mut xml = Xml::new(text);
    while let Some(item) = xml.next(ctx)? {
        if let Item::Open(tag) = item
            && tag.name() == "sldId"
        {
            order.extend(tag.prefixed("id").map(|id| id.into_owned()));
        }
    }
    Ok(())
}

/// Whether the root of a slide says that the show passes it over.
fn is_hidden(text: &str, ctx: &Ctx<'_>) -> bool {
    let mut xml = Xml::new(text);
    loop {
        match xml.next(ctx) {
            Ok(Some(Item::Open(tag))) => return !tag.switch("show", true),
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => return false,
        }
    }
}
