//! Identifiers that are made of digits: which of them a cluster of digit runs is.
//!
//! The scanner gives clusters: runs of digits with signs between them that may stand inside one number. Every stretch of a cluster that
//! stands free is read as a [`Number`] and shown to the recognisers; the best reading from the left wins.

mod bank;
mod china;
mod general;
mod russia;
mod vietnam;

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::context::Context;
use crate::labels::{self, Tails, Topic};
use crate::trigger::Run;
use crate::{Entity, Finding, Reason};
use crate::{cards, dates, geo, phones};

/// Longest number that is looked at, in digits.
const MAX_DIGITS: usize = 25;

/// Most runs of one number: a telephone number or an account in groups.
const MAX_RUNS: usize = 8;

/// What stands between two runs of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gap {
    /// One space of any kind.
    Space,
    /// A hyphen or dash, perhaps with spaces.
    Hyphen,
    Dot,
    Slash,
    /// `№`, perhaps with spaces.
    Numero,
    /// Brackets or another mixture.
    Other,
}

fn gap(bytes: &[u8]) -> Gap {
    match bytes.trim_ascii() {
        [] if bytes.len() == 1 => Gap::Space,
        [0xC2, 0xA0] | [0xE2, 0x80, 0x80..=0x8A | 0xAF] => Gap::Space,
        [b'-'] | [0xE2, 0x80, 0x90..=0x95] => Gap::Hyphen,
        [b'.'] if bytes.len() == 1 => Gap::Dot,
        [b'/'] if bytes.len() == 1 => Gap::Slash,
        [0xE2, 0x84, 0x96] | [0xC2, 0xA0, 0xE2, 0x84, 0x96] => Gap::Numero,
        _ => Gap::Other,
    }
}

/// A stretch of runs read as one number.
pub(crate) struct Number<'a> {
    pub(crate) runs: &'a [Run],
    /// All digits, without separators.
    digits: [u8; MAX_DIGITS],
    len: usize,
    gaps: [Gap; MAX_RUNS],
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl<'a> Number<'a> {
    fn new(text: &[u8], runs: &'a [Run]) -> Option<Self> {
        let mut number = Self {
            runs,
            digits: [0; MAX_DIGITS],
            len: 0,
            gaps: [Gap::Other; MAX_RUNS],
            start: runs.first()?.start,
            end: runs.last()?.end,
        };
        for run in runs {
            let digits = text.get(run.start..run.end)?;
            number
                .digits
                .get_mut(number.len..number.len + digits.len())?
                .copy_from_slice(digits);
            number.len += digits.len();
        }
        for (slot, pair) in number.gaps.iter_mut().zip(runs.windows(2)) {
            *slot = gap(text.get(pair[0].end..pair[1].start)?);
        }
        Some(number)
    }

    pub(crate) fn digits(&self) -> &[u8] {
        &self.digits[..self.len]
    }

    /// Whether it is one run.
    pub(crate) fn single(&self) -> bool {
        self.runs.len() == 1
    }

    /// Lengths of the runs are exactly these.
    pub(crate) fn shape(&self, lengths: &[usize]) -> bool {
        self.runs.len() == lengths.len() && self.runs.iter().zip(lengths).all(|(r, &n)| r.len() == n)
    }

    /// What stands between the runs, in order.
    pub(crate) fn gaps(&self) -> &[Gap] {
        &self.gaps[..(self.runs.len() - 1).min(MAX_RUNS)]
    }

    /// All gaps are the same one of these.
    pub(crate) fn even(&self, allowed: &[Gap]) -> bool {
        self.gaps()
            .split_first()
            .is_some_and(|(first, rest)| allowed.contains(first) && rest.iter().all(|g| g == first))
    }

    /// How many digits, as a reason.
    pub(crate) fn count(&self) -> Reason {
        Reason::Digits(self.len as u8)
    }

    /// A finding that covers the number, weighed by what stands around it.
    pub(crate) fn found(
        &self,
        context: &Context<'_>,
        entity: Entity,
        base: f32,
        validated: bool,
        topics: &[Topic],
        mut why: Vec<Reason>,
    ) -> Option<Finding> {
        let score = context.weigh(self.start, base, topics, &mut why);
        Some(Finding {
            entity,
            start: self.start,
            end: self.end,
            score,
            validated,
            why,
        })
    }
}

pub(crate) fn checksum(name: &'static str) -> Reason {
    Reason::Checksum(Cow::Borrowed(name))
}

pub(crate) fn layout(name: &'static str) -> Reason {
    Reason::Layout(Cow::Borrowed(name))
}

/// Signs that tie a number to the digits beyond them.
fn tie(b: u8) -> bool {
    matches!(b, b'.' | b'/' | b'-' | b',' | b':')
}

/// Digits from which on a number is its own beside a comma, colon or slash: rows of values, two telephones, an old and a new number.
const OWN: usize = 8;

/// Whether a tie to other digits may be read as the end of a field.
fn field(sign: u8, own: usize, other: usize) -> bool {
    match sign {
        b',' | b':' => own >= OWN,
        b'/' | b'-' => own >= OWN && other >= OWN,
        _ => false,
    }
}

/// Whether a number may begin here: no letter before it, and no digit tied to it. `own` counts its digits.
fn opens(context: &Context<'_>, start: usize, own: usize) -> bool {
    let before = context.byte_before(start);
    if matches!(before, b' ' | b'\n' | b'(' | b'"' | b'+') {
        return true;
    }
    if before.is_ascii_alphabetic() || context.cyrillic_before(start) {
        return own >= 6 && attached(context, start);
    }
    if before.is_ascii_digit() || matches!(before, b'_' | b'@' | b'#' | b'$') {
        return false;
    }
    if !tie(before) || !context.byte_before(start - 1).is_ascii_digit() {
        return true;
    }
    let other = context.bytes.get(..start - 1).unwrap_or_default();
    let other = other.iter().rev().take(OWN).take_while(|b| b.is_ascii_digit()).count();
    field(before, own, other)
}

/// Whether a label ends directly where a number begins: `CCCD049187012345`, `ИНН7707083893`.
fn attached(context: &Context<'_>, start: usize) -> bool {
    labels::ends(context.bytes, start).is_some_and(|t| t != Topic::Other)
}

/// Whether a number may end here.
fn closes(context: &Context<'_>, end: usize, own: usize) -> bool {
    let after = context.byte(end);
    if matches!(after, b' ' | b'\n' | b'"') {
        return true;
    }
    if after.is_ascii_alphanumeric() || matches!(after, b'_' | b'@' | b'%' | 0xD0 | 0xD1) {
        return false;
    }
    if !tie(after) || !context.byte(end + 1).is_ascii_digit() {
        return true;
    }
    let other = context.bytes.get(end + 1..).unwrap_or_default();
    let other = other.iter().take(OWN).take_while(|b| b.is_ascii_digit()).count();
    field(after, own, other)
}

/// Reads a cluster and adds what it holds.
pub(crate) fn read(context: &Context<'_>, runs: &[Run], out: &mut Vec<Finding>) {
    // What most clusters are, and never a number: a price with its decimals, the date of a time stamp.
    match runs {
        [a, b]
            if a.len() > 3
                && b.len() <= 3
                && a.len() + b.len() < 9
                && context.byte(a.end) == b'.'
                && b.start == a.end + 1 =>
        {
            return;
        }
        [.., last]
            if runs.len() == 3
                && last.len() == 2
                && context.byte(last.end) == b'T'
                && context.byte(last.start - 1) == b'-' =>
        {
            return;
        }
        _ => {}
    }
    let mut i = 0;
    while let Some(&first) = runs.get(i) {
        // A degree with four decimals or more: a place on the map.
        if first.len() <= 3
            && context.byte(first.end) == b'.'
            && runs
                .get(i + 1)
                .is_some_and(|r| r.len() >= 4 && r.start == first.end + 1)
            && let Some(found) = geo::decimal_pair(context, first)
        {
            let end = found.end;
            found.push(context, out);
            i += 1;
            while runs.get(i).is_some_and(|r| r.start < end) {
                i += 1;
            }
            continue;
        }
        match longest(context, runs, i) {
            Some((next, found)) => {
                if found.entity != Entity::VnCitizenId || cards::qr(context, found.start, found.end, out).is_none() {
                    out.push(found);
                }
                i = next;
            }
            None => i += 1,
        }
    }
}

/// The best reading of the runs from `i` on, and the run after it.
fn longest(context: &Context<'_>, runs: &[Run], i: usize) -> Option<(usize, Finding)> {
    let mut best: Option<(usize, Finding)> = None;
    let mut digits = 0;
    let first = runs.get(i)?;
    for j in i..runs.len().min(i + MAX_RUNS) {
        digits += runs[j].len();
        if digits > MAX_DIGITS {
            break;
        }
        // Nobody writes more than four digits one by one: 1 2 3 4 5 is a scale.
        if j - i >= 4 && digits == j - i + 1 {
            continue;
        }
        // Two groups are at least six digits; four can be an address in a network.
        if digits < 4 || digits < 6 && (1..3).contains(&(j - i)) {
            continue;
        }
        if !opens(context, first.start, digits) || !closes(context, runs[j].end, digits) {
            if i == j && first.len() == 17 && context.byte(first.end) | 0x20 == b'x' {
                best = china::with_x(context, *first).map(|f| (i + 1, f));
            }
            continue;
        }
        let stretch = runs.get(i..=j)?;
        if digits <= FEW && !few_of_note(context, stretch) {
            continue;
        }
        let number = Number::new(context.bytes, stretch)?;
        // Behind a letter only the label makes it a number of its own.
        let letter = context.byte_before(first.start).is_ascii_alphabetic() || context.cyrillic_before(first.start);
        if let Some(found) = one(context, &number).filter(|f| !letter || labelled(f))
            && best.as_ref().is_none_or(|(_, b)| found.score + 0.02 >= b.score)
        {
            best = Some((j + 1, found));
        }
    }
    best
}

/// Digits up to which a number is nothing without a label, but for an address in a network, a date with its word behind it and the documents
/// whose series stands before the number.
const FEW: usize = 8;

/// The labels that make so few digits something.
const FEW_TOPICS: &[Topic] = &[
    Topic::Phone,
    Topic::BankAccount,
    Topic::Iban,
    Topic::Passport,
    Topic::TravelPermit,
    Topic::BirthDate,
    Topic::Patient,
    Topic::PersonCode,
    Topic::MilitaryId,
    Topic::Username,
];

static FEW_TAILS: LazyLock<Tails> = LazyLock::new(|| Tails::of(|t| FEW_TOPICS.contains(&t)));

/// Whether a stretch of few digits can be anything: most are the numbers of orders, parts and records.
fn few_of_note(context: &Context<'_>, runs: &[Run]) -> bool {
    let (first, more) = match runs {
        [one] => (
            one,
            matches!(one.len(), 6 | 7) && russia::may_have_series(context, one.start),
        ),
        [first, _, last] => (first, dates::born_after(context.text, last.end).is_some()),
        [first, ..] => (first, runs.len() == 4),
        [] => return false,
    };
    more || context.is_one_of(first.start, FEW_TOPICS, &FEW_TAILS)
}

/// A document whose series of Cyrillic letters stands directly before the digits: `АБ123456`.
pub(crate) fn series(context: &Context<'_>, run: Run) -> Option<Finding> {
    if !matches!(run.len(), 6 | 7) || !context.cyrillic_before(run.start) || !closes(context, run.end, run.len()) {
        return None;
    }
    russia::with_series(context, &Number::new(context.bytes, &[run])?)
}

/// Whether the label that holds says that the finding is what it is.
fn labelled(found: &Finding) -> bool {
    found
        .why
        .iter()
        .any(|r| matches!(r, Reason::Label(_) | Reason::Column(_)))
}

fn one(context: &Context<'_>, n: &Number<'_>) -> Option<Finding> {
    let phone = phones::phone(context, n);
    let other = other(context, n);
    match (phone, other) {
        (Some(p), Some(o)) => {
            // A telephone number may pass a checksum of one digit by chance: then the label decides.
            let chance = n.single() && matches!(n.len, 10..=12) && !vietnam::office(n.digits());
            let chance =
                chance && !(o.entity == Entity::RuSnils && context.cyrillic() && n.digits().first() == Some(&b'1'));
            let other_wins = if chance && !labelled(&o) {
                false
            } else {
                labelled(&o) && !labelled(&p) || o.score + if o.validated { 0.1 } else { 0.0 } > p.score
            };
            Some(if other_wins { o } else { p })
        }
        (p, o) => p.or(o),
    }
}

/// Everything but telephone numbers: what checksums and shapes tell comes first, what only a label tells comes last.
fn other(context: &Context<'_>, n: &Number<'_>) -> Option<Finding> {
    if n.single() {
        return bank::read(context, n)
            .or_else(|| russia::single(context, n))
            .or_else(|| vietnam::read(context, n))
            .or_else(|| china::read(context, n))
            .or_else(|| russia::with_series(context, n))
            .or_else(|| general::labelled(context, n));
    }
    if n.runs.len() == 2 && n.gaps() == [Gap::Dot] && n.len < 9 {
        return None;
    }
    general::shaped(context, n)
        .or_else(|| bank::read(context, n))
        .or_else(|| russia::grouped(context, n))
        .or_else(|| vietnam::read(context, n))
        .or_else(|| china::read(context, n))
        .or_else(|| general::labelled(context, n))
}
