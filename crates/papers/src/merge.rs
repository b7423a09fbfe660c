//! A body's own DOCX template, filled: `{field}`, `{field?}` (left for the hand when missing), `{date:short}`, `{[flag]}` (a box), `{1.}` (a clause number), `{#list}…{/list}` over rows, paragraphs or words,
//! `{?flag}…{/flag}` and `{^flag}…{/flag}`, in the text, its tables, text boxes, headers, footers and notes.

mod expand;
mod marks;
mod package;
mod tree;

use tutela_words::Locale;

use crate::error::Error;
use crate::value::Values;
use expand::Expander;
use package::Package;

/// A template that was filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// The document.
    pub bytes: Vec<u8>,
    /// Names that the template has and that were not supplied, each once, in the order of the document.
    pub missing: Vec<String>,
}

/// Fills a body's own DOCX template. What is missing stands as a ruled gap with the words that it is to be supplied.
pub fn fill_docx(template: &[u8], values: &Values) -> Result<Vec<u8>, Error> {
    merge_docx(template, values).map(|filled| filled.bytes)
}

/// Fills a body's own DOCX template and tells what was missing.
pub fn merge_docx(template: &[u8], values: &Values) -> Result<Filled, Error> {
    let mut package = Package::read(template)?;
    let mut trees = Vec::new();
    for (name, text) in package.texts()? {
        trees.push((name, tree::parse(&text)?));
    }
    let locale = language(&trees);
    let mut expander = Expander::new(values, locale);
    for (name, nodes) in trees {
        let nodes = expander.part(&nodes)?;
        package.replace(&name, tree::write(&nodes));
    }
    Ok(Filled {
        bytes: package.write()?,
        missing: expander.missing,
    })
}

/// The language of a template, by the letters of its text: dates and gaps are written in it.
fn language(trees: &[(String, Vec<tree::Node>)]) -> Locale {
    let (mut han, mut cyrillic, mut vietnamese, mut latin) = (0_usize, 0_usize, 0_usize, 0_usize);
    // The names of marks are Latin in every language and say nothing of it.
    let mut in_mark = false;
    for (_, nodes) in trees {
        tree::each_text(nodes, &mut |text| {
            for c in text.chars() {
                match c {
                    '{' => in_mark = true,
                    '}' => in_mark = false,
                    _ if in_mark => {}
                    '\u{4e00}'..='\u{9fff}' => han += 1,
                    'а'..='я' | 'А'..='Я' => cyrillic += 1,
                    'đ' | 'Đ' | 'ơ' | 'Ơ' | 'ư' | 'Ư' | '\u{1ea0}'..='\u{1ef9}' => vietnamese += 1,
                    'a'..='z' | 'A'..='Z' => latin += 1,
                    _ => {}
                }
            }
        });
    }
    if han * 2 > latin.max(cyrillic) {
        Locale::Zh
    } else if cyrillic > latin {
        Locale::Ru
    } else if vietnamese * 12 > latin {
        Locale::Vi
    } else {
        Locale::En
    }
}

#[cfg(test)]
mod tests;
