//! XML as a tree that is written back as it was read, but for what was changed.

use quick_xml::events::Event;
use quick_xml::{Reader, escape};

use super::package::refuse;
use crate::error::Error;

/// The deepest nesting: the walk over a tree must not exhaust the stack.
const MAX_DEPTH: usize = 200;

#[derive(Debug, Clone)]
pub(super) enum Node {
    Element(Element),
    /// Everything between tags, as it stands in the file.
    Raw(String),
}

#[derive(Debug, Clone)]
pub(super) struct Element {
    /// With its prefix.
    pub(super) name: String,
    /// The start tag as it stands in the file.
    pub(super) open: String,
    pub(super) children: Vec<Node>,
    /// Whether it was written as one tag.
    pub(super) empty: bool,
}

impl Element {
    pub(super) fn local(&self) -> &str {
        self.name.rsplit(':').next().unwrap_or(&self.name)
    }

    pub(super) fn prefix(&self) -> &str {
        self.name.split_once(':').map_or("", |(prefix, _)| prefix)
    }

    /// Bytes that it takes when written, about.
    pub(super) fn size(&self) -> usize {
        self.open.len() + self.name.len() + 3 + self.children.iter().map(Node::size).sum::<usize>()
    }

    /// The text of an element of text.
    pub(super) fn text(&self) -> String {
        let mut raw = String::new();
        for child in &self.children {
            if let Node::Raw(text) = child {
                raw.push_str(text);
            }
        }
        // What does not resolve stays as it stands.
        escape::unescape(&raw).map(std::borrow::Cow::into_owned).unwrap_or(raw)
    }
}

impl Node {
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Element(e) => e.size(),
            Self::Raw(text) => text.len(),
        }
    }
}

pub(super) fn parse(text: &str) -> Result<Vec<Node>, Error> {
    let broken = || refuse("its text is no sound XML");
    let mut reader = Reader::from_str(text);
    let mut stack: Vec<Element> = Vec::new();
    let mut roots: Vec<Node> = Vec::new();
    let mut from = 0;
    loop {
        let event = reader.read_event().map_err(|_| broken())?;
        let to = usize::try_from(reader.buffer_position()).map_err(|_| broken())?;
        let raw = text.get(from..to).ok_or_else(broken)?.to_owned();
        from = to;
        let node = match event {
            Event::Start(start) => {
                if stack.len() >= MAX_DEPTH {
                    return Err(refuse("its text is nested too deep"));
                }
                stack.push(Element {
                    name: start.name().0.to_owned(),
                    open: raw,
                    children: Vec::new(),
                    empty: false,
                });
                continue;
            }
            Event::End(_) => Node::Element(stack.pop().ok_or_else(broken)?),
            Event::Empty(start) => Node::Element(Element {
                name: start.name().0.to_owned(),
                open: raw,
                children: Vec::new(),
                empty: true,
            }),
            Event::DocType(_) => return Err(refuse("it declares a document type")),
            Event::Eof => break,
            _ => Node::Raw(raw),
        };
        match stack.last_mut() {
            Some(parent) => parent.children.push(node),
            None => roots.push(node),
        }
    }
    if stack.is_empty() { Ok(roots) } else { Err(broken()) }
}

pub(super) fn write(nodes: &[Node]) -> String {
    let mut out = String::with_capacity(nodes.iter().map(Node::size).sum());
    write_to(nodes, &mut out);
    out
}

fn write_to(nodes: &[Node], out: &mut String) {
    for node in nodes {
        match node {
            Node::Raw(text) => out.push_str(text),
            Node::Element(e) => {
                out.push_str(&e.open);
                if !e.empty {
                    write_to(&e.children, out);
                    out.push_str("</");
                    out.push_str(&e.name);
                    out.push('>');
                }
            }
        }
    }
}

/// Calls with the text of every element of text.
pub(super) fn each_text(nodes: &[Node], call: &mut dyn FnMut(&str)) {
    for node in nodes {
        if let Node::Element(e) = node {
            if e.local() == "t" {
                call(&e.text());
            } else {
                each_text(&e.children, call);
            }
        }
    }
}
