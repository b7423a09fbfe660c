use serde_json::json;
use tutela_law::Country;

use crate::kernel::rights::Role;
use crate::world::World;

const PO: Role = Role::ProtectionOfficer;
const SO: Role = Role::SecurityOfficer;
const SIGN: &[(&str, &str)] = &[("signer_name", "Trần Thử"), ("signer_post", "Officer")];

async fn approved(world: &World, plan: &str) {
    for role in [PO, SO] {
        world
            .act(role, ("check-plans", "sign", Some(plan)), SIGN)
            .await
            .unwrap();
    }
    let on = [("approved_on", "2026-11-24")];
    world
        .act(Role::Head, ("check-plans", "approve", Some(plan)), &on)
        .await
        .unwrap();
}

#[tokio::test]
async fn an_approved_plan_makes_its_checks_and_says_when_the_next_is_due() {
    let mut world = World::new(Country::Vn).await;
    let draft = ("check-plans", "draft", None);
    let bad = [("plan_year", "2026"), ("plan_rows", "13; Archive; Files")];
    assert_eq!(world.refused(PO, draft, &bad).await, ["refusal-plan-row"]);
    let given = [("plan_year", "2026"), ("plan_rows", "11; Archive; Files; Trần Thử")];
    let plan = world.act(PO, draft, &given).await.unwrap().card;
    let row = [
        ("row_month", "3"),
        ("row_unit", "Front; desk"),
        ("row_subject", "Workplaces"),
    ];
    world
        .act(SO, ("check-plans", "add-row", Some(&plan)), &row)
        .await
        .unwrap();
    assert_eq!(
        world
            .refused(
                Role::Head,
                ("check-plans", "approve", Some(&plan)),
                &[("approved_on", "2026-11-24")]
            )
            .await,
        ["refusal-state"]
    );
    approved(&world, &plan).await;
    let card = world.card(&plan).await;
    assert_eq!(card.data["next_plan_by"], "2026-12-31");
    let checks: Vec<String> = serde_json::from_value(card.data["plan_checks"].clone()).unwrap();
    assert_eq!(checks.len(), 2);
    let (front, archive) = (world.card(&checks[0]).await, world.card(&checks[1]).await);
    assert_eq!(
        (front.text("unit"), front.text("planned_until")),
        ("Front, desk", "2026-03-31")
    );
    assert_eq!(
        (archive.text("unit"), archive.text("planned_until")),
        ("Archive", "2026-11-30")
    );
    assert_eq!(archive.data["check_plan"], json!(plan));
    assert!(!serde_json::to_string(&archive.data).unwrap().contains("Trần"));
    let text = world.paper(PO, (&plan, "check-plan"), "control").await;
    assert!(
        text.contains("Archive") && text.contains("Trần Thử") && text.contains("2026"),
        "{text}"
    );

    // One plan a year; the next one follows it.
    let second = world.act(PO, draft, &given).await.unwrap().card;
    for role in [PO, SO] {
        world
            .act(role, ("check-plans", "sign", Some(&second)), SIGN)
            .await
            .unwrap();
    }
    let approve = ("check-plans", "approve", Some(second.as_str()));
    assert_eq!(
        world
            .refused(Role::Head, approve, &[("approved_on", "2026-11-24")])
            .await,
        ["refusal-number-used"]
    );
    assert_eq!(world.card(&second).await.state, "plan-signed");
    world.now = "2027-01-04T02:00:00Z".parse().unwrap();
    assert!(world.office.expire(world.now).await.unwrap() > 0);
    assert_eq!(world.card(&plan).await.data["overdue"], json!(true));
    let next = [
        ("plan_year", "2027"),
        ("plan_rows", "2; Archive; Files"),
        ("previous_plan", plan.as_str()),
    ];
    let next = world.act(PO, draft, &next).await.unwrap().card;
    approved(&world, &next).await;
    assert_eq!(world.card(&plan).await.state, "plan-followed");
}

#[tokio::test]
async fn a_plan_that_changes_is_signed_anew() {
    let world = World::new(Country::Ru).await;
    let draft = ("check-plans", "draft", None);
    let plan = world.act(PO, draft, &[("plan_year", "2026")]).await.unwrap().card;
    let sign = ("check-plans", "sign", Some(plan.as_str()));
    assert_eq!(world.refused(PO, sign, SIGN).await, ["refusal-plan-empty"]);
    let row = [("row_month", "3"), ("row_unit", "Archive"), ("row_subject", "Files")];
    world
        .act(PO, ("check-plans", "add-row", Some(&plan)), &row)
        .await
        .unwrap();
    world.act(PO, sign, SIGN).await.unwrap();
    let back = [("returned_because", "Too few")];
    world
        .act(Role::Head, ("check-plans", "return", Some(&plan)), &back)
        .await
        .unwrap();
    assert!(!world.card(&plan).await.data.contains_key("signed_organiser"));
    world.act(PO, sign, SIGN).await.unwrap();
    assert_eq!(world.refused(PO, sign, SIGN).await, ["refusal-signed-already"]);
}
