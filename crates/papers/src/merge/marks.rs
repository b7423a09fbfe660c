//! Marks in the text of a template: `{field}`, `{field?}`, `{[flag]}`, `{1.}`, `{#list}`, `{?flag}`, `{^flag}`, `{/name}`.

/// The longest mark, in characters; a longer run between braces is text.
const MAX_MARK: usize = 80;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Text(String),
    Field {
        name: String,
        short: bool,
        /// Left for the hand when it is missing.
        optional: bool,
    },
    /// `[flag]`: a box, checked or not.
    Check(String),
    /// `1.` or `1.1.`: the number of the next clause; level 1 or 2.
    Count(u8),
    Open {
        name: String,
        kind: Kind,
    },
    Close(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `#`: rows of a list, or a condition when the value is no list.
    Rows,
    /// `?`: a condition.
    If,
    /// `^`: the opposite.
    IfNot,
}

/// A token and the number of the text in which it begins.
pub(super) type Placed = (usize, Token);

/// Cuts the texts of a paragraph into tokens. A mark may begin in one text and end in another: programs split texts as they like.
pub(super) fn tokens(texts: &[String]) -> Vec<Placed> {
    let chars: Vec<(usize, char)> = texts
        .iter()
        .enumerate()
        .flat_map(|(at, text)| text.chars().map(move |c| (at, c)))
        .collect();
    let mut out: Vec<Placed> = Vec::new();
    let mut at = 0;
    while let Some(&(slot, c)) = chars.get(at) {
        if c == '{' {
            let inner: String = chars
                .iter()
                .skip(at + 1)
                .take(MAX_MARK)
                .map(|&(_, c)| c)
                .take_while(|c| *c != '}' && *c != '{')
                .collect();
            let length = inner.chars().count();
            let closed = chars.get(at + 1 + length).is_some_and(|&(_, c)| c == '}');
            if closed && let Some(token) = mark(inner.trim()) {
                out.push((slot, token));
                at += length + 2;
                continue;
            }
        }
        match out.last_mut() {
            Some((last, Token::Text(text))) if *last == slot => text.push(c),
            _ => out.push((slot, Token::Text(c.to_string()))),
        }
        at += 1;
    }
    out
}

fn mark(inner: &str) -> Option<Token> {
    match inner {
        "1." => return Some(Token::Count(1)),
        "1.1." => return Some(Token::Count(2)),
        _ => {}
    }
    if let Some(flag) = inner.strip_prefix('[').and_then(|i| i.strip_suffix(']')) {
        return name(flag.trim()).map(Token::Check);
    }
    let mut chars = inner.chars();
    let sign = chars.next()?;
    let rest = chars.as_str().trim();
    let kind = match sign {
        '#' => Kind::Rows,
        '?' => Kind::If,
        '^' => Kind::IfNot,
        '/' => return name(rest).map(Token::Close),
        _ => {
            let (field, short) = inner
                .strip_suffix(":short")
                .map_or((inner, false), |field| (field, true));
            let (field, optional) = field.strip_suffix('?').map_or((field, false), |field| (field, true));
            return name(field).map(|name| Token::Field { name, short, optional });
        }
    };
    name(rest).map(|name| Token::Open { name, kind })
}

fn name(text: &str) -> Option<String> {
    let sound = text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.');
    sound.then(|| text.to_owned())
}

/// The first mark that is opened and not closed within these tokens.
pub(super) fn left_open(tokens: &[Placed]) -> Option<&str> {
    let mut open: Vec<&str> = Vec::new();
    for (_, token) in tokens {
        match token {
            Token::Open { name, .. } => open.push(name),
            Token::Close(name) => {
                if let Some(at) = open.iter().rposition(|o| o == name) {
                    open.truncate(at);
                }
            }
            Token::Text(_) | Token::Field { .. } | Token::Check(_) | Token::Count(_) => {}
        }
    }
    open.first().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_may_be_split_anywhere_and_other_braces_are_text() {
        let texts = [
            "a {bo".to_owned(),
            "dy_na".to_owned(),
            "me} {no mark} {".to_owned(),
            "#rows}".to_owned(),
        ];
        let field = Token::Field {
            name: "body_name".to_owned(),
            short: false,
            optional: false,
        };
        let open = Token::Open {
            name: "rows".to_owned(),
            kind: Kind::Rows,
        };
        assert_eq!(
            tokens(&texts),
            [
                (0, Token::Text("a ".to_owned())),
                (0, field),
                (2, Token::Text(" {no mark} ".to_owned())),
                (2, open.clone())
            ]
        );
        assert_eq!(left_open(&[(0, open)]), Some("rows"));
    }
}
