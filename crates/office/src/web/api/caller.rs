//! Who calls: a token of an account, never a cookie. So no page of another site can make a browser call.

use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::Response;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tutela_words::Locale;

use crate::error::{Error, Refusal};
use crate::kernel::people::Account;
use crate::kernel::record::{Actor, Input};
use crate::kernel::token::Scope;
use crate::office::now;
use crate::web::Site;
use crate::web::api::error::failed;
use crate::web::sign_in::asked_language;

/// Longest call: values, and files that lie in it as text. Longer files come by an address of their own.
const MAX_SENT: usize = 12 << 20;

/// Whoever calls.
pub(crate) struct Caller {
    pub(crate) account: Account,
    pub(crate) scope: Scope,
    pub(crate) locale: Locale,
}

impl Caller {
    /// As who the call acts.
    pub(crate) fn actor(&self) -> Actor {
        self.account.actor()
    }

    /// Refuses what a token for reading does not allow.
    pub(crate) fn may_write(&self) -> Result<(), Error> {
        match self.scope {
            Scope::Write => Ok(()),
            Scope::Read => Err(Refusal::new("refusal-scope").into()),
        }
    }

    /// The answer to what failed.
    pub(crate) fn failed(&self, site: &Site, error: &Error) -> Response {
        failed(site, self.locale, error)
    }
}

impl FromRequestParts<Site> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Self::Rejection> {
        let asked = asked_language(&parts.headers);
        let given = parts.headers.get(AUTHORIZATION).and_then(|v| v.to_str().ok());
        let token = given.and_then(|g| {
            let (scheme, token) = g.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        let found = match token {
            Some(token) => site.office.bearer(token, now()).await,
            None => Ok(None),
        };
        match found {
            Ok(Some((account, scope))) => {
                let locale = if parts.headers.contains_key(ACCEPT_LANGUAGE) {
                    asked
                } else {
                    account.locale
                };
                Ok(Self { account, scope, locale })
            }
            Ok(None) => Err(failed(site, asked, &Refusal::new("refusal-token").into())),
            Err(error) => Err(failed(site, asked, &error)),
        }
    }
}

/// What an address asks for after its question mark. Nonsense there is told as JSON like everything else.
pub(crate) struct Asking<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Site> for Asking<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Self::Rejection> {
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(asked)) => Ok(Self(asked)),
            Err(_) => {
                let locale = asked_language(&parts.headers);
                Err(failed(site, locale, &Refusal::new("refusal-query-part").into()))
            }
        }
    }
}

/// A call with a JSON object in it.
pub(crate) struct Sent {
    pub(crate) caller: Caller,
    pub(crate) object: Map<String, Value>,
}

impl FromRequest<Site> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Self::Rejection> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, site).await?;
        let refused = || caller.failed(site, &Refusal::new("refusal-body").into());
        let kind = parts.headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
        let is_json = kind.is_some_and(|k| {
            let kind = k.split(';').next().unwrap_or_default().trim();
            kind.eq_ignore_ascii_case("application/json")
        });
        if !is_json {
            return Err(refused());
        }
        let bytes = axum::body::to_bytes(body, MAX_SENT).await.map_err(|_| refused())?;
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(object)) => Ok(Self { caller, object }),
            _ => Err(refused()),
        }
    }
}

impl Sent {
    /// A text of the object.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.object.get(name).and_then(Value::as_str)
    }

    /// Refuses members that the call does not know: a misspelt one would be lost without a word.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Error> {
        let unknown = self.object.keys().filter(|k| !known.contains(&k.as_str()));
        let refused: Vec<_> = unknown
            .map(|k| Refusal::new("refusal-unknown-field").field(k.clone()))
            .collect();
        if refused.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(refused))
        }
    }

    /// The version of the card that the caller saw.
    pub(crate) fn version(&self) -> Result<Option<i64>, Error> {
        match self.object.get("version") {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_i64() {
                Some(version) => Ok(Some(version)),
                None => Err(Refusal::new("refusal-number").field("version").into()),
            },
        }
    }

    /// The values of an act, as a form would send them. Which of them the operation takes, it says itself.
    /// Those that are `apart` are left to whoever asks.
    pub(crate) fn values(&self, known: &[&str], apart: &[&str]) -> Result<Input, Error> {
        let none = Map::new();
        let given = match self.object.get("values") {
            None | Some(Value::Null) => &none,
            Some(Value::Object(given)) => given,
            Some(_) => return Err(Refusal::new("refusal-body").field("values").into()),
        };
        let mut input = Input::new();
        let mut refused = Vec::new();
        for (name, value) in given.iter().filter(|(name, _)| !apart.contains(&name.as_str())) {
            if !known.contains(&name.as_str()) {
                refused.push(Refusal::new("refusal-unknown-field").field(name.clone()));
                continue;
            }
            match words(value) {
                Some(words) => {
                    input.insert(name.clone(), words);
                }
                None => refused.push(Refusal::new("refusal-body").field(name.clone())),
            }
        }
        if refused.is_empty() {
            Ok(input)
        } else {
            Err(Error::Invalid(refused))
        }
    }
}

/// A value as a form would send it.
fn words(value: &Value) -> Option<Vec<String>> {
    let one = |value: &Value| match value {
        Value::String(s) => Some(s.clone()),
        Value::Number(n) => Some(n.to_string()),
        _ => None,
    };
    match value {
        Value::Null | Value::Bool(false) => Some(Vec::new()),
        Value::Bool(true) => Some(vec!["1".to_owned()]),
        Value::Array(all) => all.iter().map(one).collect(),
        Value::Object(_) => None,
        single => one(single).map(|s| vec![s]),
    }
}
