//! Identifiers that are made of digits: which of them a cluster of digit runs is.

use std::borrow::Cow;

use crate::checks;
use crate::context::Context;
use crate::labels::Topic;
use crate::trigger::Run;
use crate::{Entity, Finding, Reason};

/// One way to read a stretch of runs.
pub(crate) struct Candidate {
    pub(crate) entity: Entity,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) score: f32,
    pub(crate) validated: bool,
    pub(crate) why: Vec<Reason>,
}

impl Candidate {
    fn into_finding(self) -> Finding {
        let Self {
            entity,
            start,
            end,
            score,
            validated,
            why,
        } = self;
        Finding {
            entity,
            start,
            end,
            score,
            validated,
            why,
        }
    }
}

fn borrowed(s: &'static str) -> Cow<'static, str> {
    Cow::Borrowed(s)
}

/// Longest number that is looked at, in digits.
const MAX_DIGITS: usize = 25;

/// A stretch of runs read as one number.
struct Number<'a> {
    runs: &'a [Run],
    /// All digits, without separators.
    digits: [u8; MAX_DIGITS],
    len: usize,
    start: usize,
    end: usize,
}

impl<'a> Number<'a> {
    fn new(text: &[u8], runs: &'a [Run]) -> Option<Self> {
        let mut number = Self {
            runs,
            digits: [0; MAX_DIGITS],
            len: 0,
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
        Some(number)
    }

    fn digits(&self) -> &[u8] {
        &self.digits[..self.len]
    }

    /// Lengths of the runs are exactly these.
    fn shape(&self, lengths: &[usize]) -> bool {
        self.runs.len() == lengths.len() && self.runs.iter().zip(lengths).all(|(r, &n)| r.len() == n)
    }

    /// The bytes between run `i` and the next.
    fn gap<'t>(&self, text: &'t [u8], i: usize) -> &'t [u8] {
        match (self.runs.get(i), self.runs.get(i + 1)) {
            (Some(a), Some(b)) => text.get(a.end..b.start).unwrap_or_default(),
            _ => &[],
        }
    }

    /// All gaps are the same one of these bytes.
    fn even(&self, text: &[u8], allowed: &[u8]) -> bool {
        let first = self.gap(text, 0);
        matches!(first, [b] if allowed.contains(b)) && (1..self.runs.len() - 1).all(|i| self.gap(text, i) == first)
    }
}

/// Reads a cluster and adds what it holds.
pub(crate) fn read(context: &Context<'_>, runs: &[Run], out: &mut Vec<Finding>) {
    let mut i = 0;
    while i < runs.len() {
        let mut best: Option<(usize, Candidate)> = None;
        let mut digits = 0;
        for j in i..runs.len().min(i + 8) {
            digits += runs[j].len();
            if digits > MAX_DIGITS {
                break;
            }
            if digits < 4 {
                continue;
            }
            let Some(number) = Number::new(context.bytes, &runs[i..=j]) else {
                break;
            };
            if let Some(candidate) = one(context, &number, i == 0, j + 1 == runs.len())
                && best.as_ref().is_none_or(|(_, b)| candidate.score + 0.02 >= b.score)
            {
                best = Some((j, candidate));
            }
        }
        match best {
            Some((j, candidate)) => {
                out.push(candidate.into_finding());
                i = j + 1;
            }
            None => i += 1,
        }
    }
}

/// What stands directly before and after a number decides whether it is a number of its own.
struct Edges {
    /// A letter or digit-like byte directly before or after.
    glued: bool,
    /// Joined to more digits of the same cluster by `.` or `/` or `-`.
    tied: bool,
}

fn edges(context: &Context<'_>, number: &Number<'_>, first: bool, last: bool) -> Edges {
    let text = context.bytes;
    let before = number
        .start
        .checked_sub(1)
        .and_then(|i| text.get(i))
        .copied()
        .unwrap_or(b' ');
    let after = text.get(number.end).copied().unwrap_or(b' ');
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let cyrillic = |lead: u8| matches!(lead, 0xD0 | 0xD1);
    let letter_after = word(after) || cyrillic(after);
    let letter_before = word(before) || context.cyrillic_before(number.start);
    let next_digit = text.get(number.end + 1).is_some_and(u8::is_ascii_digit);
    let before_digit = number
        .start
        .checked_sub(2)
        .and_then(|i| text.get(i))
        .is_some_and(u8::is_ascii_digit);
    let tie = |b: u8| matches!(b, b'.' | b'/' | b'-' | b',' | b':');
    Edges {
        glued: letter_before || letter_after || matches!(after, b'@' | b'%') || matches!(before, b'@' | b'#' | b'$'),
        tied: (!first || before_digit) && tie(before) && before_digit
            || (!last || next_digit) && tie(after) && next_digit,
    }
}

fn one(context: &Context<'_>, n: &Number<'_>, first: bool, last: bool) -> Option<Candidate> {
    let edges = edges(context, n, first, last);
    if edges.glued {
        return if n.runs.len() == 1 && n.len == 17 {
            with_x(context, n)
        } else {
            None
        };
    }
    if edges.tied {
        return None;
    }
    let phone = phone(context, n);
    let other = other(context, n);
    match (phone, other) {
        // A checksum or a label is worth more than the look of a telephone number.
        (Some(p), Some(o)) => Some(if o.score + if o.validated { 0.1 } else { 0.0 } > p.score {
            o
        } else {
            p
        }),
        (p, o) => p.or(o),
    }
}

/// Everything but telephone numbers.
#[expect(clippy::too_many_lines, reason = "one table of shapes, read from top to bottom")]
fn other(context: &Context<'_>, n: &Number<'_>) -> Option<Candidate> {
    let text = context.bytes;
    let d = n.digits();
    let single = n.runs.len() == 1;
    let make = |entity, start, end, score: f32, validated, why| {
        Some(Candidate {
            entity,
            start,
            end,
            score,
            validated,
            why,
        })
    };
    let plain = |entity, base: f32, validated: bool, topic: &[Topic], why: Vec<Reason>| -> Option<Candidate> {
        let mut why = why;
        let score = context.weigh(n.start, n.end, base, topic, &mut why);
        Some(Candidate {
            entity,
            start: n.start,
            end: n.end,
            score,
            validated,
            why,
        })
    };
    let count = Reason::Digits(n.len as u8);

    // Four numbers with dots.
    if n.runs.len() == 4 && n.even(text, b".") && n.runs.iter().all(|r| r.len() <= 3) {
        let octets = n.runs.iter().map(|r| checks::number(&text[r.start..r.end]));
        let zeros = n.runs.iter().any(|r| r.len() > 1 && text[r.start] == b'0');
        let before = context.char_before(n.start);
        if octets.clone().all(|o| o < 256) && !zeros && octets.clone().next() != Some(0) && before != Some('v') {
            return plain(
                Entity::IpAddress,
                0.75,
                true,
                &[Topic::Ip],
                vec![Reason::Layout(borrowed("IPv4"))],
            );
        }
        return None;
    }

    // Payment cards.
    let grouped = n.shape(&[4, 4, 4, 4])
        || n.shape(&[4, 6, 5])
        || n.shape(&[4, 4, 4, 4, 3])
        || n.shape(&[4, 6, 4])
        || n.shape(&[6, 13]);
    if (single || grouped && n.even(text, b" -"))
        && (13..=19).contains(&d.len())
        && !checks::uniform(&d[1..])
        && checks::luhn(d)
    {
        if let Some(scheme) = checks::card_scheme(d) {
            let why = vec![Reason::Checksum(borrowed("Luhn")), Reason::Issuer(borrowed(scheme))];
            return plain(Entity::CreditCard, 0.8, true, &[Topic::Card, Topic::BankAccount], why);
        }
        if d.len() >= 16 && context.is(n.start, &[Topic::Card]) {
            return plain(
                Entity::CnBankCard,
                0.5,
                true,
                &[Topic::Card],
                vec![Reason::Checksum(borrowed("Luhn"))],
            );
        }
        if d.len() == 15 && context.is(n.start, &[Topic::Imei]) {
            return plain(
                Entity::Imei,
                0.5,
                true,
                &[Topic::Imei],
                vec![Reason::Checksum(borrowed("Luhn"))],
            );
        }
    }

    // Russian insurance number.
    if d.len() == 11 && (single || n.shape(&[3, 3, 3, 2])) && checks::snils(d) {
        let written = n.shape(&[3, 3, 3, 2])
            && n.gap(text, 0) == b"-"
            && n.gap(text, 1) == b"-"
            && matches!(n.gap(text, 2), b" " | b"-");
        if single || written {
            let base = if written { 0.9 } else { 0.65 };
            return plain(
                Entity::RuSnils,
                base,
                true,
                &[Topic::Snils],
                vec![Reason::Checksum(borrowed("mod 101")), count],
            );
        }
    }
    if n.shape(&[3, 2, 4]) && n.even(text, b"-") {
        let (area, group, serial) = (
            checks::number(&d[..3]),
            checks::number(&d[3..5]),
            checks::number(&d[5..]),
        );
        if area != 0 && area != 666 && area < 900 && group != 0 && serial != 0 {
            return plain(
                Entity::UsSsn,
                0.7,
                true,
                &[Topic::Ssn],
                vec![Reason::Layout(borrowed("SSN"))],
            );
        }
        return None;
    }
    // Russian passport.
    let passport = n.shape(&[4, 6]) || n.shape(&[2, 2, 6]);
    if passport {
        let gaps_good = (0..n.runs.len() - 1).all(|i| {
            matches!(n.gap(text, i), b" " | [0xC2, 0xA0]) || n.gap(text, i).windows(3).any(|w| w == "№".as_bytes())
        });
        let numero = n.gap(text, n.runs.len() - 2).len() > 2;
        let (region, year) = (checks::number(&d[..2]), checks::number(&d[2..4]));
        if gaps_good && region >= 1 && (year <= 35 || year >= 95) {
            let base = if numero { 0.75 } else { 0.55 };
            let base = if context.russian { base } else { base - 0.04 };
            return plain(
                Entity::RuPassport,
                base,
                false,
                &[Topic::Passport],
                vec![Reason::Layout(borrowed("series and number"))],
            );
        }
    }
    if n.shape(&[10, 3]) && n.gap(text, 0) == b"-" && checks::vn_tax(&d[..10]) && &d[10..] != b"000" {
        return plain(
            Entity::VnTaxCode,
            0.8,
            true,
            &[Topic::TaxCode],
            vec![Reason::Checksum(borrowed("mod 11")), count],
        );
    }
    // A date that its label makes a date of birth.
    if let Some((year, _)) = date_of(n, text)
        && context.is(n.start, &[Topic::BirthDate])
        && (1900..=2030).contains(&year)
    {
        let mut why = Vec::new();
        let score = context.weigh(n.start, n.end, 0.5, &[Topic::BirthDate], &mut why);
        return make(Entity::DateOfBirth, n.start, n.end, score, true, why);
    }
    if !single && !(n.runs.len() <= 4 && n.even(text, b" ") && n.runs.iter().all(|r| r.len() >= 3)) {
        return None;
    }

    match d.len() {
        4 if context.is(n.start, &[Topic::BirthDate]) && (1900..=2030).contains(&checks::number(d)) => {
            plain(Entity::DateOfBirth, 0.35, false, &[Topic::BirthDate], vec![])
        }
        9 if context.is(n.start, &[Topic::CitizenId]) => {
            plain(Entity::VnOldId, 0.45, false, &[Topic::CitizenId], vec![count])
        }
        9 if context.is(n.start, &[Topic::HouseholdBook]) => plain(
            Entity::VnHouseholdBook,
            0.45,
            false,
            &[Topic::HouseholdBook],
            vec![count],
        ),
        9 if context.is(n.start, &[Topic::ForeignPassport]) => plain(
            Entity::RuForeignPassport,
            0.45,
            false,
            &[Topic::ForeignPassport],
            vec![count],
        ),
        10 if single && context.is(n.start, &[Topic::SocialInsurance]) => plain(
            Entity::VnSocialInsurance,
            0.45,
            false,
            &[Topic::SocialInsurance],
            vec![count],
        ),
        10 if checks::inn(d)
            && (context.russian && !context.is(n.start, &[Topic::TaxCode]) || context.is(n.start, &[Topic::Inn])) =>
        {
            plain(
                Entity::RuInn,
                0.6,
                true,
                &[Topic::Inn, Topic::TaxCode],
                vec![Reason::Checksum(borrowed("mod 11")), count],
            )
        }
        10 if checks::vn_tax(d) => {
            let base = if context.vietnamese { 0.6 } else { 0.5 };
            plain(
                Entity::VnTaxCode,
                base,
                true,
                &[Topic::TaxCode],
                vec![Reason::Checksum(borrowed("mod 11")), count],
            )
        }
        10 if checks::inn(d) => plain(
            Entity::RuInn,
            0.5,
            true,
            &[Topic::Inn, Topic::TaxCode],
            vec![Reason::Checksum(borrowed("mod 11")), count],
        ),
        10 if context.is(n.start, &[Topic::DriverLicence]) => plain(
            Entity::RuDriverLicence,
            0.45,
            false,
            &[Topic::DriverLicence],
            vec![count],
        ),
        10 if context.russian && context.is(n.start, &[Topic::Passport]) => {
            plain(Entity::RuPassport, 0.4, false, &[Topic::Passport], vec![count])
        }
        12 => twelve(context, n, d),
        13 | 15 if checks::ogrn(d) && context.is(n.start, &[Topic::Ogrn]) => plain(
            Entity::RuOgrn,
            0.5,
            true,
            &[Topic::Ogrn],
            vec![Reason::Checksum(borrowed("mod 11")), count],
        ),
        15 if context.is(n.start, &[Topic::CitizenId]) => {
            let born = checks::cn_id_old(d)?;
            plain(
                Entity::CnResidentId,
                0.5,
                true,
                &[Topic::CitizenId],
                vec![Reason::Born(born), count],
            )
        }
        16 if checks::luhn(d) && context.is(n.start, &[Topic::Oms]) => plain(
            Entity::RuOms,
            0.5,
            true,
            &[Topic::Oms],
            vec![Reason::Checksum(borrowed("Luhn")), count],
        ),
        18 => {
            let born = checks::cn_id(d)?;
            let why = vec![
                Reason::Checksum(borrowed("GB 11643")),
                Reason::Region(region(d)),
                Reason::Born(born),
            ];
            plain(
                Entity::CnResidentId,
                0.9,
                true,
                &[Topic::CitizenId, Topic::DriverLicence, Topic::SocialInsurance],
                why,
            )
        }
        20 if context.is(n.start, &[Topic::BankAccount])
            && matches!(&d[5..8], b"810" | b"643" | b"840" | b"978" | b"156") =>
        {
            plain(Entity::RuBankAccount, 0.5, false, &[Topic::BankAccount], vec![count])
        }
        6..=19 if context.is(n.start, &[Topic::BankAccount]) && d.len() >= 8 => {
            plain(Entity::BankAccount, 0.4, false, &[Topic::BankAccount], vec![count])
        }
        6..=20 if context.is(n.start, &[Topic::Patient]) => {
            plain(Entity::PatientCode, 0.4, false, &[Topic::Patient], vec![count])
        }
        5..=19 if context.is(n.start, &[Topic::PersonCode]) => {
            plain(Entity::PersonCode, 0.4, false, &[Topic::PersonCode], vec![count])
        }
        _ => None,
    }
}

/// Seventeen digits and the check character X.
fn with_x(context: &Context<'_>, n: &Number<'_>) -> Option<Candidate> {
    let end = n.end + 1;
    let whole = context.bytes.get(n.start..end)?;
    let alone = !context.bytes.get(end).is_some_and(u8::is_ascii_alphanumeric)
        && !n
            .start
            .checked_sub(1)
            .and_then(|i| context.bytes.get(i))
            .is_some_and(u8::is_ascii_alphanumeric);
    let born = if alone { checks::cn_id(whole)? } else { return None };
    let mut why = vec![
        Reason::Checksum(borrowed("GB 11643")),
        Reason::Region(region(whole)),
        Reason::Born(born),
    ];
    let score = context.weigh(
        n.start,
        end,
        0.9,
        &[Topic::CitizenId, Topic::DriverLicence, Topic::SocialInsurance],
        &mut why,
    );
    Some(Candidate {
        entity: Entity::CnResidentId,
        start: n.start,
        end,
        score,
        validated: true,
        why,
    })
}

fn region(digits: &[u8]) -> String {
    String::from_utf8_lossy(digits.get(..6).unwrap_or_default()).into_owned()
}

/// Twelve digits: a Vietnamese personal number, a Russian taxpayer number of a person, a driving licence.
fn twelve(context: &Context<'_>, n: &Number<'_>, d: &[u8]) -> Option<Candidate> {
    let candidate = |entity, base, validated, topics: &[Topic], mut why: Vec<Reason>| {
        let score = context.weigh(n.start, n.end, base, topics, &mut why);
        Some(Candidate {
            entity,
            start: n.start,
            end: n.end,
            score,
            validated,
            why,
        })
    };
    let count = Reason::Digits(12);
    let vn = checks::vn_citizen(d);
    if checks::inn(d) && (vn.is_none() || context.russian || context.is(n.start, &[Topic::Inn])) {
        return candidate(
            Entity::RuInn,
            0.75,
            true,
            &[Topic::Inn, Topic::TaxCode],
            vec![Reason::Checksum(borrowed("mod 11")), count],
        );
    }
    if context.is(n.start, &[Topic::DriverLicence]) {
        return candidate(
            Entity::VnDriverLicence,
            0.45,
            false,
            &[Topic::DriverLicence],
            vec![count],
        );
    }
    if context.is(n.start, &[Topic::Patient, Topic::PersonCode]) {
        return candidate(
            Entity::PatientCode,
            0.45,
            false,
            &[Topic::Patient, Topic::PersonCode],
            vec![count],
        );
    }
    if let Some((code, born)) = vn {
        let base = if context.vietnamese {
            0.7
        } else if context.russian {
            0.45
        } else {
            0.6
        };
        let why = vec![count, Reason::Region(format!("{code:03}")), Reason::Born(born)];
        return candidate(
            Entity::VnCitizenId,
            base,
            true,
            &[Topic::CitizenId, Topic::TaxCode, Topic::SocialInsurance],
            why,
        );
    }
    if context.is(n.start, &[Topic::BankAccount]) {
        return candidate(Entity::BankAccount, 0.4, false, &[Topic::BankAccount], vec![count]);
    }
    None
}

/// Year and order of a date written in digits: 01/07/1985, 1.7.1985, 1985-07-01.
fn date_of(n: &Number<'_>, text: &[u8]) -> Option<(u32, bool)> {
    if n.runs.len() != 3 || !n.even(text, b"/.-") {
        return None;
    }
    let part = |i: usize| n.runs.get(i).map(|r| (r.len(), checks::number(&text[r.start..r.end])));
    let ((la, a), (lb, b), (lc, c)) = (part(0)?, part(1)?, part(2)?);
    if la <= 2 && lb <= 2 && lc == 4 && (checks::date(c, b, a) || checks::date(c, a, b)) {
        return Some((c, true));
    }
    (la == 4 && lb <= 2 && lc <= 2 && checks::date(a, b, c)).then_some((a, false))
}

/// Telephone numbers of the countries that the product knows, and international ones with `+`.
fn phone(context: &Context<'_>, n: &Number<'_>) -> Option<Candidate> {
    let text = context.bytes;
    let d = n.digits();
    if !(9..=15).contains(&d.len()) {
        return None;
    }
    // An opening bracket and a plus belong to the number.
    let mut start = n.start;
    let mut plus = false;
    let back = |at: usize| at.checked_sub(1).and_then(|i| text.get(i)).copied();
    let inside_closes = (0..n.runs.len().saturating_sub(1)).any(|i| n.gap(text, i).contains(&b')'));
    let inside_opens = (0..n.runs.len().saturating_sub(1)).any(|i| n.gap(text, i).contains(&b'('));
    if back(start) == Some(b'+') {
        plus = true;
        start -= 1;
    }
    if back(start) == Some(b'(') && inside_closes && !inside_opens {
        start -= 1;
        if !plus && back(start) == Some(b'+') {
            plus = true;
            start -= 1;
        }
    } else if inside_closes && !inside_opens {
        return None;
    }
    // Separators must be those of telephone numbers.
    for i in 0..n.runs.len().saturating_sub(1) {
        let gap = n.gap(text, i);
        let good = matches!(
            gap,
            b" " | b"-"
                | b"."
                | b") "
                | b" ("
                | b")"
                | b"("
                | b") -"
                | b")-"
                | b"-("
                | [0xC2, 0xA0]
                | [0xE2, 0x80, 0x91..=0x93]
        );
        if !good {
            return None;
        }
    }
    if checks::uniform(&d[d.len() - 7..]) {
        return None;
    }
    let runs = n.runs.len();
    let (country, base): (&'static str, f32) = match d {
        // Vietnam
        [b'8', b'4', rest @ ..] if plus && vn_mobile(rest) => ("VN", 0.9),
        [b'8', b'4', rest @ ..] if plus && vn_landline(rest) => ("VN", 0.8),
        [b'0', rest @ ..] if !plus && vn_mobile(rest) && (n.runs[0].len() >= 3 || runs == 1) => {
            ("VN", if runs == 1 { 0.65 } else { 0.75 })
        }
        [b'0', rest @ ..]
            if !plus && vn_landline(rest) && (runs > 1 || context.is(n.start, &[Topic::Phone])) && vn_area_run(n) =>
        {
            ("VN", 0.6)
        }
        // Russia
        [b'7', rest @ ..] if plus && ru_number(rest) => ("RU", 0.9),
        [b'8', rest @ ..] if !plus && ru_number(rest) && ru_written(n, text) => {
            ("RU", if runs == 1 { 0.6 } else { 0.85 })
        }
        // China
        [b'8', b'6', rest @ ..] if plus && cn_mobile(rest) => ("CN", 0.9),
        [b'8', b'6', rest @ ..] if plus && rest.len() >= 9 && cn_landline(&[b"0", rest].concat()) => ("CN", 0.8),
        _ if !plus && cn_mobile(d) && (runs == 1 || n.shape(&[3, 4, 4])) => {
            ("CN", if context.chinese { 0.75 } else { 0.6 })
        }
        _ if !plus
            && n.runs.len() == 2
            && matches!(n.gap(text, 0), b"-")
            && (3..=4).contains(&n.runs[0].len())
            && cn_landline(d) =>
        {
            ("CN", if context.chinese { 0.75 } else { 0.55 })
        }
        // North America
        [b'1', rest @ ..] if nanp(rest) && (plus || n.runs[0].len() == 1 && runs == 4) && nanp_written(n, 1) => {
            ("US", 0.8)
        }
        _ if !plus && nanp(d) && runs == 3 && nanp_written(n, 0) => ("US", 0.7),
        // Local numbers in brackets: (473) 276-63-64
        _ if !plus && d.len() == 10 && start < n.start && context.russian && n.shape(&[3, 3, 2, 2]) => ("RU", 0.7),
        // Anything else that announces itself as international
        _ if plus
            && d[0] != b'0'
            && !matches!(d, [b'7' | b'8', b'0', ..])
            && d.len() >= 10
            && !matches!(d[0], b'7') =>
        {
            ("international", 0.6)
        }
        _ => return None,
    };
    let mut why = vec![Reason::Issuer(borrowed(country))];
    let score = context.weigh(n.start, n.end, base, &[Topic::Phone], &mut why);
    Some(Candidate {
        entity: Entity::PhoneNumber,
        start,
        end: n.end,
        score,
        validated: false,
        why,
    })
}

fn vn_mobile(rest: &[u8]) -> bool {
    rest.len() == 9
        && matches!(
            rest,
            [b'3', b'2'..=b'9', ..]
                | [b'5', b'2' | b'5' | b'6' | b'8' | b'9', ..]
                | [b'7', b'0' | b'6'..=b'9', ..]
                | [b'8', b'1'..=b'9', ..]
                | [b'9', ..]
        )
}

/// Area codes of fixed lines since 2017: 24 and 28 take eight digits, the others seven.
fn vn_landline(rest: &[u8]) -> bool {
    if rest.len() != 10 || rest[0] != b'2' {
        return false;
    }
    matches!(rest[1], b'4' | b'8') && rest[2] != b'0'
        || {
            let area = checks::number(&rest[..3]);
            matches!(area, 203..=216 | 218..=222 | 225..=229 | 232..=239 | 251..=252 | 254..=263 | 269..=277 | 290..=294 | 296..=297 | 299)
        }
}

fn vn_area_run(n: &Number<'_>) -> bool {
    n.runs.len() == 1 || matches!(n.runs[0].len(), 3 | 4)
}

fn ru_number(rest: &[u8]) -> bool {
    rest.len() == 10 && matches!(rest[0], b'3' | b'4' | b'8' | b'9') && !rest.starts_with(b"80")
}

fn ru_written(n: &Number<'_>, text: &[u8]) -> bool {
    match n.runs.len() {
        1 => n.digits().get(1) == Some(&b'9'),
        4 | 5 => n.runs[0].len() == 1 && matches!(n.gap(text, 0), b" (" | b"-" | b" " | b"("),
        _ => n.runs[0].len() == 4 && text[n.runs[0].start] == b'8',
    }
}

fn cn_mobile(d: &[u8]) -> bool {
    d.len() == 11 && d[0] == b'1' && (b'3'..=b'9').contains(&d[1])
}

fn cn_landline(d: &[u8]) -> bool {
    match d {
        [b'0', b'1', b'0', rest @ ..] | [b'0', b'2', b'0'..=b'9', rest @ ..] => {
            rest.len() == 8 && matches!(rest[0], b'2'..=b'9')
        }
        [b'0', b'3'..=b'9', _, _, rest @ ..] => matches!(rest.len(), 7 | 8) && matches!(rest[0], b'2'..=b'9'),
        _ => false,
    }
}

fn nanp(d: &[u8]) -> bool {
    d.len() == 10
        && (b'2'..=b'9').contains(&d[0])
        && (b'2'..=b'9').contains(&d[3])
        && d[1..3] != *b"11"
        && d[4..6] != *b"11"
}

fn nanp_written(n: &Number<'_>, lead: usize) -> bool {
    let rest = n.runs.get(lead..).unwrap_or_default();
    rest.len() == 3 && rest.iter().map(|r| r.len()).eq([3, 3, 4]) || lead == 1 && n.runs.len() == 1
}
