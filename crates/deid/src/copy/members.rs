//! Files in memory: the one that is copied, and whatever lies inside of it.

use tutela_detect::Input;
use tutela_extract::{Kind, Limits, Reader};

use super::{Cleaned, Decide, Refused, What, archive, is_text, mail, office, text};
use crate::{image, pdf};

/// The work on one file and everything inside it.
pub(super) struct Work<'a> {
    pub(super) decide: &'a mut dyn Decide,
    pub(super) reader: &'a Reader,
    pub(super) limits: &'a Limits,
    depth: u32,
    /// Bytes that containers may still expand to.
    pub(super) left: u64,
}

impl<'a> Work<'a> {
    pub(super) fn new(decide: &'a mut dyn Decide, reader: &'a Reader, limits: &'a Limits) -> Self {
        Self {
            decide,
            reader,
            limits,
            depth: 0,
            left: limits.max_expanded,
        }
    }

    /// A copy of the bytes of a file of this kind.
    pub(super) fn file(&mut self, kind: Kind, name: &str, bytes: &[u8]) -> Result<(Vec<u8>, Cleaned), Refused> {
        match kind {
            kind if is_text(kind) => text::redact_bytes(kind, name, bytes, self.reader, self.decide),
            Kind::Docx | Kind::Xlsx | Kind::Pptx => office::ooxml(kind, bytes, self),
            Kind::Odt | Kind::Ods | Kind::Odp => office::opendocument(bytes, self),
            Kind::Zip => archive::redact(bytes, self),
            Kind::Eml => mail::message(bytes, self),
            Kind::Mbox => mail::mailbox(bytes, self),
            Kind::Pdf => pdf::redact(bytes, self.decide, self.limits),
            kind if is_picture(kind) => image::redact(kind, bytes, self.decide, self.limits),
            Kind::Empty => Ok((Vec::new(), Cleaned::default())),
            _ => Err(Refused::Format(kind)),
        }
    }

    /// A picture inside of a file: its bytes, the ending of its name, its type. One that cannot be looked into is replaced by a grey point.
    pub(super) fn picture(&mut self, bytes: &[u8], cleaned: &mut Cleaned) -> (Vec<u8>, &'static str, &'static str) {
        let kind = Reader::kind_of("", bytes);
        let (ending, media) = match kind {
            Kind::Png => ("png", "image/png"),
            Kind::Jpeg => ("jpeg", "image/jpeg"),
            Kind::Tiff => ("tiff", "image/tiff"),
            Kind::Bmp => ("bmp", "image/bmp"),
            _ => ("", ""),
        };
        if !ending.is_empty()
            && let Ok((bytes, inner)) = image::redact(kind, bytes, self.decide, self.limits)
        {
            cleaned.merge(&inner);
            return (bytes, ending, media);
        }
        cleaned.add(What::Pictures, 1);
        office::placeholder()
    }

    /// The same for a file inside of a file, whose kind its content tells.
    pub(super) fn inner(&mut self, name: &str, bytes: &[u8]) -> Result<(Vec<u8>, Cleaned), Refused> {
        if !self.deeper() {
            return Err(Refused::Limits);
        }
        let kind = Reader::kind_of(name, bytes);
        let done = match self.file(kind, name, bytes) {
            // A picture that cannot be looked into leaves its place in what holds it.
            Err(_) if is_picture(kind) => {
                let mut cleaned = Cleaned::default();
                cleaned.add(What::Pictures, 1);
                Ok((office::placeholder().0, cleaned))
            }
            done => done,
        };
        self.up();
        done
    }

    /// One level further in, where there may be one.
    pub(super) fn deeper(&mut self) -> bool {
        let may = self.depth < self.limits.max_depth;
        self.depth += u32::from(may);
        may
    }

    /// Out again.
    pub(super) fn up(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }
}

/// The name of a file without what is cut from it, and whether something was.
pub(super) fn name(name: &str, decide: &mut dyn Decide) -> (String, bool) {
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= 8 => (stem, Some(ending)),
        _ => (name, None),
    };
    // Words of names are joined by signs that no text has between them.
    let words: String = stem
        .chars()
        .map(|c| if matches!(c, '_' | '-' | '.' | '+') { ' ' } else { c })
        .collect();
    let cuts = decide.cuts(&Input::text(&words));
    let (mut out, mut at) = (String::new(), 0);
    for cut in &cuts {
        out.push_str(stem.get(at..cut.range.start).unwrap_or_default());
        out.push_str(&cut.with);
        at = cut.range.end;
    }
    out.push_str(stem.get(at..).unwrap_or_default());
    let mut out: String = out
        .chars()
        .map(|c| {
            if c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|') {
                'x'
            } else {
                c
            }
        })
        .collect();
    if out.trim_matches(['.', ' ']).is_empty() {
        out = "file".to_owned();
    }
    if let Some(ending) = ending {
        out.push('.');
        out.push_str(ending);
    }
    (out, !cuts.is_empty())
}

fn is_picture(kind: Kind) -> bool {
    matches!(kind, Kind::Png | Kind::Jpeg | Kind::Tiff | Kind::Webp | Kind::Bmp)
}
