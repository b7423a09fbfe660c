use super::super::testing::{bytes_of, cells, place_of, read, text};
use crate::{Grain, OffsetMap};

fn table(csv: &str) -> (Vec<String>, Vec<String>) {
    let parts = read("a.csv", csv);
    (parts.iter().flat_map(cells).collect(), parts[0].columns.clone())
}

#[test]
fn dialects_are_told_apart() {
    let expected = [
        "0,0=Họ tên",
        "0,1=Số",
        "1,0=Lê Văn Mẫu",
        "1,1=12,5",
        "2,0=Vũ Thị Thử",
        "2,1=7,25",
    ];
    for csv in [
        "Họ tên;Số\nLê Văn Mẫu;12,5\nVũ Thị Thử;7,25\n",
        "Họ tên\tSố\r\nLê Văn Mẫu\t12,5\r\nVũ Thị Thử\t7,25",
        "Họ tên|Số\nLê Văn Mẫu|12,5\nVũ Thị Thử|7,25\n",
        "Họ tên,Số\nLê Văn Mẫu,\"12,5\"\nVũ Thị Thử,\"7,25\"\n",
        "sep=;\r\nHọ tên;Số\r\nLê Văn Mẫu;12,5\r\nVũ Thị Thử;7,25\r\n",
        "'Họ tên','Số'\n'Lê Văn Mẫu','12,5'\n'Vũ Thị Thử','7,25'\n",
    ] {
        let (cells, columns) = table(csv);
        assert_eq!(cells, expected, "{csv}");
        assert_eq!(columns, ["Họ tên", "Số"], "{csv}");
    }
}

#[test]
fn cells_hold_quotes_line_feeds_and_escapes() {
    let csv = "a,b\n\"one \"\"two\"\"\",\"first\nsecond\"\n3,4\n";
    assert_eq!(
        table(csv).0,
        [
            "0,0=a",
            "0,1=b",
            "1,0=one \"two\"",
            "1,1=first second",
            "2,0=3",
            "2,1=4"
        ]
    );
    let parts = read("a.csv", csv);
    assert_eq!(bytes_of(&parts, "two", csv.as_bytes(), 3), b"two");
    assert_eq!(bytes_of(&parts, "second", csv.as_bytes(), 6), b"second");
    assert_eq!(place_of(&parts, "4"), "B3");
    let escaped = r#""x \"y\"","z"
"1","2"
"#;
    assert_eq!(table(escaped).0, ["0,0=x \"y\"", "0,1=z", "1,0=1", "1,1=2"]);
}

#[test]
fn a_table_without_escapes_keeps_the_offsets_of_the_file() {
    let csv = "name,phone\n\"Иванов И.\",\"0912\"\n";
    let parts = read("a.csv", csv);
    assert_eq!(parts[0].map, OffsetMap::Same(0));
    assert_eq!(parts[0].text.len(), csv.len());
    assert!(parts[0].text.contains("Иванов И. \t 0912"), "{}", parts[0].text);
}

#[test]
fn a_quote_that_is_not_closed_takes_one_row_only() {
    let csv = "a,b,c\n1,\"open,2\n3,\"def\",4\n5,6,7\n";
    let (cells, _) = table(csv);
    assert!(cells.contains(&"1,1=\"open".to_owned()), "{cells:?}");
    assert!(cells.contains(&"2,1=def".to_owned()), "{cells:?}");
    assert!(cells.contains(&"3,2=7".to_owned()), "{cells:?}");
    // To the end of a large file as well.
    let long = format!("a,b\n1,\"open\n{}", "2,3\n".repeat(600_000));
    let parts = read("a.csv", &long);
    assert!(parts.len() > 1);
    assert_eq!(text(&parts).matches("2\t3").count(), 600_000);
}

#[test]
fn the_names_of_the_columns_reach_later_parts() {
    let mut csv = String::from("DANH SÁCH;;\nHọ và tên;Số CCCD;Ghi chú\n");
    for i in 0..60_000 {
        csv.push_str(&format!("Nguyễn Văn Mẫu;{:012};ghi chú thứ {i}\n", i * 7));
    }
    let parts = read("a.csv", &csv);
    assert!(parts.len() >= 3);
    assert!(parts.iter().all(|p| p.columns == ["Họ và tên", "Số CCCD", "Ghi chú"]));
    let Grain::Cells(last) = &parts.last().unwrap().grain else {
        panic!()
    };
    assert_eq!(last.last().unwrap().row, 60_001);
}

#[test]
fn ragged_rows_and_empty_lines_are_kept() {
    assert_eq!(
        table("a;b;c\n1\n\n;;2;3\nx;y;z\n").0.join(" "),
        "0,0=a 0,1=b 0,2=c 1,0=1 3,0= 3,1= 3,2=2 3,3=3 4,0=x 4,1=y 4,2=z"
    );
}

#[test]
fn no_names_where_the_first_rows_are_values() {
    let (_, columns) = table("Lê Mẫu,0912345678,a@example.org\nVũ Thử,0987654321,b@example.org\n");
    assert!(columns.is_empty());
}
