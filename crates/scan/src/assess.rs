//! How many persons a file speaks of, and how bad a leak of it would be.
//!
//! # Subjects
//!
//! The estimate is the largest of: the number of persons that the names speak of (full names, initials, bare and inflected forms of one
//! person count once; a bare name that may be of several counts none); for every type of identifier
//! that a person has one of (an identity number, a taxpayer number …), the number of its distinct values;
//! half the number of distinct telephones and half the number of distinct e-mail addresses, rounded up, since many persons have
//! two. Values are compared without case, spaces and punctuation. A file with findings but none of these counts one subject.
//!
//! # Risk
//!
//! `risk = severity × (0.6 + 0.4 × scale)`, between 0 and 1, where
//!
//! * `severity` is the weight of the gravest type found ([`weight`]), plus 0.15 when a name or a contact stands
//!   together with an identifier or a sensitive kind (the record can be tied to a person), plus 0.05 for each
//!   further type up to 0.15, at most 1;
//! * `scale` is `log₁₀(1 + subjects) / 4`, at most 1: ten thousand persons count in full.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use tutela_detect::{Entity, Group, subjects};
use tutela_law::Class;

/// Distinct values kept per type and file; beyond it the estimate stands still.
const MAX_VALUES: usize = 2_000_000;

/// Distinct names that are kept while a file is read, to bring those of one person together. A file with more is a table, where names
/// are written out.
const MAX_NAMES: usize = 4096;

/// Counts distinct values without keeping them, but for the names of persons.
#[derive(Debug, Default)]
pub(crate) struct Subjects {
    seen: BTreeMap<Entity, HashSet<u64>>,
    /// In order, so that the count does not depend on which part was read first. Empty once there are too many.
    names: BTreeSet<String>,
    crowded: bool,
}

impl Subjects {
    /// Takes one value in.
    pub(crate) fn add(&mut self, entity: Entity, value: &str) {
        if share(entity) == 0 {
            return;
        }
        let mut hasher = DefaultHasher::new();
        for c in value
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
        {
            c.hash(&mut hasher);
        }
        let values = self.seen.entry(entity).or_default();
        if values.len() < MAX_VALUES {
            values.insert(hasher.finish());
        }
        if entity == Entity::Person && !self.crowded && !self.names.contains(value) {
            self.names.insert(value.to_owned());
            self.relieve();
        }
    }

    /// Lets the names go where there are too many to be compared.
    fn relieve(&mut self) {
        if self.names.len() > MAX_NAMES {
            self.crowded = true;
        }
        if self.crowded {
            self.names.clear();
        }
    }

    /// Takes in what another part of the same file held.
    pub(crate) fn merge(&mut self, other: Self) {
        for (entity, values) in other.seen {
            let own = self.seen.entry(entity).or_default();
            if own.is_empty() {
                *own = values;
            } else {
                own.extend(values);
            }
        }
        self.names.extend(other.names);
        self.crowded |= other.crowded;
        self.relieve();
    }

    /// The estimate for a file in which there were findings at all, or none.
    pub(crate) fn estimate(&self, any: bool) -> u64 {
        let most = self
            .seen
            .iter()
            .map(|(e, values)| match e {
                Entity::Person if !self.crowded => self.persons(),
                _ => (values.len() as u64).div_ceil(share(*e)),
            })
            .max();
        most.unwrap_or(0).max(u64::from(any))
    }
}

impl Subjects {
    /// How many persons the names are of.
    fn persons(&self) -> u64 {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        subjects::group(&names, None).persons.len() as u64
    }
}

/// How many values of this type one person has as a rule; 0 where the type does not tell persons apart.
fn share(entity: Entity) -> u64 {
    use Entity as E;
    match entity {
        E::Person
        | E::VnCitizenId
        | E::VnOldId
        | E::VnHealthInsurance
        | E::VnSocialInsurance
        | E::VnPassport
        | E::VnDriverLicence
        | E::RuPassport
        | E::RuForeignPassport
        | E::RuSnils
        | E::RuInn
        | E::RuOms
        | E::RuDriverLicence
        | E::RuBirthCertificate
        | E::RuMilitaryId
        | E::CnResidentId
        | E::CnPassport
        | E::CnTravelPermit
        | E::CnMilitaryId
        | E::HkId
        | E::UsSsn
        | E::PatientCode
        | E::PersonCode
        | E::Mrz => 1,
        E::PhoneNumber | E::EmailAddress => 2,
        _ => 0,
    }
}

/// How grave a leak of one value of this type is by itself, 0 to 1.
pub(crate) fn weight(entity: Entity, class: Class) -> f32 {
    use Entity as E;
    if class == Class::Sensitive {
        return 0.75;
    }
    match entity {
        E::Password | E::Mrz | E::CreditCard | E::CnBankCard => 0.65,
        E::Location | E::Organization | E::Age | E::IpAddress | E::MacAddress | E::Url | E::CnUscc | E::RuOgrn => 0.1,
        E::Person | E::EmailAddress | E::PhoneNumber | E::Username => 0.25,
        E::Address | E::DateOfBirth => 0.35,
        _ if entity.group() == Group::Identifiers => 0.5,
        _ => 0.4,
    }
}

/// The risk figure of a file; see the head of this module.
pub(crate) fn risk(found: &BTreeMap<Entity, u64>, class: impl Fn(Entity) -> Class, subjects: u64) -> f32 {
    let gravest = found.keys().map(|&e| weight(e, class(e))).fold(0.0, f32::max);
    if gravest == 0.0 {
        return 0.0;
    }
    let points_to_person = |e: &Entity| matches!(e, Entity::Person | Entity::PhoneNumber | Entity::EmailAddress);
    let grave = |e: &Entity| !points_to_person(e) && weight(*e, class(*e)) >= 0.5;
    let tied = if found.keys().any(points_to_person) && found.keys().any(grave) {
        0.15
    } else {
        0.0
    };
    let breadth = (0.05 * (found.len() - 1) as f32).min(0.15);
    let severity = (gravest + tied + breadth).min(1.0);
    let scale = ((subjects as f32 + 1.0).log10() / 4.0).min(1.0);
    let risk = severity * (0.6 + 0.4 * scale);
    (risk * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_person_written_twice_is_one_subject() {
        let mut subjects = Subjects::default();
        subjects.add(Entity::Person, "Nguyễn Văn Mẫu");
        subjects.add(Entity::Person, "NGUYỄN  VĂN MẪU");
        subjects.add(Entity::PhoneNumber, "0912 345 678");
        subjects.add(Entity::PhoneNumber, "0912.345.679");
        assert_eq!(subjects.estimate(true), 1);
        subjects.add(Entity::Person, "Trần Thị Thử");
        assert_eq!(subjects.estimate(true), 2);
    }

    #[test]
    fn forms_of_one_name_are_one_subject_in_whatever_order_they_come() {
        let names = [
            "Иванов Иван Петрович",
            "Иванову И. П.",
            "Ивановым",
            "Сидорова Анна",
            "Сидоровой",
        ];
        let count = |names: &[&str]| {
            let mut all = Subjects::default();
            for part in names.chunks(2) {
                let mut subjects = Subjects::default();
                part.iter().for_each(|n| subjects.add(Entity::Person, n));
                all.merge(subjects);
            }
            all.estimate(true)
        };
        assert_eq!(count(&names), 2);
        let turned: Vec<&str> = names.into_iter().rev().collect();
        assert_eq!(count(&turned), 2);
        // More names than are compared are counted as they stand.
        let many: Vec<String> = (0..5000).map(|i| format!("Иванов {i}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(count(&many), 5000);
    }

    #[test]
    fn findings_without_a_name_are_about_somebody() {
        assert_eq!(Subjects::default().estimate(true), 1);
        assert_eq!(Subjects::default().estimate(false), 0);
    }

    #[test]
    fn risk_grows_with_gravity_ties_and_numbers() {
        let risk_of = |types: &[Entity], subjects| {
            let found = types.iter().map(|&e| (e, 1)).collect();
            let class = |e: Entity| {
                if e.group() == Group::Sensitive {
                    Class::Sensitive
                } else {
                    Class::Basic
                }
            };
            risk(&found, class, subjects)
        };
        use Entity as E;
        assert_eq!(risk_of(&[], 0), 0.0);
        let name = risk_of(&[E::Person], 1);
        let name_and_number = risk_of(&[E::Person, E::VnCitizenId], 1);
        let many = risk_of(&[E::Person, E::VnCitizenId], 5000);
        let health = risk_of(&[E::Person, E::VnCitizenId, E::Health], 5000);
        assert!(
            name < name_and_number && name_and_number < many && many < health,
            "{name} {name_and_number} {many} {health}"
        );
        assert!(risk_of(E::ALL, u64::MAX) <= 1.0);
    }
}
