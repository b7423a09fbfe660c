//! Filling the tree of a part.

use tutela_words::{Arg, Locale, Words};

use super::marks::{Kind, Placed, Token, left_open, tokens};
use super::package::refuse;
use super::tree::{Element, Node};
use crate::catalogue;
use crate::date;
use crate::error::Error;
use crate::fill::MAX_ROWS;
use crate::html::escape;
use crate::value::{Value, Values, clean};

/// The most bytes that a filled part may have: rows multiply what stands in a template.
const MAX_OUTPUT: usize = 96 << 20;

/// Where values are looked for: the rows around, the innermost last.
#[derive(Clone, Copy)]
struct Scope<'a> {
    outer: Option<&'a Scope<'a>>,
    /// The list whose row this is.
    list: &'a str,
    values: &'a Values,
    number: usize,
}

impl<'a> Scope<'a> {
    fn get(&self, name: &str) -> Option<&'a Value> {
        let own = self.values.get(name).filter(|v| !v.is_missing());
        // A field that rows of this list have by the dictionary is never taken from around: it would pass for the row's.
        let of_the_row = || catalogue::dictionary().contains_key(&format!("{}.{name}", self.list));
        own.or_else(|| {
            let outer = self.outer.filter(|_| !of_the_row())?;
            outer.get(name)
        })
    }
}

pub(super) struct Expander<'a> {
    values: &'a Values,
    locale: Locale,
    words: Words,
    pub(super) missing: Vec<String>,
    left: usize,
    /// Numbers of the last clause.
    clauses: [usize; 2],
    /// The full stop of a value, when the text so far ends with it.
    stopped: Option<char>,
}

impl<'a> Expander<'a> {
    pub(super) fn new(values: &'a Values, locale: Locale) -> Self {
        Self {
            values,
            locale,
            words: Words::new(locale),
            missing: Vec::new(),
            left: MAX_OUTPUT,
            clauses: [0, 0],
            stopped: None,
        }
    }

    pub(super) fn part(&mut self, nodes: &[Node]) -> Result<Vec<Node>, Error> {
        let scope = Scope {
            outer: None,
            list: "",
            values: self.values,
            number: 0,
        };
        self.nodes(nodes, &scope)
    }

    fn spend(&mut self, bytes: usize) -> Result<(), Error> {
        self.left = self.left.checked_sub(bytes).ok_or(Error::TooLarge("96 MB"))?;
        Ok(())
    }

    /// Neighbours: paragraphs of a text, rows of a table. A mark that one of them leaves open is closed by a later one, and what stands
    /// from the one to the other is repeated or left out.
    fn nodes(&mut self, nodes: &[Node], scope: &Scope<'_>) -> Result<Vec<Node>, Error> {
        let mut out = Vec::new();
        let mut at = 0;
        while let Some(node) = nodes.get(at) {
            at += 1;
            let Node::Element(element) = node else {
                self.spend(node.size())?;
                out.push(node.clone());
                continue;
            };
            if !matches!(element.local(), "p" | "tr") {
                out.push(Node::Element(self.element(element, scope)?));
                continue;
            }
            let texts = tokens(&texts(element));
            if let Some(name) = left_open(&texts) {
                let (length, inner, kind) = block(nodes.get(at - 1..).unwrap_or_default(), name)?;
                self.section(name, kind, scope, |this, scope| {
                    out.extend(this.nodes(&inner, scope)?);
                    Ok(())
                })?;
                at += length - 1;
            } else if element.local() == "tr"
                && let Some((name, kind, row)) = row_section(element)
            {
                self.section(&name, kind, scope, |this, scope| {
                    out.push(Node::Element(this.element(&row, scope)?));
                    Ok(())
                })?;
            } else if element.local() == "p" {
                out.push(Node::Element(self.paragraph(element, &texts, scope)?));
            } else {
                out.push(Node::Element(self.element(element, scope)?));
            }
        }
        Ok(out)
    }

    fn element(&mut self, element: &Element, scope: &Scope<'_>) -> Result<Element, Error> {
        self.spend(element.open.len() + element.name.len() + 3)?;
        let mut children = self.nodes(&element.children, scope)?;
        // A cell must hold a paragraph, also when a condition took its only one.
        if element.local() == "tc"
            && !children
                .iter()
                .any(|c| matches!(c, Node::Element(e) if e.local() == "p"))
        {
            children.push(Node::Raw("<w:p/>".to_owned()));
        }
        Ok(Element {
            children,
            ..element.clone_tag()
        })
    }

    /// Does something for every row, or once or never by a condition.
    fn section(
        &mut self,
        name: &str,
        kind: Kind,
        scope: &Scope<'_>,
        mut each: impl FnMut(&mut Self, &Scope<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let value = scope.get(name);
        let holds = match value {
            None => false,
            Some(Value::Flag(on)) => *on,
            Some(Value::List(rows)) => !rows.is_empty(),
            Some(_) => true,
        };
        match (kind, value) {
            (Kind::Rows, Some(Value::List(rows))) => {
                if rows.len() > MAX_ROWS {
                    return Err(Error::TooLarge("20,000 rows"));
                }
                for (at, values) in rows.iter().enumerate() {
                    let row = Scope {
                        outer: Some(scope),
                        list: name,
                        values,
                        number: at + 1,
                    };
                    each(self, &row)?;
                }
                Ok(())
            }
            (Kind::Rows, None) => {
                // A list that was not supplied shows one row of gaps: left out, it would look like none.
                self.note_missing(name);
                each(self, scope)
            }
            (Kind::IfNot, _) if !holds => each(self, scope),
            (Kind::Rows | Kind::If, _) if holds => each(self, scope),
            _ => Ok(()),
        }
    }

    fn paragraph(&mut self, element: &Element, placed: &[Placed], scope: &Scope<'_>) -> Result<Element, Error> {
        let count = texts(element).len();
        let mut made = vec![String::new(); count];
        let changed = placed.iter().any(|(_, t)| !matches!(t, Token::Text(_)));
        if changed {
            self.inline(placed, scope, None, &mut made)?;
        }
        let mut made = changed.then(|| made.into_iter());
        self.retext(element, &mut made, scope)
    }

    /// Writes tokens into the texts in which they began; what a section gives stays in the text of its mark.
    fn inline(
        &mut self,
        placed: &[Placed],
        scope: &Scope<'_>,
        into: Option<usize>,
        made: &mut [String],
    ) -> Result<(), Error> {
        let mut at = 0;
        while let Some((slot, token)) = placed.get(at) {
            at += 1;
            let slot = into.unwrap_or(*slot);
            let text = match token {
                Token::Text(text) => {
                    let second = self.stopped.and_then(|stop| text.strip_prefix(stop));
                    second.unwrap_or(text).to_owned()
                }
                Token::Field { name, short, optional } => self.field(name, *short, *optional, scope),
                Token::Check(name) => {
                    let on = matches!(scope.get(name), Some(Value::Flag(true)));
                    if on { "☒" } else { "☐" }.to_owned()
                }
                Token::Count(level) => self.count(*level),
                // The end of a section that another paragraph began was taken away with its beginning.
                Token::Close(name) => return Err(refuse(format!("{{/{name}}} has no beginning"))),
                Token::Open { name, kind } => {
                    let rest = placed.get(at..).unwrap_or_default();
                    let end = closing(rest, name).ok_or_else(|| refuse(format!("{{{name}}} has no end")))?;
                    let inner = rest.get(..end).unwrap_or_default();
                    self.section(name, *kind, scope, |this, scope| {
                        this.inline(inner, scope, Some(slot), made)
                    })?;
                    at += end + 1;
                    continue;
                }
            };
            self.stopped = match token {
                Token::Field { .. } => ['.', '。'].into_iter().find(|stop| text.ends_with(*stop)),
                _ => None,
            };
            self.spend(text.len())?;
            if let Some(target) = made.get_mut(slot) {
                target.push_str(&text);
            }
        }
        Ok(())
    }

    fn count(&mut self, level: u8) -> String {
        let [first, second] = &mut self.clauses;
        if level == 1 {
            (*first, *second) = (*first + 1, 0);
            format!("{first}.")
        } else {
            *second += 1;
            format!("{first}.{second}.")
        }
    }

    fn field(&mut self, name: &str, short: bool, optional: bool, scope: &Scope<'_>) -> String {
        if name == "n" && scope.number > 0 {
            return scope.number.to_string();
        }
        match scope.get(name) {
            Some(Value::Text(text)) => clean(text).trim_end().to_owned(),
            Some(Value::Date(day)) if short => date::short(*day, self.locale),
            Some(Value::Date(day)) => date::long(*day, self.locale),
            Some(Value::Flag(true)) => self.words.get("paper-yes"),
            Some(Value::Flag(false)) => self.words.get("paper-no"),
            Some(Value::List(rows)) => {
                let texts = rows.iter().take(MAX_ROWS).filter_map(|row| match row.get("text") {
                    Some(Value::Text(text)) => Some(clean(text)),
                    _ => None,
                });
                texts
                    .collect::<Vec<_>>()
                    .join(if self.locale == Locale::Zh { "；" } else { "; " })
            }
            Some(Value::Missing) | None if optional => "__________".to_owned(),
            Some(Value::Missing) | None => {
                self.note_missing(name);
                let words = self.words.with("paper-to-be-supplied", &[("what", Arg::Text(name))]);
                format!("____ {words} ____")
            }
        }
    }

    fn note_missing(&mut self, name: &str) {
        if !self.missing.iter().any(|m| m == name) {
            self.missing.push(name.to_owned());
        }
    }

    /// A copy of a paragraph with its new texts, one after another; paragraphs within it (text boxes) are filled for themselves.
    fn retext(
        &mut self,
        element: &Element,
        made: &mut Option<std::vec::IntoIter<String>>,
        scope: &Scope<'_>,
    ) -> Result<Element, Error> {
        self.spend(element.open.len() + element.name.len() + 3)?;
        let mut children = Vec::with_capacity(element.children.len());
        for child in &element.children {
            match child {
                Node::Element(e) if e.local() == "t" => match made.as_mut().map(|made| made.next().unwrap_or_default())
                {
                    Some(text) => push_text(e, &text, &mut children),
                    None => {
                        self.spend(e.size())?;
                        children.push(child.clone());
                    }
                },
                Node::Element(e) if e.local() == "txbxContent" => children.push(Node::Element(self.element(e, scope)?)),
                Node::Element(e) => children.push(Node::Element(self.retext(e, made, scope)?)),
                Node::Raw(text) => {
                    self.spend(text.len())?;
                    children.push(child.clone());
                }
            }
        }
        Ok(Element {
            children,
            ..element.clone_tag()
        })
    }
}

impl Element {
    /// Its tag without what stands in it.
    fn clone_tag(&self) -> Self {
        Self {
            name: self.name.clone(),
            open: self.open.clone(),
            children: Vec::new(),
            empty: self.empty,
        }
    }
}

/// An element of text with another text; lines of it are divided by breaks.
fn push_text(e: &Element, text: &str, children: &mut Vec<Node>) {
    let prefix = e.prefix();
    let colon = if prefix.is_empty() { "" } else { ":" };
    // Text of drawings has its breaks elsewhere.
    let text = if prefix == "a" {
        text.replace('\n', " ")
    } else {
        text.to_owned()
    };
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            children.push(Node::Raw(format!("<{prefix}{colon}br/>")));
        }
        let space = if prefix == "a" { "" } else { " xml:space=\"preserve\"" };
        children.push(Node::Element(Element {
            name: e.name.clone(),
            open: format!("<{}{space}>", e.name),
            children: vec![Node::Raw(escape(line))],
            empty: false,
        }));
    }
}

/// The texts of a paragraph or a row in their order, without those of text boxes.
fn texts(element: &Element) -> Vec<String> {
    let mut out = Vec::new();
    collect(element, &mut out);
    out
}

fn collect(element: &Element, out: &mut Vec<String>) {
    for child in &element.children {
        if let Node::Element(e) = child {
            match e.local() {
                "t" => out.push(e.text()),
                "txbxContent" => {}
                _ => collect(e, out),
            }
        }
    }
}

/// The place of the end of a section within the tokens after its beginning.
fn closing(tokens: &[Placed], name: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, (_, token)) in tokens.iter().enumerate() {
        match token {
            Token::Open { name: other, .. } if other == name => depth += 1,
            Token::Close(other) if other == name => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return Some(at),
            },
            _ => {}
        }
    }
    None
}

/// What stands between the mark that the first node opens and its end in a later one: how many nodes, and these without both marks.
/// Nodes that held nothing but a mark go with it.
fn block(nodes: &[Node], name: &str) -> Result<(usize, Vec<Node>, Kind), Error> {
    let mut depth = 0_usize;
    let mut kind = Kind::Rows;
    for (at, node) in nodes.iter().enumerate() {
        let Node::Element(element) = node else { continue };
        for (position, (_, token)) in tokens(&texts(element)).iter().enumerate() {
            match token {
                Token::Open { name: other, kind: own } if other == name => {
                    if depth == 0 {
                        kind = *own;
                    }
                    depth += 1;
                }
                Token::Close(other) if other == name => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 && at > 0 {
                        let mut inner = nodes.get(..=at).unwrap_or_default().to_vec();
                        without(
                            &mut inner,
                            0,
                            &|t| matches!(t, Token::Open { name: n, .. } if n == name),
                            None,
                        );
                        without(
                            &mut inner,
                            at,
                            &|t| matches!(t, Token::Close(n) if n == name),
                            Some(position),
                        );
                        inner.retain(|n| !matches!(n, Node::Element(e) if e.name == GONE));
                        return Ok((at + 1, inner, kind));
                    }
                }
                _ => {}
            }
        }
    }
    Err(refuse(format!("{{{name}}} has no end")))
}

/// The name of an element that is to be left out.
const GONE: &str = "";

/// Takes one mark out of a node: the one at a position, or the first that fits.
fn without(nodes: &mut [Node], at: usize, is: &dyn Fn(&Token) -> bool, position: Option<usize>) {
    let Some(Node::Element(element)) = nodes.get_mut(at) else {
        return;
    };
    let old = texts(element);
    let all = tokens(&old);
    let found = match position {
        Some(position) => Some(position),
        None => all.iter().position(|(_, token)| is(token)),
    };
    let Some(found) = found else { return };
    let mut made = vec![String::new(); old.len()];
    for (at, (slot, token)) in all.iter().enumerate() {
        if at != found
            && let Some(target) = made.get_mut(*slot)
        {
            target.push_str(&written(token));
        }
    }
    if made.iter().all(|text| text.trim().is_empty()) && !has_other(element) {
        GONE.clone_into(&mut element.name);
        return;
    }
    set(element, &mut made.into_iter());
}

/// A token as it stands in the text.
fn written(token: &Token) -> String {
    match token {
        Token::Text(text) => text.clone(),
        Token::Field { name, short, optional } => {
            let optional = if *optional { "?" } else { "" };
            let short = if *short { ":short" } else { "" };
            format!("{{{name}{optional}{short}}}")
        }
        Token::Check(name) => format!("{{[{name}]}}"),
        Token::Count(1) => "{1.}".to_owned(),
        Token::Count(_) => "{1.1.}".to_owned(),
        Token::Open { name, kind } => {
            let sign = match kind {
                Kind::Rows => '#',
                Kind::If => '?',
                Kind::IfNot => '^',
            };
            format!("{{{sign}{name}}}")
        }
        Token::Close(name) => format!("{{/{name}}}"),
    }
}

/// Whether there is something to see beside text.
fn has_other(element: &Element) -> bool {
    element.children.iter().any(|child| match child {
        Node::Element(e) => matches!(e.local(), "drawing" | "pict" | "object") || has_other(e),
        Node::Raw(_) => false,
    })
}

fn set(element: &mut Element, made: &mut dyn Iterator<Item = String>) {
    for child in &mut element.children {
        if let Node::Element(e) = child {
            match e.local() {
                "t" => {
                    let text = made.next().unwrap_or_default();
                    let name = e.name.clone();
                    let space = if e.prefix() == "a" {
                        ""
                    } else {
                        " xml:space=\"preserve\""
                    };
                    *e = Element {
                        open: format!("<{name}{space}>"),
                        name,
                        children: vec![Node::Raw(escape(&text))],
                        empty: false,
                    };
                }
                "txbxContent" => {}
                _ => set(e, made),
            }
        }
    }
}

/// A row whose section begins in one cell and ends in another is repeated as a row; it comes without the two marks.
fn row_section(row: &Element) -> Option<(String, Kind, Element)> {
    let mut slots = Vec::new();
    for (cell, child) in row.children.iter().enumerate() {
        if let Node::Element(e) = child {
            slots.extend(std::iter::repeat_n(cell, texts(e).len()));
        }
    }
    let all = tokens(&texts(row));
    for (at, (slot, token)) in all.iter().enumerate() {
        let Token::Open { name, kind } = token else { continue };
        let Some(end) = closing(all.get(at + 1..).unwrap_or_default(), name) else {
            continue;
        };
        let end = at + 1 + end;
        let last = all.get(end).map(|(slot, _)| *slot)?;
        if slots.get(*slot) == slots.get(last) {
            continue;
        }
        let mut nodes = [Node::Element(row.clone())];
        without(&mut nodes, 0, &|_| false, Some(end));
        without(&mut nodes, 0, &|_| false, Some(at));
        let [Node::Element(row)] = nodes else { return None };
        return (row.name != GONE).then(|| (name.clone(), *kind, row));
    }
    None
}
