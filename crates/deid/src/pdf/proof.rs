//! The finished copy is read again: none of the values may be in it, in the text of its pages or in any of its objects.

use std::sync::Arc;

use aho_corasick::AhoCorasick;
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::Object;
use tutela_extract::Limits;
use tutela_extract::pdf::trace::Tracer;

use super::values::Values;
use crate::copy::Refused;

/// Bytes of a value from which it is looked for in bytes that may be anything: shorter ones stand in compressed pictures by chance.
const MIN_BYTES: usize = 6;

/// Fails if a value is still in the copy.
pub(super) fn check(copy: &[u8], values: &Values, limits: &Limits) -> Result<(), Refused> {
    let pdf = Pdf::new(Arc::new(copy.to_vec())).map_err(|_| Refused::Failed)?;
    let finder = values.finder()?;
    let mut left = 0;
    let mut tracer = Tracer::new(limits.clone());
    for page in pdf.pages().iter() {
        let traced = tracer.page(page, &[]);
        left += finder.find(&traced.text).len() as u64;
    }
    left += in_bytes(&pdf, copy, values)?;
    if left > 0 {
        return Err(Refused::Leftover(left));
    }
    Ok(())
}

/// Values in the bytes of the file and of its streams, as UTF-8 and UTF-16, in small and large letters, and in hexadecimal digits.
fn in_bytes(pdf: &Pdf, copy: &[u8], values: &Values) -> Result<u64, Refused> {
    let mut patterns: Vec<Vec<u8>> = Vec::new();
    for value in values.iter() {
        let forms = [value.to_owned(), value.to_uppercase(), titled(value)];
        for form in forms {
            let wide: Vec<u8> = form.encode_utf16().flat_map(u16::to_be_bytes).collect();
            let narrow: Vec<u8> = form.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let hex: String = wide.iter().map(|b| format!("{b:02X}")).collect();
            patterns.extend([form.into_bytes(), wide, narrow, hex.into_bytes()]);
        }
    }
    patterns.retain(|pattern| pattern.len() >= MIN_BYTES);
    patterns.sort();
    patterns.dedup();
    if patterns.is_empty() {
        return Ok(0);
    }
    let automaton = AhoCorasick::new(&patterns).map_err(|_| Refused::Limits)?;
    let mut found = automaton.find_iter(copy).count() as u64;
    for object in pdf.objects() {
        if let Object::Stream(stream) = object
            && let Ok(data) = stream.decoded_data()
        {
            found += automaton.find_iter(&*data).count() as u64;
        }
    }
    Ok(found)
}

/// A text with a large letter at the beginning of each word.
fn titled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut begins = true;
    for c in text.chars() {
        if begins {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        begins = !c.is_alphanumeric();
    }
    out
}
