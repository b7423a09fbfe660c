//! Text of Office Open XML that runs in paragraphs: documents, headers, notes, comments, slides, drawings, charts.
//!
//! The languages of documents and of drawings call their paragraphs, runs, texts and tables alike, so one walk reads them all.

use std::collections::{BTreeMap, BTreeSet};

use super::package::{Rels, link};
use super::story::Story;
use super::xml::{Item, Tag, Xml};
use crate::context::Ctx;
use crate::{Step, Why};

/// What the parts of one file have in common.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Names of people that the file keeps as authors.
    pub(super) authors: BTreeSet<String>,
    /// Authors of comments by the identifiers that comments use.
    pub(super) author_ids: BTreeMap<String, String>,
    /// Styles whose text the program hides.
    pub(super) hidden_styles: BTreeSet<String>,
}

impl Seen {
    /// Keeps the name of an author.
    pub(super) fn author(&mut self, name: &str) {
        if !name.trim().is_empty() {
            self.authors.insert(name.trim().to_owned());
        }
    }
}

/// Elements that hold properties, not text: what looks like text below them is none.
fn is_properties(name: &str) -> bool {
    matches!(
        name,
        "pPr"
            | "rPr"
            | "tblPr"
            | "trPr"
            | "tcPr"
            | "sectPr"
            | "sdtPr"
            | "tblGrid"
            | "spPr"
            | "bodyPr"
            | "lstStyle"
            | "tblPrEx"
    )
}

/// Codes of fields that say nothing about anybody.
const TECHNICAL_FIELDS: &[&str] = &[
    "PAGE",
    "NUMPAGES",
    "TOC",
    "PAGEREF",
    "REF",
    "SEQ",
    "DATE",
    "TIME",
    "CREATEDATE",
    "SAVEDATE",
    "PRINTDATE",
    "FORMTEXT",
    "FORMCHECKBOX",
    "FORMDROPDOWN",
    "SECTION",
    "SECTIONPAGES",
    "STYLEREF",
    "NUMWORDS",
    "NUMCHARS",
    "EDITTIME",
    "REVNUM",
    "NOTEREF",
    "SYMBOL",
    "LISTNUM",
    "EQ",
    "XE",
    "=",
];

/// A field or link that is open: its code or target, and where its visible text begins.
struct Field {
    code: String,
    at: usize,
}

struct Flow<'r> {
    stories: Vec<Story>,
    seen: &'r mut Seen,
    rels: &'r Rels,
    used: BTreeSet<String>,
    /// Text of placeholders is a prompt of the program: masters and layouts.
    prompts: bool,
    in_text: u32,
    in_code: u32,
    in_properties: u32,
    in_comment: u32,
    in_form_field: bool,
    /// The text of this shape is a prompt.
    muted: bool,
    hidden_paragraph: bool,
    changes: Vec<(Option<String>, Option<String>)>,
    fields: Vec<Field>,
    links: Vec<Field>,
    /// Links of runs and shapes, told before their text.
    pending: Vec<Field>,
    /// For every open choice between contents: the text so far, and whether a choice gave text.
    alternates: Vec<(u64, bool)>,
    pushed: u64,
    field_name: String,
}

/// Reads one part. `prompts` says that texts of placeholders are prompts of the program.
pub(super) fn read(
    text: &str,
    steps: Vec<Step>,
    rels: &Rels,
    prompts: bool,
    seen: &mut Seen,
    ctx: &mut Ctx<'_>,
) -> Result<(), Why> {
    let mut flow = Flow {
        stories: vec![Story::new(steps)],
        seen,
        rels,
        used: BTreeSet::new(),
        prompts,
        in_text: 0,
        in_code: 0,
        in_properties: 0,
        in_comment: 0,
        in_form_field: false,
        muted: false,
        hidden_paragraph: false,
        changes: Vec::new(),
        fields: Vec::new(),
        links: Vec::new(),
        pending: Vec::new(),
        alternates: Vec::new(),
        pushed: 0,
        field_name: String::new(),
    };
    let mut xml = Xml::new(text);
    let result = flow.walk(&mut xml, ctx);
    // What was read before a break stays.
    flow.targets_left();
    while let Some(mut story) = flow.stories.pop() {
        story.finish(ctx);
    }
    result
}

impl Flow<'_> {
    fn walk(&mut self, xml: &mut Xml<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        while let Some(item) = xml.next(ctx)? {
            match item {
                Item::Open(tag) => self.open(&tag, xml, ctx)?,
                Item::Close(tag) => self.close(tag.name(), ctx),
                Item::Text(text) if self.in_code > 0 => self.code(&text),
                Item::Text(text) if self.in_text > 0 && !self.muted => self.push(&text),
                Item::Text(_) => {}
            }
        }
        Ok(())
    }

    fn story(&mut self) -> Option<&mut Story> {
        self.stories.last_mut()
    }

    fn at(&self) -> usize {
        self.stories.last().map_or(0, Story::at)
    }

    fn push(&mut self, text: &str) {
        self.pushed += text.len() as u64;
        if let Some(story) = self.story() {
            story.push(text);
        }
    }

    fn aside(&mut self, more: &[Step], text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            self.pushed += text.len() as u64;
            if let Some(story) = self.story() {
                story.aside(more, text.to_owned());
            }
        }
    }

    fn code(&mut self, text: &str) {
        match self.fields.last_mut() {
            Some(field) => field.code.push_str(text),
            None => self.aside(&[], text),
        }
    }

    fn begin(&mut self, step: Step) {
        let mut steps = self.stories.last().map(|s| s.steps().to_vec()).unwrap_or_default();
        steps.push(step);
        let mut story = Story::new(steps);
        if let Some(outer) = self.story() {
            *story.style() = outer.style().clone();
        }
        self.stories.push(story);
    }

    fn end(&mut self, ctx: &mut Ctx<'_>) {
        if self.stories.len() > 1
            && let Some(mut story) = self.stories.pop()
        {
            story.finish(ctx);
        }
    }

    fn open(&mut self, tag: &Tag<'_>, xml: &mut Xml<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        let name = tag.name();
        if is_properties(name) {
            self.in_properties += 1;
        }
        match name {
            "t" | "delText" => self.in_text += 1,
            // The text of controls in VML is a little HTML.
            "div" | "font" => self.in_text += 1,
            "text" if self.in_comment > 0 => self.in_text += 1,
            "instrText" | "delInstrText" => self.in_code += 1,
            // A cached value of a chart stands for itself.
            "v" => {
                self.in_text += 1;
                self.end_open_paragraph(ctx);
            }
            "tab" | "ptab" if self.in_properties == 0 => self.push("\t"),
            "br" | "cr" if self.in_properties == 0 => self.push("\n"),
            "noBreakHyphen" => self.push("-"),
            "tbl" | "tr" | "tc" | "gridSpan" | "gridBefore" | "hidden" => self.open_table_part(tag, ctx),
            "ins" | "moveTo" | "del" | "moveFrom" => self.open_change(tag),
            "pPrChange" | "rPrChange" | "sectPrChange" | "tblPrChange" | "trPrChange" | "tcPrChange"
            | "numberingChange" => {
                self.seen.author(&tag.text("author"));
            }
            "vanish" | "specVanish" if self.in_properties == 1 => {
                let hidden = tag.switch("val", true);
                if let Some(story) = self.story() {
                    story.style().hidden = hidden;
                }
            }
            "rStyle" | "pStyle" => self.open_style(tag),
            "txbxContent" => self.begin(Step::TextBox),
            "AlternateContent" => self.alternates.push((self.pushed, false)),
            "Choice" | "Fallback" => match self.alternates.last_mut() {
                Some((_, true)) => xml.skip(ctx)?,
                Some((before, _)) => *before = self.pushed,
                None => {}
            },
            "comment" | "cm" | "reply" => self.open_comment(tag),
            "hyperlink" => {
                let field = self.link_of(tag);
                self.links.push(field);
            }
            "hlinkClick" | "hlinkHover" | "hlinkMouseOver" => {
                let field = self.link_of(tag);
                self.pending.push(field);
            }
            "fldSimple" => {
                let (code, at) = (tag.text("instr"), self.at());
                self.fields.push(Field { code, at });
            }
            "fldChar" => self.field_char(tag),
            "ph" if self.prompts => self.muted = true,
            "docPr" | "cNvPr" => self.picture(tag),
            "shape" | "rect" | "oval" | "roundrect" | "imagedata" | "textpath" => {
                for key in ["alt", "title", "string"] {
                    if let Some(text) = tag.attr(key) {
                        self.aside(&[Step::Property("alternative text".into())], &text);
                    }
                }
            }
            _ => self.open_form(tag),
        }
        Ok(())
    }

    fn close(&mut self, name: &str, ctx: &mut Ctx<'_>) {
        if is_properties(name) {
            self.in_properties = self.in_properties.saturating_sub(1);
        }
        match name {
            "t" | "delText" => self.in_text = self.in_text.saturating_sub(1),
            "div" | "font" => {
                self.in_text = self.in_text.saturating_sub(1);
                self.end_open_paragraph(ctx);
            }
            "text" if self.in_comment > 0 => self.in_text = self.in_text.saturating_sub(1),
            "instrText" | "delInstrText" => self.in_code = self.in_code.saturating_sub(1),
            "v" => {
                self.in_text = self.in_text.saturating_sub(1);
                self.end_open_paragraph(ctx);
            }
            "r" | "fld" => {
                let hidden = self.hidden_paragraph;
                if let Some(story) = self.story() {
                    story.style().hidden = hidden;
                }
                self.offer_pending();
            }
            "cNvPr" => self.offer_pending(),
            "p" => {
                self.hidden_paragraph = false;
                if let Some(story) = self.story() {
                    story.style().hidden = false;
                    story.end_paragraph(ctx);
                }
            }
            "tc" => {
                if let Some(story) = self.story() {
                    story.close_cell(ctx);
                }
            }
            "tbl" => {
                if let Some(story) = self.story() {
                    story.close_table(ctx);
                }
            }
            "ins" | "moveTo" | "del" | "moveFrom" if self.in_properties == 0 => {
                if let Some((inserted, deleted)) = self.changes.pop()
                    && let Some(story) = self.story()
                {
                    story.style().inserted = inserted;
                    story.style().deleted = deleted;
                }
            }
            "txbxContent" => self.end(ctx),
            "comment" | "cm" | "reply" if self.in_comment > 0 => {
                self.in_comment -= 1;
                self.end(ctx);
            }
            "AlternateContent" => {
                self.alternates.pop();
            }
            "Choice" => {
                let pushed = self.pushed;
                if let Some((before, done)) = self.alternates.last_mut() {
                    *done |= pushed > *before;
                }
            }
            "hyperlink" => {
                if let Some(field) = self.links.pop() {
                    self.offer(&field);
                }
            }
            "fldSimple" => {
                if let Some(field) = self.fields.pop() {
                    self.offer_code(&field);
                }
            }
            "sp" => self.muted = false,
            "ffData" => self.in_form_field = false,
            "sdt" => self.field_name.clear(),
            _ => {}
        }
    }

    fn end_open_paragraph(&mut self, ctx: &mut Ctx<'_>) {
        if let Some(story) = self.story()
            && story.at() > 0
        {
            story.end_paragraph(ctx);
        }
    }

    fn open_table_part(&mut self, tag: &Tag<'_>, ctx: &mut Ctx<'_>) {
        let Some(story) = self.stories.last_mut() else { return };
        match tag.name() {
            "tbl" => story.open_table(ctx),
            "tr" => story.open_row(),
            "tc" => story.open_cell(),
            "gridSpan" => story.skip_columns(tag.number("val").unwrap_or(1).saturating_sub(1)),
            "gridBefore" => story.skip_columns(tag.number("val").unwrap_or(0)),
            _ => {
                if tag.switch("val", true) {
                    story.hide_row();
                }
            }
        }
    }

    fn open_change(&mut self, tag: &Tag<'_>) {
        let author = tag.text("author");
        self.seen.author(&author);
        if self.in_properties > 0 {
            return;
        }
        let deletes = matches!(tag.name(), "del" | "moveFrom");
        let Some(story) = self.stories.last_mut() else { return };
        let style = story.style();
        self.changes.push((style.inserted.clone(), style.deleted.clone()));
        if deletes {
            style.deleted = Some(author);
        } else {
            style.inserted = Some(author);
        }
    }

    fn open_style(&mut self, tag: &Tag<'_>) {
        let hides = tag
            .attr("val")
            .is_some_and(|v| self.seen.hidden_styles.contains(v.as_ref()));
        if hides {
            self.hidden_paragraph |= tag.name() == "pStyle";
            if let Some(story) = self.story() {
                story.style().hidden = true;
            }
        }
    }

    fn open_comment(&mut self, tag: &Tag<'_>) {
        let mut author = tag.text("author");
        if author.is_empty()
            && let Some(id) = tag.attr("authorId")
        {
            author = self.seen.author_ids.get(id.as_ref()).cloned().unwrap_or_default();
        }
        self.seen.author(&author);
        self.in_comment += 1;
        self.begin(Step::Comment(author));
    }

    fn link_of(&mut self, tag: &Tag<'_>) -> Field {
        if let Some(tip) = tag.attr("tooltip") {
            self.aside(&[], &tip);
        }
        let id = tag.prefixed("id").unwrap_or_default();
        let code = self
            .rels
            .get(&id)
            .filter(|r| r.external)
            .map(|r| r.target.clone())
            .unwrap_or_default();
        self.used.insert(id.into_owned());
        Field { code, at: self.at() }
    }

    fn field_char(&mut self, tag: &Tag<'_>) {
        match tag.attr("fldCharType").as_deref() {
            Some("begin") => {
                let at = self.at();
                self.fields.push(Field {
                    code: String::new(),
                    at,
                });
            }
            Some("end") => {
                if let Some(field) = self.fields.pop() {
                    self.offer_code(&field);
                }
            }
            _ => {}
        }
    }

    fn offer_pending(&mut self) {
        for field in std::mem::take(&mut self.pending) {
            self.offer(&field);
        }
    }

    /// Tells the target of a link, unless its visible text already does.
    fn offer(&mut self, field: &Field) {
        let plain = link(&field.code);
        let shown = self.stories.last().is_some_and(|s| s.since(field.at).contains(&plain));
        if !shown {
            self.aside(&[], &plain);
        }
    }

    /// Tells what the code of a field holds beside its visible result.
    fn offer_code(&mut self, field: &Field) {
        let code = field.code.trim();
        let kind = code.split_whitespace().next().unwrap_or_default().to_uppercase();
        if kind == "HYPERLINK" {
            for target in code.split('"').skip(1).step_by(2).filter(|t| !t.starts_with('_')) {
                self.offer(&Field {
                    code: target.to_owned(),
                    at: field.at,
                });
            }
        } else if !TECHNICAL_FIELDS.contains(&kind.as_str()) {
            self.aside(&[], code);
        }
    }

    /// Alternative text of a picture or shape, and its name where somebody gave it one.
    fn picture(&mut self, tag: &Tag<'_>) {
        let step = [Step::Property("alternative text".into())];
        for key in ["descr", "title"] {
            if let Some(text) = tag.attr(key) {
                self.aside(&step, &text);
            }
        }
        // Programs number what they name themselves: "Picture 3", "Рисунок 1", "图片 2".
        if let Some(name) = tag.attr("name")
            && !self.prompts
            && name.contains(['.', '\\', '/', '@', ','])
        {
            self.aside(&step, &name);
        }
    }

    /// Form fields and content controls.
    fn open_form(&mut self, tag: &Tag<'_>) {
        let key = match tag.name() {
            "ffData" => {
                self.in_form_field = true;
                return;
            }
            "alias" | "name" if self.in_form_field || self.in_properties > 0 => {
                self.field_name = tag.text("val");
                return;
            }
            "default" | "listEntry" | "helpText" | "statusText" if self.in_form_field => "val",
            "tag" if self.in_properties > 0 => "val",
            "listItem" => "displayText",
            "date" if self.in_properties > 0 => "fullDate",
            _ => return,
        };
        let step = Step::FormField(self.field_name.clone());
        if let Some(text) = tag.attr(key) {
            // The states of a check box are no text.
            if text.len() > 1 {
                self.aside(std::slice::from_ref(&step), &text);
            }
        }
        if key == "displayText"
            && let Some(text) = tag.attr("value")
            && tag.attr(key).as_ref() != Some(&text)
        {
            self.aside(&[step], &text);
        }
    }

    /// Targets outside the file that no link in the text uses.
    fn targets_left(&mut self) {
        let left: Vec<String> = self
            .rels
            .all
            .iter()
            .filter(|r| r.external && !self.used.contains(&r.id))
            .map(|r| link(&r.target))
            .collect();
        for target in left {
            self.aside(&[], &target);
        }
    }
}
