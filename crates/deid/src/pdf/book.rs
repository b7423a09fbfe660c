//! The document that is being written: what was written already, and what is still to come.

use std::collections::{HashMap, HashSet};

use hayro::hayro_syntax::object::{Dict, Name, ObjectIdentifier, Stream};
use hayro::hayro_syntax::page::Resources;
use tutela_extract::pdf::strings::Identity;
use tutela_extract::pdf::trace::MAX_FORMS;

use super::content::{Rewriter, Role};
use super::font::Fonts;
use super::guard::Guard;
use super::label;
use super::layers::Layers;
use super::marks::{Key, Marks, StreamMarks};
use super::out::{Id, Out};
use super::picture::Painted;
use super::resources::{Used, copy_flags, copy_lists, silent};
use crate::copy::{Cleaned, Refused, What};

/// A document in the making.
pub(super) struct Book<'a> {
    pub(super) out: Out,
    pub(super) guard: Guard,
    pub(super) cleaned: Cleaned,
    pub(super) marks: Marks,
    pub(super) layers: Layers,
    pub(super) fonts: Fonts<'a>,
    /// Shadings and patterns that were written.
    pub(super) shared: HashMap<Identity, Id>,
    pub(super) pictures: HashMap<Painted, Option<Id>>,
    forms: HashMap<(ObjectIdentifier, bool), Option<Id>>,
    running: HashSet<ObjectIdentifier>,
    label_font: Option<Id>,
}

impl<'a> Book<'a> {
    pub(super) fn new(guard: Guard, cleaned: Cleaned, marks: Marks, layers: Layers) -> Self {
        Self {
            out: Out::new(),
            guard,
            cleaned,
            marks,
            layers,
            fonts: Fonts::default(),
            shared: HashMap::new(),
            pictures: HashMap::new(),
            forms: HashMap::new(),
            running: HashSet::new(),
            label_font: None,
        }
    }

    /// The font of labels.
    pub(super) fn label_font(&mut self) -> Id {
        let out = &mut self.out;
        *self.label_font.get_or_insert_with(|| out.add(label::FONT))
    }

    /// Writes a form whose text was read. One that the reader did not come to is left out.
    pub(super) fn form(
        &mut self,
        stream: &Stream<'a>,
        parent: Option<&Resources<'a>>,
        font: Option<usize>,
    ) -> Result<Option<Id>, Refused> {
        let key = (stream.obj_id(), true);
        if let Some(known) = self.forms.get(&key) {
            return Ok(*known);
        }
        if self.running.contains(&stream.obj_id()) {
            return Ok(None);
        }
        let Some(marks) = self.marks.take(Key::Form(stream.obj_id())) else {
            return Ok(None);
        };
        let id = self.write_form(stream, parent, Role::Read, marks, font)?;
        self.forms.insert(key, id);
        Ok(id)
    }

    /// Writes a form whose text nobody read, without its text: what a soft mask draws.
    pub(super) fn silent_form(&mut self, stream: &Stream<'a>) -> Result<Option<Id>, Refused> {
        let key = (stream.obj_id(), false);
        if let Some(known) = self.forms.get(&key) {
            return Ok(*known);
        }
        let id = self.write_form(stream, None, Role::Silent, silent(), None)?;
        self.forms.insert(key, id);
        Ok(id)
    }

    fn write_form(
        &mut self,
        stream: &Stream<'a>,
        parent: Option<&Resources<'a>>,
        role: Role,
        marks: StreamMarks,
        font: Option<usize>,
    ) -> Result<Option<Id>, Refused> {
        let dict = stream.dict();
        let mut entries = b"/Type/XObject/Subtype/Form".to_vec();
        copy_lists(&mut entries, dict, &["BBox", "Matrix"]);
        if let Some(group) = dict.get::<Dict<'a>>("Group") {
            entries.extend_from_slice(&self.group(&group));
        }
        let id = self.out.reserve();
        let written = self.content(id, stream, parent, &entries, role, marks, font)?;
        Ok(written.then_some(id))
    }

    /// The entry of a transparency group.
    pub(super) fn group(&mut self, group: &Dict<'a>) -> Vec<u8> {
        if group.get::<Name<'_>>("S").is_none_or(|n| n.as_ref() != b"Transparency") {
            return Vec::new();
        }
        let mut written = b"/Group<</S/Transparency".to_vec();
        copy_flags(&mut written, group, &["I", "K"]);
        if let Some(space) = group.get("CS").and_then(|object| self.color_space(&object, None, 0)) {
            written.extend_from_slice(b"/CS ");
            written.extend_from_slice(&space.written);
        }
        written.extend_from_slice(b">>");
        written
    }

    /// Writes a stream of content with its resources. Says whether it could be read.
    #[expect(clippy::too_many_arguments, reason = "what a stream is and what goes from it")]
    pub(super) fn content(
        &mut self,
        id: Id,
        stream: &Stream<'a>,
        parent: Option<&Resources<'a>>,
        entries: &[u8],
        role: Role,
        marks: StreamMarks,
        font: Option<usize>,
    ) -> Result<bool, Refused> {
        self.guard.tick()?;
        if self.running.len() >= MAX_FORMS || !self.running.insert(stream.obj_id()) {
            return Ok(false);
        }
        let Some(data) = self.guard.decoded(stream)? else {
            self.running.remove(&stream.obj_id());
            return Ok(false);
        };
        let own = stream.dict().get::<Dict<'a>>("Resources").map(Resources::new);
        let empty = Resources::new(Dict::empty());
        let resources = own.as_ref().or(parent).unwrap_or(&empty);
        let written = self.rewritten(&data, resources, role, marks, font);
        self.running.remove(&stream.obj_id());
        let (content, used) = written?;
        let mut entries = entries.to_vec();
        entries.extend_from_slice(b"/Resources");
        entries.extend_from_slice(&used.dict());
        self.out.stream(id, &entries, &content);
        Ok(true)
    }

    /// Content written anew.
    pub(super) fn rewritten(
        &mut self,
        data: &[u8],
        resources: &Resources<'a>,
        role: Role,
        marks: StreamMarks,
        font: Option<usize>,
    ) -> Result<(Vec<u8>, Used), Refused> {
        let resources = resources.clone();
        Rewriter::new(self, &resources, role, marks, font).run(data)
    }

    /// Counts something that was left out.
    pub(super) fn left_out(&mut self, what: What) {
        self.cleaned.add(what, 1);
    }
}
