//! Pages: server-rendered, complete without script, in the language of whoever looks.

mod api;
mod chart;
mod files;
mod frame;
mod guard;
mod limit;
mod pages;
mod public;
mod sign_in;
mod statics;
#[cfg(test)]
mod tests;
pub mod tls;
mod work;

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

pub use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware;
use axum::routing::{get, post};

use crate::edge::Origin;
use crate::office::Office;

pub(crate) use frame::refusal_text;
pub use guard::Secure;
#[cfg(feature = "oidc")]
pub(crate) use guard::same;
pub(crate) use pages::card::event_text;
pub(crate) use pages::tokens::duty_title;

/// Longest form that is taken, in bytes.
const MAX_FORM: usize = 1 << 20;

/// What every page works with.
#[derive(Debug, Clone)]
pub struct Site {
    /// The office.
    pub office: Arc<Office>,
    /// Whether browsers reach the office over TLS.
    pub secure: Secure,
}

/// From where a request comes, put into its extensions by whoever knows better than the connection: the reader of the headers
/// of a trusted proxy.
#[derive(Debug, Clone, Copy)]
pub struct Client(pub IpAddr);

/// All pages of an office.
pub fn router(site: Site) -> Router {
    Router::new()
        .route("/", get(pages::today::home))
        .route("/sign-in", get(sign_in::page).post(sign_in::submit))
        .route("/sign-in/code", get(sign_in::code_page).post(sign_in::submit_code))
        .route("/sign-in/code/passkey/begin", post(sign_in::begin_code_passkey))
        .route("/sign-in/code/passkey", post(sign_in::submit_code_passkey))
        .route("/sign-in/passkey/begin", post(sign_in::begin_passkey))
        .route("/sign-in/passkey", post(sign_in::submit_passkey))
        .route("/sign-in/{token}", get(sign_in::by_link))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/language", post(sign_in::language))
        .route(
            "/set-up/questions",
            get(pages::setup::questions).post(pages::setup::submit_questions),
        )
        .route("/set-up/{token}", get(pages::setup::page).post(pages::setup::submit))
        .route("/account", get(pages::own::page))
        .route(
            "/account/password",
            get(pages::own::password).post(pages::own::submit_password),
        )
        .route("/account/end-session", post(pages::own::end_session))
        .route("/account/end-sessions", post(pages::own::end_sessions))
        .route("/account/factor", get(pages::factor::page))
        .route("/account/factor/{step}", post(pages::factor::submit))
        .route("/account/passkeys/begin", post(pages::factor::begin_passkey))
        .route("/account/passkeys/add", post(pages::factor::add_passkey))
        .route("/account/passkeys/remove", post(pages::factor::remove_passkey))
        .route("/account/passkeys/rename", post(pages::factor::rename_passkey))
        .route("/unlock", get(pages::unlock::page).post(pages::unlock::submit))
        .route("/accounts", get(pages::accounts::page))
        .route(
            "/accounts/new",
            get(pages::accounts::create).post(pages::accounts::submit_create),
        )
        .route("/accounts/{account}", get(pages::accounts::account))
        .route("/accounts/{account}/{keeping}", post(pages::accounts::keep))
        .route("/bodies", get(pages::bodies::page))
        .route(
            "/bodies/new",
            get(pages::bodies::create).post(pages::bodies::submit_create),
        )
        .route(
            "/bodies/{body}",
            get(pages::bodies::change).post(pages::bodies::submit_change),
        )
        .route(
            "/bodies/{body}/factor",
            get(pages::demand::page).post(pages::demand::submit),
        )
        .route("/today", get(pages::today::page))
        .route("/search", get(pages::search::page).post(pages::search::submit))
        .route("/consents/check", get(pages::check::page))
        .route("/due-for-destruction", get(pages::keep::page).post(pages::keep::run))
        .route("/consents/check/{card}", post(pages::check::people))
        .route(
            "/consents/check/{card}/list",
            post(pages::check::list).layer(DefaultBodyLimit::max(pages::exchange::MAX_UPLOAD)),
        )
        .route("/registers/{register}", get(pages::list::page))
        .route(
            "/registers/{register}/new/{operation}",
            get(pages::form::create)
                .post(pages::form::submit_create)
                .layer(DefaultBodyLimit::max(files::MAX_FILES)),
        )
        .route("/registers/{register}/{card}", get(pages::card::page))
        .route("/registers/{register}/{card}/open", post(pages::card::open))
        .route("/registers/{register}/{card}/paper", post(pages::paper::submit))
        .route("/registers/{register}/{card}/download", post(pages::card::download))
        .route(
            "/registers/{register}/{card}/{operation}",
            get(pages::form::change)
                .post(pages::form::submit_change)
                .layer(DefaultBodyLimit::max(files::MAX_FILES)),
        )
        .route("/checks/worker.js", get(pages::walk::worker))
        .route(
            "/checks/lists",
            get(pages::check_lists::page).post(pages::check_lists::submit),
        )
        .route("/checks/{check}/walk", get(pages::walk::page).post(pages::walk::submit))
        .route("/checks/{check}/walk/shell", get(pages::walk::shell))
        .route("/checks/{check}/walk/state", get(pages::walk::state))
        .route("/checks/{check}/walk/edit", post(pages::walk::edit))
        .route("/static/{name}", get(statics::file))
        .merge(pages::ask::routes(site.clone()))
        .merge(pages::dossier::routes())
        .merge(pages::report::routes(site.clone()))
        .merge(pages::answers::routes(site.clone()))
        .merge(overviews())
        .merge(api::routes())
        .merge(interfaces())
        .merge(providers())
        .fallback(pages::message::not_found)
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .layer(middleware::from_fn_with_state(site.clone(), guard::guard))
        .with_state(site)
}

/// The ways to providers of identities and back.
fn providers() -> Router<Site> {
    let routes = Router::new();
    #[cfg(feature = "oidc")]
    let routes = routes
        .route("/sign-in/with/{provider}", get(sign_in::provider::away))
        .route("/sign-in/from/{provider}", get(sign_in::provider::back))
        .route("/sign-out/with/{provider}", get(sign_in::provider::end));
    routes
}

/// Pages over many cards: campaigns with their answers, compliance, the year.
fn overviews() -> Router<Site> {
    Router::new()
        .route("/campaigns/{campaign}", get(pages::campaign::page))
        .route("/campaigns/{campaign}/counts.csv", get(pages::campaign::table))
        .route("/campaigns/{campaign}/report", post(pages::campaign::report))
        .route("/campaigns/{campaign}/sheet", post(pages::campaign::sheet))
        .route("/answers", get(pages::answers::own))
        .route(
            "/answers/{statement}",
            get(pages::answers::own_one).post(pages::answers::submit_own),
        )
        .route("/compliance", get(pages::compliance::page))
        .route("/year", get(pages::year::page))
}

/// Pages of the ways in and out: tokens, calendar, import and export, reminders, journal.
fn interfaces() -> Router<Site> {
    Router::new()
        .route("/tokens", get(pages::tokens::page).post(pages::tokens::create))
        .route("/tokens/{token}/revoke", post(pages::tokens::revoke))
        .route("/tokens/calendar", post(pages::tokens::calendar))
        .route("/tokens/mail", post(pages::tokens::address))
        .route("/calendar.ics", get(pages::tokens::ics))
        .route("/calendar", get(pages::calendar::page))
        .route("/registers/export", post(pages::exchange::export_all))
        .route("/registers/{register}/exchange", get(pages::exchange::page))
        .route("/registers/{register}/export", post(pages::exchange::export))
        .route(
            "/registers/{register}/import",
            post(pages::exchange::upload).layer(DefaultBodyLimit::max(pages::exchange::MAX_UPLOAD)),
        )
        .route(
            "/registers/{register}/import/{upload}",
            get(pages::exchange::pending).post(pages::exchange::submit),
        )
        .route("/inventory", get(pages::inventory::page))
        .route("/inventory/compare", post(pages::inventory::compare))
        .route(
            "/inventory/scan",
            get(pages::inventory::form)
                .post(pages::inventory::upload)
                .layer(DefaultBodyLimit::max(pages::inventory::MAX_UPLOAD)),
        )
        .route("/journal", get(pages::journal::page))
        .route("/journal/download", post(pages::journal::download))
        .route(
            "/inspection",
            get(pages::inspection::page).post(pages::inspection::submit),
        )
        .route("/journal/proofs", post(pages::journal::proofs))
        .route("/journal/{seq}/proof", get(pages::journal::proof))
        .route(
            "/settings/templates",
            get(pages::templates::page)
                .post(pages::templates::upload)
                .layer(DefaultBodyLimit::max(pages::templates::MAX_UPLOAD)),
        )
        .route("/settings/templates/{step}", post(pages::templates::act))
        .route(
            "/settings/mail",
            get(pages::journal::mail).post(pages::journal::set_mail),
        )
}

/// Serves pages until the program is told to stop; requests under way are finished.
pub async fn serve(
    listener: tokio::net::TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), std::io::Error> {
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(stop)
        .await
}

/// The same over TLS.
pub async fn serve_tls(
    listener: tls::Listener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), std::io::Error> {
    use axum::serve::ListenerExt;
    // A listener of one's own has its addresses known only when it is tapped.
    let listener = listener.tap_io(|_| {});
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(stop)
        .await
}

/// Sends whoever comes in the clear to the address that people type. What a form holds is not taken: it went over the network for
/// everybody to read.
pub async fn redirect(
    listener: tokio::net::TcpListener,
    public: Origin,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), std::io::Error> {
    let router = Router::new().fallback(move |request: Request| {
        let answer = guard::to_tls(&public, &request);
        async move { answer }
    });
    axum::serve(listener, router).with_graceful_shutdown(stop).await
}
