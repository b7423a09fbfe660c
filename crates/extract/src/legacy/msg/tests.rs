use super::super::testing::{compound, wide};
use crate::testing::Kept;

fn table(head: usize, entries: &[(u32, u64)]) -> Vec<u8> {
    let mut bytes = vec![0; head];
    for (tag, value) in entries {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(6_u32.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes
}

#[test]
fn a_message_with_all_its_parts() {
    let bytes = compound(&[
        (
            "/__properties_version1.0",
            table(32, &[(0x3ffd_0003, 1251), (0x0039_0040, 133_485_408_000_000_000)]),
        ),
        ("/__substg1.0_0037001F", wide("Danh sách lớp 4A")),
        (
            "/__substg1.0_0C1A001E",
            b"\xc8\xe2\xe0\xed \xcf\xe5\xf2\xf0\xee\xe2".to_vec(),
        ),
        ("/__substg1.0_0C1F001F", wide("ivan@example.ru")),
        (
            "/__substg1.0_1000001F",
            wide("Kính gửi chị Mẫu, điện thoại 0912 000 111"),
        ),
        (
            "/__substg1.0_10130102",
            b"<html><body><p>Body of HTML</p></body></html>".to_vec(),
        ),
        ("/__substg1.0_3A1C001F", wide("+84 912 000 222\0")),
        ("/__substg1.0_8005101F", vec![8, 0, 0, 0]),
        ("/__substg1.0_8005101F-00000000", wide("Hồ sơ mật")),
        (
            "/__recip_version1.0_#00000000/__properties_version1.0",
            table(8, &[(0x0c15_0003, 2)]),
        ),
        (
            "/__recip_version1.0_#00000000/__substg1.0_3001001F",
            wide("Trần Thị Mẫu"),
        ),
        (
            "/__recip_version1.0_#00000000/__substg1.0_39FE001F",
            wide("mau@example.vn"),
        ),
        ("/__attach_version1.0_#00000000/__properties_version1.0", table(8, &[])),
        (
            "/__attach_version1.0_#00000000/__substg1.0_3707001F",
            wide("ghi chú.txt"),
        ),
        (
            "/__attach_version1.0_#00000000/__substg1.0_37010102",
            "Lê Văn Mẫu".as_bytes().to_vec(),
        ),
        ("/__attach_version1.0_#00000001/__properties_version1.0", table(8, &[])),
        ("/__attach_version1.0_#00000001/__substg1.0_3001001F", wide("thư trước")),
        (
            "/__attach_version1.0_#00000001/__substg1.0_3701000D/__properties_version1.0",
            table(24, &[(0x3ffd_0003, 1258)]),
        ),
        (
            "/__attach_version1.0_#00000001/__substg1.0_3701000D/__substg1.0_0037001E",
            b"Nguy\xea\xden".to_vec(),
        ),
        ("/__attach_version1.0_#00000002/__properties_version1.0", table(8, &[])),
        (
            "/__attach_version1.0_#00000002/__substg1.0_370D001F",
            wide("\\\\server\\Mau\\a.doc"),
        ),
    ]);
    let got = Kept::of("a.msg", &bytes);
    assert_eq!(got.text_at("header Subject"), "Danh sách lớp 4A");
    assert_eq!(got.text_at("header From"), "Иван Петров <ivan@example.ru>");
    assert_eq!(got.text_at("header Date"), "2024-01-01 00:00:00 UTC");
    assert_eq!(got.text_at("header Cc"), "Trần Thị Mẫu <mau@example.vn>");
    assert!(got.text_at("").contains("0912 000 111"));
    assert!(got.text_at("attachment 'body.html'").contains("Body of HTML"));
    assert_eq!(got.text_at("property 'mobileTelephone'"), "+84 912 000 222");
    assert_eq!(got.text_at("property '0x8005'"), "Hồ sơ mật");
    assert_eq!(got.text_at("attachment 'ghi chú.txt'"), "Lê Văn Mẫu");
    assert_eq!(got.text_at("attachment 'thư trước', header Subject"), "Nguyễn");
    assert!(got.text_at("property 'attachmentPath'").contains("Mau"));
    assert_eq!(got.problems(), ["attachment 'attachment 3': does not exist"]);
    let captions: Vec<_> = got.parts.iter().filter_map(|p| p.caption.as_deref()).collect();
    assert!(captions.contains(&"From") && captions.contains(&"Cc"));
}

#[test]
fn rich_text_is_read_where_there_is_no_other_body() {
    let rtf = b"{\\rtf1 only here}";
    let mut body = vec![0; 4];
    body.extend((rtf.len() as u32).to_le_bytes());
    body.extend(0x414c_454d_u32.to_le_bytes());
    body.extend([0; 4]);
    body.extend(rtf);
    let with = |text: &str| {
        let bytes = compound(&[
            ("/__properties_version1.0", table(32, &[])),
            ("/__substg1.0_10090102", body.clone()),
            ("/__substg1.0_1000001F", wide(text)),
        ]);
        Kept::of("a.msg", &bytes)
    };
    assert_eq!(with("").text_at("attachment 'body.rtf'"), "only here");
    assert!(!with("plain").all().contains("only here"));
}
