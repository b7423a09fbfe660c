//! What is asked for when a violation begins: by whoever confirms a report, and by whoever opens a case without one.

use tutela_law::Country;

use crate::kernel::field::{Field, Kind, Offer};

/// What kind of violation it is.
pub(super) const KINDS: &[&str] = &[
    "viol-leak",
    "viol-access",
    "viol-loss",
    "viol-sale",
    "viol-wrong-recipient",
    "viol-published",
    "viol-altered",
    "viol-purpose",
    "viol-rights",
    "viol-other",
];
/// What the body is to the data.
pub(super) const ROLES: &[&str] = &["role-controller", "role-joint", "role-processor", "role-third"];
/// Whether it may harm.
pub(super) const HARMS: &[&str] = &["harm-likely", "harm-unknown", "harm-unlikely"];
/// What decides which duties there are beside the notice.
pub(super) const MARKS: &[&str] = &[
    "mark-sensitive",
    "mark-location",
    "mark-biometric",
    "mark-finance",
    "mark-minors",
    "mark-cyber",
    "mark-serious",
    "mark-own-channel",
    "mark-cii",
    "mark-central",
    "mark-province",
];
/// Grades of incidents of the Chinese measures, lowest first.
pub(super) const GRADES: &[&str] = &["grade-general", "grade-larger", "grade-major", "grade-extra"];

pub(super) const KIND: Field = Field::new("violation_kind", Kind::Choice(KINDS)).required();
pub(super) const DETECTED: Field = Field::new("detected_at", Kind::Instant).required();
pub(super) const OCCURRED: Field = Field::new("occurred_at", Kind::Instant);
pub(super) const OCCURRED_UNTIL: Field = Field::new("occurred_until", Kind::Instant);
pub(super) const OCCURRED_UNKNOWN: Field = Field::new("occurred_unknown", Kind::Flag);
pub(super) const ROLE: Field = Field::new("our_role", Kind::Choice(ROLES)).required();
pub(super) const CONTROLLER: Field = Field::new("controller_name", Kind::Line);
pub(super) const HARM: Field = Field::new("may_harm", Kind::Choice(HARMS)).required();
pub(super) const HARM_REASON: Field = Field::new("harm_reason", Kind::Text).personal();
pub(super) const MARK: Field = Field::new("violation_marks", Kind::Choices(MARKS)).offered(mark_offered);
pub(super) const GRADE: Field = Field::new("incident_grade", Kind::Choice(GRADES)).offered(grade_offered);
pub(super) const SUBJECTS_NUMBER: Field = Field::new("subjects_number", Kind::Number(0, 10_000_000_000));
pub(super) const DRILL: Field = Field::new("drill", Kind::Flag);

/// A mark is offered where a law of the country knows it.
fn mark_offered(offer: &Offer<'_>, word: &str) -> bool {
    match word {
        "mark-location" | "mark-biometric" | "mark-finance" | "mark-serious" | "mark-province" => {
            offer.body.country == Country::Vn
        }
        "mark-cyber" => matches!(offer.body.country, Country::Vn | Country::Ru),
        "mark-own-channel" => offer.body.country == Country::Ru,
        "mark-cii" | "mark-central" | "mark-minors" => offer.body.country == Country::Cn,
        _ => true,
    }
}

fn grade_offered(offer: &Offer<'_>, _: &str) -> bool {
    offer.body.country == Country::Cn
}
