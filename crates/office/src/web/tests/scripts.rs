//! What people type is shown as text, whatever it is, wherever it is shown.

use serde_json::{Map, Value};
use tutela_law::Country;
use tutela_words::Locale;

use super::Pages;
use crate::kernel::new_id;
use crate::kernel::people::NewAccount;
use crate::kernel::record::Actor;
use crate::kernel::rights::Role;
use crate::office::now;
use crate::registers::REGISTERS;

const SCRIPT: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}";

/// Whether a page shows a script as text only.
fn harmless(text: &str) -> bool {
    !text.contains("<script>alert") && !text.contains("<img src=x") && !text.contains("\"'>")
}

#[tokio::test]
async fn a_script_in_any_field_of_any_register_is_text() {
    let pages = Pages::new(Country::Vn).await;
    let first = Actor {
        account: "setup".to_owned(),
        body: pages.body.clone(),
        roles: Vec::new(),
    };
    let new = NewAccount {
        body: &pages.body,
        login: "almighty",
        display: SCRIPT,
        roles: &Role::ALL,
        locale: Locale::En,
        password: None,
    };
    let account = pages.office.create_account(&first, now(), new).await.unwrap();
    let browser = pages.signed_in(&account).await;
    for register in REGISTERS {
        // As if somebody had written into the store: every open field of every kind holds it.
        let mut data = Map::new();
        for field in register
            .fields
            .iter()
            .chain(register.operations.iter().flat_map(|o| o.fields))
        {
            let value = if field.is_many() {
                Value::Array(vec![SCRIPT.into()])
            } else {
                SCRIPT.into()
            };
            if !field.personal {
                data.insert(field.name.to_owned(), value);
            }
        }
        for state in register.states {
            let id = new_id();
            sqlx::query(
                "INSERT INTO card (id, body, register, number, state, version, blocked, data, created_at, updated_at) \
                 VALUES ($1, $2, $3, $4, $5, 1, 0, $6, $7, $7)",
            )
            .bind(&id)
            .bind(&pages.body)
            .bind(register.name)
            .bind(format!("{SCRIPT}{}", state.name))
            .bind(state.name)
            .bind(Value::Object(data.clone()).to_string())
            .bind(now().as_microsecond())
            .execute(pages.office.db.read())
            .await
            .unwrap();
            let card = format!("/registers/{}/{id}", register.name);
            let mut paths = vec![format!("/registers/{}", register.name), card.clone()];
            let operations = register
                .operations
                .iter()
                .filter(|o| o.creates() || o.from.contains(&state.name));
            for operation in operations {
                let path = if operation.creates() {
                    format!("/registers/{}/new/{}", register.name, operation.name)
                } else {
                    format!("{card}/{}", operation.name)
                };
                // What was typed comes back with what is wrong with it.
                let mut fields: Vec<_> = operation.fields.iter().map(|f| (f.name, SCRIPT)).collect();
                fields.push(("version", SCRIPT));
                let answer = pages.post(&browser, &path, &fields).await;
                assert!(harmless(&answer.text), "{path}");
                assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
                paths.push(path);
            }
            for path in paths {
                let answer = pages.get(Some(&browser), &path).await;
                assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
                assert!(harmless(&answer.text), "{path}");
                // The name of whoever is signed in stands on every page, as text.
                assert!(
                    answer.text.contains("&lt;script&gt;") || answer.text.contains("&#60;script&#62;"),
                    "{path}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_script_in_the_vault_in_a_search_and_in_a_name_is_text() {
    let pages = Pages::new(Country::Vn).await;
    let officer = pages.browser(Role::ProtectionOfficer).await;
    let activity = [
        ("title", SCRIPT),
        ("purpose", SCRIPT),
        ("bases", "consent"),
        ("norm", SCRIPT),
        ("subject_categories", "citizens"),
        ("data_categories", "identity"),
        ("keep_from", "purpose-reached"),
        ("keep_length", "0"),
        ("keep_unit", "days"),
        ("started_on", "2026-01-12"),
    ];
    let made = pages.post(&officer, "/registers/processing/new/draft", &activity).await;
    let id = made.location.rsplit('/').next().unwrap().to_owned();
    let consent = [
        ("subject_name", SCRIPT),
        ("subject_document", "079183000123"),
        ("subject_address", SCRIPT),
        ("processing", id.as_str()),
        ("given_on", "2026-03-02"),
        ("way", "paper"),
    ];
    let made = pages.post(&officer, "/registers/consents/new/register", &consent).await;
    assert!(made.location.starts_with("/registers/consents/"), "{}", made.text);
    let opened = pages
        .post(&officer, &format!("{}/open", made.location), &[("purpose", "control")])
        .await;
    assert!(opened.text.contains("alert(1)"));
    assert!(harmless(&opened.text));
    for path in ["/registers/consents", "/registers/processing", "/today", &made.location] {
        assert!(harmless(&pages.get(Some(&officer), path).await.text), "{path}");
    }
    let searched = pages.post(&officer, "/search", &[("q", SCRIPT)]).await;
    assert!(searched.text.contains("alert(1)") && harmless(&searched.text));
    let found = pages.post(&officer, "/search", &[("q", "079183000123")]).await;
    assert!(found.text.contains(&made.location) && harmless(&found.text));

    let login = pages
        .raw(None, "/sign-in", &[("login", SCRIPT), ("password", SCRIPT)])
        .await;
    assert!(login.text.contains("alert(1)") && harmless(&login.text));
    let admin = pages.browser(Role::Administrator).await;
    let body = [("body_name", SCRIPT), ("body_address", SCRIPT), ("body_closes", SCRIPT)];
    let refused = pages.post(&admin, &format!("/bodies/{}", pages.body), &body).await;
    assert!(refused.text.contains("alert(1)") && harmless(&refused.text));
    pages.post(&admin, &format!("/bodies/{}", pages.body), &body[..2]).await;
    for path in ["/bodies", "/accounts", "/account", &format!("/bodies/{}", pages.body)] {
        let text = pages.get(Some(&admin), path).await.text;
        assert!(text.contains("alert(1)") && harmless(&text), "{path}");
    }
}
