use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Entity;

/// One piece of personal data found in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What it is.
    pub entity: Entity,
    /// First byte in the text as given.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// How sure, 0 to 1.
    pub score: f32,
    /// Whether a checksum or an equally strong rule (a region code with a possible date) was passed.
    pub validated: bool,
    /// Why, strongest first.
    pub why: Vec<Reason>,
}

/// One reason for a finding. It holds no text of the finding itself beyond what its kind reveals
/// (a region, a year); `Display` is the English of the machine formats, [`Reason::key`] and
/// [`Reason::argument`] are for translations (`why-…` in the translation files).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Reason {
    /// So many digits.
    Digits(u8),
    /// A checksum is right; the argument names its algorithm ("Luhn", "mod 97").
    Checksum(Cow<'static, str>),
    /// The layout is that of the type; the argument names it ("TD1", "IPv6").
    Layout(Cow<'static, str>),
    /// A region code is in its table: code or name.
    Region(String),
    /// The number holds this year of birth.
    Born(u16),
    /// A label stands near: the label as the dictionary has it.
    Label(Cow<'static, str>),
    /// The column header or form caption says so.
    Column(Cow<'static, str>),
    /// The number range belongs to a known issuer, operator or scheme.
    Issuer(Cow<'static, str>),
    /// A title or form of address stands before it.
    Title(Cow<'static, str>),
    /// A dictionary of this kind holds it ("surname", "given name", "place").
    Dictionary(Cow<'static, str>),
    /// The pattern of a name or address ("family-middle-given", "patronymic", "initials").
    Pattern(Cow<'static, str>),
    /// A sensitive term stands in connection with a person.
    TiedTo(Cow<'static, str>),
    /// The finding of the person that a sensitive term is tied to: its type and where it stands in the text as given. It holds no value;
    /// whoever shows it says what it may of the text there.
    Tied {
        /// Type of that finding.
        entity: Entity,
        /// Its first byte.
        start: usize,
        /// One past its last byte.
        end: usize,
    },
    /// A trained model marks it as a name.
    Model,
    /// Found again: the same value is certain elsewhere in the text.
    SeenElsewhere,
    /// Letters that scanners confuse with digits were read as digits.
    OcrRepaired,
    /// Something near lowers the score: a label of another kind of number.
    Against(Cow<'static, str>),
}

impl Reason {
    /// Key of the message in the translation files.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Digits(_) => "why-digits",
            Self::Checksum(_) => "why-checksum",
            Self::Layout(_) => "why-layout",
            Self::Region(_) => "why-region",
            Self::Born(_) => "why-born",
            Self::Label(_) => "why-label",
            Self::Column(_) => "why-column",
            Self::Issuer(_) => "why-issuer",
            Self::Title(_) => "why-title",
            Self::Dictionary(_) => "why-dictionary",
            Self::Pattern(_) => "why-pattern",
            Self::TiedTo(_) | Self::Tied { .. } => "why-tied-to",
            Self::Model => "why-model",
            Self::SeenElsewhere => "why-seen-elsewhere",
            Self::OcrRepaired => "why-ocr-repaired",
            Self::Against(_) => "why-against",
        }
    }

    /// The argument of the message (`{ $x }` in the translation files), empty where there is none.
    pub fn argument(&self) -> String {
        match self {
            Self::Digits(n) => n.to_string(),
            Self::Born(year) => year.to_string(),
            Self::Region(code) => code.clone(),
            Self::Checksum(x)
            | Self::Layout(x)
            | Self::Label(x)
            | Self::Column(x)
            | Self::Issuer(x)
            | Self::Title(x)
            | Self::Dictionary(x)
            | Self::Pattern(x)
            | Self::TiedTo(x)
            | Self::Against(x) => x.clone().into_owned(),
            Self::Tied { entity, .. } => entity.as_str().to_owned(),
            Self::Model | Self::SeenElsewhere | Self::OcrRepaired => String::new(),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Digits(n) => write!(f, "{n} digits"),
            Self::Checksum(x) => write!(f, "checksum {x}"),
            Self::Layout(x) => write!(f, "layout {x}"),
            // Three digits are a province of Vietnam, six a division of China.
            Self::Region(x) if x.len() == 3 => write!(f, "province {x}"),
            Self::Region(x) => write!(f, "region {x}"),
            Self::Born(x) => write!(f, "born {x}"),
            Self::Label(x) => write!(f, "label '{x}'"),
            Self::Column(x) => write!(f, "column '{x}'"),
            Self::Issuer(x) => write!(f, "issuer {x}"),
            Self::Title(x) => write!(f, "title '{x}'"),
            Self::Dictionary(x) => write!(f, "in dictionary: {x}"),
            Self::Pattern(x) => write!(f, "pattern {x}"),
            Self::TiedTo(x) => write!(f, "tied to {x}"),
            Self::Tied { entity, start, .. } => write!(f, "tied to {entity} at {start}"),
            Self::Model => f.write_str("by the trained model"),
            Self::SeenElsewhere => f.write_str("seen elsewhere in the text"),
            Self::OcrRepaired => f.write_str("scanner confusions repaired"),
            Self::Against(x) => write!(f, "against: '{x}'"),
        }
    }
}
