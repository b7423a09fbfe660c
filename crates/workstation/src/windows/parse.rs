//! What commands of Windows print, in any language of the system.

use serde_json::{Map, Value};

/// A number of `reg query`: `    EnableFirewall    REG_DWORD    0x1`. Value lines are the same in every language.
pub(super) fn reg_value(text: &str, name: &str) -> Option<i64> {
    for line in text.lines() {
        let mut words = line.split_whitespace();
        if words.next() != Some(name) {
            continue;
        }
        let kind = words.next()?;
        let value = words.next()?;
        if !kind.starts_with("REG_") {
            continue;
        }
        return match value.strip_prefix("0x") {
            Some(hex) => i64::from_str_radix(hex, 16).ok(),
            None => value.parse().ok(),
        };
    }
    None
}

/// An object that PowerShell printed as JSON.
pub(super) fn object(text: &str) -> Option<Map<String, Value>> {
    match serde_json::from_str(text.trim().trim_start_matches('\u{feff}')) {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    }
}

/// Objects that PowerShell printed as JSON: one is printed without brackets.
pub(super) fn objects(text: &str) -> Vec<Map<String, Value>> {
    match serde_json::from_str(text.trim().trim_start_matches('\u{feff}')) {
        Ok(Value::Object(object)) => vec![object],
        Ok(Value::Array(all)) => all
            .into_iter()
            .filter_map(|v| match v {
                Value::Object(object) => Some(object),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// A member that is a number, or the first number of one that is a list.
pub(super) fn first_number(object: &Map<String, Value>, name: &str) -> Option<i64> {
    match object.get(name)? {
        Value::Array(all) => all.first()?.as_i64(),
        value => value.as_i64(),
    }
}

/// Shortest password and lockout threshold of `net accounts`. It prints the same lines in the same order in every language;
/// a threshold of "never" is a word instead of a number, and then nothing locks.
pub(super) fn net_accounts(text: &str) -> Option<(i64, i64)> {
    let values: Vec<&str> = text
        .lines()
        .filter_map(|line| {
            let (name, value) = line
                .rsplit_once([':', '：'])
                .or_else(|| line.trim_end().rsplit_once("  "))?;
            (!name.trim().is_empty() && !value.trim().is_empty()).then(|| value.trim())
        })
        .collect();
    // Force log-off, minimum age, maximum age, minimum length, history, threshold, duration, window.
    if values.len() < 8 {
        return None;
    }
    let length = values.get(3)?.parse().ok()?;
    let threshold = values.get(5)?;
    // Duration and window are numbers of minutes: whoever prints something else here prints another list.
    values.get(6)?.parse::<i64>().ok()?;
    values.get(7)?.parse::<i64>().ok()?;
    Some((length, threshold.parse().unwrap_or(0)))
}

/// Whether every volume of `manage-bde -status` is encrypted as a whole and protected. None where its words are of a language
/// that is not read here: the method and the share are the same in all, whether protection is suspended is not.
pub(super) fn manage_bde(text: &str) -> Option<bool> {
    const ON: &[&str] = &["Protection On", "Защита включена", "Bật bảo vệ", "保护启用", "启用保护"];
    let mut volumes = 0;
    let mut whole = 0;
    let mut ciphers = 0;
    let mut protected = 0;
    for line in text.lines() {
        let Some((_, value)) = line.split_once([':', '：']) else {
            continue;
        };
        let value = value.trim();
        if let Some(share) = value.strip_suffix('%') {
            volumes += 1;
            let share = share.trim().replace(',', ".");
            whole += i32::from(share.parse::<f64>().is_ok_and(|s| s >= 100.0));
        } else if value.contains("AES") {
            ciphers += 1;
        } else if ON.contains(&value) {
            protected += 1;
        }
    }
    if volumes == 0 {
        return None;
    }
    if whole < volumes || ciphers < volumes {
        return Some(false);
    }
    (protected == volumes).then_some(true)
}
