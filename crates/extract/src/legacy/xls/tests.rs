use super::super::testing::{compound, wide};
use crate::testing::Kept;

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let mut bytes = kind.to_le_bytes().to_vec();
    bytes.extend((data.len() as u16).to_le_bytes());
    bytes.extend(data);
    bytes
}

fn words(list: &[u16]) -> Vec<u8> {
    list.iter().flat_map(|w| w.to_le_bytes()).collect()
}

/// A string with flags, wide.
fn flagged(text: &str) -> Vec<u8> {
    let mut bytes = vec![1];
    bytes.extend(wide(text));
    bytes
}

fn long(text: &str) -> Vec<u8> {
    let mut bytes = words(&[text.encode_utf16().count() as u16]);
    bytes.extend(flagged(text));
    bytes
}

fn short(text: &str) -> Vec<u8> {
    let mut bytes = vec![text.encode_utf16().count() as u8];
    bytes.extend(flagged(text));
    bytes
}

/// A workbook of one sheet.
fn workbook(globals: &[Vec<u8>], state: u8, sheet: &[Vec<u8>]) -> Vec<u8> {
    let begin = record(0x809, &words(&[0x600, 5, 0, 0]));
    let mut bound = vec![0; 4];
    bound.extend([state, 0]);
    bound.extend(short("Danh sách"));
    let all: usize = globals.iter().map(Vec::len).sum();
    let at = begin.len() + bound.len() + 4 + all + 4;
    bound[..4].copy_from_slice(&(at as u32).to_le_bytes());
    let mut bytes = begin.clone();
    bytes.extend(record(0x85, &bound));
    bytes.extend(globals.concat());
    bytes.extend(record(0x0a, &[]));
    assert_eq!(bytes.len(), at);
    bytes.extend(begin);
    bytes.extend(sheet.concat());
    bytes.extend(record(0x0a, &[]));
    bytes
}

fn read(stream: Vec<u8>) -> Kept {
    Kept::of("a.xls", &compound(&[("/Workbook", stream)]))
}

#[test]
fn cells_have_their_places_and_numbers_their_formats() {
    let mut format = words(&[164]);
    format.extend(long("000000000000"));
    let mut font = vec![0; 14];
    font.extend(short(".VnTime"));
    let mut sst = vec![3, 0, 0, 0, 3, 0, 0, 0];
    sst.extend(long("Họ tên"));
    sst.extend(words(&["Trần Thị Mẫu".encode_utf16().count() as u16]));
    // The second string is cut inside, and goes on narrow.
    sst.extend(flagged("Trần Thị "));
    let mut rest = flagged("Mẫu");
    rest.extend(words(&[10]));
    rest.push(0);
    rest.extend(b"Nguy\xd4n V\xa8n");
    let style = |font: u16, format: u16| record(0xe0, &[words(&[font, format]), vec![0; 16]].concat());
    let globals = [
        record(0x31, &[vec![0; 14], short("Arial")].concat()),
        record(0x31, &font),
        record(0x41e, &format),
        style(0, 0),
        style(0, 164),
        style(0, 14),
        style(1, 0),
        record(0xfc, &sst),
        record(0x3c, &rest),
    ];
    let label = |row: u16, col: u16, style: u16, n: u16| record(0xfd, &words(&[row, col, style, n, 0]));
    let mut number = words(&[1, 1, 1]);
    number.extend(1_098_004_321_f64.to_le_bytes());
    let mut formula = words(&[2, 0, 0, 0, 0, 0, 0xffff]);
    formula.extend([0; 8]);
    let mut row = words(&[2, 0, 0, 0, 0, 0]);
    row.extend(words(&[0x20, 0]));
    let sheet = [
        row_record(&row),
        record(0x7d, &words(&[2, 3, 0, 0, 1])),
        label(0, 0, 0, 0),
        label(1, 0, 0, 1),
        record(0x203, &number),
        record(
            0xbd,
            &[
                words(&[1, 2, 2]),
                ((32_994_u32 << 2) | 2).to_le_bytes().to_vec(),
                words(&[2]),
            ]
            .concat(),
        ),
        record(0x06, &formula),
        record(0x207, &long("Lê Mẫu")),
        label(3, 1, 3, 2),
    ];
    let got = read(workbook(&globals, 2, &sheet));
    assert_eq!(got.problems(), Vec::<String>::new());
    assert_eq!(
        got.text_at("hidden sheet 'Danh sách'"),
        "Họ tên\nTrần Thị Mẫu\t001098004321\t01/05/1990\nLê Mẫu\nNguyễn Văn"
    );
    assert_eq!(got.place_of("001098004321"), "hidden sheet 'Danh sách', B2");
    assert_eq!(got.place_of("01/05/1990"), "hidden sheet 'Danh sách', C2 (hidden)");
    assert_eq!(got.place_of("Lê Mẫu"), "hidden sheet 'Danh sách', A3 (hidden)");
    assert_eq!(got.place_of("Nguyễn"), "hidden sheet 'Danh sách', B4");
}

fn row_record(data: &[u8]) -> Vec<u8> {
    record(0x208, data)
}

#[test]
fn notes_boxes_and_headers_are_read() {
    let object = |n: u16| record(0x5d, &words(&[0x15, 0x12, 0x19, n]));
    let text = |t: &str| {
        let len = t.encode_utf16().count() as u16;
        [
            record(0x1b6, &words(&[0, 0, 0, 0, 0, len, 16, 0, 0])),
            record(0x3c, &flagged(t)),
            record(0x3c, &[0; 16]),
        ]
        .concat()
    };
    let mut note = words(&[4, 1, 0, 1]);
    note.extend(long("Lê Văn Mẫu"));
    let sheet = [
        record(0x14, &long("&CLớp 4A")),
        object(1),
        text("gọi lại cho mẹ"),
        object(2),
        text("trong khung"),
        record(0x1c, &note),
        record(0x809, &words(&[0x600, 0x20, 0, 0])),
        record(0x100d, &[words(&[0]), short("Điểm của An")].concat()),
        record(0x0a, &[]),
    ];
    let got = read(workbook(&[], 0, &sheet));
    assert_eq!(
        got.text_at("sheet 'Danh sách', B5, comment by 'Lê Văn Mẫu'"),
        "gọi lại cho mẹ"
    );
    assert_eq!(got.text_at("sheet 'Danh sách', property 'commentAuthor'"), "Lê Văn Mẫu");
    assert_eq!(got.text_at("sheet 'Danh sách', text box"), "trong khung");
    assert_eq!(got.text_at("sheet 'Danh sách', page header"), "Lớp 4A");
    assert_eq!(got.place_of("Điểm của An"), "sheet 'Danh sách', text box");
}

#[test]
fn large_sheets_come_in_parts_with_their_header() {
    let label = |row: u16, col: u16, text: &str| record(0x204, &[words(&[row, col, 0]), long(text)].concat());
    let filler = "đầy ".repeat(700);
    let mut sheet = vec![label(0, 0, "Họ tên"), label(0, 2, "Ghi chú")];
    for row in 1..1200 {
        sheet.push(label(row, 0, &filler));
    }
    let got = read(workbook(&[], 0, &sheet));
    assert!(got.parts.len() >= 3);
    assert!(got.parts[0].columns.is_empty());
    assert_eq!(got.parts[1].columns, ["Họ tên", "", "Ghi chú"]);
}

#[test]
fn passwords_and_cuts_are_told() {
    let got = read(workbook(&[record(0x2f, &[0; 4])], 0, &[]));
    assert_eq!(got.problems(), [": encrypted"]);
    let label = record(0x204, &[words(&[0, 0, 0]), long("Mẫu")].concat());
    let mut whole = workbook(&[], 0, &[label]);
    whole.truncate(whole.len() - 4);
    let got = read(whole);
    assert_eq!(got.text_at("sheet 'Danh sách'"), "Mẫu");
    assert_eq!(got.problems(), ["sheet 'Danh sách': damaged: sheet is cut off"]);
}

#[test]
fn text_of_excel_95_is_in_the_code_page() {
    let begin = record(0x809, &words(&[0x500, 5, 0, 0]));
    let mut bytes = begin.clone();
    bytes.extend(record(0x42, &words(&[1251])));
    let mut bound = vec![0; 6];
    bound.extend(b"\x04\xcb\xe8\xf1\xf2");
    let at = bytes.len() + bound.len() + 8;
    bound[..4].copy_from_slice(&(at as u32).to_le_bytes());
    bytes.extend(record(0x85, &bound));
    bytes.extend(record(0x0a, &[]));
    bytes.extend(begin);
    bytes.extend(record(
        0x204,
        &[words(&[0, 0, 0, 4]), b"\xc8\xe2\xe0\xed".to_vec()].concat(),
    ));
    bytes.extend(record(0x0a, &[]));
    let got = Kept::of("a.xls", &compound(&[("/Book", bytes)]));
    assert_eq!(got.text_at("sheet 'Лист'"), "Иван");
}

/// Written by LibreOffice from invented text.
#[test]
fn a_workbook_of_an_office_program_is_read_whole() {
    let got = Kept::of("a.xls", include_bytes!("../../../tests/data/legacy.xls"));
    assert_eq!(got.problems(), Vec::<String>::new());
    assert_eq!(
        got.text_at("sheet 's'"),
        "Họ tên\tCCCD\tNgày sinh\nTrần Thị Mẫu\t079098004321\t01/05/1990\nLê Văn Mẫu\t001098004322\t02/06/1991"
    );
}

/// The same, with a hidden sheet, a hidden row and column, a note, a link, and a cell set in `.VnTime`.
#[test]
fn hidden_parts_of_a_workbook_are_told() {
    let got = Kept::of("a.xls", include_bytes!("../../../tests/data/legacy-hidden.xls"));
    assert_eq!(got.problems(), Vec::<String>::new());
    assert_eq!(got.place_of("ẩn Cột"), "sheet 'Một', B1 (hidden)");
    assert_eq!(got.place_of("Nguyễn Bảo"), "sheet 'Một', C1");
    assert_eq!(got.place_of("hàng ẩn"), "sheet 'Một', A2 (hidden)");
    assert_eq!(got.place_of("Họ tên x"), "sheet 'Một', B2 (hidden)");
    assert_eq!(got.text_at("sheet 'Một', C2"), "mailto:mau@example.vn");
    assert_eq!(got.text_at("sheet 'Một', A1, comment by 'Le Mau'"), "Ghi chú Phạm Mẫu");
    assert_eq!(got.text_at("hidden sheet 'Kín'"), "mật");
}
