//! Whatever the text and whatever the bytes of a model: no panic, names at the borders of characters, in order, and time that
//! grows no faster than the text.

#![expect(clippy::unwrap_used, reason = "a test")]

use proptest::prelude::*;
use tutela_tagger::{Head, LABELS, LANES, Language, Model, Name, Parts, Tagger, hash, lexicon};

fn model(language: Language) -> Vec<u8> {
    let rows: Vec<[i8; LANES]> = (0..1_usize << 12)
        .map(|i| {
            let mut row = [0; LANES];
            for (l, w) in row.iter_mut().enumerate().take(LABELS) {
                *w = ((i * 131 + l * 71) % 23) as i8 - 11;
            }
            row
        })
        .collect();
    let words = ["anna", "nguyễn", "иванов", "london"];
    let entries: Vec<_> = words
        .iter()
        .map(|w| (hash::word(w), lexicon::GIVEN | lexicon::PHRASE))
        .collect();
    let lexicon = lexicon::table(&entries, 5).unwrap();
    Parts {
        head: Head {
            language,
            bits: 12,
            lexicon_bits: 5,
            step: 0.05,
        },
        moves: [[0.0; LANES]; LANES],
        rows: &rows,
        lexicon: &lexicon,
    }
    .write()
}

fn names(text: &str) -> Vec<Name> {
    let mut all = Vec::new();
    for language in Language::ALL {
        let bytes = model(language);
        let model = Model::read(&bytes).unwrap();
        let mut found = Vec::new();
        Tagger::default().names(&model, text, 0, text.len(), &mut found);
        let mut end = 0;
        for name in &found {
            assert!(name.start >= end && name.end > name.start, "in order");
            assert!(text.get(name.start..name.end).is_some(), "at borders of characters");
            assert!((0.0..=1.001).contains(&name.sure), "{}", name.sure);
            end = name.end;
        }
        all.extend(found);
    }
    all
}

/// Mixed scripts, emoji, marks of direction, heaps of combining marks, ends of lines.
fn hostile() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "\\PC{0,8}",
        "[A-ZА-Яa-zа-яĐđ王伟张·'’.\\-\n\t ]{0,12}",
        Just("\u{202E}\u{200F}".to_owned()),
        Just("a\u{301}\u{302}\u{303}\u{323}\u{35B}".to_owned()),
        Just("👩‍👩‍👧\u{FE0F}🏳️‍🌈".to_owned()),
        Just("Bank of the of the".to_owned()),
    ];
    proptest::collection::vec(part, 0..40).prop_map(|p| p.concat())
}

proptest! {
    #[test]
    fn any_text_is_read(text in hostile()) {
        names(&text);
    }

    #[test]
    fn any_bytes_are_read_or_refused(mut bytes in proptest::collection::vec(any::<u8>(), 0..600), keep in 0_usize..300) {
        let good = model(Language::Ru);
        // The head of a true model, and rubbish behind it.
        let mut mixed = good[..keep.min(good.len())].to_vec();
        mixed.append(&mut bytes);
        mixed.resize(good.len(), 7);
        if let Ok(model) = Model::read(&mixed) {
            let mut found = Vec::new();
            Tagger::default().names(&model, "Иванов и Anna", 0, 23, &mut found);
        }
    }
}

#[test]
fn one_long_line_is_cut_into_pieces_between_characters() {
    assert!(!names(&"Đ".repeat(10_000)).is_empty());
    assert!(!names(&"王".repeat(10_000)).is_empty());
    assert!(!names(&"Anna ".repeat(10_000)).is_empty());
    // One word of capitals after another: nothing looks back to the beginning.
    assert!(!names(&"A.".repeat(50_000)).is_empty());
}
