//! A register as a table: CSV or XLSX. Personal fields go into it for a stated purpose only, and every look is recorded.

use std::borrow::Cow;
use std::collections::HashMap;

use jiff::Timestamp;
use rust_xlsxwriter::{Format as CellFormat, Workbook};
use tutela_words::Words;

use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::card::{Card, Personal};
use crate::kernel::field::{Field, Kind, Values, words_of};
use crate::kernel::people::{Account, account_event};
use crate::kernel::record::load_card;
use crate::kernel::register::Register;
use crate::kernel::rights::{Right, any_allows};
use crate::office::Office;
use crate::show;

/// Records in one file at most.
pub const MAX_ROWS: usize = 100_000;
/// Between several values in one cell.
pub const BETWEEN: &str = "; ";

/// In which form a table is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Text, values separated by commas, UTF-8 with its mark, so that spreadsheets open it right.
    Csv,
    /// A workbook with one sheet.
    Xlsx,
}

impl Form {
    /// The word in forms and names of files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// Reads a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Csv, Self::Xlsx].into_iter().find(|f| f.as_str() == word)
    }

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// A table: names of columns for people, for programs, and rows.
#[derive(Clone, PartialEq, Eq)]
pub struct Table {
    /// For people.
    pub titles: Vec<String>,
    /// For programs.
    pub names: Vec<String>,
    /// Rows.
    pub rows: Vec<Vec<String>>,
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table")
            .field("names", &self.names)
            .field("rows", &self.rows.len())
            .finish_non_exhaustive()
    }
}

/// Every field that a card of a register may hold, once.
pub(crate) fn fields_of(register: &Register) -> Vec<&'static Field> {
    let mut all: Vec<&'static Field> = Vec::new();
    for field in register
        .fields
        .iter()
        .chain(register.operations.iter().flat_map(|o| o.fields))
    {
        if !all.iter().any(|f| f.name == field.name) {
            all.push(field);
        }
    }
    all
}

impl Office {
    /// The whole of a register, newest first. With a purpose, personal fields of cards that open for it are in the table;
    /// a card that does not open for it stays closed, and says so.
    pub async fn export(
        &self,
        account: &Account,
        now: Timestamp,
        register: &'static Register,
        form: Form,
        purpose: Option<&str>,
    ) -> Result<Table, Error> {
        let actor = account.actor();
        let may = any_allows(&actor.roles, Right::Export)
            && (purpose.is_none() || any_allows(&actor.roles, Right::OpenPersonal));
        if !may {
            return Err(Refusal::new("refusal-right").into());
        }
        let body = self.body(&account.body).await?;
        let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
        let words = self.words(account.locale);
        let fields = fields_of(register);
        let mut table = heads(words, &fields);
        let mut numbers = HashMap::new();
        let mut before: Option<String> = None;
        loop {
            let page = self.page(&actor, register, None, before.as_deref()).await?;
            for listed in page.cards {
                if table.rows.len() == MAX_ROWS {
                    return Err(Refusal::new("refusal-export-rows")
                        .arg("max", MAX_ROWS.to_string())
                        .into());
                }
                let mut card = listed.card;
                if let (Some(purpose), Personal::Closed) = (purpose, &card.personal) {
                    match self.open_card(&actor, now, &card.id, purpose).await {
                        Ok(opened) => card = opened,
                        // Not for this purpose: the refusal was recorded, the rest of the table is still good.
                        Err(Error::Refused(r)) if matches!(r.key, "refusal-purpose" | "refusal-blocked") => {}
                        Err(error) => return Err(error),
                    }
                }
                self.numbers(&body, &fields, &card, &mut numbers).await?;
                table.rows.push(row(words, &body, &fields, &card, &numbers));
            }
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        let mut open = Values::new();
        open.insert("register".to_owned(), register.name.into());
        open.insert("format".to_owned(), form.as_str().into());
        open.insert("rows".to_owned(), table.rows.len().into());
        if let Some(purpose) = purpose {
            open.insert("purpose".to_owned(), purpose.into());
        }
        let mut tx = self.db.write().await?;
        account_event(&mut tx, &actor, &actor.body, now, "register.export", &account.id, &open).await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(table)
    }

    /// Looks up the numbers of the cards that a card points to.
    pub(crate) async fn numbers(
        &self,
        body: &Body,
        fields: &[&'static Field],
        card: &Card,
        known: &mut HashMap<String, String>,
    ) -> Result<(), Error> {
        for field in fields {
            if !matches!(field.kind, Kind::Card(_) | Kind::Cards(_)) {
                continue;
            }
            for id in card.cards(field.name) {
                if known.contains_key(id) {
                    continue;
                }
                let mut connection = self.db.read().acquire().await?;
                if let Some(target) = load_card(&mut connection, &body.id, id).await? {
                    known.insert(id.to_owned(), target.number);
                }
            }
        }
        Ok(())
    }
}

/// Columns that every register has, before its fields: machine names and texts.
const COMMON: &[(&str, &str)] = &[
    ("number", "column-number"),
    ("state", "column-state"),
    ("created", "export-created"),
    ("updated", "export-updated"),
    ("personal", "export-personal"),
];

pub(crate) fn heads(words: &Words, fields: &[&'static Field]) -> Table {
    let titles = COMMON.iter().map(|(_, key)| words.get(key));
    let names = COMMON.iter().map(|(name, _)| format!("card.{name}"));
    Table {
        titles: titles
            .chain(fields.iter().map(|f| words.get(&format!("field-{}", f.name))))
            .collect(),
        names: names.chain(fields.iter().map(|f| f.name.to_owned())).collect(),
        rows: Vec::new(),
    }
}

pub(crate) fn row(
    words: &Words,
    body: &Body,
    fields: &[&'static Field],
    card: &Card,
    numbers: &HashMap<String, String>,
) -> Vec<String> {
    let at = |t: Timestamp| {
        let here = t.to_zoned_datetime(body.zone.clone());
        format!("{} {:02}:{:02}", here.date(), here.hour(), here.minute())
    };
    let personal = match card.personal {
        Personal::None => "none",
        Personal::Closed => "closed",
        Personal::Open(_) => "open",
        Personal::Destroyed(_) => "destroyed",
    };
    let mut cells = vec![
        card.number.clone(),
        words.get(&format!("state-{}", card.state)),
        at(card.created),
        at(card.updated),
        words.get(&format!("export-personal-{personal}")),
    ];
    for field in fields {
        let cell = match card.value(field.name) {
            None => String::new(),
            Some(value) => match field.kind {
                // A table is read by programs too: dates stand as ISO 8601 has them.
                Kind::Date => value.as_str().unwrap_or_default().to_owned(),
                Kind::Instant => value.as_str().and_then(|s| s.parse().ok()).map_or_else(String::new, at),
                Kind::Card(_) | Kind::Cards(_) => {
                    let all: Vec<_> = words_of(value)
                        .into_iter()
                        .map(|id| numbers.get(id).map_or(id, String::as_str))
                        .collect();
                    all.join(BETWEEN)
                }
                Kind::Choices(_) => {
                    let all: Vec<_> = words_of(value)
                        .iter()
                        .map(|w| words.get(&format!("choice-{w}")))
                        .collect();
                    all.join(BETWEEN)
                }
                _ => show::value(words, Some(field), value, &body.zone),
            },
        };
        cells.push(cell);
    }
    cells
}

/// Longest text of a cell of a workbook, in units of UTF-16.
const MAX_CELL: usize = 32_767;

/// A cell as a workbook takes it. Almost no text is longer; the table as CSV has such a one as a whole.
fn fit(cell: &str) -> Cow<'_, str> {
    let mut units = 0;
    let mut cut = 0;
    for (at, c) in cell.char_indices() {
        units += c.len_utf16();
        // Room for the mark that something is left out.
        if units < MAX_CELL {
            cut = at + c.len_utf8();
        }
    }
    if units <= MAX_CELL {
        return Cow::Borrowed(cell);
    }
    let kept: String = cell.get(..cut).unwrap_or_default().to_owned();
    Cow::Owned(kept + "…")
}

/// A cell that no spreadsheet takes for a formula.
pub(crate) fn safe(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// What was meant by a safe cell.
pub(crate) fn unsafe_again(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => cell,
    }
}

/// The table as a file. It takes its time: call it where it may block.
pub fn write(table: &Table, form: Form, title: &str) -> Result<Vec<u8>, Error> {
    let failed = |what: String| Error::Installation(format!("the table could not be written: {what}"));
    match form {
        Form::Csv => {
            let mut writer = csv::WriterBuilder::new()
                .terminator(csv::Terminator::CRLF)
                .from_writer(vec![0xEF, 0xBB, 0xBF]);
            for cells in [&table.titles, &table.names].into_iter().chain(&table.rows) {
                writer
                    .write_record(cells.iter().map(|c| safe(c)))
                    .map_err(|e| failed(e.to_string()))?;
            }
            writer.into_inner().map_err(|e| failed(e.to_string()))
        }
        Form::Xlsx => {
            let xlsx = |e: rust_xlsxwriter::XlsxError| failed(e.to_string());
            let mut workbook = Workbook::new();
            // In memory: a workbook with personal data leaves no file of its own behind.
            let sheet = workbook.add_worksheet();
            sheet.set_name(sheet_name(title)).map_err(xlsx)?;
            sheet.set_freeze_panes(2, 0).map_err(xlsx)?;
            let bold = CellFormat::new().set_bold();
            let rows = [&table.titles, &table.names].into_iter().chain(&table.rows);
            for (at, cells) in rows.enumerate() {
                let line = u32::try_from(at).map_err(|_| failed("too many rows".to_owned()))?;
                for (column, cell) in cells.iter().enumerate().filter(|(_, c)| !c.is_empty()) {
                    let column = u16::try_from(column).map_err(|_| failed("too many columns".to_owned()))?;
                    let cell = fit(cell);
                    // Always as text: neither a formula nor a number that loses its first zeros.
                    if at == 0 {
                        sheet
                            .write_string_with_format(line, column, cell.as_ref(), &bold)
                            .map_err(xlsx)?;
                    } else {
                        sheet.write_string(line, column, cell.as_ref()).map_err(xlsx)?;
                    }
                }
            }
            workbook.save_to_buffer().map_err(xlsx)
        }
    }
}

/// A name as sheets take one: at most 31 characters, none that means something in a formula.
fn sheet_name(title: &str) -> String {
    let name: String = title
        .chars()
        .filter(|c| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'') && !c.is_control())
        .take(31)
        .collect();
    if name.trim().is_empty() {
        "Tutela".to_owned()
    } else {
        name
    }
}
