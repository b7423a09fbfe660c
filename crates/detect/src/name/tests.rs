use super::*;

/// The parts as `f=… m=… g=… p=… t=… s=…` with the gender behind.
fn shown(value: &str, lang: Option<Lang>) -> String {
    let Some(p) = parts(value, lang) else {
        return "nothing".to_owned();
    };
    let mut out = Vec::new();
    for (letter, range) in [
        ('f', &p.family),
        ('m', &p.middle),
        ('g', &p.given),
        ('p', &p.patronymic),
        ('t', &p.title),
        ('s', &p.suffix),
    ] {
        if let Some(range) = range {
            out.push(format!("{letter}={}", value.get(range.clone()).unwrap()));
        }
    }
    match p.gender {
        Some(Gender::Female) => out.push("♀".to_owned()),
        Some(Gender::Male) => out.push("♂".to_owned()),
        None => {}
    }
    out.join(" ")
}

fn all(lang: Option<Lang>, cases: &[(&str, &str)]) {
    let wrong: Vec<_> = cases
        .iter()
        .map(|c| (c.0, c.1, shown(c.0, lang)))
        .filter(|c| c.1 != c.2)
        .collect();
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), cases.len());
}

#[test]
fn vietnamese_names_come_apart() {
    all(
        Some(Lang::Vi),
        &[
            ("Nguyễn Văn A", "f=Nguyễn m=Văn g=A ♂"),
            ("Trần Thị Minh Khai", "f=Trần m=Thị Minh g=Khai ♀"),
            ("NGUYỄN THỊ MẪU", "f=NGUYỄN m=THỊ g=MẪU ♀"),
            ("Nguyen Van Nam", "f=Nguyen m=Van g=Nam ♂"),
            ("nguyen van nam", "f=nguyen m=van g=nam ♂"),
            ("Lê Lợi", "f=Lê g=Lợi"),
            ("Nam", "g=Nam"),
            ("ông Nguyễn Văn Bình", "f=Nguyễn m=Văn g=Bình t=ông ♂"),
            ("TS. Phạm Hồng Hà", "f=Phạm m=Hồng g=Hà t=TS"),
            ("PGS.TS. Đỗ Minh Đức", "f=Đỗ m=Minh g=Đức t=PGS.TS"),
            ("bà Hoa", "g=Hoa t=bà ♀"),
            ("N.V. A", "f=N. m=V. g=A"),
            ("Tôn Nữ Thị Ninh", "f=Tôn Nữ m=Thị g=Ninh ♀"),
            ("Minh Anh Nguyễn", "f=Nguyễn m=Anh g=Minh"),
            ("John Smith", "f=Smith g=John"),
        ],
    );
    all(
        None,
        &[
            ("Nguyen Van Nam", "f=Nguyen m=Van g=Nam ♂"),
            ("Trần Văn Tèo", "f=Trần m=Văn g=Tèo ♂"),
        ],
    );
}

#[test]
fn russian_names_come_apart_in_any_order_and_case() {
    all(
        Some(Lang::Ru),
        &[
            ("Иванов Иван Иванович", "f=Иванов g=Иван p=Иванович ♂"),
            ("Иван Иванович Иванов", "f=Иванов g=Иван p=Иванович ♂"),
            ("Мария Петровна Сидорова", "f=Сидорова g=Мария p=Петровна ♀"),
            ("Ивановой Марии Петровне", "f=Ивановой g=Марии p=Петровне ♀"),
            ("И. О. Кузнецов", "f=Кузнецов g=И. p=О. ♂"),
            ("Кузнецова И.О.", "f=Кузнецова g=И. p=О. ♀"),
            ("ПЕТРОВ ПЁТР ПЕТРОВИЧ", "f=ПЕТРОВ g=ПЁТР p=ПЕТРОВИЧ ♂"),
            (
                "Салтыков-Щедрин Михаил Евграфович",
                "f=Салтыков-Щедрин g=Михаил p=Евграфович ♂",
            ),
            ("Анна Каренина", "f=Каренина g=Анна ♀"),
            ("Смирнова Анна", "f=Смирнова g=Анна ♀"),
            ("г-жа Смирнова", "f=Смирнова t=г-жа ♀"),
            ("гражданину Петрову", "f=Петрову t=гражданину ♂"),
            ("Алиев Ибрагим Гасан оглы", "f=Алиев g=Ибрагим p=Гасан s=оглы ♂"),
            ("Анна Ивановна", "g=Анна p=Ивановна ♀"),
            ("Лермонтовым", "f=Лермонтовым ♂"),
            ("Иванов, Иван", "f=Иванов g=Иван ♂"),
        ],
    );
}

#[test]
fn chinese_and_western_names_come_apart() {
    all(
        Some(Lang::Zh),
        &[
            ("张伟", "f=张 g=伟"),
            ("欧阳修文", "f=欧阳 g=修文"),
            ("李小明", "f=李 g=小明"),
            ("王女士", "f=王 t=女士 ♀"),
            ("张伟先生", "f=张 g=伟 t=先生 ♂"),
            ("老张", "f=张 t=老"),
            ("刘某某", "f=刘 g=某某"),
            ("约翰·史密斯", "f=史密斯 g=约翰"),
            ("Zhang Weiming", "f=Zhang g=Weiming"),
            ("Wei-ming ZHANG", "f=ZHANG g=Wei-ming"),
            ("Ouyang Xiu", "f=Ouyang g=Xiu"),
        ],
    );
    all(
        Some(Lang::En),
        &[
            ("John Ronald Smith", "f=Smith m=Ronald g=John"),
            ("Smith, John A.", "f=Smith m=A. g=John"),
            ("Dr. Jane Roe", "f=Roe g=Jane t=Dr"),
            ("Mrs. Ludwig van der Berg", "f=van der Berg g=Ludwig t=Mrs ♀"),
            ("John Smith Jr.", "f=Smith g=John s=Jr"),
            ("J. R. Smith", "f=Smith m=R. g=J."),
            ("Zhang Wei", "f=Zhang g=Wei"),
            ("Шон О'Нил", "f=О'Нил g=Шон"),
        ],
    );
    for value in [
        "",
        "12",
        "a@b.vn",
        "a b c d e f g h i j k l m n",
        "— —",
        &"а".repeat(500),
    ] {
        assert_eq!(parts(value, None), None, "{value}");
    }
}

fn one_key(names: &[&str], lang: Lang) {
    let first = normal(names[0], Some(lang)).unwrap();
    for name in names {
        assert_eq!(normal(name, Some(lang)).unwrap().exact, first.exact, "{name}");
    }
}

#[test]
fn cases_of_russian_names_have_one_key() {
    one_key(
        &[
            "Иванов Иван Иванович",
            "Иван Иванович Иванов",
            "Иванова Ивана Ивановича",
            "Иванову Ивану Ивановичу",
            "Ивановым Иваном Ивановичем",
            "Иванове Иване Ивановиче",
            "ИВАНОВ ИВАН ИВАНОВИЧ",
        ],
        Lang::Ru,
    );
    one_key(
        &[
            "Смирнова Мария Петровна",
            "Смирновой Марии Петровны",
            "Смирновой Марии Петровне",
            "Смирнову Марию Петровну",
            "Смирновой Марией Петровной",
        ],
        Lang::Ru,
    );
    one_key(
        &[
            "Достоевский Павел",
            "Достоевского Павла",
            "Достоевскому Павлу",
            "Достоевским Павлом",
        ],
        Lang::Ru,
    );
    one_key(
        &[
            "Шевченко Анна Игоревна",
            "Шевченко Анны Игоревны",
            "Шевченко Анне Игоревне",
        ],
        Lang::Ru,
    );
    one_key(
        &[
            "Ковальчук Игорь Львович",
            "Ковальчука Игоря Львовича",
            "Ковальчуком Игорем Львовичем",
        ],
        Lang::Ru,
    );
    one_key(&["Ковальчук Ольга", "Ковальчук Ольги", "Ковальчук Ольгой"], Lang::Ru);
    one_key(
        &[
            "Черных Любовь Андреевна",
            "Черных Любови Андреевны",
            "Черных Любовью Андреевной",
        ],
        Lang::Ru,
    );
    one_key(&["Толстая Софья", "Толстой Софье", "Толстую Софью"], Lang::Ru);
    one_key(
        &[
            "Петров-Водкин Кузьма",
            "Петрова-Водкина Кузьмы",
            "Петрову-Водкину Кузьме",
        ],
        Lang::Ru,
    );
    one_key(&["Фёдоров Пётр", "Федорова Петра"], Lang::Ru);
    one_key(&["Лермонтов", "Лермонтову", "Лермонтовым"], Lang::Ru);
    one_key(&["Кузнецова И. О.", "И.О. Кузнецова"], Lang::Ru);
    let (wife, husband) = (
        normal("Иванова Анна", Some(Lang::Ru)),
        normal("Иванов Иван", Some(Lang::Ru)),
    );
    assert_ne!(wife, husband);
}

#[test]
fn names_with_and_without_marks_agree_but_two_marked_names_do_not() {
    let key = |n: &str| normal(n, Some(Lang::Vi)).unwrap();
    assert!(key("Nguyễn Văn Hòa").agrees(&key("NGUYEN VAN HOA")));
    assert!(key("Nguyễn Văn Hoà").agrees(&key("nguyễn văn hòa")));
    assert!(!key("Nguyễn Văn Hòa").agrees(&key("Nguyễn Văn Hoa")));
    assert!(!key("Trần Thị Đào").agrees(&key("Trần Thị Dạo")));
    // Composed and decomposed letters are one.
    let decomposed: String = unicode_normalization::UnicodeNormalization::nfd("Nguyễn Thị Mẫu").collect();
    assert_eq!(key(&decomposed), key("Nguyễn Thị Mẫu"));
    assert!(shown(&decomposed, None).starts_with("f=Nguye"));
}

#[test]
fn transcriptions_agree_across_scripts() {
    let key = |n: &str, lang| normal(n, Some(lang)).unwrap();
    for (a, b) in [
        ("Юрий Гагарин", "Iurii Gagarin"),
        ("Юрий Гагарин", "Yuri Gagarin"),
        ("Наталья Щукина", "Natalya Shchukina"),
        ("Дмитрий Васильев", "Dmitry Vasiliev"),
        ("Евгений Жуков", "Evgenii Zhukov"),
        ("Алексей Хабенский", "Aleksei Khabenskii"),
    ] {
        assert!(
            key(a, Lang::Ru).agrees(&key(b, Lang::En)),
            "{a} {b}: {:?} {:?}",
            key(a, Lang::Ru),
            key(b, Lang::En)
        );
    }
    for (a, b) in [
        ("张伟明", "Zhang Weiming"),
        ("张伟明", "ZHANG Wei-ming"),
        ("单小红", "Shan Xiaohong"),
        ("吕布", "Lyu Bu"),
        ("欧阳娜", "Ouyang Na"),
    ] {
        assert!(
            key(a, Lang::Zh).agrees(&key(b, Lang::En)),
            "{a} {b}: {:?} {:?}",
            key(a, Lang::Zh),
            key(b, Lang::En)
        );
    }
    assert!(!key("张伟明", Lang::Zh).agrees(&key("Zhang Weimin", Lang::En)));
}
