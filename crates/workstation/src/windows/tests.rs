use super::*;
use crate::machine::Fake;
use crate::report::System;

fn machine() -> Fake {
    Fake::new(System::Windows)
}

trait Told: Sized {
    fn tells(self, script: &str, text: &str) -> Self;
    fn holds(self, key: &str, value: &str, line: &str) -> Self;
}

impl Told for Fake {
    fn tells(self, script: &str, text: &str) -> Self {
        self.command(
            &format!("powershell.exe -NoProfile -NonInteractive -Command {script}"),
            0,
            text,
        )
    }

    fn holds(self, key: &str, value: &str, line: &str) -> Self {
        let text = format!("\r\n{key}\r\n    {value}    {line}\r\n\r\n");
        self.command(&format!("reg.exe query {key} /v {value}"), 0, &text)
    }
}

const ENGLISH: &str = "\
Force user logoff how long after time expires?:       Never\r
Minimum password age (days):                          0\r
Maximum password age (days):                          42\r
Minimum password length:                              8\r
Length of password history maintained:                None\r
Lockout threshold:                                    10\r
Lockout duration (minutes):                           10\r
Lockout observation window (minutes):                 10\r
Computer role:                                        WORKSTATION\r
The command completed successfully.\r\n";

const RUSSIAN: &str = "\
Принудительный выход по истечении времени через:                 Никогда
Минимальный срок действия пароля (дней):                         0
Максимальный срок действия пароля (дней):                        42
Минимальная длина пароля:                                        0
Хранение неповторяющихся паролей:                                Нет
Блокировка после ошибок ввода пароля:                            Никогда
Длительность блокировки (минут):                                 30
Сброс счетчика блокировок через (минут):                         30
Роль компьютера:                                                 РАБОЧАЯ СТАНЦИЯ
Команда выполнена успешно.
";

const CHINESE: &str = "\
强制用户在时间到期之后多久必须注销?:     从不
密码最短使用期限(天):                    0
密码最长使用期限(天):                    42
密码长度最小值:                          12
保持的密码历史记录长度:                  None
锁定阈值:                                5
锁定持续时间(分):                        30
锁定观测窗口(分):                        30
计算机角色:                              WORKSTATION
命令成功完成。
";

#[test]
fn accounts_are_read_in_every_language() {
    assert_eq!(net_accounts(ENGLISH), Some((8, 10)));
    assert_eq!(net_accounts(RUSSIAN), Some((0, 0)));
    assert_eq!(net_accounts(CHINESE), Some((12, 5)));
    for bad in ["", "a: 1\nb: 2", "System error 5 has occurred.\nAccess is denied."] {
        assert_eq!(net_accounts(bad), None);
    }
    let answers = |fake: &Fake| accounts(fake).map(|c| c.answer);
    assert_eq!(answers(&machine()), [Answer::Unknown; 2]);
    assert_eq!(
        answers(&machine().command("net.exe accounts", 0, RUSSIAN)),
        [Answer::No; 2]
    );
    let numbers = machine().tells(
        ACCOUNTS,
        "{\"MinPasswordLength\":12,\"MaxBadPasswordsAllowed\":[0]}\r\n",
    );
    assert_eq!(answers(&numbers), [Answer::Yes, Answer::No]);
}

#[test]
fn a_screen_locks_by_policy_or_by_choice() {
    let system = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System";
    let own = "HKCU\\Control Panel\\Desktop";
    assert_eq!(screen(&machine()).answer, Answer::Unknown);
    let by_policy = |line: &str| screen(&machine().holds(system, "InactivityTimeoutSecs", line)).answer;
    assert_eq!(by_policy("REG_DWORD    0x258"), Answer::Yes);
    assert_eq!(by_policy("REG_DWORD    0xe10"), Answer::No);
    let chosen = |secure: &str, seconds: &str| {
        let fake = machine()
            .holds(own, "ScreenSaveActive", "REG_SZ    1")
            .holds(own, "ScreenSaverIsSecure", &format!("REG_SZ    {secure}"))
            .holds(own, "ScreenSaveTimeOut", &format!("REG_SZ    {seconds}"));
        screen(&fake).answer
    };
    assert_eq!(chosen("1", "600"), Answer::Yes);
    assert_eq!(chosen("0", "600"), Answer::No);
    assert_eq!(chosen("1", "3600"), Answer::No);
    // What the administrator decided holds.
    let policy = "HKCU\\Software\\Policies\\Microsoft\\Windows\\Control Panel\\Desktop";
    let fake = machine()
        .holds(own, "ScreenSaveActive", "REG_SZ    1")
        .holds(own, "ScreenSaverIsSecure", "REG_SZ    1")
        .holds(own, "ScreenSaveTimeOut", "REG_SZ    600")
        .holds(policy, "ScreenSaverIsSecure", "REG_SZ    0");
    assert_eq!(screen(&fake).answer, Answer::No);
}

#[test]
fn an_antivirus_is_on_and_fresh() {
    let answers = |fake: &Fake| antivirus(fake).map(|c| c.answer);
    assert_eq!(answers(&machine()), [Answer::Unknown; 2]);
    let defender = |real: bool, age: i64| {
        let text = format!(
            "{{\"AntivirusEnabled\":true,\"RealTimeProtectionEnabled\":{real},\"AntivirusSignatureAge\":{age}}}"
        );
        machine().tells(DEFENDER, &text)
    };
    assert_eq!(answers(&defender(true, 1)), [Answer::Yes, Answer::Yes]);
    assert_eq!(answers(&defender(true, 30)), [Answer::Yes, Answer::No]);
    assert_eq!(answers(&defender(false, 1)), [Answer::No; 2]);
    // Another product is on; Defender has stepped back. One product is printed without brackets.
    let other = |state: i64| {
        let text = format!("{{\"displayName\":\"Антивирус\",\"productState\":{state}}}");
        defender(false, 1).tells(PRODUCTS, &text)
    };
    assert_eq!(answers(&other(0x4_1000)), [Answer::Yes, Answer::Yes]);
    assert_eq!(answers(&other(0x4_1010)), [Answer::Yes, Answer::No]);
    assert_eq!(answers(&other(0x4_0000)), [Answer::No; 2]);
}

#[test]
fn volumes_are_encrypted_or_not() {
    let state = |n: i64| encryption(&machine().tells(BITLOCKER, &format!("{{\"State\":{n}}}"))).answer;
    assert_eq!(state(1), Answer::Yes);
    assert_eq!(state(2), Answer::No);
    assert_eq!(state(6), Answer::No, "suspended");
    assert_eq!(state(0), Answer::Unknown);
    let english = "Volume C: [Windows]\n    Size:                 237.00 GB\n    Conversion Status:    Fully Encrypted\n    \
         Percentage Encrypted: 100.0%\n    Encryption Method:    XTS-AES 128\n    Protection Status:    Protection On\n";
    assert_eq!(parse::manage_bde(english), Some(true));
    assert_eq!(
        parse::manage_bde(&english.replace("Protection On", "Protection Off")),
        None
    );
    assert_eq!(parse::manage_bde(&english.replace("100.0%", "37,5%")), Some(false));
    assert_eq!(parse::manage_bde(&english.replace("XTS-AES 128", "None")), Some(false));
    let russian = "Том C: []\n    Зашифровано (процентов):   100,0%\n    Метод шифрования:   XTS-AES 256\n    Состояние защиты:   Защита включена\n";
    assert_eq!(parse::manage_bde(russian), Some(true));
    assert_eq!(parse::manage_bde("ERROR: access denied"), None);
    assert_eq!(
        encryption(&machine().command("manage-bde.exe -status", 0, russian)).answer,
        Answer::Yes
    );
}

#[test]
fn updates_wait_or_do_not() {
    let told = |text: &str| updates(&machine().tells(UPDATES, text)).answer;
    assert_eq!(told("{\"Security\":0,\"SearchAge\":1}"), Answer::Yes);
    assert_eq!(told("{\"Security\":3,\"SearchAge\":1}"), Answer::No);
    assert_eq!(told("{\"Security\":0,\"SearchAge\":40}"), Answer::No);
    assert_eq!(told("{\"Security\":0,\"SearchAge\":null}"), Answer::Unknown);
    assert_eq!(told("Zugriff verweigert"), Answer::Unknown);
}

#[test]
fn every_profile_of_the_firewall_counts() {
    let root = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy";
    let set = |values: [&str; 3]| {
        let profiles = ["DomainProfile", "StandardProfile", "PublicProfile"];
        let all = profiles.iter().zip(values);
        all.fold(machine(), |f, (p, v)| {
            f.holds(&format!("{root}\\{p}"), "EnableFirewall", &format!("REG_DWORD    {v}"))
        })
    };
    assert_eq!(firewall(&set(["0x1", "0x1", "0x1"])).answer, Answer::Yes);
    assert_eq!(firewall(&set(["0x1", "0x0", "0x1"])).answer, Answer::No);
    assert_eq!(firewall(&machine()).answer, Answer::Unknown);
    let policy = "HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\PublicProfile";
    let decided = set(["0x1", "0x1", "0x1"]).holds(policy, "EnableFirewall", "REG_DWORD    0x0");
    assert_eq!(
        firewall(&decided).answer,
        Answer::No,
        "a policy goes before the setting"
    );
}
