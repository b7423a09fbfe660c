//! The names of the models and those of the rules as one list.
//!
//! The rules are strong where a form speaks: labels, columns, titles, patronymics, initials. The models are strong in running text.

use tutela_tagger::Language;

use super::{Told, entity};
use crate::scene::Scene;
use crate::{Entity, Finding, Reason};

/// From this certainty of the model on a name counts that no rule found. Below it, more of them were false than right on the
/// development sets.
fn enough(entity: Entity, language: Language) -> f32 {
    match (entity, language) {
        (Entity::Person, Language::Zh) => 0.75,
        (Entity::Organization, _) => 0.65,
        _ => 0.58,
    }
}

/// From this score on a name of the rules stays that the model does not see.
fn keep(entity: Entity, language: Language) -> f32 {
    match (entity, language) {
        (Entity::Person, Language::Ru) => 0.8,
        (Entity::Person, Language::Zh) => 0.82,
        (Entity::Location, Language::Zh) => 0.7,
        (Entity::Person, Language::En) => 0.8,
        _ => 0.6,
    }
}

/// The score of a name that the model alone found: about the share of them that were right.
fn score(sure: f32) -> f32 {
    0.25 + 0.6 * sure
}

/// What the structure of a document says is not for a model to doubt.
fn structural(f: &Finding) -> bool {
    f.why
        .iter()
        .any(|r| matches!(r, Reason::Label(_) | Reason::Column(_)))
}

fn named(e: Entity) -> bool {
    matches!(e, Entity::Person | Entity::Location | Entity::Organization)
}

/// Brings both together: `found` are the findings of the rules, in no order.
pub(super) fn merge(scene: &Scene<'_>, told: &[Told], found: &mut Vec<Finding>) {
    let languages = |f: &Finding| {
        let i = told.partition_point(|t| t.name.end <= f.start);
        told.get(i).or_else(|| told.last()).map(|t| t.language)
    };
    let over = |start: usize, end: usize| {
        let i = told.partition_point(|t| t.name.end <= start);
        told.get(i..).unwrap_or_default().iter().take_while(move |t| t.name.start < end)
    };
    let mut added: Vec<Finding> = Vec::new();
    found.retain_mut(|f| {
        if !named(f.entity) || structural(f) {
            return true;
        }
        let mut same = None;
        let mut against = 0.0_f32;
        for t in over(f.start, f.end) {
            if entity(t.name.kind) == f.entity {
                same = Some(t);
            } else {
                against = against.max(t.name.sure);
            }
        }
        if let Some(t) = same {
            f.score = f.score.max(0.55 + 0.4 * t.name.sure);
            if !f.why.contains(&Reason::Model) {
                f.why.push(Reason::Model);
            }
            return true;
        }
        if against > 0.6 {
            return f.score >= 0.9;
        }
        languages(f).is_none_or(|l| f.score >= keep(f.entity, l))
    });
    for t in told {
        let e = entity(t.name.kind);
        let known = found
            .iter()
            .any(|f| f.entity == e && f.start < t.name.end && t.name.start < f.end);
        if !known && t.name.sure >= enough(e, t.language) && scene.text.get(t.name.start..t.name.end).is_some() {
            added.push(Finding {
                entity: e,
                start: t.name.start,
                end: t.name.end,
                score: score(t.name.sure),
                validated: false,
                why: vec![Reason::Model],
            });
        }
    }
    found.append(&mut added);
}
