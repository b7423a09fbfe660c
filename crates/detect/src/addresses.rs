//! Postal addresses by the grammar of each country.

use crate::Finding;
use crate::names::NameFinder;
use crate::scene::Scene;

/// The finder.
#[derive(Debug)]
pub(crate) struct Addresses;

impl NameFinder for Addresses {
    fn find(&self, scene: &Scene<'_>, out: &mut Vec<Finding>) {
        let _ = (scene, out);
    }
}
