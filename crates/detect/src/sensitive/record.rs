//! What a sentence says of its person: whether it goes on about the one before, denies, or only speaks of a matter.

use super::terms::han;
use crate::addresses::lower::Lower;

/// Words with which a sentence goes on about the person of the one before, in lower case.
const GOES_ON: &[&str] = &[
    // Vietnamese
    "ông",
    "bà",
    "anh",
    "chị",
    "em",
    "cháu",
    "bé",
    "cô",
    "chú",
    "bác",
    "cụ",
    "hiện",
    "người này",
    "bệnh nhân",
    "đương sự",
    "từng",
    "đã",
    "đang",
    "bị",
    "có",
    "là",
    "mắc",
    "tiền sử",
    "trước đó",
    "sau đó",
    "năm",
    "theo",
    // Russian
    "он",
    "она",
    "его",
    "её",
    "ее",
    "ему",
    "ей",
    "у него",
    "у неё",
    "у нее",
    "пациент",
    "пациентка",
    "больной",
    "больная",
    "ранее",
    "страда",
    "имеет",
    "болен",
    "больна",
    "болеет",
    "состо",
    "являет",
    "диагност",
    "выявлен",
    "обнаружен",
    "перен",
    "наход",
    "лечит",
    "сейчас",
    "установлен",
    // English
    "he",
    "she",
    "his",
    "her",
    "him",
    "they",
    "the patient",
    "patient",
    "the defendant",
    "has",
    "had",
    "suffer",
    "was",
    "is",
    "currently",
    "diagnosed",
    "treated",
    "admitted",
];

/// The same in Chinese, which has no spaces.
const GOES_ON_HAN: &[&str] = &[
    "他", "她", "其", "该", "现", "曾", "患", "确诊", "系", "既往", "因", "经查", "被", "后", "本人", "病人",
];

/// Whether a sentence in lower case goes on about the person of the one before.
pub(super) fn goes_on(sentence: &str) -> bool {
    let sentence = sentence.trim_start_matches([
        ' ', '\n', '\r', '\t', '-', '•', '–', '—', '*', ')', '.', '。', ',', '，',
    ]);
    if sentence.starts_with(han) {
        return GOES_ON_HAN.iter().any(|w| sentence.starts_with(w));
    }
    GOES_ON.iter().any(|w| {
        sentence.strip_prefix(w).is_some_and(|rest| {
            // Stems of Russian verbs have endings; other words end.
            let stem = [
                "страда",
                "состо",
                "являет",
                "диагност",
                "выявлен",
                "обнаружен",
                "перен",
                "наход",
                "лечит",
                "suffer",
                "установлен",
            ]
            .contains(w);
            stem || !rest.starts_with(char::is_alphabetic)
        })
    })
}

/// Words of denial before a term.
const NOT: &[&str] = &[
    "không",
    "chưa",
    "chẳng",
    "phủ nhận",
    "âm tính",
    "loại trừ",
    "не",
    "нет",
    "без",
    "ни",
    "отрицает",
    "отрицал",
    "отрицала",
    "отсутствует",
    "отсутствуют",
    "исключен",
    "исключён",
    "no",
    "not",
    "never",
    "without",
    "denies",
    "denied",
    "cannot",
    "isn't",
    "wasn't",
    "doesn't",
    "didn't",
    "hasn't",
    "neither",
    "nor",
    "negative",
    "free",
];

/// What follows a word of denial and takes its force: not only.
const ONLY: &[&str] = &["chỉ", "những", "may", "только", "only", "just", "merely"];

/// Words between a denial and a term that begin another thought.
const BREAKS: &[&str] = &[
    "vì",
    "do",
    "nên",
    "nhưng",
    "bởi",
    "mà",
    "но",
    "а",
    "потому",
    "из-за",
    "так",
    "поэтому",
    "but",
    "because",
    "due",
    "since",
    "after",
    "and",
    "so",
];

/// Words of denial behind a term.
const NOT_BEHIND: &[&str] = &[
    "не имеет",
    "не имел",
    "не имела",
    "не имеется",
    "не выявлен",
    "не обнаружен",
    "не подтвержд",
    "не болеет",
    "не болел",
    "не страдает",
    "не установлен",
    "отрицает",
    "отсутствует",
    "отсутствуют",
    "нет",
    "исключен",
    "исключён",
    "âm tính",
    "was ruled out",
    "ruled out",
    "negative",
];

/// Words of denial before a term in Chinese, at most so many characters away.
const NOT_HAN: &[(&str, usize)] = &[
    ("没有", 6),
    ("没患", 2),
    ("未患", 4),
    ("未见", 4),
    ("未发现", 6),
    ("未感染", 2),
    ("未有", 4),
    ("未曾", 6),
    ("未参加", 2),
    ("未加入", 2),
    ("从未", 8),
    ("否认", 8),
    ("不是", 4),
    ("不属于", 4),
    ("并非", 4),
    ("不患", 2),
    ("不信", 2),
    ("排除", 4),
    ("不存在", 4),
    ("无", 3),
];

/// The words of denial of Chinese behind a term.
const NOT_HAN_BEHIND: &[&str] = &["阴性", "不成立", "均无", "未见", "除外"];

/// Words of a clause that are looked at before a term.
const WORDS: usize = 6;
/// How far behind a term its denial may begin, in bytes.
const BEHIND: usize = 24;

/// Whether a sentence in lower case denies a term: "không có tiền án", "ранее не судим", "无犯罪记录".
pub(super) fn denied(lower: &Lower, from: usize, start: usize, end: usize, to: usize) -> bool {
    let before = lower.get(from..start).unwrap_or_default();
    let behind = lower.get(end..to).unwrap_or_default();
    let term = lower.get(start..end).unwrap_or_default();
    if term.starts_with(han) {
        return denied_han(before, behind);
    }
    // "không có tiền án, tiền sự": the comma of a list parts nothing.
    let list = before.trim_end().strip_suffix(',').unwrap_or(before);
    let clause = list
        .rsplit([',', ';', ':', '(', '"', '—', '–'])
        .next()
        .unwrap_or_default();
    let mut words = clause
        .split(|c: char| c.is_whitespace())
        .filter(|w| !w.is_empty())
        .rev()
        .take(WORDS)
        .peekable();
    let mut later = "";
    while let Some(word) = words.next() {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '\'' && c != '-');
        if BREAKS.contains(&word) {
            break;
        }
        // Of two words: phủ nhận, âm tính, loại trừ.
        let pair = words.peek().map(|first| format!("{first} {word}")).unwrap_or_default();
        if (NOT.contains(&word) || NOT.contains(&pair.as_str())) && !ONLY.contains(&later) {
            return true;
        }
        later = word;
    }
    let tail = behind.get(..behind.floor_char_boundary(BEHIND)).unwrap_or_default();
    let tail = tail.split([',', ';', '.', '\n']).next().unwrap_or_default();
    // The term itself may hold the denial of another list: судимости не имеет.
    let words: Vec<&str> = tail.split_whitespace().collect();
    NOT_BEHIND.iter().any(|n| {
        let inside = tail.find(n);
        inside.is_some_and(|at| {
            let ends_before = at == 0 || tail.get(..at).is_some_and(|t| t.ends_with(' '));
            ends_before && words.len() <= 5
        })
    })
}

fn denied_han(before: &str, behind: &str) -> bool {
    let clause = before
        .rsplit(['，', ',', '；', ';', '。', '：', ':', '但', '而'])
        .next()
        .unwrap_or_default();
    let near = NOT_HAN.iter().any(|(word, most)| {
        clause.rfind(word).is_some_and(|at| {
            let rest = clause.get(at + word.len()..).unwrap_or_default();
            let thing =
                *word == "无" && rest.starts_with(['业', '锡', '证', '法', '故', '论', '为', '偿', '效', '线', '限']);
            !thing && (rest.chars().count() <= *most || rest.contains('、') && rest.chars().count() <= 3 * most)
        })
    });
    let head = behind.trim_start_matches([' ', '检', '测', '史', '抗', '体', '结', '果', '为', '呈']);
    near || NOT_HAN_BEHIND.iter().any(|w| head.starts_with(w))
}

/// Words that say that the person before them only speaks of a matter, studies or treats it, or has to do with it by office.
const ABOUT: &[&str] = &[
    // Vietnamese
    "phát biểu",
    "nghiên cứu",
    "chuyên gia",
    "trình bày",
    "giới thiệu",
    "tư vấn",
    "tuyên truyền",
    "phụ trách",
    "chủ trì",
    "bàn về",
    "viết về",
    "ban hành",
    "dự án luật",
    "phòng, chống",
    "phòng chống",
    "ủng hộ",
    "khám và",
    "chuyên khoa",
    "dự lễ",
    "hội nghị",
    "hội thảo",
    "bài giảng",
    "giảng dạy",
    // Russian
    "рассказал",
    "изуча",
    "лекци",
    "исследу",
    "открыл",
    "провел",
    "провёл",
    "выступил",
    "борьб",
    "профилактик",
    "акци",
    "закон",
    "программ",
    "конференци",
    "специалист",
    "врач-",
    "врач ",
    "против",
    "сообщил о",
    "вручил",
    "предложил",
    "центр",
    // English
    "lecture",
    "studies",
    "studied",
    "spoke",
    "speaks",
    "presented",
    "organised",
    "organized",
    "proposed",
    "research",
    "treats",
    "charity",
    "conference",
    "novel",
    "wrote",
    "awareness",
    "bill on",
    "paper on",
    "reported on",
    "specialis",
    "specializ",
    "expert",
    "opened",
    "centre for",
    "center for",
    "sentenced the",
    // Chinese
    "讲解",
    "研究",
    "介绍",
    "主持",
    "出席",
    "防治",
    "宣传",
    "专家",
    "谈",
    "讲授",
    "主讲",
    "发布",
    "调研",
    "强调",
    "指出",
    "预防",
];

/// Whether between a person and a term stands a word that makes the term a matter of which the person speaks.
pub(super) fn spoken_of(lower: &Lower, from: usize, term: usize) -> bool {
    let between = lower.get(from..term).unwrap_or_default();
    !between.is_empty()
        && ABOUT.iter().any(|w| {
            between.match_indices(w).any(|(at, _)| {
                w.starts_with(han) || !between.get(..at).is_some_and(|t| t.ends_with(char::is_alphabetic))
            })
        })
}
