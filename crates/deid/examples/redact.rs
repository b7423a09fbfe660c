//! Writes copies of PDF files and pictures without personal data: `redact FILE OUT` cuts what the engine finds, and each `-w WORD`.

use std::error::Error;
use std::time::Instant;

use tutela_deid::copy::{Cut, Decide};
use tutela_deid::pdf;
use tutela_detect::{Engine, Entity, Input, Options};
use tutela_extract::Limits;

struct All {
    engine: Option<Engine>,
    words: Vec<String>,
    count: u64,
}

impl Decide for All {
    fn cuts(&mut self, input: &Input<'_>) -> Vec<Cut> {
        let mut cuts: Vec<Cut> = Vec::new();
        if let Some(engine) = &self.engine {
            cuts.extend(engine.find(input).into_iter().map(|f| Cut {
                range: f.start..f.end,
                entity: f.entity,
                with: format!("[{}]", f.entity.as_str()),
            }));
        }
        for word in &self.words {
            cuts.extend(input.text.match_indices(word.as_str()).map(|(at, w)| Cut {
                range: at..at + w.len(),
                entity: Entity::Person,
                with: String::new(),
            }));
        }
        cuts.sort_by_key(|cut| cut.range.start);
        let mut end = 0;
        cuts.retain(|cut| {
            let keep = cut.range.start >= end;
            if keep {
                end = cut.range.end;
            }
            keep
        });
        self.count += cuts.len() as u64;
        cuts
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let (mut files, mut words, mut engine) = (Vec::new(), Vec::new(), true);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "-w" => words.extend(args.next()),
            "-n" => engine = false,
            _ => files.push(arg),
        }
    }
    let [from, to] = files.as_slice() else {
        return Err("usage: redact [-n] [-w WORD]... FILE OUT".into());
    };
    let mut all = All {
        engine: engine.then(|| Engine::new(Options::default())),
        words,
        count: 0,
    };
    let bytes = std::fs::read(from)?;
    let start = Instant::now();
    let (copy, cleaned) = pdf::redact(&bytes, &mut all, &Limits::default())?;
    let took = start.elapsed();
    std::fs::write(to, &copy)?;
    let cleaned: Vec<String> = cleaned.iter().map(|(w, n)| format!("{} {n}", w.as_str())).collect();
    #[expect(clippy::print_stdout, reason = "an example")]
    {
        println!(
            "{} bytes to {}, {} cuts, {:.3} s; cleaned: {}",
            bytes.len(),
            copy.len(),
            all.count,
            took.as_secs_f64(),
            cleaned.join(", ")
        );
    }
    Ok(())
}
