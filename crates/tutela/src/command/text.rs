//! `tutela text`: what the readers see in a file.

use std::io::{self, BufWriter, Write};

use anyhow::Result;
use clap::ArgMatches;
use serde::Serialize;
use tutela_extract::{Grain, Part, ReadState, Sink, Unread};
use tutela_words::Words;

use crate::spool::Spooled;
use crate::{Done, cli, complain};

pub(crate) fn run(matches: &ArgMatches, words: &Words) -> Result<Done> {
    let format = matches.get_one::<String>("format").map_or("places", String::as_str);
    let reader = super::scan::reader(&tutela_extract::Limits::default());
    let mut done = Done::Well;
    let input = Spooled::new(cli::paths(matches))?;
    for path in &input.paths {
        let mut sink = Print {
            out: BufWriter::new(io::stdout().lock()),
            format: match format {
                "text" => Format::Text,
                "jsonl" => Format::Jsonl,
                _ => Format::Places,
            },
            error: None,
        };
        let outcome = reader.read_path(path, &mut sink);
        if let Some(error) = sink.error.take() {
            return Err(error.into());
        }
        sink.out.flush()?;
        if outcome.read != ReadState::Full {
            done = Done::Partly;
            if sink.format == Format::Text {
                complain(&format!(
                    "tutela: {}: {}",
                    input.name(tutela_scan::shown(path)),
                    words.get(&format!("read-{}", outcome.read.as_str()))
                ));
            }
        }
    }
    Ok(done)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Places,
    Text,
    Jsonl,
}

struct Print<W: Write> {
    out: W,
    format: Format,
    error: Option<io::Error>,
}

#[derive(Serialize)]
struct Line<'a> {
    place: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    caption: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_read: Option<String>,
}

impl<W: Write> Print<W> {
    fn print(&mut self, line: &Line<'_>) -> io::Result<()> {
        match self.format {
            Format::Jsonl => {
                serde_json::to_writer(&mut self.out, line)?;
                self.out.write_all(b"\n")
            }
            Format::Text => match line.text {
                Some(text) if text.ends_with('\n') => self.out.write_all(text.as_bytes()),
                Some(text) => writeln!(self.out, "{text}"),
                None => Ok(()),
            },
            Format::Places => {
                let caption = line.caption.map(|c| format!(" ({c})")).unwrap_or_default();
                match (&line.not_read, line.text) {
                    (Some(why), _) => writeln!(self.out, "!! [{}]{caption} {why}", line.place),
                    (None, text) => {
                        writeln!(self.out, "== [{}]{caption}", line.place)?;
                        let text = text.unwrap_or_default();
                        self.out.write_all(text.as_bytes())?;
                        if text.ends_with('\n') {
                            Ok(())
                        } else {
                            self.out.write_all(b"\n")
                        }
                    }
                }
            }
        }
    }

    fn keep(&mut self, result: io::Result<()>) {
        if self.error.is_none() {
            self.error = result.err();
        }
    }
}

impl<W: Write> Sink for Print<W> {
    fn part(&mut self, part: Part<'_>) {
        // A part with marks is told piece by piece: each piece has its own place.
        let mut starts = match &part.grain {
            Grain::Marks(marks) if self.format != Format::Text => marks.iter().map(|m| m.start).collect(),
            _ => Vec::new(),
        };
        starts.retain(|&s| s > 0 && s < part.text.len());
        starts.dedup();
        starts.push(part.text.len());
        let mut start = 0;
        for end in starts {
            let line = Line {
                place: match part.grain {
                    Grain::Marks(_) => part.place_at(start).to_string(),
                    _ => part.place.to_string(),
                },
                caption: part.caption.as_deref(),
                text: part.text.get(start..end),
                not_read: None,
            };
            start = end;
            let result = self.print(&line);
            self.keep(result);
        }
    }

    fn unread(&mut self, unread: Unread) {
        let place = unread.place.to_string();
        let result = self.print(&Line {
            place,
            caption: None,
            text: None,
            not_read: Some(unread.why.to_string()),
        });
        self.keep(result);
    }
}
