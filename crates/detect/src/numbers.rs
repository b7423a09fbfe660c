//! Identifiers that are made of digits: which of them a cluster of digit runs is.

use std::borrow::Cow;

use crate::checks;
use crate::context::Context;
use crate::dates;
use crate::labels::Topic;
use crate::phones;
use crate::trigger::Run;
use crate::{Entity, Finding, Reason};
use crate::{cards, geo};

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
pub(crate) struct Number<'a> {
    pub(crate) runs: &'a [Run],
    /// All digits, without separators.
    digits: [u8; MAX_DIGITS],
    len: usize,
    pub(crate) start: usize,
    pub(crate) end: usize,
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

    pub(crate) fn digits(&self) -> &[u8] {
        &self.digits[..self.len]
    }

    /// Lengths of the runs are exactly these.
    pub(crate) fn shape(&self, lengths: &[usize]) -> bool {
        self.runs.len() == lengths.len() && self.runs.iter().zip(lengths).all(|(r, &n)| r.len() == n)
    }

    /// The bytes between run `i` and the next.
    pub(crate) fn gap<'t>(&self, text: &'t [u8], i: usize) -> &'t [u8] {
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
            if let Some(candidate) = one(context, &number)
                && best.as_ref().is_none_or(|(_, b)| candidate.score + 0.02 >= b.score)
            {
                best = Some((j, candidate));
            }
        }
        // A degree with four decimals or more: a place on the map.
        if runs[i].len() <= 3
            && runs
                .get(i + 1)
                .is_some_and(|r| r.len() >= 4 && r.start == runs[i].end + 1)
            && context.bytes.get(runs[i].end) == Some(&b'.')
            && let Some(found) = geo::decimal_pair(context, runs[i])
        {
            found.push(context, out);
            i += 2;
            continue;
        }
        match best {
            Some((j, candidate)) => {
                if candidate.entity == Entity::VnCitizenId
                    && cards::qr(context, candidate.start, candidate.end, out).is_some()
                {
                    i = j + 1;
                    continue;
                }
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

fn edges(context: &Context<'_>, number: &Number<'_>) -> Edges {
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
        tied: before_digit && tie(before) || next_digit && tie(after),
    }
}

fn one(context: &Context<'_>, n: &Number<'_>) -> Option<Candidate> {
    let edges = edges(context, n);
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
    let phone = phones::phone(context, n);
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
        && (1900..=2030).contains(&year)
        && let after = dates::born_after(context.text, n.end)
        && (after.is_some() || context.is(n.start, &[Topic::BirthDate]))
    {
        let mut why: Vec<_> = after.map(|w| Reason::Label(borrowed(w))).into_iter().collect();
        let base = if after.is_some() { 0.8 } else { 0.5 };
        let score = context.weigh(n.start, n.end, base, &[Topic::BirthDate], &mut why);
        return make(Entity::DateOfBirth, n.start, n.end, score, true, why);
    }
    if !(single || n.runs.len() <= 4 && n.even(text, b" ") && n.runs.iter().all(|r| r.len() >= 3)) {
        return None;
    }

    if matches!(d.len(), 6 | 7)
        && let Some(found) = with_series(context, n)
    {
        return Some(found);
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
        20 | 25 if context.is(n.start, &[Topic::Uin]) && checks::uin(d) => plain(
            Entity::RuUin,
            0.5,
            true,
            &[Topic::Uin],
            vec![Reason::Checksum(borrowed("mod 11")), count],
        ),
        8 if context.is(n.start, &[Topic::TravelPermit]) => {
            plain(Entity::CnTravelPermit, 0.45, false, &[Topic::TravelPermit], vec![count])
        }
        5..=11 if context.is(n.start, &[Topic::Username]) && d[0] != b'0' => {
            plain(Entity::Username, 0.35, false, &[Topic::Username], vec![count])
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

/// Russian documents whose series of letters stands before the number: birth certificate `II-АБ № 123456`, military card
/// `АБ № 1234567`, driving licence `77 ТА 123456`.
fn with_series(context: &Context<'_>, n: &Number<'_>) -> Option<Candidate> {
    let text = context.text.get(..n.start)?;
    let capital = |c: char| matches!(c, 'А'..='Я' | 'Ё');
    let bare = text.trim_end_matches([' ', '\u{A0}', '№', 'N']);
    if text.len() - bare.len() > 6 {
        return None;
    }
    let mut back = bare.chars().rev();
    if !(back.next().is_some_and(capital) && back.next().is_some_and(capital)) {
        return None;
    }
    let series = bare.len() - 4;
    let head = bare.get(..series)?;
    let candidate = |entity, start, base, topics: &[Topic], name: &'static str| {
        let mut why = vec![Reason::Layout(borrowed(name))];
        let score = context.weigh(start, n.end, base, topics, &mut why);
        Some(Candidate {
            entity,
            start,
            end: n.end,
            score,
            validated: false,
            why,
        })
    };
    if n.len == 6
        && let Some(head) = head.strip_suffix('-')
    {
        // Roman numerals, typed in either alphabet.
        let roman = head
            .chars()
            .rev()
            .take_while(|c| "IVXLCІХУПШЛС1".contains(*c))
            .map(char::len_utf8)
            .sum::<usize>();
        let alone = !head.get(..head.len() - roman)?.ends_with(char::is_alphanumeric);
        return (roman > 0 && alone)
            .then(|| {
                candidate(
                    Entity::RuBirthCertificate,
                    head.len() - roman,
                    0.75,
                    &[Topic::BirthCertificate],
                    "series and number",
                )
            })
            .flatten();
    }
    let spaced = head.strip_suffix(' ').unwrap_or(head);
    let region = spaced.len().checked_sub(2)?;
    if n.len == 6
        && spaced
            .get(region..)
            .is_some_and(|r| r.bytes().all(|b| b.is_ascii_digit()))
        && context.is(region, &[Topic::DriverLicence])
    {
        return candidate(
            Entity::RuDriverLicence,
            region,
            0.5,
            &[Topic::DriverLicence],
            "series and number",
        );
    }
    if n.len == 7 && !head.ends_with(char::is_alphanumeric) && context.is(series, &[Topic::MilitaryId]) {
        return candidate(
            Entity::RuMilitaryId,
            series,
            0.5,
            &[Topic::MilitaryId],
            "series and number",
        );
    }
    None
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
