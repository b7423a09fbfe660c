//! Dates of birth in words and ages, seen from the digits in them.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::checks;
use crate::codes::Found;
use crate::context::Context;
use crate::labels::{self, Endings, Tails, Topic};
use crate::trigger::Run;
use crate::{Entity, Reason};

const BIRTH: &[Topic] = &[Topic::BirthDate];

static BIRTH_TAILS: LazyLock<Tails> = LazyLock::new(|| Tails::of(|t| t == Topic::BirthDate));

/// Text before a date that is looked at, in bytes.
const BACK: usize = 48;

/// What follows a date of birth: `г.р.`, `года рождения`, `出生`, `生`.
pub(crate) fn born_after(text: &str, end: usize) -> Option<&'static str> {
    let rest = text.get(end..)?.trim_start_matches([' ', '\u{A0}', ',', '(']);
    // Nothing else can begin one of these words.
    if !rest.starts_with(['г', 'Г', 'р', 'Р', '出', '生']) {
        return None;
    }
    let begins = |word: &str| {
        let mut given = rest.chars();
        word.chars()
            .all(|c| given.next().is_some_and(|g| g == c || g.to_lowercase().eq([c])))
    };
    [
        "г.р",
        "г. р",
        "гр.",
        "г/р",
        "года рожд",
        "г. рожд",
        "г.рожд",
        "год рождения",
        "рождения",
        "р.",
        "出生",
        "生人",
        "生，",
        "生于",
    ]
    .into_iter()
    .find(|w| begins(w))
}

const RU_MONTHS: [&str; 12] = [
    "январ",
    "феврал",
    "март",
    "апрел",
    "ма",
    "июн",
    "июл",
    "август",
    "сентябр",
    "октябр",
    "ноябр",
    "декабр",
];
const EN_MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

fn month(word: &str) -> Option<u32> {
    let word = word.trim_matches([',', '.', '»', '«']);
    let by = |table: &[&str; 12], longest: usize| {
        table
            .iter()
            .position(|m| word.starts_with(m))
            .filter(|_| word.chars().count() <= longest)
            .map(|i| i as u32 + 1)
    };
    // "мая" and "май" only: "ма" begins many words.
    if word.starts_with("ма") && !word.starts_with("март") && !matches!(word, "мая" | "май" | "мае") {
        return None;
    }
    by(&RU_MONTHS, 8).or_else(|| by(&EN_MONTHS, 9))
}

fn day(word: &str) -> Option<u32> {
    let digits = word.trim_matches([',', '.', '»', '«', '"', '“', '”']);
    let digits = digits
        .trim_end_matches("st")
        .trim_end_matches("nd")
        .trim_end_matches("rd")
        .trim_end_matches("th");
    digits.parse().ok().filter(|d| (1..=31).contains(d))
}

/// A year of birth alone or at the end (in Chinese: the beginning) of a date in words.
pub(crate) fn year(context: &Context<'_>, run: Run) -> Option<Found> {
    let text = context.text;
    let digits = context.bytes.get(run.start..run.end)?;
    let year = checks::number(digits);
    if !matches!(digits, [b'1', b'9', ..] | [b'2', b'0', ..]) || !(1900..=2030).contains(&year) {
        return None;
    }
    let han = text.get(run.end..)?.starts_with('年');
    let mut date = han.then(|| written(text, run, year)).flatten();
    let after = born_after(text, date.map_or(run.end, |d| d.1));
    let before = context.is_one_of(run.start, BIRTH, &BIRTH_TAILS);
    if !before && after.is_none() {
        return None;
    }
    if !han {
        date = written(text, run, year);
    }
    let (start, end, whole) = date.unwrap_or((run.start, run.end, false));
    // "sinh" and "born" have other meanings; a year alone needs its label directly before it.
    if after.is_none() && !whole && !context.by_column(run.start) && labels::within(text, start, 12).is_none() {
        return None;
    }
    let mut why = vec![Reason::Layout(Cow::Borrowed(if whole {
        "date in words"
    } else {
        "year"
    }))];
    if let Some(word) = after {
        why.push(Reason::Label(Cow::Borrowed(word)));
    }
    let base = match (whole, after.is_some()) {
        (true, true) => 0.85,
        (true, false) => 0.6,
        (false, true) => 0.75,
        (false, false) => 0.45,
    };
    Some(Found {
        entity: Entity::DateOfBirth,
        start,
        end,
        base,
        validated: whole,
        topics: BIRTH,
        why,
    })
}

/// The stretch of a date in words around its year: `ngày 12 tháng 5 năm 1985`, `12 мая 1985`, `May 12, 1985`, `1985年5月12日`.
fn written(text: &str, run: Run, year: u32) -> Option<(usize, usize, bool)> {
    if let Some(rest) = text.get(run.end..)?.strip_prefix('年') {
        return Some(chinese(rest, run, year));
    }
    let mut from = run.start.saturating_sub(BACK);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let window = text.get(from..run.start)?;
    let mut words = window.split_whitespace().rev().take(5);
    let at = |word: &str| word.as_ptr() as usize - window.as_ptr() as usize + from;
    let lower = |word: Option<&str>| word.map(str::to_lowercase).unwrap_or_default();
    let first = words.next()?;
    let one = lower(Some(first));
    if one == "năm" || one == "nam" {
        let m = day(words.next()?).filter(|m| *m <= 12)?;
        if !matches!(lower(words.next()).as_str(), "tháng" | "thang") {
            return None;
        }
        let day_word = words.next()?;
        let d = day(day_word)?;
        let start = match words.next() {
            Some(w) if matches!(lower(Some(w)).as_str(), "ngày" | "ngay") => at(w),
            _ => at(day_word),
        };
        return checks::date(year, m, d).then_some((start, run.end, true));
    }
    if let Some(m) = month(&one) {
        let d = words.next()?;
        return checks::date(year, m, day(d)?).then_some((at(d), run.end, true));
    }
    // May 12, 1985
    let d = day(&one)?;
    let word = words.next()?;
    let m = month(&word.to_lowercase())?;
    checks::date(year, m, d).then_some((at(word), run.end, true))
}

/// What follows `1985年`: month and day, or nothing.
fn chinese(rest: &str, run: Run, year: u32) -> (usize, usize, bool) {
    let number = |s: &str| {
        let n = s.bytes().take_while(u8::is_ascii_digit).count();
        s.get(..n)
            .and_then(|d| d.parse::<u32>().ok())
            .filter(|_| n <= 2)
            .map(|v| (v, n))
    };
    let base = run.end + '年'.len_utf8();
    let Some((m, n)) = number(rest) else {
        return (run.start, base, false);
    };
    let Some(after) = rest.get(n..).and_then(|r| r.strip_prefix('月')) else {
        return (run.start, base, false);
    };
    let to_month = base + n + '月'.len_utf8();
    match number(after) {
        Some((d, k)) if checks::date(year, m, d) && after.get(k..).is_some_and(|r| r.starts_with(['日', '号'])) => {
            (run.start, to_month + k + '日'.len_utf8(), true)
        }
        _ => (run.start, to_month, (1..=12).contains(&m)),
    }
}

/// Ends of the labels of ages.
pub(crate) static AGES: LazyLock<Endings> = LazyLock::new(|| Endings::of(|t| t == Topic::Age));

/// What follows an age, and how sure it makes one.
const UNITS: &[(&str, f32)] = &[
    (" tuổi", 0.65),
    (" tuoi", 0.55),
    ("岁", 0.65),
    ("周岁", 0.65),
    (" 岁", 0.65),
    (" years old", 0.75),
    (" year old", 0.75),
    ("-year-old", 0.75),
    (" years of age", 0.7),
    ("-летн", 0.6),
    (" лет", 0.3),
    (" года", 0.2),
    (" год", 0.2),
];

/// What may stand between an age and its label.
static LEADS: [u8; 256] = {
    let mut table = [0; 256];
    let leads = b" :=\"'\t()\x9A\xBC\xEF";
    let mut i = 0;
    while i < leads.len() {
        table[leads[i] as usize] = 1;
        i += 1;
    }
    table
};

/// Whether a number with these bytes before and behind it can be an age: a unit begins behind it, or a label may end before it.
#[inline]
pub(crate) fn may_be_age(ages: &Endings, before: &[u8; 8], after: &[u8; 3]) -> bool {
    let word = |a: u8, b: u8| {
        (a == b't') & (b == b'u')
            | (a == b'y') & (b == b'e')
            | (a == 0xD0) & ((b == 0xB3) | (b == 0xBB))
            | (a == 0xE5) & ((b == 0x91) | (b == 0xB2))
    };
    let &[a, b, c] = after;
    let unit = ((a == b' ') | (a == b'-')) & word(b, c) | (a == 0xE5) & word(a, b);
    let mut leads = 0_u32;
    for i in 0..6 {
        leads |= u32::from(LEADS[usize::from(before[7 - i])]) << i;
    }
    let end = 7 - leads.trailing_ones() as usize;
    unit | ages.may(before[end - 1], before[end])
}

/// Whether a label of ages may end before a place.
fn named(context: &Context<'_>, start: usize) -> bool {
    let mut at = start;
    while start - at < 6 && LEADS[usize::from(context.byte_before(at))] == 1 && at > 0 {
        at -= 1;
    }
    at >= 2 && AGES.may(context.bytes[at - 2], context.bytes[at - 1])
}

/// An age: `45 tuổi`, `45 лет`, `45岁`, `45 years old`, or a number under the label "age".
pub(crate) fn age(context: &Context<'_>, run: Run) -> Option<Found> {
    let bytes = context.bytes;
    // A unit begins behind the digits, or a label ends before them; the bytes there tell at once that neither does.
    let unit = match context.byte(run.end) {
        b' ' => matches!(context.byte(run.end + 1), b't' | b'y' | 0xD0 | 0xE5),
        b'-' => matches!(context.byte(run.end + 1), b'y' | 0xD0),
        0xE5 => true,
        _ => false,
    };
    let labelled = !unit
        && (named(context, run.start) && context.close(run.start, 6) == Some(Topic::Age)
            || context.ages && context.is(run.start, &[Topic::Age]));
    if !unit && !labelled {
        return None;
    }
    let text = context.text;
    let years = checks::number(bytes.get(run.start..run.end)?);
    if !(1..=120).contains(&years) || run.len() > 1 && bytes.get(run.start) == Some(&b'0') {
        return None;
    }
    let before = context.char_before(run.start);
    if before.is_some_and(|c| {
        c.is_alphanumeric() && !('\u{3400}'..='\u{9FFF}').contains(&c)
            || matches!(c, '.' | ',' | '/' | '-' | '–' | '%' | '№')
    }) {
        return None;
    }
    let after = text.get(run.end..)?;
    let found = |end: usize, base, name: &'static str| {
        Some(Found {
            entity: Entity::Age,
            start: run.start,
            end,
            base,
            validated: false,
            topics: &[Topic::Age],
            why: vec![Reason::Pattern(Cow::Borrowed(name))],
        })
    };
    for &(unit, base) in UNITS {
        if !after.starts_with(unit) {
            continue;
        }
        if limit(context, run.start, after.get(unit.len()..).unwrap_or_default()) {
            return None;
        }
        let base = if base < 0.5 && ru_person(text, run.start) {
            0.65
        } else {
            base
        };
        return found(run.end + unit.len(), base, "age");
    }
    // Bare number under a label, at the end of a cell or line.
    (labelled
        && !limit(context, run.start, after)
        && after.chars().next().is_none_or(|c| {
            matches!(
                c,
                '\n' | '\r' | '\t' | ',' | ';' | '"' | '|' | '.' | ')' | '<' | ' ' | '，' | '；' | '。'
            )
        }))
    .then(|| found(run.end, 0.35, "age"))
    .flatten()
}

/// Ages of no one: limits of laws and groups ("dưới 16 tuổi", "не моложе 18 лет", "未满14周岁", "over 18 years old").
fn limit(context: &Context<'_>, start: usize, after: &str) -> bool {
    let mut from = start.saturating_sub(40);
    while !context.text.is_char_boundary(from) {
        from += 1;
    }
    let before = context.text.get(from..start).unwrap_or_default().to_lowercase();
    let before = before.trim_end();
    let ends = [
        "dưới",
        "trên",
        "từ",
        "đủ",
        "quá",
        "đến",
        "tới",
        "hơn",
        "không quá",
        "ít nhất",
        "độ tuổi",
        "và",
        "hoặc",
        "младше",
        "старше",
        "моложе",
        "до",
        "от",
        "более",
        "менее",
        "свыше",
        "достиг",
        "достигших",
        "достижения",
        "не менее",
        "满",
        "滿",
        "至",
        "到",
        "不足",
        "超过",
        "未",
        "under",
        "over",
        "below",
        "above",
        "than",
        "least",
        "to",
        "and",
        "or",
        "between",
        "минимум",
        "возрасте до",
        "возрасте от",
        "сроком на",
        "срок",
        "течение",
        "за",
        "через",
        "на",
        "из",
        "более чем",
        "lên",
    ];
    let last = |w: &str| {
        before
            .strip_suffix(w)
            .is_some_and(|head| w.chars().any(|c| c >= '\u{3400}') || !head.ends_with(char::is_alphabetic))
    };
    let after = after.trim_start();
    ends.into_iter().any(last)
        || [
            "以上",
            "以下",
            "的未成年",
            "trở lên",
            "trở xuống",
            "и старше",
            "и младше",
            "or older",
            "and over",
            "or over",
            "or under",
            "and older",
            "лишения",
            "назад",
            "со дня",
            "ago",
            "до ",
        ]
        .into_iter()
        .any(|w| after.starts_with(w))
}

/// Russian years are an age only where a word says so: возраст, ему, ей, исполнилось, or a name and a comma.
fn ru_person(text: &str, start: usize) -> bool {
    let mut from = start.saturating_sub(40);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let before = text.get(from..start).unwrap_or_default().to_lowercase();
    [
        "возраст",
        "ему",
        "ей",
        "мне",
        "исполнилось",
        "исполняется",
        "исполнится",
        "полных",
    ]
    .into_iter()
    .any(|w| {
        before.rfind(w).is_some_and(|at| {
            before
                .get(at + w.len()..)
                .is_some_and(|rest| rest.chars().count() <= 10)
        })
    })
}
