//! Journeys 9 and 10: from a reason to a certificate.

mod clocks;
mod everywhere;
pub(crate) mod parts;

use tutela_law::Country;

use crate::kernel::card::{Card, Personal};
use crate::kernel::clock::State;
use crate::kernel::rights::Role;
use crate::world::World;

const PO: Role = Role::ProtectionOfficer;
const SO: Role = Role::SecurityOfficer;

/// An activity that keeps nothing beyond its purpose.
async fn activity(world: &World, emergency: bool) -> String {
    let mut given = vec![
        ("title", "Epidemic reports"),
        ("purpose", "Keeping the epidemic in check"),
        ("norm", "Article 1"),
        ("bases", "public-task"),
        ("subject_categories", "citizens"),
        ("data_categories", "health"),
        ("keep_from", "purpose-reached"),
        ("keep_length", "0"),
        ("keep_unit", "days"),
        ("started_on", "2026-01-12"),
    ];
    if emergency {
        given.push(("emergency", "1"));
    }
    world.act(PO, ("processing", "draft", None), &given).await.unwrap().card
}

async fn consent(world: &World, name: &str, number: &str, activities: &[&str]) -> String {
    let mut given = vec![
        ("subject_name", name),
        ("subject_document", number),
        ("given_on", "2026-03-02"),
        ("way", "paper"),
    ];
    given.extend(activities.iter().map(|a| ("processing", *a)));
    world
        .act(Role::Officer, ("consents", "register", None), &given)
        .await
        .unwrap()
        .card
}

async fn end(world: &World, activity: &str) {
    let at = [("ended_at", "2026-11-24T01:00:00Z")];
    world.act(PO, ("processing", "end", Some(activity)), &at).await.unwrap();
}

const METHODS: &[(&str, &str)] = &[
    ("carriers", "carrier-paper"),
    ("carriers", "carrier-disk"),
    ("method_paper", "shred"),
    ("method_disk", "degauss"),
    ("sheets", "240"),
    ("media_numbers", "M-17\nM-18"),
    (
        "commission",
        "Trần Thử, chuyên viên\nLê Thử, kỹ thuật viên\nТестов, специалист",
    ),
];

/// The lines of a case, oldest first.
async fn lines_of(world: &World, case: &str) -> Vec<Card> {
    let card = world.card(case).await;
    let mut lines: Vec<Card> = world
        .office
        .near_of(&card)
        .await
        .into_iter()
        .filter(|c| c.register == "destruction-lines")
        .collect();
    lines.sort_by(|a, b| a.id.cmp(&b.id));
    lines
}

/// Carries every line of a case out.
async fn carry_all(world: &World, case: &str, at: &str) {
    for line in lines_of(world, case).await {
        let what = |name| ("destruction-lines", name, Some(line.id.as_str()));
        if line.text("carrier") == "carrier-recipient" {
            world.act(SO, what("ask"), &[("line_asked_at", at)]).await.unwrap();
        }
        let done = [
            ("line_done_at", at),
            ("line_executors", "Trần Thử, chuyên viên"),
            ("proof_number", "C-1"),
            ("proof_text", "Rows erased: 12"),
        ];
        world.act(SO, what("carry-out"), &done).await.unwrap();
    }
}

async fn purpose_closes(country: Country) {
    let world = World::new(country).await;
    let (ended, going) = (
        activity(&world, country == Country::Cn).await,
        activity(&world, false).await,
    );
    let only = consent(&world, "Nguyễn Thị Hoa", "079183000123", &[&ended]).await;
    let both = consent(&world, "Lê Văn Thử", "079183000321", &[&ended, &going]).await;
    end(&world, &ended).await;

    let case = world.newest("destructions").await;
    let card = world.card(&case).await;
    assert_eq!(
        card.cards("records"),
        [only.as_str()],
        "what serves another purpose stays"
    );
    assert_eq!(card.cards("activities"), [ended.as_str()]);
    let clocks = world.clocks_of(&case).await;
    let duties: Vec<_> = clocks.iter().map(|c| c.duty.as_str()).collect();
    match country {
        // 152-ФЗ 21(4): thirty days from the purpose being reached.
        Country::Ru => {
            let day = clocks[0]
                .due(&world.office.reckoner, &world.body)
                .unwrap()
                .last_day
                .unwrap();
            assert_eq!(
                (duties.as_slice(), day.to_string().as_str()),
                (["destroy-purpose"].as_slice(), "2026-12-24")
            );
        }
        Country::Cn => assert_eq!(duties, ["destroy-emergency"]),
        Country::Vn => assert!(duties.is_empty(), "the law of Viet Nam sets no number here"),
    }

    let execute = ("destructions", "execute", Some(case.as_str()));
    let done = [
        ("executed_at", "2026-11-24T08:00:00Z"),
        ("executors", "Trần Thử, chuyên viên"),
    ];
    let early = [("executed_at", "2026-11-24T01:00:00Z"), ("executors", "Trần Thử")];
    assert_eq!(world.refused(SO, execute, &early).await, ["refusal-not-approved"]);
    let approve = ("destructions", "approve", Some(case.as_str()));
    let order = [("order_number", "31"), ("order_date", "2026-11-24")];
    assert_eq!(
        world.refused(Role::Head, approve, &order).await,
        ["refusal-not-prepared"]
    );
    let prepare = ("destructions", "prepare", Some(case.as_str()));
    let bare = [
        ("carriers", "carrier-paper"),
        ("carriers", "carrier-database"),
        ("commission", "Trần Thử"),
        ("data_holder", "trần thử, người giữ"),
    ];
    assert_eq!(
        world.refused(SO, prepare, &bare).await,
        [
            "refusal-commission-small",
            "refusal-holder",
            "refusal-no-method",
            "refusal-no-method",
            "refusal-no-sheets",
            "refusal-no-system"
        ]
    );
    world.act(SO, prepare, METHODS).await.unwrap();
    assert_eq!(world.refused(SO, approve, &order).await, ["refusal-right"]);
    world.act(Role::Head, approve, &order).await.unwrap();
    let mut later = world;
    later.now = "2026-11-24T09:00:00Z".parse().unwrap();
    let world = later;
    let stranger = [
        ("executed_at", "2026-11-24T08:00:00Z"),
        ("executors", "Nguyễn Lạ, kỹ sư"),
    ];
    assert_eq!(world.refused(SO, execute, &stranger).await, ["refusal-not-commission"]);
    world.act(SO, execute, &done).await.unwrap();
    assert!(matches!(world.card(&only).await.personal, Personal::Destroyed(_)));
    assert!(matches!(world.card(&both).await.personal, Personal::Closed));
    // The records of this office are gone; what lies on paper and disks is not, so the duty runs on.
    let clocks = world.clocks_of(&case).await;
    assert!(clocks.iter().all(|c| c.state == State::Running));
    assert_eq!(world.card(&case).await.data["lines_open"], 3);
    let early = [("certificate_number", "C-9"), ("certificate_date", "2026-11-24")];
    let certify = ("destructions", "certify", Some(case.as_str()));
    assert_eq!(world.refused(SO, certify, &early).await, ["refusal-lines-open"]);
    carry_all(&world, &case, "2026-11-24T08:30:00Z").await;
    assert_eq!(world.card(&case).await.data["lines_open"], 0);

    let certify = ("destructions", "certify", Some(case.as_str()));
    let wrong = [("certificate_number", "C-9"), ("certificate_date", "2026-11-23")];
    assert_eq!(world.refused(SO, certify, &wrong).await, ["refusal-before-execution"]);
    let right = [
        ("certificate_number", "C-9"),
        ("certificate_date", "2026-11-24"),
        ("log_extract", "1"),
    ];
    world.act(SO, certify, &right).await.unwrap();
    let clocks = world.clocks_of(&case).await;
    // "At once" has passed after some hours, and the card says so.
    let done = if country == Country::Cn {
        State::Late
    } else {
        State::Met
    };
    assert!(
        clocks
            .iter()
            .filter(|c| c.duty.starts_with("destroy-"))
            .all(|c| c.state == done)
    );
    assert_eq!(
        clocks.iter().any(|c| c.duty == "keep-destruction"),
        country == Country::Ru
    );

    let paper = (case.as_str(), "destruction-act");
    let html = world.paper(PO, paper, "destruction").await;
    assert!(html.contains("240"), "{html}");
    assert!(html.contains("M-18"), "{html}");
    assert!(html.contains("Trần Thử"), "{html}");
    assert!(html.contains("C-9"), "{html}");
    let number = world.card(&only).await.number;
    assert!(html.contains(&number) && !html.contains("Hoa"), "{html}");
}

#[tokio::test]
async fn a_purpose_closes_in_viet_nam() {
    purpose_closes(Country::Vn).await;
}

#[tokio::test]
async fn a_purpose_closes_in_russia() {
    purpose_closes(Country::Ru).await;
}

#[tokio::test]
async fn a_purpose_closes_in_china() {
    purpose_closes(Country::Cn).await;
}

#[tokio::test]
async fn a_hold_a_term_and_an_open_case_keep_the_data() {
    let mut world = World::new(Country::Ru).await;
    let held = consent(&world, "Иванова Тест", "2004 000001", &[&activity(&world, false).await]).await;
    let post = activity(&world, false).await;
    let post = [("title", "Clerk"), ("allowed_processing", post.as_str())];
    let post = world.act(PO, ("posts", "propose", None), &post).await.unwrap().card;
    let person = [("employee_name", "Петров Тест"), ("post", post.as_str())];
    let person = world.act(PO, ("staff", "propose", None), &person).await.unwrap().card;
    let open = [
        ("destruction_reason", "unlawful"),
        ("records", held.as_str()),
        ("records", person.as_str()),
        ("kept_until", "2026-11-24"),
    ];
    let case = world.act(SO, ("destructions", "open", None), &open).await.unwrap().card;
    // 152-ФЗ 21(3): ten working days from the finding; a Tuesday, so the Tuesday two weeks later.
    let clock = &world.clocks_of(&case).await[0];
    let day = clock
        .due(&world.office.reckoner, &world.body)
        .unwrap()
        .last_day
        .unwrap();
    assert_eq!(
        (clock.duty.as_str(), day.to_string().as_str()),
        ("destroy-unlawful", "2026-12-08")
    );

    let hold = ("destructions", "hold", Some(case.as_str()));
    let court = [
        ("hold_kind", "hold-court"),
        ("hold_norm", "КАС РФ, дело № 2-1/2026"),
        ("hold_reason", "Дело № 2-1/2026"),
        ("hold_until", "2026-11-26"),
    ];
    assert_eq!(world.refused(Role::Officer, hold, &court).await, ["refusal-right"]);
    world
        .act(SO, ("destructions", "prepare", Some(&case)), METHODS)
        .await
        .unwrap();
    world.act(SO, hold, &court).await.unwrap();
    let execute = ("destructions", "execute", Some(case.as_str()));
    let done = [("executed_at", "2026-11-24T04:00"), ("executors", "Тестов, специалист")];
    assert_eq!(
        world.refused(SO, execute, &done).await,
        ["refusal-held", "refusal-kept-until", "refusal-open-case"]
    );
    let order = [("order_number", "31"), ("order_date", "2026-11-24")];
    assert_eq!(
        world
            .refused(Role::Head, ("destructions", "approve", Some(&case)), &order)
            .await,
        ["refusal-held"]
    );
    assert!(matches!(world.card(&held).await.personal, Personal::Closed));

    // The hold ends by its day; what was prepared before it must be prepared again, and nothing is destroyed by itself.
    world.now = "2026-11-27T06:00:00Z".parse().unwrap();
    assert_eq!(world.office.expire(world.now).await.unwrap(), 1);
    assert_eq!(world.card(&case).await.state, "due");
    let spare = [("spared", person.as_str()), ("spare_reason", "Работает")];
    world
        .act(Role::Head, ("destructions", "spare", Some(&case)), &spare)
        .await
        .unwrap();
    world.destroy(&case).await;
    assert!(matches!(world.card(&held).await.personal, Personal::Destroyed(_)));
    assert!(matches!(world.card(&person).await.personal, Personal::Closed));
    carry_all(&world, &case, "2026-11-27T06:00:00Z").await;
    // The subject must be told, within the term that the law sets.
    let clocks = world.clocks_of(&case).await;
    assert!(
        clocks
            .iter()
            .any(|c| c.duty == "tell-unlawful" && c.state == State::Running)
    );
    world
        .act(
            SO,
            ("destructions", "told", Some(&case)),
            &[("told_on", "2026-11-27T06:00:00Z")],
        )
        .await
        .unwrap();
    assert!(
        world
            .clocks_of(&case)
            .await
            .iter()
            .any(|c| c.duty == "tell-unlawful" && c.state == State::Met)
    );
}

#[tokio::test]
async fn more_records_than_a_case_takes_make_several_cases() {
    let world = World::new(Country::Vn).await;
    let ended = activity(&world, false).await;
    for n in 0..201 {
        consent(&world, "Trần Thử", &format!("0791830{n:05}"), &[&ended]).await;
    }
    end(&world, &ended).await;
    let register = world.office.register("destructions").unwrap();
    let page = world
        .office
        .page(&world.actor(Role::Head), register, None, None)
        .await
        .unwrap();
    let mut sizes: Vec<_> = page.cards.iter().map(|c| c.card.cards("records").len()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 200]);
}

#[tokio::test]
async fn nothing_is_not_destroyed_and_strangers_are_not_spared() {
    let world = World::new(Country::Vn).await;
    let open = ("destructions", "open", None);
    assert_eq!(
        world.refused(SO, open, &[("destruction_reason", "request")]).await,
        ["refusal-nothing-to-destroy"]
    );
    let going = activity(&world, false).await;
    let close = [
        ("destruction_reason", "purpose-reached"),
        ("activities", going.as_str()),
    ];
    assert_eq!(
        world.refused(SO, ("destructions", "close-purpose", None), &close).await,
        ["refusal-activity-open"]
    );
    let outside = [
        ("destruction_reason", "request"),
        ("outside_set", "Cabinet 3, files of 2019"),
    ];
    let case = world.act(SO, open, &outside).await.unwrap().card;
    let spare = [("spared", going.as_str()), ("spare_reason", "-")];
    assert_eq!(
        world
            .refused(Role::Head, ("destructions", "spare", Some(&case)), &spare)
            .await,
        ["refusal-not-in-case"]
    );
}
