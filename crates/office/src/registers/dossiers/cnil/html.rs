//! Text with marks, as editors of pages write it, and plain text: one way each.

/// The plain text of a text with marks: marks are taken away, the end of a paragraph or item is the end of a line, and what
/// stands for a sign is that sign. Whatever is given, the answer is text and not longer than it.
pub(super) fn plain(marked: &str) -> String {
    let mut out = String::with_capacity(marked.len());
    let mut rest = marked;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        push(&mut out, before);
        rest = if from.starts_with('<') {
            mark(&mut out, from)
        } else {
            sign(&mut out, from)
        };
    }
    push(&mut out, rest);
    let lines: Vec<&str> = out.lines().map(str::trim).collect();
    let text = lines.join("\n");
    // No more than one empty line in a row.
    let mut made = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.trim().lines() {
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            made.push_str(line);
            made.push('\n');
        }
    }
    made.trim_end().to_owned()
}

/// Text without controls.
fn push(out: &mut String, text: &str) {
    out.extend(text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')));
}

/// A mark, or a sign that only looks like the beginning of one. Gives what follows.
fn mark<'a>(out: &mut String, from: &'a str) -> &'a str {
    let inner = from.strip_prefix('<').unwrap_or(from);
    let is_mark = inner.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
    let Some((inside, after)) = inner.split_once('>').filter(|_| is_mark) else {
        out.push('<');
        return inner;
    };
    let name = inside
        .trim_start_matches('/')
        .split(|c: char| !c.is_ascii_alphanumeric())
        .next();
    let ends_line = matches!(
        name.unwrap_or("").to_ascii_lowercase().as_str(),
        "br" | "p" | "li" | "div" | "tr" | "h1" | "h2" | "h3" | "h4"
    );
    // The beginning of a paragraph ends no line.
    if ends_line && (inside.starts_with('/') || inside.to_ascii_lowercase().starts_with("br")) {
        out.push('\n');
    }
    after
}

/// What stands for a sign. Gives what follows.
fn sign<'a>(out: &mut String, from: &'a str) -> &'a str {
    let inner = from.strip_prefix('&').unwrap_or(from);
    let named = inner.split_once(';').filter(|(name, _)| name.len() <= 8);
    let Some((name, after)) = named else {
        out.push('&');
        return inner;
    };
    let number = name.strip_prefix("#x").or_else(|| name.strip_prefix("#X"));
    let number = match number {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => name.strip_prefix('#').and_then(|n| n.parse().ok()),
    };
    let found = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => number.and_then(char::from_u32).filter(|c| !c.is_control()),
    };
    match found {
        Some(c) => {
            out.push(c);
            after
        }
        None => {
            out.push('&');
            inner
        }
    }
}

/// Plain text as text with marks.
pub(super) fn marked(plain: &str) -> String {
    let text = plain.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('\n', "<br>")
}

#[cfg(test)]
mod tests {
    use super::{marked, plain};

    #[test]
    fn marks_go_and_text_stays() {
        let cases = [
            ("<p>One &amp; two</p><p>three</p>", "One & two\nthree"),
            ("<span style=\"a:b\">Xin ch&#224;o&nbsp;</span>", "Xin chào"),
            ("a < b && c > d", "a < b && c > d"),
            ("<ul><li>first</li><li>second</li></ul>", "first\nsecond"),
            ("<script", "<script"),
            ("&#x1F600;&#0;&bogus;&", "😀&#0;&bogus;&"),
            ("a\u{0}b", "ab"),
            ("", ""),
        ];
        for (given, wanted) in cases {
            assert_eq!(plain(given), wanted, "{given:?}");
        }
    }

    #[test]
    fn text_comes_back_as_it_went() {
        for text in ["a < b & c\nsecond \"line\"", "Điều 24.1(đ) <b>", "&amp;"] {
            assert_eq!(plain(&marked(text)), text);
        }
    }
}
