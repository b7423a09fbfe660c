//! Reading the report of a scan, as it comes: one object a file, the totals last. Memory is bounded whatever is sent; what is
//! wrong is told by its line and never repeated.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read};

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Deserializer;
use tutela_detect::Entity;

use crate::error::Refusal;
use crate::kernel::categories::category_of;

/// Longest report that is taken, in bytes.
pub const MAX_REPORT: u64 = 1 << 30;
/// Longest line: a file with as many findings as a scan lists.
const MAX_LINE: u64 = 64 << 20;
/// No count is larger; sums of them then never run over.
const MAX_COUNT: u64 = 1 << 53;

/// What a scan found, summed up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Files seen.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files read in full.
    pub full: u64,
    /// Files read in part.
    pub partial: u64,
    /// Files not read at all.
    pub none: u64,
    /// Files, folders and parts of files that the scan names as not read.
    pub unread: u64,
    /// Findings of all types.
    pub findings: u64,
    /// Findings that say nothing of a person by themselves: names of places and of organisations.
    pub aside: u64,
    /// Estimate of the persons, summed over files.
    pub subjects: u64,
    /// What was found of each category.
    pub categories: BTreeMap<&'static str, InCategory>,
}

/// What was found of one category.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InCategory {
    /// In how many files.
    pub files: u64,
    /// Findings by type.
    pub types: BTreeMap<Entity, u64>,
}

impl InCategory {
    /// Findings of all types.
    pub fn findings(&self) -> u64 {
        self.types.values().sum()
    }
}

impl Found {
    /// Whether everything was read. What is not complete proves nothing by what it does not hold.
    pub fn is_complete(&self) -> bool {
        self.not_read() == 0
    }

    /// How much was not read: files and what lies in them.
    pub fn not_read(&self) -> u64 {
        self.unread.max(self.partial + self.none)
    }
}

/// How much of a file was read.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Full,
    Partial,
    None,
}

/// A line: of a file, or the last one. What it says beside this is not looked at.
#[derive(Deserialize)]
struct Line {
    path: Option<IgnoredAny>,
    bytes: Option<u64>,
    read: Option<State>,
    counts: Option<BTreeMap<Entity, u64>>,
    subjects: Option<u64>,
    total: Option<Total>,
}

#[derive(Deserialize)]
struct Total {
    files: u64,
    bytes: u64,
    read: ReadStates,
    not_read: Vec<IgnoredAny>,
    findings: u64,
    counts: BTreeMap<Entity, u64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ReadStates {
    full: u64,
    partial: u64,
    none: u64,
}

/// Counts bytes and lines of what is read, and ends it where it is too long.
struct Bounded<R> {
    inner: R,
    left: u64,
    line: u64,
    max_line: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buf)?;
        let read = buf.get(..n).unwrap_or_default();
        let size = n as u64;
        self.left = self.left.checked_sub(size).ok_or(ErrorKind::FileTooLarge)?;
        match read.iter().rposition(|b| *b == b'\n') {
            Some(at) => self.line = (n - at) as u64,
            None => self.line += size,
        }
        if self.line > self.max_line {
            return Err(ErrorKind::InvalidData.into());
        }
        Ok(n)
    }
}

fn at_line(key: &'static str, line: usize) -> Refusal {
    Refusal::new(key).arg("line", line.to_string()).field("file")
}

fn too_large() -> Refusal {
    Refusal::new("refusal-scan-size")
        .arg("max", (MAX_REPORT >> 20).to_string())
        .field("file")
}

/// Sums up a report. It takes its time: call it where it may block.
pub fn read(report: impl Read) -> Result<Found, Refusal> {
    read_within(report, MAX_REPORT, MAX_LINE)
}

fn read_within(report: impl Read, max_report: u64, max_line: u64) -> Result<Found, Refusal> {
    let bounded = Bounded {
        inner: report,
        left: max_report,
        line: 0,
        max_line,
    };
    // The reader is asked byte by byte: without a buffer every byte would be a call.
    let buffered = std::io::BufReader::with_capacity(1 << 16, bounded);
    let lines = Deserializer::from_reader(buffered).into_iter::<Line>();
    let mut found = Found::default();
    let mut total: Option<Total> = None;
    for (at, line) in lines.enumerate() {
        let number = at + 1;
        let line = line.map_err(|e| match e.io_error_kind() {
            Some(ErrorKind::FileTooLarge) => too_large(),
            Some(ErrorKind::InvalidData) => at_line("refusal-scan-line-long", e.line()),
            Some(_) => Refusal::new("refusal-scan-broken").field("file"),
            None if e.is_eof() => Refusal::new("refusal-scan-cut").field("file"),
            None => at_line("refusal-scan-line", e.line()),
        })?;
        if total.is_some() {
            return Err(at_line("refusal-scan-after-end", number));
        }
        match line.total {
            Some(last) if line.path.is_none() => total = Some(last),
            _ => add(&mut found, &line).ok_or_else(|| at_line("refusal-scan-line", number))?,
        }
    }
    let total = total.ok_or_else(|| Refusal::new("refusal-scan-cut").field("file"))?;
    found.unread = total.not_read.len() as u64;
    if agrees(&found, &total) {
        Ok(found)
    } else {
        Err(Refusal::new("refusal-scan-total").field("file"))
    }
}

fn plus(sum: &mut u64, number: u64) -> Option<()> {
    *sum = sum.checked_add(number).filter(|s| *s <= MAX_COUNT)?;
    Some(())
}

/// Adds a file; none where the line is none of a file.
fn add(found: &mut Found, line: &Line) -> Option<()> {
    line.path.as_ref()?;
    plus(&mut found.files, 1)?;
    plus(&mut found.bytes, line.bytes?)?;
    plus(&mut found.subjects, line.subjects?)?;
    match line.read? {
        State::Full => found.full += 1,
        State::Partial => found.partial += 1,
        State::None => found.none += 1,
    }
    let mut in_file: Vec<&str> = Vec::new();
    for (entity, number) in line.counts.as_ref()? {
        plus(&mut found.findings, *number)?;
        match category_of(*entity) {
            Some(category) if *number > 0 => {
                let of = found.categories.entry(category).or_default();
                plus(of.types.entry(*entity).or_default(), *number)?;
                if !in_file.contains(&category) {
                    in_file.push(category);
                    of.files += 1;
                }
            }
            Some(_) => {}
            None => plus(&mut found.aside, *number)?,
        }
    }
    Some(())
}

/// Whether the files come to the totals: a report of which lines were lost does not.
fn agrees(found: &Found, total: &Total) -> bool {
    let mut counts: BTreeMap<Entity, u64> = total.counts.clone();
    counts.retain(|e, n| *n > 0 && category_of(*e).is_some());
    let own: BTreeMap<Entity, u64> = found
        .categories
        .values()
        .flat_map(|c| c.types.iter().map(|(e, n)| (*e, *n)))
        .collect();
    (found.files, found.bytes, found.findings) == (total.files, total.bytes, total.findings)
        && (found.full, found.partial, found.none) == (total.read.full, total.read.partial, total.read.none)
        && own == counts
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"{"path":"a/Nguyễn.xlsx","kind":"xlsx","bytes":10,"read":"full","findings":[{"type":"PERSON","masked":"N***"}],"counts":{"PERSON":2,"HEALTH":1,"LOCATION":4},"subjects":2,"class":"sensitive","risk":0.8}"#;
    const PART: &str = r#"{"path":"b.zip","kind":"zip","bytes":5,"read":"partial","findings":[],"counts":{},"subjects":0,"class":null,"risk":0,"not_read":[{"place":"x","why":"encrypted"}]}"#;
    const TOTAL: &str = r#"{"total":{"files":2,"bytes":15,"read":{"full":1,"partial":1,"none":0},"not_read":[{"path":"b.zip","place":"x","why":"encrypted"}],"findings":7,"counts":{"PERSON":2,"HEALTH":1,"LOCATION":4},"classes":{"sensitive":1},"subjects":2,"cached":0,"seconds":0.1}}"#;

    fn told(text: &str) -> (&'static str, String) {
        let refusal = read(text.as_bytes()).unwrap_err();
        let line = refusal.args.first().map(|a| a.1.clone()).unwrap_or_default();
        (refusal.key, line)
    }

    #[test]
    fn counts_are_kept_and_nothing_else() {
        let found = read(format!("{FILE}\n{PART}\n{TOTAL}\n").as_bytes()).unwrap();
        assert_eq!((found.files, found.bytes, found.findings, found.aside), (2, 15, 7, 4));
        assert_eq!((found.full, found.partial, found.none, found.unread), (1, 1, 0, 1));
        assert!(!found.is_complete());
        let categories: Vec<_> = found
            .categories
            .iter()
            .map(|(c, n)| (*c, n.findings(), n.files))
            .collect();
        assert_eq!(categories, [("health", 1, 1), ("identity", 2, 1)]);
        let kept = format!("{found:?}");
        assert!(!kept.contains("Nguy") && !kept.contains("b.zip"), "{kept}");
    }

    #[test]
    fn what_is_wrong_is_told_by_its_line() {
        let cases = [
            (String::new(), ("refusal-scan-cut", "")),
            (FILE.to_owned(), ("refusal-scan-cut", "")),
            (format!("{FILE}\n{{\"path\":\"x"), ("refusal-scan-cut", "")),
            (format!("{FILE}\nnonsense\n{TOTAL}"), ("refusal-scan-line", "2")),
            (format!("{FILE}\n[]\n{TOTAL}"), ("refusal-scan-line", "2")),
            (format!("{FILE}\n{}\n{TOTAL}", "{}"), ("refusal-scan-line", "2")),
            (FILE.replace("PERSON\":2", "NOBODY\":2"), ("refusal-scan-line", "1")),
            (FILE.replace("\"full\"", "\"whole\""), ("refusal-scan-line", "1")),
            (
                FILE.replace("\"HEALTH\":1", "\"HEALTH\":-1"),
                ("refusal-scan-line", "1"),
            ),
            (
                FILE.replace("\"HEALTH\":1", "\"HEALTH\":18446744073709551615"),
                ("refusal-scan-line", "1"),
            ),
            (FILE.replace("\"bytes\":10,", ""), ("refusal-scan-line", "1")),
            (
                format!("{FILE}\n{PART}\n{TOTAL}\n{FILE}"),
                ("refusal-scan-after-end", "4"),
            ),
            // A line was lost on the way, or a count was changed.
            (format!("{FILE}\n{TOTAL}"), ("refusal-scan-total", "")),
            (
                format!("{}\n{PART}\n{TOTAL}", FILE.replace("\"HEALTH\":1", "\"RELIGION\":1")),
                ("refusal-scan-total", ""),
            ),
            // Deep nesting is passed over without a call for every level.
            (format!("{FILE}\n{}", "[".repeat(100_000)), ("refusal-scan-cut", "")),
        ];
        for (text, (key, line)) in cases {
            let start: String = text.chars().take(300).collect();
            assert_eq!(told(&text), (key, line.to_owned()), "{start}");
        }
    }

    const FILE_LINE: &str = "{\"path\":\"a\",\"bytes\":1,\"read\":\"none\",\"counts\":{},\"subjects\":0}\n";

    /// Gives the same bytes again and again, as many as are asked for.
    struct Endless(&'static [u8], usize);

    impl Read for Endless {
        fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
            for (at, place) in buf.iter_mut().enumerate() {
                *place = self.0[(self.1 + at) % self.0.len()];
            }
            self.1 += buf.len();
            Ok(buf.len())
        }
    }

    #[test]
    fn what_never_ends_is_ended() {
        let within = |report: &mut dyn Read| read_within(report, 1 << 20, 1 << 16).unwrap_err().key;
        let mut long = "{\"path\":\"".as_bytes().chain(Endless(b"x", 0));
        assert_eq!(within(&mut long), "refusal-scan-line-long");
        assert_eq!(
            within(&mut Endless(b"                               \n", 0)),
            "refusal-scan-size"
        );
        let mut files = Endless(FILE_LINE.as_bytes(), 0);
        assert_eq!(within(&mut files), "refusal-scan-size");
    }

    #[test]
    fn bytes_that_are_no_text_are_no_report() {
        let mut seed = 7_u32;
        for length in 0..400 {
            let bytes: Vec<u8> = (0..length)
                .map(|_| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (seed >> 24) as u8
                })
                .collect();
            assert!(read(bytes.as_slice()).is_err());
        }
    }
}
