use std::collections::{BTreeMap, BTreeSet};

use tutela_detect::{Entity, Finding};

use crate::document::{Document, Span};
use crate::errors::{Errors, Kind, Mistake, Seen};
use crate::labels::{Labels, Meaning};

/// Numbers of one way of counting.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Spans that are annotated.
    pub spans: u64,
    /// Of these, found.
    pub hit: u64,
    /// Findings that were judged.
    pub findings: u64,
    /// Of these, right.
    pub right: u64,
}

/// What numbers come to. A figure without anything to count is 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// Share of the findings that are right.
    pub precision: f64,
    /// Share of the spans that were found.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
}

impl Count {
    /// The figures.
    pub fn figures(&self) -> Figures {
        let share = |part: u64, whole: u64| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
        let (precision, recall) = (share(self.right, self.findings), share(self.hit, self.spans));
        let both = precision + recall;
        Figures {
            precision,
            recall,
            f1: if both == 0.0 {
                0.0
            } else {
                2.0 * precision * recall / both
            },
        }
    }

    fn add(&mut self, other: Self) {
        self.spans += other.spans;
        self.hit += other.hit;
        self.findings += other.findings;
        self.right += other.right;
    }
}

/// One row of the report: a label in a language.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Row {
    /// Borders and type right.
    pub strict: Count,
    /// Type right, borders overlap.
    pub overlap: Count,
}

impl Row {
    fn add(&mut self, other: Self) {
        self.strict.add(other.strict);
        self.overlap.add(other.overlap);
    }
}

/// The figures of all corpora.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// By language and label.
    pub rows: BTreeMap<(String, String), Row>,
    /// All labels of a language together.
    pub langs: BTreeMap<String, Row>,
    /// All together.
    pub total: Row,
    /// Texts.
    pub documents: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Labels without a meaning, with the number of their spans: neither right nor wrong.
    pub unknown: BTreeMap<String, u64>,
    /// Labels that are left out, with the number of their spans.
    pub left_out: BTreeMap<String, u64>,
    /// Findings of types that their corpus does not annotate.
    pub not_judged: BTreeMap<Entity, u64>,
    /// The errors that cost most, as many as were asked for.
    pub worst: Vec<Mistake>,
}

/// Takes documents with findings.
#[derive(Debug)]
pub struct Scorer {
    labels: Labels,
    rows: BTreeMap<(String, String), Row>,
    documents: u64,
    bytes: u64,
    unknown: BTreeMap<String, u64>,
    left_out: BTreeMap<String, u64>,
    not_judged: BTreeMap<Entity, u64>,
    errors: Errors,
    corpus: Corpus,
}

/// The corpus that is being read: which labels it has is known at its end, and only then whether a finding without a span is wrong.
#[derive(Debug, Default)]
struct Corpus {
    name: String,
    labels: BTreeSet<String>,
    stray: Vec<Stray>,
}

/// A finding that overlaps no span of its type.
#[derive(Debug)]
struct Stray {
    entity: Entity,
    lang: String,
    score: f32,
    id: String,
    /// The text around it.
    text: String,
    start: usize,
    end: usize,
}

/// Characters kept around a finding that may be wrong.
const AROUND: usize = 48;

impl Scorer {
    /// A scorer by this table of labels.
    pub fn new(labels: Labels) -> Self {
        Self {
            labels,
            rows: BTreeMap::new(),
            documents: 0,
            bytes: 0,
            unknown: BTreeMap::new(),
            left_out: BTreeMap::new(),
            not_judged: BTreeMap::new(),
            errors: Errors::default(),
            corpus: Corpus::default(),
        }
    }

    /// Begins a corpus: what comes next belongs to it.
    pub fn begin(&mut self, name: &str) {
        self.end();
        self.corpus.name = name.to_owned();
    }

    /// Takes a document with what was found in it, sorted by `start`. `lang` is the language that it counts in.
    pub fn add(&mut self, document: &Document<'_>, lang: &str, found: &[Finding]) {
        self.documents += 1;
        self.bytes += document.text.len() as u64;
        let mut spans: Vec<(&Span, Vec<Entity>)> = Vec::new();
        let mut aside = Vec::new();
        for span in &document.spans {
            self.corpus.labels.insert(span.label.clone());
            match self.labels.meaning(&span.label) {
                Some(Meaning::Types(types)) => spans.push((span, types)),
                Some(Meaning::Left) => *self.left_out.entry(span.label.clone()).or_default() += 1,
                Some(Meaning::Aside) => {
                    *self.left_out.entry(span.label.clone()).or_default() += 1;
                    aside.push(span);
                }
                None => *self.unknown.entry(span.label.clone()).or_default() += 1,
            }
        }
        let near = Near::new(found.iter().map(|f| (f.start, f.end)));
        for (span, types) in &spans {
            let of_type = |i: &usize| found.get(*i).filter(|f| types.contains(&f.entity));
            let mut hit = false;
            let mut exact = false;
            for finding in near.overlapping(span.start, span.end).iter().filter_map(of_type) {
                hit = true;
                exact |= (finding.start, finding.end) == (span.start, span.end);
            }
            let row = self.rows.entry((lang.to_owned(), span.label.clone())).or_default();
            row.overlap.spans += 1;
            row.strict.spans += 1;
            row.overlap.hit += u64::from(hit);
            row.strict.hit += u64::from(exact);
            if !hit {
                self.errors.add(&Seen {
                    kind: Kind::Missed,
                    lang,
                    row: &span.label,
                    entity: types.first().copied().unwrap_or(Entity::Person),
                    score: 0.0,
                    text: &document.text,
                    start: span.start,
                    end: span.end,
                    place: (&self.corpus.name, &document.id),
                });
            }
        }
        let near = Near::new(spans.iter().map(|(s, _)| (s.start, s.end)));
        let set_aside = Near::new(aside.iter().map(|s| (s.start, s.end)));
        for finding in found {
            let over = near.overlapping(finding.start, finding.end);
            let of_type = |i: &&usize| spans.get(**i).is_some_and(|(_, types)| types.contains(&finding.entity));
            let mut right = over.iter().filter(of_type).filter_map(|i| spans.get(*i)).peekable();
            let exact = |(s, _): &&&(&Span, _)| (s.start, s.end) == (finding.start, finding.end);
            if let Some((first, _)) = right.peek() {
                let label = first.label.clone();
                let exact = right.find(|r| exact(&r)).map(|(s, _)| s.label.clone());
                let row = self
                    .rows
                    .entry((lang.to_owned(), exact.clone().unwrap_or(label)))
                    .or_default();
                row.overlap.findings += 1;
                row.overlap.right += 1;
                row.strict.findings += 1;
                row.strict.right += u64::from(exact.is_some());
            } else if over.is_empty() && !set_aside.overlapping(finding.start, finding.end).is_empty() {
                // Nobody can say whether it is right.
            } else {
                self.corpus.stray.push(Stray::new(document, lang, finding));
            }
        }
    }

    /// Ends the corpus: what was found without a span is wrong where the corpus annotates its type.
    fn end(&mut self) {
        let Corpus { name, labels, stray } = std::mem::take(&mut self.corpus);
        // A type counts in the row of the label that means the fewest types.
        let mut home: BTreeMap<Entity, (usize, String)> = BTreeMap::new();
        for label in labels {
            let Some(Meaning::Types(types)) = self.labels.meaning(&label) else {
                continue;
            };
            for entity in &types {
                let here = (types.len(), label.clone());
                home.entry(*entity)
                    .and_modify(|best| *best = here.clone().min(best.clone()))
                    .or_insert(here);
            }
        }
        for stray in stray {
            let Some((_, label)) = home.get(&stray.entity) else {
                *self.not_judged.entry(stray.entity).or_default() += 1;
                continue;
            };
            let row = self.rows.entry((stray.lang.clone(), label.clone())).or_default();
            row.overlap.findings += 1;
            row.strict.findings += 1;
            self.errors.add(&Seen {
                kind: Kind::False,
                lang: &stray.lang,
                row: label,
                entity: stray.entity,
                score: stray.score,
                text: &stray.text,
                start: stray.start,
                end: stray.end,
                place: (&name, &stray.id),
            });
        }
    }

    /// The figures, with at most so many errors.
    pub fn report(mut self, worst: usize) -> Report {
        self.end();
        let mut langs: BTreeMap<String, Row> = BTreeMap::new();
        let mut total = Row::default();
        for ((lang, _), row) in &self.rows {
            langs.entry(lang.clone()).or_default().add(*row);
            total.add(*row);
        }
        Report {
            rows: self.rows,
            langs,
            total,
            documents: self.documents,
            bytes: self.bytes,
            unknown: self.unknown,
            left_out: self.left_out,
            not_judged: self.not_judged,
            worst: self.errors.worst(worst),
        }
    }
}

impl Stray {
    fn new(document: &Document<'_>, lang: &str, finding: &Finding) -> Self {
        let text = &document.text;
        let before = text.get(..finding.start).unwrap_or_default();
        let from = before.char_indices().rev().nth(AROUND - 1).map_or(0, |(i, _)| i);
        let behind = text.get(finding.end..).unwrap_or_default();
        let to = finding.end + behind.char_indices().nth(AROUND).map_or(behind.len(), |(i, _)| i);
        Self {
            entity: finding.entity,
            lang: lang.to_owned(),
            score: finding.score,
            id: document.id.clone(),
            text: text.get(from..to).unwrap_or_default().to_owned(),
            start: finding.start - from,
            end: finding.end - from,
        }
    }
}

/// Stretches in order of their beginnings, asked for those that overlap another.
struct Near {
    spans: Vec<(usize, usize)>,
    /// The furthest end up to here.
    reach: Vec<usize>,
}

impl Near {
    fn new(spans: impl Iterator<Item = (usize, usize)>) -> Self {
        let spans: Vec<_> = spans.collect();
        let mut furthest = 0;
        let reach = spans.iter().map(|(_, end)| {
            furthest = furthest.max(*end);
            furthest
        });
        Self {
            reach: reach.collect(),
            spans,
        }
    }

    /// The places of those that share a byte with this stretch.
    fn overlapping(&self, start: usize, end: usize) -> Vec<usize> {
        let to = self.spans.partition_point(|(s, _)| *s < end);
        let from = self.reach.partition_point(|r| *r <= start);
        let shares = |i: &usize| self.spans.get(*i).is_some_and(|(_, e)| *e > start);
        (from..to).filter(shares).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(entity: Entity, text: &str, value: &str, score: f32) -> Finding {
        let start = text.find(value).unwrap();
        Finding {
            entity,
            start,
            end: start + value.len(),
            score,
            validated: false,
            why: Vec::new(),
        }
    }

    fn document(text: &str, spans: &[(&str, &str)]) -> Document<'static> {
        let place = |(value, label): &(&str, &str)| {
            let start = text.find(value).unwrap();
            Span {
                start,
                end: start + value.len(),
                label: (*label).to_owned(),
            }
        };
        let mut spans: Vec<_> = spans.iter().map(place).collect();
        spans.sort_by_key(|s| s.start);
        Document {
            id: "1".to_owned(),
            lang: None,
            text: text.to_owned().into(),
            spans,
        }
    }

    #[test]
    fn strict_and_overlap_are_told_apart() {
        let text = "Mr Ivan Petrov met Anna at Ford in Oslo, call 123456 now";
        let doc = document(
            text,
            &[
                ("Ivan Petrov", "PERSON"),
                ("Anna", "PERSON"),
                ("Ford", "ORG"),
                ("Oslo", "LOCATION"),
                ("now", "DATE"),
                ("met", "NOVEL"),
            ],
        );
        let found = [
            finding(Entity::Person, text, "Mr Ivan Petrov", 0.9),
            finding(Entity::Person, text, "Ford", 0.8),
            finding(Entity::Location, text, "Oslo", 0.7),
            finding(Entity::PhoneNumber, text, "123456", 0.6),
        ];
        let mut scorer = Scorer::new(Labels::common());
        scorer.begin("a");
        scorer.add(&doc, "en", &found);
        let report = scorer.report(10);
        let row = |label: &str| report.rows[&("en".to_owned(), label.to_owned())];
        let count = |spans, hit, findings, right| Count {
            spans,
            hit,
            findings,
            right,
        };
        assert_eq!(row("PERSON").overlap, count(2, 1, 2, 1));
        assert_eq!(row("PERSON").strict, count(2, 0, 2, 0));
        assert_eq!(row("LOCATION").strict, count(1, 1, 1, 1));
        assert_eq!(row("ORG").overlap, count(1, 0, 0, 0));
        assert_eq!(report.total.overlap, count(4, 2, 3, 2));
        assert_eq!(report.unknown.get("NOVEL"), Some(&1));
        assert_eq!(report.left_out.get("DATE"), Some(&1));
        assert_eq!(
            report.not_judged.get(&Entity::PhoneNumber),
            Some(&1),
            "the corpus annotates no telephones"
        );
        let figures = report.total.overlap.figures();
        assert!((figures.precision - 2.0 / 3.0).abs() < 1e-9 && (figures.recall - 0.5).abs() < 1e-9);
        assert!((figures.f1 - 4.0 / 7.0).abs() < 1e-9);
        let worst: Vec<_> = report
            .worst
            .iter()
            .map(|m| (m.kind, m.row.as_str(), m.value.as_str()))
            .collect();
        assert_eq!(
            worst,
            [
                (Kind::False, "PERSON", "Ford"),
                (Kind::Missed, "ORG", "Ford"),
                (Kind::Missed, "PERSON", "Anna")
            ]
        );
    }

    #[test]
    fn names_of_unknown_kind_are_right_with_any_name() {
        let text = "Hà Nội, Lan";
        let doc = document(text, &[("Hà Nội", "PROPN"), ("Lan", "PROPN")]);
        let mut scorer = Scorer::new(Labels::common());
        scorer.add(
            &doc,
            "vi",
            &[
                finding(Entity::Location, text, "Hà Nội", 0.9),
                finding(Entity::Person, text, "Lan", 0.9),
            ],
        );
        let report = scorer.report(0);
        assert_eq!(report.total.strict.right, 2);
        assert!(report.worst.is_empty());
    }

    #[test]
    fn what_is_found_in_a_span_set_aside_is_not_judged() {
        let text = "the mayor Ivan";
        let doc = document(text, &[("mayor", "PERSON_NOMINAL"), ("Ivan", "PERSON")]);
        let mut scorer = Scorer::new(Labels::common());
        scorer.add(
            &doc,
            "en",
            &[
                finding(Entity::Person, text, "mayor", 0.9),
                finding(Entity::Person, text, "Ivan", 0.9),
            ],
        );
        assert_eq!(scorer.report(9).total.overlap.findings, 1);
    }

    #[test]
    fn errors_are_folded_and_the_order_of_corpora_does_not_matter() {
        let text = "Oslo";
        let run = |names: [&str; 2]| {
            let mut scorer = Scorer::new(Labels::common());
            for name in names {
                scorer.begin(name);
                scorer.add(&document(text, &[("Oslo", "LOC")]), "en", &[]);
                scorer.add(
                    &document("Bo", &[("Bo", "PER")]),
                    "en",
                    &[finding(Entity::Location, "Bo", "Bo", 0.5)],
                );
            }
            scorer.report(9)
        };
        let report = run(["a", "b"]);
        assert_eq!(report, run(["b", "a"]));
        let worst: Vec<_> = report
            .worst
            .iter()
            .map(|m| (m.value.as_str(), m.times, m.place.0.as_str()))
            .collect();
        assert_eq!(worst, [("Bo", 2, "a"), ("Oslo", 2, "a"), ("Bo", 2, "a")]);
    }

    #[test]
    fn nested_spans_are_found_by_sweeping() {
        let near = Near::new([(0, 100), (1, 2), (3, 4), (50, 60)].into_iter());
        assert_eq!(near.overlapping(3, 5), [0, 2]);
        assert_eq!(near.overlapping(99, 120), [0]);
        assert!(near.overlapping(100, 120).is_empty());
    }
}
