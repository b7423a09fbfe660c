//! The kinds that the law calls sensitive or special, by curated terms in connection with a person.

use crate::Finding;
use crate::names::NameFinder;
use crate::scene::Scene;

/// The finder.
#[derive(Debug)]
pub(crate) struct Sensitive;

impl NameFinder for Sensitive {
    fn find(&self, scene: &Scene<'_>, out: &mut Vec<Finding>) {
        let _ = (scene, out);
    }
}
