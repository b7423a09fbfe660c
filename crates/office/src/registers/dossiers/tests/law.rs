//! Who must have a dossier and who is exempt, by date, kind of body and facts.

use serde_json::json;
use tutela_law::{Country, Law};

use super::super::{KINDS, rules};
use super::{PO, activity, answer, dossier, dossiers, norm, world_of};
use crate::kernel::clock::State;
use crate::kernel::rights::Role;

#[test]
fn kinds_and_duties_of_the_packs_are_known_here() {
    for pack in Law::embedded().packs() {
        for dossier in pack.dossiers() {
            assert!(
                KINDS.contains(&dossier.kind.as_str()),
                "{}: {}",
                pack.id(),
                dossier.kind
            );
            let named = [
                &dossier.duty,
                &dossier.keep,
                &dossier.result,
                &dossier.complete,
                &dossier.done_notice,
            ];
            for duty in named
                .into_iter()
                .chain(dossier.change.iter().map(|c| &c.duty))
                .flatten()
            {
                assert!(rules::duty(Some(duty)).is_some(), "{}: {duty}", pack.id());
            }
        }
    }
}

async fn kinds(world: &crate::world::World) -> Vec<String> {
    let all = dossiers(world).await;
    all.iter().map(|c| c.text("dossier_kind").to_owned()).collect()
}

#[tokio::test]
async fn a_state_office_is_exempt_from_the_first_of_january_2026_on_and_keeps_the_mechanism() {
    let mut world = world_of(Country::Vn, "state-office").await;
    world.now = "2025-12-31T02:00:00Z".parse().unwrap();
    activity(&world, &[("started_on", "2025-12-01")]).await;
    assert_eq!(
        kinds(&world).await,
        ["dossier-impact"],
        "nobody was exempt under the decree"
    );

    let mut world = world_of(Country::Vn, "state-office").await;
    world.now = "2026-01-02T02:00:00Z".parse().unwrap();
    activity(&world, &[("started_on", "2026-01-01")]).await;
    assert_eq!(kinds(&world).await, ["dossier-monitoring"]);
    let mechanism = world.card(&dossier(&world, "dossier-monitoring").await).await;
    assert_eq!(
        (mechanism.text("verdict"), mechanism.text("verdict_norm")),
        ("dossier-needed", "L91 19.2")
    );
    assert!(world.clocks_of(&mechanism.id).await.is_empty(), "it has no term");
}

#[tokio::test]
async fn a_hospital_is_asked_whether_it_is_a_state_agency() {
    let world = world_of(Country::Vn, "hospital").await;
    activity(&world, &[]).await;
    let id = dossier(&world, "dossier-impact").await;
    let card = world.card(&id).await;
    assert_eq!(card.text("verdict"), "dossier-unknown");
    assert_eq!(card.cards("facts_missing"), ["state-agency"]);
    // While it is not known, the term runs.
    let clocks = world.clocks_of(&id).await;
    assert_eq!((clocks.len(), clocks[0].rule.as_str()), (1, "vn-b-dossier"));

    answer(&world, &id, &json!({ "state-agency": "yes" })).await;
    let card = world.card(&id).await;
    assert_eq!(
        (card.text("verdict"), card.text("verdict_norm")),
        ("dossier-exempt", "L91 21.6")
    );
    assert_eq!(world.clocks_of(&id).await[0].state, State::Cancelled);
    let file = ("dossiers", "file", Some(id.as_str()));
    assert_eq!(
        norm(&world, PO, file, &[]).await,
        ("refusal-dossier-exempt".into(), "L91 21.6".into())
    );

    answer(&world, &id, &json!({ "state-agency": "no" })).await;
    let card = world.card(&id).await;
    assert_eq!(
        (card.text("verdict"), card.text("verdict_norm")),
        ("dossier-needed", "L91 21.1; D356 19")
    );
    let running = world.clocks_of(&id).await;
    assert!(running.iter().any(|c| c.state == State::Running), "the term runs again");
    assert_eq!(
        norm(&world, PO, ("dossiers", "exempt", Some(&id)), &[]).await.0,
        "refusal-dossier-needed"
    );
    assert_eq!(
        norm(&world, PO, file, &[]).await,
        ("refusal-dossier-not-approved".into(), "L91 21.1; D356 19".into())
    );
}

#[tokio::test]
async fn an_exemption_goes_on_record_and_comes_back_when_the_activity_changes() {
    let world = world_of(Country::Vn, "hospital").await;
    let id = activity(&world, &[]).await;
    let own = dossier(&world, "dossier-impact").await;
    answer(&world, &own, &json!({ "state-agency": "yes" })).await;
    world.act(PO, ("dossiers", "exempt", Some(&own)), &[]).await.unwrap();
    assert_eq!(world.card(&own).await.state, "dossier-exempt");
    // A second one of its kind is not opened: neither by hand nor by itself.
    let again = [("activity", id.as_str()), ("dossier_kind", "dossier-impact")];
    assert_eq!(
        world.refused(PO, ("dossiers", "open", None), &again).await,
        ["refusal-dossier-exists"]
    );
    let harm = [("activity", id.as_str()), ("dossier_kind", "dossier-harm")];
    let (key, told) = norm(&world, PO, ("dossiers", "open", None), &harm).await;
    assert_eq!(key, "refusal-dossier-law");
    assert!(told.contains("91/2025/QH15"), "{told}");
}

#[tokio::test]
async fn a_transfer_abroad_opens_a_dossier_when_it_is_known() {
    let world = world_of(Country::Vn, "hospital").await;
    let id = activity(&world, &[]).await;
    assert!(
        !kinds(&world).await.contains(&"dossier-transfer".to_owned()),
        "nobody has said so"
    );
    let mut change = vec![
        ("title", "Patient records"),
        ("purpose", "Treating patients"),
        ("norm", "Article 1"),
        ("bases", "law-duty"),
        ("subject_categories", "patients"),
        ("data_categories", "health"),
        ("keep_from", "purpose-reached"),
        ("keep_length", "10"),
        ("keep_unit", "years"),
        ("started_on", "2026-11-02"),
        ("abroad", "goes-abroad"),
    ];
    let what = ("processing", "change", Some(id.as_str()));
    assert_eq!(world.refused(PO, what, &change).await, ["refusal-abroad-states"]);
    change.extend([("abroad_states", "Singapore"), ("abroad_from", "2026-11-10")]);
    world.act(PO, what, &change).await.unwrap();
    let own = dossier(&world, "dossier-transfer").await;
    let card = world.card(&own).await;
    let missing = card.cards("facts_missing");
    assert!(
        missing.contains(&"contract-formality") && missing.contains(&"state-agency"),
        "{missing:?}"
    );
    assert_eq!(world.clocks_of(&own).await[0].rule, "vn-b-transfer");
    // One exemption is enough.
    answer(&world, &own, &json!({ "contract-formality": "yes" })).await;
    assert_eq!(world.card(&own).await.text("verdict_norm"), "D356 17.3");
}

#[tokio::test]
async fn an_assessment_in_china_comes_with_what_makes_it_needed() {
    let world = world_of(Country::Cn, "hospital").await;
    activity(&world, &[]).await;
    let id = dossier(&world, "dossier-assessment").await;
    let card = world.card(&id).await;
    assert_eq!(
        (card.text("verdict"), card.text("verdict_norm")),
        ("dossier-needed", "PIPL 55(1)")
    );
    let clocks = world.clocks_of(&id).await;
    assert_eq!(clocks[0].rule, "cn-assessment");
    super::approved(&world, &id).await;
    let clocks = world.clocks_of(&id).await;
    let kept = clocks.iter().find(|c| c.duty == "keep-assessment").unwrap();
    let until = kept.due_at.unwrap().to_zoned_datetime(world.body.zone.clone()).date();
    assert_eq!(until.year(), 2029, "three years");
    assert_eq!(
        norm(&world, PO, ("dossiers", "file", Some(&id)), &[]).await,
        ("refusal-dossier-not-filed".into(), "PIPL 55, 56".into())
    );
    assert_eq!(
        world
            .refused(Role::Officer, ("dossiers", "answer", Some(&id)), &[("answers", "{}")])
            .await,
        ["refusal-right"]
    );
}

#[tokio::test]
async fn an_activity_that_only_is_planned_waits() {
    let world = world_of(Country::Vn, "hospital").await;
    activity(&world, &[("started_on", "2026-12-10")]).await;
    assert!(dossiers(&world).await.is_empty());
}
