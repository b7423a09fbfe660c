//! Numbers of no single country: addresses in networks, dates of birth, codes that only a label tells.

use super::{Gap, Number, layout};
use crate::context::Context;
use crate::labels::Topic;
use crate::{Entity, Finding, Reason};
use crate::{checks, codes, dates};

/// Numbers that their groups tell: IPv4, American insurance numbers, dates of birth.
pub(super) fn shaped(context: &Context<'_>, n: &Number<'_>) -> Option<Finding> {
    match n.runs.len() {
        4 if n.even(&[Gap::Dot]) => ipv4(context, n),
        3 if n.shape(&[3, 2, 4]) && n.even(&[Gap::Hyphen]) => ssn(context, n),
        3 => birth_date(context, n),
        _ => None,
    }
}

fn ipv4(context: &Context<'_>, n: &Number<'_>) -> Option<Finding> {
    let good = n.runs.iter().enumerate().all(|(i, r)| {
        let octet = context.bytes.get(r.start..r.end).unwrap_or_default();
        let value = checks::number(octet);
        r.len() <= 3 && value < 256 && (r.len() == 1 || octet.first() != Some(&b'0')) && (i > 0 || value > 0)
    });
    if !good {
        return None;
    }
    // A version has a letter or a word before it: v1.2.3.4, Version 1.2.3.4, and mostly small parts.
    let version = matches!(context.byte_before(n.start) | 0x20, b'v')
        || context.topic(n.start) == Some(Topic::Other) && !context.is(n.start, &[Topic::Ip]);
    // Nobody's: this host, broadcast, documentation masks.
    let nobody = matches!(n.digits(), b"127001" | b"255255255255" | b"2552552550");
    if version || nobody {
        return None;
    }
    let small = n.runs.iter().all(|r| r.len() == 1);
    let base = if small { 0.45 } else { 0.75 };
    n.found(
        context,
        Entity::IpAddress,
        base,
        true,
        &[Topic::Ip],
        vec![layout("IPv4")],
    )
}

fn ssn(context: &Context<'_>, n: &Number<'_>) -> Option<Finding> {
    let d = n.digits();
    let (area, group, serial) = (
        checks::number(&d[..3]),
        checks::number(&d[3..5]),
        checks::number(&d[5..]),
    );
    if area == 0 || area == 666 || area >= 900 || group == 0 || serial == 0 {
        return None;
    }
    n.found(context, Entity::UsSsn, 0.7, true, &[Topic::Ssn], vec![layout("SSN")])
}

/// A date that its label, its column or the words after it make a date of birth.
fn birth_date(context: &Context<'_>, n: &Number<'_>) -> Option<Finding> {
    let year = date(context, n)?;
    if !(1900..=2030).contains(&year) {
        return None;
    }
    let after = dates::born_after(context.text, n.end);
    if after.is_none() && !context.is(n.start, &[Topic::BirthDate]) {
        return None;
    }
    let mut why = vec![layout("date")];
    why.extend(after.map(|w| Reason::Label(w.into())));
    let base = if after.is_some() { 0.8 } else { 0.6 };
    n.found(context, Entity::DateOfBirth, base, true, &[Topic::BirthDate], why)
}

/// Year of a date written in digits: 01/07/1985, 1.7.1985, 1985-07-01, 01 - 07 - 1985.
pub(super) fn date(context: &Context<'_>, n: &Number<'_>) -> Option<u32> {
    if n.runs.len() != 3 {
        return None;
    }
    if !n.even(&[Gap::Slash, Gap::Dot, Gap::Hyphen, Gap::Space]) {
        return None;
    }
    let part = |i: usize| {
        n.runs.get(i).map(|r| {
            (
                r.len(),
                checks::number(context.bytes.get(r.start..r.end).unwrap_or_default()),
            )
        })
    };
    let ((la, a), (lb, b), (lc, c)) = (part(0)?, part(1)?, part(2)?);
    if la <= 2 && lb <= 2 && lc == 4 && (checks::date(c, b, a) || checks::date(c, a, b)) {
        return Some(c);
    }
    if la <= 2 && lb <= 2 && lc == 2 && checks::date(1900 + c, b, a) {
        return Some(1900 + c);
    }
    (la == 4 && lb <= 2 && lc <= 2 && checks::date(a, b, c)).then_some(a)
}

/// What only its label tells.
pub(super) fn labelled(context: &Context<'_>, n: &Number<'_>) -> Option<Finding> {
    let spaced = n.runs.len() <= 5 && n.even(&[Gap::Space]) || n.even(&[Gap::Hyphen, Gap::Dot]);
    if !n.single() && !spaced {
        return None;
    }
    let d = n.digits();
    let topic = context.topic(n.start)?;
    let say = |entity, base: f32, topics: &[Topic]| n.found(context, entity, base, false, topics, vec![n.count()]);
    let code = |entity, topics: &[Topic]| {
        let mut found = say(entity, 0.4, topics)?;
        (found.start, found.end) = codes::whole(context.bytes, n.start, n.end);
        Some(found)
    };
    match (topic, d.len()) {
        (Topic::BirthDate, 4) if n.single() && (1900..=2030).contains(&checks::number(d)) => {
            say(Entity::DateOfBirth, 0.35, &[Topic::BirthDate])
        }
        // 19850701, 01071985
        (Topic::BirthDate, 8) if n.single() => {
            let (a, b) = (checks::number(&d[..4]), checks::number(&d[4..]));
            let ahead = (1900..=2030).contains(&a) && checks::date(a, b / 100, b % 100);
            let behind = (1900..=2030).contains(&b) && checks::date(b, a % 100, a / 100);
            (ahead || behind)
                .then(|| say(Entity::DateOfBirth, 0.5, &[Topic::BirthDate]))
                .flatten()
        }
        (Topic::Imei, 15) if checks::luhn(d) => n.found(
            context,
            Entity::Imei,
            0.6,
            true,
            &[Topic::Imei],
            vec![super::checksum("Luhn")],
        ),
        (Topic::Patient, 4..=20) if n.single() || d.len() >= 6 => code(Entity::PatientCode, &[Topic::Patient]),
        (Topic::PersonCode, 4..=19) if n.single() || d.len() >= 6 => code(Entity::PersonCode, &[Topic::PersonCode]),
        (Topic::MilitaryId, 6..=10) => {
            let entity = if context.chinese {
                Entity::CnMilitaryId
            } else {
                Entity::PersonCode
            };
            say(entity, 0.35, &[Topic::MilitaryId])
        }
        (Topic::Username, 5..=11) if n.single() && d[0] != b'0' => say(Entity::Username, 0.35, &[Topic::Username]),
        _ => None,
    }
}
