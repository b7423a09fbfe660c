//! The language of forms: a line, a thing. It is described in `law/README.md`.

mod inline;
mod table;

use tutela_words::Locale;

use crate::catalogue::Dictionary;
use crate::embedded::File;
use crate::error::Error;
use crate::form::{Field, Kind};
use inline::Scope;

pub(crate) use inline::Piece;

/// A form that is read.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    pub(crate) title: String,
    pub(crate) nodes: Vec<Node>,
    pub(crate) fields: Vec<Field>,
}

/// Where a value is looked for: in the row, or in the form.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Name {
    /// As it stands in the dictionary.
    pub(crate) full: String,
    /// As it stands in the values.
    pub(crate) key: String,
    pub(crate) in_row: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum Node {
    Heading(u8, Vec<Piece>),
    Body(Vec<Piece>),
    Left(Vec<Piece>),
    Centre(Vec<Piece>),
    Right(Vec<Piece>),
    Aside(Vec<Piece>),
    Clause(u8, Vec<Piece>),
    Dash(Vec<Piece>),
    Check(Option<Name>, Vec<Piece>),
    Note(Vec<Piece>),
    Rule,
    Gap,
    PageBreak,
    Sign(Vec<Piece>, Option<Vec<Piece>>),
    TableStart {
        widths: Vec<u16>,
        plain: bool,
    },
    Row {
        kind: RowKind,
        cells: Vec<Vec<Piece>>,
    },
    If {
        name: Name,
        not: bool,
        then: Vec<Self>,
        otherwise: Vec<Self>,
    },
    Each {
        list: Name,
        body: Vec<Self>,
    },
    Columns(Vec<Self>, Vec<Self>),
}

#[derive(Debug, Clone)]
pub(crate) enum RowKind {
    Head,
    Plain,
    Each(Name),
}

/// What is parsed, and with what.
pub(crate) struct Source<'a> {
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
    pub(crate) parts: File,
    pub(crate) pack: &'a str,
    pub(crate) locale: Locale,
    pub(crate) dictionary: &'a Dictionary,
}

/// Blocks within blocks; deeper ones are a mistake.
const MAX_DEPTH: usize = 12;

/// Reads a form as it stands under one pack: what is for other packs is checked and left out.
pub(crate) fn parse(source: &Source<'_>) -> Result<Template, Error> {
    let mut parser = Parser {
        source,
        file: source.file,
        lines: lines(source.text),
        at: 0,
        columns: None,
        depth: 0,
        live: true,
        conditions: 0,
        scope: Scope::default(),
        fields: Vec::new(),
    };
    let title = parser.title()?;
    let nodes = parser.blocks(&[])?;
    let mut fields: Vec<Field> = Vec::new();
    for field in parser.fields {
        match fields.iter_mut().find(|f| f.name == field.name) {
            Some(known) => known.optional &= field.optional,
            None => fields.push(field),
        }
    }
    Ok(Template { title, nodes, fields })
}

/// Lines with their numbers, without comments.
fn lines(text: &str) -> Vec<(usize, &str)> {
    let numbered = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim_end()));
    numbered.filter(|(_, line)| !line.starts_with("//")).collect()
}

struct Parser<'a> {
    source: &'a Source<'a>,
    file: &'a str,
    lines: Vec<(usize, &'a str)>,
    at: usize,
    /// Columns of the table that the next row continues.
    columns: Option<usize>,
    depth: usize,
    /// Whether what is read is for this pack; what is not is checked, and its fields are not counted.
    live: bool,
    /// How many conditions are around: what stands under one is not always needed.
    conditions: usize,
    scope: Scope,
    fields: Vec<Field>,
}

impl<'a> Parser<'a> {
    fn error(&self, reason: impl Into<String>) -> Error {
        let line = self
            .at
            .checked_sub(1)
            .and_then(|at| self.lines.get(at))
            .map_or(0, |l| l.0);
        Error::Form {
            file: self.file.to_owned(),
            line,
            reason: reason.into(),
        }
    }

    fn next(&mut self) -> Option<&'a str> {
        let line = self.lines.get(self.at)?.1;
        self.at += 1;
        Some(line)
    }

    /// `title: …`, with `title vn: …` where a country has another; then an empty line.
    fn title(&mut self) -> Result<String, Error> {
        let mut title = None;
        let mut own = false;
        while let Some(line) = self.next() {
            if line.is_empty() {
                break;
            }
            let (key, text) = line
                .split_once(": ")
                .ok_or_else(|| self.error("a title is 'title: …'"))?;
            let packs = match key.strip_prefix("title") {
                Some("") => None,
                Some(packs) if packs.starts_with(' ') => Some(packs),
                _ => return Err(self.error("the file begins with 'title: …' and an empty line")),
            };
            match packs {
                None if !own => title = Some(text.to_owned()),
                Some(packs) if self.for_pack(packs)? => {
                    title = Some(text.to_owned());
                    own = true;
                }
                _ => {}
            }
        }
        title.ok_or_else(|| self.error("no title for this pack"))
    }

    /// Whether a list of packs or countries, or `not` and such a list, names the pack.
    fn for_pack(&self, words: &str) -> Result<bool, Error> {
        let mut words = words.split_whitespace().peekable();
        let not = words.next_if_eq(&"not").is_some();
        let mut any = false;
        let mut named = false;
        for word in words {
            any = true;
            if crate::form::country(word).is_none() {
                return Err(self.error(format!("'{word}' is no pack and no country")));
            }
            named |= self.source.pack == word
                || self
                    .source
                    .pack
                    .strip_prefix(word)
                    .is_some_and(|rest| rest.starts_with('-'));
        }
        if !any {
            return Err(self.error("a pack or a country must be named"));
        }
        Ok(named != not)
    }

    /// Blocks up to one of the closing words, which is consumed by the caller's look at the line before.
    fn blocks(&mut self, until: &[&str]) -> Result<Vec<Node>, Error> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error("blocks are nested too deep"));
        }
        let mut nodes = Vec::new();
        loop {
            let Some(line) = self.next() else {
                if until.is_empty() {
                    break;
                }
                return Err(self.error(format!("the file ends before '{}'", until.join("' or '"))));
            };
            if until.contains(&line) {
                self.at -= 1;
                break;
            }
            if let Some(directive) = line.strip_prefix('@') {
                self.directive(directive, &mut nodes)?;
            } else if !line.is_empty() {
                let node = self.line(line)?;
                nodes.push(node);
            } else {
                self.columns = None;
            }
        }
        self.depth -= 1;
        Ok(nodes)
    }

    fn directive(&mut self, directive: &str, nodes: &mut Vec<Node>) -> Result<(), Error> {
        let (word, rest) = directive.split_once(' ').unwrap_or((directive, ""));
        let rest = rest.trim();
        match word {
            "if" => {
                let (not, name) = rest.strip_prefix("not ").map_or((false, rest), |name| (true, name));
                let name = self.name(name, None, true)?;
                self.conditions += 1;
                let then = self.blocks(&["@else", "@end"])?;
                let otherwise = if self.next() == Some("@else") {
                    let otherwise = self.blocks(&["@end"])?;
                    self.next();
                    otherwise
                } else {
                    Vec::new()
                };
                self.conditions -= 1;
                nodes.push(Node::If {
                    name,
                    not,
                    then,
                    otherwise,
                });
            }
            "pack" => {
                let before = self.live;
                let mine = self.for_pack(rest)?;
                self.live = before && mine;
                let then = self.blocks(&["@else", "@end"])?;
                let mut otherwise = Vec::new();
                if self.next() == Some("@else") {
                    self.live = before && !mine;
                    otherwise = self.blocks(&["@end"])?;
                    self.next();
                }
                self.live = before;
                nodes.extend(if mine { then } else { otherwise });
            }
            "each" => {
                let list = self.name(rest, Some(Kind::List), false)?;
                let outer = self
                    .scope
                    .enter(&list.full)
                    .ok_or_else(|| self.error("rows within rows are not known"))?;
                let body = self.blocks(&["@end"])?;
                self.next();
                self.scope = outer;
                nodes.push(Node::Each { list, body });
            }
            "left" => {
                let left = self.blocks(&["@right"])?;
                self.next();
                let right = self.blocks(&["@end"])?;
                self.next();
                self.columns = None;
                nodes.push(Node::Columns(left, right));
            }
            "use" => nodes.extend(self.part(rest)?),
            "rule" => nodes.push(Node::Rule),
            "gap" => nodes.push(Node::Gap),
            "page" => nodes.push(Node::PageBreak),
            other => return Err(self.error(format!("'@{other}' is not known"))),
        }
        if matches!(word, "rule" | "gap" | "page" | "use") {
            self.columns = None;
        }
        Ok(())
    }

    /// The nodes of a part, which stands in the file of parts between `@part name` and the next `@part`.
    fn part(&mut self, name: &str) -> Result<Vec<Node>, Error> {
        let (file, text) = self.source.parts;
        let all = lines(text);
        let mut own = Vec::new();
        let mut found = false;
        let mut inside = false;
        for (number, line) in all {
            if let Some(this) = line.strip_prefix("@part ") {
                inside = this.trim() == name;
                found |= inside;
            } else if inside {
                own.push((number, line));
            }
        }
        if !found {
            return Err(self.error(format!("{file} has no part '{name}'")));
        }
        let outer = (std::mem::replace(&mut self.lines, own), self.at, self.file);
        (self.at, self.file) = (0, file);
        self.columns = None;
        let nodes = self.blocks(&[])?;
        (self.lines, self.at, self.file) = outer;
        Ok(nodes)
    }

    fn line(&mut self, line: &str) -> Result<Node, Error> {
        if line.starts_with('|') {
            return self.row(line);
        }
        self.columns = None;
        let (sign, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim_start();
        Ok(match sign {
            "=" => Node::Heading(1, self.inline(rest)?),
            "==" => Node::Heading(2, self.inline(rest)?),
            "^" => Node::Centre(self.inline(rest)?),
            ">" => Node::Aside(self.inline(rest)?),
            ">>" => Node::Right(self.inline(rest)?),
            "<" => Node::Left(self.inline(rest)?),
            "#." => Node::Clause(1, self.inline(rest)?),
            "##." => Node::Clause(2, self.inline(rest)?),
            "-" => Node::Dash(self.inline(rest)?),
            "!" => Node::Note(self.inline(rest)?),
            "~" => {
                let mut cells = table::cells(rest).into_iter();
                let post = cells.next().unwrap_or_default();
                let post = self.inline(&post)?;
                let name = cells.next().map(|name| self.inline(&name)).transpose()?;
                if cells.next().is_some() {
                    return Err(self.error("a signature is '~ post | name'"));
                }
                Node::Sign(post, name)
            }
            _ => match line.strip_prefix('[').and_then(|l| l.split_once("] ")) {
                Some((flag, text)) => {
                    let flag = flag.trim();
                    let flag = match flag {
                        "" => None,
                        flag => Some(self.name(flag, Some(Kind::Flag), true)?),
                    };
                    Node::Check(flag, self.inline(text)?)
                }
                None => Node::Body(self.inline(line)?),
            },
        })
    }

    /// Finds a name in the dictionary, first among the fields of the row.
    fn name(&mut self, key: &str, kind: Option<Kind>, optional: bool) -> Result<Name, Error> {
        let name = self
            .scope
            .resolve(key, self.source.dictionary)
            .ok_or_else(|| self.error(format!("field '{key}' is not in fields.toml")))?;
        if let Some(word) = self.source.dictionary.get(&name.full) {
            if kind.is_some_and(|kind| kind != word.kind) {
                return Err(self.error(format!("field '{}' is of another kind here", name.full)));
            }
            if self.live {
                self.fields.push(Field {
                    name: name.full.clone(),
                    kind: word.kind,
                    label: word.label(self.source.locale).to_owned(),
                    optional: optional || self.conditions > 0,
                });
            }
        }
        Ok(name)
    }
}

/// The values that stand for themselves in a row.
pub(crate) const ROW_NUMBER: &str = "n";
