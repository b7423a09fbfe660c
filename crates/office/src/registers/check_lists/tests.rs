use tutela_law::Country;

use crate::kernel::rights::Role;
use crate::world::World;

const PO: Role = Role::ProtectionOfficer;

const LIST: &str =
    "Kiểm tra của Bộ;bo;1\nid;question;norm\ncua;Có khóa cửa không?;TT 1/2026, 4\nman-hinh;Màn hình có khóa không?;\n";

#[tokio::test]
async fn a_check_keeps_the_version_that_it_used() {
    let world = World::new(Country::Vn).await;
    let lay = ("check-lists", "lay", None);
    let first = world.act(PO, lay, &[("list_text", LIST)]).await.unwrap().card;
    assert_eq!(world.card(&first).await.text("title"), "Kiểm tra của Bộ");
    assert_eq!(
        world.refused(PO, lay, &[("list_text", LIST)]).await,
        ["refusal-number-used"]
    );
    let plan = [
        ("unit", "Archive"),
        ("check_subject", "Doors"),
        ("planned_until", "2026-11-30"),
        ("check_basis", "Order 7"),
        ("question_list", first.as_str()),
    ];
    let check = world.act(PO, ("checks", "plan", None), &plan).await.unwrap().card;
    let begin = [("checked_on", "2026-11-24"), ("question_list", first.as_str())];
    world.act(PO, ("checks", "begin", Some(&check)), &begin).await.unwrap();
    // A new version comes while the check is under way.
    let next = LIST.replace(";bo;1", ";bo;2").replace("cua;", "cua-chinh;");
    let given = [("list_text", next.as_str()), ("replaces_list", first.as_str())];
    world.act(PO, lay, &given).await.unwrap();
    assert_eq!(world.card(&first).await.state, "list-replaced");
    let fill = ("checks", "fill", Some(check.as_str()));
    let mut place = [
        ("place_name", "Door"),
        ("place_answers", "cua-chinh: yes\nman-hinh: na"),
    ];
    assert_eq!(
        world.refused(PO, fill, &place).await,
        ["refusal-no-answer", "refusal-other-question"]
    );
    place[1] = ("place_answers", "cua: yes\nman-hinh: na");
    world.act(PO, fill, &place).await.unwrap();
    assert_eq!(
        world.refused(PO, ("checks", "plan", None), &plan).await,
        ["refusal-list-not-laid"]
    );
}

#[tokio::test]
async fn a_list_that_is_none_is_refused_with_what_is_wrong() {
    let world = World::new(Country::Ru).await;
    let lay = ("check-lists", "lay", None);
    for (text, why) in [
        ("hello", "refusal-list-columns"),
        ("id = 3", "refusal-list-unreadable"),
        ("T;own;1\nid;question\nA B;x\n", "refusal-list-name"),
        ("T;own;1\nid;question\na;x\na;y\n", "refusal-list-twice"),
        (";;\nid;question\na;x\n", "refusal-list-head"),
    ] {
        assert_eq!(world.refused(PO, lay, &[("list_text", text)]).await, [why], "{text}");
    }
    let long = "x".repeat(200_001);
    assert_eq!(
        world.refused(PO, lay, &[("list_text", &long)]).await,
        ["refusal-too-long"]
    );
    assert_eq!(
        world.refused(Role::Officer, lay, &[("list_text", LIST)]).await,
        ["refusal-right"]
    );
}
