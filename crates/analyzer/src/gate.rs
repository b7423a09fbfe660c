//! Who may ask, and how much at the same time.

use std::fmt;
use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode, header};
use sha2::{Digest, Sha256};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Limits, Refusal};

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

    /// Whether a request brings one of them. Every token is compared in full, so that the time tells nothing.
    fn hold(&self, headers: &HeaderMap) -> bool {
        let given = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
        let Some((kind, token)) = given.and_then(|v| v.split_once(' ')) else {
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

/// Lets requests in.
#[derive(Debug)]
pub(crate) struct Gate {
    tokens: Option<Tokens>,
    limits: Limits,
    turns: Arc<Semaphore>,
}

impl Gate {
    pub(crate) fn new(tokens: Option<Tokens>, limits: Limits) -> Self {
        Self {
            tokens,
            limits,
            turns: Arc::new(Semaphore::new(limits.at_once.max(1))),
        }
    }

    /// Whether this request may ask at all.
    pub(crate) fn admit(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        match &self.tokens {
            Some(tokens) if !tokens.hold(headers) => Err(Refusal::new(
                StatusCode::UNAUTHORIZED,
                "A token is needed: Authorization: Bearer …",
            )),
            _ => Ok(()),
        }
    }

    /// Waits for a turn.
    pub(crate) async fn turn(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        let busy = || {
            Refusal::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "Too many requests at the same time: try again",
            )
        };
        let turn = tokio::time::timeout(self.limits.time, Arc::clone(&self.turns).acquire_owned()).await;
        turn.map_err(|_| busy())?.map_err(|_| busy())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_read_and_compared() {
        let tokens = Tokens::read("# for the registry\n0123456789abcdef01234567\n").unwrap();
        let holds = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            tokens.hold(&headers)
        };
        assert!(holds("Bearer 0123456789abcdef01234567") && holds("bearer 0123456789abcdef01234567"));
        assert!(
            !holds("Basic 0123456789abcdef01234567") && !holds("Bearer 0123456789abcdef01234568") && !holds("Bearer")
        );
        assert!(!tokens.hold(&HeaderMap::new()));
        assert_eq!(Tokens::read("# none"), Err(WrongTokens::None));
        assert_eq!(Tokens::read("\nshort"), Err(WrongTokens::Short(2)));
        assert!(!format!("{tokens:?}").contains("0123"));
    }
}
