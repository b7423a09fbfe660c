use axum::body::{Body as Bytes, to_bytes};
use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{Method, header};
use tower::ServiceExt;
use tutela_law::Country;

use super::*;
use crate::kernel::card::Personal;
use crate::kernel::rights::Role;
use crate::registers::REGISTERS;
use crate::web::{Secure, router};
use crate::world::World;

struct Citizen {
    world: World,
    router: Router,
    path: String,
}

struct Page {
    status: StatusCode,
    html: String,
    cookie: String,
    location: String,
}

impl Citizen {
    async fn new(country: Country) -> Self {
        let world = World::new(country).await;
        let site = Site {
            office: world.office.clone(),
            secure: Secure::Local,
        };
        let path = format!("/ask/{}", world.body.id);
        Self {
            router: router(site),
            world,
            path,
        }
    }

    async fn send(&self, request: Request<Bytes>) -> Page {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let text = |name| {
            let value = response.headers().get(name).and_then(|v| v.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let (cookie, location) = (text(SET_COOKIE), text(header::LOCATION));
        let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        Page {
            status,
            html: String::from_utf8(body.to_vec()).unwrap(),
            cookie: cookie.split(';').next().unwrap_or_default().to_owned(),
            location,
        }
    }

    async fn get(&self, path: &str, language: &str) -> Page {
        let request = Request::builder().uri(path).header(header::ACCEPT_LANGUAGE, language);
        self.send(request.body(Bytes::empty()).unwrap()).await
    }

    async fn post(&self, path: &str, cookie: &str, form: &[(&str, &str)]) -> Page {
        self.post_from(path, cookie, form, None).await
    }

    async fn post_from(&self, path: &str, cookie: &str, form: &[(&str, &str)], from: Option<&str>) -> Page {
        let body: Vec<String> = form.iter().map(|(n, v)| format!("{n}={}", encode(v))).collect();
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Bytes::from(body.join("&")))
            .unwrap();
        if let Some(from) = from {
            request
                .extensions_mut()
                .insert(ConnectInfo::<SocketAddr>(from.parse().unwrap()));
        }
        self.send(request).await
    }

    /// The cookie of the page and the secret in it.
    async fn begin(&self) -> (String, String) {
        let page = self.get(&self.path, "en").await;
        let token = page.cookie.split('=').nth(1).unwrap().to_owned();
        assert!(page.html.contains(&token));
        (page.cookie, token)
    }

    async fn requests(&self) -> usize {
        let register = self.world.office.register("requests").unwrap();
        let page = self
            .world
            .office
            .page(&self.world.actor(Role::Officer), register, None, None)
            .await;
        page.unwrap().cards.len()
    }
}

fn encode(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

fn filled(token: &str) -> Vec<(&str, &str)> {
    vec![
        ("token", token),
        ("language", "en"),
        ("request_kind", "provide"),
        ("subject_name", "Ann <i>Pike</i>"),
        ("subject_document", "079183000777"),
        ("subject_contact", "ann@sample.org"),
        ("request_text", "What do you hold?"),
        ("website", ""),
    ]
}

fn between<'a>(html: &'a str, from: &str, to: &str) -> &'a str {
    html.split(from).nth(1).unwrap().split(to).next().unwrap()
}

#[tokio::test]
async fn a_citizen_asks_and_sees_how_far_it_is() {
    for country in [Country::Vn, Country::Ru, Country::Cn] {
        let citizen = Citizen::new(country).await;
        let (cookie, token) = citizen.begin().await;
        let page = citizen.post(&citizen.path, &cookie, &filled(&token)).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.html);
        let code = between(&page.html, "<code>", "</code>").to_owned();
        let number = between(&page.html, "<dt>Number</dt><dd>", "</dd>").to_owned();

        // It stands in the register, not complete, its personal data in the vault.
        let register = citizen.world.office.register("requests").unwrap();
        let actor = citizen.world.actor(Role::Officer);
        let cards = citizen
            .world
            .office
            .page(&actor, register, None, None)
            .await
            .unwrap()
            .cards;
        let card = &cards[0].card;
        assert_eq!(
            (card.number.as_str(), card.text("channel")),
            (number.as_str(), "public-page")
        );
        assert!(card.cards("missing").contains(&"missing-signature"));
        assert!(matches!(card.personal, Personal::Closed));

        let look = |number: &str, code: &str| {
            let form = [
                ("token", token.clone()),
                ("number", number.to_owned()),
                ("code", code.to_owned()),
            ];
            let (path, cookie) = (format!("{}/state", citizen.path), cookie.clone());
            let citizen = &citizen;
            async move {
                let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
                citizen.post(&path, &cookie, &form).await
            }
        };
        let page = look(&number, &code.to_lowercase().replace('-', " ")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.html.contains("not complete"), "{}", page.html);
        for content in ["Pike", "079183000777", "sample.org", "What do you hold", &code] {
            assert!(!page.html.contains(content), "{content}");
        }
        // A wrong number and a wrong code say the same.
        let wrong = look("2026-99", &code).await;
        let guessed = look(&number, "22222-22222-22222-22222").await;
        let empty = look("", "").await;
        for page in [&wrong, &guessed, &empty] {
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(page.html.contains("There is no request with this number and code."));
        }
    }
}

#[tokio::test]
async fn rights_are_told_in_four_languages() {
    let citizen = Citizen::new(Country::Ru).await;
    for (language, title) in [
        ("vi", "Quyền của bạn"),
        ("ru", "Ваши права"),
        ("zh", "您的权利"),
        ("en", "Your rights"),
    ] {
        let page = citizen.get(&citizen.path, language).await;
        assert!(page.status == StatusCode::OK && page.html.contains(title), "{language}");
        assert!(
            !page.html.contains("ask-") && !page.html.contains("choice-"),
            "{}",
            page.html
        );
        let page = citizen
            .get(&format!("{}?language={language}", citizen.path), "en")
            .await;
        assert!(page.html.contains(title), "{language}");
    }
    // One body: no choice. What it may be asked is what its law knows.
    assert!(citizen.get("/ask", "ru").await.location.starts_with(&citizen.path));
    let page = citizen.get(&citizen.path, "en").await;
    assert!(page.html.contains("value=\"stop\"") && !page.html.contains("value=\"protect\""));
    assert!(!page.html.contains("value=\"regulator\""));
    assert!(
        REGISTERS
            .iter()
            .all(|r| !page.html.contains(&format!("/registers/{}", r.name)))
    );
}

#[tokio::test]
async fn forms_from_elsewhere_are_not_taken() {
    let citizen = Citizen::new(Country::Vn).await;
    let (cookie, token) = citizen.begin().await;
    let other = "0".repeat(32);
    for (cookie, token) in [
        ("", token.as_str()),
        (cookie.as_str(), ""),
        (cookie.as_str(), other.as_str()),
        ("tutela-ask=", ""),
        ("tutela-ask=x", "x"),
    ] {
        let page = citizen.post(&citizen.path, cookie, &filled(token)).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{cookie} {token}");
        let state = citizen
            .post(&format!("{}/state", citizen.path), cookie, &[("token", token)])
            .await;
        assert_eq!(state.status, StatusCode::FORBIDDEN);
    }
    let mut trapped = filled(&token);
    trapped.pop();
    trapped.push(("website", "http://spam.example"));
    let page = citizen.post(&citizen.path, &cookie, &trapped).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    // No such body, and nothing told beyond that.
    let page = citizen.post("/ask/nobody", &cookie, &filled(&token)).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert_eq!(citizen.requests().await, 0);
}

#[tokio::test]
async fn nonsense_is_told_beside_its_field_and_nothing_is_a_tag() {
    let citizen = Citizen::new(Country::Vn).await;
    let (cookie, token) = citizen.begin().await;
    let long = "x".repeat(4_001);
    let contact = "x".repeat(301);
    for (field, value, text) in [
        ("subject_name", "", "This field must be filled in."),
        ("subject_document", "12\u{7}34", "control characters"),
        ("request_text", long.as_str(), "at most 4000"),
        ("subject_contact", contact.as_str(), "at most 300"),
        ("request_kind", "regulator", "Choose a value from the list."),
        ("request_kind", "protect'--", "Choose a value from the list."),
    ] {
        let mut form: Vec<_> = filled(&token).into_iter().filter(|(n, _)| *n != field).collect();
        form.push((field, value));
        let page = citizen.post(&citizen.path, &cookie, &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert!(page.html.contains(text), "{field}: {}", page.html);
        assert!(!page.html.contains("<i>Pike"), "{field}");
    }
    // Fields that the page does not have are not taken from its form.
    let mut form = filled(&token);
    form.extend([
        ("signed", "1"),
        ("channel", "counter"),
        ("representative_name", "Mallory"),
    ]);
    let page = citizen.post(&citizen.path, &cookie, &form).await;
    assert_eq!(page.status, StatusCode::OK);
    let register = citizen.world.office.register("requests").unwrap();
    let actor = citizen.world.actor(Role::Officer);
    let cards = citizen
        .world
        .office
        .page(&actor, register, None, None)
        .await
        .unwrap()
        .cards;
    assert_eq!((cards.len(), cards[0].card.text("channel")), (1, "public-page"));
    assert!(cards[0].card.value("signed").is_none_or(|v| v == false));

    let huge = "y".repeat(MAX_FORM + 1);
    let mut form = filled(&token);
    form.push(("more", huge.as_str()));
    let page = citizen.post(&citizen.path, &cookie, &form).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn one_address_cannot_flood_the_office() {
    let citizen = Citizen::new(Country::Vn).await;
    let (cookie, token) = citizen.begin().await;
    for _ in 0..REQUESTS.0 {
        let page = citizen
            .post_from(&citizen.path, &cookie, &filled(&token), Some("192.0.2.7:4000"))
            .await;
        assert_eq!(page.status, StatusCode::OK);
    }
    let flood = citizen
        .post_from(&citizen.path, &cookie, &filled(&token), Some("192.0.2.7:4001"))
        .await;
    assert_eq!(flood.status, StatusCode::TOO_MANY_REQUESTS);
    let other = citizen
        .post_from(&citizen.path, &cookie, &filled(&token), Some("192.0.2.8:4000"))
        .await;
    assert_eq!(other.status, StatusCode::OK);
    assert_eq!(citizen.requests().await, usize::try_from(REQUESTS.0).unwrap() + 1);
}

#[tokio::test]
async fn a_closed_page_and_a_foreign_code_tell_nothing() {
    let citizen = Citizen::new(Country::Vn).await;
    let (cookie, token) = citizen.begin().await;
    let page = citizen.post(&citizen.path, &cookie, &filled(&token)).await;
    let code = between(&page.html, "<code>", "</code>").to_owned();
    let mut other = crate::world::a_body(Country::Ru);
    let mut closed = crate::world::a_body(Country::Cn);
    closed.details.insert("public_page".to_owned(), "off".into());
    other = citizen.world.office.create_body(other).await.unwrap();
    closed = citizen.world.office.create_body(closed).await.unwrap();
    // The code of one body opens nothing at another.
    let form = [("token", token.as_str()), ("number", "2026-1"), ("code", code.as_str())];
    let page = citizen.post(&format!("/ask/{}/state", other.id), &cookie, &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        citizen.get(&format!("/ask/{}", closed.id), "zh").await.status,
        StatusCode::NOT_FOUND
    );
    let page = citizen.get("/ask", "en").await;
    assert!(page.html.contains(&other.id) && page.html.contains(&citizen.world.body.id));
    assert!(!page.html.contains(&closed.id));
}

/// A form in pieces, with files: field, name, content.
fn in_pieces(fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
    }
    for (name, called, content) in files {
        body.extend(
            format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{called}\"\r\n\r\n")
                .into_bytes(),
        );
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--x--\r\n");
    body
}

impl Citizen {
    async fn post_files(&self, cookie: &str, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Page {
        let request = Request::builder()
            .method(Method::POST)
            .uri(&self.path)
            .header(COOKIE, cookie)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
            .body(Bytes::from(in_pieces(fields, files)))
            .unwrap();
        self.send(request).await
    }

    async fn number(&self, sql: &'static str) -> i64 {
        use sqlx::Row;
        let row = sqlx::query(sql).fetch_one(self.world.office.db.read()).await.unwrap();
        row.try_get(0).unwrap()
    }
}

const PDF: &[u8] = b"%PDF-1.7\n% a power of attorney of an invented person\n";
const WAITING: &str = "SELECT COUNT(*) FROM evidence WHERE card IS NULL";
const PARTS: &str = "SELECT COUNT(*) FROM evidence_part";

#[tokio::test]
async fn files_of_a_citizen_are_sealed_and_only_officers_open_them() {
    let citizen = Citizen::new(Country::Vn).await;
    let (cookie, token) = citizen.begin().await;
    let files = [
        ("request_files", "Đơn.pdf", PDF),
        ("authority_files", "Ủy quyền.txt", b"an authority".as_slice()),
        // An input without a file, and a field that takes none.
        ("request_files", "", b"".as_slice()),
    ];
    let page = citizen.post_files(&cookie, &filled(&token), &files).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    assert!(!page.html.contains("Đơn.pdf"));
    let office = &citizen.world.office;
    let officer = citizen.world.actor(Role::ProtectionOfficer);
    let register = office.register("requests").unwrap();
    let cards = office.page(&officer, register, None, None).await.unwrap().cards;
    let card = &cards[0].card;
    assert_eq!(card.data["request_files"].as_array().unwrap().len(), 1);
    assert_eq!(card.data["authority_files"][0]["size"], 12);
    assert!(!serde_json::Value::Object(card.data.clone()).to_string().contains("quy"));
    let kept = office.files_of(&officer, &card.id).await.unwrap();
    assert_eq!(kept.len(), 2);
    let named = (card.id.as_str(), kept[0].id.as_str());
    let mut open = office.open_file(&officer, now(), named, "request").await.unwrap();
    assert_eq!(open.whole(&office.db).await.unwrap(), PDF);
    // Whoever looks after the machine opens nothing.
    let administrator = citizen.world.actor(Role::Administrator);
    assert!(office.open_file(&administrator, now(), named, "request").await.is_err());
    assert_eq!(citizen.number(WAITING).await, 0);
}

#[tokio::test]
async fn files_are_refused_as_a_whole_and_nothing_is_left_of_them() {
    let citizen = Citizen::new(Country::Vn).await;
    let (cookie, token) = citizen.begin().await;
    let one = |field, content| [(field, "a.pdf", content)];
    // What runs is refused beside its field; the other file goes with it.
    let both = [
        ("request_files", "a.pdf", PDF),
        ("authority_files", "b.pdf", b"<html><script>".as_slice()),
    ];
    let page = citizen.post_files(&cookie, &filled(&token), &both).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains("id=\"authority_files-problem\""), "{}", page.html);
    assert!(page.html.contains("choose them again"));
    // Nor are files kept of a request that is not whole.
    let mut form = filled(&token);
    form.retain(|(n, _)| *n != "subject_name");
    let page = citizen.post_files(&cookie, &form, &one("request_files", PDF)).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Without the secret, or with a field that takes no files, nothing is read.
    for (form, field) in [(filled("0"), "request_files"), (filled(&token), "proof_files")] {
        let page = citizen.post_files(&cookie, &form, &one(field, PDF)).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{field}");
    }
    let many: Vec<_> = (0..6).map(|_| ("request_files", "a.pdf", PDF)).collect();
    let page = citizen.post_files(&cookie, &filled(&token), &many).await;
    assert!(page.html.contains("at most 5"), "{}", page.html);
    assert_eq!(citizen.requests().await, 0);
    assert_eq!((citizen.number(WAITING).await, citizen.number(PARTS).await), (0, 0));
    // A file that waits for somebody else cannot be named.
    let actor = crate::kernel::public::nobody(&citizen.world.body);
    let other = citizen
        .world
        .office
        .take_file(&actor, now(), "c.pdf", PDF.to_vec())
        .await;
    let other = other.unwrap();
    let mut form = filled(&token);
    form.push(("request_files", &other));
    let page = citizen.post(&citizen.path, &cookie, &form).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    assert_eq!(citizen.number(WAITING).await, 1);
}

#[tokio::test]
async fn files_are_taken_less_often_than_requests() {
    let citizen = Citizen::new(Country::Vn).await;
    let (cookie, token) = citizen.begin().await;
    let post = async || {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(&citizen.path)
            .header(COOKIE, &cookie)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
            .body(Bytes::from(in_pieces(
                &filled(&token),
                &[("request_files", "a.pdf", PDF)],
            )))
            .unwrap();
        let from: SocketAddr = "192.0.2.7:4000".parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(from));
        citizen.send(request).await.status
    };
    for _ in 0..WITH_FILES.0 {
        assert_eq!(post().await, StatusCode::OK);
    }
    assert_eq!(post().await, StatusCode::TOO_MANY_REQUESTS);
}
