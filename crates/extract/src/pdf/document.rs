//! What belongs to the document as a whole: metadata, bookmarks, attachments, scripts, texts of its structure.

use std::collections::{BTreeSet, HashSet};

use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Array, Dict, Name, Object, ObjectIdentifier, Stream, String as PdfString};

use super::{give_named, give_text, strings};
use crate::context::Ctx;
use crate::image::xmp;
use crate::{Step, Why};

/// Nodes of one tree of the document.
const MAX_NODES: usize = 500_000;
/// Document information of one file, counted over all its savings.
const MAX_INFOS: usize = 64;

/// Gives everything that is not on a page.
pub(super) fn read(pdf: &Pdf, bytes: &[u8], ctx: &mut Ctx<'_>) {
    info(pdf, bytes, ctx);
    let Some(root) = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id()) else {
        return;
    };
    metadata(&root, ctx);
    if let Some(outline) = root.get::<Dict<'_>>("Outlines") {
        bookmarks(&outline, ctx);
    }
    if let Some(names) = root.get::<Dict<'_>>("Names") {
        named(&names, "EmbeddedFiles", ctx, &mut |_, value, ctx| {
            if let Some(file) = value.into_dict() {
                attachment(&file, &[], ctx);
            }
        });
        named(&names, "JavaScript", ctx, &mut |_, value, ctx| {
            if let Some(script) = value.into_dict() {
                action(&script, &[], ctx);
            }
        });
    }
    if let Some(files) = root.get::<Array<'_>>("AF")
        && !root
            .get::<Dict<'_>>("Names")
            .is_some_and(|n| n.contains_key("EmbeddedFiles"))
    {
        for file in files.iter::<Dict<'_>>() {
            attachment(&file, &[], ctx);
        }
    }
    if let Some(open) = root.get::<Dict<'_>>("OpenAction") {
        action(&open, &[], ctx);
    }
    if let Some(actions) = root.get::<Dict<'_>>("AA") {
        for (key, _) in actions.entries() {
            if let Some(act) = actions.get::<Dict<'_>>(key) {
                action(&act, &[], ctx);
            }
        }
    }
    if let Some(tree) = root.get::<Dict<'_>>("StructTreeRoot") {
        structure(tree, ctx);
    }
}

/// Document information, as every saving of the file left it.
fn info(pdf: &Pdf, bytes: &[u8], ctx: &mut Ctx<'_>) {
    let mut given = HashSet::new();
    for id in info_ids(bytes) {
        let Some(info) = pdf.xref().get::<Dict<'_>>(id) else {
            continue;
        };
        for (key, _) in info.entries() {
            // Dates and the names of programs are nobody's.
            if matches!(
                key.as_ref(),
                b"CreationDate" | b"ModDate" | b"Producer" | b"Trapped" | b"PTEX.Fullbanner"
            ) {
                continue;
            }
            let name = String::from_utf8_lossy(key.as_ref()).into_owned();
            if let Some(value) = strings::text(&info, &name)
                && given.insert((name.clone(), value.clone()))
            {
                // Here this is the program that the text was written with; in office files the same word is a person's label.
                let caption = if name == "Creator" { "Software" } else { &name };
                give_named(&[Step::Property(name.clone())], caption, value, ctx);
            }
        }
    }
}

/// The objects that trailers name as document information. Trailers are plain bytes, those in streams too.
fn info_ids(bytes: &[u8]) -> BTreeSet<ObjectIdentifier> {
    let mut ids = BTreeSet::new();
    for at in memchr::memmem::find_iter(bytes, b"/Info") {
        let rest = bytes.get(at + 5..(at + 40).min(bytes.len())).unwrap_or_default();
        let mut words = rest
            .split(|b| b.is_ascii_whitespace())
            .filter(|w| !w.is_empty())
            .map(|w| std::str::from_utf8(w).unwrap_or_default());
        if let (Some(Ok(number)), Some(Ok(generation)), Some(r)) = (
            words.next().map(str::parse::<u32>),
            words.next().map(str::parse::<i32>),
            words.next(),
        ) && r.starts_with('R')
        {
            ids.insert(ObjectIdentifier::new(number, generation));
            if ids.len() >= MAX_INFOS {
                break;
            }
        }
    }
    ids
}

fn metadata(root: &Dict<'_>, ctx: &mut Ctx<'_>) {
    let Some(stream) = root.get::<Stream<'_>>("Metadata") else {
        return;
    };
    match stream.decoded_data() {
        Ok(data) => {
            let xml = strings::decode(&data);
            xmp::give(&xml, &[], ctx);
        }
        Err(_) => ctx.unread(&[Step::Property("XMP".into())], Why::Damaged("metadata".into())),
    }
}

fn bookmarks(outline: &Dict<'_>, ctx: &mut Ctx<'_>) {
    let mut titles = String::new();
    let mut seen = HashSet::new();
    let mut open: Vec<Dict<'_>> = outline.get::<Dict<'_>>("First").into_iter().collect();
    while let Some(entry) = open.pop() {
        if seen.len() >= MAX_NODES || !seen.insert(strings::identity(&entry)) {
            continue;
        }
        if let Some(title) = strings::text(&entry, "Title") {
            titles.push_str(&title);
            titles.push('\n');
        }
        if let Some(act) = entry.get::<Dict<'_>>("A") {
            action(&act, &[Step::Outline], ctx);
        }
        // What is below comes before what follows.
        open.extend(entry.get::<Dict<'_>>("Next"));
        open.extend(entry.get::<Dict<'_>>("First"));
    }
    if !titles.is_empty() {
        give_text(&[Step::Outline], titles, ctx);
    }
}

/// Walks a tree of names.
fn named<'a>(names: &Dict<'a>, key: &str, ctx: &mut Ctx<'_>, each: &mut dyn FnMut(String, Object<'a>, &mut Ctx<'_>)) {
    let mut seen = HashSet::new();
    let mut open: Vec<Dict<'a>> = names.get::<Dict<'a>>(key).into_iter().collect();
    let mut count = 0_u64;
    while let Some(node) = open.pop() {
        if seen.len() >= MAX_NODES || !seen.insert(strings::identity(&node)) {
            continue;
        }
        if let Some(pairs) = node.get::<Array<'a>>("Names") {
            let mut pairs = pairs.iter::<Object<'a>>();
            while let (Some(name), Some(value)) = (pairs.next(), pairs.next()) {
                count += 1;
                if count > ctx.limits.max_entries {
                    ctx.unread(
                        &[Step::Attachment(key.to_owned())],
                        Why::TooMany(ctx.limits.max_entries),
                    );
                    return;
                }
                each(strings::of_object(name).unwrap_or_default(), value, ctx);
            }
        }
        if let Some(kids) = node.get::<Array<'a>>("Kids") {
            open.extend(kids.iter::<Dict<'a>>());
        }
    }
}

/// Reads a file that is embedded in the document.
pub(super) fn attachment(file: &Dict<'_>, steps: &[Step], ctx: &mut Ctx<'_>) {
    let name = strings::text(file, "UF")
        .or_else(|| strings::text(file, "F"))
        .unwrap_or_else(|| "attachment".to_owned());
    if let Some(text) = strings::text(file, "Desc") {
        let mut steps = steps.to_vec();
        steps.push(Step::Attachment(name.clone()));
        give_named(&steps, "description", text, ctx);
    }
    let Some(versions) = file.get::<Dict<'_>>("EF") else {
        return;
    };
    let stream = ["UF", "F", "Unix", "DOS", "Mac"]
        .iter()
        .find_map(|key| versions.get::<Stream<'_>>(*key));
    let step = Step::Attachment(name.clone());
    let data = stream
        .ok_or_else(|| Why::Damaged("embedded file".into()))
        .and_then(|s| s.decoded_data().map_err(|_| Why::Damaged("embedded file".into())))
        .and_then(|data| ctx.spend(data.len() as u64).map(|()| data));
    match data {
        Ok(data) => ctx.child(step, &name, &data),
        Err(why) => ctx.unread(&[step], why),
    }
}

/// Gives what an action holds: where a link leads, a script.
pub(super) fn action(action: &Dict<'_>, steps: &[Step], ctx: &mut Ctx<'_>) {
    if let Some(uri) = action.get::<PdfString<'_>>("URI") {
        let text = String::from_utf8_lossy(uri.as_bytes()).into_owned();
        if !text.trim().is_empty() {
            give_named(steps, "link", unescaped(&text), ctx);
        }
    }
    if action.get::<Name<'_>>("S").is_some_and(|n| n.as_ref() == b"JavaScript")
        && let Some(script) = action.get::<Object<'_>>("JS").and_then(strings::of_object)
    {
        let mut steps = steps.to_vec();
        steps.push(Step::Source);
        give_text(&steps, script, ctx);
    }
}

/// An address with its `%` escapes undone, where they are text.
fn unescaped(uri: &str) -> String {
    let mut bytes = Vec::with_capacity(uri.len());
    let mut rest = uri.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first == b'%'
            && let Some((pair, after)) = rest.split_first_chunk::<2>()
            && let Some(byte) = std::str::from_utf8(pair)
                .ok()
                .and_then(|s| u8::from_str_radix(s, 16).ok())
        {
            bytes.push(byte);
            rest = after;
        } else {
            bytes.push(first);
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| uri.to_owned())
}

/// Texts of the structure that stand for pictures and abbreviations.
fn structure(tree: Dict<'_>, ctx: &mut Ctx<'_>) {
    let mut texts = String::new();
    let mut seen = HashSet::new();
    let mut open = vec![tree];
    let mut count = 0_usize;
    while let Some(node) = open.pop() {
        count += 1;
        if count > MAX_NODES {
            ctx.unread(&[Step::HiddenText], Why::TooMany(MAX_NODES as u64));
            break;
        }
        if !seen.insert(strings::identity(&node)) {
            continue;
        }
        for key in ["Alt", "E", "T"] {
            if let Some(text) = strings::text(&node, key) {
                texts.push_str(text.trim());
                texts.push('\n');
            }
        }
        match node.get::<Object<'_>>("K") {
            Some(Object::Dict(kid)) => open.push(kid),
            Some(Object::Array(kids)) => {
                let from = open.len();
                open.extend(kids.iter::<Object<'_>>().filter_map(Object::into_dict));
                if let Some(new) = open.get_mut(from..) {
                    new.reverse();
                }
            }
            _ => {}
        }
    }
    if !texts.is_empty() {
        give_text(&[Step::HiddenText], texts, ctx);
    }
}
