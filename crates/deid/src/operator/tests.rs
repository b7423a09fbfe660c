use super::*;

fn operators() -> Operators {
    Operators::new(Key::from_file(&[7; 32]), "file")
}

#[test]
fn labels_are_the_same_for_the_same_person_and_speak_the_language_of_the_text() {
    let mut operators = operators();
    let mut label = |entity, value, lang| operators.apply(Operator::Label, entity, value, lang);
    assert_eq!(label(Entity::Person, "Nguyễn Văn A", Lang::Vi), "[NGƯỜI_1]");
    assert_eq!(label(Entity::Person, "Иванов Иван", Lang::Ru), "[ФИО_2]");
    assert_eq!(label(Entity::Person, "ИВАНОВУ Ивану", Lang::Ru), "[ФИО_2]");
    assert_eq!(label(Entity::Person, "Ивановым Иваном", Lang::Ru), "[ФИО_2]");
    assert_eq!(label(Entity::Person, "张伟", Lang::Zh), "[姓名_3]");
    assert_eq!(label(Entity::Person, "nguyễn  văn a", Lang::En), "[PERSON_1]");
    assert_eq!(label(Entity::PhoneNumber, "0912 345 678", Lang::En), "[PHONE_1]");
    assert_eq!(label(Entity::PhoneNumber, "0912-345-678", Lang::En), "[PHONE_1]");
    for entity in Entity::ALL {
        for lang in [Lang::Vi, Lang::Ru, Lang::Zh, Lang::En] {
            let label = operators.apply(Operator::Label, *entity, "x1", lang);
            assert!(label.starts_with('[') && label.contains('_'), "{label}");
        }
    }
}

#[test]
fn pseudonyms_follow_key_and_scope_and_nothing_else() {
    let make = |key: u8, scope, value| {
        let mut operators = Operators::new(Key::from_file(&[key; 32]), scope);
        operators.apply(Operator::Pseudonym, Entity::Person, value, Lang::Ru)
    };
    let one = make(1, "a", "Иванов Иван");
    assert!(one.starts_with("ID-") && one.len() == 19, "{one}");
    assert_eq!(one, make(1, "a", "Иванову Ивану"));
    assert_ne!(one, make(1, "b", "Иванов Иван"));
    assert_ne!(one, make(2, "a", "Иванов Иван"));
    assert_ne!(one, make(1, "a", "Петров Иван"));
}

#[test]
fn what_is_reversible_comes_back_with_the_key_and_only_with_it() {
    let mut ours = operators();
    let other = Operators::new(Key::from_file(&[8; 32]), "file");
    for (operator, entity, value) in [
        (Operator::Token, Entity::Person, "Nguyễn Thị Bích"),
        (
            Operator::Encrypt(Check::Valid),
            Entity::CreditCard,
            "4111 1111 1111 1111",
        ),
        (
            Operator::Encrypt(Check::Invalid),
            Entity::CreditCard,
            "4111-1111-1111-1111",
        ),
        (Operator::Encrypt(Check::Valid), Entity::RuSnils, "112-233-445 95"),
        (Operator::Encrypt(Check::Valid), Entity::RuInn, "500100732259"),
        (Operator::Encrypt(Check::Invalid), Entity::RuInn, "7707083893"),
        (Operator::Encrypt(Check::Valid), Entity::VnCitizenId, "049087012345"),
        (
            Operator::Encrypt(Check::Valid),
            Entity::CnResidentId,
            "11010519491231002X",
        ),
        (
            Operator::Encrypt(Check::Invalid),
            Entity::CnResidentId,
            "11010519491231002X",
        ),
        (Operator::Encrypt(Check::Valid), Entity::PhoneNumber, "+84 912-345-678"),
        (Operator::Shift(30), Entity::DateOfBirth, "21.03.1987"),
    ] {
        let made = ours.apply(operator, entity, value, Lang::En);
        assert!(made != value && !made.contains('*'), "{made}");
        assert_eq!(
            ours.restore(operator, entity, &made).as_deref(),
            Some(value),
            "{operator}"
        );
        assert_ne!(
            other.restore(operator, entity, &made).as_deref(),
            Some(value),
            "{operator}"
        );
    }
}

#[test]
fn check_digits_are_right_or_wrong_as_asked() {
    let mut operators = operators();
    for (entity, value) in [
        (Entity::CreditCard, "4111111111111111"),
        (Entity::RuSnils, "11223344595"),
        (Entity::RuInn, "7707083893"),
        (Entity::RuInn, "500100732259"),
        (Entity::RuOgrn, "1027700132195"),
        (Entity::VnTaxCode, "0100109106"),
    ] {
        let passes = |text: &str| {
            let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
            digits.ends_with(&check::digits(entity, &digits).unwrap())
        };
        assert!(passes(value), "{value}");
        assert!(passes(&operators.apply(
            Operator::Encrypt(Check::Valid),
            entity,
            value,
            Lang::En
        )));
        assert!(!passes(&operators.apply(
            Operator::Encrypt(Check::Invalid),
            entity,
            value,
            Lang::En
        )));
    }
    // A number that fails its check stays one that fails it, and comes back.
    let wrong = "4111111111111112";
    let made = operators.apply(Operator::Encrypt(Check::Valid), Entity::CreditCard, wrong, Lang::En);
    assert_eq!(
        operators
            .restore(Operator::Encrypt(Check::Valid), Entity::CreditCard, &made)
            .as_deref(),
        Some(wrong)
    );
}

#[test]
fn what_cannot_be_done_to_a_value_masks_it() {
    let mut operators = operators();
    let mut none = Operators::new(None, "file");
    assert_eq!(
        operators.apply(Operator::Encrypt(Check::Valid), Entity::PersonCode, "12345", Lang::En),
        "*****"
    );
    assert_eq!(
        operators.apply(
            Operator::Generalise(Coarse::Fine),
            Entity::Address,
            "somewhere",
            Lang::En
        ),
        "***"
    );
    assert_eq!(
        operators.apply(Operator::Shift(5), Entity::Person, "An", Lang::Vi),
        "A**"
    );
    assert_eq!(
        none.apply(Operator::Pseudonym, Entity::Person, "An", Lang::En),
        "[PERSON_1]"
    );
}

#[test]
fn dates_of_one_scope_keep_their_distance() {
    let mut operators = operators();
    let mut moved = |text| operators.apply(Operator::Shift(200), Entity::DateOfBirth, text, Lang::En);
    let (a, b) = (moved("2020-01-01"), moved("2020-01-11"));
    assert_eq!(date::shifted(&a, 10).unwrap(), b);
}

#[test]
fn surrogates_keep_language_and_sex() {
    let mut operators = operators();
    let mut made = |value, lang| operators.apply(Operator::Surrogate, Entity::Person, value, lang);
    assert!(made("Иванова Анна Петровна", Lang::Ru).ends_with("вна"));
    assert!(made("Сидоров Пётр Ильич", Lang::Ru).ends_with("вич"));
    assert_eq!(made("Trần Thị Bích", Lang::Vi).split(' ').count(), 3);
    assert!(made("张伟", Lang::Zh).chars().all(|c| c > '\u{4dff}'));
    assert_eq!(made("张伟", Lang::Zh), made("张伟", Lang::Zh));
}

#[test]
fn operators_are_written_as_they_are_read() {
    for text in [
        "keep",
        "remove",
        "label",
        "mask",
        "generalise",
        "generalise:rough",
        "shift:30",
        "pseudonym",
        "token",
        "encrypt",
        "encrypt:invalid",
        "surrogate",
    ] {
        assert_eq!(text.parse::<Operator>().unwrap().to_string(), text);
    }
    for text in ["", "Keep", "shift:0", "shift:99999", "shift:-1", "encrypt:"] {
        assert!(text.parse::<Operator>().is_err(), "{text}");
    }
}
