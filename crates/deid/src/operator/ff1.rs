//! Format-preserving encryption FF1 (NIST SP 800-38G): numbers to numbers of the same length, and back with the key.
//!
//! Both halves of a number fit 64 bits, so the arithmetic is that of the processor: at most 38 decimal digits, more than any number of a person.

use aes::cipher::{Array, BlockCipherEncrypt, BlockSizeUser, consts::U16};

/// Fewest values of a domain: with fewer, all of them could be tried (SP 800-38G Rev. 1).
const SMALLEST_DOMAIN: f64 = 1_000_000.0;

/// The cipher with its radix.
pub(crate) struct Ff1<C> {
    cipher: C,
    radix: u32,
}

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Encrypt,
    Decrypt,
}

impl<C: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16>> Ff1<C> {
    pub(crate) fn new(cipher: C, radix: u32) -> Self {
        Self { cipher, radix }
    }

    /// The numerals after encryption or decryption; nothing where the domain is too small, the number too long, a numeral not below the radix.
    pub(crate) fn run(&self, way: Way, tweak: &[u8], numerals: &[u32]) -> Option<Vec<u32>> {
        let n = numerals.len();
        let radix = u64::from(self.radix);
        let (u, v) = (n / 2, n - n / 2);
        let bits = f64::from(self.radix).log2();
        if f64::from(self.radix).powi(i32::try_from(n).ok()?) < SMALLEST_DOMAIN
            || v as f64 * bits >= 64.0
            || numerals.iter().any(|x| *x >= self.radix)
        {
            return None;
        }
        let (left, right) = numerals.split_at(u);
        let number = |half: &[u32]| half.iter().fold(0_u64, |sum, x| sum * radix + u64::from(*x));
        let (mut a, mut b) = (number(left), number(right));
        // Bytes of a half, and bytes of the pseudorandom number that is added to one.
        let bytes = ((v as f64 * bits).ceil() / 8.0).ceil() as usize;
        let d = 4 * bytes.div_ceil(4) + 4;
        let head = self.head(n, u, tweak.len())?;
        let module = |len: usize| (0..len).fold(1_u128, |p, _| p * u128::from(radix));
        let (module_u, module_v) = (module(u), module(v));
        for step in 0..10_u8 {
            let round = if way == Way::Encrypt { step } else { 9 - step };
            let module = if round % 2 == 0 { module_u } else { module_v };
            let known = if way == Way::Encrypt { b } else { a };
            let y = self.round(&head, tweak, round, known, bytes, d)?;
            if way == Way::Encrypt {
                let c = (u128::from(a) + y % module) % module;
                (a, b) = (b, u64::try_from(c).ok()?);
            } else {
                let c = (u128::from(b) + module - y % module) % module;
                (a, b) = (u64::try_from(c).ok()?, a);
            }
        }
        let mut out = vec![0; n];
        let (left, right) = out.split_at_mut(u);
        for (half, mut rest) in [(left, a), (right, b)] {
            for place in half.iter_mut().rev() {
                *place = u32::try_from(rest % radix).ok()?;
                rest /= radix;
            }
        }
        Some(out)
    }

    /// The first block, which is the same for all numbers of one length.
    fn head(&self, n: usize, u: usize, tweak: usize) -> Option<[u8; 16]> {
        let mut p = [1, 2, 1, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        p[3..6].copy_from_slice(self.radix.to_be_bytes().get(1..)?);
        p[7] = (u % 256) as u8;
        p[8..12].copy_from_slice(&u32::try_from(n).ok()?.to_be_bytes());
        p[12..16].copy_from_slice(&u32::try_from(tweak).ok()?.to_be_bytes());
        Some(p)
    }

    /// The pseudorandom number of one round.
    fn round(&self, head: &[u8; 16], tweak: &[u8], round: u8, half: u64, bytes: usize, d: usize) -> Option<u128> {
        let mut q = tweak.to_vec();
        q.resize((q.len() + bytes + 1).next_multiple_of(16) - bytes - 1, 0);
        q.push(round);
        q.extend_from_slice(half.to_be_bytes().get(8 - bytes..)?);
        let mut chain = Array::from(*head);
        self.cipher.encrypt_block(&mut chain);
        for block in q.chunks_exact(16) {
            for (x, y) in chain.iter_mut().zip(block) {
                *x ^= y;
            }
            self.cipher.encrypt_block(&mut chain);
        }
        Some(chain.iter().take(d).fold(0_u128, |sum, x| sum << 8 | u128::from(*x)))
    }
}

#[cfg(test)]
mod tests {
    use aes::cipher::KeyInit;
    use aes::{Aes128, Aes192, Aes256};

    use super::*;

    const KEY: &str = "2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F7F036D6F04FC6A94";

    fn bytes(hex: &str) -> Vec<u8> {
        hex.as_bytes()
            .chunks(2)
            .map(|p| u8::from_str_radix(std::str::from_utf8(p).unwrap(), 16).unwrap())
            .collect()
    }

    fn check<C: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16> + KeyInit>(
        len: usize,
        radix: u32,
        tweak: &str,
        plain: &str,
        cipher: &str,
    ) {
        let ff1 = Ff1::new(C::new_from_slice(&bytes(KEY)[..len]).unwrap(), radix);
        let numerals = |text: &str| text.chars().map(|c| c.to_digit(36).unwrap()).collect::<Vec<_>>();
        let tweak = bytes(tweak);
        assert_eq!(ff1.run(Way::Encrypt, &tweak, &numerals(plain)), Some(numerals(cipher)));
        assert_eq!(ff1.run(Way::Decrypt, &tweak, &numerals(cipher)), Some(numerals(plain)));
    }

    /// The nine samples that NIST publishes for FF1.
    #[test]
    fn the_published_samples_hold() {
        let (none, ten, eleven) = ("", "39383736353433323130", "3737373770717273373737");
        let (digits, letters) = ("0123456789", "0123456789abcdefghi");
        check::<Aes128>(16, 10, none, digits, "2433477484");
        check::<Aes128>(16, 10, ten, digits, "6124200773");
        check::<Aes128>(16, 36, eleven, letters, "a9tv40mll9kdu509eum");
        check::<Aes192>(24, 10, none, digits, "2830668132");
        check::<Aes192>(24, 10, ten, digits, "2496655549");
        check::<Aes192>(24, 36, eleven, letters, "xbj3kv35jrawxv32ysr");
        check::<Aes256>(32, 10, none, digits, "6657667009");
        check::<Aes256>(32, 10, ten, digits, "1001623463");
        check::<Aes256>(32, 36, eleven, letters, "xs8a0azh2avyalyzuwd");
    }

    #[test]
    fn small_domains_and_giants_are_refused() {
        let ff1 = Ff1::new(Aes256::new(&[7; 32].into()), 10);
        assert_eq!(ff1.run(Way::Encrypt, b"", &[1, 2, 3, 4, 5]), None);
        assert!(ff1.run(Way::Encrypt, b"", &[9; 6]).is_some());
        let long = ff1.run(Way::Encrypt, b"", &[9; 38]).unwrap();
        assert_eq!(ff1.run(Way::Decrypt, b"", &long).unwrap(), [9; 38]);
        assert_eq!(ff1.run(Way::Encrypt, b"", &[9; 40]), None);
        assert_eq!(ff1.run(Way::Encrypt, b"", &[10; 8]), None);
    }
}
