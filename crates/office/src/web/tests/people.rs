//! Signing in, accounts, bodies and the first hour, through pages.

use axum::http::{Method, StatusCode, header};
use tutela_law::Country;
use tutela_words::Locale;

use super::{Browser, Pages};
use crate::kernel::people::NewAccount;
use crate::kernel::people::factor::tests::shown;
use crate::kernel::record::Actor;
use crate::kernel::rights::Role;
use crate::office::{Office, now};
use crate::setup;
use crate::web::{Secure, Site, router};

const PASSWORD: &str = "correct horse battery";

async fn with_password(pages: &Pages, login: &str, role: Role) {
    let first = Actor {
        account: "setup".to_owned(),
        body: pages.body.clone(),
        roles: Vec::new(),
    };
    let new = NewAccount {
        body: &pages.body,
        login,
        display: "Đỗ Thử",
        roles: &[role],
        locale: Locale::En,
        password: Some(PASSWORD),
    };
    pages.office.create_account(&first, now(), new).await.unwrap();
}

async fn sign_in(pages: &Pages, before: Option<&Browser>, login: &str) -> super::Answer {
    pages
        .raw(before, "/sign-in", &[("login", login), ("password", PASSWORD)])
        .await
}

#[tokio::test]
async fn a_session_from_before_the_sign_in_is_worth_nothing() {
    let pages = Pages::new(Country::Vn).await;
    with_password(&pages, "anna", Role::Officer).await;
    let planted = Browser {
        cookie: format!("tutela={}", "a".repeat(64)),
        csrf: String::new(),
    };
    let answer = sign_in(&pages, Some(&planted), "anna").await;
    assert_eq!((answer.status, answer.location.as_str()), (StatusCode::SEE_OTHER, "/"));
    let cookie = answer.cookie.unwrap();
    assert_ne!(cookie, planted.cookie);
    assert_eq!(pages.get(Some(&planted), "/today").await.location, "/sign-in");
    let first = pages.with_cookie(cookie.clone()).await;
    // Who signs in again gets another one.
    let second = sign_in(&pages, Some(&first), "anna").await.cookie.unwrap();
    assert_ne!(second, cookie);
    // What is signed out stays out.
    let out = pages.post(&first, "/sign-out", &[]).await;
    assert!(out.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(pages.get(Some(&first), "/today").await.location, "/sign-in");
}

#[tokio::test]
async fn the_cookie_is_for_this_office_and_no_script() {
    let pages = Pages::new(Country::Vn).await;
    with_password(&pages, "anna", Role::Officer).await;
    let answer = sign_in(&pages, None, "anna").await;
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"));
    let tls = Secure::Tls.cookie("x");
    assert!(tls.starts_with("__Host-tutela=x;") && tls.contains("Secure"), "{tls}");
}

#[tokio::test]
async fn a_link_is_used_by_a_person_only() {
    let pages = Pages::new(Country::Vn).await;
    let link = pages
        .office
        .one_time_link(pages.account(Role::Head), now())
        .await
        .unwrap();
    let path = format!("/sign-in/{link}");
    let looked = pages.send(Method::HEAD, None, &path, &[], String::new()).await;
    assert!(looked.cookie.is_none());
    let fetched = pages
        .send(Method::GET, None, &path, &[("sec-purpose", "prefetch")], String::new())
        .await;
    assert!(fetched.cookie.is_none());
    assert!(pages.get(None, &path).await.cookie.is_some());
    assert_eq!(pages.get(None, &path).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_second_factor_is_turned_on_and_asked_for() {
    let pages = Pages::new(Country::Vn).await;
    with_password(&pages, "anna", Role::Officer).await;
    let browser = pages
        .with_cookie(sign_in(&pages, None, "anna").await.cookie.unwrap())
        .await;
    let begun = pages
        .post(&browser, "/account/factor/begin", &[("old_password", PASSWORD)])
        .await;
    assert!(begun.text.contains("<svg"));
    let secret = begun
        .text
        .split("<code>")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    let wrong = pages
        .post(&browser, "/account/factor/confirm", &[("factor_code", "1")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!wrong.text.contains(&secret));
    let codes = pages
        .post(
            &browser,
            "/account/factor/confirm",
            &[("factor_code", &shown(&secret, now()))],
        )
        .await;
    let recovery = codes
        .text
        .split("<li><code>")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .to_owned();

    let half = sign_in(&pages, None, "anna").await;
    assert_eq!(half.location, "/sign-in/code");
    let half = pages.with_cookie(half.cookie.unwrap()).await;
    for path in ["/today", "/account", "/registers/consents"] {
        assert_eq!(pages.get(Some(&half), path).await.location, "/sign-in", "{path}");
    }
    assert_eq!(pages.get(Some(&half), "/sign-in/code").await.status, StatusCode::OK);
    let wrong = pages.raw(Some(&half), "/sign-in/code", &[("factor_code", "12")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let whole = pages
        .raw(Some(&half), "/sign-in/code", &[("factor_code", &recovery)])
        .await;
    let whole = pages.with_cookie(whole.cookie.unwrap()).await;
    assert_eq!(pages.get(Some(&whole), "/today").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_new_account_waits_and_then_chooses_a_password() {
    let pages = Pages::new(Country::Ru).await;
    let admin = pages.browser(Role::Administrator).await;
    let fields = [
        ("account_body", pages.body.as_str()),
        ("account_display", "Ольга"),
        ("login", "olga"),
        ("account_roles", "officer"),
        ("body_language", "ru"),
    ];
    let made = pages.post(&admin, "/accounts/new", &fields).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let link = made
        .text
        .split("<code>")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(pages.get(None, &link).await.status, StatusCode::UNAUTHORIZED);
    let again = pages.post(&admin, "/accounts/new", &fields).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);

    let head = pages.browser(Role::Head).await;
    let list = pages.get(Some(&head), "/accounts").await.text;
    let row = list.split("<tr>").find(|row| row.contains(">olga<")).unwrap();
    let path = row
        .split("href=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(
        pages.post(&head, &format!("{path}/disable"), &[]).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        pages.post(&head, &format!("{path}/confirm"), &[]).await.status,
        StatusCode::SEE_OTHER
    );

    let olga = pages.with_cookie(pages.get(None, &link).await.cookie.unwrap()).await;
    for path in ["/today", "/registers/consents", "/account/factor"] {
        assert_eq!(
            pages.get(Some(&olga), path).await.location,
            "/account/password",
            "{path}"
        );
    }
    let short = [("password", "short"), ("password_again", "short")];
    assert_eq!(
        pages.post(&olga, "/account/password", &short).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let good = [("password", PASSWORD), ("password_again", PASSWORD)];
    assert_eq!(pages.post(&olga, "/account/password", &good).await.location, "/");
    assert_eq!(pages.get(Some(&olga), "/today").await.status, StatusCode::OK);
    assert_eq!(sign_in(&pages, None, "olga").await.location, "/");
}

#[tokio::test]
async fn the_first_page_is_one_that_the_role_may_see() {
    let pages = Pages::new(Country::Cn).await;
    for role in Role::ALL {
        let browser = pages.browser(role).await;
        let first = pages.get(Some(&browser), "/").await.location;
        let page = pages.get(Some(&browser), &first).await;
        assert_eq!(page.status, StatusCode::OK, "{role:?}: {first}");
        // Everything in the menu opens.
        let menu = page
            .text
            .split("<nav")
            .nth(1)
            .unwrap()
            .split("</nav>")
            .next()
            .unwrap()
            .to_owned();
        for href in menu.split("href=\"").skip(1).map(|h| h.split('"').next().unwrap()) {
            let opened = pages.get(Some(&browser), href).await;
            assert_eq!(opened.status, StatusCode::OK, "{role:?}: {href}");
        }
    }
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let pages = Pages::new(Country::Vn).await;
    with_password(&pages, "anna", Role::Officer).await;
    let agent = [("user-agent", "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36")];
    let form = format!("login=anna&password={}", super::typed(PASSWORD));
    let other = pages
        .send(Method::POST, None, "/sign-in", &agent, form)
        .await
        .cookie
        .unwrap();
    let other = pages.with_cookie(other).await;
    let own = pages
        .with_cookie(sign_in(&pages, None, "anna").await.cookie.unwrap())
        .await;
    let page = pages.get(Some(&own), "/account").await.text;
    assert!(page.contains("Chrome · Windows"));
    let stored = page
        .split("name=\"session\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    pages.post(&own, "/account/end-session", &[("session", stored)]).await;
    assert_eq!(pages.get(Some(&other), "/account").await.location, "/sign-in");
    let third = pages
        .with_cookie(sign_in(&pages, None, "anna").await.cookie.unwrap())
        .await;
    pages.post(&own, "/account/end-sessions", &[]).await;
    assert_eq!(pages.get(Some(&third), "/account").await.location, "/sign-in");
    assert_eq!(pages.get(Some(&own), "/account").await.status, StatusCode::OK);
}

#[tokio::test]
async fn bodies_are_added_and_changed() {
    let pages = Pages::new(Country::Ru).await;
    let admin = pages.browser(Role::Administrator).await;
    let fields = [
        ("body_above", pages.body.as_str()),
        ("body_zone", "Asia/Omsk"),
        ("body_name", "Отдел испытаний"),
    ];
    let added = pages.post(&admin, "/bodies/new", &fields).await;
    assert_eq!(added.location, "/bodies", "{}", added.text);
    let tree = pages.get(Some(&admin), "/bodies").await.text;
    let row = tree.split("<tr>").find(|row| row.contains("Отдел испытаний")).unwrap();
    let path = row
        .split("href=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let wrong = [
        ("body_name", "Отдел"),
        ("body_closes", "noon"),
        ("body_email", "nobody"),
    ];
    let wrong = pages.post(&admin, &path, &wrong).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("value=\"noon\""));
    pages
        .post(&admin, &path, &[("body_name", "Отдел новый"), ("body_closes", "18:00")])
        .await;
    assert!(pages.get(Some(&admin), &path).await.text.contains("value=\"18:00\""));
}

#[tokio::test]
async fn the_first_hour_goes_from_the_link_to_the_drafts() {
    let folder = tempfile::tempdir().unwrap();
    let office = std::sync::Arc::new(Office::open(folder.path()).await.unwrap());
    let path = setup::first(&office, now(), Locale::Vi, false).await.unwrap().path;
    let site = Site {
        office: std::sync::Arc::clone(&office),
        secure: Secure::Local,
    };
    let pages = Pages {
        office,
        router: router(site),
        body: String::new(),
        accounts: Vec::new(),
        _folder: std::sync::Arc::new(folder),
    };
    let language = [("accept-language", "vi")];
    let page = pages.send(Method::GET, None, &path, &language, String::new()).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("lang=\"vi\""));
    let wrong = pages
        .raw(None, &path, &[("body_country", "vn"), ("password", PASSWORD)])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!wrong.text.contains(PASSWORD));
    let fields = [
        ("body_country", "vn"),
        ("body_kind", "hospital"),
        ("body_name", "Bệnh viện Thử nghiệm"),
        ("body_zone", "Asia/Ho_Chi_Minh"),
        ("body_language", "vi"),
        ("body_head_name", "Vũ Thử"),
        ("body_head_post", "Giám đốc"),
        ("head_login", "giamdoc"),
        ("officer_display", "Mai Thử"),
        ("officer_login", "mai"),
        ("password", PASSWORD),
        ("password_again", PASSWORD),
    ];
    let done = pages.raw(None, &path, &fields).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    let browser = pages.with_cookie(done.cookie.clone().unwrap()).await;
    assert_eq!(pages.get(None, &path).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let questions = pages.get(Some(&browser), "/set-up/questions").await.text;
    assert_eq!(questions.matches("type=\"checkbox\"").count(), 12);
    let patients = questions.split("value=\"patients\"").nth(1).unwrap();
    assert!(patients.starts_with(" checked"));
    let ticked = [
        ("activity", "patients"),
        ("activity", "staff"),
        ("activity", "no such thing"),
    ];
    let drafted = pages.post(&browser, "/set-up/questions", &ticked).await;
    assert_eq!(drafted.location, "/registers/processing");
    let list = pages.get(Some(&browser), "/registers/processing").await.text;
    assert!(list.contains("Hồ sơ bệnh án") && list.contains("Hồ sơ nhân sự"));
}

#[tokio::test]
async fn only_what_was_guessed_at_is_locked_and_only_from_there() {
    use axum::extract::ConnectInfo;
    use tower::ServiceExt;
    let pages = Pages::new(Country::Vn).await;
    with_password(&pages, "anna", Role::Officer).await;
    with_password(&pages, "ivan", Role::Officer).await;
    let attempt = |login: &'static str, password: &'static str, last: u8, told: u8| {
        let router = pages.router.clone();
        async move {
            let peer: std::net::SocketAddr = ([203, 0, 113, last], 999).into();
            let form = format!("login={login}&password={}", super::typed(password));
            let request = axum::http::Request::post("/sign-in")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                // Anybody can write this; it counts for nothing here.
                .header("x-forwarded-for", format!("198.51.100.{told}"))
                .extension(ConnectInfo(peer))
                .body(axum::body::Body::from(form))
                .unwrap();
            router.oneshot(request).await.unwrap().status()
        }
    };
    for told in 0..5 {
        assert_eq!(
            attempt("anna", "wrong password", 1, told).await,
            StatusCode::UNAUTHORIZED
        );
    }
    assert_eq!(attempt("anna", PASSWORD, 1, 9).await, StatusCode::UNAUTHORIZED);
    assert_eq!(attempt("anna", PASSWORD, 2, 9).await, StatusCode::SEE_OTHER);
    assert_eq!(attempt("ivan", PASSWORD, 1, 9).await, StatusCode::SEE_OTHER);
}
