//! What is demanded of passwords: the modules of PAM and their settings.

use super::{setting, settings};
use crate::machine::Machine;
use crate::report::{Answer, Check, What};

/// Where PAM keeps what it does with new passwords and at sign-in: Debian, Fedora, SUSE.
const PASSWORD: &[&str] = &[
    "/etc/pam.d/common-password",
    "/etc/pam.d/system-auth",
    "/etc/pam.d/password-auth",
];
const SIGN_IN: &[&str] = &[
    "/etc/pam.d/common-auth",
    "/etc/pam.d/system-auth",
    "/etc/pam.d/password-auth",
];
/// Modules that judge a new password.
const JUDGES: &[&str] = &["pam_pwquality.so", "pam_passwdqc.so", "pam_cracklib.so"];
/// Modules that count wrong ones.
const COUNTERS: &[&str] = &["pam_faillock.so", "pam_tally2.so", "pam_tally.so"];
/// Shortest password that is counted as strong.
const SHORTEST: u32 = 8;
/// What pwquality demands when nothing is set.
const USUAL_LENGTH: u32 = 8;

/// The line of a PAM file that names one of these modules in a part of the stack.
fn line_of<'a>(text: &'a str, part: &str, modules: &[&str]) -> Option<&'a str> {
    settings(text).find(|line| {
        let kind = line.trim_start_matches('-');
        kind.starts_with(part) && modules.iter().any(|m| line.contains(m))
    })
}

/// `minlen=12` among the arguments of a module; `min=disabled,24,11,8,7` of passwdqc ends with the shortest it takes.
fn length(line: &str) -> Option<u32> {
    line.split_whitespace().find_map(|word| {
        if let Some(given) = word.strip_prefix("minlen=") {
            return given.parse().ok();
        }
        word.strip_prefix("min=")?.rsplit(',').next()?.parse().ok()
    })
}

/// Whether new passwords must be strong.
pub(super) fn policy(machine: &impl Machine) -> Check {
    let unknown = Check::new(What::PasswordPolicy, Answer::Unknown);
    let Some((path, text)) = PASSWORD.iter().find_map(|p| Some((*p, machine.read(p)?))) else {
        return unknown.by("/etc/pam.d", "not readable");
    };
    let Some(line) = line_of(&text, "password", JUDGES) else {
        // The module of the usual passwords has a weak minimum of its own, and it may be given as an argument.
        let own = line_of(&text, "password", &["pam_unix.so"]).and_then(length);
        let answer = if own.is_some_and(|n| n >= SHORTEST) {
            Answer::Yes
        } else {
            Answer::No
        };
        let fact = own.map_or_else(
            || "no module judges new passwords".to_owned(),
            |n| format!("minlen={n}"),
        );
        return Check::new(What::PasswordPolicy, answer).by(path, fact);
    };
    let mut shortest = length(line);
    let mut source = path.to_owned();
    if shortest.is_none() && line.contains("pam_pwquality.so") {
        let folder = "/etc/security/pwquality.conf.d";
        let mut files = vec!["/etc/security/pwquality.conf".to_owned()];
        files.extend(machine.names(folder).into_iter().map(|n| format!("{folder}/{n}")));
        for file in files {
            let text = machine.read(&file).unwrap_or_default();
            if let Some(given) = setting(&text, "minlen").and_then(|v| v.parse().ok()) {
                shortest = Some(given);
                source = file;
            }
        }
    }
    match shortest.or_else(|| line.contains("pam_pwquality.so").then_some(USUAL_LENGTH)) {
        Some(length) => {
            let answer = if length >= SHORTEST { Answer::Yes } else { Answer::No };
            Check::new(What::PasswordPolicy, answer).by(&source, format!("minlen={length}"))
        }
        None => unknown.by(path, "the shortest length is not told"),
    }
}

/// Whether wrong passwords lock an account.
pub(super) fn lockout(machine: &impl Machine) -> Check {
    let files: Vec<_> = SIGN_IN.iter().filter_map(|p| Some((*p, machine.read(p)?))).collect();
    if files.is_empty() {
        return Check::new(What::PasswordLockout, Answer::Unknown).by("/etc/pam.d", "not readable");
    }
    let found = files
        .iter()
        .find_map(|(path, text)| Some((*path, line_of(text, "auth", COUNTERS)?)));
    let Some((path, line)) = found else {
        let (path, _) = files.first().map_or(("/etc/pam.d", ""), |(p, t)| (*p, t));
        return Check::new(What::PasswordLockout, Answer::No).by(path, "no module counts wrong passwords");
    };
    let deny = line
        .split_whitespace()
        .find_map(|w| w.strip_prefix("deny=")?.parse::<u32>().ok());
    let file = machine.read("/etc/security/faillock.conf").unwrap_or_default();
    let deny = deny.or_else(|| setting(&file, "deny")?.parse().ok());
    match deny {
        // The module switches itself off with nought.
        Some(0) => Check::new(What::PasswordLockout, Answer::No).by(path, "deny=0"),
        Some(n) => Check::new(What::PasswordLockout, Answer::Yes).by(path, format!("deny={n}")),
        None => Check::new(What::PasswordLockout, Answer::Yes).by(path, "deny as the module has it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Fake;
    use crate::report::System;

    fn asked(files: &[(&str, &str)]) -> (Answer, Answer) {
        let fake = files.iter().fold(Fake::new(System::Linux), |f, (p, t)| f.file(p, t));
        (policy(&fake).answer, lockout(&fake).answer)
    }

    #[test]
    fn modules_and_their_lengths_are_read() {
        const DEBIAN: &str = "/etc/pam.d/common-password";
        let weak = "password [success=1 default=ignore] pam_unix.so obscure yescrypt\n";
        assert_eq!(asked(&[(DEBIAN, weak)]).0, Answer::No);
        let long = "password requisite pam_pwquality.so retry=3 minlen=12 # strong\n";
        assert_eq!(asked(&[(DEBIAN, long)]).0, Answer::Yes);
        assert_eq!(asked(&[(DEBIAN, &long.replace("12", "6"))]).0, Answer::No);
        let plain = "password requisite pam_pwquality.so retry=3\n";
        assert_eq!(asked(&[(DEBIAN, plain)]).0, Answer::Yes, "eight by itself");
        let file = ("/etc/security/pwquality.conf", "# minlen = 14\nminlen = 6\n");
        assert_eq!(asked(&[(DEBIAN, plain), file]).0, Answer::No);
        let over = ("/etc/security/pwquality.conf.d/50-body.conf", "minlen=10");
        assert_eq!(asked(&[(DEBIAN, plain), file, over]).0, Answer::Yes);
        let qc = "password requisite pam_passwdqc.so min=disabled,24,11,8,7\n";
        assert_eq!(asked(&[("/etc/pam.d/system-auth", qc)]).0, Answer::No);
        let remark = "# password requisite pam_pwquality.so\npassword required pam_unix.so\n";
        assert_eq!(asked(&[(DEBIAN, remark)]).0, Answer::No, "a remark demands nothing");
        assert_eq!(asked(&[]), (Answer::Unknown, Answer::Unknown));
    }

    #[test]
    fn wrong_passwords_are_counted() {
        const FEDORA: &str = "/etc/pam.d/system-auth";
        let counted = "auth required pam_faillock.so preauth silent deny=4\nauth sufficient pam_unix.so\n";
        assert_eq!(asked(&[(FEDORA, counted)]).1, Answer::Yes);
        assert_eq!(asked(&[(FEDORA, &counted.replace("=4", "=0"))]).1, Answer::No);
        let off = ("/etc/security/faillock.conf", "deny = 0");
        assert_eq!(asked(&[(FEDORA, &counted.replace("deny=4", "")), off]).1, Answer::No);
        assert_eq!(asked(&[(FEDORA, "auth required pam_unix.so")]).1, Answer::No);
        // Counting for accounts, not at sign-in, locks nothing.
        assert_eq!(asked(&[(FEDORA, "account required pam_faillock.so")]).1, Answer::No);
    }
}
