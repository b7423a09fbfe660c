//! Outlook messages ([MS-OXMSG]): properties as streams, a storage for every recipient and attachment.
//!
//! Contacts, appointments and tasks are messages too, so every property that is text is read; those with a name have it.

mod compressed;
mod names;

use std::path::Path;

use super::bytes::{u32_at, u64_at, utf16};
use super::compound::{Compound, Entry};
use super::{codepage, objects};
use crate::context::{Ctx, Source};
use crate::{Part, Step, Why, calendar};

const PROPERTIES: &str = "__properties_version1.0";
const STREAM: &str = "__substg1.0_";

const WIDE: u16 = 0x001f;
const NARROW: u16 = 0x001e;
const BINARY: u16 = 0x0102;

/// A property that stands in a stream.
struct Stream {
    entry: Entry,
    id: u16,
    kind: u16,
    /// One of several values.
    several: bool,
}

/// The message, a recipient or an attachment.
struct Storage {
    streams: Vec<Stream>,
    /// Fixed values: tag and eight bytes.
    fixed: Vec<(u32, u64)>,
    page: u32,
}

pub(super) fn read(source: &Source<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let mut file = Compound::open(source, ctx)?;
    let root = Path::new("/");
    let message = Storage::open(&mut file, root, codepage::WESTERN, ctx)?;
    message.headers(&mut file, ctx)?;
    let entries = file.entries(root, ctx)?;
    for entry in entries.iter().filter(|e| e.storage && e.name.starts_with("__recip_")) {
        if let Err(why) = recipient(&mut file, entry, message.page, ctx) {
            ctx.unread(&[Step::MailHeader("Recipient".into())], why);
        }
    }
    message.body(&mut file, ctx)?;
    message.others(&mut file, ctx)?;
    for (n, entry) in entries
        .iter()
        .filter(|e| e.storage && e.name.starts_with("__attach_"))
        .enumerate()
    {
        let number = format!("attachment {}", n + 1);
        if let Err(why) = attachment(&mut file, entry, &number, message.page, ctx) {
            ctx.unread(&[Step::Attachment(number)], why);
        }
    }
    Ok(())
}

fn header(name: &str, value: &str, ctx: &mut Ctx<'_>) {
    let value = value.trim();
    if value.is_empty() {
        return;
    }
    let mut part = Part::whole(ctx.place().with(Step::MailHeader(name.to_owned())), value);
    part.caption = Some(name.to_owned());
    ctx.part(part);
}

/// A person as a mail header shows one.
fn person(name: &str, address: &str) -> String {
    match (name.trim(), address.trim()) {
        ("", address) => address.to_owned(),
        (name, "") => name.to_owned(),
        (name, address) if name.eq_ignore_ascii_case(address) => address.to_owned(),
        (name, address) => format!("{name} <{address}>"),
    }
}

impl Storage {
    fn open(file: &mut Compound<'_>, path: &Path, page: u32, ctx: &mut Ctx<'_>) -> Result<Self, Why> {
        let mut streams = Vec::new();
        for entry in file.entries(path, ctx)? {
            let Some(tag) = entry.name.strip_prefix(STREAM) else {
                continue;
            };
            let several = tag.len() > 8;
            let hex = tag.get(..8).and_then(|t| u32::from_str_radix(t, 16).ok());
            let Some(tag) = hex else { continue };
            streams.push(Stream {
                entry,
                id: (tag >> 16) as u16,
                kind: (tag & 0xffff) as u16,
                several,
            });
        }
        let table = file.stream(path.join(PROPERTIES), ctx)?.unwrap_or_default();
        // The head is of 8 bytes for recipients and attachments, 24 for embedded messages, 32 for messages; entries have 16.
        let head = match (path == Path::new("/"), table.len() % 16) {
            (false, _) => 8,
            (true, 8) => 24,
            (true, _) => 32,
        };
        let fixed: Vec<(u32, u64)> = table
            .get(head..)
            .unwrap_or_default()
            .chunks_exact(16)
            .filter_map(|e| Some((u32_at(e, 0)?, u64_at(e, 8)?)))
            .collect();
        let mut storage = Self { streams, fixed, page };
        // The code page of the message, else that of its HTML.
        if let Some(page) = storage.number(0x3ffd_0003).or_else(|| storage.number(0x3fde_0003)) {
            storage.page = page;
        }
        Ok(storage)
    }

    fn fixed(&self, tag: u32) -> Option<u64> {
        self.fixed.iter().find(|f| f.0 == tag).map(|f| f.1)
    }

    fn number(&self, tag: u32) -> Option<u32> {
        self.fixed(tag).map(|n| (n & 0xffff_ffff) as u32).filter(|&n| n > 0)
    }

    fn find(&self, id: u16, kind: u16) -> Option<&Stream> {
        self.streams.iter().find(|s| s.id == id && s.kind == kind && !s.several)
    }

    fn bytes(&self, id: u16, kind: u16, file: &mut Compound<'_>, ctx: &mut Ctx<'_>) -> Result<Option<Vec<u8>>, Why> {
        match self.find(id, kind) {
            Some(stream) if !stream.entry.storage => file.stream(&stream.entry.path, ctx),
            _ => Ok(None),
        }
    }

    fn decode(&self, bytes: &[u8], kind: u16) -> String {
        let text = if kind & 0xff == WIDE & 0xff {
            utf16(bytes)
        } else {
            codepage::decode(bytes, self.page).into_owned()
        };
        text.trim_end_matches('\0').to_owned()
    }

    fn text(&self, id: u16, file: &mut Compound<'_>, ctx: &mut Ctx<'_>) -> Result<String, Why> {
        for kind in [WIDE, NARROW] {
            if let Some(bytes) = self.bytes(id, kind, file, ctx)? {
                return Ok(self.decode(&bytes, kind));
            }
        }
        Ok(String::new())
    }

    fn person(&self, ids: [u16; 3], file: &mut Compound<'_>, ctx: &mut Ctx<'_>) -> Result<String, Why> {
        let name = self.text(ids[0], file, ctx)?;
        let mut address = self.text(ids[1], file, ctx)?;
        if address.is_empty() {
            address = self.text(ids[2], file, ctx)?;
        }
        Ok(person(&name, &address))
    }

    fn headers(&self, file: &mut Compound<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        header("Subject", &self.text(0x0037, file, ctx)?, ctx);
        let sender = self.person([0x0c1a, 0x5d01, 0x0c1f], file, ctx)?;
        let author = self.person([0x0042, 0x5d02, 0x0065], file, ctx)?;
        if author.is_empty() || author == sender {
            header("From", &sender, ctx);
        } else {
            header("From", &author, ctx);
            header("Sender", &sender, ctx);
        }
        for (name, id) in [("To", 0x0e04), ("Cc", 0x0e03), ("Bcc", 0x0e02)] {
            header(name, &self.text(id, file, ctx)?, ctx);
        }
        if let Some(time) = self.fixed(0x0039_0040).or_else(|| self.fixed(0x0e06_0040)) {
            header("Date", &calendar::filetime(time), ctx);
        }
        header("Transport-Headers", &self.text(0x007d, file, ctx)?, ctx);
        Ok(())
    }

    /// The body as text and as HTML; as RTF only where there is neither.
    fn body(&self, file: &mut Compound<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        let text = self.text(0x1000, file, ctx)?;
        let mut found = !text.trim().is_empty();
        if found {
            ctx.part(Part::whole(ctx.place().clone(), text));
        }
        let html = match self.bytes(0x1013, BINARY, file, ctx)? {
            Some(bytes) => bytes,
            None => self.text(0x1013, file, ctx)?.into_bytes(),
        };
        if !html.is_empty() {
            found = true;
            ctx.child(Step::Attachment("body.html".into()), "body.html", &html);
        }
        if found {
            return Ok(());
        }
        if let Some(bytes) = self.bytes(0x1009, BINARY, file, ctx)? {
            let step = Step::Attachment("body.rtf".into());
            match compressed::expand(&bytes, ctx) {
                Ok(rtf) => ctx.child(step, "body.rtf", &rtf),
                Err(why) => ctx.unread(&[step], why),
            }
        }
        Ok(())
    }

    /// All other properties that are text.
    fn others(&self, file: &mut Compound<'_>, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        for stream in &self.streams {
            let single = matches!(stream.kind, WIDE | NARROW);
            let several = stream.several && matches!(stream.kind, 0x101f | 0x101e);
            if stream.entry.storage || !(single || several) || names::is_read_elsewhere(stream.id) {
                continue;
            }
            let bytes = file.stream(&stream.entry.path, ctx)?.unwrap_or_default();
            let name = names::name(stream.id).map_or_else(|| format!("0x{:04X}", stream.id), str::to_owned);
            super::properties::give(&name, &self.decode(&bytes, stream.kind), ctx);
        }
        Ok(())
    }
}

fn recipient(file: &mut Compound<'_>, entry: &Entry, page: u32, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let storage = Storage::open(file, &entry.path, page, ctx)?;
    let who = storage.person([0x3001, 0x39fe, 0x3003], file, ctx)?;
    let name = match storage.number(0x0c15_0003).map(|n| n & 15) {
        Some(2) => "Cc",
        Some(3) => "Bcc",
        _ => "To",
    };
    header(name, &who, ctx);
    Ok(())
}

fn attachment(file: &mut Compound<'_>, entry: &Entry, number: &str, page: u32, ctx: &mut Ctx<'_>) -> Result<(), Why> {
    let storage = Storage::open(file, &entry.path, page, ctx)?;
    let mut name = String::new();
    for id in [0x3707, 0x3704, 0x3001] {
        if name.is_empty() {
            name = storage.text(id, file, ctx)?;
        }
    }
    if name.is_empty() {
        number.clone_into(&mut name);
    }
    if let Some(data) = storage.bytes(0x3701, BINARY, file, ctx)? {
        ctx.child(Step::Attachment(name.clone()), &name, &data);
        return Ok(());
    }
    let Some(inner) = storage.find(0x3701, 0x000d).map(|s| s.entry.clone()) else {
        // An attachment by reference: its path is all there is.
        let path = storage.text(0x370d, file, ctx)?;
        super::properties::give("attachmentPath", &path, ctx);
        ctx.unread(&[Step::Attachment(name)], Why::Missing);
        return Ok(());
    };
    if file.has(inner.path.join(PROPERTIES)) {
        let lifted = file.lift(&inner.path, ctx)?;
        ctx.child(Step::Attachment(name), "", &lifted);
        return Ok(());
    }
    objects::storage(file, &inner.path, &name, ctx)
}

#[cfg(test)]
mod tests;
