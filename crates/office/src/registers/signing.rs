//! Papers that both responsible persons sign: who has signed as what, that nobody signs twice, and that nobody signs about
//! the own unit or post (R99, R137).

use jiff::civil::Date;

use crate::error::Refusal;
use crate::kernel::card::Card;
use crate::kernel::register::{Case, Outcome};
use crate::kernel::rights::Role;

/// What a signature leaves in the card: who, name, post; as the one who organises, and as the one who secures.
const PLACES: [(Role, &str, &str, &str); 2] = [
    (
        Role::ProtectionOfficer,
        "signed_organiser",
        "organiser_name",
        "organiser_post",
    ),
    (
        Role::SecurityOfficer,
        "signed_security",
        "security_signer_name",
        "security_signer_post",
    ),
];

/// A signature of one of the two: the state is `one` after the first and `both` after the second.
pub(super) fn sign(case: &Case<'_>, one: &'static str, both: &'static str) -> Result<Outcome, Refusal> {
    let signed = |place: &str| case.of_card(place);
    if PLACES.iter().any(|(_, place, _, _)| signed(place) == case.actor) {
        return Err(Refusal::new("refusal-signed-already"));
    }
    let free = PLACES
        .iter()
        .find(|(role, place, _, _)| case.roles.contains(role) && signed(place).is_empty());
    let Some((_, place, name, post)) = free else {
        return Err(Refusal::new("refusal-other-signs"));
    };
    let other_signed = PLACES
        .iter()
        .any(|(_, other, _, _)| other != place && !signed(other).is_empty());
    Ok(Outcome::new()
        .state(if other_signed { both } else { one })
        .set(place, case.actor)
        .set(name, case.text("signer_name"))
        .set(post, case.text("signer_post")))
}

/// What was signed no longer holds.
pub(super) fn unsigned(mut outcome: Outcome) -> Outcome {
    for (_, place, name, post) in PLACES {
        outcome = outcome.unset(place).unset(name).unset(post);
    }
    outcome
}

/// Nobody signs or approves about themselves: the person, the post or the unit that is checked.
pub(super) fn not_about_oneself(case: &Case<'_>) -> Result<(), Refusal> {
    let Some(check) = case.card else { return Ok(()) };
    let unit = plain(check.text("unit"));
    let (staff, posts) = (check.cards("checked_staff"), check.cards("checked_posts"));
    let own = |card: &Card| match card.register.as_str() {
        "staff" => staff.contains(&card.id.as_str()) || (!case.is_closed(card) && plain(card.text("unit")) == unit),
        "posts" => posts.contains(&card.id.as_str()) || plain(card.text("unit")) == unit,
        _ => false,
    };
    if case.mine.iter().any(own) {
        return Err(Refusal::new("refusal-own-check"));
    }
    Ok(())
}

/// The name of a unit however it was typed.
fn plain(unit: &str) -> String {
    unit.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The last day has passed: the card is marked once, and stays among what waits.
pub(super) fn overdue(case: &Case<'_>, field: &str) -> Result<Outcome, Refusal> {
    let over = case.of_card(field).parse().is_ok_and(|last: Date| last < case.today());
    let marked = case
        .card
        .and_then(|c| c.data.get("overdue"))
        .and_then(serde_json::Value::as_bool)
        == Some(true);
    if !over || marked {
        return Err(Refusal::new("refusal-day-not-passed"));
    }
    Ok(Outcome::new().set("overdue", true))
}
