//! The blind index: a word is found by its token without being stored.

use std::fmt;

use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::hex;
use crate::index::{self, Kind};
use crate::key::BodyKey;
use crate::primitives;

/// What the key of a field is derived for.
const SALT: &[u8] = b"tutela vault 1 index field";

/// The token of a word in a field: the first 16 bytes of its HMAC. Equal words of one field have equal tokens, and that is all
/// it tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Token([u8; Self::LENGTH]);

impl Token {
    /// Its length in bytes. Among a thousand million words two have the same token with a probability of 1 to 10²⁰.
    pub const LENGTH: usize = 16;

    /// The token with these bytes, as they were stored.
    pub fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    /// Its bytes, to be stored.
    pub fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// Reads 32 lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        hex::decode(text).map(Self)
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(f, &self.0)
    }
}

/// One field of the blind index with its key ready: for many words of one field.
#[derive(Clone)]
pub struct Field(Hmac<Sha256>);

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Field(…)")
    }
}

impl Field {
    /// The token of a word.
    pub fn token(&self, word: &str) -> Token {
        let mut mac = self.0.clone();
        mac.update(word.as_bytes());
        let full: [u8; 32] = mac.finalize().into_bytes().into();
        let mut token = [0; Token::LENGTH];
        token.copy_from_slice(full.split_at(Token::LENGTH).0);
        Token(token)
    }

    /// The tokens of all words of a value, sorted, each once: for a value that is stored and for a query alike.
    pub fn tokens(&self, kind: Kind, value: &str) -> Vec<Token> {
        // Sorted, the tokens do not tell the order of the words.
        let mut tokens: Vec<_> = index::words(kind, value).iter().map(|word| self.token(word)).collect();
        tokens.sort_unstable();
        tokens
    }
}

impl BodyKey {
    /// One field of the blind index. The same word has another token in every field, and under every key of a body.
    pub fn field(&self, field: &str) -> Field {
        let key = primitives::derive(SALT, self.index_key(), &[field.as_bytes()]);
        Field(primitives::hmac(&key))
    }

    /// The token of a word in a field. For many words of one field, [`Self::field`] is faster.
    pub fn token(&self, field: &str, word: &str) -> Token {
        self.field(field).token(word)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::key::tests::fixed;

    #[test]
    fn tokens_depend_on_word_field_and_key_and_on_nothing_else() {
        let (a, b) = (fixed(1), fixed(2));
        let tokens: BTreeSet<_> = [
            a.token("name", "lan"),
            a.token("name", "lam"),
            a.token("phone", "lan"),
            a.token("namel", "an"),
            b.token("name", "lan"),
            a.token("name", ""),
            a.token("", "lan"),
        ]
        .into();
        assert_eq!(tokens.len(), 7, "all differ");
        assert_eq!(a.token("name", "lan"), fixed(1).token("name", "lan"), "and come again");
        assert_eq!(a.token("name", "lan"), a.field("name").token("lan"));
    }

    #[test]
    fn tokens_are_those_of_the_written_format() {
        // Computed by another program (`tests/independent.py fixed`) from the description in `docs/vault.md`.
        assert_eq!(
            fixed(1).token("subject.name", "tran").to_string(),
            "feae485fa23e1244b6705df51c2255d4"
        );
        let token = fixed(1).token("subject.name", "tran");
        assert_eq!(Token::parse(&token.to_string()), Some(token));
        assert_eq!(Token::from_bytes(*token.as_bytes()), token);
    }

    #[test]
    fn a_query_finds_what_was_stored() {
        let field = fixed(3).field("subject.name");
        let stored = field.tokens(Kind::Name, "Trần Thị Lan");
        assert!(stored.is_sorted());
        for query in ["Trần Thị Lan", "tran lan", "LAN", "Trần T. L."] {
            assert!(
                field.tokens(Kind::Name, query).iter().all(|t| stored.contains(t)),
                "{query}"
            );
        }
        assert!(!field.tokens(Kind::Name, "Trần Lam").iter().all(|t| stored.contains(t)));
        assert_eq!(format!("{field:?}"), "Field(…)");
    }
}
