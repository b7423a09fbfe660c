//! The edge of the office: under which address people reach it, which proxies stand before it, and with whom beside it speaks.
//! It is set once, before the first page is served.

use std::net::IpAddr;
use std::path::PathBuf;

use axum::http::HeaderMap;

#[cfg(feature = "oidc")]
use crate::kernel::people::provider::Provider;

/// How the office is reached, and whom it asks.
#[derive(Debug, Clone)]
pub struct Edge {
    /// What people type. Without it the office is for this machine, under whatever name it has there.
    pub public: Option<Origin>,
    /// Whose word about the address of a browser counts.
    pub proxies: Vec<Network>,
    /// In which header they say it.
    pub header: Forwarding,
    /// For how many seconds browsers are told to come over TLS only.
    pub hsts: Option<u64>,
    /// Who signs people in beside the office.
    #[cfg(feature = "oidc")]
    pub providers: Vec<Provider>,
    /// What the mail relay is proved by and asked with.
    pub mail: Mail,
}

impl Default for Edge {
    /// A proxy on this machine is taken at its word; nobody else is.
    fn default() -> Self {
        Self {
            public: None,
            proxies: ["127.0.0.0/8", "::1"]
                .iter()
                .filter_map(|n| Network::parse(n))
                .collect(),
            header: Forwarding::XForwardedFor,
            hsts: None,
            #[cfg(feature = "oidc")]
            providers: Vec::new(),
            mail: Mail::default(),
        }
    }
}

/// What the mail relay is proved by and asked with.
#[derive(Debug, Clone, Default)]
pub struct Mail {
    /// Certificates that the relay is proved by, in place of those of the system.
    pub root: Option<PathBuf>,
    /// The name that the relay asks for.
    pub login: Option<String>,
    /// The file that holds its password.
    pub password_file: Option<PathBuf>,
}

/// The address that people type: scheme, host, port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    text: String,
    host: String,
}

impl Origin {
    /// Reads `https://host` or `http://host`, with or without a port. What stands behind is cut off.
    pub fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        let authority = rest.split(['/', '?', '#']).next()?.to_ascii_lowercase();
        let usual = match scheme.as_str() {
            "https" => ":443",
            "http" => ":80",
            _ => return None,
        };
        let authority = authority.strip_suffix(usual).unwrap_or(&authority);
        let host = if authority.starts_with('[') {
            authority.split_inclusive(']').next()?
        } else {
            authority.split(':').next()?
        };
        let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '[' | ']' | ':');
        if host.is_empty() || !authority.chars().all(sound) {
            return None;
        }
        Some(Self {
            text: format!("{scheme}://{authority}"),
            host: host.to_owned(),
        })
    }

    /// As browsers write it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The name of the host.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether a passkey can belong to it: browsers want a name, not a number.
    pub fn has_name(&self) -> bool {
        !self.host.starts_with('[') && self.host.parse::<IpAddr>().is_err()
    }
}

/// In which header a proxy names the browser. Only one is read: a proxy that writes one passes the other on as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Forwarding {
    /// `X-Forwarded-For`.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// Addresses that begin alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Reads an address, or a network as `10.0.0.0/8`.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().ok()?)),
            None => (text, None),
        };
        let address = address.parse::<IpAddr>().ok()?.to_canonical();
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Self { address, bits })
    }

    /// Whether an address lies in it.
    pub fn holds(&self, address: IpAddr) -> bool {
        let same = |a: u128, b: u128, length: u32| {
            let cut = length - u32::from(self.bits);
            // A shift by the whole length is none that a number knows.
            a.checked_shr(cut).unwrap_or(0) == b.checked_shr(cut).unwrap_or(0)
        };
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(a), IpAddr::V4(b)) => same(u32::from(a).into(), u32::from(b).into(), 32),
            (IpAddr::V6(a), IpAddr::V6(b)) => same(a.into(), b.into(), 128),
            _ => false,
        }
    }
}

impl Edge {
    fn trusts(&self, address: IpAddr) -> bool {
        self.proxies.iter().any(|n| n.holds(address))
    }

    /// From where a request comes that a proxy passed on: the last address that nobody trusted has told. Nothing where the other
    /// end is no proxy of ours, or says nothing.
    pub(crate) fn told(&self, peer: IpAddr, headers: &HeaderMap) -> Option<IpAddr> {
        if !self.trusts(peer) {
            return None;
        }
        let mut last = None;
        for hop in self.hops(headers).into_iter().rev() {
            // What is no address was not told by a proxy of ours, and neither was anything before it.
            let Some(address) = hop else { break };
            last = Some(address);
            if !self.trusts(address) {
                break;
            }
        }
        last
    }

    /// Whether a proxy says that the browser came in the clear.
    pub(crate) fn came_in_the_clear(&self, peer: IpAddr, headers: &HeaderMap) -> bool {
        if !self.trusts(peer) {
            return false;
        }
        match self.header {
            Forwarding::XForwardedFor => {
                let proto = headers.get_all("x-forwarded-proto").iter().next_back();
                let proto = proto.and_then(|v| v.to_str().ok()).unwrap_or_default();
                proto
                    .rsplit(',')
                    .next()
                    .is_some_and(|p| p.trim().eq_ignore_ascii_case("http"))
            }
            Forwarding::Forwarded => {
                let last = elements(headers, "forwarded").into_iter().next_back();
                let proto = last.as_deref().and_then(|e| parameter(e, "proto"));
                proto.is_some_and(|p| p.eq_ignore_ascii_case("http"))
            }
        }
    }

    /// The hops in the order in which they were passed; nothing stands for what is no address.
    fn hops(&self, headers: &HeaderMap) -> Vec<Option<IpAddr>> {
        match self.header {
            Forwarding::XForwardedFor => elements(headers, "x-forwarded-for")
                .iter()
                .map(|e| address_of(e))
                .collect(),
            Forwarding::Forwarded => elements(headers, "forwarded")
                .iter()
                .map(|e| parameter(e, "for").and_then(|v| address_of(&v)))
                .collect(),
        }
    }
}

/// The elements of a header that may come several times. Only the last are looked at: nobody has so many proxies.
fn elements(headers: &HeaderMap, name: &str) -> Vec<String> {
    const MOST: usize = 32;
    let mut all = Vec::new();
    for value in headers.get_all(name) {
        match value.to_str() {
            Ok(text) => all.extend(text.split(',').map(|e| e.trim().to_owned())),
            Err(_) => all.push(String::new()),
        }
    }
    all.split_off(all.len().saturating_sub(MOST))
}

/// A parameter of an element of `Forwarded`.
fn parameter(element: &str, name: &str) -> Option<String> {
    element.split(';').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        let named = key.trim().eq_ignore_ascii_case(name);
        named.then(|| value.trim().trim_matches('"').to_owned())
    })
}

/// An address, with a port or without.
fn address_of(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address.to_canonical());
    }
    if let Some(rest) = text.strip_prefix('[') {
        return rest.split(']').next()?.parse::<IpAddr>().ok().map(|a| a.to_canonical());
    }
    text.rsplit_once(':')?
        .0
        .parse::<std::net::Ipv4Addr>()
        .ok()
        .map(IpAddr::V4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(proxies: &[&str], header: Forwarding) -> Edge {
        Edge {
            proxies: proxies.iter().map(|n| Network::parse(n).unwrap()).collect(),
            header,
            ..Edge::default()
        }
    }

    fn headers(all: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in all {
            map.append(*name, value.parse().unwrap());
        }
        map
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_origin_is_what_a_browser_calls_it() {
        let origin = |url| Origin::parse(url).map(|o| (o.text, o.host));
        let expected = |text: &str, host: &str| Some((text.to_owned(), host.to_owned()));
        assert_eq!(
            origin("https://Office.Example:443/x?y"),
            expected("https://office.example", "office.example")
        );
        assert_eq!(
            origin("http://localhost:8080"),
            expected("http://localhost:8080", "localhost")
        );
        assert_eq!(origin("https://[::1]:8443"), expected("https://[::1]:8443", "[::1]"));
        assert!(!Origin::parse("https://127.0.0.1").unwrap().has_name());
        for none in ["office.example", "ftp://x", "https://", "https://a@b", "https://a b"] {
            assert_eq!(origin(none), None, "{none}");
        }
    }

    #[test]
    fn a_network_holds_what_begins_alike() {
        let holds = |n: &str, a: &str| Network::parse(n).unwrap().holds(ip(a));
        assert!(holds("10.0.0.0/8", "10.200.3.4") && !holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("192.0.2.7", "::ffff:192.0.2.7") && !holds("192.0.2.7", "192.0.2.8"));
        assert!(holds("2001:db8::/32", "2001:db8:9::1") && !holds("2001:db8::/32", "2001:db9::1"));
        assert!(holds("0.0.0.0/0", "203.0.113.9") && !holds("0.0.0.0/0", "2001:db8::1"));
        for none in ["10.0.0.0/33", "x", "10.0.0.0/", ""] {
            assert_eq!(Network::parse(none), None, "{none}");
        }
    }

    #[test]
    fn only_a_proxy_of_ours_is_believed_and_only_its_last_word() {
        let edge = edge(&["10.0.0.0/8"], Forwarding::XForwardedFor);
        let told = |peer: &str, value: &str| edge.told(ip(peer), &headers(&[("x-forwarded-for", value)]));
        assert_eq!(
            told("203.0.113.9", "192.0.2.1"),
            None,
            "a stranger says nothing that counts"
        );
        assert_eq!(told("10.0.0.1", "192.0.2.1"), Some(ip("192.0.2.1")));
        // What a browser put there itself stands before what the proxy added.
        assert_eq!(told("10.0.0.1", "198.51.100.1, 192.0.2.1"), Some(ip("192.0.2.1")));
        assert_eq!(
            told("10.0.0.1", "198.51.100.1, 192.0.2.1, 10.9.9.9"),
            Some(ip("192.0.2.1"))
        );
        assert_eq!(
            told("10.0.0.1", "192.0.2.1:4711, [2001:db8::1]:80"),
            Some(ip("2001:db8::1"))
        );
        assert_eq!(told("10.0.0.1", "192.0.2.1, unknown"), None);
        assert_eq!(told("10.0.0.1", "192.0.2.1, unknown, 10.2.2.2"), Some(ip("10.2.2.2")));
        let two = headers(&[("x-forwarded-for", "198.51.100.1"), ("x-forwarded-for", "192.0.2.1")]);
        assert_eq!(edge.told(ip("10.0.0.1"), &two), Some(ip("192.0.2.1")));
        // The other header is the browser's own.
        assert_eq!(
            edge.told(ip("10.0.0.1"), &headers(&[("forwarded", "for=192.0.2.1")])),
            None
        );
    }

    #[test]
    fn the_header_of_the_standard_is_read_too() {
        let edge = edge(&["10.0.0.1"], Forwarding::Forwarded);
        let told = |value: &str| edge.told(ip("10.0.0.1"), &headers(&[("forwarded", value)]));
        assert_eq!(
            told("for=198.51.100.1, For=\"[2001:db8::7]:4711\";proto=https;by=10.0.0.1"),
            Some(ip("2001:db8::7"))
        );
        assert_eq!(told("for=_hidden"), None);
        let clear = |value: &str| edge.came_in_the_clear(ip("10.0.0.1"), &headers(&[("forwarded", value)]));
        assert!(clear("for=192.0.2.1;proto=http") && !clear("for=192.0.2.1;proto=https"));
        assert!(!edge.came_in_the_clear(ip("10.0.0.2"), &headers(&[("forwarded", "proto=http")])));
    }
}
