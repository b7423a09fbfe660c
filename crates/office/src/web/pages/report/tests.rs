use axum::body::{Body as Bytes, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::{Method, Request};
use tower::ServiceExt;
use tutela_law::Country;

use super::*;
use crate::kernel::rights::Role;
use crate::web::{Secure, router};
use crate::world::World;

struct Visitor {
    world: World,
    router: Router,
    path: String,
    cookie: String,
}

impl Visitor {
    async fn new() -> Self {
        let world = World::new(Country::Vn).await;
        let site = Site {
            office: world.office.clone(),
            secure: Secure::Local,
        };
        let path = format!("/report/{}", world.body.id);
        let mut visitor = Self {
            router: router(site),
            world,
            path,
            cookie: String::new(),
        };
        let request = Request::builder().uri(&visitor.path).body(Bytes::empty()).unwrap();
        let response = visitor.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let cookie = response.headers().get(SET_COOKIE).unwrap().to_str().unwrap();
        visitor.cookie = cookie.split(';').next().unwrap().to_owned();
        visitor
    }

    fn token(&self) -> &str {
        self.cookie.split('=').nth(1).unwrap()
    }

    async fn post(&self, below: &str, form: &[(&str, &str)]) -> (StatusCode, String) {
        let encode = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
        let mut body: Vec<String> = vec!["language=en".to_owned()];
        body.extend(form.iter().map(|(n, v)| format!("{n}={}", encode(v))));
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("{}{below}", self.path))
            .header(COOKIE, &self.cookie)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Bytes::from(body.join("&")))
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    /// A report that was taken in: its number and code.
    async fn report(&self) -> (String, String) {
        let form = [
            ("token", self.token()),
            ("report_kind", "leak-seen"),
            ("report_text", "The list of pupils is in a group of parents"),
        ];
        let (status, html) = self.post("", &form).await;
        assert_eq!(status, StatusCode::OK, "{html}");
        let after = |mark: &str| html.split(mark).nth(1).unwrap().split('<').next().unwrap().to_owned();
        (after("<dd>"), after("<code>"))
    }
}

#[tokio::test]
async fn a_report_without_an_account_is_answered_on_its_code() {
    let visitor = Visitor::new().await;
    let world = &visitor.world;
    let (number, code) = visitor.report().await;
    let report = world.newest("reports").await;
    let card = world.card(&report).await;
    assert_eq!(
        (card.number.as_str(), card.data["without_name"].as_bool()),
        (number.as_str(), Some(true))
    );
    assert!(
        !card.data.contains_key("report_text"),
        "what was said lies in the vault"
    );

    let token = visitor.token();
    let named = [("token", token), ("number", &number), ("code", &code)];
    let (status, html) = visitor.post("/state", &named).await;
    assert!(status == StatusCode::OK && html.contains("No answer yet"));
    assert!(
        !html.contains("list of pupils") && !html.contains(&code),
        "neither the report nor the code is sent back"
    );

    let answer = [("report_answer", "Which group is it?")];
    world
        .act(Role::SecurityOfficer, ("reports", "answer", Some(&report)), &answer)
        .await
        .unwrap();
    let mut addition = named.to_vec();
    addition.push(("report_addition", "The group of class 6A"));
    let (status, html) = visitor.post("/add", &addition).await;
    assert!(status == StatusCode::OK && html.contains("was taken in"), "{html}");
    let (_, html) = visitor.post("/state", &named).await;
    assert!(html.contains("Which group is it?") && html.contains("The group of class 6A"));
    // The history names nobody but the officer who answered.
    let mut connection = world.office.db.read().acquire().await.unwrap();
    let past = crate::kernel::record::history(&mut connection, &report).await.unwrap();
    let officer = world.actor(Role::SecurityOfficer).account;
    for event in past {
        let expected = if event.kind == "reports.answer" {
            officer.as_str()
        } else if event.kind == "vault.open" {
            "public-page"
        } else {
            "unnamed"
        };
        assert_eq!(event.actor, expected, "{}", event.kind);
    }
}

#[tokio::test]
async fn a_wrong_code_tells_nothing_and_a_program_is_refused() {
    let visitor = Visitor::new().await;
    let (number, code) = visitor.report().await;
    let token = visitor.token();
    for (number, code) in [(number.as_str(), "22222-22222-22222-22222"), ("2026-99", code.as_str())] {
        let wrong = [
            ("token", token),
            ("number", number),
            ("code", code),
            ("report_addition", "x"),
        ];
        for below in ["/state", "/add"] {
            let (status, html) = visitor.post(below, &wrong).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{html}");
        }
    }
    // The code of a report is none of a request.
    let ask = visitor.path.replace("/report/", "/ask/");
    let below = Visitor { path: ask, ..visitor };
    let named = [("token", token_of(&below.cookie)), ("number", &number), ("code", &code)];
    let (status, _) = below.post("/state", &named).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let visitor = Visitor {
        path: below.path.replace("/ask/", "/report/"),
        ..below
    };
    let text = ("report_text", "x");
    let kind = ("report_kind", "leak-seen");
    let token = ("token", token_of(&visitor.cookie));
    let (status, _) = visitor.post("", &[kind, text]).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "without the secret of the page");
    let (status, _) = visitor.post("", &[token, kind, text, ("website", "http://x")]).await;
    assert_eq!(
        status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "a program filled in what nobody sees"
    );
    let (status, _) = visitor.post("", &[token, kind, ("report_text", " ")]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, html) = visitor.post("", &[token, ("report_kind", "no-such"), text]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{html}");
}

fn token_of(cookie: &str) -> &str {
    cookie.split('=').nth(1).unwrap()
}
