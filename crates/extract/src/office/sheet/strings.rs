//! The strings that the cells of a workbook share.

use std::borrow::Cow;

use super::super::package::give_lines;
use super::super::xml::{Item, Xml};
use crate::context::Ctx;
use crate::{Step, Why};

/// All shared strings, and which of them a cell shows.
#[derive(Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<usize>,
    used: Vec<bool>,
    /// Readings written over the text, as Japanese and Chinese names have them.
    readings: Vec<String>,
}

impl Strings {
    pub(super) fn read(&mut self, text: &str, ctx: &Ctx<'_>) -> Result<(), Why> {
        let mut xml = Xml::new(text);
        let (mut in_text, mut in_reading) = (false, false);
        let mut reading = String::new();
        while let Some(item) = xml.next(ctx)? {
            match item {
                Item::Open(tag) => match tag.name() {
                    "t" => in_text = true,
                    "rPh" => in_reading = true,
                    _ => {}
                },
                Item::Close(tag) => match tag.name() {
                    "t" => in_text = false,
                    "rPh" => in_reading = false,
                    "si" => {
                        let from = self.ends.last().copied().unwrap_or(0);
                        if let Some(new) = self.text.get(from..)
                            && let Cow::Owned(plain) = unescape(new)
                        {
                            self.text.truncate(from);
                            self.text.push_str(&plain);
                        }
                        self.ends.push(self.text.len());
                        self.used.push(false);
                        if !reading.is_empty() {
                            self.readings.push(std::mem::take(&mut reading));
                        }
                    }
                    _ => {}
                },
                Item::Text(piece) if in_text && in_reading => reading.push_str(&piece),
                Item::Text(piece) if in_text => self.text.push_str(&piece),
                Item::Text(_) => {}
            }
        }
        Ok(())
    }

    /// The string with this number, which a cell shows.
    pub(super) fn take(&mut self, number: usize) -> Option<&str> {
        let end = *self.ends.get(number)?;
        let start = match number.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        if let Some(used) = self.used.get_mut(number) {
            *used = true;
        }
        self.text.get(start..end)
    }

    /// Gives the strings that no cell shows, and the readings.
    pub(super) fn left(&mut self, part: &str, ctx: &mut Ctx<'_>) {
        let numbers: Vec<usize> = (0..self.ends.len())
            .filter(|&i| !self.used.get(i).copied().unwrap_or(true))
            .collect();
        let mut lines: Vec<(Vec<Step>, String)> = Vec::new();
        for number in numbers {
            if let Some(text) = self.take(number) {
                lines.push((Vec::new(), text.to_owned()));
            }
        }
        lines.extend(self.readings.drain(..).map(|r| (Vec::new(), r)));
        if lines.iter().any(|(_, l)| !l.trim().is_empty()) {
            give_lines(&[Step::Member(part.to_owned())], lines, ctx);
        }
    }
}

/// Resolves the `_xHHHH_` escapes of characters that XML cannot hold.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        let code = tail
            .get(2..6)
            .filter(|_| tail.as_bytes().get(6) == Some(&b'_'))
            .filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|hex| u32::from_str_radix(hex, 16).ok())
            .and_then(char::from_u32);
        match code {
            Some('\r') => {}
            Some(c) => out.push(c),
            None => out.push_str("_x"),
        }
        rest = tail.get(if code.is_some() { 7 } else { 2 }..).unwrap_or_default();
    }
    out.push_str(rest);
    Cow::Owned(out)
}
