//! Certificates of erasure as programs write them: lines of a name, a colon and a value. What they say of the medium, the way
//! and the time is read; what is not understood is left alone, since a certificate of another program is no wrong one.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};

/// Names under which the number of a medium stands.
const NUMBERS: &[&str] = &[
    "serial",
    "serial number",
    "serial no",
    "serial no.",
    "serial#",
    "s/n",
    "sn",
    "disk serial",
    "drive serial",
    "device serial",
    "số sê-ri",
    "số seri",
    "серийный номер",
    "серийный №",
    "序列号",
];
/// Names under which the way stands.
const WAYS: &[&str] = &[
    "method",
    "erasure method",
    "wipe method",
    "algorithm",
    "method/prng",
    "phương pháp",
    "способ",
    "метод",
    "方式",
    "方法",
];
/// Names under which the time stands at which it was over.
const TIMES: &[&str] = &[
    "end time",
    "end",
    "ended",
    "finished",
    "finish time",
    "completed",
    "date",
    "erasure date",
    "kết thúc",
    "ngày",
    "окончание",
    "дата",
    "结束时间",
    "日期",
];
/// Names under which stands how it ended.
const RESULTS: &[&str] = &["status", "result", "kết quả", "результат", "статус", "结果", "状态"];
/// How a failure is told.
const FAILURES: &[&str] = &[
    "fail",
    "error",
    "abort",
    "incomplete",
    "thất bại",
    "lỗi",
    "ошибк",
    "не выполн",
    "прерван",
    "失败",
    "错误",
];
/// Lines that are read.
const MOST_LINES: usize = 2000;

/// What a certificate says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Certificate {
    /// Numbers of media.
    pub(super) numbers: Vec<String>,
    /// Ways, as words of the table where they are known.
    pub(super) methods: Vec<&'static str>,
    /// When it was over.
    pub(super) at: Option<Timestamp>,
    /// Whether it tells of a failure.
    pub(super) failed: bool,
}

/// A number as it is compared: letters and digits only.
pub(super) fn plain(number: &str) -> String {
    number
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

/// Reads the text of a certificate.
pub(super) fn read(text: &str, zone: &TimeZone) -> Certificate {
    let mut read = Certificate::default();
    for line in text.lines().take(MOST_LINES) {
        let Some((name, value)) = line.split_once([':', '：', '=']) else {
            continue;
        };
        let name = name
            .trim_matches(|c: char| c.is_whitespace() || c == '*' || c == '-' || c == '.')
            .to_lowercase();
        let value = value.trim();
        if value.is_empty() {
            continue;
        }
        let is = |names: &[&str]| names.contains(&name.as_str());
        if is(NUMBERS) {
            read.numbers.push(plain(value));
        } else if is(WAYS) {
            read.methods.extend(method(value));
        } else if is(TIMES) {
            read.at = instant(value, zone).or(read.at);
        } else if is(RESULTS) {
            let value = value.to_lowercase();
            read.failed |= FAILURES.iter().any(|f| value.contains(f));
        }
    }
    read
}

/// The word of the table for a way as programs call it.
fn method(value: &str) -> Option<&'static str> {
    let value = value.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|w| value.contains(w));
    if has(&["crypto"]) {
        Some("crypto-erase")
    } else if has(&["secure erase", "sanitize", "block erase", "nvme format"]) {
        Some("secure-erase")
    } else if has(&["degauss", "khử từ", "размагнич", "消磁"]) {
        Some("degauss")
    } else if has(&[
        "dod",
        "5220",
        "gutmann",
        "prng",
        "random",
        "zero",
        "overwrite",
        "hmg",
        "is5",
        "ops-ii",
        "rcmp",
        "гост",
        "ghi đè",
        "перезапис",
        "覆写",
    ]) {
        Some("overwrite")
    } else {
        None
    }
}

/// A time as programs write it; a day alone is read as its end, so that it is before nothing of that day.
fn instant(value: &str, zone: &TimeZone) -> Option<Timestamp> {
    if let Ok(at) = value.parse::<Timestamp>() {
        return Some(at);
    }
    let value = value.replace('/', "-");
    let here = |at: DateTime| at.to_zoned_datetime(zone.clone()).ok().map(|z| z.timestamp());
    for form in [
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%d %H:%M",
        "%d-%m-%Y %H:%M:%S",
        "%d.%m.%Y %H:%M:%S",
        "%d.%m.%Y %H:%M",
    ] {
        if let Ok(at) = DateTime::strptime(form, value.trim()) {
            return here(at);
        }
    }
    if let Ok(at) = value.parse::<DateTime>()
        && value.contains(':')
    {
        return here(at);
    }
    let day = value.parse::<Date>().ok().or_else(|| {
        ["%d.%m.%Y", "%d-%m-%Y"]
            .iter()
            .find_map(|form| Date::strptime(form, value.trim()).ok())
    })?;
    here(day.to_datetime(civil::time(23, 59, 59, 0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NWIPE: &str = "******************* Drive Erasure ********************\n\
        Disk Model: WDC WD10EZEX\n  Serial Number: WD-WCC3F1234567\n  Method: DoD Short\n  PRNG: Isaac\n\
        End Time: 2026/11/24 08:12:44\n  Status: ERASED\n";

    #[test]
    fn a_certificate_of_a_program_is_read() {
        let read = read(NWIPE, &TimeZone::UTC);
        assert_eq!(read.numbers, ["WDWCC3F1234567"]);
        assert_eq!(read.methods, ["overwrite"]);
        assert_eq!(read.at, Some("2026-11-24T08:12:44Z".parse().unwrap()));
        assert!(!read.failed);
    }

    #[test]
    fn a_failure_another_language_and_a_day_alone_are_read() {
        let text = "Серийный номер: АБ-12\nСпособ: размагничивание\nДата: 24.11.2026\nРезультат: ОШИБКА чтения";
        let read = read(text, &TimeZone::UTC);
        assert_eq!(read.numbers, ["АБ12"]);
        assert_eq!(read.methods, ["degauss"]);
        assert_eq!(read.at, Some("2026-11-24T23:59:59Z".parse().unwrap()));
        assert!(read.failed);
    }

    #[test]
    fn nonsense_is_no_certificate() {
        let signs: Vec<char> = "ab 19-:/.\n：=№серийный数Đ\u{0}\u{feff}𝄞".chars().collect();
        let mut state = 7_u64;
        for _ in 0..2000 {
            let mut text = String::from("Serial: x\nEnd time: ");
            for _ in 0..40 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                text.push(signs[usize::try_from(state >> 40).unwrap() % signs.len()]);
            }
            let read = read(&text, &TimeZone::UTC);
            assert!(read.numbers.contains(&"X".to_owned()));
        }
        assert_eq!(read("", &TimeZone::UTC), Certificate::default());
        let far = read("Date: 99999-99-99\nSerial:\nEnd: 2026-02-30 25:61", &TimeZone::UTC);
        assert_eq!(far, Certificate::default());
    }
}
