mod clocks;
mod files;
mod flow;
mod law;
mod papers;

use serde_json::json;

use crate::error::Error;
use crate::kernel::card::Card;
use crate::kernel::rights::Role;
use crate::world::World;

const PO: Role = Role::ProtectionOfficer;

/// An activity that goes on, of a body of a kind.
async fn activity(world: &World, more: &[(&str, &str)]) -> String {
    let mut given = vec![
        ("title", "Patient records"),
        ("purpose", "Treating patients"),
        ("norm", "Article 1"),
        ("bases", "law-duty"),
        ("subject_categories", "patients"),
        ("data_categories", "identity"),
        ("data_categories", "health"),
        ("systems", "Ward system"),
        ("measures", "Access by role"),
        ("recipients", "Health insurance"),
        ("keep_from", "purpose-reached"),
        ("keep_length", "10"),
        ("keep_unit", "years"),
        ("started_on", "2026-11-02"),
    ];
    for (name, value) in more {
        given.retain(|(n, _)| n != name);
        given.push((name, value));
    }
    given.retain(|(_, value)| !value.is_empty());
    world.act(PO, ("processing", "draft", None), &given).await.unwrap().card
}

/// The dossiers of an activity, in the order in which they were opened.
async fn dossiers(world: &World) -> Vec<Card> {
    let register = world.office.register("dossiers").unwrap();
    let page = world
        .office
        .page(&world.actor(Role::Head), register, None, None)
        .await
        .unwrap();
    let mut cards: Vec<Card> = page.cards.into_iter().map(|c| c.card).collect();
    cards.reverse();
    cards
}

/// The dossier of a kind.
async fn dossier(world: &World, kind: &str) -> String {
    let all = dossiers(world).await;
    let found = all.iter().find(|c| c.text("dossier_kind") == kind);
    found.unwrap_or_else(|| panic!("no {kind}")).id.clone()
}

/// A world whose body is of a kind.
async fn world_of(country: tutela_law::Country, kind: &str) -> World {
    let mut world = World::new(country).await;
    world.body.details.insert("kind".to_owned(), kind.into());
    let mut connection = world.office.db.read().acquire().await.unwrap();
    world.body.update(&mut connection).await.unwrap();
    drop(connection);
    world
}

async fn answer(world: &World, id: &str, answers: &serde_json::Value) {
    let text = answers.to_string();
    world
        .act(PO, ("dossiers", "answer", Some(id)), &[("answers", &text)])
        .await
        .unwrap();
}

/// Everything that is still missing gets an answer of its kind.
async fn answer_all(world: &World, id: &str) {
    let missing: Vec<String> = world
        .card(id)
        .await
        .cards("answers_missing")
        .into_iter()
        .map(str::to_owned)
        .collect();
    let questions = tutela_law::dossier::Questions::embedded();
    let mut answers = serde_json::Map::new();
    for question in &missing {
        let text = match questions.question(question) {
            None => "no".to_owned(),
            Some(q) => match q.kind {
                tutela_law::dossier::Answer::Date => "2026-11-20".to_owned(),
                tutela_law::dossier::Answer::Number => "1200".to_owned(),
                tutela_law::dossier::Answer::Choice => q.option[0]["id"].clone(),
                _ => format!("What is said of {question}"),
            },
        };
        answers.insert(question.clone(), text.into());
    }
    if !answers.is_empty() {
        answer(world, id, &json!(answers)).await;
    }
}

/// The opinion of the officer.
async fn opinion(world: &World, id: &str) {
    let today = world.now.to_zoned_datetime(world.body.zone.clone()).date().to_string();
    let given = [
        ("opinion_of", "officer"),
        ("opinion", "opinion-for"),
        ("opinion_text", "Nothing to add"),
        ("opinion_on", today.as_str()),
    ];
    world.act(PO, ("dossiers", "opinion", Some(id)), &given).await.unwrap();
}

/// Answers, opinions and approval.
async fn approved(world: &World, id: &str) {
    answer_all(world, id).await;
    world.act(PO, ("dossiers", "submit", Some(id)), &[]).await.unwrap();
    opinion(world, id).await;
    let today = world.now.to_zoned_datetime(world.body.zone.clone()).date().to_string();
    world
        .act(
            Role::Head,
            ("dossiers", "approve", Some(id)),
            &[("approved_on", &today)],
        )
        .await
        .unwrap();
}

/// The filings of a dossier that are waiting or in a state.
async fn filings(world: &World, id: &str) -> Vec<Card> {
    let card = world.card(id).await;
    let mut all = Vec::new();
    for filing in card.cards("filings") {
        all.push(world.card(filing).await);
    }
    all
}

/// Every filing that waits goes out now.
async fn sent(world: &World, id: &str) {
    for filing in filings(world, id).await.iter().filter(|f| f.state == "filing-due") {
        let at = world.now.to_string();
        let given = [
            ("filing_sent_at", at.as_str()),
            ("filing_way", "way-post"),
            ("late_reason", "Told in the letter"),
        ];
        world
            .act(PO, ("filings", "send", Some(&filing.id)), &given)
            .await
            .unwrap();
    }
}

/// What refuses an act, with its norm.
async fn norm(world: &World, role: Role, what: (&str, &str, Option<&str>), given: &[(&str, &str)]) -> (String, String) {
    match world.act(role, what, given).await {
        Err(Error::Refused(r)) => (r.key.to_owned(), r.norm.unwrap_or_default()),
        other => panic!("not refused: {other:?}"),
    }
}
