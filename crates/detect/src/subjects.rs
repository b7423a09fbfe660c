//! How many persons a document names: its full names, initials, bare family and given names, cases and spellings brought together.
//!
//! Names are read into parts ([`crate::name`]) and taken from the fullest to the barest. Each joins the one person whose parts it can
//! be; where several can, it is ambiguous and joins none (two Ivanovs stay two, and "Ivanov" alone is either); where none can, it is a
//! person of its own. What is looked up are small lists by key, so that the time grows with the number of names.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use crate::name::{self, Gender, Name, Part, Style};
use crate::{Entity, Finding, Lang, language};

/// Persons that are weighed for one bare name; where more bear it, it is ambiguous whatever else is known.
const MOST: usize = 16;

/// Who is named where.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subjects {
    /// For each person the indices of the names, in order. Persons stand in the order of their first name.
    pub persons: Vec<Vec<usize>>,
    /// Names that may be of several of the persons.
    pub ambiguous: Vec<usize>,
}

/// Groups the findings of persons in one text; the indices are those of `findings`.
pub fn subjects(findings: &[Finding], text: &str) -> Subjects {
    let lang = language::main(text);
    let at: Vec<usize> = (0..findings.len())
        .filter(|&i| findings.get(i).is_some_and(|f| f.entity == Entity::Person))
        .collect();
    let names: Vec<&str> = at
        .iter()
        .map(|&i| {
            findings
                .get(i)
                .and_then(|f| text.get(f.start..f.end))
                .unwrap_or_default()
        })
        .collect();
    let mut found = group(&names, Some(lang));
    let back = |list: &mut Vec<usize>| {
        for i in list {
            *i = at.get(*i).copied().unwrap_or_default();
        }
    };
    found.persons.iter_mut().for_each(back);
    back(&mut found.ambiguous);
    found
}

/// Groups names that stand in one document; the indices are those of `names`. Equal names are read once.
pub fn group(names: &[&str], lang: Option<Lang>) -> Subjects {
    let mut distinct: HashMap<&str, usize> = HashMap::with_capacity(names.len());
    let mut nodes: Vec<(Option<Node>, Vec<usize>)> = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let slot = *distinct.entry(name).or_insert_with(|| {
            nodes.push((Node::of(name, lang), Vec::new()));
            nodes.len() - 1
        });
        if let Some((_, list)) = nodes.get_mut(slot) {
            list.push(i);
        }
    }
    // The fullest first; marked ones before those without marks; then as they came.
    let mut order: Vec<usize> = (0..nodes.len()).collect();
    order.sort_by_key(|&i| {
        let node = nodes.get(i).and_then(|n| n.0.as_ref());
        (
            std::cmp::Reverse(node.map_or(0, |n| n.rank)),
            node.is_some_and(|n| !n.marked()),
            i,
        )
    });
    let mut people = People::default();
    let mut ambiguous = Vec::new();
    for i in order {
        let Some((node, list)) = nodes.get(i) else { continue };
        match node {
            // What cannot be read is a person as it stands.
            None => people.alone(list),
            Some(node) => match people.find(node) {
                Found::One(person) => people.join(person, node, list),
                Found::None => people.add(node, list),
                Found::Several => ambiguous.extend(list),
            },
        }
    }
    let mut persons: Vec<Vec<usize>> = people.list.into_iter().map(|p| p.mentions).collect();
    for person in &mut persons {
        person.sort_unstable();
    }
    persons.sort();
    ambiguous.sort_unstable();
    Subjects { persons, ambiguous }
}

/// Families of styles that are compared part by part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Vietnamese,
    Russian,
    Chinese,
    Latin,
}

/// A name as it is compared.
#[derive(Debug)]
struct Node {
    kind: Kind,
    name: Name,
    /// How much it tells: 5 family, given and middle; 4 with the middle's initial or without; 3 initials; 2 given and middle; 1 one part.
    rank: u8,
    female: bool,
    male: bool,
    latin: Option<String>,
}

impl Node {
    fn of(value: &str, lang: Option<Lang>) -> Option<Self> {
        let mut name = name::read(value, lang)?;
        let kind = match name.parts.style {
            Style::Vietnamese => Kind::Vietnamese,
            Style::Russian => Kind::Russian,
            Style::Chinese => Kind::Chinese,
            Style::Pinyin | Style::Western => Kind::Latin,
        };
        // 张某: the given name is held back, nothing is known of it.
        if kind == Kind::Chinese && name.given.as_ref().is_some_and(|g| g.initial) {
            name.given = None;
        }
        let full = |p: &Option<Part>| p.as_ref().is_some_and(|p| !p.initial);
        let rank = match (full(&name.family), full(&name.given), full(&name.middle)) {
            (true, true, true) => 5,
            (true, true, false) => 4,
            (true, false, _) if name.given.is_some() => 3,
            (false, true, _) if name.family.is_some() => 3,
            (false, true, true) => 2,
            _ => 1,
        };
        // The gender of a bare family name is a guess of the nominative; its form may be a case of the other gender's.
        let genders = match (kind, name.parts.gender) {
            (Kind::Russian, _) => name.possible,
            (_, Some(Gender::Female)) => (true, false),
            (_, Some(Gender::Male)) => (false, true),
            (_, None) => (true, true),
        };
        let latin = (rank >= 4).then(|| {
            let mut key = name.key().latin;
            // 张伟明 is Zhang Weiming and Zhang Wei Ming.
            if matches!(name.parts.style, Style::Chinese | Style::Pinyin) {
                key.retain(|c| c != ' ');
            }
            key
        });
        Some(Self {
            kind,
            rank,
            female: genders.0,
            male: genders.1,
            latin,
            name,
        })
    }

    /// Whether it bears marks that its plain form lacks.
    fn marked(&self) -> bool {
        [&self.name.family, &self.name.given, &self.name.middle]
            .into_iter()
            .flatten()
            .any(|p| p.exact != p.plain)
    }
}

/// One person.
#[derive(Debug)]
struct Person {
    kind: Option<Kind>,
    family: Option<Part>,
    given: Option<Part>,
    middle: Option<Part>,
    female: bool,
    male: bool,
    marked: bool,
    mentions: Vec<usize>,
}

enum Found {
    None,
    One(usize),
    Several,
}

/// What persons are looked up by.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Key {
    Full(Kind, String, String),
    /// Family name and the first letter of the given name.
    Letter(Kind, String, char),
    GivenMiddle(Kind, String, String),
    Family(Kind, String),
    Given(Kind, String),
    Latin(String),
}

#[derive(Debug, Default)]
struct People {
    list: Vec<Person>,
    by: HashMap<Key, Vec<usize>>,
}

fn first(text: &str) -> char {
    text.chars().next().unwrap_or(' ')
}

/// Whether two parts can be of one name: equal without marks, or an initial of the other, or not both known.
fn fits(a: &Option<Part>, b: &Option<Part>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) if a.initial || b.initial => {
            // Middle names may be shortened one by one.
            let (mut x, mut y) = (a.plain.split(' '), b.plain.split(' '));
            loop {
                match (x.next(), y.next()) {
                    (Some(x), Some(y)) if first(x) == first(y) => {}
                    (None, _) | (_, None) => return true,
                    _ => return false,
                }
            }
        }
        (Some(a), Some(b)) => a.plain == b.plain,
        _ => true,
    }
}

/// Whether the marks of two parts speak against each other: both names bear marks, and the parts differ.
fn same_marks(a: &Option<Part>, b: &Option<Part>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) if !a.initial && !b.initial => a.exact == b.exact,
        _ => true,
    }
}

impl People {
    fn alone(&mut self, mentions: &[usize]) {
        self.list.push(Person {
            kind: None,
            family: None,
            given: None,
            middle: None,
            female: true,
            male: true,
            marked: false,
            mentions: mentions.to_vec(),
        });
    }

    fn add(&mut self, node: &Node, mentions: &[usize]) {
        let index = self.list.len();
        self.list.push(Person {
            kind: Some(node.kind),
            family: node.name.family.clone(),
            given: node.name.given.clone(),
            middle: node.name.middle.clone(),
            female: node.female,
            male: node.male,
            marked: node.marked(),
            mentions: mentions.to_vec(),
        });
        self.index(index);
        if let Some(latin) = &node.latin {
            self.by.entry(Key::Latin(latin.clone())).or_default().push(index);
        }
    }

    /// Enters a person under all keys by which it may be asked for.
    fn index(&mut self, index: usize) {
        let Some(person) = self.list.get(index) else { return };
        let Some(kind) = person.kind else { return };
        let mut keys = Vec::new();
        let known = |p: &Option<Part>| p.as_ref().filter(|p| !p.initial).map(|p| p.plain.clone());
        let (family, given, middle) = (known(&person.family), known(&person.given), known(&person.middle));
        if let Some(family) = &family {
            keys.push(Key::Family(kind, family.clone()));
            if let Some(given) = &given {
                keys.push(Key::Full(kind, family.clone(), given.clone()));
            }
            if let Some(given) = &person.given {
                keys.push(Key::Letter(kind, family.clone(), first(&given.plain)));
            }
        }
        if let Some(given) = given {
            if let Some(middle) = middle {
                // Of several middle names the last may stand alone with the given name.
                let last = middle.rsplit(' ').next().unwrap_or_default().to_owned();
                if last != middle {
                    keys.push(Key::GivenMiddle(kind, given.clone(), last));
                }
                keys.push(Key::GivenMiddle(kind, given.clone(), middle));
            }
            keys.push(Key::Given(kind, given));
        }
        for key in keys {
            let list = self.by.entry(key).or_default();
            // One more than are weighed tells that there are too many.
            if list.len() <= MOST && !list.contains(&index) {
                list.push(index);
            }
        }
    }

    /// The person that a name is of.
    fn find(&self, node: &Node) -> Found {
        let name = &node.name;
        let text = |p: &Option<Part>| p.as_ref().map(|p| p.plain.clone()).unwrap_or_default();
        let (family, given, middle) = (text(&name.family), text(&name.given), text(&name.middle));
        let mut families = vec![family];
        families.extend(
            name.families
                .iter()
                .filter(|f| **f != families[0])
                .cloned()
                .collect::<Vec<_>>(),
        );
        let mut found: Vec<usize> = Vec::new();
        let mut many = false;
        let mut look = |key: &Key| {
            let Some(list) = self.by.get(key) else { return };
            many |= list.len() > MOST && !matches!(key, Key::Latin(_));
            for &i in list {
                let other =
                    !matches!(key, Key::Latin(_)) || self.list.get(i).is_some_and(|p| p.kind != Some(node.kind));
                if other && self.list.get(i).is_some_and(|p| agrees(p, node)) && !found.contains(&i) {
                    found.push(i);
                }
            }
        };
        let kind = node.kind;
        match node.rank {
            4 | 5 => {
                for family in families {
                    look(&Key::Full(kind, family.clone(), given.clone()));
                    // Those of whom only initials are known come later; whoever is turned round stands here.
                    if kind != Kind::Vietnamese && kind != Kind::Chinese {
                        look(&Key::Full(kind, given.clone(), family));
                    }
                }
                if let Some(latin) = &node.latin {
                    look(&Key::Latin(latin.clone()));
                }
            }
            3 if name.family.as_ref().is_some_and(|f| f.initial) => look(&Key::Given(kind, given)),
            3 => {
                for family in families {
                    look(&Key::Letter(kind, family, first(&given)));
                }
            }
            2 => look(&Key::GivenMiddle(kind, given, middle)),
            _ => {
                if name.family.is_some() {
                    for family in families {
                        look(&Key::Family(kind, family.clone()));
                        look(&Key::Given(kind, family));
                    }
                } else {
                    look(&Key::Given(kind, given.clone()));
                    look(&Key::Family(kind, given));
                }
            }
        }
        // The very same name is no question, though a fuller one stands elsewhere too.
        match found.as_slice() {
            [] if many => Found::Several,
            [] => Found::None,
            [one] if !many || node.rank >= 4 => Found::One(*one),
            _ => Found::Several,
        }
    }

    fn join(&mut self, index: usize, node: &Node, mentions: &[usize]) {
        let Some(person) = self.list.get_mut(index) else { return };
        person.mentions.extend_from_slice(mentions);
        if person.kind == Some(node.kind) {
            let (female, male) = (person.female && node.female, person.male && node.male);
            if female || male {
                (person.female, person.male) = (female, male);
            }
        }
    }
}

/// Whether a name can be that of a person.
fn agrees(person: &Person, node: &Node) -> bool {
    let name = &node.name;
    if person.kind != Some(node.kind) {
        // Found by the key of transcriptions.
        return true;
    }
    let gender = person.female && node.female || person.male && node.male;
    // The order of the parts may be turned; what was looked up fits already.
    let turned = name.family.as_ref().map(|p| &p.plain) == person.given.as_ref().map(|p| &p.plain)
        && name.given.as_ref().map(|p| &p.plain) == person.family.as_ref().map(|p| &p.plain);
    let one_part = node.rank == 1;
    let middle = fits(&name.middle, &person.middle) || node.rank == 2;
    let given = turned || one_part || fits(&name.given, &person.given);
    let family = turned
        || one_part
        || node.rank != 3
        || name.family.is_none()
        || name.family.as_ref().is_some_and(|f| !f.initial)
        || fits(&name.family, &person.family);
    let marks = node.kind != Kind::Vietnamese
        || !(person.marked && node.marked())
        || same_marks(&name.family, &person.family)
            && same_marks(&name.given, &person.given)
            && (node.rank == 2 || same_marks(&name.middle, &person.middle));
    gender && middle && given && family && marks
}
