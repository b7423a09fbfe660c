//! The interface as a client of Presidio meets it: the requests of its documentation, and what goes wrong.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt;
use tutela_recognizers::{Form, read_file};

use crate::{Limits, Service, Tokens, router};

fn service() -> Service {
    Service {
        min_score: 0.5,
        ..Service::default()
    }
}

async fn send(
    router: &Router,
    method: &str,
    path: &str,
    body: impl Into<Body>,
    token: Option<&str>,
) -> (StatusCode, String) {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let response = router
        .clone()
        .oneshot(request.body(body.into()).unwrap())
        .await
        .unwrap();
    let status = response.status();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

async fn ask(path: &str, body: Value) -> (u16, Value) {
    let (status, text) = send(&router(service()), "POST", path, body.to_string(), None).await;
    (status.as_u16(), serde_json::from_str(&text).unwrap())
}

async fn look(path: &str) -> (u16, Value) {
    let (status, text) = send(&router(service()), "GET", path, Body::empty(), None).await;
    (status.as_u16(), serde_json::from_str(&text).unwrap())
}

#[tokio::test]
async fn a_text_is_analysed_with_offsets_of_code_points() {
    let text = "𠮷 Bà Phạm Thị Ví Dụ, số CCCD: 056192000123, email du@example.org";
    let (status, found) = ask("/analyze", json!({"text": text, "language": "vi"})).await;
    assert_eq!(status, 200, "{found}");
    let chars: Vec<char> = text.chars().collect();
    let mut values: Vec<(String, String)> = Vec::new();
    for f in found.as_array().unwrap() {
        let (start, end) = (
            f["start"].as_u64().unwrap() as usize,
            f["end"].as_u64().unwrap() as usize,
        );
        let value = chars[start..end].iter().collect();
        values.push((f["entity_type"].as_str().unwrap().to_owned(), value));
        assert_eq!(f["analysis_explanation"], Value::Null);
        assert!(f["score"].as_f64().unwrap() >= 0.5);
        assert_eq!(f.as_object().unwrap().len(), 5);
    }
    for (kind, value) in [
        ("PERSON", "Phạm Thị Ví Dụ"),
        ("VN_CITIZEN_ID", "056192000123"),
        ("EMAIL_ADDRESS", "du@example.org"),
    ] {
        assert!(values.contains(&(kind.to_owned(), value.to_owned())), "{values:?}");
    }
    let scores: Vec<f64> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["score"].as_f64().unwrap())
        .collect();
    assert!(
        scores.is_sorted_by(|a, b| a >= b),
        "the surest first, as Presidio has them: {scores:?}"
    );
    let only = json!({"text": text, "language": "vi", "entities": ["EMAIL_ADDRESS", "ZIP"], "return_decision_process": true, "correlation_id": "1"});
    let (_, found) = ask("/analyze", only).await;
    assert_eq!(found.as_array().unwrap().len(), 1);
    let why = &found[0]["analysis_explanation"];
    assert_eq!(why["recognizer"], "TutelaIdentifierRecognizer");
    assert_eq!(why["score"], found[0]["score"]);
}

#[tokio::test]
async fn a_batch_is_answered_by_a_batch() {
    let (status, found) = ask(
        "/analyze",
        json!({"text": ["no data", "mail du@example.org", ""], "language": "en"}),
    )
    .await;
    assert_eq!(status, 200);
    let counts: Vec<_> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r.as_array().unwrap().len())
        .collect();
    assert_eq!(counts, [0, 1, 0]);
}

#[tokio::test]
async fn recognisers_of_a_request_and_allow_lists() {
    let zip = json!({
        "text": "John Smith drivers license is AC432223 and the zip code is 12345",
        "language": "en", "return_decision_process": true, "score_threshold": 0.1, "entities": ["US_DRIVER_LICENSE", "ZIP"],
        "ad_hoc_recognizers": [{"name": "Zip code Recognizer", "supported_language": "en",
            "patterns": [{"name": "zip code (weak)", "regex": "(\\b\\d{5}(?:\\-\\d{4})?\\b)", "score": 0.01}],
            "context": ["zip", "code"], "supported_entity": "ZIP"}]
    });
    let (status, found) = ask("/analyze", zip.clone()).await;
    assert_eq!(status, 200, "{found}");
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert_eq!(
        (
            &found[0]["entity_type"],
            &found[0]["start"],
            &found[0]["end"],
            &found[0]["score"]
        ),
        (&json!("ZIP"), &json!(59), &json!(64), &json!(0.4))
    );
    let why = &found[0]["analysis_explanation"];
    assert_eq!(
        (
            &why["supportive_context_word"],
            &why["original_score"],
            &why["pattern_name"]
        ),
        (&json!("zip"), &json!(0.01), &json!("zip code (weak)"))
    );
    let mut far = zip.clone();
    far["text"] = json!("12345");
    assert_eq!(ask("/analyze", far.clone()).await.1, json!([]));
    far["context"] = json!(["zip"]);
    assert_eq!(ask("/analyze", far).await.1[0]["score"], 0.4);
    for (list, how, left) in [
        (json!(["12345"]), json!("exact"), 0),
        (json!(["1234"]), json!("exact"), 1),
        (json!(["^1.*5$", "x"]), json!("regex"), 0),
        (json!([""]), json!("regex"), 1),
    ] {
        let mut allowed = zip.clone();
        allowed["allow_list"] = list;
        allowed["allow_list_match"] = how;
        assert_eq!(ask("/analyze", allowed).await.1.as_array().unwrap().len(), left);
    }
}

#[tokio::test]
async fn what_cannot_be_analysed_is_refused_as_presidio_refuses_it() {
    let nothing = "No matching recognizers were found to serve the request.";
    for (body, status, error) in [
        (json!({"language": "en"}), 500, "No text provided"),
        (json!({"text": "", "language": "en"}), 500, "No text provided"),
        (json!({"text": "a"}), 500, "No language provided"),
        (json!({"text": "a", "language": "fr"}), 500, nothing),
        (
            json!({"text": "a", "language": "en", "entities": ["NOBODY"]}),
            500,
            nothing,
        ),
        (
            json!({"text": "a", "language": "en", "allow_list": ["a"], "allow_list_match": "x"}),
            500,
            "allow_list_match must",
        ),
        (
            json!({"text": {"a": 1}, "language": "en"}),
            400,
            "Failed to parse /analyze request",
        ),
        (
            json!({"text": [["a"]], "language": "en"}),
            400,
            "Failed to parse /analyze request",
        ),
        (
            json!({"text": "a", "language": "en", "entities": "PERSON"}),
            400,
            "entities",
        ),
        (
            json!({"text": "a", "language": "en", "score_threshold": "high"}),
            400,
            "score_threshold",
        ),
        (
            json!({"text": "a", "language": "en", "ad_hoc_recognizers": [{"name": "x"}]}),
            400,
            "supported_entity",
        ),
        (
            json!({"text": "a", "language": "en", "ad_hoc_recognizers": [{"supported_entity": "X", "patterns": [{"name": "p", "regex": "(", "score": 1}]}]}),
            400,
            "pattern",
        ),
    ] {
        let (got, answer) = ask("/analyze", body.clone()).await;
        assert_eq!(got, status, "{body}: {answer}");
        assert!(answer["error"].as_str().unwrap().contains(error), "{body}: {answer}");
    }
}

#[tokio::test]
async fn the_lists() {
    assert_eq!(
        send(&router(service()), "GET", "/health", Body::empty(), None).await.0,
        200
    );
    let (_, anonymizers) = look("/anonymizers").await;
    assert_eq!(
        anonymizers,
        json!(["encrypt", "hash", "keep", "mask", "redact", "replace"])
    );
    assert_eq!(look("/deanonymizers").await.1, json!(["decrypt", "deanonymize_keep"]));
    let (status, types) = look("/supportedentities?language=ru").await;
    assert!(status == 200 && types.as_array().unwrap().contains(&json!("RU_SNILS")));
    assert_eq!(look("/supportedentities?language=xx").await.0, 500);
    assert!(
        look("/recognizers")
            .await
            .1
            .as_array()
            .unwrap()
            .contains(&json!("TutelaNameRecognizer"))
    );
    let file = "recognizers:\n- name: Badges\n  supported_entity: SERVICE_BADGE\n  supported_language: vi\n  deny_list: [B-1]\n";
    let seat = read_file(file, Form::Yaml, &mut |_| Err(String::new()))
        .unwrap()
        .seat()
        .unwrap();
    let mut own = service();
    own.seats.push(seat.into());
    let router = router(own);
    for (lang, there) in [("vi", true), ("en", false)] {
        let types = send(
            &router,
            "GET",
            &format!("/supportedentities?language={lang}"),
            Body::empty(),
            None,
        )
        .await
        .1;
        assert_eq!(types.contains("SERVICE_BADGE"), there);
        let found = send(
            &router,
            "POST",
            "/analyze",
            json!({"text": "thẻ B-1 x", "language": lang}).to_string(),
            None,
        )
        .await
        .1;
        assert_eq!(found.contains("SERVICE_BADGE"), there, "{found}");
    }
}

fn results() -> Value {
    json!([
        {"start": 24, "end": 32, "score": 0.8, "entity_type": "NAME"},
        {"start": 24, "end": 28, "score": 0.80, "entity_type": "FIRST_NAME"},
        {"start": 29, "end": 32, "score": 0.6, "entity_type": "LAST_NAME"},
        {"start": 48, "end": 57, "score": 0.95, "entity_type": "PHONE_NUMBER"}
    ])
}

const TEXT: &str = "hello world, my name is Jane Doe. My number is: 034453334";

#[tokio::test]
async fn the_examples_of_presidios_documentation() {
    let body = json!({"text": TEXT, "analyzer_results": results(),
        "anonymizers": {"DEFAULT": {"type": "replace", "new_value": "ANONYMIZED"},
            "PHONE_NUMBER": {"type": "mask", "masking_char": "*", "chars_to_mask": 4, "from_end": true}}});
    let (status, answer) = ask("/anonymize", body).await;
    assert_eq!(status, 200);
    assert_eq!(
        answer,
        json!({"text": "hello world, my name is ANONYMIZED. My number is: 03445****", "items": [
            {"start": 50, "end": 59, "entity_type": "PHONE_NUMBER", "text": "03445****", "operator": "mask", "score": 0.95},
            {"start": 24, "end": 34, "entity_type": "NAME", "text": "ANONYMIZED", "operator": "replace", "score": 0.8}]})
    );
    let (_, answer) = ask("/anonymize", json!({"text": TEXT, "analyzer_results": results()})).await;
    assert_eq!(
        answer["text"],
        "hello world, my name is <NAME>. My number is: <PHONE_NUMBER>"
    );
    let redact = json!({"text": TEXT, "analyzer_results": results(), "anonymizers": {"DEFAULT": {"type": "redact"}, "NAME": {"type": "keep"}}});
    assert_eq!(
        ask("/anonymize", redact).await.1["text"],
        "hello world, my name is Jane Doe. My number is: "
    );
    assert_eq!(
        ask("/anonymize", json!({"text": TEXT, "analyzer_results": []})).await.1,
        json!({"text": TEXT, "items": []})
    );
}

#[tokio::test]
async fn what_is_encrypted_is_decrypted_and_hashes_have_salt() {
    let text = "Tên: Bà Ví Dụ.";
    let one = json!([{"start": 5, "end": 13, "score": 1.0, "entity_type": "PERSON"}]);
    let key = "WmZq4t7w!z%C&F)J";
    let (_, sealed) = ask(
        "/anonymize",
        json!({"text": text, "analyzer_results": one, "anonymizers": {"PERSON": {"type": "encrypt", "key": key}}}),
    )
    .await;
    let item = &sealed["items"][0];
    assert!(!sealed["text"].as_str().unwrap().contains("Ví"));
    let undo = |key: &str, item: &Value| json!({"text": sealed["text"], "anonymizer_results": [item], "deanonymizers": {"DEFAULT": {"type": "decrypt", "key": key}}});
    let (status, opened) = ask("/deanonymize", undo(key, item)).await;
    assert_eq!((status, &opened["text"]), (200, &json!(text)));
    assert_eq!(
        opened["items"],
        json!([{"start": 5, "end": 13, "entity_type": "PERSON", "text": "Bà Ví Dụ", "operator": "decrypt", "score": 1.0}])
    );
    let (status, refused) = ask("/deanonymize", undo("another key 16 b", item)).await;
    assert_eq!(status, 422, "{refused}");
    // echo -n 'Bà Ví Dụ0123456789abcdef' | sha256sum
    let hash = |params: Value| json!({"text": text, "analyzer_results": one, "anonymizers": {"PERSON": params}});
    let (_, first) = ask("/anonymize", hash(json!({"type": "hash", "salt": "0123456789abcdef"}))).await;
    let (_, again) = ask("/anonymize", hash(json!({"type": "hash", "salt": "0123456789abcdef"}))).await;
    let (_, random) = ask("/anonymize", hash(json!({"type": "hash"}))).await;
    let (_, long) = ask("/anonymize", hash(json!({"type": "hash", "hash_type": "sha512"}))).await;
    assert_eq!(first, again);
    assert_eq!(
        first["items"][0]["text"],
        "47285b035346972205472062ed8c25396ecda1cd1056c7322e46f469d444c4de"
    );
    assert_ne!(first, random);
    assert_eq!(long["items"][0]["text"].as_str().unwrap().len(), 128);
}

#[tokio::test]
async fn operators_are_refused_as_presidio_refuses_them() {
    let one = json!([{"start": 0, "end": 1, "score": 1.0, "entity_type": "X"}]);
    for (params, status, error) in [
        (
            json!({"type": "custom"}),
            400,
            "Custom type anonymizer is not supported",
        ),
        (
            json!({}),
            422,
            "Invalid input, operator config must contain operator_name",
        ),
        (json!({"type": "blur"}), 422, "Invalid operator class 'blur'."),
        (
            json!({"type": "decrypt", "key": "WmZq4t7w!z%C&F)J"}),
            422,
            "Invalid operator class 'decrypt'.",
        ),
        (
            json!({"type": "replace", "new_value": 1}),
            422,
            "Invalid parameter value for new_value. Expecting 'string', but got 'number'.",
        ),
        (
            json!({"type": "mask", "chars_to_mask": 1, "from_end": true}),
            422,
            "Expected parameter masking_char",
        ),
        (
            json!({"type": "mask", "masking_char": "**", "chars_to_mask": 1, "from_end": true}),
            422,
            "Invalid input, masking_char must be a character",
        ),
        (
            json!({"type": "mask", "masking_char": "*", "chars_to_mask": "1", "from_end": true}),
            422,
            "Invalid parameter value for chars_to_mask. Expecting 'number', but got 'string'.",
        ),
        (
            json!({"type": "mask", "masking_char": "*", "chars_to_mask": 1}),
            422,
            "Expected parameter from_end",
        ),
        (
            json!({"type": "hash", "hash_type": "md5"}),
            422,
            "Parameter hash_type value md5 is not in range of values ['sha256', 'sha512']",
        ),
        (
            json!({"type": "hash", "salt": "short"}),
            422,
            "Salt must be at least 16 bytes (128 bits). Provided salt is 5 bytes.",
        ),
        (json!({"type": "encrypt"}), 422, "Expected parameter key"),
        (
            json!({"type": "encrypt", "key": "short"}),
            422,
            "Invalid input, key must be of length 128, 192 or 256 bits",
        ),
    ] {
        let (got, answer) = ask(
            "/anonymize",
            json!({"text": "a", "analyzer_results": one, "anonymizers": {"DEFAULT": params}}),
        )
        .await;
        assert_eq!((got, answer), (status, json!({"error": error})), "{params}");
    }
    let long = json!({"start": 0, "end": 9, "score": 1, "entity_type": "X"});
    for (result, error) in [
        (
            json!({"end": 1, "score": 1, "entity_type": "X"}),
            "Invalid input, result must contain start",
        ),
        (
            json!({"start": 0, "score": 1, "entity_type": "X"}),
            "Invalid input, result must contain end",
        ),
        (
            json!({"start": 0, "end": 1, "score": 1}),
            "Invalid input, result must contain entity_type",
        ),
        (
            json!({"start": 0, "end": 1, "entity_type": "X"}),
            "Invalid input, analyzer result must contain score",
        ),
        (
            json!({"start": -1, "end": 1, "score": 1, "entity_type": "X"}),
            "Invalid input, result start and end must be positive",
        ),
        (
            json!({"start": 2, "end": 1, "score": 1, "entity_type": "X"}),
            "Invalid input, start index '2' must be smaller than end index '1'",
        ),
        (
            long,
            "Invalid analyzer result, start: 0 and end: 9, while text length is only 1.",
        ),
    ] {
        let (got, answer) = ask("/anonymize", json!({"text": "a", "analyzer_results": [result]})).await;
        assert_eq!((got, answer), (422, json!({"error": error})), "{result}");
    }
    assert_eq!(
        ask("/anonymize", json!({"text": "a"})).await.1["error"],
        "Invalid input, request must contain analyzer results"
    );
    assert_eq!(
        ask("/anonymize", json!({})).await,
        (400, json!({"error": "Invalid request json"}))
    );
}

#[tokio::test]
async fn overlapping_results_leave_each_other_their_part() {
    let body = json!({"text": "abcdefgh", "analyzer_results": [
        {"start": 0, "end": 5, "score": 0.9, "entity_type": "A"}, {"start": 3, "end": 8, "score": 0.5, "entity_type": "B"}]});
    let (_, answer) = ask("/anonymize", body).await;
    assert_eq!(answer["text"], "<A><B>");
    assert_eq!(
        (&answer["items"][0]["start"], &answer["items"][1]["end"]),
        (&json!(3), &json!(3))
    );
}

#[tokio::test]
async fn a_stream_is_answered_line_by_line() {
    let lines = "{\"id\": 1, \"text\": \"du@example.org\", \"language\": \"en\"}\n\n{\"id\": \"b\", \"text\": \"nothing\"}\nbroken\n{\"id\": 3, \"text\": \"x\", \"language\": \"fr\"}";
    let (status, answer) = send(&router(service()), "POST", "/analyze/stream?language=en", lines, None).await;
    assert_eq!(status, 200);
    let answers: Vec<Value> = answer.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(answers.len(), 4);
    assert_eq!(
        (&answers[0]["id"], &answers[0]["results"][0]["entity_type"]),
        (&json!(1), &json!("EMAIL_ADDRESS"))
    );
    assert_eq!(answers[1], json!({"id": "b", "results": []}));
    assert_eq!(answers[2]["id"], Value::Null);
    assert!(
        answers[2]["error"].as_str().unwrap().contains("json")
            && answers[3]["error"].as_str().unwrap().contains("recognizers")
    );
}

#[tokio::test]
async fn limits_hold_and_hostile_requests_get_one_line() {
    let small = Service {
        limits: Limits {
            body: 1000,
            findings: 5,
            ..Limits::default()
        },
        ..service()
    };
    let small = router(small);
    let post = |body: String| {
        let small = small.clone();
        async move { send(&small, "POST", "/analyze", body, None).await }
    };
    assert_eq!(post(format!("{{\"text\": \"{}\"}}", "a".repeat(2000))).await.0, 413);
    let each = json!({"text": "1 2 3 4 5 6", "language": "en", "ad_hoc_recognizers": [{"supported_entity": "D", "patterns": [{"name": "d", "regex": "\\d", "score": 1}]}]});
    assert_eq!(post(each.to_string()).await.0, 422);
    let (_, line) = send(&small, "POST", "/analyze/stream", "x".repeat(5000), None).await;
    assert!(
        line.contains("longer than 1000 bytes") && line.lines().count() == 1,
        "{line}"
    );
    let whole = router(service());
    for body in [
        "[".repeat(100_000),
        "{\"a\":".repeat(100_000),
        "\u{0}".to_owned(),
        "{\"text\": \"\\ud800\", \"language\": \"en\"}".to_owned(),
        "nul".to_owned(),
        "[]".to_owned(),
        String::new(),
    ] {
        for path in ["/analyze", "/anonymize", "/deanonymize"] {
            let (status, answer) = send(&whole, "POST", path, body.clone(), None).await;
            assert_eq!(status, 400, "{answer}");
            assert!(answer.starts_with("{\"error\":\"Invalid request json"), "{answer}");
        }
    }
    let marks = format!("a\u{0}b\u{202E}c{} d@example.org", "\u{0301}".repeat(5000));
    let (status, found) = send(
        &whole,
        "POST",
        "/analyze",
        json!({"text": marks, "language": "ru"}).to_string(),
        None,
    )
    .await;
    assert_eq!(status, 200);
    let found: Value = serde_json::from_str(&found).unwrap();
    assert_eq!(found[0]["end"], marks.chars().count());
    let form = Request::builder()
        .method("POST")
        .uri("/analyze")
        .header("content-type", "text/plain")
        .body(Body::from("{}"))
        .unwrap();
    assert_eq!(whole.oneshot(form).await.unwrap().status(), 415);
}

#[tokio::test]
async fn a_token_is_needed_where_there_are_tokens() {
    let token = "0123456789abcdef01234567";
    let guarded = Service {
        tokens: Some(Tokens::read(token).unwrap()),
        ..service()
    };
    let router = router(guarded);
    let body = json!({"text": "a", "language": "en"}).to_string();
    for path in ["/analyze", "/analyze/stream", "/anonymize", "/deanonymize"] {
        assert_eq!(send(&router, "POST", path, body.clone(), None).await.0, 401, "{path}");
        assert_eq!(
            send(&router, "POST", path, body.clone(), Some("wrong")).await.0,
            401,
            "{path}"
        );
    }
    for path in ["/recognizers", "/supportedentities", "/anonymizers", "/deanonymizers"] {
        assert_eq!(send(&router, "GET", path, Body::empty(), None).await.0, 401, "{path}");
    }
    assert_eq!(send(&router, "GET", "/health", Body::empty(), None).await.0, 200);
    assert_eq!(send(&router, "POST", "/analyze", body, Some(token)).await.0, 200);
}

#[test]
fn work_that_nobody_waits_for_ends() {
    let left = std::cell::Cell::new(3);
    let waits = || {
        left.set(left.get() - 1);
        left.get() > 0
    };
    let body = json!({"text": vec!["a"; 100], "language": "en"}).to_string();
    let answer = crate::analyze::analyze_while(body.as_bytes(), &service(), &waits);
    assert_eq!(answer.unwrap_err().status, 500);
    assert_eq!(left.get(), 0, "the other texts are not looked at");
}
