use super::super::testing::{compound, wide};
use crate::testing::Kept;

/// A document of these stories, in UTF-16, with one piece.
fn document(stories: [&str; 8], flags: u16) -> Vec<u8> {
    let mut word = vec![0_u8; 154 + 8 * 93];
    word[0..2].copy_from_slice(&0xa5ec_u16.to_le_bytes());
    word[2..4].copy_from_slice(&0xc1_u16.to_le_bytes());
    word[10..12].copy_from_slice(&flags.to_le_bytes());
    word[152..154].copy_from_slice(&93_u16.to_le_bytes());
    let at = word.len();
    let mut total = 0_u32;
    for (i, story) in stories.iter().enumerate() {
        let len = story.encode_utf16().count() as u32;
        word[76 + 4 * i..80 + 4 * i].copy_from_slice(&len.to_le_bytes());
        total += len;
        word.extend(wide(story));
    }
    let mut clx = vec![2];
    clx.extend(16_u32.to_le_bytes());
    clx.extend(0_u32.to_le_bytes());
    clx.extend(total.to_le_bytes());
    clx.extend([0, 0]);
    clx.extend((at as u32).to_le_bytes());
    clx.extend([0, 0]);
    let place = 154 + 8 * 33;
    word[place + 4..place + 8].copy_from_slice(&(clx.len() as u32).to_le_bytes());
    compound(&[("/WordDocument", word), ("/0Table", clx)])
}

fn read(bytes: &[u8]) -> Kept {
    Kept::of("a.doc", bytes)
}

#[test]
fn stories_have_their_places() {
    let bytes = document(
        [
            "Họ tên: Trần Thị Mẫu\rĐiện thoại: \u{13}HYPERLINK \"mailto:mau@example.vn\"\u{14}thư\u{15}\r",
            "\u{2} chú thích\r",
            "đầu trang\r",
            "",
            "\u{5}nhận xét\r",
            "cuối sách\r",
            "trong khung\r",
            "",
        ],
        0,
    );
    let got = read(&bytes);
    assert_eq!(got.place_of("Trần Thị Mẫu"), "paragraph 1");
    assert_eq!(got.place_of("thư mailto:mau@example.vn"), "paragraph 2");
    assert_eq!(got.place_of("chú thích"), "footnote");
    assert_eq!(got.place_of("đầu trang"), "page header");
    assert_eq!(got.place_of("nhận xét"), "comment");
    assert_eq!(got.place_of("cuối sách"), "endnote");
    assert_eq!(got.place_of("trong khung"), "text box");
    assert!(got.unread.is_empty(), "{:?}", got.problems());
}

#[test]
fn an_encrypted_document_is_told() {
    let got = read(&document(["x", "", "", "", "", "", "", ""], 0x100));
    assert_eq!(got.problems(), [": encrypted"]);
}

#[test]
fn a_text_that_is_cut_off_is_read_as_far_as_it_goes_and_told() {
    let whole = document([&"dài ".repeat(2000), "", "", "", "", "", "", ""], 0);
    let mut file = cfb::CompoundFile::open(std::io::Cursor::new(whole)).unwrap();
    let mut word = Vec::new();
    std::io::Read::read_to_end(&mut file.open_stream("/WordDocument").unwrap(), &mut word).unwrap();
    let mut clx = Vec::new();
    std::io::Read::read_to_end(&mut file.open_stream("/0Table").unwrap(), &mut clx).unwrap();
    word.truncate(6000);
    let got = read(&compound(&[("/WordDocument", word), ("/0Table", clx)]));
    assert!(got.all().starts_with("dài dài"));
    assert_eq!(got.problems(), [": damaged: text is cut off"]);
}

#[test]
fn word_95_text_is_decoded_by_its_language() {
    let mut word = vec![0_u8; 0x300];
    word[0..2].copy_from_slice(&0xa5dc_u16.to_le_bytes());
    word[2] = 104;
    word[6..8].copy_from_slice(&0x0419_u16.to_le_bytes());
    word[0x18..0x1c].copy_from_slice(&0x300_u32.to_le_bytes());
    let text = b"\xc8\xe2\xe0\xed \xcf\xe5\xf2\xf0\xee\xe2\ra\x07b\x07\x07c";
    word[0x34..0x38].copy_from_slice(&(text.len() as u32).to_le_bytes());
    word.extend(text);
    let got = read(&compound(&[("/WordDocument", word)]));
    assert_eq!(got.text_at(""), "Иван Петров\na\tb\nc");
}

#[test]
fn no_byte_of_the_tables_makes_it_panic() {
    let bytes = document(["một hai ba\r", "a", "b", "", "c", "", "", ""], 0);
    for at in (512..bytes.len().min(3000)).step_by(3) {
        let mut broken = bytes.clone();
        broken[at] ^= 0xff;
        let got = read(&broken);
        assert!(!got.problems().iter().any(|p| p.contains("reader failed")), "byte {at}");
    }
}

/// Written by LibreOffice from invented text; "Cộng hòa" is set in `.VnTime`.
#[test]
fn a_document_of_an_office_program_is_read_whole() {
    let got = read(include_bytes!("../../../tests/data/legacy.doc"));
    assert_eq!(got.problems(), Vec::<String>::new());
    assert_eq!(got.text_at("property 'creator'"), "Le Thi Mau");
    assert_eq!(got.place_of("Trần Thị Mẫu"), "paragraph 1");
    assert_eq!(got.place_of("Cộng hòa xã hội"), "paragraph 2");
    assert_eq!(got.place_of("hiddenword 0912000111"), "paragraph 5, hidden text");
    assert!(got.all().contains("\na1\tb1\na2\tb2\n"));
    assert_eq!(got.text_at("comment by 'Le Van Mau'").trim(), "remark of comment");
    assert_eq!(got.place_of("Header Mau One"), "page header");
    assert_eq!(got.place_of("Footer Mau Two"), "page footer");
    assert_eq!(got.place_of("Note of Mau Three"), "footnote");
}

/// The same, with tracked changes and a word in `.VnTimeH`.
#[test]
fn changes_and_capital_fonts_are_told() {
    let got = read(include_bytes!("../../../tests/data/legacy-changes.doc"));
    assert_eq!(got.place_of("BẢO"), "paragraph 1");
    assert_eq!(got.place_of("newword"), "paragraph 2, insertion by 'Pham Mau'");
    assert_eq!(got.place_of("oldword"), "paragraph 2, deletion by 'Pham Mau'");
    assert!(got.all().contains("keep newword rest"));
    assert_eq!(got.place_of("Boxed Mau"), "text box");
}
