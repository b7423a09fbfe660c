//! Recall and precision of persons in generated hard places: lists, columns without a header, forms, capitals, missing marks, cases, initials.
//!
//! `cargo run --release -p tutela-detect --example hard -- SEED [-v]`
//!
//! Prints a line for each language and kind; `-v` prints every error before it.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::string_slice,
    missing_docs,
    unreachable_pub,
    reason = "a measuring program for developers; what it shares with a test is public there"
)]

#[path = "../tests/hard/generate.rs"]
mod generate;
#[path = "../tests/hard/measure.rs"]
mod measure;

fn main() {
    let mut args = std::env::args().skip(1);
    let seed = args.next().and_then(|s| s.parse().ok()).unwrap_or(1);
    let verbose = args.next().is_some_and(|a| a == "-v");
    let rows = measure::measure(seed, 60, |error| {
        if verbose {
            println!("{error}");
        }
    });
    for (lang, kind, count) in rows {
        let (p, r) = (count.precision(), count.recall());
        println!(
            "{} {kind:9} precision {p:.3} recall {r:.3}   ({} names, {} false alarms)",
            lang.code(),
            count.found + count.missed,
            count.wrong
        );
    }
}
