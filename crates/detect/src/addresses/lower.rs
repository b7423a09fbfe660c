//! Lower case with the same offsets, and Vietnamese letters without their marks.

/// The lower case of a text, letter for letter of the same length, so that offsets hold in both. The few letters whose small form has
/// another length (none of the four languages) stay as they are.
#[derive(Debug)]
pub(crate) struct Lower(Vec<u8>);

impl Lower {
    pub(crate) fn of(text: &str) -> Self {
        let mut bytes = text.as_bytes().to_vec();
        let mut i = 0;
        while let Some(rest) = bytes.get_mut(i..) {
            i += step(rest);
            if i >= bytes.len() {
                break;
            }
        }
        Self(bytes)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// A piece of it; borders inside a letter give nothing.
    pub(crate) fn get(&self, range: std::ops::Range<usize>) -> Option<&str> {
        std::str::from_utf8(self.0.get(range)?).ok()
    }

    /// The text behind an offset, a little more than so many bytes at most.
    pub(crate) fn ahead(&self, at: usize, most: usize) -> Option<&str> {
        let mut end = at.saturating_add(most).min(self.0.len());
        while self.0.get(end).is_some_and(|b| b & 0xC0 == 0x80) {
            end += 1;
        }
        self.get(at..end)
    }

    /// All of it.
    pub(crate) fn all(&self) -> &str {
        self.get(0..self.0.len()).unwrap_or_default()
    }
}

/// Makes the first letters of a text small; gives how many bytes are done.
fn step(rest: &mut [u8]) -> usize {
    match rest {
        [] => 1,
        // Letters of the first half of Unicode's first page come in runs: sixteen at a time.
        _ if rest.first_chunk::<16>().is_some_and(|chunk| chunk.is_ascii()) => {
            if let Some(chunk) = rest.first_chunk_mut::<16>() {
                chunk.make_ascii_lowercase();
            }
            16
        }
        [a, ..] if *a < 0xC3 => {
            a.make_ascii_lowercase();
            1
        }
        [a @ 0xD0, b @ 0x81, ..] => {
            (*a, *b) = (0xD1, 0x91);
            2
        }
        [0xD0, b @ 0x90..=0x9F, ..] => {
            *b += 0x20;
            2
        }
        [a @ 0xD0, b @ 0xA0..=0xAF, ..] => {
            *a = 0xD1;
            *b -= 0x20;
            2
        }
        // À–Þ without the multiplication sign.
        [0xC3, b @ 0x80..=0x9E, ..] if *b != 0x97 => {
            *b += 0x20;
            2
        }
        // Ă, Đ, Ĩ, Ũ, Ơ, Ư: the small letter is the next one.
        [0xC4, b @ (0x82 | 0x90 | 0xA8), ..] | [0xC5, b @ 0xA8, ..] | [0xC6, b @ (0xA0 | 0xAF), ..] => {
            *b += 1;
            2
        }
        [0xE1, 0xBA | 0xBB, b, ..] if *b & 1 == 0 => {
            *b += 1;
            3
        }
        [a, ..] if *a >= 0xF0 => 4,
        [a, ..] if *a >= 0xE0 => 3,
        _ => 2,
    }
}

/// Whether a letter is of a script that parts words by spaces, Latin or Cyrillic.
pub(crate) fn spaced(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, 'À'..='ɏ' | 'Ѐ'..='ӿ' | 'Ḁ'..='ỿ') && !matches!(c, '×' | '÷')
}

/// A small Vietnamese letter without its marks.
pub(crate) fn base(c: char) -> char {
    match c {
        'à' | 'á' | 'ả' | 'ã' | 'ạ' | 'ă' | 'ằ' | 'ắ' | 'ẳ' | 'ẵ' | 'ặ' | 'â' | 'ầ' | 'ấ' | 'ẩ' | 'ẫ' | 'ậ' => {
            'a'
        }
        'è' | 'é' | 'ẻ' | 'ẽ' | 'ẹ' | 'ê' | 'ề' | 'ế' | 'ể' | 'ễ' | 'ệ' => 'e',
        'ì' | 'í' | 'ỉ' | 'ĩ' | 'ị' => 'i',
        'ò' | 'ó' | 'ỏ' | 'õ' | 'ọ' | 'ô' | 'ồ' | 'ố' | 'ổ' | 'ỗ' | 'ộ' | 'ơ' | 'ờ' | 'ớ' | 'ở' | 'ỡ' | 'ợ' => {
            'o'
        }
        'ù' | 'ú' | 'ủ' | 'ũ' | 'ụ' | 'ư' | 'ừ' | 'ứ' | 'ử' | 'ữ' | 'ự' => 'u',
        'ỳ' | 'ý' | 'ỷ' | 'ỹ' | 'ỵ' => 'y',
        'đ' => 'd',
        _ => c,
    }
}

/// A key of a name in lower case that does not depend on marks, spaces and hyphens.
pub(crate) fn key<'s>(words: impl IntoIterator<Item = &'s str>) -> u64 {
    // FNV-1a by letters: names are short and come by the thousand.
    let mut hash = 0xCBF2_9CE4_8422_2325_u64;
    for c in words.into_iter().flat_map(str::chars) {
        if c.is_alphanumeric() {
            hash = (hash ^ u64::from(u32::from(base(c)))).wrapping_mul(0x0100_0000_01B3);
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_of_the_four_languages_keeps_its_place() {
        let small = "aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ абвгдеёжзийклмнопрстуфхцчшщъыьэюя 中文 äöü";
        let capitals = small.to_uppercase();
        let lower = |text: &str| Lower::of(text).all().to_owned();
        assert_eq!(lower(&capitals), small);
        assert_eq!(lower(small), small);
        assert_eq!(lower("× ÷ ß Ā 😀 İ"), "× ÷ ß Ā 😀 İ");
    }

    #[test]
    fn keys_forget_marks() {
        assert_eq!(key(["hòa", "bình"]), key(["hoà bình"]));
        assert_eq!(key(["đắk lắk"]), key(["dak-lak"]));
        assert_ne!(key(["hà nam"]), key(["hà nội"]));
    }
}
