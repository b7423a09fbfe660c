//! The table of fonts: code pages and faces by number.

use std::collections::HashMap;

use crate::legacy::codepage::{self, Face};

/// Most fonts that are kept.
const MOST: usize = 65_536;
/// Longest name that matters.
const LONGEST: usize = 256;

#[derive(Debug, Clone, Copy, Default)]
struct Font {
    page: Option<u32>,
    face: Face,
}

/// Fonts of a document, and the one that is being defined.
#[derive(Debug, Default)]
pub(super) struct Fonts {
    known: HashMap<i32, Font>,
    number: i32,
    page: Option<u32>,
    name: Vec<u8>,
}

impl Fonts {
    /// The definition of a font begins.
    pub(super) fn begin(&mut self, number: i32) {
        self.number = number;
        self.page = None;
        self.name.clear();
    }

    /// The code page of the font that is being defined.
    pub(super) fn set_page(&mut self, page: Option<u32>) {
        self.page = page.or(self.page);
    }

    /// A byte of the name; a semicolon ends the definition.
    pub(super) fn name(&mut self, byte: u8) {
        if byte != b';' {
            if self.name.len() < LONGEST {
                self.name.push(byte);
            }
            return;
        }
        let face = Face::of_font(&codepage::decode(&self.name, codepage::WESTERN));
        if self.known.len() < MOST {
            let page = self.page;
            self.known.insert(self.number, Font { page, face });
        }
        self.name.clear();
    }

    /// Code page and face of a font. Vietnamese fonts show Western codes whatever the document says.
    pub(super) fn get(&self, number: i32, document: u32) -> (u32, Face) {
        let font = self.known.get(&number).copied().unwrap_or_default();
        match font.face {
            Face::Plain => (font.page.unwrap_or(document), Face::Plain),
            face => (codepage::WESTERN, face),
        }
    }
}
