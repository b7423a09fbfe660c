//! Numbers of cells as a person sees them: dates as dates, identifiers with the zeros that the format adds.
//!
//! A value is never shown with fewer digits than it has, whatever the format says.

use super::super::xml::{Item, Xml};
use crate::context::Ctx;
use crate::{Why, calendar};

/// How numbers of one format are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum Format {
    /// As the number is.
    #[default]
    Plain,
    /// A day, with the mark between day and month where the day comes first.
    Date { day_first: Option<char>, time: bool },
    /// A time of the day, or a span.
    Time,
    /// By a pattern of digits and literals.
    Pattern(Pattern),
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Pattern {
    /// The whole part: digits (`None`) and literals between them, from left to right.
    whole: Vec<Option<char>>,
    /// How many digits of the whole part are shown as zeros at least.
    zeros: usize,
    thousands: bool,
    decimals: usize,
    percent: bool,
    after: String,
}

/// The formats of a workbook by the style of a cell.
#[derive(Debug, Default)]
pub(super) struct Formats(Vec<Format>);

impl Formats {
    pub(super) fn read(&mut self, text: &str, ctx: &Ctx<'_>) -> Result<(), Why> {
        let mut xml = Xml::new(text);
        let mut own: Vec<(u32, Format)> = Vec::new();
        let mut in_cells = false;
        while let Some(item) = xml.next(ctx)? {
            match item {
                Item::Open(tag) => match tag.name() {
                    "numFmt" => {
                        if let Some(id) = tag.number("numFmtId") {
                            own.push((id, parse(&tag.attr("formatCode").unwrap_or_default())));
                        }
                    }
                    "cellXfs" => in_cells = true,
                    "xf" if in_cells => {
                        let id = tag.number("numFmtId").unwrap_or(0);
                        let format = own.iter().find(|(i, _)| *i == id).map(|(_, f)| f.clone());
                        self.0.push(format.unwrap_or_else(|| built_in(id)));
                    }
                    _ => {}
                },
                Item::Close(tag) if tag.name() == "cellXfs" => in_cells = false,
                _ => {}
            }
        }
        Ok(())
    }

    /// Writes the number `raw` of a cell with this style.
    pub(super) fn show(&self, raw: &str, style: usize, from_1904: bool, out: &mut String) {
        let format = self.0.get(style).unwrap_or(&Format::Plain);
        let digits = raw.len() <= 15 && raw.bytes().all(|b| b.is_ascii_digit());
        if digits && *format == Format::Plain {
            out.push_str(raw);
            return;
        }
        let Some(number) = raw.parse::<f64>().ok().filter(|n| n.is_finite()) else {
            out.push_str(raw);
            return;
        };
        let shown = match format {
            Format::Plain => None,
            Format::Date { day_first, time } => date(number, *day_first, *time, from_1904),
            Format::Time => clock(number),
            Format::Pattern(pattern) => Some(pattern.show(number)),
        };
        out.push_str(&shown.unwrap_or_else(|| plain(number)));
    }
}

/// A number with at most fifteen digits that count, without exponent.
fn plain(number: f64) -> String {
    if number.abs() < 1e15 && number.fract() == 0.0 {
        return format!("{number}");
    }
    let rounded = format!("{number:.14e}").parse::<f64>().unwrap_or(number);
    format!("{rounded}")
}

/// The formats that have a number and no code.
fn built_in(id: u32) -> Format {
    match id {
        14..=17 | 27..=31 | 36 | 50..=54 | 57 | 58 => Format::Date {
            day_first: None,
            time: false,
        },
        22 => Format::Date {
            day_first: None,
            time: true,
        },
        18..=21 | 32..=35 | 45..=47 | 55 | 56 => Format::Time,
        2 => parse("0.00"),
        3 | 37 | 38 => parse("#,##0"),
        4 | 39 | 40 => parse("#,##0.00"),
        9 => parse("0%"),
        10 => parse("0.00%"),
        _ => Format::Plain,
    }
}

/// A piece of the code of a format.
enum Token {
    Literal(char),
    Code(char),
    /// `[h]`, `[mm]`: a span.
    Span,
}

/// The first section of a code, without colours, conditions, paddings.
fn tokens(code: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            ';' => break,
            '"' => tokens.extend(chars.by_ref().take_while(|c| *c != '"').map(Token::Literal)),
            '\\' => tokens.extend(chars.next().map(Token::Literal)),
            '_' | '*' => {
                chars.next();
            }
            '[' => {
                let inner: String = chars.by_ref().take_while(|c| *c != ']').collect();
                if let Some(symbol) = inner.strip_prefix('$') {
                    tokens.extend(symbol.chars().take_while(|c| *c != '-').map(Token::Literal));
                } else if !inner.is_empty() && inner.chars().all(|c| "hmsHMS".contains(c)) {
                    tokens.push(Token::Span);
                }
            }
            c => tokens.push(Token::Code(c)),
        }
    }
    tokens
}

/// What a code means.
fn parse(code: &str) -> Format {
    if code.len() > 1024 || code.to_ascii_lowercase().contains("general") {
        return Format::Plain;
    }
    let tokens = tokens(code);
    let mut order = String::new();
    let mut mark = None;
    let mut span = false;
    let mut previous = ' ';
    for token in &tokens {
        match token {
            Token::Span => span = true,
            Token::Literal(c) => {
                if previous == 'd' && mark.is_none() && matches!(c, '.' | '/' | '-') {
                    mark = Some(*c);
                }
            }
            Token::Code(c) => {
                let c = c.to_ascii_lowercase();
                if "ymdhs".contains(c) {
                    if !order.ends_with(c) {
                        order.push(c);
                    }
                    previous = c;
                } else if previous == 'd' && mark.is_none() && matches!(c, '.' | '/' | '-') {
                    mark = Some(c);
                }
            }
        }
    }
    if span {
        return Format::Time;
    }
    if !order.is_empty() {
        let time = order.contains('h');
        if !order.contains(['y', 'd']) && (time || order.contains('s')) {
            return Format::Time;
        }
        let day_first = order.starts_with("dm").then(|| mark.unwrap_or('/'));
        return Format::Date { day_first, time };
    }
    pattern(&tokens).map_or(Format::Plain, Format::Pattern)
}

fn pattern(tokens: &[Token]) -> Option<Pattern> {
    let mut pattern = Pattern::default();
    let (mut point, mut digits, mut ended) = (false, 0_usize, false);
    for (i, token) in tokens.iter().enumerate() {
        match token {
            Token::Code('0' | '#' | '?') if ended => return None,
            Token::Code(c @ ('0' | '#' | '?')) if point => pattern.decimals += usize::from(*c == '0'),
            Token::Code(c @ ('0' | '#' | '?')) => {
                digits += 1;
                // Every digit right of the first zero is shown.
                pattern.zeros += usize::from(*c == '0' || pattern.zeros > 0);
                pattern.whole.push(None);
            }
            Token::Code('.') if digits > 0 && !point => point = true,
            Token::Code(',') if digits > 0 && !point => {
                // A comma between digits groups them; after the last one it scales, which hides digits.
                let more = tokens.iter().skip(i + 1);
                pattern.thousands |= more.into_iter().any(|t| matches!(t, Token::Code('0' | '#' | '?')));
            }
            Token::Code('%') => {
                pattern.percent = true;
                pattern.after.push('%');
            }
            Token::Code('E' | 'e' | '/' | '@') => return None,
            Token::Code(c) | Token::Literal(c) if point => {
                ended = true;
                pattern.after.push(*c);
            }
            Token::Code(c) | Token::Literal(c) => pattern.whole.push(Some(*c)),
            Token::Span => return None,
        }
    }
    (digits > 0).then_some(pattern)
}

impl Pattern {
    fn show(&self, number: f64) -> String {
        let value = plain(if self.percent { number * 100.0 } else { number }.abs());
        let (whole, fraction) = value.split_once('.').unwrap_or((&value, ""));
        let mut digits: Vec<char> = whole.trim_start_matches('0').chars().collect();
        while digits.len() < self.zeros {
            digits.insert(0, '0');
        }
        if digits.is_empty() {
            digits.push('0');
        }
        // From the right: each place takes a digit, the leftmost one all that are left.
        let mut out: Vec<char> = Vec::new();
        let mut places = self.whole.iter().filter(|p| p.is_none()).count();
        let mut taken = 0;
        for place in self.whole.iter().rev() {
            match place {
                // A mark between digits stands only where digits stand on both sides of it.
                Some(_) if places > 0 && digits.is_empty() && taken > 0 => {}
                Some(c) => out.push(*c),
                None => {
                    places -= 1;
                    while let Some(digit) = digits.pop() {
                        if self.thousands && taken > 0 && taken % 3 == 0 {
                            out.push(',');
                        }
                        out.push(digit);
                        taken += 1;
                        if places > 0 {
                            break;
                        }
                    }
                }
            }
        }
        if number < 0.0 {
            out.push('-');
        }
        let mut text: String = out.iter().rev().collect();
        let mut decimals = fraction.to_owned();
        while decimals.len() < self.decimals.min(30) {
            decimals.push('0');
        }
        if !decimals.is_empty() {
            // Literals after the last digit stand after the decimals.
            text.push('.');
            text.push_str(&decimals);
        }
        text.push_str(&self.after);
        text
    }
}

/// Seconds of a day.
const DAY: i64 = 86_400;

/// A date of a workbook; none outside its calendar.
fn date(number: f64, day_first: Option<char>, time: bool, from_1904: bool) -> Option<String> {
    if !(0.0..2_958_466.0).contains(&number) {
        return None;
    }
    let seconds = (number * DAY as f64).round() as i64;
    let (day, rest) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let (y, m, d) = calendar::date(calendar::of_workbook(day, from_1904));
    let mut text = match day_first {
        Some(mark) => format!("{d:02}{mark}{m:02}{mark}{y:04}"),
        None => format!("{y:04}-{m:02}-{d:02}"),
    };
    if time || rest != 0 {
        let (h, min, s) = (rest / 3600, rest / 60 % 60, rest % 60);
        text.push_str(&format!(" {h:02}:{min:02}"));
        if s != 0 {
            text.push_str(&format!(":{s:02}"));
        }
    }
    Some(text)
}

fn clock(number: f64) -> Option<String> {
    if !(0.0..1e6).contains(&number) {
        return None;
    }
    let seconds = (number * DAY as f64).round() as i64;
    Some(format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(code: &str, raw: &str) -> String {
        let mut out = String::new();
        Formats(vec![parse(code)]).show(raw, 0, false, &mut out);
        out
    }

    #[test]
    fn zeros_that_a_format_adds_are_part_of_the_number() {
        assert_eq!(shown("000000000000", "49087001234"), "049087001234");
        assert_eq!(shown("0000 0000 0000", "49087001234"), "0490 8700 1234");
        assert_eq!(shown("000-000-000 00", "11223344595"), "112-233-445 95");
        assert_eq!(shown("0##", "5"), "005");
        assert_eq!(shown("\"+84\" 0", "912345678"), "+84 912345678");
        assert_eq!(shown("General", "49087001234"), "49087001234");
        assert_eq!(shown("General", "4.9087001234E10"), "49087001234");
    }

    #[test]
    fn amounts_keep_their_marks_and_all_their_digits() {
        assert_eq!(shown("#,##0", "1234567"), "1,234,567");
        assert_eq!(shown("#,##0.00 \"₫\"", "-1234567.5"), "-1,234,567.50 ₫");
        assert_eq!(shown("0.00", "10.762622"), "10.762622");
        assert_eq!(shown("0%", "0.155"), "15.5%");
        assert_eq!(shown("General", "0.30000000000000004"), "0.3");
        assert_eq!(shown("0.00E+00", "1234567890123"), "1234567890123");
    }

    #[test]
    fn dates_come_as_dates_in_the_order_that_is_shown() {
        assert_eq!(shown("dd/mm/yyyy", "31917"), "20/05/1987");
        assert_eq!(shown("dd\\.mm\\.yyyy", "31917"), "20.05.1987");
        assert_eq!(shown("[$-42A]d \"tháng\" m \"năm\" yyyy", "31917"), "20/05/1987");
        assert_eq!(shown("m/d/yyyy", "31917"), "1987-05-20");
        assert_eq!(shown("yyyy\"年\"m\"月\"d\"日\"", "31917"), "1987-05-20");
        assert_eq!(shown("yyyy-mm-dd hh:mm", "31917.5"), "1987-05-20 12:00");
        assert_eq!(shown("[h]:mm", "1.5"), "36:00:00");
        assert_eq!(shown("dd/mm/yyyy", "1"), "01/01/1900");
        assert_eq!(shown("dd/mm/yyyy", "61"), "01/03/1900");
        assert_eq!(shown("dd/mm/yyyy", "-5"), "-5");
        assert_eq!(date(0.0, None, false, true).as_deref(), Some("1904-01-01"));
    }
}
