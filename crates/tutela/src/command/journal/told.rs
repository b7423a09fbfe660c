//! Journals, proofs and errors in words, and as JSON.

use serde_json::json;
use tutela_journal::{Checkpoint, Entry, Error, Fault, ProofFault, ProofFile, Report, Stamped};
use tutela_words::{Arg, Words};

/// Damages that are listed on a terminal; the JSON has all that were kept.
const LISTED: usize = 200;

/// An error in the language of the user: what happened, where, and what to do.
pub(super) fn error(error: &Error, words: &Words) -> String {
    let with = |key: &str, x: &str| words.with(key, &[("x", Arg::Text(x))]);
    match error {
        Error::Io { path, source } => words.with(
            "journal-error-io",
            &[("x", Arg::Text(path)), ("y", Arg::Text(&source.to_string()))],
        ),
        Error::InUse { path } => with("journal-error-in-use", path),
        Error::NoJournal { path } => with("journal-error-none", path),
        Error::Exists { path } => with("journal-error-exists", path),
        Error::Missing { path } => damage(path, Fault::Missing, words),
        Error::Damaged { path, what } => damage(path, *what, words),
        Error::NoSuchEntry { index, size } => words.with(
            "journal-error-no-entry",
            &[("n", Arg::Number(*index)), ("size", Arg::Number(*size))],
        ),
        Error::Key { path, what } => {
            let why = words.get(&format!("journal-key-{}", what.code()));
            words.with("journal-error-key", &[("x", Arg::Text(path)), ("y", Arg::Text(&why))])
        }
        Error::Stamp { path, what } => damage(path, Fault::Stamp(*what), words),
        other => other.to_string(),
    }
}

fn damage(path: &str, what: Fault, words: &Words) -> String {
    let why = words.get(&format!("journal-fault-{}", what.code()));
    words.with("journal-damage", &[("x", Arg::Text(path)), ("y", Arg::Text(&why))])
}

/// Entries `from..to` with the last one named by its own number.
fn stretch(from: u64, to: u64, words: &Words) -> String {
    if to == from + 1 {
        words.with("journal-entry", &[("n", Arg::Text(&from.to_string()))])
    } else {
        let (from, last) = (from.to_string(), to.saturating_sub(1).to_string());
        words.with(
            "journal-entries",
            &[("from", Arg::Text(&from)), ("to", Arg::Text(&last))],
        )
    }
}

fn second(at: u64) -> String {
    i64::try_from(at)
        .ok()
        .and_then(|s| jiff::Timestamp::from_second(s).ok())
        .map_or_else(|| at.to_string(), |t| t.to_string())
}

/// An instant in microseconds.
fn micros(at: i64) -> String {
    jiff::Timestamp::from_microsecond(at).map_or_else(|_| at.to_string(), |t| t.to_string())
}

/// A time stamp that holds.
pub(super) fn stamp(stamped: &Stamped, words: &Words) -> String {
    let (size, at) = (stamped.size.to_string(), micros(stamped.stamp.at));
    let args = [
        ("n", Arg::Text(&size)),
        ("at", Arg::Text(&at)),
        ("x", Arg::Text(&stamped.stamp.authority)),
        ("y", Arg::Text(&stamped.file)),
    ];
    words.with(
        if stamped.stamp.trusted {
            "journal-stamp-trusted"
        } else {
            "journal-stamp-unknown"
        },
        &args,
    )
}

/// The result of a check as a person reads it.
pub(super) fn report(report: &Report, words: &Words) -> String {
    let mut lines = Vec::new();
    let with = |key: &str, x: &str| words.with(key, &[("x", Arg::Text(x))]);
    if let Some(checkpoint) = &report.checkpoint {
        lines.push(with("journal-origin", &checkpoint.origin));
        lines.push(with("journal-size", &checkpoint.size.to_string()));
        if report.covered != (0, checkpoint.size) {
            lines.push(with(
                "journal-covered",
                &stretch(report.covered.0, report.covered.1, words),
            ));
        }
        lines.push(with("journal-root", &checkpoint.root.to_string()));
    }
    if let Some(key) = &report.key {
        lines.push(with(
            if report.trusted {
                "journal-key-given"
            } else {
                "journal-key-own"
            },
            &key.to_text(),
        ));
    }
    if let Some(folder) = &report.folder {
        lines.push(words.with(
            "journal-folder",
            &[
                ("x", Arg::Text(&folder.made)),
                ("from", Arg::Text(&folder.period.0)),
                ("to", Arg::Text(&folder.period.1)),
                ("n", Arg::Number(folder.files)),
            ],
        ));
    }
    for (witness, at) in &report.witnesses {
        lines.push(words.with(
            "journal-witness",
            &[("x", Arg::Text(witness.name())), ("y", Arg::Text(&second(*at)))],
        ));
    }
    lines.extend(report.unknown.iter().map(|name| with("journal-unknown", name)));
    lines.extend(report.stamps.iter().map(|s| stamp(s, words)));
    if !report.stamps.is_empty() {
        lines.push(words.get("journal-stamp-unchecked"));
    }
    if let Some(size) = report.since {
        lines.push(with("journal-since", &size.to_string()));
    }
    if report.pending > 0 {
        lines.push(words.with("journal-pending", &[("n", Arg::Number(report.pending))]));
    }
    if report.backwards > 0 {
        lines.push(words.with("journal-backwards", &[("n", Arg::Number(report.backwards))]));
    }
    lines.extend(report.foreign.iter().map(|name| with("journal-foreign", name)));
    let count = report.damages.len() as u64 + report.more;
    if report.is_sound() {
        lines.push(words.get("journal-sound"));
    } else {
        lines.push(words.with("journal-damaged", &[("n", Arg::Number(count))]));
        for found in report.damages.iter().take(LISTED) {
            let line = damage(&found.file, found.what, words);
            let place = found
                .entries
                .map(|(from, to)| format!(" ({})", stretch(from, to, words)))
                .unwrap_or_default();
            lines.push(format!("  {line}{place}"));
        }
        let more = count.saturating_sub(LISTED as u64);
        if more > 0 {
            lines.push(format!("  {}", words.with("report-more", &[("n", Arg::Number(more))])));
        }
        lines.push(words.get("journal-damaged-advice"));
    }
    lines.join("\n") + "\n"
}

/// The result of a check for machines.
pub(super) fn report_json(report: &Report) -> serde_json::Value {
    let damages: Vec<_> = report
        .damages
        .iter()
        .map(|d| json!({"file": d.file, "from": d.entries.map(|e| e.0), "to": d.entries.map(|e| e.1), "fault": d.what.code()}))
        .collect();
    let witnesses: Vec<_> = report
        .witnesses
        .iter()
        .map(|(w, at)| json!({"name": w.name(), "at": second(*at)}))
        .collect();
    let stamps: Vec<_> = report
        .stamps
        .iter()
        .map(|s| {
            json!({
                "file": s.file,
                "size": s.size,
                "at": micros(s.stamp.at),
                "accuracy_us": s.stamp.accuracy,
                "authority": s.stamp.authority,
                "serial": s.stamp.serial,
                "policy": s.stamp.policy,
                "chain": s.stamp.trusted,
            })
        })
        .collect();
    json!({
        "sound": report.is_sound(),
        "folder": report.folder.as_ref().map(|f| {
            json!({ "made": f.made, "from": f.period.0, "to": f.period.1, "files": f.files })
        }),
        "origin": report.checkpoint.as_ref().map(|c| &c.origin),
        "size": report.checkpoint.as_ref().map(|c| c.size),
        "root": report.checkpoint.as_ref().map(|c| c.root.to_string()),
        "from": report.covered.0,
        "to": report.covered.1,
        "key": report.key.as_ref().map(tutela_journal::PublicKey::to_text),
        "key_given": report.trusted,
        "witnesses": witnesses,
        "timestamps": stamps,
        "unknown_signatures": report.unknown,
        "since": report.since,
        "pending": report.pending,
        "backwards": report.backwards,
        "foreign": report.foreign,
        "damages": damages,
        "more_damages": report.more,
    })
}

/// Why a proof does not hold.
pub(super) fn proof_fault(fault: ProofFault, words: &Words) -> String {
    match fault {
        ProofFault::Checkpoint(what) => damage("checkpoint", what, words),
        ProofFault::NotThere => words.get("journal-proof-not-there"),
        _ => words.get("journal-proof-format"),
    }
}

/// What a proof that holds proves.
pub(super) fn proof(file: &ProofFile, words: &Words) -> String {
    let Checkpoint { origin, size, note, .. } = &file.checkpoint;
    let index = file.proven.index.to_string();
    let size = size.to_string();
    let args = [
        ("n", Arg::Text(&index)),
        ("size", Arg::Text(&size)),
        ("x", Arg::Text(origin)),
    ];
    let mut lines = vec![words.with("journal-proven", &args)];
    match Entry::decode(&file.proven.entry) {
        Some((_, entry)) => {
            let at = micros(entry.at);
            for (key, value) in [
                ("at", &at),
                ("actor", &entry.actor),
                ("kind", &entry.kind),
                ("object", &entry.object),
            ] {
                lines.push(words.with(&format!("journal-entry-{key}"), &[("x", Arg::Text(value))]));
            }
            for commitment in &entry.commitments {
                let hash = commitment.hash.to_string();
                lines.push(words.with(
                    "journal-entry-field",
                    &[("x", Arg::Text(&commitment.field)), ("y", Arg::Text(&hash))],
                ));
            }
        }
        None => lines.push(words.get("journal-entry-other")),
    }
    let others = note
        .signatures()
        .iter()
        .map(|l| l.name.as_str())
        .filter(|n| n != origin);
    lines.extend(others.map(|n| words.with("journal-signed-also", &[("x", Arg::Text(n))])));
    lines.join("\n") + "\n"
}
