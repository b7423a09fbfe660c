//! Organisations and places in phrases: what is marked must be found as a whole, and nothing else.
#![expect(clippy::unwrap_used, reason = "tests")]

use tutela_detect::{Engine, Entity, Input, Lang, Options};

fn found(entity: Entity, lang: Lang, text: &str) -> Vec<String> {
    let engine = Engine::new(Options {
        only: vec![Entity::Person, Entity::Location, Entity::Organization],
        min_score: 0.5,
    });
    let input = Input {
        lang: Some(lang),
        ..Input::text(text)
    };
    engine
        .find(&input)
        .into_iter()
        .filter(|f| f.entity == entity)
        .map(|f| text.get(f.start..f.end).unwrap().to_owned())
        .collect()
}

#[test]
fn organisations_end_where_the_sentence_goes_on() {
    for (lang, text, want) in [
        (Lang::Vi, "Bộ TT&TT có văn bản trả lời", vec!["Bộ TT&TT"]),
        (
            Lang::Vi,
            "gửi Sở Giáo dục và Đào tạo của tỉnh",
            vec!["Sở Giáo dục và Đào tạo"],
        ),
        (Lang::Vi, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do", vec![]),
        (
            Lang::Ru,
            "Министерство обороны Российской Федерации сообщило",
            vec!["Министерство обороны Российской Федерации"],
        ),
        (
            Lang::Ru,
            "встреча в администрации США прошла",
            vec!["администрации США"],
        ),
        (Lang::Ru, "СЛУЖБА\nМИНИСТЕРСТВО", vec![]),
        (
            Lang::En,
            "She joined the Bank of Lakeside in May.",
            vec!["Bank of Lakeside"],
        ),
        (Lang::Zh, "北京市教育委员会作出批复", vec!["北京市教育委员会"]),
    ] {
        assert_eq!(found(Entity::Organization, lang, text), want, "{text}");
    }
}

#[test]
fn headings_and_common_words_are_no_places() {
    for (lang, text, want) in [
        (Lang::Vi, "Lưu bản ĐI và bản LƯU tại văn thư", vec![]),
        (Lang::Vi, "NƠI ĐẾN\nCÔNG VĂN ĐI\nHÀNH CHÍNH", vec![]),
        (Lang::Vi, "THỂ THỨC VĂN BẢN HÀNH CHÍNH", vec![]),
        (Lang::Vi, "CHUYỂN VĂN BẢN ĐI BƯU ĐIỆN", vec![]),
        (Lang::Vi, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", vec![]),
        (
            Lang::Vi,
            "xã Bình Lộc Hạ và tỉnh Quảng Nam",
            vec!["Bình Lộc Hạ", "Quảng Nam"],
        ),
        (Lang::Zh, "人民共和國的共和國", vec![]),
    ] {
        assert_eq!(found(Entity::Location, lang, text), want, "{text}");
    }
}

#[test]
fn posts_and_states_are_no_persons() {
    for (lang, text, want) in [
        (Lang::Ru, "министр ОБОРОНЫ РОССИЙСКОЙ ФЕДЕРАЦИИ", vec![]),
        (Lang::Ru, "указ президента Российской Федерации", vec![]),
        (Lang::Ru, "указ президента Барака Обамы", vec!["Барака Обамы"]),
        (Lang::Vi, "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC\nLê Văn Tám", vec!["Lê Văn Tám"]),
        (Lang::Vi, "Viet Nam", vec![]),
    ] {
        assert_eq!(found(Entity::Person, lang, text), want, "{text}");
    }
}

/// Seconds that this thread has spent on a processor, where the system tells: other load does not count.
fn on_processor() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(stat.split(' ').next()?.parse::<f64>().ok()? / 1e9)
}

/// Repeats that would make a careless finder look at everything again and again.
#[test]
fn hostile_repeats_take_time_in_proportion() {
    let engine = Engine::new(Options::default());
    let measure = |piece: &str, size: usize| {
        let text = piece.repeat(size / piece.len());
        let (began, wall) = (on_processor(), std::time::Instant::now());
        let count = engine.find(&Input::text(&text)).len();
        assert!(count <= text.len(), "{piece}");
        match (began, on_processor()) {
            (Some(began), Some(ended)) => ended - began,
            _ => wall.elapsed().as_secs_f64(),
        }
    };
    // The dictionaries are built once.
    measure("Nguyễn Văn An 1号楼 ул. Мира, д. 1", 4000);
    for piece in [
        "1号",
        "Nguyễn ",
        "A",
        "Ivanov",
        "Иванов И. И. ",
        "XÃ HỘI ",
        "Họ và tên: ",
        "王",
        "慕容",
        "查理四世",
        "dear ",
        "Bank of ",
        "Министерство обороны ",
        "Công ty và ",
        "«",
        "Mr. ",
        "моём диабет ",
        "a:b=c,",
        "\t",
        "имя;фамилия\n",
    ] {
        // Eight times the text: thrice that time is left for caches, 64 times would be quadratic.
        let (small, large) = (measure(piece, 30_000).max(0.002), measure(piece, 240_000));
        assert!(large < 24.0 * small, "{piece:?}: {small:.4} s, then {large:.4} s");
    }
}
