//! The operators of Presidio's anonymiser, with its parameters, defaults and messages.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256, Sha512};

use crate::Refusal;
use crate::aes_cbc::Key;
use crate::json::{get, is_empty, shown, wrong_kind};

/// Names for `GET /anonymizers`, in Presidio's order. `custom` is a function of Python's and cannot come over a network.
#[cfg(feature = "http")]
pub(crate) const ANONYMIZERS: [&str; 6] = ["encrypt", "hash", "keep", "mask", "redact", "replace"];

/// Names for `GET /deanonymizers`.
#[cfg(feature = "http")]
pub(crate) const DEANONYMIZERS: [&str; 2] = ["decrypt", "deanonymize_keep"];

/// Shortest salt, in bytes.
const MIN_SALT: usize = 16;

/// An operator as a request names it: its parameters are looked at when it is used, as Presidio does.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) name: String,
    params: Map<String, Value>,
}

impl Config {
    pub(crate) fn replace() -> Self {
        Self {
            name: "replace".to_owned(),
            params: Map::new(),
        }
    }

    pub(crate) fn read(value: &Value) -> Result<Self, Refusal> {
        let missing = || Refusal::parameter("Invalid input, operator config must contain operator_name");
        let Value::Object(map) = value else {
            return Err(missing());
        };
        match map.get("type").filter(|v| !is_empty(v)) {
            Some(Value::String(name)) => Ok(Self {
                name: name.clone(),
                params: map.clone(),
            }),
            Some(other) => Err(wrong_kind("type", "string", other)),
            None => Err(missing()),
        }
    }

    /// The operator, ready to work.
    pub(crate) fn operator(&self, undo: bool) -> Result<Operator, Refusal> {
        let params = &self.params;
        match (self.name.as_str(), undo) {
            ("replace", false) => match params.get("new_value").filter(|v| !is_empty(v)) {
                None => Ok(Operator::Replace(None)),
                Some(Value::String(new)) => Ok(Operator::Replace(Some(new.clone()))),
                Some(other) => Err(wrong_kind("new_value", "string", other)),
            },
            ("redact", false) => Ok(Operator::Redact),
            ("keep", false) | ("deanonymize_keep", true) => Ok(Operator::Keep),
            ("mask", false) => mask(params),
            ("hash", false) => hash(params),
            ("encrypt", false) => key(params).map(Operator::Encrypt),
            ("decrypt", true) => key(params).map(Operator::Decrypt),
            (other, _) => Err(Refusal::parameter(format!(
                "Invalid operator class '{}'.",
                shown(other)
            ))),
        }
    }
}

fn mask(params: &Map<String, Value>) -> Result<Operator, Refusal> {
    let expected = |name: &str| Refusal::parameter(format!("Expected parameter {name}"));
    let with = match get(params, "masking_char") {
        None => return Err(expected("masking_char")),
        Some(Value::String(s)) => {
            let mut chars = s.chars();
            match (chars.next(), chars.next()) {
                (with, None) => with,
                _ => return Err(Refusal::parameter("Invalid input, masking_char must be a character")),
            }
        }
        Some(other) => return Err(wrong_kind("masking_char", "string", other)),
    };
    let count = match get(params, "chars_to_mask") {
        None => return Err(expected("chars_to_mask")),
        // Python takes truth for a number.
        Some(Value::Bool(b)) => usize::from(*b),
        Some(Value::Number(n)) if n.is_i64() || n.is_u64() => match n.as_i64() {
            Some(n) => usize::try_from(n).unwrap_or(0),
            None => usize::MAX,
        },
        Some(v) if is_empty(v) => 0,
        Some(other) => return Err(wrong_kind("chars_to_mask", "number", other)),
    };
    let from_end = match get(params, "from_end") {
        None => return Err(expected("from_end")),
        Some(Value::Bool(b)) => *b,
        Some(v) if is_empty(v) => false,
        Some(other) => return Err(wrong_kind("from_end", "boolean", other)),
    };
    Ok(Operator::Mask { with, count, from_end })
}

fn hash(params: &Map<String, Value>) -> Result<Operator, Refusal> {
    let long = match params.get("hash_type") {
        None => false,
        Some(Value::Null) => return Err(Refusal::parameter("Expected parameter hash_type")),
        Some(Value::String(s)) if s == "sha256" => false,
        Some(Value::String(s)) if s == "sha512" => true,
        Some(other) => {
            let other = other.as_str().map_or_else(|| "given".to_owned(), shown);
            return Err(Refusal::parameter(format!(
                "Parameter hash_type value {other} is not in range of values ['sha256', 'sha512']"
            )));
        }
    };
    let salt = match params.get("salt") {
        None => None,
        Some(Value::String(salt)) if salt.is_empty() => {
            return Err(Refusal::parameter(
                "Salt parameter cannot be empty. Either omit the salt parameter to auto-generate a random salt, or provide a salt of at least \
                 16 bytes (128 bits).",
            ));
        }
        Some(Value::String(salt)) if salt.len() < MIN_SALT => {
            let n = salt.len();
            return Err(Refusal::parameter(format!(
                "Salt must be at least 16 bytes (128 bits). Provided salt is {n} bytes."
            )));
        }
        Some(Value::String(salt)) => Some(salt.clone().into_bytes()),
        Some(other) => return Err(wrong_kind("salt", "string", other)),
    };
    Ok(Operator::Hash { long, salt })
}

fn key(params: &Map<String, Value>) -> Result<Key, Refusal> {
    match get(params, "key") {
        None => Err(Refusal::parameter("Expected parameter key")),
        Some(Value::String(key)) => Key::new(key.as_bytes())
            .ok_or_else(|| Refusal::parameter("Invalid input, key must be of length 128, 192 or 256 bits")),
        Some(_) => Err(Refusal::parameter("Invalid parameter value for 'key'.")),
    }
}

/// An operator, ready to work.
pub(crate) enum Operator {
    /// By a word; none: by the name of the type.
    Replace(Option<String>),
    Redact,
    Keep,
    Mask {
        with: Option<char>,
        count: usize,
        from_end: bool,
    },
    Hash {
        long: bool,
        salt: Option<Vec<u8>>,
    },
    Encrypt(Key),
    Decrypt(Key),
}

impl Operator {
    pub(crate) fn operate(&self, text: &str, entity: &str) -> Result<String, Refusal> {
        Ok(match self {
            Self::Replace(Some(new)) => new.clone(),
            Self::Replace(None) => format!("<{entity}>"),
            Self::Redact => String::new(),
            Self::Keep => text.to_owned(),
            Self::Mask { with, count, from_end } => {
                let len = text.chars().count();
                let masked = (*count).min(len);
                let stars = std::iter::repeat_n(*with, masked).flatten();
                if *from_end {
                    text.chars().take(len - masked).chain(stars).collect()
                } else {
                    stars.chain(text.chars().skip(masked)).collect()
                }
            }
            Self::Hash { long, salt } => {
                let mut random = [0; 32];
                let salt = match salt {
                    Some(salt) => salt.as_slice(),
                    None => {
                        getrandom::fill(&mut random).map_err(|_| Refusal::failed())?;
                        &random
                    }
                };
                if *long {
                    hex(&Sha512::new().chain_update(text).chain_update(salt).finalize())
                } else {
                    hex(&Sha256::new().chain_update(text).chain_update(salt).finalize())
                }
            }
            Self::Encrypt(key) => key.encrypt(text).ok_or_else(Refusal::failed)?,
            Self::Decrypt(key) => key
                .decrypt(text)
                .ok_or_else(|| Refusal::parameter("Invalid input, the text cannot be decrypted with this key"))?,
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
