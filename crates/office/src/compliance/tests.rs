use std::collections::BTreeSet;

use tutela_law::{Country, Law, Pack};

use super::*;
use crate::kernel::rights::Role;
use crate::registers::REGISTERS;
use crate::world::World;

#[test]
fn every_line_reads_and_names_what_exists() {
    let file: File = toml::from_str(TEXT).unwrap();
    assert!(file.line.len() > 50);
    let keys: BTreeSet<_> = file.line.iter().map(|l| &l.key).collect();
    assert_eq!(keys.len(), file.line.len(), "a key twice");
    let law = Law::embedded();
    let countries = [Country::Vn, Country::Ru, Country::Cn];
    let duties: BTreeSet<_> = countries
        .into_iter()
        .flat_map(|c| law.clocks(c))
        .map(|c| c.rule.duty.clone())
        .collect();
    let packs: BTreeSet<_> = law.packs().iter().map(Pack::id).collect();
    for line in &file.line {
        for pack in line.norms.keys() {
            assert!(packs.contains(pack.as_str()), "{}: {pack}", line.key);
        }
        for duty in &line.duties {
            assert!(duties.contains(duty), "{}: {duty}", line.key);
        }
        for need in line.needs.iter().chain(&line.late_where) {
            // A register that the program does not have makes a line that is not kept; one that it has must have the states.
            let Some(register) = REGISTERS.iter().find(|r| r.name == need.register) else {
                continue;
            };
            for state in &need.states {
                assert!(register.states.iter().any(|s| s.name == state), "{}: {state}", line.key);
            }
            if let Some(field) = &need.field {
                assert!(
                    register.field(field).is_some_and(|f| !f.personal),
                    "{}: {field}",
                    line.key
                );
            }
        }
        for name in line.open.iter().chain(&line.late) {
            let (register, state) = name.split_once('/').unwrap();
            let Some(register) = REGISTERS.iter().find(|r| r.name == register) else {
                continue;
            };
            assert!(register.states.iter().any(|s| s.name == state), "{}: {name}", line.key);
        }
    }
}

async fn standing(world: &World, key: &str) -> (Standing, i64, i64) {
    let (_, _, rows) = world
        .office
        .compliance(&world.actor(Role::Inspector), world.now)
        .await
        .unwrap();
    let row = rows.into_iter().find(|r| r.line.key == key).unwrap();
    (row.standing, row.have, row.late)
}

#[tokio::test]
async fn a_line_goes_from_missing_to_in_place_to_late() {
    let mut world = World::new(Country::Vn).await;
    assert_eq!(standing(&world, "R68").await, (Standing::Missing, 0, 0));
    assert_eq!(standing(&world, "R3").await, (Standing::Missing, 0, 0));
    assert_eq!(
        standing(&world, "R69").await,
        (Standing::NotApplicable, 0, 0),
        "nothing was sent"
    );
    assert_eq!(
        standing(&world, "R12").await.0,
        Standing::NotApplicable,
        "no such norm in Viet Nam"
    );
    assert_eq!(standing(&world, "R114").await.0, Standing::NotKept);
    assert_eq!(standing(&world, "R24").await.0, Standing::InPlace);
    // An order of another kind proves nothing of an appointment.
    let order = [("order_kind", "other-order"), ("order_subject", "Something")];
    let order = world
        .act(Role::ProtectionOfficer, ("orders", "draft", None), &order)
        .await
        .unwrap()
        .card;
    world.in_force(&order, "1").await;
    assert_eq!(standing(&world, "R3").await, (Standing::Missing, 0, 0));
    let order = [
        ("order_kind", "appointment"),
        ("order_subject", "On the person responsible"),
        ("office", "security"),
        ("appointee_name", "Lê Thử"),
        ("appointee_post", "Specialist"),
        ("office_from", "2026-11-20"),
    ];
    let order = world
        .act(Role::ProtectionOfficer, ("orders", "draft", None), &order)
        .await
        .unwrap()
        .card;
    world.in_force(&order, "2").await;
    assert_eq!(standing(&world, "R3").await, (Standing::InPlace, 1, 0));
    crate::registers::tests_of_campaigns::employees(&world, &["A", "B"]).await;
    crate::registers::tests_of_campaigns::announced(&world, &[]).await;
    assert_eq!(standing(&world, "R68").await, (Standing::InPlace, 1, 0));
    world.now = "2026-11-30T17:00:00Z".parse().unwrap();
    world.office.expire(world.now).await.unwrap();
    assert_eq!(standing(&world, "R68").await, (Standing::Late, 1, 2));
}

#[tokio::test]
async fn a_term_that_ran_out_makes_its_line_late() {
    let mut world = World::new(Country::Vn).await;
    world.withdrawn_consent().await;
    assert_eq!(standing(&world, "R29").await, (Standing::InPlace, 1, 0));
    world.now = "2026-12-24T02:00:00Z".parse().unwrap();
    assert_eq!(standing(&world, "R29").await.0, Standing::Late);
}

#[tokio::test]
async fn the_roll_up_holds_counts_and_a_checkpoint_and_nobody() {
    let world = World::new(Country::Ru).await;
    world.withdrawn_consent().await;
    world.office.publish(world.now).await.unwrap();
    let roll_up = world.office.roll_up(&world.actor(Role::Head), world.now).await.unwrap();
    let text = roll_up.to_string();
    assert!(!text.contains("Thử") && !text.contains("079183000123"));
    assert_eq!(roll_up["lines"].as_array().unwrap().len(), LINES.len());
    let sum: u64 = roll_up["summary"]
        .as_object()
        .unwrap()
        .values()
        .map(|v| v.as_u64().unwrap())
        .sum();
    assert_eq!(sum, LINES.len() as u64);
    assert!(roll_up["checkpoint"]["size"].as_u64().unwrap() > 3);
    assert_eq!(roll_up["checkpoint"]["root"].as_str().unwrap().len(), 64);
    for role in [Role::Administrator, Role::PressOfficer] {
        assert!(world.office.roll_up(&world.actor(role), world.now).await.is_err());
    }
    // Another body's cards prove nothing here.
    let other = world
        .office
        .create_body(crate::world::a_body(Country::Ru))
        .await
        .unwrap();
    let stranger = world.join(&other.id, Role::Head).await.actor();
    let theirs = world.office.roll_up(&stranger, world.now).await.unwrap();
    assert!(theirs["lines"].as_array().unwrap().iter().all(|l| l["have"] == 0));
}
