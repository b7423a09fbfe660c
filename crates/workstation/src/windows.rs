//! Windows: the registry and commands that come with it. Answers that are meant for machines are preferred, since commands speak
//! the language of their system; where only words are printed, they are read by their order and their numbers.

mod parse;

use crate::machine::{Machine, Output};
use crate::report::{Answer, Check, What};
use parse::{first_number, net_accounts, object, objects, reg_value};

/// Shortest password that is counted as strong.
const SHORTEST: i64 = 8;
/// The longest time without a hand on the keyboard, in seconds.
const LONGEST: i64 = 15 * 60;
/// The oldest signatures that are fresh, in days.
const OLDEST_SIGNATURES: i64 = 7;
/// A search for updates older than this tells nothing, in days.
const OLDEST_SEARCH: i64 = 14;

/// The account database as numbers, without rights of an administrator.
const ACCOUNTS: &str = "$c=[ADSI]('WinNT://'+$env:COMPUTERNAME);@{MinPasswordLength=$c.MinPasswordLength.Value;\
     MaxBadPasswordsAllowed=$c.MaxBadPasswordsAllowed.Value}|ConvertTo-Json -Compress";
/// Windows Defender.
const DEFENDER: &str = "Get-MpComputerStatus|Select-Object AntivirusEnabled,RealTimeProtectionEnabled,\
     AntivirusSignatureAge|ConvertTo-Json -Compress";
/// Every antivirus that the system knows of.
const PRODUCTS: &str = "Get-CimInstance -Namespace root/SecurityCenter2 -ClassName AntiVirusProduct|\
     Select-Object displayName,productState|ConvertTo-Json -Compress";
/// What protects the system volume: 1 on, 2 off, 3 to 6 on the way or suspended. Everybody may ask that.
const BITLOCKER: &str = "@{State=(New-Object -ComObject Shell.Application).NameSpace($env:SystemDrive).Self.\
     ExtendedProperty('System.Volume.BitLockerProtection')}|ConvertTo-Json -Compress";
/// Security updates by the last search, which is not repeated over the network.
const UPDATES: &str = "$s=(New-Object -ComObject Microsoft.Update.Session).CreateUpdateSearcher();$s.Online=$false;\
     $u=$s.Search(\"IsInstalled=0 and IsHidden=0 and Type='Software'\").Updates;\
     $l=(New-Object -ComObject Microsoft.Update.AutoUpdate).Results.LastSearchSuccessDate;\
     @{Security=@($u|Where-Object{$_.MsrcSeverity}).Count;SearchAge=[int]((Get-Date)-$l).TotalDays}|ConvertTo-Json -Compress";

/// All checks, in the order of a report.
pub(crate) fn checks(machine: &impl Machine) -> Vec<Check> {
    let [policy, lockout] = accounts(machine);
    let [present, fresh] = antivirus(machine);
    vec![
        policy,
        lockout,
        screen(machine),
        present,
        fresh,
        encryption(machine),
        updates(machine),
        firewall(machine),
    ]
}

fn shell(machine: &impl Machine, script: &str) -> Option<String> {
    let arguments = ["-NoProfile", "-NonInteractive", "-Command", script];
    let Output { status, text } = machine.run("powershell.exe", &arguments)?;
    (status == Some(0)).then_some(text)
}

fn registry(machine: &impl Machine, key: &str, value: &str) -> Option<i64> {
    let Output { status, text } = machine.run("reg.exe", &["query", key, "/v", value])?;
    if status == Some(0) {
        reg_value(&text, value)
    } else {
        None
    }
}

fn accounts(machine: &impl Machine) -> [Check; 2] {
    let asked = shell(machine, ACCOUNTS).and_then(|t| object(&t));
    let told = asked.map(|o| {
        (
            first_number(&o, "MinPasswordLength"),
            first_number(&o, "MaxBadPasswordsAllowed"),
        )
    });
    let (source, (length, threshold)) = match told {
        Some(told) => ("ADSI WinNT", told),
        None => {
            let output = machine.run("net.exe", &["accounts"]).filter(|o| o.status == Some(0));
            let told = output.and_then(|o| net_accounts(&o.text));
            ("net accounts", told.map_or((None, None), |(l, t)| (Some(l), Some(t))))
        }
    };
    let answer = |number: Option<i64>, good: fn(i64) -> bool| match number {
        Some(n) if good(n) => Answer::Yes,
        Some(_) => Answer::No,
        None => Answer::Unknown,
    };
    let fact = |name: &str, number: Option<i64>| match number {
        Some(n) => format!("{name}={n}"),
        None => "not told".to_owned(),
    };
    [
        Check::new(What::PasswordPolicy, answer(length, |n| n >= SHORTEST)).by(source, fact("minimum length", length)),
        Check::new(What::PasswordLockout, answer(threshold, |n| n > 0))
            .by(source, fact("lockout threshold", threshold)),
    ]
}

fn screen(machine: &impl Machine) -> Check {
    let system = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System";
    let check = Check::new(What::ScreenLock, Answer::Unknown);
    if let Some(seconds) = registry(machine, system, "InactivityTimeoutSecs").filter(|n| *n > 0) {
        let mut check = check.by(system, format!("InactivityTimeoutSecs={seconds}"));
        check.answer = if seconds <= LONGEST { Answer::Yes } else { Answer::No };
        return check;
    }
    // What an administrator decided goes before what the person chose.
    let policy = "HKCU\\Software\\Policies\\Microsoft\\Windows\\Control Panel\\Desktop";
    let own = "HKCU\\Control Panel\\Desktop";
    let value = |name: &str| registry(machine, policy, name).or_else(|| registry(machine, own, name));
    let (active, secure, seconds) = (
        value("ScreenSaveActive"),
        value("ScreenSaverIsSecure"),
        value("ScreenSaveTimeOut"),
    );
    let told = |n: Option<i64>| n.map_or_else(|| "not set".to_owned(), |n| n.to_string());
    let mut check = check.by(
        own,
        format!(
            "ScreenSaveActive={}, ScreenSaverIsSecure={}, ScreenSaveTimeOut={}",
            told(active),
            told(secure),
            told(seconds)
        ),
    );
    check.answer = match (active, secure, seconds) {
        (None, None, None) => Answer::Unknown,
        (Some(1), Some(1), Some(n)) if (1..=LONGEST).contains(&n) => Answer::Yes,
        _ => Answer::No,
    };
    check
}

fn antivirus(machine: &impl Machine) -> [Check; 2] {
    let present = Check::new(What::AntivirusPresent, Answer::Unknown);
    let fresh = Check::new(What::AntivirusFresh, Answer::Unknown);
    // Bits of the state that Security Center gives: 0x1000 is on, 0x10 is out of date.
    let products = shell(machine, PRODUCTS).map(|t| objects(&t)).unwrap_or_default();
    let states: Vec<_> = products
        .iter()
        .filter_map(|p| first_number(p, "productState"))
        .collect();
    let on: Vec<_> = states.iter().filter(|s| *s & 0xF000 == 0x1000).collect();
    let defender = shell(machine, DEFENDER).and_then(|t| object(&t));
    let flag = |name: &str| defender.as_ref().and_then(|d| d.get(name)?.as_bool());
    if flag("AntivirusEnabled") == Some(true) && flag("RealTimeProtectionEnabled") == Some(true) {
        let age = defender.as_ref().and_then(|d| first_number(d, "AntivirusSignatureAge"));
        let mut fresh = fresh.by(
            "Get-MpComputerStatus",
            match age {
                Some(n) => format!("signatures, days old: {n}"),
                None => "age of signatures not told".to_owned(),
            },
        );
        fresh.answer = match age {
            Some(n) if (0..=OLDEST_SIGNATURES).contains(&n) => Answer::Yes,
            Some(_) => Answer::No,
            None => Answer::Unknown,
        };
        let mut present = present.by("Get-MpComputerStatus", "enabled, watches in real time");
        present.answer = Answer::Yes;
        return [present, fresh];
    }
    let source = "SecurityCenter2 AntiVirusProduct";
    if !on.is_empty() {
        let stale = on.iter().all(|s| **s & 0xF0 != 0);
        let mut present = present.by(source, format!("products that are on: {}", on.len()));
        present.answer = Answer::Yes;
        let mut fresh = fresh.by(source, if stale { "out of date" } else { "up to date" });
        fresh.answer = if stale { Answer::No } else { Answer::Yes };
        return [present, fresh];
    }
    if states.is_empty() && defender.is_none() {
        return [present.by(source, "no answer"), fresh.by(source, "no answer")];
    }
    let no = |what| Check::new(what, Answer::No).by(source, "no product is on");
    [no(What::AntivirusPresent), no(What::AntivirusFresh)]
}

fn encryption(machine: &impl Machine) -> Check {
    let mut check = Check::new(What::DiskEncryption, Answer::Unknown);
    let state = shell(machine, BITLOCKER)
        .and_then(|t| object(&t))
        .and_then(|o| first_number(&o, "State"));
    if let Some(state) = state {
        check.answer = match state {
            1 => Answer::Yes,
            2..=6 => Answer::No,
            _ => Answer::Unknown,
        };
        return check.by("BitLockerProtection of the system drive", state);
    }
    let output = machine
        .run("manage-bde.exe", &["-status"])
        .filter(|o| o.status == Some(0));
    let told = output.and_then(|o| parse::manage_bde(&o.text));
    check.answer = match told {
        Some(true) => Answer::Yes,
        Some(false) => Answer::No,
        None => Answer::Unknown,
    };
    check.by(
        "manage-bde -status",
        match told {
            Some(true) => "every volume is encrypted and protected",
            Some(false) => "a volume is not encrypted",
            None => "no answer that can be read",
        },
    )
}

fn updates(machine: &impl Machine) -> Check {
    let mut check = Check::new(What::Updates, Answer::Unknown);
    let told = shell(machine, UPDATES).and_then(|t| object(&t));
    let number = |name: &str| told.as_ref().and_then(|o| first_number(o, name));
    let (security, age) = (number("Security"), number("SearchAge"));
    check.answer = match (security, age) {
        (Some(1..), _) => Answer::No,
        (_, Some(n)) if n > OLDEST_SEARCH => Answer::No,
        (Some(0), Some(0..)) => Answer::Yes,
        _ => Answer::Unknown,
    };
    let told = |n: Option<i64>| n.map_or_else(|| "not told".to_owned(), |n| n.to_string());
    check.by(
        "Windows Update, last search",
        format!("security updates: {}, days old: {}", told(security), told(age)),
    )
}

fn firewall(machine: &impl Machine) -> Check {
    let mut check = Check::new(What::Firewall, Answer::Unknown);
    let root = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy";
    let policy = "HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall";
    let mut all = Vec::new();
    for (profile, by_policy) in [
        ("DomainProfile", "DomainProfile"),
        ("StandardProfile", "PrivateProfile"),
        ("PublicProfile", "PublicProfile"),
    ] {
        let decided = registry(machine, &format!("{policy}\\{by_policy}"), "EnableFirewall");
        let on = decided.or_else(|| registry(machine, &format!("{root}\\{profile}"), "EnableFirewall"));
        let fact = on.map_or_else(|| "not told".to_owned(), |n| format!("EnableFirewall={n}"));
        check = check.by(profile, fact);
        all.push(on);
    }
    check.answer = if all.contains(&Some(0)) {
        Answer::No
    } else if all.iter().all(|o| *o == Some(1)) {
        Answer::Yes
    } else {
        Answer::Unknown
    };
    check
}

#[cfg(test)]
mod tests;
