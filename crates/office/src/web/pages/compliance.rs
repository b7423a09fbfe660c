//! Compliance at a glance.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use tutela_words::Arg;

use crate::compliance::{Mark, Standing};
use crate::error::Error;
use crate::kernel::people::Session;
use crate::office::now;
use crate::show;
use crate::web::frame::{Frame, render};
use crate::web::guard::SignedIn;
use crate::web::pages::message;
use crate::web::{Site, chart};

/// A line of the page.
struct Line {
    key: String,
    text: String,
    standing: String,
    class: &'static str,
    facts: Vec<String>,
    norm: String,
    open_norm: bool,
    page: String,
}

/// Lines of one part.
struct Part {
    title: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "compliance.html")]
struct Page<'a> {
    frame: Frame<'a>,
    about: String,
    chart: String,
    parts: Vec<Part>,
}

/// The page.
pub(crate) async fn page(State(site): State<Site>, SignedIn(session): SignedIn) -> Response {
    match build(&site, &session, now()).await {
        Ok(response) => response,
        Err(error) => message::failed(&site, Some(&session), &error),
    }
}

fn class(standing: Standing) -> &'static str {
    match standing {
        Standing::Late => "late",
        Standing::Missing => "near",
        Standing::InPlace => "calm",
        Standing::NotApplicable | Standing::NotKept => "open",
    }
}

async fn build(site: &Site, session: &Session, now: Timestamp) -> Result<Response, Error> {
    let account = &session.account;
    let words = site.office.words(account.locale);
    let (body, pack, rows) = site.office.compliance(&account.actor(), now).await?;
    let counted = |s: Standing| rows.iter().filter(|r| r.standing == s).count() as u64;
    let columns: Vec<_> = Standing::ALL
        .into_iter()
        .map(|s| (words.get(&format!("compliance-{}", s.as_str())), counted(s), class(s)))
        .collect();
    let told: Vec<_> = columns.iter().map(|(label, n, _)| format!("{label}: {n}")).collect();
    let chart = chart::bars(words.get("page-compliance"), told.join("; "), columns);
    let mut parts: Vec<(String, Part)> = Vec::new();
    for row in &rows {
        let mut facts = Vec::new();
        if row.built_in && row.standing == Standing::InPlace {
            facts.push(words.get("compliance-built-in"));
        }
        for (key, n) in [("have", row.have), ("waiting", row.open), ("overdue", row.late)] {
            if let Ok(n @ 1..) = u64::try_from(n) {
                facts.push(words.with(&format!("compliance-{key}"), &[("n", Arg::Number(n))]));
            }
        }
        let line = Line {
            key: row.line.key.clone(),
            text: row.line.text(account.locale).to_owned(),
            standing: words.get(&format!("compliance-{}", row.standing.as_str())),
            class: class(row.standing),
            facts,
            norm: row.norm.map(|n| n.cite.clone()).unwrap_or_default(),
            open_norm: row.norm.is_some_and(|n| n.mark == Mark::Check),
            // There is nothing to be done on a page that is not there.
            page: match row.standing {
                Standing::NotKept | Standing::NotApplicable if row.have == 0 && !row.line.page.contains("/new/") => {
                    String::new()
                }
                Standing::NotKept => String::new(),
                _ => row.line.page.clone(),
            },
        };
        match parts.last_mut() {
            Some((group, part)) if *group == row.line.group => part.lines.push(line),
            _ => {
                let title = words.get(&format!("compliance-group-{}", row.line.group));
                let lines = vec![line];
                parts.push((row.line.group.clone(), Part { title, lines }));
            }
        }
    }
    let at = show::instant(account.locale, now, &body.zone);
    let about = words.with(
        "compliance-about",
        &[
            ("body", Arg::Text(&body.name)),
            ("pack", Arg::Text(pack.as_deref().unwrap_or("—"))),
            ("at", Arg::Text(&at)),
        ],
    );
    let frame = Frame::new(
        site,
        Some(session),
        account.locale,
        words.get("page-compliance"),
        "/compliance",
    );
    let page = Page {
        frame,
        about,
        chart,
        parts: parts.into_iter().map(|(_, part)| part).collect(),
    };
    Ok(render(StatusCode::OK, &page))
}
