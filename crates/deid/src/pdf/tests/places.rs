//! A value in every place that a page does not show.

use super::*;

const SECRET: &str = "Secretov";

/// Redacts and looks into everything. The visible value shows that something was cut at all.
fn clean(mut made: Made, what: Option<What>) -> Vec<u8> {
    made.add_page("BT /F1 12 Tf 72 700 Td (page two stays) Tj ET");
    let file = made.done();
    assert!(
        holds(&everything(&file), SECRET),
        "the file must have the value to begin with"
    );
    let (copy, cleaned) = redacted(&file, &[SECRET]);
    assert!(!holds(&everything(&copy), SECRET));
    assert!(text(&copy).contains("page two stays"));
    if let Some(what) = what {
        assert!(cleaned.count(what) > 0, "{what:?}");
    }
    copy
}

fn hidden() -> Made {
    Made::page("BT /F1 12 Tf 72 700 Td (nothing here) Tj ET")
}

#[test]
fn older_savings_and_objects_that_nothing_uses() {
    let mut file = Made::page("BT /F1 12 Tf 72 700 Td (Secretov) Tj ET").done();
    // A later saving puts harmless content in its place; the old one is still in the file.
    let before = memchr::memmem::rfind(&file, b"xref\n13").or(memchr::memmem::rfind(&file, b"xref\n"));
    let start = file.len();
    let content = "BT /F1 12 Tf 72 700 Td (new words) Tj ET";
    file.extend_from_slice(
        format!(
            "11 0 obj\n<</Length {}>>stream\n{content}\nendstream\nendobj\n",
            content.len()
        )
        .as_bytes(),
    );
    let table = file.len();
    file.extend_from_slice(
        format!(
            "xref\n11 1\n{start:010} 00000 n \ntrailer\n<</Size 14/Root 1 0 R/Prev {}>>\nstartxref\n{table}\n%%EOF\n",
            before.unwrap()
        )
        .as_bytes(),
    );
    // Nobody decides about it: nobody sees it.
    let (copy, cleaned) = redacted(&file, &[]);
    assert!(!holds(&everything(&copy), SECRET));
    assert!(text(&copy).contains("new words"));
    assert_eq!(cleaned.count(What::Versions), 1);
}

#[test]
fn metadata_attachments_scripts_and_program_data() {
    let mut made = hidden();
    made.catalog =
        "/Metadata 40 0 R/Names<</EmbeddedFiles<</Names[(a.txt) 41 0 R]>>/JavaScript<</Names[(x) 43 0 R]>>>>\
                    /OpenAction 43 0 R/PieceInfo<</App<</Private(Secretov)>>>>/Lang(en)"
            .into();
    made.stream(
        40,
        "/Type/Metadata/Subtype/XML",
        b"<x:xmpmeta><dc:title>Secretov</dc:title></x:xmpmeta>",
    );
    made.object(41, "<</Type/Filespec/F(Secretov.txt)/EF<</F 42 0 R>>>>");
    made.stream(42, "/Type/EmbeddedFile", b"Secretov");
    made.object(43, "<</S/JavaScript/JS(app.alert\\('Secretov'\\))>>");
    made.page_entries = "/Thumb 44 0 R/PieceInfo<</A<</Private(Secretov)>>>>".into();
    made.stream(
        44,
        "/Width 8/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8",
        b"Secretov",
    );
    let copy = clean(made, Some(What::Attachments));
    if let Some(read) = told_by("exiftool", &["FILE"], &copy) {
        assert!(!read.contains(SECRET), "{read}");
    }
    if let Some(read) = told_by("pdfinfo", &["FILE"], &copy) {
        assert!(read.contains("Pages:") && !read.contains(SECRET), "{read}");
    }
}

#[test]
fn marked_content_and_structure() {
    let content = "/Span <</ActualText(Secretov) /Alt(Secretov)>> BDC BT /F1 12 Tf 72 700 Td (S.) Tj ET EMC \
                   /P /MC0 BDC BT 72 600 Td (ok) Tj ET EMC % Secretov in a comment\n1 0 0 rg % Secretov\n0 0 5 5 re f";
    let mut made = Made::page(content);
    made.resources = "/Properties<</MC0<</ActualText(Secretov)>>>>".into();
    made.catalog = "/StructTreeRoot<</K<</S/Figure/Alt(Secretov)/T(Secretov)>>>>/MarkInfo<</Marked true>>".into();
    clean(made, Some(What::AltTexts));
}

#[test]
fn forms_inside_forms_and_forms_that_are_drawn_twice() {
    let mut made = Made::page("q 1 0 0 1 0 0 cm /Outer Do Q q 1 0 0 1 0 -100 cm /Outer Do Q");
    made.resources = "/XObject<</Outer 50 0 R/Unused 52 0 R>>".into();
    let form = "/Type/XObject/Subtype/Form/BBox[0 0 612 792]";
    made.stream(
        50,
        &format!("{form}/Resources<</XObject<</Inner 51 0 R>>>>"),
        b"/Inner Do",
    );
    made.stream(
        51,
        &format!("{form}/Resources<</Font<</F1 3 0 R>>>>"),
        b"BT /F1 12 Tf 72 700 Td (by Secretov yes) Tj ET",
    );
    made.stream(52, form, b"BT /F1 12 Tf (Secretov) Tj ET");
    let copy = clean(made, None);
    assert_eq!(text(&copy).matches("yes").count(), 2);
}

#[test]
fn fields_and_annotations_become_part_of_the_page() {
    let mut made = hidden();
    let form = "/Type/XObject/Subtype/Form/BBox[0 0 200 20]/Resources<</Font<</F1 3 0 R>>>>";
    made.page_entries = "/Annots[60 0 R 62 0 R 64 0 R 65 0 R 66 0 R]".into();
    made.catalog = "/AcroForm<</Fields[60 0 R]/XFA 69 0 R>>".into();
    made.object(
        60,
        "<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(Secretov)/DV(Secretov)/Rect[72 500 272 520]/AP<</N 61 0 R>>>>",
    );
    made.stream(61, form, b"BT /F1 12 Tf 2 5 Td (Secretov of Omsk) Tj ET");
    made.object(
        62,
        "<</Type/Annot/Subtype/Highlight/Contents(Secretov)/T(Secretov)/Rect[72 400 272 420]/AP<</N 63 0 R>>>>",
    );
    made.stream(63, form, b"1 1 0 rg 0 0 200 20 re f");
    made.object(64, "<</Type/Annot/Subtype/Text/Contents(Secretov)/Rect[0 0 9 9]>>");
    made.object(
        65,
        "<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://example.org/Secretov)>>>>",
    );
    made.object(
        66,
        "<</Type/Annot/Subtype/Link/Rect[9 9 19 19]/A<</S/URI/URI(https://example.org/help)>>>>",
    );
    made.stream(69, "", b"<xfa>Secretov</xfa>");
    let copy = clean(made, Some(What::Forms));
    let text = text(&copy);
    assert!(
        text.contains("of Omsk"),
        "what is left of a field stays visible: {text}"
    );
    let all = everything(&copy);
    let link: String = "https://example.org/help".bytes().map(|b| format!("{b:02X}")).collect();
    assert!(holds(&all, &link), "a harmless link stays");
    assert!(holds(&all, "1 1 0 rg"), "a marker stays visible");
}

#[test]
fn bookmarks_names_of_places_and_labels_of_pages() {
    let mut made = hidden();
    made.catalog = "/Outlines 70 0 R/Names<</Dests<</Names[(Secretov) [10 0 R/Fit]]>>>>/PageLabels<</Nums[0<</P(Secretov)/S/D>>]>>".into();
    made.object(70, "<</First 71 0 R/Last 72 0 R/Count 2>>");
    made.object(
        71,
        "<</Title(Order on Secretov)/Parent 70 0 R/Next 72 0 R/Dest(Secretov)>>",
    );
    made.object(
        72,
        "<</Title(Annex)/Parent 70 0 R/Prev 71 0 R/A<</S/GoTo/D[12 0 R/XYZ 0 0 null]>>>>",
    );
    let copy = clean(made, None);
    let wide = |text: &str| -> String { text.encode_utf16().map(|u| format!("{u:04X}")).collect() };
    let all = everything(&copy);
    assert!(holds(&all, &wide("Order on ")) && holds(&all, &wide("Annex")));
    assert_eq!(memchr::memmem::find_iter(&copy, b"/Dest[").count(), 2);
}

#[test]
fn layers_that_are_not_shown() {
    let content = "/OC /L1 BDC BT /F1 12 Tf 72 700 Td (draft by Ivanova) Tj ET 0 0 9 9 re f EMC BT /F1 12 Tf 72 600 Td (shown) Tj ET";
    let mut made = Made::page(content);
    made.resources = "/Properties<</L1 75 0 R>>".into();
    made.catalog = "/OCProperties<</OCGs[75 0 R]/D<</OFF[75 0 R]>>>>".into();
    made.object(75, "<</Type/OCG/Name(Secretov)>>");
    let (copy, cleaned) = redacted(&made.done(), &[]);
    let text = text(&copy);
    assert!(text.contains("shown") && !text.contains("Ivanova"), "{text}");
    assert!(!holds(&everything(&copy), SECRET));
    assert_eq!(cleaned.count(What::HiddenLayers), 1);
}

#[test]
fn type_3_glyphs_patterns_and_states() {
    let mut made = Made::page("/Pattern cs /P1 scn 0 0 50 50 re f /G1 gs BT /T3 12 Tf 72 700 Td (a) Tj ET");
    made.resources = "/Pattern<</P1 77 0 R>>/ExtGState<</G1<</LW 2/Comment(Secretov)>>>>".into();
    made.stream(
        77,
        "/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]/XStep 9/YStep 9/Resources<</Font<</F1 3 0 R>>>>",
        b"BT /F1 9 Tf (Secretov) Tj ET 0 0 3 3 re f",
    );
    made.font(
        "T3",
        "<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[0.1 0 0 0.1 0 0]/FirstChar 97/LastChar 97/Widths[9]\
         /Encoding<</Differences[97/a]>>/CharProcs<</a 78 0 R/b 79 0 R>>/Resources<</Font<</F1 3 0 R>>>>>>",
    );
    made.stream(78, "", b"9 0 d0 0 0 5 5 re f % Secretov");
    made.stream(79, "", b"9 0 d0 BT /F1 9 Tf (Secretov) Tj ET");
    let copy = clean(made, None);
    assert!(holds(&everything(&copy), "0 0 3 3 re") && holds(&everything(&copy), "0 0 5 5 re"));
}

#[test]
fn pixels_under_a_box_are_painted_over() {
    // A small picture below the size that is read for text, under the name.
    let mut made = Made::page("q 200 0 0 20 72 690 cm /Im Do Q BT /F1 12 Tf 72 700 Td (Secretov) Tj ET");
    made.resources = "/XObject<</Im 55 0 R>>".into();
    let pixels = [0xAB_u8; 20 * 10];
    made.stream(
        55,
        "/Type/XObject/Subtype/Image/Width 20/Height 10/ColorSpace/DeviceGray/BitsPerComponent 8/Metadata 56 0 R",
        &pixels,
    );
    made.stream(56, "/Type/Metadata", b"Secretov");
    let copy = clean(made, None);
    let pdf = Pdf::new(Arc::new(copy)).unwrap();
    let picture = pdf
        .objects()
        .into_iter()
        .filter_map(hayro::hayro_syntax::object::Object::into_stream)
        .find(|s| s.dict().get::<u32>("Width") == Some(20))
        .unwrap();
    let data = picture.decoded().unwrap();
    let black = data.iter().filter(|&&b| b == 0).count();
    assert!((20..150).contains(&black), "{black}");
    assert!(data.contains(&0xAB), "only what lies under the box");
}

#[test]
fn a_signature_is_taken_off_and_told() {
    let mut made = Made::page("BT /F1 12 Tf 72 700 Td (Secretov) Tj ET");
    made.catalog = "/AcroForm<</SigFlags 3/Fields[68 0 R]>>".into();
    made.object(
        68,
        "<</FT/Sig/T(s)/V<</Type/Sig/Name(Secretov)/ByteRange[0 1 2 3]/Contents<00>>>>>",
    );
    clean(made, Some(What::Signatures));
}

#[test]
fn bytes_before_and_after_the_file() {
    let mut file = b"PK\x03\x04 Secretov\n".to_vec();
    file.extend_from_slice(&Made::page("BT /F1 12 Tf 72 700 Td (words) Tj ET").done());
    file.extend_from_slice(b"<html>Secretov</html>");
    let (copy, _) = redacted(&file, &[]);
    assert!(copy.starts_with(b"%PDF-1.7") && copy.ends_with(b"%%EOF\n"));
    assert!(!holds(&copy, SECRET));
}
