//! Texts with names in hard places, made from a seed: lists, columns without a header, forms, capital letters, missing marks, cases,
//! initials, bare names; and decoys that look like names in every one of them. Persons are invented by chance from lists of name parts.

use tutela_detect::{Cell, Lang};

/// One text with the places of its names.
pub struct Document {
    pub lang: Lang,
    /// What makes it hard.
    pub kind: &'static str,
    pub text: String,
    pub cells: Vec<Cell>,
    pub names: Vec<(usize, usize)>,
}

/// A generator of numbers (SplitMix64): the same seed gives the same texts everywhere.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }

    fn word(&mut self, list: &'static str) -> &'static str {
        let words: Vec<&str> = list.split_whitespace().collect();
        self.pick(&words)
    }
}

/// A text that grows; `{…}` of templates become names or decoys.
#[derive(Default)]
struct Page {
    text: String,
    names: Vec<(usize, usize)>,
    cells: Vec<Cell>,
}

impl Page {
    fn say(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn name(&mut self, name: &str) {
        let start = self.text.len();
        self.text.push_str(name);
        self.names.push((start, self.text.len()));
    }

    /// A sentence with `{}` where the name stands.
    fn fill(&mut self, template: &str, name: &str) {
        let (before, after) = template.split_once("{}").unwrap();
        self.say(before);
        self.name(name);
        self.say(after);
    }

    /// A cell; a name where `name` says so.
    fn cell(&mut self, text: &str, row: usize, col: usize, name: bool) {
        let start = self.text.len();
        if name {
            self.name(text)
        } else {
            self.say(text)
        }
        self.cells.push(Cell {
            start,
            end: self.text.len(),
            row: row as u32,
            col: col as u32,
        });
        self.say("\t");
    }

    fn done(self, lang: Lang, kind: &'static str) -> Document {
        Document {
            lang,
            kind,
            text: self.text,
            cells: self.cells,
            names: self.names,
        }
    }
}

/// A person in all the forms that the texts need.
struct Person {
    full: String,
    /// Two parts: family and given name.
    short: String,
    initials: String,
    /// The name alone by which the person is called again.
    again: String,
    /// Genitive, dative, instrumental of the full name (Russian), and of the name alone.
    cases: Vec<String>,
    again_cases: Vec<String>,
}

const VI_FAMILY: &str = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Mai Lương Cao Châu Tô Hà Quách Thái Tống Lâm Tăng Kiều Giáp Mạc";
const VI_MIDDLE: &str =
    "Văn Thị Hữu Đức Minh Thanh Quang Ngọc Thu Xuân Bảo Gia Hồng Công Đình Khánh Tuấn Anh Phương Kim";
const VI_GIVEN: &str = "An Bình Cường Dũng Giang Hà Hải Hạnh Hiếu Hùng Khoa Lan Linh Long Loan Nga Nhung Phong Phúc Quân Quỳnh Sơn Tâm Thảo Thủy Trang Trung Tuyết Uyên Vân Việt Vinh Yến Đạt Hằng Khôi Thịnh Duyên";
const RU_FAMILY: &str = "Иванов Смирнов Кузнецов Соколов Лебедев Козлов Новиков Морозов Волков Зайцев Павлов Семёнов Голубев Виноградов Богданов Фёдоров Тарасов Белов Комаров Орлов Киселёв Макаров Андреев Ильин Гусев Титов Кудрявцев Баранов Куликов Ощепков Верхозин Шишмарёв Горбунов Ермаков Дьячков Бурмистров Сапожников Крюков Лыткин Пантелеев";
const RU_MALE: &str =
    "Иван Олег Антон Роман Денис Максим Артём Егор Фёдор Степан Борис Глеб Кирилл Семён Вадим Виктор Леонид Константин";
const RU_MALE_J: &str = "Сергей Андрей Алексей Николай Юрий Дмитрий Евгений Василий Георгий Анатолий";
const RU_FEMALE: &str = "Анна Елена Ирина Светлана Галина Нина Оксана Людмила Тамара Вера Зинаида Екатерина";
const RU_FEMALE_J: &str = "Мария Наталия Виктория Юлия Анастасия Лидия Ксения";
const RU_FATHERS: &str =
    "Иван Олег Антон Роман Денис Максим Степан Борис Глеб Виктор Леонид Константин Владимир Михаил Павл Александр";
const ZH_FAMILY: &str = "王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧 程 曹 袁 邓 许 傅 沈 曾 彭 吕";
const ZH_GIVEN: &str = "伟 芳 娜 敏 静 强 磊 军 洋 勇 艳 杰 涛 明 超 霞 平 刚 桂英 秀兰 建国 建华 志强 小红 海燕 文博 思远 雨欣 浩然 梓涵 子轩 玉兰 国强 春梅 晓东 丽华 永福 嘉琪 宇航 婷婷";
const EN_GIVEN: &str = "James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Thomas Jessica Karen Nancy Daniel Margaret Andrew Sandra Kevin Brian Laura Emily Peter Helen Oliver Fiona";
const EN_FAMILY: &str = "Johnson Williams Jones Davis Miller Wilson Anderson Taylor Jackson Harris Martin Thompson Robinson Clark Lewis Walker Allen Wright Scott Torres Hill Adams Nelson Baker Campbell Mitchell Roberts Phillips Evans Turner Edwards Collins Kowalski Haverford Lindqvist Okafor";

fn vietnamese(c: &mut Chance) -> Person {
    let (family, middle, given) = (c.word(VI_FAMILY), c.word(VI_MIDDLE), c.word(VI_GIVEN));
    let first = |w: &str| w.chars().next().unwrap();
    Person {
        full: format!("{family} {middle} {given}"),
        short: format!("{family} {given}"),
        initials: format!("{}.{}. {given}", first(family), first(middle)),
        again: given.to_owned(),
        cases: Vec::new(),
        again_cases: Vec::new(),
    }
}

fn russian(c: &mut Chance) -> Person {
    let male = c.below(2) == 0;
    let soft = c.below(3) == 0;
    let given = match (male, soft) {
        (true, false) => c.word(RU_MALE),
        (true, true) => c.word(RU_MALE_J),
        (false, false) => c.word(RU_FEMALE),
        (false, true) => c.word(RU_FEMALE_J),
    };
    let father = c.word(RU_FATHERS);
    let stem = c.word(RU_FAMILY);
    // Three kinds of family names: -ов and -ин, -ский, and those of women only that never bend.
    let (family, family_cases): (String, [String; 3]) = match (c.below(6), male) {
        (0, true) => {
            let s = c.word("Савицк Вишневск Добровольск Раевск Лозинск");
            (
                format!("{s}ий"),
                [format!("{s}ого"), format!("{s}ому"), format!("{s}им")],
            )
        }
        (0, false) => {
            let s = c.word("Савицк Вишневск Добровольск Раевск Лозинск");
            (format!("{s}ая"), [format!("{s}ой"), format!("{s}ой"), format!("{s}ой")])
        }
        (1, _) => {
            let s = c.word("Шевченко Бондаренко Ткаченко Лысенко");
            (s.to_owned(), [s.to_owned(), s.to_owned(), s.to_owned()])
        }
        (_, true) => (
            stem.to_owned(),
            [format!("{stem}а"), format!("{stem}у"), format!("{stem}ым")],
        ),
        (_, false) => (
            format!("{stem}а"),
            [format!("{stem}ой"), format!("{stem}ой"), format!("{stem}ой")],
        ),
    };
    let base: String = given
        .chars()
        .take(given.chars().count() - usize::from(soft || !male))
        .collect();
    // Мария, Наталия: the vowel before the ending changes what follows.
    let given_cases = match (male, soft) {
        (true, false) => [format!("{base}а"), format!("{base}у"), format!("{base}ом")],
        (true, true) => [format!("{base}я"), format!("{base}ю"), format!("{base}ем")],
        (false, false) => [format!("{base}ы"), format!("{base}е"), format!("{base}ой")],
        (false, true) => [format!("{base}и"), format!("{base}и"), format!("{base}ей")],
    };
    let given_cases = given_cases.map(|g| g.replace("Галины", "Галины"));
    let (patronymic, middle_cases) = if male {
        let p = format!("{father}ович");
        (p.clone(), [format!("{p}а"), format!("{p}у"), format!("{p}ем")])
    } else {
        let p = format!("{father}овн");
        (format!("{p}а"), [format!("{p}ы"), format!("{p}е"), format!("{p}ой")])
    };
    let first = |w: &str| w.chars().next().unwrap();
    let dots = format!("{}. {}.", first(given), first(&patronymic));
    Person {
        full: format!("{family} {given} {patronymic}"),
        short: format!("{given} {family}"),
        initials: if c.below(2) == 0 {
            format!("{family} {}", dots.replace(' ', ""))
        } else {
            format!("{dots} {family}")
        },
        again: family,
        cases: (0..3)
            .map(|i| format!("{} {} {}", family_cases[i], given_cases[i], middle_cases[i]))
            .collect(),
        again_cases: family_cases.to_vec(),
    }
}

fn chinese(c: &mut Chance) -> Person {
    let (family, given) = (c.word(ZH_FAMILY), c.word(ZH_GIVEN));
    let full = format!("{family}{given}");
    let again = match c.below(4) {
        0 => format!("老{family}"),
        1 => format!("小{family}"),
        2 => format!("{family}某"),
        _ => full.clone(),
    };
    Person {
        short: full.clone(),
        initials: full.clone(),
        full,
        again,
        cases: Vec::new(),
        again_cases: Vec::new(),
    }
}

fn english(c: &mut Chance) -> Person {
    let (given, middle, family) = (c.word(EN_GIVEN), c.word(EN_GIVEN), c.word(EN_FAMILY));
    let first = |w: &str| w.chars().next().unwrap();
    Person {
        full: format!("{given} {family}"),
        short: format!("{given} {family}"),
        initials: if c.below(2) == 0 {
            format!("{}. {family}", first(given))
        } else {
            format!("{given} {}. {family}", first(middle))
        },
        again: family.to_owned(),
        cases: Vec::new(),
        again_cases: Vec::new(),
    }
}

fn person(lang: Lang, c: &mut Chance) -> Person {
    match lang {
        Lang::Vi => vietnamese(c),
        Lang::Ru => russian(c),
        Lang::Zh => chinese(c),
        Lang::En => english(c),
    }
}

/// Vietnamese letters without their marks.
fn plain(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .map(|c| match c {
            'đ' => 'd',
            'Đ' => 'D',
            c => c,
        })
        .collect()
}

struct Words {
    /// What looks like a name and is none: sentences of their own.
    decoys: &'static [&'static str],
    /// Cells and items of lists that look like names.
    things: &'static [&'static str],
    /// Sentences about a person, the name in full.
    full: &'static [&'static str],
    /// The same where only the name alone stands.
    again: &'static [&'static str],
    forms: &'static [&'static str],
    heads: &'static [&'static str],
    places: &'static [&'static str],
}

const VI: Words = Words {
    decoys: &[
        "Trường THPT Nguyễn Trãi nằm trên đường Lê Lợi.",
        "Phố Trần Hưng Đạo đang sửa chữa.",
        "Công ty TNHH Minh Anh nộp hồ sơ.",
        "Luật Đất đai có hiệu lực từ tháng Tám.",
        "Sông Hồng dâng cao.",
        "Bệnh viện Bạch Mai mở rộng.",
        "Giải thưởng Lê Quý Đôn được trao hằng năm.",
        "Đường Võ Nguyên Giáp thông xe.",
        "Kính gửi Ủy ban nhân dân phường Trần Phú.",
        "Ngân hàng Á Châu thông báo.",
    ],
    things: &[
        "Hà Nội",
        "Hải Phòng",
        "Kế toán",
        "Văn thư",
        "Phòng Tổ chức",
        "Bình Dương",
        "Máy tính",
        "Điện Biên",
        "Đường Lê Lợi",
        "Công ty Hòa Phát",
    ],
    full: &[
        "Ngày 5/3, {} đã nộp hồ sơ tại bộ phận một cửa.",
        "Căn cứ đơn của {} về việc cấp lại giấy tờ.",
        "Hội đồng phân công {} làm thư ký.",
        "Người nhận là {} theo giấy ủy quyền.",
    ],
    again: &[
        "Sau đó {} ra về.",
        "Ông {} đề nghị trả lời bằng văn bản.",
        "Việc này do {} phụ trách.",
    ],
    forms: &["Họ và tên: {}", "Người khai: {}", "Họ tên: {}", "Người nộp đơn: {}"],
    heads: &["Danh sách cán bộ được khen thưởng", "Thành phần tham dự"],
    places: &["Hà Nội", "Đà Nẵng", "Nghệ An", "Cần Thơ"],
};

const RU: Words = Words {
    decoys: &[
        "Школа имени Гагарина открыта на улице Ивана Франко.",
        "Проспект Кирова перекрыт.",
        "Завод имени Лихачёва закрыт.",
        "Закон Ома изучают в школе.",
        "Премия Андрея Белого вручена.",
        "В апреле и августе приёма нет.",
        "Посёлок Николаево расположен у реки.",
        "Площадь Ленина благоустроена.",
        "Компания «Иван да Марья» подала заявку.",
        "Город Владимир принимает гостей.",
    ],
    things: &[
        "Москва",
        "Воронеж",
        "Бухгалтер",
        "Отдел кадров",
        "Канцелярия",
        "ул. Кирова",
        "Ярославль",
        "Склад",
        "ООО «Сатурн»",
        "Тверская область",
    ],
    full: &[
        "Заявление подал {} пятого марта.",
        "Ответственным назначен {} приказом по учреждению.",
        "В комиссию входит {} с начала года.",
        "На приём записан {} на вторник.",
    ],
    again: &[
        "Позже {} отозвал заявление.",
        "По словам очевидцев, {} ушёл первым.",
        "Документы подписал {} в тот же день.",
    ],
    forms: &[
        "Ф.И.О.: {}",
        "Заявитель: {}",
        "Фамилия, имя, отчество: {}",
        "Сотрудник: {}",
    ],
    heads: &["Список сотрудников", "Присутствовали"],
    places: &["Москва", "Казань", "Самара", "Омск"],
};

const ZH: Words = Words {
    decoys: &[
        "中山路正在施工。",
        "鲁迅中学今日开学。",
        "马克思主义学院招生。",
        "黄河水位上涨。",
        "高铁站已经启用。",
        "白云机场扩建完成。",
        "林业局发布公告。",
        "周末天气晴朗。",
        "金融危机影响深远。",
        "张家口市召开会议。",
    ],
    things: &[
        "北京",
        "上海",
        "会计",
        "人事科",
        "办公室",
        "石家庄",
        "中山路",
        "高级工程师",
        "马鞍山",
        "黄冈",
    ],
    full: &[
        "三月五日，{}提交了申请材料。",
        "经研究，由{}担任组长。",
        "申请人{}现住城关镇。",
        "会议决定，{}负责此项工作。",
    ],
    again: &["随后{}离开了现场。", "据了解，{}已经签字。", "当天{}没有到场。"],
    forms: &["姓名：{}", "申请人：{}", "联系人：{}", "经办人：{}"],
    heads: &["参会人员名单", "获奖人员"],
    places: &["北京", "广州", "成都", "武汉"],
};

const EN: Words = Words {
    decoys: &[
        "The office on Wilson Street is closed in May.",
        "Martin Luther King Boulevard was repaved.",
        "Johnson & Johnson filed a report.",
        "The Clark Foundation opened in April.",
        "Jackson County voted in August.",
        "Mercedes and Ford sell cars.",
        "Washington and Lincoln are cities.",
        "Lake Victoria is large.",
        "Harris Bank merged with Miller Brewing.",
        "The Taylor Rule guides policy.",
    ],
    things: &[
        "London",
        "Accounting",
        "Human Resources",
        "Baker Street",
        "Jackson County",
        "Front Desk",
        "Springfield",
        "Acme Corporation",
        "Victoria",
        "April",
    ],
    full: &[
        "On Tuesday {} filed the application.",
        "The board appointed {} as secretary.",
        "A letter from {} arrived in the morning.",
        "The parcel was signed for by {} at the gate.",
    ],
    again: &[
        "Later {} left the building.",
        "The form was signed by {} on Monday.",
        "According to {}, nothing was lost.",
    ],
    forms: &["Name: {}", "Full name: {}", "Applicant: {}", "Contact person: {}"],
    heads: &["Staff present", "List of participants"],
    places: &["London", "Boston", "Leeds", "Dublin"],
};

fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::Vi => &VI,
        Lang::Ru => &RU,
        Lang::Zh => &ZH,
        Lang::En => &EN,
    }
}

/// The kinds of hard places of a language.
pub fn kinds(lang: Lang) -> &'static [&'static str] {
    match lang {
        Lang::Vi => &[
            "numbered", "commas", "column", "form", "upper", "no marks", "again", "initials",
        ],
        Lang::Ru => &[
            "numbered", "commas", "column", "form", "upper", "cases", "again", "initials",
        ],
        Lang::Zh => &["numbered", "commas", "column", "form", "sentence", "again"],
        Lang::En => &["numbered", "commas", "column", "form", "upper", "initials", "again"],
    }
}

/// One text of a kind.
pub fn document(lang: Lang, kind: &'static str, c: &mut Chance) -> Document {
    let w = words(lang);
    let mut page = Page::default();
    let people: Vec<Person> = (0..4 + c.below(4)).map(|_| person(lang, c)).collect();
    let space = if lang == Lang::Zh { "" } else { " " };
    match kind {
        "numbered" => {
            page.say(c.pick(w.heads));
            page.say("\n");
            let mark = [". ", ") ", "、"][if lang == Lang::Zh { 2 } else { c.below(2) }];
            for (i, p) in people.iter().enumerate() {
                page.say(&format!("{}{mark}", i + 1));
                page.name(if c.below(3) == 0 { &p.short } else { &p.full });
                page.say("\n");
            }
            page.say(c.pick(w.decoys));
        }
        "commas" => {
            page.say(c.pick(w.heads));
            page.say(if lang == Lang::Zh { "：" } else { ": " });
            let mark = if lang == Lang::Zh { "、" } else { ", " };
            for (i, p) in people.iter().enumerate() {
                if i > 0 {
                    page.say(mark);
                }
                page.name(if lang == Lang::Ru && c.below(2) == 0 {
                    &p.initials
                } else {
                    &p.full
                });
            }
            page.say(if lang == Lang::Zh { "。" } else { ". " });
            page.say(c.pick(w.decoys));
        }
        "column" => {
            // A table of numbers, names and things, its header lost; the order of the columns is by chance.
            let first = c.below(2) == 0;
            let things: Vec<&str> = people.iter().map(|_| c.pick(w.things)).collect();
            for (row, p) in people.iter().enumerate() {
                page.cell(&(row + 1).to_string(), row, 0, false);
                let name = if c.below(4) == 0 { &p.short } else { &p.full };
                if first {
                    page.cell(name, row, 1, true);
                    page.cell(things[row], row, 2, false);
                } else {
                    page.cell(things[row], row, 1, false);
                    page.cell(name, row, 2, true);
                }
                page.cell(c.pick(w.places), row, 3, false);
                page.say("\n");
            }
        }
        "form" => {
            for p in people.iter().take(2) {
                page.fill(c.pick(w.forms), &p.full);
                page.say("\n");
            }
            page.say(c.pick(w.decoys));
        }
        "upper" => {
            for p in people.iter().take(3) {
                page.fill(c.pick(w.full), &p.full.to_uppercase());
                page.say("\n");
            }
            page.say(c.pick(w.decoys));
        }
        "no marks" => {
            for p in people.iter().take(3) {
                let template = plain(c.pick(w.full));
                page.fill(&template, &plain(&p.full));
                page.say("\n");
            }
            page.say(&plain(c.pick(w.decoys)));
        }
        "cases" => {
            const TEMPLATES: [&[&str]; 3] = [
                &[
                    "Жалоба {} рассмотрена.",
                    "В отношении {} проведена проверка.",
                    "Личное дело {} передано в архив.",
                ],
                &[
                    "Выдать {} копию приказа.",
                    "Направить {} уведомление.",
                    "Прошу предоставить {} отпуск.",
                ],
                &[
                    "Договор подписан {} вчера.",
                    "Согласовано с {} по телефону.",
                    "Отчёт подготовлен {} в срок.",
                ],
            ];
            for p in people.iter().take(4) {
                let case = c.below(3);
                page.fill(c.pick(TEMPLATES[case]), &p.cases[case]);
                page.say(" ");
            }
            page.say(c.pick(w.decoys));
        }
        "again" => {
            for p in people.iter().take(2) {
                page.fill(c.pick(w.full), &p.full);
                page.say(space);
                page.say(c.pick(w.decoys));
                page.say(space);
                if lang == Lang::Ru && c.below(2) == 0 {
                    let case = c.below(2);
                    let template = [
                        ["Жалоба {} отклонена.", "Документы {} возвращены."],
                        ["Выдать {} справку.", "Ответ направлен {} почтой."],
                    ];
                    page.fill(c.pick(&template[case]), &p.again_cases[case]);
                } else {
                    page.fill(c.pick(w.again), &p.again);
                }
                page.say("\n");
            }
        }
        "initials" => {
            for p in people.iter().take(3) {
                page.fill(c.pick(w.full), &p.initials);
                page.say(space);
            }
            page.say(c.pick(w.decoys));
        }
        _ => {
            for p in people.iter().take(4) {
                page.fill(c.pick(w.full), &p.full);
                page.say(space);
            }
            page.say(c.pick(w.decoys));
        }
    }
    page.done(lang, kind)
}
