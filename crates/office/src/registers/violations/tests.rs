mod cases;
mod clocks;
mod papers;

use std::collections::BTreeMap;

use crate::kernel::card::Card;
use crate::kernel::rights::Role;
use crate::world::World;

const PO: Role = Role::ProtectionOfficer;

/// A violation that was found at an instant, given where the body is, with whatever else is given.
async fn violation(world: &World, detected: &str, given: &[(&str, &str)]) -> String {
    let all = asked(detected, given);
    world.act(PO, ("violations", "open", None), &all).await.unwrap().card
}

/// What the form asks for, with whatever else is given.
fn asked<'a>(detected: &'a str, given: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all = vec![("detected_at", detected)];
    let usual = [
        ("violation_kind", "viol-leak"),
        ("violation_act", "A table of patients was sent to a group"),
        ("our_role", "role-controller"),
        ("may_harm", "harm-likely"),
        ("occurred_unknown", "1"),
    ];
    let known = given.iter().any(|(name, _)| *name == "occurred_at");
    for (name, value) in usual {
        let is_given = given.iter().any(|(n, _)| *n == name);
        if !(is_given || known && name == "occurred_unknown") {
            all.push((name, value));
        }
    }
    all.extend(given.iter().filter(|(_, value)| !value.is_empty()));
    all
}

/// The filings of a case.
async fn filings(world: &World, case: &str) -> Vec<Card> {
    let card = world.card(case).await;
    let mut all = Vec::new();
    for id in card.cards("filings") {
        all.push(world.card(id).await);
    }
    all
}

/// When each filing of a case falls due, by its rule and recipient, where the body is; those without a term are left out.
async fn due(world: &World, case: &str) -> BTreeMap<(String, String), String> {
    let mut all = BTreeMap::new();
    for filing in filings(world, case).await {
        for clock in world.clocks_of(&filing.id).await {
            let at = clock.due_at.unwrap().to_zoned_datetime(world.body.zone.clone());
            let to: String = filing.text("filing_to").chars().take(12).collect();
            let key = (clock.rule.clone(), to);
            assert!(
                all.insert(key, at.datetime().to_string()).is_none(),
                "one clock for each"
            );
        }
    }
    all
}

/// Rules and ends alone.
async fn ends(world: &World, case: &str) -> Vec<(String, String)> {
    due(world, case)
        .await
        .into_iter()
        .map(|((rule, _), at)| (rule, at))
        .collect()
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}
