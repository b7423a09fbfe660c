//! One key in Latin letters for names of all scripts, and names without their marks.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A text in lower case without its marks: đ as d, ё as е; й stays what it is.
pub(super) fn plain(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'đ' | 'ð' => out.push('d'),
            'ё' => out.push('е'),
            'й' => out.push('й'),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ı' => out.push('i'),
            c if ('\u{400}'..='\u{52F}').contains(&c) => out.push(c),
            // The signs of tones that the Vietnamese key puts behind a syllable.
            '¹' | '²' | '³' | '⁴' | '⁵' => {}
            c => out.extend(c.nfd().filter(|d| !is_combining_mark(*d))),
        }
    }
    out
}

/// A Cyrillic letter in Latin ones, as passports write it (ICAO 9303), but for letters that every system writes otherwise.
fn letter(c: char) -> &'static str {
    match c {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ґ' => "g",
        'д' => "d",
        'е' | 'ё' | 'э' | 'є' => "e",
        'ж' => "zh",
        'з' => "z",
        'и' | 'й' | 'ы' | 'і' | 'ї' => "i",
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' => "u",
        'ф' => "f",
        'х' => "kh",
        'ц' => "ts",
        'ч' => "ch",
        'ш' => "sh",
        'щ' => "shch",
        'ю' => "iu",
        'я' => "ia",
        _ => "",
    }
}

/// What the systems of transcription write in different ways, and the one way of the key. Longer ones stand first.
const SAME: &[(&str, &str)] = &[
    ("shch", "w"),
    ("shh", "w"),
    ("kh", "h"),
    ("ph", "f"),
    ("ts", "c"),
    ("tc", "c"),
    ("tz", "c"),
    ("cz", "c"),
    ("x", "ks"),
    ("ie", "e"),
    ("io", "e"),
];

/// The key of a name in lower case. Spaces stay; what is not a letter goes.
pub(super) fn key(name: &str) -> String {
    let mut latin = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            'y' | 'j' => latin.push('i'),
            'w' => latin.push('v'),
            'a'..='z' | ' ' => latin.push(c),
            'ü' => latin.push('v'),
            c => latin.push_str(letter(c)),
        }
    }
    let mut out = String::with_capacity(latin.len());
    let mut rest = latin.as_str();
    while let Some(c) = rest.chars().next() {
        let same = SAME.iter().find(|s| rest.starts_with(s.0));
        let (length, text) = same.map_or((c.len_utf8(), rest.get(..c.len_utf8()).unwrap_or_default()), |s| {
            (s.0.len(), s.1)
        });
        rest = rest.get(length..).unwrap_or_default();
        // Doubled letters are written once: Юлии, Iuliia; Анна, Ana.
        if !out.ends_with(text) || text == " " {
            out.push_str(text);
        }
    }
    out
}
