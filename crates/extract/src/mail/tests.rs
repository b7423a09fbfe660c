use crate::archive::tests::read;
use crate::testing::Kept;
use crate::{Kind, Limits, OffsetMap, Step, Why};

#[test]
fn headers_bodies_and_attachments() {
    let mail = "Received: from mx.example.org (mx.example.org [203.0.113.7])\r\n\tby mail.example.net\r\n\
        X-Originating-IP: [198.51.100.23]\r\n\
        From: =?UTF-8?B?Tmd1eeG7hW4gVsSDbiBBbg==?= <an@example.org>\r\n\
        To: \"Trần Thị Bình\" <binh@example.org>\r\nSubject: =?koi8-r?B?8NLJ18XU?=\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=\"b 1\"\r\n\r\nThis is a MIME message.\r\n\
        --b 1\r\nContent-Type: multipart/alternative; boundary=b2\r\n\r\n\
        --b2\r\nContent-Type: text/plain; charset=windows-1251\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
        =CF=F0=E8=E2=E5=F2, =\r\n=CF=E5=F2=F0\r\n\
        --b2\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n\
        PHA+Ym9keSBpbiBIVE1MPC9wPg==\r\n--b2--\r\n\
        --b 1\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\
        Content-Disposition: attachment; filename*=UTF-8''%C4%90%C6%A1n.txt\r\n\r\nYXR0YWNoZWQgdGV4dA==\r\n\
        --b 1\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner subject\r\n\r\ninner body\r\n\
        --b 1--\r\nafter the end\r\n";
    let seen = read(mail.as_bytes(), "x");
    assert_eq!((seen.kind(), seen.unread.as_slice()), (Some(Kind::Eml), [].as_slice()));
    seen.has("header From", "Nguyễn Văn An <an@example.org>");
    seen.has("header To", "Trần Thị Bình");
    seen.has("header Subject", "Привет");
    seen.has("header Received", "203.0.113.7");
    seen.has("header X-Originating-IP", "198.51.100.23");
    seen.has("line 1", "Привет, Петр");
    assert!(seen.parts.iter().any(|p| p.text.contains("body in HTML")));
    seen.has("attachment 'Đơn.txt', line 1", "attached text");
    seen.has("attachment 'Đơn.txt'", "Đơn.txt");
    seen.has("attachment 'message', header Subject", "inner subject");
    seen.has("attachment 'message', line 1", "inner body");
    seen.has("hidden text", "after the end");
    let from = seen.parts.iter().find(|p| p.text.contains("an@example.org")).unwrap();
    assert_eq!(from.caption.as_deref(), Some("From"));
}

#[test]
fn plain_bodies_keep_their_offsets() {
    let mail = "From: a@example.org\nSubject: x\n\nHoàng Thị Em\n";
    let seen = read(mail.as_bytes(), "x");
    let body = seen.parts.last().unwrap();
    assert_eq!(body.map.to_file(0), mail.find("Hoàng").map(|i| i as u64));
    let page = "From: a@example.org\nContent-Type: text/html\nSubject: x\n\n<p>Hoàng Thị Em</p>";
    let seen = read(page.as_bytes(), "x");
    let body = seen.parts.iter().find(|p| p.text.contains("Hoàng")).unwrap();
    let at = body.text.find("Hoàng").unwrap();
    assert_eq!(body.map.to_file(at), page.find("Hoàng").map(|i| i as u64));
    // Decoded text has no offsets in the file.
    let coded = page.replace("\n\n<p>", "\nContent-Transfer-Encoding: quoted-printable\n\n<p>=20");
    let seen = read(coded.as_bytes(), "x");
    assert!(
        seen.parts
            .iter()
            .any(|p| p.text.contains("Hoàng") && p.map == OffsetMap::None)
    );
    let mailbox = format!(
        "From a@example.org Mon Jan  1 10:00:00 2024\n{mail}\nFrom b@example.org Mon Jan  1 10:00:00 2024\n{mail}"
    );
    let seen = read(mailbox.as_bytes(), "x");
    assert_eq!(seen.kind(), Some(Kind::Mbox));
    seen.has("message 2, line 1", "Hoàng Thị Em");
    let body = seen.parts.last().unwrap();
    assert_eq!(body.place.steps, [Step::Message(2)]);
    assert_eq!(body.map, OffsetMap::Same(mailbox.rfind("Hoàng").unwrap() as u64));
}

#[test]
fn mailbox_lines_that_only_look_like_borders() {
    let from = "From x@example.org Mon Jan  1 10:00:00 2024\n";
    let mailbox = format!(
        "{from}From: a@example.org\nTo: b@example.org\n\n>From here on\nFrom the beginning of 10:00 on\nprose\n\n{from}From: c@example.org\nDate: x\n\nlast"
    );
    let seen = read(mailbox.as_bytes(), "x");
    seen.has("message 1, line 1", "From here on\nFrom the beginning");
    seen.has("message 2, line 1", "last");
    assert!(!seen.parts.iter().any(|p| p.text.contains(">From")));
    assert!(!seen.parts.iter().any(|p| p.place.steps.contains(&Step::Message(3))));
    // The same wherever the blocks of the reader end.
    for pad in [1 << 20, (1 << 20) - 200, (1 << 20) - 60, (1 << 20) - 120] {
        let mailbox = format!(
            "{from}From: a@example.org\nTo: b@example.org\n\n{}\n{from}From: c@example.org\nDate: x\n\nlast",
            "y".repeat(pad)
        );
        let seen = read(mailbox.as_bytes(), "x");
        seen.has("message 2, line 1", "last");
        assert_eq!(seen.unread, []);
    }
    for shift in 0..140 {
        let mailbox = format!(
            "{from}From: a@example.org\nTo: b@example.org\n\n{}\n{from}From: c@example.org\nDate: x\n\nlast",
            "y".repeat((1 << 20) - 20 - shift)
        );
        read(mailbox.as_bytes(), "x").has("message 2, line 1", "last");
    }
    let limits = Limits {
        max_entries: 1,
        ..Limits::default()
    };
    Kept::within("x", mailbox.as_bytes(), limits).told("", &Why::TooMany(1));
}

#[test]
fn what_is_broken_or_encrypted_is_told() {
    let head = "From: a@example.org\nTo: b@example.org\n";
    let cut = format!(
        "{head}Content-Type: multipart/mixed; boundary=b\n\n--b\n\nfirst part\n--b\nContent-Transfer-Encoding: base64\n\nc2Vjb25kIHBhcnQ*=\n"
    );
    let seen = read(cut.as_bytes(), "x");
    seen.has("line 1", "first part");
    seen.has("line 1", "second part");
    seen.told("", &Why::Damaged("cut short".into()));
    seen.told("", &Why::Damaged("base64".into()));
    let none = format!("{head}Content-Type: multipart/mixed; boundary=never\n\nthe only text");
    let seen = read(none.as_bytes(), "x");
    seen.has("line 1", "the only text");
    seen.told("", &Why::Damaged("parts of a message".into()));
    let pgp = format!(
        "{head}Content-Type: multipart/encrypted; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----\n\nhQ\n--b--\n"
    );
    read(pgp.as_bytes(), "x").told("attachment 'encrypted.asc'", &Why::Encrypted);
    // { oid envelopedData }
    let enveloped = format!(
        "{head}Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\nMAsGCSqGSIb3DQEHAw==\n"
    );
    read(enveloped.as_bytes(), "x").told("attachment 'smime.p7m'", &Why::Encrypted);
    let deep: String = (0..50)
        .map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n"))
        .collect();
    let seen = read(format!("{head}{deep}").as_bytes(), "x");
    seen.told("", &Why::TooDeep(32));
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    [
        &[tag, 0x82, (content.len() >> 8) as u8, content.len() as u8][..],
        content,
    ]
    .concat()
}

#[test]
fn signed_messages_are_unwrapped() {
    let oid = |last| [0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, last].to_vec();
    let inner = "Content-Type: text/plain\r\n\r\nsigned by Vũ Văn Giang".as_bytes();
    // The content as a string of strings of indefinite length, as streaming programs write it.
    let (first, second) = inner.split_at(20);
    let octets = [&[0x24, 0x80][..], &der(4, first), &der(4, second), &[0, 0]].concat();
    let content = [&[0x30, 0x80][..], &oid(1), &[0xA0, 0x80], &octets, &[0, 0, 0, 0]].concat();
    let data = der(0x30, &[&[2, 1, 1][..], &der(0x31, b""), &content].concat());
    let bytes = der(0x30, &[oid(2), der(0xA0, &data)].concat());
    let mail = [
        &b"From: a@example.org\nTo: b@example.org\nContent-Type: application/pkcs7-mime; name=smime.p7m\n\n"[..],
        &bytes,
    ]
    .concat();
    let seen = Kept::of("x.eml", &mail);
    seen.has("attachment 'smime.p7m', line 1", "signed by Vũ Văn Giang");
    let certificate = der(0x30, &der(0x31, &der(0x0C, "Vũ Văn Giang".as_bytes())));
    let mail = [
        &b"From: a@example.org\nTo: b@example.org\nContent-Type: application/pkcs7-signature; name=smime.p7s\n\n"[..],
        &certificate,
    ]
    .concat();
    Kept::of("x.eml", &mail).has("attachment 'smime.p7s', property 'certificate'", "Vũ Văn Giang");
}

#[test]
fn winmail_dat_is_unpacked() {
    let attribute = |level: u8, id: u32, data: &[u8]| {
        let sum = data.iter().fold(0_u16, |n, &b| n.wrapping_add(u16::from(b)));
        [
            &[level][..],
            &id.to_le_bytes(),
            &(data.len() as u32).to_le_bytes(),
            data,
            &sum.to_le_bytes(),
        ]
        .concat()
    };
    let name: Vec<u8> = "Danh sách.txt\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut properties = [
        1_u32.to_le_bytes().as_slice(),
        &[0x1F, 0, 0x07, 0x37],
        &1_u32.to_le_bytes(),
        &(name.len() as u32).to_le_bytes(),
        &name,
    ]
    .concat();
    properties.resize(properties.len().next_multiple_of(4), 0);
    let bytes = [
        &[0x78, 0x9F, 0x3E, 0x22, 1, 0][..],
        &attribute(1, 0x0002_800C, b"body text\0"),
        &attribute(2, 0x0006_9002, &[0; 14]),
        &attribute(2, 0x0001_8010, b"DANHSA~1.TXT\0"),
        &attribute(2, 0x0006_800F, b"attached text"),
        &attribute(2, 0x0006_9005, &properties),
    ]
    .concat();
    let head = b"From: a@example.org\nTo: b@example.org\nContent-Type: application/ms-tnef; name=winmail.dat\n\n";
    let seen = Kept::of("x.eml", &[&head[..], &bytes].concat());
    seen.has("attachment 'winmail.dat'", "body text");
    seen.has("attachment 'Danh sách.txt', line 1", "attached text");
    assert_eq!(seen.unread, []);
    let seen = Kept::of("x.eml", &[&head[..], &bytes[..bytes.len() - 20]].concat());
    seen.told("attachment 'winmail.dat'", &Why::Damaged("winmail.dat".into()));
}

#[test]
fn uuencoded_files_and_flowed_text() {
    let mail = "From: a@example.org\nTo: b@example.org\nContent-Type: text/plain; format=flowed\n\nPhone of Nguyễn \nVăn An\nbegin 644 a.txt\n)=75E;F-O9&5D\n`\nend\n";
    let seen = read(mail.as_bytes(), "x");
    seen.has("line 1", "Nguyễn Văn An");
    seen.has("attachment 'a.txt', line 1", "uuencoded");
}

#[test]
fn damage_anywhere_never_panics() {
    let mail = b"From a 10:00\nFrom: =?utf-8?B?xJA=?= a\nTo: b\nContent-Type: multipart/mixed; boundary=\"b\"; x*0*=utf-8''%C4\n\n--b\nContent-Type: text/plain; charset=gb2312; format=flowed\nContent-Transfer-Encoding: quoted-printable\n\n=D5=C5 \n--b\nContent-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\nMAsGCSqGSIb3DQEHAw==\n--b--\n";
    for at in 0..mail.len() {
        for byte in [0, b'\n', b'=', b'"', b'?', b'-', 0xFF] {
            let mut broken = mail.to_vec();
            broken[at] = byte;
            for name in ["x.eml", "x"] {
                let seen = Kept::of(name, &broken);
                assert!(!seen.unread.iter().any(|u| u.why == Why::ReaderFailed), "byte {at}");
                assert!(!seen.parts.is_empty() || !seen.unread.is_empty());
            }
        }
    }
}
