//! Who may ask, and how much at the same time.

use std::sync::Arc;

use axum::http::{HeaderMap, header};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Limits, Refusal, Tokens};

/// Lets requests in.
#[derive(Debug)]
pub(crate) struct Gate {
    tokens: Option<Tokens>,
    limits: Limits,
    turns: Arc<Semaphore>,
}

impl Gate {
    pub(crate) fn new(tokens: Option<Tokens>, limits: Limits) -> Self {
        Self {
            tokens,
            limits,
            turns: Arc::new(Semaphore::new(limits.at_once.max(1))),
        }
    }

    /// Whether this request may ask at all.
    pub(crate) fn admit(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let given = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
        match &self.tokens {
            Some(tokens) if !tokens.hold(given) => Err(Refusal::new(401, "A token is needed: Authorization: Bearer …")),
            _ => Ok(()),
        }
    }

    /// Waits for a turn.
    pub(crate) async fn turn(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        let busy = || Refusal::new(503, "Too many requests at the same time: try again");
        let turn = tokio::time::timeout(self.limits.time, Arc::clone(&self.turns).acquire_owned()).await;
        turn.map_err(|_| busy())?.map_err(|_| busy())
    }
}
