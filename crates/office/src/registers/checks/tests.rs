use std::sync::Arc;

use serde_json::json;
use tutela_law::Country;

use crate::kernel::record::{Command, Input};
use crate::kernel::rights::Role;
use crate::world::World;

const PO: Role = Role::ProtectionOfficer;
const SO: Role = Role::SecurityOfficer;

/// Answers to the nine questions, all yes but these, which are no.
pub(crate) fn answers(no: &[&str]) -> String {
    let questions = [
        "admission",
        "consents",
        "purposes",
        "deidentification",
        "premises",
        "passwords",
        "antivirus",
        "media",
        "protection-means",
    ];
    let line = |q: &&str| {
        if no.contains(q) {
            format!("{q}: no - seen by Hà Thử at desk 3\n")
        } else {
            format!("{q}: yes\n")
        }
    };
    questions.iter().map(line).collect()
}

/// A check that is in work.
pub(crate) async fn begun(world: &World, unit: &str) -> String {
    let plan = [
        ("unit", unit),
        ("check_subject", "Workplaces"),
        ("planned_until", "2026-11-30"),
        ("check_basis", "Order 7"),
    ];
    let check = world.act(PO, ("checks", "plan", None), &plan).await.unwrap().card;
    let begin = [("checked_on", "2026-11-24")];
    world.act(PO, ("checks", "begin", Some(&check)), &begin).await.unwrap();
    check
}

async fn filled(world: &World, check: &str, place: &str, no: &[&str]) -> String {
    let given = answers(no);
    let fill = [("place_name", place), ("place_answers", given.as_str())];
    world.act(SO, ("checks", "fill", Some(check)), &fill).await.unwrap();
    world.newest("check-places").await
}

async fn drawn(world: &World, check: &str, number: &str) {
    let draw = [("protocol_number", number), ("protocol_date", "2026-11-24")];
    world.act(PO, ("checks", "draw", Some(check)), &draw).await.unwrap();
}

const SIGN: &[(&str, &str)] = &[("signer_name", "Trần Thử"), ("signer_post", "Officer")];

#[tokio::test]
async fn a_check_goes_from_its_plan_to_verified_measures() {
    let mut world = World::new(Country::Ru).await;
    let check = begun(&world, "Archive").await;
    let draw = ("checks", "draw", Some(check.as_str()));
    let protocol = [("protocol_number", "12/П"), ("protocol_date", "2026-11-24")];
    assert_eq!(world.refused(PO, draw, &protocol).await, ["refusal-no-places"]);
    filled(&world, &check, "Room 12, desk 1", &[]).await;
    filled(&world, &check, "Room 12, desk 3", &["passwords", "media"]).await;
    // Everything that is wrong is answered by a measure with a term.
    assert_eq!(
        world.refused(PO, draw, &protocol).await,
        ["refusal-no-measure", "refusal-no-measure"]
    );
    let measure = ("checks", "add-measure", Some(check.as_str()));
    for number in ["6", "8"] {
        let given = [
            ("measure_question", number),
            ("measure_text", "Hà Thử sets the lock to five minutes"),
            ("measure_until", "2026-11-27"),
        ];
        world.act(PO, measure, &given).await.unwrap();
    }
    let wrong = [
        ("measure_question", "10"),
        ("measure_text", "x"),
        ("measure_until", "2026-12-01"),
    ];
    assert_eq!(world.refused(PO, measure, &wrong).await, ["refusal-no-question"]);
    let past = [
        ("measure_question", "6"),
        ("measure_text", "x"),
        ("measure_until", "2026-11-23"),
    ];
    assert_eq!(world.refused(PO, measure, &past).await, ["refusal-past"]);
    drawn(&world, &check, "12/П").await;
    let card = world.card(&check).await;
    assert_eq!(card.data["places_checked"], json!(2));
    assert_eq!(card.data["violations"], json!(2));

    // Two persons sign, one in each office; the head approves.
    let (sign, approve) = (
        ("checks", "sign", Some(check.as_str())),
        ("checks", "approve", Some(check.as_str())),
    );
    assert_eq!(world.refused(Role::Head, approve, &[]).await, ["refusal-state"]);
    world.act(PO, sign, SIGN).await.unwrap();
    assert_eq!(world.card(&check).await.state, "check-signed-one");
    assert_eq!(world.refused(PO, sign, SIGN).await, ["refusal-signed-already"]);
    assert_eq!(world.refused(Role::Head, approve, &[]).await, ["refusal-state"]);
    world.act(SO, sign, SIGN).await.unwrap();
    assert_eq!(world.refused(SO, approve, &[]).await, ["refusal-right"]);
    let measures = world.card(&check).await.data["check_measures"].clone();
    let first = measures[0].as_str().unwrap().to_owned();
    assert_eq!(world.card(&first).await.state, "measure-proposed");
    world.act(Role::Head, approve, &[]).await.unwrap();
    let card = world.card(&check).await;
    assert_eq!(card.state, "check-approved");
    assert_eq!(card.data["kept_until"], "2031-11-24");
    assert_eq!(world.card(&first).await.state, "measure-open");
    // Nothing of what was approved changes any more.
    let place = card.data["check_places"][0].as_str().unwrap().to_owned();
    let given = answers(&[]);
    let refill = ("check-places", "refill", Some(place.as_str()));
    assert_eq!(
        world.refused(PO, refill, &[("place_answers", &given)]).await,
        ["refusal-check-not-open"]
    );

    // The protocol says what was found, with the measures and their terms.
    let text = world.paper(PO, (&check, "check-protocol"), "control").await;
    for part in [
        "12/П",
        "Archive",
        "Room 12, desk 3",
        "seen by Hà Thử at desk 3",
        "Hà Thử sets the lock",
        "Is the password policy kept?",
        "yes: 1; no: 1",
        "Trần Thử",
    ] {
        let part = part.replace(
            "; ",
            &world.office.words(tutela_words::Locale::En).get("list-separator"),
        );
        assert!(text.contains(&part), "{part}: {text}");
    }

    // A term that has passed is told once a day and stays among what is due until somebody has verified.
    world.now = "2026-11-30T02:00:00Z".parse().unwrap();
    assert_eq!(world.office.expire(world.now).await.unwrap(), 2);
    assert_eq!(world.office.expire(world.now).await.unwrap(), 0);
    assert_eq!(world.card(&first).await.data["overdue"], json!(true));
    let ahead = || async {
        let until = "2026-12-31".parse().unwrap();
        let all = world.office.days_ahead(&world.actor(PO), until).await.unwrap();
        all.iter().filter(|d| d.card.register == "measures").count()
    };
    assert_eq!(ahead().await, 2);
    let done = ("measures", "done", Some(first.as_str()));
    let mut given = vec![("done_on", "2026-11-30"), ("done_proof", "Set on three machines")];
    assert_eq!(world.refused(PO, done, &given).await, ["refusal-measure-late"]);
    given.push(("late_reason", "The administrator was ill"));
    world.act(PO, done, &given).await.unwrap();
    assert_eq!(ahead().await, 2);
    let verify = ("measures", "verify", Some(first.as_str()));
    let verified = [("verified_on", "2026-11-30"), ("verified_how", "Looked at one")];
    assert_eq!(world.refused(PO, verify, &verified).await, ["refusal-own-measure"]);
    world.act(SO, verify, &verified).await.unwrap();
    assert_eq!(ahead().await, 1);
}

#[tokio::test]
async fn nobody_signs_about_the_own_unit_post_or_person() {
    let world = World::new(Country::Vn).await;
    let activity = world.activity(&["public-task"]).await;
    let post = [
        ("title", "Clerk"),
        ("unit", " Phòng  Một cửa"),
        ("allowed_processing", activity.as_str()),
    ];
    let post = world.act(PO, ("posts", "propose", None), &post).await.unwrap().card;
    let person = [("employee_name", "Trần Thử"), ("post", post.as_str())];
    let person = world.act(PO, ("staff", "propose", None), &person).await.unwrap().card;
    let account = world.actor(SO).account;
    let name = ("staff", "name-account", Some(person.as_str()));
    let nobody = [("account", "00000000-0000-0000-0000-000000000000")];
    assert_eq!(world.refused(PO, name, &nobody).await, ["refusal-no-account"]);
    world.act(PO, name, &[("account", account.as_str())]).await.unwrap();
    for (unit, extra) in [
        ("phòng một cửa", None),
        ("Văn thư", Some(("checked_staff", person.as_str()))),
        ("Văn thư", Some(("checked_posts", post.as_str()))),
    ] {
        let plan = [
            ("unit", unit),
            ("check_subject", "Workplaces"),
            ("planned_until", "2026-11-30"),
            ("check_basis", "Order 7"),
        ];
        let check = world.act(PO, ("checks", "plan", None), &plan).await.unwrap().card;
        let mut begin = vec![("checked_on", "2026-11-24")];
        begin.extend(extra);
        world.act(PO, ("checks", "begin", Some(&check)), &begin).await.unwrap();
        filled(&world, &check, "Desk 1", &[]).await;
        drawn(&world, &check, &check).await;
        let sign = ("checks", "sign", Some(check.as_str()));
        assert_eq!(
            world.refused(SO, sign, SIGN).await,
            ["refusal-own-check"],
            "{unit} {extra:?}"
        );
        // Nothing was half-done, and the other may sign.
        assert_eq!(world.card(&check).await.state, "check-drawn");
        world.act(PO, sign, SIGN).await.unwrap();
    }
    // Of another unit the same person signs.
    let check = begun(&world, "Kho lưu trữ").await;
    filled(&world, &check, "Desk 1", &[]).await;
    drawn(&world, &check, "99").await;
    world.act(SO, ("checks", "sign", Some(&check)), SIGN).await.unwrap();
}

#[tokio::test]
async fn a_number_is_used_once_in_a_year() {
    let world = World::new(Country::Cn).await;
    let (one, other) = (begun(&world, "A").await, begun(&world, "B").await);
    for check in [&one, &other] {
        filled(&world, check, "Desk 1", &[]).await;
    }
    drawn(&world, &one, "7/2026").await;
    let draw = ("checks", "draw", Some(other.as_str()));
    let mut given = [("protocol_number", " 7/ 2026"), ("protocol_date", "2026-11-24")];
    assert_eq!(world.refused(PO, draw, &given).await, ["refusal-number-used"]);
    assert_eq!(world.card(&other).await.state, "check-in-work");
    // One that is taken back keeps its number or gives it back.
    let back = [("returned_because", "A wrong date")];
    world.act(PO, ("checks", "take-back", Some(&one)), &back).await.unwrap();
    drawn(&world, &one, "7/2026").await;
    world.act(PO, ("checks", "take-back", Some(&one)), &back).await.unwrap();
    drawn(&world, &one, "8/2026").await;
    given[0] = ("protocol_number", "7/2026");
    world.act(PO, draw, &given).await.unwrap();
}

#[tokio::test]
async fn two_who_approve_at_once_are_one_approval() {
    let world = World::new(Country::Vn).await;
    let check = begun(&world, "Archive").await;
    filled(&world, &check, "Desk 1", &[]).await;
    drawn(&world, &check, "1").await;
    for role in [PO, SO] {
        world.act(role, ("checks", "sign", Some(&check)), SIGN).await.unwrap();
    }
    let approve = || {
        let (office, actor, now, check) = (
            Arc::clone(&world.office),
            world.actor(Role::Head),
            world.now,
            check.clone(),
        );
        tokio::spawn(async move {
            let command = Command {
                register: "checks",
                operation: "approve",
                card: Some(&check),
                version: None,
                input: Input::new(),
            };
            office.act(&actor, now, command).await
        })
    };
    let (one, other) = tokio::join!(approve(), approve());
    let done = [one.unwrap(), other.unwrap()].iter().filter(|d| d.is_ok()).count();
    assert_eq!(done, 1);
}

#[tokio::test]
async fn bad_input_is_refused() {
    let world = World::new(Country::Vn).await;
    let mut plan = vec![
        ("unit", "Archive"),
        ("check_subject", "Workplaces"),
        ("planned_until", "2026-11-30"),
    ];
    let create = ("checks", "plan", None);
    assert_eq!(world.refused(PO, create, &plan).await, ["refusal-check-basis"]);
    plan.push(("check_basis", "Order 7"));
    plan[2] = ("planned_until", "2026-11-20");
    assert_eq!(world.refused(PO, create, &plan).await, ["refusal-past"]);
    assert_eq!(world.refused(Role::Officer, create, &plan).await, ["refusal-right"]);
    let check = begun(&world, "Archive").await;
    let fill = ("checks", "fill", Some(check.as_str()));
    let all = answers(&[]);
    for (text, why) in [
        ("passwords: perhaps", "refusal-answer-line"),
        ("passwords yes", "refusal-answer-line"),
        ("passwords: yes\npasswords: no - x", "refusal-answer-line"),
        (&all.replace("media: yes", "media: no"), "refusal-no-remark"),
        (&all.replace("media: yes\n", ""), "refusal-no-answer"),
        (&format!("{all}weather: yes"), "refusal-other-question"),
        (
            &all.replace("media: yes", &format!("media: no {}", "x".repeat(1001))),
            "refusal-too-long",
        ),
    ] {
        let given = [("place_name", "Desk 1"), ("place_answers", text)];
        assert_eq!(world.refused(PO, fill, &given).await, [why], "{text}");
    }
    let id = [
        ("place_name", "Desk 1"),
        ("place_answers", all.as_str()),
        ("client_id", "<script>"),
    ];
    assert_eq!(world.refused(PO, fill, &id).await, ["refusal-choice"]);
    // A workplace of the same name, however it is typed, is not written over.
    filled(&world, &check, "Desk 1", &[]).await;
    let again = [("place_name", " desk  1"), ("place_answers", all.as_str())];
    assert_eq!(world.refused(SO, fill, &again).await, ["refusal-place-conflict"]);
    // Neither a workplace nor a measure comes beside its check.
    let beside = [
        ("check", check.as_str()),
        ("place_name", "Desk 2"),
        ("place_answers", all.as_str()),
    ];
    assert_eq!(
        world.refused(PO, ("check-places", "fill", None), &beside).await,
        ["refusal-through-check"]
    );
    let beside = [
        ("check", check.as_str()),
        ("measure_question", "1"),
        ("measure_text", "x"),
        ("measure_until", "2026-12-01"),
    ];
    assert_eq!(
        world.refused(PO, ("measures", "propose", None), &beside).await,
        ["refusal-through-check"]
    );
    // Late by the plan: with a reason only.
    let mut late = World { ..world };
    late.now = "2026-12-02T02:00:00Z".parse().unwrap();
    let draw = ("checks", "draw", Some(check.as_str()));
    let mut protocol = vec![("protocol_number", "1"), ("protocol_date", "2026-12-02")];
    assert_eq!(late.refused(PO, draw, &protocol).await, ["refusal-check-late"]);
    protocol[1] = ("protocol_date", "2026-12-03");
    assert_eq!(
        late.refused(PO, draw, &protocol).await,
        ["refusal-future", "refusal-check-late"]
    );
    protocol[1] = ("protocol_date", "2026-11-23");
    assert_eq!(late.refused(PO, draw, &protocol).await, ["refusal-before-check"]);
    protocol[1] = ("protocol_date", "2026-12-02");
    protocol.push(("late_reason", "The archive was closed"));
    late.act(PO, draw, &protocol).await.unwrap();
}

#[tokio::test]
async fn remarks_and_names_lie_in_the_vault() {
    let world = World::new(Country::Vn).await;
    let check = begun(&world, "Archive").await;
    let place = filled(&world, &check, "Desk 3", &["media"]).await;
    let open = serde_json::to_string(&world.card(&place).await.data).unwrap();
    assert!(open.contains("\"media\":\"no\"") && !open.contains("Hà Thử"), "{open}");
    // A workplace that was withdrawn frees its name.
    let why = [("withdrawn_because", "Wrong room")];
    world
        .act(PO, ("check-places", "withdraw", Some(&place)), &why)
        .await
        .unwrap();
    filled(&world, &check, "Desk 3", &[]).await;
    drawn(&world, &check, "1").await;
    assert_eq!(world.card(&check).await.data["places_checked"], json!(1));
}
