//! The instructions of a content stream, told apart quickly.
//!
//! Only what is written as the format asks is taken here. Whatever is not (numbers that no writer should write, pictures inside the
//! content, names with escapes, brackets without their other half) is left to the library from that instruction on, so that both read the
//! same from every stream: the test beside this file compares them.

use std::ops::Range;

use hayro::hayro_syntax::object::{FromBytes, String as PdfString};

use crate::encoded::hex;

/// Operands that the library takes before it gives up on a stream.
const MAX_OPERANDS: usize = 33;
/// Arrays and dictionaries inside each other; deeper ones are left to the library.
const MAX_DEPTH: usize = 8;
/// Items of arrays of one instruction that are kept; a line of text has some hundreds. More are left to the library, which keeps none.
const MAX_ITEMS: usize = 1 << 16;
/// Digits of a number that is read here: as many as are exact.
const MAX_DIGITS: usize = 18;
const POWERS_OF_TEN: [f64; MAX_DIGITS + 1] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
];

/// An operand, or an item of an array.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand<'d> {
    /// A number.
    Number(f64),
    /// A string: where its decoded bytes lie in [`Instruction::bytes`].
    Text(Range<usize>),
    /// A name without its stroke.
    Name(&'d [u8]),
    /// An array of numbers and strings: where its items lie in [`Instruction::items`].
    Items(Range<usize>),
    /// A dictionary, as it is written.
    Dict(&'d [u8]),
    /// An array of other things.
    Array,
}

/// An operator with its operands.
#[derive(Debug)]
pub struct Instruction<'t, 'd> {
    /// Its name.
    pub operator: &'d [u8],
    /// What stands before it.
    pub operands: &'t [Operand<'d>],
    /// Items of the arrays among the operands.
    pub items: &'t [Operand<'d>],
    /// Decoded bytes of the strings among the operands and items.
    pub bytes: &'t [u8],
    /// The whole instruction as it is written.
    pub source: &'d [u8],
}

impl<'t, 'd> Instruction<'t, 'd> {
    /// The last operands, if they are so many numbers.
    pub fn numbers<const N: usize>(&self) -> Option<[f64; N]> {
        let last = self.operands.last_chunk::<N>()?;
        let mut numbers = [0.0; N];
        for (number, operand) in numbers.iter_mut().zip(last) {
            let Operand::Number(n) = operand else { return None };
            *number = *n;
        }
        Some(numbers)
    }

    /// The last operand, if it is a string.
    pub fn text(&self) -> Option<&'t [u8]> {
        match self.operands.last()? {
            Operand::Text(at) => self.bytes.get(at.clone()),
            _ => None,
        }
    }
}

/// What comes next in a stream.
#[derive(Debug)]
pub enum Found<'t, 'd> {
    /// An instruction.
    Instruction(Instruction<'t, 'd>),
    /// The rest of the stream begins with something that is left to the library.
    Rest(&'d [u8]),
}

/// What ends the reading of an instruction before its operator.
enum Stop {
    End,
    Unusual,
}

/// Tells the instructions of a stream apart.
pub struct Tokens<'d> {
    data: &'d [u8],
    at: usize,
    operands: Vec<Operand<'d>>,
    items: Vec<Operand<'d>>,
    bytes: Vec<u8>,
}

impl<'d> Tokens<'d> {
    /// A reader at the beginning of a stream.
    pub fn new(data: &'d [u8]) -> Self {
        Self {
            data,
            at: 0,
            operands: Vec::new(),
            items: Vec::new(),
            bytes: Vec::new(),
        }
    }

    /// The next instruction; nothing at the end of the stream.
    #[expect(clippy::should_implement_trait, reason = "what it gives borrows from the reader")]
    pub fn next(&mut self) -> Option<Found<'_, 'd>> {
        self.operands.clear();
        self.items.clear();
        self.bytes.clear();
        let from = self.at;
        match self.instruction() {
            Ok(operator) => Some(Found::Instruction(Instruction {
                operator,
                operands: &self.operands,
                items: &self.items,
                bytes: &self.bytes,
                source: self.data.get(from..self.at).unwrap_or_default(),
            })),
            Err(Stop::End) => None,
            Err(Stop::Unusual) => {
                self.at = self.data.len();
                Some(Found::Rest(self.data.get(from..).unwrap_or_default()))
            }
        }
    }

    fn instruction(&mut self) -> Result<&'d [u8], Stop> {
        loop {
            self.blanks();
            let first = self.peek().ok_or(Stop::End)?;
            if is_regular(first) && !matches!(first, b'.' | b'+' | b'-' | b'0'..=b'9') {
                let operator = self.word();
                // A dictionary before this word is that of a stream to the library; a picture follows its own rules.
                let unusual = operator == b"BI"
                    || operator.contains(&b'#')
                    || operator.starts_with(b"stream") && matches!(self.operands.last(), Some(Operand::Dict(_)));
                return if unusual { Err(Stop::Unusual) } else { Ok(operator) };
            }
            let operand = self.operand(0).ok_or(Stop::Unusual)?;
            if self.operands.len() == MAX_OPERANDS {
                return Err(Stop::Unusual);
            }
            self.operands.push(operand);
        }
    }

    fn peek(&self) -> Option<u8> {
        self.data.get(self.at).copied()
    }

    /// Passes blanks and comments.
    fn blanks(&mut self) {
        while let Some(byte) = self.peek() {
            if is_blank(byte) {
                self.at += 1;
            } else if byte == b'%' {
                let rest = self.data.get(self.at..).unwrap_or_default();
                self.at += memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
            } else {
                return;
            }
        }
    }

    /// The regular characters that follow.
    fn word(&mut self) -> &'d [u8] {
        let rest = self.data.get(self.at..).unwrap_or_default();
        let len = rest.iter().position(|&b| !is_regular(b)).unwrap_or(rest.len());
        self.at += len;
        rest.get(..len).unwrap_or_default()
    }

    fn operand(&mut self, depth: usize) -> Option<Operand<'d>> {
        match self.peek()? {
            b'.' | b'+' | b'-' | b'0'..=b'9' => self.number().map(Operand::Number),
            b'(' => self.literal().map(Operand::Text),
            b'<' if self.data.get(self.at + 1) == Some(&b'<') => self.dict(depth).map(Operand::Dict),
            b'<' => self.hex().map(Operand::Text),
            b'/' => {
                self.at += 1;
                let name = self.word();
                (!name.contains(&b'#')).then_some(Operand::Name(name))
            }
            b'[' => self.array(depth),
            _ => None,
        }
    }

    fn number(&mut self) -> Option<f64> {
        let negative = self.peek() == Some(b'-');
        if negative || self.peek() == Some(b'+') {
            self.at += 1;
        }
        let (mut mantissa, mut digits, mut point) = (0_u64, 0, None);
        let rest = self.data.get(self.at..)?;
        for &byte in rest {
            match byte {
                b'0'..=b'9' if digits < MAX_DIGITS => {
                    mantissa = mantissa * 10 + u64::from(byte - b'0');
                    digits += 1;
                }
                b'.' if point.is_none() => point = Some(digits),
                byte if is_regular(byte) => return None,
                _ => break,
            }
            self.at += 1;
        }
        if digits == 0 {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "as the library reads numbers")]
        let value = mantissa as f64 / POWERS_OF_TEN.get(point.map_or(0, |at| digits - at))?;
        // Only a number with a point can be less than nothing and nothing.
        Some(match (negative, point) {
            (false, _) => value,
            (true, None) => 0.0 - value,
            (true, Some(_)) => -value,
        })
    }

    fn literal(&mut self) -> Option<Range<usize>> {
        let source = self.data.get(self.at..)?;
        let (mut open, mut len, mut plain) = (0_usize, 0, true);
        loop {
            match source.get(len)? {
                b'(' => open += 1,
                b')' => open -= 1,
                b'\\' => {
                    plain = false;
                    len += 1;
                }
                b'\r' | b'\n' => plain = false,
                _ => {}
            }
            len += 1;
            if open == 0 {
                break;
            }
        }
        let from = self.bytes.len();
        let source = source.get(..len)?;
        if plain {
            self.bytes.extend_from_slice(source.get(1..len - 1)?);
        } else {
            self.bytes.extend_from_slice(PdfString::from_bytes(source)?.as_bytes());
        }
        self.at += len;
        Some(from..self.bytes.len())
    }

    fn hex(&mut self) -> Option<Range<usize>> {
        let from = self.bytes.len();
        let mut high = None;
        self.at += 1;
        for &byte in self.data.get(self.at..)? {
            self.at += 1;
            let Some(digit) = hex(byte) else {
                match byte {
                    b'>' => {
                        self.bytes.extend(high.map(|high| high << 4));
                        return Some(from..self.bytes.len());
                    }
                    byte if is_blank(byte) => continue,
                    _ => return None,
                }
            };
            match high.take() {
                Some(high) => self.bytes.push(high << 4 | digit),
                None => high = Some(digit),
            }
        }
        None
    }

    fn array(&mut self, depth: usize) -> Option<Operand<'d>> {
        if depth == MAX_DEPTH {
            return None;
        }
        let from = self.items.len();
        let mut other = false;
        self.at += 1;
        loop {
            self.blanks();
            if self.peek()? == b']' {
                self.at += 1;
                break;
            }
            let item = self.operand(depth + 1)?;
            if matches!(item, Operand::Number(_) | Operand::Text(_)) {
                if self.items.len() == MAX_ITEMS {
                    return None;
                }
                self.items.push(item);
            } else {
                other = true;
            }
        }
        Some(if other {
            Operand::Array
        } else {
            Operand::Items(from..self.items.len())
        })
    }

    fn dict(&mut self, depth: usize) -> Option<&'d [u8]> {
        if depth == MAX_DEPTH {
            return None;
        }
        let from = self.at;
        self.at += 2;
        loop {
            self.blanks();
            if self.data.get(self.at..self.at + 2)? == b">>" {
                self.at += 2;
                return self.data.get(from..self.at);
            }
            let Operand::Name(_) = self.operand(depth + 1)? else {
                return None;
            };
            self.blanks();
            self.operand(depth + 1)?;
        }
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | b'\x0C' | b'\r' | b' ')
}

fn is_regular(byte: u8) -> bool {
    const REGULAR: [bool; 256] = {
        let mut table = [true; 256];
        let others = b"\0\t\n\x0C\r ()<>[]{}/%";
        let mut at = 0;
        while at < others.len() {
            table[others[at] as usize] = false;
            at += 1;
        }
        table
    };
    REGULAR[usize::from(byte)]
}

#[cfg(test)]
mod tests;
