//! The walk of a check: as a plain form, and as a device sends what it kept.

use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};
use tutela_law::Country;

use super::{Browser, Pages, typed};
use crate::kernel::record::{Command, Input};
use crate::kernel::rights::Role;
use crate::office::now;

const QUESTIONS: [&str; 9] = [
    "admission",
    "consents",
    "purposes",
    "deidentification",
    "premises",
    "passwords",
    "antivirus",
    "media",
    "protection-means",
];

async fn act(
    pages: &Pages,
    role: Role,
    (register, operation, card): (&str, &str, Option<&str>),
    given: &[(&str, &str)],
) -> String {
    let mut input = Input::new();
    for (name, value) in given {
        input.entry((*name).to_owned()).or_default().push((*value).to_owned());
    }
    let command = Command {
        register,
        operation,
        card,
        version: None,
        input,
    };
    let actor = pages.account(role).actor();
    pages.office.act(&actor, now(), command).await.unwrap().card
}

/// A check in work, from today.
async fn begun(pages: &Pages) -> String {
    let today = pages.office.body(&pages.body).await.unwrap().unwrap().zone;
    let today = now().to_zoned_datetime(today).date().to_string();
    let plan = [
        ("unit", "Archive"),
        ("check_subject", "Workplaces"),
        ("planned_until", today.as_str()),
        ("check_basis", "Order 7"),
    ];
    let check = act(pages, Role::ProtectionOfficer, ("checks", "plan", None), &plan).await;
    let begin = [("checked_on", today.as_str())];
    act(
        pages,
        Role::ProtectionOfficer,
        ("checks", "begin", Some(&check)),
        &begin,
    )
    .await
}

/// A workplace as the form sends it.
fn place(name: &str, no: &[&str], more: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut fields = vec![("place_name".to_owned(), name.to_owned())];
    for question in QUESTIONS {
        let bad = no.contains(&question);
        fields.push((format!("a_{question}"), if bad { "no" } else { "yes" }.to_owned()));
        fields.push((
            format!("r_{question}"),
            if bad {
                "Hà Thử keeps it\nunder the keyboard"
            } else {
                ""
            }
            .to_owned(),
        ));
    }
    fields.extend(more.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
    fields
}

async fn send(pages: &Pages, browser: &Browser, check: &str, fields: &[(String, String)]) -> Value {
    let mut pairs = vec![format!("csrf={}", browser.csrf)];
    pairs.extend(fields.iter().map(|(n, v)| format!("{}={}", typed(n), typed(v))));
    let headers = [(header::ACCEPT.as_str(), "application/json")];
    let path = format!("/checks/{check}/walk");
    let answer = pages
        .send(Method::POST, Some(browser), &path, &headers, pairs.join("&"))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    serde_json::from_str(&answer.text).unwrap()
}

fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect()
}

const ONE: &str = "0a0a0a0a-0000-4000-8000-000000000001";
const TWO: &str = "0a0a0a0a-0000-4000-8000-000000000002";
const REV_1: &str = "0b0b0b0b-0000-4000-8000-000000000001";
const REV_2: &str = "0b0b0b0b-0000-4000-8000-000000000002";

#[tokio::test]
async fn the_form_works_without_script() {
    let pages = Pages::new(Country::Vn).await;
    let check = begun(&pages).await;
    let (officer, security) = (
        pages.browser(Role::ProtectionOfficer).await,
        pages.browser(Role::SecurityOfficer).await,
    );
    let path = format!("/checks/{check}/walk");
    let card = pages.get(Some(&officer), &format!("/registers/checks/{check}")).await;
    assert!(card.text.contains(&path), "the card leads to the walk");
    let page = pages.get(Some(&security), &path).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("Is the password policy kept?") && page.text.contains("L91 3.4"));
    // What is open in the law is not told as a norm.
    assert!(!page.text.contains("L91 14"));
    let saved = pages
        .post(
            &security,
            &path,
            &borrowed(&place("Room 12, desk 3", &["passwords"], &[])),
        )
        .await;
    assert_eq!(
        (saved.status, saved.location.as_str()),
        (StatusCode::SEE_OTHER, path.as_str())
    );
    let page = pages.get(Some(&officer), &path).await;
    assert!(page.text.contains("Room 12, desk 3"));
    assert!(!page.text.contains("keyboard"), "a remark is not shown unasked");

    // Two at one workplace: the second is told, and nothing is lost of what was typed.
    let again = pages
        .post(&officer, &path, &borrowed(&place("room 12,  desk 3", &["media"], &[])))
        .await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text.contains("Somebody has written down") && again.text.contains("under the keyboard"));
    // What is not answered is told by its number.
    let mut part = place("Desk 4", &[], &[]);
    part.retain(|(name, _)| name != "a_media");
    let refused = pages.post(&officer, &path, &borrowed(&part)).await;
    assert!(refused.text.contains("Question 8 is not answered"), "{}", refused.text);

    // Whoever may open remarks changes them; that look is recorded. Whoever may not sees the answers alone.
    let id = page.text.split("/registers/check-places/").nth(1).unwrap();
    let id = id.split('"').next().unwrap().to_owned();
    let edit = format!("{path}/edit");
    let shown = pages.post(&officer, &edit, &[("place", &id)]).await;
    assert!(shown.text.contains("under the keyboard"), "{}", shown.text);
    let closed = pages.post(&security, &edit, &[("place", &id)]).await;
    assert_eq!(closed.status, StatusCode::OK);
    assert!(!closed.text.contains("under the keyboard") && closed.text.contains("value=\"no\" checked"));
    let look = sqlx::query("SELECT 1 FROM event WHERE card = $1 AND kind LIKE '%open%'")
        .bind(&id)
        .fetch_all(pages.office.db.read())
        .await
        .unwrap();
    assert_eq!(look.len(), 1);
    let version = shown.text.split("name=\"version\" value=\"").nth(1).unwrap();
    let version = version.split('"').next().unwrap().to_owned();
    let change = place("", &[], &[("place", &id), ("version", &version)]);
    let changed = pages.post(&officer, &path, &borrowed(&change)).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text);
    // The same version again: somebody else has changed it since.
    let stale = pages.post(&security, &path, &borrowed(&change)).await;
    assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_a_device_sends_twice_is_done_once_and_never_over_what_another_wrote() {
    let pages = Pages::new(Country::Ru).await;
    let check = begun(&pages).await;
    let (officer, security) = (
        pages.browser(Role::ProtectionOfficer).await,
        pages.browser(Role::SecurityOfficer).await,
    );
    let mine = place("Desk 3", &["media"], &[("client_id", ONE), ("client_rev", REV_1)]);
    let saved = send(&pages, &officer, &check, &mine).await;
    assert_eq!(saved["outcome"], "saved", "{saved}");
    let same = send(&pages, &officer, &check, &mine).await;
    assert_eq!(
        (same["outcome"].as_str(), &same["card"]),
        (Some("same"), &saved["card"])
    );
    assert_eq!(same["version"], saved["version"]);

    // Another device, the same workplace.
    let theirs = place("desk 3", &[], &[("client_id", TWO), ("client_rev", REV_2)]);
    let conflict = send(&pages, &security, &check, &theirs).await;
    assert_eq!(conflict["outcome"], "conflict", "{conflict}");
    assert_eq!(conflict["answers"]["media"], "no");
    assert!(
        !conflict.to_string().contains("keyboard"),
        "no remark of another is told"
    );
    // Put in its place after a look at it: with the version that was seen.
    let (card, version) = (conflict["card"].as_str().unwrap(), conflict["version"].to_string());
    let more = [
        ("client_id", TWO),
        ("client_rev", REV_2),
        ("place", card),
        ("version", version.as_str()),
    ];
    let over = place("desk 3", &[], &more);
    assert_eq!(send(&pages, &security, &check, &over).await["outcome"], "saved");
    assert_eq!(send(&pages, &security, &check, &over).await["outcome"], "same");
    // The first one changes what it knows no more.
    let more = [
        ("client_id", ONE),
        ("client_rev", REV_1),
        ("place", card),
        ("version", version.as_str()),
    ];
    assert_eq!(
        send(&pages, &officer, &check, &place("Desk 3", &[], &more)).await["outcome"],
        "conflict"
    );
    // Without the version that was seen nothing is changed.
    let more = [("place", card), ("client_rev", REV_1)];
    assert_eq!(
        send(&pages, &officer, &check, &place("Desk 3", &[], &more)).await["outcome"],
        "refused"
    );
    // Nonsense is refused with a reason that a person reads.
    let bad = send(&pages, &officer, &check, &place("Desk 5", &[], &[("client_id", "<b>")])).await;
    assert_eq!(bad["outcome"], "refused");
    assert!(!bad["text"].as_str().unwrap().is_empty());
    let foreign = [("place", check.as_str()), ("version", "1")];
    let foreign = send(&pages, &officer, &check, &place("Desk 5", &[], &foreign)).await;
    assert_eq!(foreign["outcome"], "refused");
}

#[tokio::test]
async fn the_page_without_a_network_names_nobody() {
    let pages = Pages::new(Country::Vn).await;
    let check = begun(&pages).await;
    let path = format!("/checks/{check}/walk");
    let officer = pages.browser(Role::ProtectionOfficer).await;
    let filled = place("Desk 3", &["media"], &[]);
    pages.post(&officer, &path, &borrowed(&filled)).await;
    let shell = pages.get(Some(&officer), &format!("{path}/shell")).await;
    assert_eq!(shell.status, StatusCode::OK);
    assert!(shell.text.contains("Is the password policy kept?"));
    for secret in [officer.csrf.as_str(), "Trần Thử", "Desk 3", "keyboard"] {
        assert!(!shell.text.contains(secret), "{secret}");
    }
    // The key is of this session and this check; the mark of the person is not of the session.
    let state = async |browser: &Browser| -> Value {
        let answer = pages.get(Some(browser), &format!("{path}/state")).await;
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
        serde_json::from_str(&answer.text).unwrap()
    };
    let again = pages.browser(Role::ProtectionOfficer).await;
    let (one, other) = (state(&officer).await, state(&again).await);
    assert_eq!(one["key"].as_str().unwrap().len(), 64);
    assert_ne!(one["key"], other["key"]);
    assert_eq!(one["owner"], other["owner"]);
    assert_ne!(
        one["owner"],
        state(&pages.browser(Role::SecurityOfficer).await).await["owner"]
    );
    assert_eq!(one["open"], json!(true));

    // The program that keeps it at hand is a script of our own, and may run under the policy of every page.
    let worker = pages.get(Some(&officer), "/checks/worker.js").await;
    assert!(
        worker.headers[header::CONTENT_TYPE]
            .to_str()
            .unwrap()
            .starts_with("text/javascript")
    );
    let page = pages.get(Some(&officer), &path).await;
    assert!(page.text.contains("/static/walk.js") && !page.text.contains("<script>"));
    for file in ["walk.js", "walk.webmanifest"] {
        assert_eq!(pages.get(None, &format!("/static/{file}")).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn only_who_checks_walks_and_only_while_the_check_is_in_work() {
    let pages = Pages::new(Country::Cn).await;
    let check = begun(&pages).await;
    let path = format!("/checks/{check}/walk");
    for role in [
        Role::Head,
        Role::Officer,
        Role::Inspector,
        Role::PressOfficer,
        Role::Administrator,
    ] {
        let browser = pages.browser(role).await;
        for part in ["", "/shell", "/state"] {
            let answer = pages.get(Some(&browser), &format!("{path}{part}")).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{role:?} {part}");
        }
        let answer = pages.post(&browser, &path, &[]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{role:?}");
    }
    let officer = pages.browser(Role::ProtectionOfficer).await;
    act(
        &pages,
        Role::Head,
        ("checks", "cancel", Some(&check)),
        &[("cancelled_because", "x")],
    )
    .await;
    assert_eq!(
        pages.get(Some(&officer), &path).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let state: Value = serde_json::from_str(&pages.get(Some(&officer), &format!("{path}/state")).await.text).unwrap();
    assert_eq!((&state["open"], &state["key"]), (&json!(false), &Value::Null));
    let sent = send(&pages, &officer, &check, &place("Desk 3", &[], &[])).await;
    assert_eq!(sent["outcome"], "refused");
}

#[tokio::test]
async fn a_script_in_a_list_or_a_name_of_a_place_is_text() {
    const SCRIPT: &str = "\"'><script>alert(1)</script>";
    let pages = Pages::new(Country::Vn).await;
    let list = format!("T;own;1\nid;question;help\na;{s};{s}\n", s = SCRIPT.replace('"', ""));
    let list = act(
        &pages,
        Role::ProtectionOfficer,
        ("check-lists", "lay", None),
        &[("list_text", &list)],
    )
    .await;
    let today = now().strftime("%Y-%m-%d").to_string();
    let plan = [
        ("unit", SCRIPT),
        ("check_subject", SCRIPT),
        ("planned_until", "2199-01-01"),
        ("check_basis", "Order 7"),
    ];
    let check = act(&pages, Role::ProtectionOfficer, ("checks", "plan", None), &plan).await;
    let begin = [("checked_on", today.as_str()), ("question_list", list.as_str())];
    act(
        &pages,
        Role::ProtectionOfficer,
        ("checks", "begin", Some(&check)),
        &begin,
    )
    .await;
    let officer = pages.browser(Role::ProtectionOfficer).await;
    let path = format!("/checks/{check}/walk");
    let given = [("place_name", SCRIPT), ("a_a", "no"), ("r_a", SCRIPT)];
    let saved = pages.post(&officer, &path, &given).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    for part in ["", "/shell"] {
        let page = pages.get(Some(&officer), &format!("{path}{part}")).await.text;
        assert!(page.contains("alert(1)") && !page.contains("<script>alert"), "{part}");
    }
}

/// A form in pieces with a file, as a browser sends it.
async fn upload(pages: &Pages, browser: &Browser, csrf: &str, file: &str) -> super::Answer {
    let piece = |name: &str, more: &str, text: &str| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n{text}\r\n")
    };
    let body = piece("csrf", "", csrf) + &piece("list_file", "; filename=\"l.csv\"", file) + "--x--\r\n";
    let request = axum::http::Request::builder()
        .method(Method::POST)
        .uri("/checks/lists")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .header(header::COOKIE, &browser.cookie)
        .body(axum::body::Body::from(body))
        .unwrap();
    let response = tower::ServiceExt::oneshot(pages.router.clone(), request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, 1 << 24).await.unwrap();
    let location = parts.headers.get(header::LOCATION);
    super::Answer {
        status: parts.status,
        location: location.map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default(),
        cookie: None,
        headers: parts.headers,
        text: String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

#[tokio::test]
async fn a_list_of_a_ministry_comes_as_a_file() {
    let pages = Pages::new(Country::Ru).await;
    let officer = pages.browser(Role::ProtectionOfficer).await;
    let list = "Проверка министерства\tmin\t1\nid\tquestion\nдверь\tЗаперта?\n".replace("дверь", "door");
    let laid = upload(&pages, &officer, &officer.csrf, &list).await;
    assert_eq!(laid.status, StatusCode::SEE_OTHER, "{}", laid.text);
    let card = pages.get(Some(&officer), &laid.location).await;
    assert!(card.text.contains("Проверка министерства"));
    // What is wrong is told, and nothing is laid.
    for (file, why) in [
        (list.as_str(), "has this number already"),
        ("", "required"),
        ("a;b\nc", "first"),
        (&"x".repeat(900_000), "200000"),
    ] {
        let refused = upload(&pages, &officer, &officer.csrf, file).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert!(refused.text.contains("class=\"problem\""), "{why}: {}", refused.text);
    }
    let forged = upload(&pages, &officer, "0", &list).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let clerk = pages.browser(Role::Officer).await;
    assert_eq!(
        pages.get(Some(&clerk), "/checks/lists").await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        upload(&pages, &clerk, &clerk.csrf, &list).await.status,
        StatusCode::FORBIDDEN
    );
}
