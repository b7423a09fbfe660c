//! All ways to read a Russian word as a part of a name: the nominative, the cases, the genders that its ending allows.

use std::sync::LazyLock;

use crate::people::dict::{self, Hash, Table};
use crate::people::russian as words;

/// Sets of cases.
pub(super) type Cases = u8;
pub(super) const NOM: Cases = 1;
pub(super) const GEN: Cases = 1 << 1;
pub(super) const DAT: Cases = 1 << 2;
pub(super) const ACC: Cases = 1 << 3;
pub(super) const INS: Cases = 1 << 4;
pub(super) const PRE: Cases = 1 << 5;
const ALL: Cases = 63;
const GEN_ACC: Cases = GEN | ACC;
/// Of nouns in -а and -я.
const DAT_PRE: Cases = DAT | PRE;

pub(super) const MALE: u32 = 1;
pub(super) const FEMALE: u32 = 2;

/// Given names in the nominative by gender.
static GIVEN: LazyLock<Table> = LazyLock::new(|| {
    let file = include_str!("../../data/names/ru-given.txt");
    let mut table = Table::with_room(file.len() / 8);
    for (section, name) in dict::entries(file) {
        let gender = if section.starts_with("female") { FEMALE } else { MALE };
        table.add(Hash::of(name).value(), gender);
    }
    table
});

/// Male names whose genitive the lists hold as a rare name of women.
const HARDLY_FEMALE: &[&str] = &[
    "ивана",
    "петра",
    "павла",
    "антона",
    "максима",
    "романа",
    "степана",
    "богдана",
    "виктора",
    "олега",
    "артема",
    "егора",
    "федора",
    "николая",
    "сергея",
    "андрея",
    "алексея",
    "дмитрия",
    "георгия",
    "григория",
    "анатолия",
    "юрия",
    "василия",
    "игоря",
    "тимура",
    "марка",
    "михаила",
    "владимира",
    "кирилла",
    "семена",
    "германа",
    "руслана",
    "тимофея",
    "матвея",
    "филиппа",
    "глеба",
    "дениса",
    "бориса",
    "константина",
    "вадима",
    "леонида",
    "эдуарда",
    "альберта",
    "роберта",
    "артура",
    "рустама",
    "захара",
    "макара",
    "марата",
    "ильдара",
    "рината",
    "назара",
    "леона",
    "арсения",
    "евдокима",
    "ефима",
    "якова",
    "ярослава",
    "вячеслава",
];

fn genders(name: &str) -> u32 {
    let found = GIVEN.get(Hash::of(name).value());
    if HARDLY_FEMALE.contains(&name) {
        found & !FEMALE
    } else {
        found
    }
}

/// One way to read a word.
#[derive(Debug, Clone)]
pub(super) struct Form {
    pub(super) nominative: String,
    pub(super) cases: Cases,
    pub(super) genders: u32,
    /// 2 where a dictionary holds the nominative, 1 where its ending is that of a family name.
    pub(super) known: u8,
    /// The masculine form of a family name.
    pub(super) stem: String,
}

/// Endings of given names that end in a consonant, -й, -ь, -а, -я: the ending, what stands in its place, the cases, the genders.
const GIVEN_ENDINGS: &[(&str, &str, Cases, u32)] = &[
    ("", "", NOM, MALE | FEMALE),
    ("а", "", GEN_ACC, MALE),
    ("у", "", DAT, MALE),
    ("ом", "", INS, MALE),
    ("ем", "", INS, MALE),
    ("е", "", PRE, MALE),
    ("я", "й", GEN_ACC, MALE),
    ("ю", "й", DAT, MALE),
    ("ем", "й", INS, MALE),
    ("е", "й", PRE, MALE),
    ("и", "й", PRE, MALE),
    ("я", "ь", GEN_ACC, MALE),
    ("ю", "ь", DAT, MALE),
    ("ем", "ь", INS, MALE),
    ("е", "ь", PRE, MALE),
    ("ы", "а", GEN, MALE | FEMALE),
    ("и", "а", GEN, MALE | FEMALE),
    ("е", "а", DAT_PRE, MALE | FEMALE),
    ("у", "а", ACC, MALE | FEMALE),
    ("ой", "а", INS, MALE | FEMALE),
    ("ою", "а", INS, MALE | FEMALE),
    ("ей", "а", INS, MALE | FEMALE),
    ("и", "я", GEN | DAT_PRE, MALE | FEMALE),
    ("е", "я", DAT_PRE, MALE | FEMALE),
    ("ю", "я", ACC, MALE | FEMALE),
    ("ей", "я", INS, MALE | FEMALE),
    ("ею", "я", INS, MALE | FEMALE),
    ("и", "ь", GEN | DAT_PRE, FEMALE),
    ("ью", "ь", INS, FEMALE),
    ("", "", ACC, FEMALE),
];

/// Given names that lose a vowel: the stem of the other cases.
const FLEETING: &[(&str, &str)] = &[("павл", "павел"), ("льв", "лев")];

pub(super) fn given_forms(word: &str) -> Vec<Form> {
    let mut forms = Vec::new();
    for &(ending, instead, cases, gender) in GIVEN_ENDINGS {
        let Some(stem) = word.strip_suffix(ending) else {
            continue;
        };
        if stem.len() < 4 {
            continue;
        }
        let fleeting = FLEETING.iter().find(|f| instead.is_empty() && f.0 == stem);
        let nominative = fleeting.map_or_else(|| format!("{stem}{instead}"), |f| f.1.to_owned());
        // The accusative of women's names with a soft sign is the nominative; other such names are not bent at all.
        if ending.is_empty() && cases == ACC && !word.ends_with('ь') {
            continue;
        }
        let genders = genders(&nominative) & gender;
        if genders != 0 {
            forms.push(Form {
                stem: nominative.clone(),
                nominative,
                cases,
                genders,
                known: 2,
            });
        }
    }
    forms
}

pub(super) fn patronymic_forms(word: &str) -> Vec<Form> {
    let mut forms = Vec::new();
    for (ending, cases) in [("", NOM), ("а", GEN_ACC), ("у", DAT), ("ем", INS), ("е", PRE)] {
        if let Some(stem) = word.strip_suffix(ending)
            && stem.ends_with("ич")
            && words::kinds(stem) & words::PATRONYMIC != 0
        {
            forms.push(simple(stem.to_owned(), cases, MALE));
        }
    }
    for (ending, cases) in [
        ("а", NOM),
        ("ы", GEN),
        ("е", DAT_PRE),
        ("у", ACC),
        ("ой", INS),
        ("ою", INS),
    ] {
        if let Some(stem) = word.strip_suffix(ending)
            && stem.ends_with('н')
        {
            let name = format!("{stem}а");
            if words::kinds(&name) & words::PATRONYMIC != 0 {
                forms.push(simple(name, cases, FEMALE));
            }
        }
    }
    forms
}

fn simple(nominative: String, cases: Cases, genders: u32) -> Form {
    Form {
        stem: nominative.clone(),
        nominative,
        cases,
        genders,
        known: 2,
    }
}

fn family_known(masculine: &str) -> bool {
    dict::kinds_of(masculine) & dict::RU_SURNAME != 0
}

/// All ways to read a word as a family name.
pub(super) fn family_forms(word: &str) -> Vec<Form> {
    if let Some((first, second)) = word.rsplit_once('-') {
        return double(first, second);
    }
    let mut forms = Vec::new();
    let mut add = |nominative: String, stem: String, cases, genders| {
        if stem.chars().count() >= 2 {
            let regular = ["ов", "ев", "ин", "ын", "ский", "цкий"]
                .iter()
                .any(|e| stem.ends_with(e));
            let known = if family_known(&stem) { 2 } else { u8::from(regular) };
            forms.push(Form {
                nominative,
                cases,
                genders,
                known,
                stem,
            });
        }
    };
    let possessive =
        |stem: &str| ["ов", "ев", "ин", "ын"].iter().any(|e| stem.ends_with(e)) && stem.chars().count() >= 3;
    // Иванов, Иванова, Ивановой …
    for (ending, cases, gender) in [
        ("", NOM, MALE),
        ("а", GEN_ACC, MALE),
        ("у", DAT, MALE),
        ("ым", INS, MALE),
        ("ом", INS, MALE),
        ("е", PRE, MALE),
        ("а", NOM, FEMALE),
        ("ой", GEN | DAT | INS | PRE, FEMALE),
        ("ою", INS, FEMALE),
        ("у", ACC, FEMALE),
        ("ы", NOM, MALE | FEMALE),
        ("ых", GEN_ACC | PRE, MALE | FEMALE),
        ("ыми", INS, MALE | FEMALE),
    ] {
        if let Some(stem) = word.strip_suffix(ending).filter(|s| possessive(s)) {
            let nominative = if gender == FEMALE {
                format!("{stem}а")
            } else {
                stem.to_owned()
            };
            // Several bearers, or a foreign name in -ин whose instrumental is -ом: less likely than one bearer.
            add(nominative, stem.to_owned(), cases, gender);
        }
    }
    // Толстой, Достоевский, Белый, Крамская …
    for (ending, cases, gender) in [
        ("ого", GEN_ACC, MALE),
        ("его", GEN_ACC, MALE),
        ("ому", DAT, MALE),
        ("ему", DAT, MALE),
        ("им", INS, MALE),
        ("ым", INS, MALE),
        ("ом", PRE, MALE),
        ("ем", PRE, MALE),
        ("ая", NOM, FEMALE),
        ("яя", NOM, FEMALE),
        ("ой", GEN | DAT | INS | PRE, FEMALE),
        ("ей", GEN | DAT | INS | PRE, FEMALE),
        ("ую", ACC, FEMALE),
        ("юю", ACC, FEMALE),
    ] {
        let Some(stem) = word.strip_suffix(ending) else {
            continue;
        };
        let masculine = ["ий", "ой", "ый"]
            .iter()
            .map(|e| format!("{stem}{e}"))
            .find(|m| family_known(m));
        let regular = ["ск", "цк"].iter().any(|e| stem.ends_with(e)) && stem.chars().count() >= 4;
        let masculine = masculine.or_else(|| regular.then(|| format!("{stem}ий")));
        let masculine =
            masculine.or_else(|| (ending == "ая" && stem.chars().count() >= 3).then(|| format!("{stem}ый")));
        if let Some(masculine) = masculine {
            let soft = stem.ends_with('н') && masculine.ends_with("ий") && ending.starts_with(['е', 'я', 'ю', 'и']);
            let nominative = if gender == FEMALE {
                format!("{stem}{}", if soft { "яя" } else { "ая" })
            } else {
                masculine.clone()
            };
            add(nominative, masculine, cases, gender);
        }
    }
    if ["ий", "ый", "ой", "ей", "ай"].iter().any(|e| word.ends_with(e)) {
        add(word.to_owned(), word.to_owned(), NOM, MALE);
        if !word.ends_with("кий") && !word.ends_with("ой") && !word.ends_with("ый") {
            add(word.to_owned(), word.to_owned(), ALL, FEMALE);
        }
    }
    consonant_forms(word, &mut add);
    let last = word.chars().next_back().unwrap_or(' ');
    let bent = ["ого", "его", "ому", "ему", "ою", "ую", "юю"]
        .iter()
        .any(|e| word.ends_with(e))
        && !family_known(word);
    let unbent = "оеиуюэё".contains(last) && !bent || word.ends_with("ых") || word.ends_with("их");
    if unbent {
        add(word.to_owned(), word.to_owned(), ALL, MALE | FEMALE);
    }
    // What a dictionary or a regular ending explains needs no other reading.
    if forms.iter().any(|f| f.known > 0) {
        forms.retain(|f| f.known > 0);
    }
    forms
}

/// Family names in a consonant, -й, -ь (of men they bend, of women they do not), and in -а, -я.
fn consonant_forms(word: &str, add: &mut impl FnMut(String, String, Cases, u32)) {
    let hard = |s: &str| {
        s.chars()
            .next_back()
            .is_some_and(|c| "бвгджзклмнпрстфхцчшщ".contains(c))
    };
    let possessive = |s: &str| ["ов", "ев", "ин", "ын"].iter().any(|e| s.ends_with(e));
    let bends = hard(word) && !word.ends_with("ых") && !word.ends_with("их") && !possessive(word);
    if bends || word.ends_with('ь') {
        add(word.to_owned(), word.to_owned(), NOM, MALE);
        add(word.to_owned(), word.to_owned(), ALL, FEMALE);
    }
    for (ending, instead, cases) in [
        ("а", "", GEN_ACC),
        ("у", "", DAT),
        ("ом", "", INS),
        ("ем", "", INS),
        ("е", "", PRE),
        ("я", "й", GEN_ACC),
        ("ю", "й", DAT),
        ("ем", "й", INS),
        ("е", "й", PRE),
        ("я", "ь", GEN_ACC),
        ("ю", "ь", DAT),
        ("ем", "ь", INS),
        ("е", "ь", PRE),
    ] {
        let Some(stem) = word.strip_suffix(ending) else {
            continue;
        };
        let mut name = format!("{stem}{instead}");
        if !instead.is_empty() && !family_known(&name) || instead.is_empty() && (!hard(stem) || possessive(stem)) {
            continue;
        }
        // Заяц, Зайца; Кравец, Кравца: the vowel comes back.
        if instead.is_empty()
            && !family_known(&name)
            && let Some(head) = stem.strip_suffix('ц').or_else(|| stem.strip_suffix('к'))
        {
            let tail = if stem.ends_with('ц') { "ец" } else { "ок" };
            let whole = format!("{}{tail}", head.strip_suffix('ь').unwrap_or(head));
            if family_known(&whole) {
                name = whole;
            }
        }
        if name.chars().count() >= 3 {
            add(name.clone(), name, cases, MALE);
        }
    }
    // Глинка, Глинки …; what ends as the name of a woman from -ов or -ский is that.
    for (ending, instead, cases) in [
        ("а", "а", NOM),
        ("я", "я", NOM),
        ("ы", "а", GEN),
        ("и", "а", GEN),
        ("е", "а", DAT_PRE),
        ("у", "а", ACC),
        ("ой", "а", INS),
        ("ей", "а", INS),
        ("и", "я", GEN | DAT_PRE),
        ("е", "я", DAT_PRE),
        ("ю", "я", ACC),
        ("ей", "я", INS),
    ] {
        let Some(stem) = word.strip_suffix(ending) else {
            continue;
        };
        let name = format!("{stem}{instead}");
        let other = possessive(stem) || stem.ends_with("ска") || stem.ends_with("цка") || stem.ends_with('а');
        if stem.chars().count() >= 3 && !other && (family_known(&name) || ending == "а" && !family_known(stem)) {
            add(name.clone(), name, cases, MALE | FEMALE);
        }
    }
}

/// Two family names joined by a hyphen: both bend, or the second alone.
fn double(first: &str, second: &str) -> Vec<Form> {
    let heads = family_forms(first);
    let mut forms = Vec::new();
    for tail in family_forms(second) {
        let head = heads
            .iter()
            .filter(|h| h.cases & tail.cases != 0 && h.genders & tail.genders != 0)
            .max_by_key(|h| (h.known, h.cases & tail.cases & NOM));
        let (nominative, stem) = match head {
            Some(h) => (
                format!("{}-{}", h.nominative, tail.nominative),
                format!("{}-{}", h.stem, tail.stem),
            ),
            None => (format!("{first}-{}", tail.nominative), format!("{first}-{}", tail.stem)),
        };
        forms.push(Form {
            nominative,
            stem,
            cases: head.map_or(tail.cases, |h| h.cases & tail.cases),
            genders: head.map_or(tail.genders, |h| h.genders & tail.genders),
            known: tail.known.max(head.map_or(0, |h| h.known)),
        });
    }
    forms
}
