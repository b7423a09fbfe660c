//! HTML as its reader sees it, and what the reader does not see: links, alternative texts, values of fields, hidden elements,
//! comments, scripts. Tables of data are tables.

use super::flow::{Blanks, Flow, decoded, write};
use super::markup::{self, Attribute, Token};
use super::table::{self, Table};
use super::{PART, Piece, Shape, Used, data_uri, escapes};
use crate::context::Ctx;
use crate::{Step, Why};

/// Elements that begin and end a line for the reader.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "legend",
    "li",
    "main",
    "nav",
    "ol",
    "optgroup",
    "option",
    "p",
    "pre",
    "section",
    "select",
    "summary",
    "table",
    "tbody",
    "textarea",
    "tfoot",
    "thead",
    "title",
    "tr",
    "ul",
];

/// Elements without an end.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
];

/// Attributes that hold nothing to be read, as long as they do not look like it.
const FORM: &[&str] = &[
    "accept",
    "align",
    "allow",
    "autocomplete",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "charset",
    "checked",
    "class",
    "color",
    "cols",
    "colspan",
    "crossorigin",
    "decoding",
    "dir",
    "enctype",
    "face",
    "for",
    "frameborder",
    "headers",
    "height",
    "http-equiv",
    "id",
    "integrity",
    "itemprop",
    "itemscope",
    "itemtype",
    "lang",
    "language",
    "loading",
    "maxlength",
    "media",
    "method",
    "name",
    "nowrap",
    "property",
    "rel",
    "role",
    "rows",
    "rowspan",
    "scope",
    "selected",
    "shape",
    "size",
    "sizes",
    "span",
    "style",
    "tabindex",
    "target",
    "translate",
    "type",
    "valign",
    "version",
    "viewbox",
    "width",
    "xmlns",
];

pub(super) struct Html {
    flow: Flow,
    /// A script or style whose end has not come.
    raw: Option<String>,
    /// The hidden element that is open, and how many of its name are inside each other.
    hidden: Option<(String, u32)>,
    table: Option<Table>,
    tables: u32,
    images: u32,
    /// Whether white space stands as it is written.
    pre: bool,
}

impl Html {
    pub(super) fn new() -> Self {
        Self {
            flow: Flow::default(),
            raw: None,
            hidden: None,
            table: None,
            tables: 0,
            images: 0,
            pre: false,
        }
    }
}

impl Shape for Html {
    fn by_lines(&self) -> bool {
        false
    }

    fn take(&mut self, piece: Piece<'_>, ctx: &mut Ctx<'_>) -> Result<Used, Why> {
        self.flow.piece(&piece);
        let text = piece.text.as_ref();
        let mut at = 0;
        while at < text.len() {
            if let Some(name) = self.raw.take() {
                match self.raw_text(&piece, at, &name, ctx) {
                    Some(next) => at = next,
                    None => {
                        self.raw = Some(name);
                        break;
                    }
                }
                continue;
            }
            at = match markup::token(text, at, piece.may_wait()) {
                Token::Waits => break,
                Token::Text(end) => {
                    self.text(&piece, at, end);
                    end
                }
                Token::Data { from, to, next } => {
                    self.text(&piece, from, to);
                    next
                }
                Token::Comment { from, to, next } => {
                    self.comment(&piece, from, to);
                    next
                }
                Token::Other { next } => next,
                Token::Open {
                    name,
                    inner,
                    next,
                    closed,
                } => {
                    let element = text.get(at + 1..name).unwrap_or_default().to_ascii_lowercase();
                    if element == "table" && self.table.is_none() {
                        match table::is_data(text, next, piece.may_wait()) {
                            Some(true) => self.begin_table(ctx),
                            Some(false) => {}
                            None => break,
                        }
                    }
                    self.open(&piece, &element, (at, name, inner), closed, ctx);
                    next
                }
                Token::Close { name, next } => {
                    let element = text.get(at + 2..name).unwrap_or_default().to_ascii_lowercase();
                    self.close(&element, ctx);
                    next
                }
            };
            if let Some(table) = &mut self.table
                && table.is_full()
            {
                table.give(ctx);
                ctx.tick()?;
            }
            if self.flow.is_fresh() && self.flow.out.len() >= PART || self.flow.out.len() >= 2 * PART {
                self.flow.flush(PART, ctx);
                ctx.tick()?;
            }
        }
        Ok(piece.used(at))
    }

    fn finish(&mut self, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        self.end_table(ctx);
        self.flow.flush(0, ctx);
        Ok(())
    }
}

impl Html {
    fn place(&mut self, piece: &Piece<'_>, at: usize) -> Vec<Step> {
        let mut steps = vec![Step::Line(self.flow.line_at(piece, at))];
        if self.hidden.is_some() {
            steps.push(Step::HiddenText);
        }
        steps
    }

    fn text(&mut self, piece: &Piece<'_>, from: usize, to: usize) {
        let blanks = if self.pre { Blanks::Keep } else { Blanks::One };
        if let Some(out) = self.table.as_mut().and_then(Table::cell) {
            write(out, piece, from, to, Blanks::One);
            return;
        }
        let raw = piece.text.get(from..to).unwrap_or_default();
        if self.flow.is_fresh() {
            if raw.trim().is_empty() {
                return;
            }
            let start = from + (raw.len() - raw.trim_start().len());
            let steps = self.place(piece, start);
            self.flow.mark(|| steps);
        }
        write(&mut self.flow.out, piece, from, to, blanks);
    }

    /// A line ends for the reader.
    fn block(&mut self) {
        match self.table.as_mut().and_then(Table::cell) {
            Some(out) if !out.text.is_empty() && !out.text.ends_with([' ', '\t', '\n']) => out.put(" "),
            Some(_) => {}
            None => self.flow.block(),
        }
    }

    fn open(&mut self, piece: &Piece<'_>, element: &str, tag: (usize, usize, usize), closed: bool, ctx: &mut Ctx<'_>) {
        let (at, name, inner) = tag;
        let list = markup::attributes(&piece.text, name, inner);
        let get = |wanted: &str| {
            list.iter()
                .find(|a| a.name_in(&piece.text).eq_ignore_ascii_case(wanted))
                .map(|a| a.value_in(&piece.text))
        };
        let void = closed || VOID.contains(&element);
        match &mut self.hidden {
            Some((hidden, depth)) if hidden == element && !void => *depth += 1,
            Some(_) => {}
            None if !void && (get("hidden").is_some() || get("style").is_some_and(hides)) => {
                self.block();
                self.hidden = Some((element.to_owned(), 1));
            }
            None => {}
        }
        let in_table = self.table.as_mut().is_some_and(|t| {
            let span = |name| get(name).and_then(|v| v.trim().parse().ok()).unwrap_or(1);
            t.open(element, span("colspan"), span("rowspan"))
        });
        if in_table {
            self.flow.block();
        } else if BLOCKS.contains(&element) {
            self.block();
            self.pre |= element == "pre" || element == "textarea";
        } else if matches!(element, "td" | "th") && !self.flow.is_fresh() && !self.flow.out.text.ends_with('\t') {
            self.flow.out.put("\t");
        }
        match element {
            "script" | "style" if !closed => self.raw = Some(element.to_owned()),
            "input" | "button" | "meta" => self.field(piece, element, at, &list),
            _ => self.attributes(piece, at, &list, ctx),
        }
    }

    fn close(&mut self, element: &str, ctx: &mut Ctx<'_>) {
        if let Some(table) = &mut self.table
            && table.close(element)
        {
            self.end_table(ctx);
        } else if BLOCKS.contains(&element) {
            self.block();
            self.pre &= element != "pre" && element != "textarea";
        }
        if let Some((hidden, depth)) = &mut self.hidden
            && hidden == element
        {
            *depth -= 1;
            if *depth == 0 {
                self.block();
                self.hidden = None;
            }
        }
    }

    fn begin_table(&mut self, ctx: &mut Ctx<'_>) {
        self.flow.flush(0, ctx);
        self.tables += 1;
        let mut steps = vec![Step::Table(self.tables.to_string())];
        if self.hidden.is_some() {
            steps.push(Step::HiddenText);
        }
        self.table = Some(Table::new(steps));
    }

    fn end_table(&mut self, ctx: &mut Ctx<'_>) {
        if let Some(mut table) = self.table.take() {
            table.give(ctx);
            self.flow.block();
        }
    }

    /// A field with its value, or a statement about the page: what names it is the label of what it holds.
    fn field(&mut self, piece: &Piece<'_>, element: &str, at: usize, list: &[Attribute]) {
        let find = |names: &[&str]| {
            names.iter().find_map(|n| {
                list.iter()
                    .find(|a| a.name_in(&piece.text).eq_ignore_ascii_case(n) && a.value.0 < a.value.1)
            })
        };
        let label = match element {
            "meta" => find(&["name", "property", "itemprop", "http-equiv"]),
            _ => find(&["aria-label", "placeholder", "title", "name", "id"]),
        };
        let Some(value) = find(&[if element == "meta" { "content" } else { "value" }]) else {
            if let Some(shown) = find(&["placeholder", "aria-label", "title"]) {
                let steps = self.place(piece, at);
                write(
                    self.flow.beside(steps),
                    piece,
                    shown.value.0,
                    shown.value.1,
                    Blanks::One,
                );
            }
            return;
        };
        let mut steps = self.place(piece, at);
        let name = label.map(|l| decoded(l.value_in(&piece.text))).unwrap_or_default();
        if element == "meta" {
            steps.push(Step::Property(name));
        } else {
            if find(&["type"]).is_some_and(|t| t.value_in(&piece.text).eq_ignore_ascii_case("hidden"))
                && self.hidden.is_none()
            {
                steps.push(Step::HiddenText);
            }
            if !name.is_empty() {
                steps.push(Step::FormField(name));
            }
        }
        let out = self.flow.beside(steps);
        if let Some(label) = label {
            write(out, piece, label.value.0, label.value.1, Blanks::One);
            out.put(": ");
        }
        write(out, piece, value.value.0, value.value.1, Blanks::One);
    }

    /// Values of attributes that hold something to be read.
    fn attributes(&mut self, piece: &Piece<'_>, at: usize, list: &[Attribute], ctx: &mut Ctx<'_>) {
        for attribute in list {
            let (mut from, to) = attribute.value;
            let name = attribute.name_in(&piece.text).to_ascii_lowercase();
            let value = attribute.value_in(&piece.text);
            if value.trim().is_empty() {
                continue;
            }
            let lower = value.get(..11).unwrap_or(value).to_ascii_lowercase();
            if lower.starts_with("data:") {
                self.images += 1;
                data_uri::picture(value, Step::Image(self.images), ctx);
                continue;
            }
            let form = FORM.contains(&name.as_str()) || name.starts_with("xmlns") || name == "srcset";
            if form && !telling(value) || value.starts_with('#') {
                continue;
            }
            let mut steps = self.place(piece, at);
            if name.starts_with("on") || lower.starts_with("javascript:") {
                steps.push(Step::Source);
            }
            let label = match ["mailto:", "tel:", "sms:", "callto:", "skype:", "whatsapp:"]
                .iter()
                .find(|s| lower.starts_with(**s))
            {
                Some(scheme) => {
                    from += scheme.len();
                    scheme.trim_end_matches(':')
                }
                None => "",
            };
            let out = self.flow.beside(steps);
            if label == "tel" || label == "sms" {
                out.put("tel: ");
            } else if label.is_empty() && !matches!(name.as_str(), "href" | "src" | "alt" | "title") {
                out.same(piece, attribute.name.0, attribute.name.1);
                out.put(": ");
            }
            address(out, piece, from, to);
        }
    }

    /// Comments are in the file for everyone who looks.
    fn comment(&mut self, piece: &Piece<'_>, from: usize, to: usize) {
        let raw = piece.text.get(from..to).unwrap_or_default();
        if raw.trim().is_empty() {
            return;
        }
        let steps = vec![Step::Line(self.flow.line_at(piece, from)), Step::Source];
        let out = self.flow.beside(steps);
        write(out, piece, from, to, Blanks::Keep);
    }

    /// The inside of a script or style. Returns where it ends, nothing where more text is needed.
    fn raw_text(&mut self, piece: &Piece<'_>, at: usize, name: &str, ctx: &mut Ctx<'_>) -> Option<usize> {
        let bytes = piece.text.as_bytes();
        let end = closing(bytes, at, name);
        if end.is_none() && piece.may_wait() {
            return None;
        }
        let to = end.unwrap_or(bytes.len());
        let steps = vec![Step::Line(self.flow.line_at(piece, at)), Step::Source];
        if !piece.text.get(at..to).unwrap_or_default().trim().is_empty() {
            let (mut from, mut pictures) = (at, Vec::new());
            let out = self.flow.beside(steps);
            // Pictures and fonts in base64 are no text.
            while let Some(mark) = memchr::memmem::find(&bytes[from..to], b";base64,").map(|i| from + i) {
                let data = mark + 8;
                let len = bytes[data..to]
                    .iter()
                    .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
                    .count();
                script(out, piece, from, data);
                let start = memchr::memmem::rfind(&bytes[from..mark], b"data:").map(|i| from + i);
                pictures.extend(start.map(|s| (s, data + len)));
                from = data + len;
            }
            script(out, piece, from, to);
            for (start, end) in pictures {
                self.images += 1;
                let address = piece.text.get(start..end).unwrap_or_default();
                data_uri::picture(address, Step::Image(self.images), ctx);
            }
        }
        if end.is_none() && !piece.last {
            // Too long for one piece: it goes on.
            self.raw = Some(name.to_owned());
        }
        Some(to)
    }
}

/// Where the closing tag of this name begins.
fn closing(bytes: &[u8], from: usize, name: &str) -> Option<usize> {
    memchr::memmem::find_iter(bytes.get(from..)?, b"</")
        .map(|i| from + i)
        .find(|i| {
            bytes
                .get(i + 2..i + 2 + name.len())
                .is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()))
        })
}

/// A script with the escapes of its strings decoded.
fn script(out: &mut super::builder::Builder, piece: &Piece<'_>, from: usize, to: usize) {
    let bytes = piece.text.as_bytes();
    let mut kept = from;
    let mut at = from;
    while let Some(slash) = bytes.get(at..to).and_then(|b| memchr::memchr(b'\\', b)).map(|i| at + i) {
        at = slash + 1;
        if !matches!(bytes.get(at), Some(b'u' | b'/' | b'"')) {
            continue;
        }
        if let (Some(c), used) = escapes::json_escape(piece.text.get(slash..to).unwrap_or_default()) {
            out.same(piece, kept, slash);
            out.unit(c.encode_utf8(&mut [0; 4]), piece, slash);
            at = slash + used;
            kept = at;
        }
    }
    out.same(piece, kept, to);
}

/// The value of an attribute with percent escapes and entities decoded.
fn address(out: &mut super::builder::Builder, piece: &Piece<'_>, from: usize, to: usize) {
    let bytes = piece.text.as_bytes();
    let (mut kept, mut at) = (from, from);
    while let Some(sign) = bytes.get(at..to).and_then(|b| memchr::memchr(b'%', b)).map(|i| at + i) {
        at = sign + 1;
        if let Some((c, used)) = escapes::percent(&bytes[sign..to]) {
            write(out, piece, kept, sign, Blanks::One);
            out.unit(c.encode_utf8(&mut [0; 4]), piece, sign);
            at = sign + used;
            kept = at;
        }
    }
    write(out, piece, kept, to, Blanks::One);
}

/// Whether a style keeps an element from being seen.
fn hides(style: &str) -> bool {
    let plain: String = style
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect();
    [
        "display:none",
        "visibility:hidden",
        "font-size:0;",
        "font-size:0px",
        "mso-hide:all",
        "opacity:0;",
    ]
    .iter()
    .any(|s| plain.contains(s))
        || plain.ends_with("font-size:0")
        || plain.ends_with("opacity:0")
}

/// Whether a value looks like a number or an address of someone, wherever it stands.
fn telling(value: &str) -> bool {
    value.contains('@') || value.bytes().filter(u8::is_ascii_digit).count() >= 9
}

#[cfg(test)]
mod tests;
