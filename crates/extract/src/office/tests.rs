//! Whole files, written here part by part, through the public reader.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;

use crate::testing::Kept;
use crate::{Grain, Kind, ReadState, Why};

fn zip_of(members: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in members {
        let stored = *name == "mimetype";
        let method = if stored {
            zip::CompressionMethod::Stored
        } else {
            zip::CompressionMethod::Deflated
        };
        zip.start_file(*name, SimpleFileOptions::default().compression_method(method))
            .unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn read(kind: Kind, members: &[(&str, &str)]) -> Kept {
    let seen = Kept::of("file", &zip_of(members));
    assert_eq!(seen.kind(), Some(kind));
    seen
}

fn rels(list: &[(&str, &str, &str)]) -> String {
    let mut xml = String::from("<Relationships>");
    for (id, kind, target) in list {
        let mode = if target.contains(':') {
            " TargetMode='External'"
        } else {
            ""
        };
        let _ = write!(
            xml,
            "<Relationship Id='{id}' Type='http://purl.oclc.org/x/{kind}' Target='{target}'{mode}/>"
        );
    }
    xml + "</Relationships>"
}

fn docx(body: &str, more: &[(&str, &str)]) -> Kept {
    let root = rels(&[
        ("a", "officeDocument", "/word/document2.xml"),
        ("b", "core-properties", "docProps/core.xml"),
    ]);
    let body = format!("<w:document xmlns:w='w'><w:body>{body}</w:body></w:document>");
    let mut members = vec![("_rels/.rels", root.as_str()), ("word/document2.xml", &body)];
    members.extend_from_slice(more);
    read(Kind::Docx, &members)
}

fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

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

fn xlsx(sheet: &str, more: &[(&str, &str)]) -> Kept {
    let root = rels(&[("a", "officeDocument", "xl/workbook.xml")]);
    let book = rels(&[
        ("s1", "worksheet", "worksheets/sheet1.xml"),
        ("s2", "worksheet", "worksheets/sheet2.xml"),
        ("st", "sharedStrings", "sharedStrings.xml"),
        ("fm", "styles", "styles.xml"),
        ("pv", "pivotCacheDefinition", "pivotCache/def.xml"),
    ]);
    let sheet = format!("<worksheet>{sheet}</worksheet>");
    let mut members = vec![
        ("_rels/.rels", root.as_str()),
        ("xl/_rels/workbook.xml.rels", &book),
        (
            "xl/workbook.xml",
            "<workbook><sheets><sheet name='Lương' r:id='s1'/><sheet name='Kín' state='veryHidden' r:id='s2'/></sheets>\
             <definedNames><definedName name='kế_toán'>\"Bà Hai\"</definedName></definedNames></workbook>",
        ),
        ("xl/worksheets/sheet1.xml", &sheet),
        (
            "xl/worksheets/sheet2.xml",
            "<worksheet><sheetData><row r='3'><c r='B3' t='inlineStr'><is><t>mật</t></is></c></row></sheetData></worksheet>",
        ),
        (
            "xl/sharedStrings.xml",
            "<sst><si><t>CCCD</t></si><si><r><t>Lê </t></r><r><t>An</t></r><rPh><t>Ле</t></rPh></si><si><t>đã xoá</t></si></sst>",
        ),
        (
            "xl/styles.xml",
            "<styleSheet><numFmts><numFmt numFmtId='170' formatCode='000000000000'/></numFmts>\
             <cellXfs><xf numFmtId='0'/><xf numFmtId='170'/><xf numFmtId='14'/></cellXfs></styleSheet>",
        ),
    ];
    members.extend_from_slice(more);
    read(Kind::Xlsx, &members)
}

#[test]
fn cells_keep_their_true_places_and_numbers_come_as_shown() {
    let seen = xlsx(
        "<cols><col min='4' max='5' hidden='1'/></cols><sheetData>\
         <row r='2'><c r='B2' t='s'><v>0</v></c><c t='s'><v>1</v></c></row>\
         <row r='5' hidden='1'><c r='B5' s='1'><v>49087001234</v></c><c r='C5' s='2'><v>31917</v></c></row>\
         <row r='6'><c r='B6' t='b'><v>1</v></c><c r='D6'><v>7</v></c>\
         <c r='E6' t='str'><f>IF(A1=\"Vũ Ẩn\",1,2)</f><v>kết quả</v></c></row></sheetData>\
         <dataValidations><dataValidation sqref='H1'><formula1>\"Đỏ,Xanh\"</formula1></dataValidation></dataValidations>\
         <headerFooter><oddHeader>&amp;C&amp;\"Arial\"&amp;14Người lập: Mai</oddHeader></headerFooter>",
        &[],
    );
    let sheet = seen.part_at("sheet 'Lương'");
    assert_eq!(sheet.text, "CCCD\tLê An\n049087001234\t1987-05-20\nTRUE\t7\tkết quả");
    assert_eq!(seen.place_of("Lê An"), "sheet 'Lương', C2");
    assert_eq!(seen.place_of("049087001234"), "sheet 'Lương', B5 (hidden)");
    assert_eq!(seen.place_of("kết quả"), "sheet 'Lương', E6 (hidden)");
    assert_eq!(seen.place_of("Vũ Ẩn"), "sheet 'Lương', source, E6 (hidden)");
    assert_eq!(seen.place_of("mật"), "hidden sheet 'Kín', B3");
    assert_eq!(seen.place_of("Đỏ,Xanh"), "sheet 'Lương'");
    assert_eq!(seen.place_of("Người lập: Mai"), "sheet 'Lương', page header");
    assert_eq!(seen.part_at("property 'kế_toán'").text, "Bà Hai");
    assert_eq!(
        seen.place_of("đã xoá"),
        "member 'xl/sharedStrings.xml'",
        "a string that no cell shows"
    );
    assert!(seen.all().contains("Ле"), "readings are told beside the text");
}

#[test]
fn pivot_caches_comments_and_threads_are_read() {
    let seen = xlsx(
        "<sheetData/>",
        &[
            (
                "xl/pivotCache/_rels/def.xml.rels",
                &rels(&[("r", "pivotCacheRecords", "rec.xml")]),
            ),
            (
                "xl/pivotCache/def.xml",
                "<pivotCacheDefinition><cacheFields><cacheField name='Tên'><sharedItems><s v='Lê Còn'/><s v='Lê Mất'/></sharedItems>\
                 </cacheField><cacheField name='CCCD'><sharedItems/></cacheField></cacheFields></pivotCacheDefinition>",
            ),
            (
                "xl/pivotCache/rec.xml",
                "<pivotCacheRecords><r><x v='0'/><s v='049087001234'/></r></pivotCacheRecords>",
            ),
            (
                "xl/worksheets/_rels/sheet1.xml.rels",
                &rels(&[("c", "comments", "../c1.xml"), ("t", "threadedComment", "../t1.xml")]),
            ),
            (
                "xl/c1.xml",
                "<comments><authors><author>Tô Ghi</author><author>tc={1}</author></authors><commentList>\
                 <comment ref='B7' authorId='0'><text><r><t>gọi lại</t></r></text></comment>\
                 <comment ref='B8' authorId='1'><text><t>[Threaded comment] hỏi Mơ</t></text></comment></commentList></comments>",
            ),
            (
                "xl/t1.xml",
                "<ThreadedComments><threadedComment ref='B8' personId='q'><text>hỏi Mơ</text></threadedComment></ThreadedComments>",
            ),
        ],
    );
    let cache = seen.part_at("member 'xl/pivotCache/rec.xml'");
    assert_eq!(
        (cache.text.as_ref(), cache.columns.as_slice()),
        ("Lê Còn\t049087001234", ["Tên".to_owned(), "CCCD".into()].as_slice())
    );
    assert_eq!(seen.place_of("Lê Mất"), "member 'xl/pivotCache/def.xml', A2");
    assert_eq!(seen.place_of("gọi lại"), "sheet 'Lương', B7, comment by 'Tô Ghi'");
    assert_eq!(seen.place_of("hỏi Mơ"), "sheet 'Lương', B8, comment");
}

#[test]
fn large_sheets_are_cut_by_rows_and_keep_their_headers() {
    let mut rows = String::from(
        "<sheetData><row r='1'><c r='A1' t='str'><v>Họ tên</v></c><c r='B1' t='str'><v>CCCD</v></c></row>",
    );
    for r in 2..30_000 {
        let _ = write!(
            rows,
            "<row r='{r}'><c r='A{r}' t='str'><v>Nguyễn Văn Một Người Có Tên Dài</v></c><c r='B{r}'><v>49087001234</v></c></row>"
        );
    }
    let seen = xlsx(&(rows + "</sheetData>"), &[]);
    let parts: Vec<_> = seen
        .parts
        .iter()
        .filter(|p| p.place.to_string() == "sheet 'Lương'")
        .collect();
    assert!(parts.len() >= 2);
    assert!(
        parts[0].columns.is_empty(),
        "the header stands in the first part itself"
    );
    assert_eq!(parts[1].columns, ["Họ tên", "CCCD"]);
    assert!(parts[1].text.starts_with("Nguyễn"), "a part begins with a row");
}

#[test]
fn a_header_over_two_columns_names_both() {
    let text = |r: &str, v: &str| format!("<c r='{r}' t='str'><v>{v}</v></c>");
    let sheet = format!(
        "<sheetData><row r='1'>{}</row><row r='2'>{}{}</row><row r='3'>{}{}</row><row r='4'>{}<c r='C4'><v>31917</v></c></row></sheetData>\
         <mergeCells count='2'><mergeCell ref=\"B2:C2\"/><mergeCell ref=\"A1:Z1\"/></mergeCells>",
        text("A1", "DANH SÁCH"),
        text("A2", "Họ tên"),
        text("B2", "Ngày sinh"),
        text("B3", "Nam"),
        text("C3", "Nữ"),
        text("A4", "Lê An")
    );
    let seen = xlsx(&sheet, &[]);
    assert_eq!(
        seen.part_at("sheet 'Lương'").columns,
        ["Họ tên", "Ngày sinh Nam", "Ngày sinh Nữ"]
    );
}

#[test]
fn slides_come_in_the_order_of_the_show_with_notes_and_comments() {
    let a = |text: &str| format!("<p:sp><p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>");
    let seen = read(
        Kind::Pptx,
        &[
            ("_rels/.rels", &rels(&[("a", "officeDocument", "ppt/presentation.xml")])),
            (
                "ppt/presentation.xml",
                "<p:presentation><p:sldIdLst><p:sldId id='256' r:id='r2'/><p:sldId id='257' r:id='r1'/></p:sldIdLst></p:presentation>",
            ),
            (
                "ppt/_rels/presentation.xml.rels",
                &rels(&[
                    ("r1", "slide", "slides/slide1.xml"),
                    ("r2", "slide", "slides/slide2.xml"),
                    ("au", "commentAuthors", "au.xml"),
                ]),
            ),
            (
                "ppt/au.xml",
                "<p:cmAuthorLst><p:cmAuthor id='0' name='Hà Soát'/></p:cmAuthorLst>",
            ),
            (
                "ppt/slides/slide1.xml",
                &format!("<p:sld show='0'>{}</p:sld>", a("trang cuối")),
            ),
            (
                "ppt/slides/slide2.xml",
                &format!("<p:sld>{}{}</p:sld>", a("trang đầu"), a("liên hệ: Bà Tám")),
            ),
            (
                "ppt/slides/_rels/slide2.xml.rels",
                &rels(&[("n", "notesSlide", "../n.xml"), ("c", "comments", "../c.xml")]),
            ),
            ("ppt/n.xml", &format!("<p:notes>{}</p:notes>", a("nhớ gọi"))),
            (
                "ppt/c.xml",
                "<p:cmLst><p:cm authorId='0'><p:text>sửa đi</p:text></p:cm></p:cmLst>",
            ),
            (
                "ppt/slideMasters/m.xml",
                &format!(
                    "<p:sldMaster>{}<p:sp><p:nvPr><p:ph/></p:nvPr><p:txBody><a:p><a:r><a:t>Bấm để sửa</a:t></a:r></a:p></p:txBody></p:sp></p:sldMaster>",
                    a("Công ty Z")
                ),
            ),
        ],
    );
    assert_eq!(seen.part_at("slide 1").text, "trang đầu\nliên hệ: Bà Tám");
    assert_eq!(seen.place_of("trang cuối"), "hidden slide 2, paragraph 1");
    assert_eq!(seen.place_of("nhớ gọi"), "slide 1, notes, paragraph 1");
    assert_eq!(seen.place_of("sửa đi"), "slide 1, comment by 'Hà Soát', paragraph 1");
    seen.place_of("Công ty Z");
    assert!(!seen.all().contains("Bấm để sửa"), "prompts are no text of anybody");
}

fn odf(kind: Kind, mime: &str, styles: &str, body: &str) -> Kept {
    let content = format!(
        "<office:document-content><office:automatic-styles>{styles}</office:automatic-styles><office:body>{body}</office:body></office:document-content>"
    );
    read(
        kind,
        &[
            ("mimetype", &format!("application/vnd.oasis.opendocument.{mime}")),
            ("content.xml", &content),
            (
                "styles.xml",
                "<office:document-styles><style:header><text:p>đầu trang</text:p></style:header></office:document-styles>",
            ),
            (
                "meta.xml",
                "<office:document-meta><office:meta><meta:initial-creator>Phan Soạn</meta:initial-creator></office:meta></office:document-meta>",
            ),
        ],
    )
}

#[test]
fn opendocument_texts_are_read_with_notes_changes_and_hidden_text() {
    let seen = odf(
        Kind::Odt,
        "text",
        "<style:style style:name='T9'><style:text-properties text:display='none'/></style:style>",
        "<office:text><text:tracked-changes><text:changed-region xml:id='c1'><text:deletion><office:change-info>\
         <dc:creator>Lê Xoá</dc:creator></office:change-info><text:p>049087001234</text:p></text:deletion></text:changed-region></text:tracked-changes>\
         <text:h>Ng<text:span>uyễn</text:span>\n   Văn<text:s/>An</text:h>\
         <text:p>CCCD: <text:change text:change-id='c1'/>mới<text:note text:note-class='footnote'><text:note-citation>1</text:note-citation>\
         <text:note-body><text:p>cuối trang</text:p></text:note-body></text:note></text:p>\
         <text:p>a<office:annotation><dc:creator>Hồ Duyệt</dc:creator><text:p>xem lại</text:p></office:annotation>b\
         <text:span text:style-name='T9'>ẩn</text:span><text:a xlink:href='mailto:an@example.org'>thư</text:a></text:p></office:text>",
    );
    assert!(
        seen.part_at("").text.starts_with("Nguyễn Văn An\nCCCD: mới\nabẩnthư"),
        "{}",
        seen.part_at("").text
    );
    assert_eq!(seen.place_of("049087001234"), "paragraph 2, deletion by 'Lê Xoá'");
    assert_eq!(seen.place_of("cuối trang"), "footnote, paragraph 1");
    assert_eq!(seen.place_of("xem lại"), "comment by 'Hồ Duyệt', paragraph 1");
    assert_eq!(seen.place_of("ẩn"), "paragraph 3, hidden text");
    assert_eq!(seen.place_of("an@example.org"), "paragraph 3");
    assert_eq!(seen.place_of("đầu trang"), "page header, paragraph 1");
    assert_eq!(seen.part_at("property 'initial-creator'").text, "Phan Soạn");
}

#[test]
fn opendocument_sheets_survive_a_million_repeated_rows() {
    let seen = odf(
        Kind::Ods,
        "spreadsheet",
        "<style:style style:name='ta2'><style:table-properties table:display='false'/></style:style>",
        "<office:spreadsheet><table:table table:name='Một'><table:table-column table:number-columns-repeated='3'/>\
         <table:table-row table:number-rows-repeated='3'><table:table-cell table:number-columns-repeated='1024'/></table:table-row>\
         <table:table-row table:visibility='collapse'><table:table-cell table:number-columns-repeated='2'/>\
         <table:table-cell office:value-type='float' office:value='49087001234'><text:p>4.91E+10</text:p></table:table-cell></table:table-row>\
         <table:table-row table:number-rows-repeated='1048576'><table:table-cell table:number-columns-repeated='16384'><text:p>lặp</text:p></table:table-cell></table:table-row>\
         </table:table><table:table table:name='Kín' table:style-name='ta2'><table:table-row><table:table-cell><text:p>mật</text:p>\
         </table:table-cell></table:table-row></table:table></office:spreadsheet>",
    );
    assert_eq!(seen.place_of("49087001234"), "sheet 'Một', C4 (hidden)");
    assert_eq!(seen.place_of("mật"), "hidden sheet 'Kín', A1");
    let size: usize = seen.parts.iter().map(|p| p.text.len()).sum();
    assert!((4..20 << 20).contains(&size));
    assert!(
        seen.parts
            .iter()
            .any(|p| matches!(&p.grain, Grain::Cells(c) if c.len() > 1))
    );
}

#[test]
fn opendocument_slides_are_numbered_and_prompts_left_out() {
    let seen = odf(
        Kind::Odp,
        "presentation",
        "<style:style style:name='dp2'><style:drawing-page-properties presentation:visibility='hidden'/></style:style>",
        "<office:presentation><draw:page><draw:frame><draw:text-box><text:p>Bà Tám</text:p></draw:text-box></draw:frame>\
         <presentation:notes><draw:frame><draw:text-box><text:p>nhớ gọi</text:p></draw:text-box></draw:frame></presentation:notes></draw:page>\
         <draw:page draw:style-name='dp2'><draw:custom-shape><text:p>kín</text:p></draw:custom-shape></draw:page></office:presentation>",
    );
    assert_eq!(seen.place_of("Bà Tám"), "slide 1, paragraph 1");
    assert_eq!(seen.place_of("nhớ gọi"), "slide 1, notes, paragraph 1");
    assert_eq!(seen.place_of("kín"), "hidden slide 2, paragraph 1");
}

#[test]
fn files_under_a_password_are_told_as_encrypted() {
    let mut compound = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    compound
        .create_stream("/EncryptedPackage")
        .unwrap()
        .write_all(&[7; 64])
        .unwrap();
    let bytes = compound.into_inner().into_inner();
    let seen = Kept::of("a.docx", &bytes);
    assert_eq!(
        (seen.read(), &seen.unread[0].why),
        (Some(ReadState::None), &Why::Encrypted)
    );

    let seen = read(
        Kind::Odt,
        &[
            ("mimetype", "application/vnd.oasis.opendocument.text"),
            (
                "META-INF/manifest.xml",
                "<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>",
            ),
            ("content.xml", "\u{1}\u{2}"),
        ],
    );
    assert_eq!((seen.parts.len(), &seen.unread[0].why), (0, &Why::Encrypted));
}

#[test]
fn a_package_without_its_main_part_is_damaged_but_the_rest_is_read() {
    let bytes = zip_of(&[
        ("word/document.xml.bak", "x"),
        (
            "word/header1.xml",
            "<w:hdr><w:p><w:r><w:t>còn</w:t></w:r></w:p></w:hdr>",
        ),
    ]);
    let seen = Kept::of("a.docx", &bytes);
    seen.place_of("còn");
    assert!(
        seen.unread
            .iter()
            .any(|u| matches!(&u.why, Why::Damaged(_)) && u.place.steps.is_empty())
    );
}

#[test]
fn files_cut_at_any_point_are_told_and_never_break_the_reader() {
    let body = "<w:document><w:body><w:tbl><w:tr><w:tc><w:p><w:del w:author='A'><w:r><w:delText>xoá</w:delText></w:r></w:del>\
        <w:r><w:t>Lê &#7885;</w:t></w:r></w:p></w:tc></w:tr></w:tbl><mc:AlternateContent><mc:Choice><w:txbxContent><w:p/></w:txbxContent>\
        </mc:Choice></mc:AlternateContent></w:body></w:document>";
    let content = "<office:document-content><office:spreadsheet><table:table table:name='S'><table:table-row><table:table-cell>\
        <text:p>Lê<office:annotation><dc:creator>B</dc:creator><text:p>x</text:p></office:annotation></text:p></table:table-cell></table:table-row>\
        </table:table></office:spreadsheet></office:document-content>";
    let cells = "<worksheet><sheetData><row r='1'><c r='A1' t='s' s='9'><f>\"</f><v>99999999999</v></c></row></sheetData></worksheet>";
    let mime = ("mimetype", "application/vnd.oasis.opendocument.spreadsheet");
    let book = ("xl/workbook.xml", "<workbook><sheets/></workbook>");
    for (text, name, other) in [
        (body, "word/document.xml", ("a", "")),
        (content, "content.xml", mime),
        (cells, "xl/worksheets/sheet1.xml", book),
    ] {
        for cut in (0..text.len()).filter(|i| text.is_char_boundary(*i)) {
            let part = text.get(..cut).unwrap();
            let seen = Kept::of("file", &zip_of(&[other, (name, part)]));
            assert!(!seen.unread.is_empty(), "cut at {cut} of {name}");
            assert!(
                seen.unread.iter().all(|u| u.why != Why::ReaderFailed),
                "cut at {cut} of {name}"
            );
        }
    }
}

#[test]
fn a_file_that_breaks_off_is_read_as_far_as_it_goes() {
    let mut long = String::from("<w:document><w:body>");
    for i in 0..20_000_u32 {
        let _ = write!(
            long,
            "{}",
            p(&format!("Người thứ {i}, số {}", i.wrapping_mul(2_654_435_761)))
        );
    }
    let whole = zip_of(&[
        ("_rels/.rels", &rels(&[("a", "officeDocument", "word/document.xml")])),
        ("word/document.xml", &(long + "</w:body></w:document>")),
        ("word/header1.xml", "<w:hdr/>"),
    ]);
    let cut = whole.get(..whole.len() / 2).unwrap();
    let seen = Kept::of("a.docx", cut);
    assert_eq!((seen.kind(), seen.read()), (Some(Kind::Docx), Some(ReadState::Partial)));
    seen.place_of("Người thứ 1,");
    seen.place_of("Người thứ 5000,");
    assert!(
        seen.unread
            .iter()
            .any(|u| u.place.to_string() == "member 'word/document.xml'")
    );
    assert!(seen.unread.iter().all(|u| u.why != Why::ReaderFailed));
    // One byte of the contents is wrong: the list is there, the sum of the member is not right.
    let mut wrong = whole.clone();
    let at = whole.len() / 3;
    wrong[at] ^= 0x55;
    let seen = Kept::of("a.docx", &wrong);
    seen.place_of("Người thứ 1,");
    assert!(!seen.unread.is_empty());
}
