//! Bytes of mail to text: by the charset that is told, unless the bytes say otherwise.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_8};
use mail_parser::decoders::charsets::map::charset_decoder;

use crate::text;

/// Decodes bytes under a charset label as mail has it; the label may be missing or wrong.
pub(super) fn decode<'b>(bytes: &'b [u8], label: Option<&str>) -> Cow<'b, str> {
    let label = label.unwrap_or_default().trim();
    // These put other scripts into plain ASCII.
    let shifted = ["utf-7", "unicode-1-1-utf-7", "csutf7", "iso-2022", "csiso2022", "hz-gb"]
        .iter()
        .any(|s| label.get(..s.len()).is_some_and(|l| l.eq_ignore_ascii_case(s)));
    if !shifted && let Ok(text) = simdutf8::basic::from_utf8(bytes) {
        // Few texts of another encoding are sound UTF-8, so this holds whatever the label says; wide ones have zeros.
        let wide = label.get(..5).is_some_and(|l| l.eq_ignore_ascii_case("utf-1"));
        if !wide || !bytes.contains(&0) {
            return text.strip_prefix('\u{feff}').unwrap_or(text).into();
        }
    }
    match encoding(label) {
        Some(e) if e == UTF_8 => text::guess(bytes).into(),
        Some(e) => {
            let (text, broken) = e.decode_without_bom_handling(bytes);
            // A Chinese label on bytes that are none of it helps less than a guess.
            if broken && !shifted && text.matches('\u{fffd}').count() * 20 > text.chars().count() {
                text::guess(bytes).into()
            } else {
                text.into_owned().into()
            }
        }
        None => match charset_decoder(label.as_bytes()) {
            Some(decoder) if !label.is_empty() && !is_ascii_label(label) => decoder(bytes).into(),
            _ => text::guess(bytes).into(),
        },
    }
}

/// Labels that say nothing about bytes above 127.
fn is_ascii_label(label: &str) -> bool {
    [
        "us-ascii",
        "ascii",
        "ansi_x3.4-1968",
        "unknown-8bit",
        "x-unknown",
        "unknown",
        "x-user-defined",
        "default",
        "utf-8",
    ]
    .iter()
    .any(|l| label.eq_ignore_ascii_case(l))
}

fn encoding(label: &str) -> Option<&'static Encoding> {
    if is_ascii_label(label) {
        return None;
    }
    // Mail calls the whole family by the name of its smallest member.
    if ["gb2312", "gb_2312-80", "gbk", "cp936", "x-gbk", "gb18030"]
        .iter()
        .any(|l| label.eq_ignore_ascii_case(l))
    {
        return Some(GB18030);
    }
    let name = match label.get(..2) {
        // `cp1251`, `cp-1258`: the WHATWG list has only some of them.
        Some(cp) if cp.eq_ignore_ascii_case("cp") => {
            let page = label.get(2..).unwrap_or_default().trim_start_matches(['-', '_']);
            if page.starts_with("125") {
                format!("windows-{page}")
            } else {
                format!("ibm{page}")
            }
        }
        _ => label.to_owned(),
    };
    Encoding::for_label_no_replacement(name.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn labels_are_followed_unless_the_bytes_say_otherwise() {
        for (label, text) in [
            ("windows-1251", "Иванов Пётр"),
            ("koi8-r", "Иванов Пётр"),
            ("gb2312", "张伟的电话"),
            ("big5", "員工名單"),
            ("iso-2022-jp", "田中太郎"),
            ("windows-1252", "Müller"),
        ] {
            let (bytes, _, broken) = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap().encode(text);
            assert!(!broken);
            assert_eq!(decode(&bytes, Some(label)), text, "{label}");
        }
        assert_eq!(decode(b"+ZYeB9FH6ckh5Pg-, 1980.", Some("UTF-7")), "文致出版社, 1980.");
        assert_eq!(decode("Nguyễn".as_bytes(), Some("iso-8859-1")), "Nguyễn");
        // Letters of windows-1251 under a label that cannot hold them.
        let old = encoding_rs::WINDOWS_1251
            .encode("Уважаемый Пётр Сергеевич, направляю Вам договор")
            .0;
        assert!(decode(&old, Some("us-ascii")).contains("Сергеевич"));
        assert!(decode(&old, None).contains("Сергеевич"));
        assert!(decode(&old, Some("utf-8")).contains("Сергеевич"));
        assert_eq!(decode(b"\xe0\xe1", Some("cp1251")), "аб");
        assert_eq!(decode(b"\xa0", Some("cp866")), "а");
    }
}
