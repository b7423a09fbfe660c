//! Check digits of numbers: where they stand and what they should be.

use tutela_detect::Entity;

/// How many digits at the end of a number of this type and length are check digits, and what they should be for the digits before them.
pub(super) fn digits(entity: Entity, all: &[u32]) -> Option<Vec<u32>> {
    let n = all.len();
    let head = |k: usize| all.get(..n.checked_sub(k)?);
    match (entity, n) {
        (Entity::CreditCard | Entity::CnBankCard | Entity::Imei, 12..=19) => Some(vec![luhn(head(1)?)]),
        (Entity::RuSnils, 11) => Some(snils(head(2)?)),
        (Entity::RuInn, 10) => Some(vec![weighed(head(1)?, &[2, 4, 10, 3, 5, 9, 4, 6, 8])]),
        (Entity::RuInn, 12) => {
            let first = weighed(head(2)?, &[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]);
            let eleven: Vec<u32> = head(2)?.iter().copied().chain([first]).collect();
            Some(vec![first, weighed(&eleven, &[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8])])
        }
        (Entity::RuOgrn, 13) => Some(vec![remainder(head(1)?, 11) % 10]),
        (Entity::RuOgrn, 15) => Some(vec![remainder(head(1)?, 13) % 10]),
        (Entity::VnTaxCode, 10) => {
            let sum: u32 = head(1)?
                .iter()
                .zip([31, 29, 23, 19, 17, 13, 7, 5, 3])
                .map(|(d, w)| d * w)
                .sum();
            let check = 10 - sum % 11;
            // A remainder without a digit of its own is never given out.
            Some(vec![check % 10])
        }
        _ => None,
    }
}

fn luhn(digits: &[u32]) -> u32 {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, d)| {
            let twice = if i % 2 == 0 { d * 2 } else { *d };
            if twice > 9 { twice - 9 } else { twice }
        })
        .sum();
    (10 - sum % 10) % 10
}

fn snils(digits: &[u32]) -> Vec<u32> {
    let sum: u32 = digits.iter().zip((1..=9).rev()).map(|(d, w)| d * w).sum();
    let check = sum % 101 % 100;
    vec![check / 10, check % 10]
}

fn weighed(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(d, w)| d * w).sum::<u32>() % 11 % 10
}

fn remainder(digits: &[u32], module: u32) -> u32 {
    digits.iter().fold(0, |rest, d| (rest * 10 + d) % module)
}

/// The place of the check sign of a Chinese identity number in the order `0` to `9`, `X`, for its first 17 digits.
pub(super) fn resident(digits: &[u32]) -> Option<u32> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(d, w)| d * w).sum();
    (digits.len() == 17).then_some((12 - sum % 11) % 11)
}

/// The sign at this place.
pub(super) fn resident_sign(place: u32) -> Option<char> {
    if place == 10 {
        Some('X')
    } else {
        char::from_digit(place, 10)
    }
}

/// The place of a sign.
pub(super) fn resident_place(sign: char) -> Option<u32> {
    if matches!(sign, 'X' | 'x') {
        Some(10)
    } else {
        sign.to_digit(10)
    }
}
