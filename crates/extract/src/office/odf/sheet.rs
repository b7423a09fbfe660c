//! One sheet of an OpenDocument workbook.

use super::super::grid::Grid;
use super::super::package::give_lines;
use super::super::sheet::literals;
use super::super::xml::Tag;
use crate::Step;
use crate::context::Ctx;

/// How often a repeated cell or row that holds text is given; empty ones only move the count.
const REPEATS: u32 = 256;
/// Bytes that the repetitions of one sheet may come to.
const REPEATED: usize = 16 << 20;

/// The cell being read.
#[derive(Default)]
struct Cell {
    col: u32,
    repeat: u32,
    hidden: bool,
    text: String,
    /// The literals of its formula.
    literals: Option<String>,
    /// The value behind the text, where the text may show less.
    value: String,
    is_date: bool,
}

/// A sheet under way.
pub(super) struct Sheet {
    step: Step,
    /// The steps of the sheet below the place of the file.
    place: Vec<Step>,
    grid: Grid,
    formulas: Grid,
    row: u32,
    row_repeat: u32,
    row_hidden: bool,
    cells: Vec<Cell>,
    next_col: u32,
    columns: u32,
    hidden: Vec<(u32, u32)>,
    in_cell: bool,
    repeated: usize,
    beside: Vec<(Vec<Step>, String)>,
}

fn repeat(tag: &Tag<'_>, name: &str) -> u32 {
    tag.number(name).unwrap_or(1).max(1)
}

fn collapsed(tag: &Tag<'_>) -> bool {
    tag.attr("visibility").is_some_and(|v| v != "visible")
}

impl Sheet {
    pub(super) fn new(base: &[Step], step: Step) -> Self {
        let mut steps = base.to_vec();
        steps.push(step.clone());
        let mut source = steps.clone();
        source.push(Step::Source);
        Self {
            step,
            grid: Grid::new(steps.clone()),
            place: steps,
            formulas: Grid::new(source),
            row: 0,
            row_repeat: 1,
            row_hidden: false,
            cells: Vec::new(),
            next_col: 0,
            columns: 0,
            hidden: Vec::new(),
            in_cell: false,
            repeated: 0,
            beside: Vec::new(),
        }
    }

    /// The steps of the cell being read, or of the sheet between cells.
    pub(super) fn steps(&self) -> Vec<Step> {
        let mut steps = vec![self.step.clone()];
        if self.in_cell
            && let Some(cell) = self.cells.last()
        {
            steps.push(Step::Cell {
                row: self.row,
                col: cell.col,
                hidden: self.row_hidden || cell.hidden,
            });
        }
        steps
    }

    /// Adds a line beside the cells, at the cell being read.
    pub(super) fn aside(&mut self, more: &[Step], text: String) {
        let mut steps = self.steps();
        steps.remove(0);
        steps.extend_from_slice(more);
        self.beside.push((steps, text));
    }

    pub(super) fn column(&mut self, tag: &Tag<'_>) {
        let count = repeat(tag, "number-columns-repeated");
        let first = self.columns;
        self.columns = first.saturating_add(count);
        if collapsed(tag) {
            self.hidden.push((first, self.columns - 1));
        }
    }

    pub(super) fn open_row(&mut self, tag: &Tag<'_>) {
        self.row_repeat = repeat(tag, "number-rows-repeated");
        self.row_hidden = collapsed(tag);
        self.next_col = 0;
        self.cells.clear();
    }

    pub(super) fn open_cell(&mut self, tag: &Tag<'_>) {
        let count = repeat(tag, "number-columns-repeated");
        let col = self.next_col;
        self.next_col = col.saturating_add(count);
        let span = repeat(tag, "number-columns-spanned");
        self.grid.widen(self.row, col, col.saturating_add(span - 1));
        let covered = tag.name() == "covered-table-cell";
        let kind = tag.text("value-type");
        let mut cell = Cell {
            col,
            repeat: count,
            hidden: covered || self.hidden.iter().any(|(a, b)| (*a..=*b).contains(&col)),
            is_date: kind == "date",
            ..Cell::default()
        };
        cell.value = match kind.as_str() {
            "float" | "currency" => tag.text("value"),
            "date" => tag.text("date-value").trim_end_matches("T00:00:00").to_owned(),
            "string" => tag.text("string-value"),
            _ => String::new(),
        };
        if let Some(formula) = tag.attr("formula")
            && formula.contains('"')
        {
            cell.literals = literals(&formula);
        }
        self.cells.push(cell);
        self.in_cell = true;
    }

    /// Adds a paragraph to the cell; false where none is open.
    pub(super) fn paragraph(&mut self, text: &str) -> bool {
        match self.cells.last_mut() {
            Some(cell) if self.in_cell => {
                if !cell.text.is_empty() {
                    cell.text.push('\n');
                }
                cell.text.push_str(text);
                true
            }
            _ => false,
        }
    }

    pub(super) fn close_cell(&mut self) {
        self.in_cell = false;
        let Some(cell) = self.cells.last_mut() else { return };
        // The text is what a person sees; where it shows less than the value, the value counts.
        let years = cell.text.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() == 4);
        let short = cell.text.is_empty() || cell.text.starts_with("###") || (!cell.is_date && exponent(&cell.text));
        if !cell.value.is_empty() && (short || (cell.is_date && !years)) {
            cell.text = std::mem::take(&mut cell.value);
        }
    }

    pub(super) fn close_row(&mut self, ctx: &mut Ctx<'_>) {
        let size: usize = self.cells.iter().map(|c| c.text.len()).sum();
        if size > 0 || self.cells.iter().any(|c| c.literals.is_some()) {
            for n in 0..self.row_repeat.min(REPEATS) {
                if n > 0 && !self.afford(size) {
                    break;
                }
                self.give_row(self.row.saturating_add(n), ctx);
            }
        }
        self.row = self.row.saturating_add(self.row_repeat);
        self.cells.clear();
    }

    fn afford(&mut self, bytes: usize) -> bool {
        self.repeated = self.repeated.saturating_add(bytes);
        self.repeated <= REPEATED
    }

    fn give_row(&mut self, row: u32, ctx: &mut Ctx<'_>) {
        let cells = std::mem::take(&mut self.cells);
        for cell in &cells {
            let hidden = self.row_hidden || cell.hidden;
            for n in 0..cell.repeat.min(REPEATS) {
                if cell.text.is_empty() || (n > 0 && !self.afford(cell.text.len())) {
                    break;
                }
                self.grid.cell(row, cell.col.saturating_add(n), hidden, &cell.text, ctx);
            }
            if let Some(text) = &cell.literals
                && !cell.text.contains(text.as_str())
            {
                self.formulas.cell(row, cell.col, hidden, text, ctx);
            }
        }
        self.cells = cells;
    }

    pub(super) fn finish(&mut self, ctx: &mut Ctx<'_>) {
        if !self.cells.is_empty() {
            self.close_row(ctx);
        }
        self.grid.flush(ctx);
        self.formulas.flush(ctx);
        if !self.beside.is_empty() {
            give_lines(&self.place, std::mem::take(&mut self.beside), ctx);
        }
    }
}

/// Whether a number is shown with an exponent: `4.90E+10`.
fn exponent(text: &str) -> bool {
    text.split_once('E')
        .is_some_and(|(a, b)| a.starts_with(|c: char| c.is_ascii_digit() || c == '-') && b.starts_with(['+', '-']))
}
