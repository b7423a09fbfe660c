//! The engine behind the REST interface of Presidio 2.2, so that its clients can come over by another address.
//!
//! `POST /analyze`, `/analyze/stream`, `/anonymize`, `/deanonymize`; `GET /health`, `/supportedentities`, `/recognizers`, `/anonymizers`, `/deanonymizers`.
//! Shapes, defaults and messages are those of Presidio's servers; what differs stands in `docs/analyzer.md`. [`router`] can stand alone or be merged with
//! another; it knows nothing of it. Texts are in memory while they are worked on and nowhere else: not in logs, not in errors.

mod aes_cbc;
mod analyze;
mod anonymize;
mod answer;
#[cfg(feature = "http")]
mod http;
mod json;
mod lists;
mod offsets;
mod operators;
mod spans;
mod stream;
#[cfg(test)]
#[cfg(feature = "http")]
mod tests;
mod tokens;

use std::sync::Arc;
use std::time::Duration;

use tutela_recognizers::Seat;

pub use analyze::analyze_bytes;
pub use anonymize::{anonymize_bytes, deanonymize_bytes};
pub use answer::Refusal;
#[cfg(feature = "http")]
pub use http::{router, serve};
pub use stream::stream_line;
pub use tokens::{Tokens, WrongTokens};

/// What one request may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a request, and of a line of a stream.
    pub body: usize,
    /// Requests that are worked on at the same time.
    pub at_once: usize,
    /// How long a request may take, and how long one may wait for its turn.
    pub time: Duration,
    /// Findings in one text: more are a mistake in a pattern.
    pub findings: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 16 << 20,
            at_once: 2 * std::thread::available_parallelism().map_or(1, usize::from),
            time: Duration::from_secs(60),
            findings: 200_000,
        }
    }
}

/// What the interface works with.
#[derive(Debug, Clone, Default)]
pub struct Service {
    /// Recognisers of files.
    pub seats: Vec<Arc<Seat>>,
    /// The least score of a finding, where a request names none.
    pub min_score: f32,
    /// What one request may take.
    pub limits: Limits,
    /// Who may ask; none: anybody who can reach the address.
    pub tokens: Option<Tokens>,
}
