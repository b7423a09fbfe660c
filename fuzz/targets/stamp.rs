//! Time stamps and certificates.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tutela_journal::{Certificate, StampRequest, check_stamp};

const TEXT: &[u8] = include_bytes!("../../crates/journal/tests/data/stamp-text");
const REQUEST: &[u8] = include_bytes!("../../crates/journal/tests/data/request.tsq");
const SIGNED: [&[u8]; 2] = [
    include_bytes!("../../crates/journal/tests/data/rsa.tsr"),
    include_bytes!("../../crates/journal/tests/data/ec.tsr"),
];

static ROOT: LazyLock<Vec<Certificate>> = LazyLock::new(|| {
    Certificate::parse(include_bytes!("../../crates/journal/tests/data/root.pem")).expect("a certificate")
});

fuzz_target!(|data: &[u8]| {
    if let Some(request) = StampRequest::from_der(data) {
        assert_eq!(request.to_der(), data, "a request has one form");
    }
    let request = StampRequest::from_der(REQUEST);
    let _ = check_stamp(data, TEXT, None, &[]);
    // Nobody but the authority can say anything else than it said.
    if let Ok(stamp) = check_stamp(data, TEXT, request.as_ref(), &ROOT) {
        let said = |answer: &[u8]| check_stamp(answer, TEXT, None, &ROOT).ok();
        assert!(
            SIGNED.iter().any(|answer| said(answer).as_ref() == Some(&stamp)),
            "a forged time stamp"
        );
    }
    if let Some(certificates) = Certificate::parse(data) {
        certificates.iter().for_each(|c| drop(c.subject()));
        let _ = check_stamp(SIGNED[0], TEXT, None, &certificates);
    }
});
