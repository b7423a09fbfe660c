//! Mail, archives, and files within files.

use super::*;

#[test]
fn a_document_in_an_archive_in_a_mail_is_copied_to_its_depth() {
    let inner = documents::docx(
        "<w:p><w:r><w:t>Ông Nguyễn Văn </w:t></w:r><w:r><w:t>Hùng, điện thoại 0912345678</w:t></w:r></w:p>",
    );
    let zip = zipped(&[("đơn/Trần_Thị_Bích_0987654321.docx", &inner), ("__MACOSX/x", b"SECRET")]);
    let mail = format!(
        "Received: from SECRET by x\r\nMessage-ID: <SECRET@x>\r\nX-Mailer: SECRET\r\nFrom: \"Nguyen Van Hung\" <hung.nguyen@example.vn>\r\nTo: bich.tran@example.vn\r\n\
        Subject: =?utf-8?B?{}?=\r\nDate: Tue, 1 Jul 2025 10:00:00 +0700\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\nSECRET preamble\r\n\
        --b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--b\r\nContent-Type: application/zip; name=\"a.zip\"\r\n\
        Content-Disposition: attachment; filename=\"a.zip\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\nSECRET epilogue\r\n",
        mail::base64("Đơn của ông Nguyễn Văn Hùng".as_bytes()).trim(),
        mail::base64("<html><body><!-- SECRET --><p>Bà Trần <i>Thị</i> Bích, 0987654321</p></body></html>".as_bytes()),
        mail::base64(&zip),
    );
    let (report, copy) = Place::new().copy("a.eml", mail.as_bytes()).unwrap();
    assert_eq!(report.kind, Kind::Eml);
    assert!(!String::from_utf8_lossy(&copy).contains("SECRET"));
    // As our readers see it, to every depth.
    struct All(String);
    impl tutela_extract::Sink for All {
        fn part(&mut self, part: tutela_extract::Part<'_>) {
            self.0.push_str(&format!("{}: {}\n", part.place, part.text));
        }
        fn unread(&mut self, unread: tutela_extract::Unread) {
            panic!("{}: {}", unread.place, unread.why);
        }
    }
    let mut all = All(String::new());
    Reader::default().read_bytes("a.eml", &copy, &mut all);
    for gone in [
        "SECRET",
        "Hung",
        "Hùng",
        "Bích",
        "0912345678",
        "0987654321",
        "example.vn",
    ] {
        assert!(!all.0.contains(gone), "{gone}: {}", all.0);
    }
    for kept in ["Date: ", "[NGƯỜI_", "điện thoại [", ".docx"] {
        assert!(all.0.contains(kept), "{kept}: {}", all.0);
    }
}

#[test]
fn mailboxes_are_copied_message_by_message() {
    let one = |name: &str| {
        format!("From x@y Thu Jan  1 00:00:00 2024\nFrom: a@example.vn\nSubject: x\n\nÔng {name} hỏi.\n\n")
    };
    let boxed = one("Nguyễn Văn Hùng") + &one("Lê Văn Cường");
    let (report, copy) = Place::new().copy("a.mbox", boxed.as_bytes()).unwrap();
    assert_eq!(report.replaced.get(&Entity::Person), Some(&2));
    assert_eq!(String::from_utf8(copy).unwrap().matches("\nSubject: ").count(), 2);
}

#[test]
fn archives_are_bounded_and_what_cannot_be_copied_refuses_them() {
    let mut place = Place::new();
    let mut nested = zipped(&[("a.txt", b"x")]);
    for _ in 0..12 {
        nested = zipped(&[("a.zip", &nested)]);
    }
    assert_eq!(place.copy("deep.zip", &nested).unwrap_err(), Refused::Limits);
    let bomb = zipped(&[("a.txt", &vec![b' '; 64 << 20])]);
    assert_eq!(place.copy("bomb.zip", &bomb).unwrap_err(), Refused::Limits);
    let program = zipped(&[("a.exe", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0")]);
    assert!(matches!(
        place.copy("program.zip", &program).unwrap_err(),
        Refused::Format(_)
    ));
    let out = zipped(&[("../../out.txt", b"x"), ("a/b.txt", b"y")]);
    let (_, copy) = place.copy("out.zip", &out).unwrap_or_else(|e| panic!("{e}"));
    let names: Vec<String> = members(&copy).into_iter().map(|(n, _)| n).collect();
    assert_eq!(names.first().map(String::as_str), Some("out.txt"), "{names:?}");
}
