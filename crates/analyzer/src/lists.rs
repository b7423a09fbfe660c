//! What the interface says of itself: types, recognisers.

use std::collections::BTreeSet;

use tutela_detect::{Entity, Finding, Group, Lang};

use crate::{Refusal, Service};

/// Presidio's answer to a language or types that nothing here is for.
pub(crate) const NOTHING: &str = "No matching recognizers were found to serve the request.";

/// Reads the code of a language.
pub(crate) fn language(code: &str) -> Result<Lang, Refusal> {
    Lang::from_code(code).ok_or_else(|| Refusal::as_theirs(NOTHING))
}

/// The types that can be found in texts of this language.
pub(crate) fn entities(service: &Service, lang: Option<Lang>) -> BTreeSet<&str> {
    let own = Entity::ALL.iter().map(|e| e.as_str());
    let rules = service.seats.iter().flat_map(|s| s.set().rules());
    own.chain(rules.filter(|r| r.speaks(lang)).map(|r| r.entity.as_str()))
        .collect()
}

/// The recognisers for texts of this language.
#[cfg(feature = "http")]
pub(crate) fn recognizers(service: &Service, lang: Option<Lang>) -> BTreeSet<&str> {
    let own = [Group::Identifiers, Group::Names, Group::Sensitive].map(of_group);
    let rules = service.seats.iter().flat_map(|s| s.set().rules());
    own.into_iter()
        .chain(rules.filter(|r| r.speaks(lang)).map(|r| r.name.as_str()))
        .collect()
}

/// The recogniser that a finding comes from.
pub(crate) fn recognizer<'s>(service: &'s Service, finding: &Finding) -> &'s str {
    let rules = service.seats.iter().flat_map(|s| s.set().rules());
    let own = matches!(finding.entity, Entity::Custom(_));
    let mut named = rules.filter(|r| own && r.entity == finding.entity.as_str());
    named
        .next()
        .map_or(of_group(finding.entity.group()), |r| r.name.as_str())
}

fn of_group(group: Group) -> &'static str {
    match group {
        Group::Identifiers => "TutelaIdentifierRecognizer",
        Group::Names => "TutelaNameRecognizer",
        Group::Sensitive => "TutelaSensitiveRecognizer",
    }
}
