use super::*;

/// The groups of names, each as its members by `=`, and behind `?` the ambiguous ones.
fn shown(names: &[&str], lang: Lang) -> String {
    let found = group(names, Some(lang));
    let write = |list: &[usize]| list.iter().map(|&i| names[i]).collect::<Vec<_>>().join("=");
    let mut out: Vec<String> = found.persons.iter().map(|p| write(p)).collect();
    if !found.ambiguous.is_empty() {
        out.push(format!("? {}", write(&found.ambiguous)));
    }
    out.join(" | ")
}

fn all(lang: Lang, cases: &[(&[&str], &str)]) {
    let wrong: Vec<_> = cases
        .iter()
        .map(|c| (c.1, shown(c.0, lang)))
        .filter(|c| c.0 != c.1)
        .collect();
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), cases.len());
}

#[test]
fn russian() {
    all(
        Lang::Ru,
        &[
            (
                &[
                    "Иванов Иван Петрович",
                    "И. П. Иванов",
                    "Иванову",
                    "Ивану Петровичу",
                    "ИВАНОВ ИВАН ПЕТРОВИЧ",
                ],
                "Иванов Иван Петрович=И. П. Иванов=Иванову=Ивану Петровичу=ИВАНОВ ИВАН ПЕТРОВИЧ",
            ),
            // Two persons with one family name stay two, and the bare name is of either.
            (
                &["Иванов Иван Петрович", "Иванов Олег Юрьевич", "Иванова", "Иванов И.П."],
                "Иванов Иван Петрович=Иванов И.П. | Иванов Олег Юрьевич | ? Иванова",
            ),
            // Husband and wife are told apart by the form.
            (
                &["Смирнов Олег", "Смирнова Анна", "Смирновой", "Смирновым"],
                "Смирнов Олег=Смирновым | Смирнова Анна=Смирновой",
            ),
            (&["Петров", "Сидоров", "Петровым"], "Петров=Петровым | Сидоров"),
            (
                &["Фёдоров Пётр", "Федорова Петра", "П. Федоров"],
                "Фёдоров Пётр=Федорова Петра=П. Федоров",
            ),
            (
                &["Иван Петров", "Петров Иван", "Пётр Иванов"],
                "Иван Петров=Петров Иван | Пётр Иванов",
            ),
            (
                &["Ковальчук Игорь", "Ковальчука", "Ковальчук Ольга"],
                "Ковальчук Игорь=Ковальчука | Ковальчук Ольга",
            ),
            (
                &["А. Б. Зимин", "А. В. Зимин", "Зимин А."],
                "А. Б. Зимин | А. В. Зимин | ? Зимин А.",
            ),
        ],
    );
}

#[test]
fn vietnamese() {
    all(
        Lang::Vi,
        &[
            (
                &[
                    "Nguyễn Văn Hòa",
                    "NGUYỄN VĂN HOÀ",
                    "Nguyen Van Hoa",
                    "ông Hòa",
                    "Nguyễn V. Hòa",
                ],
                "Nguyễn Văn Hòa=NGUYỄN VĂN HOÀ=Nguyen Van Hoa=ông Hòa=Nguyễn V. Hòa",
            ),
            (
                &["Nguyễn Văn Hòa", "Nguyễn Văn Hoa", "Nguyen Van Hoa"],
                "Nguyễn Văn Hòa | Nguyễn Văn Hoa | ? Nguyen Van Hoa",
            ),
            (
                &["Trần Thị Lan", "Lê Thị Lan", "chị Lan"],
                "Trần Thị Lan | Lê Thị Lan | ? chị Lan",
            ),
            (
                &["Trần Thị Lan", "Lê Văn Nam", "Nam", "anh Nam"],
                "Trần Thị Lan | Lê Văn Nam=Nam=anh Nam",
            ),
            (&["Phạm Minh Tuấn", "Minh Tuấn"], "Phạm Minh Tuấn=Minh Tuấn"),
            (&["ông Tuấn", "bà Tuấn"], "ông Tuấn | bà Tuấn"),
        ],
    );
}

#[test]
fn chinese_western_and_across_scripts() {
    all(
        Lang::Zh,
        &[
            (&["张伟", "老张", "张先生", "张某"], "张伟=老张=张先生=张某"),
            (&["张伟", "张敏", "小张"], "张伟 | 张敏 | ? 小张"),
            (
                &["欧阳修文", "欧阳先生", "Ouyang Xiuwen"],
                "欧阳修文=欧阳先生=Ouyang Xiuwen",
            ),
            (
                &["李小明", "Li Xiaoming", "LI Xiao Ming"],
                "李小明=Li Xiaoming=LI Xiao Ming",
            ),
        ],
    );
    all(
        Lang::En,
        &[
            (
                &[
                    "John Ronald Smith",
                    "John Smith",
                    "Mr. Smith",
                    "J. Smith",
                    "Smith, John",
                ],
                "John Ronald Smith=John Smith=Mr. Smith=J. Smith=Smith, John",
            ),
            (
                &["John Smith", "Jane Smith", "Smith"],
                "John Smith | Jane Smith | ? Smith",
            ),
            (&["Yuri Gagarin", "Юрий Гагарин"], "Yuri Gagarin=Юрий Гагарин"),
        ],
    );
}

#[test]
fn findings_of_a_text_are_grouped() {
    let text =
        "Кузнецов Олег Юрьевич подал заявление. Директор принял О. Ю. Кузнецова. Заявление Кузнецова рассмотрено.";
    let findings = crate::Engine::new(crate::Options::default()).find(&crate::Input::text(text));
    let found = subjects(&findings, text);
    assert_eq!(found.persons.len(), 1, "{findings:?}");
    assert_eq!(found.persons[0].len(), 3, "{findings:?}");
}

#[test]
fn many_persons_of_one_name_take_little_time_and_never_merge_by_chance() {
    let names: Vec<String> = (0..3000)
        .map(|i| {
            let letter = |n: u32| char::from_u32(0x61 + n % 26).unwrap();
            format!("Nguyễn Văn T{}{}{}", letter(i), letter(i / 26), letter(i / 676))
        })
        .collect();
    let mut all: Vec<&str> = names.iter().map(String::as_str).collect();
    all.push("Nguyễn");
    let found = group(&all, Some(Lang::Vi));
    let merged: Vec<_> = found
        .persons
        .iter()
        .filter(|p| p.len() > 1)
        .map(|p| p.iter().map(|&i| all[i]).collect::<Vec<_>>())
        .collect();
    assert_eq!(
        (merged, found.persons.len()),
        (Vec::new(), 3000),
        "{:?}",
        found.ambiguous
    );
    assert_eq!(found.ambiguous, [3000]);
}
