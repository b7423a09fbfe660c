use tutela_law::Country;

use crate::kernel::record::history;
use crate::kernel::rights::Role;
use crate::world::World;

#[tokio::test]
async fn a_report_without_a_name_names_nobody() {
    let world = World::new(Country::Vn).await;
    let given = [
        ("report_kind", "third-party-attempt"),
        ("report_text", "A caller asked for the list of patients"),
        ("without_name", "1"),
    ];
    let report = world
        .act(Role::PressOfficer, ("reports", "report", None), &given)
        .await
        .unwrap()
        .card;
    let mut connection = world.office.db.read().acquire().await.unwrap();
    let past = history(&mut connection, &report).await.unwrap();
    assert_eq!(past.iter().map(|p| p.actor.as_str()).collect::<Vec<_>>(), ["unnamed"]);
    // The journal holds the account in no entry about the card.
    let account = world.actor(Role::PressOfficer).account;
    let rows = sqlx::query("SELECT entry FROM journal_entry ORDER BY seq DESC LIMIT 1")
        .fetch_all(&mut *connection)
        .await
        .unwrap();
    for row in rows {
        let entry: Vec<u8> = sqlx::Row::try_get(&row, "entry").unwrap();
        let text = String::from_utf8_lossy(&entry).into_owned();
        assert!(text.contains("reports.report") && !text.contains(&account), "{text}");
    }
    drop(connection);
    // With a name, the name stands.
    let named = [("report_kind", "lost-media"), ("report_text", "A memory stick is gone")];
    let report = world
        .act(Role::Officer, ("reports", "report", None), &named)
        .await
        .unwrap()
        .card;
    let mut connection = world.office.db.read().acquire().await.unwrap();
    let past = history(&mut connection, &report).await.unwrap();
    assert_eq!(past[0].actor, world.actor(Role::Officer).account);
}

#[tokio::test]
async fn only_who_handles_violations_reads_reports() {
    let world = World::new(Country::Cn).await;
    let given = [
        ("report_kind", "leak-seen"),
        ("report_text", "群里有名单"),
        ("occurred_at", "2026-11-25T08:00"),
    ];
    let report = ("reports", "report", None);
    assert_eq!(world.refused(Role::Inspector, report, &given).await, ["refusal-right"]);
    assert_eq!(world.refused(Role::Officer, report, &given).await, ["refusal-future"]);
    let id = world.act(Role::Officer, report, &given[..2]).await.unwrap().card;
    let register = world.office.register("reports").unwrap();
    assert!(
        world
            .office
            .page(&world.actor(Role::Officer), register, None, None)
            .await
            .is_err()
    );
    assert_eq!(
        world
            .office
            .page(&world.actor(Role::Head), register, None, None)
            .await
            .unwrap()
            .cards
            .len(),
        1
    );
    let finding = [
        ("report_finding", "属实，已移交处理"),
        ("violation_kind", "viol-leak"),
        ("detected_at", "2026-11-24T09:00"),
        ("occurred_unknown", "1"),
        ("our_role", "role-controller"),
        ("may_harm", "harm-unknown"),
    ];
    let confirm = ("reports", "confirm", Some(id.as_str()));
    assert_eq!(world.refused(Role::Officer, confirm, &finding).await, ["refusal-right"]);
    world.act(Role::Head, confirm, &finding).await.unwrap();
    assert_eq!(world.card(&id).await.state, "report-confirmed");
}
