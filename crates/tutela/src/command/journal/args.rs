//! What `tutela journal` understands. Its words are `journal-arg-…`.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgGroup, Command, value_parser};
use tutela_words::Words;

/// The subcommands, each made by `sub` from its name and the key of its text.
pub(crate) fn args(journal: Command, sub: &dyn Fn(&'static str, &str) -> Command, words: &Words) -> Command {
    let help = |name: &str| words.get(&format!("journal-arg-{name}"));
    let file = |name: &'static str, shown: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name(shown)
            .value_parser(value_parser!(PathBuf))
            .help(help(name))
    };
    let place = |name: &'static str, shown: &'static str| {
        Arg::new(name)
            .value_name(shown)
            .value_parser(value_parser!(PathBuf))
            .required(true)
            .help(help(name))
    };
    let number = |name: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name("N")
            .value_parser(value_parser!(u64))
            .help(help(name))
    };
    let key = || file("key", "FILE");
    let witness = || file("witness", "FILE").action(ArgAction::Append);
    let certificate = || file("certificate", "FILE").action(ArgAction::Append);
    let threads = || {
        Arg::new("threads")
            .long("threads")
            .value_name("N")
            .value_parser(value_parser!(u64).range(1..=1024))
            .help(words.get("cli-arg-threads"))
    };
    journal
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(
            sub("verify", "journal-verify")
                .arg(place("journal", "FOLDER|ARCHIVE"))
                .arg(key())
                .arg(witness())
                .arg(file("since", "FILE"))
                .arg(certificate())
                .arg(
                    Arg::new("format")
                        .long("format")
                        .value_name("FORMAT")
                        .value_parser(["text", "json"])
                        .default_value("text")
                        .help(words.get("cli-arg-format")),
                )
                .arg(threads()),
        )
        .subcommand(
            sub("export", "journal-export")
                .arg(place("journal", "FOLDER|ARCHIVE"))
                .arg(
                    file("output", "DIR")
                        .short('o')
                        .required(true)
                        .help(help("export-output")),
                )
                .arg(number("from"))
                .arg(number("to"))
                .arg(key())
                .arg(certificate())
                .arg(threads()),
        )
        .subcommand(
            sub("prove", "journal-prove")
                .arg(place("journal", "FOLDER|ARCHIVE"))
                .arg(
                    Arg::new("entry")
                        .value_name("N")
                        .required(true)
                        .value_parser(value_parser!(u64))
                        .help(help("entry")),
                )
                .arg(file("output", "FILE").short('o').help(words.get("cli-arg-output"))),
        )
        .subcommand(
            sub("verify-proof", "journal-verify-proof")
                .arg(place("proof", "FILE"))
                .arg(key().required(true))
                .arg(witness()),
        )
        .subcommand(
            sub("checkpoint", "journal-checkpoint")
                .arg(place("journal", "FOLDER|ARCHIVE"))
                .arg(key()),
        )
        .subcommand(
            sub("cosign", "journal-cosign")
                .arg(place("journal", "FOLDER|ARCHIVE"))
                .arg(key().required(true))
                .arg(file("sign-with", "FILE").required(true))
                .arg(file("state", "FILE").required(true))
                .arg(file("passphrase-file", "FILE"))
                .arg(threads()),
        )
        .subcommand(
            sub("timestamp", "journal-timestamp")
                .arg(place("journal", "FOLDER"))
                .arg(file("request", "FILE"))
                .arg(file("token", "FILE"))
                .arg(
                    Arg::new("service")
                        .long("service")
                        .value_name("URL")
                        .help(help("service")),
                )
                .group(
                    ArgGroup::new("how")
                        .args(["request", "token", "service"])
                        .required(true),
                )
                .arg(certificate()),
        )
        .subcommand(
            sub("keygen", "journal-keygen")
                .arg(Arg::new("name").value_name("NAME").required(true).help(help("name")))
                .arg(
                    file("output", "FILE")
                        .short('o')
                        .required(true)
                        .help(help("key-output")),
                )
                .arg(
                    Arg::new("as-witness")
                        .long("as-witness")
                        .action(ArgAction::SetTrue)
                        .help(help("as-witness")),
                )
                .arg(
                    Arg::new("passphrase")
                        .long("passphrase")
                        .action(ArgAction::SetTrue)
                        .help(help("passphrase")),
                )
                .arg(file("passphrase-file", "FILE").help(help("new-passphrase-file"))),
        )
}
