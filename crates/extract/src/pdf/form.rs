//! Forms: the fields of AcroForm and the data of XFA.

use std::collections::HashSet;

use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Array, Dict, Object, Stream};

use super::{give_named, strings};
use crate::context::Ctx;
use crate::image::xmp;
use crate::{Step, Why};

/// Levels of fields inside fields.
const MAX_DEPTH: usize = 32;

/// Fields that were given.
#[derive(Default)]
pub(super) struct Fields {
    seen: HashSet<strings::Identity>,
    count: u64,
}

/// What a field takes over from the field it is part of.
#[derive(Clone, Default)]
struct Inherited<'a> {
    name: String,
    label: Option<String>,
    value: Option<Object<'a>>,
    options: Option<Array<'a>>,
}

/// Gives all fields of the document.
pub(super) fn read(pdf: &Pdf, fields: &mut Fields, ctx: &mut Ctx<'_>) {
    let Some(form) = pdf
        .xref()
        .get::<Dict<'_>>(pdf.xref().root_id())
        .and_then(|root| root.get::<Dict<'_>>("AcroForm"))
    else {
        return;
    };
    if let Some(list) = form.get::<Array<'_>>("Fields") {
        for field in list.iter::<Dict<'_>>() {
            walk(&field, &Inherited::default(), 0, fields, ctx);
        }
    }
    xfa(&form, ctx);
}

/// Gives a field that stands on a page and in no list, as broken programs leave it.
pub(super) fn read_widget(widget: &Dict<'_>, fields: &mut Fields, ctx: &mut Ctx<'_>) {
    if widget.contains_key("V") && !fields.seen.contains(&strings::identity(widget)) {
        walk(widget, &Inherited::default(), MAX_DEPTH, fields, ctx);
    }
}

fn walk<'a>(field: &Dict<'a>, above: &Inherited<'a>, depth: usize, fields: &mut Fields, ctx: &mut Ctx<'_>) {
    if !fields.seen.insert(strings::identity(field)) {
        return;
    }
    fields.count += 1;
    if fields.count > ctx.limits.max_entries {
        if fields.count == ctx.limits.max_entries + 1 {
            ctx.unread(&[Step::FormField(String::new())], Why::TooMany(ctx.limits.max_entries));
        }
        return;
    }
    let mut own = above.clone();
    let part = strings::text(field, "T");
    if let Some(part) = &part {
        if !own.name.is_empty() {
            own.name.push('.');
        }
        own.name.push_str(part);
    }
    own.label = strings::text(field, "TU").or(part).or(own.label);
    let has_value = field.contains_key("V");
    own.value = field.get::<Object<'_>>("V").or(own.value);
    own.options = field.get::<Array<'_>>("Opt").or(own.options);
    let kids: Vec<Dict<'a>> = field
        .get::<Array<'_>>("Kids")
        .map(|kids| kids.iter::<Dict<'_>>().collect())
        .unwrap_or_default();
    // Fields have names; what has none is a place on a page where its parent is shown.
    let fields_below: Vec<&Dict<'a>> = kids.iter().filter(|k| k.contains_key("T")).collect();
    for kid in kids.iter().filter(|k| !k.contains_key("T")) {
        fields.seen.insert(strings::identity(kid));
    }
    if has_value || fields_below.is_empty() {
        give(&own, field, ctx);
    }
    if depth < MAX_DEPTH {
        for kid in fields_below {
            walk(kid, &own, depth + 1, fields, ctx);
        }
    } else if !fields_below.is_empty() {
        let most = u32::try_from(MAX_DEPTH).unwrap_or(u32::MAX);
        ctx.unread(&[Step::FormField(own.name)], Why::TooDeep(most));
    }
}

fn give(own: &Inherited<'_>, field: &Dict<'_>, ctx: &mut Ctx<'_>) {
    let steps = [Step::FormField(own.name.clone())];
    let label = own.label.as_deref().unwrap_or(&own.name);
    let value = own.value.clone().and_then(|v| value(v, own.options.as_ref()));
    // The rich text may be newer or older than the plain one.
    let rich = field
        .get::<Object<'_>>("RV")
        .and_then(strings::of_object)
        .map(|xml| plain(&xml))
        .filter(|rich| !rich.is_empty() && value.as_deref() != Some(rich));
    for text in value.into_iter().chain(rich) {
        give_named(&steps, label, text, ctx);
    }
}

/// The value of a field as it is shown: chosen options by their texts.
pub(super) fn value(value: Object<'_>, options: Option<&Array<'_>>) -> Option<String> {
    match value {
        Object::Array(list) => {
            let chosen: Vec<String> = list
                .iter::<Object<'_>>()
                .filter_map(strings::of_object)
                .map(|v| shown(v, options))
                .collect();
            (!chosen.is_empty()).then(|| chosen.join("\n"))
        }
        Object::Name(name) if name.as_ref() == b"Off" => None,
        other => Some(shown(strings::of_object(other)?, options)),
    }
}

fn shown(value: String, options: Option<&Array<'_>>) -> String {
    let by_value = options.and_then(|list| {
        list.iter::<Object<'_>>().find_map(|option| {
            let mut pair = option.into_array()?.flex_iter();
            let stored = strings::of_object(pair.next::<Object<'_>>()?)?;
            (stored == value)
                .then(|| pair.next::<Object<'_>>().and_then(strings::of_object))
                .flatten()
        })
    });
    by_value.unwrap_or(value)
}

/// The text of a piece of XHTML.
pub(super) fn plain(xml: &str) -> String {
    let texts: Vec<String> = xmp::texts(xml).into_iter().map(|(_, text)| text).collect();
    texts.join("\n")
}

/// The data of an XFA form, which may differ from what the fields say.
fn xfa(form: &Dict<'_>, ctx: &mut Ctx<'_>) {
    let mut packets: Vec<Stream<'_>> = Vec::new();
    match form.get::<Object<'_>>("XFA") {
        Some(Object::Stream(stream)) => packets.push(stream),
        Some(Object::Array(list)) => {
            let mut name = Vec::new();
            for item in list.iter::<Object<'_>>() {
                match item {
                    Object::String(s) => name = s.as_bytes().to_vec(),
                    Object::Name(n) => name = n.as_ref().to_vec(),
                    Object::Stream(stream) if name == b"datasets" => packets.push(stream),
                    _ => {}
                }
            }
        }
        _ => {}
    }
    for packet in packets {
        let Ok(data) = packet.decoded_data() else {
            ctx.unread(
                &[Step::FormField("XFA".into())],
                Why::Damaged("data of the form".into()),
            );
            continue;
        };
        for (name, text) in xmp::texts(&strings::decode(&data)) {
            give_named(&[Step::FormField(name.clone())], &name, text, ctx);
        }
    }
}
