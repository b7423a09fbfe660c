use tutela_law::Country;

use super::*;
use crate::kernel::rights::Role;
use crate::world::World;

#[test]
fn every_pack_has_a_year() {
    for (pack, text) in FILES {
        let file: File = toml::from_str(text).unwrap();
        assert!(file.duty.len() > 8, "{pack}");
        for duty in &file.duty {
            assert!(
                !duty.months.is_empty() && duty.months.iter().all(|m| (1..=12).contains(m)),
                "{pack}: {}",
                duty.id
            );
            for locale in Locale::ALL {
                assert!(duty.text(locale).chars().count() > 4, "{pack}: {}", duty.id);
            }
        }
    }
}

#[tokio::test]
async fn a_month_holds_what_recurs_what_ends_and_days() {
    let world = World::new(Country::Vn).await;
    world.withdrawn_consent().await;
    crate::registers::tests_of_campaigns::employees(&world, &["A"]).await;
    crate::registers::tests_of_campaigns::announced(&world, &[]).await;
    let (_, months) = world.office.year(&world.actor(Role::Head), 2026).await.unwrap();
    assert_eq!(months.len(), 12);
    assert!(months[0].recurring.iter().any(|r| r.id == "plan"));
    assert!(months[10].days.contains(&("campaigns", "campaign_until", 1)));
    let ends: u64 = months[11].due.iter().map(|d| d.1).sum();
    assert!(ends > 0, "fifteen days from 24 November");
    // The law of a year is the law of that year: six months' updates came with the new one.
    let (_, before) = world.office.year(&world.actor(Role::Head), 2025).await.unwrap();
    assert!(before[5].recurring.iter().all(|r| r.id != "dossier6"));
    assert!(months[5].recurring.iter().any(|r| r.id == "dossier6"));
    for year in [1999, 2200, 0] {
        assert!(world.office.year(&world.actor(Role::Head), year).await.is_err());
    }
    assert!(
        world
            .office
            .year(&world.actor(Role::Administrator), 2026)
            .await
            .is_err()
    );
}
