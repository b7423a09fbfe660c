//! Chinese names. Running Chinese has no spaces, so a name is found by cutting a clause into words in the likeliest way: words
//! cost what their rarity says, a family name with one or two characters of given names costs what names cost, and
//! what stands around a name (a title behind it, a verb of speech, a post before it) makes it cheaper.

use std::sync::LazyLock;

use super::dict::{self, Hash, Table};
use super::{pattern, word_reason};
use crate::{Entity, Finding, Reason};

/// Costs are minus the natural logarithm of a probability, in halves.
type Cost = u16;

/// A character that no dictionary holds.
const UNKNOWN: Cost = 30;
/// That a name of a person stands here at all.
const NAME: Cost = 7;
/// No cost is known: the character is not used so.
const NONE: u8 = 255;

/// Longest clause that is cut at once, in characters.
const CLAUSE: usize = 160;

const AFTER: u32 = 1 << 16;
const BEFORE: u32 = 1 << 17;
const WEAK_BEFORE: u32 = 1 << 18;
const SPEECH: u32 = 1 << 19;
const WEAK_AFTER: u32 = 1 << 20;
const COMPOUND: u32 = 1 << 21;
const PLACE: u32 = 1 << 22;
/// The lower bits of an entry hold the cost of the word plus one.
const COST: u32 = 0xFF;

/// What a character is in names.
#[derive(Debug, Clone, Copy)]
struct Char {
    family: u8,
    first: u8,
    second: u8,
    alone: u8,
    transcribed: bool,
}

struct Data {
    words: Table,
    chars: Vec<Char>,
}

const FIRST_HAN: u32 = 0x4E00;
const HAN: usize = 0x5200;

static DATA: LazyLock<Data> = LazyLock::new(|| {
    let names = include_str!("../../data/names/zh-names.txt");
    let words = include_str!("../../data/names/zh-words.txt");
    let cues = include_str!("../../data/names/zh-cues.txt");
    let places = include_str!("../../data/names/zh-places.txt");
    let mut table = Table::with_room((words.len() + places.len()) / 7);
    let none = Char {
        family: NONE,
        first: NONE,
        second: NONE,
        alone: NONE,
        transcribed: false,
    };
    let mut chars = vec![none; HAN];
    let mut section = ("", 0_u32);
    // Headings repeat for thousands of words: they are parsed once each.
    for (heading, word) in dict::entries(words) {
        if heading != section.0 {
            section = (heading, heading.parse::<u32>().unwrap_or(60).min(60));
        }
        table.add(Hash::of(word).value(), section.1 + 1);
    }
    for (heading, word) in dict::entries(places) {
        if heading == "place" {
            table.add(Hash::of(word).value(), PLACE);
        }
    }
    for (heading, word) in dict::entries(cues) {
        let kind = match heading {
            "after" => AFTER,
            "before" => BEFORE,
            "weak-before" => WEAK_BEFORE,
            "speech" => SPEECH,
            "weak-after" => WEAK_AFTER,
            _ => {
                if let Some(slot) = word.chars().next().and_then(index).and_then(|i| chars.get_mut(i)) {
                    slot.transcribed = true;
                }
                continue;
            }
        };
        table.add(Hash::of(word).value(), kind);
    }
    for (heading, word) in dict::entries(names) {
        let (kind, cost) = heading.split_once(' ').unwrap_or((heading, ""));
        if kind == "compound-surname" {
            table.add(Hash::of(word).value(), COMPOUND);
            continue;
        }
        let Some(slot) = word.chars().next().and_then(index).and_then(|i| chars.get_mut(i)) else {
            continue;
        };
        let cost = cost.parse().unwrap_or(30);
        match kind {
            "surname" => slot.family = cost,
            "first" => slot.first = cost,
            "second" => slot.second = cost,
            "alone" => slot.alone = cost,
            _ => {}
        }
    }
    Data { words: table, chars }
});

fn index(c: char) -> Option<usize> {
    let i = u32::from(c).checked_sub(FIRST_HAN)? as usize;
    (i < HAN).then_some(i)
}

pub(super) fn han(c: char) -> bool {
    index(c).is_some()
}

/// Whether a character is a family name.
pub(crate) fn family(c: char) -> bool {
    DATA.char(c).is_some_and(|c| c.family != NONE)
}

/// Whether two characters together are a family name.
pub(crate) fn compound(text: &str) -> bool {
    DATA.words.get(Hash::of(text).value()) & COMPOUND != 0
}

/// The characters that are family names.
pub(crate) fn families() -> impl Iterator<Item = char> {
    (0..HAN as u32)
        .filter_map(|i| char::from_u32(FIRST_HAN + i))
        .filter(|c| family(*c))
}

impl Data {
    fn char(&self, c: char) -> Option<&Char> {
        self.chars.get(index(c)?)
    }
}

/// Whether a text is one common Chinese word.
pub(super) fn is_word(text: &str) -> bool {
    DATA.words.get(Hash::of(text).value()) & COST != 0
}

/// Whether a whole text reads like a Chinese name: for cells and values of labels.
pub(super) fn like_name(text: &str) -> bool {
    let data = &*DATA;
    let mut chars = text.chars();
    let Some(first) = chars.next().and_then(|c| data.char(c)) else {
        return false;
    };
    let n = text.chars().count();
    let compound = text
        .char_indices()
        .nth(2)
        .map_or("", |(i, _)| text.get(..i).unwrap_or_default());
    (2..=4).contains(&n)
        && text.chars().all(han)
        && (first.family <= 24 || data.words.get(Hash::of(compound).value()) & COMPOUND != 0)
}

/// One node of the best way to cut a clause.
#[derive(Debug, Clone, Copy)]
struct Step {
    cost: Cost,
    /// Where the last word begins.
    from: u16,
    /// Characters of the name that the last word is; 0 for a plain word.
    name: u8,
}

/// What a name is known by.
#[derive(Debug, Clone, Copy, Default)]
struct Around {
    after: u32,
    before: u32,
}

/// Looks at the Chinese part of a text.
/// Tells whether there is any.
pub(super) fn find(text: &str, out: &mut Vec<Finding>) -> bool {
    let bytes = text.as_bytes();
    let mut clause: Vec<(char, usize)> = Vec::with_capacity(CLAUSE);
    let mut at = 0;
    let mut any = false;
    while let Some(skip) = bytes
        .get(at..)
        .and_then(|b| b.iter().position(|b| matches!(b, 0xE4..=0xE9)))
    {
        at += skip;
        if !text.is_char_boundary(at) {
            at += 1;
            continue;
        }
        clause.clear();
        let mut candidates = false;
        let mut family = false;
        for (i, c) in text.get(at..).unwrap_or_default().char_indices() {
            let Some(known) = DATA.char(c) else { break };
            candidates |= family && (known.first != NONE || known.alone != NONE);
            family = known.family != NONE;
            clause.push((c, at + i));
            if clause.len() == CLAUSE {
                break;
            }
        }
        let Some(&(last, start)) = clause.last() else {
            at += 1;
            continue;
        };
        any = true;
        at = start + last.len_utf8();
        if bytes.get(at..).is_some_and(|b| b.starts_with("·".as_bytes())) {
            at = transcribed(text, &clause, at, out);
            continue;
        }
        if candidates || clause.len() >= 3 {
            cut(text, &clause, at, out);
        }
    }
    any
}

/// Names with a point between their parts: 约翰·史密斯, 买买提·艾力.
fn transcribed(text: &str, clause: &[(char, usize)], point: usize, out: &mut Vec<Finding>) -> usize {
    let fits = |c: char| DATA.char(c).is_some_and(|c| c.transcribed);
    let head: usize = clause.iter().rev().take(8).take_while(|(c, _)| fits(*c)).count();
    let mut end = point;
    let mut parts = 0;
    while let Some(rest) = text.get(end..).and_then(|t| t.strip_prefix('·')) {
        let n = rest.chars().take(9).take_while(|c| fits(*c)).count();
        if n == 0 || parts == 4 {
            break;
        }
        end += '·'.len_utf8() + n * 3;
        parts += 1;
    }
    let start = clause.len().checked_sub(head).and_then(|i| clause.get(i));
    match start {
        Some(&(_, start)) if head > 0 && parts > 0 => {
            // Words that begin with a character of transcriptions may follow: 说, 的 are none of them.
            out.push(finding(start, end, 0.85, vec![pattern("transcribed name")]));
            if let Some(before) = clause.get(..clause.len() - head)
                && !before.is_empty()
            {
                cut(text, before, start, out);
            }
            end
        }
        _ => {
            cut(text, clause, point, out);
            point + '·'.len_utf8()
        }
    }
}

fn finding(start: usize, end: usize, score: f32, why: Vec<Reason>) -> Finding {
    Finding {
        entity: Entity::Person,
        start,
        end,
        score,
        validated: false,
        why,
    }
}

/// Cuts a clause into words and names.
fn cut(text: &str, clause: &[(char, usize)], end: usize, out: &mut Vec<Finding>) {
    let data = &*DATA;
    let n = clause.len();
    let offset = |i: usize| clause.get(i).map_or(end, |c| c.1);
    let piece = |a: usize, b: usize| text.get(offset(a)..offset(b)).unwrap_or_default();
    let mut steps = vec![
        Step {
            cost: Cost::MAX,
            from: 0,
            name: 0
        };
        n + 1
    ];
    steps[0].cost = 0;
    let relax = |steps: &mut Vec<Step>, from: usize, to: usize, cost: Cost, name: usize| {
        let total = steps[from].cost.saturating_add(cost);
        if let Some(step) = steps.get_mut(to)
            && total < step.cost
        {
            *step = Step {
                cost: total,
                from: from as u16,
                name: name as u8,
            };
        }
    };
    for i in 0..n {
        let mut hash = Hash::EMPTY;
        for len in 1..=4.min(n - i) {
            hash = hash.with(piece(i + len - 1, i + len));
            let found = data.words.get(hash.value());
            let cost = found & COST;
            let cost = match (cost, found & PLACE, len) {
                (0, 0, 1) => UNKNOWN,
                (0, 0, _) => continue,
                (0, ..) => 18 + 2 * len as Cost,
                (c, ..) => (c - 1) as Cost,
            };
            relax(&mut steps, i, i + len, cost, 0);
        }
        names(data, clause, i, &piece, &mut |len, cost| {
            relax(&mut steps, i, i + len, cost, len)
        });
    }
    // Back along the best way.
    let mut to = n;
    let mut found = Vec::new();
    while to > 0 {
        let step = steps[to];
        let from = usize::from(step.from);
        if step.name > 0 {
            let cost = step.cost.saturating_sub(steps[from].cost);
            found.push((
                from,
                to,
                i32::from(plain_cost(data, from, to, &piece)) - i32::from(cost),
            ));
        }
        if step.name == 0 && to - from >= 2 && data.words.get(Hash::of(piece(from, to)).value()) & PLACE != 0 {
            out.push(Finding {
                entity: Entity::Location,
                ..finding(offset(from), offset(to), 0.62, vec![word_reason("place")])
            });
        }
        to = from.min(to - 1);
    }
    for (from, to, margin) in found.into_iter().rev() {
        judge(
            data,
            clause,
            (from, to, margin),
            &piece,
            (offset(from), offset(to)),
            out,
        );
    }
    // Transcribed names of one part, behind a post or before a verb of speech: 总统普京.
    let mut i = 0;
    while i < n {
        let run = clause.get(i..).map_or(0, |c| {
            c.iter()
                .take_while(|c| data.char(c.0).is_some_and(|c| c.transcribed))
                .count()
        });
        if run >= 2 && plain_cost(data, i, i + run.min(5), &piece) >= 11 * run.min(5) as Cost {
            let a = around(data, n, i, i + run, &|a, b| piece(a, b).to_owned());
            let ruler = clause.get(i + run).is_some_and(|c| ORDINALS.contains(c.0))
                && clause
                    .get(i + run + 1)
                    .is_some_and(|c| c.0 == '世' || ORDINALS.contains(c.0));
            let strong = ruler || a.before & BEFORE != 0 || a.after & AFTER != 0 || a.after & SPEECH != 0 && run >= 3;
            if strong && run <= 7 && !of_thing(data, clause, i, i + run) {
                out.push(finding(
                    offset(i),
                    offset(i + run),
                    0.66,
                    vec![pattern("transcribed name")],
                ));
            }
        }
        i += run.max(1);
    }
}

/// What the characters of a name cost as plain words.
fn plain_cost<'t>(data: &Data, from: usize, to: usize, piece: &impl Fn(usize, usize) -> &'t str) -> Cost {
    let mut best = [Cost::MAX; 6];
    best[0] = 0;
    let n = (to - from).min(5);
    for i in 0..n {
        for len in 1..=n - i {
            let cost = data.words.get(Hash::of(piece(from + i, from + i + len)).value()) & COST;
            let cost = match (cost, len) {
                (0, 1) => UNKNOWN,
                (0, _) => continue,
                (c, _) => (c - 1) as Cost,
            };
            best[i + len] = best[i + len].min(best[i].saturating_add(cost));
        }
    }
    best[n]
}

/// The words around a place: the longest known one behind it and before it.
fn around(data: &Data, n: usize, from: usize, to: usize, piece: &dyn Fn(usize, usize) -> String) -> Around {
    let mut a = Around::default();
    for len in (1..=4).rev() {
        if a.after == 0 && to + len <= n {
            a.after = data.words.get(Hash::of(&piece(to, to + len)).value()) & (AFTER | SPEECH | WEAK_AFTER);
        }
        if a.before == 0 && len <= from {
            a.before = data.words.get(Hash::of(&piece(from - len, from)).value()) & (BEFORE | WEAK_BEFORE);
        }
    }
    if to == n {
        a.after |= WEAK_AFTER;
    }
    if from == 0 {
        a.before |= WEAK_BEFORE;
    }
    a
}

/// Whether 小 or 老 stands before one of the common family names, at the head of a clause's part.
fn familiar(clause: &[(char, usize)], i: usize) -> bool {
    clause.get(i).is_some_and(|c| matches!(c.0, '小' | '老'))
        && clause
            .get(i + 1)
            .and_then(|c| DATA.char(c.0))
            .is_some_and(|c| c.family <= 9)
}

/// What the words around take off the cost of a name.
fn bonus(a: Around) -> Cost {
    let after = if a.after & (AFTER | SPEECH) != 0 {
        6
    } else if a.after & WEAK_AFTER != 0 {
        3
    } else {
        0
    };
    let before = if a.before & BEFORE != 0 {
        5
    } else if a.before & WEAK_BEFORE != 0 {
        2
    } else {
        0
    };
    after + before
}

/// The names that may begin at a character, with their costs.
fn names<'t>(
    data: &Data,
    clause: &[(char, usize)],
    i: usize,
    piece: &impl Fn(usize, usize) -> &'t str,
    take: &mut dyn FnMut(usize, Cost),
) {
    let n = clause.len();
    let char = |i: usize| clause.get(i).and_then(|c| data.char(c.0));
    let Some(first) = char(i) else { return };
    let double = i + 2 < n && data.words.get(Hash::of(piece(i, i + 2)).value()) & COMPOUND != 0;
    let mut families = [(0, NONE); 2];
    if double {
        families[0] = (2, 14);
    }
    if first.family != NONE {
        families[1] = (1, first.family);
    }
    let owned = |a: usize, b: usize| piece(a, b).to_owned();
    // 小赵, 老王: how colleagues and neighbours are called.
    if familiar(clause, i) && data.words.get(Hash::of(piece(i, i + 2)).value()) & COST == 0 {
        take(2, NAME + 8);
    }
    for (len, family) in families.into_iter().filter(|f| f.0 > 0) {
        let base = NAME + Cost::from(family);
        let g = i + len;
        let grammar = |i: usize| clause.get(i).is_none_or(|c| NO_NAME.contains(c.0));
        if grammar(g) {
            continue;
        }
        if let Some(c) = char(g)
            && (c.alone != NONE || len == 2)
        {
            let given = if c.alone == NONE { 24 } else { Cost::from(c.alone) };
            let cost = (base + given + 3).saturating_sub(bonus(around(data, n, i, g + 1, &owned)));
            take(len + 1, cost);
        }
        if let (Some(a), Some(b)) = (char(g), char(g + 1))
            && !grammar(g + 1)
        {
            let known = |x: u8, other: u8| {
                if x != NONE {
                    Cost::from(x)
                } else if other != NONE {
                    Cost::from(other) + 4
                } else {
                    24
                }
            };
            if a.first != NONE || b.second != NONE || len == 2 {
                let cost = base + known(a.first, a.second.min(a.alone)) + known(b.second, b.first.min(b.alone));
                take(len + 2, cost.saturating_sub(bonus(around(data, n, i, g + 2, &owned))));
            }
        }
        // 刘某, 刘某某, 李主任
        if len == 1 && first.family <= 14 {
            let a = around(data, n, i, i + 1, &owned);
            if clause.get(g).is_some_and(|c| c.0 == '某') {
                let more = usize::from(clause.get(g + 1).is_some_and(|c| c.0 == '某'));
                take(2 + more, 6);
            } else if a.after & AFTER != 0 && first.family <= 11 && a.before != 0 {
                take(1, Cost::from(first.family) + 10);
            }
        }
    }
}

/// Characters of grammar, which no given name holds.
const NO_NAME: &str = "的了是在和与及说问也都就很不没来去到把被对给跟让请这那哪有我你他她它们吗呢吧啊";

/// Ordinals of rulers: 查理四世.
const ORDINALS: &str = "一二三四五六七八九十";

/// Characters behind a name that make it that of a place or thing.
const THINGS_BEHIND: &str = "镇县市区省村乡州岛山湖河街路道寺庙桥站港湾城国族语科属目星堂楼坊苑园邦郡府藩塔宫殿派党军队杯赛奖社系型式馆院校店厂洞岭峰角洲屿氏营传剧片战级鱼树草粒大厦酒茶牌";

/// Characters that end names of places and things, and hardly any name of a person.
const THING_ENDS: &str = "镇县市区省村乡湖河街寺庙桥藩族语科属邦郡坊州岛岭堂径屿奖党站厂店馆社报号街路县塔";

/// Whether what looks like a name belongs to a longer name of a place or thing or to a transcription.
fn of_thing(data: &Data, clause: &[(char, usize)], from: usize, to: usize) -> bool {
    let ends = |set: &str, i: usize| {
        clause.get(i).is_some_and(|c| {
            // 徐海燕系党员: 系 says what she is, where more than the end of a name of a thing follows.
            let is = c.0 == '系'
                && clause
                    .get(i + 1)
                    .is_some_and(|n| !matches!(n.0, '列' | '统' | '的' | '主'));
            set.contains(c.0) && !is
        })
    };
    let office: String = clause.iter().skip(to).take(5).map(|c| c.0).collect();
    if office == "律师事务所" || ends(THINGS_BEHIND, to) || to - from >= 3 && ends(THING_ENDS, to - 1) {
        return true;
    }
    let transcribed = |c: &(char, usize)| data.char(c.0).is_some_and(|c| c.transcribed);
    let inside = clause.get(from..to).is_some_and(|name| name.iter().all(transcribed));
    let before = clause
        .get(..from)
        .map_or(0, |c| c.iter().rev().take(3).take_while(|c| transcribed(c)).count());
    let behind = clause
        .get(to..)
        .map_or(0, |c| c.iter().take(3).take_while(|c| transcribed(c)).count());
    let partly = clause
        .get(from..to)
        .map_or(0, |name| name.iter().filter(|c| transcribed(c)).count());
    inside && before + behind > 0
        || before >= 2 && partly > 0 && clause.get(from).is_some_and(transcribed)
        || behind >= 2 && partly >= 1 && ends_transcribed(data, clause, to)
}

fn ends_transcribed(data: &Data, clause: &[(char, usize)], to: usize) -> bool {
    clause
        .get(to - 1)
        .is_some_and(|c| data.char(c.0).is_some_and(|c| c.transcribed))
}

/// Gives a name on the best way its score.
fn judge<'t>(
    data: &Data,
    clause: &[(char, usize)],
    (from, to, margin): (usize, usize, i32),
    piece: &impl Fn(usize, usize) -> &'t str,
    (start, end): (usize, usize),
    out: &mut Vec<Finding>,
) {
    let owned = |a: usize, b: usize| piece(a, b).to_owned();
    let a = around(data, clause.len(), from, to, &owned);
    let name = piece(from, to);
    let len = to - from;
    let mut why = vec![word_reason("family name")];
    if a.after & AFTER != 0 || a.before & BEFORE != 0 {
        why.insert(
            0,
            Reason::Title(
                if a.after & AFTER != 0 {
                    "title behind"
                } else {
                    "post before"
                }
                .into(),
            ),
        );
    }
    let strong = a.after & (AFTER | SPEECH) != 0 || a.before & BEFORE != 0;
    let both = a.after != 0 && a.before != 0;
    let word = data.words.get(Hash::of(name).value());
    // How often such a name is one, as measured on annotated text: the more its characters cost as plain words, the surer.
    let margin = margin.clamp(0, 40) as f32;
    let base: f32 = if len == 2 {
        0.45 + 0.025 * margin
    } else {
        0.34 + 0.024 * margin
    };
    let mut score = match len {
        1 => 0.72,
        _ if name.ends_with('某') => 0.85,
        2 if familiar(clause, from) => 0.64,
        // Two characters that are a family name together are hardly ever anything else.
        3.. if data.words.get(Hash::of(piece(from, from + 2)).value()) & COMPOUND != 0 => base.max(0.64),
        _ if strong => base + 0.25,
        _ if both => base + 0.03,
        _ => base,
    }
    .min(if strong { 0.95 } else { 0.9 });
    if word & COST != 0 && !strong {
        score -= 0.1;
    }
    if word & PLACE != 0 && !strong || of_thing(data, clause, from, to) {
        return;
    }
    out.push(finding(start, end, score, why));
}
