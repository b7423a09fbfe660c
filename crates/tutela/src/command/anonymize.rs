//! `tutela anonymize`: a table made anonymous with the least loss.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Result, anyhow};
use clap::{ArgAction, ArgMatches, Command, value_parser};
use serde_json::json;
use tutela_deid::table::file::{FileError, Made, Roles, anonymize};
use tutela_deid::table::{Error, Goal, Hierarchy, Kind, Measure, Model, Sensitive};
use tutela_words::{Arg, Words};

use crate::Done;
use crate::cli::{format_arg, path_arg, value};

/// Names of measures and what they are.
const MEASURES: [(&str, Measure); 5] = [
    ("loss", Measure::Loss),
    ("loss-arithmetic", Measure::LossArithmetic),
    ("class-size", Measure::ClassSize),
    ("discernibility", Measure::Discernibility),
    ("entropy", Measure::Entropy),
];

/// Arguments of the command.
pub(crate) fn args(command: Command, words: &Words) -> Command {
    let columns = |name| {
        value(name, "COLUMNS", words)
            .value_delimiter(',')
            .action(ArgAction::Append)
    };
    let number = |name| value(name, "N", words).value_parser(value_parser!(u32).range(1..));
    command
        .arg(path_arg("table", "TABLE", words).required(true))
        .arg(
            value("to", "FILE", words)
                .short('o')
                .help(words.get("cli-arg-anonymize-to"))
                .value_parser(value_parser!(PathBuf))
                .required(true),
        )
        .arg(columns("quasi").required(true))
        .arg(columns("sensitive"))
        .arg(columns("keep"))
        .arg(value("hierarchies", "DIR", words).value_parser(value_parser!(PathBuf)))
        .arg(number("k").default_value("5"))
        .arg(number("distinct"))
        .arg(value("entropy", "L", words).value_parser(value_parser!(f64)))
        .arg(value("recursive", "C,L", words).value_parser(recursive))
        .arg(value("close", "T", words).value_parser(value_parser!(f64)))
        .arg(value("close-by-hierarchy", "T", words).value_parser(value_parser!(f64)))
        .arg(
            value("suppress", "PERCENT", words)
                .value_parser(value_parser!(f64))
                .default_value("0"),
        )
        .arg(
            value("measure", "NAME", words)
                .value_parser(MEASURES.map(|(name, _)| name))
                .default_value("loss"),
        )
        .arg(format_arg(&["text", "json"], words))
}

fn recursive(text: &str) -> Result<(f64, u32), String> {
    let (c, l) = text.split_once(',').unwrap_or_default();
    match (c.trim().parse(), l.trim().parse()) {
        (Ok(c), Ok(l)) => Ok((c, l)),
        _ => Err("C,L: 4,3".to_owned()),
    }
}

fn names(matches: &ArgMatches, name: &str) -> Vec<String> {
    let all = matches.get_many::<String>(name).into_iter().flatten();
    all.map(|n| n.trim().to_owned()).filter(|n| !n.is_empty()).collect()
}

fn goal(matches: &ArgMatches, sensitive: usize) -> Goal {
    let mut models = vec![Model::KAnonymity(matches.get_one("k").copied().unwrap_or(5))];
    let fraction = |name: &str| matches.get_one::<f64>(name).copied();
    let asked = [
        matches.get_one::<u32>("distinct").copied().map(Sensitive::Distinct),
        fraction("entropy").map(Sensitive::Entropy),
        matches
            .get_one::<(f64, u32)>("recursive")
            .map(|&(c, l)| Sensitive::Recursive { c, l }),
        fraction("close").map(Sensitive::Close),
        fraction("close-by-hierarchy").map(Sensitive::CloseByHierarchy),
    ];
    // Asked for without a sensitive column, a model is refused by the search and not left out.
    for of in asked.into_iter().flatten() {
        models.extend((0..sensitive.max(1)).map(|column| Model::Diverse(column, of)));
    }
    let measure = matches.get_one::<String>("measure").map_or("loss", String::as_str);
    let known = MEASURES.iter().find(|(name, _)| *name == measure);
    Goal {
        models,
        measure: known.map_or(Measure::Loss, |(_, measure)| *measure),
        suppress: fraction("suppress").unwrap_or_default() / 100.0,
    }
}

/// Runs the command.
pub(crate) fn run(matches: &ArgMatches, words: &Words) -> Result<Done> {
    let path = |name: &str| matches.get_one::<PathBuf>(name).cloned();
    let (Some(input), Some(output)) = (path("table"), path("to")) else {
        return Err(anyhow!(words.get("cli-no-command")));
    };
    let roles = Roles {
        quasi: names(matches, "quasi"),
        sensitive: names(matches, "sensitive"),
        keep: names(matches, "keep"),
    };
    let goal = goal(matches, roles.sensitive.len());
    let folder = path("hierarchies");
    let hierarchy = |column: &str| -> Result<Option<Hierarchy>, FileError> {
        let Some(folder) = &folder else { return Ok(None) };
        // A name of a column is no way out of the folder.
        if column.contains(['/', '\\']) || column.starts_with('.') {
            return Ok(None);
        }
        let path = folder.join(format!("h_{column}.csv"));
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(FileError::Io { path, source }),
        };
        Ok(Some(Hierarchy::read(io::BufReader::new(file), b';')?))
    };
    let made = anonymize(&input, &output, &roles, &goal, hierarchy).map_err(|error| told(&error, words))?;
    let Some(made) = made else {
        return Err(anyhow!(words.get("anonymize-none")));
    };
    let mut out = io::stdout().lock();
    if matches.get_one::<String>("format").is_some_and(|f| f == "json") {
        writeln!(out, "{}", as_json(&roles, &made))?;
    } else {
        tell(&mut out, &roles, &made, words)?;
    }
    Ok(Done::Well)
}

fn as_json(roles: &Roles, made: &Made) -> serde_json::Value {
    let levels = roles
        .quasi
        .iter()
        .zip(&made.way.levels)
        .zip(&made.levels)
        .zip(&made.taken_for);
    let levels: Vec<_> = levels
        .map(|(((column, level), of), kind)| json!({ "column": column, "level": level, "levels": of, "taken_for": kind.map(word) }))
        .collect();
    json!({
        "rows": made.rows, "released": made.risk.rows, "suppressed": made.way.suppressed, "removed": made.removed,
        "levels": levels, "classes": made.way.classes, "loss": made.way.loss,
        "counted": made.way.counted, "lattice": made.way.lattice.to_string(),
        "risk": {
            "smallest_class": made.risk.smallest, "highest": made.risk.highest, "average": made.risk.average,
            "alone_before": made.risk.alone_before, "average_before": made.risk.average_before,
        },
    })
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Number => "number",
        Kind::Date => "date",
        Kind::Code => "code",
        Kind::Word => "word",
    }
}

fn tell(out: &mut impl Write, roles: &Roles, made: &Made, words: &Words) -> io::Result<()> {
    let number = |n: u64| Arg::Number(n);
    let percent = |share: f64| format!("{:.2} %", share * 100.0);
    let rows = [
        ("rows", number(made.rows)),
        ("released", number(made.risk.rows)),
        ("suppressed", number(made.way.suppressed)),
    ];
    writeln!(out, "{}", words.with("anonymize-rows", &rows))?;
    let levels = roles
        .quasi
        .iter()
        .zip(&made.way.levels)
        .zip(&made.levels)
        .zip(&made.taken_for);
    for (((column, level), of), kind) in levels {
        let most = of.saturating_sub(1) as u64;
        let args = [
            ("column", Arg::Text(column)),
            ("level", number(u64::from(*level))),
            ("of", number(most)),
        ];
        write!(out, "  {}", words.with("anonymize-level", &args))?;
        match kind {
            Some(kind) => writeln!(out, " ({})", words.get(&format!("anonymize-kind-{}", word(*kind))))?,
            None => writeln!(out)?,
        }
    }
    if !made.removed.is_empty() {
        let all = made.removed.join(", ");
        writeln!(
            out,
            "{}",
            words.with("anonymize-removed", &[("columns", Arg::Text(&all))])
        )?;
    }
    let (highest, average, alone) = (
        percent(made.risk.highest),
        percent(made.risk.average),
        percent(made.risk.alone_before),
    );
    let risk = [
        ("smallest", number(u64::from(made.risk.smallest))),
        ("highest", Arg::Text(&highest)),
        ("average", Arg::Text(&average)),
        ("alone", Arg::Text(&alone)),
    ];
    writeln!(out, "{}", words.with("anonymize-risk", &risk))?;
    let (loss, lattice) = (format!("{:.6}", made.way.loss), made.way.lattice.to_string());
    let way = [
        ("loss", Arg::Text(&loss)),
        ("counted", number(made.way.counted as u64)),
        ("lattice", Arg::Text(&lattice)),
    ];
    writeln!(out, "{}", words.with("anonymize-way", &way))
}

/// What went wrong, in the user's language. It names rows and columns, never values.
fn told(error: &FileError, words: &Words) -> anyhow::Error {
    let text = match error {
        FileError::Io { path, source } => format!("{}: {source}", path.display()),
        FileError::Row(row) => words.with("anonymize-bad-row", &[("row", Arg::Number(*row))]),
        FileError::Column(column) => words.with("anonymize-bad-column", &[("column", Arg::Text(column))]),
        FileError::Role(column) => words.with("anonymize-bad-role", &[("column", Arg::Text(column))]),
        FileError::Values(column) => words.with("anonymize-bad-values", &[("column", Arg::Text(column))]),
        FileError::Changed => words.get("anonymize-changed"),
        FileError::Table(Error::Unknown { row, column }) => words.with(
            "anonymize-bad-unknown",
            &[("row", Arg::Number(*row)), ("column", Arg::Text(column))],
        ),
        FileError::Table(Error::Lattice(ways)) => {
            words.with("anonymize-bad-lattice", &[("ways", Arg::Text(&ways.to_string()))])
        }
        FileError::Table(Error::Hierarchy { line, .. }) => {
            words.with("anonymize-bad-hierarchy", &[("line", Arg::Number(*line as u64))])
        }
        FileError::Table(error) => words.with("anonymize-bad-goal", &[("why", Arg::Text(&error.to_string()))]),
    };
    anyhow!(text)
}
