//! The seat of the recognisers that need more than form: names, addresses, sensitive kinds.

use crate::Finding;
use crate::addresses::Addresses;
use crate::people::People;
use crate::scene::Scene;
use crate::sensitive::Sensitive;

/// A recogniser of names: dictionaries and rules, with the trained models among them.
pub(crate) trait NameFinder: Send + Sync {
    /// Adds findings in [`Scene::text`]; they may overlap, the engine resolves that. `out` holds what the identifiers and the finders
    /// before this one found, and a finder may take out what it knows better: names of persons and places inside an address are part
    /// of the address. What still overlaps in the end is settled by the resolver, where a short surer finding drops a long one whole;
    /// so a finder gives the whole of an office a higher score than the place that stands in its name.
    fn find(&self, scene: &Scene<'_>, out: &mut Vec<Finding>);
}

/// The finders, in the order in which they look: addresses and sensitive kinds want to know the persons.
pub(crate) fn finders() -> Vec<Box<dyn NameFinder>> {
    vec![Box::new(People), Box::new(Addresses), Box::new(Sensitive)]
}
