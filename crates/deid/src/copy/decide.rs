//! The decision of a policy: what the engine finds and what is known to be gone elsewhere in the file.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use tutela_detect::{Engine, Entity, Group, Input};

use super::{Cut, Decide};
use crate::operator::{Operator, Operators};
use crate::policy::{Audience, Policy};

/// Most different values of one file whose absence is proved one by one.
const MOST_VALUES: usize = 500_000;

/// Decides by an engine and a policy, and remembers what went.
pub struct Masker<'a> {
    engine: &'a Engine,
    policy: &'a Policy,
    audience: Audience,
    operators: &'a mut Operators,
    /// Values that went from this file and that nobody writes by chance, with their types.
    gone: HashMap<String, Entity>,
    /// Those of them that a first copy still held.
    known: Option<Known>,
    replaced: BTreeMap<Entity, u64>,
    /// The last values, so that a column of the same value is worked out once.
    recent: HashMap<(Entity, String), String>,
}

impl std::fmt::Debug for Masker<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Masker")
            .field("gone", &self.gone.len())
            .finish_non_exhaustive()
    }
}

/// Values to be found wherever they stand.
struct Known {
    finder: AhoCorasick,
    values: Vec<(String, Entity)>,
}

impl<'a> Masker<'a> {
    /// Decides for an audience by a policy.
    pub fn new(engine: &'a Engine, policy: &'a Policy, audience: Audience, operators: &'a mut Operators) -> Self {
        Self {
            engine,
            policy,
            audience,
            operators,
            gone: HashMap::new(),
            known: None,
            replaced: BTreeMap::new(),
            recent: HashMap::new(),
        }
    }

    /// How many values of each type were cut since the last call of this.
    pub(super) fn take_replaced(&mut self) -> BTreeMap<Entity, u64> {
        std::mem::take(&mut self.replaced)
    }

    /// The values that went.
    pub(super) fn gone(&self) -> impl Iterator<Item = &str> {
        self.gone.keys().map(String::as_str)
    }

    /// From now on these values go wherever they stand, whatever the engine says.
    pub(super) fn insist(&mut self, values: Vec<String>) -> bool {
        let mut all: Vec<(String, Entity)> = self.known.take().map(|k| k.values).unwrap_or_default();
        all.extend(
            values
                .into_iter()
                .filter_map(|v| self.gone.get(&v).map(|e| (v.clone(), *e))),
        );
        all.sort();
        all.dedup();
        let finder = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(all.iter().map(|(v, _)| v));
        self.known = finder.ok().map(|finder| Known { finder, values: all });
        self.known.is_some()
    }

    /// How many values go wherever they stand.
    pub(super) fn insisted(&self) -> usize {
        self.known.as_ref().map_or(0, |k| k.values.len())
    }

    fn with(&mut self, entity: Entity, value: &str, input: &Input<'_>) -> Option<String> {
        let operator = self.policy.operator(self.audience, entity);
        if operator == Operator::Keep {
            return None;
        }
        if let Some(with) = self.recent.get(&(entity, value.to_owned())) {
            return Some(with.clone());
        }
        let lang = input.lang.unwrap_or_else(|| self.engine.language(input.text));
        let with = self.operators.apply(operator, entity, value, lang);
        let plain = plain(value);
        // What an operator leaves of a value is not proved to be gone.
        if is_distinctive(entity, &plain) && self.gone.len() < MOST_VALUES && !with.contains(&plain) {
            self.gone.insert(plain, entity);
        }
        if self.recent.len() >= 4096 {
            self.recent.clear();
        }
        self.recent.insert((entity, value.to_owned()), with.clone());
        Some(with)
    }
}

impl Decide for Masker<'_> {
    fn cuts(&mut self, input: &Input<'_>) -> Vec<Cut> {
        let mut spans: Vec<(Range<usize>, Entity)> = self
            .engine
            .find(input)
            .into_iter()
            .map(|f| (f.start..f.end, f.entity))
            .collect();
        if let Some(known) = &self.known {
            let (shown, back) = collapsed(input.text);
            for found in known.finder.find_iter(&shown) {
                let (Some(start), Some(end)) = (back.get(found.start()), back.get(found.end() - 1)) else {
                    continue;
                };
                let entity = known.values.get(found.pattern().as_usize()).map(|(_, e)| *e);
                // The last character may have several bytes.
                let end = (end + 1..=input.text.len()).find(|i| input.text.is_char_boundary(*i));
                let (Some(end), Some(entity)) = (end, entity) else {
                    continue;
                };
                let range = *start..end;
                // It wins over what it overlaps, lest a part of it stay; what stands beside it goes with it.
                let mut whole = range.clone();
                spans.retain(|(r, _)| {
                    let apart = r.end <= range.start || r.start >= range.end;
                    if !apart {
                        whole = whole.start.min(r.start)..whole.end.max(r.end);
                    }
                    apart
                });
                spans.push((whole, entity));
            }
            spans.sort_by_key(|(r, _)| r.start);
        }
        let mut cuts: Vec<Cut> = Vec::with_capacity(spans.len());
        for (range, entity) in spans {
            if cuts.last().is_some_and(|c: &Cut| c.range.end > range.start) {
                continue;
            }
            let Some(value) = input.text.get(range.clone()) else {
                continue;
            };
            if let Some(with) = self.with(entity, value, input) {
                *self.replaced.entry(entity).or_default() += 1;
                cuts.push(Cut { range, entity, with });
            }
        }
        cuts
    }
}

/// A value with single blanks.
pub(super) fn plain(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text with single blanks for all white space, and for each byte of it the byte of the text that it came from.
fn collapsed(text: &str) -> (String, Vec<usize>) {
    let (mut out, mut back) = (String::with_capacity(text.len()), Vec::with_capacity(text.len()));
    for (at, c) in text.char_indices() {
        if c.is_whitespace() {
            if !out.ends_with(' ') {
                out.push(' ');
                back.push(at);
            }
            continue;
        }
        out.push(c);
        back.extend((0..c.len_utf8()).map(|_| at));
    }
    (out, back)
}

/// Whether a value is nobody's by chance: long enough, and no word of the language.
fn is_distinctive(entity: Entity, value: &str) -> bool {
    if entity.group() == Group::Sensitive || matches!(entity, Entity::Age | Entity::Location) {
        return false;
    }
    let chars = value.chars().filter(|c| c.is_alphanumeric()).count();
    let han = value.chars().filter(|c| ('\u{3400}'..='\u{9fff}').contains(c)).count();
    let digits = value.chars().filter(char::is_ascii_digit).count();
    han >= 3 || digits >= 6 || chars >= 8 || (chars >= 5 && value.contains(' '))
}
