//! Workbooks.

use super::*;

fn xlsx(sheets: &[(&str, &str, &str)], strings: &str, styles: &str) -> Vec<u8> {
    let rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let (mut list, mut rels) = (String::new(), String::new());
    for (i, (name, state, _)) in sheets.iter().enumerate() {
        let n = i + 1;
        list.push_str(&format!(
            "<sheet name=\"{name}\" sheetId=\"{n}\" {state} r:id=\"rId{n}\"/>"
        ));
        rels.push_str(&format!(
            "<Relationship Id=\"rId{n}\" Type=\"{rel}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"
        ));
    }
    rels.push_str(&format!("<Relationship Id=\"rIdS\" Type=\"{rel}/sharedStrings\" Target=\"sharedStrings.xml\"/><Relationship Id=\"rIdT\" Type=\"{rel}/styles\" Target=\"styles.xml\"/><Relationship Id=\"rIdP\" Type=\"{rel}/pivotCacheDefinition\" Target=\"pivotCache/p.xml\"/>"));
    let book = format!(
        "<workbook xmlns=\"m\" xmlns:r=\"r\"><fileSharing userName=\"SECRET\"/><workbookPr codeName=\"SECRET\"/><sheets>{list}</sheets><definedNames><definedName name=\"SECRET\">1</definedName></definedNames></workbook>"
    );
    let rels = format!("<Relationships>{rels}</Relationships>");
    let root = format!(
        "<Relationships><Relationship Id=\"rId1\" Type=\"{rel}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let types = "<Types><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>";
    let strings = format!("<sst xmlns=\"m\">{strings}</sst>");
    let styles = format!("<styleSheet>{styles}</styleSheet>");
    let sheets: Vec<(String, String)> = sheets
        .iter()
        .enumerate()
        .map(|(i, (_, _, data))| {
            (
                format!("xl/worksheets/sheet{}.xml", i + 1),
                format!("<worksheet xmlns=\"m\" xmlns:r=\"r\">{data}</worksheet>"),
            )
        })
        .collect();
    let mut all: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", rels.as_bytes()),
        ("xl/sharedStrings.xml", strings.as_bytes()),
        ("xl/styles.xml", styles.as_bytes()),
        ("xl/pivotCache/p.xml", b"<x>SECRET</x>"),
    ];
    all.extend(sheets.iter().map(|(n, s)| (n.as_str(), s.as_bytes())));
    zipped(&all)
}

fn si(text: &str) -> String {
    format!("<si><t>{text}</t></si>")
}

#[test]
fn cells_are_cut_and_the_strings_are_written_anew() {
    let strings = [
        si("Họ và tên"), si("Điện thoại"), si("Ngày sinh"),
        "<si><r><t>Trần Thị </t></r><r><rPr><b/></rPr><t>Bích</t></r><rPh sb=\"0\" eb=\"1\"><t>SECRET-READING</t></rPh></si>".into(),
        si("SECRET-LEFTOVER: Phạm Văn Đức"), si("giữ nguyên"), si("SECRET-HIDDEN"),
    ]
    .concat();
    let styles = "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs>";
    let data = "<cols><col min=\"5\" max=\"5\" hidden=\"1\"/></cols><sheetData>\
        <row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>2</v></c></row>\
        <row r=\"2\"><c r=\"A2\" t=\"s\"><v>3</v></c><c r=\"B2\"><v>912345678</v></c><c r=\"C2\" s=\"1\"><v>31857</v></c><c r=\"D2\" t=\"s\"><v>5</v></c><c r=\"E2\" t=\"s\"><v>6</v></c></row>\
        <row r=\"3\" hidden=\"1\"><c r=\"A3\" t=\"s\"><v>6</v></c></row>\
        <row r=\"4\"><c r=\"A4\" t=\"inlineStr\"><is><t>Lê Văn Cường</t></is></c><c r=\"B4\" t=\"str\"><f>CONCAT(\"SECRET\",1)</f><v>0987654321</v></c><c r=\"D4\"><f>1+1</f><v>2</v></c></row>\
        </sheetData><autoFilter ref=\"A1\"/><hyperlinks><hyperlink ref=\"A2\" display=\"SECRET\"/></hyperlinks><dataValidations><dataValidation><formula1>\"SECRET\"</formula1></dataValidation></dataValidations><headerFooter><oddHeader>&amp;CNgười lập: Nguyễn Văn Hùng</oddHeader></headerFooter>";
    let hidden = "<sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>SECRET</t></is></c></row></sheetData>";
    let file = xlsx(
        &[("Danh sách", "", data), ("Ẩn", "state=\"veryHidden\"", hidden)],
        &strings,
        styles,
    );
    let (report, copy) = Place::new().copy("a.xlsx", &file).unwrap();
    let text = unpacked(&copy);
    for gone in [
        "SECRET",
        "Bích",
        "Đức",
        "Cường",
        "Hùng",
        "912345678",
        "0987654321",
        "31857",
        "<f>",
        "sheet2",
        "Ẩn",
    ] {
        assert!(!text.contains(gone), "{gone}: {text}");
    }
    for kept in [
        "giữ nguyên",
        "Họ và tên",
        "[NGƯỜI_1]",
        "[ĐIỆN_THOẠI_1]",
        "<c r=\"D4\"><v>2</v></c>",
        "name=\"Danh sách\"",
        "&amp;CNgười lập: [",
    ] {
        assert!(text.contains(kept), "{kept}: {text}");
    }
    assert_eq!(report.cleaned.count(What::HiddenSheets), 1);
    assert!(report.cleaned.count(What::HiddenCells) >= 2 && report.cleaned.count(What::Formulas) == 2);
}

#[test]
fn columns_keep_their_names_over_blocks_of_rows() {
    let mut rows = String::from(
        "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Họ và tên</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>Ghi chú</t></is></c></row>",
    );
    let filler = "một hai ba bốn năm ".repeat(60);
    for i in 2..1300 {
        rows.push_str(&format!("<row r=\"{i}\"><c r=\"A{i}\" t=\"inlineStr\"><is><t>Trần Thị Bích</t></is></c><c r=\"B{i}\" t=\"inlineStr\"><is><t>{filler}</t></is></c></row>"));
    }
    let file = xlsx(&[("a", "", &format!("<sheetData>{rows}</sheetData>"))], "", "");
    let (report, copy) = Place::new().copy("a.xlsx", &file).unwrap();
    assert_eq!(report.replaced.get(&Entity::Person), Some(&1298));
    assert!(!unpacked(&copy).contains("Bích"));
}

#[test]
fn prefixes_stay_and_a_table_of_strings_is_made_where_there_is_none() {
    let rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let root = format!(
        "<Relationships><Relationship Id=\"rId1\" Type=\"{rel}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let own = format!(
        "<Relationships><Relationship Id=\"rId1\" Type=\"{rel}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
    );
    let sheet = "<x:worksheet xmlns:x=\"m\"><x:sheetData><x:row r=\"1\"><x:c r=\"A1\" t=\"inlineStr\"><x:is><x:t>Ông Nguyễn Văn Hùng</x:t></x:is></x:c><x:c r=\"B1\"><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>";
    let file = zipped(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", b"<x:workbook xmlns:x=\"m\" xmlns:r=\"r\"><x:sheets><x:sheet name=\"a\" sheetId=\"1\" r:id=\"rId1\"/></x:sheets></x:workbook>"),
        ("xl/_rels/workbook.xml.rels", own.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ]);
    let (_, copy) = Place::new().copy("a.xlsx", &file).unwrap();
    let text = unpacked(&copy);
    assert!(
        text.contains("<x:c r=\"A1\" t=\"s\"><x:v>0</x:v></x:c><x:c r=\"B1\"><x:v>7</x:v></x:c>"),
        "{text}"
    );
    assert!(
        text.contains("relationships/sharedStrings")
            && text.contains("<si><t xml:space=\"preserve\">Ông [NGƯỜI_1]</t></si></sst>"),
        "{text}"
    );
}
