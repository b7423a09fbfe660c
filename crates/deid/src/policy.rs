//! Which operator is applied to which type of data for which audience.
//!
//! A policy is a TOML file that an office can read and change: a table for each audience, in it a line for each type, for a group of types,
//! or for all others (`"*"`). What no line names gets the strictest operator: it is removed. Presets are such files, compiled in.

use std::collections::BTreeMap;

use serde::Deserialize;
use tutela_detect::{Entity, Group};

use crate::operator::Operator;

/// Who gets the copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// People of the body itself.
    Inside,
    /// Another public body.
    OtherBody,
    /// Journalists.
    Press,
    /// Everybody.
    Public,
}

impl Audience {
    /// All audiences, the widest last.
    pub const ALL: [Self; 4] = [Self::Inside, Self::OtherBody, Self::Press, Self::Public];

    /// The word of the command line and of policies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::OtherBody => "other-body",
            Self::Press => "press",
            Self::Public => "public",
        }
    }

    /// The audience of this word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.as_str() == name)
    }
}

/// Why a policy cannot be used. The arguments are words of the policy, which holds no personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// No TOML, or another structure.
    #[error("not a policy: {0}")]
    Syntax(String),
    /// A line names a type that does not exist.
    #[error("unknown type '{0}'")]
    Type(String),
    /// A line names an operator that does not exist.
    #[error("unknown operator '{0}'")]
    Operator(String),
}

/// A policy file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    source: String,
    audience: BTreeMap<Audience, BTreeMap<String, String>>,
}

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    name: String,
    source: String,
    rules: BTreeMap<(Audience, Entity), Operator>,
}

/// The presets: what their files hold, the first being the default.
const PRESETS: [&str; 14] = [
    include_str!("../data/policies/default.toml"),
    include_str!("../data/policies/ru-140-identifiers.toml"),
    include_str!("../data/policies/ru-140-delete.toml"),
    include_str!("../data/policies/ru-140-distort.toml"),
    include_str!("../data/policies/ru-140-generalise.toml"),
    include_str!("../data/policies/ru-140-mask.toml"),
    include_str!("../data/policies/ru-140-random.toml"),
    include_str!("../data/policies/ru-courts.toml"),
    include_str!("../data/policies/cn-37964-crypto.toml"),
    include_str!("../data/policies/cn-37964-suppress.toml"),
    include_str!("../data/policies/cn-37964-pseudonym.toml"),
    include_str!("../data/policies/cn-37964-generalise.toml"),
    include_str!("../data/policies/cn-37964-random.toml"),
    include_str!("../data/policies/cn-35273-display.toml"),
];

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    ///
    /// Fails where the file is no policy, or names what does not exist: a policy with a mistake in it would protect less than it says.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        // The message of the parser may quote the file; its place is enough.
        let written: Written = toml::from_str(text).map_err(|e| PolicyError::Syntax(syntax(text, &e)))?;
        let mut rules = BTreeMap::new();
        for (audience, lines) in &written.audience {
            // From the widest line to the narrowest, so that the narrower one holds.
            for width in 0..3 {
                for (name, operator) in lines {
                    let (of, types) = types(name)?;
                    if of != width {
                        continue;
                    }
                    let operator = operator.parse().map_err(|()| PolicyError::Operator(operator.clone()))?;
                    rules.extend(types.into_iter().map(|entity| ((*audience, entity), operator)));
                }
            }
        }
        Ok(Self {
            name: written.name,
            source: written.source,
            rules,
        })
    }

    /// The presets.
    pub fn presets() -> Vec<Self> {
        // A preset that is no policy is found by the tests of this module.
        PRESETS.iter().filter_map(|text| Self::parse(text).ok()).collect()
    }

    /// The preset of this name.
    pub fn preset(name: &str) -> Option<Self> {
        Self::presets().into_iter().find(|p| p.name == name)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// By whom it is asked for or recommended.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What is done to a type for an audience; what the policy does not name is removed.
    pub fn operator(&self, audience: Audience, entity: Entity) -> Operator {
        self.rules.get(&(audience, entity)).copied().unwrap_or(Operator::Remove)
    }

    /// Whether a copy for this audience needs a key.
    pub fn needs_key(&self, audience: Audience) -> bool {
        Entity::ALL.iter().any(|e| self.operator(audience, *e).needs_key())
    }
}

/// The types that the name of a line means, and how narrow it is.
fn types(name: &str) -> Result<(u8, Vec<Entity>), PolicyError> {
    let all = || Entity::ALL.iter().copied();
    if name == "*" {
        return Ok((0, all().collect()));
    }
    let group = [Group::Identifiers, Group::Names, Group::Sensitive]
        .into_iter()
        .find(|g| g.as_str() == name);
    if let Some(group) = group {
        return Ok((1, all().filter(|e| e.group() == group).collect()));
    }
    let entity = all().find(|e| e.as_str() == name);
    entity
        .map(|e| (2, vec![e]))
        .ok_or_else(|| PolicyError::Type(name.to_owned()))
}

/// Where a file breaks the syntax: the line, and what the parser says without what it quotes.
fn syntax(text: &str, error: &toml::de::Error) -> String {
    let at = error.span().map_or(0, |s| s.start);
    let before = text.as_bytes().get(..at).unwrap_or_default();
    format!(
        "line {}: {}",
        1 + memchr::memchr_iter(b'\n', before).count(),
        error.message()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_a_policy_and_names_its_source() {
        let presets = Policy::presets();
        assert_eq!(presets.len(), PRESETS.len());
        for (text, preset) in PRESETS.iter().zip(&presets) {
            assert!(Policy::parse(text).is_ok() && !preset.source().is_empty());
            for audience in Audience::ALL {
                // No preset shows a secret or the name of a sensitive thing to those outside.
                if audience != Audience::Inside {
                    assert_ne!(
                        preset.operator(audience, Entity::Password),
                        Operator::Keep,
                        "{}",
                        preset.name()
                    );
                    assert_ne!(
                        preset.operator(audience, Entity::Person),
                        Operator::Keep,
                        "{}",
                        preset.name()
                    );
                }
            }
        }
        assert_eq!(presets.first().map(Policy::name), Some("default"));
    }

    #[test]
    fn the_narrowest_line_holds_and_what_none_names_is_removed() {
        let policy = "name = 'x'\nsource = 'y'\n[audience.press]\n'*' = 'label'\nnames = 'mask'\nLOCATION = 'keep'\n[audience.inside]\nPERSON = 'keep'\n";
        let policy = Policy::parse(policy).unwrap();
        let operator = |audience, entity| policy.operator(audience, entity);
        assert_eq!(operator(Audience::Press, Entity::Location), Operator::Keep);
        assert_eq!(operator(Audience::Press, Entity::Person), Operator::Mask);
        assert_eq!(operator(Audience::Press, Entity::RuInn), Operator::Label);
        assert_eq!(operator(Audience::Inside, Entity::Person), Operator::Keep);
        assert_eq!(operator(Audience::Inside, Entity::RuInn), Operator::Remove);
        assert_eq!(operator(Audience::Public, Entity::Person), Operator::Remove);
    }

    #[test]
    fn a_mistake_in_a_policy_is_no_policy() {
        let with = |line: &str| Policy::parse(&format!("name = 'x'\nsource = 'y'\n[audience.press]\n{line}\n"));
        assert_eq!(with("PERSN = 'mask'"), Err(PolicyError::Type("PERSN".into())));
        assert_eq!(with("PERSON = 'hide'"), Err(PolicyError::Operator("hide".into())));
        assert!(matches!(with("PERSON ="), Err(PolicyError::Syntax(why)) if why.starts_with("line 4")));
        assert!(Policy::parse("name = 'x'\nsource = ''\n[audience.everybody]\n").is_err());
        assert!(Policy::parse("name = 'x'\nsource = ''\nmore = 1\n[audience]\n").is_err());
    }
}
