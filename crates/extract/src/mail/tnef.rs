//! `winmail.dat`: the form in which Outlook wraps a message and its attachments (TNEF).

use super::charset;
use crate::context::Ctx;
use crate::{Part, Step, Why};

const SIGNATURE: &[u8] = &[0x78, 0x9F, 0x3E, 0x22];

/// Whether the bytes are of this form.
pub(super) fn is(bytes: &[u8]) -> bool {
    bytes.starts_with(SIGNATURE)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).map(|b| u16::from_le_bytes([b[0], b[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes
        .get(at..at + 4)
        .map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

#[derive(Default)]
struct Attached<'b> {
    title: String,
    long: String,
    data: Option<&'b [u8]>,
}

/// Reads the attributes one after another; each has a level, an id, a length and a checksum.
pub(super) fn read(step: &Step, bytes: &[u8], ctx: &mut Ctx<'_>) -> Result<(), Why> {
    const SUBJECT: u32 = 0x0001_8004;
    const BODY: u32 = 0x0002_800C;
    const TITLE: u32 = 0x0001_8010;
    const DATA: u32 = 0x0006_800F;
    const NEW_ATTACHMENT: u32 = 0x0006_9002;
    const PROPERTIES: u32 = 0x0006_9003;
    const ATTACHMENT_PROPERTIES: u32 = 0x0006_9005;
    const CODE_PAGE: u32 = 0x0006_9007;
    let steps = std::slice::from_ref(step);
    if !is(bytes) {
        ctx.unread(steps, Why::Damaged("winmail.dat".into()));
        return Ok(());
    }
    let mut at = 6;
    let mut page = None;
    let mut attached: Option<Attached<'_>> = None;
    while at < bytes.len() {
        ctx.tick()?;
        let record = (|| {
            let id = u32_at(bytes, at + 1)?;
            let len = usize::try_from(u32_at(bytes, at + 5)?).ok()?;
            let data = bytes.get(at + 9..)?.get(..len)?;
            Some((id, data))
        })();
        let Some((id, data)) = record else {
            ctx.unread(steps, Why::Damaged("winmail.dat".into()));
            break;
        };
        at += 9 + data.len() + 2;
        let text = |data: &[u8]| {
            let data = data.split(|&b| b == 0).next().unwrap_or_default();
            charset::decode(data, page.as_deref()).into_owned()
        };
        match id {
            CODE_PAGE => page = u32_at(data, 0).map(|n| format!("cp{n}")),
            SUBJECT | BODY => {
                let place = ctx.place().with(step.clone());
                ctx.part(Part::whole(place, text(data)));
            }
            NEW_ATTACHMENT => {
                if let Some(done) = attached.replace(Attached::default()) {
                    finish(step, done, ctx);
                }
            }
            TITLE => attached.get_or_insert_default().title = text(data),
            DATA => attached.get_or_insert_default().data = Some(data),
            PROPERTIES => properties(step, data, page.as_deref(), &mut None, ctx),
            ATTACHMENT_PROPERTIES => {
                let mut name = Some(String::new());
                properties(step, data, page.as_deref(), &mut name, ctx);
                attached.get_or_insert_default().long = name.unwrap_or_default();
            }
            _ => {}
        }
    }
    if let Some(done) = attached {
        finish(step, done, ctx);
    }
    Ok(())
}

fn finish(step: &Step, attached: Attached<'_>, ctx: &mut Ctx<'_>) {
    let name = if attached.long.is_empty() {
        attached.title
    } else {
        attached.long
    };
    let file = Step::Attachment(name.clone());
    ctx.part(Part::whole(
        ctx.place().with(step.clone()).with(file.clone()),
        name.clone(),
    ));
    if let Some(data) = attached.data {
        ctx.child(file, &name, data);
    }
}

/// The properties of a message or an attachment: strings are text, bodies are read; the long file name goes to `name`.
fn properties(step: &Step, bytes: &[u8], page: Option<&str>, name: &mut Option<String>, ctx: &mut Ctx<'_>) {
    const HTML: u16 = 0x1013;
    const RTF: u16 = 0x1009;
    const LONG_NAME: u16 = 0x3707;
    let mut text = String::new();
    let whole = each(bytes, |kind, id, value| match (kind, id) {
        (0x1E | 0x1F, _) => {
            let value = if kind == 0x1F {
                encoding_rs::UTF_16LE.decode_without_bom_handling(value).0.into_owned()
            } else {
                charset::decode(value, page).into_owned()
            };
            let value = value.trim_end_matches('\0');
            if id == LONG_NAME
                && let Some(name) = name
            {
                value.clone_into(name);
            }
            text.push_str(value);
            text.push('\n');
        }
        (0x102, HTML) => ctx.child(Step::Attachment("body.html".into()), "body.html", value),
        (0x102, RTF) => ctx.unread(
            std::slice::from_ref(step),
            Why::Unsupported("compressed RTF in winmail.dat".into()),
        ),
        _ => {}
    });
    if whole.is_none() {
        ctx.unread(
            std::slice::from_ref(step),
            Why::Damaged("properties in winmail.dat".into()),
        );
    }
    ctx.part(Part::whole(ctx.place().with(step.clone()), text));
}

/// Walks over the properties; nothing if they break off.
fn each(bytes: &[u8], mut seen: impl FnMut(u16, u16, &[u8])) -> Option<()> {
    let count = u32_at(bytes, 0)?;
    let mut at = 4;
    let padded = |n: usize| n.checked_next_multiple_of(4);
    for _ in 0..count {
        let (kind, id) = (u16_at(bytes, at)?, u16_at(bytes, at + 2)?);
        at += 4;
        if id >= 0x8000 {
            // Named: a GUID, and a number or a name.
            let named = u32_at(bytes, at + 16)?;
            at += 20;
            let len = usize::try_from(u32_at(bytes, at)?).ok()?;
            at = if named == 0 {
                at + 4
            } else {
                (at + 4).checked_add(padded(len)?)?
            };
        }
        let many = kind & 0x1000 != 0;
        let kind = kind & 0x0FFF;
        let fixed = match kind {
            0x02 | 0x03 | 0x04 | 0x0A | 0x0B => Some(4),
            0x05 | 0x06 | 0x07 | 0x14 | 0x40 => Some(8),
            0x48 => Some(16),
            0x0D | 0x1E | 0x1F | 0x102 => None,
            _ => return None,
        };
        let values = if many || fixed.is_none() {
            at += 4;
            u32_at(bytes, at - 4)?
        } else {
            1
        };
        for _ in 0..values {
            let len = match fixed {
                Some(len) => len,
                None => {
                    at += 4;
                    usize::try_from(u32_at(bytes, at - 4)?).ok()?
                }
            };
            seen(kind, id, bytes.get(at..)?.get(..len)?);
            at = at.checked_add(padded(len)?)?;
        }
    }
    Some(())
}
