use std::sync::Arc;

use hayro::hayro_syntax::Pdf;
use proptest::prelude::*;

use super::*;
use crate::Limits;
use crate::context::Ctx;
use crate::pdf::content::Interpreter;
use crate::pdf::font::Fonts;
use crate::pdf::matrix::Matrix;
use crate::pdf::tests::{HELVETICA, page};
use crate::testing::Kept;

/// What the page of this document shows when its content is this one, read quickly and as the library reads it.
fn both_ways(pdf: &Pdf, content: &[u8]) -> (String, String) {
    let shown = |quickly: bool| {
        let (limits, mut sink) = (Limits::default(), Kept::default());
        let ctx = Ctx::new(&limits, &mut sink);
        let mut fonts = Fonts::new();
        let resources = pdf.pages()[0].resources();
        let mut interpreter = Interpreter::new(&mut fonts, Matrix::IDENTITY);
        if quickly {
            interpreter.run(content, resources, &ctx).unwrap();
        } else {
            interpreter.run_slowly(content, resources, 0, &ctx).unwrap();
            interpreter.finish(0, 0);
        }
        format!("{:?}", interpreter.content)
    };
    (shown(true), shown(false))
}

/// A document with a simple font `/F`, a composite one `/G` and a form `/I`.
fn document() -> Pdf {
    let composite = b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [<< \
        /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 >>] >>";
    let form = b"<< /Subtype /Form /Length 33 /Matrix [2 0 0 2 1 1] >>\nstream\nBT 5 5 Td (inside) Tj ET 1 0 0 rg Q\nendstream";
    let resources = "/Resources << /Font << /F 5 0 R /G 7 0 R >> /XObject << /I 6 0 R >> \
        /Properties << /P << /ActualText (stands for it) >> >> /ExtGState << /S << /Font [5 0 R 7] >> >> >>";
    Pdf::new(Arc::new(page("", resources, "", &[HELVETICA, form, composite]))).unwrap()
}

/// Instructions, most of them as writers write them.
#[rustfmt::skip]
const WHOLE: &[&str] = &[
    "1 0 0 1 5 6 cm", "0 1 -1 0 5 6 Tm", "/F 12 Tf", "/G 9.5 Tf", "/X 3 Tf", "/S gs", "12 0 Td", "-3.5 -14 TD",
    "(text) Tj", "(a) (b) Tj", "[(ab) -250 (cd) 12 <6566>] TJ", "[(a) /n (b)] TJ", "[[(a)] (b)] TJ",
    "[(a) true (b)] TJ", "<738B6653> Tj", "<73 8B\n6> Tj", "(par(en)s) '", "(\\(\\251\\n\\\r\nx) Tj", "(a\r\nb) Tj",
    "1 2 (x) \"", "/Span << /ActualText (other) >> BDC", "/P << /MCID 3 >> BDC", "/P /P BDC", "/P BMC",
    "/Span << /Lang (vi) /ActualText <FEFF0041> >> BDC", "/P << 3 /MCID >> BDC", "<< /A << /B [1 (>>)] >> >> BDC",
    "/I Do", "3 Tr", "0 0 m", "1 1 l", "1 2 3 4 5 6 c", "(x) 1 l", "1 2 3 4 re", "1 2 3 re", "0 0 1 rg", "[3 2] 0 d",
];

/// Pieces that no stream should hold at these places.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "q", "Q", "BT", "ET", "cm", "Tm", "Td", "TD", "T*", "Tf", "gs", "Tc", "Tw", "Tz", "TL", "Ts", "Tr", "Tj", "'", "\"",
    "TJ", "BMC", "BDC", "EMC", "Do", "BI", "ID", "EI", "m", "l", "c", "v", "y", "h", "re", "f*", "rg", "scn", "d", "n",
    "true", "null", "stream", "R", "B#54", "BI /W 4 /H 4 ID abcd EI", "1", "-2", "+3", ".5", "-.5", "4.", "-0", "-0.0",
    "1.2.3", "5-3", "--4", "-", ".", "1e5", "99999999999999999999", "123456789012345678", "1234567890123456789.5", "/F",
    "/F#41", "(", ")", "<", ">", "[", "]", "<<", ">>", "{", "% a comment\n", "\0",
];

#[test]
fn what_writers_write_is_read_without_the_library() {
    let content =
        b"q 1 0 0 1 5 -6.25 cm BT /F 12 Tf [(a\\)) -3 <62>] TJ /P <</MCID 1/L[1 2]>>BDC (c) ' EMC ET 0 .5 1 rg Q % end";
    let mut tokens = Tokens::new(content);
    let mut operators = Vec::new();
    while let Some(found) = tokens.next() {
        let Found::Instruction(instruction) = found else {
            panic!("{found:?}");
        };
        operators.push(String::from_utf8_lossy(instruction.operator).into_owned());
        match instruction.operator {
            b"cm" => assert_eq!(instruction.numbers(), Some([1.0, 0.0, 0.0, 1.0, 5.0, -6.25])),
            b"TJ" => {
                assert_eq!(
                    instruction.items,
                    [Operand::Text(0..2), Operand::Number(-3.0), Operand::Text(2..3)]
                );
                assert_eq!(instruction.bytes, b"a)b");
            }
            b"BDC" => assert_eq!(
                instruction.operands,
                [Operand::Name(b"P"), Operand::Dict(b"<</MCID 1/L[1 2]>>")]
            ),
            _ => {}
        }
    }
    assert_eq!(operators.join(" "), "q cm BT Tf TJ BDC ' EMC ET rg Q");
}

#[test]
fn a_font_is_found_again_by_its_name() {
    let pdf = document();
    let content = b"BT /F 10 Tf (one) Tj /G 5 Tf <738B> Tj /F 20 Tf (two) Tj /G 7 Tf <6653> Tj /S gs (x) Tj ET";
    let (quickly, slowly) = both_ways(&pdf, content);
    assert_eq!(quickly, slowly);
    assert!(quickly.contains("'王'") && quickly.contains("'晓'"), "{quickly}");
}

#[test]
fn an_endless_array_takes_no_memory() {
    let content = format!("1 0 0 rg [{}] TJ (x) Tj", "(a) ".repeat(MAX_ITEMS + 1));
    let mut tokens = Tokens::new(content.as_bytes());
    assert!(matches!(tokens.next(), Some(Found::Instruction(_))));
    assert!(matches!(tokens.next(), Some(Found::Rest(rest)) if rest.starts_with(b" [(a)")));
    assert!(tokens.next().is_none());
    let (quickly, slowly) = both_ways(&document(), content.as_bytes());
    assert!(quickly == slowly && quickly.contains("'x'"));
}

fn piece() -> impl Strategy<Value = &'static str> {
    prop_oneof![40 => prop::sample::select(WHOLE), 1 => prop::sample::select(PIECES)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn both_readers_see_the_same(
        pieces in prop::collection::vec((piece(), prop::sample::select(vec![" ", "\n", " ", "  ", " ", ""])), 0..60),
    ) {
        let pdf = document();
        let content: String = pieces.iter().flat_map(|(piece, gap)| [*piece, *gap]).collect();
        let (quickly, slowly) = both_ways(&pdf, content.as_bytes());
        prop_assert_eq!(quickly, slowly, "{:?}", content);
    }

    #[test]
    fn both_readers_survive_bytes(bytes in prop::collection::vec(prop::sample::select(b"()<>[]{}/% \n\\#q1.-+TjJdfBDC\xFF".to_vec()), 0..80)) {
        let pdf = document();
        let (quickly, slowly) = both_ways(&pdf, &bytes);
        prop_assert_eq!(quickly, slowly, "{:?}", bytes);
    }
}
