//! The pages of the ways in and out, asked for as a browser asks.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{Request, StatusCode};
use tower::ServiceExt;
use tutela_law::Country;
use tutela_words::{Locale, Words};

use crate::kernel::rights::Role;
use crate::office::now;
use crate::web::{Secure, Site, router};
use crate::world::World;

/// A world behind its pages.
struct Served {
    world: World,
    router: axum::Router,
}

/// A browser of somebody who is signed in.
struct Browser {
    cookie: String,
    csrf: String,
}

/// What came back.
struct Answer {
    status: StatusCode,
    place: String,
    text: String,
    bytes: Vec<u8>,
}

impl Served {
    async fn new() -> Self {
        let mut world = World::new(Country::Ru).await;
        // Sessions live by the real clock.
        world.now = now();
        let router = router(Site {
            office: Arc::clone(&world.office),
            secure: Secure::Local,
        });
        Self { world, router }
    }

    async fn browser(&self, role: Role) -> Browser {
        let office = &self.world.office;
        let link = office.one_time_link(self.world.account(role), now()).await.unwrap();
        let token = office.sign_in_by_link(&link, now()).await.unwrap();
        let session = office.session(&token, now()).await.unwrap().unwrap();
        Browser {
            cookie: format!("tutela={token}"),
            csrf: session.csrf,
        }
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let place = response.headers().get(LOCATION).map(|v| v.to_str().unwrap().to_owned());
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 24)
            .await
            .unwrap()
            .to_vec();
        Answer {
            status,
            place: place.unwrap_or_default(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        }
    }

    async fn get(&self, browser: &Browser, path: &str) -> Answer {
        let request = Request::get(path).header("cookie", &browser.cookie);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    async fn post(&self, browser: &Browser, path: &str, form: &str) -> Answer {
        let body = format!("csrf={}&{form}", browser.csrf);
        let request = Request::post(path)
            .header("cookie", &browser.cookie)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    async fn upload(&self, browser: &Browser, csrf: &str, path: &str, file: &[u8]) -> Answer {
        let mut body = Vec::new();
        for (name, value) in [("csrf", csrf), ("operation", "register")] {
            let part = format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.as_bytes());
        }
        body.extend(b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n");
        body.extend(file);
        body.extend(b"\r\n--x--\r\n");
        let request = Request::post(path)
            .header("cookie", &browser.cookie)
            .header(CONTENT_TYPE, "multipart/form-data; boundary=x");
        self.send(request.body(Body::from(body)).unwrap()).await
    }
}

/// What stands between two marks.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).expect(before);
    rest.split_once(after).expect(after).0
}

#[tokio::test]
async fn a_token_is_shown_once_and_can_be_revoked() {
    let served = Served::new().await;
    let officer = served.browser(Role::ProtectionOfficer).await;
    let made = served
        .post(&officer, "/tokens", "token_name=sync-1&scope=read&token_days=30")
        .await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let token = between(&made.text, "<code>", "</code>").to_owned();
    assert!(served.world.office.bearer(&token, now()).await.unwrap().is_some());
    let page = served.get(&officer, "/tokens").await;
    assert!(page.text.contains("sync-1") && !page.text.contains(&token));
    for bad in [
        "token_name=Nguyễn An&scope=read&token_days=30",
        "token_name=a&scope=all&token_days=30",
        "token_name=a&scope=read&token_days=0",
        "token_name=a&scope=read&token_days=x",
    ] {
        let refused = served.post(&officer, "/tokens", &bad.replace(' ', "+")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    let id = between(&page.text, "/tokens/", "/revoke").to_owned();
    // Without the secret of the session nothing ends.
    let path = format!("/tokens/{id}/revoke");
    let forged = Browser {
        csrf: "0".repeat(officer.csrf.len()),
        cookie: officer.cookie.clone(),
    };
    assert_eq!(served.post(&forged, &path, "").await.status, StatusCode::FORBIDDEN);
    // Nor by somebody else.
    let head = served.browser(Role::Head).await;
    assert_eq!(served.post(&head, &path, "").await.status, StatusCode::NOT_FOUND);
    assert!(served.world.office.bearer(&token, now()).await.unwrap().is_some());
    assert_eq!(served.post(&officer, &path, "").await.status, StatusCode::SEE_OTHER);
    assert!(served.world.office.bearer(&token, now()).await.unwrap().is_none());
}

#[tokio::test]
async fn the_calendar_goes_out_by_its_secret_address_only() {
    let served = Served::new().await;
    served.world.withdrawn_consent().await;
    let head = served.browser(Role::Head).await;
    let made = served.post(&head, "/tokens/calendar", "").await;
    let address = between(&made.text, "<code>", "</code>").to_owned();
    let nobody = Browser {
        cookie: String::new(),
        csrf: String::new(),
    };
    let calendar = served.get(&nobody, &address).await;
    assert_eq!(calendar.status, StatusCode::OK);
    assert!(calendar.text.starts_with("BEGIN:VCALENDAR\r\n"));
    assert!(calendar.text.contains("BEGIN:VEVENT\r\n"), "{}", calendar.text);
    assert!(!calendar.text.contains("Thử") && !calendar.text.contains("079183000123"));
    let uid = |text: &str| between(text, "UID:", "\r\n").to_owned();
    let again = served.get(&nobody, &address).await;
    assert_eq!(uid(&calendar.text), uid(&again.text));
    for wrong in ["/calendar.ics", "/calendar.ics?token=", "/calendar.ics?token=0"] {
        assert_eq!(served.get(&nobody, wrong).await.status, StatusCode::NOT_FOUND);
    }
    served.post(&head, "/tokens/calendar", "end=1").await;
    assert_eq!(served.get(&nobody, &address).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_month_shows_duties_days_off_and_a_missing_year() {
    let served = Served::new().await;
    served.world.withdrawn_consent().await;
    let head = served.browser(Role::Head).await;
    let actor = served.world.actor(Role::Head);
    let far = now() + jiff::SignedDuration::from_hours(24 * 365);
    let due = served.world.office.duties(&actor, now(), far, 10).await.unwrap();
    let at = due[0].at - jiff::SignedDuration::from_secs(1);
    let day = at.to_zoned_datetime(served.world.body.zone.clone()).date();
    let month = format!("/calendar?month={:04}-{:02}", day.year(), day.month());
    let page = served.get(&head, &month).await;
    let cell = between(&page.text, &format!("datetime=\"{day}\""), "</td>");
    assert!(
        cell.contains(&format!("/registers/consents/{}", due[0].clock.card)),
        "{cell}"
    );
    let january = served.get(&head, "/calendar?month=2026-01").await;
    let cell = between(&january.text, "datetime=\"2026-01-01\"", "</td>");
    assert!(cell.contains("class=\"note\""), "{cell}");
    assert!(!january.text.contains("role=\"alert\""));
    // A phone leaves out days with nothing in them, and a holiday is something.
    let first = january.text.split("datetime=\"2026-01-01\"").next().unwrap();
    let class = first.rsplit("<td class=\"").next().unwrap();
    assert!(
        !class.contains("bare") && january.text.contains("class=\"empty\""),
        "{class}"
    );
    assert!(january.text.contains("month=2025-12") && january.text.contains("month=2026-02"));
    let missing = served.get(&head, "/calendar?month=2150-06").await;
    assert!(missing.text.contains("role=\"alert\"") && missing.text.contains("2150"));
    let bad = served.get(&head, "/calendar?month=nonsense").await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    let press = served.browser(Role::PressOfficer).await;
    assert_eq!(served.get(&press, "/calendar").await.status, StatusCode::FORBIDDEN);
    let today = served.get(&head, "/today").await;
    assert!(today.text.contains("<svg") && today.text.contains("<figcaption>"));
}

#[tokio::test]
async fn a_register_goes_out_and_comes_in() {
    let served = Served::new().await;
    let activity = served.world.activity(&["consent"]).await;
    served.world.consent(&activity).await;
    let officer = served.browser(Role::ProtectionOfficer).await;
    let page = served.get(&officer, "/registers/consents/exchange").await;
    assert!(page.text.contains("multipart/form-data"));
    let out = served
        .post(&officer, "/registers/consents/export", "format=csv&purpose=control")
        .await;
    assert_eq!(out.status, StatusCode::OK, "{}", out.text);
    assert!(out.text.contains("079183000123"));
    let path = "/registers/consents/import";
    let forged = served.upload(&officer, "nonsense", path, &out.bytes).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let bad = served.upload(&officer, &officer.csrf, path, b"\xff\xfe").await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    let large = vec![b'a'; crate::import::MAX_FILE + 1];
    let large = served.upload(&officer, &officer.csrf, path, &large).await;
    assert_eq!(large.status, StatusCode::UNPROCESSABLE_ENTITY);
    let taken = served.upload(&officer, &officer.csrf, path, &out.bytes).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    let tried = served.get(&officer, &taken.place).await;
    assert_eq!(tried.status, StatusCode::OK);
    assert!(tried.text.contains("value=\"run\""), "{}", tried.text);
    assert!(
        !tried.text.contains("Nguyễn Thị") && !tried.text.contains("079183"),
        "the page shows no data of persons"
    );
    let head = served.browser(Role::Head).await;
    assert_ne!(served.get(&head, &taken.place).await.status, StatusCode::OK);
    // The mapping of the page, sent back as it is.
    let mut form = String::from("act=run");
    for (at, column) in tried.text.split("<select id=\"column-").skip(1).enumerate() {
        let column = column.split("</select>").next().unwrap();
        let chosen = column.split("<option value=\"").find(|o| o.contains(" selected"));
        let name = chosen.map_or("", |o| o.split('"').next().unwrap());
        form.push_str(&format!("&column-{at}={name}"));
    }
    let twice = format!("{form}&act=check").replace("column-5=subject_name", "column-5=subject_document");
    let twice = served.post(&officer, &taken.place, &twice).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = served.post(&officer, &taken.place, &form).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    let register = served.world.office.register("consents").unwrap();
    let actor = served.world.actor(Role::Head);
    let page = served.world.office.page(&actor, register, None, None).await.unwrap();
    assert_eq!(page.cards.len(), 2);
}

#[tokio::test]
async fn the_journal_is_read_proven_and_copied() {
    let served = Served::new().await;
    served.world.withdrawn_consent().await;
    let office = &served.world.office;
    office.published.publish(office.db.read()).await.unwrap();
    let inspector = served.browser(Role::Inspector).await;
    let page = served.get(&inspector, "/journal").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("tutela.office/"));
    let path = format!("/journal/{}", between(&page.text, "href=\"/journal/", "\""));
    let proof = served.get(&inspector, &path).await;
    assert!(proof.text.starts_with("c2sp.org/tlog-proof@v1\n"), "{}", proof.text);
    let copy = served.post(&inspector, "/journal/download", "").await;
    assert!(copy.bytes.starts_with(b"PK\x03\x04"));
    // There is no register of requests in this world.
    let none = served.post(&inspector, "/journal/proofs", "year=2026").await;
    if office.register("requests").is_none() {
        assert_eq!(none.status, StatusCode::NOT_FOUND);
    }
    let officer = served.browser(Role::Officer).await;
    assert_eq!(served.get(&officer, "/journal").await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        served.post(&officer, "/journal/download", "").await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn the_relay_is_set_by_the_administrator_only() {
    let served = Served::new().await;
    let administrator = served.browser(Role::Administrator).await;
    let path = "/settings/mail";
    assert_eq!(served.get(&administrator, path).await.status, StatusCode::OK);
    let form = "mail_host=localhost&mail_port=2525&mail_tls=tls-none&mail_from=office%40example.org";
    assert_eq!(
        served.post(&administrator, path, form).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(
        served
            .get(&administrator, path)
            .await
            .text
            .contains("office@example.org")
    );
    let bad = served
        .post(
            &administrator,
            path,
            "mail_host=a+b&mail_port=1&mail_tls=tls-none&mail_from=a",
        )
        .await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    let head = served.browser(Role::Head).await;
    assert_eq!(served.get(&head, path).await.status, StatusCode::FORBIDDEN);
    assert_eq!(served.post(&head, path, form).await.status, StatusCode::FORBIDDEN);
}

/// Every key that stands as a whole in the pages and programs of this part.
#[test]
fn every_word_of_the_interfaces_has_a_text() {
    let sources = [
        include_str!("../../../templates/tokens.html"),
        include_str!("../../../templates/calendar.html"),
        include_str!("../../../templates/exchange.html"),
        include_str!("../../../templates/import.html"),
        include_str!("../../../templates/journal.html"),
        include_str!("../../../templates/mail.html"),
        include_str!("../pages/tokens.rs"),
        include_str!("../pages/calendar.rs"),
        include_str!("../pages/exchange.rs"),
        include_str!("../pages/journal.rs"),
        include_str!("../api/caller.rs"),
        include_str!("../api/cards.rs"),
        include_str!("../api/error.rs"),
        include_str!("../chart.rs"),
        include_str!("../../export.rs"),
        include_str!("../../import.rs"),
        include_str!("../../import/read.rs"),
        include_str!("../../reminders.rs"),
        include_str!("../../ical.rs"),
        include_str!("../../kernel/batch.rs"),
        include_str!("../../kernel/token.rs"),
    ];
    let words = Words::new(Locale::En);
    let mut missing = BTreeSet::new();
    let mut seen = 0;
    for source in sources {
        // Tests name keys of their own.
        let source = source.split("mod tests {").next().unwrap();
        for before in [
            "frame.t(\"",
            "words.get(\"",
            "words.with(\"",
            "Refusal::new(\"",
            ".with(\n            \"",
            ".with(\n        \"",
        ] {
            for part in source.split(before).skip(1) {
                let key = part.split('"').next().unwrap();
                seen += 1;
                if !words.has(key) {
                    missing.insert(key.to_owned());
                }
            }
        }
    }
    for (prefix, all) in [("month-", 12), ("weekday-", 7)] {
        for n in 1..=all {
            let key = format!("{prefix}{n}");
            if !words.has(&key) {
                missing.insert(key);
            }
        }
    }
    for key in [
        "scope-read",
        "scope-write",
        "export-personal-none",
        "export-personal-closed",
        "export-personal-open",
        "export-personal-destroyed",
    ] {
        if !words.has(key) {
            missing.insert(key.to_owned());
        }
    }
    for kind in [
        "token-create",
        "token-revoke",
        "calendar-create",
        "calendar-revoke",
        "register-export",
        "register-import",
        "journal-export",
    ] {
        if !words.has(&format!("event-{kind}")) {
            missing.insert(kind.to_owned());
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(seen > 100, "{seen}");
}
