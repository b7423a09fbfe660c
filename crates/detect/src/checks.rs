//! Checksums and structures of identifiers. All take ASCII; digits are `b'0'..=b'9'`.

/// Value of an ASCII digit; anything else counts as 0 (callers pass digits).
fn v(b: u8) -> u32 {
    u32::from(b.wrapping_sub(b'0')).min(9)
}

fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(&d, &w)| v(d) * w).sum()
}

/// Whether all bytes are the same: such numbers are fillers, whatever their checksum.
pub(crate) fn uniform(s: &[u8]) -> bool {
    s.windows(2).all(|w| w[0] == w[1])
}

/// Luhn (ISO/IEC 7812-1) over all digits, the last being the check digit.
pub(crate) fn luhn(digits: &[u8]) -> bool {
    let mut sum = 0;
    for (i, &d) in digits.iter().rev().enumerate() {
        let x = v(d) << (i & 1);
        sum += if x > 9 { x - 9 } else { x };
    }
    sum % 10 == 0
}

/// The scheme of a payment card number of this length, where its prefix belongs to one.
pub(crate) fn card_scheme(d: &[u8]) -> Option<&'static str> {
    let n = d.len();
    let p4 = d.iter().take(4).fold(0, |a, &b| a * 10 + v(b));
    let p6 = d.iter().take(6).fold(0, |a, &b| a * 10 + v(b));
    let (p2, p3) = (p4 / 100, p4 / 10);
    match () {
        () if p4 / 1000 == 4 && matches!(n, 13 | 16 | 19) => Some("Visa"),
        () if n == 16 && ((51..=55).contains(&p2) || (222_100..=272_099).contains(&p6)) => Some("Mastercard"),
        () if n == 15 && (p2 == 34 || p2 == 37) => Some("American Express"),
        () if (16..=19).contains(&n) && (2200..=2204).contains(&p4) => Some("Mir"),
        () if (16..=19).contains(&n) && p2 == 62 => Some("UnionPay"),
        () if (n == 16 || n == 19) && p4 == 9704 => Some("NAPAS"),
        () if n == 16 && (3528..=3589).contains(&p4) => Some("JCB"),
        () if n == 16 && (p4 == 6011 || p2 == 65 || (644..=649).contains(&p3)) => Some("Discover"),
        () if n == 14 && ((300..=305).contains(&p3) || p2 == 36 || p2 == 38) => Some("Diners Club"),
        () if n == 16 && matches!(p4, 5018 | 5020 | 5038 | 5893 | 6304 | 6759 | 6761..=6763) => Some("Maestro"),
        () => None,
    }
}

/// Length of an IBAN by country (ISO 13616 registry).
pub(crate) fn iban_length(country: [u8; 2]) -> Option<usize> {
    const LENGTHS: &[(&[u8; 2], u8)] = &[
        (b"AD", 24),
        (b"AE", 23),
        (b"AL", 28),
        (b"AT", 20),
        (b"AZ", 28),
        (b"BA", 20),
        (b"BE", 16),
        (b"BG", 22),
        (b"BH", 22),
        (b"BR", 29),
        (b"BY", 28),
        (b"CH", 21),
        (b"CR", 22),
        (b"CY", 28),
        (b"CZ", 24),
        (b"DE", 22),
        (b"DK", 18),
        (b"DO", 28),
        (b"EE", 20),
        (b"EG", 29),
        (b"ES", 24),
        (b"FI", 18),
        (b"FO", 18),
        (b"FR", 27),
        (b"GB", 22),
        (b"GE", 22),
        (b"GI", 23),
        (b"GL", 18),
        (b"GR", 27),
        (b"GT", 28),
        (b"HR", 21),
        (b"HU", 28),
        (b"IE", 22),
        (b"IL", 23),
        (b"IQ", 23),
        (b"IS", 26),
        (b"IT", 27),
        (b"JO", 30),
        (b"KW", 30),
        (b"KZ", 20),
        (b"LB", 28),
        (b"LI", 21),
        (b"LT", 20),
        (b"LU", 20),
        (b"LV", 21),
        (b"MC", 27),
        (b"MD", 24),
        (b"ME", 22),
        (b"MK", 19),
        (b"MR", 27),
        (b"MT", 31),
        (b"MU", 30),
        (b"NL", 18),
        (b"NO", 15),
        (b"PK", 24),
        (b"PL", 28),
        (b"PS", 29),
        (b"PT", 25),
        (b"QA", 29),
        (b"RO", 24),
        (b"RS", 22),
        (b"RU", 33),
        (b"SA", 24),
        (b"SE", 24),
        (b"SI", 19),
        (b"SK", 24),
        (b"SM", 27),
        (b"TL", 23),
        (b"TN", 24),
        (b"TR", 26),
        (b"UA", 29),
        (b"VA", 22),
        (b"VG", 24),
        (b"XK", 20),
    ];
    let at = LENGTHS.binary_search_by(|(c, _)| (*c).cmp(&country)).ok()?;
    LENGTHS.get(at).map(|&(_, n)| usize::from(n))
}

/// IBAN check (ISO 7064 mod 97-10) over the compact form.
pub(crate) fn iban(compact: &[u8]) -> bool {
    let mut rest = 0_u32;
    for &b in compact.iter().skip(4).chain(compact.iter().take(4)) {
        rest = match b {
            b'0'..=b'9' => (rest * 10 + v(b)) % 97,
            b'A'..=b'Z' => (rest * 100 + u32::from(b - b'A') + 10) % 97,
            _ => return false,
        };
    }
    rest == 1
}

/// Russian insurance number: weights 9…1, mod 101; only numbers above 001-001-998 carry a check.
pub(crate) fn snils(d: &[u8]) -> bool {
    let Some((body, check)) = d.split_at_checked(9) else {
        return false;
    };
    if d.len() != 11 || body <= b"001001998" {
        return false;
    }
    let sum = weighted(body, &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101 % 100;
    sum == weighted(check, &[10, 1])
}

/// Russian taxpayer number of an organisation (10) or a person (12).
pub(crate) fn inn(d: &[u8]) -> bool {
    const W: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
    let digit = |n: usize| weighted(d, &W[11 - n..]) % 11 % 10;
    if uniform(d) || d.starts_with(b"00") {
        return false;
    }
    match d.len() {
        10 => digit(9) == v(d[9]),
        12 => digit(10) == v(d[10]) && digit(11) == v(d[11]),
        _ => false,
    }
}

fn remainder(d: &[u8], modulus: u64) -> u64 {
    d.iter().fold(0, |a, &b| (a * 10 + u64::from(v(b))) % modulus)
}

/// Russian registration number: 13 digits (organisation) or 15 (entrepreneur).
pub(crate) fn ogrn(d: &[u8]) -> bool {
    match d.len() {
        13 => matches!(d[0], b'1' | b'5') && remainder(&d[..12], 11) % 10 == u64::from(v(d[12])),
        15 => d[0] == b'3' && remainder(&d[..14], 13) % 10 == u64::from(v(d[14])),
        _ => false,
    }
}

/// Year, month and day exist together.
pub(crate) fn date(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// A number of decimal digits.
pub(crate) fn number(d: &[u8]) -> u32 {
    d.iter().fold(0_u32, |a, &b| a.saturating_mul(10).saturating_add(v(b)))
}

/// First two digits of Chinese division codes (GB/T 2260), permits of residence included.
fn cn_province(code: u32) -> bool {
    matches!(code, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83 | 91)
}

/// Chinese resident identity number of 18 characters (GB 11643): region, date of birth, check character.
/// Returns the year of birth.
pub(crate) fn cn_id(d: &[u8]) -> Option<u16> {
    const W: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let (body, check) = d.split_at_checked(17)?;
    let check = check.first()?.to_ascii_uppercase();
    let born = number(&body[6..10]);
    let good = d.len() == 18
        && cn_province(number(&body[..2]))
        && (1850..=2100).contains(&born)
        && date(born, number(&body[10..12]), number(&body[12..14]))
        && b"10X98765432"[(weighted(body, &W) % 11) as usize] == check;
    good.then_some(born as u16)
}

/// Chinese resident identity number of 15 digits: region and date only.
pub(crate) fn cn_id_old(d: &[u8]) -> Option<u16> {
    let good = d.len() == 15 && cn_province(number(&d[..2])) && d[2..6] != *b"0000";
    let born = 1900 + number(d.get(6..8)?);
    (good && date(born, number(&d[8..10]), number(&d[10..12]))).then_some(born as u16)
}

/// Russian unique number of a charge, 20 or 25 digits: weights 1 to 10 in turn, mod 11; on ten again from 3, then 0.
pub(crate) fn uin(d: &[u8]) -> bool {
    let Some((&last, body)) = d.split_last() else {
        return false;
    };
    let sum = |first: u32| {
        body.iter()
            .zip(0..)
            .map(|(&b, i)| v(b) * ((first - 1 + i) % 10 + 1))
            .sum::<u32>()
            % 11
    };
    let check = match sum(1) {
        10 => sum(3) % 10,
        n => n,
    };
    v(last) == check
}

/// Key of a Russian account of 20 digits with the code of its bank, 9 digits: weights 7, 1, 3 over both, the last digits of the products
/// add up to a multiple of ten. Accounts in banks take the last three digits of the code; those of banks and of the Treasury take 0 and
/// the fifth and sixth.
pub(crate) fn ru_account(account: &[u8], bik: &[u8]) -> bool {
    if account.len() != 20 || bik.len() != 9 {
        return false;
    }
    let key = |lead: &[u8]| {
        let digits = lead.iter().chain(account);
        let sum: u32 = digits
            .zip([7, 1, 3].into_iter().cycle())
            .map(|(&d, w)| v(d) * w % 10)
            .sum();
        sum.is_multiple_of(10)
    };
    key(&bik[6..]) || key(&[b'0', bik[4], bik[5]])
}

/// Chinese unified social credit code (GB 32100-2015): authority, type, region, code of the organisation, check character.
pub(crate) fn uscc(s: &[u8]) -> bool {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    const W: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    let value = |b: &u8| ALPHABET.iter().position(|a| a == b).map(|p| p as u32);
    let Some(values) = s.iter().map(value).collect::<Option<Vec<_>>>() else {
        return false;
    };
    let region = s.get(2..8).is_some_and(|r| r.iter().all(u8::is_ascii_digit));
    if values.len() != 18
        || !region
        || !matches!(s[1], b'1'..=b'9')
        || !cn_province(number(&s[2..4])) && s[2..4] != *b"10"
    {
        return false;
    }
    let sum: u32 = values.iter().zip(W).map(|(v, w)| v * w).sum();
    (31 - sum % 31) % 31 == values[17]
}

/// Vietnamese tax code, first ten digits.
pub(crate) fn vn_tax(d: &[u8]) -> bool {
    if d.len() != 10 || d[2..].iter().take(7).all(|&b| b == b'0') {
        return false;
    }
    let rest = 10 - (weighted(d, &[31, 29, 23, 19, 17, 13, 7, 5, 3]) % 11) as i32;
    rest != 10 && rest == v(d[9]) as i32
}

/// Old province codes of Vietnamese personal numbers, in order.
pub(crate) const VN_PROVINCES: &[(u16, &str)] = &[
    (1, "Hà Nội"),
    (2, "Hà Giang"),
    (4, "Cao Bằng"),
    (6, "Bắc Kạn"),
    (8, "Tuyên Quang"),
    (10, "Lào Cai"),
    (11, "Điện Biên"),
    (12, "Lai Châu"),
    (14, "Sơn La"),
    (15, "Yên Bái"),
    (17, "Hòa Bình"),
    (19, "Thái Nguyên"),
    (20, "Lạng Sơn"),
    (22, "Quảng Ninh"),
    (24, "Bắc Giang"),
    (25, "Phú Thọ"),
    (26, "Vĩnh Phúc"),
    (27, "Bắc Ninh"),
    (30, "Hải Dương"),
    (31, "Hải Phòng"),
    (33, "Hưng Yên"),
    (34, "Thái Bình"),
    (35, "Hà Nam"),
    (36, "Nam Định"),
    (37, "Ninh Bình"),
    (38, "Thanh Hóa"),
    (40, "Nghệ An"),
    (42, "Hà Tĩnh"),
    (44, "Quảng Bình"),
    (45, "Quảng Trị"),
    (46, "Thừa Thiên Huế"),
    (48, "Đà Nẵng"),
    (49, "Quảng Nam"),
    (51, "Quảng Ngãi"),
    (52, "Bình Định"),
    (54, "Phú Yên"),
    (56, "Khánh Hòa"),
    (58, "Ninh Thuận"),
    (60, "Bình Thuận"),
    (62, "Kon Tum"),
    (64, "Gia Lai"),
    (66, "Đắk Lắk"),
    (67, "Đắk Nông"),
    (68, "Lâm Đồng"),
    (70, "Bình Phước"),
    (72, "Tây Ninh"),
    (74, "Bình Dương"),
    (75, "Đồng Nai"),
    (77, "Bà Rịa - Vũng Tàu"),
    (79, "TP. Hồ Chí Minh"),
    (80, "Long An"),
    (82, "Tiền Giang"),
    (83, "Bến Tre"),
    (84, "Trà Vinh"),
    (86, "Vĩnh Long"),
    (87, "Đồng Tháp"),
    (89, "An Giang"),
    (91, "Kiên Giang"),
    (92, "Cần Thơ"),
    (93, "Hậu Giang"),
    (94, "Sóc Trăng"),
    (95, "Bạc Liêu"),
    (96, "Cà Mau"),
];

/// Vietnamese personal number: province, century and sex, year. Returns the code and the year of birth; there is no check digit.
/// Births after 2029 are not possible yet for a living document and are refused.
pub(crate) fn vn_citizen(d: &[u8]) -> Option<(u16, u16)> {
    if d.len() != 12 {
        return None;
    }
    let code = number(&d[..3]) as u16;
    VN_PROVINCES.binary_search_by_key(&code, |&(c, _)| c).ok()?;
    let century = v(d[3]) / 2;
    let born = 1900 + century * 100 + number(&d[4..6]);
    (born <= 2029 && !uniform(&d[6..])).then_some((code, born as u16))
}

/// Hong Kong identity card: letters, six digits, check character.
pub(crate) fn hk_id(letters: &[u8], digits: &[u8], check: u8) -> bool {
    let first = if letters.len() == 2 {
        u32::from(letters[0] - b'A') + 10
    } else {
        36
    };
    let last = letters.last().map_or(0, |l| u32::from(l - b'A') + 10);
    let sum = first * 9 + last * 8 + weighted(digits, &[7, 6, 5, 4, 3, 2]);
    let want = match (11 - sum % 11) % 11 {
        10 => b'A',
        n => b'0' + n as u8,
    };
    digits.len() == 6 && check == want
}

/// ICAO 9303 check digit: weights 7, 3, 1; letters count from 10, `<` counts 0.
pub(crate) fn icao(s: &[u8], check: u8) -> bool {
    let mut sum = 0;
    for (i, &b) in s.iter().enumerate() {
        let x = match b {
            b'0'..=b'9' => v(b),
            b'A'..=b'Z' => u32::from(b - b'A') + 10,
            b'<' => 0,
            _ => return false,
        };
        sum += x * [7, 3, 1][i % 3];
    }
    check.is_ascii_digit() && sum % 10 == v(check)
}

/// Vehicle identification number with the check character of ISO 3779 / FMVSS 115 at position 9.
pub(crate) fn vin(s: &[u8]) -> bool {
    const W: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    if s.len() != 17 {
        return false;
    }
    let mut sum = 0;
    for (&b, w) in s.iter().zip(W) {
        let x = match b {
            b'0'..=b'9' => v(b),
            b'A'..=b'H' => u32::from(b - b'A') + 1,
            b'J'..=b'N' => u32::from(b - b'J') + 1,
            b'P' => 7,
            b'R' => 9,
            b'S'..=b'Z' => u32::from(b - b'S') + 2,
            _ => return false,
        };
        sum += x * w;
    }
    s[8] == if sum % 11 == 10 { b'X' } else { b'0' + (sum % 11) as u8 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_vectors_pass_and_their_neighbours_do_not() {
        assert!(luhn(b"2200000000000004") && luhn(b"6222020000000000000") && !luhn(b"2200000000000005"));
        assert!(snils(b"11223344595") && !snils(b"11223344596"));
        assert!(inn(b"7707083893") && inn(b"500100732259") && !inn(b"7707083894") && !inn(b"500100732258"));
        assert!(ogrn(b"1027700132195") && ogrn(b"304500116000157") && !ogrn(b"1027700132196"));
        assert_eq!(cn_id(b"11010519491231002X"), Some(1949));
        assert_eq!(cn_id(b"11010519491231002x"), Some(1949));
        assert_eq!(cn_id(b"110105194912310021"), None);
        assert!(uin(b"12345678901234567899") && !uin(b"12345678901234567898"));
        assert!(ru_account(b"30101810400000000225", b"044525225"));
        assert!(!ru_account(b"30101810400000000226", b"044525225"));
        assert!(uscc(b"91350100M000100Y43") && !uscc(b"91350100M000100Y44"));
        for good in [b"0100233488", b"0314409058", b"0101234565", b"0301234562"] {
            assert!(vn_tax(good));
        }
        assert!(!vn_tax(b"0100233489"));
        assert_eq!(vn_citizen(b"049187012345"), Some((49, 1987)));
        assert_eq!(vn_citizen(b"005187012345"), None);
        assert_eq!(vn_citizen(b"049987012345"), None);
        assert!(iban(b"DE89370400440532013000") && !iban(b"DE88370400440532013000"));
        assert!(hk_id(b"G", b"123456", b'A') && !hk_id(b"G", b"123456", b'3'));
        assert!(icao(b"099000001", b'7') && icao(b"990203", b'7') && !icao(b"990203", b'8'));
        assert!(vin(b"1M8GDM9AXKP042788") && !vin(b"1M8GDM9A1KP042788"));
    }
}
