//! The stem of a Russian word: what is left when the endings of the cases are gone. Crude, but the same for names in lists and in text.

use crate::hash::{self, EMPTY};

/// Sets stems apart from words.
const SALT: u64 = 0x5153_7465_6D21;

/// Endings with a consonant.
const HARD: &[&[char]] = &[
    &['о', 'г', 'о'],
    &['е', 'г', 'о'],
    &['о', 'м', 'у'],
    &['е', 'м', 'у'],
    &['ы', 'м', 'и'],
    &['и', 'м', 'и'],
    &['а', 'м', 'и'],
    &['я', 'м', 'и'],
    &['ы', 'м'],
    &['и', 'м'],
    &['о', 'м'],
    &['е', 'м'],
    &['а', 'м'],
    &['я', 'м'],
    &['ы', 'х'],
    &['и', 'х'],
    &['а', 'х'],
    &['я', 'х'],
];

/// Letters of a stem at least.
const LEAST: usize = 2;

fn soft(c: char) -> bool {
    matches!(c, 'а' | 'е' | 'и' | 'й' | 'о' | 'у' | 'ы' | 'ь' | 'э' | 'ю' | 'я')
}

fn bare(word: &[char]) -> &[char] {
    let mut n = word.len();
    while n > LEAST && word.get(n - 1).is_some_and(|c| soft(*c)) {
        n -= 1;
    }
    word.get(..n).unwrap_or(word)
}

fn key(stem: &[char]) -> u64 {
    hash::pair(SALT, stem.iter().copied().fold(EMPTY, hash::with))
}

/// The key of a word as lists have it, in lower case: without the soft end.
pub fn listed(word: &[char]) -> u64 {
    key(bare(word))
}

/// The keys under which a word of running text may be listed: without the soft end, and without the ending of a case.
pub fn keys(word: &[char]) -> (u64, Option<u64>) {
    let hard = HARD
        .iter()
        .find_map(|e| word.strip_suffix(*e))
        .filter(|stem| stem.len() >= LEAST)
        .map(|stem| key(bare(stem)));
    (listed(word), hard)
}

/// Whether a word in lower case is a patronymic in some case.
pub fn patronymic(word: &[char]) -> bool {
    let (mut n, least) = (word.len(), 6);
    if n < least {
        return false;
    }
    for ending in [
        &['е', 'м'][..],
        &['о', 'й'],
        &['о', 'ю'],
        &['а'],
        &['у'],
        &['ы'],
        &['е'],
    ] {
        if word.ends_with(ending) {
            n -= ending.len();
            break;
        }
    }
    let stem = word.get(..n).unwrap_or_default();
    [
        &['о', 'в', 'и', 'ч'][..],
        &['е', 'в', 'и', 'ч'],
        &['о', 'в', 'н'],
        &['е', 'в', 'н'],
        &['и', 'н', 'и', 'ч', 'н'],
    ]
    .iter()
    .any(|e| stem.len() > e.len() + 1 && stem.ends_with(e))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(word: &str) -> Vec<char> {
        word.chars().collect()
    }

    #[test]
    fn all_cases_lead_to_the_listed_form() {
        for (listed_form, cases) in [
            ("иванов", &["иванова", "иванову", "ивановым", "иванове", "ивановых"][..]),
            ("толстой", &["толстого", "толстому", "толстым", "толстом"]),
            ("мария", &["марии", "марию", "марией"]),
            ("адам", &["адама", "адаму", "адамом"]),
            ("игорь", &["игоря", "игорю", "игорем"]),
        ] {
            let want = listed(&chars(listed_form));
            for case in cases {
                let (soft, hard) = keys(&chars(case));
                assert!(soft == want || hard == Some(want), "{case}");
            }
        }
    }

    #[test]
    fn patronymics_are_told_in_every_case() {
        for word in ["иванович", "ивановича", "сергеевной", "петровне", "ильиничной"]
        {
            assert!(patronymic(&chars(word)), "{word}");
        }
        for word in ["кирпич", "иванов", "ровно", "главной"] {
            assert!(!patronymic(&chars(word)), "{word}");
        }
    }
}
