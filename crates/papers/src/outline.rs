//! A form as a DOCX template: what a body begins with when it wants a layout of its own.

use crate::document::{Align, Block, Document, Line, Meta, Span, Table};
use crate::error::Error;
use crate::fill::basis;
use crate::form::Form;
use crate::template::{Node, Piece, RowKind};

impl Form {
    /// The form as a DOCX with marks in the place of values, to be changed in a word processor and filled with
    /// [`fill_docx`](crate::fill_docx). As it stands it gives the same text as the form.
    pub fn to_docx_template(&self, meta: &Meta) -> Result<Vec<u8>, Error> {
        let mut blocks = Vec::new();
        nodes(self, &self.template.nodes, &mut blocks);
        blocks.push(basis(self));
        let sheet_mark = self.sheet_mark.as_ref().map(|name| {
            let label = self.labels.get(name).map_or(name.as_str(), String::as_str);
            format!("{label}: {{{name}?}}")
        });
        let document = Document {
            title: self.title.clone(),
            locale: self.locale,
            country: self.country,
            landscape: self.landscape,
            numbering: self.numbering,
            sheet_mark: sheet_mark.unwrap_or_default(),
            blocks,
            missing: Vec::new(),
        };
        document.to_docx(meta)
    }
}

fn nodes(form: &Form, nodes_: &[Node], out: &mut Vec<Block>) {
    for node in nodes_ {
        self::node(form, node, out);
    }
}

fn node(form: &Form, node: &Node, out: &mut Vec<Block>) {
    let para = |align, text: &[Piece]| Block::Para {
        align,
        text: line(text),
    };
    let item = |marker: &str, level, text: &[Piece]| Block::Item {
        marker: marker.to_owned(),
        level,
        text: line(text),
    };
    out.push(match node {
        Node::Heading(level, text) => Block::Heading {
            level: *level,
            text: line(text),
        },
        Node::Body(text) => para(Align::Body, text),
        Node::Left(text) => para(Align::Left, text),
        Node::Centre(text) => para(Align::Centre, text),
        Node::Right(text) => para(Align::Right, text),
        Node::Aside(text) => Block::Aside(line(text)),
        Node::Clause(1, text) => item("{1.}", 1, text),
        Node::Clause(level, text) => item("{1.1.}", *level, text),
        Node::Dash(text) => item(crate::fill::dash(form.locale), 2, text),
        Node::Check(Some(flag), text) => item(&format!("{{[{}]}}", flag.key), 1, text),
        Node::Check(None, text) => Block::Check {
            on: false,
            text: line(text),
        },
        Node::Note(text) => Block::Note(line(text)),
        Node::Rule => Block::Rule,
        Node::Gap => Block::Gap,
        Node::PageBreak => Block::PageBreak,
        Node::Sign(post, name) => Block::Sign {
            post: line(post),
            name: name.as_deref().map(line).unwrap_or_default(),
            caption: tutela_words::Words::new(form.locale).get("paper-sign"),
        },
        Node::TableStart { widths, plain } => Block::Table(Table {
            widths: widths.clone(),
            head: Vec::new(),
            rows: Vec::new(),
            plain: *plain,
        }),
        Node::Row { kind, cells } => return row(kind, cells, out),
        Node::If {
            name,
            not,
            then,
            otherwise,
        } => {
            let (first, second) = if *not { ('^', '?') } else { ('?', '^') };
            for (sign, branch) in [(first, then), (second, otherwise)] {
                if !branch.is_empty() {
                    let rows = matches!(branch.first(), Some(Node::Row { .. }));
                    mark(&format!("{{{sign}{}}}", name.key), rows, out);
                    nodes(form, branch, out);
                    mark(&format!("{{/{}}}", name.key), rows, out);
                }
            }
            return;
        }
        Node::Each { list, body } => {
            mark(&format!("{{#{}}}", list.key), false, out);
            nodes(form, body, out);
            mark(&format!("{{/{}}}", list.key), false, out);
            return;
        }
        Node::Columns(left, right) => {
            let (mut l, mut r) = (Vec::new(), Vec::new());
            nodes(form, left, &mut l);
            nodes(form, right, &mut r);
            Block::Columns(l, r)
        }
    });
}

/// A mark on a line of its own, or in a row of its own; it goes when the template is filled.
fn mark(text: &str, row: bool, out: &mut Vec<Block>) {
    let text = vec![Span::text(text)];
    match out.last_mut() {
        Some(Block::Table(table)) if row => {
            let mut cells: Vec<Line> = vec![Vec::new(); table.widths.len()];
            if let Some(first) = cells.first_mut() {
                *first = text;
            }
            table.rows.push(cells);
        }
        _ => out.push(Block::Para {
            align: Align::Left,
            text,
        }),
    }
}

fn row(kind: &RowKind, cells: &[Vec<Piece>], out: &mut [Block]) {
    let mut made: Vec<Line> = cells.iter().map(|cell| line(cell)).collect();
    if let RowKind::Each(list) = kind {
        if let Some(first) = made.first_mut() {
            first.insert(0, Span::text(format!("{{#{}}}", list.key)));
        }
        // The last cell may be room for a signature, which stays empty.
        let last = made
            .iter_mut()
            .rev()
            .find(|cell| !matches!(cell.as_slice(), [Span::Blank(_)]));
        if let Some(last) = last {
            last.push(Span::text(format!("{{/{}}}", list.key)));
        }
    }
    if let Some(Block::Table(table)) = out.last_mut() {
        match kind {
            RowKind::Head => table.head.push(made),
            RowKind::Plain | RowKind::Each(_) => table.rows.push(made),
        }
    }
}

fn line(pieces: &[Piece]) -> Line {
    let spans = pieces.iter().map(|piece| match piece {
        Piece::Text { text, bold, italic } => Span::Text {
            text: text.clone(),
            bold: *bold,
            italic: *italic,
        },
        Piece::Blank(width) => Span::Blank(*width),
        Piece::Field {
            name,
            optional,
            short,
            bold,
            italic,
        } => {
            let optional = if *optional { "?" } else { "" };
            let short = if *short { ":short" } else { "" };
            Span::Text {
                text: format!("{{{}{optional}{short}}}", name.key),
                bold: *bold,
                italic: *italic,
            }
        }
    });
    spans.collect()
}
