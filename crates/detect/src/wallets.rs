//! Addresses of crypto wallets, told by their checksums.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use crate::codes::{Found, Token};
use crate::context::Context;
use crate::{Entity, Reason};

/// A wallet in a token of letters and digits.
pub(crate) fn read(_: &Context<'_>, token: Token<'_>) -> Option<Found> {
    let bytes = token.text.as_bytes();
    if !(26..=90).contains(&bytes.len()) || !token.text.is_ascii() {
        return None;
    }
    let (name, base, validated) = match bytes {
        [b'1' | b'3' | b'T' | b'L' | b'M' | b'D', ..] if bytes.len() <= 35 && base58_check(bytes) => {
            ("Base58Check", 0.9, true)
        }
        [b'b' | b'B', b'c' | b'C', b'1', ..] if bech32(bytes) => ("Bech32", 0.9, true),
        // 20 bytes in hexadecimal; the prefix tells them from hashes.
        [b'0', b'x', hex @ ..] if hex.len() == 40 && hex.iter().all(u8::is_ascii_hexdigit) => {
            ("0x and 40 digits", 0.7, false)
        }
        _ => return None,
    };
    let name = Cow::Borrowed(name);
    let why = vec![if validated {
        Reason::Checksum(name)
    } else {
        Reason::Layout(name)
    }];
    Some(Found {
        entity: Entity::Crypto,
        start: token.start,
        end: token.end,
        base,
        validated,
        topics: &[],
        why,
    })
}

/// Base58 of 21 bytes and the first four bytes of their double SHA-256 (Bitcoin, Litecoin, Dogecoin, Tron).
fn base58_check(s: &[u8]) -> bool {
    const ALPHABET: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut out = [0_u8; 25];
    for b in s {
        let Some(value) = ALPHABET.iter().position(|a| a == b) else {
            return false;
        };
        let mut carry = value as u32;
        for byte in out.iter_mut().rev() {
            carry += u32::from(*byte) * 58;
            *byte = (carry & 0xFF) as u8;
            carry >>= 8;
        }
        if carry != 0 {
            return false;
        }
    }
    let (payload, sum) = out.split_at(21);
    Sha256::digest(Sha256::digest(payload)).starts_with(sum)
}

/// BIP 173 and BIP 350.
fn bech32(s: &[u8]) -> bool {
    const ALPHABET: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    let lower = s.to_ascii_lowercase();
    if lower != s && s.to_ascii_uppercase() != s {
        return false;
    }
    let Some(data) = lower.get(3..) else { return false };
    // "bc" expanded: high bits, a zero, low bits.
    let mut values = vec![3, 3, 0, 2, 3];
    for b in data {
        match ALPHABET.iter().position(|a| a == b) {
            Some(v) => values.push(v as u32),
            None => return false,
        }
    }
    let mut check = 1_u32;
    for v in values {
        let top = check >> 25;
        check = (check & 0x01FF_FFFF) << 5 ^ v;
        for (i, g) in [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3]
            .into_iter()
            .enumerate()
        {
            if top >> i & 1 == 1 {
                check ^= g;
            }
        }
    }
    check == 1 || check == 0x2BC8_30A3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_addresses_pass_and_their_neighbours_do_not() {
        // The first block's address; BIP 173 and 350 vectors.
        assert!(base58_check(b"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"));
        assert!(!base58_check(b"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"));
        assert!(bech32(b"BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4"));
        assert!(bech32(
            b"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"
        ));
        assert!(!bech32(
            b"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj1"
        ));
    }
}
