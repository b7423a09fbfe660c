//! The guided questions of dossiers and the files for other programs, as a browser and another program meet them.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use tutela_law::Country;

use super::{Browser, Pages};
use crate::kernel::record::{Command, Input};
use crate::kernel::rights::Role;
use crate::kernel::token::Scope;
use crate::office::now;
use crate::world::{World, a_body};

/// An activity of a body that goes on: its dossier comes by itself. Gives the dossier.
async fn dossier(pages: &Pages) -> String {
    let given = [
        ("title", "Patient records"),
        ("purpose", "Treating patients"),
        ("norm", "Article 1"),
        ("bases", "consent"),
        ("subject_categories", "patients"),
        ("data_categories", "health"),
        ("keep_from", "purpose-reached"),
        ("keep_length", "1"),
        ("keep_unit", "years"),
        ("started_on", "2026-01-12"),
    ];
    let mut input = Input::new();
    for (name, value) in given {
        input.insert(name.to_owned(), vec![value.to_owned()]);
    }
    let command = Command {
        register: "processing",
        operation: "draft",
        card: None,
        version: None,
        input,
    };
    let actor = pages.account(Role::ProtectionOfficer).actor();
    pages.office.act(&actor, now(), command).await.unwrap();
    let register = pages.office.register("dossiers").unwrap();
    let page = pages.office.page(&actor, register, None, None).await.unwrap();
    page.cards[0].card.id.clone()
}

async fn version(pages: &Pages, browser: &Browser, path: &str) -> String {
    let text = pages
        .post(browser, path, &[("step", "open"), ("purpose", "control")])
        .await
        .text;
    let after = text.split("name=\"version\" value=\"").nth(1).unwrap();
    after.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn questions_are_opened_for_a_purpose_answered_and_refused_beside_the_question() {
    let pages = Pages::new(Country::Vn).await;
    let id = dossier(&pages).await;
    let path = format!("/registers/dossiers/{id}/answer");
    let browser = pages.browser(Role::ProtectionOfficer).await;
    let closed = pages.get(Some(&browser), &path).await;
    assert_eq!(closed.status, StatusCode::OK);
    assert!(
        !closed.text.contains("Treating patients"),
        "nothing of the vault unasked"
    );
    assert!(closed.text.contains("<progress"));
    let none = pages.post(&browser, &path, &[("step", "open"), ("purpose", "")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let open = pages
        .post(&browser, &path, &[("step", "open"), ("purpose", "control")])
        .await;
    assert!(open.text.contains("Treating patients") && open.text.contains("name=\"q.state-agency\""));
    assert!(
        open.text.contains("Mẫu 10 A.II.1") && open.text.contains("L91 21.6"),
        "every question has its article"
    );

    let seen = version(&pages, &browser, &path).await;
    let wrong = [
        ("step", "save"),
        ("version", seen.as_str()),
        ("q.count", "many"),
        ("q.role", "<b>Bên kiểm soát</b>"),
    ];
    let refused = pages.post(&browser, &path, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("id=\"q.count-problem\""));
    assert!(!refused.text.contains("<b>Bên"), "an answer is text");
    let good = [
        ("step", "save"),
        ("version", seen.as_str()),
        ("q.count", "1200"),
        ("q.role", "Bên kiểm soát"),
        ("q.state-agency", "no"),
    ];
    let done = pages.post(&browser, &path, &good).await;
    assert_eq!(done.location, format!("/registers/dossiers/{id}"));
    // Whoever saw an older card is told so.
    let late = pages.post(&browser, &path, &good).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    let card = pages
        .get(Some(&browser), &format!("/registers/dossiers/{id}"))
        .await
        .text;
    assert!(!card.contains("Bên kiểm soát"));
    let opened = pages
        .post(
            &browser,
            &format!("/registers/dossiers/{id}/open"),
            &[("purpose", "control")],
        )
        .await;
    assert!(opened.text.contains("Bên kiểm soát"), "{}", opened.text);
}

#[tokio::test]
async fn pages_of_dossiers_are_for_those_who_may_and_for_their_own_body() {
    let world = World::new(Country::Vn).await;
    let other = world.office.create_body(a_body(Country::Vn)).await.unwrap();
    let stranger = world.join(&other.id, Role::ProtectionOfficer).await;
    let pages = Pages::of(world);
    let id = dossier(&pages).await;
    let stranger = pages.signed_in(&stranger).await;
    let own = pages.browser(Role::ProtectionOfficer).await;
    for (rest, posts) in [
        ("answer", true),
        ("files", false),
        ("import-pia", true),
        ("files/export", true),
    ] {
        let path = format!("/registers/dossiers/{id}/{rest}");
        if rest != "files/export" {
            assert_eq!(
                pages.get(Some(&stranger), &path).await.status,
                StatusCode::NOT_FOUND,
                "{rest}"
            );
            assert_eq!(pages.get(None, &path).await.location, "/sign-in", "{rest}");
            assert_ne!(
                pages.get(Some(&own), &path).await.status,
                StatusCode::NOT_FOUND,
                "{rest}"
            );
        }
        if posts {
            let fields = [("purpose", "control"), ("format", "dpv")];
            assert_eq!(
                pages.post(&stranger, &path, &fields).await.status,
                StatusCode::NOT_FOUND,
                "{rest}"
            );
            assert_eq!(
                pages.raw(Some(&own), &path, &fields).await.status,
                StatusCode::FORBIDDEN,
                "{rest}"
            );
        }
    }
    let file = "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n{}\r\n--x--\r\n";
    let path = format!("/registers/dossiers/{id}/files/import");
    let headers = [("content-type", "multipart/form-data; boundary=x")];
    let forged = pages
        .send(Method::POST, Some(&own), &path, &headers, file.to_owned())
        .await;
    assert_ne!(forged.status, StatusCode::OK, "without the secret nothing is read");
    let clerk = pages.browser(Role::Inspector).await;
    let refused = pages
        .post(
            &clerk,
            &format!("/registers/dossiers/{id}/files/export"),
            &[("purpose", "control"), ("format", "cnil")],
        )
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn files_go_out_by_page_and_interface_and_come_in() {
    let pages = Pages::new(Country::Vn).await;
    let id = dossier(&pages).await;
    let browser = pages.browser(Role::ProtectionOfficer).await;
    let path = format!("/registers/dossiers/{id}/files/export");
    let linked = pages
        .post(&browser, &path, &[("format", "dpv"), ("purpose", "control")])
        .await;
    assert_eq!(linked.headers["content-type"], "application/ld+json");
    let made: Value = serde_json::from_str(&linked.text).unwrap();
    assert!(made["@context"]["dpv"].is_string());
    let bad = pages
        .post(&browser, &path, &[("format", "exe"), ("purpose", "control")])
        .await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);

    let account = pages.account(Role::ProtectionOfficer);
    let token = pages
        .office
        .create_token(account, now(), "test", Scope::Write, 30)
        .await
        .unwrap();
    let call = |rest: &str, body: Value| {
        let (path, token) = (format!("/api/v1/dossiers/{id}/{rest}"), format!("Bearer {token}"));
        let pages = &pages;
        async move {
            let headers = [("authorization", token.as_str())];
            let request = axum::http::Request::builder()
                .method("POST")
                .uri(path)
                .header("content-type", "application/json")
                .header(headers[0].0, headers[0].1)
                .body(axum::body::Body::from(body.to_string()))
                .unwrap();
            let response = tower::ServiceExt::oneshot(pages.router.clone(), request).await.unwrap();
            let status = response.status();
            let bytes = axum::body::to_bytes(response.into_body(), 1 << 22).await.unwrap();
            (status, serde_json::from_slice::<Value>(&bytes).unwrap_or(Value::Null))
        }
    };
    let (status, mut pia) = call("export", json!({ "format": "cnil", "purpose": "control" })).await;
    assert_eq!(status, StatusCode::OK);
    assert!(pia["answers"].is_array() && pia["tutela"]["kind"] == "dossier-impact");
    let (status, told) = call("export", json!({ "format": "cnil", "purpose": "curiosity" })).await;
    assert_eq!(
        (status, &told["errors"][0]["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("refusal-purpose-unknown"))
    );
    pia["comments"] = json!([{ "description": "kept" }]);
    let (status, told) = call("import", json!({ "file": pia })).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    assert!(told["kept_aside"].as_array().unwrap().contains(&json!("comments")));
    let (status, told) = call("import", json!({ "file": "text" })).await;
    assert_eq!(
        (status, &told["errors"][0]["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("refusal-pia-format"))
    );
}
