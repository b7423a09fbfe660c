//! A tree read as a set of recognisers; what is not known is told, not passed over.

use std::collections::HashSet;

use regex::RegexBuilder;
use tutela_detect::{Entity, Lang, Normalized, is_name};

use crate::edges::{self, Shape};
use crate::lists::{MAX_ENTRY, fold};
use crate::node::{self, Form, Node, Value};
use crate::rule::{ContextWord, Pattern, Rule};
use crate::set::{Allow, PassedOver, Set};
use crate::{Fault, Why};

/// Recognisers of one set.
const MAX_RULES: usize = 1000;
/// Patterns of one set.
const MAX_PATTERNS: usize = 2000;
/// Longest pattern, in bytes.
const MAX_PATTERN: usize = 16 << 10;
/// Memory of one compiled pattern and of what it keeps while it runs, in bytes.
const MAX_COMPILED: usize = 2 << 20;
/// Context words of one recogniser.
const MAX_CONTEXT: usize = 1000;
/// Words that are allowed.
const MAX_ALLOWED: usize = 100_000;
/// Patterns are folded, over lines, and a dot is any character, as Presidio has them.
const DEFAULT_FLAGS: u32 = FLAG_I | FLAG_M | FLAG_S;
const FLAG_I: u32 = 2;
const FLAG_M: u32 = 8;
const FLAG_S: u32 = 16;
const FLAG_U: u32 = 32;
const FLAG_X: u32 = 64;

/// Gives the text of a list that a file names, or says why not.
pub type Given<'a> = &'a mut dyn FnMut(&str) -> Result<String, String>;

/// Reads a file. `lists` gives the texts of the lists that it names.
pub fn read_file(text: &str, form: Form, lists: Given<'_>) -> Result<Set, Fault> {
    let whole = node::parse(text, form)?;
    let mut reader = Reader::new(lists, false);
    reader.file(&whole)?;
    reader.finish()
}

/// Reads recognisers that come as a list in JSON, with a request. They name no files.
pub fn read_json(recognizers: &serde_json::Value) -> Result<Set, Fault> {
    let list = node::from_json(recognizers, 0)?;
    let mut none = |_: &str| Err(String::new());
    let mut reader = Reader::new(&mut none, true);
    reader.recognizers(&list)?;
    reader.finish()
}

struct Reader<'a> {
    lists: Given<'a>,
    /// Whether the recognisers come with a request.
    asked: bool,
    flags: u32,
    rules: Vec<Rule>,
    patterns: usize,
    entries: Vec<(String, usize)>,
    allow: Allow,
    passed_over: Vec<PassedOver>,
}

impl<'a> Reader<'a> {
    fn new(lists: Given<'a>, asked: bool) -> Self {
        Self {
            lists,
            asked,
            flags: DEFAULT_FLAGS,
            rules: Vec::new(),
            patterns: 0,
            entries: Vec::new(),
            allow: Allow::default(),
            passed_over: Vec::new(),
        }
    }

    fn finish(self) -> Result<Set, Fault> {
        Set::new(self.rules, &self.entries, self.allow, self.passed_over).map_err(|why| Fault { line: 0, why })
    }

    fn file(&mut self, whole: &Node) -> Result<(), Fault> {
        let map = map(whole, "file")?;
        let mut list = None;
        for (word, value) in map {
            match word.as_str() {
                "recognizers" => list = Some(value),
                "supported_languages" => drop(languages(value)?),
                "global_regex_flags" => self.flags = flags(value)?,
                "allow_list" => self.allow_words(texts(value, word)?.iter().map(|(_, t)| *t), value)?,
                "allow_list_file" => {
                    let text = self.list(value, word)?;
                    self.allow_words(lines(&text), value)?;
                }
                "allow_list_patterns" => {
                    for (node, source) in texts(value, word)? {
                        let (regex, _) = self.pattern(node, source, self.flags, false)?;
                        self.allow.add_pattern(regex);
                    }
                }
                _ => return Err(value.fault(Why::Unknown(word.clone()))),
            }
        }
        match list {
            Some(list) => self.recognizers(list),
            None if self.allow.is_empty() => Err(whole.fault(Why::Missing("recognizers"))),
            None => Ok(()),
        }
    }

    fn allow_words<'t>(&mut self, words: impl Iterator<Item = &'t str>, at: &Node) -> Result<(), Fault> {
        for word in words {
            self.allow.add(&Normalized::of(word.trim()).text);
        }
        if self.allow.len() > MAX_ALLOWED {
            return Err(at.fault(Why::Many("words in allow lists", MAX_ALLOWED)));
        }
        Ok(())
    }

    fn recognizers(&mut self, list: &Node) -> Result<(), Fault> {
        let Value::List(items) = &list.value else {
            return Err(list.fault(Why::Kind("recognizers".to_owned(), "a list")));
        };
        if items.len() > MAX_RULES {
            return Err(list.fault(Why::Many("recognisers", MAX_RULES)));
        }
        for item in items {
            // Presidio names its own recognisers by their names alone.
            if let Value::Text(name) = &item.value {
                self.passed_over.push(PassedOver::predefined(item.line, name));
                continue;
            }
            self.recognizer(item)?;
        }
        Ok(())
    }

    fn recognizer(&mut self, item: &Node) -> Result<(), Fault> {
        let map = map(item, "recognizer")?;
        let get = |word: &str| map.iter().find(|(w, _)| w == word).map(|(_, n)| n);
        let name = match get("name") {
            Some(node) => text(node, "name")?.to_owned(),
            None if self.asked => "PatternRecognizer".to_owned(),
            None => return Err(item.fault(Why::Missing("name"))),
        };
        if let Some(node) = get("type") {
            match text(node, "type")? {
                "predefined" => {
                    self.passed_over.push(PassedOver::predefined(item.line, &name));
                    return Ok(());
                }
                "custom" => {}
                _ => return Err(node.fault(Why::Kind("type".to_owned(), "custom or predefined"))),
            }
        }
        if let Some(node) = get("enabled") {
            match node.value {
                Value::Bool(true) => {}
                Value::Bool(false) => return Ok(()),
                _ => return Err(node.fault(Why::Kind("enabled".to_owned(), "true or false"))),
            }
        }
        let mut entity_node = get("supported_entity").filter(|n| n.value != Value::Null);
        if let (None, Some(many)) = (entity_node, get("supported_entities")) {
            let Value::List(items) = &many.value else {
                return Err(many.fault(Why::Kind("supported_entities".to_owned(), "a list of one type")));
            };
            let [one] = items.as_slice() else {
                return Err(many.fault(Why::Kind("supported_entities".to_owned(), "a list of one type")));
            };
            entity_node = Some(one);
        }
        let entity_node = entity_node.ok_or_else(|| item.fault(Why::Missing("supported_entity")))?;
        let entity = text(entity_node, "supported_entity")?;
        if !is_name(entity) {
            return Err(entity_node.fault(Why::TypeName(shown(entity))));
        }
        let known = Entity::ALL.iter().find(|e| e.as_str().eq_ignore_ascii_case(entity));
        let mut rule = Rule {
            name,
            entity: known.map_or_else(|| entity.to_owned(), |e| e.as_str().to_owned()),
            sensitive: false,
            langs: None,
            patterns: Vec::new(),
            listed: false,
            list_score: 1.0,
            context: Vec::new(),
            line: item.line,
        };
        let index = self.rules.len();
        let mut flags_here = self.flags;
        if let Some(node) = get("global_regex_flags") {
            flags_here = flags(node)?;
        }
        for (word, node) in map {
            match word.as_str() {
                "name" | "type" | "enabled" | "supported_entity" | "supported_entities" | "global_regex_flags" => {}
                // What Presidio keeps for itself.
                "version" | "id" => {}
                "class" => {
                    if known.is_some() {
                        return Err(node.fault(Why::ClassOfKnown(rule.entity)));
                    }
                    rule.sensitive = match text(node, word)? {
                        "sensitive" => true,
                        "basic" => false,
                        other => return Err(node.fault(Why::Class(shown(other)))),
                    };
                }
                "supported_language" | "supported_languages" if node.value == Value::Null => {}
                "supported_language" | "supported_languages" => {
                    let (langs, context) = languages(node)?;
                    rule.langs = Some(langs);
                    rule.context.extend(context);
                }
                "context" => {
                    if node.value != Value::Null {
                        let words = texts(node, word)?;
                        rule.context
                            .extend(words.iter().filter_map(|(_, t)| context_word(None, t)));
                    }
                }
                "patterns" => self.patterns(node, flags_here, &mut rule)?,
                "deny_list" => {
                    if node.value != Value::Null {
                        for (entry, text) in texts(node, word)? {
                            self.entry(entry, text, index)?;
                        }
                    }
                }
                "deny_list_file" => {
                    let text = self.list(node, word)?;
                    for line in lines(&text) {
                        self.entry(node, line, index)?;
                    }
                }
                "deny_list_score" => rule.list_score = score(node)?,
                _ => return Err(node.fault(Why::Unknown(shown(word)))),
            }
        }
        if rule.context.len() > MAX_CONTEXT {
            return Err(item.fault(Why::Many("context words", MAX_CONTEXT)));
        }
        rule.listed = self.entries.last().is_some_and(|(_, rule)| *rule == index);
        if rule.patterns.is_empty() && !rule.listed {
            return Err(item.fault(Why::Nothing));
        }
        if rule.langs.as_ref().is_some_and(Vec::is_empty) {
            self.passed_over.push(PassedOver::language(item.line, &rule.name));
            self.entries.retain(|(_, rule)| *rule != index);
            return Ok(());
        }
        self.rules.push(rule);
        Ok(())
    }

    fn patterns(&mut self, node: &Node, flags: u32, rule: &mut Rule) -> Result<(), Fault> {
        if node.value == Value::Null {
            return Ok(());
        }
        let Value::List(items) = &node.value else {
            return Err(node.fault(Why::Kind("patterns".to_owned(), "a list")));
        };
        self.patterns += items.len();
        if self.patterns > MAX_PATTERNS {
            return Err(node.fault(Why::Many("patterns", MAX_PATTERNS)));
        }
        for item in items {
            let (mut name, mut source, mut sure) = (None, None, None);
            for (word, value) in map(item, "pattern")? {
                match word.as_str() {
                    "name" => name = Some(text(value, word)?),
                    "regex" => source = Some((value, text(value, word)?)),
                    "score" => sure = Some(score(value)?),
                    _ => return Err(value.fault(Why::Unknown(shown(word)))),
                }
            }
            let (at, source) = source.ok_or_else(|| item.fault(Why::Missing("regex")))?;
            let (regex, shape) = self.pattern(at, source, flags, true)?;
            rule.patterns.push(Pattern {
                name: name.ok_or_else(|| item.fault(Why::Missing("name")))?.to_owned(),
                source: source.to_owned(),
                score: sure.ok_or_else(|| item.fault(Why::Missing("score")))?,
                regex,
                shape,
            });
        }
        Ok(())
    }

    fn pattern(&self, at: &Node, source: &str, flags: u32, with_edges: bool) -> Result<(regex::Regex, Shape), Fault> {
        if source.len() > MAX_PATTERN {
            return Err(at.fault(Why::RegexTooLarge));
        }
        let taken = edges::take(&half_width(source)).map_err(|why| at.fault(why))?;
        if taken.shape != Shape::Whole && !with_edges {
            return Err(at.fault(Why::LookAround));
        }
        let regex = compile(&taken.source, flags).map_err(|why| at.fault(why))?;
        Ok((regex, taken.shape))
    }

    fn entry(&mut self, at: &Node, text: &str, rule: usize) -> Result<(), Fault> {
        let text = text.trim();
        if text.is_empty() || text.len() > MAX_ENTRY {
            return Err(at.fault(Why::Entry));
        }
        let entry = fold(&Normalized::of(text).text);
        if entry.is_empty() {
            return Err(at.fault(Why::Entry));
        }
        self.entries.push((entry, rule));
        if self.entries.len() > crate::lists::MAX_ENTRIES {
            return Err(at.fault(Why::Many("entries of lists", crate::lists::MAX_ENTRIES)));
        }
        Ok(())
    }

    fn list(&mut self, node: &Node, word: &str) -> Result<String, Fault> {
        let name = text(node, word)?;
        if self.asked {
            return Err(node.fault(Why::NoFiles));
        }
        (self.lists)(name).map_err(|why| node.fault(Why::ListFile(shown(name), why)))
    }
}

/// Compiles a pattern under its limits.
pub(crate) fn compile(source: &str, flags: u32) -> Result<regex::Regex, Why> {
    let built = RegexBuilder::new(source)
        .case_insensitive(flags & FLAG_I != 0)
        .multi_line(flags & FLAG_M != 0)
        .dot_matches_new_line(flags & FLAG_S != 0)
        .ignore_whitespace(flags & FLAG_X != 0)
        .size_limit(MAX_COMPILED)
        .dfa_size_limit(MAX_COMPILED)
        .nest_limit(64)
        .build();
    built.map_err(|e| match e {
        regex::Error::CompiledTooBig(_) => Why::RegexTooLarge,
        // The last line says what is wrong; those before it draw the pattern.
        e => Why::Regex(shown(
            e.to_string()
                .lines()
                .last()
                .unwrap_or_default()
                .trim_start_matches("error: "),
        )),
    })
}

/// Compiles a pattern that comes with a request and has no edges of its own.
pub(crate) fn compile_asked(source: &str, flags: Option<u32>) -> Result<regex::Regex, Why> {
    if source.len() > MAX_PATTERN {
        return Err(Why::RegexTooLarge);
    }
    let flags = flags.unwrap_or(DEFAULT_FLAGS);
    if flags & !(FLAG_I | FLAG_M | FLAG_S | FLAG_U | FLAG_X) != 0 {
        return Err(Why::Flags(flags.to_string()));
    }
    compile(source, flags)
}

/// A pattern whose letters are written as the engine sees them: composed, half-width, simplified. What becomes a sign of patterns by it
/// stays a letter.
fn half_width(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    for piece in pattern.split_inclusive(|c: char| c.is_ascii()) {
        let ascii = piece.chars().next_back().filter(char::is_ascii);
        let foreign = piece.strip_suffix(|c: char| c.is_ascii()).unwrap_or(piece);
        // A mark that joins the letter before it is composed with it.
        for c in Normalized::of(foreign).text.chars() {
            if c.is_ascii_punctuation() {
                out.push('\\');
            }
            out.push(c);
        }
        out.extend(ascii);
    }
    out
}

fn context_word(lang: Option<Lang>, word: &str) -> Option<ContextWord> {
    let word = fold(&Normalized::of(word.trim()).text);
    (!word.is_empty()).then_some(ContextWord { lang, word })
}

/// The languages that are known here, and the context words that go with them. Others are of no use here, and no fault.
fn languages(node: &Node) -> Result<(Vec<Lang>, Vec<ContextWord>), Fault> {
    let one = std::slice::from_ref(node);
    let items = match &node.value {
        Value::List(items) => items.as_slice(),
        _ => one,
    };
    let (mut langs, mut context) = (Vec::new(), Vec::new());
    for item in items {
        let (code, words) = match &item.value {
            Value::Map(_) => {
                let (mut code, mut words) = (None, Vec::new());
                for (word, value) in map(item, "supported_languages")? {
                    match word.as_str() {
                        "language" => code = Some(text(value, word)?),
                        "context" if value.value == Value::Null => {}
                        "context" => words = texts(value, word)?,
                        _ => return Err(value.fault(Why::Unknown(shown(word)))),
                    }
                }
                (code.ok_or_else(|| item.fault(Why::Missing("language")))?, words)
            }
            _ => (text(item, "supported_languages")?, Vec::new()),
        };
        if !(2..=8).contains(&code.len())
            || !code
                .bytes()
                .all(|b| b.is_ascii_alphabetic() || matches!(b, b'-' | b'_'))
        {
            return Err(item.fault(Why::Language(shown(code))));
        }
        let Some(lang) = Lang::from_code(code) else { continue };
        langs.push(lang);
        context.extend(words.iter().filter_map(|(_, t)| context_word(Some(lang), t)));
    }
    Ok((langs, context))
}

fn flags(node: &Node) -> Result<u32, Fault> {
    let known = FLAG_I | FLAG_M | FLAG_S | FLAG_U | FLAG_X;
    match node.value {
        Value::Number(n) if n >= 0.0 && n <= f64::from(known) && n.fract() == 0.0 && n as u32 & !known == 0 => {
            Ok(n as u32)
        }
        Value::Number(n) => Err(node.fault(Why::Flags(n.to_string()))),
        _ => Err(node.fault(Why::Kind("global_regex_flags".to_owned(), "a number"))),
    }
}

fn score(node: &Node) -> Result<f32, Fault> {
    match node.value {
        Value::Number(n) if (0.0..=1.0).contains(&n) => Ok(n as f32),
        _ => Err(node.fault(Why::Score)),
    }
}

fn text<'n>(node: &'n Node, word: &str) -> Result<&'n str, Fault> {
    match &node.value {
        Value::Text(text) => Ok(text),
        _ => Err(node.fault(Why::Kind(shown(word), "a text"))),
    }
}

fn texts<'n>(node: &'n Node, word: &str) -> Result<Vec<(&'n Node, &'n str)>, Fault> {
    match &node.value {
        Value::List(items) => items.iter().map(|i| Ok((i, text(i, word)?))).collect(),
        _ => Err(node.fault(Why::Kind(shown(word), "a list of texts"))),
    }
}

fn map<'n>(node: &'n Node, what: &str) -> Result<&'n [(String, Node)], Fault> {
    let Value::Map(pairs) = &node.value else {
        return Err(node.fault(Why::Kind(what.to_owned(), "words with values")));
    };
    let mut seen = HashSet::new();
    match pairs.iter().find(|(word, _)| !seen.insert(word)) {
        Some((word, at)) => Err(at.fault(Why::Twice(shown(word)))),
        None => Ok(pairs),
    }
}

/// The entries of a list as a file: one a line, `#` begins a remark.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    text.lines()
        .map(str::trim)
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
}

/// A word of a file, short and harmless enough for one line of a message.
fn shown(word: &str) -> String {
    let mut out: String = word.chars().filter(|c| !c.is_control()).take(80).collect();
    if out.len() < word.len() {
        out.push('…');
    }
    out
}
