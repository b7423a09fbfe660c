//! Names beyond sentences, each with decoys that look alike; and properties of the parts of names and addresses.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use proptest::prelude::*;
use tutela_detect::{Cell, Engine, Entity, Input, Lang, Options, address, name, subjects};

fn engine() -> Engine {
    Engine::new(Options {
        only: vec![Entity::Person],
        ..Options::default()
    })
}

/// The persons found in a text; `¦` parts the cells of a table.
fn persons(engine: &Engine, text: &str) -> Vec<String> {
    let table = text.contains('¦');
    let text = text.replace('¦', "\t");
    let mut cells = Vec::new();
    let mut at = 0;
    for (row, line) in text.lines().enumerate().filter(|_| table) {
        for (col, piece) in line.split('\t').enumerate() {
            cells.push(Cell {
                start: at,
                end: at + piece.len(),
                row: row as u32,
                col: col as u32,
            });
            at += piece.len() + 1;
        }
    }
    engine
        .find(&Input {
            cells: &cells,
            ..Input::text(&text)
        })
        .iter()
        .map(|f| text.get(f.start..f.end).unwrap().to_owned())
        .collect()
}

fn check(cases: &[(&str, &[&str])]) {
    let engine = engine();
    let wrong: Vec<_> = cases
        .iter()
        .map(|c| (c.0, c.1, persons(&engine, c.0)))
        .filter(|c| c.1 != c.2)
        .collect();
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), cases.len());
}

#[test]
fn a_column_of_names_needs_no_header_and_a_column_of_things_is_none() {
    check(&[
        (
            "1¦Nguyễn Văn An¦5\n2¦Trần Thị Bình¦7\n3¦Quách Hằng¦4\n4¦Lê Minh Đức¦9",
            &["Nguyễn Văn An", "Trần Thị Bình", "Quách Hằng", "Lê Minh Đức"],
        ),
        (
            "Peter Walker¦12\nMary Johnson¦13\nDavid Harris¦14\nEmily Davis¦15",
            &["Peter Walker", "Mary Johnson", "David Harris", "Emily Davis"],
        ),
        (
            "张伟¦会计\n王芳¦出纳\n李小明¦司机\n赵宇航¦文员",
            &["张伟", "王芳", "李小明", "赵宇航"],
        ),
        // Towns, makes, streets, offices, goods.
        ("1¦Victoria¦x\n2¦Lincoln¦y\n3¦Houston¦z\n4¦Springfield¦w", &[]),
        ("Mercedes¦10\nLincoln¦20\nFord¦30\nAudi¦40", &[]),
        ("Đường Lê Lợi¦1\nĐường Trần Phú¦2\nPhố Huế¦3\nĐường Nguyễn Trãi¦4", &[]),
        ("Hà Nam¦1\nBình Dương¦2\nĐồng Nai¦3\nLâm Đồng¦4", &[]),
        ("石家庄¦1\n马鞍山¦2\n黄冈¦3\n张家口¦4", &[]),
        ("Владимир¦1\nОрёл¦2\nПушкин¦3\nКиров¦4", &[]),
        ("Phòng Kế toán¦3\nPhòng Tổ chức¦5\nVăn phòng¦6\nBan Giám đốc¦7", &[]),
    ]);
}

#[test]
fn lists_carry_on_from_the_names_that_are_sure() {
    check(&[
        (
            "Thành phần:\n1. Nguyễn Văn An\n2. Giáp Kim Hà, thư ký\n3. Trần Thị Bình (vắng)\n4. Lê Minh Đức",
            &["Nguyễn Văn An", "Giáp Kim Hà", "Trần Thị Bình", "Lê Minh Đức"],
        ),
        (
            "List of participants: Peter Wright, Susan Collins, Peter Walker, Jennifer Hill.",
            &["Peter Wright", "Susan Collins", "Peter Walker", "Jennifer Hill"],
        ),
        (
            "参会人员：韩强、张婷婷、曾永福、高芳。",
            &["韩强", "张婷婷", "曾永福", "高芳"],
        ),
        // What stands in numbered lines or between commas is not always a name.
        ("1. Giới thiệu\n2. Nội dung\n3. Kết luận", &[]),
        ("1. Hà Nội\n2. Hải Phòng\n3. Đà Nẵng", &[]),
        ("1. Annual Report\n2. Budget Review\n3. Closing Remarks", &[]),
        ("Cities: Boston, Lincoln, Houston, Jackson.", &[]),
        ("Города: Киров, Орёл, Владимир.", &[]),
        ("产品：小米、华为、苹果、联想。", &[]),
    ]);
}

#[test]
fn who_was_named_is_found_again_and_what_only_sounds_so_is_not() {
    check(&[
        ("Đơn của Trần Quốc Đạt. Sau đó Đạt ra về.", &["Trần Quốc Đạt", "Đạt"]),
        (
            "Đơn của Trần Quốc Việt. Nhiều người Việt sống ở đây, cả miền Nam.",
            &["Trần Quốc Việt"],
        ),
        ("申请人王建国到场。老王已经签字。", &["王建国", "老王"]),
        ("申请人马建国到场。小马路已经封闭。", &["马建国"]),
        (
            "В комиссию входит Гусев Олег Ильич. Позже Гусев отозвал заявление. Он живёт в Гусеве.",
            &["Гусев Олег Ильич", "Гусев"],
        ),
        (
            "A letter from Daniel Baker arrived. Later Baker left. The baker sells bread on Baker Street.",
            &["Daniel Baker", "Baker"],
        ),
        (
            "A letter from Daniel Johnson arrived. Johnson & Johnson replied, and so did Johnson County.",
            &["Daniel Johnson"],
        ),
    ]);
}

#[test]
fn capitals_and_missing_marks_in_a_sentence_and_headings_that_are_none() {
    check(&[
        (
            "Căn cứ đơn của KIỀU KIM THẢO về việc cấp lại giấy tờ.",
            &["KIỀU KIM THẢO"],
        ),
        ("On Tuesday KAREN JONES filed the application.", &["KAREN JONES"]),
        ("Hội đồng phân công Đ.T. Yến làm thư ký.", &["Đ.T. Yến"]),
        (
            "Can cu don cua Giap Van Khoa ve viec cap lai giay to.",
            &["Giap Van Khoa"],
        ),
        ("BÁO CÁO TÌNH HÌNH KINH TẾ\nQUÝ BA NĂM NAY", &[]),
        ("ANNUAL REPORT\nGRANT HILL PARK", &[]),
        ("Pho Tran Hung Dao dang sua chua. Song Hong dang cao.", &[]),
        ("Theo mục V.I. Điều này không áp dụng.", &[]),
        ("马克思主义学院招生。", &[]),
        ("Город Владимир принимает гостей.", &[]),
    ]);
}

/// Letters of all scripts, marks, digits, signs.
fn texts() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "Nguyễn",
        "Văn",
        "A",
        "Thị",
        "Иванов",
        "Ивановой",
        "И.",
        "Петрович",
        "оглы",
        "张",
        "伟",
        "欧阳",
        "先生",
        "某",
        "·",
        "John",
        "van",
        "Jr.",
        "Zhang",
        "Wei",
        "phường",
        "quận",
        "Hà Nội",
        "TP.HCM",
        "Q.1",
        "г.",
        "Москва",
        "ул.",
        "д.",
        "5",
        "кв.",
        "广东省",
        "深圳市",
        "路",
        "号",
        "88",
        "Street",
        "IL",
        "62704",
        ",",
        ".",
        "-",
        "\u{301}",
        "\u{200f}",
        "(",
        "«",
        "\n",
        "  ",
        "😀",
        "ё",
        "đ",
        "ß",
        "İ",
    ]);
    prop::collection::vec(words, 0..14)
        .prop_map(|w| w.join(" "))
        .boxed()
        .prop_union(".{0,60}".boxed())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn parts_lie_in_the_value_apart_from_each_other(text in texts(), lang in 0..5_usize) {
        let lang = [None, Some(Lang::Vi), Some(Lang::Ru), Some(Lang::Zh), Some(Lang::En)][lang];
        if let Some(parts) = name::parts(&text, lang) {
            let ranges = parts.ranges();
            prop_assert!(ranges.iter().all(|r| text.get(r.clone()).is_some_and(|t| !t.is_empty())), "{ranges:?}");
            prop_assert!(ranges.windows(2).all(|w| w[0].end <= w[1].start), "{ranges:?}");
            // A name agrees with itself and has the same key however it is asked.
            let key = name::normal(&text, lang).unwrap();
            prop_assert!(key.agrees(&key));
        }
        if let Some(a) = address::parts(&text, lang) {
            for part in [&a.country, &a.province, &a.city, &a.district, &a.ward, &a.settlement, &a.street, &a.house, &a.building, &a.flat, &a.postcode] {
                if let Some(range) = part.as_ref().and_then(|p| p.range.clone()) {
                    prop_assert!(text.get(range).is_some());
                }
            }
        }
        // What is kept of an address holds no number of a house or flat of it.
        if let Some(kept) = address::generalise(&text, lang, address::Level::Province) {
            prop_assert!(!kept.is_empty());
        }
    }

    #[test]
    fn every_name_is_of_one_person_or_of_several(names in prop::collection::vec(texts(), 0..12)) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let found = subjects::group(&names, None);
        let mut all: Vec<usize> = found.persons.iter().flatten().chain(&found.ambiguous).copied().collect();
        all.sort_unstable();
        prop_assert_eq!(all, (0..names.len()).collect::<Vec<_>>());
        // The same again, whatever the tables of hashes do.
        prop_assert_eq!(subjects::group(&names, None), found);
    }
}
