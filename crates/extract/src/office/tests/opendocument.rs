//! OpenDocument.

use super::*;

fn odf(kind: Kind, mime: &str, styles: &str, body: &str) -> Kept {
    let content = format!(
        "<office:document-content><office:automatic-styles>{styles}</office:automatic-styles><office:body>{body}</office:body></office:document-content>"
    );
    read(
        kind,
        &[
            ("mimetype", &format!("application/vnd.oasis.opendocument.{mime}")),
            ("content.xml", &content),
            (
                "styles.xml",
                "<office:document-styles><style:header><text:p>đầu trang</text:p></style:header></office:document-styles>",
            ),
            (
                "meta.xml",
                "<office:document-meta><office:meta><meta:initial-creator>Phan Soạn</meta:initial-creator></office:meta></office:document-meta>",
            ),
        ],
    )
}

#[test]
fn opendocument_texts_are_read_with_notes_changes_and_hidden_text() {
    let seen = odf(
        Kind::Odt,
        "text",
        "<style:style style:name='T9'><style:text-properties text:display='none'/></style:style>",
        "<office:text><text:tracked-changes><text:changed-region xml:id='c1'><text:deletion><office:change-info>\
         <dc:creator>Lê Xoá</dc:creator></office:change-info><text:p>049087001234</text:p></text:deletion></text:changed-region></text:tracked-changes>\
         <text:h>Ng<text:span>uyễn</text:span>\n   Văn<text:s/>An</text:h>\
         <text:p>CCCD: <text:change text:change-id='c1'/>mới<text:note text:note-class='footnote'><text:note-citation>1</text:note-citation>\
         <text:note-body><text:p>cuối trang</text:p></text:note-body></text:note></text:p>\
         <text:p>a<office:annotation><dc:creator>Hồ Duyệt</dc:creator><text:p>xem lại</text:p></office:annotation>b\
         <text:span text:style-name='T9'>ẩn</text:span><text:a xlink:href='mailto:an@example.org'>thư</text:a></text:p></office:text>",
    );
    assert!(
        seen.part_at("").text.starts_with("Nguyễn Văn An\nCCCD: mới\nabẩnthư"),
        "{}",
        seen.part_at("").text
    );
    assert_eq!(seen.place_of("049087001234"), "paragraph 2, deletion by 'Lê Xoá'");
    assert_eq!(seen.place_of("cuối trang"), "footnote, paragraph 1");
    assert_eq!(seen.place_of("xem lại"), "comment by 'Hồ Duyệt', paragraph 1");
    assert_eq!(seen.place_of("ẩn"), "paragraph 3, hidden text");
    assert_eq!(seen.place_of("an@example.org"), "paragraph 3");
    assert_eq!(seen.place_of("đầu trang"), "page header, paragraph 1");
    assert_eq!(seen.part_at("property 'initial-creator'").text, "Phan Soạn");
}

#[test]
fn opendocument_sheets_survive_a_million_repeated_rows() {
    let seen = odf(
        Kind::Ods,
        "spreadsheet",
        "<style:style style:name='ta2'><style:table-properties table:display='false'/></style:style>",
        "<office:spreadsheet><table:table table:name='Một'><table:table-column table:number-columns-repeated='3'/>\
         <table:table-row table:number-rows-repeated='3'><table:table-cell table:number-columns-repeated='1024'/></table:table-row>\
         <table:table-row table:visibility='collapse'><table:table-cell table:number-columns-repeated='2'/>\
         <table:table-cell office:value-type='float' office:value='49087001234'><text:p>4.91E+10</text:p></table:table-cell></table:table-row>\
         <table:table-row table:number-rows-repeated='1048576'><table:table-cell table:number-columns-repeated='16384'><text:p>lặp</text:p></table:table-cell></table:table-row>\
         </table:table><table:table table:name='Kín' table:style-name='ta2'><table:table-row><table:table-cell><text:p>mật</text:p>\
         </table:table-cell></table:table-row></table:table></office:spreadsheet>",
    );
    assert_eq!(seen.place_of("49087001234"), "sheet 'Một', C4 (hidden)");
    assert_eq!(seen.place_of("mật"), "hidden sheet 'Kín', A1");
    let size: usize = seen.parts.iter().map(|p| p.text.len()).sum();
    assert!((4..20 << 20).contains(&size));
    assert!(
        seen.parts
            .iter()
            .any(|p| matches!(&p.grain, Grain::Cells(c) if c.len() > 1))
    );
}

#[test]
fn opendocument_slides_are_numbered_and_prompts_left_out() {
    let seen = odf(
        Kind::Odp,
        "presentation",
        "<style:style style:name='dp2'><style:drawing-page-properties presentation:visibility='hidden'/></style:style>",
        "<office:presentation><draw:page><draw:frame><draw:text-box><text:p>Bà Tám</text:p></draw:text-box></draw:frame>\
         <presentation:notes><draw:frame><draw:text-box><text:p>nhớ gọi</text:p></draw:text-box></draw:frame></presentation:notes></draw:page>\
         <draw:page draw:style-name='dp2'><draw:custom-shape><text:p>kín</text:p></draw:custom-shape></draw:page></office:presentation>",
    );
    assert_eq!(seen.place_of("Bà Tám"), "slide 1, paragraph 1");
    assert_eq!(seen.place_of("nhớ gọi"), "slide 1, notes, paragraph 1");
    assert_eq!(seen.place_of("kín"), "hidden slide 2, paragraph 1");
}
