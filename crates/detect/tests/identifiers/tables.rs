//! Times beside numbers, and labels in the cells of tables.

use tutela_detect::{Cell, Engine, Entity, Input, Options};

use crate::{no, yes};

#[test]
fn times_are_no_numbers() {
    no(
        Entity::PhoneNumber,
        &[
            "手机,时间\n2025-07-01 15:30,x\n",
            "手机：2025-07-01 15",
            "Điện thoại: 2025-07-01 15",
            "тел. 01.07.2025 15",
            "phone 01/07/2025 15:30",
            "phone,time\n2025-07-01 15:30:45,2\n",
        ],
    );
    no(
        Entity::VnTaxCode,
        &[
            "Tin nhắn của nhóm {\"date_unixtime\": \"1748937782\"}",
            "Tin nhắn của nhóm {\"timestamp\": 1748937782}",
            "Tin nhắn của nhóm, unixtime=1748937782",
            "Tin nhắn của nhóm {\"created_at\":1748937782}",
            "Tin nhắn của nhóm, epoch 1748937782",
        ],
    );
    yes(
        Entity::VnTaxCode,
        &[
            "Mã số thuế: ⟦1748937782⟧",
            "MST ⟦0100233488⟧",
            "MST: ⟦0314409058⟧",
            "Mã số thuế ⟦0101234565⟧ cấp",
            "mst=⟦0301234562⟧",
        ],
    );
    // What stands before and behind a time stamp is read.
    yes(
        Entity::PhoneNumber,
        &[
            "2025-07-01T15:30:45.123Z тел. ⟦+7 912 345-67-89⟧",
            "2025-07-01 15:30:45 ⟦0905 407 123⟧ Điện thoại",
            "⟦0905 407 123⟧ 2025-07-01T15:30:45+07:00",
            "SĐT ⟦0905 407 123⟧ 15:30",
            "⟦0905407123⟧;2025-07-01T15:30:45Z;⟦0905407124⟧",
        ],
    );
}

#[test]
fn broken_account_numbers_are_no_credit_codes() {
    no(
        Entity::CnUscc,
        &[
            "NL89WABN3375623172",
            "统一社会信用代码 NL89WABN3375623172",
            "NL21ABNA0417164301",
            "NO9386011117948000",
            "BE68539007547035AA",
        ],
    );
}

#[test]
fn the_cell_left_of_a_value_is_its_label() {
    yes(
        Entity::Password,
        &[
            "Mật khẩu tệp\t⟦ThuNghiem#2024⟧\n",
            "| Mật khẩu tệp | ⟦ThuNghiem#2024⟧ |",
            "Ghi chú\tkhông\nMật khẩu\t⟦Xuan-2031⟧",
            "Пароль от архива\t⟦Vesna_77!⟧\t",
            "password for the file\t⟦Winter2031!⟧",
        ],
    );
    no(
        Entity::Password,
        &[
            "Password\tUsername\n",
            "Mật khẩu tệp\tkhông có",
            "Mật khẩu tệp\n\tThuNghiem#2024",
            "Mật khẩu 2\tThuNghiem#2024",
            "Tên tệp\tThuNghiem#2024",
        ],
    );
    // In cells the label beside a value counts more than what the first row says of the column.
    let (text, rows) = (
        "STT\tMã đơn\nGhi chú\tx\nSố CCCD\t049187012345\nMật khẩu tệp\tThuNghiem#2024",
        4,
    );
    let (mut cells, mut at) = (Vec::new(), 0);
    for (row, line) in text.lines().enumerate() {
        for (col, cell) in line.split('\t').enumerate() {
            let start = at;
            at += cell.len() + 1;
            cells.push(Cell {
                start,
                end: start + cell.len(),
                row: row as u32,
                col: col as u32,
            });
        }
    }
    assert_eq!(cells.len(), 2 * rows);
    let engine = Engine::new(Options::default());
    let found = engine.find(&Input {
        cells: &cells,
        ..Input::text(text)
    });
    let of = |entity| {
        found
            .iter()
            .find(|f| f.entity == entity)
            .and_then(|f| text.get(f.start..f.end))
    };
    assert_eq!(of(Entity::VnCitizenId), Some("049187012345"));
    assert_eq!(of(Entity::Password), Some("ThuNghiem#2024"));
    assert!(found.iter().any(|f| f.entity == Entity::VnCitizenId && f.score > 0.9));
}
