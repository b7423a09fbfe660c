//! Categories of personal data: the words of the list of processing, and which types of finding stand for each. The map is
//! `categories.toml`, the only place where it stands.

use std::sync::LazyLock;

use serde::Deserialize;
use tutela_detect::Entity;

/// The categories of the list of processing, in the order of its form.
pub const CATEGORIES: &[&str] = &[
    "identity",
    "contact",
    "documents",
    "family",
    "education",
    "employment",
    "finance",
    "health",
    "biometric",
    "genetic",
    "ethnicity",
    "religion",
    "politics",
    "trade-union",
    "intimate-life",
    "criminal-record",
    "children",
    "location",
    "accounts",
    "vehicles",
    "property",
    "images",
];

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "a test holds it against the types of the engine")
    )]
    aside: Vec<Entity>,
    category: Vec<Category>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Category {
    code: String,
    #[serde(default)]
    types: Vec<Entity>,
    #[serde(default)]
    sensitive: Vec<Entity>,
}

/// The map. That it can be read, a test shows.
static MAP: LazyLock<File> = LazyLock::new(|| toml::from_str(include_str!("categories.toml")).unwrap_or_default());

/// The category that a type of finding stands for. None: it says nothing of a person by itself.
pub fn category_of(entity: Entity) -> Option<&'static str> {
    let found = MAP.category.iter().find(|c| c.types.contains(&entity));
    found.map(|c| c.code.as_str())
}

/// Whether a scan can find a category at all. What no type stands for, such as education, only a person can tell.
pub fn can_be_found(category: &str) -> bool {
    MAP.category.iter().any(|c| c.code == category && !c.types.is_empty())
}

/// The types by which the law in force is asked whether a category is sensitive.
pub fn asked_by(category: &str) -> &'static [Entity] {
    let found = MAP.category.iter().find(|c| c.code == category);
    found.map_or(&[], |c| c.sensitive.as_slice())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_type_of_the_engine_stands_in_one_place() {
        let file: File = toml::from_str(include_str!("categories.toml")).unwrap();
        let codes: Vec<_> = file.category.iter().map(|c| c.code.as_str()).collect();
        assert_eq!(codes, CATEGORIES);
        let mut all: Vec<Entity> = file.category.iter().flat_map(|c| c.types.clone()).collect();
        all.extend(&file.aside);
        let once: BTreeSet<_> = all.iter().copied().collect();
        assert_eq!(once.len(), all.len(), "a type twice");
        let missing: Vec<_> = Entity::ALL.iter().filter(|e| !once.contains(e)).collect();
        assert!(missing.is_empty(), "{missing:?}");
        for category in &file.category {
            for asked in &category.sensitive {
                assert!(category.types.contains(asked), "{}: {asked}", category.code);
            }
        }
        assert_eq!(category_of(Entity::Health), Some("health"));
        assert_eq!(category_of(Entity::Organization), None);
        assert!(can_be_found("contact") && !can_be_found("education") && !can_be_found("nonsense"));
    }
}
