//! Requests to the interface of Presidio: each is answered with JSON or refused with one line of JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tutela_analyzer::{Limits, Refusal, Service, analyze_bytes, anonymize_bytes, deanonymize_bytes, stream_line};

fn service() -> Service {
    Service {
        limits: Limits { body: 1 << 20, findings: 5_000, ..Limits::default() },
        ..Service::default()
    }
}

fn whole(answer: Result<Vec<u8>, Refusal>) -> Option<Value> {
    let bytes = match answer {
        Ok(bytes) => bytes,
        Err(refusal) => {
            assert!((400..=500).contains(&refusal.status));
            assert!(!refusal.message.contains('\n') && refusal.message.len() < 2000, "not one line: {}", refusal.message);
            let body: Value = serde_json::from_slice(&refusal.body()).expect("a refusal is JSON");
            assert!(body["error"].is_string());
            return None;
        }
    };
    Some(serde_json::from_slice(&bytes).expect("an answer is JSON"))
}

fuzz_target!(|data: &[u8]| {
    let service = service();
    if let Some(found) = whole(analyze_bytes(data, &service)) {
        let request: Value = serde_json::from_slice(data).expect("what is answered was read");
        if let (Some(text), Some(found)) = (request["text"].as_str(), found.as_array()) {
            let len = text.chars().count() as u64;
            for f in found {
                let (start, end) = (f["start"].as_u64().expect("a number"), f["end"].as_u64().expect("a number"));
                assert!(start < end && end <= len, "{start}..{end} of {len}");
            }
            // What was found can be taken out.
            let take = serde_json::json!({"text": text, "analyzer_results": found, "anonymizers": {"DEFAULT": {"type": "redact"}}});
            let done = whole(anonymize_bytes(take.to_string().as_bytes(), &service.limits)).expect("our own results are taken");
            assert!(done["text"].as_str().expect("a text").len() <= text.len());
        }
    }
    whole(anonymize_bytes(data, &service.limits));
    whole(deanonymize_bytes(data, &service.limits));
    let mut out = Vec::new();
    stream_line(data, Some("vi"), &service, &mut out);
    assert!(out.ends_with(b"\n") && out.iter().filter(|b| **b == b'\n').count() == 1, "not one line");
});
