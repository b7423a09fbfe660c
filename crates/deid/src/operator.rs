//! What can be done to a value so that a copy does not tell it.
//!
//! An [`Operator`] says what; [`Operators`] does it, with the key and the numbers given out so far. Every operator has an end: where one
//! cannot be applied to a value (an address that names no district, a number too short to be encrypted) the value is masked or labelled,
//! never kept.

mod check;
mod date;
mod encrypt;
mod ff1;
mod general;
mod key;
mod shape;
mod surrogate;

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use tutela_detect::{Entity, Group, Lang};
use tutela_words::{Arg, Locale, Words};

use self::encrypt::letters;
use self::ff1::Way;
use self::key::Draw;

pub use self::encrypt::Check;
pub use self::general::Coarse;
pub use self::key::Key;
pub use self::shape::masked;

/// What is done to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// It stays.
    Keep,
    /// It goes, and nothing shows that it was there.
    Remove,
    /// A label with the type and a number, the same for the same value: `[PERSON_1]`.
    Label,
    /// Stars, with what the conventions of the country leave.
    Mask,
    /// A coarser value.
    Generalise(Coarse),
    /// Dates moved by up to so many days, all of one scope by the same number.
    Shift(u16),
    /// An identifier from the key; the same person has the same one within the scope. It does not lead back.
    Pseudonym,
    /// A token that holds the value under the key.
    Token,
    /// The number encrypted to a number of the same shape.
    Encrypt(Check),
    /// An invented value of the same kind.
    Surrogate,
}

impl Operator {
    /// Whether it needs a key.
    pub fn needs_key(self) -> bool {
        matches!(
            self,
            Self::Shift(_) | Self::Pseudonym | Self::Token | Self::Encrypt(_) | Self::Surrogate
        )
    }

    /// Whether the key leads back to the value.
    pub fn is_reversible(self) -> bool {
        matches!(self, Self::Token | Self::Encrypt(_) | Self::Shift(_))
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keep => f.write_str("keep"),
            Self::Remove => f.write_str("remove"),
            Self::Label => f.write_str("label"),
            Self::Mask => f.write_str("mask"),
            Self::Generalise(Coarse::Fine) => f.write_str("generalise"),
            Self::Generalise(Coarse::Rough) => f.write_str("generalise:rough"),
            Self::Shift(days) => write!(f, "shift:{days}"),
            Self::Pseudonym => f.write_str("pseudonym"),
            Self::Token => f.write_str("token"),
            Self::Encrypt(Check::Valid) => f.write_str("encrypt"),
            Self::Encrypt(Check::Invalid) => f.write_str("encrypt:invalid"),
            Self::Surrogate => f.write_str("surrogate"),
        }
    }
}

impl FromStr for Operator {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Ok(match text {
            "keep" => Self::Keep,
            "remove" => Self::Remove,
            "label" => Self::Label,
            "mask" => Self::Mask,
            "generalise" => Self::Generalise(Coarse::Fine),
            "generalise:rough" => Self::Generalise(Coarse::Rough),
            "pseudonym" => Self::Pseudonym,
            "token" => Self::Token,
            "encrypt" => Self::Encrypt(Check::Valid),
            "encrypt:invalid" => Self::Encrypt(Check::Invalid),
            "surrogate" => Self::Surrogate,
            _ => {
                let days = text.strip_prefix("shift:").and_then(|d| d.parse().ok());
                Self::Shift(days.filter(|d| (1..=3650).contains(d)).ok_or(())?)
            }
        })
    }
}

/// Does what operators say. One of these serves all files between which the same person is to have the same label.
pub struct Operators {
    key: Option<Key>,
    scope: String,
    labels: HashMap<(Entity, String), u32>,
    given: HashMap<&'static str, u32>,
    words: [Option<Words>; 4],
}

impl fmt::Debug for Operators {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operators")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

impl Operators {
    /// Operators with a key; within another scope the same person has another pseudonym.
    pub fn new(key: Option<Key>, scope: &str) -> Self {
        Self {
            key,
            scope: scope.to_owned(),
            labels: HashMap::new(),
            given: HashMap::new(),
            words: [const { None }; 4],
        }
    }

    /// What stands for this value. Without the key that it needs, an operator gives a label.
    pub fn apply(&mut self, operator: Operator, entity: Entity, value: &str, lang: Lang) -> String {
        match operator {
            Operator::Keep => value.to_owned(),
            Operator::Remove => String::new(),
            Operator::Label => self.label(entity, value, lang),
            Operator::Mask => shape::conventional(entity, value),
            Operator::Generalise(coarse) => {
                general::value(entity, value, lang, coarse).unwrap_or_else(|| shape::conventional(entity, value))
            }
            _ => {
                let keyed = self
                    .key
                    .as_ref()
                    .map(|key| keyed(key, &self.scope, operator, entity, value, lang));
                match keyed {
                    Some(Some(made)) => made,
                    Some(None) => shape::conventional(entity, value),
                    None => self.label(entity, value, lang),
                }
            }
        }
    }

    /// The value again, where the operator is reversible and the text was made with this key, scope and type.
    pub fn restore(&self, operator: Operator, entity: Entity, text: &str) -> Option<String> {
        let key = self.key.as_ref()?;
        match operator {
            Operator::Token => encrypt::from_token(key, &self.scope, entity, text),
            Operator::Encrypt(check) => encrypt::number(key, Way::Decrypt, check, &self.scope, entity, text),
            Operator::Shift(days) => date::shifted(text, -offset(key, &self.scope, days)),
            _ => None,
        }
    }

    /// The type in the language of the text and a number: `[PERSON_1]`.
    fn label(&mut self, entity: Entity, value: &str, lang: Lang) -> String {
        let family = family(entity);
        let known = self.labels.entry((entity, same(entity, value)));
        let number = *known.or_insert_with(|| {
            let given = self.given.entry(family).or_default();
            *given += 1;
            *given
        });
        let (slot, locale) = match lang {
            Lang::Vi => (0, Locale::Vi),
            Lang::Ru => (1, Locale::Ru),
            Lang::Zh => (2, Locale::Zh),
            Lang::En => (3, Locale::En),
        };
        let Some(words) = self.words.get_mut(slot) else {
            return format!("[{number}]");
        };
        let words = words.get_or_insert_with(|| Words::new(locale));
        words.with(
            &format!("mask-label-{family}"),
            &[("n", Arg::Text(&number.to_string()))],
        )
    }
}

fn keyed(key: &Key, scope: &str, operator: Operator, entity: Entity, value: &str, lang: Lang) -> Option<String> {
    let parts = [scope.as_bytes(), entity.as_str().as_bytes()];
    let hash = |purpose| key.hash(purpose, &[parts[0], parts[1], same(entity, value).as_bytes()]);
    match operator {
        Operator::Shift(days) => date::shifted(value, offset(key, scope, days)),
        Operator::Pseudonym => Some(format!("ID-{}", letters(hash("pseudonym").get(..10)?))),
        Operator::Token => Some(encrypt::token(key, scope, entity, value)),
        Operator::Encrypt(check) => encrypt::number(key, Way::Encrypt, check, scope, entity, value),
        Operator::Surrogate => surrogate::value(entity, value, lang, &mut Draw::new(hash("surrogate")))
            .filter(|made| made != value)
            .or_else(|| encrypt::number(key, Way::Encrypt, Check::Invalid, scope, entity, value)),
        _ => None,
    }
}

/// Days by which the dates of a scope move: never none.
fn offset(key: &Key, scope: &str, days: u16) -> i64 {
    let mut draw = Draw::new(key.hash("shift", &[scope.as_bytes()]));
    let by = 1 + draw.below(usize::from(days)) as i64;
    if draw.below(2) == 0 { by } else { -by }
}

/// What makes two writings the same value: of names what they are compared by (Russian ones in the nominative), of others letters and
/// digits without case.
fn same(entity: Entity, value: &str) -> String {
    if entity == Entity::Person
        && let Some(key) = tutela_detect::name::normal(value, None)
    {
        return key.exact;
    }
    let plain: String = value
        .chars()
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    let words = plain.split_whitespace();
    if entity.group() == Group::Names {
        words.collect::<Vec<_>>().join(" ")
    } else {
        words.collect()
    }
}

/// The word of labels for a type: types that a reader need not tell apart share one.
fn family(entity: Entity) -> &'static str {
    match entity {
        Entity::Person => "person",
        Entity::Location => "place",
        Entity::Organization => "organisation",
        Entity::Address | Entity::Geolocation | Entity::RuCadastralNumber => "address",
        Entity::EmailAddress => "email",
        Entity::PhoneNumber => "phone",
        Entity::CreditCard | Entity::CnBankCard => "card",
        Entity::IbanCode
        | Entity::SwiftCode
        | Entity::BankAccount
        | Entity::RuBankAccount
        | Entity::Crypto
        | Entity::RuUin => "account",
        Entity::DateOfBirth => "birth",
        Entity::Age => "age",
        Entity::VnPlate | Entity::RuPlate | Entity::CnPlate | Entity::Vin => "vehicle",
        Entity::IpAddress | Entity::MacAddress | Entity::Imei => "device",
        Entity::Url | Entity::Username => "login",
        Entity::Password => "secret",
        _ if entity.group() == Group::Sensitive => "sensitive",
        _ => "number",
    }
}

#[cfg(test)]
mod tests;
