//! Values made coarser: a birth date to its year, an age to a band, an address to its district.

use tutela_detect::address::{self, Level};
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
        Entity::Address => {
            let level = if coarse == Coarse::Fine {
                Level::District
            } else {
                Level::Province
            };
            // What does not become coarser may be a house with a name.
            address::generalise(text, Some(lang), level).filter(|made| made != text)
        }
        Entity::IpAddress => {
            let parts: Vec<&str> = text.split('.').collect();
            let [a, b, ..] = parts.as_slice() else { return None };
            (parts.len() == 4).then(|| format!("{a}.{b}.0.0"))
        }
        Entity::EmailAddress => text.rsplit_once('@').map(|(_, domain)| format!("***@{domain}")),
        _ => None,
    }
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
                Some("江苏省南京市鼓楼区"),
            ),
            (
                Entity::Address,
                "江苏省南京市鼓楼区汉口路22号",
                Lang::Zh,
                Rough,
                Some("江苏省"),
            ),
            (
                Entity::Address,
                "广西壮族自治区南宁市青秀区1号",
                Lang::Zh,
                Fine,
                Some("广西壮族自治区南宁市青秀区"),
            ),
            (
                Entity::Address,
                "12 Nguyễn Trãi, phường 2, Quận 5, TP. Hồ Chí Minh",
                Lang::Vi,
                Fine,
                Some("quận 5, thành phố Hồ Chí Minh"),
            ),
            (
                Entity::Address,
                "12 Nguyễn Trãi, phường 2, Quận 5, TP. Hồ Chí Minh",
                Lang::Vi,
                Rough,
                Some("thành phố Hồ Chí Minh"),
            ),
            (
                Entity::Address,
                "Московская обл., г. Химки, ул. Мира, д. 5",
                Lang::Ru,
                Fine,
                Some("Московская область, г. Химки"),
            ),
            (Entity::Address, "ул. Мира, д. 5", Lang::Ru, Fine, None),
            (Entity::IpAddress, "10.20.30.40", Lang::En, Fine, Some("10.20.0.0")),
        ] {
            assert_eq!(value(entity, text, lang, coarse).as_deref(), to, "{text}");
        }
    }
}
