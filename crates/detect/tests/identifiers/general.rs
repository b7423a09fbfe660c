//! Identifiers of no single country.

use tutela_detect::{Cell, Engine, Entity, Input, Options};

use crate::{find, no, nothing, yes};

#[test]
fn email() {
    yes(
        Entity::EmailAddress,
        &[
            "Email: ⟦nguyen.mau@congty.com.vn⟧",
            "пишите на ⟦ivan.petrov+work@mail.ru⟧.",
            "邮箱：⟦zhang_wei@163.com⟧，谢谢",
            "<⟦o'brien@example.org⟧>",
            "mailto:⟦info@sub.example.co.uk⟧?subject=x",
            "⟦иван@почта.рф⟧",
            "⟦a.b@xn--e1aybc.xn--p1ai⟧",
            "⟦test＠example．com⟧",
            "⟦user@example.com⟧, ⟦second@example.com⟧",
        ],
    );
    no(
        Entity::EmailAddress,
        &[
            "root@localhost",
            "icon@2x.png",
            "user @ host.com",
            "price@100",
            "@mention_12",
            "a..b@example.com",
            "git@",
            "foo@bar.123",
        ],
    );
}

#[test]
fn cards_and_accounts() {
    yes(
        Entity::CreditCard,
        &[
            "Số thẻ: ⟦4111 1122 2233 3347⟧",
            "Номер карты: ⟦2202-1234-5678-9017⟧",
            "银行卡号：⟦6222123456789014⟧",
            "card ⟦371234567890120⟧",
            "通过卡号⟦6217123456789012341⟧付款",
            "Thẻ NAPAS ⟦9704361234567895⟧",
            "⟦5184 1234 5678 9012⟧",
            "pan=⟦4111112222333347⟧",
        ],
    );
    no(
        Entity::CreditCard,
        &[
            "4111 1122 2233 3348",
            "Order 4111111111111111",
            "2202-1234-5678-9018",
            "0000 0000 0000 0000",
            "1111 2222 3333 4444 5555",
            "sha 4111111111111111abcdef",
            "4111.11.1111",
        ],
    );
    yes(
        Entity::IbanCode,
        &[
            "IBAN: ⟦DE44500105175407324931⟧",
            "⟦GB82 WEST 1234 5698 7654 32⟧",
            "счет ⟦KZ86125KZT5004100100⟧",
            "account=⟦FR5420041010050500013026060⟧",
            "Transfer to ⟦DE44 5001 0517 5407 3249 31⟧ today",
        ],
    );
    no(
        Entity::IbanCode,
        &[
            "DE45500105175407324931",
            "DE4450010517540732493",
            "XX44500105175407324931",
            "DE445001051754073249311",
            "de44500105175407324931x",
        ],
    );
    yes(
        Entity::BankAccount,
        &[
            "STK: ⟦0071001234567⟧",
            "Số tài khoản ⟦19034567891234⟧ Techcombank",
            "账号：⟦110123456789012345⟧",
            "số tk Vietcombank ⟦0071001234567⟧",
            "account number: ⟦123456789012⟧",
            "so tai khoan ⟦19034567891⟧",
        ],
    );
    no(
        Entity::BankAccount,
        &[
            "0071001234567",
            "mã đơn 19034567891234",
            "tài khoản 12345",
            "BIK 044525225",
            "счёт № 12 от 01.02.2024",
        ],
    );
    yes(
        Entity::SwiftCode,
        &[
            "SWIFT: ⟦BFTVVNVX⟧",
            "SWIFT code: ⟦SABRRUMM012⟧",
            "BIC: ⟦DEUTDEFF⟧",
            "swift=⟦BKCHCNBJ⟧",
            "Mã SWIFT: ⟦VTCBVNVX⟧",
        ],
    );
    no(
        Entity::SwiftCode,
        &[
            "BFTVVNVX",
            "SWIFT: abc",
            "BIC: 044525225",
            "SWIFT: BFTVVNVXX",
            "HELLOWORLD",
        ],
    );
}

#[test]
fn networks() {
    yes(
        Entity::IpAddress,
        &[
            "IP: ⟦113.160.12.34⟧",
            "Вход с IP ⟦95.24.1.200⟧",
            "from ⟦2001:db8:85a3::8a2e:370:7334⟧ port 22",
            "client=⟦58.20.1.9⟧",
            "⟦203.0.113.77⟧:8080",
            "登录IP⟦36.110.1.2⟧",
        ],
    );
    no(
        Entity::IpAddress,
        &[
            "version 1.2.3.4",
            "v10.20.30.40",
            "256.1.2.3",
            "1.2.3.4.5",
            "127.0.0.1",
            "std::vec::Vec",
            "12:30:45",
            "phiên bản 2.10.4.1",
            "п. 1.2.3.4 договора",
        ],
    );
    yes(
        Entity::MacAddress,
        &[
            "MAC ⟦00:1A:2B:3C:4D:5E⟧",
            "hwaddr ⟦a4:5e:60:c1:22:9f⟧ up",
            "(⟦AC:DE:48:00:11:22⟧)",
            "mac=⟦3c:22:fb:aa:bb:cc⟧",
            "ether ⟦f0:18:98:01:02:03⟧,",
        ],
    );
    no(
        Entity::MacAddress,
        &[
            "00:00:00:00:00:00",
            "ff:ff:ff:ff:ff:ff",
            "12:30:45",
            "00:1A:2B:3C:4D",
            "00:1A:2B:3C:4D:5E:6F:70",
        ],
    );
    yes(
        Entity::Url,
        &[
            "⟦https://user:s3cret@example.com/x⟧",
            "⟦https://www.facebook.com/nguyen.van.mau⟧.",
            "⟦https://vk.com/id12345678⟧",
            "xem ⟦https://t.me/ivan_petrov⟧",
            "⟦postgres://app:Pa55word@db:5432/x⟧",
        ],
    );
    no(
        Entity::Url,
        &[
            "https://example.com/page",
            "https://www.facebook.com/groups/123",
            "https://$USER:$PASS@example.com",
            "https://github.com",
            "http://vk.com/",
        ],
    );
}

#[test]
fn devices_and_vehicles() {
    yes(
        Entity::Vin,
        &[
            "VIN ⟦1HGCM82690A004352⟧",
            "номер кузова: ⟦XTA210993Y2765432⟧",
            "车架号：⟦LSVNV2187E2100001⟧",
            "Số khung ⟦JTDBR32E420123456⟧",
            "car ⟦1M8GDM9AXKP042788⟧ sold",
        ],
    );
    no(
        Entity::Vin,
        &[
            "1HGCM82680A004352",
            "1HGCM8269OA004352",
            "11111111111111111",
            "ABCDEFGHJKLMNPRST",
            "1HGCM82690A00435",
        ],
    );
    yes(
        Entity::Imei,
        &[
            "IMEI: ⟦352099001761481⟧",
            "imei ⟦860123041234567⟧",
            "⟦35-209900-176148-1⟧",
            "Số IMEI ⟦352099001761481⟧",
            "imei=⟦860123041234567⟧",
        ],
    );
    no(
        Entity::Imei,
        &[
            "352099001761481",
            "IMEI: 352099001761482",
            "IMEI 35209900",
            "35-209900-176148-2",
            "order 352099001761481",
        ],
    );
    yes(
        Entity::Crypto,
        &[
            "BTC ⟦1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa⟧",
            "⟦bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0⟧",
            "ví ⟦0x52908400098527886E0F7030069857D2E4169EE7⟧",
            "кошелёк ⟦BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4⟧.",
            "wallet=⟦0xde709f2102306220921060314715629080e2fb77⟧",
        ],
    );
    no(
        Entity::Crypto,
        &[
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
            "0x0123456789abcdef",
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj1",
        ],
    );
}

#[test]
fn places() {
    yes(
        Entity::Geolocation,
        &[
            "GPS: ⟦16.047079, 108.206230⟧",
            "toạ độ ⟦21.028511,105.804817⟧",
            "⟦55.755826 37.617300⟧",
            "⟦21°01'42\"N 105°51'15\"E⟧",
            "坐标：⟦39.904211, 116.407395⟧",
            "lat=⟦16.047079⟧",
            "at ⟦-33.868820, 151.209290⟧ today",
        ],
    );
    no(
        Entity::Geolocation,
        &[
            "3.14159",
            "1.23456, 200.12345, 3",
            "36,6°",
            "95.12345, 190.54321",
            "version 10.2345",
            "25°C, 30°C",
        ],
    );
    let td1 = "IDVNM1850123459049185012345<<0\n8507011M3507016VNM<<<<<<<<<<<2\nTRAN<<THI<HOA<<<<<<<<<<<<<<<<<";
    let td2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6";
    let td3 = "P<RUSPETROV<<IVAN<<<<<<<<<<<<<<<<<<<<<<<<<<<\n7123456783RUS8507011M3001019<<<<<<<<<<<<<<00";
    yes(
        Entity::Mrz,
        &[
            &format!("⟦{td1}⟧"),
            &format!("Scan:\n⟦{td3}⟧\nend"),
            &format!("⟦{td2}⟧\r\n"),
            &format!("Мой паспорт\n\n⟦{td3}⟧"),
            &format!("{}\n⟦{td1}⟧", "正面"),
        ],
    );
    no(
        Entity::Mrz,
        &[
            "a << b << c",
            "<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
            "std::cout << x << endl;",
            "P<RUSPETROV<<IVAN<<<<<<<<<<<<<<<<<<<<<<<<<<<",
            "<<<<<<< HEAD\n=======",
        ],
    );
}

#[test]
fn births_and_ages() {
    yes(
        Entity::DateOfBirth,
        &[
            "Ngày sinh: ⟦01/02/1987⟧",
            "Sinh ⟦ngày 12 tháng 5 năm 1985⟧ tại Huế",
            "sinh năm ⟦1985⟧",
            "Nguyễn Văn Mẫu (SN ⟦1985⟧)",
            "ngay_sinh=⟦1985-05-12⟧",
            "дата рождения: ⟦12.05.1985⟧",
            "Петров И. И., ⟦12.05.1985⟧ г.р.",
            "⟦1985⟧ года рождения",
            "родился ⟦12 мая 1985⟧ года",
            "出生日期：⟦1985年5月12日⟧",
            "张某，男，⟦1985年5月⟧出生",
            "Date of birth: ⟦May 12, 1985⟧",
            "DOB ⟦05/12/1985⟧",
        ],
    );
    no(
        Entity::DateOfBirth,
        &[
            "Ngày 12/05/1985",
            "Hà Nội, ngày 12 tháng 5 năm 2024",
            "от 12.05.2024 № 15",
            "2024年5月12日",
            "战斗发生于1928年1月20日，地点不详",
            "sinh viên khoá 2019",
            "срок до 12.05.2025",
            "Ngày sinh: 35/13/1985",
            "born to run 2024-13-45",
        ],
    );
    yes(
        Entity::Age,
        &[
            "ông A, ⟦45 tuổi⟧, trú tại Huế",
            "Ему исполнилось ⟦45 лет⟧",
            "возраст: ⟦45⟧",
            "患者，男，⟦45岁⟧",
            "She is ⟦45 years old⟧.",
            "Tuổi: ⟦45⟧",
            "a ⟦45-year-old⟧ man",
        ],
    );
    no(
        Entity::Age,
        &[
            "trẻ em dưới 16 tuổi",
            "không моложе 18 лет",
            "стаж 10 лет",
            "未满14周岁",
            "over 18 years old",
            "từ đủ 15 tuổi trở lên",
            "page 45",
            "лишение свободы на срок 5 лет",
        ],
    );
}

#[test]
fn told_by_their_labels() {
    yes(
        Entity::PatientCode,
        &[
            "Mã bệnh nhân: ⟦BN-2024-00123⟧",
            "Mã BN ⟦BN00123⟧",
            "病历号：⟦00123456⟧",
            "Медкарта № ⟦123456⟧",
            "MRN: ⟦00123456⟧",
            "住院号 ⟦ZY202400123⟧",
            "số bệnh án ⟦24-001234⟧",
        ],
    );
    no(
        Entity::PatientCode,
        &[
            "BN00123",
            "Mã bệnh nhân: không có",
            "病历",
            "Mã đơn: BN-2024-00123",
            "MRN: n/a",
        ],
    );
    yes(
        Entity::PersonCode,
        &[
            "MSSV: ⟦20210123⟧",
            "Mã nhân viên ⟦NV00123⟧",
            "табельный номер ⟦001234⟧",
            "学号：⟦2021012345⟧",
            "employee_id=⟦E-10023⟧",
            "工号 ⟦A00123⟧",
        ],
    );
    no(
        Entity::PersonCode,
        &[
            "NV00123",
            "MSSV: không",
            "学号",
            "Mã hàng NV00123",
            "employee of the month 2024",
        ],
    );
    yes(
        Entity::Username,
        &[
            "username: ⟦nguyen.mau87⟧",
            "login=⟦ipetrov⟧",
            "微信号：⟦zhang_wei88⟧",
            "QQ：⟦123456789⟧",
            "Логин: ⟦petrov_i⟧",
            "\"user_name\": \"⟦mauadmin⟧\"",
        ],
    );
    no(
        Entity::Username,
        &[
            "username: null",
            "login page",
            "QQ群",
            "username: <your name>",
            "user: the",
        ],
    );
    yes(
        Entity::Password,
        &[
            "password=⟦Tr0ub4dor&3⟧",
            "Mật khẩu: ⟦Abc@12345⟧",
            "пароль: ⟦Zx9!kk2q⟧",
            "密码：⟦Qwer1234⟧",
            "api_key = \"⟦sk_live_4eC39HqLyjWDarjtT1zdp7dc⟧\"",
            "\"passwd\": \"⟦hunter2x⟧\"",
            "apiKey: ⟦AbCd1234EfGh5678⟧",
        ],
    );
    no(
        Entity::Password,
        &[
            "password=${PASSWORD}",
            "password: ********",
            "password: null",
            "mật khẩu mạnh",
            "пароль не указан",
        ],
    );
    let key = "⟦-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA1234\nabcd\n-----END RSA PRIVATE KEY-----⟧";
    let other = key.replace("RSA ", "");
    let ssh = key.replace("RSA", "OPENSSH");
    yes(
        Entity::Password,
        &[key, &other, &ssh, &format!("x\n{key}\ny"), &key.replace("RSA", "EC")],
    );
    yes(
        Entity::UsSsn,
        &[
            "SSN: ⟦123-45-6789⟧",
            "⟦212-09-9999⟧",
            "social security number ⟦665-01-0001⟧ was verified",
            "ssn=⟦667-12-3456⟧",
            "1,John,⟦123-45-6789⟧,x",
        ],
    );
    no(
        Entity::UsSsn,
        &[
            "000-12-3456",
            "666-12-3456",
            "912-12-3456",
            "123-00-4567",
            "123-45-0000",
            "2123-45-6789",
        ],
    );
}

#[test]
fn things_have_numbers_too() {
    nothing(&[
        "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "2025-02-09T19:18:12.075Z INFO [worker-12] processed order ORD00123456 in 123 ms",
        "timestamp=1732406400 offset=99999999 size=65658716",
        "Version 10.0.19045, build 22621.1992, v1.2.3-rc.4",
        "ISBN 978-0-306-40615-7; DOI 10.1000/182; page 123-125",
        "$1,234,567.89; 12.5 %; 1 234 567; 10:30–12:45",
        "1990 1995 2000 2005 2010 2015\n12,5 13,4 14,8 15,2 16,1 17,9\n1 234 2 345 3 456 4 567 5 678 6 789",
        "0x7ffeefbff5c8 SN12345678901234 RFC2616 A4 H2O",
        "EAN 4006381333931, SKU 100200300400",
    ]);
}

fn table(rows: &[&[&str]]) -> (String, Vec<Cell>) {
    let (mut text, mut cells) = (String::new(), Vec::new());
    for (row, values) in (0..).zip(rows) {
        for (col, value) in (0..).zip(values.iter()) {
            let start = text.len();
            text += value;
            cells.push(Cell {
                start,
                end: text.len(),
                row,
                col,
            });
            text.push('\t');
        }
        text.push('\n');
    }
    (text, cells)
}

#[test]
fn columns_tell_what_cells_are() {
    let rows: &[&[&str]] = &[
        &["Danh sách nhân viên năm", "", "", "", ""],
        &["STT", "Họ tên", "Số CMND", "Năm sinh", "Tuổi"],
        &["1", "Nguyễn Văn Mẫu", "201234567", "1987", "37"],
        &["2", "Trần Thị Thử", "024567891", "1990", "34"],
    ];
    let (text, cells) = table(rows);
    let engine = Engine::new(Options::default());
    let found = engine.find(&Input {
        text: &text,
        cells: &cells,
        ..Input::default()
    });
    let count = |e: Entity| found.iter().filter(|f| f.entity == e).count();
    assert_eq!(
        [count(Entity::VnOldId), count(Entity::DateOfBirth), count(Entity::Age)],
        [2, 2, 2],
        "{found:?}"
    );
    // The same as delimited text: the header row is found in it.
    let text = "STT;Họ tên;Số CMND;Năm sinh\n1;Nguyễn Văn Mẫu;201234567;1987\n2;Trần Thị Thử;024567891;1990\n";
    let found = find(text);
    let count = |e: Entity| found.iter().filter(|f| f.entity == e).count();
    assert_eq!(
        [count(Entity::VnOldId), count(Entity::DateOfBirth)],
        [2, 2],
        "{found:?}"
    );
}

#[test]
fn a_caption_tells_what_the_text_is() {
    let engine = Engine::new(Options::default());
    for (caption, text, entity) in [
        ("Ngày sinh", "01/02/1987", Entity::DateOfBirth),
        ("password", "Tr0ub4dor&3", Entity::Password),
        ("CMND", "201234567", Entity::VnOldId),
        ("Табельный номер", "001234", Entity::PersonCode),
        ("Age", "45", Entity::Age),
    ] {
        let input = |caption| Input {
            text,
            caption,
            ..Input::default()
        };
        let found = engine.find(&input(Some(caption)));
        assert!(found.iter().any(|f| f.entity == entity), "{caption}: {found:?}");
        let without = engine.find(&input(None));
        assert!(without.iter().all(|f| f.entity != entity), "{text}: {without:?}");
    }
}
