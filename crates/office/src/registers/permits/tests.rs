use tutela_law::Country;

use crate::kernel::rights::Role;
use crate::world::World;

const PO: Role = Role::ProtectionOfficer;

async fn admitted(world: &World) -> String {
    let activity = world.activity(&["public-task"]).await;
    let post = [("title", "Clerk"), ("allowed_processing", activity.as_str())];
    let post = world.act(PO, ("posts", "propose", None), &post).await.unwrap().card;
    let person = [("employee_name", "Phạm Thị Thử"), ("post", post.as_str())];
    let person = world.act(PO, ("staff", "propose", None), &person).await.unwrap().card;
    let order = [("order_number", "14"), ("order_date", "2026-11-20")];
    for what in [("posts", post.as_str()), ("staff", person.as_str())] {
        world
            .act(Role::Head, (what.0, "approve", Some(what.1)), &order)
            .await
            .unwrap();
    }
    let sign = [("obligation_signed_on", "2026-11-20"), ("obligation_way", "paper")];
    world.act(PO, ("staff", "sign", Some(&person)), &sign).await.unwrap();
    let read = [
        ("acquainted_with", "Rules"),
        ("acquainted_version", "2"),
        ("acquainted_on", "2026-11-20"),
    ];
    world
        .act(PO, ("staff", "acquaint", Some(&person)), &read)
        .await
        .unwrap();
    let train = [("course", "Basics"), ("trained_on", "2026-11-21")];
    world.act(PO, ("staff", "train", Some(&person)), &train).await.unwrap();
    world
        .act(PO, ("staff", "admit", Some(&person)), &[("admitted_on", "2026-11-24")])
        .await
        .unwrap();
    person
}

#[tokio::test]
async fn a_permit_is_granted_overdue_and_given_back() {
    let mut world = World::new(Country::Vn).await;
    let person = admitted(&world).await;
    let mut asked = vec![
        ("permit_kind", "copy"),
        ("employee", person.as_str()),
        ("permit_for", "Two pages of the register"),
        ("permit_until", "2026-11-23"),
    ];
    let ask = ("permits", "ask", None);
    assert_eq!(world.refused(Role::Inspector, ask, &asked).await, ["refusal-right"]);
    assert_eq!(world.refused(Role::Officer, ask, &asked).await, ["refusal-past"]);
    asked[3] = ("permit_until", "2026-11-26");
    let permit = world.act(Role::Officer, ask, &asked).await.unwrap().card;
    let grant = ("permits", "grant", Some(permit.as_str()));
    assert_eq!(
        world.refused(PO, grant, &[("permit_until", "2026-11-26")]).await,
        ["refusal-right"]
    );
    assert_eq!(
        world
            .refused(Role::Head, grant, &[("permit_until", "2026-12-26")])
            .await,
        ["refusal-longer-than-asked"]
    );
    world
        .act(Role::Head, grant, &[("permit_until", "2026-11-26")])
        .await
        .unwrap();
    let paper = (permit.as_str(), "permit");
    let html = world.paper(PO, paper, "control").await;
    assert!(html.contains("Phạm Thị Thử"), "{html}");
    assert!(html.contains("Clerk"), "{html}");
    assert!(html.contains("Two pages of the register"), "{html}");

    world.now = "2026-11-26T16:59:59Z".parse().unwrap();
    assert_eq!(world.office.expire(world.now).await.unwrap(), 0);
    world.now = "2026-11-26T17:00:00Z".parse().unwrap();
    assert_eq!(world.office.expire(world.now).await.unwrap(), 1);
    assert_eq!(world.card(&permit).await.state, "permit-overdue");
    // What is overdue stays where what waits is seen, until it is given back.
    let until = "2026-12-01".parse().unwrap();
    let ahead = world.office.days_ahead(&world.actor(PO), until).await.unwrap();
    assert_eq!((ahead.len(), ahead[0].card.id.as_str()), (1, permit.as_str()));
    let history = {
        let mut connection = world.office.db.read().acquire().await.unwrap();
        crate::kernel::record::history(&mut connection, &permit).await.unwrap()
    };
    assert_eq!(history.last().unwrap().actor, "daily");
    world
        .act(
            PO,
            ("permits", "give-back", Some(&permit)),
            &[("returned_on", "2026-11-27")],
        )
        .await
        .unwrap();
    assert!(world.card(&person).await.cards("open_permits").is_empty());
    assert_eq!(world.card(&permit).await.state, "permit-returned");
}

#[tokio::test]
async fn who_is_not_admitted_gets_no_permit() {
    let world = World::new(Country::Ru).await;
    let person = admitted(&world).await;
    let asked = [
        ("permit_kind", "take-out"),
        ("employee", person.as_str()),
        ("permit_for", "Дело"),
        ("permit_until", "2026-11-26"),
    ];
    let permit = world
        .act(Role::Officer, ("permits", "ask", None), &asked)
        .await
        .unwrap()
        .card;
    let why = [("suspended_because", "internal-inquiry")];
    world.act(PO, ("staff", "suspend", Some(&person)), &why).await.unwrap();
    // Asked at the moment of granting, not only of asking.
    let until = [("permit_until", "2026-11-26")];
    assert_eq!(
        world
            .refused(Role::Head, ("permits", "grant", Some(&permit)), &until)
            .await,
        ["refusal-not-admitted"]
    );
}
