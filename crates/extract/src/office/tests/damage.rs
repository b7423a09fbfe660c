//! Files that are locked, broken or cut.

use super::*;

#[test]
fn files_under_a_password_are_told_as_encrypted() {
    let mut compound = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    compound
        .create_stream("/EncryptedPackage")
        .unwrap()
        .write_all(&[7; 64])
        .unwrap();
    let bytes = compound.into_inner().into_inner();
    let seen = Kept::of("a.docx", &bytes);
    assert_eq!(
        (seen.read(), &seen.unread[0].why),
        (Some(ReadState::None), &Why::Encrypted)
    );

    let seen = read(
        Kind::Odt,
        &[
            ("mimetype", "application/vnd.oasis.opendocument.text"),
            (
                "META-INF/manifest.xml",
                "<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>",
            ),
            ("content.xml", "\u{1}\u{2}"),
        ],
    );
    assert_eq!((seen.parts.len(), &seen.unread[0].why), (0, &Why::Encrypted));
}

#[test]
fn a_package_without_its_main_part_is_damaged_but_the_rest_is_read() {
    let bytes = zip_of(&[
        ("word/document.xml.bak", "x"),
        (
            "word/header1.xml",
            "<w:hdr><w:p><w:r><w:t>còn</w:t></w:r></w:p></w:hdr>",
        ),
    ]);
    let seen = Kept::of("a.docx", &bytes);
    seen.place_of("còn");
    assert!(
        seen.unread
            .iter()
            .any(|u| matches!(&u.why, Why::Damaged(_)) && u.place.steps.is_empty())
    );
}

#[test]
fn files_cut_at_any_point_are_told_and_never_break_the_reader() {
    let body = "<w:document><w:body><w:tbl><w:tr><w:tc><w:p><w:del w:author='A'><w:r><w:delText>xoá</w:delText></w:r></w:del>\
        <w:r><w:t>Lê &#7885;</w:t></w:r></w:p></w:tc></w:tr></w:tbl><mc:AlternateContent><mc:Choice><w:txbxContent><w:p/></w:txbxContent>\
        </mc:Choice></mc:AlternateContent></w:body></w:document>";
    let content = "<office:document-content><office:spreadsheet><table:table table:name='S'><table:table-row><table:table-cell>\
        <text:p>Lê<office:annotation><dc:creator>B</dc:creator><text:p>x</text:p></office:annotation></text:p></table:table-cell></table:table-row>\
        </table:table></office:spreadsheet></office:document-content>";
    let cells = "<worksheet><sheetData><row r='1'><c r='A1' t='s' s='9'><f>\"</f><v>99999999999</v></c></row></sheetData></worksheet>";
    let mime = ("mimetype", "application/vnd.oasis.opendocument.spreadsheet");
    let book = ("xl/workbook.xml", "<workbook><sheets/></workbook>");
    for (text, name, other) in [
        (body, "word/document.xml", ("a", "")),
        (content, "content.xml", mime),
        (cells, "xl/worksheets/sheet1.xml", book),
    ] {
        for cut in (0..text.len()).filter(|i| text.is_char_boundary(*i)) {
            let part = text.get(..cut).unwrap();
            let seen = Kept::of("file", &zip_of(&[other, (name, part)]));
            assert!(!seen.unread.is_empty(), "cut at {cut} of {name}");
            assert!(
                seen.unread.iter().all(|u| u.why != Why::ReaderFailed),
                "cut at {cut} of {name}"
            );
        }
    }
}

#[test]
fn a_file_that_breaks_off_is_read_as_far_as_it_goes() {
    let mut long = String::from("<w:document><w:body>");
    for i in 0..20_000_u32 {
        let _ = write!(
            long,
            "{}",
            p(&format!("Người thứ {i}, số {}", i.wrapping_mul(2_654_435_761)))
        );
    }
    let whole = zip_of(&[
        ("_rels/.rels", &rels(&[("a", "officeDocument", "word/document.xml")])),
        ("word/document.xml", &(long + "</w:body></w:document>")),
        ("word/header1.xml", "<w:hdr/>"),
    ]);
    let cut = whole.get(..whole.len() / 2).unwrap();
    let seen = Kept::of("a.docx", cut);
    assert_eq!((seen.kind(), seen.read()), (Some(Kind::Docx), Some(ReadState::Partial)));
    seen.place_of("Người thứ 1,");
    seen.place_of("Người thứ 5000,");
    assert!(
        seen.unread
            .iter()
            .any(|u| u.place.to_string() == "member 'word/document.xml'")
    );
    assert!(seen.unread.iter().all(|u| u.why != Why::ReaderFailed));
    // One byte of the contents is wrong: the list is there, the sum of the member is not right.
    let mut wrong = whole.clone();
    let at = whole.len() / 3;
    wrong[at] ^= 0x55;
    let seen = Kept::of("a.docx", &wrong);
    seen.place_of("Người thứ 1,");
    assert!(!seen.unread.is_empty());
}
