//! Checks of this workstation (R101, R102): are passwords demanded to be strong, does the screen lock, is an antivirus there and
//! fresh, are the disks encrypted, are updates in, is the firewall on.
//!
//! Every answer is yes, no or unknown, with how it was seen. What could not be seen is unknown, and unknown is never yes. A
//! result names no person and no account; the name of the computer stands in it only when it is asked for.
//!
//! Everything foreign is looked at through [`Machine`], so that what was seen is parsed apart from where it came from: parsing
//! is tested on samples of both systems wherever the tests run.

mod linux;
mod machine;
mod report;
mod windows;

pub use machine::{Machine, Output, This};
pub use report::{Answer, Check, MAX_RESULT, NotAResult, Report, Seen, System, Verdict, What};

/// Looks at this machine.
pub fn look(machine: &impl Machine) -> Report {
    let checks = match machine.system() {
        System::Linux => linux::checks(machine),
        System::Windows => windows::checks(machine),
        System::Other => What::ALL.map(|what| Check::new(what, Answer::Unknown)).into(),
    };
    Report::new(machine.system(), checks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Fake;

    #[test]
    fn what_cannot_be_seen_is_never_told_as_good() {
        for system in [System::Linux, System::Windows, System::Other] {
            let report = look(&Fake::new(system));
            assert_eq!(report.checks.len(), What::ALL.len());
            for (check, what) in report.checks.iter().zip(What::ALL) {
                assert_eq!(check.check, what);
                assert_ne!(check.answer, Answer::Yes, "{system:?} {what:?}");
            }
            assert_ne!(report.verdict(), Verdict::Sound);
        }
    }

    #[test]
    fn this_machine_is_looked_at_without_a_fault() {
        let report = look(&This::at(std::time::SystemTime::UNIX_EPOCH));
        assert_eq!(report.checks.len(), What::ALL.len());
        let again = Report::parse(&report.to_json()).unwrap();
        assert_eq!(again, report);
        assert_eq!(report.host, None);
    }
}
