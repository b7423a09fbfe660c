//! Names in Latin letters outside Vietnam and China: given, middle, family; `Family, Given`; particles and suffixes.

use super::pieces::{Piece, Pieces};
use super::{Name, NameParts, Style, plain_part, span};
use crate::people::dict;

const SUFFIXES: &[&str] = &[
    "jr", "sr", "ii", "iii", "iv", "phd", "md", "esq", "dds", "jd", "cpa", "mba", "obe", "mbe",
];

fn particle(p: &Piece<'_>) -> bool {
    !p.initial && dict::kinds_of(&p.word) & dict::PARTICLE != 0 && p.word.chars().next().is_some_and(char::is_lowercase)
}

pub(super) fn read(pieces: &Pieces<'_>) -> Option<Name> {
    let mut list = pieces.list.as_slice();
    let mut comma = pieces.comma;
    let mut parts = NameParts::of(Style::Western);
    // "PhD" and "M.D." stand behind the name, with a comma or without.
    let mut end = list.len();
    while end > 1
        && list
            .get(end - 1)
            .is_some_and(|p| SUFFIXES.contains(&p.word.to_lowercase().as_str()))
    {
        end -= 1;
    }
    parts.suffix = span(list.get(end..)?);
    list = list.get(..end)?;
    if comma.is_some_and(|c| c >= list.len()) {
        comma = None;
    }
    let n = list.len();
    let (family, given, middle) = if let Some(c) = comma {
        (0..c, c..c + 1, c + 1..n)
    } else if n == 1 {
        let p = list.first()?;
        let kinds = dict::kinds_of(&p.word);
        let given = kinds & dict::EN_GIVEN != 0 && kinds & dict::EN_SURNAME == 0 || p.initial;
        if given { (0..0, 0..1, 0..0) } else { (0..1, 0..0, 0..0) }
    } else if n == 2 && list.get(1).is_some_and(|p| p.initial)
        || n == 3 && list.get(1..).is_some_and(|l| l.iter().all(|p| p.initial))
    {
        // Smith J., Smith J. A.
        (0..1, 1..2, 2..n)
    } else if shouted(list) {
        // SMITH John: capitals mark the family name.
        (0..1, 1..2, 2..n)
    } else {
        // The family name begins with its particles.
        let from = (1..n - 1).find(|&i| list.get(i).is_some_and(particle)).unwrap_or(n - 1);
        (from..n, 0..1, 1..from)
    };
    let of = |range: std::ops::Range<usize>| list.get(range).unwrap_or_default();
    parts.family = span(of(family.clone()));
    parts.given = span(of(given.clone()));
    parts.middle = span(of(middle.clone()));
    let mut name = Name::of(parts);
    name.family = plain_part(of(family));
    name.given = plain_part(of(given));
    name.middle = plain_part(of(middle));
    Some(name)
}

/// Whether the first word alone is written in capital letters.
fn shouted(list: &[Piece<'_>]) -> bool {
    let upper = |p: &Piece<'_>| p.word.chars().count() > 2 && !p.word.chars().any(char::is_lowercase);
    list.first().is_some_and(upper) && !list.iter().skip(1).any(upper)
}
