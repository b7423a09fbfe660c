//! What the inventory says beside a card: on a store what lies in it, on an activity where its data lie, on a request which
//! stores must be searched for its answer.

use std::collections::BTreeSet;

use askama::Template;

use super::{date, types, unread};
use crate::error::Error;
use crate::inventory::{InStore, Overview};
use crate::kernel::card::Card;
use crate::kernel::categories::can_be_found;
use crate::kernel::people::Session;
use crate::kernel::rights::{Right, any_allows};
use crate::registers::{StoreResult, search_result};
use crate::web::Site;
use crate::web::frame::Entry;
use tutela_words::Words;

/// A category in a store or of an activity.
struct Line {
    category: String,
    number: String,
    sensitive: bool,
    unsure: bool,
    what: String,
    /// How it stands: approved, a gap, not found.
    standing: String,
    tone: &'static str,
    href: Option<String>,
}

/// A store that a request asks for.
struct ToSearch {
    store: Entry,
    found: String,
    day: String,
    result: String,
    tone: &'static str,
}

/// The texts of the table.
struct Heads {
    title: String,
    category: String,
    number: String,
    what: String,
    standing: String,
    sensitive: String,
    unsure: String,
}

#[derive(Template)]
#[template(path = "inventory_beside.html")]
struct Beside {
    heads: Heads,
    said: Vec<String>,
    acts: Vec<Entry>,
    lines: Vec<Line>,
    searches: Vec<ToSearch>,
    search_heads: [String; 4],
}

impl Beside {
    fn new(words: &Words, title: &str) -> Self {
        let get = |key: &str| words.get(key);
        Self {
            heads: Heads {
                title: get(title),
                category: get("field-gap_category"),
                number: get("inventory-findings"),
                what: get("inventory-types"),
                standing: get("inventory-standing"),
                sensitive: get("choice-class-sensitive"),
                unsure: get("inventory-unsure"),
            },
            said: Vec::new(),
            acts: Vec::new(),
            lines: Vec::new(),
            searches: Vec::new(),
            search_heads: [
                "register-stores-one",
                "field-found_categories",
                "field-scanned_on",
                "inventory-search-result",
            ]
            .map(get),
        }
    }
}

/// What is to be said beside a card, as markup; empty for most.
pub(crate) async fn beside(site: &Site, session: &Session, card: &Card) -> Result<String, Error> {
    if !matches!(card.register.as_str(), "stores" | "processing" | "requests") {
        return Ok(String::new());
    }
    let account = &session.account;
    if !any_allows(&account.roles, Right::SeeRegisters) {
        return Ok(String::new());
    }
    let words = site.office.words(account.locale);
    let overview = site.office.inventory(&account.actor()).await?;
    // A body that registered no stores has nothing to be told.
    if overview.stores.is_empty() {
        return Ok(String::new());
    }
    let beside = match card.register.as_str() {
        "stores" => {
            let days = site.office.scan_days(&account.actor(), &card.id).await?;
            let may_scan = any_allows(&account.roles, Right::KeepProcessing);
            of_store(words, &overview, card, &days, may_scan)
        }
        "processing" => of_activity(words, &overview, card),
        _ => of_request(words, &overview, card),
    };
    Ok(beside.and_then(|b| b.render().ok()).unwrap_or_default())
}

fn of_store(words: &Words, overview: &Overview, card: &Card, days: &[(String, i64)], may_scan: bool) -> Option<Beside> {
    let store = overview.stores.iter().find(|s| s.card.id == card.id)?;
    let mut beside = Beside::new(words, "inventory-in-store");
    if card.state == "store-live" && may_scan {
        beside.acts.push(Entry {
            href: format!("/inventory/scan?store={}", card.id),
            text: words.get("page-scan"),
            current: false,
        });
    }
    let unread = unread(words, store);
    if !unread.is_empty() {
        beside.said.push(unread);
    }
    let days = days.iter().map(|(day, n)| format!("{}: {n}", date(words, day)));
    let days: Vec<_> = days.collect();
    if days.len() > 1 {
        beside
            .said
            .push(format!("{} {}", words.get("inventory-days"), days.join("; ")));
    }
    beside.lines = store
        .cells
        .iter()
        .map(|(category, cell)| {
            let (standing, tone) = match (cell.approved, &cell.gap) {
                (true, _) => ("inventory-approved", "calm"),
                (false, Some(_)) => ("inventory-gap", "late"),
                (false, None) => ("inventory-not-approved", "near"),
            };
            Line {
                category: words.get(&format!("choice-{category}")),
                number: cell.findings.to_string(),
                sensitive: cell.sensitive > 0,
                unsure: cell.sensitive == 0 && cell.unsure > 0,
                what: types(words, cell),
                standing: words.get(standing),
                tone,
                href: cell.gap.as_ref().map(|id| format!("/registers/gaps/{id}")),
            }
        })
        .collect();
    Some(beside)
}

fn of_activity(words: &Words, overview: &Overview, card: &Card) -> Option<Beside> {
    let serving: Vec<&InStore> = overview
        .stores
        .iter()
        .filter(|s| s.card.cards("serves").contains(&card.id.as_str()))
        .collect();
    if serving.is_empty() {
        return None;
    }
    let mut beside = Beside::new(words, "inventory-of-activity");
    let complete = serving.iter().all(|s| s.day.is_some() && s.not_read == 0);
    for category in card.cards("data_categories") {
        let places = serving.iter().filter_map(|s| Some((s, s.cells.get(category)?)));
        let places: Vec<_> = places.collect();
        let gap = overview.gaps.iter().find(|g| {
            g.text("gap_kind") == "approved-not-found"
                && g.text("gap_activity") == card.id
                && g.text("gap_category") == category
        });
        let (standing, tone) = match (places.is_empty(), complete) {
            (false, _) => ("inventory-found", "calm"),
            (true, _) if !can_be_found(category) => ("inventory-no-type", "calm"),
            (true, true) => ("inventory-not-found", "late"),
            (true, false) => ("inventory-unknown", "near"),
        };
        let titles: Vec<_> = places.iter().map(|(s, _)| s.card.text("title")).collect();
        let sum: i64 = places.iter().map(|(_, c)| c.findings).fold(0, i64::saturating_add);
        beside.lines.push(Line {
            category: words.get(&format!("choice-{category}")),
            number: if places.is_empty() {
                String::new()
            } else {
                sum.to_string()
            },
            sensitive: places.iter().any(|(_, c)| c.sensitive > 0),
            unsure: false,
            what: titles.join("; "),
            standing: words.get(standing),
            tone,
            href: gap.map(|g| format!("/registers/gaps/{}", g.id)),
        });
    }
    Some(beside)
}

fn of_request(words: &Words, overview: &Overview, card: &Card) -> Option<Beside> {
    if card.text("request_kind") == "regulator" {
        return None;
    }
    let mut beside = Beside::new(words, "inventory-to-search");
    for store in &overview.stores {
        let (result, tone) = match search_result(card, &store.card) {
            StoreResult::OutOfScope => continue,
            StoreResult::Open => ("inventory-search-open", "late"),
            StoreResult::Nothing => ("choice-store-nothing", "calm"),
            StoreResult::Held => ("choice-store-held", "calm"),
            StoreResult::Excluded => ("choice-store-excluded", "calm"),
        };
        let asked: BTreeSet<&str> = card.cards("asked_categories").into_iter().collect();
        let found = store
            .cells
            .keys()
            .filter(|c| asked.is_empty() || asked.contains(c.as_str()));
        let found: Vec<_> = found.map(|c| words.get(&format!("choice-{c}"))).collect();
        let unread = unread(words, store);
        let found = found.join(&words.get("list-separator"));
        beside.searches.push(ToSearch {
            store: Entry {
                href: format!("/registers/stores/{}", store.card.id),
                text: store.card.text("title").to_owned(),
                current: false,
            },
            found: [found, unread]
                .into_iter()
                .filter(|t| !t.is_empty())
                .collect::<Vec<_>>()
                .join(" · "),
            day: store.day.as_deref().map(|d| date(words, d)).unwrap_or_default(),
            result: words.get(result),
            tone,
        });
    }
    if beside.searches.is_empty() { None } else { Some(beside) }
}
