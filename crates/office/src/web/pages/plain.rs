//! Forms that belong to no register: what they share.

use tutela_words::Words;

use crate::error::{Error, Refusal};
use crate::kernel::field::{Field, Kind};
use crate::kernel::record::Input;
use crate::web::frame::refusal_text;
use crate::web::pages::form::{Ask, Choice, input_kind};

/// The present password.
pub(crate) const OLD_PASSWORD: Field = Field::new("old_password", Kind::Line).required();
/// A new password.
pub(crate) const PASSWORD: Field = Field::new("password", Kind::Line).required();
/// The same again.
pub(crate) const PASSWORD_AGAIN: Field = Field::new("password_again", Kind::Line).required();

/// What is asked for: by fields, with what was given and what is wrong with it. Options of a choice are given by field, as
/// value and text; where there are none, they are the words of the field.
pub(crate) fn asks(
    words: &Words,
    fields: &[Field],
    given: &Input,
    refused: &[Refusal],
    options: impl Fn(&Field) -> Vec<(String, String)>,
) -> Vec<Ask> {
    fields
        .iter()
        .map(|field| {
            let values = given.get(field.name).map(Vec::as_slice).unwrap_or_default();
            let mut choices = options(field);
            if let (true, Kind::Choice(all) | Kind::Choices(all)) = (choices.is_empty(), field.kind) {
                choices.extend(all.iter().map(|w| ((*w).to_owned(), words.get(&format!("choice-{w}")))));
            }
            let options = choices.into_iter().map(|(value, text)| Choice {
                chosen: values.contains(&value),
                value,
                text,
            });
            let secret = field.name.contains("password");
            let hint = format!("hint-{}", field.name);
            let problem = refused.iter().find(|r| r.field.as_deref() == Some(field.name));
            Ask {
                name: field.name,
                kind: if secret { "password" } else { input_kind(field.kind) },
                label: words.get(&format!("field-{}", field.name)),
                hint: if words.has(&hint) {
                    words.get(&hint)
                } else {
                    String::new()
                },
                // What was typed as a password is never sent back.
                value: if secret {
                    String::new()
                } else {
                    values.first().cloned().unwrap_or_default()
                },
                options: options.collect(),
                required: field.required,
                personal: false,
                open_text: false,
                problem: problem.map(|r| refusal_text(words, r)),
            }
        })
        .collect()
}

/// The first value of a field as it was typed.
pub(crate) fn one<'a>(input: &'a Input, field: &str) -> &'a str {
    input
        .get(field)
        .and_then(|v| v.first())
        .map(String::as_str)
        .unwrap_or_default()
}

/// Refusals that a form shows; anything else has a page of its own.
pub(crate) fn shown(error: Error) -> Result<Vec<Refusal>, Error> {
    match error {
        Error::Invalid(all) => Ok(all),
        Error::Refused(r) if !matches!(r.key, "refusal-right" | "refusal-no-page" | "refusal-link") => Ok(vec![r]),
        other => Err(other),
    }
}
