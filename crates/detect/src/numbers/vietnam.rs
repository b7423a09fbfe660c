//! Numbers of Vietnam: personal numbers, old identity cards, tax codes, insurance, licences, household books.

use super::{Gap, Number, checksum};
use crate::checks;
use crate::context::Context;
use crate::labels::Topic;
use crate::{Entity, Finding, Reason};

/// Old tax codes whose first four digits look like a mobile prefix: offices 0700, 0701, 0900, 0901.
pub(super) fn office(d: &[u8]) -> bool {
    matches!(d, [b'0', b'7' | b'9', b'0', b'0' | b'1', ..]) && checks::vn_tax(d)
}

pub(super) fn read(context: &Context<'_>, n: &Number<'_>) -> Option<Finding> {
    let d = n.digits();
    if !matches!(d.len(), 8..=10 | 12 | 13) {
        return None;
    }
    // Groups of three digits or more, with one kind of sign between them.
    let written = n.single()
        || n.runs.len() <= 5 && n.even(&[Gap::Space, Gap::Dot, Gap::Hyphen]) && n.runs.iter().all(|r| r.len() >= 2);
    if !written {
        return None;
    }
    let topic = context.topic(n.start);
    let say = |entity, base: f32, topics: &[Topic]| n.found(context, entity, base, false, topics, vec![n.count()]);
    match d.len() {
        9 if topic == Some(Topic::CitizenId) => say(Entity::VnOldId, 0.45, &[Topic::CitizenId]),
        9 if topic == Some(Topic::HouseholdBook) => say(Entity::VnHouseholdBook, 0.45, &[Topic::HouseholdBook]),
        8 if topic == Some(Topic::Passport) && context.vietnamese => say(Entity::VnPassport, 0.25, &[Topic::Passport]),
        10 if matches!(topic, Some(Topic::SocialInsurance | Topic::HealthInsurance)) => say(
            Entity::VnSocialInsurance,
            0.45,
            &[Topic::SocialInsurance, Topic::HealthInsurance],
        ),
        10 | 13 => tax(context, n, topic),
        12 => twelve(context, n, topic),
        _ => None,
    }
}

const TAX: &[Topic] = &[Topic::TaxCode];

fn tax(context: &Context<'_>, n: &Number<'_>, topic: Option<Topic>) -> Option<Finding> {
    let d = n.digits();
    let (main, branch) = d.split_at_checked(10)?;
    if !checks::vn_tax(main) {
        return None;
    }
    let named = topic == Some(Topic::TaxCode);
    let base = match branch {
        [] if !(n.single() || named) => return None,
        [] if named || context.vietnamese || context.marked() => 0.6,
        // One number in eleven passes, and clocks count ten digits, too.
        [] => 0.4,
        b"000" => return None,
        _ if n.shape(&[10, 3]) && n.gaps() == [Gap::Hyphen] => 0.8,
        _ if named => 0.6,
        _ => return None,
    };
    n.found(
        context,
        Entity::VnTaxCode,
        base,
        true,
        TAX,
        vec![checksum("mod 11"), n.count()],
    )
}

/// Twelve digits: a personal number (also as a tax code and for insurance) or a driving licence.
fn twelve(context: &Context<'_>, n: &Number<'_>, topic: Option<Topic>) -> Option<Finding> {
    const PERSONAL: &[Topic] = &[
        Topic::CitizenId,
        Topic::TaxCode,
        Topic::SocialInsurance,
        Topic::HealthInsurance,
        Topic::Username,
    ];
    let d = n.digits();
    let count = n.count();
    match topic {
        Some(Topic::DriverLicence) => {
            return n.found(
                context,
                Entity::VnDriverLicence,
                0.45,
                false,
                &[Topic::DriverLicence],
                vec![count],
            );
        }
        // Their own codes, whatever they look like.
        Some(Topic::Patient | Topic::PersonCode) => return None,
        _ => {}
    }
    if let Some((code, born)) = checks::vn_citizen(d) {
        let base = if context.vietnamese {
            0.7
        } else if context.russian {
            0.45
        } else {
            0.6
        };
        // A number in groups is written so on purpose; amounts have groups of three, and dots or spaces as well.
        let money = !n.single() && n.runs.iter().all(|r| r.len() == 3) && topic != Some(Topic::CitizenId);
        let foreign = !n.single() && !context.vietnamese;
        let base = if money || foreign { base - 0.15 } else { base };
        let why = vec![count, Reason::Region(format!("{code:03}")), Reason::Born(born)];
        return n.found(context, Entity::VnCitizenId, base, true, PERSONAL, why);
    }
    // Births registered abroad have codes of countries, which stand in no table here.
    let abroad = topic == Some(Topic::CitizenId) && matches!(d[3], b'0'..=b'3') && !checks::uniform(d) && d[0] != b'0';
    abroad
        .then(|| {
            n.found(
                context,
                Entity::VnCitizenId,
                0.3,
                false,
                &[Topic::CitizenId],
                vec![count],
            )
        })
        .flatten()
}
