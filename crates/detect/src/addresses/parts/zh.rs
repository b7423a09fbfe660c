//! The parts of Chinese addresses, from the province down, by the divisions of GB/T 2260.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use super::{AddressPart, AddressParts, at, grow};
use crate::Lang;

/// Divisions by name: their codes, those in force first.
static DIVISIONS: LazyLock<Divisions> = LazyLock::new(|| {
    let mut names: HashMap<&str, Vec<&str>> = HashMap::with_capacity(8000);
    let mut codes = HashMap::with_capacity(7000);
    for old in [false, true] {
        for line in include_str!("../../../data/addresses/zh-units.txt")
            .lines()
            .filter(|l| !l.starts_with('#'))
        {
            let Some((code, rest)) = line.split_once(' ') else {
                continue;
            };
            let (name, until) = rest.split_once(" !").unwrap_or((rest, ""));
            if until.is_empty() == old {
                continue;
            }
            codes.entry(code).or_insert(name);
            names.entry(name).or_default().push(code);
            if code.len() <= 4
                && let Some(short) = short(name)
            {
                names.entry(short).or_default().push(code);
            }
        }
    }
    Divisions { names, codes }
});

struct Divisions {
    names: HashMap<&'static str, Vec<&'static str>>,
    codes: HashMap<&'static str, &'static str>,
}

/// How provinces and cities are called for short: 广东, 深圳, 内蒙古.
fn short(name: &str) -> Option<&str> {
    let cut = [
        "维吾尔自治区",
        "壮族自治区",
        "回族自治区",
        "自治区",
        "特别行政区",
        "省",
        "市",
    ]
    .iter()
    .find_map(|e| name.strip_suffix(e))?;
    (cut.chars().count() >= 2).then_some(cut)
}

/// Six digits.
fn full(code: &str) -> String {
    format!("{code:0<6}")
}

/// The longest division at the head of a text that may lie under a code: its length and its code.
fn division(text: &str, under: &str) -> Option<(usize, &'static str)> {
    let mut best = None;
    for (n, (i, c)) in text.char_indices().take(16).enumerate() {
        let end = i + c.len_utf8();
        if n < 1 {
            continue;
        }
        let Some(codes) = text.get(..end).and_then(|t| DIVISIONS.names.get(t)) else {
            continue;
        };
        // Directly under the code before; without one, the widest that bears the name.
        let fits = codes
            .iter()
            .filter(|c| c.starts_with(under) && c.len() > under.len())
            .min_by_key(|c| c.len());
        if let Some(code) = fits {
            best = Some((end, *code));
        }
    }
    best
}

pub(super) fn read(value: &str) -> AddressParts {
    let mut out = AddressParts::of(Lang::Zh);
    let mut at_byte = 0;
    let mut under = "";
    for country in ["中华人民共和国", "中国"] {
        if value.starts_with(country) {
            at_byte = country.len();
            out.country = at(value, 0..at_byte);
            break;
        }
    }
    while let Some(rest) = value.get(at_byte..) {
        let gap = rest.len() - rest.trim_start_matches([' ', ',', '，', '-', '\u{3000}']).len();
        let Some((length, code)) = rest.get(gap..).and_then(|r| division(r, under)) else {
            break;
        };
        let range = at_byte + gap..at_byte + gap + length;
        set(&mut out, code, &range);
        under = code;
        at_byte = range.end;
        // 北京市 is a province and its only city.
        if code.len() == 6 {
            break;
        }
    }
    below(value, at_byte, &mut out);
    out
}

/// Sets the division of a code and those above it.
fn set(out: &mut AddressParts, code: &'static str, range: &Range<usize>) {
    for length in [2, 4, 6] {
        let Some(part) = code.get(..length) else { break };
        let own = length == code.len();
        let Some(name) = DIVISIONS.codes.get(part) else {
            continue;
        };
        let slot = match length {
            2 => &mut out.province,
            4 => &mut out.city,
            _ => &mut out.district,
        };
        if own || slot.is_none() {
            *slot = Some(AddressPart {
                range: own.then(|| range.clone()),
                code: Some(full(part)),
                name: (*name).to_owned(),
            });
        }
    }
}

fn numeral(c: char) -> bool {
    c.is_ascii_alphanumeric() || "一二三四五六七八九十百〇零甲乙丙丁-".contains(c)
}

/// What stands below the divisions: township, road, village, number, building, room.
fn below(value: &str, from: usize, out: &mut AddressParts) {
    let mut start = from;
    let mut at_byte = from;
    while let Some(c) = value.get(at_byte..).and_then(|r| r.chars().next()) {
        let end = at_byte + c.len_utf8();
        if matches!(c, ' ' | ',' | '，' | '\u{3000}' | '(' | '（') {
            tail(value, start..at_byte, out);
            start = end;
            at_byte = end;
            continue;
        }
        let piece = value.get(start..end).unwrap_or_default();
        let rest = value.get(end..).unwrap_or_default();
        let letters = piece.chars().count();
        let number = piece.chars().count() > 1 && piece.chars().rev().skip(1).all(numeral);
        let range = start..end;
        let done = if number {
            match c {
                '号' if rest.starts_with(['楼', '院']) => {
                    let more = rest.chars().next().map_or(0, char::len_utf8);
                    grow(value, &mut out.building, start..end + more);
                    at_byte = end + more;
                    start = at_byte;
                    continue;
                }
                '号' => set_once(value, &mut out.house, range),
                '栋' | '幢' | '座' | '楼' | '层' => {
                    grow(value, &mut out.building, range);
                    true
                }
                '室' | '户' | '房' => set_once(value, &mut out.flat, range),
                '组' | '队' => set_once(value, &mut out.settlement, range),
                '弄' | '巷' => {
                    grow(value, &mut out.street, range);
                    true
                }
                _ => false,
            }
        } else if piece.ends_with("单元") {
            grow(value, &mut out.building, range);
            true
        } else if letters >= 2 {
            match c {
                '镇' | '乡' => set_once(value, &mut out.ward, range),
                '道' if piece.ends_with("街道") && letters > 2 => set_once(value, &mut out.ward, range),
                '街' if rest.starts_with('道') => false,
                // 大道, 路, 街, 巷; 道 inside a name goes on to its road.
                '路' | '街' | '巷' | '弄' | '道' if !rest.starts_with(['路', '街']) => {
                    grow(value, &mut out.street, range);
                    true
                }
                '村' | '庄' | '屯' | '寨' if !rest.starts_with(['路', '街']) => {
                    set_once(value, &mut out.settlement, range)
                }
                '区' | '园' | '苑' | '城' | '厦' | '场' | '寓' | '庭' | '府' | '里' | '院' | '舍' | '坊' | '湾'
                    if !rest.starts_with(['路', '街', '区', '镇', '村'])
                        && (rest.chars().next().is_none_or(numeral) || c == '区') =>
                {
                    set_once(
                        value,
                        if out.settlement.is_none() {
                            &mut out.settlement
                        } else {
                            &mut out.building
                        },
                        range,
                    )
                }
                _ => false,
            }
        } else {
            false
        };
        at_byte = end;
        if done {
            start = end;
        }
    }
    tail(value, start..at_byte, out);
}

/// A bare number at the end: 3-502, 1203.
fn tail(value: &str, range: Range<usize>, out: &mut AddressParts) {
    let piece = value.get(range.clone()).unwrap_or_default();
    let digits = piece.bytes().filter(u8::is_ascii_digit).count();
    if piece.is_empty() || digits == 0 || !piece.chars().all(|c| numeral(c) || c == '#') {
        return;
    }
    if digits == 6 && piece.len() == 6 {
        set_once(value, &mut out.postcode, range);
    } else {
        set_once(value, &mut out.flat, range);
    }
}

fn set_once(value: &str, slot: &mut Option<AddressPart>, range: Range<usize>) -> bool {
    if slot.is_none() {
        *slot = at(value, range);
    }
    true
}
