//! `POST /analyze/stream`: many records, one a line, answered as they come.
//!
//! Every line is a request as for `/analyze`, with one text, and may have an `id`; its answer is `{"id": …, "results": […]}` or `{"id": …, "error": "…"}`, in the
//! same order. `?language=` holds for lines that name none. No more than some lines are in memory: a client that sends without reading is
//! made to wait, and one that sends nothing for too long is left.

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::{Query, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use serde_json::Value;

use super::routes::{Language, Shared, drain};
use crate::Refusal;
use crate::stream::{stream_line, told};

/// Bytes of lines that are worked on together.
const BATCH: usize = 256 << 10;

/// Where a stream stands.
struct Flow {
    shared: Shared,
    lang: Option<String>,
    body: BodyDataStream,
    /// What came and is not a whole line yet.
    rest: Vec<u8>,
    /// Bytes of it in which no line ends.
    searched: usize,
    ended: bool,
}

pub(crate) async fn analyze_stream(
    State(shared): State<Shared>,
    Query(query): Query<Language>,
    request: Request,
) -> Result<Response, Refusal> {
    shared.gate.admit(request.headers())?;
    let flow = Flow {
        shared,
        lang: query.language,
        body: request.into_body().into_data_stream(),
        rest: Vec::new(),
        searched: 0,
        ended: false,
    };
    let answers = stream::unfold(flow, |mut flow| async move {
        let answer = flow.next().await?;
        Some((Ok::<_, std::convert::Infallible>(Bytes::from(answer)), flow))
    });
    let kind = HeaderValue::from_static("application/x-ndjson");
    Ok((
        [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ],
        Body::from_stream(answers),
    )
        .into_response())
}

impl Flow {
    /// The answers to the next lines; none at the end.
    async fn next(&mut self) -> Option<Vec<u8>> {
        loop {
            if let Some(lines) = self.lines() {
                let answers = answer(self.shared.clone(), self.lang.clone(), lines).await;
                if answers.is_empty() {
                    continue;
                }
                return Some(answers);
            }
            if self.ended {
                return None;
            }
            let limits = self.shared.service.limits;
            if self.rest.len() > limits.body {
                self.rest = Vec::new();
                let _ = tokio::time::timeout(limits.time, drain(&mut self.body)).await;
                return Some(self.give_up(&Refusal::too_long(limits.body)));
            }
            match tokio::time::timeout(limits.time, self.body.next()).await {
                Ok(Some(Ok(bytes))) => self.rest.extend_from_slice(&bytes),
                Ok(None) => self.ended = true,
                Ok(Some(Err(_))) => return Some(self.give_up(&Refusal::request("The request broke off"))),
                Err(_) => return Some(self.give_up(&Refusal::request("Nothing came for too long"))),
            }
        }
    }

    /// Whole lines out of what came, some at a time.
    fn lines(&mut self) -> Option<Vec<u8>> {
        let near = self.rest.get(..self.rest.len().min(BATCH)).unwrap_or_default();
        let end = near.iter().rposition(|b| *b == b'\n').or_else(|| {
            // A line that is longer than a batch ends further on.
            let fresh = self.rest.get(self.searched..).unwrap_or_default();
            fresh.iter().position(|b| *b == b'\n').map(|at| at + self.searched)
        });
        self.searched = self.rest.len();
        let end = match end {
            Some(at) => at + 1,
            None if self.ended && !self.rest.is_empty() => self.rest.len(),
            None => return None,
        };
        let behind = self.rest.split_off(end);
        self.searched = 0;
        Some(std::mem::replace(&mut self.rest, behind))
    }

    /// The last answer: what is wrong with the stream.
    fn give_up(&mut self, refusal: &Refusal) -> Vec<u8> {
        self.ended = true;
        self.rest.clear();
        told(&Value::Null, refusal)
    }
}

/// Answers some lines, in order. It borrows nothing of the stream, which cannot be looked at by two threads.
async fn answer(shared: Shared, lang: Option<String>, lines: Vec<u8>) -> Vec<u8> {
    let turn = match shared.gate.turn().await {
        Ok(turn) => turn,
        Err(busy) => return all_refused(&lines, &busy),
    };
    let done = tokio::task::spawn_blocking(move || {
        let mut out = Vec::new();
        for line in lines.split(|b| *b == b'\n').filter(|l| !l.trim_ascii().is_empty()) {
            stream_line(line, lang.as_deref(), &shared.service, &mut out);
        }
        drop(turn);
        out
    });
    done.await.unwrap_or_else(|_| told(&Value::Null, &Refusal::failed()))
}

fn all_refused(lines: &[u8], refusal: &Refusal) -> Vec<u8> {
    let lines = lines.split(|b| *b == b'\n').filter(|l| !l.trim_ascii().is_empty());
    lines.flat_map(|_| told(&Value::Null, refusal)).collect()
}
