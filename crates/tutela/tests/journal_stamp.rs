//! `tutela journal timestamp` beside an authority made with OpenSSL, which also checks what is kept.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod common;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::{code, tutela};
use serde_json::Value;
use tutela_journal::{Entry, Journal, PrivateKey, Role};

const CONFIG: &str = "
[req]
distinguished_name = name
prompt = no
[name]
CN = unused
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[stamping]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
[web]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = critical,serverAuth,timeStamping
[tsa]
serial = serial
signer_cert = stamping.pem
signer_key = stamping.key
certs = between.pem
signer_digest = sha384
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1, millisecs:5
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
";

/// An authority: a root, one certificate between, and one that stamps.
struct Authority(tempfile::TempDir);

impl Authority {
    /// None, loudly, where there is no OpenSSL.
    fn new(key: &[&str]) -> Option<Self> {
        if Command::new("openssl").arg("version").output().is_err() {
            #[expect(clippy::print_stderr, reason = "a test that cannot run says so")]
            {
                eprintln!("SKIPPED: OpenSSL is not installed, so there is no authority for time stamps to test with");
            }
            return None;
        }
        let this = Self(tempfile::tempdir().unwrap());
        fs::write(this.path("tsa.cnf"), CONFIG).unwrap();
        fs::write(this.path("serial"), "01\n").unwrap();
        let key: Vec<_> = ["req", "-config", "tsa.cnf", "-nodes", "-newkey"]
            .iter()
            .chain(key)
            .copied()
            .collect();
        let with = |more: &[&str]| this.openssl(&[&key, more].concat());
        with(&[
            "-x509",
            "-keyout",
            "root.key",
            "-out",
            "root.pem",
            "-days",
            "99",
            "-subj",
            "/CN=Root",
            "-extensions",
            "authority",
        ]);
        with(&["-keyout", "between.key", "-out", "between.csr", "-subj", "/CN=Between"]);
        this.issue("between", "root", "authority");
        with(&[
            "-keyout",
            "stamping.key",
            "-out",
            "stamping.csr",
            "-subj",
            "/O=Example/CN=Example Time",
        ]);
        this.issue("stamping", "between", "stamping");
        Some(this)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn openssl(&self, args: &[&str]) -> Output {
        let output = Command::new("openssl")
            .args(args)
            .current_dir(self.0.path())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        output
    }

    fn issue(&self, name: &str, by: &str, section: &str) {
        let (csr, pem, ca, key) = (
            format!("{name}.csr"),
            format!("{name}.pem"),
            format!("{by}.pem"),
            format!("{by}.key"),
        );
        self.openssl(&[
            "x509",
            "-req",
            "-in",
            &csr,
            "-out",
            &pem,
            "-CA",
            &ca,
            "-CAkey",
            &key,
            "-CAcreateserial",
            "-days",
            "90",
            "-extfile",
            "tsa.cnf",
            "-extensions",
            section,
        ]);
    }

    fn answer(&self, request: &Path) -> Vec<u8> {
        let request = request.to_str().unwrap();
        self.openssl(&[
            "ts",
            "-reply",
            "-config",
            "tsa.cnf",
            "-section",
            "tsa",
            "-queryfile",
            request,
            "-out",
            "answer.tsr",
        ]);
        fs::read(self.path("answer.tsr")).unwrap()
    }
}

fn grow(root: &Path, entries: u64) {
    let key = || PrivateKey::from_seed("example.org/journal", Role::Journal, &[1; 32]).unwrap();
    let mut journal = match Journal::create(root, key()) {
        Ok(journal) => journal,
        Err(_) => Journal::open(root, key()).unwrap().0,
    };
    let entry = |n: u64| Entry {
        at: n as i64,
        actor: "u:7".into(),
        kind: "consent.given".into(),
        object: format!("card/{n}"),
        commitments: Vec::new(),
    };
    let at = journal.size();
    journal
        .append(&(at..at + entries).map(entry).collect::<Vec<_>>())
        .unwrap();
    journal.publish().unwrap();
}

fn report(root: &str, more: &[&str]) -> (i32, Value) {
    let output = tutela(&[&["journal", "verify", root, "--format", "json"], more].concat(), b"");
    (code(&output), serde_json::from_slice(&output.stdout).unwrap())
}

/// Keys of both kinds that are supported, each with its hash.
const KEYS: [&[&str]; 3] = [
    &["rsa:2048"],
    &["ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
    &["ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
];

#[test]
fn a_stamp_by_files_is_checked_kept_and_found_again() {
    for key in KEYS {
        let Some(authority) = Authority::new(key) else { return };
        let (root, request) = (authority.text("journal"), authority.text("request.tsq"));
        grow(Path::new(&root), 300);
        let output = tutela(&["journal", "timestamp", &root, "--request", &request], b"");
        assert_eq!(code(&output), 0, "{}", String::from_utf8_lossy(&output.stderr));
        let answer = authority.answer(Path::new(&request));
        // The journal goes on before the answer comes.
        grow(Path::new(&root), 300);
        let (token, anchor) = (authority.text("answer.tsr"), authority.text("root.pem"));
        let output = tutela(
            &[
                "journal",
                "timestamp",
                &root,
                "--token",
                &token,
                "--certificate",
                &anchor,
            ],
            b"",
        );
        assert_eq!(code(&output), 0, "{}", String::from_utf8_lossy(&output.stderr));
        let file = "timestamps/00000000000000000300.tsr";
        assert!(String::from_utf8_lossy(&output.stdout).contains(file));
        assert_eq!(fs::read(Path::new(&root).join(file)).unwrap(), answer);
        // Taken up again it is the same; nothing lies there twice.
        assert_eq!(
            code(&tutela(&["journal", "timestamp", &root, "--token", "-"], &answer)),
            0
        );

        let (status, checked) = report(&root, &["--certificate", &anchor]);
        assert_eq!(
            (status, checked["foreign"].as_array().map(Vec::len)),
            (0, Some(0)),
            "{checked}"
        );
        let stamps = checked["timestamps"].as_array().unwrap();
        assert_eq!(stamps.len(), 1);
        let stamp = &stamps[0];
        assert_eq!(
            (stamp["size"].as_u64(), stamp["chain"].as_bool()),
            (Some(300), Some(true))
        );
        assert_eq!(
            (stamp["authority"].as_str(), stamp["accuracy_us"].as_u64()),
            (Some("Example Time, Example"), Some(1_005_000))
        );
        let (status, checked) = report(&root, &[]);
        assert_eq!((status, checked["timestamps"][0]["chain"].as_bool()), (0, Some(false)));

        // OpenSSL says the same of what is kept: over the three lines, and as the answer to the request that is kept.
        let kept = Path::new(&root).join(file).to_str().unwrap().to_owned();
        let asked = kept.replace(".tsr", ".tsq");
        authority.openssl(&[
            "ts",
            "-verify",
            "-in",
            &kept,
            "-queryfile",
            &asked,
            "-CAfile",
            "root.pem",
            "-untrusted",
            "between.pem",
        ]);

        // Another root vouches for nothing.
        let Some(other) = Authority::new(key) else { return };
        let (status, checked) = report(&root, &["--certificate", &other.text("root.pem")]);
        assert_eq!(
            (status, checked["damages"][0]["fault"].as_str()),
            (2, Some("stamp-chain")),
            "{checked}"
        );

        // A part cannot show what the tree was at an older size, so it takes only time stamps of its own checkpoint.
        let part = authority.text("part");
        let take = ["journal", "export", &root, "-o", &part, "--from", "0", "--to", "9"];
        assert_eq!(code(&tutela(&take, b"")), 0);
        let (status, checked) = report(&part, &[]);
        assert_eq!(
            (status, checked["timestamps"].as_array().map(Vec::len)),
            (0, Some(0)),
            "{checked}"
        );
        let ask = ["journal", "timestamp", &root, "--request", &request];
        assert_eq!(code(&tutela(&ask, b"")), 0);
        let now = authority.answer(Path::new(&request));
        let output = tutela(&["journal", "timestamp", &root, "--token", "-"], &now);
        assert_eq!(code(&output), 0, "{}", String::from_utf8_lossy(&output.stderr));
        fs::remove_dir_all(&part).unwrap();
        assert_eq!(code(&tutela(&take, b"")), 0);
        let (status, checked) = report(&part, &["--certificate", &anchor]);
        let size = checked["timestamps"][0]["size"].as_u64();
        assert_eq!(
            (status, size, checked["to"].as_u64()),
            (0, Some(600), Some(256)),
            "{checked}"
        );

        // A copy has it, and a changed byte is found where it lies.
        let copy = authority.text("copy");
        assert_eq!(
            code(&tutela(
                &["journal", "export", &root, "-o", &copy, "--certificate", &anchor],
                b""
            )),
            0
        );
        let path = Path::new(&copy).join(file);
        let mut bytes = fs::read(&path).unwrap();
        let last = bytes.len() - 5;
        bytes[last] ^= 1;
        fs::write(&path, bytes).unwrap();
        let (status, checked) = report(&copy, &[]);
        let damage = &checked["damages"][0];
        assert_eq!((status, damage["file"].as_str()), (2, Some(file)), "{checked}");
        assert!(damage["fault"].as_str().unwrap().starts_with("stamp-"));
        for lang in ["vi", "ru", "zh", "en"] {
            let output = tutela(&["journal", "verify", &copy, "--lang", lang], b"");
            let shown = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(shown.contains(file) && !shown.contains("journal-"), "{shown}");
        }
    }
}

#[test]
fn what_a_stamp_must_not_be() {
    let Some(authority) = Authority::new(KEYS[1]) else {
        return;
    };
    let (root, request) = (authority.text("journal"), authority.text("request.tsq"));
    grow(Path::new(&root), 5);
    let ask = || {
        assert_eq!(
            code(&tutela(&["journal", "timestamp", &root, "--request", &request], b"")),
            0
        )
    };
    let told = |answer: &[u8]| {
        let output = tutela(&["--lang", "en", "journal", "timestamp", &root, "--token", "-"], answer);
        assert_eq!(code(&output), 2);
        assert!(!Path::new(&root).join("timestamps/00000000000000000005.tsr").exists());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    ask();
    let first = fs::read(&request).unwrap();
    ask();
    assert_eq!(
        fs::read(&request).unwrap(),
        first,
        "a request that waits for its answer is given again"
    );
    // Over the same text, but with another number.
    let text = fs::read_to_string(Path::new(&root).join("checkpoint")).unwrap();
    let (text, _) = text.split_once("\n\n").unwrap();
    fs::write(authority.path("text"), format!("{text}\n")).unwrap();
    authority.openssl(&["ts", "-query", "-data", "text", "-sha256", "-cert", "-out", "other.tsq"]);
    let other = authority.answer(&authority.path("other.tsq"));
    assert!(told(&other).contains("answers another request"));
    fs::write(authority.path("text"), "something else\n").unwrap();
    authority.openssl(&["ts", "-query", "-data", "text", "-sha256", "-cert", "-out", "other.tsq"]);
    let other = authority.answer(&authority.path("other.tsq"));
    assert!(told(&other).contains("over something else"));
    // A hash that the authority does not take.
    authority.openssl(&["ts", "-query", "-data", "text", "-sha512", "-cert", "-out", "other.tsq"]);
    let refused = authority.answer(&authority.path("other.tsq"));
    assert!(told(&refused).contains("refusal"));
    assert!(told(b"<html>404</html>").contains("RFC 3161"));
    let good = authority.answer(Path::new(&request));
    let output = tutela(&["journal", "timestamp", &root, "--token", "-"], &good);
    assert_eq!(code(&output), 0, "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_service_is_asked_over_http_only_when_named() {
    let Some(authority) = Authority::new(KEYS[0]) else {
        return;
    };
    let root = authority.text("journal");
    grow(Path::new(&root), 5);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/stamp", listener.local_addr().unwrap());
    let output = std::thread::scope(|scope| {
        let authority = &authority;
        scope.spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            drop(listener);
            let mut reader = BufReader::new(&stream);
            let (mut length, mut kind) = (0, String::new());
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                let line = line.trim().to_ascii_lowercase();
                if let Some(n) = line.strip_prefix("content-length:") {
                    length = n.trim().parse().unwrap();
                }
                if let Some(k) = line.strip_prefix("content-type:") {
                    k.trim().clone_into(&mut kind);
                }
                if line.is_empty() {
                    break;
                }
            }
            assert_eq!(kind, "application/timestamp-query");
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            fs::write(authority.path("sent.tsq"), &body).unwrap();
            let answer = authority.answer(&authority.path("sent.tsq"));
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/timestamp-reply\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                answer.len()
            );
            (&stream).write_all(head.as_bytes()).unwrap();
            (&stream).write_all(&answer).unwrap();
        });
        tutela(
            &[
                "journal",
                "timestamp",
                &root,
                "--service",
                &url,
                "--certificate",
                &authority.text("root.pem"),
            ],
            b"",
        )
    });
    assert_eq!(code(&output), 0, "{}", String::from_utf8_lossy(&output.stderr));
    let (status, checked) = report(&root, &[]);
    assert_eq!((status, checked["timestamps"][0]["size"].as_u64()), (0, Some(5)));
    // Nobody listens any more; other kinds of addresses are not tried; a password in one is not repeated.
    for (wrong, says) in [
        (url.as_str(), "could not be asked"),
        ("https://user:secret@127.0.0.1/", "http://"),
    ] {
        let output = tutela(
            &["--lang", "en", "journal", "timestamp", &root, "--service", wrong],
            b"",
        );
        let shown = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            code(&output) == 2 && shown.contains(says) && !shown.contains("secret"),
            "{shown}"
        );
    }
}
