//! The shape of a value: enough to find it again in the file, not enough to know it.

use tutela_detect::{Entity, Group};

/// Longest shape, in characters; a longer value ends in `…`.
const LONGEST: usize = 48;

/// The shape of a value: letters and digits become `*`, blanks and punctuation stay. Words of a name keep their first letter, and so
/// does the first part of an e-mail address, whose top-level domain stays. Sensitive kinds, ages and secrets show nothing but a fixed mark, since
/// their length alone can tell.
pub fn masked(entity: Entity, value: &str) -> String {
    let shape = match entity {
        Entity::Password | Entity::Age => "***".to_owned(),
        _ if entity.group() == Group::Sensitive => "***".to_owned(),
        Entity::Person | Entity::Organization => initials(value),
        Entity::EmailAddress => email(value),
        _ => value.chars().map(star).collect(),
    };
    if shape.chars().count() > LONGEST {
        shape.chars().take(LONGEST - 1).chain(['…']).collect()
    } else {
        shape
    }
}

fn star(c: char) -> char {
    if c.is_alphanumeric() {
        '*'
    } else if c.is_whitespace() {
        ' '
    } else {
        c
    }
}

/// The first letter of every word; a word of one letter is an initial and shows as it is. Han names keep the family name's character.
fn initials(value: &str) -> String {
    let mut inside = false;
    value
        .chars()
        .map(|c| {
            let first = !inside;
            inside = c.is_alphanumeric();
            if first && inside { c } else { star(c) }
        })
        .collect()
}

/// First letter, then stars; the ending of the domain stays.
fn email(value: &str) -> String {
    let ending = value.rfind('.').unwrap_or(value.len());
    value
        .char_indices()
        .map(|(i, c)| if i == 0 || i >= ending { c } else { star(c) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_tell_the_kind_and_not_the_value() {
        for (entity, value, shape) in [
            (Entity::Person, "Nguyễn Văn A", "N***** V** A"),
            (Entity::Person, "Иванов-Петров И. И.", "И*****-П***** И. И."),
            (Entity::Person, "欧阳锋", "欧**"),
            (Entity::EmailAddress, "wei.zhang@example.cn", "w**.*****@*******.cn"),
            (Entity::PhoneNumber, "+84 912-345-678", "+** ***-***-***"),
            (Entity::VnCitizenId, "049087012345", "************"),
            (Entity::Health, "HIV", "***"),
            (Entity::Password, "hunter2", "***"),
            (Entity::Address, "12\nNguyễn Trãi", "** ****** ****"),
        ] {
            assert_eq!(masked(entity, value), shape);
        }
    }

    #[test]
    fn a_shape_has_an_end() {
        assert_eq!(masked(Entity::Mrz, &"X".repeat(90)).chars().count(), LONGEST);
    }
}
