//! YAML: the text as it stands, with the paths of its keys by indentation.

use super::{Piece, Shape, Used};
use crate::context::Ctx;
use crate::{Grain, Mark, Part, Step, Why};

/// Levels of nesting whose keys are kept.
const DEPTH: usize = 128;
/// Longest path that is told, in bytes.
const LONGEST_PATH: usize = 512;

/// A key or an element of a list that is open.
struct Level {
    indent: usize,
    name: String,
    /// Elements of the list that begins at this indentation.
    index: Option<u64>,
}

#[derive(Default)]
pub(super) struct Yaml {
    levels: Vec<Level>,
    /// The indentation of the key whose block of text is being read.
    block: Option<usize>,
}

impl Shape for Yaml {
    fn take(&mut self, piece: Piece<'_>, ctx: &mut Ctx<'_>) -> Result<Used, Why> {
        let used = piece.all();
        let (mut marks, mut at) = (Vec::new(), 0);
        for line in piece.text.split_inclusive('\n') {
            let steps = self.line(line);
            if let Some(steps) = steps {
                marks.push(Mark { start: at, steps });
            }
            at += line.len();
        }
        ctx.part(Part {
            place: ctx.place().clone(),
            text: piece.text,
            grain: Grain::Marks(marks),
            map: piece.map,
            columns: Vec::new(),
            caption: None,
        });
        Ok(used)
    }
}

impl Yaml {
    /// The place of a line; nothing where it goes on with the one before.
    fn line(&mut self, line: &str) -> Option<Vec<Step>> {
        let body = line.trim_start_matches(' ');
        let mut indent = line.len() - body.len();
        let body = body.trim_end();
        if body.is_empty() {
            return None;
        }
        if let Some(block) = self.block {
            if indent > block {
                return None;
            }
            self.block = None;
        }
        if body.starts_with('#') {
            return Some(vec![Step::Source]);
        }
        if body == "---" || body == "..." {
            self.levels.clear();
            return Some(Vec::new());
        }
        let mut rest = body;
        while let Some(element) = rest.strip_prefix("- ").or_else(|| (rest == "-").then_some("")) {
            self.element(indent);
            let inner = element.trim_start();
            indent += rest.len() - inner.len();
            rest = inner;
        }
        let Some((key, value)) = key(rest) else {
            // A plain element of a list, or text that goes on.
            return body.starts_with('-').then(|| self.steps());
        };
        while self.levels.last().is_some_and(|l| l.indent >= indent) {
            self.levels.pop();
        }
        if self.levels.len() < DEPTH {
            self.levels.push(Level {
                indent,
                name: key.chars().take(LONGEST_PATH).collect(),
                index: None,
            });
        }
        if value.starts_with(['|', '>']) {
            self.block = Some(indent);
        }
        Some(self.steps())
    }

    /// The next element of the list at this indentation.
    fn element(&mut self, indent: usize) {
        while self.levels.last().is_some_and(|l| l.indent > indent) {
            self.levels.pop();
        }
        // A list may stand at the indentation of its key.
        if let Some(level) = self.levels.last_mut()
            && level.indent == indent
            && level.index.is_some()
        {
            level.index = level.index.map(|n| n.saturating_add(1));
        } else if self.levels.len() < DEPTH {
            self.levels.push(Level {
                indent,
                name: String::new(),
                index: Some(0),
            });
        }
    }

    fn steps(&self) -> Vec<Step> {
        let mut path = String::new();
        for level in &self.levels {
            if path.len() >= LONGEST_PATH {
                break;
            }
            match level.index {
                Some(n) => path.push_str(&format!("[{n}]")),
                None => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(&level.name);
                }
            }
        }
        vec![Step::Key(path)]
    }
}

/// The key that a line begins with, and what follows it.
fn key(line: &str) -> Option<(&str, &str)> {
    if let Some(quote) = line.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let (key, rest) = line.get(1..)?.split_once(quote)?;
        let value = rest.trim_start().strip_prefix(':')?;
        return Some((key, value.trim_start()));
    }
    let (key, value) = line.split_once(": ").or_else(|| Some((line.strip_suffix(':')?, "")))?;
    (!key.is_empty() && !key.starts_with(['{', '[', '|', '>', '&', '*', '#']))
        .then(|| (key.trim_end(), value.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{place_of, read, text};

    #[test]
    fn values_have_the_path_of_their_keys() {
        let yaml = "# for Ivan\npeople:\n- name: Lê Mẫu\n  phones:\n    - '0912345678'\n    - 0987654321\n- \"name\": \"\\u0418\\u0432\\u0430\\u043d\"\n  note: |\n    first: line\n    second line\nadmin:\n  mail: a@example.org\n---\nother: z\n";
        let parts = read("a.yaml", yaml);
        for (word, place) in [
            ("for Ivan", "source"),
            ("Lê Mẫu", "key 'people[0].name'"),
            ("0912345678", "key 'people[0].phones[0]'"),
            ("0987654321", "key 'people[0].phones[1]'"),
            ("Иван", "key 'people[1].name'"),
            ("second line", "key 'people[1].note'"),
            ("a@example", "key 'admin.mail'"),
            ("z\n", "key 'other'"),
        ] {
            assert_eq!(place_of(&parts, word), place, "{word}");
        }
        assert_eq!(text(&parts), yaml.replace("\\u0418\\u0432\\u0430\\u043d", "Иван"));
    }

    #[test]
    fn any_text_is_kept() {
        let odd = "{a: 1}\n:\n- - - x\n  -\n\"open: y\nkey:value\n".repeat(3);
        assert_eq!(text(&read("a.yml", &odd)), odd);
        let deep: String = (0..2000).map(|i| format!("{}k:\n", " ".repeat(i))).collect();
        assert_eq!(text(&read("a.yml", &deep)), deep);
    }
}
