use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};

use tutela_detect::Entity;
use tutela_words::Locale;

use super::*;

/// A request as it came.
struct Came {
    head: String,
    body: String,
}

fn read(stream: &TcpStream) -> Came {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(reader.read_line(&mut head).unwrap() > 0);
    }
    let head = head.to_lowercase();
    let length = head.split("content-length: ").nth(1).unwrap();
    let length = length.split("\r\n").next().unwrap().parse().unwrap();
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let body = String::from_utf8(body).unwrap();
    Came { head, body }
}

/// An office that answers with these in turn, and gives what came.
fn office(answers: &'static [(u16, &'static str)]) -> (String, std::thread::JoinHandle<Vec<Came>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answering = std::thread::spawn(move || {
        let mut came = Vec::new();
        for (status, body) in answers {
            let (mut stream, _) = listener.accept().unwrap();
            came.push(read(&stream));
            let length = body.len();
            write!(
                stream,
                "HTTP/1.1 {status} x\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            )
            .unwrap();
        }
        came
    });
    (url, answering)
}

fn sending(url: &str) -> Sending {
    Sending {
        url: address(url, "2026-3").unwrap(),
        token: Zeroizing::new("t0ken".to_owned()),
        agent: tutela_office::web::tls::client::agent(None, PATIENCE).unwrap(),
        counts: BufWriter::new(tempfile::tempfile().unwrap()),
        written: 0,
        waits: &[Duration::ZERO, Duration::ZERO],
    }
}

fn totals() -> Totals {
    Totals {
        files: 1,
        bytes: 10,
        read: BTreeMap::from([(ReadState::Full, 1)]),
        findings: 3,
        counts: BTreeMap::from([(Entity::Person, 3)]),
        ..Totals::default()
    }
}

const STORED: &str = r#"{"store":"2026-3","day":"2026-11-24","files":1,"findings":3,"not_read":0,"complete":true,"categories":{"identity":3},"gaps_opened":1,"gaps_closed":0,"journal":77}"#;
const BUSY: &str = r#"{"code":"busy","text":"Later, please"}"#;

#[test]
fn counts_are_sent_again_until_they_are_stored() {
    let (url, answering) = office(&[(503, BUSY), (502, "<html>"), (200, STORED)]);
    let mut sending = sending(&url);
    sending.end(&totals()).unwrap();
    let told = sending.send(&Words::new(Locale::En)).unwrap();
    for part in ["2026-11-24", "77"] {
        assert!(told.contains(part), "{told}");
    }
    let came = answering.join().unwrap();
    assert_eq!(came.len(), 3);
    for one in &came {
        assert!(one.head.starts_with("post /api/v1/scans?store=2026-3 "), "{}", one.head);
        assert!(one.head.contains("authorization: bearer t0ken"), "{}", one.head);
        assert_eq!(one.body, came[0].body);
        let total: serde_json::Value = serde_json::from_str(&one.body).unwrap();
        assert_eq!(total["total"]["counts"]["PERSON"], 3);
        assert_eq!(total["total"]["read"]["full"], 1);
    }
}

#[test]
fn what_is_refused_is_told_and_not_sent_again() {
    let (url, answering) = office(&[(
        422,
        r#"{"code":"refusal-scan-total","text":"The files do not come to the totals"}"#,
    )]);
    let mut sending = sending(&url);
    sending.end(&totals()).unwrap();
    let error = sending.send(&Words::new(Locale::En)).unwrap_err().to_string();
    assert!(
        error.contains("422") && error.contains("do not come to the totals"),
        "{error}"
    );
    assert!(!error.contains("t0ken"));
    assert_eq!(answering.join().unwrap().len(), 1);
}

#[test]
fn an_office_that_stays_away_is_told() {
    let (url, answering) = office(&[(503, BUSY), (503, BUSY), (503, BUSY)]);
    let mut sending = sending(&url);
    sending.end(&totals()).unwrap();
    let error = sending.send(&Words::new(Locale::En)).unwrap_err().to_string();
    assert!(error.contains("Later, please"), "{error}");
    answering.join().unwrap();
}

#[test]
fn a_token_is_never_sent_in_the_clear() {
    for (office, sent) in [
        (
            "https://office.example/",
            "https://office.example/api/v1/scans?store=a%2Fb",
        ),
        (
            "https://office.example/x",
            "https://office.example/x/api/v1/scans?store=a%2Fb",
        ),
        (
            "http://127.0.0.1:8443",
            "http://127.0.0.1:8443/api/v1/scans?store=a%2Fb",
        ),
        ("http://[::1]:80", "http://[::1]:80/api/v1/scans?store=a%2Fb"),
    ] {
        assert_eq!(address(office, "a/b").as_deref(), Some(sent));
    }
    for office in [
        "http://office.example",
        "http://localhost.example",
        "http://127.0.0.1@office.example",
        "https://a:b@office.example",
        "https://office.example/?x",
        "https://",
        "ftp://office.example",
        "office.example",
    ] {
        assert_eq!(address(office, "1"), None, "{office}");
    }
    assert_eq!(address("https://office.example", ""), None);
}
