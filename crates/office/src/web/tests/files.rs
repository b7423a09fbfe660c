//! Files as a browser and as a program send them, and as they come back.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use base64ct::{Base64, Encoding};
use serde_json::{Value, json};
use tower::ServiceExt;
use tutela_law::Country;

use super::{Browser, Pages};
use crate::kernel::rights::Role;
use crate::kernel::token::Scope;
use crate::office::now;

/// One piece of a form: its name, the name of a file if it is one, what it holds.
type Piece<'a> = (&'a str, Option<&'a str>, &'a [u8]);

fn form(pieces: &[Piece<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, file, content) in pieces {
        out.extend(format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"").bytes());
        if let Some(file) = file {
            out.extend(format!("; filename=\"{file}\"\r\nContent-Type: application/x-msdownload").bytes());
        }
        out.extend(b"\r\n\r\n");
        out.extend_from_slice(content);
        out.extend(b"\r\n");
    }
    out.extend(b"--x--\r\n");
    out
}

/// What came back: status, address, headers, bytes.
struct Got {
    status: StatusCode,
    location: String,
    headers: header::HeaderMap,
    bytes: Vec<u8>,
}

impl Got {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }
}

async fn send(pages: &Pages, request: Request<Body>) -> Got {
    let response = pages.router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let location = parts
        .headers
        .get(header::LOCATION)
        .map(|v| v.to_str().unwrap().to_owned());
    Got {
        status: parts.status,
        location: location.unwrap_or_default(),
        headers: parts.headers,
        bytes: to_bytes(body, 1 << 26).await.unwrap().to_vec(),
    }
}

async fn submit(pages: &Pages, browser: &Browser, path: &str, pieces: &[Piece<'_>]) -> Got {
    let mut all: Vec<Piece<'_>> = vec![("csrf", None, browser.csrf.as_bytes())];
    all.extend(pieces);
    raw(pages, browser, path, &all).await
}

async fn raw(pages: &Pages, browser: &Browser, path: &str, pieces: &[Piece<'_>]) -> Got {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .header(header::COOKIE, &browser.cookie);
    send(pages, request.body(Body::from(form(pieces))).unwrap()).await
}

const REPORT: &str = "/registers/reports/new/report";
const PDF: &[u8] = b"%PDF-1.7\n% an invented paper\n";

#[tokio::test]
async fn a_form_with_a_file_goes_in_and_the_file_comes_out_for_a_purpose() {
    let pages = Pages::new(Country::Vn).await;
    let officer = pages.browser(Role::ProtectionOfficer).await;
    let page = pages.get(Some(&officer), REPORT).await;
    assert!(page.text.contains("enctype=\"multipart/form-data\"") && page.text.contains("type=\"file\" multiple"));
    let values: [Piece<'_>; 2] = [("report_kind", None, b"lost-media"), ("report_text", None, b"A stick")];
    let long = [PDF, &vec![b'x'; 3 << 20]].concat();
    let given = [
        values[0],
        values[1],
        ("report_files", Some("Thử.pdf"), long.as_slice()),
        ("report_files", Some("b.txt"), b"a note"),
        ("report_files", Some(""), b""),
    ];
    let done = submit(&pages, &officer, REPORT, &given).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let card = pages.get(Some(&officer), &done.location).await;
    assert!(
        card.text.contains("PDF · 3.0 MB") && card.text.contains("TXT · 6 B"),
        "{}",
        card.text
    );
    assert!(
        card.text.contains("Not scanned for personal data."),
        "never told to be clean"
    );
    assert!(!card.text.contains("Thử.pdf"), "its name lies in the vault");

    let id = card
        .text
        .split("name=\"file\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let path = format!("{}/download", done.location);
    let answer = pages.post(&officer, &path, &[("file", id)]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "no purpose, no file");
    let body = format!("csrf={}&file={id}&purpose=violation", officer.csrf);
    let request = Request::post(&path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, &officer.cookie);
    let file = send(&pages, request.body(Body::from(body)).unwrap()).await;
    assert_eq!(file.status, StatusCode::OK, "{}", file.text());
    assert_eq!(file.bytes, long);
    assert_eq!(file.header("content-type"), "application/pdf");
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert_eq!(file.header("cache-control"), "no-store");
    let told = file.header("content-disposition");
    assert!(
        told.starts_with("attachment;") && told.ends_with("filename*=UTF-8''Th%E1%BB%AD.pdf"),
        "{told}"
    );
    let card = pages.get(Some(&officer), &done.location).await;
    assert!(card.text.contains("File opened"), "every look is told");

    // Whoever reads no registers of this kind gets nothing, and neither does another body.
    let press = pages.browser(Role::PressOfficer).await;
    let answer = pages
        .post(&press, &path, &[("file", id), ("purpose", "violation")])
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_is_refused_is_told_beside_its_field_and_what_was_taken_waits() {
    let pages = Pages::new(Country::Vn).await;
    let officer = pages.browser(Role::ProtectionOfficer).await;
    let kind: Piece<'_> = ("report_kind", None, b"lost-media");
    let given = [
        kind,
        ("report_files", Some("a.pdf"), PDF),
        ("report_files", Some("page.html"), b"<html><script>alert(1)</script>"),
    ];
    let form = submit(&pages, &officer, REPORT, &given).await;
    assert_eq!(form.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(form.text().contains("Programs, scripts, web pages"), "{}", form.text());
    let text = form.text();
    let kept = text.split("name=\"report_files\" value=\"").nth(1).unwrap();
    let kept = kept.split('"').next().unwrap().to_owned();
    assert_eq!(text.matches("Already uploaded:").count(), 1);
    // Now without the page, and with the file that waits, by the ordinary form.
    let fields = [
        ("report_kind", "lost-media"),
        ("report_text", "x"),
        ("report_files", &kept),
    ];
    let done = pages.post(&officer, REPORT, &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    // The same file is not used twice, and somebody else does not use it at all.
    let again = pages.post(&officer, REPORT, &fields).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text.contains("The file waits no longer"));
}

#[tokio::test]
async fn a_file_without_the_secret_or_the_right_is_not_taken() {
    let pages = Pages::new(Country::Vn).await;
    let officer = pages.browser(Role::ProtectionOfficer).await;
    let file: Piece<'_> = ("report_files", Some("a.pdf"), PDF);
    let late = [file, ("csrf", None, officer.csrf.as_bytes())];
    assert_eq!(raw(&pages, &officer, REPORT, &late).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        raw(&pages, &officer, REPORT, &[file]).await.status,
        StatusCode::FORBIDDEN
    );
    // An inspector takes no requests in.
    let inspector = pages.browser(Role::Inspector).await;
    let given = [("request_files", Some("a.pdf"), PDF)];
    let answer = submit(&pages, &inspector, "/registers/requests/new/receive", &given).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    // Where no file is asked for, none is kept.
    let given = [("title", Some("a.pdf"), PDF)];
    submit(&pages, &officer, "/registers/processing/new/draft", &given).await;
    let row = sqlx::query("SELECT COUNT(*) AS n FROM evidence")
        .fetch_one(pages.office.db.read())
        .await
        .unwrap();
    assert_eq!(crate::kernel::store::int(&row, "n").unwrap(), 0);
    // A form that is cut off, and one that is too long, break nothing.
    let mut cut = form(&[("csrf", None, officer.csrf.as_bytes()), file]);
    cut.truncate(cut.len() - 30);
    let request = Request::post(REPORT)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .header(header::COOKIE, &officer.cookie);
    let answer = send(&pages, request.body(Body::from(cut)).unwrap()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let huge = vec![b'a'; 33 << 20];
    let answer = submit(&pages, &officer, REPORT, &[("report_files", Some("a.txt"), &huge)]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("at most 32 MB"), "{}", answer.text());
}

#[tokio::test]
async fn a_program_sends_files_in_pieces_or_within_the_call() {
    let pages = Pages::new(Country::Vn).await;
    let officer = pages.account(Role::ProtectionOfficer);
    let token = pages
        .office
        .create_token(officer, now(), "test", Scope::Write, 30)
        .await
        .unwrap();
    let reader = pages
        .office
        .create_token(officer, now(), "test", Scope::Read, 30)
        .await
        .unwrap();
    let call = |method: &'static str, path: String, token: &str, kind: &'static str, body: Vec<u8>| {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, kind);
        send(&pages, request.body(Body::from(body)).unwrap())
    };
    let multipart = "multipart/form-data; boundary=x";
    let uploaded = form(&[("file", Some("a.pdf"), PDF)]);
    let files = "/api/v1/files".to_owned();
    let refused = call("POST", files.clone(), &reader, multipart, uploaded.clone()).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let got = call("POST", files.clone(), &token, multipart, uploaded).await;
    assert_eq!(got.status, StatusCode::OK, "{}", got.text());
    let waiting = got.json()["files"][0].clone();
    assert_eq!(waiting["type"], "application/pdf");

    let values = |files: Value| {
        let values = json!({ "report_kind": "lost-media", "report_text": "x", "report_files": files });
        json!({ "operation": "report", "values": values })
            .to_string()
            .into_bytes()
    };
    let within = json!({ "name": "Thử.txt", "base64": Base64::encode_string(b"a note") });
    let both = values(json!([waiting["file"], within]));
    let done = call("POST", "/api/v1/reports".to_owned(), &token, "application/json", both).await;
    assert_eq!(done.status, StatusCode::CREATED, "{}", done.text());
    let card = format!("/api/v1/reports/{}", done.json()["card"].as_str().unwrap());
    let shown = call("GET", card.clone(), &reader, "application/json", Vec::new())
        .await
        .json();
    assert_eq!(shown["values"]["report_files"].as_array().unwrap().len(), 2);
    assert!(!shown.to_string().contains("Thử"));
    let list = call("GET", format!("{card}/files"), &reader, "application/json", Vec::new())
        .await
        .json();
    assert_eq!(list["files"][1]["size"], 6);
    assert_eq!(list["files"][1]["scan"]["read"], "never");
    let asked = json!({ "file": list["files"][1]["file"], "purpose": "violation" })
        .to_string()
        .into_bytes();
    let refused = call(
        "POST",
        format!("{card}/files"),
        &reader,
        "application/json",
        asked.clone(),
    )
    .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let file = call("POST", format!("{card}/files"), &token, "application/json", asked).await;
    assert_eq!(
        (file.status, file.bytes.as_slice()),
        (StatusCode::OK, b"a note".as_slice())
    );

    for bad in [
        json!([{ "base64": "not base64!" }]),
        json!([{ "name": "a.pdf" }]),
        json!([{ "base64": "AAAA", "path": "/etc/passwd" }]),
        json!([5]),
        json!([{ "base64": Base64::encode_string(b"MZ\x90\0\x03\0") }]),
        json!(["../../x"]),
    ] {
        let refused = call(
            "POST",
            "/api/v1/reports".to_owned(),
            &token,
            "application/json",
            values(bad.clone()),
        )
        .await;
        let codes = refused.json();
        assert!(refused.status.is_client_error(), "{bad}");
        assert_eq!(codes["errors"][0]["field"], "report_files", "{bad} {codes}");
    }
}
