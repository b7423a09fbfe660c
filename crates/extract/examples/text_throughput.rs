//! How fast files are read: `text_throughput FILE…` reads each three times and prints the best processor time beside that of reading its
//! bytes and counting its lines, and the most memory that was resident.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use tutela_extract::{Grain, OffsetMap, Part, Reader, Sink, Unread};

#[derive(Default)]
struct Count {
    parts: u64,
    bytes: u64,
    cells: u64,
    marks: u64,
    runs: u64,
    largest: usize,
    unread: u64,
}

impl Sink for Count {
    fn part(&mut self, part: Part<'_>) {
        self.parts += 1;
        self.bytes += part.text.len() as u64;
        self.largest = self.largest.max(part.text.len());
        match &part.grain {
            Grain::Cells(cells) => self.cells += cells.len() as u64,
            Grain::Marks(marks) => self.marks += marks.len() as u64,
            _ => {}
        }
        if let OffsetMap::Runs(runs) = &part.map {
            self.runs += runs.len() as u64;
        }
    }

    fn unread(&mut self, _: Unread) {
        self.unread += 1;
    }
}

/// Reads the bytes and counts line feeds: what cannot be beaten.
fn yardstick(path: &Path) -> io::Result<(u64, u64)> {
    let (mut file, mut buffer) = (File::open(path)?, vec![0; 1 << 20]);
    let (mut bytes, mut lines) = (0, 0);
    loop {
        let got = file.read(&mut buffer)?;
        if got == 0 {
            return Ok((bytes, lines));
        }
        bytes += got as u64;
        lines += memchr::memchr_iter(b'\n', &buffer[..got]).count() as u64;
    }
}

/// Processor time of this process so far, in steps of 10 ms; where the system does not tell, none.
fn processor() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks = |i: usize| fields.get(i).and_then(|f| f.parse::<u64>().ok());
    Some(Duration::from_millis((ticks(11)? + ticks(12)?) * 10))
}

/// The most memory that was resident, as the system tells it.
fn resident() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    Some(line.trim_start_matches("VmHWM:").trim().to_owned())
}

fn best<T>(mut run: impl FnMut() -> io::Result<T>) -> io::Result<(Duration, T)> {
    let mut best: Option<(Duration, T)> = None;
    for _ in 0..3 {
        let (start, before) = (Instant::now(), processor());
        let value = run()?;
        let used = processor()
            .zip(before)
            .map(|(after, before)| after.saturating_sub(before));
        let time = used.unwrap_or_else(|| start.elapsed()).max(Duration::from_millis(5));
        if best.as_ref().is_none_or(|b| time < b.0) {
            best = Some((time, value));
        }
    }
    best.ok_or_else(|| io::Error::other("no run"))
}

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for path in std::env::args_os().skip(1) {
        let path = Path::new(&path);
        let (time, (bytes, lines)) = best(|| yardstick(path))?;
        let speed = |time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();
        writeln!(out, "{}: {bytes} bytes", path.display())?;
        writeln!(out, "  yardstick {:>8.0} MB/s, {lines} lines", speed(time))?;
        let (time, (kind, count)) = best(|| {
            let mut count = Count::default();
            let outcome = Reader::default().read_path(path, &mut count);
            Ok((outcome.kind, count))
        })?;
        writeln!(
            out,
            "  as {:<6} {:>8.0} MB/s, {} parts, largest {} bytes, text {} bytes, {} cells, {} marks, {} runs, {} unread, {} resident",
            kind.as_str(),
            speed(time),
            count.parts,
            count.largest,
            count.bytes,
            count.cells,
            count.marks,
            count.runs,
            count.unread,
            resident().unwrap_or_default()
        )?;
    }
    Ok(())
}
