//! What keeps hostile files from taking all memory or time: how far their streams expand is known before they are expanded.

use std::io::Read;
use std::time::{Duration, Instant};

use flate2::read::ZlibDecoder;
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Name, Object, Stream};
use tutela_extract::Limits;

use crate::copy::Refused;

/// Bytes that one compressed byte may become: the most that the usual compressions reach.
const MOST: u64 = 1032;
/// Bytes that one stream may expand to.
const MAX_STREAM: u64 = 512 << 20;
/// Bytes that all streams of objects may expand to together.
const MAX_OBJECTS: u64 = 512 << 20;

/// What a file may still use.
pub(super) struct Guard {
    left: u64,
    end: Option<Instant>,
    seconds: u64,
}

impl Guard {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            left: limits.max_expanded,
            end: Instant::now().checked_add(limits.max_time.max(Duration::from_secs(1))),
            seconds: limits.max_time.as_secs(),
        }
    }

    /// Fails once the time is over. To be called in every loop over foreign data.
    pub(super) fn tick(&self) -> Result<(), Refused> {
        if self.end.is_some_and(|end| Instant::now() > end) {
            return Err(Refused::Unread(tutela_extract::Why::TooSlow(self.seconds)));
        }
        Ok(())
    }

    /// Counts bytes that came out of compression.
    pub(super) fn spend(&mut self, bytes: u64) -> Result<(), Refused> {
        self.left = self.left.checked_sub(bytes).ok_or(Refused::Limits)?;
        Ok(())
    }

    /// Fails if a stream would expand beyond what may be used. To be asked before it is decoded.
    pub(super) fn check(&self, stream: &Stream<'_>) -> Result<(), Refused> {
        let raw = stream.raw_data();
        let layers = u32::try_from(compressions(stream)).unwrap_or(u32::MAX);
        let most = MOST
            .checked_pow(layers)
            .and_then(|most| most.checked_mul(raw.len() as u64));
        let allowed = MAX_STREAM.min(self.left);
        match most {
            Some(most) if most <= allowed => Ok(()),
            // One layer can be measured without being kept.
            _ if layers == 1 && inflated(&raw, allowed) <= allowed => Ok(()),
            _ => Err(Refused::Limits),
        }
    }

    /// The bytes of a stream that is no picture; nothing if it is broken.
    pub(super) fn decoded(&mut self, stream: &Stream<'_>) -> Result<Option<Vec<u8>>, Refused> {
        self.check(stream)?;
        match stream.decoded_data() {
            Ok(data) => {
                self.spend(data.len() as u64)?;
                Ok(Some(data.into_owned()))
            }
            Err(_) => Ok(None),
        }
    }
}

/// Layers of compression around the bytes of a stream.
fn compressions(stream: &Stream<'_>) -> usize {
    let is_one = |name: &[u8]| {
        matches!(
            name,
            b"FlateDecode" | b"Fl" | b"LZWDecode" | b"LZW" | b"RunLengthDecode" | b"RL"
        )
    };
    let dict = stream.dict();
    let filter = dict.get::<Object<'_>>("Filter").or_else(|| dict.get::<Object<'_>>("F"));
    match filter {
        Some(Object::Name(name)) => usize::from(is_one(&name)),
        Some(Object::Array(list)) => list.iter::<Name<'_>>().take(32).filter(|name| is_one(name)).count(),
        _ => 0,
    }
}

/// How far bytes expand, counted up to a little more than is allowed.
fn inflated(raw: &[u8], allowed: u64) -> u64 {
    let mut sink = std::io::sink();
    let mut stream = ZlibDecoder::new(raw).take(allowed.saturating_add(1));
    // What is broken expands no further for us; the library reads past damage, at most as far as its input goes.
    std::io::copy(&mut stream, &mut sink).unwrap_or(0)
}

/// Bytes of compressed objects of an encrypted file, whose expansion nobody can measure before it is opened.
const MAX_SEALED: u64 = 4 << 20;

/// Fails if the streams that hold objects and tables, which are expanded as soon as the file is opened, are bombs.
pub(super) fn objects(bytes: &[u8]) -> Result<(), Refused> {
    let is_sealed = memchr::memmem::find(bytes, b"/Encrypt").is_some();
    let mut sum = 0_u64;
    for at in memchr::memmem::find_iter(bytes, b"stream") {
        if at >= 3 && bytes.get(at - 3..at) == Some(b"end") {
            continue;
        }
        let head = bytes.get(at.saturating_sub(1024)..at).unwrap_or_default();
        let from = memchr::memmem::rfind(head, b"obj").unwrap_or(0);
        let head = head.get(from..).unwrap_or_default();
        let holds = |what: &[u8]| memchr::memmem::find(head, what).is_some();
        // A name with escapes may be one of them.
        if !holds(b"ObjStm") && !holds(b"XRef") && !holds(b"#") {
            continue;
        }
        let body = bytes.get(at + 6..).unwrap_or_default();
        let body = body.strip_prefix(b"\r").unwrap_or(body);
        let body = body.strip_prefix(b"\n").unwrap_or(body);
        let len = memchr::memmem::find(body, b"endstream").unwrap_or(body.len());
        let raw = body.get(..len).unwrap_or_default();
        let (more, most) = if is_sealed {
            (len as u64, MAX_SEALED)
        } else {
            (inflated(raw, MAX_OBJECTS), MAX_OBJECTS)
        };
        sum = sum.saturating_add(more);
        if sum > most {
            return Err(Refused::Limits);
        }
    }
    Ok(())
}

/// Fails if any stream of an opened file is a bomb.
pub(super) fn streams(pdf: &Pdf, guard: &Guard) -> Result<(), Refused> {
    for object in pdf.objects() {
        if let Object::Stream(stream) = object {
            guard.check(&stream)?;
            guard.tick()?;
        }
    }
    Ok(())
}
