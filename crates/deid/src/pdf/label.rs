//! What is written on a box, in a font that every program has.

/// Widths of the characters from the blank to the tilde, in thousandths.
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];

/// The dictionary of the font.
pub(super) const FONT: &[u8] = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>";

/// The label as bytes of the font; nothing if it has other letters than the font. A box without a label says as much.
pub(super) fn encoded(label: &str) -> Option<Vec<u8>> {
    label
        .chars()
        .map(|c| match c {
            ' '..='~' | '\u{A1}'..='\u{FF}' => u8::try_from(u32::from(c)).ok(),
            _ => None,
        })
        .collect()
}

/// How wide the label is, in heights of the font.
pub(super) fn width(label: &[u8]) -> f64 {
    let of = |&byte: &u8| {
        let known = byte.checked_sub(32).and_then(|at| WIDTHS.get(usize::from(at)));
        f64::from(known.copied().unwrap_or(722)) / 1000.0
    };
    label.iter().map(of).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_other_scripts_are_left_out_whole() {
        assert_eq!(encoded("[ÉTAT_1]").unwrap(), b"[\xC9TAT_1]");
        assert!(encoded("[ЛИЦО_1]").is_none());
        assert!((width(b"AV") - 1.334).abs() < 1e-9);
    }
}
