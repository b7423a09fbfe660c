use super::super::testing::{bytes_of, cells, place_of, read, text};

#[test]
fn a_page_reads_as_its_reader_sees_it() {
    let page = "<html><head><title>Liên hệ</title>\n<meta name=\"author\" content=\"Vũ Thị Thử\"></head>\n<body><p>Ông Nguy&#7877;n\n  <b>V\u{103}n</b> M&acirc;u, <i>sinh</i> 1987</p><div>dòng hai<br>dòng ba</div>\n</body></html>";
    let parts = read("a.html", page);
    assert_eq!(
        text(&parts),
        "Liên hệ\nauthor: Vũ Thị Thử\nÔng Nguyễn Văn Mâu, sinh 1987\ndòng hai\ndòng ba\n"
    );
    assert_eq!(place_of(&parts, "Vũ Thị"), "line 2, property 'author'");
    assert_eq!(place_of(&parts, "sinh"), "line 3");
    assert_eq!(place_of(&parts, "dòng ba"), "line 4");
    assert_eq!(bytes_of(&parts, "ễn", page.as_bytes(), 7), b"&#7877;");
    assert_eq!(bytes_of(&parts, "1987", page.as_bytes(), 4), b"1987");
}

#[test]
fn what_is_not_seen_is_read_as_well() {
    let page = r#"<p>Call <a href="mailto:an@example.org?subject=%D0%98%D0%B2%D0%B0%D0%BD">us</a> or <a href='tel:+84912345678'>phone</a> now</p>
<img src="x.png" alt="Hộ chiếu của Lê Mẫu"><div style="display: none">secret <div>inner</div> 0912</div><p>seen</p>
<!-- TODO call Olga Primer --><script type="application/ld+json">{"telephone":"\u002b7 900 000-00-00"}</script>
<form><label>SĐT</label><input name="phone" value="0987654321"><input type="hidden" name="cccd" value="001087000001"></form><span id="u-001087000001">x</span>"#;
    let parts = read("a.html", page);
    let all = text(&parts);
    assert!(
        all.starts_with("Call us or phone now\nan@example.org?subject=Иван\ntel: +84912345678\n"),
        "{all}"
    );
    assert_eq!(place_of(&parts, "secret"), "line 2, hidden text");
    assert_eq!(place_of(&parts, "0912\n"), "line 2, hidden text");
    assert_eq!(place_of(&parts, "seen"), "line 2");
    assert_eq!(place_of(&parts, "Olga Primer"), "line 3, source");
    assert_eq!(place_of(&parts, "+7 900"), "line 3, source");
    assert_eq!(place_of(&parts, "0987654321"), "line 4, form field 'phone'");
    assert_eq!(
        place_of(&parts, "001087000001"),
        "line 4, hidden text, form field 'cccd'"
    );
    assert!(
        all.contains("phone: 0987654321\n") && all.contains("Hộ chiếu của Lê Mẫu\n"),
        "{all}"
    );
    assert!(all.contains("id: u-001087000001"), "{all}");
}

#[test]
fn a_table_of_data_is_a_table() {
    let page = "<p>Danh sách</p><table><caption>Công dân</caption><tr><th>Họ tên</th><th colspan=2>Số</th></tr>\n<tr><td rowspan=\"2\"><p>Lê Văn</p> <p>Mẫu</p></td><td>1</td><td>2 &lt; 3</td></tr><tr><td>4<td>5</tr></table><p>sau</p>";
    let parts = read("a.html", page);
    assert_eq!(parts.len(), 3, "{parts:?}");
    let table = parts.iter().find(|p| !p.columns.is_empty()).unwrap();
    assert_eq!(
        cells(table),
        [
            "0,0=Họ tên",
            "0,1=Số",
            "1,0=Lê Văn Mẫu",
            "1,1=1",
            "1,2=2 < 3",
            "2,1=4",
            "2,2=5"
        ]
    );
    assert_eq!(table.columns, ["Họ tên", "Số"]);
    assert_eq!(place_of(&parts, "2 < 3"), "table '1', C2");
    assert_eq!(place_of(&parts, "sau"), "line 2");
    assert!(text(&parts).contains("Công dân\n"));
}

#[test]
fn a_table_that_lays_out_a_page_is_text() {
    let page = "<table><tr><td>Menu</td><td><table><tr><td>Tên:</td><td>Lê Mẫu</td></tr></table></td></tr></table>";
    assert_eq!(text(&read("a.html", page)), "Menu\t\nTên:\tLê Mẫu\n");
}

#[test]
fn a_large_table_comes_in_parts_with_its_columns() {
    let row = "<tr><td>Nguyễn Văn Mẫu</td><td>0912345678</td></tr>\n";
    let page = format!(
        "<html><table><tr><th>Tên</th><th>SĐT</th></tr>\n{}</table></html>",
        row.repeat(60_000)
    );
    let parts = read("a.html", &page);
    assert!(parts.len() >= 2, "{}", parts.len());
    assert!(parts.iter().all(|p| p.columns == ["Tên", "SĐT"]));
    assert_eq!(parts.iter().map(|p| cells(p).len()).sum::<usize>(), 120_002);
    assert!(place_of(&parts[parts.len() - 1..], "0912345678").starts_with("table '1', B"));
}

#[test]
fn broken_pages_are_read_on() {
    for (page, wanted) in [
        ("<html>1 < 2 & 3 <b", "1 < 2 & 3 <b"),
        ("<html><p title=\"never closed>text</p> after", "text"),
        ("<html><script>var a = 'x'; // 0912345678", "0912345678"),
        ("<html><!-- open 0912345678", "0912345678"),
        ("<html><table><tr><td>a<td>b<tr><td>c<td>0912345678", "0912345678"),
        ("<html></p></div></table>text", "text"),
    ] {
        let all = text(&read("a.html", page));
        assert!(all.contains(wanted), "{page}: {all:?}");
    }
}

#[test]
fn a_page_in_its_own_encoding() {
    let (bytes, _, _) = encoding_rs::KOI8_R.encode("<html><meta charset=\"koi8-r\"><p>Да, ОК</p></html>");
    assert!(text(&read("a.html", &bytes)).contains("Да, ОК"));
}
