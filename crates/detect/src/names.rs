//! Persons, places, organisations and addresses by dictionaries and patterns.

use crate::Finding;
use crate::scene::Scene;

/// The seat of a recogniser of names: dictionaries and rules now, a trained model later.
pub(crate) trait NameFinder: Send + Sync {
    /// Adds findings in [`Scene::text`]; they may overlap, the engine resolves that.
    fn find(&self, scene: &Scene<'_>, out: &mut Vec<Finding>);
}

/// The finders of names, addresses and sensitive kinds.
pub(crate) fn finders() -> Vec<Box<dyn NameFinder>> {
    Vec::new()
}
