use tutela_detect::{Cell, Engine, Entity, Input, Normalized, Options, Recognizer};

use super::*;
use crate::{Form, read_file, read_json};

const PRESIDIO: &str = r#"
supported_languages: [en, de]
global_regex_flags: 26
recognizers:
  - CreditCardRecognizer
  -
    name: "Zip code Recognizer"
    supported_language: "en"
    patterns:
      -
         name: "zip code (weak)"
         regex: "(\\b\\d{5}(?:\\-\\d{4})?\\b)"
         score: 0.01
    context:
     - zip
     - code
    supported_entity: "ZIP"
  - name: Titel
    supported_languages: [de]
    supported_entity: TITLE
    deny_list: [Herr, Frau]
  - name: UsSsnRecognizer
    supported_languages:
    - language: en
      context: [social, security]
    type: predefined
  - name: "Titles recognizer"
    supported_entity: "TITLE"
    deny_list:
      - Mr.
      - Mrs.
"#;

fn set(yaml: &str) -> Set {
    read_file(yaml, Form::Yaml, &mut |name| match name {
        "projects.txt" => Ok("# secret projects\nЗаря\n甲乙\n".to_owned()),
        _ => Err("not there".to_owned()),
    })
    .unwrap_or_else(|e| panic!("{e}"))
}

/// What is found, as `TYPE text score`.
fn found(set: &Set, text: &str, lang: Option<Lang>) -> Vec<String> {
    let normal = Normalized::of(text);
    let input = Input {
        lang,
        ..Input::text(&normal.text)
    };
    let matches = set.matches(&input, &[], 1000).unwrap();
    let shown = matches.iter().map(|m| {
        let value = text.get(normal.start(m.start)..normal.end(m.end)).unwrap();
        format!("{} {value} {:.2}", set.rules()[m.rule].entity, m.score)
    });
    shown.collect()
}

#[test]
fn a_file_of_presidio_is_taken_as_it_is() {
    let set = set(PRESIDIO);
    let over: Vec<_> = set
        .passed_over()
        .iter()
        .map(|p| (p.line, p.name.as_str(), p.predefined))
        .collect();
    assert_eq!(
        over,
        [
            (5, "CreditCardRecognizer", true),
            (18, "Titel", false),
            (22, "UsSsnRecognizer", true)
        ]
    );
    let text = "MR. Smith, zip code 12345, and far away from any word that could help it 54321";
    assert_eq!(
        found(&set, text, Some(Lang::En)),
        ["ZIP 12345 0.40", "ZIP 54321 0.01", "TITLE MR. 1.00"]
    );
    assert_eq!(found(&set, text, Some(Lang::Vi)), ["TITLE MR. 1.00"]);
}

#[test]
fn toml_says_the_same() {
    let toml = r#"
        [[recognizers]]
        name = "badges"
        supported_entity = "BADGE"
        class = "sensitive"
        patterns = [{ name = "badge", regex = '(?<!\w)B-\d{4}(?!\d)', score = 0.7 }]
    "#;
    let set = read_file(toml, Form::Toml, &mut |_| Err(String::new())).unwrap();
    assert!(set.rules()[0].sensitive);
    assert_eq!(
        found(&set, "B-1234 B-1235,B-12367 xB-1111 B-2222", None),
        ["BADGE B-1234 0.70", "BADGE B-1235 0.70", "BADGE B-2222 0.70"]
    );
    let fault = read_file("[[recognizers]]\nname = 1\n", Form::Toml, &mut |_| Err(String::new())).unwrap_err();
    assert_eq!((fault.line, fault.why.key()), (2, "recognizer-kind"));
}

#[test]
fn lists_files_and_allow_lists() {
    let set = set(
        "allow_list: [ Ann ]\nallow_list_patterns: ['^X']\nrecognizers:\n- name: n\n  supported_entity: PROJECT\n  deny_list: [ Ann ]\n  deny_list_file: projects.txt\n  deny_list_score: 0.8\n",
    );
    assert_eq!(
        found(&set, "проект ЗАРЯ、項目甲乙 Ann Annabel", None),
        ["PROJECT ЗАРЯ 0.80", "PROJECT 甲乙 0.80", "PROJECT Ann 0.80"]
    );
    let seat = set.seat().unwrap();
    let engine = Engine::new(Options::default()).with([std::sync::Arc::new(seat) as _]);
    let text = "проект За\u{0301}ря заря Ann";
    let all = engine.find(&Input::text(text));
    let values: Vec<_> = all
        .iter()
        .map(|f| (f.entity.as_str(), text.get(f.start..f.end).unwrap()))
        .collect();
    assert_eq!(values, [("PROJECT", "заря")], "an allowed value is not reported");
}

#[test]
fn patterns_meet_the_text_as_the_engine_sees_it() {
    // Full-width digits, an invisible mark, letters and marks apart; a pattern written in full width, too.
    let set = set(
        "recognizers:\n- name: n\n  supported_entity: X_NO\n  patterns:\n  - {name: a, regex: 'số (\\d{4})', score: 0.9}\n  - {name: b, regex: '編號（[０-９]+）', score: 0.9}\n  - {name: c, regex: 'ＮＯ．\\d+', score: 0.9}\n",
    );
    assert_eq!(
        found(&set, "so\u{0302}\u{0301} １２\u{200B}３４", None),
        ["X_NO so\u{0302}\u{0301} １２\u{200B}３４ 0.90"]
    );
    assert_eq!(found(&set, "编号（12）", None), ["X_NO 编号（12） 0.90"]);
    assert_eq!(
        found(&set, "NO.12 NOx12", None),
        ["X_NO NO.12 0.90"],
        "a full-width dot is no sign of patterns"
    );
}

#[test]
fn headers_and_captions_are_context() {
    let set = set(
        "recognizers:\n- name: n\n  supported_entity: ZIP\n  context: [zip]\n  patterns: [{name: a, regex: '\\d{5}', score: 0.3}]\n",
    );
    let text = "zip;12345\n1;54321";
    let cell = |start, end, row, col| Cell { start, end, row, col };
    let cells = [
        cell(0, 3, 0, 0),
        cell(4, 9, 0, 1),
        cell(10, 11, 1, 0),
        cell(12, 17, 1, 1),
    ];
    let scores = |input: &Input<'_>, more: &[String]| -> Vec<f32> {
        let all = set.matches(input, more, 10).unwrap();
        all.iter().map(|m| (m.score * 100.0).round() / 100.0).collect()
    };
    let table = Input {
        cells: &cells,
        ..Input::text(text)
    };
    assert_eq!(scores(&table, &[]), [0.65, 0.65], "words before: two in reach");
    let columns = ["name".to_owned(), "ZIP code".to_owned()];
    let outside = Input {
        cells: &[cell(0, 3, 0, 0), cell(4, 9, 0, 1)],
        columns: &columns,
        ..Input::text("Ann;12345")
    };
    assert_eq!(scores(&outside, &[]), [0.65]);
    let caption = Input {
        caption: Some("Zip"),
        ..Input::text("12345")
    };
    assert_eq!(scores(&caption, &[]), [0.65]);
    assert_eq!(scores(&Input::text("12345"), &[]), [0.3]);
    assert_eq!(scores(&Input::text("12345"), &["ZIP".to_owned()]), [0.65]);
}

#[test]
fn a_seated_set_finds_with_the_engine_and_the_surer_wins() {
    let set = set(
        "recognizers:\n- name: desk\n  supported_entity: DESK\n  class: sensitive\n  patterns: [{name: desk, regex: 'D\\d{3}', score: 0.9}, {name: low, regex: 'E\\d', score: 0.2}]\n- name: mails\n  supported_entity: EMAIL_ADDRESS\n  patterns: [{name: short, regex: '\\w+ at here', score: 0.6}]\n",
    );
    let seat = set.seat().unwrap();
    assert_eq!(seat.types().len(), 2);
    let text = "D123 E5 bob at here, ann@example.org";
    let engine = Engine::new(Options::default()).with([std::sync::Arc::new(seat) as _]);
    let all = engine.find(&Input::text(text));
    let types: Vec<_> = all.iter().map(|f| f.entity.as_str()).collect();
    assert_eq!(types, ["DESK", "EMAIL_ADDRESS", "EMAIL_ADDRESS"]);
    assert_eq!(all[0].entity.group(), tutela_detect::Group::Sensitive);
    assert_eq!(all[0].why[0].to_string(), "pattern desk");
    assert_eq!("DESK".parse::<Entity>(), Ok(all[0].entity));
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let one = |more: &str| format!("recognizers:\n- name: n\n  supported_entity: X\n  {more}\n");
    for (yaml, line, key) in [
        ("recognizers: [".to_owned(), 2, "recognizer-syntax"),
        ("a: 1".to_owned(), 1, "recognizer-unknown"),
        ("{}".to_owned(), 1, "recognizer-missing"),
        ("recognizers: &a [*a]".to_owned(), 1, "recognizer-alias"),
        ("recognizers: !!set {}".to_owned(), 1, "recognizer-alias"),
        (format!("a: {}", "[".repeat(100)), 1, "recognizer-too-deep"),
        ("a: 1\na: 2".to_owned(), 2, "recognizer-twice"),
        (one("deny_list: []"), 2, "recognizer-nothing"),
        (one("deny_list: ['']"), 4, "recognizer-entry"),
        (one("deny_lists: [a]"), 4, "recognizer-unknown"),
        (one("deny_list_file: gone.txt"), 4, "recognizer-list-file"),
        (one("deny_list: [a]\n  deny_list_score: 2"), 5, "recognizer-score"),
        (one("deny_list: [a]\n  class: secret"), 5, "recognizer-class"),
        (
            one("patterns: [{name: a, regex: '(', score: 1}]"),
            4,
            "recognizer-regex",
        ),
        (
            one("patterns: [{name: a, regex: '(a)\\1', score: 1}]"),
            4,
            "recognizer-regex",
        ),
        (
            one("patterns: [{name: a, regex: 'a(?=b)c', score: 1}]"),
            4,
            "recognizer-look-around",
        ),
        (
            one("patterns: [{name: a, regex: '\\w{99999}', score: 1}]"),
            4,
            "recognizer-regex-too-large",
        ),
        (one("patterns: [{name: a, regex: a}]"), 4, "recognizer-missing"),
        (one("patterns: [{name: a, score: 1}]"), 4, "recognizer-missing"),
        (
            one("supported_language: '#'\n  deny_list: [a]"),
            4,
            "recognizer-language",
        ),
        (one("global_regex_flags: 4\n  deny_list: [a]"), 4, "recognizer-flags"),
        (
            "recognizers:\n- name: n\n  supported_entity: A B\n".to_owned(),
            3,
            "recognizer-type-name",
        ),
        (
            "recognizers:\n- name: n\n  supported_entity: person\n  class: basic\n".to_owned(),
            4,
            "recognizer-class-of-known",
        ),
    ] {
        let fault = read_file(&yaml, Form::Yaml, &mut |_| Err("no".to_owned())).unwrap_err();
        assert_eq!((fault.line, fault.why.key()), (line, key), "{yaml}: {fault}");
    }
    let set = set(
        "recognizers:\n- name: n\n  supported_entity: TWO_WAYS\n  class: sensitive\n  deny_list: [a]\n- name: m\n  supported_entity: TWO_WAYS\n  deny_list: [b]\n",
    );
    let fault = set.seat().unwrap_err();
    assert_eq!((fault.line, fault.why.key()), (6, "recognizer-type-otherwise"));
}

#[test]
fn recognisers_of_a_request_name_no_files_and_have_a_limit() {
    let zip = serde_json::json!([{"name": "Zip", "supported_language": "en", "supported_entity": "ZIP",
        "patterns": [{"name": "zip", "regex": r"\d", "score": 0.01}]}]);
    let set = read_json(&zip).unwrap();
    assert_eq!(set.matches(&Input::text("12345"), &[], 4), Err(TooMany));
    assert_eq!(set.matches(&Input::text("1234"), &[], 4).unwrap().len(), 4);
    let file = serde_json::json!([{"supported_entity": "ZIP", "deny_list_file": "/etc/passwd"}]);
    assert_eq!(read_json(&file).unwrap_err().why, Why::NoFiles);
    assert_eq!(
        read_json(&serde_json::json!({"a": 1})).unwrap_err().why.key(),
        "recognizer-kind"
    );
    let mut deep = serde_json::json!(1);
    for _ in 0..100 {
        deep = serde_json::json!([deep]);
    }
    assert_eq!(read_json(&deep).unwrap_err().why, Why::TooDeep);
}

#[test]
fn matching_a_long_line_takes_linear_time_and_ends() {
    let set = set(
        "recognizers:\n- name: n\n  supported_entity: X\n  deny_list: [aa, aaa, aaaa]\n  context: [b]\n  patterns: [{name: a, regex: '(a+)+$', score: 0.5}, {name: c, regex: '(?<!x)a*(?!y)', score: 0.5}]\n",
    );
    let text = "a".repeat(1 << 20);
    assert_eq!(set.matches(&Input::text(&text), &[], 10).unwrap().len(), 2);
}

proptest::proptest! {
    #[test]
    fn any_file_is_read_or_refused_and_any_text_searched(file in ".{0,200}", text in ".{0,80}", edge in "[()?!=<|^$\\[\\]da-c\\\\]{0,14}") {
        for form in [Form::Yaml, Form::Toml] {
            let _ = read_file(&file, form, &mut |_| Ok("a\nb".to_owned()));
        }
        let rule = serde_json::json!([{"supported_entity": "X", "deny_list": ["a", "甲"],
            "patterns": [{"name": "p", "regex": edge, "score": 0.5}, {"name": "q", "regex": "(?<!a)\\w(?!b)", "score": 0.5}]}]);
        if let Ok(set) = read_json(&rule) {
            let normal = Normalized::of(&text);
            for m in set.matches(&Input::text(&normal.text), &[], 10_000).unwrap() {
                proptest::prop_assert!(m.start < m.end && normal.text.get(m.start..m.end).is_some());
            }
        }
    }
}
