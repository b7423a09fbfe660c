//! Russian names: which word is which part, and the nominative of names in any case.
//!
//! Every word is read in all the ways its ending allows: a nominative, a set of cases, a gender. The name is read in that gender and
//! case in which all its words agree; where several do, the nominative wins, then what the dictionaries know.

use super::cases::{
    ACC, Cases, DAT, FEMALE, Form, GEN, INS, MALE, NOM, PRE, family_forms, given_forms, patronymic_forms,
};
use super::pieces::{Piece, Pieces};
use super::{Gender, Name, NameParts, Part, Style, latin, span};
use crate::people::russian as words;

/// Which part each word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Family,
    Given,
    Patronymic,
    Suffix,
}

const SUFFIXES: &[&str] = &["оглы", "кызы", "угли", "улы", "кизи"];

fn roles(list: &[Piece<'_>], comma: bool) -> Option<Vec<Role>> {
    use Role::{Family, Given, Patronymic, Suffix};
    let suffix = usize::from(
        list.len() > 2
            && list
                .last()
                .is_some_and(|p| SUFFIXES.contains(&p.word.to_lowercase().as_str())),
    );
    let list = list.get(..list.len() - suffix)?;
    let is = |i: usize, kinds| {
        list.get(i)
            .is_some_and(|p| !p.initial && words::kinds(&p.word) & kinds != 0)
    };
    let initial = |i: usize| list.get(i).is_some_and(|p| p.initial);
    let middle = |i: usize| is(i, words::PATRONYMIC);
    let sure_family = |i: usize| is(i, words::SURNAME | words::SUFFIX);
    let mut roles = match list.len() {
        1 if middle(0) && !is(0, words::SURNAME) => vec![Patronymic],
        1 if is(0, words::GIVEN) && (!is(0, words::SURNAME) || is(0, words::SURNAME_WORD)) => vec![Given],
        1 if initial(0) => vec![Given],
        1 => vec![Family],
        // Ибрагим оглы: what is before the suffix is the father's name.
        2 if suffix == 1 && !comma => vec![Family, Given],
        2 if middle(1) && !comma && (is(0, words::GIVEN) || !sure_family(0)) => vec![Given, Patronymic],
        2 if initial(0) => vec![Given, Family],
        2 if initial(1) || comma => vec![Family, Given],
        2 => {
            let given = |i| is(i, words::GIVEN);
            // Роман Антонов, Антонов Роман; Марк Давид: the second is the family name unless the first can be nothing else.
            if given(1) && (!given(0) || sure_family(0) && !sure_family(1)) {
                vec![Family, Given]
            } else {
                vec![Given, Family]
            }
        }
        3 if suffix == 1 => vec![Family, Given, Patronymic],
        3 if middle(1) && !middle(2) && !comma => vec![Given, Patronymic, Family],
        3 if middle(2) => vec![Family, Given, Patronymic],
        3 if initial(0) && initial(1) => vec![Given, Patronymic, Family],
        3 if initial(1) && initial(2) => vec![Family, Given, Patronymic],
        3 if initial(1) => vec![Given, Patronymic, Family],
        3 if comma => vec![Family, Given, Patronymic],
        3 if is(1, words::GIVEN) && !is(0, words::GIVEN) && sure_family(0) => vec![Family, Given, Patronymic],
        3 => vec![Given, Given, Family],
        4 if middle(3) => vec![Family, Family, Given, Patronymic],
        4 if middle(1) => vec![Given, Patronymic, Family, Family],
        _ => return None,
    };
    roles.extend(vec![Suffix; suffix]);
    Some(roles)
}

fn lower(word: &str) -> String {
    latin::plain(&word.to_lowercase())
}

pub(super) fn read(pieces: &Pieces<'_>) -> Option<Name> {
    let list = &pieces.list;
    let roles = roles(list, pieces.comma == Some(1))?;
    let of = |role: Role| -> Vec<Piece<'_>> {
        list.iter()
            .zip(&roles)
            .filter(|(_, r)| **r == role)
            .map(|(p, _)| p.clone())
            .collect()
    };
    let mut parts = NameParts::of(Style::Russian);
    let (family, given, middle) = (of(Role::Family), of(Role::Given), of(Role::Patronymic));
    parts.family = span(&family);
    parts.given = span(&given);
    parts.patronymic = span(&middle);
    parts.suffix = span(&of(Role::Suffix));
    let mut name = Name::of(parts);
    bend(&mut name, &family, &given, &middle);
    if name.parts.suffix.is_some() {
        let last = list.last().map(|p| p.word.to_lowercase()).unwrap_or_default();
        name.parts.gender = Some(if matches!(last.as_str(), "кызы" | "кизи") {
            Gender::Female
        } else {
            Gender::Male
        });
    }
    Some(name)
}

/// Finds the gender and case in which all words agree, and sets the normal forms.
fn bend(name: &mut Name, family: &[Piece<'_>], given: &[Piece<'_>], middle: &[Piece<'_>]) {
    let full = |list: &[Piece<'_>], forms: fn(&str) -> Vec<Form>| -> Option<Vec<Form>> {
        let [piece] = list else { return None };
        (!piece.initial)
            .then(|| forms(&lower(&piece.word)))
            .filter(|f| !f.is_empty())
    };
    let sets = [
        full(family, family_forms),
        full(given, given_forms),
        full(middle, patronymic_forms),
    ];
    let mut best: Option<(u32, u32, Cases)> = None;
    // The best score of each gender.
    let mut scores = [0, 0];
    for (gender, own) in [MALE, FEMALE].into_iter().zip(&mut scores) {
        for case in [NOM, GEN, DAT, ACC, INS, PRE] {
            let mut score = u32::from(case == NOM) * 3;
            let mut agrees = sets.iter().any(Option::is_some);
            for set in sets.iter().flatten() {
                let fit = set
                    .iter()
                    .filter(|f| f.cases & case != 0 && f.genders & gender != 0)
                    .map(|f| 2 + 2 * u32::from(f.known))
                    .max();
                match fit {
                    Some(fit) => score += fit,
                    None => agrees = false,
                }
            }
            if agrees {
                *own = score.max(*own);
                if best.is_none_or(|b| score > b.0) {
                    best = Some((score, gender, case));
                }
            }
        }
    }
    let pick = |set: &Option<Vec<Form>>| -> Option<Form> {
        let (_, gender, case) = best?;
        set.as_ref()?
            .iter()
            .filter(|f| f.cases & case != 0 && f.genders & gender != 0)
            .max_by_key(|f| f.known)
            .cloned()
    };
    if best.is_some() {
        name.possible = (scores[1] > 0, scores[0] > 0);
    }
    name.parts.gender = match scores {
        [male, female] if male > female => Some(Gender::Male),
        [male, female] if male < female => Some(Gender::Female),
        _ => None,
    };
    let part = |list: &[Piece<'_>], set: &Option<Vec<Form>>| -> Option<Part> {
        let first = list.first()?;
        if first.initial {
            let letter = lower(&first.word);
            return Some(Part::new(letter.clone(), letter, true));
        }
        match pick(set) {
            Some(form) => Some(Part::new(form.nominative, form.stem, false)),
            None => {
                let whole = list.iter().map(|p| lower(&p.word)).collect::<Vec<_>>().join(" ");
                Some(Part::new(whole.clone(), whole, false))
            }
        }
    };
    name.family = part(family, &sets[0]);
    name.given = part(given, &sets[1]);
    name.middle = part(middle, &sets[2]);
    // What other family names the word may be a form of, for those who know which of them stand in the text.
    let mut families: Vec<String> = sets[0]
        .iter()
        .flatten()
        .filter(|f| f.known > 0)
        .map(|f| f.stem.clone())
        .collect();
    families.sort();
    families.dedup();
    name.families = families;
}
