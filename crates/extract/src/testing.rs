//! What the tests of all families share: a sink that keeps everything, and questions to it.

use crate::{Kind, Limits, Outcome, Part, ReadState, Reader, Sink, Unread, Why};

/// Everything that a reader gave.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    pub(crate) parts: Vec<Part<'static>>,
    pub(crate) unread: Vec<Unread>,
    /// What became of the file, once it was read.
    pub(crate) outcome: Option<Outcome>,
}

impl Sink for Kept {
    fn part(&mut self, part: Part<'_>) {
        self.parts.push(part.into_owned());
    }

    fn unread(&mut self, unread: Unread) {
        self.unread.push(unread);
    }
}

impl Kept {
    /// What is in these bytes under a file of that name.
    pub(crate) fn of(name: &str, bytes: &[u8]) -> Self {
        Self::within(name, bytes, Limits::default())
    }

    /// The same under these limits.
    pub(crate) fn within(name: &str, bytes: &[u8], limits: Limits) -> Self {
        let mut kept = Self::default();
        kept.outcome = Some(Reader::new(limits).read_bytes(name, bytes, &mut kept));
        kept
    }

    /// The type that the file was told to be.
    pub(crate) fn kind(&self) -> Option<Kind> {
        self.outcome.as_ref().map(|o| o.kind)
    }

    /// How much of the file was read.
    pub(crate) fn read(&self) -> Option<ReadState> {
        self.outcome.as_ref().map(|o| o.read)
    }

    /// The texts of all parts at this place.
    pub(crate) fn texts_at(&self, place: &str) -> Vec<&str> {
        let there = |p: &&Part<'_>| p.place.to_string() == place;
        self.parts.iter().filter(there).map(|p| &*p.text).collect()
    }

    /// The part at this place.
    #[track_caller]
    pub(crate) fn part_at(&self, place: &str) -> &Part<'static> {
        let found = self.parts.iter().find(|p| p.place.to_string() == place);
        found.unwrap_or_else(|| panic!("no part at '{place}', only {:?}", self.places()))
    }

    /// The text of the part at this place.
    #[track_caller]
    pub(crate) fn text_at(&self, place: &str) -> &str {
        &self.part_at(place).text
    }

    /// The places of all parts.
    pub(crate) fn places(&self) -> Vec<String> {
        self.parts.iter().map(|p| p.place.to_string()).collect()
    }

    /// The finest place of the only part that holds a text.
    #[track_caller]
    pub(crate) fn place_of(&self, text: &str) -> String {
        let mut found = self.parts.iter().filter_map(|p| Some(p.place_at(p.text.find(text)?)));
        let place = found
            .next()
            .unwrap_or_else(|| panic!("'{text}' is in no part: {:?}", self.all()));
        assert!(found.next().is_none(), "'{text}' is there twice");
        place.to_string()
    }

    /// All text, a line for each part.
    pub(crate) fn all(&self) -> String {
        let texts: Vec<_> = self.parts.iter().map(|p| p.text.as_ref()).collect();
        texts.join("\n")
    }

    /// A text stands at this place.
    #[track_caller]
    pub(crate) fn has(&self, place: &str, text: &str) {
        let at = |p: &Part<'_>| {
            let mut found = p.text.match_indices(text);
            found.any(|(at, _)| p.place_at(at).to_string() == place)
        };
        assert!(self.parts.iter().any(at), "no {text:?} at {place:?} in {self:#?}");
    }

    /// The problem is told at this place.
    #[track_caller]
    pub(crate) fn told(&self, place: &str, why: &Why) {
        let told = |u: &Unread| u.place.to_string() == place && u.why == *why;
        assert!(
            self.unread.iter().any(told),
            "no {why:?} at {place:?} in {:#?}",
            self.unread
        );
    }

    /// What could not be read, as told.
    pub(crate) fn problems(&self) -> Vec<String> {
        self.unread.iter().map(|u| format!("{}: {}", u.place, u.why)).collect()
    }
}
