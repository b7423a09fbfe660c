//! Numbers of China: resident identity numbers and travel permits.

use super::{Gap, Number, checksum};
use crate::checks;
use crate::context::Context;
use crate::labels::Topic;
use crate::trigger::Run;
use crate::{Entity, Finding, Reason};

/// Documents that carry the resident identity number as theirs.
const RESIDENT: &[Topic] = &[
    Topic::CitizenId,
    Topic::DriverLicence,
    Topic::SocialInsurance,
    Topic::HealthInsurance,
    Topic::PersonCode,
    Topic::Passport,
];

fn reasons(d: &[u8], born: u16) -> Vec<Reason> {
    let region = String::from_utf8_lossy(d.get(..6).unwrap_or_default()).into_owned();
    vec![checksum("GB 11643"), Reason::Region(region), Reason::Born(born)]
}

pub(super) fn read(context: &Context<'_>, n: &Number<'_>) -> Option<Finding> {
    let d = n.digits();
    match d.len() {
        18 if n.single() || n.even(&[Gap::Space, Gap::Hyphen]) => {
            let born = checks::cn_id(d)?;
            let base = if n.single() { 0.9 } else { 0.7 };
            n.found(context, Entity::CnResidentId, base, true, RESIDENT, reasons(d, born))
        }
        15 if n.single() && context.is(n.start, &[Topic::CitizenId]) => {
            let born = checks::cn_id_old(d)?;
            let why = vec![Reason::Born(born), n.count()];
            n.found(context, Entity::CnResidentId, 0.5, true, &[Topic::CitizenId], why)
        }
        8 | 10 if n.single() && context.is(n.start, &[Topic::TravelPermit]) => n.found(
            context,
            Entity::CnTravelPermit,
            0.45,
            false,
            &[Topic::TravelPermit],
            vec![n.count()],
        ),
        _ => None,
    }
}

/// Seventeen digits and the check character X.
pub(super) fn with_x(context: &Context<'_>, run: Run) -> Option<Finding> {
    let end = run.end + 1;
    let whole = context.bytes.get(run.start..end)?;
    let free = |b: u8| !b.is_ascii_alphanumeric() && b != b'_';
    if !free(context.byte(end)) || !free(context.byte_before(run.start)) {
        return None;
    }
    let mut why = reasons(whole, checks::cn_id(whole)?);
    let score = context.weigh(run.start, 0.9, RESIDENT, &mut why);
    Some(Finding {
        entity: Entity::CnResidentId,
        start: run.start,
        end,
        score,
        validated: true,
        why,
    })
}
