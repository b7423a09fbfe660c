use std::io::{Cursor, Read};

use jiff::civil::date;
use quick_xml::Reader;
use quick_xml::events::Event;
use tutela_words::{Locale, Words};
use zip::ZipArchive;

use crate::{Field, Form, Forms, Kind, Meta, Value, Values};

pub(super) fn meta() -> Meta {
    Meta {
        author: "Администрация <Озёрска>".to_owned(),
        created: date(2026, 11, 24).at(9, 30, 0, 0),
    }
}

/// A value for every field of a form; conditions hold, and texts are told apart by the name of their field.
fn full(form: &Form) -> Values {
    let mut values = Values::new();
    for field in form.fields().iter().filter(|f| !f.name.contains('.')) {
        values.set(field.name.as_str(), sample(form, field));
    }
    values
}

fn sample(form: &Form, field: &Field) -> Value {
    match field.kind {
        Kind::Text => Value::from(format!("T-{}", field.name)),
        Kind::Date => Value::from(date(2026, 2, 5)),
        Kind::Flag => Value::from(!matches!(field.name.as_str(), "nothing_held" | "to_recipient")),
        Kind::List => {
            let prefix = format!("{}.", field.name);
            let own = form.fields().iter().filter(|f| f.name.starts_with(&prefix));
            let row: Values = own
                .map(|f| (f.name.trim_start_matches(&prefix).to_owned(), sample(form, f)))
                .collect();
            Value::List(vec![row.clone(), row])
        }
    }
}

/// The text of a Word document, paragraph by paragraph.
fn docx_text(docx: &[u8]) -> String {
    let mut xml = String::new();
    let mut zip = ZipArchive::new(Cursor::new(docx)).unwrap();
    zip.by_name("word/document.xml")
        .unwrap()
        .read_to_string(&mut xml)
        .unwrap();
    let nodes = xml_text(&xml);
    nodes.join("\n")
}

/// The texts of an XML file; it must be sound.
fn xml_text(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let mut out = vec![String::new()];
    let mut depth = 0_usize;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(_) => depth += 1,
            Event::End(e) => {
                depth -= 1;
                if e.name().0 == "w:p" {
                    out.push(String::new());
                }
            }
            Event::Text(t) => out.last_mut().unwrap().push_str(&t.into_inner()),
            Event::GeneralRef(r) => {
                let text = match r.resolve_char_ref().unwrap() {
                    Some(c) => c.to_string(),
                    None => quick_xml::escape::resolve_predefined_entity(&r).unwrap().to_owned(),
                };
                out.last_mut().unwrap().push_str(&text);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    out
}

#[test]
fn a_paper_without_values_shows_every_gap_and_names_it() {
    for form in Forms::embedded().all() {
        let paper = form.fill(&Values::new());
        let html = paper.to_html();
        let words = Words::new(form.locale());
        let stem = words.with("paper-to-be-supplied", &[("what", tutela_words::Arg::Text(""))]);
        for name in paper.missing() {
            let field = form.fields().iter().find(|f| f.name == *name).unwrap();
            let said = crate::html::escape(&format!("{stem}{}", field.label));
            assert!(
                html.contains(&said),
                "{} {} {:?}: {name}",
                form.id(),
                form.pack(),
                form.locale()
            );
        }
        for field in form.fields().iter().filter(|f| !f.optional && !f.name.contains('.')) {
            assert!(
                paper.missing().contains(&field.name),
                "{}: {} is not told as missing",
                form.id(),
                field.name
            );
        }
        assert_eq!(
            paper.to_docx(&meta()).unwrap(),
            paper.to_docx(&meta()).unwrap(),
            "same paper, same bytes"
        );
    }
}

#[test]
fn a_full_paper_shows_every_value_on_every_way() {
    for form in Forms::embedded().all() {
        let paper = form.fill(&full(form));
        assert!(paper.missing().is_empty(), "{}: {:?}", form.id(), paper.missing());
        // What excludes one another stands on two papers.
        let other = full(form)
            .with("nothing_held", true)
            .with("to_recipient", true)
            .with("rep_name", Value::Missing)
            .with("other_bases", Value::Missing);
        let other = form.fill(&other);
        let html = paper.to_html() + &other.to_html();
        let docx = docx_text(&paper.to_docx(&meta()).unwrap()) + &docx_text(&other.to_docx(&meta()).unwrap());
        for field in form.fields().iter().filter(|f| f.kind == Kind::Text) {
            let value = format!("T-{}", field.name);
            assert!(
                html.contains(&value),
                "{} {} {:?}: {value}",
                form.id(),
                form.pack(),
                form.locale()
            );
            assert!(docx.contains(&value), "{} in DOCX: {value}", form.id());
        }
    }
}

#[test]
fn rows_are_numbered_and_an_empty_list_is_told_as_empty() {
    let forms = Forms::embedded();
    let form = forms.find("acquaintance-sheet", "ru", Locale::Ru).unwrap();
    let person = |name: &str| {
        Values::new()
            .with("name", name)
            .with("post", "специалист")
            .with("date", date(2026, 11, 3))
    };
    let paper = form.fill(&full(form).with("people", vec![person("Примерова А. С."), person("Образцов И. И.")]));
    let html = paper.to_html();
    assert!(
        html.contains("<td>2</td><td>Образцов И. И.</td><td>специалист</td><td>03.11.2026</td>"),
        "{html}"
    );
    let empty = form.fill(&full(form).with("people", Vec::<Values>::new()));
    assert!(empty.to_html().contains("<td>—</td>") && empty.missing().is_empty());
    let none = form.fill(&full(form).with("people", Value::Missing));
    assert_eq!(none.missing(), ["people"]);
}

#[test]
fn rows_beyond_the_most_are_told() {
    let forms = Forms::embedded();
    let form = forms.find("leaver-checklist", "ru", Locale::Ru).unwrap();
    let row = Values::new().with("what", "носитель").with("done", true);
    let paper = form.fill(&full(form).with("items", vec![row; crate::fill::MAX_ROWS + 7]));
    assert_eq!(paper.missing(), ["items"]);
    assert!(paper.to_html().contains("не вошло строк: 7"));
}

#[test]
fn a_form_as_a_template_of_a_word_processor_gives_the_same_paper() {
    for form in Forms::embedded().all() {
        let template = form.to_docx_template(&meta()).unwrap();
        let values = full(form);
        let other = full(form)
            .with("nothing_held", true)
            .with("to_recipient", true)
            .with("rep_name", Value::Missing)
            .with("other_bases", Value::Missing);
        for values in [values, other] {
            let filled = crate::merge_docx(&template, &values).unwrap();
            assert!(filled.missing.is_empty(), "{}: {:?}", form.id(), filled.missing);
            let flat = |docx: &[u8]| docx_text(docx).split_whitespace().collect::<Vec<_>>().join(" ");
            let own = form.fill(&values).to_docx(&meta()).unwrap();
            assert_eq!(
                flat(&filled.bytes),
                flat(&own),
                "{} {} {:?}",
                form.id(),
                form.pack(),
                form.locale()
            );
        }
    }
}

#[test]
fn a_misspelt_name_is_told() {
    let forms = Forms::embedded();
    let form = forms.find("permit", "ru", Locale::Ru).unwrap();
    assert_eq!(form.unknown(&full(form).with("objct", "x")), ["objct"]);
    assert!(form.unknown(&full(form)).is_empty());
}

#[test]
fn conditions_and_boxes_follow_the_values() {
    let forms = Forms::embedded();
    let form = forms.find("request-not-complete", "ru", Locale::Ru).unwrap();
    let values = Values::new()
        .with("lacks_document", true)
        .with("lacks_signature", false);
    let html = form.fill(&values).to_html();
    let boxes: Vec<char> = html.chars().filter(|c| matches!(c, '☒' | '☐')).collect();
    assert_eq!(
        boxes,
        ['☒', '☐', '☐', '☐'],
        "the fifth element is asked for only when there is a representative"
    );
    let form = forms.find("consent", "ru", Locale::Ru).unwrap();
    let with = form.fill(&full(form)).to_html();
    let without = form.fill(&full(form).with("rep_name", Value::Missing)).to_html();
    assert!(with.contains("T-rep_authority") && !without.contains("T-rep_authority"));
    assert!(without.contains("Субъект персональных данных</div>"));
}

#[test]
fn dates_stand_as_the_country_writes_them_and_a_stop_is_not_doubled() {
    let forms = Forms::embedded();
    let values = Values::new().with("supply_by", date(2026, 11, 24));
    let text = |pack, locale| {
        forms
            .find("request-not-complete", pack, locale)
            .unwrap()
            .fill(&values)
            .to_html()
    };
    assert!(text("ru", Locale::Ru).contains("до «24» ноября 2026 г. После этого"));
    assert!(text("vn-b", Locale::Vi).contains("trước ngày 24 tháng 11 năm 2026. Khi"));
    assert!(text("cn", Locale::Zh).contains("请于2026年11月24日前补正"));
}

#[test]
fn a_translation_says_so_and_the_original_does_not() {
    let forms = Forms::embedded();
    for form in forms.all() {
        let key = format!("paper-translation-{}", form.country().code());
        let said = crate::html::escape(&Words::new(form.locale()).get(&key));
        assert_eq!(
            form.fill(&Values::new()).to_html().contains(&said),
            form.translation(),
            "{} {}",
            form.id(),
            form.pack()
        );
    }
}

#[test]
fn a_value_that_looks_like_markup_stays_text() {
    let forms = Forms::embedded();
    let form = forms.find("consent", "vn-b", Locale::Vi).unwrap();
    let evil = "</w:t><script>alert(1)</script> {purpose} **x** #panic(\"a\") $ \\ ]] & \"'";
    let paper = form.fill(&full(form).with("purpose", evil));
    let html = paper.to_html();
    assert!(!html.contains("<script") && html.contains("&lt;script&gt;") && html.contains("{purpose} **x**"));
    assert!(docx_text(&paper.to_docx(&meta()).unwrap()).contains(evil));
    let page = paper.to_html_page(&meta());
    assert!(page.contains("content=\"Администрация &lt;Озёрска&gt;\"") && page.contains(crate::STYLE));
    // A page with a strict policy shows it as it is: no styles, no handlers, no sources.
    for word in ["style=", "onclick", "src=", "href="] {
        assert!(!html.contains(word), "{word}");
    }
}

#[test]
fn every_part_of_a_word_document_is_sound_and_named() {
    let forms = Forms::embedded();
    for (id, pack, locale) in [
        ("requests-journal", "ru", Locale::Ru),
        ("consent", "cn", Locale::Zh),
        ("order-admission", "vn-b", Locale::Vi),
    ] {
        let form = forms.find(id, pack, locale).unwrap();
        let docx = form.fill(&full(form)).to_docx(&meta()).unwrap();
        let mut zip = ZipArchive::new(Cursor::new(docx)).unwrap();
        let names: Vec<String> = zip.file_names().map(|n| n.unwrap().into_owned()).collect();
        let mut types = String::new();
        zip.by_name("[Content_Types].xml")
            .unwrap()
            .read_to_string(&mut types)
            .unwrap();
        for name in &names {
            let mut xml = String::new();
            zip.by_name(name).unwrap().read_to_string(&mut xml).unwrap();
            xml_text(&xml);
            let named =
                name.ends_with(".rels") || name == "[Content_Types].xml" || types.contains(&format!("\"/{name}\""));
            assert!(named, "{name} has no type");
        }
        let mut body = String::new();
        zip.by_name("word/document.xml")
            .unwrap()
            .read_to_string(&mut body)
            .unwrap();
        assert_eq!(body.contains("w:orient=\"landscape\""), id == "requests-journal");
        assert!(body.contains("<w:tblHeader/>") || id == "consent");
        // A cell ends with a paragraph, and no two tables touch.
        assert!(
            !body.contains("</w:tbl></w:tc>")
                && !body.contains("</w:tbl><w:tbl>")
                && !body.contains("</w:tcPr></w:tc>")
        );
    }
}

#[cfg(feature = "pdf")]
mod pdf {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::Fonts;

    fn fonts() -> &'static Fonts {
        static FONTS: LazyLock<Fonts> = LazyLock::new(|| Fonts::find().unwrap_or_else(|e| panic!("{e}")));
        &FONTS
    }

    #[test]
    fn a_pdf_is_pdf_a_with_its_fonts_in_it_and_the_same_each_time() {
        let forms = Forms::embedded();
        let fonts = fonts();
        for (pack, locale) in [
            ("vn-b", Locale::Vi),
            ("ru", Locale::Ru),
            ("cn", Locale::Zh),
            ("ru", Locale::En),
        ] {
            let form = forms.find("destruction-act", pack, locale).unwrap();
            let paper = form.fill(&full(form));
            let pdf = paper.to_pdf(fonts, &meta()).unwrap();
            assert!(pdf.starts_with(b"%PDF-1.7"));
            let text = String::from_utf8_lossy(&pdf);
            assert!(
                text.contains("<pdfaid:part>2</pdfaid:part>")
                    && text.contains("<pdfaid:conformance>B</pdfaid:conformance>")
            );
            assert!(text.contains("/FontFile") && text.contains("2026-11-24"));
            assert_eq!(pdf, paper.to_pdf(fonts, &meta()).unwrap());
        }
    }

    #[test]
    fn all_forms_can_be_set_full_and_empty() {
        let fonts = fonts();
        for form in Forms::embedded().all().filter(|f| !f.translation()) {
            for values in [Values::new(), full(form)] {
                let pdf = form.fill(&values).to_pdf(fonts, &meta());
                assert!(pdf.is_ok(), "{} {}: {pdf:?}", form.id(), form.pack());
            }
        }
    }

    #[test]
    fn the_text_of_the_pages_is_that_of_the_paper_whatever_it_looks_like() {
        let forms = Forms::embedded();
        let form = forms.find("permit", "ru", Locale::Ru).unwrap();
        let evil = "#panic(1) $x$ ]] */ <b> \\ ~ _a_ *b* @x {y} // 漢字";
        let pages = form.fill(&full(form).with("object", evil)).page_texts(fonts()).unwrap();
        let text: String = pages.concat().split_whitespace().collect();
        assert!(text.contains(&evil.split_whitespace().collect::<String>()), "{text}");
    }

    #[test]
    fn a_long_signature_goes_on_in_the_next_line() {
        let forms = Forms::embedded();
        let form = forms.find("checkpoint-slip", "ru", Locale::Ru).unwrap();
        let long = "Az3grlgtzPICa5OS8npVmf1Myq5IZniMpZJurmRDeOoRDe4URYN7u5Zhcyv2q1gGzGku9nTozyWExeMcTOAYQ8WWWWWWWWWWWW";
        let paper = form.fill(&full(form).with("checkpoint", long));
        for (at, right) in paper.right_edges(fonts()).unwrap().into_iter().enumerate() {
            // A4 less the margin at the right, in points.
            assert!(right < 595.3 - 42.0, "text {at} ends at {right}");
        }
    }

    #[test]
    fn boxes_in_tables_are_drawn_and_not_told_by_their_numbers() {
        let forms = Forms::embedded();
        for (pack, locale) in [("vn-b", Locale::Vi), ("ru", Locale::Ru), ("cn", Locale::Zh)] {
            let form = forms.find("campaign-statement", pack, locale).unwrap();
            let paper = form.fill(&full(form));
            assert!(paper.to_html_page(&meta()).contains('☐'), "the form has such boxes");
            let text = paper.page_texts(fonts()).unwrap().concat();
            assert!(!text.contains("[U+"), "{text}");
            assert!(paper.to_pdf(fonts(), &meta()).is_ok());
        }
    }

    #[test]
    fn a_letter_that_no_font_has_is_written_by_its_number() {
        let forms = Forms::embedded();
        let form = forms.find("permit", "ru", Locale::Ru).unwrap();
        let paper = form.fill(&full(form).with("object", "ก😀"));
        assert!(
            paper
                .page_texts(fonts())
                .unwrap()
                .concat()
                .contains("[U+0E01][U+1F600]")
        );
        assert!(paper.to_pdf(fonts(), &meta()).is_ok());
    }

    #[test]
    fn sheets_of_a_journal_are_all_numbered_and_letters_from_the_second_page() {
        let forms = Forms::embedded();
        let fonts = fonts();
        let form = forms.find("requests-journal", "ru", Locale::Ru).unwrap();
        let row = match full(form).get("entries") {
            Some(Value::List(rows)) => rows[0].clone(),
            other => panic!("{other:?}"),
        };
        let pages = form
            .fill(&full(form).with("entries", vec![row; 60]))
            .page_texts(fonts)
            .unwrap();
        assert!(pages.len() > 2);
        let all = pages.len();
        for (at, page) in pages.iter().enumerate() {
            assert!(page.contains(&format!("{} / {all}", at + 1)), "page {at}");
            assert!(page.contains("T-inventory_number"), "page {at}");
            // The head of the table stands on every sheet.
            assert!(page.contains("Краткое"), "page {at}");
        }
        let form = forms.find("order-admission", "ru", Locale::Ru).unwrap();
        let pages = form.fill(&full(form)).page_texts(fonts).unwrap();
        assert_eq!(pages.len(), 2);
        assert!(pages[1].starts_with('2') && !pages[0].starts_with('1'), "{pages:?}");
    }

    #[test]
    fn a_register_that_would_take_all_memory_is_refused() {
        let forms = Forms::embedded();
        let form = forms.find("requests-journal", "ru", Locale::Ru).unwrap();
        let rows = vec![Values::new().with("number", "1"); 5_200];
        let paper = form.fill(&full(form).with("entries", rows));
        assert!(matches!(paper.to_pdf(fonts(), &meta()), Err(crate::Error::TooLarge(_))));
    }

    #[test]
    fn fonts_that_are_not_there_are_named_with_their_packages() {
        let error = Fonts::in_folders(&[std::path::PathBuf::from("/nowhere")])
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("fonts-noto-core") && error.contains("fonts-noto-cjk"),
            "{error}"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn no_value_breaks_a_paper_or_becomes_markup(value in "(?s).{0,60}") {
            let forms = Forms::embedded();
            let form = forms.find("permit", "cn", Locale::Zh).unwrap();
            let paper = form.fill(&full(form).with("object", value.as_str()));
            let plain = form.fill(&full(form).with("object", "x"));
            prop_assert!(paper.to_pdf(fonts(), &meta()).is_ok());
            docx_text(&paper.to_docx(&meta()).unwrap());
            let tags = |html: String| html.matches('<').count();
            let breaks = paper.to_html().matches("<br>").count();
            let marked = usize::from(!paper.missing().is_empty()) * 2;
            prop_assert_eq!(tags(paper.to_html()) - breaks - marked, tags(plain.to_html()));
        }
    }
}
