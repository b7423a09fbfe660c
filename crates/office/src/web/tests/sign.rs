//! Passkeys, providers, demanded factors, proxies and the locked vault, through pages.

use axum::extract::ConnectInfo;
use axum::http::{Method, StatusCode, header};
use base64ct::{Base64UrlUnpadded, Encoding};
use tutela_law::Country;
use zeroize::Zeroizing;

use super::{Browser, Pages};
use crate::edge::{Edge, Network, Origin};
use crate::kernel::people::passkey::tests::Device;
use crate::kernel::people::signature::tests::Signer;
use crate::kernel::rights::Role;
use crate::kernel::unlock::Means;
use crate::office::now;
use crate::world::World;

fn origin() -> Origin {
    Origin::parse("https://office.example").unwrap()
}

async fn pages() -> Pages {
    let world = World::new(Country::Vn).await;
    world.office.set_edge(Edge {
        public: Some(origin()),
        proxies: vec![Network::parse("10.0.0.0/8").unwrap()],
        hsts: Some(3600),
        ..Edge::default()
    });
    Pages::of(world)
}

/// Adds a passkey through the page, as its script does.
async fn add(pages: &Pages, browser: &Browser, device: &mut Device) -> super::Answer {
    let asked = pages.post(browser, "/account/passkeys/begin", &[]).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
    let (client_data, attestation) = device.make(&serde_json::from_str(&asked.text).unwrap());
    let fields = [
        ("passkey_name", "my <key>"),
        ("passkey_client_data", client_data.as_str()),
        ("passkey_attestation", attestation.as_str()),
    ];
    pages.post(browser, "/account/passkeys/add", &fields).await
}

async fn answer(pages: &Pages, half: Option<&Browser>, device: &mut Device, path: &str) -> super::Answer {
    let asked = pages.raw(half, &format!("{path}/begin"), &[]).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
    let said = device.answer(&serde_json::from_str(&asked.text).unwrap());
    let fields = [
        ("passkey_id", said.id.as_str()),
        ("passkey_client_data", &said.client_data),
        ("passkey_data", &said.data),
        ("passkey_signature", &said.signature),
        ("passkey_owner", &said.owner),
    ];
    pages.raw(half, path, &fields).await
}

#[tokio::test]
async fn a_passkey_is_added_and_signs_in_through_pages() {
    let pages = pages().await;
    let officer = pages.browser(Role::Officer).await;
    let page = pages.get(Some(&officer), "/account/factor").await;
    assert!(page.text.contains("/static/passkey.js") && page.text.contains("data-passkey"));
    let mut device = Device::new(Signer::es256(7), 1, &origin());
    let added = add(&pages, &officer, &mut device).await;
    assert!(added.text.matches("<li><code>").count() == 10, "{}", added.text);
    let page = pages.get(Some(&officer), "/account/factor").await;
    assert!(page.text.contains("my &#60;key&#62;"), "{}", page.text);

    assert!(
        pages
            .get(None, "/sign-in")
            .await
            .text
            .contains("/sign-in/passkey/begin")
    );
    let signed = answer(&pages, None, &mut device, "/sign-in/passkey").await;
    assert_eq!((signed.status, signed.location.as_str()), (StatusCode::SEE_OTHER, "/"));
    // After a link it is asked for, and a wrong answer says so on the same page.
    let link = pages
        .office
        .one_time_link(pages.account(Role::Officer), now())
        .await
        .unwrap();
    let half = pages.get(None, &format!("/sign-in/{link}")).await;
    assert_eq!(half.location, "/sign-in/code");
    let half = pages.with_cookie(half.cookie.unwrap()).await;
    let code = pages.get(Some(&half), "/sign-in/code").await;
    assert!(code.text.contains("/sign-in/code/passkey/begin"));
    let mut stranger = Device::new(Signer::es256(8), 2, &origin());
    let refused = answer(&pages, Some(&half), &mut stranger, "/sign-in/code/passkey").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("role=\"alert\""));
    let whole = answer(&pages, Some(&half), &mut device, "/sign-in/code/passkey").await;
    assert_eq!(whole.location, "/");
    // It is called otherwise, by its own account only; a name that is none is refused.
    let id = Base64UrlUnpadded::encode_string(&device.id);
    let rename = "/account/passkeys/rename";
    let named = |name| [("passkey", id.as_str()), ("passkey_name", name)];
    let renamed = pages.post(&officer, rename, &named(" the <grey> key ")).await;
    assert_eq!(renamed.location, "/account/factor");
    let page = pages.get(Some(&officer), "/account/factor").await;
    assert!(page.text.contains("value=\"the &#60;grey&#62; key\""), "{}", page.text);
    let long = "x".repeat(61);
    for name in ["", " ", "a\u{7}b", &long] {
        let refused = pages.post(&officer, rename, &named(name)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
    }
    let head = pages.browser(Role::Head).await;
    let foreign = pages.post(&head, rename, &named("mine")).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    assert!(
        pages
            .get(Some(&officer), "/account/factor")
            .await
            .text
            .contains("the &#60;grey&#62; key")
    );
    // It is taken away again.
    let gone = pages
        .post(&officer, "/account/passkeys/remove", &[("passkey", &id)])
        .await;
    assert_eq!(gone.location, "/account");
    let refused = answer(&pages, None, &mut device, "/sign-in/passkey").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn without_a_name_no_passkey_is_offered() {
    let pages = Pages::new(Country::Vn).await;
    let officer = pages.browser(Role::Officer).await;
    let at = async |host: &str| {
        let headers = [("host", host)];
        pages
            .send(Method::GET, Some(&officer), "/account/factor", &headers, String::new())
            .await
            .text
    };
    assert!(at("localhost:8443").await.contains("data-passkey"));
    for host in ["127.0.0.1:8443", "evil.example", "localhost.evil.example", ""] {
        assert!(!at(host).await.contains("data-passkey"), "{host}");
    }
}

#[tokio::test]
async fn whoever_must_have_a_second_factor_does_nothing_before() {
    let pages = pages().await;
    let (admin, officer) = (
        pages.browser(Role::Administrator).await,
        pages.browser(Role::Officer).await,
    );
    let path = format!("/bodies/{}/factor", pages.body);
    assert_eq!(pages.get(Some(&officer), &path).await.status, StatusCode::FORBIDDEN);
    let wrong = pages.post(&admin, &path, &[("factor_roles", "everyone")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(pages.get(Some(&officer), "/today").await.status, StatusCode::OK);
    let set = pages
        .post(&admin, &path, &[("factor_roles", "officer"), ("factor_roles", "head")])
        .await;
    assert_eq!(set.location, "/bodies");
    let shown = pages.get(Some(&admin), &path).await.text;
    assert!(shown.contains("value=\"officer\" checked") && !shown.contains("value=\"inspector\" checked"));
    // Also who is signed in already is led there; the way out stays open.
    for page in ["/today", "/registers/consents", "/account", "/tokens"] {
        assert_eq!(
            pages.get(Some(&officer), page).await.location,
            "/account/factor",
            "{page}"
        );
    }
    assert_eq!(pages.get(Some(&admin), "/today").await.location, "");
    let mut device = Device::new(Signer::ed25519(7), 1, &origin());
    add(&pages, &officer, &mut device).await;
    assert_eq!(pages.get(Some(&officer), "/today").await.status, StatusCode::OK);
    let out = pages.post(&pages.browser(Role::Head).await, "/sign-out", &[]).await;
    assert_eq!(out.location, "/sign-in");
}

#[tokio::test]
async fn a_locked_vault_is_unlocked_on_a_page() {
    let pages = pages().await;
    let body = pages.office.body(&pages.body).await.unwrap().unwrap();
    let means = Means::Passphrase(Zeroizing::new("five words that nobody says".to_owned()));
    pages.office.relock(&body, &means).unwrap();
    let (admin, officer) = (
        pages.browser(Role::Administrator).await,
        pages.browser(Role::Officer).await,
    );
    assert_eq!(
        pages.get(Some(&admin), "/unlock").await.location,
        "/",
        "nothing is locked"
    );
    pages.office.keys.lock(&body.id);
    assert_eq!(pages.get(Some(&officer), "/today").await.location, "/unlock");
    let told = pages.get(Some(&officer), "/unlock").await;
    assert_eq!(told.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!told.text.contains("vault_password"));
    let page = pages.get(Some(&admin), "/unlock").await.text;
    assert!(page.contains("name=\"vault_password\" type=\"password\""));
    let unlock = async |browser: &Browser, passphrase: &str| {
        let fields = [("unlock_body", body.id.as_str()), ("vault_password", passphrase)];
        pages.post(browser, "/unlock", &fields).await
    };
    let wrong = unlock(&admin, "not the passphrase").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!wrong.text.contains("not the passphrase"));
    let refused = unlock(&officer, "five words that nobody says").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(unlock(&admin, "five words that nobody says").await.location, "/");
    assert_eq!(pages.get(Some(&officer), "/today").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_proxy_of_ours_is_believed_and_browsers_are_told_of_tls() {
    use crate::web::{Secure, Site, router};
    use axum::body::Body;
    use axum::http::Request;
    use tower::ServiceExt;
    let pages = pages().await;
    let router = router(Site {
        office: std::sync::Arc::clone(&pages.office),
        secure: Secure::Tls,
    });
    let ask = async |peer: &str, from: &str, proto: &str, form: Option<&str>| {
        let method = if form.is_some() { "POST" } else { "GET" };
        let mut request = Request::builder()
            .method(method)
            .uri("/sign-in")
            .header("x-forwarded-for", from)
            .header("x-forwarded-proto", proto)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.unwrap_or_default().to_owned()))
            .unwrap();
        let peer: std::net::SocketAddr = format!("{peer}:4711").parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request).await.unwrap()
    };
    let page = ask("10.0.0.1", "192.0.2.1", "https", None).await;
    assert_eq!(page.headers()[header::STRICT_TRANSPORT_SECURITY], "max-age=3600");
    let sent = ask("10.0.0.1", "192.0.2.1", "http", None).await;
    assert_eq!(sent.headers()[header::LOCATION], "https://office.example/sign-in");
    // A stranger who says so changes nothing.
    assert_eq!(
        ask("203.0.113.9", "192.0.2.1", "http", None).await.status(),
        StatusCode::OK
    );
    // Attempts are counted by the address that the proxy tells: others behind it are not locked out.
    let form = Some("login=nobody&password=wrong+password");
    for _ in 0..5 {
        ask("10.0.0.1", "198.51.100.7, 192.0.2.1", "https", form).await;
    }
    let locked = async |peer: &str, from: &str| {
        let response = ask(peer, from, "https", form).await;
        let text = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let words = tutela_words::Words::new(tutela_words::Locale::En);
        String::from_utf8_lossy(&text).contains(&words.get("refusal-sign-in-locked"))
    };
    assert!(locked("10.0.0.1", "192.0.2.1").await);
    assert!(!locked("10.0.0.1", "192.0.2.2").await);
    // And who pretends to be somebody else is counted as themselves.
    assert!(!locked("203.0.113.9", "192.0.2.1").await);
}
