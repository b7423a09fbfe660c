//! TIFF files with several pages, as scanners and fax machines write them.

use super::{canvas, give_decoded};
use crate::context::Ctx;
use crate::{Kind, Step, Why};

/// Pages of one file.
const MAX_PAGES: usize = 2000;

pub(super) fn read(bytes: &[u8], ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let Some((directories, wide)) = directories(bytes) else {
        return Err(Why::Damaged("list of pages".into()));
    };
    if directories.len() < 2 {
        let decoded = canvas::decode(Kind::Tiff, bytes, ctx)?;
        give_decoded(&decoded, &[], ctx);
        return Ok(());
    }
    if directories.len() >= MAX_PAGES {
        ctx.unread(&[], Why::TooMany(MAX_PAGES as u64));
    }
    // The decoder draws the page that the head of the file points to, so the head is pointed to each page in turn.
    let mut file = bytes.to_vec();
    for (number, directory) in (1_u32..).zip(&directories) {
        ctx.tick()?;
        let little = file.starts_with(b"II");
        let place = if wide { 8..16 } else { 4..8 };
        if let Some(field) = file.get_mut(place) {
            let value = directory.to_le_bytes();
            let len = field.len();
            field.copy_from_slice(value.get(..len).unwrap_or_default());
            if !little {
                field.reverse();
            }
        }
        let steps = [Step::Page(number)];
        match canvas::decode(Kind::Tiff, &file, ctx) {
            Ok(decoded) => give_decoded(&decoded, &steps, ctx),
            Err(why) => ctx.unread(&steps, why),
        }
    }
    Ok(())
}

/// Offsets of the directories of the pages, and whether the file uses wide offsets.
fn directories(bytes: &[u8]) -> Option<(Vec<u64>, bool)> {
    let little = bytes.starts_with(b"II");
    let number = |at: u64, len: usize| -> Option<u64> {
        let at = usize::try_from(at).ok()?;
        let field = bytes.get(at..at.checked_add(len)?)?;
        let fold = |value: u64, &b: &u8| value << 8 | u64::from(b);
        Some(if little {
            field.iter().rev().fold(0, fold)
        } else {
            field.iter().fold(0, fold)
        })
    };
    let wide = number(2, 2)? == 43;
    let (offset_len, count_len, entry_len) = if wide { (8, 8, 20) } else { (4, 2, 12) };
    let mut next = number(if wide { 8 } else { 4 }, offset_len)?;
    let mut found: Vec<u64> = Vec::new();
    // A chain that bites its tail ends there.
    while next != 0 && !found.contains(&next) && found.len() < MAX_PAGES {
        found.push(next);
        let entries = number(next, count_len)?;
        let after = next
            .checked_add(count_len as u64)?
            .checked_add(entries.checked_mul(entry_len)?)?;
        // A chain that is cut off still has the pages before.
        next = number(after, offset_len).unwrap_or(0);
    }
    Some((found, wide))
}
