//! Reads and writes DER, as much of it as time stamps and certificates need. Only the one right form is accepted.

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OID: u8 = 0x06;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERAL_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// The tag of a context-specific element: `[n]` over other elements.
pub(super) const fn context(n: u8) -> u8 {
    0xa0 | n
}

/// The tag of a context-specific element that holds a value itself.
pub(super) const fn primitive(n: u8) -> u8 {
    0x80 | n
}

/// One element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Element<'a> {
    pub(super) tag: u8,
    /// What it holds.
    pub(super) body: &'a [u8],
    /// All its bytes, tag and length included.
    pub(super) whole: &'a [u8],
}

/// Elements one after another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Der<'a>(pub(super) &'a [u8]);

impl<'a> Der<'a> {
    /// The next element.
    pub(super) fn next(&mut self) -> Option<Element<'a>> {
        let whole = self.0;
        let (&tag, rest) = whole.split_first()?;
        // Tags of more than one byte stand nowhere in what is read here.
        if tag & 0x1f == 0x1f {
            return None;
        }
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            0x81..=0x84 => {
                let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                let length = digits
                    .iter()
                    .try_fold(0_usize, |n, &d| n.checked_mul(256)?.checked_add(usize::from(d)))?;
                // The shortest form is the only one.
                if length < 0x80 || digits.first() == Some(&0) {
                    return None;
                }
                (length, rest)
            }
            _ => return None,
        };
        let (body, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        let whole = whole.get(..whole.len() - rest.len())?;
        Some(Element { tag, body, whole })
    }

    /// The next element, which must have this tag.
    pub(super) fn expect(&mut self, tag: u8) -> Option<Element<'a>> {
        self.next().filter(|e| e.tag == tag)
    }

    /// The elements inside the next one, which must have this tag.
    pub(super) fn inside(&mut self, tag: u8) -> Option<Der<'a>> {
        self.expect(tag).map(|e| Der(e.body))
    }

    /// The next element if it has this tag; the outer None is a fault.
    pub(super) fn optional(&mut self, tag: u8) -> Option<Option<Element<'a>>> {
        if self.0.first() == Some(&tag) {
            self.next().map(Some)
        } else {
            Some(None)
        }
    }

    /// A whole number without a sign, its leading zero left out.
    pub(super) fn unsigned(&mut self) -> Option<&'a [u8]> {
        unsigned(self.expect(INTEGER)?.body)
    }

    /// Nothing may follow.
    pub(super) fn end(self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

/// The bytes of a whole number without a sign, its leading zero left out.
pub(super) fn unsigned(body: &[u8]) -> Option<&[u8]> {
    match body {
        [] => None,
        [0] => Some(body),
        [0, second, ..] if *second >= 0x80 => body.get(1..),
        [first, ..] if (1..0x80).contains(first) => Some(body),
        _ => None,
    }
}

/// A small whole number.
pub(super) fn small(bytes: &[u8]) -> Option<u64> {
    (bytes.len() <= 8).then(|| bytes.iter().fold(0, |n, &b| n << 8 | u64::from(b)))
}

/// The only element of these bytes, which must have this tag.
pub(super) fn only(bytes: &[u8], tag: u8) -> Option<Der<'_>> {
    let mut der = Der(bytes);
    let inside = der.inside(tag)?;
    der.end()?;
    Some(inside)
}

/// The bits of a bit string that fills whole bytes.
pub(super) fn bits(body: &[u8]) -> Option<&[u8]> {
    body.split_first().filter(|(unused, _)| **unused == 0).map(|(_, b)| b)
}

/// An object identifier in dots.
pub(super) fn dotted(body: &[u8]) -> Option<String> {
    let mut out = String::new();
    let mut number = 0_u64;
    if body.len() > 64 || body.last().is_none_or(|b| *b >= 0x80) {
        return None;
    }
    for &byte in body {
        number = number.checked_mul(128)?.checked_add(u64::from(byte & 0x7f))?;
        if byte < 0x80 {
            if out.is_empty() {
                let first = (number / 40).min(2);
                out = format!("{first}.{}", number - first * 40);
            } else {
                out.push_str(&format!(".{number}"));
            }
            number = 0;
        }
    }
    Some(out)
}

/// Microseconds since 1970 of a point in time: `YYYYMMDDhhmmss[.f]Z`, or two digits of the year.
pub(super) fn instant(element: &Element<'_>) -> Option<i64> {
    let text = element.body.strip_suffix(b"Z")?;
    let digits = |range: std::ops::Range<usize>| {
        text.get(range)?
            .iter()
            .try_fold(0_i64, |n, b| b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0')))
    };
    let (year, at) = match element.tag {
        GENERAL_TIME => (digits(0..4)?, 4),
        UTC_TIME => (digits(0..2).map(|y| if y < 50 { 2000 + y } else { 1900 + y })?, 2),
        _ => return None,
    };
    let part = |n: usize| digits(at + 2 * n..at + 2 * n + 2);
    let (month, day, hour, minute, second) = (part(0)?, part(1)?, part(2)?, part(3)?, part(4)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let micros = match text.get(at + 10..)? {
        [] => 0,
        [b'.', fraction @ ..] if element.tag == GENERAL_TIME && fraction.last().is_some_and(|d| *d != b'0') => {
            if !fraction.iter().all(u8::is_ascii_digit) {
                return None;
            }
            let digits = fraction.iter().map(|d| i64::from(d - b'0')).chain(std::iter::repeat(0));
            digits.take(6).fold(0, |n, d| n * 10 + d)
        }
        _ => return None,
    };
    // Days since 1970, counted from March so that the leap day comes last.
    let (y, m) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = y * 365 + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400) + (m * 153 + 2) / 5 + day - 719_469;
    Some((days * 86_400 + hour * 3600 + minute * 60 + second) * 1_000_000 + micros)
}

/// Writes an element.
pub(super) fn write(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|p| p.len()).sum();
    let mut out = vec![tag];
    let digits = length.to_be_bytes();
    let digits = digits
        .get(digits.iter().take_while(|d| **d == 0).count()..)
        .unwrap_or_default();
    if length < 0x80 {
        out.push(length.to_le_bytes()[0]);
    } else {
        out.push(0x80 | digits.len().to_le_bytes()[0]);
        out.extend(digits);
    }
    parts.iter().for_each(|p| out.extend(*p));
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_the_shortest_form_is_read() {
        for length in [0, 1, 127, 128, 255, 256, 70_000] {
            let written = write(OCTET_STRING, &[&vec![7; length]]);
            let mut der = Der(&written);
            assert_eq!(
                der.next().map(|e| (e.body.len(), e.whole.len())),
                Some((length, written.len()))
            );
            assert!(der.end().is_some());
        }
        for wrong in [
            &[0x04, 0x80, 0, 0][..],
            &[0x04, 0x81, 1, 0],
            &[0x04, 0x82, 0, 1, 0],
            &[0x04, 0x85, 0, 0, 0, 0, 1, 0],
            &[0x1f, 1, 0],
            &[0x04, 2, 0],
            &[0x04],
            &[],
        ] {
            assert_eq!(Der(wrong).next(), None, "{wrong:?}");
        }
        for (body, right) in [
            (&[0][..], true),
            (&[5], true),
            (&[0, 0x80], true),
            (&[0, 5], false),
            (&[0x80], false),
            (&[], false),
        ] {
            assert_eq!(unsigned(body).is_some(), right, "{body:?}");
        }
    }

    #[test]
    fn times_are_read_as_the_standards_write_them() {
        let at = |tag, text: &str| {
            let body = text.as_bytes();
            instant(&Element { tag, body, whole: body })
        };
        assert_eq!(at(GENERAL_TIME, "19700101000000Z"), Some(0));
        assert_eq!(at(GENERAL_TIME, "20261124120951Z"), Some(1_795_522_191_000_000));
        assert_eq!(at(UTC_TIME, "261124120951Z"), Some(1_795_522_191_000_000));
        assert_eq!(at(GENERAL_TIME, "20000229000000.25Z"), Some(951_782_400_250_000));
        assert_eq!(at(UTC_TIME, "500101000000Z"), Some(-631_152_000_000_000));
        for wrong in [
            "20261124120951",
            "20261324120951Z",
            "20260229120951Z",
            "20261124240000Z",
            "20261124120951.Z",
            "20261124120951.10Z",
            "2026112412095Z",
            "2026112412095xZ",
            "20261124120951+0700",
        ] {
            assert_eq!(at(GENERAL_TIME, wrong), None, "{wrong}");
        }
    }

    #[test]
    fn identifiers_in_dots() {
        assert_eq!(
            dotted(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d]).as_deref(),
            Some("1.2.840.113549")
        );
        assert_eq!(dotted(&[0x88, 0x37, 3]).as_deref(), Some("2.999.3"));
        assert_eq!(dotted(&[0x2a, 0x86]), None);
        assert_eq!(dotted(&[0xff; 12]), None);
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_would_be_written(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            if let Some(element) = Der(&bytes).next() {
                prop_assert_eq!(write(element.tag, &[element.body]), element.whole);
            }
        }
    }
}
