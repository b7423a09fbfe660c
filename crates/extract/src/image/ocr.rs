//! Text in pictures, seen by Tesseract in a process of its own.
//!
//! The picture goes through a pipe and is never written to disk. A first look tells the script and which way is up; then one
//! language is chosen and the page is read once.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::ops::Range;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use image::{GrayImage, imageops};

use super::canvas;
use crate::Why;
use crate::context::Ctx;

const TOOL: &str = "tesseract";
/// Languages in use, in the order of preference between equals.
const LANGUAGES: [&str; 5] = ["vie", "rus", "chi_sim", "chi_tra", "eng"];
/// Time for one run.
const MAX_RUN: Duration = Duration::from_secs(120);
/// Most bytes of an answer.
const MAX_ANSWER: u64 = 64 << 20;
/// Longest side that is handed over.
const MAX_SIDE: u32 = 5000;
/// Confidence, in percent, below which a word is noise.
const WORD: f64 = 25.0;
/// The same for words of one or two letters.
const SHORT: f64 = 50.0;
/// Mean confidence below which all is noise: the texture of a photo, a code.
const PAGE: f64 = 35.0;
/// Confidence below which a page may lie on its head or on its side.
const POOR: f64 = 60.0;

/// The program, where it is installed.
struct Tool {
    program: PathBuf,
    languages: Vec<String>,
}

fn tool() -> Option<&'static Tool> {
    static FOUND: OnceLock<Option<Tool>> = OnceLock::new();
    FOUND
        .get_or_init(|| locate(std::env::var_os("PATH").as_deref()))
        .as_ref()
}

fn locate(path: Option<&OsStr>) -> Option<Tool> {
    let program = std::env::split_paths(path?)
        .filter(|dir| dir.is_absolute())
        .map(|dir| dir.join(TOOL).with_extension(std::env::consts::EXE_EXTENSION))
        .find(|file| file.is_file())?;
    let listed = Command::new(&program)
        .arg("--list-langs")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let languages = String::from_utf8_lossy(&listed.stdout)
        .lines()
        .map(|l| l.trim().to_owned())
        .collect();
    Some(Tool { program, languages })
}

impl Tool {
    fn has(&self, language: &str) -> bool {
        self.languages.iter().any(|l| l == language)
    }
}

/// A word that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// Its place in the picture: left, top, right and bottom, the last two just outside.
    pub place: [u32; 4],
}

/// The text of a picture, by lines.
pub(super) fn read(gray: &GrayImage, ctx: &Ctx<'_>) -> Result<String, Why> {
    words(gray, ctx).map(|(text, _)| text)
}

/// The text of a picture, by lines, and where its words stand.
pub(super) fn words(gray: &GrayImage, ctx: &Ctx<'_>) -> Result<(String, Vec<Word>), Why> {
    let tool = tool().ok_or_else(|| Why::NeedsTool(TOOL.to_owned()))?;
    if !LANGUAGES.iter().any(|l| tool.has(l)) {
        return Err(Why::NeedsTool(format!("{TOOL}-eng")));
    }
    let mut page = fitting(gray);
    let first = look(tool, &page, ctx)?;
    let mut turned = first.turn.unwrap_or(0);
    if turned != 0 {
        page = canvas::turned(&page, turned);
    }
    let language = choose(tool, &page, first.script.as_deref(), ctx)?;
    let mut best = see(tool, &page, &language, ctx)?;
    // Without a sure first look, a page that reads badly may lie the wrong way.
    if first.turn.is_none() && !first.is_upright && best.confidence < POOR {
        for turn in [180, 90, 270] {
            let other = see(tool, &canvas::turned(&page, turn), &language, ctx)?;
            if other.weight() > 1.3 * best.weight() {
                best = other;
                turned = turn;
            }
        }
    }
    if best.confidence < PAGE {
        return Ok((String::new(), Vec::new()));
    }
    for word in &mut best.words {
        word.place = placed(word.place, turned, gray, &page);
    }
    Ok((best.text, best.words))
}

/// A place on the page that was read as a place in the picture as it was given.
fn placed([left, top, right, bottom]: [u32; 4], turned: u32, gray: &GrayImage, page: &GrayImage) -> [u32; 4] {
    // The size of the page before it was turned.
    let (width, height) = match turned {
        90 | 270 => (page.height(), page.width()),
        _ => page.dimensions(),
    };
    let [left, top, right, bottom] = match turned {
        90 => [top, height.saturating_sub(right), bottom, height.saturating_sub(left)],
        180 => [
            width.saturating_sub(right),
            height.saturating_sub(bottom),
            width.saturating_sub(left),
            height.saturating_sub(top),
        ],
        270 => [width.saturating_sub(bottom), left, width.saturating_sub(top), right],
        _ => [left, top, right, bottom],
    };
    let scaled = |n: u32, from: u32, to: u32, up: bool| {
        let scaled = f64::from(n) * f64::from(to) / f64::from(from.max(1));
        let rounded = if up { scaled.ceil() } else { scaled.floor() };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "within a picture"
        )]
        let place = rounded as u32;
        place.min(to)
    };
    [
        scaled(left, width, gray.width(), false),
        scaled(top, height, gray.height(), false),
        scaled(right, width, gray.width(), true),
        scaled(bottom, height, gray.height(), true),
    ]
}

/// The picture in a size at which the program reads well.
fn fitting(gray: &GrayImage) -> GrayImage {
    let (shortest, longest) = (gray.width().min(gray.height()), gray.width().max(gray.height()));
    let factor = if longest > MAX_SIDE {
        f64::from(MAX_SIDE) / f64::from(longest)
    } else if longest < 1000 {
        // Letters of a screen shot or a small scan are below the height that the program was trained on.
        (2000.0 / f64::from(longest)).min(3.0)
    } else if shortest < 1000 && longest < 1600 {
        2.0
    } else {
        return gray.clone();
    };
    canvas::scaled(gray, factor)
}

#[derive(Default)]
struct First {
    /// Degrees to turn clockwise.
    turn: Option<u32>,
    /// Whether the look was sure that the page stands upright.
    is_upright: bool,
    script: Option<String>,
}

/// The first look: script and orientation. Pages with little text give none, which is no failure.
fn look(tool: &Tool, page: &GrayImage, ctx: &Ctx<'_>) -> Result<First, Why> {
    if !tool.has("osd") {
        return Ok(First::default());
    }
    let answer = match run(tool, page, &["--psm", "0", "-l", "osd"], ctx) {
        Ok(answer) => answer,
        Err(Why::ReaderFailed) => return Ok(First::default()),
        Err(why) => return Err(why),
    };
    let value = |key: &str| {
        answer
            .lines()
            .find_map(|l| l.strip_prefix(key)?.strip_prefix(':'))
            .map(str::trim)
    };
    let sure = value("Orientation confidence")
        .and_then(|v| v.parse::<f64>().ok())
        .unwrap_or(0.0)
        >= 2.0;
    let turn = value("Rotate").and_then(|v| v.parse::<u32>().ok());
    Ok(First {
        turn: turn.filter(|&t| sure && t != 0),
        is_upright: sure && turn == Some(0),
        script: value("Script").map(str::to_owned),
    })
}

/// The language for a page: by its script, else by trying each on a part of it.
fn choose(tool: &Tool, page: &GrayImage, script: Option<&str>, ctx: &Ctx<'_>) -> Result<String, Why> {
    let by_script: &[&str] = match script {
        Some("Cyrillic") => &["rus"],
        Some("Latin" | "Vietnamese") => &["vie", "eng"],
        Some("Han" | "HanS" | "HanT" | "Japanese" | "Korean") => &["chi_sim", "chi_tra"],
        _ => &LANGUAGES,
    };
    let installed =
        |list: &[&'static str]| -> Vec<&'static str> { list.iter().copied().filter(|l| tool.has(l)).collect() };
    let mut candidates: Vec<&str> = LANGUAGES
        .iter()
        .copied()
        .filter(|l| by_script.contains(l) && tool.has(l))
        .collect();
    if candidates.is_empty() {
        candidates = installed(&LANGUAGES);
    }
    let mut best = (f64::MIN, *candidates.first().unwrap_or(&"eng"));
    if candidates.len() > 1 {
        let part = busiest(page);
        for language in candidates {
            let seen = parse(&run(tool, &part, &["-l", language, "--psm", "3", "tsv"], ctx)?);
            // Latin letters are read by all; the language that knows more of the letters wins by more than a little.
            if seen.weight() > best.0 * 1.02 || best.0 == f64::MIN {
                best = (seen.weight(), language);
            }
        }
    }
    // Addresses of mail and the names of firms are written in Latin letters on Russian pages, which the Russian model does not know.
    Ok(if best.1 == "rus" && tool.has("eng") {
        "rus+eng".to_owned()
    } else {
        best.1.to_owned()
    })
}

/// The band of a page with the most writing, small enough for a quick look.
fn busiest(page: &GrayImage) -> GrayImage {
    let (width, height) = page.dimensions();
    let band = (height / 6).clamp(300, 500).min(height);
    let level = canvas::threshold(page);
    let changes: Vec<u64> = page
        .rows()
        .map(|row| {
            let mut dark = false;
            let mut n = 0;
            for pixel in row {
                let is_dark = pixel.0 <= [level];
                n += u64::from(is_dark != dark);
                dark = is_dark;
            }
            n
        })
        .collect();
    let rows = band as usize;
    let mut best = (0_u64, 0_usize);
    for from in (0..=changes.len().saturating_sub(rows)).step_by(50) {
        let here: u64 = changes.iter().skip(from).take(rows).sum();
        if here > best.0 {
            best = (here, from);
        }
    }
    let top = u32::try_from(best.1).unwrap_or(0);
    imageops::crop_imm(page, 0, top, width, band).to_image()
}

/// Text with the mean confidence of its words.
#[derive(Debug, Default)]
struct Seen {
    text: String,
    words: Vec<Word>,
    confidence: f64,
    letters: usize,
}

impl Seen {
    /// How much was read how well.
    fn weight(&self) -> f64 {
        self.confidence * (self.letters as f64).sqrt()
    }
}

fn see(tool: &Tool, page: &GrayImage, language: &str, ctx: &Ctx<'_>) -> Result<Seen, Why> {
    let mut seen = parse(&run(tool, page, &["-l", language, "--psm", "3", "tsv"], ctx)?);
    // Cards, stamps and labels have no paragraphs; then words are looked for one by one.
    if seen.letters < 12 {
        let scattered = parse(&run(tool, page, &["-l", language, "--psm", "11", "tsv"], ctx)?);
        if scattered.weight() > seen.weight() {
            seen = scattered;
        }
    }
    Ok(seen)
}

/// Words of the table that the program prints, by lines; noise is left out.
fn parse(table: &str) -> Seen {
    let mut seen = Seen::default();
    let mut line: Option<[&str; 3]> = None;
    let mut sum = 0.0;
    for row in table.lines() {
        let fields: Vec<&str> = row.split('\t').collect();
        let [
            "5",
            _,
            block,
            paragraph,
            line_no,
            _,
            left,
            top,
            width,
            height,
            confidence,
            word,
        ] = fields[..]
        else {
            continue;
        };
        let (Ok(confidence), word) = (confidence.parse::<f64>(), word.trim()) else {
            continue;
        };
        let letters = word.chars().filter(|c| c.is_alphanumeric()).count();
        // Short words are what noise is mostly taken for; a single ideograph is a word.
        let least = if letters < 3 && word.is_ascii() { SHORT } else { WORD };
        if word.is_empty() || confidence < least {
            continue;
        }
        let here = [block, paragraph, line_no];
        match line {
            Some(before) if before == here && joined(&seen.text, word) => {}
            Some(before) if before == here => seen.text.push(' '),
            Some(before) => seen.text.push_str(if before[..2] == here[..2] { "\n" } else { "\n\n" }),
            None => {}
        }
        line = Some(here);
        let from = seen.text.len();
        seen.text.push_str(word);
        let [left, top, width, height] = [left, top, width, height].map(|n| n.parse().unwrap_or(0_u32));
        seen.words.push(Word {
            range: from..seen.text.len(),
            place: [left, top, left.saturating_add(width), top.saturating_add(height)],
        });
        seen.letters += letters;
        sum += confidence * letters as f64;
    }
    if seen.letters > 0 {
        seen.confidence = sum / seen.letters as f64;
    }
    seen
}

/// Whether a word joins what stands before it without a blank, as ideographs do.
fn joined(before: &str, word: &str) -> bool {
    let wide = |c: char| matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}');
    before.chars().next_back().is_some_and(wide) && word.chars().next().is_some_and(wide)
}

/// Runs the program over a picture and gives what it prints.
fn run(tool: &Tool, page: &GrayImage, args: &[&str], ctx: &Ctx<'_>) -> Result<String, Why> {
    ctx.tick()?;
    let mut picture = format!("P5\n{} {}\n255\n", page.width(), page.height()).into_bytes();
    picture.extend_from_slice(page.as_raw());
    let mut child = Command::new(&tool.program)
        .args(["stdin", "stdout", "--dpi", "300"])
        .args(args)
        .env("OMP_THREAD_LIMIT", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| Why::from_io(&e))?;
    let result = talk(&mut child, picture, ctx);
    if result.is_err() {
        // It may have ended by itself in the meantime.
        let _ = child.kill();
    }
    let status = child.wait().map_err(|e| Why::from_io(&e))?;
    let answer = result?;
    if status.success() {
        Ok(answer)
    } else {
        Err(Why::ReaderFailed)
    }
}

fn talk(child: &mut Child, picture: Vec<u8>, ctx: &Ctx<'_>) -> Result<String, Why> {
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(Why::ReaderFailed);
    };
    let (told, answers) = channel();
    std::thread::Builder::new()
        .name("ocr-in".into())
        .spawn(move || {
            // A program that ends early closes the pipe; its exit status tells the rest.
            let _ = input.write_all(&picture);
        })
        .map_err(|e| Why::from_io(&e))?;
    std::thread::Builder::new()
        .name("ocr-out".into())
        .spawn(move || {
            let mut answer = Vec::new();
            let result = output.take(MAX_ANSWER).read_to_end(&mut answer).map(|_| answer);
            // Nobody listens any more when the time was over.
            let _ = told.send(result);
        })
        .map_err(|e| Why::from_io(&e))?;
    let end = Instant::now() + MAX_RUN;
    loop {
        match answers.recv_timeout(Duration::from_millis(200)) {
            Ok(Ok(answer)) => return Ok(String::from_utf8_lossy(&answer).into_owned()),
            Ok(Err(e)) => return Err(Why::from_io(&e)),
            Err(RecvTimeoutError::Timeout) => {
                ctx.tick()?;
                if Instant::now() > end {
                    return Err(Why::TooSlow(MAX_RUN.as_secs()));
                }
            }
            Err(RecvTimeoutError::Disconnected) => return Err(Why::ReaderFailed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_dropped_and_lines_are_kept() {
        let row = |line: u32, confidence: &str, word: &str| {
            format!("5\t1\t1\t1\t{line}\t1\t0\t0\t9\t9\t{confidence}\t{word}\n")
        };
        let table = format!(
            "level\tpage_num\n{}{}{}{}{}{}",
            row(1, "96.1", "Nguyễn"),
            row(1, "91", "Văn"),
            row(1, "3.5", "|~"),
            row(2, "88", "身份"),
            row(2, "88", "证号"),
            row(2, "88", "A1")
        );
        let seen = parse(&table);
        assert_eq!(seen.text, "Nguyễn Văn\n身份证号 A1");
        assert!(seen.confidence > 85.0);
    }

    #[test]
    fn places_of_words_are_those_of_the_picture_as_it_was_given() {
        let gray = GrayImage::new(200, 100);
        let larger = canvas::scaled(&gray, 2.0);
        assert_eq!(placed([20, 10, 60, 30], 0, &gray, &larger), [10, 5, 30, 15]);
        // One dark pixel is found again, however the page was turned.
        let mut one = GrayImage::from_pixel(20, 10, image::Luma([255]));
        one.put_pixel(3, 7, image::Luma([0]));
        for turn in [0, 90, 180, 270] {
            let page = canvas::turned(&one, turn);
            let (x, y, _) = page.enumerate_pixels().find(|(_, _, p)| p.0 == [0]).unwrap();
            assert_eq!(placed([x, y, x + 1, y + 1], turn, &one, &page), [3, 7, 4, 8], "{turn}");
        }
    }

    #[test]
    fn the_program_is_looked_for_on_the_path_only() {
        assert!(locate(None).is_none());
        assert!(locate(Some(OsStr::new("/nowhere:relative"))).is_none());
    }

    #[test]
    fn the_busiest_band_holds_the_writing() {
        let page = GrayImage::from_fn(600, 3000, |x, y| {
            image::Luma([if (2000..2100).contains(&y) && x % 4 < 2 { 0 } else { 255 }])
        });
        let band = busiest(&page);
        assert!(band.as_raw().contains(&0));
        assert!(band.height() <= 500);
    }
}
