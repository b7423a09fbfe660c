//! What belongs to the document as a whole: bookmarks and links are decided upon and written anew, everything else is left out.

use std::collections::{BTreeMap, HashMap, HashSet};

use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Array, Dict, Name, Object, ObjectIdentifier, Rect, String as PdfString};
use tutela_extract::pdf::strings::{self, identity};

use super::book::Book;
use super::out::{self, Id};
use super::over::MAX_MARKS;
use super::read::decided;
use super::values::{Finder, Values};
use crate::copy::{Cleaned, Decide, Refused, What};

/// Bookmarks, names of places, links of one document.
const MAX_NODES: usize = 200_000;
/// Bookmarks inside each other.
const MAX_DEPTH: usize = 32;

/// Counts what a copy does not keep.
pub(super) fn count(root: &Dict<'_>, bytes: &[u8], cleaned: &mut Cleaned) {
    let found = |what: &[u8]| memchr::memmem::find_iter(bytes, what).count() as u64;
    let mut add = |what: What, is_there: bool| cleaned.add(what, u64::from(is_there));
    let names = root.get::<Dict<'_>>("Names").unwrap_or_default();
    let form = root.get::<Dict<'_>>("AcroForm");
    add(What::Properties, root.contains_key("Metadata") || found(b"/Info") > 0);
    add(
        What::Attachments,
        names.contains_key("EmbeddedFiles") || root.contains_key("AF") || root.contains_key("Collection"),
    );
    add(
        What::Scripts,
        names.contains_key("JavaScript") || root.contains_key("OpenAction") || root.contains_key("AA"),
    );
    add(What::Forms, form.is_some());
    add(
        What::Signatures,
        root.contains_key("Perms")
            || form.is_some_and(|form| form.get::<i64>("SigFlags").unwrap_or(0) & 1 != 0)
            || found(b"/ByteRange") > 0,
    );
    add(What::AltTexts, root.contains_key("StructTreeRoot"));
    add(
        What::ProgramData,
        root.contains_key("PieceInfo") || found(b"/PieceInfo") > 0,
    );
    add(What::Thumbnails, found(b"/Thumb ") > 0);
    // Each saving ends with a mark of its own.
    cleaned.add(What::Versions, found(b"%%EOF").saturating_sub(1));
}

/// Where a bookmark or link leads: a page, by its place, and how it is shown.
#[derive(Debug, Clone)]
struct Target {
    page: usize,
    view: Vec<u8>,
}

/// A bookmark.
struct Entry {
    title: String,
    target: Option<Target>,
    depth: usize,
}

/// The bookmarks of the document.
#[derive(Default)]
pub(super) struct Outline {
    entries: Vec<Entry>,
}

/// Reads the bookmarks and decides about their titles.
pub(super) fn outline(
    pdf: &Pdf,
    root: &Dict<'_>,
    decide: &mut dyn Decide,
    values: &mut Values,
) -> Result<Outline, Refused> {
    let mut out = Outline::default();
    let Some(first) = root
        .get::<Dict<'_>>("Outlines")
        .and_then(|o| o.get::<Dict<'_>>("First"))
    else {
        return Ok(out);
    };
    let places = Places::new(pdf, root);
    let mut seen = HashSet::new();
    let mut open = vec![(first, 0)];
    while let Some((entry, depth)) = open.pop() {
        if seen.len() >= MAX_NODES || !seen.insert(identity(&entry)) {
            continue;
        }
        if let Some(title) = strings::text(&entry, "Title") {
            out.entries.push(Entry {
                title: title.replace('\n', " "),
                target: places.of(&entry),
                depth,
            });
        }
        open.extend(entry.get::<Dict<'_>>("Next").map(|next| (next, depth)));
        if depth < MAX_DEPTH {
            open.extend(entry.get::<Dict<'_>>("First").map(|first| (first, depth + 1)));
        }
    }
    // Titles are read one under the other, as they are shown.
    let text: String = out.entries.iter().map(|e| format!("{}\n", e.title)).collect();
    let cuts = decided(decide, &text, values)?;
    let mut from = 0;
    for entry in &mut out.entries {
        let to = from + entry.title.len();
        for cut in cuts
            .iter()
            .rev()
            .filter(|cut| cut.range.start < to && cut.range.end > from)
        {
            let (start, end) = (cut.range.start.max(from) - from, cut.range.end.min(to) - from);
            if entry.title.is_char_boundary(start) && entry.title.is_char_boundary(end) {
                entry.title.replace_range(start..end, &cut.with);
            }
        }
        from = to + 1;
    }
    Ok(out)
}

/// Places that names and pages stand for.
struct Places {
    pages: HashMap<ObjectIdentifier, usize>,
    named: HashMap<Vec<u8>, Target>,
}

impl Places {
    fn new(pdf: &Pdf, root: &Dict<'_>) -> Self {
        let mut pages = HashMap::new();
        for (place, page) in pdf.pages().iter().enumerate() {
            if let Some(id) = page.raw().obj_id() {
                pages.insert(id, place);
            }
        }
        let mut places = Self {
            pages,
            named: HashMap::new(),
        };
        let mut named = Vec::new();
        if let Some(old) = root.get::<Dict<'_>>("Dests") {
            for key in old.keys().take(MAX_NODES) {
                if let Some(value) = old.get::<Object<'_>>(&key) {
                    named.push((key.as_ref().to_vec(), value));
                }
            }
        }
        let mut seen = HashSet::new();
        let tree = root.get::<Dict<'_>>("Names").and_then(|n| n.get::<Dict<'_>>("Dests"));
        let mut open: Vec<Dict<'_>> = tree.into_iter().collect();
        while let Some(node) = open.pop() {
            if seen.len() >= MAX_NODES || named.len() >= MAX_NODES || !seen.insert(identity(&node)) {
                continue;
            }
            if let Some(pairs) = node.get::<Array<'_>>("Names") {
                let mut pairs = pairs.iter::<Object<'_>>();
                while let (Some(name), Some(value)) = (pairs.next(), pairs.next()) {
                    if let Object::String(name) = name
                        && named.len() < MAX_NODES
                    {
                        named.push((name.as_bytes().to_vec(), value));
                    }
                }
            }
            if let Some(kids) = node.get::<Array<'_>>("Kids") {
                open.extend(kids.iter::<Dict<'_>>());
            }
        }
        for (name, value) in named {
            let list = match value {
                Object::Array(list) => Some(list),
                Object::Dict(dict) => dict.get::<Array<'_>>("D"),
                _ => None,
            };
            if let Some(target) = list.and_then(|list| places.page(&list)) {
                places.named.insert(name, target);
            }
        }
        places
    }

    /// The target of a bookmark or link.
    fn of(&self, entry: &Dict<'_>) -> Option<Target> {
        let action = entry
            .get::<Dict<'_>>("A")
            .filter(|a| a.get::<Name<'_>>("S").is_some_and(|n| n.as_ref() == b"GoTo"));
        let place = entry
            .get::<Object<'_>>("Dest")
            .or_else(|| action.and_then(|action| action.get::<Object<'_>>("D")))?;
        match place {
            Object::Array(list) => self.page(&list),
            Object::String(name) => self.named.get(name.as_bytes()).cloned(),
            Object::Name(name) => self.named.get(name.as_ref()).cloned(),
            _ => None,
        }
    }

    fn page(&self, list: &Array<'_>) -> Option<Target> {
        let id = list.raw_iter().next()?.as_obj_ref()?;
        let page = *self.pages.get(&id.into())?;
        let mut items = list.iter::<Object<'_>>().skip(1);
        let mut view = Vec::new();
        if let Some(Object::Name(name)) = items.next()
            && matches!(
                name.as_ref(),
                b"XYZ" | b"Fit" | b"FitH" | b"FitV" | b"FitR" | b"FitB" | b"FitBH" | b"FitBV"
            )
        {
            out::name(&mut view, &name);
            for item in items.take(4) {
                view.push(b' ');
                match item {
                    Object::Number(n) => out::number(&mut view, n.as_f64()),
                    _ => view.extend_from_slice(b"null"),
                }
            }
        } else {
            view.extend_from_slice(b"/Fit");
        }
        Some(Target { page, view })
    }
}

/// A link that is kept.
struct Link {
    rect: Rect,
    goal: Goal,
}

enum Goal {
    Page(Target),
    Address(String),
}

/// The links of all pages.
#[derive(Default)]
pub(super) struct Links {
    pages: BTreeMap<u32, Vec<Link>>,
}

impl Links {
    pub(super) fn of(&self, page: u32) -> LinksOfPage<'_> {
        LinksOfPage(self.pages.get(&page).map_or(&[], Vec::as_slice))
    }
}

/// The links of one page.
#[derive(Clone, Copy)]
pub(super) struct LinksOfPage<'l>(&'l [Link]);

/// Reads links and decides about their addresses. Only addresses that a browser or a mail program opens are kept.
pub(super) fn links(
    pdf: &Pdf,
    root: &Dict<'_>,
    decide: &mut dyn Decide,
    values: &mut Values,
) -> Result<Links, Refused> {
    let mut out = Links::default();
    let places = Places::new(pdf, root);
    let mut known: HashMap<String, bool> = HashMap::new();
    let mut left = MAX_NODES;
    for (number, page) in (1_u32..).zip(pdf.pages().iter()) {
        let Some(list) = page.raw().get::<Array<'_>>("Annots") else {
            continue;
        };
        for mark in list.iter::<Dict<'_>>().take(MAX_MARKS.min(left)) {
            left -= 1;
            if mark.get::<Name<'_>>("Subtype").is_none_or(|n| n.as_ref() != b"Link") {
                continue;
            }
            let Some(rect) = mark.get::<Rect>("Rect") else { continue };
            let goal = match places.of(&mark) {
                Some(target) => Goal::Page(target),
                None => {
                    let uri = mark
                        .get::<Dict<'_>>("A")
                        .and_then(|action| action.get::<PdfString<'_>>("URI"))
                        .map(|uri| String::from_utf8_lossy(uri.as_bytes()).into_owned());
                    let Some(uri) = uri.filter(|uri| is_plain(uri)) else {
                        continue;
                    };
                    let keep = match known.get(&uri) {
                        Some(keep) => *keep,
                        None => {
                            let cuts = decided(decide, &unescaped(&uri), values)?;
                            let keep = cuts.is_empty();
                            known.insert(uri.clone(), keep);
                            keep
                        }
                    };
                    if !keep {
                        continue;
                    }
                    Goal::Address(uri)
                }
            };
            out.pages.entry(number).or_default().push(Link { rect, goal });
        }
    }
    Ok(out)
}

/// Whether an address is one that is opened outside, written in ASCII.
fn is_plain(uri: &str) -> bool {
    let is_known = ["http://", "https://", "mailto:"]
        .iter()
        .any(|scheme| uri.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme)));
    is_known && uri.len() < 2000 && uri.bytes().all(|b| b.is_ascii_graphic())
}

/// An address with its `%` escapes undone, where they are text.
fn unescaped(uri: &str) -> String {
    let mut bytes = Vec::with_capacity(uri.len());
    let mut rest = uri.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        let escaped = (first == b'%')
            .then(|| after.first_chunk::<2>())
            .flatten()
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        if let Some(byte) = escaped {
            bytes.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(first);
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| uri.to_owned())
}

fn write_target(written: &mut Vec<u8>, target: &Target, pages: &[Id]) {
    if let Some(page) = pages.get(target.page) {
        written.extend_from_slice(format!("/Dest[{page} 0 R").as_bytes());
        written.extend_from_slice(&target.view);
        written.push(b']');
    }
}

/// Writes the links of a page. Gives the list of them.
pub(super) fn write_links(book: &mut Book<'_>, links: LinksOfPage<'_>, pages: &[Id], finder: &Finder) -> Vec<u8> {
    let mut list = Vec::new();
    for link in links.0 {
        let mut written = b"<</Type/Annot/Subtype/Link/Border[0 0 0]/Rect[".to_vec();
        let rect = link.rect;
        out::numbers(&mut written, &[rect.x0, rect.y0, rect.x1, rect.y1]);
        written.push(b']');
        match &link.goal {
            Goal::Page(target) => write_target(&mut written, target, pages),
            // What was cut elsewhere in the document may stand in an address, too.
            Goal::Address(uri) if !finder.find(&unescaped(uri)).is_empty() => continue,
            Goal::Address(uri) => {
                written.extend_from_slice(b"/A<</S/URI/URI");
                out::string(&mut written, uri.as_bytes());
                written.extend_from_slice(b">>");
            }
        }
        written.extend_from_slice(b">>");
        let id = book.out.add(&written);
        out::reference(&mut list, id);
        list.push(b' ');
    }
    list
}

/// Writes what the catalog keeps: bookmarks, numbers of pages, the language.
pub(super) fn write_catalog(
    book: &mut Book<'_>,
    root: &Dict<'_>,
    outline: Outline,
    pages: &[Id],
    finder: &Finder,
    catalog: &mut Vec<u8>,
) {
    if let Some(language) = strings::text(root, "Lang")
        && (2..=11).contains(&language.len())
        && language.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    {
        catalog.extend_from_slice(b"/Lang");
        out::string(catalog, language.as_bytes());
    }
    page_numbers(root, catalog);
    if let Some(id) = write_outline(book, outline, pages, finder) {
        catalog.extend_from_slice(format!("/Outlines {id} 0 R").as_bytes());
    }
}

/// How pages are numbered, without the words before the numbers.
fn page_numbers(root: &Dict<'_>, catalog: &mut Vec<u8>) {
    let Some(list) = root
        .get::<Dict<'_>>("PageLabels")
        .and_then(|labels| labels.get::<Array<'_>>("Nums"))
    else {
        return;
    };
    catalog.extend_from_slice(b"/PageLabels<</Nums[");
    let mut items = list.iter::<Object<'_>>().take(MAX_NODES);
    while let (Some(Object::Number(from)), Some(Object::Dict(style))) = (items.next(), items.next()) {
        out::number(catalog, from.as_f64());
        catalog.extend_from_slice(b"<<");
        if let Some(kind) = style.get::<Name<'_>>("S")
            && matches!(kind.as_ref(), b"D" | b"R" | b"r" | b"A" | b"a")
        {
            catalog.extend_from_slice(b"/S");
            out::name(catalog, &kind);
        }
        if let Some(start) = style.get::<u32>("St") {
            catalog.extend_from_slice(format!("/St {start}").as_bytes());
        }
        catalog.extend_from_slice(b">>");
    }
    catalog.extend_from_slice(b"]>>");
}

fn write_outline(book: &mut Book<'_>, outline: Outline, pages: &[Id], finder: &Finder) -> Option<Id> {
    let mut entries = outline.entries;
    if entries.is_empty() {
        return None;
    }
    for entry in &mut entries {
        for hit in finder.find(&entry.title).into_iter().rev() {
            entry.title.replace_range(hit, "");
        }
    }
    let root = book.out.reserve();
    let ids: Vec<Id> = entries.iter().map(|_| book.out.reserve()).collect();
    // The neighbours of each entry: parent, previous, next, first and last below.
    let mut links: Vec<[Option<usize>; 5]> = vec![[None; 5]; entries.len()];
    let mut path: Vec<usize> = Vec::new();
    let mut last: Vec<Option<usize>> = vec![None; MAX_DEPTH + 2];
    let mut tops: Option<(usize, usize)> = None;
    for (at, entry) in entries.iter().enumerate() {
        path.truncate(entry.depth);
        let parent = path.last().copied();
        let level = path.len();
        if let Some(slot) = last.get_mut(level) {
            let previous = slot.filter(|&p| links.get(p).is_some_and(|l| l[0] == parent) && p < at);
            if let Some(previous) = previous
                && let Some(link) = links.get_mut(previous)
            {
                link[2] = Some(at);
            }
            *slot = Some(at);
            if let Some(link) = links.get_mut(at) {
                link[0] = parent;
                link[1] = previous;
            }
        }
        match parent.and_then(|p| links.get_mut(p)) {
            Some(link) => {
                link[3] = link[3].or(Some(at));
                link[4] = Some(at);
            }
            None => tops = Some((tops.map_or(at, |(first, _)| first), at)),
        }
        path.push(at);
    }
    let (first, end) = tops?;
    for ((entry, link), id) in entries.iter().zip(&links).zip(&ids) {
        let mut written = b"<</Title".to_vec();
        out::text(&mut written, &entry.title);
        let parent = link[0].and_then(|p| ids.get(p)).copied().unwrap_or(root);
        written.extend_from_slice(format!("/Parent {parent} 0 R").as_bytes());
        for (key, at) in [
            ("Prev", link[1]),
            ("Next", link[2]),
            ("First", link[3]),
            ("Last", link[4]),
        ] {
            if let Some(other) = at.and_then(|at| ids.get(at)) {
                written.extend_from_slice(format!("/{key} {other} 0 R").as_bytes());
            }
        }
        if link[3].is_some() {
            written.extend_from_slice(b"/Count -1");
        }
        if let Some(target) = &entry.target {
            write_target(&mut written, target, pages);
        }
        written.extend_from_slice(b">>");
        book.out.object(*id, &written);
    }
    let (first, end) = (ids.get(first)?, ids.get(end)?);
    let body = format!("<</Type/Outlines/First {first} 0 R/Last {end} 0 R>>");
    book.out.object(root, body.as_bytes());
    Some(root)
}
