//! Payment cards and bank accounts.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use memchr::memmem;

use super::{Gap, Number, checksum, general, layout};
use crate::checks;
use crate::context::Context;
use crate::labels::Topic;
use crate::{Entity, Finding, Reason};

pub(super) fn read(context: &Context<'_>, n: &Number<'_>) -> Option<Finding> {
    if (13..=19).contains(&n.digits().len())
        && let Some(found) = card(context, n)
    {
        return Some(found);
    }
    match n.digits().len() {
        20 => russian_account(context, n),
        6..=19 => account(context, n),
        _ => None,
    }
}

/// Payment cards (ISO/IEC 7812), and telephones (IMEI), which have the same check digit.
fn card(context: &Context<'_>, n: &Number<'_>) -> Option<Finding> {
    let d = n.digits();
    let grouped = || {
        (n.shape(&[4, 4, 4, 4])
            || n.shape(&[4, 6, 5])
            || n.shape(&[4, 4, 4, 4, 3])
            || n.shape(&[4, 6, 4])
            || n.shape(&[6, 13])
            || n.shape(&[8, 8]))
            && n.even(&[Gap::Space, Gap::Hyphen, Gap::Dot])
    };
    if n.shape(&[2, 6, 6, 1]) && n.even(&[Gap::Hyphen, Gap::Space]) && checks::luhn(d) {
        return n.found(context, Entity::Imei, 0.7, true, &[Topic::Imei], vec![checksum("Luhn")]);
    }
    if !(n.single() || grouped()) || checks::uniform(&d[1..]) || !checks::luhn(d) {
        return None;
    }
    if let Some(scheme) = checks::card_scheme(d) {
        let topic = context.topic(n.start);
        // Policies, telephones and accounts have numbers of these lengths and the same check digit.
        if matches!(topic, Some(Topic::Oms | Topic::Imei | Topic::Ogrn)) {
            return None;
        }
        let why = vec![checksum("Luhn"), Reason::Issuer(scheme.into())];
        // Thirteen digits are mostly the codes of goods and times.
        let base = if d.len() == 13 { 0.45 } else { 0.8 };
        return n.found(
            context,
            Entity::CreditCard,
            base,
            true,
            &[Topic::Card, Topic::BankAccount],
            why,
        );
    }
    // Ranges of no international scheme: old domestic ones where Chinese is written.
    let entity = if context.han() {
        Entity::CnBankCard
    } else {
        Entity::CreditCard
    };
    (d.len() >= 16 && context.is(n.start, &[Topic::Card]))
        .then(|| n.found(context, entity, 0.5, true, &[Topic::Card], vec![checksum("Luhn")]))
        .flatten()
}

/// Banks whose name before a number makes it an account, in lower case.
const BANKS: &[&str] = &[
    "vietcombank",
    "vietinbank",
    "bidv",
    "agribank",
    "techcombank",
    "mb bank",
    "mbbank",
    "acb",
    "vpbank",
    "tpbank",
    "sacombank",
    "hdbank",
    "vib",
    "shb",
    "eximbank",
    "seabank",
    "ocb",
    "msb",
    "сбербанк",
    "сбер",
    "втб",
    "альфа-банк",
    "тинькофф",
    "т-банк",
    "工商银行",
    "建设银行",
    "农业银行",
    "中国银行",
    "招商银行",
    "交通银行",
    "邮储银行",
];

/// All of them at once. They are few and short, so that building the searcher does not fail.
static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(BANKS).ok());

/// The bank whose name stands in the 30 bytes before a number.
fn bank(context: &Context<'_>, start: usize) -> Option<&'static str> {
    let mut from = start.saturating_sub(30);
    while !context.text.is_char_boundary(from) {
        from += 1;
    }
    let window = context.text.get(from..start)?;
    let window = window.rsplit(['\n', ';', '。']).next()?.to_lowercase();
    let free = |c: Option<char>| !c.is_some_and(|c| c.is_alphabetic() && c < '\u{3400}');
    FINDER
        .as_ref()?
        .find_overlapping_iter(&window)
        .filter(|found| {
            free(window.get(..found.start()).and_then(|w| w.chars().next_back()))
                && free(window.get(found.end()..).and_then(|w| w.chars().next()))
        })
        .map(|found| found.pattern().as_usize())
        .min()
        .and_then(|first| BANKS.get(first).copied())
}

/// An account with no form of its own: its label or the name of a bank tells it.
fn account(context: &Context<'_>, n: &Number<'_>) -> Option<Finding> {
    if !(n.single() || n.runs.len() <= 5 && n.even(&[Gap::Space, Gap::Hyphen, Gap::Dot])) || checks::uniform(n.digits())
    {
        return None;
    }
    let topic = context.topic(n.start);
    if general::date(context, n).is_some() {
        return None;
    }
    if matches!(topic, Some(Topic::BankAccount | Topic::Iban)) {
        let topics = &[Topic::BankAccount, Topic::Iban];
        let mut why = vec![n.count()];
        why.extend(bank(context, n.start).map(|b| Reason::Issuer(b.into())));
        return n.found(context, Entity::BankAccount, 0.4, false, topics, why);
    }
    // An amount beside the name of a bank is far shorter; a telephone has a label or its own form.
    if topic.is_none() && n.single() && n.digits().len() >= 9 && context.char_before(n.start).is_some() {
        let bank = bank(context, n.start)?;
        let why = vec![n.count(), Reason::Issuer(bank.into())];
        return n.found(context, Entity::BankAccount, 0.55, false, &[Topic::BankAccount], why);
    }
    None
}

/// First three digits of balance accounts that clients and banks have.
fn balance_account(d: &[u8]) -> bool {
    matches!(
        &d[..3],
        b"301"
            | b"302"
            | b"303"
            | b"401"
            | b"402"
            | b"403"
            | b"404"
            | b"405"
            | b"406"
            | b"407"
            | b"408"
            | b"409"
            | b"410"
            | b"411"
            | b"412"
            | b"413"
            | b"414"
            | b"415"
            | b"416"
            | b"417"
            | b"418"
            | b"419"
            | b"420"
            | b"421"
            | b"422"
            | b"423"
            | b"424"
            | b"425"
            | b"426"
            | b"440"
            | b"454"
            | b"455"
            | b"457"
            | b"032"
            | b"031"
    ) || d.starts_with(b"40")
}

/// Russian account of 20 digits: balance account, currency, key; the key is checked if the bank's code (БИК) stands near.
fn russian_account(context: &Context<'_>, n: &Number<'_>) -> Option<Finding> {
    let d = n.digits();
    if !(n.single()
        || n.gaps()
            .iter()
            .all(|g| matches!(g, Gap::Space | Gap::Dot | Gap::Hyphen)))
    {
        return None;
    }
    let currency = matches!(
        &d[5..8],
        b"810" | b"643" | b"840" | b"978" | b"156" | b"756" | b"826" | b"398"
    );
    if !currency || !balance_account(d) {
        return None;
    }
    let bik = bik(context, n.start, n.end);
    let fits = bik.map(|b| checks::ru_account(d, b));
    let mut why = match fits {
        Some(true) => vec![checksum("account key")],
        _ => vec![layout("balance account and currency")],
    };
    why.push(n.count());
    let base = match fits {
        Some(true) => 0.8,
        Some(false) => 0.3,
        None => 0.5,
    };
    n.found(
        context,
        Entity::RuBankAccount,
        base,
        fits == Some(true),
        &[Topic::BankAccount],
        why,
    )
}

/// How far from an account its bank's code is looked for, in bytes.
const BIK_NEAR: usize = 240;

/// The nine digits behind the nearest `БИК`.
fn bik<'t>(context: &Context<'t>, start: usize, end: usize) -> Option<&'t [u8]> {
    let from = start.saturating_sub(BIK_NEAR);
    let window = context.bytes.get(from..context.bytes.len().min(end + BIK_NEAR))?;
    let mut best: Option<(usize, &[u8])> = None;
    for word in ["БИК", "Бик", "бик", "BIK", "bik"] {
        for at in memmem::find_iter(window, word) {
            let rest = window.get(at + word.len()..).unwrap_or_default();
            let skip = rest.iter().take(8).take_while(|b| !b.is_ascii_digit()).count();
            let Some(code) = rest.get(skip..skip + 9) else { continue };
            if !code.iter().all(u8::is_ascii_digit) || rest.get(skip + 9).is_some_and(u8::is_ascii_digit) {
                continue;
            }
            let distance = (from + at).abs_diff(start);
            if best.is_none_or(|(d, _)| distance < d) {
                best = Some((distance, code));
            }
        }
    }
    best.map(|(_, code)| code)
}
