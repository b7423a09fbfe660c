//! One message: header fields as text, bodies as text, everything else as a file inside this file.

use std::borrow::Cow;
use std::fmt::Write as _;

use memchr::memmem;

use super::fields::{self, Field, Value};
use super::{charset, decode, plain, smime, tnef};
use crate::context::{Ctx, Source};
use crate::{Grain, Kind, Mark, OffsetMap, Part, Step, Why, encoded};

/// Levels of parts within parts of one message.
const MAX_NESTED: u32 = 32;

/// Fields that people write or read; each is a part with its caption. The others come together.
const CAPTIONED: &[&str] = &[
    "from",
    "to",
    "cc",
    "bcc",
    "reply-to",
    "sender",
    "subject",
    "delivered-to",
    "x-original-to",
    "resent-from",
    "resent-to",
    "resent-cc",
    "resent-bcc",
    "resent-sender",
    "return-path",
    "organization",
    "disposition-notification-to",
];

/// Reads a message.
pub(super) fn read(bytes: &[u8], ctx: &mut Ctx<'_>) -> Result<(), Why> {
    // Marks and blank lines before the header come from programs that save or print mail.
    let mut start = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    start += bytes[start..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
    let bytes_from = &bytes[start..];
    let (fields, body) = fields::split(bytes_from);
    if fields.is_empty() {
        ctx.unread(&[], Why::Damaged("header of a message".into()));
    }
    let mut message = Message { whole: bytes, parts: 0 };
    let label = fields
        .iter()
        .find(|f| f.is("Content-Type"))
        .and_then(|f| Value::parse(f).param("charset").map(str::to_owned));
    envelope(bytes_from, &fields, label.as_deref(), ctx);
    let body = bytes_from.get(body..).unwrap_or_default();
    message.entity(&fields, body, 0, "", ctx)
}

/// Gives the header fields as text.
fn envelope(bytes: &[u8], fields: &[Field<'_>], label: Option<&str>, ctx: &mut Ctx<'_>) {
    let (mut rest, mut marks) = (String::new(), Vec::new());
    // The line of a mailbox before a message names its sender.
    if bytes.starts_with(b"From ") {
        let end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
        marks.push(Mark {
            start: 0,
            steps: vec![Step::MailHeader("From".into())],
        });
        rest.push_str(charset::decode(&bytes[..end], None).trim_end());
        rest.push('\n');
    }
    for field in fields {
        let text = field.text(label);
        if CAPTIONED.iter().any(|n| field.is(n)) {
            let place = ctx.place().with(Step::MailHeader(field.name.to_owned()));
            let mut part = Part::whole(place, text);
            part.caption = Some(field.name.to_owned());
            ctx.part(part);
            continue;
        }
        marks.push(Mark {
            start: rest.len(),
            steps: vec![Step::MailHeader(field.name.to_owned())],
        });
        // Writing into a string cannot fail.
        let _ = writeln!(rest, "{}: {text}", field.name);
    }
    if !rest.is_empty() {
        let mut part = Part::whole(ctx.place().clone(), rest);
        part.grain = Grain::Marks(marks);
        ctx.part(part);
    }
}

struct Message<'b> {
    /// All bytes of the message.
    whole: &'b [u8],
    parts: u64,
}

/// What the header of a part says of it.
struct Head {
    kind: Value,
    name: Option<String>,
    attached: bool,
}

impl Head {
    fn new(fields: &[Field<'_>]) -> Self {
        let find = |name: &str| fields.iter().find(|f| f.is(name)).map(Value::parse);
        let kind = find("Content-Type").unwrap_or_default();
        let disposition = find("Content-Disposition").unwrap_or_default();
        let name = disposition
            .param("filename")
            .or_else(|| kind.param("name"))
            .or_else(|| disposition.param("name"))
            .filter(|n| !n.trim().is_empty())
            .map(str::to_owned);
        Self {
            attached: disposition.main == "attachment",
            kind,
            name,
        }
    }

    fn charset(&self) -> Option<&str> {
        self.kind.param("charset")
    }

    /// The place of the part as a file.
    fn step(&self) -> Step {
        let name = match &self.name {
            Some(name) => name,
            None if self.kind.main.is_empty() => "part",
            None => &self.kind.main,
        };
        Step::Attachment(name.to_owned())
    }
}

impl Message<'_> {
    /// Reads a message or one of its parts. `outer` is the type of the part around it.
    fn entity(
        &mut self,
        fields: &[Field<'_>],
        body: &[u8],
        depth: u32,
        outer: &str,
        ctx: &mut Ctx<'_>,
    ) -> Result<(), Why> {
        ctx.tick()?;
        self.parts += 1;
        if self.parts > ctx.limits.max_entries {
            return Err(Why::TooMany(ctx.limits.max_entries));
        }
        let mut head = Head::new(fields);
        if head.kind.main.is_empty() {
            head.kind.main = if outer == "multipart/digest" {
                "message/rfc822".into()
            } else {
                "text/plain".into()
            };
        }
        if head.kind.main.starts_with("multipart/") {
            if let Some(boundary) = head.kind.param("boundary").filter(|b| !b.is_empty()) {
                if depth >= MAX_NESTED {
                    return Err(Why::TooDeep(MAX_NESTED));
                }
                let outer = head.kind.main.clone();
                return self.multipart(body, boundary, depth, &outer, ctx);
            }
            ctx.unread(&[], Why::Damaged("multipart message without a boundary".into()));
            head.kind.main = "text/plain".into();
        }
        let (bytes, sound) = transfer(fields, body);
        if let Cow::Owned(decoded) = &bytes {
            ctx.spend(decoded.len() as u64)?;
        }
        if depth > 0 {
            describe(fields, &head, ctx);
        }
        self.leaf(&head, &bytes, ctx)?;
        if !sound {
            let steps: &[Step] = if head.name.is_some() || head.attached {
                &[head.step()]
            } else {
                &[]
            };
            ctx.unread(steps, Why::Damaged("base64".into()));
        }
        Ok(())
    }

    /// The parts between the boundaries, and the text before and after them that programs do not show.
    fn multipart(
        &mut self,
        body: &[u8],
        boundary: &str,
        depth: u32,
        outer: &str,
        ctx: &mut Ctx<'_>,
    ) -> Result<(), Why> {
        let mark = format!("--{boundary}");
        let finder = memmem::Finder::new(mark.as_bytes());
        let (mut open, mut closed, mut from) = (None::<usize>, false, 0);
        let mut at = 0;
        while let Some(found) = body.get(at..).and_then(|rest| finder.find(rest)).map(|i| i + at) {
            at = found + mark.len();
            if found > 0 && body[found - 1] != b'\n' {
                continue;
            }
            let line = &body[at..];
            let line = &line[..memchr::memchr(b'\n', line).map_or(line.len(), |i| i + 1)];
            let last = line.starts_with(b"--");
            // A longer boundary may begin like this one.
            if !last && !line.trim_ascii().is_empty() {
                continue;
            }
            match open {
                Some(start) => self.part(line_end(&body[start..found]), depth, outer, ctx)?,
                None => self.hidden(&body[from..found], ctx),
            }
            at += line.len();
            from = at;
            open = (!last).then_some(at);
            closed |= last;
            if last {
                // After the end there may be another beginning where programs have put messages together.
                continue;
            }
        }
        match open {
            Some(start) => {
                self.part(&body[start..], depth, outer, ctx)?;
                ctx.unread(&[], Why::Damaged("cut short".into()));
            }
            None if closed => self.hidden(&body[from..], ctx),
            None => {
                // The boundary never comes: what there is is read as one text.
                ctx.unread(&[], Why::Damaged("parts of a message".into()));
                self.text(body, &Value::default(), ctx)?;
            }
        }
        Ok(())
    }

    fn part(&mut self, bytes: &[u8], depth: u32, outer: &str, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        let (fields, body) = fields::split(bytes);
        let body = bytes.get(body..).unwrap_or_default();
        self.entity(&fields, body, depth + 1, outer, ctx)
    }

    /// Text outside all parts; the line that old programs are told with is none.
    fn hidden(&self, bytes: &[u8], ctx: &mut Ctx<'_>) {
        let text = bytes.trim_ascii();
        if text.is_empty() || text.len() < 200 && memmem::find(text, b"MIME").is_some() {
            return;
        }
        let place = ctx.place().with(Step::HiddenText);
        ctx.part(Part::whole(place, charset::decode(text, None)));
    }

    /// A part without parts.
    fn leaf(&mut self, head: &Head, bytes: &[u8], ctx: &mut Ctx<'_>) -> Result<(), Why> {
        let main = head.kind.main.as_str();
        let named = head.name.is_some() || head.attached;
        let name = head.name.as_deref().unwrap_or_default();
        match main {
            "text/plain" | "text/enriched" if !named => self.text(bytes, &head.kind, ctx)?,
            "text/html" if !named => self.html(bytes, head.charset(), ctx),
            "text/calendar" | "text/vcard" | "text/x-vcard" | "text/directory" if !named => {
                // Long lines of these formats are folded like header fields.
                let text = charset::decode(bytes, head.charset());
                let text = text.replace("\r\n ", "").replace("\n ", "").replace("\r\n\t", "");
                ctx.part(Part::whole(ctx.place().clone(), text));
            }
            "text/rfc822-headers" | "message/rfc822" | "message/global" | "message/news" => {
                let step = match &head.name {
                    Some(_) => head.step(),
                    None => Step::Attachment("message".into()),
                };
                ctx.child_as(step, Kind::Eml, &Source::Bytes(bytes));
            }
            "message/delivery-status"
            | "message/disposition-notification"
            | "message/feedback-report"
            | "message/external-body" => self.text(bytes, &head.kind, ctx)?,
            "application/pkcs7-mime" | "application/x-pkcs7-mime" => smime::read(&head.step(), bytes, ctx),
            // A signature beside the text holds no text of its own but the certificate.
            "application/pgp-signature" => {}
            "application/pkcs7-signature" | "application/x-pkcs7-signature" => {
                smime::certificates(&head.step(), bytes, ctx);
            }
            "application/ms-tnef" => tnef::read(&head.step(), bytes, ctx)?,
            _ if name.eq_ignore_ascii_case("winmail.dat") && tnef::is(bytes) => tnef::read(&head.step(), bytes, ctx)?,
            _ if plain::is_pgp_message(bytes) => ctx.unread(&[head.step()], Why::Encrypted),
            _ if main.starts_with("text/") && head.charset().is_some() && !bytes.contains(&0) => {
                let text = charset::decode(bytes, head.charset());
                match &text {
                    Cow::Borrowed(text) => ctx.child(head.step(), name, text.as_bytes()),
                    Cow::Owned(text) => ctx.child(head.step(), name, &marked(text)),
                }
            }
            _ if bytes.is_empty() => {}
            _ => ctx.child(head.step(), name, bytes),
        }
        Ok(())
    }

    /// Plain text of a body, with the files that old programs write into it.
    fn text(&self, bytes: &[u8], kind: &Value, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        if plain::is_pgp_message(bytes) {
            ctx.unread(&[], Why::Encrypted);
        }
        let mut kept = Vec::new();
        for piece in plain::pieces(bytes) {
            match piece {
                plain::Piece::Text(text) => kept.push(text),
                plain::Piece::File { name, data, sound } => {
                    ctx.spend(data.len() as u64)?;
                    let step = Step::Attachment(name.clone());
                    ctx.child(step.clone(), &name, &data);
                    if !sound {
                        ctx.unread(&[step], Why::Damaged("uuencode".into()));
                    }
                }
                plain::Piece::Unread(what) => ctx.unread(&[], Why::Unsupported(what.into())),
            }
        }
        for piece in kept {
            let text = charset::decode(piece, kind.param("charset"));
            let flowed = kind.param("format").is_some_and(|f| f.eq_ignore_ascii_case("flowed"));
            let joined = kind.param("delsp").is_some_and(|d| d.eq_ignore_ascii_case("yes"));
            let text = if flowed
                && memmem::find(text.as_bytes(), b" \n")
                    .or(memmem::find(text.as_bytes(), b" \r\n"))
                    .is_some()
            {
                Cow::Owned(plain::unflow(&text, joined))
            } else {
                text
            };
            let map = match &text {
                Cow::Borrowed(text) => self.at(text.as_bytes()).map_or(OffsetMap::None, OffsetMap::Same),
                Cow::Owned(_) => OffsetMap::None,
            };
            let mut part = Part::whole(ctx.place().clone(), text);
            part.map = map;
            part.grain = Grain::Lines { first: 1 };
            ctx.part(part);
        }
        Ok(())
    }

    /// Where bytes stand in the message, if they are a stretch of it.
    fn at(&self, bytes: &[u8]) -> Option<u64> {
        let (whole, part) = (self.whole.as_ptr_range(), bytes.as_ptr_range());
        (whole.start <= part.start && part.end <= whole.end).then(|| (part.start.addr() - whole.start.addr()) as u64)
    }

    /// A body in HTML goes to the reader of pages at the place of the message.
    fn html(&self, bytes: &[u8], label: Option<&str>, ctx: &mut Ctx<'_>) {
        let text = match label {
            Some(_) => charset::decode(bytes, label),
            // The page may tell its encoding itself.
            None => return ctx.guarded_at(Kind::Html, &Source::Bytes(bytes), self.at(bytes)),
        };
        match &text {
            Cow::Borrowed(text) => {
                let bytes = text.as_bytes();
                ctx.guarded_at(Kind::Html, &Source::Bytes(bytes), self.at(bytes));
            }
            Cow::Owned(text) => ctx.guarded_at(Kind::Html, &Source::Bytes(&marked(text)), None),
        }
    }
}

/// Without the line break before a boundary, which belongs to the boundary.
fn line_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

/// Undoes the transfer encoding; tells whether it was sound.
fn transfer<'b>(fields: &[Field<'_>], body: &'b [u8]) -> (Cow<'b, [u8]>, bool) {
    let method = fields
        .iter()
        .find(|f| f.is("Content-Transfer-Encoding"))
        .map(|f| Value::parse(f).main)
        .unwrap_or_default();
    match method.as_str() {
        "base64" => {
            let (bytes, sound) = encoded::base64(body);
            (bytes.into(), sound)
        }
        "quoted-printable" => (decode::quoted_printable(body).into(), true),
        // `x-uuencode` stands in the text with its own beginning and end.
        _ => (body.into(), true),
    }
}

/// The name and the description of an attachment are text as well.
fn describe(fields: &[Field<'_>], head: &Head, ctx: &mut Ctx<'_>) {
    if let Some(name) = &head.name {
        let mut part = Part::whole(ctx.place().with(head.step()), name.as_str());
        part.caption = Some("filename".into());
        ctx.part(part);
    }
    for field in fields {
        if field.is("Content-Description") || field.is("Content-Location") {
            let text = field.text(None);
            if head.name.as_deref() != Some(text.as_ref()) {
                let place = ctx.place().with(Step::MailHeader(field.name.to_owned()));
                let mut part = Part::whole(place, text);
                part.caption = Some(field.name.to_owned());
                ctx.part(part);
            }
        }
    }
}

/// UTF-8 with the mark that overrules what a page says of its own encoding.
fn marked(text: &str) -> Vec<u8> {
    [b"\xef\xbb\xbf", text.as_bytes()].concat()
}
