//! Pages as a browser meets them: requests go in, answers come out, and nothing else is looked at.

mod campaigns;
mod dossiers;
mod files;
mod forged;
mod interfaces;
mod inventory;
mod keep;
mod people;
mod rights;
mod routes;
mod scripts;
mod sign;
mod texts;
mod walk;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use tower::ServiceExt;
use tutela_law::Country;

use crate::kernel::people::Account;
use crate::kernel::rights::Role;
use crate::office::{Office, now};
use crate::web::{Secure, Site, router};
use crate::world::World;

/// An office with its pages.
struct Pages {
    office: Arc<Office>,
    router: Router,
    body: String,
    accounts: Vec<Account>,
    _folder: Arc<dyn Send + Sync>,
}

/// Somebody at a browser.
#[derive(Clone)]
struct Browser {
    cookie: String,
    csrf: String,
}

/// What came back.
struct Answer {
    status: StatusCode,
    location: String,
    cookie: Option<String>,
    headers: header::HeaderMap,
    text: String,
}

impl Pages {
    /// Pages of a world.
    async fn new(country: Country) -> Self {
        Self::of(World::new(country).await)
    }

    fn of(world: World) -> Self {
        let (office, body, accounts, folder) = world.into_parts();
        let site = Site {
            office: Arc::clone(&office),
            secure: Secure::Local,
        };
        Self {
            office,
            router: router(site),
            body,
            accounts,
            _folder: folder,
        }
    }

    fn account(&self, role: Role) -> &Account {
        self.accounts.iter().find(|a| a.roles == [role]).unwrap()
    }

    /// Somebody in a role, signed in by a one-time link.
    async fn browser(&self, role: Role) -> Browser {
        self.signed_in(self.account(role)).await
    }

    async fn signed_in(&self, account: &Account) -> Browser {
        let link = self.office.one_time_link(account, now()).await.unwrap();
        let answer = self.get(None, &format!("/sign-in/{link}")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        self.with_cookie(answer.cookie.unwrap()).await
    }

    async fn with_cookie(&self, cookie: String) -> Browser {
        let token = cookie.split_once('=').unwrap().1.to_owned();
        let session = self.office.session(&token, now()).await.unwrap();
        Browser {
            csrf: session.map(|s| s.csrf).unwrap_or_default(),
            cookie,
        }
    }

    async fn get(&self, browser: Option<&Browser>, path: &str) -> Answer {
        self.send(Method::GET, browser, path, &[], String::new()).await
    }

    /// A form with the secret of the session in it.
    async fn post(&self, browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("csrf", browser.csrf.as_str())];
        all.extend(fields);
        self.raw(Some(browser), path, &all).await
    }

    /// A form with these fields and no others.
    async fn raw(&self, browser: Option<&Browser>, path: &str, fields: &[(&str, &str)]) -> Answer {
        let pairs: Vec<_> = fields
            .iter()
            .map(|(n, v)| format!("{}={}", typed(n), typed(v)))
            .collect();
        self.send(Method::POST, browser, path, &[], pairs.join("&")).await
    }

    async fn send(
        &self,
        method: Method,
        browser: Option<&Browser>,
        path: &str,
        headers: &[(&str, &str)],
        form: String,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(browser) = browser {
            request = request.header(header::COOKIE, &browser.cookie);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(form)).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let one = |name| parts.headers.get(name).map(|v| v.to_str().unwrap().to_owned());
        let bytes = to_bytes(body, 1 << 24).await.unwrap();
        Answer {
            status: parts.status,
            location: one(header::LOCATION).unwrap_or_default(),
            cookie: one(header::SET_COOKIE).map(|c| c.split(';').next().unwrap().to_owned()),
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }
}

/// A text as a browser puts it into a form.
fn typed(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(b).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}
