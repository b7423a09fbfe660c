//! What the configuration says of the world outside: TLS, proxies, the mail relay, hardware modules, who else signs people in.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

use crate::edge::{self, Edge, Forwarding, Network, Origin};

/// TLS in the server itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The certificate of the server and those above it, as PEM.
    pub certificate: PathBuf,
    /// Its key, as PEM.
    pub key: PathBuf,
    /// Where somebody who comes in the clear is sent on to TLS.
    pub redirect: Option<SocketAddr>,
    /// For how many days browsers remember that there is TLS; 0 tells them nothing.
    #[serde(default = "year")]
    pub hsts_days: u32,
}

fn year() -> u32 {
    365
}

/// What the mail relay is proved by and asked with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// Certificates that prove the relay, as PEM; without it those of the system.
    pub root: Option<PathBuf>,
    /// The name that the relay asks for.
    pub login: Option<String>,
    /// The file that holds its password.
    pub password_file: Option<PathBuf>,
}

/// A hardware module that unlocks the keys of bodies.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Module {
    /// The library of its maker.
    pub library: PathBuf,
    /// The label of the token.
    pub token: String,
    /// The label of the key in it.
    pub key: String,
    /// The file that holds the PIN.
    pub pin_file: PathBuf,
}

/// Somebody who signs people in beside the office, by `OpenID` Connect.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// A short name for addresses: letters, digits, dashes. It never changes.
    pub name: String,
    /// What the button says.
    pub label: String,
    /// The issuer, as it names itself.
    pub issuer: String,
    /// The name of the office there.
    pub client_id: String,
    /// The file that holds the secret of the office there.
    pub client_secret_file: Option<PathBuf>,
    /// Certificates that prove the provider, as PEM; without it those of the system.
    pub root: Option<PathBuf>,
}

/// Everything about the outside, as the file says it.
pub(super) struct Outside<'a> {
    pub(super) public_url: &'a str,
    pub(super) tls: Option<&'a Tls>,
    pub(super) proxies: Option<&'a [String]>,
    pub(super) header: Forwarding,
    pub(super) mail: Option<&'a Mail>,
    pub(super) providers: &'a [Provider],
}

impl Outside<'_> {
    /// The edge that the file describes.
    pub(super) fn edge(&self) -> Result<Edge, String> {
        let public = Origin::parse(self.public_url)
            .ok_or("public_url must name a host: https://office.example.gov, with a port if it is not 443")?;
        let mut edge = Edge {
            header: self.header,
            ..Edge::default()
        };
        if let Some(tls) = self.tls {
            if !public.as_str().starts_with("https://") {
                return Err("with [tls] public_url must begin with https://".to_owned());
            }
            if tls.hsts_days > 3650 {
                return Err("tls.hsts_days is at most 3650".to_owned());
            }
            // Whoever speaks TLS itself has no proxy before it, unless the file names one.
            edge.proxies = Vec::new();
            edge.hsts = Some(u64::from(tls.hsts_days) * 86_400).filter(|s| *s > 0);
        }
        if let Some(given) = self.proxies {
            let read =
                |n: &String| Network::parse(n).ok_or_else(|| format!("proxies: {n:?} is no address and no network"));
            edge.proxies = given.iter().map(read).collect::<Result<_, _>>()?;
        }
        if let Some(mail) = self.mail {
            if mail.login.is_some() != mail.password_file.is_some() {
                return Err("mail.login and mail.password_file belong together".to_owned());
            }
            edge.mail = edge::Mail {
                root: mail.root.clone(),
                login: mail.login.clone(),
                password_file: mail.password_file.clone(),
            };
        }
        self.providers(&mut edge)?;
        edge.public = Some(public);
        Ok(edge)
    }

    #[cfg(feature = "oidc")]
    fn providers(&self, edge: &mut Edge) -> Result<(), String> {
        for (at, given) in self.providers.iter().enumerate() {
            if self
                .providers
                .iter()
                .take(at)
                .any(|p| p.name == given.name || p.issuer == given.issuer)
            {
                return Err(format!(
                    "provider: {} is there twice, by its name or by its issuer",
                    given.name
                ));
            }
            edge.providers
                .push(crate::kernel::people::provider::Provider::new(given)?);
        }
        Ok(())
    }

    #[cfg(not(feature = "oidc"))]
    fn providers(&self, _: &mut Edge) -> Result<(), String> {
        if self.providers.is_empty() {
            return Ok(());
        }
        Err("[[provider]]: this program was built without the feature oidc".to_owned())
    }
}

/// The address of a database with TLS to it. Over a network the server proves who it is: a connection that is merely encrypted can
/// be taken over by whoever stands between. Only whoever writes `sslmode=disable` goes without, in a network that is sealed otherwise.
pub(super) fn database(url: &str) -> Result<String, String> {
    let query = url.split_once('?').map_or("", |(_, q)| q);
    let mut modes = query.split('&').filter_map(|p| {
        let (name, value) = p.split_once('=')?;
        matches!(name, "sslmode" | "ssl-mode").then_some(value)
    });
    let mode = modes.next();
    if modes.next().is_some() {
        return Err("database: sslmode stands there twice".to_owned());
    }
    match mode {
        Some("verify-full" | "disable") => Ok(url.to_owned()),
        Some("verify-ca" | "require" | "prefer" | "allow") => Err(
            "database: sslmode is verify-full, with the certificate of whoever signed the server's as sslrootcert=FILE, or \
             disable in a network that is sealed otherwise; every other mode lets somebody in between read along"
                .to_owned(),
        ),
        Some(_) => Err("database: this sslmode is not known".to_owned()),
        None if on_this_machine(url) => Ok(url.to_owned()),
        None => {
            let joint = if url.contains('?') { '&' } else { '?' };
            Ok(format!("{url}{joint}sslmode=verify-full"))
        }
    }
}

/// Whether the server of a database is on this machine.
fn on_this_machine(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, r)| r);
    let (authority, query) = rest.split_once('?').unwrap_or((rest, ""));
    // A host in the parameters counts before that of the address; a socket is a path.
    let named = query.split('&').find_map(|p| {
        let (name, value) = p.split_once('=')?;
        matches!(name, "host" | "hostaddr").then_some(value)
    });
    let authority = authority.split('/').next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, h)| h);
    let host = named.unwrap_or(if host.starts_with('[') {
        host.split_inclusive(']').next().unwrap_or_default()
    } else {
        host.split(':').next().unwrap_or_default()
    });
    matches!(host, "" | "localhost" | "127.0.0.1" | "[::1]" | "::1")
        || host.starts_with('/')
        || host.starts_with("%2F")
        || host.starts_with("%2f")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_over_a_network_is_proved() {
        assert_eq!(
            database("postgres://t:p@db.example/t").unwrap(),
            "postgres://t:p@db.example/t?sslmode=verify-full"
        );
        assert_eq!(
            database("postgres://t@db.example/t?sslrootcert=/etc/ca.pem").unwrap(),
            "postgres://t@db.example/t?sslrootcert=/etc/ca.pem&sslmode=verify-full"
        );
        // A host among the parameters is the one that is meant.
        assert!(
            database("postgres:///t?host=db.example")
                .unwrap()
                .ends_with("verify-full")
        );
        for as_it_is in [
            "postgres://t@localhost/t",
            "postgres://t@127.0.0.1:5433/t",
            "postgres:///t?host=/run/postgresql",
            "postgres://t@db.example/t?sslmode=disable",
            "postgres://t@db.example/t?sslmode=verify-full",
        ] {
            assert_eq!(database(as_it_is).unwrap(), as_it_is);
        }
        for (refused, told) in [
            ("postgres://t@db/t?sslmode=require", "verify-full"),
            ("postgres://t@db/t?sslmode=prefer", "verify-full"),
            ("postgres://t@db/t?sslmode=loud", "not known"),
            ("postgres://t@db/t?sslmode=verify-full&sslmode=disable", "twice"),
        ] {
            assert!(database(refused).unwrap_err().contains(told), "{refused}");
        }
    }
}
