//! Values made coarser: a birth date to its year, an age to a band, an address to its district.

use tutela_detect::{Entity, Lang};

use super::date;

/// How coarse years become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Coarse {
    /// The year itself; bands of ten years for ages; the district of an address.
    Fine,
    /// The decade; bands of twenty years; the province of an address.
    Rough,
}

/// The coarser value; nothing where this one has none that hides the person.
pub(super) fn value(entity: Entity, text: &str, lang: Lang, coarse: Coarse) -> Option<String> {
    match entity {
        Entity::DateOfBirth => {
            let year = date::year(text)?;
            Some(match (coarse, lang) {
                (Coarse::Fine, Lang::Zh) => format!("{year}年"),
                (Coarse::Fine, _) => year.to_string(),
                (Coarse::Rough, _) => format!("{}–{}", year - year % 10, year - year % 10 + 9),
            })
        }
        Entity::Age => {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            let age: u32 = digits.parse().ok().filter(|a| *a < 130)?;
            // Few are as old: the last band has no end.
            if age >= 90 {
                return Some("90+".to_owned());
            }
            let width = if coarse == Coarse::Fine { 10 } else { 20 };
            Some(format!("{}–{}", age - age % width, age - age % width + width - 1))
        }
        Entity::Address => address(text, coarse),
        Entity::IpAddress => {
            let parts: Vec<&str> = text.split('.').collect();
            let [a, b, ..] = parts.as_slice() else { return None };
            (parts.len() == 4).then(|| format!("{a}.{b}.0.0"))
        }
        Entity::EmailAddress => text.rsplit_once('@').map(|(_, domain)| format!("***@{domain}")),
        _ => None,
    }
}

/// The words of a part of an address that name a province (`true`) or a district.
const UNITS: &[(&str, bool)] = &[
    ("tỉnh", true),
    ("thành phố", true),
    ("tp.", true),
    ("tp ", true),
    ("quận", false),
    ("huyện", false),
    ("thị xã", false),
    ("обл", true),
    ("край", true),
    ("респ", true),
    ("г. ", true),
    ("г.", true),
    ("город", true),
    ("р-н", false),
    ("район", false),
];

/// The parts of an address that name a province, and a district where that is not too fine.
fn address(text: &str, coarse: Coarse) -> Option<String> {
    if text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)) {
        return chinese(text, coarse);
    }
    let kept: Vec<&str> = text
        .split([',', ';', '\n'])
        .map(str::trim)
        .filter(|part| {
            let lower = part.to_lowercase();
            let unit = UNITS
                .iter()
                .find(|(word, _)| lower.starts_with(word) || lower.split_whitespace().any(|w| w == word.trim()));
            let found = unit.or_else(|| {
                UNITS
                    .iter()
                    .find(|(word, _)| word.len() > 4 && lower.contains(&format!(" {word}")))
            });
            // Districts with numbers are districts all the same; a number elsewhere is a house.
            found.is_some_and(|(_, province)| {
                (*province && !part.chars().any(|c| c.is_ascii_digit())) || (!province && coarse == Coarse::Fine)
            })
        })
        .collect();
    (!kept.is_empty()).then(|| kept.join(", "))
}

/// Up to the province (省, 市 of a municipality, 自治区) or the district (区, 县, 市).
fn chinese(text: &str, coarse: Coarse) -> Option<String> {
    let ends: &[&str] = match coarse {
        Coarse::Fine => &["区", "县", "旗", "市", "省"],
        Coarse::Rough => &["自治区", "省", "市"],
    };
    let end = ends.iter().find_map(|unit| {
        let at = if coarse == Coarse::Rough || !unit.starts_with('区') {
            text.find(unit)
        } else {
            // 自治区 is no district; 小区 and 社区 are housing.
            text.match_indices('区').map(|(i, _)| i).find(|i| {
                text.get(..*i)
                    .is_some_and(|h| !h.ends_with("自治") && !h.ends_with('小') && !h.ends_with('社'))
            })
        }?;
        Some(at + unit.len())
    })?;
    text.get(..end).map(|head| format!("{head}***"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_coarser() {
        use Coarse::{Fine, Rough};
        for (entity, text, lang, coarse, to) in [
            (Entity::DateOfBirth, "21/03/1987", Lang::Vi, Fine, Some("1987")),
            (Entity::DateOfBirth, "1987年3月21日", Lang::Zh, Fine, Some("1987年")),
            (Entity::DateOfBirth, "21.03.1987", Lang::Ru, Rough, Some("1980–1989")),
            (Entity::DateOfBirth, "вчера", Lang::Ru, Fine, None),
            (Entity::Age, "34 tuổi", Lang::Vi, Fine, Some("30–39")),
            (Entity::Age, "104", Lang::En, Fine, Some("90+")),
            (
                Entity::Address,
                "江苏省南京市鼓楼区汉口路22号",
                Lang::Zh,
                Fine,
                Some("江苏省南京市鼓楼区***"),
            ),
            (
                Entity::Address,
                "江苏省南京市鼓楼区汉口路22号",
                Lang::Zh,
                Rough,
                Some("江苏省***"),
            ),
            (
                Entity::Address,
                "广西壮族自治区南宁市青秀区1号",
                Lang::Zh,
                Fine,
                Some("广西壮族自治区南宁市青秀区***"),
            ),
            (
                Entity::Address,
                "12 Nguyễn Trãi, phường 2, Quận 5, TP. Hồ Chí Minh",
                Lang::Vi,
                Fine,
                Some("Quận 5, TP. Hồ Chí Minh"),
            ),
            (
                Entity::Address,
                "12 Nguyễn Trãi, phường 2, Quận 5, TP. Hồ Chí Minh",
                Lang::Vi,
                Rough,
                Some("TP. Hồ Chí Minh"),
            ),
            (
                Entity::Address,
                "Московская обл., г. Химки, ул. Мира, д. 5",
                Lang::Ru,
                Fine,
                Some("Московская обл., г. Химки"),
            ),
            (Entity::Address, "ул. Мира, д. 5", Lang::Ru, Fine, None),
            (Entity::IpAddress, "10.20.30.40", Lang::En, Fine, Some("10.20.0.0")),
        ] {
            assert_eq!(value(entity, text, lang, coarse).as_deref(), to, "{text}");
        }
    }
}
