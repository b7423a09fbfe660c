//! One event starts destruction everywhere (R67), and the act that ends it: lines, proofs, postponing, approval, keeping.

use tutela_law::Country;

use super::{PO, SO, carry_all, consent, end, lines_of};
use crate::error::Error;
use crate::kernel::card::Personal;
use crate::kernel::clock::State;
use crate::kernel::record::{Command, Input};
use crate::kernel::rights::Role;
use crate::world::World;

const COMMISSION: (&str, &str) = ("commission", "Trần Thử, a\nLê Thử, b\nPhạm Thử, c");
const ORDER: &[(&str, &str)] = &[("order_number", "31"), ("order_date", "2026-11-24")];

/// An activity whose data lie in two systems and went to one recipient.
async fn spread(world: &World) -> String {
    let given = [
        ("title", "Joint control"),
        ("purpose", "Joint control of prices"),
        ("norm", "Article 1"),
        ("bases", "public-task"),
        ("subject_categories", "citizens"),
        ("data_categories", "identity"),
        ("systems", "Register of checks\nShared folder 7; register of checks"),
        ("recipients", "Tax office"),
        ("keep_from", "purpose-reached"),
        ("keep_length", "0"),
        ("keep_unit", "days"),
        ("started_on", "2026-01-12"),
    ];
    world.act(PO, ("processing", "draft", None), &given).await.unwrap().card
}

/// A case with one consent, prepared and approved.
async fn approved(world: &World) -> (String, String) {
    let activity = spread(world).await;
    let record = consent(world, "Nguyễn Thị Hoa", "079183000123", &[&activity]).await;
    end(world, &activity).await;
    let case = world.newest("destructions").await;
    for line in lines_of(world, &case).await {
        if line.text("line_method").is_empty() {
            let plan = [("line_method", "erase-rows")];
            world
                .act(SO, ("destruction-lines", "plan", Some(&line.id)), &plan)
                .await
                .unwrap();
        }
    }
    world
        .act(SO, ("destructions", "prepare", Some(&case)), &[COMMISSION])
        .await
        .unwrap();
    world
        .act(Role::Head, ("destructions", "approve", Some(&case)), ORDER)
        .await
        .unwrap();
    (case, record)
}

/// Adds a medium to a new case and approves it.
async fn medium(world: &World, carrier: &str, method: &str) -> (String, String) {
    let open = [("destruction_reason", "unlawful"), ("outside_set", "Cabinet 3")];
    let case = world.act(SO, ("destructions", "open", None), &open).await.unwrap().card;
    let add = [
        ("line_case", case.as_str()),
        ("carrier", carrier),
        ("line_name", "Work station 4"),
        ("medium_number", "WD-1234"),
        ("line_method", method),
    ];
    let line = world
        .act(SO, ("destruction-lines", "add", None), &add)
        .await
        .unwrap()
        .card;
    world
        .act(SO, ("destructions", "prepare", Some(&case)), &[COMMISSION])
        .await
        .unwrap();
    world
        .act(Role::Head, ("destructions", "approve", Some(&case)), ORDER)
        .await
        .unwrap();
    (case, line)
}

#[tokio::test]
async fn one_act_stops_the_activity_and_gives_every_place_its_line() {
    let mut world = World::new(Country::Ru).await;
    let activity = spread(&world).await;
    let record = consent(&world, "Nguyễn Thị Hoa", "079183000123", &[&activity]).await;
    let given = [
        ("recipient_name", "Insurance fund"),
        ("disclosed_at", "2026-06-02T02:00:00Z"),
        ("disclosure_basis", "law-duty"),
        ("norm", "Article 2"),
        ("disclosure_way", "letter"),
        ("data_categories", "identity"),
        ("about_cards", record.as_str()),
        ("processing", activity.as_str()),
    ];
    world
        .act(Role::Officer, ("disclosures", "record", None), &given)
        .await
        .unwrap();
    end(&world, &activity).await;
    assert_eq!(world.card(&activity).await.state, "ended");
    assert!(world.card(&record).await.blocked, "what is to be destroyed is blocked");
    let case = world.newest("destructions").await;
    let lines = lines_of(&world, &case).await;
    let places: Vec<_> = lines.iter().map(|l| (l.text("carrier"), l.text("line_name"))).collect();
    assert_eq!(
        places,
        [
            ("carrier-database", "Register of checks"),
            ("carrier-database", "Shared folder 7"),
            ("carrier-recipient", "Tax office"),
            ("carrier-recipient", "Insurance fund"),
        ],
        "each place once"
    );
    // One deadline, by the pack.
    let clocks = world.clocks_of(&case).await;
    assert_eq!(clocks.len(), 1);

    // The head approves what is planned, not gaps.
    world
        .act(SO, ("destructions", "prepare", Some(&case)), &[COMMISSION])
        .await
        .unwrap();
    let approve = ("destructions", "approve", Some(case.as_str()));
    assert_eq!(
        world.refused(Role::Head, approve, ORDER).await,
        ["refusal-line-no-method"]
    );
    for line in lines.iter().filter(|l| l.text("carrier") == "carrier-database") {
        let plan = ("destruction-lines", "plan", Some(line.id.as_str()));
        assert_eq!(
            world.refused(SO, plan, &[("line_method", "shred")]).await,
            ["refusal-method-carrier"]
        );
        world.act(SO, plan, &[("line_method", "erase-rows")]).await.unwrap();
    }
    let done = [
        ("line_done_at", "2026-11-24T02:00:00Z"),
        ("line_executors", "Trần Thử"),
        ("proof_text", "deleted 12"),
    ];
    let carry = ("destruction-lines", "carry-out", Some(lines[0].id.as_str()));
    assert_eq!(world.refused(SO, carry, &done).await, ["refusal-not-approved"]);
    world.act(Role::Head, approve, ORDER).await.unwrap();
    let plan = ("destruction-lines", "plan", Some(lines[0].id.as_str()));
    assert_eq!(
        world.refused(SO, plan, &[("line_method", "crypto-erase")]).await,
        ["refusal-case-approved"]
    );
    let future = [
        ("line_done_at", "2026-11-25T02:00:00Z"),
        ("line_executors", "Trần Thử"),
        ("proof_text", "deleted 12"),
    ];
    assert_eq!(world.refused(SO, carry, &future).await, ["refusal-future"]);
    assert_eq!(world.refused(SO, carry, &done[..2]).await, ["refusal-proof-log"]);
    let recipient = ("destruction-lines", "carry-out", Some(lines[2].id.as_str()));
    let confirmed = [
        ("line_done_at", "2026-11-24T02:00:00Z"),
        ("line_executors", "Trần Thử"),
        ("proof_number", "77"),
    ];
    assert_eq!(world.refused(SO, recipient, &confirmed).await, ["refusal-ask-first"]);

    let execute = ("destructions", "execute", Some(case.as_str()));
    let executed = [("executed_at", "2026-11-24T02:00:00Z"), ("executors", "Trần Thử")];
    world.act(SO, execute, &executed).await.unwrap();
    assert!(matches!(world.card(&record).await.personal, Personal::Destroyed(_)));
    assert_eq!(world.clocks_of(&case).await[0].state, State::Running);
    // After the term, the last place makes it late, and lateness is explained: the clock knows when it was really over.
    world.now = "2027-01-11T06:00:00Z".parse().unwrap();
    for line in &lines[..3] {
        let what = |name| ("destruction-lines", name, Some(line.id.as_str()));
        let at = "2026-11-24T02:00:00Z";
        if line.text("carrier") == "carrier-recipient" {
            world.act(SO, what("ask"), &[("line_asked_at", at)]).await.unwrap();
        }
        let done = [
            ("line_done_at", at),
            ("line_executors", "Trần Thử"),
            ("proof_number", "5"),
            ("proof_text", "deleted 12"),
        ];
        world.act(SO, what("carry-out"), &done).await.unwrap();
    }
    let strike = ("destruction-lines", "strike", Some(lines[3].id.as_str()));
    assert_eq!(
        world.refused(SO, strike, &[("line_reason", "nothing there")]).await,
        ["refusal-right"]
    );
    world
        .act(Role::Head, strike, &[("line_reason", "The letter came back")])
        .await
        .unwrap();
    let clock = &world.clocks_of(&case).await[0];
    assert_eq!(
        (clock.state, clock.done_at.unwrap().to_string().as_str()),
        (State::Met, "2026-11-24T02:00:00Z")
    );
}

#[tokio::test]
async fn a_withdrawal_reaches_the_systems_and_who_was_given_those_data() {
    let world = World::new(Country::Ru).await;
    let given = [
        ("title", "Newsletter"),
        ("purpose", "News"),
        ("norm", "Article 1"),
        ("bases", "consent"),
        ("subject_categories", "citizens"),
        ("data_categories", "contact"),
        ("systems", "Mailer"),
        ("recipients", "Everybody's partner"),
        ("keep_from", "purpose-reached"),
        ("keep_length", "0"),
        ("keep_unit", "days"),
        ("started_on", "2026-01-12"),
    ];
    let activity = world.act(PO, ("processing", "draft", None), &given).await.unwrap().card;
    let mine = consent(&world, "Nguyễn Thị Hoa", "079183000123", &[&activity]).await;
    let other = consent(&world, "Lê Văn Thử", "079183000321", &[&activity]).await;
    for (card, name) in [(&mine, "Printer"), (&other, "Another printer")] {
        let given = [
            ("recipient_name", name),
            ("disclosed_at", "2026-06-02T02:00:00Z"),
            ("disclosure_basis", "consent"),
            ("norm", "Article 2"),
            ("disclosure_way", "letter"),
            ("data_categories", "contact"),
            ("about_cards", card.as_str()),
            ("processing", activity.as_str()),
        ];
        world
            .act(Role::Officer, ("disclosures", "record", None), &given)
            .await
            .unwrap();
    }
    let at = [("withdrawn_at", "2026-11-24T01:00:00Z")];
    world
        .act(Role::Officer, ("consents", "withdraw", Some(&mine)), &at)
        .await
        .unwrap();
    let case = world.newest("destructions").await;
    let lines = lines_of(&world, &case).await;
    let names: Vec<_> = lines.iter().map(|l| l.text("line_name")).collect();
    assert_eq!(names, ["Mailer", "Printer"], "nobody who was given data of others");
    // The term is that of the withdrawal, and it is over when the last place is.
    world
        .act(
            SO,
            ("destruction-lines", "plan", Some(&lines[0].id)),
            &[("line_method", "erase-rows")],
        )
        .await
        .unwrap();
    world.destroy(&case).await;
    assert_eq!(world.clocks_of(&mine).await[0].state, State::Running);
    carry_all(&world, &case, "2026-11-24T02:00:00Z").await;
    assert_eq!(world.clocks_of(&mine).await[0].state, State::Met);
}

#[tokio::test]
async fn a_certificate_of_another_medium_another_method_or_a_failure_proves_nothing() {
    let world = World::new(Country::Vn).await;
    let (case, line) = medium(&world, "carrier-disk", "overwrite").await;
    let carry = ("destruction-lines", "carry-out", Some(line.as_str()));
    let with = |text: &'static str| {
        vec![
            ("line_done_at", "2026-11-24T01:30:00Z"),
            ("line_executors", "Trần Thử"),
            ("proof_text", text),
        ]
    };
    for (text, refused) in [
        ("Serial: WD-9999\nMethod: DoD Short", "refusal-other-medium"),
        ("Serial: WD-1234\nMethod: degauss", "refusal-other-method"),
        ("Serial: WD-1234\nStatus: FAILED", "refusal-certificate-failed"),
        ("Serial: WD-1234\nEnd time: 2026-11-23 10:00:00", "refusal-before-order"),
        ("Serial: WD-1234\nEnd time: 2026-12-23 10:00:00", "refusal-future"),
    ] {
        assert_eq!(world.refused(SO, carry, &with(text)).await, [refused], "{text}");
        assert_eq!(world.card(&line).await.state, "line-planned");
    }
    assert_eq!(
        world.refused(SO, carry, &with("")[..2]).await,
        ["refusal-proof-certificate"]
    );
    let sound = "Serial Number: wd1234\nMethod: DoD 5220.22-M\nEnd time: 2026-11-24 08:00:00\nStatus: ERASED";
    world.act(SO, carry, &with(sound)).await.unwrap();
    let card = world.card(&case).await;
    assert_eq!(
        (card.data["lines_all"].as_i64(), card.data["lines_open"].as_i64()),
        (Some(1), Some(0))
    );
}

#[tokio::test]
async fn an_attached_certificate_is_told_beside_it_and_fits_the_line() {
    let world = World::new(Country::Vn).await;
    let (_, line) = medium(&world, "carrier-disk", "overwrite").await;
    let carry = ("destruction-lines", "carry-out", Some(line.as_str()));
    let officer = world.actor(SO);
    let file = world
        .office
        .take_file(&officer, world.now, "c.pdf", b"%PDF-1.7".to_vec())
        .await
        .unwrap();
    let mut given = vec![
        ("line_done_at", "2026-11-24T01:30:00Z"),
        ("line_executors", "Trần Thử"),
        ("proof_files", file.as_str()),
    ];
    assert_eq!(
        world.refused(SO, carry, &given).await,
        ["refusal-required"; 5],
        "number, date, who, what and how"
    );
    given.extend([("proof_number", "77"), ("proof_by", "Erasing firm")]);
    let rest = |date, medium, method| {
        let mut all = given.clone();
        all.extend([("proof_date", date), ("proof_medium", medium), ("proof_method", method)]);
        all
    };
    for (given, refused) in [
        (rest("2026-11-24", "WD-9999", "overwrite"), "refusal-other-medium"),
        (rest("2026-11-24", "WD-1234", "degauss"), "refusal-other-method"),
        (rest("2026-11-23", "WD-1234", "overwrite"), "refusal-before-execution"),
        (rest("2026-11-25", "WD-1234", "overwrite"), "refusal-future"),
    ] {
        assert_eq!(world.refused(SO, carry, &given).await, [refused]);
    }
    world
        .act(SO, carry, &rest("2026-11-24", "wd 1234", "overwrite"))
        .await
        .unwrap();
    assert_eq!(world.card(&line).await.state, "line-done");
}

#[tokio::test]
async fn flash_is_neither_overwritten_nor_degaussed() {
    let world = World::new(Country::Vn).await;
    let open = [("destruction_reason", "unlawful"), ("outside_set", "Cabinet 3")];
    let case = world.act(SO, ("destructions", "open", None), &open).await.unwrap().card;
    for method in ["overwrite", "degauss", "burn"] {
        let add = [
            ("line_case", case.as_str()),
            ("carrier", "carrier-flash"),
            ("line_name", "Stick"),
            ("medium_number", "7"),
            ("line_method", method),
        ];
        assert_eq!(
            world.refused(SO, ("destruction-lines", "add", None), &add).await,
            ["refusal-method-carrier"]
        );
    }
}

#[tokio::test]
async fn russia_postpones_once_with_a_clock_of_its_own_and_others_do_not() {
    let mut world = World::new(Country::Ru).await;
    let (case, record) = approved(&world).await;
    let postpone = ("destructions", "postpone", Some(case.as_str()));
    assert_eq!(world.refused(SO, postpone, &[]).await, ["refusal-required"]);
    let reason = [("postpone_reason", "The archive is under repair")];
    world.act(SO, postpone, &reason).await.unwrap();
    let clocks = world.clocks_of(&case).await;
    let stand: Vec<_> = clocks.iter().map(|c| (c.duty.as_str(), c.state)).collect();
    assert_eq!(
        stand,
        [("destroy-purpose", State::Cancelled), ("destroy-later", State::Running)]
    );
    let due = clocks[1].due(&world.office.reckoner, &world.body).unwrap();
    assert_eq!(due.last_day.unwrap().to_string(), "2027-05-24");
    assert!(world.card(&record).await.blocked);
    assert_eq!(world.refused(SO, postpone, &reason).await, ["refusal-done-already"]);
    // Carried out within the six months: in time.
    world.now = "2027-05-20T06:00:00Z".parse().unwrap();
    let executed = [("executed_at", "2027-05-20T06:00:00Z"), ("executors", "Trần Thử")];
    world
        .act(SO, ("destructions", "execute", Some(&case)), &executed)
        .await
        .unwrap();
    carry_all(&world, &case, "2027-05-20T06:00:00Z").await;
    assert_eq!(world.clocks_of(&case).await[1].state, State::Met);

    for country in [Country::Vn, Country::Cn] {
        let world = World::new(country).await;
        let (case, _) = approved(&world).await;
        let postpone = ("destructions", "postpone", Some(case.as_str()));
        assert_eq!(
            world.refused(SO, postpone, &reason).await,
            ["refusal-no-postponing"],
            "{country:?}"
        );
    }
}

#[tokio::test]
async fn an_act_is_approved_by_another_once_kept_and_then_itself_destroyed() {
    let mut world = World::new(Country::Ru).await;
    let (case, _) = approved(&world).await;
    let executed = [("executed_at", "2026-11-24T02:00:00Z"), ("executors", "Trần Thử")];
    world
        .act(SO, ("destructions", "execute", Some(&case)), &executed)
        .await
        .unwrap();
    carry_all(&world, &case, "2026-11-24T02:00:00Z").await;
    let certify = [("certificate_number", "C-9"), ("certificate_date", "2026-11-24")];
    // Somebody with two offices: who certified does not approve.
    let mut both = world.actor(SO);
    both.roles.push(Role::Head);
    let command = |operation: &'static str, given: &[(&str, &str)], version| {
        let mut input = Input::new();
        for (name, value) in given {
            input.insert((*name).to_owned(), vec![(*value).to_owned()]);
        }
        Command {
            register: "destructions",
            operation,
            card: Some(case.as_str()),
            version,
            input,
        }
    };
    world
        .office
        .act(&both, world.now, command("certify", &certify, None))
        .await
        .unwrap();
    let day = [("act_approved_on", "2026-11-24")];
    let own = world
        .office
        .act(&both, world.now, command("approve-act", &day, None))
        .await;
    assert!(matches!(own, Err(Error::Refused(r)) if r.key == "refusal-own-act"));
    // Two at once: one of them approves, the other is refused, whoever comes first.
    let version = Some(world.card(&case).await.version);
    let head = world.actor(Role::Head);
    let (first, second) = tokio::join!(
        world
            .office
            .act(&head, world.now, command("approve-act", &day, version)),
        world
            .office
            .act(&head, world.now, command("approve-act", &day, version)),
    );
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    let card = world.card(&case).await;
    assert_eq!(
        (card.state.as_str(), card.text("act_kept_until")),
        ("act-approved", "2029-11-24")
    );
    // The paper, with its table of places and the extract of the journal.
    let html = world.paper(PO, (case.as_str(), "destruction-act"), "destruction").await;
    for said in ["Register of checks", "Tax office", "C-1", "Records of this office: 1"] {
        assert!(html.contains(said), "{said}: {html}");
    }
    let html = world.paper(PO, (case.as_str(), "destruction-log"), "destruction").await;
    assert!(html.contains("The key of the data was destroyed"), "{html}");
    assert!(!html.contains("Hoa"), "{html}");

    // Kept on its last day, over on the next; the names in it are then due for destruction.
    world.now = "2029-11-24T06:00:00Z".parse().unwrap();
    world.office.expire(world.now).await.unwrap();
    assert_eq!(world.card(&case).await.state, "act-approved");
    world.now = "2029-11-25T06:00:00Z".parse().unwrap();
    world.office.expire(world.now).await.unwrap();
    assert_eq!(world.card(&case).await.state, "act-over");
    let next = world.newest("destructions").await;
    assert_ne!(next, case);
    assert_eq!(world.card(&next).await.cards("records"), [case.as_str()]);
    world.destroy(&next).await;
    assert!(matches!(world.card(&case).await.personal, Personal::Destroyed(_)));
}

#[tokio::test]
async fn a_hold_that_sets_another_term_moves_the_clock_and_a_mistaken_one_does_not() {
    for (end, last) in [("hold-ended", "2027-01-31"), ("hold-mistaken", "2026-12-24")] {
        let mut world = World::new(Country::Ru).await;
        let (case, _) = approved(&world).await;
        let hold = [
            ("hold_kind", "hold-law"),
            ("hold_norm", "402-ФЗ, ст. 29"),
            ("hold_reason", "Bookkeeping"),
        ];
        world
            .act(SO, ("destructions", "hold", Some(&case)), &hold)
            .await
            .unwrap();
        assert_eq!(world.clocks_of(&case).await[0].state, State::Cancelled);
        let execute = ("destructions", "execute", Some(case.as_str()));
        let done = [("executed_at", "2026-11-24T02:00:00Z"), ("executors", "Trần Thử")];
        let refused = world.act(SO, execute, &done).await;
        let Err(Error::Refused(refusal)) = refused else {
            panic!()
        };
        assert_eq!(
            (refusal.key, refusal.norm.as_deref()),
            ("refusal-held", Some("402-ФЗ, ст. 29"))
        );
        world.now = "2027-01-01T06:00:00Z".parse().unwrap();
        world
            .act(
                Role::Head,
                ("destructions", "release", Some(&case)),
                &[("hold_end", end)],
            )
            .await
            .unwrap();
        let clocks = world.clocks_of(&case).await;
        let running: Vec<_> = clocks.iter().filter(|c| c.state == State::Running).collect();
        let due = running[0].due(&world.office.reckoner, &world.body).unwrap();
        assert_eq!(
            (running.len(), due.last_day.unwrap().to_string().as_str()),
            (1, last),
            "{end}"
        );
    }
}
