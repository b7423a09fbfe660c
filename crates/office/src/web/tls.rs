//! TLS in the server itself: certificate and key from files, which may change while the program runs.

#[cfg(feature = "oidc")]
pub mod client;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::error::Error;

/// How long a browser may take for the handshake.
const PATIENCE: Duration = Duration::from_secs(10);
/// Handshakes at one time; whoever comes after them waits in the queue of the system.
const HANDSHAKES: usize = 256;
/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(60);
/// How long the server waits when the system has no room for another connection.
const FULL: Duration = Duration::from_secs(1);

/// The cryptography of every connection of this program.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// Makes [`provider`] the one that libraries take by themselves.
pub fn install() {
    // A second time is none.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// When two files were written.
type Written = Option<(SystemTime, SystemTime)>;

/// Certificate and key as they are now.
#[derive(Debug)]
pub struct Identity {
    certificate: PathBuf,
    key: PathBuf,
    present: RwLock<Arc<CertifiedKey>>,
    written: Mutex<Written>,
}

impl Identity {
    /// Reads both files. They must belong together.
    pub fn load(certificate: PathBuf, key: PathBuf) -> Result<Arc<Self>, Error> {
        let written = written(&certificate, &key);
        let present = RwLock::new(read(&certificate, &key)?);
        Ok(Arc::new(Self {
            certificate,
            key,
            present,
            written: Mutex::new(written),
        }))
    }

    /// Reads the files again. What does not fit is refused, and the old certificate stays.
    pub fn reload(&self) -> Result<(), Error> {
        let written = written(&self.certificate, &self.key);
        // Also what is refused counts as seen: it is told once, not every minute.
        *self.written.lock().unwrap_or_else(PoisonError::into_inner) = written;
        let new = read(&self.certificate, &self.key)?;
        *self.present.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }

    /// Reads the files again if they were written since. Tells whether they were.
    pub fn refresh(&self) -> Result<bool, Error> {
        let seen = *self.written.lock().unwrap_or_else(PoisonError::into_inner);
        if written(&self.certificate, &self.key) == seen {
            return Ok(false);
        }
        self.reload().map(|()| true)
    }

    /// Looks at the files for ever, and at once whenever the system sends a hang-up.
    pub async fn keep(self: Arc<Self>) {
        #[cfg(unix)]
        let mut hang_up = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok();
        loop {
            let asked = async {
                #[cfg(unix)]
                if let Some(hang_up) = &mut hang_up
                    && hang_up.recv().await.is_some()
                {
                    return;
                }
                std::future::pending::<()>().await;
            };
            let again = tokio::select! {
                () = asked => self.reload().map(|()| true),
                () = tokio::time::sleep(LOOK) => self.refresh(),
            };
            match again {
                Ok(true) => tracing::info!("the certificate was read again"),
                Ok(false) => {}
                Err(fault) => tracing::error!("the old certificate stays in use: {fault}"),
            }
        }
    }

    /// What a server speaks with.
    pub fn acceptor(self: &Arc<Self>) -> Result<TlsAcceptor, Error> {
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(|e| Error::Installation(format!("TLS: {e}")))?
            .with_no_client_auth()
            .with_cert_resolver(Arc::<Self>::clone(self));
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

impl ResolvesServerCert for Identity {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.present.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn written(certificate: &PathBuf, key: &PathBuf) -> Written {
    let at = |path| std::fs::metadata(path).and_then(|m| m.modified()).ok();
    Some((at(certificate)?, at(key)?))
}

fn read(certificate: &PathBuf, key: &PathBuf) -> Result<Arc<CertifiedKey>, Error> {
    let wrong = |path: &PathBuf, why: &dyn std::fmt::Display| Error::Installation(format!("{}: {why}", path.display()));
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|e| wrong(certificate, &e))?;
    if chain.is_empty() {
        return Err(wrong(
            certificate,
            &"there is no certificate in it: it must hold the certificate of the server and then those above it, as PEM",
        ));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|e| wrong(key, &e))?;
    let certified = CertifiedKey::from_der(chain, private, &provider()).map_err(|e| {
        let why = format!("it and {} are not taken: {e}", certificate.display());
        wrong(key, &why)
    })?;
    Ok(Arc::new(certified))
}

/// Connections whose handshake is done. A slow one holds up nobody.
#[derive(Debug)]
pub struct Listener {
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    local: SocketAddr,
    work: JoinHandle<()>,
}

impl Listener {
    /// Begins to take connections.
    pub fn new(listener: TcpListener, acceptor: TlsAcceptor) -> Result<Self, std::io::Error> {
        let local = listener.local_addr()?;
        let (done, ready) = mpsc::channel(HANDSHAKES);
        let work = tokio::spawn(take(listener, acceptor, done));
        Ok(Self { ready, local, work })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.work.abort();
    }
}

async fn take(listener: TcpListener, acceptor: TlsAcceptor, done: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>) {
    let room = Arc::new(Semaphore::new(HANDSHAKES));
    loop {
        let Ok(turn) = Arc::clone(&room).acquire_owned().await else {
            return;
        };
        let (stream, peer) = match listener.accept().await {
            Ok(taken) => taken,
            Err(error) => {
                // A connection that ended before it was taken concerns nobody; a system without room needs a moment.
                if !matches!(
                    error.kind(),
                    std::io::ErrorKind::ConnectionAborted
                        | std::io::ErrorKind::ConnectionReset
                        | std::io::ErrorKind::ConnectionRefused
                ) {
                    tracing::error!("no connection is taken: {error}");
                    tokio::time::sleep(FULL).await;
                }
                continue;
            }
        };
        let (acceptor, done) = (acceptor.clone(), done.clone());
        tokio::spawn(async move {
            // A failed handshake is the browser's affair: a scanner, a visitor without TLS, somebody who went away.
            if let Ok(Ok(stream)) = tokio::time::timeout(PATIENCE, acceptor.accept(stream)).await {
                let _ = done.send((stream, peer)).await;
            }
            drop(turn);
        });
    }
}

impl axum::serve::Listener for Listener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(taken) => taken,
            // The work has ended, which only the end of the program does.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        Ok(self.local)
    }
}

#[cfg(test)]
mod tests;
