//! Signing in with a provider of identities (`OpenID` Connect: authorization code with PKCE). The provider says who somebody is there;
//! accounts, roles and second factors stay here. An account is found by issuer and subject, as an administrator linked them, never
//! by an address or a name that the provider tells.

mod http;
#[cfg(test)]
mod tests;
mod token;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::Jwk;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use sqlx::Row;

use crate::config;
use crate::edge::Origin;
use crate::error::{Error, Refusal};
use crate::kernel::people::sign_in::{From, begin_first};
use crate::kernel::people::{random_token, stored_token};
use crate::kernel::store::text;
use crate::office::Office;

use http::{Asker, Form, Shared};
use token::Expected;

/// How long somebody may be at the provider.
const AWAY: SignedDuration = SignedDuration::from_mins(10);
/// For how long what a provider says of itself is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(1);
/// How soon its keys are fetched again when a token names one that is not known.
const AGAIN: SignedDuration = SignedDuration::from_mins(1);
/// The longest secret, in bytes.
const MAX_SECRET: u64 = 4096;

/// A provider of identities.
#[derive(Debug, Clone)]
pub struct Provider {
    /// Its name in addresses.
    pub name: String,
    /// What its button says.
    pub label: String,
    /// The issuer, as it names itself.
    pub issuer: String,
    client: String,
    secret_file: Option<PathBuf>,
    root: Option<PathBuf>,
    asker: Shared,
    known: Arc<Mutex<Option<Known>>>,
}

/// What a provider says of itself (`OpenID` Connect Discovery, 3).
#[derive(Debug, Clone, Deserialize)]
struct Discovered {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    end_session_endpoint: Option<String>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

#[derive(Debug, Clone)]
struct Known {
    of: Discovered,
    keys: Vec<Jwk>,
    at: Timestamp,
    keys_at: Timestamp,
}

/// Where somebody is sent, and what their browser keeps meanwhile.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The address at the provider.
    pub location: String,
    /// The token for a cookie.
    pub browser: String,
}

/// What a browser brings back.
#[derive(Debug, Clone, Copy)]
pub struct Back<'a> {
    /// The token out of the cookie.
    pub browser: &'a str,
    /// What went out as `state`.
    pub state: &'a str,
    /// The code, if there is one.
    pub code: &'a str,
    /// The fault that the provider tells of, if there is one.
    pub error: &'a str,
    /// The issuer, where the provider names it (RFC 9207).
    pub issuer: &'a str,
}

/// How somebody at a provider is kept: whoever reads the table does not learn their name there.
pub fn identity(issuer: &str, subject: &str) -> String {
    stored_token(&format!("provider\n{issuer}\n{subject}"))
}

/// What a parameter needs in an address or a form.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn pairs(all: &[(&str, &str)]) -> String {
    let all: Vec<_> = all
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    all.join("&")
}

/// Whether an address is asked at all: by TLS, or on this machine.
fn sound(url: &str) -> bool {
    match Origin::parse(url) {
        Some(origin) if origin.as_str().starts_with("https://") => true,
        Some(origin) => matches!(origin.host(), "127.0.0.1" | "[::1]" | "localhost"),
        None => false,
    }
}

impl Provider {
    /// A provider as the configuration describes it.
    pub fn new(given: &config::Provider) -> Result<Self, String> {
        let name = &given.name;
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || name.len() > 40 || !name.chars().all(plain) {
            return Err(format!(
                "provider: the name {name:?} has other signs than a to z, digits and -"
            ));
        }
        if given.label.trim().is_empty() || given.client_id.is_empty() {
            return Err(format!("provider {name}: label and client_id may not be empty"));
        }
        if !sound(&given.issuer) || given.issuer.contains(['?', '#']) {
            return Err(format!(
                "provider {name}: issuer must begin with https:// and have no ? and no #"
            ));
        }
        Ok(Self {
            name: name.clone(),
            label: given.label.trim().to_owned(),
            issuer: given.issuer.clone(),
            client: given.client_id.clone(),
            secret_file: given.client_secret_file.clone(),
            root: given.root.clone(),
            asker: Arc::new(OnceLock::new()),
            known: Arc::new(Mutex::new(None)),
        })
    }

    /// The secret of the office at the provider, as it is in its file now.
    fn secret(&self) -> Result<Option<String>, Error> {
        let Some(path) = &self.secret_file else { return Ok(None) };
        let length = std::fs::metadata(path).map_err(|e| Error::file(path, e))?.len();
        if length > MAX_SECRET {
            return Err(Error::Installation(format!(
                "{} is too long for a secret",
                path.display()
            )));
        }
        let secret = std::fs::read_to_string(path).map_err(|e| Error::file(path, e))?;
        Ok(Some(secret.trim_end_matches(['\r', '\n']).to_owned()))
    }

    fn asker(&self) -> Result<&Asker, Error> {
        if let Some(asker) = self.asker.get() {
            return Ok(asker);
        }
        let made = Asker::new(self.root.as_deref())?;
        Ok(self.asker.get_or_init(|| made))
    }

    /// The provider does not answer as it should: the log is told why, a user what to do.
    fn failed(&self, why: &str) -> Error {
        tracing::error!("the provider {}: {why}", self.name);
        Refusal::new("refusal-provider").arg("name", &self.label).into()
    }

    async fn fetch(&self, url: &str) -> Result<Vec<u8>, Error> {
        let asked = self.asker()?.ask(url, None).await;
        asked.map_err(|why| self.failed(&format!("{url}: {why}")))
    }

    async fn fetch_keys(&self, of: &Discovered) -> Result<Vec<Jwk>, Error> {
        let set = self.fetch(&of.jwks_uri).await?;
        token::keys(&set).ok_or_else(|| self.failed("its keys are no set of keys"))
    }

    /// What the provider says of itself, from memory or fetched. Where it does not answer, what it said last still counts.
    async fn known(&self, now: Timestamp) -> Result<Known, Error> {
        let held = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(held) = &held
            && now.duration_since(held.at).abs() < KEPT
        {
            return Ok(held.clone());
        }
        match (self.discover(now).await, held) {
            (Ok(known), _) => {
                *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known.clone());
                Ok(known)
            }
            (Err(Error::Refused(_)), Some(held)) => Ok(held),
            (Err(error), _) => Err(error),
        }
    }

    async fn discover(&self, now: Timestamp) -> Result<Known, Error> {
        let url = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let of: Discovered = serde_json::from_slice(&self.fetch(&url).await?)
            .map_err(|_| self.failed("its configuration is not that of a provider"))?;
        if of.issuer != self.issuer {
            return Err(self.failed(
                "it names another issuer than the configuration of this office: they must be equal to the letter",
            ));
        }
        let ends = of.end_session_endpoint.iter();
        let addresses = [&of.authorization_endpoint, &of.token_endpoint, &of.jwks_uri];
        if !addresses.into_iter().chain(ends).all(|url| sound(url)) {
            return Err(self.failed("it names an address without TLS"));
        }
        let keys = self.fetch_keys(&of).await?;
        Ok(Known {
            of,
            keys,
            at: now,
            keys_at: now,
        })
    }

    /// The keys with the one that a token names, fetched again when it is new.
    async fn keys_for(&self, token: &str, known: Known, now: Timestamp) -> Result<Vec<Jwk>, Error> {
        if token::knows_key(token, &known.keys) || now.duration_since(known.keys_at).abs() < AGAIN {
            return Ok(known.keys);
        }
        let keys = self.fetch_keys(&known.of).await?;
        let fresh = Known {
            keys: keys.clone(),
            keys_at: now,
            ..known
        };
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(fresh);
        Ok(keys)
    }

    /// Turns a code into a token.
    async fn redeem(&self, of: &Discovered, code: &str, verifier: &str, to: &str) -> Result<String, Error> {
        #[derive(Deserialize)]
        struct Tokens {
            id_token: String,
        }
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", to),
            ("code_verifier", verifier),
        ];
        let secret = self.secret()?;
        let methods = of.token_endpoint_auth_methods_supported.as_deref();
        // By the standard a provider that says nothing takes the secret in the header.
        let in_header = methods.is_none_or(|m| m.iter().any(|m| m == "client_secret_basic"));
        let basic = match &secret {
            Some(secret) if in_header => {
                let both = format!("{}:{}", encoded(&self.client), encoded(secret));
                Some(Base64::encode_string(both.as_bytes()))
            }
            Some(secret) => {
                fields.extend([("client_id", self.client.as_str()), ("client_secret", secret.as_str())]);
                None
            }
            None => {
                fields.push(("client_id", &self.client));
                None
            }
        };
        let form = Form {
            fields: pairs(&fields),
            basic,
        };
        let answer = self.asker()?.ask(&of.token_endpoint, Some(form)).await;
        let answer = answer.map_err(|why| self.failed(&format!("the code was not turned into a token: {why}")))?;
        let tokens: Tokens =
            serde_json::from_slice(&answer).map_err(|_| self.failed("its answer to the code holds no id_token"))?;
        Ok(tokens.id_token)
    }
}

impl Office {
    /// The provider of this name.
    pub fn provider(&self, name: &str) -> Option<&Provider> {
        self.edge().providers.iter().find(|p| p.name == name)
    }

    fn named_provider(&self, name: &str) -> Result<(&Provider, String), Error> {
        let provider = self.provider(name).ok_or_else(|| Refusal::new("refusal-no-page"))?;
        let public = self.edge().public.as_ref();
        let public = public.ok_or_else(|| Error::Installation("a provider needs public_url".to_owned()))?;
        Ok((provider, format!("{}/sign-in/from/{name}", public.as_str())))
    }

    /// Sends somebody to a provider.
    pub async fn begin_at_provider(&self, name: &str, now: Timestamp) -> Result<Sent, Error> {
        let (provider, to) = self.named_provider(name)?;
        let known = provider.known(now).await?;
        let (state, nonce, verifier, browser) = (random_token()?, random_token()?, random_token()?, random_token()?);
        let mut tx = self.db.write().await?;
        sqlx::query("DELETE FROM provider_sign_in WHERE expires_at < $1")
            .bind(now.as_microsecond())
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "INSERT INTO provider_sign_in (state, provider, browser, nonce, verifier, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(stored_token(&state))
        .bind(name)
        .bind(stored_token(&browser))
        .bind(&nonce)
        .bind(&verifier)
        .bind((now + AWAY).as_microsecond())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        let challenge = Base64UrlUnpadded::encode_string(&Sha256::digest(verifier.as_bytes()));
        let asked = pairs(&[
            ("response_type", "code"),
            ("scope", "openid"),
            ("client_id", &provider.client),
            ("redirect_uri", &to),
            ("state", &state),
            ("nonce", &nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        let at = &known.of.authorization_endpoint;
        let joint = if at.contains('?') { '&' } else { '?' };
        Ok(Sent {
            location: format!("{at}{joint}{asked}"),
            browser,
        })
    }

    /// Takes somebody back from a provider. The token is of a session, or of half a one where the account has a second factor.
    pub async fn end_at_provider(
        &self,
        name: &str,
        back: Back<'_>,
        from: From<'_>,
        now: Timestamp,
    ) -> Result<String, Error> {
        let (provider, to) = self.named_provider(name)?;
        let mut tx = self.db.write().await?;
        let row = sqlx::query(
            "DELETE FROM provider_sign_in WHERE state = $1 AND provider = $2 AND browser = $3 AND expires_at > $4 \
             RETURNING nonce, verifier",
        )
        .bind(stored_token(back.state))
        .bind(name)
        .bind(stored_token(back.browser))
        .bind(now.as_microsecond())
        .fetch_optional(&mut *tx)
        .await?;
        // Whatever comes of it, this state is used up.
        tx.commit().await?;
        let row = row.ok_or_else(|| Refusal::new("refusal-provider-late"))?;
        let label = || provider.label.clone();
        if !back.issuer.is_empty() && back.issuer != provider.issuer {
            return Err(provider.failed("an answer names another issuer"));
        }
        if back.error == "access_denied" {
            return Err(Refusal::new("refusal-provider-denied").arg("name", label()).into());
        }
        if !back.error.is_empty() || back.code.is_empty() {
            // What the provider says may hold anything; only its code is told, if it is one.
            let code = back.error.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            let code = if code && back.error.len() <= 40 {
                back.error
            } else {
                "no known fault"
            };
            return Err(provider.failed(&format!("it sent somebody back with: {code}")));
        }
        let (nonce, verifier) = (text(&row, "nonce")?, text(&row, "verifier")?);
        let known = provider.known(now).await?;
        let token = provider.redeem(&known.of, back.code, &verifier, &to).await?;
        let keys = provider.keys_for(&token, known, now).await?;
        let expected = Expected {
            issuer: &provider.issuer,
            client: &provider.client,
            nonce: &nonce,
            now,
        };
        let subject = token::check(&token, &keys, expected).map_err(|fault| {
            tracing::error!("the provider {}: a token is refused: {fault}", provider.name);
            Error::from(Refusal::new("refusal-provider-token").arg("name", label()))
        })?;
        let mut tx = self.db.write().await?;
        let row = sqlx::query(
            "SELECT a.* FROM provider_identity i JOIN account a ON a.id = i.account \
             WHERE i.identity = $1 AND i.state = 'confirmed' AND a.state = 'active'",
        )
        .bind(identity(&provider.issuer, &subject))
        .fetch_optional(&mut *tx)
        .await?;
        // It is shown to the person whom it names, for the administrator; nothing keeps it.
        let row = row.ok_or_else(|| {
            Refusal::new("refusal-provider-unknown")
                .arg("name", label())
                .arg("subject", subject)
        })?;
        let account = self.account_from_row(&row)?;
        sqlx::query("UPDATE account SET must_change = 0 WHERE id = $1 AND password IS NULL")
            .bind(&account.id)
            .execute(&mut *tx)
            .await?;
        let factor: String = row.try_get("factor_state")?;
        let token = begin_first(&mut tx, &account, &factor, from.client, now).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(token)
    }

    /// Where a provider ends its own session, if it does.
    pub async fn end_of_provider(&self, name: &str, now: Timestamp) -> Result<Option<String>, Error> {
        let (provider, _) = self.named_provider(name)?;
        let known = provider.known(now).await?;
        let public = self.edge().public.as_ref().map(|p| format!("{}/sign-in", p.as_str()));
        Ok(known.of.end_session_endpoint.map(|at| {
            let joint = if at.contains('?') { '&' } else { '?' };
            let asked = pairs(&[
                ("client_id", &provider.client),
                ("post_logout_redirect_uri", &public.unwrap_or_default()),
            ]);
            format!("{at}{joint}{asked}")
        }))
    }
}
