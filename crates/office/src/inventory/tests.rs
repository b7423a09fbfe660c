//! Journey 3: stores are scanned, held against the list, and what differs is settled.

use tutela_law::Country;

use super::read;
use crate::error::Error;
use crate::inventory::Found;
use crate::kernel::record::history;
use crate::kernel::rights::Role;
use crate::world::World;

const DPO: Role = Role::ProtectionOfficer;

/// A report of one file with these counts, of which `unread` parts were not read.
pub(crate) fn report(counts: &[(&str, u64)], unread: u64) -> String {
    let counts: serde_json::Map<_, _> = counts.iter().map(|(t, n)| ((*t).to_owned(), (*n).into())).collect();
    let findings: u64 = counts.values().filter_map(serde_json::Value::as_u64).sum();
    let state = if unread > 0 { "partial" } else { "full" };
    let file = serde_json::json!({
        "path": "share/Nguyễn Văn Mật.xlsx", "kind": "xlsx", "bytes": 9, "read": state,
        "findings": [{ "type": "PERSON", "masked": "N*****", "value": "Nguyễn Văn Mật" }],
        "counts": counts, "subjects": 3, "class": "basic", "risk": 0.5,
    });
    let not_read: Vec<_> = (0..unread)
        .map(|n| serde_json::json!({ "path": "share/Nguyễn Văn Mật.xlsx", "place": n.to_string(), "why": "encrypted" }))
        .collect();
    let read = if unread > 0 {
        serde_json::json!({ "full": 0, "partial": 1, "none": 0 })
    } else {
        serde_json::json!({ "full": 1, "partial": 0, "none": 0 })
    };
    let total = serde_json::json!({ "total": {
        "files": 1, "bytes": 9, "read": read, "not_read": not_read, "findings": findings, "counts": counts,
        "classes": {}, "subjects": 3, "cached": 0, "seconds": 0.1,
    } });
    format!("{file}\n{total}\n")
}

fn found(counts: &[(&str, u64)], unread: u64) -> Found {
    read(report(counts, unread).as_bytes()).unwrap()
}

impl World {
    /// A store in use that serves these activities.
    pub(crate) async fn store(&self, title: &str, serves: &[&str]) -> String {
        let mut given = vec![
            ("title", title),
            ("store_kind", "store-share"),
            ("store_place", "//server/Mật"),
            ("store_unit", "Office"),
            ("store_level", "level-ordinary"),
        ];
        given.extend(serves.iter().map(|s| ("serves", *s)));
        self.act(DPO, ("stores", "register", None), &given).await.unwrap().card
    }

    pub(crate) async fn scan(&self, store: &str, counts: &[(&str, u64)], unread: u64) -> (usize, usize) {
        let found = found(counts, unread);
        let taken = self.office.take_scan(&self.actor(DPO), self.now, store, &found).await;
        let taken = taken.unwrap();
        (taken.opened, taken.closed)
    }

    /// The gaps on which work goes on: kind, category, how many.
    async fn gaps(&self) -> Vec<(String, String, u64)> {
        let overview = self.office.inventory(&self.actor(Role::Inspector)).await.unwrap();
        let told = overview.gaps.iter().map(|g| {
            let count = g.value("gap_count").and_then(serde_json::Value::as_u64).unwrap();
            (g.text("gap_kind").to_owned(), g.text("gap_category").to_owned(), count)
        });
        let mut told: Vec<_> = told.collect();
        told.sort();
        told
    }

    async fn gap(&self, kind: &str) -> String {
        let overview = self.office.inventory(&self.actor(DPO)).await.unwrap();
        let gap = overview.gaps.iter().find(|g| g.text("gap_kind") == kind);
        gap.unwrap_or_else(|| panic!("no gap {kind}")).id.clone()
    }

    async fn state(&self, id: &str) -> String {
        self.card(id).await.state
    }
}

fn gap(kind: &str, category: &str, count: u64) -> (String, String, u64) {
    (kind.to_owned(), category.to_owned(), count)
}

#[tokio::test]
async fn a_find_is_a_gap_until_an_order_approves_it() {
    let world = World::new(Country::Vn).await;
    let activity = world.activity(&["law-duty"]).await;
    let store = world.store("Share", &[&activity]).await;
    assert_eq!(
        world
            .scan(&store, &[("PERSON", 4), ("HEALTH", 2), ("LOCATION", 9)], 0)
            .await,
        (1, 0)
    );
    assert_eq!(world.gaps().await, [gap("found-not-approved", "health", 2)]);
    let card = world.card(&store).await;
    assert_eq!(card.text("scan_class"), "class-sensitive");
    assert_eq!(card.cards("found_categories"), ["health", "identity"]);
    let health = world.gap("found-not-approved").await;
    assert_eq!(world.card(&health).await.value("gap_sensitive"), Some(&true.into()));

    // It is not approved with that category, so a link alone is not enough.
    let link = ("gaps", "link", Some(health.as_str()));
    let chosen = [("gap_activity", activity.as_str())];
    assert_eq!(world.refused(DPO, link, &chosen).await, ["refusal-gap-category"]);
    world
        .act(DPO, ("gaps", "propose", Some(&health)), &chosen)
        .await
        .unwrap();
    assert_eq!(world.state(&health).await, "gap-proposed");
    let changing = world.card(&activity).await;
    assert_eq!(changing.state, "changing");
    assert_eq!(
        changing.cards("data_categories"),
        ["identity"],
        "what is approved holds until the order"
    );
    // A proposal is no approval: the gap stays.
    assert_eq!(
        world.office.compare(&world.actor(DPO), world.now).await.unwrap(),
        (0, 0)
    );
    let order = [
        ("order_kind", "processing-list"),
        ("order_subject", "On the list"),
        ("approves", activity.as_str()),
    ];
    let order = world.act(DPO, ("orders", "draft", None), &order).await.unwrap().card;
    world.in_force(&order, "15").await;
    let approved = world.card(&activity).await;
    assert_eq!(approved.cards("data_categories"), ["identity", "health"]);
    // The number of the new order stands in the row, not that of the old one.
    assert_eq!(
        (approved.state.as_str(), approved.text("order_number")),
        ("approved", "15")
    );
    world.office.compare_all(world.now).await.unwrap();
    assert_eq!(world.state(&health).await, "gap-approved");
    assert_eq!(world.gaps().await, []);
}

#[tokio::test]
async fn what_is_approved_and_found_nowhere_is_a_gap_only_when_all_was_read() {
    let world = World::new(Country::Vn).await;
    let activity = world.activity(&["law-duty"]).await;
    let store = world.store("Share", &[&activity]).await;
    let second = world.store("Mail", &[&activity]).await;
    // The second store was never scanned: who knows what lies there.
    assert_eq!(world.scan(&store, &[], 0).await, (0, 0));
    assert_eq!(world.scan(&second, &[], 3).await, (1, 0));
    assert_eq!(world.gaps().await, [gap("not-read", "", 3)]);
    assert_eq!(world.scan(&second, &[], 0).await, (1, 1));
    assert_eq!(world.gaps().await, [gap("approved-not-found", "identity", 0)]);
    let missing = world.gap("approved-not-found").await;
    let own = [("gap_activity", activity.as_str())];
    let refused = world.refused(DPO, ("gaps", "propose", Some(&missing)), &own).await;
    assert_eq!(refused, ["refusal-gap-last"]);
    let removed = [("gap_removed_on", "2026-11-24"), ("gap_removed_how", "Nobody")];
    let refused = world.refused(DPO, ("gaps", "remove", Some(&missing)), &removed).await;
    assert_eq!(refused, ["refusal-gap-not-data"]);
    assert_eq!(world.scan(&second, &[("AGE", 1)], 0).await, (0, 1));
    assert_eq!(world.state(&missing).await, "gap-gone");
}

#[tokio::test]
async fn a_gap_is_linked_accepted_removed_and_comes_back() {
    let world = World::new(Country::Vn).await;
    let activity = world.activity(&["law-duty"]).await;
    let store = world.store("Share", &[]).await;
    world.scan(&store, &[("PERSON", 4), ("PHONE_NUMBER", 2)], 0).await;
    let both = [
        gap("found-not-approved", "contact", 2),
        gap("found-not-approved", "identity", 4),
    ];
    assert_eq!(world.gaps().await, both);
    let overview = world.office.inventory(&world.actor(DPO)).await.unwrap();
    let of = |category: &str| {
        let found = overview.gaps.iter().find(|g| g.text("gap_category") == category);
        found.unwrap().id.clone()
    };
    let (contact, identity) = (of("contact"), of("identity"));
    let chosen = [("gap_activity", activity.as_str())];
    let refused = world.refused(DPO, ("gaps", "propose", Some(&identity)), &chosen).await;
    assert_eq!(refused, ["refusal-gap-link"]);
    world
        .act(DPO, ("gaps", "link", Some(&identity)), &chosen)
        .await
        .unwrap();
    assert_eq!(world.state(&identity).await, "gap-linked");
    assert_eq!(world.card(&store).await.cards("serves"), [activity.as_str()]);
    // The head takes it upon the body; who found it may not.
    let why = [("gap_reason", "Until the end of the year")];
    let accept = ("gaps", "accept", Some(contact.as_str()));
    assert_eq!(world.refused(DPO, accept, &why).await, ["refusal-right"]);
    world.act(Role::Head, accept, &why).await.unwrap();
    // Nothing new: what is accepted stays accepted; more of it is only counted.
    assert_eq!(
        world.scan(&store, &[("PERSON", 4), ("PHONE_NUMBER", 5)], 0).await,
        (0, 0)
    );
    assert_eq!(world.state(&contact).await, "gap-accepted");
    assert_eq!(world.gaps().await, [gap("found-not-approved", "contact", 5)]);
    // A scan that did not read everything proves nothing by what it does not find.
    assert_eq!(world.scan(&store, &[("PERSON", 4)], 1).await, (1, 0));
    assert_eq!(world.state(&contact).await, "gap-accepted");
    let removed = [("gap_removed_on", "2026-11-24"), ("gap_removed_how", "Deleted by Mật")];
    world
        .act(DPO, ("gaps", "remove", Some(&contact)), &removed)
        .await
        .unwrap();
    // It was said to be removed, and is there again: a new case.
    assert_eq!(
        world.scan(&store, &[("PERSON", 4), ("PHONE_NUMBER", 1)], 0).await,
        (1, 1)
    );
    assert_eq!(world.gaps().await, [gap("found-not-approved", "contact", 1)]);
    // A store that is out of use has no gaps.
    let out = [("retired_on", "2026-11-24"), ("store_emptied", "Shredded")];
    world.act(DPO, ("stores", "retire", Some(&store)), &out).await.unwrap();
    world.office.compare_all(world.now).await.unwrap();
    assert_eq!(world.gaps().await, []);
}

#[tokio::test]
async fn what_is_accepted_is_a_case_again_when_it_becomes_graver() {
    let world = World::new(Country::Vn).await;
    let store = world.store("Share", &[]).await;
    world.scan(&store, &[("VN_TAX_CODE", 1)], 0).await;
    let documents = world.gap("found-not-approved").await;
    assert_eq!(world.card(&documents).await.value("gap_sensitive"), Some(&false.into()));
    let why = [("gap_reason", "Few")];
    world
        .act(Role::Head, ("gaps", "accept", Some(&documents)), &why)
        .await
        .unwrap();
    // Pictures of identity papers are sensitive under the law of Viet Nam.
    world.scan(&store, &[("VN_TAX_CODE", 1), ("MRZ", 1)], 0).await;
    assert_eq!(world.state(&documents).await, "gap-open");
}

#[tokio::test]
async fn only_counts_are_kept_and_everything_is_in_the_journal() {
    let world = World::new(Country::Vn).await;
    let store = world.store("Share", &[]).await;
    world.scan(&store, &[("PERSON", 4)], 2).await;
    world.scan(&store, &[("PERSON", 5)], 2).await;
    let mut connection = world.office.db.read().acquire().await.unwrap();
    for table in ["scan", "scan_category", "card", "event"] {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT * FROM {table}")))
            .fetch_all(&mut *connection)
            .await
            .unwrap();
        for row in rows {
            for column in 0..sqlx::Row::len(&row) {
                let text: String = sqlx::Row::try_get(&row, column).unwrap_or_default();
                assert!(!text.contains("Mật") && !text.contains("xlsx"), "{table}: {text}");
            }
        }
    }
    // One row a day, the later scan in the place of the earlier; both acts stand in the history.
    let row = sqlx::query("SELECT COUNT(*) AS n, MAX(findings) AS most FROM scan")
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    let (n, most): (i64, i64) = (sqlx::Row::get(&row, "n"), sqlx::Row::get(&row, "most"));
    assert_eq!((n, most), (1, 5));
    let past = history(&mut connection, &store).await.unwrap();
    let scans = past.iter().filter(|p| p.kind == "stores.scan");
    assert_eq!(
        scans.map(|p| p.actor.clone()).collect::<Vec<_>>(),
        vec![world.actor(DPO).account; 2]
    );
}

#[tokio::test]
async fn nobody_makes_up_a_scan_or_a_gap() {
    let world = World::new(Country::Vn).await;
    let store = world.store("Share", &[]).await;
    for (register, operation, card) in [("stores", "scan", Some(store.as_str())), ("gaps", "open", None)] {
        let refused = world.refused(DPO, (register, operation, card), &[]).await;
        assert_eq!(refused, ["refusal-no-page"], "{register}.{operation}");
    }
    let take = |role: Role, store: String| {
        let world = &world;
        async move {
            match world
                .office
                .take_scan(&world.actor(role), world.now, &store, &Found::default())
                .await
            {
                Err(Error::Refused(refusal)) => refusal.key,
                other => panic!("{other:?}"),
            }
        }
    };
    assert_eq!(take(Role::Officer, store.clone()).await, "refusal-right");
    let activity = world.activity(&["law-duty"]).await;
    assert_eq!(take(DPO, activity).await, "refusal-no-card");
    let out = [("retired_on", "2026-11-24"), ("store_emptied", "Shredded")];
    world.act(DPO, ("stores", "retire", Some(&store)), &out).await.unwrap();
    assert_eq!(take(DPO, store).await, "refusal-store-not-live");
}

#[tokio::test]
async fn a_system_that_no_activity_names_is_a_gap() {
    let world = World::new(Country::Vn).await;
    let activity = world.activity(&["law-duty"]).await;
    let given = [
        ("title", "Mailbox"),
        ("store_kind", "store-mailbox"),
        ("store_place", "office@example.vn"),
        ("store_unit", "Office"),
        ("store_level", "level-high"),
        ("store_system", "Official mail"),
        ("serves", activity.as_str()),
    ];
    world.act(DPO, ("stores", "register", None), &given).await.unwrap();
    assert_eq!(
        world.office.compare(&world.actor(DPO), world.now).await.unwrap(),
        (1, 0)
    );
    let system = world.gap("system-not-approved").await;
    let chosen = [("gap_activity", activity.as_str())];
    world
        .act(DPO, ("gaps", "propose", Some(&system)), &chosen)
        .await
        .unwrap();
    let order = [("order_number", "16"), ("order_date", "2026-11-24")];
    world
        .act(Role::Head, ("processing", "approve", Some(&activity)), &order)
        .await
        .unwrap();
    assert_eq!(world.card(&activity).await.text("systems"), "Official mail");
    assert_eq!(
        world.office.compare(&world.actor(DPO), world.now).await.unwrap(),
        (0, 1)
    );
}

/// Every key of this part that is chosen by a rule and not named where texts are asked for.
#[test]
fn every_text_that_is_chosen_is_there() {
    let sources = [
        include_str!("../web/pages/inventory.rs"),
        include_str!("../web/pages/inventory/beside.rs"),
        include_str!("../web/pages/check.rs"),
        include_str!("report.rs"),
    ];
    let words = tutela_words::Words::new(tutela_words::Locale::En);
    let mut seen = 0;
    for source in sources {
        for part in source.split('"').skip(1).step_by(2) {
            let key = ["inventory-", "check-", "refusal-", "choice-"]
                .iter()
                .any(|p| part.starts_with(p));
            if key && !part.contains('{') {
                seen += 1;
                assert!(words.has(part), "{part}");
            }
        }
    }
    assert!(seen > 40, "{seen}");
}
