//! Unlocking from the machine itself: a socket in the data folder, which nobody but the program's own user reaches. It is there for
//! the day when nobody can sign in to unlock, because the codes of telephones lie in the locked vault.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::office::Office;

/// The name of the socket in the data folder.
const NAME: &str = "unlock.socket";
/// The longest line either way, in bytes.
const MAX_LINE: u64 = 64 << 10;
/// How long a line is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long after a wrong passphrase the next is taken.
const WAIT: Duration = Duration::from_secs(1);

/// What is asked: which bodies are locked, or that one be unlocked.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    passphrase: String,
}

/// A body that is locked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locked {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// What is answered.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// These are locked now.
    Locked(Vec<Locked>),
    /// The passphrase is not the one of the body.
    Wrong,
    /// Something else is in the way.
    Failed(String),
}

fn place(folder: &Path) -> PathBuf {
    folder.join(NAME)
}

/// Answers until the program ends. The folder is held by this program alone, so a socket that lies there is left over.
pub async fn serve(office: Arc<Office>) {
    let path = place(office.folder());
    let _ = std::fs::remove_file(&path);
    let listener = match UnixListener::bind(&path) {
        Ok(listener) => listener,
        Err(error) => {
            office.report(&Error::file(&path, error));
            return;
        }
    };
    let _removed = Removed(path);
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(WAIT).await;
            continue;
        };
        // One after the other: passphrases are not tried by many at a time.
        let _ = tokio::time::timeout(PATIENCE, answer(&office, stream)).await;
    }
}

/// Takes the socket away when the server ends.
struct Removed(PathBuf);

impl Drop for Removed {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

async fn answer(office: &Office, mut stream: UnixStream) -> std::io::Result<()> {
    let (read, mut write) = stream.split();
    let mut line = Zeroizing::new(String::new());
    BufReader::new(read.take(MAX_LINE)).read_line(&mut line).await?;
    let answer = match serde_json::from_str::<Question>(&line) {
        Ok(question) => {
            let passphrase = Zeroizing::new(question.passphrase);
            decide(office, question.body.as_deref(), &passphrase).await
        }
        Err(_) => Answer::Failed("the question is not one of this program".to_owned()),
    };
    let mut text = serde_json::to_string(&answer)?;
    text.push('\n');
    write.write_all(text.as_bytes()).await
}

async fn decide(office: &Office, body: Option<&str>, passphrase: &str) -> Answer {
    let bodies = match office.locked_bodies().await {
        Ok(bodies) => bodies,
        Err(error) => return Answer::Failed(error.to_string()),
    };
    let Some(body) = body else {
        let all = bodies.into_iter().map(|b| Locked { id: b.id, name: b.name });
        return Answer::Locked(all.collect());
    };
    let Some(body) = bodies.iter().find(|b| b.id == body) else {
        return Answer::Failed("this body is not locked".to_owned());
    };
    match office.open_with_passphrase(body, passphrase).await {
        Ok(()) => {
            tracing::warn!("body {} was unlocked from this machine", body.id);
            let left = bodies.iter().filter(|b| b.id != body.id);
            Answer::Locked(
                left.map(|b| Locked {
                    id: b.id.clone(),
                    name: b.name.clone(),
                })
                .collect(),
            )
        }
        Err(Error::Vault(tutela_vault::Error::WrongPassphrase)) => {
            tokio::time::sleep(WAIT).await;
            Answer::Wrong
        }
        Err(error) => Answer::Failed(error.to_string()),
    }
}

/// Asks the program that serves a data folder: which bodies are locked, or, with a body and its passphrase, to unlock it.
pub async fn ask(folder: &Path, unlock: Option<(&str, &str)>) -> Result<Answer, Error> {
    let path = place(folder);
    let file = |e| Error::file(&path, e);
    let mut stream = UnixStream::connect(&path).await.map_err(file)?;
    let question = Question {
        body: unlock.map(|(body, _)| body.to_owned()),
        passphrase: unlock.map(|(_, passphrase)| passphrase.to_owned()).unwrap_or_default(),
    };
    let mut text = Zeroizing::new(serde_json::to_string(&question).map_err(|e| file(e.into()))?);
    drop(Zeroizing::new(question.passphrase));
    text.push('\n');
    stream.write_all(text.as_bytes()).await.map_err(file)?;
    let mut line = String::new();
    BufReader::new(stream.take(MAX_LINE))
        .read_line(&mut line)
        .await
        .map_err(file)?;
    serde_json::from_str(&line).map_err(|_| Error::Installation("the program at the socket is not this one".to_owned()))
}
