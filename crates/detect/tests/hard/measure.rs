//! Counts what the engine finds of generated names.

use super::generate::{Chance, document, kinds};
use tutela_detect::{Engine, Entity, Input, Lang, Options};

/// Names found and missed, findings right and wrong.
#[derive(Debug, Clone, Copy, Default)]
pub struct Count {
    pub found: u32,
    pub missed: u32,
    pub wrong: u32,
}

impl Count {
    pub fn recall(self) -> f64 {
        f64::from(self.found) / f64::from((self.found + self.missed).max(1))
    }

    pub fn precision(self) -> f64 {
        f64::from(self.found) / f64::from((self.found + self.wrong).max(1))
    }
}

/// One line for each language and kind; `error` gets what was missed or wrongly found, in its surroundings.
pub fn measure(seed: u64, documents: usize, mut error: impl FnMut(&str)) -> Vec<(Lang, &'static str, Count)> {
    let engine = Engine::new(Options {
        only: vec![Entity::Person],
        ..Options::default()
    });
    let mut rows = Vec::new();
    for lang in [Lang::Vi, Lang::Ru, Lang::Zh, Lang::En] {
        for kind in kinds(lang) {
            let mut chance = Chance::new(seed);
            let mut count = Count::default();
            for _ in 0..documents {
                let d = document(lang, kind, &mut chance);
                let found = engine.find(&Input {
                    cells: &d.cells,
                    ..Input::text(&d.text)
                });
                let around = |start: usize, end: usize| {
                    let from = d.text.floor_char_boundary(start.saturating_sub(50));
                    let to = d.text.ceil_char_boundary((end + 40).min(d.text.len()));
                    format!("{}[{}]{}", &d.text[from..start], &d.text[start..end], &d.text[end..to])
                        .replace(['\n', '\t'], "⏎")
                };
                // The larger part of the name has to be inside the finding.
                let covers = |start: usize, end: usize, (a, b): (usize, usize)| {
                    end.min(b).saturating_sub(start.max(a)) * 2 > b - a
                };
                for &name in &d.names {
                    if found.iter().any(|f| covers(f.start, f.end, name)) {
                        count.found += 1;
                    } else {
                        count.missed += 1;
                        error(&format!("{} {kind} MISSED {}", lang.code(), around(name.0, name.1)));
                    }
                }
                for f in &found {
                    if !d.names.iter().any(|n| f.start < n.1 && n.0 < f.end) {
                        count.wrong += 1;
                        error(&format!(
                            "{} {kind} FALSE {} {:.2} {:?}",
                            lang.code(),
                            around(f.start, f.end),
                            f.score,
                            f.why
                        ));
                    }
                }
            }
            rows.push((lang, *kind, count));
        }
    }
    rows
}
