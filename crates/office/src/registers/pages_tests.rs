//! The pages of these registers as a browser meets them.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use jiff::ToSpan;
use tower::ServiceExt;
use tutela_law::Country;
use tutela_words::Locale;

use crate::kernel::people::{Account, NewAccount};
use crate::kernel::record::{Actor, Command, Input};
use crate::kernel::rights::Role;
use crate::office::{Office, now};
use crate::web::{Secure, Site, router};
use crate::world::a_body;

/// An office of a Russian body with its pages.
struct Pages {
    office: Arc<Office>,
    router: Router,
    body: String,
    _folder: tempfile::TempDir,
}

/// Somebody at a browser.
struct Browser {
    account: Account,
    cookie: String,
    csrf: String,
}

impl Pages {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let office = Arc::new(Office::open(folder.path()).await.unwrap());
        let body = office.create_body(a_body(Country::Ru)).await.unwrap().id;
        let site = Site {
            office: Arc::clone(&office),
            secure: Secure::Local,
        };
        Self {
            office,
            router: router(site),
            body,
            _folder: folder,
        }
    }

    async fn sign_in(&self, role: Role) -> Browser {
        let first = Actor {
            account: "setup".to_owned(),
            body: self.body.clone(),
            roles: Vec::new(),
        };
        let new = NewAccount {
            body: &self.body,
            login: role.as_str(),
            display: "Trần Thử",
            roles: &[role],
            locale: Locale::En,
            password: None,
        };
        let account = self.office.create_account(&first, now(), new).await.unwrap();
        let link = self.office.one_time_link(&account, now()).await.unwrap();
        let token = self.office.sign_in_by_link(&link, now()).await.unwrap();
        let session = self.office.session(&token, now()).await.unwrap().unwrap();
        Browser {
            account,
            cookie: format!("{}={token}", Secure::Local.cookie_name()),
            csrf: session.csrf,
        }
    }

    async fn get(&self, browser: &Browser, path: &str) -> (StatusCode, String) {
        let request = Request::get(path).header(header::COOKIE, &browser.cookie);
        self.answer(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form; the values hold no characters that a form encodes.
    async fn post(&self, browser: &Browser, path: &str, fields: &[(&str, &str)]) -> (StatusCode, String) {
        let mut form = format!("csrf={}", browser.csrf);
        for (name, value) in fields {
            form.push_str(&format!("&{name}={value}"));
        }
        let request = Request::post(path)
            .header(header::COOKIE, &browser.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.answer(request.body(Body::from(form)).unwrap()).await
    }

    async fn answer(&self, request: Request<Body>) -> (StatusCode, String) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 1 << 22).await.unwrap();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    async fn act(&self, browser: &Browser, register: &str, operation: &str, given: &[(&str, &str)]) -> String {
        let mut input = Input::new();
        for (name, value) in given {
            input.entry((*name).to_owned()).or_default().push((*value).to_owned());
        }
        let command = Command {
            register,
            operation,
            card: None,
            version: None,
            input,
        };
        let done = self.office.act(&browser.account.actor(), now(), command).await;
        done.unwrap().card
    }
}

fn described<'a>() -> Vec<(&'a str, &'a str)> {
    vec![
        ("title", "Letters"),
        ("purpose", "Answering letters"),
        ("norm", "Article 1"),
        ("bases", "consent"),
        ("subject_categories", "citizens"),
        ("data_categories", "identity"),
        ("keep_from", "purpose-reached"),
        ("keep_length", "5"),
        ("keep_unit", "years"),
        ("started_on", "2026-01-12"),
    ]
}

#[tokio::test]
async fn a_report_is_two_clicks_away_for_whoever_may_not_read_reports() {
    let pages = Pages::new().await;
    let press = pages.sign_in(Role::PressOfficer).await;
    let path = "/registers/reports/new/report";
    let (status, text) = pages.get(&press, path).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        text.contains(&format!("href=\"{path}\"")),
        "the link stands on every page"
    );
    let fields = [
        ("report_kind", "lost-media"),
        ("report_text", "stick"),
        ("without_name", "1"),
    ];
    let (status, text) = pages.post(&press, path, &fields).await;
    assert_eq!(status, StatusCode::OK);
    assert!(text.contains("Taken in under number"), "{text}");
    assert_eq!(pages.get(&press, "/registers/reports").await.0, StatusCode::FORBIDDEN);
    let head = pages.sign_in(Role::Head).await;
    let (status, text) = pages.get(&head, "/registers/reports").await;
    assert_eq!(status, StatusCode::OK);
    assert!(text.contains("papers or media lost"));
}

#[tokio::test]
async fn the_choice_of_a_basis_shows_its_norm() {
    let pages = Pages::new().await;
    let officer = pages.sign_in(Role::ProtectionOfficer).await;
    let (status, text) = pages.get(&officer, "/registers/processing/new/draft").await;
    assert_eq!(status, StatusCode::OK);
    assert!(text.contains("public task (152-ФЗ 6(1)(4))"), "{text}");
    assert!(text.contains("health (152-ФЗ 10(1))"), "{text}");
    // What the pack does not know for certain is shown without a norm.
    assert!(text.contains("> legitimate interest</label>"), "{text}");
}

#[tokio::test]
async fn consents_that_lack_are_seen_and_days_that_come_are_told() {
    let pages = Pages::new().await;
    let officer = pages.sign_in(Role::ProtectionOfficer).await;
    let activity = pages.act(&officer, "processing", "draft", &described()).await;
    let (status, text) = pages.get(&officer, "/consents/check").await;
    assert_eq!(status, StatusCode::OK);
    assert!(text.contains("Letters") && text.contains("no consent"), "{text}");
    let today = now().to_zoned_datetime(a_body(Country::Ru).zone).date();
    let last = today.checked_add(3.days()).unwrap().to_string();
    let given = [
        ("subject_name", "Иванова Тест"),
        ("subject_document", "2004 000001"),
        ("processing", activity.as_str()),
        ("given_on", "2026-01-12"),
        ("expires_on", last.as_str()),
        ("way", "paper"),
    ];
    let consent = pages.act(&officer, "consents", "register", &given).await;
    let (_, text) = pages.get(&officer, "/consents/check").await;
    assert!(!text.contains("no consent"), "{text}");
    let (status, text) = pages.get(&officer, "/today").await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        text.contains("Days to watch") && text.contains(&consent) && text.contains(&last),
        "{text}"
    );
    let press = pages.sign_in(Role::PressOfficer).await;
    assert_eq!(pages.get(&press, "/consents/check").await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_form_tells_everything_that_is_missing_at_once() {
    let pages = Pages::new().await;
    let officer = pages.sign_in(Role::ProtectionOfficer).await;
    let activity = pages.act(&officer, "processing", "draft", &described()).await;
    let post = [("title", "Clerk"), ("allowed_processing", activity.as_str())];
    let post = pages.act(&officer, "posts", "propose", &post).await;
    let person = [("employee_name", "Иванов Тест"), ("post", post.as_str())];
    let person = pages.act(&officer, "staff", "propose", &person).await;
    let path = format!("/registers/staff/{person}/admit");
    let (status, text) = pages.post(&officer, &path, &[("admitted_on", "2026-01-12")]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    for told in [
        "not on the approved list. (ПП РФ № 211, 1(б))",
        "not named in an order yet. (ПП РФ № 211, 1(б))",
        "The obligation has not been signed. (ПП РФ № 211, 1(б))",
        "not been acquainted with the rules against signature. (152-ФЗ 18.1(1); ПП РФ № 211, 1(е))",
        "The training is missing or out of date. (ПП РФ № 211, 1(е))",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    assert!(!text.contains("Иванов"), "a refusal names nobody");
}

#[tokio::test]
async fn a_proposed_change_is_shown_in_words() {
    let pages = Pages::new().await;
    let officer = pages.sign_in(Role::ProtectionOfficer).await;
    let head = pages.sign_in(Role::Head).await;
    let activity = pages.act(&officer, "processing", "draft", &described()).await;
    let order = [("order_number", "3"), ("order_date", "2026-01-12")];
    let path = format!("/registers/processing/{activity}");
    let (status, _) = pages.post(&head, &format!("{path}/approve"), &order).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let mut changed = described();
    changed[0] = ("title", "Letters_and_calls");
    changed[5] = ("data_categories", "health");
    let fields: Vec<_> = changed.iter().map(|(n, v)| (*n, v.replace(' ', "+"))).collect();
    let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let (status, _) = pages.post(&officer, &format!("{path}/change"), &fields).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (_, text) = pages.get(&officer, &path).await;
    assert!(text.contains("Proposed change"), "{text}");
    assert!(
        text.contains("Title: Letters_and_calls") && text.contains("Categories of data: health"),
        "{text}"
    );
    assert!(
        !text.contains("Purpose: Answering letters"),
        "what stays is not repeated"
    );
}

#[tokio::test]
async fn a_drill_says_so_on_every_page_and_hours_are_told_to_the_minute() {
    let pages = Pages::new().await;
    let officer = pages.sign_in(Role::ProtectionOfficer).await;
    let found = now() - 61.minutes();
    let given = [
        ("violation_kind", "viol-leak"),
        ("violation_act", "A fictional laptop is gone"),
        ("detected_at", &found.to_string()),
        ("occurred_unknown", "1"),
        ("our_role", "role-controller"),
        ("may_harm", "harm-likely"),
        ("drill", "1"),
    ];
    let mut input = Input::new();
    for (name, value) in given {
        input.insert(name.to_owned(), vec![value.to_owned()]);
    }
    let command = Command {
        register: "violations",
        operation: "open",
        card: None,
        version: None,
        input,
    };
    let case = pages
        .office
        .act(&officer.account.actor(), now(), command)
        .await
        .unwrap();
    let (status, today) = pages.get(&officer, "/today").await;
    assert_eq!(status, StatusCode::OK);
    assert!(today.contains("DRILL · Notify the authority of a violation"), "{today}");
    let plain = today.replace(['\u{2068}', '\u{2069}'], "");
    assert!(plain.contains("22:5") && plain.contains("70:5"), "{plain}");
    let (_, page) = pages
        .get(&officer, &format!("/registers/violations/{}", case.card))
        .await;
    assert!(page.contains("DRILL · Violation"), "{page}");
    let (_, list) = pages.get(&officer, "/registers/filings").await;
    assert!(list.contains("DRILL"), "{list}");
}
