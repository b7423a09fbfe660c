//! All registers as one workbook, a sheet for each: what is open in them, of one instant, however many cards there are.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Seek};

use jiff::Timestamp;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use sqlx::AssertSqlSafe;
use tokio::sync::mpsc;
use tutela_words::Words;

use super::{Table, Texts, fields_of, fit, heads, row, sheet_name};
use crate::error::{Error, Refusal};
use crate::kernel::body::Body;
use crate::kernel::card::Card;
use crate::kernel::field::{Field, Kind, Values};
use crate::kernel::people::{Account, account_event};
use crate::kernel::record::{CARD_COLUMNS, card_from_row, load_cards};
use crate::kernel::register::Register;
use crate::kernel::rights::{Right, any_allows};
use crate::kernel::store::Tx;
use crate::office::Office;

/// Cards that are read at once.
const BATCH: i64 = 2_000;
/// Batches that may wait for the writer.
const WAITING: usize = 4;
/// Rows of a sheet, its two heads included: what a workbook takes.
const SHEET: u32 = 1_048_576;
/// Numbers of other cards that are remembered at once.
const REMEMBERED: usize = 100_000;

/// What the reader hands to the writer.
enum Step {
    /// The cards of another register follow.
    Register(&'static Register),
    /// Cards, and the numbers of those that they point to.
    Cards(Vec<Card>, HashMap<String, String>),
}

impl Office {
    /// Every register that the actor may see, without personal data, as one workbook in a file without a name. What does not
    /// fit on one sheet goes on on the next.
    pub async fn export_all(&self, account: &Account, now: Timestamp) -> Result<File, Error> {
        let actor = account.actor();
        if !any_allows(&actor.roles, Right::Export) {
            return Err(Refusal::new("refusal-right").into());
        }
        let body = self.body(&account.body).await?;
        let body = body.ok_or_else(|| Refusal::new("refusal-no-page"))?;
        let registers: Vec<&'static Register> = self
            .registers()
            .iter()
            .copied()
            .filter(|r| any_allows(&actor.roles, r.see))
            .collect();
        let (give, take) = mpsc::channel(WAITING);
        let locale = account.locale;
        let written_for = body.clone();
        // A workbook is work for a processor: it is written beside the thread that waits for the database.
        let writer = tokio::task::spawn_blocking(move || write(&Words::new(locale), &written_for, take));
        let tx = self.db.snapshot().await?;
        let read = read(tx, &body.id, &registers, give).await;
        let written = writer
            .await
            .map_err(|_| Error::Installation("the table was broken off".to_owned()))?;
        // If the writer failed, the reader was told no more than that nobody listens.
        let (file, rows) = written?;
        read?;
        let mut open = Values::new();
        open.insert("format".to_owned(), "xlsx".into());
        open.insert("rows".to_owned(), rows.into());
        let mut tx = self.db.write().await?;
        account_event(
            &mut tx,
            &actor,
            &actor.body,
            now,
            "registers.export",
            &account.id,
            &open,
        )
        .await?;
        tx.commit().await?;
        self.wake.notify_one();
        Ok(file)
    }
}

/// Reads every register, newest card first, and hands it on. Ends early when nobody listens.
async fn read(mut tx: Tx, body: &str, registers: &[&'static Register], give: mpsc::Sender<Step>) -> Result<(), Error> {
    let sql = format!(
        "SELECT {CARD_COLUMNS} FROM card c LEFT JOIN vault_record v ON v.card = c.id \
         WHERE c.body = $1 AND c.register = $2 AND c.id < $3 ORDER BY c.id DESC LIMIT {BATCH}"
    );
    for register in registers {
        if give.send(Step::Register(register)).await.is_err() {
            return Ok(());
        }
        let fields = fields_of(register);
        let mut known = HashMap::new();
        // Identifiers of version 7 never reach the letter z.
        let mut before = "z".to_owned();
        loop {
            let query = sqlx::query(AssertSqlSafe(sql.as_str()));
            let rows = query
                .bind(body)
                .bind(register.name)
                .bind(&before)
                .fetch_all(&mut *tx)
                .await?;
            let cards = rows.iter().map(card_from_row).collect::<Result<Vec<_>, _>>()?;
            let Some(last) = cards.last() else { break };
            last.id.clone_into(&mut before);
            let numbers = numbers(&mut tx, body, &fields, &cards, &mut known).await?;
            if give.send(Step::Cards(cards, numbers)).await.is_err() {
                return Ok(());
            }
        }
    }
    tx.rollback().await?;
    Ok(())
}

/// The numbers of the cards that these cards point to.
async fn numbers(
    tx: &mut Tx,
    body: &str,
    fields: &[&'static Field],
    cards: &[Card],
    known: &mut HashMap<String, String>,
) -> Result<HashMap<String, String>, Error> {
    let links = || {
        let of_card = |card: &'_ Card| -> Vec<String> {
            fields
                .iter()
                .filter(|f| matches!(f.kind, Kind::Card(_) | Kind::Cards(_)))
                .flat_map(|f| card.cards(f.name))
                .map(str::to_owned)
                .collect()
        };
        cards.iter().flat_map(of_card)
    };
    if known.len() > REMEMBERED {
        known.clear();
    }
    let missing: Vec<String> = links().filter(|id| !known.contains_key(id)).collect();
    if !missing.is_empty() {
        let ids: Vec<&str> = missing.iter().map(String::as_str).collect();
        for (id, card) in load_cards(tx, body, &ids).await? {
            known.insert(id, card.number);
        }
    }
    let mut wanted = HashMap::new();
    for id in links() {
        if let (Some(number), false) = (known.get(&id), wanted.contains_key(&id)) {
            wanted.insert(id, number.clone());
        }
    }
    Ok(wanted)
}

fn failed(error: &XlsxError) -> Error {
    Error::Installation(format!("the table could not be written: {error}"))
}

/// Writes what comes; gives the file and how many rows it has.
fn write(words: &Words, body: &Body, mut take: mpsc::Receiver<Step>) -> Result<(File, u64), Error> {
    let mut workbook = Workbook::new();
    let mut texts = Texts::new(words);
    let mut sheet: Option<Sheet> = None;
    let mut sheets = 0;
    let mut all = 0;
    while let Some(step) = take.blocking_recv() {
        match step {
            Step::Register(register) => {
                let fields = fields_of(register);
                sheets += 1;
                sheet = Some(Sheet {
                    title: words.get(&format!("register-{}", register.name)),
                    heads: heads(words, &fields),
                    fields,
                    at: sheets,
                    part: 1,
                    line: 0,
                });
                if let Some(sheet) = &mut sheet {
                    sheet.begin(&mut workbook)?;
                }
            }
            Step::Cards(cards, numbers) => {
                let Some(sheet) = &mut sheet else { continue };
                for card in &cards {
                    let cells = row(&mut texts, body, &sheet.fields, card, &numbers);
                    sheet.put(&mut workbook, &cells)?;
                    all += 1;
                }
            }
        }
    }
    let file = tempfile::tempfile().map_err(|e| Error::file(&std::env::temp_dir(), e))?;
    let mut to = BufWriter::with_capacity(1 << 20, file);
    workbook.save_to_writer(&mut to).map_err(|e| failed(&e))?;
    let mut file = to
        .into_inner()
        .map_err(|e| Error::file(&std::env::temp_dir(), e.into_error()))?;
    file.rewind().map_err(|e| Error::file(&std::env::temp_dir(), e))?;
    Ok((file, all))
}

/// The sheet under way. Its rows lie in a file without a name until the workbook is put together, so it needs no memory.
struct Sheet {
    title: String,
    heads: Table,
    fields: Vec<&'static Field>,
    /// Which register of the workbook.
    at: usize,
    /// Which sheet of the register.
    part: usize,
    line: u32,
}

impl Sheet {
    fn begin(&mut self, workbook: &mut Workbook) -> Result<(), Error> {
        let worksheet = workbook.add_worksheet_with_constant_memory().map_err(|e| failed(&e))?;
        let number = match self.part {
            1 => self.at.to_string(),
            part => format!("{}-{part}", self.at),
        };
        // With its number first no two sheets have the same name, however long the titles are.
        let name = sheet_name(&format!("{number} {}", self.title));
        worksheet.set_name(name).map_err(|e| failed(&e))?;
        worksheet.set_freeze_panes(2, 0).map_err(|e| failed(&e))?;
        let bold = Format::new().set_bold();
        for (column, title) in self.heads.titles.iter().enumerate() {
            let column = narrow(column)?;
            worksheet
                .write_string_with_format(0, column, fit(title).as_ref(), &bold)
                .map_err(|e| failed(&e))?;
        }
        line(worksheet, 1, &self.heads.names)?;
        self.line = 2;
        Ok(())
    }

    fn put(&mut self, workbook: &mut Workbook, cells: &[String]) -> Result<(), Error> {
        if self.line == SHEET {
            self.part += 1;
            self.begin(workbook)?;
        }
        let last = workbook.worksheets().len().saturating_sub(1);
        let worksheet = workbook.worksheet_from_index(last).map_err(|e| failed(&e))?;
        line(worksheet, self.line, cells)?;
        self.line += 1;
        Ok(())
    }
}

fn narrow(column: usize) -> Result<u16, Error> {
    u16::try_from(column).map_err(|_| Error::Installation("a register has too many columns".to_owned()))
}

/// Every cell as text: neither a formula nor a number that loses its first zeros.
fn line(worksheet: &mut Worksheet, at: u32, cells: &[String]) -> Result<(), Error> {
    for (column, cell) in cells.iter().enumerate().filter(|(_, c)| !c.is_empty()) {
        worksheet
            .write_string(at, narrow(column)?, fit(cell).as_ref())
            .map_err(|e| failed(&e))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use calamine::{Data, Reader, Xlsx};
    use tutela_law::Country;

    use super::*;
    use crate::kernel::rights::Role;
    use crate::world::World;

    #[tokio::test]
    async fn every_register_is_a_sheet_without_personal_data() {
        let world = World::new(Country::Ru).await;
        world.withdrawn_consent().await;
        let head = world.account(Role::Head);
        let file = world.office.export_all(head, world.now).await.unwrap();
        let mut book = Xlsx::new(std::io::BufReader::new(file)).unwrap();
        let names = book.sheet_names();
        let seen = world
            .office
            .registers()
            .iter()
            .filter(|r| any_allows(&head.roles, r.see))
            .count();
        assert_eq!(names.len(), seen);
        let words = world.office.words(head.locale);
        let title = words.get("register-consents");
        let name = names.iter().find(|n| n.ends_with(&title)).unwrap();
        let sheet = book.worksheet_range(name).unwrap();
        let text = |r: u32, c: u32| match sheet.get_value((r, c)) {
            Some(Data::String(s)) => s.clone(),
            other => format!("{other:?}"),
        };
        assert_eq!(text(1, 0), "card.number");
        assert_eq!(text(2, 0), "2026-1");
        assert_eq!(text(2, 4), words.get("export-personal-closed"));
        let column = (0..40).find(|c| text(1, *c) == "processing").unwrap();
        assert!(text(2, column).starts_with("2026-"), "the number, not the identifier");
        for name in &names {
            let sheet = book.worksheet_range(name).unwrap();
            for cell in sheet.rows().flatten() {
                assert!(!cell.to_string().contains("Петров") && !cell.to_string().contains("Thử"));
            }
        }
        let (lines, _) = world.office.ledger(&head.actor(), None).await.unwrap();
        assert_eq!(lines[0].kind, "registers.export");
    }

    #[tokio::test]
    async fn who_may_not_export_gets_nothing() {
        let world = World::new(Country::Vn).await;
        for role in [
            Role::Officer,
            Role::Administrator,
            Role::PressOfficer,
            Role::SecurityOfficer,
        ] {
            let refused = world.office.export_all(world.account(role), world.now).await;
            assert!(
                matches!(refused, Err(Error::Refused(r)) if r.key == "refusal-right"),
                "{role:?}"
            );
        }
    }

    #[test]
    fn a_sheet_that_is_full_goes_on_on_the_next() {
        let mut workbook = Workbook::new();
        let mut sheet = Sheet {
            title: "Consents: [all] of the body, with a long name".to_owned(),
            heads: Table {
                titles: vec!["Number".to_owned()],
                names: vec!["card.number".to_owned()],
                rows: Vec::new(),
            },
            fields: Vec::new(),
            at: 3,
            part: 1,
            line: 0,
        };
        sheet.begin(&mut workbook).unwrap();
        sheet.line = SHEET - 1;
        sheet.put(&mut workbook, &["last".to_owned()]).unwrap();
        sheet.put(&mut workbook, &["first of the next".to_owned()]).unwrap();
        assert_eq!((sheet.part, sheet.line), (2, 3));
        let names: Vec<_> = workbook.worksheets().iter().map(Worksheet::name).collect();
        assert!(
            names[0].starts_with("3 Consents") && names[1].starts_with("3-2 Consents"),
            "{names:?}"
        );
    }
}
