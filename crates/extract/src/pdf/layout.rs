//! From glyphs with coordinates to text in reading order: words and lines kept apart, columns of prose read one after the other, rows of tables
//! read across with tabs between the cells.

use std::collections::{BTreeMap, HashMap};

use unicode_normalization::UnicodeNormalization;

use super::content::Glyph;
use super::font::Shown;
use super::matrix::hypotenuse;

/// Gap, in heights of the font, from which two glyphs belong to two words.
const WORD: f64 = 0.17;
/// Gap from which they no longer belong to one stretch of text.
const STRETCH: f64 = 1.5;
/// Gap from which two stretches on a line are cells, not words.
const CELL: f64 = 1.2;
/// Width of a line from which it counts as prose, in heights of the font.
const PROSE: f64 = 11.0;
/// Degrees that count as one direction of writing.
const DEGREES: f64 = 5.0;

/// Remembers which glyph each letter of a text came from, where somebody asks for it.
trait Record: Default {
    /// A letter or several that this glyph shows were added.
    fn add(&mut self, shown: &str, glyph: usize);
    /// A letter was added that no glyph shows: a blank, the end of a line.
    fn add_blank(&mut self);
    /// The last letter was taken away.
    fn pop(&mut self);
    /// What another text remembers follows.
    fn append(&mut self, other: &Self);
    /// The glyph of the last letter also stands for this one, which shows nothing of its own.
    fn join(&mut self, glyph: usize);
    /// Another run shows the same letters at the same place.
    fn double(&mut self, other: &Self);
}

/// Nobody asks.
impl Record for () {
    fn add(&mut self, _: &str, _: usize) {}
    fn add_blank(&mut self) {}
    fn pop(&mut self) {}
    fn append(&mut self, (): &Self) {}
    fn join(&mut self, _: usize) {}
    fn double(&mut self, (): &Self) {}
}

/// Where the letters of a text came from.
#[derive(Debug, Default, Clone)]
pub(super) struct Sources {
    /// For each character of the text its glyph; [`NO_GLYPH`] for what no glyph shows.
    pub(super) of_chars: Vec<u32>,
    /// Pairs of a glyph and one that goes where it goes: the same letter drawn twice, a hyphen that was left out.
    pub(super) joined: Vec<(u32, u32)>,
}

/// In [`Sources::of_chars`]: no glyph.
pub(super) const NO_GLYPH: u32 = u32::MAX;

fn index(glyph: usize) -> u32 {
    u32::try_from(glyph).unwrap_or(NO_GLYPH)
}

impl Record for Sources {
    fn add(&mut self, shown: &str, glyph: usize) {
        self.of_chars.extend(shown.chars().map(|_| index(glyph)));
    }

    fn add_blank(&mut self) {
        self.of_chars.push(NO_GLYPH);
    }

    fn pop(&mut self) {
        self.of_chars.pop();
    }

    fn append(&mut self, other: &Self) {
        self.of_chars.extend_from_slice(&other.of_chars);
        self.joined.extend_from_slice(&other.joined);
    }

    fn join(&mut self, glyph: usize) {
        if let Some(&last) = self.of_chars.last() {
            self.joined.push((last, index(glyph)));
        }
    }

    fn double(&mut self, other: &Self) {
        let pairs = self.of_chars.iter().copied().zip(other.of_chars.iter().copied());
        self.joined
            .extend(pairs.filter(|&(a, b)| a != NO_GLYPH && b != NO_GLYPH));
        let own: Vec<(u32, u32)> = other.joined.clone();
        self.joined.extend(own);
    }
}

/// Glyphs that follow each other on one line.
#[derive(Debug, Clone)]
struct Run<R> {
    text: String,
    from: R,
    x0: f64,
    x1: f64,
    y: f64,
    size: f64,
}

impl<R: Record> Run<R> {
    fn push(&mut self, shown: &str, glyph: usize) {
        self.text.push_str(shown);
        self.from.add(shown, glyph);
    }

    fn top(&self) -> f64 {
        self.y - 0.8 * self.size
    }

    fn bottom(&self) -> f64 {
        self.y + 0.25 * self.size
    }
}

/// The text of the glyphs.
pub(super) fn text(glyphs: &[Glyph]) -> String {
    let (mut out, ()) = read(glyphs);
    if out.chars().all(is_composed) {
        out.retain(|c| c != '\u{200B}');
        return out;
    }
    out.nfc().filter(|&c| c != '\u{200B}').collect()
}

/// The text of the glyphs, and where each letter of it came from. It is not composed, and words that a hyphen parts at the end of a
/// line are joined.
pub(super) fn text_with_sources(glyphs: &[Glyph]) -> (String, Sources) {
    let (text, sources) = read::<Sources>(glyphs);
    let mut out = String::with_capacity(text.len());
    let mut kept = Sources {
        of_chars: Vec::with_capacity(sources.of_chars.len()),
        joined: sources.joined,
    };
    let mut letters = text.chars().zip(sources.of_chars).peekable();
    let mut after_letter = false;
    while let Some((c, glyph)) = letters.next() {
        if c == '\u{200B}' {
            kept.join(glyph as usize);
            continue;
        }
        if matches!(c, '-' | '\u{2010}') && after_letter && letters.peek().is_some_and(|&(c, _)| c == '\n') {
            let mut after = letters.clone();
            after.next();
            if after.peek().is_some_and(|(c, _)| c.is_lowercase()) {
                kept.join(glyph as usize);
                letters = after;
                continue;
            }
        }
        after_letter = c.is_alphabetic();
        out.push(c);
        kept.of_chars.push(glyph);
    }
    (out, kept)
}

fn read<R: Record>(glyphs: &[Glyph]) -> (String, R) {
    let mut directions: BTreeMap<i32, Vec<Run<R>>> = BTreeMap::new();
    runs(glyphs, &mut directions);
    let mut out = String::new();
    let mut from = R::default();
    // Upright text first; what is turned (stamps, margins, tables on their side) follows.
    for runs in directions.into_values() {
        let mut blocks = Vec::new();
        order(without_doubles(runs), 0, &mut blocks);
        write(&blocks, &mut out, &mut from);
    }
    (out, from)
}

/// Whether texts of such characters need no composing. It speaks for most, not for all of them.
fn is_composed(c: char) -> bool {
    matches!(c, '\0'..='\u{2FF}' | '\u{400}'..='\u{482}' | '\u{1EA0}'..='\u{1EF9}' | '\u{200B}' | '\u{2010}'..='\u{205F}'
        | '\u{20A0}'..='\u{20BF}' | '\u{2100}'..='\u{2125}' | '\u{2500}'..='\u{25FF}' | '\u{3000}'..='\u{3029}'
        | '\u{3040}'..='\u{3096}' | '\u{30A0}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{FF00}'..='\u{FF60}' | '\u{FFFD}')
}

/// Glyphs whose characters are unknown.
pub(super) fn unknown(glyphs: &[Glyph]) -> usize {
    glyphs.iter().filter(|g| g.shown == Shown::Unknown).count()
}

/// Letters and digits that were read.
pub(super) fn known(glyphs: &[Glyph]) -> usize {
    let is_known = |glyph: &&Glyph| match &glyph.shown {
        Shown::Char(c) => c.is_alphanumeric(),
        Shown::Text(t) => t.chars().any(char::is_alphanumeric),
        Shown::Unknown => false,
    };
    glyphs.iter().filter(is_known).count()
}

/// Puts the glyphs into runs, by their direction.
fn runs<R: Record>(glyphs: &[Glyph], out: &mut BTreeMap<i32, Vec<Run<R>>>) {
    let mut direction = 0_i32;
    let mut open: Option<(i32, Run<R>)> = None;
    let mut blank = false;
    for (number, glyph) in glyphs.iter().enumerate() {
        let length = hypotenuse(glyph.dx, glyph.dy);
        if length > 1e-6 {
            direction = direction_of(glyph.dx, glyph.dy);
        }
        let (x, y) = turned(glyph.x, glyph.y, direction);
        let size = if glyph.size > 1e-3 { glyph.size } else { length.max(1.0) };
        let mut letter = [0; 4];
        let shown: &str = match &glyph.shown {
            Shown::Char(c) => c.encode_utf8(&mut letter),
            Shown::Text(t) => t,
            Shown::Unknown => "\u{FFFD}",
        };
        if shown.chars().all(|c| c.is_whitespace() || c == '\u{200B}') {
            blank |= shown != "\u{200B}";
            if shown == "\u{200B}"
                && let Some((_, run)) = &mut open
            {
                run.from.join(number);
            }
            continue;
        }
        let end = x + length;
        if let Some((its, run)) = &mut open {
            let gap = x - run.x1;
            let same_line = *its == direction && (y - run.y).abs() < 0.5 * size.max(run.size);
            let height = size.max(run.size);
            if same_line && accent(run, shown, gap, height, number) {
                run.x1 = run.x1.max(end);
                continue;
            }
            if same_line && gap < STRETCH * height && gap > -0.6 * height {
                if blank || gap > if wide_pair(&run.text, shown) { 0.5 } else { WORD } * height {
                    run.text.push(' ');
                    run.from.add_blank();
                }
                run.push(shown, number);
                run.x1 = end;
                // A raised or small glyph does not change the line that it stands on.
                run.size = height;
                blank = false;
                continue;
            }
        }
        blank = false;
        if let Some((its, run)) = open.take() {
            out.entry(its).or_default().push(run);
        }
        let mut from = R::default();
        from.add(shown, number);
        open = Some((
            direction,
            Run {
                text: shown.to_owned(),
                from,
                x0: x,
                x1: end,
                y,
                size,
            },
        ));
    }
    if let Some((its, run)) = open {
        out.entry(its).or_default().push(run);
    }
}

/// The direction of writing, in steps of [`DEGREES`].
fn direction_of(dx: f64, dy: f64) -> i32 {
    if dy == 0.0 && dx > 0.0 {
        return 0;
    }
    #[expect(clippy::cast_possible_truncation, reason = "an angle in steps is small")]
    let step = (dy.atan2(dx).to_degrees() / DEGREES).round() as i32;
    // Half a turn to the left and to the right are the same direction.
    if step == -36 { 36 } else { step }
}

/// Coordinates in which text of this direction runs right and its lines run down.
fn turned(x: f64, y: f64, direction: i32) -> (f64, f64) {
    match direction {
        0 => (x, y),
        18 => (y, -x),
        -18 => (-y, x),
        36 => (-x, -y),
        _ => {
            let (sin, cos) = (f64::from(direction) * DEGREES).to_radians().sin_cos();
            (x * cos + y * sin, y * cos - x * sin)
        }
    }
}

/// Joins an accent that is drawn as a glyph of its own with its letter. Says whether it did.
fn accent<R: Record>(run: &mut Run<R>, shown: &str, gap: f64, size: f64, number: usize) -> bool {
    let mut chars = shown.chars();
    let (Some(c), None) = (chars.next(), chars.next()) else {
        return false;
    };
    if matches!(c, '\u{300}'..='\u{36F}') {
        if gap < 0.8 * size {
            run.push(shown, number);
            return true;
        }
        return false;
    }
    if gap > -0.25 * size {
        return false;
    }
    let mut letter = [0; 4];
    if let Some(mark) = combining(c) {
        run.push(mark.encode_utf8(&mut letter), number);
        return true;
    }
    // The accent came before its letter.
    let before = run.text.chars().next_back().and_then(combining);
    if let Some(mark) = before
        && c.is_alphabetic()
    {
        // Both glyphs make one letter from here on; the accent is told by the letter's glyph and joined to it below.
        run.text.pop();
        run.text.push(c);
        run.from.join(number);
        run.text.push(mark);
        run.from.add(mark.encode_utf8(&mut letter), number);
        return true;
    }
    false
}

fn combining(c: char) -> Option<char> {
    Some(match c {
        '`' => '\u{300}',
        '´' => '\u{301}',
        'ˆ' => '\u{302}',
        '˜' => '\u{303}',
        '¯' => '\u{304}',
        '˘' => '\u{306}',
        '˙' => '\u{307}',
        '¨' => '\u{308}',
        'ˇ' => '\u{30C}',
        _ => return None,
    })
}

/// Whether two ideographs meet: between them a gap is only spacing.
fn wide_pair(before: &str, after: &str) -> bool {
    before.chars().next_back().is_some_and(is_wide) && after.chars().next().is_some_and(is_wide)
}

fn is_wide(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Drops text that is drawn twice at one place to look bold or to cast a shadow.
fn without_doubles<R: Record>(mut runs: Vec<Run<R>>) -> Vec<Run<R>> {
    let mut seen: HashMap<&str, Vec<(f64, f64, usize)>> = HashMap::with_capacity(runs.len());
    let doubles: Vec<Option<usize>> = runs
        .iter()
        .enumerate()
        .map(|(number, run)| {
            let near = 0.25 * run.size;
            let places = seen.entry(&run.text).or_default();
            let double = places
                .iter()
                .rev()
                .take(64)
                .find(|(x, y, _)| (x - run.x0).abs() < near && (y - run.y).abs() < near)
                .map(|&(_, _, first)| first);
            places.push((run.x0, run.y, double.unwrap_or(number)));
            double
        })
        .collect();
    drop(seen);
    for (number, first) in doubles.iter().enumerate() {
        // The first of two stands before the second.
        if let Some(first) = *first
            && let Some((before, after)) = runs.split_at_mut_checked(number)
            && let (Some(kept), Some(double)) = (before.get_mut(first), after.first())
        {
            kept.from.double(&double.from);
        }
    }
    let apart = runs.into_iter().zip(doubles);
    apart
        .filter_map(|(run, double)| double.is_none().then_some(run))
        .collect()
}

/// Cuts the page into blocks in reading order.
fn order<R: Record>(runs: Vec<Run<R>>, depth: u32, out: &mut Vec<Vec<Run<R>>>) {
    if runs.len() < 8 || depth > 16 {
        out.push(runs);
        return;
    }
    if let Some(cut) = columns(&runs) {
        let (left, right) = runs.into_iter().partition(|r| r.x0 < cut);
        order(left, depth + 1, out);
        order(right, depth + 1, out);
    } else if let Some(cut) = bands(&runs) {
        let (above, below) = runs.into_iter().partition(|r| r.y < cut);
        order(above, depth + 1, out);
        order(below, depth + 1, out);
    } else {
        out.push(runs);
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// The gutter between two columns of prose. The narrow columns of tables have none: their rows belong together.
fn columns<R: Record>(runs: &[Run<R>]) -> Option<f64> {
    let size = median(runs.iter().map(|r| r.size).collect());
    let mut by_left: Vec<&Run<R>> = runs.iter().collect();
    by_left.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    let mut reach = by_left.first()?.x1;
    let mut best: Option<(f64, f64)> = None;
    for run in &by_left {
        let gap = run.x0 - reach;
        if gap > 0.8 * size && best.is_none_or(|(widest, _)| gap > widest) {
            best = Some((gap, run.x0 - gap / 2.0));
        }
        reach = reach.max(run.x1);
    }
    let (_, cut) = best?;
    let is_prose = |side: &dyn Fn(&Run<R>) -> bool| {
        let widths: Vec<f64> = runs.iter().filter(|r| side(r)).map(|r| r.x1 - r.x0).collect();
        widths.len() >= 4 && median(widths) > PROSE * size
    };
    (is_prose(&|r| r.x0 < cut) && is_prose(&|r| r.x0 >= cut)).then_some(cut)
}

/// The widest empty band across the page, if it is wide enough to part blocks.
fn bands<R: Record>(runs: &[Run<R>]) -> Option<f64> {
    let size = median(runs.iter().map(|r| r.size).collect());
    let mut by_top: Vec<&Run<R>> = runs.iter().collect();
    by_top.sort_by(|a, b| a.top().total_cmp(&b.top()));
    let mut reach = by_top.first()?.bottom();
    let mut best: Option<(f64, f64)> = None;
    for run in &by_top {
        let gap = run.top() - reach;
        if gap > 0.6 * size && best.is_none_or(|(widest, _)| gap > widest) {
            best = Some((gap, run.top() - gap / 2.0));
        }
        reach = reach.max(run.bottom());
    }
    best.map(|(_, cut)| cut)
}

/// Lines of a block, from top to bottom.
fn lines<R: Record>(block: &[Run<R>]) -> Vec<Vec<&Run<R>>> {
    let mut by_y: Vec<&Run<R>> = block.iter().collect();
    by_y.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut lines: Vec<Vec<&Run<R>>> = Vec::new();
    let mut at: Option<(f64, f64)> = None;
    for run in by_y {
        match (at, lines.last_mut()) {
            (Some((y, size)), Some(line)) if run.y - y < 0.5 * size.min(run.size).max(0.6 * size.max(run.size)) => {
                line.push(run);
                // The largest glyphs give the line its height.
                if run.size > size {
                    at = Some((run.y, run.size));
                }
            }
            _ => {
                lines.push(vec![run]);
                at = Some((run.y, run.size));
            }
        }
    }
    for line in &mut lines {
        line.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    }
    lines
}

fn write<R: Record>(blocks: &[Vec<Run<R>>], out: &mut String, from: &mut R) {
    let lines: Vec<Vec<&Run<R>>> = blocks.iter().flat_map(|b| lines(b)).collect();
    let height = |line: &[&Run<R>]| line.first().map_or(0.0, |r| r.y);
    let steps: Vec<f64> = lines
        .windows(2)
        .map(|w| match w {
            [a, b] => height(b) - height(a),
            _ => 0.0,
        })
        .filter(|&d| d > 0.0)
        .collect();
    let usual = median(steps);
    let mut before: Option<f64> = None;
    for line in &lines {
        let y = height(line);
        if let Some(before) = before {
            // A soft hyphen at the end of a line parts a word that is one.
            if out.ends_with('\u{AD}') {
                out.pop();
                from.pop();
            } else {
                out.push('\n');
                from.add_blank();
                if y < before || y - before > 1.8 * usual {
                    out.push('\n');
                    from.add_blank();
                }
            }
        } else if !out.is_empty() {
            out.push_str("\n\n");
            from.add_blank();
            from.add_blank();
        }
        before = Some(y);
        let mut end: Option<&Run<R>> = None;
        for run in line {
            if let Some(end) = end {
                let gap = run.x0 - end.x1;
                let size = run.size.max(end.size);
                if gap > CELL * size {
                    out.push('\t');
                    from.add_blank();
                } else if gap > if wide_pair(&end.text, &run.text) { 0.5 } else { WORD } * size || gap < -0.6 * size {
                    out.push(' ');
                    from.add_blank();
                }
            }
            out.push_str(&run.text);
            from.append(&run.from);
            end = Some(run);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glyphs(out: &mut Vec<Glyph>, text: &str, x: f64, y: f64, size: f64) {
        let mut x = x;
        for c in text.chars() {
            out.push(Glyph {
                x,
                y,
                dx: size / 2.0,
                dy: 0.0,
                size,
                shown: Shown::Char(c),
            });
            x += size / 2.0;
        }
    }

    #[test]
    fn words_lines_and_cells_are_kept_apart() {
        let mut page = Vec::new();
        glyphs(&mut page, "Giám đốc", 300.0, 20.0, 10.0);
        glyphs(&mut page, "Họ tên", 20.0, 20.0, 10.0);
        // A word gap without a blank, as typesetters write it.
        glyphs(&mut page, "Trần", 20.0, 34.0, 10.0);
        glyphs(&mut page, "Bình", 43.0, 34.0, 10.0);
        assert_eq!(text(&page), "Họ tên\tGiám đốc\nTrần Bình");
    }

    #[test]
    fn columns_of_prose_are_read_one_after_the_other() {
        let mut page = Vec::new();
        glyphs(
            &mut page,
            "A heading across both of the columns of this page",
            20.0,
            20.0,
            10.0,
        );
        for i in 0..6 {
            let y = 60.0 + 12.0 * f64::from(i);
            glyphs(
                &mut page,
                &format!("left line number {i} is long enough"),
                20.0,
                y,
                10.0,
            );
            glyphs(&mut page, &format!("right line number {i} is as long"), 220.0, y, 10.0);
        }
        let read = text(&page);
        let place = |what: &str| read.find(what).unwrap();
        assert!(place("left line number 5") < place("right line number 0"), "{read}");
        assert!(place("heading") < place("left line number 0"));
    }

    #[test]
    fn rows_of_a_table_stay_together() {
        let mut page = Vec::new();
        for (i, (name, born)) in [("Ivan", "1980"), ("Anna", "1991"), ("Oleg", "1975"), ("Vera", "1969")]
            .iter()
            .enumerate()
        {
            let y = 20.0 + 14.0 * i as f64;
            glyphs(&mut page, name, 20.0, y, 10.0);
            glyphs(&mut page, born, 200.0, y, 10.0);
            glyphs(&mut page, "Omsk", 300.0, y, 10.0);
        }
        assert!(text(&page).starts_with("Ivan\t1980\tOmsk\nAnna\t1991\tOmsk\n"));
    }

    #[test]
    fn accents_drawn_apart_meet_their_letters() {
        let mut page = Vec::new();
        glyphs(&mut page, "La\u{302}", 20.0, 20.0, 10.0);
        glyphs(&mut page, "\u{301}", 30.0, 20.0, 10.0);
        assert_eq!(text(&page), "Lấ");
        let mut page = Vec::new();
        glyphs(&mut page, "Rene", 20.0, 20.0, 10.0);
        glyphs(&mut page, "´", 35.0, 20.0, 10.0);
        assert_eq!(text(&page), "René");
    }

    #[test]
    fn what_counts_as_composed_is_composed() {
        use unicode_normalization::{IsNormalized, is_nfc_quick};
        for c in ('\0'..=char::MAX).filter(|&c| is_composed(c)) {
            assert_eq!(is_nfc_quick(std::iter::once(c)), IsNormalized::Yes, "{c:?}");
        }
        let mut page = Vec::new();
        glyphs(&mut page, "Tr\u{1EA7}n Va\u{306}n", 20.0, 20.0, 10.0);
        assert_eq!(text(&page), "Trần Văn");
    }

    #[test]
    fn turned_and_doubled_text_is_read_once() {
        let mut page = Vec::new();
        glyphs(&mut page, "bold", 20.0, 20.0, 10.0);
        glyphs(&mut page, "bold", 20.4, 20.0, 10.0);
        for (i, c) in "up".chars().enumerate() {
            page.push(Glyph {
                x: 300.0,
                y: 300.0 - 5.0 * i as f64,
                dx: 0.0,
                dy: -5.0,
                size: 10.0,
                shown: Shown::Char(c),
            });
        }
        let read = text(&page);
        assert_eq!(read.matches("bold").count(), 1);
        assert!(read.contains("up"), "{read}");
    }
}
