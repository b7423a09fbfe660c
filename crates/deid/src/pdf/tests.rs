//! Ways in which a redaction fails although it looks well. The files are written here by hand, with a value in each hidden place.

use std::ops::Range;
use std::process::{Command, Stdio};

use tutela_detect::{Entity, Input};

use super::*;
use crate::copy::{Cut, What};

mod hostile;
mod made;
mod places;

use self::made::Made;

/// Cuts words wherever it is shown them.
struct Words(Vec<&'static str>);

impl Decide for Words {
    fn cuts(&mut self, input: &Input<'_>) -> Vec<Cut> {
        let mut cuts: Vec<Cut> = self
            .0
            .iter()
            .flat_map(|word| input.text.match_indices(word))
            .map(|(at, word)| Cut {
                range: Range {
                    start: at,
                    end: at + word.len(),
                },
                entity: Entity::Person,
                with: "[NAME]".into(),
            })
            .collect();
        cuts.sort_by_key(|cut| cut.range.start);
        cuts
    }
}

fn redacted(file: &[u8], words: &[&'static str]) -> (Vec<u8>, Cleaned) {
    redact(file, &mut Words(words.to_vec()), &Limits::default()).unwrap()
}

/// Everything that a file holds: its bytes and those of all its streams.
fn everything(file: &[u8]) -> Vec<u8> {
    let pdf = Pdf::new(Arc::new(file.to_vec())).unwrap();
    let mut all = file.to_vec();
    for object in pdf.objects() {
        if let hayro::hayro_syntax::object::Object::Stream(stream) = object {
            // The bytes of a picture stand in the file as they are.
            all.extend_from_slice(&stream.decoded_data().unwrap_or_default());
        }
    }
    all
}

/// Whether bytes hold a text in any of the encodings of the format.
fn holds(all: &[u8], text: &str) -> bool {
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let hex: String = text.bytes().map(|b| format!("{b:02X}")).collect();
    let wide_hex: String = wide.iter().map(|b| format!("{b:02X}")).collect();
    [text.as_bytes(), &wide, hex.as_bytes(), wide_hex.as_bytes()]
        .iter()
        .any(|form| memchr::memmem::find(all, form).is_some())
}

/// The text of the pages, as our own reader reads it.
fn text(file: &[u8]) -> String {
    let pdf = Pdf::new(Arc::new(file.to_vec())).unwrap();
    let mut tracer = tutela_extract::pdf::trace::Tracer::new(Limits::default());
    pdf.pages()
        .iter()
        .map(|page| tracer.page(page, &[]).text + "\n")
        .collect()
}

/// What a program prints about a file; nothing, and a word about it, where it is not installed.
fn told_by(program: &str, args: &[&str], file: &[u8]) -> Option<String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("copy.pdf");
    std::fs::write(&path, file).unwrap();
    let args = args
        .iter()
        .map(|arg| if *arg == "FILE" { path.to_str().unwrap() } else { arg });
    match Command::new(program).args(args).stdin(Stdio::null()).output() {
        Ok(output) => {
            Some(String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr))
        }
        Err(_) => {
            eprintln!("SKIPPED: {program} is not installed");
            None
        }
    }
}

#[test]
fn text_under_the_box_is_gone_and_the_rest_stays_where_it_was() {
    let file =
        Made::page("BT /F1 12 Tf 72 700 Td (Applicant: Secretov Pavel, clerk) Tj 0 -20 Td (second line) Tj ET").done();
    let (copy, _) = redacted(&file, &["Secretov Pavel"]);
    assert!(!holds(&everything(&copy), "Secretov"));
    let text = text(&copy);
    assert!(
        text.contains("Applicant:") && text.contains(", clerk") && text.contains("second line"),
        "{text}"
    );
    assert!(text.contains("[NAME]"), "{text}");
    if let Some(read) = told_by("pdftotext", &["FILE", "-"], &copy) {
        assert!(read.contains("clerk") && !read.contains("Secretov"), "{read}");
    }
    if let Some(read) = told_by("qpdf", &["--check", "FILE"], &copy) {
        assert!(read.contains("No syntax"), "{read}");
    }
}

#[test]
fn kerned_and_split_runs_go_whole_and_leave_one_rounded_step() {
    let content = "BT /F1 12 Tf 72 700 Td [(Mr Se) 20 (cre) -35.5 (tov) 10 ( P) 80 (avel) -120 (, clerk)] TJ ET";
    let (copy, _) = redacted(&Made::page(content).done(), &["Secretov Pavel"]);
    let all = everything(&copy);
    for part in ["cre", "tov", "avel", "-35.5", "737265"] {
        assert!(!holds(&all, part), "{part}");
    }
    // One step between what is left, and it says nothing of single letters.
    let line = String::from_utf8_lossy(&all);
    let array = line.split('[').find(|part| part.contains("]TJ")).unwrap();
    let array = array.split(']').next().unwrap();
    let steps: Vec<f64> = array
        .split(['<', '>'])
        .filter_map(|part| part.trim().parse().ok())
        .filter(|n: &f64| n.abs() < 1e6 && n.fract() == 0.0 && *n < 0.0)
        .collect();
    assert_eq!(steps.len(), 1, "{array}");
    assert!((steps[0] / 250.0).fract().abs() < 1e-9, "{array}");
}

#[test]
fn a_name_over_a_line_end_and_over_a_hyphen_goes_whole() {
    let content = "BT /F1 12 Tf 72 700 Td (was signed by Alexander) Tj 0 -14 Td (Secretov and then by Con-) Tj 0 -14 Td (stantinov today) Tj ET";
    let (copy, _) = redacted(&Made::page(content).done(), &["Alexander Secretov", "Constantinov"]);
    let text = text(&copy);
    for part in ["Alexander", "Secretov", "Con-", "stantinov"] {
        assert!(!text.contains(part), "{part}: {text}");
    }
    assert!(text.contains("was signed by") && text.contains("today"), "{text}");
}

#[test]
fn what_is_cut_on_one_page_is_cut_on_all() {
    /// Decides on the first page only.
    struct Once(bool);
    impl Decide for Once {
        fn cuts(&mut self, input: &Input<'_>) -> Vec<Cut> {
            let first = !std::mem::replace(&mut self.0, true);
            if first {
                Words(vec!["Secretov Pavel"]).cuts(input)
            } else {
                Vec::new()
            }
        }
    }
    let mut made = Made::page("BT /F1 12 Tf 72 700 Td (Secretov Pavel) Tj ET");
    made.add_page("BT /F1 12 Tf 72 700 Td (to SECRETOV) Tj 0 -14 Td (PAVEL again) Tj ET");
    let (copy, _) = redact(&made.done(), &mut Once(false), &Limits::default()).unwrap();
    let text = text(&copy);
    assert!(!text.contains("SECRETOV") && text.contains("again"), "{text}");
}

#[test]
fn invisible_text_and_text_drawn_twice_go_with_what_they_stand_under() {
    // A layer of recognised text with a mistake in the name lies under the name.
    let content = "BT /F1 12 Tf 72 700 Td (Secretov) Tj ET BT 3 Tr /F1 12 Tf 72 700 Td (Secret0v) Tj ET \
                   BT 0 Tr /F1 12 Tf 72.3 700 Td (Secretov) Tj ET BT 1 1 1 rg /F1 12 Tf 300 500 Td (Secretov) Tj ET";
    let (copy, _) = redacted(&Made::page(content).done(), &["Secretov"]);
    let all = everything(&copy);
    assert!(!holds(&all, "Secretov") && !holds(&all, "Secret0v"));
}

#[test]
fn a_font_forgets_the_letters_that_are_no_more() {
    // Codes are numbered in the order of the text, as office programs do, so the table alone tells the name.
    let table = "1 begincodespacerange <00> <FF> endcodespacerange 5 beginbfchar <01> <0053> <02> <0065> <03> <0063> <04> <0041> \
                 <05> <0062> endbfchar";
    let mut made = Made::page("BT /F2 12 Tf 72 700 Td <0102030405> Tj ET");
    made.font(
        "F2",
        "<</Type/Font/Subtype/TrueType/BaseFont/ABCDEF+Serif/FirstChar 1/LastChar 5/Widths[556 500 444 722 501]\
         /Encoding<</Differences[1/S/e/c/A/b]>>/ToUnicode 90 0 R>>",
    );
    made.stream(90, "", table.as_bytes());
    let (copy, _) = redacted(&made.done(), &["Sec"]);
    let all = everything(&copy);
    assert!(holds(&all, "<04> <0041>"), "what is left must stay readable");
    for gone in ["<0053>", "<0065>", "<0063>", "/S/e", "556 500"] {
        assert!(!holds(&all, gone), "{gone}");
    }
    assert!(text(&copy).contains("Ab"));
}

#[test]
fn what_nobody_decided_about_looks_the_same() {
    let content = "q 0.5 0 0 rg 10 10 50 50 re f Q BT /F1 12 Tf 72 700 Td (plain) Tj 5 0 Td (words) ' ET";
    let (copy, cleaned) = redacted(&Made::page(content).done(), &["absent"]);
    let all = everything(&copy);
    for kept in ["0.5 0 0 rg", "10 10 50 50 re", "/MediaBox[0 0 612 792]"] {
        assert!(holds(&all, kept), "{kept}");
    }
    assert_eq!(cleaned.iter().count(), 0, "{cleaned:?}");
}
