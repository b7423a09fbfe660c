//! What surrounds every page: title, menu, language, whoever is signed in.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use tutela_words::{Arg, Locale, Words};

use crate::error::Refusal;
use crate::kernel::people::Session;
use crate::kernel::rights::{Right, any_allows};
use crate::kernel::unlock::may_unlock;
use crate::web::Site;

/// The frame of a page.
pub(crate) struct Frame<'a> {
    pub(crate) words: &'a Words,
    pub(crate) session: Option<&'a Session>,
    pub(crate) title: String,
    pub(crate) menu: Vec<Entry>,
    pub(crate) languages: Vec<(&'static str, &'static str, bool)>,
}

/// An entry of the menu.
pub(crate) struct Entry {
    pub(crate) href: String,
    pub(crate) text: String,
    pub(crate) current: bool,
}

impl<'a> Frame<'a> {
    /// The frame for a page at a path.
    pub(crate) fn new(site: &'a Site, session: Option<&'a Session>, locale: Locale, title: String, path: &str) -> Self {
        let words = site.office.words(locale);
        let mut menu = Vec::new();
        if let Some(session) = session {
            let roles = &session.account.roles;
            let mut add = |href: String, text: String| {
                let current = path == href || path.starts_with(&format!("{href}/"));
                menu.push(Entry { href, text, current });
            };
            if site.office.keys.of(&session.account.body).is_err() && may_unlock(roles) {
                add("/unlock".to_owned(), words.get("page-unlock"));
            }
            if any_allows(roles, Right::SeeDuties) {
                add("/today".to_owned(), words.get("page-today"));
            }
            if any_allows(roles, Right::SearchPersons) {
                add("/search".to_owned(), words.get("page-search"));
            }
            if any_allows(roles, Right::SeeDuties) {
                add("/calendar".to_owned(), words.get("page-calendar"));
                add("/year".to_owned(), words.get("page-year"));
            }
            if any_allows(roles, Right::SeeRegisters) {
                add("/compliance".to_owned(), words.get("page-compliance"));
            }
            add("/answers".to_owned(), words.get("page-answers"));
            if any_allows(roles, Right::SeeRegisters) {
                add("/inventory".to_owned(), words.get("page-inventory"));
                add("/consents/check".to_owned(), words.get("check-title"));
            }
            // A report is one click away from every page, also for those who may not read the register.
            for (register, operation) in site.office.always_at_hand() {
                if any_allows(roles, operation.right) {
                    let key = format!("operation-{}-{}", register.name, operation.name);
                    add(
                        format!("/registers/{}/new/{}", register.name, operation.name),
                        words.get(&key),
                    );
                }
            }
            for register in site.office.registers() {
                if any_allows(roles, register.see) {
                    add(
                        format!("/registers/{}", register.name),
                        words.get(&format!("register-{}", register.name)),
                    );
                }
            }
            if any_allows(roles, Right::ReadJournal) {
                add("/journal".to_owned(), words.get("page-journal"));
            }
            if any_allows(roles, Right::ManageInstallation) {
                add("/settings/mail".to_owned(), words.get("page-mail"));
            }
            if any_allows(roles, Right::ManageInstallation) || any_allows(roles, Right::PrepareActs) {
                add("/settings/templates".to_owned(), words.get("page-templates"));
            }
            add("/tokens".to_owned(), words.get("page-tokens"));
            if any_allows(roles, Right::ManageAccounts) || any_allows(roles, Right::ConfirmAccounts) {
                add("/accounts".to_owned(), words.get("page-accounts"));
            }
            if any_allows(roles, Right::ManageInstallation) {
                add("/bodies".to_owned(), words.get("page-bodies"));
            }
            add("/account".to_owned(), words.get("page-account"));
        }
        Self {
            words,
            session,
            title,
            menu,
            languages: languages(locale),
        }
    }

    /// A text.
    pub(crate) fn t(&self, key: &str) -> String {
        self.words.get(key)
    }

    /// The code of the language.
    pub(crate) fn lang(&self) -> &'static str {
        match self.words.locale() {
            Locale::Zh => "zh-Hans",
            other => other.code(),
        }
    }

    /// The secret that every form sends back.
    pub(crate) fn csrf(&self) -> &str {
        self.session.map_or("", |s| &s.csrf)
    }
}

/// Every language: its code, its name in its own words, whether it is the one in use.
pub(crate) fn languages(current: Locale) -> Vec<(&'static str, &'static str, bool)> {
    Locale::ALL.map(|l| (l.code(), native_name(l), l == current)).to_vec()
}

/// A language in its own words.
pub(crate) fn native_name(locale: Locale) -> &'static str {
    match locale {
        Locale::Vi => "Tiếng Việt",
        Locale::Ru => "Русский",
        Locale::Zh => "中文",
        Locale::En => "English",
    }
}

/// A refusal in the language of whoever asked.
pub(crate) fn refusal_text(words: &Words, refusal: &Refusal) -> String {
    let args: Vec<_> = refusal.args.iter().map(|(n, v)| (*n, Arg::Text(v.as_str()))).collect();
    let mut text = words.with(refusal.key, &args);
    if let Some(norm) = &refusal.norm {
        text.push_str(" (");
        text.push_str(norm);
        text.push(')');
    }
    for other in &refusal.and {
        text.push('\n');
        text.push_str(&refusal_text(words, other));
    }
    text
}

/// A page out of its template.
pub(crate) fn render(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
