//! Measures the search: `cargo run --release -p tutela-deid --example optimum -- FOLDER RESULTS.json`.
//!
//! FOLDER has a folder for each table, with `data.csv.gz` and `h_COLUMN.csv.gz`; RESULTS says which settings were solved by
//! another program and what it found. Prints both, with the processor time of this one; ends with 1 where it found worse.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a program that measures, for people"
)]

use std::fs::File;
use std::path::Path;

use flate2::read::GzDecoder;
use serde_json::Value;
use tutela_deid::table::{Cells, Goal, Hierarchy, Measure, Model, Sensitive, optimum};

fn main() {
    let mut args = std::env::args().skip(1);
    let folder = args.next().expect("a folder");
    let results = args.next().expect("a file of results");
    let only = args.next();
    let results: Value = serde_json::from_reader(File::open(results).expect("results")).expect("JSON");
    let mut worse = 0;
    println!("table | models | measure | limit | here | there | counted | ms | there ms");
    for (name, set) in results["data_sets"].as_object().expect("tables") {
        if only.as_ref().is_some_and(|o| o != name) {
            continue;
        }
        let base = Path::new(&folder).join(name);
        let quasi: Vec<&str> = words(&set["quasi_identifiers"]);
        let secret = set["sensitive"].as_str().expect("a column");
        let begun = processor();
        let plain = read(&base, &quasi, None);
        println!(
            "{name}: {} rows, {} distinct, read in {:.0} ms of processor",
            plain.rows(),
            plain.distinct(),
            (processor() - begun) * 1e3
        );
        let mixed = read(&base, &quasi, Some(secret));
        for result in set["results"].as_array().expect("results") {
            let models: Vec<Model> = words(&result["models"]).into_iter().map(model).collect();
            let measure = match result["metric"].as_str().expect("a measure") {
                "loss" => Measure::Loss,
                "loss_am" => Measure::LossArithmetic,
                "aecs" => Measure::ClassSize,
                "dm" => Measure::Discernibility,
                _ => Measure::Entropy,
            };
            let suppress = result["suppression_limit"].as_f64().expect("a limit");
            let cells = if models.len() > 1 { &mixed } else { &plain };
            let goal = Goal {
                models,
                measure,
                suppress,
            };
            let begun = processor();
            let best = optimum(cells, &goal).expect("a search").expect("a way");
            let taken = (processor() - begun) * 1e3;
            let there = result["score"].as_f64().expect("a score");
            let right = best.loss <= there * (1.0 + 1e-9);
            worse += i32::from(!right);
            let ms = result["peer_warm_main_thread_cpu_ms"].as_f64();
            println!(
                "{name} | {} | {:?} | {suppress} | {:.10} ({} suppressed, {} classes) | {there:.10} ({} suppressed, {} classes){} | {} | {taken:.1} | {}",
                words(&result["models"])[1..].join(", "),
                measure,
                best.loss,
                best.suppressed,
                best.classes,
                result["suppressed_records"],
                result["classes"],
                if right { "" } else { " WORSE" },
                best.counted,
                ms.map_or_else(
                    || format!("{} by the clock", result["peer_search_wall_ms_best"]),
                    |ms| ms.to_string()
                )
            );
        }
    }
    std::process::exit(worse.min(1));
}

fn words(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(Value::as_str)
        .collect()
}

fn model(text: &str) -> Model {
    let after = |name: &str| -> f64 {
        let rest = text.split(name).nth(1).expect("a number");
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        rest.get(..end).and_then(|n| n.parse().ok()).expect("a number")
    };
    let of = |of| Model::Diverse(0, of);
    if text.starts_with("k-anonymity") {
        Model::KAnonymity(after("k=") as u32)
    } else if text.starts_with("distinct") {
        of(Sensitive::Distinct(after(" l=") as u32))
    } else if text.starts_with("entropy") {
        of(Sensitive::Entropy(after(" l=")))
    } else if text.starts_with("recursive") {
        of(Sensitive::Recursive {
            c: after(" c="),
            l: after(" l=") as u32,
        })
    } else if text.contains("hierarchical") {
        of(Sensitive::CloseByHierarchy(after("t=")))
    } else {
        of(Sensitive::Close(after("t=")))
    }
}

fn read(base: &Path, quasi: &[&str], secret: Option<&str>) -> Cells {
    let open = |name: &str| GzDecoder::new(File::open(base.join(name)).expect("a file"));
    let hierarchy = |column: &str| Hierarchy::read(open(&format!("h_{column}.csv.gz")), b';').expect("a hierarchy");
    let named = quasi.iter().map(|q| ((*q).to_owned(), hierarchy(q))).collect();
    let secrets = secret.iter().map(|s| ((*s).to_owned(), Some(hierarchy(s)))).collect();
    let mut cells = Cells::new(named, secrets);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(open("data.csv.gz"));
    let heads = reader.byte_headers().expect("heads").clone();
    let place = |column: &str| heads.iter().position(|h| h == column.as_bytes()).expect("a column");
    let quasi: Vec<_> = quasi.iter().map(|q| place(q)).collect();
    let secret: Vec<_> = secret.iter().map(|s| place(s)).collect();
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record).expect("a row") {
        let quasi: Vec<_> = quasi.iter().map(|at| &record[*at]).collect();
        let secret: Vec<_> = secret.iter().map(|at| &record[*at]).collect();
        cells.push(&quasi, &secret).expect("a row");
    }
    cells
}

/// Seconds of processor that this program used, as Linux tells.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds: f64 = stat.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or_default();
    nanoseconds / 1e9
}
