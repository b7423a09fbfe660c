//! Text documents.

use super::*;

#[test]
fn names_that_cross_runs_stay_whole_and_places_are_paragraphs() {
    let seen = docx(
        &format!(
            "{}<w:p><w:pPr><w:tabs><w:tab w:val='left'/></w:tabs></w:pPr><w:r><w:t>Nguy</w:t></w:r>\
             <w:r><w:t xml:space='preserve'>ễn Văn </w:t></w:r><w:r><w:t>An &amp; B&#xEC;nh</w:t><w:tab/><w:t>x</w:t></w:r></w:p>",
            p("Đầu")
        ),
        &[],
    );
    assert_eq!(seen.part_at("").text, "Đầu\nNguyễn Văn An & Bình\tx");
    assert_eq!(seen.place_of("Văn An"), "paragraph 2");
    assert!(seen.unread.is_empty());
}

#[test]
fn tables_with_headers_are_cells_and_layout_stays_readable() {
    let row = |cells: &[&str]| {
        let cells: String = cells.iter().map(|c| format!("<w:tc>{}</w:tc>", p(c))).collect();
        format!("<w:tr>{cells}</w:tr>")
    };
    let data = format!(
        "<w:tbl>{}{}</w:tbl>",
        row(&["Họ và tên", "CCCD"]),
        row(&["Lê An", "049087001234"])
    );
    let form = format!("<w:tbl>{}{}</w:tbl>", row(&["Mã 1", "Lê Chi"]), row(&["Nơi", "Huế"]));
    let seen = docx(&format!("{}{data}{form}{}", p("trên"), p("dưới")), &[]);
    let table = seen.part_at("table '1'");
    assert_eq!(table.text, "Họ và tên\tCCCD\nLê An\t049087001234");
    assert_eq!(seen.place_of("049087001234"), "table '1', B2");
    assert!(seen.all().contains("Mã 1\tLê Chi\nNơi\tHuế\ndưới"));
}

#[test]
fn tracked_changes_are_told_with_author_and_neither_reading_is_torn() {
    let seen = docx(
        "<w:p><w:r><w:t xml:space='preserve'>Số CCCD: </w:t></w:r>\
         <w:del w:author='Lê Xoá'><w:r><w:delText>049087001234</w:delText></w:r></w:del>\
         <w:ins w:author='Vũ Thêm'><w:r><w:t>049087009999</w:t></w:r></w:ins></w:p>\
         <w:p><w:r><w:t>Nguyễn Văn A</w:t></w:r><w:del w:author='Lê Xoá'><w:r><w:delText>nh</w:delText></w:r></w:del></w:p>",
        &[],
    );
    assert!(seen.part_at("").text.starts_with("Số CCCD: 049087009999\nNguyễn Văn A"));
    assert_eq!(seen.place_of("049087009999"), "paragraph 1, insertion by 'Vũ Thêm'");
    assert_eq!(seen.place_of("049087001234"), "paragraph 1, deletion by 'Lê Xoá'");
    let deleted = seen.parts.iter().find(|p| p.text == "049087001234").unwrap();
    assert_eq!(deleted.caption.as_deref(), Some("Số CCCD:"));
    assert!(seen.parts.iter().any(|p| p.text == "Anh"), "the old word is told whole");
    assert!(
        seen.parts
            .iter()
            .any(|p| p.text == "Lê Xoá" && p.caption.as_deref() == Some("author"))
    );
}

#[test]
fn hidden_text_boxes_links_fields_and_alternative_texts_are_read_once() {
    let box_of = |text: &str| format!("<w:txbxContent>{}</w:txbxContent>", p(text));
    let seen = docx(
        &format!(
            "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r><w:r><w:t> hiện</w:t></w:r></w:p>\
             <w:p><w:r><mc:AlternateContent><mc:Choice><wps:txbx>{}</wps:txbx></mc:Choice>\
             <mc:Fallback><v:textbox>{}</v:textbox></mc:Fallback></mc:AlternateContent></w:r></w:p>\
             <w:p><w:hyperlink r:id='l1'><w:r><w:t>Liên hệ</w:t></w:r></w:hyperlink>\
             <w:hyperlink r:id='l2'><w:r><w:t>0912345678</w:t></w:r></w:hyperlink></w:p>\
             <w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>HYPERLINK \"mailto:chi@example.org\"</w:instrText></w:r>\
             <w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>thư</w:t></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>\
             <w:p><w:r><wp:docPr id='1' name='Picture 1' descr='Ảnh bà Tư'/></w:r></w:p>",
            box_of("trong hộp"),
            box_of("trong hộp")
        ),
        &[(
            "word/_rels/document2.xml.rels",
            &rels(&[
                ("l1", "hyperlink", "mailto:an%40example.org"),
                ("l2", "hyperlink", "tel:0912345678"),
                ("t", "attachedTemplate", "file:///C:/Users/le.an/mau.dotx"),
            ]),
        )],
    );
    assert_eq!(seen.place_of("ẩn"), "paragraph 1, hidden text");
    assert_eq!(seen.place_of(" hiện"), "paragraph 1");
    assert_eq!(seen.place_of("trong hộp"), "text box, paragraph 1");
    assert_eq!(seen.place_of("an@example.org"), "paragraph 3");
    assert_eq!(seen.place_of("0912345678"), "paragraph 3");
    assert_eq!(seen.place_of("chi@example.org"), "paragraph 4");
    assert!(seen.place_of("Ảnh bà Tư").ends_with("property 'alternative text'"));
    seen.place_of("le.an");
}

#[test]
fn parts_are_read_by_what_they_are_even_when_nothing_points_to_them() {
    let seen = docx(
        &p("thân"),
        &[
            ("word/zz1.xml", &format!("<w:hdr>{}</w:hdr>", p("đầu trang"))),
            (
                "word/zz2.xml",
                &format!("<w:footnotes><w:footnote>{}</w:footnote></w:footnotes>", p("chú thích")),
            ),
            (
                "word/c.xml",
                &format!(
                    "<w:comments><w:comment w:author='Hồ Duyệt'>{}</w:comment></w:comments>",
                    p("xem lại")
                ),
            ),
            (
                "docProps/core.xml",
                "<cp:coreProperties><dc:creator>Phạm Viết</dc:creator><cp:revision>7</cp:revision></cp:coreProperties>",
            ),
            (
                "docProps/custom.xml",
                "<Properties><property name='Số CCCD'><vt:lpwstr>049087001234</vt:lpwstr></property></Properties>",
            ),
            ("customXml/item1.xml", "<hồ><tên>Lý Kín</tên></hồ>"),
            (
                "word/styles.xml",
                "<w:styles><w:style w:styleId='x'><w:name w:val='không đọc'/></w:style></w:styles>",
            ),
            ("word/embeddings/note.txt", "Tệp nhúng của Đỗ Nhúng"),
        ],
    );
    assert_eq!(seen.place_of("đầu trang"), "page header, paragraph 1");
    assert_eq!(seen.place_of("chú thích"), "footnote, paragraph 1");
    assert_eq!(seen.place_of("xem lại"), "comment by 'Hồ Duyệt', paragraph 1");
    assert_eq!(seen.part_at("property 'creator'").text, "Phạm Viết");
    assert_eq!(seen.part_at("property 'Số CCCD'").caption.as_deref(), Some("Số CCCD"));
    assert!(seen.place_of("Lý Kín").starts_with("member 'customXml/item1.xml'"));
    assert!(seen.place_of("Đỗ Nhúng").starts_with("attachment 'note.txt'"));
    assert!(!seen.all().contains("không đọc") && seen.unread.is_empty());
}

#[test]
fn a_broken_member_is_told_and_what_came_before_stays() {
    let seen = docx(&format!("{}<w:p><w:r><w:t>giữa</w:broken>", p("còn đây")), &[]);
    assert!(seen.part_at("").text.starts_with("còn đây"));
    assert_eq!(seen.unread.len(), 1);
    assert_eq!(seen.unread[0].place.to_string(), "member 'word/document2.xml'");
    assert!(matches!(seen.unread[0].why, Why::Damaged(_)));
    let deep = "<w:sdt>".repeat(100_000);
    let seen = docx(&format!("{}{deep}", p("nông")), &[]);
    assert_eq!(seen.unread.len(), 1, "depth is bounded");
    seen.place_of("nông");
}

#[test]
fn entities_are_never_expanded() {
    let seen = docx("<w:p><w:r><w:t>&lol;x&amp;</w:t></w:r></w:p>", &[]);
    assert_eq!(seen.part_at("").text, "&lol;x&");
}
