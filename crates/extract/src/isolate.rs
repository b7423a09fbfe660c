//! Readers in processes of their own: a parser that runs wild, eats memory or crashes takes its process down, not the scan.
//!
//! The parent keeps a pool of children and gives each one file at a time. Messages are JSON with a length before it. The
//! parent waits no longer than [`Limits::max_time`] and some grace; then it kills the child and starts another for the next file. A child bounds its own
//! memory and ends when its input does, so none outlives its parent.

use std::ffi::OsString;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::context::Source;
use crate::{Kind, Limits, Outcome, Part, Place, ReadState, Reader, Sink, Unread, Why};

/// Time beyond the limit that a child may take to say itself that it was too slow.
const GRACE: Duration = Duration::from_secs(5);
/// Longest message, in bytes: a part of text with its places.
const MAX_MESSAGE: u32 = 1 << 30;

#[derive(Serialize, Deserialize)]
struct Request {
    limits: Limits,
    name: String,
    /// The path, or else the bytes follow.
    path: Option<PathBuf>,
    bytes: u64,
}

#[derive(Serialize, Deserialize)]
enum Answer {
    Part(Part<'static>),
    Unread(Unread),
    Done(Outcome),
}

fn send(out: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let bytes = serde_json::to_vec(message)?;
    let len = u32::try_from(bytes.len()).ok().filter(|&n| n <= MAX_MESSAGE);
    let len = len.ok_or_else(|| io::Error::other("message too long"))?;
    out.write_all(&len.to_le_bytes())?;
    out.write_all(&bytes)
}

/// The next message; none at the end of the stream.
fn receive<T: DeserializeOwned>(input: &mut impl Read) -> io::Result<Option<T>> {
    let mut len = [0; 4];
    if let Err(e) = input.read_exact(&mut len) {
        return if e.kind() == io::ErrorKind::UnexpectedEof {
            Ok(None)
        } else {
            Err(e)
        };
    }
    let len = u32::from_le_bytes(len);
    if len > MAX_MESSAGE {
        return Err(io::Error::other("message too long"));
    }
    let mut bytes = Vec::new();
    input.take(u64::from(len)).read_to_end(&mut bytes)?;
    Ok(Some(serde_json::from_slice(&bytes)?))
}

/// Reads files for a parent process until `input` ends: the whole of a child's work.
///
/// # Errors
/// When the parent is gone or speaks another language.
pub fn serve_isolated(input: &mut dyn Read, output: &mut dyn Write) -> io::Result<()> {
    let mut input = BufReader::new(input);
    let mut output = BufWriter::with_capacity(1 << 16, output);
    let mut bounded = false;
    while let Some(request) = receive::<Request>(&mut input)? {
        if !bounded {
            bound_memory(request.limits.max_memory);
            bounded = true;
        }
        let reader = Reader::new(request.limits);
        let mut sink = Forward {
            out: &mut output,
            error: None,
        };
        let outcome = match &request.path {
            Some(path) => reader.read_path(path, &mut sink),
            None => {
                let mut bytes = Vec::new();
                (&mut input).take(request.bytes).read_to_end(&mut bytes)?;
                reader.read_bytes(&request.name, &bytes, &mut sink)
            }
        };
        if let Some(error) = sink.error {
            return Err(error);
        }
        send(&mut output, &Answer::Done(outcome))?;
        output.flush()?;
    }
    Ok(())
}

#[cfg(unix)]
fn bound_memory(bytes: u64) {
    // Where the system refuses, the parent's time limit is still there.
    let _ = rlimit::setrlimit(rlimit::Resource::AS, bytes, bytes);
    let _ = rlimit::setrlimit(rlimit::Resource::CORE, 0, 0);
}

#[cfg(not(unix))]
fn bound_memory(_: u64) {}

struct Forward<'a, W: Write> {
    out: &'a mut W,
    error: Option<io::Error>,
}

impl<W: Write> Forward<'_, W> {
    fn give(&mut self, answer: &Answer) {
        if self.error.is_none() {
            self.error = send(self.out, answer).err();
        }
    }
}

impl<W: Write> Sink for Forward<'_, W> {
    fn part(&mut self, part: Part<'_>) {
        self.give(&Answer::Part(part.into_owned()));
    }

    fn unread(&mut self, unread: Unread) {
        self.give(&Answer::Unread(unread));
    }
}

/// One child and the thread that listens to it.
struct Worker {
    child: Child,
    input: BufWriter<ChildStdin>,
    answers: Receiver<Answer>,
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Children that are free.
pub(crate) struct Pool {
    program: PathBuf,
    args: Vec<OsString>,
    limits: Limits,
    free: Mutex<Vec<Worker>>,
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool")
            .field("program", &self.program)
            .finish_non_exhaustive()
    }
}

impl Pool {
    pub(crate) fn new(program: PathBuf, args: Vec<OsString>, limits: Limits) -> Self {
        Self {
            program,
            args,
            limits,
            free: Mutex::new(Vec::new()),
        }
    }

    fn worker(&self) -> io::Result<Worker> {
        if let Some(worker) = self.free.lock().ok().and_then(|mut free| free.pop()) {
            return Ok(worker);
        }
        let mut child = Command::new(&self.program)
            .args(&self.args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let gone = || io::Error::other("no pipe");
        let input = BufWriter::with_capacity(1 << 16, child.stdin.take().ok_or_else(gone)?);
        let output = child.stdout.take().ok_or_else(gone)?;
        let (told, answers) = channel();
        std::thread::Builder::new()
            .name("reader".into())
            .spawn(move || listen(output, &told))?;
        Ok(Worker { child, input, answers })
    }

    /// Reads one file in a child.
    pub(crate) fn read(&self, name: &str, kind: Kind, source: &Source<'_>, sink: &mut dyn Sink) -> Outcome {
        let mut parts = 0_u64;
        let failed = match self
            .worker()
            .and_then(|mut w| self.ask(&mut w, name, source).map(|()| w))
        {
            Ok(worker) => {
                let deadline = Instant::now() + self.limits.max_time + GRACE;
                loop {
                    match worker
                        .answers
                        .recv_timeout(deadline.saturating_duration_since(Instant::now()))
                    {
                        Ok(Answer::Part(part)) => {
                            parts += 1;
                            sink.part(part);
                        }
                        Ok(Answer::Unread(unread)) => {
                            sink.unread(unread);
                        }
                        Ok(Answer::Done(outcome)) => {
                            if let Ok(mut free) = self.free.lock() {
                                free.push(worker);
                            }
                            return outcome;
                        }
                        Err(RecvTimeoutError::Timeout) => break Why::TooSlow(self.limits.max_time.as_secs()),
                        Err(RecvTimeoutError::Disconnected) => break Why::ReaderFailed,
                    }
                }
            }
            Err(e) => Why::from_io(&e),
        };
        sink.unread(Unread {
            place: Place::root(),
            why: failed,
        });
        Outcome {
            kind,
            bytes: source.len(),
            read: if parts > 0 { ReadState::Partial } else { ReadState::None },
        }
    }

    fn ask(&self, worker: &mut Worker, name: &str, source: &Source<'_>) -> io::Result<()> {
        let (path, bytes) = match source {
            Source::File(path, _) => (Some(std::path::absolute(path)?), &[][..]),
            Source::Bytes(bytes) => (None, *bytes),
            Source::Flow(..) => return Err(io::ErrorKind::Unsupported.into()),
        };
        let request = Request {
            limits: self.limits.clone(),
            name: name.to_owned(),
            path,
            bytes: bytes.len() as u64,
        };
        send(&mut worker.input, &request)?;
        worker.input.write_all(bytes)?;
        worker.input.flush()
    }
}

fn listen(output: ChildStdout, told: &std::sync::mpsc::Sender<Answer>) {
    let mut output = BufReader::with_capacity(1 << 16, output);
    // A child that ends or speaks nonsense closes the channel, which the waiting side takes for a failure.
    while let Ok(Some(answer)) = receive(&mut output) {
        if told.send(answer).is_err() {
            return;
        }
    }
}
