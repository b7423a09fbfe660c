//! Vietnamese addresses, of three levels of administration before 1 July 2025 and of two since.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::chain::{ADMIN, Chain, Grammar, Level, Part, mark};
use super::lower::{Lower, key};
use super::tokens::{Tokens, house_number};

/// Names of units by key, without their kind.
static PLACES: LazyLock<HashMap<u64, Level>> = LazyLock::new(|| {
    let mut map = HashMap::with_capacity(9000);
    let mut level = Level::Ward;
    for line in include_str!("../../data/addresses/vi-places.txt")
        .lines()
        .map(str::trim)
    {
        match line {
            "[province]" => level = Level::Province,
            "[district]" => level = Level::District,
            "[ward]" => level = Level::Ward,
            _ if line.is_empty() || line.starts_with('#') => {}
            name => {
                map.entry(key([Lower::of(name).all()])).or_insert(level);
            }
        }
    }
    for name in [
        "hcm",
        "hồ chí minh",
        "tphcm",
        "sài gòn",
        "hn",
        "sg",
        "brvt",
        "vũng tàu",
        "huế",
    ] {
        map.insert(key([name]), Level::Province);
    }
    map
});

/// The level of a name in the tables.
fn place(t: &Tokens<'_>, i: usize, n: usize) -> Option<Level> {
    if n == 0 || !(i..i + n).all(|k| t.is_word(k) || t.is_mark(k, '-')) || !t.is_word(i + n - 1) {
        return None;
    }
    PLACES.get(&key((i..i + n).map(|k| t.low(k)))).copied()
}

/// The words that announce a part: with marks, without, what they announce, whether the short form asks for a capital or a number.
const UNITS: &[(&str, &str, Level)] = &[
    ("phường", "phuong", Level::Ward),
    ("xã", "xa", Level::Ward),
    ("thị trấn", "thi tran", Level::Ward),
    ("đặc khu", "dac khu", Level::Ward),
    ("p", "p", Level::Ward),
    ("x", "x", Level::Ward),
    ("tt", "tt", Level::Ward),
    ("đk", "", Level::Ward),
    ("quận", "quan", Level::District),
    ("huyện", "huyen", Level::District),
    ("thị xã", "thi xa", Level::District),
    ("q", "q", Level::District),
    ("h", "h", Level::District),
    ("tx", "tx", Level::District),
    ("thành phố", "thanh pho", Level::Town),
    ("tp", "tp", Level::Town),
    ("tỉnh", "tinh", Level::Province),
    ("t", "t", Level::Province),
    ("tổ dân phố", "to dan pho", Level::Hamlet),
    ("tdp", "tdp", Level::Hamlet),
    ("khu phố", "khu pho", Level::Hamlet),
    ("kp", "kp", Level::Hamlet),
    ("tổ", "to", Level::Hamlet),
    ("thôn", "thon", Level::Hamlet),
    ("ấp", "ap", Level::Hamlet),
    ("bản", "ban", Level::Hamlet),
    ("buôn", "buon", Level::Hamlet),
    ("bon", "bon", Level::Hamlet),
    ("làng", "lang", Level::Hamlet),
    ("xóm", "xom", Level::Hamlet),
    ("khóm", "khom", Level::Hamlet),
    ("sóc", "soc", Level::Hamlet),
    ("phum", "phum", Level::Hamlet),
    ("plei", "plei", Level::Hamlet),
    ("đội", "doi", Level::Hamlet),
    ("khu đô thị", "khu do thi", Level::Hamlet),
    ("kđt", "kdt", Level::Hamlet),
    ("khu tập thể", "khu tap the", Level::Hamlet),
    ("ktt", "ktt", Level::Hamlet),
    ("khu dân cư", "khu dan cu", Level::Hamlet),
    ("kdc", "kdc", Level::Hamlet),
    ("khu", "khu", Level::Hamlet),
    ("ngõ", "ngo", Level::Street),
    ("ngách", "ngach", Level::Street),
    ("hẻm", "hem", Level::Street),
    ("kiệt", "kiet", Level::Street),
    ("đường", "duong", Level::Street),
    ("đ", "", Level::Street),
    ("phố", "pho", Level::Street),
    ("đại lộ", "dai lo", Level::Street),
    ("quốc lộ", "quoc lo", Level::Street),
    ("ql", "ql", Level::Street),
    ("tỉnh lộ", "tinh lo", Level::Street),
    ("tl", "tl", Level::Street),
    ("hương lộ", "huong lo", Level::Street),
    ("căn hộ", "can ho", Level::Unit),
    ("căn", "can", Level::Unit),
    ("phòng", "phong", Level::Unit),
    ("tầng", "tang", Level::Unit),
    ("lầu", "lau", Level::Unit),
    ("block", "block", Level::Unit),
    ("tòa nhà", "toa nha", Level::Unit),
    ("toà nhà", "", Level::Unit),
    ("tòa", "toa", Level::Unit),
    ("toà", "", Level::Unit),
    ("chung cư", "chung cu", Level::Unit),
    ("cc", "cc", Level::Unit),
    ("lô", "lo", Level::Unit),
    ("số nhà", "so nha", Level::House),
    ("nhà số", "nha so", Level::House),
    ("số", "so", Level::House),
    ("nhà", "nha", Level::House),
    ("sn", "sn", Level::House),
];

/// The word of a part at a token, and the index of the token after it. The longest word wins.
fn unit(t: &Tokens<'_>, i: usize) -> Option<(Level, usize)> {
    if !t.is_word(i) {
        return None;
    }
    let mut best: Option<(Level, usize)> = None;
    for &(form, marked, level) in WORDS.get(t.low(i)).map(Vec::as_slice).unwrap_or_default() {
        let mut n = 0;
        let all = form.split(' ').all(|w| {
            n += 1;
            t.low(i + n - 1) == w
        });
        // Words without their marks stand in texts without marks: "ban nhân dân" is no hamlet "bản".
        let fits = marked || t.low(t.after_stop(i + n)).is_ascii();
        let loose = !marked && LOOSE.contains(&form) && !t.is_number(t.after_stop(i + n));
        if all && fits && !loose && best.is_none_or(|b| b.1 < i + n) {
            best = Some((level, i + n));
        }
    }
    best
}

/// A word of a part: the whole of it, whether it is the form with its marks, what it announces.
type Unit = (&'static str, bool, Level);

/// The words by the first of them.
static WORDS: LazyLock<HashMap<&'static str, Vec<Unit>>> = LazyLock::new(|| {
    let mut map: HashMap<&str, Vec<Unit>> = HashMap::new();
    for &(marked, plain, level) in UNITS {
        let mut add = |form: &'static str, marked| {
            if let Some(first) = form.split(' ').next().filter(|f| !f.is_empty()) {
                map.entry(first).or_default().push((form, marked, level));
            }
        };
        add(marked, true);
        if plain != marked {
            add(plain, false);
        }
    }
    map
});

/// Words that a street or hamlet is named with beside capitals: `30 tháng 4`.
fn name(t: &Tokens<'_>, from: usize, level: Level) -> Option<usize> {
    let mut i = t.after_stop(from);
    let stopped = i > from;
    if t.is_mark(i, ':') && matches!(level, Level::House) {
        i += 1;
    }
    if t.is_number(i) {
        return number(t, i, level);
    }
    if t.low(i) == "số" && t.is_number(i + 1) {
        return number(t, i + 1, level);
    }
    if level == Level::House {
        return None;
    }
    let mut n = 0;
    while n < 5 && t.is_name(i + n) && (n == 0 || next_part(t, i + n).is_none()) {
        n += 1;
        // A hyphen with spaces inside the name of a province: Bà Rịa - Vũng Tàu.
        if level == Level::Province && t.is_mark(i + n, '-') && t.is_name(i + n + 1) && place(t, i, n + 3).is_some() {
            n += 1;
        }
    }
    // "xã X, huyện Y": letters that stand for any name.
    if n == 1 && t.raw(i).chars().count() == 1 && !matches!(level, Level::Hamlet | Level::Unit) {
        return None;
    }
    if n > 0 {
        // "Thôn 3A", "Khu B2", "Khu phố Tân Lập 2".
        if matches!(level, Level::Hamlet | Level::Street) && t.is_number(i + n) && house_number(t.raw(i + n)) {
            n += 1;
        }
        return Some(i + n);
    }
    if stopped && level != Level::Ward || !t.is_word(i) {
        return None;
    }
    // A text without capitals: the table has to know the name, at streets the next part has to follow at once.
    let known = (2..=4).rev().find(|&n| place(t, i, n).is_some()).map(|n| i + n);
    match level {
        Level::Town | Level::Province => known,
        Level::Ward | Level::District if known.is_some() => known,
        // "thôn thuộc xã Gia Huynh" names no hamlet: the next part would be small too.
        Level::Street | Level::Hamlet | Level::Ward | Level::District if !LINKS.contains(&t.low(i)) => (1..=4)
            .find(|&n| !t.is_word(i + n) || next_part(t, i + n).is_some())
            .filter(|&n| small_part(t, i + n + usize::from(t.is_mark(i + n, ','))))
            .map(|n| i + n),
        _ => None,
    }
}

/// Words of prose that are no names.
const LINKS: &[&str] = &[
    "thuộc", "gần", "qua", "nào", "này", "ở", "có", "và", "của", "để", "gửi", "đề", "từ", "đến", "trong", "tại", "là",
    "được", "ra", "vào", "đi",
];

/// Whether another part begins here, its name a number or written small.
fn small_part(t: &Tokens<'_>, i: usize) -> bool {
    next_part(t, i).is_some() && unit(t, i).is_some_and(|(_, next)| !t.is_name(t.after_stop(next)))
}

/// Short words that mean something else in texts without marks: only a number names a part behind them.
const LOOSE: &[&str] = &[
    "to", "ban", "so", "can", "lo", "ap", "doi", "lang", "tang", "nha", "pho", "bon", "soc", "hem", "khu", "block",
];

/// A number as name: `Quận 1`, `đường 3/2`, `đường 30 tháng 4`, `số 12A`.
fn number(t: &Tokens<'_>, i: usize, level: Level) -> Option<usize> {
    let raw = t.raw(i);
    let short = raw.bytes().all(|b| b.is_ascii_digit()) && raw.len() <= 2;
    match level {
        Level::Ward | Level::District => short.then_some(i + 1),
        Level::Town | Level::Province => None,
        Level::Street if t.low(i + 1) == "tháng" && t.is_number(i + 2) => Some(i + 3),
        _ => house_number(raw).then_some(i + 1),
    }
}

/// Whether another part with a word of its own begins here: its word with a name or number behind it.
fn next_part(t: &Tokens<'_>, i: usize) -> Option<Level> {
    let (level, next) = unit(t, i)?;
    let next = t.after_stop(next);
    (t.is_name(next) || t.is_number(next) || t.low(next) == "số")
        .then_some(level)
        .or_else(|| (2..=4).find_map(|n| place(t, next, n)))
}

/// Rules of Viet Nam.
#[derive(Debug)]
pub(super) struct Vietnam;

impl Grammar for Vietnam {
    fn part(&self, t: &Tokens<'_>, i: usize, open: u16) -> Option<Part> {
        if open & !(ADMIN) != 0
            && let Some(part) = joined(t, i)
        {
            return Some(part);
        }
        if let Some(part @ (Level::Province | Level::House, _)) = joined(t, i) {
            return Some(part);
        }
        // "Sóc Trăng" is a province, not a hamlet "Trăng".
        let run = (0..3).take_while(|&n| t.is_name(i + n)).count();
        let own_name = open != 0 && run >= 2 && place(t, i, run) == Some(Level::Province);
        if let Some((level, next)) = unit(t, i).filter(|_| !own_name)
            && !numbered_thing(t, i, level)
            && let Some(end) = name(t, next, level)
        {
            // A city ruled by the centre is the top of the chain.
            let top =
                level == Level::Town && place(t, t.after_stop(next), end - t.after_stop(next)) == Some(Level::Province);
            // "số 8 Tạ Quang Bửu", "ngõ 15 Tạ Quang Bửu": the street of the number follows without a word.
            let run = (0..6)
                .take_while(|&n| t.is_name(end + n) && next_part(t, end + n).is_none())
                .count();
            if (1..=5).contains(&run) && t.is_number(end - 1) && matches!(level, Level::House | Level::Street) {
                return Some((if level == Level::House { Level::Bare } else { level }, end + run));
            }
            return Some((if top { Level::Province } else { level }, end));
        }
        // "K12/5 kiệt 30": a number with a letter before it.
        let lettered = t.is_word(i)
            && t.is_name(i)
            && t.raw(i)
                .get(1..)
                .is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit()) && house_number(r));
        if lettered && matches!(next_part(t, i + 1), Some(Level::Street)) {
            return Some((Level::House, i + 1));
        }
        if t.is_number(i) {
            if !house_number(t.raw(i)) {
                // Postal codes stand at the end.
                let code = t.raw(i).len() >= 5 && t.raw(i).len() <= 6 && t.raw(i).bytes().all(|b| b.is_ascii_digit());
                return (code && open & Level::Province as u16 != 0).then_some((Level::Index, i + 1));
            }
            if matches!(unit(t, i + 1), Some((Level::Street, _))) && next_part(t, i + 1).is_some() {
                return Some((Level::House, i + 1));
            }
            let n = (0..6)
                .take_while(|&n| t.is_name(i + 1 + n) && (n == 0 || next_part(t, i + 1 + n).is_none()))
                .count();
            let bare = n > 0 && n < 6 && open & !(Level::Unit as u16) == 0;
            if bare {
                return Some((Level::Bare, i + 1 + n));
            }
            // "45 nguyễn huệ q1": without capitals the ward or district has to follow at once.
            let small = open == 0 && t.is_word(i + 1) && !t.is_name(i + 1) && !LINKS.contains(&t.low(i + 1));
            return (2..=4)
                .filter(|_| small)
                .take_while(|&n| (1..=n).all(|k| t.is_word(i + k)))
                .find(|&n| {
                    let next = i + 1 + n + usize::from(t.is_mark(i + 1 + n, ','));
                    joined(t, next).is_some() || small_part(t, next)
                })
                .map(|n| (Level::Bare, i + 1 + n));
        }
        if open != 0 && t.is_name(i) {
            let run = (0..6).take_while(|&n| t.is_name(i + n)).count();
            let hyphen = t.is_mark(i + run, '-') && place(t, i, run + 3) == Some(Level::Province);
            if hyphen {
                return Some((Level::Province, i + run + 3));
            }
            return place(t, i, run).map(|level| match level {
                Level::Province => (Level::Province, i + run),
                _ => (Level::Place, i + run),
            });
        }
        // Provinces written small, after a comma or at the end of a chain without capitals.
        if open & ADMIN != 0 && t.is_word(i) {
            return (2..=4)
                .rev()
                .find(|&n| place(t, i, n) == Some(Level::Province))
                .map(|n| (Level::Province, i + n));
        }
        None
    }

    fn gap(&self, t: &Tokens<'_>, i: usize) -> usize {
        if t.is_mark(i, '.') {
            return usize::from(next_part(t, i + 1).is_some());
        }
        if t.low(i) == "thuộc" {
            return 1;
        }
        if i > 0 && (t.is_mark(i - 1, ',') || t.is_mark(i - 1, '-')) && t.is_name(i) {
            // A name that no table knows, between two commas: at most four words.
            let run = (0..5).take_while(|&n| t.is_name(i + n)).count();
            return if run <= 4 && t.is_mark(i + run, ',') { run } else { 0 };
        }
        mark(t, i)
    }

    fn single(&self) -> u16 {
        Level::Ward as u16 | Level::District as u16 | Level::Province as u16 | Level::Bare as u16 | Level::House as u16
    }
}

/// "P5", "Q10", "TPHCM": word and name in one.
fn joined(t: &Tokens<'_>, i: usize) -> Option<Part> {
    let low = t.low(i);
    let digits = |rest: &str| (1..=2).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_digit());
    let found = if low.strip_prefix('p').is_some_and(digits) {
        Level::Ward
    } else if low.strip_prefix('q').is_some_and(digits) {
        Level::District
    } else if matches!(low, "tphcm" | "tphn") {
        Level::Province
    } else if low.strip_prefix("kp").is_some_and(digits) {
        Level::Hamlet
    } else if low.strip_prefix("sn").is_some_and(|r| !r.is_empty() && house_number(r)) {
        Level::House
    } else {
        return None;
    };
    t.is_word(i).then_some((found, i + 1))
}

/// "Luật số 91/2025", "Nghị định số 13", "khoản 2 Điều 5": the number of a paper, not of a house.
fn numbered_thing(t: &Tokens<'_>, i: usize, level: Level) -> bool {
    const PAPERS: &[&str] = &[
        "luật", "lệnh", "định", "tư", "văn", "án", "thẻ", "máy", "thoại", "hiệu", "hồ", "đơn", "phiếu", "mã", "biển",
        "kiện", "tờ", "khoản", "điều", "đồng", "bộ", "mẫu", "bảng", "biểu", "cột", "chỉ", "thị", "quyết", "nghị",
        "thông",
    ];
    level == Level::House && i > 0 && t.low(i) == "số" && PAPERS.contains(&t.low(i - 1))
}

/// Words before a chain of mere units: a body's name, not where someone lives.
const BODIES: &[&str] = &[
    "ubnd",
    "hđnd",
    "nhân dân",
    "công an",
    "đảng ủy",
    "đảng uỷ",
    "huyện ủy",
    "thành ủy",
    "quân sự",
    "trường",
    "y tế",
    "viện",
    "tòa án",
    "mặt trận",
    "hội",
    "sở",
    "phòng",
    "chủ tịch",
    "bí thư",
    "trung tâm",
    "chi nhánh",
    "mttq",
    "đoàn",
    "thuế",
    "kiểm sát",
];

/// How sure a chain is an address; `before` is the lower-case text in front of it.
pub(super) fn judge(chain: &Chain, before: &str, labelled: bool) -> Option<(f32, &'static str)> {
    let admin = chain.count(ADMIN | Level::Hamlet as u16);
    let upper = chain.count(ADMIN & !(Level::Index as u16));
    let house = chain.has(Level::House) || chain.has(Level::Bare);
    let street = chain.has(Level::Street) || chain.has(Level::Bare);
    let hamlet = chain.has(Level::Hamlet);
    if house && street && upper >= 1 {
        return Some((0.9, "house, street, unit of administration"));
    }
    if (hamlet || chain.has(Level::Unit) || house) && upper >= 1 && admin >= 2 {
        return Some((0.85, "settlement, unit of administration"));
    }
    if chain.has(Level::Street) && upper >= 1 {
        return Some((0.7, "street, unit of administration"));
    }
    if labelled && chain.parts > 0 {
        return Some((if upper >= 1 || street { 0.8 } else { 0.6 }, "unit of administration"));
    }
    if chain.has(Level::House) && chain.has(Level::Street) {
        return Some((0.7, "house, street"));
    }
    let body = BODIES.iter().any(|b| before.trim_end().ends_with(b));
    if !body && chain.has(Level::Ward) && chain.has(Level::Province) {
        return Some((0.6, "commune, province"));
    }
    None
}
