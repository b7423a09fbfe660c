use std::collections::HashSet;

use regex::Regex;
use tutela_detect::{Input, Lang};

use crate::context::Surroundings;
use crate::edges::{GROUP, Shape};
use crate::lists::{Words, fold};
use crate::read::compile_asked;
use crate::rule::{Pattern, Rule};
use crate::{Fault, Why};

/// Recognisers of a user's own.
#[derive(Debug)]
pub struct Set {
    rules: Vec<Rule>,
    words: Option<Words>,
    allow: Allow,
    passed_over: Vec<PassedOver>,
}

/// One match of a rule, in byte offsets of the text that was searched.
#[derive(Debug, Clone, PartialEq)]
pub struct Match<'s> {
    /// The rule, by its place in [`Set::rules`].
    pub rule: usize,
    /// First byte.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// How sure, with its surroundings.
    pub score: f32,
    /// What matched.
    pub by: By<'s>,
    /// The context word that made it surer.
    pub context: Option<&'s str>,
}

/// What matched.
#[derive(Debug, Clone, Copy)]
pub enum By<'s> {
    /// A pattern.
    Pattern(&'s Pattern),
    /// A word of a list.
    List,
}

impl PartialEq for By<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Pattern(a), Self::Pattern(b)) => std::ptr::eq(*a, *b),
            (Self::List, Self::List) => true,
            _ => false,
        }
    }
}

/// There were more matches than the caller can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany;

/// A recogniser of a file that is not used here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver {
    /// The line.
    pub line: usize,
    /// Its name.
    pub name: String,
    /// Whether it is one of Presidio's own; else none of its languages is known here.
    pub predefined: bool,
}

impl PassedOver {
    pub(crate) fn predefined(line: usize, name: &str) -> Self {
        Self {
            line,
            name: name.to_owned(),
            predefined: true,
        }
    }

    pub(crate) fn language(line: usize, name: &str) -> Self {
        Self {
            line,
            name: name.to_owned(),
            predefined: false,
        }
    }
}

impl Set {
    pub(crate) fn new(
        rules: Vec<Rule>,
        entries: &[(String, usize)],
        allow: Allow,
        passed_over: Vec<PassedOver>,
    ) -> Result<Self, Why> {
        Ok(Self {
            words: Words::new(entries)?,
            rules,
            allow,
            passed_over,
        })
    }

    /// The recognisers.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The words that are never reported.
    pub fn allow(&self) -> &Allow {
        &self.allow
    }

    /// The recognisers of the file that are not used here.
    pub fn passed_over(&self) -> &[PassedOver] {
        &self.passed_over
    }

    /// Everything that the rules find in the text of `input`, which is normalised, at most `most` of it. `more` are context words that
    /// hold for the whole text. Matches come by rule, and in the order of the text for each pattern.
    pub fn matches<'s>(&'s self, input: &Input<'_>, more: &[String], most: usize) -> Result<Vec<Match<'s>>, TooMany> {
        let folds = self.words.is_some() || self.rules.iter().any(|r| !r.context.is_empty());
        let folded = if folds { fold(input.text) } else { String::new() };
        let around = Surroundings::new(input, &folded, more);
        let mut found = Vec::new();
        let mut over = false;
        let mut add = |rule: &'s Rule, index, (start, end), base, by, lang: Option<Lang>| {
            if found.len() >= most {
                over = true;
                return false;
            }
            let (score, context) = around.weigh(rule, start, base, lang);
            found.push(Match {
                rule: index,
                start,
                end,
                score,
                by,
                context,
            });
            true
        };
        for (index, rule) in self.rules.iter().enumerate().filter(|(_, r)| r.speaks(input.lang)) {
            for pattern in &rule.patterns {
                pattern.each(input.text, |start, end| {
                    add(
                        rule,
                        index,
                        (start, end),
                        pattern.score,
                        By::Pattern(pattern),
                        input.lang,
                    )
                });
            }
        }
        if let Some(words) = &self.words {
            words.find(&folded, |index, start, end| {
                let rule = self.rules.get(index).filter(|r| r.speaks(input.lang));
                rule.is_none_or(|rule| add(rule, index, (start, end), rule.list_score, By::List, input.lang))
            });
        }
        if over { Err(TooMany) } else { Ok(found) }
    }
}

impl Pattern {
    /// Calls `each` with start and end of every match that is not empty, until it answers `false`.
    fn each(&self, text: &str, mut each: impl FnMut(usize, usize) -> bool) {
        if self.shape == Shape::Whole {
            for found in self.regex.find_iter(text).filter(|m| !m.is_empty()) {
                if !each(found.start(), found.end()) {
                    return;
                }
            }
            return;
        }
        let (mut at, mut done) = (0, 0);
        while let Some(found) = self.regex.captures_at(text, at).and_then(|c| c.name(GROUP)) {
            let fresh = found.start() >= done && !found.is_empty();
            if fresh && !each(found.start(), found.end()) {
                return;
            }
            let last = |t: &str| t.char_indices().next_back().map(|(i, _)| i);
            let next = match (fresh, self.shape) {
                (true, Shape::GroupAfterOne) => {
                    done = found.end();
                    // The last character of this match may be the one before the next.
                    text.get(..found.end()).and_then(last).unwrap_or(found.end())
                }
                (true, _) => found.end(),
                (false, _) => at,
            };
            at = if next > at {
                next
            } else {
                let Some(step) = text.get(at..).and_then(|t| t.chars().next()) else {
                    return;
                };
                at + step.len_utf8()
            };
        }
    }
}

/// Words and patterns of values that are never reported.
#[derive(Debug, Clone, Default)]
pub struct Allow {
    words: HashSet<String>,
    patterns: Vec<Regex>,
}

impl Allow {
    /// Values that are exactly one of these.
    pub fn exact(words: impl IntoIterator<Item = String>) -> Self {
        Self {
            words: words.into_iter().collect(),
            patterns: Vec::new(),
        }
    }

    /// Values in which one of these patterns is found, by flags as Python counts them.
    pub fn patterns<'p>(sources: impl IntoIterator<Item = &'p str>, flags: Option<u32>) -> Result<Self, Fault> {
        let compile = |source| compile_asked(source, flags).map_err(|why| Fault { line: 0, why });
        Ok(Self {
            words: HashSet::new(),
            patterns: sources.into_iter().map(compile).collect::<Result<_, _>>()?,
        })
    }

    /// Whether nothing is allowed.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.patterns.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    pub(crate) fn add(&mut self, word: &str) {
        if !word.is_empty() {
            self.words.insert(word.to_owned());
        }
    }

    pub(crate) fn add_pattern(&mut self, pattern: Regex) {
        self.patterns.push(pattern);
    }

    /// Whether a value is not to be reported.
    pub fn allows(&self, value: &str) -> bool {
        self.words.contains(value) || self.patterns.iter().any(|p| p.is_match(value))
    }
}

#[cfg(test)]
mod tests;
