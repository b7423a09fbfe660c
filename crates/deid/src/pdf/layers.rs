//! Layers: which are shown when the file is opened.

use std::collections::HashSet;

use hayro::hayro_syntax::object::{Array, Dict, Name, Object, ObjectIdentifier};

/// Layers of a document; more are not looked at, and count as hidden.
const MAX_LAYERS: usize = 100_000;

/// The layers that are not shown.
#[derive(Default)]
pub(super) struct Layers {
    hidden: HashSet<ObjectIdentifier>,
}

impl Layers {
    pub(super) fn new(root: &Dict<'_>) -> Self {
        let mut hidden = HashSet::new();
        let Some(properties) = root.get::<Dict<'_>>("OCProperties") else {
            return Self::default();
        };
        let Some(config) = properties.get::<Dict<'_>>("D") else {
            return Self::default();
        };
        let ids = |list: Option<Array<'_>>| -> Vec<ObjectIdentifier> {
            let Some(list) = list else { return Vec::new() };
            list.raw_iter()
                .take(MAX_LAYERS)
                .filter_map(|item| item.as_obj_ref().map(Into::into))
                .collect()
        };
        if config
            .get::<Name<'_>>("BaseState")
            .is_some_and(|n| n.as_ref() == b"OFF")
        {
            hidden.extend(ids(properties.get("OCGs")));
            for id in ids(config.get("ON")) {
                hidden.remove(&id);
            }
        }
        hidden.extend(ids(config.get("OFF")));
        Self { hidden }
    }

    /// Whether what belongs to this layer, or to this membership in layers, is not shown.
    pub(super) fn is_hidden(&self, id: Option<ObjectIdentifier>, layer: &Dict<'_>) -> bool {
        if self.hidden.is_empty() {
            return false;
        }
        if layer.get::<Name<'_>>("Type").is_none_or(|n| n.as_ref() != b"OCMD") {
            return id.is_some_and(|id| self.hidden.contains(&id));
        }
        let members: Vec<bool> = match layer.get::<Object<'_>>("OCGs") {
            Some(Object::Array(list)) => list
                .raw_iter()
                .take(MAX_LAYERS)
                .filter_map(|item| item.as_obj_ref())
                .map(|id| self.hidden.contains(&id.into()))
                .collect(),
            Some(_) => layer
                .get_ref("OCGs")
                .map(|id| self.hidden.contains(&id.into()))
                .into_iter()
                .collect(),
            None => Vec::new(),
        };
        if members.is_empty() {
            return false;
        }
        match layer.get::<Name<'_>>("P").as_deref() {
            Some(b"AllOn") => members.contains(&true),
            Some(b"AnyOff") => !members.contains(&true),
            Some(b"AllOff") => members.contains(&false),
            _ => !members.contains(&false),
        }
    }
}
