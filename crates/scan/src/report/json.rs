//! JSON and JSON lines, as `docs/interfaces.md` describes them.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use tutela_detect::Entity;
use tutela_extract::{ReadState, Unread};

use super::{Report, two};
use crate::{About, FileReport, Hit, NotRead, Totals};

#[derive(Serialize)]
struct File<'a> {
    path: &'a str,
    kind: &'a str,
    bytes: u64,
    read: ReadState,
    findings: Vec<Finding<'a>>,
    #[serde(skip_serializing_if = "is_zero")]
    omitted: u64,
    counts: &'a BTreeMap<Entity, u64>,
    subjects: u64,
    class: Option<&'a str>,
    risk: f64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_read: Vec<Missing<'a>>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

#[derive(Serialize)]
struct Finding<'a> {
    #[serde(rename = "type")]
    entity: &'a str,
    class: &'a str,
    law: &'a str,
    score: f64,
    validated: bool,
    place: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    masked: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    why: Vec<String>,
}

#[derive(Serialize)]
struct Missing<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "String::is_empty")]
    place: String,
    why: String,
}

impl<'a> Missing<'a> {
    fn new(path: Option<&'a str>, unread: &Unread) -> Self {
        Self {
            path,
            place: unread.place.to_string(),
            why: unread.why.to_string(),
        }
    }
}

impl<'a> File<'a> {
    fn new(file: &'a FileReport) -> Self {
        let finding = |hit: &'a Hit| Finding {
            entity: hit.entity.as_str(),
            class: hit.class.as_str(),
            law: hit.law.code(),
            score: two(hit.score),
            validated: hit.validated,
            place: hit.place.to_string(),
            offset: hit.offset,
            masked: &hit.masked,
            value: hit.value.as_deref(),
            why: hit.why.iter().map(ToString::to_string).collect(),
        };
        Self {
            path: &file.path,
            kind: file.kind.as_str(),
            bytes: file.bytes,
            read: file.read,
            findings: file.hits.iter().map(finding).collect(),
            omitted: file.omitted,
            counts: &file.counts,
            subjects: file.subjects,
            class: file.class.map(tutela_law::Class::as_str),
            risk: two(file.risk),
            not_read: file.unread.iter().map(|u| Missing::new(None, u)).collect(),
        }
    }
}

#[derive(Serialize)]
struct Total<'a> {
    files: u64,
    bytes: u64,
    read: BTreeMap<&'a str, u64>,
    not_read: Vec<Missing<'a>>,
    findings: u64,
    counts: &'a BTreeMap<Entity, u64>,
    classes: BTreeMap<&'a str, u64>,
    subjects: u64,
    cached: u64,
    seconds: f64,
}

impl<'a> Total<'a> {
    fn new(totals: &'a Totals) -> Self {
        let states = [ReadState::Full, ReadState::Partial, ReadState::None];
        Self {
            files: totals.files,
            bytes: totals.bytes,
            read: states
                .into_iter()
                .map(|s| (s.as_str(), totals.read.get(&s).copied().unwrap_or(0)))
                .collect(),
            not_read: totals
                .not_read
                .iter()
                .map(|NotRead { path, unread }| Missing::new(Some(path), unread))
                .collect(),
            findings: totals.findings,
            counts: &totals.counts,
            classes: totals.classes.iter().map(|(c, n)| (c.as_str(), *n)).collect(),
            subjects: totals.subjects,
            cached: totals.cached,
            seconds: (totals.seconds * 1000.0).round() / 1000.0,
        }
    }
}

/// One object a file, then `{"total": …}`.
pub(super) struct Jsonl;

impl Report for Jsonl {
    fn file(&mut self, out: &mut dyn Write, file: FileReport) -> io::Result<()> {
        serde_json::to_writer(&mut *out, &File::new(&file))?;
        out.write_all(b"\n")?;
        // Whoever reads the stream sees a file as soon as it is done.
        out.flush()
    }

    fn end(&mut self, out: &mut dyn Write, _: &About, totals: &Totals) -> io::Result<()> {
        serde_json::to_writer(&mut *out, &BTreeMap::from([("total", Total::new(totals))]))?;
        out.write_all(b"\n")
    }
}

/// One document, written as files finish.
pub(super) struct Json {
    begun: bool,
}

impl Json {
    pub(super) fn new() -> Self {
        Self { begun: false }
    }
}

impl Report for Json {
    fn file(&mut self, out: &mut dyn Write, file: FileReport) -> io::Result<()> {
        out.write_all(if self.begun { b",\n" } else { b"{\"files\": [\n" })?;
        self.begun = true;
        Ok(serde_json::to_writer(out, &File::new(&file))?)
    }

    fn end(&mut self, out: &mut dyn Write, about: &About, totals: &Totals) -> io::Result<()> {
        out.write_all(if self.begun {
            b"\n],\n\"total\": "
        } else {
            b"{\"files\": [],\n\"total\": "
        })?;
        serde_json::to_writer(&mut *out, &Total::new(totals))?;
        out.write_all(b",\n\"about\": ")?;
        serde_json::to_writer(&mut *out, about)?;
        out.write_all(b"}\n")
    }
}
