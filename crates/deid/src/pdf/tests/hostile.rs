//! Files that are made to break programs: refused or copied, but never a panic, a loop or memory without end.

use super::*;

fn tried(file: &[u8]) -> Result<(Vec<u8>, Cleaned), Refused> {
    redact(file, &mut Words(vec!["Secretov"]), &Limits::default())
}

#[test]
fn files_that_cannot_be_read_are_refused() {
    assert_eq!(tried(b"").unwrap_err(), Refused::Damaged("no pages".into()));
    assert_eq!(
        tried(b"%PDF-1.7\nno objects at all").unwrap_err(),
        Refused::Damaged("no pages".into())
    );
}

#[test]
fn forms_that_draw_themselves_end() {
    let mut made = Made::page("/A Do BT /F1 12 Tf 72 700 Td (Secretov stays not) Tj ET");
    made.resources = "/XObject<</A 50 0 R>>".into();
    let form = "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</A 50 0 R/B 51 0 R>>>>";
    made.stream(50, form, b"/B Do /A Do");
    made.stream(51, form, b"/A Do /B Do");
    let (copy, _) = tried(&made.done()).unwrap();
    assert!(!holds(&everything(&copy), "Secretov"));
}

#[test]
fn a_stream_that_expands_without_end_is_refused_before_it_does() {
    use std::io::Write;
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(1));
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..600 {
        packer.write_all(&zeros).unwrap();
    }
    let bomb = packer.finish().unwrap();
    let mut made = Made::page("/A Do");
    made.resources = "/XObject<</A 50 0 R>>".into();
    made.stream(50, "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Filter/FlateDecode", &bomb);
    assert_eq!(tried(&made.done()).unwrap_err(), Refused::Limits);
    // The same among the objects that are expanded when the file is opened.
    let mut made = Made::page("");
    made.stream(50, "/Type/ObjStm/N 1/First 4/Filter/FlateDecode", &bomb);
    assert_eq!(tried(&made.done()).unwrap_err(), Refused::Limits);
    // Compression inside compression may expand by a million.
    let mut made = Made::page("");
    made.stream(50, "/Filter[/FlateDecode/FlateDecode]", &bomb);
    assert_eq!(tried(&made.done()).unwrap_err(), Refused::Limits);
}

#[test]
fn every_cut_of_a_file_is_refused_or_clean() {
    let file = Made::page("BT /F1 12 Tf 72 700 Td (Secretov) Tj ET").done();
    for len in (0..file.len()).step_by(41) {
        if let Ok((copy, _)) = tried(&file[..len]) {
            assert!(!holds(&everything(&copy), "Secretov"), "{len}");
        }
    }
}

#[test]
fn damaged_content_never_leaves_what_was_not_read() {
    // A string without an end, a path without its numbers: what a reader makes of the rest is anybody's guess.
    for content in [
        "BT /F1 12 Tf 72 700 Td (words) Tj ET 1 m (Secretov) Tj",
        "BT /F1 12 Tf 72 700 Td (words) Tj (Secretov",
        "BT /F1 12 Tf 72 700 Td (words) Tj [(Secretov) /X 1] TJ ET",
        "BT /F1 12 Tf (Secretov) Tj << /A 1 BI /W 9 ID Secretov EI",
        "(Secretov) 1 0 0 rg /Secretov gs (Secretov) BT",
    ] {
        if let Ok((copy, _)) = tried(&Made::page(content).done()) {
            assert!(!holds(&everything(&copy), "Secretov"), "{content}");
        }
    }
}
