use super::*;
use crate::kernel::field::{Field, Kind as FieldKind};
use crate::kernel::register::State;
use crate::kernel::rights::Right;

static REGISTER: Register = Register {
    name: "x",
    see: Right::SeeRegisters,
    fields: &[
        Field::new("subject_name", FieldKind::Line).name_index(),
        Field::new("subject_document", FieldKind::Line).identity(),
        Field::new("subject_address", FieldKind::Line).personal(),
        Field::new("representative_name", FieldKind::Line).name_index(),
        Field::new("representative_authority", FieldKind::Line).personal(),
        Field::new("official_name", FieldKind::Line).personal(),
        Field::new("note", FieldKind::Text).personal(),
    ],
    columns: &[],
    label: None,
    states: &[State {
        name: "a",
        closed: false,
    }],
    operations: &[],
    papers: None,
    reacts: &[],
};

fn card(personal: &[(&str, &str)]) -> Card {
    let values = personal.iter().map(|(n, v)| ((*n).to_owned(), Value::from(*v)));
    Card {
        id: String::new(),
        body: String::new(),
        register: "x".to_owned(),
        number: String::new(),
        state: "a".to_owned(),
        version: 1,
        blocked: false,
        data: [("way".to_owned(), Value::from("paper"))].into_iter().collect(),
        personal: Personal::Open(values.collect()),
        created: jiff::Timestamp::UNIX_EPOCH,
        updated: jiff::Timestamp::UNIX_EPOCH,
    }
}

const CHILD: &[(&str, &str)] = &[
    ("subject_name", "Фролова Дарья Игоревна"),
    ("subject_document", "IV-СИ 501234"),
    ("subject_address", "г. Тестов, ул. Новая, д. 5"),
    ("representative_name", "Фролов Игорь Львович"),
    ("representative_authority", "паспорт 4511 123456"),
    ("official_name", "Сомова Р. Т."),
    (
        "note",
        "Пришёл Фролов Игорь Львович, тел. +7 916 123-45-67; дочь Фролова Дарья Игоревна. Соседка Белкина Анна Павловна.",
    ),
];

fn seen(personal: &[(&str, &str)], subject: &Subject) -> Values {
    seen_by(
        &REGISTER,
        &card(personal),
        subject,
        &Engine::new(tutela_detect::Options::default()),
    )
}

#[test]
fn the_subject_sees_nothing_of_others() {
    let seen = seen(CHILD, &Subject::new("Фролова Дарья Игоревна", &["IV-СИ 501234"]));
    assert_eq!(seen["subject_name"], "Фролова Дарья Игоревна");
    assert_eq!(seen["subject_address"], "г. Тестов, ул. Новая, д. 5");
    assert_eq!(seen["representative_name"], MASK);
    assert_eq!(seen["representative_authority"], MASK);
    assert_eq!(seen["official_name"], "Сомова Р. Т.");
    assert_eq!(seen["way"], "paper");
    let note = seen["note"].as_str().unwrap();
    for other in ["Игорь", "Белкина", "Анна", "123-45-67"] {
        assert!(!note.contains(other), "{note}");
    }
    assert!(
        note.contains("Фролова Дарья Игоревна") && note.contains("Соседка"),
        "{note}"
    );
}

#[test]
fn a_representative_who_asks_for_own_data_does_not_see_the_child() {
    let seen = seen(CHILD, &Subject::new("Фролов Игорь Львович", &["4511 123456"]));
    assert_eq!(seen["subject_name"], MASK);
    assert_eq!(seen["subject_document"], MASK);
    assert_eq!(seen["representative_name"], "Фролов Игорь Львович");
    let note = seen["note"].as_str().unwrap();
    assert!(!note.contains("Дарья") && note.contains("Фролов Игорь"), "{note}");
}

#[test]
fn a_namesake_with_another_document_is_another_person() {
    let seen = seen(CHILD, &Subject::new("Фролова Дарья Игоревна", &["IV-СИ 777777"]));
    assert_eq!(seen["subject_name"], MASK);
    assert_eq!(seen["subject_document"], MASK);
}

#[test]
fn free_text_in_every_language_is_read() {
    let texts = [
        (
            "Trần Thị Mai",
            "Anh Nguyễn Văn Nam, CCCD 079183000123, chuyển hồ sơ của Trần Thị Mai.",
            "Nguyễn Văn Nam",
            "Trần Thị Mai",
        ),
        ("李梅", "联系人：张伟，手机13812345678。申请人：李梅。", "张伟", "李梅"),
        (
            "Ann Pike",
            "Sent by Mr John Smith, john@sample.org, about Ann Pike.",
            "John Smith",
            "Ann Pike",
        ),
    ];
    for (name, text, other, own) in texts {
        let seen = seen(&[("note", text)], &Subject::new(name, &[]));
        let note = seen["note"].as_str().unwrap();
        assert!(!note.contains(other), "{note}");
        assert!(note.contains(own), "{note}");
        assert!(
            !note.contains("079183000123") && !note.contains("13812345678") && !note.contains("john@"),
            "{note}"
        );
    }
}

#[test]
fn a_closed_card_shows_nothing_personal() {
    let mut closed = card(CHILD);
    closed.personal = Personal::Closed;
    let engine = Engine::new(tutela_detect::Options::default());
    let seen = seen_by(
        &REGISTER,
        &closed,
        &Subject::new("Фролова Дарья Игоревна", &[]),
        &engine,
    );
    assert_eq!(seen.len(), 1);
}
