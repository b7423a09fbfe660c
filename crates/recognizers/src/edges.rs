//! One character before and behind a pattern, which Presidio's patterns look at (`(?<!\d)…(?!\d)`) and linear matching has no look-around for.
//!
//! The pattern becomes one that takes this character in, with the pattern itself as a group: `(?:\A|[^\d])(?<tutela>…)(?:\z|[^\d])`. The next search begins at the
//! last character of the match before, so that this can be the character in front of the next one. Nothing is lost against backtracking.

use crate::Why;

/// A pattern taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Edges {
    /// The pattern for the library.
    pub(crate) source: String,
    /// What stands for the match.
    pub(crate) shape: Shape,
}

/// What of a match of the library is the match of the user's pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The whole.
    Whole,
    /// The group [`GROUP`], with a character behind it.
    Group,
    /// The group, with a character before it.
    GroupAfterOne,
}

/// The name of the group; a user's pattern may have groups of its own.
pub(crate) const GROUP: &str = "tutela_match";

pub(crate) fn take(pattern: &str) -> Result<Edges, Why> {
    let mut body = pattern;
    let (mut before, mut behind) = (String::new(), String::new());
    while let Some((kind, inside, rest)) = leading(body) {
        before.push_str(&one(inside, kind == "(?<!", r"\A")?);
        body = rest;
    }
    while let Some((rest, kind, inside)) = trailing(body) {
        behind.insert_str(0, &one(inside, kind == "(?!", r"\z")?);
        body = rest;
    }
    if look_around(body) {
        return Err(Why::LookAround);
    }
    if before.is_empty() && behind.is_empty() {
        return Ok(Edges {
            source: pattern.to_owned(),
            shape: Shape::Whole,
        });
    }
    // More than one on a side would take in more than one character; an alternative would have edges on one side only.
    if before.matches("(?:").count() > 1 || behind.matches("(?:").count() > 1 || alternatives(body) {
        return Err(Why::LookAround);
    }
    Ok(Edges {
        source: format!("{before}(?<{GROUP}>{body}){behind}"),
        shape: if before.is_empty() {
            Shape::Group
        } else {
            Shape::GroupAfterOne
        },
    })
}

/// A look-behind at the beginning: its kind, what is inside, the rest.
fn leading(pattern: &str) -> Option<(&'static str, &str, &str)> {
    let kind = ["(?<!", "(?<="].into_iter().find(|k| pattern.starts_with(k))?;
    let end = closing(pattern)?;
    Some((kind, pattern.get(kind.len()..end)?, pattern.get(end + 1..)?))
}

/// A look-ahead at the end: what is before it, its kind, what is inside.
fn trailing(pattern: &str) -> Option<(&str, &'static str, &str)> {
    let inside = pattern.strip_suffix(')')?;
    // The group that ends last begins at the last place from which its closing bracket is that of the end.
    let starts = pattern.rmatch_indices("(?").map(|(at, _)| at);
    let at = starts.take(8).find(|&at| {
        let tail = pattern.get(at..).unwrap_or_default();
        closing(tail) == Some(tail.len() - 1) && !escaped(pattern, at)
    })?;
    let group = inside.get(at..)?;
    let kind = ["(?!", "(?="].into_iter().find(|k| group.starts_with(k))?;
    Some((pattern.get(..at)?, kind, group.get(kind.len()..)?))
}

fn escaped(pattern: &str, at: usize) -> bool {
    let before = pattern.as_bytes().get(..at).unwrap_or_default();
    before.iter().rev().take_while(|b| **b == b'\\').count() % 2 == 1
}

/// The bracket that closes the group with which this begins.
fn closing(pattern: &str) -> Option<usize> {
    let mut end = None;
    walk(pattern, |at, byte, depth| {
        if byte == b')' && depth == 0 {
            end = Some(at);
        }
        end.is_none()
    });
    end
}

/// Whether there is an alternative outside all groups.
fn alternatives(pattern: &str) -> bool {
    let mut found = false;
    walk(pattern, |_, byte, depth| {
        found = byte == b'|' && depth == 0;
        !found
    });
    found
}

fn look_around(pattern: &str) -> bool {
    let mut found = false;
    walk(pattern, |at, byte, _| {
        let group = pattern.get(at..).unwrap_or_default();
        found = byte == b'(' && ["(?!", "(?=", "(?<!", "(?<="].iter().any(|k| group.starts_with(k));
        !found
    });
    found
}

/// Goes over the bytes that mean something, outside classes and without escaped ones. The depth of a closing bracket is that outside its group.
fn walk(pattern: &str, mut each: impl FnMut(usize, u8, usize) -> bool) {
    let bytes = pattern.as_bytes();
    let (mut at, mut depth) = (0, 0_usize);
    let mut class = false;
    let mut class_begin = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'[' if !class => (class, class_begin) = (true, at),
            // A bracket right behind the opening one, or behind its `^`, is a member of the class.
            b']' if class => {
                let first = at - class_begin;
                class = first == 1 || (first == 2 && bytes.get(at - 1) == Some(&b'^'));
            }
            _ if class => {}
            _ => {
                if byte == b')' {
                    depth = depth.saturating_sub(1);
                }
                if !each(at, byte, depth) {
                    return;
                }
                if byte == b'(' {
                    depth += 1;
                }
            }
        }
        at += 1;
    }
}

/// What looks at one character, made to take it in. `edge` is the end of the text on this side, where no character is.
fn one(inside: &str, negative: bool, edge: &str) -> Result<String, Why> {
    let mut members = String::new();
    let mut edges = Vec::new();
    for item in split(inside) {
        match item {
            "^" | r"\A" | "$" | r"\z" => edges.push(item),
            r"\Z" => edges.push(r"\z"),
            _ if single(item) => members.push_str(item),
            _ => return Err(Why::LookAround),
        }
    }
    match (negative, members.is_empty(), edges.is_empty()) {
        (true, false, true) => Ok(format!("(?:{edge}|[^{members}])")),
        (false, false, true) => Ok(format!("(?:[{members}])")),
        (false, false, false) => Ok(format!("(?:{}|[{members}])", edges.join("|"))),
        _ => Err(Why::LookAround),
    }
}

/// Alternatives outside classes.
fn split(inside: &str) -> Vec<&str> {
    let mut items = Vec::new();
    let mut from = 0;
    walk(inside, |at, byte, depth| {
        if byte == b'|' && depth == 0 {
            items.push(inside.get(from..at).unwrap_or_default());
            from = at + 1;
        }
        true
    });
    items.push(inside.get(from..).unwrap_or_default());
    items
}

/// Whether this stands for one character: a class, an escaped character or class, a letter.
fn single(item: &str) -> bool {
    if item.starts_with('[') {
        let mut outside = 0;
        walk(item, |_, _, _| {
            outside += 1;
            true
        });
        return item.ends_with(']') && outside == 0;
    }
    let mut chars = item.chars();
    match (chars.next(), chars.next(), chars.next()) {
        (Some('\\'), Some(c), None) => !c.is_ascii_digit() && !matches!(c, 'b' | 'B' | 'A' | 'Z' | 'z'),
        (Some(c), None, None) => !matches!(
            c,
            '.' | '^' | '$' | '*' | '+' | '?' | '(' | ')' | '{' | '}' | '|' | '-' | '&' | '~'
        ),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_of_one_character_are_taken_in() {
        for (pattern, source) in [
            (r"\d{3}", r"\d{3}"),
            (r"(?<!\d)\d{3}", r"(?:\A|[^\d])(?<tutela_match>\d{3})"),
            (
                r"(?<![\w@])\d+(?!\d|[a-z])",
                r"(?:\A|[^[\w@]])(?<tutela_match>\d+)(?:\z|[^\d[a-z]])",
            ),
            (r"(?<=^|\s)x(?=\W|$)", r"(?:^|[\s])(?<tutela_match>x)(?:$|[\W])"),
            (r"(a|b)(?=\))", r"(?<tutela_match>(a|b))(?:[\)])"),
            (r"x\(?=", r"x\(?="),
            (r"[(?=]x", r"[(?=]x"),
        ] {
            assert_eq!(take(pattern).unwrap().source, source, "{pattern}");
        }
    }

    #[test]
    fn what_backtracking_alone_can_do_is_refused() {
        for pattern in [
            r"(?!000)\d{3}",
            r"\d(?=.*x)",
            r"a(?!b)c",
            r"(?<!\d)a|b",
            r"(?<!ab)c",
            r"(?<!\d)(?<!x)c",
            r"(?<!$)c",
            r"((?<!\d)x)",
        ] {
            assert_eq!(take(pattern), Err(Why::LookAround), "{pattern}");
        }
    }
}
