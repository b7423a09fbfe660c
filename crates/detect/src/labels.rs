//! Words that tell what the number or text next to them is: label words, column headers, captions, and the labels of
//! numbers that are nobody's personal data.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};

/// What a label announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Topic {
    Phone,
    Email,
    CitizenId,
    TaxCode,
    SocialInsurance,
    HealthInsurance,
    Passport,
    ForeignPassport,
    DriverLicence,
    HouseholdBook,
    Snils,
    Inn,
    Ogrn,
    Oms,
    BirthCertificate,
    MilitaryId,
    Plate,
    Vin,
    Imei,
    Card,
    BankAccount,
    Iban,
    Swift,
    Ip,
    Ssn,
    TravelPermit,
    BirthDate,
    Patient,
    PersonCode,
    Username,
    Password,
    Geo,
    Uin,
    /// A number of a thing, an order, a document: not personal.
    Other,
}

/// Label words by topic. Lower case; Latin ones are also found without diacritics where they are listed so.
const WORDS: &[(Topic, &[&str])] = &[
    (
        Topic::Phone,
        &[
            "số điện thoại",
            "so dien thoai",
            "điện thoại",
            "dien thoai",
            "sđt",
            "sdt",
            "đt",
            "đ/thoại",
            "di động",
            "hotline",
            "gọi số",
            "zalo",
            "viber",
            "телефон",
            "тел",
            "моб",
            "сотовый",
            "мобильный",
            "факс",
            "whatsapp",
            "по номеру",
            "звоните",
            "电话",
            "手机",
            "手机号",
            "联系方式",
            "传真",
            "拨打",
            "微信同号",
            "phone",
            "mobile",
            "tel",
            "telephone",
            "cell",
            "fax",
            "call",
            "msisdn",
            "contact number",
            "phone_number",
            "whats app",
        ],
    ),
    (
        Topic::Email,
        &[
            "email",
            "e-mail",
            "thư điện tử",
            "эл. почта",
            "электронная почта",
            "邮箱",
            "电子邮件",
        ],
    ),
    (
        Topic::CitizenId,
        &[
            "cccd",
            "cmnd",
            "cmt",
            "căn cước",
            "can cuoc",
            "căn cước công dân",
            "chứng minh nhân dân",
            "chứng minh thư",
            "định danh cá nhân",
            "số định danh",
            "số đdcn",
            "id_no",
            "idno",
            "id_card",
            "idcard",
            "id card",
            "id number",
            "national id",
            "identity card",
            "identity number",
            "identity no",
            "citizen id",
            "身份证",
            "身份证号",
            "身份证号码",
            "公民身份号码",
            "证件号",
            "证件号码",
            "身份號碼",
            "удостоверение личности",
        ],
    ),
    (
        Topic::TaxCode,
        &[
            "mã số thuế",
            "ma so thue",
            "mst",
            "tax code",
            "tax_code",
            "tax id",
            "tax_id",
            "taxcode",
            "税号",
            "纳税人识别号",
        ],
    ),
    (
        Topic::SocialInsurance,
        &[
            "bhxh",
            "bảo hiểm xã hội",
            "bao hiem xa hoi",
            "sổ bảo hiểm",
            "mã định danh y tế",
            "社会保障号",
            "社保号",
            "社保卡",
        ],
    ),
    (
        Topic::HealthInsurance,
        &["bhyt", "bảo hiểm y tế", "bao hiem y te", "thẻ bhyt", "health insurance"],
    ),
    (
        Topic::Passport,
        &[
            "hộ chiếu",
            "ho chieu",
            "passport",
            "паспорт",
            "паспорта",
            "паспортом",
            "паспортные данные",
            "документ, удостоверяющий личность",
            "документ",
            "护照",
            "护照号",
        ],
    ),
    (
        Topic::ForeignPassport,
        &[
            "загранпаспорт",
            "заграничный паспорт",
            "заграничного паспорта",
            "паспорт заграничный",
        ],
    ),
    (
        Topic::DriverLicence,
        &[
            "gplx",
            "giấy phép lái xe",
            "bằng lái",
            "водительское удостоверение",
            "водительского удостоверения",
            "ву №",
            "в/у",
            "驾驶证",
            "驾照",
            "driver licence",
            "driver's license",
            "driving licence",
            "driver license",
        ],
    ),
    (Topic::HouseholdBook, &["sổ hộ khẩu", "hộ khẩu số", "户口簿"]),
    (
        Topic::Snils,
        &["снилс", "страховой номер", "страховое свидетельство", "snils"],
    ),
    (Topic::Inn, &["инн", "идентификационный номер налогоплательщика", "inn"]),
    (Topic::Ogrn, &["огрн", "огрнип", "ogrn"]),
    (Topic::Oms, &["полис омс", "омс", "енп", "полис", "номер полиса"]),
    (
        Topic::BirthCertificate,
        &[
            "свидетельство о рождении",
            "свидетельства о рождении",
            "св-во о рождении",
        ],
    ),
    (
        Topic::MilitaryId,
        &["военный билет", "военного билета", "军官证", "士兵证"],
    ),
    (
        Topic::Plate,
        &[
            "biển số",
            "bien so",
            "bks",
            "biển kiểm soát",
            "госномер",
            "гос. номер",
            "гос.номер",
            "государственный регистрационный знак",
            "г/н",
            "грз",
            "车牌",
            "车牌号",
            "licence plate",
            "license plate",
            "plate",
        ],
    ),
    (Topic::Vin, &["vin", "số khung", "车架号", "车辆识别代号"]),
    (Topic::Imei, &["imei"]),
    (
        Topic::Card,
        &[
            "số thẻ",
            "so the",
            "thẻ",
            "номер карты",
            "карта",
            "картой",
            "карты",
            "银行卡",
            "银行卡号",
            "卡号",
            "信用卡",
            "card number",
            "card",
            "pan",
            "credit card",
            "debit card",
        ],
    ),
    (
        Topic::BankAccount,
        &[
            "stk",
            "số tài khoản",
            "so tai khoan",
            "tài khoản",
            "tai khoan",
            "tk số",
            "р/с",
            "р/сч",
            "расчетный счет",
            "расчётный счёт",
            "лицевой счет",
            "лицевой счёт",
            "счет",
            "счёт",
            "к/с",
            "账号",
            "银行账号",
            "账户",
            "开户行",
            "account number",
            "bank account",
            "account no",
            "a/c",
        ],
    ),
    (Topic::Iban, &["iban", "account"]),
    (Topic::Swift, &["swift", "bic", "swift code", "swift/bic", "bic code"]),
    (
        Topic::Ip,
        &["ip", "địa chỉ ip", "ip-адрес", "ip address", "ip地址", "client"],
    ),
    (Topic::Ssn, &["ssn", "social security", "social security number"]),
    (
        Topic::TravelPermit,
        &["通行证", "往来港澳", "港澳居民来往内地通行证", "回乡证", "台胞证"],
    ),
    (
        Topic::BirthDate,
        &[
            "ngày sinh",
            "ngay sinh",
            "sinh ngày",
            "sinh năm",
            "năm sinh",
            "ngày tháng năm sinh",
            "ngày, tháng, năm sinh",
            "sinh",
            "sn",
            "дата рождения",
            "дата и место рождения",
            "род",
            "родился",
            "родилась",
            "г.р",
            "год рождения",
            "др",
            "出生",
            "出生日期",
            "出生年月",
            "生日",
            "出生于",
            "生于",
            "date of birth",
            "dob",
            "born",
            "birth date",
            "birthdate",
            "birthday",
            "birth_date",
            "date_of_birth",
        ],
    ),
    (
        Topic::Patient,
        &[
            "mã bệnh nhân",
            "ma benh nhan",
            "mã bn",
            "mã bệnh án",
            "số bệnh án",
            "số hồ sơ bệnh án",
            "медкарта",
            "медицинская карта",
            "номер медкарты",
            "история болезни",
            "病历号",
            "病案号",
            "住院号",
            "门诊号",
            "patient id",
            "patient no",
            "medical record",
            "mrn",
        ],
    ),
    (
        Topic::PersonCode,
        &[
            "mssv",
            "mã sinh viên",
            "mã số sinh viên",
            "mã học sinh",
            "mã nhân viên",
            "mã cán bộ",
            "mã cbccvc",
            "табельный номер",
            "табельный №",
            "таб. №",
            "студенческий билет",
            "学号",
            "学籍号",
            "工号",
            "employee id",
            "student id",
            "staff id",
        ],
    ),
    (
        Topic::Username,
        &[
            "tên đăng nhập",
            "ten dang nhap",
            "username",
            "user name",
            "login",
            "логин",
            "имя пользователя",
            "用户名",
            "微信号",
            "微信",
            "qq",
            "telegram",
            "skype",
            "facebook",
        ],
    ),
    (
        Topic::Password,
        &[
            "mật khẩu",
            "mat khau",
            "password",
            "passwd",
            "pwd",
            "пароль",
            "密码",
            "口令",
            "secret",
            "api_key",
            "apikey",
        ],
    ),
    (
        Topic::Geo,
        &[
            "gps",
            "tọa độ",
            "toạ độ",
            "vĩ độ",
            "kinh độ",
            "координаты",
            "широта",
            "долгота",
            "坐标",
            "经度",
            "纬度",
            "latitude",
            "longitude",
            "lat",
            "lon",
            "lng",
            "coordinates",
            "geo",
        ],
    ),
    (Topic::Uin, &["уин", "уникальный идентификатор начисления"]),
    (
        Topic::Other,
        &[
            // Vietnamese
            "mã tham chiếu",
            "tham chiếu",
            "số seri",
            "seri",
            "sê-ri",
            "mã lô",
            "lô",
            "chứng từ",
            "tham số",
            "mã đơn",
            "đơn hàng",
            "hóa đơn",
            "hoá đơn",
            "biên lai",
            "mã hàng",
            "mã sản phẩm",
            "mã vận đơn",
            "vận đơn",
            "hợp đồng",
            "số hợp đồng",
            "công văn",
            "nghị định",
            "quyết định",
            "thông tư",
            "chỉ thị",
            "phiên bản",
            "mã giao dịch",
            "mã vạch",
            "số hiệu",
            "kỳ hạn",
            // Russian
            "номер партии",
            "партия",
            "партии",
            "серийный номер",
            "серийный",
            "код операции",
            "артикул",
            "параметр",
            "заказ",
            "номер заказа",
            "накладная",
            "квитанция",
            "договор",
            "приказ",
            "постановление",
            "гост",
            "версия",
            "штрихкод",
            "штрих-код",
            "окпо",
            "октмо",
            "окато",
            "оквэд",
            "кпп",
            "бик",
            "кбк",
            "уникальный номер закупки",
            "исх",
            "вх",
            // Chinese
            "流水号",
            "序列号",
            "设备序列号",
            "批次",
            "单据",
            "参数",
            "订单",
            "订单号",
            "发票",
            "发票号",
            "合同编号",
            "编号",
            "货号",
            "版本",
            "条形码",
            "快递单号",
            "运单号",
            "凭证",
            "交易流水",
            // English and keys
            "reference",
            "ref",
            "serial",
            "serial number",
            "serial no",
            "batch",
            "voucher",
            "parameter",
            "param",
            "order",
            "order no",
            "invoice",
            "receipt",
            "tracking",
            "sku",
            "part number",
            "part no",
            "version",
            "isbn",
            "issn",
            "doi",
            "ean",
            "upc",
            "barcode",
            "trace",
            "session",
            "offset",
            "size",
            "bytes",
            "timestamp",
            "ts",
            "seq",
            "sequence",
            "uuid",
            "guid",
            "hash",
            "checksum",
            "port",
            "pid",
            "qty",
            "price",
            "amount",
            "total",
        ],
    ),
];

struct Table {
    automaton: AhoCorasick,
    topics: Vec<(Topic, &'static str)>,
}

static TABLE: LazyLock<Option<Table>> = LazyLock::new(|| {
    let topics: Vec<_> = WORDS
        .iter()
        .flat_map(|(t, words)| words.iter().map(|w| (*t, *w)))
        .collect();
    let automaton = AhoCorasickBuilder::new()
        .match_kind(MatchKind::LeftmostLongest)
        .build(topics.iter().map(|(_, w)| *w))
        .ok()?;
    Some(Table { automaton, topics })
});

/// A label near a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) topic: Topic,
    /// The word as the table has it.
    pub(crate) word: &'static str,
}

/// The most text that is searched for labels at a time, in bytes.
const WINDOW: usize = 256;

/// Lower case of Latin, Vietnamese and Cyrillic letters, byte for byte: every folded letter has the length of its original, so
/// offsets stay. Other letters are left alone. Text beyond the window is cut.
fn fold<'b>(text: &str, buffer: &'b mut [u8; WINDOW]) -> &'b [u8] {
    let bytes = text.as_bytes();
    let n = bytes.len().min(WINDOW);
    let (Some(out), Some(from)) = (buffer.get_mut(..n), bytes.get(..n)) else {
        return &[];
    };
    out.copy_from_slice(from);
    let mut i = 0;
    while i < n {
        match out[i] {
            b'A'..=b'Z' => out[i] += 32,
            0xD0 if i + 1 < n => {
                i += 1;
                match out[i] {
                    // А–П, then Р–Я, whose small letters begin with D1.
                    0x90..=0x9F => out[i] += 0x20,
                    0xA0..=0xAF => {
                        out[i - 1] = 0xD1;
                        out[i] -= 0x20;
                    }
                    0x81 => {
                        out[i - 1] = 0xD1;
                        out[i] = 0x91;
                    }
                    _ => {}
                }
            }
            // À–Þ
            0xC3 if i + 1 < n => {
                i += 1;
                if (0x80..=0x9E).contains(&out[i]) {
                    out[i] += 0x20;
                }
            }
            // Ă Đ Ĩ Ũ and their like: capitals are even.
            0xC4 | 0xC5 if i + 1 < n => {
                i += 1;
                out[i] |= u8::from(out[i - 1] == 0xC4 || matches!(out[i], 0xA8));
            }
            0xC6 if i + 1 < n => {
                i += 1;
                match out[i] {
                    0xA0 => out[i] = 0xA1,
                    0xAF => out[i] = 0xB0,
                    _ => {}
                }
            }
            // U+1EA0–U+1EF9: capitals are even.
            0xE1 if i + 2 < n && matches!(out[i + 1], 0xBA | 0xBB) => {
                i += 2;
                out[i] |= 1;
            }
            _ => {}
        }
        i += 1;
    }
    out
}

/// Whether a letter that continues a word ends directly before `at` (Han characters do not: they are not spaced).
fn letter_before(text: &[u8], at: usize) -> bool {
    match (
        at.checked_sub(1).and_then(|i| text.get(i)),
        at.checked_sub(2).and_then(|i| text.get(i)),
        at.checked_sub(3).and_then(|i| text.get(i)),
    ) {
        (Some(b), _, _) if b.is_ascii() => b.is_ascii_alphabetic(),
        (_, Some(0xC3..=0xC6 | 0xD0..=0xD1), _) => true,
        (_, _, Some(0xE1)) => true,
        _ => false,
    }
}

fn letter_after(text: &[u8], at: usize) -> bool {
    text.get(at)
        .is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, 0xC3..=0xC6 | 0xD0..=0xD1 | 0xE1))
}

/// Labels in a piece of text, in order, with the start and end of each in bytes.
fn labels_in(text: &str, mut each: impl FnMut(Label, usize, usize)) {
    let Some(table) = TABLE.as_ref() else { return };
    let mut buffer = [0; WINDOW];
    let lower = fold(text, &mut buffer);
    for m in table.automaton.find_iter(lower) {
        let Some(&(topic, word)) = table.topics.get(m.pattern().as_usize()) else {
            continue;
        };
        let spaced_start = !word.starts_with(han);
        let spaced_end = !word.ends_with(han);
        if !(spaced_start && letter_before(lower, m.start()) || spaced_end && letter_after(lower, m.end())) {
            each(Label { topic, word }, m.start(), m.end());
        }
    }
}

fn han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}')
}

/// How far before a value its label is looked for, in bytes.
const BEFORE: usize = 72;

/// Where the text that may hold a value's label begins: after the last line break or end of a sentence.
fn cut(window: &[u8]) -> usize {
    let mut i = window.len();
    while i > 0 {
        i -= 1;
        match window[i] {
            b'\n' => {
                // A label alone on the line above, ended by a colon, is the label of the line below.
                let blank = window[i + 1..].iter().all(|b| b.is_ascii_whitespace());
                let above = window[..i].trim_ascii_end();
                let colon = above.ends_with(b":") || above.ends_with("：".as_bytes());
                if !(blank && colon) {
                    return i + 1;
                }
            }
            b'.' | b'!' | b'?' | b';' if window.get(i + 1) == Some(&b' ') => {
                // An abbreviation before the number (тел. 8…, моб. …) is no end of a sentence.
                let word = window[..i]
                    .iter()
                    .rev()
                    .take_while(|b| !matches!(b, b' ' | b',' | b'(' | b'\n'))
                    .count();
                if window[i] != b'.' || word > 8 {
                    return i + 2;
                }
            }
            // 。 and ；
            0x82 if i >= 2 && window[i - 2..i] == [0xE3, 0x80] => return i + 1,
            0x9B if i >= 2 && window[i - 2..i] == [0xEF, 0xBC] => return i + 1,
            _ => {}
        }
    }
    0
}

/// The label nearest before the value that begins at `start`, on the same line or the one above it if that line
/// ends in a colon, and not beyond the end of a sentence.
pub(crate) fn before(text: &str, start: usize) -> Option<Label> {
    let mut from = start.saturating_sub(BEFORE);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let window = text.get(from..start)?;
    let window = window.get(cut(window.as_bytes())..).unwrap_or_default();
    let mut last = None;
    labels_in(window, |label, _, end| last = Some((label, end)));
    let (label, end) = last?;
    // Something long between the label and the value breaks the tie.
    (window.len() - end <= 40).then_some(label)
}

/// The label in a column header, a key or a caption.
pub(crate) fn of_header(header: &str) -> Option<Label> {
    if header.len() > WINDOW {
        return None;
    }
    let mut best: Option<Label> = None;
    labels_in(header, |label, _, _| {
        if best.is_none_or(|b| b.topic == Topic::Other) {
            best = Some(label);
        }
    });
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(text: &str) -> Option<Topic> {
        before(text, text.len()).map(|l| l.topic)
    }

    #[test]
    fn the_nearest_label_counts() {
        assert_eq!(topic("Số CCCD: "), Some(Topic::CitizenId));
        assert_eq!(topic("Số điện thoại: 0912, CMND/CCCD "), Some(Topic::CitizenId));
        assert_eq!(topic("Номер партии "), Some(Topic::Other));
        assert_eq!(topic("\"phone\": \""), Some(Topic::Phone));
        assert_eq!(topic("身份证号码为"), Some(Topic::CitizenId));
        assert_eq!(topic("моб. "), Some(Topic::Phone));
        assert_eq!(topic("Сверили "), None);
        assert_eq!(topic("Телефон указан. Документ составлен "), Some(Topic::Passport));
        assert_eq!(topic("reforms and hotels "), None);
    }
}
