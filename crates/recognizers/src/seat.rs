use std::borrow::Cow;

use tutela_detect::{Custom, Entity, Finding, Input, NotDeclared, Reason, Recognizer};

use crate::set::{By, Set};
use crate::{Fault, Why};

/// A set seated in an engine: its types have their names for the whole process.
#[derive(Debug)]
pub struct Seat {
    set: Set,
    /// The type of each rule.
    types: Vec<Entity>,
}

impl Set {
    /// Declares the types of the set and seats it. Only for files that somebody trusts: names of types are kept until the process ends.
    pub fn seat(self) -> Result<Seat, Fault> {
        let mut types = Vec::with_capacity(self.rules().len());
        for rule in self.rules() {
            let known = Entity::ALL.iter().copied().find(|e| e.as_str() == rule.entity);
            let declared = known.map_or_else(|| Custom::declare(&rule.entity, rule.sensitive).map(Entity::Custom), Ok);
            types.push(declared.map_err(|why| Fault {
                line: rule.line,
                why: match why {
                    NotDeclared::Name => Why::TypeName(rule.entity.clone()),
                    NotDeclared::Known | NotDeclared::Otherwise => Why::TypeOtherwise(rule.entity.clone()),
                    NotDeclared::TooMany => Why::Types,
                },
            })?);
        }
        Ok(Seat { set: self, types })
    }
}

impl Seat {
    /// The set.
    pub fn set(&self) -> &Set {
        &self.set
    }
}

impl Recognizer for Seat {
    fn types(&self) -> Vec<Entity> {
        self.types.clone()
    }

    fn find(&self, input: &Input<'_>, found: &mut Vec<Finding>) {
        self.find_with(input, &[], found);
    }
}

impl Seat {
    /// The same with context words that hold for the whole text.
    pub fn find_with(&self, input: &Input<'_>, more: &[String], found: &mut Vec<Finding>) {
        // The file is trusted, and what it finds is bounded by the text; so no limit can be passed.
        for m in self.set.matches(input, more, usize::MAX).unwrap_or_default() {
            let (Some(rule), Some(&entity)) = (self.set.rules().get(m.rule), self.types.get(m.rule)) else {
                continue;
            };
            let mut why = vec![match m.by {
                By::Pattern(pattern) => Reason::Pattern(Cow::Owned(pattern.name.clone())),
                By::List => Reason::Dictionary(Cow::Owned(rule.name.clone())),
            }];
            why.extend(m.context.map(|word| Reason::Label(Cow::Owned(word.to_owned()))));
            found.push(Finding {
                entity,
                start: m.start,
                end: m.end,
                score: m.score,
                validated: false,
                why,
            });
        }
        let allow = self.set.allow();
        if !allow.is_empty() {
            found.retain(|f| !input.text.get(f.start..f.end).is_some_and(|value| allow.allows(value)));
        }
    }
}
