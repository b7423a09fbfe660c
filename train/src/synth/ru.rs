//! Russian: names in all cases, and foreign names as they are transcribed.

use tutela_tagger::Kind;

use super::{Filler, Part, day, digits};
use crate::lexicon::entries;
use crate::random::Random;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sex {
    Male,
    Female,
}

/// Cases by their number: nominative 1 to prepositional 6.
type Case = usize;

pub(super) struct Ru {
    male: Vec<String>,
    female: Vec<String>,
    family: Vec<String>,
    towns: Vec<String>,
    regions: Vec<String>,
    foreign_male: Vec<String>,
    foreign_family: Vec<String>,
}

const PATTERNS: &[&str] = &[
    "Уважаемый {IO1}!\nВаше обращение рассмотрено.",
    "Директору {O} {F3} {I}",
    "{P1} родился {D} в {L6}.",
    "По словам {P2}, работы завершатся в срок.",
    "Об этом сообщил {P1}.",
    "Как рассказала {W1}, дети приехали из {L2}.",
    "Министр {F1} встретился с {P5} в {L6}.",
    "Суд приговорил {P4} к штрафу.",
    "Заявление подано {P5} в {O}.",
    "Иск {F2} к {O} удовлетворён.",
    "В {L6} прошла встреча с {X5}.",
    "Президент {X1} прибыл в {L4}.",
    "{X1} и {X1} подписали договор.",
    "{F1} забил два гола, команда из {L2} победила.",
    "{G1} сказал, что приедет завтра.",
    "{G1}, привет! Передай {G3} ключи.",
    "Мы с {G5} были у {IO2}.",
    "{O} и {O} заключили соглашение.",
    "Акции {O} выросли на 3%.",
    "Жители {L2} обратились в {O}.",
    "Пресс-служба {O} сообщает о назначении {P2}.",
    "Поезд следует из {L2} в {L4}.",
    "{Z} область граничит с {L5}.",
    "Гражданка {W1}, проживающая в {L6}, обратилась к {P3}.",
    "С уважением,\n{P1}",
    "Исп. {F1} {I}, тел. {T}",
    "Доверяю {P3} получить документы.",
    "Роман {F2} вышел в {L6}.",
    "Режиссёр {X1} снял фильм о {P6}.",
    "Матч судил {X1} ({L1}).",
    "Сын {P2} живёт в {L6}.",
    "Тренер {O} {X1} подал в отставку.",
    "Глава {O} {P1} заявил журналистам, что переговоры продолжаются.",
    "В понедельник Комитет обсудил Бюджет и План закупок на Второй квартал.",
    "Просим отделы проверить план закупок и прислать замечания.",
    "Трудовой кодекс и Положение о персональных данных вступили в силу.",
    "Зимой дни короткие. Весной снег тает. Утром было холодно.",
    "День Победы отметили парадом. Новый год встретили дома.",
];

const ROWS: &[&str] = &[
    "{#}{N1}",
    "{#}{S}",
    "{#}{N1}, {L1}",
    "ФИО;Дата рождения;Город|{N1};{D};{L1}",
    "Фамилия И.О.\tТелефон|{S}\t{T}",
    "ФИО: {N1}\nАдрес: г. {L1}\nТел.: {T}",
    "Присутствовали:|— {S} ({O})",
    "• {X1} ({L1})",
    "{X1} ({L1}) • {X1} ({L1}) • {X1} ({L1})",
    "Состав команды:|{X1}, {F1}, {F1}",
    "{D} {G1}: ок\n{D} {G1}: еду в {L4}",
    "{#}{O}, {L1}",
    "От: {N1}\nКому: {N1}",
    "Судья {S}\nСекретарь {S}",
    "{F1} — {F1} 1:0",
    "• {L1}",
];

const BODIES: &[&str] = &[
    "МВД",
    "ФСБ",
    "ФНС России",
    "МЧС",
    "Минобороны",
    "Минфин",
    "Госдума",
    "Совет Федерации",
    "Газпром",
    "Роснефть",
    "Сбербанк",
    "ЦСКА",
    "Спартак",
    "Интерфакс",
    "РИА Новости",
    "ООН",
    "НАТО",
    "Евросоюз",
    "ЕС",
    "МОК",
    "Роскосмос",
    "Росатом",
    "Яндекс",
    "Единая Россия",
    "Министерство обороны",
    "Министерство финансов РФ",
    "Министерство здравоохранения",
    "Государственная дума",
    "Верховный суд",
    "Конституционный суд РФ",
    "Следственный комитет",
    "Центральный банк",
    "Генеральная прокуратура",
    "Белый дом",
    "Пентагон",
    "Европейская комиссия",
    "Всемирный банк",
    "Московский государственный университет",
    "Академия наук",
    "Российский университет дружбы народов",
    "КПРФ",
    "ЛДПР",
    "Госдеп",
    "ЦРУ",
    "BBC",
    "Microsoft",
    "Google",
    "Reuters",
    "The New York Times",
    "Toyota",
    "Почта России",
    "РЖД",
    "Аэрофлот",
    "ВТБ",
    "Минэнерго",
    "Минсельхоз",
];
const FORMS: &[&str] = &[
    "ООО",
    "АО",
    "ПАО",
    "ЗАО",
    "ОАО",
    "ГБУЗ",
    "МБОУ",
    "компания",
    "холдинг",
    "банк",
    "концерн",
    "фонд",
    "партия",
    "клуб",
    "газета",
    "телеканал",
];
const TITLES: &[&str] = &[
    "Ромашка",
    "Вектор",
    "Северный ветер",
    "Техстрой",
    "Городская больница",
    "Росток",
    "Альфа",
    "Гранит",
    "Новый путь",
    "Заря",
    "Мир",
    "Энергия",
    "Локомотив",
    "Восток",
    "Сириус",
];

/// A word whose last letters give way to others.
fn change(word: &str, drop: usize, ending: &str) -> String {
    let n = word.chars().count().saturating_sub(drop);
    word.chars().take(n).collect::<String>() + ending
}

fn husky(word: &str, back: usize) -> bool {
    word.chars()
        .rev()
        .nth(back)
        .is_some_and(|c| "гкхжшщч".contains(c.to_lowercase().next().unwrap_or(c)))
}

/// A noun in a case; persons and places bend alike but for the accusative.
fn noun(word: &str, case: Case, alive: bool) -> String {
    let last = word.chars().last().unwrap_or(' ');
    let before = word.chars().rev().nth(1).unwrap_or(' ');
    let e = |list: [&'static str; 6]| list[case - 1];
    match last {
        'а' => change(
            word,
            1,
            e([
                "а",
                if husky(word, 1) { "и" } else { "ы" },
                "е",
                "у",
                if husky(word, 1) && !"кгх".contains(before) {
                    "ей"
                } else {
                    "ой"
                },
                "е",
            ]),
        ),
        'я' if before == 'и' => change(word, 1, e(["я", "и", "и", "ю", "ей", "и"])),
        'я' => change(word, 1, e(["я", "и", "е", "ю", "ей", "е"])),
        'й' if before == 'и' => change(word, 1, e(["й", "я", "ю", if alive { "я" } else { "й" }, "ем", "и"])),
        'й' => change(word, 1, e(["й", "я", "ю", if alive { "я" } else { "й" }, "ем", "е"])),
        'ь' if alive => change(word, 1, e(["ь", "я", "ю", "я", "ем", "е"])),
        'ь' => change(word, 1, e(["ь", "и", "и", "ь", "ью", "и"])),
        'о' | 'и' | 'у' | 'е' | 'э' | 'ю' | 'ы' => word.to_owned(),
        'ц' => change(word, 0, e(["", "а", "у", if alive { "а" } else { "" }, "ем", "е"])),
        c if c.is_alphabetic() => change(
            word,
            0,
            e([
                "",
                "а",
                "у",
                if alive { "а" } else { "" },
                if "жшщч".contains(c) { "ем" } else { "ом" },
                "е",
            ]),
        ),
        _ => word.to_owned(),
    }
}

fn given(word: &str, sex: Sex, case: Case) -> String {
    let fled = match word {
        "Павел" => Some("Павл"),
        "Лев" => Some("Льв"),
        "Пётр" | "Петр" => Some("Петр"),
        _ => None,
    };
    if let (Some(stem), 2..) = (fled, case) {
        return stem.to_owned() + ["", "а", "у", "а", "ом", "е"][case - 1];
    }
    if sex == Sex::Female && word.ends_with('ь') {
        return noun(word, case, false);
    }
    if sex == Sex::Female && !word.ends_with(['а', 'я']) {
        return word.to_owned();
    }
    noun(word, case, true)
}

fn family(word: &str, sex: Sex, case: Case) -> String {
    let ends = |list: &[&str]| list.iter().any(|e| word.ends_with(e));
    if ends(&["ов", "ев", "ёв", "ин", "ын"]) {
        return match sex {
            Sex::Male => word.to_owned() + ["", "а", "у", "а", "ым", "е"][case - 1],
            Sex::Female => word.to_owned() + ["а", "ой", "ой", "у", "ой", "ой"][case - 1],
        };
    }
    if ends(&["ский", "цкий", "ный", "рый", "лый", "ой"]) {
        return match sex {
            Sex::Male => {
                let i = word.ends_with("кий");
                change(
                    word,
                    2,
                    [
                        &word[word.len() - 4..],
                        "ого",
                        "ому",
                        "ого",
                        if i { "им" } else { "ым" },
                        "ом",
                    ][case - 1],
                )
            }
            Sex::Female => change(word, 2, ["ая", "ой", "ой", "ую", "ой", "ой"][case - 1]),
        };
    }
    if ends(&["ых", "их", "ко", "о", "и", "у", "е", "э"]) || sex == Sex::Female && !ends(&["а", "я"]) {
        return word.to_owned();
    }
    noun(word, case, true)
}

fn patronymic(father: &str, sex: Sex, case: Case) -> String {
    let stem = match father {
        "Илья" => "Ильи".to_owned(),
        f if f.ends_with("ий") => change(f, 2, "ьев"),
        f if f.ends_with('й') || f.ends_with('ь') => change(f, 1, "ев"),
        f if f.ends_with(['а', 'я']) => change(f, 1, "ов"),
        "Павел" => "Павлов".to_owned(),
        "Лев" => "Львов".to_owned(),
        f => f.to_owned() + "ов",
    };
    match sex {
        Sex::Male => stem + ["ич", "ича", "ичу", "ича", "ичем", "иче"][case - 1],
        Sex::Female => stem + ["на", "ны", "не", "ну", "ной", "не"][case - 1],
    }
}

/// An English name as a Russian would write it; rough, one of several ways.
pub(crate) fn transcribed(name: &str) -> String {
    const PAIRS: &[(&str, &str)] = &[
        ("sch", "ш"),
        ("tch", "тч"),
        ("igh", "ай"),
        ("eigh", "ей"),
        ("sh", "ш"),
        ("ch", "ч"),
        ("th", "т"),
        ("ph", "ф"),
        ("ck", "к"),
        ("gh", "г"),
        ("wh", "у"),
        ("qu", "кв"),
        ("ee", "и"),
        ("ea", "и"),
        ("oo", "у"),
        ("ou", "оу"),
        ("ow", "оу"),
        ("ay", "ей"),
        ("ai", "ей"),
        ("ey", "и"),
        ("ie", "и"),
        ("oy", "ой"),
        ("ll", "лл"),
        ("ss", "сс"),
        ("ya", "я"),
        ("yo", "йо"),
        ("zz", "цц"),
        ("cc", "кк"),
        ("ce", "се"),
        ("ci", "си"),
        ("cy", "си"),
        ("ge", "дже"),
        ("gi", "ги"),
        ("j", "дж"),
        ("x", "кс"),
        ("a", "а"),
        ("b", "б"),
        ("c", "к"),
        ("d", "д"),
        ("e", "е"),
        ("f", "ф"),
        ("g", "г"),
        ("h", "х"),
        ("i", "и"),
        ("k", "к"),
        ("l", "л"),
        ("m", "м"),
        ("n", "н"),
        ("o", "о"),
        ("p", "п"),
        ("q", "к"),
        ("r", "р"),
        ("s", "с"),
        ("t", "т"),
        ("u", "у"),
        ("v", "в"),
        ("w", "у"),
        ("y", "и"),
        ("z", "з"),
    ];
    let lower = name.to_lowercase();
    let mut rest = lower.as_str();
    // A silent e at the end.
    if rest.len() > 3
        && let Some(cut) = rest.strip_suffix('e')
    {
        rest = cut;
    }
    let mut out = String::new();
    while !rest.is_empty() {
        let start = out.is_empty();
        if start && let Some(behind) = rest.strip_prefix('e') {
            out.push('э');
            rest = behind;
            continue;
        }
        match PAIRS
            .iter()
            .find_map(|(from, to)| rest.strip_prefix(from).map(|r| (r, to)))
        {
            Some((behind, to)) => {
                out += to;
                rest = behind;
            }
            None => {
                let mut chars = rest.chars();
                out.extend(chars.next());
                rest = chars.as_str();
            }
        }
    }
    let mut chars = out.chars();
    chars
        .next()
        .map_or(String::new(), |c| c.to_uppercase().collect::<String>() + chars.as_str())
}

impl Ru {
    pub(super) fn new() -> Self {
        let of = |file: &str, headings: &[&str]| -> Vec<String> {
            entries(file)
                .into_iter()
                .filter(|e| headings.contains(&e.0.as_str()))
                .map(|e| e.1)
                .collect()
        };
        let foreign = |heading: &str, step: usize| -> Vec<String> {
            let words = of("en.txt", &[heading]);
            words
                .iter()
                .step_by(step)
                .map(|w| transcribed(w))
                .filter(|w| w.chars().count() >= 3)
                .collect()
        };
        Self {
            male: of("ru-given.txt", &["male", "male-word"]),
            female: of("ru-given.txt", &["female", "female-word"]),
            family: of("ru-surnames.txt", &["surname", "surname", "surname-word"]),
            towns: of("ru-places.txt", &["town", "town-word"]),
            regions: of("ru-places.txt", &["region"]),
            foreign_male: foreign("given", 2),
            foreign_family: foreign("surname", 3),
        }
    }

    fn given(&self, sex: Sex, random: &mut Random) -> String {
        const MALE: &[&str] = &[
            "Иван",
            "Александр",
            "Сергей",
            "Дмитрий",
            "Андрей",
            "Алексей",
            "Михаил",
            "Павел",
            "Владимир",
            "Николай",
            "Юрий",
            "Игорь",
            "Пётр",
            "Лев",
            "Илья",
        ];
        const FEMALE: &[&str] = &[
            "Анна",
            "Мария",
            "Елена",
            "Ольга",
            "Наталья",
            "Татьяна",
            "Екатерина",
            "Ирина",
            "Светлана",
            "Юлия",
            "Любовь",
            "Дарья",
        ];
        match (sex, random.percent(50)) {
            (Sex::Male, true) => random.pick(MALE).to_string(),
            (Sex::Female, true) => random.pick(FEMALE).to_string(),
            (Sex::Male, _) => random.pick(&self.male).clone(),
            (Sex::Female, _) => random.pick(&self.female).clone(),
        }
    }

    fn father(&self, random: &mut Random) -> String {
        loop {
            let name = self.given(Sex::Male, random);
            if name.chars().last().is_some_and(|c| !"аяоиу".contains(c)) {
                return name;
            }
        }
    }

    fn place(&self, case: Case, random: &mut Random) -> String {
        const FOREIGN: &[&str] = &[
            "Москва",
            "Россия",
            "Германия",
            "Франция",
            "Китай",
            "Вьетнам",
            "Лондон",
            "Париж",
            "Берлин",
            "Украина",
            "Италия",
            "Турция",
            "Польша",
            "Сирия",
            "Иран",
            "Япония",
            "Канада",
            "Мексика",
            "США",
            "Великобритания",
            "Нью-Йорк",
            "Вашингтон",
            "Европа",
            "Азия",
            "Киев",
            "Минск",
            "Санкт-Петербург",
        ];
        let word = match random.below(10) {
            0..5 => random.pick(FOREIGN).to_string(),
            5 if case == 1 => random.pick(&self.regions).clone(),
            _ => random.pick(&self.towns).clone(),
        };
        if word == "США" || word.contains([' ', '-']) && !matches!(word.as_str(), "Нью-Йорк" | "Санкт-Петербург")
        {
            return word;
        }
        noun(&word, case, false)
    }

    fn person(&self, sex: Sex, case: Case, random: &mut Random) -> String {
        let g = given(&self.given(sex, random), sex, case);
        let f = self.surname(sex, case, random);
        let p = patronymic(&self.father(random), sex, case);
        match random.below(10) {
            0..3 => format!("{f} {g} {p}"),
            3..7 => format!("{g} {f}"),
            7 => format!("{g} {p} {f}"),
            8 => format!("{} {f}", self.initials(random)),
            _ => format!("{f} {g}"),
        }
    }

    fn surname(&self, sex: Sex, case: Case, random: &mut Random) -> String {
        let one = family(&self.family[random.below(self.family.len())], sex, case);
        if random.percent(3) {
            format!(
                "{one}-{}",
                family(&self.family[random.below(self.family.len())], sex, case)
            )
        } else {
            one
        }
    }

    fn initials(&self, random: &mut Random) -> String {
        let one = |random: &mut Random| {
            *random.pick(&[
                'А', 'Б', 'В', 'Г', 'Д', 'Е', 'И', 'К', 'Л', 'М', 'Н', 'О', 'П', 'Р', 'С', 'Т', 'Ю', 'Я',
            ])
        };
        let (a, b) = (one(random), one(random));
        match random.below(4) {
            0 => format!("{a}. {b}."),
            1 => format!("{a}."),
            _ => format!("{a}.{b}."),
        }
    }

    fn foreign(&self, case: Case, random: &mut Random) -> String {
        let f = random.pick(&self.foreign_family).clone();
        let f = match random.below(15) {
            0 => format!("{} {f}", random.pick(&["де", "ван", "фон", "Ван", "Де", "Эль", "аль"])),
            1 => format!("аль-{f}"),
            _ => f,
        };
        let f = noun(&f, case, true);
        match random.below(6) {
            0 => f,
            1 => {
                const EAST: &[&str] = &[
                    "Нгуен",
                    "Ли",
                    "Ким",
                    "Чжан",
                    "Ван",
                    "Хван",
                    "Пак",
                    "Чан",
                    "Сун",
                    "Мин",
                    "Ху",
                    "Цзян",
                    "Мэй",
                    "Вэй",
                    "Тхи",
                    "Фам",
                    "Чонг",
                    "Хо",
                    "Ын",
                    "Чен",
                    "Юн",
                ];
                let n = 2 + random.below(2);
                (0..n)
                    .map(|_| random.pick(EAST).to_string())
                    .collect::<Vec<_>>()
                    .join(" ")
            }
            _ => format!(
                "{} {f}",
                noun(&self.foreign_male[random.below(self.foreign_male.len())], case, true)
            ),
        }
    }
}

impl Filler for Ru {
    fn fill(&self, slot: &str, random: &mut Random) -> Part {
        let person = Some(Kind::Person);
        let case = slot
            .chars()
            .last()
            .and_then(|c| c.to_digit(10))
            .map_or(1, |d| d as usize)
            .clamp(1, 6);
        let any = if random.percent(50) { Sex::Male } else { Sex::Female };
        match slot.trim_end_matches(|c: char| c.is_ascii_digit()) {
            "P" => (self.person(Sex::Male, case, random), person),
            "W" => (self.person(Sex::Female, case, random), person),
            "F" => (self.surname(Sex::Male, case, random), person),
            "G" => (given(&self.given(any, random), any, case), person),
            "IO" => {
                let g = given(&self.given(Sex::Male, random), Sex::Male, case);
                (
                    format!("{g} {}", patronymic(&self.father(random), Sex::Male, case)),
                    person,
                )
            }
            "N" => {
                let f = self.surname(any, 1, random);
                (
                    format!(
                        "{f} {} {}",
                        self.given(any, random),
                        patronymic(&self.father(random), any, 1)
                    ),
                    person,
                )
            }
            "S" => {
                let f = self.surname(any, 1, random);
                let i = self.initials(random);
                (
                    if random.percent(70) {
                        format!("{f} {i}")
                    } else {
                        format!("{i} {f}")
                    },
                    person,
                )
            }
            "X" => (self.foreign(case, random), person),
            "I" => (self.initials(random), None),
            "L" => (self.place(case, random), Some(Kind::Location)),
            "Z" => (
                random
                    .pick(&[
                        "Свердловская",
                        "Московская",
                        "Тверская",
                        "Омская",
                        "Курская",
                        "Псковская",
                    ])
                    .to_string(),
                None,
            ),
            "O" => {
                let body = match random.below(4) {
                    0 => format!("{} «{}»", random.pick(FORMS), random.pick(TITLES)),
                    1 => format!("{} \"{}\"", random.pick(FORMS), random.pick(TITLES)),
                    _ => random.pick(BODIES).to_string(),
                };
                (body, Some(Kind::Organization))
            }
            "D" => (day(random), None),
            "T" => (format!("+7 9{} {}", digits(2, random), digits(7, random)), None),
            _ => (String::new(), None),
        }
    }

    fn patterns(&self) -> &'static [&'static str] {
        PATTERNS
    }

    fn rows(&self) -> &'static [&'static str] {
        ROWS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_bend_as_the_grammar_says() {
        assert_eq!(family("Иванов", Sex::Male, 5), "Ивановым");
        assert_eq!(family("Иванов", Sex::Female, 3), "Ивановой");
        assert_eq!(family("Толстой", Sex::Male, 1), "Толстой");
        assert_eq!(family("Невский", Sex::Male, 2), "Невского");
        assert_eq!(family("Невский", Sex::Female, 4), "Невскую");
        assert_eq!(family("Шевченко", Sex::Male, 5), "Шевченко");
        assert_eq!(given("Юрий", Sex::Male, 5), "Юрием");
        assert_eq!(given("Павел", Sex::Male, 2), "Павла");
        assert_eq!(given("Мария", Sex::Female, 3), "Марии");
        assert_eq!(patronymic("Сергей", Sex::Female, 2), "Сергеевны");
        assert_eq!(noun("Москва", 6, false), "Москве");
        assert_eq!(noun("Казань", 6, false), "Казани");
        assert_eq!(transcribed("Smith"), "Смит");
    }
}
