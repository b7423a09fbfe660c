//! Earlier states of a file: every saving may add to the end and leave what it replaced where it was.

use std::collections::HashSet;
use std::sync::Arc;

use super::{content_of, give_text, guarded, layout, pages};
use crate::context::Ctx;
use crate::pdf::font::Fonts;
use crate::{Step, Why};
use hayro::hayro_syntax::Pdf;

/// Earlier states that are read, newest first.
const MAX_REVISIONS: usize = 16;

/// Texts of pages that were given already.
#[derive(Default)]
pub(super) struct Texts(HashSet<String>);

impl Texts {
    /// Whether this text was not given before; from now on it was.
    pub(super) fn is_new(&mut self, text: &str) -> bool {
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        !plain.is_empty() && self.0.insert(plain)
    }
}

/// The file up to one of its earlier ends.
struct Prefix {
    bytes: Arc<Vec<u8>>,
    end: usize,
}

impl AsRef<[u8]> for Prefix {
    fn as_ref(&self) -> &[u8] {
        self.bytes.get(..self.end).unwrap_or_default()
    }
}

/// Gives the pages of earlier states whose text is no longer in the file.
pub(super) fn read(bytes: &Arc<Vec<u8>>, texts: &mut Texts, ctx: &mut Ctx<'_>) {
    let mut ends: Vec<usize> = memchr::memmem::find_iter(bytes, b"%%EOF").map(|at| at + 5).collect();
    // The last end is that of the file as it is.
    ends.pop();
    // A file made for the web has an end after its first page, which is no state of its own.
    let head = bytes.get(..1024.min(bytes.len())).unwrap_or_default();
    if memchr::memmem::find(head, b"/Linearized").is_some() && !ends.is_empty() {
        ends.remove(0);
    }
    for (n, &end) in ends.iter().rev().enumerate() {
        if n >= MAX_REVISIONS {
            ctx.unread(&[Step::Deleted(String::new())], Why::TooMany(MAX_REVISIONS as u64));
            return;
        }
        let prefix = Arc::new(Prefix {
            bytes: bytes.clone(),
            end,
        });
        // What does not stand by itself (a file inside the file, a broken saving) is no earlier state.
        let Ok(pdf) = Pdf::new(prefix) else { continue };
        let mut fonts = Fonts::new();
        for (number, page) in pages(&pdf) {
            if let Err(why) = ctx.tick() {
                ctx.unread(&[Step::Deleted(String::new())], why);
                return;
            }
            guarded(number, ctx, |ctx| {
                let (content, _) = content_of(page, &mut fonts, ctx);
                let text = layout::text(&content.glyphs);
                if texts.is_new(&text) {
                    give_text(&[Step::Deleted(String::new()), Step::Page(number)], text, ctx);
                }
            });
        }
    }
}
