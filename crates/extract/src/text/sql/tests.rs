use super::super::testing::{bytes_of, cells, place_of, read, text};
use crate::Part;

fn tables(parts: &[Part<'static>]) -> Vec<(String, Vec<String>, Vec<String>)> {
    parts
        .iter()
        .filter(|p| matches!(p.grain, crate::Grain::Cells(_)))
        .map(|p| (p.place.to_string(), p.columns.clone(), cells(p)))
        .collect()
}

#[test]
fn rows_of_a_mysql_dump_have_the_columns_of_their_table() {
    let sql = "-- MySQL dump 10.13\nCREATE TABLE `cong_dan` (\n  `id` int NOT NULL,\n  `ht` varchar(50) DEFAULT 'a,b' COMMENT 'Họ tên',\n  `sdt` decimal(10,2),\n  PRIMARY KEY (`id`),\n  KEY `k` (`ht`)\n) ENGINE=InnoDB;\nINSERT INTO `cong_dan` VALUES (1,'Lê \\'Văn\\' Mẫu','0912345678'),(2,NULL,'O''Hara; (x)\\n'),\n(3,'Vũ','9');\nINSERT INTO `khac` (`a`) VALUES ('x');\nINSERT INTO `cong_dan` VALUES (4,'Trần','8');\nUPDATE x SET y='z';\n";
    let parts = read("dump.sql", sql);
    let all = tables(&parts);
    assert_eq!(all.len(), 3, "{all:?}");
    assert_eq!(all[0].0, "table 'cong_dan'");
    assert_eq!(all[0].1, ["id", "ht (Họ tên)", "sdt"]);
    assert_eq!(
        all[0].2,
        [
            "0,0=1",
            "0,1=Lê 'Văn' Mẫu",
            "0,2=0912345678",
            "1,0=2",
            "1,2=O'Hara; (x) ",
            "2,0=3",
            "2,1=Vũ",
            "2,2=9"
        ]
    );
    assert_eq!(all[2].2[0], "3,0=4");
    assert_eq!(bytes_of(&parts, "0912345678", sql.as_bytes(), 10), b"0912345678");
    assert_eq!(place_of(&parts, "UPDATE x"), "line 13");
    assert!(text(&parts).contains("COMMENT 'Họ tên'"));
}

#[test]
fn strings_of_other_servers() {
    let sql = "INSERT [dbo].[People] ([Id], [Name], [Born]) VALUES (1, N'Иван', CAST(N'1990-01-02' AS Date))\nGO\nINSERT [dbo].[People] ([Id], [Name], [Born]) VALUES (2, N'C:\\', E'a\\'b'::text)\nGO\n";
    let all = tables(&read("dump.sql", sql));
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(all[0].0, "table 'dbo.People'");
    assert_eq!(all[0].1, ["Id", "Name", "Born"]);
    assert_eq!(
        all[0].2,
        [
            "0,0=1",
            "0,1=Иван",
            "0,2=CAST(N'1990-01-02' AS Date)",
            "1,0=2",
            "1,1=C:\\",
            "1,2=a'b"
        ]
    );
}

#[test]
fn copied_lines_are_rows() {
    let sql = "COPY public.people (id, name, phone) FROM stdin;\n1\tLê Mẫu\t\\N\n2\ta\\tb\\\\c\t0912345678\n\\.\n\nSELECT 1;\n";
    let parts = read("dump.sql", sql);
    let all = tables(&parts);
    assert_eq!(all[0].0, "table 'public.people'");
    assert_eq!(all[0].1, ["id", "name", "phone"]);
    assert_eq!(
        all[0].2,
        ["0,0=1", "0,1=Lê Mẫu", "1,0=2", "1,1=a b\\c", "1,2=0912345678"]
    );
    assert_eq!(place_of(&parts, "0912"), "table 'public.people', C2");
    assert_eq!(bytes_of(&parts, "0912345678", sql.as_bytes(), 10), b"0912345678");
    assert_eq!(place_of(&parts, "SELECT 1"), "line 6");
}

#[test]
fn one_endless_statement_comes_in_parts() {
    let mut sql = String::from("SET x=1; INSERT INTO t (name, phone) VALUES ");
    for i in 0..60_000 {
        sql.push_str(&format!("({i},'Nguyễn Văn Mẫu','09{i:08}'),"));
    }
    sql.push_str("(1,'end','2');");
    let parts = read("dump.sql", &sql);
    assert!(parts.len() >= 3);
    let all = tables(&parts);
    assert_eq!(all.iter().map(|t| t.2.len()).sum::<usize>(), 180_003);
    assert!(all.iter().all(|t| t.1 == ["name", "phone"]));
    assert_eq!(all.last().unwrap().2.last().unwrap(), "60000,2=2");
}

#[test]
fn a_broken_dump_is_read_on() {
    for (sql, wanted) in [
        ("INSERT INTO t VALUES (1,'never closed 0912345678", "0912345678"),
        (
            "INSERT INTO t VALUES (1,2);;)(\nINSERT INTO t SELECT '0912345678';",
            "0912345678",
        ),
        ("INSERT INTO t (a, b", "(a, b"),
        ("COPY t FROM stdin;\n1\t0912345678", "0912345678"),
        ("CREATE TABLE t (a int, b text DEFAULT '0912345678", "0912345678"),
        ("INSERT", "INSERT"),
    ] {
        let all = text(&read("dump.sql", sql));
        assert!(all.contains(wanted), "{sql}: {all:?}");
    }
}
