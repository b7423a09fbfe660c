//! Paths.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{BodyDataStream, to_bytes};
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use axum::routing::{get, post};
use futures_util::StreamExt;
use serde::Deserialize;

use super::gate::Gate;
use super::json;
use super::stream::analyze_stream;
use crate::analyze::analyze_while;
use crate::anonymize::{anonymize_bytes, deanonymize_bytes};
use crate::lists::{entities, language, recognizers};
use crate::operators::{ANONYMIZERS, DEANONYMIZERS};
use crate::{Refusal, Service};

/// Bytes of a request that is too long which are read and thrown away, so that its client reads why.
const MAX_DRAINED: usize = 256 << 20;

/// What every path works with.
#[derive(Debug, Clone)]
pub(crate) struct Shared {
    pub(crate) service: Arc<Service>,
    pub(crate) gate: Arc<Gate>,
}

/// All paths. It has no fallback, so that it can be merged with another router.
pub fn router(service: Service) -> Router {
    let gate = Gate::new(service.tokens.clone(), service.limits);
    let shared = Shared {
        service: Arc::new(service),
        gate: Arc::new(gate),
    };
    Router::new()
        .route("/health", get(health))
        .route("/analyze", post(analyze))
        .route("/analyze/stream", post(analyze_stream))
        .route("/anonymize", post(anonymize))
        .route("/deanonymize", post(deanonymize))
        .route("/supportedentities", get(supported_entities))
        .route("/recognizers", get(all_recognizers))
        .route("/anonymizers", get(anonymizers))
        .route("/deanonymizers", get(deanonymizers))
        .with_state(shared)
}

/// Serves the interface alone until it is told to stop; requests under way are finished.
pub async fn serve(
    listener: tokio::net::TcpListener,
    service: Service,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), std::io::Error> {
    let none = |_: Request| async { Refusal::new(404, "There is nothing at this path") };
    let wrong = || async { Refusal::new(405, "This path does not take this method") };
    let router = router(service).fallback(none).method_not_allowed_fallback(wrong);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop).await
}

async fn health() -> &'static str {
    "Tutela analyzer service is up"
}

async fn analyze(State(shared): State<Shared>, request: Request) -> Result<Response, Refusal> {
    work(shared, request, analyze_while).await
}

async fn anonymize(State(shared): State<Shared>, request: Request) -> Result<Response, Refusal> {
    work(shared, request, |body, service, _| {
        anonymize_bytes(body, &service.limits)
    })
    .await
}

async fn deanonymize(State(shared): State<Shared>, request: Request) -> Result<Response, Refusal> {
    work(shared, request, |body, service, _| {
        deanonymize_bytes(body, &service.limits)
    })
    .await
}

/// Reads the body and works on it on a thread of its own, within the limits.
async fn work(
    shared: Shared,
    request: Request,
    answer: impl FnOnce(&[u8], &Service, &dyn Fn() -> bool) -> Result<Vec<u8>, Refusal> + Send + 'static,
) -> Result<Response, Refusal> {
    shared.gate.admit(request.headers())?;
    is_json(request.headers())?;
    let limits = shared.service.limits;
    let declared = request.headers().get(header::CONTENT_LENGTH);
    let declared = declared.and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|n| n > limits.body) {
        // A client that is still sending when the answer comes may never read it.
        let _ = tokio::time::timeout(limits.time, drain(&mut request.into_body().into_data_stream())).await;
        return Err(Refusal::too_long(limits.body));
    }
    // The turn comes first: bodies that wait for one would fill the memory.
    let turn = shared.gate.turn().await?;
    let whole = async {
        let body = to_bytes(request.into_body(), limits.body)
            .await
            .map_err(|e| body_fault(&e, limits.body))?;
        let service = Arc::clone(&shared.service);
        // When the request is late or its client gone, this future is dropped, and with it what the work looks at.
        let waiting = Arc::new(());
        let waits = Arc::downgrade(&waiting);
        let done = tokio::task::spawn_blocking(move || {
            let done = answer(&body, &service, &|| waits.strong_count() > 0);
            drop(turn);
            done
        });
        // A panic is a defect; its message could hold text and is not passed on.
        let done = done.await.map_err(|_| Refusal::failed())?;
        drop(waiting);
        done
    };
    let late = || Refusal::new(408, "The request took too long");
    let body = tokio::time::timeout(limits.time, whole).await.map_err(|_| late())??;
    Ok(json(body))
}

/// Reads what nobody wants, up to a length.
pub(super) async fn drain(flow: &mut BodyDataStream) {
    let mut seen = 0;
    while let Some(Ok(bytes)) = flow.next().await {
        seen += bytes.len();
        if seen > MAX_DRAINED {
            return;
        }
    }
}

/// A body that ends too late is too long; one that breaks off is not to be read.
fn body_fault(error: &axum::Error, most: usize) -> Refusal {
    if error.to_string().contains("length limit") {
        Refusal::too_long(most)
    } else {
        Refusal::request("The request broke off")
    }
}

/// A form of a page of somebody else cannot send JSON without being asked; so nothing else is taken.
fn is_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json")) {
        return Ok(());
    }
    Err(Refusal::new(
        415,
        "Did not attempt to load JSON data because the request Content-Type was not 'application/json'.",
    ))
}

#[derive(Deserialize)]
pub(crate) struct Language {
    pub(crate) language: Option<String>,
}

impl Language {
    fn read(self) -> Result<Option<tutela_detect::Lang>, Refusal> {
        self.language
            .filter(|l| !l.is_empty())
            .map(|code| language(&code))
            .transpose()
    }
}

async fn supported_entities(
    State(shared): State<Shared>,
    Query(query): Query<Language>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    shared.gate.admit(&headers)?;
    list(&entities(&shared.service, query.read()?))
}

async fn all_recognizers(
    State(shared): State<Shared>,
    Query(query): Query<Language>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    shared.gate.admit(&headers)?;
    list(&recognizers(&shared.service, query.read()?))
}

async fn anonymizers(State(shared): State<Shared>, headers: HeaderMap) -> Result<Response, Refusal> {
    shared.gate.admit(&headers)?;
    list(&ANONYMIZERS)
}

async fn deanonymizers(State(shared): State<Shared>, headers: HeaderMap) -> Result<Response, Refusal> {
    shared.gate.admit(&headers)?;
    list(&DEANONYMIZERS)
}

fn list(what: &impl serde::Serialize) -> Result<Response, Refusal> {
    serde_json::to_vec(what).map(json).map_err(|_| Refusal::failed())
}
