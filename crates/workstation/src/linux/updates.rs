//! Whether security updates are in: asked of the package manager without changing anything.

use crate::machine::Machine;
use crate::report::{Answer, Check, What};

/// Lists older than this tell nothing, in days.
const OLDEST: u64 = 14;
/// Files that are written when lists are renewed.
const STAMPS: &[&str] = &[
    "/var/lib/apt/periodic/update-success-stamp",
    "/var/cache/apt/pkgcache.bin",
];
/// The same of the other family.
const DNF_STAMPS: &[&str] = &["/var/cache/dnf/last_makecache", "/var/cache/libdnf5", "/var/cache/dnf"];
/// Asks what an upgrade would install.
const APT: (&str, &[&str]) = ("apt-get", &["-s", "-q", "-o", "Debug::NoLocking=true", "upgrade"]);
/// Asks for security updates in the lists at hand: 100 is "there are some".
const DNF: (&str, &[&str]) = ("dnf", &["-q", "-C", "check-update", "--security"]);

/// The check.
pub(super) fn pending(machine: &impl Machine) -> Check {
    let mut check = Check::new(What::Updates, Answer::Unknown);
    if machine.read("/run/reboot-required").is_some() || machine.age("/run/reboot-required").is_some() {
        check.answer = Answer::No;
        return check.by("/run/reboot-required", "the machine must be restarted");
    }
    let (source, stamps, pending) = if let Some(output) = machine.run(APT.0, APT.1) {
        let pending = (output.status == Some(0)).then(|| security(&output.text));
        ("apt-get -s upgrade", STAMPS, pending)
    } else if let Some(output) = machine.run(DNF.0, DNF.1) {
        let pending = match output.status {
            Some(0) => Some(0),
            Some(100) => Some(
                output
                    .text
                    .lines()
                    .filter(|l| l.split_whitespace().count() == 3)
                    .count()
                    .max(1),
            ),
            _ => None,
        };
        ("dnf check-update --security", DNF_STAMPS, pending)
    } else {
        return check.by("apt-get, dnf", "neither answers");
    };
    let days = stamps
        .iter()
        .filter_map(|s| machine.age(s))
        .map(|a| a.as_secs() / 86_400)
        .min();
    check = match pending {
        Some(n) => check.by(source, format!("security updates: {n}")),
        None => check.by(source, "no answer"),
    };
    check = match days {
        Some(n) => check.by("package lists", format!("days old: {n}")),
        None => check.by("package lists", "age not told"),
    };
    check.answer = match (pending, days) {
        (Some(1..), _) => Answer::No,
        (_, Some(n)) if n > OLDEST => Answer::No,
        (Some(0), Some(_)) => Answer::Yes,
        _ => Answer::Unknown,
    };
    check
}

/// Packages that would come from an archive of security updates.
fn security(text: &str) -> usize {
    let would = text.lines().filter(|l| l.starts_with("Inst "));
    would
        .filter(|l| l.contains("-Security") || l.contains("-security"))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Fake;
    use crate::report::System;

    const LINE: &str = "apt-get -s -q -o Debug::NoLocking=true upgrade";
    const SECURITY: &str = "Inst libssl3 [3.0.1] (3.0.2 Debian-Security:12/stable-security [amd64])\nConf libssl3\n";
    const OTHER: &str = "Inst vim [9.0] (9.1 Debian:12.8/stable [amd64])\n";

    fn debian(text: &str, days: u64) -> Fake {
        Fake::new(System::Linux)
            .command(LINE, 0, text)
            .days_old(STAMPS[0], days)
    }

    #[test]
    fn what_waits_and_how_old_the_lists_are_both_count() {
        assert_eq!(pending(&debian(OTHER, 1)).answer, Answer::Yes);
        assert_eq!(pending(&debian(SECURITY, 1)).answer, Answer::No);
        assert_eq!(pending(&debian("", 15)).answer, Answer::No, "nobody looked");
        let unknown = Fake::new(System::Linux).command(LINE, 0, "");
        assert_eq!(pending(&unknown).answer, Answer::Unknown);
        let restart = debian("", 1).file("/run/reboot-required", "");
        assert_eq!(pending(&restart).answer, Answer::No);
        let broken = Fake::new(System::Linux).command(LINE, 100, "").days_old(STAMPS[0], 1);
        assert_eq!(pending(&broken).answer, Answer::Unknown);
    }

    #[test]
    fn the_other_family_answers_by_its_status() {
        let line = "dnf -q -C check-update --security";
        let fedora = |status, text: &str| {
            let fake = Fake::new(System::Linux)
                .command(line, status, text)
                .days_old(DNF_STAMPS[0], 2);
            pending(&fake).answer
        };
        assert_eq!(fedora(0, ""), Answer::Yes);
        assert_eq!(fedora(100, "\nopenssl.x86_64 1:3.2 updates\n"), Answer::No);
        assert_eq!(fedora(1, "Error: no cache"), Answer::Unknown);
    }
}
