use proptest::prelude::*;

use super::*;

/// Whether who looks for `query` finds what has `value`: all words of the query are words of the value.
fn finds(kind: Kind, query: &str, value: &str) -> bool {
    let stored = words(kind, value);
    let asked = words(kind, query);
    !asked.is_empty() && asked.iter().all(|word| stored.contains(word))
}

#[test]
fn names_are_found_as_people_ask_for_them() {
    for (value, queries) in [
        (
            "Nguyễn Thị Đào",
            &[
                "nguyen thi dao",
                "NGUYỄN THỊ ĐÀO",
                "Đào",
                "Thi Dao",
                "Nguyễn T. Đ.",
                "Nguye\u{302}\u{303}n",
            ][..],
        ),
        ("Hoà", &["Hòa", "hoa", "HÒA"]),
        (
            "Семёнов Пётр Андреевич",
            &[
                "Семенов Петр",
                "СЕМЁНОВ П.А.",
                "семенов п а",
                "Андреевич",
                "П. А. Семёнов",
            ],
        ),
        ("О’Коннор-Смит, Анна", &["Оконнор", "о'коннор смит", "Смит Анна"]),
        ("王小明", &["王小明", "小明", "王小", "王 小 明"]),
        ("欧阳小明", &["欧阳", "欧阳小", "小明", "歐陽"][..3]),
        ("买买提·艾力", &["买买提艾力", "艾力", "买买提·艾力"]),
        ("Trần Văn An (王文安)", &["王文安", "tran van an", "An 王文安"]),
        ("Ｌａｎ　Ｔｒａｎ", &["Lan Tran"]),
        ("Straße Łódź Øre Æther", &["strasse lodz ore aether"]),
        ("김민수", &["김민수", "민수", "\u{1100}\u{1175}\u{11b7}민수"]),
        ("La\u{ad}n\u{200b}", &["lan"]),
    ] {
        for query in queries {
            assert!(
                finds(Kind::Name, query, value),
                "{query} in {value}: {:?}",
                words(Kind::Name, value)
            );
        }
    }
    for (value, query) in [
        ("Nguyễn Thị Đào", "Nguyễn Thị Đạt"),
        ("Nguyễn Thị Đào", "dao nguye"),
        ("Семёнов Пётр", "Семёнов И."),
        ("王小明", "王明"),
        ("王小明", "明小"),
        ("Lan", ""),
        ("Lan", " .-' "),
    ] {
        assert!(!finds(Kind::Name, query, value), "{query} in {value}");
    }
}

#[test]
fn words_of_a_name_are_these() {
    assert_eq!(words(Kind::Name, "Đỗ Thị Ý"), ["d.", "do", "t.", "thi", "y."]);
    assert_eq!(words(Kind::Name, "王小明"), ["小明", "王小", "王小明"]);
    assert_eq!(words(Kind::Name, "王"), ["王"]);
    assert_eq!(words(Kind::Text, "Khám 王小明 A"), ["a", "kham", "小明", "王小"]);
}

#[test]
fn numbers_are_found_whole_and_by_their_last_four() {
    assert_eq!(words(Kind::Number, "079 301-234.567"), ["079301234567", "…4567"]);
    assert_eq!(words(Kind::Number, "4567"), ["…4567"]);
    assert_eq!(words(Kind::Number, "а123вс"), words(Kind::Number, "A123BC"));
    assert_eq!(words(Kind::Number, "１２３４５"), ["12345", "…2345"]);
    assert_eq!(words(Kind::Number, " -- "), Vec::<String>::new());
    assert!(finds(Kind::Number, "4567", "079 301 234 567"));
    assert!(finds(Kind::Number, "079301234567", "079 301 234 567"));
    assert!(!finds(Kind::Number, "1234567", "079 301 234 567"));
    assert!(!finds(Kind::Number, "567", "079 301 234 567"));
    let long = "7".repeat(100) + "1234";
    assert_eq!(words(Kind::Number, &long), ["7".repeat(MAX_WORD), "…1234".to_owned()]);
}

#[test]
fn telephones_are_the_same_however_they_are_dialled() {
    for forms in [
        &[
            "0912 345 678",
            "+84 912 345 678",
            "(84) 912.345.678",
            "0084912345678",
            "912345678 máy lẻ 12",
        ][..],
        &[
            "8 (912) 345-67-89",
            "+7 912 345 67 89",
            "79123456789 доб. 101",
            "Тел. 89123456789",
        ],
        &["138 1234 5678", "+86-138-1234-5678", "１３８１２３４５６７８ 转 9"],
    ] {
        for form in forms {
            assert_eq!(phone(form), phone(forms[0]), "{form}");
        }
    }
    assert_eq!(phone("0912 345 678"), ["…5678", "…912345678"]);
    assert_eq!(phone("5678"), ["…5678"]);
    assert_ne!(phone("0912 345 679"), phone("0912 345 678"));
    assert_eq!(phone("không có"), Vec::<String>::new());
}

#[test]
fn the_whole_of_a_number_is_that_of_no_other() {
    assert_eq!(whole("079 301-234.567"), Some("079301234567".to_owned()));
    assert_eq!(whole("в 12345"), Some("B12345".to_owned()));
    assert_ne!(whole("12345"), whole("92345"));
    assert_eq!(whole("2345").as_deref(), Some("2345"), "a short one is no ending");
    assert_eq!(whole(" – "), None);
    assert!(whole(&"7".repeat(MAX_WORD)).is_some());
    assert_eq!(
        whole(&"7".repeat(MAX_WORD + 1)),
        None,
        "nothing is cut that must be equal"
    );
    assert_eq!(whole(&"7".repeat(1_000_000)), None);
}

#[test]
fn texts_are_found_by_words_and_pairs() {
    assert!(finds(Kind::Text, "viem gan", "Bệnh nhân bị viêm gan B"));
    assert!(finds(Kind::Text, "居民身份证", "办理居民身份证的申请"));
    assert!(!finds(Kind::Text, "b viem khop", "Bệnh nhân bị viêm gan B"));
}

#[test]
fn what_is_given_is_bounded() {
    let many: String = (0..100_000).map(|i| format!("w{i} ")).collect();
    assert_eq!(words(Kind::Name, &many).len(), MAX_NAME_WORDS);
    assert_eq!(words(Kind::Text, &many).len(), MAX_TEXT_WORDS);
    let long = "ả".repeat(1_000_000);
    assert_eq!(words(Kind::Text, &long), ["a".repeat(MAX_WORD)]);
    let han: String = (0..50_000)
        .filter_map(|i| char::from_u32(0x4e00 + i % 20_000))
        .collect();
    assert_eq!(words(Kind::Name, &han).len(), MAX_NAME_WORDS);
    // A letter under a million marks, and a character that stands for eighteen.
    assert_eq!(words(Kind::Text, &format!("a{}", "\u{301}".repeat(1_000_000))), ["a"]);
    assert!(words(Kind::Text, &"\u{fdfa}".repeat(1_000_000)).len() <= MAX_TEXT_WORDS);
}

proptest! {
    #[test]
    fn a_value_finds_itself_and_any_of_its_words(value in "\\PC{0,40}", kind in prop::sample::select(vec![Kind::Name, Kind::Text, Kind::Number])) {
        let all = words(kind, &value);
        prop_assert!(all.is_sorted());
        prop_assert!(all.iter().all(|word| (1..=MAX_WORD).contains(&word.chars().count())));
        if kind != Kind::Number {
            for part in value.split_whitespace() {
                let part = words(kind, part);
                let single = |word: &String| word.chars().count() == 1;
                prop_assert!(part.iter().all(|word| all.contains(word) || single(word)), "{part:?} {all:?}");
            }
        }
    }

    #[test]
    fn upper_case_and_decomposed_forms_are_the_same(value in "[a-zA-Zà-ỹÀ-Ỹа-яА-ЯёЁ王小明 .-]{0,40}") {
        let upper: String = value.to_uppercase();
        let apart: String = value.nfd().collect();
        prop_assert_eq!(words(Kind::Name, &upper), words(Kind::Name, &value));
        prop_assert_eq!(words(Kind::Name, &apart), words(Kind::Name, &value));
    }
}
