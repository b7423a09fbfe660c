use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use tutela_law::Country;

use super::*;
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
        .set_mail_settings(&world.actor(Role::Head), "localhost", "25", "a@example.org")
        .await;
    assert!(matches!(refused, Err(Error::Refused(r)) if r.key == "refusal-right"));
    for (host, port, from) in [
        ("local host", "25", "a@example.org"),
        ("localhost", "0", "a@example.org"),
        ("localhost", "x", "a@example.org"),
        ("localhost", "25", "a"),
        ("localhost", "25", "a@example.org\r\nBcc: b@example.org"),
    ] {
        let refused = office.set_mail_settings(&administrator, host, port, from).await;
        assert!(matches!(refused, Err(Error::Refused(_))), "{host} {port} {from}");
    }
    office
        .set_mail_settings(&administrator, "localhost", "2525", "a@example.org")
        .await
        .unwrap();
    let settings = office.mail_settings().await.unwrap().unwrap();
    assert_eq!((settings.host.as_str(), settings.port), ("localhost", 2525));
    office.set_mail_settings(&administrator, "", "", "").await.unwrap();
    assert_eq!(office.mail_settings().await.unwrap(), None);
}

/// A relay that takes one letter and keeps what it was told.
#[cfg(feature = "mail")]
async fn fake_relay(listener: tokio::net::TcpListener, refuse: bool) -> String {
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    let (stream, _) = listener.accept().await.unwrap();
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
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
            l if l.starts_with("EHLO") => b"250 relay\r\n",
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
        };
        let post = Relay::new(&settings);
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
    Relay::new(settings).send(letter).await.unwrap_err().to_string()
}
