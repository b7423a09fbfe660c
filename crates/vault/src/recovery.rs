//! The recovery sheet: a body key on paper, for a safe.
//!
//! Five lines of four groups of four characters. Each line carries 8 bytes and a checksum of 2, so that a wrong character is
//! told by its line; the fifth holds the identifier of the key and so proves the whole. The alphabet is Crockford's base32,
//! which has no `I`, `L`, `O`, `U`; what a hand writes for `1` and `0` is read as such.

use zeroize::Zeroizing;

use crate::error::Error;
use crate::key::{BodyKey, KeyId};
use crate::primitives::{self, Key};
use crate::secret::Secret;

const TITLE: &str = "TUTELA RECOVERY ";
const VERSION: u32 = 1;
const DOMAIN: &[u8] = b"tutela vault 1 recovery line";
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Bytes of key in a line, and bytes of its checksum.
const PART: usize = 8;
const SUM: usize = 2;
const LINES: u8 = 5;
const SYMBOLS: usize = 16;
/// Nothing longer is looked at.
const MAX: usize = 4096;

fn sum_of(line: u8, part: &[u8]) -> [u8; SUM] {
    let [a, b, ..] = primitives::hash(DOMAIN, &[&[line], part]);
    [a, b]
}

/// The 16 characters of a line of 10 bytes.
fn encode(line: u8, part: &[u8; PART], out: &mut String) {
    let mut bytes = Zeroizing::new([0_u8; 16]);
    let (first, rest) = bytes.split_at_mut(6);
    debug_assert_eq!(first.len() + PART + SUM, 16);
    let (key, sum) = rest.split_at_mut(PART);
    key.copy_from_slice(part);
    sum.copy_from_slice(&sum_of(line, part));
    let number = Zeroizing::new(u128::from_be_bytes(*bytes));
    for i in 0..SYMBOLS {
        if i > 0 && i % 4 == 0 {
            out.push('-');
        }
        let digit = (*number >> (5 * (SYMBOLS - 1 - i))) & 31;
        // Five bits always lie in the alphabet.
        let symbol = usize::try_from(digit).ok().and_then(|d| ALPHABET.get(d)).copied();
        out.push(char::from(symbol.unwrap_or_default()));
    }
}

/// What a character of the sheet stands for.
fn digit(c: char) -> Option<u128> {
    let c = match c.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    };
    let at = ALPHABET.iter().position(|&a| char::from(a) == c)?;
    u128::try_from(at).ok()
}

/// Reads line `line`; its number may stand before it.
fn decode(line: u8, text: &str) -> Option<Zeroizing<[u8; PART]>> {
    let mut digits = Zeroizing::new([0_u128; SYMBOLS + 1]);
    let mut count = 0;
    for c in text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '—' | '.' | ':' | ')'))
    {
        *digits.get_mut(count)? = digit(c)?;
        count += 1;
    }
    let digits = match (count, digits.split_first()) {
        (SYMBOLS, _) => digits.get(..SYMBOLS)?,
        (17, Some((&number, rest))) if number == u128::from(line) => rest,
        _ => return None,
    };
    let number = Zeroizing::new(digits.iter().fold(0, |sum, digit| sum << 5 | digit));
    let bytes = Zeroizing::new(number.to_be_bytes());
    let (_, rest) = bytes.split_at(6);
    let (part, sum) = rest.split_first_chunk::<PART>()?;
    (sum == sum_of(line, part)).then(|| Zeroizing::new(*part))
}

impl BodyKey {
    /// The recovery sheet: whoever has it has the key. It goes on paper and into a safe, not into a file.
    pub fn recovery(&self) -> Secret {
        let mut text = Zeroizing::new(String::with_capacity(256));
        text.push_str(TITLE);
        text.push_str("1\n");
        let (parts, _) = self.root().as_chunks::<PART>();
        for (line, part) in (1..).zip(parts.iter().chain([self.id().as_bytes()])) {
            text.push(char::from(b'0' + line));
            text.push_str(": ");
            encode(line, part, &mut text);
            text.push('\n');
        }
        Secret::new(Zeroizing::new(text.as_bytes().to_vec()))
    }

    /// The key of a recovery sheet as a person typed it: letters in any case, any spaces and dashes, with or without the title
    /// and the numbers of the lines. The first line that was not copied correctly is told.
    pub fn from_recovery(text: &str) -> Result<Self, Error> {
        if text.len() > MAX {
            return Err(Error::Damaged);
        }
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).peekable();
        if let Some(version) = lines.peek().and_then(|line| title(line)) {
            match version {
                Some(VERSION) => lines.next(),
                Some(other) => return Err(Error::Version(other)),
                None => return Err(Error::Damaged),
            };
        }
        let mut root = Key::default();
        let (parts, _) = root.as_chunks_mut::<PART>();
        for (line, part) in (1..LINES).zip(parts) {
            let read = lines.next().and_then(|text| decode(line, text));
            *part = *read.ok_or(Error::RecoveryLine(line))?;
        }
        let read = lines.next().and_then(|text| decode(LINES, text));
        let id = KeyId::from_bytes(*read.ok_or(Error::RecoveryLine(LINES))?);
        let this = Self::from_root(root);
        let whole = this.id() == id && lines.next().is_none();
        whole.then_some(this).ok_or(Error::Damaged)
    }
}

/// The version in a title line: `None` if it is no title, `Some(None)` if its version is no number.
fn title(line: &str) -> Option<Option<u32>> {
    let words = line.to_ascii_uppercase();
    words.strip_prefix(TITLE).map(|version| version.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::tests::fixed;

    #[test]
    fn a_sheet_comes_back_as_a_person_types_it() {
        let key = fixed(9);
        let sheet = key.recovery();
        let sheet = sheet.expose_str().unwrap();
        assert_eq!(sheet.lines().count(), 6);
        assert!(sheet.lines().skip(1).all(|line| line.len() == 3 + 19), "{sheet}");
        let read = |text: &str| BodyKey::from_recovery(text).unwrap().id();
        assert_eq!(read(sheet), key.id());
        assert_eq!(read(&sheet.to_lowercase()), key.id());
        assert_eq!(read(&sheet.replace('-', " ").replace('\n', "\r\n\r\n")), key.id());
        assert_eq!(
            read(&sheet.replace('1', "l").replace('0', "o").replacen('l', "1", 2)),
            key.id()
        );
        let bare: String = sheet
            .lines()
            .skip(1)
            .map(|l| l.split_once(' ').unwrap().1.to_owned() + "\n")
            .collect();
        assert_eq!(read(&bare), key.id());
        assert_eq!(
            BodyKey::from_recovery(sheet).unwrap().root(),
            key.root(),
            "the whole key"
        );
    }

    #[test]
    fn a_wrong_character_is_told_by_its_line() {
        let sheet = fixed(10).recovery();
        let lines: Vec<_> = sheet.expose_str().unwrap().lines().map(str::to_owned).collect();
        let mut tried = 0;
        for line in 1..=5 {
            for at in 3..lines[line].len() {
                let old = char::from(lines[line].as_bytes()[at]);
                if old == '-' {
                    continue;
                }
                for new in ALPHABET
                    .iter()
                    .map(|&b| char::from(b))
                    .filter(|&c| c != old)
                    .chain(['U', '?', 'ж'])
                {
                    let mut changed = lines.clone();
                    changed[line] = lines[line]
                        .chars()
                        .enumerate()
                        .map(|(i, c)| if i == at { new } else { c })
                        .collect();
                    let error = BodyKey::from_recovery(&changed.join("\n")).unwrap_err();
                    assert_eq!(error, Error::RecoveryLine(u8::try_from(line).unwrap()));
                    tried += 1;
                }
            }
        }
        assert_eq!(tried, 5 * 16 * 34);
    }

    #[test]
    fn lines_of_other_sheets_and_other_orders_are_refused() {
        let (a, b) = (fixed(11).recovery(), fixed(12).recovery());
        let lines =
            |secret: &Secret| -> Vec<String> { secret.expose_str().unwrap().lines().map(str::to_owned).collect() };
        let (a, b) = (lines(&a), lines(&b));
        for line in 1..=5 {
            let mut mixed = a.clone();
            mixed[line].clone_from(&b[line]);
            assert_eq!(
                BodyKey::from_recovery(&mixed.join("\n")).unwrap_err(),
                Error::Damaged,
                "{line}"
            );
        }
        let mut swapped = a.clone();
        swapped.swap(1, 2);
        assert_eq!(
            BodyKey::from_recovery(&swapped.join("\n")).unwrap_err(),
            Error::RecoveryLine(1)
        );
        assert_eq!(
            BodyKey::from_recovery(&a[..5].join("\n")).unwrap_err(),
            Error::RecoveryLine(5)
        );
        assert_eq!(BodyKey::from_recovery("").unwrap_err(), Error::RecoveryLine(1));
        assert_eq!(
            BodyKey::from_recovery(&format!("{}\nx", a.join("\n"))).unwrap_err(),
            Error::Damaged
        );
        assert_eq!(
            BodyKey::from_recovery("Tutela Recovery 2\n…").unwrap_err(),
            Error::Version(2)
        );
        assert_eq!(BodyKey::from_recovery("Tutela Recovery x").unwrap_err(), Error::Damaged);
        assert_eq!(
            BodyKey::from_recovery(&"0".repeat(100_000)).unwrap_err(),
            Error::Damaged
        );
    }
}
