//! The inventory in a browser: a scan goes in, the table and the gaps come out; consents person by person.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use tower::ServiceExt;
use tutela_law::Country;

use super::{Answer, Browser, Pages};
use crate::inventory::tests::report;
use crate::kernel::rights::Role;
use crate::world::World;

impl Pages {
    /// A form with a file, its fields in this order before it.
    async fn upload(&self, browser: &Browser, path: &str, fields: &[(&str, &str)], file: &[u8]) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            let part = format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.as_bytes());
        }
        body.extend(b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n");
        body.extend(file);
        body.extend(b"\r\n--x--\r\n");
        let request = Request::post(path)
            .header(header::COOKIE, &browser.cookie)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
        let response = self
            .router
            .clone()
            .oneshot(request.body(Body::from(body)).unwrap())
            .await
            .unwrap();
        let (parts, body) = response.into_parts();
        let location = parts
            .headers
            .get(header::LOCATION)
            .map(|v| v.to_str().unwrap().to_owned());
        let bytes = axum::body::to_bytes(body, 1 << 24).await.unwrap();
        Answer {
            status: parts.status,
            location: location.unwrap_or_default(),
            cookie: None,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }
}

#[tokio::test]
async fn a_scan_is_taken_in_and_shown_with_its_gaps() {
    let world = World::new(Country::Vn).await;
    let activity = world.activity(&["law-duty"]).await;
    let store = world.store("Shared <folder>", &[&activity]).await;
    let pages = Pages::of(world);
    let officer = pages.browser(Role::ProtectionOfficer).await;
    let form = pages
        .get(Some(&officer), &format!("/inventory/scan?store={store}"))
        .await;
    assert!(
        form.text.contains(&format!("value=\"{store}\" selected")),
        "{}",
        form.text
    );
    let fields = [("csrf", officer.csrf.as_str()), ("store", store.as_str())];
    // What is wrong with a report is told by its line beside the form.
    let bad = report(&[("PERSON", 3)], 0).replace("PERSON\":3", "PERSONS\":3");
    let answer = pages.upload(&officer, "/inventory/scan", &fields, bad.as_bytes()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.text.contains("Line 1") && !answer.text.contains("PERSONS"),
        "{}",
        answer.text
    );
    let good = report(&[("PERSON", 3), ("HEALTH", 2)], 1);
    let answer = pages
        .upload(&officer, "/inventory/scan", &fields, good.as_bytes())
        .await;
    assert_eq!(answer.location, format!("/registers/stores/{store}"), "{}", answer.text);

    let page = pages.get(Some(&officer), "/inventory").await;
    assert_eq!(page.status, StatusCode::OK);
    for part in [
        "Shared &#60;folder&#62;",
        "not read: 1",
        "found, not approved",
        "<rect",
        "sensitive",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    // What the report says of files stays there.
    assert!(!page.text.contains("Mật") && !page.text.contains(".xlsx"));
    let card = pages.get(Some(&officer), &answer.location).await;
    for part in ["Health: 2", "approved", "/inventory/scan?store="] {
        assert!(
            card.text.to_lowercase().contains(&part.to_lowercase()),
            "{part}: {}",
            card.text
        );
    }
    let activity = pages
        .get(Some(&officer), &format!("/registers/processing/{activity}"))
        .await;
    assert!(
        activity.text.contains("Where the data of this activity lie"),
        "{}",
        activity.text
    );
    // An inspector reads it and changes nothing.
    let inspector = pages.browser(Role::Inspector).await;
    let page = pages.get(Some(&inspector), "/inventory").await;
    assert!(page.text.contains("found, not approved") && !page.text.contains("/inventory/scan"));
    for path in ["/inventory/scan", "/inventory/compare"] {
        let answer = pages.post(&inspector, path, &[]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    let answer = pages
        .upload(
            &inspector,
            "/inventory/scan",
            &[("csrf", inspector.csrf.as_str()), ("store", &store)],
            good.as_bytes(),
        )
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    // A form of another session, and one that brings its secret after the file.
    let answer = pages
        .upload(
            &officer,
            "/inventory/scan",
            &[("csrf", "x"), ("store", &store)],
            good.as_bytes(),
        )
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let compared = pages.post(&officer, "/inventory/compare", &[]).await;
    assert_eq!(compared.location, "/inventory");
    // No store of this name.
    let answer = pages
        .upload(
            &officer,
            "/inventory/scan",
            &[("csrf", officer.csrf.as_str()), ("store", "2026-77")],
            good.as_bytes(),
        )
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    // What no person does has no form.
    let form = pages
        .get(Some(&officer), &format!("/registers/stores/{store}/scan"))
        .await;
    assert_eq!(form.status, StatusCode::NOT_FOUND);
    assert_eq!(
        pages.get(Some(&officer), "/registers/gaps/new/open").await.status,
        StatusCode::NOT_FOUND
    );
    let list = pages.get(Some(&officer), "/registers/gaps").await;
    assert!(!list.text.contains("/registers/gaps/new/open"), "{}", list.text);
}

#[tokio::test]
async fn a_request_shows_which_stores_are_to_be_searched() {
    let world = World::new(Country::Vn).await;
    let store = world.store("Letters", &[]).await;
    world.scan(&store, &[("PERSON", 3)], 0).await;
    let received = [
        ("channel", "counter"),
        ("request_kind", "provide"),
        ("received_at", "2026-11-24T08:00"),
        ("subject_name", "Nguyễn Thị Hỏi"),
        ("subject_document", "079183000123"),
        ("signed", "1"),
    ];
    let request = world
        .act(Role::Officer, ("requests", "receive", None), &received)
        .await
        .unwrap();
    let pages = Pages::of(world);
    let officer = pages.browser(Role::ProtectionOfficer).await;
    let path = format!("/registers/requests/{}", request.card);
    let card = pages.get(Some(&officer), &path).await.text;
    assert!(card.contains("to be searched") && card.contains("Letters"), "{card}");
    let ticked = [("searched_stores", store.as_str()), ("store_result", "store-nothing")];
    let answer = pages.post(&officer, &format!("{path}/search-stores"), &ticked).await;
    assert_eq!(answer.location, path, "{}", answer.text);
    let card = pages.get(Some(&officer), &path).await.text;
    assert!(card.contains("searched, nothing found"), "{card}");
    assert!(!card.contains(">to be searched<"), "{card}");
}

#[tokio::test]
async fn consents_are_checked_in_a_browser() {
    let world = World::new(Country::Vn).await;
    let activity = world.activity(&["consent"]).await;
    world.consent(&activity).await;
    let pages = Pages::of(world);
    let officer = pages.browser(Role::Officer).await;
    let path = format!("/consents/check/{activity}");
    let list = pages.get(Some(&officer), "/consents/check").await;
    assert!(list.text.contains(&format!("action=\"{path}\"")), "{}", list.text);
    let people = pages.post(&officer, &path, &[]).await;
    assert_eq!(people.status, StatusCode::OK, "{}", people.text);
    assert!(people.text.contains("consent in force"), "{}", people.text);
    let fields = [("csrf", officer.csrf.as_str()), ("document", "2"), ("name", "1")];
    let csv = "Họ tên;Số\nNguyễn Thị Thử;079183000123\nLê Lạ;001099000009\nTrần Lạ;001099000008\nNguyễn Thử;\n";
    let told = pages
        .upload(&officer, &format!("{path}/list"), &fields, csv.as_bytes())
        .await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.text);
    assert!(
        told.text.contains(">3–4</p>") && told.text.contains(">5</p>"),
        "{}",
        told.text
    );
    for name in ["Lạ", "001099", "Nguyễn"] {
        assert!(!told.text.contains(name), "{name}");
    }
    // Without a column nothing can be matched; the page says so beside the form.
    let fields = [("csrf", officer.csrf.as_str()), ("document", ""), ("name", "")];
    let told = pages
        .upload(&officer, &format!("{path}/list"), &fields, csv.as_bytes())
        .await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", told.text);
    let forged = [("csrf", "0"), ("document", "1")];
    let told = pages
        .upload(&officer, &format!("{path}/list"), &forged, csv.as_bytes())
        .await;
    assert_eq!(told.status, StatusCode::FORBIDDEN);
    let security = pages.browser(Role::SecurityOfficer).await;
    assert_eq!(pages.post(&security, &path, &[]).await.status, StatusCode::FORBIDDEN);
    let list = pages.get(Some(&security), "/consents/check").await;
    assert!(
        !list.text.contains("<form method=\"post\" action=\"/consents"),
        "{}",
        list.text
    );
}
