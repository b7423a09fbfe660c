//! Numbers that stay numbers of the same shape, and values that become tokens; both go back with the key.

use aes::Aes256;
use aes::cipher::{BlockCipherEncrypt, KeyInit as _};
use tutela_detect::Entity;

use super::check;
use super::ff1::{Ff1, Way};
use super::key::Key;

/// What becomes of check digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Check {
    /// The new number passes its check, as a program that checks it needs.
    Valid,
    /// It fails it on purpose, so that nobody takes it for a number of somebody.
    Invalid,
}

/// The value with its digits encrypted (FF1), everything between them kept. Nothing where there are fewer than a million numbers of its
/// length, and nothing for a number that fails its own check where the new one is to fail it too: it could not be told apart on the way back.
pub(super) fn number(key: &Key, way: Way, check: Check, scope: &str, entity: Entity, value: &str) -> Option<String> {
    // The last sign of a Chinese identity number may be a letter, and follows from the others.
    let resident = entity == Entity::CnResidentId;
    let (value, last) = match value.char_indices().next_back().filter(|_| resident) {
        Some((at, last)) => (value.get(..at)?, check::resident_place(last)?),
        None => (value, 0),
    };
    let digits: Vec<u32> = value.chars().filter_map(|c| c.to_digit(10)).collect();
    let ff1 = Ff1::new(Aes256::new(&(*key.derived("ff1")).into()), 10);
    let tweak = format!("{}\0{scope}", entity.as_str());
    if resident
        && check::resident(&digits)?
            != (if way == Way::Decrypt {
                turned(last, check, way)
            } else {
                last
            })
    {
        return None;
    }
    let run = |digits: &[u32]| ff1.run(way, tweak.as_bytes(), digits);
    let passes = |digits: &[u32]| check::digits(entity, digits).is_some_and(|right| digits.ends_with(&right));
    let new = match check::digits(entity, &digits) {
        None => run(&digits)?,
        Some(right) => {
            let body = digits.len() - right.len();
            let marked = passes(&moved(&digits, way == Way::Decrypt && check == Check::Invalid));
            if marked {
                let mut new = run(digits.get(..body)?)?;
                new.resize(digits.len(), 0);
                let right = check::digits(entity, &new)?;
                new.truncate(body);
                new.extend(right);
                moved(&new, way == Way::Encrypt && check == Check::Invalid)
            } else if check == Check::Valid {
                // Numbers that fail their check are their own domain: encrypted again until the result fails it as well.
                let mut new = run(&digits)?;
                while passes(&new) {
                    new = run(&new)?;
                }
                new
            } else {
                return None;
            }
        }
    };
    let sign = resident.then(|| {
        let right = check::resident(&new)?;
        check::resident_sign(if way == Way::Encrypt {
            turned(right, check, way)
        } else {
            right
        })
    });
    let mut new = new.into_iter().filter_map(|d| char::from_digit(d, 10));
    let mut out: String = value
        .chars()
        .map(|c| if c.is_ascii_digit() { new.next().unwrap_or(c) } else { c })
        .collect();
    if let Some(sign) = sign {
        out.push(sign?);
    }
    Some(out)
}

/// The place of a check sign, moved by one on the way there where the check is to fail, and moved back on the way back.
fn turned(place: u32, check: Check, way: Way) -> u32 {
    match (check, way) {
        (Check::Valid, _) => place,
        (Check::Invalid, Way::Encrypt) => (place + 1) % 11,
        (Check::Invalid, Way::Decrypt) => (place + 10) % 11,
    }
}

/// The digits with the last one moved: from a check that passes to one that fails; on the way back the same step undoes it.
fn moved(digits: &[u32], really: bool) -> Vec<u32> {
    let mut digits = digits.to_vec();
    if really && let Some(last) = digits.last_mut() {
        // Five and back: the same step both ways.
        *last = (*last + 5) % 10;
    }
    digits
}

/// Bytes of the tag that a token begins with: it is the nonce of the encryption and proves that a token is whole.
const TAG: usize = 12;

/// Letters of tokens: no letter that reads like a digit.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Bytes as letters and digits.
pub(super) fn letters(bytes: &[u8]) -> String {
    let (mut out, mut held, mut bits) = (String::new(), 0_u32, 0);
    let letter = |five: u32| LETTERS.get((five & 31) as usize).map_or('0', |b| char::from(*b));
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(letter(held >> bits));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        out.push(letter(held << (5 - bits)));
    }
    out
}

fn from_letters(text: &str) -> Option<Vec<u8>> {
    let (mut out, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for byte in text.bytes() {
        held = held << 5 | LETTERS.iter().position(|l| *l == byte)? as u32;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits & 255) as u8);
        }
        held &= (1 << bits) - 1;
    }
    Some(out)
}

/// A token that holds the value under the key: deterministic, authenticated by the keyed hash that is its nonce.
pub(super) fn token(key: &Key, scope: &str, entity: Entity, value: &str) -> String {
    let tag = key.hash(
        "token",
        &[scope.as_bytes(), entity.as_str().as_bytes(), value.as_bytes()],
    );
    let tag = tag.get(..TAG).unwrap_or_default();
    let mut bytes = tag.to_vec();
    bytes.extend_from_slice(value.as_bytes());
    if let Some(body) = bytes.get_mut(TAG..) {
        stream(key, tag, body);
    }
    format!("T-{}", letters(&bytes))
}

/// The value in a token; nothing where it was not made with this key, scope and type.
pub(super) fn from_token(key: &Key, scope: &str, entity: Entity, token: &str) -> Option<String> {
    let mut bytes = from_letters(token.strip_prefix("T-")?)?;
    let body = bytes.split_off(TAG.min(bytes.len()));
    let mut body = body;
    stream(key, &bytes, &mut body);
    let value = String::from_utf8(body).ok()?;
    let right = key.hash(
        "token",
        &[scope.as_bytes(), entity.as_str().as_bytes(), value.as_bytes()],
    );
    (right.get(..TAG) == Some(&bytes)).then_some(value)
}

/// AES in counter mode.
fn stream(key: &Key, nonce: &[u8], bytes: &mut [u8]) {
    let cipher = Aes256::new(&(*key.derived("token stream")).into());
    for (i, chunk) in bytes.chunks_mut(16).enumerate() {
        let mut block = [0_u8; 16];
        for (to, from) in block.iter_mut().zip(nonce) {
            *to = *from;
        }
        let counter = u32::try_from(i).unwrap_or(u32::MAX).to_be_bytes();
        for (to, from) in block.iter_mut().skip(TAG).zip(counter) {
            *to = from;
        }
        let mut block = block.into();
        cipher.encrypt_block(&mut block);
        for (byte, pad) in chunk.iter_mut().zip(block.iter()) {
            *byte ^= pad;
        }
    }
}
