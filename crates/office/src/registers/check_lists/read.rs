//! A list as it is given: TOML in the format of `law/questions`, or a table with a line for each question.

use std::collections::BTreeMap;

use tutela_law::{BadList, MOST_QUESTIONS, Question, QuestionList, Texts};

use crate::error::Refusal;

/// Columns of a table. The first two must be there.
const COLUMNS: [&str; 5] = ["id", "question", "help", "norm", "evidence"];

/// Why a list is not taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// By the rules of a list.
    Bad(BadList),
    /// The table has no columns `id` and `question`.
    Columns,
    /// A line of the table cannot be read.
    Line(usize),
}

impl Unread {
    /// What whoever gave it reads.
    pub(super) fn refusal(&self) -> Refusal {
        let refusal = match self {
            Self::Bad(BadList::Unreadable(why)) => {
                // What a parser says of a text may quote it, and a text may hold anything: a short line of it is told.
                let why: String = why.chars().filter(|c| !c.is_control()).take(120).collect();
                Refusal::new("refusal-list-unreadable").arg("why", why)
            }
            Self::Bad(BadList::Number) => Refusal::new("refusal-list-number").arg("max", MOST_QUESTIONS.to_string()),
            Self::Bad(BadList::Name(n)) => Refusal::new("refusal-list-name").arg("n", n.to_string()),
            Self::Bad(BadList::Twice(n)) => Refusal::new("refusal-list-twice").arg("n", n.to_string()),
            Self::Bad(BadList::Text(n)) => Refusal::new("refusal-list-text").arg("n", n.to_string()),
            Self::Bad(BadList::Head) => Refusal::new("refusal-list-head"),
            Self::Columns => Refusal::new("refusal-list-columns"),
            Self::Line(n) => Refusal::new("refusal-list-line").arg("n", n.to_string()),
        };
        refusal.field("list_text")
    }
}

/// Reads a list. A table is one language: that of the body.
pub(super) fn list(text: &str, language: &str) -> Result<QuestionList, Unread> {
    let text = text.trim_start_matches('\u{feff}');
    if is_toml(text) {
        return QuestionList::parse(text).map_err(Unread::Bad);
    }
    table(text, language)
}

/// Whether a text is meant as TOML: a line gives a value to a name.
fn is_toml(text: &str) -> bool {
    let first = text
        .lines()
        .map(str::trim)
        .find(|l| !l.is_empty() && !l.starts_with('#'));
    first.is_some_and(|line| {
        line.starts_with('[')
            || line.split_once('=').is_some_and(|(name, _)| {
                name.trim()
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
            })
    })
}

fn table(text: &str, language: &str) -> Result<QuestionList, Unread> {
    let mut lines = text.lines();
    // Above the columns, as in the files that offices keep: the title of the list and its name and version.
    let head = lines.next().unwrap_or_default();
    let separator = [';', '\t', ',']
        .into_iter()
        .find(|s| head.contains(*s))
        .ok_or(Unread::Columns)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(u8::try_from(separator).unwrap_or(b';'))
        .from_reader(text.as_bytes());
    let mut rows = reader.records();
    let read = |row: Option<Result<csv::StringRecord, csv::Error>>, n: usize| match row {
        Some(Ok(row)) => Ok(Some(row)),
        Some(Err(_)) => Err(Unread::Line(n)),
        None => Ok(None),
    };
    let first = read(rows.next(), 1)?.ok_or(Unread::Columns)?;
    let [title, id, version] = [0, 1, 2].map(|n| first.get(n).unwrap_or_default().trim().to_owned());
    let named = read(rows.next(), 2)?.ok_or(Unread::Columns)?;
    let named: Vec<String> = named.iter().map(|c| c.trim().to_lowercase()).collect();
    let places: BTreeMap<&str, usize> = COLUMNS
        .iter()
        .filter_map(|name| Some((*name, named.iter().position(|c| c == name)?)))
        .collect();
    if !places.contains_key("id") || !places.contains_key("question") {
        return Err(Unread::Columns);
    }
    let mut questions = Vec::new();
    let mut n = 2;
    while let Some(row) = {
        n += 1;
        read(rows.next(), n)?
    } {
        if row.iter().all(|c| c.trim().is_empty()) {
            continue;
        }
        if questions.len() == MOST_QUESTIONS {
            return Err(Unread::Bad(BadList::Number));
        }
        let cell = |name: &str| places.get(name).and_then(|at| row.get(*at)).unwrap_or_default().trim();
        let texts = |name: &str| -> Texts {
            let text = cell(name);
            let filled = (!text.is_empty()).then(|| (language.to_owned(), text.to_owned()));
            filled.into_iter().collect()
        };
        questions.push(Question {
            id: cell("id").to_owned(),
            ask: texts("question"),
            help: texts("help"),
            evidence: texts("evidence"),
            norm: Some(cell("norm").to_owned()).filter(|t| !t.is_empty()),
            norms: BTreeMap::new(),
        });
    }
    let list = QuestionList {
        id,
        version,
        title: Texts::from([(language.to_owned(), title)]),
        plan_by: None,
        keep_years: None,
        questions,
    };
    list.check().map_err(Unread::Bad)?;
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_a_list() {
        let text = "\u{feff}Kiểm tra của Bộ;bo-noi-vu;2026.1\nid;question;norm\ncua;Có khóa cửa không?;TT 1/2026, 4\n;;\nman-hinh;Màn \
                    hình có khóa không?;\n";
        let list = list(text, "vi").unwrap();
        assert_eq!((list.id.as_str(), list.version.as_str()), ("bo-noi-vu", "2026.1"));
        assert_eq!(list.questions.len(), 2);
        assert_eq!(list.questions[0].cite("vn-b"), Some("TT 1/2026, 4"));
        assert_eq!(list.questions[1].ask["vi"], "Màn hình có khóa không?");
    }

    #[test]
    fn a_table_that_is_none_is_refused_with_its_line() {
        for (text, why) in [
            ("", Unread::Columns),
            ("no table at all", Unread::Columns),
            ("T;own;1\nname;text\n", Unread::Columns),
            ("T;own;1\nid;question\n", Unread::Bad(BadList::Number)),
            ("T;own;1\nid;question\na;A?\nb;\n", Unread::Bad(BadList::Text(2))),
            ("T;own;1\nid;question\na;A?\na;B?\n", Unread::Bad(BadList::Twice(2))),
            (";;\nid;question\na;A?\n", Unread::Bad(BadList::Head)),
        ] {
            assert_eq!(list(text, "en"), Err(why), "{text}");
        }
        let long = format!("T;own;1\nid;question\n{}", "a;b\n".repeat(5_000));
        assert_eq!(list(&long, "en"), Err(Unread::Bad(BadList::Number)));
        assert!(matches!(list("id = 3", "en"), Err(Unread::Bad(BadList::Unreadable(_)))));
    }
}
