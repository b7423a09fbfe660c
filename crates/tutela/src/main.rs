//! The command line of Tutela: arguments, output, exit status, progress.
//!
//! Exit status: 0 done and nothing over the threshold, 1 done and `--fail-on` matched, 2 not all of it could be done.

mod cli;
mod command;
mod law;
mod spool;

use std::io;
use std::process::ExitCode;

use tutela_words::Words;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    /// All done, nothing over the threshold.
    Well,
    /// All done, and something reached the class that `--fail-on` names.
    Matched,
    /// Something could not be done; it was named.
    Partly,
}

fn main() -> ExitCode {
    // A panic's message can hold what was being read; its place in the program cannot.
    std::panic::set_hook(Box::new(|info| {
        if let Some(place) = info.location() {
            complain(&format!("internal error at {}:{}", place.file(), place.line()));
        }
    }));
    let args: Vec<String> = std::env::args_os().map(|a| a.to_string_lossy().into_owned()).collect();
    let words = Words::new(cli::locale(&args, |name| std::env::var(name).ok()));
    let done = if args.get(1).is_some_and(|word| word == cli::READ_WORKER) {
        command::read_worker()
    } else {
        command::run(&cli::command(&words).get_matches(), &words)
    };
    match done {
        Ok(Done::Well) => ExitCode::SUCCESS,
        Ok(Done::Matched) => ExitCode::from(1),
        Ok(Done::Partly) => ExitCode::from(2),
        // Whoever read our output has had enough: no fault.
        Err(e)
            if e.downcast_ref::<io::Error>()
                .is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe) =>
        {
            ExitCode::SUCCESS
        }
        Err(e) => {
            complain(&format!("tutela: {e:#}"));
            ExitCode::from(2)
        }
    }
}

/// A line on standard error, the only place besides progress bars that writes there.
#[expect(clippy::print_stderr, reason = "this is the one place that does")]
pub(crate) fn complain(line: &str) {
    eprintln!("{line}");
}
