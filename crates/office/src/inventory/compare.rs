//! What was found against what was approved, both ways. Pure: everything it knows is given, and it says what is to be done.

use std::collections::{BTreeMap, BTreeSet};

/// What differs; the words are those of the register of gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A store holds a category that no approved activity which it serves has.
    FoundNotApproved,
    /// An approved activity has a category that none of its stores holds.
    ApprovedNotFound,
    /// Something in a store was not read.
    NotRead,
    /// No activity that a store serves names the system in which it lies.
    SystemNotApproved,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [
        Self::FoundNotApproved,
        Self::ApprovedNotFound,
        Self::NotRead,
        Self::SystemNotApproved,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::FoundNotApproved => "found-not-approved",
            Self::ApprovedNotFound => "approved-not-found",
            Self::NotRead => "not-read",
            Self::SystemNotApproved => "system-not-approved",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == word)
    }
}

/// What a gap is about. Two gaps with one key are one gap.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) kind: Kind,
    pub(crate) store: Option<String>,
    pub(crate) activity: Option<String>,
    pub(crate) category: Option<String>,
}

/// How large a gap is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Size {
    /// Findings, or what was not read.
    pub(crate) count: u64,
    /// Whether the law in force holds some of it sensitive, and is sure of it.
    pub(crate) sensitive: bool,
}

/// An activity that is approved.
#[derive(Debug, Clone, Default)]
pub(crate) struct Activity {
    pub(crate) id: String,
    pub(crate) categories: BTreeSet<String>,
    /// The systems that it names, as they are written.
    pub(crate) systems: String,
}

/// A store that is in use.
#[derive(Debug, Clone, Default)]
pub(crate) struct Store {
    pub(crate) id: String,
    /// The activities that it serves, approved or not.
    pub(crate) serves: BTreeSet<String>,
    pub(crate) system: String,
    /// Its last scan; none where it was never scanned.
    pub(crate) scan: Option<Scan>,
}

/// The last scan of a store.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scan {
    pub(crate) not_read: u64,
    pub(crate) found: BTreeMap<String, Size>,
}

/// A gap on which work goes on.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub(crate) card: String,
    pub(crate) key: Key,
    pub(crate) size: Size,
}

/// How a gap ended by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// It is not seen any more.
    Gone,
    /// The list covers it now.
    Approved,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Open(Key, Size),
    See(String, Size),
    Settle(String, End),
}

/// What is to be said of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Differs(Size),
    Over(End),
    /// Nothing proves it: what was read in part says nothing by what it does not hold.
    Unknown,
}

/// Everything that is compared.
pub(crate) struct Inventory<'a> {
    activities: BTreeMap<&'a str, &'a Activity>,
    stores: BTreeMap<&'a str, &'a Store>,
    /// Whether a scan can find a category at all.
    can_be_found: fn(&str) -> bool,
}

impl<'a> Inventory<'a> {
    pub(crate) fn new(activities: &'a [Activity], stores: &'a [Store], can_be_found: fn(&str) -> bool) -> Self {
        Self {
            activities: activities.iter().map(|a| (a.id.as_str(), a)).collect(),
            stores: stores.iter().map(|s| (s.id.as_str(), s)).collect(),
            can_be_found,
        }
    }

    /// The approved activities that a store serves.
    fn served(&self, store: &'a Store) -> impl Iterator<Item = &'a Activity> {
        store
            .serves
            .iter()
            .filter_map(|id| self.activities.get(id.as_str()).copied())
    }

    /// The stores that serve an activity.
    fn of_activity(&self, activity: &str) -> impl Iterator<Item = &'a Store> {
        self.stores
            .values()
            .copied()
            .filter(move |s| s.serves.contains(activity))
    }

    /// Everything that could differ.
    fn keys(&self) -> BTreeSet<Key> {
        let mut keys = BTreeSet::new();
        let key = |kind, store: Option<&str>, activity: Option<&str>, category: Option<&str>| Key {
            kind,
            store: store.map(str::to_owned),
            activity: activity.map(str::to_owned),
            category: category.map(str::to_owned),
        };
        for store in self.stores.values() {
            let id = Some(store.id.as_str());
            keys.insert(key(Kind::NotRead, id, None, None));
            keys.insert(key(Kind::SystemNotApproved, id, None, None));
            for category in store.scan.iter().flat_map(|s| s.found.keys()) {
                keys.insert(key(Kind::FoundNotApproved, id, None, Some(category)));
            }
        }
        for activity in self.activities.values() {
            for category in &activity.categories {
                keys.insert(key(Kind::ApprovedNotFound, None, Some(&activity.id), Some(category)));
            }
        }
        keys
    }

    fn judge(&self, key: &Key) -> Verdict {
        let store = key.store.as_deref().and_then(|id| self.stores.get(id).copied());
        let category = key.category.as_deref().unwrap_or("");
        match (key.kind, store) {
            (Kind::ApprovedNotFound, _) => self.approved(key.activity.as_deref().unwrap_or(""), category),
            // The store is retired.
            (_, None) => Verdict::Over(End::Gone),
            (Kind::FoundNotApproved, Some(store)) => self.found(store, category),
            (Kind::NotRead, Some(store)) => match &store.scan {
                None => Verdict::Unknown,
                Some(scan) if scan.not_read > 0 => Verdict::Differs(Size {
                    count: scan.not_read,
                    sensitive: false,
                }),
                Some(_) => Verdict::Over(End::Gone),
            },
            (Kind::SystemNotApproved, Some(store)) => self.system(store),
        }
    }

    fn found(&self, store: &'a Store, category: &str) -> Verdict {
        if self.served(store).any(|a| a.categories.contains(category)) {
            return Verdict::Over(End::Approved);
        }
        let Some(scan) = &store.scan else {
            return Verdict::Unknown;
        };
        match scan.found.get(category) {
            Some(size) => Verdict::Differs(*size),
            None if scan.not_read > 0 => Verdict::Unknown,
            None => Verdict::Over(End::Gone),
        }
    }

    fn approved(&self, activity: &str, category: &str) -> Verdict {
        let Some(listed) = self.activities.get(activity) else {
            return Verdict::Over(End::Approved);
        };
        if !listed.categories.contains(category) {
            return Verdict::Over(End::Approved);
        }
        if !(self.can_be_found)(category) {
            return Verdict::Over(End::Gone);
        }
        let mut any = false;
        let mut proved = true;
        for store in self.of_activity(activity) {
            any = true;
            match &store.scan {
                Some(scan) if scan.found.contains_key(category) => return Verdict::Over(End::Gone),
                Some(scan) if scan.not_read == 0 => {}
                _ => proved = false,
            }
        }
        // Only where every store of the activity was read as a whole, it is known that the category lies in none.
        if any && proved {
            Verdict::Differs(Size::default())
        } else {
            Verdict::Unknown
        }
    }

    fn system(&self, store: &'a Store) -> Verdict {
        let system = folded(&store.system);
        let mut served = self.served(store).peekable();
        if system.is_empty() || served.peek().is_none() {
            return Verdict::Over(End::Gone);
        }
        if served.any(|a| parts(&a.systems).any(|part| part == system)) {
            Verdict::Over(End::Approved)
        } else {
            Verdict::Differs(Size::default())
        }
    }

    /// What is to be done so that the gaps on which work goes on are those that there are.
    pub(crate) fn steps(&self, standing: &[Standing]) -> Vec<Step> {
        let mut keys = self.keys();
        let mut steps = Vec::new();
        let mut seen = BTreeSet::new();
        for gap in standing {
            keys.remove(&gap.key);
            // Of two cards for one gap the first stays.
            if !seen.insert(&gap.key) {
                steps.push(Step::Settle(gap.card.clone(), End::Gone));
                continue;
            }
            match self.judge(&gap.key) {
                Verdict::Differs(size) if size != gap.size => steps.push(Step::See(gap.card.clone(), size)),
                Verdict::Differs(_) | Verdict::Unknown => {}
                Verdict::Over(end) => steps.push(Step::Settle(gap.card.clone(), end)),
            }
        }
        for key in keys {
            if let Verdict::Differs(size) = self.judge(&key) {
                steps.push(Step::Open(key, size));
            }
        }
        steps
    }
}

/// A name of a system as it is compared: without capitals and with single spaces.
fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The systems that a text names: by lines, commas, semicolons, in the marks of every language.
fn parts(systems: &str) -> impl Iterator<Item = String> {
    systems.split(['\n', ';', ',', '；', '，', '、']).map(folded)
}

#[cfg(test)]
mod tests;
