//! Pictures that stand in a text as `data:` addresses.

use crate::Step;
use crate::context::Ctx;

/// Shortest picture that is worth a look, in bytes of base64.
const SHORTEST: usize = 200;

/// Hands the picture that a `data:` address holds to its reader. Whether it was one.
pub(super) fn picture(address: &str, step: Step, ctx: &mut Ctx<'_>) -> bool {
    let Some((head, data)) = address.strip_prefix("data:").and_then(|a| a.split_once(',')) else {
        return false;
    };
    if !head.starts_with("image/") || !head.ends_with(";base64") || data.len() < SHORTEST || head.contains("svg") {
        return false;
    }
    let bytes = base64(data.as_bytes());
    if let Err(why) = ctx.spend(bytes.len() as u64) {
        ctx.unread(&[step], why);
        return true;
    }
    ctx.child(step, "", &bytes);
    true
}

/// Decodes base64; bytes of no meaning are passed over.
pub(super) fn base64(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut n) = (0_u32, 0);
    for &b in text {
        let value = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        n += 6;
        if n >= 8 {
            n -= 8;
            out.push((bits >> n) as u8);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_decodes() {
        assert_eq!(base64(b"VHV0ZWxh"), b"Tutela");
        assert_eq!(base64(b"VHV0\nZWw="), b"Tutel");
        assert_eq!(base64(b"!!"), b"");
    }
}
