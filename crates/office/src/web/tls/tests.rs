use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use rustls::pki_types::CertificateDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;

use super::*;
use crate::edge::Origin;
use crate::kernel::store::Db;
use crate::world::Authority;

/// A server with one page that tells from where it was asked.
async fn server(identity: &Arc<Identity>) -> (u16, oneshot::Sender<()>) {
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = tcp.local_addr().unwrap().port();
    let listener = Listener::new(tcp, identity.acceptor().unwrap()).unwrap();
    let page = async |ConnectInfo(peer): ConnectInfo<SocketAddr>| format!("from {}", peer.ip());
    let router = Router::new().route("/", get(page));
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(crate::web::serve_tls(listener, router, async {
        let _ = stopped.await;
    }));
    (port, stop)
}

async fn asked(authority: &Authority, port: u16, name: &str) -> std::io::Result<(String, CertificateDer<'static>)> {
    let mut stream = authority.connect(port, name).await?;
    let shown = stream.get_ref().1.peer_certificates().unwrap()[0].clone().into_owned();
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: office\r\nconnection: close\r\n\r\n")
        .await?;
    let mut text = String::new();
    stream.read_to_string(&mut text).await?;
    Ok((text, shown))
}

#[tokio::test]
async fn pages_come_over_tls_and_know_who_asks() {
    let authority = Authority::new();
    let identity = authority.identity("office.example");
    let (port, _stop) = server(&identity).await;
    // Somebody who connects and says nothing holds up nobody.
    let _silent = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let (text, _) = asked(&authority, port, "office.example").await.unwrap();
    assert!(
        text.starts_with("HTTP/1.1 200") && text.ends_with("from 127.0.0.1"),
        "{text}"
    );
    // Another name and another authority are not believed, and neither is anything in the clear answered.
    assert!(asked(&authority, port, "other.example").await.is_err());
    assert!(asked(&Authority::new(), port, "office.example").await.is_err());
    let mut plain = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut said = Vec::new();
    let _ = plain.read_to_end(&mut said).await;
    assert!(!said.starts_with(b"HTTP"));
}

#[tokio::test]
async fn a_new_certificate_is_taken_up_and_a_wrong_one_is_not() {
    let authority = Authority::new();
    let identity = authority.identity("office.example");
    let (port, _stop) = server(&identity).await;
    let (_, first) = asked(&authority, port, "office.example").await.unwrap();
    let (certificate, key) = authority.server("office.example");
    identity.reload().unwrap();
    let (_, second) = asked(&authority, port, "office.example").await.unwrap();
    assert_ne!(first, second);
    // The key of another certificate: told, and the server goes on with what it has.
    let good = std::fs::read(&certificate).unwrap();
    authority.server("office.example");
    std::fs::write(&certificate, good).unwrap();
    let why = identity.reload().unwrap_err().to_string();
    assert!(why.contains("server.key") && why.contains("not taken"), "{why}");
    let (_, still) = asked(&authority, port, "office.example").await.unwrap();
    assert_eq!(second, still);
    std::fs::write(&certificate, "nothing").unwrap();
    let why = Identity::load(certificate, key).unwrap_err().to_string();
    assert!(why.contains("server.crt"), "{why}");
}

#[tokio::test]
async fn files_are_read_again_when_they_were_written() {
    let authority = Authority::new();
    let (certificate, key) = authority.server("office.example");
    let identity = Identity::load(certificate.clone(), key).unwrap();
    assert!(!identity.refresh().unwrap());
    let file = std::fs::File::options().write(true).open(&certificate).unwrap();
    let later = file.metadata().unwrap().modified().unwrap() + Duration::from_secs(60);
    file.set_modified(later).unwrap();
    assert!(identity.refresh().unwrap());
    assert!(!identity.refresh().unwrap());
}

#[tokio::test]
async fn whoever_comes_in_the_clear_is_sent_on() {
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = tcp.local_addr().unwrap().port();
    let public = Origin::parse("https://office.example").unwrap();
    tokio::spawn(crate::web::redirect(tcp, public, std::future::pending()));
    for (asked, expected) in [
        ("GET /today?x=1", "location: https://office.example/today?x=1\r\n"),
        (
            "GET //evil.example/",
            "location: https://office.example//evil.example/\r\n",
        ),
        ("POST /sign-in", "403 Forbidden"),
    ] {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let request =
            format!("{asked} HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        assert!(text.contains(expected), "{text}");
    }
}

/// A database server that speaks TLS and then hears the first words of whoever connects.
async fn database(identity: &Arc<Identity>) -> (u16, JoinHandle<Option<Vec<u8>>>) {
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = tcp.local_addr().unwrap().port();
    let acceptor = identity.acceptor().unwrap();
    let heard = tokio::spawn(async move {
        let (mut stream, _) = tcp.accept().await.ok()?;
        let mut request = [0; 8];
        stream.read_exact(&mut request).await.ok()?;
        // The request for TLS, before anything is said.
        assert_eq!(request, [0, 0, 0, 8, 4, 210, 22, 47]);
        stream.write_all(b"S").await.ok()?;
        let mut stream = acceptor.accept(stream).await.ok()?;
        let mut words = vec![0; 512];
        let length = stream.read(&mut words).await.ok()?;
        words.truncate(length);
        Some(words)
    });
    (port, heard)
}

#[tokio::test]
async fn a_database_is_spoken_to_after_it_has_proved_itself() {
    let authority = Authority::new();
    let identity = authority.identity("localhost");
    let url = |port: u16, root: &std::path::Path| {
        format!(
            "postgres://somebody@localhost:{port}/office?sslmode=verify-full&sslrootcert={}",
            root.display()
        )
    };
    let (port, heard) = database(&identity).await;
    assert!(
        Db::connect(&url(port, &authority.root())).await.is_err(),
        "it ends after the first words"
    );
    let words = heard.await.unwrap().unwrap();
    assert!(words.windows(8).any(|w| w == b"somebody"));
    // Another authority, and another name: nothing is said.
    let (port, heard) = database(&identity).await;
    assert!(Db::connect(&url(port, &Authority::new().root())).await.is_err());
    assert_eq!(heard.await.unwrap(), None);
    let other = authority.identity("db.example");
    let (port, heard) = database(&other).await;
    assert!(Db::connect(&url(port, &authority.root())).await.is_err());
    assert_eq!(heard.await.unwrap(), None);
}
