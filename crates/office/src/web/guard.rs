//! What stands before every page: headers, where a form comes from, whose session it is.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use axum::body::Body;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, COOKIE, HOST, HeaderName, HeaderValue, LOCATION, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, USER_AGENT,
};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use crate::edge::Origin;
use crate::error::{Error, Refusal};
use crate::kernel::people::Session;
use crate::kernel::people::sign_in::From;
use crate::kernel::record::Input;
use crate::office::now;
use crate::web::pages::message;
use crate::web::{Client, Site};

/// Whether browsers reach the office over TLS. It decides the name and the attributes of the cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secure {
    /// On this machine, in the clear.
    Local,
    /// Over TLS, here or at a proxy before it.
    Tls,
}

impl Secure {
    /// The name of the cookie. Browsers take the longer one over TLS only, for one host only.
    pub fn cookie_name(self) -> &'static str {
        match self {
            Self::Local => "tutela",
            Self::Tls => "__Host-tutela",
        }
    }

    /// A cookie that lasts as long as the browser is open; an empty token ends it.
    pub fn cookie(self, token: &str) -> String {
        let name = self.cookie_name();
        let end = if token.is_empty() { "; Max-Age=0" } else { "" };
        let tls = if self == Self::Tls { "; Secure" } else { "" };
        format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax{tls}{end}")
    }
}

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
     manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Refuses forms that another site sends, and adds the headers that every answer has.
pub(crate) async fn guard(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let edge = site.office.edge();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|i| i.0.ip());
    if let (Some(peer), Secure::Tls) = (peer, site.secure) {
        if let Some(public) = &edge.public
            && edge.came_in_the_clear(peer, request.headers())
        {
            return to_tls(public, &request);
        }
        if request.extensions().get::<Client>().is_none()
            && let Some(told) = edge.told(peer, request.headers())
        {
            request.extensions_mut().insert(Client(told));
        }
    }
    // No page has a NUL in its address, and not every database takes one in a text.
    if request
        .uri()
        .path_and_query()
        .is_some_and(|p| p.as_str().contains("%00"))
    {
        return StatusCode::NOT_FOUND.into_response();
    }
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    let from = request.headers().get("sec-fetch-site").and_then(|v| v.to_str().ok());
    // A browser says from where a form comes; another program says nothing and has no cookie to misuse.
    if !safe && from.is_some_and(|s| !matches!(s, "same-origin" | "none")) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    if let (Some(seconds), Secure::Tls) = (edge.hsts, site.secure)
        && let Ok(value) = HeaderValue::from_str(&format!("max-age={seconds}"))
    {
        headers.insert(STRICT_TRANSPORT_SECURITY, value);
    }
    // Pages may show personal data: no copy stays behind on a shared computer.
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// The same page over TLS, for what is only looked at.
pub(crate) fn to_tls(public: &Origin, request: &Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let path = request.uri().path_and_query().map_or("/", |p| p.as_str());
    let path = if path.starts_with('/') { path } else { "/" };
    match HeaderValue::from_str(&format!("{}{path}", public.as_str())) {
        Ok(location) => (StatusCode::PERMANENT_REDIRECT, [(LOCATION, location)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// The token of the session that a request carries.
fn token(parts: &Parts, secure: Secure) -> Option<&str> {
    let cookies = parts.headers.get_all(COOKIE).iter().filter_map(|v| v.to_str().ok());
    cookies
        .flat_map(|c| c.split(';'))
        .filter_map(|c| c.trim().split_once('='))
        .find(|(name, _)| *name == secure.cookie_name())
        .map(|(_, value)| value)
}

/// Whoever is signed in, if anybody is.
pub(crate) struct Visitor(pub(crate) Option<Session>);

impl FromRequestParts<Site> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Self::Rejection> {
        let Some(token) = token(parts, site.secure) else {
            return Ok(Self(None));
        };
        match site.office.session(token, now()).await {
            Ok(session) => Ok(Self(session)),
            Err(error) => Err(message::failed(site, None, &error)),
        }
    }
}

/// Pages that are open to somebody who must choose a password first.
const FREE: [&str; 3] = ["/account/password", "/sign-out", "/language"];

/// Pages that are open to somebody who must have a second factor first.
const FREE_OF_FACTOR: [&str; 4] = ["/account/factor", "/account/passkeys", "/unlock", "/sign-out"];

/// The address of the office as a browser calls it, where a passkey can belong to it. Without a configuration that is this machine
/// by its name, and by no other that somebody may have given it.
pub(crate) struct OwnOrigin(pub(crate) Option<Origin>);

impl FromRequestParts<Site> for OwnOrigin {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Self::Rejection> {
        if let Some(public) = &site.office.edge().public {
            return Ok(Self(Some(public.clone()).filter(Origin::has_name)));
        }
        let scheme = match site.secure {
            Secure::Local => "http",
            Secure::Tls => "https",
        };
        let host = parts
            .headers
            .get(HOST)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default();
        let here = Origin::parse(&format!("{scheme}://{host}")).filter(|o| o.host() == "localhost");
        Ok(Self(here))
    }
}

/// The token in the cookie, whatever it stands for.
pub(crate) struct Token(pub(crate) String);

impl FromRequestParts<Site> for Token {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Self::Rejection> {
        Ok(Self(token(parts, site.secure).unwrap_or_default().to_owned()))
    }
}

/// From where a request comes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Caller {
    /// The address that attempts to sign in are counted by; empty for this machine.
    pub(crate) address: String,
    /// The name of the browser.
    pub(crate) client: String,
}

impl Caller {
    pub(crate) fn from(&self) -> From<'_> {
        From {
            address: &self.address,
            client: &self.client,
        }
    }
}

impl FromRequestParts<Site> for Caller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Self, Self::Rejection> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip());
        let told = parts.extensions.get::<Client>().map(|client| client.0);
        let agent = parts.headers.get(USER_AGENT).and_then(|v| v.to_str().ok());
        Ok(Self {
            address: told.or(peer).map(counted).unwrap_or_default(),
            client: browser(agent.unwrap_or_default()),
        })
    }
}

/// By what an address is counted: of the newer kind a customer has a whole network.
fn counted(address: IpAddr) -> String {
    match address.to_canonical() {
        address if address.is_loopback() => String::new(),
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
    }
}

/// The name of a browser and of its system: enough to know one's own, too little to tell people apart by.
fn browser(agent: &str) -> String {
    let first = |known: &[(&str, &'static str)]| {
        known
            .iter()
            .find(|(part, _)| agent.contains(part))
            .map(|(_, name)| *name)
    };
    let program = first(&[
        ("YaBrowser/", "Yandex"),
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    let parts: Vec<_> = program.into_iter().chain(system).collect();
    parts.join(" · ")
}

/// Whoever is signed in; everybody else is sent to sign in.
pub(crate) struct SignedIn(pub(crate) Session);

impl FromRequestParts<Site> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Self::Rejection> {
        match Visitor::from_request_parts(parts, site).await?.0 {
            // Whoever must choose a password does nothing else before.
            Some(session) if session.must_change && !FREE.contains(&parts.uri.path()) => {
                Err(Redirect::to("/account/password").into_response())
            }
            // Whoever must have a second factor neither.
            Some(session) if session.must_factor && !free_of_factor(parts.uri.path()) => {
                Err(Redirect::to("/account/factor").into_response())
            }
            // While the body is locked, the day begins with unlocking it.
            Some(session)
                if matches!(parts.uri.path(), "/" | "/today")
                    && site.office.keys.of(&session.account.body).is_err() =>
            {
                Err(Redirect::to("/unlock").into_response())
            }
            Some(session) => Ok(Self(session)),
            None => Err(Redirect::to("/sign-in").into_response()),
        }
    }
}

fn free_of_factor(path: &str) -> bool {
    let below = |free: &str| {
        path.strip_prefix(free)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    FREE.contains(&path) || FREE_OF_FACTOR.into_iter().any(below)
}

/// A form of somebody who is signed in, with the secret of the session in it.
pub(crate) struct Submitted {
    pub(crate) session: Session,
    pub(crate) input: Input,
}

impl FromRequest<Site> for Submitted {
    type Rejection = Response;

    async fn from_request(request: Request<Body>, site: &Site) -> Result<Self, Self::Rejection> {
        let (mut parts, body) = request.into_parts();
        let SignedIn(session) = SignedIn::from_request_parts(&mut parts, site).await?;
        let input = read_form(Request::from_parts(parts, body)).await?;
        let given = input.get("csrf").and_then(|v| v.first()).map(String::as_str);
        if !given.is_some_and(|g| same(g, &session.csrf)) {
            let error: Error = Refusal::new("refusal-csrf").into();
            return Err(message::failed(site, Some(&session), &error));
        }
        Ok(Self { session, input })
    }
}

/// The fields of a form, every value of each.
pub(crate) async fn read_form(request: Request<Body>) -> Result<Input, Response> {
    let axum::Form(pairs) = axum::Form::<Vec<(String, String)>>::from_request(request, &())
        .await
        .map_err(IntoResponse::into_response)?;
    let mut input = BTreeMap::<String, Vec<String>>::new();
    if pairs
        .iter()
        .any(|(name, value)| name.contains('\0') || value.contains('\0'))
    {
        return Err(StatusCode::BAD_REQUEST.into_response());
    }
    for (name, value) in pairs {
        input.entry(name).or_default().push(value);
    }
    Ok(input)
}

/// Compares without telling by its time where two texts differ.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |d, (x, y)| d | (x ^ y)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_counted_by_its_owner() {
        let counted = |a: &str| counted(a.parse().unwrap());
        assert_eq!(counted("203.0.113.9"), "203.0.113.9");
        assert_eq!(counted("::ffff:203.0.113.9"), "203.0.113.9");
        assert_eq!(counted("2001:db8:1:2:3::4"), counted("2001:db8:1:2::9"));
        assert_eq!(counted("127.0.0.1"), "");
        assert_eq!(counted("::1"), "");
    }

    #[test]
    fn a_browser_is_told_in_two_words() {
        let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        assert_eq!(browser(agent), "Firefox · Linux");
        assert_eq!(browser("<script>"), "");
    }
}
