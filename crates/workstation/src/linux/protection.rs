//! Antivirus and firewall.

use crate::machine::Machine;
use crate::report::{Answer, Check, What};

use super::{setting, settings};

/// Programs that watch a machine, by the name of their process.
const WATCHERS: &[(&str, &str)] = &[
    ("clamd", "ClamAV"),
    ("clamonacc", "ClamAV"),
    ("kesl", "Kaspersky Endpoint Security"),
    ("drweb-configd", "Dr.Web"),
    ("drweb-filecheck", "Dr.Web"),
    ("oaeventd", "ESET"),
    ("wdavdaemon", "Microsoft Defender"),
    ("falcon-sensor", "CrowdStrike Falcon"),
    ("ds_agent", "Trend Micro"),
    ("sophos-spl", "Sophos"),
    ("bdsecd", "Bitdefender"),
    ("qaxsafed", "QAX"),
    ("360entclient", "360"),
];
/// Where the signatures of `ClamAV` lie.
const SIGNATURES: &[&str] = &["/var/lib/clamav/daily.cld", "/var/lib/clamav/daily.cvd"];
/// The oldest signatures that are fresh, in days.
const OLDEST: i64 = 7;

/// Whether an antivirus runs, and whether what it knows is fresh.
pub(super) fn antivirus(machine: &impl Machine) -> [Check; 2] {
    let numbers = machine
        .names("/proc")
        .into_iter()
        .filter(|n| n.bytes().all(|b| b.is_ascii_digit()));
    let running: Vec<String> = numbers
        .filter_map(|n| machine.read(&format!("/proc/{n}/comm")))
        .map(|name| name.trim().to_owned())
        .collect();
    let present = Check::new(What::AntivirusPresent, Answer::Unknown);
    let fresh = Check::new(What::AntivirusFresh, Answer::Unknown);
    if running.is_empty() {
        return [present.by("/proc", "not readable"), fresh];
    }
    // The kernel keeps fifteen signs of a name.
    let runs = |watcher: &str| {
        running
            .iter()
            .any(|r| r == watcher || (r.len() == 15 && watcher.starts_with(r.as_str())))
    };
    let Some((process, product)) = WATCHERS.iter().find(|(watcher, _)| runs(watcher)) else {
        let no = |what| Check::new(what, Answer::No).by("/proc", "none of the known programs runs");
        return [no(What::AntivirusPresent), no(What::AntivirusFresh)];
    };
    let mut present = present.by("/proc", format!("{process} ({product}) runs"));
    present.answer = Answer::Yes;
    [present, freshness(machine, product)]
}

fn freshness(machine: &impl Machine, product: &str) -> Check {
    let mut check = Check::new(What::AntivirusFresh, Answer::Unknown);
    if product != "ClamAV" {
        return check.by(product, "this product does not tell everybody");
    }
    for path in SIGNATURES {
        let Some(days) = machine.read(path).as_deref().and_then(made_on) else {
            continue;
        };
        let old = machine.today() - days;
        check.answer = if (-1..=OLDEST).contains(&old) {
            Answer::Yes
        } else {
            Answer::No
        };
        return check.by(path, format!("days old: {old}"));
    }
    check.by("/var/lib/clamav", "no signatures that can be read")
}

/// The day on which signatures were made, in days since 1970: their head says `ClamAV-VDB:24 Nov 2026 03-12 -0500:…`.
fn made_on(text: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let head = text.strip_prefix("ClamAV-VDB:")?;
    let mut words = head.split([' ', ':']);
    let day: i64 = words.next()?.parse().ok()?;
    let month = words.next()?;
    let month = MONTHS.iter().position(|m| *m == month)?;
    let year: i64 = words.next()?.parse().ok()?;
    if !(1..=31).contains(&day) || !(1990..=2200).contains(&year) {
        return None;
    }
    Some(days(year, i64::try_from(month).ok()? + 1, day))
}

/// Days from 1970 to a day of the calendar (the usual count in eras of 400 years).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Whether a firewall is on.
pub(super) fn firewall(machine: &impl Machine) -> Check {
    let mut check = Check::new(What::Firewall, Answer::Unknown);
    let ufw = machine.read("/etc/ufw/ufw.conf");
    let ufw = ufw
        .as_deref()
        .and_then(|t| setting(t, "ENABLED"))
        .map(|v| v.eq_ignore_ascii_case("yes"));
    if ufw == Some(true) {
        check.answer = Answer::Yes;
        return check.by("/etc/ufw/ufw.conf", "ENABLED=yes");
    }
    let active = |service: &str| {
        let output = machine.run("systemctl", &["is-active", service])?;
        Some(output.text.trim() == "active")
    };
    let firewalld = active("firewalld");
    if firewalld == Some(true) {
        check.answer = Answer::Yes;
        return check.by("systemctl is-active firewalld", "active");
    }
    let nftables = active("nftables");
    if nftables == Some(true) {
        let rules = machine.read("/etc/nftables.conf").unwrap_or_default();
        let (answer, fact) = if drops(&rules) {
            (Answer::Yes, "active, drops what it does not know")
        } else {
            (Answer::Unknown, "active, its rules are not plain")
        };
        check.answer = answer;
        return check.by("systemctl is-active nftables", fact);
    }
    if firewalld == Some(false) && nftables == Some(false) {
        // Rules may still have been set by hand: only whoever keeps the machine can see them.
        if ufw == Some(false) {
            check.answer = Answer::No;
            check = check.by("/etc/ufw/ufw.conf", "ENABLED=no");
        }
        return check.by("systemctl is-active firewalld, nftables", "not active");
    }
    check.by("systemctl", "no answer")
}

/// Whether rules refuse what comes in unless it is allowed.
fn drops(rules: &str) -> bool {
    settings(rules).any(|l| l.contains("hook input") && l.contains("policy drop"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Fake;
    use crate::report::System;

    fn running(names: &[&str]) -> Fake {
        let fake = Fake::new(System::Linux);
        names.iter().enumerate().fold(fake, |f, (n, name)| {
            f.file(&format!("/proc/{}/comm", n + 1), &format!("{name}\n"))
        })
    }

    #[test]
    fn days_are_counted_as_the_calendar_does() {
        assert_eq!(days(1970, 1, 1), 0);
        assert_eq!(days(2000, 3, 1), 11_017);
        assert_eq!(days(2026, 11, 24), 20_781);
        assert_eq!(made_on("ClamAV-VDB:24 Nov 2026 03-12 -0500:27765:1:90"), Some(20_781));
        for bad in [
            "",
            "ClamAV-VDB:",
            "ClamAV-VDB:99 Nov 2026 ",
            "ClamAV-VDB:24 Xyz 2026 ",
            "24 Nov 2026",
        ] {
            assert_eq!(made_on(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_antivirus_runs_and_its_signatures_are_fresh() {
        let answers = |fake: &Fake| antivirus(fake).map(|c| c.answer);
        let signatures = |day: &str| {
            running(&["systemd", "clamd"]).file(SIGNATURES[1], &format!("ClamAV-VDB:{day} Nov 2026 03-12 -0500:1"))
        };
        assert_eq!(answers(&signatures("20")), [Answer::Yes, Answer::Yes]);
        assert_eq!(answers(&signatures("10")), [Answer::Yes, Answer::No]);
        assert_eq!(answers(&running(&["clamd"])), [Answer::Yes, Answer::Unknown]);
        assert_eq!(answers(&running(&["drweb-filecheck"])), [Answer::Yes, Answer::Unknown]);
        assert_eq!(answers(&running(&["systemd", "bash"])), [Answer::No, Answer::No]);
        assert_eq!(
            answers(&running(&["freshclam"])),
            [Answer::No, Answer::No],
            "it only fetches"
        );
        assert_eq!(answers(&Fake::new(System::Linux)), [Answer::Unknown, Answer::Unknown]);
    }

    #[test]
    fn a_firewall_is_on_off_or_not_seen() {
        let systemd = |firewalld: &str, nftables: &str| {
            Fake::new(System::Linux)
                .command("systemctl is-active firewalld", 3, firewalld)
                .command("systemctl is-active nftables", 3, nftables)
        };
        let off = "inactive\n";
        assert_eq!(firewall(&systemd("active\n", off)).answer, Answer::Yes);
        assert_eq!(
            firewall(&systemd(off, off)).answer,
            Answer::Unknown,
            "rules may be set by hand"
        );
        assert_eq!(
            firewall(&systemd(off, off).file("/etc/ufw/ufw.conf", "ENABLED=no")).answer,
            Answer::No
        );
        assert_eq!(
            firewall(&systemd(off, off).file("/etc/ufw/ufw.conf", "ENABLED=yes")).answer,
            Answer::Yes
        );
        let rules = "table inet filter {\n chain input {\n  type filter hook input priority 0; policy drop;\n }\n}";
        assert_eq!(
            firewall(&systemd(off, "active\n").file("/etc/nftables.conf", rules)).answer,
            Answer::Yes
        );
        assert_eq!(firewall(&systemd(off, "active\n")).answer, Answer::Unknown);
        assert_eq!(firewall(&Fake::new(System::Linux)).answer, Answer::Unknown);
    }
}
