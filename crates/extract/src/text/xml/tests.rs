use super::super::testing::{bytes_of, cells, place_of, read, text};

#[test]
fn elements_are_lines_with_their_name_as_label() {
    let xml = "<?xml version=\"1.0\"?>\n<people>\n  <person id=\"7\" gender='nữ'>\n    <fullName>Vũ Thị &#x1EED; A&amp;B</fullName>\n    <phone>0912345678</phone>\n  </person>\n  <person><phone>0987654321</phone><note><![CDATA[a < b & c]]></note></person>\n</people>";
    let parts = read("a.xml", xml);
    assert_eq!(
        text(&parts),
        "person id: 7\nperson gender: nữ\nfullName: Vũ Thị ử A&B\nphone: 0912345678\nphone: 0987654321\nnote: a < b & c\n"
    );
    assert_eq!(place_of(&parts, "0912345678"), "key 'people.person.phone'");
    assert_eq!(place_of(&parts, "0987654321"), "key 'people.person[2].phone'");
    assert_eq!(place_of(&parts, "nữ"), "key 'people.person@gender'");
    assert_eq!(bytes_of(&parts, "0987654321", xml.as_bytes(), 10), b"0987654321");
    assert_eq!(bytes_of(&parts, "ử", xml.as_bytes(), 8), b"&#x1EED;");
}

#[test]
fn a_sentence_with_elements_inside_stays_whole() {
    let fb2 = "<?xml version=\"1.0\"?><FictionBook><body><section><title><p>Глава</p></title>\n<p>Его звали <emphasis>Иван</emphasis> Петрович <strong>Пример</strong>ов.</p>\n<p><strong>Она</strong> ушла<a href=\"#n1\">1</a>.</p></section></body></FictionBook>";
    let all = text(&read("a.xml", fb2));
    assert!(
        all.contains("Глава\nЕго звали Иван Петрович Примеров.\nОна ушла1.\na href: #n1\n"),
        "{all}"
    );
}

#[test]
fn comments_and_declarations_are_source_and_bombs_stay_small() {
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY a \"Olga Primer\"><!ENTITY b \"&a;&a;&a;\">]><r><!-- by Ivan --><x>&b;&b; end</x></r>";
    let parts = read("a.xml", bomb);
    let all = text(&parts);
    assert!(all.len() < 2 * bomb.len() && all.contains("x: &b;&b; end"), "{all}");
    assert_eq!(place_of(&parts, "Olga"), "source");
    assert_eq!(place_of(&parts, "by Ivan"), "key 'r', source");
}

#[test]
fn a_workbook_of_2003_is_a_table() {
    let xml = "<?xml version=\"1.0\"?><Workbook xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet ss:Name=\"Danh sách\"><Table><Row><Cell><Data ss:Type=\"String\">Họ tên</Data></Cell><Cell ss:Index=\"3\"><Data ss:Type=\"String\">SĐT</Data></Cell></Row>\n<Row ss:Index=\"5\"><Cell><Data ss:Type=\"String\">Lê Văn Mẫu</Data></Cell><Cell ss:Index=\"3\"><Data>0912345678</Data><Comment ss:Author=\"Vũ Thử\"><Data>xem lại</Data></Comment></Cell></Row></Table></Worksheet></Workbook>";
    let parts = read("a.xml", xml);
    let table = parts.iter().find(|p| !p.columns.is_empty()).unwrap();
    assert_eq!(
        cells(table),
        ["0,0=Họ tên", "0,2=SĐT", "4,0=Lê Văn Mẫu", "4,2=0912345678xem lại"]
    );
    assert_eq!(place_of(&parts, "0912"), "sheet 'Danh sách', C5");
    assert!(text(&parts).contains("Comment ss:Author: Vũ Thử"), "{}", text(&parts));
}

#[test]
fn broken_xml_is_read_on() {
    for (xml, wanted) in [
        ("<?xml version=\"1.0\"?><r><x>one</c><y>two", "y: two"),
        ("<?xml version=\"1.0\"?><n>1 < 2 & 3</n>", "n: 1 < 2 & 3"),
        (
            "<?xml version=\"1.0\"?><a x=\"never closed><b>0912345678</b></a>",
            "0912345678",
        ),
        (
            "<?xml version=\"1.0\"?><a><![CDATA[never closed 0912345678",
            "0912345678",
        ),
        ("<?xml version=\"1.0\"?><!DOCTYPE a [ <b>0912345678</b>", "0912345678"),
    ] {
        let all = text(&read("a.xml", xml));
        assert!(all.contains(wanted), "{xml}: {all:?}");
    }
    let deep = format!(
        "<?xml version=\"1.0\"?>{}0912345678{}",
        "<a>".repeat(100_000),
        "</a>".repeat(100_000)
    );
    assert!(text(&read("a.xml", &deep)).contains("0912345678"));
}

#[test]
fn the_encoding_that_the_document_names_is_used() {
    let xml = "<?xml version=\"1.0\" encoding=\"windows-1251\"?><r><имя>Ян</имя></r>";
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(xml);
    assert_eq!(text(&read("a.xml", &bytes)), "имя: Ян\n");
    // It names one that it is not in.
    assert_eq!(text(&read("a.xml", xml)), "имя: Ян\n");
}
