//! What the command line understands. Its words come from the translation files (`cli-…`).

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, ValueParser};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use tutela_words::{Locale, Words};

/// The word that a reader in a process of its own is started with. It is no subcommand, lest messages about subcommands offer it.
pub(crate) const READ_WORKER: &str = "__read";

/// The whole command line.
pub(crate) fn command(words: &Words) -> Command {
    let usage = words.get("cli-heading-usage");
    let template = format!("{{before-help}}{{about-with-newline}}\n{usage} {{usage}}\n\n{{all-args}}{{after-help}}");
    let options = words.get("cli-heading-options");
    let sub = |name: &'static str, key: &str| {
        Command::new(name)
            .about(words.get(&format!("cli-{key}")))
            .after_help(if words.has(&format!("cli-{key}-more")) {
                words.get(&format!("cli-{key}-more"))
            } else {
                String::new()
            })
            .help_template(template.clone())
            .next_help_heading(options.clone())
            .disable_help_flag(true)
            .arg(help_flag(words))
    };
    Command::new("tutela")
        .version(env!("CARGO_PKG_VERSION"))
        .about(words.get("cli-about"))
        .after_help(words.get("cli-status"))
        .help_template(format!(
            "{{about-with-newline}}\n{usage} {{usage}}\n\n{}\n{{subcommands}}\n\n{{options}}\n\n{{after-help}}",
            words.get("cli-heading-commands")
        ))
        .next_help_heading(options.clone())
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(help_flag(words))
        .arg(flag("version", words).short('V').action(ArgAction::Version))
        .arg(
            value("lang", "vi|ru|zh|en", words)
                .value_parser(PossibleValuesParser::new(Locale::ALL.map(Locale::code)))
                .global(true),
        )
        .arg(flag("quiet", words).short('q').global(true))
        .arg(flag("verbose", words).short('v').global(true))
        .subcommand(
            engine_args(sub("scan", "scan"), words)
                .arg(path_arg("paths", "PATH", words).num_args(1..).required(true))
                .arg(format_arg(
                    &["text", "json", "jsonl", "csv", "xlsx", "html", "sarif"],
                    words,
                ))
                .arg(
                    value("output", "FILE", words)
                        .short('o')
                        .value_parser(value_parser!(PathBuf)),
                )
                .arg(value("fail-on", "CLASS", words).value_parser(["basic", "sensitive"]))
                .arg(flag("no-cache", words))
                .arg(flag("watch", words))
                .arg(flag("reveal", words))
                .args(crate::command::send_args(words))
                .arg(
                    value("max-findings", "N", words)
                        .value_parser(value_parser!(usize))
                        .default_value("100000"),
                )
                .arg(
                    value("max-file", "MB", words)
                        .value_parser(value_parser!(u64).range(1..=65_536))
                        .default_value("512"),
                )
                .arg(
                    value("max-seconds", "S", words)
                        .value_parser(value_parser!(u64).range(1..=86_400))
                        .default_value("300"),
                ),
        )
        .subcommand(
            engine_args(sub("detect", "detect"), words)
                .arg(path_arg("paths", "FILE", words).num_args(0..))
                .arg(flag("jsonl", words))
                .arg(format_arg(&["text", "jsonl"], words))
                .arg(
                    value("offsets", "UNIT", words)
                        .value_parser(["chars", "bytes", "utf16"])
                        .default_value("chars"),
                )
                .args(crate::command::listen_args(words)),
        )
        .subcommand(crate::command::eval::args(sub("eval", "eval"), words))
        .subcommand(
            sub("text", "text")
                .arg(path_arg("paths", "FILE", words).num_args(1..).required(true))
                .arg(format_arg(&["places", "text", "jsonl"], words)),
        )
        .subcommand(crate::command::mask::args(sub("mask", "mask"), words))
        .subcommand(crate::command::anonymize::args(sub("anonymize", "anonymize"), words))
        .subcommand(
            sub("law", "law")
                .subcommand_required(true)
                .arg_required_else_help(true)
                .disable_help_subcommand(true)
                .subcommand(sub("list", "law-list"))
                .subcommand(
                    sub("show", "law-show").arg(
                        Arg::new("pack")
                            .value_name("ID")
                            .required(true)
                            .help(words.get("cli-arg-pack")),
                    ),
                )
                .subcommand(crate::law::due::arguments(sub("due", "law-due"), words)),
        )
        .subcommand(crate::command::journal::args(sub("journal", "journal"), &sub, words))
        .subcommand(
            sub("doctor", "doctor")
                .arg(flag("workstation", words))
                .arg(flag("with-name", words).requires("workstation"))
                .arg(format_arg(&["text", "json"], words)),
        )
        .subcommand(
            sub("up", "up")
                .arg(flag("demo", words))
                .arg(value("data", "DIR", words).value_parser(value_parser!(PathBuf)))
                .arg(
                    value("listen", "ADDR", words)
                        .value_parser(value_parser!(std::net::SocketAddr))
                        .default_value("127.0.0.1:8443"),
                )
                .arg(
                    value("certificate", "FILE", words)
                        .value_parser(value_parser!(PathBuf))
                        .requires("key"),
                )
                .arg(
                    value("key", "FILE", words)
                        .value_parser(value_parser!(PathBuf))
                        .requires("certificate"),
                ),
        )
        .subcommand(
            sub("serve", "serve").arg(
                value("config", "FILE", words)
                    .value_parser(value_parser!(PathBuf))
                    .required(true),
            ),
        )
        .subcommand(crate::command::backup::backup_args(sub("backup", "backup"), words))
        .subcommand(crate::command::backup::restore_args(sub("restore", "restore"), words))
        .subcommand(crate::command::key::unlock_args(sub("unlock", "unlock"), words))
        .subcommand(crate::command::key::key_args(sub("key", "key"), &sub, words))
}

/// Arguments of all commands that run the engine.
fn engine_args(command: Command, words: &Words) -> Command {
    command
        .args(finder_args(words))
        .arg(value("threads", "N", words).value_parser(value_parser!(u64).range(1..=1024)))
        .arg(value("law", "vn|ru|cn", words).value_parser(["vn", "ru", "cn"]))
        .arg(value("on", "DATE", words).value_parser(value_parser!(jiff::civil::Date)))
}

/// What is looked for, and by which recognisers besides those of the engine.
pub(crate) fn finder_args(words: &Words) -> [Arg; 3] {
    [
        value("only", "TYPES", words),
        value("min-score", "X", words)
            .value_parser(ValueParser::new(parse_score))
            .default_value("0.5"),
        value("recognizers", "FILE", words)
            .value_parser(value_parser!(PathBuf))
            .action(ArgAction::Append),
    ]
}

fn parse_score(text: &str) -> Result<f32, String> {
    text.parse()
        .ok()
        .filter(|x| (0.0..=1.0).contains(x))
        .ok_or_else(|| "0 … 1".to_owned())
}

fn help_flag(words: &Words) -> Arg {
    flag("help", words).short('h').action(ArgAction::Help)
}

pub(crate) fn flag(name: &'static str, words: &Words) -> Arg {
    Arg::new(name)
        .long(name)
        .action(ArgAction::SetTrue)
        .help(words.get(&format!("cli-arg-{name}")))
}

pub(crate) fn value(name: &'static str, shown: &'static str, words: &Words) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name(shown)
        .help(words.get(&format!("cli-arg-{name}")))
}

pub(crate) fn path_arg(name: &'static str, shown: &'static str, words: &Words) -> Arg {
    Arg::new(name)
        .value_name(shown)
        .value_parser(value_parser!(PathBuf))
        .help(words.get(&format!("cli-arg-{name}")))
}

pub(crate) fn format_arg(formats: &'static [&'static str], words: &Words) -> Arg {
    let first = formats.first().copied().unwrap_or("text");
    value("format", "FORMAT", words)
        .value_parser(PossibleValuesParser::new(formats))
        .default_value(first)
}

/// The language of the words, before the command line is parsed: `--lang`, then the environment, then English.
pub(crate) fn locale(args: &[String], env: impl Fn(&str) -> Option<String>) -> Locale {
    let mut asked = None;
    for (i, arg) in args.iter().enumerate() {
        if let Some(value) = arg.strip_prefix("--lang=") {
            asked = Locale::from_code(value);
        } else if arg == "--lang" {
            asked = args.get(i + 1).and_then(|v| Locale::from_code(v));
        }
    }
    let set = |name: &str| env(name).filter(|v| !v.is_empty());
    asked
        .or_else(|| {
            ["LC_ALL", "LC_MESSAGES", "LANG"]
                .iter()
                .find_map(|n| set(n))
                .and_then(|v| Locale::from_code(&v))
        })
        .unwrap_or(Locale::En)
}

/// Paths given to a command.
pub(crate) fn paths(matches: &ArgMatches) -> Vec<PathBuf> {
    matches.get_many("paths").into_iter().flatten().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound_and_translated() {
        for locale in Locale::ALL {
            let words = Words::new(locale);
            let mut command = command(&words);
            command.clone().debug_assert();
            let mut help = command.render_long_help().to_string();
            for sub in command.get_subcommands_mut() {
                help.push_str(&sub.render_long_help().to_string());
            }
            assert!(
                !help.contains("cli-"),
                "a text is missing in {}:\n{help}",
                locale.code()
            );
        }
    }

    #[test]
    fn the_language_comes_from_the_flag_then_from_the_environment() {
        let args = |a: &[&str]| a.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let env = |name: &str| (name == "LANG").then(|| "ru_RU.UTF-8".to_owned());
        assert_eq!(locale(&args(&["tutela", "--lang", "vi"]), env), Locale::Vi);
        assert_eq!(locale(&args(&["tutela", "--lang=zh"]), env), Locale::Zh);
        assert_eq!(locale(&args(&["tutela"]), env), Locale::Ru);
        assert_eq!(locale(&args(&["tutela"]), |_| None), Locale::En);
        assert_eq!(
            locale(&args(&["tutela"]), |n| (n == "LC_ALL").then(|| "C".to_owned())),
            Locale::En
        );
    }
}
