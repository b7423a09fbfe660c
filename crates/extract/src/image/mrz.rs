//! Machine-readable zones of travel documents (ICAO 9303) in text seen by OCR.

use std::ops::Range;

/// Zones in the text: their lines, cleaned of what OCR confuses. Check digits are left to whoever validates them.
pub(super) fn find(text: &str) -> Vec<String> {
    let lines: Vec<String> = text.lines().map(clean).collect();
    let mut zones = Vec::new();
    let mut at = 0;
    while let Some(rest) = lines.get(at..).filter(|r| !r.is_empty()) {
        if let Some((zone, used)) = zone(rest) {
            zones.push(zone);
            at += used;
        } else {
            at += 1;
        }
    }
    zones
}

/// The line in the alphabet of the zone; empty where it cannot be one.
fn clean(line: &str) -> String {
    let mut out = String::new();
    for c in line.chars() {
        match c {
            'A'..='Z' | '0'..='9' | '<' => out.push(c),
            'a'..='z' => out.push(c.to_ascii_uppercase()),
            '«' | '《' => out.push_str("<<"),
            '‹' | '〈' | '＜' | '(' | '{' | '[' => out.push('<'),
            c if c.is_whitespace() => {}
            _ => return String::new(),
        }
    }
    out
}

/// A zone that begins with the first line, and the number of its lines.
fn zone(lines: &[String]) -> Option<(String, usize)> {
    let first = lines.first()?;
    let kind = first.chars().next()?;
    // Some text has the length of a line by chance; fillers it has not.
    if !matches!(kind, 'P' | 'V' | 'I' | 'A' | 'C') || lines.iter().take(3).all(|l| !l.contains("<<")) {
        return None;
    }
    for (length, slack, count) in [(44, 3, 2), (36, 2, 2), (30, 2, 3)] {
        if lines.len() < count || (count == 2 && !first.contains("<<")) {
            continue;
        }
        let fitted: Option<Vec<String>> = lines
            .iter()
            .take(count)
            .enumerate()
            .map(|(i, line)| {
                let names = i + 1 == if count == 2 { 1 } else { 3 };
                fit(line, length, slack, names)
            })
            .collect();
        let Some(mut fitted) = fitted else { continue };
        let repaired = match count {
            2 => fitted.get_mut(1).map(|l| repair(l, &[9..10, 13..20, 21..28], 10..13)),
            _ => fitted.get_mut(1).map(|l| repair(l, &[0..7, 8..15, 29..30], 15..18)),
        };
        if repaired == Some(true) {
            return Some((fitted.join("\n"), count));
        }
    }
    None
}

/// The line with its exact length: OCR loses and adds fillers in long rows of them.
fn fit(line: &str, length: usize, slack: usize, names: bool) -> Option<String> {
    if line.len().abs_diff(length) > slack && !(names && line.len() < length && line.len() > length / 2) {
        return None;
    }
    let mut line = line.to_owned();
    while line.len() > length {
        // A filler too many in the row before the last character, or at the end.
        if names && line.ends_with(['<', 'K', 'C', 'E', 'S', 'L']) {
            line.pop();
        } else {
            let at = line.find("<<")?;
            line.remove(at);
        }
    }
    while line.len() < length {
        if names {
            line.push('<');
        } else {
            let at = line.rfind("<<")?;
            line.insert(at, '<');
        }
    }
    Some(line)
}

/// Puts digits where only digits stand and letters where only letters do. Says whether the places of digits now hold digits or fillers.
fn repair(line: &mut String, digits: &[Range<usize>], letters: Range<usize>) -> bool {
    let mut chars: Vec<char> = line.chars().collect();
    let mut holds = true;
    for at in digits.iter().cloned().flatten() {
        if let Some(c) = chars.get_mut(at) {
            *c = match *c {
                'O' | 'Q' | 'D' => '0',
                'I' | 'L' => '1',
                'Z' => '2',
                'S' => '5',
                'G' => '6',
                'B' => '8',
                other => other,
            };
            holds &= c.is_ascii_digit() || *c == '<';
        }
    }
    for at in letters {
        if let Some(c) = chars.get_mut(at) {
            *c = match *c {
                '0' => 'O',
                '1' => 'I',
                '2' => 'Z',
                '5' => 'S',
                '6' => 'G',
                '8' => 'B',
                other => other,
            };
        }
    }
    *line = chars.into_iter().collect();
    holds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passport_is_found_and_cleaned() {
        // A filler lost and one read as a letter, a zero read as the letter, and a guillemet.
        let text = "Passport\nSURNAME\nP<VNMNGUYEN«THI<MINH<KHAI<<<<<<<<<<<<<<<<<\nC1234567<8VNM87O3124F3001015049187012345<<78\n";
        let zones = find(text);
        assert_eq!(
            zones,
            ["P<VNMNGUYEN<<THI<MINH<KHAI<<<<<<<<<<<<<<<<<<\nC1234567<8VNM8703124F3001015049187012345<<78"]
        );
        assert!(zones[0].lines().all(|l| l.len() == 44));
    }

    #[test]
    fn a_card_of_three_lines_is_found() {
        let text = "IDVNM1870123456049187012345<<0\n8703124F3001O15VNM<<<<<<<<<<<6\nNGUYEN<<THI<MINH<KHAI<<<<<<<<<";
        let zones = find(text);
        assert_eq!(zones.len(), 1);
        assert!(zones[0].contains("8703124F3001015VNM"), "{zones:?}");
    }

    #[test]
    fn ordinary_text_is_no_zone() {
        assert!(
            find("PRICE LIST OF THE COMPANY FOR THE YEAR 2024AB\nCONTACT US AT ANY TIME OF THE DAY 24 HOURS ABC")
                .is_empty()
        );
        assert!(find("").is_empty());
    }
}
