use tutela_law::Country;

use super::*;
use crate::export::{Form, Table, write};
use crate::kernel::rights::Role;
use crate::world::World;

const CSV: &str = "\u{feff}Tên;subject_document;Processing activities;Đã đưa;way\r\n\
    Lê Thử;079183000123;2026-1;01/02/2026;on paper\r\n\
    =Trần Thử;079183000124;2026-1;2026-02-03;trên giấy\r\n";

async fn upload(world: &World, text: &[u8]) -> Pending {
    let account = world.account(Role::ProtectionOfficer);
    let rows = read_table(text).unwrap();
    let office = &world.office;
    let id = office
        .keep_upload(account, world.now, ("consents", "register"), rows)
        .await
        .unwrap();
    office.upload(account, world.now, &id).await.unwrap()
}

async fn count(world: &World, register: &str) -> usize {
    let register = world.office.register(register).unwrap();
    let head = world.actor(Role::Head);
    world
        .office
        .page(&head, register, None, None)
        .await
        .unwrap()
        .cards
        .len()
}

fn all_mapped() -> Vec<String> {
    ["subject_name", "subject_document", "processing", "given_on", "way"]
        .map(str::to_owned)
        .to_vec()
}

#[tokio::test]
async fn a_table_is_tried_and_then_imported_as_acts() {
    let world = World::new(Country::Vn).await;
    world.activity(&["consent"]).await;
    let office = &world.office;
    let account = world.account(Role::ProtectionOfficer);
    let mut pending = upload(&world, CSV.as_bytes()).await;
    let names: Vec<_> = pending.mapping.iter().map(|f| f.map(|f| f.name)).collect();
    assert_eq!(
        names,
        [None, Some("subject_document"), Some("processing"), None, Some("way")]
    );
    // Without the name every row is refused, and said so by its row in the file.
    let report = office.try_import(account, world.now, &pending).await.unwrap();
    assert_eq!(report.bad, 2);
    assert_eq!(report.refused[0].0, 2);
    let fields: Vec<_> = report.refused[0].1.iter().map(|r| r.field.as_deref()).collect();
    assert_eq!(fields, [Some("subject_name"), Some("given_on")]);
    office.map_columns(&mut pending, &all_mapped()).unwrap();
    let report = office.try_import(account, world.now, &pending).await.unwrap();
    assert_eq!((report.bad, report.done), (0, 0), "{:?}", report.refused);
    assert_eq!(count(&world, "consents").await, 0, "a trial keeps nothing");
    let report = office.run_import(account, world.now, &pending).await.unwrap();
    assert_eq!((report.bad, report.done), (0, 2));
    assert_eq!(count(&world, "consents").await, 2);
    assert_eq!(
        office
            .search(&world.actor(Role::Officer), "079183000124")
            .await
            .unwrap()
            .len(),
        1
    );
    // The table is gone, its mapping is remembered.
    assert!(office.upload(account, world.now, &pending.id).await.is_err());
    let again = upload(&world, CSV.as_bytes()).await;
    assert!(again.mapping.iter().all(Option::is_some), "{:?}", again.mapping);
    let row = sqlx::query("SELECT mapping FROM import_mapping")
        .fetch_one(office.db.read())
        .await
        .unwrap();
    let kept: String = row.try_get("mapping").unwrap();
    assert!(!kept.contains("Tên"));
}

#[tokio::test]
async fn one_bad_row_keeps_all_out() {
    let world = World::new(Country::Vn).await;
    world.activity(&["consent"]).await;
    let office = &world.office;
    let account = world.account(Role::ProtectionOfficer);
    for (bad, key) in [
        ("Võ Thử;079183000125;2026-9;2026-02-03;on paper", "refusal-no-card"),
        ("Võ Thử;079183000125;2026-1;2026-02-30;on paper", "refusal-date"),
        ("Võ Thử;079183000125;2026-1;2026-02-03;by pigeon", "refusal-choice"),
        ("Võ Thử;079183000125;2026-1;2027-02-03;on paper", "refusal-future"),
    ] {
        let mut pending = upload(&world, format!("{CSV}{bad}\r\n").as_bytes()).await;
        office.map_columns(&mut pending, &all_mapped()).unwrap();
        let report = office.run_import(account, world.now, &pending).await.unwrap();
        assert_eq!((report.done, report.bad), (0, 1), "{bad}");
        assert_eq!((report.refused[0].0, report.refused[0].1[0].key), (4, key));
        assert_eq!(count(&world, "consents").await, 0, "{bad}");
    }
}

/// A table of so many rows.
fn long(rows: usize) -> String {
    let mut text = String::from("subject_name,subject_document,processing,given_on,way\n");
    for n in 0..rows {
        text.push_str(&format!("Lê Thử,0791830{n:05},2026-1,2026-02-03,paper\n"));
    }
    text
}

#[tokio::test]
async fn a_longer_table_is_done_in_parts_and_goes_on_where_it_was_broken_off() {
    let world = World::new(Country::Vn).await;
    world.activity(&["consent"]).await;
    let office = &world.office;
    let account = world.account(Role::ProtectionOfficer);
    // One row that is refused, beyond the first part: nothing of the others is done.
    let bad = format!("{}Võ Thử,079183000125,2026-9,2026-02-03,paper\n", long(PART + 1));
    let pending = upload(&world, bad.as_bytes()).await;
    let report = office.run_import(account, world.now, &pending).await.unwrap();
    assert_eq!((report.done, report.bad, report.stopped), (0, 1, None));
    assert_eq!(count(&world, "consents").await, 0);

    // Somebody else has done the first part meanwhile: it is not done twice.
    let rows = PART + 3;
    let pending = upload(&world, long(rows).as_bytes()).await;
    let mut tx = office.db.write().await.unwrap();
    sqlx::query("UPDATE import_file SET done = $1 WHERE id = $2")
        .bind(i64::try_from(PART).unwrap())
        .bind(&pending.id)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let twice = office.run_import(account, world.now, &pending).await;
    assert!(matches!(twice, Err(Error::Refused(r)) if r.key == "refusal-import-runs"));
    assert_eq!(count(&world, "consents").await, 0);
    // Taken up again, it goes on behind that part.
    let pending = office.upload(account, world.now, &pending.id).await.unwrap();
    assert_eq!(pending.done, PART);
    let report = office.run_import(account, world.now, &pending).await.unwrap();
    assert_eq!((report.done, report.bad), (3, 0));
    assert_eq!(count(&world, "consents").await, 3);
    assert!(office.upload(account, world.now, &pending.id).await.is_err());
}

#[tokio::test]
async fn only_who_may_imports_and_only_their_own() {
    let world = World::new(Country::Vn).await;
    let office = &world.office;
    let rows = || read_table(CSV.as_bytes()).unwrap();
    for role in [Role::Officer, Role::Head, Role::Inspector, Role::Administrator] {
        let what = ("consents", "register");
        let refused = office.keep_upload(world.account(role), world.now, what, rows()).await;
        assert!(
            matches!(refused, Err(Error::Refused(r)) if r.key == "refusal-right"),
            "{role:?}"
        );
    }
    let account = world.account(Role::ProtectionOfficer);
    // What changes a card or happens by itself is not done out of a table.
    for operation in ["withdraw", "nothing"] {
        let what = ("consents", operation);
        assert!(office.keep_upload(account, world.now, what, rows()).await.is_err());
    }
    let pending = upload(&world, CSV.as_bytes()).await;
    let head = world.account(Role::Head);
    assert!(office.upload(head, world.now, &pending.id).await.is_err());
    let later = world.now + SignedDuration::from_hours(2);
    assert!(office.upload(account, later, &pending.id).await.is_err());
    // What was uploaded lies sealed.
    let row = sqlx::query("SELECT content FROM import_file")
        .fetch_one(office.db.read())
        .await
        .unwrap();
    let content: Vec<u8> = row.try_get("content").unwrap();
    assert!(!content.windows(12).any(|w| w == b"079183000123"));
}

#[tokio::test]
async fn a_register_that_was_exported_can_be_imported() {
    let world = World::new(Country::Vn).await;
    let activity = world.activity(&["consent"]).await;
    world.consent(&activity).await;
    let office = &world.office;
    let account = world.account(Role::ProtectionOfficer);
    let register = office.register("consents").unwrap();
    let export = async |purpose| {
        office
            .export(account, world.now, register, Form::Csv, purpose)
            .await
            .unwrap()
    };
    let closed = export(None).await;
    assert!(!closed.rows.concat().join("|").contains("Thử"));
    let opened = export(Some("control")).await;
    assert!(opened.rows.concat().join("|").contains("Nguyễn Thị Thử"));
    let events = sqlx::query("SELECT kind FROM event WHERE kind IN ('vault.open', 'register.export')")
        .fetch_all(office.db.read())
        .await
        .unwrap();
    assert_eq!(events.len(), 3, "two exports and one look");
    for form in [Form::Csv, Form::Xlsx] {
        let before = count(&world, "consents").await;
        let bytes = write(&opened, form, "Consents / 2026").unwrap();
        let pending = upload(&world, &bytes).await;
        assert_eq!(pending.table.first, 3);
        let report = office.run_import(account, world.now, &pending).await.unwrap();
        assert_eq!((report.bad, report.done), (0, 1), "{form:?}: {:?}", report.refused);
        assert_eq!(count(&world, "consents").await, before + 1);
    }
    let inspector = world.account(Role::Inspector);
    let refused = office
        .export(inspector, world.now, register, Form::Csv, Some("control"))
        .await;
    assert!(matches!(refused, Err(Error::Refused(r)) if r.key == "refusal-right"));
    let officer = world.account(Role::Officer);
    let refused = office.export(officer, world.now, register, Form::Csv, None).await;
    assert!(matches!(refused, Err(Error::Refused(r)) if r.key == "refusal-right"));
}

#[test]
fn no_cell_becomes_a_formula() {
    let cells = ["=1+1", "+7 900", "-5", "@SUM(A1)", "'=1", "a=b", "079183000123", "\tx"];
    let table = Table {
        titles: cells.map(str::to_owned).to_vec(),
        names: cells.map(str::to_owned).to_vec(),
        rows: vec![cells.map(str::to_owned).to_vec()],
    };
    let bytes = write(&table, Form::Csv, "x").unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    for cell in text.trim_start_matches('\u{feff}').split([',', '\n']) {
        let cell = cell.trim_matches(['"', '\r']);
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t']), "{cell}");
    }
    let read = read_table(&bytes).unwrap();
    let back: Vec<_> = read[2].iter().map(|c| unsafe_again(c)).collect();
    assert_eq!(back[..4], cells[..4]);
    let read = read_table(&write(&table, Form::Xlsx, "x").unwrap()).unwrap();
    assert_eq!(read[2], cells);
}

#[test]
fn a_text_too_long_for_a_workbook_does_not_spoil_it() {
    let long = "😀".repeat(20_000);
    let table = Table {
        titles: vec!["a".to_owned()],
        names: vec!["b".to_owned()],
        rows: vec![vec![long.clone()], vec!["x".repeat(32_767)]],
    };
    let read = read_table(&write(&table, Form::Xlsx, "x").unwrap()).unwrap();
    assert!(read[2][0].ends_with('…') && long.starts_with(read[2][0].trim_end_matches('…')));
    assert_eq!(read[3][0].len(), 32_767);
    let read = read_table(&write(&table, Form::Csv, "x").unwrap()).unwrap();
    assert_eq!(read[2][0], long);
}

#[test]
fn foreign_files_are_refused_and_bounded() {
    let key = |bytes: &[u8]| read_table(bytes).unwrap_err().key;
    assert_eq!(key(b""), "refusal-import-empty");
    assert_eq!(key(b",,\r\n,,\r\n"), "refusal-import-empty");
    assert_eq!(key(b"a,b\xff"), "refusal-import-format");
    assert_eq!(key(b"a\0b"), "refusal-import-format");
    assert_eq!(key(b"PK\x03\x04 is not enough"), "refusal-import-format");
    assert_eq!(key(&vec![b'a'; MAX_FILE + 1]), "refusal-import-size");
    assert_eq!(key("a,".repeat(MAX_COLUMNS + 1).as_bytes()), "refusal-import-rows");
    assert_eq!(key("a\n".repeat(MAX_ROWS + 3).as_bytes()), "refusal-import-rows");
}

#[test]
fn a_bomb_is_weighed_before_it_is_read() {
    use std::io::Write;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    archive.start_file("xl/workbook.xml", options).unwrap();
    let block = vec![b' '; 1 << 20];
    for _ in 0..70 {
        archive.write_all(&block).unwrap();
    }
    let bytes = archive.finish().unwrap().into_inner();
    assert!(bytes.len() < MAX_FILE);
    assert_eq!(read_table(&bytes).unwrap_err().key, "refusal-import-size");
}

/// A cell in the last corner of a sheet asks for seventeen thousand million cells before it.
#[test]
fn a_far_cell_makes_no_room_for_all_before_it() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "a").unwrap();
    sheet.write_string(1_048_575, 16_383, "z").unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    assert_eq!(read_table(&bytes).unwrap_err().key, "refusal-import-rows");
}

#[test]
fn what_was_cut_or_changed_does_not_panic() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "a").unwrap();
    sheet.write_number(1, 0, 79_183_000_123.0).unwrap();
    sheet.write_formula(2, 0, "=1+1").unwrap();
    let whole = workbook.save_to_buffer().unwrap();
    assert_eq!(read_table(&whole).unwrap()[1], ["79183000123"]);
    for at in (0..whole.len()).step_by(97) {
        let _ = read_table(&whole[..at]);
        let mut changed = whole.clone();
        changed[at] ^= 0x55;
        let _ = read_table(&changed);
    }
}

#[test]
fn dates_are_read_as_offices_write_them() {
    for given in ["31.12.2026", "31/12/2026", "2026年12月31日", "2026-12-31"] {
        assert_eq!(date(given).as_deref(), Some("2026-12-31"), "{given}");
    }
    for given in ["31.13.2026", "1.2", "2026", "x.y.z", "99999.1.1"] {
        assert_eq!(date(given), None, "{given}");
    }
}

/// How long it takes; not a check. `cargo test -p tutela-office speed_of_an_import -- --ignored --nocapture`
#[tokio::test]
#[ignore = "measures"]
async fn speed_of_an_import() {
    let world = World::new(Country::Vn).await;
    world.activity(&["consent"]).await;
    let mut text = String::from("subject_name,subject_document,processing,given_on,way\n");
    for n in 0..2000 {
        text.push_str(&format!("Lê Thử,0791830{n:05},2026-1,2026-02-03,paper\n"));
    }
    let pending = upload(&world, text.as_bytes()).await;
    let account = world.account(Role::ProtectionOfficer);
    let begun = std::time::Instant::now();
    let report = world.office.try_import(account, world.now, &pending).await.unwrap();
    eprintln!(
        "tried {} rows, {} refused: {:?}",
        pending.table.rows.len(),
        report.bad,
        begun.elapsed()
    );
    let begun = std::time::Instant::now();
    let report = world.office.run_import(account, world.now, &pending).await.unwrap();
    eprintln!("imported {}: {:?}", report.done, begun.elapsed());
}
