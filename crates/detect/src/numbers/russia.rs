//! Numbers of Russia: insurance, taxpayers, registers, passports and the documents whose series stands before the number.

use super::{Gap, Number, checksum, layout};
use crate::checks;
use crate::context::Context;
use crate::labels::{self, Topic};
use crate::{Entity, Finding};

const PASSPORT: &[Topic] = &[Topic::Passport];
const INN: &[Topic] = &[Topic::Inn, Topic::TaxCode];

/// One run of digits.
pub(super) fn single(context: &Context<'_>, n: &Number<'_>) -> Option<Finding> {
    let d = n.digits();
    let topic = context.topic(n.start);
    let say = |entity, base: f32, topics: &[Topic]| n.found(context, entity, base, false, topics, vec![n.count()]);
    match d.len() {
        9 if topic == Some(Topic::ForeignPassport) || context.russian && topic == Some(Topic::Passport) => say(
            Entity::RuForeignPassport,
            0.45,
            &[Topic::ForeignPassport, Topic::Passport],
        ),
        9 if topic == Some(Topic::Oms) => say(Entity::RuOms, 0.25, &[Topic::Oms]),
        10 if topic == Some(Topic::DriverLicence) => say(Entity::RuDriverLicence, 0.45, &[Topic::DriverLicence]),
        10 if topic == Some(Topic::Passport) && series(d) && !context.vietnamese => {
            say(Entity::RuPassport, 0.45, PASSPORT)
        }
        10 | 12 => inn(context, n, topic),
        11 => snils(context, n, topic),
        13 | 15 if topic == Some(Topic::Ogrn) && checks::ogrn(d) => n.found(
            context,
            Entity::RuOgrn,
            0.5,
            true,
            &[Topic::Ogrn],
            vec![checksum("mod 11"), n.count()],
        ),
        16 if topic == Some(Topic::Oms) => oms(context, n),
        20 | 25 if topic == Some(Topic::Uin) && checks::uin(d) => n.found(
            context,
            Entity::RuUin,
            0.5,
            true,
            &[Topic::Uin],
            vec![checksum("mod 11"), n.count()],
        ),
        _ => None,
    }
}

/// Several runs.
pub(super) fn grouped(context: &Context<'_>, n: &Number<'_>) -> Option<Finding> {
    let d = n.digits();
    if n.shape(&[3, 3, 3, 2]) || n.shape(&[3, 3, 5]) {
        return written_snils(context, n);
    }
    let spaced = n.gaps().iter().all(|g| matches!(g, Gap::Space | Gap::Numero));
    if !spaced {
        return None;
    }
    if n.shape(&[4, 6]) || n.shape(&[2, 2, 6]) {
        let topic = context.topic(n.start);
        if topic == Some(Topic::DriverLicence) {
            return n.found(
                context,
                Entity::RuDriverLicence,
                0.5,
                false,
                &[Topic::DriverLicence],
                vec![layout("series and number")],
            );
        }
        if !series(d) {
            return None;
        }
        let numero = n.gaps().last() == Some(&Gap::Numero);
        let base = if numero { 0.75 } else { 0.55 };
        let base = if context.russian { base } else { base - 0.04 };
        return n.found(
            context,
            Entity::RuPassport,
            base,
            false,
            PASSPORT,
            vec![layout("series and number")],
        );
    }
    if n.shape(&[2, 7]) && context.is(n.start, &[Topic::ForeignPassport, Topic::Passport]) {
        return n.found(
            context,
            Entity::RuForeignPassport,
            0.5,
            false,
            &[Topic::ForeignPassport, Topic::Passport],
            vec![layout("series and number")],
        );
    }
    // A policy, a charge or a taxpayer number in groups.
    let topic = context.topic(n.start)?;
    match (topic, d.len()) {
        (Topic::Oms, 16) => oms(context, n),
        (Topic::Uin, 20 | 25) if checks::uin(d) => n.found(
            context,
            Entity::RuUin,
            0.5,
            true,
            &[Topic::Uin],
            vec![checksum("mod 11"), n.count()],
        ),
        (Topic::Inn, 10 | 12) => inn(context, n, Some(topic)),
        _ => None,
    }
}

/// The first four digits of a passport can be a series: a region and the last two digits of the year of its blank.
fn series(d: &[u8]) -> bool {
    let (region, year) = (checks::number(&d[..2]), checks::number(&d[2..4]));
    region >= 1 && (year <= 35 || year >= 95)
}

fn written_snils(context: &Context<'_>, n: &Number<'_>) -> Option<Finding> {
    let good = match n.gaps() {
        [Gap::Hyphen | Gap::Space, Gap::Hyphen | Gap::Space] => n.gaps()[0] == n.gaps()[1],
        [a, b, last] => a == b && matches!(a, Gap::Hyphen | Gap::Space) && matches!(last, Gap::Hyphen | Gap::Space),
        _ => false,
    };
    if !good || !checks::snils(n.digits()) {
        return None;
    }
    let hyphens = n.gaps().first() == Some(&Gap::Hyphen);
    let base = if hyphens { 0.9 } else { 0.6 };
    n.found(
        context,
        Entity::RuSnils,
        base,
        true,
        &[Topic::Snils],
        vec![checksum("mod 101"), n.count()],
    )
}

fn snils(context: &Context<'_>, n: &Number<'_>, topic: Option<Topic>) -> Option<Finding> {
    if !checks::snils(n.digits()) {
        return None;
    }
    let base = if context.russian || context.cyrillic() || topic == Some(Topic::Snils) {
        0.65
    } else {
        0.5
    };
    n.found(
        context,
        Entity::RuSnils,
        base,
        true,
        &[Topic::Snils],
        vec![checksum("mod 101"), n.count()],
    )
}

/// Taxpayer numbers. Twelve digits have two check digits, ten have one: every eleventh number passes, and many things have ten digits.
fn inn(context: &Context<'_>, n: &Number<'_>, topic: Option<Topic>) -> Option<Finding> {
    let d = n.digits();
    if !checks::inn(d) {
        return None;
    }
    let named = topic == Some(Topic::Inn);
    let russian = context.russian || context.cyrillic();
    let base = if d.len() == 12 {
        let vietnamese = checks::vn_citizen(d).is_some() || topic == Some(Topic::TaxCode) && context.vietnamese;
        if vietnamese && !named && !context.russian {
            return None;
        }
        0.75
    } else {
        let tax = topic == Some(Topic::TaxCode);
        if !named && checks::vn_tax(d) && (tax || !context.russian && context.marked()) {
            return None;
        }
        match () {
            () if named || tax => 0.6,
            () if russian => 0.55,
            () => 0.4,
        }
    };
    n.found(
        context,
        Entity::RuInn,
        base,
        true,
        INN,
        vec![checksum("mod 11"), n.count()],
    )
}

/// A policy of sixteen digits; systems exist that compute its check digit otherwise, so a wrong one only makes it less sure.
fn oms(context: &Context<'_>, n: &Number<'_>) -> Option<Finding> {
    let good = checks::luhn(n.digits());
    let mut why = vec![n.count()];
    if good {
        why.insert(0, checksum("Luhn"));
    }
    let base = if good { 0.55 } else { 0.25 };
    n.found(context, Entity::RuOms, base, good, &[Topic::Oms], why)
}

/// Whether a document of this topic is named before its series: directly, or before the word "series".
fn document(context: &Context<'_>, at: usize, topic: Topic) -> bool {
    let Some(near) = labels::within(context.text, at, labels::REACH) else {
        return context.is(at, &[topic]);
    };
    let before = || labels::within(context.text, near.start, 16).map(|p| p.label.topic);
    near.label.topic == topic || near.label.word.starts_with("сери") && before() == Some(topic)
}

/// Whether what stands before a number can be the end of a series or the word before a number: a quick look.
pub(super) fn may_have_series(context: &Context<'_>, start: usize) -> bool {
    let before = context.bytes.get(..start).unwrap_or_default();
    let last = before
        .iter()
        .rev()
        .take(24)
        .find(|b| !matches!(b, b' ' | b',' | b':' | b';' | b'.' | b'-'));
    last.is_some_and(|b| matches!(b, b'N' | b'o' | b'r') || *b >= 0x80)
}

/// Documents whose series stands before the number: birth certificate `II-АБ № 123456`, military card `АБ № 1234567`, driving licence
/// `77 ТА 123456`, passport `серия 4508 номер 123456`.
pub(super) fn with_series(context: &Context<'_>, n: &Number<'_>) -> Option<Finding> {
    let len = n.digits().len();
    if !matches!(len, 6 | 7) {
        return None;
    }
    let text = context.text.get(..n.start)?;
    if len == 6
        && let Some(found) = passport_in_words(context, n, text)
    {
        return Some(found);
    }
    let capital = |c: char| matches!(c, 'А'..='Я' | 'Ё');
    let bare = text.trim_end_matches([' ', '\u{A0}', '№', 'N', '-']);
    if text.len() - bare.len() > 8 {
        return None;
    }
    let mut back = bare.chars().rev();
    if !(back.next().is_some_and(capital) && back.next().is_some_and(capital)) {
        return None;
    }
    let series = bare.len() - 4;
    let head = bare.get(..series)?;
    let found = |entity, start, base, topics: &[Topic]| {
        let mut why = vec![layout("series and number")];
        let score = context.weigh(start, base, topics, &mut why);
        Some(Finding {
            entity,
            start,
            end: n.end,
            score,
            validated: false,
            why,
        })
    };
    if len == 6
        && let Some(head) = head.strip_suffix('-')
    {
        // Roman numerals, typed in either alphabet.
        let roman: usize = head
            .chars()
            .rev()
            .take(6)
            .take_while(|c| "IVXLCІХУПШЛС1".contains(*c))
            .map(char::len_utf8)
            .sum();
        let start = head.len() - roman;
        let alone = !head.get(..start)?.ends_with(char::is_alphanumeric);
        return (roman > 0 && alone)
            .then(|| found(Entity::RuBirthCertificate, start, 0.75, &[Topic::BirthCertificate]))
            .flatten();
    }
    let spaced = head.strip_suffix(' ').unwrap_or(head);
    let region = spaced.len().checked_sub(2)?;
    if len == 6
        && spaced
            .get(region..)
            .is_some_and(|r| r.bytes().all(|b| b.is_ascii_digit()))
        && document(context, region, Topic::DriverLicence)
    {
        return found(
            Entity::RuDriverLicence,
            region,
            0.5,
            &[Topic::DriverLicence, Topic::Passport],
        );
    }
    if len == 7 && !head.ends_with(char::is_alphanumeric) && document(context, series, Topic::MilitaryId) {
        return found(Entity::RuMilitaryId, series, 0.5, &[Topic::MilitaryId, Topic::Passport]);
    }
    None
}

/// `серия 4508 номер 123456`, `серия 45 08, № 123456`: the finding covers both.
fn passport_in_words(context: &Context<'_>, n: &Number<'_>, text: &str) -> Option<Finding> {
    let between = [' ', '\u{A0}', ',', ':', ';', '.', '№'];
    let mut head = text.trim_end_matches(between);
    let sign = text.get(head.len()..)?.contains('№');
    let word = ["номер", "Номер", "НОМЕР", "ном", "N", "no", "No", "number"]
        .into_iter()
        .find_map(|w| head.strip_suffix(w));
    if let Some(rest) = word {
        head = rest.trim_end_matches(between);
    } else if !sign {
        return None;
    }
    if text.len() - head.len() > 24 {
        return None;
    }
    let digits = head.bytes().rev().take_while(u8::is_ascii_digit).count();
    let mut start = head.len() - digits;
    if digits == 2 {
        let before = head.get(..start)?.strip_suffix(' ')?;
        if before.bytes().rev().take_while(u8::is_ascii_digit).count() != 2 {
            return None;
        }
        start -= 3;
    } else if digits != 4 {
        return None;
    }
    let first: Vec<u8> = head.get(start..)?.bytes().filter(u8::is_ascii_digit).collect();
    let label = context.topic(start);
    if !series(&first) || !matches!(label, Some(Topic::Passport | Topic::DriverLicence)) {
        return None;
    }
    let (entity, topics): (_, &[Topic]) = if label == Some(Topic::DriverLicence) {
        (Entity::RuDriverLicence, &[Topic::DriverLicence])
    } else {
        (Entity::RuPassport, PASSPORT)
    };
    let mut why = vec![layout("series and number")];
    let score = context.weigh(start, 0.65, topics, &mut why);
    Some(Finding {
        entity,
        start,
        end: n.end,
        score,
        validated: false,
        why,
    })
}
