//! Linux: files that everybody may read, and a few commands that change nothing.

mod accounts;
mod disks;
mod protection;
mod screen;
mod updates;

use crate::machine::Machine;
use crate::report::Check;

/// All checks, in the order of a report.
pub(crate) fn checks(machine: &impl Machine) -> Vec<Check> {
    let [present, fresh] = protection::antivirus(machine);
    vec![
        accounts::policy(machine),
        accounts::lockout(machine),
        screen::lock(machine),
        present,
        fresh,
        disks::encryption(machine),
        updates::pending(machine),
        protection::firewall(machine),
    ]
}

/// Lines of a configuration that say something: without remarks.
fn settings(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .map(|l| l.split('#').next().unwrap_or_default().trim())
        .filter(|l| !l.is_empty())
}

/// The value of `key = value`, `key=value` or `key value`, the last one that stands there.
fn setting<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let values = settings(text).filter_map(|line| {
        let rest = line.strip_prefix(key)?;
        let rest = rest
            .strip_prefix([' ', '\t', '='])
            .map(|r| r.trim_start_matches([' ', '\t', '=']));
        if line.len() == key.len() { Some("") } else { rest }
    });
    values.last().map(str::trim)
}
