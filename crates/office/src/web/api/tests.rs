use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt;
use tutela_law::Country;

use super::{RESERVED, RESERVED_OPERATIONS, openapi};
use crate::kernel::rights::Role;
use crate::kernel::token::Scope;
use crate::office::now;
use crate::registers::{REGISTERS, by_hand};
use crate::web::{Secure, Site, router};
use crate::world::World;

/// A world behind its interface.
struct Served {
    world: World,
    router: axum::Router,
}

impl Served {
    async fn new() -> Self {
        let mut world = World::new(Country::Vn).await;
        // Tokens live by the real clock, like sessions.
        world.now = now();
        let router = router(Site {
            office: Arc::clone(&world.office),
            secure: Secure::Local,
        });
        Self { world, router }
    }

    async fn token(&self, role: Role, scope: Scope) -> String {
        let account = self.world.account(role);
        let office = &self.world.office;
        office.create_token(account, now(), "test", scope, 30).await.unwrap()
    }

    async fn call(&self, token: &str, method: &str, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        self.call_with(token, method, path, body, &[]).await
    }

    async fn call_with(
        &self,
        token: &str,
        method: &str,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> (StatusCode, Value) {
        let mut request = Request::builder().method(method).uri(path);
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(body) => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 22).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }
}

fn draft(title: &str) -> Value {
    json!({ "operation": "draft", "values": {
        "title": title, "purpose": "Answering letters", "bases": ["consent"], "norm": "Article 1",
        "subject_categories": ["citizens"], "data_categories": ["identity"], "keep_from": "purpose-reached",
        "keep_length": 5, "keep_unit": "years", "started_on": "2026-01-12",
    } })
}

fn codes(answer: &Value) -> Vec<&str> {
    let errors = answer["errors"].as_array().unwrap();
    errors.iter().map(|e| e["code"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_card_goes_through_its_life() {
    let served = Served::new().await;
    let officer = served.token(Role::ProtectionOfficer, Scope::Write).await;
    let head = served.token(Role::Head, Scope::Write).await;
    let (status, done) = served
        .call(&officer, "POST", "/api/v1/processing", Some(draft("One")))
        .await;
    assert_eq!(status, StatusCode::CREATED, "{done}");
    let activity = done["card"].as_str().unwrap().to_owned();
    let approve = json!({ "version": 1, "values": { "order_number": "7", "order_date": "2026-01-12" } });
    let path = format!("/api/v1/processing/{activity}/approve");
    let (status, done) = served.call(&head, "POST", &path, Some(approve.clone())).await;
    assert_eq!(status, StatusCode::OK, "{done}");
    // Whoever saw an older card is told so.
    let (status, again) = served.call(&head, "POST", &path, Some(approve)).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(codes(&again), ["refusal-changed"]);

    let consent = json!({ "operation": "register", "values": {
        "subject_name": "Lê Thị Thử", "subject_document": "001099000001", "processing": [activity],
        "given_on": "2026-02-01", "way": "paper",
    } });
    let (status, done) = served.call(&officer, "POST", "/api/v1/consents", Some(consent)).await;
    assert_eq!(status, StatusCode::CREATED, "{done}");
    let path = format!("/api/v1/consents/{}", done["card"].as_str().unwrap());
    let (_, card) = served.call(&officer, "GET", &path, None).await;
    assert_eq!(card["personal"], "closed");
    assert!(!card.to_string().contains("Thử"), "{card}");
    let open = format!("{path}/open");
    let (_, card) = served
        .call(&officer, "POST", &open, Some(json!({ "purpose": "control" })))
        .await;
    assert_eq!(card["personal_values"]["subject_name"], "Lê Thị Thử");
    let (status, refused) = served.call(&officer, "POST", &open, Some(json!({}))).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(codes(&refused), ["refusal-purpose-unknown"]);

    let (_, found) = served
        .call(&officer, "POST", "/api/v1/search", Some(json!({ "query": "lê thử" })))
        .await;
    assert_eq!(found["cards"].as_array().unwrap().len(), 1, "{found}");
    let withdraw = format!("{path}/withdraw");
    let at = now().to_string();
    let values = json!({ "values": { "withdrawn_at": at } });
    let (status, done) = served.call(&officer, "POST", &withdraw, Some(values)).await;
    assert_eq!(status, StatusCode::OK, "{done}");
    let (_, due) = served.call(&officer, "GET", "/api/v1/duties?days=3660", None).await;
    assert!(!due["duties"].as_array().unwrap().is_empty(), "{due}");
    let (status, _) = served.call(&officer, "GET", "/api/v1/duties?days=-1", None).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, page) = served
        .call(&officer, "GET", "/api/v1/processing?state=approved", None)
        .await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(page["cards"].as_array().unwrap().len(), 1);
    assert_eq!(page["tallies"]["approved"], 1);
}

#[tokio::test]
async fn refusals_name_code_field_text_and_language() {
    let served = Served::new().await;
    let officer = served.token(Role::ProtectionOfficer, Scope::Write).await;
    let mut body = draft("One");
    body["values"]["keep_length"] = json!("many");
    body["values"]["started_on"] = json!("2026-02-30");
    let russian = [("accept-language", "ru-RU,ru;q=0.9")];
    let (status, refused) = served
        .call_with(&officer, "POST", "/api/v1/processing", Some(body), &russian)
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields: BTreeSet<_> = refused["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, BTreeSet::from(["keep_length", "started_on"]));
    let text = refused["errors"][0]["text"].as_str().unwrap();
    assert!(text.chars().any(|c| ('а'..='я').contains(&c)), "{text}");

    let mut body = draft("One");
    body["values"]["tilte"] = json!("misspelt");
    let (_, refused) = served.call(&officer, "POST", "/api/v1/processing", Some(body)).await;
    assert_eq!(codes(&refused), ["refusal-unknown-field"]);
    for (body, code) in [
        (json!({ "operation": "approve", "values": {} }), "refusal-choice"),
        (json!({ "operation": "draft", "values": [] }), "refusal-body"),
        (
            json!({ "operation": "draft", "values": { "title": { "a": 1 } } }),
            "refusal-body",
        ),
        (json!({ "operation": "draft", "value": {} }), "refusal-unknown-field"),
    ] {
        let (_, refused) = served
            .call(&officer, "POST", "/api/v1/processing", Some(body.clone()))
            .await;
        assert_eq!(codes(&refused), [code], "{body}");
    }
    for path in ["/api/v1/duties?days=many", "/api/v1/processing?state=a&state=b"] {
        let (status, refused) = served.call(&officer, "GET", path, None).await;
        assert_eq!(
            (status, codes(&refused)),
            (StatusCode::BAD_REQUEST, vec!["refusal-query-part"])
        );
    }
    let (status, refused) = served
        .call(&officer, "GET", "/api/v1/processing?state=nowhere", None)
        .await;
    assert_eq!(
        (status, codes(&refused)),
        (StatusCode::UNPROCESSABLE_ENTITY, vec!["refusal-choice"])
    );
    let (status, refused) = served.call(&officer, "GET", "/api/v2/x", None).await;
    assert_eq!(
        (status, codes(&refused)),
        (StatusCode::NOT_FOUND, vec!["refusal-no-page"])
    );
}

#[tokio::test]
async fn only_a_good_token_gets_in_and_only_as_far_as_it_goes() {
    let served = Served::new().await;
    let office = &served.world.office;
    for token in ["", "nonsense", &"0".repeat(64)] {
        let (status, refused) = served.call(token, "GET", "/api/v1/registers", None).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        assert_eq!(codes(&refused), ["refusal-token"]);
    }
    // A session is no token, so no page of another site can make a browser call.
    let account = served.world.account(Role::ProtectionOfficer).clone();
    let link = office.one_time_link(&account, now()).await.unwrap();
    let session = office.sign_in_by_link(&link, now()).await.unwrap();
    let cookie = format!("tutela={session}");
    let (status, _) = served
        .call_with("", "GET", "/api/v1/registers", None, &[("cookie", &cookie)])
        .await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let (status, _) = served.call(&session, "GET", "/api/v1/registers", None).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);

    let reader = served.token(Role::ProtectionOfficer, Scope::Read).await;
    let (status, _) = served.call(&reader, "GET", "/api/v1/registers", None).await;
    assert_eq!(status, StatusCode::OK);
    let (status, refused) = served
        .call(&reader, "POST", "/api/v1/processing", Some(draft("One")))
        .await;
    assert_eq!(
        (status, codes(&refused)),
        (StatusCode::FORBIDDEN, vec!["refusal-scope"])
    );

    // Rights are those of the account.
    let administrator = served.token(Role::Administrator, Scope::Write).await;
    let (_, registers) = served.call(&administrator, "GET", "/api/v1/registers", None).await;
    assert_eq!(registers["registers"], json!([]));
    let (status, refused) = served.call(&administrator, "GET", "/api/v1/consents", None).await;
    assert_eq!(
        (status, codes(&refused)),
        (StatusCode::FORBIDDEN, vec!["refusal-right"])
    );
    let (status, _) = served.call(&administrator, "GET", "/api/v1/duties", None).await;
    assert_eq!(status, StatusCode::FORBIDDEN);

    // What ended does not open.
    let tokens = office.tokens(&account, now()).await.unwrap();
    office.revoke_token(&account, now(), &tokens[0].id).await.unwrap();
    let (status, _) = served.call(&reader, "GET", "/api/v1/registers", None).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let past = now() - jiff::SignedDuration::from_hours(48);
    let old = office
        .create_token(&account, past, "old", Scope::Read, 1)
        .await
        .unwrap();
    let (status, _) = served.call(&old, "GET", "/api/v1/registers", None).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    // Nobody ends the token of somebody else.
    let mine = office
        .create_token(&account, now(), "mine", Scope::Read, 1)
        .await
        .unwrap();
    let id = office.tokens(&account, now()).await.unwrap()[0].id.clone();
    let other = served.world.account(Role::Officer);
    assert!(office.revoke_token(other, now(), &id).await.is_err());
    assert!(office.bearer(&mine, now()).await.unwrap().is_some());
}

#[tokio::test]
async fn a_card_of_another_body_is_not_there() {
    let served = Served::new().await;
    let officer = served.token(Role::ProtectionOfficer, Scope::Write).await;
    let (_, done) = served
        .call(&officer, "POST", "/api/v1/processing", Some(draft("One")))
        .await;
    let card = done["card"].as_str().unwrap();
    let office = &served.world.office;
    let body = office.create_body(crate::world::a_body(Country::Ru)).await.unwrap();
    let stranger = served.world.join(&body.id, Role::ProtectionOfficer).await;
    let stranger = office
        .create_token(&stranger, now(), "test", Scope::Write, 30)
        .await
        .unwrap();
    let (_, page) = served.call(&stranger, "GET", "/api/v1/processing", None).await;
    assert_eq!(page["cards"], json!([]));
    for (method, path, body) in [
        ("GET", format!("/api/v1/processing/{card}"), None),
        (
            "POST",
            format!("/api/v1/processing/{card}/open"),
            Some(json!({ "purpose": "control" })),
        ),
        (
            "POST",
            format!("/api/v1/processing/{card}/end"),
            Some(json!({ "values": { "ended_at": "2026-03-01T00:00:00Z" } })),
        ),
        ("GET", format!("/api/v1/processing/{card}/papers"), None),
    ] {
        let (status, refused) = served.call(&stranger, method, &path, body).await;
        assert_eq!(
            (status, codes(&refused)),
            (StatusCode::NOT_FOUND, vec!["refusal-no-page"]),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_key_makes_a_card_once() {
    let served = Served::new().await;
    let officer = served.token(Role::ProtectionOfficer, Scope::Write).await;
    let key = [("idempotency-key", "a-1")];
    let make = |title: &str| served.call_with(&officer, "POST", "/api/v1/processing", Some(draft(title)), &key);
    let (first, done) = make("One").await;
    let (second, again) = make("One").await;
    assert_eq!((first, second), (StatusCode::CREATED, StatusCode::OK));
    assert_eq!(done, again);
    let (status, _) = make("Two").await;
    assert_eq!(status, StatusCode::CONFLICT);
}

#[test]
fn no_register_or_operation_has_a_reserved_name() {
    for register in REGISTERS {
        assert!(!RESERVED.contains(&register.name), "{}", register.name);
        for operation in register.operations.iter().filter(|o| !o.creates()) {
            assert!(!RESERVED_OPERATIONS.contains(&operation.name), "{}", operation.name);
        }
    }
}

/// Every reference of a document.
fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member.as_str() {
                    Some(text) if name == "$ref" => found.push(text),
                    _ => references(member, found),
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|v| references(v, found)),
        _ => {}
    }
}

#[test]
fn the_description_is_whole() {
    let document = openapi::document(REGISTERS);
    let mut all = Vec::new();
    references(&document, &mut all);
    assert!(all.len() > 50);
    for reference in all {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let parameters = item.to_string();
        assert_eq!(
            path.contains("{card}"),
            parameters.contains("/parameters/Card"),
            "{path}"
        );
        for method in ["get", "post"] {
            let Some(operation) = item.get(method) else { continue };
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{id} twice");
            assert!(operation["responses"].get("200").is_some(), "{path}");
        }
    }
    for register in REGISTERS {
        let of_card = register.operations.iter().filter(|o| !o.creates());
        for operation in of_card.filter(|o| by_hand(register.name, o.name)) {
            let path = format!("/api/v1/{}/{{card}}/{}", register.name, operation.name);
            let schema = &document["paths"][&path]["post"]["requestBody"]["content"]["application/json"]["schema"];
            for field in operation.fields {
                assert!(
                    schema["properties"]["values"]["properties"].get(field.name).is_some(),
                    "{path}: {}",
                    field.name
                );
            }
        }
    }
}

/// Every schema of the description is one by the rules of JSON Schema 2020-12, as a program of somebody else judges.
#[test]
fn another_program_takes_the_schemas() {
    let script = "import json, sys, jsonschema\n\
        d = json.load(sys.stdin)\n\
        n = 0\n\
        def walk(v):\n\
        \x20   global n\n\
        \x20   if isinstance(v, dict):\n\
        \x20       for k, m in v.items():\n\
        \x20           if k == 'schema': jsonschema.Draft202012Validator.check_schema(m); n += 1\n\
        \x20           walk(m)\n\
        \x20   elif isinstance(v, list):\n\
        \x20       for m in v: walk(m)\n\
        walk(d)\n\
        for m in d['components']['schemas'].values(): jsonschema.Draft202012Validator.check_schema(m); n += 1\n\
        try:\n\
        \x20   from openapi_spec_validator import validate\n\
        \x20   validate(d); print('openapi', end=' ')\n\
        except ImportError: pass\n\
        print(n)";
    let document = openapi::document(REGISTERS).to_string();
    let Some(out) = crate::world::python("jsonschema", script, document.as_bytes()) else {
        return;
    };
    let checked: usize = out.trim().rsplit(' ').next().unwrap().parse().unwrap();
    assert!(checked > 30, "{out}");
}

#[tokio::test]
async fn a_scan_is_taken_in_by_another_program() {
    let served = Served::new().await;
    let store = served.world.store("Share", &[]).await;
    let number = served.world.card(&store).await.number;
    let token = served.token(Role::ProtectionOfficer, Scope::Write).await;
    let report = crate::inventory::tests::report(&[("PERSON", 3), ("HEALTH", 1)], 1);
    let send = |token: String, store: String, report: String| {
        let router = served.router.clone();
        async move {
            let request = Request::post(format!("/api/v1/scans?store={store}"))
                .header("authorization", format!("Bearer {token}"))
                .header("content-type", "application/x-ndjson");
            // In small pieces, as a network gives them.
            let pieces: Vec<Result<Vec<u8>, std::io::Error>> =
                report.as_bytes().chunks(7).map(|p| Ok(p.to_vec())).collect();
            let body = Body::from_stream(futures_util::stream::iter(pieces));
            let response = router.oneshot(request.body(body).unwrap()).await.unwrap();
            let status = response.status();
            let bytes = axum::body::to_bytes(response.into_body(), 1 << 22).await.unwrap();
            (status, serde_json::from_slice::<Value>(&bytes).unwrap())
        }
    };
    for named in [number, store.clone()] {
        let (status, told) = send(token.clone(), named, report.clone()).await;
        assert_eq!(status, StatusCode::OK, "{told}");
        assert_eq!(
            (told["store"].as_str(), told["complete"].as_bool()),
            (Some(store.as_str()), Some(false))
        );
        assert_eq!(told["categories"], json!({ "identity": 3, "health": 1 }));
    }
    let (status, told) = send(
        token.clone(),
        store.clone(),
        report.replace("full", "whole").replace("partial", "x"),
    )
    .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(codes(&told), ["refusal-scan-line"]);
    let (_, told) = send(token.clone(), "2026-9".to_owned(), report.clone()).await;
    assert_eq!(codes(&told), ["refusal-no-card"]);
    let read = served.token(Role::ProtectionOfficer, Scope::Read).await;
    let (status, told) = send(read, store.clone(), report.clone()).await;
    assert_eq!((status, codes(&told)), (StatusCode::FORBIDDEN, vec!["refusal-scope"]));
    let officer = served.token(Role::Officer, Scope::Write).await;
    let (status, told) = send(officer, store.clone(), report.clone()).await;
    assert_eq!((status, codes(&told)), (StatusCode::FORBIDDEN, vec!["refusal-right"]));
    // What the program does by itself, nobody asks for.
    let fake = json!({ "values": { "scanned_on": "2026-11-24", "scan_files": 1, "scan_findings": 0, "scan_not_read": 0, "scan_class": "class-none" } });
    let (status, _) = served
        .call(&token, "POST", &format!("/api/v1/stores/{store}/scan"), Some(fake))
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let described = openapi::document(REGISTERS).to_string();
    assert!(described.contains("/api/v1/scans") && !described.contains("/api/v1/stores/{card}/scan\""));
}
