//! The instructions that content is made of for the most part, done without the library.

use std::rc::Rc;

use super::{Interpreter, Matrix, PageFont};
use crate::pdf::tokens::{Instruction, Operand};

/// Names that are kept; a page with more fonts than this looks the others up.
const MAX_NAMES: usize = 64;

/// What the names of fonts mean in one stream.
#[derive(Default)]
pub(super) struct FontNames<'d, 'a>(Vec<(&'d [u8], Rc<PageFont<'a>>)>);

impl<'d, 'a> FontNames<'d, 'a> {
    /// Keeps what the library found for a name.
    pub(super) fn learn(&mut self, instruction: &Instruction<'_, 'd>, font: Option<&Rc<PageFont<'a>>>) {
        if let (Some(font), Some((name, _))) = (font, chosen(instruction))
            && self.0.len() < MAX_NAMES
        {
            self.0.push((name, font.clone()));
        }
    }

    fn get(&self, name: &[u8]) -> Option<&Rc<PageFont<'a>>> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, font)| font)
    }
}

/// The font that an instruction chooses, and its size.
fn chosen<'d>(instruction: &Instruction<'_, 'd>) -> Option<(&'d [u8], f64)> {
    match instruction.operands {
        [.., Operand::Name(name), Operand::Number(size)] => Some((name, *size)),
        _ => None,
    }
}

impl<'a> Interpreter<'_, 'a> {
    /// Does an instruction if it is one of those known here, with the operands that it should have. Says whether it was.
    pub(super) fn quick(
        &mut self,
        instruction: &Instruction<'_, '_>,
        bottom: usize,
        names: &FontNames<'_, 'a>,
    ) -> bool {
        self.try_quick(instruction, bottom, names).is_some()
    }

    fn try_quick(&mut self, instruction: &Instruction<'_, '_>, bottom: usize, names: &FontNames<'_, 'a>) -> Option<()> {
        match instruction.operator {
            b"q" => self.save(),
            b"Q" => self.restore(bottom),
            b"BT" => {
                self.text = Matrix::IDENTITY;
                self.line = Matrix::IDENTITY;
            }
            b"cm" => self.state.ctm = self.state.ctm.before(Matrix(instruction.numbers()?)),
            b"Tm" => {
                self.line = Matrix(instruction.numbers()?);
                self.text = self.line;
            }
            b"Td" => {
                let [x, y] = instruction.numbers()?;
                self.next_line(x, y);
            }
            b"TD" => {
                let [x, y] = instruction.numbers()?;
                self.state.leading = -y;
                self.next_line(x, y);
            }
            b"T*" => self.next_line(0.0, -self.state.leading),
            b"Tf" => {
                let (name, size) = chosen(instruction)?;
                self.state.font = Some(names.get(name)?.clone());
                self.state.size = size;
            }
            b"Tc" => [self.state.char_space] = instruction.numbers()?,
            b"Tw" => [self.state.word_space] = instruction.numbers()?,
            b"Tz" => self.state.scale = instruction.numbers::<1>().map(|[n]| n / 100.0)?,
            b"TL" => [self.state.leading] = instruction.numbers()?,
            b"Ts" => [self.state.rise] = instruction.numbers()?,
            b"Tj" => self.show(instruction.text()?),
            b"'" => {
                let text = instruction.text()?;
                self.next_line(0.0, -self.state.leading);
                self.show(text);
            }
            b"TJ" => self.show_all(instruction)?,
            b"BMC" => {
                let [.., Operand::Name(_)] = instruction.operands else {
                    return None;
                };
                self.begin_marked(None);
            }
            b"BDC" => match instruction.operands {
                // Keys with escapes are not taken here, so the key of a replacement text is written as such.
                [.., Operand::Name(_), Operand::Dict(dict)] if memchr::memmem::find(dict, b"ActualText").is_none() => {
                    self.begin_marked(None);
                }
                _ => return None,
            },
            b"EMC" => self.end_marked(),
            // A path with wrong operands ends the content for the library.
            b"m" => instruction.numbers::<2>().map(drop)?,
            b"re" => instruction.numbers::<4>().map(drop)?,
            b"l" => self.count_path(instruction.numbers::<2>())?,
            b"c" => self.count_path(instruction.numbers::<6>())?,
            b"v" | b"y" => self.count_path(instruction.numbers::<4>())?,
            // What paints, and how.
            b"h" | b"ET" | b"S" | b"s" | b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" | b"n" | b"W" | b"W*"
            | b"w" | b"J" | b"j" | b"M" | b"d" | b"ri" | b"i" | b"CS" | b"cs" | b"SC" | b"SCN" | b"sc" | b"scn"
            | b"G" | b"g" | b"RG" | b"rg" | b"K" | b"k" | b"sh" | b"BX" | b"EX" => {}
            _ => return None,
        }
        Some(())
    }

    fn show_all(&mut self, instruction: &Instruction<'_, '_>) -> Option<()> {
        let Operand::Items(items) = instruction.operands.last()? else {
            return None;
        };
        for (number, item) in (0_u32..).zip(instruction.items.get(items.clone())?) {
            self.here.item = number;
            match item {
                Operand::Number(n) => self.adjust(*n),
                Operand::Text(at) => self.show(instruction.bytes.get(at.clone())?),
                _ => {}
            }
        }
        Some(())
    }

    fn count_path<const N: usize>(&mut self, operands: Option<[f64; N]>) -> Option<()> {
        operands?;
        self.content.paths += 1;
        Some(())
    }
}
