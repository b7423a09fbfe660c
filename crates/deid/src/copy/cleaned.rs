//! What was taken out of a copy beside the values that were replaced.

use std::collections::BTreeMap;

macro_rules! whats {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)*) => {
        /// A kind of content that a copy does not keep.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum What { $($(#[$doc])* $variant,)* }

        impl What {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The short name in outputs; with `mask-cleaned-` before it the key of its words.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

whats! {
    /// Properties of the document, metadata of any form.
    Properties = "properties";
    /// Comments and notes of reviewers.
    Comments = "comments";
    /// Tracked changes: what was inserted stays as plain text, what was deleted is gone.
    TrackedChanges = "tracked-changes";
    /// Text that the program hides.
    HiddenText = "hidden-text";
    /// Hidden sheets of a workbook.
    HiddenSheets = "hidden-sheets";
    /// Hidden rows and columns of a table.
    HiddenCells = "hidden-cells";
    /// Hidden slides.
    HiddenSlides = "hidden-slides";
    /// Speaker's notes.
    Notes = "notes";
    /// Pictures of the first page.
    Thumbnails = "thumbnails";
    /// Embedded files and objects.
    Objects = "objects";
    /// Pictures that cannot be looked into.
    Pictures = "pictures";
    /// Embedded fonts.
    Fonts = "fonts";
    /// Data that programs keep for themselves: caches, custom XML, settings of printers, identities of editing sessions.
    ProgramData = "program-data";
    /// Links to other files and addresses.
    Links = "links";
    /// Formulas, replaced by their values.
    Formulas = "formulas";
    /// Names, rules and lists behind cells.
    Rules = "rules";
    /// Scripts, macros, actions.
    Scripts = "scripts";
    /// Codes of fields, replaced by what they show.
    Fields = "fields";
    /// Bookmarks.
    Bookmarks = "bookmarks";
    /// Texts that stand for pictures and shapes.
    AltTexts = "alt-texts";
    /// Header lines of messages that the reader does not see.
    Headers = "headers";
    /// Other forms of the same text.
    Alternatives = "alternatives";
    /// Signatures.
    Signatures = "signatures";
    /// Attached files that could not be copied safely.
    Attachments = "attachments";
    /// Earlier versions inside the file.
    Versions = "versions";
    /// Annotations.
    Annotations = "annotations";
    /// Fields of forms.
    Forms = "forms";
    /// Optional layers that are not shown.
    HiddenLayers = "hidden-layers";
    /// Names of members of archives and of attachments.
    Names = "names";
    /// Markup that no reader shows.
    Markup = "markup";
    /// Faces and photographs of persons.
    Faces = "faces";
    /// QR codes and bar codes.
    Codes = "codes";
    /// Pages that became pictures.
    Pages = "pages";
}

/// How much of each kind was taken out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cleaned {
    counts: BTreeMap<What, u64>,
}

impl Cleaned {
    /// Counts so many of a kind.
    pub fn add(&mut self, what: What, count: u64) {
        if count > 0 {
            *self.counts.entry(what).or_default() += count;
        }
    }

    /// Counts what another count holds.
    pub fn merge(&mut self, other: &Self) {
        for (what, count) in other.iter() {
            self.add(what, count);
        }
    }

    /// The counts, in the order of [`What::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = (What, u64)> + '_ {
        self.counts.iter().map(|(what, count)| (*what, *count))
    }

    /// How many of a kind.
    pub fn count(&self, what: What) -> u64 {
        self.counts.get(&what).copied().unwrap_or_default()
    }
}
