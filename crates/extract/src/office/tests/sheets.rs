//! Workbooks.

use super::*;

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
