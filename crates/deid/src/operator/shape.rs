//! The shape of a value: enough to find it again in the file, not enough to know it. [`masked`] is what reports show; [`conventional`]
//! is what copies show, by the usual conventions of each country.

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

/// The mask that stands for a value in a copy. Stars tell no lengths: each part has a fixed number of them.
pub(super) fn conventional(entity: Entity, value: &str) -> String {
    match entity {
        Entity::Password | Entity::Age => "***".to_owned(),
        _ if entity.group() == Group::Sensitive => "***".to_owned(),
        Entity::Person => person(value),
        Entity::EmailAddress => match value.rsplit_once('@') {
            Some((name, domain)) => format!("{}***@{domain}", first(name)),
            None => "***".to_owned(),
        },
        Entity::PhoneNumber => digits(value, 3, if chinese_mobile(value) { 4 } else { 2 }),
        // The region and the last digits of an identity number tell too much for a copy.
        Entity::CnResidentId => digits(value, 1, 1),
        Entity::CreditCard | Entity::CnBankCard | Entity::BankAccount | Entity::RuBankAccount | Entity::IbanCode => {
            digits(value, 0, 4)
        }
        Entity::CnPlate => plate(value),
        Entity::Address | Entity::Location | Entity::Organization | Entity::Username | Entity::Url => "***".to_owned(),
        _ => digits(value, 0, 0),
    }
}

/// The first character as it stands.
fn first(text: &str) -> String {
    text.chars()
        .find(|c| c.is_alphanumeric())
        .map(String::from)
        .unwrap_or_default()
}

fn is_han(c: char) -> bool {
    ('\u{3400}'..='\u{9fff}').contains(&c) || ('\u{f900}'..='\u{faff}').contains(&c)
}

/// Family names of two characters that are usual.
const COMPOUND: [&str; 12] = [
    "欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "夏侯", "皇甫", "尉迟", "令狐", "慕容",
];

/// `张*`, `欧阳**`, `И***в И***`, `Ng*** V** A**`; a word of one letter is an initial and stays.
fn person(name: &str) -> String {
    let name = name.trim();
    let han: Vec<char> = name.chars().filter(|c| is_han(*c)).collect();
    if !han.is_empty() {
        let family = if han.len() > 2 && COMPOUND.iter().any(|c| name.starts_with(c)) {
            2
        } else {
            1
        };
        let stars = if han.len() - family.min(han.len()) > 1 {
            "**"
        } else {
            "*"
        };
        return han.iter().take(family).collect::<String>() + stars;
    }
    let mut out = String::new();
    for (i, word) in name.split_whitespace().enumerate() {
        if i > 0 {
            out.push(' ');
        }
        // The parts of a double name are masked each.
        for (j, part) in word.split('-').enumerate() {
            if j > 0 {
                out.push('-');
            }
            out.push_str(&word_of_name(part, i == 0));
        }
    }
    out
}

fn word_of_name(word: &str, family: bool) -> String {
    let letters: Vec<char> = word.chars().filter(|c| c.is_alphabetic()).collect();
    let Some(&start) = letters.first() else {
        return "*".to_owned();
    };
    if letters.len() == 1 || word.contains('.') {
        // Initials show what they are.
        return word.to_owned();
    }
    let cyrillic = ('\u{400}'..='\u{4ff}').contains(&start);
    match (cyrillic, family, letters.get(1), letters.last()) {
        (true, true, _, Some(last)) if letters.len() > 3 => format!("{start}***{last}"),
        (false, true, Some(second), _) if letters.len() > 3 && consonants(start, *second) => {
            format!("{start}{second}***")
        }
        (true, ..) => format!("{start}***"),
        _ => format!("{start}**"),
    }
}

/// Two letters that write one sound at the beginning of a Vietnamese family name.
fn consonants(a: char, b: char) -> bool {
    matches!(
        (a.to_ascii_lowercase(), b.to_ascii_lowercase()),
        ('n' | 't' | 'p' | 'k' | 'c' | 'g', 'h') | ('n', 'g') | ('t', 'r') | ('q', 'u')
    )
}

fn chinese_mobile(value: &str) -> bool {
    let digits: Vec<char> = value.chars().filter(char::is_ascii_digit).collect();
    digits.len() == 11 && digits.first() == Some(&'1')
}

/// The first and last so many letters and digits as they stand, stars between; where too few would be hidden, all of them are.
fn digits(value: &str, head: usize, tail: usize) -> String {
    let all = value.chars().filter(|c| c.is_alphanumeric()).count();
    let (head, tail) = if all >= head + tail + 4 { (head, tail) } else { (0, 0) };
    let mut seen = 0;
    value
        .chars()
        .map(|c| {
            if !c.is_alphanumeric() {
                return star(c);
            }
            seen += 1;
            if seen <= head || seen > all - tail { c } else { '*' }
        })
        .collect()
}

/// `苏A***12`.
fn plate(value: &str) -> String {
    let chars: Vec<char> = value.chars().filter(|c| c.is_alphanumeric()).collect();
    match chars.as_slice() {
        [place, office, .., a, b] if chars.len() >= 6 => format!("{place}{office}***{a}{b}"),
        _ => "***".to_owned(),
    }
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
    fn masks_of_copies_follow_the_conventions() {
        for (entity, value, mask) in [
            (Entity::Person, "Nguyễn Văn A", "Ng*** V** A"),
            (Entity::Person, "Trần Thị Bích", "Tr*** T** B**"),
            (Entity::Person, "Lê Anh", "L** A**"),
            (Entity::Person, "Иванов", "И***в"),
            (Entity::Person, "Петров-Водкин Кузьма С.", "П***в-В***н К*** С."),
            (Entity::Person, "张伟", "张*"),
            (Entity::Person, "张小明", "张**"),
            (Entity::Person, "欧阳锋", "欧阳*"),
            (Entity::Person, "John Smith", "J** S**"),
            (Entity::PhoneNumber, "13812341234", "138****1234"),
            (Entity::PhoneNumber, "+7 (912) 345-67-89", "+7 (91*) ***-**-89"),
            (Entity::PhoneNumber, "0912 345 678", "091* *** *78"),
            (Entity::CnResidentId, "11010519491231002X", "1****************X"),
            (Entity::CreditCard, "4111 1111 1111 1111", "**** **** **** 1111"),
            (Entity::EmailAddress, "an.nguyen@example.vn", "a***@example.vn"),
            (Entity::CnPlate, "苏A·12K12", "苏A***12"),
            (Entity::VnCitizenId, "049087012345", "************"),
            (Entity::Health, "HIV", "***"),
        ] {
            assert_eq!(conventional(entity, value), mask);
        }
    }

    #[test]
    fn a_shape_has_an_end() {
        assert_eq!(masked(Entity::Mrz, &"X".repeat(90)).chars().count(), LONGEST);
    }
}
