use std::io::{Cursor, Read, Write};

use jiff::civil::date;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::*;
use crate::value::Value;

/// A template with this text of its body and this header.
fn template(body: &str, header: &str) -> Vec<u8> {
    let w = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
    container(&[
        ("[Content_Types].xml", "<Types/>"),
        (
            "word/document.xml",
            &format!("<?xml version=\"1.0\"?>\n<w:document {w}><w:body>{body}<w:sectPr/></w:body></w:document>"),
        ),
        ("word/header1.xml", &format!("<w:hdr {w}>{header}</w:hdr>")),
        ("word/media/image1.png", "not read"),
    ])
}

fn container(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn part(docx: &[u8], name: &str) -> String {
    let mut text = String::new();
    ZipArchive::new(Cursor::new(docx))
        .unwrap()
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

/// The texts of the paragraphs and cells of a filled body, `¶` after each paragraph and `|` after each row.
fn text(docx: &[u8]) -> String {
    fn walk(nodes: &[tree::Node], out: &mut String) {
        for node in nodes {
            if let tree::Node::Element(e) = node {
                if e.local() == "t" {
                    out.push_str(&e.text());
                }
                walk(&e.children, out);
                match e.local() {
                    "p" => out.push('¶'),
                    "tr" => out.push('|'),
                    "br" => out.push('/'),
                    _ => {}
                }
            }
        }
    }
    let mut out = String::new();
    walk(&tree::parse(&part(docx, "word/document.xml")).unwrap(), &mut out);
    out
}

fn run(text: &str) -> String {
    format!("<w:r><w:rPr><w:b/></w:rPr><w:t>{text}</w:t></w:r>")
}

fn p(texts: &[&str]) -> String {
    let runs: String = texts.iter().map(|t| run(t)).collect();
    format!("<w:p><w:pPr/>{runs}</w:p>")
}

fn row(cells: &[&str]) -> String {
    let cells: String = cells
        .iter()
        .map(|c| format!("<w:tc><w:tcPr/>{}</w:tc>", p(&[c])))
        .collect();
    format!("<w:tr>{cells}</w:tr>")
}

fn check(body: &str, values: &Values, expected: &str) {
    let filled = merge_docx(&template(body, ""), values).unwrap();
    assert_eq!(text(&filled.bytes), expected);
}

fn people() -> Values {
    let person = |name: &str, boss: bool| Values::new().with("name", name).with("boss", boss);
    Values::new()
        .with("body", "Администрация <Озёрска> & Ко")
        .with("day", date(2026, 2, 5))
        .with("people", vec![person("Анна", true), person("Борис", false)])
        .with("none", Vec::<Values>::new())
}

#[test]
fn marks_that_are_split_over_runs_are_filled_and_nothing_is_taken_for_markup() {
    let body = p(&["Орган: {bo", "dy", "} от ", "{day}, {day:short}"]);
    let filled = merge_docx(&template(&body, &p(&["{body}"])), &people()).unwrap();
    assert_eq!(
        text(&filled.bytes),
        "Орган: Администрация <Озёрска> & Ко от «05» февраля 2026 г., 05.02.2026¶"
    );
    assert!(part(&filled.bytes, "word/header1.xml").contains("&lt;Озёрска&gt; &amp; Ко"));
    assert_eq!(part(&filled.bytes, "word/media/image1.png"), "not read");
    assert!(filled.missing.is_empty());
    // The look of the run in which a mark began is kept.
    assert!(
        part(&filled.bytes, "word/document.xml")
            .contains("<w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">Орган: Адм")
    );
}

#[test]
fn rows_are_repeated_in_every_way_that_a_template_may_say_it() {
    let one_row = format!(
        "<w:tbl><w:tblGrid/>{}{}</w:tbl>",
        row(&["№", "Имя"]),
        row(&["{#people}{n}", "{name}{/people}"])
    );
    check(&one_row, &people(), "№¶Имя¶|1¶Анна¶|2¶Борис¶|");
    let three_rows = format!(
        "<w:tbl>{}{}{}</w:tbl>",
        row(&["{#people}"]),
        row(&["{name}"]),
        row(&["{/people}"])
    );
    check(&three_rows, &people(), "Анна¶|Борис¶|");
    let paragraphs = [
        p(&["{#people}"]),
        p(&["{name} из {body}"]),
        p(&["{/people}"]),
        p(&["конец"]),
    ]
    .concat();
    check(
        &paragraphs,
        &people(),
        "Анна из Администрация <Озёрска> & Ко¶Борис из Администрация <Озёрска> & Ко¶конец¶",
    );
    check(
        &p(&["Всего: {#people}{name}{?boss} (рук.)", "{/boss}; {/people}."]),
        &people(),
        "Всего: Анна (рук.); Борис; .¶",
    );
}

#[test]
fn conditions_keep_or_leave_out() {
    let body = [
        p(&["{?people}"]),
        p(&["есть"]),
        p(&["{/people}"]),
        p(&["{^none}нет{/none}{?none}да{/none}"]),
    ]
    .concat();
    check(&body, &people(), "есть¶нет¶");
    // A cell keeps a paragraph.
    let cell = format!(
        "<w:tbl><w:tr><w:tc>{}{}{}</w:tc></w:tr></w:tbl>",
        p(&["{?none}"]),
        p(&["x"]),
        p(&["{/none}"])
    );
    check(&cell, &people(), "¶|");
}

#[test]
fn what_is_missing_is_told_and_shown() {
    let body = [p(&["Это {absent} и {Not a mark} и {day"]), p(&["{#rows}{name}{/rows}"])].concat();
    let filled = merge_docx(&template(&body, ""), &people()).unwrap();
    assert_eq!(filled.missing, ["absent", "rows", "name"]);
    assert_eq!(
        text(&filled.bytes),
        "Это ____ подлежит указанию: absent ____ и {Not a mark} и {day¶____ подлежит указанию: name ____¶"
    );
}

#[test]
fn a_value_of_several_lines_keeps_them() {
    check(&p(&["{a}"]), &Values::new().with("a", "x\ny"), "x/y¶");
}

#[test]
fn a_row_never_borrows_a_field_of_its_own_from_around() {
    let row = Values::new().with("purpose", "кадры");
    let values = Values::new().with("basis", "план").with("rows", vec![row]);
    let filled = merge_docx(&template(&p(&["{#rows}{purpose}: {basis}{/rows}"]), ""), &values).unwrap();
    assert_eq!(filled.missing, ["basis"]);
    assert!(!text(&filled.bytes).contains("план"));
}

#[test]
fn a_full_stop_of_a_value_is_not_doubled() {
    check(
        &p(&["до {d}. {c}。"]),
        &Values::new().with("d", date(2026, 11, 24)).with("c", "完。"),
        "до «24» ноября 2026 г. 完。¶",
    );
}

#[test]
fn boxes_and_clause_numbers_and_gaps_for_the_hand() {
    let body = [
        p(&["{1.} {[on]}{[off]}{[absent]}"]),
        p(&["{1.1.}"]),
        p(&["{1.} {later?}"]),
    ]
    .concat();
    let filled = merge_docx(&template(&body, ""), &Values::new().with("on", true).with("off", false)).unwrap();
    assert_eq!(text(&filled.bytes), "1. ☒☐☐¶1.1.¶2. __________¶");
    assert!(filled.missing.is_empty());
}

#[test]
fn a_section_without_an_end_is_refused() {
    for body in [
        p(&["{#people}{name}"]),
        p(&["{/people}"]),
        format!("<w:tbl>{}</w:tbl>{}", row(&["{?people}"]), p(&["{/people}"])),
    ] {
        let error = merge_docx(&template(&body, ""), &people()).unwrap_err();
        assert!(
            matches!(&error, Error::Template(why) if why.contains("people")),
            "{error}"
        );
    }
}

#[test]
fn hostile_templates_are_refused() {
    let values = Values::new();
    let refused = |bytes: &[u8]| match merge_docx(bytes, &values) {
        Err(Error::Template(why)) => why,
        other => panic!("{other:?}"),
    };
    assert!(refused(b"PK no").contains("no DOCX"));
    assert!(refused(&container(&[("word/x.xml", "")])).contains("main text"));
    let base = [("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<w:p/>")];
    let with = |extra: (&str, &str)| container(&[base[0], base[1], extra]);
    assert!(refused(&with(("word/vbaProject.bin", ""))).contains("macros"));
    assert!(refused(&with(("../x", ""))).contains("leads out"));
    let outside = "<Relationships><Relationship Type=\"http://x/attachedTemplate\" Target=\"http://x\" TargetMode=\"External\"/></Relationships>";
    assert!(refused(&with(("word/_rels/settings.xml.rels", outside))).contains("from outside"));
    let link = "<Relationships><Relationship Type=\"http://x/hyperlink\" Target=\"http://x\" TargetMode=\"External\"/></Relationships>";
    assert!(merge_docx(&with(("word/_rels/document.xml.rels", link)), &values).is_ok());
    assert!(
        refused(&with((
            "word/header1.xml",
            "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"
        )))
        .contains("document type")
    );
    assert!(refused(&with(("word/header1.xml", &"<a>".repeat(5000)))).contains("deep"));
    assert!(refused(&with(("word/header1.xml", "<a></b>"))).contains("XML"));
    let bomb = "0".repeat(129 << 20);
    assert!(refused(&with(("word/media/x", &bomb))).contains("128 MB"));
}

#[test]
fn rows_do_not_multiply_without_bound() {
    let rows = vec![Values::new().with("a", "x".repeat(1000)); 20_000];
    let values = Values::new().with("l", rows.clone()).with("m", rows);
    let body = p(&["{#l}{#m}{a}{/m}{/l}"]);
    let error = merge_docx(&template(&body, ""), &values).unwrap_err();
    assert!(matches!(error, Error::TooLarge(_)), "{error}");
}

#[test]
fn the_language_is_that_of_the_text() {
    let day = Values::new().with("d", Value::Date(date(2026, 11, 24)));
    check(
        &p(&["Giấy chứng nhận đã được cấp {d}"]),
        &day,
        "Giấy chứng nhận đã được cấp ngày 24 tháng 11 năm 2026¶",
    );
    check(&p(&["证明于 {d} 签发"]), &day, "证明于 2026年11月24日 签发¶");
    check(&p(&["Issued on {d}"]), &day, "Issued on 24 November 2026¶");
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_bytes_and_no_text_break_it(bytes in prop::collection::vec(any::<u8>(), 0..400), xml in "[<>/a-z{}#?^&; \"=]{0,80}", cut in 0_usize..2000) {
            let _ = merge_docx(&bytes, &people());
            let _ = merge_docx(&template(&xml, ""), &people());
            let mut whole = template(&p(&["{#people}{name}{/people}"]), "");
            whole.truncate(cut);
            let _ = merge_docx(&whole, &people());
        }

        #[test]
        fn a_value_stands_in_the_document_as_it_was_given(value in "[^\\p{C}\\p{Z}]{1,40}") {
            let values = Values::new().with("v", value.as_str());
            let filled = merge_docx(&template(&p(&["a{", "v}b"]), ""), &values).unwrap();
            prop_assert_eq!(text(&filled.bytes), format!("a{value}b¶"));
        }
    }
}
