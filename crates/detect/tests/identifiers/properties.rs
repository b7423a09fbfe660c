//! What holds for every text.

use proptest::prelude::*;
use tutela_detect::{Engine, Entity, Finding, Input, Options};

use crate::find;

/// Pieces that texts are put together from: values, near misses, labels, signs.
const PIECES: &[&str] = &[
    "049187012345",
    "CCCD",
    "Số điện thoại: ",
    "0905 407 123",
    "+7 (912) 345-67-89",
    "СНИЛС ",
    "112-233-445 95",
    "身份证号：",
    "11010519491231002X",
    "паспорт 4508 № 123456",
    "II-АБ ",
    "4111 1122 2233 3347",
    "DE44500105175407324931",
    "2001:db8::1:2",
    "a@b.vn",
    "@",
    ":",
    "://",
    "<<",
    "°",
    "京A·12345",
    "51F-123.45",
    "\n",
    "\t",
    ";",
    ",",
    ".",
    " ",
    "１２３",
    "e\u{301}",
    "\u{200B}",
    "(",
    ")",
    "№",
    "|",
    "1985",
    "年5月12日出生",
    "12",
    "tuổi",
    "password=",
    "-----BEGIN PRIVATE KEY-----",
    "ngày 12 tháng 5 năm ",
    "\"",
    "9",
    "А",
    "Z",
];

fn texts() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop_oneof![
            6 => prop::sample::select(PIECES).prop_map(str::to_owned),
            1 => "\\PC{0,6}",
            1 => "[0-9A-Za-zА-Яа-я .,:/+()-]{0,12}",
        ],
        0..40,
    )
    .prop_map(|v| v.concat())
}

fn check(text: &str, found: &[Finding]) {
    let mut last = 0;
    for f in found {
        assert!(f.start < f.end && f.end <= text.len(), "{f:?} in {text:?}");
        assert!(
            text.is_char_boundary(f.start) && text.is_char_boundary(f.end),
            "{f:?} in {text:?}"
        );
        assert!(f.start >= last, "overlap at {f:?} in {text:?}");
        assert!((0.5..=1.0).contains(&f.score), "{f:?}");
        assert!(!f.why.is_empty(), "{f:?}");
        last = f.end;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn findings_are_sorted_and_whole(text in texts()) {
        check(&text, &find(&text));
    }

    #[test]
    fn any_text_is_taken(text in any::<String>()) {
        check(&text, &find(&text));
    }

    #[test]
    fn what_is_far_away_changes_nothing(text in texts()) {
        let before = find(&text);
        let long = format!("{text}\n\n{}", "lorem ipsum dolor sit amet\n".repeat(4));
        // The language of the whole and its scripts are the text's own.
        let engine = Engine::new(Options { only: Entity::ALL.iter().copied().filter(|e| *e != Entity::Mrz).collect(), min_score: 0.5 });
        let lang = Some(engine.language(&text));
        let a = engine.find(&Input { text: &text, lang, ..Input::default() });
        let b = engine.find(&Input { text: &long, lang, ..Input::default() });
        let a: Vec<_> = a.iter().filter(|f| f.end < text.len()).map(|f| (f.entity, f.start, f.end)).collect();
        let b: Vec<_> = b.iter().filter(|f| f.end < text.len()).map(|f| (f.entity, f.start, f.end)).collect();
        prop_assert_eq!(a, b, "{:?}", text);
        check(&text, &before);
    }
}

/// Values with their labels, and how copies of documents spoil them.
#[test]
fn spoiled_writings_give_the_same_findings() {
    let texts = [
        "Số điện thoại: 0905 407 123; CCCD: 049187012345",
        "СНИЛС 112-233-445 95, паспорт 4508 № 123456",
        "身份证号：11010519491231002X，电话：13812345678",
        "IBAN: DE44500105175407324931, card 4111 1122 2233 3347",
        "Ngày sinh: 01/02/1987, hộ chiếu B1234567",
    ];
    let wide = |t: &str| -> String {
        t.chars()
            .map(|c| match c {
                '0'..='9' | 'A'..='Z' => char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c),
                c => c,
            })
            .collect()
    };
    let torn = |t: &str| -> String { t.chars().flat_map(|c| [c, '\u{200B}']).collect() };
    let apart = |t: &str| -> String {
        use unicode_normalization::UnicodeNormalization;
        // Й is a letter of its own, which the label of the text never holds: й → и + breve would be another word.
        t.nfd().collect()
    };
    let nbsp = |t: &str| t.replace(' ', "\u{A0}");
    let values = |text: &str| -> Vec<(Entity, String)> {
        let plain = |s: &str| -> String {
            s.chars()
                .filter(|c| *c != '\u{200B}')
                .map(|c| match c {
                    '\u{FF10}'..='\u{FF5A}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
                    '\u{A0}' => ' ',
                    c => c,
                })
                .collect()
        };
        find(text)
            .iter()
            .map(|f| (f.entity, plain(text.get(f.start..f.end).unwrap_or("torn"))))
            .collect()
    };
    for text in texts {
        let want = values(text);
        assert!(want.len() >= 2, "{text}: {want:?}");
        for spoiled in [wide(text), torn(text), apart(text), nbsp(text)] {
            assert_eq!(values(&spoiled), want, "{spoiled:?}");
        }
    }
}

/// Seconds of processor time of this thread, where the system tells it: other programs do not count.
fn seconds(began: std::time::Instant) -> f64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|s| s.split(' ').next()?.parse::<f64>().ok())
        .map_or_else(|| began.elapsed().as_secs_f64(), |ns| ns / 1e9)
}

/// Long runs of one sign must not make the work grow with the square of the length.
#[test]
fn hostile_lengths_end_soon() {
    for piece in [
        "1", "1 ", "1-", "(1)", "a1", "@", "a@", ":", "a:", "1:", "<<", "P<<<<\n", "°", "://", "1.2345 ", "年1", "А1",
        "CCCD ", "=", "\"1\";", "\t1a", "|",
    ] {
        let text = piece.repeat(400_000 / piece.len());
        let began = std::time::Instant::now();
        let before = seconds(began);
        let found = find(&text);
        check(&text, &found);
        let spent = seconds(began) - before;
        assert!(spent < 20.0, "{piece:?} took {spent:.1} s");
    }
}

/// Lines of four megabytes: a look back to the beginning of the line for every number would take hours.
#[test]
fn one_endless_line_is_read_in_one_pass() {
    for piece in ["12 A", "1号", "a=1 ", "12:30 "] {
        let text = piece.repeat(4_000_000 / piece.len());
        let began = std::time::Instant::now();
        let before = seconds(began);
        check(&text, &find(&text));
        let spent = seconds(began) - before;
        assert!(spent < 40.0, "{piece:?} took {spent:.1} s");
    }
    // The same with names, addresses and sensitive kinds, which do far more with every piece.
    let whole = Engine::new(Options::default());
    for piece in ["12 A12 A", "1号1号"] {
        let text = piece.repeat(400_000 / piece.len());
        let began = std::time::Instant::now();
        let before = seconds(began);
        check(&text, &whole.find(&Input::text(&text)));
        let spent = seconds(began) - before;
        assert!(spent < 40.0, "{piece:?} took {spent:.1} s with everything");
    }
}
