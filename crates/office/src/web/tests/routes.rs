//! Every route, read from where routes are written: what belongs to another body is not there, and a form that does not come
//! from the session is refused. A new route is tested by itself; a new kind of identifier must be named here.

use axum::http::{Method, StatusCode};
use tutela_law::Country;
use tutela_words::Locale;

use super::{Browser, Pages};
use crate::kernel::new_id;
use crate::kernel::people::{Account, NewAccount};
use crate::kernel::record::Actor;
use crate::kernel::rights::Role;
use crate::office::{Office, now};
use crate::registers::{REGISTERS, by_hand};
use crate::world::{World, a_body};

/// A route: its path with names of parameters, and whether forms are sent to it.
struct Route {
    path: String,
    posts: bool,
    gets: bool,
}

/// All routes of the office, out of the source.
fn routes() -> Vec<Route> {
    let source = include_str!("../../web.rs");
    let routes: Vec<_> = source
        .split(".route(")
        .skip(1)
        .map(|part| {
            let path = part.split('"').nth(1).unwrap().to_owned();
            let end = part.split(".fallback").next().unwrap();
            Route {
                path,
                posts: end.contains("post("),
                gets: end.contains("get("),
            }
        })
        .collect();
    assert!(routes.len() > 20 && routes.iter().all(|r| r.posts || r.gets));
    routes
}

/// Whether a route is for somebody who is not signed in yet.
fn signs_in(path: &str) -> bool {
    path == "/sign-in" || path.starts_with("/sign-in/")
}

/// What somebody may put into an address.
struct Things {
    /// A card for every register.
    cards: Vec<(&'static str, String)>,
    account: String,
    body: String,
}

/// Puts a card into every register of a body as it lies in the store: what is tested is who reaches it, not what is in it.
async fn cards(office: &Office, body: &str) -> Vec<(&'static str, String)> {
    let mut cards = Vec::new();
    for register in REGISTERS {
        let id = new_id();
        sqlx::query(
            "INSERT INTO card (id, body, register, number, state, version, blocked, data, created_at, updated_at) \
             VALUES ($1, $2, $3, '2026-900', $4, 1, 0, '{}', $5, $5)",
        )
        .bind(&id)
        .bind(body)
        .bind(register.name)
        .bind(register.states[0].name)
        .bind(now().as_microsecond())
        .execute(office.db.read())
        .await
        .unwrap();
        cards.push((register.name, id));
    }
    cards
}

/// The paths of a route with these things in it; none where it names nothing that belongs to a body.
fn filled(route: &Route, things: &Things) -> Vec<String> {
    let mut paths = vec![route.path.clone()];
    let mut owned = false;
    let names: Vec<_> = route
        .path
        .split('{')
        .skip(1)
        .map(|p| p.split('}').next().unwrap())
        .collect();
    for name in names {
        let place = format!("{{{name}}}");
        let put = |values: Vec<String>, paths: &[String]| -> Vec<String> {
            let with = |path: &String| values.iter().map(|v| path.replace(&place, v)).collect::<Vec<_>>();
            paths.iter().flat_map(with).collect()
        };
        match name {
            "register" | "card" => {
                // Both at once: a card lies in its own register.
                owned |= route.path.contains("{card}");
                let both = |path: &String| {
                    let fill = |(register, card): &(&str, String)| {
                        path.replace("{register}", register).replace("{card}", card)
                    };
                    things.cards.iter().map(fill).collect::<Vec<_>>()
                };
                if paths.iter().any(|p| p.contains(&place)) {
                    paths = paths.iter().flat_map(both).collect();
                }
            }
            "operation" => {
                let operations = |path: &String| -> Vec<String> {
                    let register = REGISTERS
                        .iter()
                        .find(|r| path.split('/').nth(2) == Some(r.name))
                        .unwrap();
                    let of_card = register.operations.iter().filter(|o| !o.creates());
                    // What the program does by itself has no page.
                    let of_card = of_card.filter(|o| by_hand(register.name, o.name));
                    of_card.map(|o| path.replace(&place, o.name)).collect()
                };
                paths = paths.iter().flat_map(operations).collect();
            }
            "account" => {
                owned = true;
                paths = put(vec![things.account.clone()], &paths);
            }
            "check" => {
                owned = true;
                let checks = things.cards.iter().filter(|c| c.0 == "checks");
                paths = put(checks.map(|c| c.1.clone()).collect(), &paths);
            }
            "body" => {
                owned = true;
                paths = put(vec![things.body.clone()], &paths);
            }
            "campaign" => {
                owned = true;
                let campaign = things.cards.iter().find(|c| c.0 == "campaigns").unwrap();
                paths = put(vec![campaign.1.clone()], &paths);
            }
            "keeping" => {
                let all = [
                    "roles",
                    "disable",
                    "enable",
                    "reset",
                    "drop-factor",
                    "link",
                    "unlink",
                    "confirm",
                    "decline",
                ];
                paths = put(all.map(str::to_owned).into(), &paths);
            }
            // A statement is found by the employee whose it is only, which the tests of campaigns show.
            "statement" => paths = put(vec!["begin".to_owned()], &paths),
            // Whoever knows a token may use it; providers, files, steps, codes and places in the journal belong to nobody, and an upload is
            // found by whoever made it only, which the tests of importing show.
            "token" | "name" | "step" | "upload" | "seq" | "provider" => paths = put(vec!["begin".to_owned()], &paths),
            other => panic!(
                "{}: say in this test what {{{other}}} is, and to whom it belongs",
                route.path
            ),
        }
    }
    if owned { paths } else { Vec::new() }
}

/// Somebody who may do everything in a body.
async fn almighty(office: &Office, body: &str, login: &str) -> Account {
    let first = Actor {
        account: "setup".to_owned(),
        body: body.to_owned(),
        roles: Vec::new(),
    };
    let new = NewAccount {
        body,
        login,
        display: "Всё Могу",
        roles: &Role::ALL,
        locale: Locale::En,
        password: None,
    };
    office.create_account(&first, now(), new).await.unwrap()
}

#[tokio::test]
async fn what_belongs_to_another_body_is_not_there() {
    let world = World::new(Country::Vn).await;
    let other = world.office.create_body(a_body(Country::Vn)).await.unwrap();
    let stranger = world.join(&other.id, Role::Officer).await;
    let pages = Pages::of(world);
    let foreign = Things {
        cards: cards(&pages.office, &other.id).await,
        account: stranger.id,
        body: other.id,
    };
    let own = Things {
        cards: cards(&pages.office, &pages.body).await,
        account: pages.account(Role::Officer).id.clone(),
        body: pages.body.clone(),
    };
    let browser = pages
        .signed_in(&almighty(&pages.office, &pages.body, "almighty").await)
        .await;
    let mut tried = 0;
    for route in routes() {
        let answers = |path: String| {
            let (pages, browser, route) = (&pages, &browser, &route);
            async move {
                let mut all = Vec::new();
                if route.gets {
                    all.push(pages.get(Some(browser), &path).await);
                }
                if route.posts {
                    let fields = [
                        ("purpose", "control"),
                        ("account_roles", "head"),
                        ("body_name", "Taken"),
                    ];
                    all.push(pages.post(browser, &path, &fields).await);
                }
                all
            }
        };
        for (path, own) in filled(&route, &foreign).into_iter().zip(filled(&route, &own)) {
            for answer in answers(path.clone()).await {
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {}", answer.text);
                tried += 1;
            }
            // The same with one's own is there: the test would see if nothing were.
            let reached = answers(own.clone()).await;
            assert!(reached.iter().any(|a| a.status != StatusCode::NOT_FOUND), "{own}");
        }
    }
    assert!(tried > 30, "{tried}");
    // Nothing was changed by all that.
    let body = pages.office.body(&foreign.body).await.unwrap().unwrap();
    assert_ne!(body.name, "Taken");
    for register in REGISTERS {
        let list = pages
            .get(Some(&browser), &format!("/registers/{}", register.name))
            .await
            .text;
        let card = &foreign.cards.iter().find(|c| c.0 == register.name).unwrap().1;
        assert!(!list.contains(card.as_str()), "{}", register.name);
    }
}

#[tokio::test]
async fn nothing_of_another_body_is_pointed_to() {
    let world = World::new(Country::Vn).await;
    let other = world.office.create_body(a_body(Country::Vn)).await.unwrap();
    let pages = Pages::of(world);
    let foreign = cards(&pages.office, &other.id).await;
    let own = cards(&pages.office, &pages.body).await;
    let browser = pages
        .signed_in(&almighty(&pages.office, &pages.body, "almighty").await)
        .await;
    let card = |all: &[(&str, String)], register: &str| all.iter().find(|c| c.0 == register).unwrap().1.clone();
    let hide = [
        ("opening_record", card(&foreign, "consents")),
        ("hiding_reason", "protect-victim".to_owned()),
        ("opening_document", "1".to_owned()),
    ];
    let hide: Vec<_> = hide.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let answer = pages
        .post(&browser, "/registers/identity-openings/new/hide", &hide)
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    // A processing activity of another body is no purpose here.
    let path = format!("/registers/consents/{}/open", card(&own, "consents"));
    let answer = pages
        .post(&browser, &path, &[("purpose", &card(&foreign, "processing"))])
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    // The place where a page begins may be any text; nothing of others comes before it.
    let path = format!("/registers/consents?before={}", card(&foreign, "consents"));
    assert!(
        !pages
            .get(Some(&browser), &path)
            .await
            .text
            .contains(&card(&foreign, "consents"))
    );
}

#[tokio::test]
async fn who_is_not_signed_in_gets_nowhere() {
    let pages = Pages::new(Country::Vn).await;
    let own = Things {
        cards: cards(&pages.office, &pages.body).await,
        account: pages.account(Role::Officer).id.clone(),
        body: pages.body.clone(),
    };
    let forged = Browser {
        cookie: format!("tutela={}", "0".repeat(64)),
        csrf: String::new(),
    };
    for route in routes() {
        let open = [
            "/sign-out/with/{provider}",
            "/set-up/{token}",
            "/static/{name}",
            // Where a secret address or a bearer token stands for the person, which their own tests show.
            "/calendar.ics",
            // Citizens have no account.
            "/ask",
            "/report",
            "/report/{body}",
            "/ask/{body}",
        ];
        if open.contains(&route.path.as_str()) || signs_in(&route.path) || route.path.starts_with("/api/") {
            continue;
        }
        let mut paths = filled(&route, &own);
        if paths.is_empty() {
            paths = vec![
                route
                    .path
                    .replace("{register}", "consents")
                    .replace("{operation}", "register")
                    .replace("{step}", "begin"),
            ];
        }
        for path in paths {
            for browser in [None, Some(&forged)] {
                if route.gets {
                    let answer = pages.get(browser, &path).await;
                    assert_eq!(answer.location, "/sign-in", "{path}: {}", answer.status);
                }
                if route.posts {
                    let answer = pages.raw(browser, &path, &[]).await;
                    assert_eq!(answer.location, "/sign-in", "{path}: {}", answer.status);
                }
            }
        }
    }
}

#[tokio::test]
async fn a_form_that_the_session_did_not_give_is_refused() {
    let pages = Pages::new(Country::Vn).await;
    let own = Things {
        cards: cards(&pages.office, &pages.body).await,
        account: pages.account(Role::Officer).id.clone(),
        body: pages.body.clone(),
    };
    let person = almighty(&pages.office, &pages.body, "almighty").await;
    let browser = pages.signed_in(&person).await;
    let elsewhere = pages.signed_in(&person).await;
    let somebody = pages.browser(Role::Officer).await;
    let wrong = "0".repeat(64);
    let mut tried = 0;
    for route in routes().into_iter().filter(|r| r.posts) {
        let open = ["/set-up/{token}", "/ask", "/ask/{body}", "/report", "/report/{body}"];
        // Uploads are no forms of this kind: their own tests forge them.
        let other = route.path.starts_with("/api/") || route.path == "/registers/{register}/import";
        if other || open.contains(&route.path.as_str()) || signs_in(&route.path) {
            continue;
        }
        let mut paths = filled(&route, &own);
        if paths.is_empty() {
            paths = vec![
                route
                    .path
                    .replace("{register}", "consents")
                    .replace("{operation}", "register")
                    .replace("{step}", "begin"),
            ];
        }
        for path in paths {
            for given in [
                None,
                Some(""),
                Some(&wrong),
                Some(&elsewhere.csrf),
                Some(&somebody.csrf),
            ] {
                let fields: Vec<_> = given.map(|g| ("csrf", g)).into_iter().collect();
                let answer = pages.raw(Some(&browser), &path, &fields).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} with {given:?}");
                tried += 1;
            }
        }
    }
    assert!(tried > 50, "{tried}");
    // Still signed in: none of them was the way out.
    assert_eq!(pages.get(Some(&browser), "/account").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_form_from_another_site_is_refused_even_before_the_sign_in() {
    let pages = Pages::new(Country::Vn).await;
    for (site, refused) in [
        ("cross-site", true),
        ("same-site", true),
        ("same-origin", false),
        ("none", false),
    ] {
        let headers = [("sec-fetch-site", site)];
        let answer = pages
            .send(
                Method::POST,
                None,
                "/sign-in",
                &headers,
                "login=a&password=b".to_owned(),
            )
            .await;
        assert_eq!(answer.status == StatusCode::FORBIDDEN, refused, "{site}");
        // A link from elsewhere may be followed.
        let answer = pages.send(Method::GET, None, "/sign-in", &headers, String::new()).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
}
