//! The members of an office file, each read at most once, and the relationships between them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::salvage::{self, Member};
use super::xml::{self, Xml};
use crate::context::{Ctx, Source};
use crate::expand::Zipped;
use crate::{Grain, Mark, OffsetMap, Part, Step, Why, encoded};

/// One relationship of a part.
#[derive(Debug, Clone)]
pub(super) struct Rel {
    pub(super) id: String,
    /// The last segment of its type.
    pub(super) kind: String,
    /// The member it leads to, or the target outside the file as it is written.
    pub(super) target: String,
    pub(super) external: bool,
}

/// The relationships of one part.
#[derive(Debug, Default)]
pub(super) struct Rels {
    pub(super) all: Vec<Rel>,
    /// Sheets may have as many links as cells, so identifiers are looked up in a tree.
    by_id: BTreeMap<String, usize>,
}

impl Rels {
    /// The relationship with this identifier.
    pub(super) fn get(&self, id: &str) -> Option<&Rel> {
        self.all.get(*self.by_id.get(id)?)
    }

    /// The members that relationships of this kind lead to.
    pub(super) fn of<'r>(&'r self, kind: &'r str) -> impl Iterator<Item = &'r str> {
        self.all
            .iter()
            .filter(move |r| !r.external && r.kind.eq_ignore_ascii_case(kind))
            .map(|r| r.target.as_str())
    }
}

/// Where the members come from.
enum Members<'a> {
    /// The list at the end of the container.
    Listed(Zipped<'a>),
    /// The list is lost: what was found of them, in the bytes of the file.
    Found(Vec<Member>, Cow<'a, [u8]>),
}

/// An office file.
pub(super) struct Package<'a> {
    members: Members<'a>,
    /// Members by their names in lower case, as names in packages do not differ by case alone.
    index: BTreeMap<String, usize>,
    names: Vec<String>,
    taken: Vec<bool>,
    images: u32,
}

/// Whether nothing more of the whole file can be read after this.
fn ends_all(why: &Why, ctx: &Ctx<'_>) -> bool {
    matches!(why, Why::TooSlow(_)) || (*why == Why::Expands && ctx.left() == 0)
}

/// Tells a problem of one member and goes on, unless the whole file ends with it.
pub(super) fn settle(result: Result<(), Why>, name: &str, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    match result {
        Err(why) if ends_all(&why, ctx) => Err(why),
        Err(why) => {
            ctx.unread(&[Step::Member(name.to_owned())], why);
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

/// Gives one piece of text at steps below the place of the file.
pub(super) fn give(steps: &[Step], text: &str, caption: Option<String>, ctx: &mut Ctx<'_>) {
    if text.trim().is_empty() {
        return;
    }
    let mut place = ctx.place().clone();
    place.steps.extend_from_slice(steps);
    let mut part = Part::whole(place, text);
    part.caption = caption;
    ctx.part(part);
}

/// Gives lines, each with steps of its own, as one piece.
pub(super) fn give_lines(steps: &[Step], lines: Vec<(Vec<Step>, String)>, ctx: &mut Ctx<'_>) {
    let (mut text, mut marks) = (String::new(), Vec::new());
    for (steps, line) in lines {
        if line.trim().is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        marks.push(Mark {
            start: text.len(),
            steps,
        });
        text.push_str(&line);
    }
    let mut place = ctx.place().clone();
    place.steps.extend_from_slice(steps);
    ctx.part(Part {
        place,
        text: text.into(),
        grain: Grain::Marks(marks),
        map: OffsetMap::None,
        columns: Vec::new(),
        caption: None,
    });
}

impl<'a> Package<'a> {
    /// Opens the list of members.
    pub(super) fn open(source: &Source<'a>, ctx: &mut Ctx<'_>) -> Result<Self, Why> {
        let members = match Zipped::open(source, ctx) {
            Ok(zip) => Members::Listed(zip),
            Err(why @ Why::Damaged(_)) => {
                let bytes = source.bytes(ctx.limits)?;
                let found = salvage::find(&bytes, ctx)?;
                if found.is_empty() {
                    return Err(why);
                }
                ctx.unread(&[], why);
                Members::Found(found, bytes)
            }
            Err(why) => return Err(why),
        };
        let names: Vec<String> = match &members {
            Members::Listed(zip) => (0..zip.len())
                .map(|i| zip.name(i).unwrap_or_default().replace('\\', "/"))
                .collect(),
            Members::Found(found, _) => found.iter().map(|m| m.name.replace('\\', "/")).collect(),
        };
        let mut index = BTreeMap::new();
        for (i, name) in names.iter().enumerate() {
            index.entry(name.trim_start_matches('/').to_lowercase()).or_insert(i);
        }
        let taken = vec![false; names.len()];
        Ok(Self {
            members,
            index,
            names,
            taken,
            images: 0,
        })
    }

    fn find(&self, name: &str) -> Option<usize> {
        let name = name.trim_start_matches('/').to_lowercase();
        self.index.get(&name).copied()
    }

    /// Whether a member of this name is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The names of all members.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The names of all members that nobody took yet, with their numbers.
    pub(super) fn rest(&self) -> Vec<(usize, String)> {
        let left = self.names.iter().zip(&self.taken).enumerate();
        left.filter(|(_, (name, taken))| !**taken && !name.ends_with('/'))
            .map(|(i, (name, _))| (i, name.clone()))
            .collect()
    }

    /// Whether the member is there and was taken.
    pub(super) fn is_taken(&self, name: &str) -> bool {
        self.find(name).and_then(|i| self.taken.get(i)).is_some_and(|t| *t)
    }

    /// Marks a member as done without reading it.
    pub(super) fn pass(&mut self, number: usize) {
        if let Some(taken) = self.taken.get_mut(number) {
            *taken = true;
        }
    }

    /// The bytes of a member. A problem is told; what came before it is there all the same.
    pub(super) fn number(&mut self, number: usize, ctx: &mut Ctx<'_>) -> Result<Option<Vec<u8>>, Why> {
        self.pass(number);
        let (bytes, result) = match &mut self.members {
            Members::Listed(zip) => zip.read_partly(number, ctx),
            Members::Found(found, file) => match found.get(number) {
                Some(member) => member.read(file, ctx),
                None => return Ok(None),
            },
        };
        let failed = result.is_err();
        let name = self.names.get(number).map_or("", String::as_str);
        settle(result, name, ctx)?;
        Ok((!failed || !bytes.is_empty()).then_some(bytes))
    }

    /// The bytes of the member with this name; none where it is missing or broken, which is told.
    pub(super) fn bytes(&mut self, name: &str, ctx: &mut Ctx<'_>) -> Result<Option<Vec<u8>>, Why> {
        match self.find(name) {
            Some(number) => self.number(number, ctx),
            None => Ok(None),
        }
    }

    /// Gives a picture to its reader.
    pub(super) fn image(&mut self, name: &str, bytes: &[u8], ctx: &mut Ctx<'_>) {
        self.images += 1;
        // The small picture of the first page shows what the document says, in letters that OCR cannot read.
        if name.to_lowercase().contains("thumbnail") && crate::image::is_small(bytes) {
            crate::image::read_without_text(bytes, &[Step::Image(self.images)], ctx);
            return;
        }
        ctx.child(Step::Image(self.images), name, bytes);
    }

    /// The relationships of a part; the empty name stands for the whole file.
    pub(super) fn rels(&mut self, part: &str, ctx: &mut Ctx<'_>) -> Result<Rels, Why> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let slash = if folder.is_empty() { "" } else { "/" };
        let name = format!("{folder}{slash}_rels/{file}.rels");
        let mut rels = Rels::default();
        let Some(bytes) = self.bytes(&name, ctx)? else {
            return Ok(rels);
        };
        let result = read_rels(&xml::decode(&bytes), folder, &mut rels, ctx);
        settle(result, &name, ctx)?;
        for rel in &mut rels.all {
            // Some producers write escapes into targets that the list of members has as characters.
            if !rel.external && !self.has(&rel.target) && rel.target.contains('%') {
                rel.target = percent(&rel.target);
            }
        }
        Ok(rels)
    }
}

fn read_rels(text: &str, folder: &str, rels: &mut Rels, ctx: &Ctx<'_>) -> Result<(), Why> {
    let mut xml = Xml::new(text);
    while let Some(item) = xml.next(ctx)? {
        if let xml::Item::Open(tag) = item
            && tag.name() == "Relationship"
        {
            let external = tag
                .attr("TargetMode")
                .is_some_and(|m| m.eq_ignore_ascii_case("External"));
            let kind = tag.text("Type");
            let target = tag.text("Target");
            let id = tag.text("Id");
            rels.by_id.entry(id.clone()).or_insert(rels.all.len());
            rels.all.push(Rel {
                id,
                kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                target: if external { target } else { resolve(folder, &target) },
                external,
            });
        }
    }
    Ok(())
}

/// The name of the member that a target leads to from a folder.
pub(super) fn resolve(folder: &str, target: &str) -> String {
    let target = target.split('#').next().unwrap_or_default().replace('\\', "/");
    let mut path: Vec<&str> = if target.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').collect()
    };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            step => path.push(step),
        }
    }
    path.retain(|s| !s.is_empty());
    path.join("/")
}

/// A text whose `%XX` escapes are resolved, where they make sense.
pub(super) fn percent(text: &str) -> String {
    String::from_utf8(encoded::percent(text.as_bytes())).unwrap_or_else(|_| text.to_owned())
}

/// The readable form of a link: without the scheme of mail and telephone, without escapes.
pub(super) fn link(target: &str) -> String {
    let lower = target.get(..7).map(str::to_ascii_lowercase).unwrap_or_default();
    let skip = if lower == "mailto:" {
        7
    } else if lower.starts_with("tel:") || lower.starts_with("sms:") {
        4
    } else {
        0
    };
    percent(target.get(skip..).unwrap_or(target))
}
