use super::*;

/// The parts as `letter=text[code]`.
fn shown(value: &str, lang: Option<Lang>) -> String {
    let Some(p) = parts(value, lang) else {
        return "nothing".to_owned();
    };
    let mut out = Vec::new();
    for (name, part) in [
        ("country", &p.country),
        ("province", &p.province),
        ("city", &p.city),
        ("district", &p.district),
        ("ward", &p.ward),
        ("settlement", &p.settlement),
        ("street", &p.street),
        ("house", &p.house),
        ("building", &p.building),
        ("flat", &p.flat),
        ("postcode", &p.postcode),
    ] {
        if let Some(part) = part {
            let text = part.range.clone().map_or("", |r| value.get(r).unwrap());
            let code = part.code.as_deref().unwrap_or("");
            out.push(format!("{name}={text}[{code}]"));
        }
    }
    out.join(" ").replace("[]", "")
}

fn all(cases: &[(&str, &str)]) {
    let wrong: Vec<_> = cases
        .iter()
        .map(|c| (c.0, c.1, shown(c.0, None)))
        .filter(|c| c.1 != c.2)
        .collect();
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), cases.len());
}

#[test]
fn vietnamese() {
    all(&[
        (
            "Số 12 ngõ 34 phố Huế, phường Phố Huế, quận Hai Bà Trưng, thành phố Hà Nội",
            "province=thành phố Hà Nội[01] district=quận Hai Bà Trưng[007] ward=phường Phố Huế[00262] street=ngõ 34 phố Huế house=Số 12",
        ),
        (
            "thôn Đông, xã Bình Minh, huyện Thanh Oai, Hà Nội",
            "province=Hà Nội[01] district=huyện Thanh Oai[278] ward=xã Bình Minh[10135] settlement=thôn Đông",
        ),
        (
            "45 Nguyễn Huệ, P. Bến Nghé, Q.1, TP.HCM",
            "province=TP.HCM[79] district=Q.1[760] ward=P. Bến Nghé[26740] street=Nguyễn Huệ house=45",
        ),
        (
            "phường Ba Đình, thành phố Hà Nội",
            "province=thành phố Hà Nội[01] ward=phường Ba Đình[00004]",
        ),
        (
            "Căn hộ 1203, tòa B, 18 Trần Phú, phường Lộc Thọ, thành phố Nha Trang, tỉnh Khánh Hòa",
            "province=tỉnh Khánh Hòa[56] district=thành phố Nha Trang[568] ward=phường Lộc Thọ[22363] street=Trần Phú house=18 building=tòa B flat=Căn hộ 1203",
        ),
        (
            "xa Binh Minh, huyen Thanh Oai, thanh pho Ha Noi",
            "province=thanh pho Ha Noi[01] district=huyen Thanh Oai[278] ward=xa Binh Minh[10135]",
        ),
    ]);
}

#[test]
fn communes_of_before_are_told_in_those_of_today() {
    let p = parts("phường Trúc Bạch, quận Ba Đình, Hà Nội", None).unwrap();
    let today: Vec<_> = p.today.iter().map(|u| (u.code.as_str(), u.name.as_str())).collect();
    assert_eq!(today, [("00004", "phường Ba Đình")]);
    assert_eq!(p.province_today, None);
    // Divided between several.
    let p = parts("phường Ngọc Hà, quận Ba Đình, thành phố Hà Nội", None).unwrap();
    assert!(p.today.len() > 1, "{p:?}");
    // A province that is part of another one since.
    let p = parts("xã Tam Quan, huyện Tam Đảo, tỉnh Vĩnh Phúc", None).unwrap();
    assert_eq!(p.province_today.unwrap().name, "tỉnh Phú Thọ");
    let p = parts("tỉnh Bình Dương", None).unwrap();
    assert_eq!(p.province.unwrap().code.as_deref(), Some("74"));
    assert_eq!(p.province_today.unwrap().name, "thành phố Hồ Chí Minh");
}

#[test]
fn russian() {
    all(&[
        (
            "394018, Воронежская обл., г. Воронеж, ул. Пушкинская, д. 12, корп. 2, кв. 45",
            "province=Воронежская обл.[36] city=г. Воронеж street=ул. Пушкинская house=д. 12 building=корп. 2 flat=кв. 45 postcode=394018",
        ),
        (
            "г. Москва, Ленинский проспект, д. 5, оф. 12",
            "province=[77] city=г. Москва street=Ленинский проспект house=д. 5 flat=оф. 12",
        ),
        (
            "Республика Татарстан, г Казань, ул Баумана, 7",
            "province=Республика Татарстан[16] city=г Казань street=ул Баумана house=7",
        ),
        (
            "Московская область, Одинцовский район, дер. Зайцево, дом 3",
            "province=Московская область[50] district=Одинцовский район settlement=дер. Зайцево house=дом 3",
        ),
        (
            "в городе Воронеже, на улице Ленина, дом 5",
            "province=[36] city=городе Воронеже street=улице Ленина house=дом 5",
        ),
    ]);
}

#[test]
fn chinese() {
    all(&[
        (
            "广东省深圳市南山区科技园路88号3栋502室",
            "province=广东省[440000] city=深圳市[440300] district=南山区[440305] street=科技园路 house=88号 building=3栋 flat=502室",
        ),
        (
            "北京市朝阳区建国路93号院5号楼1单元1203",
            "province=北京市[110000] district=朝阳区[110105] street=建国路 building=93号院5号楼1单元 flat=1203",
        ),
        (
            "浙江省杭州市余杭区良渚街道玉鸟路12号",
            "province=浙江省[330000] city=杭州市[330100] district=余杭区[330110] ward=良渚街道 street=玉鸟路 house=12号",
        ),
        (
            "深圳市南山区科苑路1号",
            "province=[440000] city=深圳市[440300] district=南山区[440305] street=科苑路 house=1号",
        ),
        (
            "四川省成都市郫县安德镇泉水村3组",
            "province=四川省[510000] city=成都市[510100] district=郫县[510124] ward=安德镇 settlement=泉水村",
        ),
    ]);
}

#[test]
fn english() {
    all(&[
        (
            "12 Maple Street, Apt 4B, Springfield, IL 62704, USA",
            "country=USA province=IL[IL] city=Springfield street=Maple Street house=12 flat=Apt 4B postcode=62704",
        ),
        (
            "221 Baker Street, London NW1 6XE, United Kingdom",
            "country=United Kingdom city=London street=Baker Street house=221 postcode=NW1 6XE",
        ),
    ]);
}

#[test]
fn generalised() {
    use Level::{District, Province};
    let wrong: Vec<_> = [
        (
            "Số 12 ngõ 34 phố Huế, phường Phố Huế, quận Hai Bà Trưng, Hà Nội",
            Province,
            Some("thành phố Hà Nội"),
        ),
        (
            "Số 12 ngõ 34 phố Huế, phường Phố Huế, quận Hai Bà Trưng, Hà Nội",
            District,
            Some("quận Hai Bà Trưng, thành phố Hà Nội"),
        ),
        ("thôn 3, xã Cư Kuin, tỉnh Đắk Lắk", District, Some("tỉnh Đắk Lắk")),
        (
            "394018, Воронежская обл., г. Воронеж, ул. Пушкинская, д. 12",
            Province,
            Some("Воронежская область"),
        ),
        (
            "г. Воронеж, ул. Пушкинская, д. 12",
            District,
            Some("Воронежская область, г. Воронеж"),
        ),
        ("г. Москва, ул. Арбат, д. 1, кв. 5", Province, Some("г. Москва")),
        ("г. Москва, ул. Арбат, д. 1, кв. 5", District, Some("г. Москва")),
        ("广东省深圳市南山区科技园路88号", Province, Some("广东省")),
        ("广东省深圳市南山区科技园路88号", District, Some("广东省深圳市南山区")),
        ("北京市朝阳区建国路93号", District, Some("北京市朝阳区")),
        ("12 Maple Street, Springfield, IL 62704", Province, Some("Illinois")),
        (
            "12 Maple Street, Springfield, IL 62704",
            District,
            Some("Springfield, Illinois"),
        ),
        ("ул. Ленина, д. 5", Province, None),
    ]
    .into_iter()
    .map(|(value, level, want)| (value, level, want, generalise(value, None, level)))
    .filter(|c| c.2 != c.3.as_deref())
    .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn foreign_values_give_nothing_and_never_fail() {
    for value in [
        "",
        ",,,,",
        "???",
        &"phường ".repeat(500),
        "号号号号号",
        "г.г.г.г.",
        "1/2/3/4/5",
        "\u{301}\u{301}",
    ] {
        let _ = parts(value, None);
        let _ = parts(value, Some(Lang::Vi));
        let _ = generalise(value, Some(Lang::Zh), Level::District);
    }
    assert_eq!(parts("không có gì ở đây", None), None);
}
