//! The summary for a terminal.

use std::collections::BTreeMap;
use std::io::{self, Write};

use tutela_detect::Entity;
use tutela_extract::ReadState;
use tutela_law::Class;
use tutela_words::{Arg, Words};
use unicode_width::UnicodeWidthStr;

use super::{Report, Style, Worst, class_name, entity_name, place, reasons, visible, why_unread};
use crate::{About, FileReport, Totals};

/// Files shown, and findings shown of each.
const FILES: usize = 20;
const HITS: usize = 5;
/// Lines on what could not be read.
const NOT_READ: usize = 40;

pub(super) struct Text<'a> {
    words: &'a Words,
    style: Style,
    worst: Worst,
    classes: BTreeMap<Entity, Class>,
    /// Files in which each type was found.
    spread: BTreeMap<Entity, u64>,
}

impl<'a> Text<'a> {
    pub(super) fn new(words: &'a Words, style: Style) -> Self {
        let most = if style.verbose { 10 * FILES } else { FILES };
        Self {
            words,
            style,
            worst: Worst::new(most),
            classes: BTreeMap::new(),
            spread: BTreeMap::new(),
        }
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.style.colour {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    fn head(&self, out: &mut dyn Write, key: &str) -> io::Result<()> {
        writeln!(out, "\n{}", self.paint("1", &self.words.get(key)))
    }

    fn class(&self, class: Option<Class>) -> String {
        let name = class_name(self.words, class);
        if class == Some(Class::Sensitive) {
            self.paint("31", &name)
        } else {
            name
        }
    }
}

/// Text padded to a width in columns: a Han character takes two.
fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

impl Report for Text<'_> {
    fn file(&mut self, _: &mut dyn Write, file: FileReport) -> io::Result<()> {
        for hit in &file.hits {
            let class = self.classes.entry(hit.entity).or_insert(hit.class);
            *class = hit.class.max(*class);
        }
        for &entity in file.counts.keys() {
            *self.spread.entry(entity).or_default() += 1;
        }
        self.worst.add(file);
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write, about: &About, totals: &Totals) -> io::Result<()> {
        let words = self.words;
        let count = |state| totals.read.get(&state).copied().unwrap_or(0);
        let size = format!("{:.1}", totals.bytes as f64 / 1e6);
        let seconds = format!("{:.1}", totals.seconds);
        let args = [
            ("files", Arg::Number(totals.files)),
            ("mb", Arg::Text(&size)),
            ("s", Arg::Text(&seconds)),
            ("full", Arg::Number(count(ReadState::Full))),
            ("partial", Arg::Number(count(ReadState::Partial))),
            ("none", Arg::Number(count(ReadState::None))),
            ("findings", Arg::Number(totals.findings)),
            ("subjects", Arg::Number(totals.subjects)),
            ("cached", Arg::Number(totals.cached)),
        ];
        writeln!(out, "{}", self.paint("1", &words.with("report-files", &args)))?;
        writeln!(out, "{}", words.with("report-read", &args))?;
        if totals.cached > 0 {
            writeln!(out, "{}", words.with("report-cached", &args))?;
        }
        writeln!(
            out,
            "{}",
            words.with(
                "report-law",
                &[("x", Arg::Text(&about.pack)), ("y", Arg::Text(&about.on))]
            )
        )?;
        writeln!(out, "{}", words.with("report-found", &args))?;

        if !totals.counts.is_empty() {
            self.head(out, "report-by-type")?;
            let mut rows: Vec<_> = totals.counts.iter().collect();
            rows.sort_by(|a, b| self.classes.get(b.0).cmp(&self.classes.get(a.0)).then(b.1.cmp(a.1)));
            let names: Vec<_> = rows.iter().map(|(e, _)| entity_name(words, **e)).collect();
            let width = names.iter().map(|n| n.width()).max().unwrap_or(0);
            for ((entity, n), name) in rows.iter().zip(&names) {
                let files = self.spread.get(entity).copied().unwrap_or(0);
                let files = words.with("report-in-files", &[("n", Arg::Number(files))]);
                let class = self.class(self.classes.get(entity).copied());
                let norm = about.norms.get(*entity).map_or("", String::as_str);
                writeln!(
                    out,
                    "  {}  {n:>9}  {}  {}  {norm}",
                    pad(name, width),
                    pad(&files, 14),
                    class
                )?;
            }
        }

        self.worst.trim();
        if !self.worst.files.is_empty() {
            self.head(out, "report-worst")?;
        }
        for file in &self.worst.files {
            let path = self.paint("36", &visible(&file.path));
            let subjects = words.with("report-subjects", &[("n", Arg::Number(file.subjects))]);
            let risk = words.with("report-risk", &[("x", Arg::Text(&format!("{:.2}", file.risk)))]);
            writeln!(out, "  {path}\n    {risk} · {} · {subjects}", self.class(file.class))?;
            let most = if self.style.verbose { usize::MAX } else { HITS };
            // The gravest findings first: they are why the file stands here.
            let mut hits: Vec<_> = file.hits.iter().collect();
            hits.sort_by(|a, b| b.class.cmp(&a.class).then(b.score.total_cmp(&a.score)));
            for hit in hits.iter().take(most) {
                let name = entity_name(words, hit.entity);
                let shown = visible(hit.value.as_deref().unwrap_or(&hit.masked));
                let at = visible(&place(words, &hit.place));
                writeln!(
                    out,
                    "    {name}: {shown}  [{at}]  {:.2}  {}",
                    hit.score,
                    reasons(words, &hit.why)
                )?;
            }
            let more = file
                .counts
                .values()
                .sum::<u64>()
                .saturating_sub(hits.len().min(most) as u64);
            if more > 0 {
                writeln!(out, "    {}", words.with("report-more", &[("n", Arg::Number(more))]))?;
            }
        }

        if !totals.not_read.is_empty() {
            self.head(out, "report-not-read")?;
            let most = if self.style.verbose { usize::MAX } else { NOT_READ };
            for missing in totals.not_read.iter().take(most) {
                let at = place(words, &missing.unread.place);
                let at = if at.is_empty() {
                    String::new()
                } else {
                    format!(" [{}]", visible(&at))
                };
                let why = visible(&why_unread(words, &missing.unread));
                writeln!(out, "  {}{at}: {}", visible(&missing.path), self.paint("33", &why))?;
            }
            if let Some(more) = totals.not_read.len().checked_sub(most).filter(|&n| n > 0) {
                writeln!(
                    out,
                    "  {}",
                    words.with("report-more", &[("n", Arg::Number(more as u64))])
                )?;
            }
        }
        let advice = if totals.not_read.is_empty() && totals.findings == 0 {
            "report-advice-clean"
        } else if totals.not_read.is_empty() {
            "report-advice"
        } else {
            "report-advice-not-read"
        };
        writeln!(out, "\n{}", words.get(advice))
    }
}
