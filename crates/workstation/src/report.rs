//! What a look gave: as data that can be attached to an answer, and read again wherever it came from.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest result that is read, in bytes.
pub const MAX_RESULT: usize = 20_000;
/// Longest text within a result, in bytes.
const MAX_TEXT: usize = 400;
/// Most things that a check was seen by.
const MAX_SEEN: usize = 32;
/// The format of a result.
const FORMAT: u32 = 1;

/// What is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// New passwords must be strong.
    PasswordPolicy,
    /// Wrong passwords lock an account for a time.
    PasswordLockout,
    /// The screen locks by itself.
    ScreenLock,
    /// An antivirus program runs.
    AntivirusPresent,
    /// What it knows is fresh.
    AntivirusFresh,
    /// The disks are encrypted.
    DiskEncryption,
    /// Security updates are in.
    Updates,
    /// The firewall is on.
    Firewall,
}

impl What {
    /// Everything, in the order of a report.
    pub const ALL: [Self; 8] = [
        Self::PasswordPolicy,
        Self::PasswordLockout,
        Self::ScreenLock,
        Self::AntivirusPresent,
        Self::AntivirusFresh,
        Self::DiskEncryption,
        Self::Updates,
        Self::Firewall,
    ];

    /// The word in texts: `workstation-<word>` and `workstation-<word>-do`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PasswordPolicy => "password-policy",
            Self::PasswordLockout => "password-lockout",
            Self::ScreenLock => "screen-lock",
            Self::AntivirusPresent => "antivirus-present",
            Self::AntivirusFresh => "antivirus-fresh",
            Self::DiskEncryption => "disk-encryption",
            Self::Updates => "updates",
            Self::Firewall => "firewall",
        }
    }
}

/// An answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It is so, and that was seen.
    Yes,
    /// It is not so.
    No,
    /// It could not be seen.
    Unknown,
}

impl Answer {
    /// The word in texts: `workstation-answer-<word>`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }
}

/// Something that was seen: where, and what stood there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// A file, a key of the registry, a command.
    pub source: String,
    /// What it said.
    pub fact: String,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// What.
    pub check: What,
    /// The answer.
    pub answer: Answer,
    /// By what.
    #[serde(default)]
    pub seen: Vec<Seen>,
}

impl Check {
    pub(crate) fn new(check: What, answer: Answer) -> Self {
        Self {
            check,
            answer,
            seen: Vec::new(),
        }
    }

    /// Adds what was seen.
    pub(crate) fn by(mut self, source: &str, fact: impl fmt::Display) -> Self {
        self.seen.push(Seen {
            source: source.to_owned(),
            fact: fact.to_string(),
        });
        self
    }
}

/// The system that was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum System {
    /// Linux.
    Linux,
    /// Windows.
    Windows,
    /// One that is not known here.
    Other,
}

/// A result as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The format.
    pub format: u32,
    /// The system.
    pub system: System,
    /// The name of the computer, where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The checks.
    pub checks: Vec<Check>,
}

/// What a result comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Everything is as it should be.
    Sound,
    /// Something is not.
    Faults,
    /// Nothing bad was seen, and not everything could be.
    Unknown,
}

/// A text that is no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAResult;

impl fmt::Display for NotAResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is no result of the workstation check")
    }
}

impl std::error::Error for NotAResult {}

impl Report {
    pub(crate) fn new(system: System, checks: Vec<Check>) -> Self {
        Self {
            format: FORMAT,
            system,
            host: None,
            checks,
        }
    }

    /// Reads a result, wherever it came from.
    pub fn parse(text: &str) -> Result<Self, NotAResult> {
        if text.len() > MAX_RESULT {
            return Err(NotAResult);
        }
        let report: Self = serde_json::from_str(text).map_err(|_| NotAResult)?;
        let long = |text: &str| text.len() > MAX_TEXT || text.chars().any(char::is_control);
        let twice = |what: What| report.checks.iter().filter(|c| c.check == what).count() > 1;
        let unsound = report.format != FORMAT
            || report.host.as_deref().is_some_and(long)
            || report.checks.iter().any(|c| {
                twice(c.check) || c.seen.len() > MAX_SEEN || c.seen.iter().any(|s| long(&s.source) || long(&s.fact))
            });
        if unsound { Err(NotAResult) } else { Ok(report) }
    }

    /// The result as text. Everything in it has a form in JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// What it comes to. A check that is left out is one that was not seen.
    pub fn verdict(&self) -> Verdict {
        let answer = |what: What| {
            let check = self.checks.iter().find(|c| c.check == what);
            check.map_or(Answer::Unknown, |c| c.answer)
        };
        let answers = What::ALL.map(answer);
        if answers.contains(&Answer::No) {
            Verdict::Faults
        } else if answers.contains(&Answer::Unknown) {
            Verdict::Unknown
        } else {
            Verdict::Sound
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(answer: Answer) -> Report {
        let checks = What::ALL.map(|w| Check::new(w, answer).by("a file", "a fact"));
        Report::new(System::Linux, checks.into())
    }

    #[test]
    fn a_result_is_read_back_and_judged() {
        for (answer, verdict) in [
            (Answer::Yes, Verdict::Sound),
            (Answer::No, Verdict::Faults),
            (Answer::Unknown, Verdict::Unknown),
        ] {
            let report = all(answer);
            assert_eq!(report.verdict(), verdict);
            assert_eq!(Report::parse(&report.to_json()).unwrap(), report);
        }
        let mut less = all(Answer::Yes);
        less.checks.pop();
        assert_eq!(less.verdict(), Verdict::Unknown, "what is left out was not seen");
        less.checks[0].answer = Answer::No;
        assert_eq!(less.verdict(), Verdict::Faults);
    }

    #[test]
    fn what_is_no_result_is_refused() {
        let good = all(Answer::Yes).to_json();
        assert!(Report::parse(&good).is_ok());
        let mut twice = all(Answer::Yes);
        twice.checks.push(Check::new(What::Updates, Answer::No));
        for bad in [
            String::new(),
            "{}".to_owned(),
            "[]".to_owned(),
            good.replace("\"format\": 1", "\"format\": 2"),
            good.replace("\"yes\"", "\"maybe\""),
            good.replace("\"system\"", "\"user\": \"anna\", \"system\""),
            good.replace("a fact", &"x".repeat(MAX_TEXT + 1)),
            good.replace("a fact", "a\\u0007fact"),
            twice.to_json(),
            format!("{good}{}", " ".repeat(MAX_RESULT)),
            "[".repeat(10_000),
        ] {
            assert!(Report::parse(&bad).is_err(), "{bad:.60}");
        }
    }
}
