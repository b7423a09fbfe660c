//! Asking a provider over HTTP: by TLS, in bounded time, with bounded answers, without going where it sends us.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;

use crate::error::Error;
use crate::web::tls::client;

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
        client::agent(root, PATIENCE).map(Self)
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
