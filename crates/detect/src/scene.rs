use crate::{Cell, Finding, Lang};

/// What the recognisers of names, addresses and sensitive kinds get to see: the normalised text
/// (NFC, half-width, no invisible marks, simplified Han characters) and what is already known of it.
/// Offsets are byte offsets into the normalised text; the engine maps them back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) text: &'a str,
    /// The main language of the text.
    pub(crate) lang: Lang,
    pub(crate) cells: &'a [Cell],
    pub(crate) columns: &'a [String],
    pub(crate) caption: Option<&'a str>,
    /// The identifiers found in it, sorted by `start`.
    pub(crate) identifiers: &'a [Finding],
}
