//! Names of persons in phrases: what is marked must be found, what is not must not.
#![expect(clippy::unwrap_used, reason = "tests")]

use tutela_detect::{Cell, Engine, Entity, Input, Lang, Options};

fn engine() -> Engine {
    Engine::new(Options {
        only: vec![Entity::Person],
        min_score: 0.5,
    })
}

/// A phrase without its marks, and what they hold.
fn unmark(line: &str) -> (String, Vec<String>) {
    let text = line.replace("\\n", "\n");
    let names = text
        .split('⟦')
        .skip(1)
        .map(|part| part.split('⟧').next().unwrap().to_owned())
        .collect();
    (text.replace(['⟦', '⟧'], ""), names)
}

fn found(engine: &Engine, input: &Input<'_>) -> Vec<String> {
    engine
        .find(input)
        .into_iter()
        .filter(|f| f.entity == Entity::Person)
        .map(|f| input.text.get(f.start..f.end).unwrap().to_owned())
        .collect()
}

#[test]
fn phrases_in_four_languages() {
    let engine = engine();
    let mut lang = None;
    let mut wrong = Vec::new();
    let mut counts = std::collections::BTreeMap::new();
    for line in include_str!("data/names.txt")
        .lines()
        .filter(|l| !l.starts_with('#') && !l.is_empty())
    {
        if let Some(code) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            lang = Some(Lang::from_code(code).unwrap_or_else(|| panic!("{code}")));
            continue;
        }
        let (text, want) = unmark(line);
        let count: &mut [u32; 2] = counts.entry(lang).or_default();
        count[usize::from(want.is_empty())] += 1;
        let got = found(
            &engine,
            &Input {
                lang,
                ..Input::text(&text)
            },
        );
        if got != want {
            wrong.push(format!("{line}\n   found {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} phrases:\n{}", wrong.len(), wrong.join("\n"));
    assert!(counts.values().all(|c| c[0] >= 25 && c[1] >= 25), "{counts:?}");
}

/// A table with tabs and line ends, as readers give it.
fn cells(text: &str) -> Vec<Cell> {
    let mut all = Vec::new();
    let mut at = 0;
    for (row, line) in text.split('\n').enumerate() {
        for (col, cell) in line.split('\t').enumerate() {
            all.push(Cell {
                start: at,
                end: at + cell.len(),
                row: row as u32,
                col: col as u32,
            });
            at += cell.len() + 1;
        }
    }
    all
}

#[test]
fn columns_of_names_hold_names_in_any_case() {
    let engine = engine();
    for (text, want) in [
        (
            "STT\tHọ và tên\tLớp\n1\tnguyễn văn khôi\t9A\n2\tTRẦN BÍCH\t9B",
            vec!["nguyễn văn khôi", "TRẦN BÍCH"],
        ),
        (
            "№;x\tФИО\n1\tсидоров пётр\n2\tЛи Ен Су",
            vec!["сидоров пётр", "Ли Ен Су"],
        ),
        ("序号\t姓名\n1\t卢海\n2\t沈阳浩", vec!["卢海", "沈阳浩"]),
        ("id\tlast_name\n1\tsmith\n2\tVoss", vec!["smith", "Voss"]),
        // A header that comes again and a line about something else.
        (
            "STT\tNgười lập\n1\tLê Văn Bình\nSTT\tHọ và tên\n2\tMật khẩu tệp",
            vec!["Lê Văn Bình"],
        ),
        // A column of names of things.
        ("id\tname\n1\tDeluxe Chair\n2\tRound Table\n3\tDesk Lamp", vec![]),
        (
            "id\tname\n1\tMary Whitfield\n2\tJames Carver\n3\tjohn miller",
            vec!["Mary Whitfield", "James Carver", "john miller"],
        ),
    ] {
        let cells = cells(text);
        let got = found(
            &engine,
            &Input {
                cells: &cells,
                ..Input::text(text)
            },
        );
        assert_eq!(got, want, "{text}");
    }
}

#[test]
fn captions_of_properties_announce_names() {
    let engine = engine();
    for (caption, text, want) in [
        ("creator", "Anna Lebedeva", 1),
        ("lastModifiedBy", "trần thị mai", 1),
        ("Họ và tên", "lê văn bình", 1),
        ("title", "Quarterly Figures", 0),
        ("creator", "12345", 0),
        ("creator", "james.xu", 1),
        ("creator", "Дина", 1),
        // Programs and their makers, words that nobody is called by.
        ("creator", "openpyxl", 0),
        ("creator", "python-docx", 0),
        ("creator", "Writer", 0),
        ("creator", "Canon", 0),
        ("creator", "Microsoft Office User", 0),
        ("creator", "scanner", 0),
    ] {
        let input = Input {
            caption: Some(caption),
            ..Input::text(text)
        };
        assert_eq!(found(&engine, &input).len(), want, "{caption}: {text}");
    }
}

#[test]
fn a_sure_name_is_found_again_where_it_stands_alone() {
    let engine = engine();
    let text = "Договор подписала Кравцова Инна Павловна. Срок назвала Кравцова, оплату внесли Кравцовой.";
    assert_eq!(
        found(&engine, &Input::text(text)),
        ["Кравцова Инна Павловна", "Кравцова", "Кравцовой"]
    );
    let text = "Mr Robert Zelinsky called. Later we saw Zelinsky at the office.";
    assert_eq!(found(&engine, &Input::text(text)), ["Robert Zelinsky", "Zelinsky"]);
}

#[test]
fn tables_inside_a_text_are_read_by_their_header() {
    let engine = engine();
    let text = "Danh sách như sau\n\nid,full_name,city\n1,le thi hoa binh,Hue\n2,pham quoc,Vinh\n\nhết";
    assert_eq!(found(&engine, &Input::text(text)), ["le thi hoa binh", "pham quoc"]);
}

#[test]
fn broken_input_does_no_harm() {
    let engine = engine();
    for text in [
        "",
        ":",
        "姓名：",
        "А.",
        "·",
        "王·",
        "[1",
        "Họ tên:",
        "«",
        "Ông",
        "ИП «",
        "a\u{301}:\u{200B}",
        "Y",
        "Mr",
        "\"name\":\"",
    ] {
        engine.find(&Input::text(text));
    }
    let long = "Иванов ".repeat(5000) + &"王".repeat(5000) + &"A.".repeat(5000) + &"Nguyễn ".repeat(5000);
    engine.find(&Input::text(&long));
}
