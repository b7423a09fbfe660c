//! A client that asks other servers: by TLS, in bounded time, without going where it is sent.

use std::path::Path;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

use crate::error::Error;

/// A client that trusts the certificates of a file, or those of the system, and gives up after this long.
pub fn agent(root: Option<&Path>, patience: Duration) -> Result<Agent, Error> {
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
        .unversioned_rustls_crypto_provider(super::provider())
        .build();
    let config = Agent::config_builder()
        .timeout_global(Some(patience))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .user_agent("tutela")
        .tls_config(tls)
        .build();
    Ok(config.into())
}
