//! `tutela doctor --workstation`: is this machine kept as the rules demand?

use std::io::{self, Write};
use std::time::{Duration, SystemTime};

use anyhow::Result;
use jiff::Timestamp;
use tutela_words::Words;
use tutela_workstation::{Answer, Report, This, Verdict, look};

use crate::Done;

/// Looks and tells. What could not be seen is no success: only a machine that is in order as a whole ends well.
pub(crate) fn run(with_name: bool, json: bool, words: &Words) -> Result<Done> {
    let since = u64::try_from(Timestamp::now().as_second()).unwrap_or_default();
    let machine = This::at(SystemTime::UNIX_EPOCH + Duration::from_secs(since));
    let mut report = look(&machine);
    if with_name {
        report.host = machine.host();
    }
    let mut out = io::stdout().lock();
    if json {
        writeln!(out, "{}", report.to_json())?;
    } else {
        tell(&mut out, &report, words)?;
    }
    Ok(match report.verdict() {
        Verdict::Sound => Done::Well,
        Verdict::Faults | Verdict::Unknown => Done::Partly,
    })
}

fn tell(out: &mut impl Write, report: &Report, words: &Words) -> io::Result<()> {
    writeln!(out, "{}", words.get("workstation-title"))?;
    if let Some(host) = &report.host {
        writeln!(out, "{host}")?;
    }
    for check in &report.checks {
        let name = check.check.as_str();
        let answer = words.get(&format!("workstation-answer-{}", check.answer.as_str()));
        writeln!(out, "  [{answer}] {}", words.get(&format!("workstation-{name}")))?;
        for seen in &check.seen {
            writeln!(out, "      {}: {}", seen.source, seen.fact)?;
        }
        if check.answer == Answer::Unknown {
            writeln!(out, "      {}", words.get("workstation-see-yourself"))?;
        }
        if check.answer != Answer::Yes {
            writeln!(out, "      {}", words.get(&format!("workstation-{name}-do")))?;
        }
    }
    let verdict = match report.verdict() {
        Verdict::Sound => "workstation-verdict-sound",
        Verdict::Faults => "workstation-verdict-faults",
        Verdict::Unknown => "workstation-verdict-unknown",
    };
    writeln!(out, "{}", words.get(verdict))
}

#[cfg(test)]
mod tests {
    use tutela_words::Locale;
    use tutela_workstation::What;

    use super::*;

    #[test]
    fn every_check_and_answer_has_its_words() {
        for words in Locale::ALL.map(Words::new) {
            for what in What::ALL {
                assert!(words.has(&format!("workstation-{}", what.as_str())));
                assert!(words.has(&format!("workstation-{}-do", what.as_str())));
            }
            let mut out = Vec::new();
            tell(&mut out, &look(&This::at(SystemTime::UNIX_EPOCH)), &words).unwrap();
            assert!(!String::from_utf8(out).unwrap().contains("workstation-"));
        }
    }
}
