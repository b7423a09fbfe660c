//! Words and values of SQL.

use memchr::{memchr, memchr_iter, memmem};

/// How far the head of a statement, or the list of the columns of a table, may reach, in bytes.
const HEAD: usize = 64 << 10;
/// Most columns of a table.
const COLUMNS: usize = 4096;

/// What a statement turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// `INSERT … VALUES`; rows follow.
    Insert {
        name: String,
        columns: Vec<String>,
        next: usize,
    },
    /// `COPY … FROM stdin;`; lines follow.
    Copy {
        name: String,
        columns: Vec<String>,
        next: usize,
    },
    /// `CREATE TABLE` with its columns; still to be given as text.
    Create { name: String, columns: Vec<String> },
    /// Anything else.
    Other,
    /// A table whose list of columns has no end.
    Broken,
    /// The text ends within the head.
    Cut,
}

/// One value of a row: its range, the quote it stands in (0 for none), and whether a backslash escapes in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) quote: u8,
    pub(super) backslash: bool,
}

pub(super) enum Row {
    Values(Vec<Value>, usize),
    Open,
}

/// Whether a dump looks like one of a program that escapes with a backslash.
pub(super) fn backslash(text: &[u8]) -> bool {
    let sample = text.get(..HEAD).unwrap_or(text);
    let has = |s: &[u8]| memmem::find(sample, s).is_some();
    if ["MySQL", "MariaDB", "phpMyAdmin", "ENGINE=", "INTO `"]
        .iter()
        .any(|s| has(s.as_bytes()))
    {
        return true;
    }
    // Others mark the strings that hold escapes; `'C:\'` ends where it seems to.
    !has(b" E'")
        && !has(b",E'")
        && memmem::find_iter(sample, b"\\'")
            .any(|i| sample.get(i + 2).is_some_and(|b| b.is_ascii_alphabetic() || *b >= 0x80))
}

/// Words and names, one after the other.
struct Words<'a> {
    text: &'a str,
    at: usize,
    end: usize,
}

impl<'a> Words<'a> {
    fn skip(&mut self) {
        let bytes = self.text.as_bytes();
        while self.at < self.end {
            let rest = &bytes[self.at..self.end];
            if rest[0].is_ascii_whitespace() {
                self.at += 1;
            } else if rest.starts_with(b"/*") {
                self.at += memmem::find(rest, b"*/").map_or(rest.len(), |i| i + 2);
            } else {
                return;
            }
        }
    }

    fn peek(&mut self) -> Option<u8> {
        self.skip();
        self.text.as_bytes()[..self.end].get(self.at).copied()
    }

    /// Takes a word without regard to its case.
    fn word(&mut self, word: &str) -> bool {
        self.skip();
        let rest = self.text.as_bytes().get(self.at..self.end).unwrap_or_default();
        let is = rest
            .get(..word.len())
            .is_some_and(|w| w.eq_ignore_ascii_case(word.as_bytes()))
            && !rest
                .get(word.len())
                .is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
        if is {
            self.at += word.len();
        }
        is
    }

    /// Takes a name, quoted in one way or another.
    fn part(&mut self) -> Option<&'a str> {
        let open = self.peek()?;
        let bytes = &self.text.as_bytes()[..self.end];
        let close = match open {
            b'`' | b'"' => open,
            b'[' => b']',
            _ => {
                let len = bytes[self.at..]
                    .iter()
                    .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'#' | b'@') || **b >= 0x80)
                    .count();
                let name = self.text.get(self.at..self.at + len).filter(|n| !n.is_empty())?;
                self.at += len;
                return Some(name);
            }
        };
        let len = memchr(close, &bytes[self.at + 1..])?;
        let name = self.text.get(self.at + 1..self.at + 1 + len);
        self.at += len + 2;
        name
    }

    /// Takes a name with the names of its schema before it.
    fn name(&mut self) -> Option<String> {
        let mut name = self.part()?.to_owned();
        while self.peek() == Some(b'.') {
            self.at += 1;
            name.push('.');
            name.push_str(self.part()?);
        }
        Some(name)
    }

    /// Takes a list of names in brackets.
    fn list(&mut self) -> Option<Vec<String>> {
        let mut names = Vec::new();
        self.at += 1;
        while let Some(b) = self.peek() {
            match b {
                b')' => {
                    self.at += 1;
                    return Some(names);
                }
                b',' => self.at += 1,
                _ => names.push(self.part().filter(|_| names.len() < COLUMNS)?.to_owned()),
            }
        }
        None
    }
}

/// What begins at `at`. `tables`: whether the columns of tables are looked at.
pub(super) fn head(text: &str, at: usize, tables: bool) -> Head {
    let end = text.len().min(at + HEAD);
    let mut words = Words { text, at, end };
    // `None` means that the text ended, or that it is something else.
    let found = if words.word("insert") || words.word("replace") {
        insert(&mut words)
    } else if words.word("copy") {
        copy(&mut words)
    } else if tables && words.word("create") {
        create(&mut words)
    } else {
        // A first word that may be cut off.
        let rest = text.as_bytes().get(words.at..).unwrap_or_default();
        return if rest.len() < 8 && !rest.contains(&b'\n') {
            Head::Cut
        } else {
            Head::Other
        };
    };
    match found {
        Some(head) => head,
        None if words.at >= words.end && end == text.len() => Head::Cut,
        None if words.at >= words.end => Head::Broken,
        None => Head::Other,
    }
}

fn insert(words: &mut Words<'_>) -> Option<Head> {
    while [
        "ignore",
        "low_priority",
        "delayed",
        "high_priority",
        "or",
        "replace",
        "into",
        "only",
    ]
    .iter()
    .any(|w| words.word(w))
    {}
    let name = words.name()?;
    let mut columns = Vec::new();
    if words.peek()? == b'(' {
        columns = words.list()?;
    }
    if words.word("overriding") {
        let _ = words.word("system") || words.word("user");
        let _ = words.word("value");
    }
    if words.word("values") || words.word("value") {
        let next = words.at;
        return Some(Head::Insert { name, columns, next });
    }
    words.peek()?;
    if "values".len() > words.end - words.at {
        // The word may be cut off.
        words.at = words.end;
        return None;
    }
    Some(Head::Other)
}

fn copy(words: &mut Words<'_>) -> Option<Head> {
    let name = words.name()?;
    let mut columns = Vec::new();
    if words.peek()? == b'(' {
        columns = words.list()?;
    }
    let rest = words.text.as_bytes().get(words.at..words.end)?;
    let Some(line) = memchr(b'\n', rest) else {
        words.at = words.end;
        return None;
    };
    let told = rest[..line].to_ascii_lowercase();
    if memmem::find(&told, b"from stdin").is_none() || memmem::find(&told, b"csv").is_some() {
        return Some(Head::Other);
    }
    let next = words.at + line + 1;
    Some(Head::Copy { name, columns, next })
}

/// Words that begin a line of `CREATE TABLE` that is no column.
const NO_COLUMN: &[&str] = &[
    "primary",
    "key",
    "unique",
    "constraint",
    "foreign",
    "index",
    "check",
    "fulltext",
    "spatial",
    "exclude",
    "like",
    "period",
];

fn create(words: &mut Words<'_>) -> Option<Head> {
    while ["global", "local", "temporary", "temp", "unlogged", "external"]
        .iter()
        .any(|w| words.word(w))
    {}
    words.peek()?;
    if !words.word("table") {
        return Some(Head::Other);
    }
    if words.word("if") {
        let _ = words.word("not") && words.word("exists");
    }
    let name = words.name()?;
    if words.peek()? != b'(' {
        return Some(Head::Other);
    }
    let bytes = &words.text.as_bytes()[..words.end];
    let (mut columns, mut depth, mut at) = (Vec::new(), 0_u32, words.at);
    let mut item = at + 1;
    let mut push = |from: usize, to: usize| {
        let mut words = Words {
            text: words.text,
            at: from,
            end: to,
        };
        let quoted = matches!(words.peek(), Some(b'`' | b'"' | b'['));
        let Some(name) = words.part() else { return };
        if columns.len() >= COLUMNS || (!quoted && NO_COLUMN.iter().any(|w| w.eq_ignore_ascii_case(name))) {
            return;
        }
        // The comment of a column says in plain words what it holds.
        let rest = words.text.get(words.at..to).unwrap_or_default();
        let comment = rest
            .to_ascii_lowercase()
            .find(" comment '")
            .and_then(|i| rest.get(i + 10..)?.split('\'').next())
            .filter(|c| !c.is_empty() && c.len() < 100);
        columns.push(comment.map_or_else(|| name.to_owned(), |c| format!("{name} ({c})")));
    };
    while at < bytes.len() {
        match bytes[at] {
            b'(' => depth += 1,
            b')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    push(item, at);
                    return Some(Head::Create { name, columns });
                }
            }
            b',' if depth == 1 => {
                push(item, at);
                item = at + 1;
            }
            q @ (b'\'' | b'"' | b'`') => at += memchr(q, &bytes[at + 1..]).map_or(0, |i| i + 1),
            b'-' if bytes.get(at + 1) == Some(&b'-') => {
                at += memchr(b'\n', &bytes[at..]).unwrap_or(0);
            }
            _ => {}
        }
        at += 1;
    }
    words.at = words.end;
    None
}

/// The values of the row whose bracket is at `at`.
pub(super) fn row(bytes: &[u8], at: usize, backslash: bool) -> Row {
    let mut values = Vec::new();
    let (mut at, mut depth) = (at + 1, 1_u32);
    let mut start = at;
    // The string that is the value, with what stands before it (`N'…'`), where nothing else does.
    let mut string: Option<Value> = None;
    while let Some(&b) = bytes.get(at) {
        match b {
            b'\'' | b'"' => {
                let escapes = backslash || (at > start && matches!(bytes[at - 1], b'E' | b'e'));
                let Some(end) = string_end(bytes, at + 1, b, escapes) else {
                    return Row::Open;
                };
                let before = bytes[start..at].trim_ascii();
                let prefix = before.len() <= 12 && before.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
                if depth == 1 && prefix && string.is_none() {
                    string = Some(Value {
                        from: at + 1,
                        to: end,
                        quote: b,
                        backslash: escapes,
                    });
                }
                at = end;
            }
            b'(' => depth += 1,
            b')' | b',' if depth == 1 => {
                let raw = &bytes[start..at];
                let blank = raw.iter().take_while(|b| b.is_ascii_whitespace()).count();
                let plain = Value {
                    from: start + blank,
                    to: start + raw.trim_ascii_end().len().max(blank),
                    quote: 0,
                    backslash: false,
                };
                // A cast or a concatenation behind the string makes the whole the value.
                let alone = string.filter(|s| {
                    let behind = bytes.get(s.to + 1..at).unwrap_or_default().trim_ascii();
                    behind.is_empty() || behind.starts_with(b"::")
                });
                if b == b',' || plain.from < plain.to || !values.is_empty() {
                    values.push(alone.unwrap_or(plain));
                }
                if b == b')' {
                    return Row::Values(values, at + 1);
                }
                string = None;
                start = at + 1;
            }
            b')' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    Row::Open
}

fn string_end(bytes: &[u8], from: usize, quote: u8, backslash: bool) -> Option<usize> {
    let mut at = from;
    loop {
        let found = at
            + if backslash {
                memchr::memchr2(quote, b'\\', bytes.get(at..)?)?
            } else {
                memchr(quote, bytes.get(at..)?)?
            };
        if bytes[found] == b'\\' || bytes.get(found + 1) == Some(&quote) {
            at = found + 2;
        } else {
            return Some(found);
        }
    }
}

/// Where another `INSERT` begins on the same line.
pub(super) fn next_statement(line: &[u8]) -> Option<usize> {
    memchr_iter(b';', line).map(|i| i + 1).find(|&i| {
        let rest = line[i..].trim_ascii_start();
        rest.get(..7)
            .is_some_and(|w| w.eq_ignore_ascii_case(b"insert ") || w.eq_ignore_ascii_case(b"create "))
    })
}
