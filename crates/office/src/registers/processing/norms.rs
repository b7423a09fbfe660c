//! The norms that bases of processing rest on, by law pack, and which categories a pack holds sensitive (R22). Only what is
//! read with certainty stands here: a basis without a norm is shown without one.

use tutela_law::{Class, Mark, Pack};

use crate::kernel::categories::asked_by;

/// Pack, basis, norm.
const BASES: &[(&str, &str, &str)] = &[
    ("ru", "consent", "152-ФЗ 6(1)(1)"),
    ("ru", "law-duty", "152-ФЗ 6(1)(2)"),
    ("ru", "public-task", "152-ФЗ 6(1)(4)"),
    ("ru", "contract", "152-ФЗ 6(1)(5)"),
    ("vn-a", "consent", "D13 11"),
    ("vn-a", "vital-interest", "D13 17.1"),
    ("vn-a", "publicly-available", "D13 17.2"),
    ("vn-a", "contract", "D13 17.4"),
    ("vn-a", "public-task", "D13 17.5"),
    ("vn-b", "consent", "L91 9; D356 6"),
    ("vn-b", "vital-interest", "L91 19.1(a)"),
    ("vn-b", "legitimate-interest", "L91 19.1(a)"),
    ("vn-b", "public-task", "L91 19.1(c)"),
    ("vn-b", "contract", "L91 19.1(d)"),
    ("vn-b", "law-duty", "L91 19.1(đ)"),
    ("cn", "consent", "PIPL 13(1)(1)"),
    ("cn", "contract", "PIPL 13(1)(2)"),
    ("cn", "law-duty", "PIPL 13(1)(3)"),
    ("cn", "public-task", "PIPL 13(1)(3)"),
    ("cn", "vital-interest", "PIPL 13(1)(4)"),
    ("cn", "publicly-available", "PIPL 13(1)(6)"),
];

/// The norm of a basis under a pack.
pub(crate) fn of_basis(pack: &Pack, basis: &str) -> Option<&'static str> {
    let found = BASES.iter().find(|(id, word, _)| *id == pack.id() && *word == basis);
    found.map(|(_, _, norm)| *norm)
}

/// Whether a pack holds a category sensitive, and is sure of it.
pub(crate) fn is_sensitive(pack: &Pack, category: &str) -> bool {
    asked_by(category).iter().any(|of| {
        let said = pack.classify(of.as_str());
        said.class == Class::Sensitive && said.mark != Mark::Check
    })
}

/// The norm that stands beside a choice of a form: the basis' own, or the article that makes a category sensitive.
pub(crate) fn beside_choice<'a>(pack: &'a Pack, field: &str, word: &str) -> Option<&'a str> {
    match field {
        "bases" => of_basis(pack, word),
        "data_categories" => {
            let said = asked_by(word).iter().map(|of| pack.classify(of.as_str()));
            let mut sure = said.filter(|c| c.class == Class::Sensitive && c.mark != Mark::Check);
            sure.next().map(|c| c.article)
        }
        _ => None,
    }
}
