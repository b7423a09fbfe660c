//! The shape of a value.

use tutela_detect::Entity;

/// The shape of the value.
pub fn masked(_entity: Entity, value: &str) -> String {
    value
        .chars()
        .map(|c| if c.is_alphanumeric() { '*' } else { c })
        .collect()
}
