//! ZIP archives: every member is copied as a file of its own, under a name without what is cut from it.

use std::collections::BTreeSet;

use super::members::{self, Work};
use super::office::Zipped;
use super::{Cleaned, Refused, What, office};

/// A copy of an archive. A member that cannot be copied refuses the archive: what a reader expects in it would be missing.
pub(super) fn redact(bytes: &[u8], work: &mut Work<'_>) -> Result<(Vec<u8>, Cleaned), Refused> {
    let mut archive = Zipped::open(bytes, work.limits, work.left)?;
    let mut cleaned = Cleaned::default();
    let mut zip = office::Writer::new();
    let mut names = BTreeSet::new();
    for i in 0..archive.names().len() {
        let name = archive.names().get(i).cloned().unwrap_or_default();
        if name.ends_with('/') || is_of_a_system(&name) {
            continue;
        }
        let member = archive.number(i)?;
        work.left = archive.left();
        let file = name.rsplit(['/', '\\']).next().unwrap_or(&name);
        let (copy, inner) = work.inner(file, &member)?;
        archive.set_left(work.left);
        cleaned.merge(&inner);
        let (new, renamed) = path(&name, &mut names, work);
        cleaned.add(What::Names, u64::from(renamed));
        zip.add(&new, &copy)?;
    }
    Ok((zip.end()?, cleaned))
}

/// What systems leave beside the files.
fn is_of_a_system(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    name.starts_with("__MACOSX/") || matches!(file, ".DS_Store" | "Thumbs.db" | "desktop.ini")
}

/// The path of a member with every part of it decided upon; no two are the same, and none leads out of the archive.
fn path(name: &str, names: &mut BTreeSet<String>, work: &mut Work<'_>) -> (String, bool) {
    let mut renamed = false;
    let parts: Vec<String> = name
        .split(['/', '\\'])
        .filter(|p| !matches!(*p, "" | "." | ".."))
        .map(|part| {
            let (new, changed) = members::name(part, work.decide);
            renamed |= changed;
            new
        })
        .collect();
    let new = parts.join("/");
    let mut unique = new.clone();
    let mut number = 1;
    while !names.insert(unique.to_lowercase()) {
        number += 1;
        unique = match new.rsplit_once('.') {
            Some((stem, ending)) => format!("{stem} ({number}).{ending}"),
            None => format!("{new} ({number})"),
        };
    }
    (unique, renamed)
}
