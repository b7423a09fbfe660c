//! Address cards and calendars (vCard, iCalendar): folded lines as one, values decoded, photos read.

use encoding_rs::Encoding;

use super::builder::Builder;
use super::{PART, Piece, Shape, Used, data_uri, escapes};
use crate::context::Ctx;
use crate::{Mark, Step, Why, encoded};

/// Whether a text begins as a card or a calendar.
pub(super) fn begins(text: &str) -> bool {
    let start = text.trim_start().as_bytes();
    ["BEGIN:VCARD", "BEGIN:VCALENDAR", "BEGIN:VEVENT", "BEGIN:VNOTE"]
        .iter()
        .any(|b| {
            start
                .get(..b.len())
                .is_some_and(|s| s.eq_ignore_ascii_case(b.as_bytes()))
        })
}

#[derive(Default)]
pub(super) struct Cards {
    out: Builder,
    marks: Vec<Mark>,
    images: u32,
}

impl Shape for Cards {
    fn take(&mut self, piece: Piece<'_>, ctx: &mut Ctx<'_>) -> Result<Used, Why> {
        let bytes = piece.text.as_bytes();
        let (mut at, mut line) = (0, piece.line);
        while at < bytes.len() {
            let end = logical_line(bytes, at);
            // The line may go on in the next piece.
            if end >= bytes.len() && piece.may_wait() {
                break;
            }
            self.line(&piece, at, end, line, ctx);
            line += memchr::memchr_iter(b'\n', &bytes[at..end]).count() as u64;
            at = end;
            if self.out.len() >= PART {
                self.out.give_marked(&mut self.marks, ctx);
                ctx.tick()?;
            }
        }
        Ok(piece.used(at))
    }

    fn finish(&mut self, ctx: &mut Ctx<'_>) -> Result<(), Why> {
        self.out.give_marked(&mut self.marks, ctx);
        Ok(())
    }
}

/// The end of the line that begins at `from`, with the lines that continue it.
fn logical_line(bytes: &[u8], from: usize) -> usize {
    let mut end = from;
    let mut quoted = None;
    loop {
        let rest = bytes.get(end..).unwrap_or_default();
        let len = memchr::memchr(b'\n', rest).map_or(rest.len(), |i| i + 1);
        let line = rest.get(..len).unwrap_or_default();
        let quoted = *quoted.get_or_insert_with(|| is_quoted_printable(line));
        end += len;
        let soft = quoted && line.trim_ascii_end().ends_with(b"=");
        let folded = matches!(bytes.get(end), Some(b' ' | b'\t'));
        if end >= bytes.len() || !(soft || folded) {
            return end;
        }
    }
}

fn is_quoted_printable(line: &[u8]) -> bool {
    let head = line
        .split(|b| *b == b':')
        .next()
        .unwrap_or_default()
        .to_ascii_uppercase();
    memchr::memmem::find(&head, b"QUOTED-PRINTABLE").is_some()
}

/// The colon between the name with its parameters and the value; colons in quotes do not count.
fn colon(line: &[u8]) -> Option<usize> {
    let mut inside = false;
    line.iter().position(|b| {
        inside ^= *b == b'"';
        *b == b':' && !inside
    })
}

impl Cards {
    fn line(&mut self, piece: &Piece<'_>, from: usize, end: usize, number: u64, ctx: &mut Ctx<'_>) {
        let bytes = piece.text.as_bytes();
        let raw = &bytes[from..end];
        let to = from + raw.trim_ascii_end().len();
        if to == from {
            return;
        }
        self.out.fresh_line();
        self.marks.push(Mark {
            start: self.out.len(),
            steps: vec![Step::Line(number)],
        });
        let Some(colon) = colon(&bytes[from..to]).map(|i| from + i) else {
            self.out.same(piece, from, to);
            self.out.put("\n");
            return;
        };
        let head = bytes[from..colon].to_ascii_uppercase();
        let has = |what: &[u8]| memchr::memmem::find(&head, what).is_some();
        let base64 = has(b"ENCODING=B") || has(b";BASE64");
        self.out.same(piece, from, colon);
        self.out.put(": ");
        let value = bytes.get(colon + 1..to).unwrap_or_default();
        if base64 || value.starts_with(b"data:") {
            self.images += 1;
            let step = Step::Image(self.images);
            if base64 {
                let (picture, _) = encoded::base64(value);
                match ctx.spend(picture.len() as u64) {
                    Ok(()) => ctx.child(step, "", &picture),
                    Err(why) => ctx.unread(&[step], why),
                }
            } else {
                let joined: String = piece
                    .text
                    .get(colon + 1..to)
                    .unwrap_or_default()
                    .split_whitespace()
                    .collect();
                data_uri::picture(&joined, step, ctx);
            }
            self.out.put("\n");
            return;
        }
        let charset = charset(&head).filter(|c| *c != encoding_rs::UTF_8);
        let name = head.split(|b| *b == b';').next().unwrap_or_default();
        let name = name.rsplit(|b| *b == b'.').next().unwrap_or_default();
        let joint = match name {
            b"N" => " ",
            b"ADR" | b"ORG" => ", ",
            _ => ";",
        };
        self.value(piece, colon + 1, to, has(b"QUOTED-PRINTABLE"), charset, joint);
        self.out.put("\n");
    }

    fn value(
        &mut self,
        piece: &Piece<'_>,
        from: usize,
        to: usize,
        quoted: bool,
        charset: Option<&'static Encoding>,
        joint: &str,
    ) {
        let bytes = piece.text.as_bytes();
        let (mut at, mut kept) = (from, from);
        let start = self.out.len();
        while at < to {
            let rest = &bytes[at..to];
            let folded = |n: usize| rest.get(n..).is_some_and(|r| matches!(r.first(), Some(b' ' | b'\t')));
            let mut shown = String::new();
            let used = match rest[0] {
                b'=' if quoted && rest.get(1) == Some(&b'\n') => 2,
                b'=' if quoted && rest.get(1..3) == Some(b"\r\n") => 3,
                b'=' if quoted => match quoted_char(rest, charset) {
                    Some((c, used)) => {
                        shown.push_str(&c);
                        used
                    }
                    None => 0,
                },
                b'\r' if rest.get(1) == Some(&b'\n') && folded(2) => 3,
                b'\n' if folded(1) => 2,
                b'\\' => match rest.get(1) {
                    Some(b'n' | b'N') => {
                        shown.push('\n');
                        2
                    }
                    Some(&b @ (b',' | b';' | b':' | b'\\')) => {
                        shown.push(char::from(b));
                        2
                    }
                    _ => 0,
                },
                b';' if joint != ";" => {
                    // Empty fields leave nothing.
                    let none = kept == at && self.out.len() == start;
                    let empty = none || rest.len() == 1 || matches!(rest.get(1), Some(b';'));
                    if !empty {
                        shown.push_str(joint);
                    }
                    1
                }
                _ => 0,
            };
            if used == 0 {
                at += 1;
                continue;
            }
            self.out.same(piece, kept, at);
            self.out.unit(&shown, piece, at);
            at += used;
            kept = at;
        }
        self.out.same(piece, kept, to);
    }
}

/// The character of a quoted-printable escape.
fn quoted_char(rest: &[u8], charset: Option<&'static Encoding>) -> Option<(String, usize)> {
    let Some(charset) = charset else {
        if matches!(rest.get(..3), Some(b"=0A" | b"=0D" | b"=09")) {
            return Some((if rest[1..3] == *b"0A" { "\n" } else { "" }.to_owned(), 3));
        }
        return escapes::bytewise(rest, b"=").map(|(c, used)| (c.to_string(), used));
    };
    let byte = |i: usize| {
        let digits = rest.get(3 * i..3 * i + 3)?.strip_prefix(b"=")?;
        Some(encoded::hex(*digits.first()?)? << 4 | encoded::hex(*digits.get(1)?)?)
    };
    let first = byte(0)?;
    let two = !charset.is_single_byte() && first >= 0x80;
    let pair = [first, if two { byte(1)? } else { 0 }];
    let (text, _) = charset.decode_without_bom_handling(&pair[..if two { 2 } else { 1 }]);
    Some((text.into_owned(), if two { 6 } else { 3 }))
}

fn charset(head: &[u8]) -> Option<&'static Encoding> {
    let from = memchr::memmem::find(head, b"CHARSET=")? + 8;
    let rest = head.get(from..)?;
    Encoding::for_label(rest.split(|b| matches!(b, b';' | b'"')).next()?)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{bytes_of, place_of, read, text};

    #[test]
    fn cards_of_old_telephones_are_read() {
        let card = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=9F=D1=80=D0=B8=D0=BC=D0=B5=\r\n=D1=80;=D0=98=D0=B2=D0=B0=D0=BD;;;\r\nFN;CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:=C8=E2=E0=ED\r\nTEL;CELL:+79000000000\r\nEND:VCARD\r\n";
        let parts = read("a.vcf", card);
        let all = text(&parts);
        assert!(
            all.contains("QUOTED-PRINTABLE: Пример Иван\n") && all.contains("QUOTED-PRINTABLE: Иван\n"),
            "{all}"
        );
        assert_eq!(place_of(&parts, "+79000000000"), "line 6");
        assert_eq!(bytes_of(&parts, "+79", card.as_bytes(), 12), b"+79000000000");
        assert_eq!(bytes_of(&parts, "Иван", card.as_bytes(), 6), b"=D0=98");
    }

    #[test]
    fn folded_lines_are_one_and_escapes_are_decoded() {
        let card = "BEGIN:VCARD\nVERSION:3.0\nFN:Nguyễn Văn\n  Mẫu\nitem1.ADR;TYPE=HOME:;;5 Trần Phú\\, P. 1;Huế;;;VN\nNOTE:một\\nhai\nEND:VCARD";
        assert_eq!(
            text(&read("a.vcf", card)),
            "BEGIN: VCARD\nVERSION: 3.0\nFN: Nguyễn Văn Mẫu\nitem1.ADR;TYPE=HOME: 5 Trần Phú, P. 1, Huế, VN\nNOTE: một\nhai\nEND: VCARD\n"
        );
        let calendar = "BEGIN:VCALENDAR\nATTENDEE;CN=\"Vũ: Thử\":mailto:thu@exam\n ple.org\nEND:VCALENDAR\n";
        assert!(text(&read("a.ics", calendar)).contains("CN=\"Vũ: Thử\": mailto:thu@example.org\n"));
    }
}
