//! Pictures, copied without what their files say beside the pixels, and with areas painted over where something goes.

use hayro::hayro_syntax::object::{Array, Dict, Name, Object, ObjectIdentifier, Stream};
use hayro::hayro_syntax::page::Resources;
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder};

use super::book::Book;
use super::marks::Area;
use super::out::{self, Id};
use super::resources::{Space, copy_flags, numbers};
use crate::copy::{Refused, What};
use crate::image::jpeg;

use hayro::hayro_syntax::object::stream::{ImageColorSpace, ImageDecodeParams};

/// Pixels of one picture.
const MAX_PIXELS: u64 = 200_000_000;
/// Quality of pictures that were JPEG and had to be painted on.
const QUALITY: u8 = 88;
/// Picture masks inside each other.
const MAX_DEPTH: usize = 3;

/// A picture with what was painted over, by which it is known when it is drawn again.
pub(super) type Painted = (ObjectIdentifier, Vec<[u64; 4]>);

/// Decoded pixels.
struct Samples {
    width: u32,
    height: u32,
    components: u8,
    bits: u8,
    space: Option<Space>,
    data: Vec<u8>,
    alpha: Option<Vec<u8>>,
    was_jpeg: bool,
}

impl<'a> Book<'a> {
    /// Writes a picture, painted over in these areas. One that cannot be read is left out.
    pub(super) fn picture(
        &mut self,
        stream: &Stream<'a>,
        resources: &Resources<'a>,
        areas: &[Area],
    ) -> Result<Option<Id>, Refused> {
        let key = (
            stream.obj_id(),
            areas.iter().map(|area| area.map(f64::to_bits)).collect::<Vec<_>>(),
        );
        if let Some(known) = self.pictures.get(&key) {
            return Ok(*known);
        }
        let id = self.write_picture(stream, Some(resources), areas, 0)?;
        if id.is_none() {
            self.left_out(What::Pictures);
        }
        self.pictures.insert(key, id);
        Ok(id)
    }

    /// Writes a picture that stands inside content.
    pub(super) fn inline_picture(
        &mut self,
        stream: &Stream<'_>,
        resources: &Resources<'a>,
        areas: &[Area],
    ) -> Result<Option<Id>, Refused> {
        let dict = stream.dict();
        let space = match dict.get::<Object<'_>>("CS").or_else(|| dict.get("ColorSpace")) {
            // What it names stands in the resources; what it holds itself has the short life of the content.
            Some(Object::Name(name)) => match name.as_ref() {
                b"G" | b"DeviceGray" | b"CalGray" => Space::device(1),
                b"RGB" | b"DeviceRGB" | b"CalRGB" => Space::device(3),
                b"CMYK" | b"DeviceCMYK" => Space::device(4),
                name => {
                    let named = resources.color_spaces.get::<Object<'a>>(name);
                    named.and_then(|object| self.color_space(&object, Some(resources), 0))
                }
            },
            Some(Object::Array(list)) => inline_indexed(&list),
            _ => None,
        };
        let Some(samples) = self.samples(stream, space)? else {
            self.left_out(What::Pictures);
            return Ok(None);
        };
        self.write_samples(dict, samples, areas, Vec::new()).map(Some)
    }

    fn write_picture(
        &mut self,
        stream: &Stream<'a>,
        resources: Option<&Resources<'a>>,
        areas: &[Area],
        depth: usize,
    ) -> Result<Option<Id>, Refused> {
        self.guard.tick()?;
        let dict = stream.dict();
        let space = dict
            .get::<Object<'a>>("ColorSpace")
            .and_then(|object| self.color_space(&object, resources, 0));
        let mut extra = Vec::new();
        if depth < MAX_DEPTH {
            if let Some(mask) = dict.get::<Stream<'a>>("SMask")
                && let Some(id) = self.write_picture(&mask, resources, areas, depth + 1)?
            {
                extra.extend_from_slice(format!("/SMask {id} 0 R").as_bytes());
            }
            match dict.get::<Object<'a>>("Mask") {
                Some(Object::Stream(mask)) => {
                    if let Some(id) = self.write_picture(&mask, resources, areas, depth + 1)? {
                        extra.extend_from_slice(format!("/Mask {id} 0 R").as_bytes());
                    }
                }
                Some(Object::Array(keys)) => {
                    extra.extend_from_slice(b"/Mask[");
                    out::numbers(&mut extra, &numbers(&keys));
                    extra.push(b']');
                }
                _ => {}
            }
        }
        if areas.is_empty()
            && is_jpeg(stream)
            && let Some(size) = size(dict)
            && let Some(clean) = jpeg::without_metadata(&stream.raw_data())
            && let Some(space) = space.as_ref().filter(|space| !space.is_indexed)
        {
            let mut entries = head(dict, size);
            entries.extend_from_slice(b"/BitsPerComponent 8/Filter/DCTDecode/ColorSpace ");
            entries.extend_from_slice(&space.written);
            entries.extend_from_slice(&extra);
            if let Some(transform) = dict
                .get::<Dict<'_>>("DecodeParms")
                .and_then(|parms| parms.get::<u8>("ColorTransform"))
            {
                entries.extend_from_slice(format!("/DecodeParms<</ColorTransform {transform}>>").as_bytes());
            }
            let id = self.out.reserve();
            self.out.stored(id, &entries, &clean);
            return Ok(Some(id));
        }
        let Some(samples) = self.samples(stream, space)? else {
            return Ok(None);
        };
        self.write_samples(dict, samples, areas, extra).map(Some)
    }

    /// Decodes a picture.
    fn samples(&mut self, stream: &Stream<'_>, space: Option<Space>) -> Result<Option<Samples>, Refused> {
        let dict = stream.dict();
        let Some((width, height)) = size(dict) else {
            return Ok(None);
        };
        let pixels = u64::from(width) * u64::from(height);
        if pixels > MAX_PIXELS {
            return Err(Refused::Limits);
        }
        self.guard.check(stream)?;
        let is_mask = is_mask(dict);
        let bits = if is_mask {
            1
        } else {
            dict.get::<u8>("BitsPerComponent")
                .or_else(|| dict.get::<u8>("BPC"))
                .unwrap_or(8)
        };
        let params = ImageDecodeParams {
            is_indexed: space.as_ref().is_some_and(|s| s.is_indexed),
            bpc: Some(bits),
            num_components: space.as_ref().map(|s| s.components),
            target_dimension: None,
            width,
            height,
        };
        let Ok(decoded) = stream.decoded_image(&params) else {
            return Ok(None);
        };
        self.guard.spend(decoded.data.len() as u64)?;
        let mut samples = Samples {
            width,
            height,
            components: space.as_ref().map_or(1, |s| s.components),
            bits,
            space,
            data: decoded.data.into_owned(),
            alpha: None,
            was_jpeg: is_jpeg(stream),
        };
        if let Some(own) = decoded.image_data {
            if own.width > 0 && own.height > 0 {
                samples.width = own.width;
                samples.height = own.height;
            }
            samples.bits = own.bits_per_component;
            samples.alpha = own.alpha;
            let components = match own.color_space {
                Some(ImageColorSpace::Gray) => Some(1),
                Some(ImageColorSpace::Rgb) => Some(3),
                Some(ImageColorSpace::Cmyk) => Some(4),
                Some(ImageColorSpace::Unknown(n)) => Some(n),
                None => None,
            };
            if let Some(components) = components
                && samples.space.as_ref().is_none_or(|s| s.components != components)
            {
                samples.components = components;
                samples.space = Space::device(components);
            }
        }
        if u64::from(samples.width) * u64::from(samples.height) > MAX_PIXELS {
            return Err(Refused::Limits);
        }
        // The library widens the bits of faxes.
        if bits == 1 && samples.bits == 8 && samples.components == 1 {
            samples.data = packed(&samples.data, samples.width, samples.height);
            samples.bits = 1;
        }
        if samples.space.is_none() && !is_mask {
            samples.space = Space::device(samples.components);
        }
        if !matches!(samples.bits, 1 | 2 | 4 | 8 | 16) || samples.components == 0 {
            return Ok(None);
        }
        let len = samples.row().checked_mul(samples.height as usize);
        let Some(len) = len.filter(|&len| len as u64 <= MAX_PIXELS * 8) else {
            return Err(Refused::Limits);
        };
        // What lies behind the last line nobody sees.
        self.guard
            .spend((len as u64).saturating_sub(samples.data.len() as u64))?;
        samples.data.resize(len, 0);
        Ok(Some(samples))
    }

    fn write_samples(
        &mut self,
        dict: &Dict<'_>,
        mut samples: Samples,
        areas: &[Area],
        mut extra: Vec<u8>,
    ) -> Result<Id, Refused> {
        for area in areas {
            samples.paint(*area);
        }
        let mut entries = head(dict, (samples.width, samples.height));
        if is_mask(dict) {
            entries.extend_from_slice(b"/ImageMask true/BitsPerComponent 1");
        } else {
            entries.extend_from_slice(format!("/BitsPerComponent {}/ColorSpace ", samples.bits).as_bytes());
            entries.extend_from_slice(samples.space.as_ref().map_or(b"/DeviceGray", |s| &s.written));
        }
        if let Some(alpha) = samples.alpha.take()
            && alpha.len() == samples.width as usize * samples.height as usize
            && memchr::memmem::find(&extra, b"/SMask").is_none()
        {
            let id = self.out.reserve();
            let entries = format!(
                "/Type/XObject/Subtype/Image/Width {}/Height {}/BitsPerComponent 8/ColorSpace/DeviceGray",
                samples.width, samples.height
            );
            self.out.stream(id, entries.as_bytes(), &alpha);
            extra.extend_from_slice(format!("/SMask {id} 0 R").as_bytes());
        }
        entries.extend_from_slice(&extra);
        let id = self.out.reserve();
        let color = match samples.components {
            1 => Some(ExtendedColorType::L8),
            3 => Some(ExtendedColorType::Rgb8),
            _ => None,
        };
        let is_indexed = samples.space.as_ref().is_some_and(|s| s.is_indexed);
        if samples.was_jpeg
            && samples.bits == 8
            && !is_indexed
            && let Some(color) = color
        {
            let mut packed = Vec::new();
            let encoder = JpegEncoder::new_with_quality(&mut packed, QUALITY);
            if encoder
                .write_image(&samples.data, samples.width, samples.height, color)
                .is_ok()
            {
                entries.extend_from_slice(b"/Filter/DCTDecode");
                self.out.stored(id, &entries, &packed);
                return Ok(id);
            }
        }
        self.out.stream(id, &entries, &samples.data);
        Ok(id)
    }
}

impl Samples {
    /// Bytes of a line.
    fn row(&self) -> usize {
        (self.width as usize * usize::from(self.components) * usize::from(self.bits)).div_ceil(8)
    }

    /// Sets everything in an area to nothing.
    fn paint(&mut self, [left, bottom, right, top]: Area) {
        let place = |part: f64, of: u32, up: bool| -> usize {
            let at = part * f64::from(of);
            let at = if up { at.ceil() } else { at.floor() }.clamp(0.0, f64::from(of));
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "within a picture"
            )]
            let at = at as usize;
            at
        };
        let (from, to) = (place(left, self.width, false), place(right, self.width, true));
        // The first line of a picture is its upper edge.
        let (first, end) = (
            place(1.0 - top, self.height, false),
            place(1.0 - bottom, self.height, true),
        );
        let row = self.row();
        let bits = usize::from(self.components) * usize::from(self.bits);
        for line in self.data.chunks_exact_mut(row.max(1)).take(end).skip(first) {
            let (from, to) = (from * bits, to * bits);
            let (whole_from, whole_to) = (from.div_ceil(8), to / 8);
            if whole_from > whole_to {
                // Both ends in one byte.
                if let Some(byte) = line.get_mut(from / 8) {
                    *byte &= !((0xFF_u8 >> (from % 8))
                        & !(0xFF_u8.checked_shr(u32::try_from(to % 8).unwrap_or(0)).unwrap_or(0)));
                }
                continue;
            }
            if let Some(bytes) = line.get_mut(whole_from..whole_to) {
                bytes.fill(0);
            }
            if !from.is_multiple_of(8)
                && let Some(byte) = line.get_mut(from / 8)
            {
                *byte &= !(0xFF_u8 >> (from % 8));
            }
            if !to.is_multiple_of(8)
                && let Some(byte) = line.get_mut(to / 8)
            {
                *byte &= 0xFF_u8 >> (to % 8);
            }
        }
    }
}

/// What every picture says.
fn head(dict: &Dict<'_>, (width, height): (u32, u32)) -> Vec<u8> {
    let mut entries = format!("/Type/XObject/Subtype/Image/Width {width}/Height {height}").into_bytes();
    copy_flags(&mut entries, dict, &["Interpolate"]);
    if let Some(decode) = dict.get::<Array<'_>>("Decode").or_else(|| dict.get::<Array<'_>>("D")) {
        entries.extend_from_slice(b"/Decode[");
        out::numbers(&mut entries, &numbers(&decode));
        entries.push(b']');
    }
    entries
}

fn size(dict: &Dict<'_>) -> Option<(u32, u32)> {
    let number = |long: &str, short: &str| dict.get::<u32>(long).or_else(|| dict.get::<u32>(short));
    let (width, height) = (number("Width", "W")?, number("Height", "H")?);
    (width > 0 && height > 0).then_some((width, height))
}

fn is_mask(dict: &Dict<'_>) -> bool {
    dict.get::<bool>("ImageMask").or_else(|| dict.get::<bool>("IM")) == Some(true)
}

/// Whether the bytes are those of a JPEG file.
fn is_jpeg(stream: &Stream<'_>) -> bool {
    let dict = stream.dict();
    let is_dct = |name: &[u8]| matches!(name, b"DCTDecode" | b"DCT");
    match dict.get::<Object<'_>>("Filter").or_else(|| dict.get("F")) {
        Some(Object::Name(name)) => is_dct(&name),
        Some(Object::Array(list)) => {
            let names: Vec<Name<'_>> = list.iter::<Name<'_>>().take(2).collect();
            matches!(names.as_slice(), [only] if is_dct(only))
        }
        _ => false,
    }
}

/// One bit for each byte, as stencils are stored.
fn packed(data: &[u8], width: u32, height: u32) -> Vec<u8> {
    let row = (width as usize).div_ceil(8);
    let mut out = vec![0; row * height as usize];
    let lines = data.chunks(width.max(1) as usize).zip(out.chunks_mut(row.max(1)));
    for (from, to) in lines {
        for (at, value) in from.iter().enumerate() {
            if *value >= 128
                && let Some(byte) = to.get_mut(at / 8)
            {
                *byte |= 0x80 >> (at % 8);
            }
        }
    }
    out
}

/// A table of colours that stands inside content.
fn inline_indexed(list: &Array<'_>) -> Option<Space> {
    let items: Vec<Object<'_>> = list.iter::<Object<'_>>().take(4).collect();
    let [
        Object::Name(family),
        Object::Name(base),
        Object::Number(most),
        Object::String(table),
    ] = items.as_slice()
    else {
        return None;
    };
    if !matches!(family.as_ref(), b"I" | b"Indexed") {
        return None;
    }
    let base = match base.as_ref() {
        b"G" | b"DeviceGray" => Space::device(1)?,
        b"RGB" | b"DeviceRGB" => Space::device(3)?,
        b"CMYK" | b"DeviceCMYK" => Space::device(4)?,
        _ => return None,
    };
    let most = usize::try_from(most.as_i64()).ok()?.min(255);
    let len = ((most + 1) * usize::from(base.components)).min(table.as_bytes().len());
    let mut written = b"[/Indexed ".to_vec();
    written.extend_from_slice(&base.written);
    written.extend_from_slice(format!(" {most}").as_bytes());
    out::string(&mut written, table.as_bytes().get(..len).unwrap_or_default());
    written.push(b']');
    Some(Space {
        written,
        components: 1,
        is_indexed: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn painted(bits: u8, area: Area) -> Vec<u8> {
        let mut samples = Samples {
            width: 16,
            height: 2,
            components: 1,
            bits,
            space: None,
            data: vec![0xFF; 2 * (16 * usize::from(bits)) / 8],
            alpha: None,
            was_jpeg: false,
        };
        samples.paint(area);
        samples.data
    }

    #[test]
    fn areas_are_painted_to_the_bit_and_by_lines_from_above() {
        assert_eq!(
            painted(1, [3.0 / 16.0, 0.5, 13.0 / 16.0, 1.0]),
            [0b1110_0000, 0b0000_0111, 0xFF, 0xFF]
        );
        assert_eq!(
            painted(1, [3.0 / 16.0, 0.0, 5.0 / 16.0, 0.5]),
            [0xFF, 0xFF, 0b1110_0111, 0xFF]
        );
        let eight = painted(8, [0.25, 0.0, 0.5, 1.0]);
        assert_eq!(eight.iter().filter(|&&b| b == 0).count(), 8);
        assert_eq!(eight[4..8], [0; 4]);
    }
}
