use super::*;
use crate::{Cell, Engine, Input, Options};

fn found(text: &str) -> Vec<&str> {
    let engine = Engine::new(Options {
        only: vec![Entity::Address],
        min_score: 0.5,
    });
    engine
        .find(&Input::text(text))
        .into_iter()
        .map(|f| text.get(f.start..f.end).unwrap())
        .collect()
}

/// Every case: text, the one address in it.
fn all_found(cases: &[(&str, &str)]) {
    let wrong: Vec<_> = cases
        .iter()
        .map(|(t, a)| (*t, *a, found(t)))
        .filter(|(_, a, f)| f != &[*a])
        .collect();
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), cases.len());
}

fn none_found(cases: &[&str]) {
    let wrong: Vec<_> = cases
        .iter()
        .map(|t| (*t, found(t)))
        .filter(|(_, f)| !f.is_empty())
        .collect();
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), cases.len());
}

#[test]
fn vietnamese() {
    all_found(&[
        (
            "Gửi về 123/4A Nguyễn Trãi, P.5, Q.1, TP.HCM nhé",
            "123/4A Nguyễn Trãi, P.5, Q.1, TP.HCM",
        ),
        (
            "gọi giúp số +84 987 654 321, địa chỉ thôn Đông, xã Hải Hậu, tỉnh Ninh Bình",
            "thôn Đông, xã Hải Hậu, tỉnh Ninh Bình",
        ),
        (
            "Số nhà 12, ngõ 34, phố Huế, phường Ngô Thì Nhậm, quận Hai Bà Trưng, Hà Nội.",
            "Số nhà 12, ngõ 34, phố Huế, phường Ngô Thì Nhậm, quận Hai Bà Trưng, Hà Nội",
        ),
        (
            "Nơi thường trú: Tổ 5, phường Đồng Nguyên, tỉnh Bắc Ninh",
            "Tổ 5, phường Đồng Nguyên, tỉnh Bắc Ninh",
        ),
        ("Quê quán: Nam Định", "Nam Định"),
        (
            "Địa chỉ: Ấp 3, xã Tân Phú, huyện Thới Bình, tỉnh Cà Mau. Điện thoại: 0912345678",
            "Ấp 3, xã Tân Phú, huyện Thới Bình, tỉnh Cà Mau",
        ),
        (
            "Bà Lan trú tại khu phố 2, thị trấn Dầu Tiếng, huyện Dầu Tiếng.",
            "khu phố 2, thị trấn Dầu Tiếng, huyện Dầu Tiếng",
        ),
        (
            "SỐ 7 ĐƯỜNG LÊ LỢI, PHƯỜNG BẾN NGHÉ, QUẬN 1, THÀNH PHỐ HỒ CHÍ MINH",
            "SỐ 7 ĐƯỜNG LÊ LỢI, PHƯỜNG BẾN NGHÉ, QUẬN 1, THÀNH PHỐ HỒ CHÍ MINH",
        ),
        (
            "so nha 12 duong Le Loi, phuong Ben Nghe, quan 1, tp Ho Chi Minh",
            "so nha 12 duong Le Loi, phuong Ben Nghe, quan 1, tp Ho Chi Minh",
        ),
        (
            "ở số 8 ngõ 15 Tạ Quang Bửu, phường Bạch Khoa, Hà Nội",
            "số 8 ngõ 15 Tạ Quang Bửu, phường Bạch Khoa, Hà Nội",
        ),
        (
            "Trụ sở: 45 Trần Phú, phường Hải Châu, thành phố Đà Nẵng",
            "45 Trần Phú, phường Hải Châu, thành phố Đà Nẵng",
        ),
        (
            "Căn hộ 1205, tòa nhà Sao Mai, đường Lê Văn Lương, phường Nhân Chính, Hà Nội",
            "Căn hộ 1205, tòa nhà Sao Mai, đường Lê Văn Lương, phường Nhân Chính, Hà Nội",
        ),
        (
            "Giao hàng tới K12/5 kiệt 30 Hoàng Diệu, quận Hải Châu, Đà Nẵng",
            "K12/5 kiệt 30 Hoàng Diệu, quận Hải Châu, Đà Nẵng",
        ),
        (
            "anh ở thôn Ea Tul, xã Ea Tul, huyện Cư M'gar, Đắk Lắk",
            "thôn Ea Tul, xã Ea Tul, huyện Cư M'gar, Đắk Lắk",
        ),
        (
            "xóm 4, xã Nghi Kim, tp Vinh, Nghệ An",
            "xóm 4, xã Nghi Kim, tp Vinh, Nghệ An",
        ),
        (
            "buôn Kô Tam, xã Ea Tu, TP. Buôn Ma Thuột, tỉnh Đắk Lắk",
            "buôn Kô Tam, xã Ea Tu, TP. Buôn Ma Thuột, tỉnh Đắk Lắk",
        ),
        ("tôi ở 45 nguyễn huệ q1 tphcm nhé", "45 nguyễn huệ q1 tphcm"),
        ("12 Lý Thường Kiệt, P5, Q10", "12 Lý Thường Kiệt, P5, Q10"),
        ("đường 3/2, phường 12, quận 10", "đường 3/2, phường 12, quận 10"),
        (
            "số 5 đường 30 tháng 4, phường Xuân Khánh, quận Ninh Kiều, Cần Thơ",
            "số 5 đường 30 tháng 4, phường Xuân Khánh, quận Ninh Kiều, Cần Thơ",
        ),
        (
            "Chỗ ở hiện nay: khu 3, xã Cẩm Khê, tỉnh Phú Thọ",
            "khu 3, xã Cẩm Khê, tỉnh Phú Thọ",
        ),
        (
            "nhà ở phường ngô thì nhậm, quận hai bà trưng, hà nội",
            "phường ngô thì nhậm, quận hai bà trưng, hà nội",
        ),
        (
            "Số 12 - Lê Hồng Phong - phường Ba Đình - TP Thanh Hóa",
            "Số 12 - Lê Hồng Phong - phường Ba Đình - TP Thanh Hóa",
        ),
    ]);
    none_found(&[
        "Luật số 91/2025/QH15 ngày 26 tháng 6 năm 2025",
        "khoản 2 Điều 5 Nghị định số 13/2023/NĐ-CP của Chính phủ",
        "Hà Nội, ngày 01 tháng 7 năm 2021",
        "UBND các huyện, thị xã, thành phố",
        "Ủy ban nhân dân tỉnh Ninh Bình",
        "UBND phường Bến Nghé, quận 1, TP.HCM",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "công tác xã hội, đường lối đối ngoại của Đảng",
        "chuyến bay Hà Nội - Đà Nẵng",
        "Đường dây nóng: 0912345678",
        "các xã, phường, thị trấn thuộc tỉnh",
        "Địa chỉ IP: 192.168.1.1",
        "Địa chỉ email: an.nguyen@example.com",
        "Địa chỉ: …………………………………",
        "số 12 tháng 5, phiếu số 45",
        "Quyết định số 45/QĐ-UBND",
        "tổ chức, cá nhân trong nước",
        "thành phố Hà Nội và tỉnh Bắc Ninh",
        "lớp 12A1 trường Lê Lợi",
        "Phòng 5 người, tầng 2",
        "Quận 1 có nhiều nhà hàng",
    ]);
}

#[test]
fn russian() {
    all_found(&[
        ("г. Воронеж, ул. Пушкинская, 12", "г. Воронеж, ул. Пушкинская, 12"),
        ("г Москва, ул Тверская, д 7, кв 12", "г Москва, ул Тверская, д 7, кв 12"),
        (
            "проживает по адресу: 394036, Воронежская обл., г. Воронеж, ул. Ленина, д. 5, кв. 12.",
            "394036, Воронежская обл., г. Воронеж, ул. Ленина, д. 5, кв. 12",
        ),
        (
            "живёт в городе Воронеже, на улице Ленина, дом 5",
            "городе Воронеже, на улице Ленина, дом 5",
        ),
        (
            "Г. КАЗАНЬ, УЛ. БАУМАНА, Д. 3, КВ. 4",
            "Г. КАЗАНЬ, УЛ. БАУМАНА, Д. 3, КВ. 4",
        ),
        ("Невский проспект, дом 28, оф. 301", "Невский проспект, дом 28, оф. 301"),
        ("Москва, Тверская ул., 7, стр. 2", "Москва, Тверская ул., 7, стр. 2"),
        (
            "Краснодарский край, Динской р-н, ст-ца Новотитаровская, ул. Советская, д. 10",
            "Краснодарский край, Динской р-н, ст-ца Новотитаровская, ул. Советская, д. 10",
        ),
        ("д. Ивановка, д. 5", "д. Ивановка, д. 5"),
        ("с. Рождествено, д. 12А", "с. Рождествено, д. 12А"),
        (
            "СНТ «Ромашка», участок 5, 143000, Московская обл., г. Одинцово",
            "143000, Московская обл., г. Одинцово",
        ),
        ("119019, г. Москва, а/я 25", "119019, г. Москва, а/я 25"),
        (
            "респ. Татарстан, г. Казань, пр-т Победы, д. 15, корп. 2, кв. 88",
            "респ. Татарстан, г. Казань, пр-т Победы, д. 15, корп. 2, кв. 88",
        ),
        (
            "ул. 8 Марта, д. 4, кв. 9, г. Екатеринбург",
            "ул. 8 Марта, д. 4, кв. 9, г. Екатеринбург",
        ),
        ("ул. 50 лет Октября, 17", "ул. 50 лет Октября, 17"),
        ("пер. Садовый, д. 1 кв. 2", "пер. Садовый, д. 1 кв. 2"),
        ("наб. реки Фонтанки, 25", "наб. реки Фонтанки, 25"),
        ("мкр. Северный, д. 8, кв. 15", "мкр. Северный, д. 8, кв. 15"),
        ("ш. Энтузиастов, д. 30", "ш. Энтузиастов, д. 30"),
        (
            "Адрес регистрации: Тульская область, Щёкинский район, пос. Первомайский",
            "Тульская область, Щёкинский район, пос. Первомайский",
        ),
        ("г.Самара, ул.Мичурина,д.15,кв.3", "г.Самара, ул.Мичурина,д.15,кв.3"),
        (
            "б-р Шевченко, д. 2, лит. А, пом. 5",
            "б-р Шевченко, д. 2, лит. А, пом. 5",
        ),
        (
            "проживающая в д. Малые Вязёмы Одинцовского р-на Московской области",
            "д. Малые Вязёмы Одинцовского р-на Московской области",
        ),
        (
            "125009, Москва, ул. Тверская, д. 9, стр. 5, помещ. III",
            "125009, Москва, ул. Тверская, д. 9, стр. 5, помещ. III",
        ),
        ("ул. А.С. Пушкина, д. 5", "ул. А.С. Пушкина, д. 5"),
    ]);
    none_found(&[
        "г. Москва",
        "см. д. 5 л. 12 дела",
        "см. стр. 7 отчёта",
        "в 2010 г. Иванов переехал",
        "в соответствии с п. 3 ст. 5 закона",
        "Российская Федерация, город Москва и область",
        "район боевых действий",
        "край обрыва был близко",
        "Адрес электронной почты: info@example.ru",
        "IP-адрес: 10.0.0.1",
        "10 кв. м жилой площади",
        "площадь 45 кв. м",
        "стр. 12, кв. 2",
        "дом на краю села",
        "на площади собрались люди",
        "ГОСТ 123456 Москва",
        "с 1 января 2020 г.",
        "к 5 марта, п. 12",
        "Воронежская область",
        "по улице шёл человек",
        "тираж 200000 экз.",
    ]);
}

#[test]
fn chinese() {
    all_found(&[
        (
            "我住在北京市海淀区中关村大街27号1101室。",
            "北京市海淀区中关村大街27号1101室",
        ),
        (
            "地址：广东省深圳市南山区科技园南路8号3栋502室",
            "广东省深圳市南山区科技园南路8号3栋502室",
        ),
        ("上海市浦东新区张江路100弄5号602室", "上海市浦东新区张江路100弄5号602室"),
        (
            "住址：河南省周口市太康县城关镇李庄村3组",
            "河南省周口市太康县城关镇李庄村3组",
        ),
        ("户籍地：四川省成都市武侯区", "四川省成都市武侯区"),
        (
            "请寄到杭州市西湖区文三路90号东部软件园1号楼",
            "杭州市西湖区文三路90号东部软件园1号楼",
        ),
        ("现住中山路88号3栋502室", "中山路88号3栋502室"),
        (
            "天津市和平区南京路189号津汇广场2座1503室",
            "天津市和平区南京路189号津汇广场2座1503室",
        ),
        ("家庭住址：江苏省南京市鼓楼区汉口路22号", "江苏省南京市鼓楼区汉口路22号"),
        ("北京市朝阳区建国门外大街甲6号", "北京市朝阳区建国门外大街甲6号"),
        ("重庆市渝中区解放碑街道民权路28号", "重庆市渝中区解放碑街道民权路28号"),
        (
            "内蒙古自治区呼和浩特市新城区海拉尔大街15号院2号楼3单元401室",
            "内蒙古自治区呼和浩特市新城区海拉尔大街15号院2号楼3单元401室",
        ),
        (
            "收货地址: 福建省厦门市思明区湖滨南路57号 张先生收",
            "福建省厦门市思明区湖滨南路57号",
        ),
        (
            "广西壮族自治区南宁市青秀区民族大道106号",
            "广西壮族自治区南宁市青秀区民族大道106号",
        ),
        (
            "深圳市福田区华强北路1002号赛格广场12楼",
            "深圳市福田区华强北路1002号赛格广场12楼",
        ),
        ("湖北省武汉市洪山区珞喻路1037号", "湖北省武汉市洪山区珞喻路1037号"),
        ("地址：幸福小区5栋2单元301", "幸福小区5栋2单元301"),
        ("西安市雁塔区长安南路300号", "西安市雁塔区长安南路300号"),
        (
            "山东省临沂市兰陵县大仲村镇小仲村12号",
            "山东省临沂市兰陵县大仲村镇小仲村12号",
        ),
        ("籍贯：湖南省长沙市", "湖南省长沙市"),
        ("廣東省廣州市天河區體育西路103號", "廣東省廣州市天河區體育西路103號"),
    ]);
    none_found(&[
        "北京市",
        "北京市海淀区人民政府",
        "国务院令第5号",
        "公告2024年第3号",
        "地铁2号线开通",
        "5月3号开会",
        "第十三届全国人民代表大会",
        "中华人民共和国个人信息保护法",
        "IP地址：192.168.0.1",
        "网址：www.example.cn",
        "邮箱地址：li@example.cn",
        "沪府发〔2020〕12号",
        "京ICP备12345678号",
        "共3组数据",
        "2号文件",
        "电话3号机",
        "三层架构",
        "上海和北京的公司",
        "教室里有三组学生",
        "他走了十里路",
        "一号员工",
        "中国北京",
    ]);
}

#[test]
fn english() {
    all_found(&[
        (
            "He lives at 221B Baker Street, London NW1 6XE.",
            "221B Baker Street, London NW1 6XE",
        ),
        (
            "Send it to 1600 Amphitheatre Parkway, Mountain View, CA 94043",
            "1600 Amphitheatre Parkway, Mountain View, CA 94043",
        ),
        (
            "12 Oak Ave Apt 4B, Springfield, IL 62704-1234",
            "12 Oak Ave Apt 4B, Springfield, IL 62704-1234",
        ),
        ("P.O. Box 149, Austin, TX 78701", "P.O. Box 149, Austin, TX 78701"),
        ("PO Box 22", "PO Box 22"),
        (
            "45 West 34th Street, Suite 900, New York, NY 10001",
            "45 West 34th Street, Suite 900, New York, NY 10001",
        ),
        (
            "Flat 3, 12 High Road, Leeds LS1 4AP",
            "Flat 3, 12 High Road, Leeds LS1 4AP",
        ),
        ("my place is 123 main st, springfield", "123 main st"),
        ("Address: 7 Elm Close, Oxford", "7 Elm Close, Oxford"),
        ("Musterstraße 12, 10115 Berlin", "Musterstraße 12"),
        ("at 5 N. Maple Dr., Reno, NV 89501", "5 N. Maple Dr., Reno, NV 89501"),
        ("PSC 6293, Box 8158\nAPO AP 04336", "PSC 6293, Box 8158\nAPO AP 04336"),
        (
            "224 Bond Street\n Suite 413\n Warwick\n United States 35004",
            "224 Bond Street\n Suite 413\n Warwick\n United States 35004",
        ),
        ("Her office: 10 Downing Street", "10 Downing Street"),
        (
            "visit 99 Harbour Road, Wan Chai, Hong Kong",
            "99 Harbour Road, Wan Chai, Hong Kong",
        ),
        ("350 Fifth Avenue, New York", "350 Fifth Avenue, New York"),
        ("18 Rue Gafsa Apt. 981", "18 Rue Gafsa Apt. 981"),
        (
            "500 Sunset Blvd #12, Los Angeles, CA 90028",
            "500 Sunset Blvd #12, Los Angeles, CA 90028",
        ),
        (
            "Mailing address: 44 Station Road, Cambridge CB1 2JW",
            "44 Station Road, Cambridge CB1 2JW",
        ),
        (
            "77 Massachusetts Ave., Cambridge, MA 02139",
            "77 Massachusetts Ave., Cambridge, MA 02139",
        ),
        ("8 King's Court, York YO1 7HH", "8 King's Court, York YO1 7HH"),
    ]);
    none_found(&[
        "Wall Street fell",
        "the Supreme Court ruled",
        "23 Supreme Court decisions",
        "email address: a@example.com",
        "IP address 10.0.0.1",
        "in 2016 Dr Smith left",
        "Section 5 of the Road Act",
        "the 3 best ways to win",
        "St. John said",
        "Main Street businesses suffered",
        "5 people drive home",
        "chapter 12 page 4",
        "12 May 2020",
        "a long way to go",
        "Suite of 5 tools",
        "Apple Inc. sold 5 units",
        "Dr. Who, series 3",
        "the road to 1984",
        "10 miles of road",
        "we met in Paris",
        "the court placed 5 orders",
        "Room for improvement",
    ]);
}

#[test]
fn foreign_orders() {
    all_found(&[
        ("233 Erzsébet tér 19.\n Suite 282", "233 Erzsébet tér 19.\n Suite 282"),
        ("85199 Avda. Rio Nalon 58 Apt. 461", "85199 Avda. Rio Nalon 58 Apt. 461"),
    ]);
    none_found(&["(2004) 8 SCC 733 Flat 5", "12 March 2020 Suite of tools"]);
}

#[test]
fn names_of_streets_are_no_persons() {
    let text = "Gửi ông Lê An, 12 Nguyễn Trãi, P.5, Q.1, TP.HCM";
    let person = |name: &str| Finding {
        entity: Entity::Person,
        start: text.find(name).unwrap(),
        end: text.find(name).unwrap() + name.len(),
        score: 0.99,
        validated: false,
        why: Vec::new(),
    };
    let scene = Scene {
        text,
        lang: crate::Lang::Vi,
        cells: &[],
        columns: &[],
        caption: None,
        identifiers: &[],
        lower: std::cell::OnceCell::new(),
    };
    let mut out = vec![person("Lê An"), person("Nguyễn Trãi")];
    Addresses.find(&scene, &mut out);
    let kinds: Vec<_> = out
        .iter()
        .map(|f| (f.entity, text.get(f.start..f.end).unwrap()))
        .collect();
    assert_eq!(
        kinds,
        [
            (Entity::Person, "Lê An"),
            (Entity::Address, "12 Nguyễn Trãi, P.5, Q.1, TP.HCM")
        ]
    );
}

#[test]
fn columns_and_captions() {
    let text = "Họ tên\tĐịa chỉ\nTrần A\tCầu Giấy HN\n";
    let mut cells = Vec::new();
    let mut at = 0;
    for (row, line) in text.lines().enumerate() {
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
    let engine = Engine::new(Options {
        only: vec![Entity::Address],
        min_score: 0.5,
    });
    let got = engine.find(&Input {
        cells: &cells,
        ..Input::text(text)
    });
    assert_eq!(
        got.iter()
            .map(|f| text.get(f.start..f.end).unwrap())
            .collect::<Vec<_>>(),
        ["Cầu Giấy HN"]
    );
    let got = engine.find(&Input {
        caption: Some("Адрес проживания"),
        ..Input::text("Луговая 3-15")
    });
    assert_eq!(got.len(), 1);
}

proptest::proptest! {
    /// No text makes the finders panic or tear a letter: pieces of addresses in any order, with marks and letters of every length.
    #[test]
    fn any_mixture_is_read(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..40)) {
        let text = pieces.concat();
        for f in Engine::new(Options { only: Vec::new(), min_score: 0.0 }).find(&Input::text(&text)) {
            proptest::prop_assert!(text.get(f.start..f.end).is_some_and(|piece| !piece.is_empty()));
        }
    }
}

const PIECES: &[&str] = &[
    "Địa chỉ: ",
    "số ",
    "12",
    "/4A",
    " Nguyễn Trãi",
    ", ",
    "P.",
    "phường ",
    "Bến Nghé",
    "tỉnh ",
    "Hà Nội",
    "\n",
    "\t",
    " - ",
    "(",
    ")",
    "ул. ",
    "д. ",
    "г. ",
    "Москва",
    "394036",
    "кв",
    "№",
    "«",
    "»",
    "а/я ",
    "北京市",
    "海淀区",
    "中山路",
    "8号",
    "室",
    "３",
    "　",
    "，",
    "的",
    "Street",
    " St.",
    "Apt. ",
    "P.O. Box ",
    "NW1 6XE",
    "CA 94043",
    "address is ",
    "zip: ",
    "😀",
    "e\u{301}",
    "\u{200b}",
    "Dân tộc: ",
    "Kinh",
    "диагноз: ",
    "МКБ-10 F20.",
    "lương ",
    "5.000.000 đồng",
    "Иванов И.И. ",
    "患者李",
    "确诊",
    "糖尿病",
    "月薪",
    "万元",
    "học sinh lớp 5",
    "7 tuổi",
    "ông ",
    "Ư",
    "ß",
    "İ",
    ".",
    ":",
    "…",
    "=",
];
