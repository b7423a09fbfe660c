//! From a form and its values to a paper.

use tutela_law::Mark;
use tutela_words::{Arg, Locale, Words};

use crate::date;
use crate::document::{Align, Block, Document, Line, Span, Table};
use crate::form::{Form, Kind};
use crate::template::{Name, Node, Piece, ROW_NUMBER, RowKind};
use crate::value::{Value, Values, clean};

/// The most rows of one list on one paper: a register is printed in parts beyond that.
pub(crate) const MAX_ROWS: usize = 20_000;

pub(crate) fn fill(form: &Form, values: &Values) -> Document {
    let words = Words::new(form.locale);
    let mut filler = Filler {
        form,
        values,
        words: &words,
        missing: Vec::new(),
        clauses: [0, 0],
    };
    let mut blocks = Vec::new();
    filler.nodes(&form.template.nodes, None, &mut blocks);
    blocks.push(basis(form));
    let sheet_mark = form.sheet_mark.as_deref().map(|name| filler.sheet_mark(name));
    Document {
        title: form.title.clone(),
        locale: form.locale,
        country: form.country,
        landscape: form.landscape,
        numbering: form.numbering,
        sheet_mark: sheet_mark.unwrap_or_default(),
        blocks,
        missing: filler.missing,
    }
}

/// A row of a list, with its number from 1.
#[derive(Clone, Copy)]
struct Row<'a> {
    number: usize,
    fields: Fields<'a>,
}

#[derive(Clone, Copy)]
enum Fields<'a> {
    Of(&'a Values),
    /// A text in the place of a list.
    One(&'a Value),
}

impl<'a> Row<'a> {
    fn get(&self, key: &str) -> Option<&'a Value> {
        match self.fields {
            Fields::Of(values) => values.get(key),
            Fields::One(value) => (key == "text").then_some(value),
        }
    }
}

struct Filler<'a> {
    form: &'a Form,
    values: &'a Values,
    words: &'a Words,
    missing: Vec<String>,
    clauses: [usize; 2],
}

impl<'a> Filler<'a> {
    fn nodes(&mut self, nodes: &[Node], row: Option<Row<'a>>, out: &mut Vec<Block>) {
        for node in nodes {
            self.node(node, row, out);
        }
    }

    fn node(&mut self, node: &Node, row: Option<Row<'a>>, out: &mut Vec<Block>) {
        let block = match node {
            Node::Heading(level, text) => {
                if *level == 1 {
                    self.clauses = [0, 0];
                }
                Block::Heading {
                    level: *level,
                    text: self.line(text, row),
                }
            }
            Node::Body(text) => self.para(Align::Body, text, row),
            Node::Left(text) => self.para(Align::Left, text, row),
            Node::Centre(text) => self.para(Align::Centre, text, row),
            Node::Right(text) => self.para(Align::Right, text, row),
            Node::Aside(text) => Block::Aside(self.line(text, row)),
            Node::Clause(level, text) => {
                let [first, second] = &mut self.clauses;
                let marker = if *level == 1 {
                    (*first, *second) = (*first + 1, 0);
                    format!("{first}.")
                } else {
                    *second += 1;
                    format!("{first}.{second}.")
                };
                Block::Item {
                    marker,
                    level: *level,
                    text: self.line(text, row),
                }
            }
            Node::Dash(text) => Block::Item {
                marker: dash(self.form.locale).to_owned(),
                level: 2,
                text: self.line(text, row),
            },
            Node::Check(flag, text) => Block::Check {
                on: flag.as_ref().is_some_and(|name| self.holds(name, row)),
                text: self.line(text, row),
            },
            Node::Note(text) => Block::Note(self.line(text, row)),
            Node::Rule => Block::Rule,
            Node::Gap => Block::Gap,
            Node::PageBreak => Block::PageBreak,
            Node::Sign(post, name) => Block::Sign {
                post: self.line(post, row),
                name: name.as_ref().map(|name| self.line(name, row)).unwrap_or_default(),
                caption: self.words.get("paper-sign"),
            },
            Node::TableStart { widths, plain } => Block::Table(Table {
                widths: widths.clone(),
                head: Vec::new(),
                rows: Vec::new(),
                plain: *plain,
            }),
            Node::Row { kind, cells } => return self.row(kind, cells, row, out),
            Node::If {
                name,
                not,
                then,
                otherwise,
            } => {
                let nodes = if self.holds(name, row) == *not { otherwise } else { then };
                return self.nodes(nodes, row, out);
            }
            Node::Each { list, body } => return self.each(list, body, out),
            Node::Columns(left, right) => {
                let (mut l, mut r) = (Vec::new(), Vec::new());
                self.nodes(left, row, &mut l);
                self.nodes(right, row, &mut r);
                Block::Columns(l, r)
            }
        };
        out.push(block);
    }

    fn para(&mut self, align: Align, text: &[Piece], row: Option<Row<'a>>) -> Block {
        Block::Para {
            align,
            text: self.line(text, row),
        }
    }

    fn value(&self, name: &Name, row: Option<Row<'a>>) -> Option<&'a Value> {
        let value = match row {
            Some(row) if name.in_row => row.get(&name.key),
            _ => self.values.get(&name.key),
        };
        value.filter(|v| !v.is_missing())
    }

    fn holds(&self, name: &Name, row: Option<Row<'a>>) -> bool {
        match self.value(name, row) {
            None => false,
            Some(Value::Flag(on)) => *on,
            Some(Value::List(rows)) => !rows.is_empty(),
            Some(_) => true,
        }
    }

    /// The rows of a list. A list that was not supplied is missing; a text in its place is a list of one.
    fn rows(&mut self, list: &Name) -> Option<Vec<Row<'a>>> {
        match self.value(list, None) {
            Some(Value::List(rows)) => {
                let rows = rows.iter().take(MAX_ROWS).enumerate().map(|(at, values)| Row {
                    number: at + 1,
                    fields: Fields::Of(values),
                });
                Some(rows.collect())
            }
            Some(other) => Some(vec![Row {
                number: 1,
                fields: Fields::One(other),
            }]),
            None => {
                self.note_missing(&list.full);
                None
            }
        }
    }

    fn each(&mut self, list: &Name, body: &[Node], out: &mut Vec<Block>) {
        match self.rows(list) {
            None => {
                let gap = self.gap(&list.full);
                out.push(Block::Para {
                    align: Align::Left,
                    text: vec![gap],
                });
            }
            Some(rows) if rows.is_empty() => out.push(Block::Para {
                align: Align::Left,
                text: vec![Span::text("—")],
            }),
            Some(rows) => {
                for row in rows {
                    self.nodes(body, Some(row), out);
                }
                if let Some(said) = self.left_out(list) {
                    out.push(Block::Para {
                        align: Align::Left,
                        text: vec![said],
                    });
                }
            }
        }
    }

    fn row(&mut self, kind: &RowKind, cells: &[Vec<Piece>], row: Option<Row<'a>>, out: &mut [Block]) {
        let mut made: Vec<Vec<Line>> = Vec::new();
        match kind {
            RowKind::Head | RowKind::Plain => made.push(cells.iter().map(|c| self.line(c, row)).collect()),
            RowKind::Each(list) => match self.rows(list) {
                None => {
                    let gap = self.gap(&list.full);
                    let mut line: Vec<Line> = vec![Vec::new(); cells.len()];
                    // The first column is the number of the row more often than not; the words need room.
                    let at = usize::from(cells.len() > 1);
                    if let Some(cell) = line.get_mut(at) {
                        cell.push(gap);
                    }
                    for cell in line.iter_mut().filter(|c| c.is_empty()) {
                        cell.push(Span::Blank(3));
                    }
                    made.push(line);
                }
                Some(rows) if rows.is_empty() => made.push(vec![vec![Span::text("—")]; cells.len()]),
                Some(rows) => {
                    for row in rows {
                        made.push(cells.iter().map(|c| self.line(c, Some(row))).collect());
                    }
                    if let Some(said) = self.left_out(list) {
                        let mut line: Vec<Line> = vec![Vec::new(); cells.len()];
                        if let Some(cell) = line.get_mut(usize::from(cells.len() > 1)) {
                            cell.push(said);
                        }
                        made.push(line);
                    }
                }
            },
        }
        let table = out.iter_mut().rev().find_map(|b| match b {
            Block::Table(table) => Some(table),
            _ => None,
        });
        if let Some(table) = table {
            match kind {
                RowKind::Head => table.head.extend(made),
                _ => table.rows.extend(made),
            }
        }
    }

    /// What is said of rows beyond the most that a paper takes; the list then counts as not complete.
    fn left_out(&mut self, list: &Name) -> Option<Span> {
        let Some(Value::List(rows)) = self.value(list, None) else {
            return None;
        };
        let more = rows.len().checked_sub(MAX_ROWS).filter(|more| *more > 0)?;
        self.note_missing(&list.full);
        let count = Arg::Number(u64::try_from(more).unwrap_or(u64::MAX));
        Some(Span::Missing(self.words.with("paper-left-out", &[("count", count)])))
    }

    fn note_missing(&mut self, name: &str) {
        if !self.missing.iter().any(|m| m == name) {
            self.missing.push(name.to_owned());
        }
    }

    /// A gap with the words that it is to be supplied, and with what.
    fn gap(&self, name: &str) -> Span {
        let what = self.form.labels.get(name).map_or(name, String::as_str);
        Span::Missing(self.words.with("paper-to-be-supplied", &[("what", Arg::Text(what))]))
    }

    fn line(&mut self, pieces: &[Piece], row: Option<Row<'a>>) -> Line {
        let mut line = Vec::with_capacity(pieces.len());
        for piece in pieces {
            match piece {
                Piece::Text { text, bold, italic } => {
                    let text = without_second_stop(&line, text);
                    if !text.is_empty() {
                        line.push(Span::Text {
                            text: text.to_owned(),
                            bold: *bold,
                            italic: *italic,
                        });
                    }
                }
                Piece::Blank(width) => line.push(Span::Blank(*width)),
                Piece::Field {
                    name,
                    optional,
                    short,
                    bold,
                    italic,
                } => {
                    if let (true, ROW_NUMBER, Some(row)) = (name.in_row, name.key.as_str(), row) {
                        line.push(Span::text(row.number.to_string()));
                    } else if let Some(value) = self.value(name, row) {
                        let text = self.text(value, *short, 0);
                        push_lines(&mut line, &text, *bold, *italic);
                    } else if *optional {
                        self.left_for_the_hand(name, *short, &mut line);
                    } else {
                        self.note_missing(&name.full);
                        line.push(self.gap(&name.full));
                    }
                }
            }
        }
        line
    }

    fn left_for_the_hand(&self, name: &Name, short: bool, line: &mut Line) {
        let date = self
            .form
            .template
            .fields
            .iter()
            .any(|f| f.name == name.full && f.kind == Kind::Date);
        if !date {
            line.push(Span::Blank(if name.in_row { 6 } else { 16 }));
        } else if short {
            line.push(Span::Blank(10));
        } else {
            push_blanks(line, date::blank(self.form.locale));
        }
    }

    fn text(&self, value: &Value, short: bool, depth: usize) -> String {
        match value {
            Value::Text(text) => clean(text).trim_end().to_owned(),
            Value::Date(day) if short => date::short(*day, self.form.locale),
            Value::Date(day) => date::long(*day, self.form.locale),
            Value::Flag(true) => self.words.get("paper-yes"),
            Value::Flag(false) => self.words.get("paper-no"),
            Value::Missing => String::new(),
            // A list where the form has a text: its rows one after another.
            Value::List(rows) if depth == 0 => {
                let (comma, semicolon) = if self.form.locale == Locale::Zh {
                    ("，", "；")
                } else {
                    (", ", "; ")
                };
                let rows = rows.iter().take(MAX_ROWS).map(|row| {
                    let texts: Vec<String> = row.iter().map(|(_, v)| self.text(v, true, depth + 1)).collect();
                    texts.join(comma)
                });
                rows.collect::<Vec<_>>().join(semicolon)
            }
            Value::List(_) => "…".to_owned(),
        }
    }

    /// What stands at the foot of every sheet; what is missing is told in the text already.
    fn sheet_mark(&self, name: &str) -> String {
        let label = self.form.labels.get(name).map_or(name, String::as_str);
        let value = self.values.get(name).filter(|v| !v.is_missing());
        let value = value.map_or_else(|| "______".to_owned(), |v| self.text(v, true, 0));
        format!("{label}: {}", value.replace('\n', " "))
    }
}

/// The last line of every paper: what its contents rest on, and that a translation is one.
pub(crate) fn basis(form: &Form) -> Block {
    let words = Words::new(form.locale);
    let key = match (form.official(), form.mark) {
        (true, _) => "paper-basis-official",
        (false, Mark::Check) => "paper-basis-check",
        (false, _) => "paper-basis-house",
    };
    let mut text = words.with(key, &[("cite", Arg::Text(&form.cite))]);
    if form.translation() {
        let key = format!("paper-translation-{}", form.country.code());
        text = format!("{} {text}", words.get(&key));
    }
    Block::Note(vec![Span::text(text)])
}

/// The mark of an item of a list.
pub(crate) fn dash(locale: Locale) -> &'static str {
    if locale == Locale::Vi { "-" } else { "–" }
}

/// A value may end with the full stop that the form has after it: «24» ноября 2026 г. stands at the end of a sentence.
fn without_second_stop<'t>(before: &[Span], text: &'t str) -> &'t str {
    let Some(Span::Text { text: last, .. }) = before.last() else {
        return text;
    };
    ['.', '。']
        .into_iter()
        .find_map(|stop| text.strip_prefix(stop).filter(|_| last.ends_with(stop)))
        .unwrap_or(text)
}

/// A text of several lines, in spans.
pub(crate) fn push_lines(line: &mut Line, text: &str, bold: bool, italic: bool) {
    for (at, part) in text.split('\n').enumerate() {
        if at > 0 {
            line.push(Span::Break);
        }
        if !part.is_empty() {
            line.push(Span::Text {
                text: part.to_owned(),
                bold,
                italic,
            });
        }
    }
}

/// A text in which runs of `_` are gaps.
fn push_blanks(line: &mut Line, text: &str) {
    let mut run = String::new();
    let mut width: u16 = 0;
    for c in text.chars() {
        if c == '_' {
            if !run.is_empty() {
                line.push(Span::text(std::mem::take(&mut run)));
            }
            width += 1;
        } else {
            if width > 0 {
                line.push(Span::Blank(std::mem::take(&mut width)));
            }
            run.push(c);
        }
    }
    if width > 0 {
        line.push(Span::Blank(width));
    }
    if !run.is_empty() {
        line.push(Span::text(run));
    }
}
