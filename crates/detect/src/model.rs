//! Names by the trained models: one for each language, read straight from the program's own bytes.
//!
//! The [gate] cuts a text into parts that can hold names and tells their language; the model of that language looks at them; its names are
//! then merged (`merge`) with those that the rules of `people` found. How the models were made: `train/README.md`, what they are worth:
//! `docs/models.md`.

mod gate;
mod merge;

use std::sync::LazyLock;

use tutela_tagger::{Kind, Language, Model, Name, Tagger};

use crate::scene::Scene;
use crate::{Entity, Finding};

/// The models in the order of [`Language::ALL`]. A file that is no model would be a fault of the build; a test reads them all.
/// Vietnamese has none: the one that was trained, on generated text, took rivers and streets for persons where the rules did not.
static MODELS: LazyLock<[Option<Model<'static>>; 4]> = LazyLock::new(|| {
    [
        None,
        Model::read(include_bytes!("../data/models/ru.bin")).ok(),
        Model::read(include_bytes!("../data/models/zh.bin")).ok(),
        Model::read(include_bytes!("../data/models/en.bin")).ok(),
    ]
});

/// Cells of a table that are shorter hold a value and no sentence; the rules look at them.
const SENTENCE: usize = 32;

fn model(language: Language) -> Option<&'static Model<'static>> {
    let i = Language::ALL.iter().position(|l| *l == language)?;
    MODELS.get(i)?.as_ref()
}

fn entity(kind: Kind) -> Entity {
    match kind {
        Kind::Person => Entity::Person,
        Kind::Location => Entity::Location,
        Kind::Organization => Entity::Organization,
    }
}

/// A name with the language whose model told it.
#[derive(Debug, Clone, Copy)]
struct Told {
    name: Name,
    language: Language,
}

/// A part of a text that a model looked at.
type Looked = (usize, usize, Language);

/// What the models say of a text, and at which parts of it they looked, both in order.
fn told(scene: &Scene<'_>) -> (Vec<Told>, Vec<Looked>) {
    let mut tagger = Tagger::default();
    let mut all = Vec::new();
    let mut looked = Vec::new();
    let mut names = Vec::new();
    gate::parts(scene, SENTENCE, |from, to, language| {
        if let Some(model) = model(language) {
            names.clear();
            looked.push((from, to, language));
            tagger.names(model, scene.text, from, to, &mut names);
            all.extend(names.iter().map(|name| Told { name: *name, language }));
        }
    });
    (all, looked)
}

/// Looks at a text with the models and brings what they find together with what the rules found.
pub(crate) fn find(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    let (told, looked) = told(scene);
    merge::merge(scene, &told, &looked, found);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_is_whole_and_of_its_language() {
        for language in Language::ALL.into_iter().filter(|l| *l != Language::Vi) {
            let model = model(language).unwrap_or_else(|| panic!("{language:?}"));
            assert_eq!(model.head().language, language);
            model.check().unwrap();
        }
    }
}
