//! Identifiers of letters and digits: passports, permits, cards, plates, vehicle numbers, codes of organisations and patients.
//!
//! The scanner calls [`read`] for every run of digits with a letter directly beside it; the whole token around it is looked at once.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::checks;
use crate::context::Context;
use crate::labels::{Endings, Topic};
use crate::numbers;
use crate::plates;
use crate::trigger::Run;
use crate::wallets;
use crate::{Entity, Finding, Reason};

/// Longest token that is looked at, in bytes.
const MAX_TOKEN: usize = 120;

fn layout(name: &'static str) -> Vec<Reason> {
    vec![Reason::Layout(Cow::Borrowed(name))]
}

fn checksum(name: &'static str) -> Vec<Reason> {
    vec![Reason::Checksum(Cow::Borrowed(name))]
}

/// A stretch of Latin and Cyrillic letters and digits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token<'a> {
    pub(crate) text: &'a str,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// How many bytes are digits, capital and small letters of ASCII; the rest is Cyrillic.
    pub(crate) digits: usize,
    pub(crate) upper: usize,
    lower: usize,
}

impl Token<'_> {
    pub(crate) fn is_ascii(&self) -> bool {
        self.digits + self.upper + self.lower == self.text.len()
    }
}

/// A letter of the Cyrillic block begins or ends here: its two bytes.
fn cyrillic(pair: &[u8]) -> bool {
    matches!(pair, [0xD0 | 0xD1, 0x80..=0xBF])
}

/// Kinds of bytes in [`KINDS`].
const OTHER: u8 = 0;
const DIGIT: u8 = 1;
const UPPER: u8 = 2;
const LOWER: u8 = 3;

/// What every byte is in a token.
static KINDS: [u8; 256] = {
    let mut kinds = [OTHER; 256];
    let mut b = 0;
    while b < 128 {
        let byte = b as u8;
        if byte.is_ascii_digit() {
            kinds[b] = DIGIT;
        } else if byte.is_ascii_uppercase() {
            kinds[b] = UPPER;
        } else if byte.is_ascii_lowercase() {
            kinds[b] = LOWER;
        }
        b += 1;
    }
    kinds
};

/// The token around a run of digits; `Err` with its end as far as it was read if it is longer than any identifier.
fn token<'a>(context: &Context<'a>, run: Run) -> Result<Token<'a>, usize> {
    let bytes = context.bytes;
    let (mut start, mut end) = (run.start, run.end);
    let mut counts = [0; 4];
    counts[usize::from(DIGIT)] = run.len();
    while let Some(&b) = start.checked_sub(1).and_then(|i| bytes.get(i)) {
        let kind = KINDS[usize::from(b)];
        if kind != OTHER {
            start -= 1;
            counts[usize::from(kind)] += 1;
        } else if b >= 0x80 && start > 1 && cyrillic(&bytes[start - 2..start]) {
            start -= 2;
        } else {
            break;
        }
        if run.start - start > MAX_TOKEN {
            return Err(run.end);
        }
    }
    while let Some(&b) = bytes.get(end) {
        let kind = KINDS[usize::from(b)];
        if kind != OTHER {
            end += 1;
            counts[usize::from(kind)] += 1;
        } else if matches!(b, 0xD0 | 0xD1) && bytes.get(end..end + 2).is_some_and(cyrillic) {
            end += 2;
        } else {
            break;
        }
        if end - run.end > MAX_TOKEN {
            return Err(end);
        }
    }
    let [_, digits, upper, lower] = counts;
    let text = context.text.get(start..end).ok_or(run.end)?;
    Ok(Token {
        text,
        start,
        end,
        digits,
        upper,
        lower,
    })
}

/// A candidate before its surroundings are weighed.
pub(crate) struct Found {
    pub(crate) entity: Entity,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) base: f32,
    pub(crate) validated: bool,
    pub(crate) topics: &'static [Topic],
    pub(crate) why: Vec<Reason>,
}

impl Found {
    pub(crate) fn push(self, context: &Context<'_>, out: &mut Vec<Finding>) {
        let Self {
            entity,
            start,
            end,
            base,
            validated,
            topics,
            mut why,
        } = self;
        let score = context.weigh(start, base, topics, &mut why);
        // What a checksum over letters and digits has proved, a word near it does not take away.
        let score = if validated { score.max(base - 0.2) } else { score };
        out.push(Finding {
            entity,
            start,
            end,
            score,
            validated,
            why,
        });
    }
}

/// Looks at the token around a run of digits; returns where the token ends.
pub(crate) fn read(context: &Context<'_>, run: Run, out: &mut Vec<Finding>) -> usize {
    let token = match token(context, run) {
        Ok(token) => token,
        Err(end) => return end,
    };
    let found = if !token.is_ascii() {
        if let Some(found) = numbers::series(context, run) {
            out.push(found);
            return token.end;
        }
        plates::cyrillic(context, token)
            .or_else(|| ru_licence(context, token))
            .or_else(|| misread(context, token))
    } else if token.lower == 0 {
        court_case(context, token)
            .or_else(|| plates::read(context, token))
            .or_else(|| latin(context, token))
            .or_else(|| wallets::read(context, token))
    } else {
        wallets::read(context, token)
    };
    let found = found
        .or_else(|| misread(context, token))
        .or_else(|| labelled(context, token));
    let end = token.end.max(found.as_ref().map_or(0, |f| f.end));
    if let Some(found) = found {
        found.push(context, out);
    }
    end
}

/// `77АА123456` under the label of a driving licence.
fn ru_licence(context: &Context<'_>, token: Token<'_>) -> Option<Found> {
    let bytes = token.text.as_bytes();
    let fits = bytes.len() == 12
        && token.digits == 8
        && bytes.get(..2)?.iter().all(u8::is_ascii_digit)
        && bytes.get(6..)?.iter().all(u8::is_ascii_digit)
        && context.is(token.start, &[Topic::DriverLicence]);
    fits.then(|| Found {
        entity: Entity::RuDriverLicence,
        start: token.start,
        end: token.end,
        base: 0.5,
        validated: false,
        topics: &[Topic::DriverLicence],
        why: layout("series and number"),
    })
}

/// Letters at the front, digits behind them.
fn split(token: &str) -> Option<(&[u8], &[u8])> {
    let bytes = token.as_bytes();
    let letters = bytes.iter().take_while(|b| b.is_ascii_uppercase()).count();
    let (head, tail) = bytes.split_at_checked(letters)?;
    (!head.is_empty() && !tail.is_empty() && tail.iter().all(u8::is_ascii_digit)).then_some((head, tail))
}

/// Groups of holders on Vietnamese health-insurance cards (decision 1351/QĐ-BHXH).
const BHYT_GROUPS: &[u8] =
    b"DNHXCHNNTKHCXKHTTBNOCTXBTNCSQNCACYXNMSCCCKCBKCHDTEBTHNDTDKXDTSTCTQTATYHGLSPVCNHSSVGBGDHKHLNDTL";

fn latin(context: &Context<'_>, token: Token<'_>) -> Option<Found> {
    let Token { text, start, end, .. } = token;
    if !(7..=18).contains(&text.len()) || !text.is_ascii() {
        return None;
    }
    let bytes = text.as_bytes();
    let found = |entity, base, validated, topics, why| {
        Some(Found {
            entity,
            start,
            end,
            base,
            validated,
            topics,
            why,
        })
    };
    match bytes.len() {
        18 if checks::cn_id(bytes).is_some() => return None,
        18 if checks::uscc(bytes) => {
            return found(
                Entity::CnUscc,
                0.85,
                true,
                &[Topic::CreditCode, Topic::TaxCode],
                checksum("GB 32100"),
            );
        }
        17 => {
            let letters = bytes.iter().filter(|b| b.is_ascii_uppercase()).count();
            let good = bytes
                .iter()
                .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase() && !matches!(b, b'I' | b'O' | b'Q'));
            // Eight digits at least: the checksum alone passes one word of capital letters in eleven.
            if good && (3..=13).contains(&letters) {
                if checks::vin(bytes) {
                    return found(Entity::Vin, 0.8, true, &[Topic::Vin], checksum("ISO 3779"));
                }
                if context.is(start, &[Topic::Vin]) {
                    return found(Entity::Vin, 0.5, false, &[Topic::Vin], layout("VIN"));
                }
            }
        }
        _ => {}
    }
    if let Some(found) = hk_id(context, token) {
        return Some(found);
    }
    // E followed by a letter and seven digits: newer Chinese passports.
    if let [b'E', b'A'..=b'H' | b'J'..=b'N' | b'P'..=b'Z', digits @ ..] = bytes
        && digits.len() == 7
        && digits.iter().all(u8::is_ascii_digit)
    {
        let base = if context.chinese || context.is(start, PASSPORT) {
            0.55
        } else {
            0.4
        };
        return found(Entity::CnPassport, base, false, PASSPORT, layout("passport"));
    }
    let (letters, digits) = split(text)?;
    if letters.len() > 2 {
        return None;
    }
    let passport = matches!(digits.len(), 6..=9) && context.is_near(start, 40, PASSPORT);
    match (letters, digits.len()) {
        // Newborns: TE1, a province and ten digits.
        (&[a, b], 13) if BHYT_GROUPS.as_chunks::<2>().0.contains(&[a, b]) && matches!(digits[0], b'1'..=b'5') => found(
            Entity::VnHealthInsurance,
            0.75,
            true,
            &[Topic::HealthInsurance, Topic::SocialInsurance],
            layout("BHYT"),
        ),
        ([b'E' | b'G'], 8) | ([b'S' | b'P' | b'D', b'E'], 7) if !passport || !context.vietnamese => {
            let base = if context.chinese || passport { 0.55 } else { 0.4 };
            found(Entity::CnPassport, base, false, PASSPORT, layout("passport"))
        }
        ([b'H' | b'M'], 8 | 10) | ([b'C' | b'W' | b'L' | b'T'], 8) | ([b'C', _], 7)
            if context.is(start, &[Topic::TravelPermit])
                || context.chinese && context.is(start, &[Topic::CitizenId]) =>
        {
            found(
                Entity::CnTravelPermit,
                0.5,
                false,
                &[Topic::TravelPermit, Topic::CitizenId],
                layout("travel permit"),
            )
        }
        (_, 6..=9) if passport => {
            let entity = if context.russian {
                Entity::RuForeignPassport
            } else if context.chinese {
                Entity::CnPassport
            } else {
                Entity::VnPassport
            };
            found(entity, 0.5, false, PASSPORT, layout("passport"))
        }
        // The letter of a Vietnamese booklet with seven digits stands alone in Vietnamese texts seldom enough.
        ([b'B' | b'C' | b'N' | b'P' | b'K'], 7) if context.vietnamese => {
            found(Entity::VnPassport, 0.4, false, PASSPORT, layout("passport"))
        }
        _ => None,
    }
}

const PASSPORT: &[Topic] = &[Topic::Passport, Topic::ForeignPassport];

/// Hong Kong identity card: the check character stands in brackets.
fn hk_id(context: &Context<'_>, token: Token<'_>) -> Option<Found> {
    let bytes = token.text.as_bytes();
    let letters = bytes.iter().take_while(|b| b.is_ascii_uppercase()).count();
    if !matches!(letters, 1 | 2) || !matches!(bytes.len() - letters, 6 | 7) {
        return None;
    }
    let (head, tail) = bytes.split_at_checked(letters)?;
    let after = context.bytes.get(token.end..).unwrap_or_default();
    let (digits, check, end, base) = match (tail.len(), after) {
        (6, [b'(', c, b')', ..]) => (tail, *c, token.end + 3, 0.85),
        (6, [0xEF, 0xBC, 0x88, c, 0xEF, 0xBC, 0x89, ..]) => (tail, *c, token.end + 7, 0.85),
        (7, _) if context.is_near(token.start, 40, &[Topic::CitizenId, Topic::Passport]) => {
            (tail.get(..6)?, *tail.get(6)?, token.end, 0.5)
        }
        _ => return None,
    };
    (digits.iter().all(u8::is_ascii_digit) && checks::hk_id(head, digits, check)).then(|| Found {
        entity: Entity::HkId,
        start: token.start,
        end,
        base,
        validated: true,
        topics: &[Topic::CitizenId],
        why: checksum("mod 11"),
    })
}

/// Unique number of a Russian court case: `77RS0001-02-2024-001234-56`.
fn court_case(context: &Context<'_>, token: Token<'_>) -> Option<Found> {
    if token.text.len() != 8 || context.byte(token.end) != b'-' {
        return None;
    }
    let end = token.start + 26;
    let whole = context.bytes.get(token.start..end)?;
    let pattern = b"99AA9999-99-9999-999999-99";
    let fits = whole.iter().zip(pattern).all(|(b, p)| match p {
        b'9' => b.is_ascii_digit(),
        b'A' => b.is_ascii_uppercase(),
        _ => b == p,
    });
    (fits && !context.bytes.get(end).is_some_and(u8::is_ascii_alphanumeric)).then(|| Found {
        entity: Entity::RuCourtCase,
        start: token.start,
        end,
        base: 0.85,
        validated: true,
        topics: &[Topic::CourtCase],
        why: layout("court case"),
    })
}

/// Digits that a scanner took for letters, in numbers that a checksum or a label and a region code can prove.
fn misread(context: &Context<'_>, token: Token<'_>) -> Option<Found> {
    let chars =
        token.digits + token.upper + token.lower + (token.text.len() - token.digits - token.upper - token.lower) / 2;
    // At least two digits in three were read right.
    if !matches!(chars, 9..=12 | 16 | 18) || token.digits * 3 < chars * 2 {
        return None;
    }
    let mut digits = [0; 18];
    for (slot, c) in digits.iter_mut().zip(token.text.chars()) {
        *slot = match c {
            '0'..='9' => c as u8,
            'O' | 'o' | 'О' | 'о' | 'Q' | 'D' => b'0',
            'I' | 'l' | 'i' => b'1',
            'З' | 'з' => b'3',
            'S' | 's' => b'5',
            'б' => b'6',
            'B' | 'В' => b'8',
            'Z' | 'z' => b'2',
            _ => return None,
        };
    }
    let digits = digits.get(..chars)?;
    let (entity, topics, mut why): (_, &'static [Topic], _) = match digits.len() {
        18 if checks::cn_id(digits).is_some() => (Entity::CnResidentId, &[Topic::CitizenId], checksum("GB 11643")),
        12 if checks::vn_citizen(digits).is_some() && context.is(token.start, &[Topic::CitizenId]) => {
            (Entity::VnCitizenId, &[Topic::CitizenId], layout("region and year"))
        }
        9 if context.is(token.start, &[Topic::CitizenId]) => (Entity::VnOldId, &[Topic::CitizenId], layout("CMND")),
        11 if checks::snils(digits) && context.is(token.start, &[Topic::Snils]) => {
            (Entity::RuSnils, &[Topic::Snils], checksum("mod 101"))
        }
        10 | 12 if checks::inn(digits) && context.is(token.start, &[Topic::Inn]) => {
            (Entity::RuInn, &[Topic::Inn], checksum("mod 11"))
        }
        10 | 11
            if matches!(digits[..2], [b'0', b'1'..=b'9'] | [b'8', b'9'] | [b'1', b'3'..=b'9'])
                && context.is(token.start, &[Topic::Phone]) =>
        {
            (Entity::PhoneNumber, &[Topic::Phone], Vec::new())
        }
        16 if checks::luhn(digits) && context.is(token.start, &[Topic::Card]) => {
            (Entity::CreditCard, &[Topic::Card], checksum("Luhn"))
        }
        _ => return None,
    };
    why.push(Reason::OcrRepaired);
    Some(Found {
        entity,
        start: token.start,
        end: token.end,
        base: 0.5,
        validated: false,
        topics,
        why,
    })
}

/// How near the label of a code must be, in bytes.
const CODE_NEAR: usize = 12;

/// Ends of the labels of codes.
static ENDINGS: LazyLock<Endings> = LazyLock::new(|| Endings::of(|t| matches!(t, Topic::Patient | Topic::PersonCode)));

/// Whether a label of a code may end before a token: a quick look.
fn may_follow(text: &[u8], start: usize) -> bool {
    let before = text.get(start.saturating_sub(CODE_NEAR)..start).unwrap_or_default();
    // Numero, colons, quotes and words like "số" and "là" may stand between. Within a word no label ends.
    let next = before.iter().skip(2).chain([&b' ']);
    let inside = |b: u8| b.is_ascii_lowercase() || (0x80..0xC0).contains(&b);
    before
        .windows(2)
        .zip(next)
        .any(|(w, &b)| !inside(b) && ENDINGS.may(w[0], w[1]))
}

/// Codes without a form of their own: the label decides.
fn labelled(context: &Context<'_>, token: Token<'_>) -> Option<Found> {
    let before = context.byte_before(token.start);
    let begins = matches!(
        before,
        b' ' | b':' | b'=' | b'"' | b'\'' | b'(' | b'#' | b'\t' | b'\n' | b',' | b';' | b'|' | b'-'
    ) || before >= 0x80;
    if !begins || !(4..=24).contains(&token.text.len()) || token.digits < 3 {
        return None;
    }
    // In running text a label stands directly before it.
    if context.cells.is_empty() && context.caption.is_none() && !may_follow(context.bytes, token.start) {
        return None;
    }
    let (entity, topics): (_, &'static [Topic]) = match context.close(token.start, CODE_NEAR)? {
        Topic::Patient => (Entity::PatientCode, &[Topic::Patient]),
        Topic::PersonCode => (Entity::PersonCode, &[Topic::PersonCode]),
        _ => return None,
    };
    let (start, end) = whole(context.bytes, token.start, token.end);
    Some(Found {
        entity,
        start,
        end,
        base: 0.45,
        validated: false,
        topics,
        why: Vec::new(),
    })
}

/// The whole code around a part of it: letters, digits and the signs between them.
pub(crate) fn whole(text: &[u8], mut start: usize, mut end: usize) -> (usize, usize) {
    let word = |b: u8| b.is_ascii_alphanumeric();
    let sign = |b: u8| matches!(b, b'-' | b'.' | b'/' | b'_');
    let most = start.saturating_sub(24);
    loop {
        let before = |n: usize| start.checked_sub(n).and_then(|i| text.get(i)).copied().unwrap_or(b' ');
        if start <= most {
            break;
        } else if word(before(1)) {
            start -= 1;
        } else if sign(before(1)) && word(before(2)) {
            start -= 2;
        } else {
            break;
        }
    }
    let most = end + 24;
    loop {
        let at = |i: usize| text.get(i).copied().unwrap_or(b' ');
        if end >= most {
            break;
        } else if word(at(end)) {
            end += 1;
        } else if sign(at(end)) && word(at(end + 1)) {
            end += 2;
        } else {
            break;
        }
    }
    (start, end)
}
