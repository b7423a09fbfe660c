use std::fmt;

/// Why a file of recognisers is refused, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, counted from 1; 0 where there are no lines.
    pub line: usize,
    /// What is wrong.
    pub why: Why,
}

/// What is wrong with a file of recognisers. `Display` is English; [`Why::key`] and [`Why::argument`] are for translations.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// The file is longer than so many megabytes.
    TooLong(u64),
    /// It is not YAML, TOML or JSON; what the parser says.
    Syntax(String),
    /// It is nested deeper than any file of recognisers.
    TooDeep,
    /// An alias or a tag of YAML, which could make a small file large.
    Alias,
    /// A word that is not known here.
    Unknown(String),
    /// A word stands twice.
    Twice(String),
    /// A word is missing.
    Missing(&'static str),
    /// A value is of another kind: the word, what is expected.
    Kind(String, &'static str),
    /// A score that is not between 0 and 1.
    Score,
    /// The pattern is not sound; what the library says.
    Regex(String),
    /// Look-around inside a pattern, or a back-reference.
    LookAround,
    /// The pattern would take too much memory.
    RegexTooLarge,
    /// Flags of patterns that are not known.
    Flags(String),
    /// The name of a type is not one.
    TypeName(String),
    /// The type is declared elsewhere, and otherwise.
    TypeOtherwise(String),
    /// Too many types.
    Types,
    /// A class for a type whose class the law says.
    ClassOfKnown(String),
    /// A class that is neither `basic` nor `sensitive`.
    Class(String),
    /// A language that is not a code.
    Language(String),
    /// More of something than is taken: what, and how many are.
    Many(&'static str, usize),
    /// An entry of a list is empty or too long.
    Entry,
    /// A recogniser without patterns and lists.
    Nothing,
    /// A file of words cannot be read: its name, and why.
    ListFile(String, String),
    /// A file of words where none may be named.
    NoFiles,
}

impl Why {
    /// Key of the message in the translation files.
    pub fn key(&self) -> &'static str {
        match self {
            Self::TooLong(_) => "recognizer-too-long",
            Self::Syntax(_) => "recognizer-syntax",
            Self::TooDeep => "recognizer-too-deep",
            Self::Alias => "recognizer-alias",
            Self::Unknown(_) => "recognizer-unknown",
            Self::Twice(_) => "recognizer-twice",
            Self::Missing(_) => "recognizer-missing",
            Self::Kind(..) => "recognizer-kind",
            Self::Score => "recognizer-score",
            Self::Regex(_) => "recognizer-regex",
            Self::LookAround => "recognizer-look-around",
            Self::RegexTooLarge => "recognizer-regex-too-large",
            Self::Flags(_) => "recognizer-flags",
            Self::TypeName(_) => "recognizer-type-name",
            Self::TypeOtherwise(_) => "recognizer-type-otherwise",
            Self::Types => "recognizer-types",
            Self::ClassOfKnown(_) => "recognizer-class-of-known",
            Self::Class(_) => "recognizer-class",
            Self::Language(_) => "recognizer-language",
            Self::Many(..) => "recognizer-many",
            Self::Entry => "recognizer-entry",
            Self::Nothing => "recognizer-nothing",
            Self::ListFile(..) => "recognizer-list-file",
            Self::NoFiles => "recognizer-no-files",
        }
    }

    /// The argument of the message (`{ $x }` in the translation files), empty where there is none.
    pub fn argument(&self) -> String {
        match self {
            Self::TooLong(n) => n.to_string(),
            Self::Syntax(x)
            | Self::Unknown(x)
            | Self::Twice(x)
            | Self::Regex(x)
            | Self::Flags(x)
            | Self::TypeName(x)
            | Self::TypeOtherwise(x)
            | Self::ClassOfKnown(x)
            | Self::Class(x)
            | Self::Language(x) => x.clone(),
            Self::Missing(x) => (*x).to_owned(),
            Self::Kind(x, want) => format!("{x}: {want}"),
            Self::Many(what, most) => format!("{what}: {most}"),
            Self::ListFile(name, why) => format!("{name}: {why}"),
            Self::TooDeep
            | Self::Alias
            | Self::Score
            | Self::LookAround
            | Self::RegexTooLarge
            | Self::Types
            | Self::Entry
            | Self::Nothing
            | Self::NoFiles => String::new(),
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong(n) => write!(f, "longer than {n} MB: split it"),
            Self::Syntax(x) => write!(f, "cannot be parsed: {x}"),
            Self::TooDeep => f.write_str("nested too deep"),
            Self::Alias => f.write_str("anchors, aliases and tags of YAML are not taken: write the value out"),
            Self::Unknown(x) => write!(f, "unknown word '{x}'"),
            Self::Twice(x) => write!(f, "'{x}' stands twice"),
            Self::Missing(x) => write!(f, "'{x}' is missing"),
            Self::Kind(x, want) => write!(f, "'{x}' must be {want}"),
            Self::Score => f.write_str("a score is a number from 0 to 1"),
            Self::Regex(x) => write!(f, "the pattern is not sound: {x}"),
            Self::LookAround => f.write_str(
                "look-around inside a pattern and back-references are not taken: only one character before and behind the whole pattern can be looked at",
            ),
            Self::RegexTooLarge => f.write_str("the pattern takes too much memory: make its repetitions smaller"),
            Self::Flags(x) => write!(f, "flags {x} are not known: I (2), M (8), S (16), U (32), X (64) are"),
            Self::TypeName(x) => write!(f, "'{x}' cannot be the name of a type: a letter, then letters, digits, _ - ."),
            Self::TypeOtherwise(x) => write!(f, "the type '{x}' is declared elsewhere with another class or spelling"),
            Self::Types => f.write_str("too many types"),
            Self::ClassOfKnown(x) => write!(f, "the class of '{x}' is said by the law: leave 'class' out"),
            Self::Class(x) => write!(f, "class '{x}' is neither basic nor sensitive"),
            Self::Language(x) => write!(f, "'{x}' is not the code of a language"),
            Self::Many(what, most) => write!(f, "at most {most} {what}"),
            Self::Entry => f.write_str("an entry of a list is empty or longer than 256 bytes"),
            Self::Nothing => f.write_str("the recogniser has neither patterns nor a deny_list"),
            Self::ListFile(name, why) => write!(f, "the list {name} cannot be used: {why}"),
            Self::NoFiles => f.write_str("no files can be named here"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}", self.why),
            n => write!(f, "line {n}: {}", self.why),
        }
    }
}

impl std::error::Error for Fault {}
