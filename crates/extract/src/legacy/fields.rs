//! Fields of running text: a code that computes, and the result that is shown.

/// Deepest fields inside fields that are told apart.
const DEEPEST: usize = 32;
/// Longest code that is kept.
const LONGEST: usize = 64 << 10;

#[derive(Debug, Default)]
struct Field {
    code: String,
    result: String,
    in_code: bool,
    has_result: bool,
}

/// The fields that are open at the present character.
#[derive(Debug, Default)]
pub(super) struct Fields {
    open: Vec<Field>,
    /// Fields beyond the deepest that is told apart.
    beyond: usize,
}

impl Fields {
    /// A field begins with its code.
    pub(super) fn begin(&mut self) {
        if self.open.len() >= DEEPEST {
            self.beyond += 1;
        } else {
            self.open.push(Field {
                in_code: true,
                ..Field::default()
            });
        }
    }

    /// The code ends, the result begins.
    pub(super) fn separate(&mut self) {
        if self.beyond == 0
            && let Some(field) = self.open.last_mut()
        {
            field.in_code = false;
            field.has_result = true;
        }
    }

    /// The field ends; what its code says beyond its result is returned as text.
    pub(super) fn end(&mut self) -> Option<String> {
        if self.beyond > 0 {
            self.beyond -= 1;
            return None;
        }
        let field = self.open.pop()?;
        // Inside the code of another field nothing is text.
        if self.open.iter().any(|f| f.in_code) {
            return None;
        }
        told(&field.code, field.has_result.then_some(field.result.as_str()))
    }

    /// Takes a character that belongs to a code; tells whether it did, so that it is no text.
    pub(super) fn take(&mut self, c: char) -> bool {
        if let Some(field) = self.open.iter_mut().rev().find(|f| f.in_code) {
            if field.code.len() < LONGEST {
                field.code.push(c);
            }
            return true;
        }
        if let Some(field) = self.open.last_mut()
            && field.result.len() < LONGEST
        {
            field.result.push(c);
        }
        false
    }

    /// What the codes of fields that never ended say.
    pub(super) fn close(&mut self) -> Option<String> {
        let rest: Vec<String> = std::iter::from_fn(|| self.open.pop())
            .filter(|f| f.in_code)
            .map(|f| f.code)
            .collect();
        (!rest.is_empty()).then(|| rest.join(" "))
    }
}

/// What a code says beyond the result: where a link leads, and the words of a field that shows nothing.
fn told(code: &str, result: Option<&str>) -> Option<String> {
    let code = code.trim();
    let name = code
        .split(|c: char| c.is_whitespace() || c == '"')
        .next()
        .unwrap_or_default();
    let links = [
        "HYPERLINK",
        "INCLUDEPICTURE",
        "INCLUDETEXT",
        "LINK",
        "DATABASE",
        "MERGEFIELD",
    ];
    if result.is_some() && !links.iter().any(|l| l.eq_ignore_ascii_case(name)) {
        return None;
    }
    let mut words = arguments(code);
    // The name of a merge field is a label, and so are the words of fields without a result; its own name is not.
    if name.eq_ignore_ascii_case("MERGEFIELD") && result.is_some_and(|r| !r.trim().is_empty()) {
        return None;
    }
    words.retain(|w| result.is_none_or(|r| !r.contains(w.trim_start_matches("mailto:"))));
    (!words.is_empty()).then(|| format!(" {} ", words.join(" ")))
}

/// The arguments of a code: quoted ones, and the first bare one.
fn arguments(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut quoted = false;
    let mut word = String::new();
    let mut bare = 0;
    // The argument of a switch that names a frame or a number format is no text.
    let mut drop_next = false;
    let mut chars = code.chars().peekable();
    let mut finish = |word: &mut String, quoted: bool| {
        let text = std::mem::take(word);
        if text.is_empty() {
            return;
        }
        let dropped = std::mem::replace(
            &mut drop_next,
            !quoted && matches!(text.as_str(), "\\t" | "\\*" | "\\#" | "\\@"),
        );
        if dropped {
            return;
        }
        if quoted {
            if !text.trim().is_empty() {
                found.push(text);
            }
        } else {
            bare += 1;
            // The first bare word is the name of the field, the second its argument; switches begin with a backslash.
            if bare == 2 && !text.starts_with('\\') {
                found.push(text);
            }
        }
    };
    while let Some(c) = chars.next() {
        match c {
            '\\' if quoted && matches!(chars.peek(), Some('\\' | '"')) => word.extend(chars.next()),
            '"' | '\u{201c}' | '\u{201d}' => {
                finish(&mut word, quoted);
                quoted = !quoted;
            }
            c if c.is_whitespace() && !quoted => finish(&mut word, false),
            c => word.push(c),
        }
    }
    finish(&mut word, quoted);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str) -> String {
        let mut fields = Fields::default();
        let mut out = String::new();
        for c in text.chars() {
            match c {
                '{' => fields.begin(),
                '|' => fields.separate(),
                '}' => out.extend(fields.end()),
                c if fields.take(c) => {}
                c => out.push(c),
            }
        }
        out.extend(fields.close());
        out
    }

    #[test]
    fn results_are_text_and_links_tell_their_targets() {
        assert_eq!(
            run("see {HYPERLINK \"mailto:an@example.vn\" \\o \"tip\"|mail} now"),
            "see mail mailto:an@example.vn tip  now"
        );
        assert_eq!(
            run("{HYPERLINK \"mailto:an@example.vn\"|an@example.vn}"),
            "an@example.vn"
        );
        assert_eq!(run("{HYPERLINK \"http://e.org\" \\t \"_blank\"|x}"), "x http://e.org ");
        assert_eq!(run("page {PAGE \\* ARABIC|12}"), "page 12");
        assert_eq!(run("{XE \"Nguyen Van Mau\"}x"), " Nguyen Van Mau x");
        assert_eq!(
            run("{HYPERLINK http://example.org/a|here}"),
            "here http://example.org/a "
        );
        // A field inside the code of another belongs to the code.
        assert_eq!(run("{IF {MERGEFIELD Sex|F} = \"F\" \"Bà\" \"Ông\"|Bà} Lan"), "Bà Lan");
    }

    #[test]
    fn fields_without_end_lose_nothing_and_cost_little() {
        assert_eq!(run("a {HYPERLINK \"x@example.vn"), "a HYPERLINK \"x@example.vn");
        assert_eq!(run(&"{".repeat(100_000)), " ".repeat(31));
    }
}
