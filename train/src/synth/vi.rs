//! Vietnamese.

use tutela_tagger::Kind;

use super::{Filler, Part, day, digits};
use crate::lexicon::entries;
use crate::random::Random;

pub(super) struct Vi {
    family: Vec<String>,
    rare: Vec<String>,
    given: Vec<String>,
    middle: Vec<String>,
    places: Vec<String>,
    foreign_given: Vec<String>,
    foreign_family: Vec<String>,
}

const PATTERNS: &[&str] = &[
    "Kính gửi {O}",
    "Ông {P}, Giám đốc {O}, cho biết dự án sẽ hoàn thành trong quý tới.",
    "Bà {P} (sinh năm {Y}, trú tại {L}) đã nộp đơn.",
    "Anh {G} và chị {G} đến {L} từ hôm qua.",
    "Theo ông {G}, giá đất ở {L} tăng mạnh.",
    "Chủ tịch UBND {A} {L} {P} phát biểu tại buổi lễ.",
    "Bị cáo {P} khai tại {O}.",
    "{O} vừa ký hợp đồng với {O}.",
    "{P} sinh ngày {D} tại {L}.",
    "Tôi tên là {P}, hiện đang công tác tại {O}.",
    "Em {G} học ở {O}.",
    "{A} {L} có nhiều tiềm năng du lịch.",
    "Đường từ {L} đến {L} bị ngập.",
    "Tổng thống {X} đã gặp Thủ tướng {P}.",
    "Cầu thủ {P} ghi bàn cho đội tuyển {L}.",
    "{G} cười: \"Sao hôm nay {G} đến muộn thế?\"",
    "{G} nhìn {G} rồi lặng lẽ bước đi.",
    "Chiều qua, {P} đã về {L} thăm mẹ.",
    "Bác sĩ {P} khám cho bệnh nhân {P}.",
    "Luật sư {P} ({O}) bào chữa.",
    "Trân trọng,\n{P}",
    "Người ký: {P}\nChức vụ: Phó Giám đốc",
    "Quyết định số {N}/QĐ-UBND ngày {D} của {O}.",
    "Thưa chị {G}, em gửi báo cáo.",
    "Nhà văn {P} qua đời ở {L}.",
    "Quê ở {L}, {P} lên {L} lập nghiệp.",
    "Các đồng chí {P}, {P} và {P} tham dự.",
    "Đội {L} thắng đội {L}.",
    "Hãng {E} mở chi nhánh tại {L}.",
    "Trong quý II doanh thu tăng so với cùng kỳ năm trước.",
    "Hội nghị thảo luận kế hoạch công tác và dự toán ngân sách năm nay.",
    "Luật Đất đai và Nghị định mới có hiệu lực từ Tháng Một.",
    "Mọi người cùng nhau ăn cơm rồi ra về.",
    "Chương trình Mục tiêu Quốc gia được triển khai từ Quý Ba.",
    "Nhưng cuộc sống vẫn tiếp tục. Mùa xuân đã về. Cả nhà vui lắm.",
    "Anh {K} (ngụ đường {H}, phường {L}, quận {L}) được đưa vào bệnh viện {J}.",
    "Bệnh nhân {K} ở số {N} {H}, {L}.",
    "Nhà chị {G} ở số {N} phố {H}.",
    "Công nhân của công ty {J} đình công.",
    "Trường {J} nằm trên đường {H}.",
    "Xét nghiệm COVID-19 và SARS-CoV-2 cho F0, F1; BN 91 âm tính lần 2.",
    "Hai người bị thương. Anh chạy xe máy. Bà không nói gì. Thiếu máu rất nguy hiểm.",
    "Có {N} ca mắc mới. Mỗi ngày thêm vài ca. Những người khác cách ly tại nhà.",
    "Kênh HTV và báo SGGP đưa tin. Máy bay số hiệu QR {N} hạ cánh.",
    "Nghị quyết HĐND, Thông tư BTC và mẫu C{N} đã ban hành. Tổng GDP tăng.",
    "chị {G} ơi, anh {G} bảo mai đi {L}",
    "Học sinh {P}, lớp 9A, trường {J}.",
    "{O} phối hợp với {O} và {O} tổ chức.",
    "Đó là ông {P} - phó giám đốc {O} {L}.",
    "huyện {L}, tỉnh {L}, thành phố {L}",
    "thôn {L}, xã {L}, huyện {L}",
    "ban an noi voi minh la hoa thu nay dep, xuan lan nay cung tot",
];

const ROWS: &[&str] = &[
    "{#}{P}",
    "Họ và tên: {P}\nĐịa chỉ: {L}\nĐiện thoại: {T}",
    "Họ tên;Ngày sinh;Quê quán|{P};{D};{L}",
    "Họ tên,Số điện thoại|{P},{T}",
    "{#}Ông {P} - {O}",
    "{#}Bà {P}, {L}",
    "STT\tHọ và tên\tĐơn vị|{N}\t{P}\t{O}",
    "Danh sách học sinh:|{P}",
    "{D} {G}: ok em\n{D} {G}: mai gặp ở {L} nhé",
    "Người nhận: {P}\nNgười gửi: {P}",
    "{#}{P} ({Y})",
    "{#}{L}",
    "{#}{O}",
];

const RANKS: &[&str] = &[
    "tỉnh",
    "huyện",
    "xã",
    "quận",
    "phường",
    "thành phố",
    "thị trấn",
    "thị xã",
];
const BODIES: &[&str] = &[
    "Bộ Giáo dục và Đào tạo",
    "Bộ Công an",
    "Bộ Tài chính",
    "Bộ Y tế",
    "Bộ Nội vụ",
    "Bộ Quốc phòng",
    "Quốc hội",
    "Chính phủ",
    "Tòa án nhân dân tối cao",
    "Ngân hàng Nhà nước",
    "Đài Truyền hình Việt Nam",
    "Tổng cục Thuế",
    "Hội Chữ thập đỏ",
    "Mặt trận Tổ quốc",
    "Thanh tra Chính phủ",
    "VTV",
    "Vietcombank",
    "FPT",
    "Đại học Quốc gia Hà Nội",
    "Liên Hợp Quốc",
    "Viettel",
    "EVN",
    "Trường Đại học Bách khoa",
    "Văn phòng Chính phủ",
    "Tổng công ty Điện lực",
];
const HEADS: &[&str] = &[
    "UBND tỉnh",
    "UBND huyện",
    "Ủy ban nhân dân xã",
    "Ủy ban nhân dân tỉnh",
    "Công an tỉnh",
    "Công an huyện",
    "Sở Y tế",
    "Sở Giáo dục và Đào tạo tỉnh",
    "Tòa án nhân dân tỉnh",
    "Viện Kiểm sát nhân dân huyện",
    "Bệnh viện Đa khoa",
    "Trường THPT",
    "Trường Tiểu học",
    "Chi cục Thuế",
    "Hội đồng nhân dân tỉnh",
    "Sở Nội vụ",
    "Sở Tài nguyên và Môi trường tỉnh",
    "Ban quản lý dự án huyện",
    "Câu lạc bộ",
    "Đảng ủy xã",
    "Huyện ủy",
    "Tỉnh ủy",
    "Hội Nông dân",
];
const FIRMS: &[&str] = &[
    "Công ty TNHH",
    "Công ty Cổ phần",
    "Công ty CP",
    "Tập đoàn",
    "Doanh nghiệp tư nhân",
    "Công ty TNHH MTV",
    "Ngân hàng TMCP",
    "Hợp tác xã",
];
const TRADES: &[&str] = &[
    "Thương mại",
    "Xây dựng",
    "Dịch vụ",
    "Vận tải",
    "Du lịch",
    "Thực phẩm",
    "Điện tử",
    "Đầu tư",
    "May mặc",
    "",
];

impl Vi {
    pub(super) fn new() -> Self {
        let names = entries("vi.txt");
        let of =
            |heading: &str| -> Vec<String> { names.iter().filter(|e| e.0 == heading).map(|e| e.1.clone()).collect() };
        let english = entries("en.txt");
        let foreign = |heading: &str| -> Vec<String> {
            english
                .iter()
                .filter(|e| e.0 == heading)
                .map(|e| e.1.clone())
                .step_by(7)
                .collect()
        };
        Self {
            family: of("surname"),
            rare: of("rare-surname"),
            given: of("given"),
            middle: of("middle"),
            places: entries("vi-places.txt").into_iter().map(|e| e.1).collect(),
            foreign_given: foreign("given"),
            foreign_family: foreign("surname"),
        }
    }

    fn family(&self, random: &mut Random) -> String {
        // The few names that most people bear, and the others.
        if random.percent(35) {
            random
                .pick(&[
                    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ",
                ])
                .to_string()
        } else if random.percent(75) {
            random.pick(&self.family).clone()
        } else {
            random.pick(&self.rare).clone()
        }
    }

    fn given(&self, random: &mut Random) -> String {
        random.pick(&self.given).clone()
    }

    fn middle(&self, random: &mut Random) -> String {
        if random.percent(40) {
            random
                .pick(&[
                    "Văn", "Thị", "Hữu", "Đức", "Minh", "Ngọc", "Thanh", "Quang", "Đình", "Xuân",
                ])
                .to_string()
        } else {
            random.pick(&self.middle).clone()
        }
    }

    fn person(&self, random: &mut Random) -> String {
        let (f, m, g) = (self.family(random), self.middle(random), self.given(random));
        match random.below(12) {
            0..2 => format!("{f} {g}"),
            2..5 => format!("{f} {m} {} {g}", self.given(random)),
            5 => format!("{}. {g}", f.chars().next().unwrap_or('N')),
            _ => format!("{f} {m} {g}"),
        }
    }
}

impl Filler for Vi {
    fn fill(&self, slot: &str, random: &mut Random) -> Part {
        let person = Some(Kind::Person);
        match slot {
            "P" => (self.person(random), person),
            "G" => (
                match random.below(10) {
                    0..7 => self.given(random),
                    7 => self.middle(random),
                    _ => format!("{} {}", self.middle(random), self.given(random)),
                },
                person,
            ),
            "X" => (
                format!(
                    "{} {}",
                    random.pick(&self.foreign_given),
                    random.pick(&self.foreign_family)
                ),
                person,
            ),
            "L" => {
                let place = match random.below(12) {
                    0 => random
                        .pick(&[
                            "Việt Nam",
                            "Mỹ",
                            "Trung Quốc",
                            "Nhật Bản",
                            "Hàn Quốc",
                            "Pháp",
                            "Nga",
                            "Đức",
                            "Anh",
                            "Singapore",
                            "Paris",
                            "Châu Âu",
                            "Campuchia",
                            "Lào",
                            "Thái Lan",
                            "Bắc Kinh",
                        ])
                        .to_string(),
                    1 => random
                        .pick(&[
                            "TP.HCM",
                            "TP. Hồ Chí Minh",
                            "Sài Gòn",
                            "Hà Nội",
                            "Đà Nẵng",
                            "Huế",
                            "Cần Thơ",
                            "Hải Phòng",
                            "ĐBSCL",
                            "Tây Nguyên",
                        ])
                        .to_string(),
                    2 => format!(
                        "{} {}",
                        random.pick(&["sông", "núi", "hồ", "đảo", "chợ", "cầu", "đường", "phố"]),
                        self.place(random)
                    ),
                    3 => self.place(random),
                    _ => random.pick(&self.places).clone(),
                };
                // What stands before the name is no part of it.
                match place.split_once(' ') {
                    Some((first, rest)) if first.chars().all(char::is_lowercase) => {
                        (rest.to_owned(), Some(Kind::Location))
                    }
                    _ => (place, Some(Kind::Location)),
                }
            }
            // Initials of those who are not named.
            "K" => (
                (0..1 + random.below(3))
                    .map(|_| {
                        format!(
                            "{}.",
                            random.pick(&["N", "T", "H", "L", "P", "V", "Q", "D", "M", "Đ", "K", "B"])
                        )
                    })
                    .collect(),
                person,
            ),
            // Streets bear the names of persons.
            "H" => {
                let (f, m, g) = (self.family(random), self.middle(random), self.given(random));
                (
                    if random.percent(60) {
                        format!("{f} {m} {g}")
                    } else {
                        format!("{f} {g}")
                    },
                    Some(Kind::Location),
                )
            }
            "J" => {
                let name = if random.percent(50) {
                    random.pick(&self.places).clone()
                } else {
                    format!("{} {}", self.given(random), self.given(random))
                };
                (name, Some(Kind::Organization))
            }
            "A" => (random.pick(RANKS).to_string(), None),
            "O" => {
                let body = match random.below(6) {
                    0 => random.pick(BODIES).to_string(),
                    1..4 => format!("{} {}", random.pick(HEADS), random.pick(&self.places)),
                    _ => format!(
                        "{} {} {} {}",
                        random.pick(FIRMS),
                        random.pick(TRADES),
                        self.given(random),
                        self.given(random)
                    )
                    .replace("  ", " "),
                };
                (body, Some(Kind::Organization))
            }
            "E" => (
                random
                    .pick(&[
                        "Samsung",
                        "Toyota",
                        "Honda",
                        "Microsoft",
                        "Google",
                        "VinFast",
                        "Vietjet",
                        "Masan",
                        "Boeing",
                        "Reuters",
                    ])
                    .to_string(),
                Some(Kind::Organization),
            ),
            "D" => (day(random), None),
            "Y" => (format!("{}", 1940 + random.below(80)), None),
            "N" => (format!("{}", 1 + random.below(400)), None),
            "T" => (format!("09{}", digits(8, random)), None),
            _ => (String::new(), None),
        }
    }

    fn patterns(&self) -> &'static [&'static str] {
        PATTERNS
    }

    fn rows(&self) -> &'static [&'static str] {
        ROWS
    }
}

impl Vi {
    /// The name of a place that no list has: two syllables of given names.
    fn place(&self, random: &mut Random) -> String {
        format!("{} {}", self.middle(random), self.given(random))
    }
}
