use super::*;

fn told(bytes: &[u8], name: &str) -> Kind {
    kind(head(bytes), &Source::Bytes(bytes), name)
}

#[test]
fn content_decides_and_names_only_break_ties() {
    assert_eq!(told(b"%PDF-1.7 ...", "a.txt"), Kind::Pdf);
    assert_eq!(told(b"{\\rtf1 x}", "a.doc"), Kind::Rtf);
    assert_eq!(told(b"hello world", "a.pdf"), Kind::Text);
    assert_eq!(told(b"", "a.docx"), Kind::Empty);
    assert_eq!(
        told(
            b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n\r\nbody",
            "x"
        ),
        Kind::Eml
    );
    assert_eq!(
        told(
            b"From a@example.org Mon Jan 1\nFrom: a@example.org\nDate: x\n\nbody",
            "x"
        ),
        Kind::Mbox
    );
    assert_eq!(told(b"a;b;c\n1;2;3\n4;5;6\n7;8;9\n", "x"), Kind::Csv);
    assert_eq!(told(b"<!DOCTYPE html><html></html>", "x"), Kind::Html);
    assert_eq!(told(b"{\"a\": 1}\n{\"a\": 2}\n", "x"), Kind::Jsonl);
    assert_eq!(told(&[0, 1, 2, 255, 254, 0, 0, 9].repeat(50), "x.txt"), Kind::Unknown);
    assert_eq!(told(b"SQLite format 3\0\x10\0\x01\x01\0\0", "x"), Kind::Other);
    let utf16: Vec<u8> = "Xin chào các bạn, đây là thư"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(told(&utf16, "x"), Kind::Text);
    assert_eq!(
        told("Note: this is a text: with colons\nand more".as_bytes(), "x"),
        Kind::Text
    );
}

#[test]
fn mail_with_unusual_beginnings() {
    for (text, name, kind) in [
        (
            "X-Spam-Score: 0\nX-Spam-Level:\nX-Loop: a\nX-A: b\nX-B: c\nX-C: d\nX-D: e\nX-E: f\nX-F: g\nX-G: h\nX-H: i\nX-I: j\nX-J: k\nMessage-ID: <1@example.org>\nFrom: a@example.org\nSubject: x\n\nbody",
            "x",
            Kind::Eml,
        ),
        (
            "Received: from a\n\tby b\nReceived: from c\nDate: x\n\nbody",
            "x.dat",
            Kind::Eml,
        ),
        (
            "\r\n\r\nFrom: a@example.org\r\nTo: b@example.org\r\n\r\nbody",
            "x",
            Kind::Eml,
        ),
        (
            "\u{feff}From: a@example.org\r\nTo: b@example.org\r\n\r\nbody",
            "x",
            Kind::Eml,
        ),
        (
            ">From a Mon\nFrom: a@example.org\nTo: b@example.org\n\nbody",
            "x",
            Kind::Eml,
        ),
        ("Subject: only\n\nbody", "x.eml", Kind::Eml),
        (
            "From: <Saved by Windows Internet Explorer>\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"b\"\r\n\r\n",
            "x.doc",
            Kind::Eml,
        ),
        (
            "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=\"----=_NextPart\"\n\nThis document is a Single File Web Page",
            "x.mht",
            Kind::Eml,
        ),
        ("Subject: only\n\nbody", "x.txt", Kind::Text),
        (
            "From: the shop\nNote: a list\nTotal: 5\nmilk and bread\n",
            "x",
            Kind::Text,
        ),
        ("From the beginning\nof a letter: to you\n", "x", Kind::Text),
    ] {
        assert_eq!(told(text.as_bytes(), name), kind, "{text}");
    }
    let koi8 = encoding_rs::KOI8_R
        .encode("From a@example.org Mon Jan 1 10:00:00 2024\nFrom: Иванов <a@example.org>\nTo: Петров\n\nпривет")
        .0;
    assert_eq!(told(&koi8, "x"), Kind::Mbox);
}

#[test]
fn tables_under_false_names() {
    assert_eq!(
        told(
            b"<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><table></table>",
            "x.xls"
        ),
        Kind::Html
    );
    assert_eq!(
        told(b"<table border=1><tr><td>1</td></tr></table>", "x.xls"),
        Kind::Html
    );
    assert_eq!(told(b"a\tb\tc\n1\t2\t3\n4\t5\t6\n7\t8\t9\n", "x.xls"), Kind::Csv);
    assert_eq!(
        told(
            b"<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n<Workbook></Workbook>",
            "x.xls"
        ),
        Kind::Xml
    );
    let wide: Vec<u8> = "\u{feff}Họ tên;Số;Tuổi\nAn;1;2\nBình;3;4\nCúc;5;6\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(told(&wide, "x.csv"), Kind::Csv);
    assert_eq!(told(&wide, "x"), Kind::Csv);
}

#[test]
fn streams_and_programs() {
    assert_eq!(told(b"\x1f\x8b\x08\x1f\0\0\0\0\0\x03xxxx", "x"), Kind::Gzip);
    assert_eq!(told(b"BZh91AY&SY\x01\x02\x03\x04\0\0", "x"), Kind::Bzip2);
    assert_eq!(told(b"BZh9 is how the file begins", "x"), Kind::Text);
    assert_eq!(
        told(&[&b"MZ\x90\0\x03"[..], &[0, 7, 200].repeat(300)].concat(), "x.exe"),
        Kind::Other
    );
}
