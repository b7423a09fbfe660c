//! What is decided about a text that stands in lines: names and addresses go on where a line ends.

use tutela_detect::{Group, Input};

use crate::copy::{Cut, Decide, Refused};

/// What is to go from a text: sorted, apart, on boundaries of characters. The text is looked at as it stands and, for what crosses the
/// ends of lines, once more with each line after the other.
pub(crate) fn decided(decide: &mut dyn Decide, text: &str) -> Result<Vec<Cut>, Refused> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let mut cuts = decide.cuts(&Input::text(text));
    if text.contains('\n') {
        let joined = joined(text);
        let crossing = decide.cuts(&Input::text(&joined)).into_iter().filter(|cut| {
            cut.entity.group() == Group::Names && text.get(cut.range.clone()).is_some_and(|value| value.contains('\n'))
        });
        for cut in crossing {
            add(&mut cuts, cut);
        }
    }
    cuts.sort_by_key(|cut| cut.range.start);
    let mut end = 0;
    let mut out = Vec::with_capacity(cuts.len());
    for cut in cuts {
        // A decision that does not fit the text must not be passed over in silence.
        if text.get(cut.range.clone()).is_none() {
            return Err(Refused::Failed);
        }
        if cut.range.start >= end && !cut.range.is_empty() {
            end = cut.range.end;
            out.push(cut);
        }
    }
    Ok(out)
}

/// Adds a cut that takes in those that it meets.
fn add(cuts: &mut Vec<Cut>, mut new: Cut) {
    cuts.retain(|cut| {
        let apart = cut.range.end <= new.range.start || new.range.end <= cut.range.start;
        if !apart {
            new.range.start = new.range.start.min(cut.range.start);
            new.range.end = new.range.end.max(cut.range.end);
        }
        apart
    });
    cuts.push(new);
}

/// The text with a blank where a line ends inside a paragraph. Bytes keep their places.
fn joined(text: &str) -> String {
    let bytes = text.as_bytes();
    let is_end = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_none_or(|&b| b == b'\n' || b == b'\t')
    };
    text.char_indices()
        .map(|(at, c)| match c {
            '\n' if !is_end(at.checked_sub(1)) && !is_end(Some(at + 1)) => ' ',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use tutela_detect::Entity;

    use super::*;

    /// Knows one name, as long as it stands on one line.
    struct OneLine;

    impl Decide for OneLine {
        fn cuts(&mut self, input: &Input<'_>) -> Vec<Cut> {
            let cut = |(at, value): (usize, &str)| Cut {
                range: at..at + value.len(),
                entity: Entity::Person,
                with: String::new(),
            };
            let whole: Vec<Cut> = input.text.match_indices("Иван Петров").map(cut).collect();
            if whole.is_empty() {
                return input.text.match_indices("Иван").map(cut).collect();
            }
            whole
        }
    }

    #[test]
    fn a_name_that_a_line_end_parts_goes_whole() {
        let text = "Заявитель Иван\nПетров просит";
        let cuts = decided(&mut OneLine, text).unwrap();
        assert_eq!(cuts.len(), 1);
        assert_eq!(text.get(cuts[0].range.clone()), Some("Иван\nПетров"));
        // Paragraphs and cells are not joined.
        let apart = decided(&mut OneLine, "Иван\n\nПетров").unwrap();
        assert_eq!(apart[0].range, 0..8);
    }

    struct Beyond;

    impl Decide for Beyond {
        fn cuts(&mut self, _: &Input<'_>) -> Vec<Cut> {
            vec![Cut {
                range: 1..3,
                entity: Entity::Person,
                with: String::new(),
            }]
        }
    }

    #[test]
    fn a_decision_inside_a_letter_is_an_error() {
        assert_eq!(decided(&mut Beyond, "Жук"), Err(Refused::Failed));
    }
}
