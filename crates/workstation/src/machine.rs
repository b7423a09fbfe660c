//! The machine as checks see it: files, commands, times. The real one reads under bounds and waits for nothing for ever.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use crate::report::System;

/// Most of a file or of an answer that is read, in bytes.
const MOST: u64 = 1 << 20;
/// Most names of a folder that are looked at.
const MOST_NAMES: usize = 10_000;
/// How long a command may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is looked whether a command has ended.
const EVERY: Duration = Duration::from_millis(20);

/// What a command answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Its exit status; none when a signal ended it.
    pub status: Option<i32>,
    /// What it printed.
    pub text: String,
}

/// A machine that can be looked at.
pub trait Machine {
    /// Which system it has.
    fn system(&self) -> System;
    /// The text of a file; none when it cannot be read.
    fn read(&self, path: &str) -> Option<String>;
    /// The names in a folder, in order.
    fn names(&self, path: &str) -> Vec<String>;
    /// How long ago a file was changed.
    fn age(&self, path: &str) -> Option<Duration>;
    /// Days since 1970 until today.
    fn today(&self) -> i64;
    /// What a command answers; none when it cannot be run or does not end.
    fn run(&self, program: &str, arguments: &[&str]) -> Option<Output>;
    /// A variable of the environment.
    fn variable(&self, name: &str) -> Option<String>;
}

/// This machine.
#[derive(Debug, Clone, Copy)]
pub struct This {
    now: SystemTime,
}

impl This {
    /// This machine as it is now.
    pub fn at(now: SystemTime) -> Self {
        Self { now }
    }

    /// The name of this computer, for a result that is to name it.
    pub fn host(&self) -> Option<String> {
        let named = match self.system() {
            System::Linux => self.read("/proc/sys/kernel/hostname"),
            System::Windows => self.variable("COMPUTERNAME"),
            System::Other => None,
        };
        named.map(|n| n.trim().to_owned()).filter(|n| !n.is_empty())
    }
}

impl Machine for This {
    fn system(&self) -> System {
        if cfg!(target_os = "linux") {
            System::Linux
        } else if cfg!(windows) {
            System::Windows
        } else {
            System::Other
        }
    }

    fn read(&self, path: &str) -> Option<String> {
        let file = std::fs::File::open(expand(self, path)?).ok()?;
        let mut bytes = Vec::new();
        file.take(MOST).read_to_end(&mut bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn names(&self, path: &str) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(path) else {
            return Vec::new();
        };
        let names = entries.take(MOST_NAMES).filter_map(Result::ok);
        let mut names: Vec<_> = names.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
        names.sort_unstable();
        names
    }

    fn age(&self, path: &str) -> Option<Duration> {
        let changed = std::fs::metadata(path).ok()?.modified().ok()?;
        // A file of the future was changed just now, as far as this clock can tell.
        Some(self.now.duration_since(changed).unwrap_or_default())
    }

    fn today(&self) -> i64 {
        let since = self.now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_secs() / 86_400).unwrap_or_default()
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Option<Output> {
        let mut child = Command::new(program)
            .args(arguments)
            // Answers in a language that is known, where the program has a choice.
            .env("LC_ALL", "C")
            .env("LANGUAGE", "C")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut out = child.stdout.take()?;
        // Read apart, so that a command that prints without end fills no memory and one that says nothing is ended.
        let (sender, printed) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let read = (&mut out).take(MOST).read_to_end(&mut bytes);
            let rest = std::io::copy(&mut out, &mut std::io::sink());
            // Nobody listens any more when the command took too long.
            let _ = sender.send((read.and(rest).is_ok()).then_some(bytes));
        });
        let status = wait(&mut child)?;
        // Something that the command started may still hold its output open.
        let bytes = printed.recv_timeout(PATIENCE).ok()??;
        Some(Output {
            status: status.code(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
        })
    }

    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }
}

/// A path that begins at home.
fn expand(machine: &This, path: &str) -> Option<String> {
    match path.strip_prefix("~/") {
        Some(rest) => Some(format!("{}/{rest}", machine.variable("HOME")?)),
        None => Some(path.to_owned()),
    }
}

fn wait(child: &mut Child) -> Option<std::process::ExitStatus> {
    let begun = Instant::now();
    // Nothing is ever sent: waiting for it is waiting.
    let (_never, pause) = std::sync::mpsc::channel::<()>();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if begun.elapsed() < PATIENCE => {
                let _ = pause.recv_timeout(EVERY);
            }
            _ => {
                // It may have ended by itself meanwhile; either way it is waited for, so that nothing is left behind.
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
        }
    }
}

/// A machine for tests.
#[cfg(test)]
pub(crate) struct Fake {
    system: System,
    pub(crate) files: std::collections::BTreeMap<String, String>,
    pub(crate) ages: std::collections::BTreeMap<String, Duration>,
    pub(crate) commands: std::collections::BTreeMap<String, Output>,
    pub(crate) variables: std::collections::BTreeMap<String, String>,
}

#[cfg(test)]
impl Fake {
    pub(crate) fn new(system: System) -> Self {
        Self {
            system,
            files: Default::default(),
            ages: Default::default(),
            commands: Default::default(),
            variables: Default::default(),
        }
    }

    pub(crate) fn file(mut self, path: &str, text: &str) -> Self {
        self.files.insert(path.to_owned(), text.to_owned());
        self
    }

    pub(crate) fn command(mut self, line: &str, status: i32, text: &str) -> Self {
        let output = Output {
            status: Some(status),
            text: text.to_owned(),
        };
        self.commands.insert(line.to_owned(), output);
        self
    }

    pub(crate) fn days_old(mut self, path: &str, days: u64) -> Self {
        self.ages.insert(path.to_owned(), Duration::from_secs(days * 86_400));
        self
    }
}

#[cfg(test)]
impl Machine for Fake {
    fn system(&self) -> System {
        self.system
    }

    fn read(&self, path: &str) -> Option<String> {
        self.files.get(path).cloned()
    }

    fn names(&self, path: &str) -> Vec<String> {
        let mut names: Vec<_> = self
            .files
            .keys()
            .filter_map(|f| f.strip_prefix(path)?.strip_prefix('/'))
            .filter_map(|rest| rest.split('/').next())
            .map(str::to_owned)
            .collect();
        names.dedup();
        names
    }

    fn age(&self, path: &str) -> Option<Duration> {
        self.ages.get(path).copied()
    }

    /// 24 November 2026.
    fn today(&self) -> i64 {
        20_781
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Option<Output> {
        let line = std::iter::once(program)
            .chain(arguments.iter().copied())
            .collect::<Vec<_>>()
            .join(" ");
        self.commands.get(&line).cloned()
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_bounded() {
        let this = This::at(SystemTime::UNIX_EPOCH);
        let output = this
            .run("/bin/sh", &["-c", "head -c 3000000 /dev/zero; exit 3"])
            .unwrap();
        assert_eq!(output.status, Some(3));
        assert_eq!(output.text.len() as u64, MOST);
        assert_eq!(this.run("/nothing/of/this/name", &[]), None);
        assert!(this.read("/nothing/of/this/name").is_none());
    }
}
