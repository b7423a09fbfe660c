use std::fmt::Write as _;

use image::GrayImage;

use crate::testing::Kept;
use crate::{Step, Why};

fn read(bytes: &[u8]) -> Kept {
    Kept::of("a.pdf", bytes)
}

/// Writes a PDF: objects by number from 1, and the table of their places.
fn pdf(objects: &[&[u8]]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let numbered: Vec<(usize, &[u8])> = (1..).zip(objects.iter().copied()).collect();
    append(&mut out, &numbered, "");
    out
}

fn append(out: &mut Vec<u8>, objects: &[(usize, &[u8])], trailer: &str) {
    let mut table = String::from("xref\n0 1\n0000000000 65535 f \n");
    for (number, object) in objects {
        write!(table, "{number} 1\n{:010} 00000 n \n", out.len()).unwrap();
        out.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        out.extend_from_slice(object);
        out.extend_from_slice(b"\nendobj\n");
    }
    let start = out.len();
    out.extend_from_slice(table.as_bytes());
    out.extend_from_slice(
        format!("trailer\n<< /Size 60 /Root 1 0 R /Info 9 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n").as_bytes(),
    );
}

fn stream(dict: &str, data: &[u8]) -> Vec<u8> {
    let mut out = format!("<< {dict} /Length {} >>\nstream\n", data.len()).into_bytes();
    out.extend_from_slice(data);
    out.extend_from_slice(b"\nendstream");
    out
}

const PAGES: &[u8] = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>";
pub(super) const HELVETICA: &[u8] =
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>";

/// A page with this content; font 5 is `/F`, object 6 the picture `/I`. More entries go to the page and the catalog.
pub(super) fn page(content: &str, on_page: &str, in_catalog: &str, more: &[&[u8]]) -> Vec<u8> {
    let catalog = format!("<< /Type /Catalog /Pages 2 0 R {in_catalog} >>").into_bytes();
    let page = format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R \
         /Resources << /Font << /F 5 0 R >> /XObject << /I 6 0 R >> >> {on_page} >>"
    )
    .into_bytes();
    let content = stream("", content.as_bytes());
    let mut objects: Vec<&[u8]> = vec![&catalog, PAGES, &page, &content];
    objects.extend_from_slice(more);
    pdf(&objects)
}

#[test]
fn text_is_read_wherever_it_hides() {
    let content = "BT /F 12 Tf 50 700 Td (Tr\\352n t\\352n) Tj 0 -14 Td [(Wo) 20 (rd)-400(two)] TJ ET \
                   0 g 40 600 300 50 re f BT 3 Tr /F 12 Tf 50 500 Td (invisible) Tj ET \
                   BT 0 Tr /F 12 Tf 50 790 Td (outside the crop box) Tj ET";
    let seen = read(&page(content, "/CropBox [0 0 600 750]", "", &[HELVETICA]));
    assert_eq!(
        seen.texts_at("page 1"),
        ["outside the crop box\nTrên tên\nWord two\n\ninvisible"]
    );
    assert!(seen.unread.is_empty(), "{:?}", seen.unread);
    assert_eq!(seen.parts[0].place_at(25).to_string(), "page 1, line 2");
}

#[test]
fn a_chinese_font_without_a_table_of_its_own_is_read() {
    let font = b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [<< \
        /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 >>] >>";
    let seen = read(&page("BT /F 20 Tf 50 700 Td <738B 6653 660E> Tj ET", "", "", &[font]));
    assert_eq!(seen.texts_at("page 1"), ["王晓明"]);
}

#[test]
fn fonts_without_characters_are_told() {
    let font = b"<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+Secret /Encoding /Identity-H /DescendantFonts [<< \
        /Type /Font /Subtype /CIDFontType2 /BaseFont /ABCDEF+Secret /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 1000 >>] >>";
    let content = "BT /F 20 Tf 50 700 Td <0011 0012 0013 0014 0015 0016 0017> Tj ET";
    let seen = read(&page(content, "", "", &[font]));
    assert!(!seen.unread.is_empty(), "{:?}", seen.parts);
    assert!(
        seen.unread
            .iter()
            .all(|u| u.place.steps.first() == Some(&Step::Page(1)))
    );
}

#[test]
fn replacement_text_stands_for_what_cannot_be_read() {
    let content = "/Span << /ActualText <FEFF1EA51EAD> >> BDC BT /F 12 Tf 50 700 Td <01> Tj ET EMC \
                   /Span << /ActualText (Olga) >> BDC BT /F 12 Tf 50 600 Td (abc) Tj ET EMC";
    let seen = read(&page(content, "", "", &[HELVETICA]));
    assert_eq!(seen.texts_at("page 1"), ["ấậ\nabc"]);
    assert_eq!(seen.texts_at("page 1, hidden text"), ["Olga\n"]);
}

#[test]
fn forms_give_names_labels_and_chosen_options() {
    let catalog = "/AcroForm << /Fields [7 0 R 8 0 R << /FT /Tx /T (note) /V (free) >>] /XFA [(datasets) 10 0 R] >>";
    let person =
        b"<< /T (person) /Kids [<< /FT /Tx /T (name) /TU (H\xE1 \x26 t\xEAn) /V <FEFF004C00EA> /Parent 7 0 R >>] >>";
    let choice = b"<< /FT /Ch /T (sex) /Opt [[(f) (N\xF9)] [(m) (Nam)]] /V (m) >>";
    let xfa = stream(
        "",
        "<xfa:datasets><data><FullName>Anna</FullName></data></xfa:datasets>".as_bytes(),
    );
    let seen = read(&page(
        "",
        "",
        catalog,
        &[HELVETICA, b"null", person, choice, b"<< /Author (A) >>", &xfa],
    ));
    assert_eq!(seen.texts_at("form field 'person.name'"), ["Lê"]);
    assert_eq!(seen.texts_at("form field 'sex'"), ["Nam"]);
    assert_eq!(seen.texts_at("form field 'note'"), ["free"]);
    assert_eq!(seen.texts_at("form field 'FullName'"), ["Anna"]);
    let name = seen.parts.iter().find(|p| p.text == "Lê").unwrap();
    assert_eq!(name.caption.as_deref(), Some("Há & tên"));
}

#[test]
fn annotations_metadata_bookmarks_scripts_and_attachments_are_read() {
    let marks = "/Annots [<< /Subtype /Text /Contents (call her) /T (Oleg) /Rect [0 0 9 9] >> \
                 << /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (mailto:anna%40example.com) >> >> \
                 << /Subtype /Stamp /Rect [0 0 9 9] /AP << /N 10 0 R >> >>]";
    let catalog = "/Outlines << /First << /Title (Chapter of Vera) >> >> /Metadata 11 0 R \
                   /OpenAction << /S /JavaScript /JS (var secret = 1) >> \
                   /Names << /EmbeddedFiles << /Names [(a) << /F (list.txt) /EF << /F 12 0 R >> >>] >> >> \
                   /StructTreeRoot << /K << /S /Figure /Alt (portrait of Igor) >> >>";
    let stamp = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /Font << /F 5 0 R >> >>",
        b"BT /F 8 Tf (approved) Tj ET",
    );
    let xmp = stream(
        "",
        "<x><rdf:Description xmlns:dc='d'><dc:creator>Trần</dc:creator></rdf:Description></x>".as_bytes(),
    );
    let file = stream("", b"inside the attachment\n");
    let seen = read(&page(
        "",
        marks,
        catalog,
        &[
            HELVETICA,
            b"null",
            b"null",
            b"null",
            b"<< /Author (Maria) /Company <FEFF0416> /Producer (x) /Creator (Writer) >>",
            &stamp,
            &xmp,
            &file,
        ],
    ));
    assert_eq!(
        seen.texts_at("page 1, annotation"),
        ["call her", "Oleg", "mailto:anna@example.com", "approved"]
    );
    assert_eq!(seen.texts_at("property 'Author'"), ["Maria"]);
    assert_eq!(seen.texts_at("property 'Company'"), ["Ж"]);
    assert_eq!(seen.texts_at("property 'creator'"), ["Trần"]);
    // A program, which must not pass for the name of a person.
    let program = seen.parts.iter().find(|p| p.text == "Writer").unwrap();
    assert_eq!(program.caption.as_deref(), Some("Software"));
    assert_eq!(seen.texts_at("outline"), ["Chapter of Vera\n"]);
    assert_eq!(seen.texts_at("source"), ["var secret = 1"]);
    assert_eq!(seen.texts_at("attachment 'list.txt'"), ["inside the attachment\n"]);
    assert_eq!(seen.texts_at("hidden text"), ["portrait of Igor\n"]);
    assert!(seen.unread.is_empty(), "{:?}", seen.unread);
}

#[test]
fn what_a_later_saving_replaced_is_still_read() {
    let mut file = page("BT /F 12 Tf 50 700 Td (old name) Tj ET", "", "", &[HELVETICA]);
    let before = String::from_utf8_lossy(&file).rfind("xref\n0 1").unwrap();
    let new = stream("", b"BT /F 12 Tf 50 700 Td (new name) Tj ET");
    append(&mut file, &[(4, &new)], &format!("/Prev {before}"));
    let seen = read(&file);
    assert_eq!(seen.texts_at("page 1"), ["new name"]);
    assert_eq!(seen.texts_at("deletion, page 1"), ["old name"]);
}

#[test]
fn a_broken_table_of_objects_is_no_obstacle() {
    let file = page("BT /F 12 Tf 50 700 Td (still here) Tj ET", "", "", &[HELVETICA]);
    let end = String::from_utf8_lossy(&file).find("xref\n0 1").unwrap();
    assert_eq!(read(&file[..end]).texts_at("page 1"), ["still here"]);
    let seen = read(b"%PDF-1.7\nnothing that follows is one");
    assert!(matches!(seen.unread[0].why, Why::Damaged(_)));
}

#[test]
fn a_stream_that_cannot_be_decoded_is_told_with_its_page() {
    let content = stream("/Filter /FlateDecode", b"this is not compressed");
    let catalog = b"<< /Type /Catalog /Pages 2 0 R >>";
    let page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R >>";
    let seen = read(&pdf(&[catalog, PAGES, page, &content]));
    assert_eq!(seen.unread.len(), 1);
    assert_eq!(seen.unread[0].place.to_string(), "page 1");
}

#[test]
fn encryption_without_a_password_is_read_and_with_one_is_told() {
    let open = read(include_bytes!("../../tests/data/encrypted-open.pdf"));
    assert_eq!(open.texts_at("page 1"), ["Petrova Anna"]);
    let closed = read(include_bytes!("../../tests/data/encrypted-closed.pdf"));
    assert!(closed.parts.is_empty());
    assert_eq!(closed.unread[0].why, Why::Encrypted);
}

/// A page that shows nothing but a picture.
fn scanned(gray: &GrayImage) -> Vec<u8> {
    let dict = format!(
        "/Type /XObject /Subtype /Image /Width {} /Height {} /ColorSpace /DeviceGray /BitsPerComponent 8",
        gray.width(),
        gray.height()
    );
    let picture = stream(&dict, gray.as_raw());
    let height = 560 * gray.height() / gray.width();
    let content = format!("q 560 0 0 {height} 20 200 cm /I Do Q");
    page(&content, "", "", &[HELVETICA, &picture])
}

fn fixture(bytes: &[u8]) -> GrayImage {
    image::load_from_memory(bytes).unwrap().to_luma8()
}

#[test]
fn a_scanned_page_is_read_or_told() {
    let seen = read(&scanned(&fixture(include_bytes!("../../tests/data/line-vi.png"))));
    let read = seen.texts_at("page 1, OCR").concat();
    let needs = seen.unread.iter().any(|u| matches!(u.why, Why::NeedsTool(_)));
    assert!(
        read.contains("049187012345") || needs,
        "{:?} {:?}",
        seen.parts,
        seen.unread
    );
    assert!(needs || seen.unread.is_empty(), "{:?}", seen.unread);
}

#[test]
fn a_code_on_a_page_is_read() {
    let card = fixture(include_bytes!("../../tests/data/card-qr.png"));
    let seen = read(&scanned(&card));
    let codes: Vec<_> = seen
        .parts
        .iter()
        .filter(|p| p.place.steps.last() == Some(&Step::QrCode))
        .collect();
    assert_eq!(codes.len(), 1);
    assert!(
        codes[0]
            .text
            .starts_with("049187012345|201234567|Nguyễn Thị Minh Khai|")
    );
}

#[test]
fn vietnamese_fonts_older_than_unicode_show_their_letters() {
    for (name, codes, shown) in [
        ("ABCDEF+.VnTime", r"Nguy\324n V\250n Kh\255\254ng", "Nguyễn Văn Khương"),
        (".VnTimeH", r"Nguy\324n", "NGUYỄN"),
        ("VNI-Times", r"Nguye\343n Va\352n \321\364\371c", "Nguyễn Văn Đớc"),
        ("Times-Roman", r"Jos\351", "José"),
    ] {
        let font = format!("<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>");
        let content = format!("BT /F 12 Tf 20 700 Td ({codes}) Tj ET");
        let seen = read(&page(&content, "", "", &[font.as_bytes()]));
        let text: String = seen.parts.iter().map(|p| p.text.trim_end()).collect();
        assert_eq!(text, shown, "{name}");
    }
}
