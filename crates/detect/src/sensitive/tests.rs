use super::*;
use crate::{Cell, language};
use Entity as E;

/// The findings in a text in which `⟦` and `⟧` stand around the names of persons.
fn found(marked: &str) -> Vec<(Entity, String)> {
    let mut text = String::new();
    let mut out = Vec::new();
    let mut start = 0;
    for c in marked.chars() {
        match c {
            '⟦' => start = text.len(),
            '⟧' => out.push(finding(E::Person, start, text.len(), 0.9, Vec::new())),
            c => text.push(c),
        }
    }
    look(&text, out, &[], &[])
}

fn look(text: &str, mut out: Vec<Finding>, cells: &[Cell], identifiers: &[Finding]) -> Vec<(Entity, String)> {
    let scene = Scene {
        text,
        lang: language::main(text),
        cells,
        columns: &[],
        caption: None,
        identifiers,
        lower: std::cell::OnceCell::new(),
    };
    out.extend_from_slice(identifiers);
    let before = out.len();
    Sensitive.find(&scene, &mut out);
    let mut found = out.split_off(before);
    crate::resolve::overlaps(&mut found);
    found
        .into_iter()
        .map(|f| (f.entity, text.get(f.start..f.end).unwrap().to_owned()))
        .collect()
}

fn all_found(cases: &[(&str, Entity, &str)]) {
    let wrong: Vec<_> = cases
        .iter()
        .map(|c| (c, found(c.0)))
        .filter(|(c, f)| f != &[(c.1, c.2.to_owned())])
        .collect();
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), cases.len());
}

fn none_found(cases: &[&str]) {
    let wrong: Vec<_> = cases
        .iter()
        .map(|c| (c, found(c)))
        .filter(|(_, f)| !f.is_empty())
        .collect();
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), cases.len());
}

#[test]
fn vietnamese() {
    all_found(&[
        (
            "Bà ⟦Trần Thị Lan⟧ nhập viện, có kết quả ung thư giai đoạn hai",
            E::Health,
            "ung thư",
        ),
        ("Bệnh nhân Hoàng Văn Tú bị gãy xương đùi", E::Health, "gãy xương"),
        ("Chẩn đoán: Viêm dạ dày mạn", E::Health, "Viêm dạ dày mạn"),
        ("Nhóm máu: O+", E::Health, "O+"),
        ("Dân tộc: Kinh", E::Ethnicity, "Kinh"),
        ("Dân tộc: Tày, Tôn giáo", E::Ethnicity, "Tày"),
        ("Tôn giáo: Không", E::Religion, "Không"),
        (
            "anh ⟦Lò Văn Pún⟧, dân tộc Thái, quê Sơn La",
            E::Ethnicity,
            "dân tộc Thái",
        ),
        ("chị ⟦Phạm Hoa⟧ theo đạo Phật từ nhỏ", E::Religion, "theo đạo Phật"),
        (
            "Đồng chí ⟦Lê Minh⟧ là đảng viên từ năm 2005",
            E::PoliticalOpinion,
            "đảng viên",
        ),
        ("Ngày vào Đảng: 03/02/2005", E::PoliticalOpinion, "03/02/2005"),
        (
            "Anh ⟦Vũ Nam⟧ là đoàn viên công đoàn của nhà máy",
            E::TradeUnion,
            "đoàn viên công đoàn",
        ),
        (
            "⟦Đỗ Văn Hùng⟧ bị tuyên phạt tại tòa",
            E::CriminalRecord,
            "bị tuyên phạt",
        ),
        ("Tiền án, tiền sự: Không", E::CriminalRecord, "Không"),
        ("anh ⟦Bùi Sơn⟧ là người đồng tính", E::SexLife, "người đồng tính"),
        ("đã lấy dấu vân tay của ông ⟦Hà Bình⟧", E::Biometric, "dấu vân tay"),
        ("⟦Lê An⟧ đã làm xét nghiệm ADN", E::Genetic, "xét nghiệm ADN"),
        (
            "chị ⟦Mai Hương⟧ có mức lương 15.000.000 đồng",
            E::Financial,
            "mức lương 15.000.000 đồng",
        ),
        ("Thu nhập hàng tháng: 12 triệu đồng", E::Financial, "12 triệu đồng"),
        ("em ⟦Trần Gia Bảo⟧, học sinh lớp 5A", E::Child, "học sinh lớp 5"),
        ("cháu bé ⟦Nguyễn Thị Na⟧ được đưa về nhà", E::Child, "cháu bé"),
        ("gia đình ông ⟦Vũ Đình Lợi⟧ thuộc hộ nghèo", E::Financial, "hộ nghèo"),
    ]);
    none_found(&[
        "Công tác phòng, chống dịch COVID-19 trên địa bàn tỉnh",
        "Ông ⟦Lê Văn Tám⟧ phát biểu về phòng, chống HIV",
        "Dữ liệu về tình trạng sức khỏe là dữ liệu cá nhân nhạy cảm",
        "nguồn gốc chủng tộc, nguồn gốc dân tộc",
        "Quan điểm chính trị, tôn giáo, tín ngưỡng",
        "Dân tộc: ……………",
        "Ủy ban Dân tộc và Tôn giáo",
        "Bệnh viện điều trị ung thư",
        "Luật phòng, chống mua bán người",
        "tội phạm công nghệ cao gia tăng",
        "mức lương cơ sở 2.340.000 đồng",
        "Đảng viên chấp hành Điều lệ Đảng",
        "Công đoàn cơ sở tổ chức đại hội",
        "người Thái Lan đi du lịch",
        "quyền của trẻ em theo công ước",
        "Học sinh lớp 5 nghỉ hè",
        "bị can, bị cáo có quyền bào chữa",
        "Ông ⟦Lê Văn Tám⟧ mở rộng hoạt động kinh doanh",
        "sinh trắc học: vân tay, mống mắt",
        "thông tin về đời sống tình dục, xu hướng tình dục",
        "vay vốn ngân hàng 500 triệu đồng",
        "Sức khỏe là vốn quý",
    ]);
}

#[test]
fn russian() {
    all_found(&[
        (
            "У ⟦Петровой Анны⟧ выявлен сахарный диабет второго типа",
            E::Health,
            "сахарный диабет",
        ),
        ("Диагноз: острый бронхит", E::Health, "острый бронхит"),
        ("Диагноз при поступлении: J20.9 бронхит", E::Health, "J20.9 бронхит"),
        ("МКБ-10 F20.0", E::Health, "F20.0"),
        (
            "диагноз: гипертоническая болезнь II ст., риск 3. Рост: 170",
            E::Health,
            "гипертоническая болезнь II ст., риск 3",
        ),
        ("Иванов И.И. инвалид II группы", E::Health, "инвалид II группы"),
        ("пациент Сидоров перенёс операцию", E::Health, "операцию"),
        ("Национальность: русский", E::Ethnicity, "русский"),
        (
            "⟦Ахметов Ринат⟧, по национальности татарин",
            E::Ethnicity,
            "по национальности татарин",
        ),
        ("Вероисповедание: православие", E::Religion, "православие"),
        ("⟦Гусев Олег⟧ мусульманин", E::Religion, "мусульманин"),
        (
            "⟦Орлов Пётр⟧ — член партии с 1999 года",
            E::PoliticalOpinion,
            "член партии",
        ),
        ("Партийность: беспартийный", E::PoliticalOpinion, "беспартийный"),
        ("⟦Котов Иван⟧ член профсоюза", E::TradeUnion, "член профсоюза"),
        ("⟦Дронов Сергей⟧ ранее судим", E::CriminalRecord, "ранее судим"),
        ("Судимость: не имеет", E::CriminalRecord, "не имеет"),
        ("Сексуальная ориентация: гетеро", E::SexLife, "гетеро"),
        (
            "у гр. ⟦Белова⟧ сняты отпечатки пальцев",
            E::Biometric,
            "отпечатки пальцев",
        ),
        ("⟦Львова Ирина⟧ сдала тест ДНК", E::Genetic, "тест ДНК"),
        (
            "зарплата ⟦Смирновой⟧ составляет, её оклад 45 000 руб.",
            E::Financial,
            "оклад 45 000 руб",
        ),
        ("Заработная плата: 78 500,00", E::Financial, "78 500,00"),
        ("несовершеннолетний ⟦Егоров Дима⟧", E::Child, "несовершеннолетний"),
        ("⟦Маша Ким⟧, ученица 3 класса", E::Child, "ученица 3"),
        ("⟦Фомин Глеб⟧ лечился от шизофрении", E::Health, "шизофрении"),
        (
            "взыскать с ⟦Зуева⟧ задолженность по кредиту 120 тыс. руб.",
            E::Financial,
            "задолженность по кредиту 120 тыс. руб",
        ),
    ]);
    none_found(&[
        "информация о состоянии здоровья",
        "специальные категории: расовая, национальная принадлежность, религиозные убеждения",
        "борьба с туберкулёзом в регионе",
        "Министр ⟦Попов⟧ рассказал о программе борьбы с ВИЧ",
        "Диагноз: ____________",
        "сведения о судимости обрабатываются в случаях, установленных законом",
        "член партии имеет право",
        "Совет по делам национальностей",
        "инвалиды имеют право на льготы",
        "фонд социальной защиты инвалидов",
        "биометрические данные: отпечатки пальцев",
        "кредит 500 000 рублей для всех",
        "защита прав несовершеннолетних",
        "оплата труда и заработная плата",
        "русский язык и литература",
        "анализ ДНК стоит дорого",
        "мусульманин обязан молиться",
        "обвиняемый вправе иметь защитника",
        "⟦Орлов⟧ выступил с осуждением теракта",
        "⟦Смирнов⟧ взял кредит по договору 14013241",
        "беременность протекает девять месяцев",
        "Ваш доход 100 000 руб.",
        "рак",
    ]);
}

#[test]
fn chinese() {
    all_found(&[
        ("⟦张伟⟧确诊糖尿病五年", E::Health, "糖尿病"),
        ("患者李某因肺炎住院", E::Health, "肺炎"),
        ("诊断：慢性胃炎", E::Health, "慢性胃炎"),
        ("血型：AB", E::Health, "AB"),
        ("民族：汉", E::Ethnicity, "汉"),
        ("民族：维吾尔族", E::Ethnicity, "维吾尔族"),
        ("⟦马强⟧，回族，住在城西", E::Ethnicity, "回族"),
        ("宗教信仰：无", E::Religion, "无"),
        ("⟦王芳⟧信奉佛教", E::Religion, "信奉佛教"),
        ("⟦赵丽⟧是基督徒", E::Religion, "基督徒"),
        ("政治面貌：群众", E::PoliticalOpinion, "群众"),
        ("⟦刘洋⟧系中共党员", E::PoliticalOpinion, "中共党员"),
        ("⟦陈静⟧是工会会员", E::TradeUnion, "工会会员"),
        ("⟦周明⟧有前科", E::CriminalRecord, "有前科"),
        ("有无犯罪记录：无", E::CriminalRecord, "无"),
        ("⟦吴昊⟧公开了自己是同性恋", E::SexLife, "同性恋"),
        ("已采集⟦郑华⟧的指纹", E::Biometric, "指纹"),
        ("⟦孙宁⟧做了基因检测", E::Genetic, "基因检测"),
        ("⟦钱坤⟧月薪12000元", E::Financial, "月薪12000元"),
        ("年收入：20万元", E::Financial, "20万元"),
        ("⟦何小宝⟧就读于阳光幼儿园", E::Child, "幼儿园"),
        ("未成年人⟦林小明⟧", E::Child, "未成年人"),
    ]);
    none_found(&[
        "医疗健康信息属于敏感个人信息",
        "生物识别、宗教信仰、特定身份、医疗健康、金融账户",
        "艾滋病防治条例",
        "不满十四周岁未成年人的个人信息",
        "民族团结进步",
        "关于做好糖尿病防治工作的通知",
        "中华人民共和国",
        "共产党员要带头",
        "人脸识别技术应用安全管理办法",
        "指纹、虹膜、声纹",
        "职工工资总额10000元",
        "犯罪嫌疑人享有辩护权",
        "少数民族地区",
        "宗教信仰自由",
        "基因检测行业前景",
        "诊断：____",
        "性取向",
        "残疾人保障法",
        "高血压是常见病",
        "贷款利率3.5%",
        "回族自治区",
    ]);
}

#[test]
fn english() {
    all_found(&[
        ("⟦John Carter⟧ was treated for pneumonia in May", E::Health, "pneumonia"),
        ("Diagnosis: acute bronchitis", E::Health, "acute bronchitis"),
        ("Mrs Green is HIV-positive", E::Health, "HIV-positive"),
        ("Blood type: A", E::Health, "A"),
        ("⟦Ann Lee⟧ is pregnant", E::Health, "pregnant"),
        ("ICD-10 F32.1", E::Health, "F32.1"),
        ("Ethnicity: Kurdish", E::Ethnicity, "Kurdish"),
        ("⟦Dan Cole⟧ is of Roma origin", E::Ethnicity, "of Roma origin"),
        ("Religion: Hindu", E::Religion, "Hindu"),
        ("⟦Omar Said⟧ is Muslim", E::Religion, "Muslim"),
        (
            "⟦Joe Flint⟧, a party member since 1990",
            E::PoliticalOpinion,
            "party member",
        ),
        ("Political affiliation: Independent", E::PoliticalOpinion, "Independent"),
        ("⟦Kim West⟧ is a shop steward", E::TradeUnion, "shop steward"),
        (
            "⟦Bob Stone⟧ pleaded guilty in court",
            E::CriminalRecord,
            "pleaded guilty",
        ),
        ("Criminal record: none", E::CriminalRecord, "none"),
        ("⟦Sam Hill⟧ came out as bisexual", E::SexLife, "bisexual"),
        ("We took the fingerprints of ⟦Max Ray⟧", E::Biometric, "fingerprints"),
        ("⟦Eva Moss⟧ ordered a DNA test", E::Genetic, "DNA test"),
        ("⟦Tim Fox⟧ earns $85,000 a year", E::Financial, "earns $85,000"),
        ("Salary: 52,000 USD", E::Financial, "52,000 USD"),
        ("⟦Lily Poe⟧ goes to kindergarten", E::Child, "kindergarten"),
    ]);
    none_found(&[
        "health data are special categories",
        "the national institute of cancer research",
        "⟦Jane Roe⟧ spoke on awareness of HIV",
        "a religious community",
        "Diagnosis:",
        "Race: ____",
        "fingerprint reader driver",
        "criminal record checks are lawful",
        "convicted of nothing",
        "trade union law",
        "the child benefit",
        "salary survey 2020",
        "DNA test kits on sale",
        "party member states",
        "genetic data means",
        "catholic church",
        "gay rights",
        "pregnant women",
        "loan of 500,000 dollars",
        "cancer",
        "blood type",
    ]);
}

#[test]
fn rows_and_headers() {
    let text = "Họ tên\tDân tộc\tGhi chú\nPhan Thị Yến\tKinh\tmắc bệnh lao\n";
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
    let name = text.find("Phan").unwrap();
    let person = finding(E::Person, name, name + "Phan Thị Yến".len(), 0.9, Vec::new());
    assert_eq!(
        look(text, vec![person], &cells, &[]),
        [(E::Ethnicity, "Kinh".to_owned()), (E::Health, "bệnh lao".to_owned())]
    );
    // Without the person only what its header tells stays.
    assert_eq!(look(text, Vec::new(), &cells, &[]), [(E::Ethnicity, "Kinh".to_owned())]);
}

#[test]
fn ages_of_children() {
    let text = "cháu Lê Na, 7 tuổi";
    let age = finding(
        E::Age,
        text.find('7').unwrap(),
        text.find('7').unwrap() + 1,
        0.8,
        Vec::new(),
    );
    assert_eq!(look(text, Vec::new(), &[], &[age]), [(E::Child, "7".to_owned())]);
    let text = "bà Lê Na, 70 tuổi";
    let age = finding(
        E::Age,
        text.find('7').unwrap(),
        text.find('7').unwrap() + 2,
        0.8,
        Vec::new(),
    );
    assert_eq!(look(text, Vec::new(), &[], &[age]), []);
}

#[test]
fn reasons_hold_no_values() {
    let text = "Bệnh nhân Hoàng Văn Tú bị gãy xương đùi";
    let scene = Scene {
        text,
        lang: Lang::Vi,
        cells: &[],
        columns: &[],
        caption: None,
        identifiers: &[],
        lower: std::cell::OnceCell::new(),
    };
    let mut out = Vec::new();
    Sensitive.find(&scene, &mut out);
    let why: Vec<_> = out.iter().flat_map(|f| &f.why).map(ToString::to_string).collect();
    assert_eq!(
        why,
        ["in dictionary: gãy xương", "tied to a title with a name", "label 'bị'"]
    );
}

#[test]
fn writers_who_speak_of_themselves_are_persons() {
    let number = |text: &str, value: &str| Finding {
        entity: E::PhoneNumber,
        start: text.find(value).unwrap(),
        end: text.find(value).unwrap() + value.len(),
        score: 0.99,
        validated: false,
        why: Vec::new(),
    };
    for (text, want) in [
        (
            "Исправьте ошибку в моём диагнозе (сахарный диабет).\nТел. 4950001122",
            Some("сахарный диабет"),
        ),
        ("Tôi bị tiểu đường từ nhỏ.\nĐT 4950001122", Some("tiểu đường")),
        ("Please delete my HIV status.\nPhone 4950001122", Some("HIV")),
        ("本人患有乙肝。\n电话4950001122", Some("乙肝")),
        // Nobody speaks of himself here.
        ("Лекция: сахарный диабет и питание.\nТел. 4950001122", None),
        ("我们介绍乙肝的预防。\n电话4950001122", None),
    ] {
        let found = look(text, Vec::new(), &[], &[number(text, "4950001122")]);
        let want: Vec<_> = want.map(|w| (E::Health, w.to_owned())).into_iter().collect();
        assert_eq!(found, want, "{text}");
        // And without a name or number in the part nothing ties it to anyone.
        assert_eq!(look(text, Vec::new(), &[], &[]), [], "{text}");
    }
}

#[test]
fn what_a_sentence_denies_is_not_reported_but_the_value_of_a_field_is() {
    none_found(&[
        "⟦Петров П. П.⟧, судимости не имеет",
        "⟦Nguyễn Văn An⟧ không mắc bệnh lao",
        "⟦Nguyễn Văn An⟧ không có tiền án, tiền sự",
        "⟦张伟⟧无犯罪记录",
        "⟦John Carter⟧ has never had cancer",
        "Заявители судимости не имеют",
        "Kết luận: không mắc bệnh lao là tốt",
    ]);
    all_found(&[
        ("⟦Петров П. П.⟧\nСудимость: не имеет", E::CriminalRecord, "не имеет"),
        ("⟦Nguyễn Văn An⟧ không chỉ mắc bệnh lao", E::Health, "bệnh lao"),
        ("⟦Nguyễn Văn An⟧ không làm việc vì mắc bệnh lao", E::Health, "bệnh lao"),
        (
            "⟦Петров Пётр⟧ не работает, болен туберкулёзом",
            E::Health,
            "туберкулёзом",
        ),
        ("⟦张伟⟧是无业人员，患有糖尿病", E::Health, "糖尿病"),
    ]);
}
