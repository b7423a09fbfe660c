use super::super::testing::{bytes_of, cells, place_of, read, text};

#[test]
fn members_are_lines_with_their_key_as_label() {
    let json = r#"{"user": {"full_name": "Lê Văn Mẫu", "phones": ["0912345678", "0987654321"]}, "scores": [1, 2.5], "note": null}"#;
    let parts = read("a.json", json);
    assert_eq!(
        text(&parts),
        "user: \nfull_name: Lê Văn Mẫu\nphones: 0912345678\n0987654321\nscores: 1, 2.5\nnote: null\n"
    );
    assert_eq!(place_of(&parts, "Lê Văn"), "key 'user.full_name'");
    assert_eq!(place_of(&parts, "0987"), "key 'user.phones[1]'");
    assert_eq!(bytes_of(&parts, "0987654321", json.as_bytes(), 10), b"0987654321");
}

#[test]
fn escapes_become_letters_and_keep_their_offsets() {
    let json =
        r#"{"n": "\u0418\u0432\u0430\u043d \"x\"\/ 0912345678 \ud83d\ude00", "m": "a\nb", "bad": "\u12 \ud800 \q"}"#;
    let parts = read("a.json", json);
    assert_eq!(
        text(&parts),
        "n: Иван \"x\"/ 0912345678 😀\nm: a\nb\nbad: \\u12 \u{fffd} \\q\n"
    );
    assert_eq!(bytes_of(&parts, "0912", json.as_bytes(), 10), b"0912345678");
    assert_eq!(bytes_of(&parts, "ван", json.as_bytes(), 6), br"\u0432");
    assert_eq!(bytes_of(&parts, "😀", json.as_bytes(), 12), br"\ud83d\ude00");
}

#[test]
fn records_are_a_table() {
    let json = r#"{"ok": true, "people": [{"name": "Ivan Primer", "phone": "1"}, {"phone": "2", "name": "Olga\tPrimer", "mail": "o@example.org"}, {"name": "Z"}]}"#;
    let parts = read("a.json", json);
    assert_eq!(parts.len(), 2);
    let table = parts.iter().find(|p| !p.columns.is_empty()).unwrap();
    assert_eq!(table.columns, ["name", "phone", "mail"]);
    assert_eq!(
        cells(table),
        [
            "0,0=Ivan Primer",
            "0,1=1",
            "1,1=2",
            "1,0=Olga Primer",
            "1,2=o@example.org",
            "2,0=Z"
        ]
    );
    assert_eq!(place_of(&parts, "o@example"), "key 'people', C2");
    assert_eq!(bytes_of(&parts, "o@ex", json.as_bytes(), 13), b"o@example.org");
}

#[test]
fn lines_are_a_table_where_flat_and_trees_where_not() {
    let flat = "{\"id\": 1, \"name\": \"A\"}\n{\"id\": 2, \"name\": \"B\", \"tags\": [\"x\", \"y\"]}\n";
    let parts = read("a.jsonl", flat);
    let table = parts.iter().find(|p| !p.columns.is_empty()).unwrap();
    assert_eq!(cells(table), ["0,0=1", "0,1=A", "1,0=2", "1,1=B"]);
    assert_eq!(place_of(&parts, "x\ny"), "line 2, key 'tags[0]'");
    let deep = "{\"a\": {\"b\": \"one\"}}\n{\"a\": {\"b\": \"two\"}}\n";
    let parts = read("a.jsonl", deep);
    assert_eq!(place_of(&parts, "two"), "line 2, key 'a.b'");
}

#[test]
fn a_text_in_pieces_is_one_text() {
    let json = r#"{"messages": [{"id": 1, "text": ["gọi số ", {"type": "phone", "text": "+84 987 654 321"}, ", cảm ơn"], "from": "Vũ Thử"}, {"id": 2, "text": ""}]}"#;
    let parts = read("result.json", json);
    let all = text(&parts);
    assert!(
        all.contains("text: gọi số +84 987 654 321, cảm ơn\ntype: phone\nfrom: Vũ Thử\n"),
        "{all}"
    );
    assert_eq!(place_of(&parts, "+84"), "key 'messages[0].text'");
    assert_eq!(place_of(&parts, "phone"), "key 'messages[0].text[1].type'");
    assert_eq!(bytes_of(&parts, "+84", json.as_bytes(), 15), b"+84 987 654 321");
}

#[test]
fn broken_json_is_read_on() {
    for (json, wanted) in [
        ("{\"a\": \"one\", \"b\": [1, 2,", "b: 1, 2"),
        ("{\"a\": \"unclosed,\n\"b\": \"two words\"}", "b: two words"),
        ("{\"a\": 1, // to do\n \"b\": NaN, c: 'x y', \"d\": [1,],}", "c: 'x y'"),
        ("{\"a\": 1}}}] trailing text 0912345678", "trailing text 0912345678"),
        ("{\"a\": 1\n{\"b\": \"next\"}", "b: next"),
        ("{\"a\" \"b\" \"c\"}", "a b c"),
        ("{\"a\": \"never closed", "a: never closed"),
        ("[[[[{{{{]]]]}}}} x", "x"),
    ] {
        let all = text(&read("a.json", json));
        assert!(all.contains(wanted), "{json}: {all:?}");
    }
}

#[test]
fn nesting_and_length_are_bounded() {
    let deep = format!("{}\"inside\"{}", "[".repeat(200_000), "]".repeat(200_000));
    assert!(text(&read("a.json", &deep)).contains("inside"));
    let deep = format!("{}\"inside\"", "{\"a\":".repeat(100_000));
    assert!(text(&read("a.json", &deep)).contains("inside"));
    // A string longer than any part, then another member.
    let long = format!("{{\"a\": \"{}\", \"b\": \"after\"}}", "0123456789 ".repeat(1_000_000));
    let parts = read("a.json", &long);
    assert!(parts.len() > 1 && parts.iter().all(|p| p.text.len() < 9 << 20));
    assert_eq!(text(&parts).matches("0123456789").count(), 1_000_000);
    assert_eq!(place_of(&parts, "after"), "key 'b'");
}

#[test]
fn a_large_list_on_one_line_comes_in_parts() {
    let record = r#"{"name": "Nguyễn Văn Mẫu", "phone": "0912345678", "x": {"y": 1}},"#;
    let json = format!("[{}{{}}]", record.repeat(60_000));
    let parts = read("a.json", &json);
    assert!(parts.len() >= 2);
    assert_eq!(text(&parts).matches("Nguyễn Văn Mẫu").count(), 60_000);
    assert_eq!(text(&parts).matches("phone: 0912345678\n").count(), 60_000);
}

#[test]
fn a_text_that_a_messenger_writes_twice_is_given_once() {
    let json = r#"{"text": ["call ", {"type": "phone", "text": "0900"}],
 "text_entities": [{"type": "plain", "text": "call "}, {"type": "phone", "text": "0900"}],
 "more": {"text": "plain", "text_entities": [{"type": "plain", "text": "plain"}]},
 "other": {"text": "one", "text_entities": [{"type": "plain", "text": "another"}]}}"#;
    let all: String = read("result.json", json).iter().map(|p| p.text.to_string()).collect();
    assert_eq!(all.matches("call 0900").count(), 1, "{all}");
    assert_eq!(all.matches(": plain\n").count(), 1 + 3, "{all}");
    assert!(all.contains("one") && all.contains("another"), "{all}");
}
