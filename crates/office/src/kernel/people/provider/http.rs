//! Asking a provider over HTTP: by TLS, in bounded time, with bounded answers, without going where it sends us.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

use crate::error::Error;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest answer, in bytes.
const MAX_ANSWER: u64 = 512 << 10;

/// Whoever asks.
#[derive(Debug, Clone)]
pub(super) struct Asker(Agent);

/// A form for the token endpoint, and what the office proves itself with.
pub(super) struct Form {
    pub(super) fields: String,
    pub(super) basic: Option<String>,
}

impl Asker {
    /// With certificates from a file, or those of the system.
    pub(super) fn new(root: Option<&Path>) -> Result<Self, Error> {
        let ders: Vec<CertificateDer<'static>> = match root {
            Some(path) => CertificateDer::pem_file_iter(path)
                .and_then(Iterator::collect)
                .map_err(|e| Error::Installation(format!("{}: {e}", path.display())))?,
            None => rustls_native_certs::load_native_certs().certs,
        };
        let roots: Vec<_> = ders.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(RootCerts::new_with_certs(&roots))
            .unversioned_rustls_crypto_provider(crate::web::tls::provider())
            .build();
        let config = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent("tutela")
            .tls_config(tls)
            .build();
        Ok(Self(config.into()))
    }

    /// Asks, where it does not hold up pages. What went wrong is told without a body: a provider may have put anything there.
    pub(super) async fn ask(&self, url: &str, form: Option<Form>) -> Result<Vec<u8>, String> {
        let (agent, url) = (self.0.clone(), url.to_owned());
        let asked = tokio::task::spawn_blocking(move || {
            let answer = match form {
                None => agent.get(&url).header("accept", "application/json").call(),
                Some(form) => {
                    let mut request = agent
                        .post(&url)
                        .header("accept", "application/json")
                        .header("content-type", "application/x-www-form-urlencoded");
                    if let Some(basic) = form.basic {
                        request = request.header("authorization", format!("Basic {basic}"));
                    }
                    request.send(form.fields)
                }
            };
            let mut answer = answer.map_err(|e| e.to_string())?;
            if !answer.status().is_success() {
                return Err(format!("it answered {}", answer.status().as_u16()));
            }
            let mut all = Vec::new();
            let read = answer.body_mut().as_reader().take(MAX_ANSWER + 1).read_to_end(&mut all);
            read.map_err(|e| e.to_string())?;
            if all.len() as u64 > MAX_ANSWER {
                return Err("its answer is too long".to_owned());
            }
            Ok(all)
        });
        asked.await.map_err(|_| "asking was broken off".to_owned())?
    }
}

/// Shared by all copies of a provider.
pub(super) type Shared = Arc<std::sync::OnceLock<Asker>>;
