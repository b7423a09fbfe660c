//! Broken and forged requests: long, without end, with other bytes than a browser sends. None of them is a fault of the server.

use axum::http::{Method, StatusCode, header};
use tutela_law::Country;

use super::Pages;
use crate::kernel::rights::Role;

#[tokio::test]
async fn a_form_has_its_limit() {
    let pages = Pages::new(Country::Vn).await;
    let browser = pages.browser(Role::Officer).await;
    let long = format!("csrf={}&subject_name={}", browser.csrf, "x".repeat(2 << 20));
    let answer = pages
        .send(
            Method::POST,
            Some(&browser),
            "/registers/consents/new/register",
            &[],
            long,
        )
        .await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let many = format!("csrf={}{}", browser.csrf, "&processing=x".repeat(50_000));
    let answer = pages
        .send(
            Method::POST,
            Some(&browser),
            "/registers/consents/new/register",
            &[],
            many,
        )
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let login = format!("login={}&password={}", "a".repeat(400_000), "b".repeat(400_000));
    let answer = pages.send(Method::POST, None, "/sign-in", &[], login).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn broken_forms_are_refused_and_not_read_otherwise() {
    let pages = Pages::new(Country::Vn).await;
    let browser = pages.browser(Role::Officer).await;
    for body in [
        "%",
        "%ZZ=1",
        "a=%FF%FE",
        "&&&===",
        "{\"csrf\": 1}",
        "csrf",
        "\u{0}=\u{0}",
    ] {
        let answer = pages
            .send(Method::POST, Some(&browser), "/search", &[], body.to_owned())
            .await;
        assert!(answer.status.is_client_error(), "{body:?}: {}", answer.status);
    }
    // Another kind of content is no form, even with the secret in it.
    let text = format!("csrf={}&q=x", browser.csrf);
    let mut request = axum::http::Request::post("/search").header(header::COOKIE, &browser.cookie);
    request = request.header(header::CONTENT_TYPE, "text/plain");
    let request = request.body(axum::body::Body::from(text)).unwrap();
    let response = tower::ServiceExt::oneshot(pages.router.clone(), request).await.unwrap();
    assert_eq!(response.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn nothing_given_becomes_a_header() {
    let pages = Pages::new(Country::Vn).await;
    let browser = pages.browser(Role::Head).await;
    let end = "x%0d%0aSet-Cookie:%20tutela=1";
    let paths = [
        format!("/registers/{end}"),
        format!("/registers/consents/{end}"),
        format!("/registers/consents?state={end}&before={end}"),
        format!("/accounts/{end}"),
        format!("/sign-in/{end}"),
        format!("/set-up/{end}"),
        format!("/static/{end}"),
        format!("/{end}"),
    ];
    for path in paths {
        let answer = pages.get(Some(&browser), &path).await;
        assert!(answer.cookie.is_none(), "{path}");
        assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
    }
    for path in [
        format!("/accounts/{end}/confirm"),
        format!("/registers/consents/{end}/open"),
        "/language".to_owned(),
    ] {
        let fields = [("language", "vi\r\nSet-Cookie: tutela=1"), ("purpose", "x\r\nX: y")];
        let answer = pages.post(&browser, &path, &fields).await;
        assert!(
            answer.cookie.is_none() && !answer.status.is_server_error(),
            "{path}: {}",
            answer.status
        );
        assert!(!answer.location.contains("Set-Cookie"), "{path}");
    }
}

#[tokio::test]
async fn odd_addresses_are_not_there() {
    let pages = Pages::new(Country::Vn).await;
    let browser = pages.browser(Role::Head).await;
    for path in [
        "/registers/%FF",
        "/registers/consents/%00",
        "/registers/consents/..%2f..%2fetc",
        "/registers/consents/' OR 1=1 --",
        "/static/..%2fweb.rs",
        "/accounts/%F0%9F%92%A9",
        "//registers",
    ] {
        let path = path.replace(' ', "%20");
        let answer = pages.get(Some(&browser), &path).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
    }
    let long = format!("/registers/consents/{}", "a".repeat(30_000));
    assert_eq!(pages.get(Some(&browser), &long).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_answer_forbids_what_it_does_not_need() {
    let pages = Pages::new(Country::Vn).await;
    let browser = pages.browser(Role::Head).await;
    for (browser, path) in [
        (None, "/sign-in"),
        (None, "/nowhere"),
        (Some(&browser), "/today"),
        (Some(&browser), "/accounts"),
    ] {
        let answer = pages.get(browser, path).await;
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
        assert_eq!(answer.headers[header::REFERRER_POLICY], "no-referrer");
        // Nothing on a page needs what the policy forbids.
        for forbidden in ["<script>", " style=", " onclick=", "javascript:"] {
            assert!(!answer.text.contains(forbidden), "{path}: {forbidden}");
        }
    }
}
