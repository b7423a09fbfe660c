//! Chinese.

use tutela_tagger::Kind;

use super::{Filler, Part, day, digits};
use crate::lexicon::entries;
use crate::random::Random;

/// Characters with how often they come, as parts of a sum.
struct Weighted(Vec<(String, f64)>);

impl Weighted {
    fn pick(&self, random: &mut Random) -> &str {
        let total: f64 = self.0.iter().map(|e| e.1).sum();
        let mut at = (random.next() >> 11) as f64 / (1_u64 << 53) as f64 * total;
        for (word, weight) in &self.0 {
            at -= weight;
            if at <= 0.0 {
                return word;
            }
        }
        self.0.last().map_or("王", |e| e.0.as_str())
    }
}

pub(super) struct Zh {
    family: Weighted,
    compound: Vec<String>,
    first: Weighted,
    second: Weighted,
    alone: Weighted,
    transcribed: Vec<String>,
    places: Vec<String>,
}

const PATTERNS: &[&str] = &[
    "{P}先生您好，您的申请已于{D}收到。",
    "{P}女士，{D}出生于{L}。",
    "据{O}消息，{P}已前往{L}。",
    "{O}负责人{P}表示，项目进展顺利。",
    "{P}说，他从{L}来到{L}工作。",
    "我叫{P}，来自{L}。",
    "记者{P}报道",
    "{L}市民{P}向{O}投诉。",
    "{O}与{O}签订了合同。",
    "原告{P}，住{L}。被告{P}，系{O}员工。",
    "法定代表人：{P}，董事长。",
    "{P}、{P}和{P}参加了会议。",
    "导演{P}执导，{P}主演的电影上映。",
    "{P}担任{O}院长。",
    "{L}位于{L}东部。",
    "{T}的作品在{L}出版。",
    "美国总统{T}访问{L}。",
    "{T}是{O}的创始人。",
    "@{P} 你今天去{L}吗？",
    "请通知{P}到{O}办理手续。",
    "{P}老师，请问明天上课吗？",
    "小{S}昨天去了{L}。",
    "{P}（{D}—），{L}人，作家。",
    "{P}毕业于{O}。",
    "各部门应当按照规定及时反馈意见，并做好记录。",
    "会议讨论了今年的工作计划和预算安排。",
    "这种方法简单有效，得到了广泛应用。",
    "他们高兴地唱起了歌，大家都笑了。",
    "今天天气很好，我们一起去吃饭吧。",
];

const ROWS: &[&str] = &[
    "{#}{P}",
    "姓名：{P}\n住址：{L}\n电话：{N}",
    "姓名,单位,日期|{P},{O},{D}",
    "{#}{P}，{L}",
    "姓名\t电话|{P}\t{N}",
    "{P}、{P}、{P}",
    "联系人：{P}\n单位：{O}",
    "{D} {P}：收到\n{D} {P}：好的",
    "{#}{P} {N} {L}",
    "序号 姓名 籍贯|1 {P} {L}",
    "审判长 {P}\n审判员 {P}\n书记员 {P}",
];

const TRADES: &[&str] = &[
    "科技",
    "贸易",
    "建筑",
    "物流",
    "电子",
    "医药",
    "文化传媒",
    "信息技术",
    "房地产开发",
    "投资",
    "食品",
    "机械",
];
const FORMS: &[&str] = &["有限公司", "股份有限公司", "集团", "有限责任公司", "公司"];
const MARKS: &[&str] = &[
    "华", "中", "天", "恒", "鑫", "盛", "宏", "达", "远", "瑞", "新", "金", "海", "龙", "云", "信", "安", "泰", "博",
    "创",
];
const OFFICES: &[&str] = &[
    "公安局",
    "人民法院",
    "人民政府",
    "教育局",
    "税务局",
    "人民医院",
    "第一中学",
    "大学",
    "日报",
    "检察院",
    "市场监督管理局",
    "师范大学",
];
const RENOWN: &[&str] = &[
    "联合国",
    "中国银行",
    "清华大学",
    "新华社",
    "国务院",
    "外交部",
    "中央电视台",
    "世界银行",
    "北京大学",
    "腾讯",
    "阿里巴巴",
    "欧盟",
    "共产党",
    "民主党",
];

impl Zh {
    pub(super) fn new() -> Self {
        let names = entries("zh-names.txt");
        let of = |kind: &str| {
            Weighted(
                names
                    .iter()
                    .filter_map(|(h, w)| {
                        let cost: f64 = h.strip_prefix(kind)?.trim().parse().ok()?;
                        // Flatter than life, so that rare names are learnt, too.
                        Some((w.clone(), (-cost / 2.0 * 0.7).exp()))
                    })
                    .collect(),
            )
        };
        Self {
            family: of("surname"),
            compound: names
                .iter()
                .filter(|e| e.0 == "compound-surname")
                .map(|e| e.1.clone())
                .collect(),
            first: of("first"),
            second: of("second"),
            alone: of("alone"),
            transcribed: entries("zh-cues.txt")
                .into_iter()
                .filter(|e| e.0 == "transcribed")
                .map(|e| e.1)
                .collect(),
            places: entries("zh-places.txt")
                .into_iter()
                .map(|e| e.1)
                .filter(|p| p.chars().count() >= 2)
                .collect(),
        }
    }

    fn family(&self, random: &mut Random) -> String {
        self.family.pick(random).to_owned()
    }

    fn two(&self, random: &mut Random) -> String {
        format!("{}{}", self.family(random), self.alone.pick(random))
    }

    fn three(&self, random: &mut Random) -> String {
        format!(
            "{}{}{}",
            self.family(random),
            self.first.pick(random),
            self.second.pick(random)
        )
    }

    fn compound(&self, random: &mut Random) -> String {
        format!(
            "{}{}{}",
            random.pick(&self.compound),
            self.first.pick(random),
            self.second.pick(random)
        )
    }

    fn foreign(&self, random: &mut Random) -> String {
        let part = |random: &mut Random, n: usize| -> String {
            (0..n).map(|_| random.pick(&self.transcribed).clone()).collect()
        };
        let n = 2 + random.below(3);
        match random.below(5) {
            0..3 => {
                let m = 2 + random.below(3);
                format!("{}·{}", part(random, n), part(random, m))
            }
            _ => part(random, n),
        }
    }

    fn person(&self, random: &mut Random) -> String {
        match random.below(20) {
            0..6 => self.two(random),
            6 => self.compound(random),
            _ => self.three(random),
        }
    }
}

impl Filler for Zh {
    fn fill(&self, slot: &str, random: &mut Random) -> Part {
        let person = Some(Kind::Person);
        match slot {
            "P" => (self.person(random), person),
            "P2" => (self.two(random), person),
            "P3" => (self.three(random), person),
            "P4" => (
                if random.percent(60) {
                    self.compound(random)
                } else {
                    self.foreign(random).replace('·', "")
                },
                person,
            ),
            "S" => (self.family(random), None),
            "T" => (self.foreign(random), person),
            "L" => {
                let place = random.pick(&self.places).clone();
                let place = if random.percent(20) {
                    format!("{}{}", random.pick(&self.places), place)
                } else {
                    place
                };
                (place, Some(Kind::Location))
            }
            "O" => {
                let place = random.pick(&self.places).clone();
                let body = match random.below(6) {
                    0..3 => format!(
                        "{place}{}{}{}{}",
                        random.pick(MARKS),
                        random.pick(MARKS),
                        random.pick(TRADES),
                        random.pick(FORMS)
                    ),
                    3 => random.pick(RENOWN).to_string(),
                    _ => format!("{place}{}", random.pick(OFFICES)),
                };
                (body, Some(Kind::Organization))
            }
            "D" => (
                if random.percent(50) {
                    format!(
                        "{}年{}月{}日",
                        1950 + random.below(76),
                        1 + random.below(12),
                        1 + random.below(28)
                    )
                } else {
                    day(random)
                },
                None,
            ),
            "N" => (format!("13{}", digits(9, random)), None),
            _ => (String::new(), None),
        }
    }

    fn patterns(&self) -> &'static [&'static str] {
        PATTERNS
    }

    fn rows(&self) -> &'static [&'static str] {
        ROWS
    }

    fn space(&self) -> &'static str {
        ""
    }
}
