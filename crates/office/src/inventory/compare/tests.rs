use super::*;

fn set(all: &[&str]) -> BTreeSet<String> {
    all.iter().map(|s| (*s).to_owned()).collect()
}

fn scan(not_read: u64, found: &[(&str, u64)]) -> Option<Scan> {
    let size = |count| Size {
        count,
        sensitive: count > 100,
    };
    Some(Scan {
        not_read,
        found: found.iter().map(|(c, n)| ((*c).to_owned(), size(*n))).collect(),
    })
}

fn findable(category: &str) -> bool {
    category != "education"
}

fn opened(activities: &[Activity], stores: &[Store]) -> Vec<(&'static str, String)> {
    let inventory = Inventory::new(activities, stores, findable);
    let open = inventory.steps(&[]).into_iter().map(|step| match step {
        Step::Open(key, _) => (
            key.kind.as_str(),
            [key.store, key.activity, key.category]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join("/"),
        ),
        other => panic!("{other:?}"),
    });
    open.collect()
}

#[test]
fn what_differs_is_told_both_ways() {
    let list = [Activity {
        id: "letters".to_owned(),
        categories: set(&["identity", "contact", "education"]),
        systems: "Register of letters; Mail".to_owned(),
    }];
    let mut stores = [Store {
        id: "share".to_owned(),
        serves: set(&["letters"]),
        system: " register  of Letters".to_owned(),
        scan: scan(0, &[("identity", 4), ("health", 1)]),
    }];
    let told = |kind: &'static str, what: &str| (kind, what.to_owned());
    assert_eq!(
        opened(&list, &stores),
        [
            told("found-not-approved", "share/health"),
            // Education can be found by no scan, so its absence says nothing.
            told("approved-not-found", "letters/contact"),
        ]
    );
    // What was not read may hold the rest.
    stores[0].scan = scan(3, &[("identity", 4), ("health", 1)]);
    assert_eq!(
        opened(&list, &stores),
        [told("found-not-approved", "share/health"), told("not-read", "share")]
    );
    // A store that serves nothing has nothing approved in it; its system is nobody's.
    stores[0].serves.clear();
    stores[0].scan = scan(0, &[("identity", 4)]);
    assert_eq!(opened(&list, &stores), [told("found-not-approved", "share/identity")]);
    stores[0].serves = set(&["letters"]);
    stores[0].system = "Letters".to_owned();
    assert!(opened(&list, &stores).contains(&told("system-not-approved", "share")));
    // Never scanned: nothing is known.
    stores[0] = Store {
        scan: None,
        system: String::new(),
        ..stores[0].clone()
    };
    assert_eq!(opened(&list, &stores), []);
}

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn some(&mut self, of: &[&str]) -> BTreeSet<String> {
        let all = of.iter().filter(|_| self.below(2) == 0);
        all.map(|s| (*s).to_owned()).collect()
    }
}

const CATEGORIES: &[&str] = &["identity", "contact", "health", "education"];
const ACTIVITIES: &[&str] = &["a", "b", "c"];
const SYSTEMS: &[&str] = &["", "One", "Two"];

fn world(dice: &mut Dice) -> (Vec<Activity>, Vec<Store>) {
    let listed = dice.some(ACTIVITIES);
    let activities = listed.into_iter().map(|id| Activity {
        id,
        categories: dice.some(CATEGORIES),
        systems: dice.some(SYSTEMS).into_iter().collect::<Vec<_>>().join(", "),
    });
    let activities = activities.collect();
    let stores = (0..dice.below(4)).map(|n| {
        let found: Vec<_> = dice.some(&CATEGORIES[..3]).into_iter().collect();
        let found: Vec<_> = found.iter().map(|c| (c.as_str(), 1 + dice.below(200))).collect();
        let not_read = dice.below(3) / 2 * (1 + dice.below(9));
        Store {
            id: format!("s{n}"),
            serves: dice.some(ACTIVITIES),
            system: SYSTEMS[usize::try_from(dice.below(3)).unwrap()].to_owned(),
            scan: if dice.below(4) == 0 {
                None
            } else {
                scan(not_read, &found)
            },
        }
    });
    (activities, stores.collect())
}

/// Does the steps to the gaps that stand.
fn apply(standing: &mut Vec<Standing>, steps: Vec<Step>) {
    for step in steps {
        match step {
            Step::Open(key, size) => {
                let card = format!("{key:?}");
                standing.push(Standing { card, key, size });
            }
            Step::See(card, size) => standing.iter_mut().find(|g| g.card == card).unwrap().size = size,
            Step::Settle(card, _) => standing.retain(|g| g.card != card),
        }
    }
}

#[test]
fn whatever_comes_after_whatever_the_gaps_are_those_that_there_are() {
    let mut dice = Dice(20_261_124);
    let (mut open_ones, mut kept, mut ended) = (0, 0, 0);
    for _ in 0..600 {
        let mut standing: Vec<Standing> = Vec::new();
        for _ in 0..4 {
            let (activities, stores) = world(&mut dice);
            let inventory = Inventory::new(&activities, &stores, findable);
            let before: BTreeSet<Key> = standing.iter().map(|g| g.key.clone()).collect();
            let steps = inventory.steps(&standing);
            ended += steps.iter().filter(|s| matches!(s, Step::Settle(..))).count();
            apply(&mut standing, steps);
            // Done twice it changes nothing.
            assert_eq!(inventory.steps(&standing), []);
            let after: BTreeSet<Key> = standing.iter().map(|g| g.key.clone()).collect();
            assert_eq!(after.len(), standing.len(), "one card for a gap");

            let store = |key: &Key| stores.iter().find(|s| Some(&s.id) == key.store.as_ref());
            let covered = |s: &Store, category: &str| {
                activities
                    .iter()
                    .any(|a| s.serves.contains(&a.id) && a.categories.contains(category))
            };
            // Every find is approved or a gap, and no gap is about what is approved.
            for s in &stores {
                for (category, size) in s.scan.iter().flat_map(|s| &s.found) {
                    let gap = standing.iter().find(|g| {
                        g.key.kind == Kind::FoundNotApproved
                            && g.key.store.as_deref() == Some(s.id.as_str())
                            && g.key.category.as_ref() == Some(category)
                    });
                    assert_eq!(gap.is_none(), covered(s, category), "{s:?} {category}");
                    assert!(gap.is_none_or(|g| g.size == *size));
                }
            }
            for key in &after {
                let is_new = !before.contains(key);
                open_ones += usize::from(is_new);
                kept += usize::from(!is_new);
                match key.kind {
                    Kind::FoundNotApproved => {
                        let s = store(key).unwrap();
                        let category = key.category.as_deref().unwrap();
                        assert!(!covered(s, category));
                        // A gap whose find is not seen stays only where not all was read.
                        let scan = s.scan.as_ref();
                        let seen = scan.is_some_and(|s| s.found.contains_key(category));
                        assert!(seen || (!is_new && scan.is_none_or(|s| s.not_read > 0)));
                    }
                    Kind::ApprovedNotFound => {
                        let id = key.activity.as_deref().unwrap();
                        let category = key.category.as_deref().unwrap();
                        let activity = activities.iter().find(|a| a.id == id).unwrap();
                        assert!(activity.categories.contains(category) && category != "education");
                        let mut own = stores.iter().filter(|s| s.serves.contains(id)).peekable();
                        // A store that was read in part proves nothing.
                        assert!(!is_new || own.peek().is_some());
                        for s in own {
                            let scan = s.scan.as_ref();
                            assert!(scan.is_none_or(|s| !s.found.contains_key(category)));
                            assert!(!is_new || scan.is_some_and(|s| s.not_read == 0));
                        }
                    }
                    Kind::NotRead => {
                        let scan = store(key).unwrap().scan.as_ref();
                        assert!(scan.map_or(!is_new, |s| s.not_read > 0));
                    }
                    Kind::SystemNotApproved => assert!(!store(key).unwrap().system.is_empty()),
                }
            }
            // What was not read is always a gap.
            for s in stores
                .iter()
                .filter(|s| s.scan.as_ref().is_some_and(|s| s.not_read > 0))
            {
                let told = |k: &&Key| k.kind == Kind::NotRead && k.store.as_deref() == Some(s.id.as_str());
                assert!(after.iter().any(|k| told(&k)), "{s:?}");
            }
        }
    }
    assert!(
        open_ones > 500 && kept > 100 && ended > 500,
        "{open_ones} {kept} {ended}"
    );
}

#[test]
fn the_order_in_which_things_are_given_changes_nothing() {
    let mut dice = Dice(7);
    for _ in 0..100 {
        let (mut activities, mut stores) = world(&mut dice);
        let steps = Inventory::new(&activities, &stores, findable).steps(&[]);
        activities.reverse();
        stores.reverse();
        assert_eq!(Inventory::new(&activities, &stores, findable).steps(&[]), steps);
    }
}

#[test]
fn the_words_are_those_of_the_register() {
    assert_eq!(Kind::ALL.map(Kind::as_str), crate::registers::GAP_KINDS);
}
