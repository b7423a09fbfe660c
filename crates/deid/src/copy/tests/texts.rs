//! Plain text, tables, trees, markup.

use super::*;

#[test]
fn a_text_keeps_everything_but_what_is_cut() {
    let mut place = Place::new();
    let text =
        "Kính gửi: Ông Nguyễn Văn Hùng\r\nCCCD: 049087012345, điện thoại 0912 345 678.\r\nNội dung:\tgiữ nguyên.\r\n";
    let copy = place.text("đơn.txt", text);
    assert!(
        copy.contains("[NGƯỜI_") && copy.contains("[ĐIỆN_THOẠI_") && copy.ends_with("\r\nNội dung:\tgiữ nguyên.\r\n"),
        "{copy}"
    );
    for gone in ["Hùng", "049087012345", "345 678"] {
        assert!(!copy.contains(gone), "{copy}");
    }
}

#[test]
fn the_encoding_stays_and_labels_it_cannot_write_become_stars() {
    let mut place = Place::new();
    let text = "Фамилия;Телефон;Город\r\nИванов Иван Петрович;+7 912 345-67-89;Пермь\r\nСидорова Анна Львовна;+7 912 345-67-80;Тверь\r\n";
    let wide: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let (report, copy) = place.copy("список.csv", &wide).unwrap();
    let units: Vec<u16> = copy.chunks(2).map(|p| u16::from_le_bytes([p[0], p[1]])).collect();
    let shown = String::from_utf16(&units).unwrap();
    assert!(
        shown.starts_with("\u{feff}Фамилия;Телефон;Город\r\n[ФИО_1];[ТЕЛЕФОН_1];Пермь\r\n[ФИО_2];"),
        "{shown}"
    );
    assert_eq!(report.replaced.get(&Entity::Person), Some(&2));
    let (old, _, _) = encoding_rs::WINDOWS_1251.encode(text);
    let (_, copy) = place.copy("старый.csv", &old).unwrap();
    let (shown, _, _) = encoding_rs::WINDOWS_1251.decode(&copy);
    assert!(shown.contains("[ФИО_1];[ТЕЛЕФОН_1];Пермь"), "{shown}");
}

#[test]
fn names_across_lines_are_removed_whole() {
    let copy = Place::new().text("a.txt", "Истец: гражданин Сидоров\nПётр Ильич, проживающий там же.\n");
    assert!(!copy.contains("Пётр") && !copy.contains("Сидоров"), "{copy}");
}

#[test]
fn trees_stay_trees() {
    let mut place = Place::new();
    let copy = place.text("a.json", "{\"phone\": 13812341234, \"name\": \"\\u5f20\\u5c0f\\u660e\", \"email\": \"an.nguyen@example.vn\", \"n\": 3}\n");
    let tree: serde_json::Value = serde_json::from_str(&copy).unwrap();
    assert_eq!(tree["n"], 3);
    assert!(tree["phone"].as_str().unwrap().starts_with('['), "{copy}");
    assert!(
        tree["email"].as_str().unwrap().starts_with('[') && !copy.contains("u660e"),
        "{copy}"
    );
    let copy = place.text("a.yaml", "name: Nguyễn Văn Hùng\nphone: \"0912345678\"\n");
    assert!(copy.starts_with("name: (") && !copy.contains("0912345678"), "{copy}");
    let copy = place.text("a.xml", "<?xml version=\"1.0\"?>\n<!-- Иванов Иван Петрович -->\n<a phone=\"+7 912 345-67-89\"><b>Гражданин</b> Петров Пётр Ильич</a>\n");
    assert!(
        !copy.contains("Иванов") && !copy.contains("Ильич") && !copy.contains("345-67"),
        "{copy}"
    );
    assert!(copy.contains("</b>") && copy.ends_with("</a>\n"), "{copy}");
}

#[test]
fn pages_lose_what_no_reader_sees() {
    let page = "<!doctype html><html><head><meta charset=utf-8><meta name=author content='Nguyễn Văn Hùng'><script>var who = 'Trần Thị Bích';</script></head>\
        <body data-user='Lê Văn Cường'><!-- ghi chú của Phạm Văn Đức --><p class=x>Ông <b>Nguyễn</b> Văn Hùng, <a href='mailto:hung.nguyen@example.vn'>thư</a></p>\
        <input type=hidden value='0912345678'><img src='data:image/png;base64,AAAA' alt='Nguyễn Văn Hùng'></body></html>";
    let (report, copy) = Place::new().copy("trang.html", page.as_bytes()).unwrap();
    let copy = String::from_utf8(copy).unwrap();
    for gone in [
        "Hùng",
        "Bích",
        "Cường",
        "Đức",
        "mailto",
        "0912345678",
        "base64",
        "script",
    ] {
        assert!(!copy.contains(gone), "{gone}: {copy}");
    }
    assert!(copy.contains("<p class=x>") && copy.contains("</html>"), "{copy}");
    assert_eq!(report.cleaned.count(What::Comments), 1);
}

#[test]
fn what_is_hidden_in_another_writing_refuses_the_file() {
    // The same phone number once in plain text and once inside of base64 that nothing tells of.
    let hidden = "Điện thoại: 0912345678\nghi chú: 4oCTIMSRaeG7h24gdGhv4bqhaSAwOTEyMzQ1Njc4IGtow7RuZw==\n";
    let refused = Place::new().copy("a.txt", hidden.as_bytes()).unwrap_err();
    assert!(matches!(refused, Refused::Leftover(_)), "{refused}");
}

#[test]
fn names_of_files_are_masked_and_nothing_is_overwritten() {
    let mut place = Place::new();
    let (report, _) = place.copy("Nguyễn_Văn_Hùng_0912345678.txt", b"x").unwrap();
    let name = report.to.file_name().unwrap().to_string_lossy().into_owned();
    assert!(!name.contains("0912345678") && name.ends_with(".txt"), "{name}");
    let (engine, mut operators) = (Engine::new(EngineOptions::default()), Operators::new(None, ""));
    let policy = Policy::preset("default").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.txt");
    fs::write(&path, "x").unwrap();
    let mut masker = Masker::new(&engine, &policy, Audience::Public, &mut operators);
    let mut again = |force| {
        mask(
            &path,
            dir.path(),
            &mut masker,
            &Reader::default(),
            &Options {
                force,
                ..Options::default()
            },
        )
    };
    assert_eq!(again(false), Err(Refused::Exists));
    assert_eq!(again(true), Err(Refused::SameFile));
}

#[test]
fn every_policy_gives_a_copy_without_the_values() {
    for preset in Policy::presets() {
        let copy = Place::new().policy(preset.name()).text(
            "a.txt",
            "Гражданин Петров Пётр Ильич, тел. +7 912 345-67-89, СНИЛС 112-233-445 95.\n",
        );
        for gone in ["Петров Пётр", "345-67-89", "112-233-445 95"] {
            assert!(!copy.contains(gone), "{}: {copy}", preset.name());
        }
    }
}
