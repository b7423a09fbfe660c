//! Tokens by which programs may ask.

use std::fmt;
use std::sync::Arc;

use sha2::{Digest, Sha256};

/// Shortest token, in characters: shorter ones can be guessed.
const MIN_TOKEN: usize = 24;

/// Most tokens.
const MAX_TOKENS: usize = 1000;

/// The tokens by which programs may ask. Only their hashes are kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Tokens(Arc<[[u8; 32]]>);

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tokens({})", self.0.len())
    }
}

/// A file of tokens that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongTokens {
    /// There are none.
    None,
    /// There are too many.
    TooMany,
    /// The token on this line is too short, or holds signs that a header cannot.
    Short(usize),
}

impl fmt::Display for WrongTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("there is no token in it"),
            Self::TooMany => write!(f, "there are more than {MAX_TOKENS} tokens in it"),
            Self::Short(line) => write!(
                f,
                "line {line}: a token is at least {MIN_TOKEN} letters and digits without spaces"
            ),
        }
    }
}

impl Tokens {
    /// Reads a file: one token a line; `#` begins a remark.
    pub fn read(text: &str) -> Result<Self, WrongTokens> {
        let mut tokens = Vec::new();
        for (n, line) in text.lines().enumerate() {
            let token = line.trim();
            if token.is_empty() || token.starts_with('#') {
                continue;
            }
            if token.len() < MIN_TOKEN || !token.bytes().all(|b| b.is_ascii_graphic()) {
                return Err(WrongTokens::Short(n + 1));
            }
            tokens.push(hash(token));
        }
        match tokens.len() {
            0 => Err(WrongTokens::None),
            1..=MAX_TOKENS => Ok(Self(tokens.into())),
            _ => Err(WrongTokens::TooMany),
        }
    }

    /// Whether the header `Authorization` of a request brings one of them. Every token is compared in full, so that the time tells nothing.
    pub fn hold(&self, authorization: Option<&str>) -> bool {
        let Some((kind, token)) = authorization.and_then(|v| v.split_once(' ')) else {
            return false;
        };
        let given = hash(token.trim());
        let differs = |known: &[u8; 32]| known.iter().zip(&given).fold(0, |all, (a, b)| all | (a ^ b));
        let same = self.0.iter().fold(false, |any, known| any | (differs(known) == 0));
        same && kind.eq_ignore_ascii_case("bearer")
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_read_and_compared() {
        let tokens = Tokens::read("# for the registry\n0123456789abcdef01234567\n").unwrap();
        let holds = |value: &str| tokens.hold(Some(value));
        assert!(holds("Bearer 0123456789abcdef01234567") && holds("bearer 0123456789abcdef01234567"));
        assert!(
            !holds("Basic 0123456789abcdef01234567") && !holds("Bearer 0123456789abcdef01234568") && !holds("Bearer")
        );
        assert!(!tokens.hold(None));
        assert_eq!(Tokens::read("# none"), Err(WrongTokens::None));
        assert_eq!(Tokens::read("\nshort"), Err(WrongTokens::Short(2)));
        assert!(!format!("{tokens:?}").contains("0123"));
    }
}
