//! Persons, organisations and places by dictionaries, titles and patterns.

use crate::Finding;
use crate::names::NameFinder;
use crate::scene::Scene;

/// The finder.
#[derive(Debug)]
pub(crate) struct People;

impl NameFinder for People {
    fn find(&self, scene: &Scene<'_>, out: &mut Vec<Finding>) {
        let _ = (scene, out);
    }
}
