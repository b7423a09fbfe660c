//! TOML with lines.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{MAX_DEPTH, Node, Value};
use crate::{Fault, Why};

pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    let lines = Lines::of(text);
    let table = DeTable::parse(text).map_err(|e| Fault {
        line: e.span().map_or(0, |s| lines.line(s.start)),
        why: Why::Syntax(e.message().to_owned()),
    })?;
    of_table(table.get_ref(), 0, 1, &lines)
}

fn of_table(table: &DeTable<'_>, depth: usize, line: usize, lines: &Lines) -> Result<Node, Fault> {
    let pair = |(word, value): (&Spanned<_>, &_)| -> Result<(String, Node), Fault> {
        let word: &std::borrow::Cow<'_, str> = word.get_ref();
        Ok((word.clone().into_owned(), node(value, depth + 1, lines)?))
    };
    let value = Value::Map(table.iter().map(pair).collect::<Result<_, _>>()?);
    Ok(Node { line, value })
}

fn node(value: &Spanned<DeValue<'_>>, depth: usize, lines: &Lines) -> Result<Node, Fault> {
    let line = lines.line(value.span().start);
    if depth > MAX_DEPTH {
        let why = Why::TooDeep;
        return Err(Fault { line, why });
    }
    let number = |digits: &str| digits.replace('_', "").parse().unwrap_or(f64::NAN);
    let value = match value.get_ref() {
        DeValue::String(s) => Value::Text(s.clone().into_owned()),
        DeValue::Integer(n) if n.radix() == 10 => Value::Number(number(n.as_str())),
        DeValue::Integer(_) => Value::Number(f64::NAN),
        DeValue::Float(n) => Value::Number(number(n.as_str())),
        DeValue::Boolean(b) => Value::Bool(*b),
        DeValue::Datetime(d) => Value::Text(d.to_string()),
        DeValue::Array(items) => {
            let each = items.iter().map(|i| node(i, depth + 1, lines));
            Value::List(each.collect::<Result<_, _>>()?)
        }
        DeValue::Table(table) => return of_table(table, depth, line, lines),
    };
    Ok(Node { line, value })
}

/// Where lines begin.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
        Self(breaks.map(|(i, _)| i).collect())
    }

    fn line(&self, at: usize) -> usize {
        self.0.partition_point(|&b| b < at) + 1
    }
}
