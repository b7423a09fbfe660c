//! Chinese addresses: from the province down, written without spaces.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Divisions down to the county, with and without their last character.
static PLACES: LazyLock<(HashSet<&'static str>, HashSet<&'static str>)> = LazyLock::new(|| {
    let mut full = HashSet::with_capacity(6000);
    let mut short = HashSet::with_capacity(1000);
    let mut top = false;
    for line in include_str!("../../data/addresses/zh-places.txt")
        .lines()
        .map(str::trim)
    {
        match line {
            "[province]" | "[city]" => top = true,
            "[county]" | "[former]" => top = false,
            _ if line.is_empty() || line.starts_with('#') => {}
            name => {
                full.insert(name);
                // "广东深圳南山区": provinces and cities are written short.
                let cut = name.strip_suffix(['省', '市']).filter(|n| n.chars().count() >= 2);
                if let Some(cut) = cut.filter(|_| top) {
                    short.insert(cut);
                }
            }
        }
    }
    for name in ["内蒙古", "广西", "宁夏", "新疆", "西藏", "香港", "澳门", "台湾"] {
        short.insert(name);
    }
    (full, short)
});

/// The division that a text begins with: its length in bytes and whether its name is full.
fn division(text: &str) -> Option<(usize, bool)> {
    let mut found = None;
    for (n, (at, c)) in text.char_indices().take(12).enumerate() {
        let end = at + c.len_utf8();
        let piece = text.get(..end)?;
        if n >= 1 && PLACES.0.contains(piece) {
            found = Some((end, true));
        } else if n >= 1 && found.is_none() && PLACES.1.contains(piece) {
            found = Some((end, false));
        }
    }
    found
}

/// An address in a run of characters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) score: f32,
    pub(super) pattern: &'static str,
}

/// What may stand inside an address.
fn inside(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}') && !matches!(c, '的' | '或' | '是' | '了')
        || c.is_ascii_alphanumeric()
        || matches!(c, '-' | '#' | '(' | ')' | '—' | '~' | '〇' | ' ')
}

fn numeral(c: char) -> bool {
    c.is_ascii_digit() || "一二三四五六七八九十百〇零甲乙丙丁".contains(c) || c.is_ascii_uppercase()
}

/// Characters that end the name of a road or a settlement.
const ROADS: &str = "路街道巷弄同里胡";
const SITES: &[&str] = &[
    "村", "里", "园", "苑", "小区", "社区", "花园", "大厦", "广场", "公寓", "新村", "院", "城", "区", "镇", "乡", "屯",
    "寨", "庄", "营", "坊", "居", "府", "湾", "庭", "楼", "中心", "宿舍",
];
/// What follows the numeral of a house or a part of it.
const LOWER: &[&str] = &[
    "号楼", "号院", "号", "栋", "幢", "座", "单元", "层", "楼", "室", "组", "队", "户", "弄", "巷", "房",
];

/// One numbered part at the beginning of a text: its length, and whether it points to a house or a flat.
fn lower(text: &str) -> Option<usize> {
    let digits: usize = text
        .chars()
        .take(6)
        .take_while(|&c| numeral(c) || c == '-')
        .map(char::len_utf8)
        .sum();
    let rest = text.get(digits..)?;
    if digits == 0 {
        return None;
    }
    // "三组", "七座" count things.
    if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) && rest.starts_with(['座', '层', '户', '队', '房', '组'])
    {
        return None;
    }
    let word = LOWER.iter().find(|w| rest.starts_with(**w))?;
    let after = rest.get(word.len()..)?;
    // "2号线", "3号文", "5号令", "10组数据", "3楼梯"
    let other = [
        "线",
        "文",
        "令",
        "机",
        "码",
        "公",
        "店",
        "台",
        "船",
        "车",
        "房间里",
        "梯",
        "数",
        "成",
        "员",
        "长",
        "别",
        "合",
    ];
    (!other.iter().any(|o| after.starts_with(o))).then_some(digits + word.len())
}

/// Numbers at the end: `3-502`, `1203`, `A座`.
fn tail(text: &str) -> usize {
    let n: usize = text
        .chars()
        .take(10)
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '#'))
        .map(char::len_utf8)
        .sum();
    let piece = text.get(..n).unwrap_or_default();
    let digits = piece.bytes().filter(u8::is_ascii_digit).count();
    let after = text.get(n..).unwrap_or_default();
    if (2..=5).contains(&digits) && !after.starts_with(['年', '月', '日', '元', '人', '米', '%']) {
        n
    } else {
        0
    }
}

/// The address around a numbered part or a division: `from` and `to` bound the run of characters that it lies in.
pub(super) fn read(text: &str, from: usize, to: usize, each: &mut impl FnMut(Found)) {
    let Some(run) = text.get(from..to) else { return };
    let mut at = 0;
    while let Some(rest) = run.get(at..) {
        let Some(c) = rest.chars().next() else { break };
        if !matches!(c, '\u{3400}'..='\u{9FFF}') {
            at += c.len_utf8();
            continue;
        }
        if let Some((mut found, length)) = chain(rest).or_else(|| street(run, at)) {
            let start = found.start;
            found.start = from + if start == usize::MAX { at } else { start };
            found.end = from + at + length;
            at += length;
            each(found);
        } else {
            at += c.len_utf8();
        }
    }
}

/// A chain that begins with a division.
fn chain(text: &str) -> Option<(Found, usize)> {
    let (mut at, full) = division(text)?;
    let mut levels = 1 + u32::from(full);
    while let Some((n, f)) = text
        .get(at..)
        .and_then(|t| division(skip(t)).map(|(n, f)| (n + t.len() - skip(t).len(), f)))
    {
        at += n;
        levels += 1 + u32::from(f);
    }
    let mut end = at;
    let mut names = 0_u32;
    let mut numbers = 0_u32;
    // A name of at most 16 characters, then a suffix or a numbered part; each step moves `at` forward.
    let mut walked = 0;
    while let Some(rest) = text.get(at..) {
        if let Some(n) = lower(rest) {
            at += n;
            numbers += 1;
            (end, walked) = (at, 0);
            let behind = text.get(at..).unwrap_or_default();
            let more = if lower(behind).is_some() { 0 } else { tail(behind) };
            if more > 0 {
                at += more;
                end = at;
            }
            continue;
        }
        let Some(c) = rest.chars().next().filter(|&c| inside(c)) else {
            break;
        };
        if walked == 0 && numbers > 0 && matches!(c, '和' | '与' | '及' | '、') {
            break;
        }
        at += c.len_utf8();
        walked += 1;
        if walked > 16
            || rest.starts_with("位于")
            || rest.starts_with("坐落")
            || rest.starts_with("有限")
            || rest.starts_with("委员会")
            || rest.starts_with("人民政府")
            || rest.starts_with("法院")
        {
            break;
        }
        let head = text.get(..at).unwrap_or_default();
        let road = ROADS.contains(c) && walked > 1;
        let site =
            SITES.iter().any(|s| head.ends_with(s)) && walked > 1 || head.ends_with("镇") || head.ends_with("街道");
        if road || site {
            names += 1;
            // Numbers directly behind a building: "花园3-502".
            let behind = text.get(at..).unwrap_or_default();
            let more = if (numbers > 0 || site) && lower(behind).is_none() {
                tail(behind)
            } else {
                0
            };
            if more > 0 {
                at += more;
                (end, walked) = (at, 0);
                numbers += 1;
            }
        }
    }
    let (score, pattern) = match (levels, names, numbers) {
        (_, 1.., 1..) => (0.9, "division, road, house"),
        (2.., _, 1..) => (0.8, "division, house"),
        _ => return None,
    };
    Some((
        Found {
            start: usize::MAX,
            end: 0,
            score,
            pattern,
        },
        end,
    ))
}

fn skip(text: &str) -> &str {
    text.trim_start_matches([' ', ',', '，', '-'])
}

/// A road with a house number and no division before it: `中山路88号3栋502室`.
fn street(run: &str, at: usize) -> Option<(Found, usize)> {
    let rest = run.get(at..)?;
    let c = rest.chars().next()?;
    if !matches!(c, '路' | '街' | '道' | '巷' | '弄' | '村' | '同') {
        return None;
    }
    let behind = rest.get(c.len_utf8()..)?;
    let mut n = lower(behind)?;
    if !behind
        .get(..n)?
        .ends_with(['号', '院', '楼', '弄', '组', '栋', '幢', '室'])
    {
        return None;
    }
    while let Some(m) = behind.get(n..).and_then(lower) {
        n += m;
    }
    n += behind.get(n..).map_or(0, tail);
    // The name: at most four characters before the word.
    let head = run.get(..at)?;
    let length: usize = head
        .chars()
        .rev()
        .take(5)
        .take_while(|c| matches!(c, '\u{3400}'..='\u{9FFF}') && !"在于住到是去的从至往：位".contains(*c))
        .map(char::len_utf8)
        .sum();
    (length >= 6).then_some((
        Found {
            start: at - length,
            end: 0,
            score: 0.7,
            pattern: "road, house",
        },
        c.len_utf8() + n,
    ))
}

/// Whether a value under a label is an address at all: it has a division or the end of one.
pub(super) fn plausible(value: &str) -> bool {
    division(value).is_some() || value.chars().any(|c| "省市县区镇乡村路街号巷弄室楼".contains(c))
}

/// The bounds of the run around an offset.
pub(super) fn bounds(text: &str, at: usize) -> (usize, usize) {
    let back: usize = text
        .get(..at)
        .unwrap_or_default()
        .chars()
        .rev()
        .take(60)
        .take_while(|&c| inside(c) || matches!(c, ',' | '，'))
        .map(char::len_utf8)
        .sum();
    let ahead: usize = text
        .get(at..)
        .unwrap_or_default()
        .chars()
        .take(60)
        .take_while(|&c| inside(c) || matches!(c, ',' | '，'))
        .map(char::len_utf8)
        .sum();
    (at - back, at + ahead)
}
