use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use tutela_law::Country;

use super::*;
#[cfg(feature = "mail")]
use crate::edge::Mail;
use crate::kernel::rights::Role;
use crate::world::World;

/// Keeps letters instead of sending them.
#[derive(Default)]
struct Box_ {
    letters: Mutex<Vec<Letter>>,
    broken: AtomicBool,
}

impl Post for Box_ {
    async fn send(&self, letter: &Letter) -> Result<(), Error> {
        if self.broken.load(Ordering::Relaxed) {
            return Err(Error::Installation("broken".to_owned()));
        }
        self.letters.lock().unwrap().push(letter.clone());
        Ok(())
    }
}

/// A world where a duty runs: a consent that was withdrawn.
async fn with_duty() -> (World, Timestamp) {
    let world = World::new(Country::Ru).await;
    world.withdrawn_consent().await;
    let head = world.actor(Role::Head);
    let far = world.now + SignedDuration::from_hours(24 * 365);
    let duties = world.office.duties(&head, world.now, far, 10).await.unwrap();
    let at = duties.first().expect("a withdrawal starts a duty").at;
    (world, at)
}

fn days(n: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * n)
}

#[test]
fn marks_are_crossed_from_far_to_near() {
    assert_eq!(mark(days(31), false), None);
    assert_eq!(mark(days(30), false), Some("30d"));
    assert_eq!(mark(days(8), false), Some("30d"));
    assert_eq!(mark(days(7), false), Some("7d"));
    assert_eq!(mark(SignedDuration::from_hours(20), false), Some("1d"));
    assert_eq!(mark(SignedDuration::from_secs(-1), false), None);
    assert_eq!(mark(SignedDuration::from_hours(25), true), None);
    assert_eq!(mark(SignedDuration::from_hours(24), true), Some("24h"));
    assert_eq!(mark(SignedDuration::from_hours(5), true), Some("6h"));
    assert_eq!(mark(SignedDuration::from_mins(30), true), Some("1h"));
}

#[tokio::test]
async fn each_mark_is_told_once_to_whoever_may_see_it() {
    let (world, at) = with_duty().await;
    let office = &world.office;
    for role in [Role::Head, Role::Administrator] {
        let address = format!("{}@example.org", role.as_str());
        office.set_mail_address(world.account(role), &address).await.unwrap();
    }
    let post = Box_::default();
    let remind = async |now| office.remind(now, "one", &post).await.unwrap();
    for (before, sent) in [(31, 0), (29, 1), (28, 0), (8, 0), (6, 1), (5, 0), (1, 1), (1, 0)] {
        let done = remind(at - days(before)).await;
        assert_eq!((done.sent, done.failed), (sent, 0), "{before} days before");
    }
    assert_eq!(remind(at + days(1)).await.sent, 0);
    let letters = post.letters.lock().unwrap();
    assert!(letters.iter().all(|l| l.to == "head@example.org"), "{letters:?}");
    assert!(letters[0].text.contains("2026-"), "{}", letters[0].text);
    for secret in ["Thử", "Тестов", "4509"] {
        assert!(!format!("{letters:?}").contains(secret));
    }
}

#[tokio::test]
async fn a_letter_that_failed_is_tried_again() {
    let (world, at) = with_duty().await;
    let office = &world.office;
    office
        .set_mail_address(world.account(Role::Head), "head@example.org")
        .await
        .unwrap();
    let post = Box_::default();
    post.broken.store(true, Ordering::Relaxed);
    let done = office.remind(at - days(5), "one", &post).await.unwrap();
    assert_eq!((done.sent, done.failed), (0, 1));
    post.broken.store(false, Ordering::Relaxed);
    let done = office.remind(at - days(5), "one", &post).await.unwrap();
    assert_eq!((done.sent, done.failed), (1, 0));
}

#[tokio::test]
async fn one_server_works_at_a_time() {
    let world = World::new(Country::Vn).await;
    let office = &world.office;
    let now = world.now;
    assert!(office.take_lease(WORK, "one", now).await.unwrap());
    assert!(!office.take_lease(WORK, "two", now).await.unwrap());
    assert!(office.take_lease(WORK, "one", now).await.unwrap());
    let later = now + LEASE + SignedDuration::from_secs(1);
    assert!(office.take_lease(WORK, "two", later).await.unwrap());
    assert!(!office.take_lease(WORK, "one", later).await.unwrap());
}

#[tokio::test]
async fn an_address_is_sealed_and_settings_are_checked() {
    let world = World::new(Country::Vn).await;
    let office = &world.office;
    let head = world.account(Role::Head);
    office.set_mail_address(head, "head@example.org").await.unwrap();
    assert_eq!(
        office.mail_address(head).await.unwrap().as_deref(),
        Some("head@example.org")
    );
    let row = sqlx::query("SELECT address FROM mail_address")
        .fetch_one(office.db.read())
        .await
        .unwrap();
    let stored: Vec<u8> = row.try_get("address").unwrap();
    assert!(!stored.windows(7).any(|w| w == b"example"));
    assert!(office.set_mail_address(head, "nonsense").await.is_err());
    office.set_mail_address(head, " ").await.unwrap();
    assert_eq!(office.mail_address(head).await.unwrap(), None);

    let administrator = world.actor(Role::Administrator);
    let refused = office
        .set_mail_settings(
            &world.actor(Role::Head),
            ("localhost", "25", "tls-none"),
            "a@example.org",
        )
        .await;
    assert!(matches!(refused, Err(Error::Refused(r)) if r.key == "refusal-right"));
    for (host, port, from) in [
        ("local host", "25", "a@example.org"),
        ("localhost", "0", "a@example.org"),
        ("localhost", "x", "a@example.org"),
        ("localhost", "25", "a"),
        ("localhost", "25", "a@example.org\r\nBcc: b@example.org"),
    ] {
        let refused = office
            .set_mail_settings(&administrator, (host, port, "tls-none"), from)
            .await;
        assert!(matches!(refused, Err(Error::Refused(_))), "{host} {port} {from}");
    }
    office
        .set_mail_settings(&administrator, ("localhost", "2525", "tls-start"), "a@example.org")
        .await
        .unwrap();
    let settings = office.mail_settings().await.unwrap().unwrap();
    assert_eq!((settings.host.as_str(), settings.port), ("localhost", 2525));
    assert_eq!(settings.tls, MailTls::Start);
    let refused = office
        .set_mail_settings(&administrator, ("localhost", "25", "tls"), "a@example.org")
        .await;
    assert!(matches!(refused, Err(Error::Refused(r)) if r.key == "refusal-mail-tls"));
    office
        .set_mail_settings(&administrator, ("", "", ""), "")
        .await
        .unwrap();
    assert_eq!(office.mail_settings().await.unwrap(), None);
}

/// A relay that takes one letter and keeps what it was told.
#[cfg(feature = "mail")]
async fn fake_relay(listener: tokio::net::TcpListener, refuse: bool) -> String {
    let (stream, _) = listener.accept().await.unwrap();
    relay_on(stream, refuse).await
}

/// The same on a connection.
#[cfg(feature = "mail")]
async fn relay_on(stream: impl tokio::io::AsyncRead + tokio::io::AsyncWrite, refuse: bool) -> String {
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    let (read, mut write) = tokio::io::split(stream);
    let mut lines = BufReader::new(Box::pin(read)).lines();
    let mut heard = String::new();
    write.write_all(b"220 relay\r\n").await.unwrap();
    let mut in_letter = false;
    while let Ok(Some(line)) = lines.next_line().await {
        heard.push_str(&line);
        heard.push('\n');
        let answer: &[u8] = match line.as_str() {
            "." if in_letter => {
                in_letter = false;
                b"250 taken\r\n"
            }
            _ if in_letter => continue,
            "DATA" => {
                in_letter = true;
                b"354 go on\r\n"
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await.unwrap();
                break;
            }
            l if l.starts_with("RCPT") && refuse => b"550 head@example.org unknown\r\n",
            l if l.starts_with("EHLO") => b"250-relay\r\n250 AUTH PLAIN\r\n",
            l if l.starts_with("AUTH") => b"235 welcome\r\n",
            _ => b"250 ok\r\n",
        };
        write.write_all(answer).await.unwrap();
        if line == "." {
            break;
        }
    }
    heard
}

#[cfg(feature = "mail")]
#[tokio::test]
async fn a_letter_goes_through_a_relay() {
    for refuse in [false, true] {
        let (world, at) = with_duty().await;
        let office = &world.office;
        office
            .set_mail_address(world.account(Role::Head), "head@example.org")
            .await
            .unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let relay = tokio::spawn(fake_relay(listener, refuse));
        let settings = MailSettings {
            host: "127.0.0.1".to_owned(),
            port,
            from: "office@example.org".to_owned(),
            tls: MailTls::None,
        };
        let post = Relay::new(&settings, &Mail::default()).unwrap();
        let done = office.remind(at - days(5), "one", &post).await.unwrap();
        assert_eq!((done.sent, done.failed), if refuse { (0, 1) } else { (1, 0) });
        drop(post);
        let heard = relay.await.unwrap();
        assert!(heard.contains("MAIL FROM:<office@example.org>"), "{heard}");
        assert!(heard.contains("RCPT TO:<head@example.org>"), "{heard}");
        assert_eq!(heard.contains("Subject: "), !refuse);
        if refuse {
            let letter = Letter {
                to: "head@example.org".to_owned(),
                subject: String::new(),
                text: String::new(),
            };
            let error = post_error(&settings, &letter).await;
            assert!(!error.contains("example.org"), "{error}");
        }
    }
}

/// What is told of a relay that is gone.
#[cfg(feature = "mail")]
async fn post_error(settings: &MailSettings, letter: &Letter) -> String {
    Relay::new(settings, &Mail::default())
        .unwrap()
        .send(letter)
        .await
        .unwrap_err()
        .to_string()
}

/// A relay over TLS: from the beginning, or after STARTTLS. Gives what it heard in the clear, and what over TLS.
#[cfg(feature = "mail")]
async fn tls_relay(
    listener: tokio::net::TcpListener,
    identity: std::sync::Arc<crate::web::tls::Identity>,
    start: bool,
) -> (String, Option<String>) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut clear = String::new();
    if start {
        stream.write_all(b"220 relay\r\n").await.unwrap();
        for answer in [&b"250-relay\r\n250 STARTTLS\r\n"[..], b"220 go on\r\n"] {
            let mut line = vec![0; 512];
            let length = stream.read(&mut line).await.unwrap();
            clear.push_str(&String::from_utf8_lossy(&line[..length]));
            stream.write_all(answer).await.unwrap();
        }
    }
    match identity.acceptor().unwrap().accept(stream).await {
        // After STARTTLS a relay does not greet again; the reader of this test takes an empty line for that.
        Ok(stream) if start => (clear, Some(started(stream).await)),
        Ok(stream) => (clear, Some(relay_on(stream, false).await)),
        Err(_) => (clear, None),
    }
}

/// The rest of a conversation after STARTTLS, until the letter is taken.
#[cfg(feature = "mail")]
async fn started(mut stream: impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut heard = String::new();
    let mut letter = false;
    loop {
        let mut piece = vec![0; 8192];
        let length = stream.read(&mut piece).await.unwrap_or(0);
        if length == 0 {
            return heard;
        }
        let said = String::from_utf8_lossy(&piece[..length]).into_owned();
        heard.push_str(&said);
        let answer: &[u8] = if letter && heard.ends_with("\r\n.\r\n") {
            letter = false;
            b"250 taken\r\n"
        } else if letter {
            continue;
        } else if said.starts_with("DATA") {
            letter = true;
            b"354 go on\r\n"
        } else if said.starts_with("EHLO") {
            b"250-relay\r\n250 AUTH PLAIN\r\n"
        } else if said.starts_with("AUTH") {
            b"235 welcome\r\n"
        } else {
            b"250 ok\r\n"
        };
        stream.write_all(answer).await.unwrap();
    }
}

#[cfg(feature = "mail")]
#[tokio::test]
async fn a_letter_and_a_password_go_over_tls_to_a_relay_that_proved_itself() {
    use crate::world::Authority;
    let authority = Authority::new();
    let password_file = authority.folder.path().join("password");
    std::fs::write(&password_file, "secret\n").unwrap();
    let edge = |authority: &Authority| Mail {
        root: Some(authority.root()),
        login: Some("office".to_owned()),
        password_file: Some(password_file.clone()),
    };
    let letter = Letter {
        to: "head@example.org".to_owned(),
        subject: "Subject".to_owned(),
        text: "Text".to_owned(),
    };
    for (tls, name, ours, good) in [
        (MailTls::Implicit, "localhost", true, true),
        (MailTls::Start, "localhost", true, true),
        (MailTls::Start, "localhost", false, false),
        (MailTls::Implicit, "mail.example", true, false),
    ] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let settings = MailSettings {
            host: "localhost".to_owned(),
            port: listener.local_addr().unwrap().port(),
            from: "office@example.org".to_owned(),
            tls,
        };
        let identity = authority.identity(name);
        let relay = tokio::spawn(tls_relay(listener, identity, tls == MailTls::Start));
        let stranger = Authority::new();
        let post = Relay::new(&settings, &edge(if ours { &authority } else { &stranger })).unwrap();
        assert_eq!(post.send(&letter).await.is_ok(), good, "{tls:?} {name}");
        drop(post);
        let (clear, heard) = relay.await.unwrap();
        assert!(!clear.contains("AUTH") && !clear.contains("MAIL"), "{clear}");
        match heard {
            Some(heard) => assert!(
                good && heard.contains("AUTH PLAIN") && heard.contains("Subject: Subject"),
                "{heard}"
            ),
            None => assert!(!good),
        }
    }
    // A relay without STARTTLS gets nothing, and no password goes without TLS.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut settings = MailSettings {
        host: "localhost".to_owned(),
        port: listener.local_addr().unwrap().port(),
        from: "office@example.org".to_owned(),
        tls: MailTls::Start,
    };
    let relay = tokio::spawn(fake_relay(listener, false));
    let post = Relay::new(&settings, &edge(&authority)).unwrap();
    assert!(post.send(&letter).await.is_err());
    drop(post);
    let heard = relay.await.unwrap();
    assert!(!heard.contains("AUTH") && !heard.contains("MAIL"), "{heard}");
    settings.tls = MailTls::None;
    assert!(Relay::new(&settings, &edge(&authority)).is_err());
}
