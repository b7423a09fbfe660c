//! The content of an OpenDocument part: paragraphs, tables, sheets, slides, notes, tracked changes.

use super::super::package::{give, link};
use super::super::sheet::literals;
use super::super::story::Story;
use super::super::xml::{Item, Tag, Xml};
use super::Seen;
use super::sheet::Sheet;
use crate::context::Ctx;
use crate::{Kind, Step, Why};

struct Content<'s> {
    kind: Kind,
    base: Vec<Step>,
    seen: &'s mut Seen,
    stories: Vec<Story>,
    sheet: Option<Sheet>,
    /// Open paragraphs of every open story, innermost last: text counts only inside one.
    paragraphs: Vec<u32>,
    /// Whether white space was the last that was written; more of it is layout of the source.
    blank: bool,
    /// Names of the elements that opened a story, innermost last.
    openers: Vec<String>,
    links: Vec<(String, usize)>,
    /// For every open section and span: whether text was hidden outside it.
    spans: Vec<bool>,
    slides: u32,
    style: String,
    form: String,
}

/// Reads one part.
pub(super) fn read(kind: Kind, text: &str, steps: Vec<Step>, seen: &mut Seen, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let mut content = Content {
        kind,
        base: steps.clone(),
        seen,
        stories: vec![Story::new(steps)],
        sheet: None,
        paragraphs: vec![0],
        blank: true,
        openers: Vec::new(),
        links: Vec::new(),
        spans: Vec::new(),
        slides: 0,
        style: String::new(),
        form: String::new(),
    };
    let mut xml = Xml::new(text);
    let result = content.walk(&mut xml, ctx);
    // What was read before a break stays.
    if let Some(mut sheet) = content.sheet.take() {
        sheet.finish(ctx);
    }
    while let Some(mut story) = content.stories.pop() {
        story.finish(ctx);
    }
    // Deletions whose place in the text is gone.
    for (author, text) in std::mem::take(&mut content.seen.changes).into_values() {
        let mut steps = content.base.clone();
        steps.push(Step::Deleted(author));
        give(&steps, &text, None, ctx);
    }
    result
}

impl Content<'_> {
    fn walk(&mut self, xml: &mut Xml<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        while let Some(item) = xml.next(ctx)? {
            match item {
                Item::Open(tag) => self.open(&tag, xml, ctx)?,
                Item::Close(tag) => self.close(tag.name(), ctx),
                Item::Text(text) => {
                    if self.paragraphs.last().is_some_and(|open| *open > 0) {
                        self.text(&text);
                    }
                }
            }
        }
        Ok(())
    }

    fn push(&mut self, text: &str) {
        if let Some(story) = self.stories.last_mut() {
            story.push(text);
        }
    }

    /// Text with white space of the source made single.
    fn text(&mut self, text: &str) {
        let space = |b: u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r');
        let bytes = text.as_bytes();
        let plain = !bytes.windows(2).any(|w| space(w[0]) && space(w[1]))
            && !bytes.iter().any(|b| matches!(b, b'\t' | b'\n' | b'\r'));
        if plain && !(self.blank && bytes.first().copied().is_some_and(space)) {
            if let Some(last) = bytes.last() {
                self.blank = space(*last);
            }
            self.push(text);
            return;
        }
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            let is_space = matches!(c, ' ' | '\t' | '\n' | '\r');
            if !is_space {
                out.push(c);
            } else if !self.blank {
                out.push(' ');
            }
            self.blank = is_space;
        }
        self.push(&out);
    }

    fn aside(&mut self, more: &[Step], text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if let Some(sheet) = self.own_sheet() {
            sheet.aside(more, text.to_owned());
        } else if let Some(story) = self.stories.last_mut() {
            story.aside(more, text.to_owned());
        }
    }

    fn begin(&mut self, opener: &str, steps: Vec<Step>) {
        self.stories.push(Story::new(steps));
        self.paragraphs.push(0);
        self.openers.push(opener.to_owned());
        self.blank = true;
    }

    fn begin_inside(&mut self, opener: &str, step: Step) {
        let mut steps = self.stories.last().map(|s| s.steps().to_vec()).unwrap_or_default();
        if self.stories.len() == 1
            && let Some(sheet) = &self.sheet
        {
            steps.extend(sheet.steps());
        }
        steps.push(step);
        self.begin(opener, steps);
    }

    fn end(&mut self, name: &str, ctx: &mut Ctx<'_>) {
        if self.openers.last().is_some_and(|o| o == name) {
            self.openers.pop();
            self.paragraphs.pop();
            self.blank = false;
            if let Some(mut story) = self.stories.pop() {
                story.finish(ctx);
            }
        }
    }

    /// The sheet, where the element belongs to it and not to a note or shape on it.
    fn own_sheet(&mut self) -> Option<&mut Sheet> {
        if self.stories.len() == 1 {
            self.sheet.as_mut()
        } else {
            None
        }
    }

    fn open(&mut self, tag: &Tag<'_>, xml: &mut Xml<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        let name = tag.name();
        match name {
            "p" | "h" => self.open_paragraph(tag),
            "span" | "section" => self.open_span(tag),
            "s" => {
                let count = tag.number("c").unwrap_or(1).min(64) as usize;
                self.push(&" ".repeat(count));
                self.blank = false;
            }
            "tab" => {
                self.push("\t");
                self.blank = true;
            }
            "line-break" => {
                self.push("\n");
                self.blank = true;
            }
            "style" | "default-style" => self.style = tag.text("name"),
            "text-properties" | "table-properties" | "drawing-page-properties" => {
                let off = |key: &str, value: &str| tag.attr(key).is_some_and(|v| v == value);
                if off("display", "none") || off("display", "false") || off("visibility", "hidden") {
                    self.seen.hidden.insert(self.style.clone());
                }
            }
            "table" | "table-row" | "table-cell" | "covered-table-cell" | "table-column" => {
                self.open_table_part(tag, ctx);
            }
            "page" if tag.is_prefixed("draw") => self.open_page(tag),
            "master-page" if self.kind == Kind::Odp => {
                let mut steps = self.base.clone();
                steps.push(Step::Member(tag.text("name")));
                self.begin("master-page", steps);
            }
            "notes" => self.begin_inside("notes", Step::Notes),
            "header" | "header-left" | "header-first" | "region-left" | "region-center" | "region-right"
                if tag.is_prefixed("style") =>
            {
                self.begin_inside(name, Step::Header);
            }
            "footer" | "footer-left" | "footer-first" if tag.is_prefixed("style") => {
                self.begin_inside(name, Step::Footer);
            }
            "note" => {
                let end = tag.attr("note-class").is_some_and(|c| c == "endnote");
                self.begin_inside("note", if end { Step::Endnote } else { Step::Footnote });
            }
            "note-citation" | "creator-initials" | "page-number" | "page-count" => xml.skip(ctx)?,
            // Prompts of the program stand in empty placeholders and in those of master pages.
            "frame" | "custom-shape" if self.is_prompt(tag) => xml.skip(ctx)?,
            "annotation" => self.begin_inside("annotation", Step::Comment(String::new())),
            "creator" => {
                let author = xml.text(ctx)?;
                if !author.trim().is_empty() {
                    self.seen.authors.insert(author.trim().to_owned());
                }
                if self.openers.last().is_some_and(|o| o == "annotation")
                    && let Some(story) = self.stories.last_mut()
                {
                    story.set_step(Step::Comment(author.trim().to_owned()));
                }
            }
            "text-box" | "custom-shape" | "rect" | "ellipse" | "circle" | "polygon" | "path" | "caption"
            | "connector" | "line" | "polyline" | "measure"
                if tag.is_prefixed("draw") && self.kind != Kind::Odp =>
            {
                self.begin_inside(name, Step::TextBox);
            }
            "title" | "desc" if tag.is_prefixed("svg") => {
                let text = xml.text(ctx)?;
                self.aside(&[Step::Property("alternative text".into())], &text);
            }
            "tracked-changes" => self.tracked(xml, ctx)?,
            "change" | "change-start" | "change-end" => self.change(tag),
            "a" => {
                let at = self.stories.last().map_or(0, Story::at);
                self.links.push((tag.text("href"), at));
            }
            _ => self.open_attributes(tag),
        }
        Ok(())
    }

    fn close(&mut self, name: &str, ctx: &mut Ctx<'_>) {
        match name {
            "p" | "h" => self.close_paragraph(ctx),
            "span" | "section" => {
                if let Some(hidden) = self.spans.pop()
                    && let Some(story) = self.stories.last_mut()
                {
                    story.style().hidden = hidden;
                }
            }
            "style" => self.style.clear(),
            "table" => {
                if self.own_sheet().is_some() {
                    if let Some(mut sheet) = self.sheet.take() {
                        sheet.finish(ctx);
                    }
                } else if let Some(story) = self.stories.last_mut() {
                    story.close_table(ctx);
                }
            }
            "table-row" => {
                if let Some(sheet) = self.own_sheet() {
                    sheet.close_row(ctx);
                }
            }
            "table-cell" | "covered-table-cell" => {
                if let Some(sheet) = self.own_sheet() {
                    sheet.close_cell();
                } else if let Some(story) = self.stories.last_mut() {
                    story.close_cell(ctx);
                }
            }
            "a" => {
                if let Some((target, at)) = self.links.pop()
                    && !target.starts_with('#')
                {
                    let plain = link(&target);
                    if !self.stories.last().is_some_and(|s| s.since(at).contains(&plain)) {
                        self.aside(&[], &plain);
                    }
                }
            }
            _ => self.end(name, ctx),
        }
    }

    fn open_paragraph(&mut self, tag: &Tag<'_>) {
        if let Some(open) = self.paragraphs.last_mut() {
            *open += 1;
        }
        self.blank = true;
        if self.hides(tag)
            && let Some(story) = self.stories.last_mut()
        {
            story.style().hidden = true;
        }
    }

    fn close_paragraph(&mut self, ctx: &mut Ctx<'_>) {
        if let Some(open) = self.paragraphs.last_mut() {
            *open = open.saturating_sub(1);
        }
        let alone = self.stories.len() == 1;
        let Some(story) = self.stories.last_mut() else { return };
        if alone && let Some(sheet) = &mut self.sheet {
            let text = story.take_text();
            if !sheet.paragraph(&text) {
                story.push(&text);
                story.end_paragraph(ctx);
            }
            return;
        }
        story.end_paragraph(ctx);
        // Inside a section the paragraphs that follow are as hidden as it is.
        story.style().hidden = self.spans.last().is_some() && story.style().hidden;
    }

    fn is_prompt(&self, tag: &Tag<'_>) -> bool {
        let master = self.openers.first().is_some_and(|o| o == "master-page");
        let class = tag.attr("class");
        let own = class
            .as_deref()
            .is_some_and(|c| matches!(c, "header" | "footer" | "date-time"));
        tag.attr("placeholder").is_some_and(|p| p == "true") && !own || (master && class.is_some() && !own)
    }

    fn hides(&self, tag: &Tag<'_>) -> bool {
        tag.attr("style-name")
            .is_some_and(|s| self.seen.hidden.contains(s.as_ref()))
            || tag.attr("display").is_some_and(|d| d == "none")
    }

    fn open_span(&mut self, tag: &Tag<'_>) {
        let hides = self.hides(tag);
        if let Some(story) = self.stories.last_mut() {
            let style = story.style();
            self.spans.push(style.hidden);
            style.hidden |= hides;
        }
    }

    fn open_table_part(&mut self, tag: &Tag<'_>, ctx: &mut Ctx<'_>) {
        let name = tag.name();
        if name == "table" && self.kind == Kind::Ods && self.sheet.is_none() && self.stories.len() == 1 {
            let hidden = self.hides(tag);
            let step = Step::Sheet {
                name: tag.text("name"),
                hidden,
            };
            self.sheet = Some(Sheet::new(&self.base, step));
            return;
        }
        if let Some(sheet) = self.own_sheet() {
            match name {
                "table-column" => sheet.column(tag),
                "table-row" => sheet.open_row(tag),
                "table-cell" | "covered-table-cell" => sheet.open_cell(tag),
                _ => {}
            }
            return;
        }
        let Some(story) = self.stories.last_mut() else { return };
        let more = |key: &str| tag.number(key).unwrap_or(1).saturating_sub(1);
        match name {
            "table" => story.open_table(ctx),
            "table-row" => {
                story.open_row();
                story.skip_rows(more("number-rows-repeated"));
                if tag.attr("visibility").is_some_and(|v| v != "visible") {
                    story.hide_row();
                }
            }
            "table-cell" | "covered-table-cell" => {
                story.open_cell();
                story.skip_columns(more("number-columns-repeated"));
            }
            _ => {}
        }
    }

    fn open_page(&mut self, tag: &Tag<'_>) {
        self.slides += 1;
        let mut steps = self.base.clone();
        steps.push(Step::Slide {
            number: self.slides,
            hidden: self.hides(tag),
        });
        self.begin("page", steps);
    }

    /// The list of tracked changes: who made them, and the text that was deleted.
    fn tracked(&mut self, xml: &mut Xml<'_>, ctx: &Ctx<'_>) -> Result<(), Why> {
        let outer = xml.depth().saturating_sub(1);
        let (mut id, mut author, mut text) = (String::new(), String::new(), String::new());
        let (mut open, mut region) = (0_u32, 0_usize);
        while xml.depth() > outer {
            let Some(item) = xml.next(ctx)? else { break };
            match item {
                Item::Open(tag) => match tag.name() {
                    "p" | "h" => {
                        if !text.is_empty() {
                            text.push('\n');
                        }
                        open += 1;
                    }
                    "s" => text.push(' '),
                    "tab" => text.push('\t'),
                    "line-break" => text.push('\n'),
                    "creator" => {
                        author = xml.text(ctx)?.trim().to_owned();
                        if !author.is_empty() {
                            self.seen.authors.insert(author.clone());
                        }
                    }
                    _ => {
                        // A region is a child of the list.
                        if xml.depth() == outer + 2 {
                            region += 1;
                            id = tag.text("id");
                            if id.is_empty() {
                                id = format!("#{region}");
                            }
                        }
                    }
                },
                Item::Close(tag) => {
                    if matches!(tag.name(), "p" | "h") {
                        open = open.saturating_sub(1);
                    } else if xml.depth() == outer + 1 {
                        let change = (std::mem::take(&mut author), std::mem::take(&mut text));
                        self.seen.changes.insert(std::mem::take(&mut id), change);
                    }
                }
                Item::Text(piece) if open > 0 => text.push_str(&piece),
                Item::Text(_) => {}
            }
        }
        Ok(())
    }

    /// A mark in the text: here something was deleted, here an insertion begins or ends.
    fn change(&mut self, tag: &Tag<'_>) {
        let id = tag.text("change-id");
        let Some(story) = self.stories.last_mut() else { return };
        match tag.name() {
            "change" => {
                if let Some((author, text)) = self.seen.changes.remove(&id) {
                    story.style().deleted = Some(author);
                    story.push(&text);
                    story.style().deleted = None;
                }
            }
            "change-start" => {
                let author = self.seen.changes.get(&id).map(|(a, _)| a.clone());
                story.style().inserted = Some(author.unwrap_or_default());
            }
            _ => story.style().inserted = None,
        }
    }

    /// Elements whose text stands in attributes: form controls, hidden text, declared fields, conditions.
    fn open_attributes(&mut self, tag: &Tag<'_>) {
        if tag.is_prefixed("form") {
            if let Some(name) = tag.attr("name") {
                self.form = name.into_owned();
            }
            let step = [Step::FormField(self.form.clone())];
            for key in ["label", "title", "current-value", "value"] {
                if let Some(text) = tag.attr(key) {
                    self.aside(&step, &text);
                }
            }
            return;
        }
        match tag.name() {
            "hidden-text" => {
                let text = tag.text("string-value");
                self.aside(&[Step::HiddenText], &text);
            }
            "user-field-decl" | "variable-decl" => {
                let step = [Step::Property(tag.text("name"))];
                self.aside(&step, &tag.text("string-value"));
            }
            "content-validation" => {
                if let Some(text) = tag.attr("condition").and_then(|c| literals(&c)) {
                    self.aside(&[], &text);
                }
            }
            "filter-condition" | "filter-set-item" => self.aside(&[], &tag.text("value")),
            "bibliography-mark" => self.aside(&[], &tag.text("author")),
            _ => {
                // Sources outside the file: pictures, databases, other documents.
                if let Some(target) = tag.attr("href")
                    && target.contains("://")
                {
                    let plain = link(&target);
                    self.aside(&[], &plain);
                }
            }
        }
    }
}
