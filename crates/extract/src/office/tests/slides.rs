//! Presentations.

use super::*;

#[test]
fn slides_come_in_the_order_of_the_show_with_notes_and_comments() {
    let a = |text: &str| format!("<p:sp><p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>");
    let seen = read(
        Kind::Pptx,
        &[
            ("_rels/.rels", &rels(&[("a", "officeDocument", "ppt/presentation.xml")])),
            (
                "ppt/presentation.xml",
                "<p:presentation><p:sldIdLst><p:sldId id='256' r:id='r2'/><p:sldId id='257' r:id='r1'/></p:sldIdLst></p:presentation>",
            ),
            (
                "ppt/_rels/presentation.xml.rels",
                &rels(&[
                    ("r1", "slide", "slides/slide1.xml"),
                    ("r2", "slide", "slides/slide2.xml"),
                    ("au", "commentAuthors", "au.xml"),
                ]),
            ),
            (
                "ppt/au.xml",
                "<p:cmAuthorLst><p:cmAuthor id='0' name='Hà Soát'/></p:cmAuthorLst>",
            ),
            (
                "ppt/slides/slide1.xml",
                &format!("<p:sld show='0'>{}</p:sld>", a("trang cuối")),
            ),
            (
                "ppt/slides/slide2.xml",
                &format!("<p:sld>{}{}</p:sld>", a("trang đầu"), a("liên hệ: Bà Tám")),
            ),
            (
                "ppt/slides/_rels/slide2.xml.rels",
                &rels(&[("n", "notesSlide", "../n.xml"), ("c", "comments", "../c.xml")]),
            ),
            ("ppt/n.xml", &format!("<p:notes>{}</p:notes>", a("nhớ gọi"))),
            (
                "ppt/c.xml",
                "<p:cmLst><p:cm authorId='0'><p:text>sửa đi</p:text></p:cm></p:cmLst>",
            ),
            (
                "ppt/slideMasters/m.xml",
                &format!(
                    "<p:sldMaster>{}<p:sp><p:nvPr><p:ph/></p:nvPr><p:txBody><a:p><a:r><a:t>Bấm để sửa</a:t></a:r></a:p></p:txBody></p:sp></p:sldMaster>",
                    a("Công ty Z")
                ),
            ),
        ],
    );
    assert_eq!(seen.part_at("slide 1").text, "trang đầu\nliên hệ: Bà Tám");
    assert_eq!(seen.place_of("trang cuối"), "hidden slide 2, paragraph 1");
    assert_eq!(seen.place_of("nhớ gọi"), "slide 1, notes, paragraph 1");
    assert_eq!(seen.place_of("sửa đi"), "slide 1, comment by 'Hà Soát', paragraph 1");
    seen.place_of("Công ty Z");
    assert!(!seen.all().contains("Bấm để sửa"), "prompts are no text of anybody");
}
