//! The word lists of a model, out of the lists of the detector and what more there is.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use tutela_tagger::lexicon::{self as lex, Flags};
use tutela_tagger::token::{self, Shape};
use tutela_tagger::{Language, features, hash, stem};

use crate::corpus::Doc;

/// Where the lists of the detector lie, from the root of the repository.
const NAMES: &str = "crates/detect/data/names";

/// A small word seen so often in the texts counts as a common one.
const COMMON: u32 = 2;

/// Headings of the lists and what the words under them are.
const HEADINGS: &[(&str, &str, Flags)] = &[
    ("en", "en.txt given", lex::GIVEN),
    ("en", "en.txt rare-given", lex::GIVEN | lex::MIDDLE),
    ("en", "en.txt surname", lex::FAMILY),
    ("en", "en.txt word", lex::WORD),
    ("en", "cues.txt not-person", lex::BODY),
    ("en", "cues.txt en-org", lex::BODY),
    ("vi", "vi.txt surname", lex::FAMILY),
    ("vi", "vi.txt rare-surname", lex::FAMILY | lex::MIDDLE),
    ("vi", "vi.txt given", lex::GIVEN),
    ("vi", "vi.txt middle", lex::MIDDLE),
    ("vi", "vi-places.txt place", lex::PLACE),
    ("vi", "cues.txt org-head", lex::BODY),
    ("vi", "cues.txt unit", lex::BODY),
    ("vi", "cues.txt kin", lex::TITLE),
    ("ru", "ru-given.txt male", lex::GIVEN),
    ("ru", "ru-given.txt female", lex::GIVEN),
    ("ru", "ru-given.txt male-word", lex::GIVEN | lex::WORD),
    ("ru", "ru-given.txt female-word", lex::GIVEN | lex::WORD),
    ("ru", "ru-surnames.txt surname", lex::FAMILY),
    ("ru", "ru-surnames.txt surname-word", lex::FAMILY | lex::WORD),
    ("ru", "ru-surnames.txt surname-place", lex::FAMILY | lex::PLACE),
    ("ru", "ru-places.txt town", lex::PLACE),
    ("ru", "ru-places.txt town-word", lex::PLACE),
    ("ru", "ru-places.txt region", lex::PLACE),
    ("ru", "cues.txt ru-org", lex::BODY),
    ("ru", "cues.txt ru-office", lex::BODY),
    ("*", "cues.txt country", lex::COUNTRY),
    ("*", "cues.txt title", lex::TITLE),
    ("*", "cues.txt place", lex::BEFORE_PLACE),
    ("*", "cues.txt speech", lex::SPEECH),
    ("zh", "zh-places.txt place", lex::PLACE),
    ("zh", "zh-cues.txt after", lex::TITLE),
    ("zh", "zh-cues.txt before", lex::BEFORE_PLACE),
    ("zh", "zh-cues.txt speech", lex::SPEECH),
    ("zh", "zh-cues.txt transcribed", lex::RENOWN),
    ("zh", "zh-names.txt compound-surname", lex::FAMILY),
];

/// Ends of the names of Chinese organisations.
const ZH_BODIES: &str = "公司 集团 大学 学院 中学 小学 医院 银行 法院 检察院 委员会 政府 局 部 厅 处 党 协会 学会 基金会 联盟 队 军 电视台 报 社 \
    研究所 研究院 中心 俱乐部 组织 议会 国会 厂 事务所 有限公司 股份 集团公司 出版社 通讯社 航空 工会 乐团 剧团 球队 联合会 派出所 公安局 法庭";

/// Ends of the names of Chinese places.
const ZH_PLACES: &str = "省 市 县 区 镇 乡 村 州 国 岛 山 河 江 湖 海 路 街 站 港 湾 洲 府 郡 桥 寺 庙 公园 机场 车站 广场 半岛 群岛 高速公路";

/// The words of a file of the detector, each with its heading.
pub(crate) fn entries(file: &str) -> Vec<(String, String)> {
    let content = fs::read_to_string(Path::new(NAMES).join(file)).unwrap_or_default();
    let mut heading = String::new();
    let mut all = Vec::new();
    for line in content.lines().filter(|l| !l.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            name.clone_into(&mut heading);
            continue;
        }
        all.extend(
            line.split(' ')
                .filter(|w| !w.is_empty())
                .map(|w| (heading.clone(), w.replace('_', " "))),
        );
    }
    all
}

struct Builder {
    language: Language,
    entries: HashMap<u64, Flags>,
}

impl Builder {
    fn key(&mut self, key: u64, flags: Flags) {
        *self.entries.entry(key).or_default() |= flags;
    }

    fn add(&mut self, entry: &str, flags: Flags) {
        let Some((key, beginnings)) = features::keys(entry, self.language) else {
            return;
        };
        let whole = beginnings.is_empty();
        for b in beginnings {
            self.key(b, lex::PHRASE);
        }
        self.key(key, flags);
        // Names bend; common words are listed as they stand.
        let bends = flags & !(lex::WORD | lex::SPEECH | lex::TITLE | lex::BEFORE_PLACE);
        if self.language == Language::Ru && whole && bends != 0 {
            let word: Vec<char> = entry.chars().map(hash::lower).collect();
            self.key(stem::listed(&word), bends);
            // Павел, Павла: the vowel flees.
            if let [head @ .., 'е' | 'о', last @ ('л' | 'ц' | 'к' | 'в' | 'р' | 'н')] = word.as_slice()
                && head.len() >= 2
            {
                let mut short = head.to_vec();
                short.push(*last);
                self.key(stem::listed(&short), bends);
            }
        }
    }
}

/// The entries of a language's lexicon; `more` is a folder of further lists, which need not be there.
pub(crate) fn build(language: Language, more: Option<&Path>, docs: &[Doc]) -> Vec<(u64, Flags)> {
    let mut b = Builder {
        language,
        entries: HashMap::new(),
    };
    let mut files: BTreeMap<&str, Vec<(&str, Flags)>> = BTreeMap::new();
    for (code, place, flags) in HEADINGS {
        if *code == "*" || *code == language.code() {
            let (file, heading) = place.split_once(' ').unwrap_or((place, ""));
            files.entry(file).or_default().push((heading, *flags));
        }
    }
    for (file, headings) in files {
        for (heading, word) in entries(file) {
            for (_, flags) in headings.iter().filter(|h| h.0 == heading) {
                b.add(&word, *flags);
                if language == Language::Vi {
                    b.add(&plain(&word), *flags);
                }
            }
        }
    }
    if language == Language::Zh {
        chinese(&mut b);
    }
    if language == Language::Ru {
        // Names from elsewhere as Russians write them.
        for (heading, word) in entries("en.txt") {
            match heading.as_str() {
                "given" => b.add(&crate::synth::transcribed(&word), lex::GIVEN | lex::MIDDLE),
                "surname" => b.add(&crate::synth::transcribed(&word), lex::FAMILY | lex::MIDDLE),
                _ => {}
            }
        }
    }
    if let Some(more) = more {
        let list = fs::read_to_string(more.join(format!("lexicon-{}.tsv", language.code()))).unwrap_or_default();
        for (kind, entry) in list.lines().filter_map(|l| l.split_once('\t')) {
            let flags = match kind {
                "place" => lex::PLACE,
                "city" => lex::PLACE | lex::COUNTRY,
                "country" => lex::COUNTRY,
                "org" => lex::RENOWN,
                "given" => lex::GIVEN,
                "family" => lex::FAMILY,
                "word" => lex::WORD,
                _ => continue,
            };
            b.add(entry, flags);
        }
    }
    if language != Language::Zh {
        common(&mut b, docs);
    }
    let mut all: Vec<(u64, Flags)> = b.entries.into_iter().collect();
    all.sort_unstable();
    all
}

/// Small words of the texts.
fn common(b: &mut Builder, docs: &[Doc]) {
    let mut seen: HashMap<u64, u32> = HashMap::new();
    for doc in docs {
        let mut tokens = Vec::new();
        token::read(&doc.text, 0, &mut tokens);
        for t in tokens.iter().filter(|t| t.shape == Shape::Small && t.end - t.start > 1) {
            *seen.entry(t.hash).or_default() += 1;
        }
    }
    for (hash, _) in seen.into_iter().filter(|s| s.1 >= COMMON) {
        b.key(hash, lex::WORD);
    }
}

/// A class of frequency in two bits.
fn class(cost: u32, borders: [u32; 3]) -> Flags {
    let class = borders.iter().filter(|b| cost > **b).count() as Flags;
    class << lex::COMMON
}

fn chinese(b: &mut Builder) {
    for (heading, word) in entries("zh-words.txt") {
        let cost = heading.parse().unwrap_or(60);
        let flags = if word.chars().count() > 1 {
            lex::WORD | class(cost, [19, 24, 29])
        } else {
            0
        };
        b.add(&word, flags);
    }
    for (heading, word) in entries("zh-names.txt") {
        let Some((kind, cost)) = heading.split_once(' ') else {
            continue;
        };
        let cost: u32 = cost.parse().unwrap_or(30);
        match kind {
            "surname" => b.add(
                &word,
                lex::FAMILY | if cost <= 9 { lex::COUNTRY } else { 0 } | if cost > 15 { lex::PATRONYMIC } else { 0 },
            ),
            "first" | "second" => b.add(&word, if cost <= 14 { lex::GIVEN } else { lex::MIDDLE }),
            "alone" => b.add(&word, if cost <= 14 { lex::GIVEN } else { lex::MIDDLE }),
            _ => {}
        }
    }
    for word in ZH_BODIES.split_whitespace() {
        b.add(word, lex::BODY);
    }
    for word in ZH_PLACES.split_whitespace() {
        b.add(word, lex::SPEECH);
    }
}

/// Vietnamese without diacritics.
pub(crate) fn plain(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfd()
        .filter(|c| !('\u{300}'..='\u{36F}').contains(c))
        .map(|c| match c {
            'đ' => 'd',
            'Đ' => 'D',
            c => c,
        })
        .collect()
}
