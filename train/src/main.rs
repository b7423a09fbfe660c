//! Trains the recogniser of names and writes the models that the detector ships.
//!
//! `cargo run --release -p tutela-train -- CORPORA [--more DIR] [--only LANG] [--method crf|perceptron] [--out DIR] [--show LANG]`

#![expect(clippy::string_slice, reason = "borders of tokens and spans lie between characters")]

mod corpus;
mod crf;
mod lexicon;
mod measure;
mod random;
mod sample;
mod synth;

use std::error::Error;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use tutela_tagger::lexicon::Lexicon;
use tutela_tagger::{Head, Kind, LANES, Language, Model, Parts, lexicon as lex};

use corpus::Doc;
use crf::{Method, Plan, Weights};
use sample::Samples;

/// What belongs to a language: sets to learn from, sets to measure by, sizes.
struct Course {
    language: Language,
    train: &'static [(&'static str, usize)],
    more: &'static [(&'static str, usize)],
    dev: &'static [&'static str],
    bits: u32,
    epochs: usize,
    /// Texts that are made up.
    made: usize,
}

const COURSES: &[Course] = &[
    Course {
        language: Language::Ru,
        train: &[("ru-factrueval-dev", 1)],
        more: &[("ru-ud-train", 1)],
        dev: &["ru-factrueval-dev"],
        bits: 18,
        epochs: 6,
        made: 6000,
    },
    Course {
        language: Language::Zh,
        train: &[("zh-uner-gsdsimp-train", 1), ("zh-weibo-train", 1)],
        more: &[],
        dev: &["zh-uner-gsdsimp-dev", "zh-weibo-dev"],
        bits: 19,
        epochs: 5,
        made: 4000,
    },
    Course {
        language: Language::En,
        train: &[("en-wnut17-train", 1), ("en-tab-train", 1)],
        more: &[
            ("en-uner-ewt-train", 1),
            ("en-btc-train", 1),
            ("en-gum-train", 1),
            ("en-crossner-train", 1),
        ],
        dev: &[
            "en-uner-ewt-dev",
            "en-wnut17-dev",
            "en-tab-dev",
            "en-inlegal-dev-a",
            "en-presidio-synth",
        ],
        bits: 19,
        epochs: 5,
        made: 4000,
    },
    Course {
        language: Language::Vi,
        train: &[("vi-ud-vtb-propn-train", 1)],
        more: &[],
        dev: &["vi-ud-vtb-propn-dev"],
        bits: 17,
        epochs: 4,
        made: 12000,
    },
];

/// Says what happens.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

#[derive(Default)]
struct Arguments {
    corpora: PathBuf,
    more: Option<PathBuf>,
    only: Option<Language>,
    perceptron: bool,
    out: PathBuf,
    show: Option<PathBuf>,
    folds: usize,
    made: Option<usize>,
    set: Vec<(String, f32)>,
}

fn arguments() -> Result<Arguments, Box<dyn Error>> {
    let mut a = Arguments {
        out: PathBuf::from("crates/detect/data/models"),
        ..Arguments::default()
    };
    let mut words = std::env::args().skip(1);
    let mut corpora = None;
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value"));
        match word.as_str() {
            "--more" => a.more = Some(value()?.into()),
            "--only" => a.only = Some(Language::from_code(&value()?).ok_or("no such language")?),
            "--method" => a.perceptron = value()? == "perceptron",
            "--out" => a.out = value()?.into(),
            "--show" => a.show = Some(value()?.into()),
            "--folds" => a.folds = value()?.parse()?,
            "--set" => {
                // What a plan has under another number: for trying things out.
                let text = value()?;
                let (key, number) = text.split_once('=').ok_or("KEY=NUMBER")?;
                a.set.push((key.to_owned(), number.parse()?));
            }
            "--made" => a.made = Some(value()?.parse()?),
            _ => corpora = Some(PathBuf::from(word)),
        }
    }
    a.corpora = corpora.ok_or("where are the corpora?")?;
    Ok(a)
}

fn main() -> Result<(), Box<dyn Error>> {
    let a = arguments()?;
    for course in COURSES.iter().filter(|c| a.only.is_none_or(|l| l == c.language)) {
        take(course, &a)?;
    }
    Ok(())
}

fn read(folder: &Path, name: &str) -> Vec<Doc> {
    corpus::read(&folder.join(format!("{name}.jsonl")))
}

fn take(course: &Course, a: &Arguments) -> Result<(), Box<dyn Error>> {
    let language = course.language;
    say(&format!("{}:", language.code()));
    let mut real = Vec::new();
    for (name, times) in course.train {
        let docs = read(&a.corpora, name);
        say(&format!("  {name}: {} texts", docs.len()));
        for _ in 0..*times {
            real.extend(docs.iter().cloned());
        }
    }
    let own = real.len();
    if let Some(more) = &a.more {
        for (name, times) in course.more {
            let docs = read(more, name);
            say(&format!("  {name}: {} texts", docs.len()));
            for _ in 0..*times {
                real.extend(docs.iter().cloned());
            }
        }
    }
    let made = synth::make(language, a.made.unwrap_or(course.made), &real);
    let mut plan = Plan {
        method: if a.perceptron { Method::Perceptron } else { Method::Crf },
        epochs: course.epochs,
        rate: 0.3,
        decay: 1.0e-5,
        drop: 0,
        drop_words: 10,
        least: 2,
        floor: 1.0,
        seed: 20_261_124,
    };
    let mut bits = course.bits;
    for (key, number) in &a.set {
        match key.as_str() {
            "epochs" => plan.epochs = *number as usize,
            "rate" => plan.rate = *number,
            "decay" => plan.decay = *number,
            "drop" => plan.drop = *number as u64,
            "words" => plan.drop_words = *number as u64,
            "floor" => plan.floor = *number,
            "bits" => bits = *number as u32,
            "least" => plan.least = *number as u16,
            _ => return Err("no such key".into()),
        }
    }
    let mut show: Option<fs::File> = a.show.as_ref().map(fs::File::create).transpose()?;
    let mut report = |name: &str, model: &Model<'_>, docs: &[Doc]| {
        let counts = measure::measure(model, docs, |what, doc, from, to, kind| {
            if let Some(file) = &mut show {
                let before: String = doc.text[..from]
                    .chars()
                    .rev()
                    .take(35)
                    .collect::<Vec<_>>()
                    .into_iter()
                    .rev()
                    .collect();
                let after: String = doc.text[to..].chars().take(30).collect();
                let line =
                    format!("{name} {kind:?} {what}: {before}[{}]{after}", &doc.text[from..to]).replace('\n', "⏎");
                let _ = writeln!(file, "{line}");
            }
        });
        let cells: Vec<String> = Kind::ALL
            .iter()
            .zip(&counts)
            .filter(|c| c.1.names() > 0.0)
            .map(|(k, c)| {
                let ((p, r, f), s) = (c.overlap(), c.strict().2);
                format!("{k:?} {p:.3} {r:.3} {f:.3} strict {s:.3}")
            })
            .collect();
        say(&format!("  {name:24} {}", cells.join(" | ")));
    };
    if a.folds > 1 {
        // Every text of the own sets is measured by a model that has not seen it.
        for fold in 0..a.folds {
            let (mut learn, mut test) = (Vec::new(), Vec::new());
            for (i, doc) in real.iter().enumerate() {
                if i < own && i % a.folds == fold {
                    test.push(doc.clone())
                } else {
                    learn.push(doc.clone())
                }
            }
            let bytes = model(course, bits, a, &learn, &made, &plan)?;
            report(&format!("fold {fold}"), &Model::read(&bytes)?, &test);
            fs::create_dir_all(&a.out)?;
            fs::write(a.out.join(format!("{}-fold-{fold}.bin", language.code())), &bytes)?;
        }
        return Ok(());
    }
    let bytes = model(course, bits, a, &real, &made, &plan)?;
    let model = Model::read(&bytes)?;
    for name in course.dev {
        report(name, &model, &read(&a.corpora, name));
    }
    if let Some(more) = &a.more {
        // Sets that are measured and never learnt from.
        let mut names: Vec<String> = fs::read_dir(more)?
            .filter_map(|e| Some(e.ok()?.file_name().to_string_lossy().into_owned()))
            .filter(|n| n.starts_with(&format!("test-{}", language.code())))
            .collect();
        names.sort();
        for name in names {
            report(&name, &model, &corpus::read(&more.join(&name)));
        }
    }
    report("made", &model, &synth::make(language, 600, &[])[300..]);
    fs::create_dir_all(&a.out)?;
    fs::write(a.out.join(format!("{}.bin", language.code())), &bytes)?;
    Ok(())
}

/// Learns a model and writes it.
fn model(
    course: &Course,
    bits: u32,
    a: &Arguments,
    real: &[Doc],
    made: &[Doc],
    plan: &Plan,
) -> Result<Vec<u8>, Box<dyn Error>> {
    let language = course.language;
    let entries = lexicon::build(language, a.more.as_deref(), real);
    let least = usize::BITS - (entries.len() * 4 / 3).leading_zeros();
    let (lexicon_bits, table) = (least..=24)
        .find_map(|n| Some((n, lex::table(&entries, n)?)))
        .ok_or("the lexicon has no room")?;
    let words = Lexicon::new(&table, lexicon_bits).ok_or("the lexicon is broken")?;
    let mut samples = Samples::new();
    for doc in real.iter().chain(made) {
        samples.add(doc, language, &words, bits);
    }
    say(&format!(
        "  {} texts, {} made; {} open tokens, {} names, {} of them not open; {} words in {} bits",
        real.len(),
        made.len(),
        samples.allowed.len(),
        samples.names,
        samples.shut,
        entries.len(),
        bits
    ));
    let began = std::time::Instant::now();
    let weights = crf::train(&samples, language, bits, plan);
    say(&format!("    {:.0} s", began.elapsed().as_secs_f32()));
    Ok(quantised(&weights, language, bits, &table, lexicon_bits))
}

/// Weights as bytes: one step for all, so large that few weights are cut.
fn quantised(weights: &Weights, language: Language, bits: u32, table: &[u8], lexicon_bits: u32) -> Vec<u8> {
    let mut sizes: Vec<f32> = weights
        .rows
        .iter()
        .flatten()
        .map(|w| w.abs())
        .filter(|w| *w > 0.01)
        .collect();
    sizes.sort_by(f32::total_cmp);
    let top = sizes
        .get(sizes.len().saturating_sub(1 + sizes.len() / 2000))
        .copied()
        .unwrap_or(1.0);
    let step = top / 127.0;
    let rows: Vec<[i8; LANES]> = weights
        .rows
        .iter()
        .map(|row| row.map(|w| (w / step).round().clamp(-127.0, 127.0) as i8))
        .collect();
    Parts {
        head: Head {
            language,
            bits,
            lexicon_bits,
            step,
        },
        moves: weights.moves.map(|r| r.map(|m| m.clamp(-30.0, 30.0))),
        rows: &rows,
        lexicon: table,
    }
    .write()
}
