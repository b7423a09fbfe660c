//! How fast office files are read: `office_throughput [-n N] FILE…` prints, per file, megabytes of expanded members
//! a second; with `-t` it prints what the reader sees instead.

#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::error::Error;
use std::fs::File;
use std::path::PathBuf;
use std::time::Instant;

use tutela_extract::{Limits, Part, Reader, Sink, Unread};

struct Count {
    show: bool,
    text: u64,
    unread: u64,
}

impl Sink for Count {
    fn part(&mut self, part: Part<'_>) {
        self.text += part.text.len() as u64;
        if self.show {
            let columns = if part.columns.is_empty() {
                String::new()
            } else {
                format!(" columns {:?}", part.columns)
            };
            let caption = part
                .caption
                .as_ref()
                .map(|c| format!(" caption {c:?}"))
                .unwrap_or_default();
            println!("--- [{}]{caption}{columns}\n{}", part.place, part.text);
        }
    }

    fn unread(&mut self, unread: Unread) {
        self.unread += 1;
        if self.show {
            println!("--- NOT READ [{}]: {}", unread.place, unread.why);
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut times = 1;
    let mut show = false;
    let mut files = Vec::new();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "-n" => times = args.next().ok_or("-n needs a number")?.parse()?,
            "-t" => show = true,
            _ => files.push(PathBuf::from(arg)),
        }
    }
    let reader = Reader::new(Limits::default());
    for file in files {
        let mut archive = zip::ZipArchive::new(File::open(&file)?)?;
        let mut expanded = 0;
        for i in 0..archive.len() {
            expanded += archive.by_index(i)?.size();
        }
        let mut count = Count {
            show,
            text: 0,
            unread: 0,
        };
        let began = Instant::now();
        for _ in 0..times {
            (count.text, count.unread) = (0, 0);
            reader.read_path(&file, &mut count);
        }
        let seconds = began.elapsed().as_secs_f64() / f64::from(times);
        println!(
            "{}: {:.1} MB expanded, {:.1} MB text, {} not read, {:.0} MB/s",
            file.display(),
            expanded as f64 / 1e6,
            count.text as f64 / 1e6,
            count.unread,
            expanded as f64 / 1e6 / seconds
        );
    }
    Ok(())
}
