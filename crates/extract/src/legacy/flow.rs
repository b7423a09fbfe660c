//! Running text on its way into parts: paragraphs, hidden and changed stretches, fonts that are encodings, offsets.

use super::codepage::Face;
use crate::context::Ctx;
use crate::{Grain, Mark, OffsetMap, Part, Run, Step};

/// Bytes after which a part ends at the next paragraph.
const PART: usize = 1 << 20;
/// Bytes after which a part ends wherever it is.
const LONGEST: usize = 4 << 20;

/// How a stretch of text looks to a reader of the document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Look {
    /// The program hides it.
    pub(super) hidden: bool,
    /// Inserted or deleted by tracked change.
    pub(super) change: Option<Step>,
    /// Letters of the font.
    pub(super) face: Face,
}

/// Gathers text.
pub(super) struct Flow {
    /// Steps of the whole flow below the place of the file.
    steps: Vec<Step>,
    numbered: bool,
    paragraph: u32,
    /// Whether the next text begins a paragraph.
    fresh: bool,
    text: String,
    marks: Vec<Mark>,
    look: Look,
    /// Text of one look that waits for its letters.
    pending: String,
    /// Where the pending text stands in the file.
    pending_runs: Vec<Run>,
    runs: Vec<Run>,
    /// Deleted stretches, with the words before them: inside the text they would tear what replaced them.
    deleted: Vec<(Vec<Step>, String, String)>,
    /// Whether text came whose font is not known to be Vietnamese and whose letters all lie in the first 256 codes.
    plain_latin: bool,
}

impl Flow {
    /// An empty flow; `numbered` flows tell the paragraph of every finding.
    pub(super) fn new(steps: Vec<Step>, numbered: bool) -> Self {
        Self {
            steps,
            numbered,
            paragraph: 0,
            fresh: true,
            text: String::new(),
            marks: Vec::new(),
            look: Look::default(),
            pending: String::new(),
            pending_runs: Vec::new(),
            runs: Vec::new(),
            deleted: Vec::new(),
            plain_latin: false,
        }
    }

    /// Text of this look, which stands nowhere byte for byte.
    pub(super) fn push(&mut self, text: &str, look: &Look) {
        self.turn(look);
        self.pending.push_str(text);
    }

    /// A character of this look.
    pub(super) fn push_char(&mut self, c: char, look: &Look) {
        self.turn(look);
        self.pending.push(c);
    }

    /// Text of this look that stands at an offset of the file: byte for byte, or as one unit.
    pub(super) fn push_at(&mut self, text: &str, look: &Look, file: u64, same: bool) {
        self.turn(look);
        let at = self.pending.len();
        let continues = same
            && self
                .pending_runs
                .last()
                .is_some_and(|r| r.same && r.file + (at - r.text) as u64 == file);
        if !continues {
            self.pending_runs.push(Run { text: at, file, same });
        }
        self.pending.push_str(text);
    }

    /// Ends a paragraph; a part that is long enough goes to the sink.
    pub(super) fn end_paragraph(&mut self, ctx: &mut Ctx<'_>) {
        self.settle();
        self.text.push('\n');
        self.fresh = true;
        if self.text.len() >= PART {
            self.give(ctx);
        }
    }

    /// Gives what is there when it grows beyond all bounds although no paragraph ends.
    pub(super) fn relieve(&mut self, ctx: &mut Ctx<'_>) {
        if self.text.len() + self.pending.len() >= LONGEST {
            self.give(ctx);
        }
    }

    /// The last character so far.
    pub(super) fn last(&self) -> Option<char> {
        self.pending
            .chars()
            .next_back()
            .or_else(|| self.text.chars().next_back())
    }

    /// Takes the last character back where it is this one.
    pub(super) fn take_back(&mut self, c: char) {
        if !self.pending.is_empty() {
            if self.pending.ends_with(c) {
                self.pending.pop();
                let len = self.pending.len();
                self.pending_runs.retain(|r| r.text <= len);
            }
        } else if self.text.ends_with(c) {
            self.text.pop();
        }
    }

    fn turn(&mut self, look: &Look) {
        if self.look != *look {
            self.settle();
            self.look = look.clone();
        }
    }

    /// Moves the pending text to its part.
    fn settle(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let number = self.paragraph + u32::from(self.fresh);
        let mut steps = Vec::new();
        if self.numbered {
            steps.push(Step::Paragraph(number));
        }
        steps.extend(self.look.change.clone());
        if self.look.hidden {
            steps.push(Step::HiddenText);
        }
        if matches!(self.look.change, Some(Step::Deleted(_))) {
            let shown = self.look.face.shown(&self.pending).into_owned();
            let before = tail(&self.text).to_owned();
            match self.deleted.last_mut() {
                Some((same, _, text)) if *same == steps => text.push_str(&shown),
                _ => self.deleted.push((steps, before, shown)),
            }
            self.pending.clear();
            self.pending_runs.clear();
            return;
        }
        self.fresh = false;
        self.paragraph = number;
        let start = self.text.len();
        let unchanged = match self.marks.last() {
            Some(mark) => mark.steps == steps,
            None => steps.is_empty(),
        };
        if !unchanged {
            self.marks.push(Mark { start, steps });
        }
        let shown = self.look.face.shown(&self.pending);
        if matches!(shown, std::borrow::Cow::Borrowed(_)) {
            self.runs.extend(self.pending_runs.iter().map(|r| Run {
                text: start + r.text,
                ..*r
            }));
            self.plain_latin |=
                self.look.face == Face::Plain && self.pending.chars().any(|c| ('\u{a1}'..='\u{ff}').contains(&c));
        } else if let Some(first) = self.pending_runs.first() {
            // The letters of a font are told to the stretch that they stand in.
            self.runs.push(Run {
                text: start,
                file: first.file,
                same: false,
            });
        }
        self.text.push_str(&shown);
        self.pending.clear();
        self.pending_runs.clear();
    }

    /// Gives all that was gathered to the sink.
    pub(super) fn give(&mut self, ctx: &mut Ctx<'_>) {
        self.settle();
        let text = std::mem::take(&mut self.text);
        let marks = std::mem::take(&mut self.marks);
        let runs = std::mem::take(&mut self.runs);
        let map = if runs.is_empty() {
            OffsetMap::None
        } else {
            OffsetMap::Runs(runs)
        };
        let deleted = std::mem::take(&mut self.deleted);
        self.give_text(text, marks, map, ctx);
        for (steps, before, text) in deleted {
            let mut place = ctx.place().clone();
            place.steps.extend_from_slice(&self.steps);
            place.steps.extend(steps);
            let mut part = Part::whole(place, text);
            part.caption = Some(before).filter(|b| !b.is_empty());
            ctx.part(part);
        }
    }

    fn give_text(&mut self, mut text: String, mut marks: Vec<Mark>, mut map: OffsetMap, ctx: &mut Ctx<'_>) {
        if text.trim().is_empty() {
            return;
        }
        // Fonts told nothing, yet the letters may be those of an old Vietnamese font that a style or a theme named.
        if std::mem::take(&mut self.plain_latin)
            && let Some(letters) = by_paragraph(&text, &mut marks)
        {
            text = letters;
            map = OffsetMap::None;
        }
        let mut place = ctx.place().clone();
        place.steps.extend_from_slice(&self.steps);
        ctx.part(Part {
            place,
            text: text.into(),
            grain: if marks.is_empty() {
                Grain::Whole
            } else {
                Grain::Marks(marks)
            },
            map,
            columns: Vec::new(),
            caption: None,
        });
    }
}

/// The end of the last line, where the label of what follows usually stands.
fn tail(text: &str) -> &str {
    let line = text.rsplit('\n').next().unwrap_or_default();
    let from = line.char_indices().rev().nth(79).map_or(0, |(i, _)| i);
    line.get(from..).unwrap_or_default().trim()
}

/// Decodes a text by its words, line by line so that marks keep their places; nothing where it is no old Vietnamese text.
fn by_paragraph(text: &str, marks: &mut [Mark]) -> Option<String> {
    let told = crate::text::from_vietnamese(text)?;
    let vni = crate::text::from_vietnamese_font(text, true);
    let tcvn = crate::text::from_vietnamese_font(text, false);
    let vni = if told == vni {
        true
    } else if told == tcvn {
        false
    } else {
        return None;
    };
    let face = if vni { Face::Vni } else { Face::Tcvn3 { capital: false } };
    let mut decoded = String::with_capacity(text.len());
    let mut from = 0;
    // Cut at every mark, so that its new place is known.
    let cuts: Vec<usize> = marks.iter().map(|m| m.start).chain([text.len()]).collect();
    for (next, cut) in cuts.into_iter().enumerate() {
        let piece = text.get(from..cut).unwrap_or_default();
        for line in piece.split_inclusive('\n') {
            decoded.push_str(&face.shown(line));
        }
        from = cut;
        if let Some(mark) = marks.get_mut(next) {
            mark.start = decoded.len();
        }
    }
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;
    use crate::testing::Kept;

    fn flowed(work: impl FnOnce(&mut Flow, &mut Ctx<'_>)) -> Kept {
        let limits = Limits::default();
        let mut sink = Kept::default();
        let mut ctx = Ctx::new(&limits, &mut sink);
        let mut flow = Flow::new(Vec::new(), true);
        work(&mut flow, &mut ctx);
        flow.give(&mut ctx);
        sink
    }

    #[test]
    fn hidden_stretches_have_marks_and_the_rest_goes_on() {
        let plain = Look::default();
        let hidden = Look {
            hidden: true,
            ..Look::default()
        };
        let taken = flowed(|flow, ctx| {
            flow.push("one", &plain);
            flow.end_paragraph(ctx);
            flow.push("two ", &plain);
            flow.push("secret", &hidden);
            flow.push(" after", &plain);
        });
        assert_eq!(taken.text_at(""), "one\ntwo secret after");
        assert_eq!(taken.place_of("one"), "paragraph 1");
        assert_eq!(taken.place_of("secret"), "paragraph 2, hidden text");
        assert_eq!(taken.place_of("after"), "paragraph 2");
    }

    #[test]
    fn old_vietnamese_text_is_told_by_its_words_where_no_font_tells() {
        let taken = flowed(|flow, ctx| {
            flow.push("Céng hßa x· héi chñ nghÜa ViÖt Nam", &Look::default());
            flow.end_paragraph(ctx);
            flow.push("§éc lËp - Tù do - H¹nh phóc", &Look::default());
        });
        assert_eq!(
            taken.text_at(""),
            "Cộng hòa xã hội chủ nghĩa Việt Nam\nĐộc lập - Tự do - Hạnh phúc"
        );
        assert_eq!(taken.place_of("Tự do"), "paragraph 2");
    }

    #[test]
    fn a_long_text_is_given_in_parts() {
        let taken = flowed(|flow, ctx| {
            for _ in 0..30 {
                flow.push(&"x".repeat(100_000), &Look::default());
                flow.end_paragraph(ctx);
            }
        });
        assert!(taken.parts.len() >= 2);
        assert_eq!(taken.all().matches('x').count(), 3_000_000);
    }
}
