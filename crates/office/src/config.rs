//! The configuration of a server: one file, read once. A word that the program does not know is told, not passed over.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

mod outside;

use serde::Deserialize;

use crate::backup::{Nightly, Seal};
use crate::edge::{Edge, Forwarding};
use crate::error::Error;
use crate::kernel::evidence::Limits;
use crate::kernel::store::Db;
use crate::office::Office;
use crate::web::Secure;

pub use outside::{Mail, Module, Provider, Tls};

/// The longest file that is read.
const MAX_CONFIG: u64 = 1 << 20;
/// The most megabytes that one file may be allowed to have: it is in memory while it is sealed.
const MAX_FILE_MB: u16 = 128;

/// The configuration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The data folder.
    pub data: PathBuf,
    /// A database on a server; without it the database lies in the data folder.
    pub database: Option<Address>,
    /// Where the server listens.
    #[serde(default = "listen")]
    pub listen: SocketAddr,
    /// What people type to reach the office.
    pub public_url: String,
    /// How much is told to the log.
    #[serde(default)]
    pub log: Level,
    /// The backup of every night.
    pub backup: Option<Backup>,
    /// How much is taken in files.
    #[serde(default)]
    pub files: Files,
    /// TLS in the server itself; without it a proxy before it speaks TLS.
    pub tls: Option<Tls>,
    /// Proxies before the server, as addresses or networks. Without it one on this machine is taken at its word.
    pub proxies: Option<Vec<String>>,
    /// In which header they name the browser.
    #[serde(default)]
    pub proxy_header: Forwarding,
    /// What the mail relay is proved by and asked with.
    pub mail: Option<Mail>,
    /// A hardware module that unlocks the keys of bodies.
    pub module: Option<Module>,
    /// Who signs people in beside the office.
    #[serde(default)]
    pub provider: Vec<Provider>,
    /// The interface that finds personal data in texts of other programs, beside the pages.
    pub analyzer: Option<Analyzer>,
}

/// The interface that finds personal data in texts of other programs. The program puts it beside the pages; the office knows nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Analyzer {
    /// A file with the tokens by which programs may ask, one a line.
    pub tokens_file: PathBuf,
    /// Files of recognisers of the body's own.
    #[serde(default)]
    pub recognizers: Vec<PathBuf>,
    /// Megabytes of one request.
    pub max_body_mb: Option<u16>,
}

/// How much is taken in files. What is left out has its default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Files {
    /// Megabytes of one file.
    pub max_mb: Option<u16>,
    /// Files of one card.
    pub max_per_card: Option<u16>,
    /// Gigabytes of all files of a body.
    pub max_body_gb: Option<u32>,
}

impl Files {
    fn limits(self) -> Limits {
        let default = Limits::default();
        Limits {
            file: self.max_mb.map_or(default.file, |n| usize::from(n) << 20),
            per_card: self.max_per_card.map_or(default.per_card, i64::from),
            per_body: self.max_body_gb.map_or(default.per_body, |n| i64::from(n) << 30),
            papers: default.papers,
        }
    }
}

/// The address of a database. It may hold a password, so it does not print itself.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Address(String);

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Address(…)")
    }
}

impl Address {
    /// The address itself, for whoever connects.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// How much is told to the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// What broke.
    Error,
    /// And what somebody should look at.
    #[default]
    Warn,
    /// And what happens.
    Info,
    /// And how.
    Debug,
}

/// The backup of every night.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backup {
    /// Into which folder.
    pub folder: PathBuf,
    /// To whom it is sealed (`age1…`).
    pub recipients: Vec<String>,
    /// At which hour of this machine.
    #[serde(default = "hour")]
    pub hour: u8,
}

fn listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8443))
}

fn hour() -> u8 {
    2
}

impl Config {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let length = std::fs::metadata(path).map_err(|e| Error::file(path, e))?.len();
        if length > MAX_CONFIG {
            return Err(Error::Installation(format!(
                "{} is too long for a configuration",
                path.display()
            )));
        }
        let text = std::fs::read_to_string(path).map_err(|e| Error::file(path, e))?;
        Self::parse(&text).map_err(|why| Error::Installation(format!("{}: {why}", path.display())))
    }

    fn parse(text: &str) -> Result<Self, String> {
        // The message shows the line at fault only if it is not the one that may hold a password.
        let config: Self = toml::from_str(text).map_err(|e| {
            let line = e
                .span()
                .map_or(0, |s| text.get(..s.start).unwrap_or_default().lines().count().max(1));
            format!("line {line}: {}", e.message())
        })?;
        if let Some(address) = &config.database
            && !address.0.starts_with("postgres:")
            && !address.0.starts_with("postgresql:")
        {
            return Err(
                "database must begin with postgres:// – leave it out for the database in the data folder".to_owned(),
            );
        }
        if let Some(address) = &config.database {
            outside::database(address.expose())?;
        }
        let plain = config.public_url.strip_prefix("http://");
        let host = plain.or_else(|| config.public_url.strip_prefix("https://"));
        if host.is_none_or(|h| h.is_empty() || h.starts_with('/')) {
            return Err("public_url must begin with https:// (or http:// for this machine alone)".to_owned());
        }
        let here = |h: &str| ["localhost", "127.0.0.1", "[::1]"].iter().any(|n| h.starts_with(n));
        if plain.is_some_and(|h| !here(h)) || (plain.is_some() && !config.listen.ip().is_loopback()) {
            return Err(
                "over a network the office is reached over TLS only: public_url must begin with https://, and a proxy \
                        before this server speaks it"
                    .to_owned(),
            );
        }
        if config.module.is_some() && !cfg!(feature = "pkcs11") {
            return Err("[module]: this program was built without the feature pkcs11".to_owned());
        }
        config.outside().edge()?;
        if let Some(backup) = &config.backup {
            if backup.recipients.is_empty() {
                return Err("backup.recipients names nobody who could open a backup".to_owned());
            }
            Seal::recipients(backup.recipients.iter().map(String::as_str))
                .map_err(|e| format!("backup.recipients: {e}"))?;
            if backup.hour > 23 {
                return Err("backup.hour is an hour from 0 to 23".to_owned());
            }
        }
        if let Some(analyzer) = &config.analyzer
            && analyzer.max_body_mb.is_some_and(|n| !(1..=256).contains(&n))
        {
            return Err("analyzer.max_body_mb is a number from 1 to 256".to_owned());
        }
        if config.files.max_mb.is_some_and(|n| !(1..=MAX_FILE_MB).contains(&n)) {
            return Err(format!("files.max_mb is a number from 1 to {MAX_FILE_MB}"));
        }
        Ok(config)
    }

    fn outside(&self) -> outside::Outside<'_> {
        outside::Outside {
            public_url: &self.public_url,
            tls: self.tls.as_ref(),
            proxies: self.proxies.as_deref(),
            header: self.proxy_header,
            mail: self.mail.as_ref(),
            providers: &self.provider,
        }
    }

    /// How the office is reached and whom it asks.
    pub fn edge(&self) -> Result<Edge, Error> {
        self.outside().edge().map_err(Error::Installation)
    }

    /// The address of the database, with TLS to it where it is over a network; none for the one in the data folder.
    pub fn database_url(&self) -> Result<Option<String>, Error> {
        let url = self.database.as_ref().map(|a| outside::database(a.expose()));
        url.transpose().map_err(Error::Installation)
    }

    /// Opens the office.
    pub async fn open(&self) -> Result<Office, Error> {
        let mut office = match self.database_url()? {
            Some(address) => Office::with(Db::open(&address).await?, &self.data).await,
            None => Office::open(&self.data).await,
        }?;
        office.set_limits(self.files.limits());
        office.set_edge(self.edge()?);
        Ok(office)
    }

    /// Whether browsers reach the office over TLS.
    pub fn secure(&self) -> Secure {
        if self.public_url.starts_with("https://") {
            Secure::Tls
        } else {
            Secure::Local
        }
    }

    /// The backup of every night, if there is one.
    pub fn nightly(&self) -> Result<Option<Nightly>, Error> {
        let Some(backup) = &self.backup else { return Ok(None) };
        Ok(Some(Nightly {
            folder: backup.folder.clone(),
            seal: Seal::recipients(backup.recipients.iter().map(String::as_str))?,
            hour: backup.hour,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"
        data = "/var/lib/tutela"
        database = "postgres://tutela:secret@db/tutela"
        listen = "10.0.0.5:8443"
        public_url = "https://office.example.gov"
        log = "info"
        [backup]
        folder = "/backup"
        recipients = ["RECIPIENT"]
        hour = 3
        [files]
        max_mb = 16
        [tls]
        certificate = "/etc/tutela/office.crt"
        key = "/etc/tutela/office.key"
        redirect = "0.0.0.0:80"
    "#;

    fn recipient() -> String {
        age::x25519::Identity::generate().to_public().to_string()
    }

    #[test]
    fn a_whole_file_and_the_shortest_one() {
        let config = Config::parse(&WHOLE.replace("RECIPIENT", &recipient())).unwrap();
        assert_eq!(config.secure(), Secure::Tls);
        assert_eq!(config.nightly().unwrap().unwrap().hour, 3);
        assert_eq!(config.files.limits().file, 16 << 20);
        assert!(!format!("{config:?}").contains("secret"), "no password is printed");
        let config = Config::parse("data = 'd'\npublic_url = 'http://localhost:8443'").unwrap();
        assert_eq!(
            (config.listen, config.secure(), config.log),
            (listen(), Secure::Local, Level::Warn)
        );
        assert!(config.nightly().unwrap().is_none());
        assert_eq!(config.files.limits(), Limits::default());
    }

    #[test]
    fn who_is_believed_and_for_how_long_tls_is_remembered() {
        let with_tls = Config::parse(&WHOLE.replace("RECIPIENT", &recipient())).unwrap();
        let edge = with_tls.edge().unwrap();
        assert_eq!((edge.hsts, edge.proxies.len()), (Some(31_536_000), 0));
        assert_eq!(edge.public.unwrap().as_str(), "https://office.example.gov");
        let behind = "data = 'd'\npublic_url = 'https://office.example'";
        let edge = Config::parse(behind).unwrap().edge().unwrap();
        assert_eq!((edge.hsts, edge.proxies), (None, Edge::default().proxies));
        let named = format!("{behind}\nproxies = ['10.0.0.0/8']\nproxy_header = 'forwarded'");
        let edge = Config::parse(&named).unwrap().edge().unwrap();
        assert!(edge.proxies[0].holds("10.1.1.1".parse().unwrap()));
        for (more, told) in [
            ("proxies = ['somewhere']", "somewhere"),
            ("proxy_header = 'via'", "via"),
            ("[mail]\nlogin = 'a'", "password_file"),
            ("[tls]\ncertificate = 'a'", "key"),
            ("[tls]\ncertificate = 'a'\nkey = 'b'\nhsts_days = 4000", "3650"),
        ] {
            let why = Config::parse(&format!("{behind}\n{more}")).unwrap_err();
            assert!(why.contains(told), "{why}");
        }
        let beside = format!("{behind}\n[analyzer]\ntokens_file = 't'");
        assert!(Config::parse(&beside).unwrap().analyzer.unwrap().recognizers.is_empty());
        for (more, told) in [("max_body_mb = 0", "max_body_mb"), ("token = 'x'", "token")] {
            assert!(Config::parse(&format!("{beside}\n{more}")).unwrap_err().contains(told));
        }
        let plain = "data = 'd'\npublic_url = 'http://localhost'\n[tls]\ncertificate = 'a'\nkey = 'b'";
        assert!(Config::parse(plain).unwrap_err().contains("https"));
    }

    #[test]
    fn what_is_not_known_or_not_safe_is_told() {
        let whole = WHOLE.replace("RECIPIENT", &recipient());
        for (from, to, told) in [
            ("listen =", "lisen =", "lisen"),
            ("https://office", "http://office", "TLS"),
            ("https://office.example.gov", "office.example.gov", "public_url"),
            ("postgres://", "mysql://", "postgres"),
            ("hour = 3", "hour = 24", "hour"),
            ("max_mb = 16", "max_mb = 0", "max_mb"),
            ("max_mb = 16", "max_mb = 1000", "max_mb"),
            ("max_mb = 16", "max = 16", "max"),
            ("\"info\"", "\"loud\"", "loud"),
            ("10.0.0.5:8443", "everywhere", "line 4"),
            (
                whole.split("recipients = ").nth(1).unwrap().split('\n').next().unwrap(),
                "[]",
                "nobody",
            ),
            (
                whole.split("recipients = ").nth(1).unwrap().split('\n').next().unwrap(),
                "['age1x']",
                "age1x",
            ),
        ] {
            let why = Config::parse(&whole.replacen(from, to, 1)).unwrap_err();
            assert!(why.contains(told), "{why}");
            assert!(!why.contains("secret"), "{why}");
        }
    }
}
