//! The figures as text, JSON and CSV.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};
use tutela_accuracy::{Count, Labels, Meaning, Mistake, Report, Row};
use tutela_words::{Arg, Words};

use super::Skipped;

/// What is told, and how.
pub(super) struct Telling<'a> {
    pub(super) report: &'a Report,
    pub(super) labels: &'a Labels,
    pub(super) skipped: &'a [Skipped],
    pub(super) broken: u64,
    pub(super) reveal: bool,
    pub(super) words: &'a Words,
}

impl Telling<'_> {
    /// For a terminal.
    pub(super) fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let Report { documents, bytes, .. } = self.report;
        let mb = format!("{:.1}", *bytes as f64 / 1e6);
        let args = [("n", Arg::Number(*documents)), ("mb", Arg::Text(&mb))];
        writeln!(out, "{}", self.words.with("cli-eval-texts", &args))?;
        let wide = self
            .report
            .rows
            .keys()
            .map(|(_, label)| label.chars().count())
            .max()
            .unwrap_or(0)
            .max(12);
        writeln!(
            out,
            "\n     {:wide$}  {:>7} {:>8}   {}   {}",
            self.words.get("cli-eval-label"),
            self.words.get("cli-eval-spans"),
            self.words.get("cli-eval-found"),
            self.words.get("cli-eval-strict"),
            self.words.get("cli-eval-overlap"),
        )?;
        for (lang, all) in &self.report.langs {
            for ((_, label), row) in self.report.rows.iter().filter(|((l, _), _)| l == lang) {
                line(out, lang, label, wide, row, &self.types(label))?;
            }
            line(out, lang, &self.words.get("cli-eval-all"), wide, all, "")?;
        }
        line(out, "*", &self.words.get("cli-eval-all"), wide, &self.report.total, "")?;
        self.remark(out, "cli-eval-unknown", &named(&self.report.unknown))?;
        self.remark(out, "cli-eval-left-out", &named(&self.report.left_out))?;
        let aside: BTreeMap<_, _> = self.report.not_judged.iter().map(|(e, n)| (e.as_str(), *n)).collect();
        self.remark(out, "cli-eval-not-judged", &named(&aside))?;
        if self.broken > 0 {
            let args = [("n", Arg::Number(self.broken))];
            writeln!(out, "{}", self.words.with("cli-eval-broken", &args))?;
        }
        if !self.report.worst.is_empty() {
            writeln!(out, "\n{}", self.words.get("cli-eval-worst"))?;
        }
        for mistake in &self.report.worst {
            let (before, value, behind) = self.shown(mistake);
            writeln!(
                out,
                "{:>5} ×  {:8} {} {}  {before}[{value}]{behind}",
                mistake.times,
                self.words.get(&format!("cli-eval-{}", mistake.kind.as_str())),
                mistake.lang,
                mistake.row,
            )?;
        }
        Ok(())
    }

    fn remark(&self, out: &mut dyn Write, key: &str, list: &str) -> io::Result<()> {
        if list.is_empty() {
            return Ok(());
        }
        writeln!(out, "{}", self.words.with(key, &[("x", Arg::Text(list))]))
    }

    /// The types that a label means, where they are not the label itself.
    fn types(&self, label: &str) -> String {
        match self.labels.meaning(label) {
            Some(Meaning::Types(types)) => {
                let names: Vec<_> = types.iter().map(|t| t.as_str()).collect();
                match names.as_slice() {
                    [name] if *name == label => String::new(),
                    [first, .., last] if names.len() > 3 => format!("{first} … {last} ({})", names.len()),
                    _ => names.join(", "),
                }
            }
            _ => String::new(),
        }
    }

    /// One document.
    pub(super) fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let report = self.report;
        let row = |lang: &str, label: Option<&str>, row: &Row| {
            let mut all = json!({"lang": lang, "strict": figures(&row.strict), "overlap": figures(&row.overlap)});
            if let (Some(label), Some(map)) = (label, all.as_object_mut()) {
                map.insert("label".to_owned(), label.into());
            }
            all
        };
        let meaning = |meaning: &Meaning| match meaning {
            Meaning::Types(types) => types.iter().map(|t| t.as_str().into()).collect::<Vec<Value>>().into(),
            Meaning::Left => Value::from("left out"),
            Meaning::Aside => Value::from("set aside"),
        };
        let labels: BTreeMap<_, _> = report
            .rows
            .keys()
            .map(|(_, l)| l.as_str())
            .chain(report.left_out.keys().map(String::as_str))
            .filter_map(|l| Some((l, meaning(&self.labels.meaning(l)?))))
            .collect();
        let worst: Vec<_> = report
            .worst
            .iter()
            .map(|m| {
                let (before, value, behind) = self.shown(m);
                json!({"times": m.times, "kind": m.kind.as_str(), "lang": m.lang, "label": m.row, "type": m.entity, "score": four(f64::from(m.score)),
                    "corpus": m.place.0, "id": m.place.1, "before": before, "value": value, "behind": behind})
            })
            .collect();
        let skipped: Vec<_> = self
            .skipped
            .iter()
            .map(|s| json!({"path": s.path, "line": s.line, "why": s.why}))
            .collect();
        let whole = json!({
            "documents": report.documents,
            "bytes": report.bytes,
            "rows": report.rows.iter().map(|((lang, label), r)| row(lang, Some(label), r)).collect::<Vec<_>>(),
            "languages": report.langs.iter().map(|(lang, r)| row(lang, None, r)).collect::<Vec<_>>(),
            "total": {"strict": figures(&report.total.strict), "overlap": figures(&report.total.overlap)},
            "labels": labels,
            "unknown_labels": report.unknown,
            "left_out": report.left_out,
            "not_judged": report.not_judged,
            "broken_lines": self.broken,
            "broken": skipped,
            "worst": worst,
        });
        serde_json::to_writer_pretty(&mut *out, &whole)?;
        out.write_all(b"\n")
    }

    /// A row for each language, label and way of counting.
    pub(super) fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "lang,label,counted,spans,hit,findings,right,precision,recall,f1")?;
        let mut row = |lang: &str, label: &str, row: &Row| -> io::Result<()> {
            for (name, count) in [("strict", &row.strict), ("overlap", &row.overlap)] {
                let f = count.figures();
                writeln!(
                    out,
                    "{},{},{name},{},{},{},{},{:.4},{:.4},{:.4}",
                    quoted(lang),
                    quoted(label),
                    count.spans,
                    count.hit,
                    count.findings,
                    count.right,
                    f.precision,
                    f.recall,
                    f.f1
                )?;
            }
            Ok(())
        };
        for ((lang, label), r) in &self.report.rows {
            row(lang, label, r)?;
        }
        for (lang, r) in &self.report.langs {
            row(lang, "*", r)?;
        }
        row("*", "*", &self.report.total)
    }

    /// An error with what stands around it: as shapes, unless the texts may be seen.
    fn shown(&self, mistake: &Mistake) -> (String, String, String) {
        if self.reveal {
            let plain = |text: &str| text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            return (plain(&mistake.before), plain(&mistake.value), plain(&mistake.behind));
        }
        let star = |c: char| match c {
            _ if c.is_alphanumeric() => '*',
            _ if c.is_whitespace() || c.is_control() => ' ',
            _ => c,
        };
        let hidden = |text: &str| text.chars().map(star).collect();
        let value = tutela_deid::operator::masked(mistake.entity, &mistake.value);
        (hidden(&mistake.before), value, hidden(&mistake.behind))
    }
}

fn line(out: &mut dyn Write, lang: &str, label: &str, wide: usize, row: &Row, types: &str) -> io::Result<()> {
    let three = |count: &Count| {
        let f = count.figures();
        format!("{:.3} {:.3} {:.3}", f.precision, f.recall, f.f1)
    };
    // Padded by characters: a formatter counts them, too, and not the columns of a terminal.
    let text = format!(
        "{lang:3}  {label:wide$}  {:>7} {:>8}   {}   {}   {types}",
        row.overlap.spans,
        row.overlap.findings,
        three(&row.strict),
        three(&row.overlap)
    );
    writeln!(out, "{}", text.trim_end())
}

fn named<K: std::fmt::Display>(counts: &BTreeMap<K, u64>) -> String {
    let all: Vec<_> = counts.iter().map(|(name, n)| format!("{name} {n}")).collect();
    all.join(", ")
}

fn figures(count: &Count) -> Value {
    let f = count.figures();
    json!({"spans": count.spans, "hit": count.hit, "findings": count.findings, "right": count.right,
        "precision": four(f.precision), "recall": four(f.recall), "f1": four(f.f1)})
}

fn four(x: f64) -> f64 {
    (x * 10_000.0).round() / 10_000.0
}

/// A cell of CSV; a label that a spreadsheet would take for a formula is made a text.
fn quoted(cell: &str) -> String {
    let risky = cell.starts_with(['=', '+', '-', '@']);
    let cell = if risky { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}
