//! Reminders by mail: once for each mark that a term crosses, to everybody who may see the duty and gave an address.
//!
//! A row is written before a letter is sent and taken back when it could not be sent; so two servers never send one letter
//! twice, and a letter that failed is tried again.

use std::future::Future;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::Row;
use tutela_words::{Arg, Words};

use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::duties::DutyItem;
use crate::kernel::field::{Field, Kind};
use crate::kernel::people::Account;
use crate::kernel::record::Actor;
use crate::kernel::rights::{Right, any_allows};
use crate::kernel::store::keep_setting;
use crate::office::Office;
use crate::show;

/// The setting in the store.
const SETTING: &str = "mail";
/// How long one server keeps the work to itself.
const LEASE: SignedDuration = SignedDuration::from_mins(10);
/// The name of the work.
const WORK: &str = "reminders";
/// Duties that one letter looks at.
const MOST: i64 = 1000;
/// Duties that one letter names; the rest is counted.
const NAMED: usize = 50;
/// How far ahead the first mark lies.
const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 30);
/// How often a reminder looks for something to do.
pub const EVERY: std::time::Duration = std::time::Duration::from_secs(15 * 60);

/// How the connection to the relay is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailTls {
    /// Not at all: the relay stands on this machine or in a sealed network, and is told no password.
    #[default]
    None,
    /// By STARTTLS; without it nothing is sent.
    Start,
    /// By TLS from the beginning.
    Implicit,
}

impl MailTls {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::None, Self::Start, Self::Implicit];

    /// The word in forms and texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "tls-none",
            Self::Start => "tls-start",
            Self::Implicit => "tls-implicit",
        }
    }
}

/// Through which relay letters go, and from whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailSettings {
    /// Name or address of the relay.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The address that letters come from.
    pub from: String,
    /// How the connection is secured.
    #[serde(default)]
    pub tls: MailTls,
}

/// A letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// To whom.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub text: String,
}

/// Whatever sends letters.
pub trait Post: Sync {
    /// Sends a letter. What is told of a failure names no address.
    fn send(&self, letter: &Letter) -> impl Future<Output = Result<(), Error>> + Send;
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reminded {
    /// Letters that were sent.
    pub sent: usize,
    /// Letters that could not be sent; they are tried again.
    pub failed: usize,
}

/// The nearest mark that a duty has crossed: its word, or none while it is far away or when it is over.
fn mark(left: SignedDuration, hours: bool) -> Option<&'static str> {
    let marks: &[(i64, &str)] = if hours {
        &[(1, "1h"), (6, "6h"), (24, "24h")]
    } else {
        &[(24, "1d"), (24 * 7, "7d"), (24 * 30, "30d")]
    };
    if left.is_negative() {
        return None;
    }
    marks
        .iter()
        .find(|(limit, _)| left <= SignedDuration::from_hours(*limit))
        .map(|(_, word)| *word)
}

impl Office {
    /// How letters are sent; none when nobody has said so.
    pub async fn mail_settings(&self) -> Result<Option<MailSettings>, Error> {
        let row = sqlx::query("SELECT value FROM setting WHERE name = $1")
            .bind(SETTING)
            .fetch_optional(self.db.read())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let value: String = row.try_get("value")?;
        let settings = serde_json::from_str(&value).map_err(|_| Error::Damaged {
            table: "setting",
            id: SETTING.to_owned(),
            what: "value",
        })?;
        Ok(Some(settings))
    }

    /// Says how letters are sent; an empty host ends it.
    pub async fn set_mail_settings(
        &self,
        actor: &Actor,
        (host, port, tls): (&str, &str, &str),
        from: &str,
    ) -> Result<(), Error> {
        if !any_allows(&actor.roles, Right::ManageInstallation) {
            return Err(Refusal::new("refusal-right").into());
        }
        let mut tx = self.db.write().await?;
        let host = host.trim();
        if host.is_empty() {
            sqlx::query("DELETE FROM setting WHERE name = $1")
                .bind(SETTING)
                .execute(&mut *tx)
                .await?;
            tx.commit().await?;
            return Ok(());
        }
        let sound = host.len() <= 253
            && host
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':'));
        if !sound {
            return Err(Refusal::new("refusal-mail-host").field("mail_host").into());
        }
        let port = port.trim().parse::<u16>().ok().filter(|p| *p > 0);
        let port = port.ok_or_else(|| {
            Refusal::new("refusal-range")
                .arg("from", "1")
                .arg("to", "65535")
                .field("mail_port")
        })?;
        let tls = MailTls::ALL.into_iter().find(|t| t.as_str() == tls);
        let tls = tls.ok_or_else(|| Refusal::new("refusal-mail-tls").field("mail_tls"))?;
        if tls == MailTls::None && self.edge().mail.login.is_some() {
            return Err(Refusal::new("refusal-mail-password").field("mail_tls").into());
        }
        let field = Field::new("mail_from", Kind::Email).required();
        let from = field.read(&[from.to_owned()], &jiff::tz::TimeZone::UTC)?;
        let settings = MailSettings {
            host: host.to_owned(),
            port,
            from: from.as_ref().and_then(|v| v.as_str()).unwrap_or_default().to_owned(),
            tls,
        };
        let value = serde_json::to_string(&settings).map_err(|_| Refusal::new("refusal-mail-host"))?;
        keep_setting(&mut tx, SETTING, &value).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes up work that only one server does at a time. False while another has it.
    pub async fn take_lease(&self, name: &str, holder: &str, now: Timestamp) -> Result<bool, Error> {
        let mut tx = self.db.write().await?;
        let done = sqlx::query(
            "INSERT INTO work_lease (name, holder, until) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET \
             holder = excluded.holder, until = excluded.until WHERE work_lease.until <= $4 OR work_lease.holder = excluded.holder",
        )
        .bind(name)
        .bind(holder)
        .bind((now + LEASE).as_microsecond())
        .bind(now.as_microsecond())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    /// Sends everybody what has come near since the last time.
    pub async fn remind(&self, now: Timestamp, holder: &str, post: &impl Post) -> Result<Reminded, Error> {
        let mut reminded = Reminded::default();
        if !self.take_lease(WORK, holder, now).await? {
            return Ok(reminded);
        }
        let mut connection = self.db.read().acquire().await?;
        let bodies = Body::all(&mut connection).await?;
        drop(connection);
        for body in bodies {
            // While the key of a body is locked its addresses cannot be read; its letters wait.
            if self.keys.of(&body.id).is_err() {
                continue;
            }
            for account in self.readers(&body).await? {
                match self.remind_one(&body, &account, now, post).await {
                    Ok(true) => reminded.sent += 1,
                    Ok(false) => {}
                    Err(error) => {
                        self.report(&error);
                        reminded.failed += 1;
                    }
                }
            }
        }
        Ok(reminded)
    }

    /// Accounts of a body that gave an address.
    async fn readers(&self, body: &Body) -> Result<Vec<Account>, Error> {
        let rows = sqlx::query(
            "SELECT a.* FROM account a JOIN mail_address m ON m.account = a.id \
             WHERE a.body = $1 AND a.state = 'active' ORDER BY a.id",
        )
        .bind(&body.id)
        .fetch_all(self.db.read())
        .await?;
        let accounts = rows.iter().map(|r| self.account_from_row(r));
        accounts
            .filter(|a| match a {
                Ok(account) => any_allows(&account.roles, Right::SeeDuties),
                Err(_) => true,
            })
            .collect()
    }

    async fn remind_one(
        &self,
        body: &Body,
        account: &Account,
        now: Timestamp,
        post: &impl Post,
    ) -> Result<bool, Error> {
        let Some(to) = self.mail_address(account).await? else {
            return Ok(false);
        };
        let items = self.duties(&account.actor(), now, now + AHEAD, MOST).await?;
        let mut due = Vec::new();
        let mut claims = Vec::new();
        let mut tx = self.db.write().await?;
        for item in items {
            let left = item.at.duration_since(now);
            let Some(mark) = mark(left, self.counts_hours(&item.clock)) else {
                continue;
            };
            let new = sqlx::query(
                "INSERT INTO reminder (clock, account, due_at, mark, sent_at) VALUES ($1, $2, $3, $4, $5) \
                 ON CONFLICT (clock, account, due_at, mark) DO NOTHING",
            )
            .bind(&item.clock.id)
            .bind(&account.id)
            .bind(item.at.as_microsecond())
            .bind(mark)
            .bind(now.as_microsecond())
            .execute(&mut *tx)
            .await?;
            if new.rows_affected() == 1 {
                claims.push((item.clock.id.clone(), item.at.as_microsecond(), mark));
                due.push(item);
            }
        }
        if due.is_empty() {
            return Ok(false);
        }
        tx.commit().await?;
        let letter = letter(self, self.words(account.locale), body, now, to, &due);
        if let Err(error) = post.send(&letter).await {
            let mut tx = self.db.write().await?;
            for (clock, due_at, mark) in claims {
                sqlx::query("DELETE FROM reminder WHERE clock = $1 AND account = $2 AND due_at = $3 AND mark = $4")
                    .bind(clock)
                    .bind(&account.id)
                    .bind(due_at)
                    .bind(mark)
                    .execute(&mut *tx)
                    .await?;
            }
            tx.commit().await?;
            return Err(error);
        }
        Ok(true)
    }
}

/// What a letter says: duties, registers, numbers, terms, norms; nothing of a person.
fn letter(office: &Office, words: &Words, body: &Body, now: Timestamp, to: String, due: &[DutyItem]) -> Letter {
    let number = u64::try_from(due.len()).unwrap_or(u64::MAX);
    let mut text = words.get("reminder-begin");
    text.push_str("\n\n");
    for item in due.iter().take(NAMED) {
        let reckoned = item.clock.due(&office.reckoner, body).ok();
        let by = match reckoned.as_ref().and_then(|d| d.last_day) {
            Some(day) => show::date(words.locale(), day),
            None => show::instant(words.locale(), item.at, &body.zone),
        };
        let (left, _) = show::left(words, now, item.at);
        let title = crate::web::duty_title(words, item);
        let cite = reckoned.map(|d| d.cite).unwrap_or_default();
        text.push_str(&format!("- {title}: {by} ({left}). {cite}\n"));
    }
    if due.len() > NAMED {
        let rest = u64::try_from(due.len() - NAMED).unwrap_or(0);
        text.push_str(&words.with("calendar-more", &[("n", Arg::Number(rest))]));
        text.push('\n');
    }
    text.push('\n');
    text.push_str(&words.get("reminder-end"));
    text.push('\n');
    Letter {
        to,
        subject: words.with("reminder-subject", &[("n", Arg::Number(number))]),
        text,
    }
}

#[cfg(feature = "mail")]
mod smtp {
    use std::sync::Arc;
    use std::time::Duration;

    use lettre::message::header::ContentType;
    use lettre::transport::smtp::authentication::Credentials;
    use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
    use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

    use super::{EVERY, Letter, MailSettings, MailTls, Post};
    use crate::edge::Mail;
    use crate::error::Error;
    use crate::office::{Office, now};

    /// Sends letters through a relay.
    pub struct Relay {
        transport: AsyncSmtpTransport<Tokio1Executor>,
        from: String,
    }

    impl std::fmt::Debug for Relay {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("Relay").finish_non_exhaustive()
        }
    }

    impl Relay {
        /// The relay of these settings, proved by and asked with what the edge says.
        pub fn new(settings: &MailSettings, edge: &Mail) -> Result<Self, Error> {
            let bad = |what: &dyn std::fmt::Display| Error::Installation(format!("the mail relay: {what}"));
            let proof = || {
                let mut proof = TlsParameters::builder(settings.host.clone());
                if let Some(root) = &edge.root {
                    let pem = std::fs::read(root).map_err(|e| Error::file(root, e))?;
                    let root = Certificate::from_pem(&pem).map_err(|e| bad(&e))?;
                    proof = proof
                        .certificate_store(CertificateStore::None)
                        .add_root_certificate(root);
                }
                proof.build_rustls().map_err(|e| bad(&e))
            };
            let tls = match settings.tls {
                MailTls::None => Tls::None,
                MailTls::Start => Tls::Required(proof()?),
                MailTls::Implicit => Tls::Wrapper(proof()?),
            };
            let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
                .port(settings.port)
                .tls(tls)
                .timeout(Some(Duration::from_secs(20)));
            if let (Some(login), Some(file)) = (&edge.login, &edge.password_file) {
                // A password never goes over a network in the clear.
                if settings.tls == MailTls::None {
                    return Err(bad(&"a password is sent over TLS only: choose it on the page for mail"));
                }
                let password = std::fs::read_to_string(file).map_err(|e| Error::file(file, e))?;
                let password = password.trim_end_matches(['\r', '\n']).to_owned();
                transport = transport.credentials(Credentials::new(login.clone(), password));
            }
            Ok(Self {
                transport: transport.build(),
                from: settings.from.clone(),
            })
        }
    }

    impl Post for Relay {
        async fn send(&self, letter: &Letter) -> Result<(), Error> {
            // What the library says may hold an address, and so may what the relay answers: neither is repeated.
            let bad = |what: &str| Error::Installation(format!("a reminder was not sent: {what}"));
            let message = Message::builder()
                .from(self.from.parse().map_err(|_| bad("the sender is no address"))?)
                .to(letter.to.parse().map_err(|_| bad("the receiver is no address"))?)
                .subject(letter.subject.clone())
                .header(ContentType::TEXT_PLAIN)
                .body(letter.text.clone())
                .map_err(|_| bad("the letter could not be written"))?;
            match self.transport.send(message).await {
                Ok(_) => Ok(()),
                Err(e) if e.is_permanent() => Err(bad("the relay refuses it for ever")),
                Err(e) if e.is_transient() => Err(bad("the relay refuses it for now")),
                Err(e) if e.is_timeout() => Err(bad("the relay does not answer")),
                Err(_) => Err(bad("the relay cannot be reached")),
            }
        }
    }

    /// Sends reminders until the program ends. Settings are read each time, so that a change needs no new start.
    pub async fn remind_for_ever(office: Arc<Office>) {
        let holder = crate::kernel::new_id();
        loop {
            let done = async {
                let Some(settings) = office.mail_settings().await? else {
                    return Ok(());
                };
                office
                    .remind(now(), &holder, &Relay::new(&settings, &office.edge().mail)?)
                    .await
                    .map(|_| ())
            };
            if let Err(error) = done.await {
                let error: Error = error;
                office.report(&error);
            }
            tokio::time::sleep(EVERY).await;
        }
    }
}

#[cfg(feature = "mail")]
pub use smtp::{Relay, remind_for_ever};

/// This program was built without mail: there is nothing to send.
#[cfg(not(feature = "mail"))]
pub async fn remind_for_ever(_: std::sync::Arc<Office>) {}

#[cfg(test)]
mod tests;
