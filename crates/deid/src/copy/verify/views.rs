//! What bytes may mean beside what they are.

use std::borrow::Cow;

/// Shortest run of letters that may be base64, of digits that may be hexadecimal.
const RUN: usize = 8;

/// Calls `see` with every meaning that the bytes may have.
pub(super) fn each(bytes: &[u8], see: &mut dyn FnMut(&[u8])) {
    plain(bytes, see);
    if let Some(text) = unescaped(bytes) {
        plain(&text, see);
    }
    for run in runs(bytes) {
        plain(&run, see);
    }
}

/// The bytes as they are, and as two bytes a character.
fn plain(bytes: &[u8], see: &mut dyn FnMut(&[u8])) {
    see(bytes);
    let sound = std::str::from_utf8(bytes).is_ok() && memchr::memchr(0, bytes).is_none();
    if sound || bytes.len() < 8 {
        return;
    }
    for from in [0, 1] {
        let pairs = || bytes.get(from..).unwrap_or_default().chunks_exact(2);
        let little = pairs().map(|p| u16::from_le_bytes([p[0], p[1]]));
        let big = pairs().map(|p| u16::from_be_bytes([p[0], p[1]]));
        see(wide(little).as_bytes());
        see(wide(big).as_bytes());
    }
}

fn wide(units: impl Iterator<Item = u16>) -> String {
    char::decode_utf16(units)
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// With entities, escapes, percent signs and quoted-printable undone; nothing where there are none.
fn unescaped(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    memchr::memchr3(b'&', b'\\', b'%', bytes).or_else(|| memchr::memchr(b'=', bytes))?;
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = bytes.get(at..).unwrap_or_default();
        let step = match byte {
            b'&' => entity(rest, &mut out),
            b'\\' => escape(rest, &mut out),
            b'%' | b'=' => coded(rest, &mut out),
            _ => None,
        };
        at += step.unwrap_or_else(|| {
            out.push(byte);
            1
        });
    }
    Some(Cow::Owned(out))
}

fn push(c: char, out: &mut Vec<u8>) {
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()
}

fn entity(rest: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    let end = rest.iter().take(12).position(|b| *b == b';')?;
    let name = rest.get(1..end)?;
    let c = match name {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        b"nbsp" => ' ',
        [b'#', b'x' | b'X', hex @ ..] => char::from_u32(number(hex, 16)?)?,
        [b'#', digits @ ..] => char::from_u32(number(digits, 10)?)?,
        _ => return None,
    };
    push(c, out);
    Some(end + 1)
}

/// `\u0430` of JSON, `\u1072?` and `\'e0` of RTF (the latter as windows-1251 is left to the readers).
fn escape(rest: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    if rest.get(1) != Some(&b'u') {
        return None;
    }
    let hex = |from: usize| number(rest.get(from..from + 4)?, 16);
    if let Some(high) = hex(2) {
        if (0xD800..0xDC00).contains(&high)
            && rest.get(6..8) == Some(b"\\u")
            && let Some(low) = hex(8)
        {
            push(char::from_u32(0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF))?, out);
            return Some(12);
        }
        // Four decimal digits read as hexadecimal are told from RTF by what follows them.
        if rest.get(6) != Some(&b'?') {
            push(char::from_u32(high)?, out);
            return Some(6);
        }
    }
    let digits = rest
        .get(2..)?
        .iter()
        .take(6)
        .take_while(|b| b.is_ascii_digit() || **b == b'-')
        .count();
    let code: i32 = std::str::from_utf8(rest.get(2..2 + digits)?).ok()?.parse().ok()?;
    push(char::from_u32(u32::from(code as u16))?, out);
    Some(2 + digits + usize::from(rest.get(2 + digits) == Some(&b'?')))
}

fn coded(rest: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    // A soft break of quoted-printable.
    if rest.starts_with(b"=\r\n") {
        return Some(3);
    }
    if rest.starts_with(b"=\n") {
        return Some(2);
    }
    out.push(u8::try_from(number(rest.get(1..3)?, 16)?).ok()?);
    Some(3)
}

/// What runs of letters hold as base64, and runs of hexadecimal digits as bytes.
fn runs(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    let letter = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_');
    let mut at = 0;
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        let skip = rest.iter().take_while(|b| !letter(**b)).count();
        at += skip;
        let rest = bytes.get(at..).unwrap_or_default();
        // Lines of base64 belong together.
        let mut len = 0;
        while let Some(&b) = rest.get(len) {
            let broken = matches!(b, b'\r' | b'\n') && len >= 60;
            if !letter(b) && !broken {
                break;
            }
            len += 1;
        }
        let run = rest.get(..len).unwrap_or_default();
        at += len.max(1);
        // Words of a language are not encoded: what is has digits or capitals inside.
        let coded =
            run.len() >= RUN && (run.iter().any(u8::is_ascii_digit) || run.iter().skip(1).any(u8::is_ascii_uppercase));
        if !coded {
            continue;
        }
        let hex: Vec<u8> = run.iter().copied().filter(|b| !matches!(b, b'\r' | b'\n')).collect();
        if hex.iter().all(u8::is_ascii_hexdigit) {
            for from in [0, 1] {
                let pairs = hex.get(from..).unwrap_or_default().chunks_exact(2);
                out.push(
                    pairs
                        .filter_map(|p| number(p, 16).and_then(|n| u8::try_from(n).ok()))
                        .collect(),
                );
            }
        }
        // The run may begin within a group.
        for from in 0..4.min(hex.len()) {
            out.push(base64(hex.get(from..).unwrap_or_default()));
        }
    }
    out
}

fn base64(letters: &[u8]) -> Vec<u8> {
    let (mut out, mut held, mut bits) = (Vec::with_capacity(letters.len() * 3 / 4), 0_u32, 0);
    for letter in letters {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' | b'-' => 62,
            _ => 63,
        };
        held = held << 6 | u32::from(six);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits & 255) as u8);
        }
        held &= (1 << bits) - 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sees(bytes: &[u8], value: &str) -> bool {
        let mut found = false;
        each(bytes, &mut |view| {
            found |= memchr::memmem::find(view, value.as_bytes()).is_some()
        });
        found
    }

    #[test]
    fn a_value_is_seen_in_every_writing() {
        let value = "Иванов Иван";
        let utf16: Vec<u8> = value.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = [0]
            .into_iter()
            .chain(value.encode_utf16().flat_map(u16::to_be_bytes))
            .collect();
        let hex: String = value.bytes().map(|b| format!("{b:02x}")).collect();
        let percent: String = value.bytes().map(|b| format!("%{b:02X}")).collect();
        let quoted: String = value.bytes().map(|b| format!("={b:02X}")).collect();
        let quoted = {
            let (a, b) = quoted.split_at(30);
            format!("{a}=\r\n{b}")
        };
        let entities: String = value.chars().map(|c| format!("&#x{:x};", c as u32)).collect();
        let decimal: String = value.chars().map(|c| format!("&#{};", c as u32)).collect();
        let json: String = value.chars().map(|c| format!("\\u{:04x}", c as u32)).collect();
        let rtf: String = value.chars().map(|c| format!("\\u{}?", c as u32)).collect();
        for bytes in [
            &utf16[..],
            &big,
            hex.as_bytes(),
            percent.as_bytes(),
            quoted.as_bytes(),
            entities.as_bytes(),
            decimal.as_bytes(),
            json.as_bytes(),
            rtf.as_bytes(),
        ] {
            assert!(sees(bytes, value), "{}", String::from_utf8_lossy(bytes));
        }
        // `Иванов Иван` in base64, alone and within other letters.
        assert!(sees("0JjQstCw0L3QvtCyINCY0LLQsNC9".as_bytes(), value));
        assert!(sees(
            "src=data:x;base64,AAAA0JjQstCw0L3QvtCyINCY0LLQsNC9BBBB".as_bytes(),
            value
        ));
        assert!(!sees("another text, with nothing in it".as_bytes(), value));
    }
}
