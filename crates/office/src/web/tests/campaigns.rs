//! Campaigns, compliance and the year as a browser meets them.

use axum::http::{Method, StatusCode};
use jiff::ToSpan;
use tutela_law::Country;

use super::{Browser, Pages};
use crate::kernel::record::{Command, Input};
use crate::kernel::rights::Role;
use crate::office::now;

async fn act(pages: &Pages, role: Role, what: (&str, &str, Option<&str>), given: &[(&str, &str)]) -> String {
    let mut input = Input::new();
    for (name, value) in given {
        input.entry((*name).to_owned()).or_default().push((*value).to_owned());
    }
    let command = Command {
        register: what.0,
        operation: what.1,
        card: what.2,
        version: None,
        input,
    };
    pages
        .office
        .act(&pages.account(role).actor(), now(), command)
        .await
        .unwrap()
        .card
}

/// A campaign that was announced to two employees of one unit.
async fn campaign(pages: &Pages) -> String {
    let officer = Role::ProtectionOfficer;
    let activity = [
        ("title", "Letters"),
        ("purpose", "Answering letters"),
        ("norm", "Article 1"),
        ("bases", "public-task"),
        ("subject_categories", "citizens"),
        ("data_categories", "identity"),
        ("keep_from", "purpose-reached"),
        ("keep_length", "5"),
        ("keep_unit", "years"),
        ("started_on", "2026-01-12"),
    ];
    let activity = act(pages, officer, ("processing", "draft", None), &activity).await;
    let post = [("title", "Clerk"), ("allowed_processing", activity.as_str())];
    let post = act(pages, officer, ("posts", "propose", None), &post).await;
    for name in ["Phạm Thử Một", "Phạm Thử Hai"] {
        let person = [("employee_name", name), ("post", post.as_str()), ("unit", "Reception")];
        act(pages, officer, ("staff", "propose", None), &person).await;
    }
    let today = now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
    let until = today.checked_add(9.days()).unwrap().to_string();
    let today = today.to_string();
    let draft = [
        ("title", "Check your chats"),
        ("campaign_kind", "campaign-self-check"),
        ("campaign_text", "Look through <your> telephone."),
        ("campaign_from", today.as_str()),
        ("campaign_until", until.as_str()),
        ("own_questions", "Is the shared drive clean?"),
    ];
    let card = act(pages, officer, ("campaigns", "draft", None), &draft).await;
    act(pages, Role::Head, ("campaigns", "announce", Some(&card)), &[]).await
}

/// The personal codes of a sheet.
async fn codes(pages: &Pages, browser: &Browser, campaign: &str) -> Vec<String> {
    let sheet = pages
        .post(
            browser,
            &format!("/campaigns/{campaign}/sheet"),
            &[("unit", "Reception")],
        )
        .await;
    assert_eq!(sheet.status, StatusCode::OK, "{}", sheet.text);
    assert!(sheet.text.contains("Phạm Thử Một"), "names stand on the sheet");
    let parts = sheet.text.split("<code>").skip(1);
    parts.map(|p| p.split("</code>").next().unwrap().to_owned()).collect()
}

fn answers(deleted: bool) -> Vec<(&'static str, &'static str)> {
    let mut all: Vec<(&str, &str)> = vec![
        ("question-0", "yes"),
        ("question-1", "no"),
        ("question-2", "no"),
        ("question-3", "na"),
        ("question-4", "yes"),
        ("question-5", "yes"),
        ("devices_checked", "device-phone"),
        ("answer", if deleted { "answer-deleted" } else { "answer-clean" }),
        ("statement_signed", "1"),
    ];
    if deleted {
        all.extend([
            ("recall_recipient", "Bà Nhận Thử\n\nÔng Nhận Thử"),
            ("recall_what", "A picture"),
            ("recall_channel", "recall-chat"),
        ]);
    }
    all
}

#[tokio::test]
async fn an_employee_answers_by_a_personal_link_once() {
    let pages = Pages::new(Country::Vn).await;
    let campaign = campaign(&pages).await;
    let officer = pages.browser(Role::ProtectionOfficer).await;
    let codes = codes(&pages, &officer, &campaign).await;
    assert_eq!(codes.len(), 2);
    let path = format!("/answer/{}", codes[0].replace('-', "").to_lowercase());
    let page = pages.get(None, &path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(
        page.text.contains("Look through &#60;your&#62; telephone."),
        "{}",
        page.text
    );
    assert!(page.text.contains("Is the shared drive clean?"));
    assert!(!page.text.contains("Phạm"), "the link names nobody");
    // Everything that is missing is told, and what was typed is there again.
    let refused = pages
        .raw(
            None,
            &path,
            &[("answer", "answer-deleted"), ("recall_what", "A picture")],
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.matches("class=\"problem\"").count() >= 6,
        "{}",
        refused.text
    );
    assert!(refused.text.contains("value=\"A picture\""));
    let mut unsigned = answers(true);
    unsigned.retain(|(n, _)| *n != "statement_signed");
    assert_eq!(
        pages.raw(None, &path, &unsigned).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let done = pages.raw(None, &path, &answers(true)).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    assert!(done.text.contains("role=\"status\""));
    assert_eq!(
        pages.get(None, &path).await.status,
        StatusCode::NOT_FOUND,
        "a link works once"
    );
    assert_eq!(
        pages.raw(None, &path, &answers(true)).await.status,
        StatusCode::NOT_FOUND
    );
    let recalls = pages.office.register("recalls").unwrap();
    let actor = pages.account(Role::ProtectionOfficer).actor();
    let recalls = pages.office.page(&actor, recalls, None, None).await.unwrap();
    assert_eq!(recalls.cards.len(), 2);
    assert!(
        recalls
            .cards
            .iter()
            .all(|c| !c.card.data.contains_key("recall_recipient"))
    );
    // The results, for whoever may see registers.
    let head = pages.browser(Role::Head).await;
    let results = pages.get(Some(&head), &format!("/campaigns/{campaign}")).await;
    assert!(results.text.contains("1 of 2 answered; 0 overdue."), "{}", results.text);
    let table = pages
        .get(Some(&head), &format!("/campaigns/{campaign}/counts.csv"))
        .await;
    assert!(
        table.text.contains("Reception,2,1,0,0,0,1,0,0,0,1,50%"),
        "{}",
        table.text
    );
    let report = [("format", "html"), ("paper_language", "vi")];
    let report = pages
        .post(&head, &format!("/campaigns/{campaign}/report"), &report)
        .await;
    assert_eq!(report.status, StatusCode::OK, "{}", report.text);
    assert!(
        report.text.contains("BÁO CÁO") && report.text.contains("Reception"),
        "{}",
        report.text
    );
    assert!(!report.text.contains("Phạm"));
}

#[tokio::test]
async fn an_account_is_bound_by_the_code_and_answers_by_itself() {
    let pages = Pages::new(Country::Vn).await;
    let first = campaign(&pages).await;
    let officer = pages.browser(Role::ProtectionOfficer).await;
    let press = pages.browser(Role::PressOfficer).await;
    let own = pages.get(Some(&press), "/answers").await;
    assert_eq!(own.status, StatusCode::OK);
    assert!(own.text.contains("not bound"), "{}", own.text);
    let codes = codes(&pages, &officer, &first).await;
    let path = format!("/answer/{}", codes[1]);
    // Another site that sends the form with its own code binds nobody.
    let mut forged = answers(false);
    forged.extend([("bind", "1"), ("csrf", "guess")]);
    assert_eq!(
        pages.raw(Some(&press), &path, &forged).await.status,
        StatusCode::FORBIDDEN
    );
    let mut bound = answers(false);
    bound.push(("bind", "1"));
    let done = pages.post(&press, &path, &bound).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    let second = campaign(&pages).await;
    assert_ne!(first, second);
    let own = pages.get(Some(&press), "/answers").await;
    let href = own
        .text
        .split("href=\"/answers/")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let path = format!("/answers/{href}");
    assert_eq!(
        pages.get(Some(&officer), &path).await.status,
        StatusCode::NOT_FOUND,
        "it is somebody else's"
    );
    assert_eq!(
        pages.raw(Some(&press), &path, &answers(false)).await.status,
        StatusCode::FORBIDDEN,
        "no secret"
    );
    let done = pages.post(&press, &path, &answers(false)).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    let past = {
        let mut connection = pages.office.db.read().acquire().await.unwrap();
        crate::kernel::record::history(&mut connection, href).await.unwrap()
    };
    assert_eq!(
        past.last().unwrap().actor,
        pages.account(Role::PressOfficer).id,
        "who answered is told"
    );
}

#[tokio::test]
async fn codes_that_nobody_has_and_forms_from_elsewhere_are_refused() {
    let pages = Pages::new(Country::Ru).await;
    for path in ["/answer/0", "/answer/ZZZZZZZZZZZZZZZZZZZZ", "/answer/%F0%9F%98%80"] {
        let answer = pages.get(None, path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(
            pages.raw(None, path, &answers(false)).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    assert_eq!(pages.get(None, "/answer").await.status, StatusCode::OK);
    assert_eq!(
        pages.raw(None, "/answer", &[("code", "nothing")]).await.status,
        StatusCode::NOT_FOUND
    );
    let cross = [("sec-fetch-site", "cross-site")];
    let forged = pages
        .send(Method::POST, None, "/answer/ZZZZ", &cross, String::new())
        .await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn sheets_need_the_right_to_names_and_end_earlier_links() {
    let pages = Pages::new(Country::Cn).await;
    let campaign = campaign(&pages).await;
    let path = format!("/campaigns/{campaign}/sheet");
    for role in Role::ALL.into_iter().filter(|r| *r != Role::ProtectionOfficer) {
        let browser = pages.browser(role).await;
        let answer = pages.post(&browser, &path, &[("unit", "Reception")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{role:?}");
        let sees = crate::kernel::rights::allows(role, crate::kernel::rights::Right::SeeRegisters);
        for path in [
            format!("/campaigns/{campaign}"),
            "/compliance".to_owned(),
            "/year".to_owned(),
        ] {
            let answer = pages.get(Some(&browser), &path).await;
            assert_eq!(answer.status == StatusCode::OK, sees, "{role:?} {path}");
        }
    }
    let officer = pages.browser(Role::ProtectionOfficer).await;
    let first = codes(&pages, &officer, &campaign).await;
    let second = codes(&pages, &officer, &campaign).await;
    assert_ne!(first, second);
    assert_eq!(
        pages.get(None, &format!("/answer/{}", first[0])).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        pages.get(None, &format!("/answer/{}", second[0])).await.status,
        StatusCode::OK
    );
    let none = pages.post(&officer, &path, &[("unit", "Nowhere")]).await;
    assert!(!none.text.contains("<code>"));
}

#[tokio::test]
async fn overviews_are_whole_in_every_language() {
    let pages = Pages::new(Country::Vn).await;
    campaign(&pages).await;
    let head = pages.browser(Role::Head).await;
    for language in ["vi", "ru", "zh", "en"] {
        pages.post(&head, "/language", &[("language", language)]).await;
        let page = pages.get(Some(&head), "/compliance").await;
        assert_eq!(page.status, StatusCode::OK);
        for word in ["compliance-", ">page-", "field-", "duty-"] {
            assert!(!page.text.contains(word), "{language}: {word}");
        }
        assert!(page.text.contains("<svg") && page.text.contains("<figcaption>"));
        let year = pages.get(Some(&head), "/year").await;
        assert_eq!(year.text.matches("<path").count(), 12);
        for word in [">year-", ">month-", "month-short", "field-", "duty-"] {
            assert!(!year.text.contains(word), "{language}: {word}");
        }
    }
    for bad in ["0", "99999", "x", "-1", ""] {
        let answer = pages.get(Some(&head), &format!("/year?year={bad}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
}
