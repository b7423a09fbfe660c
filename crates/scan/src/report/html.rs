//! A page: one file that needs nothing from outside, works without script and prints well.

mod treemap;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use tutela_detect::Entity;
use tutela_extract::ReadState;
use tutela_law::Class;
use tutela_words::{Arg, Words};

use super::{Report, Worst, class_name, entity_name, place, reasons, visible, why_unread};
use crate::{About, FileReport, Totals};

/// Files with their findings on the page, findings of one file, and files that were not read.
const FILES: usize = 300;
const HITS: usize = 100;
const NOT_READ: usize = 2000;

const STYLE: &str = include_str!("html/style.css");

pub(super) struct Html<'a> {
    words: &'a Words,
    worst: Worst,
    classes: BTreeMap<Entity, Class>,
    map: treemap::Folders,
}

/// Text for HTML: markup escaped, control characters made visible.
fn esc(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

impl<'a> Html<'a> {
    pub(super) fn new(words: &'a Words) -> Self {
        Self {
            words,
            worst: Worst::new(FILES),
            classes: BTreeMap::new(),
            map: treemap::Folders::default(),
        }
    }

    fn w(&self, key: &str) -> String {
        esc(&self.words.get(key))
    }

    fn badge(&self, class: Option<Class>) -> String {
        let code = class.map_or("none", Class::as_str);
        format!(
            "<span class=\"badge {code}\">{}</span>",
            esc(&class_name(self.words, class))
        )
    }

    fn head(&self, out: &mut dyn Write, about: &About, totals: &Totals) -> io::Result<()> {
        let title = self.w("report-title");
        write!(
            out,
            "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
             <meta name=\"referrer\" content=\"no-referrer\"><title>{title}</title><style>{STYLE}</style></head><body><main>\n<h1>{title}</h1>\n<dl class=\"about\">",
            self.words.locale().code()
        )?;
        let paths: Vec<_> = about.paths.iter().map(|p| esc(p)).collect();
        for (key, value) in [
            ("report-scanned", paths.join("<br>")),
            ("report-at", esc(&about.at)),
            ("report-pack", format!("{} ({})", esc(&about.pack), esc(&about.on))),
            ("report-version", esc(&about.version)),
        ] {
            write!(out, "<dt>{}</dt><dd>{value}</dd>", self.w(key))?;
        }
        write!(
            out,
            "</dl>\n<section><h2>{}</h2><ul class=\"figures\">",
            self.w("report-sheet-summary")
        )?;
        let read = |s| totals.read.get(&s).copied().unwrap_or(0);
        for (key, n, class) in [
            ("report-files-head", totals.files, ""),
            ("report-findings-head", totals.findings, ""),
            ("report-subjects-head", totals.subjects, ""),
            (
                "report-sensitive-files",
                totals.classes.get(&Class::Sensitive).copied().unwrap_or(0),
                "sensitive",
            ),
            ("read-partial", read(ReadState::Partial), "unread"),
            ("read-none", read(ReadState::None), "unread"),
        ] {
            let class = if n == 0 { "" } else { class };
            write!(out, "<li class=\"{class}\"><b>{n}</b><span>{}</span></li>", self.w(key))?;
        }
        let advice = if totals.not_read.is_empty() {
            "report-advice"
        } else {
            "report-advice-not-read"
        };
        writeln!(out, "</ul><p>{}</p></section>", self.w(advice))
    }

    fn types(&self, out: &mut dyn Write, about: &About, totals: &Totals) -> io::Result<()> {
        let mut rows: Vec<_> = totals.counts.iter().collect();
        rows.sort_by(|a, b| self.classes.get(b.0).cmp(&self.classes.get(a.0)).then(b.1.cmp(a.1)));
        let most = rows.iter().map(|r| *r.1).max().unwrap_or(1) as f64;
        write!(
            out,
            "<section><h2>{}</h2><table><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\" class=\"n\">{}</th><th></th></tr></thead><tbody>",
            self.w("report-by-type"),
            self.w("report-type"),
            self.w("report-class"),
            self.w("report-norm"),
            self.w("report-findings-head")
        )?;
        for (entity, n) in rows {
            // A bar grows with the logarithm: one finding and a million both show.
            let width = (((*n as f64) + 1.0).ln() / (most + 1.0).ln() * 100.0).round();
            let class = self.classes.get(entity).copied();
            let code = class.map_or("none", Class::as_str);
            write!(
                out,
                "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"norm\">{}</td><td class=\"n\">{n}</td><td class=\"bar\"><svg viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"{code}\" width=\"{width}\" height=\"8\" rx=\"1\"/></svg></td></tr>",
                esc(&entity_name(self.words, *entity)),
                self.badge(class),
                esc(about.norms.get(entity).map_or("", String::as_str))
            )?;
        }
        writeln!(out, "</tbody></table></section>")
    }

    fn files(&self, out: &mut dyn Write, totals: &Totals) -> io::Result<()> {
        writeln!(out, "<section><h2>{}</h2>", self.w("report-worst"))?;
        let words = self.words;
        for (i, file) in self.worst.files.iter().enumerate() {
            let subjects = words.with("report-subjects", &[("n", Arg::Number(file.subjects))]);
            let risk = words.with("report-risk", &[("x", Arg::Text(&format!("{:.2}", file.risk)))]);
            let mut types: Vec<_> = file.counts.iter().collect();
            types.sort_by(|a, b| b.1.cmp(a.1));
            let types: Vec<_> = types
                .iter()
                .map(|(e, n)| format!("{} {n}", esc(&entity_name(words, **e))))
                .collect();
            write!(
                out,
                "<details id=\"f{i}\"><summary><span class=\"path\">{}</span> {} <span class=\"meta\">{} · {}</span></summary><p class=\"meta\">{}</p>",
                esc(&file.path),
                self.badge(file.class),
                esc(&risk),
                esc(&subjects),
                types.join(" · ")
            )?;
            write!(
                out,
                "<table><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\" class=\"n\">{}</th><th scope=\"col\">{}</th></tr></thead><tbody>",
                self.w("report-type"),
                self.w("report-masked"),
                self.w("report-place"),
                self.w("report-score"),
                self.w("report-why")
            )?;
            let mut hits: Vec<_> = file.hits.iter().collect();
            hits.sort_by_key(|h| Reverse(h.class));
            for hit in hits.iter().take(HITS) {
                write!(
                    out,
                    "<tr class=\"{}\"><td>{}</td><td class=\"value\">{}</td><td class=\"place\">{}</td><td class=\"n\">{:.2}</td><td class=\"why\">{}</td></tr>",
                    hit.class.as_str(),
                    esc(&entity_name(words, hit.entity)),
                    esc(hit.value.as_deref().unwrap_or(&hit.masked)),
                    esc(&place(words, &hit.place)),
                    hit.score,
                    esc(&reasons(words, &hit.why))
                )?;
            }
            writeln!(out, "</tbody></table>")?;
            let more = file
                .counts
                .values()
                .sum::<u64>()
                .saturating_sub(hits.len().min(HITS) as u64);
            if more > 0 {
                writeln!(
                    out,
                    "<p class=\"meta\">{}</p>",
                    esc(&words.with("report-more", &[("n", Arg::Number(more))]))
                )?;
            }
            writeln!(out, "</details>")?;
        }
        let with_findings: u64 = totals.classes.values().sum();
        if let Some(more) = with_findings
            .checked_sub(self.worst.files.len() as u64)
            .filter(|&n| n > 0)
        {
            writeln!(
                out,
                "<p class=\"meta\">{}</p>",
                esc(&words.with("report-more-files", &[("n", Arg::Number(more))]))
            )?;
        }
        writeln!(out, "</section>")
    }

    fn not_read(&self, out: &mut dyn Write, totals: &Totals) -> io::Result<()> {
        if totals.not_read.is_empty() {
            return Ok(());
        }
        write!(
            out,
            "<section><h2>{}</h2><table><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr></thead><tbody>",
            self.w("report-not-read"),
            self.w("report-path"),
            self.w("report-place"),
            self.w("report-why")
        )?;
        for missing in totals.not_read.iter().take(NOT_READ) {
            write!(
                out,
                "<tr><td class=\"path\">{}</td><td>{}</td><td>{}</td></tr>",
                esc(&missing.path),
                esc(&place(self.words, &missing.unread.place)),
                esc(&why_unread(self.words, &missing.unread))
            )?;
        }
        writeln!(out, "</tbody></table>")?;
        if let Some(more) = totals.not_read.len().checked_sub(NOT_READ).filter(|&n| n > 0) {
            writeln!(
                out,
                "<p>{}</p>",
                esc(&self.words.with("report-more", &[("n", Arg::Number(more as u64))]))
            )?;
        }
        writeln!(out, "</section>")
    }
}

impl Report for Html<'_> {
    fn file(&mut self, _: &mut dyn Write, mut file: FileReport) -> io::Result<()> {
        for hit in &file.hits {
            let class = self.classes.entry(hit.entity).or_insert(hit.class);
            *class = hit.class.max(*class);
        }
        self.map.add(&file.path, file.counts.values().sum(), file.class);
        // The page shows the gravest findings of a file; keeping no more bounds memory.
        file.hits.sort_by_key(|h| Reverse(h.class));
        file.hits.truncate(HITS);
        self.worst.add(file);
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write, about: &About, totals: &Totals) -> io::Result<()> {
        self.worst.trim();
        self.head(out, about, totals)?;
        if totals.findings > 0 {
            self.types(out, about, totals)?;
            let label = |folder: &str, n: u64| {
                let name = if folder.is_empty() { "/" } else { folder };
                format!(
                    "{}: {}",
                    visible(name),
                    self.words.with("report-findings", &[("n", Arg::Number(n))])
                )
            };
            if let Some(svg) = self.map.draw(&label) {
                writeln!(
                    out,
                    "<section><h2>{}</h2><p class=\"meta\">{}</p>{svg}</section>",
                    self.w("report-treemap"),
                    self.w("report-treemap-note")
                )?;
            }
            self.files(out, totals)?;
        }
        self.not_read(out, totals)?;
        writeln!(
            out,
            "<section><h2>{}</h2><p>{}</p><p>{}</p></section></main></body></html>",
            self.w("report-how"),
            self.w("report-how-subjects"),
            self.w("report-how-risk")
        )
    }
}
