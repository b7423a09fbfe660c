//! What stands beside requests: disclosures, explanations of consequences, notices of sources; their pages and texts.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::{Request, StatusCode};
use tower::ServiceExt;
use tutela_words::Words;

use super::*;
use crate::office::now;
use crate::web::{Secure, Site, router};

#[tokio::test]
async fn a_disclosure_says_whose_data_went_where() {
    let world = World::new(Country::Ru).await;
    let record = ("disclosures", "record", None);
    let given = vec![
        ("recipient_name", "Районный архив"),
        ("disclosed_at", "2026-11-20T10:00"),
        ("disclosure_basis", "law-duty"),
        ("norm", "Статья 5"),
        ("disclosure_way", "letter"),
        ("data_categories", "identity"),
    ];
    assert_eq!(world.refused(OFFICER, record, &given).await, ["refusal-whose-data"]);
    let mut named = given.clone();
    named.extend([
        ("subject_name", "Крылова Нина Павловна"),
        ("subject_document", "4512 667788"),
    ]);
    let id = world.act(OFFICER, record, &named).await.unwrap().card;
    let mut future = named.clone();
    future[1].1 = "2026-12-20T10:00";
    assert_eq!(world.refused(OFFICER, record, &future).await, ["refusal-future"]);
    // Found by the person as well as by the record that the data are from.
    let request = world.receive(&whole("rectify", "2026-11-20T12:00")).await;
    world.on(&request, "search", &[]).await;
    assert_eq!(world.card(&request).await.cards("told_of"), [id.as_str()]);
    let tell = [("told_at", "2026-11-23T10:00"), ("told_what", "Фамилия\nАдрес")];
    world.act(DPO, ("disclosures", "tell", Some(&id)), &tell).await.unwrap();
    let html = world.html(&id, "rectification-notice", Locale::Ru).await;
    for part in ["Районный архив", "Крылова Нина Павловна", "20.11.2026", "Адрес"]
    {
        assert!(html.contains(part), "{part}: {html}");
    }
}

#[tokio::test]
async fn consequences_are_explained_in_writing() {
    let world = World::new(Country::Ru).await;
    let explain = ("refusal-explanations", "explain", None);
    let mut given = vec![
        ("subject_name", "Крылова Нина Павловна"),
        ("norm", "79-ФЗ, статья 26"),
        ("obliged_data", "паспорт\nсведения об образовании"),
        ("consequences", "Служебный контракт не заключается"),
        ("explained_on", "2026-11-23"),
    ];
    let id = world.act(OFFICER, explain, &given).await.unwrap().card;
    let html = world.html(&id, "refusal-explanation", Locale::Ru).await;
    for part in [
        "79-ФЗ, статья 26",
        "сведения об образовании",
        "Служебный контракт не заключается",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    world
        .act(OFFICER, ("refusal-explanations", "decline", Some(&id)), &[])
        .await
        .unwrap();
    assert_eq!(world.card(&id).await.state, "not-given");
    given.push(("representative_name", "Гусев Олег Ильич"));
    assert_eq!(world.refused(OFFICER, explain, &given).await, ["refusal-authority"]);
    given[4].1 = "2026-12-23";
    given.pop();
    assert_eq!(world.refused(OFFICER, explain, &given).await, ["refusal-future"]);
}

#[tokio::test]
async fn data_come_from_a_third_party_only_after_the_person_agreed() {
    let world = World::new(Country::Ru).await;
    let activity = world.activity(&["consent"]).await;
    let given = [
        ("subject_name", "Крылова Нина Павловна"),
        ("subject_document", "4512 667788"),
        ("processing", activity.as_str()),
        ("source_ground", "79-ФЗ, статья 42"),
        ("sources", "Университет"),
        ("source_methods", "запрос"),
        ("source_data", "диплом"),
        ("consequences", "Контракт не заключается"),
        ("noticed_at", "2026-11-20T10:00"),
    ];
    let id = world
        .act(OFFICER, ("source-notices", "send", None), &given)
        .await
        .unwrap()
        .card;
    let html = world.html(&id, "third-party-notice", Locale::Ru).await;
    for part in ["79-ФЗ, статья 42", "Университет", "диплом", "Answering letters"] {
        assert!(html.contains(part), "{part}: {html}");
    }
    let with = |operation: &'static str| ("source-notices", operation, Some(id.as_str()));
    let obtained = [("obtained_at", "2026-11-22T10:00")];
    assert_eq!(
        world.refused(OFFICER, with("obtain"), &obtained).await,
        ["refusal-state"]
    );
    let before = [("agreed_on", "2026-11-19")];
    assert_eq!(
        world.refused(OFFICER, with("agree"), &before).await,
        ["refusal-before-notice"]
    );
    world
        .act(OFFICER, with("agree"), &[("agreed_on", "2026-11-23")])
        .await
        .unwrap();
    assert_eq!(
        world.refused(OFFICER, with("obtain"), &obtained).await,
        ["refusal-before-agreement"]
    );
    world
        .act(OFFICER, with("obtain"), &[("obtained_at", "2026-11-24T03:00")])
        .await
        .unwrap();
    assert_eq!(world.card(&id).await.state, "source-obtained");
}

#[tokio::test]
async fn forms_offer_what_the_law_knows_and_tell_what_it_refuses() {
    let world = World::new(Country::Ru).await;
    let id = world.receive(&whole("provide", "2026-11-20T10:00")).await;
    let account = world.accounts.iter().find(|a| a.roles == [DPO]).unwrap();
    let link = world.office.one_time_link(account, now()).await.unwrap();
    let pages = router(Site {
        office: Arc::clone(&world.office),
        secure: Secure::Local,
    });
    let send = |request: Request<Body>| {
        let pages = pages.clone();
        async move {
            let response = pages.oneshot(request).await.unwrap();
            let cookie = response.headers().get(SET_COOKIE).and_then(|v| v.to_str().ok());
            let cookie = cookie.and_then(|c| c.split(';').next()).unwrap_or_default().to_owned();
            let status = response.status();
            let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
            (status, cookie, String::from_utf8(body.to_vec()).unwrap())
        }
    };
    let get =
        |path: String, cookie: String| send(Request::get(path).header(COOKIE, cookie).body(Body::empty()).unwrap());
    let (_, cookie, _) = get(format!("/sign-in/{link}"), String::new()).await;
    let (status, _, html) = get("/registers/requests/new/receive".to_owned(), cookie.clone()).await;
    assert_eq!(status, StatusCode::OK, "{html}");
    assert!(html.contains("value=\"stop\"") && !html.contains("value=\"protect\""));
    let refuse = format!("/registers/requests/{id}/refuse");
    let (_, _, html) = get(refuse.clone(), cookie.clone()).await;
    assert!(
        html.contains("value=\"ru-repeat\"") && !html.contains("value=\"vn-b-harm\""),
        "{html}"
    );
    assert!(!html.contains("value=\"ru-not-proved\""));
    // A rule that refuses is told beside its field, and nothing of the request stands in the page.
    let csrf = html
        .split("name=\"csrf\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let form = format!("csrf={csrf}&refused_at=2026-11-23T10%3A00&refusal_ground=ru-repeat&refusal_motive=x");
    let request = Request::post(&refuse)
        .header(COOKIE, &cookie)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let (status, _, html) = send(request.body(Body::from(form)).unwrap()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        html.contains("No earlier request of this person") && html.contains("152-ФЗ 14(4)-14(6)"),
        "{html}"
    );
    let (status, _, html) = get(format!("/registers/requests/{id}"), cookie.clone()).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        !html.contains("Крылова") && !html.contains("operation-requests"),
        "{html}"
    );
}

/// Every text that the rules and pages of this part name, in every language.
#[test]
fn every_refusal_has_a_text() {
    let sources = [
        include_str!("../duties.rs"),
        include_str!("../handling.rs"),
        include_str!("../intake.rs"),
        include_str!("../measures.rs"),
        include_str!("../public.rs"),
        include_str!("../papers.rs"),
        include_str!("../papers/answer.rs"),
        include_str!("../papers/journal.rs"),
        include_str!("../../disclosures.rs"),
        include_str!("../../refusal_explanations.rs"),
        include_str!("../../source_notices.rs"),
        include_str!("../../../web/pages/ask.rs"),
        include_str!("../../../kernel/clock.rs"),
        include_str!("../../../papers/seen.rs"),
    ];
    let keys = sources.iter().flat_map(|s| s.split('"').skip(1).step_by(2));
    let named = ["refusal-", "answer-", "measure-", "ask-", "rights-"];
    let keys: Vec<&str> = keys
        .filter(|k| named.iter().any(|n| k.starts_with(n)))
        .filter(|k| k.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'))
        .filter(|k| !["refusal-explanations", "refusal-explanation"].contains(k))
        .collect();
    assert!(keys.len() > 60, "{}", keys.len());
    for locale in Locale::ALL {
        let words = Words::new(locale);
        for key in keys.iter().filter(|k| **k != "ask-missing") {
            assert!(words.has(key), "{locale:?}: {key}");
        }
    }
}
