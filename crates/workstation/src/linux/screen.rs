//! Whether the screen locks by itself: GNOME and its relatives by `gsettings`, KDE by its file.

use super::setting;
use crate::machine::Machine;
use crate::report::{Answer, Check, What};

/// The longest time without a hand on the keyboard, in seconds.
const LONGEST: u64 = 15 * 60;

/// Desktops that `gsettings` knows: where the lock and where the time stand.
const DESKTOPS: &[(&str, &str, &str)] = &[
    ("GNOME", "org.gnome.desktop.screensaver", "org.gnome.desktop.session"),
    ("Unity", "org.gnome.desktop.screensaver", "org.gnome.desktop.session"),
    (
        "Cinnamon",
        "org.cinnamon.desktop.screensaver",
        "org.cinnamon.desktop.session",
    ),
    ("MATE", "org.mate.screensaver", "org.mate.session"),
];

/// The file of KDE.
const KDE: &str = "~/.config/kscreenlockerrc";

/// The check.
pub(super) fn lock(machine: &impl Machine) -> Check {
    let desktop = machine.variable("XDG_CURRENT_DESKTOP").unwrap_or_default();
    if desktop.to_uppercase().contains("KDE") {
        return kde(machine);
    }
    for (name, locks, idles) in DESKTOPS {
        if desktop.to_uppercase().contains(&name.to_uppercase()) {
            return gsettings(machine, locks, idles);
        }
    }
    Check::new(What::ScreenLock, Answer::Unknown).by("XDG_CURRENT_DESKTOP", "a desktop that is not known here, or none")
}

fn gsettings(machine: &impl Machine, locks: &str, idles: &str) -> Check {
    let get = |schema: &str, key: &str| {
        let output = machine.run("gsettings", &["get", schema, key])?;
        (output.status == Some(0)).then(|| output.text.trim().to_owned())
    };
    let lock = get(locks, "lock-enabled");
    let idle = get(idles, "idle-delay");
    let seconds = idle
        .as_deref()
        .and_then(|i| i.trim_start_matches("uint32").trim().parse::<u64>().ok());
    let answer = match (lock.as_deref(), seconds) {
        (Some("false"), _) | (_, Some(0)) => Answer::No,
        // MATE counts in minutes.
        (Some("true"), Some(n)) => {
            let seconds = if idles.starts_with("org.mate") {
                n.saturating_mul(60)
            } else {
                n
            };
            if seconds <= LONGEST { Answer::Yes } else { Answer::No }
        }
        _ => Answer::Unknown,
    };
    let told = |value: Option<String>| value.unwrap_or_else(|| "not told".to_owned());
    Check::new(What::ScreenLock, answer)
        .by(&format!("gsettings {locks} lock-enabled"), known(&told(lock)))
        .by(&format!("gsettings {idles} idle-delay"), known(&told(idle)))
}

/// Settings of a person say nothing of the person as long as they are these words.
fn known(told: &str) -> &str {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == ' ';
    if told.len() <= 40 && told.chars().all(plain) {
        told
    } else {
        "something else"
    }
}

fn kde(machine: &impl Machine) -> Check {
    // Without a file, or without a line, KDE locks after five minutes.
    let text = machine.read(KDE).unwrap_or_default();
    let daemon: String = text
        .split("\n[")
        .map(|part| part.trim_start_matches('['))
        .filter(|part| part.starts_with("Daemon]"))
        .collect();
    let locks = setting(&daemon, "Autolock").is_none_or(|v| v.eq_ignore_ascii_case("true"));
    let minutes = setting(&daemon, "Timeout").map_or(Some(5), |v| v.parse::<u64>().ok());
    let answer = match minutes {
        _ if !locks => Answer::No,
        Some(0) => Answer::No,
        Some(n) if n.saturating_mul(60) <= LONGEST => Answer::Yes,
        Some(_) => Answer::No,
        None => Answer::Unknown,
    };
    let told = minutes.map_or_else(|| "not told".to_owned(), |n| n.to_string());
    Check::new(What::ScreenLock, answer).by(KDE, format!("Autolock={locks}, Timeout={told}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Fake;
    use crate::report::System;

    fn on(desktop: &str) -> Fake {
        let mut fake = Fake::new(System::Linux);
        fake.variables
            .insert("XDG_CURRENT_DESKTOP".to_owned(), desktop.to_owned());
        fake
    }

    fn gnome(locks: &str, idle: &str) -> Answer {
        let fake = on("ubuntu:GNOME")
            .command("gsettings get org.gnome.desktop.screensaver lock-enabled", 0, locks)
            .command("gsettings get org.gnome.desktop.session idle-delay", 0, idle);
        lock(&fake).answer
    }

    #[test]
    fn gnome_locks_in_time_or_not() {
        assert_eq!(gnome("true\n", "uint32 300\n"), Answer::Yes);
        assert_eq!(gnome("true\n", "uint32 901\n"), Answer::No);
        assert_eq!(gnome("true\n", "uint32 0\n"), Answer::No, "never");
        assert_eq!(gnome("false\n", "uint32 300\n"), Answer::No);
        assert_eq!(gnome("", "uint32 300\n"), Answer::Unknown);
        assert_eq!(lock(&on("GNOME")).answer, Answer::Unknown, "no such command");
        assert_eq!(lock(&on("sway")).answer, Answer::Unknown);
    }

    #[test]
    fn kde_locks_by_itself_until_told_otherwise() {
        assert_eq!(lock(&on("KDE")).answer, Answer::Yes);
        let set = |text: &str| lock(&on("KDE").file(KDE, text)).answer;
        assert_eq!(set("[Daemon]\nAutolock=false\n"), Answer::No);
        assert_eq!(set("[Greeter]\nTimeout=90\n\n[Daemon]\nTimeout=10\n"), Answer::Yes);
        assert_eq!(set("[Daemon]\nTimeout=60\n"), Answer::No);
        assert_eq!(set("[Daemon]\nTimeout=soon\n"), Answer::Unknown);
    }
}
