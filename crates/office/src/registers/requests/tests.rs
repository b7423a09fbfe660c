use jiff::Timestamp;
use tutela_law::Country;
use tutela_words::Locale;

use super::GROUNDS;
use super::duties::PROPER;
use crate::kernel::card::Personal;
use crate::kernel::clock::{Clock, State};
use crate::kernel::record::history;
use crate::kernel::rights::Role;
use crate::papers::{Format, Wanted};
use crate::world::World;

mod beside;
mod china;
mod russia;
mod stores;
mod vietnam;

const OFFICER: Role = Role::Officer;
const DPO: Role = Role::ProtectionOfficer;

/// A request that is complete under every law.
fn whole<'a>(kind: &'a str, received: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("channel", "counter"),
        ("request_kind", kind),
        ("received_at", received),
        ("subject_name", "Крылова Нина Павловна"),
        ("subject_document", "4512 667788"),
        ("subject_document_date", "2015-03-02"),
        ("subject_document_issuer", "ОВД района Тестовый"),
        ("relation_evidence", "обращение № 77 от 12.01.2026"),
        ("signed", "1"),
        ("subject_contact", "г. Тестов, ул. Новая, д. 5, кв. 1"),
        ("request_text", "Что обо мне хранится?"),
    ]
}

fn without<'a>(given: &[(&'a str, &'a str)], fields: &[&str]) -> Vec<(&'a str, &'a str)> {
    given.iter().filter(|(n, _)| !fields.contains(n)).copied().collect()
}

impl World {
    async fn receive(&self, given: &[(&str, &str)]) -> String {
        self.act(OFFICER, ("requests", "receive", None), given)
            .await
            .unwrap()
            .card
    }

    async fn on(&self, id: &str, operation: &str, given: &[(&str, &str)]) {
        let done = self.act(DPO, ("requests", operation, Some(id)), given).await;
        done.unwrap_or_else(|e| panic!("{operation}: {e:?}"));
    }

    async fn not_on(&self, id: &str, operation: &str, given: &[(&str, &str)]) -> Vec<&'static str> {
        self.refused(DPO, ("requests", operation, Some(id)), given).await
    }

    async fn clocks(&self, id: &str) -> Vec<Clock> {
        let mut connection = self.office.db.read().acquire().await.unwrap();
        Clock::of_card(&mut connection, id).await.unwrap()
    }

    /// The duties that run, with the last day or the end of each.
    async fn running(&self, id: &str) -> Vec<(String, String)> {
        let clocks = self.clocks(id).await.into_iter().filter(|c| c.state == State::Running);
        let mut all: Vec<_> = clocks
            .map(|c| {
                let due = c.due(&self.office.reckoner, &self.body).unwrap();
                let end = match due.last_day {
                    Some(day) => day.to_string(),
                    None => due
                        .at
                        .map_or_else(String::new, |at| at.strftime("%Y-%m-%dT%H:%M").to_string()),
                };
                (c.duty, end)
            })
            .collect();
        all.sort();
        all
    }

    async fn standing(&self, id: &str, duty: &str) -> State {
        let clocks = self.clocks(id).await;
        clocks.iter().rfind(|c| c.duty == duty).unwrap().state
    }

    /// A consent of the person of [`whole`], given through a representative.
    async fn held(&self, activity: &str) -> String {
        let given = [
            ("subject_name", "Крылова Нина Павловна"),
            ("subject_document", "45 12 667788"),
            ("subject_address", "г. Тестов, ул. Новая, д. 5, кв. 1"),
            ("processing", activity),
            ("given_on", "2026-03-02"),
            ("way", "paper"),
            ("representative_name", "Гусев Олег Ильич"),
            ("representative_authority", "доверенность 77 АА 1234567 от 01.02.2026"),
        ];
        self.act(OFFICER, ("consents", "register", None), &given)
            .await
            .unwrap()
            .card
    }

    async fn disclosed(&self, card: &str) -> String {
        let given = [
            ("recipient_name", "Районный архив"),
            ("disclosed_at", "2026-05-04T10:00"),
            ("disclosure_basis", "law-duty"),
            ("norm", "Статья 5"),
            ("disclosure_way", "letter"),
            ("data_categories", "identity"),
            ("about_cards", card),
        ];
        self.act(DPO, ("disclosures", "record", None), &given)
            .await
            .unwrap()
            .card
    }

    async fn html(&self, id: &str, form: &str, locale: Locale) -> String {
        let account = self.accounts.iter().find(|a| a.roles == [DPO]).unwrap();
        let wanted = Wanted {
            card: id,
            form,
            locale,
            purpose: "request",
            format: Format::Html,
        };
        self.office.paper(account, self.now, &wanted).await.unwrap().to_html()
    }
}

fn due(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(d, e)| ((*d).to_owned(), (*e).to_owned())).collect()
}

#[test]
fn the_register_offers_the_grounds_of_the_law() {
    let law = tutela_law::Law::embedded();
    let mut of_law: Vec<_> = law
        .packs()
        .iter()
        .flat_map(|p| p.grounds())
        .map(|g| g.id.as_str())
        .collect();
    let mut ours = GROUNDS.to_vec();
    of_law.sort_unstable();
    ours.sort_unstable();
    assert_eq!(of_law, ours);
}

#[test]
fn the_law_says_which_terms_wait_for_due_form() {
    let law = tutela_law::Law::embedded();
    for country in [Country::Vn, Country::Ru, Country::Cn] {
        for clock in law
            .clocks(country)
            .filter(|c| c.rule.condition.as_deref() == Some(PROPER))
        {
            assert!(clock.id().starts_with("vn-b-"), "{}", clock.id());
        }
    }
    let waiting = law
        .clocks(Country::Vn)
        .filter(|c| c.rule.condition.as_deref() == Some(PROPER));
    assert_eq!(waiting.count(), 8);
}

#[tokio::test]
async fn the_clerk_is_told_exactly_what_is_missing() {
    let world = World::new(Country::Ru).await;
    let full = whole("provide", "2026-11-20T10:00");
    for (left_out, word) in [
        (&["subject_document"][..], "missing-document"),
        (&["subject_document_date"], "missing-issue"),
        (&["subject_document_issuer"], "missing-issue"),
        (&["relation_evidence"], "missing-relation"),
        (&["signed"], "missing-signature"),
    ] {
        let id = world.receive(&without(&full, left_out)).await;
        let card = world.card(&id).await;
        assert_eq!((card.state.as_str(), card.cards("missing")), ("incomplete", vec![word]));
    }
    let mut represented = full.clone();
    represented.push(("representative_name", "Гусев Олег Ильич"));
    let id = world.receive(&represented).await;
    assert_eq!(world.card(&id).await.cards("missing"), ["missing-authority"]);

    let given = without(&full, &["subject_document_date", "signed"]);
    let id = world.receive(&given).await;
    assert_eq!(
        world
            .not_on(&id, "answer", &[("answered_at", "2026-11-20T12:00")])
            .await,
        ["refusal-state"]
    );
    world
        .on(&id, "ask-missing", &[("noticed_at", "2026-11-20T12:00")])
        .await;
    let html = world.html(&id, "request-not-complete", Locale::Ru).await;
    assert!(html.contains("Крылова Нина Павловна"), "{html}");
    world
        .on(
            &id,
            "complete",
            &[("completed_at", "2026-11-20T15:00"), ("signed", "1")],
        )
        .await;
    assert_eq!(world.card(&id).await.cards("missing"), ["missing-issue"]);
    let rest = [
        ("completed_at", "2026-11-20T16:00"),
        ("subject_document_date", "2015-03-02"),
    ];
    world.on(&id, "complete", &rest).await;
    let card = world.card(&id).await;
    assert_eq!((card.state.as_str(), card.cards("missing").len()), ("in-work", 0));
}

#[tokio::test]
async fn nonsense_is_refused_with_its_field() {
    let world = World::new(Country::Ru).await;
    let receive = ("requests", "receive", None);
    for (left_out, given, key) in [
        ("received_at", ("received_at", "2026-11-30T10:00"), "refusal-future"),
        ("subject_name", ("minor", ""), "refusal-required"),
        (
            "subject_document_date",
            ("subject_document_date", "2026-12-01"),
            "refusal-future",
        ),
        ("request_kind", ("request_kind", "protect"), "refusal-kind-unknown"),
        ("request_kind", ("request_kind", "regulator"), "refusal-required"),
        ("channel", ("channel", "pigeon"), "refusal-choice"),
    ] {
        let mut all = without(&whole("provide", "2026-11-20T10:00"), &[left_out]);
        all.push(given);
        assert_eq!(world.refused(OFFICER, receive, &all).await, [key], "{given:?}");
    }
    let given = whole("provide", "2026-11-20T10:00");
    assert_eq!(world.refused(Role::Inspector, receive, &given).await, ["refusal-right"]);
    let id = world.receive(&given).await;
    let early = [("acknowledged_at", "2026-11-20T09:59")];
    assert_eq!(
        world.not_on(&id, "acknowledge", &early).await,
        ["refusal-before-receipt"]
    );
    assert_eq!(
        world
            .not_on(&id, "answer", &[("answered_at", "2026-11-20T12:00")])
            .await,
        ["refusal-search-first"]
    );
    assert_eq!(
        world.refused(OFFICER, ("requests", "search", Some(&id)), &[]).await,
        ["refusal-right"]
    );
}

#[tokio::test]
async fn nothing_personal_of_a_request_lies_open() {
    let world = World::new(Country::Ru).await;
    let id = world.receive(&whole("provide", "2026-11-20T10:00")).await;
    let card = world.card(&id).await;
    let open = serde_json::to_string(&card.data).unwrap();
    for personal in ["Крылова", "667788", "Тестов", "77 от", "хранится"] {
        assert!(!open.contains(personal), "{open}");
    }
    assert!(matches!(card.personal, Personal::Closed));
}

#[tokio::test]
async fn the_regulator_asks_in_the_same_register() {
    for (country, running) in [
        (Country::Ru, due(&[("regulator-answer", "2026-12-04")])),
        (Country::Vn, Vec::new()),
        (Country::Cn, Vec::new()),
    ] {
        let world = World::new(country).await;
        let given = [
            ("channel", "regulator"),
            ("request_kind", "regulator"),
            ("received_at", "2026-11-20T10:00"),
            ("authority_name", "Надзорный орган"),
            ("authority_number", "12-34/5"),
            ("request_text", "Представьте перечень"),
        ];
        let id = world.receive(&given).await;
        assert_eq!(world.running(&id).await, running, "{country:?}");
        world.on(&id, "answer", &[("answered_at", "2026-11-23T10:00")]).await;
        world
            .on(
                &id,
                "hand-over",
                &[("handed_at", "2026-11-23T11:00"), ("handed_way", "letter")],
            )
            .await;
        world.on(&id, "close", &[]).await;
        assert_eq!(world.card(&id).await.state, "closed");
    }
}

#[tokio::test]
async fn taken_back_ends_every_term() {
    let world = World::new(Country::Vn).await;
    let id = world.receive(&whole("rectify", "2026-11-20T10:00")).await;
    assert!(!world.running(&id).await.is_empty());
    world
        .on(&id, "take-back", &[("taken_back_at", "2026-11-23T10:00")])
        .await;
    assert_eq!(world.card(&id).await.state, "closed");
    assert!(world.running(&id).await.is_empty());
}
